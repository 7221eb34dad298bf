/*
 * Prompts: ready templates for daily work, as a client offers them to its user. A
 * prompt is a fixed text that names our tools, and the user's arguments below it as
 * quoted data. It is offered when every tool that its text names may be used, so that
 * read-only mode and an unconfigured product take its prompts away with their tools.
 */
#ifndef TOOLS_PROMPTS_H
#define TOOLS_PROMPTS_H

#include "tools/app.h"

#include <stdbool.h>
#include <stddef.h>

enum value_kind {	/* what an argument is, for its completion (tools/resources_values.h) */
	VALUE_TEXT,	/* anything: nothing to complete */
	VALUE_PROJECT,
	VALUE_ISSUE,
	VALUE_PERSON,
	VALUE_STATUS,
	VALUE_SPRINT,
	VALUE_VERSION,
};

struct prompt_arg {
	const char *name;	/* NULL ends the table */
	const char *title, *doc;
	bool required;
	enum value_kind kind;
};

enum { PROMPT_MAX_ARGS = 4, PROMPT_MAX_TOOL = 64 };

struct prompt {
	const char *name;	/* NULL ends the table */
	const char *title, *doc;
	const char *text;
	struct prompt_arg args[PROMPT_MAX_ARGS + 1];
};

extern const struct prompt prompts[];

const struct prompt *prompt_find(const char *name);		/* NULL when there is none */
const struct prompt_arg *prompt_find_arg(const struct prompt *, const char *name);

/* The next word of a text that has the form of a tool's name (jira_..., confluence_..., bitbucket_...), written into
 * name; false at the end. *at moves on. */
bool prompt_next_tool(const char **at, char name[PROMPT_MAX_TOOL]);
bool prompt_offered(const struct app *, const char *principal, const struct prompt *);

/*
 * The text with the arguments (an object of strings, or NULL), in the call's arena.
 * ERR_INPUT when one is missing, unknown or too long; ERR_DENIED when the prompt is
 * not offered, in the words for one that does not exist. Does not park.
 */
int prompt_render(struct call *, const char *name, json *args, const struct prompt **ret, const char **ret_text) ATTR_MUST;

#endif
