/* SHA-256 (FIPS 180-4), for telling whether two files are the same. Not for secrets. Pure. */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include "base/arena.h"

#include <stddef.h>

/* The digest as 64 lower-case hexadecimal digits. */
const char *sha256_hex(struct arena *, const void *data, size_t len);

#endif
