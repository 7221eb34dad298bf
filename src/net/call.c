/*
 * Calls run in fibers. A started call is in the loop's list of runs; a parked one
 * waits for call_wake, for its timer (deadline or sleep) or for a cancel, each of
 * which puts it into the ready queue. A wake that comes before the park is
 * remembered, so "start something, then park" has no race.
 *
 * Children (call_all) share the parent's arena and end before the parent goes on:
 * a parent that is cancelled cancels them and still waits for each to end.
 */
#include "net/call.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "net/fiber.h"
#include "net/loop_impl.h"

#include <inttypes.h>

struct call_run {
	struct call *call;
	struct fiber *fiber;
	call_fn *fn;
	call_done_fn *done;
	void *arg;
	int result;
	const char *waiting_for;	/* NULL while it runs */
	int64_t sleep_until_ms;		/* 0: not sleeping */
	bool parked, queued, wake_pending, cancelled;
	struct event timer;
	struct call_run *ready_next;
	struct call_run *next, **link;	/* in loop->runs */
};

static int no_park_depth;

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct call_run *r = arg;

	(void)fd;
	(void)what;
	call_wake(r->call);
}

static void
run_init(struct call *c)
{
	struct call_run *r = arena_alloc(c->arena, sizeof(*r));

	r->call = c;
	c->run = r;
	event_assign(&r->timer, c->loop->base, -1, 0, on_timer, r);
}

struct call *
call_new(struct loop *l, const char *name)
{
	struct arena *a = arena_new();
	struct call *c = arena_alloc(a, sizeof(*c));

	c->arena = a;
	c->loop = l;
	c->name = arena_strdup(a, name);
	c->id = random_id(a, 8);
	c->start_us = clock_mono_us();
	c->deadline_ms = c->start_us / 1000 + CALL_DEADLINE_MS;
	err_init(&c->err, a);
	run_init(c);
	return c;
}

void
call_free(struct call *c)
{
	arena_free(c->arena);
}

static void
fiber_main(void *arg)
{
	struct call_run *r = arg;

	r->result = r->fn(r->call, r->arg);
}

static void
finish(struct call_run *r)
{
	struct call *c = r->call;
	bool top = c->parent == NULL;

	event_del(&r->timer);
	*r->link = r->next;
	if (r->next != NULL)
		r->next->link = r->link;
	fiber_free(r->fiber);
	r->fiber = NULL;
	if (top)
		c->loop->calls--;
	if (r->done != NULL)
		r->done(c, r->result, r->arg);
	if (top)
		call_free(c);
}

static void
resume(struct call_run *r)
{
	fiber_resume(r->fiber);
	if (fiber_ended(r->fiber))
		finish(r);
}

static void
start(struct call *c, call_fn *fn, call_done_fn *done, void *arg)
{
	struct call_run *r = c->run;
	struct loop *l = c->loop;

	r->fn = fn;
	r->done = done;
	r->arg = arg;
	r->next = l->runs;
	r->link = &l->runs;
	if (r->next != NULL)
		r->next->link = &r->next;
	l->runs = r;
	r->fiber = fiber_new(fiber_main, r);
}

int
call_start(struct call *c, call_fn *fn, call_done_fn *done, void *arg)
{
	if (c->loop->calls >= c->loop->max_calls) {
		call_fail(c, ERR_BUSY, "Too many calls at once (%zu).", c->loop->max_calls);
		call_hint(c, "Try again in a few seconds.");
		return -1;
	}
	c->loop->calls++;
	start(c, fn, done, arg);
	resume(c->run);
	return 0;
}

static void
enqueue(struct call_run *r)
{
	struct loop *l = r->call->loop;

	if (r->queued)
		return;
	r->queued = true;
	r->ready_next = NULL;
	if (l->ready_head == NULL) {
		l->ready_head = r;
		event_active(&l->ready_event, EV_TIMEOUT, 1);
	} else {
		l->ready_tail->ready_next = r;
	}
	l->ready_tail = r;
}

void
call_run_ready(struct loop *l)
{
	struct call_run *r = l->ready_head;

	l->ready_head = l->ready_tail = NULL;	/* what becomes ready meanwhile runs in the next round */
	while (r != NULL) {
		struct call_run *next = r->ready_next;

		r->queued = false;
		if (r->parked) {
			r->parked = false;
			resume(r);
		}
		r = next;
	}
}

void
call_wake(struct call *c)
{
	if (c->run->parked)
		enqueue(c->run);
	else
		c->run->wake_pending = true;
}

/* Children are found through the list of runs: few calls have any. */
void
call_cancel(struct call *c)
{
	if (c->run->cancelled)
		return;
	c->run->cancelled = true;
	for (struct call_run *r = c->loop->runs; r != NULL; r = r->next) {
		if (r->call->parent == c)
			call_cancel(r->call);
	}
	if (c->run->fiber != NULL)
		call_wake(c);
}

bool
call_cancelled(const struct call *c)
{
	return c->run->cancelled;
}

static void
set_timer(struct call_run *r)
{
	int64_t now = clock_mono_ms(), until = r->call->deadline_ms;
	struct timeval tv;

	if (r->sleep_until_ms != 0 && r->sleep_until_ms < until)
		until = r->sleep_until_ms;
	if (until <= now)
		until = now + 1;
	tv.tv_sec = (time_t)((until - now) / 1000);
	tv.tv_usec = (suseconds_t)((until - now) % 1000 * 1000);
	event_add(&r->timer, &tv);
}

/* Yields once; neither cancel nor deadline ends it. */
static void
park_once(struct call_run *r, const char *waiting_for)
{
	if (no_park_depth > 0)
		BUG("parked inside a transaction");
	if (r->wake_pending) {
		r->wake_pending = false;
		return;
	}
	r->parked = true;
	r->waiting_for = waiting_for;
	fiber_yield(r->fiber);
	r->waiting_for = NULL;
	r->wake_pending = false;
}

static int
check_ended(struct call *c, const char *waiting_for)
{
	if (c->run->cancelled)
		return call_fail(c, ERR_CANCELLED, "The call was cancelled.");
	if (clock_mono_ms() >= c->deadline_ms) {
		call_fail(c, ERR_TIMEOUT, "No answer within %d s (waiting for %s).",
		    (int)((c->deadline_ms * 1000 - c->start_us) / 1000000), waiting_for);
		call_hint(c, "Try again; ask for less at once if it repeats.");
		return -1;
	}
	return 0;
}

int
call_park(struct call *c, const char *waiting_for)
{
	struct call_run *r = c->run;

	if (check_ended(c, waiting_for) == -1)
		return -1;
	set_timer(r);
	park_once(r, waiting_for);
	event_del(&r->timer);
	return check_ended(c, waiting_for);
}

int
call_sleep(struct call *c, int64_t ms)
{
	struct call_run *r = c->run;
	int result = 0;

	r->sleep_until_ms = clock_mono_ms() + ms;
	while (result == 0 && clock_mono_ms() < r->sleep_until_ms)
		result = call_park(c, "a pause before the next try");
	r->sleep_until_ms = 0;
	return result;
}

void
call_park_for_worker(struct call *c)
{
	park_once(c->run, "a worker thread");
}

struct family {
	struct call *parent;
	const char *journal_id;	/* the parent's when the children began */
	size_t left;
	bool failed;
};

static void
child_done(struct call *child, int result, void *arg)
{
	struct call *parent = child->parent;
	struct family *f = child->owner;

	(void)arg;
	parent->upstream_requests += child->upstream_requests;
	parent->queue_us += child->queue_us;
	if (child->journal_id != f->journal_id)	/* it wrote */
		parent->journal_id = child->journal_id;
	if (result == -1 && !f->failed) {
		f->failed = true;
		err_copy(&parent->err, &child->err);
		for (struct call_run *r = parent->loop->runs; r != NULL; r = r->next) {
			if (r->call->parent == parent)
				call_cancel(r->call);
		}
	}
	if (--f->left == 0)
		call_wake(parent);
}

static struct call *
child_new(struct call *parent, struct family *f)
{
	struct call *c = arena_alloc(parent->arena, sizeof(*c));

	*c = *parent;
	c->parent = parent;
	c->owner = f;
	c->upstream_requests = 0;
	c->upstream_us = c->queue_us = 0;
	err_init(&c->err, parent->arena);
	run_init(c);
	c->run->cancelled = parent->run->cancelled;
	return c;
}

int
call_all(struct call *c, call_fn *fn, void *items, size_t count, size_t item_size)
{
	struct family f = { .parent = c, .journal_id = c->journal_id, .left = count };
	int64_t begin = clock_mono_us();
	struct err own = c->err;

	for (size_t i = 0; i < count; i++) {
		struct call *child = child_new(c, &f);

		start(child, fn, child_done, (char *)items + i * item_size);
		child->run->parked = true;	/* runs first from the loop, on its own stack */
		enqueue(child->run);
	}
	while (f.left > 0) {
		set_timer(c->run);
		park_once(c->run, "its requests");
		event_del(&c->run->timer);
		if (f.left > 0 && !f.failed && check_ended(c, "its requests") == -1) {
			f.failed = true;
			own = c->err;
			for (struct call_run *r = c->loop->runs; r != NULL; r = r->next) {
				if (r->call->parent == c)
					call_cancel(r->call);
			}
		}
	}
	c->upstream_us += clock_mono_us() - begin;
	if (f.failed && err_is_set(&own))
		c->err = own;
	return f.failed ? -1 : 0;
}

struct gate_waiter {
	struct call *call;
	struct gate_waiter *next;
	bool granted;
};

struct gate {
	size_t limit, inside;
	struct gate_waiter *head, **tail;
};

struct gate *
gate_new(size_t limit)
{
	struct gate *g = mem_alloc(sizeof(*g));

	g->limit = limit;
	g->tail = &g->head;
	return g;
}

void
gate_free(struct gate *g)
{
	if (g != NULL && (g->inside > 0 || g->head != NULL))
		BUG("gate freed while in use");
	mem_free(g);
}

static void
gate_remove(struct gate *g, struct gate_waiter *w)
{
	for (struct gate_waiter **at = &g->head; *at != NULL; at = &(*at)->next) {
		if (*at == w) {
			*at = w->next;
			if (g->tail == &w->next)
				g->tail = at;
			return;
		}
	}
}

int
gate_enter(struct call *c, struct gate *g)
{
	struct gate_waiter w = { .call = c };
	int64_t begin = clock_mono_us();

	if (g->inside < g->limit && g->head == NULL) {
		g->inside++;
		return 0;
	}
	*g->tail = &w;
	g->tail = &w.next;
	while (!w.granted) {
		if (call_park(c, "a free connection to the site") == -1) {
			if (w.granted)
				gate_leave(g);
			else
				gate_remove(g, &w);
			return -1;
		}
	}
	c->queue_us += clock_mono_us() - begin;
	return 0;
}

void
gate_leave(struct gate *g)
{
	struct gate_waiter *w = g->head;

	if (w == NULL) {
		g->inside--;
		return;
	}
	g->head = w->next;
	if (g->head == NULL)
		g->tail = &g->head;
	w->granted = true;	/* the place passes on; inside stays */
	call_wake(w->call);
}

void
call_no_park_begin(void)
{
	no_park_depth++;
}

void
call_no_park_end(void)
{
	no_park_depth--;
}

int
call_fail(struct call *c, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(&c->err, kind, fmt, ap);
	va_end(ap);
	return -1;
}

void
call_hint(struct call *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	c->err.hint = arena_vprintf(c->arena, fmt, ap);
	va_end(ap);
}

void
call_dump(const struct loop *l)
{
	int64_t now = clock_mono_us();

	for (struct call_run *r = l->runs; r != NULL; r = r->next)
		log_event(LOG_ERROR, "call", LOG_S("id", r->call->id), LOG_S("name", r->call->name),
		    LOG_S("child", r->call->parent != NULL ? "yes" : "no"),
		    LOG_S("waiting_for", r->waiting_for != NULL ? r->waiting_for : "nothing, it runs"),
		    LOG_I("age_ms", (now - r->call->start_us) / 1000));
}
