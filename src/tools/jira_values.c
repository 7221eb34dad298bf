/*
 * Named values of the site (statuses, priorities, resolutions, issue types), and the schemes of a project. Schemes are asked for at
 * once; those that a deployment doesn't have or a project doesn't use are left out.
 */
#include "atlassian/cache.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

/* ---- jira_get_values ---- */

struct values_args {
	const char *kind, *project_key;
};

static const struct param values_params[] = {
	P_ENUM(struct values_args, kind, P_REQUIRED, .values = "statuses,priorities,resolutions,issue_types"),
	P_STR(struct values_args, project_key, 0, .doc = "Statuses of its issue types"),
	P_END
};

/* The statuses of each type; types with the same ones share a row. */
static int
statuses_of_project(struct call *c, struct site *s, const char *project)
{
	const char *key = project_key(c, s, project), *names[64], *types[64];
	json *list;
	size_t n = 0;

	if (key == NULL || rest_cached(c, s, rest_path(c, s, "{api}/project/%s/statuses", key), CACHED_METADATA_S, &list) == -1)
		return -1;
	for (struct json_iter it = json_iter(list); json_next(&it) && n < LEN(names);) {
		const char *all = "", *type = json_get_str(it.value, "name");
		size_t i = 0;

		for (struct json_iter k = json_iter(json_get(it.value, "statuses")); json_next(&k);)
			all = arena_printf(c->arena, "%s%s%s", all, *all == '\0' ? "" : ", ", json_get_str(k.value, "name"));
		while (i < n && !str_eq(names[i], all))
			i++;
		types[i] = i == n ? type : arena_printf(c->arena, "%s, %s", types[i], type);
		names[i] = all;
		n += i == n;
	}
	out_table(c->out, "statuses", "Issue types", "Statuses", NULL);
	for (size_t i = 0; i < n; i++)
		out_row(c->out, types[i], names[i]);
	return 0;
}

static int
get_values(struct call *c, const void *v)
{
	static const struct {
		const char *kind, *path, *dc_path, *head;
	} kinds[] = {
		{ "statuses", "{api}/status", "{api}/status", "Category" },
		{ "priorities", "{api}/priority/search", "{api}/priority", NULL },
		{ "resolutions", "{api}/resolution/search", "{api}/resolution", NULL },
		{ "issue_types", "{api}/issuetype", "{api}/issuetype", "Level" },
	};
	const struct values_args *a = v;
	struct site *s = app_site(c, JIRA);
	size_t i = 0;
	json *page, *list;

	if (s == NULL)
		return -1;
	if (a->project_key != NULL && str_eq(a->kind, "statuses"))
		return statuses_of_project(c, s, a->project_key);
	if (a->project_key != NULL) {
		call_fail(c, ERR_INPUT, "project_key goes with kind statuses.");
		call_hint(c, "What else a project allows: jira_get_project_fields.");
		return -1;
	}
	while (i + 1 < LEN(kinds) && !str_eq(kinds[i].kind, a->kind))
		i++;
	if (rest_cached(c, s, rest_path(c, s, site_is_cloud(s) ? kinds[i].path : kinds[i].dc_path), CACHED_METADATA_S, &page) == -1)
		return -1;
	list = yyjson_is_arr(page) ? page : json_get(page, "values");
	out_table(c->out, a->kind, "Name", "Id", kinds[i].head != NULL ? kinds[i].head : "Description", kinds[i].head != NULL ? "Description" : NULL,
	    NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *about = json_get_str(it.value, "description"), *middle = json_path_str(it.value, "statusCategory.name");

		if (str_eq(a->kind, "issue_types"))
			middle = json_get_bool(it.value, "subtask", false) ? "sub-task" : json_get_int(it.value, "hierarchyLevel", 0) > 0 ? "above" :
			    json_get(it.value, "hierarchyLevel") != NULL ? "standard" : NULL;
		out_row(c->out, json_get_str(it.value, "name"), json_scalar(c->arena, json_get(it.value, "id")),
		    kinds[i].head != NULL ? middle : about, about);
	}
	return 0;
}

TOOL(jira_get_values,
	.title = "Statuses, priorities ...", .doc = "The site's statuses, priorities, resolutions or issue types.",
	.toolset = "jira_fields", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct values_args, values_params), .example = "{\"kind\":\"statuses\",\"project_key\":\"OPS\"}", .run = get_values,
);

/* ---- jira_get_project_schemes ---- */

struct schemes_args {
	const char *project_key;
	bool details;
};

static const struct param schemes_params[] = {
	P_STR(struct schemes_args, project_key, P_REQUIRED, .aliases = "project,projectKey"),
	P_BOOL(struct schemes_args, details, 0, .doc = "Also grants, events, workflows"),
	P_END
};

static const struct scheme {
	const char *label, *path, *query;	/* query: NULL: the key is in the path; else the parameter that takes the id */
	const char *name;			/* where the answer has its name */
	bool cloud, dc;
} schemes[] = {
	{ "Permissions", "{api}/project/%s/permissionscheme", NULL, "name", true, true },
	{ "Notifications", "{api}/project/%s/notificationscheme", NULL, "name", true, true },
	{ "Issue security", "{api}/project/%s/issuesecuritylevelscheme", NULL, "name", true, true },
	{ "Workflows", "{api}/workflowscheme/project", "projectId", "values.0.workflowScheme.name", true, false },
	{ "Workflows", "{api}/project/%s/workflowscheme", NULL, "name", false, true },
	{ "Issue types", "{api}/issuetypescheme/project", "projectId", "values.0.issueTypeScheme.name", true, false },
	{ "Screens", "{api}/issuetypescreenscheme/project", "projectId", "values.0.issueTypeScreenScheme.name", true, false },
	{ "Priorities", "{api}/project/%s/priorityscheme", NULL, "name", false, true },
};

static const char *
holder_words(struct arena *a, json *holder)
{
	static const char *const members[] = { "projectRole.name", "group.name", "user.displayName", "field.name" };
	const char *type = json_get_str(holder, "type");

	for (size_t i = 0; i < LEN(members); i++) {
		if (json_path_str(holder, members[i]) != NULL)
			return arena_printf(a, "%s %s", type, json_path_str(holder, members[i]));
	}
	return json_get_str(holder, "parameter") != NULL ? arena_printf(a, "%s %s", type, json_get_str(holder, "parameter")) : type;
}

/* Permission: holder, holder ... in the order of the first grant of each. */
static void
show_grants(struct call *c, json *grants)
{
	const char *name[128], *who[128];
	size_t n = 0;

	for (struct json_iter it = json_iter(grants); json_next(&it);) {
		const char *permission = json_get_str(it.value, "permission"), *holder = holder_words(c->arena, json_get(it.value, "holder"));
		size_t i = 0;

		while (i < n && !str_eq(name[i], permission))
			i++;
		if (i == LEN(name) || permission == NULL || holder == NULL)
			continue;
		who[i] = i == n ? holder : arena_printf(c->arena, "%s, %s", who[i], holder);
		name[i] = permission;
		n += i == n;
	}
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			out_table(c->out, "permissions", "Permission", "Who", NULL);
		out_row(c->out, name[i], who[i]);
	}
}

/* A type's name, from the scheme itself (Data Center) or from the project (Cloud). */
static const char *
type_name(json *scheme, json *project, const char *id)
{
	const char *name = json_get_str(json_get(json_get(scheme, "issueTypes"), id), "name");

	for (struct json_iter it = json_iter(json_get(project, "issueTypes")); json_next(&it) && name == NULL;) {
		if (str_eq(json_get_str(it.value, "id"), id))
			name = json_get_str(it.value, "name");
	}
	return name != NULL ? name : id;
}

static void
show_workflows(struct call *c, json *scheme, json *project)
{
	const char *dflt = json_get_str(scheme, "defaultWorkflow");

	if (dflt == NULL && json_len(json_get(scheme, "issueTypeMappings")) == 0)
		return;
	out_table(c->out, "workflows", "Issue type", "Workflow", NULL);
	out_row(c->out, "(others)", dflt);
	for (struct json_iter it = json_iter(json_get(scheme, "issueTypeMappings")); json_next(&it);)
		out_row(c->out, type_name(scheme, project, it.key), json_str(it.value));
}

static int
get_schemes(struct call *c, const void *v)
{
	const struct schemes_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_req q[LEN(schemes)] = { { .path = NULL } };
	const struct scheme *asked[LEN(schemes)];
	const char *key, *id = NULL;
	json *project = NULL;
	size_t n = 0, found = 0;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL)
		return -1;
	c->target = key;
	if (site_is_cloud(s)) {
		if (rest_cached(c, s, rest_path(c, s, "{api}/project/%s", key), CACHED_METADATA_S, &project) == -1)
			return -1;
		id = json_scalar(c->arena, json_get(project, "id"));
	}
	for (size_t i = 0; i < LEN(schemes); i++) {
		if (site_is_cloud(s) ? !schemes[i].cloud : !schemes[i].dc)
			continue;
		asked[n] = &schemes[i];
		q[n].optional = true;
		q[n++].path = schemes[i].query == NULL ? rest_query(c, rest_path(c, s, schemes[i].path, key), "expand",
		    a->details && i == 0 ? "permissions,group,projectRole,user" : NULL, NULL) :
		    rest_query(c, rest_path(c, s, schemes[i].path), schemes[i].query, id, NULL);
	}
	if (rest_all(c, s, q, n) == -1) {
		if (c->err.kind == ERR_FORBIDDEN)
			call_hint(c, "Schemes are shown to administrators of Jira only.");
		return -1;
	}
	out_title(c->out, key, "schemes");
	for (size_t i = 0; i < n; i++) {
		const char *name = json_path_str(q[i].json, asked[i]->name);

		out_pair(c->out, asked[i]->label, name);
		found += name != NULL;
	}
	if (found == 0)
		out_say(c->out, "The site names no schemes of %s: its team manages it by itself.", key);
	for (size_t i = 0; a->details && i < n; i++) {
		show_grants(c, json_get(q[i].json, "permissions"));
		show_workflows(c, asked[i]->query == NULL ? q[i].json : json_path(q[i].json, "values.0.workflowScheme"), project);
	}
	return 0;
}

TOOL(jira_get_project_schemes,
	.title = "Schemes of a project", .doc = "Permission, notification, security, workflow and screen schemes of a project.",
	.toolset = "jira_admin", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "manage:jira-configuration manage:jira-project read:jira-work", ARGS(struct schemes_args, schemes_params),
	.example = "{\"project_key\":\"OPS\"}", .run = get_schemes,
);
