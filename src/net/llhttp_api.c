#include "net/llhttp_api.h"

#include "base/lib.h"

struct llhttp_api llhttp;

#define TEXT(x) #x
#define VERSION_TEXT(major, minor) TEXT(major) "." TEXT(minor)

int
llhttp_load(struct err *e)
{
	static const struct lib_symbol symbols[] = {
#define LLHTTP_SYMBOL(result, name, args) { "llhttp_" #name, offsetof(struct llhttp_api, name) },
		LLHTTP_API(LLHTTP_SYMBOL)
#undef LLHTTP_SYMBOL
	};
	static struct lib lib = {	/* its ABI is that of the version it was built with */
		.soname = "libllhttp.so." VERSION_TEXT(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR), .title = "llhttp",
		.package = "libllhttp" VERSION_TEXT(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR),
		.symbols = symbols, .count = LEN(symbols), .api = &llhttp,
	};

	return lib_load(&lib, e);
}
