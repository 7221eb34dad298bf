/*
 * Reads whose answers change rarely: fields, metadata, link types, boards. Asked once per process and site; what an
 * account with a name (e-mail, user) may see is also kept for later processes (store/cache.h).
 */
#ifndef ATLASSIAN_CACHE_H
#define ATLASSIAN_CACHE_H

#include "atlassian/rest.h"

enum { CACHED_METADATA_S = 3600, CACHED_SHORT_S = 60 };

/* As rest_get. path with its query is the key. Parks when it must ask; several calls that ask at once share one request. */
int rest_cached(struct call *, struct site *, const char *path, int64_t seconds, json **ret) ATTR_MUST;
/* The same for what no later process shall find: people. */
int rest_remembered(struct call *, struct site *, const char *path, int64_t seconds, json **ret) ATTR_MUST;
/* The same store for what is put together from several answers: name is no path (it has a space). NULL when there is none. */
json *rest_kept(struct call *, struct site *, const char *name);
void rest_keep(struct call *, struct site *, const char *name, const char *text, int64_t seconds);
/* Everything learned of this site is asked again: after an error that says that it is out of date. rest_write does it by
 * itself when the site refuses a write with 400 or 404. */
void rest_forget(struct site *);

#endif
