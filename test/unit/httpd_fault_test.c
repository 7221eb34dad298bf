/*
 * The server over loopback sockets when clients are wrong, slow, or gone: faults
 * close the connection and execute nothing, deadlines are absolute, and an open
 * exchange learns once that its client has left.
 */
#include "unit/httpd_harness.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define POST "POST /p HTTP/1.1\r\nHost: localhost\r\n"

static const struct httpd_options defaults = { .host = "127.0.0.1" };

/* Framing that two readers could understand differently. Each is followed by a request that must not run. */
static const struct {
	int status;
	const char *bytes;
} faults[] = {
	{ 400, POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" },
	{ 400, POST "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" },
	{ 400, POST "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" },
	{ 400, POST "Content-Length: +0\r\n\r\n" },
	{ 400, POST "Content-Length: +1_0\r\n\r\n" },
	{ 400, POST "Content-Length: 0x0\r\n\r\n" },
	{ 400, POST "Content-Length: -1\r\n\r\n" },
	{ 400, POST "Content-Length:\r\n\r\n" },
	{ 400, POST "Content-Length : 0\r\n\r\n" },
	{ 400, POST "Content-Length: 0, 0\r\n\r\n" },
	{ 400, POST "Content-Length:\r\n 0\r\n\r\n" },
	{ 400, POST "Content-Length: 18446744073709551616\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: xchunked\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: \xa0""chunked\r\n\r\n0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n1_0\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n0;a\rb\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n0;a\nb\r\n\r\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n0\n\n" },
	{ 400, POST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n" },
	{ 501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n c\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\nHost: a\n\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\nA: b\rc\r\n\r\n" },
	{ 400, "GET /\r\n" },
	{ 400, "GET / HTTP/1.1\r\n\r\n" },
	{ 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" },
	{ 400, "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 400, "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n" },
	{ 411, "POST / HTTP/1.1\r\nHost: a\r\n\r\n" },
	{ 413, POST "Content-Length: 5000000\r\n\r\n" },
	{ 413, POST "Transfer-Encoding: chunked\r\n\r\n500000\r\n" },
	{ 417, POST "Expect: tea\r\nContent-Length: 0\r\n\r\n" },
};

static void
test_faults(void **state)
{
	struct server s;

	(void)state;
	server_open(&s, &defaults);
	for (size_t i = 0; i < LEN(faults); i++) {
		struct client c;
		struct buf b;

		buf_init(&b, 1 << 20);
		buf_adds(&b, faults[i].bytes);
		buf_adds(&b, GET("/second"));
		client_open(&c, &s);
		client_send(&c, b.data, b.len);
		wait_for(&s, c.eof);
		if (status_of(&c) != faults[i].status || c.reset || s.log.len != 0 || count_of(&c.in, "HTTP/1.1 ") != 1 ||
		    !has(&c.in, "\r\nConnection: close\r\n"))
			fail_msg("%s\nwas answered: %s\nexecuted: %s", faults[i].bytes, c.in.data, s.log.data);
		client_close(&c);
		buf_release(&b);
	}
	wait_for(&s, httpd_connections(s.httpd) == 0);
	server_close(&s);
}

/* What came before a fault was sound and is answered; what comes after never runs. */
static void
test_fault_after_request(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	client_open(&c, &s);
	client_sends(&c, GET("/1") POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx" GET("/2"));
	wait_for(&s, c.eof);
	assert_string_equal(s.log.data, "GET /1? \n");
	assert_int_equal(status_of(&c), 200);
	assert_true(has(&c.in, "HTTP/1.1 400 Bad Request\r\n"));
	client_close(&c);
	server_close(&s);
}

static void
test_limits(void **state)
{
	struct httpd_options o = { .host = "127.0.0.1", .max_header_bytes = 200, .max_headers = 3, .max_body_bytes = 10 };
	static const struct {
		int status;
		const char *bytes;
	} cases[] = {
		{ 200, POST "Content-Length: 10\r\nConnection: close\r\n\r\n0123456789" },
		{ 413, POST "Content-Length: 11\r\n\r\n01234567890" },
		{ 413, POST "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n" },
		{ 200, "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nConnection: close\r\n\r\n" },
		{ 431, "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\nE: f\r\n\r\n" },
		{ 431, "GET / HTTP/1.1\r\nHost: a\r\nA: 01234567890123456789012345678901234567890123456789012345678901234567890"
		       "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n\r\n" },
		{ 414, "GET /01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567"
		       "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 H" },
	};
	struct server s;

	(void)state;
	server_open(&s, &o);
	for (size_t i = 0; i < LEN(cases); i++) {
		struct client c;

		client_open(&c, &s);
		client_sends(&c, cases[i].bytes);
		wait_for(&s, c.eof);
		assert_int_equal(status_of(&c), cases[i].status);
		client_close(&c);
	}
	server_close(&s);
}

/* The client that is refused in the middle of a large body still reads the answer. */
static void
test_refusal_is_readable(void **state)
{
	static char block[65536];
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	client_open(&c, &s);
	client_sends(&c, POST "Content-Length: 8000000\r\n\r\n");
	memset(block, 'x', sizeof(block));
	for (int i = 0; i < 60; i++) {
		client_send(&c, block, sizeof(block));
		event_base_loop(s.base, EVLOOP_NONBLOCK);
	}
	wait_for(&s, c.eof);
	assert_false(c.reset);
	assert_int_equal(status_of(&c), 413);
	client_close(&c);
	wait_for(&s, httpd_connections(s.httpd) == 0);
	server_close(&s);
}

static void
test_deadlines(void **state)
{
	struct httpd_options o = { .host = "127.0.0.1", .header_ms = 60, .body_ms = 60, .idle_ms = 60 };
	static const struct {
		int status;
		const char *bytes;
	} cases[] = {
		{ 0, "" },
		{ 0, "\r\n" },
		{ 408, "G" },
		{ 408, "GET / HTTP/1.1\r\nHost: a\r\n" },
		{ 408, POST "Content-Length: 5\r\n\r\n" },
		{ 408, POST "Content-Length: 5\r\n\r\nabcd" },
		{ 408, POST "Transfer-Encoding: chunked\r\n\r\n5\r\nabcd" },
		{ 200, GET("/") },		/* then idle */
	};
	struct server s;

	(void)state;
	server_open(&s, &o);
	for (size_t i = 0; i < LEN(cases); i++) {
		int64_t start = clock_mono_ms();
		struct client c;

		client_open(&c, &s);
		client_sends(&c, cases[i].bytes);
		wait_for(&s, c.eof);
		assert_int_equal(status_of(&c), cases[i].status);
		assert_true(clock_mono_ms() - start >= 55);
		client_close(&c);
	}
	server_close(&s);
}

struct drip {
	struct client *c;
	const char *text;
	size_t at;
	struct event *ev;
};

static void
on_drip(evutil_socket_t fd, short what, void *arg)
{
	struct drip *d = arg;

	(void)fd;
	(void)what;
	client_send(d->c, d->text + d->at % strlen(d->text), 1);
	d->at++;
}

/* Bytes that keep coming do not move the deadline. */
static void
test_dripping(void **state)
{
	static const char *const starts[] = { "GET / HTTP/1.1\r\nHost: a\r\n", POST "Content-Length: 100000\r\n\r\n" };
	struct httpd_options o = { .host = "127.0.0.1", .header_ms = 100, .body_ms = 100, .idle_ms = 60000 };
	const struct timeval every = { .tv_usec = 2000 };
	struct server s;

	(void)state;
	server_open(&s, &o);
	for (size_t i = 0; i < LEN(starts); i++) {
		int64_t start = clock_mono_ms();
		struct client c;
		struct drip d = { .c = &c, .text = "A: b\r\n" };

		client_open(&c, &s);
		client_sends(&c, starts[i]);
		d.ev = event_new(s.base, -1, EV_PERSIST, on_drip, &d);
		event_add(d.ev, &every);
		wait_for(&s, c.in.len > 0);
		event_free(d.ev);
		assert_int_equal(status_of(&c), 408);
		assert_true(d.at > 3);
		assert_true(clock_mono_ms() - start < 5000);
		client_close(&c);
	}
	server_close(&s);
}

/* A client that doesn't read its answer is cut off after a time without progress. */
static void
test_write_deadline(void **state)
{
	struct httpd_options o = { .host = "127.0.0.1", .write_ms = 60 };
	struct server s;
	struct client c;
	size_t len = 16 << 20;
	char *big = mem_alloc(len);

	(void)state;
	server_open(&s, &o);
	s.big = big;
	s.big_len = len;
	client_open(&c, &s);
	client_mute(&c);
	client_sends(&c, GET("/big"));
	wait_for(&s, s.log.len > 0);
	wait_for(&s, httpd_connections(s.httpd) == 0);
	client_close(&c);

	/* The same for a stream, whose writer is told. */
	s.watch = true;
	client_open(&c, &s);
	client_mute(&c);
	client_sends(&c, GET("/hold"));
	wait_for(&s, s.held_count == 1);
	exchange_stream(s.held[0], 200, NULL, 0);
	exchange_write(s.held[0], big, len);
	wait_for(&s, s.closed == 1);
	assert_int_equal(s.held_count, 0);
	client_close(&c);
	mem_free(big);
	server_close(&s);
}

/* How a client can leave while its request is being worked on. */
static void
leave(struct client *c, int how)
{
	struct linger now = { .l_onoff = 1 };

	if (how == 0) {			/* FIN */
		client_close(c);
	} else if (how == 1) {		/* half-close */
		shutdown(c->fd, SHUT_WR);
	} else {			/* RST */
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
		client_close(c);
	}
}

static void
test_client_leaves(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	s.watch = true;
	for (int how = 0; how < 3; how++) {
		for (int pipelined = 0; pipelined < 2; pipelined++) {
			for (int streaming = 0; streaming < 2; streaming++) {
				s.closed = 0;
				client_open(&c, &s);
				client_sends(&c, GET("/hold"));
				wait_for(&s, s.held_count == 1);
				if (streaming)
					exchange_stream(s.held[0], 200, NULL, 0);
				if (pipelined) {
					client_sends(&c, GET("/never"));
					turn(&s);
				}
				leave(&c, how);
				wait_for(&s, s.closed == 1);
				client_close(&c);
				wait_for(&s, httpd_connections(s.httpd) == 0);
				turn(&s);
				assert_int_equal(s.closed, 1);
			}
		}
	}
	assert_false(has(&s.log, "/never"));

	/* The request and the reset in one edge: the reset must not be lost behind the bytes. */
	for (int i = 0; i < 20; i++) {
		uint64_t lost = httpd_counts(s.httpd).lost;

		s.closed = 0;
		client_open(&c, &s);
		client_sends(&c, i % 2 == 0 ? GET("/hold") : "POST /hold HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
		if (i % 4 < 2)
			wait_for(&s, httpd_connections(s.httpd) == 1);
		leave(&c, 2);
		wait_for(&s, httpd_counts(s.httpd).accepted >= (uint64_t)(13 + i) && httpd_connections(s.httpd) == 0);
		assert_int_equal(s.held_count, 0);
		assert_int_equal(httpd_counts(s.httpd).lost - lost, s.closed);
	}
	server_close(&s);
}

/* Without on_close a client that only shut its sending side gets its answer. */
static void
test_half_closed(void **state)
{
	int64_t start = clock_mono_ms();
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	client_open(&c, &s);
	client_sends(&c, GET("/1") GET("/hold") GET("/2"));
	shutdown(c.fd, SHUT_WR);
	wait_for(&s, s.held_count == 1);
	turn(&s);
	exchange_reply(s.held[0], 200, NULL, 0, "late", 4);
	s.held_count = 0;
	wait_for(&s, c.eof);
	assert_false(c.reset);
	assert_true(has(&c.in, "late"));
	assert_true(has(&c.in, "GET /2? "));
	client_close(&c);

	/* In the middle of a request there is nothing to answer but that. */
	client_open(&c, &s);
	client_sends(&c, POST "Content-Length: 10\r\n\r\nabc");
	shutdown(c.fd, SHUT_WR);
	wait_for(&s, c.eof);
	assert_int_equal(status_of(&c), 400);
	client_close(&c);
	client_open(&c, &s);
	client_sends(&c, "GET / HT");
	shutdown(c.fd, SHUT_WR);
	wait_for(&s, c.eof);
	assert_int_equal(status_of(&c), 400);
	/* Both sides are shut: nothing is left to linger for. */
	wait_for(&s, httpd_connections(s.httpd) == 0);
	assert_true(clock_mono_ms() - start < 1800);
	client_close(&c);
	server_close(&s);
}

/* An exchange whose client is gone can be answered all the same, or learn of it when it asks. */
static void
test_answer_to_nobody(void **state)
{
	struct server s;
	struct client c;
	struct exchange *ex;

	(void)state;
	server_open(&s, &defaults);
	for (int i = 0; i < 3; i++) {
		client_open(&c, &s);
		client_sends(&c, GET("/hold"));
		wait_for(&s, s.held_count == 1);
		leave(&c, 2);
		turn(&s);
		ex = s.held[0];
		if (i == 0) {
			s.held_count = 0;
			exchange_reply(ex, 200, NULL, 0, "x", 1);
		} else if (i == 1) {
			s.held_count = 0;
			exchange_stream(ex, 200, NULL, 0);
			exchange_write(ex, "x", 1);
			exchange_end(ex);
		} else {
			exchange_on_close(ex, on_lost, &s);
			assert_int_equal(s.closed, 0);	/* never from inside the call */
			wait_for(&s, s.closed == 1);
		}
		wait_for(&s, httpd_connections(s.httpd) == 0);
	}
	server_close(&s);
}

static void
test_abort(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	s.watch = true;
	client_open(&c, &s);
	client_sends(&c, GET("/hold"));
	wait_for(&s, s.held_count == 1);
	exchange_abort(s.held[0]);
	s.held_count = 0;
	wait_for(&s, c.eof);
	assert_true(c.reset);
	assert_int_equal(s.closed, 0);
	assert_int_equal(c.in.len, 0);
	client_close(&c);
	server_close(&s);
}

static void
test_close_after(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	client_open(&c, &s);
	client_sends(&c, GET("/hold") GET("/never"));
	wait_for(&s, s.held_count == 1);
	exchange_close_after(s.held[0]);
	exchange_reply(s.held[0], 400, NULL, 0, "no", 2);
	s.held_count = 0;
	wait_for(&s, c.eof);
	assert_false(c.reset);
	assert_true(has(&c.in, "\r\nConnection: close\r\n\r\nno"));
	assert_false(has(&s.log, "/never"));
	client_close(&c);
	server_close(&s);
}

static void
on_drained(void *arg)
{
	struct server *s = arg;

	s->drained = true;
}

static void
test_drain(void **state)
{
	struct server s;
	struct client idle, busy, partial, arrived, late;

	(void)state;
	server_open(&s, &defaults);
	client_open(&idle, &s);
	client_open(&busy, &s);
	client_open(&partial, &s);
	client_sends(&idle, GET("/idle"));
	client_sends(&busy, GET("/hold"));
	client_sends(&partial, POST "Content-Length: 3\r\n\r\na");
	wait_for(&s, s.held_count == 1 && has(&idle.in, "/idle") && httpd_connections(s.httpd) == 3);
	turn(&s);
	client_open(&arrived, &s);	/* in the accept queue, its request sent */
	client_sends(&arrived, GET("/arrived"));
	httpd_drain(s.httpd, on_drained, &s);
	wait_for(&s, idle.eof && arrived.eof);
	assert_true(has(&arrived.in, "GET /arrived? "));
	assert_true(has(&arrived.in, "\r\nConnection: close\r\n"));
	assert_false(busy.eof);
	assert_false(partial.eof);
	assert_false(s.drained);

	/* Nobody is accepted any more. */
	late.fd = socket(AF_INET, SOCK_STREAM, 0);
	{
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)httpd_port(s.httpd)) };

		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		assert_int_equal(connect(late.fd, (struct sockaddr *)&to, sizeof(to)), -1);
	}
	close(late.fd);

	client_sends(&partial, "bc");
	wait_for(&s, partial.eof);
	assert_true(has(&partial.in, "POST /p? abc"));
	exchange_reply(s.held[0], 200, NULL, 0, "done", 4);
	s.held_count = 0;
	wait_for(&s, busy.eof);
	assert_true(has(&busy.in, "done"));
	assert_true(has(&busy.in, "\r\nConnection: close\r\n"));
	client_close(&idle);
	client_close(&busy);
	client_close(&partial);
	client_close(&arrived);
	wait_for(&s, s.drained);
	assert_int_equal(httpd_connections(s.httpd), 0);
	server_close(&s);

	/* With nobody there it is done at once, but not from inside the call. */
	server_open(&s, &defaults);
	httpd_drain(s.httpd, on_drained, &s);
	assert_false(s.drained);
	wait_for(&s, s.drained);
	server_close(&s);
}

static void
test_free_tells(void **state)
{
	struct server s;
	struct client c[3];

	(void)state;
	server_open(&s, &defaults);
	s.watch = true;
	for (int i = 0; i < 3; i++) {
		client_open(&c[i], &s);
		client_sends(&c[i], i == 2 ? POST "Content-Length: 9\r\n\r\nab" : GET("/hold"));
	}
	wait_for(&s, s.held_count == 2 && httpd_connections(s.httpd) == 3);
	turn(&s);
	httpd_free(s.httpd);
	s.httpd = NULL;
	assert_int_equal(s.closed, 2);
	for (int i = 0; i < 3; i++)
		client_close(&c[i]);
	server_close(&s);

	server_open(&s, &defaults);
	client_open(&c[0], &s);
	client_sends(&c[0], GET("/hold"));
	wait_for(&s, s.held_count == 1);
	httpd_free(s.httpd);
	s.httpd = NULL;
	assert_string_equal(exchange_path(s.held[0]), "/hold");
	exchange_reply(s.held[0], 200, NULL, 0, NULL, 0);
	s.held_count = 0;
	client_close(&c[0]);
	server_close(&s);
}

static void
test_max_connections(void **state)
{
	struct httpd_options o = { .host = "127.0.0.1", .max_connections = 2 };
	struct server s;
	struct client c[3];

	(void)state;
	server_open(&s, &o);
	for (int i = 0; i < 3; i++) {
		client_open(&c[i], &s);
		client_sends(&c[i], GET("/x"));
	}
	wait_for(&s, c[0].in.len > 0 && c[1].in.len > 0);
	turn(&s);
	assert_int_equal(httpd_connections(s.httpd), 2);
	assert_int_equal(c[2].in.len, 0);
	client_close(&c[0]);
	wait_for(&s, c[2].in.len > 0);
	assert_int_equal(httpd_connections(s.httpd), 2);
	client_close(&c[1]);
	client_close(&c[2]);
	server_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_fault_after_request),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_refusal_is_readable),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_dripping),
		cmocka_unit_test(test_write_deadline),
		cmocka_unit_test(test_client_leaves),
		cmocka_unit_test(test_half_closed),
		cmocka_unit_test(test_answer_to_nobody),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_close_after),
		cmocka_unit_test(test_drain),
		cmocka_unit_test(test_free_tells),
		cmocka_unit_test(test_max_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
