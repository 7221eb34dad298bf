/*
 * Time. Only this module reads a clock, so that tests can set it.
 * Instants are milliseconds; *_mono never goes backwards, *_wall is UTC since 1970.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/arena.h"

#include <stdint.h>

int64_t clock_mono_ms(void);
int64_t clock_mono_us(void);
int64_t clock_wall_ms(void);

/* Tests: every clock stands at this instant until the next call; -1 frees them. */
void clock_fake(int64_t wall_ms);
/* Tests: the wall clock goes on from this instant; the monotonic one is as it was. */
void clock_shift(int64_t wall_ms);

/* "2026-11-23T10:00:00.000+0100", with or without fraction, zone as Z, +hh:mm or +hhmm, or a
 * plain date. -1 when it is none of these. */
int clock_parse(const char *text, int64_t *ret_wall_ms) ATTR_MUST;

/* As clock_parse, but a time without a zone, and midnight of a plain date, are those of the local zone. */
int clock_parse_local(const char *text, int64_t *ret_wall_ms) ATTR_MUST;
/* Local midnight at the beginning of the day that many days after the day of wall_ms. */
int64_t clock_midnight(int64_t wall_ms, int days);

/* The date of HTTP headers, "Mon, 23 Nov 2026 10:00:00 GMT" (RFC 9110, 5.6.7). -1 when it is none. */
int clock_parse_http(const char *text, int64_t *ret_wall_ms) ATTR_MUST;

/* "2026-11-23" and "2026-11-23 10:04" in the local zone (TZ), or UTC where none is set. */
const char *clock_date(struct arena *, int64_t wall_ms);
const char *clock_datetime(struct arena *, int64_t wall_ms);
/* "2026-11-23T10:04:05.123Z" */
const char *clock_iso(struct arena *, int64_t wall_ms);

/*
 * Days of people, in the local zone: counted since 1970-01-01. A day has 23, 24 or 25 hours; clock_at gives the instant at
 * which a clock on the wall shows that many minutes after midnight (of a time that the change of the clocks leaves out: one
 * beside it).
 */
int64_t clock_day(int64_t wall_ms);
int64_t clock_at(int64_t day, int minute);
int clock_weekday(int64_t day);			/* 0: Sunday */

#endif
