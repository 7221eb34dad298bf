/*
 * Moments, periods and durations as people write them. Zone: the local one (TZ). Nothing here parks.
 */
#ifndef ATLASSIAN_WHEN_H
#define ATLASSIAN_WHEN_H

#include "net/call.h"

#include <stdbool.h>

/*
 * A moment: a timestamp with or without zone, "now", or a day with or without a time of day: "2026-11-20",
 * "yesterday 14:30", "today". A day alone means nine in the morning of it. -1: ERR_INPUT; what: "The start", for the message.
 */
int when_moment(struct call *, const char *what, const char *text, int64_t *ret_ms) ATTR_MUST;

/*
 * Whole days, [from, to): each "2026-11-20", "today", "yesterday", "-7d"; or from alone as a period: "this week", "last
 * week", "this month", "last month". to NULL: today. At most a year. -1: ERR_INPUT.
 */
int when_days(struct call *, const char *from, const char *to, int64_t *ret_from_ms, int64_t *ret_to_ms) ATTR_MUST;

/* "1h 30m", "1.5h", "90 minutes", "2d" as Jira takes it: "1h 30m", "90m", "2d". How long a day is, the site says.
 * NULL with ERR_INPUT; what: "The time spent". */
const char *when_span(struct call *, const char *what, const char *text);

/*
 * Whether a span of when_span is what the site has: its text ("1d 2h"; may be NULL) and seconds (-1: not said). Where its days have other
 * lengths than eight hours, five to a week, or without a text, one with days in it can't be told apart and counts as the same.
 */
bool when_same_span(const char *span, const char *text, int64_t seconds);

const char *when_timestamp(struct arena *, int64_t wall_ms);	/* Jira's own: "2026-11-20T09:00:00.000+0000" */
const char *when_hours(struct arena *, int64_t seconds);	/* "7h 30m", days not counted */

#endif
