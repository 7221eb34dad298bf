/*
 * The audit log: one line a call, JSON, whatever the names in it hold and however long
 * they are; in a file of the owner alone; and a line that could not be written is an
 * error, for writes must stop then.
 */
#include "unit/unit.h"

#include "base/clock.h"
#include "json/json.h"
#include "store/audit.h"

static struct arena *a;
static struct err e;
static char dir[64];
static const char *path;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	temp_dir(dir);
	path = arena_printf(a, "%s/audit.log", dir);
	clock_fake(INT64_C(1795428000123));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	clock_fake(-1);
	remove_dir(dir);
	arena_free(a);
	return 0;
}

static const struct audit_event full = {
	.call_id = "00112233", .principal = "local", .client = "client 1.0", .tool = "jira_get_issue", .effect = "reads", .target = "OPS-7",
	.journal_id = "00112233-1", .outcome = "not_found", .http_status = 404, .upstream_requests = 2, .total_us = 3, .upstream_us = 2,
	.queue_us = 1, .answer_bytes = 77,
};

static char *
content(void)
{
	int fd = open(path, O_RDONLY);
	char *text = arena_alloc(a, 64 * 1024);

	assert_true(fd >= 0 && read(fd, text, 64 * 1024 - 1) >= 0);
	close(fd);
	return text;
}

static json *
line(const char *text, size_t number)
{
	json *v;

	while (number-- > 0)
		text = strchr(text, '\n') + 1;
	v = json_parse(a, text, strcspn(text, "\n"), JSON_STRICT, &e);
	if (v == NULL)
		fail_msg("%s: %s", e.message, text);
	return v;
}

static size_t
lines(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

static void
test_shape(void **state)
{
	const struct audit_event least = { .call_id = "c", .principal = "local", .tool = "t", .outcome = "ok" };
	struct audit *log = audit_new(path, &e);
	mode_t was = umask(0);
	struct stat st;
	char *text;

	(void)state;
	umask(was);
	assert_non_null(log);
	assert_int_equal(audit_write(log, &full, &e), 0);
	assert_int_equal(audit_write(log, &least, &e), 0);
	audit_free(log);
	text = content();
	assert_string_equal(text,
	    "{\"audit\":\"2026-11-23T10:00:00.123Z\",\"call\":\"00112233\",\"principal\":\"local\",\"client\":\"client 1.0\","
	    "\"tool\":\"jira_get_issue\",\"effect\":\"reads\",\"target\":\"OPS-7\",\"journal\":\"00112233-1\",\"outcome\":\"not_found\","
	    "\"http\":404,\"requests\":2,\"total_us\":3,\"upstream_us\":2,\"queue_us\":1,\"bytes\":77}\n"
	    "{\"audit\":\"2026-11-23T10:00:00.123Z\",\"call\":\"c\",\"principal\":\"local\",\"tool\":\"t\",\"outcome\":\"ok\","
	    "\"requests\":0,\"total_us\":0,\"upstream_us\":0,\"queue_us\":0,\"bytes\":0}\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	log = audit_new(path, &e);	/* a restart goes on, it does not begin anew */
	assert_int_equal(audit_write(log, &least, &e), 0);
	audit_free(log);
	assert_int_equal(lines(content()), 3);
	audit_free(NULL);
}

static void
test_names_forge_nothing(void **state)
{
	static const char *const evil[] = {
		"a\n{\"audit\":\"forged\"}", "a\",\"outcome\":\"ok", "\x1b[2J", "\xff\xfe", "\xe2\x80\xa8", "\r\n\r\n", "\\",
	};
	struct audit *log = audit_new(path, &e);

	(void)state;
	for (size_t i = 0; i < LEN(evil); i++) {
		struct audit_event ev = full;

		ev.client = ev.tool = ev.target = evil[i];
		assert_int_equal(audit_write(log, &ev, &e), 0);
		assert_int_equal(lines(content()), i + 1);
		assert_string_equal(json_get_str(line(content(), i), "outcome"), "not_found");
	}
	audit_free(log);
}

/* A client that gives itself or a tool an endless name must not get its call past the log. */
static void
test_long_names_are_cut(void **state)
{
	struct audit *log = audit_new(path, &e);
	struct audit_event ev = full;
	static char endless[100001];

	(void)state;
	for (int i = 0; i < 100000; i += 2)
		memcpy(endless + i, "\xc3\xa4", 2);
	ev.client = ev.tool = ev.target = ev.principal = endless;
	if (audit_write(log, &ev, &e) == -1)
		fail_msg("%s", err_text(&e));
	memset(endless, '\x01', 100000);	/* six bytes each in JSON */
	assert_int_equal(audit_write(log, &ev, &e), 0);
	audit_free(log);
	assert_int_equal(lines(content()), 2);
	for (size_t i = 0; i < 2; i++) {
		json *v = line(content(), i);

		assert_string_equal(json_get_str(v, "outcome"), "not_found");
		assert_true(strlen(json_get_str(v, "tool")) >= 64 && strlen(json_get_str(v, "tool")) <= 256);
	}
	/* cut between characters, and marked as cut */
	assert_null(strstr(json_get_str(line(content(), 0), "client"), "\xef\xbf\xbd"));
	assert_non_null(strstr(json_get_str(line(content(), 0), "client"), "..."));
}

static void
test_places(void **state)
{
	struct capture c;
	struct audit *log = audit_new("off", &e);

	(void)state;
	assert_int_equal(audit_write(log, &full, &e), 0);
	audit_free(log);
	log = audit_new("stderr", &e);
	capture_begin(&c);
	assert_int_equal(audit_write(log, &full, &e), 0);
	capture_end(&c);
	audit_free(log);
	assert_int_equal(lines(c.text), 1);
	assert_string_equal(json_get_str(line(c.text, 0), "target"), "OPS-7");
	assert_true(fcntl(STDERR_FILENO, F_GETFD) >= 0);	/* freeing the log does not close stderr */
	assert_null(audit_new(arena_printf(a, "%s/no/such/dir", dir), &e));
	assert_true(e.kind == ERR_CONFIG && strstr(err_text(&e), "TELAMON_AUDIT") != NULL);
	err_clear(&e);
	assert_null(audit_new(dir, &e));
	err_clear(&e);
	assert_int_equal(symlink("elsewhere", arena_printf(a, "%s/link", dir)), 0);
	assert_null(audit_new(arena_printf(a, "%s/link", dir), &e));
}

static void
test_unwritable(void **state)
{
	struct audit *log = audit_new("/dev/full", &e);

	(void)state;
	assert_non_null(log);
	assert_int_equal(audit_write(log, &full, &e), -1);
	assert_non_null(strstr(e.message, "/dev/full"));
	assert_non_null(strstr(e.message, "No space"));
	audit_free(log);
}

/* The disk is full in the middle of a line. What is there of it must not swallow the next line. */
static void
full_in_the_middle(void *arg)
{
	struct rlimit r = { 200, 4000 };
	struct audit *log = audit_new(arg, &e);

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &r);
	if (audit_write(log, &full, &e) != -1)
		_exit(1);
	r.rlim_cur = 4000;
	setrlimit(RLIMIT_FSIZE, &r);	/* there is room again */
	err_clear(&e);
	if (audit_write(log, &full, &e) != 0)
		_exit(2);
	audit_free(log);
}

static void
test_partial_line(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(signal_of(full_in_the_middle, (void *)(uintptr_t)path), 0);
	text = content();
	assert_int_equal(lines(text), 2);
	assert_string_equal(json_get_str(line(text, 1), "target"), "OPS-7");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shape),
		TEST(test_names_forge_nothing),
		TEST(test_long_names_are_cut),
		TEST(test_places),
		TEST(test_unwritable),
		TEST(test_partial_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
