/*
 * The arithmetic of flow: how long an issue was where, what a sprint promised and kept, what was left on each day. Pure:
 * histories in, numbers out; "now" is given. Days are local days, and have 23 or 25 hours when the clocks change.
 */
#ifndef ATLASSIAN_METRICS_H
#define ATLASSIAN_METRICS_H

#include "atlassian/history.h"

/* ---- working time ---- */

struct calendar {
	int from_minute, to_minute;	/* of a working day; 0 and 1440: all of it */
	unsigned weekdays;		/* 1 << weekday, 0: Sunday */
};

/* "09:00-17:00" and "1,2,3,4,5" or "mon-fri"; NULL: those. -1: not understood. */
int metrics_calendar(const char *hours, const char *days, struct calendar *ret) ATTR_MUST;
/* Milliseconds of working time between two instants; the whole difference where cal is NULL. 0 when to <= from. */
int64_t metrics_work(const struct calendar *cal, int64_t from, int64_t to);
/* "3d 4h", "25m"; a day has so many hours: 24, or of a calendar. */
const char *metrics_duration(struct arena *, const struct calendar *, int64_t ms);

/* ---- one issue ---- */

struct span {
	const char *status_id, *status;
	int64_t from, to;		/* to: when it left; now for the one it is in */
};

/* Where the issue was since it was created. */
size_t metrics_timeline(struct arena *, const struct history *, int64_t created, const char *status_id, const char *status,
    int64_t now, struct span **ret);

enum category { CATEGORY_NEW, CATEGORY_WORK, CATEGORY_DONE, CATEGORY_UNKNOWN };

struct flow {
	int64_t started, finished;	/* first left the new ones; last became done and stayed so; -1: not yet */
	int64_t lead, cycle;		/* created to finished, started to finished (or now) */
	int64_t active;			/* spent in statuses of work */
	int reopened;			/* times it left done */
};

/* category(ctx, status_id). */
void metrics_flow(const struct span *, size_t n, enum category (*category)(void *ctx, const char *status_id), void *ctx,
    const struct calendar *, int64_t now, struct flow *ret);

/* ---- sprints ---- */

struct life {			/* an issue as it is now, and how it became so */
	const struct history *history;
	int64_t created;
	const char *status_id, *sprints, *points;	/* sprints: ids "1, 2"; points: a number; NULL: none */
};

struct sprint_rules {
	const char *sprint;		/* its id */
	struct track sprint_track, points_track;
	const char *const *done;	/* ids of the statuses that count as done */
	size_t done_count;
};

bool metrics_in_sprint(const struct life *, const struct sprint_rules *, int64_t at);
bool metrics_done(const struct life *, const struct sprint_rules *, int64_t at);
double metrics_points(const struct life *, const struct sprint_rules *, int64_t at);

struct sum {
	size_t issues;
	double points;
};
struct burn {
	struct sum scope, done, left;	/* left = scope - done */
};
void metrics_burn(const struct life *, size_t n, const struct sprint_rules *, int64_t at, struct burn *ret);

enum fate { FATE_NEVER, FATE_DONE, FATE_OPEN, FATE_REMOVED };	/* at the end: done or open in the sprint, or taken out */
struct outcome {
	enum fate fate;
	bool added;			/* came after the start */
	double at_start, at_end;	/* points */
};
/* How one issue fared in the sprint from start to end. */
struct outcome metrics_outcome(const struct life *, const struct sprint_rules *, int64_t start, int64_t end);

#endif
