/*
 * Arena: memory with one life. A call, a document or a configuration owns one;
 * everything made for it is dropped at once. Nothing in an arena is freed alone.
 * Under AddressSanitizer, memory that was not handed out is poisoned.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/mem.h"

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *);		/* accepts NULL */
size_t arena_size(const struct arena *);	/* bytes handed out so far */

void *arena_alloc(struct arena *, size_t size);	/* zeroed, 16-byte aligned */
void *arena_array(struct arena *, size_t count, size_t size);
/* Grows (or shrinks) p, in place when p was the last thing allocated. p may be NULL. */
void *arena_grow(struct arena *, void *p, size_t old_size, size_t new_size);

char *arena_strdup(struct arena *, const char *s);	/* NULL gives NULL */
char *arena_strndup(struct arena *, const char *s, size_t len);
char *arena_printf(struct arena *, const char *fmt, ...) ATTR_PRINTF(2, 3);
char *arena_vprintf(struct arena *, const char *fmt, va_list) ATTR_PRINTF(2, 0);

#endif
