/*
 * Tree to plan: every field is looked up, every operator checked against its
 * field, every operand resolved to values, once. All errors of a query that is
 * grammatical happen here, in Jira's words, so that matching cannot fail.
 *
 * An operand becomes a list of values: literals through the source's resolve,
 * functions through our date functions or the source's function, lists by
 * flattening. Dates become instants; on day fields, starts of days.
 */
#include "query/plan.h"

#include "base/str.h"
#include "query/print.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct jql_field by_field = { .name = "by", .type = JQL_USER };

/* The name by which the source is asked: with properties as issue.property[key].path. */
static const char *
field_name(struct arena *a, const struct query_field *f)
{
	const char *name = f->name;

	for (size_t i = 0; i < f->property_count; i++) {
		name = arena_printf(a, "%s[%s]", name, f->property[i].key.text);
		for (size_t j = 0; j < f->property[i].path_count; j++)
			name = arena_printf(a, "%s%s", name, f->property[i].path[j].text);
	}
	return name;
}

static const struct jql_field *
find_field(struct jql_plan *p, const struct query_field *f)
{
	const char *name = field_name(p->arena, f);
	const struct jql_field *found = p->source->field(p->source->ctx, name);

	if (found == NULL)
		err_set(p->e, ERR_INPUT, "Field '%s' does not exist or you do not have permission to view it.", name);
	return found;
}

static bool
is_date(const struct jql_field *f)
{
	return f->type == JQL_DATE || f->type == JQL_DATETIME;
}

static void
add_value(struct jql_plan *p, struct jql_values *to, struct jql_value v)
{
	if (to->n == to->cap) {
		size_t cap = to->cap == 0 ? 1 : to->cap * 2;

		to->v = arena_grow(p->arena, to->v, to->cap * sizeof(v), cap * sizeof(v));
		to->cap = cap;
	}
	to->v[to->n++] = v;
}

static int
add_date(struct jql_plan *p, const struct jql_field *f, struct jql_values *to, int64_t ms)
{
	struct jql_value v = { .ms = f->type == JQL_DATE ? query_day_start(&p->zone, ms) : ms };

	add_value(p, to, v);
	return 0;
}

/* What the callbacks appended to the scratch list moves to `to`. */
static void
take(struct jql_plan *p, const struct jql_field *f, struct jql_values *to)
{
	for (size_t i = 0; i < p->scratch[0].n; i++) {
		if (is_date(f))
			add_date(p, f, to, p->scratch[0].v[i].ms);
		else
			add_value(p, to, p->scratch[0].v[i]);
	}
}

static int
resolve_literal(struct jql_plan *p, const struct jql_field *f, const struct operand *o, struct jql_values *to)
{
	const struct jql_source *s = p->source;
	struct jql_value v = { .text = o->text };
	int64_t ms;
	char *end;

	if (is_date(f)) {
		if (query_date(&p->zone, o->text, o->number, &ms) == -1)
			return err_set(p->e, ERR_INPUT,
			    "Date value '%s' for field '%s' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
			    "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
			    o->text, f->name);
		return add_date(p, f, to, ms);
	}
	if (f->type == JQL_NUMBER) {
		v.number = strtod(o->text, &end);
		if (end == o->text || *end != '\0' || !isfinite(v.number))
			return err_set(
			    p->e, ERR_INPUT, "The value '%s' for the field '%s' is not a number.", o->text, f->name);
	} else if (f->type != JQL_TEXT && s->resolve != NULL) {
		p->scratch[0].n = 0;
		if (s->resolve(s->ctx, f, o->text, o->number, &p->scratch[0]) == -1) {
			if (f->type == JQL_KEY)
				return err_set(p->e, ERR_INPUT, "An issue with key '%s' does not exist for field '%s'.",
				    o->text, f->name);
			return err_set(
			    p->e, ERR_INPUT, "The value '%s' does not exist for the field '%s'.", o->text, f->name);
		}
		take(p, f, to);
		return 0;
	}
	add_value(p, to, v);
	return 0;
}

static int
resolve_function(struct jql_plan *p, const struct jql_field *f, const struct operand *o, struct jql_values *to)
{
	const struct jql_source *s = p->source;
	const char **args = arena_array(p->arena, o->count + 1, sizeof(*args));
	int64_t ms = 0;
	int got;

	for (size_t i = 0; i < o->count; i++)
		args[i] = o->item[i].text;
	got = query_date_function(&p->zone, o->text, args, o->count, &ms);
	if (got == -1)
		return err_set(p->e, ERR_INPUT,
		    "The arguments of the function '%s' are wrong. It takes at most one increment such as "
		    "\"-1d\".",
		    o->text);
	if (got == 0 && !is_date(f))
		return err_set(
		    p->e, ERR_INPUT, "A date for the field '%s' is invalid: function '%s'.", f->name, o->text);
	if (got == 0)
		return add_date(p, f, to, ms);
	p->scratch[0].n = 0;
	got = s->function == NULL ? 1 : s->function(s->ctx, f, o->text, args, o->count, &p->scratch[0], p->e);
	if (got == 1)
		return err_set(p->e, ERR_INPUT, "Unable to find JQL function '%s(%s%s)'.", o->text,
		    o->count > 0 ? args[0] : "", o->count > 1 ? ", ..." : "");
	if (got == -1)
		return err_set(p->e, ERR_INPUT, "The arguments of the function '%s' are wrong.", o->text);
	take(p, f, to);
	return 0;
}

static int
resolve(struct jql_plan *p, const struct jql_field *f, const struct operand *o, struct wanted *w)
{
	switch (o->kind) {
	case OPERAND_EMPTY:
		w->empty = true;
		return 0;
	case OPERAND_VALUE:
		return resolve_literal(p, f, o, &w->values);
	case OPERAND_FUNCTION:
		return resolve_function(p, f, o, &w->values);
	case OPERAND_LIST:
		break;
	}
	for (size_t i = 0; i < o->count; i++) {
		if (resolve(p, f, &o->item[i], w) == -1)
			return -1;
	}
	return 0;
}

static int
resolve_like(struct jql_plan *p, const struct jql_field *f, const struct operand *o, struct wanted *w)
{
	struct jql_field text = *f;

	text.type = JQL_TEXT;	/* patterns name nothing */
	if (resolve(p, &text, o, w) == -1)
		return -1;
	if (w->empty || w->values.n == 0)
		return 0;
	w->words = words_compile(p->arena, w->values.v[0].text);
	if (w->words == NULL && f->type == JQL_TEXT)
		return err_set(p->e, ERR_INPUT, "The text query '%s' for field '%s' holds no word to search for.",
		    w->values.v[0].text, f->name);
	return 0;
}

/* Whether the field takes the operator at all. */
static bool
supports(const struct jql_field *f, enum query_op op)
{
	switch (op) {
	case OP_LIKE:
	case OP_NOT_LIKE:
		return f->type == JQL_TEXT || f->like;
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return f->type == JQL_RANKED || f->type == JQL_NUMBER || f->type == JQL_KEY || is_date(f);
	case OP_EQ:
	case OP_NE:
	case OP_IN:
	case OP_NOT_IN:
		return !(f->type == JQL_TEXT && f->like_only);
	case OP_IS:
	case OP_IS_NOT:
	case OP_WAS:
	case OP_WAS_NOT:
	case OP_WAS_IN:
	case OP_WAS_NOT_IN:
	case OP_CHANGED:
	case OP_COUNT:
		break;
	}
	return true;
}

/* A date of a predicate: AFTER, BEFORE, ON take one, DURING takes the index-th of a list. */
static int
predicate_date(struct jql_plan *p, const struct operand *o, int64_t *ret)
{
	static const struct jql_field when = { .name = "date", .type = JQL_DATETIME };
	struct wanted w = { .empty = false };

	if (resolve(p, &when, o, &w) == -1)
		return -1;
	if (w.values.n != 1 || w.empty)
		return err_set(p->e, ERR_INPUT, "A history predicate takes one date.");
	*ret = w.values.v[0].ms;
	return 0;
}

static int
plan_window(struct jql_plan *p, struct node *n)
{
	struct window *w = n->window = arena_alloc(p->arena, sizeof(*w));
	int64_t a = 0, b = 0;

	w->from_ms = INT64_MIN;
	w->to_ms = INT64_MAX;
	for (size_t i = 0; i < n->clause->predicate_count; i++) {
		const struct predicate *pred = &n->clause->predicate[i];
		const struct operand *o = &pred->operand;
		int64_t lo = INT64_MIN, hi = INT64_MAX;

		if (pred->kind <= PRED_ON && predicate_date(p, o, &a) == -1)
			return -1;
		switch (pred->kind) {
		case PRED_AFTER:
			lo = a + 1;
			break;
		case PRED_BEFORE:
			hi = a - 1;
			break;
		case PRED_ON:
			lo = query_day_start(&p->zone, a);
			hi = lo + 24 * 3600 * 1000 - 1;
			break;
		case PRED_DURING:
			if (o->kind != OPERAND_LIST || o->count != 2)
				return err_set(p->e, ERR_INPUT, "DURING takes two dates in parentheses.");
			if (predicate_date(p, &o->item[0], &lo) == -1 || predicate_date(p, &o->item[1], &b) == -1)
				return -1;
			hi = b;
			break;
		case PRED_BY:
			w->has_by = true;
			if (resolve(p, &by_field, o, &w->by) == -1)
				return -1;
			break;
		case PRED_FROM:
			w->has_from = true;
			if (resolve(p, n->field, o, &w->from) == -1)
				return -1;
			break;
		case PRED_TO:
			w->has_to = true;
			if (resolve(p, n->field, o, &w->to) == -1)
				return -1;
			break;
		}
		w->from_ms = lo > w->from_ms ? lo : w->from_ms;
		w->to_ms = hi < w->to_ms ? hi : w->to_ms;
	}
	return 0;
}

static int
plan_term(struct jql_plan *p, const struct clause *c, struct node *n)
{
	const struct jql_field *f = n->field = find_field(p, &c->field);

	n->clause = c;
	if (f == NULL)
		return -1;
	if (f->no_search)
		return err_set(p->e, ERR_INPUT,
		    "Field '%s' does not exist or this field cannot be viewed by anonymous users.", f->name);
	if (!supports(f, c->op))
		return err_set(p->e, ERR_INPUT, "The operator '%s' is not supported by the '%s' field.",
		    query_op_name(c->op), f->name);
	if (c->op >= OP_WAS) {
		if (!f->has_history || p->source->history == NULL)
			return err_set(p->e, ERR_INPUT, "History searches do not support the '%s' field.", f->name);
		if (plan_window(p, n) == -1)
			return -1;
	}
	if (c->operand == NULL)
		return 0;
	if (c->op == OP_LIKE || c->op == OP_NOT_LIKE) {
		if (resolve_like(p, f, c->operand, &n->want) == -1)
			return -1;
	} else if (resolve(p, f, c->operand, &n->want) == -1) {
		return -1;
	}
	if (n->want.empty && f->no_empty && c->op < OP_WAS)
		return err_set(p->e, ERR_INPUT, "The field '%s' does not support searching for EMPTY values.", f->name);
	return 0;
}

static enum query_op
opposite(enum query_op op)
{
	static const enum query_op table[OP_COUNT] = {
		[OP_EQ] = OP_NE,
		[OP_NE] = OP_EQ,
		[OP_LT] = OP_GE,
		[OP_GE] = OP_LT,
		[OP_GT] = OP_LE,
		[OP_LE] = OP_GT,
		[OP_LIKE] = OP_NOT_LIKE,
		[OP_NOT_LIKE] = OP_LIKE,
		[OP_IN] = OP_NOT_IN,
		[OP_NOT_IN] = OP_IN,
		[OP_IS] = OP_IS_NOT,
		[OP_IS_NOT] = OP_IS,
		[OP_WAS] = OP_WAS_NOT,
		[OP_WAS_NOT] = OP_WAS,
		[OP_WAS_IN] = OP_WAS_NOT_IN,
		[OP_WAS_NOT_IN] = OP_WAS_IN,
		[OP_CHANGED] = OP_COUNT, /* has none in the language: "did not change" */
	};

	return table[op];
}

/* A NOT goes down to the conditions and turns their operators, as Jira does it: so NOT labels = a is
 * labels != a, which an issue without labels does not match. */
static int
plan_clause(struct jql_plan *p, const struct clause *c, bool negated, struct node *n)
{
	while (c->kind == CLAUSE_NOT) {
		negated = !negated;
		c = c->child[0];
	}
	n->kind = c->kind;
	if (c->kind == CLAUSE_TERM) {
		n->op = negated ? opposite(c->op) : c->op;
		return plan_term(p, c, n);
	}
	if (negated)
		n->kind = c->kind == CLAUSE_AND ? CLAUSE_OR : CLAUSE_AND;
	n->count = c->count;
	n->child = arena_array(p->arena, c->count, sizeof(*n->child));
	for (size_t i = 0; i < c->count; i++) {
		if (plan_clause(p, c->child[i], negated, &n->child[i]) == -1)
			return -1;
	}
	return 0;
}

static int
plan_sort(struct jql_plan *p, const struct query *q)
{
	p->sort = arena_array(p->arena, q->sort_count, sizeof(*p->sort));
	for (size_t i = 0; i < q->sort_count; i++) {
		const struct jql_field *f = find_field(p, &q->sort[i].field);

		if (f == NULL)
			return -1;
		if (f->no_sort)
			return err_set(p->e, ERR_INPUT, "Not able to sort using field '%s'.", f->name);
		p->sort[i].field = f;
		p->sort[i].descending = q->sort[i].direction == SORT_DESC ||
		    (q->sort[i].direction == SORT_DEFAULT && f->sort_desc);
	}
	p->sort_count = q->sort_count;
	return 0;
}

struct jql_plan *
query_plan(struct arena *a, const struct query *q, const struct jql_source *s, int64_t now_ms, struct err *e)
{
	struct jql_plan *p = arena_alloc(a, sizeof(*p));

	p->source = s;
	p->arena = a;
	p->e = e;
	p->lang = q->lang;
	p->zone = (struct date_zone){ .now_ms = now_ms, .tz_minutes = s->tz_minutes, .week_start = s->week_start };
	if (q->where != NULL) {
		p->root = arena_alloc(a, sizeof(*p->root));
		if (plan_clause(p, q->where, false, p->root) == -1)
			goto fail;
	}
	if (plan_sort(p, q) == -1)
		goto fail;
	return p;
fail:
	jql_plan_release(p);
	return NULL;
}

struct jql_plan *
jql_plan(struct arena *a, const struct jql *j, const struct jql_source *s, int64_t now_ms, struct err *e)
{
	return query_plan(a, &j->q, s, now_ms, e);
}

void
jql_plan_release(struct jql_plan *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < LEN(p->scratch); i++) {
		mem_free(p->scratch[i].v);
		p->scratch[i] = (struct jql_values){ .n = 0 };
	}
	mem_free(p->history.v);
	p->history = (struct jql_history){ .n = 0 };
}
