/*
 * Policy: which tools a principal sees and may call, from the configuration alone. The
 * table is the truth that both the list and the call must follow; a name that does not
 * exist stops the start instead of opening or closing something silently.
 */
#include "unit/unit.h"

#include "base/str.h"
#include "policy/policy.h"

static const struct policy_subject subjects[] = {
	{ "jira_search", "jira_issues", JIRA, READS, true },
	{ "jira_create_issue", "jira_issues", JIRA, WRITES, true },
	{ "jira_delete_issue", "jira_issues", JIRA, DESTROYS, false },
	{ "jira_get_board", "jira_agile", JIRA, READS, false },
	{ "confluence_search", "confluence_pages", CONFLUENCE, READS, true },
	{ .name = NULL },
};

static struct arena *a;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static char **
list(const char *names)
{
	size_t n;
	char **l = str_split(a, names, " ", &n);

	return names == NULL ? NULL : l;
}

static void
test_table(void **state)
{
	static const struct { bool read_only; const char *tools, *sets, *sites, *allowed, *listed; } cases[] = {
		/* what is allowed, and listed where that is less: one letter a subject, in their order */
		{ false, NULL, NULL, "jc", "scdbp", "sc..p" },		/* the default surface, the rest behind it */
		{ false, NULL, NULL, "", "scdbp", "sc..p" },		/* nothing configured: all of it is there */
		{ false, NULL, NULL, "j", "scdb.", "sc..." },
		{ false, NULL, NULL, "c", "....p", NULL },
		{ true, NULL, NULL, "jc", "s..bp", "s...p" },
		{ false, NULL, "default", "jc", "sc..p", NULL },
		{ false, NULL, "all", "jc", "scdbp", NULL },
		{ true, NULL, "all", "jc", "s..bp", NULL },
		{ false, NULL, "jira_agile", "jc", "...b.", NULL },
		{ false, NULL, "default jira_agile", "jc", "sc.bp", NULL },
		{ false, NULL, "JIRA_ISSUES", "jc", "scd..", NULL },
		{ false, NULL, "ALL", "j", "scdb.", NULL },
		{ false, "jira_search", NULL, "jc", "s....", NULL },
		{ false, "jira_get_board JIRA_DELETE_ISSUE", NULL, "jc", "..db.", NULL },	/* named: outside the default too */
		{ true, "jira_delete_issue jira_search", NULL, "jc", "s....", NULL },
		{ false, "jira_search jira_get_board", "jira_agile", "jc", "...b.", NULL },	/* both must allow */
		{ false, "confluence_search", NULL, "j", ".....", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct config c = { .read_only = cases[i].read_only, .enabled_tools = list(cases[i].tools), .toolsets = list(cases[i].sets) };
		char allowed[] = ".....", listed[] = ".....";
		struct policy *p;
		struct err e;

		err_init(&e, a);
		if (strchr(cases[i].sites, 'j') != NULL)
			c.site[JIRA].url = "https://j";
		if (strchr(cases[i].sites, 'c') != NULL)
			c.site[CONFLUENCE].url = "https://c";
		p = policy_new(&c, subjects, &e);
		assert_non_null(p);
		for (size_t k = 0; k < 5; k++)
			allowed[k] = policy_allows(p, "local", &subjects[k]) ? "scdbp"[k] : '.';
		for (size_t k = 0; k < 5; k++)
			listed[k] = policy_lists(p, "local", &subjects[k]) ? "scdbp"[k] : '.';
		if (strcmp(listed, cases[i].listed != NULL ? cases[i].listed : cases[i].allowed) != 0)
			fail_msg("case %zu lists %s", i, listed);
		if (strcmp(allowed, cases[i].allowed) != 0)
			fail_msg("case %zu allows %s, not %s", i, allowed, cases[i].allowed);
		policy_free(p);
	}
}

static void
test_unknown_names(void **state)
{
	static const struct { const char *tools, *sets, *word, *near; } cases[] = {
		{ "jira_serach", NULL, "jira_serach", "\"jira_search\"" }, { NULL, "jira_isues", "jira_isues", "\"jira_issues\"" },
		{ "jira_search nothing_like_it_at_all", NULL, "nothing_like_it_at_all", "telamon tools" }, { NULL, "jira_search", "jira_search", NULL },
		{ "all", NULL, "all", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct config c = { .enabled_tools = list(cases[i].tools), .toolsets = list(cases[i].sets) };
		struct err e;

		err_init(&e, a);
		assert_null(policy_new(&c, subjects, &e));
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(strstr(e.message, cases[i].word));
		if (cases[i].near != NULL)
			assert_non_null(strstr(err_text(&e), cases[i].near));
	}
	assert_string_equal(effect_name(READS), "reads");
	assert_string_equal(effect_name(DESTROYS), "destroys");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_table),
		TEST(test_unknown_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
