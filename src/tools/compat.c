/* One table, checked by a test: every tool that it names exists. */
#include "tools/compat.h"

#include "base/str.h"

enum { ROVO1 = 1, ROVO2, DC, MERGED };	/* MERGED: a tool of its own elsewhere, a part of one here; never a name that we show */

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
	{ ROVO1, "searchConfluenceUsingCql", "confluence_search" },
	{ ROVO1, "getConfluencePage", "confluence_get_page" },
	{ ROVO1, "createConfluencePage", "confluence_create_page" },
	{ ROVO1, "updateConfluencePage", "confluence_update_page" },
	{ ROVO1, "getConfluencePageDescendants", "confluence_get_page_children" },
	{ ROVO1, "getPagesInConfluenceSpace", "confluence_get_space_page_tree" },
	{ ROVO1, "getConfluenceSpaces", "confluence_get_spaces" },
	{ ROVO1, "getConfluencePageFooterComments", "confluence_get_comments" },
	{ ROVO1, "createConfluenceFooterComment", "confluence_add_comment" },
	{ ROVO2, "searchConfluence", "confluence_search" },
	{ ROVO2, "getConfluenceContent", "confluence_get_page" },
	{ ROVO2, "createConfluenceContent", "confluence_create_page" },
	{ ROVO2, "updateConfluenceContent", "confluence_update_page" },
	{ ROVO2, "getConfluenceContentDescendants", "confluence_get_page_children" },
	{ ROVO2, "listConfluenceContent", "confluence_get_space_page_tree" },
	{ ROVO2, "listConfluenceSpaces", "confluence_get_spaces" },
	{ ROVO2, "listConfluenceComments", "confluence_get_comments" },
	{ ROVO2, "createConfluenceComment", "confluence_add_comment" },
	{ ROVO2, "updateConfluenceComment", "confluence_update_comment" },
	{ ROVO2, "listConfluenceContentVersions", "confluence_get_page_history" },
	{ ROVO2, "diffConfluenceContentVersions", "confluence_get_page_diff" },
	{ ROVO2, "restoreConfluenceContentVersion", "confluence_restore_page" },
	{ ROVO2, "moveConfluenceContent", "confluence_move_page" },
	{ ROVO2, "copyConfluenceContent", "confluence_copy_page" },
	{ ROVO2, "archiveConfluenceContent", "confluence_archive_page" },
	{ ROVO2, "addLabelsToConfluenceContent", "confluence_add_label" },
	{ ROVO2, "listConfluenceTasks", "confluence_get_tasks" },
	{ ROVO2, "listConfluenceTemplates", "confluence_list_page_templates" },
	{ DC, "confluence_searchContent", "confluence_search" },
	{ DC, "confluence_getContent", "confluence_get_page" },
	{ DC, "confluence_createContent", "confluence_create_page" },
	{ DC, "confluence_updateContent", "confluence_update_page" },
	{ DC, "confluence_uploadAttachment", "confluence_upload_attachment" },
	{ DC, "confluence_downloadAttachment", "confluence_download_attachment" },
	{ DC, "confluence_searchSpace", "confluence_get_spaces" },
	{ ROVO1, "addWorklogToJiraIssue", "jira_add_worklog" },
	{ ROVO1, "getTransitionsForJiraIssue", "jira_get_transitions" },
	{ ROVO1, "createIssueLink", "jira_create_issue_link" },
	{ ROVO1, "getIssueLinkTypes", "jira_get_link_types" },
	{ ROVO1, "getJiraIssueRemoteIssueLinks", "jira_get_remote_issue_links" },
	{ ROVO1, "getVisibleJiraProjects", "jira_search_projects" },
	{ ROVO1, "getJiraProjectIssueTypesMetadata", "jira_get_project_issue_types" },
	{ ROVO1, "getJiraIssueTypeMetaWithFields", "jira_get_create_fields" },
	{ ROVO1, "lookupJiraAccountId", "jira_search_assignable_users" },
	{ ROVO1, "atlassianUserInfo", "jira_get_user_profile" },
	{ ROVO2, "listJiraIssueComments", "jira_get_comments" },
	{ ROVO2, "addOrEditJiraIssueWorklog", "jira_add_worklog" },
	{ ROVO2, "listJiraIssueWorklogs", "jira_get_worklog" },
	{ ROVO2, "listJiraIssueTransitions", "jira_get_transitions" },
	{ ROVO2, "createJiraIssueLink", "jira_create_issue_link" },
	{ ROVO2, "listJiraIssueLinkTypes", "jira_get_link_types" },
	{ ROVO2, "listJiraIssueRemoteIssueLinks", "jira_get_remote_issue_links" },
	{ ROVO2, "createJiraIssueRemoteIssueLink", "jira_create_remote_issue_link" },
	{ ROVO2, "getJiraEntityProperty", "jira_get_properties" },
	{ ROVO2, "editJiraEntityProperty", "jira_set_property" },
	{ ROVO2, "listJiraProjects", "jira_search_projects" },
	{ ROVO2, "listJiraProjectIssueTypesMetadata", "jira_get_project_issue_types" },
	{ ROVO2, "getJiraIssueTypeMetaWithFields", "jira_get_create_fields" },
	{ ROVO2, "lookupJiraAccountId", "jira_search_assignable_users" },
	{ ROVO2, "listJiraIssueAssignableUsers", "jira_search_assignable_users" },
	{ ROVO2, "getJiraUser", "jira_get_user_profile" },
	{ ROVO2, "getJiraCurrentUser", "jira_get_user_profile" },
	{ ROVO2, "listJiraIssueChangelogs", "jira_batch_get_changelogs" },
	{ ROVO2, "listJiraStatuses", "jira_get_values" },
	{ ROVO2, "listJiraProjectComponents", "jira_get_project_components" },
	{ ROVO2, "getJiraProjectVersions", "jira_get_project_versions" },
	{ ROVO2, "listJiraBoards", "jira_get_agile_boards" },
	{ ROVO2, "getJiraBoardConfig", "jira_get_board" },
	{ ROVO2, "getJiraBoardIssueData", "jira_get_board_issues" },
	{ ROVO2, "listJiraBoardSprints", "jira_get_sprints_from_board" },
	{ ROVO2, "getJiraBoardSprintData", "jira_get_sprint_issues" },
	{ ROVO2, "createJiraBoard", "jira_create_board" },
	{ ROVO2, "listJiraFilters", "jira_get_filters" },
	{ ROVO2, "listJiraDashboards", "jira_get_dashboards" },
	{ ROVO2, "downloadJiraIssueAttachment", "jira_download_attachments" },
	{ ROVO2, "uploadAttachmentToJiraIssue", "jira_upload_attachment" },
	{ ROVO2, "deleteJiraIssueAttachment", "jira_delete_attachment" },
	{ ROVO2, "deleteJiraIssue", "jira_delete_issue" },
	{ ROVO2, "deleteJiraComment", "jira_delete_comment" },
	{ ROVO2, "watchJiraIssue", "jira_add_watcher" },
	{ ROVO2, "createJiraProject", "jira_create_project" },
	{ ROVO2, "updateJiraProject", "jira_update_project" },
	{ DC, "jira_getIssueComments", "jira_get_comments" },
	{ DC, "jira_updateIssueComment", "jira_edit_comment" },
	{ DC, "jira_getTransitions", "jira_get_transitions" },
	{ DC, "jira_getIssueDevelopmentInfo", "jira_get_issue_development_info" },
	{ DC, "jira_getIssueLinkTypes", "jira_get_link_types" },
	{ DC, "jira_linkIssues", "jira_create_issue_link" },
	{ DC, "jira_unlinkIssues", "jira_remove_issue_link" },
	{ DC, "jira_uploadAttachment", "jira_upload_attachment" },
	{ DC, "jira_downloadAttachment", "jira_download_attachments" },
	{ MERGED, "confluence_update_page_section", "confluence_update_page" },
	{ MERGED, "confluence_create_page_from_template", "confluence_create_page" },
	{ MERGED, "confluence_get_inline_comments", "confluence_get_comments" },
	{ MERGED, "confluence_add_inline_comment", "confluence_add_comment" },
	{ MERGED, "confluence_reply_to_comment", "confluence_add_comment" },
	{ MERGED, "confluence_upload_attachments", "confluence_upload_attachment" },
	{ MERGED, "confluence_download_content_attachments", "confluence_download_attachment" },
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
