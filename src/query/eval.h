/*
 * Evaluation of JQL against items that somebody else holds. The holder gives a
 * table of callbacks; this module knows operators, empty values, dates, text
 * match, history and order, and reports errors in Jira's words. Pure: "now"
 * and the time zone are given.
 *
 *	struct jql_plan *p = jql_plan(arena, jql, &source, now_ms, &err);	// all errors happen here
 *	for (...) if (jql_plan_match(p, &issue[i])) ...
 *	qsort_r(..., jql_plan_compare ...)
 *
 * Handled here, never asked of the source: EMPTY; dates "2026-11-23",
 * "2026/11/23 10:04", -7d, "4w 2d"; now(), startOf/endOf Day/Week/Month/Year(inc).
 * Asked of the source: what fields exist, their values, what a literal names,
 * every other function (currentUser, openSprints, membersOf, ...).
 */
#ifndef QUERY_EVAL_H
#define QUERY_EVAL_H

#include "query/jql.h"

enum jql_type {
	JQL_NAME,	/* one of named things: status, project, issue type, label, component, sprint; no < > */
	JQL_RANKED,	/* named things in an order: priority, version; < > compare jql_value.number */
	JQL_USER,
	JQL_TEXT,	/* words, ~ only: summary, description, comment, text */
	JQL_NUMBER,
	JQL_DATE,	/* a day: jql_value.ms is its start in the user's zone */
	JQL_DATETIME,
	JQL_KEY,	/* issue keys: < > compare within a project by number */
};

/* A value of a field, or what an operand stands for. Two with ids are the same when the ids are; otherwise when
 * any of id, text and alias of the one equals any of the other's, without case. */
struct jql_value {
	const char *id;		/* account id, status id, project id ...; may be NULL */
	const char *text;	/* name, key or text */
	const char *alias;	/* another accepted spelling: project name, e-mail address; may be NULL */
	double number;		/* JQL_NUMBER; place in the order for JQL_RANKED */
	int64_t ms;		/* JQL_DATE, JQL_DATETIME */
};

struct jql_values {		/* a list that callbacks append to with jql_values_add */
	struct jql_value *v;
	size_t n, cap;
};
void jql_values_add(struct jql_values *, struct jql_value);

struct jql_change {
	int64_t at_ms;
	struct jql_value by, from, to;	/* from, to: text NULL is empty */
};
struct jql_history {		/* oldest first */
	struct jql_change *v;
	size_t n, cap;
	int64_t created_ms;	/* of the item: from then on it had its first value */
	struct jql_value creator;
};
void jql_history_add(struct jql_history *, struct jql_change);

struct jql_field {
	const char *name;	/* as messages say it */
	enum jql_type type;
	bool no_search;		/* for ORDER BY only */
	bool no_sort;
	bool sort_desc;		/* ORDER BY without a direction sorts descending */
	bool no_empty;		/* always has a value: IS EMPTY is an error, as for project and key */
	bool has_history;	/* WAS and CHANGED */
	bool like;		/* also takes ~ and !~ though not JQL_TEXT: version, URL, issue picker fields */
	bool like_only;		/* JQL_TEXT of Jira's own kind: no = != in; without it = compares the whole text */
	const void *cookie;	/* the source's own */
};

struct jql_source {
	void *ctx;
	int tz_minutes;		/* the user's zone, east of UTC */
	int week_start;		/* 0 Sunday (Jira's default in the US), 1 Monday */

	/* The field, or NULL. name is "status", "Story Points", "cf[10001]", "10001" or with property
	 * "issue.property[a].b". */
	const struct jql_field *(*field)(void *ctx, const char *name);
	/* Appends the item's values; none when empty. Their text lives at least until the next call but one. */
	void (*values)(void *ctx, const struct jql_field *, const void *item, struct jql_values *out);
	/* What a literal names in this field: JQL_NAME, JQL_RANKED, JQL_USER, JQL_KEY only. Appends one or more
	 * and returns 0; -1 when no such thing exists. NULL: every literal stands for itself. The appended text lives
	 * as long as the plan. The field is one of the source's own, or, for BY, a JQL_USER one without cookie, named
	 * "by". */
	int (*resolve)(void *ctx, const struct jql_field *, const char *literal, bool number, struct jql_values *out);
	/* Appends changes and sets created_ms and creator; only for fields with has_history. May be NULL. */
	void (*history)(void *ctx, const struct jql_field *, const void *item, struct jql_history *out);
	/* Appends what the function stands for. 0; -1 with e set when its arguments are wrong; 1 when there is no such
	 * function. May be NULL. */
	int (*function)(void *ctx, const struct jql_field *, const char *name, const char *const *args, size_t n,
	    struct jql_values *out, struct err *e);
};

struct jql_plan;

/* Resolves fields, values and functions once. NULL and e set (ERR_INPUT), in Jira's words: "Field 'foo' does not exist
 * or you do not have permission to view it.", "The value 'X' does not exist for the field 'project'." The plan lives in
 * the arena and refers to the query and the source. */
struct jql_plan *jql_plan(struct arena *, const struct jql *, const struct jql_source *, int64_t now_ms, struct err *e);
bool jql_plan_match(struct jql_plan *, const void *item);
/* < 0, 0, > 0 by ORDER BY; 0 without one. Items without a value come last ascending and first descending. */
int jql_plan_compare(struct jql_plan *, const void *a, const void *b);
void jql_plan_release(struct jql_plan *);	/* its scratch memory; accepts NULL */

/* All at once for one item. */
int jql_match(const struct jql *, const struct jql_source *, const void *item, int64_t now_ms, bool *ret,
    struct err *e) ATTR_MUST;

#endif
