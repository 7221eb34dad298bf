/*
 * The server over TLS, with the openssl program as client and as maker of
 * certificates. Skipped where the program is not installed.
 */
#include "unit/httpd_harness.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define GET(path) "GET " path " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static char dir[] = "/tmp/httpd-tls-XXXXXX";
static char cert[64], key[64], cert2[64], key2[64];
static bool have_openssl;

/* Runs the program with fd as its input and output. */
static pid_t
spawn(int fd, char *const argv[])
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(fd != -1 ? fd : null, 0);
		dup2(fd != -1 ? fd : null, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	assert_true(pid > 0);
	return pid;
}

static int
make_certificate(const char *name, char *cert_path, char *key_path, size_t size)
{
	char subject[64];
	int status;
	pid_t pid;

	snprintf(cert_path, size, "%s/%s.crt", dir, name);
	snprintf(key_path, size, "%s/%s.key", dir, name);
	snprintf(subject, sizeof(subject), "/CN=%s", name);
	pid = spawn(-1, (char *[]){ (char[]){ "openssl" }, (char[]){ "req" }, (char[]){ "-x509" }, (char[]){ "-newkey" },
			    (char[]){ "ec" }, (char[]){ "-pkeyopt" }, (char[]){ "ec_paramgen_curve:prime256v1" },
			    (char[]){ "-nodes" }, (char[]){ "-days" }, (char[]){ "2" }, (char[]){ "-subj" }, subject,
			    (char[]){ "-out" }, cert_path, (char[]){ "-keyout" }, key_path, NULL });
	waitpid(pid, &status, 0);
	return status;
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	have_openssl = make_certificate("one", cert, key, sizeof(cert)) == 0 &&
	    make_certificate("two", cert2, key2, sizeof(cert2)) == 0;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(cert);
	unlink(key);
	unlink(cert2);
	unlink(key2);
	return rmdir(dir);
}

static struct httpd_options
options(void)
{
	return (struct httpd_options){ .host = "127.0.0.1", .tls_cert = cert, .tls_key = key };
}

/* A TLS client: s_client on the other end of a socket pair. */
static pid_t
tls_open(struct client *c, struct server *s, char *option)
{
	char address[32];
	int pair[2];
	pid_t pid;

	snprintf(address, sizeof(address), "127.0.0.1:%d", httpd_port(s->httpd));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid = spawn(pair[1], (char *[]){ (char[]){ "openssl" }, (char[]){ "s_client" }, (char[]){ "-quiet" },
				 (char[]){ "-connect" }, address, option, NULL });
	close(pair[1]);
	client_attach(c, s, pair[0]);
	return pid;
}

static void
tls_close(struct client *c, pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	client_close(c);
}

static void
test_requests(void **state)
{
	struct httpd_options o = options();
	size_t len = 5 << 20;
	struct server s;
	struct client c;
	struct buf b;
	pid_t pid;

	(void)state;
	if (!have_openssl)
		skip();
	server_open(&s, &o);
	pid = tls_open(&c, &s, NULL);
	client_sends(&c, GET("/1") GET("/2"));
	wait_for(&s, has(&c.in, "GET /1? ") && has(&c.in, "GET /2? "));
	buf_reset(&c.in);

	buf_init(&b, 8 << 20);	/* a large body in, a large answer out */
	for (size_t i = 0; i < 100000; i++)
		buf_addc(&b, (char)('a' + i * 3 % 26));
	client_sends(&c, "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
	for (size_t sent = 0; sent < b.len;) {
		ssize_t n = send(c.fd, b.data + sent, b.len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		event_base_loop(s.base, EVLOOP_NONBLOCK);
	}
	wait_for(&s, c.in.len > b.len);
	assert_non_null(memmem(c.in.data, c.in.len, b.data, b.len));
	buf_reset(&c.in);
	buf_reset(&b);
	for (size_t i = 0; i < len; i++)
		buf_addc(&b, (char)('a' + i * 7 % 26));
	s.big = b.data;
	s.big_len = b.len;
	client_sends(&c, GET("/big"));
	wait_for(&s, c.in.len > len);
	assert_non_null(memmem(c.in.data, c.in.len, b.data, b.len));
	buf_release(&b);

	client_sends(&c, "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	wait_for(&s, c.eof);	/* close_notify ends the client */
	assert_true(has(&c.in, "GET /3? "));
	tls_close(&c, pid);
	wait_for(&s, httpd_connections(s.httpd) == 0);
	server_close(&s);
}

static void
test_stream_and_departure(void **state)
{
	struct httpd_options o = options();
	struct server s;
	struct client c;
	pid_t pid;

	(void)state;
	if (!have_openssl)
		skip();
	server_open(&s, &o);
	s.watch = true;
	pid = tls_open(&c, &s, NULL);
	client_sends(&c, GET("/hold"));
	wait_for(&s, s.held_count == 1);
	exchange_stream(s.held[0], 200, NULL, 0);
	exchange_write(s.held[0], "data: 1\n\n", 9);
	wait_for(&s, has(&c.in, "data: 1\n\n"));
	tls_close(&c, pid);
	wait_for(&s, s.closed == 1);
	wait_for(&s, httpd_connections(s.httpd) == 0);
	server_close(&s);
}

static void
test_versions(void **state)
{
	struct httpd_options o = options();
	struct server s;
	struct client c;
	pid_t pid;

	(void)state;
	if (!have_openssl)
		skip();
	server_open(&s, &o);
	pid = tls_open(&c, &s, (char[]){ "-tls1_2" });
	client_sends(&c, GET("/12"));
	wait_for(&s, has(&c.in, "GET /12? "));
	tls_close(&c, pid);
	pid = tls_open(&c, &s, (char[]){ "-tls1_1" });
	wait_for(&s, c.eof);
	assert_int_equal(c.in.len, 0);
	tls_close(&c, pid);

	/* Plain HTTP gets nothing executed, and is not kept. */
	client_open(&c, &s);
	client_sends(&c, GET("/plain"));
	wait_for(&s, c.eof);
	assert_false(has(&s.log, "/plain"));
	client_close(&c);
	server_close(&s);
}

static void
test_handshake_deadline(void **state)
{
	struct httpd_options o = options();
	struct server s;
	struct client c;

	(void)state;
	if (!have_openssl)
		skip();
	o.header_ms = 60;
	server_open(&s, &o);
	client_open(&c, &s);
	wait_for(&s, c.eof);
	client_close(&c);
	client_open(&c, &s);
	client_send(&c, "\x16\x03\x01", 3);
	wait_for(&s, c.eof);
	client_close(&c);
	wait_for(&s, httpd_connections(s.httpd) == 0);
	server_close(&s);
}

static void
test_files(void **state)
{
	struct httpd_options o = options();
	struct server s;
	struct httpd *h;
	struct client c;
	struct err e;
	pid_t pid;

	(void)state;
	if (!have_openssl)
		skip();
	server_open(&s, &o);
	err_init(&e, s.arena);
	o.tls_key = key2;
	h = httpd_listen(s.loop, &o, serve, &s, &e);
	assert_null(h);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_init(&e, s.arena);
	o.tls_key = "/no/such/file";
	assert_null(httpd_listen(s.loop, &o, serve, &s, &e));
	assert_non_null(strstr(err_text(&e), "/no/such/file"));
	err_init(&e, s.arena);
	o.tls_key = NULL;
	assert_null(httpd_listen(s.loop, &o, serve, &s, &e));

	/* A failed reload changes nothing, a good one serves the new certificate. */
	err_init(&e, s.arena);
	assert_int_equal(httpd_reload_tls(s.httpd, cert2, key, &e), -1);
	err_init(&e, s.arena);
	assert_int_equal(httpd_reload_tls(s.httpd, cert2, key2, &e), 0);
	{
		char address[32];
		int pair[2];

		snprintf(address, sizeof(address), "127.0.0.1:%d", httpd_port(s.httpd));
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
		pid = spawn(pair[1], (char *[]){ (char[]){ "openssl" }, (char[]){ "s_client" }, (char[]){ "-connect" },
					 address, (char[]){ "-alpn" }, (char[]){ "h2,http/1.1" }, NULL });
		close(pair[1]);
		client_attach(&c, &s, pair[0]);
	}
	wait_for(&s, has(&c.in, "ALPN protocol: http/1.1"));
	assert_true(has(&c.in, "CN = two") || has(&c.in, "CN=two"));	/* OpenSSL before and since 3.2 */
	tls_close(&c, pid);
	server_close(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_stream_and_departure),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_handshake_deadline),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
