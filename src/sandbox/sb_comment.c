/*
 * Comments of an issue, told oldest first unless ?orderBy=-created says otherwise. A person changes only what
 * they wrote, but the main account may change everything.
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

bool
sb_may_change(struct sb_rq *rq, int author, const char *what)
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

/* The property by which a service desk knows its internal comments; without it nothing changes. */
static void
take_internal(struct sb_rq *rq, struct sb_comment *c)
{
	for (struct json_iter it = json_iter(json_get(rq->body, "properties")); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "key"), "sd.public.comment"))
			c->internal = json_bool(json_path(it.value, "value.internal"), false);
	}
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
	take_internal(rq, c);
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

	if (c == NULL || !sb_need_body(rq) || !sb_may_change(rq, c->author, "edit this comment") ||
	    (body = take_body(rq)) == NULL || !take_visibility(rq, &type, &value))
		return;
	c->body = body;
	c->update_author = rq->me;
	c->updated_ms = sb_now(rq->site);
	if (type != NULL) {
		c->visibility_type = type;
		c->visibility_value = value;
	}
	take_internal(rq, c);
	issue->value[F_UPDATED] = sb_one_id(rq->site, c->updated_ms);
	sb_put_comment(rq, issue, c);
}

void
sb_delete_comment(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_comment *c = issue != NULL ? segment_comment(rq, issue) : NULL;
	size_t at;

	if (c == NULL || !sb_may_change(rq, c->author, "delete this comment"))
		return;
	at = (size_t)(c - issue->comment);
	memmove(c, c + 1, (issue->comment_count - at - 1) * sizeof *c);
	issue->comment_count--;
	issue->value[F_UPDATED] = sb_one_id(rq->site, sb_now(rq->site));
	rq->status = 204;
}
