/*
 * SQLite, loaded on first use like libcurl (net/curl_api.h): a server that only
 * reads never opens it. `sqlite.open_v2` and the rest are its own functions.
 */
#ifndef STORE_SQLITE_API_H
#define STORE_SQLITE_API_H

#include "base/err.h"

#include <sqlite3.h>

#define SQLITE_API_LIST(X) \
	X(int, open_v2, (const char *, sqlite3 **, int, const char *)) \
	X(int, close_v2, (sqlite3 *)) \
	X(int, exec, (sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *, char **)) \
	X(int, busy_timeout, (sqlite3 *, int)) \
	X(const char *, errmsg, (sqlite3 *)) \
	X(int, prepare_v2, (sqlite3 *, const char *, int, sqlite3_stmt **, const char **)) \
	X(int, bind_text, (sqlite3_stmt *, int, const char *, int, void (*)(void *))) \
	X(int, bind_int64, (sqlite3_stmt *, int, sqlite3_int64)) \
	X(int, step, (sqlite3_stmt *)) \
	X(int, reset, (sqlite3_stmt *)) \
	X(int, finalize, (sqlite3_stmt *)) \
	X(const unsigned char *, column_text, (sqlite3_stmt *, int)) \
	X(sqlite3_int64, column_int64, (sqlite3_stmt *, int)) \
	X(int, changes, (sqlite3 *))

struct sqlite_api {
#define SQLITE_MEMBER(type, name, args) type(*name) args;
	SQLITE_API_LIST(SQLITE_MEMBER)
#undef SQLITE_MEMBER
};

extern struct sqlite_api sqlite;

int sqlite_load(struct err *) ATTR_MUST;	/* -1: ERR_CONFIG, says what to install */

#endif
