/*
 * Transitions: which the workflow allows now, and doing one. The screen of a
 * transition takes the fields flagged SB_ON_RESOLVE; a resolution is required there.
 */
#include "sandbox/sb_transition.h"

#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_meta.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

static void
put_transition(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_transition *t, bool with_fields)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%d", t->id));
	jw_str(w, "name", t->name);
	if (rq->site->dc) {
		jw_int(w, "opsbarSequence", t->id);
	} else {
		jw_bool(w, "hasScreen", t->screen);
		jw_bool(w, "isGlobal", false);
		jw_bool(w, "isInitial", false);
		jw_bool(w, "isAvailable", true);
		jw_bool(w, "isConditional", false);
		jw_bool(w, "looped", false);
	}
	jw_key(w, "to");
	sb_put_named(rq, SB_STATUS, t->to);
	if (with_fields) {
		jw_obj_in(w, "fields");
		for (int f = 0; t->screen && f < SB_FIELDS; f++)
			if (sb_field_on(rq->site, f, SB_ON_RESOLVE, sb_id(issue, F_ISSUETYPE))) {
				jw_key(w, sb_field_id(rq->site, f));
				sb_put_field_meta(rq, f, issue->project, sb_id(issue, F_ISSUETYPE), f == F_RESOLUTION);
			}
		jw_end(w);
	}
	jw_end(w);
}

void
sb_put_transitions(struct sb_rq *rq, const struct sb_issue *issue, bool with_fields)
{
	const char *only = sb_arg(rq, "transitionId");

	jw_arr(&rq->w);
	for (size_t i = 0; i < sb_workflow_count; i++) {
		const struct sb_transition *t = &sb_workflow[i];

		if (!sb_transition_fits(t, sb_id(issue, F_STATUS), sb_id(issue, F_ISSUETYPE)))
			continue;
		if (only != NULL && !str_eq(only, arena_printf(rq->arena, "%d", t->id)))
			continue;
		put_transition(rq, issue, t, with_fields);
	}
	jw_end(&rq->w);
}

void
sb_list_transitions(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);

	if (issue == NULL)
		return;
	jw_obj(&rq->w);
	jw_str(&rq->w, "expand", "transitions");
	jw_key(&rq->w, "transitions");
	sb_put_transitions(rq, issue, sb_expands(rq, "transitions"));
	jw_end(&rq->w);
}

void
sb_do_transition(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	json *id;
	const char *word;
	int64_t n = 0;
	const struct sb_transition *t = NULL;
	struct sb_draft d;
	struct sb_change *c;

	if (issue == NULL || !sb_need_body(rq))
		return;
	id = json_path(rq->body, "transition.id");
	word = json_scalar(rq->arena, id);
	if (word == NULL) {
		sb_fail(rq, 400, "Missing 'transition' identifier");
		return;
	}
	if (str_int(word, 0, INT32_MAX, &n) == -1) {
		sb_fail(rq, 400, "'transition' identifier must be an integer");
		return;
	}
	t = sb_transition_find((int)n, sb_id(issue, F_STATUS), sb_id(issue, F_ISSUETYPE));
	if (t == NULL) {
		sb_fail(rq, 400, "Transition id '%s' is not valid for this issue.", word);
		return;
	}
	sb_draft_init(&d, issue);
	if (!t->screen && (json_len(json_get(rq->body, "fields")) > 0))
		for (struct json_iter it = json_iter(json_get(rq->body, "fields")); json_next(&it);)
			sb_refuse(rq, it.key,
			    "Field '%s' cannot be set. It is not on the appropriate screen, or unknown.", it.key);
	else
		sb_take_fields(rq, &d, SB_ON_RESOLVE);
	if (t->screen && d.value[F_RESOLUTION].n == 0)
		sb_refuse(rq, "resolution", "Resolution is required.");
	sb_take_extras(rq, NULL);
	if (rq->failed)
		return;
	c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));
	d.touched[F_RESOLUTION] = false;
	sb_change_status(rq->site, issue, c, t->to, d.value[F_RESOLUTION].n > 0 ? d.value[F_RESOLUTION].v[0].id : 0);
	sb_draft_store(rq, &d, issue, c);
	sb_change_end(rq->site, issue, c);
	sb_take_extras(rq, issue);
	rq->status = 204;
}
