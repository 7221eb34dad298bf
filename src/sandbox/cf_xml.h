/*
 * Storage format as Confluence takes it: well-formed XHTML with the namespaces ac and
 * ri, or refused with the words of its parser. Written apart from src/text, so that
 * what our writers make is judged by somebody else.
 */
#ifndef SANDBOX_CF_XML_H
#define SANDBOX_CF_XML_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { CF_XML_DEPTH = 200 };

struct cf_el {
	const char *name;		/* NULL: text */
	const char *text;		/* decoded */
	const char **attr;		/* name, value, ..., NULL; may be NULL */
	struct cf_el *first, *last, *next, *up;
	size_t at, end;			/* bytes in the source */
	size_t body, body_end;		/* those between the tags */
};

/* The tree, its root without a name; NULL and *ret_fault set: "Unexpected close tag </p>; expected </b>.
 *  at [row,col {unknown-source}]: [1,20]". */
struct cf_el *cf_xml_parse(struct arena *, const char *text, size_t len, const char **ret_fault);

bool cf_el_is(const struct cf_el *, const char *name);
const char *cf_el_attr(const struct cf_el *, const char *name);		/* NULL: none */
struct cf_el *cf_el_child(const struct cf_el *, const char *name);
/* The next element in document order below top; from == top begins. NULL at the end. */
struct cf_el *cf_el_walk(const struct cf_el *top, const struct cf_el *from);
/* All text inside, blocks apart. */
const char *cf_el_text(struct arena *, const struct cf_el *);
const char *cf_el_param(struct arena *, const struct cf_el *macro, const char *name);	/* of a macro; NULL: none */
/* The words of a storage text; "" when it is none. */
const char *cf_plain(struct arena *, const char *storage, size_t len);

#endif
