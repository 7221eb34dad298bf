/*
 * Writes the tree as ADF. A tree that was read from ADF is written as it was read; any other
 * is first made valid by the schema (adf_fit.c). A document has some ten thousand nodes of which each takes
 * five keys, so the openings are texts from a table and the commas are known by place.
 */
#include "text/adf_write.h"

#include "text/doc_util.h"

#include <string.h>

static const struct {
	const char *text;
	size_t len;
} node_open[NODE_TYPE_COUNT] = {
#define NODE_OPEN(type, name, class) [type] = { "{\"type\":\"" name "\"", sizeof("{\"type\":\"" name "\"") - 1 },
	NODE_TYPES(NODE_OPEN)
#undef NODE_OPEN
}, mark_open[MARK_TYPE_COUNT] = {
#define MARK_OPEN(type, name) [type] = { "{\"type\":\"" name "\"", sizeof("{\"type\":\"" name "\"") - 1 },
	MARK_TYPES(MARK_OPEN)
#undef MARK_OPEN
};

#define PUT(b, literal) buf_add(b, literal, sizeof(literal) - 1)

static void
write_value(json *v, struct buf *b)
{
	struct jw w;

	jw_init(&w, b);
	jw_val(&w, v);
}

static void
write_attrs(const struct attr *first, bool always, struct buf *b)
{
	bool open = false;

	for (const struct attr *a = first; a != NULL; a = a->next) {
		if (a->name[0] == '_')
			continue;
		if (open)
			buf_addc(b, ',');
		else
			PUT(b, ",\"attrs\":{");
		open = true;
		jw_quote(b, a->name, strlen(a->name));
		buf_addc(b, ':');
		switch (a->kind) {
		case ATTR_STR:
			if (a->str != NULL)
				jw_quote(b, a->str, strlen(a->str));
			else
				PUT(b, "null");
			break;
		case ATTR_INT:
			if (a->num < 0)
				buf_addc(b, '-');
			buf_addu(b, a->num < 0 ? (uint64_t)0 - (uint64_t)a->num : (uint64_t)a->num);
			break;
		case ATTR_BOOL:
			buf_adds(b, a->num != 0 ? "true" : "false");
			break;
		case ATTR_JSON:
			write_value(a->value, b);
			break;
		}
	}
	if (open)
		buf_addc(b, '}');
	else if (always)
		PUT(b, ",\"attrs\":{}");
}

static void
write_marks(const struct mark *first, struct buf *b)
{
	if (first == NULL)
		return;
	PUT(b, ",\"marks\":[");
	for (const struct mark *m = first; m != NULL; m = m->next) {
		if (m != first)
			buf_addc(b, ',');
		if (m->value != NULL) {
			write_value(m->value, b);
			continue;
		}
		buf_add(b, mark_open[m->type].text, mark_open[m->type].len);
		write_attrs(m->attrs, false, b);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

/* Whether the schema wants "attrs" or "content" even when there is nothing in it. */
static bool
wants_attrs(const struct node *n)
{
	if (n->value != NULL)
		return json_get(n->value, "attrs") != NULL;
	return n->type == NODE_TABLE_CELL || n->type == NODE_TABLE_HEADER || n->type == NODE_EXPAND ||
	    n->type == NODE_CODE_BLOCK || n->type == NODE_EMOJI;
}

static bool
wants_content(const struct node *n)
{
	if (n->value != NULL)
		return json_get(n->value, "content") != NULL;
	return node_class(n->type) == CLASS_BLOCKS || node_class(n->type) == CLASS_INLINES;
}

static void
write_node(const struct node *n, struct buf *b)
{
	if (n->type == NODE_OPAQUE_BLOCK || n->type == NODE_OPAQUE_INLINE || (n->value != NULL && node_str(n, "_handle") != NULL)) {
		write_value(n->value, b);	/* the fit has left out those that are not ADF's */
		return;
	}
	if (n->type == NODE_TEXT) {
		PUT(b, "{\"type\":\"text\",\"text\":");
		jw_quote(b, n->text, n->text_len);
	} else {
		buf_add(b, node_open[n->type].text, node_open[n->type].len);
	}
	write_attrs(n->attrs, wants_attrs(n), b);
	if (n->type == NODE_CODE_BLOCK) {
		if (n->text_len > 0) {
			PUT(b, ",\"content\":[{\"type\":\"text\",\"text\":");
			jw_quote(b, n->text, n->text_len);
			PUT(b, "}]");
		} else if (n->value != NULL && wants_content(n)) {
			PUT(b, ",\"content\":[]");
		}
	} else if (n->first != NULL || wants_content(n)) {
		PUT(b, ",\"content\":[");
		for (const struct node *c = n->first; c != NULL; c = c->next) {
			if (c != n->first)
				buf_addc(b, ',');
			write_node(c, b);
		}
		buf_addc(b, ']');
	}
	write_marks(n->marks, b);
	buf_addc(b, '}');
}

void
adf_write_node(const struct node *n, struct jw *w)
{
	jw_raw(w, "", 0);	/* the comma before it */
	write_node(n, w->out);
}

void
doc_write_adf(const struct doc *d, struct jw *w)
{
	struct doc own = *d;	/* the fit allocates and reports through the document */
	const struct node *root = d->root;

	if (d->skin != SKIN_ADF)
		root = adf_fit(&own, own.root);
	jw_obj(w);
	jw_str(w, "type", "doc");
	jw_int(w, "version", root->value != NULL ? json_get_int(root->value, "version", 1) : 1);
	jw_arr_in(w, "content");
	for (const struct node *c = root->first; c != NULL; c = c->next)
		adf_write_node(c, w);
	jw_end(w);
	jw_end(w);
}
