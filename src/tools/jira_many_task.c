/*
 * One change for many issues by one of Cloud's bulk operations: a request starts it, its progress is asked for until it ends or the
 * call's time is nearly up, and its outcome says what became of each issue.
 */
#include "tools/jira_many.h"

#include "base/clock.h"
#include "base/str.h"

enum { FIRST_POLL_MS = 100, MAX_POLL_MS = 2000, MAX_BEFORE = 512 * 1024 };

void
many_write_keys(const struct many *m, struct jw *w)
{
	jw_arr(w);
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state == MANY_LEFT)
			jw_s(w, m->list[i].key);
	}
	jw_end(w);
}

/* {"OPS-1":{fields},...} as they were chosen; NULL when that is too much to keep. */
static const char *
before(const struct many *m)
{
	const char *text = NULL;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_BEFORE);
	jw_init(&w, &b);
	jw_obj(&w);
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state == MANY_LEFT)
			jw_value(&w, m->list[i].key, json_get(m->list[i].issue, "fields"));
	}
	jw_end(&w);
	if (!buf_overflowed(&b))
		text = arena_strndup(m->call->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

/* One more look: 0 ended, 1 still running. */
static int
look(struct call *c, struct site *s, const char *task, json **ret)
{
	static const char *const ends[] = { "COMPLETE", "FAILED", "CANCELLED", "DEAD" };

	if (rest_get(c, s, rest_path(c, s, "/rest/api/3/bulk/queue/%s", task), ret) == -1) {
		err_context(&c->err, "The bulk operation %s was accepted, but its progress could not be read", task);
		call_hint(c, "It may be going on: do not repeat it, ask jira_get_bulk_task for %s.", task);
		return -1;
	}
	for (size_t i = 0; i < LEN(ends); i++) {
		if (str_eq(json_get_str(*ret, "status"), ends[i]))
			return 0;
	}
	return 1;
}

static bool
holds_id(json *list, const char *id)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		int64_t n = json_int(it.value, -1), want;

		if (id != NULL && str_int(id, 0, INT64_MAX, &want) == 0 && (n == want || str_eq(json_str(it.value), id)))
			return true;
	}
	return false;
}

static const char *
reasons(struct call *c, json *list)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *one = json_str(it.value);

		if (one != NULL)
			all = all == NULL ? one : arena_printf(c->arena, "%s %s", all, one);
	}
	return all != NULL ? all : "the site does not say why.";
}

static void
take_outcomes(struct many *m, json *task)
{
	bool complete = str_eq(json_get_str(task, "status"), "COMPLETE");
	json *done = json_get(task, "processedAccessibleIssues"), *failed = json_get(task, "failedAccessibleIssues");

	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		json *why = item->id != NULL ? json_get(failed, item->id) : NULL;

		if (item->state != MANY_LEFT)
			continue;
		if (why != NULL) {
			item->state = MANY_FAILED;
			item->kind = ERR_INPUT;
			item->says = reasons(m->call, why);
		} else if (holds_id(done, item->id)) {
			item->state = MANY_DONE;
		} else {
			item->state = complete ? MANY_FAILED : MANY_UNKNOWN;
			item->kind = complete ? ERR_FORBIDDEN : ERR_UNKNOWN_OUTCOME;
			item->says = complete ? "the site passed it over: this account may not do that there." :
			    arena_printf(m->call->arena, "It is not known whether it was done: the operation ended as %s.",
			    json_get_str(task, "status"));
		}
	}
}

static int
wait_for(struct many *m, const char *id)
{
	struct call *c = m->call;
	int64_t delay = FIRST_POLL_MS;
	json *task;
	int result;

	for (;;) {
		if (call_sleep(c, delay) == -1)
			return -1;
		result = look(c, m->site, id, &task);
		if (result == -1)
			return -1;
		if (result == 0)
			break;
		if (c->progress != NULL)
			c->progress(c, json_get_int(task, "progressPercent", 0), 100, m->doing);
		delay = delay * 2 < MAX_POLL_MS ? delay * 2 : MAX_POLL_MS;
		if (clock_mono_ms() + delay >= c->deadline_ms - MANY_RESERVE_MS) {
			m->task = id;
			for (size_t i = 0; i < m->count; i++) {
				if (m->list[i].state == MANY_LEFT) {
					m->list[i].state = MANY_UNKNOWN;
					m->list[i].says = "the operation is still going on.";
				}
			}
			return 0;
		}
	}
	take_outcomes(m, task);
	return 0;
}

int
many_submit(struct many *m, const char *path, const char *body)
{
	struct call *c = m->call;
	size_t n = many_in(m, MANY_LEFT);
	struct rest_write w = { .method = "POST", .path = path, .body = body, .target = arena_printf(c->arena, "%zu issues", n),
		.before = before(m), .what = arena_printf(c->arena, "the %s of %zu issues", m->doing, n) };
	const char *id;

	if (n == 0)
		return 0;
	if (rest_write(c, m->site, &w) == -1)
		return -1;
	id = json_scalar(c->arena, json_get(w.json, "taskId"));
	if (id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "It is not known whether %s took place: %s accepted it without naming the "
		    "operation.", w.what, m->site->label);
	return wait_for(m, id);
}
