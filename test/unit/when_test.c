/* Moments, periods and durations in people's words, at a standing clock: Monday 2026-11-23 10:04 in Berlin. */
#include "unit/unit.h"

#include "atlassian/when.h"
#include "base/clock.h"

#include <time.h>

static struct loop *loop;

static struct call *
new_call(void)
{
	return call_new(loop, "test");
}

/* Each text as a moment; NULL: an error that names the text. */
static void
test_moments(void **state)
{
	static const struct {
		const char *text, *utc;
	} table[] = {
		{ "2026-11-20T09:00:00.000+0000", "2026-11-20T09:00:00.000Z" },
		{ "2026-11-20 09:00", "2026-11-20T08:00:00.000Z" },
		{ "2026-07-20T09:00", "2026-07-20T07:00:00.000Z" },
		{ "2026-11-20", "2026-11-20T08:00:00.000Z" },
		{ "now", "2026-11-23T09:04:00.000Z" },
		{ "today", "2026-11-23T08:00:00.000Z" },
		{ "Yesterday 14:30", "2026-11-22T13:30:00.000Z" },
		{ "yesterday 9:05", "2026-11-22T08:05:00.000Z" },
		{ "-2d", "2026-11-21T08:00:00.000Z" },
		{ "2026-02-30", NULL },
		{ "yesterday 25:00", NULL },
		{ "noon", NULL },
		{ "", NULL },
		{ "-d", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(table); i++) {
		struct call *c = new_call();
		int64_t at = 0;
		int result = when_moment(c, "The start", table[i].text, &at);

		if (table[i].utc == NULL) {
			assert_int_equal(result, -1);
			assert_int_equal(c->err.kind, ERR_INPUT);
			assert_non_null(strstr(c->err.message, arena_printf(c->arena, "%.30s", table[i].text)));
		} else {
			assert_int_equal(result, 0);
			assert_string_equal(clock_iso(c->arena, at), table[i].utc);
		}
		call_free(c);
	}
}

static void
test_periods(void **state)
{
	static const struct {
		const char *from, *to, *first, *last;	/* last: the last whole day */
	} table[] = {
		{ "this week", NULL, "2026-11-23", "2026-11-29" },
		{ "last week", NULL, "2026-11-16", "2026-11-22" },
		{ "this month", NULL, "2026-11-01", "2026-11-30" },
		{ "last month", NULL, "2026-10-01", "2026-10-31" },	/* with the hour that October has twice */
		{ "-7d", NULL, "2026-11-16", "2026-11-23" },
		{ "-1w", "yesterday", "2026-11-16", "2026-11-22" },
		{ "2026-03-28", "2026-03-30", "2026-03-28", "2026-03-30" },
		{ "today", "yesterday", NULL, NULL },
		{ "2024-01-01", "2026-01-01", NULL, NULL },
		{ "whenever", NULL, NULL, NULL },
		{ "today", "someday", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(table); i++) {
		struct call *c = new_call();
		int64_t from, to;
		int result = when_days(c, table[i].from, table[i].to, &from, &to);

		assert_int_equal(result, table[i].first == NULL ? -1 : 0);
		if (result == 0) {
			assert_string_equal(clock_datetime(c->arena, from), arena_printf(c->arena, "%s 00:00", table[i].first));
			assert_string_equal(clock_datetime(c->arena, to - 1), arena_printf(c->arena, "%s 23:59", table[i].last));
		}
		call_free(c);
	}
}

static void
test_durations(void **state)
{
	static const struct {
		const char *text, *jira;
	} table[] = {
		{ "1h 30m", "1h 30m" }, { "1h30m", "1h 30m" }, { "1.5h", "90m" }, { "90 minutes", "90m" }, { "2 days, 1 hour", "2d 1h" },
		{ "1w 2d", "1w 2d" }, { "0h 5m", "5m" }, { "0.25 hours", "15m" }, { "0m", NULL }, { "1.5d", NULL }, { "90", NULL },
		{ "-1h", NULL }, { "1h later", NULL }, { "", NULL }, { "999999999h", NULL }, { "1e5h", NULL }, { "0x10m", NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(table); i++) {
		struct call *c = new_call();
		const char *span = when_span(c, "The time spent", table[i].text);

		if (table[i].jira == NULL) {
			assert_null(span);
			assert_int_equal(c->err.kind, ERR_INPUT);
		} else {
			assert_non_null(span);
			assert_string_equal(span, table[i].jira);
		}
		call_free(c);
	}
}

/* Asked for against what the site has: other words for the same time are the same, other times are not. */
static void
test_same_span(void **state)
{
	static const struct {
		const char *span, *text;
		int64_t seconds;
		bool same;
	} table[] = {
		{ "2d", "2d", 57600, true }, { "16h", "2d", 57600, true }, { "90m", "1h 30m", 5400, true }, { "90m", "1h 30m", -1, true },
		{ "5d", "1w", 144000, true }, { "4h", "6h 30m", 23400, false }, { "4h", NULL, -1, false }, { "4h", NULL, 14400, true }, { "2d", NULL, 28800, true }, { "2d", "1d", 28800, false },
		{ "7d", "1w", 604800, true },	/* days of 24 hours */
		{ "7d", "2h", 7200, false }, { "8h", "1d", 86400, false }, { "24h", "1d", 86400, true },
	};

	(void)state;
	for (size_t i = 0; i < LEN(table); i++)
		assert_int_equal(when_same_span(table[i].span, table[i].text, table[i].seconds), table[i].same);
}

static void
test_hours(void **state)
{
	struct call *c = new_call();

	(void)state;
	assert_string_equal(when_hours(c->arena, 45 * 60), "45m");
	assert_string_equal(when_hours(c->arena, 3600), "1h");
	assert_string_equal(when_hours(c->arena, 30 * 3600 + 60), "30h 1m");
	assert_string_equal(when_hours(c->arena, 0), "0h");
	assert_string_equal(when_timestamp(c->arena, 0), "1970-01-01T00:00:00.000+0000");
	call_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_periods),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_same_span),
		cmocka_unit_test(test_hours),
	};
	int64_t now;
	int failed;

	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	if (clock_parse("2026-11-23T10:04:00+01:00", &now) == -1)
		return 1;
	clock_fake(now);
	loop = loop_new();
	failed = cmocka_run_group_tests_name("when", tests, NULL, NULL);
	loop_free(loop);
	return failed;
}
