/*
 * Service desks and what they offer: queues with their issues, request types with
 * their fields, articles of the knowledge base. A page of a list is one request; a
 * thing given by name costs the list of its kind before it.
 */
#include "atlassian/desk.h"
#include "base/str.h"
#include "base/utf8.h"
#include "tools/app.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_SHOWN = 160, MAX_VALUES = 12 };

/* The arguments of every list of a desk; a table lists those that it has. */
struct list_args {
	const char *service_desk_id, *queue_id, *query, *cursor, *project_key;
	int64_t start_at, limit;
};

static const char *
number(struct call *c, int64_t n)
{
	return arena_printf(c->arena, "%lld", (long long)n);
}

static char *
page_of(struct call *c, char *path, const struct list_args *a)
{
	return rest_query(c, path, "start", number(c, a->start_at), "limit", number(c, a->limit), NULL);
}

static void
say_more(struct call *c, json *page, int64_t start_at)
{
	size_t n = json_len(json_get(page, "values"));

	if (!json_get_bool(page, "isLastPage", true) && n > 0)
		out_more(c->out, "start_at", number(c, start_at + (int64_t)n), NULL);
	else if (n == 0)
		out_say(c->out, start_at > 0 ? "No more." : "None.");
}

/* The first line of a text, cut to what a table can show. */
static const char *
brief(struct call *c, const char *text)
{
	size_t n = text == NULL ? 0 : strcspn(text, "\n");

	if (n <= MAX_SHOWN)
		return n == 0 ? NULL : arena_strndup(c->arena, text, n);
	return arena_printf(c->arena, "%.*s...", (int)utf8_cut(text, n, MAX_SHOWN), text);
}

/* ---- jira_get_service_desk_for_project ---- */

static const struct param desks_params[] = {
	P_STR(struct list_args, project_key, 0, .aliases = "service_desk_id,service_desk,project", .doc = "Key or name; none: all"),
	P_END
};

static int
get_desks(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *list, *one;

	if (s == NULL)
		return -1;
	if (a->project_key != NULL) {
		if (desk_find(c, s, a->project_key, &one) == -1 || (json_get_str(one, "projectKey") == NULL &&
		    rest_get(c, s, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s", json_get_str(one, "id")), &one) == -1))
			return -1;
		out_title(c->out, json_get_str(one, "projectKey"), json_get_str(one, "projectName"));
		out_pair(c->out, "Service desk id", json_get_str(one, "id"));
		return 0;
	}
	if (desk_list(c, s, &list) == -1)
		return -1;
	if (json_len(list) == 0)
		out_say(c->out, "This account sees no service desk.");
	else
		out_table(c->out, "desks", "Id", "Project", "Name", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "id"), json_get_str(it.value, "projectKey"),
		    json_get_str(it.value, "projectName"));
	return 0;
}

TOOL(jira_get_service_desk_for_project,
	.title = "Get service desk", .doc = "Find a project's service desk, or list all.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct list_args, desks_params),
	.example = "{\"project_key\":\"OPS\"}", .run = get_desks,
);

/* ---- jira_get_service_desk_queues ---- */

static const struct param queues_params[] = {
	P_STR(struct list_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_INT(struct list_args, start_at, P_MORE, .doc = NULL),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .doc = NULL),
	P_END
};

static int
get_queues(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *desk, *page;

	if (s == NULL || desk_find(c, s, a->service_desk_id, &desk) == -1 ||
	    rest_get(c, s, rest_query(c, page_of(c, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/queue",
	    json_get_str(desk, "id")), a), "includeCount", "true", NULL), &page) == -1)
		return -1;
	if (json_len(json_get(page, "values")) > 0)
		out_table(c->out, "queues", "Id", "Queue", "Issues", "JQL", NULL);
	for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "id"), json_get_str(it.value, "name"),
		    json_scalar(c->arena, json_get(it.value, "issueCount")), json_get_str(it.value, "jql"));
	say_more(c, page, a->start_at);
	return 0;
}

TOOL(jira_get_service_desk_queues,
	.title = "Get queues", .doc = "List a service desk's queues.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct list_args, queues_params),
	.example = "{\"service_desk_id\":\"OPS\"}", .run = get_queues,
);

/* ---- jira_get_queue_issues ---- */

static const struct param queue_issues_params[] = {
	P_STR(struct list_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_STR(struct list_args, queue_id, P_REQUIRED, .aliases = "queue", .doc = "Or name"),
	P_INT(struct list_args, start_at, P_MORE, .doc = NULL),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .doc = NULL),
	P_END
};

static int
get_queue_issues(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *queue;
	json *desk, *page;

	if (s == NULL || desk_find(c, s, a->service_desk_id, &desk) == -1 ||
	    desk_queue(c, s, json_get_str(desk, "id"), a->queue_id, &queue) == -1 ||
	    rest_get(c, s, page_of(c, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/queue/%s/issue",
	    json_get_str(desk, "id"), queue), a), &page) == -1)
		return -1;
	if (json_len(json_get(page, "values")) > 0)
		view_issue_table(c->out, NULL, 0);
	for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);) {
		if (site_fence_allows(s, jira_project_of(c->arena, json_get_str(it.value, "key"))))
			view_issue_row(c, s, it.value, NULL, 0);
	}
	say_more(c, page, a->start_at);
	return 0;
}

TOOL(jira_get_queue_issues,
	.title = "Get queue issues", .doc = "List the issues of a service desk's queue.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct list_args, queue_issues_params),
	.example = "{\"service_desk_id\":\"OPS\",\"queue_id\":\"All open\"}", .run = get_queue_issues,
);

/* ---- jira_get_request_types ---- */

static const struct param types_params[] = {
	P_STR(struct list_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_STR(struct list_args, query, 0, .doc = NULL),
	P_INT(struct list_args, start_at, P_MORE, .doc = NULL),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .doc = NULL),
	P_END
};

static int
get_types(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *desk, *page;

	if (s == NULL || desk_find(c, s, a->service_desk_id, &desk) == -1 ||
	    rest_get(c, s, rest_query(c, page_of(c, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/requesttype",
	    json_get_str(desk, "id")), a), "searchQuery", a->query, NULL), &page) == -1)
		return -1;
	if (json_len(json_get(page, "values")) > 0)
		out_table(c->out, "requestTypes", "Id", "Request type", "Description", NULL);
	for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);) {
		const char *about = json_get_str(it.value, "description");

		out_row(c->out, json_get_str(it.value, "id"), json_get_str(it.value, "name"),
		    brief(c, str_blank(about) ? json_get_str(it.value, "helpText") : about));
	}
	say_more(c, page, a->start_at);
	return 0;
}

TOOL(jira_get_request_types,
	.title = "Get request types", .doc = "List what customers can ask a service desk for.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct list_args, types_params),
	.example = "{\"service_desk_id\":\"OPS\"}", .run = get_types,
);

/* ---- jira_get_request_type_fields ---- */

struct fields_args {
	const char *service_desk_id, *request_type_id;
};

static const struct param fields_params[] = {
	P_STR(struct fields_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_STR(struct fields_args, request_type_id, P_REQUIRED, .aliases = "request_type", .doc = "Or name"),
	P_END
};

static const char *
allowed_values(struct call *c, json *values)
{
	const char *all;
	struct buf b;

	buf_init(&b, 64 * 1024);
	for (struct json_iter it = json_iter(values); json_next(&it) && it.index < MAX_VALUES;) {
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", json_get_str(it.value, "label"));
		for (struct json_iter k = json_iter(json_get(it.value, "children")); json_next(&k) && k.index < MAX_VALUES;)
			buf_addf(&b, "%s%s", k.index == 0 ? " > " : " / ", json_get_str(k.value, "label"));
	}
	if (json_len(values) > MAX_VALUES)
		buf_addf(&b, " and %zu more", json_len(values) - MAX_VALUES);
	all = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return all;
}

static int
get_fields(struct call *c, const void *v)
{
	const struct fields_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *type;
	json *desk, *meta;

	if (s == NULL || desk_find(c, s, a->service_desk_id, &desk) == -1 ||
	    desk_request_type(c, s, json_get_str(desk, "id"), a->request_type_id, &type) == -1 ||
	    desk_request_fields(c, s, json_get_str(desk, "id"), type, &meta) == -1)
		return -1;
	out_table(c->out, "fields", "Field", "Required", "Type", "Values", "Help", NULL);
	for (struct json_iter it = json_iter(json_get(meta, "requestTypeFields")); json_next(&it);) {
		const char *kind = json_path_str(it.value, "jiraSchema.type"), *items = json_path_str(it.value, "jiraSchema.items");

		out_row(c->out, json_get_str(it.value, "name"), json_get_bool(it.value, "required", false) ? "yes" : NULL,
		    items != NULL ? arena_printf(c->arena, "list of %s", items) : kind,
		    allowed_values(c, json_get(it.value, "validValues")), brief(c, json_get_str(it.value, "description")));
	}
	if (json_get_bool(meta, "canRaiseOnBehalfOf", false))
		out_say(c->out, "May be raised on behalf of someone%s.",
		    json_get_bool(meta, "canAddRequestParticipants", false) ? ", and with participants" : "");
	return 0;
}

TOOL(jira_get_request_type_fields,
	.title = "Get request type fields", .doc = "Show what a request type asks for.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct fields_args, fields_params),
	.example = "{\"service_desk_id\":\"OPS\",\"request_type_id\":\"Report an incident\"}", .run = get_fields,
);

/* ---- jira_search_knowledge_base ---- */

static const struct param articles_params[] = {
	P_STR(struct list_args, query, P_REQUIRED, .doc = NULL),
	P_STR(struct list_args, service_desk_id, 0, .aliases = "service_desk,project_key", .doc = "Only this desk's"),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 10, .doc = NULL),
	P_STR(struct list_args, cursor, P_HIDDEN, .doc = NULL),
	P_INT(struct list_args, start_at, P_MORE, .doc = NULL),
	P_END
};

static int
search_articles(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	char *path;
	json *desk, *page;

	if (s == NULL)
		return -1;
	if (a->service_desk_id == NULL && s->config->filter != NULL) {
		call_fail(c, ERR_INPUT, "Only some projects may be used here, so the knowledge base is searched by service desk.");
		call_hint(c, "Give service_desk_id.");
		return -1;
	}
	if (a->service_desk_id != NULL && desk_find(c, s, a->service_desk_id, &desk) == -1)
		return -1;
	path = a->service_desk_id == NULL ? rest_path(c, s, "/rest/servicedeskapi/knowledgebase/article")
	    : rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/knowledgebase/article", json_get_str(desk, "id"));
	path = rest_query(c, path, "query", a->query, "highlight", "false", "cursor", a->cursor, NULL);
	if (rest_get(c, s, page_of(c, path, a), &page) == -1)
		return -1;
	if (json_len(json_get(page, "values")) > 0)
		out_table(c->out, "articles", "Page id", "Title", "Excerpt", NULL);
	for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);)
		out_row(c->out, json_scalar(c->arena, json_path(it.value, "source.pageId")), json_get_str(it.value, "title"),
		    brief(c, json_get_str(it.value, "excerpt")));
	say_more(c, page, a->start_at);
	return 0;
}

TOOL(jira_search_knowledge_base,
	.title = "Search knowledge base", .doc = "Find help articles of service desks.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct list_args, articles_params),
	.example = "{\"query\":\"VPN\"}", .run = search_articles,
);
