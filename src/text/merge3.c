/*
 * doc_merge3: an edit of a page that someone else has changed since it was shown.
 *
 * The page as it was shown, the page as it is and the edited text are compared as Markdown trees:
 * base to current and base to edited, each matched by merge_match.c. Their changes are brought
 * together block by block, and in blocks that hold blocks (lists, tables, panels ...) again block by
 * block. The current page's order is the ground; what the edit removed is taken out of it, what it
 * wrote or moved is put behind the block that it follows in the edited text. The tree that results
 * is an edit of the current page, and doc_merge's own way puts it there.
 *
 * A conflict is a block that both changed, each in another way; one that one of them changed and the other
 * removed; a new block in a place that the other removed.
 */
#include "text/merge_int.h"

#include "base/str.h"

#include <string.h>

enum { MAX_CONFLICTS = 50 };

struct three {
	struct arena *a;
	struct merge c, e;	/* base to current, base to edited */
	struct merge_conflict *first, *last;
	size_t conflicts;
	const char *where;	/* the headings above the top-level block */
};

/* A block of the result. */
struct entry {
	struct node *n;
	size_t base;		/* its block in the base, or ALIGN_NONE */
	bool added;		/* by the current page */
	struct entry *prev, *next;
};

struct joined {
	struct three *t;
	struct level c, e;	/* the same base blocks on both left sides */
	struct entry top;	/* before the first; the list is a ring through it */
	struct entry **of_base;	/* the entry of each base block, NULL when there is none */
};

static void join_children(struct three *, struct node *base, struct node *current, struct node *edited, struct node *into);

/* --- conflicts --- */

static const char *
shown(struct three *t, const struct item *i)
{
	struct buf b;
	const char *s;

	if (i == NULL)
		return NULL;
	if (i->md_len == 0 || i->md[0] != '\x01')
		return i->md;
	buf_init(&b, DOC_MAX_BYTES);	/* a row, an item: no Markdown of its own */
	node_plain(i->n, &b);
	s = arena_strndup(t->a, b.data, b.len);
	buf_release(&b);
	return s;
}

static void
conflict(struct three *t, const struct item *base, const struct item *current, const struct item *edited)
{
	struct merge_conflict *k;

	if (t->conflicts++ >= MAX_CONFLICTS)
		return;
	k = arena_alloc(t->a, sizeof(*k));
	k->where = t->where;
	k->base = shown(t, base);
	k->current = shown(t, current);
	k->edited = shown(t, edited);
	if (t->last != NULL)
		t->last->next = k;
	else
		t->first = k;
	t->last = k;
}

/* "Setup > Install" for the place before or at the base's block i. */
static const char *
heading_path(struct three *t, const struct level *l, size_t i)
{
	const char *path = NULL;
	int64_t level = 7;

	for (i = i < l->no ? i + 1 : l->no; i-- > 0;) {
		const struct node *n = l->o[i].n;
		struct buf b;

		if (n->type != NODE_HEADING || node_level(n) >= level)
			continue;
		level = node_level(n);
		buf_init(&b, DOC_MAX_BYTES);
		node_plain(n, &b);
		path = path == NULL ? str_trim(t->a, b.data, b.len) : arena_printf(t->a, "%s > %s", str_trim(t->a, b.data, b.len), path);
		buf_release(&b);
	}
	return path != NULL ? path : "";
}

static void
set_where(struct joined *j, size_t base)
{
	if (j->c.parent->type == NODE_DOC)
		j->t->where = heading_path(j->t, &j->c, base);
}

/* --- the list --- */

static void
link_after(struct entry *at, struct entry *x)
{
	x->prev = at;
	x->next = at->next;
	at->next->prev = x;
	at->next = x;
}

static void
take_out(struct entry *x)
{
	x->prev->next = x->next;
	x->next->prev = x->prev;
}

static bool
is_gone(const struct level *l, size_t base)
{
	return !l->o[base].hidden && l->o[base].fate == FATE_NONE;
}

/* The base block of the nearest block before (step -1) or after (1) j that the base has too. */
static size_t
neighbour(const struct level *l, size_t j, int step)
{
	for (j += (size_t)step; j < l->ne; j += (size_t)step)
		if (l->e[j].fate == FATE_KEPT || l->e[j].fate == FATE_EDITED)
			return l->e[j].with;
	return ALIGN_NONE;
}

/* Whether the new block j of one stands where the other removed what was around it. */
static bool
lost_place(const struct level *l, size_t j, const struct level *other)
{
	size_t before = neighbour(l, j, -1), after = neighbour(l, j, 1);

	return before != ALIGN_NONE && is_gone(other, before) && (after == ALIGN_NONE || is_gone(other, after));
}

/* The first new block in place of base block i, which is gone. */
static struct item *
instead(const struct level *l, size_t i)
{
	size_t from = 0, to = l->ne;

	for (size_t k = i; k-- > 0;) {
		if (l->o[k].fate == FATE_KEPT || l->o[k].fate == FATE_EDITED) {
			from = l->o[k].with + 1;
			break;
		}
	}
	for (size_t k = i + 1; k < l->no; k++) {
		if (l->o[k].fate == FATE_KEPT || l->o[k].fate == FATE_EDITED) {
			to = l->o[k].with;
			break;
		}
	}
	for (; from < to; from++)
		if (!l->e[from].hidden && l->e[from].fate == FATE_NONE)
			return &l->e[from];
	return NULL;
}

/* Whether the new block with this key stands behind the same block of the base. */
static bool
has_new(const struct level *l, uint64_t key, size_t behind)
{
	for (size_t j = 0; j < l->ne; j++)
		if (!l->e[j].hidden && l->e[j].fate == FATE_NONE && l->e[j].key == key && neighbour(l, j, -1) == behind)
			return true;
	return false;
}

/* --- one block that both have --- */

static bool
same_inlines(const struct merge *m, const struct node *o, const struct node *e)
{
	struct buf a, b;
	bool same;

	buf_init(&a, DOC_MAX_BYTES);
	buf_init(&b, DOC_MAX_BYTES);
	md_inlines(m->o, o->first, m->md_flags, &a);
	md_inlines(m->e, e->first, m->md_flags, &b);
	same = a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
	buf_release(&a);
	buf_release(&b);
	return same;
}

/* What both changed: other blocks in it, or one of them its attributes and the other its text (a task was done).
 * NULL: they don't go together. */
static struct node *
both_edited(struct three *t, struct node *base, struct node *current, struct node *edited)
{
	bool c_attrs = current->type != base->type || !merge_same_attrs(base, current);
	bool e_attrs = edited->type != base->type || !merge_same_attrs(base, edited);
	struct node *n;

	bool c_text = false;

	if (node_class(current->type) != node_class(base->type) || node_class(edited->type) != node_class(base->type))
		return NULL;
	if (c_attrs && e_attrs && (current->type != edited->type || !merge_same_attrs(current, edited)))
		return NULL;
	if (node_class(base->type) == CLASS_INLINES) {
		c_text = !same_inlines(&t->c, base, current);
		if (c_text && !same_inlines(&t->e, base, edited))
			return NULL;
	} else if (node_class(base->type) != CLASS_BLOCKS) {
		return NULL;
	}
	n = node_copy(t->e.e, e_attrs ? edited : current);
	n->first = n->last = NULL;
	if (node_class(base->type) == CLASS_BLOCKS) {
		join_children(t, base, current, edited, n);
	} else {
		n->first = c_text ? current->first : edited->first;
		n->last = c_text ? current->last : edited->last;
	}
	return n;
}

static void
join_block(struct joined *j, size_t i)
{
	struct item *base = &j->c.o[i];
	struct item *c = base->fate != FATE_NONE ? &j->c.e[base->with] : NULL;
	struct item *e = j->e.o[i].fate != FATE_NONE ? &j->e.e[j->e.o[i].with] : NULL;
	bool c_edited = base->fate == FATE_EDITED, e_edited = j->e.o[i].fate == FATE_EDITED;
	struct node *n;

	if (base->hidden || j->e.o[i].hidden)
		return;
	set_where(j, i);
	if (e == NULL) {
		if (c_edited)
			conflict(j->t, base, c, instead(&j->e, i));
		else if (c != NULL)
			take_out(j->of_base[i]);
		else if ((c = instead(&j->c, i)) != NULL && (e = instead(&j->e, i)) != NULL && c->key != e->key)
			conflict(j->t, base, c, e);	/* both wrote something else for it */
		return;
	}
	if (!e_edited)
		return;
	if (c == NULL) {
		conflict(j->t, base, instead(&j->c, i), e);
	} else if (!c_edited) {
		j->of_base[i]->n = e->n;
	} else if (c->key != e->key) {
		n = both_edited(j->t, base->n, c->n, e->n);
		if (n == NULL)
			conflict(j->t, base, c, e);
		else
			j->of_base[i]->n = n;
	}
}

/* The edit's new and moved blocks, each behind the one that it follows there. */
static void
place_edits(struct joined *j)
{
	struct entry *cursor = &j->top;

	for (size_t k = 0; k < j->e.ne; k++) {
		struct item *e = &j->e.e[k];
		struct entry *x;

		if (e->hidden || e->fate == FATE_ABSORBED)
			continue;
		if (e->fate != FATE_NONE) {
			x = j->of_base[e->with];
			if (x == NULL)		/* the other removed it */
				continue;
			if (e->fate == FATE_MOVED && x != cursor) {
				take_out(x);
				link_after(cursor, x);
			}
			cursor = x;
			continue;
		}
		set_where(j, neighbour(&j->e, k, -1));
		if (has_new(&j->c, e->key, neighbour(&j->e, k, -1)))
			continue;	/* both wrote it */
		if (lost_place(&j->e, k, &j->c))
			conflict(j->t, NULL, NULL, e);
		if (e->n->type == NODE_HEADING)		/* a new section comes after what the other wrote here */
			while (cursor->next->added)
				cursor = cursor->next;
		x = arena_alloc(j->t->a, sizeof(*x));
		*x = (struct entry){ .n = e->n, .base = ALIGN_NONE };
		link_after(cursor, x);
		cursor = x;
	}
}

static void
join_children(struct three *t, struct node *base, struct node *current, struct node *edited, struct node *into)
{
	struct joined j = { .t = t };

	merge_level_make(&t->c, &j.c, base, current->first);
	merge_level_make(&t->e, &j.e, base, edited->first);
	j.of_base = arena_array(t->a, j.c.no + 1, sizeof(struct entry *));
	j.top.next = j.top.prev = &j.top;
	for (size_t k = 0; k < j.c.ne; k++) {
		const struct item *c = &j.c.e[k];
		struct entry *x = arena_alloc(t->a, sizeof(*x));

		if (k == 0 && c->hidden && base->type == NODE_TABLE && j.e.ne > 0 && !j.e.e[0].hidden)
			continue;	/* an empty header row, and the edit has a header */
		*x = (struct entry){ .n = c->n, .base = c->with, .added = !c->hidden && c->fate == FATE_NONE };
		link_after(j.top.prev, x);
		if (c->with != ALIGN_NONE)
			j.of_base[c->with] = x;
		if (x->added && lost_place(&j.c, k, &j.e)) {
			set_where(&j, neighbour(&j.c, k, -1));
			conflict(t, NULL, c, NULL);
		}
	}
	for (size_t i = 0; i < j.c.no; i++)
		join_block(&j, i);
	place_edits(&j);
	for (struct entry *x = j.top.next; x != &j.top; x = x->next) {
		x->n->next = NULL;
		node_append(into, x->n);
	}
}

static struct doc *
read_source(struct arena *a, enum skin skin, const char *text, size_t len, const struct merge_opts *opts, struct err *e)
{
	struct doc *d = skin == SKIN_ADF ? doc_read_adf_text(a, text, len, e) : doc_read_storage(a, text, len, e);

	if (d != NULL && opts->prepare != NULL)
		opts->prepare(d, opts->ctx);
	return d;
}

/* The page as its reader saw it: as Markdown, read again. */
static struct doc *
as_markdown(const struct doc *d, unsigned flags, struct err *e)
{
	struct buf b;
	size_t len;
	char *md;

	buf_init(&b, 4 * DOC_MAX_BYTES);
	(void)doc_write_md_part(d, &(struct md_opts){ .flags = flags & MERGE_MD_FULL ? MD_FULL : 0 }, &b);
	md = arena_strndup(d->arena, b.data, b.len);
	len = b.len;
	buf_release(&b);
	return doc_read_md(d->arena, md, len, e);
}

static const char *
first_line(struct arena *a, const char *s)
{
	size_t n = strcspn(s, "\n");

	return n <= 80 ? arena_strndup(a, s, n) : arena_printf(a, "%.*s...", (int)(77 - (((unsigned char)s[77] & 0xc0) == 0x80 ?
	    ((unsigned char)s[76] & 0xc0) == 0x80 ? ((unsigned char)s[75] & 0xc0) == 0x80 ? 3 : 2 : 1 : 0)), s);
}

static int
refuse(const struct three *t, struct err *e)
{
	const struct merge_conflict *k = t->first;
	const char *of = k->base != NULL ? k->base : k->current != NULL ? k->current : k->edited;

	if (t->conflicts == 1)
		(void)err_set(e, ERR_CONFLICT, "The page was changed meanwhile, in a block that this edit changes too: \"%s\".", first_line(t->a, of));
	else
		(void)err_set(e, ERR_CONFLICT, "The page was changed meanwhile, in %zu blocks that this edit changes too; the first is \"%s\".",
		    t->conflicts, first_line(t->a, of));
	err_hint(e, "Read the page again and edit what it says now.");
	return -1;
}

int
doc_merge3(struct arena *a, enum skin skin, const char *base, size_t base_len, const char *current, size_t len, const char *md,
    size_t md_len, const struct merge_opts *opts, struct buf *out, struct merge_report *report, struct err *e)
{
	static const struct merge_opts none;
	struct three t = { .a = a };
	struct merge_report own;
	struct doc *b, *c, *joined;
	struct merge m;

	if (base_len == len && memcmp(base, current, len) == 0)
		return doc_merge(a, skin, current, len, md, md_len, opts, out, report, e);
	if (opts == NULL)
		opts = &none;
	if (report == NULL)
		report = &own;
	*report = (struct merge_report){ .notes.arena = a };
	b = read_source(a, skin, base, base_len, opts, e);
	c = b != NULL ? read_source(a, skin, current, len, opts, e) : NULL;
	if (c == NULL)
		return -1;
	if (merge_unedited(b, opts->flags, md, md_len)) {
		buf_add(out, current, len);
		return 0;
	}
	b = as_markdown(b, opts->flags, e);
	c = b != NULL ? as_markdown(c, opts->flags, e) : NULL;
	joined = c != NULL ? doc_read_md(a, md, md_len, e) : NULL;
	if (joined == NULL)
		return -1;
	t.c = (struct merge){ .a = a, .o = b, .e = c, .md_flags = opts->flags & MERGE_MD_FULL ? MDI_FULL : 0, .report = report, .err = e };
	t.e = t.c;
	t.e.e = joined;
	t.where = "";
	{
		struct node *root = node_new(joined, NODE_DOC);

		join_children(&t, b->root, c->root, joined->root, root);
		joined->root = root;
	}
	if (t.conflicts > 0) {
		report->conflicts = t.first;
		return refuse(&t, e);
	}
	m = (struct merge){ .a = a, .out = out, .report = report, .err = e };
	return merge_tree(&m, skin, current, len, joined, opts);
}
