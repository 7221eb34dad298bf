/*
 * Work logs of an issue, oldest first, and what they do to its remaining estimate. A person changes only what they wrote,
 * but the main account may change everything.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

#include <string.h>

/* A parameter in milliseconds; absent leaves *ret alone. */
static bool
take_moment(struct sb_rq *rq, const char *name, int64_t *ret)
{
	const char *text = sb_arg(rq, name);

	if (text == NULL || str_int(text, 0, INT64_MAX, ret) == 0)
		return true;
	sb_fail(rq, 404, "'%s' is no number of milliseconds.", text);
	return false;
}

void
sb_list_worklogs(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	const struct sb_worklog **fit;
	int64_t after = 0, before = INT64_MAX;
	struct sb_page p;
	size_t n = 0;

	if (issue == NULL)
		return;
	/* Data Center knows no parameters here. */
	if (!rq->site->dc && (!take_moment(rq, "startedAfter", &after) || !take_moment(rq, "startedBefore", &before)))
		return;
	fit = arena_array(rq->arena, issue->worklog_count, sizeof(*fit));
	for (size_t i = 0; i < issue->worklog_count; i++)
		if (issue->worklog[i].started_ms > after && issue->worklog[i].started_ms < before)
			fit[n++] = &issue->worklog[i];
	p = rq->site->dc ? (struct sb_page){ 0, (int64_t)n, (int64_t)n } : sb_page(rq, SB_MAX_COMMENTS, SB_MAX_COMMENTS, n);
	jw_obj(&rq->w);
	sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "worklogs");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_worklog(rq, issue, fit[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static struct sb_worklog *
segment_worklog(struct sb_rq *rq, struct sb_issue *issue)
{
	int64_t id = 0;

	if (str_int(rq->segment[1], 0, INT64_MAX, &id) == 0)
		for (size_t i = 0; i < issue->worklog_count; i++)
			if (issue->worklog[i].id == id)
				return &issue->worklog[i];
	sb_fail(rq, 404, "Cannot find worklog with id: '%s'.", rq->segment[1]);
	return NULL;
}

void
sb_get_worklog(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const struct sb_worklog *l = issue != NULL ? segment_worklog(rq, issue) : NULL;

	if (l != NULL)
		sb_put_worklog(rq, issue, l);
}

/* What becomes of the remaining estimate when so much more (or less) is logged. by: the parameter of "manual". */
static bool
adjust(struct sb_rq *rq, struct sb_issue *issue, int64_t more, const char *by)
{
	const char *how = sb_arg(rq, "adjustEstimate"), *wanted = sb_arg(rq, "newEstimate"), *amount = by != NULL ? sb_arg(rq, by) : NULL;
	int64_t left = sb_seconds_left(issue), seconds;

	if (how == NULL || str_eq(how, "auto")) {
		if (issue->left_seconds >= 0)
			issue->left_seconds = left > more ? left - more : 0;
		return true;
	}
	if (str_eq(how, "leave")) {
		issue->left_seconds = left;
		return true;
	}
	seconds = str_eq(how, "new") && wanted != NULL ? sb_take_span(wanted) : str_eq(how, "manual") && amount != NULL ? sb_take_span(amount) : -1;
	if (seconds < 0) {
		sb_refuse(rq, "adjustEstimate", "Invalid time tracking value.");
		return false;
	}
	if (str_eq(how, "new"))
		issue->left_seconds = seconds;
	else
		issue->left_seconds = more < 0 ? left + seconds : left > seconds ? left - seconds : 0;
	return true;
}

struct log_draft {
	int64_t seconds, started;	/* -1: not given */
	const char *comment;
};

/* What a body says; faults are on the request. */
static bool
take_log(struct sb_rq *rq, struct log_draft *d)
{
	const char *spent = json_get_str(rq->body, "timeSpent"), *started = json_get_str(rq->body, "started");

	*d = (struct log_draft){ -1, -1, NULL };
	if (spent != NULL || json_get(rq->body, "timeSpentSeconds") != NULL) {
		d->seconds = spent != NULL ? sb_take_span(spent) : json_get_int(rq->body, "timeSpentSeconds", 0);
		if (d->seconds <= 0)
			sb_refuse(rq, "timeLogged", "Invalid time duration entered.");
	}
	if (started != NULL && clock_parse(started, &d->started) == -1)
		sb_refuse(rq, "startDate", "'%s' is not a date.", started);
	if (json_get(rq->body, "comment") != NULL)
		d->comment = sb_take_doc(rq, "comment", json_get(rq->body, "comment"));
	return !rq->failed;
}

void
sb_add_worklog(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct log_draft d;
	struct sb_worklog *l;

	if (issue == NULL || !sb_need_body(rq) || !take_log(rq, &d))
		return;
	if (d.seconds < 0) {
		sb_refuse(rq, "timeLogged", "You must indicate the time spent working.");
		return;
	}
	if (!adjust(rq, issue, d.seconds, "reduceBy"))
		return;
	l = sb_worklog_add(rq->site, issue, rq->me, d.seconds);
	l->started_ms = d.started >= 0 ? d.started : sb_now(rq->site);
	l->comment = d.comment;
	issue->value[F_UPDATED] = sb_one_id(rq->site, l->created_ms);
	rq->status = 201;
	sb_put_worklog(rq, issue, l);
}

void
sb_edit_worklog(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_worklog *l = issue != NULL ? segment_worklog(rq, issue) : NULL;
	struct log_draft d;

	if (l == NULL || !sb_need_body(rq) || !sb_may_change(rq, l->author, "edit this worklog") || !take_log(rq, &d) ||
	    !adjust(rq, issue, d.seconds >= 0 ? d.seconds - l->seconds : 0, NULL))
		return;
	if (d.seconds >= 0)
		l->seconds = d.seconds;
	if (d.started >= 0)
		l->started_ms = d.started;
	if (d.comment != NULL)
		l->comment = d.comment;
	l->updated_ms = sb_now(rq->site);
	issue->value[F_UPDATED] = sb_one_id(rq->site, l->updated_ms);
	sb_put_worklog(rq, issue, l);
}

void
sb_delete_worklog(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_worklog *l = issue != NULL ? segment_worklog(rq, issue) : NULL;
	size_t at;

	if (l == NULL || !sb_may_change(rq, l->author, "delete this worklog") || !adjust(rq, issue, -l->seconds, "increaseBy"))
		return;
	at = (size_t)(l - issue->worklog);
	memmove(l, l + 1, (issue->worklog_count - at - 1) * sizeof *l);
	issue->worklog_count--;
	rq->status = 204;
}
