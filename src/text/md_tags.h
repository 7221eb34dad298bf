/* Pieces of the Markdown writer: escaping, link targets, the tags of our dialect. Not for other folders. */
#ifndef TEXT_MD_TAGS_H
#define TEXT_MD_TAGS_H

#include "text/doc_util.h"

struct md_escape {
	unsigned flags;		/* MDI_* */
	bool line_start;	/* the next character begins a line; kept up to date */
	bool tildes;		/* '~' may pair with another */
	bool brackets;		/* it may be inside a link's text */
	int links;		/* inside so many link texts */
	char before, after;	/* neighbours of the text, '\0' at the block's ends */
};

void md_escape(struct md_escape *, const char *s, size_t len, struct buf *out);
/* Whether all of it is an address that every reader of Markdown finds by itself. */
bool md_is_address(const char *s, size_t len);
/* What stands between the parentheses of a link. title may be NULL. */
void md_dest(const char *href, const char *title, unsigned flags, struct buf *out);
/* An inline node that is no text. */
void md_atom(const struct doc *, const struct node *, unsigned flags, struct buf *out);
/* "![alt](target)" for media and mediaInline; caption may be NULL. */
void md_image(const struct node *media, const char *caption, unsigned flags, struct buf *out);
/* Where a file lies: "media:ID", "name.png", or the address. */
void md_media_target(const struct node *media, unsigned flags, struct buf *out);
/* <macro-key a="b"; without the closing ">" or "/>". */
void md_macro_open(const struct doc *, const struct node *, struct buf *out);
void md_macro_name(const struct node *, struct buf *out);	/* "macro-key" or "macro" */
/* The handle of a node that has hidden content. */
const char *md_handle(const struct doc *, struct arena *, const struct node *);
/* Whether a macro's parameter is shown as an attribute (else the macro has a handle). */
bool md_param_shown(const char *name, const char *value);
void md_attr(struct buf *out, const char *name, const char *value);	/* ' name="value"', escaped */

#endif
