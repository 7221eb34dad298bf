/*
 * Policy: what a principal may do. One function answers for the list of tools and for
 * each call. It knows a tool by its flags; names occur only as the data that the
 * operator wrote (ENABLED_TOOLS). The fence is checked on the objects that come back
 * (atlassian/site.h), with the configuration's filter.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "config/config.h"

#include <stdbool.h>

enum effect { READS, WRITES, DESTROYS };
const char *effect_name(enum effect);

struct policy_subject {		/* a tool, as policy sees it */
	const char *name, *toolset;
	enum product product;	/* PRODUCTS: of none, for every site */
	enum effect effect;
	bool by_default;	/* in the default surface */
};

struct policy;

/* Borrows config. NULL and e set when a toolset or tool that the operator named does not exist:
 * a slip there must not open or close anything silently. subjects end with name NULL. */
struct policy *policy_new(const struct config *, const struct policy_subject *subjects, struct err *e);
void policy_free(struct policy *);

/* May this principal call it? To one who may not it does not exist. */
bool policy_allows(const struct policy *, const char *principal, const struct policy_subject *);
/* Is it among the tools that this principal's client is shown from the start? Without toolsets or a list of tools in the
 * configuration that is the default surface, and the rest of what is allowed is reached through more_tools. */
bool policy_lists(const struct policy *, const char *principal, const struct policy_subject *);

#endif
