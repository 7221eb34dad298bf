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

enum fate { FATE_NONE, FATE_KEPT, FATE_MOVED, FATE_EDITED, FATE_ABSORBED };

/* A block of the original or of the edited text at the level being merged. */
struct item {
	struct node *n;
	uint64_t key;
	const char *md;
	size_t md_len;
	uint64_t *words;	/* sorted hashes, made when needed */
	size_t nwords;
	enum fate fate;
	size_t with;		/* its partner; ALIGN_NONE: none */
	bool hidden;
};

struct level {
	struct item *o, *e;
	size_t no, ne;
	struct node *parent;	/* in the original */
};

/* merge_match.c: the children of parent (in the original) and the blocks from first on (in the edited text), matched. */
void merge_level_make(struct merge *, struct level *, struct node *parent, struct node *first);
size_t merge_count(const struct node *first);

/* merge_inline.c: the inline content of o as e has it, with what e cannot know. */
struct node *merge_inlines(struct merge *, const struct node *o, const struct node *e);
/* merge_out.c */
void merge_write_new(struct merge *, const struct node *e, enum node_type parent, bool wrap);
void merge_write_inlines(struct merge *, const struct node *o, struct node *first);
/* The bytes before and after the children of o, with e's visible attributes. False: they cannot be patched. */
bool merge_head(struct merge *, const struct node *o, const struct node *e, struct buf *head, struct buf *tail);
/* An atom of a line with the edit's values and all else that it had; NULL: it is another. */
struct node *merge_atom(struct merge *, const struct node *o, const struct node *e);
bool merge_same_attrs(const struct node *o, const struct node *e);

/* merge_resolve.c: m->e's references to m->o; what the result, as text, must still have. */
int merge_prepare(struct merge *, const struct merge_opts *) ATTR_MUST;
int merge_check(struct merge *, unsigned flags, const char *result, size_t len) ATTR_MUST;

/* merge.c: doc_merge with the edited text as a tree that was read from Markdown. m: a, out, report and err are set. */
int merge_tree(struct merge *m, enum skin skin, const char *original, size_t len, struct doc *edited, const struct merge_opts *) ATTR_MUST;
/* Whether md is what was shown for the document. */
bool merge_unedited(const struct doc *, unsigned flags, const char *md, size_t md_len);

#endif
