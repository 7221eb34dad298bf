/*
 * Growable byte buffer with a maximum. Appending beyond the maximum, or to a
 * buffer that already overflowed, does nothing and sets a sticky flag: append
 * freely, ask buf_overflowed() once at the end (STYLE 11).
 * The content is always followed by a NUL that does not count.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/mem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;	/* never NULL after buf_init: "" when empty */
	size_t len;
	size_t cap;	/* 0 while data is the shared empty string */
	size_t max;
	bool overflow;
	bool secret;	/* memory is wiped before it is given back, also when it grows */
};

void buf_init(struct buf *, size_t max);
void buf_init_secret(struct buf *, size_t max);	/* for what must not stay in freed memory */
void buf_release(struct buf *);		/* frees; the buffer may be used again with the same maximum */
void buf_reset(struct buf *);		/* empties, keeps the memory */
void buf_wipe(struct buf *);		/* as buf_release, and overwrites the bytes first; see also buf_init_secret */
bool buf_overflowed(const struct buf *);

void buf_add(struct buf *, const void *data, size_t len);
void buf_adds(struct buf *, const char *s);
void buf_addc(struct buf *, char c);
void buf_addf(struct buf *, const char *fmt, ...) ATTR_PRINTF(2, 3);
void buf_vaddf(struct buf *, const char *fmt, va_list) ATTR_PRINTF(2, 0);
void buf_addu(struct buf *, uint64_t n);	/* decimal */
/* Removes len bytes from the front (len <= buf->len). */
void buf_consume(struct buf *, size_t len);
void buf_truncate(struct buf *, size_t len);

#endif
