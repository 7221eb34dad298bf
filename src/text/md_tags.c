/*
 * The small pieces of the Markdown writer.
 *
 * Escaping leaves text as readable as it can be: a character gets a backslash only where
 * CommonMark would read it as markup (an underscore inside a word never, "1." only at the
 * start of a line), because each backslash costs a token and misleads a model that copies it.
 */
#include "text/md_tags.h"

#include "base/str.h"

#include <string.h>

static bool
is_ws(char c)
{
	return c == '\0' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_word(char c)
{
	return is_alnum(c) || (unsigned char)c >= 0x80;
}

static bool
is_punct(char c)
{
	return !is_ws(c) && !is_word(c) && (unsigned char)c > 0x20;
}

/* "&amp;" or "&#65;" at s[i] == '&'. */
static bool
looks_like_entity(const char *s, size_t len, size_t i)
{
	size_t j = i + 1;

	while (j < len && j - i < 34 && (is_alnum(s[j]) || s[j] == '#'))
		j++;
	return j > i + 1 && j < len && s[j] == ';';
}

bool
md_is_address(const char *s, size_t len)
{
	static const char signs[] = "/-.%#?&=:+@,";
	size_t scheme = len > 8 && strncmp(s, "https://", 8) == 0 ? 8 : len > 7 && strncmp(s, "http://", 7) == 0 ? 7 : 0;
	bool dot = false;

	if (scheme == 0 || strchr("./-", s[scheme]) != NULL)
		return false;
	for (size_t i = scheme; i < len; i++) {
		if (!is_alnum(s[i]) && (s[i] == '\0' || strchr(signs, s[i]) == NULL))
			return false;
		if (s[i] == '.' && s[i - 1] == '.')
			return false;
		if (s[i] == ':' && (i + 1 == len || s[i + 1] < '0' || s[i + 1] > '9'))
			return false;	/* no port: another address, or an emoji */
		dot |= s[i] == '.';
	}
	return dot && (is_alnum(s[len - 1]) || s[len - 1] == '/');
}

/* What must be escaped at the start of a line: how many characters from i may stand before the backslash; -1: nothing. */
static int
line_start_escape(const char *s, size_t len, size_t i)
{
	size_t j = i, end = i;
	char c = s[i], next = i + 1 < len ? s[i + 1] : '\0';

	while (end < len && s[end] != '\n')
		end++;
	if (c == '#') {
		while (j < end && s[j] == '#')
			j++;
		return j - i <= 6 && (j == end || is_ws(s[j])) ? 0 : -1;
	}
	if (c == '>')
		return 0;
	if (c == '+' || c == '-' || c == '*') {
		if (is_ws(next))
			return 0;
	}
	if (c == '-' || c == '=' || c == ':' || c == '|') {	/* underline of a heading, delimiter row of a table, rule */
		while (j < end && strchr("-=:| \t", s[j]) != NULL)
			j++;
		return j == end ? 0 : -1;
	}
	if (c == '~')
		return next == '~' ? 0 : -1;
	if (c == '[')
		return i + 2 < len && (next == '!' || s[i + 2] == ']') ? 0 : -1;
	if (c >= '0' && c <= '9') {
		while (j < end && j - i < 10 && s[j] >= '0' && s[j] <= '9')
			j++;
		if (j < end && (s[j] == '.' || s[j] == ')') && (j + 1 == end || is_ws(s[j + 1])))
			return (int)(j - i);
	}
	return -1;
}

static bool
emoji_here(const char *s, size_t len, size_t i)
{
	size_t j = i + 1;

	while (j < len && j - i < 40 && (is_alnum(s[j]) || s[j] == '_' || s[j] == '-' || s[j] == '+'))
		j++;
	return j < len && s[j] == ':' && j > i + 1 && emoji_by_name(s + i, j + 1 - i) != NULL;
}

/*
 * s[i] is the colon of an address in a text that is no link. Readers of Markdown make a link of it, which is well where it
 * is an address and nothing else; where there is more in the word, they differ and lose what follows.
 */
static bool
unclean_address(const struct md_escape *e, const char *s, size_t len, size_t i)
{
	static const char *const schemes[] = { "https", "http", "ftp" };
	size_t n = 0, from, end = i + 3;
	char before;

	if (len - i < 3 || s[i + 1] != '/' || s[i + 2] != '/')
		return false;
	for (size_t k = 0; k < LEN(schemes) && n == 0; k++)
		if (i >= strlen(schemes[k]) && strncasecmp(s + i - strlen(schemes[k]), schemes[k], strlen(schemes[k])) == 0)
			n = strlen(schemes[k]);
	if (n == 0)
		return false;
	from = i - n;
	while (end < len && !is_ws(s[end]))
		end++;
	before = from > 0 ? s[from - 1] : e->before;
	if (e->links > 0)	/* no link there, but md4c looks for one, and loses what stands behind it */
		return !md_is_address(s + from, end - from) || (before != '[' && !is_ws(before)) || (end == len && e->after != ']' && !is_ws(e->after));
	if (!is_ws(before) || (end == len && !is_ws(e->after)))
		return true;
	return (e->flags & MDI_FULL) || !md_is_address(s + from, end - from);
}

static bool
is_entity(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

static bool
needs_escape(const struct md_escape *e, const char *s, size_t len, size_t i)
{
	char c = s[i];
	char prev = i > 0 ? s[i - 1] : e->before, next = i + 1 < len ? s[i + 1] : e->after;

	if (e->flags & MDI_SPACES) {	/* an entity is written for them */
		prev = i > 0 && is_entity(prev) ? ';' : prev;
		next = i + 1 < len && is_entity(next) ? '&' : next;
	}
	switch (c) {
	case '\\':
		return is_punct(next) || next == '\0' || next == '\n';
	case '`':
		return true;
	case '*':
		return !(is_ws(prev) && is_ws(next));
	case '_':
		return !(is_alnum(prev) && is_alnum(next)) && !(is_ws(prev) && is_ws(next));
	case '~':
		return e->tildes || e->after == '~' || e->before == '~';
	case '[':
		return e->links > 0 || e->brackets || prev == '@';
	case ']':
		return e->links > 0 || e->brackets || next == '(' || next == '[' || next == ':' || (i + 1 == len && e->after != '\0' && !is_ws(e->after));
	case '!':
		return i + 1 == len && e->after == '[';
	case '@':
		return i + 1 == len && e->after == '[';
	case '<':
		return is_alnum(next) || next == '/' || next == '!' || next == '?';
	case '&':
		return looks_like_entity(s, len, i);
	case '|':
		return (e->flags & MDI_CELL) != 0;
	case ':':
		return emoji_here(s, len, i) || unclean_address(e, s, len, i);
	default:
		return false;
	}
}

/* Characters that may need a backslash or become a space. */
static const bool special[256] = {
	['\\'] = true, ['`'] = true, ['*'] = true, ['_'] = true, ['~'] = true, ['['] = true, [']'] = true, ['!'] = true, ['@'] = true,
	['<'] = true, ['&'] = true, ['|'] = true, [':'] = true, ['\n'] = true, ['\r'] = true, ['\t'] = true,
};

/* s holds nothing invisible. */
static void
escape_visible(struct md_escape *e, const char *s, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		size_t from = i;
		char c = s[i];

		if (e->line_start) {
			int skip;

			if (is_ws(c) && (c == ' ' || !(e->flags & MDI_SPACES)))
				continue;	/* leading space is not kept */
			skip = line_start_escape(s, len, i);
			e->line_start = false;
			if (skip >= 0) {
				buf_add(out, s + i, (size_t)skip);
				i += (size_t)skip;
				buf_addc(out, '\\');
				buf_addc(out, s[i]);
				continue;
			}
		}
		while (i < len && !special[(unsigned char)s[i]])
			i++;
		buf_add(out, s + from, i - from);
		if (i == len)
			return;
		c = s[i];
		if (is_entity(c)) {
			if (e->flags & MDI_SPACES)
				buf_addf(out, "&#%d;", c);
			else
				buf_addc(out, ' ');
			continue;
		}
		if (needs_escape(e, s, len, i))
			buf_addc(out, '\\');
		buf_addc(out, c);
	}
}

void
md_escape(struct md_escape *e, const char *s, size_t len, struct buf *out)
{
	struct buf clean;

	if (text_all_visible(s, len)) {
		escape_visible(e, s, len, out);
		return;
	}
	buf_init(&clean, len + 1);
	text_visible(&clean, s, len);
	escape_visible(e, clean.data, clean.len, out);
	buf_release(&clean);
}

/* Appends s; what stops becomes two or three characters. */
static void
add_dest(struct buf *out, const char *s, size_t len, bool angle, unsigned flags)
{
	for (size_t i = 0; i < len; i++) {
		size_t from = i;

		i += strcspn(s + i, "\n\r\t\\<>|&`");	/* s ends with a NUL, and holds none */
		buf_add(out, s + from, i - from);
		if (i == len)
			return;
		switch (s[i]) {
		case '\n':
		case '\r':
		case '\t':
			buf_addf(out, "%%%02X", (unsigned)s[i]);
			continue;
		case '\\':
		case '`':
		case '<':
			buf_addc(out, '\\');
			break;
		case '>':
			if (angle)
				buf_addc(out, '\\');
			break;
		case '|':
			if (flags & MDI_CELL)
				buf_addc(out, '\\');
			break;
		default:
			if (looks_like_entity(s, len, i))
				buf_addc(out, '\\');
			break;
		}
		buf_addc(out, s[i]);
	}
}

void
md_dest(const char *href, const char *title, unsigned flags, struct buf *out)
{
	struct buf clean;
	bool angle = false;
	int open = 0;

	if (href == NULL)
		href = "";
	buf_init(&clean, 1 << 20);
	if (!text_all_visible(href, strlen(href))) {
		text_visible(&clean, href, strlen(href));
		href = clean.data;
	}
	angle = href[0] == '\0' || href[0] == '<';
	for (const char *s = href; *(s += strcspn(s, "() ")) != '\0'; s++) {
		open += *s == '(' ? 1 : *s == ')' ? -1 : 0;
		if (open < 0 || *s == ' ')
			angle = true;
	}
	angle |= open != 0;
	if (angle)
		buf_addc(out, '<');
	add_dest(out, href, strlen(href), angle, flags);
	if (angle)
		buf_addc(out, '>');
	buf_release(&clean);
	if (title != NULL && title[0] != '\0') {
		buf_init(&clean, 1 << 20);
		text_visible(&clean, title, strlen(title));
		buf_adds(out, " \"");
		for (size_t i = 0; i < clean.len; i++) {
			char c = clean.data[i];

			if (c == '\n' || c == '\r')
				c = ' ';
			if (c == '"' || c == '\\' || c == '`' || c == '<' || (c == '&' && looks_like_entity(clean.data, clean.len, i)) ||
			    (c == '|' && (flags & MDI_CELL)))
				buf_addc(out, '\\');
			buf_addc(out, c);
		}
		buf_addc(out, '"');
		buf_release(&clean);
	}
}

void
md_attr(struct buf *out, const char *name, const char *value)
{
	struct buf clean;

	buf_init(&clean, DOC_MAX_BYTES);
	text_visible(&clean, value, strlen(value));
	buf_addf(out, " %s=\"", name);
	for (const char *s = clean.data; *s != '\0'; s++) {
		if (*s == '"')
			buf_adds(out, "&quot;");
		else if (*s == '&')
			buf_adds(out, "&amp;");
		else if (*s == '<')
			buf_adds(out, "&lt;");
		else if (*s == '>')
			buf_adds(out, "&gt;");
		else if (*s == '|')
			buf_adds(out, "&#124;");
		else if (*s == '\n' || *s == '\t' || *s == '\r')
			buf_addf(out, "&#%d;", *s);
		else if ((unsigned char)*s >= 0x20)
			buf_addc(out, *s);
	}
	buf_addc(out, '"');
	buf_release(&clean);
}

const char *
md_handle(const struct doc *d, struct arena *a, const struct node *n)
{
	size_t len;
	const char *text;

	if (node_str(n, "_handle") != NULL)
		return node_str(n, "_handle");
	if (n->src_end > n->src)
		return doc_handle(a, d->src + n->src, n->src_end - n->src);
	if (n->value != NULL) {
		text = json_text(a, n->value, &len);
		return doc_handle(a, text, len);
	}
	return NULL;
}

static bool
is_tag_name(const char *s)
{
	if (s[0] == '\0' || strlen(s) > 60)
		return false;
	for (; *s != '\0'; s++)
		if (!is_alnum(*s) && *s != '-')
			return false;
	return true;
}

static bool
is_attr_name(const char *s)
{
	if (!is_alnum(s[0]) || (s[0] >= '0' && s[0] <= '9') || strlen(s) > 60 || strcmp(s, "handle") == 0)
		return false;
	for (; *s != '\0'; s++)
		if (!is_alnum(*s) && *s != '-' && *s != '_' && *s != '.')
			return false;
	return true;
}

bool
md_param_shown(const char *name, const char *value)
{
	return name != NULL && value != NULL && is_attr_name(name) && strlen(value) <= 300;
}

void
md_macro_name(const struct node *n, struct buf *out)
{
	const char *key = node_str(n, "extensionKey");

	if (key != NULL && is_tag_name(key))
		buf_addf(out, "macro-%s", key);
	else
		buf_adds(out, "macro");
}

void
md_macro_open(const struct doc *d, const struct node *n, struct buf *out)
{
	const char *type = node_str(n, "extensionType"), *key = node_str(n, "extensionKey");
	bool ours = type != NULL && strcmp(type, extension_confluence) == 0;
	bool hidden = !ours || node_bool(n, "_hidden");
	struct arena *a = arena_new();

	buf_addc(out, '<');
	md_macro_name(n, out);
	if (key == NULL || !is_tag_name(key))
		md_attr(out, "key", key != NULL ? key : "");
	for (struct json_iter it = json_iter(ours ? macro_params(n) : NULL); json_next(&it);) {
		const char *v = macro_param_value(it.value);

		if (!md_param_shown(it.key, v))
			hidden = true;
		else
			md_attr(out, it.key, v);
	}
	if (node_str(n, "_handle") != NULL)
		md_attr(out, "handle", node_str(n, "_handle"));
	else if (hidden && md_handle(d, a, n) != NULL)
		md_attr(out, "handle", md_handle(d, a, n));
	arena_free(a);
}

static bool
is_uuid(const char *s)
{
	return strlen(s) == 36 && strspn(s, "0123456789abcdefABCDEF-") == 36 && s[8] == '-' && s[13] == '-';
}

void
md_media_target(const struct node *n, unsigned flags, struct buf *out)
{
	const char *type = node_str(n, "type"), *id = node_str(n, "id");
	const char *url = node_str(n, "url");

	if (type != NULL && strcmp(type, "external") == 0)
		buf_adds(out, url != NULL ? url : "");
	else if (node_str(n, "_media") != NULL)		/* as it was read, not yet looked up */
		buf_addf(out, "media:%s", node_str(n, "_media"));
	else if (id != NULL && is_uuid(id))
		buf_addf(out, "media:%.*s", flags & MDI_FULL ? 36 : 8, id);
	else if (id != NULL && strchr(id, ':') != NULL)
		buf_addf(out, "attachment:%s", id);
	else
		buf_adds(out, id != NULL ? id : "");
}

void
md_image(const struct node *n, const char *caption, unsigned flags, struct buf *out)
{
	const char *alt = node_str(n, "alt");
	struct md_escape e = { .flags = flags, .links = 1, .tildes = true, .after = ']', .before = '[' };
	struct buf target;

	if (flags & MDI_FULL)
		e.flags |= MDI_SPACES;
	buf_init(&target, 1 << 20);
	md_media_target(n, flags, &target);
	buf_adds(out, "![");
	if (alt != NULL && strcmp(alt, target.data) != 0)
		md_escape(&e, alt, strlen(alt), out);
	buf_adds(out, "](");
	md_dest(target.data, caption, flags, out);
	buf_addc(out, ')');
	buf_release(&target);
}

static void
tag_text(const char *text, unsigned flags, struct buf *out)
{
	struct md_escape e = { .flags = flags, .brackets = true, .tildes = true, .before = '>', .after = '<' };

	md_escape(&e, text != NULL ? text : "", text != NULL ? strlen(text) : 0, out);
}

static void
mention(const struct node *n, unsigned flags, struct buf *out)
{
	const char *id = node_str(n, "id"), *name = node_str(n, "text");

	if (name != NULL && name[0] == '@')
		name++;
	buf_adds(out, "@[");
	if (name != NULL && name[0] != '\0') {
		struct buf clean;

		buf_init(&clean, 4096);
		text_visible(&clean, name, strlen(name));
		for (size_t i = 0; i < clean.len; i++) {
			if (strchr("\\`*_[]<&|", clean.data[i]) != NULL)
				buf_addc(out, '\\');
			buf_addc(out, clean.data[i] == '\n' ? ' ' : clean.data[i]);
		}
		buf_release(&clean);
		if ((flags & MDI_FULL) && id != NULL) {
			buf_adds(out, "](id:");
			for (const char *s = id; *s != '\0'; s++)
				if (!is_ws(*s) && strchr("()<>\\", *s) == NULL)
					buf_addc(out, *s);
			buf_addc(out, ')');
			return;
		}
	} else {
		buf_adds(out, "id:");
		tag_text(id, flags, out);
	}
	buf_addc(out, ']');
}

void
md_atom(const struct doc *d, const struct node *n, unsigned flags, struct buf *out)
{
	struct arena *a;
	const char *s;

	switch ((int)n->type) {	/* the inline types */
	case NODE_HARD_BREAK:
		buf_adds(out, flags & (MDI_CELL | MDI_ONE_LINE) ? "<br>" : "\\\n");
		return;
	case NODE_MENTION:
		mention(n, flags, out);
		return;
	case NODE_EMOJI:
		buf_adds(out, node_str(n, "shortName") != NULL ? node_str(n, "shortName") : "");
		return;
	case NODE_DATE:
		a = arena_new();
		s = node_str(n, "timestamp");
		buf_addf(out, "<time>%s</time>", s != NULL ? date_of_timestamp(a, s) : "");
		arena_free(a);
		return;
	case NODE_STATUS:
		s = node_str(n, "color");
		buf_adds(out, "<status");
		if (s != NULL && strcmp(s, "neutral") != 0)
			md_attr(out, "color", s);
		buf_addc(out, '>');
		tag_text(node_str(n, "text"), flags, out);
		buf_adds(out, "</status>");
		return;
	case NODE_PLACEHOLDER:
		buf_adds(out, "<placeholder>");
		tag_text(node_str(n, "text"), flags, out);
		buf_adds(out, "</placeholder>");
		return;
	case NODE_INLINE_CARD:
		s = node_str(n, "url");
		if (s == NULL)
			break;
		buf_addc(out, '<');
		for (; *s != '\0'; s++) {
			if ((unsigned char)*s <= ' ' || *s == '<' || *s == '>' || *s == '|')
				buf_addf(out, "%%%02X", (unsigned)(unsigned char)*s);
			else
				buf_addc(out, *s);
		}
		buf_addc(out, '>');
		return;
	case NODE_INLINE_EXTENSION:
		md_macro_open(d, n, out);
		buf_adds(out, "/>");
		return;
	case NODE_MEDIA_INLINE:
		md_image(n, NULL, flags, out);
		return;
	default:
		break;
	}
	a = arena_new();
	buf_adds(out, "<opaque");
	s = md_handle(d, a, n);
	md_attr(out, "id", s != NULL ? s : "");
	s = node_str(n, "_label");
	md_attr(out, "type", s != NULL ? s : node_type_name(n->type));
	buf_adds(out, "/>");
	arena_free(a);
}
