/*
 * Forms on issues (once ProForma). Cloud only, and on the API gateway only. A form is a
 * design (questions by id) and a state (answers by question id); an answer's member says
 * its kind. Saving sends all answers, the changed ones among them, and the form comes
 * back: what it holds is compared with what was sent.
 */
#include "atlassian/desk.h"
#include "atlassian/fields.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

enum { MAX_BODY = 4 * 1024 * 1024, MAX_NAMES = 400, MAX_CHOICES = 12, MAX_PEOPLE = 50 };

struct form_args {
	const char *issue_key, *form_id;
	json *answers;
	bool submit;
};

/* The Forms API, after the fence has seen the issue. */
static struct site *
form_site(struct call *c, struct site *s, const char *key)
{
	json *issue;

	c->target = key;
	if (s->config->filter != NULL && (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields",
	    "project", NULL), &issue) == -1 || jira_check_fence(c, s, issue) == -1))
		return NULL;
	return desk_gateway(c, s, "/jira/forms/cloud/%s", "Forms");
}

static int
list_forms(struct call *c, struct site *f, const char *key, json **ret)
{
	if (rest_get(c, f, rest_path(c, f, "/issue/%s/form", key), ret) == -1)
		return -1;
	if (json_get(*ret, "forms") != NULL)
		*ret = json_get(*ret, "forms");
	return 0;
}

/* ---- jira_get_issue_proforma_forms ---- */

static const struct param list_params[] = {
	P_STR(struct form_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_END
};

static int
get_forms(struct call *c, const void *v)
{
	const struct form_args *a = v;
	struct site *s = app_site(c, JIRA), *f;
	const char *key;
	json *list;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || (f = form_site(c, s, key)) == NULL ||
	    list_forms(c, f, key, &list) == -1)
		return -1;
	if (json_len(list) == 0)
		out_say(c->out, "%s has no form.", key);
	else
		out_table(c->out, "forms", "Form", "State", "Seen by", "Updated", "Id", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "name"), json_get_bool(it.value, "submitted", false) ? "submitted" : "open",
		    json_get_bool(it.value, "internal", false) ? "agents" : "customers", json_get_str(it.value, "updated"),
		    json_get_str(it.value, "id"));
	return 0;
}

TOOL(jira_get_issue_proforma_forms,
	.title = "Get forms", .doc = "List the forms on an issue.",
	.toolset = "jira_forms", .product = JIRA, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:jira-work", ARGS(struct form_args, list_params),
	.example = "{\"issue_key\":\"OPS-3\"}", .run = get_forms,
);

/* ---- jira_get_proforma_form_details ---- */

static const struct param details_params[] = {
	P_STR(struct form_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct form_args, form_id, P_REQUIRED, .aliases = "form", .doc = "Id or name"),
	P_END
};

static bool
is_uuid(const char *s)
{
	return strlen(s) == 36 && s[strspn(s, "0123456789abcdefABCDEF-")] == '\0';
}

static int
find_form(struct call *c, struct site *f, const char *key, const char *text, json **ret)
{
	json *list, *one;

	if (!is_uuid(text)) {
		if (list_forms(c, f, key, &list) == -1 || pick(c, "form", text, list, "id,name", &one) == -1)
			return -1;
		text = json_get_str(one, "id");
	}
	if (rest_get(c, f, rest_path(c, f, "/issue/%s/form/%s", key, text), ret) == -1)
		return -1;
	return json_get_str(*ret, "id") != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s answered without a form.", f->label);
}

static const char *
choice_label(json *question, const char *id)
{
	for (struct json_iter it = json_iter(json_get(question, "choices")); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "id"), id))
			return json_get_str(it.value, "label");
	}
	return id;
}

/* Forms hold ids of people; their names are asked for together. people: what jira's bulk read gave, or NULL. */
static const char *
person_name(json *people, const char *id)
{
	for (struct json_iter it = json_iter(json_get(people, "values")); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "accountId"), id))
			return jira_user_name(it.value);
	}
	return id;
}

static const char *
answer_text(struct call *c, const struct site *s, json *question, json *answer, json *people)
{
	static const char *const lists[] = { "choices", "users", "files" };
	const char *text = json_get_str(answer, "text"), *date = json_get_str(answer, "date"), *time = json_get_str(answer, "time");
	struct buf b;

	if (json_get(answer, "adf") != NULL)
		text = jira_body_markdown(c, s, json_get(answer, "adf"));
	if (date != NULL || time != NULL)
		text = arena_printf(c->arena, "%s%s%s", date != NULL ? date : "", date != NULL && time != NULL ? " " : "",
		    time != NULL ? time : "");
	if (!str_blank(text))
		return text;
	buf_init(&b, 64 * 1024);
	for (size_t i = 0; i < LEN(lists); i++) {
		for (struct json_iter it = json_iter(json_get(answer, lists[i])); json_next(&it);) {
			const char *one = json_str(it.value);

			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", one == NULL ? "?" : i == 0 ? choice_label(question, one) :
			    i == 1 ? person_name(people, one) : one);
		}
	}
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static const char *
question_kind(struct call *c, json *question)
{
	static const struct {
		const char *code, *word;
	} kinds[] = { { "ts", "text" }, { "tl", "text" }, { "te", "e-mail" }, { "tu", "URL" }, { "rt", "Markdown" }, { "no", "number" },
		{ "da", "date" }, { "ti", "time" }, { "dt", "date and time" }, { "us", "person" }, { "um", "people" }, { "at", "files" },
		{ "cs", "one of" }, { "cd", "one of" }, { "cm", "any of" }, { "cl", "any of" } };
	const char *type = json_get_str(question, "type"), *word = type;
	struct buf b;

	for (size_t i = 0; i < LEN(kinds); i++) {
		if (str_eq(kinds[i].code, type))
			word = kinds[i].word;
	}
	if (json_len(json_get(question, "choices")) == 0)
		return word;
	buf_init(&b, 16 * 1024);
	buf_addf(&b, "%s:", word);
	for (struct json_iter it = json_iter(json_get(question, "choices")); json_next(&it) && it.index < MAX_CHOICES;)
		buf_addf(&b, "%s%s", it.index == 0 ? " " : ", ", json_get_str(it.value, "label"));
	if (json_len(json_get(question, "choices")) > MAX_CHOICES)
		buf_adds(&b, " ...");
	word = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return word;
}

static int
form_people(struct call *c, struct site *s, json *form, json **ret)
{
	struct rest_req q = { .optional = true };	/* without names the ids stay */
	char *path = rest_path(c, s, "{api}/user/bulk");
	size_t n = 0;

	*ret = NULL;
	for (struct json_iter it = json_iter(json_path(form, "state.answers")); json_next(&it);) {
		for (struct json_iter u = json_iter(json_get(it.value, "users")); json_next(&u) && n < MAX_PEOPLE; n++)
			path = rest_query(c, path, "accountId", json_str(u.value), NULL);
	}
	if (n == 0)
		return 0;
	q.path = rest_query(c, path, "maxResults", arena_printf(c->arena, "%zu", n), NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	*ret = q.json;
	return 0;
}

static int
get_form(struct call *c, const void *v)
{
	const struct form_args *a = v;
	struct site *s = app_site(c, JIRA), *f;
	const char *key, *status;
	json *form, *people;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || (f = form_site(c, s, key)) == NULL ||
	    find_form(c, f, key, a->form_id, &form) == -1 || form_people(c, s, form, &people) == -1)
		return -1;
	status = json_path_str(form, "state.status");
	out_title(c->out, key, json_path_str(form, "design.settings.name"));
	out_pair(c->out, "State", str_eq(status, "s") ? "submitted" : str_eq(status, "l") ? "locked" : "open");
	out_pair(c->out, "Seen by", str_eq(json_path_str(form, "state.visibility"), "i") ? "agents" : "customers");
	out_table(c->out, "questions", "Id", "Question", "Answer", "Required", "Takes", NULL);
	for (struct json_iter it = json_iter(json_path(form, "design.questions")); json_next(&it);)
		out_row(c->out, it.key, json_get_str(it.value, "label"),
		    answer_text(c, s, it.value, json_get(json_path(form, "state.answers"), it.key), people),
		    json_bool(json_path(it.value, "validation.rq"), false) ? "yes" : NULL, question_kind(c, it.value));
	return 0;
}

TOOL(jira_get_proforma_form_details,
	.title = "Get form", .doc = "Read a form: questions and answers.",
	.toolset = "jira_forms", .product = JIRA, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:jira-work", ARGS(struct form_args, details_params),
	.example = "{\"issue_key\":\"OPS-3\",\"form_id\":\"Access details\"}", .run = get_form,
);

/* ---- jira_update_proforma_form_answers ---- */

static const struct param update_params[] = {
	P_STR(struct form_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct form_args, form_id, P_REQUIRED, .aliases = "form", .doc = "Id or name"),
	P_OBJS(struct form_args, answers, 0, .doc = "[{\"question\":id or label,\"value\":...}]"),
	P_BOOL(struct form_args, submit, 0, .doc = "Hand the form in"),
	P_END
};

struct answer {
	const char *question;		/* id */
	json *design, *given, *sent;
};

/* By id, label or key, then by a unique prefix of the label. */
static int
find_question(struct call *c, json *form, const char *text, struct answer *ret)
{
	const char *names[MAX_NAMES], *near;
	size_t hits = 0, n = 0;

	for (int round = 0; round < 2 && hits == 0; round++) {
		n = 0;
		for (struct json_iter it = json_iter(json_path(form, "design.questions")); json_next(&it);) {
			const char *label = json_get_str(it.value, "label");
			bool hit = round == 0 ? str_eq(it.key, text) || str_ieq(label, text) ||
			    str_ieq(json_get_str(it.value, "questionKey"), text) : label != NULL && str_istarts(label, text);

			if (label != NULL && n < LEN(names))
				names[n++] = label;
			if (hit) {
				*ret = (struct answer){ .question = it.key, .design = it.value };
				hits++;
			}
		}
	}
	if (hits == 1)
		return 0;
	near = str_nearest(text, names, n);
	call_fail(c, ERR_INPUT, hits == 0 ? "The form has no question \"%.80s\"." : "Several questions begin with \"%.80s\".", text);
	if (near != NULL)
		call_hint(c, "Did you mean \"%s\"?", near);
	else
		call_hint(c, "jira_get_proforma_form_details lists the questions and their ids.");
	return -1;
}

/* {"choices":[...]} or {"users":[...]} of a value that is one word or a list of them. */
static int
write_list(struct call *c, struct site *s, const struct answer *a, json *v, bool users, struct jw *w)
{
	size_t n = yyjson_is_arr(v) ? json_len(v) : 1;
	json *choice;

	jw_arr_in(w, users ? "users" : "choices");
	for (size_t i = 0; i < n; i++) {
		const char *text = json_scalar(c->arena, yyjson_is_arr(v) ? json_at(v, i) : v), *id;

		if (text == NULL)
			return call_fail(c, ERR_INPUT, "\"%s\" takes a word or a list of words.", json_get_str(a->design, "label"));
		if (users ? jira_user(c, s, text, &id) == -1 :
		    pick(c, json_get_str(a->design, "label"), text, json_get(a->design, "choices"), "id,label", &choice) == -1)
			return -1;
		jw_s(w, users ? id : json_get_str(choice, "id"));
	}
	jw_end(w);
	return 0;
}

/* "2026-12-01", "09:30", or both with a blank or a T between them. */
static int
write_time(struct call *c, const struct answer *a, const char *text, const char *type, struct jw *w)
{
	bool date = strlen(text) >= 10 && text[4] == '-' && text[7] == '-', time = !date && strlen(text) >= 5 && text[2] == ':';
	const char *rest = date ? text + 10 : text;

	if (date && (*rest == 'T' || *rest == ' '))
		rest++;
	if ((!date && !time) || (str_eq(type, "da") && !date) || (str_eq(type, "dt") && (!date || strlen(rest) < 5)) ||
	    (str_eq(type, "ti") && strlen(rest) < 5))
		return call_fail(c, ERR_INPUT, "\"%s\" takes %s.", json_get_str(a->design, "label"),
		    str_eq(type, "da") ? "a date as 2026-12-01" : str_eq(type, "ti") ? "a time as 09:30" : "2026-12-01 09:30");
	if (date && !str_eq(type, "ti"))
		jw_str(w, "date", arena_strndup(c->arena, text, 10));
	if (!str_eq(type, "da"))
		jw_str(w, "time", arena_strndup(c->arena, rest, 5));
	return 0;
}

static int
write_answer(struct call *c, struct site *s, const struct answer *a, json *v, struct jw *w)
{
	const char *type = json_get_str(a->design, "type"), *text = json_scalar(c->arena, v);
	bool choices = json_len(json_get(a->design, "choices")) > 0, users = str_eq(type, "us") || str_eq(type, "um");
	int result = 0;

	if (yyjson_is_obj(v)) {		/* as the API has it */
		jw_val(w, v);
		return 0;
	}
	jw_obj(w);
	if (json_is_null(v))
		jw_str(w, "text", "");
	else if (choices || users)
		result = write_list(c, s, a, v, users, w);
	else if (text == NULL)
		result = call_fail(c, ERR_INPUT, "\"%s\" takes a text.", json_get_str(a->design, "label"));
	else if (str_eq(type, "da") || str_eq(type, "ti") || str_eq(type, "dt"))
		result = write_time(c, a, text, type, w);
	else if (str_eq(type, "rt")) {
		jw_key(w, "adf");
		result = jira_write_body(c, s, text, w);
	} else
		jw_str(w, "text", text);
	if (result == 0)
		jw_end(w);
	return result;
}

static json *
own_json(struct call *c, struct buf *b)
{
	if (buf_overflowed(b)) {
		call_fail(c, ERR_TOO_LARGE, "The answers are larger than %d MiB.", MAX_BODY / 1024 / 1024);
		return NULL;
	}
	return json_parse(c->arena, arena_strndup(c->arena, b->data, b->len), b->len, JSON_TRUSTED, &c->err);
}

static int
read_answers(struct call *c, struct site *s, json *form, json *list, struct answer *ret)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		json *name = json_get(it.value, "question") != NULL ? json_get(it.value, "question") : json_get(it.value, "questionId");
		const char *text = json_scalar(c->arena, name);
		struct buf b;
		struct jw w;

		if (text == NULL || json_get(it.value, "value") == NULL)
			return call_fail(c, ERR_INPUT, "An answer is {\"question\":\"...\",\"value\":...}.");
		if (find_question(c, form, text, &ret[it.index]) == -1)
			return -1;
		for (size_t i = 0; i < it.index; i++) {
			if (str_eq(ret[i].question, ret[it.index].question))
				return call_fail(c, ERR_INPUT, "\"%.80s\" is answered twice.", text);
		}
		ret[it.index].given = json_get(it.value, "value");
		buf_init(&b, MAX_BODY);
		jw_init(&w, &b);
		ret[it.index].sent = write_answer(c, s, &ret[it.index], json_get(it.value, "value"), &w) == -1 ? NULL : own_json(c, &b);
		buf_release(&b);
		if (ret[it.index].sent == NULL)
			return -1;
	}
	return 0;
}

/* All answers of the form with the new ones in their places, as whoever saves it in a browser sends them. */
static const char *
save_body(struct call *c, json *form, const struct answer *a, size_t n)
{
	const char *text = NULL;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "answers");
	for (struct json_iter it = json_iter(json_path(form, "state.answers")); json_next(&it);) {
		bool changed = false;

		for (size_t i = 0; i < n && !changed; i++)
			changed = str_eq(a[i].question, it.key);
		if (!changed)
			jw_value(&w, it.key, it.value);
	}
	for (size_t i = 0; i < n; i++)
		jw_value(&w, a[i].question, a[i].sent);
	jw_end(&w);
	jw_end(&w);
	if (buf_overflowed(&b))
		call_fail(c, ERR_TOO_LARGE, "The answers are larger than %d MiB.", MAX_BODY / 1024 / 1024);
	else
		text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

/* A list of people is told as it was given: the form holds ids only. */
static const char *
as_given(struct call *c, struct site *s, const struct answer *a, const char *text)
{
	const char *type = json_get_str(a->design, "type"), *given = field_text(c, s, a->given, NULL);

	return text != NULL && given != NULL && (str_eq(type, "us") || str_eq(type, "um")) ? given : text;
}

/* before -> after for each; after NULL: of a dry run. */
static int
report(struct call *c, struct site *s, json *before, json *after, json *people, const struct answer *a, size_t n)
{
	struct buf ignored;

	buf_init(&ignored, 8192);
	for (size_t i = 0; i < n; i++) {
		const char *label = json_get_str(a[i].design, "label");
		const char *was = answer_text(c, s, a[i].design, json_get(json_path(before, "state.answers"), a[i].question), people);
		const char *wanted = answer_text(c, s, a[i].design, a[i].sent, NULL);
		const char *now = after == NULL ? wanted :
		    answer_text(c, s, a[i].design, json_get(json_path(after, "state.answers"), a[i].question), NULL);

		if (str_eq(now, wanted))
			out_pairf(c->out, label != NULL ? label : a[i].question, "%s -> %s", was != NULL ? was : "(none)",
			    now != NULL ? as_given(c, s, &a[i], now) : "(none)");
		else
			buf_addf(&ignored, "%s%s (it is %s)", ignored.len > 0 ? ", " : "", label, now != NULL ? now : "(none)");
	}
	if (ignored.len > 0)
		call_fail(c, ERR_IGNORED, "The form was saved, but Jira did not take over: %s.", ignored.data);
	buf_release(&ignored);
	return err_is_set(&c->err) ? -1 : 0;
}

static int
save_form(struct call *c, struct site *f, struct rest_write *w)
{
	if (c->dry_run == NULL)
		return rest_write(c, f, w);
	rest_plan(c, w);
	return 0;
}

/* Of a form whose answers are not all there. */
static int
not_handed_in(struct call *c)
{
	err_context(&c->err, "The form was not handed in");
	call_hint(c, "Give the answers that are missing, and submit again.");
	return -1;
}

static int
update_form(struct call *c, const void *v)
{
	const struct form_args *a = v;
	struct site *s = app_site(c, JIRA), *f;
	size_t n = json_len(a->answers);
	struct answer *list = arena_array(c->arena, n + 1, sizeof(*list));
	struct rest_write w = { .method = "PUT" }, submit = { .method = "PUT" };
	const char *key, *id;
	json *form, *people;

	if (n == 0 && !a->submit)
		return call_fail(c, ERR_INPUT, "There is nothing to do: give answers, submit or both.");
	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || (f = form_site(c, s, key)) == NULL ||
	    find_form(c, f, key, a->form_id, &form) == -1)
		return -1;
	id = json_get_str(form, "id");
	if (!str_eq(json_path_str(form, "state.status"), "o")) {
		call_fail(c, ERR_CONFLICT, "The form is not open: it was handed in or locked.");
		call_hint(c, "Reopen it in Jira first.");
		return -1;
	}
	if (form_people(c, s, form, &people) == -1 || read_answers(c, s, form, a->answers, list) == -1 || (w.body = save_body(c, form, list, n)) == NULL)
		return -1;
	w.path = rest_path(c, f, "/issue/%s/form/%s", key, id);
	submit.path = rest_path(c, f, "/issue/%s/form/%s/action/submit", key, id);
	w.target = submit.target = key;
	w.before = json_text(c->arena, json_path(form, "state.answers"), NULL);
	w.what = arena_printf(c->arena, "saving the form on %s", key);
	submit.what = arena_printf(c->arena, "handing in the form on %s", key);
	if (c->dry_run != NULL && report(c, s, form, NULL, people, list, n) == -1)
		return -1;
	if (c->dry_run != NULL && a->submit)
		out_pair(c->out, "State", "open -> submitted");
	if (n > 0 && save_form(c, f, &w) == -1)
		return -1;
	if (c->dry_run == NULL && n > 0) {
		out_say(c->out, "Saved the form %s on %s.", json_path_str(form, "design.settings.name"), key);
		if (report(c, s, form, w.json, people, list, n) == -1)
			return a->submit ? not_handed_in(c) : -1;
	}
	if (a->submit && save_form(c, f, &submit) == -1) {
		if (n > 0 && c->err.kind != ERR_UNKNOWN_OUTCOME)
			call_hint(c, "Do not send the answers again: correct the cause and call with submit alone.");
		if (n > 0)
			err_context(&c->err, "The answers were saved, but the form was not handed in");
		return -1;
	}
	if (c->dry_run != NULL)
		return rest_planned(c);
	if (!a->submit)
		return 0;
	if (str_eq(json_path_str(submit.json, "state.status"), "o"))
		return call_fail(c, ERR_IGNORED, "The form on %s was to be handed in, but it is still open.", key);
	out_pair(c->out, "State", "open -> submitted");
	return 0;
}

TOOL(jira_update_proforma_form_answers,
	.title = "Answer form", .doc = "Answer questions of a form, and hand it in.",
	.toolset = "jira_forms", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.only = DEPLOYMENT_CLOUD, .scopes = "write:jira-work", ARGS(struct form_args, update_params),
	.example = "{\"issue_key\":\"OPS-3\",\"form_id\":\"Access details\",\"answers\":[{\"question\":\"Reason\",\"value\":\"On call\"}]}",
	.run = update_form,
);
