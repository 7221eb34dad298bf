/*
 * Transitions, watching and deletion of many issues, and a look at a bulk operation that outlived its call. Issues of one project, type
 * and status share their transitions, so that one of each group is asked.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_edit.h"
#include "tools/jira_many.h"

#include <string.h>

enum { MAX_REQUEST = 1024 * 1024, MAX_COMMENT = 256 * 1024, MAX_GROUPS = 60, MAX_TASK_ROWS = 100 };

#define ISSUES(st) \
	P_LIST(st, issue_keys, 0, .aliases = "keys,issues,issueIdsOrKeys", .max_len = MANY_MAX, .doc = NULL), \
	P_STR(st, jql, 0, .max_len = 20000, .doc = NULL)

static int
none_found(struct call *c)
{
	out_say(c->out, "No issue matches; nothing was changed.");
	return 0;
}

/* {"selectedIssueIdsOrKeys":[...]} */
static const char *
selection(const struct many *m)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_key(&w, "selectedIssueIdsOrKeys");
	many_write_keys(m, &w);
	jw_end(&w);
	text = arena_strndup(m->call->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
fail_item(struct many_item *item, enum err_kind kind, const char *why)
{
	item->state = MANY_FAILED;
	item->kind = kind;
	item->says = why;
}

/* ---- jira_bulk_transition ---- */

struct transition_args {
	const char *transition, *jql, *comment;
	char **issue_keys;
	json *fields;
};

static const struct param transition_params[] = {
	P_STR(struct transition_args, transition, P_REQUIRED, .aliases = "transition_id,status,to_status", .doc = "Status or transition name"),
	ISSUES(struct transition_args),
	P_OBJ(struct transition_args, fields, P_MORE, .doc = NULL),
	P_STR(struct transition_args, comment, P_MORE, .max_len = MAX_COMMENT, .doc = NULL),
	P_END
};

struct group {
	const char *name;	/* project, type and status */
	const char *key;	/* one of its issues */
	json *transition;
	const char *trouble;
};

static const char *
group_name(struct call *c, json *issue)
{
	const char *type = json_path_str(issue, "fields.issuetype.name"), *status = json_path_str(issue, "fields.status.name"),
	    *project = json_path_str(issue, "fields.project.key");

	return arena_printf(c->arena, "%s/%s/%s", project != NULL ? project : "", type != NULL ? type : "", status != NULL ? status : "");
}

static const char *
name_of(json *transition, bool target)
{
	const char *name = target ? json_path_str(transition, "to.name") : json_get_str(transition, "name");

	return name != NULL ? name : "";
}

/* By id, exact name, exact target, unique prefix of either. NULL: none, or more than one. */
static json *
find_transition(json *list, const char *text)
{
	json *found = NULL;
	size_t n = 0;

	for (int round = 0; round < 4 && n == 0; round++) {
		for (struct json_iter it = json_iter(list); json_next(&it);) {
			const char *name = name_of(it.value, false), *to = name_of(it.value, true);
			bool hit = round == 0 ? str_eq(json_get_str(it.value, "id"), text) : round == 1 ? str_ieq(name, text) :
			    round == 2 ? str_ieq(to, text) : str_istarts(name, text) || str_istarts(to, text);

			if (hit) {
				found = it.value;
				n++;
			}
		}
	}
	return n == 1 ? found : NULL;
}

static bool
has_field(const struct edit *e, const char *id)
{
	for (size_t i = 0; i < e->count; i++) {
		if (str_eq(e->list[i].field->id, id))
			return true;
	}
	return false;
}

static const char *
missing_fields(struct call *c, json *transition, const struct edit *e)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(json_get(transition, "fields")); json_next(&it);) {
		if (json_get_bool(it.value, "required", false) && !json_get_bool(it.value, "hasDefaultValue", false) && !has_field(e, it.key))
			all = arena_printf(c->arena, "%s%s%s", all != NULL ? all : "", all != NULL ? ", " : "", json_get_str(it.value, "name"));
	}
	return all;
}

static void
settle_group(struct call *c, struct group *g, json *list, const char *text, const struct edit *e)
{
	const char *names = NULL, *missing;

	g->transition = find_transition(list, text);
	missing = g->transition == NULL ? NULL : missing_fields(c, g->transition, e);
	if (missing != NULL)
		g->trouble = arena_printf(c->arena, "the transition %s requires %s: give it in fields.", name_of(g->transition, false), missing);
	if (g->transition != NULL)
		return;
	for (struct json_iter it = json_iter(list); json_next(&it);)
		names = arena_printf(c->arena, "%s%s%s", names != NULL ? names : "", names != NULL ? ", " : "", name_of(it.value, false));
	g->trouble = arena_printf(c->arena, "no transition \"%.80s\" from its status; possible: %s.", text, names != NULL ? names : "none");
}

struct transition_job {
	const struct edit *e;
	const char *comment;	/* the body, as JSON text; NULL: none */
	struct group *groups;
	size_t group_count;
};

static int
find_groups(struct call *c, struct site *s, struct many *m, const char *text, struct transition_job *job)
{
	struct rest_req *q = arena_array(c->arena, MAX_GROUPS, sizeof(*q));
	struct group *groups = job->groups;
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++) {
		const char *name = m->list[i].state == MANY_LEFT ? group_name(c, m->list[i].issue) : NULL;
		size_t k = 0;

		while (name != NULL && k < n && !str_eq(groups[k].name, name))
			k++;
		if (name == NULL || k < n)
			continue;
		if (n == MAX_GROUPS)
			return call_fail(c, ERR_INPUT, "The issues are of more than %d kinds (project, type, status): do fewer at once.", MAX_GROUPS);
		groups[n] = (struct group){ .name = name, .key = m->list[i].key };
		q[n] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "{api}/issue/%s/transitions", m->list[i].key), "expand",
		    "transitions.fields", NULL) };
		n++;
	}
	job->group_count = n;
	if (n > 0 && rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		settle_group(c, &groups[i], json_get(q[i].json, "transitions"), text, job->e);
	return 0;
}

static const struct group *
group_of(struct call *c, const struct transition_job *job, json *issue)
{
	const char *name = group_name(c, issue);

	for (size_t i = 0; i < job->group_count; i++) {
		if (str_eq(job->groups[i].name, name))
			return &job->groups[i];
	}
	return NULL;
}

/* "Resolution (it is Fixed)" of all fields that an issue has otherwise than the edit says; NULL: none. */
static const char *
differing(struct call *c, const struct site *s, const struct edit *e, json *issue)
{
	const char *all = NULL;

	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		json *have = json_get(json_get(issue, "fields"), f->id);
		const char *is = field_text(c, s, have, f);

		if (!edit_covers(c, s, e->list[i].sent, have, f))
			all = arena_printf(c->arena, "%s%s%s (it is %.80s)", all != NULL ? all : "", all != NULL ? ", " : "", f->name, is != NULL ? is : "empty");
	}
	return all;
}

/* One that is there already is done when nothing else was asked for; what goes with a transition can't go without one. */
static void
stay(struct call *c, const struct transition_job *job, struct many *m, struct many_item *item)
{
	const char *fields = differing(c, m->site, job->e, item->issue);

	item->state = MANY_SAME;
	if (fields != NULL)
		fail_item(item, ERR_INPUT, arena_printf(c->arena, "it is there already, so nothing was sent; jira_bulk_edit sets: %s.", fields));
	else if (job->comment != NULL)
		fail_item(item, ERR_INPUT, "it is there already, so the comment was not sent; jira_add_comment adds it.");
}

/* Those that are there already stay, those that can't go there are named. */
static void
sort_out(struct call *c, const struct transition_job *job, struct many *m, const char *text)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const char *status = json_path_str(item->issue, "fields.status.name");
		const struct group *g = item->state == MANY_LEFT ? group_of(c, job, item->issue) : NULL;

		if (g == NULL)
			continue;
		if (g->trouble != NULL && g->transition == NULL && str_ieq(status, text))
			stay(c, job, m, item);
		else if (g->trouble != NULL)
			fail_item(item, ERR_INPUT, g->trouble);
		else
			item->use = json_get_str(g->transition, "id");
	}
}

static const char *
transitions_body(const struct many *m)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_arr_in(&w, "bulkTransitionInputs");
	for (size_t i = 0; i < m->count; i++) {
		bool first = m->list[i].state == MANY_LEFT;

		for (size_t k = 0; k < i && first; k++)
			first = m->list[k].state != MANY_LEFT || !str_eq(m->list[k].use, m->list[i].use);
		if (!first)
			continue;
		jw_obj(&w);
		jw_str(&w, "transitionId", m->list[i].use);
		jw_arr_in(&w, "selectedIssueIdsOrKeys");
		for (size_t k = i; k < m->count; k++) {
			if (m->list[k].state == MANY_LEFT && str_eq(m->list[k].use, m->list[i].use))
				jw_s(&w, m->list[k].key);
		}
		jw_end(&w);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	text = arena_strndup(m->call->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static int
transition_one(struct call *c, struct many *m, struct many_item *item)
{
	const struct transition_job *job = m->arg;
	struct rest_write w = { .method = "POST", .path = rest_path(c, m->site, "{api}/issue/%s/transitions", item->key), .target = item->key,
		.before = json_text(c->arena, json_get(item->issue, "fields"), NULL),
		.what = arena_printf(c->arena, "the transition of %s", item->key) };
	struct buf b;
	struct jw j;

	buf_init(&b, MAX_REQUEST);
	jw_init(&j, &b);
	jw_obj(&j);
	jw_obj_in(&j, "transition");
	jw_str(&j, "id", item->use);
	jw_end(&j);
	if (job->e->count > 0)
		edit_write(job->e, &j);
	if (job->comment != NULL) {
		jw_obj_in(&j, "update");
		jw_arr_in(&j, "comment");
		jw_obj(&j);
		jw_obj_in(&j, "add");
		jw_key(&j, "body");
		jw_raw(&j, job->comment, strlen(job->comment));
	}
	while (j.depth > 0)
		jw_end(&j);
	w.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return rest_write(c, m->site, &w);
}

static const char *
comment_json(struct call *c, struct site *s, const char *markdown)
{
	const char *text = NULL;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_COMMENT * 8);
	jw_init(&w, &b);
	if (jira_write_body(c, s, markdown, &w) == 0)
		text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
compare(struct call *c, const struct transition_job *job, struct many *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const char *now = json_path_str(item->after, "fields.status.name"), *was = json_path_str(item->issue, "fields.status.name");
		const char *fields, *to;

		if (item->state != MANY_DONE || item->after == NULL)
			continue;
		to = name_of(group_of(c, job, item->issue)->transition, true);
		fields = differing(c, m->site, job->e, item->after);
		item->says = arena_printf(c->arena, "%s -> %s", was, now != NULL ? now : "?");
		if (!str_ieq(now, to))
			fail_item(item, ERR_IGNORED, arena_printf(c->arena, "Jira accepted the transition, but the status is %s.", now != NULL ? now : "unknown"));
		else if (fields != NULL)
			fail_item(item, ERR_IGNORED, arena_printf(c->arena, "%s -> %s, but Jira did not take over: %s.", was, now, fields));
	}
}

static int
bulk_transition(struct call *c, const void *v)
{
	const struct transition_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct transition_job job = { .e = e, .groups = arena_array(c->arena, MAX_GROUPS, sizeof(*job.groups)) };
	struct many m = { .doing = "transition", .one = transition_one, .arg = &job };
	const char *fields;
	int read;

	if (s == NULL || edit_add_all(c, s, e, a->fields) == -1 ||
	    (a->comment != NULL && (job.comment = comment_json(c, s, a->comment)) == NULL))
		return -1;
	fields = arena_printf(c->arena, "status,issuetype%s%s", e->count > 0 ? "," : "", edit_ids(c, e));
	if (many_choose(c, s, a->issue_keys, a->jql, fields, &m) == -1 || find_groups(c, s, &m, a->transition, &job) == -1)
		return -1;
	if (m.count == 0)
		return none_found(c);
	sort_out(c, &job, &m, a->transition);
	if (c->dry_run != NULL)
		out_say(c->out, "%zu of %zu issues would move.", many_in(&m, MANY_LEFT), m.count);
	if (site_is_cloud(s) && e->count == 0 && a->comment == NULL && many_in(&m, MANY_LEFT) > 1) {
		if (many_submit(&m, rest_path(c, s, "/rest/api/3/bulk/issues/transition"), transitions_body(&m)) == -1)
			return -1;
	} else if (many_each(&m) == -1) {
		return -1;
	}
	read = many_read_back(&m, fields);
	if (read == -1)
		return -1;
	if (read == 0)
		compare(c, &job, &m);
	return many_report(&m, "Moved");
}

TOOL(jira_bulk_transition,
	.title = "Transition many issues", .doc = "Move issues, by keys or JQL, to another status.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct transition_args, transition_params),
	.example = "{\"issue_keys\":[\"OPS-13\",\"OPS-14\"],\"transition\":\"In Progress\"}", .run = bulk_transition,
);

/* ---- jira_bulk_watch ---- */

struct watch_args {
	const char *jql, *action;
	char **issue_keys;
};

static const struct param watch_params[] = {
	ISSUES(struct watch_args),
	P_ENUM(struct watch_args, action, 0, .values = "watch,unwatch"),
	P_END
};

struct watch_job {
	bool watch;
	const char *me;		/* Data Center's user name of this account */
};

static int
watch_one(struct call *c, struct many *m, struct many_item *item)
{
	const struct watch_job *job = m->arg;
	struct rest_write w = { .method = job->watch ? "POST" : "DELETE", .target = item->key,
		.path = rest_query(c, rest_path(c, m->site, "{api}/issue/%s/watchers", item->key), "username", job->watch ? NULL : job->me, NULL),
		.what = arena_printf(c->arena, "the %s of %s", m->doing, item->key) };
	struct buf b;
	struct jw j;

	if (job->watch) {
		buf_init(&b, 4096);
		jw_init(&j, &b);
		jw_s(&j, job->me);
		w.body = arena_strndup(c->arena, b.data, b.len);
		buf_release(&b);
	}
	return rest_write(c, m->site, &w);
}

static int
bulk_watch(struct call *c, const void *v)
{
	const struct watch_args *a = v;
	struct site *s = app_site(c, JIRA);
	bool watch = str_eq(a->action, "watch");
	struct watch_job job = { .watch = watch };
	struct many m = { .doing = watch ? "watching" : "unwatching", .one = watch_one, .arg = &job };
	json *self;
	int read;

	if (s == NULL || many_choose(c, s, a->issue_keys, a->jql, "watches", &m) == -1)
		return -1;
	if (m.count == 0)
		return none_found(c);
	for (size_t i = 0; i < m.count; i++) {
		if (m.list[i].state == MANY_LEFT && json_bool(json_path(m.list[i].issue, "fields.watches.isWatching"), !watch) == watch)
			m.list[i].state = MANY_SAME;
	}
	if (site_is_cloud(s)) {
		if (many_submit(&m, rest_path(c, s, "/rest/api/3/bulk/issues/%s", a->action), selection(&m)) == -1)
			return -1;
	} else {
		if (rest_get(c, s, rest_path(c, s, "{api}/myself"), &self) == -1)
			return -1;
		job.me = json_get_str(self, "name");
		if (job.me == NULL)
			return call_fail(c, ERR_PROTOCOL, "%s did not say who this account is.", s->label);
		if (many_each(&m) == -1)
			return -1;
	}
	read = many_read_back(&m, "watches,project");
	if (read == -1)
		return -1;
	for (size_t i = 0; read == 0 && i < m.count; i++) {
		if (m.list[i].state == MANY_DONE && m.list[i].after != NULL && json_bool(json_path(m.list[i].after, "fields.watches.isWatching"), !watch) != watch)
			fail_item(&m.list[i], ERR_IGNORED, watch ? "Jira accepted it, but you do not watch it." : "Jira accepted it, but you still watch it.");
	}
	return many_report(&m, watch ? "You now watch" : "You no longer watch");
}

TOOL(jira_bulk_watch,
	.title = "Watch many issues", .doc = "Watch or stop watching issues yourself.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true, .scopes = "write:jira-work",
	ARGS(struct watch_args, watch_params), .example = "{\"issue_keys\":[\"OPS-13\",\"OPS-14\"]}", .run = bulk_watch,
);

/* ---- jira_bulk_delete ---- */

struct delete_args {
	const char *jql;
	char **issue_keys;
	int64_t expect;
	bool delete_subtasks;
};

static const struct param delete_params[] = {
	ISSUES(struct delete_args),
	P_INT(struct delete_args, expect, 0, .min = 0, .max = MANY_MAX, .doc = "How many the jql finds"),
	P_BOOL(struct delete_args, delete_subtasks, P_MORE, .doc = NULL),
	P_END
};

static struct many_item *
chosen(const struct many *m, const char *key)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].issue != NULL && str_eq(m->list[i].key, key))
			return &m->list[i];
	}
	return NULL;
}

/* An issue takes its subtasks with it: only when that was said, or they are chosen too. */
static void
guard_parents(struct many *m, bool allowed)
{
	for (size_t i = 0; i < m->count && !allowed; i++) {
		size_t others = 0;

		for (struct json_iter it = json_iter(json_path(m->list[i].issue, "fields.subtasks")); json_next(&it);)
			others += chosen(m, json_get_str(it.value, "key")) == NULL;
		if (others > 0 && m->list[i].state == MANY_LEFT)
			fail_item(&m->list[i], ERR_INPUT, arena_printf(m->call->arena, "%zu of its subtasks are not chosen: with delete_subtasks they go too.", others));
	}
}

/* Subtasks of a chosen issue are left to it: use is its key, and what becomes of it becomes of them. */
static size_t
leave_to_parents(struct many *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++) {
		json *fields = json_get(m->list[i].issue, "fields");
		const char *parent = json_path_str(fields, "parent.key");

		if (m->list[i].state != MANY_LEFT || !json_bool(json_path(fields, "issuetype.subtask"), false) || parent == NULL ||
		    chosen(m, parent) == NULL)
			continue;
		m->list[i].use = parent;
		m->list[i].state = MANY_SAME;
		n += chosen(m, parent)->state == MANY_LEFT;
	}
	return n;
}

static void
follow_parents(struct many *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const struct many_item *parent = item->use == NULL ? NULL : chosen(m, item->use);

		if (parent == NULL)
			continue;
		item->state = parent->state;
		item->kind = parent->kind;
		item->says = arena_printf(m->call->arena, parent->state == MANY_DONE ? "went with %s." : parent->state == MANY_UNKNOWN ?
		    "It is not known whether it went with %s." : "stays with %s; without that one it can be deleted alone.", item->use);
	}
}

static int
delete_one(struct call *c, struct many *m, struct many_item *item)
{
	struct rest_write w = { .method = "DELETE", .target = item->key,
		.path = rest_query(c, rest_path(c, m->site, "{api}/issue/%s", item->key), "deleteSubtasks",
		    json_len(json_path(item->issue, "fields.subtasks")) > 0 ? "true" : NULL, NULL),
		.before = json_text(c->arena, json_get(item->issue, "fields"), NULL),
		.what = arena_printf(c->arena, "the deletion of %s", item->key) };

	return rest_write(c, m->site, &w);
}

static int
bulk_delete(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct many m = { .doing = "deletion", .one = delete_one };
	size_t with_parents;

	if (s == NULL || many_choose(c, s, a->issue_keys, a->jql, "status,issuetype,priority,assignee,reporter,labels,components,fixVersions,parent,"
	    "duedate,description,subtasks", &m) == -1)
		return -1;
	if (m.count == 0)
		return none_found(c);
	if (a->jql != NULL && a->expect != (int64_t)m.count) {
		call_fail(c, ERR_INPUT, "The query finds %zu issues; nothing was deleted.", m.count);
		call_hint(c, "Look at them with jira_search; if they are the right ones, repeat with expect=%zu.", m.count);
		return -1;
	}
	guard_parents(&m, a->delete_subtasks);
	with_parents = leave_to_parents(&m);
	for (size_t i = 0; i < m.count; i++)
		m.list[i].says = m.list[i].state == MANY_LEFT ? json_path_str(m.list[i].issue, "fields.summary") : m.list[i].says;
	if (c->dry_run != NULL)
		out_say(c->out, "%zu of %zu issues would be deleted for good.", many_in(&m, MANY_LEFT) + with_parents, m.count);
	if (site_is_cloud(s) && many_in(&m, MANY_LEFT) > 1) {
		if (many_submit(&m, rest_path(c, s, "/rest/api/3/bulk/issues/delete"), selection(&m)) == -1)
			return -1;
	} else if (many_each(&m) == -1) {
		return -1;
	}
	follow_parents(&m);
	return many_report(&m, "Deleted");
}

TOOL(jira_bulk_delete,
	.title = "Delete many issues", .doc = "Delete issues, by keys or JQL, for good.",
	.toolset = "jira_bulk", .product = JIRA, .effect = DESTROYS, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct delete_args, delete_params), .example = "{\"issue_keys\":[\"OPS-13\",\"OPS-14\"]}", .run = bulk_delete,
);

/* ---- jira_get_bulk_task ---- */

struct task_args {
	const char *task_id;
};

static const struct param task_params[] = {
	P_STR(struct task_args, task_id, P_REQUIRED, .aliases = "taskId,task", .max_len = 40, .doc = NULL),
	P_END
};

static void
show_failures(struct call *c, const struct site *s, json *failed, json **issues)
{
	size_t i = 0;

	out_table(c->out, "failures", "Issue", "Why", NULL);
	for (struct json_iter it = json_iter(failed); json_next(&it) && i < MAX_TASK_ROWS; i++) {
		if (issues[i] != NULL && site_fence_allows(s, json_path_str(issues[i], "fields.project.key")))
			out_row(c->out, json_get_str(issues[i], "key"), field_text(c, s, it.value, NULL));
	}
	if (json_len(failed) > MAX_TASK_ROWS)
		out_say(c->out, "And %zu more.", json_len(failed) - MAX_TASK_ROWS);
}

static int
bulk_task(struct call *c, const void *v)
{
	const struct task_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *task, *failed, **issues = arena_array(c->arena, MAX_TASK_ROWS, sizeof(json *));
	const char **ids = arena_array(c->arena, MAX_TASK_ROWS, sizeof(*ids));
	size_t n = 0;

	if (s == NULL || rest_get(c, s, rest_path(c, s, "/rest/api/3/bulk/queue/%s", a->task_id), &task) == -1)
		return -1;
	failed = json_get(task, "failedAccessibleIssues");
	for (struct json_iter it = json_iter(failed); json_next(&it) && n < MAX_TASK_ROWS;)
		ids[n++] = it.key;
	if (n > 0 && many_read(c, s, ids, n, "project", issues) == -1)
		return -1;
	out_pairf(c->out, "Status", "%s, %lld%%", json_get_str(task, "status"), (long long)json_get_int(task, "progressPercent", 0));
	if (json_get(task, "processedAccessibleIssues") != NULL)
		out_pairf(c->out, "Done", "%zu of %lld issues", json_len(json_get(task, "processedAccessibleIssues")),
		    (long long)json_get_int(task, "totalIssueCount", 0));
	if (json_get_int(task, "invalidOrInaccessibleIssueCount", 0) > 0)
		out_pairf(c->out, "Passed over", "%lld", (long long)json_get_int(task, "invalidOrInaccessibleIssueCount", 0));
	if (n > 0)
		show_failures(c, s, failed, issues);
	return 0;
}

TOOL(jira_get_bulk_task,
	.title = "Get bulk operation", .doc = "How far a bulk operation is.",
	.toolset = "jira_bulk", .product = JIRA, .effect = READS, .only = DEPLOYMENT_CLOUD, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct task_args, task_params), .example = "{\"task_id\":\"10641\"}", .run = bulk_task,
);
