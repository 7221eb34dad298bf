/*
 * Fences: the user's tree becomes the second child of an AND whose first child
 * is the fence; the text is printed from that tree. Before it is given out it
 * is parsed again and compared with the tree, and anything but equality ends
 * the process: a fence that does not hold is worse than no answer.
 */
#include "query/parse.h"
#include "query/print.h"

#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

static char *
print_checked(struct arena *a, const struct query *q)
{
	struct query again;
	struct query_fault fault;
	struct buf out;
	struct err e;
	char *text;

	buf_init(&out, QUERY_MAX_PRINT);
	query_print(q, &out);
	text = buf_overflowed(&out) ? NULL : arena_strndup(a, out.data, out.len);
	buf_release(&out);
	if (text == NULL)
		return NULL;
	err_init(&e, a);
	/* a query at the limits of the parser can be beyond them with its fence: then there is no text */
	if (query_parse(a, q->lang, text, strlen(text), &again, &fault, &e) == -1)
		return NULL;
	if (!query_equal(q, &again))
		BUG("a fence does not hold");
	return text;
}

char *
query_fence_with(struct arena *a, const struct query *user, const struct clause *fence)
{
	struct clause top = { .kind = CLAUSE_AND, .count = 2 }, *child[2];
	struct query q = { .lang = user->lang, .sort = user->sort, .sort_count = user->sort_count };

	child[0] = arena_alloc(a, sizeof(*child[0]));
	*child[0] = *fence;
	child[1] = user->where;
	top.child = child;
	q.where = user->where == NULL ? child[0] : &top;
	return print_checked(a, &q);
}

char *
query_fence(struct arena *a, enum query_lang lang, const struct query *user, const char *field,
    const char *const *values, size_t n)
{
	struct operand list = { .kind = OPERAND_LIST };
	struct clause fence = { .kind = CLAUSE_TERM, .op = OP_IN, .operand = &list };
	struct query none = { .lang = lang };

	if (n == 0)
		return NULL;
	fence.field.name = field;
	list.item = arena_array(a, n, sizeof(*list.item));
	list.count = n;
	for (size_t i = 0; i < n; i++) {
		if (!utf8_valid(values[i], strlen(values[i])))
			return NULL;
		list.item[i] = (struct operand){ .kind = OPERAND_VALUE, .text = values[i], .quote = true };
	}
	return query_fence_with(a, user != NULL ? user : &none, &fence);
}

static bool
is_one_of(const struct operand *o, const char *const *values, size_t n)
{
	for (size_t i = 0; i < n && o->kind == OPERAND_VALUE; i++) {
		if (str_ieq(o->text, values[i]))
			return true;
	}
	return false;
}

static bool
term_within(const struct clause *term, const char *field, const char *const *values, size_t n)
{
	if (term->field.custom || term->field.property_count > 0 || !str_ieq(term->field.name, field))
		return false;
	if (term->op == OP_EQ)
		return is_one_of(term->operand, values, n);
	if (term->op != OP_IN || term->operand->kind != OPERAND_LIST)
		return false;
	for (size_t i = 0; i < term->operand->count; i++) {
		if (!is_one_of(&term->operand->item[i], values, n))
			return false;
	}
	return term->operand->count > 0;
}

static bool
clause_within(const struct clause *q, const char *field, const char *const *values, size_t n)
{
	switch (q->kind) {
	case CLAUSE_TERM:
		return term_within(q, field, values, n);
	case CLAUSE_NOT:
		return false;
	case CLAUSE_AND:	/* one that holds it is enough */
	case CLAUSE_OR:		/* one that does not is too many */
		break;
	}
	for (size_t i = 0; i < q->count; i++) {
		if (clause_within(q->child[i], field, values, n) == (q->kind == CLAUSE_AND))
			return q->kind == CLAUSE_AND;
	}
	return q->kind == CLAUSE_OR;
}

bool
query_within(const struct query *q, const char *field, const char *const *values, size_t n)
{
	return q->where != NULL && clause_within(q->where, field, values, n);
}
