/*
 * more_tools: what is not in the default surface, reached by name. Its schema names every such tool; without arguments
 * it answers with that tool's schema, with them app_call runs that tool in its place.
 */
#ifndef TOOLS_MORE_TOOLS_H
#define TOOLS_MORE_TOOLS_H

#include "tools/tool.h"

struct more_args {
	const char *tool;
	json *arguments;
};

/* The call's error: no such tool, did you mean. */
void more_tools_unknown(struct call *, const char *name);

#endif
