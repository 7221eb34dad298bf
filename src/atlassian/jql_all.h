/*
 * All issues of a query that we made ourselves, page after page, inside of the fence. For tools that add up or draw trees;
 * jira_search has its own way, since there the query is somebody else's.
 */
#ifndef ATLASSIAN_JQL_ALL_H
#define ATLASSIAN_JQL_ALL_H

#include "atlassian/jira.h"

struct jql_found {
	json **issue;
	size_t count;
	bool more;		/* there are more than max */
};

/* fields: comma-separated ids; "project" is added. Parks. */
int jql_all(struct call *, struct site *, const char *jql, const char *fields, size_t max, struct jql_found *ret) ATTR_MUST;

/* text as a quoted JQL string, on one line. */
const char *jql_quoted(struct arena *, const char *text);

#endif
