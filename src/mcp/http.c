/*
 * One exchange, one peer: a POST brings a message (or, from clients of 2025-03-26, an
 * array of them), the peer's final message becomes the answer. The first related message
 * (progress, a question, a listen's acknowledgement) turns the answer into a stream of
 * server-sent events.
 *
 * The process keeps nothing of a client between requests. A legacy client that can be
 * asked questions gets a session id that holds what it said in initialize, sealed, so
 * that every process with the same key understands it.
 *
 * A client that goes away cancels its modern request; a legacy request runs on.
 */
#include "mcp/http.h"

#include "base/clock.h"
#include "base/str.h"
#include "mcp/header.h"
#include "net/httpd.h"
#include "net/loop_impl.h"
#include "store/seal.h"

#include <string.h>

enum { KEEPALIVE_S = 15, MAX_UNSENT = 8 * 1024 * 1024, SESSION_MS = 24 * 3600 * 1000, MAX_BATCH = 100 };

struct post;

struct mcp_http {
	struct loop *loop;
	struct mcp_server *server;
	const struct mcp_provider *provider;
	struct sealer *sealer;
	struct httpd *httpd;
	struct mcp_http_options o;
	bool loopback, draining;
	struct post *posts;
	uint64_t requests, streams, unauthorized;
};

struct post {
	struct mcp_http *http;
	struct exchange *x;		/* NULL once answered or gone */
	struct mcp_peer *peer;
	bool modern, streaming, takes_stream, initialize, final_sent, freeing;
	bool batch;
	size_t batch_left;
	struct buf batch_out;
	struct event keepalive, gone;
	struct post *next, **link;
};

/* ---- answers ---- */

static void
plain(struct exchange *x, int status, const char *text, const char *name, const char *value)
{
	struct httpd_header h[] = { { "Content-Type", "text/plain; charset=utf-8" }, { name, value } };

	exchange_reply(x, status, h, name != NULL ? 2 : 1, text, strlen(text));
}

static void
post_free(struct post *p)
{
	event_del(&p->keepalive);
	event_del(&p->gone);
	mcp_peer_free(p->peer);
	*p->link = p->next;
	if (p->next != NULL)
		p->next->link = p->link;
	buf_release(&p->batch_out);
	mem_free(p);
}

static void
on_free(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	post_free(arg);
}

/* From the loop: whoever sent the final message still holds the peer. */
static void
post_free_later(struct post *p)
{
	struct timeval now = { 0, 0 };

	if (p->freeing)
		return;
	p->freeing = true;
	event_add(&p->gone, &now);
}

static void
write_event(struct post *p, const char *message, size_t len)
{
	size_t unsent;

	exchange_write(p->x, "event: message\ndata: ", 21);
	exchange_write(p->x, message, len);
	unsent = exchange_write(p->x, "\n\n", 2);
	if (unsent > MAX_UNSENT) {	/* a reader that does not read */
		exchange_abort(p->x);
		p->x = NULL;
		if (p->modern)
			post_free_later(p);
	}
}

static void
on_keepalive(evutil_socket_t fd, short what, void *arg)
{
	struct post *p = arg;

	(void)fd;
	(void)what;
	if (p->x != NULL)
		exchange_write(p->x, ": keepalive\n\n", 13);
}

static void
start_stream(struct post *p)
{
	static const struct httpd_header h[] = {
		{ "Content-Type", "text/event-stream" }, { "Cache-Control", "no-cache, no-transform" }, { "X-Accel-Buffering", "no" },
	};
	struct timeval every = { .tv_sec = KEEPALIVE_S };

	exchange_stream(p->x, 200, h, LEN(h));
	p->streaming = true;
	p->http->streams++;
	event_add(&p->keepalive, &every);
}

static const char *
new_session(struct post *p, struct arena *a)
{
	json *caps = mcp_peer_capabilities(p->peer);
	const char *id;
	struct err e;
	struct buf b;
	struct jw w;

	if (p->http->sealer == NULL || (json_get(caps, "elicitation") == NULL && json_get(caps, "sampling") == NULL &&
	    json_get(caps, "roots") == NULL))
		return NULL;	/* nothing to ask: nothing to remember */
	buf_init(&b, 16 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "version", mcp_peer_version(p->peer));
	jw_value(&w, "client", mcp_peer_client_info(p->peer));
	jw_value(&w, "capabilities", caps);
	jw_end(&w);
	err_init(&e, a);
	id = buf_overflowed(&b) ? NULL : seal(p->http->sealer, a, "session", b.data, clock_wall_ms() + SESSION_MS, &e);
	buf_release(&b);
	return id;
}

static void
reply_json(struct post *p, int status, const char *text, size_t len)
{
	struct httpd_header h[] = { { "Content-Type", "application/json" }, { "Mcp-Session-Id", NULL } };

	if (p->initialize && status == 200)
		h[1].value = new_session(p, exchange_arena(p->x));
	exchange_reply(p->x, status, h, h[1].value != NULL ? 2 : 1, text, len);
	p->x = NULL;
}

static void
batch_add(struct post *p, const char *message, size_t len)
{
	buf_addc(&p->batch_out, p->batch_out.len == 0 ? '[' : ',');
	buf_add(&p->batch_out, message, len);
}

static void
batch_done(struct post *p)
{
	if (p->x == NULL) {
		post_free_later(p);
		return;
	}
	if (p->batch_out.len == 0) {
		exchange_reply(p->x, 202, NULL, 0, "", 0);
		p->x = NULL;
	} else {
		buf_addc(&p->batch_out, ']');
		if (p->streaming) {	/* each answer of a streamed batch would be an event; they were collected instead */
			write_event(p, p->batch_out.data, p->batch_out.len);
			if (p->x != NULL)
				exchange_end(p->x);
			p->x = NULL;
		} else {
			reply_json(p, 200, p->batch_out.data, p->batch_out.len);
		}
	}
	post_free_later(p);
}

static void
on_send(void *arg, enum mcp_out out, int status, const char *message, size_t len)
{
	struct post *p = arg;

	if (out == MCP_RELATED) {
		if (p->x == NULL || !p->takes_stream)
			return;
		if (!p->streaming)
			start_stream(p);
		write_event(p, message, len);
		return;
	}
	if (p->batch) {
		batch_add(p, message, len);
		if (--p->batch_left == 0)
			batch_done(p);
		return;
	}
	p->final_sent = true;
	if (p->x != NULL && p->streaming) {
		write_event(p, message, len);
		if (p->x != NULL)
			exchange_end(p->x);
		p->x = NULL;
	} else if (p->x != NULL) {
		reply_json(p, status, message, len);
	}
	post_free_later(p);
}

static void
on_close(struct exchange *x, void *arg)
{
	struct post *p = arg;

	(void)x;
	p->x = NULL;
	if (p->modern)
		post_free_later(p);	/* cancels: the peer's calls answer nobody */
	else
		event_del(&p->keepalive);
}

/* ---- checks ---- */

static bool
host_is(const char *given, size_t len, const char *name)
{
	return strlen(name) == len && strncasecmp(given, name, len) == 0;
}

/* host[:port] of a Host header or an Origin. */
static bool
host_allowed(const struct mcp_http *h, const char *host)
{
	size_t len = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");

	if (h->o.unix_path != NULL)
		return true;
	if (h->loopback && (host_is(host, len, "localhost") || host_is(host, len, "127.0.0.1") || host_is(host, len, "[::1]")))
		return true;
	for (char **name = h->o.allowed_hosts; name != NULL && *name != NULL; name++) {
		if (host_is(host, len, *name))
			return true;
	}
	return false;
}

static bool
origin_allowed(const struct mcp_http *h, const struct exchange *x)
{
	const char *origin = exchange_header(x, "origin"), *host = exchange_header(x, "host");
	const char *scheme;

	if (host != NULL && (h->loopback || h->o.allowed_hosts != NULL) && !host_allowed(h, host))
		return false;
	if (origin == NULL)
		return true;
	scheme = strstr(origin, "://");
	return scheme != NULL && exchange_header_n(x, "origin", 1) == NULL && host_allowed(h, scheme + 3);
}

static bool
token_ok(const struct mcp_http *h, const struct exchange *x)
{
	const char *given = exchange_header(x, "authorization");

	if (h->o.token == NULL)
		return true;
	if (given == NULL || !str_istarts(given, "bearer "))
		return false;
	given += strlen("bearer ");
	while (*given == ' ')
		given++;
	return secret_equal(h->o.token, given, strlen(given));
}

static bool
is_json_type(const char *type)
{
	size_t n = type == NULL ? 0 : strcspn(type, "; \t");

	return n == strlen("application/json") && strncasecmp(type, "application/json", n) == 0;
}

static bool
accepts(const char *accept, const char *type)
{
	return accept == NULL || strcasestr(accept, type) != NULL || strstr(accept, "*/*") != NULL;
}

/* ---- messages ---- */

static struct post *
post_new(struct mcp_http *h, struct exchange *x)
{
	const char *query = exchange_query(x), *profile = strstr(query, "profile=");
	struct post *p = mem_alloc(sizeof(*p));
	struct arena *a = exchange_arena(x);

	p->http = h;
	p->x = x;
	p->takes_stream = accepts(exchange_header(x, "accept"), "text/event-stream");
	buf_init(&p->batch_out, 32 * 1024 * 1024);
	event_assign(&p->keepalive, h->loop->base, -1, EV_PERSIST, on_keepalive, p);
	event_assign(&p->gone, h->loop->base, -1, 0, on_free, p);
	p->next = h->posts;
	p->link = &h->posts;
	if (p->next != NULL)
		p->next->link = &p->next;
	h->posts = p;
	if (profile != NULL && profile != query && profile[-1] != '&')
		profile = NULL;
	p->peer = mcp_peer_new(h->server, h->o.token != NULL ? "token" : "local", &(struct mcp_transport){
		.send = on_send, .arg = p,
		.profile = profile == NULL ? "" : str_eq(arena_strndup(a, profile + 8, strcspn(profile + 8, "&")), "chatgpt") ? "chatgpt" : "",
	});
	return p;
}

static void
post_refuse(struct post *p, json *id, enum rpc_code code, const char *why, int status)
{
	mcp_refuse(p->peer, id, code, why, status);
}

/* The session's content, or NULL. */
static json *
open_session(struct mcp_http *h, struct arena *a, const char *id)
{
	char *text = h->sealer == NULL || seal_is_used(h->sealer, id) ? NULL : unseal(h->sealer, a, "session", id);
	struct err e;

	err_init(&e, a);
	return text == NULL ? NULL : json_parse(a, text, strlen(text), JSON_TRUSTED, &e);
}

/* Version and session of a legacy message. False: answered with an error. */
static bool
legacy_context(struct post *p, const struct message *m)
{
	const char *version = exchange_header(p->x, "mcp-protocol-version"), *session = exchange_header(p->x, "mcp-session-id");
	json *known = NULL, *id = m == NULL ? NULL : m->id;
	bool initialize = m != NULL && str_eq(m->method, "initialize");

	if (version != NULL && !message_version_is_legacy(version) && !initialize) {
		post_refuse(p, id, RPC_INVALID_REQUEST, "MCP-Protocol-Version is not a supported revision.", 400);
		return false;
	}
	if (session != NULL && !initialize) {
		known = open_session(p->http, exchange_arena(p->x), session);
		if (known == NULL) {
			post_refuse(p, id, RPC_INVALID_REQUEST, "The session is unknown or has ended; initialize again.", 404);
			return false;
		}
		mcp_peer_set_scope(p->peer, session);
	}
	if (version == NULL)
		version = known != NULL ? json_get_str(known, "version") : "2025-03-26";
	if (!initialize)	/* questions travel on a stream: who takes none can't be asked */
		mcp_peer_set_client(p->peer, version, json_get(known, "client"), p->takes_stream ? json_get(known, "capabilities") : NULL);
	return true;
}

static void
receive_batch(struct post *p, json *batch)
{
	struct message *m = arena_array(exchange_arena(p->x), json_len(batch) + 1, sizeof(*m));
	size_t n = 0;

	if (json_len(batch) == 0 || json_len(batch) > MAX_BATCH) {
		post_refuse(p, NULL, RPC_INVALID_REQUEST, "A batch has 1 to 100 messages.", 400);
		return;
	}
	for (struct json_iter it = json_iter(batch); json_next(&it); n++) {
		message_read(it.value, &m[n]);
		if (m[n].modern || m[n].kind == MESSAGE_BAD || str_eq(m[n].method, "initialize")) {
			post_refuse(p, NULL, RPC_INVALID_REQUEST, m[n].kind == MESSAGE_BAD ? m[n].why :
			    "initialize and requests of revision 2026-07-28 can't be in a batch.", 400);
			return;
		}
	}
	if (!legacy_context(p, NULL))
		return;
	if (!str_eq(mcp_peer_version(p->peer), "2025-03-26")) {
		post_refuse(p, NULL, RPC_INVALID_REQUEST, "Batches are not part of this protocol revision.", 400);
		return;
	}
	exchange_on_close(p->x, on_close, p);
	p->batch = true;
	p->batch_left = 1;	/* this function */
	for (size_t i = 0; i < n; i++)
		p->batch_left += m[i].kind == MESSAGE_REQUEST;
	for (size_t i = 0; i < n; i++)
		mcp_receive_message(p->peer, &m[i]);
	if (--p->batch_left == 0)
		batch_done(p);
}

/* What the headers must say of a modern request. False: answered with an error. */
static bool
modern_headers(struct post *p, const struct message *m)
{
	const char *body = json_get_str(m->meta, "io.modelcontextprotocol/protocolVersion");
	const char *header = exchange_header(p->x, "mcp-protocol-version"), *method = exchange_header(p->x, "mcp-method"), *bad;
	struct arena *a = exchange_arena(p->x);

	if (m->kind != MESSAGE_REQUEST || body == NULL ||
	    !yyjson_is_obj(json_get(m->meta, "io.modelcontextprotocol/clientCapabilities")))
		return true;	/* the envelope comes first */
	if (header != NULL && !str_eq(header, body)) {
		post_refuse(p, m->id, RPC_HEADER_MISMATCH, arena_printf(a, "Header mismatch: MCP-Protocol-Version '%.64s' does not "
		    "match the body's '%.64s'", header, body), 400);
		return false;
	}
	if (method != NULL && !str_eq(method, m->method)) {
		post_refuse(p, m->id, RPC_HEADER_MISMATCH, arena_printf(a, "Header mismatch: Mcp-Method '%.64s' does not match method "
		    "'%.64s'", method, m->method), 400);
		return false;
	}
	if (!str_eq(body, MCP_MODERN))
		return true;	/* unsupported: said so before missing headers */
	bad = header_mismatch(a, p->x, m, p->http->provider);
	if (bad != NULL)
		post_refuse(p, m->id, RPC_HEADER_MISMATCH, bad, 400);
	return bad == NULL;
}

static void
receive_one(struct post *p, const struct message *m)
{
	const char *header = exchange_header(p->x, "mcp-protocol-version");
	bool initialize = m->method != NULL && strcmp(m->method, "initialize") == 0;
	enum mcp_taken taken;

	p->modern = m->modern;
	if (m->kind == MESSAGE_BAD) {
		post_refuse(p, m->id, m->code, m->why, 400);
		return;
	}
	if (!m->modern && m->kind == MESSAGE_REQUEST && header != NULL && strcmp(header, MCP_MODERN) >= 0 &&
	    strlen(header) == strlen(MCP_MODERN)) {
		post_refuse(p, m->id, initialize ? RPC_HEADER_MISMATCH : RPC_INVALID_PARAMS, initialize ?
		    "Header mismatch: initialize is not part of the revision in MCP-Protocol-Version." :
		    "params._meta lacks io.modelcontextprotocol/protocolVersion and io.modelcontextprotocol/clientCapabilities.", 400);
		return;
	}
	if (m->modern ? !modern_headers(p, m) : !(m->kind == MESSAGE_NOTIFICATION && header != NULL &&
	    strcmp(header, MCP_MODERN) == 0) && !legacy_context(p, m))
		return;
	if (m->modern && str_eq(m->method, "subscriptions/listen") && !p->takes_stream) {
		post_refuse(p, m->id, RPC_INVALID_REQUEST, "subscriptions/listen is answered as text/event-stream; Accept must allow it.", 406);
		return;
	}
	p->initialize = initialize && !m->modern;
	exchange_on_close(p->x, on_close, p);
	taken = mcp_receive_message(p->peer, m);
	if (taken == MCP_ACCEPTED) {
		exchange_reply(p->x, 202, NULL, 0, "", 0);
		p->x = NULL;
		post_free_later(p);
	}
}

static void
on_post(struct mcp_http *h, struct exchange *x)
{
	const char *accept = exchange_header(x, "accept"), *body;
	struct arena *a = exchange_arena(x);
	struct message m;
	struct post *p;
	struct err e;
	size_t len;
	json *root;

	if (!is_json_type(exchange_header(x, "content-type"))) {
		plain(x, 415, "Content-Type must be application/json.\n", NULL, NULL);
		return;
	}
	if (!accepts(accept, "application/json")) {
		plain(x, 406, "Accept must allow application/json and text/event-stream.\n", NULL, NULL);
		return;
	}
	h->requests++;
	p = post_new(h, x);
	err_init(&e, a);
	body = exchange_body(x, &len);
	root = json_parse(a, body, len, JSON_STRICT, &e);
	if (root == NULL) {
		post_refuse(p, NULL, RPC_PARSE, e.message, 400);
	} else if (yyjson_is_arr(root)) {
		receive_batch(p, root);
	} else {
		message_read(root, &m);
		receive_one(p, &m);
	}
}

static void
on_delete(struct mcp_http *h, struct exchange *x)
{
	const char *session = exchange_header(x, "mcp-session-id");

	if (session == NULL) {
		plain(x, 405, "There is no session to end.\n", "Allow", "POST");
	} else if (open_session(h, exchange_arena(x), session) == NULL || !seal_use(h->sealer, session)) {
		plain(x, 404, "There is no such session.\n", NULL, NULL);
	} else {
		exchange_reply(x, 204, NULL, 0, "", 0);
	}
}

static void
on_metrics(struct mcp_http *h, struct exchange *x)
{
	static const struct httpd_header type = { "Content-Type", "text/plain; version=0.0.4" };
	struct httpd_counts n = httpd_counts(h->httpd);
	struct buf b;

	buf_init(&b, 256 * 1024);
	buf_addf(&b, "# TYPE telamon_http_connections gauge\ntelamon_http_connections %zu\n", httpd_connections(h->httpd));
	buf_addf(&b, "# TYPE telamon_http_requests_total counter\ntelamon_http_requests_total %llu\n", (unsigned long long)n.requests);
	buf_addf(&b, "# TYPE telamon_http_refused_total counter\ntelamon_http_refused_total %llu\n", (unsigned long long)n.refused);
	buf_addf(&b, "# TYPE telamon_http_lost_total counter\ntelamon_http_lost_total %llu\n", (unsigned long long)n.lost);
	buf_addf(&b, "# TYPE telamon_mcp_posts_total counter\ntelamon_mcp_posts_total %llu\n", (unsigned long long)h->requests);
	buf_addf(&b, "# TYPE telamon_mcp_streams_total counter\ntelamon_mcp_streams_total %llu\n", (unsigned long long)h->streams);
	buf_addf(&b, "# TYPE telamon_unauthorized_total counter\ntelamon_unauthorized_total %llu\n",
	    (unsigned long long)h->unauthorized);
	buf_addf(&b, "# TYPE telamon_calls_in_flight gauge\ntelamon_calls_in_flight %zu\n", loop_calls(h->loop));
	if (h->o.extra_metrics != NULL)
		h->o.extra_metrics(h->o.arg, &b);
	exchange_reply(x, 200, &type, 1, b.data, b.len);
	buf_release(&b);
}

static void
on_exchange(struct exchange *x, void *arg)
{
	const char *path = exchange_path(x), *method = exchange_method(x);
	bool get = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
	struct mcp_http *h = arg;

	if (!origin_allowed(h, x)) {
		plain(x, 403, "This Host or Origin is not allowed.\n", NULL, NULL);
	} else if (strcmp(path, "/healthz") == 0 && get) {
		plain(x, 200, "ok\n", NULL, NULL);
	} else if (strcmp(path, "/readyz") == 0 && get) {
		plain(x, h->draining ? 503 : 200, h->draining ? "draining\n" : "ready\n", NULL, NULL);
	} else if (!token_ok(h, x)) {
		h->unauthorized++;
		plain(x, 401, "A token is needed.\n", "WWW-Authenticate", exchange_header(x, "authorization") == NULL ?
		    "Bearer realm=\"telamon\"" : "Bearer realm=\"telamon\", error=\"invalid_token\"");
	} else if (strcmp(path, "/metrics") == 0 && get) {
		on_metrics(h, x);
	} else if (strcmp(path, "/mcp") != 0) {
		plain(x, 404, "There is nothing here; MCP is at /mcp.\n", NULL, NULL);
	} else if (strcmp(method, "POST") == 0) {
		on_post(h, x);
	} else if (strcmp(method, "DELETE") == 0) {
		on_delete(h, x);
	} else {
		plain(x, 405, "Only POST.\n", "Allow", "POST");
	}
}

/* ---- life ---- */

static bool
is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	    (str_starts(host, "127.") && host[strspn(host, "0123456789.")] == '\0');
}

struct mcp_http *
mcp_http_new(struct loop *l, struct mcp_server *s, const struct mcp_http_options *o, struct err *e)
{
	bool loopback = o->unix_path != NULL || is_loopback(o->host);
	struct mcp_http *h;

	if (!loopback && o->token == NULL) {
		err_set(e, ERR_CONFIG, "%s can be reached from other machines, and there is no token.", o->host);
		err_hint(e, "Bind 127.0.0.1, or give --auth-token file:PATH.");
		return NULL;
	}
	h = mem_alloc(sizeof(*h));
	h->loop = l;
	h->server = s;
	h->provider = mcp_server_provider(s);
	h->sealer = mcp_server_sealer(s);
	h->o = *o;
	h->loopback = loopback && o->unix_path == NULL;
	h->httpd = httpd_listen(l, &(struct httpd_options){
		.host = o->host, .port = o->port, .unix_path = o->unix_path, .listen_fd = o->listen_fd,
		.tls_cert = o->tls_cert, .tls_key = o->tls_key, .max_body_bytes = MCP_MAX_MESSAGE,
	}, on_exchange, h, e);
	if (h->httpd == NULL) {
		mem_free(h);
		return NULL;
	}
	return h;
}

int
mcp_http_port(const struct mcp_http *h)
{
	return httpd_port(h->httpd);
}

void
mcp_http_drain(struct mcp_http *h, void (*done)(void *), void *arg)
{
	h->draining = true;
	mcp_server_end_listens(h->server);
	httpd_drain(h->httpd, done, arg);
}

void
mcp_http_free(struct mcp_http *h)
{
	if (h == NULL)
		return;
	httpd_free(h->httpd);	/* calls on_close of whatever is open */
	while (h->posts != NULL)
		post_free(h->posts);
	mem_free(h);
}
