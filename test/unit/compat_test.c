/* Names of other servers: each stands for a tool that exists, none hides one of ours, none is there twice in its family. */
#include "unit/unit.h"

#include "base/str.h"
#include "tools/compat.h"

static void
test_names(void **state)
{
	(void)state;
	for (const struct compat_name *n = compat_names; n->name != NULL; n++) {
		if (tool_find(n->tool) == NULL)
			fail_msg("%s stands for %s, which does not exist", n->name, n->tool);
		if (tool_find(n->name) != NULL)
			fail_msg("%s is a name of ours", n->name);
		assert_ptr_equal(compat_find(n->name), tool_find(n->tool));
		for (const struct compat_name *o = n + 1; o->name != NULL; o++) {
			if (str_eq(n->name, o->name) && (o->family == n->family || !str_eq(n->tool, o->tool)))
				fail_msg("%s is there twice", n->name);
		}
	}
	assert_null(compat_find("getJiraIssues"));
	assert_null(compat_name(0, tool_find("jira_search")));
	assert_string_equal(compat_name(1, tool_find("jira_search")), "searchJiraIssuesUsingJql");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_names) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
