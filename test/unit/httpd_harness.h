/*
 * A server and its clients in one thread and one loop, over real loopback
 * sockets. Clients only collect what arrives; wait_for() turns the loop until a
 * condition holds and fails the test when it does not come true within seconds.
 * Nothing sleeps.
 */
#ifndef TEST_HTTPD_HARNESS_H
#define TEST_HTTPD_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/httpd.h"
#include "net/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { GUARD_S = 10, MAX_HELD = 64 };

struct server {
	struct loop *loop;
	struct event_base *base;
	struct httpd *httpd;
	struct arena *arena;
	struct buf log;			/* one line a request that reached the handler */
	struct exchange *held[MAX_HELD];	/* unanswered ones */
	size_t held_count;
	bool hold;			/* keep every exchange open */
	bool watch;			/* ask for on_close on held exchanges */
	int closed;			/* calls of on_close */
	bool drained;
	const char *big;		/* body for /big */
	size_t big_len;
};

struct client {
	struct server *server;
	int fd;
	struct event *ev;
	struct buf in;
	bool eof;
	bool reset;
};

static inline void
on_lost(struct exchange *ex, void *arg)
{
	struct server *s = arg;

	s->closed++;
	for (size_t i = 0; i < s->held_count; i++) {
		if (s->held[i] == ex) {
			s->held[i] = s->held[--s->held_count];
			return;
		}
	}
	fail_msg("on_close for an exchange that is not held");
}

/* Answers with "METHOD path?query body", or keeps the exchange. */
static inline void
serve(struct exchange *ex, void *arg)
{
	static const struct httpd_header type = { "Content-Type", "text/plain" };
	struct server *s = arg;
	size_t len;
	const char *body = exchange_body(ex, &len);
	struct buf b;

	buf_init(&b, 64 << 20);
	buf_addf(&b, "%s %s?%s ", exchange_method(ex), exchange_path(ex), exchange_query(ex));
	buf_add(&b, body, len);
	buf_add(&s->log, b.data, b.len);
	buf_addc(&s->log, '\n');
	if (s->hold || strcmp(exchange_path(ex), "/hold") == 0) {
		assert_true(s->held_count < MAX_HELD);
		s->held[s->held_count++] = ex;
		if (s->watch)
			exchange_on_close(ex, on_lost, s);
	} else if (strcmp(exchange_path(ex), "/big") == 0) {
		exchange_reply(ex, 200, &type, 1, s->big, s->big_len);
	} else {
		exchange_reply(ex, 200, &type, 1, b.data, b.len);
	}
	buf_release(&b);
}

static inline void
server_open(struct server *s, const struct httpd_options *o)
{
	struct err e;

	*s = (struct server){ .loop = loop_new(), .arena = arena_new() };
	s->base = loop_base(s->loop);
	buf_init(&s->log, 64 << 20);
	err_init(&e, s->arena);
	s->httpd = httpd_listen(s->loop, o, serve, s, &e);
	if (s->httpd == NULL)
		fail_msg("%s", err_text(&e));
}

static inline void
server_close(struct server *s)
{
	httpd_free(s->httpd);
	while (s->held_count > 0)	/* nobody was to be told of these: they are still ours to answer */
		exchange_reply(s->held[--s->held_count], 503, NULL, 0, NULL, 0);
	loop_free(s->loop);
	arena_free(s->arena);
	buf_release(&s->log);
}

static inline void
client_readable(evutil_socket_t fd, short what, void *arg)
{
	struct client *c = arg;
	char data[4096];
	ssize_t n = recv(fd, data, sizeof(data), MSG_DONTWAIT);

	(void)what;
	if (n > 0) {
		buf_add(&c->in, data, (size_t)n);
	} else if (n == 0 || errno != EAGAIN) {
		c->eof = true;
		c->reset = n == -1 && errno == ECONNRESET;
		event_del(c->ev);
	}
}

static inline void
client_attach(struct client *c, struct server *s, int fd)
{
	*c = (struct client){ .server = s, .fd = fd };
	buf_init(&c->in, 128 << 20);
	c->ev = event_new(s->base, fd, EV_READ | EV_PERSIST, client_readable, c);
	event_add(c->ev, NULL);
}

static inline void
client_open(struct client *c, struct server *s)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)httpd_port(s->httpd)) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	client_attach(c, s, fd);
}

static inline void
client_close(struct client *c)
{
	if (c->fd != -1) {
		event_free(c->ev);
		close(c->fd);
	}
	c->fd = -1;
	buf_release(&c->in);
}

static inline void
client_mute(struct client *c)	/* stops reading */
{
	event_del(c->ev);
}

static inline void
client_listen(struct client *c)
{
	event_add(c->ev, NULL);
}

static inline void
client_send(struct client *c, const char *data, size_t len)
{
	/* What the server refuses to take any more is the server's answer, not an error of the test. */
	(void)!send(c->fd, data, len, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static inline void
client_sends(struct client *c, const char *text)
{
	client_send(c, text, strlen(text));
}

static inline void
guard_fired(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	*(bool *)arg = true;
}

/* Turns the loop until the condition holds. */
#define wait_for(s, condition) \
	do { \
		const struct timeval guard_tv = { .tv_sec = GUARD_S }; \
		bool guard_late = false; \
		struct event *guard_ev = event_new((s)->base, -1, 0, guard_fired, &guard_late); \
		event_add(guard_ev, &guard_tv); \
		while (!(condition) && !guard_late) \
			event_base_loop((s)->base, EVLOOP_ONCE); \
		event_free(guard_ev); \
		if (!(condition)) \
			fail_msg("never came true: %s", #condition); \
	} while (0)

/* Handles what is ready now, without waiting. */
static inline void
turn(struct server *s)
{
	for (int i = 0; i < 20; i++)
		event_base_loop(s->base, EVLOOP_NONBLOCK);
}

static inline bool
has(const struct buf *b, const char *text)
{
	return memmem(b->data, b->len, text, strlen(text)) != NULL;
}

static inline int
count_of(const struct buf *b, const char *text)
{
	const char *at = b->data, *end = b->data + b->len;
	int n = 0;

	while ((at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL) {
		at += strlen(text);
		n++;
	}
	return n;
}

/* The status of the first answer; 0 when there is none. */
static inline int
status_of(const struct client *c)
{
	int status = 0;

	if (c->in.len < 12 || memcmp(c->in.data, "HTTP/1.1 ", 9) != 0)
		return 0;
	for (int i = 9; i < 12; i++)
		status = status * 10 + (c->in.data[i] - '0');
	return status;
}

#endif
