/* The server over loopback sockets: answers, keep-alive, pipelining, streams, limits, deadlines, drain. */
#include "unit/httpd_harness.h"

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define POST(path, length, body) \
	"POST " path " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " length "\r\n\r\n" body

static const struct httpd_options defaults = { .host = "127.0.0.1" };

static void
test_answers(void **state)
{
	struct server s;
	struct client c;

	(void)state;
	server_open(&s, &defaults);
	client_open(&c, &s);
	client_sends(&c, GET("/a/b?x=1&y=2"));
	wait_for(&s, has(&c.in, "GET /a/b?x=1&y=2 "));
	assert_int_equal(status_of(&c), 200);
	assert_true(has(&c.in, "\r\nContent-Type: text/plain\r\n"));
	assert_true(has(&c.in, "\r\nContent-Length: 17\r\n"));
	assert_true(has(&c.in, "\r\nDate: "));
	assert_false(has(&c.in, "Connection:"));
	buf_reset(&c.in);
	client_sends(&c, POST("/p", "5", "hello"));
	wait_for(&s, has(&c.in, "POST /p? hello"));
	assert_false(c.eof);
	assert_int_equal(httpd_connections(s.httpd), 1);
	client_close(&c);
	wait_for(&s, httpd_connections(s.httpd) == 0);
	server_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
