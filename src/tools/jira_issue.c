/*
 * Reading and creating one issue. A write reads back what it changed and
 * reports that, not what it asked for. Editing is in jira_update.c.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_context.h"
#include "tools/jira_create.h"
#include "tools/jira_edit.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_DESCRIPTION = 512 * 1024, MAX_CODE = 64 * 1024 };

/* ---- jira_get_issue ---- */

struct get_args {
	const char *issue_key, *ignored;
	char **fields;
	int64_t comment_limit;
	bool ignored_flag;
};

static const struct param get_params[] = {
	P_STR(struct get_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = "Key, id or URL"),
	P_LIST(struct get_args, fields, 0, .doc = "Only these, by name"),
	P_INT(struct get_args, comment_limit, 0, .min = 0, .max = 100, .dflt = 5, .doc = NULL),
	{ .name = "expand", .type = PARAM_STRING, .offset = offsetof(struct get_args, ignored), .flags = P_HIDDEN,
	    .aliases = "properties,include" },
	{ .name = "update_history", .type = PARAM_BOOL, .offset = offsetof(struct get_args, ignored_flag), .flags = P_HIDDEN,
	    .aliases = "use_display_names" },
	P_END
};

/* "*all" and nothing mean everything but worklogs; else the ids of the named fields. */
static const char *
wanted_fields(struct call *c, struct site *s, const struct get_args *a)
{
	const struct field *f;
	const char *list;
	struct buf b;

	if (a->fields == NULL || str_starts(a->fields[0], "*"))
		return a->comment_limit > 0 ? "*all,-worklog" : "*all,-worklog,-comment";
	buf_init(&b, 8192);
	buf_adds(&b, "summary,project");
	for (char **name = a->fields; *name != NULL; name++) {
		if (fields_find(c, s, *name, &f) == -1) {
			buf_release(&b);
			return NULL;
		}
		buf_addf(&b, ",%s", f->id);
	}
	list = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return list;
}

/* An issue carries its first comments; when there are more, the newest are asked for. */
static int
newest_comments(struct call *c, struct site *s, json *issue, int64_t limit)
{
	json *comment = json_path(issue, "fields.comment"), *page, *list;
	int64_t total = json_get_int(comment, "total", 0);
	size_t n;

	if (total <= (int64_t)json_len(json_get(comment, "comments")) || limit == 0) {
		view_issue(c, s, issue, limit);
		return 0;
	}
	view_issue(c, s, issue, 0);
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s/comment", json_get_str(issue, "key")),
	    "startAt", arena_printf(c->arena, "%lld", (long long)(total > limit ? total - limit : 0)),
	    "maxResults", arena_printf(c->arena, "%lld", (long long)limit), NULL), &page) == -1)
		return -1;
	list = json_get(page, "comments");
	n = json_len(list);
	view_comments(c, s, list, (int64_t)n, total);
	return 0;
}

static int
get_issue(struct call *c, const void *v)
{
	const struct get_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key, *fields;
	json *issue;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || (fields = wanted_fields(c, s, a)) == NULL)
		return -1;
	c->target = key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", fields, "expand", "names,schema",
	    NULL), &issue) == -1 || jira_check_fence(c, s, issue) == -1)
		return -1;
	if (json_get_str(issue, "key") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without an issue.", s->label);
	return newest_comments(c, s, issue, a->comment_limit);
}

TOOL(jira_get_issue,
	.title = "Get issue", .doc = "Read a Jira issue: fields, description, comments.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .scopes = "read:jira-work",
	ARGS(struct get_args, get_params), .example = "{\"issue_key\":\"OPS-7\"}", .run = get_issue,
);

/* ---- jira_create_issue ---- */

static const struct param create_params[] = {
	P_STR(struct create_args, project_key, P_REQUIRED, .aliases = "project,projectKey"),
	P_STR(struct create_args, summary, P_REQUIRED, .max_len = 1020),
	P_STR(struct create_args, issue_type, 0, .aliases = "issueTypeName,issuetype,type", .doc = "Default Task"),
	P_STR(struct create_args, description, 0, .max_len = MAX_DESCRIPTION, .doc = "Markdown"),
	P_STR(struct create_args, assignee, 0, .doc = "Name, e-mail or me"),
	P_STR(struct create_args, parent, 0, .aliases = "parent_key,epic_key", .doc = "Epic or parent key"),
	P_LIST(struct create_args, labels, 0, .doc = NULL),
	P_LIST(struct create_args, components, P_MORE, .doc = NULL),
	P_OBJ(struct create_args, additional_fields, 0, .aliases = "fields", .doc = "Other fields: name to value"),
	P_LIST(struct create_args, context, P_MORE, .doc = "Add: time_zone, sprint, similar"),
	P_STR(struct create_args, code, P_MORE, .max_len = MAX_CODE, .doc = "file:line-line, then these lines"),
	P_END
};

int
create_fields(struct call *c, struct site *s, const struct create_args *a, const char *project, const char *description,
    struct edit *e)
{
	const char *parent = a->parent == NULL ? NULL : jira_issue_key(c, s, a->parent);

	if (a->parent != NULL && parent == NULL)
		return -1;
	if (edit_for_create(c, s, e, project, a->issue_type != NULL ? a->issue_type : "Task") == -1 ||
	    edit_add_text(c, s, e, "summary", a->summary) == -1 ||
	    edit_add_text(c, s, e, "description", description) == -1 ||
	    edit_add_text(c, s, e, "assignee", a->assignee) == -1 ||
	    edit_add_text(c, s, e, "parent", parent) == -1 ||
	    edit_add_list(c, s, e, "labels", a->labels) == -1 ||
	    edit_add_list(c, s, e, "components", a->components) == -1)
		return -1;
	return edit_add_all(c, s, e, a->additional_fields);
}

const char *
create_project(struct call *c, const struct site *s, const char *text)
{
	char *key = str_trim(c->arena, text, strlen(text));

	for (char *p = key; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	if (site_fence_allows(s, key))
		return key;
	call_fail(c, ERR_NOT_FOUND, "There is no project %s, or this account may not see it.", key);
	return NULL;
}

/* The description with the context below it. */
static const char *
with_context(struct call *c, const char *description, const struct context *x)
{
	if (x->block == NULL || description == NULL)
		return x->block != NULL ? x->block : description;
	return arena_printf(c->arena, "%s\n\n%s", description, x->block);
}

static int
create_issue(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct rest_write w = { .method = "POST", .created_id = "key", .what = "the creation of the issue" };
	const char *key, *project;
	struct context context;
	json *issue;

	if (s == NULL || (project = create_project(c, s, a->project_key)) == NULL ||
	    context_make(c, s, project, a->summary, a->context, a->code, &context) == -1 ||
	    create_fields(c, s, a, project, with_context(c, a->description, &context), e) == -1 || (w.body = edit_request(c, e)) == NULL)
		return -1;
	w.path = rest_path(c, s, "{api}/issue");
	if (c->dry_run != NULL)
		out_pair(c->out, "Possible duplicates", context.similar);
	if (c->dry_run != NULL)
		edit_announce(c, s, e, NULL);
	if (rest_write(c, s, &w) == -1)
		return edit_refused(c, s, e);
	key = json_get_str(w.json, "key");
	if (key == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the issue but did not name its key.", s->label);
	c->target = key;
	out_say(c->out, "Created %s: %s", key, jira_browse_url(c->arena, s, key));
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields",
	    arena_printf(c->arena, "status,%s", edit_ids(c, e)), NULL), &issue) == -1) {
		err_context(&c->err, "%s was created, but reading it back failed", key);
		call_hint(c, "Do not create it again; read %s instead.", key);
		return -1;
	}
	out_pair(c->out, "Possible duplicates", context.similar);
	out_pair(c->out, "Status", json_path_str(issue, "fields.status.name"));
	return edit_report(c, s, e, NULL, issue, arena_printf(c->arena, "%s was created", key));
}

TOOL(jira_create_issue,
	.title = "Create issue", .doc = "Create a Jira issue.",
	.toolset = "jira_issues", .product = JIRA, .effect = WRITES, .scopes = "write:jira-work read:jira-work",
	ARGS(struct create_args, create_params),
	.example = "{\"project_key\":\"OPS\",\"issue_type\":\"Bug\",\"summary\":\"Login fails on Safari\",\"assignee\":\"me\"}",
	.run = create_issue,
);
