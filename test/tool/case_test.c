/*
 * The tools, held to .case files: arguments in, the exact requests that must go to the
 * site, its scripted answers, and the exact answer out. Each case is then run again
 * with every fault at every request: the tool must end with one message, must never
 * send a write twice, and its journal must say what is known.
 *
 * A case:
 *	tool jira_get_issue
 *	site cloud | dc [PATH]		PATH: of the site's address, e.g. /ex/jira/CLOUD-ID
 *	config NAME=VALUE		as a flag, e.g. jira-filter=OPS
 *	args {...}
 *	> METHOD PATH			a request that must come (in any order among neighbours)
 *	body {...}			its body, compared as JSON
 *	has TEXT			(instead of body) text that a body of another type must hold; repeatable
 *	< STATUS			the answer, its JSON on the following lines
 *	= ok | = KIND			then the text, to the end of the file
 *	max BYTES			(before "=") the answer's length
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "net/httpd.h"
#include "tools/app.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_STEPS = 40, MAX_HAS = 8, MAX_CASES = 1500, MAX_AT_ONCE = 500, MAX_FILE = 1024 * 1024 };

struct step {
	const char *method, *path, *body, *answer;
	const char *has[MAX_HAS];
	size_t has_count;
	int status;
};

struct tool_case {
	char *name;
	const char *tool, *args, *want_kind, *want_text;
	const char *base;		/* of the site's address, "" or a path */
	const char *config[8];
	size_t config_count, max_bytes;
	bool dc;
	struct step steps[MAX_STEPS];
	size_t step_count;
	struct arena *arena;
};

enum fault { NO_FAULT, FAULT_429, FAULT_500, FAULT_RESET, FAULT_GARBAGE, FAULT_HTML, FAULT_EMPTY, FAULT_403, FAULT_CANCEL, FAULTS };
static const char *const fault_names[] = { "none", "429", "500", "reset", "garbage", "html", "empty", "403", "cancel" };

struct run {
	const struct tool_case *tc;
	enum fault fault;
	size_t at;			/* the request that meets the fault */
	struct loop *loop;
	struct app *app;
	struct httpd *httpd;
	struct call *call;
	struct err err;
	struct tool_answer answer;
	struct arena *arena;
	json *args;
	bool used[MAX_STEPS], faulted, ended;
	int seen[MAX_STEPS];
	int result, left_over;
	size_t arrived;
	const char *complaint;
	int *running;
	char dir[64];
};

static bool
is_write(const struct step *s)
{
	static const char *const reads[] = { "/search", "/bulkfetch", "/users-bulk", "/permission/check", "/object/aql" };	/* questions that are POSTed */

	for (size_t i = 0; i < LEN(reads); i++) {
		if (strstr(s->path, reads[i]) != NULL)
			return false;
	}
	return strcmp(s->method, "GET") != 0;
}

static bool
same_json(const char *a, const char *b, size_t b_len)
{
	struct arena *arena = arena_new();
	struct err e;
	json *x, *y;
	bool same;

	err_init(&e, arena);
	x = json_parse(arena, a, strlen(a), JSON_TRUSTED, &e);
	y = json_parse(arena, b, b_len, JSON_TRUSTED, &e);
	same = x != NULL && y != NULL && yyjson_equals(x, y);
	arena_free(arena);
	return same;
}

static bool
has_all(const struct step *s, const char *body, size_t len)
{
	for (size_t i = 0; i < s->has_count; i++) {
		if (memmem(body, len, s->has[i], strlen(s->has[i])) == NULL)
			return false;
	}
	return true;
}

static void
answer_json(struct exchange *x, int status, const char *body)
{
	const struct httpd_header type = { "Content-Type", "application/json" };

	exchange_reply(x, status, &type, 1, body, strlen(body));
}

static bool
do_fault(struct run *r, struct exchange *x)
{
	const struct httpd_header html = { "Content-Type", "text/html" }, retry = { "Retry-After", "1" };

	switch (r->fault) {
	case FAULT_429: exchange_reply(x, 429, &retry, 1, "", 0); break;
	case FAULT_500: answer_json(x, 500, "{\"errorMessages\":[\"Internal server error\"]}"); break;
	case FAULT_RESET: exchange_abort(x); break;
	case FAULT_GARBAGE: answer_json(x, 200, "{\"key\": \"OPS-"); break;
	case FAULT_HTML: exchange_reply(x, 200, &html, 1, "<html><body>Log in</body></html>", 32); break;
	case FAULT_EMPTY: answer_json(x, 200, "{}"); break;
	case FAULT_403: answer_json(x, 403, "{\"errorMessages\":[\"No permission\"],\"errors\":{}}"); break;
	case FAULT_CANCEL:
		if (!r->ended)
			call_cancel(r->call);
		exchange_abort(x);
		break;
	case NO_FAULT:
	case FAULTS: return false;
	}
	return true;
}

static void
on_request(struct exchange *x, void *arg)
{
	struct run *r = arg;
	const char *query = exchange_query(x), *auth = exchange_header(x, "authorization");
	const char *path = arena_printf(r->arena, "%s%s%s", exchange_path(x), *query != '\0' ? "?" : "", query);
	size_t len, i;
	const char *body = exchange_body(x, &len);

	r->arrived++;
	if (auth == NULL || !str_eq(auth, r->tc->dc ? "Bearer pat" : "Basic bWVAYWNtZS5jb206dG9r"))
		r->complaint = "wrong Authorization";
	for (i = 0; i < r->tc->step_count; i++) {
		const struct step *s = &r->tc->steps[i];

		if ((r->used[i] && r->fault == NO_FAULT) || strcmp(s->method, exchange_method(x)) != 0 || strcmp(s->path, path) != 0)
			continue;
		if (s->body != NULL && !same_json(s->body, body, len))
			continue;
		if (!has_all(s, body, len))
			continue;
		if (r->used[i] && i + 1 < r->tc->step_count) {	/* the same read later in the case */
			size_t later = i + 1;

			while (later < r->tc->step_count && (strcmp(r->tc->steps[later].path, s->path) != 0 || r->used[later]))
				later++;
			if (later < r->tc->step_count && !(r->faulted && r->at == i && r->seen[i] == 1))
				i = later;
		}
		break;
	}
	if (i == r->tc->step_count) {
		if (r->complaint == NULL)	/* what follows from it is no news */
			r->complaint = arena_printf(r->arena, "unexpected request: %s %s %.*s", exchange_method(x), path, (int)len, body);
		answer_json(x, 404, "{\"errorMessages\":[\"not in the case\"]}");
		return;
	}
	r->used[i] = true;
	r->seen[i]++;
	if (r->fault != NO_FAULT && i == r->at && !r->faulted) {
		r->faulted = true;
		if (do_fault(r, x))
			return;
	}
	answer_json(x, r->tc->steps[i].status, r->tc->steps[i].answer);
}

/* ---- reading cases ---- */

static char *
take_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (end == NULL) {
		*at = line + strlen(line);
	} else {
		*end = '\0';
		*at = end + 1;
	}
	return line;
}

static const char *
take_block(struct arena *a, char **at)
{
	char *begin = *at;

	while (**at != '\0' && strchr("><=", **at) == NULL && strncmp(*at, "max ", 4) != 0)
		*at += strcspn(*at, "\n") + ((*at)[strcspn(*at, "\n")] == '\n');
	return str_trim(a, begin, (size_t)(*at - begin));
}

static void
read_case(struct tool_case *tc, const char *path)
{
	struct err e;
	char *at;

	tc->arena = arena_new();
	tc->name = arena_strdup(tc->arena, path);
	err_init(&e, tc->arena);
	at = file_read(tc->arena, path, MAX_FILE, FILE_ANY, NULL, &e);
	assert_non_null(at);
	while (*at != '\0') {
		char *line = take_line(&at), *rest = strchr(line, ' ');
		struct step *s = tc->step_count == 0 ? NULL : &tc->steps[tc->step_count - 1];

		if (*line == '#' || *line == '\0')
			continue;
		rest = rest == NULL ? line + strlen(line) : rest + 1;
		if (str_starts(line, "tool ")) {
			tc->tool = rest;
		} else if (str_starts(line, "site ")) {
			tc->dc = str_starts(rest, "dc");
			tc->base = strchr(rest, ' ') == NULL ? "" : strchr(rest, ' ') + 1;
		} else if (str_starts(line, "config ")) {
			tc->config[tc->config_count++] = rest;
		} else if (str_starts(line, "args ")) {
			tc->args = rest;
		} else if (str_starts(line, "max ")) {
			tc->max_bytes = strtoul(rest, NULL, 10);
		} else if (str_starts(line, "> ")) {
			s = &tc->steps[tc->step_count++];
			s->method = rest;
			s->path = strchr(rest, ' ') + 1;
			*strchr(rest, ' ') = '\0';
		} else if (str_starts(line, "body ")) {
			s->body = rest;
		} else if (str_starts(line, "has ")) {
			assert_true(s->has_count < MAX_HAS);
			s->has[s->has_count++] = rest;
		} else if (str_starts(line, "< ")) {
			s->status = (int)strtol(rest, NULL, 10);
			s->answer = take_block(tc->arena, &at);
		} else if (str_starts(line, "= ")) {
			tc->want_kind = rest;
			tc->want_text = str_trim(tc->arena, at, strlen(at));
			break;
		} else {
			fail_msg("%s: what is this? %s", path, line);
		}
	}
}

/* ---- running ---- */

static void
add_flag(struct run *r, struct config_flag *flags, size_t *n, const char *product, const char *name, const char *value)
{
	flags[(*n)++] = (struct config_flag){ arena_printf(r->arena, "%s-%s", product, name), value };
}

static struct config *
case_config(struct run *r, int port)
{
	struct config_flag flags[24];
	size_t n = 0;
	struct config *c;

	const struct tool *t = tool_find(r->tc->tool);
	const char *product = product_name(t == NULL || (int)t->product == PRODUCTS ? JIRA : t->product);

	add_flag(r, flags, &n, product, "url", arena_printf(r->arena, "http://127.0.0.1:%d%s", port,
	    r->tc->base != NULL ? r->tc->base : ""));
	add_flag(r, flags, &n, product, "deployment", r->tc->dc ? "dc" : "cloud");
	flags[n++] = (struct config_flag){ "audit", "off" };
	flags[n++] = (struct config_flag){ "state-dir", r->dir };
	if (r->tc->dc) {
		add_flag(r, flags, &n, product, "personal-token", "env:TELAMON_TEST_SECRET");
	} else {
		add_flag(r, flags, &n, product, "username", "me@acme.com");
		add_flag(r, flags, &n, product, "api-token", "env:TELAMON_TEST_SECRET");
	}
	for (size_t i = 0; i < r->tc->config_count; i++) {
		char *name = arena_strdup(r->arena, r->tc->config[i]), *eq = strchr(name, '=');

		*eq = '\0';
		flags[n++] = (struct config_flag){ name, eq + 1 };
	}
	setenv("TELAMON_TEST_SECRET", r->tc->dc ? "pat" : "tok", 1);	/* it leaves the environment when it is read */
	c = config_load(NULL, flags, n, &r->err);
	if (c == NULL)
		fail_msg("%s: %s", r->tc->name, r->err.message);
	return c;
}

static int
run_tool(struct call *c, void *arg)
{
	struct run *r = arg;

	return app_call(c, r->tc->tool, r->args, OUT_MARKDOWN, 0, &r->answer);
}

static void
run_done(struct call *c, int result, void *arg)
{
	struct run *r = arg;

	r->result = result;
	err_copy(&r->err, &c->err);
	r->answer.text = arena_strndup(r->arena, r->answer.text, r->answer.len);
	r->ended = true;
	if (--*r->running == 0)
		loop_stop(r->loop);
}

static void
run_begin(struct run *r, struct loop *l, int *running)
{
	r->arena = arena_new();
	r->loop = l;
	r->running = running;
	err_init(&r->err, r->arena);
	snprintf(r->dir, sizeof(r->dir), "build/check/state.XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	r->httpd = httpd_listen(l, &(struct httpd_options){ .host = "127.0.0.1" }, on_request, r, &r->err);
	assert_non_null(r->httpd);
	r->app = app_new(l, case_config(r, httpd_port(r->httpd)), &r->err);
	assert_non_null(r->app);
	r->args = json_parse(r->arena, r->tc->args, strlen(r->tc->args), JSON_STRICT, &r->err);
	assert_non_null(r->args);
	r->call = call_new(l, r->tc->tool);
	r->call->app = r->app;
	r->call->principal = "local";
	++*running;
	assert_int_equal(call_start(r->call, run_tool, run_done, r), 0);
}

static void
remove_dir(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *n;
	char path[512];

	while (d != NULL && (n = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", dir, n->d_name);
		unlink(path);
	}
	if (d != NULL)
		closedir(d);
	rmdir(dir);
}

static void
run_end(struct run *r)
{
	app_free(r->app);
	httpd_free(r->httpd);
	remove_dir(r->dir);
	arena_free(r->arena);
}

/* The text with the site's address, which changes from run to run, as SITE. */
static const char *
without_port(struct run *r, const char *text)
{
	const char *address = arena_printf(r->arena, "127.0.0.1:%d", httpd_port(r->httpd)), *at;
	struct buf b;

	buf_init(&b, MAX_FILE);
	for (; (at = strstr(text, address)) != NULL; text = at + strlen(address)) {
		buf_add(&b, text, (size_t)(at - text));
		buf_adds(&b, "SITE");
	}
	buf_adds(&b, text);
	text = arena_strdup(r->arena, b.data);
	buf_release(&b);
	return text;
}

static void
test_case(void **state)
{
	const struct tool_case *tc = *state;
	struct run r = { .tc = tc };
	struct loop *l = loop_new();
	int running = 0;

	run_begin(&r, l, &running);
	if (running > 0)
		loop_run(l);
	if (r.complaint != NULL)
		fail_msg("%s: %s", tc->name, r.complaint);
	if (!str_eq(tc->want_kind, err_word(r.err.kind)))
		fail_msg("%s: wanted %s, got %s: %s", tc->name, tc->want_kind, err_word(r.err.kind), err_text(&r.err));
	assert_string_equal(without_port(&r, r.result == 0 ? r.answer.text : err_text(&r.err)), tc->want_text);
	for (size_t i = 0; i < tc->step_count; i++) {
		if (!r.used[i])
			fail_msg("%s: the request %s %s never came", tc->name, tc->steps[i].method, tc->steps[i].path);
	}
	if (tc->max_bytes > 0)
		assert_in_range(r.answer.len, 1, tc->max_bytes);
	run_end(&r);
	loop_free(l);
}

static bool
has_state(const struct journal_entry *entries, size_t n, enum journal_state state)
{
	for (size_t i = 0; i < n; i++) {
		if (entries[i].state == state)
			return true;
	}
	return false;
}

/* A tool that writes many things goes on after one that failed, and names it in its answer; any other fails with kind. */
static void
check_told(const struct run *r, enum err_kind kind, const char *words, bool journalled, const char *label)
{
	bool told = r->result == -1 ? r->err.kind == kind : strstr(r->answer.text, words) != NULL;

	if (!told || !journalled)
		fail_msg("%s: ended as %s, %s in the journal: %s", label, err_word(r->err.kind), journalled ? "right" : "wrong",
		    r->result == -1 ? err_text(&r->err) : r->answer.text);
}

/* What must be true whatever went wrong. */
static void
check_faulted(const struct run *r)
{
	const struct step *s = &r->tc->steps[r->at];
	bool write = is_write(s), executed = r->fault == FAULT_500 || r->fault == FAULT_RESET || r->fault == FAULT_GARBAGE ||
	    r->fault == FAULT_HTML || r->fault == FAULT_CANCEL;
	const char *label = arena_printf(r->arena, "%s with %s at %s %s", r->tc->name, fault_names[r->fault], s->method, s->path);
	struct journal_entry *entries;
	struct err e;
	size_t n;

	if (!r->faulted)	/* an earlier difference led past this request; nothing to hold */
		return;
	if (r->result == -1 && (str_blank(r->err.message) || r->err.kind == ERR_INTERNAL))
		fail_msg("%s: no clear message: %s", label, err_text(&r->err));
	for (size_t i = 0; i < r->tc->step_count; i++) {
		if (is_write(&r->tc->steps[i]) && r->seen[i] > (r->fault == FAULT_429 && i == r->at ? 2 : 1))
			fail_msg("%s: a write was sent %d times", label, r->seen[i]);
	}
	if (r->fault == FAULT_CANCEL && !write && r->err.kind != ERR_CANCELLED)
		fail_msg("%s: a cancelled call ended with %s", label, err_word(r->err.kind));
	if (!write)
		return;
	err_init(&e, r->arena);
	if (journal_list(r->app->journal, r->arena, MAX_STEPS, &entries, &n, &e) == -1 || n == 0)
		fail_msg("%s: no journal", label);
	if (executed)
		check_told(r, ERR_UNKNOWN_OUTCOME, "not known", has_state(entries, n, JOURNAL_UNKNOWN), label);
	if (r->fault == FAULT_403)
		check_told(r, ERR_FORBIDDEN, "No permission", has_state(entries, n, JOURNAL_FAILED), label);
}

static struct tool_case cases[MAX_CASES];
static size_t case_count;

/* Many at once in one loop: a repetition after 429 waits a second, whoever waits with it. */
static size_t
run_faults(struct run *runs, size_t n)
{
	struct loop *l = loop_new();
	int running = 0;
	size_t met = 0;

	loop_set_max_calls(l, MAX_AT_ONCE);
	for (size_t i = 0; i < n; i++)
		run_begin(&runs[i], l, &running);
	if (running > 0)
		loop_run(l);
	for (size_t i = 0; i < n; i++) {
		check_faulted(&runs[i]);
		met += runs[i].faulted;
		run_end(&runs[i]);
	}
	loop_free(l);
	return met;
}

static void
test_faults(void **state)
{
	static struct run runs[MAX_AT_ONCE];
	size_t n = 0, all = 0, met = 0;

	(void)state;
	for (size_t i = 0; i < case_count; i++) {
		for (size_t at = 0; at < cases[i].step_count; at++) {
			for (int f = FAULT_429; f < FAULTS; f++) {
				runs[n++] = (struct run){ .tc = &cases[i], .fault = (enum fault)f, .at = at };
				all++;
				if (n == MAX_AT_ONCE) {
					met += run_faults(runs, n);
					n = 0;
				}
			}
		}
	}
	met += run_faults(runs, n);
	print_message("%zu faults met\n", met);
	assert_in_range(met, all * 9 / 10, all);
}

/* Every tool has a case on both deployments: a tool that is never called fails the run. */
static void
test_every_tool_is_called(void **state)
{
	(void)state;
	for (const struct tool *const *t = tool_table; *t != NULL; t++) {
		bool cloud = false, dc = false;

		for (size_t i = 0; i < case_count; i++) {
			if (str_eq(cases[i].tool, (*t)->name) && str_eq(cases[i].want_kind, "ok"))
				*(cases[i].dc ? &dc : &cloud) = true;
		}
		if ((!cloud && (*t)->only != DEPLOYMENT_DC) || (!dc && (*t)->only != DEPLOYMENT_CLOUD))
			fail_msg("%s has no successful case on %s", (*t)->name, cloud ? "Data Center" : "Cloud");
	}
}

static int
is_case(const struct dirent *d)
{
	return strlen(d->d_name) > 5 && strcmp(d->d_name + strlen(d->d_name) - 5, ".case") == 0;
}

int
main(void)
{
	static struct CMUnitTest tests[MAX_CASES + 2];
	struct dirent **names;
	int found = scandir("test/tool", &names, is_case, alphasort), result;
	size_t n = 0;

	setenv("TZ", "UTC", 1);
	clock_shift(1795428010000);	/* 2026-11-23 10:00:10, in every case */
	mkdir("build", 0755);
	mkdir("build/check", 0755);
	for (int i = 0; i < found && case_count < MAX_CASES; i++) {
		struct tool_case *tc = &cases[case_count++];
		char path[512];

		snprintf(path, sizeof(path), "test/tool/%s", names[i]->d_name);
		read_case(tc, path);
		tests[n++] = (struct CMUnitTest){ .name = arena_strdup(tc->arena, names[i]->d_name), .test_func = test_case,
			.initial_state = tc };
		free(names[i]);
	}
	free(names);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_faults);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_every_tool_is_called);
	result = _cmocka_run_group_tests("tools", tests, n, NULL, NULL);
	for (size_t i = 0; i < case_count; i++)
		arena_free(cases[i].arena);
	return result;
}
