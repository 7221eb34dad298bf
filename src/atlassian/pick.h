/*
 * One of a list by what a person wrote: a board, a sprint, a version, a status ... An id
 * or key or name that is equal in any letter case, then a unique prefix of a name,
 * then an error with the candidates.
 */
#ifndef ATLASSIAN_PICK_H
#define ATLASSIAN_PICK_H

#include "json/json.h"
#include "net/call.h"

/*
 * list: an array of objects. members: where its texts are, comma-separated, dots for nested ones, the name that people
 * see last: "id,key,name". what: for messages, "board". 0: *ret is the one. -1: ERR_NOT_FOUND or, for several, ERR_INPUT;
 * candidates by name and first member. Does not park.
 */
int pick(struct call *, const char *what, const char *text, json *list, const char *members, json **ret) ATTR_MUST;

#endif
