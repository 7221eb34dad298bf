/* What loop.c, call.c and offload.c share. Included by no other file. */
#ifndef NET_LOOP_IMPL_H
#define NET_LOOP_IMPL_H

#include "net/loop.h"

#include <event2/event.h>
#include <event2/event_struct.h>

struct call;
struct call_run;
struct offload;

struct loop {
	struct event_base *base;
	struct event ready_event;	/* made active when the queue has something */
	struct call_run *ready_head, *ready_tail;
	struct call_run *runs;		/* every started call, newest first */
	size_t calls, max_calls;	/* top-level ones */
	struct offload *offload;	/* worker threads, made on first use */
};

void call_run_ready(struct loop *);		/* resumes every ready fiber */
void call_dump(const struct loop *);
/* Parks until woken, whatever the cancel and the deadline say: the work is on another thread. */
void call_park_for_worker(struct call *);
void offload_free(struct offload *);

#endif
