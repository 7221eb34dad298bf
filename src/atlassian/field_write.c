/*
 * From a person's value to JSON. One table says by schema which kind of value a field takes
 * and how people are told so; one function per kind writes one value; lists are
 * taken apart before. Where the metadata states the allowed values, a choice is made among
 * them and sent by id, else the words are sent and the site judges.
 */
#include "atlassian/fields.h"

#include "atlassian/field_things.h"
#include "atlassian/field_words.h"
#include "base/str.h"

#include <string.h>

enum { MAX_ALLOWED_SHOWN = 20, MAX_NAMES = 2000, MAX_LABEL = 255 };

enum kind {
	K_ANY, K_TEXT, K_AREA, K_NUMBER, K_DATE, K_MOMENT, K_USER, K_GROUP, K_CHOICE, K_CASCADE, K_LABEL, K_ISSUE, K_EPIC, K_PROJECT,
	K_SPRINT, K_SPAN, K_URL, K_TEAM, K_ASSET, K_ELSEWHERE
};

/* The first row that fits decides. A NULL fits everything; type is of one value, so of a list's items. */
static const struct row {
	const char *id, *custom, *type;
	enum kind kind;
	const char *shape;
} rows[] = {
	{ "status", NULL, NULL, K_ELSEWHERE, "no value here: jira_transition_issue changes it" },
	{ "comment", NULL, NULL, K_ELSEWHERE, "no value here: jira_add_comment adds one" },
	{ "worklog", NULL, NULL, K_ELSEWHERE, "no value here: jira_add_worklog adds one" },
	{ "issuelinks", NULL, NULL, K_ELSEWHERE, "no value here: jira_create_issue_link makes one" },
	{ "attachment", NULL, NULL, K_ELSEWHERE, "no value here: jira_add_attachment adds one" },
	{ NULL, "gh-sprint", NULL, K_SPRINT, "a sprint: its name or id, \"active\" or \"next\"" },
	{ NULL, "gh-epic-link", NULL, K_EPIC, "an epic: its key or title" },
	{ NULL, "jpo-custom-field-parent", NULL, K_EPIC, "an issue: its key or title" },
	{ NULL, "atlassian-team", NULL, K_TEAM, "a team: its name or id" },
	{ NULL, "rm-teams-custom-field-team", NULL, K_TEAM, "a team: its name or id" },
	{ NULL, "cmdb-object-cftype", NULL, K_ASSET, "an object of Assets: its key or label" },
	{ NULL, "cmdb-object-field", NULL, K_ASSET, "an object of Assets: its key or label" },
	{ NULL, "rlabs-customfield-default-object", NULL, K_ASSET, "an object of Assets: its key or label" },
	{ NULL, "textarea", NULL, K_AREA, "text in Markdown" },
	{ "description", NULL, NULL, K_AREA, "text in Markdown" },
	{ "environment", NULL, NULL, K_AREA, "text in Markdown" },
	{ NULL, "url", NULL, K_URL, "a link, such as https://example.com/page" },
	{ "labels", NULL, NULL, K_LABEL, "words without spaces, such as backend, urgent" },
	{ NULL, "labels", NULL, K_LABEL, "words without spaces, such as backend, urgent" },
	{ NULL, NULL, "number", K_NUMBER, "a number, such as 3 or 2.5" },
	{ NULL, NULL, "date", K_DATE, "a day: 2026-11-30, today, +3d, next friday" },
	{ NULL, NULL, "datetime", K_MOMENT, "a moment: 2026-11-30 14:00, tomorrow 9:00, or with a zone" },
	{ NULL, NULL, "user", K_USER, "a person: name, e-mail or \"me\"" },
	{ NULL, NULL, "group", K_GROUP, "a group's name" },
	{ NULL, NULL, "option", K_CHOICE, "one of its options" },
	{ NULL, NULL, "option-with-child", K_CASCADE, "an option and the one below it: A > B" },
	{ NULL, NULL, "option2", K_CHOICE, "one of its options" },
	{ NULL, NULL, "priority", K_CHOICE, "a priority's name" },
	{ NULL, NULL, "resolution", K_CHOICE, "a resolution's name" },
	{ NULL, NULL, "issuetype", K_CHOICE, "an issue type's name" },
	{ NULL, NULL, "version", K_CHOICE, "a version's name" },
	{ NULL, NULL, "component", K_CHOICE, "a component's name" },
	{ NULL, NULL, "securitylevel", K_CHOICE, "a security level's name" },
	{ NULL, NULL, "status", K_CHOICE, "a status's name" },
	{ NULL, NULL, "project", K_PROJECT, "a project's key" },
	{ NULL, NULL, "issuelink", K_ISSUE, "an issue: its key, link or title" },
	{ NULL, NULL, "timetracking", K_SPAN, "a span such as 3h 30m, or {\"original\": \"2d\", \"remaining\": \"4h\"}" },
	{ NULL, NULL, "string", K_TEXT, "one line of text" },
	{ NULL, NULL, NULL, K_ANY, "a value as Jira's REST API takes it" },
};

static const struct row *
row_of(const struct field *f)
{
	const char *type = str_eq(f->type, "array") && f->items != NULL ? f->items : f->type;
	const struct row *r = rows;

	while ((r->id != NULL && !str_eq(r->id, f->id)) || (r->custom != NULL && !str_eq(r->custom, f->custom)) ||
	    (r->type != NULL && !str_eq(r->type, type)))
		r++;
	return r;
}

bool
field_is_choice(const struct field *f)
{
	enum kind k = row_of(f)->kind;

	return k == K_CHOICE || k == K_CASCADE;
}

enum field_thing
field_names(const struct field *f)
{
	enum kind k = row_of(f)->kind;

	return k == K_ISSUE || k == K_EPIC ? AN_ISSUE : k == K_SPRINT ? A_SPRINT : NO_THING;
}

const char *
field_shape(const struct field *f)
{
	const struct row *r = row_of(f);

	if (str_eq(f->type, "array") && r->kind == K_CHOICE)
		return "a list of its values";
	if (str_eq(f->type, "array") && r->kind == K_USER)
		return "a list of people: names, e-mails or \"me\"";
	if (str_eq(f->type, "array") && r->kind == K_GROUP)
		return "a list of groups' names";
	return r->shape;
}

/* ---- choosing among the allowed values ---- */

static const char *
name_of(json *value)
{
	const char *name = json_get_str(value, "value");

	return name != NULL ? name : json_get_str(value, "name") != NULL ? json_get_str(value, "name") : json_get_str(value, "label");
}

static const char *
names_of(struct call *c, json *list)
{
	const char *all = NULL;
	size_t n = 0, total = 0;
	struct buf b;

	buf_init(&b, 16 * 1024);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (name_of(it.value) == NULL)
			continue;
		total++;
		if (n < MAX_ALLOWED_SHOWN)
			buf_addf(&b, "%s%s", n++ > 0 ? ", " : "", name_of(it.value));
	}
	if (total > n)
		buf_addf(&b, " and %zu more", total - n);
	if (n > 0)
		all = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return all;
}

const char *
field_allowed(struct call *c, json *meta)
{
	return names_of(c, json_get(meta, "allowedValues"));
}

static const char *
chosen_in(struct call *c, json *list, json *written)
{
	const char *id = json_scalar(c->arena, json_get(written, "id")), *below;

	for (struct json_iter it = json_iter(list); json_next(&it) && id != NULL;) {
		if (!str_eq(json_scalar(c->arena, json_get(it.value, "id")), id))
			continue;
		below = chosen_in(c, json_get(it.value, "children"), json_get(written, "child"));
		return below == NULL ? name_of(it.value) : arena_printf(c->arena, "%s > %s", name_of(it.value), below);
	}
	return NULL;
}

const char *
field_chosen(struct call *c, json *meta, json *written)
{
	json *list = json_get(meta, "allowedValues");
	const char *all = NULL;

	if (!yyjson_is_arr(written))
		return chosen_in(c, list, written);
	for (struct json_iter it = json_iter(written); json_next(&it);) {
		const char *one = chosen_in(c, list, it.value);

		if (one == NULL)
			return NULL;
		all = all == NULL ? one : arena_printf(c->arena, "%s, %s", all, one);
	}
	return all;
}

static bool
value_is(struct call *c, json *value, const char *text)
{
	return str_ieq(name_of(value), text) || str_ieq(json_get_str(value, "untranslatedName"), text) ||
	    str_eq(json_scalar(c->arena, json_get(value, "id")), text) || str_ieq(json_get_str(value, "key"), text);
}

static int
not_allowed(struct call *c, const struct field *f, const char *text, json *list, size_t fitting)
{
	const char **names = arena_array(c->arena, MAX_NAMES, sizeof(*names)), *near, *all = names_of(c, list);
	size_t n = 0;

	for (struct json_iter it = json_iter(list); json_next(&it) && n < MAX_NAMES;)
		names[n++] = name_of(it.value);
	near = str_nearest(text, names, n);
	if (fitting > 1)
		call_fail(c, ERR_INPUT, "\"%.80s\" fits several values of the field %s.", text, f->name);
	else
		call_fail(c, ERR_INPUT, "The field %s has no value \"%.80s\".", f->name, text);
	if (all == NULL)
		call_hint(c, "There is nothing to choose from on this screen.");
	else if (near != NULL && fitting == 0)
		call_hint(c, "Did you mean \"%s\"? It takes: %s.", near, all);
	else
		call_hint(c, "It takes: %s.", all);
	return -1;
}

static int
choose(struct call *c, const struct field *f, const char *text, json *list, json **ret)
{
	json *found = NULL;
	size_t n = 0;

	for (int round = 0; round < 2 && n == 0; round++) {
		for (struct json_iter it = json_iter(list); json_next(&it);) {
			if (round == 0 ? !value_is(c, it.value, text) : name_of(it.value) == NULL || !str_istarts(name_of(it.value), text))
				continue;
			found = it.value;
			n++;
		}
	}
	/* Two with one name: the name alone can't say which, the first is not a guess anybody wants. */
	if (n != 1 || *text == '\0')
		return not_allowed(c, f, text, list, n);
	*ret = found;
	return 0;
}

/* ---- one value of each kind ---- */

struct writing {
	struct call *c;
	struct site *s;
	const struct field *f;
	const char *project;
	json *allowed;		/* NULL: not known */
	struct jw *w;
};

static int
wrong_value(const struct writing *x, const char *text)
{
	call_fail(x->c, ERR_INPUT, "\"%.80s\" is nothing that the field %s takes.", text, x->f->name);
	call_hint(x->c, "It takes %s%s.", field_shape(x->f), *text == '\0' ? "; null clears it" : "");
	return -1;
}

static void
write_member(struct jw *w, const char *member, const char *text)
{
	jw_obj(w);
	jw_str(w, member, text);
	jw_end(w);
}

static int
write_choice(const struct writing *x, const char *text)
{
	bool option = str_starts(row_of(x->f)->type, "option");
	json *one;

	if (x->allowed != NULL) {
		if (choose(x->c, x->f, text, x->allowed, &one) == -1)
			return -1;
		write_member(x->w, "id", json_scalar(x->c->arena, json_get(one, "id")));
		return 0;
	}
	write_member(x->w, option ? "value" : "name", text);
	return 0;
}

/* "A > B"; "A" alone chooses no child. */
static int
write_cascade(const struct writing *x, const char *text)
{
	struct arena *a = x->c->arena;
	const char *gt = strchr(text, '>'), *first = gt == NULL ? text : str_trim(a, text, (size_t)(gt - text));
	const char *second = gt == NULL ? NULL : str_trim(a, gt + 1, strlen(gt + 1));
	json *one = NULL, *child = NULL;

	if (x->allowed != NULL) {
		if (choose(x->c, x->f, first, x->allowed, &one) == -1)
			return -1;
		if (second != NULL && choose(x->c, x->f, second, json_get(one, "children"), &child) == -1)
			return -1;
	}
	jw_obj(x->w);
	jw_str(x->w, one != NULL ? "id" : "value", one != NULL ? json_scalar(a, json_get(one, "id")) : first);
	if (second != NULL) {
		jw_obj_in(x->w, "child");
		jw_str(x->w, child != NULL ? "id" : "value", child != NULL ? json_scalar(a, json_get(child, "id")) : second);
		jw_end(x->w);
	}
	jw_end(x->w);
	return 0;
}

static bool
is_number(const char *s)
{
	const char *p = s + (*s == '-');
	size_t whole = strspn(p, "0123456789"), fraction = p[whole] == '.' ? strspn(p + whole + 1, "0123456789") : 0;

	return whole > 0 && (*p != '0' || whole == 1) && (p[whole] != '.' || fraction > 0) &&
	    p[whole + (p[whole] == '.' ? 1 + fraction : 0)] == '\0';
}

static int
write_number(const struct writing *x, json *v, const char *text)
{
	const char *comma = strchr(text, ',');

	if (yyjson_is_num(v)) {
		jw_val(x->w, v);
		return 0;
	}
	if (is_number(text)) {
		jw_raw(x->w, text, strlen(text));
		return 0;
	}
	if (comma == NULL || text[strspn(text, "0123456789,.-")] != '\0')
		return wrong_value(x, text);
	call_fail(x->c, ERR_INPUT, "\"%.80s\" may mean two numbers; the field %s takes one without a comma.", text, x->f->name);
	call_hint(x->c, "Write 1.5 for one and a half, 1500 for fifteen hundred.");
	return -1;
}

static int
write_label(const struct writing *x, const char *text)
{
	if (*text == '\0' || strlen(text) > MAX_LABEL || strpbrk(text, " \t\n") != NULL) {
		call_fail(x->c, ERR_INPUT, "\"%.80s\" is no label: labels have no spaces and at most %d bytes.", text, MAX_LABEL);
		call_hint(x->c, "Separate several labels by commas, or join the words with a hyphen.");
		return -1;
	}
	jw_s(x->w, text);
	return 0;
}

/* {"original": ..., "remaining": ...}, in Jira's words or shorter ones. */
static int
write_span(const struct writing *x, json *v, const char *text)
{
	static const struct {
		const char *word, *member;
	} words[] = { { "originalEstimate", "originalEstimate" }, { "original", "originalEstimate" }, { "estimate", "originalEstimate" },
		{ "remainingEstimate", "remainingEstimate" }, { "remaining", "remainingEstimate" } };
	int64_t minutes;

	if (text != NULL) {
		if (words_span(text, &minutes) == -1)
			return wrong_value(x, text);
		write_member(x->w, "originalEstimate", text);
		return 0;
	}
	jw_obj(x->w);
	for (struct json_iter it = json_iter(v); json_next(&it);) {
		const char *span = json_scalar(x->c->arena, it.value);
		size_t i = 0;

		while (i < LEN(words) && !str_ieq(words[i].word, it.key))
			i++;
		if (i == LEN(words) || span == NULL || words_span(span, &minutes) == -1)
			return wrong_value(x, span != NULL ? span : it.key);
		jw_str(x->w, words[i].member, span);
	}
	jw_end(x->w);
	return 0;
}

static int
write_url(const struct writing *x, const char *text)
{
	if ((!str_istarts(text, "http://") && !str_istarts(text, "https://") && !str_istarts(text, "mailto:") &&
	    !str_istarts(text, "ftp://")) || strpbrk(text, " \t\n") != NULL)
		return wrong_value(x, text);
	jw_s(x->w, text);
	return 0;
}

/* Kinds that are looked up at the site. */
static int
write_found(const struct writing *x, enum kind kind, const char *text)
{
	struct call *c = x->c;
	const char *found = NULL;
	int64_t id = 0;

	switch ((int)kind) {
	case K_USER:
		if (jira_user(c, x->s, text, &found) == -1)
			return -1;
		write_member(x->w, x->s->dialect->user_id, found);
		return 0;
	case K_ISSUE:
	case K_EPIC:
		if (thing_issue(c, x->s, x->project, text, &found) == -1)
			return -1;
		if (kind == K_EPIC)
			jw_s(x->w, found);
		else if (found[strspn(found, "0123456789")] == '\0')
			write_member(x->w, "id", found);
		else
			write_member(x->w, "key", found);
		return 0;
	case K_SPRINT:
		if (str_ieq(text, "backlog")) {
			jw_null(x->w);
			return 0;
		}
		if (thing_sprint(c, x->s, x->project, text, &id) == -1)
			return -1;
		jw_i(x->w, id);
		return 0;
	case K_TEAM:
		if (thing_suggested(c, x->s, x->f, text, &found) == -1)
			return -1;
		jw_s(x->w, found);
		return 0;
	default:
		if (thing_asset(c, x->s, text, &found) == -1)
			return -1;
		write_member(x->w, site_is_cloud(x->s) ? "id" : "key", found);
		return 0;
	}
}

/* A text in one of the forms that ask nobody. */
static int
write_plain(const struct writing *x, enum kind kind, json *v, const char *text)
{
	const char *day;

	switch ((int)kind) {
	case K_AREA: return jira_write_body(x->c, x->s, text, x->w);
	case K_NUMBER: return write_number(x, v, text);
	case K_LABEL: return write_label(x, text);
	case K_URL: return write_url(x, text);
	case K_CHOICE: return write_choice(x, text);
	case K_CASCADE: return write_cascade(x, text);
	case K_SPAN: return write_span(x, NULL, text);
	case K_DATE:
	case K_MOMENT:
		day = kind == K_DATE ? words_day(x->c->arena, text) : words_moment(x->c->arena, text);
		if (day == NULL)
			return wrong_value(x, text);
		jw_s(x->w, day);
		return 0;
	case K_GROUP:
		write_member(x->w, "name", text);
		return 0;
	case K_PROJECT:
		write_member(x->w, text[strspn(text, "0123456789")] == '\0' ? "id" : "key", text);
		return 0;
	case K_TEXT:
		jw_s(x->w, text);
		return 0;
	default:
		jw_val(x->w, v);
		return 0;
	}
}

static int
write_one(const struct writing *x, json *v)
{
	enum kind kind = row_of(x->f)->kind;
	const char *text = json_scalar(x->c->arena, v);

	if (kind == K_ELSEWHERE)
		return call_fail(x->c, ERR_INPUT, "The field %s takes %s.", x->f->name, row_of(x->f)->shape);
	if (kind == K_SPAN && yyjson_is_obj(v))
		return write_span(x, v, NULL);
	if (yyjson_is_obj(v) || (text == NULL && kind == K_ANY)) {
		jw_val(x->w, v);
		return 0;
	}
	if (text == NULL)
		return wrong_value(x, json_text(x->c->arena, v, NULL));
	if (kind != K_AREA && kind != K_TEXT)
		text = str_trim(x->c->arena, text, strlen(text));
	switch ((int)kind) {
	case K_USER:
	case K_ISSUE:
	case K_EPIC:
	case K_SPRINT:
	case K_TEAM:
	case K_ASSET: return *text == '\0' ? wrong_value(x, text) : write_found(x, kind, text);
	default: return write_plain(x, kind, v, text);
	}
}

/* A text that names several: its parts as JSON strings, or the whole when that is one allowed value ("Berlin, Germany"). */
static json *
split_text(const struct writing *x, const char *text)
{
	char **parts = str_split(x->c->arena, text, strchr(text, ';') != NULL && row_of(x->f)->kind == K_USER ? ";" : ",", NULL);
	json *list;
	struct buf b;
	struct jw w;

	buf_init(&b, 1024 * 1024);
	jw_init(&w, &b);
	jw_arr(&w);
	for (struct json_iter it = json_iter(x->allowed); json_next(&it);) {
		if (parts[0] != NULL && parts[1] != NULL && value_is(x->c, it.value, text)) {
			jw_s(&w, text);
			while (*parts != NULL)
				parts++;
			break;
		}
	}
	for (; *parts != NULL; parts++)
		jw_s(&w, *parts);
	jw_end(&w);
	list = json_parse(x->c->arena, b.data, b.len, JSON_TRUSTED, &x->c->err);
	buf_release(&b);
	return list;
}

static int
write_list(const struct writing *x, json *v)
{
	const char *text = json_str(v);

	if (text != NULL) {
		v = split_text(x, text);
		if (v == NULL)
			return -1;
	}
	jw_arr(x->w);
	if (!yyjson_is_arr(v) && write_one(x, v) == -1)
		return -1;
	for (struct json_iter it = json_iter(yyjson_is_arr(v) ? v : NULL); json_next(&it);) {
		if (write_one(x, it.value) == -1)
			return -1;
	}
	jw_end(x->w);
	return 0;
}

/* "none" empties a field that can't hold that word as its value: a day, a person, a choice that has no such option. */
static bool
clears(const struct writing *x, enum kind kind, json *v)
{
	const char *text = json_str(v);

	if (text == NULL || !str_ieq(str_trim(x->c->arena, text, strlen(text)), "none"))
		return false;
	if (kind != K_CHOICE && kind != K_CASCADE)
		return kind == K_NUMBER || kind == K_DATE || kind == K_MOMENT || kind == K_USER || kind == K_ISSUE || kind == K_EPIC ||
		    kind == K_SPRINT || kind == K_URL;
	for (struct json_iter it = json_iter(x->allowed); json_next(&it);) {
		if (str_istarts(name_of(it.value), "none"))
			return false;
	}
	return x->allowed != NULL;
}

int
field_write_at(struct call *c, struct site *s, const struct field *f, const struct field_place *place, json *v, struct jw *w)
{
	struct writing x = { .c = c, .s = s, .f = f, .w = w };
	enum kind kind = row_of(f)->kind;

	if (json_is_null(v)) {
		jw_null(w);
		return 0;
	}
	if (place != NULL) {
		x.project = place->project;
		x.allowed = json_get(place->meta, "allowedValues");
	}
	if (x.project == NULL && c->target != NULL)
		x.project = jira_project_of(c->arena, c->target);
	if (clears(&x, kind, v)) {
		jw_null(w);
		return 0;
	}
	/* A sprint and a team are lists in the schema of some versions, and one value on the wire; Data Center's assets have no items. */
	if (kind == K_ASSET || (str_eq(f->type, "array") && kind != K_SPRINT && kind != K_TEAM))
		return write_list(&x, v);
	if (kind == K_SPRINT && yyjson_is_arr(v) && json_len(v) == 1)
		v = json_at(v, 0);
	return write_one(&x, v);
}

int
field_write(struct call *c, struct site *s, const struct field *f, json *v, struct jw *w)
{
	return field_write_at(c, s, f, NULL, v, w);
}
