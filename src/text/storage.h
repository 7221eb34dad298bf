/*
 * Confluence storage format as elements with their places in the source (storage_xml.c), and what
 * the storage reader's parts share. Not for other folders.
 */
#ifndef TEXT_STORAGE_H
#define TEXT_STORAGE_H

#include "text/doc_util.h"

/* Deeper is refused: the readers recurse, and they run on small stacks. */
enum { STORAGE_MAX_DEPTH = 100 };

/* What an element's name says about where it stands. */
enum {
	XEL_INLINE = 1 << 0,	/* always inside a line */
	XEL_WRAPPER = 1 << 1,	/* inside a line, and only wraps text */
	XEL_MARK = 1 << 2,	/* inside a line, and formats */
};

/* The elements that the readers ask for again and again. */
#define XEL_TAGS(X) \
	X(TAG_P, "p", 0) X(TAG_UL, "ul", 0) X(TAG_OL, "ol", 0) X(TAG_LI, "li", 0) X(TAG_TABLE, "table", 0) X(TAG_TBODY, "tbody", 0) \
	X(TAG_THEAD, "thead", 0) X(TAG_TFOOT, "tfoot", 0) X(TAG_TR, "tr", 0) X(TAG_TD, "td", 0) X(TAG_TH, "th", 0) \
	X(TAG_COLGROUP, "colgroup", 0) X(TAG_BLOCKQUOTE, "blockquote", 0) X(TAG_HR, "hr", 0) X(TAG_PRE, "pre", 0) X(TAG_DIV, "div", 0) \
	X(TAG_H1, "h1", 0) X(TAG_H2, "h2", 0) X(TAG_H3, "h3", 0) X(TAG_H4, "h4", 0) X(TAG_H5, "h5", 0) X(TAG_H6, "h6", 0) \
	X(TAG_MACRO, "ac:structured-macro", 0) X(TAG_OLD_MACRO, "ac:macro", 0) X(TAG_PARAMETER, "ac:parameter", 0) \
	X(TAG_RICH_BODY, "ac:rich-text-body", 0) X(TAG_PLAIN_BODY, "ac:plain-text-body", 0) X(TAG_LAYOUT, "ac:layout", 0) \
	X(TAG_SECTION, "ac:layout-section", 0) X(TAG_COLUMN, "ac:layout-cell", 0) X(TAG_TASK_LIST, "ac:task-list", 0) \
	X(TAG_TASK, "ac:task", 0) X(TAG_ADF, "ac:adf-extension", 0) X(TAG_IMAGE, "ac:image", 0) \
	X(TAG_A, "a", XEL_INLINE) X(TAG_BR, "br", XEL_INLINE) X(TAG_IMG, "img", XEL_INLINE) X(TAG_TIME, "time", XEL_INLINE) \
	X(TAG_LINK, "ac:link", XEL_INLINE) X(TAG_EMOTICON, "ac:emoticon", XEL_INLINE) X(TAG_PLACEHOLDER, "ac:placeholder", XEL_INLINE) \
	X(TAG_COMMENT_MARKER, "ac:inline-comment-marker", XEL_INLINE) X(TAG_VAR, "at:var", XEL_INLINE) \
	X(TAG_SPAN, "span", XEL_WRAPPER) X(TAG_FONT, "font", XEL_WRAPPER) X(TAG_SMALL, "small", XEL_WRAPPER) X(TAG_BIG, "big", XEL_WRAPPER) \
	X(TAG_CITE, "cite", XEL_WRAPPER) X(TAG_Q, "q", XEL_WRAPPER) X(TAG_MARK, "mark", XEL_WRAPPER) X(TAG_ABBR, "abbr", XEL_WRAPPER) \
	X(TAG_ACRONYM, "acronym", XEL_WRAPPER) X(TAG_DFN, "dfn", XEL_WRAPPER) X(TAG_BDO, "bdo", XEL_WRAPPER) X(TAG_BDI, "bdi", XEL_WRAPPER) \
	X(TAG_LABEL, "label", XEL_WRAPPER) X(TAG_HTML_VAR, "var", XEL_WRAPPER) X(TAG_INS, "ins", XEL_WRAPPER | XEL_MARK) \
	X(TAG_STRONG, "strong", XEL_MARK) X(TAG_B, "b", XEL_MARK) X(TAG_EM, "em", XEL_MARK) X(TAG_I, "i", XEL_MARK) X(TAG_U, "u", XEL_MARK) \
	X(TAG_S, "s", XEL_MARK) X(TAG_DEL, "del", XEL_MARK) X(TAG_STRIKE, "strike", XEL_MARK) X(TAG_SUB, "sub", XEL_MARK) \
	X(TAG_SUP, "sup", XEL_MARK) X(TAG_CODE, "code", XEL_MARK) X(TAG_TT, "tt", XEL_MARK) X(TAG_KBD, "kbd", XEL_MARK) X(TAG_SAMP, "samp", XEL_MARK)

enum xel_tag {
	TAG_TEXT,	/* no element */
	TAG_OTHER,	/* none of those below, or a comment */
#define XEL_ENUM(tag, name, flags) tag,
	XEL_TAGS(XEL_ENUM)
#undef XEL_ENUM
	TAG_COUNT
};

struct xel {
	const char *name;	/* NULL: text; "!": a comment */
	const char **attrs;	/* name, value, ..., NULL */
	struct xel *first, *next;
	const char *text;	/* of a text; not NUL-terminated, often a part of the source */
	uint32_t text_len;
	uint32_t at, end;	/* its bytes in the source */
	uint32_t body, body_end;	/* those between its tags; equal when it has none */
	uint8_t tag;		/* enum xel_tag */
	uint8_t flags;
	bool cdata;		/* text that stood in a CDATA section */
};

/* The root's children are the page. NULL and e set when the text is not well-formed. */
struct xel *storage_parse(struct arena *, const char *text, size_t len, struct err *);

const char *xel_attr(const struct xel *, const char *name);
struct xel *xel_child(const struct xel *, const char *name);
bool xel_is(const struct xel *, const char *name);
bool xel_is_macro(const struct xel *);
/* All text inside, in the arena. */
char *xel_text(struct arena *, const struct xel *, size_t *ret_len);
/* The same as the node's text. */
void xel_text_of(struct arena *, const struct xel *, struct node *);

struct sreader {
	struct doc *d;
	struct arena *a;
	const char *src;
};

void storage_place(struct node *, const struct xel *);	/* src from the element */
/* The inline content of first (siblings up to end, exclusive) appended to n. */
void storage_inlines(struct sreader *, const struct xel *first, const struct xel *end, struct node *n);
/* A macro as a node: inline or block form. */
struct node *storage_macro(struct sreader *, const struct xel *, bool in_line, const struct xel **ret_body);
struct node *storage_image(struct sreader *, const struct xel *, bool in_line);
const char *storage_macro_name(const struct xel *);
bool storage_is_inline(const struct xel *);
const char *storage_style(struct sreader *, const struct xel *, const char *property);

#endif
