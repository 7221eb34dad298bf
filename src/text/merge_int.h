/* What the parts of doc_merge share. Not for other folders. */
#ifndef TEXT_MERGE_INT_H
#define TEXT_MERGE_INT_H

#include "text/align.h"
#include "text/doc_util.h"
#include "text/merge.h"
#include "text/storage_write.h"

struct merge {
	struct arena *a;
	struct doc *o, *e;
	unsigned md_flags;
	struct buf *out;
	struct merge_report *report;
	struct err *err;
	unsigned task_id;
	bool layouts;		/* the page stands in ac:layout */
	bool failed;
};

/* merge_inline.c: the inline content of o as e has it, with what e cannot know. */
struct node *merge_inlines(struct merge *, const struct node *o, const struct node *e);
/* merge_out.c */
void merge_write_new(struct merge *, const struct node *e, enum node_type parent, bool wrap);
void merge_write_inlines(struct merge *, const struct node *o, struct node *first);
/* The bytes before and after the children of o, with e's visible attributes. False: they cannot be patched. */
bool merge_head(struct merge *, const struct node *o, const struct node *e, struct buf *head, struct buf *tail);
bool merge_same_attrs(const struct node *o, const struct node *e);

/* merge_resolve.c */
int merge_prepare(struct merge *, const char *original, size_t len, const char *md, size_t md_len,
    const struct merge_opts *) ATTR_MUST;
int merge_check_anchors(struct merge *, const char *result, size_t len) ATTR_MUST;

#endif
