/*
 * The ~ operator: a search text against a value, in the manner of Jira's text
 * search: words in any order, all of them; "a phrase" in inner quotes; OR
 * between alternatives; -word or NOT word for absence; * and ? as wildcards.
 * Words compare without case and by a light English stem (errors ~ error).
 * Inside query/ only.
 */
#ifndef QUERY_WORDS_H
#define QUERY_WORDS_H

#include "query/ast.h"

struct words;

struct words *words_compile(struct arena *, const char *search);	/* NULL when it holds no word */
bool words_match(const struct words *, const char *text);

#endif
