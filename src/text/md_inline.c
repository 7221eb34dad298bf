/*
 * Writes the inline content of a block as Markdown.
 *
 * Inline nodes are flat: text with a set of marks. Markdown wants nested delimiters. So:
 *	1. runs: each node with the marks that Markdown shows; white space at the border of
 *	   emphasis moves out of it, because "** a**" is no emphasis;
 *	2. pieces: at each run, marks that end are closed and those that begin are opened, the
 *	   longest first; the result is a list of OPEN, CLOSE, TEXT and RAW;
 *	3. output: a delimiter is used where CommonMark's flanking rules let it work, else the
 *	   HTML tag; text is escaped no more than its surroundings demand.
 */
#include "text/doc_util.h"

#include "base/str.h"
#include "base/utf8.h"
#include "text/md_tags.h"

#include <string.h>

enum { SHOWN = MARK_BACKGROUND + 1, MAX_OPEN = SHOWN };

struct run {
	const struct node *node;	/* NULL: a piece of white space */
	const char *text;		/* of a text node, or of that piece */
	size_t len;
	const struct mark *marks[SHOWN];
	unsigned extent[SHOWN];		/* how many runs from here have this mark */
	bool code;
};

enum piece_kind { PIECE_OPEN, PIECE_CLOSE, PIECE_TEXT, PIECE_RAW };

struct piece {
	enum piece_kind kind;
	const struct mark *mark;
	size_t pair;		/* OPEN: index of its CLOSE, and back */
	const char *text;	/* TEXT: unescaped; RAW: final */
	size_t len;
	const char *delim;	/* OPEN, CLOSE: what was decided */
};

struct inl {
	const struct doc *d;
	struct arena *a;
	unsigned flags;
	struct run *runs;
	size_t nruns, cruns;
	struct piece *pieces;
	size_t npieces, cpieces;
	bool tildes;		/* more than one '~' in the text */
};

static bool
is_ws(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_punct(char c)
{
	return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static struct run *
add_run(struct inl *w)
{
	if (w->nruns == w->cruns) {
		size_t want = w->cruns > 0 ? w->cruns * 2 : 16;

		w->runs = arena_grow(w->a, w->runs, w->cruns * sizeof(struct run), want * sizeof(struct run));
		w->cruns = want;
	}
	memset(&w->runs[w->nruns], 0, sizeof(struct run));
	return &w->runs[w->nruns++];
}

static struct piece *
add_piece(struct inl *w, enum piece_kind kind)
{
	if (w->npieces == w->cpieces) {
		size_t want = w->cpieces > 0 ? w->cpieces * 2 : 32;

		w->pieces = arena_grow(w->a, w->pieces, w->cpieces * sizeof(struct piece), want * sizeof(struct piece));
		w->cpieces = want;
	}
	memset(&w->pieces[w->npieces], 0, sizeof(struct piece));
	w->pieces[w->npieces].kind = kind;
	return &w->pieces[w->npieces++];
}

static bool
shown(const struct inl *w, const struct mark *m)
{
	if (m->type == MARK_TEXT_COLOR || m->type == MARK_BACKGROUND)
		return (w->flags & MDI_FULL) && mark_str(m, "color") != NULL;
	if (m->type == MARK_LINK)
		return mark_str(m, "href") != NULL;
	return (int)m->type < SHOWN && m->type != MARK_ANNOTATION;
}

static bool
same_marks(const struct run *a, const struct run *b)
{
	for (size_t i = 0; i < SHOWN; i++) {
		if ((a->marks[i] == NULL) != (b->marks[i] == NULL))
			return false;
		if (a->marks[i] != NULL && !mark_equal(a->marks[i], b->marks[i]))
			return false;
	}
	return a->code == b->code;
}

static void
collect_runs(struct inl *w, const struct node *first)
{
	size_t tildes = 0;

	for (const struct node *n = first; n != NULL; n = n->next) {
		struct run *r = add_run(w), *prev = w->nruns > 1 ? r - 1 : NULL;

		r->node = n;
		for (const struct mark *m = n->marks; m != NULL; m = m->next) {
			if (m->type == MARK_CODE)
				r->code = n->type == NODE_TEXT;
			else if (shown(w, m))
				r->marks[m->type] = m;
		}
		if (n->type != NODE_TEXT)
			continue;
		r->text = n->text;
		r->len = n->text_len;
		for (size_t i = 0; i < r->len; i++)
			tildes += r->text[i] == '~';
		if (prev != NULL && prev->text != NULL && same_marks(prev, r)) {
			char *joined = arena_grow(w->a, NULL, 0, prev->len + r->len + 1);

			memcpy(joined, prev->text, prev->len);
			memcpy(joined + prev->len, r->text, r->len);
			prev->text = joined;
			prev->len += r->len;
			w->nruns--;
		}
	}
	w->tildes = tildes > 1;
}

static bool
has(const struct run *r, const struct mark *m)
{
	return r != NULL && r->marks[m->type] != NULL && mark_equal(r->marks[m->type], m);
}

static bool
flanks(enum mark_type t)
{
	return t == MARK_STRONG || t == MARK_EM || t == MARK_STRIKE;
}

/* Breaks, atoms and blank runs take the marks that both neighbours have, so that emphasis goes on through them. */
static void
bridge(struct inl *w)
{
	for (size_t i = 0; i < w->nruns; i++) {
		struct run *r = &w->runs[i];
		struct run *prev = i > 0 ? r - 1 : NULL, *next = i + 1 < w->nruns ? r + 1 : NULL;
		bool blank = r->text != NULL && text_is_blank(r->text, r->len) && !r->code;

		if (r->text != NULL && !blank)
			continue;
		for (size_t t = 0; t < SHOWN; t++) {
			const struct mark *m = prev != NULL ? prev->marks[t] : NULL;

			if (blank && r->marks[t] != NULL && flanks((enum mark_type)t) &&
			    !(has(prev, r->marks[t]) && next != NULL && has(next, r->marks[t])))
				r->marks[t] = NULL;
			if (!blank && r->marks[t] == NULL && m != NULL && next != NULL && has(next, m) && !prev->code)
				r->marks[t] = m;
			if (r->node != NULL && r->node->type == NODE_HARD_BREAK && r->marks[t] != NULL &&
			    !(has(prev, r->marks[t]) && next != NULL && has(next, r->marks[t])))
				r->marks[t] = NULL;
		}
	}
}

/* Moves white space at the border of emphasis into runs of its own. */
static void
split_space(struct inl *w)
{
	struct run *old = w->runs;
	size_t n = w->nruns;

	w->runs = NULL;
	w->nruns = w->cruns = 0;
	for (size_t i = 0; i < n; i++) {
		struct run r = old[i];
		const struct run *next = i + 1 < n ? &old[i + 1] : NULL;
		size_t lead = 0, trail = 0;
		bool begins = false, ends = false;

		if (r.text == NULL || r.code || text_is_blank(r.text, r.len)) {
			*add_run(w) = r;
			continue;
		}
		for (size_t t = 0; t < SHOWN; t++) {
			if (r.marks[t] == NULL || !flanks((enum mark_type)t))
				continue;
			begins |= i == 0 || !has(&old[i - 1], r.marks[t]);
			ends |= !has(next, r.marks[t]);
		}
		while (begins && lead < r.len && is_ws(r.text[lead]))
			lead++;
		while (ends && trail < r.len - lead && is_ws(r.text[r.len - trail - 1]))
			trail++;
		for (int part = 0; part < 3; part++) {
			const struct run *other = part == 0 ? (i > 0 ? &old[i - 1] : NULL) : next;
			struct run *p;

			if ((part == 0 && lead == 0) || (part == 2 && trail == 0))
				continue;
			p = add_run(w);
			*p = r;
			p->text = part == 0 ? r.text : part == 1 ? r.text + lead : r.text + r.len - trail;
			p->len = part == 0 ? lead : part == 1 ? r.len - lead - trail : trail;
			for (size_t t = 0; part != 1 && t < SHOWN; t++)
				if (p->marks[t] != NULL && flanks((enum mark_type)t) && !has(other, p->marks[t]))
					p->marks[t] = NULL;
		}
	}
}

static void
measure(struct inl *w)
{
	for (size_t i = w->nruns; i-- > 0;) {
		struct run *r = &w->runs[i];

		for (size_t t = 0; t < SHOWN; t++)
			if (r->marks[t] != NULL)
				r->extent[t] = 1 + (i + 1 < w->nruns && has(r + 1, r->marks[t]) ? r[1].extent[t] : 0);
	}
}

static void
add_code(struct inl *w, const char *s, size_t len)
{
	struct buf b;
	size_t longest = 0, run = 0;
	bool pad;
	struct piece *p;

	for (size_t i = 0; i < len; i++) {
		run = s[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	pad = len > 0 && (s[0] == '`' || s[len - 1] == '`' || (s[0] == ' ' && s[len - 1] == ' ' && !text_is_blank(s, len)));
	buf_init(&b, len * 3 + 64);
	for (size_t i = 0; i <= longest; i++)
		buf_addc(&b, '`');
	if (pad)
		buf_addc(&b, ' ');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '|' && (w->flags & MDI_CELL))
			buf_addc(&b, '\\');
		if (s[i] == '\n' || s[i] == '\r')
			buf_addc(&b, ' ');
		else
			buf_addc(&b, s[i]);
	}
	if (pad)
		buf_addc(&b, ' ');
	for (size_t i = 0; i <= longest; i++)
		buf_addc(&b, '`');
	p = add_piece(w, PIECE_RAW);
	p->text = arena_strndup(w->a, b.data, b.len);
	p->len = b.len;
	buf_release(&b);
}

/* A link whose text is its address and that readers of Markdown find by themselves. */
static bool
is_bare_url(const struct inl *w, size_t i)
{
	const struct run *r = &w->runs[i];
	const char *href = r->marks[MARK_LINK] != NULL ? mark_str(r->marks[MARK_LINK], "href") : NULL;
	const struct run *prev = i > 0 ? r - 1 : NULL, *next = i + 1 < w->nruns ? r + 1 : NULL;
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-.%#?&=:+@,";
	size_t scheme;

	if (href == NULL || r->text == NULL || r->code || r->len > 2000 || strlen(href) != r->len ||
	    memcmp(href, r->text, r->len) != 0 || mark_str(r->marks[MARK_LINK], "title") != NULL)
		return false;
	scheme = strncmp(href, "https://", 8) == 0 ? 8 : strncmp(href, "http://", 7) == 0 ? 7 : 0;
	if (scheme == 0 || strspn(href + scheme, safe) != r->len - scheme || strchr(href + scheme, '.') == NULL)
		return false;
	if (strstr(href + scheme, "..") != NULL || strchr("./-", href[scheme]) != NULL)
		return false;
	for (size_t t = 0; t < SHOWN; t++)
		if (t != MARK_LINK && r->marks[t] != NULL)
			return false;
	if ((prev != NULL && (prev->text == NULL || prev->code || !is_ws(prev->text[prev->len - 1]))) ||
	    (next != NULL && (next->text == NULL || next->code || !is_ws(next->text[0]))))
		return false;
	return is_word(href[r->len - 1]) || href[r->len - 1] == '/';
}

static void
close_top(struct inl *w, size_t *stack, size_t *depth)
{
	size_t open = stack[--*depth], at = w->npieces;
	struct piece *p = add_piece(w, PIECE_CLOSE);

	p->mark = w->pieces[open].mark;
	p->pair = open;
	w->pieces[open].pair = at;
}

static void
open_marks(struct inl *w, const struct run *r, size_t *stack, size_t *depth)
{
	bool on[SHOWN] = { false };

	for (size_t i = 0; i < *depth; i++)
		on[w->pieces[stack[i]].mark->type] = true;
	for (;;) {
		size_t best = SHOWN;

		for (size_t t = 0; t < SHOWN; t++)
			if (r->marks[t] != NULL && !on[t] && (best == SHOWN || r->extent[t] > r->extent[best]))
				best = t;
		if (best == SHOWN)
			return;
		stack[(*depth)++] = w->npieces;
		add_piece(w, PIECE_OPEN)->mark = r->marks[best];
		on[best] = true;
	}
}

static void
make_pieces(struct inl *w)
{
	size_t stack[MAX_OPEN], depth = 0;

	for (size_t i = 0; i < w->nruns; i++) {
		struct run *r = &w->runs[i];
		size_t keep = 0;
		struct piece *p;

		if (is_bare_url(w, i)) {
			while (depth > 0)
				close_top(w, stack, &depth);
			p = add_piece(w, PIECE_RAW);
			p->text = r->text;
			p->len = r->len;
			continue;
		}
		while (keep < depth && has(r, w->pieces[stack[keep]].mark))
			keep++;
		while (depth > keep)
			close_top(w, stack, &depth);
		open_marks(w, r, stack, &depth);
		if (r->code) {
			add_code(w, r->text, r->len);
		} else if (r->text != NULL) {
			p = add_piece(w, PIECE_TEXT);
			p->text = r->text;
			p->len = r->len;
		} else {
			struct buf b;

			buf_init(&b, 1 << 20);
			md_atom(w->d, r->node, w->flags, &b);
			p = add_piece(w, PIECE_RAW);
			p->text = arena_strndup(w->a, b.data, b.len);
			p->len = b.len;
			buf_release(&b);
		}
	}
	while (depth > 0)
		close_top(w, stack, &depth);
}

enum char_class { CLASS_WS, CLASS_PUNCT, CLASS_UNSURE, CLASS_WORD };

static enum char_class
class_of(const char *s, size_t len, bool last)
{
	size_t at = 0, n;
	uint32_t cp;

	if (len == 0)
		return CLASS_WS;
	if (last)
		for (at = len - 1; at > 0 && ((unsigned char)s[at] & 0xc0) == 0x80; at--)
			;
	cp = utf8_next(s + at, len - at, &n);
	if (cp < 0x80)
		return is_ws((char)cp) ? CLASS_WS : is_punct((char)cp) ? CLASS_PUNCT : CLASS_WORD;
	if ((cp >= 0xa0 && cp <= 0xbf) || cp == 0xd7 || cp == 0xf7 || (cp >= 0x2000 && cp <= 0x2bff) ||
	    (cp >= 0x3000 && cp <= 0x303f) || (cp >= 0xfe10 && cp <= 0xfe6f) || (cp >= 0xff00 && cp <= 0xff20) ||
	    (cp >= 0xff3b && cp <= 0xff65) || cp >= 0x1f000)
		return CLASS_UNSURE;	/* space, punctuation or symbol: implementations differ */
	return CLASS_WORD;
}

/* Of the character beside piece i, on the left (last of what is before) or on the right. */
static enum char_class
beside(const struct inl *w, size_t i, bool right)
{
	const struct piece *p;

	if (right ? i + 1 >= w->npieces : i == 0)
		return CLASS_WS;
	p = &w->pieces[right ? i + 1 : i - 1];
	if (p->kind == PIECE_OPEN || p->kind == PIECE_CLOSE)
		return CLASS_PUNCT;
	return class_of(p->text, p->len, !right);
}

/* Whether a delimiter run works as opener at o and as closer at c. */
static bool
delim_works(const struct inl *w, size_t o, size_t c, bool underscore)
{
	enum char_class before = beside(w, o, false), first = beside(w, o, true);
	enum char_class last = beside(w, c, false), after = beside(w, c, true);

	if (first == CLASS_WS || last == CLASS_WS || o + 1 == c)
		return false;
	if (underscore)
		return before <= CLASS_PUNCT && after <= CLASS_PUNCT && first != CLASS_UNSURE && last != CLASS_UNSURE;
	if (first != CLASS_WORD && before >= CLASS_UNSURE)
		return false;
	return !(last != CLASS_WORD && after >= CLASS_UNSURE);
}

static void
decide(struct inl *w, size_t o)
{
	struct piece *open = &w->pieces[o], *close = &w->pieces[open->pair];
	enum mark_type t = open->mark->type;
	const char *sub = mark_str(open->mark, "type");

	if (t == MARK_STRONG) {
		bool ok = delim_works(w, o, open->pair, false);

		open->delim = ok ? "**" : "<strong>";
		close->delim = ok ? "**" : "</strong>";
	} else if (t == MARK_EM) {
		bool ok = delim_works(w, o, open->pair, true);

		open->delim = ok ? "_" : "<em>";
		close->delim = ok ? "_" : "</em>";
	} else if (t == MARK_STRIKE) {
		bool ok = delim_works(w, o, open->pair, false);

		open->delim = ok ? "~~" : "<del>";
		close->delim = ok ? "~~" : "</del>";
	} else if (t == MARK_UNDERLINE) {
		open->delim = "<u>";
		close->delim = "</u>";
	} else if (t == MARK_SUBSUP) {
		bool up = sub != NULL && strcmp(sub, "sup") == 0;

		open->delim = up ? "<sup>" : "<sub>";
		close->delim = up ? "</sup>" : "</sub>";
	} else if (t == MARK_LINK) {
		struct buf b;

		open->delim = "[";
		buf_init(&b, 1 << 20);
		buf_adds(&b, "](");
		md_dest(mark_str(open->mark, "href"), mark_str(open->mark, "title"), w->flags, &b);
		buf_addc(&b, ')');
		close->delim = arena_strndup(w->a, b.data, b.len);
		buf_release(&b);
	} else {
		open->delim = arena_printf(w->a, "<span style=\"%s:%s\">",
		    t == MARK_TEXT_COLOR ? "color" : "background-color", mark_str(open->mark, "color"));
		close->delim = "</span>";
	}
}

void
md_inlines(const struct doc *d, const struct node *first, unsigned flags, struct buf *out)
{
	struct inl w = { .d = d, .a = arena_new(), .flags = flags };
	struct md_escape esc = { .flags = flags, .line_start = (flags & MDI_START) != 0 };
	size_t from = out->len;

	collect_runs(&w, first);
	bridge(&w);
	split_space(&w);
	measure(&w);
	make_pieces(&w);
	esc.tildes = w.tildes;
	for (size_t i = 0; i < w.npieces; i++)
		if (w.pieces[i].kind == PIECE_OPEN)
			decide(&w, i);
	for (size_t i = 0; i < w.npieces; i++) {
		const struct piece *p = &w.pieces[i], *next = i + 1 < w.npieces ? p + 1 : NULL;

		if (p->kind == PIECE_TEXT) {
			if (next != NULL)
				esc.after = next->kind == PIECE_TEXT || next->kind == PIECE_RAW ? (next->len > 0 ? next->text[0] : ' ') :
				    next->delim[0];
			else
				esc.after = '\0';
			esc.before = out->len > from ? out->data[out->len - 1] : '\0';
			md_escape(&esc, p->text, p->len, out);
		} else if (p->kind == PIECE_RAW) {
			buf_add(out, p->text, p->len);
			esc.line_start = p->len > 0 && p->text[p->len - 1] == '\n';
		} else {
			if (p->mark->type == MARK_LINK)
				esc.links += p->kind == PIECE_OPEN ? 1 : -1;
			buf_adds(out, p->delim);
			esc.line_start = false;
		}
	}
	while (out->len > from && is_ws(out->data[out->len - 1]))
		buf_truncate(out, out->len - 1);
	if ((flags & MDI_ONE_LINE) && out->len > from && out->data[out->len - 1] == '#') {
		buf_truncate(out, out->len - 1);
		buf_adds(out, "\\#");
	}
	arena_free(w.a);
}
