/*
 * Many issues: by key, or the whole result set of a query page by page. Only the fields that are asked for travel.
 * Issues outside the fence are left out of what a query gives, and are an error where they were named.
 */
#ifndef ATLASSIAN_ISSUES_H
#define ATLASSIAN_ISSUES_H

#include "atlassian/jira.h"

enum { ISSUES_MAX = 10000, ISSUES_MAX_KEYS = 1000 };

struct issues {
	json **v;
	size_t n;
	bool more;		/* the query has more than max */
	int64_t total;		/* as the site counts them; -1 where it does not say */
};

enum {
	ISSUES_CHANGELOG = 1 << 0,	/* Data Center: each issue with its history (atlassian/history.h wants it) */
};

/* Every issue of a query that was already fenced, at most max (<= ISSUES_MAX). fields: ids, comma-separated. Parks. */
int issues_search(struct call *, struct site *, const char *jql, const char *fields, unsigned flags, size_t max,
    struct issues *ret) ATTR_MUST;

/*
 * The issues of these keys, ids or links (NULL-terminated, at most ISSUES_MAX_KEYS), in their order. One that does not
 * exist, may not be seen or is outside the fence is ERR_NOT_FOUND, named. project is always among the fields. Parks.
 */
int issues_read(struct call *, struct site *, char **keys, const char *fields, unsigned flags, struct issues *ret) ATTR_MUST;

/* How many issues a query finds; Cloud's number is approximate. Parks. */
int issues_count(struct call *, struct site *, const char *jql, int64_t *ret) ATTR_MUST;

/*
 * Lists of the boards' own API ("board/1/issue", "sprint/2/issue"), in rank order. Cloud's go by token at /rest/software
 * (the older ones are deprecated), Data Center's by position at /rest/agile.
 */
struct agile_page {
	const char *path;		/* in */
	const char *jql, *fields;	/* in; NULL: all */
	unsigned flags;			/* in */
	int64_t size;			/* in: how many to ask for */
	const char *token;		/* in and out, Cloud: of the page to read; then of the next, NULL at the end */
	int64_t at;			/* in and out, Data Center: its position; then of the next */
	json *issues;			/* out: an array */
	int64_t total;			/* out: -1 where the site does not say */
	bool last;			/* out */
};
int issues_page(struct call *, struct site *, struct agile_page *) ATTR_MUST;	/* parks */

/* All of them, at most max. Parks. */
int issues_of_agile(struct call *, struct site *, const char *path, const char *jql, const char *fields, unsigned flags,
    size_t max, struct issues *ret) ATTR_MUST;

#endif
