/* The body of a request that makes or changes a link from an issue to the web. */
#ifndef TOOLS_JIRA_REMOTE_LINK_H
#define TOOLS_JIRA_REMOTE_LINK_H

#include "json/writer.h"
#include "net/call.h"

struct remote_link {
	const char *url, *title;
	const char *summary, *relationship, *icon_url, *global_id;	/* may be NULL */
	json *application, *icon, *status;	/* as the link has them already; may be NULL */
};

/* NULL with ERR_TOO_LARGE in the call. */
const char *remote_link_request(struct call *, const struct remote_link *);

/* That it is an http or https address without credentials: -1, ERR_INPUT, naming the argument. It is stored, never fetched. */
int remote_link_check_url(struct call *, const char *argument, const char *url) ATTR_MUST;

#endif
