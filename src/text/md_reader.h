/*
 * The Markdown reader's own state: a stack of open containers and the inline content being
 * gathered. md_build.c makes nodes, md_html.c understands tags, md_read.c drives both from
 * md4c's callbacks. Not for other folders.
 */
#ifndef TEXT_MD_READER_H
#define TEXT_MD_READER_H

#include "text/doc_util.h"
#include "text/md_shield.h"

enum { MDR_MAX_SPANS = 64, MDR_MAX_TAGS = 16 };

/* Marks inside gathered text; the input holds neither (md_read.c sees to it). */
enum { MDR_ESCAPED = 1, MDR_SOFT_BREAK = 2 };

/* Flags of paragraphs, beside NODE_*. */
enum {
	MDR_STARTS_ESCAPED = 1 << 8,	/* the first character stood behind a backslash, or was an entity */
	MDR_ENDS_ESCAPED = 1 << 9,	/* so did the last */
	MDR_TEXT = 1 << 10,		/* a comment in it says that it is a line of text, whatever is in it */
};

struct frame {
	struct node *node;	/* its own, or at the depth limit the parent's */
	const char *tag;	/* opened by this HTML tag; NULL: by md4c */
	bool flat;
};

struct rd {
	struct doc *d;
	struct arena *a;
	struct frame *stack;
	size_t depth, cap;
	struct node *holder;	/* the paragraph, heading ... that takes inline content; NULL: none yet */
	bool implicit;		/* holder was made without md4c saying so */
	const char *run;	/* text that is not yet a node, as long as it is one part of the input; has the marks below ... */
	size_t run_len;
	struct buf text;	/* ... and the same when it had to be put together */
	struct buf raw;		/* an HTML block, a code block, an image's alternative text */
	struct mark *marks;			/* in force: those of spans, then those of tags */
	struct mark *span_marks;
	struct mark *spans[MDR_MAX_SPANS];	/* span_marks before each open span */
	size_t nspans, lost_spans;
	struct { const char *tag; struct mark *mark; } tags[MDR_MAX_TAGS];
	size_t ntags;
	struct node *code;	/* the code block being read */
	size_t indent;		/* columns of white space that its line begins with */
	const char *code_line;	/* a place in its last line that was found, once there is one ... */
	size_t lines_down;	/* ... and how many lines have ended since */
	bool in_html, in_summary, in_cell;
	int in_image;
	const char *image_src, *image_title;
	const char *mention_id;	/* inside @[...](id:X) */
	const char *status_color;
	const char *base, *base_end;	/* what md4c is parsing */
	const char *text_end;	/* where its last piece of text ended */
	struct md_shield shield;	/* over what md4c is parsing */
	int fragments;		/* depth of parsing the text inside HTML blocks */
	bool inline_only;
	const char *align;	/* of the table cell or <div> */
	const char *alert;	/* the last paragraph's "[!NOTE]" label, until its quote ends */
	struct node *alert_quote;
	const char *alert_title;
	bool failed;
};

/* md_build.c */
struct node *rd_top(struct rd *);
void rd_push(struct rd *, struct node *, const char *tag);	/* attaches the node and opens it */
void rd_pop(struct rd *);
void rd_pop_to(struct rd *, size_t depth);
void rd_attach(struct rd *, struct node *);	/* a leaf block, wrapped as its parent demands */
void rd_open_holder(struct rd *, enum node_type);
void rd_close_holder(struct rd *);		/* also decides what the paragraph really was */
void rd_text(struct rd *, const char *s, size_t len);
void rd_flush(struct rd *);
/* The text gathered so far, as one; rd_take ends it without making a node. */
const char *rd_gathered(const struct rd *, size_t *ret_len);
void rd_take(struct rd *);
/* The text without the reader's marks, in the arena, behind what is in front of it. */
char *rd_take_text(struct rd *, const char *front);
void rd_inline(struct rd *, struct node *);	/* an inline node into the holder, with the marks in force */
void rd_marks(struct rd *);		/* span_marks or tags have changed */
void rd_end_list(struct rd *, struct node *list);

/* md_html.c */
void rd_html_inline(struct rd *, const char *tag, size_t len);	/* one tag inside text */
void rd_html_block(struct rd *, const char *s, size_t len);
void rd_macro_fence(struct rd *, struct node *code, const char *info, size_t len);	/* ```macro-x a="b" */
const char *rd_info_attr(struct rd *, const char *info, size_t len, const char *name);

/* md_read.c */
void rd_fragment(struct rd *, const char *s, size_t len, bool inline_only);

#endif
