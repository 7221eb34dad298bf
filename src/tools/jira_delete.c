/*
 * Deleting what belongs to a project or a person, in one tool that policy can refuse as a whole: a version, a component, a filter, a
 * dashboard, a project. The thing is read first: its name is in the answer, its content in the journal.
 */
#include "atlassian/cache.h"
#include "atlassian/filter.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"

#include <string.h>

struct delete_args {
	const char *kind, *object, *project_key, *move_issues_to;
};

static const struct param delete_params[] = {
	P_ENUM(struct delete_args, kind, P_REQUIRED, .values = "version,component,filter,dashboard,project"),
	P_STR(struct delete_args, object, P_REQUIRED, .aliases = "id,name", .doc = "Id or name"),
	P_STR(struct delete_args, project_key, 0, .doc = NULL),
	P_STR(struct delete_args, move_issues_to, 0, .doc = "Version or component"),
	P_END
};

static const char *
id_of(struct call *c, json *v)
{
	return json_scalar(c->arena, json_get(v, "id"));
}

/* Versions are swapped for another or nothing by a POST; the DELETE of old is gone from Data Center. */
static int
aim_version(struct call *c, struct site *s, const char *id, const char *heir, struct rest_write *w)
{
	struct body body;
	struct jw *j = body_begin(&body);
	int64_t n;

	if (heir != NULL && str_int(heir, 1, INT64_MAX, &n) == 0) {
		jw_int(j, "moveFixIssuesTo", n);
		jw_int(j, "moveAffectedIssuesTo", n);
	}
	w->method = "POST";
	w->path = rest_path(c, s, "{api}/version/%s/removeAndSwap", id);
	w->body = body_end(c, &body);
	return w->body == NULL ? -1 : 0;
}

/* heir: the one that takes the issues; NULL for none. */
static int
find_object(struct call *c, struct site *s, const struct delete_args *a, json **ret, json **ret_heir)
{
	const char *key;

	*ret = *ret_heir = NULL;
	if (a->move_issues_to != NULL && !str_eq(a->kind, "version") && !str_eq(a->kind, "component"))
		return call_fail(c, ERR_INPUT, "Only a version or a component leaves issues to another.");
	if ((str_eq(a->kind, "filter") && site_without_fence(c, s, "saved filters") == -1) ||
	    (str_eq(a->kind, "dashboard") && site_without_fence(c, s, "dashboards") == -1))
		return -1;
	if (str_eq(a->kind, "filter"))
		return filter_find(c, s, a->object, ret);
	if (str_eq(a->kind, "dashboard")) {
		if (!site_is_cloud(s))
			return call_fail(c, ERR_INPUT, "Data Center has no API that deletes dashboards.");
		return dashboard_find(c, s, a->object, ret);
	}
	if (!str_eq(a->kind, "project"))
		return project_parts(c, s, a->kind, a->project_key, a->object, a->move_issues_to, ret, ret_heir);
	return (key = project_key(c, s, a->object)) == NULL ? -1 : rest_get(c, s, rest_path(c, s, "{api}/project/%s", key), ret);
}

static int
delete_object(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	const char *id, *heir, *name;
	json *before, *other;

	if (s == NULL || find_object(c, s, a, &before, &other) == -1)
		return -1;
	id = id_of(c, before);
	name = json_get_str(before, "name");
	if (id == NULL || name == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a %s.", s->label, a->kind);
	if (str_eq(a->kind, "project") && !site_fence_allows(s, json_get_str(before, "key")))	/* an old key led there */
		return project_unknown(c, a->object);
	heir = other == NULL ? NULL : id_of(c, other);
	if (str_eq(heir, id))
		return call_fail(c, ERR_INPUT, "The %s %s can't take its own issues.", a->kind, name);
	c->target = json_get_str(before, "key") != NULL ? json_get_str(before, "key") : id;
	w.target = c->target;
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "deleting the %s %s", a->kind, name);
	if (c->dry_run != NULL)
		out_pairf(c->out, "Delete", "%s %s", a->kind, name);
	if (c->dry_run != NULL && other != NULL)
		out_pair(c->out, "Its issues go to", json_get_str(other, "name"));
	if (str_eq(a->kind, "version")) {
		if (aim_version(c, s, id, heir, &w) == -1)
			return -1;
	} else if (str_eq(a->kind, "component")) {
		w.path = rest_query(c, rest_path(c, s, "{api}/component/%s", id), "moveIssuesTo", heir, NULL);
	} else if (str_eq(a->kind, "project")) {
		w.path = rest_query(c, rest_path(c, s, "{api}/project/%s", id), "enableUndo", site_is_cloud(s) ? "true" : NULL, NULL);
	} else {
		w.path = rest_path(c, s, str_eq(a->kind, "filter") ? "{api}/filter/%s" : "{api}/dashboard/%s", id);
	}
	if (rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);
	out_say(c->out, "Deleted %s %s.", a->kind, name);
	if (other != NULL)
		out_pairf(c->out, "Its issues", "to %s, as Jira was told; they were not counted", json_get_str(other, "name"));
	if (str_eq(a->kind, "project") && site_is_cloud(s))
		out_say(c->out, "An administrator can restore it from the trash for 60 days.");
	return 0;
}

TOOL(jira_delete_object,
	.title = "Delete", .doc = "Delete a version, component, filter, dashboard or project.",
	.toolset = "jira_admin", .product = JIRA, .effect = DESTROYS, .not_default = true,
	.scopes = "manage:jira-project manage:jira-configuration write:jira-work read:jira-work",
	ARGS(struct delete_args, delete_params), .example = "{\"kind\":\"version\",\"object\":\"Platform 4.3\",\"project_key\":\"OPS\"}",
	.run = delete_object,
);
