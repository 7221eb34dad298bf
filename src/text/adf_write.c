/*
 * Writes the tree as ADF. A tree that was read from ADF is written as it was read; any other
 * is first made valid by the schema (adf_fit.c).
 */
#include "text/adf_write.h"

#include "text/doc_util.h"

#include <string.h>

static void
write_attrs(const struct attr *first, bool always, struct jw *w)
{
	bool open = false;

	if (always) {
		jw_obj_in(w, "attrs");
		open = true;
	}
	for (const struct attr *a = first; a != NULL; a = a->next) {
		if (a->name[0] == '_')
			continue;
		if (!open)
			jw_obj_in(w, "attrs");
		open = true;
		switch (a->kind) {
		case ATTR_STR:
			jw_str(w, a->name, a->str);
			break;
		case ATTR_INT:
			jw_int(w, a->name, a->num);
			break;
		case ATTR_BOOL:
			jw_bool(w, a->name, a->num != 0);
			break;
		case ATTR_JSON:
			jw_value(w, a->name, a->value);
			break;
		}
	}
	if (open)
		jw_end(w);
}

static void
write_marks(const struct mark *first, struct jw *w)
{
	if (first == NULL)
		return;
	jw_arr_in(w, "marks");
	for (const struct mark *m = first; m != NULL; m = m->next) {
		if (m->value != NULL) {
			jw_val(w, m->value);
			continue;
		}
		jw_obj(w);
		jw_str(w, "type", mark_type_name(m->type));
		write_attrs(m->attrs, false, w);
		jw_end(w);
	}
	jw_end(w);
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

void
adf_write_node(const struct node *n, struct jw *w)
{
	if (n->type == NODE_OPAQUE_BLOCK || n->type == NODE_OPAQUE_INLINE || (n->value != NULL && node_str(n, "_handle") != NULL)) {
		jw_val(w, n->value);	/* the fit has left out those that are not ADF's */
		return;
	}
	jw_obj(w);
	jw_str(w, "type", node_type_name(n->type));
	if (n->type == NODE_TEXT) {
		jw_key(w, "text");
		jw_sn(w, n->text, n->text_len);
	}
	write_attrs(n->attrs, wants_attrs(n), w);
	if (n->type == NODE_CODE_BLOCK) {
		if (n->text_len > 0 || (n->value != NULL && wants_content(n))) {
			jw_arr_in(w, "content");
			if (n->text_len > 0) {
				jw_obj(w);
				jw_str(w, "type", "text");
				jw_key(w, "text");
				jw_sn(w, n->text, n->text_len);
				jw_end(w);
			}
			jw_end(w);
		}
	} else if (n->first != NULL || wants_content(n)) {
		jw_arr_in(w, "content");
		for (const struct node *c = n->first; c != NULL; c = c->next)
			adf_write_node(c, w);
		jw_end(w);
	}
	write_marks(n->marks, w);
	jw_end(w);
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
