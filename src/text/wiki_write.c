/*
 * Writes Jira wiki markup. Marks become delimiters, with braces ({*}x{*}) where a letter stands
 * beside them. What Jira's markup cannot say goes to the lossy list: layouts become their content,
 * tasks become list items with a box, an expand becomes a panel.
 *
 * A list item and a table cell end at an empty line, so paragraphs inside them are parted by a line
 * break instead.
 */
#include "text/doc.h"

#include "base/str.h"
#include "text/pieces.h"

#include <string.h>

struct wout {
	const struct doc *d;
	struct buf *out;
	struct buf marker;	/* of the list item being written: "*#" */
	bool cell;
	bool tight;		/* in an item or cell: no empty lines */
	int links;		/* inside so many link texts */
	int quotes;
};

static void write_blocks(struct wout *, const struct node *first);

static bool
is_ws(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char
last_char(const struct wout *w)
{
	return w->out->len > 0 ? w->out->data[w->out->len - 1] : '\n';
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

static bool
emoticon_at(const char *s, size_t len)
{
	for (size_t i = 0; emoji_at(i) != NULL; i++) {
		const char *e = emoji_at(i)->wiki;

		if (e != NULL && strlen(e) <= len && memcmp(s, e, strlen(e)) == 0)
			return true;
	}
	return len > 2 && (s[0] == ':' || s[0] == ';') && s[1] == '-' && strchr(")(PpD", s[2]) != NULL;
}

/* Text; before and after are the neighbours, '\n' at a border. */
static void
write_text(struct wout *w, const char *s, size_t len, char after)
{
	for (size_t i = 0; i < len; i++) {
		char c = s[i], prev = i > 0 ? s[i - 1] : last_char(w), next = i + 1 < len ? s[i + 1] : after;
		bool escape = false;

		if (c == '\n' || c == '\r')
			c = ' ';
		if (prev == '\n' && begins_block(s + i, len - i)) {
			if (c == 'h' || c == 'b') {	/* a letter cannot be escaped: its full stop can */
				buf_add(w->out, s + i, 2);
				buf_adds(w->out, "\\.");
				i += 2;
				continue;
			}
			escape = true;
		} else if (c == '*' || c == '_' || c == '+' || c == '^' || c == '~') {
			escape = (!is_word(prev) && !is_ws(next)) || (!is_ws(prev) && !is_word(next));
		} else if (c == '-') {
			escape = (!is_word(prev) && !is_ws(next) && next != '-') || (!is_ws(prev) && !is_word(next) && prev != '-') ||
			    (is_ws(prev) && next == '-');
		} else if (c == '{' || c == '}') {
			escape = c == '{' || next == '}';
		} else if (c == '[') {
			escape = true;
		} else if (c == ']') {
			escape = w->links > 0;
		} else if (c == '!') {
			escape = !is_word(prev) && !is_ws(next);
		} else if (c == '?') {
			escape = next == '?';
		} else if (c == '|') {
			escape = w->cell || w->links > 0;
		} else if (c == '\\') {
			escape = !is_word(next) && !is_ws(next);
		} else if (c == '(' || c == ':' || c == ';') {
			escape = !(c == '(' && is_word(prev)) && emoticon_at(s + i, len - i);
		}
		if (escape)
			buf_addc(w->out, '\\');
		buf_addc(w->out, c);
	}
}

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static void
write_target(struct wout *w, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '|' || *s == ']' || *s == '\n' || *s == '[')
			buf_addf(w->out, "%%%02X", (unsigned)(unsigned char)*s);
		else
			buf_addc(w->out, *s);
	}
}

static void
write_image(struct wout *w, const struct node *m)
{
	const char *type = node_str(m, "type"), *props = node_str(m, "_props"), *alt = node_str(m, "alt");
	const char *name = type != NULL && strcmp(type, "external") == 0 ? node_str(m, "url") : node_str(m, "id");

	if (name == NULL)
		return;
	buf_addf(w->out, "!%s", name);
	if (props != NULL)
		buf_addf(w->out, "|%s", props);
	else if (alt != NULL && alt[0] != '\0' && strpbrk(alt, ",!|\n") == NULL)
		buf_addf(w->out, "|alt=%s", alt);
	buf_addc(w->out, '!');
}

static void
write_mention(struct wout *w, const struct node *n)
{
	const char *id = node_str(n, "id");

	if (id == NULL) {
		const char *name = or_empty(node_str(n, "text"));

		lossy_add(w->d->lossy, "mention without a known user", name);
		write_text(w, name, strlen(name), '\n');
	} else if (strchr(id, ':') != NULL || (strlen(id) == 24 && strspn(id, "0123456789abcdef") == 24)) {
		buf_addf(w->out, "[~accountid:%s]", id);
	} else {
		buf_addf(w->out, "[~%s]", id);
	}
}

static void
write_atom(struct wout *w, const struct node *n, bool one_line)
{
	const struct emoji *e;
	const char *s;
	struct arena *a;

	switch ((int)n->type) {	/* the inline types */
	case NODE_HARD_BREAK:
		buf_adds(w->out, one_line ? "\\\\ " : "\n");
		return;
	case NODE_MENTION:
		write_mention(w, n);
		return;
	case NODE_EMOJI:
		s = or_empty(node_str(n, "shortName"));
		e = emoji_by_name(s, strlen(s));
		if (e != NULL && e->wiki != NULL)
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
		buf_adds(w->out, "{{");
		buf_adds(w->out, s);
		buf_adds(w->out, "}}");
		lossy_add(w->d->lossy, "status", s);
		return;
	case NODE_PLACEHOLDER:
		lossy_add(w->d->lossy, "placeholder", node_str(n, "text"));
		return;
	case NODE_INLINE_CARD:
		s = or_empty(node_str(n, "url"));
		buf_addc(w->out, '[');
		write_target(w, s);
		buf_addc(w->out, '|');
		write_target(w, s);
		buf_adds(w->out, "|smart-link]");
		return;
	case NODE_MEDIA_INLINE:
		write_image(w, n);
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

/* Which delimiter the mark at piece o becomes; "" for a mark that wiki markup does not have. */
static void
decide(struct wout *w, struct pieces *p, size_t o)
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
	if (is_word(border(p, o, false)) || is_word(border(p, open->pair, true)) ||
	    (open->mark->type == MARK_STRIKE && (border(p, o, false) == '-' || border(p, open->pair, true) == '-')))
		plain = forced;
	open->delim = close->delim = plain;
	(void)w;
}

static void
write_code(struct wout *w, const struct piece *t)
{
	buf_adds(w->out, "{{");
	for (size_t i = 0; i < t->len; i++) {
		if (w->cell && t->text[i] == '|')
			buf_addc(w->out, '\\');
		buf_addc(w->out, t->text[i] == '\n' ? ' ' : t->text[i]);
	}
	buf_adds(w->out, "}}");
}

static void
write_inlines(struct wout *w, const struct node *first, bool one_line)
{
	struct pieces_opts o = { .breaks = false };
	struct pieces p = { .a = arena_new() };
	size_t opened = 0;	/* where the text of the last delimiter begins */

	o.trimmed = 1u << MARK_STRONG | 1u << MARK_EM | 1u << MARK_STRIKE | 1u << MARK_UNDERLINE | 1u << MARK_SUBSUP;
	o.shown = o.trimmed | 1u << MARK_LINK | 1u << MARK_TEXT_COLOR;
	pieces_make(&p, first, &o);
	for (const struct node *n = first; n != NULL; n = n->next)
		if (mark_find(n->marks, MARK_BACKGROUND) != NULL)
			lossy_add(w->d->lossy, "background colour", NULL);
	for (size_t i = 0; i < p.count; i++)
		if (p.at[i].kind == PIECE_OPEN)
			decide(w, &p, i);
	for (size_t i = 0; i < p.count; i++) {
		const struct piece *t = &p.at[i];
		const char *href;

		switch (t->kind) {
		case PIECE_TEXT:
			if (t->code)
				write_code(w, t);
			else
				write_text(w, t->text, t->len, border(&p, i, true));
			break;
		case PIECE_NODE:
			write_atom(w, t->node, one_line || w->cell);
			break;
		case PIECE_OPEN:
			w->links += t->mark->type == MARK_LINK;
			buf_adds(w->out, t->delim);
			opened = w->out->len;
			break;
		case PIECE_CLOSE:
			href = t->mark->type == MARK_LINK ? or_empty(mark_str(t->mark, "href")) : NULL;
			w->links -= t->mark->type == MARK_LINK;
			if (href != NULL) {
				const struct piece *only = t - 1;

				/* [address] where the text is the address */
				if (t->pair + 2 == i && only->kind == PIECE_TEXT && only->len == strlen(href) &&
				    memcmp(only->text, href, only->len) == 0 && strpbrk(href, "|[]") == NULL) {
					buf_truncate(w->out, opened);
					buf_adds(w->out, href);
				} else {
					buf_addc(w->out, '|');
					write_target(w, href);
				}
			}
			buf_adds(w->out, t->delim);
			break;
		case PIECE_RAW:
			break;
		}
	}
	arena_free(p.a);
}

/* "{code}" or "{code:..." in the text. */
static bool
holds_tag(const char *s, size_t len, const char *tag)
{
	size_t n = strlen(tag);
	const char *end = s + len;

	while (s != NULL && (s = memmem(s, (size_t)(end - s), tag, n)) != NULL) {
		s += n;
		if (s < end && (*s == '}' || *s == ':'))
			return true;
	}
	return false;
}

static void
code_block(struct wout *w, const struct node *n)
{
	const char *lang = node_str(n, "language"), *title = node_str(n, "_title"), *name = "noformat";
	bool has_code = n->text_len > 0 && holds_tag(n->text, n->text_len, "{code");
	bool has_plain = n->text_len > 0 && holds_tag(n->text, n->text_len, "{noformat");

	if ((lang != NULL && lang[0] != '\0' && !has_code) || has_plain)
		name = "code";
	if (has_code && has_plain)
		lossy_add(w->d->lossy, "code that holds both {code} and {noformat}", NULL);
	buf_addf(w->out, "{%s", name);
	if (name[0] == 'c' && lang != NULL && lang[0] != '\0')
		buf_addf(w->out, ":%s", lang);
	if (title != NULL && strpbrk(title, "|}\n") == NULL)
		buf_addf(w->out, "%ctitle=%s", last_char(w) == 'e' || last_char(w) == 't' ? ':' : '|', title);
	buf_adds(w->out, "}\n");
	buf_add(w->out, n->text != NULL ? n->text : "", n->text_len);
	buf_addf(w->out, "\n{%s}", name);
}

static void
new_line(struct wout *w)
{
	if (w->out->len > 0 && last_char(w) != '\n')
		buf_addc(w->out, '\n');
}

static void
bodied(struct wout *w, const char *open, const struct node *n, const char *close)
{
	bool tight = w->tight;
	struct buf marker = w->marker;

	buf_init(&w->marker, 64);
	w->tight = false;
	buf_adds(w->out, open);
	buf_addc(w->out, '\n');
	write_blocks(w, n->first);
	new_line(w);
	buf_adds(w->out, close);
	buf_release(&w->marker);
	w->marker = marker;
	w->tight = tight;
}

/* A quote of one line is "bq."; quotes do not nest, so a quote in a quote is written line by line. */
static void
quote(struct wout *w, const struct node *n)
{
	bool one = n->first != NULL && n->first->next == NULL && n->first->type == NODE_PARAGRAPH && !w->tight;

	for (const struct node *c = one ? n->first->first : NULL; c != NULL; c = c->next)
		one &= c->type != NODE_HARD_BREAK;
	if (one) {
		buf_adds(w->out, "bq. ");
		write_inlines(w, n->first->first, true);
	} else if (w->quotes > 0) {
		lossy_add(w->d->lossy, "quote inside a quote", NULL);
		write_blocks(w, n->first);
	} else {
		w->quotes++;
		bodied(w, "{quote}", n, "{quote}");
		w->quotes--;
	}
}

static void
panel(struct wout *w, const struct node *n, const char *title)
{
	static const char *const colors[][2] = {
		{ "info", "#deebff" }, { "note", "#eae6ff" }, { "error", "#ffebe6" }, { "success", "#e3fcef" },
		{ "tip", "#e3fcef" }, { "warning", "#fffae6" },
	};
	const char *type = node_str(n, "panelType");
	struct buf open;
	char sep = ':';

	buf_init(&open, 1 << 16);
	buf_adds(&open, "{panel");
	if (title != NULL && title[0] != '\0') {
		buf_adds(&open, ":title=");
		for (const char *s = title; *s != '\0'; s++)
			buf_addc(&open, strchr("|}\n", *s) != NULL ? ' ' : *s);
		sep = '|';
	}
	for (size_t i = 0; n->type == NODE_PANEL && type != NULL && i < LEN(colors); i++)
		if (strcmp(colors[i][0], type) == 0)
			buf_addf(&open, "%cbgColor=%s", sep, colors[i][1]);
	buf_addc(&open, '}');
	bodied(w, open.data, n, "{panel}");
	buf_release(&open);
}

static void
write_list(struct wout *w, const struct node *list)
{
	size_t at = w->marker.len;
	bool tight = w->tight;

	buf_addc(&w->marker, list->type == NODE_ORDERED_LIST ? '#' : '*');
	w->tight = true;
	if (node_int(list, "order", 1) != 1)
		lossy_add(w->d->lossy, "start number of a list", NULL);
	if (list->type == NODE_TASK_LIST || list->type == NODE_DECISION_LIST)
		lossy_add(w->d->lossy, list->type == NODE_TASK_LIST ? "task list" : "decision list", NULL);
	for (const struct node *i = list->first; i != NULL; i = i->next) {
		const char *state = node_str(i, "state");

		new_line(w);
		if (i->type == NODE_TASK_LIST) {
			write_list(w, i);
			continue;
		}
		if (i->first != NULL && (i->first->type == NODE_BULLET_LIST || i->first->type == NODE_ORDERED_LIST)) {
			write_blocks(w, i->first);	/* an item that is only a list: its own marker says the level */
			continue;
		}
		buf_add(w->out, w->marker.data, w->marker.len);
		buf_addc(w->out, ' ');
		if (i->type == NODE_TASK_ITEM || i->type == NODE_BLOCK_TASK_ITEM)
			buf_adds(w->out, state != NULL && strcmp(state, "DONE") == 0 ? "\\[x] " : "\\[ ] ");
		if (node_class(i->type) == CLASS_INLINES)
			write_inlines(w, i->first, true);
		else
			write_blocks(w, i->first);
	}
	buf_truncate(&w->marker, at);
	w->tight = tight;
}

static void
write_table(struct wout *w, const struct node *table)
{
	struct buf marker = w->marker;
	bool tight = w->tight;

	if (w->cell || marker.len > 0) {
		lossy_add(w->d->lossy, "table inside another block", NULL);
		for (const struct node *row = table->first; row != NULL; row = row->next)
			for (const struct node *cell = row->first; cell != NULL; cell = cell->next)
				write_blocks(w, cell->first);
		return;
	}
	buf_init(&w->marker, 64);
	w->cell = w->tight = true;
	for (const struct node *row = table->first; row != NULL; row = row->next) {
		const char *bar = "|";

		new_line(w);
		for (const struct node *cell = row->first; cell != NULL; cell = cell->next) {
			size_t before;

			bar = cell->type == NODE_TABLE_HEADER ? "||" : "|";
			buf_adds(w->out, bar);
			if (node_int(cell, "colspan", 1) > 1 || node_int(cell, "rowspan", 1) > 1)
				lossy_add(w->d->lossy, "table cell over several columns or rows", NULL);
			before = w->out->len;
			write_blocks(w, cell->first);
			if (w->out->len == before)
				buf_addc(w->out, ' ');
		}
		buf_adds(w->out, bar);
	}
	buf_release(&w->marker);
	w->marker = marker;
	w->cell = false;
	w->tight = tight;
}

static void
extension(struct wout *w, const struct node *n)
{
	lossy_add(w->d->lossy, "macro", node_str(n, "extensionKey"));
	if (n->text != NULL) {
		buf_adds(w->out, "{noformat}\n");
		buf_add(w->out, n->text, n->text_len);
		buf_adds(w->out, "\n{noformat}");
	}
}

static void
media(struct wout *w, const struct node *n)
{
	const struct node *caption = n->first != NULL ? n->first->next : NULL;

	for (const struct node *m = n->first; m != NULL && m->type == NODE_MEDIA; m = m->next) {
		const struct mark *link = mark_find(m->marks, MARK_LINK);

		if (n->type == NODE_MEDIA_GROUP && node_str(m, "id") != NULL) {
			buf_addf(w->out, "%s[^%s]", m != n->first ? " " : "", node_str(m, "id"));
		} else if (link != NULL) {
			buf_addc(w->out, '[');
			write_image(w, m);
			buf_addc(w->out, '|');
			write_target(w, or_empty(mark_str(link, "href")));
			buf_addc(w->out, ']');
		} else {
			write_image(w, m);
		}
	}
	if (n->type == NODE_MEDIA_SINGLE && caption != NULL && caption->type == NODE_CAPTION) {
		buf_addc(w->out, '\n');
		write_inlines(w, caption->first, true);
	}
}

static void
write_block(struct wout *w, const struct node *n)
{
	const char *s;

	switch ((int)n->type) {	/* containers that wiki markup does not have take the default */
	case NODE_PARAGRAPH:
		if (n->marks != NULL)
			lossy_add(w->d->lossy, "alignment or indentation", NULL);
		write_inlines(w, n->first, false);
		return;
	case NODE_HEADING:
		buf_addf(w->out, "h%d. ", node_level(n));
		write_inlines(w, n->first, true);
		return;
	case NODE_BULLET_LIST:
	case NODE_ORDERED_LIST:
	case NODE_TASK_LIST:
	case NODE_DECISION_LIST:
		write_list(w, n);
		return;
	case NODE_CODE_BLOCK:
		code_block(w, n);
		return;
	case NODE_BLOCKQUOTE:
		quote(w, n);
		return;
	case NODE_PANEL:
		panel(w, n, node_str(n, "_title"));
		return;
	case NODE_EXPAND:
	case NODE_NESTED_EXPAND:
		lossy_add(w->d->lossy, "expand", node_str(n, "title"));
		panel(w, n, node_str(n, "title"));
		return;
	case NODE_RULE:
		buf_adds(w->out, "----");
		return;
	case NODE_TABLE:
		write_table(w, n);
		return;
	case NODE_MEDIA_SINGLE:
	case NODE_MEDIA_GROUP:
		media(w, n);
		return;
	case NODE_BLOCK_CARD:
	case NODE_EMBED_CARD:
		s = or_empty(node_str(n, "url"));
		buf_addc(w->out, '[');
		write_target(w, s);
		buf_addc(w->out, '|');
		write_target(w, s);
		buf_adds(w->out, n->type == NODE_BLOCK_CARD ? "|smart-card]" : "|smart-embed]");
		return;
	case NODE_EXTENSION:
		extension(w, n);
		return;
	default:
		break;
	}
	lossy_add(w->d->lossy, node_class(n->type) == CLASS_BLOCKS ? "container" : "block",
	    node_str(n, "_label") != NULL ? node_str(n, "_label") : node_type_name(n->type));
	write_blocks(w, n->first);
}

static void
write_blocks(struct wout *w, const struct node *first)
{
	const struct node *prev = NULL;

	for (const struct node *n = first; n != NULL; n = n->next) {
		size_t before = w->out->len;

		if (n->flags & NODE_HIDDEN)
			continue;
		if (prev != NULL)
			buf_adds(w->out, w->tight ? "\n" : "\n\n");
		{
			size_t at = w->out->len;

			write_block(w, n);
			if (w->out->len == at) {	/* nothing to say */
				buf_truncate(w->out, before);
				continue;
			}
		}
		prev = n;
	}
}

void
doc_write_wiki(const struct doc *d, struct buf *out)
{
	struct wout w = { .d = d, .out = out };

	buf_init(&w.marker, 256);
	write_blocks(&w, d->root->first);
	if (out->len > 0)
		buf_addc(out, '\n');
	buf_release(&w.marker);
}
