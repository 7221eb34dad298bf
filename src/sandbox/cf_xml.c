/*
 * A strict reader for storage format. One pass over the bytes with a stack of open
 * elements; the first thing that a real XML parser would refuse ends it with that
 * parser's words and the row and column. Entities are XML's five, numbers, and those of
 * HTML, which Confluence declares.
 */
#include "sandbox/cf_xml.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/utf8.h"
#include "text/doc_util.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TEXT = 8 << 20 };

struct reader {
	struct arena *arena;
	const char *src;
	size_t len, at;
	struct cf_el *root, *open;
	const char *fault;
};

static bool ATTR_PRINTF(2, 3) refuse(struct reader *r, const char *fmt, ...)
{
	size_t row = 1, col = 1;
	const char *what;
	va_list ap;

	if (r->fault != NULL)
		return false;
	for (size_t i = 0; i < r->at && i < r->len; i++) {
		col++;
		if (r->src[i] == '\n') {
			row++;
			col = 1;
		}
	}
	va_start(ap, fmt);
	what = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	r->fault = arena_printf(r->arena, "%s\n at [row,col {unknown-source}]: [%zu,%zu]", what, row, col);
	return false;
}

static bool
is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool
is_name(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == ':';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
starts(const struct reader *r, const char *what)
{
	size_t n = strlen(what);

	return r->len - r->at >= n && memcmp(r->src + r->at, what, n) == 0;
}

static struct cf_el *
add(struct reader *r, const char *name)
{
	struct cf_el *e = arena_alloc(r->arena, sizeof *e);

	e->name = name;
	e->up = r->open;
	e->at = r->at;
	if (r->open->last != NULL)
		r->open->last->next = e;
	else
		r->open->first = e;
	r->open->last = e;
	return e;
}

static const char *
take_name(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->len && is_name(r->src[r->at]))
		r->at++;
	return arena_strndup(r->arena, r->src + from, r->at - from);
}

static bool
check_number(struct reader *r, const char *digits)
{
	bool hex = digits[0] == 'x';
	char *end;
	long cp = strtol(digits + hex, &end, hex ? 16 : 10);

	if (end == digits + hex || *end != '\0')
		return refuse(r, "Unexpected character '%c' (code %d) in a character entity", *end, *end);
	if (cp <= 0 || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000) || (cp < 0x20 && cp != 9 && cp != 10 && cp != 13))
		return refuse(r, "Illegal character entity: expansion character (code 0x%lx)", (unsigned long)cp);
	return true;
}

static bool
take_entity(struct reader *r, struct buf *out)
{
	size_t from = r->at + 1, end = from, n;
	char utf8[8];

	while (end < r->len && (is_name(r->src[end]) || r->src[end] == '#'))
		end++;
	if (end == from || end == r->len || r->src[end] != ';') {
		r->at = end;
		if (end == from)
			return refuse(r, "Unexpected character '%c' (code %d) (expected a name start character)",
			    end < r->len ? r->src[end] : ' ', end < r->len ? r->src[end] : 32);
		return refuse(r, "Unexpected character '%c' (code %d) (missing semicolon after reference?)",
		    end < r->len ? r->src[end] : ' ', end < r->len ? r->src[end] : 32);
	}
	r->at = end + 1;
	if (r->src[from] == '#' && !check_number(r, arena_strndup(r->arena, r->src + from + 1, end - from - 1)))
		return false;
	n = entity_decode(r->src + from, end - from, utf8);
	if (n == 0)
		return refuse(r, "Undeclared general entity \"%.*s\"", (int)(end - from), r->src + from);
	buf_add(out, utf8, n);
	return true;
}

static const char *
keep(struct reader *r, struct buf *b)
{
	const char *s = arena_strndup(r->arena, b->data, b->len);

	buf_release(b);
	return s;
}

static bool
take_attr(struct reader *r, struct cf_el *e, size_t *n)
{
	const char *name;
	struct buf b;
	char quote;

	if (!is_name_start(r->src[r->at]))
		return refuse(r, "Unexpected character '%c' (code %d) excepted space, or '>' or \"/>\"", r->src[r->at],
		    r->src[r->at]);
	name = take_name(r);
	for (size_t i = 0; i < *n; i += 2)
		if (str_eq(e->attr[i], name))
			return refuse(r, "Duplicate attribute '%s'.", name);
	if (strchr(name, ':') != NULL && !str_starts(name, "ac:") && !str_starts(name, "ri:") &&
	    !str_starts(name, "xml:") && !str_starts(name, "xmlns:") && !str_starts(name, "at:"))
		return refuse(r, "Unbound namespace prefix '%.*s' (for attribute name \"%s\")", (int)strcspn(name, ":"),
		    name, name);
	while (r->at < r->len && is_space(r->src[r->at]))
		r->at++;
	if (r->at == r->len || r->src[r->at] != '=')
		return refuse(r, "Unexpected character '%c' (code %d) expected '='",
		    r->at < r->len ? r->src[r->at] : ' ', r->at < r->len ? r->src[r->at] : 32);
	r->at++;
	while (r->at < r->len && is_space(r->src[r->at]))
		r->at++;
	quote = r->at < r->len ? r->src[r->at] : ' ';
	if (quote != '"' && quote != '\'')
		return refuse(r, "Unexpected character '%c' (code %d) in start tag Expected a quote", quote, quote);
	r->at++;
	buf_init(&b, MAX_TEXT);
	while (r->fault == NULL && r->at < r->len && r->src[r->at] != quote) {
		if (r->src[r->at] == '<')
			refuse(r, "Unexpected character '<' (code 60) in attribute value");
		else if (r->src[r->at] == '&')
			take_entity(r, &b);
		else
			buf_addc(&b, r->src[r->at++]);
	}
	if (r->fault == NULL && r->at == r->len)
		refuse(r, "Unexpected end of input block in attribute value");
	r->at++;
	e->attr =
	    arena_grow(r->arena, (void *)e->attr, (*n + 1) * sizeof *e->attr * (*n > 0), (*n + 3) * sizeof *e->attr);
	e->attr[*n] = name;
	e->attr[*n + 1] = keep(r, &b);
	e->attr[*n + 2] = NULL;
	*n += 2;
	return r->fault == NULL;
}

static bool
check_prefix(struct reader *r, const char *name)
{
	if (strchr(name, ':') == NULL || str_starts(name, "ac:") || str_starts(name, "ri:") || str_starts(name, "at:"))
		return true;
	return refuse(r, "Undeclared namespace prefix \"%.*s\"", (int)strcspn(name, ":"), name);
}

static bool
open_tag(struct reader *r, int *depth)
{
	struct cf_el *e;
	size_t n = 0, at = r->at;

	r->at++;
	if (r->at == r->len || !is_name_start(r->src[r->at]))
		return refuse(r, "Unexpected character '%c' (code %d) in prolog; expected '<'",
		    r->at < r->len ? r->src[r->at] : ' ', r->at < r->len ? r->src[r->at] : 32);
	e = add(r, take_name(r));
	e->at = at;
	if (!check_prefix(r, e->name))
		return false;
	for (;;) {
		bool space = false;

		while (r->at < r->len && is_space(r->src[r->at])) {
			r->at++;
			space = true;
		}
		if (r->at == r->len)
			return refuse(r, "Unexpected end of input block in start tag");
		if (r->src[r->at] == '>' || starts(r, "/>"))
			break;
		if (!space)
			return refuse(r, "Unexpected character '%c' (code %d) excepted space, or '>' or \"/>\"",
			    r->src[r->at], r->src[r->at]);
		if (!take_attr(r, e, &n))
			return false;
	}
	if (r->src[r->at] == '/') {
		r->at += 2;
		e->end = e->body = e->body_end = r->at;
		return true;
	}
	e->body = ++r->at;
	r->open = e;
	if (++*depth > CF_XML_DEPTH)
		return refuse(r, "Maximum Element Depth limit (%d) Exceeded", CF_XML_DEPTH);
	return true;
}

static bool
close_tag(struct reader *r, int *depth)
{
	size_t at = r->at;
	const char *name;

	r->at += 2;
	name = take_name(r);
	if (r->open == r->root) {
		r->at = at;
		return refuse(r, "Unexpected close tag </%s>; expected </xml>.", name);
	}
	while (r->at < r->len && is_space(r->src[r->at]))
		r->at++;
	if (!str_eq(name, r->open->name))
		return refuse(r, "Unexpected close tag </%s>; expected </%s>.", name, r->open->name);
	if (r->at == r->len || r->src[r->at] != '>')
		return refuse(r, "Unexpected character '%c' (code %d) expected '>'",
		    r->at < r->len ? r->src[r->at] : ' ', r->at < r->len ? r->src[r->at] : 32);
	r->at++;
	r->open->body_end = at;
	r->open->end = r->at;
	r->open = r->open->up;
	--*depth;
	return true;
}

/* Comments, CDATA, processing instructions; what stands in a CDATA section is text. */
static bool
take_special(struct reader *r)
{
	static const struct {
		const char *open, *close, *what;
	} kind[] = { { "<!--", "-->", "comment" }, { "<![CDATA[", "]]>", "CDATA" },
		{ "<?", "?>", "processing instruction" } };

	for (size_t i = 0; i < LEN(kind); i++) {
		const char *end;
		size_t from = r->at + strlen(kind[i].open);

		if (!starts(r, kind[i].open))
			continue;
		end = memmem(r->src + from, r->len - from, kind[i].close, strlen(kind[i].close));
		if (end == NULL) {
			r->at = r->len;
			return refuse(r, "Unexpected end of input block in %s", kind[i].what);
		}
		if (i == 1)
			add(r, NULL)->text = arena_strndup(r->arena, r->src + from, (size_t)(end - r->src) - from);
		r->at = (size_t)(end - r->src) + strlen(kind[i].close);
		if (i == 1)
			r->open->last->end = r->at;
		return true;
	}
	return refuse(r, "Unexpected character '!' (code 33) in prolog; expected a comment or CDATA");
}

static bool
take_text(struct reader *r)
{
	struct cf_el *e = add(r, NULL);
	struct buf b;

	buf_init(&b, MAX_TEXT);
	while (r->fault == NULL && r->at < r->len && r->src[r->at] != '<') {
		unsigned char c = (unsigned char)r->src[r->at];

		if (c == '&')
			take_entity(r, &b);
		else if (starts(r, "]]>"))
			refuse(r, "Unexpected \"]]>\" in text");
		else if (c < 0x20 && !is_space((char)c))
			refuse(r, "Illegal character ((CTRL-CHAR, code %d))", c);
		else
			buf_addc(&b, r->src[r->at++]);
	}
	e->end = r->at;
	e->text = keep(r, &b);
	return r->fault == NULL;
}

struct cf_el *
cf_xml_parse(struct arena *a, const char *text, size_t len, const char **ret_fault)
{
	struct reader r = { .arena = a, .src = text, .len = len };
	int depth = 0;

	*ret_fault = NULL;
	r.root = r.open = arena_alloc(a, sizeof *r.root);
	r.root->name = "";
	r.root->end = r.root->body_end = len;
	if (!utf8_valid(text, len))
		refuse(&r, "Invalid UTF-8 sequence");
	while (r.fault == NULL && r.at < len) {
		if (starts(&r, "</"))
			close_tag(&r, &depth);
		else if (starts(&r, "<!") || starts(&r, "<?"))
			take_special(&r);
		else if (text[r.at] == '<')
			open_tag(&r, &depth);
		else
			take_text(&r);
	}
	if (r.fault == NULL && r.open != r.root)
		refuse(&r, "Unexpected close tag </xml>; expected </%s>.", r.open->name);
	*ret_fault = r.fault;
	return r.fault == NULL ? r.root : NULL;
}

bool
cf_el_is(const struct cf_el *e, const char *name)
{
	return e != NULL && e->name != NULL && str_eq(e->name, name);
}

const char *
cf_el_attr(const struct cf_el *e, const char *name)
{
	for (size_t i = 0; e->attr != NULL && e->attr[i] != NULL; i += 2)
		if (str_eq(e->attr[i], name))
			return e->attr[i + 1];
	return NULL;
}

struct cf_el *
cf_el_child(const struct cf_el *e, const char *name)
{
	for (struct cf_el *c = e->first; c != NULL; c = c->next)
		if (cf_el_is(c, name))
			return c;
	return NULL;
}

struct cf_el *
cf_el_walk(const struct cf_el *top, const struct cf_el *from)
{
	if (from->first != NULL)
		return from->first;
	while (from != top && from->next == NULL)
		from = from->up;
	return from == top ? NULL : from->next;
}

static bool
is_block(const struct cf_el *e)
{
	static const char *const blocks[] = { "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "tr", "div",
		"br", "pre", "ac:task", "ac:structured-macro", "ac:layout-cell" };

	for (size_t i = 0; i < LEN(blocks); i++)
		if (cf_el_is(e, blocks[i]))
			return true;
	return false;
}

const char *
cf_el_text(struct arena *a, const struct cf_el *e)
{
	struct buf b;
	const char *s;

	buf_init(&b, MAX_TEXT);
	for (const struct cf_el *c = cf_el_walk(e, e); c != NULL; c = cf_el_walk(e, c)) {
		if (c->name == NULL && !cf_el_is(c->up, "ac:parameter") && !cf_el_is(c->up, "ac:task-id") &&
		    !cf_el_is(c->up, "ac:task-status") && !cf_el_is(c->up, "ac:task-uuid"))
			buf_adds(&b, c->text);
		else if (c->name != NULL && is_block(c) && b.len > 0 && b.data[b.len - 1] != ' ')
			buf_addc(&b, ' ');
	}
	s = str_trim(a, b.data, b.len);
	buf_release(&b);
	return s;
}

const char *
cf_el_param(struct arena *a, const struct cf_el *macro, const char *name)
{
	for (struct cf_el *c = macro->first; c != NULL; c = c->next)
		if (cf_el_is(c, "ac:parameter") && cf_el_attr(c, "ac:name") != NULL &&
		    str_eq(cf_el_attr(c, "ac:name"), name)) {
			for (struct cf_el *t = c->first; t != NULL; t = t->next)
				if (t->name == NULL)
					return t->text;
				else if (cf_el_attr(t, "ri:content-title") != NULL)
					return cf_el_attr(t, "ri:content-title");
			return arena_strdup(a, "");
		}
	return NULL;
}

const char *
cf_plain(struct arena *a, const char *storage, size_t len)
{
	const char *fault;
	struct cf_el *root = cf_xml_parse(a, storage, len, &fault);

	return root == NULL ? "" : cf_el_text(a, root);
}
