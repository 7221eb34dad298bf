/*
 * Faults: what goes wrong between the site and its client, by chance or by order.
 * A specification is "429:0.1,500:0.05,latency:50ms": name and probability each,
 * latency with a time. By order: the next request that fits a method and path.
 */
#ifndef SANDBOX_SB_FAULT_H
#define SANDBOX_SB_FAULT_H

#include "json/json.h"
#include "sandbox/sb_rq.h"

enum sb_fault {
	SB_FAULT_NONE,
	SB_FAULT_STATUS,	/* this HTTP status with Jira's error body; 429 comes with Retry-After */
	SB_FAULT_429_BARE,	/* 429 without Retry-After */
	SB_FAULT_RESET,		/* connection reset, nothing executed */
	SB_FAULT_RESET_AFTER,	/* executed, then reset without an answer */
	SB_FAULT_HTML,		/* a login page with status 200, nothing executed */
	SB_FAULT_TRUNCATE,	/* executed; half of the answer, then the connection ends */
	SB_FAULT_DRIP,		/* executed; the answer byte by byte */
	SB_FAULT_LATENCY,	/* executed; the answer comes later */
	SB_FAULT_HANG,		/* executed; the answer never comes */
	SB_FAULT_GARBAGE,	/* executed; the answer is no JSON */
};

enum { SB_MAX_FAULTS = 16, SB_MAX_ORDERS = 64 };

struct sb_fault_rule {
	enum sb_fault kind;
	int status;		/* SB_FAULT_STATUS */
	int permyriad;		/* chance in 1/10000 */
	int ms;			/* SB_FAULT_LATENCY */
	int retry_after;	/* seconds, with status 429 */
	const char *match;	/* an order: "POST /rest/api/3/issue", a trailing * fits more; NULL: any request */
	int64_t times;		/* an order: how often */
};

struct sb_faults {
	struct sb_fault_rule chance[SB_MAX_FAULTS];
	size_t chance_count;
	struct sb_fault_rule order[SB_MAX_ORDERS];
	size_t order_count;
	bool anonymous;		/* "anonymous:1": see sb_access */
	uint64_t random;
};

/* Replaces the faults by chance; "" clears them. -1 and e set when the text is not a specification. */
int sb_faults_parse(struct sb_faults *, const char *spec, struct err *e) ATTR_MUST;
/* One of {"match","fault","times","ms","retry_after"}; match is copied into the arena. */
int sb_faults_order(struct sb_faults *, struct arena *, json *order, struct err *e) ATTR_MUST;
/* What happens to this request. Orders come first, and are used up. */
struct sb_fault_rule sb_faults_choose(struct sb_faults *, const char *method, const char *path);
const char *sb_fault_name(struct arena *, const struct sb_fault_rule *);
bool sb_fault_executes(enum sb_fault);

#endif
