/*
 * What must not get out: a log line can't be forged or split by what is logged, a
 * secret shows in no log and is wiped, the environment forgets, files and directories
 * are made for their owner alone whatever the umask, and a symbolic link in the place
 * of a file is not followed.
 */
#include "unit/unit.h"

#include "base/env.h"
#include "base/file.h"
#include "base/log.h"
#include "base/random.h"
#include "base/secret.h"

#define CANARY "canary-7f3a91"

static struct arena *a;
static struct err e;
static char dir[64];

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	temp_dir(dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove_dir(dir);
	arena_free(a);
	log_set_level(LOG_WARN);
	return 0;
}

static const char *
in_dir(const char *name)
{
	return arena_printf(a, "%s/%s", dir, name);
}

static size_t
count_lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
test_log_lines(void **state)
{
	struct capture c;

	(void)state;
	log_set_level(LOG_INFO);
	capture_begin(&c);
	log_event(LOG_INFO, "started", LOG_S("transport", "stdio"), LOG_I("tools", -6), LOG_S("none", (const char *)NULL));
	log_event(LOG_DEBUG, "hidden", LOG_I("n", 1));
	log_event(LOG_ERROR, "odd", LOG_S("v", "a b"), LOG_S("w", "say \"x\""), LOG_S("b", "c:\\d"));
	capture_end(&c);
	assert_string_equal(c.text, "telamon info started transport=stdio tools=-6 none=\"\"\n"
	    "telamon error odd v=\"a b\" w=\"say \\\"x\\\"\" b=c:\\\\d\n");
}

static void
test_log_is_not_forged(void **state)
{
	static const char *const evil[] = {
		"x\ntelamon error forged a=b", "x\r\ntelamon error forged", "\x1b]0;title\x07", "\x1b[2K\rtelamon info ok",
		("a\x0b" "b\x0c" "c"), "\xc2\x85telamon error forged", "\xe2\x80\xa8telamon error forged", ("\x9b" "2J"), "\x7f\x08\x08",
	};

	(void)state;
	for (size_t i = 0; i < LEN(evil); i++) {
		struct capture c;

		capture_begin(&c);
		log_event(LOG_ERROR, "event", LOG_S("v", evil[i]), LOG_S("w", "end"));
		capture_end(&c);
		if (count_lines(c.text) != 1 || strncmp(c.text, "telamon error event v=", 22) != 0)
			fail_msg("forged: %s", c.text);
		for (size_t k = 0; k < c.len - 1; k++) {
			if ((unsigned char)c.text[k] < 0x20 || (unsigned char)c.text[k] >= 0x7f)
				fail_msg("case %zu lets byte %02x through", i, (unsigned char)c.text[k]);
		}
		assert_non_null(strstr(c.text, " w=end\n"));
	}
	/* a value that looks like further fields stays one value */
	{
		struct capture c;

		capture_begin(&c);
		log_event(LOG_ERROR, "event", LOG_S("v", "1 outcome=ok"), LOG_S("u", "\" outcome=ok \""));
		capture_end(&c);
		assert_string_equal(c.text, "telamon error event v=\"1 outcome=ok\" u=\"\\\" outcome=ok \\\"\"\n");
	}
}

static void
test_log_line_is_bounded(void **state)
{
	static char long_value[20000];
	struct capture c;

	(void)state;
	memset(long_value, 'x', sizeof(long_value) - 1);
	long_value[sizeof(long_value) - 1] = '\0';
	for (size_t len = 8000; len < 8300; len += 7) {
		capture_begin(&c);
		log_event(LOG_ERROR, "event", LOG_S("v", long_value + sizeof(long_value) - 1 - len), LOG_S("w", "x"));
		log_event(LOG_ERROR, "next", LOG_I("n", 1));
		capture_end(&c);
		assert_int_equal(count_lines(c.text), 2);
		assert_non_null(strstr(c.text, "\ntelamon error next n=1\n"));
		assert_true(c.len < 8192 + 64);
	}
	memset(long_value, '\x1b', sizeof(long_value) - 1);	/* four bytes each */
	capture_begin(&c);
	log_event(LOG_ERROR, "event", LOG_S("v", long_value));
	capture_end(&c);
	assert_true(c.len <= 8192 && c.text[c.len - 1] == '\n');
}

static void
test_log_level_names(void **state)
{
	enum log_level level = LOG_WARN;

	(void)state;
	assert_int_equal(log_level_parse("DEBUG", &level), 0);
	assert_int_equal(level, LOG_DEBUG);
	assert_int_equal(log_level_parse("loud", &level), -1);
	assert_int_equal(log_level_parse("", &level), -1);
	assert_int_equal(level, LOG_DEBUG);
	assert_true(!log_enabled(LOG_INFO) && log_enabled(LOG_WARN) && log_enabled(LOG_ERROR));
}

static void
test_secret(void **state)
{
	struct secret *s = secret_new(CANARY, strlen(CANARY)), *empty = secret_new("", 0), *nul = secret_new("a\0b", 3);
	struct buf b;

	(void)state;
	assert_true(secret_equal(s, CANARY, strlen(CANARY)));
	assert_false(secret_equal(s, CANARY, strlen(CANARY) - 1));
	assert_false(secret_equal(s, CANARY CANARY, strlen(CANARY) * 2));
	assert_false(secret_equal(s, "canary-7f3a92", strlen(CANARY)));
	assert_false(secret_equal(s, "", 0));
	assert_true(secret_equal(empty, "", 0));
	assert_false(secret_equal(empty, "x", 1));
	assert_false(secret_equal(empty, "\0", 1));
	assert_true(secret_equal(nul, "a\0b", 3));
	assert_false(secret_equal(nul, "a\0c", 3));
	buf_init(&b, 100);
	secret_expose(s, &b);
	assert_string_equal(b.data, CANARY);
	buf_wipe(&b);
	secret_free(s);
	secret_free(empty);
	secret_free(nul);
	secret_free(NULL);
}

/* The bytes of the freed block, read through the kernel: to read them here would be an error of the test. */
static void
test_wiped_when_freed(void **state)
{
	enum { SIZE = 20000, SKIP = 5000 };	/* AddressSanitizer fills the first 4 KiB of what is freed by itself */
	static char text[SIZE], left[SIZE];
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	struct secret *s;
	size_t found = 0;
	off_t at;

	(void)state;
	memset(text, 'Z', SIZE);
	s = secret_new(text, SIZE);
	at = (off_t)(uintptr_t)s;
	assert_int_equal(pread(mem, left, SIZE, at), SIZE);
	assert_int_equal(left[SIZE - 1], 'Z');	/* the test looks at the right place */
	secret_free(s);
	assert_int_equal(pread(mem, left, SIZE, at), SIZE);
	for (size_t i = SKIP; i < SIZE; i++)
		found += left[i] == 'Z';
	assert_int_equal(found, 0);
	close(mem);
}

/* How often the word stands in this process's heap and data, freed memory included, apart from one place. */
static size_t
times_in_memory(const char *word, size_t len, const void *except)
{
	static char part[1 << 16];
	FILE *maps = fopen("/proc/self/maps", "r");
	int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char line[512], mode[8];
	unsigned long from, to;
	size_t found = 0;

	while (fgets(line, sizeof(line), maps) != NULL) {
		/* not the stack: the dynamic linker saves vector registers there, and with them what was just compared */
		if (sscanf(line, "%lx-%lx %7s", &from, &to, mode) != 3 || mode[1] != 'w' || to - from > (64u << 20) ||
		    strstr(line, "[stack]") != NULL)
			continue;
		for (unsigned long at = from; at < to; at += sizeof(part) - 256) {
			ssize_t n = pread(mem, part, sizeof(part), (off_t)at);

			for (ssize_t i = 0; i + (ssize_t)len <= n && i < (ssize_t)sizeof(part) - 256; i++) {
				unsigned long here = at + (unsigned long)i;

				if (memcmp(part + i, word, len) == 0 && here != (unsigned long)(uintptr_t)except &&
				    (here < (unsigned long)(uintptr_t)part || here >= (unsigned long)(uintptr_t)(part + sizeof(part))))
					found++;
			}
			memset(part, 0, sizeof(part));
		}
	}
	fclose(maps);
	close(mem);
	return found;
}

/* A secret that is taken apart, coded and joined again leaves none of the steps behind. */
static void
test_secret_buffers_leave_nothing(void **state)
{
	static char word[25];
	struct secret *s;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < 24; i++)	/* made here, so that it stands nowhere else */
		word[i] = (char)('A' + (i * 7 + 3) % 26);
	s = secret_new(word, 24);
	assert_true(times_in_memory(word, 24, word) >= 1);	/* the test sees what there is to see */
	buf_init_secret(&b, 100000);
	for (int i = 0; i < 200; i++) {	/* grows several times, the word at its front */
		if (i == 0)
			secret_expose(s, &b);
		buf_adds(&b, "0123456789");
	}
	buf_release(&b);
	secret_free(s);
	assert_int_equal(times_in_memory(word, 24, word), 0);
	assert_true(b.secret);	/* and stays so when it is used again */
}

static void
test_env_forgets(void **state)
{
	extern char **environ;
	char *value;

	(void)state;
	setenv("TELAMON_TEST_SECRET", CANARY, 1);
	value = getenv("TELAMON_TEST_SECRET");
	assert_string_equal(env_get("TELAMON_TEST_SECRET"), CANARY);
	env_forget("TELAMON_TEST_SECRET");
	assert_null(env_get("TELAMON_TEST_SECRET"));
	assert_int_equal(value[0], '\0');	/* the bytes themselves, too */
	for (char **v = environ; *v != NULL; v++)
		assert_null(strstr(*v, CANARY));
	env_forget("TELAMON_TEST_SECRET");
	setenv("TELAMON_TEST_EMPTY", "", 1);
	assert_string_equal(env_get("TELAMON_TEST_EMPTY"), "");
	unsetenv("TELAMON_TEST_EMPTY");
}

static mode_t
mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

static void
test_modes_under_umask_0(void **state)
{
	mode_t was = umask(0);
	int fd;

	(void)state;
	assert_int_equal(file_make_dir(in_dir("one/two"), &e), 0);
	fd = file_open_append(in_dir("one/two/log"), &e);
	umask(was);
	assert_true(fd >= 0);
	assert_int_equal(mode_of(in_dir("one")), 0700);
	assert_int_equal(mode_of(in_dir("one/two")), 0700);
	assert_int_equal(mode_of(in_dir("one/two/log")), 0600);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(file_make_dir(in_dir("one/two"), &e), 0);
	assert_int_equal(file_make_dir(in_dir("one//two/"), &e), 0);
	assert_false(err_is_set(&e));
}

static void
test_make_dir_fails(void **state)
{
	(void)state;
	write_text(in_dir("file"), 0600, "x");
	assert_int_equal(file_make_dir(in_dir("file/below"), &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.message, "/file can't be made"));
	err_clear(&e);
	assert_int_equal(file_make_dir(in_dir("file"), &e), -1);	/* is there, but no directory */
	assert_int_equal(e.kind, ERR_CONFIG);
}

static void
test_append(void **state)
{
	int fd = file_open_append(in_dir("log"), &e);
	char *text;

	(void)state;
	assert_int_equal(write(fd, "one\n", 4), 4);
	close(fd);
	fd = file_open_append(in_dir("log"), &e);
	assert_int_equal(write(fd, "two\n", 4), 4);
	close(fd);
	text = file_read(a, in_dir("log"), 100, FILE_PRIVATE, NULL, &e);
	assert_string_equal(text, "one\ntwo\n");
	assert_int_equal(symlink(in_dir("elsewhere"), in_dir("link")), 0);
	assert_int_equal(file_open_append(in_dir("link"), &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_false(file_exists(in_dir("elsewhere")));
	err_clear(&e);
	assert_int_equal(file_open_append(in_dir("no/such/dir"), &e), -1);
	assert_non_null(strstr(e.message, "no/such/dir"));
}

/* What a site sent never lands on a file that is there, through a link, or where others read it. */
static void
test_create_in(void **state)
{
	struct stat st;

	(void)state;
	write_file(in_dir("a.txt"), 0600, "mine", 4);
	assert_int_equal(symlink(in_dir("elsewhere"), in_dir("b.png")), 0);
	assert_string_equal(file_create_in(a, dir, "a.txt", "new", 3, &e), "a-2.txt");
	assert_string_equal(file_create_in(a, dir, "a.txt", "new", 3, &e), "a-3.txt");
	assert_string_equal(file_read(a, in_dir("a.txt"), 10, FILE_PRIVATE, NULL, &e), "mine");
	assert_string_equal(file_read(a, in_dir("a-2.txt"), 10, FILE_PRIVATE, NULL, &e), "new");
	assert_string_equal(file_create_in(a, dir, "b.png", "new", 3, &e), "b-2.png");
	assert_int_equal(lstat(in_dir("elsewhere"), &st), -1);
	assert_string_equal(file_create_in(a, dir, ".hidden", "", 0, &e), ".hidden");
	assert_string_equal(file_create_in(a, dir, ".hidden", "", 0, &e), ".hidden-2");
	assert_int_equal(symlink(dir, in_dir("link")), 0);
	assert_null(file_create_in(a, in_dir("link"), "c", "new", 3, &e));
	assert_non_null(strstr(e.message, "/link is not a directory"));
	err_clear(&e);
	assert_null(file_create_in(a, in_dir("none"), "c", "new", 3, &e));
	assert_int_equal(e.kind, ERR_USAGE);
}

static void
test_read(void **state)
{
	size_t len = 99;

	(void)state;
	write_file(in_dir("f"), 0600, "a\0b\n", 4);
	assert_memory_equal(file_read(a, in_dir("f"), 4, FILE_PRIVATE, &len, &e), "a\0b\n", 5);
	assert_int_equal(len, 4);
	assert_null(file_read(a, in_dir("f"), 3, FILE_ANY, &len, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	write_file(in_dir("empty"), 0600, "", 0);
	assert_string_equal(file_read(a, in_dir("empty"), 0, FILE_ANY, &len, &e), "");
	assert_int_equal(len, 0);
	assert_null(file_read(a, in_dir("missing"), 3, FILE_ANY, &len, &e));
	assert_non_null(strstr(e.message, "missing"));
	err_clear(&e);
	assert_null(file_read(a, dir, 100, FILE_ANY, &len, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_null(file_read(a, "/dev/zero", 100, FILE_ANY, &len, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
}

/* A named pipe would keep the process waiting for a writer for ever. */
static void
test_read_does_not_wait(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(in_dir("pipe"), 0600), 0);
	alarm(20);
	assert_null(file_read(a, in_dir("pipe"), 100, FILE_ANY, NULL, &e));
	alarm(0);
	assert_int_equal(e.kind, ERR_CONFIG);
}

static void
test_private_files(void **state)
{
	static const mode_t open_modes[] = { 0604, 0640, 0660, 0620, 0602, 0601, 0644, 0777 };

	(void)state;
	for (size_t i = 0; i < LEN(open_modes); i++) {
		write_text(in_dir("s"), open_modes[i], CANARY);
		err_clear(&e);
		assert_null(file_read(a, in_dir("s"), 100, FILE_PRIVATE, NULL, &e));
		assert_non_null(strstr(err_text(&e), "chmod 600"));
		assert_null(strstr(err_text(&e), CANARY));
		assert_non_null(file_read(a, in_dir("s"), 100, FILE_ANY, NULL, &e));
	}
	err_clear(&e);
	write_text(in_dir("s"), 0400, CANARY);
	assert_string_equal(file_read(a, in_dir("s"), 100, FILE_PRIVATE, NULL, &e), CANARY);
	/* through a link, what counts is the file */
	write_text(in_dir("t"), 0644, CANARY);
	assert_int_equal(symlink(in_dir("t"), in_dir("tl")), 0);
	assert_null(file_read(a, in_dir("tl"), 100, FILE_PRIVATE, NULL, &e));
}

static void
test_user_dirs(void **state)
{
	(void)state;
	setenv("HOME", "/home/ann", 1);
	setenv("XDG_CONFIG_HOME", "/c", 1);
	unsetenv("XDG_STATE_HOME");
	assert_string_equal(file_config_dir(a), "/c/telamon");
	assert_string_equal(file_state_dir(a), "/home/ann/.local/state/telamon");
	setenv("XDG_CONFIG_HOME", "relative", 1);	/* the specification: ignore it */
	assert_string_equal(file_config_dir(a), "/home/ann/.config/telamon");
	setenv("HOME", "", 1);
	assert_null(file_config_dir(a));
	unsetenv("HOME");
	assert_null(file_state_dir(a));
	unsetenv("XDG_CONFIG_HOME");
}

static void
test_random(void **state)
{
	uint32_t seen = 0;

	(void)state;
	assert_int_equal(random_below(0), 0);
	assert_int_equal(random_below(1), 0);
	for (int i = 0; i < 1000; i++) {
		uint32_t n = random_below(8);

		assert_true(n < 8);
		seen |= 1u << n;
	}
	assert_int_equal(seen, 0xff);
	assert_int_equal(strlen(random_id(a, 8)), 16);
	assert_int_equal(strspn(random_id(a, 64), "0123456789abcdef"), 128);
	assert_string_not_equal(random_id(a, 8), random_id(a, 8));
	assert_string_equal(random_id(a, 0), "");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_log_lines),
		TEST(test_log_is_not_forged),
		TEST(test_log_line_is_bounded),
		TEST(test_log_level_names),
		TEST(test_secret),
		TEST(test_wiped_when_freed),
		TEST(test_secret_buffers_leave_nothing),
		TEST(test_env_forgets),
		TEST(test_modes_under_umask_0),
		TEST(test_make_dir_fails),
		TEST(test_append), TEST(test_create_in),
		TEST(test_read),
		TEST(test_read_does_not_wait),
		TEST(test_private_files),
		TEST(test_user_dirs),
		TEST(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
