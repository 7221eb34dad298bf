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

/* What is written gathers here first, so that a key costs a few moves and not a call. */
struct adf_out {
	struct buf *b;
	size_t len;
	char room[4096];
};

static void
flush(struct adf_out *o)
{
	buf_add(o->b, o->room, o->len);
	o->len = 0;
}

#define PUT(o, literal) put(o, literal, sizeof(literal) - 1)

static inline void
put(struct adf_out *o, const char *s, size_t len)
{
	if (len > sizeof(o->room) - o->len)
		flush(o);
	memcpy(o->room + o->len, s, len);
	o->len += len;
}

static void
put_quoted(struct adf_out *o, const char *s, size_t len)
{
	size_t n;

	if (len + 2 > sizeof(o->room) - o->len)
		flush(o);
	n = len + 2 <= sizeof(o->room) - o->len ? jw_plain(o->room + o->len + 1, s, len) : 0;
	if (n < len || len == 0) {
		flush(o);
		jw_quote(o->b, s, len);
		return;
	}
	o->room[o->len] = o->room[o->len + len + 1] = '"';
	o->len += len + 2;
}

static void
put_value(struct adf_out *o, json *v)
{
	struct jw w;

	flush(o);
	jw_init(&w, o->b);
	jw_val(&w, v);
}

static void
put_number(struct adf_out *o, int64_t n)
{
	char digits[24], *p = digits + sizeof(digits);
	uint64_t left = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + left % 10);
	while ((left /= 10) != 0);
	if (n < 0)
		*--p = '-';
	put(o, p, (size_t)(digits + sizeof(digits) - p));
}

static void
write_attrs(const struct attr *first, bool always, struct adf_out *o)
{
	bool open = false;

	for (const struct attr *a = first; a != NULL; a = a->next) {
		if (a->name[0] == '_')
			continue;
		if (open)
			PUT(o, ",");
		else
			PUT(o, ",\"attrs\":{");
		open = true;
		put_quoted(o, a->name, strlen(a->name));
		PUT(o, ":");
		switch (a->kind) {
		case ATTR_STR:
			if (a->str != NULL)
				put_quoted(o, a->str, strlen(a->str));
			else
				PUT(o, "null");
			break;
		case ATTR_INT:
			put_number(o, a->num);
			break;
		case ATTR_BOOL:
			if (a->num != 0)
				PUT(o, "true");
			else
				PUT(o, "false");
			break;
		case ATTR_JSON:
			put_value(o, a->value);
			break;
		}
	}
	if (open)
		PUT(o, "}");
	else if (always)
		PUT(o, ",\"attrs\":{}");
}

static void
write_marks(const struct mark *first, struct adf_out *o)
{
	if (first == NULL)
		return;
	PUT(o, ",\"marks\":[");
	for (const struct mark *m = first; m != NULL; m = m->next) {
		if (m != first)
			PUT(o, ",");
		if (m->value != NULL) {
			put_value(o, m->value);
			continue;
		}
		put(o, mark_open[m->type].text, mark_open[m->type].len);
		write_attrs(m->attrs, false, o);
		PUT(o, "}");
	}
	PUT(o, "]");
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
write_node(const struct node *n, struct adf_out *o)
{
	if (n->type == NODE_OPAQUE_BLOCK || n->type == NODE_OPAQUE_INLINE || (n->value != NULL && node_str(n, "_handle") != NULL)) {
		put_value(o, n->value);	/* the fit has left out those that are not ADF's */
		return;
	}
	if (n->type == NODE_TEXT) {
		PUT(o, "{\"type\":\"text\",\"text\":");
		put_quoted(o, n->text, n->text_len);
	} else {
		put(o, node_open[n->type].text, node_open[n->type].len);
	}
	write_attrs(n->attrs, wants_attrs(n), o);
	if (n->type == NODE_CODE_BLOCK) {
		if (n->text_len > 0) {
			PUT(o, ",\"content\":[{\"type\":\"text\",\"text\":");
			put_quoted(o, n->text, n->text_len);
			PUT(o, "}]");
		} else if (n->value != NULL && wants_content(n)) {
			PUT(o, ",\"content\":[]");
		}
	} else if (n->first != NULL || wants_content(n)) {
		PUT(o, ",\"content\":[");
		for (const struct node *c = n->first; c != NULL; c = c->next) {
			if (c != n->first)
				PUT(o, ",");
			write_node(c, o);
		}
		PUT(o, "]");
	}
	write_marks(n->marks, o);
	PUT(o, "}");
}

void
adf_write_node(const struct node *n, struct jw *w)
{
	struct adf_out o;

	jw_raw(w, "", 0);	/* the comma before it */
	o.b = w->out;
	o.len = 0;
	write_node(n, &o);
	flush(&o);
}

void
doc_write_adf(const struct doc *d, struct jw *w)
{
	struct doc own = *d;	/* the fit allocates and reports through the document */
	const struct node *root = d->root;
	struct adf_out o;

	if (d->skin != SKIN_ADF)
		root = adf_fit(&own, own.root);
	jw_obj(w);
	jw_str(w, "type", "doc");
	jw_int(w, "version", root->value != NULL ? json_get_int(root->value, "version", 1) : 1);
	jw_arr_in(w, "content");
	o.b = w->out;
	o.len = 0;
	for (const struct node *c = root->first; c != NULL; c = c->next) {
		if (c != root->first)
			PUT(&o, ",");
		write_node(c, &o);
	}
	flush(&o);
	jw_end(w);
	jw_end(w);
}
