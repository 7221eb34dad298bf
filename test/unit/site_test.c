/*
 * A site from its configuration: which addresses are accepted and what they become,
 * which hosts are Atlassian's cloud, which credentials are used, and whom the fence
 * lets through. The table of addresses is the defence against a token sent in the clear
 * or to another host than the one that the operator wrote.
 */
#include "unit/http_harness.h"

#include "atlassian/rest.h"
#include "atlassian/site.h"
#include "base/str.h"

static struct arena *a;
static struct err e;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static void
test_addresses(void **state)
{
	static const struct { const char *text; enum product product; const char *url; } good[] = {
		{ "acme", JIRA, "https://acme.atlassian.net" },
		{ " acme ", JIRA, "https://acme.atlassian.net" },
		{ "acme", CONFLUENCE, "https://acme.atlassian.net/wiki" },
		{ "acme.atlassian.net", JIRA, "https://acme.atlassian.net" },
		{ "acme.atlassian.net", CONFLUENCE, "https://acme.atlassian.net/wiki" },
		{ "acme.atlassian.net/", CONFLUENCE, "https://acme.atlassian.net/wiki" },
		{ "acme/", JIRA, "https://acme.atlassian.net" },
		{ "https://acme.atlassian.net/wiki/", CONFLUENCE, "https://acme.atlassian.net/wiki" },
		{ "https://acme.atlassian.net:443", CONFLUENCE, "https://acme.atlassian.net:443/wiki" },
		{ "https://ACME.Atlassian.NET", CONFLUENCE, "https://ACME.Atlassian.NET/wiki" },
		{ "HTTPS://jira.example.com", JIRA, "HTTPS://jira.example.com" },
		{ "jira.example.com/jira//", JIRA, "https://jira.example.com/jira" },
		{ "jira.example.com:8443/jira", JIRA, "https://jira.example.com:8443/jira" },
		{ "intranet:8080", JIRA, "https://intranet:8080" },
		{ "intranet/jira", JIRA, "https://intranet/jira" },
		{ "localhost", JIRA, "https://localhost" },
		{ "localhost/jira", JIRA, "https://localhost/jira" },
		{ "https://wiki.example.com", CONFLUENCE, "https://wiki.example.com" },
		{ "https://api.atlassian.com/ex/confluence/1-2-3", CONFLUENCE, "https://api.atlassian.com/ex/confluence/1-2-3/wiki" },
		{ "https://api.atlassian.com/ex/confluence/1-2-3/wiki", CONFLUENCE, "https://api.atlassian.com/ex/confluence/1-2-3/wiki" },
		{ "http://localhost:8080/", JIRA, "http://localhost:8080" },
		{ "http://LOCALHOST", JIRA, "http://LOCALHOST" },
		{ "http://127.0.0.1:2990/jira", JIRA, "http://127.0.0.1:2990/jira" },
		{ "http://127.1.2.3", JIRA, "http://127.1.2.3" },
		{ "http://[::1]:8080", JIRA, "http://[::1]:8080" },
		{ "https://[2001:db8::1]/jira", JIRA, "https://[2001:db8::1]/jira" },
	};
	static const struct { const char *text; bool http; } wrong[] = {
		{ "", false }, { " ", false }, { "https://", false }, { "https:///jira", false }, { "https://:8080", false }, { "://x", false },
		{ "ftp://jira.example.com", false }, { "file:///etc/passwd", false }, { "javascript://x", false }, { "httpsx://a.b", false },
		{ "https://user@jira.example.com", false }, { "https://user:pw@jira.example.com", false }, { "https://localhost\\@evil.example", false },
		{ "https://jira.example.com\\.evil.example", false }, { "https://jira.example.com/?a=b", false }, { "https://jira.example.com/#x", false },
		{ "https://jira.example.com/a b", false }, { "https://jira.example.com\r\nX: y", false }, 
		{ "https://jira\x01.example.com", false }, { "https://jira.example.com/\x7f", false }, { "https://jira\x0b.example.com", false },
		{ "https://[::1", false }, { "https://[::1]x/", false }, { "https://]", false }, { "https://a]b/", false }, { "https://jira.example.com:port/", false },
		{ "https://jira.example.com:99999/", false }, { "https://jira.example.com:/", false }, { "https://jira.example.com:80:80/", false },
		/* in the clear, and not to this machine */
		{ "http://jira.example.com", true }, { "http://acme.atlassian.net", true }, { "http://10.0.0.1", true }, { "http://127.example.com", true },
		{ "http://127.0.0.1.example.com", true }, { "http://localhost.example.com", true }, { "http://localhos", true }, { "http://[::2]", true },
		{ "http://[::ffff:10.0.0.1]", true }, { "http://0.0.0.0", true }, { "http://128.0.0.1", true }, { "http://1270.0.0.1", true }, { "HTTP://jira.example.com", true },
	};

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		char *url;

		err_clear(&e);
		url = site_normal_url(a, good[i].text, good[i].product, false, &e);
		if (url == NULL || strcmp(url, good[i].url) != 0)
			fail_msg("\"%s\" became %s (%s)", good[i].text, url == NULL ? "an error" : url, err_text(&e));
	}
	for (size_t i = 0; i < LEN(wrong); i++) {
		err_clear(&e);
		if (site_normal_url(a, wrong[i].text, JIRA, false, &e) != NULL)
			fail_msg("\"%s\" was accepted", wrong[i].text);
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(e.hint);
		assert_null(strstr(err_text(&e), "pw"));
	}
	for (size_t i = 0; i < LEN(wrong); i++) {	/* the operator allows http: what is no address at all stays refused */
		err_clear(&e);
		if ((site_normal_url(a, wrong[i].text, CONFLUENCE, true, &e) != NULL) != wrong[i].http)
			fail_msg("with http allowed: \"%s\": %s", wrong[i].text, err_text(&e));
	}
}

static void
test_cloud_hosts(void **state)
{
	static const struct { const char *url; bool cloud; } cases[] = {
		{ "https://acme.atlassian.net", true }, { "https://ACME.ATLASSIAN.NET/wiki", true }, { "https://acme.atlassian.net:443/", true },
		{ "https://acme.jira.com", true }, { "https://api.atlassian.com/ex/jira/1", true }, { "https://bitbucket.org", true },
		{ "https://api.bitbucket.org/2.0", true }, { "https://acme.atlassian-us-gov-mod.net", true },
		{ "https://atlassian.net.evil.example", false }, { "https://evilatlassian.net", false }, { "https://acme.atlassian.net.evil.example", false },
		{ "https://jira.example.com/acme.atlassian.net", false }, { "https://api.atlassian.com.evil.example", false },
		{ "https://xapi.atlassian.com", false }, { "https://notbitbucket.org", false }, { "https://jira.atlassian.com", false },
		{ "https://localhost", false }, { "https://evil.example/?.atlassian.net", false }, { "https://evil.example:80/.atlassian.net", false },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		if (site_host_is_cloud(cases[i].url) != cases[i].cloud)
			fail_msg("%s is %s", cases[i].url, cases[i].cloud ? "not seen as cloud" : "seen as cloud");
	}
}

struct made {
	struct loop *loop;
	struct http *http;
	struct config config;
	struct site *site;
};

static struct site *
make(struct made *m, struct site_config c, enum product p)
{
	m->loop = loop_new();
	m->http = http_new(m->loop);
	m->config = (struct config){ .max_requests = 4 };
	m->config.site[p] = c;
	m->config.site[p].ssl_verify = true;
	m->config.site[p].timeout_s = 10;
	err_clear(&e);
	m->site = site_new(m->http, &m->config, p, NULL, NULL, &e);
	return m->site;
}

static void
unmake(struct made *m)
{
	site_free(m->site);
	http_free(m->http);
	loop_free(m->loop);
}

static void
test_credentials(void **state)
{
	static const struct { const char *url, *user, *token, *pat, *scheme, *value; } cases[] = {
		/* base64 of ann:tok is YW5uOnRvaw== */
		{ "acme", "ann", "tok", NULL, "Basic", "YW5uOnRvaw==" },
		{ "acme", "ann", "tok", "pat", "Basic", "YW5uOnRvaw==" },
		{ "https://acme.atlassian.net:443", "ann", "tok", "pat", "Basic", "YW5uOnRvaw==" },
		{ "acme", NULL, NULL, "pat", "Bearer", "pat" },
		{ "acme", "ann", NULL, "pat", "Bearer", "pat" },
		{ "acme", NULL, "tok", NULL, "Bearer", "tok" },
		{ "https://jira.example.com", "ann", "tok", NULL, "Basic", "YW5uOnRvaw==" },
		{ "https://jira.example.com", "ann", "tok", "pat", "Bearer", "pat" },
		{ "https://jira.example.com", NULL, "tok", "pat", "Bearer", "pat" },
		{ "https://jira.example.com", "ann", NULL, NULL, NULL, NULL },
		{ "https://jira.example.com", NULL, NULL, NULL, NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct secret *token = cases[i].token == NULL ? NULL : secret_new(cases[i].token, strlen(cases[i].token));
		struct secret *pat = cases[i].pat == NULL ? NULL : secret_new(cases[i].pat, strlen(cases[i].pat));
		struct made m;

		assert_non_null(make(&m, (struct site_config){ .url = cases[i].url, .username = cases[i].user, .api_token = token,
		    .personal_token = pat }, JIRA));
		if (!str_eq(m.site->auth_scheme, cases[i].scheme) ||
		    (cases[i].value != NULL && !secret_equal(m.site->credentials, cases[i].value, strlen(cases[i].value))))
			fail_msg("case %zu uses %s", i, m.site->auth_scheme == NULL ? "nothing" : m.site->auth_scheme);
		unmake(&m);
		secret_free(token);
		secret_free(pat);
	}
}

static void
test_site(void **state)
{
	static char one[] = "X-One=1", two[] = "X-Two=a=b", none[] = "X-One", no_name[] = "=x";
	char *headers[] = { one, two, NULL }, *bad[] = { none, NULL }, *nameless[] = { no_name, NULL };
	struct made m;

	(void)state;
	assert_non_null(make(&m, (struct site_config){ .url = "Acme.atlassian.net:443", .custom_headers = headers }, CONFLUENCE));
	assert_string_equal(m.site->base, "https://Acme.atlassian.net:443/wiki");
	assert_string_equal(m.site->label, "Confluence (acme.atlassian.net:443)");
	assert_true(site_is_cloud(m.site));
	assert_int_equal(m.site->header_count, 2);
	assert_string_equal(m.site->headers[1].name, "X-Two");
	assert_string_equal(m.site->headers[1].value, "a=b");
	unmake(&m);
	assert_null(make(&m, (struct site_config){ .url = "acme", .custom_headers = bad }, JIRA));
	assert_int_equal(e.kind, ERR_CONFIG);
	unmake(&m);
	assert_null(make(&m, (struct site_config){ .url = "acme", .custom_headers = nameless }, JIRA));
	unmake(&m);
	assert_null(make(&m, (struct site_config){ .url = "http://jira.example.com" }, BITBUCKET));
	assert_non_null(strstr(err_text(&e), "BITBUCKET_ALLOW_HTTP"));
	unmake(&m);
	assert_non_null(make(&m, (struct site_config){ .url = "acme", .deployment = DEPLOYMENT_DC }, JIRA));
	assert_false(site_is_cloud(m.site));
	assert_string_equal(m.site->dialect->jira_api, "/rest/api/2");
	unmake(&m);
	assert_non_null(make(&m, (struct site_config){ .url = "jira.example.com", .deployment = DEPLOYMENT_CLOUD }, JIRA));
	assert_string_equal(m.site->dialect->jira_api, "/rest/api/3");
	unmake(&m);
	assert_non_null(make(&m, (struct site_config){ .url = "jira.example.com" }, JIRA));
	assert_null(m.site->dialect);	/* has to be asked */
	unmake(&m);
	site_free(NULL);
}

static void
test_fence(void **state)
{
	static char ops[] = "OPS", web[] = "Web";
	char *fence[] = { ops, web, NULL };
	struct made m;

	(void)state;
	assert_non_null(make(&m, (struct site_config){ .url = "acme" }, JIRA));
	assert_true(site_fence_allows(m.site, "ANY") && site_fence_allows(m.site, NULL));
	unmake(&m);
	assert_non_null(make(&m, (struct site_config){ .url = "acme", .filter = fence }, JIRA));
	assert_true(site_fence_allows(m.site, "OPS") && site_fence_allows(m.site, "ops") && site_fence_allows(m.site, "WEB"));
	assert_false(site_fence_allows(m.site, "OP") || site_fence_allows(m.site, "OPSX") || site_fence_allows(m.site, "") ||
	    site_fence_allows(m.site, NULL) || site_fence_allows(m.site, "OPS,WEB"));
	unmake(&m);
}

/* ---- asking which deployment it is ---- */

struct ask {
	struct site *site;
	bool ended;
	int result;
	enum err_kind kind;
	char message[400];
};

static int
ask_main(struct call *c, void *arg)
{
	return site_ready(c, ((struct ask *)arg)->site);
}

static void
ask_done(struct call *c, int result, void *arg)
{
	struct ask *k = arg;

	k->ended = true;
	k->result = result;
	k->kind = c->err.kind;
	snprintf(k->message, sizeof(k->message), "%s", err_text(&c->err));
}

static void
ask(struct ask *k, struct made *m)
{
	*k = (struct ask){ .site = m->site };
	assert_int_equal(call_start(call_new(m->loop, "ask"), ask_main, ask_done, k), 0);
	wait_until(m->loop, k->ended);
}

#define JSON(text) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" text

static void
test_deployment_is_asked_once(void **state)
{
	static const struct { const char *answer; enum err_kind kind; bool cloud; const char *word; } cases[] = {
		{ JSON("{\"deploymentType\":\"Cloud\",\"version\":\"1001\"}"), ERR_NONE, true, NULL },
		{ JSON("{\"deploymentType\":\"Server\",\"version\":\"9.12\"}"), ERR_NONE, false, NULL },
		{ JSON("{\"version\":\"7.0\"}"), ERR_NONE, false, NULL },
		{ JSON("{\"hello\":1}"), ERR_PROTOCOL, false, "does not answer like Jira" },
		{ JSON("<html>canary</html>"), ERR_PROTOCOL, false, "web page" },
		{ JSON(""), ERR_PROTOCOL, false, "does not answer like Jira" },
		{ "HTTP/1.1 401 X\r\nContent-Length: 0\r\n\r\n", ERR_AUTH, false, "Asking" },
		{ "HTTP/1.1 302 X\r\nLocation: https://login.example/x?canary\r\nContent-Length: 0\r\n\r\n", ERR_PROTOCOL, false, "login.example" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct secret *pat = secret_new("pat", 3);
		char url[64];
		struct made m;
		struct web web;
		struct ask k;

		m.loop = NULL;
		make(&m, (struct site_config){ .url = "http://127.0.0.1:1", .personal_token = pat }, JIRA);
		site_free(m.site);
		const struct step step = { cases[i].answer, CLOSE };
		web_open(&web, m.loop, &step, 1);
		snprintf(url, sizeof(url), "http://127.0.0.1:%d/jira", web.port);
		m.config.site[JIRA].url = url;
		m.site = site_new(m.http, &m.config, JIRA, NULL, NULL, &e);
		ask(&k, &m);
		if (k.kind != cases[i].kind || (cases[i].word != NULL && strstr(k.message, cases[i].word) == NULL) ||
		    strstr(k.message, "canary") != NULL)
			fail_msg("case %zu: kind %d: %s", i, k.kind, k.message);
		assert_true(saw(&web, "GET /jira/rest/api/2/serverInfo HTTP/1.1\r\n"));
		if (k.kind == ERR_NONE) {
			assert_int_equal(site_is_cloud(m.site), cases[i].cloud);
			ask(&k, &m);
			assert_int_equal(k.result, 0);
			assert_int_equal(web.requests, 1);
		}
		web_close(&web);	/* its events are of the loop that unmake frees */
		unmake(&m);
		secret_free(pat);
	}
}

static void
test_no_credentials(void **state)
{
	static const char *const prefix[] = { "JIRA_", "CONFLUENCE_", "BITBUCKET_" };

	(void)state;
	for (int p = 0; p < PRODUCTS; p++) {
		struct made m;
		struct ask k;

		make(&m, (struct site_config){ .url = "acme" }, (enum product)p);
		ask(&k, &m);
		assert_int_equal(k.kind, ERR_CONFIG);
		for (int q = 0; q < PRODUCTS; q++)	/* it names this product's variables and no other's */
			assert_int_equal(strstr(k.message, prefix[q]) != NULL, p == q);
		unmake(&m);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_addresses),
		TEST(test_cloud_hosts),
		TEST(test_credentials),
		TEST(test_site),
		TEST(test_fence),
		TEST(test_deployment_is_asked_once),
		TEST(test_no_credentials),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
