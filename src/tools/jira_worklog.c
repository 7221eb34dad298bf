/*
 * Work logs. Without an issue jira_get_worklog is a timesheet: a search finds the issues on which somebody logged work
 * in the period, each issue brings its first work logs along, and only of those that have more the rest is asked
 * for, all at once. Days are those of the local zone; the search is a day wider, since Jira counts in the zone of the account.
 */
#include "tools/jira_worklog.h"

#include "atlassian/jql_all.h"
#include "atlassian/when.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_comment.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ISSUES = 500, MAX_AT_ONCE = 20, MAX_LOGS = 5000 };

const char *
worklog_request(struct call *c, struct site *s, const struct worklog_text *t)
{
	const char *text = NULL, *spent = NULL;
	json *visibility = json_get(t->keep, "visibility");
	int64_t at = 0;
	int result = 0;
	struct buf b;
	struct jw w;

	if ((t->time_spent != NULL && (spent = when_span(c, "The time spent", t->time_spent)) == NULL) ||
	    (t->started != NULL && when_moment(c, "The start", t->started, &at) == -1))
		return NULL;
	buf_init(&b, COMMENT_MAX * 16);
	jw_init(&w, &b);
	jw_obj(&w);
	if (spent != NULL)
		jw_str(&w, "timeSpent", spent);
	if (t->started != NULL)
		jw_str(&w, "started", when_timestamp(c->arena, at));
	if (json_get_str(visibility, "value") != NULL) {
		jw_obj_in(&w, "visibility");
		jw_str(&w, "type", json_get_str(visibility, "type"));
		jw_str(&w, "value", json_get_str(visibility, "value"));
		jw_end(&w);
	}
	if (t->comment != NULL) {
		jw_key(&w, "comment");
		result = jira_write_body(c, s, t->comment, &w);
	}
	if (result == 0) {
		jw_end(&w);
		if (buf_overflowed(&b))
			call_fail(c, ERR_TOO_LARGE, "The comment is too long.");
		else
			text = arena_strndup(c->arena, b.data, b.len);
	}
	buf_release(&b);
	return text;
}

/* The query that says what becomes of the remaining estimate. */
static char *
with_estimate(struct call *c, char *path, const char *remaining)
{
	const char *span;

	if (remaining == NULL || path == NULL)
		return path;
	span = when_span(c, "The remaining estimate", remaining);
	return span == NULL ? NULL : rest_query(c, path, "adjustEstimate", "new", "newEstimate", span, NULL);
}

/* "1h 30m on 2026-11-20 09:00" */
static const char *
log_words(struct call *c, json *one)
{
	const char *spent = json_get_str(one, "timeSpent"), *at = view_datetime(c->arena, json_get_str(one, "started"));

	return arena_printf(c->arena, "%s on %s", spent != NULL ? spent : when_hours(c->arena, json_get_int(one, "timeSpentSeconds", 0)),
	    at != NULL ? at : "?");
}

/* ---- jira_edit_worklog, jira_delete_worklog ---- */

struct edit_args {
	const char *issue_key, *worklog_id, *time_spent, *comment, *started, *remaining_estimate;
};

static const struct param edit_params[] = {
	P_STR(struct edit_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct edit_args, worklog_id, P_REQUIRED, .aliases = "worklogId,id", .doc = "Id or last"),
	P_STR(struct edit_args, time_spent, 0, .aliases = "timeSpent", .doc = NULL),
	P_STR(struct edit_args, comment, 0, .aliases = "commentBody", .max_len = COMMENT_MAX, .doc = "Markdown"),
	P_STR(struct edit_args, started, P_MORE, .doc = NULL),
	P_STR(struct edit_args, remaining_estimate, P_MORE, .doc = NULL),
	P_END
};

static const struct param delete_params[] = {
	P_STR(struct edit_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct edit_args, worklog_id, P_REQUIRED, .aliases = "worklogId,id", .doc = "Id or last"),
	P_STR(struct edit_args, remaining_estimate, 0, .doc = NULL),
	P_END
};

/* *id: a number, or "last" for the newest, which becomes its number. */
static int
read_log(struct call *c, struct site *s, const char *key, const char **id_or_word, json **ret)
{
	struct rest_req q = { .method = NULL };
	const char *id = *id_or_word;
	json *logs;

	if (str_ieq(id, "last") || str_ieq(id, "latest")) {
		q.path = rest_path(c, s, "{api}/issue/%s/worklog", key);
		if (target_read(c, s, key, &q, 1) == -1)
			return -1;
		logs = json_get(q.json, "worklogs");
		*ret = json_at(logs, json_len(logs) - 1);
		if (json_len(logs) == 0 || (*id_or_word = json_scalar(c->arena, json_get(*ret, "id"))) == NULL)
			return call_fail(c, ERR_NOT_FOUND, "No work is logged on %s.", key);
		return 0;
	}
	if (id[strspn(id, "0123456789")] != '\0') {
		call_fail(c, ERR_INPUT, "\"%.80s\" is no work log.", id);
		call_hint(c, "Give the number that jira_get_worklog shows.");
		return -1;
	}
	q.path = rest_path(c, s, "{api}/issue/%s/worklog/%s", key, id);
	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	*ret = q.json;
	return 0;
}

static int
edit_worklog(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	const char *key, *id = a->worklog_id, *old, *new;
	json *before;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	if (a->time_spent == NULL && a->comment == NULL && a->started == NULL)
		return call_fail(c, ERR_INPUT, "Nothing to change: give time_spent, started or comment.");
	if (read_log(c, s, key, &id, &before) == -1 ||
	    (w.body = worklog_request(c, s, &(struct worklog_text){ a->time_spent, a->started, a->comment, before })) == NULL)
		return -1;
	if (c->dry_run != NULL)
		out_pairf(c->out, "Work log", "%s -> %s, %s", log_words(c, before), a->time_spent != NULL ? a->time_spent : "same time",
		    a->started != NULL ? a->started : "same day");
	w.path = with_estimate(c, rest_path(c, s, "{api}/issue/%s/worklog/%s", key, id), a->remaining_estimate);
	w.target = arena_printf(c->arena, "%s worklog %s", key, id);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of work log %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (json_get_int(w.json, "timeSpentSeconds", 0) <= 0)
		return call_fail(c, ERR_IGNORED, "%s accepted the change of work log %s, but does not say how much is logged.", s->label, id);
	out_pairf(c->out, arena_printf(c->arena, "Work log %s of %s", id, key), "%s -> %s", log_words(c, before), log_words(c, w.json));
	old = jira_body_markdown(c, s, json_get(before, "comment"));
	new = jira_body_markdown(c, s, json_get(w.json, "comment"));
	if (a->comment != NULL)
		out_pairf(c->out, "Comment", "%s -> %s", target_short(c, old), target_short(c, new));
	return a->comment != NULL && new == NULL ? call_fail(c, ERR_IGNORED, "Work log %s of %s was changed, but its comment is empty.",
	    id, key) : 0;
}

static int
delete_worklog(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	const char *key, *id = a->worklog_id, *who;
	json *before;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || read_log(c, s, key, &id, &before) == -1)
		return -1;
	who = jira_user_name(json_get(before, "author"));
	if (c->dry_run != NULL)
		out_pairf(c->out, "Work log", "%s by %s -> (deleted)", log_words(c, before), who != NULL ? who : "?");
	w.path = with_estimate(c, rest_path(c, s, "{api}/issue/%s/worklog/%s", key, id), a->remaining_estimate);
	w.target = arena_printf(c->arena, "%s worklog %s", key, id);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the deletion of work log %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted work log %s of %s: %s by %s.", id, key, log_words(c, before), who != NULL ? who : "?");
	return 0;
}

TOOL(jira_edit_worklog,
	.title = "Edit work log", .doc = "Change a work log.",
	.toolset = "jira_worklog", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct edit_args, edit_params), .example = "{\"issue_key\":\"OPS-9\",\"worklog_id\":\"last\",\"time_spent\":\"2h\"}",
	.run = edit_worklog,
);

TOOL(jira_delete_worklog,
	.title = "Delete work log", .doc = "Delete a work log.",
	.toolset = "jira_worklog", .product = JIRA, .effect = DESTROYS, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct edit_args, delete_params), .example = "{\"issue_key\":\"OPS-9\",\"worklog_id\":\"last\",\"dry_run\":true}",
	.run = delete_worklog,
);

/* ---- jira_add_worklog ---- */

struct add_args {
	const char *issue_key, *time_spent, *comment, *started, *original_estimate, *remaining_estimate, *worklog_id;
};

static const struct param add_params[] = {
	P_STR(struct add_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct add_args, time_spent, P_REQUIRED, .aliases = "timeSpent", .doc = "e.g. 1h 30m"),
	P_STR(struct add_args, comment, 0, .aliases = "commentBody", .max_len = COMMENT_MAX, .doc = "Markdown"),
	P_STR(struct add_args, started, 0, .doc = "e.g. yesterday 14:30"),
	P_STR(struct add_args, remaining_estimate, P_MORE, .doc = NULL),
	P_STR(struct add_args, original_estimate, P_HIDDEN, .doc = NULL),
	P_STR(struct add_args, worklog_id, P_HIDDEN, .aliases = "worklogId", .doc = NULL),
	P_END
};

/* The write of an original estimate, which is a field of the issue. */
static int
estimate_write(struct call *c, struct site *s, const char *key, const char *estimate, struct rest_write *w)
{
	const char *span = when_span(c, "The original estimate", estimate);

	if (span == NULL)
		return -1;
	*w = (struct rest_write){ .method = "PUT", .path = rest_path(c, s, "{api}/issue/%s", key), .target = key,
		.body = arena_printf(c->arena, "{\"update\":{\"timetracking\":[{\"edit\":{\"originalEstimate\":\"%s\"}}]}}", span),
		.what = arena_printf(c->arena, "the change of %s's original estimate", key) };
	return 0;
}

static int
log_work(struct call *c, struct site *s, const char *key, struct rest_write *w)
{
	if (rest_write(c, s, w) == -1)
		return -1;
	if (json_get_int(w->json, "timeSpentSeconds", 0) <= 0)
		return call_fail(c, ERR_IGNORED, "%s accepted the work log on %s, but does not say how much was logged.", s->label, key);
	out_say(c->out, "Logged %s on %s (id %s).", log_words(c, w->json), key, json_get_str(w->json, "id") != NULL ? json_get_str(w->json, "id") : "?");
	return 0;
}

static int
add_worklog(struct call *c, const void *v)
{
	const struct add_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id" }, e = { .method = NULL };
	bool estimates = a->remaining_estimate != NULL || a->original_estimate != NULL;
	struct rest_req before = { .method = NULL };
	const char *key;
	json *after;

	if (a->worklog_id != NULL)	/* another server's tool does both */
		return edit_worklog(c, &(struct edit_args){ .issue_key = a->issue_key, .worklog_id = a->worklog_id, .time_spent = a->time_spent,
		    .comment = a->comment, .started = a->started, .remaining_estimate = a->remaining_estimate });
	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL ||
	    (w.body = worklog_request(c, s, &(struct worklog_text){ a->time_spent, a->started, a->comment, NULL })) == NULL ||
	    (w.path = with_estimate(c, rest_path(c, s, "{api}/issue/%s/worklog", key), a->remaining_estimate)) == NULL ||
	    (a->original_estimate != NULL && estimate_write(c, s, key, a->original_estimate, &e) == -1))
		return -1;
	before.path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project,timetracking", NULL);
	if (target_read(c, s, key, &before, estimates ? 1 : 0) == -1)
		return -1;
	w.target = key;
	w.what = arena_printf(c->arena, "the work log on %s", key);
	if (c->dry_run != NULL && a->original_estimate != NULL)
		rest_plan(c, &e);
	if (a->original_estimate != NULL && c->dry_run == NULL) {
		e.before = json_text(c->arena, json_get(before.json, "fields"), NULL);
		if (rest_write(c, s, &e) == -1)
			return -1;
	}
	if (log_work(c, s, key, &w) == -1) {
		if (a->original_estimate != NULL && c->dry_run == NULL)
			err_context(&c->err, "The original estimate of %s was set, but the work was not logged", key);
		return -1;
	}
	if (!estimates)
		return 0;
	if (rest_get(c, s, before.path, &after) == -1) {
		err_context(&c->err, "The work was logged on %s, but reading back its estimates failed", key);
		return -1;
	}
	if (a->original_estimate != NULL)
		out_pairf(c->out, "Original estimate", "%s -> %s", target_short(c, json_path_str(before.json, "fields.timetracking.originalEstimate")),
		    target_short(c, json_path_str(after, "fields.timetracking.originalEstimate")));
	out_pairf(c->out, "Remaining estimate", "%s -> %s", target_short(c, json_path_str(before.json, "fields.timetracking.remainingEstimate")),
	    target_short(c, json_path_str(after, "fields.timetracking.remainingEstimate")));
	return 0;
}

TOOL(jira_add_worklog,
	.title = "Log work", .doc = "Log time spent on an issue.",
	.toolset = "jira_worklog", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct add_args, add_params),
	.example = "{\"issue_key\":\"OPS-7\",\"time_spent\":\"1h 30m\",\"started\":\"2026-11-20 09:00\",\"comment\":\"Traced the leak\"}",
	.run = add_worklog,
);

/* ---- jira_get_worklog ---- */

struct get_args {
	const char *issue_key, *user, *from, *to, *project_key;
};

static const struct param get_params[] = {
	P_STR(struct get_args, issue_key, 0, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct get_args, user, 0, .aliases = "author,user_identifier", .doc = "Default, without an issue: me"),
	P_STR(struct get_args, from, 0, .aliases = "since,start_date", .doc = "e.g. last week, -7d, 2026-11-02"),
	P_STR(struct get_args, to, 0, .aliases = "until,end_date", .doc = NULL),
	P_STR(struct get_args, project_key, P_MORE, .aliases = "project", .doc = NULL),
	P_END
};

struct entry {
	const char *issue, *summary, *day;
	json *log;
	int64_t at, seconds;
};

struct sheet {
	struct entry *list;
	size_t count;
	int64_t from, to;	/* to 0: any time */
	const char *user;	/* id; NULL: anybody */
	bool cut;
};

static void
take_logs(struct call *c, const struct site *s, struct sheet *t, json *logs, const char *issue, const char *summary)
{
	for (struct json_iter it = json_iter(logs); json_next(&it);) {
		const char *who = json_scalar(c->arena, json_path(it.value, arena_printf(c->arena, "author.%s", s->dialect->user_id)));
		int64_t at;

		if (clock_parse(json_get_str(it.value, "started"), &at) == -1 || (t->user != NULL && !str_eq(who, t->user)) ||
		    (t->to != 0 && (at < t->from || at >= t->to)))
			continue;
		if (t->count == MAX_LOGS) {
			t->cut = true;
			return;
		}
		t->list[t->count++] = (struct entry){ .issue = issue, .summary = summary, .day = clock_date(c->arena, at), .log = it.value,
			.at = at, .seconds = json_get_int(it.value, "timeSpentSeconds", 0) };
	}
}

/* Cloud can leave out what lies outside of the period; it counts from the milliseconds. */
static char *
logs_path(struct call *c, const struct site *s, const struct sheet *t, const char *key)
{
	char *path = rest_path(c, s, "{api}/issue/%s/worklog", key);

	if (!site_is_cloud(s) || t->to == 0)
		return path;
	return rest_query(c, path, "startedAfter", arena_printf(c->arena, "%lld", (long long)t->from - 1), "startedBefore",
	    arena_printf(c->arena, "%lld", (long long)t->to), NULL);
}

/* The issues that have more work logs than came along with the search. */
static int
take_rest(struct call *c, struct site *s, struct sheet *t, json **issue, size_t n)
{
	for (size_t done = 0; done < n;) {
		struct rest_req q[MAX_AT_ONCE];
		size_t some = n - done < LEN(q) ? n - done : LEN(q);

		for (size_t i = 0; i < some; i++)
			q[i] = (struct rest_req){ .path = logs_path(c, s, t, json_get_str(issue[done + i], "key")) };
		if (rest_all(c, s, q, some) == -1)
			return -1;
		for (size_t i = 0; i < some; i++)
			take_logs(c, s, t, json_get(q[i].json, "worklogs"), json_get_str(issue[done + i], "key"),
			    json_path_str(issue[done + i], "fields.summary"));
		done += some;
	}
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static int
by_issue(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->issue, y->issue);

	return order != 0 ? order : by_time(a, b);
}

/* The time on the issue of entry i over its day; -1 when an earlier entry of the day has told it. */
static int64_t
on_issue(const struct sheet *t, size_t first, size_t i)
{
	int64_t sum = 0;

	for (size_t k = first; k < t->count && str_eq(t->list[k].day, t->list[i].day); k++) {
		if (!str_eq(t->list[k].issue, t->list[i].issue))
			continue;
		if (k < i)
			return -1;
		sum += t->list[k].seconds;
	}
	return sum;
}

/* One row a day: its sum and what it is made of. */
static void
show_days(struct call *c, const struct sheet *t)
{
	struct buf parts;

	out_table(c->out, "days", "Day", "Time", "Issues", NULL);
	buf_init(&parts, 64 * 1024);
	for (size_t i = 0; i < t->count;) {
		const char *day = t->list[i].day;
		size_t first = i;
		int64_t sum = 0;

		buf_reset(&parts);
		for (; i < t->count && str_eq(t->list[i].day, day); i++) {
			int64_t part = on_issue(t, first, i);

			if (part >= 0)
				buf_addf(&parts, "%s%s %s", parts.len > 0 ? ", " : "", t->list[i].issue, when_hours(c->arena, part));
			sum += t->list[i].seconds;
		}
		out_row(c->out, day, when_hours(c->arena, sum), arena_strdup(c->arena, parts.data));
	}
	buf_release(&parts);
}

static void
show_issues(struct call *c, struct sheet *t)
{
	qsort(t->list, t->count, sizeof(*t->list), by_issue);
	out_table(c->out, "issues", "Issue", "Time", "Summary", NULL);
	for (size_t i = 0; i < t->count;) {
		const struct entry *first = &t->list[i];
		int64_t sum = 0;

		while (i < t->count && str_eq(t->list[i].issue, first->issue))
			sum += t->list[i++].seconds;
		out_row(c->out, first->issue, when_hours(c->arena, sum), first->summary);
	}
}

static int64_t
total_of(const struct sheet *t)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t->count; i++)
		sum += t->list[i].seconds;
	return sum;
}

static int
timesheet(struct call *c, struct site *s, const struct get_args *a, struct sheet *t)
{
	const char *project = a->project_key == NULL ? "" : arena_printf(c->arena, "project = %s AND ", jql_quoted(c->arena, a->project_key));
	struct jql_found found;
	json **rest;
	size_t n = 0;

	if (jql_all(c, s, arena_printf(c->arena, "%sworklogAuthor = %s AND worklogDate >= \"%s\" AND worklogDate <= \"%s\" ORDER BY key", project,
	    jql_quoted(c->arena, t->user), clock_date(c->arena, clock_midnight(t->from, -1)), clock_date(c->arena, t->to)),
	    "summary,worklog", MAX_ISSUES, &found) == -1)
		return -1;
	rest = arena_array(c->arena, found.count, sizeof(*rest));
	for (size_t i = 0; i < found.count; i++) {
		json *one = found.issue[i], *logs = json_path(one, "fields.worklog.worklogs");

		if (json_int(json_path(one, "fields.worklog.total"), 0) > (int64_t)json_len(logs))
			rest[n++] = one;
		else
			take_logs(c, s, t, logs, json_get_str(one, "key"), json_path_str(one, "fields.summary"));
	}
	if (take_rest(c, s, t, rest, n) == -1)
		return -1;
	qsort(t->list, t->count, sizeof(*t->list), by_time);
	out_say(c->out, "%s logged by %s from %s to %s%s.", when_hours(c->arena, total_of(t)), a->user != NULL ? a->user : "me",
	    clock_date(c->arena, t->from), clock_date(c->arena, t->to - 1), found.more || t->cut ? "; there is more than can be added up here, take a shorter period" : "");
	if (t->count == 0)
		return 0;
	show_days(c, t);
	show_issues(c, t);
	return 0;
}

static int
logs_of_issue(struct call *c, struct site *s, const char *key, struct sheet *t)
{
	struct rest_req q = { .path = logs_path(c, s, t, key) };

	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	take_logs(c, s, t, json_get(q.json, "worklogs"), key, NULL);
	if (t->count == 0) {
		out_say(c->out, "No work is logged on %s%s.", key, t->user != NULL || t->to != 0 ? " by them or in this time" : "");
		return 0;
	}
	qsort(t->list, t->count, sizeof(*t->list), by_time);
	out_say(c->out, "%s logged on %s.", when_hours(c->arena, total_of(t)), key);
	out_table(c->out, "worklogs", "Id", "Started", "Time", "Author", "Comment", NULL);
	for (size_t i = 0; i < t->count; i++) {
		json *one = t->list[i].log;

		out_row(c->out, json_scalar(c->arena, json_get(one, "id")), view_datetime(c->arena, json_get_str(one, "started")),
		    json_get_str(one, "timeSpent"), jira_user_name(json_get(one, "author")), jira_body_markdown(c, s, json_get(one, "comment")));
	}
	return 0;
}

static int
get_worklog(struct call *c, const void *v)
{
	const struct get_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct sheet t = { .list = arena_array(c->arena, MAX_LOGS, sizeof(*t.list)) };
	const char *key = NULL, *user = a->user != NULL ? a->user : a->issue_key == NULL ? "me" : NULL;

	if (s == NULL || (a->issue_key != NULL && (key = target_key(c, s, a->issue_key)) == NULL))
		return -1;
	if (a->to != NULL && a->from == NULL)
		return call_fail(c, ERR_INPUT, "to needs from.");
	if ((key == NULL || a->from != NULL) && when_days(c, a->from != NULL ? a->from : "this week", a->to, &t.from, &t.to) == -1)
		return -1;
	if (user != NULL && jira_user(c, s, user, &t.user) == -1)
		return -1;
	return key != NULL ? logs_of_issue(c, s, key, &t) : timesheet(c, s, a, &t);
}

TOOL(jira_get_worklog,
	.title = "Get work logs", .doc = "Work logged on an issue, or by somebody in a period (timesheet).",
	.toolset = "jira_worklog", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct get_args, get_params), .example = "{\"user\":\"me\",\"from\":\"2026-11-16\",\"to\":\"2026-11-22\"}",
	.run = get_worklog,
);
