/*
 * Moving an issue through its workflow by the name of a transition or of the status it
 * leads to. What the transition's screen requires is checked before anything is sent.
 */
#include "tools/jira_transition.h"

#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_target.h"

#include <string.h>

enum { MAX_ALLOWED = 20 };

static bool
is_prefix(const char *name, const char *text)
{
	return name != NULL && str_istarts(name, text);
}

static int
list_transitions(struct call *c, json *list, const char *text, const char *status, bool several)
{
	struct buf b;

	buf_init(&b, 8192);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *name = json_get_str(it.value, "name"), *to = json_path_str(it.value, "to.name");

		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", name);
		if (!str_ieq(name, to))
			buf_addf(&b, " (to %s)", to);
	}
	if (json_len(list) == 0)
		call_fail(c, ERR_INPUT, "The issue is in status %s and there is no transition that this account may do.", status);
	else if (several)
		call_fail(c, ERR_INPUT, "\"%.80s\" fits several transitions. Possible from %s: %s.", text, status, b.data);
	else
		call_fail(c, ERR_INPUT, "There is no transition \"%.80s\" from status %s. Possible: %s.", text, status, b.data);
	buf_release(&b);
	return -1;
}

json *
transition_match(json *list, const char *text, size_t *ret_hits)
{
	json *found = NULL;
	size_t n = 0;

	for (int round = 0; round < 4 && n == 0; round++) {
		for (struct json_iter it = json_iter(list); json_next(&it);) {
			const char *name = json_get_str(it.value, "name"), *to = json_path_str(it.value, "to.name");
			bool hit = round == 0 ? str_eq(json_get_str(it.value, "id"), text) :
			    round == 1 ? str_ieq(name, text) :
			    round == 2 ? str_ieq(to, text) : is_prefix(name, text) || is_prefix(to, text);

			if (hit) {
				found = it.value;
				n++;
			}
		}
	}
	*ret_hits = n;
	return n == 1 ? found : NULL;
}

int
transition_find(struct call *c, json *list, const char *text, const char *status, json **ret)
{
	size_t n;

	*ret = transition_match(list, text, &n);
	return *ret != NULL ? 0 : list_transitions(c, list, text, status, n > 1);
}

/* "Resolution (Done, Won't Do)" */
static void
add_field(struct buf *b, json *field)
{
	size_t shown = 0;

	buf_addf(b, "%s%s", b->len > 0 ? "; " : "", json_get_str(field, "name"));
	for (struct json_iter v = json_iter(json_get(field, "allowedValues")); json_next(&v) && shown < MAX_ALLOWED; shown++) {
		const char *name = json_get_str(v.value, "name");

		name = name != NULL ? name : json_get_str(v.value, "value");
		buf_addf(b, "%s%s", shown == 0 ? " (" : ", ", name != NULL ? name : "?");
	}
	if (shown > 0)
		buf_addc(b, ')');
}

static bool
is_required(json *field)
{
	return json_get_bool(field, "required", false) && !json_get_bool(field, "hasDefaultValue", false);
}

int
transition_check_screen(struct call *c, json *transition, const struct edit *e)
{
	struct buf missing;

	buf_init(&missing, 8192);
	for (struct json_iter it = json_iter(json_get(transition, "fields")); json_next(&it);) {
		if (is_required(it.value) && !edit_has(e, it.key))
			add_field(&missing, it.value);
	}
	if (missing.len > 0) {
		call_fail(c, ERR_INPUT, "The transition %s requires: %s.", json_get_str(transition, "name"), missing.data);
		call_hint(c, "Give them in fields.");
	}
	buf_release(&missing);
	return err_is_set(&c->err) ? -1 : 0;
}

const char *
transition_request(struct call *c, struct site *s, json *transition, const struct edit *e, const struct comment_text *comment)
{
	struct body b;
	struct jw *w = body_begin(&b);

	jw_obj_in(w, "transition");
	jw_str(w, "id", json_get_str(transition, "id"));
	jw_end(w);
	if (e->count > 0)
		edit_write(e, w);
	if (comment != NULL) {
		jw_obj_in(w, "update");
		jw_arr_in(w, "comment");
		jw_obj(w);
		jw_obj_in(w, "add");
		if (comment_write(c, s, comment, w) == -1)
			return body_drop(&b);
	}
	return body_end(c, &b);
}

/* Jira answers a transition with nothing, and passes over a comment where it has no screen: so it is looked for. */
static int
report_comment(struct call *c, struct site *s, const char *key, const char *request)
{
	json *sent = json_parse(c->arena, request, strlen(request), JSON_TRUSTED, &c->err);
	const char *id;

	if (sent == NULL || comment_find(c, s, key, json_path(sent, "update.comment.0.add.body"), &id) == -1) {
		err_context(&c->err, "%s was moved, but looking for the comment failed", key);
		return -1;
	}
	if (id != NULL) {
		out_say(c->out, "Added comment %s.", id);
		return 0;
	}
	call_fail(c, ERR_IGNORED, "%s was moved, but its newest comments are others than the one that was given.", key);
	call_hint(c, "Add it with jira_add_comment.");
	return -1;
}

/* ---- jira_transition_issue ---- */

struct transition_args {
	const char *issue_key, *transition, *comment;
	json *fields;
};

static const struct param transition_params[] = {
	P_STR(struct transition_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = "Key, id or URL"),
	P_STR(struct transition_args, transition, P_REQUIRED, .aliases = "transition_id,transitionId,status,to_status",
	    .doc = "Status or transition name"),
	P_STR(struct transition_args, comment, 0, .max_len = COMMENT_MAX, .doc = "Markdown"),
	P_OBJ(struct transition_args, fields, 0, .doc = "Field name to value"),
	P_END
};

static int
read_state(struct call *c, struct site *s, const char *key, const struct edit *e, json **ret_issue, json **ret_list)
{
	const char *fields = arena_printf(c->arena, "status,project,resolution%s%s", e->count > 0 ? "," : "", edit_ids(c, e));
	struct rest_req q[] = {
		{ .path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", fields, NULL) },
		{ .path = rest_query(c, rest_path(c, s, "{api}/issue/%s/transitions", key), "expand", "transitions.fields", NULL) },
	};

	if (rest_all(c, s, q, ret_list != NULL ? 2 : 1) == -1)
		return -1;
	*ret_issue = q[0].json;
	if (ret_list != NULL)
		*ret_list = json_get(q[1].json, "transitions");
	return 0;
}

/* There already. What goes with a transition can't go without one, so it is refused, not dropped. */
static int
stay(struct call *c, const struct site *s, const struct transition_args *a, const struct edit *e, json *issue)
{
	const char *key = json_get_str(issue, "key"), *status = json_path_str(issue, "fields.status.name"),
	    *fields = edit_differing(c, s, e, issue);

	if (fields == NULL && a->comment == NULL) {
		out_say(c->out, "%s is already in status %s; nothing was changed.", key, status);
		return 0;
	}
	call_fail(c, ERR_CONFLICT, "%s is already in status %s, so nothing was sent: not %s%s%s.", key, status, fields != NULL ? fields : "",
	    fields != NULL && a->comment != NULL ? ", nor " : "", a->comment != NULL ? "the comment" : "");
	call_hint(c, fields != NULL ? "jira_update_issue sets fields and comments." : "Add it with jira_add_comment.");
	return -1;
}

static int
transition_issue(struct call *c, const void *v)
{
	const struct transition_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct rest_write w = { .method = "POST" };
	json *issue, *list, *transition, *after;
	const char *key, *status, *now;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || edit_add_all(c, s, e, a->fields) == -1)
		return -1;
	if (read_state(c, s, key, e, &issue, &list) == -1 || jira_check_fence(c, s, issue) == -1)
		return -1;
	status = json_path_str(issue, "fields.status.name");
	if (transition_find(c, list, a->transition, status, &transition) == -1) {
		if (!str_ieq(status, a->transition))
			return -1;
		err_clear(&c->err);
		return stay(c, s, a, e, issue);
	}
	if (transition_check_screen(c, transition, e) == -1 || (w.body = transition_request(c, s, transition, e,
	    a->comment == NULL ? NULL : &(struct comment_text){ .markdown = a->comment })) == NULL)
		return -1;
	if (c->dry_run != NULL) {
		out_pairf(c->out, "Status", "%s -> %s", status, json_path_str(transition, "to.name"));
		edit_announce(c, s, e, issue);
		out_pair(c->out, "New comment", a->comment == NULL ? NULL : target_short(c, a->comment));
	}
	w.path = rest_path(c, s, "{api}/issue/%s/transitions", key);
	w.target = key;
	w.before = json_text(c->arena, json_get(issue, "fields"), NULL);
	w.what = arena_printf(c->arena, "the transition of %s", key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (read_state(c, s, key, e, &after, NULL) == -1) {
		err_context(&c->err, "%s was moved, but reading it back failed", key);
		return -1;
	}
	now = json_path_str(after, "fields.status.name");
	if (!str_ieq(now, json_path_str(transition, "to.name")))
		return call_fail(c, ERR_IGNORED, "Jira accepted the transition to %s, but %s is in status %s.",
		    json_path_str(transition, "to.name"), key, now);
	out_say(c->out, "Moved %s.", json_get_str(after, "key"));
	out_pairf(c->out, "Status", "%s -> %s", status, now);
	if (!edit_has(e, "resolution"))
		out_pair(c->out, "Resolution", json_path_str(after, "fields.resolution.name"));
	if (edit_report(c, s, e, issue, after, arena_printf(c->arena, "%s was moved", key)) == -1)
		return -1;
	return a->comment == NULL ? 0 : report_comment(c, s, key, w.body);
}

TOOL(jira_transition_issue,
	.title = "Transition issue", .doc = "Move a Jira issue to another status.",
	.toolset = "jira_transitions", .product = JIRA, .effect = WRITES, .scopes = "write:jira-work read:jira-work",
	ARGS(struct transition_args, transition_params),
	.example = "{\"issue_key\":\"OPS-13\",\"transition\":\"In Progress\"}", .run = transition_issue,
);

/* ---- jira_get_transitions ---- */

struct list_args {
	const char *issue_key;
};

static const struct param list_params[] = {
	P_STR(struct list_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_END
};

/* What the screen of a transition asks for; NULL: it has none, or nothing of this kind on it. */
static const char *
screen_fields(struct call *c, json *transition, bool required)
{
	const char *text;
	struct buf b;

	buf_init(&b, 8192);
	for (struct json_iter it = json_iter(json_get(transition, "fields")); json_next(&it);) {
		if (is_required(it.value) == required && json_get_str(it.value, "name") != NULL)
			add_field(&b, it.value);
	}
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static int
get_transitions(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *none = arena_alloc(c->arena, sizeof(*none));
	json *issue, *list;
	const char *key;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || read_state(c, s, key, none, &issue, &list) == -1 ||
	    jira_check_fence(c, s, issue) == -1)
		return -1;
	out_say(c->out, "%s is in status %s.%s", key, json_path_str(issue, "fields.status.name"),
	    json_len(list) == 0 ? " There is no transition that this account may do." : "");
	if (json_len(list) == 0)
		return 0;
	out_table(c->out, "transitions", "Id", "Transition", "To", "Requires", "May set", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_scalar(c->arena, json_get(it.value, "id")), json_get_str(it.value, "name"), json_path_str(it.value, "to.name"),
		    screen_fields(c, it.value, true), screen_fields(c, it.value, false));
	return 0;
}

TOOL(jira_get_transitions,
	.title = "Get transitions", .doc = "Where an issue can go, and what that requires.",
	.toolset = "jira_transitions", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{\"issue_key\":\"OPS-13\"}", .run = get_transitions,
);
