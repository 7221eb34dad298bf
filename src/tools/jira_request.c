/*
 * Customer requests, as their customers and agents see them: reading one with all that
 * belongs to it (three requests at once), searching, the SLA's cycles, and the
 * transitions that are open to customers.
 */
#include "atlassian/desk.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_request_view.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_COMMENT = 256 * 1024, MAX_COMMENTS = 500 };

/* ---- jira_get_request ---- */

struct get_args {
	const char *issue_key;
	int64_t comment_limit;
};

static const struct param get_params[] = {
	P_STR(struct get_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,request", .doc = NULL),
	P_INT(struct get_args, comment_limit, 0, .min = 0, .max = 100, .dflt = 5, .doc = "Default 5"),
	P_END
};

/* Long texts follow the lines as sections. */
static void
view_values(struct call *c, const struct site *s, json *request, bool sections)
{
	for (struct json_iter it = json_iter(json_get(request, "requestFieldValues")); json_next(&it);) {
		const char *id = json_get_str(it.value, "fieldId"), *label = json_get_str(it.value, "label"), *text;

		text = str_eq(id, "summary") || str_eq(id, "attachment") ? NULL : view_request_value(c, s, it.value);
		if (text == NULL || (str_eq(id, "description") || strchr(text, '\n') != NULL) != sections)
			continue;
		if (sections)
			out_text(c->out, label != NULL ? label : id, text);
		else
			out_pair(c->out, label != NULL ? label : id, text);
	}
}

static const char *
summary_of(json *request)
{
	const char *summary = json_get_str(request, "summary");

	for (struct json_iter it = json_iter(json_get(request, "requestFieldValues")); summary == NULL && json_next(&it);) {
		if (str_eq(json_get_str(it.value, "fieldId"), "summary"))
			summary = json_get_str(it.value, "value");
	}
	return summary;
}

static void
view_request(struct call *c, const struct site *s, json *request, json *approvals)
{
	const char *key = json_get_str(request, "issueKey"), *web = json_path_str(request, "_links.web");

	out_title(c->out, key, summary_of(request));
	out_pair(c->out, "Request type", json_path_str(request, "requestType.name"));
	out_pair(c->out, "Status", json_path_str(request, "currentStatus.status"));
	out_pair(c->out, "Status since", desk_date(c, json_path(request, "currentStatus.statusDate")));
	out_pair(c->out, "Reporter", jira_user_name(json_get(request, "reporter")));
	out_pair(c->out, "Participants", view_people(c, json_path(request, "participants.values")));
	out_pair(c->out, "Service desk", json_path_str(request, "serviceDesk.projectName"));
	out_pair(c->out, "Created", desk_date(c, json_get(request, "createdDate")));
	view_values(c, s, request, false);
	for (struct json_iter it = json_iter(json_path(request, "sla.values")); json_next(&it);)
		out_pair(c->out, arena_printf(c->arena, "SLA %s", json_get_str(it.value, "name")), view_sla(c, it.value));
	for (struct json_iter it = json_iter(json_get(approvals, "values")); json_next(&it);)
		out_pair(c->out, arena_printf(c->arena, "Approval %s", json_get_str(it.value, "name")), view_approval(c, it.value));
	for (struct json_iter it = json_iter(json_path(request, "attachments.values")); json_next(&it);)
		out_pair(c->out, "Attachment", json_get_str(it.value, "filename"));
	out_pair(c->out, "URL", web != NULL && jira_is_own_link(s, web) ? web : jira_browse_url(c->arena, s, key));
	view_values(c, s, request, true);
}

static int
get_request(struct call *c, const void *v)
{
	static const char expand[] = "requestType,serviceDesk,participant,sla,attachment";
	const struct get_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *request, *comments = NULL;
	bool all = true;
	struct rest_req q[3];

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL)
		return -1;
	if (s->config->filter != NULL) {	/* nothing of a request beyond the fence is asked for */
		if (desk_request(c, s, key, expand, &request) == -1)
			return -1;
	}
	c->target = key;
	q[0] = (struct rest_req){ .optional = true, .path = rest_query(c, rest_path(c, s,
	    "/rest/servicedeskapi/request/%s/approval", key), "limit", "50", NULL) };
	q[1] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "/rest/servicedeskapi/request/%s/comment", key),
	    "start", "0", "limit", "100", NULL) };
	q[2] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "/rest/servicedeskapi/request/%s", key), "expand",
	    expand, NULL) };
	if (rest_all(c, s, q, s->config->filter != NULL ? 2 : 3) == -1)
		return -1;
	if (s->config->filter == NULL)
		request = q[2].json;
	if (json_get_str(request, "issueKey") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a request.", s->label);
	comments = json_get(q[1].json, "values");
	if (!json_get_bool(q[1].json, "isLastPage", true) && a->comment_limit > 0 &&
	    desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/request/%s/comment", key), MAX_COMMENTS, &comments, &all) == -1)
		return -1;
	view_request(c, s, request, q[0].json);
	if (a->comment_limit > 0)
		view_request_comments(c, s, comments, (size_t)a->comment_limit, all);
	return 0;
}

TOOL(jira_get_request,
	.title = "Get request", .doc = "Read a customer request: status, SLA, approvals, participants, comments.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct get_args, get_params),
	.example = "{\"issue_key\":\"OPS-3\"}", .run = get_request,
);

/* ---- jira_search_requests ---- */

struct search_args {
	const char *query, *status, *ownership, *approval, *service_desk_id, *request_type_id;
	int64_t start_at, limit;
};

static const struct param search_params[] = {
	P_STR(struct search_args, query, 0, .aliases = "search_term", .doc = NULL),
	P_ENUM(struct search_args, status, 0, .values = "open,closed,all", .doc = NULL),
	P_ENUM(struct search_args, ownership, P_MORE, .values = "mine,participated,organization,to_approve,all", .doc = NULL),
	P_STR(struct search_args, service_desk_id, 0, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_STR(struct search_args, request_type_id, P_MORE, .aliases = "request_type", .doc = "Or name"),
	P_INT(struct search_args, start_at, P_MORE, .doc = NULL),
	P_INT(struct search_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 25, .doc = NULL),
	P_END
};

static const struct {
	const char *word, *api;
} words[] = {
	{ "open", "OPEN_REQUESTS" }, { "closed", "CLOSED_REQUESTS" }, { "mine", "OWNED_REQUESTS" },
	{ "participated", "PARTICIPATED_REQUESTS" }, { "organization", "ALL_ORGANIZATIONS" }, { "to_approve", "APPROVER" },
};

static const char *
in_api_words(const char *word)
{
	for (size_t i = 0; i < LEN(words); i++) {
		if (str_eq(words[i].word, word))
			return words[i].api;
	}
	return "ALL_REQUESTS";
}

static char *
search_path(struct call *c, struct site *s, const struct search_args *a)
{
	const char *type = NULL;
	json *desk = NULL;

	if (a->service_desk_id != NULL && desk_find(c, s, a->service_desk_id, &desk) == -1)
		return NULL;
	if (a->request_type_id != NULL && desk == NULL) {
		call_fail(c, ERR_INPUT, "A request type belongs to a service desk: give service_desk_id too.");
		return NULL;
	}
	if (a->request_type_id != NULL &&
	    desk_request_type(c, s, json_get_str(desk, "id"), a->request_type_id, &type) == -1)
		return NULL;
	return rest_query(c, rest_path(c, s, "/rest/servicedeskapi/request"), "searchTerm", a->query,
	    "requestOwnership", in_api_words(a->ownership), "requestStatus", in_api_words(a->status),
	    "approvalStatus", str_eq(a->ownership, "to_approve") ? "MY_PENDING_APPROVAL" : NULL,
	    "serviceDeskId", json_get_str(desk, "id"), "requestTypeId", type, "expand", "requestType",
	    "start", arena_printf(c->arena, "%lld", (long long)a->start_at),
	    "limit", arena_printf(c->arena, "%lld", (long long)a->limit), NULL);
}

static int
search_requests(struct call *c, const void *v)
{
	const struct search_args *a = v;
	struct site *s = app_site(c, JIRA);
	size_t n, shown = 0;
	json *page;

	if (s == NULL)
		return -1;
	if (rest_get(c, s, search_path(c, s, a), &page) == -1)
		return -1;
	for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);) {
		const char *key = json_get_str(it.value, "issueKey");

		if (key == NULL || !site_fence_allows(s, jira_project_of(c->arena, key)))
			continue;
		if (shown++ == 0)
			out_table(c->out, "requests", "Key", "Status", "Request type", "Reporter", "Created", "Summary", NULL);
		out_row(c->out, key, json_path_str(it.value, "currentStatus.status"), json_path_str(it.value, "requestType.name"),
		    jira_user_name(json_get(it.value, "reporter")), desk_date(c, json_get(it.value, "createdDate")),
		    summary_of(it.value));
	}
	n = json_len(json_get(page, "values"));
	if (shown == 0)
		out_say(c->out, n == 0 ? "No request fits." : "None of this page's requests is in an allowed project.");
	if (!json_get_bool(page, "isLastPage", true) && n > 0)
		out_more(c->out, "start_at", arena_printf(c->arena, "%lld", (long long)a->start_at + (long long)n), NULL);
	return 0;
}

TOOL(jira_search_requests,
	.title = "Search requests", .doc = "List customer requests: mine, to approve, of a desk.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct search_args, search_params),
	.example = "{\"status\":\"open\"}", .run = search_requests,
);

/* ---- jira_get_request_sla ---- */

struct key_args {
	const char *issue_key;
};

static const struct param key_params[] = {
	P_STR(struct key_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,request", .doc = NULL),
	P_END
};

static void
sla_row(struct call *c, const char *name, json *cycle, bool ongoing)
{
	bool breached = json_get_bool(cycle, "breached", false);
	const char *state = ongoing && json_get_bool(cycle, "paused", false) ? "paused" : ongoing ? "running" : "done";

	out_row(c->out, name, breached ? arena_printf(c->arena, "%s, breached", state) : state,
	    json_path_str(cycle, "goalDuration.friendly"), json_path_str(cycle, "elapsedTime.friendly"),
	    json_path_str(cycle, "remainingTime.friendly"), desk_date(c, json_get(cycle, "startTime")),
	    desk_date(c, json_get(cycle, ongoing ? "breachTime" : "stopTime")));
}

static int
get_sla(struct call *c, const void *v)
{
	const struct key_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *list;

	if (s == NULL || desk_request_key(c, s, a->issue_key, &key) == -1 ||
	    desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/request/%s/sla", key), DESK_PAGE, &list, NULL) == -1)
		return -1;
	if (json_len(list) == 0)
		out_say(c->out, "%s has no SLA.", key);
	else
		out_table(c->out, "slas", "SLA", "State", "Goal", "Elapsed", "Remaining", "Started", "Due or stopped", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *name = json_get_str(it.value, "name");
		json *now = json_get(it.value, "ongoingCycle"), *done = json_get(it.value, "completedCycles");

		for (struct json_iter k = json_iter(done); json_next(&k);)
			sla_row(c, name, k.value, false);
		if (now != NULL && !json_is_null(now))
			sla_row(c, name, now, true);
		else if (json_len(done) == 0)
			out_row(c->out, name, "not started", NULL, NULL, NULL, NULL, NULL);
	}
	return 0;
}

TOOL(jira_get_request_sla,
	.title = "Get request SLA", .doc = "Show a request's SLA cycles: goal, elapsed, remaining, breached.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct key_args, key_params),
	.example = "{\"issue_key\":\"OPS-3\"}", .run = get_sla,
);

/* ---- jira_transition_request ---- */

struct transition_args {
	const char *issue_key, *transition, *comment;
};

static const struct param transition_params[] = {
	P_STR(struct transition_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,request", .doc = NULL),
	P_STR(struct transition_args, transition, P_REQUIRED, .aliases = "transition_id", .doc = "As customers see it"),
	P_STR(struct transition_args, comment, 0, .max_len = MAX_COMMENT, .doc = "Markdown, public"),
	P_END
};

static const char *
transition_body(struct call *c, struct site *s, const char *id, const char *comment)
{
	const char *wiki = comment == NULL ? NULL : desk_wiki(c, s, comment);
	struct body b;
	struct jw *w;

	if (comment != NULL && wiki == NULL)
		return NULL;
	w = body_begin(&b);
	jw_str(w, "id", id);
	if (wiki != NULL) {
		jw_obj_in(w, "additionalComment");
		jw_str(w, "body", wiki);
	}
	return body_end(c, &b);
}

/* The answer to a transition is empty, so the comment that went with it is looked for. */
static int
report_comment(struct call *c, struct site *s, const char *key, const char *request)
{
	json *sent = json_parse(c->arena, request, strlen(request), JSON_TRUSTED, &c->err), *list, *found = NULL;
	const char *want = sent == NULL ? NULL : jira_body_markdown(c, s, json_path(sent, "additionalComment.body"));
	bool all;

	if (sent == NULL || desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/request/%s/comment", key), MAX_COMMENTS, &list, &all) == -1) {
		err_context(&c->err, "%s was moved, but looking for the comment failed", key);
		return -1;
	}
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *one = jira_body_markdown(c, s, json_get(it.value, "body"));

		if (one != NULL && want != NULL && str_eq(str_trim(c->arena, one, strlen(one)), str_trim(c->arena, want, strlen(want))))
			found = it.value;
	}
	if (found != NULL && json_get_bool(found, "public", true)) {
		out_say(c->out, "Added comment %s; customers see it.", json_scalar(c->arena, json_get(found, "id")));
		return 0;
	}
	if (found != NULL)
		call_fail(c, ERR_IGNORED, "%s was moved, but customers do not see the comment %s.", key, json_scalar(c->arena, json_get(found, "id")));
	else
		call_fail(c, ERR_IGNORED, "%s was moved, but the comment is not %s.", key, all ? "there" : "among those that were read");
	call_hint(c, all ? "Add it with jira_add_request_comment." : "See jira_get_request, then add it with jira_add_request_comment.");
	return -1;
}

static int
transition_request(struct call *c, const void *v)
{
	const struct transition_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST" };
	const char *key, *status, *now;
	json *request, *list, *chosen, *after;

	if (s == NULL || desk_request(c, s, a->issue_key, NULL, &request) == -1)
		return -1;
	key = json_get_str(request, "issueKey");
	status = json_path_str(request, "currentStatus.status");
	if (desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/request/%s/transition", key), DESK_PAGE, &list, NULL) == -1)
		return -1;
	if (json_len(list) == 0) {
		call_fail(c, ERR_INPUT, "%s is in status %s, from which customers have no transition.", key, status);
		call_hint(c, "Agents move it with jira_transition_issue.");
		return -1;
	}
	if (pick(c, "transition for customers", a->transition, list, "id,name", &chosen) == -1 ||
	    (w.body = transition_body(c, s, json_get_str(chosen, "id"), a->comment)) == NULL)
		return -1;
	w.path = rest_path(c, s, "/rest/servicedeskapi/request/%s/transition", key);
	w.target = key;
	w.before = json_text(c->arena, json_get(request, "currentStatus"), NULL);
	w.what = arena_printf(c->arena, "the transition of %s", key);
	if (c->dry_run != NULL)
		out_pairf(c->out, "Status", "%s -> by \"%s\"", status, json_get_str(chosen, "name"));
	if (c->dry_run != NULL && a->comment != NULL)
		out_pair(c->out, "New comment, public", target_short(c, a->comment));
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (desk_request(c, s, key, NULL, &after) == -1) {
		err_context(&c->err, "%s was moved, but reading it back failed", key);
		return -1;
	}
	now = json_path_str(after, "currentStatus.status");
	if (str_eq(now, status))
		return call_fail(c, ERR_IGNORED, "Jira accepted \"%s\", but %s is still in status %s.", json_get_str(chosen, "name"),
		    key, status);
	out_say(c->out, "Moved %s.", key);
	out_pairf(c->out, "Status", "%s -> %s", status, now);
	return a->comment == NULL ? 0 : report_comment(c, s, key, w.body);
}

TOOL(jira_transition_request,
	.title = "Transition request", .doc = "Move a request as its customer may: cancel, reopen ...",
	.toolset = "jira_service_desk", .product = JIRA, .effect = WRITES, .not_default = true, .outside = true,
	.scopes = "write:servicedesk-request read:servicedesk-request", ARGS(struct transition_args, transition_params),
	.example = "{\"issue_key\":\"OPS-3\",\"transition\":\"Back to backlog\"}", .run = transition_request,
);
