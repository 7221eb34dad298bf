/*
 * REST: how paths are made (no identifier can leave its segment), what an answer that is
 * no success becomes (Atlassian's own words inside, HTML never, nothing that a terminal
 * would obey), and reads, alone and at once. Every example of an error in Atlassian's
 * documents is tried when ../shared is there.
 */
#include "unit/http_harness.h"

#include "atlassian/flight.h"
#include "atlassian/rest.h"
#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "json/writer.h"

static struct loop *loop;
static struct http *http;
static struct config config;
static struct site *site;
static struct call *c;
static struct web web;
static char url[64];

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	loop = loop_new();
	http = http_new(loop);
	c = call_new(loop, "test");
	WEB_OPEN(&web, loop, { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", KEEP });
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/jira", web.port);
	config = (struct config){ .max_requests = 4 };
	config.site[JIRA] = (struct site_config){ .url = url, .deployment = DEPLOYMENT_CLOUD, .timeout_s = 10,
		.personal_token = secret_new("tok-canary", 10) };
	err_init(&e, c->arena);
	site = site_new(http, &config, JIRA, NULL, NULL, &e);
	assert_non_null(site);
	site->recognised = true;	/* the look at who we are after a 404 has its own cases in test/tool */
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	secret_free(config.site[JIRA].personal_token);
	call_free(c);
	site_free(site);
	http_free(http);
	web_close(&web);
	loop_free(loop);
	return 0;
}

static void
test_paths(void **state)
{
	(void)state;
	assert_string_equal(rest_path(c, site, "{api}/issue/%s/comment/%d", "OPS-7", INT64_C(-5)), "/rest/api/3/issue/OPS-7/comment/-5");
	assert_string_equal(rest_path(c, site, "/a/{api}"), "/a/{api}");
	assert_string_equal(rest_path(c, site, "/x/%s", "a/b?c#d%e \xc3\xa4\\..\n"), "/x/a%2Fb%3Fc%23d%25e%20%C3%A4%5C..%0A");
	assert_string_equal(rest_path(c, site, "/x/%s/y", "../../admin"), "/x/..%2F..%2Fadmin/y");
	assert_string_equal(rest_path(c, site, "/x/%s/y", "%2e%2e"), "/x/%252e%252e/y");
	assert_string_equal(rest_path(c, site, "/x/%s/y", "..."), "/x/.../y");
	assert_false(err_is_set(&c->err));
}

static void
test_paths_refused(void **state)
{
	static const char *const wrong[] = { "", ".", "..", NULL };

	(void)state;
	for (size_t i = 0; i < LEN(wrong); i++) {
		err_clear(&c->err);
		assert_null(rest_path(c, site, "/x/%s/y", wrong[i]));
		assert_int_equal(c->err.kind, ERR_INPUT);
		assert_null(rest_query(c, NULL, "a", "b", NULL));
	}
	err_clear(&c->err);
	char *long_id = arena_alloc(c->arena, 20000);
	memset(long_id, 'x', 19999);
	assert_null(rest_path(c, site, "/x/%s", long_id));
	assert_int_equal(c->err.kind, ERR_INPUT);
	err_clear(&c->err);
	assert_null(rest_query(c, arena_strdup(c->arena, "/x"), "q", long_id, NULL));
	assert_int_equal(c->err.kind, ERR_INPUT);
}

static void
test_queries(void **state)
{
	(void)state;
	assert_string_equal(rest_query(c, arena_strdup(c->arena, "/x"), "a", "1&b=2", "none", NULL, "c", "d e", NULL), "/x?a=1%26b%3D2&c=d%20e");
	assert_string_equal(rest_query(c, arena_strdup(c->arena, "/x?y=1"), "a", "", NULL), "/x?y=1&a=");
	assert_string_equal(rest_query(c, arena_strdup(c->arena, "/x"), NULL), "/x");
}

/* ---- errors ---- */

static struct http_response
answer(int status, const char *body, const struct http_header *headers, size_t n)
{
	err_clear(&c->err);
	return (struct http_response){ .status = status, .body = body, .body_len = strlen(body), .headers = headers, .header_count = n };
}

static void
test_kinds(void **state)
{
	static const struct { int status; enum err_kind kind; bool hint; } cases[] = {
		{ 302, ERR_PROTOCOL, true }, { 400, ERR_INPUT, false }, { 401, ERR_AUTH, true }, { 403, ERR_FORBIDDEN, true },
		{ 404, ERR_NOT_FOUND, true }, { 405, ERR_PROTOCOL, true }, { 407, ERR_NETWORK, true }, { 409, ERR_CONFLICT, true },
		{ 410, ERR_PROTOCOL, true }, { 412, ERR_CONFLICT, true }, { 413, ERR_TOO_LARGE, true }, { 415, ERR_PROTOCOL, false },
		{ 418, ERR_PROTOCOL, false }, { 422, ERR_INPUT, false }, { 429, ERR_RATE, true }, { 500, ERR_UPSTREAM, true },
		{ 502, ERR_UPSTREAM, true }, { 503, ERR_UPSTREAM, true }, { 599, ERR_UPSTREAM, true }, { 100, ERR_PROTOCOL, false },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct http_response r = answer(cases[i].status, "", NULL, 0);

		assert_int_equal(rest_error(c, site, &r), -1);
		if (c->err.kind != cases[i].kind || (cases[i].hint && c->err.hint == NULL))
			fail_msg("HTTP %d is kind %d: %s", cases[i].status, c->err.kind, err_text(&c->err));
		assert_int_equal(c->err.http_status, cases[i].status);
		assert_non_null(strstr(c->err.message, "Jira (127.0.0.1:"));
	}
}

static void
test_messages(void **state)
{
	static const struct { int status; const char *body; const char *parts[4]; } cases[] = {
		{ 400, "{\"errorMessages\":[\"One.\",\"Two.\"],\"errors\":{}}", { "One.", "Two." } },
		{ 400, "{\"errorMessages\":[],\"errors\":{\"summary\":\"You must specify a summary.\"}}", { "summary: You must specify a summary." } },
		{ 404, "{\"errorMessages\":[\"Issue does not exist.\"]}", { ": Issue does not exist." } },
		{ 400, "{\"message\":\"Bad.\"}", { "Bad." } },
		{ 400, "{\"errorMessage\":\"Worse.\",\"i18nErrorMessage\":{\"i18nKey\":\"k\"}}", { "Worse." } },
		{ 400, "{\"errors\":[{\"context\":null,\"message\":\"From Bitbucket.\",\"exceptionName\":\"x.Y\"}]}", { "From Bitbucket." } },
		{ 400, "{\"errors\":[{\"status\":400,\"code\":\"C\",\"title\":\"Title.\",\"detail\":null}]}", { "Title." } },
		{ 400, "{\"errors\":[{\"title\":\"Title\",\"detail\":\"Detail.\"}]}", { "Title: Detail." } },
		{ 400, "{\"type\":\"error\",\"error\":{\"message\":\"Cloud Bitbucket.\",\"detail\":\"More.\"}}", { "Cloud Bitbucket.", "More." } },
		{ 400, "{\"error\":{\"fields\":{\"name\":[\"This is required.\"]},\"message\":\"Bad request\"}}", { "Bad request", "name: This is required." } },
		{ 400, "{\"warningMessages\":[\"Careful.\"],\"message\":\"m\"}", { "Careful." } },
		{ 400, "\"Banner message cannot be null.\"", { "Banner message cannot be null." } },
		{ 400, "[\"First.\",\"Second.\"]", { "First.", "Second." } },
		{ 400, "{\"errors\":{\"jql\":[\"The list form.\"]}}", { "jql: The list form." } },
		{ 400, "{\"errors\":{\"errorMessages\":[\"Inner.\"],\"errors\":{\"f\":\"Deep.\"}}}", { "Inner.", "f: Deep." } },
		{ 400, "{\"statusCode\":400,\"data\":{\"errors\":[{\"message\":{\"key\":\"k\",\"translation\":\"Translated.\"}}]},\"message\":\"Conf.\"}", { "Conf.", "Translated." } },
		{ 400, "{\"error\":\"invalid_grant\",\"error_description\":\"Described.\"}", { "Described." } },
		{ 401, "{\"code\":401,\"message\":\"Unauthorized; scope does not match\"}", { "scope does not match" } },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct http_response r = answer(cases[i].status, cases[i].body, NULL, 0);

		rest_error(c, site, &r);
		for (size_t k = 0; k < 4 && cases[i].parts[k] != NULL; k++) {
			if (strstr(c->err.message, cases[i].parts[k]) == NULL)
				fail_msg("%s\nbecame %s", cases[i].body, c->err.message);
		}
	}
}

static void
test_nothing_foreign_in_messages(void **state)
{
	static const char *const bodies[] = {
		"<html><title>canary</title></html>", "canary plain text", "{\"message\":\"canary", "<?xml version=\"1.0\"?><status>canary</status>",
		"\xef\xbb\xbf{\"message\":\"canary\"}", "{\"canary\":1}",
	};
	static const struct http_header type = { "content-type", "application/json" };
	static const struct http_header evil = { "location", "https://user:canary@login.example/canary?canary#canary" };
	struct http_response r;

	(void)state;
	for (size_t i = 0; i < LEN(bodies); i++) {
		for (int status = 400; status <= 500; status += 25) {
			r = answer(status, bodies[i], &type, 1);
			rest_error(c, site, &r);
			if (strstr(err_text(&c->err), "canary") != NULL)
				fail_msg("%s is echoed: %s", bodies[i], err_text(&c->err));
		}
	}
	r = answer(303, "", &evil, 1);
	rest_error(c, site, &r);
	assert_non_null(strstr(c->err.message, "login.example"));
	assert_null(strstr(err_text(&c->err), "canary"));
	/* what a terminal obeys, in texts and in the names of fields */
	r = answer(400, "{\"errorMessages\":[\"a\\u001b[2Jb\\r\\nc\"],\"errors\":{\"x\\u001b[1m\\ny\":\"z\\u009b\"}}", NULL, 0);
	rest_error(c, site, &r);
	for (const char *p = c->err.message; *p != '\0'; p++)
		assert_true(*p == '\n' || (unsigned char)*p >= 0x20);
	assert_null(strstr(c->err.message, "\xc2\x9b"));
	assert_null(strstr(c->err.message, "\ny"));	/* a line of ours begins only where a message begins */
}

static void
test_long_messages(void **state)
{
	struct http_response r;
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_adds(&b, "{\"errorMessages\":[\"");
	for (int i = 0; i < 3000; i++)
		buf_adds(&b, i == 0 ? "a" : "\xc3\xa4");
	buf_adds(&b, "\"");
	for (int i = 0; i < 2000; i++)
		buf_adds(&b, ",\"more and more\"");
	buf_adds(&b, "]}");
	r = answer(400, b.data, NULL, 0);
	rest_error(c, site, &r);
	assert_true(strlen(c->err.message) > 1900 && strlen(c->err.message) < 6000);
	assert_true(utf8_valid(c->err.message, strlen(c->err.message)));
	assert_null(strstr(c->err.message, "\\x"));	/* no character was cut in two */
	buf_reset(&b);
	buf_adds(&b, "{\"message\":\"");
	for (int i = 0; i < 3000; i++)
		buf_adds(&b, "\\u0001");
	buf_adds(&b, "\"}");
	r = answer(400, b.data, NULL, 0);
	rest_error(c, site, &r);
	assert_true(strlen(c->err.message) > 1900 && strlen(c->err.message) < 10000);
	buf_release(&b);
}

static void
test_auth_hints(void **state)
{
	static const struct http_header captcha = { "x-authentication-denied-reason", "CAPTCHA_CHALLENGE; login-url=https://canary" };
	struct http_response r = answer(401, "", &captcha, 1);

	(void)state;
	rest_error(c, site, &r);
	assert_non_null(strstr(c->err.hint, "CAPTCHA"));
	assert_null(strstr(err_text(&c->err), "canary"));
	r = answer(401, "", NULL, 0);
	rest_error(c, site, &r);
	assert_non_null(strstr(c->err.hint, "JIRA_PERSONAL_TOKEN"));
	site->auth_scheme = "Basic";
	r = answer(401, "", NULL, 0);
	rest_error(c, site, &r);
	assert_non_null(strstr(c->err.hint, "JIRA_API_TOKEN"));
}

static void
test_retry_after(void **state)
{
	static const struct { const char *value; int seconds; } cases[] = { { "7", 7 }, { "0", 30 }, { "-1", 30 }, { "1000000000", 3600 }, { "soon", 30 } };

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct http_header h = { "retry-after", cases[i].value };
		struct http_response r = answer(429, "", &h, 1);

		rest_error(c, site, &r);
		assert_int_equal(c->err.retry_after, cases[i].seconds);
	}
}

/* The texts of an example that a person would want to read. */
static bool
has_text_of(const char *message, json *v, int *ret_texts)
{
	bool found = false;

	if (json_str(v) != NULL && strchr(json_str(v), ' ') != NULL) {
		struct buf b;

		++*ret_texts;
		buf_init(&b, 1 << 20);
		str_visible(&b, json_str(v), strlen(json_str(v)));
		found = strstr(message, b.data) != NULL;
		buf_release(&b);
	}
	for (struct json_iter it = json_iter(v); json_next(&it);)
		found = has_text_of(message, it.value, ret_texts) || found;
	return found;
}

static void
test_examples_of_the_documents(void **state)
{
	static const char path[] = "../shared/corpus/errors/openapi-error-examples.json";
	size_t len, tried = 0;
	char *text;
	json *all;

	(void)state;
	if (!file_exists(path)) {
		print_message("skipped: ../shared is not there\n");
		skip();
	}
	text = file_read(c->arena, path, 16 << 20, FILE_ANY, &len, &c->err);
	all = text == NULL ? NULL : json_parse(c->arena, text, len, JSON_TRUSTED, &c->err);
	assert_true(json_len(all) > 100);
	for (struct json_iter it = json_iter(all); json_next(&it);) {
		json *body = json_get(it.value, "body");
		int status = (int)json_get_int(it.value, "status", 400), texts = 0;
		char *body_text = json_text(c->arena, body, NULL);
		struct http_response r = answer(status, body_text, NULL, 0);

		assert_int_equal(rest_error(c, site, &r), -1);
		assert_true(err_is_set(&c->err) && c->err.message[0] != '\0');
		assert_true(utf8_valid(c->err.message, strlen(c->err.message)));
		if (!has_text_of(c->err.message, body, &texts) && texts > 0)
			fail_msg("HTTP %d %s\nbecame %s", status, body_text, c->err.message);
		tried++;
	}
	assert_int_equal(tried, json_len(all));
}

/* ---- reads ---- */

struct read {
	struct rest_req req[4];
	size_t count;
	bool ended;
	int result;
	enum err_kind kind;
	char message[400];
	int64_t value[4];
	bool null[4];
};

static int
read_main(struct call *call, void *arg)
{
	struct read *r = arg;
	int result = r->count == 1 ? rest_read(call, site, &r->req[0]) : rest_all(call, site, r->req, r->count);

	for (size_t i = 0; i < r->count; i++) {
		r->value[i] = json_get_int(r->req[i].json, "n", -1);
		r->null[i] = r->req[i].json == NULL;
	}
	return result;
}

static void
read_done(struct call *call, int result, void *arg)
{
	struct read *r = arg;

	r->ended = true;
	r->result = result;
	r->kind = call->err.kind;
	snprintf(r->message, sizeof(r->message), "%s", err_text(&call->err));
}

static void
run_read(struct read *r)
{
	r->ended = false;
	assert_int_equal(call_start(call_new(loop, "read"), read_main, read_done, r), 0);
	wait_until(loop, r->ended);
}

#define N(n) "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{\"n\":" #n "}"

static void
test_read(void **state)
{
	static const struct { const char *raw; bool optional; int result; enum err_kind kind; bool null; const char *word; } cases[] = {
		{ N(5), false, 0, ERR_NONE, false, NULL },
		{ "HTTP/1.1 204 X\r\n\r\n", false, 0, ERR_NONE, true, NULL },
		{ "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", true, 0, ERR_NONE, true, NULL },
		{ "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", false, -1, ERR_NOT_FOUND, true, "no such object" },
		{ "HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n", true, -1, ERR_FORBIDDEN, true, NULL },
		{ "HTTP/1.1 200 X\r\nContent-Length: 19\r\n\r\n<html>canary</html>", false, -1, ERR_PROTOCOL, true, "web page" },
		{ "HTTP/1.1 200 X\r\nContent-Type: text/html; charset=x\r\nContent-Length: 6\r\n\r\ncanary", false, -1, ERR_PROTOCOL, true, "web page" },
		{ "HTTP/1.1 200 X\r\nContent-Length: 14\r\n\r\n{\"n\":1,\"canary", false, -1, ERR_PROTOCOL, true, "broken JSON" },
		{ "HTTP/1.1 302 X\r\nLocation: https://sso.example/canary\r\nContent-Length: 0\r\n\r\n", false, -1, ERR_PROTOCOL, true, "sso.example" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct read r = { .req = { { .path = "/x", .optional = cases[i].optional } }, .count = 1 };
		const struct step step = { cases[i].raw, CLOSE };

		web_script(&web, &step, 1);
		run_read(&r);
		if (r.result != cases[i].result || r.kind != cases[i].kind || r.null[0] != cases[i].null ||
		    (cases[i].word != NULL && strstr(r.message, cases[i].word) == NULL) || strstr(r.message, "canary") != NULL)
			fail_msg("case %zu: result %d, kind %d: %s", i, r.result, r.kind, r.message);
		assert_int_equal(web.requests, 1);
		assert_true(saw(&web, "GET /jira/x HTTP/1.1\r\n") && saw(&web, "\r\nAccept: application/json\r\n"));
		assert_true(saw(&web, "\r\nAuthorization: Bearer tok-canary\r\n"));
		assert_false(saw(&web, "X-Atlassian-Token"));
	}
}

static void
test_post_that_reads(void **state)
{
	struct read r = { .req = { { .method = "POST", .path = "/search", .body = "{\"jql\":\"x\"}" } }, .count = 1 };

	(void)state;
	WEB_SCRIPT(&web, { NULL, CLOSE }, { N(3), KEEP });
	run_read(&r);
	assert_true(r.result == 0 && r.value[0] == 3 && web.requests == 2);	/* repeated: it changes nothing */
	assert_true(saw(&web, "POST /jira/search") && saw(&web, "{\"jql\":\"x\"}"));
}

static void
test_all(void **state)
{
	struct read r = { .req = { { .path = "/a" }, { .path = "/b" }, { .path = "/c", .optional = true }, { .path = "/d" } }, .count = 4 };

	(void)state;
	WEB_SCRIPT(&web, { N(1), KEEP }, { N(1), KEEP }, { "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", KEEP }, { N(1), KEEP });
	r.req[0].optional = r.req[1].optional = r.req[3].optional = true;	/* whichever comes third */
	run_read(&r);
	assert_true(r.result == 0 && web.requests == 4 && web.most_open <= 4);
	assert_int_equal(r.null[0] + r.null[1] + r.null[2] + r.null[3], 1);
	/* one that fails ends all, and its error is the call's */
	r = (struct read){ .req = { { .path = "/a" }, { .path = "/b" }, { .path = "/c" } }, .count = 3 };
	WEB_SCRIPT(&web, { NULL, HOLD }, { NULL, HOLD }, { "HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n", KEEP });
	run_read(&r);
	assert_true(r.result == -1 && r.kind == ERR_FORBIDDEN);
	wait_until(loop, web.open + 2 <= web.most_open);	/* the connections of the other two are closed */
	/* a path that could not be made */
	r = (struct read){ .req = { { .path = "/a" }, { .path = NULL } }, .count = 2 };
	WEB_SCRIPT(&web, { N(1), KEEP });
	run_read(&r);
	assert_true(r.result == -1 && web.requests == 0);
}

/* ---- alike and at once ---- */

static void
test_alike_at_once(void **state)
{
	struct read r = { .req = { { .path = "/a" }, { .path = "/a" }, { .path = "/b" }, { .path = "/a" } }, .count = 4 };

	(void)state;
	WEB_SCRIPT(&web, { N(7), KEEP }, { N(7), KEEP }, { N(9), KEEP });
	run_read(&r);
	assert_true(r.result == 0 && web.requests == 2);
	assert_true(r.value[0] == 7 && r.value[1] == 7 && r.value[2] == 7 && r.value[3] == 7);
	/* one after another are two */
	r = (struct read){ .req = { { .path = "/a" } }, .count = 1 };
	WEB_SCRIPT(&web, { N(1), KEEP }, { N(2), KEEP });
	run_read(&r);
	assert_int_equal(r.value[0], 1);
	run_read(&r);
	assert_int_equal(r.value[0], 2);
	/* a refusal is shared by nobody: each hears its own */
	r = (struct read){ .req = { { .path = "/a" }, { .path = "/a", .optional = true } }, .count = 2 };
	WEB_SCRIPT(&web, { "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n", KEEP });
	run_read(&r);
	assert_true(r.result == -1 && r.kind == ERR_NOT_FOUND);
}

/* What is read after a write must not be an answer from before it. */
static void
test_not_shared_over_a_write(void **state)
{
	struct read before = { .req = { { .path = "/a" } }, .count = 1 }, after = before;
	struct call *first = call_new(loop, "before");

	(void)state;
	WEB_SCRIPT(&web, { NULL, HOLD }, { N(2), KEEP });
	assert_int_equal(call_start(first, read_main, read_done, &before), 0);
	wait_until(loop, web.requests == 1);
	flight_close_all(site);
	run_read(&after);
	assert_true(after.result == 0 && after.value[0] == 2 && !before.ended);
	call_cancel(first);
	wait_until(loop, before.ended);
}

/* The one who sends is cancelled: those who wait send for themselves. */
static void
test_leader_cancelled(void **state)
{
	struct read a = { .req = { { .path = "/a" } }, .count = 1 }, b = a, d = a;
	struct call *first = call_new(loop, "first"), *third = call_new(loop, "third");

	(void)state;
	WEB_SCRIPT(&web, { NULL, HOLD }, { N(3), KEEP });
	assert_int_equal(call_start(first, read_main, read_done, &a), 0);
	wait_until(loop, web.requests == 1);
	assert_int_equal(call_start(call_new(loop, "second"), read_main, read_done, &b), 0);
	assert_int_equal(call_start(third, read_main, read_done, &d), 0);
	call_cancel(third);
	wait_until(loop, d.ended);
	assert_int_equal(d.kind, ERR_CANCELLED);
	call_cancel(first);
	wait_until(loop, a.ended && b.ended);
	assert_true(a.kind == ERR_CANCELLED && b.result == 0 && b.value[0] == 3 && web.requests == 2);
	assert_null(site->flights);
}

static void
test_form(void **state)
{
	struct rest_form *f = rest_form_new(c);
	struct rest_write w = { .method = "POST" };
	const char *boundary;

	(void)state;
	rest_form_text(f, "minorEdit", "true");
	rest_form_file(f, "file", "a\"b\r\nX-Evil: 1.png", "image/png", "\0\x01\r\n--", 6);
	assert_int_equal(rest_form_end(c, f, &w), 0);
	boundary = strstr(w.content_type, "boundary=") + strlen("boundary=");
	assert_true(str_starts(w.content_type, "multipart/form-data; boundary=") && strlen(boundary) > 20);
	const char *want = arena_printf(c->arena, "--%s\r\nContent-Disposition: form-data; name=\"minorEdit\"\r\n\r\ntrue\r\n"
	    "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%%22b%%0D%%0AX-Evil: 1.png\"\r\n"
	    "Content-Type: image/png\r\n\r\n", boundary, boundary);
	assert_true(w.body_len > strlen(want) && memcmp(w.body, want, strlen(want)) == 0);
	assert_memory_equal(w.body + strlen(want), "\0\x01\r\n--\r\n--", 10);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_paths),
		TEST(test_paths_refused),
		TEST(test_queries),
		TEST(test_kinds),
		TEST(test_messages),
		TEST(test_nothing_foreign_in_messages),
		TEST(test_long_messages),
		TEST(test_auth_hints),
		TEST(test_retry_after),
		TEST(test_examples_of_the_documents),
		TEST(test_read),
		TEST(test_post_that_reads),
		TEST(test_all),
		TEST(test_alike_at_once),
		TEST(test_not_shared_over_a_write),
		TEST(test_leader_cancelled),
		TEST(test_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
