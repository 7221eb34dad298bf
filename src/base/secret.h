/*
 * A secret: a token or password. It has no length, no printf path and no
 * comparison with ==; it is wiped when freed. Only secret_expose() gives the
 * bytes out, and scripts/lint allows that call in the few files that build an
 * Authorization header or a TLS option.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/buf.h"

#include <stdbool.h>

struct secret;

struct secret *secret_new(const char *bytes, size_t len);	/* copies; the caller wipes its own */
void secret_free(struct secret *);				/* accepts NULL */
bool secret_equal(const struct secret *, const char *bytes, size_t len);	/* constant time in len */
void secret_expose(const struct secret *, struct buf *out);	/* appends; wipe out with buf_wipe */

#endif
