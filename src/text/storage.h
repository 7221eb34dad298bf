/*
 * Confluence storage format as elements with their places in the source (storage_xml.c), and what
 * the storage reader's parts share. Not for other folders.
 */
#ifndef TEXT_STORAGE_H
#define TEXT_STORAGE_H

#include "text/doc_util.h"

/* Deeper is refused: the readers recurse, and they run on small stacks. */
enum { STORAGE_MAX_DEPTH = 100 };

struct xel {
	const char *name;	/* NULL: text; "!": a comment */
	const char **attrs;	/* name, value, ..., NULL */
	struct xel *first, *last, *next;
	char *text;		/* of a text */
	size_t text_len;
	size_t at, end;		/* its bytes in the source */
	size_t body, body_end;	/* those between its tags; equal when it has none */
	bool cdata;		/* text that stood in a CDATA section */
};

/* The root's children are the page. NULL and e set when the text is not well-formed. */
struct xel *storage_parse(struct arena *, const char *text, size_t len, struct err *);

const char *xel_attr(const struct xel *, const char *name);
struct xel *xel_child(const struct xel *, const char *name);
bool xel_is(const struct xel *, const char *name);
/* All text inside, in the arena. */
char *xel_text(struct arena *, const struct xel *, size_t *ret_len);

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
