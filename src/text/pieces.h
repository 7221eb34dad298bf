/*
 * Flat inline nodes with mark sets, as the nested pieces that markup needs: marks opened and
 * closed around text and atoms. Used by the writers of Markdown, wiki markup and storage format.
 */
#ifndef TEXT_PIECES_H
#define TEXT_PIECES_H

#include "text/doc_util.h"

enum { PIECES_MAX_MARKS = 8 };	/* on one node; more are dropped */

enum piece_kind { PIECE_OPEN, PIECE_CLOSE, PIECE_TEXT, PIECE_NODE, PIECE_RAW };

struct piece {
	enum piece_kind kind;
	const struct mark *mark;	/* OPEN, CLOSE */
	size_t pair;			/* OPEN: index of its CLOSE, and back */
	const struct node *node;	/* NODE: an atom or a break */
	const char *text;		/* TEXT: as in the tree; RAW: final, put there by the user of the list */
	size_t len;
	bool code;			/* TEXT with the code mark, which is never opened or closed */
	const char *delim;		/* for the user of the list: what OPEN or CLOSE becomes */
};

struct pieces {
	struct arena *a;
	struct piece *at;
	size_t count;
	size_t tildes;		/* '~' in all text */
};

struct pieces_opts {
	unsigned shown;		/* bit set of mark types that are opened and closed */
	unsigned trimmed;	/* those of them that may not have white space at their border */
	bool breaks;		/* marks may go on through a line break */
	bool ends;		/* white space at both ends says nothing, and is left out */
	bool outer_breaks;	/* ... but breaks there stay */
	struct piece *room;	/* for so many pieces there is room that the caller has; may be NULL */
	size_t room_count;
};

void pieces_make(struct pieces *, const struct node *first, const struct pieces_opts *);

#endif
