/*
 * The Nth open fails: with only N descriptors left, a request, a write, the worker
 * threads and the loading of files each succeed or report an error that says so. None
 * crashes, hangs, or leaves a write that was sent unrecorded. Each try is a process of
 * its own, so that a limit ends with it.
 */
#include "unit/http_harness.h"

#include "base/file.h"
#include "config/config.h"
#include "store/audit.h"
#include "store/journal.h"
#include "store/sqlite_api.h"

enum { TRIES = 24, PASSED = 40, FAILED_WELL = 41, FAILED_BADLY = 42 };

/* Leaves room for so many more descriptors. */
static void
limit_descriptors(int more)
{
	int next = dup(0);
	struct rlimit r = { (rlim_t)(next + more), (rlim_t)(next + more) };

	close(next);
	setrlimit(RLIMIT_NOFILE, &r);
}

/* What a child process with N descriptors left comes to; it is stopped when it hangs. */
static int
outcome_of(int (*fn)(int), int n)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
		close(null);
		alarm(20);
		_exit(fn(n));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status))
		fail_msg("with %d descriptors: signal %d", n, WTERMSIG(status));
	return WEXITSTATUS(status);
}

static int
try_to_open(int n)
{
	limit_descriptors(n);
	return dup(0) == -1 ? PASSED : FAILED_BADLY;
}

/* From no descriptor upwards: it fails well until it passes, and it does pass in the end. */
static void
torture(int (*fn)(int))
{
	bool failed = false, passed = false;

	if (outcome_of(try_to_open, 0) != PASSED)
		skip();		/* under valgrind the limit does not hold */
	for (int n = 0; n < TRIES; n++) {
		int outcome = outcome_of(fn, n);

		if (outcome != PASSED && outcome != FAILED_WELL)
			fail_msg("with %d descriptors: exit %d", n, outcome);
		failed = failed || outcome == FAILED_WELL;
		passed = outcome == PASSED;
	}
	assert_true(failed && passed);
}

static char dir[64];

/* A request to a peer that another process plays, which needs no descriptor of ours. */
static int
read_with(int n)
{
	int port, fd = loopback_socket(&port);
	struct fetch f = { .req = { .method = "GET" }, .deadline_ms = 5000 };
	char url[64];
	pid_t peer;

	listen(fd, 4);
	fcntl(fd, F_SETFL, 0);
	peer = fork();
	if (peer == 0) {
		static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
		char data[4096];
		int got = accept(fd, NULL, NULL);

		alarm(10);
		if (got >= 0 && read(got, data, sizeof(data)) > 0 && write(got, ok, sizeof(ok) - 1) > 0)
			while (read(got, data, sizeof(data)) > 0)
				continue;
		_exit(0);
	}
	close(fd);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", port);
	{
		struct loop *loop = loop_new();
		struct http *http = http_new(loop);

		f.pool = http_pool_new(http, &(struct http_pool_options){ .name = "Test site", .allow_plain = true });
		f.req.url = url;
		limit_descriptors(n);
		fetch(&f, loop);
		http_pool_free(f.pool);
		http_free(http);
		loop_free(loop);
	}
	kill(peer, SIGKILL);
	waitpid(peer, NULL, 0);
	if (f.result == 0 && (f.status != 200 || strcmp(f.body.data, "{}") != 0))
		return FAILED_BADLY;
	fetch_release(&f);
	if (f.result == 0)
		return PASSED;
	return f.kind == ERR_NETWORK || f.kind == ERR_CONFIG || f.kind == ERR_TIMEOUT ? FAILED_WELL : FAILED_BADLY;
}

static void
test_read(void **state)
{
	(void)state;
	torture(read_with);
}

static int
journal_in(struct arena *a, int n)
{
	struct journal_entry entry = { .id = "x", .at_ms = 1, .principal = "p", .tool = "t", .site = "s", .method = "POST", .path = "/" };
	struct journal *j = journal_new(arena_printf(a, "%s/j%d", dir, n));
	struct journal_entry *list;
	size_t count = 0;
	struct err e;
	int result;

	err_init(&e, a);
	limit_descriptors(n);
	result = journal_intend(j, &entry, &e);
	if (result == 0 && journal_list(j, a, 10, &list, &count, &e) == 0 && count == 1)
		result = PASSED;
	else
		result = count == 0 && e.kind == ERR_CONFIG && e.message != NULL ? FAILED_WELL : FAILED_BADLY;
	journal_free(j);
	return result;
}

static int
journal_with(int n)
{
	struct arena *a = arena_new();
	int result = journal_in(a, n);

	arena_free(a);
	return result;
}

static void
test_journal(void **state)
{
	(void)state;
	torture(journal_with);
}

static int
files_in(struct arena *a, int n)
{
	struct audit *audit;
	struct config *c;
	struct err e;

	err_init(&e, a);
	limit_descriptors(n);
	setenv("JIRA_API_TOKEN", arena_printf(a, "file:%s/token", dir), 1);
	c = config_load(arena_printf(a, "%s/telamon.json", dir), NULL, 0, &e);
	if (c == NULL)
		return e.kind == ERR_CONFIG && strstr(e.message, "Too many open files") != NULL ? FAILED_WELL : FAILED_BADLY;
	config_release(c);
	audit = audit_new(arena_printf(a, "%s/audit", dir), &e);
	if (audit == NULL)
		return e.kind == ERR_CONFIG ? FAILED_WELL : FAILED_BADLY;
	audit_free(audit);
	return PASSED;
}

static int
files_with(int n)
{
	struct arena *a = arena_new();
	int result = files_in(a, n);

	arena_free(a);
	return result;
}

static void
test_files(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/telamon.json", dir);
	write_text(path, 0600, "{\"max_calls\": 7}");
	snprintf(path, sizeof(path), "%s/token", dir);
	write_text(path, 0600, "tok");
	torture(files_with);
}

static void
count_up(void *arg)
{
	++*(int *)arg;
}

static int
offload_main(struct call *c, void *arg)
{
	call_offload(c, count_up, arg);
	return 0;
}

static int
offload_with(int n)
{
	struct loop *loop = loop_new();
	int count = 0;
	bool drained;

	limit_descriptors(n);
	for (int i = 0; i < 3; i++) {
		if (call_start(call_new(loop, "job"), offload_main, NULL, &count) == -1)
			return FAILED_BADLY;
	}
	drained = loop_drain(loop, 5000);
	loop_free(loop);
	return drained && count == 3 ? PASSED : FAILED_BADLY;
}

/* The work is done even where no worker can be had. */
static void
test_offload(void **state)
{
	(void)state;
	for (int n = 0; n < 6; n++)
		assert_int_equal(outcome_of(offload_with, n), PASSED);
}

static int
nothing(struct call *c, void *arg)
{
	(void)c;
	(void)arg;
	return 0;
}

static int
group_set_up(void **state)
{
	struct arena *a = arena_new();
	struct loop *loop = loop_new();
	struct err e;

	(void)state;
	err_init(&e, a);
	temp_dir(dir);
	assert_int_equal(sqlite_load(&e), 0);	/* loading a library also opens files, but that is not the point */
	arena_free(a);
	/* AddressSanitizer has a word to say to the first fiber, and would need a descriptor for its log */
	assert_int_equal(call_start(call_new(loop, "first"), nothing, NULL, NULL), 0);
	loop_free(loop);
	return 0;
}

static int
group_tear_down(void **state)
{
	(void)state;
	remove_dir(dir);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_journal),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_offload),
	};

	return cmocka_run_group_tests(tests, group_set_up, group_tear_down);
}
