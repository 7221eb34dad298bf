/*
 * A page's attachments and its directory NAME.files. Functions that take a call park.
 */
#ifndef CMD_PAGE_ATTACHMENTS_H
#define CMD_PAGE_ATTACHMENTS_H

#include "cmd/page_sync.h"

/*
 * Brings what is new or changed on the site into the directory. A file that was changed here is left alone and said. Before
 * the page's text is shown: links to what is there lead to it.
 * known: base.files of the last pull, or NULL; *ret: the same for next time.
 */
int attachments_pull(struct call *, const struct page_sync *, const struct page_file *, json *known, json **ret) ATTR_MUST;

/*
 * Uploads what is new or changed in the directory. Nothing is deleted on the site. *ret_sent: how many; in a dry run (flags &
 * ATTACHMENTS_DRY) it only counts, and finds what would conflict. When it fails, *ret_sent and *ret say what had been done. The
 * page may have no id yet in a dry run.
 */
enum { ATTACHMENTS_DRY = 1 << 0 };
int attachments_push(struct call *, const struct page_sync *, const struct page_file *, json *known, unsigned flags,
    size_t *ret_sent, json **ret) ATTR_MUST;

#endif
