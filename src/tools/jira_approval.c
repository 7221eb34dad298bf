/*
 * Approvals are read before they are answered: the one that waits for this account is
 * the one that is meant, unless another is named. Participants are read, changed by
 * what is missing or too many, and reported as the site has them afterwards.
 */
#include "atlassian/desk.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_request_view.h"

#include <string.h>

enum { MAX_PEOPLE = 50 };

/* ---- jira_answer_approval ---- */

struct answer_args {
	const char *issue_key, *decision, *approval;
};

static const struct param answer_params[] = {
	P_STR(struct answer_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,request", .doc = NULL),
	P_ENUM(struct answer_args, decision, P_REQUIRED, .values = "approve,decline", .doc = NULL),
	P_STR(struct answer_args, approval, 0, .aliases = "approval_id", .doc = "If several wait: id or name"),
	P_END
};

/* The one that is named, or the only one that waits for this account. */
static int
find_approval(struct call *c, json *list, const struct answer_args *a, const char *key, json **ret)
{
	size_t waiting = 0;

	if (a->approval != NULL)
		return pick(c, "approval", a->approval, list, "id,name", ret);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_get_bool(it.value, "canAnswerApproval", false)) {
			*ret = it.value;
			waiting++;
		}
	}
	if (waiting == 1)
		return 0;
	if (waiting > 1) {
		call_fail(c, ERR_INPUT, "%zu approvals of %s wait for this account.", waiting, key);
		call_hint(c, "Name one in approval; jira_get_request shows them.");
		return -1;
	}
	if (json_len(list) == 0)
		call_fail(c, ERR_INPUT, "%s has no approval.", key);
	else
		call_fail(c, ERR_FORBIDDEN, "No approval of %s waits for this account. %s: %s.", key,
		    json_get_str(json_at(list, json_len(list) - 1), "name"), view_approval(c, json_at(list, json_len(list) - 1)));
	call_hint(c, "jira_get_request shows approvals and who is asked.");
	return -1;
}

static int
answer_approval(struct call *c, const void *v)
{
	const struct answer_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST" };
	const char *key, *was, *now;
	json *list, *approval;

	if (s == NULL || desk_request_key(c, s, a->issue_key, &key) == -1 ||
	    desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/request/%s/approval", key), DESK_PAGE, &list, NULL) == -1 ||
	    find_approval(c, list, a, key, &approval) == -1)
		return -1;
	was = view_approval(c, approval);
	w.path = rest_path(c, s, "/rest/servicedeskapi/request/%s/approval/%s", key,
	    json_scalar(c->arena, json_get(approval, "id")));
	w.body = arena_printf(c->arena, "{\"decision\":\"%s\"}", a->decision);
	w.target = key;
	w.before = json_text(c->arena, approval, NULL);
	w.what = arena_printf(c->arena, "the answer to the approval of %s", key);
	if (c->dry_run != NULL)
		out_pairf(c->out, json_get_str(approval, "name"), "%s -> %s", was, a->decision);
	if (rest_write(c, s, &w) == -1)
		return -1;
	now = json_get_str(w.json, "finalDecision");
	if (now == NULL || json_get_bool(w.json, "canAnswerApproval", false))
		return call_fail(c, ERR_IGNORED, "%s accepted the answer, but the approval of %s still waits for it.", s->label, key);
	out_say(c->out, "%s %s.", str_eq(a->decision, "approve") ? "Approved" : "Declined", key);
	out_pairf(c->out, json_get_str(approval, "name"), "%s -> %s", was, view_approval(c, w.json));
	return 0;
}

TOOL(jira_answer_approval,
	.title = "Answer approval", .doc = "Approve or decline a request.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = WRITES, .not_default = true,
	.scopes = "write:servicedesk-request", ARGS(struct answer_args, answer_params),
	.example = "{\"issue_key\":\"OPS-3\",\"decision\":\"approve\"}", .run = answer_approval,
);

/* ---- jira_update_request_participants ---- */

struct people_args {
	const char *issue_key;
	char **add, **remove;
};

static const struct param people_params[] = {
	P_STR(struct people_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,request", .doc = NULL),
	P_LIST(struct people_args, add, 0, .max_len = MAX_PEOPLE, .doc = "Names or e-mails"),
	P_LIST(struct people_args, remove, 0, .max_len = MAX_PEOPLE, .doc = NULL),
	P_END
};

struct people {
	const char *id[MAX_PEOPLE], *name[MAX_PEOPLE];	/* name: as it was given */
	size_t count;
};

static bool
has_person(const struct site *s, json *users, const char *id)
{
	for (struct json_iter it = json_iter(users); json_next(&it);) {
		if (desk_is_user(s, it.value, id))
			return true;
	}
	return false;
}

/* Those of names whose being in the list is not as wanted. */
static int
differing(struct call *c, struct site *s, const char *desk, char **names, json *users, bool wanted, struct people *ret)
{
	const char *id;

	for (; names != NULL && *names != NULL && ret->count < MAX_PEOPLE; names++) {
		if (desk_person(c, s, desk, *names, &id) == -1)
			return -1;
		if (has_person(s, users, id) != wanted)
			ret->name[ret->count] = *names, ret->id[ret->count++] = id;
	}
	return 0;
}

/* "Mei Tanaka, Priya Nair" */
static const char *
names(struct call *c, const struct people *p)
{
	const char *text = NULL;

	for (size_t i = 0; i < p->count; i++)
		text = text == NULL ? p->name[i] : arena_printf(c->arena, "%s, %s", text, p->name[i]);
	return text;
}

/* One write; in a dry run it is planned. *users becomes what the site has after it. */
static int
change(struct call *c, struct site *s, const char *key, const char *method, const struct people *p, json **users)
{
	bool adds = *method == 'P';
	struct rest_write w = { .method = method, .target = key, .before = json_text(c->arena, *users, NULL) };
	struct body b;

	if (p->count == 0)
		return 0;
	w.path = rest_path(c, s, "/rest/servicedeskapi/request/%s/participant", key);
	w.what = arena_printf(c->arena, "%s participants of %s", adds ? "adding" : "removing", key);
	desk_write_people(body_begin(&b), s, p->id, p->count);
	if ((w.body = body_end(c, &b)) == NULL)
		return -1;
	if (c->dry_run != NULL) {
		rest_plan(c, &w);
		return 0;
	}
	if (rest_write(c, s, &w) == -1)
		return -1;
	*users = json_get(w.json, "values");
	for (size_t i = 0; i < p->count; i++) {
		if (has_person(s, *users, p->id[i]) != adds)
			return call_fail(c, ERR_IGNORED, "Jira accepted %s, but %s is %s.", w.what, p->name[i],
			    adds ? "not among them" : "still among them");
	}
	return 0;
}

/* First who is new, then who goes; when one fails the error says what was done and what was not. */
static int
change_both(struct call *c, struct site *s, const char *key, const struct people *add, const struct people *remove, json **users)
{
	if (change(c, s, key, "POST", add, users) == -1) {
		if (remove->count > 0)
			err_context(&c->err, "Not removed: %s. Adding %s failed", names(c, remove), names(c, add));
		return -1;
	}
	if (change(c, s, key, "DELETE", remove, users) == 0)
		return 0;
	if (add->count > 0) {
		err_context(&c->err, "Added: %s. Removing %s failed", names(c, add), names(c, remove));
		if (c->err.kind != ERR_UNKNOWN_OUTCOME)
			call_hint(c, "Do not repeat the whole call: correct the cause and call with remove only.");
	}
	return -1;
}

static int
update_participants(struct call *c, const void *v)
{
	const struct people_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct people add = { .count = 0 }, remove = { .count = 0 };
	const char *key, *before, *after;
	json *request, *users;

	if (a->add == NULL && a->remove == NULL)
		return call_fail(c, ERR_INPUT, "Give add, remove or both.");
	if (s == NULL || desk_request(c, s, a->issue_key, NULL, &request) == -1)
		return -1;
	key = json_get_str(request, "issueKey");
	if (desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/request/%s/participant", key), DESK_MAX_LISTED, &users, NULL) == -1 ||
	    differing(c, s, json_get_str(request, "serviceDeskId"), a->add, users, true, &add) == -1 ||
	    differing(c, s, json_get_str(request, "serviceDeskId"), a->remove, users, false, &remove) == -1)
		return -1;
	before = view_people(c, users);
	before = before != NULL ? before : "(none)";
	if (add.count + remove.count == 0) {
		out_say(c->out, "The participants of %s are so already; nothing was changed.", key);
		out_pair(c->out, "Participants", before);
		return 0;
	}
	if (c->dry_run != NULL) {
		out_pair(c->out, "Participants", before);
		out_pair(c->out, "To be added", names(c, &add));
		out_pair(c->out, "To be removed", names(c, &remove));
	}
	if (change_both(c, s, key, &add, &remove, &users) == -1)
		return -1;
	if (c->dry_run != NULL)
		return rest_planned(c);
	after = view_people(c, users);
	out_say(c->out, "Updated %s.", key);
	out_pairf(c->out, "Participants", "%s -> %s", before, after != NULL ? after : "(none)");
	return 0;
}

TOOL(jira_update_request_participants,
	.title = "Update participants", .doc = "Add or remove people who share a request.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:servicedesk-request", ARGS(struct people_args, people_params),
	.example = "{\"issue_key\":\"OPS-3\",\"add\":[\"Priya Nair\"]}", .run = update_participants,
);
