#include "tools/jira_edit.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_FIELD_JSON = 1024 * 1024, MAX_SHOWN = 120 };

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

int
edit_add(struct call *c, struct site *s, struct edit *e, const char *name, json *value)
{
	const struct field *f;
	struct buf b;
	struct jw w;

	if (fields_find(c, s, name, &f) == -1)
		return -1;
	for (size_t i = 0; i < e->count; i++) {
		if (e->list[i].field == f)
			return call_fail(c, ERR_INPUT, "The field %s is given twice.", f->name);
	}
	if (e->count == EDIT_MAX_FIELDS)
		return call_fail(c, ERR_INPUT, "At most %d fields at once.", EDIT_MAX_FIELDS);
	buf_init(&b, MAX_FIELD_JSON);
	jw_init(&w, &b);
	if (field_write(c, s, f, value, &w) == -1) {
		buf_release(&b);
		return -1;
	}
	e->list[e->count].field = f;
	e->list[e->count].sent = parse_own(c, &b);
	return e->list[e->count++].sent == NULL ? -1 : 0;
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

static bool
covers(struct call *c, json *sent, json *have)
{
	size_t found = 0;

	if (json_is_null(sent))
		return json_is_null(have) || json_len(have) == 0;
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

	if (document)
		return str_eq(squeeze(c->arena, jira_body_markdown(c, s, sent)), squeeze(c->arena, jira_body_markdown(c, s, have)));
	return covers(c, sent, have);
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
