/*
 * The event loop: libevent's base, and the queue of fibers that are ready to
 * run. One loop per process, used from one thread. Callbacks of the loop only
 * record and wake; what happens is written in fibers (net/call.h).
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct loop;

struct loop *loop_new(void);
void loop_free(struct loop *);			/* no call may be in flight */
struct event_base *loop_base(struct loop *);	/* for code of this folder and its callers' events */

void loop_run(struct loop *);			/* until loop_stop */
void loop_stop(struct loop *);
/* Runs until no call is in flight, at most about ms; true when none is left. For the end of a program. */
bool loop_drain(struct loop *, int ms);

size_t loop_calls(const struct loop *);		/* top-level calls in flight */
void loop_set_max_calls(struct loop *, size_t max);	/* default 256 */
void loop_dump_calls(struct loop *);		/* what every call waits for, to the log (level error, so always shown) */

/* Which machine runs fibers. Threads: one at a time, handed a baton; for debuggers and sanitizers. */
enum loop_backend { LOOP_UCONTEXT, LOOP_THREADS };
void loop_set_backend(struct loop *, enum loop_backend);	/* before the first call */

#endif
