/* The issue that a tool works on: named by key, id or URL, and inside of the fence. */
#ifndef TOOLS_JIRA_TARGET_H
#define TOOLS_JIRA_TARGET_H

#include "atlassian/jira.h"
#include "tools/out.h"

/* The key or id, noted as the call's target. NULL with the error in the call. */
const char *target_key(struct call *, const struct site *, const char *text);

/*
 * Sends the reads at once, and beside them, where there is a fence, the question which project the issue is of; an
 * issue outside fails as one that does not exist. count may be 0: then only that is asked. Parks.
 */
int target_read(struct call *, struct site *, const char *key, struct rest_req *, size_t count) ATTR_MUST;

/* "text", or where it is long or has several lines "123 characters", for "before -> after". NULL: "(none)". */
const char *target_short(struct call *, const char *text);

#endif
