/*
 * Writes Jira wiki markup: the lines. Marks become delimiters, with braces ({*}x{*}, {{{}x{}}}) where a letter
 * stands beside them. A sign that would mean something gets a backslash; only the signs of Jira's list can have
 * one (wiki_can_escape), and a backslash itself cannot: what else must not be read is written as a character
 * reference, as pandoc does. An address in the text is a link anyway, and is written as it is.
 */
#include "text/wiki_writer.h"

#include "base/str.h"
#include "text/pieces.h"
#include "text/wiki.h"

#include <string.h>

static bool
is_ws(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_alnum(char c)
{
	return (unsigned char)c < 0x80 && wiki_is_word(c);
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

char
wiki_last_char(const struct wout *w)
{
	return w->out->len > 0 ? w->out->data[w->out->len - 1] : '\n';
}

/* Only blanks stand before offset i on its line, or since its item or cell began. */
static bool
starts(const struct wout *w, size_t i)
{
	const char *s = w->out->data;

	while (i > 0 && i != w->start && (s[i - 1] == ' ' || s[i - 1] == '\t'))
		i--;
	return i == 0 || i == w->start || s[i - 1] == '\n';
}

static bool
at_start(const struct wout *w)
{
	return starts(w, w->out->len);
}

/* Whether the text at a line's start would begin a block. */
static bool
begins_block(const char *s, size_t len)
{
	size_t i = 0;

	if (len >= 3 && s[0] == 'h' && s[1] >= '1' && s[1] <= '6' && s[2] == '.')
		return true;
	if (len >= 3 && memcmp(s, "bq.", 3) == 0)
		return true;
	if (len > 0 && s[0] == '|')
		return true;
	while (i < len && (s[i] == '*' || s[i] == '#' || s[i] == '-'))
		i++;
	return i > 0 && (i == len || is_ws(s[i]) || (s[0] == '-' && i >= 4));
}

/* A letter behind an emoticon makes it none; but an address may get a bracket. */
static bool
goes_on(char c)
{
	return is_alnum(c) && strchr("hfsH", c) == NULL;
}

static bool
emoticon_at(const char *s, size_t len, char after)
{
	static const char *const more[] = { ":-)", ":-(", ":-P", ":-p", ":-D", ";-)", ":p", "(*y)" };
	size_t k = 0;

	for (const struct emoji *e; (e = emoji_at(k)) != NULL; k++) {
		size_t n = e->wiki != NULL ? strlen(e->wiki) : 0;

		if (n > 0 && n <= len && memcmp(s, e->wiki, n) == 0 && !goes_on(n < len ? s[n] : after))
			return true;
	}
	for (size_t i = 0; i < LEN(more); i++) {
		size_t n = strlen(more[i]);

		if (n <= len && memcmp(s, more[i], n) == 0 && !goes_on(n < len ? s[n] : after))
			return true;
	}
	return false;
}

static void
reference(struct wout *w, char c)
{
	buf_addf(w->out, "&#%d;", (unsigned char)c);
}

/* "&name;" or "&#65;", known or not. */
static bool
is_reference(const char *s, size_t len)
{
	size_t i = 1;

	if (i < len && s[i] == '#')
		i++;
	else if (i < len && s[i] >= '0' && s[i] <= '9')
		return false;
	while (i < len && i < 12 && is_alnum(s[i]))
		i++;
	return i > 1 && i < len && s[i] == ';' && s[i - 1] != '#';
}

static bool
address_at(const char *s, size_t len)
{
	return len > 0 && strchr("hfsH", *s) != NULL && wiki_url_len(s, len) > 0;
}

/* Backslashes at s; returns how many. Two of them are a line break, and one takes the meaning of a sign behind it. */
static size_t
backslashes(struct wout *w, const char *s, size_t len, char after)
{
	size_t n = 0;
	char next;
	bool plain;

	while (n < len && s[n] == '\\')
		n++;
	next = n < len ? s[n] : after;
	plain = is_alnum(next) || (unsigned char)next >= 0x80 || (is_ws(next) && n < len) || strchr(":;.,'\"/=<>$`", next) != NULL;
	if (next == '\n' && n == len)
		plain = !w->one_line && !w->tight;
	if (n == 2) {	/* no break where another follows in the same word */
		size_t i = n;

		while (i < len && !is_ws(s[i]) && s[i] != '\\')
			i++;
		plain &= i + 1 < len && s[i] == '\\' && is_alnum(s[i + 1]) && !address_at(s + i + 1, len - i - 1);
	}
	plain &= wiki_last_char(w) != '\\' && next != '\0' && !address_at(s + n, len - n);
	for (size_t i = 0; i < n; i++) {
		if (plain)
			buf_addc(w->out, '\\');
		else
			reference(w, '\\');
	}
	return n;
}

/* Whether the delimiter c of mark t must not be one here; between letters it never is. */
static bool
delimits(const struct wout *w, enum mark_type t, char prev, char next)
{
	if (is_alnum(prev) && is_alnum(next))
		return false;
	return (w->marks & 1u << t) != 0 || (!is_alnum(prev) && !is_ws(next)) || (!is_ws(prev) && !is_alnum(next));
}

static bool
must_escape(const struct wout *w, char c, char prev, char next)
{
	switch (c) {
	case '*':
		return delimits(w, MARK_STRONG, prev, next);
	case '_':
		return delimits(w, MARK_EM, prev, next);
	case '+':
		return delimits(w, MARK_UNDERLINE, prev, next);
	case '^':
	case '~':
		return delimits(w, MARK_SUBSUP, prev, next) || (c == '~' && prev == '[');
	case '-':
		return delimits(w, MARK_STRIKE, prev, next);
	case '{':
	case '[':
		return true;
	case '}':
		return next == '}' || w->code;
	case ']':
		return w->links > 0;
	case '!':
		return w->links > 0 || (!is_alnum(prev) && !is_ws(next));	/* two of them in a link would hide its bar */
	case '?':
		return next == '?' || prev == '?';
	case '|':
		return w->cell || w->links > 0;
	default:
		return false;
	}
}

/* "http://" at s + i - 4, where address() found none to write: its colon would make it one with what follows. */
static bool
scheme_colon(const struct wout *w, const char *s, size_t i, size_t len)
{
	size_t at = i;

	if (w->links > 0 || w->code || i + 2 >= len || s[i + 1] != '/' || s[i + 2] != '/')
		return false;
	while (at > 0 && is_alnum(s[at - 1]))
		at--;
	return at < i && strchr("hfsH", s[at]) != NULL && !(at > 0 && wiki_is_word(s[at - 1]));
}

/* An address at s that nothing but itself needs: how long it is, and written. */
static size_t
address(struct wout *w, const char *s, size_t len, char after)
{
	static const struct { char c; enum mark_type t; } delims[] = {
		{ '*', MARK_STRONG }, { '_', MARK_EM }, { '-', MARK_STRIKE }, { '+', MARK_UNDERLINE }, { '^', MARK_SUBSUP }, { '~', MARK_SUBSUP },
	};
	size_t n = w->links > 0 || w->code ? 0 : wiki_url_len(s, len), end = n;
	bool bracket;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < LEN(delims); k++)
			if (s[i] == delims[k].c && w->marks & 1u << delims[k].t && !is_alnum(i + 1 < n ? s[i + 1] : ' '))
				return 0;
	while (end < len && strchr(".,;:!?)('*", s[end]) != NULL)
		end++;
	bracket = end == len ? !is_ws(after) && !(after == '|' && w->cell) : strchr("\\{}[]|", s[end]) != NULL;
	if (bracket)
		buf_addc(w->out, '[');
	buf_add(w->out, s, n);
	if (bracket)
		buf_addc(w->out, ']');
	return n;
}

/* Whether only delimiters that look like a list's marker stand before this on its line: "*#* a". */
static bool
in_marker(const struct wout *w)
{
	const char *s = w->out->data;
	size_t i = w->out->len;

	while (i > 0 && i != w->start && strchr("*#-", s[i - 1]) != NULL)
		i--;
	return i < w->out->len && starts(w, i);
}

/* Text; after is what follows, '\n' at a border. */
static void
write_text(struct wout *w, const char *s, size_t len, char after)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i], prev = wiki_last_char(w), next = i + 1 < len ? s[i + 1] : after;
		size_t n;

		if (c == '\n' || c == '\r')
			c = ' ';
		if (!is_alnum(c) && w->links == 0 && !w->code && address_at(s + i + 1, len - i - 1))
			next = '[';	/* which may come before an address */
		if (c == '\\') {
			i += backslashes(w, s + i, len - i, after) - 1;
			continue;
		}
		if ((c == 'h' || c == 'f' || c == 's' || c == 'H') && !wiki_is_word(prev) && (n = address(w, s + i, len - i, after)) > 0) {
			i += n - 1;
			continue;
		}
		if (c == ':' && scheme_colon(w, s, i, len)) {
			reference(w, c);
			continue;
		}
		if (strchr("hb*#-|", c) != NULL && c != '\0' && !w->code && at_start(w) && begins_block(s + i, len - i)) {
			if (c == 'h' || c == 'b') {	/* a letter cannot be escaped, and a full stop neither */
				buf_add(w->out, s + i, 2);
				reference(w, '.');
				i += 2;
				continue;
			}
			buf_addc(w->out, '\\');
		} else if ((c == '(' || c == ':' || c == ';') && emoticon_at(s + i, len - i, after)) {
			if (c == '(') {
				buf_addc(w->out, '\\');
			} else if (strchr(")(-", next) != NULL) {
				buf_addc(w->out, c);
				buf_addc(w->out, '\\');
				c = next;
				i++;
			} else {
				reference(w, c);
				continue;
			}
		} else if (c == '&' && is_reference(s + i, len - i)) {
			reference(w, c);
			continue;
		} else if (must_escape(w, c, prev, next) || (i == 0 && strchr("*#-", c) != NULL && in_marker(w))) {
			buf_addc(w->out, '\\');
		}
		buf_addc(w->out, c);
	}
}

void
wiki_write_plain(struct wout *w, const char *s)
{
	write_text(w, s, strlen(s), '\n');
}

void
wiki_write_target(struct wout *w, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '|' || *s == ']' || *s == '\n' || *s == '[')
			buf_addf(w->out, "%%%02X", (unsigned)(unsigned char)*s);
		else
			buf_addc(w->out, *s);
	}
}

void
wiki_write_image(struct wout *w, const struct node *m)
{
	static const char ends[] = ",!|{}\n";	/* what would end an alternative text */
	const char *type = node_str(m, "type"), *props = node_str(m, "_props"), *alt = node_str(m, "alt");
	const char *name = type != NULL && strcmp(type, "external") == 0 ? node_str(m, "url") : node_str(m, "id");

	if (name == NULL)
		return;
	buf_addf(w->out, "!%s", name);
	if (props != NULL) {
		buf_addf(w->out, "|%s", props);
	} else if (alt != NULL && !text_is_blank(alt, strlen(alt))) {
		struct arena *a = arena_new();
		char *plain = str_trim(a, alt, strlen(alt));

		if (strpbrk(plain, ends) != NULL)
			lossy_add(w->d->lossy, "signs in a picture's alternative text", alt);
		for (char *c = plain; (c = strpbrk(c, ends)) != NULL;)
			*c = ' ';
		buf_addf(w->out, "|alt=%s", str_trim(a, plain, strlen(plain)));
		arena_free(a);
	}
	buf_addc(w->out, '!');
}

static void
write_mention(struct wout *w, const struct node *n)
{
	const char *id = node_str(n, "id");

	if (id == NULL) {
		const char *name = or_empty(node_str(n, "text"));

		lossy_add(w->d->lossy, "mention without a known user", name);
		wiki_write_plain(w, name);
	} else if (strchr(id, ':') != NULL || (strlen(id) == 24 && strspn(id, "0123456789abcdef") == 24)) {
		buf_addf(w->out, "[~accountid:%s]", id);
	} else {
		buf_addf(w->out, "[~%s]", id);
	}
}

/* White space beside marks. A line has none at its beginning: one of nothing else would end an item. */
static void
write_blank(struct wout *w, char c)
{
	if (!at_start(w))
		buf_addc(w->out, c == '\t' ? '\t' : ' ');
}

/* White space at both ends of code stands before and behind it. */
static void
write_code(struct wout *w, const char *s, size_t len, bool word_after)
{
	size_t core = len;
	bool forced, was = w->code;

	for (; len > 0 && is_ws(*s); s++, len--, core--)
		write_blank(w, *s);
	while (core > 0 && is_ws(s[core - 1]))
		core--;
	if (core == 0)
		return;
	forced = wiki_is_word(wiki_last_char(w)) || (core == len && word_after);
	buf_adds(w->out, forced ? "{{{}" : "{{");
	w->code = true;
	write_text(w, s, core, '}');
	w->code = was;
	buf_adds(w->out, forced ? "{}}}" : "}}");
	for (; core < len; core++)
		write_blank(w, s[core]);
}

/* Two line ends would end the paragraph. */
static void
write_break(struct wout *w)
{
	buf_adds(w->out, w->one_line || w->cell || at_start(w) ? "\\\\ " : "\n");
}

static void
write_atom(struct wout *w, const struct node *n, char after)
{
	const struct emoji *e;
	const char *s;
	struct arena *a;

	switch ((int)n->type) {	/* the inline types */
	case NODE_HARD_BREAK:
		write_break(w);
		return;
	case NODE_MENTION:
		write_mention(w, n);
		return;
	case NODE_EMOJI:
		s = or_empty(node_str(n, "shortName"));
		e = emoji_by_name(s, strlen(s));
		if (e != NULL && e->wiki != NULL && !is_alnum(after))
			buf_adds(w->out, e->wiki);
		else if (node_str(n, "text") != NULL)
			buf_adds(w->out, node_str(n, "text"));
		else
			buf_adds(w->out, s);
		return;
	case NODE_DATE:
		a = arena_new();
		buf_adds(w->out, node_str(n, "timestamp") != NULL ? date_of_timestamp(a, node_str(n, "timestamp")) : "");
		arena_free(a);
		lossy_add(w->d->lossy, "date", NULL);
		return;
	case NODE_STATUS:
		s = or_empty(node_str(n, "text"));
		write_code(w, s, strlen(s), true);
		lossy_add(w->d->lossy, "status", s);
		return;
	case NODE_PLACEHOLDER:
		lossy_add(w->d->lossy, "placeholder", node_str(n, "text"));
		return;
	case NODE_INLINE_CARD:
		s = or_empty(node_str(n, "url"));
		buf_addc(w->out, '[');
		wiki_write_target(w, s);
		buf_addc(w->out, '|');
		wiki_write_target(w, s);
		buf_adds(w->out, "|smart-link]");
		return;
	case NODE_MEDIA_INLINE:
		wiki_write_image(w, n);
		return;
	default:
		lossy_add(w->d->lossy, "inline element", node_str(n, "_label") != NULL ? node_str(n, "_label") : node_str(n, "extensionKey"));
		return;
	}
}

static char
border(const struct pieces *p, size_t i, bool right)
{
	const struct piece *at;

	if (right ? i + 1 >= p->count : i == 0)
		return '\n';
	at = &p->at[right ? i + 1 : i - 1];
	if (at->kind == PIECE_TEXT && !at->code)
		return right ? at->text[0] : at->text[at->len - 1];
	return at->kind == PIECE_NODE && at->node->type == NODE_HARD_BREAK ? '\n' : '(';
}

/* Whether a letter or digit stands beside piece i. */
static bool
beside_word(const struct pieces *p, size_t i, bool right)
{
	const struct piece *at;

	if (right ? i + 1 >= p->count : i == 0)
		return false;
	at = &p->at[right ? i + 1 : i - 1];
	if (at->kind == PIECE_NODE)
		return at->node->type == NODE_EMOJI || at->node->type == NODE_DATE;
	return wiki_is_word(border(p, i, right));
}

/* Which delimiter the mark at piece o becomes; "" for a mark that wiki markup does not have. */
static void
decide(struct pieces *p, size_t o)
{
	struct piece *open = &p->at[o], *close = &p->at[open->pair];
	const char *sub = mark_str(open->mark, "type"), *plain, *forced;

	switch ((int)open->mark->type) {	/* the shown ones */
	case MARK_STRONG: plain = "*"; forced = "{*}"; break;
	case MARK_EM: plain = "_"; forced = "{_}"; break;
	case MARK_STRIKE: plain = "-"; forced = "{-}"; break;
	case MARK_UNDERLINE: plain = "+"; forced = "{+}"; break;
	case MARK_SUBSUP:
		plain = sub != NULL && strcmp(sub, "sup") == 0 ? "^" : "~";
		forced = plain[0] == '^' ? "{^}" : "{~}";
		break;
	case MARK_TEXT_COLOR:
		open->delim = arena_printf(p->a, "{color:%s}", or_empty(mark_str(open->mark, "color")));
		close->delim = "{color}";
		return;
	case MARK_LINK:
		open->delim = "[";
		close->delim = "]";	/* the target is written with it */
		return;
	default:
		open->delim = close->delim = "";
		return;
	}
	if (beside_word(p, o, false) || beside_word(p, open->pair, true) ||
	    (open->mark->type == MARK_STRIKE && (border(p, o, false) == '-' || border(p, open->pair, true) == '-')))
		plain = forced;
	open->delim = close->delim = plain;
}

/* What ends a link: its target, or nothing where its text is the target. t is its CLOSE; opened is where its text begins in the output. */
static void
end_link(struct wout *w, const struct piece *t, size_t i, size_t opened)
{
	const char *href = or_empty(mark_str(t->mark, "href")), *title = mark_str(t->mark, "title");
	const struct piece *only = t - 1;

	if (t->pair + 2 == i && only->kind == PIECE_TEXT && !only->code && only->len == strlen(href) && memcmp(only->text, href, only->len) == 0 &&
	    strpbrk(href, "|[]") == NULL && or_empty(title)[0] == '\0') {
		buf_truncate(w->out, opened);
		buf_adds(w->out, href);
		return;
	}
	buf_addc(w->out, '|');
	wiki_write_target(w, href);
	if (or_empty(title)[0] == '\0')
		return;
	buf_addc(w->out, '|');
	for (; *title != '\0'; title++) {
		if (strchr("|[]{}!\\", *title) != NULL || (*title == '&' && is_reference(title, strlen(title))))
			reference(w, *title);
		else
			buf_addc(w->out, *title == '\n' ? ' ' : *title);
	}
}

/* Blanks that follow the marks which open at piece i stand before them. */
static void
blanks_first(struct wout *w, struct pieces *p, size_t i)
{
	for (size_t k = i; k < p->count; k++) {
		struct piece *t = &p->at[k];

		if (t->kind == PIECE_OPEN || (t->kind == PIECE_CLOSE && t->pair >= i))
			continue;
		if (t->kind != PIECE_TEXT)
			return;
		for (; t->len > 0 && is_ws(*t->text); t->text++, t->len--)
			write_blank(w, *t->text);
		if (t->len > 0)
			return;
	}
}

/* And those at the end of piece i behind the marks that close there: cut off here, and returned. */
static struct piece
blanks_last(struct pieces *p, size_t i)
{
	struct piece *t = &p->at[i], rest = *t;

	if (i + 1 < p->count && p->at[i + 1].kind == PIECE_CLOSE)
		while (t->len > 0 && is_ws(t->text[t->len - 1]))
			t->len--;
	rest.text += t->len;
	rest.len -= t->len;
	return rest;
}

void
wiki_write_inlines(struct wout *w, const struct node *first, bool one_line)
{
	struct pieces_opts o = { .ends = true };
	struct pieces p = { .a = arena_new() };
	struct piece rest = { .len = 0 };	/* blanks that wait for marks to close */
	bool was = w->one_line;

	o.trimmed = 1u << MARK_STRONG | 1u << MARK_EM | 1u << MARK_STRIKE | 1u << MARK_UNDERLINE | 1u << MARK_SUBSUP | 1u << MARK_LINK;
	o.shown = o.trimmed | 1u << MARK_TEXT_COLOR;
	w->one_line = one_line;
	pieces_make(&p, first, &o);
	for (const struct node *n = first; n != NULL; n = n->next)
		if (mark_find(n->marks, MARK_BACKGROUND) != NULL)
			lossy_add(w->d->lossy, "background colour", NULL);
	for (size_t i = 0; i < p.count; i++)
		if (p.at[i].kind == PIECE_OPEN)
			decide(&p, i);
	for (size_t i = 0; i < p.count; i++) {
		const struct piece *t = &p.at[i];
		char after = border(&p, i, true);

		if (after == '\n' && (w->cell || w->one_line))	/* a break there is two backslashes */
			after = i + 1 < p.count ? '\\' : w->cell ? '|' : '\n';
		if (t->kind != PIECE_CLOSE) {
			for (; rest.len > 0; rest.text++, rest.len--)
				write_blank(w, *rest.text);
		}
		switch (t->kind) {
		case PIECE_TEXT:
			rest = blanks_last(&p, i);
			if (t->code)
				write_code(w, t->text, t->len, beside_word(&p, i, true) || after == '}');
			else
				write_text(w, t->text, t->len, after);
			break;
		case PIECE_NODE:
			write_atom(w, t->node, after);
			break;
		case PIECE_OPEN:
			blanks_first(w, &p, i);
			w->links += t->mark->type == MARK_LINK;
			w->marks |= 1u << t->mark->type;
			buf_adds(w->out, t->delim);
			p.at[i].len = w->out->len;
			break;
		case PIECE_CLOSE:
			w->marks &= ~(1u << t->mark->type);
			w->links -= t->mark->type == MARK_LINK;
			if (w->out->len == p.at[t->pair].len) {	/* around nothing */
				buf_truncate(w->out, w->out->len - strlen(p.at[t->pair].delim));
				break;
			}
			if (t->mark->type == MARK_LINK)
				end_link(w, t, i, p.at[t->pair].len);
			buf_adds(w->out, t->delim);
			break;
		case PIECE_RAW:
			break;
		}
	}
	w->one_line = was;
	arena_free(p.a);
}
