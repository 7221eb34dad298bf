/*
 * Reads ADF, the JSON of Atlassian's editor, into the tree.
 *
 * The tree's vocabulary is ADF's, so the way is short: each JSON object becomes a node of its
 * type with all of its attributes and marks, known or not. An object of a type that the tree
 * does not have becomes an opaque node that keeps the object; so does what lies too deep.
 * doc_read_adf_text also notes where in the text each node lies (adf_source.c), for doc_merge.
 */
#include "text/doc.h"

#include "text/adf_source.h"
#include "base/str.h"
#include "text/doc_util.h"

#include <string.h>

struct reader {
	struct doc *d;
	struct err *e;
	bool failed;
};

static void
read_attr(struct reader *r, struct attr ***end, const char *key, json *v)
{
	struct attr *a = arena_alloc(r->d->arena, sizeof(*a));

	a->name = key;
	if (yyjson_is_str(v)) {
		a->kind = ATTR_STR;
		a->str = json_str(v);
	} else if (yyjson_is_bool(v)) {
		a->kind = ATTR_BOOL;
		a->num = json_bool(v, false);
	} else if (yyjson_is_int(v) && !(yyjson_is_uint(v) && yyjson_get_uint(v) > INT64_MAX)) {
		a->kind = ATTR_INT;
		a->num = json_int(v, 0);
	} else {
		a->kind = ATTR_JSON;
		a->value = v;
	}
	**end = a;
	*end = &a->next;
}

static struct attr *
read_attrs(struct reader *r, json *obj)
{
	struct attr *head = NULL, **end = &head;

	/* A key that begins with '_' is none of ADF's; keeping it out keeps our own apart. */
	for (struct json_iter it = json_iter(obj); json_next(&it);)
		if (it.key != NULL && it.key[0] != '_')
			read_attr(r, &end, it.key, it.value);
	return head;
}

static struct mark *
read_marks(struct reader *r, json *list)
{
	struct mark *head = NULL, **end = &head;

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		enum mark_type t = mark_type_of(json_get_str(it.value, "type"));
		struct mark *m = mark_new(r->d, t == MARK_TYPE_COUNT ? MARK_OPAQUE : t);

		m->value = it.value;
		if (m->type != MARK_OPAQUE)
			m->attrs = read_attrs(r, json_get(it.value, "attrs"));
		*end = m;
		end = &m->next;
	}
	return head;
}

/* codeBlock: its text nodes are one text of the block itself. */
static void
read_code(struct reader *r, struct node *n, json *content)
{
	size_t len = 0, at = 0;
	char *text;

	for (struct json_iter it = json_iter(content); json_next(&it);) {
		const char *s = json_get_str(it.value, "text");

		len += s != NULL ? strlen(s) : 0;
	}
	text = arena_alloc(r->d->arena, len + 1);
	for (struct json_iter it = json_iter(content); json_next(&it);) {
		const char *s = json_get_str(it.value, "text");

		if (s != NULL) {
			memcpy(text + at, s, strlen(s));
			at += strlen(s);
		}
	}
	n->text = text;
	n->text_len = len;
}

/* A macro with a plain-text body keeps it among its parameters. */
static void
read_body(struct node *n)
{
	json *body = json_get(macro_params(n), "__bodyContent");
	const char *s = body != NULL ? macro_param_value(body) : NULL;

	if (s == NULL || !str_eq(node_str(n, "extensionType"), extension_confluence))
		return;
	n->text = s;
	n->text_len = (uint32_t)strlen(s);
}

static struct node *
read_opaque(struct reader *r, json *v, bool block)
{
	const char *type = json_get_str(v, "type");
	size_t len;
	const char *text = json_text(r->d->arena, v, &len);
	struct node *n = node_opaque(r->d, block, text, len, type != NULL ? type : "unknown");

	n->value = v;
	node_set_str(r->d, n, "_skin", "adf");
	return n;
}

static bool
holds_inlines(enum node_type t)
{
	return node_class(t) == CLASS_INLINES;
}

static struct node *
read_node(struct reader *r, json *v, enum node_type parent, int depth)
{
	enum node_type t = node_type_of(json_get_str(v, "type"));
	struct node *n;
	json *content = json_get(v, "content");

	if (r->d->nodes > DOC_MAX_NODES) {
		if (!r->failed)
			(void)err_set(r->e, ERR_TOO_LARGE, "The document has more than %d nodes.", DOC_MAX_NODES);
		r->failed = true;
		return NULL;
	}
	if (!yyjson_is_obj(v))
		return NULL;
	if (t == NODE_TYPE_COUNT || t == NODE_DOC || depth > DOC_MAX_DEPTH ||
	    (node_class(t) == CLASS_INLINE) != holds_inlines(parent))
		return read_opaque(r, v, !holds_inlines(parent));
	n = node_new(r->d, t);
	n->value = v;
	n->attrs = read_attrs(r, json_get(v, "attrs"));
	n->marks = read_marks(r, json_get(v, "marks"));
	if (t == NODE_TEXT) {
		n->text = json_get_str(v, "text");
		n->text_len = n->text != NULL ? strlen(n->text) : 0;
		if (n->text_len == 0)
			return NULL;
		return n;
	}
	if (t == NODE_EXTENSION)
		read_body(n);
	if (t == NODE_CODE_BLOCK) {
		read_code(r, n, content);
		return n;
	}
	if (node_class(t) == CLASS_LEAF || node_class(t) == CLASS_INLINE)
		return n;
	for (struct json_iter it = json_iter(content); json_next(&it);) {
		struct node *c = read_node(r, it.value, t, depth + 1);

		if (c != NULL)
			node_append(n, c);
	}
	return n;
}

struct doc *
doc_read_adf(struct arena *a, json *root, struct err *e)
{
	struct reader r = { .e = e };
	const char *type = json_get_str(root, "type");

	if (type == NULL || strcmp(type, "doc") != 0 || !yyjson_is_arr(json_get(root, "content"))) {
		(void)err_set(e, ERR_INPUT, "This is not an ADF document.");
		err_hint(e, "It must be an object with \"type\": \"doc\", \"version\": 1 and a \"content\" array.");
		return NULL;
	}
	r.d = doc_new(a, SKIN_ADF);
	r.d->root->value = root;
	for (struct json_iter it = json_iter(json_get(root, "content")); json_next(&it) && !r.failed;) {
		struct node *c = read_node(&r, it.value, NODE_DOC, 1);

		if (c != NULL)
			node_append(r.d->root, c);
	}
	return r.failed ? NULL : r.d;
}

struct doc *
doc_read_adf_text(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct doc *d;
	json *root;

	if (text_check_size(len, e) == -1)
		return NULL;
	root = json_parse(a, text, len, JSON_TRUSTED, e);
	if (root == NULL)
		return NULL;
	d = doc_read_adf(a, root, e);
	if (d == NULL)
		return NULL;
	d->src = text;
	d->src_len = len;
	adf_source(d);
	return d;
}
