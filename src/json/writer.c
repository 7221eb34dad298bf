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

/* Whether some byte of the word must be looked at: a control character, '"', '\\', or one beyond ASCII. */
static bool
is_special(uint64_t word)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	uint64_t quote = word ^ ones * '"', back = word ^ ones * '\\';

	return ((word | (word - ones * 0x20) | (quote - ones) | (back - ones)) & tops) != 0;
}

/* The length of what at the start of s stands for itself in a JSON string. */
static size_t
plain_run(const char *s, size_t len)
{
	size_t i = 0, n;

	while (i < len) {
		unsigned char c = (unsigned char)s[i];
		uint64_t word;
		uint32_t cp;

		if (len - i >= sizeof(word)) {
			memcpy(&word, s + i, sizeof(word));
			if (!is_special(word)) {
				i += sizeof(word);
				continue;
			}
		}
		n = 1;
		if (c < 0x20 || c == '"' || c == '\\')
			break;
		if (c >= 0x80 && ((cp = utf8_next(s + i, len - i, &n)) == UTF8_BAD || cp == 0x2028 || cp == 0x2029))
			break;
		i += n;
	}
	return i;
}

size_t
jw_plain(char *out, const char *s, size_t len)
{
	size_t i = 0;

	for (; len - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, s + i, sizeof(word));
		if (is_special(word))
			break;
		memcpy(out + i, &word, sizeof(word));
	}
	if (i < len) {
		size_t n = plain_run(s + i, len - i);

		memcpy(out + i, s + i, n);
		i += n;
	}
	return i;
}

void
jw_quote(struct buf *b, const char *s, size_t len)
{
	char small[64];

	if (len < sizeof(small) - 2 && plain_run(s, len) == len) {	/* names, mostly */
		small[0] = small[len + 1] = '"';
		memcpy(small + 1, s, len);
		buf_add(b, small, len + 2);
		return;
	}
	buf_addc(b, '"');
	for (;;) {
		size_t n = plain_run(s, len);
		uint32_t cp;

		buf_add(b, s, n);
		s += n;
		len -= n;
		if (len == 0)
			break;
		cp = utf8_next(s, len, &n);
		switch (cp) {
		case '"': buf_add(b, "\\\"", 2); break;
		case '\\': buf_add(b, "\\\\", 2); break;
		case '\n': buf_add(b, "\\n", 2); break;
		case '\r': buf_add(b, "\\r", 2); break;
		case '\t': buf_add(b, "\\t", 2); break;
		case UTF8_BAD: buf_add(b, "\xef\xbf\xbd", 3); break;
		default: buf_addf(b, "\\u%04" PRIx32, cp); break;
		}
		s += n;
		len -= n;
	}
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
	jw_quote(w->out, key, strlen(key));
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
	jw_quote(w->out, s, len);
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
