/* A comment of either deployment, footer or inline; it lives as long as the call. */
#ifndef TOOLS_CONFLUENCE_COMMENT_H
#define TOOLS_CONFLUENCE_COMMENT_H

#include "atlassian/confluence.h"

struct comment {
	const char *id, *parent, *page, *author, *when, *storage;
	const char *state, *selection;	/* of an inline comment: "open", "resolved" ..., and the text that it is about */
	bool in_line, blog;
	int64_t version;
};

/* in_line: of Cloud, which has a collection for each kind; Data Center says it itself. */
void comment_from_json(struct call *, const struct site *, json *, bool in_line, struct comment *ret);

#endif
