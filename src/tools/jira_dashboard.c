/* Dashboards: a list, one with its gadgets, a new one with gadgets by their titles. Data Center only reads them, without gadgets. */
#include "atlassian/cache.h"
#include "atlassian/filter.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"

#include <string.h>

enum { MAX_GADGETS = 20 };

struct list_args {
	const char *dashboard, *query;
	int64_t limit;
};

static const struct param list_params[] = {
	P_STR(struct list_args, dashboard, 0, .aliases = "dashboard_id,dashboardId,id", .doc = "One with its gadgets, by name or id"),
	P_STR(struct list_args, query, 0, .aliases = "name", .doc = "Part of the name"),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .doc = NULL),
	P_END
};

static int
show_one(struct call *c, struct site *s, json *d)
{
	json *gadgets = NULL;
	const char *id = json_scalar(c->arena, json_get(d, "id"));

	if (id == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a dashboard.", s->label);
	if (site_is_cloud(s) && rest_get(c, s, rest_path(c, s, "{api}/dashboard/%s/gadget", id), &gadgets) == -1)
		return -1;
	out_title(c->out, id, json_get_str(d, "name"));
	out_pair(c->out, "Owner", jira_user_name(json_get(d, "owner")));
	out_pair(c->out, "Description", json_get_str(d, "description"));
	out_pair(c->out, "URL", json_get_str(d, "view"));
	for (struct json_iter it = json_iter(json_get(gadgets, "gadgets")); json_next(&it);) {
		if (it.index == 0)
			out_table(c->out, "gadgets", "Gadget", "Row", "Column", "Id", NULL);
		out_row(c->out, json_get_str(it.value, "title"), json_scalar(c->arena, json_path(it.value, "position.row")),
		    json_scalar(c->arena, json_path(it.value, "position.column")), json_scalar(c->arena, json_get(it.value, "id")));
	}
	return 0;
}

static int
get_dashboards(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *limit = arena_printf(c->arena, "%lld", (long long)a->limit), *word;
	bool search;
	int64_t total;
	size_t shown = 0;
	json *page, *list;

	if (s == NULL)
		return -1;
	if (a->dashboard != NULL)
		return dashboard_find(c, s, a->dashboard, &page) == -1 ? -1 : show_one(c, s, page);
	search = site_is_cloud(s) && a->query != NULL;
	word = a->query == NULL || search ? NULL : str_lower(c->arena, a->query);
	if (rest_get(c, s, search ? rest_query(c, rest_path(c, s, "{api}/dashboard/search"), "dashboardName", a->query, "maxResults", limit,
	    NULL) : rest_query(c, rest_path(c, s, "{api}/dashboard"), "maxResults", limit, NULL), &page) == -1)
		return -1;
	list = json_get(page, search ? "values" : "dashboards");
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *name = json_get_str(it.value, "name");

		if (name == NULL || (word != NULL && strstr(str_lower(c->arena, name), word) == NULL))
			continue;
		if (shown++ == 0)
			out_table(c->out, "dashboards", "Dashboard", "Id", "Owner", NULL);
		out_row(c->out, name, json_scalar(c->arena, json_get(it.value, "id")), jira_user_name(json_get(it.value, "owner")));
	}
	total = json_get_int(page, "total", 0);
	if (shown == 0)
		out_say(c->out, "There are no dashboards of that kind.");
	else if (total > a->limit)
		out_more(c->out, "limit", arena_printf(c->arena, "%lld", (long long)total), "dashboards");
	return 0;
}

TOOL(jira_get_dashboards,
	.title = "Dashboards", .doc = "Dashboards, or one with its gadgets.",
	.toolset = "jira_filters", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{}", .run = get_dashboards,
);

struct create_args {
	const char *name, *description;
	char **gadgets;
};

static const struct param create_params[] = {
	P_STR(struct create_args, name, P_REQUIRED, .max_len = 255),
	P_STR(struct create_args, description, 0, .max_len = 4096, .doc = NULL),
	P_LIST(struct create_args, gadgets, 0, .max_len = MAX_GADGETS, .doc = "Titles, e.g. Filter Results"),
	P_END
};

/* One write for each, in two columns. A gadget is known by its module or, if older, by an address. */
static int
plan_gadgets(struct call *c, struct site *s, char **titles, struct rest_write *w, size_t *ret_count)
{
	json *known, *one;

	*ret_count = 0;
	if (titles == NULL)
		return 0;
	if (rest_cached(c, s, rest_path(c, s, "{api}/dashboard/gadgets"), CACHED_METADATA_S, &known) == -1)
		return -1;
	for (; *titles != NULL && *ret_count < MAX_GADGETS; titles++) {
		size_t n = *ret_count;
		struct body body;
		struct jw *j;

		if (pick(c, "gadget", *titles, json_get(known, "gadgets"), "title", &one) == -1)
			return -1;
		j = body_begin(&body);
		if (json_get_str(one, "moduleKey") != NULL)
			jw_str(j, "moduleKey", json_get_str(one, "moduleKey"));
		else
			jw_str(j, "uri", json_get_str(one, "uri"));
		jw_obj_in(j, "position");
		jw_int(j, "row", (int64_t)(n / 2));
		jw_int(j, "column", (int64_t)(n % 2));
		w[n].method = "POST";
		w[n].what = arena_printf(c->arena, "adding the gadget %s", json_get_str(one, "title"));
		w[n].body = body_end(c, &body);
		if (w[n].body == NULL)
			return -1;
		if (c->dry_run != NULL)
			out_pair(c->out, "Gadget", json_get_str(one, "title"));
		++*ret_count;
	}
	return 0;
}

static int
create_dashboard(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id", .what = "the creation of the dashboard" }, gadget[MAX_GADGETS] = { { .method = NULL } };
	struct body body;
	const char *id;
	size_t n;
	struct jw *j;

	if (s == NULL || site_without_fence(c, s, "dashboards") == -1)
		return -1;
	if (c->dry_run != NULL) {
		out_pair(c->out, "New dashboard", a->name);
		out_pair(c->out, "Description", a->description);
	}
	if (plan_gadgets(c, s, a->gadgets, gadget, &n) == -1)
		return -1;
	j = body_begin(&body);
	jw_str(j, "name", a->name);
	if (a->description != NULL)
		jw_str(j, "description", a->description);
	jw_arr_in(j, "sharePermissions");
	jw_end(j);
	jw_arr_in(j, "editPermissions");
	jw_end(j);
	w.path = rest_path(c, s, "{api}/dashboard");
	w.body = body_end(c, &body);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	id = json_scalar(c->arena, json_get(w.json, "id"));
	if (id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the dashboard but did not name its id.", s->label);
	for (size_t i = 0; i < n; i++) {
		gadget[i].path = rest_path(c, s, "{api}/dashboard/%s/gadget", id);
		gadget[i].target = id;
		if (rest_write(c, s, &gadget[i]) == -1) {
			err_context(&c->err, "The dashboard was created (id %s) with %zu of %zu gadgets; then", id, i, n);
			return -1;
		}
	}
	out_say(c->out, "Created dashboard %s.", json_get_str(w.json, "name"));
	return show_one(c, s, w.json);
}

TOOL(jira_create_dashboard,
	.title = "Create dashboard", .doc = "Create a private dashboard.",
	.toolset = "jira_filters", .product = JIRA, .effect = WRITES, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "write:jira-work read:jira-work", ARGS(struct create_args, create_params),
	.example = "{\"name\":\"Release 4.2\"}", .run = create_dashboard,
);
