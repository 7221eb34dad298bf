/*
 * JQL, the Jira Query Language: parse, print, fence, hints. Pure.
 * The grammar is Atlassian's (the one behind their own editor), so what parses
 * here parses there. Evaluation is in query/eval.h.
 * https://support.atlassian.com/jira-software-cloud/docs/use-advanced-search-with-jira-query-language-jql/
 */
#ifndef QUERY_JQL_H
#define QUERY_JQL_H

#include "query/ast.h"

struct jql {
	struct query q;
};

/* NULL and e set (ERR_INPUT) when text is not JQL. The message is in Jira's words and ends
 * with "(line L, character C)". An empty text is a query without a condition. Stricter
 * than Atlassian only where a text could not be held: invalid UTF-8, U+0000, lone surrogates. */
struct jql *jql_parse(struct arena *, const char *text, size_t len, struct err *e);
/* The same; on failure *ret_fault says where, by machine. */
struct jql *jql_parse_at(struct arena *, const char *text, size_t len, struct query_fault *ret_fault, struct err *e);

/* Appends the query in one canonical spelling; parsing that gives an equal tree. */
void jql_print(const struct jql *, struct buf *out);

/* Same meaning, node by node; positions do not count. */
bool jql_equal(const struct jql *, const struct jql *);

/*
 * The text of: field in ("A", "B") AND (user's condition) ORDER BY user's order.
 * It is printed from the tree, parsed again and compared, so no text of a user
 * can leave the fence. user may be NULL.
 * NULL when n is 0 (a fence around nothing lets nothing through: do not ask the
 * site at all), when a value is not UTF-8, and when user is so near the parser's
 * limits that there is no room for a fence.
 */
char *jql_fence(struct arena *, const struct jql *user, const char *field, const char *const *values, size_t n);
/* The text of: (user's condition) AND (fence's condition first), for fences of any shape; the
 * fence's own order is dropped. NULL when the fence has no condition. */
char *jql_fence_with(struct arena *, const struct jql *user, const struct jql *fence);

/* Whether the query's own words keep it within the fence: it says field = or field in with nothing but these values, in every branch. */
bool jql_within(const struct jql *, const char *field, const char *const *values, size_t n);

/* Whether Jira Cloud's search accepts it: it has a condition ("order by key" alone is refused). */
bool jql_bounded(const struct jql *);

/* What the site knows beside Jira's own names; arrays may be NULL. */
struct query_names {
	const char *const *fields;
	size_t field_count;
	const char *const *functions;
	size_t function_count;
};

/*
 * What is probably meant by a query that is wrong or that will not do what it
 * seems to say: SQL habits, missing or smart quotes, unknown fields and
 * functions with the nearest known one, operators that a field does not take.
 * One or more sentences, with the repaired query when repair leads to a valid
 * one; NULL when there is nothing to say, and for texts beyond 8 KiB. known may be
 * NULL: then fields that are not Jira's own are taken for custom fields unless
 * they look like a slip.
 */
const char *jql_hint(struct arena *, const char *text, size_t len, const struct query_names *known);

/*
 * The query that was certainly meant by one that Jira would refuse: quotation marks, SQL's operators, "me", "yesterday".
 * Names that only look like a slip are never changed. NULL when there is nothing to repair, or no certain way; *ret_notes
 * says in sentences what was done.
 */
const char *jql_repaired(struct arena *, const char *text, size_t len, const char **ret_notes);

#endif
