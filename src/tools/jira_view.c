/*
 * An issue is shown as head lines in a fixed order, its custom fields by display name,
 * links and subtasks as one line each, then description and comments as Markdown.
 * Names and types of custom fields come with the issue itself (expand=names,schema).
 */
#include "tools/jira_view.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FIELD_TEXT = 300 };

const char jira_list_fields[] = "summary,status,priority,assignee,updated,project";

/* The head of an issue, in reading order. */
static const struct {
	const char *id, *label;
} head[] = {
	{ "issuetype", "Type" },
	{ "status", "Status" },
	{ "resolution", "Resolution" },
	{ "priority", "Priority" },
	{ "assignee", "Assignee" },
	{ "reporter", "Reporter" },
	{ "parent", "Parent" },
	{ "labels", "Labels" },
	{ "components", "Components" },
	{ "versions", "Affects versions" },
	{ "fixVersions", "Fix versions" },
	{ "duedate", "Due" },
};

const char *
view_date(struct arena *a, const char *timestamp)
{
	int64_t at;

	return clock_parse(timestamp, &at) == -1 ? NULL : clock_date(a, at);
}

const char *
view_datetime(struct arena *a, const char *timestamp)
{
	int64_t at;

	return clock_parse(timestamp, &at) == -1 ? NULL : clock_datetime(a, at);
}

int
view_extra_fields(struct call *c, struct site *s, char **names, const struct field **extra, size_t *ret_count)
{
	struct buf shown;
	int result = 0;

	*ret_count = 0;
	buf_init(&shown, 256);
	buf_addf(&shown, ",%s,key,issuekey,*all,*navigable,", jira_list_fields);
	for (; names != NULL && *names != NULL && result == 0; names++) {
		const char *mark = arena_printf(c->arena, ",%s,", str_lower(c->arena, *names));

		if (strstr(shown.data, mark) != NULL)
			continue;
		if (*ret_count == VIEW_MAX_EXTRA)
			result = call_fail(c, ERR_INPUT, "fields: at most %d extra columns.", VIEW_MAX_EXTRA);
		else
			result = fields_find(c, s, *names, &extra[*ret_count]);
		if (result == 0)
			(*ret_count)++;
	}
	buf_release(&shown);
	return result;
}

void
view_issue_table(struct out *o, const struct field *const *extra, size_t n)
{
	const char *name[VIEW_MAX_EXTRA] = { NULL };

	for (size_t i = 0; i < n && i < LEN(name); i++)
		name[i] = extra[i]->name;
	out_table(o, "issues", "Key", "Status", "Priority", "Assignee", "Updated", "Summary", name[0],
	    n > 1 ? name[1] : NULL, n > 2 ? name[2] : NULL, n > 3 ? name[3] : NULL, NULL);
}

void
view_issue_row(struct call *c, const struct site *s, json *issue, const struct field *const *extra, size_t n)
{
	json *f = json_get(issue, "fields");
	const char *value[VIEW_MAX_EXTRA] = { NULL };

	for (size_t i = 0; i < n && i < LEN(value); i++)
		value[i] = field_text(c, s, json_get(f, extra[i]->id), extra[i]);
	out_row(c->out, json_get_str(issue, "key"), json_path_str(f, "status.name"), json_path_str(f, "priority.name"),
	    jira_user_name(json_get(f, "assignee")), view_date(c->arena, json_get_str(f, "updated")),
	    json_get_str(f, "summary"), value[0], value[1], value[2], value[3]);
}

/* A place on a site that pages by token: what lies before it is read, by key, and dropped. */
static int
skip_to(struct call *c, struct site *s, const struct agile_page *like, int64_t n, struct agile_page *ret)
{
	struct agile_page p = *like;

	p.fields = "project";
	while (n > 0 && !p.last) {
		p.size = n < 100 ? n : 100;
		if (issues_page(c, s, &p) == -1)
			return -1;
		n -= (int64_t)json_len(p.issues);
	}
	ret->token = p.token;
	ret->last = p.last;
	return 0;
}

int
view_agile_issues(struct call *c, struct site *s, const struct agile_list *l)
{
	struct agile_page p = { .path = l->path, .jql = l->jql, .fields = jira_list_fields, .size = l->limit, .token = l->page_token,
		.at = l->start_at };
	const struct field *extra[VIEW_MAX_EXTRA];
	size_t extra_count, n;

	if (view_extra_fields(c, s, l->fields, extra, &extra_count) == -1)
		return -1;
	for (size_t i = 0; i < extra_count; i++)
		p.fields = arena_printf(c->arena, "%s,%s", p.fields, extra[i]->id);
	if (!site_is_cloud(s) && l->page_token != NULL && str_int(l->page_token, 0, INT32_MAX, &p.at) == -1)
		return call_fail(c, ERR_INPUT, "page_token is not one that this list gave.");
	if (site_is_cloud(s) && l->page_token == NULL && skip_to(c, s, &p, l->start_at, &p) == -1)
		return -1;
	if (!p.last && issues_page(c, s, &p) == -1)
		return -1;
	n = json_len(p.issues);
	if (n == 0) {
		out_say(c->out, "No issues%s.", l->start_at > 0 || l->page_token != NULL ? " beyond that" : "");
		return 0;
	}
	view_issue_table(c->out, extra, extra_count);
	for (struct json_iter it = json_iter(p.issues); json_next(&it);) {
		if (site_fence_allows(s, json_path_str(it.value, "fields.project.key")))
			view_issue_row(c, s, it.value, extra, extra_count);
	}
	if (!p.last)
		out_more(c->out, "page_token", p.token != NULL ? p.token : arena_printf(c->arena, "%lld", (long long)p.at),
		    p.total >= 0 ? arena_printf(c->arena, "(%zu of %lld shown)", n, (long long)p.total) : NULL);
	return 0;
}

static bool
is_head(const char *id)
{
	static const char *const elsewhere[] = { "summary", "description", "comment", "issuelinks", "subtasks", "created",
		"updated", "project", "attachment", "worklog", "watches", "votes", "aggregateprogress", "progress",
		"workratio", "lastViewed", "statuscategorychangedate", "statusCategory", "creator", "thumbnail", "issuerestriction",
		"security", "timespent", "timeestimate", "timeoriginalestimate", "aggregatetimespent", "aggregatetimeestimate",
		"aggregatetimeoriginalestimate", "timetracking", "resolutiondate" };

	for (size_t i = 0; i < LEN(head); i++) {
		if (str_eq(head[i].id, id))
			return true;
	}
	for (size_t i = 0; i < LEN(elsewhere); i++) {
		if (str_eq(elsewhere[i], id))
			return true;
	}
	return false;
}

static void
view_head(struct call *c, const struct site *s, json *f)
{
	struct out *o = c->out;
	const char *estimate = json_path_str(f, "timetracking.originalEstimate");
	const char *spent = json_path_str(f, "timetracking.timeSpent");

	for (size_t i = 0; i < LEN(head); i++)
		out_pair(o, head[i].label, field_text(c, s, json_get(f, head[i].id), NULL));
	if (json_get(f, "assignee") != NULL && json_is_null(json_get(f, "assignee")))
		out_pair(o, "Assignee", "nobody");
	if (estimate != NULL || spent != NULL)
		out_pairf(o, "Time", "%s spent of %s", spent != NULL ? spent : "0", estimate != NULL ? estimate : "?");
	out_pair(o, "Created", view_date(c->arena, json_get_str(f, "created")));
	out_pair(o, "Updated", view_datetime(c->arena, json_get_str(f, "updated")));
	out_pair(o, "Resolved", view_date(c->arena, json_get_str(f, "resolutiondate")));
}

/* Custom fields, and system fields that were asked for by name. Long texts follow later as sections. */
static void
view_custom(struct call *c, const struct site *s, json *issue, bool long_ones)
{
	json *f = json_get(issue, "fields");

	for (struct json_iter it = json_iter(f); json_next(&it);) {
		json *schema = json_get(json_get(issue, "schema"), it.key);
		const char *custom = json_get_str(schema, "custom"), *name = json_get_str(json_get(issue, "names"), it.key);
		struct field type = { .id = it.key, .type = json_get_str(schema, "type") };
		const char *text;

		if (is_head(it.key))
			continue;
		type.custom = custom == NULL ? NULL : strrchr(custom, ':') != NULL ? strrchr(custom, ':') + 1 : custom;
		text = field_text(c, s, it.value, &type);
		if (text == NULL)
			continue;
		if (str_eq(type.custom, "textarea") && json_str(it.value) != NULL)
			text = jira_body_markdown(c, s, it.value);
		if (text == NULL || (strlen(text) > MAX_FIELD_TEXT || strchr(text, '\n') != NULL) != long_ones)
			continue;
		if (long_ones)
			out_text(c->out, name != NULL ? name : it.key, text);
		else
			out_pair(c->out, name != NULL ? name : it.key, text);
	}
}

static void
view_links(struct call *c, const struct site *s, json *f)
{
	for (struct json_iter it = json_iter(json_get(f, "issuelinks")); json_next(&it);) {
		bool outward = json_get(it.value, "outwardIssue") != NULL;
		json *other = json_get(it.value, outward ? "outwardIssue" : "inwardIssue");
		const char *verb = json_path_str(it.value, outward ? "type.outward" : "type.inward");

		if (json_get_str(other, "key") != NULL && !jira_is_outside(c, s, other))
			out_pairf(c->out, "Link", "%s %s %s (%s)", verb != NULL ? verb : "relates to", json_get_str(other, "key"),
			    json_path_str(other, "fields.summary") != NULL ? json_path_str(other, "fields.summary") : "",
			    json_path_str(other, "fields.status.name") != NULL ? json_path_str(other, "fields.status.name") : "?");
	}
	for (struct json_iter it = json_iter(json_get(f, "subtasks")); json_next(&it);)
		out_pairf(c->out, "Subtask", "%s %s (%s)", json_get_str(it.value, "key"),
		    json_path_str(it.value, "fields.summary") != NULL ? json_path_str(it.value, "fields.summary") : "",
		    json_path_str(it.value, "fields.status.name") != NULL ? json_path_str(it.value, "fields.status.name") : "?");
	for (struct json_iter it = json_iter(json_get(f, "attachment")); json_next(&it);)
		out_pairf(c->out, "Attachment", "%s (%s, id %s)", json_get_str(it.value, "filename"),
		    json_get_str(it.value, "mimeType"), json_get_str(it.value, "id"));
}

void
view_comments(struct call *c, const struct site *s, json *comments, int64_t limit, int64_t total)
{
	size_t n = json_len(comments), first = n > (size_t)limit ? n - (size_t)limit : 0;
	const char *heading = total > (int64_t)(n - first) ?
	    arena_printf(c->arena, "Comments (newest %zu of %lld)", n - first, (long long)total) : "Comments";

	for (size_t i = first; i < n; i++) {
		json *one = json_at(comments, i);
		const char *who = jira_user_name(json_get(one, "author"));
		const char *limited = json_path_str(one, "visibility.value");

		out_entry(c->out, "comments", heading,
		    limited == NULL ? who : arena_printf(c->arena, "%s (only for %s)", who != NULL ? who : "?", limited),
		    view_datetime(c->arena, json_get_str(one, "created")), jira_body_markdown(c, s, json_get(one, "body")));
	}
}

void
view_issue(struct call *c, const struct site *s, json *issue, int64_t comment_limit)
{
	json *f = json_get(issue, "fields");
	const char *key = json_get_str(issue, "key");

	out_title(c->out, key, json_get_str(f, "summary"));
	view_head(c, s, f);
	view_custom(c, s, issue, false);
	view_links(c, s, f);
	out_pair(c->out, "URL", jira_browse_url(c->arena, s, key));
	out_text(c->out, "Description", jira_body_markdown(c, s, json_get(f, "description")));
	view_custom(c, s, issue, true);
	if (comment_limit > 0)
		view_comments(c, s, json_path(f, "comment.comments"), comment_limit,
		    json_int(json_path(f, "comment.total"), (int64_t)json_len(json_path(f, "comment.comments"))));
}
