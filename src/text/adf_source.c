/*
 * Finds the bytes of each ADF node. yyjson does not say where a value stood, so this walks the
 * text, which yyjson has already accepted, beside the tree: objects in the order in which
 * read_node met them. A node that the reader left out (an empty text) is stepped over by
 * comparing the objects themselves.
 */
#include "text/adf_source.h"

#include <string.h>

struct scan {
	const char *s;
	size_t at, len;
};

static void
space(struct scan *c)
{
	while (c->at < c->len && strchr(" \t\r\n", c->s[c->at]) != NULL && c->s[c->at] != '\0')
		c->at++;
}

static void
skip_string(struct scan *c)
{
	for (c->at++; c->at < c->len && c->s[c->at] != '"'; c->at++)
		if (c->s[c->at] == '\\')
			c->at++;
	c->at++;
}

/* Any value, without recursion: only brackets and strings matter. */
static void
skip_value(struct scan *c)
{
	int depth = 0;

	while (c->at < c->len) {
		char ch = c->s[c->at];

		if (ch == '"') {
			skip_string(c);
			if (depth == 0)
				return;
			continue;
		}
		if (ch == '{' || ch == '[')
			depth++;
		if (ch == '}' || ch == ']') {
			if (depth == 0)
				return;
			c->at++;
			if (--depth == 0)
				return;
			continue;
		}
		if (depth == 0 && ch == ',')
			return;
		c->at++;
	}
}

static void locate(struct scan *, struct node *);

/* c stands on the '[' of a content array; parent's children are among its elements, in order. */
static void
locate_content(struct scan *c, struct node *parent)
{
	struct node *child = parent->first;
	struct json_iter it = json_iter(json_get(parent->value, "content"));
	bool descend = parent->type != NODE_CODE_BLOCK;

	c->at++;
	parent->body = c->at;
	while (json_next(&it)) {
		space(c);
		if (c->at < c->len && c->s[c->at] == ',')
			c->at++;
		space(c);
		if (descend && child != NULL && child->value == it.value) {
			locate(c, child);
			child = child->next;
		} else {
			skip_value(c);
		}
	}
	space(c);
	parent->body_end = c->at;
	c->at++;
}

/* c stands on a value; moves past it. Depth is that of the tree. */
static void
locate(struct scan *c, struct node *n)
{
	bool seen = false;

	n->src = c->at;
	if (c->at >= c->len || c->s[c->at] != '{' || n->type == NODE_OPAQUE_BLOCK || n->type == NODE_OPAQUE_INLINE) {
		skip_value(c);
		n->src_end = c->at;
		return;
	}
	c->at++;
	for (space(c); c->at < c->len && c->s[c->at] != '}'; space(c)) {
		size_t key = c->at + 1;
		bool content;

		skip_string(c);
		content = !seen && c->at - 1 - key == 7 && memcmp(c->s + key, "content", 7) == 0;
		space(c);
		c->at++;	/* ':' */
		space(c);
		seen |= content;	/* of two, the reader takes the first */
		if (content && c->at < c->len && c->s[c->at] == '[') {
			locate_content(c, n);
		} else {
			skip_value(c);
		}
		space(c);
		if (c->at < c->len && c->s[c->at] == ',')
			c->at++;
	}
	c->at++;
	n->src_end = c->at;
}

void
adf_source(struct doc *d)
{
	struct scan c = { .s = d->src, .len = d->src_len };

	if (d->src_len >= 3 && memcmp(d->src, "\xef\xbb\xbf", 3) == 0)
		c.at = 3;
	space(&c);
	locate(&c, d->root);
}
