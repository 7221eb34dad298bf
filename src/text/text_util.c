/*
 * Small things that every skin needs: clean UTF-8, characters that nobody sees, colours, dates,
 * macros, and the plain text of a node.
 */
#include "text/doc_util.h"

#include "base/str.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

const char extension_confluence[] = "com.atlassian.confluence.macro.core";

const char *
text_clean(struct arena *a, const char *s, size_t len, size_t *ret_len)
{
	char *out;
	size_t at = 0;

	if (utf8_valid(s, len) && memchr(s, '\0', len) == NULL) {
		*ret_len = len;
		return s;
	}
	out = arena_alloc(a, len * 3 + 1);
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t cp = utf8_next(s + i, len - i, &n);

		at += utf8_put(out + at, cp == UTF8_BAD || cp == 0 ? 0xfffd : cp);
	}
	*ret_len = at;
	return out;
}

bool
text_is_invisible(uint32_t cp)
{
	if (cp < 0x20)
		return cp != '\t' && cp != '\n';
	return (cp >= 0x7f && cp <= 0x9f) || cp == 0xad || cp == 0x34f || cp == 0x61c || cp == 0x115f || cp == 0x1160 ||
	    cp == 0x17b4 || cp == 0x17b5 || cp == 0x180e || cp == 0x200b || cp == 0x200e || cp == 0x200f ||
	    (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) || cp == 0x3164 || cp == 0xfeff ||
	    cp == 0xffa0 || (cp >= 0xfff0 && cp <= 0xfffb) || (cp >= 0x1bca0 && cp <= 0x1bca3) ||
	    (cp >= 0xe0000 && cp <= 0xe0fff);
}

/* How many bytes at the start of s are visible ASCII, tabs or ends of lines: all of them, as a rule. */
static size_t
visible_run(const char *s, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones << 7;
	size_t i = 0;

	while (i < len) {
		unsigned char c = (unsigned char)s[i];
		uint64_t word;

		if (len - i >= sizeof(word)) {
			memcpy(&word, s + i, sizeof(word));
			/* no byte beyond ASCII, below 0x20, or 0x7f */
			if (((word | (word - ones * 0x20) | (word + ones)) & tops) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if (c != '\t' && c != '\n' && (c < 0x20 || c >= 0x7f))
			break;
		i++;
	}
	return i;
}

void
text_visible(struct buf *out, const char *s, size_t len)
{
	size_t from = 0;

	for (size_t i = 0, n; i < len; i += n) {
		uint32_t cp;

		i += visible_run(s + i, len - i);
		if (i == len)
			break;
		cp = utf8_next(s + i, len - i, &n);
		if (cp != UTF8_BAD && !text_is_invisible(cp))
			continue;
		buf_add(out, s + from, i - from);
		from = i + n;
	}
	buf_add(out, s + from, len - from);
}

bool
text_all_visible(const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t cp;

		i += visible_run(s + i, len - i);
		if (i == len)
			break;
		cp = utf8_next(s + i, len - i, &n);
		if (cp == UTF8_BAD || text_is_invisible(cp))
			return false;
	}
	return true;
}

static const struct {
	const char *name;
	const char *hex;
} color_names[] = {
	{ "aqua", "#00ffff" }, { "black", "#000000" }, { "blue", "#0000ff" }, { "brown", "#a52a2a" },
	{ "cyan", "#00ffff" }, { "darkblue", "#00008b" }, { "darkgray", "#a9a9a9" }, { "darkgreen", "#006400" },
	{ "darkred", "#8b0000" }, { "fuchsia", "#ff00ff" }, { "gold", "#ffd700" }, { "gray", "#808080" },
	{ "green", "#008000" }, { "grey", "#808080" }, { "lightblue", "#add8e6" }, { "lightgray", "#d3d3d3" },
	{ "lightgreen", "#90ee90" }, { "lightgrey", "#d3d3d3" }, { "lime", "#00ff00" }, { "magenta", "#ff00ff" },
	{ "maroon", "#800000" }, { "navy", "#000080" }, { "olive", "#808000" }, { "orange", "#ffa500" },
	{ "pink", "#ffc0cb" }, { "purple", "#800080" }, { "red", "#ff0000" }, { "salmon", "#fa8072" },
	{ "silver", "#c0c0c0" }, { "teal", "#008080" }, { "violet", "#ee82ee" }, { "white", "#ffffff" },
	{ "yellow", "#ffff00" },
};

static const char *
color_rgb(struct arena *a, const char *s)
{
	unsigned v[3];
	size_t n = 0;
	bool digit = false;

	v[0] = v[1] = v[2] = 0;
	for (; *s != '\0' && *s != ')'; s++) {
		if (*s >= '0' && *s <= '9') {
			if (n > 2)
				return NULL;
			v[n] = v[n] * 10 + (unsigned)(*s - '0');
			digit = true;
			if (v[n] > 255)
				return NULL;
		} else if (*s == ',' || (*s == ' ' && digit)) {
			n += digit ? 1 : 0;
			digit = false;
		} else if (*s != ' ') {
			return NULL;
		}
	}
	return n == 2 && digit ? arena_printf(a, "#%02x%02x%02x", v[0], v[1], v[2]) : NULL;
}

const char *
color_hex(struct arena *a, const char *s, size_t len)
{
	char *t = str_lower(a, str_trim(a, s, len));

	len = strlen(t);
	if (strncmp(t, "rgb(", 4) == 0)
		return color_rgb(a, t + 4);
	if (t[0] == '#' && strspn(t + 1, "0123456789abcdef") == len - 1) {
		if (len == 7)
			return t;
		if (len == 4)
			return arena_printf(a, "#%c%c%c%c%c%c", t[1], t[1], t[2], t[2], t[3], t[3]);
		return NULL;
	}
	for (size_t i = 0; i < LEN(color_names); i++)
		if (strcmp(color_names[i].name, t) == 0)
			return color_names[i].hex;
	return NULL;
}

/* Days since 1970 of a date of the Gregorian calendar, and back (the usual era arithmetic). */
static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

const char *
date_to_timestamp(struct arena *a, const char *s, size_t len)
{
	int64_t y, m, d;
	char *t = str_trim(a, s, len);
	static const char month_days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (strlen(t) != 10 || t[4] != '-' || t[7] != '-' || strspn(t, "0123456789-") != 10)
		return NULL;
	t[4] = t[7] = '\0';
	if (str_int(t, 0, 9999, &y) == -1 || str_int(t + 5, 1, 12, &m) == -1 || str_int(t + 8, 1, 31, &d) == -1)
		return NULL;
	if (d > month_days[m - 1] || (m == 2 && d == 29 && (y % 4 != 0 || (y % 100 == 0 && y % 400 != 0))))
		return NULL;
	return arena_printf(a, "%lld", (long long)days_of(y, m, d) * 86400000);
}

const char *
date_of_timestamp(struct arena *a, const char *timestamp)
{
	int64_t ms, z, era, doe, yoe, doy, mp, y;

	/* years 0001 to 9999 */
	if (str_int(timestamp, -62135596800000, 253402300799999, &ms) == -1)
		return timestamp;
	z = (ms >= 0 ? ms : ms - 86399999) / 86400000 + 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	y = yoe + era * 400 + (mp >= 10);
	return arena_printf(a, "%04lld-%02lld-%02lld", (long long)y, (long long)(mp < 10 ? mp + 3 : mp - 9),
	    (long long)(doy - (153 * mp + 2) / 5 + 1));
}

void
macro_set(struct doc *d, struct node *n, const char *key, json *params)
{
	node_set_str(d, n, "extensionType", extension_confluence);
	node_set_str(d, n, "extensionKey", key);
	if (params != NULL)
		node_set_json(d, n, "parameters", params);
}

json *
macro_params(const struct node *n)
{
	for (const struct attr *a = n->attrs; a != NULL; a = a->next) {
		if (strcmp(a->name, "parameters") == 0 && a->kind == ATTR_JSON) {
			json *p = json_get(a->value, "macroParams");

			return p != NULL ? p : a->value;
		}
	}
	return NULL;
}

const char *
macro_param_value(json *param)
{
	return yyjson_is_str(param) ? json_str(param) : json_get_str(param, "value");
}

static void
plain_str(struct buf *out, const char *s)
{
	if (s != NULL)
		text_visible(out, s, strlen(s));
}

void
node_plain(const struct node *n, struct buf *out)
{
	switch ((int)n->type) {	/* most types take the default */
	case NODE_TEXT:
	case NODE_CODE_BLOCK:
		text_visible(out, n->text != NULL ? n->text : "", n->text_len);
		return;
	case NODE_HARD_BREAK:
		buf_addc(out, '\n');
		return;
	case NODE_MENTION:
		plain_str(out, node_str(n, "text") != NULL ? node_str(n, "text") : node_str(n, "id"));
		return;
	case NODE_EMOJI:
		plain_str(out, node_str(n, "text") != NULL ? node_str(n, "text") : node_str(n, "shortName"));
		return;
	case NODE_DATE:
		if (node_str(n, "timestamp") != NULL) {
			struct arena *a = arena_new();

			plain_str(out, date_of_timestamp(a, node_str(n, "timestamp")));
			arena_free(a);
		}
		return;
	case NODE_STATUS:
	case NODE_PLACEHOLDER:
		plain_str(out, node_str(n, "text"));
		return;
	case NODE_INLINE_CARD:
	case NODE_BLOCK_CARD:
	case NODE_EMBED_CARD:
		plain_str(out, node_str(n, "url"));
		return;
	case NODE_MEDIA:
	case NODE_MEDIA_INLINE:
		plain_str(out, node_str(n, "alt") != NULL ? node_str(n, "alt") : node_str(n, "id"));
		return;
	default:
		break;
	}
	for (const struct node *c = n->first; c != NULL; c = c->next) {
		if (c != n->first && node_class(c->type) != CLASS_INLINE && out->len > 0 && out->data[out->len - 1] != '\n')
			buf_addc(out, '\n');
		node_plain(c, out);
	}
}

int
node_level(const struct node *n)
{
	int64_t level = node_int(n, "level", 1);

	return level < 1 ? 1 : level > 6 ? 6 : (int)level;
}
