/*
 * JQL's grammar: line groups in jql.txt; parse(print(tree)) gives the tree
 * again; a fence cannot be left, whatever the user's query is made of.
 */
#include "query/jql.h"
#include "query/dump.h"

#include "base/str.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/groups.h"

static const char *
print(struct arena *a, const struct jql *j)
{
	struct buf b;
	char *s;

	buf_init(&b, 1 << 22);
	jql_print(j, &b);
	assert_false(buf_overflowed(&b));
	s = arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return s;
}

static struct jql *
parse(struct arena *a, const char *text)
{
	struct err e;
	struct jql *j;

	err_init(&e, a);
	j = jql_parse(a, text, strlen(text), &e);
	if (j == NULL)
		fail_msg("%s: %s", text, e.message);
	return j;
}

static void
check_group(char *line[3])
{
	struct arena *a = arena_new();
	struct query_fault f = { .at = 12345 };
	struct err e;
	struct jql *j;

	err_init(&e, a);
	j = jql_parse_at(a, line[0], strlen(line[0]), &f, &e);
	if (strcmp(line[1], "ok") == 0) {
		if (j == NULL)
			fail_msg("%s: %s", line[0], e.message);
		assert_string_equal(print(a, j), line[2]);
		assert_true(jql_equal(j, parse(a, line[2])));
	} else {
		if (j != NULL)
			fail_msg("accepted: %s", line[0]);
		if (f.at != strtoul(line[1] + strlen("error "), NULL, 10) || strstr(e.message, line[2]) == NULL)
			fail_msg("%s: at %zu: %s", line[0], f.at, e.message);
		assert_int_equal(e.kind, ERR_INPUT);
		assert_true(f.at + f.len <= strlen(line[0]));
	}
	arena_free(a);
}

static void
groups(void **state)
{
	(void)state;
	run_groups("test/query/jql.txt", check_group, 45);
}

/* ---- random queries ---- */

static uint64_t seed = 88172645463325252u;

static size_t
below(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

/* Pieces that try hard to end strings, lists and clauses. */
static const char *const pieces[] = {
	"a", "project", "status", "\"Story Points\"", "cf[1]", "12", "-4w", "'x'", "\"y\\\"z\"", "\"\\\\\"", "'\\''", "=", "!=", "~", "<", ">=", "in",
	"not in", "is", "not", "EMPTY", "was", "changed", "from", "to", "by", "after", "during", "(", ")", "(", ")", ",", "and", "or", "or", "&", "|", "!",
	"order by", "order", "by", "asc", "desc", "\"", "'", "\\", "\\\"", "\")", "\") OR (\"", "' or '1'='1", "/*", "--", ";", "#", "\n", "\t", "[", "]", "x[y].z",
	"now()", "membersOf(\"g\")", "\\u0022", "\\u0029", "\\n", "\"\\u0022) or a = 1 or (\\u0022\"", "\xc3\xa9", "\xe2\x80\x9c", "\xff", "\xc2\x85", "a = 1",
	"a = 1 or b = 2", "a in (b, c)", "a is empty", "status was x by y", ") or project = B or (a = 1", "project = B", "order by rank",
};

static size_t
soup(char *out, size_t max)
{
	size_t len = 0, count = 1 + below(14);

	for (size_t i = 0; i < count; i++) {
		const char *p = pieces[below(LEN(pieces))];

		if (len + strlen(p) + 1 >= max)
			break;
		memcpy(out + len, p, strlen(p));
		len += strlen(p);
		if (below(8) != 0)
			out[len++] = ' ';
	}
	return len;
}

/* A valid query more often than soup would give. */
static size_t
conditions(char *out, size_t max)
{
	static const char *const whole[] = {
		"a = 1", "b in (x, 'y)', EMPTY)", "c is not empty", "not d ~ \"q \\\" r\"", "(e = 1 or f = 2)", "!(g = 1 and h = f(\")\", 2))", "i was x by (y) after -1d",
		"j changed from 'a' to \"\\u0029\"", "cf[3] = '\\\\'", "'project' = B", "\"or\" = \"and\"", "k = \"\") or (l = 1",
	};
	size_t len = 0, count = 1 + below(5);

	for (size_t i = 0; i < count; i++) {
		const char *joint = i == 0 ? "" : below(2) ? " or " : " and ", *p = whole[below(LEN(whole))];

		len += (size_t)snprintf(out + len, max - len, "%s%s", joint, p);
	}
	if (below(3) == 0)
		len += (size_t)snprintf(out + len, max - len, " order by x desc");
	return len;
}

static const char *const fence[] = { "A", "B\") OR (\"", "x y\\", "order" };

static bool
check_fence(const char *text, size_t len)
{
	struct arena *a = arena_new();
	struct jql *user, *fenced, *again;
	const struct clause *top, *first;
	struct err e;
	char *out;

	err_init(&e, a);
	user = jql_parse(a, text, len, &e);
	if (user == NULL) {
		arena_free(a);
		return false;
	}
	again = parse(a, print(a, user));
	assert_true(jql_equal(user, again));
	out = jql_fence(a, user, "project", fence, LEN(fence));
	assert_non_null(out);
	fenced = parse(a, out);
	top = fenced->q.where;
	first = top;
	if (user->q.where != NULL) {
		assert_int_equal(top->kind, CLAUSE_AND);
		assert_int_equal(top->count, 2);
		first = top->child[0];
	}
	assert_int_equal(first->kind, CLAUSE_TERM);
	assert_string_equal(first->field.name, "project");
	assert_int_equal(first->op, OP_IN);
	assert_int_equal(first->operand->count, LEN(fence));
	for (size_t i = 0; i < LEN(fence); i++)
		assert_string_equal(first->operand->item[i].text, fence[i]);
	assert_int_equal(fenced->q.sort_count, user->q.sort_count);
	if (user->q.where != NULL) {	/* what follows the fence is the user's condition, whole */
		struct jql rest = { .q = { .lang = QUERY_JQL, .where = top->child[1], .sort = user->q.sort, .sort_count = user->q.sort_count } };

		assert_true(jql_equal(&rest, user));
	}
	arena_free(a);
	return true;
}

static void
fence_holds(void **state)
{
	char text[4096];
	size_t accepted = 0;

	(void)state;
	for (int i = 0; i < 60000; i++)
		accepted += check_fence(text, soup(text, sizeof(text)));
	for (int i = 0; i < 20000; i++)
		accepted += check_fence(text, conditions(text, sizeof(text)));
	assert_true(accepted > 5000);	/* or the test tests nothing */
	assert_true(check_fence("", 0));
	assert_true(check_fence("order by a", 10));
}

static void
fence_texts(void **state)
{
	static const char *const one[] = { "OPS" }, *const two[] = { "A", "B" }, *const bad[] = { "\xff" };
	struct arena *a = arena_new();
	const struct jql *rule = parse(a, "project in (A) or labels = open order by x");

	(void)state;
	assert_string_equal(jql_fence(a, parse(a, "a = 1 or b = 2 order by c"), "project", two, 2),
	    "project in (\"A\", \"B\") AND (a = 1 OR b = 2) ORDER BY c");
	assert_string_equal(jql_fence(a, NULL, "project", one, 1), "project in (\"OPS\")");
	assert_null(jql_fence(a, parse(a, "a = 1"), "project", one, 0));
	assert_null(jql_fence(a, parse(a, "a = 1"), "project", bad, 1));
	assert_string_equal(jql_fence_with(a, parse(a, "x = 1 order by y"), rule),
	    "(project in (A) OR labels = open) AND x = 1 ORDER BY y");
	assert_null(jql_fence_with(a, parse(a, "x = 1"), parse(a, "order by y")));
	assert_true(jql_bounded(parse(a, "a = 1 order by b")));
	assert_false(jql_bounded(parse(a, "order by b")));
	assert_false(jql_bounded(parse(a, "  ")));
	arena_free(a);
}

static void
within_fence(void **state)
{
	static const char *const keys[] = { "OPS", "SHOP" };
	static const char *const in[] = { "project = ops", "project in (OPS, \"SHOP\") order by rank", "type = Bug and (project = OPS and x = 1)",
		"project = OPS and a = 1 or project = SHOP" };
	static const char *const out[] = { "", "order by rank", "type = Bug", "project = HR", "project in (OPS, HR)", "not project = OPS",
		"project != HR", "project not in (HR)", "project in projectsLeadByUser()", "project in (OPS, projectsLeadByUser())",
		"project = OPS or type = Bug", "project = OPS and a = 1 or a = 2", "project is not empty", "project.key = OPS", "\"project\"[a].b = OPS",
		"project ~ OPS" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LEN(in); i++)
		assert_true(jql_within(parse(a, in[i]), "project", keys, 2));
	for (size_t i = 0; i < LEN(out); i++) {
		struct err e;
		struct jql *j;

		err_init(&e, a);
		j = jql_parse(a, out[i], strlen(out[i]), &e);
		if (j != NULL && jql_within(j, "project", keys, 2))
			fail_msg("%s", out[i]);
	}
	assert_false(jql_within(parse(a, "project = OPS"), "project", keys, 0));
	arena_free(a);
}

/* ---- limits ---- */

static void
too_deep(void **state)
{
	static const char *const open[] = { "(", "!", "not ", "a in (" };

	(void)state;
	for (size_t k = 0; k < LEN(open); k++) {
		struct arena *a = arena_new();
		struct query_fault f;
		struct buf b;
		struct err e;

		err_init(&e, a);
		buf_init(&b, QUERY_MAX_TEXT);
		for (int i = 0; i < 10000; i++)
			buf_adds(&b, k == 3 && i > 0 ? "(" : open[k]);
		buf_adds(&b, "a = 1");
		assert_null(jql_parse_at(a, b.data, b.len, &f, &e));
		assert_non_null(strstr(e.message, "nested deeper than"));
		assert_true(f.at < 2000);
		buf_release(&b);
		arena_free(a);
	}
}

/* The deepest query that parses must print, parse again, dump and compare. */
static void
just_deep_enough(void **state)
{
	struct arena *a = arena_new();
	struct buf b, c;

	(void)state;
	buf_init(&b, QUERY_MAX_TEXT);
	buf_init(&c, QUERY_MAX_PRINT);
	for (int i = 0; i < QUERY_MAX_DEPTH - 1; i++)
		buf_adds(&b, i % 2 ? "(b = 2 or c = 3 and " : "(b = 2 and ");
	buf_adds(&b, "a = 1");
	for (int i = 0; i < QUERY_MAX_DEPTH - 1; i++)
		buf_adds(&b, ")");
	assert_true(check_fence(b.data, b.len));
	query_dump(&parse(a, b.data)->q, &c);
	assert_false(buf_overflowed(&c));
	buf_release(&b);
	buf_release(&c);
	arena_free(a);
}

static void
too_long(void **state)
{
	struct arena *a = arena_new();
	struct buf b;
	struct err e;

	(void)state;
	err_init(&e, a);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < QUERY_MAX_TEXT; i++)
		buf_addc(&b, ' ');
	assert_non_null(jql_parse(a, b.data, b.len, &e));
	buf_addc(&b, ' ');
	assert_null(jql_parse(a, b.data, b.len, &e));
	buf_release(&b);
	arena_free(a);
}

static void
wide(void **state)
{
	struct arena *a = arena_new();
	struct buf b;
	struct jql *j;

	(void)state;
	buf_init(&b, QUERY_MAX_TEXT);
	buf_adds(&b, "a = 1");
	for (int i = 0; i < 20000; i++)
		buf_adds(&b, " or b = 2");
	j = parse(a, b.data);
	assert_int_equal(j->q.where->count, 20001);
	assert_true(jql_equal(j, parse(a, print(a, j))));
	buf_release(&b);
	arena_free(a);
}

static void
places(void **state)
{
	static const char text[] = "a = 1\n and \xc3\xa9\xc3\xa9 = b c";
	struct arena *a = arena_new();
	struct query_fault f;
	struct err e;

	(void)state;
	err_init(&e, a);
	assert_null(jql_parse_at(a, text, sizeof(text) - 1, &f, &e));
	assert_int_equal(text[f.at], 'c');
	assert_int_equal(f.line, 2);
	assert_int_equal(f.column, 13);
	assert_non_null(strstr(e.message, "(line 2, character 13)"));
	err_clear(&e);
	assert_null(jql_parse_at(a, "a = \xff", 5, &f, &e));
	assert_int_equal(f.at, 4);
	err_clear(&e);
	assert_null(jql_parse_at(a, "a = b\0c", 7, &f, &e));
	assert_int_equal(f.at, 5);
	arena_free(a);
}

static void
dumped(void **state)
{
	struct arena *a = arena_new();
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	query_dump(&parse(a, "not (p[k].x = 1 or b in (c, f(d), EMPTY)) and s changed by e order by t desc")->q, &b);
	assert_string_equal(b.data, "{\"where\":{\"and\":[{\"not\":{\"or\":[{\"field\":\"p\",\"property\":[{\"key\":\"k\",\"path\":[\".x\"]}],\"op\":\"=\","
	    "\"operand\":{\"number\":\"1\"}},{\"field\":\"b\",\"op\":\"in\",\"operand\":{\"list\":[{\"value\":\"c\"},{\"function\":\"f\",\"args\":"
	    "[{\"value\":\"d\"}]},{\"empty\":true}]}}]}},{\"field\":\"s\",\"op\":\"changed\",\"predicates\":[{\"op\":\"by\",\"operand\":"
	    "{\"value\":\"e\"}}]}]},\"order\":[{\"field\":\"t\",\"direction\":\"desc\"}]}");
	buf_reset(&b);
	query_explain(&parse(a, "a = 1 and (b = 2 or not c = 3) order by d")->q, &b);
	assert_string_equal(b.data, "all of:\n  a = 1\n  any of:\n    b = 2\n    not:\n      c = 3\nORDER BY d\n");
	buf_release(&b);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups), cmocka_unit_test(fence_holds), cmocka_unit_test(fence_texts),
		cmocka_unit_test(within_fence), cmocka_unit_test(too_deep),
		cmocka_unit_test(just_deep_enough), cmocka_unit_test(too_long), cmocka_unit_test(wide), cmocka_unit_test(places),
		cmocka_unit_test(dumped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
