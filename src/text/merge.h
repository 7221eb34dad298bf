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
 * does not have is an error. What an edit may lose:
 *
 *	the anchor of an inline comment	never (ERR_CONFLICT), unless MERGE_DROP_ANCHORS is set
 *	a macro, an unknown element	what was taken out of the Markdown is taken out of the page and noted in the
 *					report; with MERGE_KEEP_MACROS it is refused (ERR_CONFLICT)
 *
 * How a tool updates a page:
 *
 *	show	doc_read_storage(source of version N), name the mentions, doc_write_md_part(MD_FULL or 0); tell N
 *	write	fetch the current source; it is still version N:
 *			doc_merge(source, edited), flags MERGE_KEEP_MACROS, MERGE_MD_FULL as it was shown
 *		it is not:
 *			fetch version N too, doc_merge3(source of N, current source, edited). ERR_CONFLICT with
 *			report.conflicts: show each, nothing is written; a fresh read starts over
 *		send the result as the version after the current one; the site refuses it (409) when the page
 *			changed in between: fetch again and doc_merge3 again
 *	dry run	doc_diff(current source, result) of text/diff.h
 *
 * The Markdown must be of the whole page: what is not in it counts as removed. A page that was shown in parts
 * (a budget) is edited by block: text/edit.h.
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
	MERGE_KEEP_MACROS = 1 << 2,
	MERGE_ADF_NODES = 1 << 3,	/* as doc->adf_nodes */
};

struct merge_opts {
	unsigned flags;
	/* May name mentions (id to name in the page, name to id in the edited text); called once for
	 * each of the documents, before they are compared. NULL: mentions keep what they have. */
	void (*prepare)(struct doc *, void *ctx);
	void *ctx;
};

/* A block that both the edit and someone else changed. Texts are Markdown (of a table's row or cell: plain). */
struct merge_conflict {
	const char *where;	/* the headings above it: "Setup > Install"; "" before the first heading */
	const char *base;	/* as it was shown; NULL: it was not there */
	const char *current;	/* as it is now; NULL: it was removed, or its place was */
	const char *edited;	/* as the edit has it; NULL: removed, or its place */
	struct merge_conflict *next;
};

struct merge_report {
	unsigned kept, changed, added, removed, moved;	/* blocks, at the level where they changed */
	struct lossy notes;	/* what the edit removed or could not keep; notes.arena is set by doc_merge */
	struct merge_conflict *conflicts;	/* of doc_merge3; at most the first 50 */
};

/* skin: SKIN_STORAGE or SKIN_ADF. opts and report may be NULL. */
int doc_merge(struct arena *, enum skin, const char *original, size_t len, const char *md, size_t md_len,
    const struct merge_opts *, struct buf *out, struct merge_report *, struct err *) ATTR_MUST;

/*
 * The same when the page has changed since it was shown: base is the source that the Markdown was shown for, current the
 * source as it is, and out gets the current source with the edit in it. Blocks are brought together at every depth
 * (another item of a list, another cell of a table, the box of a task and its text are no conflict), but two changes of one paragraph
 * are. With conflicts: -1, ERR_CONFLICT, and report->conflicts.
 */
int doc_merge3(struct arena *, enum skin, const char *base, size_t base_len, const char *current, size_t len,
    const char *md, size_t md_len, const struct merge_opts *, struct buf *out, struct merge_report *, struct err *) ATTR_MUST;

#endif
