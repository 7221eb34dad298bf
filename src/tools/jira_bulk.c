/* Watching and deletion of many issues, and a look at a bulk operation that outlived its call. */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_many.h"

#include <string.h>

enum { MAX_REQUEST = 1024 * 1024, MAX_TASK_ROWS = 100 };

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

/* ---- jira_bulk_watch ---- */

struct watch_args {
	const char *jql, *action;
	char **issue_keys;
};

static const struct param watch_params[] = {
	MANY_ISSUES(struct watch_args),
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
		return many_none(c);
	for (size_t i = 0; i < m.count; i++) {
		if (m.list[i].state == MANY_LEFT && json_bool(json_path(m.list[i].issue, "fields.watches.isWatching"), !watch) == watch)
			m.list[i].state = MANY_SAME;
	}
	if (c->dry_run != NULL)
		out_say(c->out, "You would %s %zu of %zu issues.", watch ? "watch" : "stop watching", many_in(&m, MANY_LEFT), m.count);
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
			many_fail(&m.list[i], ERR_IGNORED, watch ? "Jira accepted it, but you do not watch it." : "Jira accepted it, but you still watch it.");
	}
	return many_report(&m, watch ? "You now watch" : "You no longer watch");
}

TOOL(jira_bulk_watch,
	.title = "Watch many issues", .doc = "Watch or stop watching issues yourself.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true, .scopes = "write:jira-work read:jira-work",
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
	MANY_ISSUES(struct delete_args),
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
			many_fail(&m->list[i], ERR_INPUT, arena_printf(m->call->arena, "%zu of its subtasks are not chosen: with delete_subtasks they go too.", others));
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
		return many_none(c);
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
