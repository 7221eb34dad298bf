/*
 * The parameter table read in every way that is needed. Decoding collects all
 * complaints before it fails, so that a model can mend its call in one step.
 */
#include "tools/tool.h"

#include "base/str.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_COMPLAINTS = 8 * 1024, DEFAULT_MAX_LEN = 4096, MAX_LIST = 200 };

/* What clients add to any call by themselves. */
static const char *const client_noise[] = { "wait_for_previous", "cloudId" };
/* What the server's instructions say once for every argument that names a thing: the short schema does not repeat it. */
static const char *const said_once[] = { "Key, id or URL", "Id or project", "Name or id", "Id or name", "Or name", "Id or link",
	"Id, link or title", "Id, title or URL", "Key, name or link", "Issue or project key", "Name, e-mail or me", "Names or e-mails" };
static const char *const common_names[] = { "format", "max_tokens", "dry_run" };

const struct tool *
tool_find(const char *name)
{
	for (const struct tool *const *t = tool_table; *t != NULL; t++) {
		if (strcmp((*t)->name, name) == 0)
			return *t;
	}
	return NULL;
}

struct policy_subject
tool_subject(const struct tool *t)
{
	return (struct policy_subject){
		.name = t->name, .toolset = t->toolset, .product = t->product, .effect = t->effect,
		.by_default = !t->not_default,
	};
}

const struct policy_subject *
tool_subjects(struct arena *a)
{
	struct policy_subject *list;
	size_t n = 0;

	while (tool_table[n] != NULL)
		n++;
	list = arena_array(a, n + 1, sizeof(*list));
	for (size_t i = 0; i < n; i++)
		list[i] = tool_subject(tool_table[i]);
	return list;
}

static bool
in_list(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, list[i]) == 0)
			return true;
	}
	return false;
}

static bool
has_word(const char *words, const char *word, size_t len)
{
	while (words != NULL && *words != '\0') {
		size_t n = strcspn(words, ",");

		if (n == len && strncmp(words, word, n) == 0)
			return true;
		words += n;
		if (*words == ',')
			words++;
	}
	return false;
}

static const struct param *
find_param(const struct tool *t, const char *name)
{
	for (const struct param *p = t->params; p->name != NULL; p++) {
		if (strcmp(p->name, name) == 0 || has_word(p->aliases, name, strlen(name)))
			return p;
	}
	return NULL;
}

ATTR_PRINTF(2, 3) static void
complain(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	if (b->len > 0)
		buf_addc(b, '\n');
	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

static void
unknown_argument(const struct tool *t, const char *name, struct buf *b)
{
	const char *names[64], *near;
	size_t n = 0;

	for (const struct param *p = t->params; p->name != NULL && n < LEN(names); p++) {
		if (!(p->flags & P_HIDDEN))
			names[n++] = p->name;
	}
	near = str_nearest(name, names, n);
	if (near != NULL) {
		complain(b, "There is no argument \"%.64s\"; did you mean \"%s\"?", name, near);
		return;
	}
	complain(b, "There is no argument \"%.64s\". It takes: ", name);
	for (size_t i = 0; i < n; i++)
		buf_addf(b, "%s%s", i > 0 ? ", " : "", names[i]);
	buf_addc(b, '.');
}

static bool
clears(struct arena *a, const char *s)
{
	const char *word = str_trim(a, s, strlen(s));

	return str_ieq(word, "none") || str_ieq(word, "null");
}

static void
decode_string(struct call *c, const struct param *p, json *v, void *slot, struct buf *bad)
{
	static const char *const names[] = { "id", "key", "accountId", "name" };
	const char *s = json_scalar(c->arena, v);
	size_t max = p->max_len == 0 ? DEFAULT_MAX_LEN : p->max_len;

	if (s == NULL && (p->flags & P_JSON) && yyjson_is_ctn(v))
		s = json_text(c->arena, v, NULL);
	for (size_t i = 0; s == NULL && i < LEN(names); i++)	/* a thing as Jira's own API names it: {"id": "31"} */
		s = json_scalar(c->arena, json_get(v, names[i]));
	if (s == NULL)
		complain(bad, "%s must be text.", p->name);
	else if (strlen(s) > max)
		complain(bad, "%s is longer than %zu bytes.", p->name, max);
	else if (p->flags & P_REQUIRED && str_blank(s))
		complain(bad, "%s must not be empty.", p->name);
	else
		*(const char **)slot = str_blank(s) ? NULL : (p->flags & P_CLEAR) && clears(c->arena, s) ? "" : s;
}

static void
decode_int(struct call *c, const struct param *p, json *v, void *slot, struct buf *bad)
{
	int64_t max = p->max == 0 ? INT64_MAX : p->max, n = json_int(v, INT64_MIN);
	const char *s = json_str(v);

	if (n == INT64_MIN && (s == NULL || str_int(str_trim(c->arena, s, strlen(s)), INT64_MIN, INT64_MAX, &n) == -1))
		complain(bad, "%s must be a whole number.", p->name);
	else if (n < p->min || n > max)
		complain(bad, p->max == 0 ? "%s must be at least %" PRId32 "." : "%s must be from %" PRId32 " to %" PRId64 ".",
		    p->name, p->min, max);
	else
		*(int64_t *)slot = n;
}

static void
decode_bool(const struct param *p, json *v, void *slot, struct buf *bad)
{
	const char *s = json_str(v);

	if (yyjson_is_bool(v))
		*(bool *)slot = yyjson_get_bool(v);
	else if (str_ieq(s, "true") || str_ieq(s, "false"))
		*(bool *)slot = str_ieq(s, "true");
	else
		complain(bad, "%s must be true or false.", p->name);
}

/* JSON text that a client sent where an array or object was due. */
static json *
reparse(struct call *c, json *v, char open)
{
	const char *s = json_str(v);
	struct err ignored;

	if (s == NULL || s[strspn(s, " \t\r\n")] != open)
		return v;
	err_init(&ignored, c->arena);
	v = json_parse(c->arena, s, strlen(s), JSON_STRICT, &ignored);
	return v;
}

static void
decode_list(struct call *c, const struct param *p, json *value, void *slot, struct buf *bad)
{
	json *v = reparse(c, value, '[');
	const char *s = json_str(v);
	char **list;
	size_t n = 0;

	if (s != NULL) {
		list = str_split(c->arena, s, ",", &n);
	} else if (yyjson_is_arr(v)) {
		list = arena_array(c->arena, json_len(v) + 1, sizeof(*list));
		for (struct json_iter it = json_iter(v); json_next(&it);) {
			const char *one = json_scalar(c->arena, it.value);

			if (one == NULL) {
				complain(bad, "%s must be a list of texts.", p->name);
				return;
			}
			list[n++] = arena_strdup(c->arena, one);
		}
	} else {
		complain(bad, "%s must be a list of texts.", p->name);
		return;
	}
	if (n > (p->max_len == 0 ? MAX_LIST : p->max_len))
		complain(bad, "%s has more than %zu entries.", p->name, p->max_len == 0 ? (size_t)MAX_LIST : (size_t)p->max_len);
	else
		*(char ***)slot = n == 0 ? NULL : list;
}

static void
decode_objects(struct call *c, const struct param *p, json *value, void *slot, struct buf *bad)
{
	json *v = reparse(c, value, '[');
	size_t max = p->max_len == 0 ? MAX_LIST : p->max_len;

	if (!yyjson_is_arr(v)) {
		complain(bad, "%s must be a list of objects: [{\"name\": value, ...}, ...].", p->name);
		return;
	}
	for (struct json_iter it = json_iter(v); json_next(&it);) {
		if (!yyjson_is_obj(it.value)) {
			complain(bad, "%s must hold objects only: [{\"name\": value, ...}, ...].", p->name);
			return;
		}
	}
	if (json_len(v) > max)
		complain(bad, "%s has more than %zu entries.", p->name, max);
	else if (json_len(v) == 0 && (p->flags & P_REQUIRED))
		complain(bad, "%s must not be empty.", p->name);
	else
		*(json **)slot = v;
}

static void
decode_value(struct call *c, const struct param *p, json *v, void *slot, struct buf *bad)
{
	const char *s;

	if (json_is_null(v))	/* null means "not given" to every client */
		return;
	switch (p->type) {
	case PARAM_STRING:
		decode_string(c, p, v, slot, bad);
		return;
	case PARAM_INT:
		decode_int(c, p, v, slot, bad);
		return;
	case PARAM_BOOL:
		decode_bool(p, v, slot, bad);
		return;
	case PARAM_LIST:
		decode_list(c, p, v, slot, bad);
		return;
	case PARAM_OBJECT:
		v = reparse(c, v, '{');
		if (!yyjson_is_obj(v))
			complain(bad, "%s must be an object: {\"name\": value, ...}.", p->name);
		else
			*(json **)slot = v;
		return;
	case PARAM_OBJECTS:
		decode_objects(c, p, v, slot, bad);
		return;
	case PARAM_ENUM:
		s = json_str(v);
		if (s == NULL || !has_word(p->values, s, strlen(s)))
			complain(bad, "%s must be one of: %s.", p->name, p->values);
		else
			*(const char **)slot = s;
		return;
	}
}

static void
set_defaults(struct call *c, const struct tool *t, void *args)
{
	for (const struct param *p = t->params; p->name != NULL; p++) {
		void *slot = (char *)args + p->offset;

		if (p->type == PARAM_INT)
			*(int64_t *)slot = p->dflt;
		else if (p->type == PARAM_BOOL)
			*(bool *)slot = p->dflt != 0;
		else if (p->type == PARAM_ENUM)
			*(const char **)slot = arena_strndup(c->arena, p->values, strcspn(p->values, ","));
	}
}

static bool
is_given(const struct tool *t, const struct param *p, json *args)
{
	for (struct json_iter it = json_iter(args); json_next(&it);) {
		if (find_param(t, it.key) == p && !json_is_null(it.value))
			return true;
	}
	return false;
}

int
tool_decode(struct call *c, const struct tool *t, json *args, void **ret)
{
	void *out = arena_alloc(c->arena, t->args_size);
	struct buf bad;

	if (args != NULL && !yyjson_is_obj(args))
		return call_fail(c, ERR_INPUT, "The arguments must be an object.");
	buf_init(&bad, MAX_COMPLAINTS);
	set_defaults(c, t, out);
	for (struct json_iter it = json_iter(args); json_next(&it);) {
		const struct param *p = find_param(t, it.key);

		if (p != NULL)
			decode_value(c, p, it.value, (char *)out + p->offset, &bad);
		else if (!in_list(it.key, client_noise, LEN(client_noise)) && !in_list(it.key, common_names, LEN(common_names)))
			unknown_argument(t, it.key, &bad);
	}
	for (const struct param *p = t->params; p->name != NULL; p++) {
		if ((p->flags & P_REQUIRED) && !is_given(t, p, args))
			complain(&bad, "%s is missing%s%s.", p->name, p->doc != NULL ? ": " : "", p->doc != NULL ? p->doc : "");
	}
	if (bad.len > 0) {
		call_fail(c, ERR_INPUT, "%s", bad.data);
		if (t->example != NULL)
			call_hint(c, "Example: %s", t->example);
	}
	buf_release(&bad);
	*ret = out;
	return err_is_set(&c->err) ? -1 : 0;
}

const char *
tool_empty(struct arena *a, const struct tool *t, json *args)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(args); json_next(&it);) {
		const struct param *p = find_param(t, it.key);

		if (p != NULL && (p->flags & P_CLEAR) && !(p->flags & P_REQUIRED) && json_str(it.value) != NULL && str_blank(json_str(it.value)))
			all = arena_printf(a, "%s%s%s", all != NULL ? all : "", all != NULL ? ", " : "", p->name);
	}
	return all;
}

int
tool_common(struct call *c, json *args, struct tool_common *ret)
{
	json *v = json_get(args, "format"), *max = json_get(args, "max_tokens"), *dry = json_get(args, "dry_run");
	int64_t n = json_int(max, 0);

	*ret = (struct tool_common){ .format = json_str(v) };
	if (str_eq(ret->format, "markdown"))
		ret->format = "md";
	ret->chart = str_eq(ret->format, "chart");
	if (!json_is_null(v) && !has_word("md,json,table,chart", ret->format != NULL ? ret->format : "",
	    ret->format != NULL ? strlen(ret->format) : 0))
		return call_fail(c, ERR_INPUT, "format must be one of: md, json, table; chart where the tool has one.");
	if (json_str(max) != NULL && str_int(json_str(max), INT64_MIN, INT64_MAX, &n) == -1)
		n = -1;
	if (!json_is_null(max) && (n < 100 || n > 1000000))
		return call_fail(c, ERR_INPUT, "max_tokens must be a whole number from 100 to 1000000.");
	ret->max_tokens = n;
	ret->dry_run = yyjson_is_true(dry) || str_ieq(json_str(dry), "true");
	if (!json_is_null(dry) && !ret->dry_run && !yyjson_is_false(dry) && !str_ieq(json_str(dry), "false"))
		return call_fail(c, ERR_INPUT, "dry_run must be true or false.");
	return 0;
}

static void
schema_enum(const struct param *p, struct jw *w)
{
	jw_arr_in(w, "enum");
	for (const char *s = p->values; *s != '\0';) {
		size_t n = strcspn(s, ",");

		jw_sn(w, s, n);
		s += n;
		if (*s == ',')
			s++;
	}
	jw_end(w);
}

/* Clients delete minimum, maximum and default, so what a model must know of them is in the words. */
static void
schema_param(const struct param *p, const struct tool *const *further, struct jw *w)
{
	static const char *const types[] = { "string", "integer", "boolean", "array", "object", "string", "array" };

	jw_obj_in(w, p->name);
	jw_str(w, "type", types[p->type]);
	if (p->type == PARAM_LIST || p->type == PARAM_OBJECTS) {
		jw_obj_in(w, "items");
		jw_str(w, "type", p->type == PARAM_LIST ? "string" : "object");
		jw_end(w);
	}
	if (p->type == PARAM_ENUM)
		schema_enum(p, w);
	if (p->flags & P_TOOL_NAMES && further != NULL && *further != NULL) {
		jw_arr_in(w, "enum");
		for (; *further != NULL; further++)
			jw_s(w, (*further)->name);
		jw_end(w);
	}
	if (p->doc != NULL && (further == NULL || !in_list(p->doc, said_once, LEN(said_once))))
		jw_str(w, "description", p->doc);
	else if (p->flags & P_CLEAR)
		jw_str(w, "description", "none clears");
	jw_end(w);
}

void
tool_schema(const struct tool *t, const struct tool *const *further, struct jw *w)
{
	bool required = false;

	jw_obj(w);
	jw_str(w, "type", "object");
	jw_obj_in(w, "properties");
	for (const struct param *p = t->params; p->name != NULL; p++) {
		if (p->flags & P_HIDDEN || (p->flags & P_MORE && further != NULL))
			continue;
		schema_param(p, further, w);
		required = required || (p->flags & P_REQUIRED);
	}
	jw_end(w);
	if (required) {
		jw_arr_in(w, "required");
		for (const struct param *p = t->params; p->name != NULL; p++) {
			if (p->flags & P_REQUIRED)
				jw_s(w, p->name);
		}
		jw_end(w);
	}
	jw_bool(w, "additionalProperties", false);
	jw_end(w);
}

static void
manual_param(const struct param *p, struct buf *b)
{
	static const char *const types[] = { "text", "number", "true/false", "list", "object", "", "list of objects" };

	buf_addf(b, "- `%s` (%s%s%s", p->name, p->type == PARAM_ENUM ? p->values : types[p->type],
	    p->flags & P_REQUIRED ? ", required" : "", p->flags & P_HIDDEN ? ", accepted for compatibility" : "");
	if (p->type == PARAM_INT) {
		buf_addf(b, ", from %" PRId32, p->min);
		if (p->max != 0)
			buf_addf(b, " to %" PRId32, p->max);
		buf_addf(b, ", default %" PRId32, p->dflt);
	}
	buf_addc(b, ')');
	if (p->doc != NULL || p->flags & P_CLEAR)
		buf_addf(b, ": %s", p->doc != NULL ? p->doc : "none clears");
	if (p->aliases != NULL)
		buf_addf(b, " (also: %s)", p->aliases);
	buf_addc(b, '\n');
}

void
tool_manual(const struct tool *t, struct buf *b)
{
	buf_addf(b, "# %s\n\n%s\n\nToolset `%s`, %s%s, %s%s. OAuth scopes: %s.\n\n", t->name, t->doc, t->toolset,
	    product_title(t->product), t->only == DEPLOYMENT_AUTO ? "" : t->only == DEPLOYMENT_CLOUD ? " Cloud only" :
	    " Data Center only", effect_name(t->effect),
	    t->effect == READS ? "" : t->idempotent ? " (repeating it changes nothing more)" : " (repeating it does it again)",
	    t->scopes);
	buf_adds(b, "Arguments:\n\n");
	for (const struct param *p = t->params; p->name != NULL; p++)
		manual_param(p, b);
	buf_adds(b, "- `format` (md,json,table): of the answer\n- `max_tokens` (number): limit of the answer\n");
	if (t->effect != READS)
		buf_adds(b, "- `dry_run` (true/false): show the change and the request, send nothing\n");
	if (t->example != NULL)
		buf_addf(b, "\nExample: `telamon call %s --json '%s'`\n", t->name, t->example);
}
