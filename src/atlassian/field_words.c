/*
 * Days are counted since 1970 in the proleptic Gregorian calendar, so that adding is adding;
 * text becomes such a number, the number becomes text. No time zone is involved but in
 * the question what day today is and how far the local clock is from UTC.
 */
#include "atlassian/field_words.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 6, MAX_TEXT = 80, NO_DAY = INT32_MIN, MAX_STEP = 100000 };

static const char *const months[] = { "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec" };
static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* Days since 1970-01-01; the month may be beyond 1..12. */
static int64_t
day_of(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y += (m - 1) / 12;
	m = (m - 1) % 12 + 1;
	if (m < 1) {
		m += 12;
		y--;
	}
	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void
civil(int64_t day, int *y, int *m, int *d)
{
	int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*d = (int)(doy - (153 * mp + 2) / 5 + 1);
	*m = (int)(mp < 10 ? mp + 3 : mp - 9);
	*y = (int)(yoe + era * 400 + (*m <= 2));
}

/* NO_DAY when there is no such day: 31 February. */
static int64_t
real_day(int64_t y, int64_t m, int64_t d)
{
	int yy, mm, dd;
	int64_t day;

	if (y >= 0 && y < 100)
		y += 2000;
	if (y < 1900 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31)
		return NO_DAY;
	day = day_of(y, m, d);
	civil(day, &yy, &mm, &dd);
	return dd == d ? day : NO_DAY;
}

static int64_t
today(struct arena *a)
{
	const char *text = clock_date(a, clock_wall_ms());

	return real_day(strtoll(text, NULL, 10), strtoll(text + 5, NULL, 10), strtoll(text + 8, NULL, 10));
}

/* The same day n months on; the last of a shorter month. */
static int64_t
add_months(int64_t day, int64_t n)
{
	int64_t first, next;
	int y, m, d;

	civil(day, &y, &m, &d);
	first = day_of(y, m + n, 1);
	next = day_of(y, m + n + 1, 1);
	return first + d - 1 < next ? first + d - 1 : next - 1;
}

static int64_t
add(int64_t day, int64_t n, char unit)
{
	switch (unit) {
	case 'd': return day + n;
	case 'w': return day + 7 * n;
	case 'm': return add_months(day, n);
	case 'y': return add_months(day, 12 * n);
	default: return NO_DAY;
	}
}

/* 'd' for "d", "day" and "days" ... 0 for no unit of days. */
static char
unit_of(const char *s)
{
	static const char *const names[] = { "day", "week", "month", "year" };
	size_t len = strlen(s);

	if (len == 1 && strchr("dwmy", *s) != NULL)
		return *s;
	for (size_t i = 0; i < LEN(names); i++) {
		if (str_starts(s, names[i]) && (s[strlen(names[i])] == '\0' || str_eq(s + strlen(names[i]), "s")))
			return *names[i];
	}
	return 0;
}

/* Place of a name of which at least three letters are given; -1: none. */
static int
place(const char *const *names, int n, const char *s, const char *const *full)
{
	for (int i = 0; i < n; i++) {
		if (str_starts(s, names[i]) && (full == NULL ? true : str_starts(full[i], s)))
			return i;
	}
	return -1;
}

static int
weekday_of(const char *s)
{
	static const char *const full[] = { "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" };

	return place(weekdays, 7, s, full);
}

static int
month_of(const char *s)
{
	static const char *const full[] = { "january", "february", "march", "april", "may", "june", "july", "august", "september",
		"october", "november", "december" };

	return strlen(s) < 3 ? -1 : place(months, 12, s, full);
}

static int64_t
number(const char *s)
{
	int64_t n;

	return str_int(s, 0, 9999, &n) == 0 ? n : -1;
}

/* Monday is 0. */
static int
weekday(int64_t day)
{
	return (int)(((day + 3) % 7 + 7) % 7);
}

static int64_t
relative(int64_t now, char **w, size_t n)
{
	int64_t step = n > 1 ? number(w[n == 3 && str_eq(w[0], "in") ? 1 : 0]) : -1;
	bool next = n == 2 && str_eq(w[0], "next"), last = n == 2 && str_eq(w[0], "last");
	int y, m, d, wd = weekday_of(w[n == 2 ? 1 : 0]);

	civil(now, &y, &m, &d);
	if (n == 1 && (str_eq(w[0], "today") || str_eq(w[0], "now")))
		return now;
	if (n == 1 && (str_eq(w[0], "tomorrow") || str_eq(w[0], "yesterday")))
		return now + (*w[0] == 't' ? 1 : -1);
	if (wd >= 0 && (n == 1 || next))
		return now + (wd - weekday(now) + 6) % 7 + 1;
	if (wd >= 0 && last)
		return now - (weekday(now) - wd + 6) % 7 - 1;
	if ((next || last) && str_eq(w[1], "week"))
		return now - weekday(now) + (next ? 7 : -7);
	if ((next || last) && str_eq(w[1], "month"))
		return day_of(y, m + (next ? 1 : -1), 1);
	if (n == 3 && str_eq(w[0], "end") && str_eq(w[1], "of") && str_eq(w[2], "week"))
		return now - weekday(now) + 4;
	if (n == 3 && str_eq(w[0], "end") && str_eq(w[1], "of") && str_eq(w[2], "month"))
		return day_of(y, m + 1, 1) - 1;
	if (n == 3 && step >= 0 && str_eq(w[0], "in"))
		return add(now, step, unit_of(w[2]));
	if (n == 3 && step >= 0 && str_eq(w[2], "ago"))
		return add(now, -step, unit_of(w[1]));
	return NO_DAY;
}

/* +3d, -1w */
static int64_t
signed_step(int64_t now, const char *s)
{
	char *end;
	long n = strtol(s, &end, 10);
	char unit = unit_of(end);

	if ((*s != '+' && *s != '-') || !isdigit((unsigned char)s[1]) || unit == 0 || n > MAX_STEP || n < -MAX_STEP)
		return NO_DAY;
	return add(now, n, unit);
}

static int64_t
calendar(struct arena *a, const char *s)
{
	size_t n;
	char **w;
	int m;

	if (strlen(s) == 10 && (s[4] == '-' || s[4] == '/') && s[7] == s[4]) {
		w = str_split(a, s, "-/", &n);
		return n == 3 ? real_day(number(w[0]), number(w[1]), number(w[2])) : NO_DAY;
	}
	if (strchr(s, '.') != NULL && (isdigit((unsigned char)s[1]) || s[1] == '.')) {
		w = str_split(a, s, ".", &n);
		return n == 3 && strlen(w[2]) == 4 ? real_day(number(w[2]), number(w[1]), number(w[0])) : NO_DAY;
	}
	w = str_split(a, s, " ,/.", &n);
	if (n != 3)
		return NO_DAY;
	if ((m = month_of(w[1])) >= 0)
		return real_day(number(w[2]), m + 1, number(w[0]));
	if ((m = month_of(w[0])) >= 0)
		return real_day(number(w[2]), m + 1, number(w[1]));
	return NO_DAY;
}

static const char *
print_day(struct arena *a, int64_t day)
{
	int y, m, d;

	civil(day, &y, &m, &d);
	return y < 1 || y > 9999 ? NULL : arena_printf(a, "%04d-%02d-%02d", y, m, d);
}

const char *
words_day(struct arena *a, const char *text)
{
	char *s = str_lower(a, str_trim(a, text, strlen(text)));
	int64_t day = NO_DAY, now = today(a);
	size_t n;
	char **w;

	if (strlen(s) > MAX_TEXT)
		return NULL;
	if (strlen(s) > 10 && s[4] == '-' && s[7] == '-' && s[10] == 't')	/* a timestamp: its day as written */
		s[10] = '\0';
	w = str_split(a, s, " ", &n);
	if (n > 0 && n <= MAX_WORDS) {
		day = calendar(a, s);
		day = day != NO_DAY ? day : signed_step(now, s);
		day = day != NO_DAY ? day : relative(now, w, n);
	}
	return day == NO_DAY ? NULL : print_day(a, day);
}

/* Minutes of "14:00", "9:30", "2pm"; -1: no time of day. */
static int
time_of_day(const char *s)
{
	char *end;
	long h = strtol(s, &end, 10), m = 0;

	if (!isdigit((unsigned char)*s) || h > 23)
		return -1;
	if (*end == ':') {
		s = end + 1;
		m = strtol(s, &end, 10);
		if (!isdigit((unsigned char)*s) || m > 59)
			return -1;
		if (*end == ':' && isdigit((unsigned char)end[1]))	/* seconds count for nothing here */
			strtol(end + 1, &end, 10);
	} else if (!str_eq(end, "am") && !str_eq(end, "pm")) {
		return -1;
	}
	if (str_eq(end, "am") || str_eq(end, "pm")) {
		if (h < 1 || h > 12)
			return -1;
		h = h % 12 + (*end == 'p' ? 12 : 0);
		end += 2;
	}
	return *end == '\0' ? (int)(h * 60 + m) : -1;
}

static const char *
print_moment(struct arena *a, const char *day, int minutes)
{
	int64_t as_utc, local, offset;

	if (clock_parse(arena_printf(a, "%sT%02d:%02d:00Z", day, minutes / 60, minutes % 60), &as_utc) == -1)
		return NULL;
	/* How the local clock shows that instant tells how far it is from UTC. */
	if (clock_parse(arena_printf(a, "%.10sT%sZ", clock_datetime(a, as_utc), clock_datetime(a, as_utc) + 11), &local) == -1)
		return NULL;
	offset = (local - as_utc) / 60000;
	return arena_printf(a, "%sT%02d:%02d:00.000%c%02d%02d", day, minutes / 60, minutes % 60, offset < 0 ? '-' : '+',
	    (int)(llabs(offset) / 60), (int)(llabs(offset) % 60));
}

const char *
words_moment(struct arena *a, const char *text)
{
	char *s = str_lower(a, str_trim(a, text, strlen(text)));
	const char *day, *iso;
	int64_t at;
	char *last;
	int minutes;
	size_t len = strlen(s);

	if (len > MAX_TEXT)
		return NULL;
	if (str_eq(s, "now")) {
		iso = clock_iso(a, clock_wall_ms());
		return arena_printf(a, "%.*s+0000", (int)strlen(iso) - 1, iso);
	}
	if (len > 16 && s[10] == 't' && strpbrk(s + 16, "z+-") != NULL) {	/* Jira wants milliseconds and +hhmm */
		if (clock_parse(str_trim(a, text, strlen(text)), &at) == -1)
			return NULL;
		iso = clock_iso(a, at);
		return arena_printf(a, "%.*s+0000", (int)strlen(iso) - 1, iso);
	}
	if (len > 10 && s[4] == '-' && s[10] == 't')
		s[10] = ' ';
	last = strrchr(s, ' ');
	minutes = last == NULL ? -1 : time_of_day(last + 1);
	if (minutes >= 0) {
		*last = '\0';
		if (str_ends(s, " at"))
			s[strlen(s) - 3] = '\0';
	}
	day = words_day(a, s);
	return day == NULL ? NULL : print_moment(a, day, minutes >= 0 ? minutes : 0);
}

int
words_span(const char *text, int64_t *ret)
{
	static const struct {
		char letter;
		double minutes;
	} units[] = { { 'w', 5 * 8 * 60 }, { 'd', 8 * 60 }, { 'h', 60 }, { 'm', 1 } };
	double total = 0;
	const char *p = text + strspn(text, " \t");
	char *end;

	if (*p == '\0' || strlen(text) > MAX_TEXT)
		return -1;
	while (*p != '\0') {
		double n = strtod(p, &end), scale = 0;

		if (!isdigit((unsigned char)*p) || end == p || n > 1e6)
			return -1;
		end += strspn(end, " ");
		for (size_t i = 0; i < LEN(units); i++) {
			if (tolower((unsigned char)*end) == units[i].letter)
				scale = units[i].minutes;
		}
		if (scale == 0 || isalpha((unsigned char)end[1]))
			return -1;
		total += n * scale;
		p = end + 1;
		p += strspn(p, " ,");
	}
	*ret = (int64_t)(total + 0.5);
	return 0;
}
