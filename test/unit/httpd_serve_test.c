/* The server over loopback sockets when all goes well: answers, keep-alive, pipelining, streams, large bodies. */
#include "unit/httpd_harness.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define POST(path, length, body) \
	"POST " path " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " length "\r\n\r\n" body

static const struct httpd_options defaults = { .host = "127.0.0.1" };

struct fixture {
	struct server s;
	struct client c;
};

static void
begin(struct fixture *f)
{
	server_open(&f->s, &defaults);
	client_open(&f->c, &f->s);
}

static void
end(struct fixture *f)
{
	client_close(&f->c);
	server_close(&f->s);
}

static void
test_answers(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	client_sends(&f.c, GET("/a/b?x=1&y=2"));
	wait_for(&f.s, has(&f.c.in, "GET /a/b?x=1&y=2 "));
	assert_int_equal(status_of(&f.c), 200);
	assert_true(has(&f.c.in, "HTTP/1.1 200 OK\r\n"));
	assert_true(has(&f.c.in, "\r\nContent-Type: text/plain\r\n"));
	assert_true(has(&f.c.in, "\r\nContent-Length: 17\r\n"));
	assert_false(has(&f.c.in, "Connection:"));
	buf_reset(&f.c.in);
	client_sends(&f.c, POST("/p", "5", "hello"));
	wait_for(&f.s, has(&f.c.in, "POST /p? hello"));
	assert_false(f.c.eof);
	assert_int_equal(httpd_connections(f.s.httpd), 1);
	client_close(&f.c);
	wait_for(&f.s, httpd_connections(f.s.httpd) == 0);
	end(&f);
}

static void
test_date(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	clock_fake(784111777000);	/* RFC 9110's own example */
	client_sends(&f.c, GET("/"));
	wait_for(&f.s, has(&f.c.in, "GET /? "));
	assert_true(has(&f.c.in, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	buf_reset(&f.c.in);
	clock_fake(784111777999);
	client_sends(&f.c, GET("/"));
	wait_for(&f.s, has(&f.c.in, "GET /? "));
	assert_true(has(&f.c.in, "\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
	buf_reset(&f.c.in);
	clock_fake(1709209799000);
	client_sends(&f.c, GET("/"));
	wait_for(&f.s, has(&f.c.in, "GET /? "));
	assert_true(has(&f.c.in, "\r\nDate: Thu, 29 Feb 2024 12:29:59 GMT\r\n"));
	clock_fake(-1);
	end(&f);
}

static void
test_head(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	client_sends(&f.c, "HEAD /h HTTP/1.1\r\nHost: a\r\n\r\n" GET("/next"));
	wait_for(&f.s, has(&f.c.in, "GET /next? "));
	assert_true(has(&f.c.in, "\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\n"));	/* "HEAD /h? " is not sent */
	assert_false(has(&f.c.in, "HEAD /h? "));
	end(&f);
}

static void
test_http10_and_close(void **state)
{
	struct fixture f;
	struct client c;

	(void)state;
	begin(&f);
	client_sends(&f.c, "GET /1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
	wait_for(&f.s, has(&f.c.in, "GET /1? "));
	assert_true(has(&f.c.in, "\r\nConnection: keep-alive\r\n"));
	client_sends(&f.c, "GET /2 HTTP/1.0\r\nHost: a\r\n\r\n");
	wait_for(&f.s, f.c.eof);
	assert_false(f.c.reset);
	assert_true(has(&f.c.in, "GET /2? "));
	assert_true(has(&f.c.in, "\r\nConnection: close\r\n"));

	client_open(&c, &f.s);
	client_sends(&c, "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" GET("/4"));
	wait_for(&f.s, c.eof);
	assert_false(c.reset);
	assert_true(has(&c.in, "\r\nConnection: close\r\n"));
	assert_true(has(&c.in, "GET /3? "));
	assert_false(has(&f.s.log, "/4"));
	client_close(&c);
	end(&f);
}

static void
test_pipelining(void **state)
{
	struct fixture f;
	struct buf want, got;

	(void)state;
	begin(&f);
	buf_init(&want, 1 << 20);
	buf_init(&got, 1 << 20);
	for (int i = 0; i < 200; i++) {
		buf_addf(&got, "POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", i);
		buf_addf(&want, "POST /%d? hi\n", i);
	}
	client_send(&f.c, got.data, got.len);
	wait_for(&f.s, count_of(&f.c.in, "HTTP/1.1 200 OK\r\n") == 200);
	assert_string_equal(f.s.log.data, want.data);
	buf_release(&want);
	buf_release(&got);
	end(&f);
}

/* A client with many requests at once does not keep others waiting until all are answered. */
static void
test_fair_turns(void **state)
{
	struct fixture f;
	struct client other;
	struct buf b;
	const char *at;

	(void)state;
	begin(&f);
	client_open(&other, &f.s);
	wait_for(&f.s, httpd_connections(f.s.httpd) == 2);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 350; i++)
		buf_adds(&b, GET("/many"));
	client_send(&f.c, b.data, b.len);
	client_sends(&other, GET("/one"));
	wait_for(&f.s, count_of(&f.s.log, "GET /many") == 350 && has(&other.in, "GET /one"));
	at = strstr(f.s.log.data, "GET /one");
	assert_true((size_t)(at - f.s.log.data) < 100 * strlen("GET /many? \n"));
	client_close(&other);
	buf_release(&b);
	end(&f);
}

/* While an exchange is open nothing behind it is executed, and once it is answered everything is, in order. */
static void
test_pipelining_waits(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	client_sends(&f.c, GET("/hold") GET("/2") GET("/3"));
	wait_for(&f.s, f.s.held_count == 1);
	client_sends(&f.c, GET("/4"));
	turn(&f.s);
	assert_string_equal(f.s.log.data, "GET /hold? \n");
	assert_int_equal(f.c.in.len, 0);
	exchange_reply(f.s.held[0], 202, NULL, 0, NULL, 0);
	f.s.held_count = 0;
	assert_string_equal(f.s.log.data, "GET /hold? \n");	/* never from inside the reply */
	wait_for(&f.s, has(&f.c.in, "GET /4? "));
	assert_string_equal(f.s.log.data, "GET /hold? \nGET /2? \nGET /3? \nGET /4? \n");
	assert_int_equal(status_of(&f.c), 202);
	assert_true(has(&f.c.in, "\r\nContent-Length: 0\r\n"));
	end(&f);
}

/* A client that only sends is held by its own socket: the server takes one buffer and no more. */
static void
test_pipelining_is_bounded(void **state)
{
	static char request[] = GET("/x");
	struct fixture f;
	size_t sent = 0;
	ssize_t n;
	int idle = 0;

	(void)state;
	begin(&f);
	client_sends(&f.c, GET("/hold"));
	wait_for(&f.s, f.s.held_count == 1);
	while (idle < 10) {
		n = send(f.c.fd, request, sizeof(request) - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n > 0)
			sent += (size_t)n;
		else
			idle++;
		event_base_loop(f.s.base, EVLOOP_NONBLOCK);
		assert_true(sent < (64 << 20));
	}
	assert_string_equal(f.s.log.data, "GET /hold? \n");
	end(&f);
}

static void
test_big_answer(void **state)
{
	struct fixture f;
	size_t len = 12 << 20;
	char *big = mem_alloc(len);

	(void)state;
	begin(&f);
	for (size_t i = 0; i < len; i++)
		big[i] = (char)('a' + i * 7 % 26);
	f.s.big = big;
	f.s.big_len = len;
	client_mute(&f.c);
	client_sends(&f.c, GET("/big") GET("/after"));
	wait_for(&f.s, f.s.log.len > 0);
	turn(&f.s);
	assert_false(has(&f.s.log, "/after"));	/* not before the first answer is out */
	client_listen(&f.c);
	wait_for(&f.s, f.c.in.len > len && has(&f.c.in, "GET /after? "));
	assert_non_null(memmem(f.c.in.data, f.c.in.len, big, len));
	mem_free(big);
	end(&f);
}

static void
test_big_body(void **state)
{
	struct fixture f;
	size_t len = 3 << 20, sent = 0;
	struct buf body, head;

	(void)state;
	begin(&f);
	buf_init(&body, 4 << 20);
	buf_init(&head, 4 << 20);
	for (size_t i = 0; i < len; i++)
		buf_addc(&body, (char)('a' + i * 11 % 26));
	buf_addf(&head, "PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", len);
	client_send(&f.c, head.data, head.len);
	while (sent < len) {
		ssize_t n = send(f.c.fd, body.data + sent, len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		event_base_loop(f.s.base, EVLOOP_NONBLOCK);
	}
	wait_for(&f.s, f.c.in.len > len);
	assert_non_null(memmem(f.c.in.data, f.c.in.len, body.data, len));
	buf_release(&body);
	buf_release(&head);
	end(&f);
}

static void
test_chunked_body(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	client_sends(&f.c, "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
	turn(&f.s);
	client_sends(&f.c, "6;x=y\r\n world\r\n0\r\nTrailer: no\r\n\r\n");
	wait_for(&f.s, has(&f.c.in, "POST /c? hello world"));
	end(&f);
}

static void
test_stream(void **state)
{
	static const struct httpd_header sse[] = { { "Content-Type", "text/event-stream" }, { "Cache-Control", "no-cache" } };
	struct fixture f;
	struct exchange *ex;

	(void)state;
	begin(&f);
	client_sends(&f.c, GET("/hold"));
	wait_for(&f.s, f.s.held_count == 1);
	ex = f.s.held[0];
	f.s.held_count = 0;
	exchange_stream(ex, 200, sse, 2);
	wait_for(&f.s, has(&f.c.in, "\r\n\r\n"));
	assert_true(has(&f.c.in, "\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\n"));
	assert_true(has(&f.c.in, "\r\nTransfer-Encoding: chunked\r\n"));
	assert_false(has(&f.c.in, "Content-Length"));
	buf_reset(&f.c.in);
	assert_int_equal(exchange_write(ex, "data: 1\n\n", 9), 0);
	wait_for(&f.s, has(&f.c.in, "9\r\ndata: 1\n\n\r\n"));
	assert_int_equal(exchange_write(ex, "", 0), 0);		/* an empty chunk would end the stream */
	assert_int_equal(exchange_write(ex, "0123456789abcdef", 16), 0);
	wait_for(&f.s, has(&f.c.in, "10\r\n0123456789abcdef\r\n"));
	assert_false(has(&f.c.in, "0\r\n\r\n"));
	exchange_end(ex);
	wait_for(&f.s, has(&f.c.in, "0\r\n\r\n"));
	client_sends(&f.c, GET("/next"));
	wait_for(&f.s, has(&f.c.in, "GET /next? "));
	end(&f);
}

static void
test_stream_head(void **state)
{
	struct fixture f;
	struct exchange *ex;

	(void)state;
	begin(&f);
	client_sends(&f.c, "HEAD /hold HTTP/1.1\r\nHost: a\r\n\r\n" GET("/next"));
	wait_for(&f.s, f.s.held_count == 1);
	ex = f.s.held[0];
	f.s.held_count = 0;
	exchange_stream(ex, 200, NULL, 0);
	exchange_write(ex, "abc", 3);
	exchange_end(ex);
	wait_for(&f.s, has(&f.c.in, "GET /next? "));
	assert_true(has(&f.c.in, "\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n"));
	end(&f);
}

static void
test_stream_http10(void **state)
{
	struct fixture f;
	struct exchange *ex;

	(void)state;
	begin(&f);
	client_sends(&f.c, "GET /hold HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
	wait_for(&f.s, f.s.held_count == 1);
	ex = f.s.held[0];
	f.s.held_count = 0;
	exchange_stream(ex, 200, NULL, 0);
	exchange_write(ex, "abc", 3);
	exchange_write(ex, "def", 3);
	exchange_end(ex);
	wait_for(&f.s, f.c.eof);
	assert_false(has(&f.c.in, "chunked"));
	assert_true(has(&f.c.in, "\r\nConnection: close\r\n\r\nabcdef"));
	end(&f);
}

/* A writer sees what is unsent, and it goes down when the client reads. */
static void
test_stream_backlog(void **state)
{
	static char block[65536];
	struct fixture f;
	struct exchange *ex;
	size_t unsent = 0, blocks = 0;

	(void)state;
	begin(&f);
	client_mute(&f.c);
	client_sends(&f.c, GET("/hold"));
	wait_for(&f.s, f.s.held_count == 1);
	ex = f.s.held[0];
	f.s.held_count = 0;
	exchange_stream(ex, 200, NULL, 0);
	memset(block, 'x', sizeof(block));
	while (unsent < 1 << 20 && blocks < 1000) {
		unsent = exchange_write(ex, block, sizeof(block));
		blocks++;
	}
	assert_true(unsent >= 1 << 20);
	client_listen(&f.c);
	wait_for(&f.s, exchange_unsent(ex) == 0);
	exchange_end(ex);
	wait_for(&f.s, f.c.in.len > blocks * sizeof(block) && has(&f.c.in, "\r\n0\r\n\r\n"));
	assert_int_equal(count_of(&f.c.in, "10000\r\n"), blocks);
	end(&f);
}

static void
test_no_body_statuses(void **state)
{
	static const struct httpd_header evil = { "X-Name", "a\r\nX-Evil: b\n\n" };
	struct fixture f;

	(void)state;
	begin(&f);
	client_sends(&f.c, GET("/hold"));
	wait_for(&f.s, f.s.held_count == 1);
	exchange_reply(f.s.held[0], 204, &evil, 1, "ignored", 7);
	f.s.held_count = 0;
	wait_for(&f.s, has(&f.c.in, "\r\n\r\n"));
	assert_true(has(&f.c.in, "HTTP/1.1 204 No Content\r\n"));
	assert_false(has(&f.c.in, "Content-Length"));
	assert_false(has(&f.c.in, "ignored"));
	assert_true(has(&f.c.in, "\r\nX-Name: a  X-Evil: b  \r\n"));	/* no second field */
	end(&f);
}

static void
test_continue(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	client_sends(&f.c, "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
	wait_for(&f.s, has(&f.c.in, "HTTP/1.1 100 Continue\r\n\r\n"));
	assert_int_equal(f.s.log.len, 0);
	client_sends(&f.c, "abc");
	wait_for(&f.s, has(&f.c.in, "POST /e? abc"));
	buf_reset(&f.c.in);
	/* A client that did not wait needs no permission. */
	client_sends(&f.c, "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
	wait_for(&f.s, has(&f.c.in, "POST /e? abc"));
	assert_false(has(&f.c.in, "100 Continue"));
	buf_reset(&f.c.in);
	/* Who is refused gets no permission first. */
	client_sends(&f.c, "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
	wait_for(&f.s, f.c.eof);
	assert_int_equal(status_of(&f.c), 413);
	end(&f);
}

static void
seen_fields(struct exchange *ex, void *arg)
{
	struct server *s = arg;
	size_t len;

	assert_string_equal(exchange_method(ex), "POST");
	assert_string_equal(exchange_header(ex, "x-one"), "1");
	assert_string_equal(exchange_header_n(ex, "X-One", 1), "2");
	assert_null(exchange_header_n(ex, "X-One", 2));
	assert_null(exchange_header(ex, "X-Two"));
	assert_string_equal(exchange_body(ex, &len), "");
	assert_int_equal(len, 0);
	assert_int_equal(exchange_body(ex, NULL)[0], 0);
	buf_adds(&s->log, exchange_peer(ex));
	assert_non_null(arena_alloc(exchange_arena(ex), 100000));
	exchange_reply(ex, 201, NULL, 0, "made", 4);
}

static void
test_unix_socket(void **state)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct httpd_options o = { .unix_path = to.sun_path };
	struct server s = { .loop = loop_new(), .arena = arena_new() };
	struct httpd *second;
	struct client c;
	struct stat st;
	struct err e;
	int stale;

	(void)state;
	s.base = loop_base(s.loop);
	buf_init(&s.log, 1 << 20);
	err_init(&e, s.arena);
	snprintf(to.sun_path, sizeof(to.sun_path), "/tmp/httpd-test-%d.sock", (int)getpid());
	/* A socket left behind by a dead process is taken over. */
	stale = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(stale, (struct sockaddr *)&to, sizeof(to)), 0);
	close(stale);
	s.httpd = httpd_listen(s.loop, &o, seen_fields, &s, &e);
	assert_non_null(s.httpd);
	assert_int_equal(stat(to.sun_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	/* A living one is not. */
	second = httpd_listen(s.loop, &o, seen_fields, &s, &e);
	assert_null(second);
	assert_int_equal(e.kind, ERR_CONFIG);

	client_attach(&c, &s, socket(AF_UNIX, SOCK_STREAM, 0));
	event_del(c.ev);
	assert_int_equal(connect(c.fd, (struct sockaddr *)&to, sizeof(to)), 0);
	event_add(c.ev, NULL);
	client_sends(&c, "POST / HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-ONE: 2\r\nContent-Length: 0\r\n\r\n");
	wait_for(&s, has(&c.in, "made"));
	assert_int_equal(status_of(&c), 201);
	assert_string_equal(s.log.data, "unix");
	client_close(&c);
	httpd_free(s.httpd);
	assert_int_equal(stat(to.sun_path, &st), -1);
	loop_free(s.loop);
	arena_free(s.arena);
	buf_release(&s.log);
}

static void
test_peer_and_addresses(void **state)
{
	static const char *const bad[] = { "no.such.host.invalid", "127.0.0.1:80", "999.1.1.1", "" };
	struct httpd_options o = { .host = "127.0.0.1" };
	struct server s = { .loop = loop_new(), .arena = arena_new() };
	struct httpd *other;
	struct client c;
	struct err e;

	(void)state;
	s.base = loop_base(s.loop);
	buf_init(&s.log, 1 << 20);
	for (size_t i = 0; i < LEN(bad); i++) {
		struct httpd_options w = { .host = bad[i] };

		err_init(&e, s.arena);
		assert_null(httpd_listen(s.loop, &w, seen_fields, &s, &e));
		assert_int_equal(e.kind, ERR_CONFIG);
	}
	err_init(&e, s.arena);
	s.httpd = httpd_listen(s.loop, &o, seen_fields, &s, &e);
	assert_non_null(s.httpd);
	o.port = httpd_port(s.httpd);
	assert_null(httpd_listen(s.loop, &o, seen_fields, &s, &e));
	assert_non_null(strstr(err_text(&e), "Another process uses this port"));
	client_open(&c, &s);
	client_sends(&c, "POST / HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-ONE: 2\r\nContent-Length: 0\r\n\r\n");
	wait_for(&s, has(&c.in, "made"));
	assert_string_equal(s.log.data, "127.0.0.1");
	client_close(&c);
	httpd_free(s.httpd);

	/* Several processes share a port by SO_REUSEPORT; two servers of one process do as well. */
	o = (struct httpd_options){ .host = "127.0.0.1", .reuse_port = 1 };
	err_init(&e, s.arena);
	s.httpd = httpd_listen(s.loop, &o, seen_fields, &s, &e);
	o.port = httpd_port(s.httpd);
	other = httpd_listen(s.loop, &o, seen_fields, &s, &e);
	assert_non_null(other);
	httpd_free(s.httpd);
	httpd_free(other);
	loop_free(s.loop);
	arena_free(s.arena);
	buf_release(&s.log);
}

static void
test_ipv6(void **state)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct httpd_options o = { .host = "::" };
	struct server s = { .loop = loop_new(), .arena = arena_new() };
	static const char request[] = "POST / HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-ONE: 2\r\nContent-Length: 0\r\n\r\n";
	struct client c;
	struct err e;
	int fd;

	(void)state;
	s.base = loop_base(s.loop);
	buf_init(&s.log, 1 << 20);
	err_init(&e, s.arena);
	s.httpd = httpd_listen(s.loop, &o, seen_fields, &s, &e);
	if (s.httpd == NULL) {
		loop_free(s.loop);
		arena_free(s.arena);
		skip();		/* a machine without IPv6 */
	}
	client_open(&c, &s);	/* over IPv4 */
	client_sends(&c, request);
	wait_for(&s, has(&c.in, "made"));
	assert_string_equal(s.log.data, "127.0.0.1");
	client_close(&c);
	buf_reset(&s.log);
	fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	to.sin6_port = htons((uint16_t)httpd_port(s.httpd));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0) {
		client_attach(&c, &s, fd);
		client_sends(&c, request);
		wait_for(&s, has(&c.in, "made"));
		assert_string_equal(s.log.data, "::1");
		client_close(&c);
	} else {
		close(fd);
	}
	httpd_free(s.httpd);
	loop_free(s.loop);
	arena_free(s.arena);
	buf_release(&s.log);
}

/* Without descriptors new clients wait in the queue, and nothing spins; with them they are served. */
static void
test_no_descriptors(void **state)
{
	struct rlimit before, low;
	struct fixture f;
	int64_t end_ms;
	int turns = 0;

	(void)state;
	begin(&f);
	client_sends(&f.c, GET("/x"));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = before;
	low.rlim_cur = (rlim_t)f.c.fd + 1;	/* the client's is the highest one */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	end_ms = clock_mono_ms() + 50;
	while (clock_mono_ms() < end_ms) {
		const struct timeval tick = { .tv_usec = 10000 };

		event_base_loopexit(f.s.base, &tick);
		event_base_loop(f.s.base, EVLOOP_ONCE);
		turns++;
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(httpd_connections(f.s.httpd), 0);
	assert_true(turns < 50);
	wait_for(&f.s, has(&f.c.in, "GET /x? "));
	end(&f);
}

/* A socket that another process opened, as from a service manager or a parent of several workers. */
static void
test_inherited_socket(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	struct httpd_options o = { .listen_fd = socket(AF_INET, SOCK_STREAM, 0) };
	struct fixture f;
	struct httpd *h;
	struct err e;

	(void)state;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(o.listen_fd, (struct sockaddr *)&a, sizeof(a)), 0);
	f.s.loop = loop_new();
	f.s.arena = arena_new();
	err_init(&e, f.s.arena);
	h = httpd_listen(f.s.loop, &o, serve, &f.s, &e);
	assert_null(h);			/* it does not listen */
	assert_int_equal(e.kind, ERR_CONFIG);
	loop_free(f.s.loop);
	arena_free(f.s.arena);

	assert_int_equal(listen(o.listen_fd, 5), 0);
	server_open(&f.s, &o);
	assert_true(httpd_port(f.s.httpd) > 0);
	client_open(&f.c, &f.s);
	client_sends(&f.c, GET("/x"));
	wait_for(&f.s, has(&f.c.in, "GET /x? "));
	end(&f);
	assert_int_equal(fcntl(o.listen_fd, F_GETFD), -1);	/* closed with the server */
}

static void
mode_of(const char *path, int mode, int want)
{
	struct httpd_options o = { .unix_path = path, .unix_mode = mode };
	struct server s;
	struct stat st;

	server_open(&s, &o);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, want);
	server_close(&s);
}

static void
test_unix_mode(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "/tmp/httpd-mode-%d.sock", (int)getpid());
	mode_of(path, 0, 0600);
	mode_of(path, 0660, 0660);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_http10_and_close),
		cmocka_unit_test(test_pipelining),
		cmocka_unit_test(test_fair_turns),
		cmocka_unit_test(test_pipelining_waits),
		cmocka_unit_test(test_pipelining_is_bounded),
		cmocka_unit_test(test_big_answer),
		cmocka_unit_test(test_big_body),
		cmocka_unit_test(test_chunked_body),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_stream_head),
		cmocka_unit_test(test_stream_http10),
		cmocka_unit_test(test_stream_backlog),
		cmocka_unit_test(test_no_body_statuses),
		cmocka_unit_test(test_continue),
		cmocka_unit_test(test_unix_socket),
		cmocka_unit_test(test_peer_and_addresses),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_no_descriptors),
		cmocka_unit_test(test_inherited_socket),
		cmocka_unit_test(test_unix_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
