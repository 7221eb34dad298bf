/* Dates as JQL and CQL write them. Inside query/ only. Pure: now and zone are given. */
#ifndef QUERY_DATE_H
#define QUERY_DATE_H

#include "query/ast.h"

struct date_zone {
	int64_t now_ms;
	int tz_minutes;
	int week_start;		/* 0 Sunday, 1 Monday */
};

/* "2026-11-23", "2026/11/23 10:04", "-7d", "4w 2d", or with number set milliseconds since 1970. -1 when it is none. */
int query_date(const struct date_zone *, const char *text, bool number, int64_t *ret_ms) ATTR_MUST;

/* now(), startOfDay("-1d") and their kin. 0; 1 when name is no date function; -1 when the arguments are wrong. */
int query_date_function(const struct date_zone *, const char *name, const char *const *args, size_t n, int64_t *ret_ms);
bool query_is_date_function(const char *name);

int64_t query_day_start(const struct date_zone *, int64_t ms);	/* midnight in the zone at or before ms */

#endif
