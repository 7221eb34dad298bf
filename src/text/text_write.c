/*
 * Plain text and outline. Text is for search, previews and length: the words in reading order, a
 * line a block, lists and tables with the least of punctuation. The outline is a page's headings
 * with the handle and size of each section, for reading and editing a part of a long page.
 */
#include "text/doc.h"

#include "text/doc_util.h"
#include "text/edit.h"

#include <string.h>

static void write_text_blocks(const struct node *first, struct buf *out, unsigned depth);

static void
end_line(struct buf *out)
{
	if (out->len > 0 && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
}

static void
indent(struct buf *out, unsigned depth)
{
	end_line(out);
	for (unsigned i = 1; i < depth; i++)
		buf_adds(out, "  ");
}

static void
text_item(const struct node *item, struct buf *out, unsigned depth, const char *marker)
{
	indent(out, depth);
	buf_adds(out, marker);
	if (node_class(item->type) == CLASS_INLINES) {
		node_plain(item, out);
		return;
	}
	if (item->first != NULL && node_class(item->first->type) == CLASS_INLINES) {
		node_plain(item->first, out);
		write_text_blocks(item->first->next, out, depth);
	} else {
		write_text_blocks(item->first, out, depth);
	}
}

static void
text_list(const struct node *list, struct buf *out, unsigned depth)
{
	int64_t number = node_int(list, "order", 1);

	for (const struct node *i = list->first; i != NULL; i = i->next, number++) {
		const char *state = node_str(i, "state");

		if (i->type == NODE_TASK_LIST) {
			text_list(i, out, depth + 1);
		} else if (list->type == NODE_ORDERED_LIST) {
			indent(out, depth);
			buf_addf(out, "%lld. ", (long long)number);
			if (i->first != NULL && node_class(i->first->type) == CLASS_INLINES) {
				node_plain(i->first, out);
				write_text_blocks(i->first->next, out, depth);
			} else {
				write_text_blocks(i->first, out, depth);
			}
		} else {
			text_item(i, out, depth, i->type != NODE_TASK_ITEM ? "- " :
			    state != NULL && strcmp(state, "DONE") == 0 ? "[x] " : "[ ] ");
		}
	}
}

static void
text_table(const struct node *table, struct buf *out)
{
	for (const struct node *row = table->first; row != NULL; row = row->next) {
		end_line(out);
		for (const struct node *cell = row->first; cell != NULL; cell = cell->next) {
			size_t from = out->len;

			node_plain(cell, out);
			for (size_t i = from; i < out->len; i++)
				if (out->data[i] == '\n')
					out->data[i] = ' ';
			if (cell->next != NULL)
				buf_addc(out, '\t');
		}
	}
}

static void
write_text_blocks(const struct node *first, struct buf *out, unsigned depth)
{
	for (const struct node *n = first; n != NULL; n = n->next) {
		const char *title = node_str(n, n->type == NODE_PANEL ? "_title" : "title");

		end_line(out);
		switch ((int)n->type) {	/* containers take the default */
		case NODE_BULLET_LIST:
		case NODE_ORDERED_LIST:
		case NODE_TASK_LIST:
		case NODE_DECISION_LIST:
			text_list(n, out, depth + 1);
			break;
		case NODE_TABLE:
			text_table(n, out);
			break;
		case NODE_EXTENSION:
			if (n->text != NULL)
				text_visible(out, n->text, n->text_len);
			break;
		default:
			if (title != NULL && title[0] != '\0') {
				text_visible(out, title, strlen(title));
				end_line(out);
			}
			if (node_class(n->type) == CLASS_BLOCKS)
				write_text_blocks(n->first, out, depth);
			else
				node_plain(n, out);
			break;
		}
	}
}

void
doc_write_text(const struct doc *d, struct buf *out)
{
	write_text_blocks(d->root->first, out, 0);
	end_line(out);
}

/* The blocks of a section: from its heading to the next of the same or a higher level. */
static void
section_size(const struct doc *d, const struct node *heading, size_t *ret_bytes, size_t *ret_blocks)
{
	int level = node_level(heading);
	const struct node *n = heading->next;
	struct buf b;

	*ret_blocks = 0;
	buf_init(&b, DOC_MAX_BYTES);
	for (; n != NULL && !(n->type == NODE_HEADING && node_level(n) <= level); n = n->next) {
		if (md_is_hidden(n))
			continue;
		++*ret_blocks;
		md_block(d, n, 0, &b);
	}
	*ret_bytes = b.len;
	buf_release(&b);
}

static void
one_line(struct buf *out, const struct node *n, size_t max)
{
	size_t from = out->len;

	node_plain(n, out);
	for (size_t i = from; i < out->len; i++)
		if (out->data[i] == '\n')
			out->data[i] = ' ';
	if (out->len - from > max) {
		while (max > 0 && ((unsigned char)out->data[from + max] & 0xc0) == 0x80)
			max--;
		buf_truncate(out, from + max);
		buf_adds(out, "...");
	}
}

void
doc_write_outline(const struct doc *d, struct buf *out)
{
	struct arena *a = arena_new();
	const char **handles = doc_block_handles(d, a);
	size_t before = 0, i = 0;

	for (const struct node *n = d->root->first; n != NULL && n->type != NODE_HEADING; n = n->next)
		before += !md_is_hidden(n);
	if (before > 0)
		buf_addf(out, "(%zu block%s before the first heading)\n", before, before == 1 ? "" : "s");
	for (const struct node *n = d->root->first; n != NULL; n = n->next, i++) {
		size_t bytes, blocks;
		int level = node_level(n);

		if (n->type != NODE_HEADING)
			continue;
		section_size(d, n, &bytes, &blocks);
		for (int k = 1; k < level; k++)
			buf_adds(out, "  ");
		buf_adds(out, "- ");
		one_line(out, n, 120);
		buf_addf(out, " (#%s, %zu block%s, %zu bytes)\n", handles[i], blocks, blocks == 1 ? "" : "s", bytes);
	}
	arena_free(a);
}
