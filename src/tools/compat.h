/*
 * The names that other Atlassian servers give to tools of the same purpose, so that prompts, skills and allow-lists
 * written for them keep working. Accepted in calls, not listed; the configuration key "compat" lists one family instead
 * of our own names. What their arguments are called stands beside our parameters (.aliases).
 */
#ifndef TOOLS_COMPAT_H
#define TOOLS_COMPAT_H

#include "tools/tool.h"

struct compat_name {
	int64_t family;		/* place among the values of the key "compat": 1 rovo1, 2 rovo2, 3 dc */
	const char *name, *tool;
};
extern const struct compat_name compat_names[];	/* by family; ends with name NULL */

const struct tool *compat_find(const char *name);			/* in any family; NULL when there is none */
/* The family's name for a tool; NULL when it has none. */
const char *compat_name(int64_t family, const struct tool *);

#endif
