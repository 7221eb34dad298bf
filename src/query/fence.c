/*
 * Fences: the user's tree becomes the second child of an AND whose first child
 * is the fence; the text is printed from that tree. Before it is given out it
 * is parsed again and compared with the tree, and anything but equality ends
 * the process: a fence that does not hold is worse than no answer.
 */
#include "query/parse.h"
#include "query/print.h"

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
