/* What other tools that search share with jira_search. */
#ifndef TOOLS_JIRA_SEARCH_H
#define TOOLS_JIRA_SEARCH_H

#include "atlassian/site.h"

/* The query, checked, with the operator's fence around it. NULL with the error in the call. Does not park. */
char *search_fenced(struct call *, const struct site *, const char *jql);

#endif
