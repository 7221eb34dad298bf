/* Parts of the storage writer, for doc_merge. src is where nodes that kept their place are copied from (may be NULL). */
#ifndef TEXT_STORAGE_WRITE_H
#define TEXT_STORAGE_WRITE_H

#include "text/doc.h"

enum { STORAGE_INDENT = 30 };	/* pixels of one step, as Confluence's editor writes it */

struct swriter {
	const struct doc *d;	/* for reports */
	const char *src;
	struct buf *out;
	unsigned task_id;	/* the last one given */
	bool in_layout;		/* below ac:layout: a section may stand here */
};

void storage_write_block(struct swriter *, const struct node *);
void storage_write_blocks(struct swriter *, const struct node *first);
void storage_write_inlines(struct swriter *, const struct node *first);
void storage_escape(struct buf *, const char *s, size_t len, bool attribute);
void storage_cdata(struct buf *, const char *s, size_t len);
/* A section around blocks that stand directly below ac:layout. */
extern const char storage_section_open[], storage_section_close[];

#endif
