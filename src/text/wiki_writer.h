/* What the parts of the writer of wiki markup share: wiki_write.c has the blocks, wiki_text.c the lines. Not for other folders. */
#ifndef TEXT_WIKI_WRITER_H
#define TEXT_WIKI_WRITER_H

#include "text/doc_util.h"

struct wout {
	const struct doc *d;
	struct buf *out;
	struct buf marker;	/* of the list item being written: "*#" */
	bool cell;
	bool tight;		/* in an item or cell: no empty lines */
	bool one_line;		/* what is written ends with the line: a heading, a quote */
	bool code;		/* between {{ and }} */
	int links;		/* inside so many link texts */
	int quotes;
	unsigned marks;		/* bit set of the mark types whose delimiters are open */
	size_t start;		/* where the content of an item, a cell or a heading begins, which is like a line's start */
};

/* Inline nodes, as one or more lines that begin no block. */
void wiki_write_inlines(struct wout *, const struct node *first, bool one_line);
void wiki_write_image(struct wout *, const struct node *media);
/* The part of a link behind its bar. */
void wiki_write_target(struct wout *, const char *target);
/* Text after which nothing stands on its line. */
void wiki_write_plain(struct wout *, const char *s);
char wiki_last_char(const struct wout *);	/* '\n' where nothing is written yet */

#endif
