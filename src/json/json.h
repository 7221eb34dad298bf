/*
 * JSON: yyjson behind the few helpers that the rest of the program uses.
 * A parsed value lives in an arena; so do its strings. Pure, no I/O.
 *
 * Readers below accept NULL and a wrong type, and then give NULL, 0 or the
 * stated default: Atlassian's documents and its answers disagree often.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <yyjson.h>

typedef yyjson_val json;	/* yyjson's own name is kept out of signatures */

enum {
	JSON_TRUSTED = 0,
	JSON_STRICT = 1 << 0,	/* also refuse duplicate keys, NUL in keys and lone surrogates: for clients */
	JSON_COMMENTS = 1 << 1,	/* comments and trailing commas: for configuration files */
};

enum { JSON_MAX_DEPTH = 64, JSON_MAX_STRICT_KEYS = 10000 };

/* NULL and e set (ERR_INPUT, with line and column) when text is not one JSON value of at most
 * JSON_MAX_DEPTH levels. Numbers beyond 64 bits are kept as their text; without JSON_STRICT an escaped
 * lone surrogate is read as U+FFFD. */
json *json_parse(struct arena *, const char *text, size_t len, int flags, struct err *e);

/* obj.member; a path has members separated by '.', array places as numbers: "fields.comment.0.body". */
json *json_get(json *, const char *member);
json *json_path(json *, const char *path);
json *json_at(json *array, size_t index);
size_t json_len(json *);			/* members or elements; 0 for others */

const char *json_str(json *);			/* NULL unless a string */
const char *json_get_str(json *, const char *member);
const char *json_path_str(json *, const char *path);
int64_t json_int(json *, int64_t dflt);		/* an integer, or a real without fraction */
double json_real(json *, double dflt);		/* any number */
int64_t json_get_int(json *, const char *member, int64_t dflt);
bool json_bool(json *, bool dflt);
bool json_get_bool(json *, const char *member, bool dflt);
bool json_is_null(json *);			/* NULL or JSON null */
/* A scalar as text: strings as they are, numbers (5.0 as 5) and booleans printed; NULL for others. */
const char *json_scalar(struct arena *, json *);
/* Compact JSON text of any value. */
char *json_text(struct arena *, json *, size_t *ret_len);

/* A value of its own in another arena; NULL gives NULL. */
json *json_copy(struct arena *, json *);

/* for (struct json_iter it = json_iter(v); json_next(&it);) ... it.key, it.value */
struct json_iter {
	const char *key;	/* members only */
	json *value;
	size_t index;
	json *container;
	json *next;
};
struct json_iter json_iter(json *);
bool json_next(struct json_iter *);

#endif
