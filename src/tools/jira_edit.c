/*
 * A field's way: named -> found (on the screen first, when that is known) -> its value written by
 * the codec -> sent -> compared with what the site says afterwards.
 */
#include "tools/jira_edit.h"

#include "atlassian/cache.h"
#include "atlassian/create_meta.h"
#include "atlassian/field_things.h"
#include "atlassian/field_words.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FIELD_JSON = 1024 * 1024, MAX_REQUEST = 4 * 1024 * 1024, MAX_SHOWN = 120 };

static json *
parse_own(struct call *c, struct buf *b)
{
	json *v = NULL;

	if (buf_overflowed(b))
		call_fail(c, ERR_TOO_LARGE, "The value is larger than %d KiB.", MAX_FIELD_JSON / 1024);
	else
		v = json_parse(c->arena, arena_strndup(c->arena, b->data, b->len), b->len, JSON_TRUSTED, &c->err);
	buf_release(b);
	return v;
}

/* ---- where the fields stand ---- */

void
edit_for_issue(struct edit *e, const char *key)
{
	e->issue = key;
}

static int
take(struct call *c, struct edit *e, const struct field *f, json *sent, const char *given)
{
	for (size_t i = 0; i < e->count; i++) {
		if (e->list[i].field == f)
			return call_fail(c, ERR_INPUT, "The field %s is given twice.", f->name);
	}
	if (e->count == EDIT_MAX_FIELDS)
		return call_fail(c, ERR_INPUT, "At most %d fields at once.", EDIT_MAX_FIELDS);
	e->list[e->count++] = (struct edit_field){ .field = f, .sent = sent, .given = given };
	return sent == NULL ? -1 : 0;
}

static json *
one_member(struct call *c, const char *member, const char *value)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_FIELD_JSON);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, member, value);
	jw_end(&w);
	return parse_own(c, &b);
}

int
edit_for_create(struct call *c, struct site *s, struct edit *e, const char *project, const char *type)
{
	const struct field *field;
	json *found;

	if (fields_load(c, s) == -1 || meta_type(c, s, project, type, &found) == -1)
		return -1;
	e->project = project;
	e->type = json_get_str(found, "name");
	e->type_id = json_scalar(c->arena, json_get(found, "id"));
	e->subtask = json_get_bool(found, "subtask", false);
	if (e->type_id == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s gave an issue type without an id.", s->label);
	if (fields_find(c, s, "project", &field) == -1 || take(c, e, field, one_member(c, "key", project), project) == -1 ||
	    fields_find(c, s, "issuetype", &field) == -1)
		return -1;
	return take(c, e, field, one_member(c, "id", e->type_id), e->type);
}

static bool
placed(const struct edit *e)
{
	return e->issue != NULL || e->type_id != NULL;
}

static int
ask_screen(struct call *c, struct site *s, struct edit *e)
{
	struct meta_issue issue = { .project = NULL };
	int requests = c->upstream_requests;

	if (!placed(e) || e->asked)
		return 0;
	e->asked = true;
	if (e->issue == NULL) {
		if (meta_create(c, s, e->project, e->type_id, &e->screen) == -1)
			return -1;
		e->kept = c->upstream_requests == requests;
		return 0;
	}
	if (meta_edit(c, s, e->issue, &issue, &e->screen) == -1)
		return -1;
	e->kept = issue.kept;
	e->project = issue.project;
	e->type = issue.type;
	e->type_id = issue.type_id;
	return 0;
}

/* ---- adding ---- */

/* Data Center has "parent" for sub-tasks only; an epic is named in a field of its own. On Cloud both are the parent. */
static int
find_parent(struct call *c, struct site *s, struct edit *e, const char *word, const struct field **ret)
{
	const struct field *link = NULL;
	bool epic = str_istarts(word, "epic");

	if (site_is_cloud(s))
		return fields_find(c, s, "parent", ret);
	if (fields_find_custom(c, s, "gh-epic-link", &link) == -1)
		return -1;
	if (link == NULL || (!epic && (e->subtask || !placed(e))))
		return fields_find(c, s, "parent", ret);
	if (!epic && e->issue != NULL) {
		if (ask_screen(c, s, e) == -1)
			return -1;
		if (meta_field(e->screen, link->id) == NULL)
			return fields_find(c, s, "parent", ret);
	}
	*ret = link;
	return 0;
}

static int
find_field(struct call *c, struct site *s, struct edit *e, const char *name, const struct field **ret)
{
	const struct field *found[16], *here = NULL;
	size_t n, on_screen = 0;

	if (fields_load(c, s) == -1)
		return -1;
	if (str_ieq(name, "parent") || str_ieq(name, "epic") || str_ieq(name, "epic link") || str_ieq(name, "epic_link"))
		return find_parent(c, s, e, name, ret);
	n = fields_match(c, s, name, found, LEN(found));
	if (n < 2 || !placed(e))
		return fields_find(c, s, name, ret);
	if (ask_screen(c, s, e) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (meta_field(e->screen, found[i]->id) != NULL) {
			here = found[i];
			on_screen++;
		}
	}
	*ret = here;
	return on_screen == 1 ? 0 : fields_find(c, s, name, ret);
}

/* Estimates are shown as fields of their own and set through one. */
static const struct field *
settable(const struct site *s, const struct field *f, const char **ret_member)
{
	*ret_member = str_eq(f->id, "timeoriginalestimate") ? "originalEstimate" :
	    str_eq(f->id, "timeestimate") ? "remainingEstimate" : NULL;
	return *ret_member != NULL && fields_by_id(s, "timetracking") != NULL ? fields_by_id(s, "timetracking") : f;
}

/* The field's JSON for the value; NULL with the error. */
static json *
write_value(struct call *c, struct site *s, const struct edit *e, const struct field *f, json *value)
{
	const struct field_place place = { .meta = meta_field(e->screen, f->id),
		.project = e->project != NULL ? e->project : e->issue != NULL ? jira_project_of(c->arena, e->issue) : NULL };
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_FIELD_JSON);
	jw_init(&w, &b);
	if (field_write_at(c, s, f, &place, value, &w) == 0)
		return parse_own(c, &b);
	buf_release(&b);
	return NULL;
}

int
edit_add(struct call *c, struct site *s, struct edit *e, const char *name, json *value)
{
	const struct field *f, *named;
	const char *member, *given = json_scalar(c->arena, value);
	json *sent;

	if (find_field(c, s, e, name, &named) == -1)
		return -1;
	f = settable(s, named, &member);
	if (f != named && given != NULL && (value = one_member(c, member, given)) == NULL)
		return -1;
	if (placed(e) && field_is_choice(f) && !json_is_null(value) && ask_screen(c, s, e) == -1)
		return -1;
	sent = write_value(c, s, e, f, value);
	if (sent == NULL && e->kept && field_is_choice(f) && c->err.kind == ERR_INPUT) {	/* the value may be newer than what was kept */
		err_clear(&c->err);
		rest_forget(s);
		e->asked = e->kept = false;
		if (ask_screen(c, s, e) == -1)
			return -1;
		sent = write_value(c, s, e, f, value);
	}
	if (sent == NULL || thing_inside(c, s, f, sent) == -1)
		return -1;
	return take(c, e, f, sent, given);
}

int
edit_add_all(struct call *c, struct site *s, struct edit *e, json *object)
{
	for (struct json_iter it = json_iter(object); json_next(&it);) {
		if (edit_add(c, s, e, it.key, it.value) == -1)
			return -1;
	}
	return 0;
}

static json *
to_json(struct call *c, const char *text, char **list)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_FIELD_JSON);
	jw_init(&w, &b);
	if (list == NULL) {
		jw_s(&w, text);
	} else {
		jw_arr(&w);
		for (; *list != NULL; list++)
			jw_s(&w, *list);
		jw_end(&w);
	}
	return parse_own(c, &b);
}

int
edit_add_text(struct call *c, struct site *s, struct edit *e, const char *name, const char *value)
{
	json *v;

	if (value == NULL)
		return 0;
	v = to_json(c, value, NULL);
	return v == NULL ? -1 : edit_add(c, s, e, name, v);
}

int
edit_add_list(struct call *c, struct site *s, struct edit *e, const char *name, char **values)
{
	json *v;

	if (values == NULL)
		return 0;
	v = to_json(c, NULL, values);
	return v == NULL ? -1 : edit_add(c, s, e, name, v);
}

void
edit_write(const struct edit *e, struct jw *w)
{
	jw_obj_in(w, "fields");
	for (size_t i = 0; i < e->count; i++)
		jw_value(w, e->list[i].field->id, e->list[i].sent);
	jw_end(w);
}

/* What the fields that the site's message is about take: those of the edit, and others that the screen wants. */
static void
explain(struct call *c, const struct edit *e, json *screen, struct buf *b)
{
	const char *said = c->err.message != NULL ? c->err.message : "";

	for (struct json_iter it = json_iter(screen); json_next(&it);) {
		const char *id = meta_field_id(&it), *name = json_get_str(it.value, "name"), *allowed = field_allowed(c, it.value);

		if (id != NULL && name != NULL && allowed != NULL && strstr(said, id) != NULL)
			buf_addf(b, "%s%s takes: %s.", b->len > 0 ? " " : "", name, allowed);
	}
	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		json *meta = meta_field(screen, f->id);

		if (strstr(said, f->id) == NULL || (meta != NULL && field_allowed(c, meta) != NULL))
			continue;
		if (meta == NULL && screen != NULL)
			buf_addf(b, "%s%s is not on the %s screen of %s; %s lists what is.", b->len > 0 ? " " : "", f->name,
			    e->issue != NULL ? "edit" : "create", e->issue != NULL ? e->issue :
			    arena_printf(c->arena, "%s in %s", e->type, e->project), e->issue != NULL ? "jira_get_edit_fields" :
			    "jira_get_create_fields");
		else
			buf_addf(b, "%s%s takes %s.", b->len > 0 ? " " : "", f->name, field_shape(f));
	}
}

int
edit_refused(struct call *c, struct site *s, const struct edit *e)
{
	struct edit copy = *e;
	struct err refused = c->err;
	struct buf b;

	if (c->err.kind != ERR_INPUT || c->err.http_status != 400)
		return -1;
	fields_forget(s);
	copy.asked = false;
	err_clear(&c->err);
	if (ask_screen(c, s, &copy) == -1) {	/* then without: the site's own words stay what they are */
		if (call_cancelled(c))
			return -1;
		copy.screen = e->screen;
	}
	c->err = refused;
	buf_init(&b, 8192);
	explain(c, &copy, copy.screen, &b);
	if (b.len > 0)
		call_hint(c, "%s Correct that and call again.", b.data);
	buf_release(&b);
	return -1;
}

const char *
edit_request(struct call *c, const struct edit *e)
{
	const char *text = NULL;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	edit_write(e, &w);
	jw_end(&w);
	if (buf_overflowed(&b))
		call_fail(c, ERR_TOO_LARGE, "The fields together are larger than %d MiB.", MAX_REQUEST / 1024 / 1024);
	else
		text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

const char *
edit_ids(struct call *c, const struct edit *e)
{
	struct buf b;
	const char *ids;

	buf_init(&b, 8192);
	for (size_t i = 0; i < e->count; i++)
		buf_addf(&b, "%s%s", i > 0 ? "," : "", e->list[i].field->id);
	ids = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return ids;
}

static bool
same_scalar(struct call *c, json *a, json *b)
{
	const char *x = json_scalar(c->arena, a), *y = json_scalar(c->arena, b);
	int64_t at, bt;

	if (x == NULL || y == NULL)
		return false;
	x = str_trim(c->arena, x, strlen(x));
	y = str_trim(c->arena, y, strlen(y));
	if (str_ieq(x, y))
		return true;
	if (yyjson_is_num(a) || yyjson_is_num(b))
		return strtod(x, NULL) == strtod(y, NULL) && strspn(x, "0123456789.-") == strlen(x);
	return clock_parse(x, &at) == 0 && clock_parse(y, &bt) == 0 && at == bt;
}

static bool
names_thing(struct call *c, json *scalar, json *thing)
{
	static const char *const members[] = { "id", "key", "name", "value" };
	const char *text = json_str(thing), *want = json_scalar(c->arena, scalar);

	for (size_t i = 0; i < LEN(members); i++) {
		if (same_scalar(c, scalar, json_get(thing, members[i])))
			return true;
	}
	/* Data Center's sprints: "...[id=3,rapidViewId=1,...]" */
	return text != NULL && want != NULL && strstr(text, arena_printf(c->arena, "[id=%s,", want)) != NULL;
}

/* "90m" and "1h 30m" are one span. */
static bool
same_span(json *a, json *b)
{
	const char *x = json_str(a), *y = json_str(b);
	int64_t m, n;

	return x != NULL && y != NULL && words_span(x, &m) == 0 && words_span(y, &n) == 0 && m == n;
}

/* Data Center's assets: {"key": "ITSM-1"} becomes "Laptop 7 (ITSM-1)". */
static bool
labels_key(struct call *c, json *sent, json *have)
{
	const char *key = json_get_str(sent, "key"), *text = json_str(have);

	return key != NULL && text != NULL && str_ends(text, arena_printf(c->arena, "(%s)", key));
}

static bool
covers(struct call *c, json *sent, json *have)
{
	size_t found = 0;

	if (json_is_null(sent))
		return json_is_null(have) || (json_str(have) != NULL ? str_blank(json_str(have)) : yyjson_is_ctn(have) && json_len(have) == 0);
	if (yyjson_is_obj(sent) && labels_key(c, sent, have))
		return true;
	if (yyjson_is_obj(sent)) {
		for (struct json_iter it = json_iter(sent); json_next(&it);) {
			if (!covers(c, it.value, json_get(have, it.key)))
				return false;
		}
		return yyjson_is_obj(have);
	}
	if (yyjson_is_arr(sent)) {
		for (struct json_iter it = json_iter(sent); json_next(&it);) {
			for (struct json_iter h = json_iter(have); json_next(&h);) {
				if (covers(c, it.value, h.value)) {
					found++;
					break;
				}
			}
		}
		return found == json_len(sent) && json_len(have) >= found;
	}
	if (yyjson_is_arr(have)) {
		for (struct json_iter h = json_iter(have); json_next(&h);) {
			if (same_scalar(c, sent, h.value) || names_thing(c, sent, h.value))
				return true;
		}
		return false;
	}
	return same_scalar(c, sent, have) || (yyjson_is_obj(have) && names_thing(c, sent, have));
}

/* Words of a text without its spacing, which sites normalise. */
static const char *
squeeze(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s == NULL ? "" : s), *to = out;

	for (const char *p = out; *p != '\0'; p++) {
		if (*p != ' ' && *p != '\n' && *p != '\r' && *p != '\t')
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

bool
edit_covers(struct call *c, const struct site *s, json *sent, json *have, const struct field *f)
{
	bool document = str_eq(json_get_str(sent, "type"), "doc") ||
	    (json_str(sent) != NULL && (str_eq(f->custom, "textarea") || str_eq(f->id, "description") ||
	    str_eq(f->id, "environment")));

	if (str_eq(f->id, "timetracking") && yyjson_is_obj(sent)) {
		for (struct json_iter it = json_iter(sent); json_next(&it);) {
			if (!same_span(it.value, json_get(have, it.key)))
				return false;
		}
		return true;
	}
	if (document)
		return str_eq(squeeze(c->arena, jira_body_markdown(c, s, sent)), squeeze(c->arena, jira_body_markdown(c, s, have)));
	return covers(c, sent, have);
}

bool
edit_has(const struct edit *e, const char *id)
{
	for (size_t i = 0; i < e->count; i++) {
		if (str_eq(e->list[i].field->id, id))
			return true;
	}
	return false;
}

const char *
edit_differing(struct call *c, const struct site *s, const struct edit *e, json *issue)
{
	const char *all = NULL;

	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		json *have = json_get(json_get(issue, "fields"), f->id);
		const char *is = field_text(c, s, have, f);

		if (!edit_covers(c, s, e->list[i].sent, have, f))
			all = arena_printf(c->arena, "%s%s%s (it is %.80s)", all != NULL ? all : "", all != NULL ? ", " : "", f->name, is != NULL ? is : "empty");
	}
	return all;
}

static const char *
shown(struct call *c, const struct site *s, json *v, const struct field *f)
{
	const char *text = field_text(c, s, v, f);

	if (text == NULL)
		return "(none)";
	if (strlen(text) <= MAX_SHOWN && strchr(text, '\n') == NULL)
		return text;
	return arena_printf(c->arena, "%zu characters", strlen(text));
}

/* What was chosen, else what was given, else what will be sent. */
static const char *
wanted(struct call *c, const struct site *s, const struct edit *e, const struct edit_field *one)
{
	const char *text = json_is_null(one->sent) ? "(none)" : field_chosen(c, meta_field(e->screen, one->field->id), one->sent);

	if (text == NULL)
		text = one->given;
	if (text == NULL)
		text = field_text(c, s, one->sent, one->field);
	if (text == NULL)
		text = json_text(c->arena, one->sent, NULL);
	return strlen(text) <= MAX_SHOWN && strchr(text, '\n') == NULL ? text :
	    arena_printf(c->arena, "%zu characters", strlen(text));
}

void
edit_announce(struct call *c, const struct site *s, const struct edit *e, json *before)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		json *have = json_get(json_get(before, "fields"), f->id);

		if (before == NULL)
			out_pair(c->out, f->name, wanted(c, s, e, &e->list[i]));
		else if (edit_covers(c, s, e->list[i].sent, have, f))
			out_pairf(c->out, f->name, "unchanged, %s", shown(c, s, have, f));
		else
			out_pairf(c->out, f->name, "%s -> %s", shown(c, s, have, f), wanted(c, s, e, &e->list[i]));
	}
}

int
edit_report(struct call *c, const struct site *s, const struct edit *e, json *before, json *after, const char *done)
{
	struct buf ignored;

	buf_init(&ignored, 8192);
	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		json *was = json_get(json_get(before, "fields"), f->id), *is = json_get(json_get(after, "fields"), f->id);
		const char *old = shown(c, s, was, f), *new = shown(c, s, is, f);

		if (!edit_covers(c, s, e->list[i].sent, is, f))
			buf_addf(&ignored, "%s%s (it is %s)", ignored.len > 0 ? ", " : "", f->name, new);
		else if (before == NULL)
			out_pair(c->out, f->name, new);
		else if (!str_eq(old, new))
			out_pairf(c->out, f->name, "%s -> %s", old, new);
		else
			out_pairf(c->out, f->name, strstr(new, " characters") != NULL ? "rewritten, %s" : "unchanged, %s", new);
	}
	if (ignored.len > 0) {
		call_fail(c, ERR_IGNORED, "%s, but Jira did not take over: %s.", done, ignored.data);
		call_hint(c, "The field may not be on the screen, or an automation changed it. Do not repeat the whole call.");
	}
	buf_release(&ignored);
	return err_is_set(&c->err) ? -1 : 0;
}
