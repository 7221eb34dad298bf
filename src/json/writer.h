/*
 * Streaming JSON writer on a bounded buffer. Commas and quotes are its business;
 * misuse (a value without a key in an object, an unclosed container) is a BUG.
 * Overflow is the buffer's sticky flag. Strings must be valid UTF-8; invalid
 * bytes are written as U+FFFD, so the output is always JSON.
 *
 *	jw_init(&w, &buf);
 *	jw_obj(&w);
 *	jw_str(&w, "name", "telamon");
 *	jw_arr_in(&w, "tools");  ...  jw_end(&w);
 *	jw_end(&w);
 */
#ifndef JSON_WRITER_H
#define JSON_WRITER_H

#include "base/buf.h"
#include "json/json.h"

#include <stdbool.h>
#include <stdint.h>

enum { JW_MAX_DEPTH = 72 };

struct jw {
	struct buf *out;
	int depth;
	bool filled[JW_MAX_DEPTH];	/* the container at this depth has an element */
	bool object[JW_MAX_DEPTH];
	bool keyed;			/* a key was written, its value is due */
};

void jw_init(struct jw *, struct buf *out);

/* Without a key: as array element or root, or after jw_key. */
void jw_key(struct jw *, const char *key);
void jw_obj(struct jw *);
void jw_arr(struct jw *);
void jw_end(struct jw *);		/* closes the innermost container */
void jw_s(struct jw *, const char *s);	/* NULL writes null */
void jw_sn(struct jw *, const char *s, size_t len);
void jw_i(struct jw *, int64_t n);
void jw_b(struct jw *, bool v);
void jw_null(struct jw *);
void jw_val(struct jw *, json *);		/* a parsed value, copied */
void jw_raw(struct jw *, const char *json, size_t len);	/* JSON text, trusted */

/* A string with its quotes and escapes, for writers of JSON that put their own commas. */
void jw_quote(struct buf *out, const char *s, size_t len);
/* Copies s up to the first byte that needs an escape; how many that were. */
size_t jw_plain(char *out, const char *s, size_t len);

/* The same with a key. */
void jw_obj_in(struct jw *, const char *key);
void jw_arr_in(struct jw *, const char *key);
void jw_str(struct jw *, const char *key, const char *s);
void jw_int(struct jw *, const char *key, int64_t n);
void jw_bool(struct jw *, const char *key, bool v);
void jw_value(struct jw *, const char *key, json *);

#endif
