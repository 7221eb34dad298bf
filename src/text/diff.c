/*
 * Diffs for people. Lines: "-" what was, "+" what is, " " up to three lines around each change.
 * Pages: the blocks are matched as doc_merge matches them (merge_match.c) and written in the order of
 * the later page, what was removed before the block that came after it.
 */
#include "text/diff.h"

#include "base/str.h"
#include "text/merge_int.h"

#include <string.h>

enum { AROUND = 3 };

struct lines {
	const char **at;
	size_t *len;
	uint64_t *keys;
	size_t n;
};

static struct lines
cut(struct arena *a, const char *s)
{
	struct lines l = { 0 };
	size_t n = 1;

	for (const char *p = s; *p != '\0'; p++)
		n += *p == '\n';
	l.at = arena_array(a, n, sizeof(*l.at));
	l.len = arena_array(a, n, sizeof(*l.len));
	l.keys = arena_array(a, n, sizeof(*l.keys));
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");

		l.at[l.n] = s;
		l.len[l.n] = len;
		l.keys[l.n++] = align_hash(1, s, len);
		s += len + (s[len] == '\n');
	}
	return l;
}

static void
line(struct buf *out, char sign, const struct lines *l, size_t i)
{
	buf_addc(out, sign);
	buf_add(out, l->at[i], l->len[i]);
	buf_addc(out, '\n');
}

void
text_diff(const char *before, const char *after, struct buf *out)
{
	size_t start = out->len;
	struct arena *arena = arena_new();
	struct lines a = cut(arena, before), b = cut(arena, after);
	size_t *match = arena_array(arena, a.n + 1, sizeof(*match)), shown = 0;

	align_keys(a.keys, a.n, b.keys, b.n, match);
	match[a.n] = b.n;
	for (size_t i = 0, j = 0; i < a.n || j < b.n;) {
		size_t from;

		if (i < a.n && match[i] == j) {
			i++;
			j++;
			continue;
		}
		/* a change begins at (i, j): what is before it and was not shown */
		from = i > AROUND ? i - AROUND : 0;
		if (from > shown && out->len > start)
			buf_adds(out, "...\n");
		for (from = from > shown ? from : shown; from < i; from++)
			line(out, ' ', &a, from);
		while (i < a.n && match[i] == ALIGN_NONE)
			line(out, '-', &a, i++);
		while (j < b.n && j < match[i])
			line(out, '+', &b, j++);
		shown = i;
		for (size_t k = 0; k < AROUND && i < a.n && match[i] == j; k++) {
			line(out, ' ', &a, i++);
			j++;
			shown = i;
		}
	}
	arena_free(arena);
}

/* --- pages --- */

struct pages {
	struct arena *a;
	struct buf *out;
	const char *path[7];	/* the headings in force, by level */
	const char *said;	/* the path written last */
};

static void
heading(struct pages *p, const struct node *n)
{
	int level = node_level(n);
	struct buf b;

	if (n->type != NODE_HEADING || level < 1 || level > 6)
		return;
	buf_init(&b, DOC_MAX_BYTES);
	node_plain(n, &b);
	p->path[level] = str_trim(p->a, b.data, b.len);
	buf_release(&b);
	while (++level < 7)
		p->path[level] = NULL;
}

static void
say_where(struct pages *p)
{
	struct buf b;

	buf_init(&b, DOC_MAX_BYTES);
	for (size_t i = 1; i < 7; i++)
		if (p->path[i] != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? " > " : "", p->path[i]);
	if (!str_eq(p->said, b.data)) {
		p->said = arena_strdup(p->a, b.data);
		buf_addf(p->out, "@ %s\n", b.len > 0 ? b.data : "(top)");
	}
	buf_release(&b);
}

static void
whole(struct pages *p, char sign, const char *md)
{
	say_where(p);
	while (*md != '\0') {
		size_t n = strcspn(md, "\n");

		buf_addc(p->out, sign);
		buf_add(p->out, md, n);
		buf_addc(p->out, '\n');
		md += n + (md[n] == '\n');
	}
}

static void
remark(struct pages *p, const char *what, const char *md)
{
	size_t n = strcspn(md, "\n");
	bool cut = n > 60 || md[n] != '\0';

	for (n = n > 60 ? 60 : n; n > 0 && ((unsigned char)md[n] & 0xc0) == 0x80; n--)
		;
	say_where(p);
	buf_addf(p->out, "%s: \"%.*s%s\"\n", what, (int)n, md, cut ? " ..." : "");
}

static bool
same_source(const struct merge *m, const struct node *o, const struct node *e)
{
	size_t n = o->src_end - o->src;

	return e->src_end - e->src == n && memcmp(m->o->src + o->src, m->e->src + e->src, n) == 0;
}

static void
show_level(struct merge *m, const struct level *l, struct pages *p)
{
	size_t at = 0;

	for (size_t j = 0; j <= l->ne; j++) {
		const struct item *e = &l->e[j];
		size_t to = j == l->ne ? l->no : e->fate == FATE_KEPT || e->fate == FATE_EDITED ? e->with : at;

		for (; at < to; at++)
			if (!l->o[at].hidden && l->o[at].fate == FATE_NONE)
				whole(p, '-', l->o[at].md);
		if (j == l->ne || e->hidden || e->fate == FATE_ABSORBED)
			continue;
		if (e->fate == FATE_EDITED) {
			say_where(p);
			text_diff(l->o[e->with].md, e->md, p->out);
		} else if (e->fate == FATE_MOVED) {
			remark(p, "> moved here", e->md);
		} else if (e->fate == FATE_NONE) {
			whole(p, '+', e->md);
		} else if (!same_source(m, l->o[e->with].n, e->n)) {
			remark(p, "~ reads the same, its source differs", e->md);
		}
		heading(p, e->n);
	}
}

int
doc_diff(struct arena *a, enum skin skin, const char *before, size_t before_len, const char *after, size_t after_len,
    unsigned md_flags, struct buf *out, struct err *err)
{
	struct merge m = { .a = a, .md_flags = md_flags & MD_FULL ? MDI_FULL : 0, .err = err };
	struct pages p = { .a = a, .out = out };
	struct level l;

	m.o = skin == SKIN_ADF ? doc_read_adf_text(a, before, before_len, err) : doc_read_storage(a, before, before_len, err);
	if (m.o == NULL)
		return -1;
	m.e = skin == SKIN_ADF ? doc_read_adf_text(a, after, after_len, err) : doc_read_storage(a, after, after_len, err);
	if (m.e == NULL)
		return -1;
	merge_level_make(&m, &l, m.o->root, m.e->root->first);
	show_level(&m, &l, &p);
	return 0;
}
