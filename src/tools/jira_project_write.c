/* Projects, written: made, changed, archived and restored. Deleting is jira_delete_object's. */
#include "atlassian/cache.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"

#include <string.h>

enum { ROW_NAME, ROW_DESCRIPTION, ROW_LEAD, ROW_URL, ROW_ASSIGNEE, ROWS };

struct project_args {
	const char *project_key, *name, *project_type, *template, *description, *lead, *url, *assignee_type, *state;
};

static const struct param create_params[] = {
	P_STR(struct project_args, project_key, P_REQUIRED, .aliases = "key,projectKey", .doc = "New key: 2-10 capitals"),
	P_STR(struct project_args, name, P_REQUIRED, .max_len = 80),
	P_STR(struct project_args, project_type, P_HIDDEN, .aliases = "projectTypeKey", .doc = NULL),
	P_STR(struct project_args, template, 0, .doc = "scrum, kanban, business, service_desk or a key"),
	P_STR(struct project_args, lead, 0, .doc = "Default me"),
	P_STR(struct project_args, description, P_MORE, .max_len = 16384, .doc = NULL),
	P_STR(struct project_args, url, P_HIDDEN, .doc = NULL),
	P_STR(struct project_args, assignee_type, P_MORE, .doc = NULL),
	P_END
};

static const struct param update_params[] = {
	P_STR(struct project_args, project_key, P_REQUIRED, .aliases = "key,project,projectKey"),
	P_STR(struct project_args, name, 0, .max_len = 80, .doc = NULL),
	P_STR(struct project_args, description, P_MORE | P_CLEAR, .max_len = 16384, .doc = NULL),
	P_STR(struct project_args, lead, 0, .doc = NULL),
	P_STR(struct project_args, url, P_HIDDEN | P_CLEAR, .doc = NULL),
	P_STR(struct project_args, assignee_type, P_MORE, .doc = NULL),
	P_ENUM(struct project_args, state, 0, .values = "unchanged,archived,live", .doc = "Archive or restore"),
	P_END
};

static int
rows_of(struct call *c, struct site *s, const struct project_args *a, const char *lead, struct change *ch)
{
	bool cloud = site_is_cloud(s);
	const char *id = NULL;

	if (change_word(c, "assignee_type", a->assignee_type, "PROJECT_LEAD,UNASSIGNED") == -1)
		return -1;
	if (lead != NULL && jira_user(c, s, lead, &id) == -1)
		return -1;
	ch[ROW_NAME] = (struct change){ .label = "Name", .member = "name", .wanted = a->name };
	ch[ROW_DESCRIPTION] = (struct change){ .label = "Description", .member = "description", .wanted = a->description };
	ch[ROW_LEAD] = (struct change){ .label = "Lead", .member = cloud ? "leadAccountId" : "lead",
		.path = cloud ? "lead.accountId" : "lead.name", .wanted = id, .shown = lead, .shown_path = "lead.displayName" };
	ch[ROW_URL] = (struct change){ .label = "URL", .member = "url", .wanted = a->url };
	ch[ROW_ASSIGNEE] = (struct change){ .label = "Default assignee", .member = "assigneeType",
		.wanted = a->assignee_type };
	return 0;
}

/* The usual templates by a word, and whose type they are; Cloud and Data Center call them differently. */
static const struct template {
	const char *word, *type, *cloud, *dc;
} templates[] = {
	{ "kanban", "software", "com.pyxis.greenhopper.jira:gh-simplified-kanban-classic", "com.pyxis.greenhopper.jira:gh-kanban-template" },
	{ "scrum", "software", "com.pyxis.greenhopper.jira:gh-simplified-scrum-classic", "com.pyxis.greenhopper.jira:gh-scrum-template" },
	{ "business", "business", "com.atlassian.jira-core-project-templates:jira-core-simplified-project-management",
	    "com.atlassian.jira-core-project-templates:jira-core-project-management" },
	{ "service_desk", "service_desk", "com.atlassian.servicedesk:simplified-it-service-management",
	    "com.atlassian.servicedesk:classic-service-desk-project" },
};

static int
write_template(struct call *c, const struct site *s, const struct project_args *a, struct jw *w)
{
	const char *word = a->template != NULL ? a->template : a->project_type != NULL && !str_eq(a->project_type, "software") ?
	    a->project_type : "kanban";
	const struct template *t = NULL;

	for (size_t i = 0; i < LEN(templates); i++) {
		if (str_ieq(templates[i].word, word))
			t = &templates[i];
	}
	if (t == NULL && strchr(word, ':') == NULL) {
		call_fail(c, ERR_INPUT, "There is no template \"%.60s\".", word);
		call_hint(c, "Say scrum, kanban, business or service_desk, or give a template's key.");
		return -1;
	}
	jw_str(w, "projectTypeKey", a->project_type != NULL ? a->project_type : t != NULL ? t->type : "software");
	jw_str(w, "projectTemplateKey", t == NULL ? word : site_is_cloud(s) ? t->cloud : t->dc);
	return 0;
}

static int
read_project(struct call *c, struct site *s, const char *key, json **ret)
{
	return rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/project/%s", key), "expand", "lead,description", NULL), ret);
}

static const char *
new_key(struct call *c, const struct site *s, const char *text)
{
	char *key = str_trim(c->arena, text, strlen(text));

	for (char *p = key; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	if (strlen(key) < 2 || strlen(key) > 10 || key[strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] != '\0' || *key < 'A' ||
	    *key > 'Z') {
		call_fail(c, ERR_INPUT, "\"%.40s\" can't be a project's key.", key);
		call_hint(c, "Two to ten capital letters or digits, a letter first.");
		return NULL;
	}
	if (!site_fence_allows(s, key)) {
		call_fail(c, ERR_FORBIDDEN, "This server may only work in the projects that it is configured for; %s is not among them.", key);
		return NULL;
	}
	return key;
}

static int
create_project(struct call *c, const void *v)
{
	const struct project_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "key" };
	struct change ch[ROWS];
	struct body body;
	const char *key;
	struct jw *j;
	json *after;
	int template;

	if (s == NULL || (key = new_key(c, s, a->project_key)) == NULL || rows_of(c, s, a, a->lead != NULL ? a->lead : "me", ch) == -1)
		return -1;
	c->target = key;
	j = body_begin(&body);
	jw_str(j, "key", key);
	template = write_template(c, s, a, j);
	change_write(ch, ROWS, j);
	w.path = rest_path(c, s, "{api}/project");
	w.what = arena_printf(c->arena, "the creation of project %s", key);
	w.body = body_end(c, &body);
	if (c->dry_run != NULL) {
		out_pair(c->out, "Key", key);
		out_pair(c->out, "Template", a->template);
		change_announce(c, ch, ROWS, NULL);
	}
	if (template == -1 || w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);
	out_say(c->out, "Created project %s: %s/browse/%s", key, s->web, key);
	if (read_project(c, s, key, &after) == -1) {
		err_context(&c->err, "%s was created, but reading it back failed", key);
		return -1;
	}
	return change_report(c, ch, ROWS, NULL, after, arena_printf(c->arena, "Project %s was created", key));
}

TOOL(jira_create_project,
	.title = "Create project", .doc = "Create a Jira project.",
	.toolset = "jira_admin", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "manage:jira-configuration read:jira-user",
	ARGS(struct project_args, create_params), .example = "{\"project_key\":\"LAB\",\"name\":\"Laboratory\",\"template\":\"kanban\"}",
	.run = create_project,
);

/* Cloud POSTs, Data Center PUTs; neither says anything back. */
static int
set_state(struct call *c, struct site *s, const char *key, const char *state, json *before)
{
	bool archive = str_eq(state, "archived");
	struct rest_write w = { .method = site_is_cloud(s) ? "POST" : "PUT", .target = key,
		.path = rest_path(c, s, archive ? "{api}/project/%s/archive" : "{api}/project/%s/restore", key),
		.before = json_text(c->arena, before, NULL),
		.what = arena_printf(c->arena, "%s project %s", archive ? "archiving" : "restoring", key) };
	json *after;

	if (c->dry_run != NULL)
		out_pairf(c->out, "State", "%s -> %s", archive ? "live" : "archived", state);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (read_project(c, s, key, &after) == -1) {
		err_context(&c->err, "%s was %s, but reading it back failed", key, archive ? "archived" : "restored");
		return -1;
	}
	if (json_get_bool(after, "archived", archive) != archive)
		return call_fail(c, ERR_IGNORED, "Jira accepted it, but the project %s is %s.", key, archive ? "not archived" : "still archived");
	out_say(c->out, "%s project %s.", archive ? "Archived" : "Restored", key);
	out_pairf(c->out, "State", "%s -> %s", archive ? "live" : "archived", state);
	return 0;
}

static int
update_project(struct call *c, const void *v)
{
	const struct project_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	bool state = !str_eq(a->state, "unchanged"), changes;
	struct change ch[ROWS];
	struct body body;
	const char *key;
	json *before, *after;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL || rows_of(c, s, a, a->lead, ch) == -1)
		return -1;
	c->target = key;
	changes = change_count(ch, ROWS) > 0;
	if (!changes && !state)
		return call_fail(c, ERR_INPUT, "Nothing to change: give name, description, lead, url, assignee_type or state.");
	if (changes && state)
		return call_fail(c, ERR_INPUT, "Change the state in a call of its own: an archived project can't be edited.");
	if (read_project(c, s, key, &before) == -1)
		return -1;
	if (!site_fence_allows(s, json_get_str(before, "key")))	/* an old key led to a project outside */
		return project_unknown(c, key);
	if (state ? json_get_bool(before, "archived", false) == str_eq(a->state, "archived") : change_is_so(c, ch, ROWS, before)) {
		out_say(c->out, "Project %s already is so; nothing was changed.", key);
		return 0;
	}
	if (state)
		return set_state(c, s, key, a->state, before);
	change_write(ch, ROWS, body_begin(&body));
	w.body = body_end(c, &body);
	w.path = rest_path(c, s, "{api}/project/%s", key);
	w.target = key;
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of project %s", key);
	if (c->dry_run != NULL)
		change_announce(c, ch, ROWS, before);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);
	if (read_project(c, s, key, &after) == -1) {
		err_context(&c->err, "%s was changed, but reading it back failed", key);
		return -1;
	}
	out_say(c->out, "Updated project %s.", key);
	return change_report(c, ch, ROWS, before, after, arena_printf(c->arena, "Project %s was updated", key));
}

TOOL(jira_update_project,
	.title = "Update project", .doc = "Change, archive or restore a project.",
	.toolset = "jira_admin", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "manage:jira-configuration read:jira-work", ARGS(struct project_args, update_params),
	.example = "{\"project_key\":\"OPS\",\"lead\":\"me\"}", .run = update_project,
);
