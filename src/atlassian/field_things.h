/* Things that fields name and that no screen lists: looked up by words. Each parks. */
#ifndef ATLASSIAN_FIELD_THINGS_H
#define ATLASSIAN_FIELD_THINGS_H

#include "atlassian/fields.h"

/* A sprint by id, name (exact, then unique prefix), "active"/"current" or "next" (the first future one), among those of the project's
 * scrum boards that are not closed. */
int thing_sprint(struct call *, struct site *, const char *project, const char *text, int64_t *ret_id) ATTR_MUST;
/* An issue by key, id, link, or by its title among the project's. */
int thing_issue(struct call *, struct site *, const char *project, const char *text, const char **ret_key) ATTR_MUST;
/* What JQL's suggestions know by name: a team's id. */
int thing_suggested(struct call *, struct site *, const struct field *, const char *text, const char **ret_value) ATTR_MUST;
/* An object of Assets by key or label. *ret_id: Cloud's global id, or Data Center's key. */
int thing_asset(struct call *, struct site *, const char *text, const char **ret_id) ATTR_MUST;
/*
 * Whether everything that the written value (a field's JSON, or the caller's own) names lies inside the fence. Asks the site for each issue's
 * project, for a name says nothing of where the issue is now, and for a sprint's board, all of whose projects must be inside. -1: the error
 * of what does not exist. Without a fence it asks nothing.
 */
int thing_inside(struct call *, struct site *, const struct field *, json *written) ATTR_MUST;

#endif
