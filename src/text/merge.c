/*
 * doc_merge: an edit of the Markdown, put back into the source.
 *
 * At each level (the page, then the children of each block that was edited) the blocks of the
 * original and of the edited text are compared by the Markdown that shows them:
 *	1. equal Markdown in the same order: kept, byte for byte;
 *	2. equal Markdown elsewhere: moved, byte for byte;
 *	3. what is left between two kept blocks is paired by type and common words: edited, and
 *	   looked into in the same way, down to words (merge_inline.c);
 *	4. the rest: removed, or new (merge_out.c).
 * The output is written in the order of the edited text. What stands between two blocks of the
 * original (white space, <tbody>, layout tags, commas) goes out with the block after it.
 */
#include "text/merge_int.h"

#include "base/str.h"
#include "text/md_tags.h"

#include <stdlib.h>
#include <string.h>

enum fate { FATE_NONE, FATE_KEPT, FATE_MOVED, FATE_EDITED, FATE_ABSORBED };

/* A block of the original or of the edited text at the level being merged. */
struct item {
	struct node *n;
	uint64_t key;
	const char *md;
	size_t md_len;
	uint64_t *words;	/* sorted hashes, made when needed */
	size_t nwords;
	enum fate fate;
	size_t with;		/* its partner */
	bool hidden;
};

struct level {
	struct item *o, *e;
	size_t no, ne;
	struct node *parent;	/* in the original */
};

static void merge_children(struct merge *, struct node *o, const struct node *first);

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

static size_t
count(const struct node *first)
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
		n = d != NULL ? count(d->root->first) : 0;
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

/* What is still alone on both sides of the same gap, one each: the block was written anew. */
static void
pair_single(struct merge *m, struct level *l, const size_t *os, size_t n, const size_t *es, size_t ne)
{
	size_t i = ALIGN_NONE, j = ALIGN_NONE;

	for (size_t k = 0; k < n; k++)
		if (l->o[os[k]].fate == FATE_NONE)
			i = i == ALIGN_NONE ? os[k] : ALIGN_NONE - 1;
	for (size_t k = 0; k < ne; k++)
		if (l->e[es[k]].fate == FATE_NONE)
			j = j == ALIGN_NONE ? es[k] : ALIGN_NONE - 1;
	if (i >= ALIGN_NONE - 1 || j >= ALIGN_NONE - 1 || !compatible(m, l->o[i].n, l->e[j].n))
		return;
	/* it must not cross a pair that was made */
	for (size_t k = 0; k < n; k++)
		if (l->o[os[k]].fate == FATE_EDITED && (os[k] < i) != (l->o[os[k]].with < j))
			return;
	join(l, i, j);
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
		pair_single(m, l, os, n, es, ne);
		i++;
		j++;
	}
}

/* --- output --- */

struct emit {
	struct level *l;
	size_t pos;		/* the next block of the original whose place has not come */
	bool wrote;		/* something at this level (ADF: a comma is due) */
	bool follows;		/* what was written last is the original's block pos - 1 */
	bool dropped_glue;	/* the bytes before the next block are written already */
};

static const char *
glue(const struct merge *m, const struct level *l, size_t i, size_t *ret_len)
{
	size_t from = i == 0 ? l->parent->body : l->o[i - 1].n->src_end, to = i < l->no ? l->o[i].n->src : l->parent->body_end;

	*ret_len = to > from ? to - from : 0;
	return m->o->src + from;
}

static void
bytes(struct merge *m, const struct node *n)
{
	struct jw w;

	if (n->src_end <= n->src && n->value != NULL) {	/* its place is not known, its value is */
		jw_init(&w, m->out);
		jw_val(&w, n->value);
		return;
	}
	buf_add(m->out, m->o->src + n->src, n->src_end - n->src);
}

static bool
is_adf(const struct merge *m)
{
	return m->o->skin == SKIN_ADF;
}

/* The column list of a table is wrong once the number of columns has changed. */
static bool
columns_changed(const struct level *l)
{
	if (l->parent->type != NODE_TABLE || l->no == 0 || l->ne == 0)
		return false;
	return count(l->o[0].n->first) != count(l->e[0].n->first);
}

static void
write_glue(struct merge *m, struct level *l, size_t i)
{
	size_t len;
	const char *s = glue(m, l, i, &len), *from, *to;

	if (i == 0 && columns_changed(l) && (from = memmem(s, len, "<colgroup", 9)) != NULL) {
		to = memmem(from, len - (size_t)(from - s), "</colgroup>", 11);
		if (to != NULL) {
			buf_add(m->out, s, (size_t)(from - s));
			len -= (size_t)(to + 11 - s);
			s = to + 11;
		}
	}
	buf_add(m->out, s, len);
}

/* Passes the original's blocks before `to`: hidden ones stay, structure between them stays, the rest is gone. */
static void
pass(struct merge *m, struct emit *w, size_t to)
{
	bool all_hidden = true;

	for (size_t i = 0; i < w->l->no; i++)
		all_hidden &= w->l->o[i].hidden;
	all_hidden &= w->l->ne > 0 && w->l->parent->type != NODE_DOC;	/* an empty cell is filled: its empty line goes */
	for (; w->pos < to; w->pos++) {
		const struct item *o = &w->l->o[w->pos];
		size_t len;
		const char *s;

		if (o->hidden && !all_hidden) {
			if (is_adf(m) && w->wrote && !w->follows)
				buf_addc(m->out, ',');
			else
				write_glue(m, w->l, w->pos);
			bytes(m, o->n);
			w->wrote = w->follows = true;
			continue;
		}
		s = glue(m, w->l, w->pos, &len);
		if (!is_adf(m) && !text_is_blank(s, len))
			write_glue(m, w->l, w->pos);
		w->follows = false;
	}
}

/* Before the original's block i, which stays in its place. */
static void
lead(struct merge *m, struct emit *w, size_t i)
{
	pass(m, w, i);
	if (is_adf(m) && w->wrote && !w->follows)
		buf_addc(m->out, ',');
	else if (is_adf(m) && i > 0 && !w->wrote)
		;	/* the first now: no comma before it */
	else
		write_glue(m, w->l, i);
}

static void
edited(struct merge *m, struct node *o, const struct node *e, enum node_type parent)
{
	struct buf head, tail;
	bool ok;

	buf_init(&head, DOC_MAX_BYTES);
	buf_init(&tail, DOC_MAX_BYTES);
	ok = merge_head(m, o, e, &head, &tail);
	if (ok && node_class(o->type) == CLASS_LEAF && o->type != NODE_CODE_BLOCK && o->type != NODE_EXTENSION)
		ok = false;
	if (ok && is_adf(m) && o->type == NODE_LAYOUT_SECTION && count(o->first) != count(e->first))
		ok = false;	/* ADF counts the columns of a section */
	if (ok && o->type == NODE_EXTENSION && (o->text == NULL) != (e->text == NULL))
		ok = false;
	if (!ok) {
		lossy_add(&m->report->notes, "written anew: hidden attributes of a block", node_type_name(o->type));
		merge_write_new(m, e, parent, false);
	} else {
		buf_add(m->out, head.data, head.len);
		if (node_class(o->type) == CLASS_INLINES) {
			merge_write_inlines(m, o, merge_inlines(m, o, e));
		} else if (node_class(o->type) == CLASS_BLOCKS) {
			merge_children(m, o, e->first);
		} else if (o->text != NULL && e->text != NULL) {
			if (is_adf(m)) {
				struct jw w;

				buf_adds(m->out, e->text_len > 0 ? "{\"type\":\"text\",\"text\":" : "");
				jw_init(&w, m->out);
				if (e->text_len > 0)
					jw_sn(&w, e->text, e->text_len);
				buf_adds(m->out, e->text_len > 0 ? "}" : "");
			} else if (o->text_len == e->text_len && memcmp(o->text, e->text, o->text_len) == 0) {
				buf_add(m->out, m->o->src + o->body, o->body_end - o->body);
			} else if (str_eq(node_str(o, "_macro"), "pre")) {
				storage_escape(m->out, e->text, e->text_len, false);
			} else {
				storage_cdata(m->out, e->text, e->text_len);
			}
		}
		buf_add(m->out, tail.data, tail.len);
	}
	buf_release(&head);
	buf_release(&tail);
}

/* Header cells of a new row are where the row before it has them (a header column is not shown). */
static void
like_row(const struct level *l, struct node *row)
{
	const struct node *like = NULL, *k;

	for (size_t i = 1; i < l->no; i++)
		if (l->o[i].n->type == NODE_TABLE_ROW)
			like = l->o[i].n;
	k = like != NULL ? like->first : NULL;
	for (struct node *c = row->first; c != NULL && k != NULL; c = c->next, k = k->next)
		if (c->type == NODE_TABLE_CELL && k->type == NODE_TABLE_HEADER)
			c->type = NODE_TABLE_HEADER;
}

/* Whether a new block would stand directly below ac:layout, where only sections may. */
static bool
between_sections(const struct merge *m, const struct emit *w, bool inside, size_t next)
{
	const struct level *l = w->l;
	size_t beside = inside ? next : w->wrote ? w->pos - 1 : l->no - 1;

	if (!m->layouts || l->parent->type != NODE_DOC || is_adf(m) || l->no == 0 || beside >= l->no)
		return false;
	return l->o[beside].n->type == NODE_LAYOUT_SECTION;
}

/* Something new or moved, at the place that the output has reached. next: the next of the original's blocks to come. */
static void
insert(struct merge *m, struct emit *w, size_t j, size_t next)
{
	struct level *l = w->l;
	const struct item *e = &l->e[j];
	size_t len = 0;
	const char *s = "";
	bool inside, wrap;

	/* Where tags stand between the last block and the next, the new one belongs behind them: at the start, in
	 * tables (behind <thead>), and behind a section of columns. */
	inside = !w->dropped_glue && next < l->no && (!w->wrote || l->parent->type == NODE_TABLE ||
	    (w->pos > 0 && l->o[w->pos - 1].n->type == NODE_LAYOUT_SECTION));
	wrap = between_sections(m, w, inside || w->dropped_glue, next);
	if (is_adf(m)) {
		if (w->wrote)
			buf_addc(m->out, ',');
	} else if (inside) {
		pass(m, w, next);
		write_glue(m, l, next);
		w->dropped_glue = true;		/* written already: not again before that block */
	} else if (!w->wrote && !w->dropped_glue) {
		pass(m, w, l->no);		/* nothing of the original stays */
	} else if (!w->dropped_glue && l->no > 0) {
		s = glue(m, l, w->pos < l->no ? w->pos : l->no - 1, &len);
		if (text_is_blank(s, len))
			buf_add(m->out, s, len);
	}
	if (e->fate == FATE_MOVED) {
		bytes(m, l->o[e->with].n);
		m->report->moved++;
	} else {
		if (e->n->type == NODE_TABLE_ROW)
			like_row(l, e->n);
		merge_write_new(m, e->n, l->parent->type, wrap);
		m->report->added++;
	}
	if (w->dropped_glue) {	/* the white space before the next block, once more */
		size_t from;

		s = glue(m, l, next, &len);
		for (from = len; from > 0 && text_is_blank(s + from - 1, 1); from--)
			;
		buf_add(m->out, s + from, len - from);
	}
	w->wrote = true;
	w->follows = false;
}

static void
write_level(struct merge *m, struct level *l)
{
	struct emit w = { .l = l };

	for (size_t j = 0; j < l->ne; j++) {
		const struct item *e = &l->e[j];
		size_t next = j;

		if (e->hidden || e->fate == FATE_ABSORBED)
			continue;
		if (e->fate == FATE_KEPT || e->fate == FATE_EDITED) {
			if (!w.dropped_glue)
				lead(m, &w, e->with);
			w.dropped_glue = false;
			if (e->fate == FATE_KEPT)
				bytes(m, l->o[e->with].n);
			else
				edited(m, l->o[e->with].n, e->n, l->parent->type);
			if (e->fate == FATE_KEPT)
				m->report->kept++;
			else
				m->report->changed++;
			w.pos = e->with + 1;
			w.wrote = w.follows = true;
			continue;
		}
		while (next < l->ne && (l->e[next].hidden || (l->e[next].fate != FATE_KEPT && l->e[next].fate != FATE_EDITED)))
			next++;
		insert(m, &w, j, next < l->ne ? l->e[next].with : ALIGN_NONE);
	}
	pass(m, &w, l->no);
	{
		size_t len;
		const char *s = glue(m, l, l->no, &len);

		buf_add(m->out, s, len);
	}
	if (is_adf(m) && !w.wrote && l->parent->type != NODE_DOC && l->parent->type >= NODE_LIST_ITEM)
		buf_adds(m->out, "{\"type\":\"paragraph\"}");
}

static void
note_removed(struct merge *m, const struct level *l)
{
	for (size_t i = 0; i < l->no; i++) {
		const struct node *n = l->o[i].n;

		if (l->o[i].hidden || l->o[i].fate != FATE_NONE)
			continue;
		m->report->removed++;
		if (n->type == NODE_OPAQUE_BLOCK)
			lossy_add(&m->report->notes, "removed", node_str(n, "_label"));
		if (n->type == NODE_EXTENSION || n->type == NODE_BODIED_EXTENSION)
			lossy_add(&m->report->notes, "removed macro", node_str(n, "extensionKey"));
	}
}

static void
merge_children(struct merge *m, struct node *o, const struct node *first)
{
	struct level l = { .parent = o, .no = count(o->first), .ne = count(first) };
	size_t i = 0;

	l.o = arena_array(m->a, l.no + 1, sizeof(*l.o));
	l.e = arena_array(m->a, l.ne + 1, sizeof(*l.e));
	for (struct node *n = o->first; n != NULL; n = n->next)
		read_item(m, m->o, n, &l.o[i++]);
	i = 0;
	for (const struct node *n = first; n != NULL; n = n->next)
		read_item(m, m->e, (struct node *)(uintptr_t)n, &l.e[i++]);
	if (l.no > 0 && is_empty_header(l.o[0].n))
		l.o[0].hidden = true;
	if (l.ne > 0 && is_empty_header(l.e[0].n))
		l.e[0].hidden = true;
	match_equal(m, &l);
	if (reread(m, &l))
		match_equal(m, &l);
	match_several(m, &l);
	uncross(&l);
	match_moved(m, &l);
	match_edited(m, &l);
	note_removed(m, &l);
	write_level(m, &l);
}

/* Nothing was edited: the page as it is, whatever it may hold. */
static bool
unedited(struct merge *m, const char *md, size_t md_len)
{
	struct buf b;
	bool same;

	buf_init(&b, 4 * DOC_MAX_BYTES);
	(void)doc_write_md_part(m->o, &(struct md_opts){ .flags = m->md_flags != 0 ? MD_FULL : 0 }, &b);
	while (md_len > 0 && md[md_len - 1] == '\n')
		md_len--;
	while (b.len > 0 && b.data[b.len - 1] == '\n')
		buf_truncate(&b, b.len - 1);
	same = b.len == md_len && memcmp(b.data, md, md_len) == 0;
	buf_release(&b);
	return same;
}

int
doc_merge(struct arena *a, enum skin skin, const char *original, size_t len, const char *md, size_t md_len,
    const struct merge_opts *opts, struct buf *out, struct merge_report *report, struct err *e)
{
	static const struct merge_opts none;
	struct merge_report own = { 0 };
	struct merge m = { .a = a, .out = out, .err = e, .report = report != NULL ? report : &own };
	size_t start = out->len;

	if (opts == NULL)
		opts = &none;
	*m.report = (struct merge_report){ .notes.arena = a };
	m.md_flags = opts->flags & MERGE_MD_FULL ? MDI_FULL : 0;
	m.o = skin == SKIN_ADF ? doc_read_adf_text(a, original, len, e) : doc_read_storage(a, original, len, e);
	if (m.o == NULL)
		return -1;
	if (opts->prepare != NULL)
		opts->prepare(m.o, opts->ctx);
	if (unedited(&m, md, md_len)) {
		buf_add(out, original, len);
		return 0;
	}
	if (merge_prepare(&m, original, len, md, md_len, opts) == -1)
		return -1;
	if (skin == SKIN_ADF && m.o->root->body == 0)
		return err_set(e, ERR_INPUT, "The place of the document's content was not found.");
	buf_add(out, original, m.o->root->body);
	merge_children(&m, m.o->root, m.e->root->first);
	buf_add(out, original + m.o->root->body_end, len - m.o->root->body_end);
	if (buf_overflowed(out))
		(void)err_set(e, ERR_TOO_LARGE, "The merged page is larger than allowed.");
	if (!err_is_set(e) && ((opts->flags & MERGE_DROP_ANCHORS) ||
	    merge_check_anchors(&m, out->data + start, out->len - start) == 0))
		return 0;
	buf_truncate(out, start);
	return -1;
}
