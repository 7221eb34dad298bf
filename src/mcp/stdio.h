/*
 * MCP over two file descriptors: one JSON message a line. Nothing else is ever written
 * to the output. When the input ends, calls in flight get a moment to answer, then
 * the loop is stopped; the whole takes less than a second.
 */
#ifndef MCP_STDIO_H
#define MCP_STDIO_H

#include "mcp/server.h"

struct mcp_stdio;

struct mcp_stdio *mcp_stdio_new(struct loop *, struct mcp_server *, int in, int out);
void mcp_stdio_free(struct mcp_stdio *);

#endif
