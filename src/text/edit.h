/*
 * Edits of single blocks, for a page that is too long to be sent as a whole, and for small changes. They are edits of
 * the page's Markdown, put back by doc_merge (text/merge.h): as lossless, with the same flags, refusals and report.
 *
 * `where` names top-level blocks of the page as Markdown shows it:
 *	"#k3f9ab"		the block with that handle (doc_write_outline, MD_HANDLES, doc_block_handles); of blocks
 *				that read alike "#k3f9ab.1", "#k3f9ab.2" ...
 *	"Setup > Install"	a heading by its path (any unique tail of it): the section to the next
 *				heading of its level, with the heading itself
 *	any other text		the one block that contains it
 *
 * A handle comes from what the block says: when someone else has edited the block meanwhile, the handle is not found
 * and the edit is refused (ERR_NOT_FOUND), and other blocks don't matter. So edits by block need no base version: fetch
 * the current source, doc_edit, write. Errors: ERR_NOT_FOUND (nothing matches), ERR_INPUT (several do; the hint says
 * what to give), and those of doc_merge.
 */
#ifndef TEXT_EDIT_H
#define TEXT_EDIT_H

#include "text/merge.h"

enum edit_op {
	EDIT_REPLACE,		/* the block or section becomes text; "" deletes */
	EDIT_BEFORE, EDIT_AFTER,	/* text is inserted */
	EDIT_DELETE,
	EDIT_MOVE_BEFORE, EDIT_MOVE_AFTER,	/* to the block or section that `to` names */
	EDIT_TEXT,		/* `where` is a piece of the Markdown, found exactly once and within a block, and becomes text */
};

struct edit {
	enum edit_op op;
	const char *where;
	const char *text;
	const char *to;
};

/* Applies the edits in order, each to what the one before left, and merges. ret_diff (may be NULL) gets what changed in
 * the Markdown, as of text_diff; for a dry run, pass an out that is thrown away. */
int doc_edit(struct arena *, enum skin, const char *original, size_t len, const struct edit *, size_t count,
    const struct merge_opts *, struct buf *out, struct buf *ret_diff, struct merge_report *, struct err *) ATTR_MUST;

/* The handle of each top-level block, in order, without the '#'; NULL for one that Markdown does not show. The same as long
 * as the block reads the same, wherever it stands. */
const char **doc_block_handles(const struct doc *, struct arena *);

#endif
