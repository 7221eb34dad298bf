/*
 * TLS and proxies. A certificate is accepted only from a known authority and for the
 * host that was asked; nothing older than TLS 1.2 is spoken, even where the system would
 * allow it; a client certificate is shown when there is one. A proxy carries what it is
 * told to and sees of an https request the host alone.
 *
 * The servers are `openssl s_server` processes on ports that the system gives, stopped by
 * their own ids; the certificates are made here, in a directory that vanishes.
 */
#include "unit/http_harness.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <sys/prctl.h>

static struct loop *loop;
static struct http *http;
static struct http_pool *pool;
static struct fetch f;
static char dir[64], url[96];

static const char *
in_dir(const char *name)
{
	static char room[8][128];
	static int next;
	char *path = room[next++ % 8];

	snprintf(path, 128, "%s/%s", dir, name);
	return path;
}

static void ATTR_PRINTF(1, 2)
run(const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (system(line) != 0)
		fail_msg("failed: %s", line);
}

#define NEW_KEY "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"

static void
make_authority(const char *name)
{
	run("openssl req -x509 " NEW_KEY " -keyout %s/%s.key -out %s/%s.pem -subj '/CN=%s'"
	    " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null", dir, name, dir, name, name);
}

static void
make_certificate(const char *name, const char *authority, const char *names)
{
	run("openssl req -x509 -CA %s/%s.pem -CAkey %s/%s.key " NEW_KEY " -keyout %s/%s.key -out %s/%s.pem -subj '/CN=%s'"
	    " -addext 'subjectAltName=%s' -addext basicConstraints=critical,CA:FALSE 2>/dev/null",
	    dir, authority, dir, authority, dir, name, dir, name, name, names);
}

static int
group_set_up(void **state)
{
	(void)state;
	temp_dir(dir);
	/* the library itself would allow old protocols here: only our own setting refuses them */
	write_text(in_dir("openssl.cnf"), 0600, "openssl_conf = o\n[o]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\nMinProtocol = TLSv1\n"
	    "CipherString = ALL:@SECLEVEL=0\n[req]\ndistinguished_name = dn\n[dn]\n");
	setenv("OPENSSL_CONF", in_dir("openssl.cnf"), 1);
	make_authority("ca");
	make_authority("other-ca");
	make_certificate("good", "ca", "IP:127.0.0.1,DNS:localhost");
	make_certificate("wrong", "ca", "DNS:other.example,IP:127.0.0.2");
	make_certificate("client", "ca", "DNS:client.example");
	return 0;
}

static int
group_tear_down(void **state)
{
	(void)state;
	remove_dir(dir);
	return 0;
}

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new();
	http = http_new(loop);
	f = (struct fetch){ .req = { .method = "GET", .url = url } };
	pool = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	fetch_release(&f);
	http_pool_free(pool);
	http_free(http);
	loop_free(loop);
	return 0;
}

static const char *site_mode = "-www";	/* answers every request with a page about the connection */

struct tls_server {
	pid_t pid;
	int port, out;
};

/* Waits for the line in which s_server says its port. options: NULL-terminated, may be NULL. */
static void
tls_start(struct tls_server *s, const char *cert, const char *const *options)
{
	static char text[4096];
	char cert_file[128], key_file[128];
	const char *argv[24] = { "openssl", "s_server", "-accept", "127.0.0.1:0", site_mode, "-cert", cert_file, "-key", key_file };
	size_t n = 9, len = 0;
	int out[2];
	char *at;

	snprintf(cert_file, sizeof(cert_file), "%s/%s.pem", dir, cert);
	snprintf(key_file, sizeof(key_file), "%s/%s.key", dir, cert);
	while (options != NULL && *options != NULL)
		argv[n++] = *options++;
	argv[n] = NULL;
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	s->pid = fork();
	if (s->pid == 0) {
		int null = open("/dev/null", O_RDWR);

		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* also when a failed assertion leaves it behind */
		dup2(null, STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	close(out[1]);
	s->out = out[0];
	for (;;) {
		ssize_t got = read(s->out, text + len, sizeof(text) - 1 - len);

		if (got <= 0)
			fail_msg("openssl s_server did not start");
		len += (size_t)got;
		text[len] = '\0';
		at = strstr(text, "ACCEPT 127.0.0.1:");
		if (at != NULL && strchr(at, '\n') != NULL)
			break;
	}
	s->port = (int)strtol(at + strlen("ACCEPT 127.0.0.1:"), NULL, 10);
	assert_true(s->port > 0);
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/page", s->port);
}

static void
tls_stop(struct tls_server *s)
{
	int status;

	kill(s->pid, SIGKILL);
	waitpid(s->pid, &status, 0);
	close(s->out);
}

static void
use_pool(struct http_pool_options o)
{
	http_pool_free(pool);
	o.name = "Test site";
	f.pool = pool = http_pool_new(http, &o);
}

static void
expect_page(void)
{
	fetch(&f, loop);
	if (f.result != 0 || f.status != 200 || strstr(f.body.data, "<pre>") == NULL)
		fail_msg("status %d, kind %d: %s", f.status, f.kind, f.message);
}

static void
expect_refused(void)
{
	fetch(&f, loop);
	if (f.result != -1 || f.kind != ERR_TLS || f.sent)
		fail_msg("result %d, kind %d, sent %d: %s", f.result, f.kind, f.sent, f.message);
	assert_null(strstr(f.message, "canary"));
}

static void
test_authority(void **state)
{
	struct secret *token = secret_new("canary", 6);
	struct tls_server s;

	(void)state;
	tls_start(&s, "good", NULL);
	f.req.auth_scheme = "Bearer";
	f.req.credentials = token;
	use_pool((struct http_pool_options){ 0 });	/* the system's authorities do not know ours */
	expect_refused();
	assert_non_null(strstr(f.message, "ATLASSIAN_CA_FILE"));
	use_pool((struct http_pool_options){ .ca_file = in_dir("other-ca.pem") });
	expect_refused();
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem") });
	expect_page();
	snprintf(url, sizeof(url), "https://localhost:%d/", s.port);
	expect_page();
	use_pool((struct http_pool_options){ .ca_file = in_dir("missing.pem") });
	expect_refused();
	use_pool((struct http_pool_options){ .insecure_skip_verify = true });
	expect_page();
	use_pool((struct http_pool_options){ 0 });	/* and that leaves nothing behind: a verified pool stays strict */
	expect_refused();
	/* writes are refused in the same way, and are known not to be sent */
	f.req.method = "POST";
	f.req.body = "{}";
	f.req.body_len = 2;
	expect_refused();
	tls_stop(&s);
	secret_free(token);
}

static void
test_self_signed(void **state)
{
	struct tls_server s;

	(void)state;
	run("openssl req -x509 " NEW_KEY " -keyout %s/self.key -out %s/self.pem -subj '/CN=self'"
	    " -addext 'subjectAltName=IP:127.0.0.1' 2>/dev/null", dir, dir);
	tls_start(&s, "self", NULL);
	use_pool((struct http_pool_options){ 0 });
	expect_refused();
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem") });
	expect_refused();
	use_pool((struct http_pool_options){ .ca_file = in_dir("self.pem") });
	expect_page();
	tls_stop(&s);
}

static void
test_wrong_host(void **state)
{
	struct tls_server s;

	(void)state;
	tls_start(&s, "wrong", NULL);
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem") });
	expect_refused();
	snprintf(url, sizeof(url), "https://localhost:%d/", s.port);
	expect_refused();
	tls_stop(&s);
}

static void
test_versions(void **state)
{
	static const struct { const char *option; bool spoken; } versions[] = {
		{ "-tls1", false }, { "-tls1_1", false }, { "-tls1_2", true }, { "-tls1_3", true },
	};

	(void)state;
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem") });
	for (size_t i = 0; i < LEN(versions); i++) {
		const char *options[] = { versions[i].option, "-cipher", "ALL:@SECLEVEL=0", NULL };
		struct tls_server s;

		tls_start(&s, "good", options);
		if (versions[i].spoken)
			expect_page();
		else
			expect_refused();
		tls_stop(&s);
	}
}

static void
test_client_certificate(void **state)
{
	const char *options[] = { "-Verify", "1", "-verify_return_error", "-CAfile", in_dir("ca.pem"), "-tls1_2", NULL };
	struct tls_server s;

	(void)state;
	tls_start(&s, "good", options);
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem") });
	fetch(&f, loop);
	assert_true(f.result == -1 && f.kind == ERR_TLS);
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem"), .client_cert = in_dir("client.pem"), .client_key = in_dir("client.key") });
	expect_page();
	assert_non_null(strstr(f.body.data, "client.example"));
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem"), .client_cert = in_dir("missing.pem"), .client_key = in_dir("client.key") });
	expect_refused();
	tls_stop(&s);
}

/* A download that is redirected to another host shows that host nothing of ours. */
static void
test_media_redirect_shows_no_certificate(void **state)
{
	const char *ask[] = { "-verify", "1", "-CAfile", in_dir("ca.pem"), "-tls1_2", NULL };
	struct tls_server media, s;
	char here[4096], text[256];

	(void)state;
	/* s_server -HTTP sends files as they are, from its directory */
	assert_non_null(getcwd(here, sizeof(here)));
	tls_start(&media, "good", ask);
	snprintf(text, sizeof(text), "HTTP/1.1 303 See\r\nLocation: https://localhost:%d/media\r\nContent-Length: 0\r\n\r\n", media.port);
	write_text(in_dir("page"), 0600, text);
	assert_int_equal(chdir(dir), 0);
	site_mode = "-HTTP";
	tls_start(&s, "good", ask);
	site_mode = "-www";
	assert_int_equal(chdir(here), 0);
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem"), .client_cert = in_dir("client.pem"), .client_key = in_dir("client.key") });
	f.req.flags = HTTP_MEDIA_REDIRECT;
	expect_page();
	assert_null(strstr(f.body.data, "client.example"));
	assert_non_null(strstr(f.body.data, "no client certificate available"));
	snprintf(url, sizeof(url), "https://localhost:%d/media", media.port);	/* asked as the site itself, it sees it */
	expect_page();
	assert_non_null(strstr(f.body.data, "client.example"));
	tls_stop(&s);
	tls_stop(&media);
}

static void
test_plain_server_behind_https(void **state)
{
	struct web web;

	(void)state;
	WEB_OPEN(&web, loop, { "HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n", CLOSE });
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/", web.port);
	/* a TLS greeting has no empty line, so the peer answers nothing: let it close */
	use_pool((struct http_pool_options){ .timeout_ms = 300 });
	fetch(&f, loop);
	assert_true(f.result == -1 && !f.sent && (f.kind == ERR_TIMEOUT || f.kind == ERR_TLS));
	web_close(&web);
}

/* ---- proxies ---- */

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

static void
test_plain_proxy(void **state)
{
	struct web proxy, site;
	char proxy_url[64];

	(void)state;
	WEB_OPEN(&proxy, loop, { OK, KEEP });
	WEB_OPEN(&site, loop, { OK, KEEP });
	snprintf(proxy_url, sizeof(proxy_url), "http://ann:pw@127.0.0.1:%d", proxy.port);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/page", site.port);
	use_pool((struct http_pool_options){ .allow_plain = true, .proxy = proxy_url });
	fetch(&f, loop);
	assert_int_equal(f.result, 0);
	assert_true(proxy.requests == 1 && site.connections == 0);
	{
		char line[128];

		snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\n", url);
		assert_true(saw(&proxy, line));
		assert_true(saw(&proxy, "Proxy-Authorization: Basic YW5uOnB3\r\n"));
	}
	use_pool((struct http_pool_options){ .allow_plain = true, .proxy = proxy_url, .no_proxy = "other.example, 127.0.0.1" });
	fetch(&f, loop);
	assert_true(f.result == 0 && proxy.requests == 1 && site.requests == 1);
	assert_false(saw(&site, "Proxy-Authorization"));
	use_pool((struct http_pool_options){ .allow_plain = true, .proxy = proxy_url, .no_proxy = "*" });
	fetch(&f, loop);
	assert_true(f.result == 0 && proxy.requests == 1 && site.requests == 2);
	/* what the configuration does not say, the environment does not either */
	setenv("http_proxy", proxy_url, 1);
	setenv("ALL_PROXY", proxy_url, 1);
	use_pool((struct http_pool_options){ .allow_plain = true });
	fetch(&f, loop);
	assert_true(f.result == 0 && proxy.requests == 1 && site.requests == 3);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
	web_close(&proxy);
	web_close(&site);
}

/* A CONNECT proxy: one tunnel, whose first bytes are kept. */
struct tunnel {
	int fd, port;
	struct event *ev;
	struct bufferevent *client, *server;
	char head[2048];
	struct buf seen;	/* everything from the client after CONNECT */
};

static void
tunnel_event(struct bufferevent *from, short what, void *arg)
{
	(void)from;
	(void)what;
	(void)arg;
}

static void
tunnel_read(struct bufferevent *from, void *arg)
{
	struct tunnel *t = arg;
	struct evbuffer *in = bufferevent_get_input(from);

	if (t->server == NULL) {
		struct evbuffer_ptr end = evbuffer_search(in, "\r\n\r\n", 4, NULL);
		struct sockaddr_in to = { .sin_family = AF_INET };

		if (end.pos < 0)
			return;
		evbuffer_remove(in, t->head, (size_t)end.pos + 4);
		to.sin_port = htons((uint16_t)strtol(strchr(t->head, ':') + 1, NULL, 10));
		to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		t->server = bufferevent_socket_new(loop_base(loop), -1, BEV_OPT_CLOSE_ON_FREE);
		bufferevent_setcb(t->server, tunnel_read, NULL, tunnel_event, t);
		bufferevent_socket_connect(t->server, (struct sockaddr *)&to, sizeof(to));
		bufferevent_enable(t->server, EV_READ | EV_WRITE);
		bufferevent_write(from, "HTTP/1.1 200 Connected\r\n\r\n", 26);
		return;
	}
	if (from == t->client)
		buf_add(&t->seen, evbuffer_pullup(in, -1), evbuffer_get_length(in));
	bufferevent_write_buffer(from == t->client ? t->server : t->client, in);
}

static void
tunnel_accept(evutil_socket_t fd, short what, void *arg)
{
	struct tunnel *t = arg;
	int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)what;
	t->client = bufferevent_socket_new(loop_base(loop), got, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(t->client, tunnel_read, NULL, tunnel_event, t);
	bufferevent_enable(t->client, EV_READ | EV_WRITE);
}

static void
test_tunnel(void **state)
{
	struct secret *token = secret_new("tok-canary", 10);
	static struct tunnel t;
	char proxy_url[64], expected[64];
	struct tls_server s;

	(void)state;
	memset(&t, 0, sizeof(t));
	buf_init(&t.seen, 1 << 20);
	t.fd = loopback_socket(&t.port);
	assert_int_equal(listen(t.fd, 4), 0);
	t.ev = event_new(loop_base(loop), t.fd, EV_READ, tunnel_accept, &t);
	event_add(t.ev, NULL);
	tls_start(&s, "good", NULL);
	snprintf(proxy_url, sizeof(proxy_url), "http://127.0.0.1:%d", t.port);
	use_pool((struct http_pool_options){ .ca_file = in_dir("ca.pem"), .proxy = proxy_url });
	f.req.auth_scheme = "Bearer";
	f.req.credentials = token;
	expect_page();
	snprintf(expected, sizeof(expected), "CONNECT 127.0.0.1:%d HTTP/1.1\r\n", s.port);
	assert_memory_equal(t.head, expected, strlen(expected));
	assert_null(strstr(t.head, "canary"));
	assert_null(strstr(t.head, "Authorization"));
	assert_null(strstr(t.head, "/page"));
	assert_true(t.seen.len > 200);
	assert_null(memmem(t.seen.data, t.seen.len, "canary", 6));
	assert_null(memmem(t.seen.data, t.seen.len, "/page", 5));
	/* the headers of the answer are the site's, not the proxy's */
	assert_null(strstr(f.headers.data, "onnected"));
	tls_stop(&s);
	http_pool_free(pool);
	http_free(http);
	pool = NULL;
	http = NULL;
	event_free(t.ev);
	bufferevent_free(t.client);
	bufferevent_free(t.server);
	close(t.fd);
	buf_release(&t.seen);
	secret_free(token);
}

/* A write that the proxy turned away was never at the site. */
static void
test_proxy_refuses(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 502 X\r\nContent-Length: 0\r\n\r\n",
		"HTTP/1.1 403 X\r\nContent-Length: 6\r\n\r\n<html>",
	};
	char proxy_url[64];
	struct web proxy;

	(void)state;
	WEB_OPEN(&proxy, loop, { OK, CLOSE });
	snprintf(proxy_url, sizeof(proxy_url), "http://127.0.0.1:%d", proxy.port);
	snprintf(url, sizeof(url), "https://127.0.0.1:1/");
	use_pool((struct http_pool_options){ .proxy = proxy_url });
	f.req.method = "POST";
	f.req.body = "{\"canary\":1}";
	f.req.body_len = 12;
	for (size_t i = 0; i < LEN(answers); i++) {
		const struct step step = { answers[i], CLOSE };

		web_script(&proxy, &step, 1);
		fetch(&f, loop);
		if (f.result != -1 || f.kind != ERR_NETWORK || f.sent || strstr(f.message, "roxy") == NULL)
			fail_msg("case %zu: result %d, kind %d, sent %d: %s", i, f.result, f.kind, f.sent, f.message);
		assert_false(saw(&proxy, "canary"));
	}
	web_close(&proxy);
	/* nobody at the proxy's address */
	fetch(&f, loop);
	assert_true(f.result == -1 && f.kind == ERR_NETWORK && !f.sent);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_authority),
		TEST(test_self_signed),
		TEST(test_wrong_host),
		TEST(test_versions),
		TEST(test_client_certificate),
		TEST(test_media_redirect_shows_no_certificate),
		TEST(test_plain_server_behind_https),
		TEST(test_plain_proxy),
		TEST(test_tunnel),
		TEST(test_proxy_refuses),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
