/*
 * The server as a whole: binds, accepts, keeps time, drains.
 *
 * Time: every connection is on the list of the clock that it is under. All
 * connections of a list wait equally long, so a list is in order of deadline by
 * appending, and one libevent timer, armed for the earliest head, serves all.
 * A deadline that moves costs a list operation; the timer is armed again only
 * when it fires or when something is due before it.
 *
 * Descriptors: at max_connections, or when the process has no descriptor left,
 * accepting stops and new clients wait in the kernel's queue.
 */
#include "net/httpd_conn.h"
#include "net/llhttp_api.h"

#include "base/clock.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, ACCEPTS_A_TURN = 64, RETRY_MS = 100, LINGER_MS = 2000, DRAIN_GRACE_MS = 1000, MAX_HEAD_SCRATCH = 256 * 1024 };

static void
arm(struct httpd *h, int64_t now)
{
	int64_t next = INT64_MAX, wait;
	struct timeval tv;

	for (int i = CLOCK_IDLE; i < CLOCK_COUNT; i++) {
		const struct conn *first = TAILQ_FIRST(&h->clocks[i]);

		if (first != NULL && first->deadline_ms < next)
			next = first->deadline_ms;
	}
	h->timer_at = next;
	if (next == INT64_MAX)
		return;
	wait = next > now ? next - now : 1;
	tv = (struct timeval){ .tv_sec = wait / 1000, .tv_usec = wait % 1000 * 1000 };
	event_add(&h->timer, &tv);
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct httpd *h = arg;
	int64_t now = clock_mono_ms();
	struct conn *c;

	(void)fd;
	(void)what;
	for (int i = CLOCK_IDLE; i < CLOCK_COUNT; i++) {
		while ((c = TAILQ_FIRST(&h->clocks[i])) != NULL && c->deadline_ms <= now)
			conn_expire(c);
	}
	arm(h, now);
}

void
httpd_clock(struct conn *c, enum conn_clock clock)
{
	struct httpd *h = c->httpd;
	int64_t now;

	TAILQ_REMOVE(&h->clocks[c->clock], c, link);
	TAILQ_INSERT_TAIL(&h->clocks[clock], c, link);
	c->clock = (unsigned char)clock;
	if (clock == CLOCK_NONE)
		return;
	now = clock_mono_ms();
	c->deadline_ms = now + h->clock_ms[clock];
	if (c->deadline_ms < h->timer_at)
		arm(h, now);
}

static void
listen_on(struct httpd *h)
{
	if (h->listening || h->fd == -1 || h->connections >= h->max_connections)
		return;
	h->listening = true;
	event_add(&h->listener, NULL);
}

static void
listen_off(struct httpd *h)
{
	h->listening = false;
	event_del(&h->listener);
}

void
httpd_dead(struct conn *c)
{
	struct httpd *h = c->httpd;

	TAILQ_REMOVE(&h->clocks[c->clock], c, link);
	TAILQ_INSERT_TAIL(&h->dead, c, link);
	h->connections--;
	event_active(&h->reaper, EV_TIMEOUT, 0);
}

static void
on_reap(evutil_socket_t fd, short what, void *arg)
{
	struct httpd *h = arg;
	struct conn *c;

	(void)fd;
	(void)what;
	while ((c = TAILQ_FIRST(&h->dead)) != NULL) {
		TAILQ_REMOVE(&h->dead, c, link);
		conn_free(c);
	}
	if (!h->draining) {
		if (!event_pending(&h->retry, EV_TIMEOUT, NULL))
			listen_on(h);
	} else if (h->connections == 0 && h->drained != NULL) {
		void (*fn)(void *) = h->drained;

		h->drained = NULL;
		fn(h->drained_arg);	/* may free h */
	}
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	listen_on(arg);
}

static void
on_accept(evutil_socket_t fd, short what, void *arg)
{
	const struct timeval pause = { .tv_usec = RETRY_MS * 1000 };
	struct httpd *h = arg;

	(void)what;
	for (int i = 0; i < ACCEPTS_A_TURN && h->connections < h->max_connections; i++) {
		struct sockaddr_storage peer = { .ss_family = AF_UNIX };
		socklen_t len = sizeof(peer);
		int client = accept4(fd, (struct sockaddr *)&peer, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (client == -1) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			if (errno != EAGAIN) {	/* EMFILE and its like: they would be reported again at once */
				listen_off(h);
				event_add(&h->retry, &pause);
			}
			return;
		}
		h->counts.accepted++;
		conn_new(h, client, (const struct sockaddr *)&peer);
	}
	if (h->connections >= h->max_connections)
		listen_off(h);
}

static int
port_of(int fd)
{
	struct sockaddr_storage a = { .ss_family = AF_UNIX };
	socklen_t len = sizeof(a);

	getsockname(fd, (struct sockaddr *)&a, &len);
	switch (a.ss_family) {
	case AF_INET:
		return ntohs(((struct sockaddr_in *)&a)->sin_port);
	case AF_INET6:
		return ntohs(((struct sockaddr_in6 *)&a)->sin6_port);
	default:
		return 0;
	}
}

static int
bind_tcp(struct httpd *h, const struct httpd_options *o, struct err *e)
{
	const char *host = o->host == NULL || str_eq(o->host, "localhost") ? "127.0.0.1" : o->host;
	struct addrinfo want = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST }, *ai;
	char service[16];
	int one = 1, fd;

	if (o->port < 0 || o->port > 65535)
		return err_set(e, ERR_CONFIG, "%d is not a port.", o->port);
	snprintf(service, sizeof(service), "%d", o->port);
	if (getaddrinfo(host, service, &want, &ai) != 0) {
		err_set(e, ERR_CONFIG, "%s is not an address to listen on.", host);
		err_hint(e, "Use a numeric address, such as 127.0.0.1 or ::1.");
		return -1;
	}
	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd != -1) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (o->reuse_port)
			setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));	/* accepted sockets inherit it */
		if (ai->ai_family == AF_INET6 && !str_eq(host, "::"))
			setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	}
	if (fd == -1 || bind(fd, ai->ai_addr, ai->ai_addrlen) == -1 || listen(fd, BACKLOG) == -1) {
		err_set(e, ERR_CONFIG, "Can't listen on %s port %d: %s.", host, o->port, strerror(errno));
		if (errno == EADDRINUSE)
			err_hint(e, "Another process uses this port: stop it or choose another port.");
		if (fd != -1)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(ai);
	if (fd == -1)
		return -1;
	h->fd = fd;
	h->port = port_of(fd);
	return 0;
}

/* Removes a socket that no process listens on any more; a live one stays and makes bind fail. */
static void
remove_stale(const struct sockaddr_un *addr)
{
	struct stat st;
	int fd;

	if (lstat(addr->sun_path, &st) == -1 || !S_ISSOCK(st.st_mode))
		return;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return;
	if (connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) == -1 && errno == ECONNREFUSED)
		unlink(addr->sun_path);
	close(fd);
}

static int
bind_unix(struct httpd *h, const char *path, int mode, struct err *e)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	struct stat st;
	mode_t mask;
	int fd, rc;

	if (len == 0 || len >= sizeof(addr.sun_path))
		return err_set(e, ERR_CONFIG, "The socket's path must have 1 to %zu bytes.", sizeof(addr.sun_path) - 1);
	memcpy(addr.sun_path, path, len);
	remove_stale(&addr);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mask = umask(0777 & ~(mode_t)(mode == 0 ? 0600 : mode));	/* right from the first moment */
	rc = fd == -1 ? -1 : bind(fd, (const struct sockaddr *)&addr, sizeof(addr));
	umask(mask);
	if (rc == -1 || listen(fd, BACKLOG) == -1) {
		err_set(e, ERR_CONFIG, "Can't listen on %s: %s.", path, strerror(errno));
		if (errno == EADDRINUSE)
			err_hint(e, "Another process listens there, or a file is in the way.");
		if (fd != -1)
			close(fd);
		return -1;
	}
	h->fd = fd;
	h->unix_path = mem_strdup(path);
	if (lstat(path, &st) == 0) {
		h->unix_dev = st.st_dev;
		h->unix_ino = st.st_ino;
	}
	return 0;
}

static int
adopt(struct httpd *h, int fd, struct err *e)
{
	int listening = 0, one = 1;
	socklen_t len = sizeof(listening);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == -1 || !listening)
		return err_set(e, ERR_CONFIG, "Descriptor %d is not a listening socket.", fd);
	evutil_make_socket_nonblocking(fd);
	evutil_make_socket_closeonexec(fd);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));	/* fails for AF_UNIX, where it means nothing */
	h->fd = fd;
	h->port = port_of(fd);
	return 0;
}

static int
open_listener(struct httpd *h, const struct httpd_options *o, struct err *e)
{
	if (o->listen_fd > 0)
		return adopt(h, o->listen_fd, e);
	if (o->unix_path != NULL)
		return bind_unix(h, o->unix_path, o->unix_mode, e);
	return bind_tcp(h, o, e);
}

int
httpd_dup_listener(const struct httpd *h)
{
	return h->fd == -1 ? -1 : fcntl(h->fd, F_DUPFD_CLOEXEC, 3);
}

void
httpd_keep_path(struct httpd *h)
{
	mem_free(h->unix_path);
	h->unix_path = NULL;
}

static void
close_listener(struct httpd *h)
{
	struct stat st;

	if (h->fd == -1)
		return;
	listen_off(h);
	event_del(&h->retry);
	close(h->fd);
	h->fd = -1;
	/* A successor may have put its own socket there. */
	if (h->unix_path != NULL && lstat(h->unix_path, &st) == 0 && st.st_dev == h->unix_dev && st.st_ino == h->unix_ino)
		unlink(h->unix_path);
}

static size_t
size_or(size_t value, size_t dflt)
{
	return value == 0 ? dflt : value;
}

static int
ms_or(int value, int dflt)
{
	return value <= 0 ? dflt : value;
}

int
httpd_reload_tls(struct httpd *h, const char *cert_path, const char *key_path, struct err *e)
{
	struct httpd_tls *fresh;

	if (cert_path == NULL || key_path == NULL)
		return err_set(e, ERR_CONFIG, "TLS needs both a certificate file and a key file.");
	fresh = httpd_tls_new(cert_path, key_path, e);
	if (fresh == NULL)
		return -1;
	httpd_tls_free(h->tls);
	h->tls = fresh;
	return 0;
}

struct httpd *
httpd_listen(struct loop *loop, const struct httpd_options *o, httpd_handler *handler, void *arg, struct err *e)
{
	struct event_base *base = loop_base(loop);
	struct httpd *h;

	if ((event_base_get_features(base) & (EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE)) !=
	    (EV_FEATURE_ET | EV_FEATURE_EARLY_CLOSE)) {
		err_set(e, ERR_CONFIG, "The HTTP server needs epoll; this loop uses %s.", event_base_get_method(base));
		return NULL;
	}
	if (llhttp_load(e) == -1)
		return NULL;
	h = mem_alloc(sizeof(*h));
	h->fd = -1;
	if ((o->tls_cert != NULL || o->tls_key != NULL) && httpd_reload_tls(h, o->tls_cert, o->tls_key, e) == -1) {
		mem_free(h);
		return NULL;
	}
	if (open_listener(h, o, e) == -1) {
		httpd_tls_free(h->tls);
		mem_free(h);
		return NULL;
	}
	h->base = base;
	h->handler = handler;
	h->arg = arg;
	h->limits.max_header_bytes = size_or(o->max_header_bytes, 16 * 1024);
	h->limits.max_headers = size_or(o->max_headers, 100);
	h->limits.max_body_bytes = size_or(o->max_body_bytes, 4 * 1024 * 1024);
	h->max_connections = size_or(o->max_connections, 10 * 1000);
	h->clock_ms[CLOCK_IDLE] = ms_or(o->idle_ms, 120 * 1000);
	h->clock_ms[CLOCK_HEAD] = ms_or(o->header_ms, 10 * 1000);
	h->clock_ms[CLOCK_BODY] = ms_or(o->body_ms, 30 * 1000);
	h->clock_ms[CLOCK_WRITE] = ms_or(o->write_ms, 30 * 1000);
	h->clock_ms[CLOCK_LINGER] = LINGER_MS;
	for (int i = 0; i < CLOCK_COUNT; i++)
		TAILQ_INIT(&h->clocks[i]);
	TAILQ_INIT(&h->dead);
	h->timer_at = INT64_MAX;
	h->date_s = -1;
	buf_init(&h->head, MAX_HEAD_SCRATCH);
	event_assign(&h->timer, base, -1, 0, on_timer, h);
	event_assign(&h->reaper, base, -1, 0, on_reap, h);
	event_assign(&h->retry, base, -1, 0, on_retry, h);
	event_assign(&h->listener, base, h->fd, EV_READ | EV_PERSIST, on_accept, h);
	listen_on(h);
	return h;
}

int
httpd_port(const struct httpd *h)
{
	return h->port;
}

size_t
httpd_connections(const struct httpd *h)
{
	return h->connections;
}

struct httpd_counts
httpd_counts(const struct httpd *h)
{
	return h->counts;
}

void
httpd_drain(struct httpd *h, void (*done)(void *arg), void *arg)
{
	struct conn *c;
	size_t before;

	h->drained = done;
	h->drained_arg = arg;
	if (!h->draining) {
		do {	/* who is already in the queue was promised an answer */
			before = h->connections;
			on_accept(h->fd, EV_READ, h);
		} while (h->connections > before);
		h->draining = true;
		close_listener(h);
		/* A request may be on its way on a connection that looks idle: it gets a moment to come. */
		if (h->clock_ms[CLOCK_IDLE] > DRAIN_GRACE_MS)
			h->clock_ms[CLOCK_IDLE] = DRAIN_GRACE_MS;
		TAILQ_FOREACH(c, &h->clocks[CLOCK_IDLE], link)
			c->deadline_ms = clock_mono_ms() + h->clock_ms[CLOCK_IDLE];
		for (int i = 0; i < CLOCK_COUNT; i++) {
			TAILQ_FOREACH(c, &h->clocks[i], link)
				conn_drain(c);
		}
		arm(h, clock_mono_ms());
	}
	event_active(&h->reaper, EV_TIMEOUT, 0);
}

void
httpd_free(struct httpd *h)
{
	struct conn *c;

	if (h == NULL)
		return;
	h->draining = true;
	h->drained = NULL;
	close_listener(h);
	for (int i = 0; i < CLOCK_COUNT; i++) {
		while ((c = TAILQ_FIRST(&h->clocks[i])) != NULL)
			conn_discard(c);
	}
	on_reap(-1, 0, h);
	event_del(&h->timer);
	event_del(&h->reaper);
	buf_release(&h->head);
	httpd_tls_free(h->tls);
	mem_free(h->unix_path);
	mem_free(h);
}
