/* The body of a request that adds or changes a comment; used by the tools that comment beside what else they do. */
#ifndef TOOLS_JIRA_COMMENT_H
#define TOOLS_JIRA_COMMENT_H

#include "atlassian/jira.h"

enum { COMMENT_MAX = 256 * 1024 };	/* bytes of Markdown */

struct comment_text {
	const char *markdown;
	const char *visibility;		/* "role:NAME", "group:NAME" or JSON {"type","value"}; NULL: everybody */
	json *keep;			/* the visibility that a comment has already; used when the other is NULL */
	const char *internal;		/* of a service desk: "true": not for customers, "false": for them too; NULL: not said */
};

/* Its members into the open object: body, visibility, properties. -1 with ERR_INPUT. Parks for mentions. */
int comment_write(struct call *, struct site *, const struct comment_text *, struct jw *) ATTR_MUST;
/* The same as a JSON object; NULL with the error in the call. */
const char *comment_request(struct call *, struct site *, const struct comment_text *);

/* "role:Developers" of a comment's or work log's visibility; NULL: everybody. */
const char *comment_visibility(struct call *, json *visibility);

/*
 * The id of the newest comment with the text of a body as it was sent, for a write whose answer does not show its comment.
 * *ret NULL: none of the newest has it. Parks.
 */
int comment_find(struct call *, struct site *, const char *key, json *body, const char **ret) ATTR_MUST;

/* Who can read a written comment, where that is not as asked: "everybody who sees the issue can read it, not only
 * role:Developers". asked: as in comment_text; NULL: it is as asked. */
const char *comment_exposed(struct call *, const char *asked, json *visibility);

#endif
