/*
 * What md4c (to 0.5.3) reads wrong, kept out of its sight: its input is changed where it would lose or move content, and put right
 * again. Not for other folders.
 *
 *	struct md_shield s = shield_up(arena, text, len);
 *	md4c.parse(s.text, s.len, ...);		callbacks copy through shield_seen, or shield_show their copy
 *	shield_down(&s);			what points into s.text is as it was
 */
#ifndef TEXT_MD_SHIELD_H
#define TEXT_MD_SHIELD_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/* A row under a table's head that was made longer. */
struct shield_row {
	size_t at, len;		/* in the copy */
	const char *was;
	size_t was_len;
};

struct md_shield {
	const char *text;	/* the input itself, or a copy in the arena */
	size_t len;
	char *copy;		/* the copy, when there is one */
	uint32_t *hidden;	/* offsets of the signs that stand for others, in order */
	size_t nhidden, room, next;
	struct shield_row *rows;
	size_t nrows, row_room, next_row;
};

struct md_shield shield_up(struct arena *, const char *s, size_t len);
void shield_down(struct md_shield *);
/* A part of the text as it was: itself, or another of another length. */
const char *shield_seen(struct md_shield *, struct arena *, const char *s, size_t *len);
/* Puts the signs into a copy of a part. */
void shield_show(const struct md_shield *, char *copy, size_t len);

#endif
