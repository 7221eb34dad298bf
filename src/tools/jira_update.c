/*
 * Editing an issue, and in the same call moving it, commenting and logging work. Everything is read and every request
 * made before the first is sent, so that a wrong status name or a time that is none costs nothing. Then the requests go
 * out one after the other; when one fails the error says what was done before and what is left.
 *
 * A field that is on the screen of the transition goes with the transition: often, as with the resolution, it can be set
 * nowhere else.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_comment.h"
#include "tools/jira_target.h"
#include "tools/jira_transition.h"
#include "tools/jira_worklog.h"

#include <string.h>

enum { MAX_STEPS = 4 };

struct update_args {
	const char *issue_key, *transition, *comment, *comment_visibility, *worklog, *worklog_started, *return_fields;
	json *fields, *additional_fields;
	char **components, **attachments;
};

static const struct param update_params[] = {
	P_STR(struct update_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = "Key, id or URL"),
	P_OBJ(struct update_args, fields, 0, .doc = "Field name to new value; null clears"),
	P_LIST(struct update_args, components, P_HIDDEN, .doc = NULL),
	P_STR(struct update_args, transition, 0, .aliases = "status,transition_id", .doc = "Also move: status or transition"),
	P_STR(struct update_args, comment, 0, .max_len = COMMENT_MAX, .doc = "Markdown"),
	P_STR(struct update_args, comment_visibility, P_JSON | P_MORE, .doc = "role:NAME or group:NAME"),
	P_STR(struct update_args, worklog, P_MORE, .aliases = "time_spent", .doc = "Time to log, e.g. 1h 30m"),
	P_STR(struct update_args, worklog_started, P_MORE, .doc = NULL),
	P_OBJ(struct update_args, additional_fields, P_HIDDEN, .doc = NULL),
	P_LIST(struct update_args, attachments, P_HIDDEN, .doc = NULL),
	P_STR(struct update_args, return_fields, P_HIDDEN, .doc = NULL),
	P_END
};

struct step {
	struct rest_write write;
	const char *name;	/* "comment", for what is left */
	const char *done;	/* "the comment was added" */
};

struct update {
	const struct update_args *args;
	const char *key;
	struct edit *all, *edit, *screen;	/* all = those of the edit and those on the transition's screen */
	json *before, *transition;		/* transition NULL: none, or the issue is there already */
	struct step step[MAX_STEPS];
	size_t steps;
};

static char *
issue_path(struct call *c, struct site *s, const struct update *u)
{
	const char *ids = edit_ids(c, u->all);

	return rest_query(c, rest_path(c, s, "{api}/issue/%s", u->key), "fields", arena_printf(c->arena, "project%s%s%s",
	    u->args->transition != NULL ? ",status" : "", *ids != '\0' ? "," : "", ids), NULL);
}

/* Fields by name, each to the request whose screen has it. */
static int
take_fields(struct call *c, struct site *s, struct update *u, json *object)
{
	for (struct json_iter it = json_iter(object); json_next(&it);) {
		const struct field *f;
		struct edit *to = u->edit;

		if (u->transition != NULL) {
			if (fields_find(c, s, it.key, &f) == -1)
				return -1;
			if (json_get(json_get(u->transition, "fields"), f->id) != NULL)
				to = u->screen;
		}
		if (edit_add(c, s, to, it.key, it.value) == -1)
			return -1;
	}
	return 0;
}

/* The transition, if it is among the possible ones. One that is not is looked for again when the status is known. */
static int
read_transitions(struct call *c, struct site *s, struct update *u, json **ret_list)
{
	json *answer;

	if (u->args->transition == NULL)
		return 0;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s/transitions", u->key), "expand", "transitions.fields", NULL),
	    &answer) == -1)
		return -1;
	*ret_list = json_get(answer, "transitions");
	if (transition_find(c, *ret_list, u->args->transition, "?", &u->transition) == -1) {
		err_clear(&c->err);
		u->transition = NULL;
	}
	u->screen->screen = json_get(u->transition, "fields");
	u->screen->asked = true;
	return 0;
}

/* Reads where the issue can go, finds out what belongs to which request, and reads the issue as it is. */
static int
read_before(struct call *c, struct site *s, struct update *u)
{
	const struct update_args *a = u->args;
	json *list = NULL, *ignored;
	const char *status;

	edit_for_issue(u->edit, u->key);
	if (read_transitions(c, s, u, &list) == -1 || take_fields(c, s, u, a->fields) == -1 ||
	    take_fields(c, s, u, a->additional_fields) == -1 || edit_add_list(c, s, u->edit, "components", a->components) == -1)
		return -1;
	*u->all = *u->edit;
	for (size_t i = 0; i < u->screen->count && u->all->count < EDIT_MAX_FIELDS; i++)
		u->all->list[u->all->count++] = u->screen->list[i];
	if (rest_get(c, s, issue_path(c, s, u), &u->before) == -1 || jira_check_fence(c, s, u->before) == -1)
		return -1;
	status = json_path_str(u->before, "fields.status.name");
	if (a->transition != NULL && u->transition == NULL && !str_ieq(status, a->transition))
		return transition_find(c, list, a->transition, status, &ignored) == -1 ? -1 :
		    call_fail(c, ERR_PROTOCOL, "%s answered twice differently.", s->label);
	return u->transition == NULL ? 0 : transition_check_screen(c, u->transition, u->screen);
}

static struct step *
add_step(struct call *c, struct update *u, const char *method, char *path, const char *body)
{
	struct step *t = &u->step[u->steps++];

	t->write = (struct rest_write){ .method = method, .path = path, .body = body, .target = u->key,
		.before = json_text(c->arena, json_get(u->before, "fields"), NULL) };
	return t;
}

/* -1 when one of the requests can't be made. */
static int
make_steps(struct call *c, struct site *s, struct update *u)
{
	const struct update_args *a = u->args;
	struct step *t;

	if (edit_differing(c, s, u->edit, u->before) != NULL) {
		t = add_step(c, u, "PUT", rest_path(c, s, "{api}/issue/%s", u->key), edit_request(c, u->edit));
		t->write.what = arena_printf(c->arena, "the change of %s", u->key);
		t->name = "fields";
		t->done = arena_printf(c->arena, "%s was updated", u->key);
	}
	if (u->transition != NULL) {
		t = add_step(c, u, "POST", rest_path(c, s, "{api}/issue/%s/transitions", u->key),
		    transition_request(c, s, u->transition, u->screen, NULL));
		t->write.what = arena_printf(c->arena, "the transition of %s", u->key);
		t->name = "transition";
		t->done = arena_printf(c->arena, "%s was moved to %s", u->key, json_path_str(u->transition, "to.name"));
	}
	if (a->comment != NULL) {
		t = add_step(c, u, "POST", rest_path(c, s, "{api}/issue/%s/comment", u->key),
		    comment_request(c, s, &(struct comment_text){ .markdown = a->comment, .visibility = a->comment_visibility }));
		t->write.what = arena_printf(c->arena, "the comment on %s", u->key);
		t->write.created_id = "id";
		t->write.before = NULL;
		t->name = "comment";
		t->done = "the comment was added";
	}
	if (a->worklog != NULL) {
		t = add_step(c, u, "POST", rest_path(c, s, "{api}/issue/%s/worklog", u->key),
		    worklog_request(c, s, &(struct worklog_text){ .time_spent = a->worklog, .started = a->worklog_started }));
		t->write.what = arena_printf(c->arena, "the work log on %s", u->key);
		t->write.created_id = "id";
		t->write.before = NULL;
		t->name = "work log";
		t->done = arena_printf(c->arena, "%s was logged", a->worklog);
	}
	for (size_t i = 0; i < u->steps; i++) {
		if (u->step[i].write.body == NULL)
			return -1;
	}
	return 0;
}

/* "OPS-7 was updated, the comment was added" of the steps [from, to). */
static const char *
told(struct call *c, const struct update *u, size_t from, size_t to, bool done)
{
	const char *text;
	struct buf b;

	buf_init(&b, 4096);
	for (size_t i = from; i < to; i++)
		buf_addf(&b, "%s%s%s", i > from ? ", " : "", done ? "" : "the ", done ? u->step[i].done : u->step[i].name);
	text = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static int
send_steps(struct call *c, struct site *s, struct update *u)
{
	for (size_t i = 0; i < u->steps; i++) {
		if (rest_write(c, s, &u->step[i].write) == 0)
			continue;
		if (str_eq(u->step[i].write.method, "PUT"))
			edit_refused(c, s, u->edit);
		if (u->steps > 1)
			err_context(&c->err, "%s%s%sNot done: %s. The %s failed", i > 0 ? "Done: " : "", told(c, u, 0, i, true), i > 0 ? ". " : "",
			    told(c, u, i, u->steps, false), u->step[i].name);
		if (i > 0 && c->err.kind != ERR_UNKNOWN_OUTCOME)
			call_hint(c, "Do not repeat the whole call: correct the cause and ask for what is not done only.");
		return -1;
	}
	return 0;
}

static int
preview(struct call *c, const struct site *s, const struct update *u)
{
	const struct update_args *a = u->args;

	edit_announce(c, s, u->edit, u->before);
	edit_announce(c, s, u->screen, u->before);
	if (u->transition != NULL)
		out_pairf(c->out, "Status", "%s -> %s", json_path_str(u->before, "fields.status.name"), json_path_str(u->transition, "to.name"));
	if (a->comment != NULL)
		out_pair(c->out, "New comment", target_short(c, a->comment));
	out_pair(c->out, "Visible only to", a->comment_visibility);
	if (a->worklog != NULL)
		out_pairf(c->out, "New work log", "%s%s%s", a->worklog, a->worklog_started != NULL ? ", " : "",
		    a->worklog_started != NULL ? a->worklog_started : "");
	for (size_t i = 0; i < u->steps; i++)
		rest_plan(c, &u->step[i].write);
	return rest_planned(c);
}

static const char *
capital(struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	if (*copy >= 'a' && *copy <= 'z')
		*copy = (char)(*copy - 'a' + 'A');
	return copy;
}

/* Reads the issue back: "field: before -> after". */
static int
report_issue(struct call *c, struct site *s, const struct update *u, const char *done)
{
	const char *now;
	json *after = NULL;

	if ((u->all->count > 0 || u->transition != NULL) && rest_get(c, s, issue_path(c, s, u), &after) == -1) {
		err_context(&c->err, "%s, but reading it back failed", done);
		return -1;
	}
	out_say(c->out, "Updated %s.", json_get_str(after, "key") != NULL ? json_get_str(after, "key") : u->key);
	if (u->transition != NULL) {
		now = json_path_str(after, "fields.status.name");
		if (!str_ieq(now, json_path_str(u->transition, "to.name")))
			return call_fail(c, ERR_IGNORED, "%s, but %s is in status %s.", done, u->key, now);
		out_pairf(c->out, "Status", "%s -> %s", json_path_str(u->before, "fields.status.name"), now);
	}
	for (size_t i = 0; i < u->steps; i++) {
		if (u->step[i].write.created_id != NULL)
			out_say(c->out, "%s.", capital(c->arena, u->step[i].done));
	}
	return u->all->count == 0 ? 0 : edit_report(c, s, u->all, u->before, after, done);
}

/* What the answers to the comment and the work log say is not as asked for; NULL: nothing. */
static const char *
added_wrong(struct call *c, struct site *s, const struct update *u)
{
	const struct worklog_text text = { .time_spent = u->args->worklog, .started = u->args->worklog_started };
	const char *all = NULL;

	for (size_t i = 0; i < u->steps; i++) {
		json *made = u->step[i].write.json;
		const char *id = json_scalar(c->arena, json_get(made, "id")), *wrong = NULL;

		if (str_eq(u->step[i].name, "comment"))
			wrong = comment_exposed(c, u->args->comment_visibility, json_get(made, "visibility"));
		else if (str_eq(u->step[i].name, "work log") && (wrong = worklog_not_so(c, s, &text, made)) != NULL)
			wrong = arena_printf(c->arena, "Jira did not take over %s", wrong);
		if (wrong != NULL)
			all = arena_printf(c->arena, "%s%s%s %s: %s", all != NULL ? all : "", all != NULL ? "; " : "", u->step[i].name,
			    id != NULL ? id : "?", wrong);
	}
	return all;
}

/* A comment that more people can read than was asked for is told whatever else is wrong. */
static int
report(struct call *c, struct site *s, const struct update *u)
{
	const char *done = told(c, u, 0, u->steps, true), *wrong = added_wrong(c, s, u);
	int result = report_issue(c, s, u, done);

	if (wrong == NULL)
		return result;
	if (result == -1)
		err_context(&c->err, "%s; and", capital(c->arena, wrong));
	else
		call_fail(c, ERR_IGNORED, "%s; but %s.", capital(c->arena, done), wrong);
	call_hint(c, "Do not repeat the call; change or delete what must not be so (jira_delete_comment, jira_edit_worklog).");
	return -1;
}

static int
check_arguments(struct call *c, const struct update_args *a)
{
	if (a->attachments != NULL) {
		call_fail(c, ERR_INPUT, "attachments: this server reads no files by their path.");
		call_hint(c, "Attach bytes with the tool for attachments, and leave this argument out.");
		return -1;
	}
	if (a->comment_visibility != NULL && a->comment == NULL)
		return call_fail(c, ERR_INPUT, "comment_visibility needs comment.");
	if (a->worklog_started != NULL && a->worklog == NULL)
		return call_fail(c, ERR_INPUT, "worklog_started needs worklog.");
	return 0;
}

static int
update_issue(struct call *c, const void *v)
{
	const struct update_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct update u = { .args = a, .all = arena_alloc(c->arena, sizeof(*u.all)), .edit = arena_alloc(c->arena, sizeof(*u.edit)),
		.screen = arena_alloc(c->arena, sizeof(*u.screen)) };

	if (s == NULL || check_arguments(c, a) == -1 || (u.key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	if (json_len(a->fields) + json_len(a->additional_fields) == 0 && a->components == NULL && a->transition == NULL && a->comment == NULL && a->worklog == NULL)
		return call_fail(c, ERR_INPUT, "fields is empty: name at least one field to change.");
	if (read_before(c, s, &u) == -1 || make_steps(c, s, &u) == -1)
		return -1;
	if (u.steps == 0) {
		out_say(c->out, a->transition == NULL ? "%s already has these values; nothing was changed." :
		    "%s is in this status and has these values already; nothing was changed.", u.key);
		return 0;
	}
	if (c->dry_run != NULL)
		return preview(c, s, &u);
	return send_steps(c, s, &u) == -1 ? -1 : report(c, s, &u);
}

TOOL(jira_update_issue,
	.title = "Update issue", .doc = "Change a Jira issue; also move it, comment, log work.",
	.toolset = "jira_issues", .product = JIRA, .effect = WRITES, .scopes = "write:jira-work read:jira-work",
	ARGS(struct update_args, update_params),
	.example = "{\"issue_key\":\"OPS-7\",\"fields\":{\"Priority\":\"High\",\"Assignee\":\"me\"}}", .run = update_issue,
);
