/* JQL of a caller, on its way to a site: repaired where that is certain, inside the fence, or refused with the reason. */
#ifndef TOOLS_JIRA_QUERY_H
#define TOOLS_JIRA_QUERY_H

#include "atlassian/fields.h"

/*
 * The JQL to send for a caller's. projects: keys, comma-separated, that narrow it further; may be NULL. A repair is said
 * in c->out. NULL with the error in the call. Does not park.
 */
const char *jira_query(struct call *, const struct site *, const char *text, const char *projects);

/* What was probably meant; ask: the site refused it, so its own field names are worth a request. NULL: nothing to say. Parks. */
const char *jira_query_hint(struct call *, struct site *, const char *text, bool ask);

/* Adds the hint to the error of a refused query; -1. Parks. */
int jira_query_refused(struct call *, struct site *, const char *text);

#endif
