/* What changed, for people and models: dry runs, previews, answers of write tools. */
#ifndef TEXT_DIFF_H
#define TEXT_DIFF_H

#include "text/doc.h"

/* Lines that begin with "-", "+" or " ", up to three around each change; nothing when the texts are equal. */
void text_diff(const char *before, const char *after, struct buf *out);

/*
 * The changed blocks of a page, each below a line with the headings above it:
 *
 *	@ Setup > Install
 *	-Run `make`.
 *	+Run `make -j2`.
 *	@ Usage
 *	> moved here: "Start it with ..."
 *	~ reads the same, its source differs: "A line with ..."
 *
 * skin: SKIN_STORAGE or SKIN_ADF. md_flags: 0 or MD_FULL. Nothing when no block changed. -1 when one of the texts is not read.
 */
int doc_diff(struct arena *, enum skin, const char *before, size_t before_len, const char *after, size_t after_len,
    unsigned md_flags, struct buf *out, struct err *) ATTR_MUST;

#endif
