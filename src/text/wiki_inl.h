/* What the two files of the wiki reader's inline part share. Not for other folders. */
#ifndef TEXT_WIKI_INL_H
#define TEXT_WIKI_INL_H

#include "text/wiki.h"

enum { INL_MAX_NEST = 12, INL_MAX_SPAN = 2000 };

struct inl {
	struct wiki *w;
	struct node *into;	/* gets paragraphs */
	struct node *block;	/* gets inline nodes; NULL: a paragraph is made when needed */
	struct buf text;
	struct mark *marks;
	bool one_block;		/* a heading: nothing may end the block */
};

bool inl_is_space(char c);
struct node *inl_block(struct inl *);	/* the block that gets inline nodes, made when there is none */
void inl_flush(struct inl *);		/* ends the text that is being read */
struct node *inl_add(struct inl *, enum node_type);
/* A block in the middle of a line: the paragraph ends before it and a new one begins after it. */
struct node *inl_add_block(struct inl *, enum node_type);
/* Text in which nothing has a meaning but a backslash and a reference. */
void inl_plain(struct buf *out, const char *s, size_t len);
void inl_run(struct inl *, size_t from, size_t to, int nest);

/* At this offset: each returns where it ends, or 0 where there is none. from: where the text begins. */
size_t inl_link(struct inl *, size_t at, size_t to, int nest);
size_t inl_url(struct inl *, size_t at, size_t from, size_t to);
size_t inl_image(struct inl *, size_t at, size_t from, size_t to);

#endif
