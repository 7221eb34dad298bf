/*
 * A line of text that was edited: the words that stayed keep their marks.
 *
 * Both versions are cut into tokens (words, spaces, single signs, atoms) and aligned. A token that
 * stayed takes the original's marks, hidden ones included, unless the edit changed the visible
 * ones; a new token between two that share a hidden mark is inside it (a word put into commented
 * text is commented text). Atoms that stayed are the original's nodes, source and all.
 */
#include "text/merge_int.h"

#include "text/md_tags.h"

#include <string.h>

struct token {
	const struct node *node;
	const char *text;
	size_t len;
};

struct tokens {
	struct arena *a;
	struct token *at;
	uint64_t *keys;
	size_t n, cap;
	const struct tokens *known;	/* of the original: atoms that the edit shows as text (":party:") */
};

static void
push(struct tokens *t, const struct node *node, const char *text, size_t len, uint64_t key)
{
	if (t->n == t->cap) {
		size_t want = t->cap > 0 ? t->cap * 2 : 64;

		t->at = arena_grow(t->a, t->at, t->cap * sizeof(*t->at), want * sizeof(*t->at));
		t->keys = arena_grow(t->a, t->keys, t->cap * sizeof(*t->keys), want * sizeof(*t->keys));
		t->cap = want;
	}
	t->at[t->n] = (struct token){ .node = node, .text = text, .len = len };
	t->keys[t->n++] = key;
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool
is_ws(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* ":party:" in the edited text is the original's emoji of that name, though no table knows it. */
static size_t
known_atom(const struct tokens *t, const char *s, size_t len)
{
	for (size_t i = 0; t->known != NULL && i < t->known->n; i++) {
		const struct node *n = t->known->at[i].node;
		const char *name = n->type == NODE_EMOJI ? node_str(n, "shortName") : NULL;

		if (name != NULL && strlen(name) <= len && strlen(name) > 1 && memcmp(s, name, strlen(name)) == 0)
			return strlen(name);
	}
	return 0;
}

static void
cut_text(struct tokens *t, const struct node *n)
{
	bool code = mark_find(n->marks, MARK_CODE) != NULL;

	for (size_t i = 0, end; i < n->text_len; i = end) {
		const char *s = n->text + i;

		end = i + 1;
		if (is_ws(*s)) {
			while (end < n->text_len && is_ws(n->text[end]))
				end++;
			push(t, n, s, end - i, 1);
			continue;
		}
		if (is_word(*s))
			while (end < n->text_len && is_word(n->text[end]))
				end++;
		else if (*s == ':' && !code && known_atom(t, s, n->text_len - i) > 0)
			end = i + known_atom(t, s, n->text_len - i);
		push(t, n, s, end - i, align_hash(7, s, end - i));
	}
}

static void
cut(struct tokens *t, const struct doc *d, const struct node *first, unsigned flags)
{
	for (const struct node *n = first; n != NULL; n = n->next) {
		struct buf b;

		if (n->type == NODE_TEXT) {
			cut_text(t, n);
			continue;
		}
		buf_init(&b, 1 << 20);
		md_atom(d, n, flags, &b);
		push(t, n, NULL, 0, align_hash(7, b.data, b.len));
		buf_release(&b);
	}
}

static bool
is_visible(const struct merge *m, const struct mark *k)
{
	if (k->type == MARK_TEXT_COLOR || k->type == MARK_BACKGROUND)
		return (m->md_flags & MDI_FULL) != 0;
	return k->type != MARK_ANNOTATION && k->type <= MARK_CODE;
}

static bool
same_visible(const struct mark *a, const struct mark *b)
{
	const char *names[] = { "href", "title", "type", "color" };

	if (a->type != b->type)
		return false;
	for (size_t i = 0; i < LEN(names); i++) {
		const char *x = mark_str(a, names[i]), *y = mark_str(b, names[i]);

		if (strcmp(x != NULL ? x : "", y != NULL ? y : "") != 0)
			return false;
	}
	return true;
}

/* The marks of a token that stayed: the edit's visible ones (the original's own where they are equal) and the hidden. */
static struct mark *
kept_marks(struct merge *m, const struct node *o, const struct node *e)
{
	struct mark *list = NULL;
	bool equal = true;

	for (const struct mark *k = o->marks; k != NULL; k = k->next) {
		const struct mark *x = e->marks;

		while (x != NULL && !same_visible(k, x))
			x = x->next;
		equal &= !is_visible(m, k) || x != NULL;
		if (!is_visible(m, k) || x != NULL)
			list = marks_with(m->o, list, k);
	}
	for (const struct mark *x = e->marks; x != NULL; x = x->next) {
		const struct mark *k = o->marks;

		while (k != NULL && !same_visible(k, x))
			k = k->next;
		equal &= k != NULL;
		if (k == NULL)
			list = marks_with(m->o, list, x);
	}
	return equal ? o->marks : list;
}

static const struct mark *
same_in(const struct node *n, const struct mark *k)
{
	for (const struct mark *x = n != NULL ? n->marks : NULL; x != NULL; x = x->next)
		if (same_visible(x, k))
			return x;
	return NULL;
}

/* A new token's own marks, as a neighbour has them (the link around it is the original's link), and the hidden
 * marks that both neighbours have. */
static struct mark *
inherited(struct merge *m, const struct mark *own, const struct node *left, const struct node *right)
{
	struct mark *list = NULL;

	for (const struct mark *k = own; k != NULL; k = k->next) {
		const struct mark *x = same_in(left, k);

		if (x == NULL)
			x = same_in(right, k);
		list = marks_with(m->o, list, x != NULL ? x : k);
	}
	if (left == NULL || right == NULL)
		return list;
	for (const struct mark *k = left->marks; k != NULL; k = k->next) {
		const struct mark *x = right->marks;

		while (x != NULL && !mark_equal(k, x))
			x = x->next;
		if (x != NULL && !is_visible(m, k))
			list = marks_with(m->o, list, k);
	}
	return list;
}

static void
append_text(struct merge *m, struct node *to, const char *s, size_t len, struct mark *marks, bool space)
{
	struct node *last = to->last, *n;

	if (last != NULL && last->type == NODE_TEXT && last->value == NULL && last->text + last->text_len == s &&
	    marks_equal(last->marks, marks)) {
		last->text_len += len;
		return;
	}
	n = node_text(m->o, space && memchr(s, '\n', len) != NULL ? " " : s, space && memchr(s, '\n', len) != NULL ? 1 : len);
	n->marks = marks;
	node_append(to, n);
}

/* Neighbours with the same marks are one text. */
static void
join_texts(struct merge *m, struct node *to)
{
	struct node *n = to->first;

	while (n != NULL) {
		struct node *end = n->next;
		size_t len = n->text_len, at = 0;
		char *joined;

		while (n->type == NODE_TEXT && end != NULL && end->type == NODE_TEXT && marks_equal(n->marks, end->marks)) {
			len += end->text_len;
			end = end->next;
		}
		if (end != n->next) {
			joined = arena_alloc(m->a, len + 1);
			for (const struct node *c = n; c != end; c = c->next) {
				memcpy(joined + at, c->text, c->text_len);
				at += c->text_len;
			}
			n->text = joined;
			n->text_len = len;
			n->next = end;
			if (end == NULL)
				to->last = n;
		}
		n = end;
	}
}

/* The new atom y between the original's tokens from and to, as the edit of one that was there. */
static struct node *
edited_atom(struct merge *m, const struct tokens *a, size_t *match, size_t from, size_t to, const struct token *y)
{
	for (size_t i = from; i < to; i++) {
		struct node *n = match[i] == ALIGN_NONE && a->at[i].text == NULL ? merge_atom(m, a->at[i].node, y->node) : NULL;

		if (n == NULL)
			continue;
		match[i] = 0;	/* taken */
		return n;
	}
	return NULL;
}

struct node *
merge_inlines(struct merge *m, const struct node *o, const struct node *e)
{
	struct tokens a = { .a = m->a }, b = { .a = m->a, .known = &a };
	struct node *to = node_new(m->o, o->type);
	size_t *match, *back;
	const struct node *left = NULL;

	cut(&a, m->o, o->first, m->md_flags);
	cut(&b, m->e, e->first, m->md_flags);
	match = arena_array(m->a, a.n + 1, sizeof(*match));
	back = arena_array(m->a, b.n + 1, sizeof(*back));
	align_keys(a.keys, a.n, b.keys, b.n, match);
	for (size_t j = 0; j < b.n; j++)
		back[j] = ALIGN_NONE;
	for (size_t i = 0; i < a.n; i++)
		if (match[i] != ALIGN_NONE)
			back[match[i]] = i;
	for (size_t j = 0, next = 0, at = 0; j < b.n; j++) {
		const struct token *y = &b.at[j];
		const struct node *right = NULL;

		if (back[j] != ALIGN_NONE) {
			const struct token *x = &a.at[back[j]];

			left = x->node;
			at = back[j] + 1;
			if (x->text == NULL) {
				struct node *c = node_copy(m->o, x->node);

				node_append(to, c);
			} else {
				append_text(m, to, x->text, x->len, kept_marks(m, x->node, y->node), false);
			}
			continue;
		}
		if (next <= j)
			next = j + 1;
		while (next < b.n && back[next] == ALIGN_NONE)
			next++;
		if (next < b.n)
			right = a.at[back[next]].node;
		if (y->text != NULL) {
			append_text(m, to, y->text, y->len, inherited(m, y->node->marks, left, right), true);
		} else {
			struct node *c = edited_atom(m, &a, match, at, next < b.n ? back[next] : a.n, y);

			if (c == NULL)
				c = node_copy(m->o, y->node);
			c->marks = inherited(m, y->node->marks, left, right);
			node_append(to, c);
		}
	}
	join_texts(m, to);
	return to;
}
