/* One table, checked by a test: every tool that it names exists. */
#include "tools/compat.h"

#include "base/str.h"

enum { ROVO1 = 1, ROVO2, DC };

const struct compat_name compat_names[] = {
	{ ROVO1, "getJiraIssue", "jira_get_issue" },
	{ ROVO1, "searchJiraIssuesUsingJql", "jira_search" },
	{ ROVO1, "createJiraIssue", "jira_create_issue" },
	{ ROVO1, "editJiraIssue", "jira_update_issue" },
	{ ROVO1, "transitionJiraIssue", "jira_transition_issue" },
	{ ROVO1, "addCommentToJiraIssue", "jira_add_comment" },
	{ ROVO2, "getJiraIssue", "jira_get_issue" },
	{ ROVO2, "searchJiraIssuesUsingJql", "jira_search" },
	{ ROVO2, "createJiraIssue", "jira_create_issue" },
	{ ROVO2, "editJiraIssue", "jira_update_issue" },
	{ ROVO2, "transitionJiraIssue", "jira_transition_issue" },
	{ ROVO2, "addOrEditJiraIssueComment", "jira_add_comment" },
	{ DC, "jira_getIssue", "jira_get_issue" },
	{ DC, "jira_searchIssues", "jira_search" },
	{ DC, "jira_createIssue", "jira_create_issue" },
	{ DC, "jira_updateIssue", "jira_update_issue" },
	{ DC, "jira_transitionIssue", "jira_transition_issue" },
	{ DC, "jira_postIssueComment", "jira_add_comment" },
	{ 0, NULL, NULL },
};

const struct tool *
compat_find(const char *name)
{
	for (const struct compat_name *n = compat_names; n->name != NULL; n++) {
		if (str_eq(n->name, name))
			return tool_find(n->tool);
	}
	return NULL;
}

const char *
compat_name(int64_t family, const struct tool *t)
{
	for (const struct compat_name *n = compat_names; n->name != NULL; n++) {
		if (n->family == family && str_eq(n->tool, t->name))
			return n->name;
	}
	return NULL;
}
