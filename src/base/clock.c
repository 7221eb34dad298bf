#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t fake_ms = -1, shift_ms;

static int64_t
read_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_mono_us(void)
{
	return fake_ms >= 0 ? fake_ms * 1000 : read_us(CLOCK_MONOTONIC);
}

int64_t
clock_mono_ms(void)
{
	return clock_mono_us() / 1000;
}

int64_t
clock_wall_ms(void)
{
	return fake_ms >= 0 ? fake_ms : read_us(CLOCK_REALTIME) / 1000 + shift_ms;
}

void
clock_fake(int64_t wall_ms)
{
	fake_ms = wall_ms;
}

void
clock_shift(int64_t wall_ms)
{
	shift_ms = wall_ms - read_us(CLOCK_REALTIME) / 1000;
}

static bool
digits(const char **p, int n, int *ret)
{
	int v = 0;

	for (int i = 0; i < n; i++) {
		if ((*p)[i] < '0' || (*p)[i] > '9')
			return false;
		v = v * 10 + ((*p)[i] - '0');
	}
	*p += n;
	*ret = v;
	return true;
}

static bool
parse_zone(const char **p, int *ret_minutes)
{
	int sign, h, m = 0;

	*ret_minutes = 0;
	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		return true;
	}
	if (**p == '\0')
		return true;
	if (**p != '+' && **p != '-')
		return false;
	sign = **p == '-' ? -1 : 1;
	(*p)++;
	if (!digits(p, 2, &h))
		return false;
	if (**p == ':') {
		(*p)++;
		if (!digits(p, 2, &m))
			return false;
	} else if (**p != '\0' && !digits(p, 2, &m)) {
		return false;
	}
	*ret_minutes = sign * (h * 60 + m);
	return h < 24 && m < 60;
}

static int
days_in_month(int year, int mon)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return mon == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : days[mon - 1];
}

int
clock_parse(const char *text, int64_t *ret_wall_ms)
{
	struct tm tm = { .tm_isdst = 0 };
	int year, mon, ms = 0, zone = 0;
	const char *p = text;

	if (text == NULL || !digits(&p, 4, &year) || *p++ != '-' || !digits(&p, 2, &mon) || *p++ != '-' ||
	    !digits(&p, 2, &tm.tm_mday))
		return -1;
	if (*p == 'T' || *p == ' ') {
		p++;
		if (!digits(&p, 2, &tm.tm_hour) || *p++ != ':' || !digits(&p, 2, &tm.tm_min))
			return -1;
		if (*p == ':') {
			p++;
			if (!digits(&p, 2, &tm.tm_sec))
				return -1;
		}
		if (*p == '.') {
			int scale = 100;

			if (p[1] < '0' || p[1] > '9')
				return -1;
			for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
				ms += (*p - '0') * scale;
		}
		if (!parse_zone(&p, &zone))
			return -1;
	}
	if (*p != '\0' || mon < 1 || mon > 12 || tm.tm_mday < 1 || tm.tm_mday > days_in_month(year, mon) ||
	    tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60)
		return -1;
	tm.tm_year = year - 1900;
	tm.tm_mon = mon - 1;
	*ret_wall_ms = ((int64_t)timegm(&tm) - zone * 60) * 1000 + ms;
	return 0;
}

/* Rounded down, also before 1970. */
static time_t
seconds_of(int64_t wall_ms)
{
	return (time_t)(wall_ms / 1000 - (wall_ms % 1000 < 0 ? 1 : 0));
}

int
clock_parse_local(const char *text, int64_t *ret_wall_ms)
{
	const size_t day = strlen("2026-11-23");
	int64_t at;
	struct tm tm;
	time_t t;

	if (clock_parse(text, &at) == -1)
		return -1;
	if (strlen(text) > day && strpbrk(text + day, "Zz+-") != NULL) {
		*ret_wall_ms = at;
		return 0;
	}
	t = seconds_of(at);
	gmtime_r(&t, &tm);
	tm.tm_isdst = -1;
	*ret_wall_ms = (int64_t)mktime(&tm) * 1000 + (at - (int64_t)t * 1000);
	return 0;
}

int
clock_parse_http(const char *text, int64_t *ret_wall_ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char iso[40];

	if (strlen(text) != strlen("Mon, 23 Nov 2026 10:00:00 GMT") || memcmp(text + 3, ", ", 2) != 0 || text[7] != ' ' ||
	    text[11] != ' ' || text[16] != ' ' || memcmp(text + 25, " GMT", 4) != 0)
		return -1;
	for (int m = 0; m < 12; m++) {
		if (memcmp(months + m * 3, text + 8, 3) != 0)
			continue;
		snprintf(iso, sizeof(iso), "%.4s-%02d-%.2sT%.8sZ", text + 12, m + 1, text + 5, text + 17);
		return clock_parse(iso, ret_wall_ms);
	}
	return -1;
}

const char *
clock_date(struct arena *a, int64_t wall_ms)
{
	return arena_strndup(a, clock_datetime(a, wall_ms), strlen("2026-11-23"));
}

const char *
clock_datetime(struct arena *a, int64_t wall_ms)
{
	time_t t = seconds_of(wall_ms);
	char text[64];
	struct tm tm;

	localtime_r(&t, &tm);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	return arena_strdup(a, text);
}

const char *
clock_iso(struct arena *a, int64_t wall_ms)
{
	time_t t = seconds_of(wall_ms);
	struct tm tm;
	char text[40];
	size_t n;

	gmtime_r(&t, &tm);
	n = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, sizeof(text) - n, ".%03dZ", (int)(wall_ms - (int64_t)t * 1000));
	return arena_strdup(a, text);
}

int64_t
clock_day(int64_t wall_ms)
{
	time_t t = seconds_of(wall_ms);
	struct tm tm;

	localtime_r(&t, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	return (int64_t)timegm(&tm) / 86400;
}

int64_t
clock_at(int64_t day, int minute)
{
	time_t noon = (time_t)(day * 86400 + 43200);
	struct tm tm;

	gmtime_r(&noon, &tm);
	tm.tm_hour = minute / 60;
	tm.tm_min = minute % 60;
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

int
clock_weekday(int64_t day)
{
	return (int)(((day + 4) % 7 + 7) % 7);
}

int64_t
clock_midnight(int64_t wall_ms, int days)
{
	return clock_at(clock_day(wall_ms) + days, 0);
}
