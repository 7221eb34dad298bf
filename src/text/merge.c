/*
 * doc_merge: an edit of the Markdown, put back into the source.
 *
 * At each level (the page, then the children of each block that was edited) merge_match.c says what
 * became of each block. Kept and moved blocks are written byte for byte, edited ones are looked into
 * in the same way, down to words (merge_inline.c), and new ones are written anew (merge_out.c).
 * The output is written in the order of the edited text. What stands between two blocks of the
 * original (white space, <tbody>, layout tags, commas) goes out with the block after it.
 */
#include "text/merge_int.h"

#include "base/str.h"
#include "text/md_tags.h"

#include <string.h>

static void merge_children(struct merge *, struct node *o, struct node *first);

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
	return merge_count(l->o[0].n->first) != merge_count(l->e[0].n->first);
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
	if (ok && is_adf(m) && o->type == NODE_LAYOUT_SECTION && merge_count(o->first) != merge_count(e->first))
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
		} else if (o->text != NULL && e->text != NULL && !(is_adf(m) && o->type == NODE_EXTENSION)) {
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
	size_t before = m->out->len, at;

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
	at = m->out->len;
	if (e->fate == FATE_MOVED) {
		bytes(m, l->o[e->with].n);
		m->report->moved++;
	} else {
		if (e->n->type == NODE_TABLE_ROW)
			like_row(l, e->n);
		merge_write_new(m, e->n, l->parent->type, wrap);
		if (is_adf(m) && m->out->len == at) {	/* ADF has nothing for it (a list without items) */
			buf_truncate(m->out, before);
			return;
		}
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
		size_t next = j, before = m->out->len, at;
		struct emit was = w;

		if (e->hidden || e->fate == FATE_ABSORBED)
			continue;
		if (e->fate == FATE_KEPT || e->fate == FATE_EDITED) {
			if (!w.dropped_glue)
				lead(m, &w, e->with);
			w.dropped_glue = false;
			at = m->out->len;
			if (e->fate == FATE_KEPT)
				bytes(m, l->o[e->with].n);
			else
				edited(m, l->o[e->with].n, e->n, l->parent->type);
			if (is_adf(m) && m->out->len == at) {	/* what it became is nothing in ADF */
				buf_truncate(m->out, before);
				w = was;
				continue;
			}
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
merge_children(struct merge *m, struct node *o, struct node *first)
{
	struct level l;

	merge_level_make(m, &l, o, first);
	note_removed(m, &l);
	write_level(m, &l);
}

/* Nothing was edited: then it is the page as it is, whatever it may hold. */
bool
merge_unedited(const struct doc *o, unsigned flags, const char *md, size_t md_len)
{
	struct buf b;
	bool same;

	buf_init(&b, 4 * DOC_MAX_BYTES);
	(void)doc_write_md_part(o, &(struct md_opts){ .flags = flags & MERGE_MD_FULL ? MD_FULL : 0 }, &b);
	while (md_len > 0 && md[md_len - 1] == '\n')
		md_len--;
	while (b.len > 0 && b.data[b.len - 1] == '\n')
		buf_truncate(&b, b.len - 1);
	same = b.len == md_len && memcmp(b.data, md, md_len) == 0;
	buf_release(&b);
	return same;
}

static int
open_original(struct merge *m, enum skin skin, const char *original, size_t len, const struct merge_opts *opts)
{
	*m->report = (struct merge_report){ .notes.arena = m->a };
	m->md_flags = opts->flags & MERGE_MD_FULL ? MDI_FULL : 0;
	m->o = skin == SKIN_ADF ? doc_read_adf_text(m->a, original, len, m->err) : doc_read_storage(m->a, original, len, m->err);
	if (m->o == NULL)
		return -1;
	if (opts->prepare != NULL)
		opts->prepare(m->o, opts->ctx);
	return 0;
}

/* m->e, what the edited text says, into the original. */
static int
put_back(struct merge *m, const struct merge_opts *opts)
{
	const struct node *root = m->o->root;
	size_t start = m->out->len;

	m->e->adf_nodes = (opts->flags & MERGE_ADF_NODES) != 0;
	if (merge_prepare(m, opts) == -1)
		return -1;
	if (m->o->skin == SKIN_ADF && root->body == 0)
		return err_set(m->err, ERR_INPUT, "The place of the document's content was not found.");
	buf_add(m->out, m->o->src, root->body);
	merge_children(m, m->o->root, m->e->root->first);
	buf_add(m->out, m->o->src + root->body_end, m->o->src_len - root->body_end);
	if (buf_overflowed(m->out))
		(void)err_set(m->err, ERR_TOO_LARGE, "The merged page is larger than allowed.");
	if (!err_is_set(m->err) && merge_check(m, opts->flags, m->out->data + start, m->out->len - start) == 0)
		return 0;
	buf_truncate(m->out, start);
	return -1;
}

int
merge_tree(struct merge *m, enum skin skin, const char *original, size_t len, struct doc *edited, const struct merge_opts *opts)
{
	if (open_original(m, skin, original, len, opts) == -1)
		return -1;
	m->e = edited;
	return put_back(m, opts);
}

int
doc_merge(struct arena *a, enum skin skin, const char *original, size_t len, const char *md, size_t md_len,
    const struct merge_opts *opts, struct buf *out, struct merge_report *report, struct err *e)
{
	static const struct merge_opts none;
	struct merge_report own = { 0 };
	struct merge m = { .a = a, .out = out, .err = e, .report = report != NULL ? report : &own };

	if (opts == NULL)
		opts = &none;
	if (open_original(&m, skin, original, len, opts) == -1)
		return -1;
	if (merge_unedited(m.o, opts->flags, md, md_len)) {
		buf_add(out, original, len);
		return 0;
	}
	m.e = doc_read_md(a, md, md_len, e);
	return m.e == NULL ? -1 : put_back(&m, opts);
}
