/* What the parts of the writer of Markdown share: md_write.c has the blocks, md_table.c the tables. Not for other folders. */
#ifndef TEXT_MD_WRITER_H
#define TEXT_MD_WRITER_H

#include "text/doc_util.h"

struct mdw {
	const struct doc *d;
	struct buf *out;
	struct buf prefix;
	struct buf scratch;
	unsigned flags;	/* MDI_FULL or 0 */
	unsigned lists;	/* depth of list items: a rule must not be made of dashes there */
};

/* Ends the line; md_blank_line leaves an empty one too. */
void md_newline(struct mdw *);
void md_blank_line(struct mdw *);

const struct node *md_first_shown(const struct node *);	/* this one or the first behind it that is not hidden; NULL: none */
void md_write_blocks(struct mdw *, const struct node *first);
/* The inline content of n. What would be read as a block is said to be a line of text. */
void md_write_line(struct mdw *, const struct node *n, unsigned flags);
void md_write_opaque(struct mdw *, const struct node *);
void md_write_table(struct mdw *, const struct node *table);

#endif
