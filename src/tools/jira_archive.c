/*
 * Archiving: an issue that no search finds any more, until it is restored. Cloud takes all in one request, Data Center one at
 * a time. Neither lets an issue say whether it is archived, so the answers themselves are the proof.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_many.h"

enum { MAX_REQUEST = 1024 * 1024 };

struct archive_args {
	const char *jql, *action;
	char **issue_keys;
};

static const struct param archive_params[] = {
	P_LIST(struct archive_args, issue_keys, 0, .aliases = "issue_key,keys,issues,issueIdsOrKeys", .max_len = MANY_MAX, .doc = NULL),
	P_STR(struct archive_args, jql, 0, .max_len = 20000, .doc = NULL),
	P_ENUM(struct archive_args, action, 0, .values = "archive,restore"),
	P_END
};

static int
archive_one(struct call *c, struct many *m, struct many_item *item)
{
	const struct archive_args *a = m->arg;
	struct rest_write w = { .method = "PUT", .path = rest_path(c, m->site, "{api}/issue/%s/%s", item->key, a->action), .target = item->key,
		.before = str_eq(a->action, "archive") ? "{\"archived\":false}" : "{\"archived\":true}",
		.what = arena_printf(c->arena, "the %s of %s", m->doing, item->key) };

	return rest_write(c, m->site, &w);
}

static struct many_item *
item_of(struct many *m, const char *key)
{
	for (size_t i = 0; i < m->count; i++) {
		if (str_ieq(m->list[i].key, key) || str_eq(m->list[i].id, key))
			return &m->list[i];
	}
	return NULL;
}

/* {"numberOfIssuesUpdated":2,"errors":{"issueIsSubtask":{"issueIdsOrKeys":[...],"message":"..."}}} */
static int
take_answer(struct many *m, json *answer)
{
	int64_t updated = json_get_int(answer, "numberOfIssuesUpdated", -1);
	size_t left;

	for (struct json_iter it = json_iter(json_get(answer, "errors")); json_next(&it);) {
		for (struct json_iter one = json_iter(json_get(it.value, "issueIdsOrKeys")); json_next(&one);) {
			struct many_item *item = item_of(m, json_str(one.value));

			if (item == NULL)
				continue;
			many_fail(item, ERR_INPUT, json_get_str(it.value, "message") != NULL ? json_get_str(it.value, "message") : it.key);
		}
	}
	left = many_in(m, MANY_LEFT);
	if (updated < 0)
		return call_fail(m->call, ERR_UNKNOWN_OUTCOME, "It is not known whether the %s took place: %s answered without a number.", m->doing,
		    m->site->label);
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];

		if (item->state != MANY_LEFT)
			continue;
		item->state = updated >= (int64_t)left ? MANY_DONE : MANY_UNKNOWN;	/* subtasks may count, too */
		if (updated == 0)
			many_fail(item, ERR_IGNORED, "the site accepted it and says that it changed no issue; it may be so already.");
		else if (item->state == MANY_UNKNOWN)
			item->says = arena_printf(m->call->arena, "It is not known whether it was done: the site says that it changed %lld of %zu, not which.",
			    (long long)updated, left);
	}
	return 0;
}

static int
archive_all(struct call *c, struct many *m, const char *action)
{
	struct rest_write w = { .method = "PUT", .target = arena_printf(c->arena, "%zu issues", many_in(m, MANY_LEFT)),
		.path = rest_path(c, m->site, "{api}/issue/%s", str_eq(action, "archive") ? "archive" : "unarchive"),
		.what = arena_printf(c->arena, "the %s of %zu issues", m->doing, many_in(m, MANY_LEFT)) };
	struct buf b;
	struct jw j;

	if (many_in(m, MANY_LEFT) == 0)
		return 0;
	buf_init(&b, MAX_REQUEST);
	jw_init(&j, &b);
	jw_obj(&j);
	jw_key(&j, "issueIdsOrKeys");
	many_write_keys(m, &j);
	jw_end(&j);
	w.body = arena_strndup(c->arena, b.data, b.len);
	w.before = w.body;
	buf_release(&b);
	if (rest_write(c, m->site, &w) == -1)
		return -1;
	return take_answer(m, w.json);
}

static int
archive(struct call *c, const void *v)
{
	const struct archive_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct archive_args copy = *a;
	bool away = str_eq(a->action, "archive");
	struct many m = { .doing = away ? "archiving" : "restoring", .one = archive_one, .arg = &copy };

	if (s == NULL || many_choose(c, s, a->issue_keys, a->jql, "", &m) == -1)
		return -1;
	if (m.count == 0)
		return many_none(c);
	if (c->dry_run != NULL)
		out_say(c->out, "%zu of %zu issues would be %s.", many_in(&m, MANY_LEFT), m.count, away ? "archived" : "restored");
	if ((site_is_cloud(s) ? archive_all(c, &m, a->action) : many_each(&m)) == -1)
		return -1;
	for (size_t i = 0; i < m.count; i++) {
		if (m.list[i].state == MANY_DONE)
			m.list[i].says = json_path_str(m.list[i].issue, "fields.summary");
	}
	return many_report(&m, away ? "Archived" : "Restored");
}

TOOL(jira_archive_issues,
	.title = "Archive issues", .doc = "Archive issues, or restore archived ones.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work manage:jira-configuration",
	ARGS(struct archive_args, archive_params), .example = "{\"issue_keys\":[\"OPS-13\"]}", .run = archive,
);
