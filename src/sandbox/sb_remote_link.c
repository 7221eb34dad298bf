/*
 * Links from an issue to the web. Application and object are kept as they came; a link with a global id that the issue
 * has already takes that link's place.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <string.h>

enum { MAX_LINKS = 1000, MAX_GLOBAL_ID = 255, MAX_URL = 2000 };

static const char *
self_of(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_remote_link *l)
{
	return sb_self(rq, "issue/%s/remotelink/%lld", issue->key, (long long)l->id);
}

static void
put_link(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_remote_link *l)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "id", l->id);
	jw_str(w, "self", self_of(rq, issue, l));
	if (l->global_id != NULL)
		jw_str(w, "globalId", l->global_id);
	jw_key(w, "application");
	jw_raw(w, l->application != NULL ? l->application : "{}", strlen(l->application != NULL ? l->application : "{}"));
	if (l->relationship != NULL)
		jw_str(w, "relationship", l->relationship);
	jw_key(w, "object");
	jw_raw(w, l->object, strlen(l->object));
	jw_end(w);
}

static struct sb_remote_link *
by_global_id(struct sb_issue *issue, const char *id)
{
	for (size_t i = 0; id != NULL && i < issue->remote_count; i++)
		if (str_eq(issue->remote[i].global_id, id))
			return &issue->remote[i];
	return NULL;
}

static struct sb_remote_link *
segment_link(struct sb_rq *rq, struct sb_issue *issue)
{
	int64_t id = 0;

	if (str_int(rq->segment[1], 0, INT64_MAX, &id) == -1) {
		sb_fail(rq, 400, "The link ID '%s' is not a number.", rq->segment[1]);
		return NULL;
	}
	for (size_t i = 0; i < issue->remote_count; i++)
		if (issue->remote[i].id == id)
			return &issue->remote[i];
	sb_fail(rq, 404, "No remote issue link exists with id '%s'.", rq->segment[1]);
	return NULL;
}

/* What the body says, in the site's arena; faults are on the request. */
static bool
take_link(struct sb_rq *rq, struct sb_remote_link *l)
{
	json *object = json_get(rq->body, "object"), *application = json_get(rq->body, "application");
	const char *url = json_get_str(object, "url"), *id = json_get_str(rq->body, "globalId"),
		   *relationship = json_get_str(rq->body, "relationship");
	struct arena *a = rq->site->arena;

	if (str_blank(json_get_str(object, "title")))
		sb_refuse(rq, "title", "'title' is required.");
	if (str_blank(url))
		sb_refuse(rq, "url", "'url' is required.");
	else if ((!str_istarts(url, "http://") && !str_istarts(url, "https://")) || strlen(url) > MAX_URL)
		sb_refuse(rq, "url", "The url '%.100s' is invalid.", url);
	if (id != NULL && strlen(id) > MAX_GLOBAL_ID)
		sb_refuse(rq, "globalId", "'globalId' is too long. The maximum length is %d characters.", MAX_GLOBAL_ID);
	if (rq->failed)
		return false;
	l->global_id = id == NULL ? NULL : arena_strdup(a, id);
	l->relationship = relationship == NULL ? NULL : arena_strdup(a, relationship);
	l->application = application == NULL ? NULL : json_text(a, application, NULL);
	l->object = json_text(a, object, NULL);
	return true;
}

static void
drop(struct sb_issue *issue, struct sb_remote_link *l)
{
	size_t at = (size_t)(l - issue->remote);

	memmove(l, l + 1, (issue->remote_count - at - 1) * sizeof *l);
	issue->remote_count--;
}

void
sb_list_remote_links(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *id = sb_arg(rq, "globalId");
	const struct sb_remote_link *one = issue != NULL ? by_global_id(issue, id) : NULL;

	if (issue == NULL)
		return;
	if (id != NULL) {
		if (one == NULL)
			sb_fail(rq, 404, "No remote issue link exists with global id '%s'.", id);
		else
			put_link(rq, issue, one);
		return;
	}
	jw_arr(&rq->w);
	for (size_t i = 0; i < issue->remote_count; i++)
		put_link(rq, issue, &issue->remote[i]);
	jw_end(&rq->w);
}

void
sb_get_remote_link(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const struct sb_remote_link *l = issue != NULL ? segment_link(rq, issue) : NULL;

	if (l != NULL)
		put_link(rq, issue, l);
}

void
sb_put_remote_link(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_remote_link draft = { .id = 0 }, *l;

	if (issue == NULL || !sb_need_body(rq) || !take_link(rq, &draft))
		return;
	l = by_global_id(issue, draft.global_id);
	rq->status = l != NULL ? 200 : 201;
	if (l == NULL) {
		if (issue->remote_count >= MAX_LINKS) {
			sb_fail(rq, 400, "The issue has too many links.");
			return;
		}
		issue->remote = sb_room(rq->site->arena, issue->remote, issue->remote_count, sizeof *l);
		l = &issue->remote[issue->remote_count++];
		l->id = rq->site->next_id++;
	}
	draft.id = l->id;
	*l = draft;
	jw_obj(&rq->w);
	jw_int(&rq->w, "id", l->id);
	jw_str(&rq->w, "self", self_of(rq, issue, l));
	jw_end(&rq->w);
}

void
sb_edit_remote_link(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_remote_link *l = issue != NULL ? segment_link(rq, issue) : NULL, draft = { .id = 0 };

	if (l == NULL || !sb_need_body(rq) || !take_link(rq, &draft))
		return;
	draft.id = l->id;
	*l = draft;
	rq->status = 204;
}

void
sb_delete_remote_link(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_remote_link *l = issue != NULL ? segment_link(rq, issue) : NULL;

	if (l == NULL)
		return;
	drop(issue, l);
	rq->status = 204;
}

void
sb_delete_remote_links(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *id = sb_arg(rq, "globalId");
	struct sb_remote_link *l = issue != NULL ? by_global_id(issue, id) : NULL;

	if (issue == NULL)
		return;
	if (l == NULL) {
		sb_fail(rq, id == NULL ? 400 : 404, id == NULL ? "The global id is missing.%.0s" : "No remote issue link exists with global id '%s'.", id != NULL ? id : "");
		return;
	}
	drop(issue, l);
	rq->status = 204;
}
