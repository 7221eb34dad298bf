/* The parts of the product's provider, which mcp/product.c puts together. Included by src/mcp/product*.c only. */
#ifndef MCP_PRODUCT_H
#define MCP_PRODUCT_H

#include "mcp/provider.h"
#include "tools/resources.h"

struct offers {
	struct app *app;
	char *tool_list[2];	/* elements as JSON, for most clients and for ChatGPT; NULL until asked for a second time */
	bool was_listed[2];
	struct values_memory *memory;
};

extern const char product_icon[];

void product_list_prompts(void *ctx, const struct mcp_info *, struct jw *);
int product_get_prompt(struct call *, void *ctx, const struct mcp_info *, const char *name, json *arguments, struct jw *);
void product_list_templates(void *ctx, const struct mcp_info *, struct jw *);
int product_list_resources(struct call *, void *ctx, const struct mcp_info *, struct jw *);
int product_read_resource(struct call *, void *ctx, const struct mcp_info *, const char *uri, struct jw *);
int product_complete(struct call *, void *ctx, const struct mcp_info *, json *ref, const char *argument, const char *value,
    json *known, struct jw *);

#endif
