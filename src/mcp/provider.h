/*
 * What an MCP server offers, behind the protocol. The product's provider is
 * mcp/product.c; the conformance tests bring one of their own, so the protocol
 * code knows no tool, resource or prompt.
 *
 * A NULL function means that the capability is not there: its methods do not exist
 * and it is not advertised. Functions that take a `struct call *` run in a fiber
 * and may park; c->principal and c->client are set, c->progress, c->ask and
 * c->client_log as the client allows. They write the members of the open result
 * object and return 0, or write nothing and return -1 with c->err:
 *	ERR_DENIED, ERR_NOT_FOUND, ERR_INPUT	-32602 with the message
 *	ERR_INPUT_REQUIRED, ERR_CAPABILITY	passed on from c->ask
 *	others					-32603
 */
#ifndef MCP_PROVIDER_H
#define MCP_PROVIDER_H

#include "json/writer.h"
#include "net/call.h"

#include <stdbool.h>
#include <stddef.h>

struct mcp_client {		/* what the client says of itself; never trusted */
	const char *name;	/* may be NULL */
	const char *version;
	size_t budget;		/* bytes of answer that it takes well (mcp/client.h) */
};

struct mcp_info {		/* of one request */
	const char *principal;
	struct mcp_client client;
	bool modern;		/* revision 2026-07-28; else one of the older ones */
	json *capabilities;	/* the client's; may be NULL */
	const char *profile;	/* "?profile=" of the HTTP address, or by client; "" when none */
};

struct mcp_param_header {	/* an argument that clients mirror as header Mcp-Param-NAME (x-mcp-header) */
	const char *name, *param;
};

struct mcp_provider {
	const char *name, *title, *version;
	const char *instructions;	/* the first 512 characters carry what matters */
	const char *icon;		/* "data:image/png;base64,..." of 48x48, or NULL */
	void *ctx;
	bool tools_change, prompts_change, resources_change;	/* advertise listChanged */
	bool resources_subscribe;
	bool logs;			/* advertise logging; without it c->client_log is NULL */

	/* Lists: appended as elements of the open array. */
	void (*list_tools)(void *ctx, const struct mcp_info *, struct jw *);
	void (*list_prompts)(void *ctx, const struct mcp_info *, struct jw *);
	void (*list_templates)(void *ctx, const struct mcp_info *, struct jw *);
	int (*list_resources)(struct call *, void *ctx, const struct mcp_info *, struct jw *);

	/* The mirrored arguments of a tool, ended by a NULL name; NULL: none. */
	const struct mcp_param_header *(*param_headers)(void *ctx, const char *tool);
	/* Members: content, isError (always), structuredContent. arguments is an object or NULL. */
	int (*call_tool)(struct call *, void *ctx, const struct mcp_info *, const char *name, json *arguments, struct jw *);
	/* Member: contents. ERR_NOT_FOUND: -32602 with data.uri. */
	int (*read_resource)(struct call *, void *ctx, const struct mcp_info *, const char *uri, struct jw *);
	/* Members: description, messages. */
	int (*get_prompt)(struct call *, void *ctx, const struct mcp_info *, const char *name, json *arguments, struct jw *);
	/* Member: completion. ref is ref/prompt or ref/resource; known: the arguments given so far, or NULL. */
	int (*complete)(struct call *, void *ctx, const struct mcp_info *, json *ref, const char *argument, const char *value,
	    json *known, struct jw *);
};

/* The product: the tools, resources and prompts of struct app. */
struct app;
void mcp_product(struct mcp_provider *, struct app *);

#endif
