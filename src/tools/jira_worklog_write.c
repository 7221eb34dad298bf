/*
 * Writing work logs. The answer of the write itself says what is logged; estimates are read before and after. What was asked
 * for and is not so afterwards is an error.
 */
#include "tools/jira_worklog.h"

#include "atlassian/when.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_comment.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <string.h>

enum { SAME_MS = 60 * 1000 };

const char *
worklog_request(struct call *c, struct site *s, const struct worklog_text *t)
{
	const char *spent = NULL;
	json *visibility = json_get(t->keep, "visibility");
	int64_t at = 0;
	struct body b;
	struct jw *w;

	if ((t->time_spent != NULL && (spent = when_span(c, "The time spent", t->time_spent)) == NULL) ||
	    (t->started != NULL && when_moment(c, "The start", t->started, &at) == -1))
		return NULL;
	w = body_begin(&b);
	if (spent != NULL)
		jw_str(w, "timeSpent", spent);
	if (t->started != NULL)
		jw_str(w, "started", when_timestamp(c->arena, at));
	if (json_get_str(visibility, "value") != NULL) {
		jw_obj_in(w, "visibility");
		jw_str(w, "type", json_get_str(visibility, "type"));
		jw_str(w, "value", json_get_str(visibility, "value"));
		jw_end(w);
	}
	if (t->comment != NULL) {
		jw_key(w, "comment");
		if (jira_write_body(c, s, t->comment, w) == -1)
			return body_drop(&b);
	}
	return body_end(c, &b);
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

const char *
worklog_not_so(struct call *c, struct site *s, const struct worklog_text *t, json *log)
{
	const char *wrong = NULL, *spent = json_get_str(log, "timeSpent"), *started = json_get_str(log, "started");
	const char *span = t->time_spent == NULL ? NULL : when_span(c, "The time spent", t->time_spent);
	int64_t at = 0, is;

	if (span != NULL && !when_same_span(span, spent, json_get_int(log, "timeSpentSeconds", -1)))
		wrong = arena_printf(c->arena, "the time spent (it is %s)", target_short(c, spent));
	if (t->started != NULL && when_moment(c, "The start", t->started, &at) == 0 &&
	    (clock_parse(started, &is) == -1 || is - at > SAME_MS || at - is > SAME_MS))
		wrong = arena_printf(c->arena, "%s%sthe start (it is %s)", wrong != NULL ? wrong : "", wrong != NULL ? ", " : "",
		    target_short(c, view_datetime(c->arena, started)));
	if (t->comment != NULL && str_blank(t->comment) != str_blank(jira_body_markdown(c, s, json_get(log, "comment"))))
		wrong = arena_printf(c->arena, "%s%sthe comment (it is %s)", wrong != NULL ? wrong : "", wrong != NULL ? ", " : "",
		    str_blank(t->comment) ? target_short(c, jira_body_markdown(c, s, json_get(log, "comment"))) : "empty");
	return wrong;
}

/* ---- estimates ---- */

struct estimates {
	const char *original, *remaining;	/* asked for; NULL: not */
	char *path;				/* of the issue with its estimates */
	json *before;
};

static char *
estimates_path(struct call *c, struct site *s, const char *key)
{
	return rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project,timetracking", NULL);
}

static const struct {
	const char *label, *text, *seconds;
} estimate_rows[] = {
	{ "Original estimate", "fields.timetracking.originalEstimate", "fields.timetracking.originalEstimateSeconds" },
	{ "Remaining estimate", "fields.timetracking.remainingEstimate", "fields.timetracking.remainingEstimateSeconds" },
};

/* "before -> after"; in a dry run what is asked for. Logging changes the remaining estimate, asked for or not. */
static int
report_estimates(struct call *c, struct site *s, const struct estimates *e, const char *done)
{
	const char *wrong = NULL, *asked[] = { e->original, e->remaining };
	json *after = NULL;

	if (e->original == NULL && e->remaining == NULL)
		return 0;
	if (c->dry_run == NULL && rest_get(c, s, e->path, &after) == -1) {
		err_context(&c->err, "%s, but reading back the estimates failed", done);
		return -1;
	}
	for (size_t i = 0; i < LEN(estimate_rows); i++) {
		const char *was = json_path_str(e->before, estimate_rows[i].text), *is = json_path_str(after, estimate_rows[i].text), *span;

		if (asked[i] == NULL && (c->dry_run != NULL || i == 0))
			continue;
		out_pairf(c->out, estimate_rows[i].label, "%s -> %s", target_short(c, was), c->dry_run != NULL ? asked[i] : target_short(c, is));
		if (asked[i] == NULL || c->dry_run != NULL)
			continue;
		span = when_span(c, estimate_rows[i].label, asked[i]);
		if (span != NULL && !when_same_span(span, is, json_int(json_path(after, estimate_rows[i].seconds), -1)))
			wrong = arena_printf(c->arena, "%s%s%s (it is %s)", wrong != NULL ? wrong : "", wrong != NULL ? ", " : "",
			    estimate_rows[i].label, target_short(c, is));
	}
	if (wrong == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "%s, but Jira did not take over: %s.", done, wrong);
	call_hint(c, "Do not repeat the whole call; jira_update_issue sets estimates.");
	return -1;
}

/* ---- jira_edit_worklog, jira_delete_worklog ---- */

struct edit_args {
	const char *issue_key, *worklog_id, *time_spent, *comment, *started, *remaining_estimate;
};

static const struct param edit_params[] = {
	P_STR(struct edit_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct edit_args, worklog_id, P_REQUIRED, .aliases = "worklogId,id", .doc = "Id or last"),
	P_STR(struct edit_args, time_spent, 0, .aliases = "timeSpent", .doc = NULL),
	P_STR(struct edit_args, comment, P_CLEAR, .aliases = "commentBody", .max_len = COMMENT_MAX, .doc = "Markdown; none clears"),
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

/* The estimates as they are, when one is to be set. */
static int
read_estimates(struct call *c, struct site *s, const char *key, struct estimates *e)
{
	e->path = estimates_path(c, s, key);
	return e->remaining == NULL ? 0 : rest_get(c, s, e->path, &e->before);
}

/* What a dry run says before the request. */
static void
announce_edit(struct call *c, struct site *s, const struct edit_args *a, json *before)
{
	if (c->dry_run == NULL)
		return;
	out_pairf(c->out, "Work log", "%s -> %s, %s", log_words(c, before), a->time_spent != NULL ? a->time_spent : "same time",
	    a->started != NULL ? a->started : "same day");
	if (a->comment != NULL)
		out_pairf(c->out, "Comment", "%s -> %s", target_short(c, jira_body_markdown(c, s, json_get(before, "comment"))),
		    target_short(c, a->comment));
}

static int
edit_worklog(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	const struct worklog_text text = { a->time_spent, a->started, a->comment, NULL };
	struct estimates e = { .remaining = a->remaining_estimate };
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	const char *key, *id = a->worklog_id, *wrong, *done;
	json *before;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	if (a->time_spent == NULL && a->comment == NULL && a->started == NULL)
		return call_fail(c, ERR_INPUT, "Nothing to change: give time_spent, started or comment.");
	if (read_log(c, s, key, &id, &before) == -1 ||
	    (w.body = worklog_request(c, s, &(struct worklog_text){ a->time_spent, a->started, a->comment, before })) == NULL ||
	    (w.path = with_estimate(c, rest_path(c, s, "{api}/issue/%s/worklog/%s", key, id), a->remaining_estimate)) == NULL ||
	    read_estimates(c, s, key, &e) == -1)
		return -1;
	announce_edit(c, s, a, before);
	if (c->dry_run != NULL && report_estimates(c, s, &e, NULL) == -1)
		return -1;
	w.target = arena_printf(c->arena, "%s worklog %s", key, id);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of work log %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (json_get_int(w.json, "timeSpentSeconds", 0) <= 0)
		return call_fail(c, ERR_IGNORED, "%s accepted the change of work log %s, but does not say how much is logged.", s->label, id);
	done = arena_printf(c->arena, "Work log %s of %s was changed", id, key);
	out_pairf(c->out, arena_printf(c->arena, "Work log %s of %s", id, key), "%s -> %s", log_words(c, before), log_words(c, w.json));
	if (a->comment != NULL)
		out_pairf(c->out, "Comment", "%s -> %s", target_short(c, jira_body_markdown(c, s, json_get(before, "comment"))),
		    target_short(c, jira_body_markdown(c, s, json_get(w.json, "comment"))));
	wrong = worklog_not_so(c, s, &text, w.json);
	if (wrong != NULL)
		return call_fail(c, ERR_IGNORED, "%s, but Jira did not take over: %s.", done, wrong);
	wrong = comment_exposed(c, comment_visibility(c, json_get(before, "visibility")), json_get(w.json, "visibility"));
	if (wrong != NULL)
		return call_fail(c, ERR_IGNORED, "%s, but %s.", done, wrong);
	return report_estimates(c, s, &e, done);
}

static int
delete_worklog(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	struct estimates e = { .remaining = a->remaining_estimate };
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	const char *key, *id = a->worklog_id, *who;
	json *before;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || read_log(c, s, key, &id, &before) == -1 ||
	    (w.path = with_estimate(c, rest_path(c, s, "{api}/issue/%s/worklog/%s", key, id), a->remaining_estimate)) == NULL ||
	    read_estimates(c, s, key, &e) == -1)
		return -1;
	who = jira_user_name(json_get(before, "author"));
	if (c->dry_run != NULL)
		out_pairf(c->out, "Work log", "%s by %s -> (deleted)", log_words(c, before), who != NULL ? who : "?");
	if (c->dry_run != NULL && report_estimates(c, s, &e, NULL) == -1)
		return -1;
	w.target = arena_printf(c->arena, "%s worklog %s", key, id);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the deletion of work log %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted work log %s of %s: %s by %s.", id, key, log_words(c, before), who != NULL ? who : "?");
	return report_estimates(c, s, &e, arena_printf(c->arena, "Work log %s of %s was deleted", id, key));
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

/* What a dry run says before the requests. */
static int
plan_log(struct call *c, struct site *s, const struct add_args *a, const char *key, const struct estimates *e, const struct rest_write *first,
    const struct rest_write *log)
{
	out_say(c->out, "To be logged on %s:", key);
	out_pairf(c->out, "Work log", "%s, %s", a->time_spent, a->started != NULL ? a->started : "now");
	if (a->comment != NULL)
		out_pair(c->out, "Comment", target_short(c, a->comment));
	if (report_estimates(c, s, e, NULL) == -1)
		return -1;
	if (first->body != NULL)
		rest_plan(c, first);
	rest_plan(c, log);
	return rest_planned(c);
}

static int
log_work(struct call *c, struct site *s, const struct add_args *a, const char *key, struct rest_write *w)
{
	const char *id, *wrong;

	if (rest_write(c, s, w) == -1) {
		if (a->original_estimate != NULL)
			err_context(&c->err, "The original estimate of %s was set, but the work was not logged", key);
		return -1;
	}
	if (json_get_int(w->json, "timeSpentSeconds", 0) <= 0)
		return call_fail(c, ERR_IGNORED, "%s accepted the work log on %s, but does not say how much was logged.", s->label, key);
	id = json_get_str(w->json, "id");
	out_say(c->out, "Logged %s on %s (id %s).", log_words(c, w->json), key, id != NULL ? id : "?");
	wrong = worklog_not_so(c, s, &(struct worklog_text){ a->time_spent, a->started, a->comment, NULL }, w->json);
	if (wrong == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "Work was logged on %s (id %s), but Jira did not take over: %s.", key, id != NULL ? id : "?", wrong);
	call_hint(c, "Do not log it again; jira_edit_worklog changes it.");
	return -1;
}

static int
add_worklog(struct call *c, const void *v)
{
	const struct add_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id" }, first = { .method = NULL };
	struct estimates e = { .original = a->original_estimate, .remaining = a->remaining_estimate };
	struct rest_req before = { .method = NULL };
	const char *key;

	if (a->worklog_id != NULL && a->original_estimate != NULL) {
		call_fail(c, ERR_INPUT, "original_estimate does not go with worklog_id.");
		call_hint(c, "Set the issue's original estimate with jira_update_issue.");
		return -1;
	}
	if (a->worklog_id != NULL)	/* another server's tool does both */
		return edit_worklog(c, &(struct edit_args){ .issue_key = a->issue_key, .worklog_id = a->worklog_id, .time_spent = a->time_spent,
		    .comment = a->comment, .started = a->started, .remaining_estimate = a->remaining_estimate });
	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL ||
	    (w.body = worklog_request(c, s, &(struct worklog_text){ a->time_spent, a->started, a->comment, NULL })) == NULL ||
	    (w.path = with_estimate(c, rest_path(c, s, "{api}/issue/%s/worklog", key), a->remaining_estimate)) == NULL ||
	    (a->original_estimate != NULL && estimate_write(c, s, key, a->original_estimate, &first) == -1))
		return -1;
	before.path = e.path = estimates_path(c, s, key);
	if (target_read(c, s, key, &before, e.original != NULL || e.remaining != NULL ? 1 : 0) == -1)
		return -1;
	e.before = before.json;
	w.target = key;
	w.what = arena_printf(c->arena, "the work log on %s", key);
	if (c->dry_run != NULL)
		return plan_log(c, s, a, key, &e, &first, &w);
	first.before = json_text(c->arena, json_get(before.json, "fields"), NULL);
	if (a->original_estimate != NULL && rest_write(c, s, &first) == -1)
		return -1;
	if (log_work(c, s, a, key, &w) == -1)
		return -1;
	return report_estimates(c, s, &e, arena_printf(c->arena, "The work was logged on %s", key));
}

TOOL(jira_add_worklog,
	.title = "Log work", .doc = "Log time spent on an issue.",
	.toolset = "jira_worklog", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct add_args, add_params),
	.example = "{\"issue_key\":\"OPS-7\",\"time_spent\":\"1h 30m\",\"started\":\"2026-11-20 09:00\",\"comment\":\"Traced the leak\"}",
	.run = add_worklog,
);
