/*
 * The tree itself: making nodes, their attributes and marks, and the tables of names.
 *
 * Readers build with node_new and node_append; writers walk first/next. Attributes are
 * short lists searched in order (a node has five at most, as a rule). Mark lists are kept
 * sorted by mark type and are shared between text nodes, so they are never changed in
 * place: marks_with() makes a new list.
 */
#include "text/doc.h"

#include "base/str.h"
#include "text/doc_util.h"

#include <string.h>

static const struct {
	const char *name;
	enum node_class class;
} node_table[NODE_TYPE_COUNT] = {
#define NODE_ROW(type, adf_name, adf_class) [type] = { .name = adf_name, .class = adf_class },
	NODE_TYPES(NODE_ROW)
#undef NODE_ROW
};

static const char *const mark_table[MARK_TYPE_COUNT] = {
#define MARK_ROW(type, adf_name) [type] = adf_name,
	MARK_TYPES(MARK_ROW)
#undef MARK_ROW
};

const char *
node_type_name(enum node_type t)
{
	return node_table[t].name;
}

const char *
mark_type_name(enum mark_type t)
{
	return mark_table[t];
}

enum node_class
node_class(enum node_type t)
{
	return node_table[t].class;
}

enum node_type
node_type_of(const char *name)
{
	for (int i = 0; name != NULL && name[0] != '_' && i < NODE_TYPE_COUNT; i++)
		if (strcmp(node_table[i].name, name) == 0)
			return (enum node_type)i;
	return NODE_TYPE_COUNT;
}

enum mark_type
mark_type_of(const char *name)
{
	for (int i = 0; name != NULL && name[0] != '_' && i < MARK_TYPE_COUNT; i++)
		if (strcmp(mark_table[i], name) == 0)
			return (enum mark_type)i;
	return MARK_TYPE_COUNT;
}

struct doc *
doc_new(struct arena *a, enum skin skin)
{
	struct doc *d = arena_alloc(a, sizeof(*d));

	d->arena = a;
	d->skin = skin;
	d->root = node_new(d, NODE_DOC);
	return d;
}

struct node *
node_new(struct doc *d, enum node_type type)
{
	struct node *n = arena_alloc(d->arena, sizeof(*n));

	n->type = type;
	d->nodes++;
	return n;
}

void
node_append(struct node *parent, struct node *child)
{
	child->next = NULL;
	if (parent->last != NULL)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
}

struct node *
node_text(struct doc *d, const char *text, size_t len)
{
	struct node *n = node_new(d, NODE_TEXT);

	n->text = text;
	n->text_len = len;
	return n;
}

static struct attr *
find(struct attr *a, const char *name)
{
	while (a != NULL && strcmp(a->name, name) != 0)
		a = a->next;
	return a;
}

/* The attribute of that name, made at the end of the list when it is missing. */
static struct attr *
place(struct doc *d, struct attr **list, const char *name)
{
	struct attr *a = find(*list, name);

	if (a != NULL)
		return a;
	while (*list != NULL)
		list = &(*list)->next;
	*list = a = arena_alloc(d->arena, sizeof(*a));
	a->name = name;
	return a;
}

static void
drop(struct attr **list, const char *name)
{
	while (*list != NULL && strcmp((*list)->name, name) != 0)
		list = &(*list)->next;
	if (*list != NULL)
		*list = (*list)->next;
}

const char *
node_str(const struct node *n, const char *name)
{
	const struct attr *a = find(n->attrs, name);

	return a != NULL && a->kind == ATTR_STR ? a->str : NULL;
}

static int64_t
attr_int(const struct attr *a, int64_t dflt)
{
	if (a == NULL || a->kind == ATTR_STR)
		return dflt;
	return a->kind == ATTR_JSON ? json_int(a->value, dflt) : a->num;
}

int64_t
node_int(const struct node *n, const char *name, int64_t dflt)
{
	return attr_int(find(n->attrs, name), dflt);
}

double
node_real(const struct node *n, const char *name, double dflt)
{
	const struct attr *a = find(n->attrs, name);

	if (a == NULL || a->kind == ATTR_STR)
		return dflt;
	return a->kind == ATTR_JSON ? json_real(a->value, dflt) : (double)a->num;
}

bool
node_bool(const struct node *n, const char *name)
{
	const struct attr *a = find(n->attrs, name);

	return a != NULL && a->kind == ATTR_BOOL && a->num != 0;
}

void
node_set_str(struct doc *d, struct node *n, const char *name, const char *value)
{
	struct attr *a;

	if (value == NULL) {
		drop(&n->attrs, name);
		return;
	}
	a = place(d, &n->attrs, name);
	a->kind = ATTR_STR;
	a->str = value;
}

void
node_set_int(struct doc *d, struct node *n, const char *name, int64_t value)
{
	struct attr *a = place(d, &n->attrs, name);

	a->kind = ATTR_INT;
	a->num = value;
}

void
node_set_bool(struct doc *d, struct node *n, const char *name, bool value)
{
	struct attr *a = place(d, &n->attrs, name);

	a->kind = ATTR_BOOL;
	a->num = value;
}

void
node_set_json(struct doc *d, struct node *n, const char *name, json *value)
{
	struct attr *a = place(d, &n->attrs, name);

	a->kind = ATTR_JSON;
	a->value = value;
}

struct mark *
mark_new(struct doc *d, enum mark_type type)
{
	struct mark *m = arena_alloc(d->arena, sizeof(*m));

	m->type = type;
	return m;
}

struct mark *
mark_find(const struct mark *list, enum mark_type type)
{
	for (const struct mark *m = list; m != NULL; m = m->next)
		if (m->type == type)
			return (struct mark *)(uintptr_t)m;
	return NULL;
}

const char *
mark_str(const struct mark *m, const char *name)
{
	const struct attr *a = m != NULL ? find(m->attrs, name) : NULL;

	return a != NULL && a->kind == ATTR_STR ? a->str : NULL;
}

int64_t
mark_int(const struct mark *m, const char *name, int64_t dflt)
{
	return m != NULL ? attr_int(find(m->attrs, name), dflt) : dflt;
}

void
mark_set_str(struct doc *d, struct mark *m, const char *name, const char *value)
{
	struct attr *a = place(d, &m->attrs, name);

	a->kind = ATTR_STR;
	a->str = value;
}

void
mark_set_int(struct doc *d, struct mark *m, const char *name, int64_t value)
{
	struct attr *a = place(d, &m->attrs, name);

	a->kind = ATTR_INT;
	a->num = value;
}

static bool
attr_equal(const struct attr *a, const struct attr *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == ATTR_STR)
		return strcmp(a->str, b->str) == 0;
	if (a->kind == ATTR_JSON)
		return yyjson_equals(a->value, b->value);
	return a->num == b->num;
}

bool
attrs_equal(const struct attr *a, const struct attr *b)
{
	size_t na = 0, nb = 0;

	for (const struct attr *x = a; x != NULL; x = x->next) {
		const struct attr *y = b;

		while (y != NULL && strcmp(x->name, y->name) != 0)
			y = y->next;
		if (y == NULL || !attr_equal(x, y))
			return false;
		na++;
	}
	for (; b != NULL; b = b->next)
		nb++;
	return na == nb;
}

bool
mark_equal(const struct mark *a, const struct mark *b)
{
	if (a == b)
		return true;
	if (a->type != b->type || !attrs_equal(a->attrs, b->attrs))
		return false;
	if (a->type == MARK_OPAQUE && (a->value != NULL || b->value != NULL))
		return a->value != NULL && b->value != NULL && yyjson_equals(a->value, b->value);
	return true;
}

bool
marks_equal(const struct mark *a, const struct mark *b)
{
	size_t na = 0, nb = 0;

	if (a == b)
		return true;
	for (const struct mark *x = a; x != NULL; x = x->next) {
		const struct mark *y = b;

		while (y != NULL && !mark_equal(x, y))
			y = y->next;
		if (y == NULL)
			return false;
		na++;
	}
	for (; b != NULL; b = b->next)
		nb++;
	return na == nb;
}

struct mark *
marks_with(struct doc *d, const struct mark *list, const struct mark *one)
{
	struct mark *head = NULL, **end = &head;
	bool placed = false;

	for (;;) {
		struct mark *copy;

		if (!placed && (list == NULL || list->type > one->type)) {
			copy = arena_alloc(d->arena, sizeof(*copy));
			*copy = *one;
			placed = true;
		} else if (list != NULL) {
			/* One mark of a type, but for those that may repeat. */
			if (list->type == one->type && one->type != MARK_ANNOTATION && one->type != MARK_OPAQUE) {
				list = list->next;
				continue;
			}
			copy = arena_alloc(d->arena, sizeof(*copy));
			*copy = *list;
			list = list->next;
		} else {
			break;
		}
		copy->next = NULL;
		*end = copy;
		end = &copy->next;
	}
	return head;
}

const char *
doc_handle(struct arena *a, const char *bytes, size_t len)
{
	static const char digits[] = "abcdefghijkmnpqrstuvwxyz23456789";	/* no l, o, 0, 1 */
	uint64_t h = 14695981039346656037u;
	char out[7];

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
	h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
	h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
	h ^= h >> 33;
	for (int i = 0; i < 6; i++, h >>= 5)
		out[i] = digits[h & 31];
	out[6] = '\0';
	return arena_strdup(a, out);
}

struct node *
node_opaque(struct doc *d, bool block, const char *source, size_t len, const char *label)
{
	struct node *n = node_new(d, block ? NODE_OPAQUE_BLOCK : NODE_OPAQUE_INLINE);

	n->text = source;
	n->text_len = len;
	node_set_str(d, n, "_label", label);
	node_set_str(d, n, "_handle", doc_handle(d->arena, source, len));
	return n;
}

void
lossy_add(struct lossy *l, const char *what, const char *detail)
{
	struct lossy_item *i;

	if (l == NULL)
		return;
	for (i = l->first; i != NULL; i = i->next) {
		if (strcmp(i->what, what) == 0) {
			i->count++;
			return;
		}
	}
	i = arena_alloc(l->arena, sizeof(*i));
	i->what = arena_strdup(l->arena, what);
	i->detail = arena_strdup(l->arena, detail);
	i->count = 1;
	if (l->last != NULL)
		l->last->next = i;
	else
		l->first = i;
	l->last = i;
}

bool
doc_is_empty(const struct doc *d)
{
	for (const struct node *n = d->root->first; n != NULL; n = n->next)
		if (n->type != NODE_PARAGRAPH || n->first != NULL)
			return false;
	return true;
}

/* Depth is bounded by the readers (DOC_MAX_DEPTH), so recursion is. */
static void
each(struct doc *d, struct node *n, enum node_type type, void (*fn)(struct doc *, struct node *, void *), void *ctx)
{
	if (n->type == type)
		fn(d, n, ctx);
	for (struct node *c = n->first; c != NULL; c = c->next)
		each(d, c, type, fn, ctx);
}

void
doc_each(struct doc *d, enum node_type type, void (*fn)(struct doc *, struct node *, void *), void *ctx)
{
	each(d, d->root, type, fn, ctx);
}

bool
text_is_blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\n' && s[i] != '\r')
			return false;
	return true;
}

int
text_check_size(size_t len, struct err *e)
{
	if (len > DOC_MAX_BYTES)
		return err_set(e, ERR_TOO_LARGE, "The document has %zu bytes; the limit is %d.", len, DOC_MAX_BYTES);
	return 0;
}
