/* What the wiki reader's parts share (and the writer with them). Not for other folders. */
#ifndef TEXT_WIKI_H
#define TEXT_WIKI_H

#include "text/doc_util.h"

/* A macro's tag "{name:parameters}" somewhere in the text, found before anything else is read. */
struct wtag {
	size_t at, end;		/* its bytes */
	const char *name;	/* from the table of known macros */
	size_t params, params_end;
	size_t close;		/* index of the tag that closes it; 0: it has none, or it is one that closes */
	bool closes;
};

struct wiki {
	struct doc *d;
	struct arena *a;
	const char *s;
	size_t len;
	struct wtag *tags;	/* tags[0] is unused */
	size_t ntags;
	const char *color;	/* in force, across blocks */
	/* for each delimiter: the last search for its end, so that no search is made twice */
	struct { size_t from, found, end; bool none; } closer[128];
};

void wiki_find_tags(struct wiki *);
/* The opening tag with an end at this offset, or NULL. */
const struct wtag *wiki_tag_at(const struct wiki *, size_t at);
const struct wtag *wiki_any_tag_at(const struct wiki *, size_t at);
const char *wiki_param(const struct wiki *, const struct wtag *, const char *name);	/* "" names the bare one */

/* Reads [from, to) as inline content and appends it to paragraphs below `into`; a picture, a card or a group of
 * files ends the paragraph, as it does in Jira. first: the block to begin with, or NULL for a paragraph. */
void wiki_inlines(struct wiki *, size_t from, size_t to, struct node *into, struct node *first);
/* A run that stays in one block (headings, cells of one line): no block is made. */

bool wiki_is_word(char c);
bool wiki_can_escape(char c);	/* Jira's list of the signs that a backslash makes plain */
size_t wiki_url_len(const char *s, size_t len);	/* of the bare address that begins here; 0: none */

#endif
