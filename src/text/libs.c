#include "text/libs.h"

#include "base/lib.h"

struct expat_api expat;
struct md4c_api md4c;

int
expat_load(struct err *e)
{
	static const struct lib_symbol symbols[] = {
#define EXPAT_SYMBOL(result, name, args) { "XML_" #name, offsetof(struct expat_api, name) },
		EXPAT_API(EXPAT_SYMBOL)
#undef EXPAT_SYMBOL
	};
	static struct lib lib = {
		.soname = "libexpat.so.1", .title = "expat", .package = "libexpat1",
		.symbols = symbols, .count = LEN(symbols), .api = &expat,
	};

	return lib_load(&lib, e);
}

int
md4c_load(struct err *e)
{
	static const struct lib_symbol symbols[] = { { "md_parse", offsetof(struct md4c_api, parse) } };
	static struct lib lib = {
		.soname = "libmd4c.so.0", .title = "md4c", .package = "libmd4c0",
		.symbols = symbols, .count = LEN(symbols), .api = &md4c,
	};

	return lib_load(&lib, e);
}
