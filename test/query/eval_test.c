/*
 * Evaluation of JQL over a handful of issues: the table `cases` states the keys
 * that a query finds, worked out by hand from the issues below.
 */
#include "query/eval.h"

#include "query/date.h"
#include "query/words.h"

#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DAY INT64_C(86400000)
#define T0 INT64_C(1795424400000)	/* 2026-11-23T09:00:00Z, a Monday: "now" */

struct issue {
	const char *key, *status, *assignee;	/* NULL: none */
	const char *labels[3];
	const char *summary;
	double points;		/* < 0: none */
	int priority;		/* 1 highest .. 3 */
	int64_t created, due;	/* due 0: none; start of a day in UTC */
	struct { int64_t at; const char *by, *from, *to; } change[3];	/* of status */
};

static const struct issue issues[] = {
	{ "OPS-1", "Done", "ann", { "red", "blue" }, "Login fails with an error", 3, 1, T0 - 30 * DAY, T0 - 5 * DAY - 9 * 3600000,
	    { { T0 - 20 * DAY, "bob", "To Do", "In Progress" }, { T0 - 10 * DAY, "ann", "In Progress", "Done" } } },
	{ "OPS-2", "In Progress", "bob", { "red" }, "Errors in the log", 5, 2, T0 - 8 * DAY, T0 - 9 * 3600000,
	    { { T0 - 2 * DAY, "bob", "To Do", "In Progress" } } },
	{ "OPS-10", "To Do", NULL, { NULL }, "Write the manual page", -1, 3, T0 - 3600000, T0 + 7 * DAY - 9 * 3600000, { { 0 } } },
	{ "WEB-3", "To Do", "cy", { "blue", "green" }, "Login page: new colours", 0.5, 2, T0 - 2 * DAY, 0,
	    { { T0 - 36 * 3600000, "cy", "To Do", "Done" }, { T0 - 24 * 3600000, "ann", "Done", "To Do" } } },
};

static const struct jql_field fields[] = {
	{ .name = "key", .type = JQL_KEY, .no_empty = true },
	{ .name = "project", .type = JQL_NAME, .no_empty = true },
	{ .name = "status", .type = JQL_NAME, .no_empty = true, .has_history = true },
	{ .name = "assignee", .type = JQL_USER },
	{ .name = "labels", .type = JQL_NAME },
	{ .name = "summary", .type = JQL_TEXT, .like_only = true },
	{ .name = "Story Points", .type = JQL_NUMBER },
	{ .name = "priority", .type = JQL_RANKED, .sort_desc = true },
	{ .name = "created", .type = JQL_DATETIME },
	{ .name = "due", .type = JQL_DATE },
	{ .name = "rank", .type = JQL_NUMBER, .no_search = true },
	{ .name = "comment", .type = JQL_TEXT, .like_only = true, .no_sort = true },
};
enum { KEY, PROJECT, STATUS, ASSIGNEE, LABELS, SUMMARY, POINTS, PRIORITY, CREATED, DUE, RANK, COMMENT };
static const char *const statuses[] = { "To Do", "In Progress", "Done" };
static const char *const people[] = { "ann", "bob", "cy" };
static const char *const priorities[] = { "", "High", "Medium", "Low" };

static const struct jql_field *
find_field(void *ctx, const char *name)
{
	(void)ctx;
	if (str_eq(name, "cf[10016]"))
		return &fields[POINTS];
	for (size_t i = 0; i < LEN(fields); i++) {
		if (str_ieq(fields[i].name, name))
			return &fields[i];
	}
	return NULL;
}

static void
values(void *ctx, const struct jql_field *f, const void *item, struct jql_values *out)
{
	const struct issue *i = item;
	struct jql_value v = { .id = NULL };

	(void)ctx;
	switch (f - fields) {
	case KEY:
		v.text = i->key;
		break;
	case PROJECT:
		v.id = i->key[0] == 'O' ? "10000" : "10001";
		v.text = i->key[0] == 'O' ? "OPS" : "WEB";
		break;
	case STATUS:
		v.text = i->status;
		break;
	case ASSIGNEE:
		if (i->assignee == NULL)
			return;
		v.text = i->assignee;
		break;
	case LABELS:
		for (size_t k = 0; i->labels[k] != NULL; k++)
			jql_values_add(out, (struct jql_value){ .text = i->labels[k] });
		return;
	case SUMMARY:
		v.text = i->summary;
		break;
	case POINTS:
		if (i->points < 0)
			return;
		v.number = i->points;
		break;
	case PRIORITY:
		v.text = priorities[i->priority];
		v.number = -i->priority;	/* more urgent is greater */
		break;
	case CREATED:
		v.ms = i->created;
		break;
	case DUE:
		if (i->due == 0)
			return;
		v.ms = i->due;
		break;
	default:
		return;
	}
	jql_values_add(out, v);
}

static int
resolve_in(const char *const *list, size_t n, const char *literal, struct jql_values *out)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(list[i], literal)) {
			jql_values_add(out, (struct jql_value){ .text = list[i], .number = -(double)i });
			return 0;
		}
	}
	return -1;
}

static int
resolve(void *ctx, const struct jql_field *f, const char *literal, bool number, struct jql_values *out)
{
	(void)ctx;
	if (f->type == JQL_USER)
		return resolve_in(people, LEN(people), literal, out);
	if (f == &fields[STATUS])
		return resolve_in(statuses, LEN(statuses), literal, out);
	if (f == &fields[PRIORITY])
		return resolve_in(priorities, LEN(priorities), literal, out);
	if (f == &fields[PROJECT]) {
		if (!str_ieq(literal, "OPS") && !str_ieq(literal, "Operations") && !(number && str_eq(literal, "10000")) && !str_ieq(literal, "WEB"))
			return -1;
		jql_values_add(out, (struct jql_value){ .id = str_ieq(literal, "WEB") ? "10001" : "10000" });
		return 0;
	}
	jql_values_add(out, (struct jql_value){ .text = literal });
	return 0;
}

static void
history(void *ctx, const struct jql_field *f, const void *item, struct jql_history *out)
{
	const struct issue *i = item;

	(void)ctx;
	assert_ptr_equal(f, &fields[STATUS]);
	out->created_ms = i->created;
	out->creator = (struct jql_value){ .text = "cy" };
	for (size_t k = 0; k < 3 && i->change[k].at != 0; k++)
		jql_history_add(out, (struct jql_change){ .at_ms = i->change[k].at, .by.text = i->change[k].by, .from.text = i->change[k].from,
		    .to.text = i->change[k].to });
}

static int
function(void *ctx, const struct jql_field *f, const char *name, const char *const *args, size_t n, struct jql_values *out, struct err *e)
{
	(void)ctx;
	(void)f;
	if (str_ieq(name, "currentUser")) {
		if (n != 0)
			return err_set(e, ERR_INPUT, "Function 'currentUser' expected '0' arguments but received '%zu'.", n);
		jql_values_add(out, (struct jql_value){ .text = "bob" });
		return 0;
	}
	if (str_ieq(name, "membersOf") && n == 1 && str_eq(args[0], "team")) {
		jql_values_add(out, (struct jql_value){ .text = "bob" });
		jql_values_add(out, (struct jql_value){ .text = "ann" });
		return 0;
	}
	return 1;
}

static const struct jql_source source = {
	.field = find_field, .values = values, .resolve = resolve, .history = history, .function = function, .week_start = 1,
};

static int
by_plan(const void *a, const void *b, void *plan)
{
	int d = jql_plan_compare(plan, a, b);

	return d != 0 ? d : ((const struct issue *)a > (const struct issue *)b) - ((const struct issue *)a < (const struct issue *)b);
}

static const struct { const char *query, *keys; } cases[] = {
	{ "", "OPS-1 OPS-2 OPS-10 WEB-3" },
	{ "project = OPS", "OPS-1 OPS-2 OPS-10" },
	{ "project = operations", "OPS-1 OPS-2 OPS-10" },
	{ "project = 10000", "OPS-1 OPS-2 OPS-10" },
	{ "project != OPS", "WEB-3" },
	{ "project in (OPS, WEB) AND status = 'to do'", "OPS-10 WEB-3" },
	{ "key = ops-2", "OPS-2" },
	{ "key > OPS-1", "OPS-2 OPS-10" },
	{ "key <= OPS-2", "OPS-1 OPS-2" },
	/* empty values and negation */
	{ "assignee is EMPTY", "OPS-10" },
	{ "assignee = EMPTY", "OPS-10" },
	{ "assignee != EMPTY", "OPS-1 OPS-2 WEB-3" },
	{ "assignee != bob", "OPS-1 WEB-3" },
	{ "not assignee = bob", "OPS-1 WEB-3" },
	{ "not (assignee = bob or status = Done)", "WEB-3" },
	{ "not not assignee = bob", "OPS-2" },
	{ "assignee not in (bob, cy)", "OPS-1" },
	{ "assignee in (bob, EMPTY)", "OPS-2 OPS-10" },
	{ "assignee = currentUser()", "OPS-2" },
	{ "assignee in membersOf(team)", "OPS-1 OPS-2" },
	{ "assignee in (membersOf('team'), cy)", "OPS-1 OPS-2 WEB-3" },
	/* several values */
	{ "labels = red", "OPS-1 OPS-2" },
	{ "labels != red", "WEB-3" },
	{ "labels = red and labels = blue", "OPS-1" },
	{ "labels not in (green)", "OPS-1 OPS-2" },
	{ "labels is not EMPTY", "OPS-1 OPS-2 WEB-3" },
	/* numbers, ranks */
	{ "'Story Points' >= 3", "OPS-1 OPS-2" },
	{ "cf[10016] < 3", "WEB-3" },
	{ "'Story Points' = 0.5", "WEB-3" },
	{ "not 'story points' > 3", "OPS-1 WEB-3" },
	{ "priority > Low", "OPS-1 OPS-2 WEB-3" },
	{ "priority >= High", "OPS-1" },
	{ "priority in (High, Low)", "OPS-1 OPS-10" },
	/* dates */
	{ "created > -3d", "OPS-10 WEB-3" },
	{ "created >= startOfDay()", "OPS-10" },
	{ "created < '2026-11-15'", "OPS-1" },
	{ "not created < '2026-11-21 09:00'", "OPS-10 WEB-3" },	/* the second at that minute */
	{ "not created <= '2026-11-21 09:00'", "OPS-10" },
	{ "created >= '2026-11-15' and created <= '2026/11/15 09:00'", "OPS-2" },
	{ "due < now()", "OPS-1" },		/* today is not overdue */
	{ "due <= now()", "OPS-1 OPS-2" },
	{ "due = '2026-11-23'", "OPS-2" },
	{ "due >= startOfWeek() and due <= endOfWeek()", "OPS-2" },
	{ "due >= startOfWeek(1) and due <= endOfWeek(1)", "OPS-10" },
	{ "due is EMPTY", "WEB-3" },
	/* text */
	{ "summary ~ error", "OPS-1 OPS-2" },
	{ "summary ~ 'login page'", "WEB-3" },
	{ "summary ~ '\"the log\"'", "OPS-2" },
	{ "summary ~ 'log*'", "OPS-1 OPS-2 WEB-3" },
	{ "summary ~ 'log'", "OPS-2" },
	{ "summary !~ login", "OPS-2 OPS-10" },
	{ "summary ~ 'login -page'", "OPS-1" },
	{ "summary ~ 'manual OR colour'", "OPS-10 WEB-3" },
	/* history */
	{ "status was 'In Progress'", "OPS-1 OPS-2" },
	{ "status was Done", "OPS-1 WEB-3" },
	{ "status was not Done", "OPS-2 OPS-10" },
	{ "status was 'To Do'", "OPS-1 OPS-2 OPS-10 WEB-3" },
	{ "status was in ('In Progress', Done) after -3d", "OPS-1 OPS-2 WEB-3" },
	{ "status was 'In Progress' before -9d", "OPS-1" },
	{ "status was 'To Do' after -5d", "OPS-2 OPS-10 WEB-3" },	/* left before, kept into, from then on */
	{ "status was 'In Progress' by bob", "OPS-1 OPS-2" },
	{ "status was Done by ann", "OPS-1" },
	{ "status was 'To Do' by cy", "OPS-1 OPS-2 OPS-10 WEB-3" },	/* the creator */
	{ "status was Done on '2026-11-21'", "OPS-1 WEB-3" },
	{ "status was 'To Do' during ('2026-10-25', '2026-11-02')", "OPS-1" },
	{ "status changed", "OPS-1 OPS-2 WEB-3" },
	{ "not status changed", "OPS-10" },
	{ "status changed to Done", "OPS-1 WEB-3" },
	{ "status changed from Done", "WEB-3" },
	{ "status changed from 'To Do' to Done by cy after -2d", "WEB-3" },
	{ "status changed by ann before -5d", "OPS-1" },
	{ "status changed after -1w", "OPS-2 WEB-3" },
	{ "status changed after '2026-11-22 09:00'", "" },		/* one changed at that instant */
	{ "status changed before '2026-11-22 09:00' after -2d", "WEB-3" },
	{ "status changed to 'To Do' before '2026-11-22 09:00'", "" },
	{ "status changed to 'To Do' before '2026-11-22 09:01'", "WEB-3" },
	/* order */
	{ "order by created", "OPS-1 OPS-2 WEB-3 OPS-10" },
	{ "order by created desc", "OPS-10 WEB-3 OPS-2 OPS-1" },
	{ "order by key desc", "WEB-3 OPS-10 OPS-2 OPS-1" },
	{ "order by due", "OPS-1 OPS-2 OPS-10 WEB-3" },
	{ "order by due desc", "WEB-3 OPS-10 OPS-2 OPS-1" },
	{ "order by priority, created desc", "OPS-1 WEB-3 OPS-2 OPS-10" },
	{ "order by priority asc, 'Story Points'", "OPS-10 WEB-3 OPS-2 OPS-1" },
	{ "project = OPS order by rank desc, assignee", "OPS-1 OPS-2 OPS-10" },
};

static struct jql_plan *
plan(struct arena *a, const char *query, struct err *e)
{
	struct jql *j = jql_parse(a, query, strlen(query), e);

	if (j == NULL)
		fail_msg("%s: %s", query, e->message);
	return jql_plan(a, j, &source, T0, e);
}

static void
finds(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct arena *a = arena_new();
		struct issue sorted[LEN(issues)];
		struct jql_plan *p;
		char got[256] = "";
		struct err e;

		err_init(&e, a);
		p = plan(a, cases[i].query, &e);
		if (p == NULL)
			fail_msg("%s: %s", cases[i].query, e.message);
		memcpy(sorted, issues, sizeof(issues));
		if (strstr(cases[i].query, "order by") != NULL)
			qsort_r(sorted, LEN(sorted), sizeof(sorted[0]), by_plan, p);
		for (size_t k = 0; k < LEN(sorted); k++) {
			if (jql_plan_match(p, &sorted[k])) {
				strncat(got, got[0] ? " " : "", sizeof(got) - strlen(got) - 1);
				strncat(got, sorted[k].key, sizeof(got) - strlen(got) - 1);
			}
		}
		if (strcmp(got, cases[i].keys) != 0)
			fail_msg("%s: found %s, not %s", cases[i].query, got, cases[i].keys);
		jql_plan_release(p);
		arena_free(a);
	}
}

static const struct { const char *query, *message; } refused[] = {
	{ "foo = 1", "Field 'foo' does not exist or you do not have permission to view it." },
	{ "issue.property[a].b = 1", "Field 'issue.property[a].b' does not exist or you do not have permission to view it." },
	{ "order by foo", "Field 'foo' does not exist or you do not have permission to view it." },
	{ "project = X", "The value 'X' does not exist for the field 'project'." },
	{ "status in (Done, Nope)", "The value 'Nope' does not exist for the field 'status'." },
	{ "status was Nope", "The value 'Nope' does not exist for the field 'status'." },
	{ "assignee = dan", "The value 'dan' does not exist for the field 'assignee'." },
	{ "status changed by dan", "The value 'dan' does not exist for the field 'by'." },
	{ "summary = x", "The operator '=' is not supported by the 'summary' field." },
	{ "status ~ x", "The operator '~' is not supported by the 'status' field." },
	{ "assignee > x", "The operator '>' is not supported by the 'assignee' field." },
	{ "project is EMPTY", "The field 'project' does not support searching for EMPTY values." },
	{ "labels was x", "History searches do not support the 'labels' field." },
	{ "assignee = nobody()", "Unable to find JQL function 'nobody()'." },
	{ "assignee = currentUser(1)", "Function 'currentUser' expected '0' arguments but received '1'." },
	{ "created > soon", "Date value 'soon' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
	    "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'." },
	{ "'Story Points' = many", "The value 'many' for the field 'Story Points' is not a number." },
	{ "order by comment", "Not able to sort using field 'comment'." },
	{ "status changed during (-1d)", "DURING takes two dates in parentheses." },
	{ "project = OPS and (status = Done or not foo = 1)", "Field 'foo' does not exist or you do not have permission to view it." },
};

static void
refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(refused); i++) {
		struct arena *a = arena_new();
		struct err e;

		err_init(&e, a);
		assert_null(plan(a, refused[i].query, &e));
		assert_int_equal(e.kind, ERR_INPUT);
		assert_string_equal(e.message, refused[i].message);
		arena_free(a);
	}
}

static void
one_item(void **state)
{
	struct arena *a = arena_new();
	struct err e;
	bool got = false;

	(void)state;
	err_init(&e, a);
	assert_int_equal(jql_match(jql_parse(a, "status = Done", 13, &e), &source, &issues[0], T0, &got, &e), 0);
	assert_true(got);
	assert_int_equal(jql_match(jql_parse(a, "statu = Done", 12, &e), &source, &issues[0], T0, &got, &e), -1);
	assert_string_equal(e.message, "Field 'statu' does not exist or you do not have permission to view it.");
	arena_free(a);
}

/* ---- dates: stated in the local time of the zone ---- */

static const struct { int tz, week_start; const char *text, *arg; int64_t ms; } dates[] = {
	{ 0, 1, "2026-11-23", NULL, T0 - 9 * 3600000 },
	{ 0, 1, "2026/11/23 09:00", NULL, T0 },
	{ 60, 1, "2026-11-23 10:00", NULL, T0 },
	{ -300, 1, "2026-11-23 04:00", NULL, T0 },
	{ 0, 1, "1970-01-01", NULL, 0 },
	{ 0, 1, "2024-02-29", NULL, INT64_C(1709164800000) },
	{ 0, 1, "-4w 2d", NULL, T0 - 30 * DAY },
	{ 0, 1, "1h 30m", NULL, T0 + 5400000 },
	{ 0, 1, "now", NULL, T0 },
	{ 0, 1, "now", "-2h", T0 - 7200000 },
	{ 0, 1, "startOfDay", NULL, T0 - 9 * 3600000 },
	{ 120, 1, "startOfDay", NULL, T0 - 11 * 3600000 },
	{ 0, 1, "startOfDay", "-1", T0 - 9 * 3600000 - DAY },
	{ 0, 1, "startOfDay", "+3h", T0 - 6 * 3600000 },
	{ 0, 1, "endOfDay", NULL, T0 + 15 * 3600000 - 1 },
	{ 0, 1, "startOfWeek", NULL, T0 - 9 * 3600000 },
	{ 0, 0, "startOfWeek", NULL, T0 - 9 * 3600000 - DAY },
	{ 0, 1, "endOfWeek", "-1w", T0 - 9 * 3600000 - 1 },
	{ 0, 1, "startOfMonth", NULL, T0 - 9 * 3600000 - 22 * DAY },
	{ 0, 1, "endOfMonth", NULL, T0 - 9 * 3600000 + 8 * DAY - 1 },
	{ 0, 1, "startOfMonth", "3", T0 - 9 * 3600000 + (8 + 31 + 31) * DAY },
	{ 0, 1, "endOfMonth", "3M", T0 - 9 * 3600000 + (8 + 31 + 31 + 28) * DAY - 1 },
	{ 0, 1, "startOfYear", NULL, INT64_C(1767225600000) },
	{ 0, 1, "endOfYear", "-1y", INT64_C(1767225600000) - 1 },
	{ 0, 1, "now", "-1M", T0 - 31 * DAY },
};

static void
date_texts(void **state)
{
	static const char *const bad[] = { "", "soon", "2026-13-01", "2026-02-29", "2026-11-23 24:00", "2026-11-23T10:00", "2026/11-23", "5", "-", "5x", "-4w x",
	    "99999999d", "20261123" };
	int64_t got;

	(void)state;
	for (size_t i = 0; i < LEN(dates); i++) {
		struct date_zone z = { .now_ms = T0, .tz_minutes = dates[i].tz, .week_start = dates[i].week_start };
		const char *const args[] = { dates[i].arg };

		got = -1;
		if (query_is_date_function(dates[i].text))
			assert_int_equal(query_date_function(&z, dates[i].text, args, dates[i].arg != NULL, &got), 0);
		else
			assert_int_equal(query_date(&z, dates[i].text, false, &got), 0);
		if (got != dates[i].ms)
			fail_msg("%s(%s): %lld, not %lld", dates[i].text, dates[i].arg ? dates[i].arg : "", (long long)got, (long long)dates[i].ms);
	}
	for (size_t i = 0; i < 2; i++) {	/* the day that the month does not have */
		const struct date_zone z = { .now_ms = i == 0 ? INT64_C(1774958400000) /* 2026-03-31 12:00 */ : INT64_C(1709164800000) /* 2024-02-29 */ };
		const char *const arg[] = { i == 0 ? "-1M" : "1y" };

		assert_int_equal(query_date_function(&z, "now", arg, 1, &got), 0);
		assert_true(got == (i == 0 ? INT64_C(1772280000000) /* 2026-02-28 12:00 */ : INT64_C(1740700800000) /* 2025-02-28 */));
	}
	for (size_t i = 0; i < LEN(bad); i++) {
		struct date_zone z = { .now_ms = T0 };

		if (query_date(&z, bad[i], false, &got) != -1)
			fail_msg("accepted: %s", bad[i]);
	}
}

static void
hostile_words(void **state)
{
	struct arena *a = arena_new();
	struct buf b, c;

	(void)state;
	assert_null(words_compile(a, ""));
	assert_null(words_compile(a, " ( \" ) - ! "));
	assert_true(words_match(words_compile(a, "a?c*"), "xx ABCDEF"));
	assert_false(words_match(words_compile(a, "a?c"), "abcd"));
	buf_init(&b, 1 << 20);
	buf_init(&c, 1 << 20);
	for (int i = 0; i < 3000; i++) {	/* stars must not multiply */
		buf_adds(&b, "a*");
		buf_adds(&c, "aaaaaaaa");
	}
	buf_adds(&b, "b");
	assert_false(words_match(words_compile(a, b.data), c.data));
	buf_release(&b);
	buf_release(&c);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds), cmocka_unit_test(refuses), cmocka_unit_test(one_item), cmocka_unit_test(date_texts),
		cmocka_unit_test(hostile_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
