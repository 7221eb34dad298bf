/* Completion: what may follow a beginning, and which words are offered. */
#include "query/complete.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	enum query_lang lang;
	const char *before;	/* the place is its end */
	unsigned expect;
	const char *prefix, *field;
	const char *has, *hasnt;	/* words, separated by '|' */
} cases[] = {
	{ QUERY_JQL, "", EXPECT_FIELD | EXPECT_NOT, "", NULL, "status|\"Story Points\"|NOT|Severity", "AND|now()" },
	{ QUERY_JQL, "sta", EXPECT_FIELD | EXPECT_NOT, "sta", NULL, "status|statusCategory|\"Start date\"", "assignee" },
	{ QUERY_JQL, "\"Story P", EXPECT_FIELD | EXPECT_NOT, "Story P", NULL, "\"Story Points\"", "status" },
	{ QUERY_JQL, "status ", EXPECT_OPERATOR, "", NULL, "=|!=|in|not in|was|changed", "~|>|is EMPTY" },
	{ QUERY_JQL, "summary ", EXPECT_OPERATOR, "", NULL, "~|!~|is EMPTY", "=|in|was" },
	{ QUERY_JQL, "created ", EXPECT_OPERATOR, "", NULL, ">=|<", "~" },
	{ QUERY_JQL, "foo[a].b ", EXPECT_OPERATOR, "", NULL, "=|~", "was" },
	{ QUERY_JQL, "assignee = ", EXPECT_VALUE | EXPECT_EMPTY, "", "assignee", "currentUser()|EMPTY", "startOfDay()" },
	{ QUERY_JQL, "assignee = cu", EXPECT_VALUE | EXPECT_EMPTY, "cu", "assignee", "currentUser()", "EMPTY|membersOf()" },
	{ QUERY_JQL, "created > ", EXPECT_VALUE, "", "created", "startOfDay()|now()", "currentUser()|EMPTY" },
	{ QUERY_JQL, "assignee in ", EXPECT_LIST, "", "assignee", "(|membersOf()|mine()", "currentUser()" },
	{ QUERY_JQL, "assignee not ", EXPECT_IN, "", NULL, "in", "=" },
	{ QUERY_JQL, "assignee in (bob, ", EXPECT_VALUE, "", "assignee", "currentUser()", "AND" },
	{ QUERY_JQL, "assignee in (bob ", EXPECT_CLOSE, "", NULL, ")", "AND" },
	{ QUERY_JQL, "assignee in (bob) ", EXPECT_JOINT, "", NULL, "AND|OR|ORDER BY", ")" },
	{ QUERY_JQL, "assignee in membersOf(x) o", EXPECT_JOINT, "o", NULL, "OR|ORDER BY", "AND" },
	{ QUERY_JQL, "(a = 1 ", EXPECT_JOINT | EXPECT_CLOSE, "", NULL, "AND|)", "after" },
	{ QUERY_JQL, "(a = 1) and not ", EXPECT_FIELD | EXPECT_NOT, "", NULL, "status", "AND" },
	{ QUERY_JQL, "status was Done ", EXPECT_JOINT | EXPECT_PREDICATE, "", NULL, "after|by|AND", ")" },
	{ QUERY_JQL, "status changed from a by ", EXPECT_VALUE, "", "status", NULL, "AND" },
	{ QUERY_JQL, "a is ", EXPECT_EMPTY | EXPECT_NOT, "", NULL, "EMPTY|NOT", "=" },
	{ QUERY_JQL, "a = 1 order ", EXPECT_BY, "", NULL, "BY", "AND" },
	{ QUERY_JQL, "a = 1 order by ", EXPECT_FIELD, "", NULL, "created|rank", "NOT" },
	{ QUERY_JQL, "a = 1 order by created desc, key ", EXPECT_DIRECTION, "", NULL, "ASC|DESC", "AND" },
	{ QUERY_JQL, "a = b c ", 0, "", NULL, NULL, "AND" },
	{ QUERY_JQL, "= ", 0, "", NULL, NULL, "AND" },
	{ QUERY_JQL, "a = 1) ", 0, "", NULL, NULL, "AND" },
	{ QUERY_CQL, "spa", EXPECT_FIELD | EXPECT_NOT, "spa", NULL, "space|space.key", "title" },
	{ QUERY_CQL, "title ", EXPECT_OPERATOR, "", NULL, "=|~|in", "is EMPTY|changed" },
	{ QUERY_CQL, "creator = ", EXPECT_VALUE | EXPECT_EMPTY, "", "creator", "currentUser()", "EMPTY" },
};

static bool
offered(const struct query_next *n, const char *word)
{
	for (size_t i = 0; i < n->count; i++) {
		if (strcmp(n->words[i], word) == 0)
			return true;
	}
	return false;
}

static void
table(void **state)
{
	static const char *const fields[] = { "Severity" }, *const functions[] = { "mine" };
	const struct query_names known = { fields, 1, functions, 1 };

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct arena *a = arena_new();
		size_t len = strlen(cases[i].before), count;
		const struct query_next *n = query_complete(a, cases[i].lang, cases[i].before, len, len, &known);
		char **word;

		if (n->expect != cases[i].expect || strcmp(n->prefix, cases[i].prefix) != 0 || !str_eq(n->field, cases[i].field))
			fail_msg("%s: expects %#x, prefix %s, field %s", cases[i].before, n->expect, n->prefix, n->field ? n->field : "none");
		word = str_split(a, cases[i].has, "|", &count);
		for (size_t k = 0; k < count; k++) {
			if (!offered(n, word[k]))
				fail_msg("%s: not offered: %s", cases[i].before, word[k]);
		}
		word = str_split(a, cases[i].hasnt, "|", &count);
		for (size_t k = 0; k < count; k++) {
			if (offered(n, word[k]))
				fail_msg("%s: offered: %s", cases[i].before, word[k]);
		}
		arena_free(a);
	}
}

/* Every beginning of a valid query expects what really follows; no place of any text crashes. */
static void
every_place(void **state)
{
	static const char valid[] = "project in (OPS, f(x)) AND (status was not in (Done) by me OR NOT a[b].c is not EMPTY) AND x changed from 'a b' "
	    "ORDER BY key DESC, \"Story Points\"";
	static const char *const hostile[] = { "((((((\"", "a in ((((", "\xff", "order order by by", "cf[", "cf[1", "a[b", "f(", "a = f((", "not not in", "a was was", ")))" };
	struct arena *a = arena_new();

	(void)state;
	for (size_t at = 0; at < sizeof(valid); at++) {
		bool border = at == 0 || at == sizeof(valid) - 1 || valid[at] == ' ';
		const struct query_next *n = query_complete(a, QUERY_JQL, valid, sizeof(valid) - 1, at, NULL);

		if (border && n->expect == 0 && strncmp(valid + at - 4, "DESC", 4) != 0 && valid[at - 1] != ',')
			fail_msg("nothing expected at %zu: %.20s", at, valid + at);
		assert_true(n->from <= at);
	}
	for (size_t i = 0; i < LEN(hostile); i++) {
		for (size_t at = 0; at <= strlen(hostile[i]) + 1; at++)
			query_complete(a, QUERY_JQL, hostile[i], strlen(hostile[i]), at, NULL);
	}
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(table), cmocka_unit_test(every_place) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
