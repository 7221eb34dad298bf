/* Which elements of one sequence are still in another: for blocks, words and lines. */
#ifndef TEXT_ALIGN_H
#define TEXT_ALIGN_H

#include <stddef.h>
#include <stdint.h>

#define ALIGN_NONE SIZE_MAX

/*
 * ret_match[i] is the element of b that a[i] is, or ALIGN_NONE; matches never cross. A longest
 * common subsequence where the differing middle is small (its product up to about 4 million); for
 * larger ones through the keys that are unique on both sides, so that time stays linear.
 */
void align_keys(const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t *ret_match);

uint64_t align_hash(uint64_t seed, const void *bytes, size_t len);

#endif
