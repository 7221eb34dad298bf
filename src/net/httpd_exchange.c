/*
 * Requests as handlers see them, and their answers. A reply is one head built in
 * the server's scratch buffer and the caller's body, given to the socket in one
 * sendmsg; a stream is the same head without a length, then one chunk a write.
 * An exchange lives in its request's arena and is freed by the call that
 * completes the answer.
 */
#include "net/httpd_conn.h"

#include "base/clock.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* How an answer's body is framed. */
enum framing { BY_LENGTH, BY_CHUNKS, BY_CLOSE, NO_BODY };

static const struct {
	int status;
	const char *text;
} status_texts[] = {
	{ 100, "Continue" }, { 101, "Switching Protocols" }, { 200, "OK" }, { 201, "Created" }, { 202, "Accepted" },
	{ 204, "No Content" }, { 206, "Partial Content" }, { 207, "Multi-Status" }, { 301, "Moved Permanently" },
	{ 302, "Found" }, { 303, "See Other" }, { 304, "Not Modified" }, { 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" }, { 400, "Bad Request" }, { 401, "Unauthorized" }, { 402, "Payment Required" },
	{ 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" }, { 406, "Not Acceptable" },
	{ 408, "Request Timeout" }, { 409, "Conflict" }, { 410, "Gone" }, { 411, "Length Required" },
	{ 412, "Precondition Failed" }, { 413, "Content Too Large" }, { 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" }, { 416, "Range Not Satisfiable" }, { 417, "Expectation Failed" },
	{ 421, "Misdirected Request" }, { 422, "Unprocessable Content" }, { 423, "Locked" }, { 424, "Failed Dependency" },
	{ 425, "Too Early" }, { 426, "Upgrade Required" }, { 428, "Precondition Required" }, { 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" }, { 500, "Internal Server Error" }, { 501, "Not Implemented" },
	{ 502, "Bad Gateway" }, { 503, "Service Unavailable" }, { 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" }, { 507, "Insufficient Storage" },
};

const char *
httpd_status_text(int status)
{
	for (size_t i = 0; i < LEN(status_texts); i++) {
		if (status_texts[i].status == status)
			return status_texts[i].text;
	}
	return "Status";
}

/* The Date field's value, made once a second. Own names of days and months: the locale must not matter. */
static const char *
date_now(struct httpd *h)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t now = clock_wall_ms() / 1000;
	time_t t = (time_t)now;
	struct tm tm;

	if (now == h->date_s)
		return h->date;
	gmtime_r(&t, &tm);
	snprintf(h->date, sizeof(h->date), "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days + 3 * tm.tm_wday,
	    (unsigned)tm.tm_mday % 100, months + 3 * tm.tm_mon, (unsigned)(tm.tm_year + 1900) % 10000,
	    (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
	h->date_s = now;
	return h->date;
}

/* Control characters would let a value become a field of its own. */
static void
add_clean(struct buf *b, const char *s)
{
	size_t at = b->len;

	buf_adds(b, s);
	for (; at < b->len; at++) {
		if ((unsigned char)b->data[at] < ' ' || b->data[at] == 0x7f)
			b->data[at] = ' ';
	}
}

static struct buf *
build_head(struct conn *c, int status, const struct httpd_header *headers, size_t count, enum framing framing, size_t len)
{
	struct httpd *h = c->httpd;
	struct buf *b = &h->head;

	if (h->draining)
		c->keep_alive = false;
	buf_reset(b);
	buf_adds(b, "HTTP/1.1 ");
	buf_addu(b, (uint64_t)status);
	buf_addc(b, ' ');
	buf_adds(b, httpd_status_text(status));
	buf_adds(b, "\r\nDate: ");
	buf_adds(b, date_now(h));
	for (size_t i = 0; i < count; i++) {
		buf_add(b, "\r\n", 2);
		add_clean(b, headers[i].name);
		buf_add(b, ": ", 2);
		add_clean(b, headers[i].value);
	}
	switch (framing) {
	case BY_LENGTH:
		buf_adds(b, "\r\nContent-Length: ");
		buf_addu(b, len);
		break;
	case BY_CHUNKS:
		buf_adds(b, "\r\nTransfer-Encoding: chunked");
		break;
	case BY_CLOSE:
		c->keep_alive = false;
		break;
	case NO_BODY:
		break;
	}
	if (!c->keep_alive)
		buf_adds(b, "\r\nConnection: close");
	else if (c->ex != NULL && c->ex->req->http10)
		buf_adds(b, "\r\nConnection: keep-alive");
	buf_add(b, "\r\n\r\n", 4);
	if (buf_overflowed(b))
		BUG("answer head too large");
	return b;
}

static bool
bodyless(int status)
{
	return status == 204 || status == 304 || status < 200;
}

void
httpd_send_fault(struct conn *c, int status, const char *reason)
{
	static const struct httpd_header type = { "Content-Type", "text/plain; charset=utf-8" };
	size_t len = strlen(reason);
	struct buf *b = build_head(c, status, &type, 1, BY_LENGTH, len + 1);
	struct iovec iov;

	buf_add(b, reason, len);
	buf_addc(b, '\n');
	iov = (struct iovec){ .iov_base = b->data, .iov_len = b->len };
	conn_send(c, &iov, 1);
}

struct exchange *
exchange_new(struct conn *c, struct httpd_request *req)
{
	struct exchange *ex = arena_alloc(req->arena, sizeof(*ex));

	ex->conn = c;
	ex->req = req;
	return ex;
}

void
exchange_free(struct exchange *ex)
{
	arena_free(ex->req->arena);
}

void
exchange_lost(struct exchange *ex)
{
	ex->closing = true;
	ex->on_close(ex, ex->on_close_arg);
	exchange_free(ex);
}

/* The answer is complete. */
static void
finish(struct exchange *ex)
{
	struct conn *c = ex->conn;

	exchange_free(ex);
	if (c != NULL)
		conn_answered(c);
}

void
exchange_reply(struct exchange *ex, int status, const struct httpd_header *headers, size_t count, const void *body,
    size_t len)
{
	struct conn *c = ex->conn;

	if (ex->closing)
		return;
	if (ex->streaming)
		BUG("reply to a streamed exchange");
	if (c != NULL) {
		struct buf *b = build_head(c, status, headers, count, bodyless(status) ? NO_BODY : BY_LENGTH, len);
		struct iovec iov[2] = { { .iov_base = b->data, .iov_len = b->len } };
		int n = 1;

		if (len > 0 && !ex->req->is_head && !bodyless(status)) {
			union {
				const void *in;
				void *out;
			} unconst = { .in = body };	/* an iovec is const only by convention */

			iov[n++] = (struct iovec){ .iov_base = unconst.out, .iov_len = len };
		}
		conn_send(c, iov, n);
	}
	finish(ex);
}

void
exchange_stream(struct exchange *ex, int status, const struct httpd_header *headers, size_t count)
{
	struct conn *c = ex->conn;
	struct buf *b;
	struct iovec iov;

	if (ex->closing)
		return;
	if (ex->streaming)
		BUG("exchange streamed twice");
	ex->streaming = true;
	ex->chunked = !ex->req->http10;
	if (c == NULL)
		return;
	b = build_head(c, status, headers, count, ex->chunked ? BY_CHUNKS : BY_CLOSE, 0);
	iov = (struct iovec){ .iov_base = b->data, .iov_len = b->len };
	conn_send(c, &iov, 1);
}

size_t
exchange_write(struct exchange *ex, const void *data, size_t len)
{
	struct conn *c = ex->conn;
	char size[32], end[] = "\r\n";
	union {
		const void *in;
		void *out;
	} unconst = { .in = data };
	struct iovec iov[3] = { { .iov_base = size }, { .iov_base = unconst.out, .iov_len = len }, { .iov_base = end } };

	if (c == NULL || ex->closing)
		return 0;
	if (!ex->streaming)
		BUG("write to an exchange that is not streamed");
	if (len > 0 && !ex->req->is_head) {
		if (ex->chunked) {
			iov[0].iov_len = (size_t)snprintf(size, sizeof(size), "%zx\r\n", len);
			iov[2].iov_len = 2;
		}
		conn_send(c, iov, 3);
	}
	return conn_unsent(c);
}

void
exchange_end(struct exchange *ex)
{
	char last[] = "0\r\n\r\n";
	struct iovec iov = { .iov_base = last, .iov_len = sizeof(last) - 1 };

	if (ex->closing)
		return;
	if (!ex->streaming)
		BUG("end of an exchange that is not streamed");
	if (ex->conn != NULL && ex->chunked && !ex->req->is_head)
		conn_send(ex->conn, &iov, 1);
	finish(ex);
}

void
exchange_abort(struct exchange *ex)
{
	struct conn *c = ex->conn;

	if (ex->closing)
		return;
	exchange_free(ex);
	if (c != NULL) {
		c->ex = NULL;
		conn_reset(c);
	}
}

void
exchange_on_close(struct exchange *ex, void (*fn)(struct exchange *, void *arg), void *arg)
{
	struct conn *c = ex->conn;

	ex->on_close = fn;
	ex->on_close_arg = arg;
	if (fn != NULL && c != NULL && (c->fin || c->broken || c->state == CONN_GONE))
		conn_kick(c);
}

void
exchange_close_after(struct exchange *ex)
{
	if (ex->conn != NULL)
		ex->conn->keep_alive = false;
}

size_t
exchange_unsent(const struct exchange *ex)
{
	return ex->conn == NULL ? 0 : conn_unsent(ex->conn);
}

const char *
exchange_method(const struct exchange *ex)
{
	return ex->req->method;
}

const char *
exchange_path(const struct exchange *ex)
{
	return ex->req->path;
}

const char *
exchange_query(const struct exchange *ex)
{
	return ex->req->query;
}

const char *
exchange_header(const struct exchange *ex, const char *name)
{
	return httpd_field(ex->req, name, 0);
}

const char *
exchange_header_n(const struct exchange *ex, const char *name, size_t n)
{
	return httpd_field(ex->req, name, n);
}

const char *
exchange_body(const struct exchange *ex, size_t *ret_len)
{
	if (ret_len != NULL)
		*ret_len = ex->req->body_len;
	return ex->req->body;
}

const char *
exchange_peer(const struct exchange *ex)
{
	char text[INET6_ADDRSTRLEN] = "unix";

	if (ex->conn == NULL)
		return "gone";
	if (ex->conn->family != AF_UNIX)
		inet_ntop(ex->conn->family, ex->conn->peer, text, sizeof(text));
	return arena_strdup(ex->req->arena, text);
}

struct arena *
exchange_arena(struct exchange *ex)
{
	return ex->req->arena;
}
