/*
 * The sandbox over loopback sockets: what each fault looks like to a client, that
 * what should have been executed was, and that nothing is left over when clients
 * leave or the sandbox stops in the middle.
 */
#include "unit/httpd_harness.h"

#include "sandbox/sandbox.h"

#include <stdlib.h>

#define AUTH "Authorization: Basic YWRhLmJyYW5kdEBoYWxkZW4uZXhhbXBsZTpzYW5kYm94LXRva2VuLWFkYQ==\r\n"

struct net {
	struct server s;		/* only its loop: the server is the sandbox's own */
	struct sandbox *sandbox;
	int port;
};

static void
net_open(struct net *n, const char *faults, bool dc)
{
	struct sandbox_options o = { .dc = dc, .faults = faults, .seed = 1, .now_ms = INT64_C(1795428000000) };
	struct err e;

	*n = (struct net){ .s = { .loop = loop_new(), .arena = arena_new() } };
	n->s.base = loop_base(n->s.loop);
	err_init(&e, n->s.arena);
	n->sandbox = sandbox_start(n->s.loop, &o, &e);
	if (n->sandbox == NULL)
		fail_msg("%s", err_text(&e));
	n->port = atoi(strrchr(sandbox_url(n->sandbox), ':') + 1);
}

static void
net_close(struct net *n)
{
	sandbox_stop(n->sandbox);
	loop_free(n->s.loop);
	arena_free(n->s.arena);
}

static void
send_request(struct net *n, struct client *c, const char *head, const char *body)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)n->port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[4096];

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	client_attach(c, &n->s, fd);
	snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", head,
	    AUTH, strlen(body), body);
	client_sends(c, text);
}

/* One request to its end; the answer in c->in. */
static void
exchange(struct net *n, struct client *c, const char *head, const char *body)
{
	send_request(n, c, head, body);
	wait_for(&n->s, c->eof);
}

static bool
answers(struct net *n, const char *head, const char *body, const char *holds)
{
	struct client c;
	bool found;

	exchange(n, &c, head, body);
	found = has(&c.in, holds);
	client_close(&c);
	return found;
}

static void
test_plain(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, NULL, false);
	assert_true(answers(&n, "GET /rest/api/3/myself", "", "\"displayName\":\"Ada Brandt\""));
	assert_true(answers(&n, "GET /rest/api/3/myself", "", "X-AACCOUNTID: 5f8e21b07c94ad006f3b1d52"));
	assert_true(answers(&n, "GET /rest/api/3/issue/OPS-9999", "", "HTTP/1.1 404"));
	assert_true(answers(&n, "PUT /rest/api/3/issue/OPS-1", "{\"fields\":{\"labels\":[]}}", "HTTP/1.1 204"));
	net_close(&n);
}

static const struct {
	const char *fault;
	int status;		/* 0: none arrives */
	const char *holds, *lacks;
	bool executed;
} faults[] = {
	{ "429", 429, "Retry-After: 1\r\n", "\"key\"", false },
	{ "429-bare", 429, "RateLimit-Reason: jira-burst-based", "Retry-After", false },
	{ "500", 500, "Internal server error", "\"key\"", false },
	{ "503", 503, "Retry-After: 1\r\n", "\"key\"", false },
	{ "html", 200, "<title>Log in", "{", false },
	{ "reset", 0, "", "HTTP", false },
	{ "reset-after", 0, "", "HTTP", true },
	{ "truncate", 201, "\"id\":\"10", "\r\n0\r\n\r\n", true },
	{ "garbage", 201, "{\"issues\": [", "\"key\"", true },
	{ "drip", 201, "Transfer-Encoding: chunked", "\"key\"", true },
	{ "latency:1ms", 201, "\"key\"", "errorMessages", true },
};

/* The side door knows no faults. */
static int
issues_held(struct net *n)
{
	static const char name[] = "\"issues\":";
	struct client c;
	const char *at;
	int count;

	exchange(n, &c, "GET /__sandbox/state", "");
	at = strstr(c.in.data, name);
	assert_non_null(at);
	count = atoi(at + strlen(name));
	client_close(&c);
	return count;
}

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(faults); i++) {
		struct client c;
		struct net n;
		int before;

		net_open(&n, faults[i].fault, false);
		before = issues_held(&n);
		exchange(&n, &c, "POST /rest/api/3/issue", "{\"fields\":{\"project\":{\"key\":\"OPS\"},\"issuetype\":{\"name\":\"Task\"},\"summary\":\"x\"}}");
		if (status_of(&c) != faults[i].status || !has(&c.in, faults[i].holds) || has(&c.in, faults[i].lacks))
			fail_msg("%s: %s", faults[i].fault, c.in.data);
		if (faults[i].status == 0)
			assert_true(c.reset);
		client_close(&c);
		if (issues_held(&n) - before != faults[i].executed)
			fail_msg("%s: executed or not, against the table", faults[i].fault);
		net_close(&n);
	}
}

/* A late answer is not there at once; of a dripping one the first bytes come long before the last. */
static void
test_late(void **state)
{
	struct client c;
	struct net n;

	(void)state;
	net_open(&n, "latency:30ms", false);
	send_request(&n, &c, "GET /rest/api/3/myself", "");
	turn(&n.s);
	assert_int_equal(c.in.len, 0);
	wait_for(&n.s, c.eof);
	assert_true(has(&c.in, "Ada Brandt"));
	client_close(&c);
	net_close(&n);
	net_open(&n, "drip", false);
	send_request(&n, &c, "GET /rest/api/3/serverInfo", "");
	wait_for(&n.s, has(&c.in, "\r\n\r\n1\r\n{\r\n"));
	assert_false(c.eof);
	client_close(&c);
	net_close(&n);
}

/* Clients that leave, and a sandbox that stops, while answers are owed. */
static void
test_leaving(void **state)
{
	static const char *const owed[] = { "hang", "drip", "latency:10s" };

	(void)state;
	for (size_t i = 0; i < LEN(owed); i++) {
		struct client c, d;
		struct net n;

		net_open(&n, owed[i], false);
		send_request(&n, &c, "GET /rest/api/3/field", "");
		send_request(&n, &d, "GET /rest/api/3/field", "");
		wait_for(&n.s, answers(&n, "GET /__sandbox/log", "", "\"count\":2"));
		client_close(&c);
		turn(&n.s);
		net_close(&n);		/* d still waits */
		client_close(&d);
	}
}

static void
test_door(void **state)
{
	struct client c;
	struct net n;

	(void)state;
	net_open(&n, NULL, true);
	assert_true(answers(&n, "GET /__sandbox/log", "", "HTTP/1.1 401"));	/* Cloud's credentials */
	net_close(&n);
	net_open(&n, NULL, false);
	assert_true(answers(&n, "GET /__sandbox/nothing", "", "HTTP/1.1 404"));
	assert_true(answers(&n, "POST /__sandbox/faults", "{\"next\":[{\"match\":\"GET /rest/api/3/field\",\"fault\":\"500\"},{\"fault\":\"bad\"}]}", "HTTP/1.1 400"));
	assert_true(answers(&n, "POST /__sandbox/faults", "{\"clear\":true}", "\"waiting\":0"));
	assert_true(answers(&n, "POST /__sandbox/faults", "{\"next\":[{\"match\":\"GET /rest/api/3/field\",\"fault\":\"500\"}]}", "\"waiting\":1"));
	assert_true(answers(&n, "GET /rest/api/3/myself", "", "HTTP/1.1 200"));
	assert_true(answers(&n, "GET /rest/api/3/field", "", "HTTP/1.1 500"));
	assert_true(answers(&n, "GET /rest/api/3/field", "", "HTTP/1.1 200"));
	exchange(&n, &c, "GET /__sandbox/log", "");
	assert_true(has(&c.in, "{\"method\":\"GET\",\"path\":\"/rest/api/3/field\",\"count\":2}"));
	assert_true(has(&c.in, "\"status\":500,\"fault\":\"500\"}"));
	assert_true(has(&c.in, "\"count\":3"));
	assert_false(has(&c.in, "__sandbox"));
	client_close(&c);
	assert_true(answers(&n, "DELETE /__sandbox/log", "", "HTTP/1.1 204"));
	assert_true(answers(&n, "GET /__sandbox/log", "", "\"count\":0"));
	assert_true(answers(&n, "POST /__sandbox/faults", "{\"spec\":\"503\"}", "\"byChance\":1"));
	assert_true(answers(&n, "GET /rest/api/3/field", "", "HTTP/1.1 503"));
	net_close(&n);
}

/* Many requests: the log keeps the newest and counts all. */
static void
test_log_wraps(void **state)
{
	struct net n;

	(void)state;
	net_open(&n, NULL, false);
	for (int i = 0; i < 1003; i++)
		assert_true(answers(&n, "GET /rest/api/3/serverInfo", "", "HTTP/1.1 200"));
	assert_true(answers(&n, "GET /__sandbox/log", "", "\"count\":1003"));
	assert_true(answers(&n, "GET /__sandbox/log", "", "\"path\":\"/rest/api/3/serverInfo\",\"count\":1000}"));
	net_close(&n);
}

static void
test_bad_start(void **state)
{
	struct sandbox_options o = { .faults = "fire" };
	struct arena *a = arena_new();
	struct loop *l = loop_new();
	struct err e;

	(void)state;
	err_init(&e, a);
	assert_null(sandbox_start(l, &o, &e));
	assert_int_equal(e.kind, ERR_USAGE);
	err_clear(&e);
	o = (struct sandbox_options){ .host = "192.0.2.1" };
	assert_null(sandbox_start(l, &o, &e));
	assert_int_equal(e.kind, ERR_CONFIG);
	loop_free(l);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain), cmocka_unit_test(test_faults), cmocka_unit_test(test_late), cmocka_unit_test(test_leaving),
		cmocka_unit_test(test_door), cmocka_unit_test(test_log_wraps), cmocka_unit_test(test_bad_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
