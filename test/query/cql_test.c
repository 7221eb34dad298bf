/* CQL: line groups in cql.txt; the fence; what differs in evaluation. */
#include "query/cql.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/groups.h"

static const char *
print(struct arena *a, const struct cql *c)
{
	struct buf b;
	char *s;

	buf_init(&b, 1 << 22);
	cql_print(c, &b);
	s = arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return s;
}

static struct cql *
parse(struct arena *a, const char *text)
{
	struct err e;
	struct cql *c;

	err_init(&e, a);
	c = cql_parse(a, text, strlen(text), &e);
	if (c == NULL)
		fail_msg("%s: %s", text, e.message);
	return c;
}

static void
check_group(char *line[3])
{
	struct arena *a = arena_new();
	struct query_fault f = { .at = 12345 };
	struct err e;
	struct cql *c;

	err_init(&e, a);
	c = cql_parse_at(a, line[0], strlen(line[0]), &f, &e);
	if (strcmp(line[1], "hint") == 0) {
		const char *hint = cql_hint(a, line[0], strlen(line[0]), NULL);

		if (hint == NULL || strstr(hint, line[2]) == NULL || (str_starts(line[2], "Try: ") && !str_ends(hint, line[2])))
			fail_msg("%s: %s", line[0], hint == NULL ? "no hint" : hint);
	} else if (strcmp(line[1], "ok") == 0) {
		if (c == NULL)
			fail_msg("%s: %s", line[0], e.message);
		assert_string_equal(print(a, c), line[2]);
		assert_true(cql_equal(c, parse(a, line[2])));
		assert_null(cql_hint(a, line[0], strlen(line[0]), NULL));
	} else {
		if (c != NULL)
			fail_msg("accepted: %s", line[0]);
		if (f.at != strtoul(line[1] + strlen("error "), NULL, 10) || strstr(e.message, line[2]) == NULL)
			fail_msg("%s: at %zu: %s", line[0], f.at, e.message);
	}
	arena_free(a);
}

static void
groups(void **state)
{
	(void)state;
	run_groups("test/query/cql.txt", check_group, 20);
}

static void
fence(void **state)
{
	static const char *const values[] = { "DEV", "x\") or (\"y" };
	struct arena *a = arena_new();
	struct cql *c;

	(void)state;
	assert_string_equal(cql_fence(a, parse(a, "type = page or space = HR order by title"), "space", values, 1),
	    "space in (\"DEV\") AND (type = page OR space = HR) ORDER BY title");
	c = parse(a, cql_fence(a, parse(a, "a = b"), "space", values, 2));
	assert_int_equal(c->q.where->kind, CLAUSE_AND);
	assert_string_equal(c->q.where->child[0]->operand->item[1].text, values[1]);
	assert_null(cql_fence(a, parse(a, "a = b"), "space", values, 0));
	assert_string_equal(cql_fence_with(a, parse(a, "a = b"), parse(a, "space = DEV or label = public")),
	    "(space = DEV OR label = public) AND a = b");
	assert_false(cql_bounded(parse(a, "order by title")));
	assert_true(cql_bounded(parse(a, "type = page")));
	arena_free(a);
}

/* ---- evaluation: pages are a title and a label ---- */

struct page { const char *title, *label; };

static const struct jql_field title = { .name = "title", .type = JQL_TEXT }, label = { .name = "label", .type = JQL_NAME };

static const struct jql_field *
find_field(void *ctx, const char *name)
{
	(void)ctx;
	return str_ieq(name, "title") ? &title : str_ieq(name, "label") ? &label : NULL;
}

static void
values(void *ctx, const struct jql_field *f, const void *item, struct jql_values *out)
{
	const struct page *p = item;
	struct jql_value v = { .text = f == &title ? p->title : p->label };

	(void)ctx;
	if (v.text != NULL)
		jql_values_add(out, v);
}

static void
evaluation(void **state)
{
	static const struct jql_source source = { .field = find_field, .values = values };
	static const struct page pages[] = { { "Release guide", "howto" }, { "Guide", NULL } };
	static const struct { const char *query; bool match[2]; } cases[] = {
		{ "title ~ guides", { true, true } }, { "title = guide", { false, true } }, { "label = howto", { true, false } },
		{ "label != howto", { false, true } }, { "not label = howto", { false, true } }, { "title ~ guide and not label in (x, y)", { true, true } },
	};
	struct arena *a = arena_new();
	struct err e;

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct jql_plan *p;

		err_init(&e, a);
		p = cql_plan(a, parse(a, cases[i].query), &source, 0, &e);
		assert_non_null(p);
		for (size_t k = 0; k < 2; k++) {
			if (jql_plan_match(p, &pages[k]) != cases[i].match[k])
				fail_msg("%s: page %zu", cases[i].query, k);
		}
		jql_plan_release(p);
	}
	err_init(&e, a);
	assert_null(cql_plan(a, parse(a, "foo = 1"), &source, 0, &e));
	assert_non_null(strstr(e.message, "'foo'"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups), cmocka_unit_test(fence), cmocka_unit_test(evaluation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
