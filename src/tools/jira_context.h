/* The context of a new issue: where and when it came up, what is like it, and the code that it is about. */
#ifndef TOOLS_JIRA_CONTEXT_H
#define TOOLS_JIRA_CONTEXT_H

#include "atlassian/jira.h"

struct context {
	const char *block;	/* Markdown for the end of the description; NULL: nothing to say */
	const char *similar;	/* "OPS-3 Login fails (Done), ..."; NULL: none, or not asked for */
};

/*
 * words: any of time_zone, sprint, similar; NULL: none. code: "file:line-line", and on the following lines what stands there; NULL: none.
 * Each word is at most one request, all at once. Parks.
 */
int context_make(struct call *, struct site *, const char *project, const char *summary, char **words, const char *code,
    struct context *ret) ATTR_MUST;

#endif
