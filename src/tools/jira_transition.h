/* Moving an issue through its workflow, for the tools that do so. */
#ifndef TOOLS_JIRA_TRANSITION_H
#define TOOLS_JIRA_TRANSITION_H

#include "tools/jira_comment.h"
#include "tools/jira_edit.h"

/* The transition that text names among those that are possible: id, name or target status, or a unique beginning
 * of one of these. NULL: none, or several. *ret_hits: how many. */
json *transition_match(json *list, const char *text, size_t *ret_hits);
/* The same; -1: ERR_INPUT with what is possible. status: where the issue is now. */
int transition_find(struct call *, json *list, const char *text, const char *status, json **ret) ATTR_MUST;
/* -1, ERR_INPUT when the screen of the transition requires a field that the edit does not give. */
int transition_check_screen(struct call *, json *transition, const struct edit *) ATTR_MUST;
/* The body of the request; comment may be NULL. NULL with the error in the call. Parks for mentions. */
const char *transition_request(struct call *, struct site *, json *transition, const struct edit *, const struct comment_text *comment);

#endif
