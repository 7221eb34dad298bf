/*
 * Hints: groups in hints.txt; names of a site; and that no hint of anything
 * proposes a text that does not parse.
 */
#include "query/jql.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "query/groups.h"

static void
check_group(char *line[3])
{
	struct arena *a = arena_new();
	const char *hint = jql_hint(a, line[0], strlen(line[0]), NULL), *try = hint == NULL ? NULL : strstr(hint, "Try: ");

	if (strcmp(line[2], "-") == 0) {
		if (hint != NULL)
			fail_msg("%s: %s", line[0], hint);
	} else {
		if (hint == NULL || strstr(hint, line[2]) == NULL || (try == NULL) != (strcmp(line[1], "-") == 0) ||
		    (try != NULL && strcmp(try + 5, line[1]) != 0))
			fail_msg("%s: %s", line[0], hint == NULL ? "no hint" : hint);
	}
	arena_free(a);
}

static void
groups(void **state)
{
	(void)state;
	run_groups("test/query/hints.txt", check_group, 50);
}

static void
site_names(void **state)
{
	static const char *const fields[] = { "Severity", "Customer Name" }, *const functions[] = { "issuesInStructure" };
	const struct query_names known = { fields, LEN(fields), functions, LEN(functions) };
	struct arena *a = arena_new();

	(void)state;
	assert_null(jql_hint(a, "severity = 1 and id in issuesInStructure(2)", 43, &known));
	assert_string_equal(jql_hint(a, "Severty = 1", 11, &known), "There is no field 'Severty'; did you mean 'Severity'? Try: Severity = 1");
	assert_string_equal(jql_hint(a, "Custmer Name = 1", 16, &known),
	    "A name of several words stands in quotation marks. There is no field 'Custmer Name'; did you mean 'Customer Name'? "
	    "Try: \"Customer Name\" = 1");
	assert_string_equal(jql_hint(a, "zzzzzzzz = 1", 12, &known), "There is no field 'zzzzzzzz'. Use a name as the site shows it.");
	assert_null(jql_hint(a, "zzzzzzzz = 1", 12, NULL));	/* may be a custom field */
	arena_free(a);
}

/* Only what is certain is replaced: never a name that may be the site's own. */
static void
repaired(void **state)
{
	static const struct {
		const char *text, *repaired;
	} row[] = {
		{ "assignee = me", "assignee = currentUser()" },
		{ "project == SHOP && status = In Progress", "project = SHOP AND status = \"In Progress\"" },
		{ "updated > \"7 days ago\"", "updated > -7d" },
		{ "sprint = active and summary ~ login limit 5", "sprint in openSprints() AND summary ~ login" },
		{ "project = SHOP", NULL },
		{ "Severty = 1", NULL },
		{ "Custmer Name = 1 and assignee = me", "\"Custmer Name\" = 1 AND assignee = currentUser()" },
		{ "stauts = Done", NULL },
		{ "assignee = curentUser()", NULL },
		{ "order by key", NULL },
		{ "project = ", NULL },
		{ "", NULL },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LEN(row); i++) {
		const char *notes = NULL, *got = jql_repaired(a, row[i].text, strlen(row[i].text), &notes);

		if (row[i].repaired == NULL) {
			if (got != NULL)
				fail_msg("%s became %s", row[i].text, got);
			continue;
		}
		assert_non_null(got);
		assert_string_equal(got, row[i].repaired);
		assert_true(notes != NULL && *notes != '\0');
	}
	arena_free(a);
}

static uint64_t seed = 0x9e3779b97f4a7c15u;

static size_t
below(size_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (size_t)(seed % n);
}

static void
always_valid(void **state)
{
	static const char *const pieces[] = {
		"status", "Story Points", "=", "==", "!=", "<>", "like", "not", "in", "is", "null", "(", ")", "[", "]", ",", "and", "or", "order by", "limit 5",
		"select", "where", "between", "Done", "In Progress", "\"", "'", "“", "”", "’", "\xc2\xa0", "a:b", ":", ";", "@", "now()", "-", "-7d", "7d", "was", "changed",
		"EMPTY", "cf[1]", "membersOf", "x", "~", "!", "sort by", "descending", "\\", "%", "\xff", "",
	};
	size_t proposed = 0;
	char text[1024];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct arena *a = arena_new();
		size_t len = 0, count = 1 + below(10);
		const char *hint, *try;
		struct err e;

		for (size_t k = 0; k < count; k++)
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", pieces[below(LEN(pieces))], below(4) ? " " : "");
		hint = jql_hint(a, text, len, NULL);
		try = hint == NULL ? NULL : strstr(hint, "Try: ");
		err_init(&e, a);
		if (try != NULL && jql_parse(a, try + 5, strlen(try + 5), &e) == NULL)
			fail_msg("%s: %s: %s", text, hint, e.message);
		proposed += try != NULL;
		arena_free(a);
	}
	assert_true(proposed > 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups), cmocka_unit_test(site_names),
		cmocka_unit_test(repaired), cmocka_unit_test(always_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
