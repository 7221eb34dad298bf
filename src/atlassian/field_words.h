/*
 * Words for days, moments and spans of time, as people write them into fields. Pure: what day
 * it is comes from base/clock.h, in the local zone.
 */
#ifndef ATLASSIAN_FIELD_WORDS_H
#define ATLASSIAN_FIELD_WORDS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A day as "2026-11-27". Taken: today, tomorrow, yesterday; +3d, -1w, +2m, +1y; in 3 days, 2 weeks ago; friday and next
 * friday (the first one after today), last friday; next week (its Monday), next month (its first), end of week, end of
 * month; 2026-11-27, 2026/11/27, 27.11.2026, 27 Nov 2026, Nov 27 2026, 27/Nov/26. NULL for anything else, also for
 * 11/12/2026, which means two days.
 */
const char *words_day(struct arena *, const char *text);

/* A moment as "2026-11-27T14:00:00.000+0100": a timestamp with a zone, or a day as above with "14:00" behind it (midnight without), in
 * the local zone. NULL for anything else. */
const char *words_moment(struct arena *, const char *text);

/* A span such as "1w 2d 3h 30m" or "1.5h", and its minutes where a day has 8 hours and a week 5 days. -1 when it is none. */
int words_span(const char *text, int64_t *ret_minutes);

#endif
