/*
 * Many issues in one request. A handler for one issue runs for each of them on a request made up here, so that the rules
 * are the same one by one and in bulk; what it wrote is kept or dropped, what it refused is noted.
 */
#include "sandbox/sb_bulk.h"

#include "base/str.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_transition.h"

#include <string.h>

enum { MAX_CREATE = 50, FIRST_TASK = 10640 };

static void
made_up(struct sb_rq *sub, struct sb_rq *rq, const char *method, const char *key, json *body)
{
	sb_rq_init(sub, rq->site, rq->arena, method, rq->path, "");
	sub->me = rq->me;
	sub->api = rq->api;
	sub->adf = rq->adf;
	sub->segment[0] = key;
	sub->body = body;
}

static const char *
said(struct sb_rq *sub)
{
	const char *why = NULL;

	for (size_t i = 0; sub->failed && i < sub->fault_count; i++)
		why = why == NULL ? sub->fault[i].value : arena_printf(sub->arena, "%s %s", why, sub->fault[i].value);
	return why;
}

const char *
sb_bulk_one(struct sb_rq *rq, sb_handler *run, const char *method, const char *key, json *body)
{
	struct sb_rq sub;
	const char *why;

	made_up(&sub, rq, method, key, body);
	run(&sub);
	why = said(&sub);
	sb_rq_release(&sub);
	return why;
}

/* ---- POST issue/bulk ---- */

static void
put_element_errors(struct sb_rq *rq, const struct sb_rq *sub, size_t number)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "status", sub->status);
	jw_obj_in(w, "elementErrors");
	jw_arr_in(w, "errorMessages");
	for (size_t i = 0; i < sub->fault_count; i++)
		if (sub->fault[i].name == NULL)
			jw_s(w, sub->fault[i].value);
	jw_end(w);
	jw_obj_in(w, "errors");
	for (size_t i = 0; i < sub->fault_count; i++)
		if (sub->fault[i].name != NULL)
			jw_str(w, sub->fault[i].name, sub->fault[i].value);
	jw_end(w);
	jw_end(w);
	jw_int(w, "failedElementNumber", (int64_t)number);
	jw_end(w);
}

static void
refuse_all(struct sb_rq *rq, const char *message)
{
	struct sb_pair fault = { NULL, message };
	struct sb_rq sub = { .status = 400, .fault = &fault, .fault_count = 1 };

	rq->status = 400;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "issues");
	jw_end(&rq->w);
	jw_arr_in(&rq->w, "errors");
	put_element_errors(rq, &sub, 0);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_bulk_create(struct sb_rq *rq)
{
	json *list = json_get(rq->body, "issueUpdates");
	size_t n = json_len(list);
	struct sb_rq *sub;

	if (!sb_need_body(rq))
		return;
	if (n == 0 || n > MAX_CREATE) {
		refuse_all(rq, n == 0 ? "No issues were given." : arena_printf(rq->arena, "At most %d issues can be created at once.", MAX_CREATE));
		return;
	}
	sub = arena_array(rq->arena, n, sizeof *sub);
	rq->status = 400;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		made_up(&sub[it.index], rq, "POST", NULL, it.value);
		sb_create_issue(&sub[it.index]);
		if (!sub[it.index].failed)
			rq->status = 201;
	}
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "issues");
	for (size_t i = 0; i < n; i++)
		if (!sub[i].failed)
			jw_raw(&rq->w, sub[i].out.data, sub[i].out.len);
	jw_end(&rq->w);
	jw_arr_in(&rq->w, "errors");
	for (size_t i = 0; i < n; i++)
		if (sub[i].failed)
			put_element_errors(rq, &sub[i], i);
	jw_end(&rq->w);
	jw_end(&rq->w);
	for (size_t i = 0; i < n; i++)
		sb_rq_release(&sub[i]);
}

/* ---- Cloud's tasks ---- */

void
sb_bulk_refuse(struct sb_rq *rq, int status, const char *message)
{
	rq->status = status;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "errors");
	jw_obj(&rq->w);
	jw_str(&rq->w, "message", message);
	jw_end(&rq->w);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

const struct sb_issue *
sb_bulk_issue(struct sb_rq *rq, json *id_or_key)
{
	const struct sb_issue *issue = json_str(id_or_key) != NULL ? sb_issue_find(rq->site, json_str(id_or_key)) : NULL;

	return issue != NULL && sb_may_see(rq->me, issue->project) ? issue : NULL;
}

bool
sb_bulk_list(struct sb_rq *rq, json *list)
{
	bool any = false;

	for (struct json_iter it = json_iter(list); json_next(&it);)
		any = any || sb_bulk_issue(rq, it.value) != NULL;
	if (rq->me == SB_GUEST)
		sb_bulk_refuse(rq, 403, "User does not have permission to perform bulk operations");
	else if (json_len(list) == 0)
		sb_bulk_refuse(rq, 400, "selectedIssueIdsOrKeys must not be empty");
	else if (json_len(list) > SB_MAX_BULK)
		sb_bulk_refuse(rq, 400, "The number of issues exceeds the limit of 1000");
	else if (!any)
		sb_bulk_refuse(rq, 400, "None of the selected issues exist or are accessible");
	else
		return true;
	return false;
}

struct sb_task *
sb_task_new(struct sb_rq *rq)
{
	struct sb_site *site = rq->site;
	struct sb_task *t;

	site->task = sb_room(site->arena, site->task, site->task_count, sizeof *t);
	t = &site->task[site->task_count];
	t->id = FIRST_TASK + (int64_t)site->task_count++;
	t->at_ms = sb_now(site);
	t->by = rq->me;
	return t;
}

void
sb_task_note(struct sb_rq *rq, struct sb_task *t, const struct sb_issue *issue, const char *why)
{
	struct arena *a = rq->site->arena;

	t->total++;
	if (issue == NULL) {
		t->hidden++;
	} else if (why == NULL) {
		t->done = sb_room(a, t->done, t->done_count, sizeof *t->done);
		t->done[t->done_count++] = issue->id;
	} else {
		t->failed = sb_room(a, t->failed, t->failed_count, sizeof *t->failed);
		t->failed[t->failed_count].id = issue->id;
		t->failed[t->failed_count++].why = arena_strdup(a, why);
	}
}

void
sb_task_each(struct sb_rq *rq, struct sb_task *t, json *list, sb_handler *run, const char *method, json *body)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const struct sb_issue *issue = sb_bulk_issue(rq, it.value);

		sb_task_note(rq, t, issue, issue == NULL ? NULL : sb_bulk_one(rq, run, method, issue->key, body));
	}
}

void
sb_task_answer(struct sb_rq *rq, const struct sb_task *t)
{
	rq->status = 201;
	jw_obj(&rq->w);
	jw_str(&rq->w, "taskId", arena_printf(rq->arena, "%lld", (long long)t->id));
	jw_end(&rq->w);
}

void
sb_bulk_progress(struct sb_rq *rq)
{
	struct sb_task *t = NULL;
	struct jw *w = &rq->w;
	bool ended;

	for (size_t i = 0; i < rq->site->task_count; i++)
		if (str_eq(rq->segment[0], arena_printf(rq->arena, "%lld", (long long)rq->site->task[i].id)))
			t = &rq->site->task[i];
	if (t == NULL) {
		sb_bulk_refuse(rq, 400, "Task not found");
		return;
	}
	ended = t->asked++ > 0;
	jw_obj(w);
	jw_str(w, "taskId", rq->segment[0]);
	jw_str(w, "status", ended ? "COMPLETE" : "RUNNING");
	jw_int(w, "progressPercent", ended ? 100 : 50);
	jw_key(w, "submittedBy");
	jw_obj(w);
	jw_str(w, "accountId", sb_people[t->by].account_id);
	jw_end(w);
	jw_int(w, "created", t->at_ms);
	jw_int(w, "started", t->at_ms);
	jw_int(w, "updated", t->at_ms);
	if (ended) {
		jw_int(w, "totalIssueCount", (int64_t)t->total);
		jw_int(w, "invalidOrInaccessibleIssueCount", (int64_t)t->hidden);
		jw_arr_in(w, "processedAccessibleIssues");
		for (size_t i = 0; i < t->done_count; i++)
			jw_i(w, t->done[i]);
		jw_end(w);
		jw_obj_in(w, "failedAccessibleIssues");
		for (size_t i = 0; i < t->failed_count; i++) {
			jw_arr_in(w, arena_printf(rq->arena, "%lld", (long long)t->failed[i].id));
			jw_s(w, t->failed[i].why);
			jw_end(w);
		}
		jw_end(w);
	}
	jw_end(w);
}

static void
watch_one(struct sb_rq *sub)
{
	struct sb_issue *issue = sb_segment_issue(sub, 0);
	uint32_t me = 1U << sub->me;

	if (issue != NULL)
		issue->watchers = str_eq(sub->method, "DELETE") ? issue->watchers & ~me : issue->watchers | me;
}

static void
delete_one(struct sb_rq *sub)
{
	static struct sb_pair with_parts = { "deleteSubtasks", "true" };

	sub->param = &with_parts;
	sub->param_count = 1;
	sb_delete_issue(sub);
}

static void
simple(struct sb_rq *rq, sb_handler *run, const char *method)
{
	json *list = json_get(rq->body, "selectedIssueIdsOrKeys");
	struct sb_task *t;

	if (!sb_need_body(rq) || !sb_bulk_list(rq, list))
		return;
	t = sb_task_new(rq);
	sb_task_each(rq, t, list, run, method, NULL);
	sb_task_answer(rq, t);
}

void
sb_bulk_delete(struct sb_rq *rq)
{
	simple(rq, delete_one, "DELETE");
}

void
sb_bulk_watch(struct sb_rq *rq)
{
	simple(rq, watch_one, "POST");
}

void
sb_bulk_unwatch(struct sb_rq *rq)
{
	simple(rq, watch_one, "DELETE");
}

/* ---- transitions ---- */

static json *
parsed(struct sb_rq *rq, const char *text)
{
	struct err e;

	err_init(&e, rq->arena);
	return json_parse(rq->arena, text, strlen(text), JSON_TRUSTED, &e);
}

void
sb_bulk_transition(struct sb_rq *rq)
{
	json *inputs = json_get(rq->body, "bulkTransitionInputs");
	struct sb_task *t;

	if (!sb_need_body(rq))
		return;
	for (struct json_iter it = json_iter(inputs); json_next(&it);)
		if (!sb_bulk_list(rq, json_get(it.value, "selectedIssueIdsOrKeys")))
			return;
	if (json_len(inputs) == 0) {
		sb_bulk_refuse(rq, 400, "bulkTransitionInputs must not be empty");
		return;
	}
	t = sb_task_new(rq);
	for (struct json_iter it = json_iter(inputs); json_next(&it);) {
		const char *id = json_get_str(it.value, "transitionId");

		sb_task_each(rq, t, json_get(it.value, "selectedIssueIdsOrKeys"), sb_do_transition, "POST",
		    parsed(rq, arena_printf(rq->arena, "{\"transition\":{\"id\":\"%.10s\"}}", id != NULL && id[strspn(id, "0123456789")] == '\0' ? id : "")));
	}
	sb_task_answer(rq, t);
}

/* Every issue's transition t is possible and asks for nothing. */
static bool
common(struct sb_rq *rq, char **keys, const struct sb_transition *t)
{
	for (; *keys != NULL; keys++) {
		const struct sb_issue *issue = sb_issue_find(rq->site, *keys);

		if (issue != NULL && sb_may_see(rq->me, issue->project) &&
		    (t->screen || !sb_transition_fits(t, sb_id(issue, F_STATUS), sb_id(issue, F_ISSUETYPE))))
			return false;
	}
	return true;
}

void
sb_bulk_transitions(struct sb_rq *rq)
{
	const char *given = sb_arg(rq, "issueIdsOrKeys");
	char **keys = str_split(rq->arena, given != NULL ? given : "", ",", NULL);
	struct jw *w = &rq->w;
	bool all = true;

	if (*keys == NULL) {
		sb_bulk_refuse(rq, 400, "issueIdsOrKeys must not be empty");
		return;
	}
	jw_obj(w);
	jw_arr_in(w, "availableTransitions");
	jw_obj(w);
	jw_arr_in(w, "issues");
	for (size_t i = 0; keys[i] != NULL; i++) {
		const struct sb_issue *issue = sb_issue_find(rq->site, keys[i]);

		if (issue != NULL && sb_may_see(rq->me, issue->project))
			jw_s(w, issue->key);
	}
	jw_end(w);
	jw_arr_in(w, "transitions");
	for (size_t i = 0; i < sb_workflow_count; i++) {
		const struct sb_transition *t = &sb_workflow[i];

		if (!common(rq, keys, t)) {
			all = false;
			continue;
		}
		jw_obj(w);
		jw_int(w, "transitionId", t->id);
		jw_str(w, "transitionName", t->name);
		jw_obj_in(w, "to");
		jw_int(w, "statusId", t->to);
		jw_str(w, "statusName", sb_named_by_id(SB_STATUS, t->to)->name);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	jw_bool(w, "isTransitionsFiltered", !all);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

/* ---- moving ---- */

/* "SHOP,10001" or "SHOP,10001,SHOP-7" */
static const char *
move_one(struct sb_rq *rq, struct sb_issue *issue, int project, const struct sb_named *type)
{
	struct sb_site *site = rq->site;
	const struct sb_named *old = sb_named_by_id(SB_TYPE, sb_id(issue, F_ISSUETYPE));
	struct sb_change *c;

	if (old->level < 0 || type->level != old->level)
		return "The issue type can't be changed to one of another level.";
	if (issue->project == project && old == type)
		return NULL;
	c = sb_change_begin(site, issue, rq->me, sb_now(site));
	if (issue->project != project) {
		issue->project = project;
		issue->number = site->next_number[project]++;
		issue->key = arena_printf(site->arena, "%s-%d", sb_projects[project].key, issue->number);
		issue->value[F_PROJECT] = sb_one_id(site, project);
		sb_change_set(site, issue, c, F_COMPONENTS, (struct sb_value){ NULL, 0 });
		sb_change_set(site, issue, c, F_FIXVERSIONS, (struct sb_value){ NULL, 0 });
		sb_change_set(site, issue, c, F_VERSIONS, (struct sb_value){ NULL, 0 });
	}
	sb_change_set(site, issue, c, F_ISSUETYPE, sb_one_id(site, type->id));
	sb_change_end(site, issue, c);
	return NULL;
}

static void
move_with_parts(struct sb_rq *rq, struct sb_task *t, struct sb_issue *issue, int project, const struct sb_named *type)
{
	struct sb_site *site = rq->site;

	sb_task_note(rq, t, issue, move_one(rq, issue, project, type));
	for (size_t i = 0; i < site->issue_count; i++) {
		struct sb_issue *sub = site->issue[i];

		if (sub->deleted || sb_id(sub, F_ISSUETYPE) != SB_SUBTASK || sb_id(sub, F_PARENT) != issue->id || sub->project == project)
			continue;
		sub->project = project;
		sub->number = site->next_number[project]++;
		sub->key = arena_printf(site->arena, "%s-%d", sb_projects[project].key, sub->number);
		sub->value[F_PROJECT] = sb_one_id(site, project);
	}
}

void
sb_bulk_move(struct sb_rq *rq)
{
	json *map = json_get(rq->body, "targetToSourcesMapping");
	struct sb_task *t;

	if (!sb_need_body(rq))
		return;
	for (struct json_iter it = json_iter(map); json_next(&it);) {
		char **part = str_split(rq->arena, it.key, ",", NULL);
		int64_t type = 0;

		if (!sb_bulk_list(rq, json_get(it.value, "issueIdsOrKeys")))
			return;
		if (part[0] == NULL || part[1] == NULL || !sb_may_see(rq->me, sb_project_find(part[0])) ||
		    str_int(part[1], 1, INT32_MAX, &type) == -1 || sb_named_by_id(SB_TYPE, type) == NULL) {
			sb_bulk_refuse(rq, 400, "The target project or issue type is not valid");
			return;
		}
	}
	if (json_len(map) == 0) {
		sb_bulk_refuse(rq, 400, "targetToSourcesMapping must not be empty");
		return;
	}
	t = sb_task_new(rq);
	for (struct json_iter it = json_iter(map); json_next(&it);) {
		char **part = str_split(rq->arena, it.key, ",", NULL);
		int64_t type = 0;

		if (str_int(part[1], 1, INT32_MAX, &type) == -1)
			BUG("a type that was good");
		for (struct json_iter one = json_iter(json_get(it.value, "issueIdsOrKeys")); json_next(&one);) {
			const struct sb_issue *issue = sb_bulk_issue(rq, one.value);

			if (issue == NULL)
				sb_task_note(rq, t, NULL, NULL);
			else
				move_with_parts(rq, t, sb_issue_by_id(rq->site, issue->id), sb_project_find(part[0]), sb_named_by_id(SB_TYPE, type));
		}
	}
	sb_task_answer(rq, t);
}
