/*
 * The audit log: one JSON line per call and per denial, to stderr or a file. No free
 * text of the call, no secret; arguments appear as a digest of their names and sizes
 * only. Never parks.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct audit;

struct audit_event {
	const char *call_id, *principal, *client, *tool, *effect;
	const char *target;		/* key or id it touched; may be NULL */
	const char *journal_id;		/* of its write; may be NULL */
	const char *outcome;		/* err_word() */
	int http_status;		/* of the upstream error, 0 if none */
	int upstream_requests;
	int64_t total_us, upstream_us, queue_us;	/* stage timings; the rest is ours */
	size_t answer_bytes;
};

/* where: "stderr", "off" or a path. NULL and e set when the file can't be written. */
struct audit *audit_new(const char *where, struct err *);
void audit_free(struct audit *);
/* -1 and e set when the line could not be written: then writes must stop. */
int audit_write(struct audit *, const struct audit_event *, struct err *) ATTR_MUST;

#endif
