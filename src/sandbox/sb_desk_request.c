/*
 * Requests: raising them, and what customers and agents do with them. A request is
 * written as the issue that it is, through the same draft and change log as every other.
 */
#include "base/str.h"
#include "sandbox/sb_desk.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

#include <string.h>

/* ---- lists ---- */

static bool
is_mine(struct sb_rq *rq, const struct sb_issue *issue, const char *ownership)
{
	struct sb_request *r = sb_request_of(rq->site, issue);
	uint32_t me = 1U << rq->me;

	if (str_eq(ownership, "PARTICIPATED_REQUESTS"))
		return (r->participants & me) != 0;
	if (str_eq(ownership, "APPROVER")) {
		bool asked = false;

		for (size_t i = 0; i < SB_APPROVERS; i++)
			asked = asked || sb_approvers[i] == rq->me;
		return asked && sb_request_type_of(issue)->approval && (r->approved | r->declined) == 0;
	}
	return str_eq(ownership, "ALL_REQUESTS") || str_eq(ownership, "ALL_ORGANIZATIONS") || sb_id(issue, F_REPORTER) == rq->me;
}

void
sb_list_requests(struct sb_rq *rq)
{
	const char *status = sb_arg(rq, "requestStatus"), *owner = sb_arg(rq, "requestOwnership"), *term = sb_arg(rq, "searchTerm");
	const char *desk = sb_arg(rq, "serviceDeskId"), *type = sb_arg(rq, "requestTypeId");
	const struct sb_issue **fit = arena_array(rq->arena, rq->site->issue_count + 1, sizeof(*fit));
	struct sb_slice s;
	size_t n = 0;

	for (size_t i = rq->site->issue_count; i-- > 0;) {
		const struct sb_issue *issue = rq->site->issue[i];
		const struct sb_request_type *t = issue->deleted ? NULL : sb_request_type_of(issue);
		bool done = t != NULL && sb_id(issue, F_RESOLUTION) >= 0;

		if (t == NULL || !sb_may_see(rq->me, SB_OPS) || !is_mine(rq, issue, owner != NULL ? owner : "OWNED_REQUESTS") ||
		    (str_eq(status, "OPEN_REQUESTS") && done) || (str_eq(status, "CLOSED_REQUESTS") && !done) ||
		    (desk != NULL && !str_eq(desk, "1")) || (type != NULL && sb_request_type_find(type) != t) ||
		    (term != NULL && strcasestr(sb_text(issue, F_SUMMARY), term) == NULL))
			continue;
		fit[n++] = issue;
	}
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++)
		sb_put_request(rq, fit[i]);
	sb_slice_end(rq);
}

void
sb_get_request(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);

	if (issue != NULL)
		sb_put_request(rq, issue);
}

/* ---- creation ---- */

static struct sb_file *
temporary(struct sb_rq *rq, const char *id)
{
	struct sb_desk *d = sb_desk(rq->site);

	for (size_t i = 0; i < d->file_count; i++)
		if (d->file[i].issue == 0 && str_eq(d->file[i].id, id))
			return &d->file[i];
	sb_fail(rq, 400, "The temporary attachment '%s' does not exist.", id != NULL ? id : "");
	return NULL;
}

/* The files of a list of ids become those of the issue; issue 0 only looks for them. */
static void
take_files(struct sb_rq *rq, json *list, int64_t issue)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		struct sb_file *f = temporary(rq, json_str(it.value));

		if (f != NULL)
			f->issue = issue;
	}
}

static bool
on_type(struct sb_rq *rq, const struct sb_request_type *t, const char *id)
{
	for (size_t i = 0; i < t->fields; i++)
		if (str_eq(sb_field_id(rq->site, t->field[i]), id))
			return true;
	return false;
}

/* requestFieldValues as the "fields" of an issue's body. */
static void
take_values(struct sb_rq *rq, const struct sb_request_type *t, struct sb_draft *d)
{
	json *whole = rq->body, *values = json_get(whole, "requestFieldValues");
	struct err e;
	struct buf b;
	struct jw w;

	buf_init(&b, SB_MAX_ANSWER);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "fields");
	for (struct json_iter it = json_iter(values); json_next(&it);) {
		if (!on_type(rq, t, it.key))
			sb_fail(rq, 400, "Field '%s' is not part of the request type.", it.key);
		else if (!str_eq(it.key, "attachment"))
			jw_value(&w, it.key, it.value);
	}
	jw_end(&w);
	jw_end(&w);
	err_init(&e, rq->arena);
	rq->body = json_parse(rq->arena, arena_strndup(rq->arena, b.data, b.len), b.len, JSON_TRUSTED, &e);
	buf_release(&b);
	sb_take_fields(rq, d, SB_ON_CREATE);
	rq->body = whole;
	take_files(rq, json_get(values, "attachment"), 0);
	if (d->value[F_SUMMARY].n == 0)
		sb_fail(rq, 400, "Summary is required.");
	if (t->description_required && d->value[F_DESCRIPTION].n == 0)
		sb_fail(rq, 400, "Description is required.");
}

static uint32_t
take_participants(struct sb_rq *rq)
{
	uint32_t set = 0;

	for (struct json_iter it = json_iter(json_get(rq->body, "requestParticipants")); json_next(&it);) {
		int who = sb_desk_person(rq, json_str(it.value));

		set |= who < 0 ? 0 : 1U << who;
	}
	return set;
}

void
sb_create_request(struct sb_rq *rq)
{
	const struct sb_request_type *t = sb_request_type_find(json_get_str(rq->body, "requestTypeId"));
	const char *behalf = json_get_str(rq->body, "raiseOnBehalfOf");
	int reporter = behalf == NULL ? rq->me : sb_desk_person(rq, behalf);
	int64_t now = sb_now(rq->site);
	struct sb_issue *issue;
	struct sb_request *r;
	struct sb_draft d;
	uint32_t participants;

	if (!sb_need_body(rq))
		return;
	if (t == NULL || !str_eq(json_get_str(rq->body, "serviceDeskId"), "1") || !sb_may_see(rq->me, SB_OPS)) {
		sb_fail(rq, 400, "The service desk or the request type is invalid.");
		return;
	}
	sb_draft_init(&d, NULL);
	d.project = SB_OPS;
	d.type = t->issue_type;
	take_values(rq, t, &d);
	participants = take_participants(rq);
	if (rq->failed)
		return;
	if (rq->site->issue_count >= SB_MAX_ISSUES) {
		sb_fail(rq, 400, "The sandbox holds no more than %d issues.", SB_MAX_ISSUES);
		return;
	}
	issue = sb_issue_add(rq->site, SB_OPS);
	d.value[F_PROJECT] = issue->value[F_PROJECT];
	d.value[F_RANK] = issue->value[F_RANK];
	memcpy(issue->value, d.value, sizeof issue->value);
	issue->value[F_ISSUETYPE] = sb_one_id(rq->site, t->issue_type);
	if (!d.touched[F_PRIORITY])
		issue->value[F_PRIORITY] = sb_one_id(rq->site, 3);
	issue->value[F_REPORTER] = sb_one_id(rq->site, reporter);
	issue->value[F_CREATOR] = sb_one_id(rq->site, rq->me);
	issue->value[F_STATUS] = sb_one_id(rq->site, SB_TODO);
	issue->value[F_CREATED] = issue->value[F_UPDATED] = sb_one_id(rq->site, now);
	issue->value[F_STATUSCHANGED] = sb_one_id(rq->site, now);
	take_files(rq, json_path(rq->body, "requestFieldValues.attachment"), issue->id);
	r = sb_request_of(rq->site, issue);
	r->participants = participants;
	rq->status = 201;
	sb_put_request(rq, issue);
}

/* ---- comments and files ---- */

void
sb_list_request_comments(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);
	const struct sb_comment **fit;
	struct sb_slice s;
	size_t n = 0;

	if (issue == NULL)
		return;
	fit = arena_array(rq->arena, issue->comment_count + 1, sizeof(*fit));
	for (size_t i = 0; i < issue->comment_count; i++)
		if (!sb_arg_is(rq, issue->comment[i].internal ? "internal" : "public", "false"))
			fit[n++] = &issue->comment[i];
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++)
		sb_put_request_comment(rq, issue, fit[i]);
	sb_slice_end(rq);
}

static struct sb_comment *
comment(struct sb_rq *rq, struct sb_issue *issue, const char *body, bool public)
{
	struct sb_comment *c;

	if (str_blank(body)) {
		sb_fail(rq, 400, "The comment body must not be empty.");
		return NULL;
	}
	c = sb_comment_add(rq->site, issue, rq->me, arena_strdup(rq->site->arena, body));
	c->internal = !public;
	issue->value[F_UPDATED] = sb_one_id(rq->site, c->created_ms);
	return c;
}

void
sb_add_request_comment(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_request(rq, 0);
	const struct sb_comment *c;

	if (issue == NULL || !sb_need_body(rq) ||
	    (c = comment(rq, issue, json_get_str(rq->body, "body"), json_get_bool(rq->body, "public", true))) == NULL)
		return;
	rq->status = 201;
	sb_put_request_comment(rq, issue, c);
}

void
sb_list_request_files(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);
	const struct sb_desk *d = sb_desk(rq->site);
	struct sb_slice s;
	size_t n = 0;

	if (issue == NULL)
		return;
	for (size_t i = 0; i < d->file_count; i++)
		n += d->file[i].issue == issue->id;
	sb_slice_begin(rq, &s, n);
	sb_put_request_files(rq, issue);
	sb_slice_end(rq);
}

void
sb_add_request_files(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_request(rq, 0);
	json *ids = json_get(rq->body, "temporaryAttachmentIds");
	const char *body = json_path_str(rq->body, "additionalComment.body");
	struct sb_comment *c;
	struct sb_slice s;

	if (issue == NULL || !sb_need_body(rq))
		return;
	if (json_len(ids) == 0)
		sb_fail(rq, 400, "No attachments were given.");
	take_files(rq, ids, 0);
	if (rq->failed)
		return;
	c = comment(rq, issue, body != NULL ? body : "Files attached.", json_get_bool(rq->body, "public", true));
	if (c == NULL)
		return;
	take_files(rq, ids, issue->id);
	rq->status = 201;
	jw_obj(&rq->w);
	jw_key(&rq->w, "comment");
	sb_put_request_comment(rq, issue, c);
	jw_key(&rq->w, "attachments");
	sb_slice_begin(rq, &s, json_len(ids));
	sb_put_request_files(rq, issue);
	sb_slice_end(rq);
	jw_end(&rq->w);
}

/* ---- people, SLA, approval, transitions ---- */

void
sb_list_participants(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);

	if (issue != NULL)
		sb_put_people(rq, sb_request_of(rq->site, issue)->participants);
}

void
sb_change_participants(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);
	struct sb_request *r;
	uint32_t set;

	if (issue == NULL || !sb_need_body(rq) || (set = sb_desk_people(rq)) == 0)
		return;
	r = sb_request_of(rq->site, issue);
	r->participants = str_eq(rq->method, "POST") ? r->participants | set : r->participants & ~set;
	sb_put_people(rq, r->participants);
}

void
sb_list_slas(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);
	struct sb_slice s;

	if (issue == NULL)
		return;
	sb_slice_begin(rq, &s, 2);
	sb_put_slas(rq, issue);
	sb_slice_end(rq);
}

static void
put_approval(struct sb_rq *rq, const struct sb_issue *issue)
{
	const struct sb_request *r = sb_request_of(rq->site, issue);
	bool open = (r->approved | r->declined) == 0, may = false;
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)issue->id));
	jw_str(w, "name", "Access approval");
	jw_str(w, "finalDecision", open ? "pending" : r->declined != 0 ? "declined" : "approved");
	jw_arr_in(w, "approvers");
	for (size_t i = 0; i < SB_APPROVERS; i++) {
		uint32_t bit = 1U << sb_approvers[i];

		may = may || sb_approvers[i] == rq->me;
		jw_obj(w);
		jw_key(w, "approver");
		sb_put_customer(rq, sb_approvers[i]);
		jw_str(w, "approverDecision", (r->approved & bit) != 0 ? "approved" : (r->declined & bit) != 0 ? "declined" : "pending");
		jw_end(w);
	}
	jw_end(w);
	jw_bool(w, "canAnswerApproval", open && may);
	sb_put_desk_date(rq, "createdDate", sb_id(issue, F_CREATED));
	jw_obj_in(w, "_links");
	jw_str(w, "self", sb_desk_link(rq, "request/%lld/approval/%lld", (long long)issue->id, (long long)issue->id));
	jw_end(w);
	jw_end(w);
}

void
sb_list_approvals(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);
	struct sb_slice s;

	if (issue == NULL)
		return;
	sb_slice_begin(rq, &s, sb_request_type_of(issue)->approval ? 1 : 0);
	if (s.from < s.to)
		put_approval(rq, issue);
	sb_slice_end(rq);
}

void
sb_answer_approval(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_request(rq, 0);
	const char *decision = json_get_str(rq->body, "decision");
	struct sb_request *r;

	if (issue == NULL || !sb_need_body(rq))
		return;
	if (!sb_request_type_of(issue)->approval || !str_eq(rq->segment[1], arena_printf(rq->arena, "%lld", (long long)issue->id))) {
		sb_fail(rq, 404, "The approval does not exist.");
		return;
	}
	r = sb_request_of(rq->site, issue);
	if (!str_eq(decision, "approve") && !str_eq(decision, "decline"))
		sb_fail(rq, 400, "The decision must be 'approve' or 'decline'.");
	else if ((r->approved | r->declined) != 0)
		sb_fail(rq, 409, "The approval was already completed.");
	else if (rq->me != sb_approvers[0] && rq->me != sb_approvers[1])
		sb_fail(rq, 403, "You are not an approver of this request.");
	if (rq->failed)
		return;
	if (str_eq(decision, "approve"))
		r->approved |= 1U << rq->me;
	else
		r->declined |= 1U << rq->me;
	put_approval(rq, issue);
}

/* What customers may do: finish, and take up again. */
static const struct sb_transition *
customer_transition(const struct sb_issue *issue, size_t i)
{
	const struct sb_transition *t = &sb_workflow[i];

	return sb_transition_fits(t, sb_id(issue, F_STATUS), sb_id(issue, F_ISSUETYPE)) &&
	    (t->to == SB_DONE || sb_id(issue, F_STATUS) == SB_DONE) ? t : NULL;
}

void
sb_list_customer_transitions(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_request(rq, 0);
	struct sb_slice s;
	size_t n = 0;

	if (issue == NULL)
		return;
	for (size_t i = 0; i < sb_workflow_count; i++)
		n += customer_transition(issue, i) != NULL;
	sb_slice_begin(rq, &s, n);
	for (size_t i = 0; i < sb_workflow_count; i++) {
		const struct sb_transition *t = customer_transition(issue, i);

		if (t == NULL)
			continue;
		jw_obj(&rq->w);
		jw_str(&rq->w, "id", arena_printf(rq->arena, "%d", t->id));
		jw_str(&rq->w, "name", t->name);
		jw_end(&rq->w);
	}
	sb_slice_end(rq);
}

void
sb_do_customer_transition(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_request(rq, 0);
	const char *id = json_scalar(rq->arena, json_get(rq->body, "id"));
	const char *body = json_path_str(rq->body, "additionalComment.body");
	const struct sb_transition *chosen = NULL;
	struct sb_change *c;

	if (issue == NULL || !sb_need_body(rq))
		return;
	for (size_t i = 0; i < sb_workflow_count; i++) {
		const struct sb_transition *t = customer_transition(issue, i);

		if (t != NULL && str_eq(arena_printf(rq->arena, "%d", t->id), id))
			chosen = t;
	}
	if (chosen == NULL) {
		sb_fail(rq, 400, "The transition is not valid for this request.");
		return;
	}
	c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));
	sb_change_status(rq->site, issue, c, chosen->to, 0);
	sb_change_end(rq->site, issue, c);
	if (body != NULL && comment(rq, issue, body, true) == NULL)
		return;
	rq->status = 204;
}
