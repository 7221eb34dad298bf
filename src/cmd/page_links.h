/*
 * Links in a working copy (cmd/pages.h): a link to a page that is in it is the relative path of its file; a picture that is an
 * attachment of the page is its file in NAME.files, and so is a link to one, if that file is there. On the way back they become what
 * Confluence knows. A link to the file of another page is that attachment's address for downloads on the site.
 */
#ifndef CMD_PAGE_LINKS_H
#define CMD_PAGE_LINKS_H

#include "cmd/pages.h"
#include "text/doc.h"

/* A page's own document, before it is written as Markdown into file. web: where people see the site. */
void page_links_to_files(struct doc *, const struct pages *, const struct page_file *, const char *web);

/* The edited Markdown of file, before it is merged; other documents are left alone, so it fits merge_opts.prepare. */
struct page_links {
	const struct pages *pages;
	const struct page_file *file;
	const char *web;
	const char *const *targets;	/* how the page's source says its links to pages; see page_links_targets */
	const char *broken;		/* out: a relative link to what is no page and no attachment here; NULL: none */
};
void page_links_from_files(struct doc *, struct page_links *);

/* The "page:..." targets of a page's own document; NULL-terminated. */
const char *const *page_links_targets(struct doc *, struct arena *);

#endif
