/* The JSON body of a request: an object that is open from body_begin to body_end, up to 4 MiB. */
#ifndef TOOLS_JIRA_BODY_H
#define TOOLS_JIRA_BODY_H

#include "json/writer.h"
#include "net/call.h"

struct body {
	struct buf b;
	struct jw w;
};

/* Opens the object; body must stay where it is until body_end, which also frees it. */
struct jw *body_begin(struct body *);
/* Closes whatever is open and gives the text, in the call's arena. NULL: ERR_TOO_LARGE. */
const char *body_end(struct call *, struct body *);
/* Instead, when a part could not be written. Always NULL. */
const char *body_drop(struct body *);

#endif
