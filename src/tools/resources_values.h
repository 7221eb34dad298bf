/*
 * Completion: the values that an argument of a prompt or resource may have, for what
 * was typed so far. At most one request to the site (two for the first sprint), none
 * when the same was asked within the last minute.
 */
#ifndef TOOLS_RESOURCES_VALUES_H
#define TOOLS_RESOURCES_VALUES_H

#include "tools/app.h"
#include "tools/prompts.h"

/* What was learned, for a minute, by principal. Of fixed size, in the arena it was made in. */
struct values_memory;
struct values_memory *values_memory_new(struct arena *);

enum { VALUES_MAX = 100 };

struct values {
	const char *list[VALUES_MAX];	/* in the call's arena */
	size_t count;
	bool more;
};

/*
 * typed: what stands there, may be "". project: what the project argument holds, or
 * NULL. Nothing to complete, nothing found and a project that is not there are no
 * errors. Parks. Writes an audit line when the site was asked.
 */
int values_find(struct call *, struct values_memory *, enum value_kind, const char *typed, const char *project,
    struct values *ret) ATTR_MUST;

/* The site's projects that the fence allows, those that match typed first of all on Cloud: lines of KEY, tab, name.
 * At most 50 on Cloud. Parks. */
int values_projects(struct call *, struct values_memory *, struct site *, const char *typed, const char **ret_lines) ATTR_MUST;

/* The audit line of what is no tool but asks the site: c->name, as for a tool that reads. */
void values_audit(struct call *, size_t answer_bytes);

#endif
