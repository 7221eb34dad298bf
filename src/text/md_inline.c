/*
 * Writes the inline content of a block as Markdown.
 *
 * pieces.c turns flat nodes with marks into opened and closed marks around text. Here a delimiter
 * is chosen for each pair: Markdown's own where CommonMark's flanking rules let it work, else the
 * HTML tag; and text is escaped no more than its surroundings demand (md_tags.c).
 */
#include "text/doc_util.h"

#include "base/str.h"
#include "base/utf8.h"
#include "text/md_tags.h"
#include "text/pieces.h"

#include <string.h>

enum { FEW_PIECES = 16 };

/* The marks whose delimiters may have no white space inside. */
enum { TRIMMED = 1u << MARK_STRONG | 1u << MARK_EM | 1u << MARK_STRIKE };

struct inl {
	struct piece *few;	/* FEW_PIECES */
	const struct doc *d;
	struct arena *a;
	unsigned flags;
	struct pieces p;
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

static void
make_raw(struct inl *w, struct piece *p, struct buf *b)
{
	p->kind = PIECE_RAW;
	p->text = arena_strndup(w->a, b->data, b->len);
	p->len = b->len;
	buf_release(b);
}

/* A code span has no line ends; a tag has entities for them. */
static void
make_code_tag(struct inl *w, struct piece *p)
{
	struct md_escape e = { .flags = w->flags, .tildes = true, .before = '>', .after = '<' };
	struct buf b;

	buf_init(&b, p->len * 6 + 64);
	buf_adds(&b, "<code>");
	md_escape(&e, p->text, p->len, &b);
	buf_adds(&b, "</code>");
	make_raw(w, p, &b);
}

static void
make_code(struct inl *w, struct piece *p)
{
	const char *s;
	size_t len, longest = 0, run = 0;
	struct buf b, clean;
	bool pad;

	if ((w->flags & MDI_SPACES) && memchr(p->text, '\n', p->len) != NULL) {
		make_code_tag(w, p);
		return;
	}
	buf_init(&clean, p->len + 1);
	text_visible(&clean, p->text, p->len);
	s = clean.data;
	len = clean.len;
	for (size_t i = 0; i < len; i++) {
		run = s[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	pad = len > 0 && (s[0] == '`' || s[len - 1] == '`' || (s[0] == ' ' && s[len - 1] == ' ' && strspn(s, " ") < len));
	buf_init(&b, len * 3 + 64);
	for (size_t i = 0; i <= longest; i++)
		buf_addc(&b, '`');
	if (pad)
		buf_addc(&b, ' ');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '|' && (w->flags & MDI_CELL))
			buf_addc(&b, '\\');
		buf_addc(&b, s[i] == '\n' || s[i] == '\r' ? ' ' : s[i]);
	}
	if (pad)
		buf_addc(&b, ' ');
	for (size_t i = 0; i <= longest; i++)
		buf_addc(&b, '`');
	buf_release(&clean);
	make_raw(w, p, &b);
}

/* Whether something that is seen stands before (behind) piece i. */
static bool
text_before(const struct inl *w, size_t i)
{
	while (i-- > 0)
		if (w->p.at[i].kind != PIECE_OPEN)
			return true;
	return false;
}

static bool
text_behind(const struct inl *w, size_t i)
{
	while (++i < w->p.count)
		if (w->p.at[i].kind != PIECE_CLOSE)
			return true;
	return false;
}

/* Whether Markdown would drop white space at the start (at the end) of piece i, a text. */
static bool
drops_before(const struct inl *w, size_t i)
{
	const struct piece *prev = i > 0 ? &w->p.at[i - 1] : NULL;

	if (!text_before(w, i) || prev == NULL)
		return true;
	return prev->kind == PIECE_OPEN ? (TRIMMED & 1u << prev->mark->type) != 0 :
	    prev->kind == PIECE_RAW && prev->len > 0 && prev->text[prev->len - 1] == '\n';
}

static bool
drops_behind(const struct inl *w, size_t i)
{
	const struct piece *next = &w->p.at[i + 1];

	return !text_behind(w, i) || (next->kind == PIECE_CLOSE && (TRIMMED & 1u << next->mark->type) != 0);
}

/* Pieces i (OPEN link), i + 1 (its text) and i + 2 (CLOSE) are an address that readers of Markdown find by themselves. */
static bool
is_bare_url(const struct inl *w, size_t i)
{
	const struct piece *o = &w->p.at[i], *t = o + 1;
	const struct piece *prev = i > 0 ? o - 1 : NULL, *next = i + 3 < w->p.count ? o + 3 : NULL;
	const char *href = mark_str(o->mark, "href");

	if (o->mark->type != MARK_LINK || o->pair != i + 2 || t->kind != PIECE_TEXT || t->code || t->len > 2000)
		return false;
	if (href == NULL || strlen(href) != t->len || memcmp(href, t->text, t->len) != 0 || mark_str(o->mark, "title") != NULL)
		return false;
	if (!md_is_address(href, t->len))
		return false;
	if (prev != NULL && prev->kind == PIECE_RAW && prev->len == 2 && prev->text[1] == '\n')
		prev = NULL;	/* a break: the address begins its line */
	if ((w->flags & MDI_SPACES) && ((prev != NULL && prev->len == 1 && drops_before(w, i - 1)) || (next != NULL && next->len == 1 && drops_behind(w, i + 3))))
		return false;	/* an entity stands beside it */
	if ((prev != NULL && (prev->kind != PIECE_TEXT || prev->code || !is_ws(prev->text[prev->len - 1]))) ||
	    (next != NULL && (next->kind != PIECE_TEXT || next->code || !is_ws(next->text[0]))))
		return false;
	return true;
}

/* Everything that needs no delimiter becomes final text. */
static void
make_pieces(struct inl *w, const struct node *first)
{
	struct pieces_opts o = { .breaks = true, .ends = true, .outer_breaks = (w->flags & (MDI_CELL | MDI_ONE_LINE)) != 0, .room = w->few, .room_count = FEW_PIECES };

	o.shown = 1u << MARK_LINK | 1u << MARK_STRONG | 1u << MARK_EM | 1u << MARK_STRIKE | 1u << MARK_UNDERLINE | 1u << MARK_SUBSUP;
	if (w->flags & MDI_FULL)
		o.shown |= 1u << MARK_TEXT_COLOR | 1u << MARK_BACKGROUND;
	if (w->flags & MDI_SPACES)
		o.ends = false;
	else
		o.trimmed = TRIMMED;
	pieces_make(&w->p, first, &o);
	for (size_t i = 0; i < w->p.count; i++) {
		struct piece *p = &w->p.at[i];
		struct buf b;

		if (p->kind == PIECE_OPEN && i + 2 < w->p.count && is_bare_url(w, i)) {
			p[0].kind = p[1].kind = p[2].kind = PIECE_RAW;
			p[0].text = p[2].text = "";
			p[0].len = p[2].len = 0;
		} else if (p->kind == PIECE_TEXT && p->code) {
			make_code(w, p);
		} else if (p->kind == PIECE_NODE) {
			if (p->node->type == NODE_HARD_BREAK) {
				bool inside = (w->flags & (MDI_CELL | MDI_ONE_LINE)) == 0 && text_before(w, i) && text_behind(w, i);

				p->kind = PIECE_RAW;
				p->text = inside ? "\\\n" : "<br>";
				p->len = strlen(p->text);
				continue;
			}
			buf_init(&b, 1 << 20);
			md_atom(w->d, p->node, w->flags, &b);
			make_raw(w, p, &b);
		}
	}
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

	if (right ? i + 1 >= w->p.count : i == 0)
		return CLASS_WS;
	p = &w->p.at[right ? i + 1 : i - 1];
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

	if (w->flags & MDI_SPACES) {	/* an entity is written for the white space of a text */
		first = first == CLASS_WS && w->p.at[o + 1].kind == PIECE_TEXT ? CLASS_PUNCT : first;
		last = last == CLASS_WS && w->p.at[c - 1].kind == PIECE_TEXT ? CLASS_PUNCT : last;
	}
	if (first == CLASS_WS || last == CLASS_WS || o + 1 == c)
		return false;
	if (underscore)
		return before <= CLASS_PUNCT && after <= CLASS_PUNCT && first != CLASS_UNSURE && last != CLASS_UNSURE;
	if (first != CLASS_WORD && before >= CLASS_UNSURE)
		return false;
	return !(last != CLASS_WORD && after >= CLASS_UNSURE);
}

/* Whether a text beside the delimiter i has a tilde there: "~~" and it would be one run. */
static bool
meets_tilde(const struct inl *w, size_t i)
{
	const struct piece *before = i > 0 ? &w->p.at[i - 1] : NULL, *behind = i + 1 < w->p.count ? &w->p.at[i + 1] : NULL;

	return (before != NULL && before->kind == PIECE_TEXT && before->len > 0 && before->text[before->len - 1] == '~') ||
	    (behind != NULL && behind->kind == PIECE_TEXT && behind->len > 0 && behind->text[0] == '~');
}

static void
decide(struct inl *w, size_t o)
{
	struct piece *open = &w->p.at[o], *close = &w->p.at[open->pair];
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
		bool ok = delim_works(w, o, open->pair, false) && !meets_tilde(w, o) && !meets_tilde(w, open->pair);

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

/* A text without marks, as most are: nothing is to be decided. */
static bool
is_plain(const struct node *first)
{
	return first != NULL && first->next == NULL && first->type == NODE_TEXT && first->marks == NULL;
}

static void
write_plain(const struct node *n, unsigned flags, struct buf *out)
{
	struct md_escape esc = { .flags = flags, .line_start = (flags & MDI_START) != 0 };
	const char *end = n->text + n->text_len, *tilde = n->text_len > 0 ? memchr(n->text, '~', n->text_len) : NULL;

	esc.tildes = tilde != NULL && memchr(tilde + 1, '~', (size_t)(end - tilde - 1)) != NULL;
	md_escape(&esc, n->text, n->text_len, out);
}

static void
write_text(const struct inl *w, size_t i, struct md_escape *esc, struct buf *out)
{
	const struct piece *p = &w->p.at[i];
	size_t lead = 0, trail = 0;

	if ((w->flags & MDI_SPACES) && p->len > 0) {
		lead = p->text[0] == ' ' && drops_before(w, i);
		trail = p->len > lead && p->text[p->len - 1] == ' ' && drops_behind(w, i);
	}
	if (lead > 0) {
		buf_adds(out, "&#32;");
		esc->line_start = false;
		esc->before = ';';
	}
	if (trail > 0)
		esc->after = '&';
	md_escape(esc, p->text + lead, p->len - lead - trail, out);
	if (trail > 0)
		buf_adds(out, "&#32;");
}

static void
write_pieces(const struct doc *d, const struct node *first, unsigned flags, struct buf *out)
{
	struct piece few[FEW_PIECES];
	struct inl w = { .d = d, .a = arena_new(), .flags = flags, .few = few };
	struct md_escape esc = { .flags = flags, .line_start = (flags & MDI_START) != 0 };
	size_t from = out->len;

	w.p.a = w.a;
	make_pieces(&w, first);
	esc.tildes = w.p.tildes > 1;
	for (size_t i = 0; i < w.p.count; i++)
		if (w.p.at[i].kind == PIECE_OPEN)
			decide(&w, i);
	for (size_t i = 0; i < w.p.count; i++) {
		const struct piece *p = &w.p.at[i], *next = i + 1 < w.p.count ? p + 1 : NULL;

		if (p->kind == PIECE_TEXT) {
			while (next != NULL && next->kind == PIECE_RAW && next->text[0] == '\0')
				next = next + 1 < w.p.at + w.p.count ? next + 1 : NULL;
			esc.after = next == NULL ? '\0' : next->kind == PIECE_TEXT || next->kind == PIECE_RAW ? next->text[0] :
			    next->delim[0];
			esc.before = out->len > from ? out->data[out->len - 1] : '\0';
			write_text(&w, i, &esc, out);
		} else if (p->kind == PIECE_RAW) {
			if (p->text[0] == '\0')
				continue;
			buf_add(out, p->text, p->len);
			esc.line_start = p->text[p->len - 1] == '\n';
		} else {
			if (p->mark->type == MARK_LINK)
				esc.links += p->kind == PIECE_OPEN ? 1 : -1;
			buf_adds(out, p->delim);
			esc.line_start = false;
		}
	}
	arena_free(w.a);
}

void
md_inlines(const struct doc *d, const struct node *first, unsigned flags, struct buf *out)
{
	size_t from = out->len;

	if ((flags & MDI_FULL) && (d->skin == SKIN_ADF || d->skin == SKIN_MD))
		flags |= MDI_SPACES;
	if (is_plain(first) && !(flags & MDI_SPACES))
		write_plain(first, flags, out);
	else if (first != NULL)
		write_pieces(d, first, flags, out);
	while (out->len > from && is_ws(out->data[out->len - 1]))
		buf_truncate(out, out->len - 1);
	if ((flags & MDI_ONE_LINE) && out->len > from && out->data[out->len - 1] == '#') {
		buf_truncate(out, out->len - 1);
		buf_adds(out, "\\#");
	}
}
