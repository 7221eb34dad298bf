/*
 * Reads Confluence storage format: the blocks. (Parsing: storage_xml.c; inline: storage_inline.c.)
 *
 * Every node remembers its bytes in the source, so that doc_merge can give back unchanged what was
 * not edited. Elements that only wrap blocks (thead, tbody, div, ac:layout, a layout section of one
 * column) make no node: their tags are bytes between the nodes. Inline content that stands without
 * a <p> (in <li>, <td>) gets a paragraph marked NODE_BARE. What nobody knows is an opaque block.
 */
#include "text/doc.h"

#include "base/str.h"
#include "text/storage.h"
#include "text/storage_write.h"

#include <string.h>

static void blocks(struct sreader *, const struct xel *parent, struct node *into, int depth);

static bool
is_blank(const struct xel *e)
{
	return e->name == NULL && !e->cdata && text_is_blank(e->text, e->text_len);
}

static void
body_of(struct node *n, const struct xel *e)
{
	n->body = e->body;
	n->body_end = e->body_end;
}

static struct node *
add(struct sreader *r, enum node_type t, const struct xel *e, struct node *into)
{
	struct node *n = node_new(r->d, t);

	storage_place(n, e);
	body_of(n, e);
	node_append(into, n);
	return n;
}

static void
opaque(struct sreader *r, const struct xel *e, struct node *into, const char *label)
{
	struct node *n = node_opaque(r->d, true, r->src + e->at, e->end - e->at, label);

	storage_place(n, e);
	node_set_str(r->d, n, "_skin", "storage");
	if (e->name != NULL && e->name[0] == '!')
		n->flags |= NODE_HIDDEN;
	node_append(into, n);
}

/* Inline content from first up to end, without a <p> of its own. */
static void
bare(struct sreader *r, const struct xel *first, const struct xel *end, struct node *into)
{
	struct node *p;
	const struct xel *last = first;

	while (first != end && is_blank(first))
		first = first->next;
	if (first == end)
		return;
	for (const struct xel *e = first; e != end; e = e->next)
		if (!is_blank(e))
			last = e;
	p = node_new(r->d, NODE_PARAGRAPH);
	p->flags |= NODE_BARE;
	p->src = first->at;
	p->src_end = last->end;
	if (first->name == NULL)
		while (p->src < first->end && strchr(" \t\r\n", r->src[p->src]) != NULL)
			p->src++;
	if (last->name == NULL)
		while (p->src_end > p->src && strchr(" \t\r\n", r->src[p->src_end - 1]) != NULL)
			p->src_end--;
	p->body = p->src;
	p->body_end = p->src_end;
	storage_inlines(r, first, last->next, p);
	node_append(into, p);
}

static void
block_style(struct sreader *r, const struct xel *e, struct node *n)
{
	const char *align = storage_style(r, e, "text-align"), *left = align == NULL ? storage_style(r, e, "margin-left") : NULL;
	int64_t px;

	if (left != NULL && str_int(arena_strndup(r->a, left, strspn(left, "0123456789")), STORAGE_INDENT, 6 * STORAGE_INDENT, &px) == 0) {
		n->marks = mark_new(r->d, MARK_INDENTATION);
		mark_set_int(r->d, n->marks, "level", px / STORAGE_INDENT);
		return;
	}
	if (align == NULL || (strcmp(align, "center") != 0 && strcmp(align, "right") != 0))
		return;
	n->marks = mark_new(r->d, MARK_ALIGNMENT);
	mark_set_str(r->d, n->marks, "align", align[0] == 'c' ? "center" : "end");
}

static void
list(struct sreader *r, const struct xel *e, struct node *into, int depth)
{
	struct node *n = add(r, e->tag == TAG_OL ? NODE_ORDERED_LIST : NODE_BULLET_LIST, e, into);
	const char *start = xel_attr(e, "start");
	int64_t v;

	if (start != NULL && str_int(start, 0, 99999999, &v) == 0 && v != 1 && n->type == NODE_ORDERED_LIST)
		node_set_int(r->d, n, "order", v);
	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		struct node *item;

		if (is_blank(c))
			continue;
		item = add(r, NODE_LIST_ITEM, c, n);
		if (c->tag == TAG_LI) {
			blocks(r, c, item, depth + 1);
		} else {	/* a list directly in a list, as old editors wrote it */
			struct xel wrap = { .name = "li", .tag = TAG_LI, .first = arena_alloc(r->a, sizeof(struct xel)) };

			*wrap.first = *c;
			wrap.first->next = NULL;
			item->body = c->at;
			item->body_end = c->end;
			blocks(r, &wrap, item, depth + 1);
		}
	}
}

static void
cell(struct sreader *r, const struct xel *e, struct node *row, int depth)
{
	struct node *n = add(r, e->tag == TAG_TH ? NODE_TABLE_HEADER : NODE_TABLE_CELL, e, row);
	static const char *const spans[] = { "colspan", "rowspan" };
	const char *align = storage_style(r, e, "text-align");
	int64_t v;

	for (size_t i = 0; i < LEN(spans); i++)
		if (xel_attr(e, spans[i]) != NULL && str_int(xel_attr(e, spans[i]), 2, 1000, &v) == 0)
			node_set_int(r->d, n, spans[i], v);
	if (xel_attr(e, "data-highlight-colour") != NULL && xel_attr(e, "data-highlight-colour")[0] == '#')
		node_set_str(r->d, n, "background", xel_attr(e, "data-highlight-colour"));
	blocks(r, e, n, depth + 1);
	if (align == NULL)
		return;
	for (struct node *p = n->first; p != NULL; p = p->next)
		if (p->type == NODE_PARAGRAPH && p->marks == NULL)
			block_style(r, e, p);
}

/* Rows of a table, through thead and tbody. */
static void
rows(struct sreader *r, const struct xel *e, struct node *table, int depth)
{
	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		if (c->tag == TAG_THEAD || c->tag == TAG_TBODY || c->tag == TAG_TFOOT) {
			rows(r, c, table, depth);
		} else if (c->tag == TAG_TR) {
			struct node *row = add(r, NODE_TABLE_ROW, c, table);

			for (const struct xel *k = c->first; k != NULL; k = k->next)
				if (k->tag == TAG_TD || k->tag == TAG_TH)
					cell(r, k, row, depth);
		}
	}
}

static bool
table_fits(const struct xel *e)
{
	bool row = false;

	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		if (c->tag == TAG_TR)
			row = true;
		else if (c->tag == TAG_THEAD || c->tag == TAG_TBODY || c->tag == TAG_TFOOT)
			row |= table_fits(c);
		else if (!is_blank(c) && c->tag != TAG_COLGROUP && c->name != NULL && c->name[0] != '!')
			return false;
	}
	return row;
}

static void
tasks(struct sreader *r, const struct xel *e, struct node *into)
{
	struct node *n = add(r, NODE_TASK_LIST, e, into);

	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		const struct xel *status = xel_child(c, "ac:task-status"), *body = xel_child(c, "ac:task-body");
		struct node *item;

		if (c->tag == TAG_TASK_LIST) {
			tasks(r, c, n);
			continue;
		}
		if (c->tag != TAG_TASK)
			continue;
		item = add(r, NODE_TASK_ITEM, c, n);
		item->body = item->body_end = 0;
		node_set_str(r->d, item, "state", status != NULL && strcmp(xel_text(r->a, status, NULL), "complete") == 0 ? "DONE" : "TODO");
		if (status != NULL) {
			node_set_int(r->d, item, "_status", (int64_t)status->body);
			node_set_int(r->d, item, "_status_end", (int64_t)status->body_end);
		}
		if (body != NULL) {
			body_of(item, body);
			storage_inlines(r, body->first, NULL, item);
		}
	}
}

static void
layout_section(struct sreader *r, const struct xel *e, struct node *into, int depth)
{
	const char *type = xel_attr(e, "ac:type");
	size_t cells = 0, i = 0;
	struct node *n;

	for (const struct xel *c = e->first; c != NULL; c = c->next)
		cells += c->tag == TAG_COLUMN;
	if (cells < 2) {
		for (const struct xel *c = e->first; c != NULL; c = c->next)
			if (c->tag == TAG_COLUMN)
				blocks(r, c, into, depth);
		return;
	}
	n = add(r, NODE_LAYOUT_SECTION, e, into);
	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		struct node *col;

		if (c->tag != TAG_COLUMN)
			continue;
		col = add(r, NODE_LAYOUT_COLUMN, c, n);
		if (type != NULL && cells == 2 && strcmp(type, "two_left_sidebar") == 0)
			node_set_int(r->d, col, "width", i == 0 ? 33 : 67);
		if (type != NULL && cells == 2 && strcmp(type, "two_right_sidebar") == 0)
			node_set_int(r->d, col, "width", i == 0 ? 67 : 33);
		blocks(r, c, col, depth + 2);
		i++;
	}
}

static void
macro(struct sreader *r, const struct xel *e, struct node *into, int depth)
{
	const struct xel *body;
	struct node *n = storage_macro(r, e, false, &body);

	node_append(into, n);
	if (body != NULL) {
		body_of(n, body);
		blocks(r, body, n, depth + 1);
	}
}

/* --- what ADF has beyond storage format --- */

static const struct xel *
adf_attribute(const struct xel *node, const char *key)
{
	for (const struct xel *c = node->first; c != NULL; c = c->next)
		if (xel_is(c, "ac:adf-attribute") && str_eq(xel_attr(c, "key"), key))
			return c;
	return NULL;
}

/* Where the value of an attribute stands that an edit may change. */
static void
place_of(struct sreader *r, struct node *n, const struct xel *value)
{
	if (value == NULL || value->body_end <= value->body)
		return;
	node_set_int(r->d, n, "_status", (int64_t)value->body);
	node_set_int(r->d, n, "_status_end", (int64_t)value->body_end);
}

static void
adf_panel(struct sreader *r, const struct xel *e, const struct xel *node, struct node *into, int depth)
{
	static const char *const types[] = { "info", "note", "success", "warning", "error" };
	const struct xel *type = adf_attribute(node, "panel-type"), *content = xel_child(node, "ac:adf-content");
	const char *name = type != NULL ? xel_text(r->a, type, NULL) : "info", *known = "custom";
	struct node *n = add(r, NODE_PANEL, e, into);

	for (size_t i = 0; i < LEN(types); i++)
		if (strcmp(types[i], name) == 0)
			known = types[i];
	node_set_str(r->d, n, "panelType", known);
	node_set_bool(r->d, n, "_adf", true);
	place_of(r, n, type);
	body_of(n, content);
	blocks(r, content, n, depth + 1);
}

static void
adf_decisions(struct sreader *r, const struct xel *e, const struct xel *node, struct node *into)
{
	struct node *n = add(r, NODE_DECISION_LIST, e, into);

	node_set_bool(r->d, n, "_adf", true);
	n->body = n->body_end = 0;
	for (const struct xel *c = node->first; c != NULL; c = c->next) {
		const struct xel *state = adf_attribute(c, "state"), *content = xel_child(c, "ac:adf-content");
		struct node *item;

		if (!xel_is(c, "ac:adf-node"))
			continue;
		item = add(r, NODE_DECISION_ITEM, c, n);
		node_set_str(r->d, item, "state", state != NULL ? xel_text(r->a, state, NULL) : "DECIDED");
		place_of(r, item, state);
		item->body = item->body_end = 0;
		if (content != NULL) {
			body_of(item, content);
			storage_inlines(r, content->first, NULL, item);
		}
		if (n->body == 0)
			n->body = c->at;
		n->body_end = c->end;
	}
}

/* ac:adf-extension holds a node, and what is derived from it (ac:adf-fallback). False: an app's, which stays opaque. */
static bool
adf_extension(struct sreader *r, const struct xel *e, struct node *into, int depth)
{
	const struct xel *node = xel_child(e, "ac:adf-node");
	const char *type = node != NULL ? xel_attr(node, "type") : NULL;

	for (const struct xel *c = e->first; c != NULL; c = c->next)
		if (c != node && !is_blank(c) && !xel_is(c, "ac:adf-fallback"))
			return false;
	if (str_eq(type, "panel") && xel_child(node, "ac:adf-content") != NULL)
		adf_panel(r, e, node, into, depth);
	else if (str_eq(type, "decision-list") && xel_child(node, "ac:adf-node") != NULL)
		adf_decisions(r, e, node, into);
	else
		return false;
	return true;
}

/* <pre>: its text; formatting inside it is not ours to show. */
static void
preformatted(struct sreader *r, const struct xel *e, struct node *into)
{
	struct node *n = add(r, NODE_CODE_BLOCK, e, into);

	node_set_str(r->d, n, "_macro", "pre");
	xel_text_of(r->a, e, n);
	for (const struct xel *c = e->first; c != NULL; c = c->next)
		if (c->name != NULL)
			n->body = n->body_end = 0;
}

/* A paragraph of nothing but a smart link that is shown as a card. */
static bool
card(struct sreader *r, const struct xel *e, struct node *into)
{
	const struct xel *a = NULL;
	const char *how;
	struct node *n;

	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		if (is_blank(c))
			continue;
		if (a != NULL || c->tag != TAG_A)
			return false;
		a = c;
	}
	how = a != NULL && xel_attr(a, "href") != NULL ? xel_attr(a, "data-card-appearance") : NULL;
	if (how == NULL || (strcmp(how, "block") != 0 && strcmp(how, "embed") != 0))
		return false;
	n = add(r, how[0] == 'b' ? NODE_BLOCK_CARD : NODE_EMBED_CARD, e, into);
	n->body = n->body_end = 0;
	node_set_str(r->d, n, "url", xel_attr(a, "href"));
	return true;
}

static void
table_attrs(struct sreader *r, const struct xel *e, struct node *n)
{
	static const char *const layouts[] = { "wide", "full-width", "center", "align-start", "align-end" };
	const char *layout = xel_attr(e, "data-layout"), *width = xel_attr(e, "data-table-width");
	int64_t v;

	for (size_t i = 0; layout != NULL && i < LEN(layouts); i++)
		if (strcmp(layout, layouts[i]) == 0)
			node_set_str(r->d, n, "layout", layouts[i]);
	if (width != NULL && str_int(width, 1, 10000, &v) == 0)
		node_set_int(r->d, n, "width", v);
}

/* An element that holds lines: paragraph or heading. */
static void
line(struct sreader *r, const struct xel *e, struct node *into)
{
	struct node *n = add(r, e->tag == TAG_P ? NODE_PARAGRAPH : NODE_HEADING, e, into);

	if (n->type == NODE_HEADING)
		node_set_int(r->d, n, "level", e->name[1] - '0');
	block_style(r, e, n);
	storage_inlines(r, e->first, NULL, n);
}

static void
block(struct sreader *r, const struct xel *e, struct node *into, int depth)
{
	struct node *n;

	if (depth >= DOC_MAX_DEPTH - 6) {
		opaque(r, e, into, e->name);
		return;
	}
	switch (e->tag) {
	case TAG_P:
		if (!card(r, e, into))
			line(r, e, into);
		return;
	case TAG_H1:
	case TAG_H2:
	case TAG_H3:
	case TAG_H4:
	case TAG_H5:
	case TAG_H6:
		line(r, e, into);
		return;
	case TAG_UL:
	case TAG_OL:
		list(r, e, into, depth + 1);
		return;
	case TAG_TABLE:
		if (!table_fits(e))
			break;
		n = add(r, NODE_TABLE, e, into);
		table_attrs(r, e, n);
		rows(r, e, n, depth + 2);
		return;
	case TAG_BLOCKQUOTE:
		n = add(r, NODE_BLOCKQUOTE, e, into);
		blocks(r, e, n, depth + 1);
		return;
	case TAG_HR:
		(void)add(r, NODE_RULE, e, into);
		return;
	case TAG_PRE:
		preformatted(r, e, into);
		return;
	case TAG_DIV:
	case TAG_LAYOUT:
		blocks(r, e, into, depth);
		return;
	case TAG_SECTION:
		layout_section(r, e, into, depth);
		return;
	case TAG_TASK_LIST:
		tasks(r, e, into);
		return;
	case TAG_MACRO:
	case TAG_OLD_MACRO:
		macro(r, e, into, depth);
		return;
	case TAG_ADF:
		if (adf_extension(r, e, into, depth))
			return;
		break;
	case TAG_IMAGE:
		n = storage_image(r, e, false);
		if (n != NULL)
			node_append(into, n);
		else
			opaque(r, e, into, "image");
		return;
	default:
		break;
	}
	opaque(r, e, into, e->name[0] == '!' ? "comment" : e->name);
}

/* Whether a picture or macro at e stands inside a line: text beside it, in the same run of inline content. */
static bool
in_a_line(const struct xel *run, const struct xel *e)
{
	for (const struct xel *c = run; c != NULL && c != e; c = c->next)
		if (!is_blank(c))
			return true;
	for (const struct xel *c = e->next; c != NULL && storage_is_inline(c); c = c->next)
		if (!is_blank(c))
			return c->tag != TAG_BR;
	return false;
}

static void
blocks(struct sreader *r, const struct xel *parent, struct node *into, int depth)
{
	const struct xel *run = NULL;	/* where inline content without a <p> began */

	for (const struct xel *e = parent->first; e != NULL; e = e->next) {
		bool in_line = storage_is_inline(e);

		if (!in_line && (e->tag == TAG_IMAGE || (xel_is_macro(e) &&
		    xel_child(e, "ac:rich-text-body") == NULL && xel_child(e, "ac:plain-text-body") == NULL)))
			in_line = in_a_line(run, e);
		if (in_line) {
			if (run == NULL && !is_blank(e))
				run = e;
			continue;
		}
		if (run != NULL)
			bare(r, run, e, into);
		run = NULL;
		block(r, e, into, depth);
	}
	if (run != NULL)
		bare(r, run, NULL, into);
}

struct doc *
doc_read_storage(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct sreader r = { .a = a, .src = text };
	struct xel *root;

	if (text_check_size(len, e) == -1)
		return NULL;
	root = storage_parse(a, text, len, e);
	if (root == NULL)
		return NULL;
	r.d = doc_new(a, SKIN_STORAGE);
	r.d->src = text;
	r.d->src_len = len;
	r.d->root->src_end = r.d->root->body_end = len;
	blocks(&r, root, r.d->root, 1);
	return r.d;
}
