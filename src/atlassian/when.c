/*
 * Words first (today, yesterday, -7d, last week), then what clock.c reads. Days begin at local midnight, so a period is
 * computed by days and never by multiples of 24 hours.
 */
#include "atlassian/when.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MORNING = 9, MAX_DAYS = 366, HOUR_MS = 3600 * 1000 };

/* Midnight of a day by its word, or -1. */
static int
day_of(const char *text, int64_t *ret_ms)
{
	int64_t now = clock_wall_ms(), n;
	size_t len = strlen(text);
	char number[16];

	if (str_ieq(text, "today") || str_ieq(text, "now")) {
		*ret_ms = clock_midnight(now, 0);
		return 0;
	}
	if (str_ieq(text, "yesterday")) {
		*ret_ms = clock_midnight(now, -1);
		return 0;
	}
	if (text[0] == '-' && len > 2 && len < sizeof(number) && strchr("dDwW", text[len - 1]) != NULL) {
		memcpy(number, text + 1, len - 2);
		number[len - 2] = '\0';
		if (str_int(number, 0, 5000, &n) == -1)
			return -1;
		*ret_ms = clock_midnight(now, -(int)n * (strchr("wW", text[len - 1]) != NULL ? 7 : 1));
		return 0;
	}
	return len == strlen("2026-11-20") ? clock_parse_local(text, ret_ms) : -1;
}

/* "14:30" as milliseconds of a day. */
static int
time_of_day(struct arena *a, const char *text, int64_t *ret_ms)
{
	int64_t midnight, at;

	if (clock_parse("2026-01-01", &midnight) == -1 ||
	    clock_parse(arena_printf(a, "2026-01-01 %s%.7sZ", strchr(text, ':') == text + 1 ? "0" : "", text), &at) == -1)
		return -1;
	*ret_ms = at - midnight;
	return 0;
}

int
when_moment(struct call *c, const char *what, const char *text, int64_t *ret_ms)
{
	char *t = str_trim(c->arena, text, strlen(text)), *space = strchr(t, ' ');
	int64_t day, time = (int64_t)MORNING * HOUR_MS;

	if (str_ieq(t, "now")) {
		*ret_ms = clock_wall_ms();
		return 0;
	}
	if (strlen(t) > strlen("2026-11-20") && clock_parse_local(t, ret_ms) == 0)
		return 0;
	if (space != NULL && time_of_day(c->arena, space + 1, &time) == 0)
		*space = '\0';
	if (day_of(t, &day) == 0) {
		*ret_ms = day + time;
		return 0;
	}
	call_fail(c, ERR_INPUT, "%s: \"%.40s\" is no date and time.", what, text);
	call_hint(c, "e.g. 2026-11-20T09:00, 2026-11-20, yesterday 14:30.");
	return -1;
}

/* "last month" and its kin as [from, to). */
static int
named_period(struct arena *a, const char *text, int64_t *ret_from, int64_t *ret_to)
{
	int64_t now = clock_wall_ms(), monday = clock_midnight(now, -((clock_weekday(clock_day(now)) + 6) % 7)), first, next;
	bool last = str_istarts(text, "last ");
	const char *unit = last ? text + 5 : str_istarts(text, "this ") ? text + 5 : text;

	if (str_ieq(unit, "week")) {
		*ret_from = last ? clock_midnight(monday, -7) : monday;
		*ret_to = last ? monday : clock_midnight(monday, 7);
		return 0;
	}
	if (!str_ieq(unit, "month") ||
	    clock_parse_local(arena_printf(a, "%.8s01", clock_date(a, now)), &first) == -1 ||
	    clock_parse_local(arena_printf(a, "%.8s01", clock_date(a, clock_midnight(first, last ? -1 : 32))), &next) == -1)
		return -1;
	*ret_from = last ? next : first;
	*ret_to = last ? first : next;
	return 0;
}

int
when_days(struct call *c, const char *from, const char *to, int64_t *ret_from, int64_t *ret_to)
{
	char *f = str_trim(c->arena, from, strlen(from)), *t = to == NULL ? NULL : str_trim(c->arena, to, strlen(to));
	int64_t begin, end;

	if (t == NULL && named_period(c->arena, f, ret_from, ret_to) == 0)
		return 0;
	if (day_of(f, &begin) == -1 || day_of(t == NULL ? "today" : t, &end) == -1) {
		call_fail(c, ERR_INPUT, "\"%.40s\" is no day.", day_of(f, &begin) == -1 ? from : to);
		call_hint(c, "e.g. 2026-11-20, today, yesterday, -7d; or from: \"this week\", \"last month\".");
		return -1;
	}
	end = clock_midnight(end, 1);
	if (end <= begin)
		return call_fail(c, ERR_INPUT, "The period ends before it begins.");
	if (end > clock_midnight(begin, MAX_DAYS))
		return call_fail(c, ERR_INPUT, "The period is longer than a year.");
	*ret_from = begin;
	*ret_to = end;
	return 0;
}

/* One "1.5 hours" at *at, appended as "90m". */
static int
take_part(const char **at, struct buf *b)
{
	static const struct {
		const char *word;
		char letter;
	} unit[] = {
		{ "w", 'w' }, { "week", 'w' }, { "weeks", 'w' }, { "d", 'd' }, { "day", 'd' }, { "days", 'd' }, { "h", 'h' },
		{ "hr", 'h' }, { "hrs", 'h' }, { "hour", 'h' }, { "hours", 'h' }, { "m", 'm' }, { "min", 'm' }, { "mins", 'm' },
		{ "minute", 'm' }, { "minutes", 'm' },
	};
	size_t digits = strspn(*at, "0123456789."), len = 0;
	const char *end = *at + digits + strspn(*at + digits, " ");
	char number[16], letter = '\0';
	double n;

	if (digits == 0 || digits >= sizeof(number) || !isdigit((unsigned char)**at))
		return -1;
	memcpy(number, *at, digits);
	number[digits] = '\0';
	n = strtod(number, NULL);
	while (isalpha((unsigned char)end[len]))
		len++;
	for (size_t i = 0; i < LEN(unit); i++) {
		if (strlen(unit[i].word) == len && strncasecmp(unit[i].word, end, len) == 0)
			letter = unit[i].letter;
	}
	if (letter == '\0' || n > 100000)
		return -1;
	if (n != floor(n) && letter == 'h') {
		n = floor(n * 60 + 0.5);
		letter = 'm';
	}
	if (n != floor(n))
		return -1;
	if (n > 0)
		buf_addf(b, "%s%.0f%c", b->len > 0 ? " " : "", n, letter);
	*at = end + len;
	*at += strspn(*at, " ,");
	return 0;
}

const char *
when_span(struct call *c, const char *what, const char *text)
{
	const char *at = text + strspn(text, " "), *out = NULL;
	struct buf b;

	buf_init(&b, 256);
	while (*at != '\0' && take_part(&at, &b) == 0)
		continue;
	if (*at == '\0' && b.len > 0 && !buf_overflowed(&b)) {
		out = arena_strdup(c->arena, b.data);
	} else {
		call_fail(c, ERR_INPUT, "%s: \"%.40s\" is no duration.", what, text);
		call_hint(c, "e.g. 1h 30m, 2d, 45m.");
	}
	buf_release(&b);
	return out;
}

/* Seconds of "1w 2d 3h 4m" with days of eight hours, five to a week; -1: no such text. */
static int64_t
usual_seconds(const char *text)
{
	static const char units[] = "mhdw";
	static const int64_t seconds[] = { 60, 3600, 8 * 3600, 5 * 8 * 3600 };
	int64_t sum = 0;

	while (text != NULL && *text != '\0') {
		char *end;
		long n = strtol(text, &end, 10);
		const char *unit = *end == '\0' ? NULL : strchr(units, *end);

		if (end == text || unit == NULL || n < 0 || n > 1000000)
			return -1;
		sum += n * seconds[unit - units];
		text = end + 1 + strspn(end + 1, " ");
	}
	return text == NULL ? -1 : sum;
}

bool
when_same_span(const char *span, const char *text, int64_t seconds)
{
	int64_t wanted = usual_seconds(span), have = seconds >= 0 ? seconds : usual_seconds(text);

	if (wanted == have || (text != NULL && str_eq(span, text)))
		return have >= 0;
	return have >= 0 && strpbrk(span, "dw") != NULL && (text == NULL || usual_seconds(text) != have);
}

const char *
when_timestamp(struct arena *a, int64_t wall_ms)
{
	const char *iso = clock_iso(a, wall_ms);

	return arena_printf(a, "%.*s+0000", (int)strlen(iso) - 1, iso);
}

const char *
when_hours(struct arena *a, int64_t seconds)
{
	int64_t minutes = (seconds + 30) / 60;

	if (minutes % 60 == 0)
		return arena_printf(a, "%lldh", (long long)(minutes / 60));
	return minutes < 60 ? arena_printf(a, "%lldm", (long long)minutes)
			    : arena_printf(a, "%lldh %lldm", (long long)(minutes / 60), (long long)(minutes % 60));
}
