/* Projects and their parts by what people call them. Outside the fence nothing exists: the errors are the same. */
#ifndef ATLASSIAN_PROJECT_H
#define ATLASSIAN_PROJECT_H

#include "atlassian/jira.h"

/* The key of a project given by key, id, link or name. A key asks nothing, the others park. NULL with the error in the call. */
const char *project_key(struct call *, struct site *, const char *text);
int project_unknown(struct call *, const char *text);	/* the error; always -1 */

/* A version or component by id, or by name within a project (any way project_key takes; may be NULL for an id). *ret is the whole
 * thing as its own route gives it, the project's fence checked. what: "version" or "component". Parks. */
int project_part(struct call *, struct site *, const char *what, const char *project, const char *text, json **ret) ATTR_MUST;
/* And a second of the same kind, if other is not NULL (else *ret_other is NULL): the list is asked for once. */
int project_parts(struct call *, struct site *, const char *what, const char *project, const char *text, const char *other, json **ret,
    json **ret_other) ATTR_MUST;

#endif
