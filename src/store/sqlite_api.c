#include "store/sqlite_api.h"

#include "base/lib.h"

struct sqlite_api sqlite;

int
sqlite_load(struct err *e)
{
	static const struct lib_symbol symbols[] = {
#define SQLITE_SYMBOL(type, name, args) { "sqlite3_" #name, offsetof(struct sqlite_api, name) },
		SQLITE_API_LIST(SQLITE_SYMBOL)
#undef SQLITE_SYMBOL
	};
	static struct lib lib = {
		.soname = "libsqlite3.so.0", .title = "SQLite", .package = "libsqlite3-0",
		.symbols = symbols, .count = LEN(symbols), .api = &sqlite,
	};

	return lib_load(&lib, e);
}
