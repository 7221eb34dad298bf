/*
 * yyjson reads into arena memory through a small allocator. Strict checks walk
 * the finished tree with an explicit stack, so depth costs no C stack.
 */
#include "json/json.h"

#include "base/str.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *
alc_malloc(void *ctx, size_t size)
{
	return arena_alloc(ctx, size);
}

static void *
alc_realloc(void *ctx, void *p, size_t old_size, size_t size)
{
	return arena_grow(ctx, p, old_size, size);
}

static void
alc_free(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

static yyjson_alc
arena_alc(struct arena *a)
{
	return (yyjson_alc){ .malloc = alc_malloc, .realloc = alc_realloc, .free = alc_free, .ctx = a };
}

static int
key_order(const void *a, const void *b)
{
	json *const *x = a, *const *y = b;
	size_t n = yyjson_get_len(*x), m = yyjson_get_len(*y);
	int d = memcmp(yyjson_get_str(*x), yyjson_get_str(*y), n < m ? n : m);

	return d != 0 ? d : (n > m) - (n < m);
}

static int
check_keys(struct arena *a, json *obj, struct err *e)
{
	size_t n = yyjson_obj_size(obj), i, max;
	json **keys, *key, *val;

	if (n > JSON_MAX_STRICT_KEYS)
		return err_set(e, ERR_INPUT, "An object has more than %d members.", JSON_MAX_STRICT_KEYS);
	keys = arena_array(a, n, sizeof(json *));
	yyjson_obj_foreach(obj, i, max, key, val) {
		if (memchr(yyjson_get_str(key), '\0', yyjson_get_len(key)) != NULL)
			return err_set(e, ERR_INPUT, "A member name holds a NUL character.");
		keys[i] = key;
	}
	qsort(keys, n, sizeof(json *), key_order);
	for (i = 1; i < n; i++) {
		if (key_order(&keys[i - 1], &keys[i]) == 0)
			return err_set(e, ERR_INPUT, "The member \"%.64s\" appears twice.", yyjson_get_str(keys[i]));
	}
	return 0;
}

static int
check_tree(struct arena *a, json *root, int flags, struct err *e)
{
	struct json_iter stack[JSON_MAX_DEPTH];
	size_t depth = 0;
	json *v = root;

	for (;;) {
		if (yyjson_is_ctn(v)) {
			if (depth == JSON_MAX_DEPTH)
				return err_set(e, ERR_INPUT, "The JSON is nested deeper than %d levels.", JSON_MAX_DEPTH);
			if ((flags & JSON_STRICT) && yyjson_is_obj(v) && check_keys(a, v, e) == -1)
				return -1;
			stack[depth++] = json_iter(v);
		}
		while (depth > 0 && !json_next(&stack[depth - 1]))
			depth--;
		if (depth == 0)
			return 0;
		v = stack[depth - 1].value;
	}
}

static void
locate(const char *text, size_t pos, size_t *ret_line, size_t *ret_col)
{
	*ret_line = *ret_col = 1;
	for (size_t i = 0; i < pos; i++) {
		if (text[i] == '\n')
			(*ret_line)++, *ret_col = 1;
		else
			(*ret_col)++;
	}
}

/* The UTF-16 unit that an escape \uXXXX at s stands for; -1 when there is none. */
static int
escaped_unit(const char *s, size_t left)
{
	int unit = 0;

	if (left < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int c = tolower((unsigned char)s[i]);

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return -1;
		unit = unit << 4 | (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return unit;
}

/* A copy in which escapes of half a character are U+FFFD; NULL when there are none. Sites that cut
 * texts by UTF-16 units send them, and one such text must not make a whole answer unreadable. */
static char *
repair_surrogates(struct arena *a, const char *text, size_t len)
{
	char *copy = NULL;

	for (size_t i = 0; i < len; i++) {
		int unit, low;

		if (text[i] != '\\')
			continue;
		unit = escaped_unit(text + i, len - i);
		if (unit < 0xd800 || unit > 0xdfff) {
			i++;	/* whatever the backslash escapes is no escape itself */
			continue;
		}
		low = unit < 0xdc00 ? escaped_unit(text + i + 6, len - i - 6) : -1;
		if (low >= 0xdc00 && low <= 0xdfff) {
			i += 11;
			continue;
		}
		if (copy == NULL)
			copy = arena_strndup(a, text, len);
		memcpy(copy + i + 2, "fffd", 4);
		i += 5;
	}
	return copy;
}

json *
json_parse(struct arena *a, const char *text, size_t len, int flags, struct err *e)
{
	yyjson_read_flag f = YYJSON_READ_BIGNUM_AS_RAW;
	yyjson_alc alc = arena_alc(a);
	yyjson_read_err re;
	yyjson_doc *doc;
	char *repaired;

	if (flags & JSON_COMMENTS)
		f |= YYJSON_READ_ALLOW_COMMENTS | YYJSON_READ_ALLOW_TRAILING_COMMAS;
	/* the flags are without YYJSON_READ_INSITU, so yyjson does not write to text */
	doc = yyjson_read_opts((char *)(uintptr_t)text, len, f, &alc, &re);
	if (doc == NULL && !(flags & JSON_STRICT) && (repaired = repair_surrogates(a, text, len)) != NULL)
		doc = yyjson_read_opts(repaired, len, f, &alc, &re);
	if (doc == NULL) {
		size_t line, col;

		locate(text, re.pos < len ? re.pos : len, &line, &col);
		err_set(e, ERR_INPUT, "Not valid JSON: %s at line %zu, column %zu.", re.msg, line, col);
		return NULL;
	}
	if (check_tree(a, yyjson_doc_get_root(doc), flags, e) == -1)
		return NULL;
	return yyjson_doc_get_root(doc);
}

json *
json_get(json *v, const char *member)
{
	return yyjson_obj_get(v, member);
}

json *
json_at(json *array, size_t index)
{
	return yyjson_arr_get(array, index);
}

json *
json_path(json *v, const char *path)
{
	while (v != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");

		if (yyjson_is_arr(v))
			v = n > 0 && strspn(path, "0123456789") == n ? yyjson_arr_get(v, (size_t)strtoul(path, NULL, 10)) : NULL;
		else
			v = yyjson_obj_getn(v, path, n);
		path += n;
		if (*path == '.')
			path++;
	}
	return v;
}

size_t
json_len(json *v)
{
	return yyjson_is_arr(v) ? yyjson_arr_size(v) : yyjson_obj_size(v);
}

const char *
json_str(json *v)
{
	return yyjson_get_str(v);
}

const char *
json_get_str(json *v, const char *member)
{
	return json_str(json_get(v, member));
}

const char *
json_path_str(json *v, const char *path)
{
	return json_str(json_path(v, path));
}

int64_t
json_int(json *v, int64_t dflt)
{
	if (yyjson_is_int(v))
		return yyjson_is_uint(v) && yyjson_get_uint(v) > INT64_MAX ? dflt : yyjson_get_sint(v);
	if (yyjson_is_real(v)) {
		double d = yyjson_get_real(v);

		if (d == floor(d) && fabs(d) < 9007199254740992.0)
			return (int64_t)d;
	}
	return dflt;
}

double
json_real(json *v, double dflt)
{
	return yyjson_is_num(v) ? yyjson_get_num(v) : dflt;
}

int64_t
json_get_int(json *v, const char *member, int64_t dflt)
{
	return json_int(json_get(v, member), dflt);
}

bool
json_bool(json *v, bool dflt)
{
	return yyjson_is_bool(v) ? yyjson_get_bool(v) : dflt;
}

bool
json_get_bool(json *v, const char *member, bool dflt)
{
	return json_bool(json_get(v, member), dflt);
}

bool
json_is_null(json *v)
{
	return v == NULL || yyjson_is_null(v);
}

char *
json_text(struct arena *a, json *v, size_t *ret_len)
{
	yyjson_alc alc = arena_alc(a);
	size_t len = 0;
	char *s = v == NULL ? NULL : yyjson_val_write_opts(v, 0, &alc, &len, NULL);

	if (s == NULL) {
		s = arena_strdup(a, "null");
		len = 4;
	}
	if (ret_len != NULL)
		*ret_len = len;
	return s;
}

json *
json_copy(struct arena *a, json *v)
{
	struct err ignored;
	size_t len;
	char *text;

	if (v == NULL)
		return NULL;
	text = json_text(a, v, &len);
	err_init(&ignored, a);
	return json_parse(a, text, len, JSON_TRUSTED, &ignored);
}

const char *
json_scalar(struct arena *a, json *v)
{
	if (yyjson_is_str(v))
		return yyjson_get_str(v);
	if (yyjson_is_raw(v))
		return arena_strndup(a, yyjson_get_raw(v), yyjson_get_len(v));
	if (yyjson_is_bool(v))
		return yyjson_get_bool(v) ? "true" : "false";
	if (yyjson_is_real(v) && json_int(v, INT64_MIN) != INT64_MIN)	/* 5.0 */
		return arena_printf(a, "%" PRId64, json_int(v, 0));
	if (yyjson_is_num(v))
		return json_text(a, v, NULL);
	return NULL;
}

struct json_iter
json_iter(json *v)
{
	return (struct json_iter){
		.container = v,
		.index = (size_t)-1,
		.next = json_len(v) > 0 ? unsafe_yyjson_get_first(v) : NULL,
	};
}

bool
json_next(struct json_iter *it)
{
	json *at = it->next;

	if (++it->index >= json_len(it->container))
		return false;
	if (yyjson_is_obj(it->container)) {
		it->key = yyjson_get_str(at);
		at = at + 1;
	}
	it->value = at;
	it->next = unsafe_yyjson_get_next(at);
	return true;
}
