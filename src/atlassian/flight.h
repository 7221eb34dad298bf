/*
 * Identical reads at the same time are one request: the first call sends it, the others wait for its answer. A read that
 * begins after a write ended never joins one that began before. Used by rest.c alone.
 */
#ifndef ATLASSIAN_FLIGHT_H
#define ATLASSIAN_FLIGHT_H

#include "atlassian/site.h"

/*
 * 0: *ret is the answer of another call's request, copied into the arena, and *ret_flight NULL. Or *ret_flight is set:
 * the caller sends the request and says how it went with flight_end. -1: cancelled or late. Parks.
 */
struct flight;
int flight_join(struct call *, struct site *, const char *path, struct http_response *ret, struct flight **ret_flight) ATTR_MUST;
/* r: the answer; NULL: none, those who waited send for themselves. */
void flight_end(struct site *, struct flight *, const struct http_response *r);
/* A write: nobody joins what is under way. */
void flight_close_all(struct site *);

#endif
