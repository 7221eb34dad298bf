/*
 * Edits of single blocks, as edits of the page's Markdown: the page is written block by block, the
 * blocks that `where` names are found and changed, and doc_merge does the rest. So an edit of a
 * block is as lossless as an edit of the text, and there is one way to write a page.
 */
#include "text/edit.h"

#include "base/str.h"
#include "text/diff.h"
#include "text/doc_util.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_PATH = 8, HANDLE_LEN = 6 };

struct block {
	const char *md;
	const char *handle;
	int level;		/* of a heading, else 0 */
	const char *title;
};

struct page {
	struct arena *a;
	struct block *at;
	size_t n;
	struct err *e;
};

struct range {
	size_t from, to;
};

struct named {
	const char *handle;
	size_t at;
};

static int
by_handle(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int c = strcmp(a->handle, b->handle);

	return c != 0 ? c : a->at < b->at ? -1 : 1;
}

/* Blocks that read alike get a number behind their handle. */
static void
number(struct arena *a, const char **handles, size_t n)
{
	struct named *list = arena_array(a, n + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (handles[i] != NULL)
			list[count++] = (struct named){ .handle = handles[i], .at = i };
	qsort(list, count, sizeof(*list), by_handle);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && strcmp(list[i].handle, list[end].handle) == 0; end++)
			;
		for (size_t k = i; end - i > 1 && k < end; k++)
			handles[list[k].at] = arena_printf(a, "%s.%zu", list[k].handle, k - i + 1);
	}
}

const char **
doc_block_handles(const struct doc *d, struct arena *a)
{
	const char **handles;
	struct buf b;
	size_t n = 0, i = 0;

	for (const struct node *k = d->root->first; k != NULL; k = k->next)
		n++;
	handles = arena_array(a, n + 1, sizeof(*handles));
	buf_init(&b, DOC_MAX_BYTES);
	for (const struct node *k = d->root->first; k != NULL; k = k->next, i++) {
		if (md_is_hidden(k))
			continue;
		buf_reset(&b);
		md_block(d, k, 0, &b);
		handles[i] = doc_handle(a, b.data, b.len);
	}
	buf_release(&b);
	number(a, handles, n);
	return handles;
}

static struct page
cut(struct arena *a, const struct doc *d, unsigned flags, struct err *e)
{
	struct page p = { .a = a, .e = e };
	const char **handles = doc_block_handles(d, a);
	size_t n = 0, i = 0;

	for (const struct node *b = d->root->first; b != NULL; b = b->next)
		n++;
	p.at = arena_array(a, n + 1, sizeof(*p.at));
	for (const struct node *b = d->root->first; b != NULL; b = b->next, i++) {
		struct block *k = &p.at[p.n];
		struct buf md;

		if (md_is_hidden(b))
			continue;
		buf_init(&md, DOC_MAX_BYTES);
		md_block(d, b, flags, &md);
		k->md = arena_strndup(a, md.data, md.len);
		k->handle = handles[i];
		if (b->type == NODE_HEADING) {
			k->level = node_level(b);
			buf_reset(&md);
			node_plain(b, &md);
			k->title = str_trim(a, md.data, md.len);
		}
		buf_release(&md);
		p.n++;
	}
	return p;
}

static size_t
section_end(const struct page *p, size_t i)
{
	size_t end = i + 1;

	while (end < p->n && (p->at[end].level == 0 || p->at[end].level > p->at[i].level))
		end++;
	return end;
}

/* Whether the headings above block i, and its own, end with the path. */
static bool
path_matches(const struct page *p, size_t i, char *const *path, size_t n)
{
	int level = p->at[i].level;

	if (level == 0 || !str_ieq(p->at[i].title, path[n - 1]))
		return false;
	n--;
	while (n > 0 && i-- > 0) {
		if (p->at[i].level == 0 || p->at[i].level >= level)
			continue;
		if (!str_ieq(p->at[i].title, path[n - 1]))
			return false;
		level = p->at[i].level;
		n--;
	}
	return n == 0;
}

/* "k3f9ab" is also any of "k3f9ab.1", "k3f9ab.2". */
static bool
is_handle(const char *handle, const char *where)
{
	size_t n = strlen(where);

	return strncmp(handle, where, n) == 0 && (handle[n] == '\0' || (handle[n] == '.' && n == HANDLE_LEN));
}

static int
find_by(const struct page *p, const char *where, int how, char *const *path, size_t parts, struct range *ret, size_t *ret_count)
{
	size_t found = 0;

	for (size_t i = 0; i < p->n; i++) {
		bool hit = how == 0 ? is_handle(p->at[i].handle, where + 1) : how == 1 ? path_matches(p, i, path, parts) :
		    strstr(p->at[i].md, where) != NULL;

		if (!hit)
			continue;
		if (found++ == 0)
			*ret = (struct range){ .from = i, .to = how == 1 ? section_end(p, i) : i + 1 };
	}
	*ret_count = found;
	return found == 1 ? 0 : -1;
}

static int
find(const struct page *p, const char *where, struct range *ret)
{
	size_t parts = 0, count = 0;
	char **path;

	if (where == NULL || where[0] == '\0')
		return err_set(p->e, ERR_INPUT, "The edit does not say where.");
	if (where[0] == '#' && strlen(where) > HANDLE_LEN && strchr(where, ' ') == NULL && find_by(p, where, 0, NULL, 0, ret, &count) == 0)
		return 0;
	if (count > 1) {
		(void)err_set(p->e, ERR_INPUT, "%zu blocks read exactly like %s.", count, where);
		err_hint(p->e, "Say which: %s.1 is the first of them.", where);
		return -1;
	}
	path = str_split(p->a, where[0] == '#' ? where + strspn(where, "# ") : where, ">", &parts);
	if (parts > 0 && parts <= MAX_PATH && find_by(p, where, 1, path, parts, ret, &count) == 0)
		return 0;
	if (count > 1) {
		(void)err_set(p->e, ERR_INPUT, "%zu headings match \"%s\".", count, where);
		err_hint(p->e, "Put the heading above it in front: \"Parent > %s\".", where);
		return -1;
	}
	if (find_by(p, where, 2, NULL, 0, ret, &count) == 0)
		return 0;
	if (count > 1) {
		(void)err_set(p->e, ERR_INPUT, "%zu blocks contain \"%s\".", count, where);
		err_hint(p->e, "Give a longer piece of the text, one that occurs once.");
		return -1;
	}
	(void)err_set(p->e, ERR_NOT_FOUND, "Nothing in the page matches \"%s\".", where);
	err_hint(p->e, "Read the page or its outline again; give a heading, or text as the page's Markdown shows it.");
	return -1;
}

/* Replaces [from, to) by the one text (NULL: by nothing). */
static void
splice(struct page *p, size_t from, size_t to, const struct block *with, size_t n)
{
	struct block *at = arena_array(p->a, p->n - (to - from) + n + 1, sizeof(*at));

	memcpy(at, p->at, from * sizeof(*at));
	if (n > 0)
		memcpy(at + from, with, n * sizeof(*at));
	memcpy(at + from + n, p->at + to, (p->n - to) * sizeof(*at));
	p->at = at;
	p->n += n - (to - from);
}

static int
replace_text(struct page *p, const struct edit *e)
{
	struct range r = { 0, 0 };
	size_t count = 0;

	for (size_t i = 0; i < p->n; i++) {
		for (const char *s = p->at[i].md; e->where != NULL && e->where[0] != '\0' && (s = strstr(s, e->where)) != NULL; s++) {
			if (count++ == 0)
				r.from = i;
		}
	}
	if (count != 1) {
		(void)err_set(p->e, count == 0 ? ERR_NOT_FOUND : ERR_INPUT, "The text to replace occurs %zu times in the page.", count);
		err_hint(p->e, count == 0 ? "It must be as the page's Markdown shows it, within one block." : "Give more of the text around it.");
		return -1;
	}
	{
		struct block *b = &p->at[r.from];
		const char *s = strstr(b->md, e->where);

		b->md = arena_printf(p->a, "%.*s%s%s", (int)(s - b->md), b->md, e->text != NULL ? e->text : "", s + strlen(e->where));
	}
	return 0;
}

static int
apply(struct page *p, const struct edit *e)
{
	struct range r, to;
	struct block text = { .md = e->text, .handle = "", .title = "" };
	bool has_text = e->text != NULL && !str_blank(e->text);

	if (e->op == EDIT_TEXT)
		return replace_text(p, e);
	if (find(p, e->where, &r) == -1)
		return -1;
	switch (e->op) {
	case EDIT_REPLACE:
		splice(p, r.from, r.to, &text, has_text);
		return 0;
	case EDIT_BEFORE:
		splice(p, r.from, r.from, &text, has_text);
		return 0;
	case EDIT_AFTER:
		splice(p, r.to, r.to, &text, has_text);
		return 0;
	case EDIT_DELETE:
		splice(p, r.from, r.to, NULL, 0);
		return 0;
	case EDIT_MOVE_BEFORE:
	case EDIT_MOVE_AFTER: {
		size_t n = r.to - r.from, at;
		struct block *moved = arena_array(p->a, n + 1, sizeof(*moved));

		if (find(p, e->to, &to) == -1)
			return -1;
		at = e->op == EDIT_MOVE_BEFORE ? to.from : to.to;
		if (at > r.from && at < r.to)
			return err_set(p->e, ERR_INPUT, "A block cannot be moved into itself.");
		memcpy(moved, p->at + r.from, n * sizeof(*moved));
		splice(p, r.from, r.to, NULL, 0);
		splice(p, at >= r.to ? at - n : at, at >= r.to ? at - n : at, moved, n);
		return 0;
	}
	case EDIT_TEXT:
		break;
	}
	return 0;
}

static bool
is_list(const char *md)
{
	return (md[0] == '-' && (md[1] == ' ' || md[1] == '\0')) || (md[0] >= '0' && md[0] <= '9');
}

/* Lists side by side would become one list, so the comment that parts them is written again. */
static void
join(const struct page *p, struct buf *out)
{
	for (size_t i = 0; i < p->n; i++) {
		if (i > 0 && is_list(p->at[i - 1].md) && is_list(p->at[i].md))
			buf_adds(out, "<!-- -->\n\n");
		buf_adds(out, p->at[i].md);
		buf_adds(out, "\n\n");
	}
}

int
doc_edit(struct arena *a, enum skin skin, const char *original, size_t len, const struct edit *edits, size_t count,
    const struct merge_opts *opts, struct buf *out, struct buf *ret_diff, struct merge_report *report, struct err *e)
{
	struct doc *d = skin == SKIN_ADF ? doc_read_adf_text(a, original, len, e) : doc_read_storage(a, original, len, e);
	struct page p;
	struct buf before, after;
	int rc = 0;

	if (d == NULL)
		return -1;
	if (opts != NULL && opts->prepare != NULL)
		opts->prepare(d, opts->ctx);
	p = cut(a, d, opts != NULL && (opts->flags & MERGE_MD_FULL) ? MDI_FULL : 0, e);
	buf_init(&before, DOC_MAX_BYTES);
	buf_init(&after, DOC_MAX_BYTES);
	join(&p, &before);
	for (size_t i = 0; i < count && rc == 0; i++) {
		rc = apply(&p, &edits[i]);
		if (rc == -1 && count > 1)
			err_context(e, "Edit %zu", i + 1);
	}
	if (rc == 0) {
		join(&p, &after);
		if (ret_diff != NULL)
			text_diff(before.data, after.data, ret_diff);
		rc = doc_merge(a, skin, original, len, after.data, after.len, opts, out, report, e);
	}
	buf_release(&before);
	buf_release(&after);
	return rc;
}
