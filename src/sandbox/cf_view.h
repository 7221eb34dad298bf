/*
 * Storage as HTML, roughly as Confluence shows it: macros that others can see through
 * (include, excerpt-include, children, jira, toc) are resolved, for who asks.
 */
#ifndef SANDBOX_CF_VIEW_H
#define SANDBOX_CF_VIEW_H

#include "sandbox/sb_rq.h"

struct cf_content;

/* c may be NULL: a text of no page. "" when the body is not well-formed. */
const char *cf_view(struct sb_rq *, const struct cf_content *, const char *body, size_t len);
void cf_html_escape(struct buf *, const char *s);

#endif
