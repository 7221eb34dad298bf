#include "store/sqlite_api.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

struct sqlite_api sqlite;

int
sqlite_load(struct err *e)
{
	static bool loaded;
	void *lib, *symbol;

	if (loaded)
		return 0;
	lib = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
	if (lib == NULL) {
		err_set(e, ERR_CONFIG, "SQLite can't be loaded: %s.", dlerror());
		err_hint(e, "Install it, e.g. apt-get install libsqlite3-0.");
		return -1;
	}
#define SQLITE_FIND(type, name, args) \
	symbol = dlsym(lib, "sqlite3_" #name); \
	if (symbol == NULL) \
		return err_set(e, ERR_CONFIG, "SQLite is too old: sqlite3_" #name " is missing."); \
	memcpy(&sqlite.name, &symbol, sizeof(symbol));
	SQLITE_API_LIST(SQLITE_FIND)
#undef SQLITE_FIND
	loaded = true;
	return 0;
}
