/*
 * The side door. Requests to it are answered before faults are chosen, so a test can
 * always reach it; only the main account may.
 */
#include "sandbox/sb_door.h"

#include "base/str.h"
#include "sandbox/cf_model.h"
#include "sandbox/sb_route.h"

#include <stdio.h>
#include <string.h>

static const char prefix[] = "/__sandbox/";

void
sb_log_init(struct sb_log *log, struct arena *a)
{
	log->arena = a;
	log->seen = arena_array(a, SB_LOG_SIZE, sizeof *log->seen);
	log->count = 0;
}

void
sb_log_add(struct sb_log *log, const char *method, const char *path, int status, const char *fault)
{
	struct sb_seen *s = &log->seen[log->count++ % SB_LOG_SIZE];

	snprintf(s->method, sizeof s->method, "%s", method);
	snprintf(s->path, sizeof s->path, "%s", path);
	s->status = status;
	s->fault = fault;
}

bool
sb_is_door(const char *path)
{
	return str_starts(path, prefix);
}

static const struct sb_seen *
entry(const struct sb_log *log, size_t i)
{
	size_t kept = log->count < SB_LOG_SIZE ? log->count : SB_LOG_SIZE;

	return &log->seen[(log->count - kept + i) % SB_LOG_SIZE];
}

static void
put_log(struct sb_rq *rq, const struct sb_log *log)
{
	size_t kept = log->count < SB_LOG_SIZE ? log->count : SB_LOG_SIZE;
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "count", (int64_t)log->count);
	jw_arr_in(w, "counts");
	for (size_t i = 0; i < kept; i++) {
		int64_t same = 0;
		bool first = true;

		for (size_t k = 0; k < kept; k++)
			if (str_eq(entry(log, i)->method, entry(log, k)->method) &&
			    str_eq(entry(log, i)->path, entry(log, k)->path)) {
				same++;
				first = first && k >= i;
			}
		if (!first)
			continue;
		jw_obj(w);
		jw_str(w, "method", entry(log, i)->method);
		jw_str(w, "path", entry(log, i)->path);
		jw_int(w, "count", same);
		jw_end(w);
	}
	jw_end(w);
	jw_arr_in(w, "requests");
	for (size_t i = 0; i < kept; i++) {
		const struct sb_seen *s = entry(log, i);

		jw_obj(w);
		jw_str(w, "method", s->method);
		jw_str(w, "path", s->path);
		jw_int(w, "status", s->status);
		if (s->fault != NULL)
			jw_str(w, "fault", s->fault);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

static void
put_state(struct sb_rq *rq)
{
	const struct sb_site *site = rq->site;
	int64_t issues = 0, comments = 0, worklogs = 0, changes = 0, links = 0;

	for (size_t i = 0; i < site->issue_count; i++) {
		const struct sb_issue *issue = site->issue[i];

		if (issue->deleted)
			continue;
		issues++;
		comments += (int64_t)issue->comment_count;
		worklogs += (int64_t)issue->worklog_count;
		changes += (int64_t)issue->change_count;
	}
	for (size_t i = 0; i < site->link_count; i++)
		links += !site->link[i].deleted;
	jw_obj(&rq->w);
	jw_str(&rq->w, "deployment", site->dc ? "dc" : "cloud");
	jw_int(&rq->w, "issues", issues);
	jw_int(&rq->w, "comments", comments);
	jw_int(&rq->w, "worklogs", worklogs);
	jw_int(&rq->w, "changes", changes);
	jw_int(&rq->w, "links", links);
	jw_int(&rq->w, "content", (int64_t)site->wiki->content_count);
	jw_int(&rq->w, "memory", (int64_t)arena_size(site->arena));
	jw_end(&rq->w);
}

static void
take_faults(struct sb_rq *rq, struct sb_faults *faults)
{
	json *body;
	struct err e;

	err_init(&e, rq->arena);
	body = json_parse(rq->arena, rq->body_text, rq->body_len, JSON_TRUSTED, &e);
	if (body == NULL) {
		sb_fail(rq, 400, "%s", e.message);
		return;
	}
	if (json_get_bool(body, "clear", false)) {
		faults->order_count = 0;
		faults->chance_count = 0;
		faults->anonymous = false;
	}
	if (json_get_str(body, "spec") != NULL && sb_faults_parse(faults, json_get_str(body, "spec"), &e) == -1)
		sb_fail(rq, 400, "%s", e.message);
	for (struct json_iter it = json_iter(json_get(body, "next")); !rq->failed && json_next(&it);)
		if (sb_faults_order(faults, rq->site->arena, it.value, &e) == -1)
			sb_fail(rq, 400, "%s", e.message);
	jw_obj(&rq->w);
	jw_int(&rq->w, "waiting", (int64_t)faults->order_count);
	jw_int(&rq->w, "byChance", (int64_t)faults->chance_count);
	jw_end(&rq->w);
}

void
sb_door(struct sb_rq *rq, struct sb_faults *faults, struct sb_log *log)
{
	const char *what = rq->path + strlen(prefix);
	bool token = rq->authorization != NULL && str_starts(rq->authorization, "Bearer ") &&
		     str_eq(rq->authorization + strlen("Bearer "), sb_people[SB_ME].token);

	rq->me = sb_login(rq);
	if (rq->me != SB_ME && !token)
		sb_fail(rq, 401, "The side door wants the credentials of the main account.");
	else if (str_eq(what, "log") && str_eq(rq->method, "GET"))
		put_log(rq, log);
	else if (str_eq(what, "log") && str_eq(rq->method, "DELETE")) {
		log->count = 0;
		rq->status = 204;
	} else if (str_eq(what, "state") && str_eq(rq->method, "GET"))
		put_state(rq);
	else if (str_eq(what, "faults") && str_eq(rq->method, "POST"))
		take_faults(rq, faults);
	else
		sb_fail(rq, 404, "The side door has faults (POST), log (GET, DELETE) and state (GET).");
	sb_finish(rq);
}
