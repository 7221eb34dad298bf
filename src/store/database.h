/*
 * A database of our own: one SQLite file (WAL) in the directory of state, made on first use with mode 0600. One that
 * others can read or write, that is reached through a link in its own place, or that a newer program wrote, is refused.
 */
#ifndef STORE_DATABASE_H
#define STORE_DATABASE_H

#include "store/sqlite_api.h"

struct database {
	const char *file;	/* "journal.db" */
	const char *what;	/* for messages: "journal" */
	const char *schema;	/* statements that make what is missing */
	int version;		/* PRAGMA user_version */
};

/* dir may be NULL: there is no place. -1: e set (ERR_CONFIG), *ret untouched. The caller closes it. Waits for another
 * process that is opening one in the same directory. */
int database_open(const char *dir, const struct database *, sqlite3 **ret, struct err *e) ATTR_MUST;

#endif
