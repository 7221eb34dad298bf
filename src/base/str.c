#include "base/str.h"

#include "base/utf8.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool
str_eq(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
str_ieq(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcasecmp(a, b) == 0);
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_istarts(const char *s, const char *prefix)
{
	return strncasecmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool
str_blank(const char *s)
{
	if (s == NULL)
		return true;
	while (is_space(*s))
		s++;
	return *s == '\0';
}

char *
str_trim(struct arena *a, const char *s, size_t len)
{
	while (len > 0 && is_space(s[0]))
		s++, len--;
	while (len > 0 && is_space(s[len - 1]))
		len--;
	return arena_strndup(a, s, len);
}

char *
str_lower(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s);

	for (char *p = out; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return out;
}

int
str_int(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	char *end;
	long long n;

	if (s == NULL || (!isdigit((unsigned char)s[0]) && s[0] != '-'))
		return -1;
	errno = 0;
	n = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || n < min || n > max)
		return -1;
	*ret = n;
	return 0;
}

char **
str_split(struct arena *a, const char *s, const char *seps, size_t *ret_count)
{
	size_t count = 0, room = 4;
	char **out = arena_array(a, room + 1, sizeof(*out));

	while (s != NULL && *s != '\0') {
		size_t n = strcspn(s, seps);
		char *part = str_trim(a, s, n);

		if (*part != '\0') {
			if (count == room) {
				out = arena_grow(a, out, (room + 1) * sizeof(*out), (room * 2 + 1) * sizeof(*out));
				room *= 2;
			}
			out[count++] = part;
		}
		s += n;
		if (*s != '\0')
			s++;
	}
	out[count] = NULL;
	if (ret_count != NULL)
		*ret_count = count;
	return out;
}

enum { NEAR_MAX = 48 };	/* longer words are not compared */

static size_t
edit_distance(const char *a, const char *b)
{
	size_t row[NEAR_MAX + 1], la = strlen(a), lb = strlen(b);

	if (la > NEAR_MAX || lb > NEAR_MAX)
		return SIZE_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
			size_t best = diagonal + (same ? 0 : 1);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

const char *
str_nearest(const char *word, const char *const *list, size_t count)
{
	size_t best = strlen(word) / 3 + 1, len = strlen(word);
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d;

		if (list[i] == NULL)
			continue;
		d = edit_distance(word, list[i]);
		if (d > best && len >= 4 && (strcasestr(list[i], word) != NULL || strcasestr(word, list[i]) != NULL))
			d = best;
		if (d < best || (d == best && found == NULL)) {
			best = d;
			found = list[i];
		}
	}
	return found;
}

void
str_urlencode(struct buf *b, const char *s, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c < 0x80 && (isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~')) {
			buf_addc(b, (char)c);
		} else {
			char out[3] = { '%', hex[c >> 4], hex[c & 15] };

			buf_add(b, out, sizeof(out));
		}
	}
}

void
str_base64(struct buf *b, const void *data, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)p[i] << 16;
		char out[4];

		if (i + 1 < len)
			v |= (uint32_t)p[i + 1] << 8;
		if (i + 2 < len)
			v |= p[i + 2];
		out[0] = digits[v >> 18];
		out[1] = digits[v >> 12 & 63];
		out[2] = i + 1 < len ? digits[v >> 6 & 63] : '=';
		out[3] = i + 2 < len ? digits[v & 63] : '=';
		buf_add(b, out, sizeof(out));
	}
}

static int
base64_digit(char ch)
{
	if (ch >= 'A' && ch <= 'Z')
		return ch - 'A';
	if (ch >= 'a' && ch <= 'z')
		return ch - 'a' + 26;
	if (ch >= '0' && ch <= '9')
		return ch - '0' + 52;
	return ch == '+' || ch == '-' ? 62 : ch == '/' || ch == '_' ? 63 : -1;
}

char *
str_unbase64(struct arena *a, const char *text, size_t len, size_t *ret_len)
{
	char *out = arena_alloc(a, len / 4 * 3 + 4);
	uint32_t bits = 0;
	size_t digits = 0, n = 0, padding = 0;

	for (size_t i = 0; i < len; i++) {
		int v = base64_digit(text[i]);

		if (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))
			continue;
		if (text[i] == '=' && digits % 4 + ++padding <= 4 && digits % 4 >= 2)
			continue;
		if (v < 0 || padding > 0)
			return NULL;
		bits = bits << 6 | (uint32_t)v;
		if (digits++ % 4 != 0)
			out[n++] = (char)(bits >> (6 - 2 * ((digits - 1) % 4)) & 255);
	}
	if (digits % 4 == 1 || (padding > 0 && digits % 4 + padding != 4))
		return NULL;
	out[n] = '\0';
	*ret_len = n;
	return out;
}

/* Controls of both sets (C1 holds CSI, the same as ESC [), what is no UTF-8, and the two Unicode line ends. */
static bool
is_obeyed(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 || cp == UTF8_BAD;
}

void
str_visible(struct buf *b, const char *s, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t cp = utf8_next(s + i, len - i, &n);

		if (cp == '\n') {
			buf_adds(b, "\\n");
			continue;
		}
		if (!is_obeyed(cp)) {
			buf_add(b, s + i, n);
			continue;
		}
		for (size_t k = i; k < i + n; k++) {
			unsigned char c = (unsigned char)s[k];
			char out[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

			buf_add(b, out, sizeof(out));
		}
	}
}
