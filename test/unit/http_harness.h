/*
 * A raw TCP peer for the HTTP client, in the same loop and thread. It plays a script:
 * each request that has arrived whole (headers, and the body that Content-Length
 * announces) takes the next step, the last step repeats. It keeps every byte that it was
 * sent, and counts requests and connections, so that a test can say what the site saw.
 */
#ifndef TEST_HTTP_HARNESS_H
#define TEST_HTTP_HARNESS_H

#include "unit/unit.h"

#include "base/buf.h"
#include "base/clock.h"
#include "net/http.h"

#include <arpa/inet.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>

/* a step names what it needs, mostly two of its members */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

enum { GUARD_MS = 20000, MAX_PEERS = 64, MAX_STEPS = 8 };

enum then {
	KEEP,		/* the connection stays for the next request */
	CLOSE,		/* after the answer */
	RESET,		/* RST instead of an orderly end */
	HOLD,		/* answers nothing, or not the end of it, and waits */
};

struct step {
	const char *answer;	/* raw bytes; NULL: none */
	enum then then;
	size_t len;		/* of answer; 0: strlen */
	bool on_headers;	/* as soon as the headers are there, before the body */
	int split;		/* send the answer in pieces of so many bytes, one a turn of the loop */
};

struct web;

struct peer {
	struct web *web;
	int fd;
	struct event *ev, *writer;
	struct buf in;
	const char *pending;
	size_t pending_len;
	const struct step *step;	/* being answered; NULL: ready for a request */
	struct step own;
};

struct web {
	struct loop *loop;
	int fd, port;
	struct event *ev;
	struct step steps[MAX_STEPS];
	size_t step_count;
	struct peer *peers[MAX_PEERS];
	/* what was seen */
	size_t requests, connections, open, most_open;
	struct buf log;			/* every request, as it came */
	void (*on_request)(struct web *);	/* may be NULL */
	void *arg;
};

static inline void
peer_free(struct peer *p, bool reset)
{
	struct linger hard = { .l_onoff = 1 };

	for (int i = 0; i < MAX_PEERS; i++) {
		if (p->web->peers[i] == p)
			p->web->peers[i] = NULL;
	}
	p->web->open--;
	if (reset)
		setsockopt(p->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	event_free(p->ev);
	event_free(p->writer);
	close(p->fd);
	buf_release(&p->in);
	free(p);
}

static inline void
peer_answered(struct peer *p)
{
	static const struct step silence = { .then = HOLD };
	enum then then = p->step->then;

	p->step = NULL;
	if (then == CLOSE || then == RESET)
		peer_free(p, then == RESET);
	else if (then == HOLD)
		p->step = &silence;	/* takes no further request */
}

static inline void
peer_write(evutil_socket_t fd, short what, void *arg)
{
	struct peer *p = arg;
	size_t piece = p->step->split > 0 && (size_t)p->step->split < p->pending_len ? (size_t)p->step->split : p->pending_len;
	ssize_t n = send(fd, p->pending, piece, MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)what;
	if (n < 0 && errno != EAGAIN) {
		peer_free(p, false);
		return;
	}
	p->pending += n < 0 ? 0 : n;
	p->pending_len -= n < 0 ? 0 : (size_t)n;
	if (p->pending_len > 0)
		event_add(p->writer, NULL);
	else
		peer_answered(p);
}

/* The length of the request at the front of what came in; 0 while it is not whole. */
static inline size_t
whole_request(const struct peer *p, bool headers_only)
{
	const char *end = memmem(p->in.data, p->in.len, "\r\n\r\n", 4), *length;
	size_t head, body = 0;

	if (end == NULL)
		return 0;
	head = (size_t)(end - p->in.data) + 4;
	length = strcasestr(p->in.data, "\r\nContent-Length:");
	if (length != NULL && length < end)
		body = (size_t)strtoul(length + 17, NULL, 10);
	if (headers_only)
		return p->in.len < head + body ? p->in.len : head + body;
	return p->in.len < head + body ? 0 : head + body;
}

static inline void
peer_take(struct peer *p)
{
	struct web *w = p->web;
	size_t at = w->requests < w->step_count ? w->requests : w->step_count - 1, len;
	const struct step *s = &p->own;

	if (p->step != NULL || (len = whole_request(p, w->steps[at].on_headers)) == 0)
		return;
	p->own = w->steps[at];
	w->requests++;
	buf_add(&w->log, p->in.data, len);
	buf_consume(&p->in, len);
	p->step = s;
	p->pending = s->answer == NULL ? "" : s->answer;
	p->pending_len = s->answer == NULL ? 0 : s->len != 0 ? s->len : strlen(s->answer);
	if (w->on_request != NULL)
		w->on_request(w);
	if (p->pending_len == 0)
		peer_answered(p);
	else
		peer_write(p->fd, EV_WRITE, p);
}

static inline void
peer_read(evutil_socket_t fd, short what, void *arg)
{
	struct peer *p = arg;
	static char data[65536];
	ssize_t n = recv(fd, data, sizeof(data), MSG_DONTWAIT);

	(void)what;
	if (n > 0) {
		buf_add(&p->in, data, (size_t)n);
		peer_take(p);
	} else if (n == 0 || errno != EAGAIN) {
		peer_free(p, false);
	}
}

static inline void
web_accept(evutil_socket_t fd, short what, void *arg)
{
	struct web *w = arg;
	int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), one = 1;
	struct peer *p;

	(void)what;
	if (got < 0)
		return;
	setsockopt(got, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	p = calloc(1, sizeof(*p));
	p->web = w;
	p->fd = got;
	buf_init(&p->in, 64 << 20);
	p->ev = event_new(loop_base(w->loop), got, EV_READ | EV_PERSIST, peer_read, p);
	p->writer = event_new(loop_base(w->loop), got, EV_WRITE, peer_write, p);
	event_add(p->ev, NULL);
	for (int i = 0; i < MAX_PEERS; i++) {
		if (w->peers[i] == NULL) {
			w->peers[i] = p;
			break;
		}
	}
	w->connections++;
	w->open++;
	if (w->open > w->most_open)
		w->most_open = w->open;
}

/* A port of the loopback that nobody listens on when fd is closed again. */
static inline int
loopback_socket(int *ret_port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t len = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	*ret_port = ntohs(at.sin_port);
	return fd;
}

/* A new script; what was seen is forgotten. */
static inline void
web_script(struct web *w, const struct step *steps, size_t count)
{
	assert_true(count > 0 && count <= MAX_STEPS);
	memcpy(w->steps, steps, count * sizeof(*steps));
	w->step_count = count;
	w->requests = w->connections = 0;
	w->most_open = w->open;
	buf_reset(&w->log);
}

static inline void
web_open(struct web *w, struct loop *l, const struct step *steps, size_t count)
{
	*w = (struct web){ .loop = l };
	buf_init(&w->log, 64 << 20);
	web_script(w, steps, count);
	w->fd = loopback_socket(&w->port);
	assert_int_equal(listen(w->fd, 64), 0);
	w->ev = event_new(loop_base(l), w->fd, EV_READ | EV_PERSIST, web_accept, w);
	event_add(w->ev, NULL);
}

#define WEB_OPEN(w, l, ...) \
	web_open((w), (l), (const struct step[]){ __VA_ARGS__ }, sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step))

#define WEB_SCRIPT(w, ...) \
	web_script((w), (const struct step[]){ __VA_ARGS__ }, sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step))

static inline void
web_close(struct web *w)
{
	for (int i = 0; i < MAX_PEERS; i++) {
		if (w->peers[i] != NULL)
			peer_free(w->peers[i], false);
	}
	event_free(w->ev);
	close(w->fd);
	buf_release(&w->log);
}

static inline bool
saw(const struct web *w, const char *text)
{
	return memmem(w->log.data, w->log.len, text, strlen(text)) != NULL;
}

static inline void
guard_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	*(bool *)arg = true;
}

/* Turns the loop until the condition holds. */
#define wait_until(l, condition) \
	do { \
		const struct timeval guard_tv = { .tv_sec = GUARD_MS / 1000 }; \
		bool guard_late = false; \
		struct event *guard_ev = event_new(loop_base(l), -1, 0, guard_fired, &guard_late); \
		event_add(guard_ev, &guard_tv); \
		while (!(condition) && !guard_late) \
			event_base_loop(loop_base(l), EVLOOP_ONCE); \
		event_free(guard_ev); \
		if (!(condition)) \
			fail_msg("never came true: %s", #condition); \
	} while (0)

/* One request in a call of its own, and what came of it. */
struct fetch {
	struct http_pool *pool;
	struct http_request req;
	int64_t deadline_ms;		/* from now; 0: the usual */
	struct call *call;		/* while it runs */
	/* the answer */
	bool ended, sent;
	int result, status, attempts;
	enum err_kind kind;
	char message[400];
	struct buf body, headers;	/* headers: "name: value\n" each */
};

static inline int
fetch_main(struct call *c, void *arg)
{
	struct fetch *f = arg;
	struct http_response r;
	int result = http_do(c, f->pool, &f->req, &r);

	f->status = r.status;
	f->sent = r.sent;
	f->attempts = r.attempts;
	buf_reset(&f->body);
	buf_reset(&f->headers);
	buf_add(&f->body, r.body, r.body_len);
	assert_int_equal(r.body[r.body_len], '\0');
	for (size_t i = 0; i < r.header_count; i++)
		buf_addf(&f->headers, "%s: %s\n", r.headers[i].name, r.headers[i].value);
	return result;
}

static inline void
fetch_done(struct call *c, int result, void *arg)
{
	struct fetch *f = arg;

	f->ended = true;
	f->call = NULL;
	f->result = result;
	f->kind = c->err.kind;
	snprintf(f->message, sizeof(f->message), "%s", err_text(&c->err));
}

static inline void
fetch_start(struct fetch *f, struct loop *l)
{
	struct call *c = call_new(l, "fetch");

	f->ended = false;
	f->body.max = f->headers.max = 64 << 20;
	if (f->body.data == NULL) {
		buf_init(&f->body, 64 << 20);
		buf_init(&f->headers, 1 << 20);
	}
	if (f->deadline_ms != 0)
		c->deadline_ms = clock_mono_ms() + f->deadline_ms;
	f->call = c;
	assert_int_equal(call_start(c, fetch_main, fetch_done, f), 0);
}

static inline void
fetch(struct fetch *f, struct loop *l)
{
	fetch_start(f, l);
	wait_until(l, f->ended);
}

static inline void
fetch_release(struct fetch *f)
{
	buf_release(&f->body);
	buf_release(&f->headers);
}

#endif
