/*
 * Sprints, moves, ranks and estimates. A sprint goes from future to active to closed and never back. POST changes what
 * it names, PUT replaces everything. An issue keeps its closed sprints and has at most one open one.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_agile.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 50, MAX_SPRINT_NAME = 30 };

static const char *const states[] = { [SB_FUTURE] = "future", [SB_ACTIVE] = "active", [SB_CLOSED] = "closed" };

struct sb_sprint *
sb_segment_sprint(struct sb_rq *rq, size_t segment)
{
	struct sb_sprint *s;
	int64_t id;

	if (str_int(rq->segment[segment], 1, INT32_MAX, &id) == -1) {
		sb_fail(rq, 400, "The sprint ID provided must be a valid positive number.");
		return NULL;
	}
	s = sb_sprint_by_id(rq->site, id);
	if (s != NULL && sb_may_see(rq->me, s->project))
		return s;
	sb_fail(rq, 404, "Sprint does not exist");
	return NULL;
}

static void
put_sprint(struct sb_rq *rq, const struct sb_sprint *s)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "id", s->id);
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/agile/1.0/sprint/%d", rq->site->base, s->id));
	jw_str(w, "state", states[s->state]);
	jw_str(w, "name", s->name);
	if (s->start_ms != 0)
		jw_str(w, "startDate", clock_iso(rq->arena, s->start_ms));
	if (s->end_ms != 0)
		jw_str(w, "endDate", clock_iso(rq->arena, s->end_ms));
	if (s->complete_ms != 0)
		jw_str(w, "completeDate", clock_iso(rq->arena, s->complete_ms));
	if (rq->site->dc && s->state != SB_FUTURE)
		jw_str(w, "activatedDate", clock_iso(rq->arena, s->start_ms));
	jw_int(w, "originBoardId", s->board);
	if (*s->goal != '\0')
		jw_str(w, "goal", s->goal);
	if (rq->site->dc) {
		jw_bool(w, "synced", false);
		jw_bool(w, "autoStartStop", false);
	}
	jw_end(w);
}

void
sb_list_sprints(struct sb_rq *rq)
{
	const struct sb_board *b = sb_segment_board(rq, 0);
	const struct sb_sprint **list;
	const char **wanted;
	size_t n = 0, wanted_count = sb_arg_list(rq, "state", &wanted);
	struct sb_page p;

	if (b == NULL)
		return;
	if (!b->scrum) {
		sb_fail(rq, 400, "The board does not support sprints");
		return;
	}
	list = arena_array(rq->arena, rq->site->sprint_count + 1, sizeof(struct sb_sprint *));
	for (size_t i = 0; i < rq->site->sprint_count; i++) {
		const struct sb_sprint *s = &rq->site->sprint[i];
		bool hit = wanted_count == 0;

		for (size_t k = 0; k < wanted_count; k++)
			hit = hit || str_eq(wanted[k], states[s->state]);
		if (s->project == b->project && !s->deleted && hit)
			list[n++] = s;
	}
	p = sb_page(rq, PAGE, PAGE, n);
	jw_obj(&rq->w);
	jw_int(&rq->w, "maxResults", p.max);
	jw_int(&rq->w, "startAt", p.start);
	jw_int(&rq->w, "total", p.total);
	jw_bool(&rq->w, "isLast", (int64_t)sb_page_end(&p) >= p.total);
	jw_arr_in(&rq->w, "values");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_sprint(rq, list[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_get_sprint(struct sb_rq *rq)
{
	const struct sb_sprint *s = sb_segment_sprint(rq, 0);

	if (s != NULL)
		put_sprint(rq, s);
}

/* A date of the body: false after a refusal; absent leaves *ret. */
static bool
take_date(struct sb_rq *rq, const char *member, int64_t *ret)
{
	json *v = json_get(rq->body, member);

	if (v == NULL || json_is_null(v))
		return true;
	if (clock_parse(json_str(v), ret) == 0)
		return true;
	sb_refuse(rq, member, "The date '%s' is not valid.", json_str(v) != NULL ? json_str(v) : "?");
	return false;
}

static void
check_name(struct sb_rq *rq, const char *name)
{
	if (str_blank(name))
		sb_refuse(rq, "name", "The sprint name must not be empty.");
	else if (rq->site->dc && strlen(name) > MAX_SPRINT_NAME)
		sb_refuse(rq, "name", "The sprint name must be shorter than 30 characters.");
}

static void
check_dates(struct sb_rq *rq, const struct sb_sprint *s)
{
	if (s->start_ms != 0 && s->end_ms != 0 && s->end_ms <= s->start_ms)
		sb_refuse(rq, "endDate", "The end date of a sprint must be after the start date.");
}

void
sb_create_sprint(struct sb_rq *rq)
{
	struct sb_site *site = rq->site;
	const char *name = json_get_str(rq->body, "name"), *goal = json_get_str(rq->body, "goal");
	const struct sb_board *b = sb_board_by_id(site, json_get_int(rq->body, "originBoardId", 0));
	struct sb_sprint s = { .state = SB_FUTURE };

	if (!sb_need_body(rq))
		return;
	if (b == NULL || !sb_may_see(rq->me, b->project)) {
		sb_fail(rq, json_get(rq->body, "originBoardId") == NULL ? 400 : 404, "The board does not exist or you do not have permission to view it.");
		return;
	}
	check_name(rq, name);
	if (take_date(rq, "startDate", &s.start_ms) && take_date(rq, "endDate", &s.end_ms))
		check_dates(rq, &s);
	if (rq->failed)
		return;
	s.id = (int)site->sprint_count + 1;
	s.board = b->id;
	s.project = b->project;
	s.name = str_trim(site->arena, name, strlen(name));
	s.goal = goal != NULL ? arena_strdup(site->arena, goal) : "";
	site->sprint = sb_room(site->arena, site->sprint, site->sprint_count, sizeof s);
	site->sprint[site->sprint_count++] = s;
	rq->status = 201;
	put_sprint(rq, &s);
}

static bool
another_active(const struct sb_rq *rq, const struct sb_sprint *s)
{
	for (size_t i = 0; i < rq->site->sprint_count; i++) {
		const struct sb_sprint *o = &rq->site->sprint[i];

		if (o->id != s->id && o->project == s->project && o->state == SB_ACTIVE && !o->deleted)
			return true;
	}
	return false;
}

static void
take_state(struct sb_rq *rq, struct sb_sprint *s, const char *state)
{
	if (str_eq(state, states[s->state]))
		return;
	if (str_eq(state, "active") && s->state == SB_FUTURE) {
		if (s->start_ms == 0 || s->end_ms == 0)
			sb_fail(rq, 400, "To start a sprint it must have a start date and an end date.");
		else if (another_active(rq, s))
			sb_fail(rq, 400, "You can only have one active sprint at a time.");
		s->state = SB_ACTIVE;
	} else if (str_eq(state, "closed") && s->state == SB_ACTIVE) {
		s->state = SB_CLOSED;
		s->complete_ms = sb_now(rq->site);
	} else {
		sb_fail(rq, 400, "A sprint can not go from %s to %s.", states[s->state], state);
	}
}

/* POST and PUT. */
void
sb_update_sprint(struct sb_rq *rq)
{
	struct sb_sprint *s = sb_segment_sprint(rq, 0), new;
	const char *name = json_get_str(rq->body, "name"), *goal = json_get_str(rq->body, "goal");
	const char *state = json_get_str(rq->body, "state");
	bool full = str_eq(rq->method, "PUT");

	if (s == NULL || !sb_need_body(rq))
		return;
	new = *s;
	if (full) {
		new.start_ms = new.end_ms = 0;
		new.goal = "";
		if (state == NULL)
			sb_refuse(rq, "state", "The sprint state must be given.");
	}
	if (full || name != NULL) {
		check_name(rq, name);
		new.name = name != NULL ? str_trim(rq->site->arena, name, strlen(name)) : s->name;
	}
	if (goal != NULL)
		new.goal = arena_strdup(rq->site->arena, goal);
	if (take_date(rq, "startDate", &new.start_ms) && take_date(rq, "endDate", &new.end_ms))
		check_dates(rq, &new);
	if (state != NULL && !rq->failed)
		take_state(rq, &new, state);
	if (rq->failed)
		return;
	*s = new;
	put_sprint(rq, s);
}

/* Its closed sprints, and the given one if any. */
static void
set_sprint(struct sb_rq *rq, struct sb_issue *issue, const struct sb_sprint *to)
{
	struct sb_value value = { NULL, 0 };
	struct sb_change *c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));

	for (size_t i = 0; i < issue->value[F_SPRINT].n; i++) {
		struct sb_atom atom = issue->value[F_SPRINT].v[i];

		if (sb_sprint_by_id(rq->site, atom.id)->state == SB_CLOSED)
			sb_value_push(rq->site, &value, atom);
	}
	if (to != NULL)
		sb_value_push(rq->site, &value, (struct sb_atom){ .id = to->id });
	sb_change_set(rq->site, issue, c, F_SPRINT, value);
	sb_change_end(rq->site, issue, c);
}

void
sb_delete_sprint(struct sb_rq *rq)
{
	struct sb_sprint *s = sb_segment_sprint(rq, 0);

	if (s == NULL)
		return;
	if (s->state != SB_FUTURE) {
		sb_fail(rq, rq->site->dc ? 400 : 403, "Only future sprints can be deleted.");
		return;
	}
	for (size_t i = 0; i < rq->site->issue_count; i++)
		for (size_t k = 0; k < rq->site->issue[i]->value[F_SPRINT].n; k++)
			if (rq->site->issue[i]->value[F_SPRINT].v[k].id == s->id) {
				set_sprint(rq, rq->site->issue[i], NULL);
				break;
			}
	s->deleted = true;
	rq->status = 204;
}

void
sb_list_sprint_issues(struct sb_rq *rq)
{
	const struct sb_sprint *s = sb_segment_sprint(rq, 0);
	const struct sb_issue **list;
	size_t n;

	if (s != NULL && sb_board_issues(rq, arena_printf(rq->arena, "sprint = %d ORDER BY Rank ASC", s->id), &list, &n) == 0)
		sb_put_agile_issues(rq, list, n);
}

/* ---- moving ---- */

struct sb_issue **
sb_take_issues(struct sb_rq *rq, size_t *ret_n)
{
	json *list = json_get(rq->body, "issues");
	struct sb_issue **v = arena_array(rq->arena, SB_MAX_MOVED, sizeof(struct sb_issue *));
	size_t n = 0;

	if (!sb_need_body(rq))
		return NULL;
	if (json_len(list) == 0 || json_len(list) > SB_MAX_MOVED) {
		sb_fail(rq, 400, "The number of issues must be between 1 and %d.", SB_MAX_MOVED);
		return NULL;
	}
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *key = json_scalar(rq->arena, it.value);
		struct sb_issue *issue = key == NULL ? NULL : sb_issue_find(rq->site, key);

		if (issue == NULL || !sb_may_see(rq->me, issue->project)) {
			sb_fail(rq, 400, "Issue %s does not exist or you do not have permission to see it.", key != NULL ? key : "?");
			return NULL;
		}
		v[n++] = issue;
	}
	*ret_n = n;
	return v;
}

void
sb_move_to_sprint(struct sb_rq *rq)
{
	const struct sb_sprint *s = sb_segment_sprint(rq, 0);
	struct sb_issue **v;
	size_t n = 0;

	if (s == NULL || (v = sb_take_issues(rq, &n)) == NULL)
		return;
	if (s->state == SB_CLOSED)
		sb_fail(rq, 400, "Issues can not be moved to a completed sprint.");
	for (size_t i = 0; i < n && !rq->failed; i++)
		if (sb_named_by_id(SB_TYPE, sb_id(v[i], F_ISSUETYPE))->level < 0)
			sb_fail(rq, 400, "Sub-tasks can not be moved independently of their parent issue.");
	if (rq->failed || !sb_rank(rq, v, n, false))
		return;
	for (size_t i = 0; i < n; i++)
		set_sprint(rq, v[i], s);
	rq->status = 204;
}

void
sb_move_to_backlog(struct sb_rq *rq)
{
	struct sb_issue **v;
	size_t n = 0;

	if ((v = sb_take_issues(rq, &n)) == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		set_sprint(rq, v[i], NULL);
	rq->status = 204;
}

static int
by_rank(const void *a, const void *b)
{
	const struct sb_issue *const *x = a, *const *y = b;
	int d = strcmp(sb_text(*x, F_RANK), sb_text(*y, F_RANK));

	return d != 0 ? d : ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
}

static bool
is_among(struct sb_issue *const *v, size_t n, const struct sb_issue *issue)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == issue)
			return true;
	return false;
}

bool
sb_rank(struct sb_rq *rq, struct sb_issue **moved, size_t n, bool needed)
{
	const char *before = json_get_str(rq->body, "rankBeforeIssue"), *after = json_get_str(rq->body, "rankAfterIssue");
	const char *word = before != NULL ? before : after;
	struct sb_site *site = rq->site;
	struct sb_issue **all, *anchor;
	size_t count = 0, place = 0;

	if (word == NULL && !needed)
		return true;
	anchor = word == NULL ? NULL : sb_issue_find(site, word);
	if (anchor == NULL || (before != NULL && after != NULL) || is_among(moved, n, anchor)) {
		sb_fail(rq, 400, word == NULL ? "Either rankBeforeIssue or rankAfterIssue must be given.%.0s" :
		    "Issue %s can not be ranked against.", word != NULL ? word : "");
		return false;
	}
	all = arena_array(rq->arena, site->issue_count, sizeof(struct sb_issue *));
	memcpy(all, site->issue, site->issue_count * sizeof(struct sb_issue *));
	qsort(all, site->issue_count, sizeof(*all), by_rank);
	for (size_t i = 0; i < site->issue_count; i++)
		if (!is_among(moved, n, all[i]))
			all[count++] = all[i];
	while (all[place] != anchor)
		place++;
	place += before == NULL;
	for (size_t i = 0, next = 0; i < count + n; i++) {
		struct sb_issue *issue = i >= place && i < place + n ? moved[i - place] : all[next++];

		issue->value[F_RANK] = sb_one_text(site, arena_printf(site->arena, "0|i%05zx:", i + 1));
	}
	return true;
}

void
sb_rank_issues(struct sb_rq *rq)
{
	struct sb_issue **v;
	size_t n = 0;

	if ((v = sb_take_issues(rq, &n)) != NULL && sb_rank(rq, v, n, true))
		rq->status = 204;
}

/* ---- estimates ---- */

static const struct sb_board *
estimating_board(struct sb_rq *rq)
{
	const struct sb_board *b = sb_board_by_id(rq->site, sb_arg_int(rq, "boardId", 0));

	if (b != NULL && sb_may_see(rq->me, b->project) && b->scrum)
		return b;
	sb_fail(rq, 400, b == NULL ? "The board does not exist or you do not have permission to view it." :
	    "The board does not use estimation.");
	return NULL;
}

static void
put_estimate(struct sb_rq *rq, const struct sb_issue *issue)
{
	const struct sb_value *v = &issue->value[F_POINTS];

	jw_obj(&rq->w);
	jw_str(&rq->w, "fieldId", sb_field_id(rq->site, F_POINTS));
	if (v->n > 0 && rq->site->dc) {
		jw_key(&rq->w, "value");
		sb_put_number(&rq->w, v->v[0].number);
	} else if (v->n > 0) {
		jw_str(&rq->w, "value", arena_printf(rq->arena, "%.1f", v->v[0].number));
	}
	jw_end(&rq->w);
}

void
sb_get_estimate(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);

	if (issue != NULL && estimating_board(rq) != NULL)
		put_estimate(rq, issue);
}

void
sb_set_estimate(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *text = json_get_str(rq->body, "value");
	struct sb_value value = { NULL, 0 };
	struct sb_change *c;
	char *end = NULL;
	double n = 0;

	if (issue == NULL || estimating_board(rq) == NULL || !sb_need_body(rq))
		return;
	if (text != NULL && *text != '\0') {
		n = strtod(text, &end);
		if (*end != '\0' || n < 0) {
			sb_fail(rq, 400, "The estimate '%s' is not a valid number.", text);
			return;
		}
		value = sb_one_number(rq->site, n);
	}
	c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));
	sb_change_set(rq->site, issue, c, F_POINTS, value);
	sb_change_end(rq->site, issue, c);
	put_estimate(rq, issue);
}
