/*
 * The protocol machine: one message in, perhaps messages out. It knows no transport:
 * a transport makes a peer and gives it every message; what comes out goes through
 * the peer's send function, each message whole, in any order.
 */
#ifndef MCP_SERVER_H
#define MCP_SERVER_H

#include "mcp/message.h"
#include "mcp/provider.h"
#include "net/loop.h"

struct mcp_server;
struct mcp_peer;
struct sealer;

/* provider is copied; sealer (store/seal.h) is borrowed and may be NULL: then nobody can be asked on the modern era. */
struct mcp_server *mcp_server_new(struct loop *, const struct mcp_provider *, struct sealer *);
void mcp_server_free(struct mcp_server *);	/* after its peers */

const struct mcp_provider *mcp_server_provider(const struct mcp_server *);
struct sealer *mcp_server_sealer(const struct mcp_server *);

enum mcp_out {
	MCP_FINAL,	/* answers the message that came in */
	MCP_RELATED,	/* belongs to a request that is still running: progress, a question, a log line, a listen's news */
};

struct mcp_transport {
	/* http_status is what Streamable HTTP says with a final message. Must not call back into the server. */
	void (*send)(void *arg, enum mcp_out, int http_status, const char *message, size_t len);
	void (*on_idle)(void *arg);	/* the last request in flight has ended; may be NULL */
	void *arg;
	bool keeps_client;	/* initialize is remembered for later messages (stdio); else every message stands alone */
	bool batches;		/* arrays are taken from clients of 2025-03-26 */
	const char *profile;	/* "" when none */
};

struct mcp_peer *mcp_peer_new(struct mcp_server *, const char *principal, const struct mcp_transport *);
/* Its calls are cancelled and answer nobody. */
void mcp_peer_free(struct mcp_peer *);
size_t mcp_peer_calls(const struct mcp_peer *);		/* requests in flight; an open listen is none */
/* What a legacy client said in initialize, when the transport knows it from elsewhere (a session). */
void mcp_peer_set_client(struct mcp_peer *, const char *version, json *client_info, json *capabilities);
const char *mcp_peer_version(const struct mcp_peer *);	/* negotiated by initialize; NULL before */
json *mcp_peer_capabilities(const struct mcp_peer *);
json *mcp_peer_client_info(const struct mcp_peer *);
/* Only answers to questions of peers with the same scope are taken: the session on HTTP. NULL: the peer itself. */
void mcp_peer_set_scope(struct mcp_peer *, const char *scope);

enum mcp_taken {
	MCP_ANSWERED,	/* the final message was sent already */
	MCP_PENDING,	/* it will be sent */
	MCP_ACCEPTED,	/* a notification or a response: there is nothing to answer */
};

/* One JSON value, without line end. */
enum mcp_taken mcp_receive(struct mcp_peer *, const char *text, size_t len);
/* The same, parsed and read already (root and m live in an arena of the caller until this returns). */
enum mcp_taken mcp_receive_message(struct mcp_peer *, const struct message *m);
/* For a transport that had to drop a message: answers with an error. */
void mcp_refuse(struct mcp_peer *, json *id, enum rpc_code, const char *why, int http_status);

/* News for every listener (and, on stdio, legacy client) that wants it. uri: of a resource that changed, else NULL. */
enum mcp_news { NEWS_TOOLS, NEWS_PROMPTS, NEWS_RESOURCES, NEWS_RESOURCE };
void mcp_server_notify(struct mcp_server *, enum mcp_news, const char *uri);
/* Ends every listen with its result: the server is going down. */
void mcp_server_end_listens(struct mcp_server *);

#endif
