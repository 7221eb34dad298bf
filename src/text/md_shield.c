/*
 * Three mistakes of md4c that lose content, and how they are kept from happening.
 *
 * 1. It looks for bare addresses and for emphasis in the targets of links, too, and then loses what follows in the same word:
 *    "[a](https://x.y)**b**", "_[a](/b_c)_". The signs in such targets are hidden behind bytes that UTF-8 does not have.
 *
 * 2. A blank line in a list item asks whether the item is empty by looking at its last eight bytes of notes, which may be those
 *    of a line: { begin, end } or { end, indent }. When the first byte of these happens to be 4 (the code of "list item"), what
 *    follows is put outside the list. Only blocks that end by themselves - fenced code, headings - come before a blank line so. Which
 *    lines are at risk depends on their distance from the text's start: blank lines before it move them.
 *
 * 3. It wants three signs in each cell of the row under a table's head, where GitHub wants one dash: "|-|:-|". Such rows are made longer.
 */
#include "text/md_shield.h"

#include "base/str.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* What md4c must not see in the target of a link, and what stands for it meanwhile: no bytes of UTF-8. */
static const char hidden_signs[] = { ':', '*', '_', '~' };

enum { HIDDEN = 0xfc, MAX_TARGET = 4096, MAX_TITLE = 256 };	/* 0xfc and the three behind it */

static bool
is_address(const char *s, size_t len)
{
	static const char *const schemes[] = { "https://", "http://", "ftp://" };

	for (size_t k = 0; k < LEN(schemes); k++)
		if (len >= strlen(schemes[k]) && strncasecmp(s, schemes[k], strlen(schemes[k])) == 0)
			return true;
	return false;
}

/* Another target begins at s: the one before it has no end, and is none. */
static bool
is_next(const char *s, size_t len, size_t i)
{
	return i + 1 < len && s[i] == ']' && s[i + 1] == '(';
}

/* Where the title that begins with the quote at s[i] ends, behind its other quote; 0: it is none. */
static size_t
title_end(const char *s, size_t len, size_t i)
{
	char quote = s[i++];

	len = len < i + MAX_TITLE ? len : i + MAX_TITLE;
	while (i < len && s[i] != quote)
		i += s[i] == '\\' ? 2 : 1;
	for (i++; i < len && s[i] == ' '; i++)
		;
	return i < len && s[i] == ')' ? i : 0;
}

/* How far the target at s ("](http://... "title")") goes in which signs are to be hidden; its address alone: *ret_address. */
static size_t
target_end(const char *s, size_t len, size_t *ret_address)
{
	size_t i = 2, title;
	int open = 0;

	while (i < len && s[i] == ' ')
		i++;
	if (i < len && s[i] == '<')
		while (i < len && s[i] != '>' && s[i] != '\n' && !is_next(s, len, i))
			i += s[i] == '\\' ? 2 : 1;
	else
		for (; i < len && s[i] != ' ' && s[i] != '\n' && (s[i] != ')' || open > 0) && !is_next(s, len, i); i++)
			open += s[i] == '(' ? 1 : s[i] == ')' ? -1 : 0;
	i = i < len ? i : len;
	*ret_address = i;
	for (; i < len && (s[i] == ' ' || s[i] == '>'); i++)
		;
	if (i < len && (s[i] == '"' || s[i] == '\'') && (title = title_end(s, len, i)) > 0)
		return title;
	return *ret_address;
}

static size_t
sign_of(char c)
{
	return c == ':' ? 0 : c == '*' ? 1 : c == '_' ? 2 : c == '~' ? 3 : sizeof(hidden_signs);
}

/* In order: of two targets that overlap the second may have earlier ones. */
static void
note_hidden(struct md_shield *sh, struct arena *a, uint32_t at)
{
	size_t i;

	if (sh->nhidden == sh->room) {
		size_t want = sh->room > 0 ? sh->room * 2 : 64;

		sh->hidden = arena_grow(a, sh->hidden, sh->room * sizeof(*sh->hidden), want * sizeof(*sh->hidden));
		sh->room = want;
	}
	for (i = sh->nhidden++; i > 0 && sh->hidden[i - 1] > at; i--)
		sh->hidden[i] = sh->hidden[i - 1];
	sh->hidden[i] = at;
}

/* Hides what is to be hidden in the target at s, a part of the copy. */
static void
hide_in_target(struct md_shield *sh, struct arena *a, char *s, size_t len)
{
	size_t i = 2, address, end = target_end(s, len, &address);
	bool is_url;

	while (i < address && (s[i] == ' ' || s[i] == '<'))
		i++;
	if (memchr(s + i, ')', len - i) == NULL)
		return;
	is_url = is_address(s + i, address - i);
	for (; i < end; i++) {
		size_t sign = sign_of(s[i]);

		if (s[i] == '\\') {	/* what is escaped is no sign */
			i++;
			continue;
		}

		if (sign == sizeof(hidden_signs) ||
		    (s[i] == ':' && !(is_url && i < address) && !(i > address && i + 2 < end && s[i + 1] == '/' && s[i + 2] == '/')))
			continue;
		note_hidden(sh, a, (uint32_t)(s + i - sh->copy));
		s[i] = (char)(HIDDEN + sign);
	}
}

/* Whether there is a sign of emphasis in the target or in the word that it ends. */
static bool
is_at_risk(const char *s, size_t len)
{
	size_t address, end = target_end(s, len, &address);

	for (size_t i = 2; i < len && (i < end || (s[i] != ' ' && s[i] != '\n' && !is_next(s, len, i))); i++)
		if (s[i] == '*' || s[i] == '_' || s[i] == '~' || (i > address && s[i] == ':'))
			return true;
	return false;
}

/* How far s holds nothing hidden, eight bytes at once. */
static size_t
shown_run(const char *s, size_t len)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	size_t i = 0;

	while (i < len) {
		uint64_t word;

		if (len - i >= sizeof(word)) {
			memcpy(&word, s + i, sizeof(word));
			word = ~(word | ones * 3);	/* a byte of 0xfc and more is 0 now */
			if (((word - ones) & ~word & ones << 7) == 0) {
				i += sizeof(word);
				continue;
			}
		}
		if ((unsigned char)s[i] >= HIDDEN)
			break;
		i++;
	}
	return i;
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* A line, and where its content begins (behind quote markers) and ends, as offsets in the text. */
struct line {
	size_t begin, end, stop;
};

static struct line
line_in(const char *s, size_t at, size_t stop)
{
	struct line l = { .begin = at, .end = stop, .stop = stop };

	while (l.end > at && is_space(s[l.end - 1]))
		l.end--;
	while (l.begin < l.end && (is_space(s[l.begin]) || s[l.begin] == '>'))
		l.begin++;
	return l;
}

static bool
has_heading(const char *s, const struct line *l)
{
	const char *sign = memchr(s + l->begin, '#', l->end - l->begin);

	return sign != NULL && (size_t)(sign - s) - l->begin < 16;	/* perhaps behind markers */
}

/* A rule, or the line below a heading: nothing but its signs, perhaps behind the marker of an item. */
static bool
is_rule(const char *s, const struct line *l)
{
	size_t i = l->end;

	while (i > l->begin && (s[i - 1] == '*' || s[i - 1] == '-' || s[i - 1] == '_' || s[i - 1] == '=' || is_space(s[i - 1])))
		i--;
	return i < l->end && (i == l->begin || s[i - 1] == '.' || s[i - 1] == ')' || s[i - 1] == '+');
}

enum { RISKY = 4, TURNS = 256 };	/* md4c's number of a list item; of the values of a byte */

struct risks {
	bool bad[TURNS];	/* so many bytes before the text would make it happen */
	size_t longer;		/* by how much rows above have become longer */
};

/* A line whose notes md4c may take for a list item, if the text begins so many bytes further down. */
static void
note_risk(struct risks *r, const char *s, const struct line *l)
{
	r->bad[(RISKY - l->end - r->longer) % TURNS] = r->bad[(RISKY - l->stop - r->longer) % TURNS] = true;
	for (size_t i = l->begin; i < l->end; i++) {	/* where its words begin */
		r->bad[(RISKY - i - r->longer) % TURNS] = true;
		if (s[i] >= 'A')	/* no marker */
			break;
	}
}

/* The line `one`, with `two` above it and an empty one below. */
static void
note_risks(struct risks *r, const char *s, const struct line *two, const struct line *one, bool last)
{
	bool fence = s[one->begin] == '`' || s[one->begin] == '~', rule = is_rule(s, one);

	if (fence || rule)
		note_risk(r, s, two);
	if (rule || last || has_heading(s, one) || s[one->end - 1] == '>')
		note_risk(r, s, one);
}

/* --- rows of dashes --- */

/* How many dashes the row at s is short of, if it is one that may stand under a table's head: "|" and cells by turns. */
static size_t
row_lacks(const char *s, size_t len)
{
	size_t lacks = 0, pipes = 0;
	bool cell = false;	/* since the last pipe */

	for (size_t i = 0; i < len;) {
		size_t from = i, dashes = 0;

		if (is_space(s[i])) {
			i++;
			continue;
		}
		if (s[i] == '|') {
			if (!cell && i > 0)
				return 0;
			cell = false;
			pipes++;
			i++;
			continue;
		}
		i += s[i] == ':';
		for (; i < len && s[i] == '-'; i++)
			dashes++;
		i += i < len && s[i] == ':';
		if (cell || dashes == 0 || (i < len && s[i] != '|' && !is_space(s[i])))
			return 0;
		cell = true;
		lacks += i - from < 3 ? 3 - (i - from) : 0;
	}
	return pipes > 0 ? lacks : 0;
}

/* The row with at least three signs a cell; its length. */
static size_t
lengthen(char *out, const char *s, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len;) {
		size_t from = i;

		while (i < len && s[i] != '|' && !is_space(s[i]))
			i++;
		if (i == from) {
			out[at++] = s[i++];
			continue;
		}
		if (s[from] == ':')
			out[at++] = s[from++];
		for (size_t n = i - from + (from > 0 && s[from - 1] == ':'); n < 3; n++)
			out[at++] = '-';
		memcpy(out + at, s + from, i - from);
		at += i - from;
	}
	return at;
}

/* Notes the row from begin to stop in the text, if it is one that is too short; how short it is. */
static size_t
note_row(struct md_shield *sh, struct arena *a, size_t begin, size_t stop)
{
	const char *s = sh->text;
	size_t lacks;

	while (stop > begin && is_space(s[stop - 1]))
		stop--;
	lacks = row_lacks(s + begin, stop - begin);
	if (lacks == 0)
		return 0;
	if (sh->nrows == sh->row_room) {
		size_t want = sh->row_room > 0 ? sh->row_room * 2 : 16;

		sh->rows = arena_grow(a, sh->rows, sh->row_room * sizeof(*sh->rows), want * sizeof(*sh->rows));
		sh->row_room = want;
	}
	sh->rows[sh->nrows++] = (struct shield_row){ .was = s + begin, .was_len = stop - begin };
	return lacks;
}

/* The text with the rows that were noted, longer. */
static void
lengthen_rows(struct md_shield *sh, struct arena *a)
{
	const char *s = sh->text;
	size_t more = 0, from = 0, at = 0;

	for (size_t i = 0; i < sh->nrows; i++)
		more += row_lacks(sh->rows[i].was, sh->rows[i].was_len);
	sh->copy = arena_alloc(a, sh->len + more + 1);
	for (size_t i = 0; i < sh->nrows; i++) {
		struct shield_row *r = &sh->rows[i];
		size_t begin = (size_t)(r->was - s);

		memcpy(sh->copy + at, s + from, begin - from);
		at += begin - from;
		r->at = at;
		r->len = lengthen(sh->copy + at, r->was, r->was_len);
		at += r->len;
		from = begin + r->was_len;
	}
	memcpy(sh->copy + at, s + from, sh->len - from);
	sh->len += more;
	sh->copy[sh->len] = '\0';
	sh->text = sh->copy;
}

/* The row that begins at s. Parts of the text are asked for mostly in order. */
static const struct shield_row *
row_at(struct md_shield *sh, const char *s)
{
	size_t at = (size_t)(s - sh->text);

	if (s < sh->text || at >= sh->len)
		return NULL;
	while (sh->next_row > 0 && sh->rows[sh->next_row - 1].at >= at)
		sh->next_row--;
	while (sh->next_row < sh->nrows && sh->rows[sh->next_row].at < at)
		sh->next_row++;
	return sh->next_row < sh->nrows && sh->rows[sh->next_row].at == at ? &sh->rows[sh->next_row] : NULL;
}

/* Whether a line that begins so can stand in a list. */
static bool
may_be_item(char c)
{
	return is_space(c) || c == '>' || c == '-' || c == '*' || c == '+' || (c >= '0' && c <= '9');
}

/*
 * Looks at every line: notes rows that are too short, and returns how many line ends before the text keep every line from being
 * taken for a list item.
 */
static size_t
look(struct md_shield *sh, struct arena *a)
{
	const char *s = sh->text;
	struct risks r = { .longer = 0 };
	size_t len = sh->len, two = 0, one = 0, n = 0;		/* two, one: where the lines above begin */

	for (size_t at = 0, stop; at < len; two = one, one = at, at = stop + 1) {
		const char *nl = memchr(s + at, '\n', len - at);
		size_t i = at;

		stop = nl != NULL ? (size_t)(nl - s) : len;
		while (i < stop && (is_space(s[i]) || s[i] == '>'))
			i++;
		if (i < stop) {
			if ((s[i] == '|' || s[i] == '-' || s[i] == ':') && row_lacks(s + i, stop - i) > 0 &&
			    memchr(s + one, '|', at - one) != NULL && memchr(s + two, '|', one - two) == NULL)
				r.longer += note_row(sh, a, i, stop);
		} else if (at > 0 && may_be_item(s[one])) {
			struct line above = line_in(s, one, at - 1), over = line_in(s, two, one > 0 ? one - 1 : 0);

			if (above.begin < above.end)
				note_risks(&r, s, &over, &above, stop + 1 < len && s[stop + 1] == '\n');
		}
	}
	while (n < TURNS && r.bad[n])
		n++;
	return n < TURNS ? n : 0;
}

struct md_shield
shield_up(struct arena *a, const char *s, size_t len)
{
	struct md_shield sh = { .text = s, .len = len };
	size_t before = look(&sh, a);

	if (sh.nrows > 0)
		lengthen_rows(&sh, a);
	if (before > 0) {
		char *copy = arena_alloc(a, before + sh.len + 1);

		memset(copy, '\n', before);
		memcpy(copy + before, sh.text, sh.len);
		copy[before + sh.len] = '\0';
		sh.text = sh.copy = copy;
		sh.len += before;
		for (size_t i = 0; i < sh.nrows; i++)
			sh.rows[i].at += before;
	}
	for (size_t i = 0; i + 2 < sh.len; i++) {
		const char *p = memchr(sh.text + i, ']', sh.len - 2 - i);
		size_t reach;

		if (p == NULL)
			break;
		i = (size_t)(p - sh.text);
		if (p[1] != '(')
			continue;
		reach = sh.len - i < MAX_TARGET ? sh.len - i : MAX_TARGET;
		if (!is_at_risk(p, reach))
			continue;
		if (sh.copy == NULL)
			sh.text = sh.copy = arena_strndup(a, sh.text, sh.len);
		hide_in_target(&sh, a, sh.copy + i, reach);
	}
	return sh;
}

void
shield_down(struct md_shield *sh)
{
	for (size_t i = 0; i < sh->nhidden; i++) {
		char *at = sh->copy + sh->hidden[i];

		*at = hidden_signs[(unsigned char)*at - HIDDEN];
	}
}

void
shield_show(const struct md_shield *sh, char *s, size_t len)
{
	if (sh->nhidden == 0)
		return;
	for (size_t i = shown_run(s, len); i < len; i += 1 + shown_run(s + i + 1, len - i - 1))
		s[i] = hidden_signs[(unsigned char)s[i] - HIDDEN];
}

/* Whether the part at s, in the text, holds nothing hidden. Parts mostly come in order: `next` is the first sign behind the last. */
static bool
is_clear(struct md_shield *sh, const char *s, size_t len)
{
	size_t at = (size_t)(s - sh->text);

	if (s < sh->text || at + len > sh->len)
		return shown_run(s, len) == len;
	while (sh->next > 0 && sh->hidden[sh->next - 1] >= at)
		sh->next--;
	while (sh->next < sh->nhidden && sh->hidden[sh->next] < at)
		sh->next++;
	return sh->next == sh->nhidden || sh->hidden[sh->next] >= at + len;
}

const char *
shield_seen(struct md_shield *sh, struct arena *a, const char *s, size_t *len)
{
	const struct shield_row *row = sh->nrows > 0 ? row_at(sh, s) : NULL;
	char *copy;

	if (row != NULL && *len == row->len) {	/* of no table: code, or a line of text */
		*len = row->was_len;
		return row->was;
	}
	if (sh->nhidden == 0 || is_clear(sh, s, *len))
		return s;
	copy = arena_strndup(a, s, *len);
	shield_show(sh, copy, *len);
	return copy;
}
