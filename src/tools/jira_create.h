/* What the tools that make issues share (jira_issue.c). */
#ifndef TOOLS_JIRA_CREATE_H
#define TOOLS_JIRA_CREATE_H

#include "tools/jira_edit.h"
#include "tools/tool.h"

struct create_args {
	const char *project_key, *summary, *issue_type, *description, *assignee, *parent, *code;
	char **labels, **components, **context;
	json *additional_fields;
};

extern const struct tool tool_jira_create_issue;	/* whose table decodes one issue */

/* The fields of a new issue; project is create_project's. Parks. */
int create_fields(struct call *, struct site *, const struct create_args *, const char *project, const char *description,
    struct edit *) ATTR_MUST;
/* The project's key in upper case; NULL with the error in the call when it lies outside of the fence. */
const char *create_project(struct call *, const struct site *, const char *text);

#endif
