/*
 * A call: one running tool invocation (or other piece of sequential work), and
 * the fiber that runs it. Only a function whose first parameter is a
 * `struct call *` may park; every function here that parks says so.
 *
 * Life: call_new makes it with its own arena, call_start gives it a fiber;
 * when the function returns, done is called from the loop and the call is freed
 * with everything in its arena.
 *
 * Rules: after a park, look up again what the call does not own. Never park
 * inside a database transaction (BUG). Cancel and deadline are sticky: from then
 * on every park fails at once with the same error.
 */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "base/arena.h"
#include "base/err.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALL_DEADLINE_MS = 50 * 1000 };	/* clients give up at about 60 s */

/* A question to the client while a call runs (MCP: elicitation, sampling, roots). */
struct call_question {
	const char *key;	/* names it among the call's questions, stable from run to run */
	const char *method;	/* "elicitation/create", "sampling/createMessage", "roots/list" */
	const char *params;	/* JSON text of the request's params */
	const char *answer;	/* out: JSON text of the client's result, in the call's arena */
};

/* What a dry run would send, as text for the reader; shared by a call and its children. */
struct call_plan {
	struct {
		const char *what, *request, *body;	/* "the change of OPS-7", "PUT /rest/...", JSON text or NULL */
	} step[50];
	size_t count, left_out;
};

struct call {
	struct arena *arena;		/* lives as long as the top-level call */
	struct err err;			/* texts in arena */
	struct loop *loop;
	const char *name;		/* what is called, for the audit and the signal dump */
	const char *id;			/* random, for audit, journal and logs */
	int64_t start_us;		/* monotonic */
	int64_t deadline_ms;		/* monotonic */
	bool read_only;			/* this call must not write, whatever its tool says */
	struct call_plan *dry_run;	/* not NULL: writes are noted here instead of sent (atlassian/rest.h) */
	const char *principal;		/* who calls: "local" on stdio and the command line */
	const char *client;		/* the MCP client's name as it says; may be NULL, never trusted */

	/* what upper folders attach; here they are only names */
	struct app *app;		/* process-wide services (tools/app.h) */
	struct out *out;		/* the answer (tools/out.h) */
	void (*progress)(struct call *, int64_t done, int64_t total, const char *message);	/* NULL: not asked for */
	/*
	 * Asks all questions at once; NULL: nobody to ask. 0: every answer is there. -1: the call
	 * must return -1 at once, its error says why (ERR_CAPABILITY: the client can't be asked;
	 * ERR_INPUT_REQUIRED: the whole call will be run again with the answers). So ask before
	 * anything is written. Parks.
	 */
	int (*ask)(struct call *, struct call_question *, size_t count);
	/* A log message for the client, if it wanted them; level is MCP's ("info", ...), data JSON text. NULL: no. */
	void (*client_log)(struct call *, const char *level, const char *logger, const char *data);
	void *owner;			/* of the transport that started it */

	/* what the audit line says of this call */
	int upstream_requests;
	int64_t upstream_us;		/* waited for upstream; overlapping requests count once each */
	int64_t queue_us;		/* waited for a place in a pool */
	const char *target;		/* key, project or id that it touched */
	const char *journal_id;		/* of its newest write */

	struct call_run *run;		/* how it runs: net/call.c's */
	struct call *parent;		/* NULL for a top-level call */
};

/* c->arena and c->err work at once. app, principal and the like are the caller's to set. */
struct call *call_new(struct loop *, const char *name);
void call_free(struct call *);	/* only a call that was never started */

/*
 * Starts fn(c, arg) in a fiber; runs until its first park before this returns.
 * done(c, result, arg) follows when fn returns, then c is freed: from the loop, or
 * before this returns when fn never parked (c is gone then).
 * -1 with ERR_BUSY when too many calls are in flight; the call is not started.
 */
typedef int call_fn(struct call *, void *arg);
typedef void call_done_fn(struct call *, int result, void *arg);
int call_start(struct call *, call_fn *fn, call_done_fn *done, void *arg) ATTR_MUST;

/* Makes every present and later park of c and of its children fail with ERR_CANCELLED. */
void call_cancel(struct call *);
bool call_cancelled(const struct call *);

/* Parks until call_wake, cancel or deadline. Wakes may be spurious: park in a loop
 * over the awaited condition. -1: cancelled or late, c->err says which. */
int call_park(struct call *, const char *waiting_for) ATTR_MUST;
void call_wake(struct call *);

int call_sleep(struct call *, int64_t ms) ATTR_MUST;			/* parks */
/* Runs fn(arg) on a worker thread; fn must not touch any call. Parks; not interrupted by cancel. */
void call_offload(struct call *, void (*fn)(void *arg), void *arg);

/*
 * Runs fn(child, &items[i]) for each item at once, each in a child call that shares
 * the arena. Returns when all have ended: 0, or -1 with the first failure in c->err
 * (it cancelled the rest). Parks.
 */
int call_all(struct call *, call_fn *fn, void *items, size_t count, size_t item_size) ATTR_MUST;

/* Places in a pool: at most `limit` calls are inside at once, the others wait in order. */
struct gate;
struct gate *gate_new(size_t limit);
void gate_free(struct gate *);				/* nobody inside or waiting */
int gate_enter(struct call *, struct gate *) ATTR_MUST;	/* parks */
void gate_leave(struct gate *);

/* Marks a stretch in which parking is a bug (an open transaction). Nests. */
void call_no_park_begin(void);
void call_no_park_end(void);

/* c->err, always -1: return call_fail(c, ERR_INPUT, "..."). */
int call_fail(struct call *, enum err_kind, const char *fmt, ...) ATTR_PRINTF(3, 4);
void call_hint(struct call *, const char *fmt, ...) ATTR_PRINTF(2, 3);

#endif
