/* What plan.c makes and eval.c runs. Inside query/ only. */
#ifndef QUERY_PLAN_H
#define QUERY_PLAN_H

#include "query/date.h"
#include "query/eval.h"
#include "query/words.h"

struct wanted {			/* a resolved operand */
	struct jql_values values;	/* in the plan's arena */
	bool empty;		/* EMPTY is among them */
	struct words *words;	/* for ~ */
};

struct window {			/* of predicates, both ends inclusive */
	int64_t from_ms, to_ms;
	bool has_by, has_from, has_to;
	struct wanted by, from, to;
};

struct node {
	enum clause_kind kind;		/* no CLAUSE_NOT: they are worked into the operators */
	struct node *child;
	size_t count;
	const struct clause *clause;	/* CLAUSE_TERM */
	enum query_op op;		/* OP_COUNT: the opposite of OP_CHANGED */
	const struct jql_field *field;
	struct wanted want;
	struct window *window;		/* WAS and CHANGED */
};

struct sort_key {
	const struct jql_field *field;
	bool descending;
};

struct jql_plan {
	enum query_lang lang;
	const struct jql_source *source;
	struct arena *arena;
	struct err *e;			/* while planning */
	struct date_zone zone;
	struct node *root;		/* NULL: everything matches */
	struct sort_key *sort;
	size_t sort_count;
	struct jql_values scratch[2];	/* heap; the item's values, of two items when comparing */
	struct jql_history history;	/* heap */
};

struct jql_plan *query_plan(
    struct arena *, const struct query *, const struct jql_source *, int64_t now_ms, struct err *e);

#endif
