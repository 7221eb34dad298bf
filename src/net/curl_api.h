/*
 * libcurl, loaded on first use. Linked in, it would cost every start 4 ms and 36
 * shared objects; a client that only lists tools never needs it. `curl.easy_init`
 * and the rest are libcurl's functions of the same names.
 */
#ifndef NET_CURL_API_H
#define NET_CURL_API_H

#include "base/err.h"

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#define CURL_API(X) \
	X(CURLcode, global_init, (long)) \
	X(const char *, easy_strerror, (CURLcode)) \
	X(CURL *, easy_init, (void)) \
	X(void, easy_reset, (CURL *)) \
	X(void, easy_cleanup, (CURL *)) \
	X(CURLcode, easy_setopt, (CURL *, CURLoption, ...)) \
	X(CURLcode, easy_getinfo, (CURL *, CURLINFO, ...)) \
	X(struct curl_slist *, slist_append, (struct curl_slist *, const char *)) \
	X(void, slist_free_all, (struct curl_slist *)) \
	X(CURLM *, multi_init, (void)) \
	X(CURLMcode, multi_setopt, (CURLM *, CURLMoption, ...)) \
	X(CURLMcode, multi_add_handle, (CURLM *, CURL *)) \
	X(CURLMcode, multi_remove_handle, (CURLM *, CURL *)) \
	X(CURLMcode, multi_assign, (CURLM *, curl_socket_t, void *)) \
	X(CURLMcode, multi_socket_action, (CURLM *, curl_socket_t, int, int *)) \
	X(CURLMsg *, multi_info_read, (CURLM *, int *)) \
	X(CURLMcode, multi_cleanup, (CURLM *)) \
	X(curl_version_info_data *, version_info, (CURLversion))

struct curl_api {
#define CURL_MEMBER(type, name, args) type(*name) args;
	CURL_API(CURL_MEMBER)
#undef CURL_MEMBER
};

extern struct curl_api curl;

/* Loads and initialises libcurl; further calls cost nothing. -1: ERR_CONFIG, says what to install. */
int curl_load(struct err *) ATTR_MUST;

#endif
