# Telamon. `make` leaves the release binary at build/telamon; `make help` lists the rest.
# Sources are found by pattern: adding a file needs no edit here.

CC      ?= gcc
VERSION := $(shell sed -n 's/^## \([0-9][^ ]*\).*/\1/p' CHANGES.md 2>/dev/null | head -n 1)
# V=1 shows the commands.
Q       := $(if $(V),,@)
# A comma as an argument of a function.
,       := ,
say     = @echo '  $(1)	$@'
# One object folder per kind of build, so that kinds never mix.
KIND    ?= release
O       := build/$(KIND)

PKGS    := libevent yyjson libllhttp md4c expat
WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wformat=2 -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes \
	-Wwrite-strings -Wcast-qual -Wnull-dereference -Wframe-larger-than=8192 -Werror=implicit -Werror=int-conversion \
	-Werror=incompatible-pointer-types -Werror=format-security
HARDEN  := -fno-common -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -fno-strict-aliasing \
	-fno-delete-null-pointer-checks
LINKHARDEN := -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
# Relative relocations in their short form: a start reads 200 KB less.
LINKHARDEN += $(if $(shell $(CC) -Wl,--help 2>/dev/null | grep -o 'pack-relative-relocs' | head -n 1),-Wl$(,)-z$(,)pack-relative-relocs)

CFLAGS_release := -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
CFLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
CFLAGS_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
CFLAGS_cover   := -O0 -g --coverage
CFLAGS_debug   := -O0 -g

# -Wcast-qual and -Wpedantic look at our headers only: library headers come in as system headers.
SYSINC  := $(patsubst -I%,-isystem%,$(shell pkg-config --cflags $(PKGS) 2>/dev/null))
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DTELAMON_VERSION='"$(or $(VERSION),0.0.0)"' -Isrc -I$(O)/gen $(SYSINC) $(WARN) $(HARDEN) -fPIE \
	$(CFLAGS_$(KIND)) $(CFLAGS) -MMD -MP
ALL_LDFLAGS = -pie $(LINKHARDEN) $(filter -fsanitize=% --coverage,$(CFLAGS_$(KIND))) $(if $(filter release,$(KIND)),-s) $(LDFLAGS)
# libevent's core comes from its archive where there is one: as a shared object it costs a start 330 look-ups of
# symbols, 50 microseconds of 800.
EVENT   := $(if $(wildcard $(shell $(CC) -print-file-name=libevent_core.a)),-l:libevent_core.a,-levent_core)
LIBS    := $(EVENT) -lyyjson -ldl -lm -lpthread

SRC     := $(sort $(wildcard src/*/*.c))
MAINS   := src/cmd/main.c
LIBSRC  := $(filter-out $(MAINS),$(SRC))
GEN     := $(O)/gen/tools.c $(O)/gen/commands.c
LIBOBJ  := $(patsubst src/%.c,$(O)/%.o,$(LIBSRC)) $(GEN:.c=.o)
TELAMON := $(if $(filter release,$(KIND)),build/telamon,$(O)/telamon)

UNITSRC := $(sort $(wildcard test/unit/*_test.c test/text/*_test.c test/query/*_test.c test/tool/*_test.c test/mcp/*_test.c test/fault/*_test.c))
UNITBIN := $(patsubst test/%.c,$(O)/test/%,$(UNITSRC))

.PHONY: all setup try check conformance agents oracle asan tsan valgrind fuzz tidy lint cover bench contract clean help install unit doc
all: $(TELAMON) ## the release binary, build/telamon

$(TELAMON): $(O)/cmd/main.o $(O)/libtelamon.a
	$(call say,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(O)/libtelamon.a: $(LIBOBJ)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcs $@ $^

$(O)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(O)/gen/%.o: $(O)/gen/%.c
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Every TOOL(name) and CMD(name) block of the tree, as one table each.
$(O)/gen/tools.c: $(wildcard src/tools/*.c) scripts/collect
	@mkdir -p $(@D)
	scripts/collect TOOL tool tool tools/tool.h src/tools > $@
$(O)/gen/commands.c: $(wildcard src/cmd/*.c) scripts/collect
	@mkdir -p $(@D)
	scripts/collect CMD cmd command cmd/cmd.h src/cmd > $@

$(O)/test/fuzz/%: test/fuzz/%.c $(O)/libtelamon.a
	@mkdir -p $(@D)
	$(call say,TEST)
	$(Q)$(CC) $(ALL_CFLAGS) -DREPLAY -Wno-missing-prototypes -Itest -o $@ $< $(filter -fsanitize=% --coverage,$(CFLAGS_$(KIND))) -pie $(O)/libtelamon.a $(LIBS)

$(O)/test/%: test/%.c $(O)/libtelamon.a
	@mkdir -p $(@D)
	$(call say,TEST)
	$(Q)$(CC) $(ALL_CFLAGS) -Itest -o $@ $< $(filter -fsanitize=% --coverage,$(CFLAGS_$(KIND))) -pie $(O)/libtelamon.a $(LIBS) -lcmocka

-include $(shell find build -name '*.d' 2>/dev/null)

setup: ## install what the build needs from the distribution's packages
	scripts/setup

try: setup ## install, build, and ask four questions to the demo site
	$(MAKE) -s
	build/telamon try

check: ## install what the tests need and run all of them
	scripts/setup --test
	scripts/check

unit: $(UNITBIN) ## build the C tests of this KIND (release, asan, tsan, cover, debug)

asan: ## the unit tests with address and undefined-behaviour sanitizers
	scripts/check unit

tsan: ## the fiber and HTTP tests with the thread sanitizer
	$(MAKE) -s KIND=tsan unit && scripts/check-kind tsan call fiber http

valgrind: ## the unit tests under valgrind
	$(MAKE) -s KIND=debug unit && scripts/check-kind valgrind

fuzz: ## build the fuzzers (clang) and run each for FUZZ_SECONDS (60)
	scripts/fuzz

tidy: ## clang-tidy
	clang-tidy --quiet $(SRC) -- -std=c11 -D_GNU_SOURCE -DTELAMON_VERSION='""' -Isrc $(SYSINC)

lint: ## layers, banned functions, headers that compile alone
	scripts/suite-lint

contract: all ## requests and the sandbox's answers against Atlassian's OpenAPI documents
	TELAMON=$(CURDIR)/build/telamon test/contract/run

conformance: all ## the official MCP conformance suite on the fixture server and on the product
	test/conformance/run

agents: all ## real coding agents from npm with a scripted model
	test/agents/run

oracle: all ## documents and queries against Atlassian's own converters, schema and parser (npm)
	test/oracle/text/run
	test/oracle-jql/run

bench: all ## value against budget
	test/bench/run

cover: ## line coverage of the unit tests
	$(MAKE) -s KIND=cover unit && scripts/check-kind cover

doc: all ## make the generated pages of the manual
	scripts/make-doc

install: all ## into $(DESTDIR)$(PREFIX), default /usr/local
	install -D -m 755 build/telamon $(DESTDIR)$(or $(PREFIX),/usr/local)/bin/telamon

clean: ## remove everything that was built
	rm -rf build

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12
