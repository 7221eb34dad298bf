/*
 * The fields of an issue, one row each. The row says what the field is called and
 * holds on Cloud and on Data Center, on which screens it stands and how Jira
 * describes it; everything that reads or writes issues goes by these rows. A new
 * field is a row here, a number in sb_field_no, and for SB_COMPUTED a line in sb_put.c.
 */
#include "sandbox/sb_model.h"

#include "base/str.h"

#define CF "com.atlassian.jira.plugin.system.customfieldtypes:"
#define GH "com.pyxis.greenhopper.jira:"
enum {
	T_EPIC = 1 << 0, T_STORY = 1 << 1, T_TASK = 1 << 2, T_SUBTASK = 1 << 3, T_BUG = 1 << 4,
	T_STANDARD = T_STORY | T_TASK | T_BUG,
	SCREENS = SB_ON_CREATE | SB_ON_EDIT,
	READ = SB_NAVIGABLE | SB_SEARCHED,
};

const struct sb_field sb_field_table[SB_FIELDS] = {
	[F_SUMMARY] = { "summary", "summary", "Summary", "Summary", NULL, SB_TEXT, 0, SCREENS | SB_REQUIRED | READ | SB_LOGGED, 0,
	    "string", NULL, NULL, { NULL } },
	[F_ISSUETYPE] = { "issuetype", "issuetype", "Issue Type", "Issue Type", NULL, SB_NAMED, SB_TYPE,
	    SCREENS | SB_REQUIRED | READ | SB_LOGGED, 0, "issuetype", NULL, NULL, { "type" } },
	[F_PROJECT] = { "project", "project", "Project", "Project", NULL, SB_PROJECT, 0, SB_ON_CREATE | SB_REQUIRED | READ, 0,
	    "project", NULL, NULL, { NULL } },
	[F_STATUS] = { "status", "status", "Status", "Status", NULL, SB_NAMED, SB_STATUS, READ | SB_LOGGED, 0, "status", NULL, NULL,
	    { NULL } },
	[F_PRIORITY] = { "priority", "priority", "Priority", "Priority", NULL, SB_NAMED, SB_PRIORITY, SCREENS | READ | SB_LOGGED, 0,
	    "priority", NULL, NULL, { NULL } },
	[F_RESOLUTION] = { "resolution", "resolution", "Resolution", "Resolution", NULL, SB_NAMED, SB_RESOLUTION,
	    SB_ON_RESOLVE | READ | SB_LOGGED, 0, "resolution", NULL, NULL, { NULL } },
	[F_ASSIGNEE] = { "assignee", "assignee", "Assignee", "Assignee", NULL, SB_USER, 0,
	    SCREENS | SB_ON_RESOLVE | READ | SB_LOGGED, 0, "user", NULL, NULL, { NULL } },
	[F_REPORTER] = { "reporter", "reporter", "Reporter", "Reporter", NULL, SB_USER, 0, SCREENS | READ | SB_LOGGED, 0, "user",
	    NULL, NULL, { NULL } },
	[F_CREATOR] = { "creator", "creator", "Creator", "Creator", NULL, SB_USER, 0, READ, 0, "user", NULL, NULL, { NULL } },
	[F_CREATED] = { "created", "created", "Created", "Created", NULL, SB_DATETIME, 0, READ, 0, "datetime", NULL, NULL,
	    { "createdDate" } },
	[F_UPDATED] = { "updated", "updated", "Updated", "Updated", NULL, SB_DATETIME, 0, READ, 0, "datetime", NULL, NULL,
	    { "updatedDate" } },
	[F_RESOLUTIONDATE] = { "resolutiondate", "resolutiondate", "Resolved", "Resolved", NULL, SB_DATETIME, 0, READ, 0, "datetime",
	    NULL, NULL, { "resolved", "resolutiondate" } },
	[F_STATUSCHANGED] = { "statuscategorychangedate", NULL, "Status Category Changed", NULL, NULL, SB_DATETIME, 0, READ, 0,
	    "datetime", NULL, NULL, { "statusCategoryChangedDate" } },
	[F_DUEDATE] = { "duedate", "duedate", "Due date", "Due Date", NULL, SB_DATE, 0, SCREENS | READ | SB_LOGGED, 0, "date", NULL,
	    NULL, { "due", "duedate" } },
	[F_DESCRIPTION] = { "description", "description", "Description", "Description", NULL, SB_DOC, 0, SCREENS | READ | SB_LOGGED, 0,
	    "string", NULL, NULL, { NULL } },
	[F_ENVIRONMENT] = { "environment", "environment", "Environment", "Environment", NULL, SB_DOC, 0,
	    SCREENS | READ | SB_LOGGED, T_BUG, "string", NULL, NULL, { NULL } },
	[F_LABELS] = { "labels", "labels", "Labels", "Labels", NULL, SB_LABEL, 0, SCREENS | READ | SB_LOGGED | SB_MANY, 0, "array",
	    "string", NULL, { NULL } },
	[F_COMPONENTS] = { "components", "components", "Components", "Component/s", "Component", SB_NAMED, SB_COMPONENT,
	    SCREENS | READ | SB_LOGGED | SB_MANY, 0, "array", "component", NULL, { "component" } },
	[F_FIXVERSIONS] = { "fixVersions", "fixVersions", "Fix versions", "Fix Version/s", "Fix Version", SB_NAMED, SB_VERSION,
	    SCREENS | SB_ON_RESOLVE | READ | SB_LOGGED | SB_MANY, 0, "array", "version", NULL, { "fixVersion" } },
	[F_VERSIONS] = { "versions", "versions", "Affects versions", "Affects Version/s", "Version", SB_NAMED, SB_VERSION,
	    SCREENS | READ | SB_LOGGED | SB_MANY, T_BUG, "array", "version", NULL, { "affectedVersion" } },
	[F_PARENT] = { "parent", "parent", "Parent", "Parent", "IssueParentAssociation", SB_ISSUE, 0,
	    SCREENS | READ | SB_LOGGED, T_STANDARD | T_SUBTASK, "issuelink", NULL, NULL, { NULL } },
	[F_POINTS] = { "customfield_10016", "customfield_10106", "Story Points", "Story Points", NULL, SB_NUMBER, 0,
	    SCREENS | READ | SB_LOGGED, T_EPIC | T_STANDARD, "number", NULL, CF "float", { NULL } },
	[F_SPRINT] = { "customfield_10020", "customfield_10104", "Sprint", "Sprint", NULL, SB_SPRINT, 0,
	    SCREENS | READ | SB_LOGGED | SB_MANY, T_STANDARD, "array", "json", GH "gh-sprint", { NULL } },
	[F_EPICLINK] = { NULL, "customfield_10101", NULL, "Epic Link", NULL, SB_ISSUE, 0, SCREENS | READ | SB_LOGGED, T_STANDARD,
	    "any", NULL, GH "gh-epic-link", { NULL } },
	[F_EPICNAME] = { NULL, "customfield_10102", NULL, "Epic Name", NULL, SB_TEXT, 0, SCREENS | SB_REQUIRED | READ | SB_LOGGED,
	    T_EPIC, "string", NULL, GH "gh-epic-label", { NULL } },
	[F_TEAM] = { "customfield_10041", "customfield_10201", "Team", "Team", NULL, SB_NAMED, SB_OPTION_TEAM,
	    SCREENS | READ | SB_LOGGED, 0, "option", NULL, CF "select", { NULL } },
	[F_MARKETS] = { "customfield_10042", "customfield_10202", "Markets", "Markets", NULL, SB_NAMED, SB_OPTION_MARKET,
	    SCREENS | READ | SB_LOGGED | SB_MANY, T_EPIC | T_STANDARD, "array", "option", CF "multiselect", { NULL } },
	[F_GOLIVE] = { "customfield_10043", "customfield_10203", "Go-live date", "Go-live date", NULL, SB_DATE, 0,
	    SCREENS | READ | SB_LOGGED, T_EPIC | T_STORY, "date", NULL, CF "datepicker", { NULL } },
	[F_ACCEPTANCE] = { "customfield_10044", "customfield_10204", "Acceptance criteria", "Acceptance criteria", NULL, SB_DOC, 0,
	    SCREENS | READ | SB_LOGGED, T_STORY, "string", NULL, CF "textarea", { NULL } },
	[F_RANK] = { "customfield_10019", "customfield_10105", "Rank", "Rank", NULL, SB_TEXT, 0, READ, 0, "any", NULL,
	    GH "gh-lexo-rank", { NULL } },
	[F_COMMENT] = { "comment", "comment", "Comment", "Comment", NULL, SB_COMPUTED, 0, SB_DETAIL | SB_SEARCHED, 0, "comments-page",
	    NULL, NULL, { NULL } },
	[F_ISSUELINKS] = { "issuelinks", "issuelinks", "Linked Issues", "Linked Issues", "Link", SB_COMPUTED, 0,
	    SB_NAVIGABLE | SB_LOGGED, 0, "array", "issuelinks", NULL, { NULL } },
	[F_SUBTASKS] = { "subtasks", "subtasks", "Sub-tasks", "Sub-Tasks", NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0, "array", "issuelinks",
	    NULL, { NULL } },
	[F_WORKLOG] = { "worklog", "worklog", "Log Work", "Log Work", NULL, SB_COMPUTED, 0, SB_DETAIL, 0, "array", "worklog", NULL,
	    { NULL } },
	[F_ATTACHMENT] = { "attachment", "attachment", "Attachment", "Attachment", NULL, SB_COMPUTED, 0, SB_DETAIL, 0, "array",
	    "attachment", NULL, { NULL } },
	[F_WATCHES] = { "watches", "watches", "Watchers", "Watchers", NULL, SB_COMPUTED, 0, READ, 0, "watches", NULL, NULL,
	    { "watchers" } },
	[F_VOTES] = { "votes", "votes", "Votes", "Votes", NULL, SB_COMPUTED, 0, READ, 0, "votes", NULL, NULL, { NULL } },
	[F_TIMETRACKING] = { "timetracking", "timetracking", "Time tracking", "Time Tracking", NULL, SB_COMPUTED, 0, SB_DETAIL, 0,
	    "timetracking", NULL, NULL, { NULL } },
	[F_TIMESPENT] = { "timespent", "timespent", "Time Spent", "Time Spent", NULL, SB_COMPUTED, 0, READ, 0, "number", NULL, NULL,
	    { NULL } },
	[F_TIMEORIGINALESTIMATE] = { "timeoriginalestimate", "timeoriginalestimate", "Original estimate", "Original Estimate", NULL,
	    SB_COMPUTED, 0, READ, 0, "number", NULL, NULL, { "originalEstimate", "timeoriginalestimate" } },
	[F_TIMEESTIMATE] = { "timeestimate", "timeestimate", "Remaining Estimate", "Remaining Estimate", NULL, SB_COMPUTED, 0, READ, 0,
	    "number", NULL, NULL, { "remainingEstimate", "timeestimate" } },
	[F_AGGREGATETIMESPENT] = { "aggregatetimespent", "aggregatetimespent", "Σ Time Spent", "Σ Time Spent", NULL, SB_COMPUTED, 0,
	    SB_NAVIGABLE, 0, "number", NULL, NULL, { NULL } },
	[F_AGGREGATETIMEORIGINALESTIMATE] = { "aggregatetimeoriginalestimate", "aggregatetimeoriginalestimate", "Σ Original Estimate",
	    "Σ Original Estimate", NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0, "number", NULL, NULL, { NULL } },
	[F_AGGREGATETIMEESTIMATE] = { "aggregatetimeestimate", "aggregatetimeestimate", "Σ Remaining Estimate", "Σ Remaining Estimate",
	    NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0, "number", NULL, NULL, { NULL } },
	[F_PROGRESS] = { "progress", "progress", "Progress", "Progress", NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0, "progress", NULL, NULL,
	    { NULL } },
	[F_AGGREGATEPROGRESS] = { "aggregateprogress", "aggregateprogress", "Σ Progress", "Σ Progress", NULL, SB_COMPUTED, 0,
	    SB_NAVIGABLE, 0, "progress", NULL, NULL, { NULL } },
	[F_WORKRATIO] = { "workratio", "workratio", "Work Ratio", "Work Ratio", NULL, SB_COMPUTED, 0, READ, 0, "number", NULL, NULL,
	    { NULL } },
	[F_LASTVIEWED] = { "lastViewed", "lastViewed", "Last Viewed", "Last Viewed", NULL, SB_COMPUTED, 0, READ, 0, "datetime", NULL,
	    NULL, { NULL } },
	[F_SECURITY] = { "security", "security", "Security Level", "Security Level", NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0, "securitylevel",
	    NULL, NULL, { NULL } },
	[F_FLAGGED] = { "customfield_10021", "customfield_10107", "Flagged", "Flagged", NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0, "array",
	    "option", CF "multicheckboxes", { NULL } },
	[F_DEVELOPMENT] = { "customfield_10000", "customfield_10000", "development", "Development", NULL, SB_COMPUTED, 0, SB_NAVIGABLE, 0,
	    "any", NULL, "com.atlassian.jira.plugins.jira-development-integration-plugin:devsummary", { NULL } },
};

const char *
sb_field_id(const struct sb_site *site, enum sb_field_no f)
{
	return site->dc ? sb_field_table[f].dc_id : sb_field_table[f].cloud_id;
}

const char *
sb_field_name(const struct sb_site *site, enum sb_field_no f)
{
	return site->dc ? sb_field_table[f].dc_name : sb_field_table[f].cloud_name;
}

int
sb_field_by_id(const struct sb_site *site, const char *id)
{
	for (int f = 0; f < SB_FIELDS; f++)
		if (sb_field_id(site, f) != NULL && str_eq(sb_field_id(site, f), id))
			return f;
	return -1;
}

/*
 * Whether the field stands on one of these screens for this issue type. On Data
 * Center the parent is for sub-tasks only: everything else says Epic Link.
 */
bool
sb_field_on(const struct sb_site *site, enum sb_field_no f, unsigned screen, int64_t type_id)
{
	const struct sb_field *d = &sb_field_table[f];
	unsigned bit = sb_type_bit(type_id);

	if (sb_field_id(site, f) == NULL || (d->flags & screen) == 0)
		return false;
	if (f == F_PARENT && site->dc)
		return bit == T_SUBTASK && (screen & SB_ON_CREATE) != 0;
	return d->types == 0 || (d->types & bit) != 0;
}
