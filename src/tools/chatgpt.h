/*
 * The profile for ChatGPT: the tools "search" and "fetch" in the exact shapes that its
 * company knowledge and deep research want (a result is the same JSON object twice).
 * They form the toolset "chatgpt" and are shown and called only by such clients; for
 * others their bare names would clash with those of other servers.
 * https://platform.openai.com/docs/mcp
 */
#ifndef TOOLS_CHATGPT_H
#define TOOLS_CHATGPT_H

#include "tools/tool.h"

/* Whether this client gets them: by the profile that it asked for, or by its name; either may be NULL. */
bool chatgpt_client(const char *profile, const char *client_name);
bool chatgpt_tool(const struct tool *);			/* is it one of them? */
/* The output schema as JSON text; NULL for every other tool. */
const char *chatgpt_output_schema(const struct tool *);
/* A tool's answer, rendered as JSON, as the object that the schema describes: what the schema has no name for becomes
 * metadata. In the arena; NULL when answer is not an object. */
const char *chatgpt_shape(struct arena *, const struct tool *, const char *answer, size_t len);

#endif
