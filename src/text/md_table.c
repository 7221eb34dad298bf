/*
 * Writes tables as Markdown: with pipes what GitHub's pipes can say (one paragraph a cell, no spans), else as an HTML
 * <table> with Markdown between empty lines in its cells. Both are given one table and ask the blocks' writer for the cells.
 */
#include "text/md_writer.h"

#include "base/str.h"
#include "text/md_tags.h"

#include <string.h>

/* The one paragraph of a cell that is simple enough for a pipe table; NULL and *ret_ok false when it is not. */
static const struct node *
cell_content(const struct node *cell, bool *ret_ok)
{
	const struct node *c = md_first_shown(cell->first);

	*ret_ok = true;
	if (c == NULL)
		return NULL;
	if (md_first_shown(c->next) == NULL) {
		if (c->type == NODE_PARAGRAPH)
			return c;
		if (c->type == NODE_MEDIA_SINGLE && c->first->next == NULL && c->marks == NULL && c->first->marks == NULL)
			return c;
	}
	*ret_ok = false;
	return NULL;
}

static const char *
cell_align(const struct node *cell)
{
	bool ok;
	const struct node *c = cell_content(cell, &ok);

	return c != NULL ? mark_str(mark_find(c->marks, MARK_ALIGNMENT), "align") : NULL;
}

static const struct node *
cell_at(const struct node *row, size_t column)
{
	const struct node *cell = row->first;

	while (column-- > 0)
		cell = cell->next;
	return cell;
}

/* Whether the cells of each column that have something in them are all aligned alike. */
static bool
columns_align(const struct node *table, size_t columns)
{
	for (size_t i = 0; i < columns; i++) {
		const struct node *model = NULL;

		for (const struct node *row = table->first; row != NULL; row = row->next) {
			const struct node *cell = cell_at(row, i);

			if (md_first_shown(cell->first) == NULL)
				continue;
			if (model != NULL && !str_eq(cell_align(cell), cell_align(model)))
				return false;
			model = cell;
		}
	}
	return true;
}

/* A table that GitHub's pipes can say: one paragraph a cell, no spans, header cells (if any) in the first row. */
static bool
is_pipe_table(const struct mdw *w, const struct node *table)
{
	size_t columns = 0;

	for (const struct node *row = table->first; row != NULL; row = row->next) {
		size_t n = 0, headers = 0;

		for (const struct node *cell = row->first; cell != NULL; cell = cell->next, n++) {
			bool ok;

			if (cell->type != NODE_TABLE_CELL && cell->type != NODE_TABLE_HEADER)
				return false;
			(void)cell_content(cell, &ok);
			if (!ok || node_int(cell, "colspan", 1) > 1 || node_int(cell, "rowspan", 1) > 1)
				return false;
			if (cell->type == NODE_TABLE_HEADER) {
				headers++;
				if (row != table->first && ((w->flags & MDI_FULL) || n > 0))
					return false;
			}
		}
		if (row->type != NODE_TABLE_ROW || n == 0 || (row != table->first && n != columns))
			return false;
		if (row == table->first && headers > 0 && headers < n && ((w->flags & MDI_FULL) || headers > 1))
			return false;
		columns = n;
	}
	return columns > 0 && columns < 128 && (!(w->flags & MDI_FULL) || columns_align(table, columns));
}

static void
pipe_row(struct mdw *w, const struct node *row)
{
	buf_addc(w->out, '|');
	for (const struct node *cell = row->first; cell != NULL; cell = cell->next) {
		bool ok;
		const struct node *c = cell_content(cell, &ok);

		buf_adds(w->out, c != NULL ? " " : "");
		if (c != NULL && c->type == NODE_MEDIA_SINGLE)
			md_image(c->first, NULL, w->flags | MDI_CELL, w->out);
		else if (c != NULL)
			md_write_line(w, c, MDI_CELL);
		buf_adds(w->out, " |");
	}
}

static void
pipe_table(struct mdw *w, const struct node *table)
{
	const struct node *row = table->first;
	bool header = true;
	size_t columns = 0;

	for (const struct node *cell = row->first; cell != NULL; cell = cell->next, columns++)
		header &= cell->type == NODE_TABLE_HEADER;
	if (header) {
		pipe_row(w, row);
	} else {
		buf_addc(w->out, '|');
		for (size_t i = 0; i < columns; i++)
			buf_adds(w->out, " |");
	}
	md_newline(w);
	buf_addc(w->out, '|');
	for (size_t i = 0; i < columns; i++) {
		const char *align = NULL;
		bool same = true;

		for (const struct node *r = table->first; r != NULL && same; r = r->next) {
			const struct node *cell = cell_at(r, i);

			if (md_first_shown(cell->first) == NULL)
				continue;
			same = align == NULL || str_eq(cell_align(cell), align);
			align = cell_align(cell);
		}
		buf_adds(w->out, !same || align == NULL ? "---|" : strcmp(align, "center") == 0 ? ":-:|" : "--:|");
	}
	for (const struct node *r = header ? row->next : row; r != NULL; r = r->next) {
		md_newline(w);
		pipe_row(w, r);
	}
}

/* A cell of one paragraph of plain text reads the same as HTML and as Markdown: no empty lines needed. */
static bool
plain_cell(struct mdw *w, const struct node *cell)
{
	bool ok;
	const struct node *p = cell_content(cell, &ok);

	if (!ok || (p != NULL && p->type != NODE_PARAGRAPH))
		return false;
	if (p == NULL)
		return true;
	if (p->first->next != NULL || p->first->type != NODE_TEXT || p->first->marks != NULL || p->marks != NULL)
		return false;
	buf_reset(&w->scratch);
	md_inlines(w->d, p->first, MDI_START, &w->scratch);
	return w->scratch.len == p->first->text_len && memcmp(w->scratch.data, p->first->text, w->scratch.len) == 0 &&
	    strpbrk(w->scratch.data, "<&:") == NULL;
}

static void
html_cell(struct mdw *w, const struct node *cell)
{
	const char *tag = cell->type == NODE_TABLE_HEADER ? "th" : "td";

	buf_addf(w->out, "<%s", tag);
	if (node_int(cell, "colspan", 1) > 1)
		buf_addf(w->out, " colspan=\"%d\"", (int)node_int(cell, "colspan", 1));
	if (node_int(cell, "rowspan", 1) > 1)
		buf_addf(w->out, " rowspan=\"%d\"", (int)node_int(cell, "rowspan", 1));
	buf_addc(w->out, '>');
	if (plain_cell(w, cell)) {
		bool ok;
		const struct node *p = cell_content(cell, &ok);

		if (p != NULL)
			buf_add(w->out, p->first->text, p->first->text_len);
	} else {
		md_blank_line(w);
		md_write_blocks(w, cell->first);
		md_blank_line(w);
	}
	buf_addf(w->out, "</%s>", tag);
}

static void
html_table(struct mdw *w, const struct node *table)
{
	buf_adds(w->out, "<table>");
	for (const struct node *row = table->first; row != NULL; row = row->next) {
		md_newline(w);
		if (row->type != NODE_TABLE_ROW) {
			md_write_opaque(w, row);
			continue;
		}
		buf_adds(w->out, "<tr>");
		for (const struct node *cell = row->first; cell != NULL; cell = cell->next)
			html_cell(w, cell);
		buf_adds(w->out, "</tr>");
	}
	md_newline(w);
	buf_adds(w->out, "</table>");
}

void
md_write_table(struct mdw *w, const struct node *table)
{
	if (is_pipe_table(w, table))
		pipe_table(w, table);
	else
		html_table(w, table);
}
