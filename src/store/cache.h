/*
 * Answers that change rarely (fields, metadata, boards), kept in memory and, for the next process, in cache.db beside the
 * journal. Losing it costs a request, so trouble with the file is logged once and memory goes on alone.
 * Never parks.
 */
#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

enum { CACHE_MAX_TEXT = 4 * 1024 * 1024, CACHE_MAX_MEMORY = 256, CACHE_MAX_ROWS = 2000 };

enum cache_place { CACHE_MEMORY, CACHE_FILE };

struct cache;

struct cache *cache_new(const char *dir);	/* NULL: memory only */
void cache_free(struct cache *);		/* accepts NULL */

/* owner: whose answer it is, so that nobody gets another's ("https://acme.example me@acme.com"). CACHE_FILE: in both. NULL when there is none that is still good at wall-clock ms now. In the arena. */
const char *cache_get(struct cache *, struct arena *, const char *owner, const char *key, int64_t now_ms);
void cache_put(struct cache *, const char *owner, const char *key, const char *text, int64_t expires_ms, enum cache_place);
void cache_drop(struct cache *, const char *owner);	/* all of the owner's */

#endif
