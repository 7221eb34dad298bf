/*
 * Two directions. Reading goes by the shape of the value, because the shapes are
 * few and say themselves what they are (a name, a value, a display name, a list).
 * Writing goes by the field's schema type.
 */
#include "atlassian/fields.h"

#include "base/clock.h"
#include "base/str.h"

#include <string.h>

struct site_fields {
	struct field *list;
	size_t count;
};

enum { MAX_VALUE = 256 * 1024 };

static const char *
after_colon(const char *custom)
{
	const char *p = custom == NULL ? NULL : strrchr(custom, ':');

	return p == NULL ? custom : p + 1;
}

int
fields_load(struct call *c, struct site *s)
{
	struct site_fields *f;
	json *list;

	if (s->fields != NULL)
		return 0;
	if (rest_get(c, s, rest_path(c, s, "{api}/field"), &list) == -1)
		return -1;
	if (s->fields != NULL)	/* another call was faster */
		return 0;
	f = arena_alloc(s->arena, sizeof(*f));
	f->list = arena_array(s->arena, json_len(list), sizeof(*f->list));
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_get_str(it.value, "id") == NULL)
			continue;
		f->list[f->count++] = (struct field){
			.id = arena_strdup(s->arena, json_get_str(it.value, "id")),
			.name = arena_strdup(s->arena, json_get_str(it.value, "name")),
			.type = arena_strdup(s->arena, json_path_str(it.value, "schema.type")),
			.items = arena_strdup(s->arena, json_path_str(it.value, "schema.items")),
			.custom = arena_strdup(s->arena, after_colon(json_path_str(it.value, "schema.custom"))),
		};
	}
	s->fields = f;
	return 0;
}

const struct field *
fields_by_id(const struct site *s, const char *id)
{
	for (size_t i = 0; s->fields != NULL && i < s->fields->count; i++) {
		if (str_eq(s->fields->list[i].id, id))
			return &s->fields->list[i];
	}
	return NULL;
}

int
fields_find_custom(struct call *c, struct site *s, const char *custom, const struct field **ret)
{
	if (fields_load(c, s) == -1)
		return -1;
	*ret = NULL;
	for (size_t i = 0; i < s->fields->count; i++) {
		if (str_eq(s->fields->list[i].custom, custom))
			*ret = &s->fields->list[i];
	}
	return 0;
}

const char *const *
fields_names(const struct site *s, struct arena *a, size_t *ret_count)
{
	size_t n = s->fields == NULL ? 0 : s->fields->count;
	const char **names = arena_array(a, n + 1, sizeof(*names));

	*ret_count = 0;
	for (size_t i = 0; i < n; i++) {
		if (s->fields->list[i].name != NULL)
			names[(*ret_count)++] = s->fields->list[i].name;
	}
	return names;
}

/* "issue_type", "Issue Type" and "issuetype" are the same word. */
static const char *
squeeze(struct arena *a, const char *s)
{
	char *out = str_lower(a, s), *to = out;

	for (const char *p = out; *p != '\0'; p++) {
		if (*p != ' ' && *p != '_' && *p != '-')
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

int
fields_find(struct call *c, struct site *s, const char *name, const struct field **ret)
{
	const struct field *by_name = NULL, *by_prefix = NULL;
	size_t named = 0, prefixed = 0;
	const char **names, *near, *word = squeeze(c->arena, name);

	if (fields_load(c, s) == -1)
		return -1;
	names = arena_array(c->arena, s->fields->count + 1, sizeof(*names));
	for (size_t i = 0; i < s->fields->count; i++) {
		const struct field *f = &s->fields->list[i];
		const char *squeezed = squeeze(c->arena, f->name != NULL ? f->name : f->id);

		names[i] = f->name != NULL ? f->name : f->id;
		if (str_eq(f->id, name)) {
			*ret = f;
			return 0;
		}
		if (str_eq(squeezed, word) || str_ieq(f->id, word)) {
			by_name = f;
			named++;
		} else if (str_starts(squeezed, word)) {
			by_prefix = f;
			prefixed++;
		}
	}
	if (named == 1 || (named == 0 && prefixed == 1)) {
		*ret = named == 1 ? by_name : by_prefix;
		return 0;
	}
	if (named > 1) {
		call_fail(c, ERR_INPUT, "Several fields are called \"%.80s\".", name);
		call_hint(c, "Use the id, such as %s.", by_name->id);
		return -1;
	}
	near = str_nearest(name, names, s->fields->count);
	call_fail(c, ERR_INPUT, "There is no field \"%.80s\".", name);
	if (near != NULL)
		call_hint(c, "Did you mean \"%s\"?", near);
	else
		call_hint(c, "Give its name as the site shows it, or its id.");
	return -1;
}

/* "a > b" of a cascading select. */
static void
write_option(struct call *c, const char *text, bool cascading, struct jw *w)
{
	const char *gt = cascading ? strchr(text, '>') : NULL;

	jw_obj(w);
	if (gt == NULL) {
		jw_str(w, "value", text);
	} else {
		jw_str(w, "value", str_trim(c->arena, text, (size_t)(gt - text)));
		jw_obj_in(w, "child");
		jw_str(w, "value", str_trim(c->arena, gt + 1, strlen(gt + 1)));
		jw_end(w);
	}
	jw_end(w);
}

static int
wrong_value(struct call *c, const struct field *f, const char *wanted)
{
	call_fail(c, ERR_INPUT, "The field %s takes %s.", f->name, wanted);
	return -1;
}

/* One value (not a list) of the given schema type. */
static int
write_one(struct call *c, struct site *s, const struct field *f, const char *type, json *v, struct jw *w)
{
	static const char *const by_name[] = { "priority", "resolution", "issuetype", "version", "component", "group",
		"securitylevel", "status" };
	const char *text = json_scalar(c->arena, v), *id;
	int64_t n;

	if (yyjson_is_obj(v) || (yyjson_is_arr(v) && !str_eq(type, "array"))) {
		jw_val(w, v);
		return 0;
	}
	if (text == NULL)
		return wrong_value(c, f, "a text or a number");
	for (size_t i = 0; i < LEN(by_name); i++) {
		if (str_eq(type, by_name[i])) {
			jw_obj(w);
			jw_str(w, "name", text);
			jw_end(w);
			return 0;
		}
	}
	if (str_eq(type, "user")) {
		if (jira_user(c, s, text, &id) == -1)
			return -1;
		jw_obj(w);
		jw_str(w, s->dialect->user_id, id);
		jw_end(w);
	} else if (str_eq(type, "option") || str_eq(type, "option-with-child")) {
		write_option(c, text, str_eq(type, "option-with-child"), w);
	} else if (str_eq(type, "project") || str_eq(type, "issuelink")) {
		jw_obj(w);
		jw_str(w, "key", text);
		jw_end(w);
	} else if (str_eq(type, "number")) {
		if (!yyjson_is_num(v) && text[strspn(text, "0123456789.-")] != '\0')
			return wrong_value(c, f, "a number");
		jw_raw(w, text, strlen(text));
	} else if (str_eq(type, "timetracking")) {
		jw_obj(w);
		jw_str(w, "originalEstimate", text);
		jw_end(w);
	} else if (str_eq(f->custom, "gh-sprint") && str_int(text, 1, INT64_MAX, &n) == 0) {
		jw_i(w, n);
	} else if (str_eq(f->custom, "textarea") || str_eq(f->id, "description") || str_eq(f->id, "environment")) {
		return jira_write_body(c, s, text, w);
	} else if (yyjson_is_str(v)) {
		jw_s(w, text);
	} else {
		jw_val(w, v);
	}
	return 0;
}

static int
write_list(struct call *c, struct site *s, const struct field *f, json *v, struct jw *w)
{
	const char *text = json_str(v);
	char **parts;

	if (str_eq(f->custom, "gh-sprint"))	/* an array in the schema, one number on the wire */
		return write_one(c, s, f, "number", v, w);
	jw_arr(w);
	if (yyjson_is_arr(v)) {
		for (struct json_iter it = json_iter(v); json_next(&it);) {
			if (write_one(c, s, f, f->items, it.value, w) == -1)
				return -1;
		}
	} else if (text != NULL) {
		parts = str_split(c->arena, text, ",", NULL);
		for (; *parts != NULL; parts++) {
			size_t len;
			struct buf quoted;
			struct jw one;
			json *part;

			buf_init(&quoted, MAX_VALUE);
			jw_init(&one, &quoted);
			jw_s(&one, *parts);
			len = quoted.len;
			part = json_parse(c->arena, arena_strndup(c->arena, quoted.data, len), len, JSON_TRUSTED, &c->err);
			buf_release(&quoted);
			if (part == NULL || write_one(c, s, f, f->items, part, w) == -1)
				return -1;
		}
	} else if (write_one(c, s, f, f->items, v, w) == -1) {
		return -1;
	}
	jw_end(w);
	return 0;
}

int
field_write(struct call *c, struct site *s, const struct field *f, json *v, struct jw *w)
{
	if (json_is_null(v)) {
		jw_null(w);
		return 0;
	}
	if (str_eq(f->type, "array"))
		return write_list(c, s, f, v, w);
	return write_one(c, s, f, f->type, v, w);
}

/* Data Center writes a sprint as "...Sprint@1f[id=3,...,name=Sprint 3,...]". */
static const char *
greenhopper_name(struct arena *a, const char *text)
{
	const char *p = strstr(text, ",name=");

	if (p == NULL || !str_starts(text, "com.atlassian.greenhopper"))
		return NULL;
	p += strlen(",name=");
	return arena_strndup(a, p, strcspn(p, ",]"));
}

static const char *
date_words(struct arena *a, const char *text)
{
	int64_t at;

	if (strlen(text) < 20 || text[4] != '-' || text[10] != 'T' || clock_parse(text, &at) == -1)
		return NULL;
	return clock_datetime(a, at);
}

static const char *
object_words(struct call *c, json *v)
{
	static const char *const members[] = { "displayName", "name", "value", "title", "key", "label", "text" };
	const char *child;

	for (size_t i = 0; i < LEN(members); i++) {
		const char *s = json_get_str(v, members[i]);

		if (str_blank(s))
			continue;
		child = json_path_str(v, "child.value");
		if (str_eq(members[i], "key") && json_path_str(v, "fields.summary") != NULL)
			return arena_printf(c->arena, "%s %s", s, json_path_str(v, "fields.summary"));
		return child == NULL ? s : arena_printf(c->arena, "%s > %s", s, child);
	}
	return NULL;
}

const char *
field_text(struct call *c, const struct site *s, json *v, const struct field *type)
{
	const char *text = json_str(v), *words;
	struct buf b;

	if (json_is_null(v))
		return NULL;
	if (type != NULL && (str_eq(type->custom, "gh-lexo-rank") || str_eq(type->custom, "devsummarycf") ||
	    str_eq(type->custom, "devsummary") || str_eq(type->custom, "vulnerabilitycf")))
		return NULL;
	if (text != NULL) {
		if (str_blank(text) || str_eq(text, "{}"))
			return NULL;
		words = greenhopper_name(c->arena, text);
		if (words == NULL)
			words = date_words(c->arena, text);
		return words != NULL ? words : text;
	}
	if (yyjson_is_obj(v)) {
		if (str_eq(json_get_str(v, "type"), "doc"))
			return jira_body_markdown(c, s, v);
		return object_words(c, v);
	}
	if (!yyjson_is_arr(v))
		return json_scalar(c->arena, v);
	buf_init(&b, MAX_VALUE);
	for (struct json_iter it = json_iter(v); json_next(&it);) {
		words = field_text(c, s, it.value, NULL);
		if (words != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", words);
	}
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}
