/*
 * Jira wiki markup, the inline part: *strong*, _em_, emoticons, colour. (Links and pictures: wiki_link.c.)
 *
 * Rules as Jira has them: a delimiter opens where no letter or digit stands before it and no space
 * after it; it closes, on the same line, where no space stands before it and no letter or digit
 * after it. {*}x{*} works anywhere. A backslash takes the meaning from the character after it.
 *
 * The search for a closing delimiter remembers its last result, so a line of openers without
 * closers costs one pass, not one pass each.
 */
#include "text/wiki_inl.h"

#include "base/str.h"

#include <string.h>

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

bool
inl_is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct node *
inl_block(struct inl *i)
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

void
inl_flush(struct inl *i)
{
	struct node *n;

	if (i->text.len == 0)
		return;
	n = node_text(i->w->d, arena_strndup(i->w->a, i->text.data, i->text.len), i->text.len);
	n->marks = marks_now(i);
	node_append(inl_block(i), n);
	buf_reset(&i->text);
}

struct node *
inl_add(struct inl *i, enum node_type t)
{
	struct node *n = node_new(i->w->d, t);

	inl_flush(i);
	n->marks = marks_now(i);
	node_append(inl_block(i), n);
	return n;
}

/* A block in the middle of a line: the paragraph ends before it and a new one begins after it. */
struct node *
inl_add_block(struct inl *i, enum node_type t)
{
	struct node *n = node_new(i->w->d, t);

	inl_flush(i);
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
		if (w->s[p] == c && !inl_is_space(w->s[p - 1]) && p > from && (p + 1 >= w->len || !wiki_is_word(w->s[p + 1])))
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
void
inl_plain(struct buf *out, const char *s, size_t len)
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

	inl_flush(i);
	if (sub != NULL)
		mark_set_str(i->w->d, m, "type", sub);
	i->marks = marks_with(i->w->d, was, m);
	if (t == MARK_CODE)
		inl_plain(&i->text, i->w->s + from, to - from);
	else
		inl_run(i, from, to, nest + 1);
	inl_flush(i);
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

	if (nest >= INL_MAX_NEST || (at > from && wiki_is_word(s[at - 1])) || at + 2 >= to || inl_is_space(s[at + 1]) || s[at + 1] == s[at])
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

/* The line's end, but no more than INL_MAX_SPAN away: what would be longer is no link and no phrase. */
static size_t
line_end(const struct wiki *w, size_t at, size_t to)
{
	size_t limit = to - at < INL_MAX_SPAN ? to : at + INL_MAX_SPAN;
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

	if (at + 5 > to || s[at + 2] != '}' || nest >= INL_MAX_NEST)
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
	emoji_set(i->w->d, inl_add(i, NODE_EMOJI), best);
	return at + len;
}

static size_t
status(struct inl *i, const struct wtag *t)
{
	const char *title = wiki_param(i->w, t, "title"), *color = wiki_param(i->w, t, "colour");
	struct node *n;

	if (title == NULL)
		return 0;
	n = inl_add(i, NODE_STATUS);
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
			inl_flush(i);
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

	while (end < to && s[end] == '-' && end - at < 4)
		end++;
	if ((end - at != 2 && end - at != 3) || (at > from && !inl_is_space(s[at - 1])) || (end < to && !inl_is_space(s[end])))
		return 0;
	buf_adds(&i->text, end - at == 2 ? "\xe2\x80\x93" : "\xe2\x80\x94");
	return end;
}

static size_t
citation(struct inl *i, size_t at, size_t from, size_t to, int nest)
{
	const char *s = i->w->s, *end;
	size_t limit = line_end(i->w, at, to);

	if (at + 5 > to || s[at + 1] != '?' || inl_is_space(s[at + 2]) || (at > from && wiki_is_word(s[at - 1])) || nest >= INL_MAX_NEST)
		return 0;
	end = limit > at + 2 ? memmem(s + at + 2, limit - at - 2, "??", 2) : NULL;
	if (end == NULL || end == s + at + 2)
		return 0;
	inl_flush(i);
	{
		struct mark *was = i->marks;

		i->marks = marks_with(i->w->d, was, mark_new(i->w->d, MARK_EM));
		buf_adds(&i->text, "\xe2\x80\x94 ");
		inl_run(i, at + 2, (size_t)(end - s), nest + 1);
		inl_flush(i);
		i->marks = was;
	}
	return (size_t)(end - s) + 2;
}

/* Whether another backslash follows in the same word: then two are no line break ("\\\\server\\share"). */
static bool
escaped_later(const char *s, size_t at, size_t to)
{
	size_t limit = to - at < INL_MAX_SPAN ? to : at + INL_MAX_SPAN;

	while (at < limit && !inl_is_space(s[at]) && s[at] != '\\')
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
		(void)inl_add(i, NODE_HARD_BREAK);
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
		(void)inl_add(i, NODE_HARD_BREAK);
		return at + 1;
	case '{':
		return brace(i, at, from, to, nest);
	case '[':
		return inl_link(i, at, to, nest);
	case '!':
		return inl_image(i, at, from, to);
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
		return inl_url(i, at, from, to);
	}
}

void
inl_run(struct inl *i, size_t from, size_t to, int nest)
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
		while (n->text_len > 0 && inl_is_space(n->text[0]))
			n->text++, n->text_len--;
	if (keep != NULL && keep->type == NODE_TEXT && mark_find(keep->marks, MARK_CODE) == NULL)
		while (keep->text_len > 0 && inl_is_space(keep->text[keep->text_len - 1]))
			keep->text_len--;
}

void
wiki_inlines(struct wiki *w, size_t from, size_t to, struct node *into, struct node *first)
{
	struct inl i = { .w = w, .into = into, .block = first, .one_block = first != NULL };
	struct node *before = into->last, *n, **link_to, *last = before;

	buf_init(&i.text, DOC_MAX_BYTES);
	memset(w->closer, 0, sizeof(w->closer));
	inl_run(&i, from, to, 0);
	inl_flush(&i);
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
