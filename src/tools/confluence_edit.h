/* Writing one page: the request of either deployment, its journal entry, its proof. Used by the Confluence tools and telamon push. */
#ifndef TOOLS_CONFLUENCE_EDIT_H
#define TOOLS_CONFLUENCE_EDIT_H

#include "atlassian/confluence.h"

struct page_change {		/* NULL: stays as it is */
	const char *title, *parent, *storage, *message;
	bool minor;
};

/*
 * Writes the version after now's. now has its storage: Cloud wants the body again even when only the title changes. 0: done
 * as asked, *ret is the page as the site answered. -1: the error; ERR_CONFLICT with HTTP 409 when it was changed meanwhile. Parks.
 */
int page_put(struct call *, struct site *, const struct page *now, const struct page_change *, struct page *ret) ATTR_MUST;

/* The text of a request: {...} begun, to be ended and taken. */
struct request {
	struct buf buf;
	struct jw w;
};
void request_begin(struct request *);
/* NULL with the error when it grew too large. */
const char *request_end(struct call *, struct request *);

/* What a write can't say by itself: a title that is taken, a body that is refused. Adds the hint; always -1. */
int page_refused(struct call *);

/* "123 Title" for messages. */
const char *page_label(struct arena *, const struct page *);
/* ERR_INPUT for a parent outside of the space that was given with it (one with key NULL: none was). */
int page_check_space(struct call *, const struct site *, const struct page *, const struct space *) ATTR_MUST;
/* {"title":...,"version":...,"body":...} of what will change, for the journal. */
const char *page_before(struct call *, const struct page *);

/* A template of Cloud by its id, within the fence. Parks. */
int template_get(struct call *, struct site *, const char *id, json **ret) ATTR_MUST;

/* ERR_INPUT for a name that Confluence would refuse: to be asked before the first of several writes. */
int labels_check(struct call *, char **names) ATTR_MUST;
/* Puts labels on content with an id; the answer's names are the proof. what: for the error. Parks. */
int labels_put(struct call *, struct site *, const char *id, char **names, const char **ret_names) ATTR_MUST;

#endif
