/*
 * What can be created and edited where: issue types of a project, the fields of a screen and
 * what they take. Everything comes from the create and edit metadata (atlassian/create_meta.h).
 */
#include "atlassian/create_meta.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

enum { MAX_FIELDS = 600 };

/* ---- jira_get_project_issue_types ---- */

struct types_args {
	const char *project_key;
};

static const struct param types_params[] = {
	P_STR(struct types_args, project_key, P_REQUIRED, .aliases = "project,projectKey,projectIdOrKey"),
	P_END
};

static int
get_types(struct call *c, const void *v)
{
	const struct types_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *types;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL || meta_types(c, s, key, &types) == -1)
		return -1;
	if (json_len(types) == 0)
		out_say(c->out, "This account may not create issues in %s.", key);
	else
		out_table(c->out, "types", "Type", "Id", "Level", "Description", NULL);
	for (struct json_iter it = json_iter(types); json_next(&it);) {
		json *level = json_get(it.value, "hierarchyLevel");	/* Cloud only */
		bool subtask = json_get_bool(it.value, "subtask", false);

		out_row(c->out, json_get_str(it.value, "name"), json_scalar(c->arena, json_get(it.value, "id")),
		    subtask ? "sub-task" : json_int(level, 0) > 0 ? "above" : level != NULL ? "standard" : NULL,
		    json_get_str(it.value, "description"));
	}
	return 0;
}

TOOL(jira_get_project_issue_types,
	.title = "Issue types", .doc = "Issue types that can be created in a project.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct types_args, types_params), .example = "{\"project_key\":\"OPS\"}", .run = get_types,
);

/* ---- screens ---- */

static const char *
takes(struct call *c, const struct json_iter *it)
{
	struct field f = meta_as_field(it);
	const char *allowed = field_allowed(c, it->value);

	return allowed != NULL ? allowed : field_shape(&f);
}

/* Required ones first, each once; the project and the type are given otherwise. */
static void
show_screen(struct call *c, json *screen)
{
	out_table(c->out, "fields", "Field", "Required", "Takes", NULL);
	for (int required = 1; required >= 0; required--) {
		for (struct json_iter it = json_iter(screen); json_next(&it);) {
			const char *id = meta_field_id(&it);

			if (json_get_bool(it.value, "required", false) != (required == 1) || str_eq(id, "project") || str_eq(id, "issuetype"))
				continue;
			out_row(c->out, json_get_str(it.value, "name"), required == 0 ? NULL :
			    json_get_bool(it.value, "hasDefaultValue", false) ? "has a default" : "yes", takes(c, &it));
		}
	}
}

struct create_args {
	const char *project_key, *issue_type_id;
};

static const struct param create_params[] = {
	P_STR(struct create_args, project_key, P_REQUIRED, .aliases = "project,projectKey,projectIdOrKey"),
	P_STR(struct create_args, issue_type_id, P_REQUIRED, .aliases = "issue_type,issueTypeId,issuetype,type", .doc = "Name or id"),
	P_END
};

static int
get_create(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *type, *screen;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL || meta_type(c, s, key, a->issue_type_id, &type) == -1 ||
	    meta_create(c, s, key, json_scalar(c->arena, json_get(type, "id")), &screen) == -1)
		return -1;
	out_title(c->out, json_get_str(type, "name"), arena_printf(c->arena, "fields when created in %s", key));
	show_screen(c, screen);
	return 0;
}

TOOL(jira_get_create_fields,
	.title = "Fields for creating", .doc = "Fields of a create screen and their allowed values.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct create_args, create_params), .example = "{\"project_key\":\"OPS\",\"issue_type_id\":\"Bug\"}", .run = get_create,
);

struct edit_args {
	const char *issue_key;
};

static const struct param edit_params[] = {
	P_STR(struct edit_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = "Key, id or URL"),
	P_END
};

static int
get_edit(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct meta_issue issue;
	const char *key;
	json *screen;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL)
		return -1;
	c->target = key;
	if (meta_edit(c, s, key, &issue, &screen) == -1)
		return -1;
	if (json_len(screen) == 0) {
		out_say(c->out, "%s can't be edited now, or not by this account.", key);
		return 0;
	}
	out_title(c->out, key, "fields that can be edited");
	show_screen(c, screen);
	return 0;
}

TOOL(jira_get_edit_fields,
	.title = "Fields for editing", .doc = "Fields of an issue that can be edited now, with allowed values.",
	.toolset = "jira_fields", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct edit_args, edit_params), .example = "{\"issue_key\":\"OPS-7\"}", .run = get_edit,
);

/* ---- jira_get_project_fields ---- */

struct seen_field {
	const char *id, *name, *takes, *types;
	size_t count, required;
};

static int
get_fields(struct call *c, const void *v)
{
	const struct types_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct seen_field *seen;
	struct meta_screen *screens;
	const char *key;
	size_t n = 0, types;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL || meta_create_all(c, s, key, &screens, &types) == -1)
		return -1;
	seen = arena_array(c->arena, MAX_FIELDS, sizeof(*seen));
	for (size_t t = 0; t < types; t++) {
		for (struct json_iter it = json_iter(screens[t].fields); json_next(&it);) {
			const char *id = meta_field_id(&it);
			size_t i = 0;

			while (i < n && !str_eq(seen[i].id, id))
				i++;
			if (i == MAX_FIELDS || id == NULL || str_eq(id, "project") || str_eq(id, "issuetype"))
				continue;
			if (i == n)
				seen[n++] = (struct seen_field){ .id = id, .name = json_get_str(it.value, "name"), .takes = takes(c, &it) };
			seen[i].types = seen[i].types == NULL ? screens[t].type : arena_printf(c->arena, "%s, %s", seen[i].types, screens[t].type);
			seen[i].count++;
			seen[i].required += json_get_bool(it.value, "required", false);
		}
	}
	out_table(c->out, "fields", "Field", "Id", "Types", "Required", "Takes", NULL);
	for (size_t i = 0; i < n; i++)
		out_row(c->out, seen[i].name, seen[i].id, seen[i].count == types ? "all" : seen[i].types,
		    seen[i].required == 0 ? NULL : seen[i].required == seen[i].count ? "yes" : "in some", seen[i].takes);
	return 0;
}

TOOL(jira_get_project_fields,
	.title = "Fields of a project", .doc = "All fields of a project's create screens, by issue type.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct types_args, types_params), .example = "{\"project_key\":\"OPS\"}", .run = get_fields,
);
