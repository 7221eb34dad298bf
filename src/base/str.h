/* Small string helpers. All text is UTF-8; case folding is ASCII only. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool str_eq(const char *a, const char *b);		/* NULL equals only NULL */
bool str_ieq(const char *a, const char *b);		/* ASCII letters compare without case */
bool str_starts(const char *s, const char *prefix);
bool str_istarts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
bool str_blank(const char *s);				/* NULL, empty or white space only */
char *str_trim(struct arena *, const char *s, size_t len);	/* without white space at both ends */
char *str_lower(struct arena *, const char *s);

/* Whole string as a decimal integer within [min, max]; -1 leaves *ret alone. */
int str_int(const char *s, int64_t min, int64_t max, int64_t *ret) ATTR_MUST;

/* Splits at any of the characters in seps, trims, drops empty parts. NULL-terminated array. */
char **str_split(struct arena *, const char *s, const char *seps, size_t *ret_count);

/* The entry of list (count strings, NULLs skipped) nearest to word by edit distance,
 * or NULL when none is near enough to be a slip of the hand. */
const char *str_nearest(const char *word, const char *const *list, size_t count);

/* Percent-encodes everything outside RFC 3986 "unreserved". */
void str_urlencode(struct buf *, const char *s, size_t len);

void str_base64(struct buf *, const void *data, size_t len);
/* The bytes, NUL-terminated, of base64 text: either alphabet, with or without padding, white space skipped. NULL: it is none. */
char *str_unbase64(struct arena *, const char *text, size_t len, size_t *ret_len);

/* Appends s with control characters (ESC, CR, LF, also U+0080-U+009F and the line separators) and bytes
 * that are no UTF-8 made visible (\n, \x1b). Whole characters: don't call it byte by byte. */
void str_visible(struct buf *, const char *s, size_t len);

#endif
