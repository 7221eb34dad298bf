/*
 * An issue in JSON. The fields asked for are written one by one by kind; computed
 * ones have a line in computed[]. After them come the parts that ?expand= asks for.
 */
#include "sandbox/sb_put.h"

#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_meta.h"
#include "sandbox/sb_text.h"
#include "sandbox/sb_transition.h"

#include <stdlib.h>
#include <string.h>

struct sb_pick
sb_pick(struct sb_rq *rq, const char *const *names, size_t n, enum sb_pick_default dflt)
{
	struct sb_pick p = { .any = false };
	bool all = n == 0 ? dflt == SB_PICK_ALL : false, navigable = n == 0 && dflt == SB_PICK_NAVIGABLE,
	     negative = n > 0;

	for (size_t i = 0; i < n; i++) {
		all = all || str_eq(names[i], "*all");
		navigable = navigable || str_eq(names[i], "*navigable");
		negative = negative && names[i][0] == '-';
	}
	if (negative) {
		all = dflt == SB_PICK_ALL;
		navigable = !all;
	}
	for (int f = 0; f < SB_FIELDS; f++)
		p.field[f] = sb_field_id(rq->site, f) != NULL &&
			     (all || (navigable && (sb_field_table[f].flags & SB_NAVIGABLE) != 0));
	for (size_t i = 0; i < n; i++) {
		bool off = names[i][0] == '-';
		int f = sb_field_by_id(rq->site, names[i] + off);

		if (f >= 0)
			p.field[f] = !off;
	}
	for (int f = 0; f < SB_FIELDS; f++)
		p.any = p.any || p.field[f];
	p.id_only = !p.any && (n == 0 ? dflt == SB_PICK_ID : n == 1 && str_eq(names[0], "id"));
	return p;
}

bool
sb_has_schema(enum sb_field_no f)
{
	return sb_field_table[f].type != NULL;
}

void
sb_put_schema(struct sb_rq *rq, enum sb_field_no f)
{
	const struct sb_field *d = &sb_field_table[f];
	const char *id = sb_field_id(rq->site, f), *items = d->items;
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "type", d->type);
	if (f == F_SPRINT && rq->site->dc)
		items = "string";
	if (items != NULL)
		jw_str(w, "items", items);
	if (d->custom != NULL) {
		int64_t n = 0;

		if (str_int(id + strlen("customfield_"), 0, INT32_MAX, &n) == -1)
			BUG("id of a custom field");
		jw_str(w, "custom", d->custom);
		jw_int(w, "customId", n);
	} else {
		jw_str(w, "system", id);
	}
	jw_end(w);
}

void
sb_put_names(struct sb_rq *rq, const struct sb_pick *p)
{
	jw_obj(&rq->w);
	for (int f = 0; f < SB_FIELDS; f++)
		if (p->field[f])
			jw_str(&rq->w, sb_field_id(rq->site, f), sb_field_name(rq->site, f));
	jw_end(&rq->w);
}

void
sb_put_schemas(struct sb_rq *rq, const struct sb_pick *p)
{
	jw_obj(&rq->w);
	for (int f = 0; f < SB_FIELDS; f++)
		if (p->field[f] && sb_has_schema(f)) {
			jw_key(&rq->w, sb_field_id(rq->site, f));
			sb_put_schema(rq, f);
		}
	jw_end(&rq->w);
}

void
sb_put_issue_ref(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)issue->id));
	jw_str(w, "key", issue->key);
	jw_str(w, "self", sb_self(rq, "issue/%lld", (long long)issue->id));
	jw_obj_in(w, "fields");
	jw_str(w, "summary", sb_text(issue, F_SUMMARY));
	jw_key(w, "status");
	sb_put_named(rq, SB_STATUS, sb_id(issue, F_STATUS));
	jw_key(w, "priority");
	sb_put_named(rq, SB_PRIORITY, sb_id(issue, F_PRIORITY));
	jw_key(w, "issuetype");
	sb_put_named(rq, SB_TYPE, sb_id(issue, F_ISSUETYPE));
	jw_end(w);
	jw_end(w);
}

static void
put_comments(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_arr_in(w, "comments");
	for (size_t i = 0; i < issue->comment_count; i++)
		sb_put_comment(rq, issue, &issue->comment[i]);
	jw_end(w);
	if (!rq->site->dc)
		jw_str(w, "self", sb_self(rq, "issue/%lld/comment", (long long)issue->id));
	jw_int(w, "maxResults", (int64_t)issue->comment_count);
	jw_int(w, "total", (int64_t)issue->comment_count);
	jw_int(w, "startAt", 0);
	jw_end(w);
}

static void
put_links(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct jw *w = &rq->w;

	jw_arr(w);
	for (size_t i = 0; i < rq->site->link_count; i++) {
		const struct sb_link *l = &rq->site->link[i];
		bool outward = l->outward == issue->id;
		const struct sb_issue *other = sb_issue_by_id(rq->site, outward ? l->inward : l->outward);

		if (l->deleted || (!outward && l->inward != issue->id) || other == NULL ||
		    !sb_may_see(rq->me, other->project))
			continue;
		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)l->id));
		jw_str(w, "self", sb_self(rq, "issueLink/%lld", (long long)l->id));
		jw_key(w, "type");
		sb_put_named(rq, SB_LINKTYPE, l->type);
		/* On the blocking issue the blocked one is its outwardIssue: "blocks X". */
		jw_key(w, outward ? "outwardIssue" : "inwardIssue");
		sb_put_issue_ref(rq, other);
		jw_end(w);
	}
	jw_end(w);
}

static void
put_subtasks(struct sb_rq *rq, const struct sb_issue *issue)
{
	jw_arr(&rq->w);
	for (size_t i = 0; i < rq->site->issue_count; i++) {
		const struct sb_issue *sub = rq->site->issue[i];

		if (!sub->deleted && sb_id(sub, F_ISSUETYPE) == SB_SUBTASK && sb_id(sub, F_PARENT) == issue->id)
			sb_put_issue_ref(rq, sub);
	}
	jw_end(&rq->w);
}

static void
put_worklogs(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct sb_page p = { 0, 20, (int64_t)issue->worklog_count };

	jw_obj(&rq->w);
	sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "worklogs");
	for (size_t i = 0; i < sb_page_end(&p); i++)
		sb_put_worklog(rq, issue, &issue->worklog[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static int
bits(uint32_t n)
{
	return __builtin_popcount(n);
}

static void
put_watches(struct sb_rq *rq, const struct sb_issue *issue)
{
	jw_obj(&rq->w);
	jw_str(&rq->w, "self", sb_self(rq, "issue/%s/watchers", issue->key));
	jw_int(&rq->w, "watchCount", bits(issue->watchers));
	jw_bool(&rq->w, "isWatching", rq->me >= 0 && (issue->watchers >> rq->me & 1) != 0);
	jw_end(&rq->w);
}

static void
put_votes(struct sb_rq *rq, const struct sb_issue *issue)
{
	jw_obj(&rq->w);
	jw_str(&rq->w, "self", sb_self(rq, "issue/%s/votes", issue->key));
	jw_int(&rq->w, "votes", bits(issue->voters));
	jw_bool(&rq->w, "hasVoted", rq->me >= 0 && (issue->voters >> rq->me & 1) != 0);
	jw_end(&rq->w);
}

static void
put_timetracking(struct sb_rq *rq, const struct sb_issue *issue)
{
	int64_t spent = sb_seconds_spent(issue), left = sb_seconds_left(issue);
	struct jw *w = &rq->w;

	jw_obj(w);
	if (issue->estimate_seconds != 0) {
		jw_str(w, "originalEstimate", sb_span(rq, issue->estimate_seconds));
		jw_int(w, "originalEstimateSeconds", issue->estimate_seconds);
	}
	if (issue->estimate_seconds != 0 || issue->left_seconds >= 0) {
		jw_str(w, "remainingEstimate", sb_span(rq, left));
		jw_int(w, "remainingEstimateSeconds", left);
	}
	if (spent != 0) {
		jw_str(w, "timeSpent", sb_span(rq, spent));
		jw_int(w, "timeSpentSeconds", spent);
	}
	jw_end(w);
}

static void
put_timespent(struct sb_rq *rq, const struct sb_issue *issue)
{
	int64_t spent = sb_seconds_spent(issue);

	if (spent == 0)
		jw_null(&rq->w);
	else
		jw_i(&rq->w, spent);
}

static void
put_estimate(struct sb_rq *rq, const struct sb_issue *issue)
{
	if (issue->estimate_seconds == 0)
		jw_null(&rq->w);
	else
		jw_i(&rq->w, issue->estimate_seconds);
}

static void
put_remaining(struct sb_rq *rq, const struct sb_issue *issue)
{
	if (issue->estimate_seconds == 0 && issue->left_seconds < 0)
		jw_null(&rq->w);
	else
		jw_i(&rq->w, sb_seconds_left(issue));
}

/* The panel's text: an object, as a string. */
static void
put_development(struct sb_rq *rq, const struct sb_issue *issue)
{
	(void)issue;
	jw_s(&rq->w, "{}");
}

static void
put_progress(struct sb_rq *rq, const struct sb_issue *issue)
{
	int64_t spent = sb_seconds_spent(issue),
		total = issue->estimate_seconds > spent ? issue->estimate_seconds : spent;

	jw_obj(&rq->w);
	jw_int(&rq->w, "progress", spent);
	jw_int(&rq->w, "total", total);
	if (total > 0)
		jw_int(&rq->w, "percent", spent * 100 / total);
	jw_end(&rq->w);
}

static void
put_workratio(struct sb_rq *rq, const struct sb_issue *issue)
{
	jw_i(&rq->w, issue->estimate_seconds == 0 ? -1 : sb_seconds_spent(issue) * 100 / issue->estimate_seconds);
}

static void
put_null(struct sb_rq *rq, const struct sb_issue *issue)
{
	(void)issue;
	jw_null(&rq->w);
}

static void (*const computed[SB_FIELDS])(struct sb_rq *, const struct sb_issue *) = {
	[F_COMMENT] = put_comments,
	[F_ISSUELINKS] = put_links,
	[F_SUBTASKS] = put_subtasks,
	[F_WORKLOG] = put_worklogs,
	[F_ATTACHMENT] = sb_put_attachments,
	[F_WATCHES] = put_watches,
	[F_VOTES] = put_votes,
	[F_TIMETRACKING] = put_timetracking,
	[F_TIMESPENT] = put_timespent,
	[F_PROGRESS] = put_progress,
	[F_AGGREGATEPROGRESS] = put_progress,
	[F_WORKRATIO] = put_workratio,
	[F_LASTVIEWED] = put_null,
	[F_TIMEORIGINALESTIMATE] = put_estimate,
	[F_TIMEESTIMATE] = put_remaining,
	[F_AGGREGATETIMESPENT] = put_timespent,
	[F_AGGREGATETIMEORIGINALESTIMATE] = put_estimate,
	[F_AGGREGATETIMEESTIMATE] = put_remaining,
	[F_SECURITY] = put_null,
	[F_FLAGGED] = put_null,
	[F_DEVELOPMENT] = put_development,
};

static void
put_atom(struct sb_rq *rq, enum sb_field_no no, const struct sb_atom *atom)
{
	const struct sb_field *f = &sb_field_table[no];
	const struct sb_issue *other;

	switch (f->kind) {
	case SB_TEXT:
	case SB_LABEL: jw_s(&rq->w, atom->text); break;
	case SB_DOC: sb_put_doc(rq, atom->text); break;
	case SB_NUMBER: sb_put_number(&rq->w, atom->number); break;
	case SB_DATE: jw_s(&rq->w, arena_strndup(rq->arena, clock_iso(rq->arena, atom->id), 10)); break;
	case SB_DATETIME: jw_s(&rq->w, sb_time(rq, atom->id)); break;
	case SB_USER: sb_put_person(rq, (int)atom->id); break;
	case SB_NAMED: sb_put_named(rq, f->catalogue, atom->id); break;
	case SB_SPRINT: sb_put_sprint(rq, sb_sprint_by_id(rq->site, atom->id)); break;
	case SB_ISSUE:
		other = sb_issue_by_id(rq->site, atom->id);
		if (other == NULL)
			jw_null(&rq->w);
		else if (no == F_EPICLINK)
			jw_s(&rq->w, other->key);
		else
			sb_put_issue_ref(rq, other);
		break;
	case SB_PROJECT: sb_put_project_ref(rq, (int)atom->id); break;
	case SB_COMPUTED: BUG("a computed field has no value");
	}
}

static void
put_field(struct sb_rq *rq, const struct sb_issue *issue, enum sb_field_no no)
{
	const struct sb_field *f = &sb_field_table[no];
	const struct sb_value *value = &issue->value[no];

	if (no == F_PARENT && value->n == 0)
		return; /* Jira leaves it out */
	jw_key(&rq->w, sb_field_id(rq->site, no));
	if (f->kind == SB_COMPUTED) {
		computed[no](rq, issue);
		return;
	}
	if (value->n == 0 && ((f->flags & SB_MANY) == 0 || f->custom != NULL)) {
		jw_null(&rq->w);
		return;
	}
	if ((f->flags & SB_MANY) != 0)
		jw_arr(&rq->w);
	for (size_t i = 0; i < value->n; i++)
		put_atom(rq, no, &value->v[i]);
	if ((f->flags & SB_MANY) != 0)
		jw_end(&rq->w);
}

static void
put_rendered(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_pick *p)
{
	struct jw *w = &rq->w;

	jw_obj_in(w, "renderedFields");
	for (int f = 0; f < SB_FIELDS; f++) {
		const struct sb_field *d = &sb_field_table[f];

		if (!p->field[f])
			continue;
		if (f == F_COMMENT) {
			jw_obj_in(w, "comment");
			jw_arr_in(w, "comments");
			for (size_t i = 0; i < issue->comment_count; i++) {
				jw_obj(w);
				jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)issue->comment[i].id));
				jw_str(w, "body", sb_html(rq->arena, issue->comment[i].body));
				jw_end(w);
			}
			jw_end(w);
			jw_end(w);
			continue;
		}
		if (d->kind == SB_DOC && issue->value[f].n > 0)
			jw_str(w, sb_field_id(rq->site, f), sb_html(rq->arena, sb_text(issue, f)));
		else if ((d->kind == SB_DATE || d->kind == SB_DATETIME) && issue->value[f].n > 0)
			jw_str(w, sb_field_id(rq->site, f), clock_datetime(rq->arena, sb_id(issue, f)));
		else
			jw_str(w, sb_field_id(rq->site, f), NULL);
	}
	jw_end(w);
}

static void
put_changelog(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct sb_page p = { 0, 100, (int64_t)issue->change_count };

	if (p.total > p.max && rq->site->dc)
		p.max = p.total;
	jw_obj_in(&rq->w, "changelog");
	sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "histories");
	for (size_t i = 0; i < sb_page_end(&p); i++) {
		/* Cloud tells the newest first, Data Center the oldest. */
		size_t at = rq->site->dc ? i : issue->change_count - 1 - i;

		sb_put_change(rq, &issue->change[at]);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static void
put_properties(struct sb_rq *rq, const struct sb_issue *issue)
{
	const char **names;
	size_t n = sb_arg_list(rq, "properties", &names);

	if (n == 0)
		return;
	jw_obj_in(&rq->w, "properties");
	for (size_t i = 0; i < issue->property_count; i++)
		for (size_t j = 0; j < n; j++)
			if (str_eq(names[j], issue->property[i].key) || str_eq(names[j], "*all")) {
				jw_key(&rq->w, issue->property[i].key);
				jw_raw(&rq->w, issue->property[i].value, strlen(issue->property[i].value));
				break;
			}
	jw_end(&rq->w);
}

void
sb_put_issue(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_pick *p)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	if (!p->id_only)
		jw_str(w, "expand",
		    rq->site->dc
			? "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations,"
			  "transitions"
			: "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations");
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)issue->id));
	if (!p->id_only) {
		jw_str(w, "self", sb_self(rq, "issue/%lld", (long long)issue->id));
		jw_str(w, "key", issue->key);
	}
	if (p->any) {
		jw_obj_in(w, "fields");
		for (int f = 0; f < SB_FIELDS; f++)
			if (p->field[f])
				put_field(rq, issue, f);
		jw_end(w);
	}
	if (sb_expands(rq, "renderedFields"))
		put_rendered(rq, issue, p);
	if (sb_expands(rq, "changelog"))
		put_changelog(rq, issue);
	if (sb_expands(rq, "transitions")) {
		jw_key(w, "transitions");
		sb_put_transitions(rq, issue, sb_expands(rq, "transitions.fields"));
	}
	if (sb_expands(rq, "editmeta")) {
		jw_key(w, "editmeta");
		sb_put_editmeta(rq, issue);
	}
	put_properties(rq, issue);
	if (p->names) {
		jw_key(w, "names");
		sb_put_names(rq, p);
	}
	if (p->schemas) {
		jw_key(w, "schema");
		sb_put_schemas(rq, p);
	}
	jw_end(w);
}
