/*
 * expat's events as a tree of elements that know where they stood.
 *
 * Storage format is a fragment with HTML entities and undeclared prefixes. expat is fed a DOCTYPE
 * that declares the 253 HTML entities and a root element, then the page, then the root's end; its
 * byte index less the length of that prologue is the place in the page. The parser knows no
 * namespaces, so "ac:link" is just a name. A page cannot bring a DOCTYPE of its own (it is inside
 * the root by then), so it can define no entities and blow nothing up.
 */
#include "text/storage.h"

#include "text/libs.h"

#include <string.h>

struct parse {
	struct arena *a;
	XML_Parser p;
	struct xel *stack[STORAGE_MAX_DEPTH + 2];
	int depth;
	struct xel *text;	/* open text, whose end is the next event */
	struct buf chars;
	size_t prologue, len;
	bool cdata, too_deep;
	size_t elements;
};

static size_t
place(const struct parse *p)
{
	XML_Index at = expat.GetCurrentByteIndex(p->p);

	if (at < 0 || (size_t)at < p->prologue)
		return 0;
	return (size_t)at - p->prologue < p->len ? (size_t)at - p->prologue : p->len;
}

static void
end_text(struct parse *p)
{
	if (p->text == NULL)
		return;
	p->text->text = arena_strndup(p->a, p->chars.data, p->chars.len);
	p->text->text_len = p->chars.len;
	p->text->end = place(p);
	p->text = NULL;
	buf_reset(&p->chars);
}

static struct xel *
add(struct parse *p, const char *name)
{
	struct xel *e = arena_alloc(p->a, sizeof(*e)), *parent = p->stack[p->depth];

	e->name = name;
	e->at = e->end = e->body = e->body_end = place(p);
	if (parent->last != NULL)
		parent->last->next = e;
	else
		parent->first = e;
	parent->last = e;
	if (++p->elements > DOC_MAX_NODES)
		expat.StopParser(p->p, XML_FALSE);
	return e;
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attrs)
{
	struct parse *p = ctx;
	struct xel *e;
	size_t n = 0;

	if (p->depth == -1) {	/* our own root */
		p->depth = 0;
		return;
	}
	end_text(p);
	if (p->depth == STORAGE_MAX_DEPTH) {
		p->too_deep = true;
		expat.StopParser(p->p, XML_FALSE);
		return;
	}
	e = add(p, arena_strdup(p->a, name));
	e->body = e->at + (size_t)expat.GetCurrentByteCount(p->p);
	while (attrs[n] != NULL)
		n++;
	e->attrs = arena_array(p->a, n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		e->attrs[i] = arena_strdup(p->a, attrs[i]);
	p->stack[++p->depth] = e;
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct parse *p = ctx;
	struct xel *e;
	size_t at = place(p), count = (size_t)expat.GetCurrentByteCount(p->p);

	(void)name;
	end_text(p);
	if (p->depth <= 0)
		return;
	e = p->stack[p->depth--];
	if (count == 0 || at < e->body) {	/* <br/>: its end is its start */
		e->end = e->body;
		e->body_end = e->body;
	} else {
		e->body_end = at;
		e->end = at + count;
	}
}

static void XMLCALL
on_chars(void *ctx, const XML_Char *s, int len)
{
	struct parse *p = ctx;

	if (p->depth < 0)
		return;
	if (p->text == NULL || p->text->cdata != p->cdata) {
		end_text(p);
		p->text = add(p, NULL);
		p->text->cdata = p->cdata;
	}
	buf_add(&p->chars, s, (size_t)len);
}

static void XMLCALL
on_cdata_start(void *ctx)
{
	struct parse *p = ctx;

	end_text(p);
	p->cdata = true;
	p->text = add(p, NULL);
	p->text->cdata = true;
}

static void XMLCALL
on_cdata_end(void *ctx)
{
	struct parse *p = ctx;

	if (p->text != NULL && p->text->cdata) {
		end_text(p);
		if (p->stack[p->depth]->last != NULL)
			p->stack[p->depth]->last->end = place(p) + 3;
	}
	p->cdata = false;
}

static void XMLCALL
on_comment(void *ctx, const XML_Char *text)
{
	struct parse *p = ctx;
	struct xel *e;

	(void)text;
	if (p->depth < 0)
		return;
	end_text(p);
	e = add(p, "!");
	e->end = e->at + (size_t)expat.GetCurrentByteCount(p->p);
}

static void
prologue(struct buf *b)
{
	uint32_t cp;
	const char *name;

	buf_adds(b, "<!DOCTYPE r [");
	for (size_t i = 0; (name = entity_at(i, &cp)) != NULL; i++) {
		if (strcmp(name, "lt") == 0 || strcmp(name, "amp") == 0)
			buf_addf(b, "<!ENTITY %s \"&#38;#%u;\">", name, (unsigned)cp);
		else
			buf_addf(b, "<!ENTITY %s \"&#%u;\">", name, (unsigned)cp);
	}
	buf_adds(b, "]><r>");
}

static int
fail(struct parse *p, const char *text, struct err *e)
{
	size_t at = place(p), line = 1, col = 1;

	if (p->too_deep)
		return err_set(e, ERR_TOO_LARGE, "The page is nested deeper than %d elements.", STORAGE_MAX_DEPTH);
	if (p->elements > DOC_MAX_NODES)
		return err_set(e, ERR_TOO_LARGE, "The page has more than %d elements.", DOC_MAX_NODES);
	for (size_t i = 0; i < at; i++) {
		col = text[i] == '\n' ? 1 : col + 1;
		line += text[i] == '\n';
	}
	(void)err_set(e, ERR_INPUT, "This is not well-formed storage format: %s at line %zu, column %zu.",
	    expat.ErrorString(expat.GetErrorCode(p->p)), line, col);
	err_hint(e, "Storage format is XHTML: each element is closed, and & is written &amp;.");
	return -1;
}

static bool
feed(struct parse *p, const char *s, size_t len, bool last)
{
	while (len > 1 << 20) {
		if (expat.Parse(p->p, s, 1 << 20, 0) != XML_STATUS_OK)
			return false;
		s += 1 << 20;
		len -= 1 << 20;
	}
	return expat.Parse(p->p, s, (int)len, last) == XML_STATUS_OK;
}

struct xel *
storage_parse(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct parse p = { .a = a, .depth = -1, .len = len };
	struct xel *root = arena_alloc(a, sizeof(*root));
	struct buf pro;
	bool ok;

	if (expat_load(e) == -1)
		return NULL;
	root->name = "";
	root->end = root->body_end = len;
	p.stack[0] = root;
	buf_init(&p.chars, DOC_MAX_BYTES);
	buf_init(&pro, 1 << 16);
	prologue(&pro);
	p.prologue = pro.len;
	p.p = expat.ParserCreate("UTF-8");
	expat.SetUserData(p.p, &p);
	expat.SetElementHandler(p.p, on_start, on_end);
	expat.SetCharacterDataHandler(p.p, on_chars);
	expat.SetCdataSectionHandler(p.p, on_cdata_start, on_cdata_end);
	expat.SetCommentHandler(p.p, on_comment);
	ok = feed(&p, pro.data, pro.len, false) && feed(&p, text, len, false) && p.depth == 0 && feed(&p, "</r>", 4, true);
	if (!ok)
		(void)fail(&p, text, e);
	buf_release(&pro);
	buf_release(&p.chars);
	expat.ParserFree(p.p);
	return ok ? root : NULL;
}

const char *
xel_attr(const struct xel *e, const char *name)
{
	for (size_t i = 0; e->attrs != NULL && e->attrs[i] != NULL; i += 2)
		if (strcmp(e->attrs[i], name) == 0)
			return e->attrs[i + 1];
	return NULL;
}

bool
xel_is(const struct xel *e, const char *name)
{
	return e->name != NULL && strcmp(e->name, name) == 0;
}

struct xel *
xel_child(const struct xel *e, const char *name)
{
	for (struct xel *c = e->first; c != NULL; c = c->next)
		if (xel_is(c, name))
			return c;
	return NULL;
}

static void
gather(const struct xel *e, struct buf *b)
{
	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		if (c->name == NULL)
			buf_add(b, c->text, c->text_len);
		else if (strcmp(c->name, "br") == 0)
			buf_addc(b, '\n');
		else
			gather(c, b);
	}
}

char *
xel_text(struct arena *a, const struct xel *e, size_t *ret_len)
{
	struct buf b;
	char *s;

	buf_init(&b, DOC_MAX_BYTES);
	gather(e, &b);
	s = arena_strndup(a, b.data, b.len);
	if (ret_len != NULL)
		*ret_len = b.len;
	buf_release(&b);
	return s;
}
