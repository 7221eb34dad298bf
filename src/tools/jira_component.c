/* Components of a project. As with versions, the answer of a write is the component as it is now. */
#include "atlassian/cache.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"

#include <string.h>

enum { ROW_NAME, ROW_DESCRIPTION, ROW_LEAD, ROW_ASSIGNEE, ROWS };

/* ---- listing ---- */

struct list_args {
	const char *project_key;
};

static const struct param list_params[] = {
	P_STR(struct list_args, project_key, P_REQUIRED, .aliases = "project,projectKey,projectIdOrKey"),
	P_END
};

static int
get_components(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *list;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL ||
	    rest_get(c, s, rest_path(c, s, "{api}/project/%s/components", key), &list) == -1)
		return -1;
	if (json_len(list) == 0) {
		out_say(c->out, "The project %s has no components.", key);
		return 0;
	}
	out_table(c->out, "components", "Component", "Id", "Lead", "Description", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "name"), json_get_str(it.value, "id"), jira_user_name(json_get(it.value, "lead")),
		    json_get_str(it.value, "description"));
	return 0;
}

TOOL(jira_get_project_components,
	.title = "Components", .doc = "Components of a project and their leads.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{\"project_key\":\"OPS\"}", .run = get_components,
);

/* ---- writing ---- */

struct write_args {
	const char *project_key, *component, *name, *description, *lead, *assignee_type;
};

static const struct param create_params[] = {
	P_STR(struct write_args, project_key, P_REQUIRED, .aliases = "project,projectKey"),
	P_STR(struct write_args, name, P_REQUIRED, .max_len = 255),
	P_STR(struct write_args, description, 0, .max_len = 16384, .doc = NULL),
	P_STR(struct write_args, lead, 0, .doc = "Name, e-mail or me"),
	P_STR(struct write_args, assignee_type, P_MORE, .doc = NULL),
	P_END
};

static const struct param update_params[] = {
	P_STR(struct write_args, component, P_REQUIRED, .aliases = "component_id,componentId,id", .doc = "Id; name with project_key"),
	P_STR(struct write_args, project_key, 0, .doc = NULL),
	P_STR(struct write_args, name, 0, .max_len = 255, .doc = NULL),
	P_STR(struct write_args, description, P_CLEAR, .max_len = 16384, .doc = NULL),
	P_STR(struct write_args, lead, P_CLEAR, .doc = NULL),
	P_STR(struct write_args, assignee_type, P_MORE, .doc = NULL),
	P_END
};

static int
rows_of(struct call *c, struct site *s, const struct write_args *a, struct change *ch)
{
	bool cloud = site_is_cloud(s);
	const char *id = NULL;

	if (change_word(c, "assignee_type", a->assignee_type, "PROJECT_DEFAULT,COMPONENT_LEAD,PROJECT_LEAD,UNASSIGNED") == -1)
		return -1;
	if (a->lead != NULL && *a->lead == '\0')
		id = "";
	else if (a->lead != NULL && jira_user(c, s, a->lead, &id) == -1)
		return -1;
	ch[ROW_NAME] = (struct change){ .label = "Name", .member = "name", .wanted = a->name, .in_title = true };
	ch[ROW_DESCRIPTION] = (struct change){ .label = "Description", .member = "description", .wanted = a->description };
	ch[ROW_LEAD] = (struct change){ .label = "Lead", .member = cloud ? "leadAccountId" : "leadUserName",
		.path = cloud ? "lead.accountId" : "lead.name", .wanted = id, .shown = str_blank(a->lead) ? NULL : a->lead, .shown_path = "lead.displayName" };
	ch[ROW_ASSIGNEE] = (struct change){ .label = "Assignee", .member = "assigneeType",
		.wanted = a->assignee_type };
	return 0;
}

static int
create_component(struct call *c, const void *v)
{
	const struct write_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id", .what = "the creation of the component" };
	struct change ch[ROWS];
	struct body body;
	const char *key;
	struct jw *j;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL || rows_of(c, s, a, ch) == -1)
		return -1;
	c->target = key;
	j = body_begin(&body);
	jw_str(j, "project", key);
	change_write(ch, ROWS, j);
	w.path = rest_path(c, s, "{api}/component");
	w.body = body_end(c, &body);
	if (c->dry_run != NULL)
		change_announce(c, ch, ROWS, NULL);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);	/* screens list them */
	out_say(c->out, "Created component %s in %s.", json_get_str(w.json, "name"), key);
	out_pair(c->out, "Id", json_get_str(w.json, "id"));
	return change_report(c, ch, ROWS, NULL, w.json, arena_printf(c->arena, "Component %s was created", a->name));
}

TOOL(jira_create_component,
	.title = "Create component", .doc = "Create a component in a project.",
	.toolset = "jira_projects", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "manage:jira-project read:jira-user",
	ARGS(struct write_args, create_params), .example = "{\"project_key\":\"OPS\",\"name\":\"Backups\",\"lead\":\"me\"}",
	.run = create_component,
);

static int
update_component(struct call *c, const void *v)
{
	const struct write_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	struct change ch[ROWS];
	struct body body;
	json *before;
	const char *name;

	if (s == NULL || project_part(c, s, "component", a->project_key, a->component, &before) == -1 || rows_of(c, s, a, ch) == -1)
		return -1;
	name = json_get_str(before, "name");
	w.target = json_get_str(before, "id");
	if (name == NULL || w.target == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a component.", s->label);
	if (change_count(ch, ROWS) == 0)
		return call_fail(c, ERR_INPUT, "Nothing to change: give name, description, lead or assignee_type.");
	if (change_is_so(c, ch, ROWS, before)) {
		out_say(c->out, "Component %s already is so; nothing was changed.", name);
		return 0;
	}
	change_write(ch, ROWS, body_begin(&body));
	w.body = body_end(c, &body);
	w.path = rest_path(c, s, "{api}/component/%s", w.target);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of component %s", name);
	if (c->dry_run != NULL)
		change_announce(c, ch, ROWS, before);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);
	out_say(c->out, "Updated component %s.", json_get_str(w.json, "name"));
	return change_report(c, ch, ROWS, before, w.json, arena_printf(c->arena, "Component %s was updated", name));
}

TOOL(jira_update_component,
	.title = "Update component", .doc = "Change a component.",
	.toolset = "jira_projects", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "manage:jira-project read:jira-work read:jira-user", ARGS(struct write_args, update_params),
	.example = "{\"component\":\"Databases\",\"project_key\":\"OPS\",\"lead\":\"me\"}", .run = update_component,
);
