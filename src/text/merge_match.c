/*
 * What became of each block: the blocks of the original and of the edited text, at one level, are
 * compared by the Markdown that shows them:
 *	1. equal Markdown in the same order: kept;
 *	2. equal Markdown elsewhere: moved;
 *	3. what is left between two kept blocks is paired by type and common words: edited;
 *	4. the rest: removed, or new.
 */
#include "text/merge_int.h"

#include "base/str.h"
#include "text/md_tags.h"

#include <stdlib.h>
#include <string.h>

/* --- what a block reads like --- */

static void
describe(const struct doc *d, const struct node *n, unsigned flags, struct buf *b)
{
	switch ((int)n->type) {	/* those that Markdown writes only as parts of others */
	case NODE_LIST_ITEM:
	case NODE_TABLE_ROW:
	case NODE_TABLE_CELL:
	case NODE_TABLE_HEADER:
	case NODE_LAYOUT_COLUMN:
	case NODE_BLOCK_TASK_ITEM:
	case NODE_EXTENSION_FRAME:
		buf_addf(b, "\x01%d.%d.%s", (int)node_int(n, "colspan", 1), (int)node_int(n, "rowspan", 1),
		    node_str(n, "state") != NULL ? node_str(n, "state") : "");
		for (const struct node *c = n->first; c != NULL; c = c->next) {
			if (md_is_hidden(c))
				continue;
			buf_addc(b, '\x02');
			describe(d, c, flags, b);
		}
		buf_addc(b, '\x03');
		return;
	case NODE_TASK_ITEM:
	case NODE_DECISION_ITEM:
		buf_addf(b, "\x01%s ", node_str(n, "state") != NULL ? node_str(n, "state") : "");
		md_inlines(d, n->first, flags, b);
		return;
	case NODE_CAPTION:
	case NODE_MEDIA:
		node_plain(n, b);
		return;
	default:
		md_block(d, n, flags, b);
	}
}

static void
read_item(struct merge *m, const struct doc *d, struct node *n, struct item *i)
{
	struct buf b;

	*i = (struct item){ .n = n, .with = ALIGN_NONE };
	i->hidden = md_is_hidden(n);
	if (i->hidden)
		return;
	buf_init(&b, DOC_MAX_BYTES);
	describe(d, n, m->md_flags, &b);
	i->md = arena_strndup(m->a, b.data, b.len);
	i->md_len = b.len;
	i->key = align_hash(3, b.data, b.len);
	buf_release(&b);
}

/* A table's first row of empty header cells: in a pipe table it says that there is no header. */
static bool
is_empty_header(const struct node *row)
{
	if (row->type != NODE_TABLE_ROW || row->first == NULL)
		return false;
	for (const struct node *c = row->first; c != NULL; c = c->next) {
		if (c->type != NODE_TABLE_HEADER)
			return false;
		for (const struct node *k = c->first; k != NULL; k = k->next)
			if (!md_is_hidden(k))
				return false;
	}
	return true;
}

size_t
merge_count(const struct node *first)
{
	size_t n = 0;

	for (; first != NULL; first = first->next)
		n++;
	return n;
}

/* --- 1: kept --- */

static void
match_equal(struct merge *m, struct level *l)
{
	uint64_t *a = arena_array(m->a, l->no + 1, sizeof(*a)), *b = arena_array(m->a, l->ne + 1, sizeof(*b));
	size_t *ai = arena_array(m->a, l->no + 1, sizeof(*ai)), *bi = arena_array(m->a, l->ne + 1, sizeof(*bi));
	size_t *match = arena_array(m->a, l->no + 1, sizeof(*match)), na = 0, nb = 0;

	for (size_t i = 0; i < l->no; i++) {
		l->o[i].fate = FATE_NONE;
		if (l->o[i].hidden)
			continue;
		ai[na] = i;
		a[na++] = l->o[i].key;
	}
	for (size_t i = 0; i < l->ne; i++) {
		l->e[i].fate = FATE_NONE;
		if (l->e[i].hidden)
			continue;
		bi[nb] = i;
		b[nb++] = l->e[i].key;
	}
	align_keys(a, na, b, nb, match);
	for (size_t i = 0; i < na; i++) {
		if (match[i] == ALIGN_NONE)
			continue;
		l->o[ai[i]].fate = l->e[bi[match[i]]].fate = FATE_KEPT;
		l->o[ai[i]].with = bi[match[i]];
		l->e[bi[match[i]]].with = ai[i];
	}
}

/* A block whose Markdown reads back as something else (two blocks, another form) is known by that. */
static bool
reread(struct merge *m, struct level *l)
{
	bool changed = false;

	for (size_t i = 0; i < l->no; i++) {
		struct item *o = &l->o[i];
		struct err e;
		struct doc *d;
		struct item back;

		if (o->hidden || o->fate != FATE_NONE || o->md_len > 1 << 20 || o->md[0] == '\x01')
			continue;
		err_init(&e, m->a);
		d = doc_read_md(m->a, o->md, o->md_len, &e);
		if (d == NULL)
			continue;
		if (d->root->first == NULL) {	/* reads as nothing at all */
			o->hidden = changed = true;
			continue;
		}
		if (d->root->first->next != NULL)
			continue;
		read_item(m, d, d->root->first, &back);
		if (back.key != o->key && !back.hidden) {
			o->key = back.key;
			changed = true;
		}
	}
	return changed;
}

/* One block that reads back as several: kept when the edited text has them in a row. */
static void
match_several(struct merge *m, struct level *l)
{
	for (size_t i = 0; i < l->no; i++) {
		struct item *o = &l->o[i];
		struct err e;
		struct doc *d;
		size_t n, k;
		struct item *parts;

		if (o->hidden || o->fate != FATE_NONE || o->md_len > 1 << 20 || o->md[0] == '\x01')
			continue;
		err_init(&e, m->a);
		d = doc_read_md(m->a, o->md, o->md_len, &e);
		n = d != NULL ? merge_count(d->root->first) : 0;
		if (n < 2 || n > l->ne)
			continue;
		parts = arena_array(m->a, n, sizeof(*parts));
		k = 0;
		for (struct node *c = d->root->first; c != NULL; c = c->next)
			read_item(m, d, c, &parts[k++]);
		for (size_t j = 0; j + n <= l->ne; j++) {
			for (k = 0; k < n; k++)
				if (l->e[j + k].fate != FATE_NONE || l->e[j + k].key != parts[k].key)
					break;
			if (k < n)
				continue;
			l->e[j].fate = o->fate = FATE_KEPT;
			l->e[j].with = i;
			o->with = j;
			for (k = 1; k < n; k++)
				l->e[j + k].fate = FATE_ABSORBED;
			break;
		}
	}
}

/* Kept ones must not cross: a match of match_several that does is a move. */
static void
uncross(struct level *l)
{
	size_t last = 0;
	bool any = false;

	for (size_t j = 0; j < l->ne; j++) {
		if (l->e[j].fate != FATE_KEPT)
			continue;
		if (any && l->e[j].with < last) {
			l->o[l->e[j].with].fate = FATE_MOVED;
			l->e[j].fate = FATE_MOVED;
			continue;
		}
		last = l->e[j].with;
		any = true;
	}
}

/* --- 2: moved --- */

struct place {
	uint64_t key;
	size_t at;
};

static int
by_key(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static void
match_moved(struct merge *m, struct level *l)
{
	struct place *left = arena_array(m->a, l->no + 1, sizeof(*left));
	size_t n = 0;

	for (size_t i = 0; i < l->no; i++)
		if (!l->o[i].hidden && l->o[i].fate == FATE_NONE && l->o[i].n->type != NODE_LAYOUT_SECTION)
			left[n++] = (struct place){ .key = l->o[i].key, .at = i };
	qsort(left, n, sizeof(*left), by_key);
	for (size_t j = 0; j < l->ne; j++) {
		size_t lo = 0, hi = n;

		if (l->e[j].hidden || l->e[j].fate != FATE_NONE)
			continue;
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;

			if (left[mid].key < l->e[j].key)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < n && left[lo].key == l->e[j].key; lo++)
			if (l->o[left[lo].at].fate == FATE_NONE)
				break;
		if (lo == n || left[lo].key != l->e[j].key)
			continue;
		l->o[left[lo].at].fate = l->e[j].fate = FATE_MOVED;
		l->o[left[lo].at].with = j;
		l->e[j].with = left[lo].at;
	}
}

/* --- 3: edited --- */

static int
by_hash(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;

	return *a < *b ? -1 : *a > *b;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static void
words(struct merge *m, struct item *i)
{
	size_t cap = i->md_len / 2 + 2;

	if (i->words != NULL)
		return;
	i->words = arena_array(m->a, cap, sizeof(uint64_t));
	for (size_t at = 0; at < i->md_len;) {
		size_t end = at;

		while (end < i->md_len && is_word(i->md[end]))
			end++;
		if (end > at)
			i->words[i->nwords++] = align_hash(5, i->md + at, end - at);
		at = end > at ? end : at + 1;
	}
	qsort(i->words, i->nwords, sizeof(uint64_t), by_hash);
}

/* 0 to 1000: how many words two blocks have in common. */
static unsigned
likeness(struct merge *m, struct item *a, struct item *b)
{
	size_t common = 0;

	words(m, a);
	words(m, b);
	for (size_t i = 0, j = 0; i < a->nwords && j < b->nwords;) {
		if (a->words[i] == b->words[j])
			common++, i++, j++;
		else if (a->words[i] < b->words[j])
			i++;
		else
			j++;
	}
	return a->nwords + b->nwords == 0 ? 500 : (unsigned)(2000 * common / (a->nwords + b->nwords));
}

static bool
compatible(struct merge *m, const struct node *o, const struct node *e)
{
	const char *handle = node_str(e, "_handle");

	if (handle != NULL) {
		const char *own = md_handle(m->o, m->a, o);

		return own != NULL && strcmp(own, handle) == 0;
	}
	if ((o->type == NODE_TABLE_CELL || o->type == NODE_TABLE_HEADER) && (e->type == NODE_TABLE_CELL || e->type == NODE_TABLE_HEADER))
		return true;
	if (o->type == NODE_NESTED_EXPAND && e->type == NODE_EXPAND)
		return true;
	if (o->type == NODE_OPAQUE_BLOCK || o->type != e->type)
		return false;
	if (o->type == NODE_EXTENSION || o->type == NODE_BODIED_EXTENSION)
		return str_eq(node_str(o, "extensionKey"), node_str(e, "extensionKey")) && node_str(o, "_handle") == NULL;
	return true;
}

static void
join(struct level *l, size_t i, size_t j)
{
	l->o[i].fate = l->e[j].fate = FATE_EDITED;
	l->o[i].with = j;
	l->e[j].with = i;
}

enum { MAX_GAP = 48, LIKE_ENOUGH = 300 };

/* Pairs os[0..n) with es[0..m) in order so that the sum of likeness is greatest. */
static void
pair_gap(struct merge *m, struct level *l, const size_t *os, size_t n, const size_t *es, size_t ne)
{
	unsigned (*best)[MAX_GAP + 1], (*like)[MAX_GAP + 1];

	if (n == 0 || ne == 0)
		return;
	if (n > MAX_GAP || ne > MAX_GAP) {	/* too many to weigh: in order, by type */
		for (size_t i = 0, j = 0; i < n && j < ne; i++) {
			if (!compatible(m, l->o[os[i]].n, l->e[es[j]].n))
				continue;
			join(l, os[i], es[j++]);
		}
		return;
	}
	best = arena_array(m->a, MAX_GAP + 1, sizeof(*best));
	like = arena_array(m->a, MAX_GAP + 1, sizeof(*like));
	for (size_t i = n; i-- > 0;) {
		for (size_t j = ne; j-- > 0;) {
			unsigned skip = best[i + 1][j] > best[i][j + 1] ? best[i + 1][j] : best[i][j + 1], take = 0;

			like[i][j] = compatible(m, l->o[os[i]].n, l->e[es[j]].n) ? likeness(m, &l->o[os[i]], &l->e[es[j]]) + 1 : 0;
			if (like[i][j] >= LIKE_ENOUGH || (like[i][j] > 0 && l->e[es[j]].n->type >= NODE_TABLE_ROW &&
			    l->e[es[j]].n->type <= NODE_TABLE_HEADER))
				take = like[i][j] + best[i + 1][j + 1];
			best[i][j] = take > skip ? take : skip;
		}
	}
	for (size_t i = 0, j = 0; i < n && j < ne;) {
		if (best[i][j] == best[i + 1][j])
			i++;
		else if (best[i][j] == best[i][j + 1])
			j++;
		else
			join(l, os[i++], es[j++]);
	}
}

/* As many of the original as of the edit are left between two pairs, and they are of the same types: written anew. */
static void
pair_run(struct merge *m, struct level *l, const size_t *os, size_t n, const size_t *es, size_t ne)
{
	if (n != ne)
		return;
	for (size_t k = 0; k < n; k++)
		if (!compatible(m, l->o[os[k]].n, l->e[es[k]].n))
			return;
	for (size_t k = 0; k < n; k++)
		join(l, os[k], es[k]);
}

static void
pair_rest(struct merge *m, struct level *l, const size_t *os, size_t n, const size_t *es, size_t ne)
{
	size_t from = 0, from_e = 0;

	for (size_t i = 0; i <= n; i++) {
		size_t j = from_e;

		if (i < n && l->o[os[i]].fate != FATE_EDITED)
			continue;
		while (j < ne && (i == n || es[j] != l->o[os[i]].with))
			j++;
		pair_run(m, l, os + from, i - from, es + from_e, j - from_e);
		from = i + 1;
		from_e = j + 1;
	}
}

static void
match_edited(struct merge *m, struct level *l)
{
	size_t *os = arena_array(m->a, l->no + 1, sizeof(*os)), *es = arena_array(m->a, l->ne + 1, sizeof(*es));

	for (size_t i = 0, j = 0; i < l->no || j < l->ne;) {
		size_t n = 0, ne = 0;

		for (; i < l->no && l->o[i].fate != FATE_KEPT; i++)
			if (!l->o[i].hidden && l->o[i].fate == FATE_NONE)
				os[n++] = i;
		for (; j < l->ne && l->e[j].fate != FATE_KEPT; j++)
			if (!l->e[j].hidden && l->e[j].fate == FATE_NONE)
				es[ne++] = j;
		pair_gap(m, l, os, n, es, ne);
		pair_rest(m, l, os, n, es, ne);
		i++;
		j++;
	}
}

void
merge_level_make(struct merge *m, struct level *l, struct node *parent, struct node *first)
{
	size_t i = 0;

	*l = (struct level){ .parent = parent, .no = merge_count(parent->first), .ne = merge_count(first) };
	l->o = arena_array(m->a, l->no + 1, sizeof(*l->o));
	l->e = arena_array(m->a, l->ne + 1, sizeof(*l->e));
	for (struct node *n = parent->first; n != NULL; n = n->next)
		read_item(m, m->o, n, &l->o[i++]);
	i = 0;
	for (struct node *n = first; n != NULL; n = n->next)
		read_item(m, m->e, n, &l->e[i++]);
	if (l->no > 0 && is_empty_header(l->o[0].n))
		l->o[0].hidden = true;
	if (l->ne > 0 && is_empty_header(l->e[0].n))
		l->e[0].hidden = true;
	match_equal(m, l);
	if (reread(m, l))
		match_equal(m, l);
	match_several(m, l);
	uncross(l);
	match_moved(m, l);
	match_edited(m, l);
}
