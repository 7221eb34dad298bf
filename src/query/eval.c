/*
 * Runs a plan against one item at a time. A condition asks the source for the
 * item's values and compares each with each wanted one. In Jira, negative
 * operators (!=, not in, !~) hold only for items that have a value at all; in
 * Confluence they are a plain NOT.
 *
 * History: an item's changes cut time into spans, each with a value, a
 * beginning and somebody who began it (the creator for the first). WAS holds
 * when a span with a wanted value overlaps the window of the predicates;
 * CHANGED when one change lies in it and fits FROM, TO and BY.
 */
#include "query/plan.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void *
room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap == 0 ? 8 : *cap * 2;
	return mem_grow(v, *cap * size);
}

void
jql_values_add(struct jql_values *l, struct jql_value v)
{
	l->v = room(l->v, l->n, &l->cap, sizeof(v));
	l->v[l->n++] = v;
}

void
jql_history_add(struct jql_history *h, struct jql_change c)
{
	h->v = room(h->v, h->n, &h->cap, sizeof(c));
	h->v[h->n++] = c;
}

static bool
same_text(const char *a, const struct jql_value *b)
{
	return a != NULL && (str_ieq(a, b->id) || str_ieq(a, b->text) || str_ieq(a, b->alias));
}

static bool
same_name(const struct jql_value *a, const struct jql_value *b)
{
	if (a->id != NULL && b->id != NULL)
		return strcmp(a->id, b->id) == 0;
	return same_text(a->id, b) || same_text(a->text, b) || same_text(a->alias, b);
}

/* OPS-7: project without case, then number. */
static int
compare_keys(const char *a, const char *b)
{
	const char *da = strrchr(a, '-'), *db = strrchr(b, '-');
	size_t na = da != NULL ? (size_t)(da - a) : strlen(a), nb = db != NULL ? (size_t)(db - b) : strlen(b);
	int d = strncasecmp(a, b, na < nb ? na : nb);
	long long x, y;

	if (d != 0 || na != nb)
		return d != 0 ? d : na < nb ? -1 : 1;
	x = da != NULL ? strtoll(da + 1, NULL, 10) : 0;
	y = db != NULL ? strtoll(db + 1, NULL, 10) : 0;
	return (x > y) - (x < y);
}

static int
compare(enum jql_type type, const struct jql_value *a, const struct jql_value *b)
{
	switch (type) {
	case JQL_DATE:
	case JQL_DATETIME:
		return (a->ms > b->ms) - (a->ms < b->ms);
	case JQL_NUMBER:
	case JQL_RANKED:
		return (a->number > b->number) - (a->number < b->number);
	case JQL_KEY:
		return compare_keys(a->text != NULL ? a->text : "", b->text != NULL ? b->text : "");
	case JQL_NAME:
	case JQL_USER:
	case JQL_TEXT:
		break;
	}
	return strcasecmp(a->text != NULL ? a->text : "", b->text != NULL ? b->text : "");
}

static bool
same(enum jql_type type, const struct jql_value *a, const struct jql_value *b)
{
	if (type == JQL_DATE || type == JQL_DATETIME || type == JQL_NUMBER)
		return compare(type, a, b) == 0;
	return same_name(a, b);
}

static bool
any_same(enum jql_type type, const struct jql_values *have, const struct jql_values *want)
{
	for (size_t i = 0; i < have->n; i++) {
		for (size_t j = 0; j < want->n; j++) {
			if (same(type, &have->v[i], &want->v[j]))
				return true;
		}
	}
	return false;
}

static bool
any_order(enum jql_type type, enum query_op op, const struct jql_values *have, const struct jql_values *want)
{
	for (size_t i = 0; i < have->n; i++) {
		for (size_t j = 0; j < want->n; j++) {
			int d = compare(type, &have->v[i], &want->v[j]);

			if (type == JQL_KEY && have->v[i].text != NULL && want->v[j].text != NULL) {
				/* keys of another project are not in the order */
				const char *a = have->v[i].text, *b = want->v[j].text, *da = strrchr(a, '-');

				if (da == NULL || strncasecmp(a, b, (size_t)(da - a) + 1) != 0)
					continue;
			}
			if ((op == OP_LT && d < 0) || (op == OP_LE && d <= 0) || (op == OP_GT && d > 0) ||
			    (op == OP_GE && d >= 0))
				return true;
		}
	}
	return false;
}

static bool
any_like(const struct node *n, const struct jql_values *have)
{
	for (size_t i = 0; i < have->n && n->want.words != NULL; i++) {
		if (have->v[i].text != NULL && words_match(n->want.words, have->v[i].text))
			return true;
	}
	return false;
}

/* ---- history ---- */

static bool
value_wanted(const struct jql_field *f, const struct jql_value *v, const struct wanted *w)
{
	struct jql_values one = { .n = 1 };
	struct jql_value copy = *v;

	if (v->text == NULL && v->id == NULL)
		return w->empty;
	one.v = &copy;
	return any_same(f->type, &one, &w->values);
}

static const struct jql_field user_field = { .name = "by", .type = JQL_USER };

static bool
was(struct jql_plan *p, const struct node *n, const struct jql_values *now)
{
	const struct jql_history *h = &p->history;
	const struct window *w = n->window;

	for (size_t i = 0; i <= h->n; i++) {
		int64_t begin = i == 0 ? h->created_ms : h->v[i - 1].at_ms, end = i == h->n ? INT64_MAX : h->v[i].at_ms;
		const struct jql_value *by = i == 0 ? &h->creator : &h->v[i - 1].by;
		bool fits;

		if (begin > w->to_ms || end < w->from_ms || end == begin)
			continue;
		if (w->has_by && !value_wanted(&user_field, by, &w->by))
			continue;
		if (h->n == 0)	/* never changed: it always was what it is */
			fits = now->n == 0 ? n->want.empty : any_same(n->field->type, now, &n->want.values);
		else
			fits = value_wanted(n->field, i == 0 ? &h->v[0].from : &h->v[i - 1].to, &n->want);
		if (fits)
			return true;
	}
	return false;
}

static bool
changed(struct jql_plan *p, const struct node *n)
{
	const struct jql_history *h = &p->history;
	const struct window *w = n->window;

	for (size_t i = 0; i < h->n; i++) {
		const struct jql_change *c = &h->v[i];

		if (c->at_ms >= w->from_ms && c->at_ms <= w->to_ms &&
		    (!w->has_by || value_wanted(&user_field, &c->by, &w->by)) &&
		    (!w->has_from || value_wanted(n->field, &c->from, &w->from)) &&
		    (!w->has_to || value_wanted(n->field, &c->to, &w->to)))
			return true;
	}
	return false;
}

/* ---- one condition, one item ---- */

static bool
match_term(struct jql_plan *p, const struct node *n, const void *item)
{
	const struct jql_source *s = p->source;
	struct jql_values *have = &p->scratch[0];
	enum query_op op = n->op;
	enum jql_type type = n->field->type;

	have->n = 0;
	s->values(s->ctx, n->field, item, have);
	if (op >= OP_WAS) {
		p->history.n = 0;
		p->history.created_ms = INT64_MIN;
		p->history.creator = (struct jql_value){ .id = NULL };
		s->history(s->ctx, n->field, item, &p->history);
	}
	switch (op) {
	case OP_EQ:
	case OP_IN:
	case OP_IS:
		return have->n == 0 ? n->want.empty : any_same(type, have, &n->want.values);
	case OP_NE:
	case OP_NOT_IN:
	case OP_IS_NOT:
		return have->n == 0 ? p->lang == QUERY_CQL : !any_same(type, have, &n->want.values);
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return any_order(type, op, have, &n->want.values);
	case OP_LIKE:
		return have->n == 0 ? n->want.empty : any_like(n, have);
	case OP_NOT_LIKE:
		return have->n == 0 ? p->lang == QUERY_CQL : !any_like(n, have);
	case OP_WAS:
	case OP_WAS_IN:
		return was(p, n, have);
	case OP_WAS_NOT:
	case OP_WAS_NOT_IN:
		return !was(p, n, have);
	case OP_CHANGED:
		return changed(p, n);
	case OP_COUNT:
		break;
	}
	return !changed(p, n);
}

static bool
match(struct jql_plan *p, const struct node *n, const void *item)
{
	if (n->kind == CLAUSE_TERM)
		return match_term(p, n, item);
	for (size_t i = 0; i < n->count; i++) {
		if (match(p, &n->child[i], item) == (n->kind == CLAUSE_OR))
			return n->kind == CLAUSE_OR;
	}
	return n->kind == CLAUSE_AND;
}

bool
jql_plan_match(struct jql_plan *p, const void *item)
{
	return p->root == NULL || match(p, p->root, item);
}

int
jql_plan_compare(struct jql_plan *p, const void *a, const void *b)
{
	const struct jql_source *s = p->source;

	for (size_t i = 0; i < p->sort_count; i++) {
		const struct jql_field *f = p->sort[i].field;
		struct jql_values *x = &p->scratch[0], *y = &p->scratch[1];
		int d;

		x->n = y->n = 0;
		s->values(s->ctx, f, a, x);
		s->values(s->ctx, f, b, y);
		if (x->n == 0 || y->n == 0)
			d = (x->n == 0) - (y->n == 0);
		else
			d = compare(f->type, &x->v[0], &y->v[0]);
		if (d != 0)
			return p->sort[i].descending ? -d : d;
	}
	return 0;
}

int
jql_match(const struct jql *j, const struct jql_source *s, const void *item, int64_t now_ms, bool *ret, struct err *e)
{
	struct arena *a = arena_new();
	struct jql_plan *p = jql_plan(a, j, s, now_ms, e);

	if (p != NULL)
		*ret = jql_plan_match(p, item);
	jql_plan_release(p);
	arena_free(a);
	return p != NULL ? 0 : -1;
}
