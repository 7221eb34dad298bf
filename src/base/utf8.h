/*
 * UTF-8: validation and walking. Overlong forms, surrogates and values above
 * U+10FFFF are invalid.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD UINT32_MAX

bool utf8_valid(const char *s, size_t len);
/* The code point at s (len > 0 bytes left) and its length in bytes; UTF8_BAD and 1 when invalid. */
uint32_t utf8_next(const char *s, size_t len, size_t *ret_len);
/* Writes 1-4 bytes to out; returns how many. cp must be a valid scalar value. */
size_t utf8_put(char out[4], uint32_t cp);
/* The largest n <= max that does not cut a character of s. */
size_t utf8_cut(const char *s, size_t len, size_t max);

#endif
