/*
 * Input: bytes are collected until a line end; a line beyond the limit is dropped
 * whole and answered with an error. Output: messages are queued and written in pieces
 * that a pipe takes without blocking once it is ready, so the descriptors' own modes
 * are never changed (they are shared with the parent). While the queue is long, no
 * more input is read.
 */
#include "mcp/stdio.h"

#include "base/log.h"
#include "net/loop_impl.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 64 * 1024, QUEUE_HIGH = 16 * 1024 * 1024, QUEUE_MAX = 256 * 1024 * 1024, GRACE_MS = 800 };

struct mcp_stdio {
	struct loop *loop;
	struct mcp_peer *peer;
	int in, out;
	struct event readable, writable, grace;
	bool polled;		/* in can be polled; a regular file can't */
	bool eof, dropping, closed;
	struct buf line, queue;
	size_t scanned;		/* of line, known to hold no line end */
};

static void
finish(struct mcp_stdio *t)
{
	if (t->eof && t->queue.len == 0 && mcp_peer_calls(t->peer) == 0)
		loop_stop(t->loop);
}

static void
want_input(struct mcp_stdio *t, bool want)
{
	struct timeval now = { 0, 0 };

	if (!want || t->eof)
		event_del(&t->readable);
	else if (t->polled)
		event_add(&t->readable, NULL);
	else
		event_add(&t->readable, &now);
}

/* How much of data the reader took now. */
static size_t
write_pieces(struct mcp_stdio *t, const char *data, size_t len)
{
	size_t done = 0;

	while (done < len && !t->closed) {
		struct pollfd p = { .fd = t->out, .events = POLLOUT };
		size_t n = len - done < PIPE_BUF ? len - done : PIPE_BUF;
		ssize_t written;

		if (poll(&p, 1, 0) <= 0)
			break;
		written = write(t->out, data + done, n);
		if (written < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (written < 0) {	/* nobody reads any more */
			t->closed = true;
			break;
		}
		done += (size_t)written;
	}
	return done;
}

static void
flush(struct mcp_stdio *t)
{
	buf_consume(&t->queue, write_pieces(t, t->queue.data, t->queue.len));
	if (t->closed) {
		loop_stop(t->loop);
	} else if (t->queue.len > 0) {
		event_add(&t->writable, NULL);
		if (t->queue.len > QUEUE_HIGH)
			want_input(t, false);
	} else {
		want_input(t, true);
		finish(t);
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	flush(arg);
}

static void
send_line(void *arg, enum mcp_out out, int http_status, const char *message, size_t len)
{
	struct mcp_stdio *t = arg;
	size_t done = 0;

	(void)out;
	(void)http_status;
	if (t->queue.len == 0)	/* whole pieces of a long message need no copy */
		done = write_pieces(t, message, len - len % PIPE_BUF);
	buf_add(&t->queue, message + done, len - done);
	buf_addc(&t->queue, '\n');
	if (buf_overflowed(&t->queue)) {	/* a reader that takes nothing for 256 MiB is gone */
		log_event(LOG_ERROR, "client_does_not_read", LOG_I("bytes", (int64_t)t->queue.len));
		loop_stop(t->loop);
		return;
	}
	flush(t);
}

static void
refuse_long(struct mcp_stdio *t)
{
	mcp_refuse(t->peer, NULL, RPC_INVALID_REQUEST, "The message is longer than 4 MiB.", 413);
}

static void
take_lines(struct mcp_stdio *t)
{
	size_t begin = 0;
	char *end;

	while ((end = memchr(t->line.data + t->scanned, '\n', t->line.len - t->scanned)) != NULL) {
		size_t len = (size_t)(end - t->line.data) - begin;

		if (len > 0 && end[-1] == '\r')
			len--;
		if (t->dropping)
			t->dropping = false;
		else if (len > MCP_MAX_MESSAGE)
			refuse_long(t);
		else if (len > 0)
			mcp_receive(t->peer, t->line.data + begin, len);
		begin = (size_t)(end - t->line.data) + 1;
		t->scanned = begin;
	}
	buf_consume(&t->line, begin);
	t->scanned = t->line.len;
	if (t->line.len > MCP_MAX_MESSAGE) {
		if (!t->dropping)
			refuse_long(t);
		t->dropping = true;
		buf_reset(&t->line);
		t->scanned = 0;
	}
}

static void
on_grace(evutil_socket_t fd, short what, void *arg)
{
	struct mcp_stdio *t = arg;

	(void)fd;
	(void)what;
	loop_stop(t->loop);
}

static void
on_idle(void *arg)
{
	finish(arg);
}

static void
input_ended(struct mcp_stdio *t)
{
	struct timeval grace = { .tv_usec = GRACE_MS * 1000 };

	t->eof = true;
	if (t->line.len > 0 && !t->dropping)	/* a last line without its end */
		mcp_receive(t->peer, t->line.data, t->line.len);
	event_del(&t->readable);
	event_add(&t->grace, &grace);
	finish(t);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct mcp_stdio *t = arg;
	char bytes[4096];
	ssize_t n;

	(void)what;
	for (size_t total = 0; total < READ_BYTES; total += (size_t)n) {
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (total > 0 && poll(&p, 1, 0) <= 0)
			break;
		n = read(fd, bytes, sizeof(bytes));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			break;
		if (n <= 0) {
			take_lines(t);
			input_ended(t);
			return;
		}
		buf_add(&t->line, bytes, (size_t)n);
	}
	take_lines(t);
	want_input(t, t->queue.len <= QUEUE_HIGH);
}

struct mcp_stdio *
mcp_stdio_new(struct loop *l, struct mcp_server *s, int in, int out)
{
	struct mcp_stdio *t = mem_alloc(sizeof(*t));

	t->loop = l;
	t->in = in;
	t->out = out;
	buf_init(&t->line, MCP_MAX_MESSAGE + 2 * READ_BYTES);
	buf_init(&t->queue, QUEUE_MAX);
	t->peer = mcp_peer_new(s, "local", &(struct mcp_transport){
		.send = send_line, .on_idle = on_idle, .arg = t, .keeps_client = true, .batches = true,
	});
	event_assign(&t->writable, l->base, out, EV_WRITE, on_writable, t);
	event_assign(&t->grace, l->base, -1, 0, on_grace, t);
	event_assign(&t->readable, l->base, in, EV_READ, on_readable, t);
	t->polled = event_add(&t->readable, NULL) == 0;
	if (!t->polled)
		event_assign(&t->readable, l->base, in, 0, on_readable, t);
	want_input(t, true);
	return t;
}

void
mcp_stdio_free(struct mcp_stdio *t)
{
	if (t == NULL)
		return;
	event_del(&t->readable);
	event_del(&t->writable);
	event_del(&t->grace);
	mcp_peer_free(t->peer);
	buf_release(&t->line);
	buf_release(&t->queue);
	mem_free(t);
}
