/*
 * Exactly once: a request that is not marked as a read reaches the site at most once,
 * whatever the connection does, and the caller is told whether it may have been there.
 * The peer counts what it saw over many repetitions, on new and on reused connections;
 * libcurl's own habit of repeating on a dead connection is what would turn this red.
 */
#include "unit/http_harness.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static struct loop *loop;
static struct http *http;
static struct http_pool *pool;
static struct web web;
static struct fetch f;
static char url[64];

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new();
	http = http_new(loop);
	WEB_OPEN(&web, loop, { OK, KEEP });
	pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site", .allow_plain = true });
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/w", web.port);
	f = (struct fetch){ .pool = pool };
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

static char big[300000];

static const struct http_request writes[] = {
	{ .method = "POST", .body = "{\"a\":1}", .body_len = 7 },
	{ .method = "PUT", .body = "{\"a\":1}", .body_len = 7 },
	{ .method = "PATCH", .body = "x", .body_len = 1 },
	{ .method = "DELETE" },
	{ .method = "POST" },
	{ .method = "POST", .body = "", .body_len = 0 },
	{ .method = "DELETE", .body = "{}", .body_len = 2 },
	{ .method = "POST", .body = big, .body_len = sizeof(big) },
};

static size_t
times_seen(void)
{
	const char *at = web.log.data, *end = web.log.data + web.log.len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), " /w HTTP/1.1\r\n", 14)) != NULL) {
		at += 14;
		n++;
	}
	return n;
}

/* A read first, so that a connection is there to be reused; then the write, whose connection ends as stated. */
static void
write_over_old_connection(const struct http_request *req, const struct step *fate)
{
	const struct step steps[] = { { OK, KEEP }, *fate };
	char read_url[64];

	web_script(&web, steps, 2);
	snprintf(read_url, sizeof(read_url), "http://127.0.0.1:%d/r", web.port);
	f.req = (struct http_request){ .method = "GET", .url = read_url, .flags = HTTP_RETRY };
	fetch(&f, loop);
	assert_int_equal(f.result, 0);
	f.req = *req;
	f.req.url = url;
	fetch(&f, loop);
	if (times_seen() != 1 || !f.sent || f.attempts != 1)
		fail_msg("%s with %zu bytes of body: seen %zu times, sent %d, attempts %d, kind %d: %s", req->method, req->body_len,
		    times_seen(), f.sent, f.attempts, f.kind, f.message);
}

static void
test_closed_without_answer(void **state)
{
	static const struct step fates[] = {
		{ NULL, CLOSE }, { NULL, RESET }, { NULL, CLOSE, .on_headers = true }, { NULL, RESET, .on_headers = true },
		{ "HTTP/1.1 100 Continue\r\n\r\n", CLOSE }, { "HTTP/1.1 2", CLOSE },
	};

	(void)state;
	for (size_t i = 0; i < LEN(fates); i++) {
		for (size_t k = 0; k < LEN(writes); k++) {
			for (int n = 0; n < (writes[k].body_len > 1000 ? 5 : 40); n++) {
				write_over_old_connection(&writes[k], &fates[i]);
				assert_true(f.result == -1 && (f.kind == ERR_NETWORK || f.kind == ERR_PROTOCOL));
			}
		}
	}
}

static void
test_answered(void **state)
{
	static const struct step fates[] = { { OK, KEEP }, { OK, CLOSE }, { "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n", KEEP },
		{ "HTTP/1.1 429 X\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n", KEEP } };

	(void)state;
	for (size_t i = 0; i < LEN(fates); i++) {
		for (size_t k = 0; k < LEN(writes); k++) {
			write_over_old_connection(&writes[k], &fates[i]);
			assert_int_equal(f.result, 0);
		}
	}
}

/* The site ends the idle connection about when the write begins: seen once, or not at all and said so. */
static void
test_idle_connection_ends(void **state)
{
	static const enum then ends[] = { CLOSE, RESET };

	(void)state;
	for (int n = 0; n < 300; n++) {
		const struct http_request *w = &writes[n % LEN(writes)];
		const struct step steps[] = { { OK, ends[n / 8 % 2] }, { OK, KEEP } };

		web_script(&web, steps, 2);
		f.req = (struct http_request){ .method = "GET", .url = url, .flags = HTTP_RETRY };
		fetch(&f, loop);
		buf_reset(&web.log);
		for (int turns = n % 3; turns > 0; turns--)
			event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
		f.req = *w;
		f.req.url = url;
		fetch(&f, loop);
		assert_true(times_seen() <= 1);
		if (f.result == 0)
			assert_int_equal(times_seen(), 1);
		if (times_seen() > 0)
			assert_true(f.sent);
	}
}

static void
test_nobody_there(void **state)
{
	int port, fd = loopback_socket(&port);

	(void)state;
	close(fd);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/w", port);
	for (size_t k = 0; k < LEN(writes); k++) {
		f.req = writes[k];
		f.req.url = url;
		fetch(&f, loop);
		assert_true(f.result == -1 && f.kind == ERR_NETWORK && !f.sent && f.attempts == 1);
	}
}

static void
cancel_now(struct web *w)
{
	call_cancel(((struct fetch *)w->arg)->call);
}

/* Cancelled just when the site has it: it may have been executed, and that is what is said. */
static void
test_cancelled_when_it_is_there(void **state)
{
	(void)state;
	for (size_t k = 0; k < LEN(writes); k++) {
		WEB_SCRIPT(&web, { OK, KEEP });
		web.on_request = cancel_now;
		web.arg = &f;
		f.req = writes[k];
		f.req.url = url;
		fetch(&f, loop);
		assert_true(times_seen() == 1 && f.result == -1 && f.kind == ERR_CANCELLED && f.sent);
	}
}

/* A read may be repeated, but never seen more than three times: libcurl's own repetitions count. */
static void
test_reads_three_times_at_most(void **state)
{
	static const struct step fates[] = { { NULL, CLOSE }, { NULL, RESET } };

	(void)state;
	for (size_t i = 0; i < LEN(fates); i++) {
		const struct step steps[] = { { OK, KEEP }, fates[i] };

		web_script(&web, steps, 2);
		f.req = (struct http_request){ .method = "GET", .url = url, .flags = HTTP_RETRY };
		fetch(&f, loop);
		buf_reset(&web.log);
		fetch(&f, loop);
		assert_true(f.result == -1 && f.kind == ERR_NETWORK && f.attempts == 3);
		assert_int_equal(times_seen(), 3);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_closed_without_answer),
		TEST(test_answered),
		TEST(test_idle_connection_ends),
		TEST(test_nobody_there),
		TEST(test_cancelled_when_it_is_there),
		TEST(test_reads_three_times_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
