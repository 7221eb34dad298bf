/*
 * The HTTP client against a scripted peer: what an answer becomes, in whole and in any
 * pieces; which faults are which error; what is repeated and how often; limits, waits
 * and cancellation; redirects; and that no header can smuggle a line.
 */
#include "unit/http_harness.h"

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define OK OK_HEAD "Content-Length: 2\r\n\r\n{}"
#define STATUS(n) "HTTP/1.1 " #n " X\r\nContent-Length: 3\r\n\r\nno\n"

static struct loop *loop;
static struct http *http;
static struct web web;
static struct http_pool *pool;
static struct fetch f;
static char url[4][128];

static const char *
url_of(int slot, const char *path)
{
	snprintf(url[slot], sizeof(url[slot]), "http://127.0.0.1:%d%s", web.port, path);
	return url[slot];
}

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new();
	http = http_new(loop);
	WEB_OPEN(&web, loop, { OK, KEEP });
	pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site", .allow_plain = true });
	f = (struct fetch){ .pool = pool, .req = { .method = "GET", .url = url_of(0, "/x") } };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fetch_release(&f);
	http_pool_free(pool);
	http_free(http);
	web_close(&web);
	loop_free(loop);
	return 0;
}

static void
expect_error(enum err_kind kind, const char *word)
{
	if (f.result != -1 || f.kind != kind || strstr(f.message, word) == NULL)
		fail_msg("result %d, kind %d, \"%s\"; expected kind %d with \"%s\"", f.result, f.kind, f.message, kind, word);
}

static void
test_answer(void **state)
{
	static const char answer[] = "HTTP/1.1 201 Created\r\nX-One: 1\r\nCONTENT-TYPE:  text/plain \r\nX-Empty:\r\nx-one: 2\r\n"
	    "Content-Length: 11\r\n\r\nhello\0world";
	const struct step step = { answer, KEEP, .len = sizeof(answer) - 1 };

	(void)state;
	web_script(&web, &step, 1);
	f.req.headers = &(struct http_header){ "X-Mine", "yes" };
	f.req.header_count = 1;
	fetch(&f, loop);
	assert_true(f.result == 0 && f.status == 201 && f.attempts == 1 && f.sent);
	assert_int_equal(f.body.len, 11);
	assert_memory_equal(f.body.data, "hello\0world", 11);
	assert_string_equal(f.headers.data, "x-one: 1\ncontent-type: text/plain\nx-empty: \nx-one: 2\ncontent-length: 11\n");
	assert_true(saw(&web, "GET /x HTTP/1.1\r\n") && saw(&web, "\r\nX-Mine: yes\r\n") && saw(&web, "\r\nAccept-Encoding: gzip\r\n"));
	assert_true(saw(&web, "\r\nUser-Agent: telamon/"));
	assert_false(saw(&web, "Authorization"));
}

/* The same answer, cut at every place. */
static void
test_answer_in_pieces(void **state)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n";

	(void)state;
	for (int piece = 1; piece < (int)sizeof(answer); piece += piece < 30 ? 1 : 13) {
		const struct step step = { answer, KEEP, .split = piece };

		web_script(&web, &step, 1);
		fetch(&f, loop);
		assert_true(f.result == 0 && f.status == 200);
		assert_string_equal(f.body.data, "hello, world");
	}
}

static void
test_gzip(void **state)
{
	/* printf '{"a":1}' | gzip -n */
	static const unsigned char packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xab, 0x56, 0x4a, 0x54, 0xb2, 0x32,
		0xac, 0x05, 0x00, 0xaf, 0xac, 0x1b, 0x56, 0x07, 0x00, 0x00, 0x00 };
	char answer[300];
	int head = snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n", sizeof(packed));
	const struct step good = { answer, KEEP, .len = (size_t)head + sizeof(packed) };

	(void)state;
	memcpy(answer + head, packed, sizeof(packed));
	web_script(&web, &good, 1);
	fetch(&f, loop);
	assert_int_equal(f.result, 0);
	assert_string_equal(f.body.data, "{\"a\":1}");
	/* the limit counts what comes out */
	f.req.max_response = 6;
	fetch(&f, loop);
	expect_error(ERR_TOO_LARGE, "Test site");
	f.req.max_response = 0;
	answer[head + 14] ^= 0x55;
	fetch(&f, loop);
	expect_error(ERR_PROTOCOL, "broken");
}

static void
test_body_and_auth(void **state)
{
	struct secret *token = secret_new("tok-en", 6);
	static char big[200000];

	(void)state;
	memset(big, 'b', sizeof(big));
	f.req = (struct http_request){ .method = "PUT", .url = url_of(0, "/p"), .body = big, .body_len = sizeof(big),
		.auth_scheme = "Bearer", .credentials = token };
	fetch(&f, loop);
	assert_true(f.result == 0 && web.requests == 1);
	assert_true(saw(&web, "PUT /p HTTP/1.1\r\n") && saw(&web, "\r\nAuthorization: Bearer tok-en\r\n"));
	assert_true(saw(&web, "\r\nContent-Type: application/json\r\n") && saw(&web, "\r\nContent-Length: 200000\r\n"));
	assert_false(saw(&web, "Expect:"));
	assert_true(web.log.len > 200000 && memcmp(web.log.data + web.log.len - 200000, big, 200000) == 0);
	f.req.content_type = "text/plain";
	f.req.body_len = 1;
	WEB_SCRIPT(&web, { OK, KEEP });
	fetch(&f, loop);
	assert_true(saw(&web, "\r\nContent-Type: text/plain\r\n") && saw(&web, "\r\nContent-Length: 1\r\n"));
	secret_free(token);
}

/* A request that has no body but could have one says so: servers answer 411 otherwise. */
static void
test_no_body(void **state)
{
	static const char *const methods[] = { "POST", "PUT", "PATCH" };

	(void)state;
	for (size_t i = 0; i < LEN(methods); i++) {
		WEB_SCRIPT(&web, { OK, KEEP });
		f.req.method = methods[i];
		fetch(&f, loop);
		assert_int_equal(f.status, 200);
		assert_true(saw(&web, "\r\nContent-Length: 0\r\n"));
		assert_false(saw(&web, "Content-Type"));
	}
	WEB_SCRIPT(&web, { OK, KEEP });
	f.req.method = "GET";
	fetch(&f, loop);
	f.req.method = "DELETE";
	fetch(&f, loop);
	assert_false(saw(&web, "Content-Length"));
	WEB_SCRIPT(&web, { "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", KEEP });
	f.req.method = "HEAD";
	fetch(&f, loop);
	assert_true(f.result == 0 && f.status == 200 && f.body.len == 0 && saw(&web, "HEAD /x"));
}

static void
test_keep_alive(void **state)
{
	(void)state;
	f.req.flags = HTTP_RETRY;
	for (int i = 0; i < 5; i++)
		fetch(&f, loop);
	assert_true(web.requests == 5 && web.connections == 1);
	/* a write with a body uses it too, one without never takes an old connection nor leaves one */
	f.req = (struct http_request){ .method = "POST", .url = url[0], .body = "{}", .body_len = 2 };
	fetch(&f, loop);
	assert_true(web.requests == 6 && web.connections == 1);
	f.req = (struct http_request){ .method = "DELETE", .url = url[0] };
	for (int i = 0; i < 3; i++)
		fetch(&f, loop);
	assert_true(web.requests == 9 && web.connections == 4);
	wait_until(loop, web.open == 1);
}

static void
test_size_cap(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n",
		"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789",
	};

	(void)state;
	for (size_t i = 0; i < LEN(answers); i++) {
		const struct step step = { answers[i], i == 2 ? CLOSE : KEEP };

		web_script(&web, &step, 1);
		f.req.max_response = 10;
		fetch(&f, loop);
		assert_int_equal(f.result, 0);
		assert_string_equal(f.body.data, "0123456789");
		f.req.max_response = 9;
		f.req.flags = HTTP_RETRY;	/* what is too large stays too large */
		web_script(&web, &step, 1);
		fetch(&f, loop);
		expect_error(ERR_TOO_LARGE, "9 bytes");
		assert_int_equal(web.requests, 1);
		f.req.flags = 0;
	}
}

static void
test_broken_answers(void **state)
{
	static const struct { struct step step; enum err_kind kind; } cases[] = {
		{ { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\n", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", CLOSE }, ERR_NETWORK },
		{ { "SSH-2.0-OpenSSH_9\r\n", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123", RESET }, ERR_NETWORK },
		{ { "HTTP/1.1 200 OK\r\nContent-Le", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 204 No Content\r\n", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n", CLOSE }, ERR_PROTOCOL },
		{ { "HTTP/1.1 100 Continue\r\n\r\n", CLOSE }, ERR_NETWORK },
		{ { NULL, CLOSE }, ERR_NETWORK },
		{ { NULL, RESET }, ERR_NETWORK },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		web_script(&web, &cases[i].step, 1);
		fetch(&f, loop);
		/* a reset may throw away what was sent before it: then it is a lost connection */
		if (f.result != -1 || (f.kind != cases[i].kind && !(cases[i].step.then == RESET && f.kind == ERR_PROTOCOL)))
			fail_msg("case %zu: result %d, kind %d: %s", i, f.result, f.kind, f.message);
		assert_true(f.sent);
		assert_int_equal(web.requests, 1);
	}
}

static void
test_no_connection(void **state)
{
	int port, fd = loopback_socket(&port);

	(void)state;
	close(fd);
	snprintf(url[0], sizeof(url[0]), "http://127.0.0.1:%d/", port);
	fetch(&f, loop);
	expect_error(ERR_NETWORK, "No connection to Test site");
	assert_false(f.sent);
	f.req.url = "ftp://127.0.0.1/";
	fetch(&f, loop);
	expect_error(ERR_CONFIG, "Test site");
	assert_false(f.sent);
	f.req.url = "http://nobody.invalid/";
	fetch(&f, loop);
	expect_error(ERR_NETWORK, "host name");
	assert_false(f.sent);
}

/* A host that drops packets: the queue of a listener that accepts nobody is full. */
static void
test_connect_timeout(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int port, fd = loopback_socket(&port), filler[16];

	(void)state;
	assert_int_equal(listen(fd, 0), 0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)port);
	for (size_t i = 0; i < LEN(filler); i++) {
		filler[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)!connect(filler[i], (struct sockaddr *)&at, sizeof(at));
	}
	http_pool_free(pool);
	f.pool = pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site", .allow_plain = true, .timeout_ms = 200 });
	snprintf(url[0], sizeof(url[0]), "http://127.0.0.1:%d/", port);
	f.req.method = "POST";
	f.req.body = "{}";
	f.req.body_len = 2;
	fetch(&f, loop);
	expect_error(ERR_TIMEOUT, "Test site");
	assert_false(f.sent);	/* there was never a connection to send it on */
	for (size_t i = 0; i < LEN(filler); i++)
		close(filler[i]);
	close(fd);
}

static void
test_timeouts(void **state)
{
	int64_t start = clock_mono_ms();

	(void)state;
	WEB_SCRIPT(&web, { NULL, HOLD }, { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0", HOLD });
	f.deadline_ms = 60;
	f.req.flags = HTTP_RETRY;	/* a late answer is not asked for again */
	for (int i = 0; i < 2; i++) {
		fetch(&f, loop);
		assert_true(f.result == -1 && f.kind == ERR_TIMEOUT && f.sent);
	}
	assert_int_equal(web.requests, 2);
	f.deadline_ms = 0;
	http_pool_free(pool);
	f.pool = pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site", .allow_plain = true, .timeout_ms = 60 });
	fetch(&f, loop);
	expect_error(ERR_TIMEOUT, "Test site");
	assert_true(clock_mono_ms() - start < GUARD_MS / 2);
	wait_until(loop, web.open == 0);
}

static void
test_cancel_frees_the_connection(void **state)
{
	static const struct step holds[] = { { NULL, HOLD }, { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0", HOLD } };

	(void)state;
	for (size_t i = 0; i < LEN(holds); i++) {
		web_script(&web, &holds[i], 1);
		fetch_start(&f, loop);
		wait_until(loop, web.requests == 1);
		call_cancel(f.call);
		wait_until(loop, f.ended);
		assert_true(f.kind == ERR_CANCELLED && f.sent);
		wait_until(loop, web.open == 0);	/* the site sees that nobody waits any more */
	}
	/* before anything was sent */
	WEB_SCRIPT(&web, { OK, KEEP });
	fetch_start(&f, loop);
	call_cancel(f.call);
	wait_until(loop, f.ended);
	assert_int_equal(f.kind, ERR_CANCELLED);
	fetch(&f, loop);
	assert_int_equal(f.result, 0);
}

static size_t
open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

static void
test_descriptors_return(void **state)
{
	size_t before = 0;

	(void)state;
	for (int round = 0; round < 20; round++) {
		static const struct step steps[] = { { NULL, RESET }, { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n0", CLOSE }, { NULL, HOLD }, { OK, CLOSE } };

		for (size_t i = 0; i < LEN(steps); i++) {
			web_script(&web, &steps[i], 1);
			fetch_start(&f, loop);
			wait_until(loop, web.requests == 1);
			if (steps[i].then == HOLD)
				call_cancel(f.call);
			wait_until(loop, f.ended && web.open == 0);
		}
		if (round == 2)
			before = open_files();
	}
	assert_int_equal(open_files(), before);
}

/* ---- repeating ---- */

static void
test_retry_delays(void **state)
{
	static const int64_t now = INT64_C(1795428000000);	/* Mon, 23 Nov 2026 10:00:00 GMT */
	static const struct { int status; const char *after; int64_t ms; } fixed[] = {
		{ 429, "0", 1000 }, { 429, "-1", 1000 }, { 429, "1", 1000 }, { 429, "7", 7000 }, { 429, "60", 60000 }, { 429, "61", 60000 },
		{ 429, "1000000000", 60000 }, { 429, "99999999999999999999999", 60000 }, { 429, "-99999999999999999999999", 1000 },
		{ 503, "5", 5000 }, { 429, "soon", 1000 }, { 429, "", 1000 }, { 429, "1.5", 1000 }, { 429, "0x10", 1000 },
		{ 429, "Mon, 23 Nov 2026 10:00:30 GMT", 30000 }, { 429, "Mon, 23 Nov 2026 09:00:00 GMT", 1000 },
		{ 503, "Tue, 24 Nov 2026 10:00:00 GMT", 60000 }, { 429, "Sunday, 06-Nov-94 08:49:37 GMT", 1000 },
		{ 429, "Mon, 23 Nov 2026 10:00:30", 1000 }, { 429, "Mon, 99 Nov 2026 10:00:30 GMT", 1000 }, { 429, "Mon, 23 Foo 2026 10:00:30 GMT", 1000 },
		{ 429, "2026-11-23T10:00:20Z", 20000 },
	};
	static const int never[] = { 100, 200, 201, 204, 301, 302, 400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 422, 501, 505 };
	static const int again[] = { 0, 429, 500, 502, 503, 504 };

	(void)state;
	for (size_t i = 0; i < LEN(fixed); i++) {
		int64_t ms = http_retry_delay_ms(fixed[i].status, fixed[i].after, 1, now);

		if (ms != fixed[i].ms)
			fail_msg("Retry-After: %s gives %lld ms", fixed[i].after, (long long)ms);
	}
	for (size_t i = 0; i < LEN(never); i++) {
		assert_int_equal(http_retry_delay_ms(never[i], NULL, 1, now), -1);
		assert_int_equal(http_retry_delay_ms(never[i], "1", 1, now), -1);
	}
	for (size_t i = 0; i < LEN(again); i++) {
		for (int attempt = 1; attempt <= 2; attempt++) {
			int64_t ceiling = (again[i] == 429 ? 2000 : 500) << (attempt - 1), low = INT64_MAX, high = 0;

			for (int k = 0; k < 300; k++) {
				int64_t ms = http_retry_delay_ms(again[i], NULL, attempt, now);

				low = ms < low ? ms : low;
				high = ms > high ? ms : high;
			}
			/* full jitter: from nothing much to the ceiling */
			assert_true(low >= 50 && low < 50 + ceiling / 4 && high > ceiling * 3 / 4 && high <= 50 + ceiling);
		}
	}
	/* another status does not obey the header */
	assert_true(http_retry_delay_ms(500, "30", 1, now) <= 550);
}

static void
test_reads_are_repeated(void **state)
{
	static const struct { struct step first; } cases[] = {
		{ { STATUS(503), KEEP } }, { { STATUS(500), KEEP } }, { { STATUS(502), CLOSE } }, { { STATUS(504), KEEP } },
		{ { NULL, CLOSE } }, { { NULL, RESET } }, { { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n0", CLOSE } },
	};

	(void)state;
	f.req.flags = HTTP_RETRY;
	for (size_t i = 0; i < LEN(cases); i++) {
		const struct step steps[] = { cases[i].first, { OK, KEEP } };

		web_script(&web, steps, 2);
		fetch(&f, loop);
		if (f.result != 0 || f.status != 200 || f.attempts != 2 || web.requests != 2)
			fail_msg("case %zu: status %d after %d attempts, %zu requests", i, f.status, f.attempts, web.requests);
		assert_string_equal(f.body.data, "{}");
		assert_int_equal(f.kind, ERR_NONE);
	}
}

static void
test_three_attempts_at_most(void **state)
{
	(void)state;
	f.req.flags = HTTP_RETRY;
	WEB_SCRIPT(&web, { STATUS(503), KEEP });
	fetch(&f, loop);
	assert_true(f.result == 0 && f.status == 503 && f.attempts == 3 && web.requests == 3);
	assert_string_equal(f.body.data, "no\n");
	WEB_SCRIPT(&web, { NULL, CLOSE });
	fetch(&f, loop);
	assert_true(f.result == -1 && f.kind == ERR_NETWORK && f.attempts == 3 && web.requests == 3);
	WEB_SCRIPT(&web, { STATUS(404), KEEP });
	fetch(&f, loop);
	assert_true(f.status == 404 && f.attempts == 1 && web.requests == 1);
}

static void
test_without_the_flag_nothing_is_repeated(void **state)
{
	static const struct step steps[] = { { STATUS(503), KEEP }, { STATUS(429), KEEP }, { NULL, CLOSE }, { NULL, RESET },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n0", CLOSE } };

	(void)state;
	for (size_t i = 0; i < LEN(steps); i++) {
		web_script(&web, &steps[i], 1);
		fetch(&f, loop);
		assert_true(web.requests == 1 && f.attempts == 1);
	}
}

/* No wait that the caller's deadline would cut short: the answer that is there is given. */
static void
test_no_wait_beyond_the_deadline(void **state)
{
	int64_t start = clock_mono_ms();

	(void)state;
	f.req.flags = HTTP_RETRY;
	f.deadline_ms = 5000;
	WEB_SCRIPT(&web, { "HTTP/1.1 429 X\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n", KEEP });
	fetch(&f, loop);
	assert_true(f.result == 0 && f.status == 429 && f.attempts == 1);
	assert_true(clock_mono_ms() - start < 4000);
}

static void
test_cancel_between_attempts(void **state)
{
	(void)state;
	f.req.flags = HTTP_RETRY;
	WEB_SCRIPT(&web, { "HTTP/1.1 429 X\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n", CLOSE });
	fetch_start(&f, loop);
	wait_until(loop, web.requests == 1 && web.open == 0);
	for (int i = 0; i < 5; i++)
		event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
	assert_false(f.ended);
	call_cancel(f.call);
	wait_until(loop, f.ended);
	assert_int_equal(f.kind, ERR_CANCELLED);
	assert_int_equal(web.requests, 1);
}

/* ---- streaming ---- */

struct sink {
	struct buf got;
	int stop_after;
};

static int
take(void *arg, const char *data, size_t len)
{
	struct sink *s = arg;

	buf_add(&s->got, data, len);
	return s->stop_after > 0 && s->got.len >= (size_t)s->stop_after ? -1 : 0;
}

static void
test_streaming(void **state)
{
	struct sink s = { .stop_after = 0 };

	(void)state;
	buf_init(&s.got, 1000);
	f.req.on_data = take;
	f.req.on_data_arg = &s;
	f.req.max_response = 1;		/* does not concern what is streamed */
	fetch(&f, loop);
	assert_true(f.result == 0 && f.body.len == 0);
	assert_string_equal(s.got.data, "{}");
	buf_reset(&s.got);
	s.stop_after = 1;
	fetch(&f, loop);
	expect_error(ERR_TOO_LARGE, "stopped");
	buf_release(&s.got);
}

/* Only the body of a success is content: not a redirect's, an error's, or half of a try that failed. */
static void
test_streaming_takes_only_success(void **state)
{
	struct sink s = { .stop_after = 0 };
	char redirect[200];
	const struct step moved[] = { { redirect, KEEP }, { OK, KEEP } };

	(void)state;
	buf_init(&s.got, 1000);
	f.req.on_data = take;
	f.req.on_data_arg = &s;
	WEB_SCRIPT(&web, { STATUS(404), KEEP });
	fetch(&f, loop);
	assert_int_equal(f.status, 404);
	assert_string_equal(s.got.data, "");
	assert_string_equal(f.body.data, "no\n");	/* the message, to report */
	f.req.flags = HTTP_RETRY;
	WEB_SCRIPT(&web, { STATUS(503), KEEP }, { OK, KEEP });
	fetch(&f, loop);
	assert_int_equal(f.status, 200);
	assert_string_equal(s.got.data, "{}");
	buf_reset(&s.got);
	f.req.flags = HTTP_MEDIA_REDIRECT;
	snprintf(redirect, sizeof(redirect), "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:%d/m\r\nContent-Length: 5\r\n\r\n<htm>", web.port);
	web_script(&web, moved, 2);
	fetch(&f, loop);
	assert_true(f.result == 0 && f.status == 200 && web.requests == 2);
	assert_string_equal(s.got.data, "{}");
	/* a try that has given bytes to the sink can't be taken back, so it is not repeated */
	buf_reset(&s.got);
	f.req.flags = HTTP_RETRY;
	WEB_SCRIPT(&web, { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n01", CLOSE }, { OK, KEEP });
	fetch(&f, loop);
	expect_error(ERR_PROTOCOL, "cut");
	assert_string_equal(s.got.data, "01");
	assert_int_equal(web.requests, 1);
	buf_release(&s.got);
}

/* ---- limits ---- */

static void
test_pool_limit(void **state)
{
	enum { N = 12, LIMIT = 3 };
	static struct fetch many[N];

	(void)state;
	http_pool_free(pool);
	pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site", .allow_plain = true, .max_at_once = LIMIT });
	WEB_SCRIPT(&web, { NULL, HOLD });
	memset(many, 0, sizeof(many));
	for (int i = 0; i < N; i++) {
		many[i] = (struct fetch){ .pool = pool, .req = { .method = "GET", .url = url[0] } };
		fetch_start(&many[i], loop);
	}
	wait_until(loop, web.requests == LIMIT);
	for (int i = 0; i < 20; i++)
		event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
	assert_true(web.requests == LIMIT && web.connections == LIMIT);
	for (int i = 0; i < N; i++) {
		if (!many[i].ended)
			call_cancel(many[i].call);
		wait_until(loop, many[i].ended);
		/* those that only waited in the queue were certainly not sent */
		assert_int_equal(many[i].sent, many[i].attempts == 1);
		fetch_release(&many[i]);
	}
	f.pool = pool;
	WEB_SCRIPT(&web, { OK, KEEP });
	fetch(&f, loop);
	assert_int_equal(f.result, 0);
}

static void
test_many_headers(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
	for (int i = 0; i < 1000; i++)
		buf_addf(&b, "X-%d: %d\r\n", i, i);
	buf_adds(&b, "\r\n{}");
	const struct step step = { b.data, KEEP };
	web_script(&web, &step, 1);
	fetch(&f, loop);
	assert_int_equal(f.result, 0);
	assert_non_null(strstr(f.headers.data, "x-50: 50\n"));
	assert_null(strstr(f.headers.data, "x-500: 500\n"));
	buf_release(&b);
	/* headers of an interim answer are not those of the answer */
	WEB_SCRIPT(&web, { "HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n" OK, KEEP });
	fetch(&f, loop);
	assert_null(strstr(f.headers.data, "x-early"));
	assert_string_equal(f.body.data, "{}");
}

/* ---- redirects ---- */

static void
test_redirect_is_an_answer(void **state)
{
	char redirect[200];
	const struct step moved[] = { { redirect, KEEP }, { OK, KEEP } };
	static const int statuses[] = { 301, 302, 303, 307, 308 };

	(void)state;
	for (size_t i = 0; i < LEN(statuses); i++) {
		snprintf(redirect, sizeof(redirect), "HTTP/1.1 %d X\r\nLocation: http://127.0.0.1:%d/other\r\nContent-Length: 0\r\n\r\n",
		    statuses[i], web.port);
		web_script(&web, moved, 2);
		fetch(&f, loop);
		assert_true(f.result == 0 && f.status == statuses[i] && web.requests == 1);
	}
}

static void
test_media_redirect(void **state)
{
	static const char *const refused[] = { "http://example.invalid/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "/relative", "//127.0.0.1/x",
		"http://127.0.0.1.example.invalid/", "http://127.0.0.1@example.invalid/", "javascript:1" };
	struct secret *token = secret_new("tok-en", 6);
	char redirect[300];
	const struct step moved[] = { { redirect, KEEP }, { redirect, KEEP } };

	(void)state;
	f.req.flags = HTTP_MEDIA_REDIRECT;
	f.req.auth_scheme = "Bearer";
	f.req.credentials = token;
	f.req.headers = &(struct http_header){ "X-Private", "header-canary" };
	f.req.header_count = 1;
	snprintf(redirect, sizeof(redirect), "HTTP/1.1 303 X\r\nLocation: http://127.0.0.1:%d/media?sig=1\r\nContent-Length: 0\r\n\r\n", web.port);
	web_script(&web, moved, 2);
	fetch(&f, loop);
	assert_true(f.result == 0 && f.status == 303 && web.requests == 2);	/* one is followed, not a chain */
	{
		const char *second = strstr(web.log.data, "GET /media?sig=1 HTTP/1.1\r\n");

		assert_non_null(second);
		assert_true(strstr(web.log.data, "Authorization: Bearer tok-en") < second);
		assert_null(strstr(second, "Authorization"));
		assert_null(strstr(second, "tok-en"));
		assert_null(strstr(second, "header-canary"));
	}
	for (size_t i = 0; i < LEN(refused); i++) {
		snprintf(redirect, sizeof(redirect), "HTTP/1.1 302 X\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", refused[i]);
		web_script(&web, moved, 2);
		fetch(&f, loop);
		if (f.result != -1 || f.kind != ERR_PROTOCOL || web.requests != 1)
			fail_msg("redirect to %s: result %d, kind %d, %s", refused[i], f.result, f.kind, f.message);
	}
	WEB_SCRIPT(&web, { "HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n", KEEP });
	fetch(&f, loop);
	expect_error(ERR_PROTOCOL, "redirected");
	secret_free(token);
}

/* ---- headers ---- */

static void
test_header_injection(void **state)
{
	static const struct http_header evil[] = {
		{ "X", "a\r\nX-Evil: 1" }, { "X", "a\nX-Evil: 1" }, { "X", "a\rX-Evil: 1" }, { "X\r\nX-Evil: 1\r\nY", "b" }, { "X", "a\x01" }, { "X", "a\x7f" },
	};
	static const struct { const char *bytes; size_t len; } tokens[] = {
		{ "tok\n", 4 }, { "tok\r\nX-Evil: 1", 14 }, { "tok\0hidden", 10 }, { "\x1b", 1 },
	};

	(void)state;
	for (size_t i = 0; i < LEN(evil); i++) {
		f.req.headers = &evil[i];
		f.req.header_count = 1;
		fetch(&f, loop);
		expect_error(ERR_CONFIG, "control character");
		assert_false(f.sent);
	}
	f.req.header_count = 0;
	for (size_t i = 0; i < LEN(tokens); i++) {
		struct secret *token = secret_new(tokens[i].bytes, tokens[i].len);

		f.req.auth_scheme = "Bearer";
		f.req.credentials = token;
		fetch(&f, loop);
		expect_error(ERR_CONFIG, "token");
		assert_null(strstr(f.message, "tok\n"));
		assert_false(f.sent);
		secret_free(token);
	}
	f.req.auth_scheme = NULL;
	f.req.body = "{}";
	f.req.body_len = 2;
	f.req.content_type = "text/plain\r\nX-Evil: 1";
	fetch(&f, loop);
	assert_int_equal(f.kind, ERR_CONFIG);
	assert_int_equal(web.requests, 0);
}

/* What is too long for a header is refused, not cut or left out. */
static void
test_header_too_long(void **state)
{
	static char text[100001];
	struct secret *token;

	(void)state;
	memset(text, 'x', 100000);
	token = secret_new(text, 100000);
	f.req.headers = &(struct http_header){ "X-Long", text };
	f.req.header_count = 1;
	fetch(&f, loop);
	expect_error(ERR_CONFIG, "X-Long");
	f.req.header_count = 0;
	f.req.auth_scheme = "Bearer";
	f.req.credentials = token;
	fetch(&f, loop);
	expect_error(ERR_CONFIG, "token");
	assert_int_equal(web.requests, 0);
	secret_free(token);
}

static void
test_plain_http_only_where_allowed(void **state)
{
	(void)state;
	http_pool_free(pool);
	f.pool = pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site" });
	fetch(&f, loop);
	expect_error(ERR_CONFIG, "https://");
	assert_int_equal(web.connections, 0);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_answer),
		TEST(test_answer_in_pieces),
		TEST(test_gzip),
		TEST(test_body_and_auth),
		TEST(test_no_body),
		TEST(test_keep_alive),
		TEST(test_size_cap),
		TEST(test_broken_answers),
		TEST(test_no_connection),
		TEST(test_connect_timeout),
		TEST(test_timeouts),
		TEST(test_cancel_frees_the_connection),
		TEST(test_descriptors_return),
		TEST(test_retry_delays),
		TEST(test_reads_are_repeated),
		TEST(test_three_attempts_at_most),
		TEST(test_without_the_flag_nothing_is_repeated),
		TEST(test_no_wait_beyond_the_deadline),
		TEST(test_cancel_between_attempts),
		TEST(test_streaming),
		TEST(test_streaming_takes_only_success),
		TEST(test_pool_limit),
		TEST(test_many_headers),
		TEST(test_redirect_is_an_answer),
		TEST(test_media_redirect),
		TEST(test_header_injection),
		TEST(test_header_too_long),
		TEST(test_plain_http_only_where_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
