/*
 * Writes Jira wiki markup: the blocks (the lines: wiki_text.c). What Jira's markup cannot say goes to the
 * lossy list: layouts become their content, tasks become list items with a box, an expand becomes a panel.
 *
 * A list item and a table cell end at an empty line, so paragraphs inside them are parted by a line
 * break instead.
 */
#include "text/wiki_writer.h"

#include "base/str.h"

#include <string.h>

static void write_blocks(struct wout *, const struct node *first);

static const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

/* Where "{code}" or "{code:..." begins in the text; NULL: nowhere. */
static const char *
find_tag(const char *s, size_t len, const char *tag)
{
	size_t n = strlen(tag);
	const char *end = s + len;

	while (len > 0 && (s = memmem(s, (size_t)(end - s), tag, n)) != NULL) {
		if (s + n < end && (s[n] == '}' || s[n] == ':'))
			return s;
		s += n;
	}
	return NULL;
}

/* Text without one of both tags. */
static void
code_part(struct wout *w, const struct node *n, const char *s, size_t len)
{
	const char *lang = node_str(n, "language"), *title = node_str(n, "_title"), *name = "noformat";
	char sep = ':';

	if (find_tag(s, len, "{code") == NULL && ((lang != NULL && lang[0] != '\0') || find_tag(s, len, "{noformat") != NULL))
		name = "code";
	buf_addf(w->out, "{%s", name);
	if (name[0] == 'c' && lang != NULL && lang[0] != '\0') {
		buf_addf(w->out, ":%s", lang);
		sep = '|';
	}
	if (title != NULL && strpbrk(title, "|}\n") == NULL)
		buf_addf(w->out, "%ctitle=%s", sep, title);
	buf_adds(w->out, "}\n");
	buf_add(w->out, s, len);
	buf_addf(w->out, "\n{%s}", name);
}

/* Code that holds {code} and {noformat} is cut in two, before the line of the other tag where that can be. */
static void
code_block(struct wout *w, const struct node *n)
{
	const char *s = n->text != NULL ? n->text : "", *end = s + n->text_len;

	for (;;) {
		const char *code = find_tag(s, (size_t)(end - s), "{code"), *plain = find_tag(s, (size_t)(end - s), "{noformat"), *nl;
		const char *first = code < plain ? code : plain, *cut = code < plain ? plain : code;

		if (code == NULL || plain == NULL)
			break;
		nl = memrchr(first, '\n', (size_t)(cut - first));
		lossy_add(w->d->lossy, "code that holds both {code} and {noformat}", NULL);
		code_part(w, n, s, (size_t)((nl != NULL ? nl : cut) - s));
		buf_addc(w->out, '\n');
		s = nl != NULL ? nl + 1 : cut;
	}
	code_part(w, n, s, (size_t)(end - s));
}

static void
new_line(struct wout *w)
{
	if (w->out->len > 0 && wiki_last_char(w) != '\n')
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
		w->start = w->out->len;
		wiki_write_inlines(w, n->first->first, true);
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

		if (i != list->first || w->marker.len > 1 || w->out->len != w->start)	/* the first item may begin a cell */
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
		w->start = w->out->len;
		if (i->type == NODE_TASK_ITEM || i->type == NODE_BLOCK_TASK_ITEM)
			buf_adds(w->out, state != NULL && strcmp(state, "DONE") == 0 ? "\\[x] " : "\\[ ] ");
		if (node_class(i->type) == CLASS_INLINES)
			wiki_write_inlines(w, i->first, true);
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
			w->start = w->out->len;
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
			wiki_write_image(w, m);
			buf_addc(w->out, '|');
			wiki_write_target(w, or_empty(mark_str(link, "href")));
			buf_addc(w->out, ']');
		} else {
			wiki_write_image(w, m);
		}
	}
	if (n->type == NODE_MEDIA_SINGLE && caption != NULL && caption->type == NODE_CAPTION) {
		buf_addc(w->out, '\n');
		wiki_write_inlines(w, caption->first, true);
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
		wiki_write_inlines(w, n->first, false);
		return;
	case NODE_HEADING:
		buf_addf(w->out, "h%d. ", node_level(n));
		w->start = w->out->len;
		wiki_write_inlines(w, n->first, true);
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
		wiki_write_target(w, s);
		buf_addc(w->out, '|');
		wiki_write_target(w, s);
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
