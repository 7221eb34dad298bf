/*
 * HTTP client: libcurl's multi interface in the loop. This is the one door to the
 * network (security: every request to a site passes http_do). One pool per site:
 * its connections, TLS settings, proxy and number of requests at once.
 *
 * Redirects are answers, not followed, except with HTTP_MEDIA_REDIRECT. A request
 * that is not marked HTTP_RETRY is sent at most once, whatever happens to its
 * connection. TLS 1.2 or newer, verified.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/secret.h"
#include "net/call.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http;		/* the process's client */
struct http_pool;	/* one site */

struct http_pool_options {
	const char *name;		/* for waits and logs */
	size_t max_at_once;		/* requests; 0: 32 */
	bool insecure_skip_verify;	/* the operator said so */
	bool allow_plain;		/* http: as well as https: */
	const char *ca_file;		/* PEM bundle instead of the system's */
	const char *client_cert, *client_key;	/* PEM files */
	const char *proxy, *no_proxy;	/* NULL: none */
	const char *user_agent;
	int timeout_ms;			/* per request; 0: what the call's deadline leaves */
};

struct http_header {
	const char *name, *value;
};

enum http_flags {
	HTTP_RETRY = 1 << 0,		/* a read: 429, 5xx and lost connections are tried again */
	HTTP_MEDIA_REDIRECT = 1 << 1,	/* follow one redirect, to https (or the same scheme), without Authorization,
					 * headers of ours or client certificate */
};

struct http_request {
	const char *method, *url;
	const struct http_header *headers;	/* must hold no CR, LF or NUL (checked) */
	size_t header_count;
	const char *auth_scheme;		/* "Basic" or "Bearer"; NULL: no Authorization */
	const struct secret *credentials;
	const char *content_type;		/* with body */
	const char *body;
	size_t body_len;
	size_t max_response;			/* bytes after decompression; 0: 16 MiB */
	/* Streams the body of a 2xx answer instead of collecting it; -1 ends the transfer. Must not park. A try
	 * that has streamed something is not repeated. */
	int (*on_data)(void *arg, const char *data, size_t len);
	void *on_data_arg;
	int flags;				/* enum http_flags */
};

struct http_response {
	int status;
	const char *body;		/* NUL-terminated, in the call's arena */
	size_t body_len;
	const struct http_header *headers;	/* names in lower case */
	size_t header_count;
	bool sent;			/* some of the request may have reached the site: true unless provably not */
	int attempts;			/* times that it was sent or tried to be, libcurl's own repetitions included */
	int64_t us;			/* of the last attempt */
};

struct http *http_new(struct loop *);
void http_free(struct http *);
struct http_pool *http_pool_new(struct http *, const struct http_pool_options *);	/* copies */
void http_pool_free(struct http_pool *);

/*
 * Does one request; parks. 0: an answer of whatever status. -1: none, c->err says why
 * (ERR_NETWORK, ERR_TLS, ERR_TIMEOUT, ERR_CANCELLED, ERR_TOO_LARGE, ERR_PROTOCOL for a
 * body shorter than announced, ERR_CONFIG). *ret is filled either way.
 */
int http_do(struct call *, struct http_pool *, const struct http_request *, struct http_response *ret) ATTR_MUST;

const char *http_response_header(const struct http_response *, const char *lower_name);	/* NULL when absent */

/* Seconds to wait before try number `attempt` (1 is the first repetition): Retry-After clamped to
 * [1, 60], else full jitter under a doubling ceiling. -1: don't (not a status to repeat). */
int64_t http_retry_delay_ms(int status, const char *retry_after, int attempt, int64_t now_wall_ms);

enum { HTTP_MAX_ATTEMPTS = 3, HTTP_DEFAULT_MAX_RESPONSE = 16 * 1024 * 1024 };

#endif
