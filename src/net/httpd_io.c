/*
 * Bytes in and out of a connection, plain or through TLS. Reads go into the
 * server's one buffer. Writes go straight to the socket as long as nothing is
 * queued; what the socket doesn't take is queued, and conn_watch asks for EV_WRITE.
 * Through TLS everything is queued first, so that head and body make one record.
 */
#include "net/httpd_conn.h"

#include <errno.h>
#include <sys/socket.h>

enum { READ_HEAD = 16 * 1024 };	/* asked of the socket while a head is expected */

size_t
conn_unsent(const struct conn *c)
{
	return c->out.len - c->out_off;
}

/* Bytes sent, 0 when the socket takes none now, -1 when it failed. */
static ssize_t
send_some(struct conn *c, struct iovec *iov, int count)
{
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = (size_t)count };
	ssize_t n;

	if (c->tls != NULL) {	/* count is 1 */
		size_t sent = 0;
		enum tls_result r = httpd_tls_write(c->tls, iov->iov_base, iov->iov_len, &sent);

		return r == TLS_DONE ? (ssize_t)sent : r == TLS_WANT_WRITE || r == TLS_WANT_READ ? 0 : -1;
	}
	do
		n = sendmsg(event_get_fd(&c->ev), &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	return n == -1 && errno == EAGAIN ? 0 : n;
}

/* Sends from the queue what the socket takes; true when that was something. */
bool
conn_push(struct conn *c)
{
	bool progress = false;

	while (conn_unsent(c) > 0) {
		struct iovec iov = { .iov_base = c->out.data + c->out_off, .iov_len = conn_unsent(c) };
		ssize_t n = send_some(c, &iov, 1);

		if (n == -1)
			c->broken = true;
		if (n <= 0)
			break;
		progress = true;
		c->out_off += (size_t)n;
	}
	if (conn_unsent(c) == 0) {
		buf_release(&c->out);
		c->out_off = 0;
	} else if (c->out_off > c->out.len / 2) {
		buf_consume(&c->out, c->out_off);
		c->out_off = 0;
	}
	return progress;
}

void
conn_send(struct conn *c, struct iovec *iov, int count)
{
	bool waiting = conn_unsent(c) > 0;
	ssize_t sent = 0;

	if (c->broken || c->state == CONN_GONE || c->state == CONN_DEAD)
		return;
	if (!waiting && c->tls == NULL) {
		sent = send_some(c, iov, count);
		if (sent == -1) {
			c->broken = true;
			conn_kick(c);
			return;
		}
	}
	for (int i = 0; i < count; i++) {
		size_t skip = (size_t)sent < iov[i].iov_len ? (size_t)sent : iov[i].iov_len;

		sent -= (ssize_t)skip;
		buf_add(&c->out, (const char *)iov[i].iov_base + skip, iov[i].iov_len - skip);
	}
	if (!waiting && c->tls != NULL)
		conn_push(c);	/* one record for head and body */
	if (c->broken || buf_overflowed(&c->out)) {
		c->broken = true;
		conn_kick(c);
	} else if (conn_unsent(c) > 0 && !c->blocked) {
		conn_watch(c, true);
		if (c->state != CONN_READING)	/* a blocked 100 Continue: the body's deadline holds */
			httpd_clock(c, CLOCK_WRITE);
	}
}

static ssize_t
receive_tls(struct conn *c, size_t want)
{
	size_t n = 0;

	switch (httpd_tls_read(c->tls, c->httpd->input, want, &n)) {
	case TLS_DONE:
		return (ssize_t)n;
	case TLS_END:
		return 0;
	case TLS_WANT_READ:
	case TLS_WANT_WRITE:	/* of a handshake message after the handshake: the next event will do */
		errno = EAGAIN;
		return -1;
	case TLS_FAILED:
		errno = ECONNRESET;
		return -1;
	}
	BUG("unknown result");
}

/* One read into the server's buffer: the number of bytes, 0 at the end, -1 when there is nothing for now.
 * *ret_empty: that was all that the socket had. */
ssize_t
conn_receive(struct conn *c, bool *ret_empty)
{
	struct httpd *h = c->httpd;
	uint64_t left = httpd_body_left(&c->parser);
	size_t want = READ_HEAD;
	ssize_t n;

	if (c->state == CONN_LINGERING || (left == 0 && c->parser.phase == HTTPD_BODY) || left > HTTPD_INPUT)
		want = HTTPD_INPUT;
	else if (left > 0)
		want = (size_t)left;	/* no more than the body, so nothing is left over */
	do
		n = c->tls != NULL && c->state != CONN_LINGERING ? receive_tls(c, want) :
								   recv(event_get_fd(&c->ev), h->input, want, MSG_DONTWAIT);
	while (n == -1 && errno == EINTR);
	if (n == -1 && errno == EAGAIN) {
		c->readable = false;
		return -1;
	}
	if (n <= 0) {
		c->readable = false;
		c->fin = true;
		if (n == -1)
			c->broken = true;
		return 0;
	}
	*ret_empty = (size_t)n < want && !c->fin && c->tls == NULL;
	return n;
}
