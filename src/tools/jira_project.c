/*
 * Projects, read. Cloud lists them in pages: the first says how many there are, the others are asked for at once. Data Center gives
 * all in one. What is outside the fence is left out before anything is counted.
 */
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

enum { PAGE = 50, MAX_PAGES = 10 };

/* ---- lists ---- */

struct listing {
	struct call *c;
	struct site *s;
	const char *query;	/* lower case; NULL: all */
	int64_t limit;
	int64_t shown, fitting;
};

static bool
holds(struct arena *a, const char *text, const char *word)
{
	return word == NULL || (text != NULL && strstr(str_lower(a, text), word) != NULL);
}

static void
show_projects(struct listing *l, json *list)
{
	struct arena *a = l->c->arena;

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *key = json_get_str(it.value, "key"), *name = json_get_str(it.value, "name");

		if (key == NULL || !site_fence_allows(l->s, key) || (!holds(a, key, l->query) && !holds(a, name, l->query)))
			continue;
		if (l->fitting++ >= l->limit)
			continue;
		if (l->shown++ == 0)
			out_table(l->c->out, "projects", "Key", "Name", "Type", "Lead", NULL);
		out_row(l->c->out, key, json_get_bool(it.value, "archived", false) ? arena_printf(a, "%s (archived)", name) : name,
		    json_get_str(it.value, "projectTypeKey"), jira_user_name(json_get(it.value, "lead")));
	}
}

static char *
page_path(struct listing *l, int64_t start, bool archived)
{
	struct call *c = l->c;

	return rest_query(c, rest_path(c, l->s, "{api}/project/search"), "query", l->query, "startAt",
	    start == 0 ? NULL : arena_printf(c->arena, "%lld", (long long)start), "maxResults", arena_printf(c->arena, "%d", PAGE),
	    "orderBy", "key", "expand", "lead", "status", archived ? "live" : NULL, "status", archived ? "archived" : NULL, NULL);
}

static int
list_cloud(struct listing *l, bool archived)
{
	struct rest_req q[MAX_PAGES] = { { .path = page_path(l, 0, archived) } };
	int64_t total;
	size_t n = 1;

	if (rest_all(l->c, l->s, q, 1) == -1)
		return -1;
	total = json_get_int(q[0].json, "total", 0);
	for (int64_t at = PAGE; at < total && at < l->limit && n < MAX_PAGES; at += PAGE)
		q[n++].path = page_path(l, at, archived);
	if (n > 1 && rest_all(l->c, l->s, q + 1, n - 1) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		show_projects(l, json_get(q[i].json, "values"));
	if (site_fence_allows(l->s, ""))	/* a total of everything is for those who may see everything */
		l->fitting = total > l->fitting ? total : l->fitting;
	return 0;
}

static int
list_projects(struct call *c, const char *query, int64_t limit, bool archived, const char *limit_name)
{
	struct listing l = { .c = c, .s = app_site(c, JIRA), .limit = limit };
	json *list;

	if (l.s == NULL)
		return -1;
	if (query != NULL && !str_blank(query))
		l.query = str_lower(c->arena, str_trim(c->arena, query, strlen(query)));
	if (site_is_cloud(l.s)) {
		if (list_cloud(&l, archived) == -1)
			return -1;
	} else {
		if (rest_get(c, l.s, rest_query(c, rest_path(c, l.s, "{api}/project"), "expand", "lead", "includeArchived",
		    archived ? "true" : NULL, NULL), &list) == -1)
			return -1;
		show_projects(&l, list);
	}
	if (l.shown == 0)
		out_say(c->out, l.query == NULL ? "There are no projects that this account may see.%.0s" : "No project fits \"%s\".",
		    l.query == NULL ? "" : query);
	else if (l.fitting > l.shown)
		out_more(c->out, limit_name, arena_printf(c->arena, "%lld", (long long)l.fitting), arena_printf(c->arena,
		    "projects (%lld)", (long long)(l.fitting - l.shown)));
	return 0;
}

struct all_args {
	bool include_archived;
	int64_t limit;
};

static const struct param all_params[] = {
	P_BOOL(struct all_args, include_archived, 0, .doc = NULL),
	P_INT(struct all_args, limit, P_MORE, .min = 1, .max = PAGE * MAX_PAGES, .dflt = 100, .doc = NULL),
	P_END
};

static int
get_all(struct call *c, const void *v)
{
	const struct all_args *a = v;

	return list_projects(c, NULL, a->limit, a->include_archived, "limit");
}

TOOL(jira_get_all_projects,
	.title = "All projects", .doc = "List the projects.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct all_args, all_params), .example = "{}", .run = get_all,
);

struct search_args {
	const char *query, *current_project_ids;
	int64_t max_results;
};

static const struct param search_params[] = {
	P_STR(struct search_args, query, P_REQUIRED, .aliases = "searchString,name", .doc = "Part of name or key"),
	P_INT(struct search_args, max_results, 0, .min = 1, .max = PAGE * MAX_PAGES, .dflt = 20, .aliases = "limit,maxResults", .doc = NULL),
	P_STR(struct search_args, current_project_ids, P_HIDDEN, .doc = NULL),
	P_END
};

static int
search_projects(struct call *c, const void *v)
{
	const struct search_args *a = v;

	return list_projects(c, a->query, a->max_results, false, "max_results");
}

TOOL(jira_search_projects,
	.title = "Search projects", .doc = "Find projects by name or key.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct search_args, search_params), .example = "{\"query\":\"shop\"}", .run = search_projects,
);

/* ---- one ---- */

struct one_args {
	const char *project_key;
};

static const struct param one_params[] = {
	P_STR(struct one_args, project_key, P_REQUIRED, .aliases = "project,projectKey,projectIdOrKey", .doc = "Key, name or URL"),
	P_END
};

/* "A, B, C and 17 more"; with member, only those where it is false. */
static const char *
names(struct arena *a, json *list, const char *without)
{
	const char *all = NULL;
	size_t n = 0, left = 0;

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (without != NULL && (json_get_bool(it.value, without, false) || json_get_bool(it.value, "archived", false)))
			continue;
		if (n++ < 20)
			all = all == NULL ? json_get_str(it.value, "name") : arena_printf(a, "%s, %s", all, json_get_str(it.value, "name"));
		else
			left++;
	}
	return left == 0 ? all : arena_printf(a, "%s and %zu more", all, left);
}

static int
get_project(struct call *c, const void *v)
{
	const struct one_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *p;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL)
		return -1;
	c->target = key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/project/%s", key), "expand", "lead,description,issueTypes", NULL), &p) == -1)
		return -1;
	if (json_get_str(p, "key") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a project.", s->label);
	if (!site_fence_allows(s, json_get_str(p, "key")))	/* an old key leads to the project's new one */
		return project_unknown(c, key);
	out_title(c->out, json_get_str(p, "key"), json_get_str(p, "name"));
	out_pair(c->out, "Lead", jira_user_name(json_get(p, "lead")));
	out_pair(c->out, "Type", json_get_str(p, "projectTypeKey"));
	if (str_eq(json_get_str(p, "style"), "next-gen"))
		out_pair(c->out, "Managed by", "its team");
	out_pair(c->out, "Category", json_path_str(p, "projectCategory.name"));
	if (json_get_bool(p, "archived", false))
		out_pair(c->out, "Archived", "yes");
	out_pair(c->out, "Default assignee", json_get_str(p, "assigneeType"));
	out_pair(c->out, "Issue types", names(c->arena, json_get(p, "issueTypes"), NULL));
	out_pair(c->out, "Components", names(c->arena, json_get(p, "components"), NULL));
	out_pair(c->out, "Open versions", names(c->arena, json_get(p, "versions"), "released"));
	out_pairf(c->out, "URL", "%s/browse/%s", s->web, json_get_str(p, "key"));
	out_text(c->out, "Description", json_get_str(p, "description"));
	return 0;
}

TOOL(jira_get_project,
	.title = "Get project", .doc = "One project: lead, type, issue types, components, open versions.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct one_args, one_params), .example = "{\"project_key\":\"OPS\"}", .run = get_project,
);

/* ---- its issues: a search that needs no JQL ---- */

struct issues_args {
	const char *project_key, *page_token;
	int64_t limit, start_at;
};

static const struct param issues_params[] = {
	P_STR(struct issues_args, project_key, P_REQUIRED, .aliases = "project,projectKey"),
	P_INT(struct issues_args, limit, P_MORE, .min = 1, .max = 1000, .dflt = 10, .doc = NULL),
	P_STR(struct issues_args, page_token, 0, .doc = "From the answer before"),
	P_INT(struct issues_args, start_at, P_HIDDEN, .min = 0, .doc = NULL),
	P_END
};

static int
get_issues(struct call *c, const void *v)
{
	const struct issues_args *a = v;
	const struct tool *search = tool_find("jira_search");
	struct site *s = app_site(c, JIRA);
	const char *key;
	struct buf b;
	struct jw w;
	void *args = NULL;
	json *given;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL)
		return -1;
	buf_init(&b, 16 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", arena_printf(c->arena, "project = \"%s\" ORDER BY updated DESC", key));
	jw_int(&w, "limit", a->limit);
	if (a->page_token != NULL)
		jw_str(&w, "page_token", a->page_token);
	else if (a->start_at > 0)
		jw_int(&w, "start_at", a->start_at);
	jw_end(&w);
	given = json_parse(c->arena, b.data, b.len, JSON_TRUSTED, &c->err);
	buf_release(&b);
	return given == NULL || tool_decode(c, search, given, &args) == -1 ? -1 : search->run(c, args);
}

TOOL(jira_get_project_issues,
	.title = "Issues of a project", .doc = "Issues of a project, last updated first.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct issues_args, issues_params), .example = "{\"project_key\":\"OPS\"}", .run = get_issues,
);
