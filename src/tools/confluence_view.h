/* How Confluence's objects look in an answer, and what its tools share. */
#ifndef TOOLS_CONFLUENCE_VIEW_H
#define TOOLS_CONFLUENCE_VIEW_H

#include "atlassian/confluence.h"
#include "tools/out.h"

enum { MAX_PAGE_TEXT = 1024 * 1024 };

/* "7, 2026-11-20 by Ana Lima"; who only when the name is known. */
const char *view_version(struct call *, const struct site *, const struct page *);
/* Title, space, version, parent and labels of a page. */
void view_page_head(struct call *, const struct site *, const struct page *);

/* Of a dry run only, before rest_write: what would be done, and the values before and after. Nothing otherwise. */
void dry_say(struct call *, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* NULL: "(none)"; long texts: their length. Nothing when both are the same. */
void dry_pair(struct call *, const char *label, const char *before, const char *after);
/* One that is new; nothing for NULL. */
void dry_value(struct call *, const char *label, const char *value);
/* The text's change, block by block; nothing when either is NULL. */
void dry_diff(struct call *, const struct site *, const char *before, const char *after);

/* The names in an answer's "labels" or "metadata.labels"; NULL for none. */
const char *view_labels(struct arena *, json *page);
/* "2026-11-20" of either deployment's timestamps, which may be a number of milliseconds; NULL when it is none. */
const char *view_day(struct arena *, json *timestamp);
/* Markdown whose mentions by id (@[id:X]) have the names that are known. */
const char *view_names(struct call *, const struct site *, const char *markdown);
/* "a, b"; NULL for none. */
const char *view_list(struct arena *, char **names);
/* A limit as text for a query. */
const char *view_number(struct arena *, int64_t n);

/* Searches as confluence_search does, words or CQL, within the fence: *ret is the array of results. Parks. */
int find_pages(struct call *, struct site *, const char *query, int64_t limit, json **ret) ATTR_MUST;
bool find_page_allowed(struct call *, const struct site *, json *result);

#endif
