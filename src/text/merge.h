/*
 * Lossless editing. A reader is shown a page as Markdown (doc_write_md), edits that, and
 * doc_merge puts the edit back into the page's own source:
 *
 *	a block that was not edited	is given back byte for byte
 *	a block that was moved		too, at its new place
 *	a block that was edited		keeps its own tags, attributes and local ids; inside it,
 *					the parts that were not edited are kept likewise; in a line of
 *					text, words that stayed keep what Markdown does not show
 *					(colours, comment anchors, unknown elements)
 *	a new block			is written as doc_write_storage or doc_write_adf would
 *
 * Markers (<opaque id="...">, handle="...") stand for what the source says; one that the original
 * does not have is an error. An edit that would lose the anchor of an inline comment is refused
 * unless MERGE_DROP_ANCHORS is set.
 *
 * Pure. out is appended to, and left as it was on failure. The same page and the Markdown that was shown for it give back the
 * page, always.
 */
#ifndef TEXT_MERGE_H
#define TEXT_MERGE_H

#include "text/doc.h"

enum {
	MERGE_MD_FULL = 1 << 0,		/* the Markdown was written with MD_FULL */
	MERGE_DROP_ANCHORS = 1 << 1,
};

struct merge_opts {
	unsigned flags;
	/* May name mentions (id to name in the original, name to id in the edited text); called once for
	 * each of the two documents, before they are compared. NULL: mentions keep what they have. */
	void (*prepare)(struct doc *, void *ctx);
	void *ctx;
};

struct merge_report {
	unsigned kept, changed, added, removed, moved;	/* blocks, at the level where they changed */
	struct lossy notes;	/* what the edit removed or could not keep; notes.arena is set by doc_merge */
};

/* skin: SKIN_STORAGE or SKIN_ADF. opts and report may be NULL. */
int doc_merge(struct arena *, enum skin, const char *original, size_t len, const char *md, size_t md_len,
    const struct merge_opts *, struct buf *out, struct merge_report *, struct err *) ATTR_MUST;

/*
 * Edits of single blocks. `where` names top-level blocks of the page as Markdown shows it:
 *	"#k3f9ab"		the block with that handle (doc_write_outline, or doc_block_handle)
 *	"Setup > Install"	a heading by its path (any unique tail of it): the section to the next
 *				heading of its level, with the heading itself
 *	any other text		the one block that contains it
 */
enum edit_op {
	EDIT_REPLACE,		/* the block or section becomes text; "" deletes */
	EDIT_BEFORE, EDIT_AFTER,	/* text is inserted */
	EDIT_DELETE,
	EDIT_MOVE_BEFORE, EDIT_MOVE_AFTER,	/* to the block or section that `to` names */
	EDIT_TEXT,		/* `where` is a piece of the Markdown, found exactly once, and becomes text */
};

struct edit {
	enum edit_op op;
	const char *where;
	const char *text;
	const char *to;
};

/* Applies the edits in order and merges. ret_diff (may be NULL) gets what changed in the Markdown, as
 * lines that begin with "-", "+" or " "; for a dry run, pass an out that is thrown away. */
int doc_edit(struct arena *, enum skin, const char *original, size_t len, const struct edit *, size_t count,
    const struct merge_opts *, struct buf *out, struct buf *ret_diff, struct merge_report *, struct err *) ATTR_MUST;

/* A handle for a top-level block, from its Markdown: the same as long as the block reads the same. */
const char *doc_block_handle(const struct doc *, struct arena *, const struct node *);
/* Line diff with up to three lines around each change. */
void text_diff(const char *before, const char *after, struct buf *out);

#endif
