/*
 * How requests and what belongs to them look. A request's SLAs are computed when they
 * are read, from its creation, its first public answer and its resolution.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_desk.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_text.h"

#include <stdarg.h>
#include <string.h>

#define MINUTE ((int64_t)60 * 1000)
enum { DEFAULT_LIMIT = 50, MAX_LIMIT = 100 };

const char *
sb_desk_link(struct sb_rq *rq, const char *fmt, ...)
{
	const char *rest;
	va_list ap;

	va_start(ap, fmt);
	rest = arena_vprintf(rq->arena, fmt, ap);
	va_end(ap);
	return arena_printf(rq->arena, "%s/rest/servicedeskapi/%s", rq->site->base, rest);
}

void
sb_slice_begin(struct sb_rq *rq, struct sb_slice *s, size_t total)
{
	int64_t start = sb_arg_int(rq, "start", 0), limit = sb_arg_int(rq, "limit", DEFAULT_LIMIT);

	s->limit = limit < 1 || limit > MAX_LIMIT ? DEFAULT_LIMIT : limit;
	s->total = total;
	s->from = start < 0 ? 0 : (size_t)start > total ? total : (size_t)start;
	s->to = total - s->from > (size_t)s->limit ? s->from + (size_t)s->limit : total;
	jw_obj(&rq->w);
	jw_int(&rq->w, "size", (int64_t)(s->to - s->from));
	jw_int(&rq->w, "start", (int64_t)s->from);
	jw_int(&rq->w, "limit", s->limit);
	jw_bool(&rq->w, "isLastPage", s->to == total);
	jw_obj_in(&rq->w, "_links");
	jw_str(&rq->w, "base", rq->site->base);
	jw_str(&rq->w, "context", "");
	jw_end(&rq->w);
	jw_arr_in(&rq->w, "values");
}

void
sb_slice_end(struct sb_rq *rq)
{
	jw_end(&rq->w);
	jw_end(&rq->w);
}

/* All of something inside of another thing: a page without paging. */
static void
whole_begin(struct sb_rq *rq, const char *key, size_t n)
{
	jw_obj_in(&rq->w, key);
	jw_int(&rq->w, "size", (int64_t)n);
	jw_int(&rq->w, "start", 0);
	jw_int(&rq->w, "limit", DEFAULT_LIMIT);
	jw_bool(&rq->w, "isLastPage", true);
	jw_arr_in(&rq->w, "values");
}

void
sb_put_desk_date(struct sb_rq *rq, const char *key, int64_t ms)
{
	const char *iso = clock_iso(rq->arena, ms);

	jw_obj_in(&rq->w, key);
	jw_str(&rq->w, "iso8601", arena_printf(rq->arena, "%.19s+0000", iso));
	jw_str(&rq->w, "jira", sb_time(rq, ms));
	jw_str(&rq->w, "friendly", arena_printf(rq->arena, "%.10s %.5s", iso, iso + 11));
	jw_int(&rq->w, "epochMillis", ms);
	jw_end(&rq->w);
}

void
sb_put_duration(struct sb_rq *rq, const char *key, int64_t ms)
{
	int64_t minutes = (ms < 0 ? -ms : ms) / MINUTE;

	jw_obj_in(&rq->w, key);
	jw_int(&rq->w, "millis", ms);
	jw_str(&rq->w, "friendly", arena_printf(rq->arena, "%s%lldh %lldm", ms < 0 ? "-" : "", (long long)minutes / 60,
	    (long long)minutes % 60));
	jw_end(&rq->w);
}

void
sb_put_customer(struct sb_rq *rq, int who)
{
	const struct sb_person *p = &sb_people[who];
	struct jw *w = &rq->w;

	jw_obj(w);
	if (rq->site->dc) {
		jw_str(w, "name", p->name);
		jw_str(w, "key", p->key);
	} else {
		jw_str(w, "accountId", p->account_id);
	}
	jw_str(w, "emailAddress", p->email);
	jw_str(w, "displayName", p->display);
	jw_bool(w, "active", p->active);
	jw_str(w, "timeZone", p->tz);
	jw_obj_in(w, "_links");
	jw_str(w, "jiraRest", arena_printf(rq->arena, "%s/rest/api/2/user?username=%s", rq->site->base, p->name));
	jw_end(w);
	jw_end(w);
}

void
sb_put_people(struct sb_rq *rq, uint32_t set)
{
	int who[SB_PEOPLE];
	struct sb_slice s;
	size_t n = 0;

	for (int i = 0; i < SB_PEOPLE; i++)
		if ((set & 1U << i) != 0)
			who[n++] = i;
	sb_slice_begin(rq, &s, n);
	for (size_t i = s.from; i < s.to; i++)
		sb_put_customer(rq, who[i]);
	sb_slice_end(rq);
}

void
sb_put_request_comment(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_comment *c)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)c->id));
	jw_str(w, "body", sb_plain(rq->arena, c->body));
	jw_bool(w, "public", !c->internal);
	jw_key(w, "author");
	sb_put_customer(rq, c->author);
	sb_put_desk_date(rq, "created", c->created_ms);
	jw_obj_in(w, "_links");
	jw_str(w, "self", sb_desk_link(rq, "request/%lld/comment/%lld", (long long)issue->id, (long long)c->id));
	jw_end(w);
	jw_end(w);
}

void
sb_put_request_files(struct sb_rq *rq, const struct sb_issue *issue)
{
	const struct sb_desk *d = sb_desk(rq->site);
	struct jw *w = &rq->w;

	for (size_t i = 0; i < d->file_count; i++) {
		const struct sb_file *f = &d->file[i];

		if (f->issue != issue->id)
			continue;
		jw_obj(w);
		jw_str(w, "filename", f->name);
		jw_key(w, "author");
		sb_put_customer(rq, f->author);
		sb_put_desk_date(rq, "created", f->at_ms);
		jw_int(w, "size", (int64_t)f->size);
		jw_str(w, "mimeType", "application/octet-stream");
		jw_obj_in(w, "_links");
		jw_str(w, "content", arena_printf(rq->arena, "%s/secure/attachment/%s", rq->site->base, f->id));
		jw_end(w);
		jw_end(w);
	}
}

/* ---- SLAs ---- */

static int64_t
first_answer(const struct sb_issue *issue)
{
	int64_t done = sb_id(issue, F_RESOLUTIONDATE), at = done < 0 ? 0 : done;

	for (size_t i = 0; i < issue->comment_count; i++) {
		const struct sb_comment *c = &issue->comment[i];

		if (!c->internal && c->author != sb_id(issue, F_REPORTER) && (at == 0 || c->created_ms < at))
			at = c->created_ms;
	}
	return at;
}

static void
put_sla(struct sb_rq *rq, const struct sb_issue *issue, int id, const char *name, int64_t goal, int64_t stop)
{
	int64_t start = sb_id(issue, F_CREATED), elapsed = (stop != 0 ? stop : sb_now(rq->site)) - start;
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%d", id));
	jw_str(w, "name", name);
	jw_arr_in(w, "completedCycles");
	if (stop == 0) {
		jw_end(w);
		jw_obj_in(w, "ongoingCycle");
	} else {
		jw_obj(w);
	}
	sb_put_desk_date(rq, "startTime", start);
	if (stop != 0)
		sb_put_desk_date(rq, "stopTime", stop);
	sb_put_desk_date(rq, "breachTime", start + goal);
	jw_bool(w, "breached", elapsed > goal);
	if (stop == 0) {
		jw_bool(w, "paused", false);
		jw_bool(w, "withinCalendarHours", true);
	}
	sb_put_duration(rq, "goalDuration", goal);
	sb_put_duration(rq, "elapsedTime", elapsed);
	sb_put_duration(rq, "remainingTime", goal - elapsed);
	jw_end(w);
	if (stop != 0)
		jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self", sb_desk_link(rq, "request/%lld/sla/%d", (long long)issue->id, id));
	jw_end(w);
	jw_end(w);
}

void
sb_put_slas(struct sb_rq *rq, const struct sb_issue *issue)
{
	int64_t done = sb_id(issue, F_RESOLUTIONDATE);

	put_sla(rq, issue, 1, "Time to first response", 4 * 60 * MINUTE, first_answer(issue));
	put_sla(rq, issue, 2, "Time to resolution", 5 * 24 * 60 * MINUTE, done < 0 ? 0 : done);
}

/* ---- the request ---- */

static void
put_value(struct sb_rq *rq, const struct sb_issue *issue, enum sb_field_no f)
{
	const struct sb_value *v = &issue->value[f];
	struct jw *w = &rq->w;

	if (sb_field_table[f].kind == SB_NAMED && (sb_field_table[f].flags & SB_MANY) != 0) {
		jw_arr(w);
		for (size_t i = 0; i < v->n; i++)
			sb_put_named(rq, sb_field_table[f].catalogue, v->v[i].id);
		jw_end(w);
	} else if (f == F_ATTACHMENT) {
		jw_arr(w);
		jw_end(w);
	} else if (v->n == 0) {
		jw_null(w);
	} else if (sb_field_table[f].kind == SB_NAMED) {
		sb_put_named(rq, sb_field_table[f].catalogue, v->v[0].id);
	} else if (sb_field_table[f].kind == SB_DOC) {
		jw_s(w, sb_plain(rq->arena, v->v[0].text));
	} else {
		jw_s(w, sb_atom_text(rq->site, rq->arena, &sb_field_table[f], &v->v[0]));
	}
}

static void
put_status(struct sb_rq *rq, const struct sb_issue *issue)
{
	static const char *const category[] = { [SB_CAT_NEW] = "NEW", [SB_CAT_WORK] = "INDETERMINATE", [SB_CAT_DONE] = "DONE" };
	const struct sb_named *n = sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS));
	int64_t at = sb_id(issue, F_CREATED);

	for (size_t i = 0; i < issue->change_count; i++)
		for (size_t j = 0; j < issue->change[i].item_count; j++)
			if (issue->change[i].item[j].field == F_STATUS)
				at = issue->change[i].at_ms;
	jw_obj_in(&rq->w, "currentStatus");
	jw_str(&rq->w, "status", n->name);
	jw_str(&rq->w, "statusCategory", category[n->level]);
	sb_put_desk_date(rq, "statusDate", at);
	jw_end(&rq->w);
}

static void
put_expanded(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_request_type *t)
{
	const struct sb_request *r = sb_request_of(rq->site, issue);
	struct jw *w = &rq->w;
	size_t n = 0;

	if (sb_expands(rq, "requestType")) {
		jw_obj_in(w, "requestType");
		jw_str(w, "id", arena_printf(rq->arena, "%d", t->id));
		jw_str(w, "name", t->name);
		jw_str(w, "description", t->about);
		jw_str(w, "serviceDeskId", "1");
		jw_end(w);
	}
	if (sb_expands(rq, "serviceDesk")) {
		jw_obj_in(w, "serviceDesk");
		jw_str(w, "id", "1");
		jw_str(w, "projectId", arena_printf(rq->arena, "%d", sb_projects[SB_OPS].id));
		jw_str(w, "projectKey", sb_projects[SB_OPS].key);
		jw_str(w, "projectName", sb_projects[SB_OPS].name);
		jw_end(w);
	}
	for (int i = 0; i < SB_PEOPLE; i++)
		n += (r->participants & 1U << i) != 0;
	if (sb_expands(rq, "participant")) {
		whole_begin(rq, "participants", n);
		for (int i = 0; i < SB_PEOPLE; i++)
			if ((r->participants & 1U << i) != 0)
				sb_put_customer(rq, i);
		sb_slice_end(rq);
	}
	if (sb_expands(rq, "sla")) {
		whole_begin(rq, "sla", 2);
		sb_put_slas(rq, issue);
		sb_slice_end(rq);
	}
	if (sb_expands(rq, "attachment")) {
		n = 0;
		for (size_t i = 0; i < sb_desk(rq->site)->file_count; i++)
			n += sb_desk(rq->site)->file[i].issue == issue->id;
		whole_begin(rq, "attachments", n);
		sb_put_request_files(rq, issue);
		sb_slice_end(rq);
	}
}

void
sb_put_request(struct sb_rq *rq, const struct sb_issue *issue)
{
	const struct sb_request_type *t = sb_request_type_of(issue);
	const char *id = arena_printf(rq->arena, "%lld", (long long)issue->id);
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "issueId", id);
	jw_str(w, "issueKey", issue->key);
	if (!rq->site->dc)
		jw_str(w, "summary", sb_text(issue, F_SUMMARY));
	jw_str(w, "requestTypeId", arena_printf(rq->arena, "%d", t->id));
	jw_str(w, "serviceDeskId", "1");
	sb_put_desk_date(rq, "createdDate", sb_id(issue, F_CREATED));
	jw_key(w, "reporter");
	sb_put_customer(rq, (int)sb_id(issue, F_REPORTER));
	jw_arr_in(w, "requestFieldValues");
	for (size_t i = 0; i < t->fields; i++) {
		jw_obj(w);
		jw_str(w, "fieldId", sb_field_id(rq->site, t->field[i]));
		jw_str(w, "label", sb_field_name(rq->site, t->field[i]));
		jw_key(w, "value");
		put_value(rq, issue, t->field[i]);
		jw_end(w);
	}
	jw_end(w);
	put_status(rq, issue);
	put_expanded(rq, issue, t);
	jw_obj_in(w, "_links");
	jw_str(w, "self", sb_desk_link(rq, "request/%s", id));
	jw_str(w, "jiraRest", arena_printf(rq->arena, "%s/rest/api/2/issue/%s", rq->site->base, id));
	jw_str(w, "web", arena_printf(rq->arena, "%s/servicedesk/customer/portal/1/%s", rq->site->base, issue->key));
	jw_str(w, "agent", arena_printf(rq->arena, "%s/browse/%s", rq->site->base, issue->key));
	jw_end(w);
	jw_end(w);
}
