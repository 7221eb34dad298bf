/*
 * libFuzzer entry for evaluation: every field exists, its type is given by its
 * first letter; items have values made from the field's name. What is planned
 * must match without a crash; no item with at most one value a field may match both
 * q and NOT (q); the order must be an order. Completion runs at several places.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... test/fuzz/query_eval.c
 */
#include "query/complete.h"
#include "query/eval.h"

#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct world {
	struct jql_field field[64];
	size_t count;
	struct arena *arena;
};

static const struct jql_field *
field(void *ctx, const char *name)
{
	struct world *w = ctx;
	struct jql_field *f;

	for (size_t i = 0; i < w->count; i++) {
		if (str_ieq(w->field[i].name, name))
			return &w->field[i];
	}
	if (w->count == LEN(w->field) || name[0] == '\0')
		return NULL;
	f = &w->field[w->count++];
	*f = (struct jql_field){ .name = arena_strdup(w->arena, name), .type = (enum jql_type)((unsigned char)name[0] % (JQL_KEY + 1)),
		.has_history = true, .like = true };
	return f;
}

/* Item 0 has one value everywhere, item 1 two, item 2 none. */
static void
values(void *ctx, const struct jql_field *f, const void *item, struct jql_values *out)
{
	int n = *(const int *)item;

	(void)ctx;
	if (n == 2)
		return;
	jql_values_add(out, (struct jql_value){ .text = n == 0 ? f->name : "OPS-12", .number = n, .ms = n * INT64_C(1795424400000) });
	if (n == 1)
		jql_values_add(out, (struct jql_value){ .id = "7", .text = "Errors in the log-in page", .number = 7 });
}

static void
history(void *ctx, const struct jql_field *f, const void *item, struct jql_history *out)
{
	int n = *(const int *)item;

	(void)ctx;
	out->created_ms = INT64_C(1790000000000);
	out->creator.text = "a";
	for (int i = 0; i < n; i++)
		jql_history_add(out, (struct jql_change){ .at_ms = INT64_C(1795000000000) + i * 1000, .by.text = "a", .from.text = f->name, .to.text = i ? "a" : NULL });
}

static int
function(void *ctx, const struct jql_field *f, const char *name, const char *const *args, size_t n, struct jql_values *out, struct err *e)
{
	(void)ctx;
	(void)f;
	if (n > 2)
		return err_set(e, ERR_INPUT, "too many");
	jql_values_add(out, (struct jql_value){ .text = n > 0 ? args[0] : name });
	return name[0] == 'x' ? 1 : 0;
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

static void
run(struct arena *a, struct jql *j, struct world *w)
{
	const struct jql_source s = { .ctx = w, .field = field, .values = values, .history = history, .function = function, .tz_minutes = -210 };
	struct clause not = { .kind = CLAUSE_NOT, .count = 1 };
	struct jql negated = *j;
	const int items[] = { 0, 1, 2 };
	struct jql_plan *p, *q;
	struct err e;

	err_init(&e, a);
	p = jql_plan(a, j, &s, INT64_C(1795424400000), &e);
	if ((p == NULL) != err_is_set(&e))
		BUG("error and plan disagree");
	if (p == NULL)
		return;
	not.child = &j->q.where;
	negated.q.where = &not;
	q = j->q.where == NULL ? NULL : jql_plan(a, &negated, &s, INT64_C(1795424400000), &e);
	for (size_t i = 0; i < LEN(items); i++) {
		bool match = jql_plan_match(p, &items[i]), other = q != NULL && jql_plan_match(q, &items[i]);

		if (match && other && i != 1)	/* of two values one can be below and one above */
			BUG("matches a query and its opposite");
		for (size_t k = 0; k < LEN(items); k++) {
			if (sign(jql_plan_compare(p, &items[i], &items[k])) != -sign(jql_plan_compare(p, &items[k], &items[i])))
				BUG("not an order");
		}
	}
	jql_plan_release(q);
	jql_plan_release(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new();
	const char *text = len > 0 ? (const char *)data : "";
	struct world *w = arena_alloc(a, sizeof(*w));
	struct jql *j;
	struct err e;

	w->arena = a;
	err_init(&e, a);
	j = jql_parse(a, text, len, &e);
	if (j != NULL)
		run(a, j, w);
	for (size_t at = 0; at <= len; at += 1 + len / 4)
		query_complete(a, len & 1 ? QUERY_CQL : QUERY_JQL, text, len, at, NULL);
	arena_free(a);
	return 0;
}

#ifdef REPLAY
int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		struct buf b;
		char part[4096];
		size_t n;

		if (f == NULL)
			return 2;
		buf_init(&b, 1 << 24);
		while ((n = fread(part, 1, sizeof(part), f)) > 0)
			buf_add(&b, part, n);
		fclose(f);
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len);
		buf_release(&b);
	}
	return 0;
}
#endif
