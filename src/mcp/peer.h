/* What the files of the protocol machine share: peers, requests, runs. Included by src/mcp only. */
#ifndef MCP_PEER_H
#define MCP_PEER_H

#include "mcp/server.h"

enum { MCP_MAX_ANSWER = 8 * 1024 * 1024 };

struct running;
struct listen;
struct question;

struct mcp_server {
	struct loop *loop;
	struct mcp_provider provider;
	struct sealer *sealer;
	struct listen *listens;
	struct question *questions;	/* asked of legacy clients, unanswered */
	struct mailbox *mailbox;	/* opened with the first question over HTTP */
	struct mcp_peer *peers;
	uint64_t next_question;
	size_t listen_count;
};

struct mcp_peer {
	struct mcp_server *server;
	struct mcp_transport transport;
	struct arena *arena;
	const char *principal, *scope;
	/* from initialize */
	const char *version;
	struct mcp_client client;
	json *capabilities, *client_info;
	const char *log_level;		/* logging/setLevel */
	struct running *running;
	size_t calls;
	struct mcp_peer *next, **link;	/* in server->peers */
};

struct request {		/* one message being handled */
	struct mcp_peer *peer;
	const struct message *m;
	struct arena *arena;
	struct mcp_info info;
	const char *log_level;		/* NULL: no log messages wanted */
	enum mcp_taken taken;
};

struct method;

struct running {		/* a request in a fiber; lives in its call's arena */
	struct mcp_server *server;
	struct mcp_peer *peer;	/* NULL once the peer is gone */
	struct call *call;
	const struct method *method;
	json *id, *params, *progress_token;
	struct mcp_info info;
	const char *log_level;
	bool silent;		/* cancelled, so never answered */
	int64_t progress;
	struct buf answer;
	struct jw w;
	/* questions */
	json *answers;			/* key -> result, from this and earlier rounds; NULL: none */
	const char *state;		/* the requestState that brought them */
	bool used_up;
	struct call_question *wanted;	/* ERR_INPUT_REQUIRED: what to ask */
	size_t wanted_count;
	const char *missing;		/* ERR_CAPABILITY: the capability as JSON, e.g. {"elicitation":{}} */
	struct running *next, **link;
};

typedef void sync_fn(struct request *, struct jw *);
typedef int fiber_fn(struct call *, struct running *, struct jw *);

enum {
	M_LEGACY = 1, M_MODERN = 2, M_BOTH = 3,
	M_NOTIFICATION = 4,
	M_CACHEABLE = 8,	/* modern results carry ttlMs and cacheScope */
	M_ASKS = 16,		/* may answer input_required */
	M_SPECIAL = 32,		/* sync answers by itself (subscriptions/listen) */
};

struct method {
	const char *name;
	int flags;
	int64_t ttl_ms;
	bool (*offered)(const struct mcp_provider *);	/* NULL: always */
	sync_fn *sync;
	fiber_fn *fiber;
};

/* server.c */
/* One message. id: whom it answers, should it turn out too large; NULL for a message that answers nobody. */
void peer_send(struct mcp_peer *, enum mcp_out, int http_status, json *id, struct buf *);
void reply_error(struct request *, enum rpc_code, const char *text, const char *data, int http_status);
void add_server_info(const struct mcp_server *, struct jw *, const char *key, bool with_icon);
void add_modern_members(const struct mcp_server *, const struct method *, struct jw *);
void peer_call_ended(struct mcp_peer *);
bool peer_same_scope(const struct mcp_peer *, const struct mcp_peer *);	/* two messages of one client */

/* running.c */
void running_start(struct request *, const struct method *);
void running_cancel(struct mcp_peer *, json *id);

/* methods.c */
const struct method *method_find(const char *name);
void add_capabilities(const struct mcp_provider *, struct jw *);

/* ask.c */
int ask_client(struct call *, struct call_question *, size_t count);	/* call->ask */
/* Checks params.requestState and inputResponses of a modern request: fills run->answers. false: they are not to be
 * trusted. */
bool ask_take_answers(struct running *);
void ask_write_required(struct running *, struct jw *);			/* the input_required result */
void ask_response(struct mcp_peer *, json *id, json *result);		/* from a legacy client; result NULL: it can't */
void ask_free(struct mcp_server *);

/* listen.c */
void listen_start(struct request *, struct jw *);
bool listen_cancel(struct mcp_peer *, json *id);
void listen_forget_peer(struct mcp_peer *);

#endif
