/*
 * Between a working copy (cmd/pages.h) and the site: a page as the file's Markdown, and the file's edit put into the page's
 * source. Functions that take a call may park.
 */
#ifndef CMD_PAGE_SYNC_H
#define CMD_PAGE_SYNC_H

#include "atlassian/confluence.h"
#include "cmd/pages.h"
#include "text/merge.h"

#include <stdio.h>

struct page_sync {
	struct site *site;
	struct pages *pages;
};

/* The source as Markdown with links to files, into f->md. */
int sync_show(struct call *, const struct page_sync *, struct page_file *f, const char *storage) ATTR_MUST;

/*
 * The file's edit since base, put into the current source: *ret_source is the result, in the call's arena. -1 with the
 * error; with ERR_CONFLICT report->conflicts names blocks that both sides changed. flags: MERGE_DROP_ANCHORS or 0.
 */
int sync_merge(struct call *, const struct page_sync *, const struct page_file *, const struct page_base *, const char *current,
    unsigned flags, const char **ret_source, struct merge_report *report) ATTR_MUST;

/* Whether the file says something else than what was pulled; *ret_text: its text does. */
int sync_edited(struct call *, const struct page_sync *, const struct page_file *, const struct page_base *, bool *ret_text,
    bool *ret_rest) ATTR_MUST;

/* A new page's text as storage. */
int sync_storage(struct call *, const struct page_sync *, const struct page_file *, const char **ret) ATTR_MUST;

/* "a, b" of a page's labels. */
const char *sync_labels(struct call *, json *page);

/* Prints for a person; without what terminals would take as more than text. */
void sync_say(struct call *, FILE *to, const char *fmt, ...) ATTR_PRINTF(3, 4);
void sync_say_conflicts(struct call *, const struct page_file *, const struct merge_report *);

#endif
