/*
 * Comments and work logs of an issue. Comments are told oldest first unless
 * ?orderBy=-created says otherwise. A person changes only what they wrote, but the
 * main account may change everything.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

#include <string.h>

enum { COMMENT_PAGE = 100 };

void
sb_list_comments(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *order = sb_arg(rq, "orderBy");
	bool newest_first = order != NULL && str_eq(order, "-created");
	struct sb_page p;

	if (issue == NULL)
		return;
	if (order != NULL && !newest_first && !str_eq(order, "created") && !str_eq(order, "+created")) {
		sb_fail(rq, 400, "Invalid value '%s' for parameter 'orderBy'.", order);
		return;
	}
	/* Data Center gives all comments unless told otherwise. */
	p = sb_page(rq, rq->site->dc ? SB_MAX_COMMENTS : COMMENT_PAGE, rq->site->dc ? SB_MAX_COMMENTS : COMMENT_PAGE,
	    issue->comment_count);
	if (rq->site->dc && sb_arg(rq, "maxResults") == NULL)
		p.max = (int64_t)issue->comment_count;
	jw_obj(&rq->w);
	sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "comments");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_comment(rq, issue, &issue->comment[newest_first ? issue->comment_count - 1 - i : i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static struct sb_comment *
segment_comment(struct sb_rq *rq, struct sb_issue *issue)
{
	int64_t id = 0;

	if (str_int(rq->segment[1], 0, INT64_MAX, &id) == 0)
		for (size_t i = 0; i < issue->comment_count; i++)
			if (issue->comment[i].id == id)
				return &issue->comment[i];
	sb_fail(rq, 404, "Can not find a comment for the id: %s.", rq->segment[1]);
	return NULL;
}

static bool
may_change(struct sb_rq *rq, int author, const char *what)
{
	if (rq->me == author || rq->me == SB_ME)
		return true;
	sb_fail(
	    rq, rq->site->dc ? 403 : 400, "%s, you do not have the permission to %s.", sb_people[rq->me].display, what);
	return false;
}

void
sb_get_comment(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const struct sb_comment *c = issue != NULL ? segment_comment(rq, issue) : NULL;

	if (c != NULL)
		sb_put_comment(rq, issue, c);
}

static bool
take_visibility(struct sb_rq *rq, const char **ret_type, const char **ret_value)
{
	json *v = json_get(rq->body, "visibility");
	const char *type = json_get_str(v, "type"), *value = json_get_str(v, "value");

	if (v == NULL || json_is_null(v))
		return true;
	if (type == NULL || value == NULL || (!str_eq(type, "role") && !str_eq(type, "group"))) {
		sb_refuse(rq, "visibility", "Visibility needs a type, 'role' or 'group', and a value.");
		return false;
	}
	*ret_type = arena_strdup(rq->site->arena, type);
	*ret_value = arena_strdup(rq->site->arena, value);
	return true;
}

static const char *
take_body(struct sb_rq *rq)
{
	json *body = json_get(rq->body, "body");
	const char *text;

	if (body == NULL || (json_str(body) != NULL && str_blank(json_str(body)))) {
		sb_refuse(rq, "comment", "Comment body can not be empty!");
		return NULL;
	}
	text = sb_take_doc(rq, "comment", body);
	if (text != NULL && rq->adf && json_len(json_get(body, "content")) == 0) {
		sb_refuse(rq, "comment", "Comment body can not be empty!");
		return NULL;
	}
	return text;
}

void
sb_add_comment(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *body, *type = NULL, *value = NULL;
	struct sb_comment *c;

	if (issue == NULL || !sb_need_body(rq) || (body = take_body(rq)) == NULL || !take_visibility(rq, &type, &value))
		return;
	if (issue->comment_count >= SB_MAX_COMMENTS) {
		sb_fail(rq, 413, "The issue has reached its limit of comments.");
		return;
	}
	c = sb_comment_add(rq->site, issue, rq->me, body);
	c->visibility_type = type;
	c->visibility_value = value;
	issue->value[F_UPDATED] = sb_one_id(rq->site, c->created_ms);
	rq->status = 201;
	sb_put_comment(rq, issue, c);
}

void
sb_edit_comment(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_comment *c = issue != NULL ? segment_comment(rq, issue) : NULL;
	const char *body, *type = NULL, *value = NULL;

	if (c == NULL || !sb_need_body(rq) || !may_change(rq, c->author, "edit this comment") ||
	    (body = take_body(rq)) == NULL || !take_visibility(rq, &type, &value))
		return;
	c->body = body;
	c->update_author = rq->me;
	c->updated_ms = sb_now(rq->site);
	if (type != NULL) {
		c->visibility_type = type;
		c->visibility_value = value;
	}
	issue->value[F_UPDATED] = sb_one_id(rq->site, c->updated_ms);
	sb_put_comment(rq, issue, c);
}

void
sb_delete_comment(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_comment *c = issue != NULL ? segment_comment(rq, issue) : NULL;
	size_t at;

	if (c == NULL || !may_change(rq, c->author, "delete this comment"))
		return;
	at = (size_t)(c - issue->comment);
	memmove(c, c + 1, (issue->comment_count - at - 1) * sizeof *c);
	issue->comment_count--;
	issue->value[F_UPDATED] = sb_one_id(rq->site, sb_now(rq->site));
	rq->status = 204;
}

void
sb_list_worklogs(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_page p;

	if (issue == NULL)
		return;
	p = sb_page(rq, SB_MAX_COMMENTS, SB_MAX_COMMENTS, issue->worklog_count);
	if (rq->site->dc)
		p = (struct sb_page){ 0, (int64_t)issue->worklog_count, (int64_t)issue->worklog_count };
	jw_obj(&rq->w);
	sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "worklogs");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_worklog(rq, issue, &issue->worklog[i]);
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

/* "1d 4h 30m" in seconds; a day has eight hours, a week five days. -1: not a time. */
static int64_t
take_span(const char *s)
{
	int64_t sum = 0;

	while (*s != '\0') {
		int64_t n = 0;

		if (*s == ' ') {
			s++;
			continue;
		}
		if (*s < '0' || *s > '9')
			return -1;
		while (*s >= '0' && *s <= '9' && n < 100000)
			n = n * 10 + (*s++ - '0');
		switch (*s) {
		case 'w': sum += n * 5 * 8 * 3600; break;
		case 'd': sum += n * 8 * 3600; break;
		case 'h': sum += n * 3600; break;
		case 'm': sum += n * 60; break;
		default: return -1;
		}
		s++;
	}
	return sum;
}

void
sb_add_worklog(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *spent, *started, *comment = NULL;
	int64_t seconds, at = sb_now(rq->site);
	struct sb_worklog *l;

	if (issue == NULL || !sb_need_body(rq))
		return;
	spent = json_get_str(rq->body, "timeSpent");
	seconds = spent != NULL ? take_span(spent) : json_get_int(rq->body, "timeSpentSeconds", 0);
	started = json_get_str(rq->body, "started");
	if (seconds <= 0)
		sb_refuse(rq, "timeLogged", "Invalid time duration entered.");
	if (started != NULL && clock_parse(started, &at) == -1)
		sb_refuse(rq, "startDate", "'%s' is not a date.", started);
	if (json_get(rq->body, "comment") != NULL)
		comment = sb_take_doc(rq, "comment", json_get(rq->body, "comment"));
	if (rq->failed)
		return;
	l = sb_worklog_add(rq->site, issue, rq->me, seconds);
	l->started_ms = at;
	l->comment = comment;
	issue->value[F_UPDATED] = sb_one_id(rq->site, l->created_ms);
	rq->status = 201;
	sb_put_worklog(rq, issue, l);
}

void
sb_delete_worklog(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_worklog *l = issue != NULL ? segment_worklog(rq, issue) : NULL;
	size_t at;

	if (l == NULL || !may_change(rq, l->author, "delete this worklog"))
		return;
	at = (size_t)(l - issue->worklog);
	memmove(l, l + 1, (issue->worklog_count - at - 1) * sizeof *l);
	issue->worklog_count--;
	rq->status = 204;
}
