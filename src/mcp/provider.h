/*
 * What an MCP server offers, behind the protocol. The product's provider is
 * mcp/product.c; the conformance tests bring one of their own, so the protocol
 * code knows no tool.
 */
#ifndef MCP_PROVIDER_H
#define MCP_PROVIDER_H

#include "json/writer.h"
#include "net/call.h"

#include <stddef.h>

struct mcp_client {		/* what this request's client says of itself; never trusted */
	const char *name;	/* may be NULL */
	const char *version;
	size_t budget;		/* bytes of answer that it takes well (mcp/client.h) */
};

struct mcp_provider {
	const char *name, *title, *version;
	const char *instructions;	/* the first 512 characters carry what matters */
	void *ctx;

	/* Appends the tools as elements of the open array. */
	void (*list_tools)(void *ctx, const char *principal, struct jw *);
	/*
	 * Runs in a fiber. Writes the members of the open result object ("content",
	 * "isError"). -1: a protocol error (unknown tool), its message in c->err; then
	 * nothing was written. c->principal and c->client are set.
	 */
	int (*call_tool)(struct call *, void *ctx, const struct mcp_client *, const char *name, json *arguments, struct jw *);
};

/* The product: the tools of struct app. */
struct app;
void mcp_product(struct mcp_provider *, struct app *);

#endif
