/*
 * Around doc_merge: what the edited text refers to in the original (markers by handle, people by
 * name, media by the start of their id), and whether inline comments kept their place.
 */
#include "text/merge_int.h"

#include "base/str.h"
#include "text/md_tags.h"

#include <string.h>

struct handles {
	struct merge *m;
	struct { const char *handle; const struct node *n; } *at;
	size_t n, cap;
	struct node *mentions;	/* chained copies of the original's */
	struct node *media;
};

static void
collect(struct handles *h, const struct node *n)
{
	const char *handle = NULL;
	bool block = n->type == NODE_MULTI_BODIED_EXTENSION || n->type == NODE_EXTENSION_FRAME || n->type == NODE_SYNC_BLOCK ||
	    n->type == NODE_BODIED_SYNC_BLOCK;

	if (n->type == NODE_OPAQUE_BLOCK || n->type == NODE_OPAQUE_INLINE || n->type == NODE_EXTENSION || block ||
	    n->type == NODE_BODIED_EXTENSION || n->type == NODE_INLINE_EXTENSION ||
	    ((n->type == NODE_BLOCK_CARD || n->type == NODE_INLINE_CARD || n->type == NODE_EMBED_CARD) && node_str(n, "url") == NULL))
		handle = md_handle(h->m->o, h->m->a, n);
	if (handle != NULL) {
		if (h->n == h->cap) {
			size_t want = h->cap > 0 ? h->cap * 2 : 32;

			h->at = arena_grow(h->m->a, h->at, h->cap * sizeof(*h->at), want * sizeof(*h->at));
			h->cap = want;
		}
		h->at[h->n].handle = handle;
		h->at[h->n++].n = n;
	}
	if (n->type == NODE_MENTION || n->type == NODE_MEDIA || n->type == NODE_MEDIA_INLINE) {
		struct node *c = node_copy(h->m->o, n), **list = n->type == NODE_MENTION ? &h->mentions : &h->media;

		c->next = *list;
		*list = c;
	}
	for (const struct node *c = n->first; c != NULL; c = c->next)
		collect(h, c);
}

static void
resolve_mention(struct handles *h, struct node *n)
{
	const char *id = NULL;

	for (const struct node *o = h->mentions; o != NULL; o = o->next) {
		const char *text = node_str(o, "text"), *mine = node_str(n, "text");

		if (text == NULL || mine == NULL || strcmp(text[0] == '@' ? text + 1 : text, mine[0] == '@' ? mine + 1 : mine) != 0)
			continue;
		if (id != NULL && !str_eq(id, node_str(o, "id")))
			return;		/* two people of one name */
		id = node_str(o, "id");
	}
	node_set_str(h->m->e, n, "id", id);
}

static void
resolve_media(struct handles *h, struct node *n)
{
	const char *prefix = node_str(n, "_media"), *alt = node_str(n, "alt");

	for (const struct node *o = h->media; o != NULL; o = o->next) {
		const char *id = node_str(o, "id");

		if (id == NULL || strncmp(id, prefix, strlen(prefix)) != 0)
			continue;
		n->attrs = node_copy(h->m->e, o)->attrs;
		if (alt != NULL)
			node_set_str(h->m->e, n, "alt", alt);
		return;
	}
}

static void
resolve_handle(struct handles *h, struct node *n)
{
	const char *handle = node_str(n, "_handle");

	for (size_t i = 0; i < h->n; i++) {
		const struct node *o = h->at[i].n;

		if (strcmp(h->at[i].handle, handle) != 0)
			continue;
		n->src = o->src;
		n->src_end = o->src_end;
		n->value = o->value;
		if (n->type == NODE_OPAQUE_BLOCK || n->type == NODE_OPAQUE_INLINE) {
			n->text = o->src_end > o->src ? h->m->o->src + o->src : o->text;
			n->text_len = o->src_end > o->src ? o->src_end - o->src : o->text_len;
			node_set_str(h->m->e, n, "_skin", h->m->o->skin == SKIN_ADF ? "adf" : "storage");
		}
		return;
	}
	(void)err_set(h->m->err, ERR_INPUT, "The marker with the handle \"%s\" (%s) is not in the page.", handle,
	    node_str(n, "_label") != NULL ? node_str(n, "_label") : node_type_name(n->type));
	err_hint(h->m->err, "Markers can be kept, moved or removed, but not made up. Read the page again.");
	h->m->failed = true;
}

static void
resolve(struct handles *h, struct node *n)
{
	if (n->type == NODE_MENTION && node_str(n, "id") == NULL)
		resolve_mention(h, n);
	if (node_str(n, "_media") != NULL)
		resolve_media(h, n);
	if (node_str(n, "_handle") != NULL && !h->m->failed)
		resolve_handle(h, n);
	for (struct node *c = n->first; c != NULL; c = c->next)
		resolve(h, c);
}

/* --- what the result must still have --- */

/* An inline comment's anchor by its id, or a macro by its name. */
struct kept {
	const char *name;
	bool macro;
	unsigned was, now;
	struct buf text;	/* that the comment is about */
	struct kept *chain;
};

enum { KEPT_BUCKETS = 1024 };

struct keep {
	struct arena *a;
	struct kept **bucket;
	struct kept **at;	/* in order */
	size_t n, cap;
	bool result;		/* counting what the result has */
};

static struct kept *
kept_of(struct keep *k, const char *name, bool macro)
{
	size_t h = align_hash(macro, name, strlen(name)) % KEPT_BUCKETS;
	struct kept *x = k->bucket[h];

	while (x != NULL && (x->macro != macro || strcmp(x->name, name) != 0))
		x = x->chain;
	if (x != NULL || k->result)
		return x;
	x = arena_alloc(k->a, sizeof(*x));
	*x = (struct kept){ .name = name, .macro = macro, .chain = k->bucket[h] };
	buf_init(&x->text, 200);
	k->bucket[h] = x;
	if (k->n == k->cap) {
		k->at = arena_grow(k->a, k->at, k->cap * sizeof(*k->at), (k->cap * 2 + 16) * sizeof(*k->at));
		k->cap = k->cap * 2 + 16;
	}
	k->at[k->n++] = x;
	return x;
}

static const char *
macro_name(const struct node *n)
{
	const char *name;

	switch ((int)n->type) {
	case NODE_OPAQUE_BLOCK:
	case NODE_OPAQUE_INLINE:
		name = node_str(n, "_label");
		return name != NULL ? name : "element";
	case NODE_EXTENSION:
	case NODE_BODIED_EXTENSION:
	case NODE_MULTI_BODIED_EXTENSION:
	case NODE_INLINE_EXTENSION:
		name = node_str(n, "extensionKey");
		return name != NULL ? name : "extension";
	case NODE_SYNC_BLOCK:
	case NODE_BODIED_SYNC_BLOCK:
		return "sync block";
	default:
		return NULL;
	}
}

static void
find_kept(struct keep *s, const struct node *n)
{
	const char *macro = macro_name(n);
	struct kept *x;

	for (const struct mark *k = n->marks; k != NULL; k = k->next) {
		const char *id = k->type == MARK_ANNOTATION ? mark_str(k, "id") : NULL;

		if (id == NULL || (x = kept_of(s, id, false)) == NULL)
			continue;
		++*(s->result ? &x->now : &x->was);
		if (!s->result)
			node_plain(n, &x->text);
	}
	if (macro != NULL && (x = kept_of(s, macro, true)) != NULL)
		++*(s->result ? &x->now : &x->was);
	for (const struct node *c = n->first; c != NULL; c = c->next)
		find_kept(s, c);
}

static int
check_one(const struct kept *x, unsigned flags, struct err *e)
{
	if (x->macro && (flags & MERGE_KEEP_MACROS) && x->now < x->was) {
		if (x->was == 1)
			(void)err_set(e, ERR_CONFLICT, "The edit removes the macro or element \"%s\".", x->name);
		else
			(void)err_set(e, ERR_CONFLICT, "The edit removes %u of %u macros or elements \"%s\".", x->was - x->now, x->was, x->name);
		err_hint(e, "Keep its marker as the page shows it, or say that macros may be removed.");
		return -1;
	}
	if (!x->macro && !(flags & MERGE_DROP_ANCHORS) && x->now == 0) {
		(void)err_set(e, ERR_CONFLICT, "The edit removes all of the text that an inline comment is about: \"%s\".", x->text.data);
		err_hint(e, "Keep some of its words, or say that the comment may lose its place.");
		return -1;
	}
	return 0;
}

int
merge_check(struct merge *m, unsigned flags, const char *result, size_t len)
{
	struct keep k = { .a = m->a };
	struct doc *d;
	int rc = 0;

	if ((flags & MERGE_DROP_ANCHORS) && !(flags & MERGE_KEEP_MACROS))
		return 0;
	k.bucket = arena_array(m->a, KEPT_BUCKETS, sizeof(struct kept *));
	find_kept(&k, m->o->root);
	if (k.n == 0)
		return 0;
	d = m->o->skin == SKIN_ADF ? doc_read_adf_text(m->a, result, len, m->err) : doc_read_storage(m->a, result, len, m->err);
	if (d == NULL)
		rc = -1;
	k.result = true;
	if (d != NULL)
		find_kept(&k, d->root);
	for (size_t i = 0; i < k.n; i++) {
		rc = rc == 0 ? check_one(k.at[i], flags, m->err) : rc;
		buf_release(&k.at[i]->text);
	}
	return rc;
}

static unsigned
last_task_id(const char *s, size_t len)
{
	static const char tag[] = "<ac:task-id>";
	unsigned max = 0;

	for (const char *p = s; (p = memmem(p, len - (size_t)(p - s), tag, sizeof(tag) - 1)) != NULL; p++) {
		unsigned id = 0;

		for (const char *d = p + sizeof(tag) - 1; d < s + len && *d >= '0' && *d <= '9' && id < 100000000; d++)
			id = id * 10 + (unsigned)(*d - '0');
		max = id > max ? id : max;
	}
	return max;
}

int
merge_prepare(struct merge *m, const struct merge_opts *opts)
{
	struct handles h = { .m = m };
	bool storage = m->o->skin == SKIN_STORAGE;

	if (opts->prepare != NULL)
		opts->prepare(m->e, opts->ctx);
	collect(&h, m->o->root);
	resolve(&h, m->e->root);
	m->e->lossy = &m->report->notes;
	m->layouts = storage && memmem(m->o->src, m->o->src_len, "<ac:layout>", 11) != NULL;
	m->task_id = storage ? last_task_id(m->o->src, m->o->src_len) : 0;
	return m->failed ? -1 : 0;
}
