/*
 * Reads Jira wiki markup: the blocks.
 *
 * First all tags of known macros are found and paired, once ({code} and {noformat} hide what is
 * inside them); so every later question "where does this end?" is a look into a table. Then the
 * text is cut into blocks line by line: headings, rules, lists, tables, quotes; a macro with a body
 * may begin in the middle of a line and ends the paragraph there. Inline content: wiki_inline.c.
 */
#include "text/wiki.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BODIES = 5 };	/* bodies (quote, panel, cell) inside each other */

static const struct macro {
	const char *name;
	bool raw;	/* its body is plain text */
	bool body;	/* it ends a paragraph and has a body */
	bool single;	/* it has no body */
} macros[] = {
	{ "code", true, true, false }, { "noformat", true, true, false }, { "quote", false, true, false },
	{ "panel", false, true, false }, { "color", false, false, false }, { "anchor", false, false, true },
	{ "status", false, false, true }, { "expand", false, true, false }, { "info", false, true, false },
	{ "tip", false, true, false }, { "note", false, true, false }, { "warning", false, true, false },
};

static void blocks(struct wiki *, size_t from, size_t to, struct node *into, int depth);

static const struct macro *
macro_named(const char *s, size_t len)
{
	for (size_t i = 0; i < LEN(macros); i++)
		if (strlen(macros[i].name) == len && memcmp(macros[i].name, s, len) == 0)
			return &macros[i];
	return NULL;
}

static const struct macro *
macro_of(const struct wtag *t)
{
	return macro_named(t->name, strlen(t->name));
}

/* Pairs tag k with an open one of its name, or opens it. open[] has the index of the innermost open tag by macro. */
static void
pair(struct wiki *w, size_t k, size_t *open, size_t *raw)
{
	struct wtag *t = &w->tags[k];
	const struct macro *m = macro_of(t);
	size_t i = (size_t)(m - macros);

	if (m->single)
		return;
	if (*raw != 0) {
		if (w->tags[*raw].name != t->name || t->params_end > t->params)
			return;		/* hidden inside {code} */
		w->tags[*raw].close = k;
		t->closes = true;
		*raw = open[i] = 0;
		return;
	}
	if (open[i] != 0 && t->params_end == t->params) {
		w->tags[open[i]].close = k;
		t->closes = true;
		/* what was opened inside and not closed cannot be closed beyond */
		for (size_t o = 0; o < LEN(macros); o++)
			if (open[o] > open[i] && macros[o].body)
				open[o] = 0;
		open[i] = 0;
		return;
	}
	if (open[i] == 0 || t->params_end > t->params)
		open[i] = k;
	if (m->raw)
		*raw = k;
}

void
wiki_find_tags(struct wiki *w)
{
	size_t cap = 0, open[LEN(macros)] = { 0 }, raw = 0;

	w->ntags = 1;
	for (size_t i = 0; i < w->len; i++) {
		size_t end, name;
		const struct macro *m;
		const char *brace;

		if (w->s[i] == '\\' && raw == 0) {
			i++;
			continue;
		}
		if (w->s[i] != '{')
			continue;
		if (raw == 0 && i + 1 < w->len && w->s[i + 1] == '{') {	/* {{code}} is a word in monospace */
			i++;
			continue;
		}
		for (name = i + 1; name < w->len && w->s[name] >= 'a' && w->s[name] <= 'z'; name++)
			;
		m = macro_named(w->s + i + 1, name - i - 1);
		if (m == NULL || name >= w->len || (w->s[name] != '}' && w->s[name] != ':'))
			continue;
		brace = memchr(w->s + name, '}', w->len - name < 1000 ? w->len - name : 1000);
		end = brace != NULL ? (size_t)(brace - w->s) : 0;
		if (end == 0 || memchr(w->s + name, '\n', end - name) != NULL)
			continue;
		if (w->ntags + 1 > cap) {
			size_t want = cap > 0 ? cap * 2 : 32;

			w->tags = arena_grow(w->a, w->tags, cap * sizeof(*w->tags), want * sizeof(*w->tags));
			cap = want;
		}
		w->tags[w->ntags] = (struct wtag){ .at = i, .end = end + 1, .name = m->name,
		    .params = w->s[name] == ':' ? name + 1 : end, .params_end = end };
		pair(w, w->ntags++, open, &raw);
		i = end;
	}
}

static int
by_offset(const void *key, const void *element)
{
	size_t at = *(const size_t *)key;
	const struct wtag *t = element;

	return at < t->at ? -1 : at > t->at;
}

const struct wtag *
wiki_any_tag_at(const struct wiki *w, size_t at)
{
	if (w->ntags < 2)
		return NULL;
	return bsearch(&at, w->tags + 1, w->ntags - 1, sizeof(*w->tags), by_offset);
}

const struct wtag *
wiki_tag_at(const struct wiki *w, size_t at)
{
	const struct wtag *t = wiki_any_tag_at(w, at);

	return t != NULL && t->close != 0 ? t : NULL;
}

const char *
wiki_param(const struct wiki *w, const struct wtag *t, const char *want)
{
	size_t n = strlen(want);
	char **parts = str_split(w->a, arena_strndup(w->a, w->s + t->params, t->params_end - t->params), "|", NULL);

	for (; *parts != NULL; parts++) {
		if (n == 0 && strchr(*parts, '=') == NULL)
			return *parts;
		if (n > 0 && strncmp(*parts, want, n) == 0 && (*parts)[n] == '=')
			return *parts + n + 1;
	}
	return NULL;
}

/* A macro with a body, paired within [.., to), at this offset. */
static const struct wtag *
body_at(const struct wiki *w, size_t at, size_t to)
{
	const struct wtag *t = w->s[at] == '{' ? wiki_tag_at(w, at) : NULL;

	return t != NULL && macro_of(t)->body && w->tags[t->close].end <= to ? t : NULL;
}

/* --- what a line begins --- */

static size_t
line_end(const struct wiki *w, size_t at, size_t to)
{
	const char *nl = at < to ? memchr(w->s + at, '\n', to - at) : NULL;

	return nl != NULL ? (size_t)(nl - w->s) : to;
}

static size_t
skip_blanks(const struct wiki *w, size_t at, size_t to)
{
	while (at < to && (w->s[at] == ' ' || w->s[at] == '\t'))
		at++;
	return at;
}

static bool
is_blank_line(const struct wiki *w, size_t at, size_t to)
{
	while (at < to && (w->s[at] == ' ' || w->s[at] == '\t' || w->s[at] == '\r'))
		at++;
	return at >= to || w->s[at] == '\n';
}

/* Length of the list marker at the line's start (without the space after it); 0: none. in_list: "--" may be one. */
static size_t
list_marker(const struct wiki *w, size_t at, size_t to, size_t *ret_start, bool in_list)
{
	size_t start = skip_blanks(w, at, to), i = start, dashes = 0;

	for (; i < to && (w->s[i] == '*' || w->s[i] == '#' || w->s[i] == '-'); i++)
		dashes += w->s[i] == '-';
	if (i == start || i >= to || (w->s[i] != ' ' && w->s[i] != '\t'))
		return 0;
	if (dashes > 0 && (dashes != i - start || (dashes > 1 && !in_list)))
		return 0;
	*ret_start = start;
	return i - start;
}

static int
heading_level(const struct wiki *w, size_t at, size_t to)
{
	size_t i = skip_blanks(w, at, to);

	if (i + 2 < to && w->s[i] == 'h' && w->s[i + 1] >= '1' && w->s[i + 1] <= '6' && w->s[i + 2] == '.')
		return w->s[i + 1] - '0';
	return 0;
}

static bool
is_quote_line(const struct wiki *w, size_t at, size_t to)
{
	size_t i = skip_blanks(w, at, to);

	return i + 2 < to && memcmp(w->s + i, "bq.", 3) == 0;
}

static bool
is_rule(const struct wiki *w, size_t at, size_t to)
{
	size_t i = skip_blanks(w, at, to), n = 0;

	while (i + n < to && n <= 5 && w->s[i + n] == '-')
		n++;
	return n >= 4 && n <= 5 && is_blank_line(w, i + n, to);
}

static bool
is_table(const struct wiki *w, size_t at, size_t to)
{
	size_t i = skip_blanks(w, at, to);

	return i + 1 < to && w->s[i] == '|' && !is_blank_line(w, i + 1, to);
}

/* Where text that began before `at` (a line's start) must end: at a block, or at an empty line. */
static bool
begins_block(const struct wiki *w, size_t at, size_t to, bool in_list)
{
	size_t start;

	return is_blank_line(w, at, to) || list_marker(w, at, to, &start, in_list) > 0 || is_rule(w, at, to) ||
	    (!in_list && (heading_level(w, at, to) > 0 || is_quote_line(w, at, to) || is_table(w, at, to)));
}

/* --- macros with bodies --- */

static const char *
panel_type(struct wiki *w, const struct wtag *t)
{
	static const struct { const char *bg, *type; } known[] = {
		{ "#deebff", "info" }, { "#eae6ff", "note" }, { "#ffebe6", "error" }, { "#e3fcef", "success" },
		{ "#fffae6", "warning" }, { "#ffffce", "warning" }, { "#fefae6", "warning" }, { "#ff0000", "error" },
	};
	const char *bg = wiki_param(w, t, "bgColor"), *hex;

	if (strcmp(t->name, "panel") != 0)
		return strcmp(t->name, "note") == 0 ? "warning" : strcmp(t->name, "warning") == 0 ? "error" : t->name;
	hex = bg != NULL ? color_hex(w->a, bg, strlen(bg)) : NULL;
	for (size_t i = 0; hex != NULL && i < LEN(known); i++)
		if (strcmp(known[i].bg, hex) == 0)
			return known[i].type;
	return "info";
}

static void
raw_body(struct wiki *w, const struct wtag *t, size_t from, size_t to, struct node *into)
{
	struct node *n = node_new(w->d, NODE_CODE_BLOCK);
	const char *lang = NULL, *title = wiki_param(w, t, "title");
	char *text;
	size_t at = 0;

	if (from < to && w->s[from] == '\r')
		from++;
	if (from < to && w->s[from] == '\n')
		from++;
	if (to > from && w->s[to - 1] == '\n')
		to--;
	if (to > from && w->s[to - 1] == '\r')
		to--;
	if (strcmp(t->name, "code") == 0) {
		lang = wiki_param(w, t, "");
		if (lang == NULL)
			lang = wiki_param(w, t, "language");
	}
	if (lang != NULL && strcmp(lang, "none") != 0)
		node_set_str(w->d, n, "language", str_lower(w->a, lang));
	if (title != NULL)
		node_set_str(w->d, n, "_title", title);
	text = arena_alloc(w->a, to - from + 1);
	for (size_t i = from; i < to; i++)
		if (w->s[i] != '\r')
			text[at++] = w->s[i];
	n->text = text;
	n->text_len = at;
	if (into->type == NODE_LIST_ITEM && into->first == NULL)
		node_append(into, node_new(w->d, NODE_PARAGRAPH));
	node_append(into, n);
}

/* Reads the macro at t and returns where the text goes on. */
static size_t
body(struct wiki *w, const struct wtag *t, struct node *into, int depth)
{
	const struct wtag *close = &w->tags[t->close];
	const char *title = wiki_param(w, t, "title");
	struct node *n;

	if (macro_of(t)->raw) {
		raw_body(w, t, t->end, close->at, into);
		return close->end;
	}
	if (depth >= MAX_BODIES) {	/* too deep: its content, without it */
		size_t end = close->at;

		wiki_inlines(w, t->end, end, into, NULL);
		return close->end;
	}
	if (strcmp(t->name, "quote") == 0) {
		n = node_new(w->d, NODE_BLOCKQUOTE);
	} else if (strcmp(t->name, "expand") == 0) {
		n = node_new(w->d, NODE_EXPAND);
		node_set_str(w->d, n, "title", title != NULL ? title : wiki_param(w, t, "") != NULL ? wiki_param(w, t, "") : "");
	} else {
		n = node_new(w->d, NODE_PANEL);
		node_set_str(w->d, n, "panelType", panel_type(w, t));
		if (title != NULL)
			node_set_str(w->d, n, "_title", title);
	}
	node_append(into, n);
	blocks(w, t->end, close->at, n, depth + 1);
	return close->end;
}

/* --- lists --- */

/* Where an item's text that begins at `at` ends: before the next item, an empty line or a rule; bodies are stepped over. */
static size_t
item_end(const struct wiki *w, size_t at, size_t to)
{
	while (at < to) {
		const struct wtag *t = body_at(w, at, to);

		if (t != NULL) {
			at = w->tags[t->close].end;
			continue;
		}
		if (w->s[at] == '\n' && (at + 1 >= to || begins_block(w, at + 1, to, true)))
			return at;
		at++;
	}
	return to;
}

/* Text with bodies in it: paragraphs (or headings and quotes in an item) and the bodies' blocks. */
static void
mixed(struct wiki *w, size_t at, size_t to, struct node *into, int depth)
{
	size_t from = at;

	while (at < to) {
		const struct wtag *t = body_at(w, at, to);

		if (t == NULL) {
			at++;
			continue;
		}
		wiki_inlines(w, from, at, into, NULL);
		at = from = body(w, t, into, depth);
	}
	wiki_inlines(w, from, to, into, NULL);
}

struct level {
	struct node *list;
	char marker;
};

static size_t
read_list(struct wiki *w, size_t at, size_t to, struct node *into, int depth)
{
	struct level levels[8];
	size_t nlevels = 0, start, n, max = 8 - (size_t)(depth < 6 ? depth : 6);

	while (at < to && (n = list_marker(w, at, to, &start, nlevels > 0)) > 0) {
		size_t text = skip_blanks(w, start + n, to), end = item_end(w, text, to), want = n < max ? n : max;
		char marker = w->s[start + n - 1];
		struct node *item;

		if (nlevels > want)
			nlevels = want;
		if (nlevels == want && (levels[want - 1].marker == '#') != (marker == '#'))
			nlevels--;
		while (nlevels < want) {
			struct node *parent = into;
			struct node *list = node_new(w->d, marker == '#' ? NODE_ORDERED_LIST : NODE_BULLET_LIST);

			if (nlevels > 0) {
				struct node *above = levels[nlevels - 1].list;

				if (above->last == NULL)
					node_append(above, node_new(w->d, NODE_LIST_ITEM));
				parent = above->last;
			}
			node_append(parent, list);
			levels[nlevels].marker = marker;
			levels[nlevels++].list = list;
		}
		item = node_new(w->d, NODE_LIST_ITEM);
		node_append(levels[nlevels - 1].list, item);
		mixed(w, text, end, item, depth + (int)nlevels);
		at = end < to ? end + 1 : to;
	}
	return at;
}

/* --- tables --- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Steps over what hides a '|' from the table: links, addresses, macros, pictures, escapes. */
static size_t
step(const struct wiki *w, size_t at, size_t to)
{
	const char *s = w->s;
	const struct wtag *t = s[at] == '{' ? wiki_tag_at(w, at) : NULL;

	if (t != NULL && w->tags[t->close].end <= to)
		return w->tags[t->close].end;
	t = s[at] == '{' ? wiki_any_tag_at(w, at) : NULL;
	if (t != NULL && t->end <= to)
		return t->end;
	if (s[at] == '\\' && at + 1 < to && wiki_can_escape(s[at + 1]))
		return at + 2;
	if (strchr("hfsH", s[at]) != NULL && s[at] != '\0' && !(at > 0 && wiki_is_word(s[at - 1])) && wiki_url_len(s + at, to - at) > 0)
		return at + wiki_url_len(s + at, to - at);
	if (s[at] == '[') {
		size_t end = at + 1, limit = at + 1000 < to ? at + 1000 : to;

		while (end < limit && s[end] != ']' && s[end] != '\n')
			end += s[end] == '\\' && end + 1 < limit && wiki_can_escape(s[end + 1]) ? 2 : 1;
		if (end < limit && s[end] == ']' && end > at + 1)
			return end + 1;
	}
	if (s[at] == '!' && !(at > 0 && wiki_is_word(s[at - 1]))) {
		size_t end = at + 1, limit = at + 1000 < to ? at + 1000 : to;

		while (end < limit && s[end] != '!' && s[end] != '\n')
			end++;
		/* "!a|b!" only where it looks like a picture */
		if (end < limit && s[end] == '!' && end > at + 1 && !is_blank(s[at + 1]) && !is_blank(s[end - 1]) && memchr(s + at, '.', end - at) != NULL)
			return end + 1;
	}
	return at + 1;
}

static size_t
read_row(struct wiki *w, size_t at, size_t to, struct node *row, int depth)
{
	at = skip_blanks(w, at, to);
	while (at < to && w->s[at] == '|') {
		bool header = at + 1 < to && w->s[at + 1] == '|';
		size_t from = at + (header ? 2 : 1), end = from, trimmed;
		struct node *cell;

		while (end < to && w->s[end] != '|') {
			if (w->s[end] == '\n' && (text_is_blank(w->s + from, end - from) || end + 1 >= to ||
			    is_blank_line(w, end + 1, to) || w->s[skip_blanks(w, end + 1, to - 1)] == '|'))
				break;
			end = step(w, end, to);
		}
		if (end > to)
			end = to;
		if (text_is_blank(w->s + from, end - from) && (end >= to || w->s[end] == '\n'))
			return end;	/* the row's last bar */
		cell = node_new(w->d, header ? NODE_TABLE_HEADER : NODE_TABLE_CELL);
		node_append(row, cell);
		trimmed = end;
		while (trimmed > from && (w->s[trimmed - 1] == ' ' || w->s[trimmed - 1] == '\n'))
			trimmed--;
		if (trimmed < end && trimmed > from && strchr("*#", w->s[trimmed - 1]) != NULL)
			trimmed++;	/* an empty item is its marker and a space */
		while (from < trimmed && (w->s[from] == ' ' || w->s[from] == '\n'))
			from++;
		if (depth < MAX_BODIES)
			blocks(w, from, trimmed, cell, depth + 1);
		else
			wiki_inlines(w, from, trimmed, cell, NULL);
		at = end;
	}
	return at;
}

static size_t
read_table(struct wiki *w, size_t at, size_t to, struct node *into, int depth)
{
	struct node *table = node_new(w->d, NODE_TABLE);

	node_append(into, table);
	while (at < to && is_table(w, at, to)) {
		struct node *row = node_new(w->d, NODE_TABLE_ROW);
		size_t end;

		node_append(table, row);
		end = read_row(w, at, to, row, depth);
		if (row->first == NULL)
			node_append(row, node_new(w->d, NODE_TABLE_CELL));
		at = line_end(w, end, to);
		at = at < to ? at + 1 : to;
	}
	return at;
}

/* --- paragraphs and all --- */

static size_t
read_paragraph(struct wiki *w, size_t at, size_t to, struct node *into, int depth)
{
	size_t from = at;

	while (at < to) {
		const struct wtag *t = body_at(w, at, to);

		if (t != NULL) {
			wiki_inlines(w, from, at, into, NULL);
			at = body(w, t, into, depth);
			/* what follows on the same line is a paragraph of its own */
			if (at >= to || is_blank_line(w, at, to)) {
				at = line_end(w, at, to);
				return at < to ? at + 1 : to;
			}
			return at;
		}
		if (w->s[at] == '\n' && (at + 1 >= to || begins_block(w, at + 1, to, false)))
			break;
		at++;
	}
	wiki_inlines(w, from, at, into, NULL);
	return at < to ? at + 1 : to;
}

static void
read_line_block(struct wiki *w, size_t at, size_t to, struct node *into, struct node *n)
{
	size_t text = skip_blanks(w, at, to) + 3;

	text = skip_blanks(w, text, line_end(w, at, to));
	node_append(into, n);
	if (n->type == NODE_HEADING)
		wiki_inlines(w, text, line_end(w, at, to), into, n);
	else
		wiki_inlines(w, text, line_end(w, at, to), n, NULL);
}

static void
blocks(struct wiki *w, size_t at, size_t to, struct node *into, int depth)
{
	while (at < to && w->d->nodes <= DOC_MAX_NODES) {
		size_t start;
		struct node *n;

		if (is_blank_line(w, at, to)) {
			at = line_end(w, at, to) + 1;
			continue;
		}
		if (heading_level(w, at, to) > 0) {
			n = node_new(w->d, NODE_HEADING);
			node_set_int(w->d, n, "level", heading_level(w, at, to));
			read_line_block(w, at, to, into, n);
			at = line_end(w, at, to) + 1;
		} else if (is_quote_line(w, at, to)) {
			read_line_block(w, at, to, into, node_new(w->d, NODE_BLOCKQUOTE));
			at = line_end(w, at, to) + 1;
		} else if (is_rule(w, at, to)) {
			node_append(into, node_new(w->d, NODE_RULE));
			at = line_end(w, at, to) + 1;
		} else if (list_marker(w, at, to, &start, false) > 0) {
			at = read_list(w, at, to, into, depth);
		} else if (is_table(w, at, to)) {
			at = read_table(w, at, to, into, depth);
		} else {
			at = read_paragraph(w, at, to, into, depth);
		}
	}
}

struct doc *
doc_read_wiki(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct wiki w = { .a = a };

	if (text_check_size(len, e) == -1)
		return NULL;
	w.s = text_clean(a, text, len, &w.len);
	w.d = doc_new(a, SKIN_WIKI);
	wiki_find_tags(&w);
	blocks(&w, 0, w.len, w.d->root, 0);
	if (w.d->nodes > DOC_MAX_NODES) {
		(void)err_set(e, ERR_TOO_LARGE, "The wiki text has more than %d elements.", DOC_MAX_NODES);
		return NULL;
	}
	return w.d;
}
