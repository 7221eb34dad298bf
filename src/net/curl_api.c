#include "net/curl_api.h"

#include "base/lib.h"

/* Older ones ignore CURLOPT_PROTOCOLS_STR (7.85) and CURLOPT_PREREQFUNCTION (7.80), which security rests on. */
enum { OLDEST_VERSION = 0x075500 };

struct curl_api curl;

int
curl_load(struct err *e)
{
	static const struct lib_symbol symbols[] = {
#define CURL_SYMBOL(type, name, args) { "curl_" #name, offsetof(struct curl_api, name) },
		CURL_API(CURL_SYMBOL)
#undef CURL_SYMBOL
	};
	static struct lib lib = {
		.soname = "libcurl.so.4", .title = "libcurl", .package = "libcurl4",
		.symbols = symbols, .count = LEN(symbols), .api = &curl,
	};
	static bool ready;

	if (ready)
		return 0;
	if (lib_load(&lib, e) == -1)
		return -1;
	if (curl.version_info(CURLVERSION_NOW)->version_num < OLDEST_VERSION) {
		err_set(e, ERR_CONFIG, "libcurl %s is too old.", curl.version_info(CURLVERSION_NOW)->version);
		err_hint(e, "Install 7.85 or newer.");
		return -1;
	}
	if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_CONFIG, "libcurl could not be initialised.");
	ready = true;
	return 0;
}
