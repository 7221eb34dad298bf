/*
 * Issues: read, create, edit, delete, assign; their change log. A
 * write first makes a draft from the body and finds every fault in it; only a good
 * draft is stored, as one change.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

#include <string.h>

enum { MAX_BULK_FETCH = 100, MAX_PROPERTIES = 100 };

static const char **
pick_names(struct sb_rq *rq, size_t *ret_n)
{
	const char **names;

	*ret_n = sb_arg_list(rq, "fields", &names);
	return names;
}

void
sb_get_issue(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	size_t n;
	const char **names = pick_names(rq, &n);
	struct sb_pick p = sb_pick(rq, names, n, SB_PICK_ALL);

	if (issue == NULL)
		return;
	p.id_only = false;
	p.names = sb_expands(rq, "names");
	p.schemas = sb_expands(rq, "schema");
	sb_put_issue(rq, issue, &p);
}

/* The project and the issue type decide which fields there are, so they are read before the others. */
static void
take_place(struct sb_rq *rq, struct sb_draft *d)
{
	json *project = json_path(rq->body, "fields.project"), *type = json_path(rq->body, "fields.issuetype");
	const char *key = json_get_str(project, "key"), *id = json_scalar(rq->arena, json_get(project, "id"));
	const char *type_id = json_scalar(rq->arena, json_get(type, "id")), *type_name = json_get_str(type, "name");
	const struct sb_named *t = NULL;
	int64_t n = 0;
	bool dc = rq->site->dc;

	if (project == NULL)
		sb_refuse(rq, "project", dc ? "project is required" : "Specify a valid project ID or key");
	d->project = id != NULL ? sb_project_find(id) : key != NULL ? sb_project_find(key) : -1;
	if (!sb_may_see(rq->me, d->project)) {
		sb_refuse(rq, "project", dc ? "valid project is required" : "Specify a valid project ID or key");
		d->project = -1;
	} else {
		d->value[F_PROJECT] = sb_one_id(rq->site, d->project);
	}
	if (type_id != NULL && str_int(type_id, 0, INT32_MAX, &n) == 0)
		t = sb_named_by_id(SB_TYPE, n);
	else if (type_name != NULL)
		t = sb_named_by_name(SB_TYPE, type_name, -1);
	if (type == NULL)
		sb_refuse(rq, "issuetype", dc ? "issue type is required" : "Specify an issue type");
	else if (t == NULL)
		sb_refuse(rq, "issuetype", dc ? "valid issue type is required" : "Specify a valid issue type");
	if (t != NULL) {
		d->type = t->id;
		d->value[F_ISSUETYPE] = sb_one_id(rq->site, t->id);
	}
}

static void
take_properties(struct sb_rq *rq, struct sb_issue *issue)
{
	for (struct json_iter it = json_iter(json_get(rq->body, "properties")); json_next(&it);) {
		const char *key = json_get_str(it.value, "key");
		struct sb_property *p;

		if (key == NULL || issue->property_count >= MAX_PROPERTIES)
			continue;
		issue->property = sb_room(rq->site->arena, issue->property, issue->property_count, sizeof *p);
		p = &issue->property[issue->property_count++];
		p->key = arena_strdup(rq->site->arena, key);
		p->value = json_text(rq->site->arena, json_get(it.value, "value"), NULL);
	}
}

void
sb_create_issue(struct sb_rq *rq)
{
	struct sb_draft d;
	struct sb_issue *issue;
	struct sb_site *site = rq->site;
	int64_t now = sb_now(site);

	if (!sb_need_body(rq))
		return;
	sb_draft_init(&d, NULL);
	take_place(rq, &d);
	if (rq->failed && (d.project < 0 || d.type == 0)) {
		if (json_path(rq->body, "fields.summary") == NULL && !rq->site->dc)
			sb_refuse(rq, "summary", "You must specify a summary of the issue.");
		return;
	}
	sb_take_fields(rq, &d, SB_ON_CREATE);
	sb_take_required(rq, &d, SB_ON_CREATE);
	sb_take_extras(rq, NULL);
	if (rq->failed)
		return;
	if (site->issue_count >= SB_MAX_ISSUES) {
		sb_fail(rq, 400, "The sandbox holds no more than %d issues.", SB_MAX_ISSUES);
		return;
	}
	issue = sb_issue_add(site, d.project);
	if (!d.touched[F_PRIORITY])
		d.value[F_PRIORITY] = sb_one_id(site, 3);
	if (!d.touched[F_REPORTER])
		d.value[F_REPORTER] = sb_one_id(site, rq->me);
	d.value[F_RANK] = issue->value[F_RANK];
	memcpy(issue->value, d.value, sizeof issue->value);
	issue->value[F_STATUS] = sb_one_id(site, SB_TODO);
	issue->value[F_CREATOR] = sb_one_id(site, rq->me);
	issue->value[F_CREATED] = sb_one_id(site, now);
	issue->value[F_UPDATED] = sb_one_id(site, now);
	issue->value[F_STATUSCHANGED] = sb_one_id(site, now);
	issue->watchers = 1U << rq->me;
	sb_take_extras(rq, issue);
	take_properties(rq, issue);
	rq->status = 201;
	jw_obj(&rq->w);
	jw_str(&rq->w, "id", arena_printf(rq->arena, "%lld", (long long)issue->id));
	jw_str(&rq->w, "key", issue->key);
	jw_str(&rq->w, "self", sb_self(rq, "issue/%lld", (long long)issue->id));
	jw_end(&rq->w);
}

void
sb_edit_issue(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_draft d;
	struct sb_change *c;

	if (issue == NULL || !sb_need_body(rq))
		return;
	sb_draft_init(&d, issue);
	if (json_get(rq->body, "fields") == NULL && json_get(rq->body, "update") == NULL) {
		sb_fail(rq, 400, "one of 'fields' or 'update' required");
		return;
	}
	sb_take_fields(rq, &d, SB_ON_EDIT);
	sb_take_required(rq, &d, SB_ON_EDIT);
	sb_take_extras(rq, NULL);
	if (rq->failed)
		return;
	c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));
	sb_draft_store(rq, &d, issue, c);
	sb_change_end(rq->site, issue, c);
	sb_take_extras(rq, issue);
	if (!rq->site->dc && sb_arg_is(rq, "returnIssue", "true")) {
		struct sb_pick p = sb_pick(rq, NULL, 0, SB_PICK_ALL);

		sb_put_issue(rq, issue, &p);
		return;
	}
	rq->status = 204;
}

void
sb_delete_issue(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	bool with_subtasks = sb_arg_is(rq, "deleteSubtasks", "true");

	if (issue == NULL)
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "You do not have permission to delete issues in this project.");
		return;
	}
	for (size_t i = 0; i < rq->site->issue_count; i++) {
		struct sb_issue *sub = rq->site->issue[i];

		if (sub->deleted || sb_id(sub, F_ISSUETYPE) != SB_SUBTASK || sb_id(sub, F_PARENT) != issue->id)
			continue;
		if (!with_subtasks) {
			sb_fail(rq, 400,
			    "The issue '%s' has subtasks.  You must specify the 'deleteSubtasks' parameter to delete "
			    "this "
			    "issue and all its subtasks.",
			    issue->key);
			return;
		}
		sub->deleted = true;
	}
	issue->deleted = true;
	rq->status = 204;
}

void
sb_assign_issue(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_value value = { NULL, 0 };
	struct sb_change *c;
	json *who;
	int n;

	if (issue == NULL || !sb_need_body(rq))
		return;
	who = json_get(rq->body, rq->site->dc ? "name" : "accountId");
	if (who == NULL) {
		sb_refuse(rq, "assignee",
		    rq->site->dc ? "expected Object containing a 'name' property"
				 : "Specify the accountId of the assignee, or null.");
		return;
	}
	/* "-1" is the project's default assignee. */
	n = json_str(who) != NULL && str_eq(json_str(who), "-1") ? sb_projects[issue->project].lead
								 : sb_take_person(rq, "assignee", rq->body);
	if (n == -1)
		return;
	if (n >= 0 && (!sb_people[n].active || !sb_may_see(n, issue->project))) {
		sb_refuse(rq, "assignee", "User '%s' cannot be assigned issues.",
		    rq->site->dc ? sb_people[n].name : sb_people[n].account_id);
		return;
	}
	if (n >= 0)
		value = sb_one_id(rq->site, n);
	c = sb_change_begin(rq->site, issue, rq->me, sb_now(rq->site));
	sb_change_set(rq->site, issue, c, F_ASSIGNEE, value);
	sb_change_end(rq->site, issue, c);
	rq->status = 204;
}

/* Cloud only; oldest first, unlike ?expand=changelog. */
void
sb_get_changelog(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct sb_page p;

	if (issue == NULL)
		return;
	p = sb_page(rq, 100, 100, issue->change_count);
	sb_put_page_bean(rq, &p, arena_printf(rq->arena, "issue/%s/changelog", issue->key));
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_change(rq, &issue->change[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static const struct sb_issue *
visible_issue(struct sb_rq *rq, json *id_or_key)
{
	const struct sb_issue *issue =
	    json_str(id_or_key) != NULL ? sb_issue_find(rq->site, json_str(id_or_key)) : NULL;

	return issue != NULL && sb_may_see(rq->me, issue->project) ? issue : NULL;
}

/* Several issues by id or key. Those that can't be seen are named, as the newer bulk calls do. */
void
sb_bulk_fetch(struct sb_rq *rq)
{
	json *list = json_get(rq->body, "issueIdsOrKeys"), *fields = json_get(rq->body, "fields");
	const char **names = NULL;
	size_t n = 0;
	struct sb_pick p;
	const struct sb_issue *issue;

	if (!sb_need_body(rq))
		return;
	if (json_len(list) == 0 || json_len(list) > MAX_BULK_FETCH) {
		sb_fail(rq, 400, "The number of issues must be between 1 and %d.", MAX_BULK_FETCH);
		return;
	}
	for (struct json_iter it = json_iter(fields); json_next(&it);) {
		names = sb_room(rq->arena, names, n, sizeof *names);
		names[n++] = json_str(it.value) != NULL ? json_str(it.value) : "";
	}
	p = sb_pick(rq, names, n, SB_PICK_NAVIGABLE);
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "issues");
	for (struct json_iter it = json_iter(list); json_next(&it);)
		if ((issue = visible_issue(rq, it.value)) != NULL)
			sb_put_issue(rq, issue, &p);
	jw_end(&rq->w);
	jw_arr_in(&rq->w, "issueErrors");
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (visible_issue(rq, it.value) != NULL)
			continue;
		jw_obj(&rq->w);
		jw_str(&rq->w, "id", json_scalar(rq->arena, it.value));
		jw_str(&rq->w, "errorMessage", "Issue does not exist or you do not have permission to see it.");
		jw_end(&rq->w);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
}
