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

enum { NAME_SLOTS = 512 };

/* A name of an element or attribute, kept once. */
struct name {
	const char *s;
	size_t len;
	uint8_t tag, flags;
};

struct parse {
	struct arena *a;
	XML_Parser p;
	struct { struct xel *e, *last; } stack[STORAGE_MAX_DEPTH + 2];	/* open elements, each with its last child */
	int depth;
	struct xel *text;	/* open text, whose end is the next event */
	const char *from;	/* of the open text, as long as it is a part of the source ... */
	size_t from_len;
	struct buf chars;	/* ... and as it is, when it had to be put together */
	const char *src;
	size_t prologue, len;
	bool cdata, too_deep;
	size_t elements;
	struct name *names;	/* by hash; a full table copies what it does not know */
	size_t name_count;
};

static const struct name known[] = {
#define XEL_NAME(xel_tag, text, xel_flags) { .s = text, .len = sizeof(text) - 1, .tag = xel_tag, .flags = xel_flags },
	XEL_TAGS(XEL_NAME)
#undef XEL_NAME
};

static size_t
name_hash(const char *s, size_t len)
{
	return (len * 31 + (unsigned char)s[0] * 7 + (unsigned char)s[len - 1] * 131 + (unsigned char)s[len / 2] * 17) % NAME_SLOTS;
}

/* The name's entry: where it is, or an empty one for it. */
static struct name *
name_slot(struct parse *p, const char *s, size_t len)
{
	size_t at = name_hash(s, len);

	while (p->names[at].s != NULL && (p->names[at].len != len || memcmp(p->names[at].s, s, len) != 0))
		at = (at + 1) % NAME_SLOTS;
	return &p->names[at];
}

static struct name
name_of(struct parse *p, const char *s)
{
	size_t len = strlen(s);
	struct name *n = name_slot(p, s, len);

	if (n->s != NULL)
		return *n;
	if (p->name_count > NAME_SLOTS / 2)
		return (struct name){ .s = arena_strndup(p->a, s, len), .len = len, .tag = TAG_OTHER };
	p->name_count++;
	*n = (struct name){ .s = arena_strndup(p->a, s, len), .len = len, .tag = TAG_OTHER };
	return *n;
}

static void
know_names(struct parse *p)
{
	p->names = arena_array(p->a, NAME_SLOTS, sizeof(*p->names));
	for (size_t i = 0; i < LEN(known); i++)
		*name_slot(p, known[i].s, known[i].len) = known[i];
}

static size_t
place(const struct parse *p)
{
	XML_Index at = expat.GetCurrentByteIndex(p->p);

	if (at < 0 || (size_t)at < p->prologue)
		return 0;
	return (size_t)at - p->prologue < p->len ? (size_t)at - p->prologue : p->len;
}

static void
end_text(struct parse *p, size_t at)
{
	struct xel *t = p->text;

	if (t == NULL)
		return;
	if (p->from != NULL) {
		t->text = p->from;
		t->text_len = (uint32_t)p->from_len;
	} else {
		t->text = arena_strndup(p->a, p->chars.data, p->chars.len);
		t->text_len = (uint32_t)p->chars.len;
		buf_reset(&p->chars);
	}
	t->end = (uint32_t)at;
	p->text = NULL;
	p->from = NULL;
}

static struct xel *
add(struct parse *p, const char *name, size_t at)
{
	struct xel *e = arena_alloc(p->a, sizeof(*e)), *last = p->stack[p->depth].last;

	e->name = name;
	e->tag = name != NULL ? TAG_OTHER : TAG_TEXT;
	e->at = e->end = e->body = e->body_end = (uint32_t)at;
	if (last != NULL)
		last->next = e;
	else
		p->stack[p->depth].e->first = e;
	p->stack[p->depth].last = e;
	if (++p->elements > DOC_MAX_NODES)
		expat.StopParser(p->p, XML_FALSE);
	return e;
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attrs)
{
	static const char *no_attrs[1];
	struct parse *p = ctx;
	struct name known_name;
	struct xel *e;
	size_t n = 0, at;

	if (p->depth == -1) {	/* our own root */
		p->depth = 0;
		return;
	}
	at = place(p);
	end_text(p, at);
	if (p->depth == STORAGE_MAX_DEPTH) {
		p->too_deep = true;
		expat.StopParser(p->p, XML_FALSE);
		return;
	}
	known_name = name_of(p, name);
	e = add(p, known_name.s, at);
	e->tag = known_name.tag;
	e->flags = known_name.flags;
	e->body = (uint32_t)(at + (size_t)expat.GetCurrentByteCount(p->p));
	e->attrs = no_attrs;
	while (attrs[n] != NULL)
		n++;
	if (n > 0) {
		e->attrs = arena_array(p->a, n + 1, sizeof(char *));
		for (size_t i = 0; i < n; i += 2) {
			e->attrs[i] = name_of(p, attrs[i]).s;
			e->attrs[i + 1] = arena_strdup(p->a, attrs[i + 1]);
		}
	}
	p->stack[++p->depth].e = e;
	p->stack[p->depth].last = NULL;
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	struct parse *p = ctx;
	struct xel *e;
	size_t at = place(p), count = (size_t)expat.GetCurrentByteCount(p->p);

	(void)name;
	end_text(p, at);
	if (p->depth <= 0)
		return;
	e = p->stack[p->depth--].e;
	if (count == 0 || at < e->body) {	/* <br/>: its end is its start */
		e->end = e->body;
		e->body_end = e->body;
	} else {
		e->body_end = (uint32_t)at;
		e->end = (uint32_t)(at + count);
	}
}

/*
 * expat hands out a text in pieces: lines, their ends, what entities stand for. As long as the pieces are the source's own
 * bytes in a row, the text is a part of the source.
 */
static void XMLCALL
on_chars(void *ctx, const XML_Char *s, int length)
{
	struct parse *p = ctx;
	size_t len = (size_t)length, here = place(p);
	bool first = false, own;

	if (p->depth < 0)
		return;
	if (p->text == NULL || p->text->cdata != p->cdata) {
		end_text(p, here);
		p->text = add(p, NULL, here);
		p->text->cdata = p->cdata;
	}
	first = p->from == NULL && p->chars.len == 0;
	own = (first || p->from != NULL) && len <= p->len - here && memcmp(p->src + here, s, len) == 0;
	if (first && own) {
		p->from = p->src + here;
		p->from_len = len;
		return;
	}
	if (p->from != NULL && own && p->src + here == p->from + p->from_len) {
		p->from_len += len;
		return;
	}
	if (p->from != NULL)
		buf_add(&p->chars, p->from, p->from_len);
	p->from = NULL;
	buf_add(&p->chars, s, len);
}

static void XMLCALL
on_cdata_start(void *ctx)
{
	struct parse *p = ctx;

	end_text(p, place(p));
	p->cdata = true;
	p->text = add(p, NULL, place(p));
	p->text->cdata = true;
}

static void XMLCALL
on_cdata_end(void *ctx)
{
	struct parse *p = ctx;

	if (p->text != NULL && p->text->cdata) {
		end_text(p, place(p) + 3);
	}
	p->cdata = false;
}

static void XMLCALL
on_comment(void *ctx, const XML_Char *text)
{
	struct parse *p = ctx;
	struct xel *e;
	size_t at = place(p);

	(void)text;
	if (p->depth < 0)
		return;
	end_text(p, at);
	e = add(p, "!", at);
	e->end = e->at + (uint32_t)expat.GetCurrentByteCount(p->p);
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
	bool open = expat.GetErrorCode(p->p) == XML_ERROR_NONE;	/* all could be read, but an element has no end */
	size_t at = open ? p->stack[p->depth].e->at : place(p), line = 1, col = 1;

	if (p->too_deep)
		return err_set(e, ERR_TOO_LARGE, "The page is nested deeper than %d elements.", STORAGE_MAX_DEPTH);
	if (p->elements > DOC_MAX_NODES)
		return err_set(e, ERR_TOO_LARGE, "The page has more than %d elements.", DOC_MAX_NODES);
	for (size_t i = 0; i < at; i++) {
		col = text[i] == '\n' ? 1 : col + 1;
		line += text[i] == '\n';
	}
	(void)err_set(e, ERR_INPUT, "This is not well-formed storage format: %s%s at line %zu, column %zu.",
	    open ? "no end of " : expat.ErrorString(expat.GetErrorCode(p->p)), open ? p->stack[p->depth].e->name : "", line, col);
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
	struct parse p = { .a = a, .depth = -1, .src = text, .len = len };
	struct xel *root = arena_alloc(a, sizeof(*root));
	struct buf pro;
	bool ok;

	if (expat_load(e) == -1)
		return NULL;
	root->name = "";
	root->end = root->body_end = (uint32_t)len;
	p.stack[0].e = root;
	know_names(&p);
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

bool
xel_is_macro(const struct xel *e)
{
	return e->tag == TAG_MACRO || e->tag == TAG_OLD_MACRO;
}

/* Appends to out, when there is one; the length. */
static size_t
gather(const struct xel *e, char *out)
{
	size_t at = 0;

	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		if (c->name == NULL) {
			if (out != NULL && c->text_len > 0)
				memcpy(out + at, c->text, c->text_len);
			at += c->text_len;
		} else if (c->tag == TAG_BR) {
			if (out != NULL)
				out[at] = '\n';
			at++;
		} else {
			at += gather(c, out != NULL ? out + at : NULL);
		}
	}
	return at;
}

char *
xel_text(struct arena *a, const struct xel *e, size_t *ret_len)
{
	size_t len = gather(e, NULL);
	char *s = arena_alloc(a, len + 1);

	(void)gather(e, s);
	if (ret_len != NULL)
		*ret_len = len;
	return s;
}

void
xel_text_of(struct arena *a, const struct xel *e, struct node *n)
{
	size_t len;

	n->text = xel_text(a, e, &len);
	n->text_len = (uint32_t)len;
}
