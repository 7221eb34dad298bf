/*
 * Tasks and templates. Cloud has lists of tasks; on Data Center they are read out of a page's own source, and completed by
 * a change of just that task in it.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_TASKS = 250 };

struct task {
	const char *id, *body, *state, *page, *assignee, *due;
	size_t state_at, state_len;	/* Data Center: where the page's source says its state */
};

static const char state_open[] = "<ac:task-status>", state_close[] = "</ac:task-status>";

static const char *
between(struct arena *a, const char *from, const char *end, const char *open, const char *close, size_t *ret_at, size_t *ret_len)
{
	const char *p = strstr(from, open), *q;

	if (p == NULL || p >= end)
		return NULL;
	p += strlen(open);
	q = strstr(p, close);
	if (q == NULL || q > end)
		return NULL;
	*ret_at = (size_t)(p - from);
	*ret_len = (size_t)(q - p);
	return arena_strndup(a, p, *ret_len);
}

/* The tasks that stand in a page's source, those inside of others too. */
static size_t
tasks_in(struct call *c, const struct page *p, struct task *list)
{
	const char *source = p->storage != NULL ? p->storage : "";
	size_t n = 0, at, len;

	for (const char *t = source; (t = strstr(t, "<ac:task>")) != NULL && n < MAX_TASKS; t++) {
		const char *end = strstr(t, "</ac:task-body>");
		struct task *k = &list[n];

		if (end == NULL)
			break;
		*k = (struct task){ .page = p->id, .id = between(c->arena, t, end, "<ac:task-id>", "</ac:task-id>", &at, &len) };
		k->body = between(c->arena, t, end + 1, "<ac:task-body>", "</ac:task-body>", &at, &len);
		k->state = between(c->arena, t, end, state_open, state_close, &at, &len);
		k->state_at = (size_t)(t - source) + at;
		k->state_len = len;
		if (k->id != NULL && k->state != NULL)
			n++;
	}
	return n;
}

/* ---- list ---- */

struct list_args {
	const char *page_id, *space_key, *assignee, *status, *cursor;
	int64_t limit;
};

static const struct param list_params[] = {
	P_STR(struct list_args, page_id, 0, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct list_args, space_key, 0, .aliases = "space", .doc = NULL),
	P_STR(struct list_args, assignee, 0, .aliases = "assigned_to", .doc = "Name or me"),
	P_ENUM(struct list_args, status, 0, .values = "incomplete,complete,any", .doc = NULL),
	P_INT(struct list_args, limit, P_HIDDEN, .min = 1, .max = MAX_TASKS, .dflt = 50, .doc = NULL),
	P_STR(struct list_args, cursor, 0, .doc = NULL),
	P_END
};

static int
show_tasks(struct call *c, struct site *s, const struct task *list, size_t n)
{
	const char **bodies = arena_array(c->arena, n + 1, sizeof(*bodies)), **people = arena_array(c->arena, n + 1, sizeof(*people));

	if (n == 0) {
		out_say(c->out, "There are no such tasks.");
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		bodies[i] = list[i].body;
		people[i] = list[i].assignee;
	}
	if (bodies_learn(c, s, bodies, n, people, n) == -1)
		return -1;
	out_table(c->out, "tasks", "Id", "State", "Due", "Assignee", "Page", "Task", NULL);
	for (size_t i = 0; i < n; i++) {
		const char *text = body_markdown(c, s, list[i].body);

		if (err_is_set(&c->err))
			return -1;
		out_row(c->out, list[i].id, str_eq(list[i].state, "complete") ? "done" : "open", list[i].due, people_name(s, list[i].assignee), list[i].page, text);
	}
	return 0;
}

/* Only tasks whose page the fence allows: their spaces are asked for once each. */
static bool
is_allowed(struct call *c, struct site *s, json *task)
{
	const char *key, *space = json_get_str(task, "spaceId");

	if (s->config->filter == NULL)
		return true;
	key = space == NULL ? NULL : confluence_space_key(c, s, space);
	return key != NULL && site_fence_allows(s, key);
}

static int
list_cloud(struct call *c, struct site *s, const struct list_args *a, const struct page *p)
{
	struct task *list = arena_array(c->arena, MAX_TASKS, sizeof(*list));
	struct space sp = { .key = NULL };
	struct person who = { .id = NULL };
	const char *next;
	size_t n = 0;
	char *path;
	json *page;

	if (p->id == NULL && a->space_key != NULL && confluence_space(c, s, a->space_key, &sp) == -1)
		return -1;
	if (a->assignee != NULL && people_find(c, s, a->assignee, &who) == -1)
		return -1;
	path = rest_query(c, rest_path(c, s, "{api}/tasks"), "body-format", "storage", str_eq(p->type, "blogpost") ? "blogpost-id" : "page-id",
	    p->id, "space-id", sp.id, "assigned-to", who.id, "status", str_eq(a->status, "any") ? NULL : a->status, "limit",
	    view_number(c->arena, a->limit), "cursor", a->cursor, NULL);
	if (rest_get(c, s, path, &page) == -1)
		return -1;
	if (!yyjson_is_arr(json_get(page, "results")))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of tasks.", s->label);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it) && n < MAX_TASKS;) {
		const char *at = json_get_str(it.value, "pageId");

		if (!is_allowed(c, s, it.value)) {
			if (call_cancelled(c))
				return -1;
			err_clear(&c->err);
			continue;
		}
		list[n++] = (struct task){ .id = json_scalar(c->arena, json_get(it.value, "id")), .body = json_path_str(it.value, "body.storage.value"),
			.state = json_get_str(it.value, "status"), .page = at != NULL ? at : json_get_str(it.value, "blogPostId"),
			.assignee = json_get_str(it.value, "assignedTo"), .due = view_day(c->arena, json_get(it.value, "dueAt")) };
	}
	if (show_tasks(c, s, list, n) == -1)
		return -1;
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

static int
get_tasks(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p = { .id = NULL };
	struct task *list;
	size_t n, kept = 0;

	if (s == NULL || (a->page_id != NULL && page_get(c, s, a->page_id, a->space_key, site_is_cloud(s) ? 0 : PAGE_BODY, &p) == -1))
		return -1;
	c->target = p.id;
	if (site_is_cloud(s))
		return list_cloud(c, s, a, &p);
	if (p.id == NULL || a->assignee != NULL) {
		call_fail(c, ERR_INPUT, "Data Center's REST API lists no tasks: give page_id alone, for the tasks of that page.");
		return -1;
	}
	list = arena_array(c->arena, MAX_TASKS, sizeof(*list));
	n = tasks_in(c, &p, list);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(a->status, "any") || str_eq(list[i].state, a->status))
			list[kept++] = list[i];
	}
	return show_tasks(c, s, list, kept);
}

TOOL(confluence_get_tasks,
	.title = "Get tasks", .doc = "List tasks of a page, space or person.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:task:confluence",
	ARGS(struct list_args, list_params), .example = "{\"page_id\":\"65685\"}", .run = get_tasks,
);

/* ---- complete and reopen ---- */

struct update_args {
	const char *task_id, *page_id, *status, *space_key;
};

static const struct param update_params[] = {
	P_STR(struct update_args, task_id, P_REQUIRED, .aliases = "taskId,id", .doc = NULL),
	P_ENUM(struct update_args, status, 0, .values = "complete,incomplete", .doc = NULL),
	P_STR(struct update_args, page_id, 0, .aliases = "pageId,contentId,content_id,page", .doc = "Data Center: its page"),
	P_STR(struct update_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static void
say_done(struct call *c, const char *id, const char *from, const char *to)
{
	out_say(c->out, "Task %s: %s -> %s.", id, str_eq(from, "complete") ? "done" : "open", str_eq(to, "complete") ? "done" : "open");
}

static void
show_plan(struct call *c, const char *id, const char *from, const char *to)
{
	dry_say(c, "To be changed: task %s.", id);
	dry_pair(c, "State", str_eq(from, "complete") ? "done" : "open", str_eq(to, "complete") ? "done" : "open");
}

static int
no_task(struct call *c, const char *id)
{
	err_clear(&c->err);
	call_fail(c, ERR_NOT_FOUND, "There is no task %.40s, or this account may not see it.", id);
	call_hint(c, "confluence_get_tasks shows the ids.");
	return -1;
}

static int
update_cloud(struct call *c, struct site *s, const struct update_args *a)
{
	struct rest_write w = { .method = "PUT", .target = a->task_id };
	struct rest_req q = { .path = rest_path(c, s, "{api}/tasks/%s", a->task_id), .optional = true };
	const char *before, *page;
	struct page p;
	json *task;

	if (rest_read(c, s, &q) == -1)
		return -1;
	if ((task = q.json) == NULL)
		return no_task(c, a->task_id);
	before = json_get_str(task, "status");
	page = json_get_str(task, "pageId") != NULL ? json_get_str(task, "pageId") : json_get_str(task, "blogPostId");
	if (before == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a task.", s->label);
	if (s->config->filter != NULL && (page == NULL || page_get_id(c, s, page, 0, &p) == -1))
		return page == NULL || c->err.kind == ERR_NOT_FOUND ? no_task(c, a->task_id) : -1;
	if (str_eq(before, a->status)) {
		out_say(c->out, "Task %s is %s already.", a->task_id, str_eq(before, "complete") ? "done" : "open");
		return 0;
	}
	w.path = rest_path(c, s, "{api}/tasks/%s", a->task_id);
	w.body = arena_printf(c->arena, "{\"status\":\"%s\"}", a->status);
	w.before = arena_printf(c->arena, "{\"status\":\"%s\"}", str_eq(before, "complete") ? "complete" : "incomplete");
	w.what = arena_printf(c->arena, "the change of task %s", a->task_id);
	show_plan(c, a->task_id, before, a->status);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (!str_eq(json_get_str(w.json, "status"), a->status))
		return call_fail(c, ERR_IGNORED, "%s accepted the change, but task %s is still %s.", s->label, a->task_id, before);
	say_done(c, a->task_id, before, a->status);
	return 0;
}

static int
update_dc(struct call *c, struct site *s, const struct update_args *a)
{
	struct task *list = arena_array(c->arena, MAX_TASKS, sizeof(*list)), *k = NULL;
	struct page_change ch = { .minor = true };
	struct page p, after;
	size_t n;

	if (a->page_id == NULL)
		return call_fail(c, ERR_INPUT, "page_id is missing: on Data Center a task is found on its page.");
	if (page_get(c, s, a->page_id, a->space_key, PAGE_BODY, &p) == -1)
		return -1;
	n = tasks_in(c, &p, list);
	for (size_t i = 0; i < n; i++)
		k = str_eq(list[i].id, a->task_id) ? &list[i] : k;
	if (k == NULL) {
		call_fail(c, ERR_NOT_FOUND, "%s has no task %.40s.", page_label(c->arena, &p), a->task_id);
		call_hint(c, "confluence_get_tasks shows the ids.");
		return -1;
	}
	if (str_eq(k->state, a->status)) {
		out_say(c->out, "Task %s is %s already.", k->id, str_eq(k->state, "complete") ? "done" : "open");
		return 0;
	}
	ch.storage = arena_printf(c->arena, "%.*s%s%s", (int)k->state_at, p.storage, a->status, p.storage + k->state_at + k->state_len);
	show_plan(c, k->id, k->state, a->status);
	if (page_put(c, s, &p, &ch, &after) == -1)
		return -1;
	say_done(c, k->id, k->state, a->status);
	return 0;
}

static int
update_task(struct call *c, const void *v)
{
	const struct update_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);

	if (s == NULL)
		return -1;
	c->target = a->task_id;
	return site_is_cloud(s) ? update_cloud(c, s, a) : update_dc(c, s, a);
}

TOOL(confluence_update_task,
	.title = "Complete task", .doc = "Complete or reopen a task.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:task:confluence read:task:confluence",
	ARGS(struct update_args, update_params), .example = "{\"task_id\":\"42\"}", .run = update_task,
);

/* ---- templates ---- */

struct templates_args {
	const char *space_key;
	int64_t limit;
};

static const struct param templates_params[] = {
	P_STR(struct templates_args, space_key, 0, .aliases = "space", .doc = "None: of the site"),
	P_INT(struct templates_args, limit, P_HIDDEN, .min = 1, .max = 200, .dflt = 50, .doc = NULL),
	P_END
};

static int
list_templates(struct call *c, const void *v)
{
	static const char *const kinds[] = { "template", "blueprint" };
	const struct templates_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *n = view_number(c->arena, a->limit);
	struct rest_req q[2] = { { .method = NULL } };
	struct space sp = { .key = NULL };
	size_t shown = 0;

	if (s == NULL || (a->space_key != NULL && confluence_space(c, s, a->space_key, &sp) == -1))
		return -1;
	q[0].path = rest_query(c, rest_path(c, s, "{v1}/template/page"), "spaceKey", sp.key, "limit", n, NULL);
	q[1].path = rest_query(c, rest_path(c, s, "{v1}/template/blueprint"), "spaceKey", sp.key, "limit", n, NULL);
	if (rest_all(c, s, q, LEN(q)) == -1)
		return -1;
	for (size_t i = 0; i < LEN(q); i++) {
		if (!yyjson_is_arr(json_get(q[i].json, "results")))
			return call_fail(c, ERR_PROTOCOL, "%s answered without a list of templates.", s->label);
		for (struct json_iter it = json_iter(json_get(q[i].json, "results")); json_next(&it);) {
			if (shown++ == 0)
				out_table(c->out, "templates", "Id", "Kind", "Name", "Description", NULL);
			out_row(c->out, json_get_str(it.value, "templateId"), kinds[i], json_get_str(it.value, "name"), json_get_str(it.value, "description"));
		}
	}
	if (shown == 0)
		out_say(c->out, "There are no templates.");
	return 0;
}

TOOL(confluence_list_page_templates,
	.title = "List templates", .doc = "List page templates and blueprints.",
	.toolset = "confluence_templates", .product = CONFLUENCE, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:confluence-content.all",
	ARGS(struct templates_args, templates_params), .example = "{\"space_key\":\"OPS\"}", .run = list_templates,
);

struct template_args {
	const char *template_id;
};

static const struct param template_params[] = {
	P_STR(struct template_args, template_id, P_REQUIRED, .aliases = "templateId,id", .doc = NULL),
	P_END
};

static int
get_template(struct call *c, const void *v)
{
	const struct template_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *text;
	json *t;

	if (s == NULL || template_get(c, s, a->template_id, &t) == -1)
		return -1;
	c->target = a->template_id;
	text = body_markdown(c, s, json_path_str(t, "body.storage.value"));
	if (err_is_set(&c->err))
		return -1;
	out_title(c->out, json_get_str(t, "templateId"), json_get_str(t, "name"));
	out_pair(c->out, "Space", json_path_str(t, "space.key"));
	out_pair(c->out, "Description", json_get_str(t, "description"));
	out_text(c->out, "Content", text);
	return 0;
}

TOOL(confluence_get_page_template,
	.title = "Get template", .doc = "Read a template; confluence_create_page takes its id.",
	.toolset = "confluence_templates", .product = CONFLUENCE, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:confluence-content.all",
	ARGS(struct template_args, template_params), .example = "{\"template_id\":\"66107\"}", .run = get_template,
);
