/*
 * The one door to changing anything at Atlassian, with a fault at each step: how often
 * the site saw the request, what the journal says, what the caller is told. Never twice,
 * never "failed" when it may have been done, and nothing sent that is not recorded.
 */
#include "unit/http_harness.h"

#include "atlassian/rest.h"
#include "base/str.h"
#include "store/sqlite_api.h"

#define CREATED "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n{\"id\":\"1\",\"key\":\"OPS-1234\"}"

static struct loop *loop;
static struct http *http;
static struct config config;
static struct site *site;
static struct journal *journal;
static struct web web;
static struct arena *a;
static char dir[64], url[64];

static void
open_site(int port)
{
	struct err e;

	err_init(&e, a);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", port);
	site_free(site);
	site = site_new(http, &config, JIRA, journal, NULL, &e);
	assert_non_null(site);
	site->recognised = true;	/* the look at who we are after a 404 has its own cases in test/tool */
}

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	temp_dir(dir);
	loop = loop_new();
	http = http_new(loop);
	journal = journal_new(dir);
	WEB_OPEN(&web, loop, { CREATED, KEEP });
	config = (struct config){ .max_requests = 4 };
	config.site[JIRA] = (struct site_config){ .url = url, .deployment = DEPLOYMENT_CLOUD, .timeout_s = 10, .personal_token = secret_new("tok", 3) };
	site = NULL;
	open_site(web.port);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	secret_free(config.site[JIRA].personal_token);
	site_free(site);
	http_free(http);
	web_close(&web);
	loop_free(loop);
	journal_free(journal);
	remove_dir(dir);
	arena_free(a);
	return 0;
}

struct attempt {
	struct rest_write w;
	bool read_only;
	int64_t deadline_ms;
	struct call *call;
	bool ended;
	int result, writes;
	enum err_kind kind;
	char message[600], journal_id[64], key[32];
	bool twice;		/* a second write in the same call */
};

static int
write_main(struct call *c, void *arg)
{
	struct attempt *t = arg;
	struct rest_write again = t->w;
	int result = rest_write(c, site, &t->w);

	snprintf(t->journal_id, sizeof(t->journal_id), "%s", c->journal_id == NULL ? "" : c->journal_id);
	snprintf(t->key, sizeof(t->key), "%s", json_get_str(t->w.json, "key") == NULL ? "" : json_get_str(t->w.json, "key"));
	if (result == 0 && t->twice)
		result = rest_write(c, site, &again);
	return result;
}

static void
write_done(struct call *c, int result, void *arg)
{
	struct attempt *t = arg;

	t->ended = true;
	t->call = NULL;
	t->result = result;
	t->kind = c->err.kind;
	snprintf(t->message, sizeof(t->message), "%s", err_text(&c->err));
}

static void
write_start(struct attempt *t)
{
	struct call *c = call_new(loop, "jira_create_issue");

	c->principal = "local";
	c->read_only = t->read_only;
	if (t->deadline_ms != 0)
		c->deadline_ms = clock_mono_ms() + t->deadline_ms;
	if (t->w.method == NULL)
		t->w = (struct rest_write){ .method = "POST", .path = "/rest/api/3/issue", .body = "{\"fields\":{}}", .created_id = "key",
			.what = "creating the issue" };
	t->ended = false;
	t->call = c;
	assert_int_equal(call_start(c, write_main, write_done, t), 0);
}

static void
run_write(struct attempt *t)
{
	write_start(t);
	wait_until(loop, t->ended);
}

/* All entries of the journal, newest first. */
static struct journal_entry *
entries(size_t *n)
{
	struct journal *fresh = journal_new(dir);
	struct journal_entry *list;
	struct err e;

	err_init(&e, a);
	if (journal_list(fresh, a, 1000, &list, n, &e) == -1)
		fail_msg("%s", err_text(&e));
	journal_free(fresh);
	return list;
}

static const struct journal_entry *
entry_of(const struct attempt *t)
{
	size_t n;
	struct journal_entry *list = entries(&n);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].id, t->journal_id) == 0)
			return &list[i];
	}
	fail_msg("no journal entry \"%s\"", t->journal_id);
	return NULL;
}

static void
test_done(void **state)
{
	struct attempt t = { 0 };
	const struct journal_entry *n;

	(void)state;
	run_write(&t);
	if (t.result != 0)
		fail_msg("%s", t.message);
	assert_string_equal(t.key, "OPS-1234");
	assert_int_equal(t.w.status, 201);
	assert_int_equal(web.requests, 1);
	assert_true(saw(&web, "POST /rest/api/3/issue HTTP/1.1\r\n") && saw(&web, "\r\nX-Atlassian-Token: no-check\r\n"));
	n = entry_of(&t);
	assert_int_equal(n->state, JOURNAL_DONE);
	assert_string_equal(n->target, "OPS-1234");
	assert_string_equal(n->tool, "jira_create_issue");
	assert_string_equal(n->method, "POST");
	assert_string_equal(n->path, "/rest/api/3/issue");
	assert_string_equal(n->body, "{\"fields\":{}}");
	assert_string_equal(n->site, url);
	assert_non_null(strstr(n->outcome, "OPS-1234"));
	/* without an answer's body */
	t = (struct attempt){ .w = { .method = "PUT", .path = "/x", .body = "{}", .target = "OPS-7", .before = "{\"a\":1}", .what = "x" } };
	WEB_SCRIPT(&web, { "HTTP/1.1 204 X\r\n\r\n", KEEP });
	run_write(&t);
	assert_int_equal(t.result, 0);
	n = entry_of(&t);
	assert_int_equal(n->state, JOURNAL_DONE);
	assert_string_equal(n->target, "OPS-7");
	assert_string_equal(n->before, "{\"a\":1}");
}

static enum journal_state at_request;
static size_t entries_at_request;

static void
look_at_journal(struct web *w)
{
	struct journal_entry *list = entries(&entries_at_request);

	(void)w;
	at_request = entries_at_request == 0 ? JOURNAL_FAILED : list[0].state;
}

/* When the first byte is at the site, the intent is on disk. */
static void
test_intent_comes_first(void **state)
{
	struct attempt t = { 0 };

	(void)state;
	web.on_request = look_at_journal;
	run_write(&t);
	assert_int_equal(t.result, 0);
	assert_int_equal(entries_at_request, 1);
	assert_int_equal(at_request, JOURNAL_INTENT);
}

#define STATUS(n, extra) "HTTP/1.1 " #n " X\r\n" extra "Content-Length: 23\r\n\r\n{\"message\":\"Said so.\"} "

static const struct fault {
	const char *name;
	struct step steps[4];
	size_t step_count, seen;
	enum journal_state state;
	enum err_kind kind;		/* ERR_NONE: success */
} faults[] = {
	{ "429 then done", { { STATUS(429, "Retry-After: 0\r\n"), KEEP }, { CREATED, KEEP } }, 2, 2, JOURNAL_DONE, ERR_NONE },
	{ "429 three times", { { STATUS(429, "Retry-After: 1\r\n"), KEEP } }, 1, 3, JOURNAL_FAILED, ERR_RATE },
	{ "429, then lost", { { STATUS(429, "Retry-After: 1\r\n"), KEEP }, { NULL, CLOSE } }, 2, 2, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "429 that is cut", { { "HTTP/1.1 429 X\r\nContent-Length: 10\r\n\r\n", CLOSE } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "closed after the request", { { NULL, CLOSE } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "closed after the headers", { { NULL, CLOSE, .on_headers = true } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "reset after the request", { { NULL, RESET } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "500", { { STATUS(500, ""), KEEP } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "502", { { STATUS(502, ""), KEEP } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "503 with Retry-After", { { STATUS(503, "Retry-After: 1\r\n"), KEEP } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "504", { { STATUS(504, ""), KEEP } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "201 with a cut body", { { "HTTP/1.1 201 X\r\nContent-Length: 27\r\n\r\n{\"id\":\"1\"", CLOSE } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "201 with half a document", { { "HTTP/1.1 201 X\r\nContent-Length: 9\r\n\r\n{\"id\":\"1\"", KEEP } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "200 with a web page", { { "HTTP/1.1 200 X\r\nContent-Length: 19\r\n\r\n<html>canary</html>", KEEP } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "201 that is too large", { { "HTTP/1.1 201 X\r\nContent-Length: 99999999\r\n\r\n{", HOLD } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "no HTTP", { { "SSH-2.0-canary\r\n", CLOSE } }, 1, 1, JOURNAL_UNKNOWN, ERR_UNKNOWN_OUTCOME },
	{ "400", { { STATUS(400, ""), KEEP } }, 1, 1, JOURNAL_FAILED, ERR_INPUT },
	{ "401", { { STATUS(401, ""), KEEP } }, 1, 1, JOURNAL_FAILED, ERR_AUTH },
	{ "403", { { STATUS(403, ""), KEEP } }, 1, 1, JOURNAL_FAILED, ERR_FORBIDDEN },
	{ "404", { { STATUS(404, ""), KEEP } }, 1, 1, JOURNAL_FAILED, ERR_NOT_FOUND },
	{ "409", { { STATUS(409, ""), KEEP } }, 1, 1, JOURNAL_FAILED, ERR_CONFLICT },
	{ "redirect", { { "HTTP/1.1 302 X\r\nLocation: https://sso.example/\r\nContent-Length: 0\r\n\r\n", KEEP }, { CREATED, KEEP } }, 2, 1, JOURNAL_FAILED, ERR_PROTOCOL },
	{ "redirect that keeps the method", { { "HTTP/1.1 307 X\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", KEEP }, { CREATED, KEEP } }, 2, 1, JOURNAL_FAILED, ERR_PROTOCOL },
};

static void
test_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(faults); i++) {
		const struct fault *f = &faults[i];
		struct attempt t = { .deadline_ms = strcmp(f->name, "201 that is too large") == 0 ? 300 : 0 };
		const struct journal_entry *n;

		web_script(&web, f->steps, f->step_count);
		run_write(&t);
		n = entry_of(&t);
		if (web.requests != f->seen || n->state != f->state || t.kind != f->kind || (t.result == 0) != (f->kind == ERR_NONE))
			fail_msg("%s: seen %zu times, journal %s, kind %d: %s", f->name, web.requests, journal_state_name(n->state), t.kind, t.message);
		assert_null(strstr(t.message, "canary"));
		if (f->kind == ERR_UNKNOWN_OUTCOME) {
			assert_non_null(strstr(t.message, "creating the issue"));
			assert_non_null(strstr(t.message, "Do not repeat"));
			assert_non_null(strstr(t.message, t.journal_id));
		}
		assert_true(t.kind == ERR_NONE || n->outcome != NULL);
	}
}

static void
test_nobody_there(void **state)
{
	struct attempt t = { 0 };
	int port, fd = loopback_socket(&port);

	(void)state;
	close(fd);
	open_site(port);
	run_write(&t);
	assert_true(t.result == -1 && t.kind == ERR_NETWORK);
	assert_int_equal(entry_of(&t)->state, JOURNAL_FAILED);
}

/* The answer is cut after each of its bytes: done only when it was whole, unknown otherwise, seen once always. */
static void
test_answer_cut_anywhere(void **state)
{
	(void)state;
	for (size_t len = 1; len <= strlen(CREATED); len++) {
		struct attempt t = { 0 };
		const struct step step = { CREATED, len % 2 == 0 || len == strlen(CREATED) ? CLOSE : RESET, .len = len };
		bool whole = len == strlen(CREATED);

		web_script(&web, &step, 1);
		run_write(&t);
		if (web.requests != 1 || t.kind != (whole ? ERR_NONE : ERR_UNKNOWN_OUTCOME) ||
		    entry_of(&t)->state != (whole ? JOURNAL_DONE : JOURNAL_UNKNOWN))
			fail_msg("cut after %zu: seen %zu times, kind %d, journal %s: %s", len, web.requests, t.kind,
			    journal_state_name(entry_of(&t)->state), t.message);
	}
}

static struct attempt *to_cancel;

static void
cancel_now(struct web *w)
{
	(void)w;
	call_cancel(to_cancel->call);
}

static void
test_cancel(void **state)
{
	struct attempt t = { 0 };

	(void)state;
	to_cancel = &t;
	web.on_request = cancel_now;
	WEB_SCRIPT(&web, { NULL, HOLD });
	run_write(&t);
	assert_int_equal(web.requests, 1);
	assert_int_equal(t.kind, ERR_UNKNOWN_OUTCOME);
	assert_int_equal(entry_of(&t)->state, JOURNAL_UNKNOWN);
	/* before it could be sent */
	web.on_request = NULL;
	t = (struct attempt){ 0 };
	WEB_SCRIPT(&web, { CREATED, KEEP });
	write_start(&t);
	call_cancel(t.call);
	wait_until(loop, t.ended);
	assert_true(web.requests == 0 && t.kind == ERR_CANCELLED);
	assert_int_equal(entry_of(&t)->state, JOURNAL_FAILED);
	/* between two tries: the first was turned away, so it is certain that nothing was done */
	t = (struct attempt){ 0 };
	to_cancel = &t;
	WEB_SCRIPT(&web, { "HTTP/1.1 429 X\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n", CLOSE });
	write_start(&t);
	wait_until(loop, web.requests == 1 && web.open == 0);
	for (int i = 0; i < 5; i++)
		event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
	call_cancel(t.call);
	wait_until(loop, t.ended);
	assert_true(t.kind == ERR_CANCELLED && web.requests == 1);
	assert_int_equal(entry_of(&t)->state, JOURNAL_FAILED);
}

static void
test_deadline(void **state)
{
	struct attempt t = { .deadline_ms = 80 };

	(void)state;
	WEB_SCRIPT(&web, { NULL, HOLD });
	run_write(&t);
	assert_true(web.requests == 1 && t.kind == ERR_UNKNOWN_OUTCOME);
	assert_int_equal(entry_of(&t)->state, JOURNAL_UNKNOWN);
}

static void
test_nothing_is_sent_without_intent(void **state)
{
	struct attempt t = { 0 };
	struct journal *other = journal_new("/proc/telamon");

	(void)state;
	site->journal = other;
	run_write(&t);
	assert_true(t.result == -1 && t.kind == ERR_CONFIG && web.connections == 0);
	journal_free(other);
	site->journal = other = journal_new(NULL);
	run_write(&t);
	assert_true(t.result == -1 && t.kind == ERR_CONFIG && web.connections == 0);
	journal_free(other);
	site->journal = journal;
	t = (struct attempt){ .read_only = true };
	run_write(&t);
	assert_true(t.result == -1 && t.kind == ERR_INTERNAL && web.connections == 0);
	t = (struct attempt){ .w = { .method = "POST", .path = NULL, .what = "x" } };
	run_write(&t);
	assert_true(t.result == -1 && web.connections == 0);
}

static void
lose_journal(struct web *w)
{
	sqlite3 *db;

	(void)w;
	assert_int_equal(sqlite.open_v2(arena_printf(a, "%s/journal.db", dir), &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite.exec(db, "DELETE FROM journal", NULL, NULL, NULL), SQLITE_OK);
	sqlite.close_v2(db);
}

/* It was done, and only the note of that failed: the caller must not take it for a failure. */
static void
test_outcome_can_not_be_recorded(void **state)
{
	struct attempt t = { 0 };

	(void)state;
	web.on_request = lose_journal;
	run_write(&t);
	assert_int_equal(t.result, -1);
	assert_non_null(strstr(t.message, "It was done (OPS-1234)"));
	assert_non_null(strstr(t.message, "Do not repeat"));
}

static void
test_two_in_one_call(void **state)
{
	struct attempt t = { .twice = true };
	size_t n;

	(void)state;
	run_write(&t);
	if (t.result != 0)
		fail_msg("%s", t.message);
	entries(&n);
	assert_true(n == 2 && web.requests == 2);
}

static int
many_main(struct call *c, void *arg)
{
	struct attempt *t = arg;

	return call_all(c, write_main, t, 3, sizeof(*t));
}

static struct {
	bool ended;
	int result;
	char message[400], journal_id[64];
} many;

static void
many_done(struct call *c, int result, void *arg)
{
	(void)arg;
	many.ended = true;
	many.result = result;
	snprintf(many.message, sizeof(many.message), "%s", err_text(&c->err));
	snprintf(many.journal_id, sizeof(many.journal_id), "%s", c->journal_id == NULL ? "" : c->journal_id);
}

/* Each write of a call has an entry of its own, also when children write at once; the call knows one of them. */
static void
test_writes_at_once(void **state)
{
	static struct attempt t[3];
	struct call *c = call_new(loop, "bulk");
	size_t n;

	(void)state;
	for (int i = 0; i < 3; i++)
		t[i] = (struct attempt){ .w = { .method = "POST", .path = "/x", .body = "{}", .created_id = "key", .what = "x" } };
	c->principal = "local";
	memset(&many, 0, sizeof(many));
	assert_int_equal(call_start(c, many_main, many_done, t), 0);
	wait_until(loop, many.ended);
	if (many.result != 0)
		fail_msg("%s", many.message);
	entries(&n);
	assert_true(n == 3 && web.requests == 3);
	assert_true(many.journal_id[0] != '\0');
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_done),
		TEST(test_intent_comes_first),
		TEST(test_faults),
		TEST(test_nobody_there),
		TEST(test_answer_cut_anywhere),
		TEST(test_cancel),
		TEST(test_deadline),
		TEST(test_nothing_is_sent_without_intent),
		TEST(test_outcome_can_not_be_recorded),
		TEST(test_two_in_one_call),
		TEST(test_writes_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
