#include "json/writer.h"

#include "base/utf8.h"

#include <inttypes.h>
#include <string.h>

void
jw_init(struct jw *w, struct buf *out)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
}

static void
before_value(struct jw *w)
{
	if (w->depth > 0 && w->object[w->depth - 1] && !w->keyed)
		BUG("JSON value without a key");
	if (!w->keyed && w->depth > 0) {
		if (w->filled[w->depth - 1])
			buf_addc(w->out, ',');
		w->filled[w->depth - 1] = true;
	}
	w->keyed = false;
}

static void
add_string(struct buf *b, const char *s, size_t len)
{
	size_t i = 0, plain = 0;

	buf_addc(b, '"');
	while (i < len) {
		unsigned char c = (unsigned char)s[i];
		size_t n = 1;
		uint32_t cp = c;

		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			i++;
			continue;
		}
		if (c >= 0x80 && (cp = utf8_next(s + i, len - i, &n)) != UTF8_BAD && cp != 0x2028 && cp != 0x2029) {
			i += n;
			continue;
		}
		buf_add(b, s + plain, i - plain);
		switch (cp) {
		case '"': buf_adds(b, "\\\""); break;
		case '\\': buf_adds(b, "\\\\"); break;
		case '\n': buf_adds(b, "\\n"); break;
		case '\r': buf_adds(b, "\\r"); break;
		case '\t': buf_adds(b, "\\t"); break;
		case UTF8_BAD: buf_adds(b, "\xef\xbf\xbd"); break;
		default: buf_addf(b, "\\u%04" PRIx32, cp); break;
		}
		i += n;
		plain = i;
	}
	buf_add(b, s + plain, i - plain);
	buf_addc(b, '"');
}

void
jw_key(struct jw *w, const char *key)
{
	if (w->depth == 0 || !w->object[w->depth - 1] || w->keyed)
		BUG("JSON key outside an object");
	if (w->filled[w->depth - 1])
		buf_addc(w->out, ',');
	w->filled[w->depth - 1] = true;
	add_string(w->out, key, strlen(key));
	buf_addc(w->out, ':');
	w->keyed = true;
}

static void
open_container(struct jw *w, bool object)
{
	before_value(w);
	if (w->depth == JW_MAX_DEPTH)
		BUG("JSON nested too deep");
	w->filled[w->depth] = false;
	w->object[w->depth++] = object;
	buf_addc(w->out, object ? '{' : '[');
}

void
jw_obj(struct jw *w)
{
	open_container(w, true);
}

void
jw_arr(struct jw *w)
{
	open_container(w, false);
}

void
jw_end(struct jw *w)
{
	if (w->depth == 0 || w->keyed)
		BUG("JSON container not open");
	buf_addc(w->out, w->object[--w->depth] ? '}' : ']');
}

void
jw_sn(struct jw *w, const char *s, size_t len)
{
	before_value(w);
	add_string(w->out, s, len);
}

void
jw_s(struct jw *w, const char *s)
{
	if (s == NULL)
		jw_null(w);
	else
		jw_sn(w, s, strlen(s));
}

void
jw_i(struct jw *w, int64_t n)
{
	before_value(w);
	buf_addf(w->out, "%" PRId64, n);
}

void
jw_b(struct jw *w, bool v)
{
	before_value(w);
	buf_adds(w->out, v ? "true" : "false");
}

void
jw_null(struct jw *w)
{
	before_value(w);
	buf_adds(w->out, "null");
}

void
jw_raw(struct jw *w, const char *text, size_t len)
{
	before_value(w);
	buf_add(w->out, text, len);
}

void
jw_val(struct jw *w, json *v)
{
	struct arena *a = arena_new();
	size_t len;
	char *text = json_text(a, v, &len);

	jw_raw(w, text, len);
	arena_free(a);
}

void
jw_obj_in(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_obj(w);
}

void
jw_arr_in(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_arr(w);
}

void
jw_str(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_s(w, s);
}

void
jw_int(struct jw *w, const char *key, int64_t n)
{
	jw_key(w, key);
	jw_i(w, n);
}

void
jw_bool(struct jw *w, const char *key, bool v)
{
	jw_key(w, key);
	jw_b(w, v);
}

void
jw_value(struct jw *w, const char *key, json *v)
{
	jw_key(w, key);
	jw_val(w, v);
}
