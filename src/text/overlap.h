/* How much two short texts speak of the same: shared words, rare ones counting more. Pure; letter case and endings of
 * plurals do not count. */
#ifndef TEXT_OVERLAP_H
#define TEXT_OVERLAP_H

#include "base/arena.h"

#include <stddef.h>

enum { OVERLAP_MAX_WORDS = 200 };

struct words_of {
	const char **v;		/* each once, lower case */
	size_t n;
};

/* The words that say something: of two or more characters, no "the" or "and". */
struct words_of overlap_words(struct arena *, const char *text);

/*
 * 0 to 100 for each of others against text, in *ret. A word counts the more the fewer of the texts have it; 100: every
 * word of the shorter and of the longer one is shared.
 */
void overlap_score(struct arena *, const char *text, const char *const *others, size_t n, int *ret);

#endif
