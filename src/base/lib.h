/*
 * Libraries loaded on first use. A client that starts the server only to list its
 * tools should not wait for what HTTP, databases and documents need; linked in, they
 * cost every start more than all the rest. This is the only dlopen.
 *
 * A user states its functions once, as X(result, name, arguments), makes a struct of
 * pointers of that list and a table of LIB_SYMBOL rows, and calls through the struct.
 */
#ifndef BASE_LIB_H
#define BASE_LIB_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct lib_symbol {
	const char *name;
	size_t offset;		/* of its pointer in the struct */
};

struct lib {
	const char *soname;	/* "libcurl.so.4" */
	const char *title;	/* for messages: "libcurl" */
	const char *package;	/* Debian's, for the advice */
	const struct lib_symbol *symbols;
	size_t count;
	void *api;		/* the struct of pointers */
	bool loaded;
};

/* Loads it the first time; further calls cost nothing. -1: ERR_CONFIG, says what to install. */
int lib_load(struct lib *, struct err *) ATTR_MUST;

#endif
