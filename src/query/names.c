/*
 * Tables after the reference pages "JQL fields", "JQL functions", "CQL fields"
 * and "CQL functions" of Cloud and Data Center. Custom fields are not here; a
 * site's own come from its field list.
 */
#include "query/names.h"

#include "base/str.h"

static const struct known_field jql_fields[] = {
	{ "affectedVersion", NAME_RANKED, NAME_LIKE }, { "approvals", NAME_ANY, 0 },
	{ "assignee", NAME_USER, NAME_HISTORY }, { "attachments", NAME_ANY, 0 }, { "category", NAME_ENUM, 0 },
	{ "comment", NAME_TEXT, 0 }, { "component", NAME_ENUM, NAME_LIKE },
	{ "created", NAME_DATE, NAME_FULL | NAME_PAST }, { "createdDate", NAME_DATE, NAME_FULL | NAME_PAST },
	{ "creator", NAME_USER, 0 }, { "description", NAME_TEXT, 0 }, { "development", NAME_ANY, 0 },
	{ "due", NAME_DATE, 0 }, { "dueDate", NAME_DATE, 0 }, { "environment", NAME_TEXT, 0 },
	{ "Epic Link", NAME_ANY, 0 }, { "Epic Name", NAME_ANY, NAME_LIKE }, { "filter", NAME_ENUM, NAME_FULL },
	{ "fixVersion", NAME_RANKED, NAME_LIKE | NAME_HISTORY }, { "Flagged", NAME_ANY, 0 },
	{ "hierarchyLevel", NAME_NUMBER, 0 }, { "id", NAME_RANKED, NAME_FULL },
	{ "issue", NAME_RANKED, NAME_FULL }, { "issueKey", NAME_RANKED, NAME_FULL },
	{ "issueLink", NAME_ANY, 0 }, { "issueLinkType", NAME_ENUM, 0 }, { "issueType", NAME_ENUM, NAME_FULL },
	{ "key", NAME_RANKED, NAME_FULL }, { "labels", NAME_ENUM, 0 }, { "lastViewed", NAME_DATE, NAME_PAST },
	{ "level", NAME_ENUM, 0 }, { "organizations", NAME_ANY, 0 }, { "originalEstimate", NAME_NUMBER, 0 },
	{ "parent", NAME_RANKED, 0 }, { "parentEpic", NAME_RANKED, 0 }, { "parentProject", NAME_ENUM, 0 },
	{ "priority", NAME_RANKED, NAME_HISTORY }, { "project", NAME_ENUM, NAME_FULL },
	{ "projectType", NAME_ENUM, 0 }, { "rank", NAME_ANY, 0 }, { "remainingEstimate", NAME_NUMBER, 0 },
	{ "reporter", NAME_USER, NAME_HISTORY }, { "request", NAME_ANY, 0 },
	{ "request-channel-type", NAME_ANY, 0 }, { "Request Type", NAME_ANY, 0 },
	{ "resolution", NAME_RANKED, NAME_HISTORY }, { "resolutionDate", NAME_DATE, NAME_PAST },
	{ "resolved", NAME_DATE, NAME_PAST }, { "savedFilter", NAME_ENUM, 0 }, { "sprint", NAME_ENUM, 0 },
	{ "Start date", NAME_DATE, 0 }, { "status", NAME_ENUM, NAME_FULL | NAME_HISTORY },
	{ "statusCategory", NAME_ENUM, NAME_FULL }, { "statusCategoryChangedDate", NAME_DATE, NAME_PAST },
	{ "Story Points", NAME_NUMBER, 0 }, { "Story point estimate", NAME_NUMBER, 0 },
	{ "subtasks", NAME_ANY, 0 }, { "summary", NAME_TEXT, 0 }, { "Team", NAME_ANY, 0 },
	{ "text", NAME_TEXT, 0 }, { "textFields", NAME_TEXT, 0 }, { "timeEstimate", NAME_NUMBER, 0 },
	{ "timeOriginalEstimate", NAME_NUMBER, 0 }, { "timeSpent", NAME_NUMBER, 0 },
	{ "type", NAME_ENUM, NAME_FULL }, { "updated", NAME_DATE, NAME_FULL | NAME_PAST },
	{ "updatedDate", NAME_DATE, NAME_FULL | NAME_PAST }, { "voter", NAME_USER, 0 },
	{ "votes", NAME_NUMBER, 0 }, { "watcher", NAME_USER, 0 }, { "watchers", NAME_NUMBER, 0 },
	{ "workLogAuthor", NAME_USER, 0 }, { "workLogComment", NAME_TEXT, 0 }, { "workLogDate", NAME_DATE, 0 },
	{ "workRatio", NAME_NUMBER, 0 }, { "workType", NAME_ENUM, NAME_FULL },
	{ NULL, NAME_ANY, 0 },
};

static const struct known_function jql_functions[] = {
	{ "approved", false }, { "approver", true }, { "breached", false }, { "cascadeOption", true },
	{ "childIssuesOf", true }, { "choiceOption", true }, { "closedSprints", true }, { "completed", false },
	{ "componentsLeadByUser", true }, { "currentLogin", false }, { "currentUser", false },
	{ "earliestUnreleasedVersion", false }, { "elapsed", false }, { "endOfDay", false },
	{ "endOfMonth", false }, { "endOfWeek", false }, { "endOfYear", false }, { "everbreached", false },
	{ "futureSprints", true }, { "issueHistory", true }, { "issuesWithRemoteLinksByGlobalId", true },
	{ "lastLogin", false }, { "latestReleasedVersion", false }, { "linkedIssue", true },
	{ "linkedIssues", true }, { "linkedWorkItem", true }, { "linkedWorkItems", true },
	{ "membersOf", true }, { "myApproval", false }, { "myPending", false }, { "now", false },
	{ "openSprints", true }, { "organizationMembers", true }, { "parentEpic", true }, { "paused", false },
	{ "pending", false }, { "pendingBy", true }, { "projectsLeadByUser", true },
	{ "projectsWhereUserHasPermission", true }, { "projectsWhereUserHasRole", true },
	{ "releasedVersions", true }, { "remaining", false }, { "running", false },
	{ "standardIssueTypes", true }, { "standardWorkTypes", true }, { "startOfDay", false },
	{ "startOfMonth", false }, { "startOfWeek", false }, { "startOfYear", false },
	{ "subtaskIssueTypes", true }, { "subtaskWorkTypes", true }, { "unreleasedVersions", true },
	{ "updatedBy", true }, { "votedIssues", true }, { "votedWorkItems", true }, { "watchedIssues", true },
	{ "watchedWorkItems", true }, { "withinCalendarHours", false },
	{ NULL, false },
};

static const struct known_field cql_fields[] = {
	{ "ancestor", NAME_ENUM, 0 }, { "container", NAME_ENUM, 0 }, { "content", NAME_ENUM, 0 },
	{ "contributor", NAME_USER, 0 }, { "created", NAME_DATE, NAME_PAST }, { "creator", NAME_USER, 0 },
	{ "favorite", NAME_USER, 0 }, { "favourite", NAME_USER, 0 }, { "id", NAME_ENUM, 0 },
	{ "label", NAME_ENUM, 0 }, { "lastmodified", NAME_DATE, NAME_PAST }, { "macro", NAME_ENUM, 0 },
	{ "mention", NAME_USER, 0 }, { "parent", NAME_ENUM, 0 }, { "space", NAME_ENUM, NAME_LIKE },
	{ "space.category", NAME_ENUM, 0 }, { "space.key", NAME_ENUM, NAME_LIKE },
	{ "space.title", NAME_TEXT, NAME_LIKE }, { "space.type", NAME_ENUM, 0 }, { "siteSearch", NAME_TEXT, 0 },
	{ "text", NAME_TEXT, 0 }, { "title", NAME_TEXT, NAME_LIKE }, { "type", NAME_ENUM, 0 },
	{ "user", NAME_USER, 0 }, { "user.accountid", NAME_USER, 0 }, { "user.fullname", NAME_TEXT, 0 },
	{ "user.userkey", NAME_USER, 0 }, { "watcher", NAME_USER, 0 }, { "score", NAME_NUMBER, 0 },
	{ "content.property", NAME_ANY, 0 },
	{ NULL, NAME_ANY, 0 },
};

static const struct known_function cql_functions[] = {
	{ "currentContent", false }, { "currentSpace", false }, { "currentUser", false }, { "endOfDay", false },
	{ "endOfMonth", false }, { "endOfWeek", false }, { "endOfYear", false }, { "favouriteSpaces", true },
	{ "membersOf", true }, { "now", false }, { "recentlyViewedContent", true },
	{ "recentlyViewedSpaces", true }, { "startOfDay", false }, { "startOfMonth", false },
	{ "startOfWeek", false }, { "startOfYear", false },
	{ NULL, false },
};

const struct known_field *
query_known_fields(enum query_lang lang)
{
	return lang == QUERY_JQL ? jql_fields : cql_fields;
}

const struct known_function *
query_known_functions(enum query_lang lang)
{
	return lang == QUERY_JQL ? jql_functions : cql_functions;
}

const struct known_field *
query_known_field(enum query_lang lang, const char *name)
{
	for (const struct known_field *f = query_known_fields(lang); f->name != NULL; f++) {
		if (str_ieq(f->name, name))
			return f;
	}
	return NULL;
}

const struct known_function *
query_known_function(enum query_lang lang, const char *name)
{
	for (const struct known_function *f = query_known_functions(lang); f->name != NULL; f++) {
		if (str_ieq(f->name, name))
			return f;
	}
	return NULL;
}

/* Words people use for a field of another name; those that no edit distance finds. */
static const struct {
	const char *wrong, *right;
} jql_synonyms[] = {
	{ "owner", "assignee" },
	{ "assigned", "assignee" },
	{ "assigned_to", "assignee" },
	{ "author", "reporter" },
	{ "title", "summary" },
	{ "name", "summary" },
	{ "state", "status" },
	{ "tag", "labels" },
	{ "tags", "labels" },
	{ "label", "labels" },
	{ "version", "fixVersion" },
	{ "epic", "parent" },
	{ "created_at", "created" },
	{ "creation_date", "created" },
	{ "updated_at", "updated" },
	{ "modified", "updated" },
	{ "last_updated", "updated" },
	{ "deadline", "due" },
	{ "due_date", "due" },
	{ "issue_type", "issuetype" },
	{ "issue type", "issuetype" },
	{ "issue_key", "key" },
	{ "iteration", "sprint" },
	{ "body", "description" },
	{ "component/s", "component" },
	{ "components", "component" },
	{ "fix version", "fixVersion" },
	{ "fixVersions", "fixVersion" },
	{ "comments", "comment" },
	{ "points", "Story Points" },
	{ "closed", "resolved" },
	{ "closed_at", "resolved" },
	{ "story_points", "Story Points" },
	{ "storypoints", "Story Points" },
};
static const struct {
	const char *wrong, *right;
} cql_synonyms[] = {
	{ "author", "creator" },
	{ "createdBy", "creator" },
	{ "modified", "lastmodified" },
	{ "updated", "lastmodified" },
	{ "labels", "label" },
	{ "tag", "label" },
	{ "tags", "label" },
	{ "body", "text" },
	{ "content_type", "type" },
	{ "contentType", "type" },
	{ "name", "title" },
	{ "spaceKey", "space" },
	{ "space_key", "space" },
	{ "project", "space" },
	{ "date", "lastmodified" },
	{ "summary", "title" },
};

const char *
query_field_meant(enum query_lang lang, const char *name)
{
	for (size_t i = 0; lang == QUERY_JQL && i < LEN(jql_synonyms); i++) {
		if (str_ieq(jql_synonyms[i].wrong, name))
			return jql_synonyms[i].right;
	}
	for (size_t i = 0; lang == QUERY_CQL && i < LEN(cql_synonyms); i++) {
		if (str_ieq(cql_synonyms[i].wrong, name))
			return cql_synonyms[i].right;
	}
	return NULL;
}
