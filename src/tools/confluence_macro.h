/* Parts of a page and what its macros stand for. */
#ifndef TOOLS_CONFLUENCE_MACRO_H
#define TOOLS_CONFLUENCE_MACRO_H

#include "atlassian/confluence.h"

/*
 * Leaves only the section that where names: a heading ("Setup", or "Setup > Install" where several bear the name; any
 * letter case, then a unique beginning) up to the next of its level, or one block by "#handle". ERR_NOT_FOUND, ERR_INPUT with candidates.
 */
int page_cut_section(struct call *, struct doc *, const char *where) ATTR_MUST;

/* A section of the answer for each include, excerpt, Jira and children macro of the page, at most ten. Parks. */
int macros_resolve(struct call *, struct site *, struct doc *, const struct page *) ATTR_MUST;

#endif
