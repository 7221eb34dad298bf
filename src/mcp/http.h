/*
 * MCP over Streamable HTTP, both eras on one endpoint, and the few pages beside it:
 * /mcp (POST), /healthz, /readyz, /metrics. Host and Origin are checked; without a
 * token only loopback may be bound.
 */
#ifndef MCP_HTTP_H
#define MCP_HTTP_H

#include "base/secret.h"
#include "mcp/server.h"

#include <stdbool.h>

struct mcp_http;

struct mcp_http_options {
	const char *host;		/* "127.0.0.1", "::1", "0.0.0.0" ... */
	int port;			/* 0: any free one */
	const char *unix_path;		/* instead of host and port */
	int listen_fd;			/* instead of all these: an inherited listening socket; 0: none */
	const char *tls_cert, *tls_key;	/* PEM files; NULL: plain HTTP */
	const struct secret *token;	/* every request to /mcp must bear it; NULL: none needed */
	char **allowed_hosts;		/* further names in Host and Origin; NULL-terminated, may be NULL */
	void (*extra_metrics)(void *arg, struct buf *);	/* appends Prometheus text; may be NULL */
	void *arg;
};

/* NULL and e set (ERR_CONFIG) when the address can't be bound, or is not loopback and has no token. */
struct mcp_http *mcp_http_new(struct loop *, struct mcp_server *, const struct mcp_http_options *, struct err *e);
int mcp_http_port(const struct mcp_http *);
/* Stops accepting, ends listens, lets requests in flight finish; done follows when the last has ended. */
void mcp_http_drain(struct mcp_http *, void (*done)(void *arg), void *arg);
void mcp_http_free(struct mcp_http *);

#endif
