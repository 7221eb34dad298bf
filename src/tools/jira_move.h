/* Issues into a sprint or out of it, in requests of at most AGILE_MOVE_MAX. For the tools of sprints. */
#ifndef TOOLS_JIRA_MOVE_H
#define TOOLS_JIRA_MOVE_H

#include "atlassian/agile.h"

/*
 * Moves them and reports "Key: before -> after". What was moved when a later request failed is in the error.
 * keys: checked by the caller to be inside the fence. Parks.
 */
int move_to_sprint(struct call *, struct site *, json *sprint, char **keys, size_t count) ATTR_MUST;

/* Notes for a dry run the requests that a move to this path would send. */
void move_plan(struct call *, const struct site *, const char *path, char **keys, size_t count);

#endif
