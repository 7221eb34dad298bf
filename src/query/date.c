/*
 * Instants are milliseconds; calendar arithmetic happens on local days, which
 * are an instant shifted by the zone. Increments are [+-]N with y, M, w, d, h
 * or m (minutes); a bare number takes the natural unit of its function.
 */
#include "query/date.h"

#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { MAX_STEP = 1000000 };	/* of one increment; keeps every sum far from overflow */

/* Days since 1970 of a civil date and back (proleptic Gregorian; era of 400 years from March). */
static int64_t
days_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
civil_of(int64_t days, int64_t *y, int64_t *m, int64_t *d)
{
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
		doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = yoe + era * 400 + (*m <= 2);
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static int64_t
local(const struct date_zone *z, int64_t ms)
{
	return ms + (int64_t)z->tz_minutes * MINUTE;
}

int64_t
query_day_start(const struct date_zone *z, int64_t ms)
{
	return floor_div(local(z, ms), DAY) * DAY - (int64_t)z->tz_minutes * MINUTE;
}

static int64_t
month_days(int64_t y, int64_t m)
{
	return days_of(m == 12 ? y + 1 : y, m == 12 ? 1 : m + 1, 1) - days_of(y, m, 1);
}

/* Adds n units; months and years keep the day where the month has it. */
static int64_t
add(const struct date_zone *z, int64_t ms, int64_t n, char unit)
{
	int64_t y, m, d, t = local(z, ms), day = floor_div(t, DAY);

	switch (unit) {
	case 'w':
		return ms + n * 7 * DAY;
	case 'd':
		return ms + n * DAY;
	case 'h':
		return ms + n * HOUR;
	case 'm':
		return ms + n * MINUTE;
	default:
		break;
	}
	civil_of(day, &y, &m, &d);
	m += (unit == 'y' ? 12 : 1) * n - 1;
	y += floor_div(m, 12);
	m -= floor_div(m, 12) * 12 - 1;
	if (d > month_days(y, m))
		d = month_days(y, m);
	return ms + (days_of(y, m, d) - day) * DAY;
}

/* Digits at *s, at least min and at most max of them. */
static int
digits(const char **s, int min, int max, int64_t *ret)
{
	int n = 0;
	int64_t v = 0;

	while (n < max && isdigit((unsigned char)**s)) {
		v = v * 10 + (*(*s)++ - '0');
		n++;
	}
	*ret = v;
	return n < min ? -1 : 0;
}

/* [+-]N[unit] at *s. */
static int
increment(const char **s, const char *units, char natural, int64_t *ret_n, char *ret_unit)
{
	bool negative = **s == '-';

	if (**s == '-' || **s == '+')
		(*s)++;
	if (digits(s, 1, 7, ret_n) == -1 || *ret_n > MAX_STEP)
		return -1;
	if (negative)
		*ret_n = -*ret_n;
	if (**s != '\0' && strchr(units, **s) != NULL)
		*ret_unit = *(*s)++;
	else if (natural != '\0')
		*ret_unit = natural;
	else
		return -1;
	return 0;
}

/* "4w 2d", "-1h 30m": one sign for all. */
static int
period(const struct date_zone *z, const char *s, int64_t *ret_ms)
{
	int64_t ms = z->now_ms, n;
	bool negative = *s == '-';
	char unit;

	if (*s == '-' || *s == '+')
		s++;
	if (!isdigit((unsigned char)*s))
		return -1;
	while (*s != '\0') {
		if (!isdigit((unsigned char)*s) || increment(&s, "wdhm", '\0', &n, &unit) == -1)
			return -1;
		ms = add(z, ms, negative ? -n : n, unit);
		while (*s == ' ')
			s++;
	}
	*ret_ms = ms;
	return 0;
}

int
query_date(const struct date_zone *z, const char *text, bool number, int64_t *ret_ms)
{
	const char *s = text;
	int64_t y, m, d, hour = 0, minute = 0;
	char sep;

	if (number)
		return str_int(text, -INT64_C(100000000000000), INT64_C(100000000000000), ret_ms);
	if (digits(&s, 4, 4, &y) == -1 || (*s != '-' && *s != '/'))
		return period(z, text, ret_ms);
	sep = *s++;
	if (digits(&s, 1, 2, &m) == -1 || *s++ != sep || digits(&s, 1, 2, &d) == -1 || m < 1 || m > 12 || d < 1 ||
	    d > month_days(y, m))
		return -1;
	if (*s == ' ') {
		s++;
		if (digits(&s, 1, 2, &hour) == -1 || *s++ != ':' || digits(&s, 2, 2, &minute) == -1 || hour > 23 ||
		    minute > 59)
			return -1;
	}
	if (*s != '\0')
		return -1;
	*ret_ms = days_of(y, m, d) * DAY + hour * HOUR + minute * MINUTE - (int64_t)z->tz_minutes * MINUTE;
	return 0;
}

static const struct date_function {
	const char *name;
	char unit;
	bool end;
} functions[] = {
	{ "now", '\0', false },
	{ "startOfDay", 'd', false },
	{ "startOfWeek", 'w', false },
	{ "startOfMonth", 'M', false },
	{ "startOfYear", 'y', false },
	{ "endOfDay", 'd', true },
	{ "endOfWeek", 'w', true },
	{ "endOfMonth", 'M', true },
	{ "endOfYear", 'y', true },
};

static const struct date_function *
find(const char *name)
{
	for (size_t i = 0; i < LEN(functions); i++) {
		if (str_ieq(functions[i].name, name))
			return &functions[i];
	}
	return NULL;
}

bool
query_is_date_function(const char *name)
{
	return find(name) != NULL;
}

static int64_t
start_of(const struct date_zone *z, int64_t ms, char unit)
{
	int64_t y, m, d, day = floor_div(local(z, ms), DAY);

	if (unit == 'w') {
		/* day 0, 1970-01-01, was a Thursday: weekday 4 */
		int64_t weekday = (day + 4) - floor_div(day + 4, 7) * 7;

		day -= (weekday - z->week_start + 7) % 7;
	} else if (unit != 'd') {
		civil_of(day, &y, &m, &d);
		day = days_of(y, unit == 'y' ? 1 : m, 1);
	}
	return day * DAY - (int64_t)z->tz_minutes * MINUTE;
}

int
query_date_function(const struct date_zone *z, const char *name, const char *const *args, size_t n, int64_t *ret_ms)
{
	const struct date_function *f = find(name);
	int64_t ms = z->now_ms, step = 0;
	char unit = 'd';

	if (f == NULL)
		return 1;
	if (n > 1)
		return -1;
	if (n == 1) {
		const char *s = args[0];

		if (increment(&s, "yMwdhm", f->unit, &step, &unit) == -1 || *s != '\0')
			return -1;
	}
	if (f->unit == '\0') {
		*ret_ms = n == 1 ? add(z, ms, step, unit) : ms;
		return 0;
	}
	/* whole units move the period, smaller ones move its border */
	if (unit == f->unit || n == 0) {
		ms = start_of(z, add(z, start_of(z, ms, f->unit), step, n == 0 ? 'd' : unit), f->unit);
		step = 0;
	} else {
		ms = start_of(z, ms, f->unit);
	}
	if (f->end)
		ms = add(z, ms, 1, f->unit) - 1;
	*ret_ms = add(z, ms, step, unit);
	return 0;
}
