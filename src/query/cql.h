/*
 * CQL, the Confluence Query Language: JQL's sister with fewer operators (= !=
 * < <= > >= ~ !~ IN, NOT IN), no EMPTY and no history. Pure.
 * There is no published grammar: this one follows the reference manual and its
 * examples, and is generous in what it reads and strict in what it prints (text
 * in quotes wherever a manual would quote it).
 * https://developer.atlassian.com/cloud/confluence/advanced-searching-using-cql/
 */
#ifndef QUERY_CQL_H
#define QUERY_CQL_H

#include "query/eval.h"

struct cql {
	struct query q;
};

/* As the functions of query/jql.h. */
struct cql *cql_parse(struct arena *, const char *text, size_t len, struct err *e);
struct cql *cql_parse_at(struct arena *, const char *text, size_t len, struct query_fault *ret_fault, struct err *e);
void cql_print(const struct cql *, struct buf *out);
bool cql_equal(const struct cql *, const struct cql *);
/* space in ("A", "B") AND (user's condition) ORDER BY user's order. */
char *cql_fence(struct arena *, const struct cql *user, const char *field, const char *const *values, size_t n);
char *cql_fence_with(struct arena *, const struct cql *user, const struct cql *fence);
/* Confluence wants a condition. */
bool cql_bounded(const struct cql *);
const char *cql_hint(struct arena *, const char *text, size_t len, const struct query_names *known);

/* A plan as of query/eval.h, to be used with its functions. Unlike in Jira, != and NOT IN and !~ hold also for
 * items without a value. */
struct jql_plan *cql_plan(struct arena *, const struct cql *, const struct jql_source *, int64_t now_ms, struct err *e);

#endif
