/*
 * Resources: what a user may attach to a conversation. Addresses are jira://site,
 * jira://project/KEY, jira://issue/KEY, confluence://page/ID and confluence://space/KEY;
 * a resource is Markdown, fenced and audited like the answer of a tool, and there only
 * while the tool that reads the same is.
 */
#ifndef TOOLS_RESOURCES_H
#define TOOLS_RESOURCES_H

#include "tools/resources_values.h"

struct resource_template {
	const char *uri;	/* RFC 6570; NULL ends the table */
	const char *name, *title, *doc;
	const char *tool;	/* that reads the same */
	enum value_kind kind;	/* of its one variable, key */
};

extern const struct resource_template resource_templates[];

bool resource_offered(const struct app *, const char *principal, const struct resource_template *);
/* By the template, or by an address that fits it; NULL when there is none. */
const struct resource_template *resource_find(const char *uri);

struct resource {
	const char *uri, *name, *title, *doc;	/* doc may be NULL */
};

/* The site and its projects, in the call's arena. When the site can't be asked (or not within some seconds), what is
 * known without asking. Parks. */
const struct resource *resource_list(struct call *, struct values_memory *, size_t *ret_count);

/* ERR_NOT_FOUND for what does not exist, is outside the fence or hidden by policy, all alike. Parks. */
int resource_read(struct call *, const char *uri, size_t budget, struct tool_answer *ret) ATTR_MUST;

#endif
