/*
 * chosen -> done -> read back -> told. Done by one of Cloud's bulk operations (jira_many_task.c), or by a few workers that take the
 * items one after the other, so that a slow site is not flooded. An item that fails does not stop the others, unless the site
 * refuses everything.
 */
#include "tools/jira_many.h"

#include "atlassian/issues.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/jira_query.h"

#include <string.h>

enum {
	WORKERS = 8,
	FETCH = 100,			/* issues that one bulkfetch takes */
	MAX_REQUEST = 1024 * 1024,
};

size_t
many_in(const struct many *m, enum many_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++)
		n += m->list[i].state == state;
	return n;
}

void
many_fail(struct many_item *item, enum err_kind kind, const char *why)
{
	item->state = MANY_FAILED;
	item->kind = kind;
	item->says = why;
}

void
many_ignored(struct call *c, struct many_item *item, const char *done, const char *missing)
{
	item->state = done != NULL ? MANY_PARTLY : MANY_FAILED;
	item->kind = ERR_IGNORED;
	item->says = done != NULL ? arena_printf(c->arena, "%s, but Jira did not take over: %s.", done, missing) :
	    arena_printf(c->arena, "Jira did not take over: %s.", missing);
}

int
many_none(struct call *c)
{
	out_say(c->out, "No issue matches; nothing was changed.");
	return 0;
}

/* ---- reading ---- */

/* Cloud takes the keys, Data Center a query that names them. */
static const char *
read_body(struct call *c, const char *const *keys, size_t n, const char *jql, const char *fields)
{
	char **f = str_split(c->arena, fields, ",", NULL);
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	if (jql != NULL) {
		jw_str(&w, "jql", jql);
		jw_int(&w, "maxResults", MANY_MAX);
		jw_int(&w, "startAt", 0);
		jw_bool(&w, "validateQuery", false);
	} else {
		jw_arr_in(&w, "issueIdsOrKeys");
		for (size_t i = 0; i < n; i++)
			jw_s(&w, keys[i]);
		jw_end(&w);
	}
	jw_arr_in(&w, "fields");
	for (; *f != NULL; f++)
		jw_s(&w, *f);
	jw_end(&w);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static bool
is_issue(json *issue, const char *key)
{
	return str_ieq(json_get_str(issue, "key"), key) || str_eq(json_get_str(issue, "id"), key);
}

/* Puts the issues of answers into their places. */
static void
place(json *issues, const char *const *keys, size_t count, json **ret)
{
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		for (size_t i = 0; i < count; i++) {
			if (ret[i] == NULL && is_issue(it.value, keys[i])) {
				ret[i] = it.value;
				break;
			}
		}
	}
}

/* One by one, those that no answer had under the name that was asked for: moved ones, and such as are not indexed yet. */
static int
read_rest(struct call *c, struct site *s, const char *const *keys, size_t count, const char *fields, json **ret)
{
	struct rest_req *q = arena_array(c->arena, count + 1, sizeof(*q));
	size_t n = 0, at = 0;

	for (size_t i = 0; i < count; i++) {
		if (ret[i] == NULL)
			q[n++] = (struct rest_req){ .optional = true,
			    .path = rest_query(c, rest_path(c, s, "{api}/issue/%s", keys[i]), "fields", fields, NULL) };
	}
	if (n == 0)
		return 0;
	if (rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (ret[i] == NULL)
			ret[i] = q[at++].json;
	}
	return 0;
}

static const char *
keys_jql(struct call *c, const char *const *keys, size_t n)
{
	const char *text;
	struct buf b;

	buf_init(&b, MAX_REQUEST);
	buf_adds(&b, "key in (");
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%s", i > 0 ? "," : "", keys[i]);
	buf_addc(&b, ')');
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

int
many_read(struct call *c, struct site *s, const char *const *keys, size_t count, const char *fields, json **ret)
{
	bool cloud = site_is_cloud(s);
	size_t step = cloud ? FETCH : MANY_MAX, n = (count + step - 1) / step;
	struct rest_req *q = arena_array(c->arena, n + 1, sizeof(*q));

	if (count == 1)
		return read_rest(c, s, keys, count, fields, ret);
	for (size_t i = 0; i < n; i++) {
		const char *const *from = keys + i * step;
		size_t len = count - i * step < step ? count - i * step : step;

		q[i] = (struct rest_req){ .method = "POST",
		    .path = rest_path(c, s, cloud ? "{api}/issue/bulkfetch" : "{api}/search"),
		    .body = read_body(c, from, len, cloud ? NULL : keys_jql(c, from, len), fields) };
	}
	if (n > 0 && rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		place(json_get(q[i].json, "issues"), keys, count, ret);
	return cloud ? 0 : read_rest(c, s, keys, count, fields, ret);
}

static void
set_item(struct call *c, const struct site *s, struct many_item *item, const char *key, json *issue)
{
	const char *project = json_path_str(issue, "fields.project.key");

	item->key = issue == NULL ? key : json_get_str(issue, "key");
	item->id = json_get_str(issue, "id");
	item->issue = issue;
	if (issue != NULL && item->key != NULL && site_fence_allows(s, project != NULL ? project : jira_project_of(c->arena, item->key)))
		return;
	item->key = key;
	item->issue = NULL;
	item->state = MANY_FAILED;
	item->kind = ERR_NOT_FOUND;
	item->says = "it does not exist, or this account may not see it.";
}

static int
choose_keys(struct call *c, struct site *s, char **given, const char *fields, struct many *m)
{
	const char **keys;
	json **found;
	size_t n = 0, count = 0;

	while (given[count] != NULL)
		count++;
	if (count > MANY_MAX)
		return call_fail(c, ERR_INPUT, "At most %d issues at once.", MANY_MAX);
	keys = arena_array(c->arena, count + 1, sizeof(*keys));
	found = arena_array(c->arena, count + 1, sizeof(json *));
	for (size_t i = 0; i < count; i++) {
		const char *key = jira_issue_key(c, s, given[i]);
		bool twice = false;

		if (key == NULL)
			return -1;
		for (size_t k = 0; k < n && !twice; k++)
			twice = str_eq(keys[k], key);
		if (!twice)
			keys[n++] = key;
	}
	if (many_read(c, s, keys, n, fields, found) == -1)
		return -1;
	m->list = arena_array(c->arena, n + 1, sizeof(*m->list));
	for (size_t i = 0; i < n; i++)
		set_item(c, s, &m->list[m->count++], keys[i], found[i]);
	return 0;
}

static int
too_many(struct call *c)
{
	call_fail(c, ERR_INPUT, "The query finds more than %d issues.", MANY_MAX);
	call_hint(c, "Narrow it, for example by project, status or creation date, and do the parts one after the other.");
	return -1;
}

static int
choose_jql(struct call *c, struct site *s, const char *text, const char *fields, struct many *m)
{
	const char *jql = jira_query(c, s, text, NULL);
	struct issues found;

	if (jql == NULL || issues_search(c, s, jql, fields, 0, MANY_MAX, &found) == -1)
		return -1;
	if (found.more)
		return too_many(c);
	m->list = arena_array(c->arena, found.n + 1, sizeof(*m->list));
	for (size_t i = 0; i < found.n; i++)
		set_item(c, s, &m->list[m->count++], json_get_str(found.v[i], "key"), found.v[i]);
	return 0;
}

int
many_choose(struct call *c, struct site *s, char **keys, const char *jql, const char *fields, struct many *m)
{
	fields = arena_printf(c->arena, "summary,project%s%s", *fields != '\0' ? "," : "", fields);
	m->call = c;
	m->site = s;
	if ((keys == NULL) == (jql == NULL)) {
		call_fail(c, ERR_INPUT, "Name the issues in issue_keys, or by a query in jql.");
		call_hint(c, keys == NULL ? "One of the two is needed." : "Not both.");
		return -1;
	}
	return keys != NULL ? choose_keys(c, s, keys, fields, m) : choose_jql(c, s, jql, fields, m);
}

int
many_read_back(struct many *m, const char *fields)
{
	struct call *c = m->call;
	const char **ids = arena_array(c->arena, m->count + 1, sizeof(*ids));
	json **found = arena_array(c->arena, m->count + 1, sizeof(json *));
	size_t n = 0, at = 0, done = many_in(m, MANY_DONE);
	bool by_id = site_is_cloud(m->site);

	if (call_cancelled(c) && many_in(m, MANY_UNKNOWN) > 0)
		return 1;
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state == MANY_DONE)
			ids[n++] = by_id && m->list[i].id != NULL ? m->list[i].id : m->list[i].key;
	}
	if (n > 0 && many_read(c, m->site, ids, n, fields, found) == -1) {
		err_context(&c->err, "The %s of %zu issues was carried out, but reading them back failed", m->doing, done);
		return -1;
	}
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state != MANY_DONE)
			continue;
		m->list[i].after = found[at++];
		if (m->list[i].after == NULL)
			m->list[i].says = "accepted, but it could not be read again.";
	}
	return 0;
}

/* ---- doing, several at once ---- */

static bool
time_is_up(const struct call *c)
{
	return clock_mono_ms() >= c->deadline_ms - MANY_RESERVE_MS;
}

static void
tell_progress(struct many *m, const char *message)
{
	struct call *c = m->call;

	if (c->progress != NULL)
		c->progress(c, (int64_t)(m->count - many_in(m, MANY_LEFT)), (int64_t)m->count, message);
}

static int
work(struct call *c, void *arg)
{
	struct many *m = *(struct many **)arg;

	while (m->next < m->count && !m->stop && !call_cancelled(c) && !time_is_up(c)) {
		struct many_item *item = &m->list[m->next++];
		int result;

		if (item->state != MANY_LEFT)
			continue;
		result = m->one(c, m, item);
		if (result == 0 && item->state == MANY_LEFT)
			item->state = MANY_DONE;
		if (result == -1 && c->err.kind != ERR_DRY_RUN && !(c->err.kind == ERR_CANCELLED || c->err.kind == ERR_BUSY)) {
			item->state = c->err.kind == ERR_UNKNOWN_OUTCOME ? MANY_UNKNOWN : MANY_FAILED;
			item->kind = c->err.kind;
			item->says = err_text(&c->err);
		}
		m->stop = m->stop || c->err.kind == ERR_AUTH || c->err.kind == ERR_RATE || c->err.kind == ERR_NETWORK ||
		    c->err.kind == ERR_TLS;
		err_clear(&c->err);
		tell_progress(m, item->key);
	}
	return 0;
}

int
many_each(struct many *m)
{
	struct call *c = m->call;
	struct many *of[WORKERS];
	size_t workers = many_in(m, MANY_LEFT), done;

	for (size_t i = 0; i < WORKERS; i++)
		of[i] = m;
	workers = workers < WORKERS ? workers : WORKERS;
	m->next = 0;
	if (workers > 0 && call_all(c, work, of, workers, sizeof(of[0])) == -1) {
		done = many_in(m, MANY_DONE) + many_in(m, MANY_UNKNOWN);
		if (done == 0)
			return -1;
		err_clear(&c->err);
	}
	return c->dry_run != NULL ? rest_planned(c) : 0;
}

/* ---- telling ---- */

static const char *
says(const struct many_item *item)
{
	switch (item->state) {
	case MANY_DONE: return item->says != NULL ? item->says : "done";
	case MANY_SAME: return item->says != NULL ? item->says : "already so";
	case MANY_PARTLY: return item->says;
	case MANY_FAILED: return item->says;
	case MANY_UNKNOWN: return item->says;
	case MANY_LEFT: return "not tried";
	}
	BUG("no such state");
}

static const char *
left_keys(const struct many *m)
{
	const char *text;
	struct buf b;

	buf_init(&b, MAX_REQUEST);
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state == MANY_LEFT)
			buf_addf(&b, "%s%s", b.len > 0 ? "," : "", m->list[i].key);
	}
	text = arena_strndup(m->call->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

/* What may have been done comes before what was refused, that before what was done in part, and that before what was wrong from the start. */
static int
gravity(enum err_kind kind)
{
	return kind == ERR_NONE ? 0 : kind == ERR_NOT_FOUND || kind == ERR_INPUT ? 1 : kind == ERR_IGNORED ? 2 : kind == ERR_UNKNOWN_OUTCOME ? 4 : 3;
}

/* Not one was done whole: that is an error, and its kind the gravest of them. */
static int
nothing_done(struct many *m)
{
	struct call *c = m->call;
	enum err_kind kind = ERR_NONE;
	size_t partly = many_in(m, MANY_PARTLY);
	struct buf b;

	buf_init(&b, 8192);
	for (size_t i = 0; i < m->count; i++) {
		const struct many_item *item = &m->list[i];
		enum err_kind own = item->state == MANY_UNKNOWN ? ERR_UNKNOWN_OUTCOME : item->kind;

		if (item->state != MANY_FAILED && item->state != MANY_UNKNOWN && item->state != MANY_PARTLY)
			continue;
		buf_addf(&b, "\n%s: %s", item->key, item->says);
		kind = gravity(own) > gravity(kind) ? own : kind;
	}
	if (m->count == 1)
		call_fail(c, kind, "%s", b.data + 1);
	else
		call_fail(c, kind, "The %s of %zu issues: %s.%s%s", m->doing, m->count, partly == 0 ? "not one is known to be done" :
		    arena_printf(c->arena, "not one is done whole, %zu in part", partly), b.data, buf_overflowed(&b) ? "\n..." : "");
	if (many_in(m, MANY_LEFT) > 0)
		call_hint(c, "The others were not tried.");
	else if (partly > 0)
		call_hint(c, "Ask for what is missing only.");
	buf_release(&b);
	return -1;
}

int
many_report(struct many *m, const char *done)
{
	static const enum many_state order[] = { MANY_UNKNOWN, MANY_FAILED, MANY_PARTLY, MANY_DONE, MANY_SAME };
	struct out *o = m->call->out;
	size_t n = many_in(m, MANY_DONE), left = many_in(m, MANY_LEFT), same = many_in(m, MANY_SAME), partly = many_in(m, MANY_PARTLY);

	if (n + same == 0 && m->task == NULL && partly + many_in(m, MANY_FAILED) + many_in(m, MANY_UNKNOWN) > 0)
		return nothing_done(m);
	if (m->task != NULL)
		out_say(o, "The site is still busy with the %s of %zu issues: ask jira_get_bulk_task for %s.", m->doing,
		    many_in(m, MANY_UNKNOWN), m->task);
	else
		out_say(o, "%s %zu of %zu issues%s.", done, n, m->count, partly > 0 ? arena_printf(m->call->arena, ", %zu in part", partly) : "");
	out_table(o, "issues", "Key", "Result", NULL);
	for (size_t k = 0; k < LEN(order); k++) {
		for (size_t i = 0; i < m->count; i++) {
			if (m->list[i].state == order[k] && !(m->task != NULL && order[k] == MANY_UNKNOWN))
				out_row(o, m->list[i].key, says(&m->list[i]));
		}
	}
	if (left > 0)
		out_more(o, "issue_keys", left_keys(m), arena_printf(m->call->arena, "(%zu not tried)", left));
	return 0;
}
