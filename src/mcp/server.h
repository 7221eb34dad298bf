/*
 * The protocol machine: one message in, perhaps messages out. It knows no transport:
 * a transport makes a peer and gives it every message; answers come through the
 * peer's send function, in any order, each whole.
 */
#ifndef MCP_SERVER_H
#define MCP_SERVER_H

#include "mcp/message.h"
#include "mcp/provider.h"
#include "net/loop.h"

struct mcp_server;
struct mcp_peer;

struct mcp_server *mcp_server_new(struct loop *, const struct mcp_provider *);	/* provider is copied */
void mcp_server_free(struct mcp_server *);	/* after its peers */

/* One connection (or, on HTTP, one request). send must not call back into the server. */
struct mcp_peer *mcp_peer_new(struct mcp_server *, const char *principal,
    void (*send)(void *arg, const char *message, size_t len), void *arg);
/* Its calls are cancelled and answer nobody. */
void mcp_peer_free(struct mcp_peer *);
size_t mcp_peer_calls(const struct mcp_peer *);		/* in flight */
/* Called when the last call in flight has ended. */
void mcp_peer_on_idle(struct mcp_peer *, void (*fn)(void *arg));

/* text is one JSON value, without line end. */
void mcp_receive(struct mcp_peer *, const char *text, size_t len);
/* For a transport that had to drop a message (too long): answers with a parse error. */
void mcp_refuse(struct mcp_peer *, const char *why);

#endif
