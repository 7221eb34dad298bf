/* What confluence*.c share: what a site remembers of Confluence, and CQL. */
#ifndef ATLASSIAN_CONFLUENCE_INT_H
#define ATLASSIAN_CONFLUENCE_INT_H

#include "atlassian/confluence.h"

enum { MAX_PEOPLE = 4096, MAX_SPACES = 2048 };

struct site_confluence {
	struct {
		const char *id, *name;
	} *people;
	size_t person_count;
	struct space *spaces;
	size_t space_count;
};

struct site_confluence *confluence_memory(struct site *);
/* The text as a string of CQL, in its quotes. */
const char *cql_quoted(struct call *, const char *text);

#endif
