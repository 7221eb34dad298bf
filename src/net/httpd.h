/*
 * HTTP/1.1 server: libevent's sockets, llhttp's parser, and the limits between.
 * A handler is called from the loop once a request is complete, and answers now
 * or later, exactly once. It must not park; it may start a call that answers.
 *
 * While an exchange is unanswered the connection is not read further, so a
 * pipelining client is bounded by the socket's own buffer. Where framing is in
 * doubt (two lengths, length and coding, bare LF, obs-fold, ...) the answer is
 * 400 and the connection is closed; no second request of it is executed. Strict
 * on purpose: exactly one Host (HTTP/1.0 too), targets that begin with '/',
 * POST, PUT and PATCH with a length or chunks (411), no coding but chunked (501).
 */
#ifndef NET_HTTPD_H
#define NET_HTTPD_H

#include "base/arena.h"
#include "base/err.h"
#include "net/loop.h"

#include <stddef.h>
#include <stdint.h>

struct httpd;
struct exchange;	/* one request and its answer */

struct httpd_header {
	const char *name;
	const char *value;
};

struct httpd_options {
	const char *host;		/* address to bind, e.g. "127.0.0.1", "::1" */
	int port;			/* 0: any free one, see httpd_port */
	const char *unix_path;		/* instead of host and port */
	int unix_mode;			/* of that socket; 0: 0600 */
	int listen_fd;			/* instead of all these: a listening socket that was inherited; 0: none. Then ours */
	int reuse_port;			/* SO_REUSEPORT, for several processes */
	const char *tls_cert;		/* PEM files; both or none. OpenSSL is loaded only then */
	const char *tls_key;
	/* limits; 0 takes the default */
	size_t max_header_bytes;	/* 16 KiB, request line included; more is 431 */
	size_t max_headers;		/* 100 */
	size_t max_body_bytes;		/* 4 MiB; more is 413 */
	size_t max_connections;		/* 10,000; more wait in the accept queue */
	int header_ms;			/* 10,000 from first byte to end of headers, absolute */
	int body_ms;			/* 30,000 from end of headers to end of body, absolute */
	int idle_ms;			/* 120,000 between requests */
	int write_ms;			/* 30,000 without progress while answering */
};

struct httpd_counts {		/* since the start */
	uint64_t accepted;	/* connections */
	uint64_t requests;	/* handed to the handler */
	uint64_t refused;	/* answered by the server itself: 4xx, 5xx */
	uint64_t late;		/* of these: 408 */
	uint64_t lost;		/* the client left before its answer was complete */
};

typedef void httpd_handler(struct exchange *, void *arg);

/* NULL and e set (ERR_CONFIG) when the address can't be bound. */
struct httpd *httpd_listen(struct loop *, const struct httpd_options *, httpd_handler *, void *arg, struct err *e);
int httpd_port(const struct httpd *);
/* A copy of the listening socket, which outlives this server (for listen_fd of a successor); -1 when there is none left. */
int httpd_dup_listener(const struct httpd *);
void httpd_keep_path(struct httpd *);	/* a local socket's path is not removed when this server ends */
size_t httpd_connections(const struct httpd *);
struct httpd_counts httpd_counts(const struct httpd *);
/* Reads certificate and key anew; new connections get them. -1 and e set: the old ones stay. */
int httpd_reload_tls(struct httpd *, const char *cert_path, const char *key_path, struct err *e) ATTR_MUST;
/* Stops accepting; idle connections may bring one more request within a second, busy ones close after their answer.
 * done may be NULL. */
void httpd_drain(struct httpd *, void (*done)(void *arg), void *arg);
/* Closes everything at once; not from a handler. Exchanges without on_close may (and must) still be answered. */
void httpd_free(struct httpd *);

/* The request. Texts live as long as the exchange. */
const char *exchange_method(const struct exchange *);		/* "GET", "POST", ... */
const char *exchange_path(const struct exchange *);		/* as sent, without query; always begins with '/' */
const char *exchange_query(const struct exchange *);		/* as sent, without '?'; "" when none */
const char *exchange_header(const struct exchange *, const char *name);	/* NULL when absent; any letter case */
/* The n-th field of that name, from 0: for fields that must not be given twice. */
const char *exchange_header_n(const struct exchange *, const char *name, size_t n);
const char *exchange_body(const struct exchange *, size_t *ret_len);	/* NUL-terminated */
const char *exchange_peer(const struct exchange *);		/* address of the client, "unix" for a local socket */
struct arena *exchange_arena(struct exchange *);		/* freed with the exchange */

/* The answer. body is copied. Content-Length, Date and Connection are added. HEAD sends no body. */
void exchange_reply(struct exchange *, int status, const struct httpd_header *headers, size_t count, const void *body,
    size_t len);
/* A streamed answer (server-sent events): chunked, flushed at once. Returns bytes still unsent, so that the
 * writer can bound what it queues. */
void exchange_stream(struct exchange *, int status, const struct httpd_header *headers, size_t count);
size_t exchange_write(struct exchange *, const void *data, size_t len);
size_t exchange_unsent(const struct exchange *);
void exchange_end(struct exchange *);		/* the exchange is gone after this, as after exchange_reply */
void exchange_abort(struct exchange *);		/* resets the connection without an answer */
void exchange_close_after(struct exchange *);	/* the connection takes no further request after this answer */
/* Called once, from the loop, if the client goes away before the answer is complete (also on httpd_free); the
 * exchange is gone after it returns. With it set, a client that shuts its sending side counts as gone; without it
 * the answer is still sent to such a client, and dropped for one that is gone altogether. */
void exchange_on_close(struct exchange *, void (*fn)(struct exchange *, void *arg), void *arg);

const char *httpd_status_text(int status);

#endif
