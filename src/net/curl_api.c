#include "net/curl_api.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/* Older ones ignore CURLOPT_PROTOCOLS_STR (7.85) and CURLOPT_PREREQFUNCTION (7.80), which security rests on. */
enum { OLDEST_VERSION = 0x075500 };

struct curl_api curl;

int
curl_load(struct err *e)
{
	static bool loaded;
	void *lib, *symbol;

	if (loaded)
		return 0;
	lib = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (lib == NULL) {
		err_set(e, ERR_CONFIG, "libcurl can't be loaded: %s.", dlerror());
		err_hint(e, "Install it, e.g. apt-get install libcurl4.");
		return -1;
	}
#define CURL_FIND(type, name, args) \
	symbol = dlsym(lib, "curl_" #name); \
	if (symbol == NULL) \
		return err_set(e, ERR_CONFIG, "libcurl is too old: curl_" #name " is missing."); \
	memcpy(&curl.name, &symbol, sizeof(symbol));
	CURL_API(CURL_FIND)
#undef CURL_FIND
	if (curl.version_info(CURLVERSION_NOW)->version_num < OLDEST_VERSION) {
		err_set(e, ERR_CONFIG, "libcurl %s is too old.", curl.version_info(CURLVERSION_NOW)->version);
		err_hint(e, "Install 7.85 or newer.");
		return -1;
	}
	if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_CONFIG, "libcurl could not be initialised.");
	loaded = true;
	return 0;
}
