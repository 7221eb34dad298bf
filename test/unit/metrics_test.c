/*
 * The arithmetic of flow at its edges: days with 23 and 25 hours, weekends, issues that were reopened, came into a sprint
 * after its start, left it, were done and undone, or were estimated anew; and a history that was cut.
 */
#include "unit/unit.h"

#include "atlassian/metrics.h"
#include "base/clock.h"
#include "base/str.h"

#include <time.h>

static struct arena *a;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	setenv("TZ", "Europe/Berlin", 1);
	tzset();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_free(a);
	return 0;
}

static int64_t
at(const char *text)
{
	int64_t ms = 0;

	assert_int_equal(clock_parse(text, &ms), 0);
	return ms;
}

static struct calendar
calendar(const char *hours, const char *days)
{
	struct calendar c;

	assert_int_equal(metrics_calendar(hours, days, &c), 0);
	return c;
}

static int64_t
hours(const struct calendar *c, const char *from, const char *to)
{
	int64_t ms = metrics_work(c, at(from), at(to));

	assert_int_equal(ms % (3600 * 1000), 0);
	return ms / (3600 * 1000);
}

static void
test_days(void **state)
{
	(void)state;
	/* 2026-11-22 23:30 UTC is Monday in Berlin */
	assert_int_equal(clock_weekday(clock_day(at("2026-11-22T23:30:00Z"))), 1);
	assert_int_equal(clock_weekday(clock_day(at("2026-11-22T22:30:00Z"))), 0);
	assert_int_equal(clock_at(clock_day(at("2026-07-01T12:00:00Z")), 9 * 60), at("2026-07-01T07:00:00Z"));
	assert_int_equal(clock_at(clock_day(at("2026-11-23T12:00:00Z")), 9 * 60), at("2026-11-23T08:00:00Z"));
	assert_int_equal(clock_at(clock_day(at("2026-10-25T12:00:00Z")) + 1, 0) - clock_at(clock_day(at("2026-10-25T12:00:00Z")), 0), 25 * 3600 * 1000);
}

static void
test_calendar_words(void **state)
{
	struct calendar c;

	(void)state;
	assert_int_equal(calendar(NULL, NULL).weekdays, 0x3e);
	assert_int_equal(calendar("8:30-16", "mon-fri").from_minute, 510);
	assert_int_equal(calendar(NULL, "sun,tue").weekdays, 1 | 1 << 2);
	assert_int_equal(calendar(NULL, "fri-mon").weekdays, 1 << 5 | 1 << 6 | 1 | 1 << 1);
	assert_int_equal(calendar(NULL, "1,2,7").weekdays, 1 << 1 | 1 << 2 | 1);
	assert_int_equal(metrics_calendar("17-9", NULL, &c), -1);
	assert_int_equal(metrics_calendar("9", NULL, &c), -1);
	assert_int_equal(metrics_calendar("9-25", NULL, &c), -1);
	assert_int_equal(metrics_calendar("9:5-17", NULL, &c), -1);
	assert_int_equal(metrics_calendar(NULL, "someday", &c), -1);
	assert_int_equal(metrics_calendar(NULL, "mon-", &c), -1);
}

static void
test_work(void **state)
{
	struct calendar week = calendar("09:00-17:00", "mon-fri"), always = calendar("0-24", "sun-sat");

	(void)state;
	/* Friday 15:00 to Monday 11:00 in Berlin: two hours and two hours */
	assert_int_equal(hours(&week, "2026-11-20T14:00:00Z", "2026-11-23T10:00:00Z"), 4);
	assert_int_equal(hours(&week, "2026-11-21T06:00:00Z", "2026-11-22T20:00:00Z"), 0);
	/* from before the day begins to after it ends */
	assert_int_equal(hours(&week, "2026-11-23T01:00:00Z", "2026-11-23T22:00:00Z"), 8);
	/* a working day is eight hours in summer, in winter and over the change */
	assert_int_equal(hours(&week, "2026-10-23T00:00:00Z", "2026-10-27T00:00:00Z"), 16);
	/* the days of the change, whole: 25 and 23 hours */
	assert_int_equal(hours(&always, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"), 25);
	assert_int_equal(hours(&always, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"), 23);
	assert_int_equal(hours(NULL, "2026-11-20T14:00:00Z", "2026-11-21T14:00:00Z"), 24);
	assert_int_equal(metrics_work(&week, at("2026-11-23T12:00:00Z"), at("2026-11-23T10:00:00Z")), 0);
}

static void
test_durations(void **state)
{
	struct calendar week = calendar(NULL, NULL);

	(void)state;
	assert_string_equal(metrics_duration(a, NULL, 59 * 1000), "0m");
	assert_string_equal(metrics_duration(a, NULL, INT64_C(90) * 60 * 1000), "1h 30m");
	assert_string_equal(metrics_duration(a, NULL, INT64_C(50) * 3600 * 1000), "2d 2h");
	assert_string_equal(metrics_duration(a, &week, INT64_C(17) * 3600 * 1000), "2d 1h");
	assert_string_equal(metrics_duration(a, &week, INT64_C(16) * 3600 * 1000), "2d");
}

/* ---- one issue ---- */

static struct history
parsed(const char *text)
{
	struct history h;
	struct err e;
	json *list;

	err_init(&e, a);
	list = json_parse(a, text, strlen(text), JSON_TRUSTED, &e);
	assert_non_null(list);
	history_parse(a, list, &h);
	return h;
}

#define STATUS(when, from, to) "{\"created\":\"" when "\",\"author\":{\"displayName\":\"Ada\"},\"items\":[{\"field\":\"status\",\"from\":\"" \
	from "\",\"fromString\":\"S" from "\",\"to\":\"" to "\",\"toString\":\"S" to "\"}]}"

/* 1 is to do, 3 work, 9 done */
static enum category
kind(void *ctx, const char *id)
{
	(void)ctx;
	return str_eq(id, "9") ? CATEGORY_DONE : str_eq(id, "3") ? CATEGORY_WORK : str_eq(id, "1") ? CATEGORY_NEW : CATEGORY_UNKNOWN;
}

static struct flow
flow_of(const char *log, const char *status_now)
{
	struct history h = parsed(log);
	struct span *v;
	size_t n = metrics_timeline(a, &h, at("2026-11-02T08:00:00Z"), status_now, status_now, at("2026-11-23T10:00:00Z"), &v);
	struct flow f;

	metrics_flow(v, n, kind, NULL, NULL, at("2026-11-23T10:00:00Z"), &f);
	return f;
}

static void
test_never_moved(void **state)
{
	struct flow f = flow_of("[]", "1");

	(void)state;
	assert_int_equal(f.started, -1);
	assert_int_equal(f.finished, -1);
	assert_int_equal(f.cycle, 0);
	assert_int_equal(f.lead, at("2026-11-23T10:00:00Z") - at("2026-11-02T08:00:00Z"));
}

static void
test_done(void **state)
{
	/* the changes come newest first, as Cloud's issue gives them */
	struct flow f = flow_of("[" STATUS("2026-11-05T12:00:00.000+0000", "3", "9") "," STATUS("2026-11-04T12:00:00.000+0000", "1", "3") "]", "9");

	(void)state;
	assert_int_equal(f.started, at("2026-11-04T12:00:00Z"));
	assert_int_equal(f.finished, at("2026-11-05T12:00:00Z"));
	assert_int_equal(f.cycle, 24 * 3600 * 1000);
	assert_int_equal(f.active, 24 * 3600 * 1000);
	assert_int_equal(f.reopened, 0);
}

static void
test_reopened(void **state)
{
	const char *twice = "[" STATUS("2026-11-04T12:00:00Z", "1", "3") "," STATUS("2026-11-05T12:00:00Z", "3", "9") ","
	    STATUS("2026-11-06T12:00:00Z", "9", "3") "," STATUS("2026-11-08T12:00:00Z", "3", "9") "]";
	struct flow f = flow_of(twice, "9");

	(void)state;
	assert_int_equal(f.reopened, 1);
	assert_int_equal(f.finished, at("2026-11-08T12:00:00Z"));	/* the last time, not the first */
	assert_int_equal(f.cycle, 4 * 24 * 3600 * 1000);
	assert_int_equal(f.active, 3 * 24 * 3600 * 1000);	/* the day it lay done is not work */
	f = flow_of("[" STATUS("2026-11-04T12:00:00Z", "1", "9") "," STATUS("2026-11-05T12:00:00Z", "9", "1") "]", "1");
	assert_int_equal(f.finished, -1);
	assert_int_equal(f.reopened, 1);
}

static void
test_bulk_times_are_numbers(void **state)
{
	struct history h = parsed("[{\"created\":1795428000000,\"items\":[{\"field\":\"status\"}]},{\"created\":1492070429,\"items\":[{\"field\":\"status\"}]}]");

	(void)state;
	assert_int_equal(h.v[0].at, INT64_C(1492070429000));
	assert_int_equal(h.v[1].at, INT64_C(1795428000000));
}

/* ---- sprints ---- */

static const char *const done_ids[] = { "9" };
static const struct sprint_rules rules = {
	.sprint = "2",
	.sprint_track = { .id = "cf_1", .name = "Sprint" },
	.points_track = { .id = "cf_2", .name = "Story Points", .words = true },
	.done = done_ids, .done_count = 1,
};

#define START "2026-11-09T09:00:00Z"
#define END "2026-11-20T17:00:00Z"
#define ITEM(when, field, id, from, to) "{\"created\":\"" when "\",\"items\":[{\"field\":\"" field "\"," id "\"from\":" from ",\"fromString\":" from \
	",\"to\":" to ",\"toString\":" to "}]}"
#define SPRINT(when, from, to) ITEM(when, "Sprint", "", from, to)
#define POINTS(when, from, to) ITEM(when, "Story Points", "\"fieldId\":\"cf_2\",", from, to)

static struct life
life(const char *log, const char *status, const char *sprints, const char *points)
{
	struct history *h = arena_alloc(a, sizeof(*h));

	*h = parsed(log);
	return (struct life){ .history = h, .created = at("2026-11-01T00:00:00Z"), .status_id = status, .sprints = sprints, .points = points };
}

static struct outcome
fate(struct life l)
{
	return metrics_outcome(&l, &rules, at(START), at(END));
}

static void
test_committed_and_done(void **state)
{
	struct outcome o = fate(life("[" SPRINT("2026-11-06T10:00:00Z", "\"\"", "\"2\"") "," STATUS("2026-11-12T10:00:00Z", "3", "9") "]", "9", "2", "5"));

	(void)state;
	assert_int_equal(o.fate, FATE_DONE);
	assert_false(o.added);
	assert_int_equal((int)o.at_start, 5);
}

static void
test_added_after_start(void **state)
{
	struct outcome o = fate(life("[" SPRINT("2026-11-10T10:00:00Z", "null", "\"2\"") "]", "3", "2", "3"));

	(void)state;
	assert_true(o.added);
	assert_int_equal(o.fate, FATE_OPEN);
	assert_int_equal((int)o.at_start, 0);
	assert_int_equal((int)o.at_end, 3);
}

static void
test_removed(void **state)
{
	struct outcome o = fate(life("[" SPRINT("2026-11-06T10:00:00Z", "\"\"", "\"1, 2\"") "," SPRINT("2026-11-11T10:00:00Z", "\"1, 2\"", "\"1, 3\"") "]",
	    "9", "1, 3", "8"));

	(void)state;
	assert_int_equal(o.fate, FATE_REMOVED);	/* done elsewhere */
	assert_false(o.added);
	/* in and out again within the sprint */
	o = fate(life("[" SPRINT("2026-11-11T10:00:00Z", "\"\"", "\"2\"") "," SPRINT("2026-11-12T10:00:00Z", "\"2\"", "\"\"") "]", "1", NULL, NULL));
	assert_int_equal(o.fate, FATE_REMOVED);
	assert_true(o.added);
	/* planned for it, but taken out before it began */
	o = fate(life("[" SPRINT("2026-11-02T10:00:00Z", "\"\"", "\"2\"") "," SPRINT("2026-11-03T10:00:00Z", "\"2\"", "\"\"") "]", "1", NULL, NULL));
	assert_int_equal(o.fate, FATE_NEVER);
	/* 12 is not 2 */
	o = fate(life("[]", "1", "12, 22", NULL));
	assert_int_equal(o.fate, FATE_NEVER);
}

static void
test_reopened_and_after_the_end(void **state)
{
	/* done and undone within the sprint, done again after it */
	struct outcome o = fate(life("[" STATUS("2026-11-12T10:00:00Z", "3", "9") "," STATUS("2026-11-13T10:00:00Z", "9", "3") ","
	    STATUS("2026-11-21T10:00:00Z", "3", "9") "]", "9", "2, 3", "2"));

	(void)state;
	assert_int_equal(o.fate, FATE_OPEN);
}

static void
test_estimated_anew(void **state)
{
	struct outcome o = fate(life("[" POINTS("2026-11-06T10:00:00Z", "null", "\"3\"") "," POINTS("2026-11-13T10:00:00Z", "\"3\"", "\"8\"") "]", "1", "2", "8"));

	(void)state;
	assert_int_equal((int)o.at_start, 3);
	assert_int_equal((int)o.at_end, 8);
}

static void
test_created_in_the_sprint(void **state)
{
	struct life l = life("[]", "1", "2", "1");	/* with the sprint on its create screen: no change says so */
	struct outcome o;

	(void)state;
	l.created = at("2026-11-16T10:00:00Z");
	o = fate(l);
	assert_true(o.added);
	assert_int_equal(o.fate, FATE_OPEN);
}

static void
test_burndown(void **state)
{
	struct life v[] = {
		life("[" STATUS("2026-11-12T10:00:00Z", "3", "9") "]", "9", "2", "5"),
		life("[" SPRINT("2026-11-10T10:00:00Z", "\"\"", "\"2\"") "]", "1", "2", "3"),
		life("[" STATUS("2026-11-11T10:00:00Z", "1", "9") "," STATUS("2026-11-13T10:00:00Z", "9", "1") "]", "1", "2", NULL),
	};
	struct burn b;

	(void)state;
	metrics_burn(v, LEN(v), &rules, at(START), &b);
	assert_int_equal(b.scope.issues, 2);
	assert_int_equal((int)b.left.points, 5);
	metrics_burn(v, LEN(v), &rules, at("2026-11-12T12:00:00Z"), &b);
	assert_int_equal(b.scope.issues, 3);
	assert_int_equal(b.done.issues, 2);
	assert_int_equal((int)b.left.points, 3);
	metrics_burn(v, LEN(v), &rules, at(END), &b);
	assert_int_equal(b.done.issues, 1);
	assert_int_equal(b.left.issues, 2);
	assert_int_equal((int)b.scope.points, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_days),
		cmocka_unit_test(test_calendar_words),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_never_moved),
		cmocka_unit_test(test_done),
		cmocka_unit_test(test_reopened),
		cmocka_unit_test(test_bulk_times_are_numbers),
		cmocka_unit_test(test_committed_and_done),
		cmocka_unit_test(test_added_after_start),
		cmocka_unit_test(test_removed),
		cmocka_unit_test(test_reopened_and_after_the_end),
		cmocka_unit_test(test_estimated_anew),
		cmocka_unit_test(test_created_in_the_sprint),
		cmocka_unit_test(test_burndown),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
