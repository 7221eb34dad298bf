/*
 * Links between issues. {type: Blocks, inwardIssue: A, outwardIssue: B} makes A block
 * B: on A the link reads "blocks" with B as its outwardIssue, on B "is blocked by"
 * with A as its inwardIssue. struct sb_link calls A its outward end, because the
 * outward words stand there.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

static struct sb_issue *
end_of_link(struct sb_rq *rq, const char *side)
{
	json *v = json_get(rq->body, side);
	const char *word = json_get_str(v, "key");
	struct sb_issue *issue;

	if (word == NULL)
		word = json_scalar(rq->arena, json_get(v, "id"));
	if (word == NULL) {
		sb_refuse(rq, side, "The issue to link must be given by 'key' or 'id'.");
		return NULL;
	}
	issue = sb_issue_find(rq->site, word);
	if (issue == NULL || !sb_may_see(rq->me, issue->project)) {
		sb_fail(rq, 404,
		    rq->site->dc ? "Issue Does Not Exist"
				 : "Issue does not exist or you do not have permission to see it.");
		return NULL;
	}
	return issue;
}

static void
log_link(struct sb_rq *rq, struct sb_issue *issue, const char *word, const struct sb_issue *other)
{
	struct sb_change *c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));

	c->item = sb_room(rq->site->arena, NULL, 0, sizeof *c->item);
	c->item[0] = (struct sb_item){ .field = F_ISSUELINKS,
		.to = other->key,
		.to_text = arena_printf(rq->site->arena, "This issue %s %s", word, other->key) };
	c->item_count = 1;
	sb_change_end(rq->site, issue, c);
}

void
sb_add_link(struct sb_rq *rq)
{
	const char *name = json_path_str(rq->body, "type.name"),
		   *id = json_scalar(rq->arena, json_path(rq->body, "type.id"));
	const struct sb_named *type = NULL;
	struct sb_issue *in, *out;
	const char *comment = NULL;
	int64_t n = 0;

	if (!sb_need_body(rq))
		return;
	if (id != NULL && str_int(id, 0, INT32_MAX, &n) == 0)
		type = sb_named_by_id(SB_LINKTYPE, n);
	else if (name != NULL)
		type = sb_named_by_name(SB_LINKTYPE, name, -1);
	if (type == NULL) {
		sb_fail(rq, 404, "No issue link type with name '%s' found.",
		    name != NULL ? name
		    : id != NULL ? id
				 : "");
		return;
	}
	in = end_of_link(rq, "inwardIssue");
	out = end_of_link(rq, "outwardIssue");
	if (in != NULL && in == out)
		sb_fail(rq, 400, "You cannot link an issue to itself.");
	if (json_get(rq->body, "comment") != NULL)
		comment = sb_take_doc(rq, "comment", json_path(rq->body, "comment.body"));
	if (rq->failed)
		return;
	sb_link_add(rq->site, type->id, in->id, out->id);
	log_link(rq, in, type->colour, out);
	log_link(rq, out, type->icon, in);
	if (comment != NULL)
		sb_comment_add(rq->site, in, rq->me, comment);
	rq->status = 201;
}

static struct sb_link *
segment_link(struct sb_rq *rq)
{
	int64_t id = 0;

	if (str_int(rq->segment[0], 0, INT64_MAX, &id) == 0)
		for (size_t i = 0; i < rq->site->link_count; i++) {
			struct sb_link *l = &rq->site->link[i];
			const struct sb_issue *a = sb_issue_by_id(rq->site, l->outward),
					      *b = sb_issue_by_id(rq->site, l->inward);

			if (l->id == id && !l->deleted && a != NULL && b != NULL && sb_may_see(rq->me, a->project) &&
			    sb_may_see(rq->me, b->project))
				return l;
		}
	sb_fail(rq, 404, "No issue link with id '%s' exists.", rq->segment[0]);
	return NULL;
}

void
sb_get_link(struct sb_rq *rq)
{
	const struct sb_link *l = segment_link(rq);
	struct jw *w = &rq->w;

	if (l == NULL)
		return;
	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)l->id));
	jw_str(w, "self", sb_self(rq, "issueLink/%lld", (long long)l->id));
	jw_key(w, "type");
	sb_put_named(rq, SB_LINKTYPE, l->type);
	jw_key(w, "inwardIssue");
	sb_put_issue_ref(rq, sb_issue_by_id(rq->site, l->outward));
	jw_key(w, "outwardIssue");
	sb_put_issue_ref(rq, sb_issue_by_id(rq->site, l->inward));
	jw_end(w);
}

void
sb_delete_link(struct sb_rq *rq)
{
	struct sb_link *l = segment_link(rq);

	if (l == NULL)
		return;
	l->deleted = true;
	rq->status = 204;
}
