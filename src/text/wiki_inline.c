/*
 * Jira wiki markup, the inline part: *strong*, _em_, links, pictures, emoticons, colour.
 *
 * Rules as Jira has them: a delimiter opens where no letter or digit stands before it and no space
 * after it; it closes, on the same line, where no space stands before it and no letter or digit
 * after it. {*}x{*} works anywhere. A backslash takes the meaning from the character after it.
 *
 * The search for a closing delimiter remembers its last result, so a line of openers without
 * closers costs one pass, not one pass each.
 */
#include "text/wiki.h"

#include "base/str.h"

#include <string.h>

enum { MAX_NEST = 12, MAX_SPAN = 2000 };

struct inl {
	struct wiki *w;
	struct node *into;	/* gets paragraphs */
	struct node *block;	/* gets inline nodes; NULL: a paragraph is made when needed */
	struct buf text;
	struct mark *marks;
	bool one_block;		/* a heading: nothing may end the block */
};

static void run(struct inl *, size_t from, size_t to, int nest);

bool
wiki_is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

bool
wiki_can_escape(char c)
{
	return c != '\0' && strchr("-#*_+?^~|%{}[]()!@", c) != NULL;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct node *
need_block(struct inl *i)
{
	if (i->block == NULL) {
		i->block = node_new(i->w->d, NODE_PARAGRAPH);
		node_append(i->into, i->block);
	}
	return i->block;
}

static struct mark *
marks_now(struct inl *i)
{
	struct mark *m;

	if (i->w->color == NULL)
		return i->marks;
	m = mark_new(i->w->d, MARK_TEXT_COLOR);
	mark_set_str(i->w->d, m, "color", i->w->color);
	return marks_with(i->w->d, i->marks, m);
}

static void
flush(struct inl *i)
{
	struct node *n;

	if (i->text.len == 0)
		return;
	n = node_text(i->w->d, arena_strndup(i->w->a, i->text.data, i->text.len), i->text.len);
	n->marks = marks_now(i);
	node_append(need_block(i), n);
	buf_reset(&i->text);
}

static struct node *
add_inline(struct inl *i, enum node_type t)
{
	struct node *n = node_new(i->w->d, t);

	flush(i);
	n->marks = marks_now(i);
	node_append(need_block(i), n);
	return n;
}

/* A block in the middle of a line: the paragraph ends before it and a new one begins after it. */
static struct node *
add_block(struct inl *i, enum node_type t)
{
	struct node *n = node_new(i->w->d, t);

	flush(i);
	node_append(i->into, n);
	i->block = NULL;
	return n;
}

/* Where delimiter c, which opened before from, ends before to (on its line); to when nowhere. */
static size_t
find_closer(struct inl *i, char c, size_t from, size_t to)
{
	struct wiki *w = i->w;
	unsigned k = (unsigned char)c & 127;
	size_t p;

	if (w->closer[k].end == to && from >= w->closer[k].from && from < w->closer[k].found)
		return w->closer[k].none ? to : w->closer[k].found;
	for (p = from; p < to && w->s[p] != '\n'; p++) {
		if (w->s[p] == '\\') {
			p += p + 1 < to && (w->s[p + 1] == '\\' || wiki_can_escape(w->s[p + 1]));
			continue;
		}
		if (w->s[p] == '[') {	/* nothing ends inside a link */
			size_t end = p + 1;

			while (end < to && w->s[end] != ']' && w->s[end] != '[' && w->s[end] != '\n')
				end += w->s[end] == '\\' && end + 1 < to && wiki_can_escape(w->s[end + 1]) ? 2 : 1;
			if (end < to && w->s[end] == ']')
				p = end;
			continue;
		}
		if (w->s[p] == c && !is_space(w->s[p - 1]) && p > from && (p + 1 >= w->len || !wiki_is_word(w->s[p + 1])))
			break;
	}
	if (p > to)
		p = to;
	w->closer[k].from = from;
	w->closer[k].end = to;
	w->closer[k].found = p;
	w->closer[k].none = p >= to || w->s[p] == '\n';
	return w->closer[k].none ? to : p;
}

/* "&#65;" or "&amp;" at s (Jira leaves them to the browser); "&bsol;" is how pandoc writes a backslash. 0: none. */
static size_t
reference(const char *s, size_t len, struct buf *out)
{
	const char *end = memchr(s, ';', len < 12 ? len : 12);
	char c[8];
	size_t n;

	if (end == NULL)
		return 0;
	n = entity_decode(s + 1, (size_t)(end - s) - 1, c);
	if (n > 0)
		buf_add(out, c, n);
	else if (end - s == 5 && memcmp(s, "&bsol", 5) == 0)
		buf_addc(out, '\\');
	else
		return 0;
	return (size_t)(end - s) + 1;
}

/* Text in which nothing has a meaning but a backslash and a reference. */
static void
plain(struct buf *out, const char *s, size_t len)
{
	for (size_t k = 0; k < len; k++) {
		size_t n;

		if (s[k] == '&' && (n = reference(s + k, len - k, out)) > 0) {
			k += n - 1;
			continue;
		}
		if (s[k] != '\\' || k + 1 >= len || !wiki_can_escape(s[k + 1]) || (k > 0 && s[k - 1] == '\\'))
			buf_addc(out, s[k]);
	}
}

static void
marked(struct inl *i, enum mark_type t, const char *sub, size_t from, size_t to, int nest)
{
	struct mark *was = i->marks, *m = mark_new(i->w->d, t);

	flush(i);
	if (sub != NULL)
		mark_set_str(i->w->d, m, "type", sub);
	i->marks = marks_with(i->w->d, was, m);
	if (t == MARK_CODE)
		plain(&i->text, i->w->s + from, to - from);
	else
		run(i, from, to, nest + 1);
	flush(i);
	i->marks = was;
}

/* *x*, _x_, -x-, +x+, ^x^, ~x~. Returns where it ends, or 0. */
static size_t
phrase(struct inl *i, size_t at, size_t from, size_t to, int nest)
{
	const char *s = i->w->s;
	size_t end;
	enum mark_type t;
	const char *sub = NULL;

	if (nest >= MAX_NEST || (at > from && wiki_is_word(s[at - 1])) || at + 2 >= to || is_space(s[at + 1]) || s[at + 1] == s[at])
		return 0;
	end = find_closer(i, s[at], at + 1, to);
	if (end >= to)
		return 0;
	switch (s[at]) {
	case '*': t = MARK_STRONG; break;
	case '_': t = MARK_EM; break;
	case '-': t = MARK_STRIKE; break;
	case '+': t = MARK_UNDERLINE; break;
	case '^': t = MARK_SUBSUP; sub = "sup"; break;
	default: t = MARK_SUBSUP; sub = "sub"; break;
	}
	marked(i, t, sub, at + 1, end, nest);
	return end + 1;
}

/* The line's end, but no more than MAX_SPAN away: what would be longer is no link and no phrase. */
static size_t
line_end(const struct wiki *w, size_t at, size_t to)
{
	size_t limit = to - at < MAX_SPAN ? to : at + MAX_SPAN;
	const char *nl = memchr(w->s + at, '\n', limit - at);

	return nl != NULL ? (size_t)(nl - w->s) : limit;
}

/* {*}x{*} and the like at s[at] == '{'. */
static size_t
forced(struct inl *i, size_t at, size_t to, int nest)
{
	static const char delims[] = "*_-+^~";
	static const enum mark_type types[] = { MARK_STRONG, MARK_EM, MARK_STRIKE, MARK_UNDERLINE, MARK_SUBSUP, MARK_SUBSUP };
	const char *s = i->w->s, *end, *d;
	char close[4] = "{.}";
	size_t limit;

	if (at + 5 > to || s[at + 2] != '}' || nest >= MAX_NEST)
		return 0;
	d = strchr(delims, s[at + 1]);
	if (d == NULL || *d == '\0')
		return 0;
	close[1] = s[at + 1];
	limit = line_end(i->w, at, to);
	end = limit > at + 3 ? memmem(s + at + 3, limit - at - 3, close, 3) : NULL;
	if (end == NULL || end == s + at + 3)
		return 0;
	marked(i, types[d - delims], *d == '^' ? "sup" : *d == '~' ? "sub" : NULL, at + 3, (size_t)(end - s), nest);
	return (size_t)(end - s) + 3;
}

static bool
is_scheme(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && i < 16 && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '+' || s[i] == '.'))
		i++;
	return i >= 2 && i + 3 < len && memcmp(s + i, "://", 3) == 0;
}

static bool
is_target(const char *s, size_t len)
{
	return is_scheme(s, len) || (len > 7 && strncasecmp(s, "mailto:", 7) == 0) || (len > 1 && (s[0] == '#' || s[0] == '/')) ||
	    (len > 4 && strncasecmp(s, "tel:", 4) == 0);
}

static void
add_link(struct inl *i, const char *href, const char *title, size_t from, size_t to, bool raw, int nest)
{
	struct mark *was = i->marks, *m = mark_new(i->w->d, MARK_LINK);

	flush(i);
	mark_set_str(i->w->d, m, "href", href);
	if (title != NULL && title[0] != '\0') {
		plain(&i->text, title, strlen(title));
		mark_set_str(i->w->d, m, "title", arena_strndup(i->w->a, i->text.data, i->text.len));
		buf_reset(&i->text);
	}
	i->marks = marks_with(i->w->d, was, m);
	if (raw)
		buf_add(&i->text, i->w->s + from, to - from);
	else
		run(i, from, to, nest + 1);
	flush(i);
	i->marks = was;
}

static void
add_file(struct inl *i, const char *name)
{
	struct node *group = i->into->last, *m = node_new(i->w->d, NODE_MEDIA);

	node_set_str(i->w->d, m, "type", "file");
	node_set_str(i->w->d, m, "id", name);
	node_set_str(i->w->d, m, "collection", "");
	if (i->one_block || i->into->type == NODE_LIST_ITEM) {
		m->type = NODE_MEDIA_INLINE;
		flush(i);
		node_append(need_block(i), m);
		return;
	}
	if (text_is_blank(i->text.data, i->text.len) && i->block == NULL && group != NULL && group->type == NODE_MEDIA_GROUP) {
		buf_reset(&i->text);
		node_append(group, m);
		return;
	}
	node_append(add_block(i, NODE_MEDIA_GROUP), m);
}

static void
add_mention(struct inl *i, const char *id)
{
	struct node *n;

	if (strncmp(id, "accountid:", 10) == 0)
		id += 10;
	n = add_inline(i, NODE_MENTION);
	node_set_str(i->w->d, n, "id", id);
	node_set_str(i->w->d, n, "text", "");
}

/* [alias|target|kind] at s[at] == '['. */
static size_t
link(struct inl *i, size_t at, size_t to, int nest)
{
	const char *s = i->w->s;
	size_t end = at + 1, bars[3], nbars = 0, target, target_end, limit = at + MAX_SPAN < to ? at + MAX_SPAN : to;
	const char *kind = "", *href, *title;

	while (end < limit && s[end] != ']' && s[end] != '\n') {
		if (s[end] == '|' && nbars < 3)
			bars[nbars++] = end;
		end += s[end] == '\\' && end + 1 < limit && wiki_can_escape(s[end + 1]) ? 2 : 1;
	}
	if (end >= limit || s[end] != ']' || end == at + 1 || nbars > 2 || nest >= MAX_NEST)
		return 0;
	target = nbars > 0 ? bars[0] + 1 : at + 1;
	target_end = nbars > 1 ? bars[1] : end;
	if (nbars > 1)
		kind = arena_strndup(i->w->a, s + bars[1] + 1, end - bars[1] - 1);
	while (target < target_end && is_space(s[target]))
		target++;
	href = str_trim(i->w->a, s + target, target_end - target);
	if (nbars == 0 && strchr(href, '^') != NULL && !is_scheme(href, strlen(href)))
		href = strchr(href, '^');	/* [text^file] */
	if (href[0] == '~' && href[1] != '\0' && nbars < 2) {
		add_mention(i, href + 1);
		return end + 1;
	}
	if (href[0] == '^' && href[1] != '\0' && nbars < 2) {
		add_file(i, href + 1);
		return end + 1;
	}
	if (!is_target(href, strlen(href)))
		return 0;
	if (strncmp(kind, "smart-", 6) == 0 && is_scheme(href, strlen(href))) {
		struct node *n;

		if (strcmp(kind, "smart-link") == 0 || i->one_block)
			n = add_inline(i, NODE_INLINE_CARD);
		else
			n = add_block(i, strcmp(kind, "smart-embed") == 0 ? NODE_EMBED_CARD : NODE_BLOCK_CARD);
		node_set_str(i->w->d, n, "url", href);
		return end + 1;
	}
	title = strncmp(kind, "smart-", 6) == 0 ? NULL : str_trim(i->w->a, kind, strlen(kind));
	if (nbars == 0 || bars[0] == at + 1) {
		size_t skip = strncasecmp(href, "mailto:", 7) == 0 ? 7 : 0;

		add_link(i, href, title, target + skip, target_end, true, nest);
	} else {
		add_link(i, href, title, at + 1, bars[0], false, nest);
	}
	return end + 1;
}

static bool
url_char(char c)
{
	return (unsigned char)c > ' ' && strchr("|]}\"<>{[^`\\", c) == NULL;
}

size_t
wiki_url_len(const char *s, size_t len)
{
	size_t end = 0;

	if (!is_scheme(s, len))
		return 0;
	while (end < len && url_char(s[end]))
		end++;
	while (end > 0 && strchr(".,;:!?)('*", s[end - 1]) != NULL)
		end--;
	return end > 1 && s[end - 1] == '/' && s[end - 2] == '/' ? 0 : end;
}

static size_t
bare_url(struct inl *i, size_t at, size_t from, size_t to)
{
	const char *s = i->w->s;
	size_t end;

	if (at > from && wiki_is_word(s[at - 1]))
		return 0;
	end = at + wiki_url_len(s + at, to - at);
	if (end > at)
		add_link(i, arena_strndup(i->w->a, s + at, end - at), NULL, at, end, true, 0);
	return end > at ? end : 0;
}

/* Whether [at, end) is all of its line. */
static bool
is_line(const char *s, size_t at, size_t end, size_t from, size_t to)
{
	while (at > from && (s[at - 1] == ' ' || s[at - 1] == '\t'))
		at--;
	while (end < to && (s[end] == ' ' || s[end] == '\t' || s[end] == '\r'))
		end++;
	return (at == from || s[at - 1] == '\n') && (end == to || s[end] == '\n');
}

/* !name|properties! at s[at] == '!'. */
static size_t
image(struct inl *i, size_t at, size_t from, size_t to)
{
	const char *s = i->w->s;
	size_t end, stop, limit = at + MAX_SPAN < to ? at + MAX_SPAN : to;
	struct node *single, *m;
	const char *name;

	if ((at > from && wiki_is_word(s[at - 1])) || at + 2 >= to || is_space(s[at + 1]) || s[at + 1] == '!')
		return 0;
	for (end = at + 1; end < limit && s[end] != '!' && s[end] != '\n'; end++)
		;
	if (end >= limit || s[end] != '!' || is_space(s[end - 1]) || (end + 1 < i->w->len && wiki_is_word(s[end + 1])))
		return 0;
	for (stop = at + 1; stop < end && s[stop] != '|'; stop++)
		;
	name = str_trim(i->w->a, s + at + 1, stop - at - 1);
	/* "Stop! Now!" is no picture: a name has a dot, or is the whole of its line's text */
	if (name[0] == '\0' || (strchr(name, '.') == NULL && strchr(name, ' ') != NULL))
		return 0;
	m = node_new(i->w->d, NODE_MEDIA);
	if (is_scheme(name, strlen(name))) {
		node_set_str(i->w->d, m, "type", "external");
		node_set_str(i->w->d, m, "url", name);
	} else {
		node_set_str(i->w->d, m, "type", "file");
		node_set_str(i->w->d, m, "id", name);
		node_set_str(i->w->d, m, "collection", "");
	}
	if (stop < end) {
		const char *props = arena_strndup(i->w->a, s + stop + 1, end - stop - 1);
		char **p = str_split(i->w->a, props, ",", NULL);

		node_set_str(i->w->d, m, "_props", props);
		for (; *p != NULL; p++) {
			int64_t v;

			if (strncmp(*p, "alt=", 4) == 0)
				node_set_str(i->w->d, m, "alt", *p + 4);
			if (strncmp(*p, "width=", 6) == 0 && str_int(*p + 6, 1, 10000, &v) == 0)
				node_set_int(i->w->d, m, "width", v);
			if (strncmp(*p, "height=", 7) == 0 && str_int(*p + 7, 1, 10000, &v) == 0)
				node_set_int(i->w->d, m, "height", v);
		}
	}
	if (i->one_block || (i->into->type == NODE_LIST_ITEM && !is_line(s, at, end + 1, from, to))) {
		m->type = NODE_MEDIA_INLINE;
		flush(i);
		m->marks = i->marks;
		node_append(need_block(i), m);
		return end + 1;
	}
	single = add_block(i, NODE_MEDIA_SINGLE);
	m->marks = mark_find(i->marks, MARK_LINK);
	node_append(single, m);
	return end + 1;
}

static size_t
emoticon(struct inl *i, size_t at, size_t to)
{
	const char *s = i->w->s;
	static const struct { const char *wiki, *name; } more[] = {
		{ ":-)", ":slight_smile:" }, { ":-(", ":disappointed:" }, { ":-P", ":stuck_out_tongue:" }, { ":p", ":stuck_out_tongue:" },
		{ ":-p", ":stuck_out_tongue:" }, { ":-D", ":smiley:" }, { ";-)", ":wink:" }, { "(*y)", ":yellow_star:" },
	};
	const struct emoji *best = NULL;
	size_t len = 0;

	for (size_t k = 0; emoji_at(k) != NULL; k++) {
		const char *w = emoji_at(k)->wiki;
		size_t n = w != NULL ? strlen(w) : 0;

		if (n > len && n <= to - at && memcmp(s + at, w, n) == 0) {
			best = emoji_at(k);
			len = n;
		}
	}
	for (size_t k = 0; k < LEN(more); k++) {
		size_t n = strlen(more[k].wiki);

		if (n > len && n <= to - at && memcmp(s + at, more[k].wiki, n) == 0) {
			best = emoji_by_name(more[k].name, strlen(more[k].name));
			len = n;
		}
	}
	if (best == NULL || (at + len < to && (unsigned char)s[at + len] < 0x80 && wiki_is_word(s[at + len])))
		return 0;
	emoji_set(i->w->d, add_inline(i, NODE_EMOJI), best);
	return at + len;
}

static size_t
status(struct inl *i, const struct wtag *t)
{
	const char *title = wiki_param(i->w, t, "title"), *color = wiki_param(i->w, t, "colour");
	struct node *n;

	if (title == NULL)
		return 0;
	n = add_inline(i, NODE_STATUS);
	node_set_str(i->w->d, n, "text", title);
	color = color != NULL ? str_lower(i->w->a, color) : "neutral";
	if (strcmp(color, "grey") == 0 || strcmp(color, "gray") == 0)
		color = "neutral";
	node_set_str(i->w->d, n, "color", color);
	return t->end;
}

/* {{x}}, or {{{}x{}}} where a letter stands beside it. */
static size_t
monospace(struct inl *i, size_t at, size_t from, size_t to, int nest)
{
	const struct wiki *w = i->w;
	const char *s = w->s;
	size_t end = at + 2, limit = line_end(w, at, to);

	if (at + 9 <= limit && memcmp(s + at, "{{{}", 4) == 0) {
		const char *close = memmem(s + at + 4, limit - at - 4, "{}}}", 4);

		if (close > s + at + 4) {
			marked(i, MARK_CODE, NULL, at + 4, (size_t)(close - s), nest);
			return (size_t)(close - s) + 4;
		}
	}
	if (at > from && wiki_is_word(s[at - 1]))
		return 0;
	for (; end + 1 < limit; end++) {
		if (s[end] == '\\' && wiki_can_escape(s[end + 1]) && s[end - 1] != '\\')
			end++;
		else if (s[end] == '}' && s[end + 1] == '}' && (end + 2 >= w->len || !wiki_is_word(s[end + 2])))
			break;
	}
	while (end + 2 < limit && s[end + 2] == '}')	/* {{a}}} ends at the last */
		end++;
	if (end + 1 >= limit || end == at + 2)
		return 0;
	marked(i, MARK_CODE, NULL, at + 2, end, nest);
	return end + 2;
}

static size_t
brace(struct inl *i, size_t at, size_t from, size_t to, int nest)
{
	const struct wiki *w = i->w;
	const char *s = w->s;
	const struct wtag *t;

	if (at + 4 < to && s[at + 1] == '{')
		return monospace(i, at, from, to, nest);
	t = wiki_any_tag_at(w, at);
	if (t != NULL && t->end <= to) {
		if (strcmp(t->name, "color") == 0) {
			flush(i);
			if (t->close != 0) {
				const char *c = color_hex(w->a, s + t->params, t->params_end - t->params);

				i->w->color = c != NULL ? c : "#000000";
			} else if (t->closes) {
				i->w->color = NULL;
			} else {
				return 0;
			}
			return t->end;
		}
		if (strcmp(t->name, "anchor") == 0)
			return t->end;
		if (strcmp(t->name, "status") == 0)
			return status(i, t);
	}
	return forced(i, at, to, nest);
}

static size_t
dashes(struct inl *i, size_t at, size_t from, size_t to)
{
	const char *s = i->w->s;
	size_t end = at;

	while (end < to && s[end] == '-')
		end++;
	if ((end - at != 2 && end - at != 3) || (at > from && !is_space(s[at - 1])) || (end < to && !is_space(s[end])))
		return 0;
	buf_adds(&i->text, end - at == 2 ? "\xe2\x80\x93" : "\xe2\x80\x94");
	return end;
}

static size_t
citation(struct inl *i, size_t at, size_t from, size_t to, int nest)
{
	const char *s = i->w->s, *end;
	size_t limit = line_end(i->w, at, to);

	if (at + 5 > to || s[at + 1] != '?' || is_space(s[at + 2]) || (at > from && wiki_is_word(s[at - 1])) || nest >= MAX_NEST)
		return 0;
	end = limit > at + 2 ? memmem(s + at + 2, limit - at - 2, "??", 2) : NULL;
	if (end == NULL || end == s + at + 2)
		return 0;
	flush(i);
	{
		struct mark *was = i->marks;

		i->marks = marks_with(i->w->d, was, mark_new(i->w->d, MARK_EM));
		buf_adds(&i->text, "\xe2\x80\x94 ");
		run(i, at + 2, (size_t)(end - s), nest + 1);
		flush(i);
		i->marks = was;
	}
	return (size_t)(end - s) + 2;
}

/* Whether another backslash follows in the same word: then two are no line break ("\\\\server\\share"). */
static bool
escaped_later(const char *s, size_t at, size_t to)
{
	size_t limit = to - at < MAX_SPAN ? to : at + MAX_SPAN;

	while (at < limit && !is_space(s[at]) && s[at] != '\\')
		at++;
	return at < limit && s[at] == '\\';
}

/* s[at] is a backslash: a line break, or the next character without its meaning. */
static size_t
backslash(struct inl *i, size_t at, size_t to)
{
	const char *s = i->w->s;
	size_t end = at;

	while (end < to && s[end] == '\\')
		end++;
	if (end - at == 2 && !escaped_later(s, end, to)) {
		while (end < to && (s[end] == ' ' || s[end] == '\n'))	/* a line end after it breaks no second time */
			if (s[end++] == '\n')
				break;
		(void)add_inline(i, NODE_HARD_BREAK);
		return end;
	}
	if (end - at > 1 || end >= to || !wiki_can_escape(s[end])) {
		buf_add(&i->text, s + at, end - at);
		return end;
	}
	buf_addc(&i->text, s[end]);
	return end + 1;
}

static size_t
special(struct inl *i, size_t at, size_t from, size_t to, int nest)
{
	char c = i->w->s[at];
	size_t end = 0;

	switch (c) {
	case '\\':
		return backslash(i, at, to);
	case '\n':
		(void)add_inline(i, NODE_HARD_BREAK);
		return at + 1;
	case '{':
		return brace(i, at, from, to, nest);
	case '[':
		return link(i, at, to, nest);
	case '!':
		return image(i, at, from, to);
	case '?':
		return citation(i, at, from, to, nest);
	case '-':
		end = dashes(i, at, from, to);
		return end != 0 ? end : phrase(i, at, from, to, nest);
	case '*':
	case '_':
	case '+':
	case '^':
	case '~':
		return phrase(i, at, from, to, nest);
	case '(':
	case ':':
	case ';':
		return emoticon(i, at, to);
	case '&':
		end = reference(i->w->s + at, to - at, &i->text);
		return end > 0 ? at + end : 0;
	default:
		return bare_url(i, at, from, to);
	}
}

static void
run(struct inl *i, size_t from, size_t to, int nest)
{
	const char *s = i->w->s;
	size_t at = from;

	while (at < to) {
		char c = s[at];
		bool url = (c == 'h' || c == 'f' || c == 's' || c == 'H') && mark_find(i->marks, MARK_LINK) == NULL;
		size_t end = 0;

		if (c == '\r') {
			at++;
			continue;
		}
		if (url || strchr("\\\n{[!?-*_+^~(:;&", c) != NULL)
			end = special(i, at, from, to, nest);
		if (end > at) {
			at = end;
			continue;
		}
		buf_addc(&i->text, c);
		at++;
		/* the rest of a word can begin nothing */
		while (at < to && wiki_is_word(c) && wiki_is_word(s[at]))
			buf_addc(&i->text, s[at++]);
	}
}

/* Breaks and blanks at both ends say nothing; a paragraph without content is none. */
static void
tidy(struct node *p)
{
	struct node *n, *keep = NULL;

	while (p->first != NULL && (p->first->type == NODE_HARD_BREAK ||
	    (p->first->type == NODE_TEXT && mark_find(p->first->marks, MARK_CODE) == NULL && text_is_blank(p->first->text, p->first->text_len))))
		p->first = p->first->next;
	for (n = p->first; n != NULL; n = n->next)
		if (n->type != NODE_HARD_BREAK && !(n->type == NODE_TEXT && mark_find(n->marks, MARK_CODE) == NULL &&
		    text_is_blank(n->text, n->text_len)))
			keep = n;
	p->last = keep;
	if (keep != NULL)
		keep->next = NULL;
	n = p->first;
	if (n != NULL && n->type == NODE_TEXT && mark_find(n->marks, MARK_CODE) == NULL)
		while (n->text_len > 0 && is_space(n->text[0]))
			n->text++, n->text_len--;
	if (keep != NULL && keep->type == NODE_TEXT && mark_find(keep->marks, MARK_CODE) == NULL)
		while (keep->text_len > 0 && is_space(keep->text[keep->text_len - 1]))
			keep->text_len--;
}

void
wiki_inlines(struct wiki *w, size_t from, size_t to, struct node *into, struct node *first)
{
	struct inl i = { .w = w, .into = into, .block = first, .one_block = first != NULL };
	struct node *before = into->last, *n, **link_to, *last = before;

	buf_init(&i.text, DOC_MAX_BYTES);
	memset(w->closer, 0, sizeof(w->closer));
	run(&i, from, to, 0);
	flush(&i);
	buf_release(&i.text);
	if (first != NULL) {
		tidy(first);
		return;
	}
	link_to = before != NULL ? &before->next : &into->first;
	for (n = *link_to; n != NULL; n = *link_to) {
		if (n->type == NODE_PARAGRAPH) {
			tidy(n);
			if (n->first == NULL) {
				*link_to = n->next;
				continue;
			}
		}
		last = n;
		link_to = &n->next;
	}
	into->last = last;
}
