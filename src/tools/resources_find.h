/* Finding issues from what people type, for completion and for ChatGPT's search: words become a safe query. */
#ifndef TOOLS_RESOURCES_FIND_H
#define TOOLS_RESOURCES_FIND_H

#include "atlassian/jira.h"

enum find_words {
	FIND_ALL,	/* every word must occur */
	FIND_ANY,	/* one is enough */
	FIND_BEGUN,	/* every word, and the last may be unfinished */
};

/* The condition: field ~ "the words of text". Only letters and digits of text reach the query, so it has no operator
 * of any kind. NULL when there is no word in it. */
char *find_words_jql(struct arena *, const char *field, const char *text, enum find_words);

/*
 * Searches with the site's fence around jql, one request. fields is a comma-separated
 * list; project is always asked for. *ret is the array of issues; the caller still
 * checks each with find_allowed. ERR_INPUT when jql is not valid or without condition.
 */
int find_issues(struct call *, struct site *, const char *jql, int64_t limit, const char *fields, json **ret) ATTR_MUST;
bool find_allowed(const struct site *, json *issue);

#endif
