/*
 * 1. Runs: each inline node with the marks that are shown; neighbours with the same marks become
 *    one. Line breaks and atoms take the marks that both neighbours have, so that emphasis goes
 *    on through them; white space at the border of trimmed marks moves into runs of its own.
 * 2. At each run, marks that end are closed and those that begin are opened, the one that goes on
 *    longest first, so that few must be closed and opened again.
 */
#include "text/pieces.h"

#include <string.h>

struct run {
	const struct node *node;	/* an atom; NULL for text */
	const char *text;
	size_t len;
	const struct mark *marks[PIECES_MAX_MARKS];
	unsigned extent[PIECES_MAX_MARKS];	/* how many runs from here have this mark */
	unsigned nmarks;
	bool code;
};

enum { FEW_RUNS = 8 };	/* most lines have fewer; they need no memory */

struct maker {
	struct pieces *p;
	const struct pieces_opts *o;
	struct run *runs;
	size_t nruns, cruns, cpieces;
};

static bool
is_ws(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct run *
add_run(struct maker *m)
{
	if (m->nruns == m->cruns) {
		size_t want = m->cruns > 0 ? m->cruns * 2 : 8;

		m->runs = arena_grow(m->p->a, m->runs, m->cruns * sizeof(struct run), want * sizeof(struct run));
		m->cruns = want;
	}
	memset(&m->runs[m->nruns], 0, sizeof(struct run));
	return &m->runs[m->nruns++];
}

static struct piece *
add_piece(struct maker *m, enum piece_kind kind)
{
	struct pieces *p = m->p;

	if (p->count == m->cpieces) {
		size_t want = m->cpieces > 0 ? m->cpieces * 2 : 16;

		p->at = arena_grow(p->a, p->at, m->cpieces * sizeof(struct piece), want * sizeof(struct piece));
		m->cpieces = want;
	}
	memset(&p->at[p->count], 0, sizeof(struct piece));
	p->at[p->count].kind = kind;
	return &p->at[p->count++];
}

/* The place of the mark in the run, or -1. */
static int
find(const struct run *r, const struct mark *m)
{
	for (unsigned i = 0; r != NULL && i < r->nmarks; i++)
		if (r->marks[i]->type == m->type && mark_equal(r->marks[i], m))
			return (int)i;
	return -1;
}

static void
add_mark(struct run *r, const struct mark *m)
{
	if (r->nmarks < PIECES_MAX_MARKS && find(r, m) == -1)
		r->marks[r->nmarks++] = m;
}

static void
drop_mark(struct run *r, unsigned i)
{
	memmove(&r->marks[i], &r->marks[i + 1], (r->nmarks - i - 1) * sizeof(r->marks[0]));
	r->nmarks--;
}

static bool
same_marks(const struct run *a, const struct run *b)
{
	if (a->code != b->code || a->nmarks != b->nmarks)
		return false;
	for (unsigned i = 0; i < a->nmarks; i++)
		if (find(b, a->marks[i]) == -1)
			return false;
	return true;
}

static void
collect(struct maker *m, const struct node *first)
{
	for (const struct node *n = first; n != NULL; n = n->next) {
		struct run *r = add_run(m), *prev = m->nruns > 1 ? r - 1 : NULL;

		for (const struct mark *k = n->marks; k != NULL; k = k->next) {
			if (k->type == MARK_CODE)
				r->code = n->type == NODE_TEXT;
			else if (m->o->shown & 1u << k->type)
				add_mark(r, k);
		}
		if (n->type != NODE_TEXT) {
			r->node = n;
			continue;
		}
		r->text = n->text;
		r->len = n->text_len;
		for (const char *s = n->text; (s = memchr(s, '~', (size_t)(n->text + n->text_len - s))) != NULL; s++)
			m->p->tildes++;
		if (prev != NULL && prev->node == NULL && same_marks(prev, r)) {
			size_t len = prev->len;
			char *joined;

			if (r->text == prev->text + len) {	/* parts of one string */
				prev->len += r->len;
				m->nruns--;
				continue;
			}
			if (len + r->len > 4096)
				continue;	/* no copying again and again */
			joined = arena_alloc(m->p->a, len + r->len + 1);
			memcpy(joined, prev->text, len);
			memcpy(joined + len, r->text, r->len);
			prev->text = joined;
			prev->len += r->len;
			m->nruns--;
		}
	}
}

static bool
says_nothing(const struct maker *m, const struct run *r)
{
	if (r->node != NULL)
		return r->node->type == NODE_HARD_BREAK && !m->o->outer_breaks;
	return !r->code && text_is_blank(r->text, r->len);
}

/* Without the white space, and maybe the breaks, at both ends. */
static void
trim_ends(struct maker *m)
{
	struct run *r = m->runs;

	while (m->nruns > 0 && says_nothing(m, &r[m->nruns - 1]))
		m->nruns--;
	while (m->nruns > 0 && says_nothing(m, r)) {
		memmove(r, r + 1, (m->nruns - 1) * sizeof(*r));
		m->nruns--;
	}
	if (m->nruns == 0)
		return;
	if (r->node == NULL && !r->code)
		while (is_ws(*r->text))
			r->text++, r->len--;
	r += m->nruns - 1;
	if (r->node == NULL && !r->code)
		while (is_ws(r->text[r->len - 1]))
			r->len--;
}

static bool
trims(const struct maker *m, const struct mark *k)
{
	return (m->o->trimmed & 1u << k->type) != 0;
}

static bool
is_gap(const struct run *r)
{
	return r->node != NULL ? r->node->type == NODE_HARD_BREAK : !r->code && text_is_blank(r->text, r->len);
}

/* No link can be inside another. */
static bool
is_link(const struct node *atom)
{
	return atom != NULL && (atom->type == NODE_INLINE_CARD || atom->type == NODE_MENTION);
}

/*
 * White space and breaks take the marks that the text before and behind them has (where marks may go on through a
 * break); an atom those of its neighbours.
 */
static void
bridge(struct maker *m)
{
	struct run *solid = NULL;	/* the last that is no gap */
	size_t ahead = 0;

	for (size_t i = 0; i < m->nruns; i++) {
		struct run *r = &m->runs[i], *prev, *next;
		bool blank = r->node == NULL && is_gap(r), is_break = r->node != NULL && is_gap(r);

		if (r->node == NULL && !blank) {
			solid = r;
			continue;
		}
		if (blank || is_break) {
			for (ahead = ahead > i ? ahead : i + 1; ahead < m->nruns && is_gap(&m->runs[ahead]); ahead++)
				;
			prev = solid;
			next = ahead < m->nruns ? &m->runs[ahead] : NULL;
		} else {
			prev = i > 0 ? r - 1 : NULL;
			next = i + 1 < m->nruns ? r + 1 : NULL;
			solid = r;
		}
		for (unsigned k = r->nmarks; k-- > 0;) {
			bool both = find(prev, r->marks[k]) != -1 && find(next, r->marks[k]) != -1;

			if (((blank && trims(m, r->marks[k])) || is_break) && (!both || (is_break && !m->o->breaks)))
				drop_mark(r, k);
		}
		if (blank || prev == NULL || next == NULL || prev->code || next->code || (is_break && !m->o->breaks))
			continue;
		for (unsigned k = 0; k < prev->nmarks; k++)
			if (find(next, prev->marks[k]) != -1 && !(is_link(r->node) && prev->marks[k]->type == MARK_LINK))
				add_mark(r, prev->marks[k]);
	}
}

/* A part of run r: what is on its border loses the trimmed marks that the neighbour does not have. */
static void
add_part(struct maker *m, const struct run *r, const char *text, size_t len, const struct run *beside)
{
	struct run *p = add_run(m);

	*p = *r;
	p->text = text;
	p->len = len;
	for (unsigned k = p->nmarks; beside != r && k-- > 0;)
		if (trims(m, p->marks[k]) && find(beside, p->marks[k]) == -1)
			drop_mark(p, k);
}

static void
split_space(struct maker *m, struct run *room)
{
	struct run *old = m->runs;
	size_t n = m->nruns;

	m->runs = room;
	m->nruns = 0;
	m->cruns = 2 * FEW_RUNS;
	for (size_t i = 0; i < n; i++) {
		const struct run *r = &old[i], *prev = i > 0 ? r - 1 : NULL, *next = i + 1 < n ? r + 1 : NULL;
		size_t lead = 0, trail = 0;
		bool begins = false, ends = false;

		if (r->node != NULL || r->code || text_is_blank(r->text, r->len)) {
			*add_run(m) = *r;
			continue;
		}
		for (unsigned k = 0; k < r->nmarks; k++) {
			if (!trims(m, r->marks[k]))
				continue;
			begins |= find(prev, r->marks[k]) == -1;
			ends |= find(next, r->marks[k]) == -1;
		}
		while (begins && lead < r->len && is_ws(r->text[lead]))
			lead++;
		while (ends && trail < r->len - lead && is_ws(r->text[r->len - trail - 1]))
			trail++;
		if (lead > 0)
			add_part(m, r, r->text, lead, prev);
		add_part(m, r, r->text + lead, r->len - lead - trail, r);
		if (trail > 0)
			add_part(m, r, r->text + r->len - trail, trail, next);
	}
}

static void
measure(struct maker *m)
{
	for (size_t i = m->nruns; i-- > 0;) {
		struct run *r = &m->runs[i];

		for (unsigned k = 0; k < r->nmarks; k++) {
			int at = i + 1 < m->nruns ? find(r + 1, r->marks[k]) : -1;

			r->extent[k] = 1 + (at != -1 ? r[1].extent[at] : 0);
		}
	}
}

static void
close_top(struct maker *m, const size_t *stack, size_t *depth)
{
	size_t open = stack[--*depth], at = m->p->count;
	struct piece *p = add_piece(m, PIECE_CLOSE);

	p->mark = m->p->at[open].mark;
	p->pair = open;
	m->p->at[open].pair = at;
}

static void
open_marks(struct maker *m, const struct run *r, size_t *stack, size_t *depth)
{
	bool on[PIECES_MAX_MARKS] = { false };

	for (size_t i = 0; i < *depth; i++) {
		int at = find(r, m->p->at[stack[i]].mark);

		if (at != -1)
			on[at] = true;
	}
	for (;;) {
		unsigned best = PIECES_MAX_MARKS;

		for (unsigned k = 0; k < r->nmarks; k++)
			if (!on[k] && (best == PIECES_MAX_MARKS || r->extent[k] > r->extent[best] ||
			    (r->extent[k] == r->extent[best] && r->marks[k]->type < r->marks[best]->type)))
				best = k;
		if (best == PIECES_MAX_MARKS)
			return;
		stack[(*depth)++] = m->p->count;
		add_piece(m, PIECE_OPEN)->mark = r->marks[best];
		on[best] = true;
	}
}

void
pieces_make(struct pieces *p, const struct node *first, const struct pieces_opts *o)
{
	struct run few[FEW_RUNS], split[2 * FEW_RUNS];
	struct maker m = { .p = p, .o = o, .runs = few, .cruns = FEW_RUNS, .cpieces = o->room_count };
	size_t stack[PIECES_MAX_MARKS], depth = 0;

	p->at = o->room;
	collect(&m, first);
	if (o->ends)
		trim_ends(&m);
	bridge(&m);
	if (o->trimmed != 0)
		split_space(&m, split);
	measure(&m);
	for (size_t i = 0; i < m.nruns; i++) {
		const struct run *r = &m.runs[i];
		size_t keep = 0;
		struct piece *out;

		while (keep < depth && find(r, p->at[stack[keep]].mark) != -1)
			keep++;
		while (depth > keep)
			close_top(&m, stack, &depth);
		open_marks(&m, r, stack, &depth);
		out = add_piece(&m, r->node != NULL ? PIECE_NODE : PIECE_TEXT);
		out->node = r->node;
		out->text = r->text;
		out->len = r->len;
		out->code = r->code;
	}
	while (depth > 0)
		close_top(&m, stack, &depth);
}
