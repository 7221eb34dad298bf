/*
 * The life of a connection: read, parse, hand out, answer, and again.
 *
 * One edge-triggered event per socket stays registered for its whole life (for
 * reading and for the client's FIN), so a request costs epoll_wait, recv and
 * sendmsg and nothing else; an answer that the socket doesn't take adds EV_WRITE
 * until it is out. on_event only notes what happened; conn_run then takes steps
 * until there is nothing to do in the present state. While an exchange is open
 * or an answer is unsent no step reads, which bounds a pipelining client by one
 * buffer here and its own socket.
 *
 * Functions that a handler or a fiber may call (conn_send, conn_answered) never
 * call back: they change state and kick the event; what follows happens from the loop.
 */
#include "net/httpd_conn.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	RUN_BUDGET = 128 * 1024,	/* bytes read in one run before others get a turn */
	REQUEST_COST = 4096,		/* a request counts as so many bytes: 32 pipelined ones are a turn */
	MAX_OUT = 256 * 1024 * 1024
};

static void
enter(struct conn *c, enum conn_state state)
{
	c->state = (unsigned char)state;
}

void
conn_kick(struct conn *c)
{
	if (c->running || c->kicked)
		return;
	c->kicked = true;
	event_active(&c->ev, EV_TIMEOUT, 0);
}

static void on_event(evutil_socket_t, short, void *);

void
conn_watch(struct conn *c, bool write)
{
	int fd = event_get_fd(&c->ev);

	c->blocked = write;
	event_del(&c->ev);
	event_assign(&c->ev, c->httpd->base, fd,
	    (short)(EV_READ | EV_CLOSED | EV_ET | EV_PERSIST | (write ? EV_WRITE : 0)), on_event, c);
	event_add(&c->ev, NULL);
	if (c->kicked)
		event_active(&c->ev, EV_TIMEOUT, 0);	/* event_del took it off the queue */
}

static void
close_socket(struct conn *c)
{
	int fd = event_get_fd(&c->ev);

	event_del(&c->ev);
	c->kicked = false;
	httpd_tls_close(c->tls);
	c->tls = NULL;
	close(fd);
	buf_release(&c->out);
	c->out_off = 0;
}

static void
conn_kill(struct conn *c)
{
	if (c->state == CONN_DEAD)
		return;
	if (c->state != CONN_GONE)
		close_socket(c);
	else
		event_del(&c->ev);
	enter(c, CONN_DEAD);
	httpd_dead(c);
}

void
conn_reset(struct conn *c)
{
	struct linger now = { .l_onoff = 1 };

	if (c->state != CONN_GONE && c->state != CONN_DEAD)
		setsockopt(event_get_fd(&c->ev), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	conn_kill(c);
}

void
conn_free(struct conn *c)
{
	httpd_parser_clear(&c->parser);
	buf_release(&c->out);
	mem_free(c->in);
	mem_free(c);
}

/* The client has left an open exchange. */
static void
conn_lost(struct conn *c)
{
	struct exchange *ex = c->ex;

	c->httpd->counts.lost += c->state != CONN_GONE;
	if (ex->on_close != NULL) {
		c->ex = NULL;
		conn_kill(c);
		exchange_lost(ex);
		return;
	}
	close_socket(c);
	enter(c, CONN_GONE);
	httpd_clock(c, CLOCK_NONE);
}

void
conn_discard(struct conn *c)
{
	struct exchange *ex = c->ex;

	c->ex = NULL;
	conn_kill(c);
	if (ex == NULL)
		return;
	ex->conn = NULL;
	if (ex->on_close != NULL)
		exchange_lost(ex);
}

/* Our side is done. Closing at once could reset the connection and lose the answer on its way. */
static void
linger(struct conn *c)
{
	if (c->tls != NULL && !c->broken && c->state != CONN_HANDSHAKE)
		httpd_tls_shutdown(c->tls);
	if (shutdown(event_get_fd(&c->ev), SHUT_WR) == -1) {
		conn_kill(c);
		return;
	}
	enter(c, CONN_LINGERING);
	httpd_clock(c, CLOCK_LINGER);
	c->readable |= c->fin;	/* its end was read already: there is no other edge to wait for */
	if (c->readable)
		conn_kick(c);
}

/* The answer is sent. */
static void
next_request(struct conn *c)
{
	if (!c->keep_alive || c->httpd->draining) {
		linger(c);
		return;
	}
	enter(c, CONN_READING);
	httpd_clock(c, CLOCK_IDLE);
	if (c->in_len > 0 || c->readable)
		conn_kick(c);
}

void
conn_answered(struct conn *c)
{
	c->ex = NULL;
	if (c->state == CONN_GONE || c->broken) {
		conn_kill(c);
	} else if (conn_unsent(c) > 0) {
		enter(c, CONN_FLUSHING);
		if (c->clock != CLOCK_WRITE)
			httpd_clock(c, CLOCK_WRITE);
	} else {
		next_request(c);
	}
}

static void
flush(struct conn *c)
{
	bool progress = conn_push(c);

	if (c->broken)
		return;
	if (conn_unsent(c) > 0) {
		if (progress && c->state != CONN_READING)
			httpd_clock(c, CLOCK_WRITE);
		return;
	}
	conn_watch(c, false);
	if (c->state == CONN_FLUSHING)
		next_request(c);
	else if (c->state == CONN_ANSWERING)
		httpd_clock(c, CLOCK_NONE);
}

/* Refuses what is being read: answers, and nothing more is read from this client. */
static void
refuse(struct conn *c, int status, const char *reason)
{
	httpd_parser_clear(&c->parser);
	c->keep_alive = false;
	c->httpd->counts.refused++;
	c->httpd->counts.late += status == 408;
	httpd_send_fault(c, status, reason);
	conn_answered(c);
}

void
conn_expire(struct conn *c)
{
	bool head = c->clock == CLOCK_HEAD;

	if (c->ex != NULL)
		conn_lost(c);
	else if (c->clock == CLOCK_WRITE)
		conn_reset(c);
	else if (c->state == CONN_READING && (head || c->clock == CLOCK_BODY))
		refuse(c, 408, head ? "the request line and header fields took too long" : "the body took too long");
	else
		conn_kill(c);
}

/* While nothing is read, a reset is seen only by asking: libevent reports a socket's error as readable. */
static void
look_for_reset(struct conn *c)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (getsockopt(event_get_fd(&c->ev), SOL_SOCKET, SO_ERROR, &error, &len) == 0 && error != 0)
		c->broken = true;
}

static void
dispatch(struct conn *c)
{
	struct httpd *h = c->httpd;
	struct httpd_request *req = httpd_take(&c->parser);

	h->counts.requests++;
	c->keep_alive = req->keep_alive;
	c->ex = exchange_new(c, req);
	enter(c, CONN_ANSWERING);
	h->handler(c->ex, h->arg);
	if (c->state == CONN_ANSWERING) {
		look_for_reset(c);
		httpd_clock(c, conn_unsent(c) == 0 ? CLOCK_NONE : CLOCK_WRITE);
	}
}

static void
send_continue(struct conn *c)
{
	char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	struct iovec iov = { .iov_base = text, .iov_len = sizeof(text) - 1 };

	conn_send(c, &iov, 1);
}

static void
spend(size_t *budget, size_t cost)
{
	*budget -= cost < *budget ? cost : *budget;
}

/* Parses and serves until the bytes are used up or the connection must wait. Returns how many were used. */
static size_t
consume(struct conn *c, const char *data, size_t len, size_t *budget)
{
	size_t at = 0;

	while (at < len && c->state == CONN_READING && *budget > 0) {
		size_t used;
		enum httpd_event ev = httpd_feed(&c->parser, data + at, len - at, &used);

		at += used;
		switch (ev) {
		case HTTPD_MORE:
			break;
		case HTTPD_HEAD_END:
			if (c->parser.req->expect_continue && at == len)
				send_continue(c);
			break;
		case HTTPD_REQUEST:
			spend(budget, REQUEST_COST);
			dispatch(c);
			break;
		case HTTPD_FAULT:
			refuse(c, c->parser.status, c->parser.reason);
			break;
		}
	}
	if (c->state == CONN_READING) {
		if (c->parser.phase == HTTPD_BODY && c->clock != CLOCK_BODY)
			httpd_clock(c, CLOCK_BODY);
		else if (c->clock == CLOCK_IDLE && !httpd_parser_idle(&c->parser))
			httpd_clock(c, CLOCK_HEAD);
	}
	return at;
}

static bool
step_reading(struct conn *c, size_t *budget)
{
	struct httpd *h = c->httpd;
	uint64_t requests = h->counts.requests;
	size_t used;
	bool empty;
	ssize_t n;

	if (*budget == 0)
		return false;
	if (c->in_len > 0) {
		used = consume(c, c->in + c->in_off, c->in_len, budget);
		c->in_off += (uint32_t)used;
		c->in_len -= (uint32_t)used;
		if (c->in_len == 0) {
			mem_free(c->in);
			c->in = NULL;
		}
		return true;
	}
	if (!c->readable)
		return false;
	n = conn_receive(c, &empty);
	if (n == -1)
		return false;
	if (n == 0) {
		if (c->broken || httpd_parser_idle(&c->parser))
			conn_kill(c);
		else
			refuse(c, 400, "the request is cut short");
		return true;
	}
	used = consume(c, h->input, (size_t)n, budget);
	spend(budget, (size_t)n);
	/*
	 * A short read means that the next byte makes a new edge, and saves the read that would say so. But a reset
	 * may have come in the same edge as these bytes, and libevent doesn't tell: only an answer that was sent
	 * after the read proves that there was none.
	 */
	if (empty && c->state == CONN_READING && h->counts.requests > requests && httpd_parser_idle(&c->parser))
		c->readable = false;
	if (used < (size_t)n && c->keep_alive &&
	    (c->state == CONN_READING || c->state == CONN_ANSWERING || c->state == CONN_FLUSHING)) {
		c->in_off = 0;
		c->in_len = (uint32_t)((size_t)n - used);
		c->in = mem_strndup(h->input + used, c->in_len);
	}
	return true;
}

static bool
step_handshake(struct conn *c)
{
	if (!c->readable)
		return false;
	switch (httpd_tls_accept(c->tls)) {
	case TLS_DONE:
		enter(c, CONN_READING);
		httpd_clock(c, CLOCK_IDLE);
		return true;
	case TLS_WANT_READ:
		c->readable = false;
		if (c->fin)
			conn_kill(c);
		return false;
	case TLS_WANT_WRITE:
		if (!c->blocked)
			conn_watch(c, true);
		return false;
	case TLS_END:
	case TLS_FAILED:
		linger(c);	/* OpenSSL has sent an alert, which should arrive */
		return true;
	}
	BUG("unknown result");
}

static bool
step(struct conn *c, size_t *budget)
{
	bool empty;
	ssize_t n;

	switch ((enum conn_state)c->state) {
	case CONN_HANDSHAKE:
		return step_handshake(c);
	case CONN_READING:
		return step_reading(c, budget);
	case CONN_ANSWERING:
		/* A close and a half-close look the same from here: who asked to be told is told. */
		if (c->broken || (c->fin && c->ex->on_close != NULL))
			conn_lost(c);
		return false;
	case CONN_FLUSHING:
		if (c->broken)
			conn_kill(c);
		return false;
	case CONN_LINGERING:
		if (!c->readable || *budget == 0)
			return false;
		n = conn_receive(c, &empty);
		if (n == 0)
			conn_kill(c);
		else if (n > 0)
			spend(budget, (size_t)n);
		return true;
	case CONN_GONE:
		if (c->ex->on_close != NULL)
			conn_lost(c);
		return false;
	case CONN_DEAD:
		return false;
	}
	BUG("unknown state");
}

static void
conn_run(struct conn *c)
{
	size_t budget = RUN_BUDGET;

	c->running = true;
	while (step(c, &budget))
		;
	c->running = false;
	if (budget == 0 && (c->readable || c->in_len > 0) && (c->state == CONN_READING || c->state == CONN_LINGERING))
		conn_kick(c);
}

static void
on_event(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	if (what & EV_TIMEOUT)
		c->kicked = false;
	if (what & EV_CLOSED)
		c->fin = true;
	if (what & (EV_READ | EV_CLOSED))
		c->readable = true;
	if ((what & EV_READ) && c->state == CONN_ANSWERING)
		look_for_reset(c);
	if ((what & EV_WRITE) && c->blocked)
		flush(c);
	conn_run(c);
}

void
conn_drain(struct conn *c)
{
	if (c->state != CONN_READING)
		return;
	c->readable = true;
	conn_kick(c);
}

void
conn_new(struct httpd *h, int fd, const struct sockaddr *peer)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct tls_session *tls = NULL;
	struct conn *c;

	if (h->tls != NULL && (tls = httpd_tls_open(h->tls, fd)) == NULL) {
		close(fd);
		return;
	}
	c = mem_alloc(sizeof(*c));
	c->httpd = h;
	c->tls = tls;
	c->family = (unsigned char)peer->sa_family;
	if (peer->sa_family == AF_INET) {
		memcpy(c->peer, &((const struct sockaddr_in *)(const void *)peer)->sin_addr, 4);
	} else if (peer->sa_family == AF_INET6) {
		memcpy(c->peer, &((const struct sockaddr_in6 *)(const void *)peer)->sin6_addr, 16);
		if (memcmp(c->peer, mapped, sizeof(mapped)) == 0) {
			memcpy(c->peer, c->peer + sizeof(mapped), 4);
			c->family = AF_INET;
		}
	}
	buf_init(&c->out, MAX_OUT);
	httpd_parser_init(&c->parser, &h->limits);
	enter(c, tls != NULL ? CONN_HANDSHAKE : CONN_READING);
	h->connections++;
	TAILQ_INSERT_TAIL(&h->clocks[CLOCK_NONE], c, link);
	httpd_clock(c, tls != NULL ? CLOCK_HEAD : CLOCK_IDLE);
	event_assign(&c->ev, h->base, fd, EV_READ | EV_CLOSED | EV_ET | EV_PERSIST, on_event, c);
	event_add(&c->ev, NULL);
}
