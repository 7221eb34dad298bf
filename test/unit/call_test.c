/*
 * Calls and fibers, each test on both backends. A wake is never lost, a cancel and a
 * deadline end every park and stay, children end before their parent goes on, a gate
 * lets calls in by turn and forgets those who leave the queue, a worker's result comes
 * back to the fiber; and none of it costs memory that is not given back.
 *
 * Nothing sleeps to wait: times are short deadlines of the calls themselves, and what
 * must happen "later" is an event of the loop.
 */
#include "unit/unit.h"

#include "base/clock.h"
#include "net/call.h"
#include "net/loop_signals.h"

#include <event2/event.h>
#include <malloc.h>
#include <pthread.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#endif
#ifdef UNDER_ASAN
size_t __sanitizer_get_current_allocated_bytes(void);	/* gcc ships no header for it */
#endif

enum { GUARD_MS = 20000 };

static struct loop *loop;

static int
set_up(void **state)
{
	loop = loop_new();
	loop_set_backend(loop, *state == NULL ? LOOP_UCONTEXT : LOOP_THREADS);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	loop_free(loop);
	clock_fake(-1);
	return 0;
}

/* What a finished call leaves behind. */
struct ended {
	int count, result;
	enum err_kind kind;
	char message[200];
};

static void
note_end(struct call *c, int result, void *arg)
{
	struct ended *d = *(struct ended **)arg;

	d->count++;
	d->result = result;
	d->kind = c->err.kind;
	snprintf(d->message, sizeof(d->message), "%s", err_text(&c->err));
}

static void
drain(void)
{
	if (!loop_drain(loop, GUARD_MS)) {
		loop_dump_calls(loop);
		fail_msg("calls never ended");
	}
	assert_int_equal(loop_calls(loop), 0);
}

/* The argument of every call here begins with where its end is noted. */
struct task {
	struct ended *end;
	struct call *call;
	int steps;
	bool flag;
	struct gate *gate;
	char *log;
	char name;
	int64_t ms;
};

static struct call *
begin(call_fn *fn, struct task *t, struct ended *d, int64_t deadline_ms)
{
	struct call *c = call_new(loop, "test");

	*d = (struct ended){ 0 };
	t->end = d;
	t->call = c;
	if (deadline_ms != 0)
		c->deadline_ms = clock_mono_ms() + deadline_ms;
	if (call_start(c, fn, note_end, t) == -1)
		fail_msg("%s", err_text(&c->err));
	return c;
}

static void
later(void (*fn)(evutil_socket_t, short, void *), void *arg)
{
	static const struct timeval soon = { 0, 1000 };

	assert_int_equal(event_base_once(loop_base(loop), -1, EV_TIMEOUT, fn, arg, &soon), 0);
}

static void
turn(int times)
{
	while (times-- > 0)
		event_base_loop(loop_base(loop), EVLOOP_NONBLOCK);
}

static int
wait_for_flag(struct call *c, void *arg)
{
	struct task *t = arg;

	t->steps = 1;
	while (!t->flag) {
		if (call_park(c, "the flag") == -1)
			return -1;
		t->steps++;
	}
	return 0;
}

static void
raise_flag(evutil_socket_t fd, short what, void *arg)
{
	struct task *t = arg;

	(void)fd;
	(void)what;
	t->flag = true;
	call_wake(t->call);
	call_wake(t->call);	/* twice is once */
	assert_int_equal(t->steps, 1);	/* a wake only records: the fiber does not run in here */
}

static void
test_park_and_wake(void **state)
{
	struct task t = { 0 };
	struct ended d;

	(void)state;
	begin(wait_for_flag, &t, &d, 0);
	assert_int_equal(t.steps, 1);
	assert_int_equal(loop_calls(loop), 1);
	turn(3);
	assert_int_equal(t.steps, 1);	/* nothing woke it */
	later(raise_flag, &t);
	drain();
	assert_int_equal(t.steps, 2);
	assert_true(d.count == 1 && d.result == 0 && d.kind == ERR_NONE);
}

static void
spurious(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	call_wake(((struct task *)arg)->call);
}

static void
test_spurious_wake(void **state)
{
	struct task t = { 0 };
	struct ended d;

	(void)state;
	begin(wait_for_flag, &t, &d, 0);
	spurious(-1, 0, &t);
	turn(3);
	assert_int_equal(t.steps, 2);
	assert_int_equal(d.count, 0);
	t.steps = 1;
	raise_flag(-1, 0, &t);
	drain();
	assert_int_equal(d.result, 0);
}

static int
wake_then_park(struct call *c, void *arg)
{
	struct task *t = arg;

	call_wake(c);
	if (call_park(c, "what was already there") == -1)
		return -1;
	t->steps = 7;
	return 0;
}

static void
test_wake_before_park_is_kept(void **state)
{
	struct task t = { 0 };
	struct ended d;

	(void)state;
	begin(wake_then_park, &t, &d, 0);	/* ends without one turn of the loop */
	assert_int_equal(t.steps, 7);
	assert_true(d.count == 1 && d.result == 0);
	drain();
}

static int
park_for_ever(struct call *c, void *arg)
{
	struct task *t = arg;

	while (call_park(c, "nothing") == 0)
		t->steps++;
	/* sticky: every later park fails at once, and with the same error */
	assert_int_equal(call_park(c, "something else"), -1);
	assert_int_equal(call_sleep(c, 100000), -1);
	return -1;
}

static void
test_cancel(void **state)
{
	struct task t = { 0 };
	struct ended d;
	struct call *c = begin(park_for_ever, &t, &d, 0);

	(void)state;
	assert_false(call_cancelled(c));
	call_cancel(c);
	assert_true(call_cancelled(c));
	call_cancel(c);
	assert_int_equal(d.count, 0);	/* ended by the loop, not inside call_cancel */
	drain();
	assert_true(d.count == 1 && d.result == -1 && d.kind == ERR_CANCELLED && t.steps == 0);
}

static void
test_cancel_before_start(void **state)
{
	struct task t = { 0 };
	struct ended d = { 0 };
	struct call *c = call_new(loop, "test");

	(void)state;
	t.end = &d;
	call_cancel(c);
	assert_int_equal(call_start(c, park_for_ever, note_end, &t), 0);
	drain();
	assert_true(d.count == 1 && d.kind == ERR_CANCELLED);
	call_free(call_new(loop, "never started"));
}

static int
cancel_self(struct call *c, void *arg)
{
	call_cancel(c);
	return park_for_ever(c, arg);
}

static void
test_cancel_self(void **state)
{
	struct task t = { 0 };
	struct ended d;

	(void)state;
	begin(cancel_self, &t, &d, 0);
	drain();
	assert_true(d.count == 1 && d.kind == ERR_CANCELLED && t.steps == 0);
}

static void
test_deadline(void **state)
{
	struct task t = { 0 };
	struct ended d;
	int64_t start = clock_mono_ms();

	(void)state;
	begin(park_for_ever, &t, &d, 30);
	drain();
	assert_true(d.count == 1 && d.result == -1 && d.kind == ERR_TIMEOUT);
	assert_non_null(strstr(d.message, "waiting for nothing"));
	assert_true(clock_mono_ms() - start >= 30 && clock_mono_ms() - start < GUARD_MS / 2);
}

static void
test_deadline_in_the_past(void **state)
{
	struct task t = { 0 };
	struct ended d;

	(void)state;
	begin(park_for_ever, &t, &d, -1000);
	assert_true(d.count == 1 && d.kind == ERR_TIMEOUT && t.steps == 0);
	drain();
}

static int
sleep_some(struct call *c, void *arg)
{
	struct task *t = arg;
	int64_t start = clock_mono_us();

	call_wake(c);	/* an early wake does not shorten the sleep */
	if (call_sleep(c, t->ms) == -1)
		return -1;
	t->flag = clock_mono_us() - start >= (t->ms - 1) * 1000;
	return 0;
}

static void
test_sleep(void **state)
{
	struct task t[4] = { { .ms = 20 }, { .ms = 0 }, { .ms = -5 }, { .ms = 100000 } };
	struct ended d[4];
	struct call *c[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		c[i] = begin(sleep_some, &t[i], &d[i], i == 3 ? 40 : 0);
	assert_true(d[1].count == 1 && d[2].count == 1 && d[0].count == 0);
	call_wake(c[0]);
	drain();
	for (int i = 0; i < 3; i++)
		assert_true(d[i].result == 0 && t[i].flag);
	assert_true(d[3].result == -1 && d[3].kind == ERR_TIMEOUT);	/* longer than the deadline allows */
}

/* ---- children ---- */

struct child {
	int fail_with;		/* enum err_kind; 0: none */
	bool wait;		/* parks until cancelled or woken */
	int ran, result;
	struct call *call;
	int *alive;
};

static int
child_main(struct call *c, void *arg)
{
	struct child *k = arg;

	k->call = c;
	k->ran++;
	++*k->alive;
	c->upstream_requests = 2;
	c->queue_us = 5;
	if (k->wait)
		while ((k->result = call_park(c, "its sister")) == 0)
			continue;
	else
		k->result = call_sleep(c, 1);
	--*k->alive;
	if (k->fail_with != 0 && k->result == 0) {
		call_fail(c, (enum err_kind)k->fail_with, "child failed");
		call_hint(c, "child's hint");
		c->err.http_status = 418;
		return -1;
	}
	return k->result;
}

struct family {
	struct ended *end;
	struct child child[8];
	size_t count;
	int alive, alive_after;
	int requests;
	bool parent_cancelled;
};

static int
parent_main(struct call *c, void *arg)
{
	struct family *f = arg;
	int result;

	for (size_t i = 0; i < f->count; i++)
		f->child[i].alive = &f->alive;
	result = call_all(c, child_main, f->child, f->count, sizeof(f->child[0]));
	f->alive_after = f->alive;
	f->requests = c->upstream_requests;
	return result;
}

static struct call *
begin_family(struct family *f, struct ended *d, int64_t deadline_ms)
{
	struct call *c = call_new(loop, "parent");

	*d = (struct ended){ 0 };
	f->end = d;
	if (deadline_ms != 0)
		c->deadline_ms = clock_mono_ms() + deadline_ms;
	assert_int_equal(call_start(c, parent_main, note_end, f), 0);
	return c;
}

static void
test_all_succeed(void **state)
{
	struct family f = { .count = 8 };
	struct ended d;

	(void)state;
	begin_family(&f, &d, 0);
	assert_int_equal(loop_calls(loop), 1);	/* children are no calls of their own to the limit */
	drain();
	assert_true(d.result == 0 && d.kind == ERR_NONE && f.alive_after == 0);
	assert_int_equal(f.requests, 16);
	for (int i = 0; i < 8; i++)
		assert_int_equal(f.child[i].ran, 1);
	f = (struct family){ .count = 0 };
	begin_family(&f, &d, 0);
	drain();
	assert_int_equal(d.result, 0);
}

static void
test_first_failure_cancels_the_rest(void **state)
{
	struct family f = { .count = 4, .child = { { .wait = true }, { .fail_with = ERR_NOT_FOUND }, { .wait = true }, { .wait = true } } };
	struct ended d;

	(void)state;
	begin_family(&f, &d, 0);
	drain();
	assert_true(d.count == 1 && d.result == -1 && d.kind == ERR_NOT_FOUND);
	assert_string_equal(d.message, "child failed child's hint");	/* not the cancellation of a sister */
	assert_int_equal(f.alive_after, 0);
	assert_true(f.child[0].result == -1 && f.child[2].result == -1 && f.child[3].result == -1);
}

static void
test_cancelled_parent_waits_for_children(void **state)
{
	struct family f = { .count = 3, .child = { { .wait = true }, { .wait = true }, { .wait = true } } };
	struct ended d;
	struct call *c = begin_family(&f, &d, 0);

	(void)state;
	turn(3);
	assert_int_equal(f.alive, 3);
	call_cancel(c);
	drain();
	assert_true(d.count == 1 && d.result == -1 && d.kind == ERR_CANCELLED && f.alive_after == 0);
}

static void
test_parent_cancelled_before_children_run(void **state)
{
	struct family f = { .count = 3, .child = { { .wait = true }, { .wait = true }, { .wait = true } } };
	struct ended d;
	struct call *c = begin_family(&f, &d, 0);

	(void)state;
	call_cancel(c);
	drain();
	assert_true(d.count == 1 && d.kind == ERR_CANCELLED && f.alive_after == 0 && f.alive == 0);
}

static void
test_deadline_inside_children(void **state)
{
	struct family f = { .count = 3, .child = { { .wait = true }, { .wait = true }, { 0 } } };
	struct ended d;

	(void)state;
	begin_family(&f, &d, 30);
	drain();
	assert_true(d.count == 1 && d.result == -1 && d.kind == ERR_TIMEOUT && f.alive_after == 0);
}

static int
grandparent_main(struct call *c, void *arg)
{
	return parent_main(c, ((struct family **)arg)[1]);
}

static void
test_grandchildren(void **state)
{
	struct family f = { .count = 2, .child = { { .wait = true }, { .wait = true } } };
	struct ended d = { 0 };
	void *arg[2] = { &d, &f };
	struct call *c = call_new(loop, "grandparent");

	(void)state;
	assert_int_equal(call_start(c, grandparent_main, note_end, arg), 0);
	turn(4);
	assert_int_equal(f.alive, 2);
	call_cancel(c);
	drain();
	assert_true(d.kind == ERR_CANCELLED && f.alive == 0);
}

/* An error that the call already holds is not replaced by a child's. */
static int
failed_parent(struct call *c, void *arg)
{
	call_fail(c, ERR_INPUT, "mine");
	return parent_main(c, arg);
}

static void
test_own_error_stays(void **state)
{
	struct family f = { .count = 2, .child = { { .fail_with = ERR_RATE }, { 0 } } };
	struct ended d = { 0 };

	(void)state;
	f.end = &d;
	assert_int_equal(call_start(call_new(loop, "p"), failed_parent, note_end, &f), 0);
	drain();
	assert_true(d.result == -1 && d.kind == ERR_INPUT);
	assert_string_equal(d.message, "mine");
}

/* ---- gate ---- */

struct crowd {
	struct task t[6];
	struct ended d[6];
	struct call *c[6];
	char log[16];
	struct gate *gate;
};

/* The log is shared: each task writes at its end. */
static int
enter_crowd(struct call *c, void *arg)
{
	struct task *t = arg;
	int result;

	if (gate_enter(c, t->gate) == -1)
		return -1;
	t->log[strlen(t->log)] = t->name;
	for (result = 0; !t->flag && result == 0;)
		result = call_park(c, "the middle");
	gate_leave(t->gate);
	return result;
}

static void
crowd_begin(struct crowd *k, size_t limit)
{
	*k = (struct crowd){ .gate = gate_new(limit) };
	for (int i = 0; i < 6; i++) {
		k->t[i] = (struct task){ .gate = k->gate, .log = k->log, .name = (char)('a' + i) };
		k->c[i] = begin(enter_crowd, &k->t[i], &k->d[i], 0);
	}
}

static void
crowd_release(struct crowd *k, int i)
{
	k->t[i].flag = true;
	call_wake(k->c[i]);
	turn(4);
}

static void
test_gate_order(void **state)
{
	struct crowd k;

	(void)state;
	crowd_begin(&k, 2);
	assert_string_equal(k.log, "ab");
	crowd_release(&k, 1);
	assert_string_equal(k.log, "abc");
	crowd_release(&k, 0);
	assert_string_equal(k.log, "abcd");
	crowd_release(&k, 2);
	crowd_release(&k, 3);
	assert_string_equal(k.log, "abcdef");
	crowd_release(&k, 5);
	crowd_release(&k, 4);
	drain();
	gate_free(k.gate);
}

static void
test_gate_cancel_while_waiting(void **state)
{
	struct crowd k;

	(void)state;
	crowd_begin(&k, 1);
	call_cancel(k.c[1]);	/* the head of the queue */
	call_cancel(k.c[3]);	/* its middle */
	call_cancel(k.c[5]);	/* its tail */
	turn(4);
	assert_true(k.d[1].kind == ERR_CANCELLED && k.d[3].kind == ERR_CANCELLED && k.d[5].kind == ERR_CANCELLED);
	crowd_release(&k, 0);
	crowd_release(&k, 2);
	crowd_release(&k, 4);
	drain();
	assert_string_equal(k.log, "ace");
	/* the tail pointer is right again */
	{
		struct task t = { .gate = k.gate, .log = k.log, .name = 'z', .flag = true };
		struct ended d;

		begin(enter_crowd, &t, &d, 0);
		drain();
		assert_string_equal(k.log, "acez");
	}
	gate_free(k.gate);
}

/* The place was given to a call that is cancelled before it runs: it must pass on. */
static void
test_gate_cancel_when_granted(void **state)
{
	struct crowd k;

	(void)state;
	crowd_begin(&k, 1);
	k.t[0].flag = true;
	call_wake(k.c[0]);
	call_cancel(k.c[1]);
	turn(6);
	assert_string_equal(k.log, "ac");
	assert_int_equal(k.d[1].kind, ERR_CANCELLED);
	call_cancel(k.c[3]);
	crowd_release(&k, 2);
	crowd_release(&k, 4);
	crowd_release(&k, 5);
	drain();
	assert_string_equal(k.log, "acef");
	gate_free(k.gate);
}

static void
test_gate_deadline(void **state)
{
	struct gate *g = gate_new(1);
	char log[8] = "";
	struct task in = { .gate = g, .log = log, .name = 'a' }, waits = { .gate = g, .log = log, .name = 'b' };
	struct ended d, w;
	struct call *c;

	(void)state;
	c = begin(enter_crowd, &in, &d, 0);
	begin(enter_crowd, &waits, &w, 20);
	while (w.count == 0)
		event_base_loop(loop_base(loop), EVLOOP_ONCE);
	assert_int_equal(w.kind, ERR_TIMEOUT);
	in.flag = true;
	call_wake(c);
	drain();
	assert_string_equal(log, "a");
	gate_free(g);
}

static void
free_used_gate(void *arg)
{
	gate_free(arg);
}

static void
test_gate_in_use_is_a_bug(void **state)
{
	struct crowd k;

	(void)state;
	crowd_begin(&k, 1);
	assert_int_equal(signal_of(free_used_gate, k.gate), SIGABRT);
	for (int i = 0; i < 6; i++)
		crowd_release(&k, i);
	drain();
	gate_free(k.gate);
}

/* ---- workers ---- */

struct job {
	struct ended *end;
	pthread_t loop_thread;
	bool other_thread;
	long sum;
	pthread_barrier_t *meet;
};

static void
compute(void *arg)
{
	struct job *j = arg;

	j->other_thread = !pthread_equal(pthread_self(), j->loop_thread);
	for (long i = 1; i <= 1000; i++)
		j->sum += i;
	if (j->meet != NULL)
		pthread_barrier_wait(j->meet);
}

static int
offload_main(struct call *c, void *arg)
{
	call_offload(c, compute, arg);
	return 0;
}

static void
test_offload(void **state)
{
	enum { N = 50 };
	static struct job j[N];
	static struct ended d[N];

	(void)state;
	memset(j, 0, sizeof(j));
	memset(d, 0, sizeof(d));
	for (int i = 0; i < N; i++) {
		j[i].end = &d[i];
		j[i].loop_thread = pthread_self();
		assert_int_equal(call_start(call_new(loop, "job"), offload_main, note_end, &j[i]), 0);
	}
	drain();
	for (int i = 0; i < N; i++)
		assert_true(d[i].count == 1 && d[i].result == 0 && j[i].sum == 500500 && j[i].other_thread);
}

/* Jobs that were posted in one turn run at once, each on its thread: they wait for each other. */
static void
test_offload_at_once(void **state)
{
	enum { N = 4 };
	struct job j[N] = { 0 };
	struct ended d[N] = { 0 };
	pthread_barrier_t meet;

	(void)state;
	pthread_barrier_init(&meet, NULL, N);
	alarm(GUARD_MS / 1000);
	for (int i = 0; i < N; i++) {
		j[i].end = &d[i];
		j[i].loop_thread = pthread_self();
		j[i].meet = &meet;
		assert_int_equal(call_start(call_new(loop, "job"), offload_main, note_end, &j[i]), 0);
	}
	drain();
	alarm(0);
	pthread_barrier_destroy(&meet);
	for (int i = 0; i < N; i++)
		assert_true(d[i].count == 1 && j[i].sum == 500500);
}

/* The job uses memory of the call, so neither cancel nor deadline lets the call end before it. */
static void
test_offload_is_not_interrupted(void **state)
{
	struct job j = { 0 };
	struct ended d = { 0 };
	pthread_barrier_t meet;
	struct call *c = call_new(loop, "job");

	(void)state;
	pthread_barrier_init(&meet, NULL, 2);
	j = (struct job){ .end = &d, .loop_thread = pthread_self(), .meet = &meet };
	assert_int_equal(call_start(c, offload_main, note_end, &j), 0);
	call_cancel(c);
	c->deadline_ms = clock_mono_ms() - 1;
	turn(5);
	assert_int_equal(d.count, 0);
	pthread_barrier_wait(&meet);
	drain();
	assert_true(d.count == 1 && j.sum == 500500);
	pthread_barrier_destroy(&meet);
}

/* ---- limits ---- */

static void
test_busy(void **state)
{
	struct task t[4] = { { 0 } };
	struct ended d[4];
	struct call *c[3], *extra;

	(void)state;
	loop_set_max_calls(loop, 3);
	for (int i = 0; i < 3; i++)
		c[i] = begin(wait_for_flag, &t[i], &d[i], 0);
	extra = call_new(loop, "extra");
	t[3].end = &d[3];
	assert_int_equal(call_start(extra, wait_for_flag, note_end, &t[3]), -1);
	assert_int_equal(extra->err.kind, ERR_BUSY);
	assert_non_null(extra->err.hint);
	assert_int_equal(t[3].steps, 0);
	call_free(extra);
	t[0].flag = true;
	call_wake(c[0]);
	turn(3);
	assert_int_equal(loop_calls(loop), 2);
	begin(wait_for_flag, &t[3], &d[3], 0);	/* a place is free again */
	for (int i = 1; i < 4; i++) {
		t[i].flag = true;
		call_wake(t[i].call);
	}
	drain();
}

static void
park_in_transaction(void *arg)
{
	struct task t = { 0 };
	struct ended d;

	(void)arg;
	call_no_park_begin();
	begin(wait_for_flag, &t, &d, 0);
}

static void
nested_transaction(void *arg)
{
	struct task t = { 0 };
	struct ended d;

	(void)arg;
	call_no_park_begin();
	call_no_park_begin();
	call_no_park_end();
	begin(wait_for_flag, &t, &d, 0);
}

static void
closed_transaction(void *arg)
{
	struct task t = { 0 };
	struct ended d;

	(void)arg;
	call_no_park_begin();
	call_no_park_end();
	begin(wait_for_flag, &t, &d, 0);
}

static void
test_no_park_in_transaction(void **state)
{
	(void)state;
	assert_int_equal(signal_of(park_in_transaction, NULL), SIGABRT);
	assert_int_equal(signal_of(nested_transaction, NULL), SIGABRT);
	assert_int_equal(signal_of(closed_transaction, NULL), 0);
}

static void
test_dump(void **state)
{
	struct task t = { 0 };
	struct capture text;
	struct ended d;

	(void)state;
	begin(wait_for_flag, &t, &d, 0);
	capture_begin(&text);
	loop_dump_calls(loop);
	capture_end(&text);
	assert_non_null(strstr(text.text, "name=test"));
	assert_non_null(strstr(text.text, "waiting_for=\"the flag\""));
	t.flag = true;
	call_wake(t.call);
	drain();
}

static void
send_usr1(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	raise(SIGUSR1);
	raise(SIGTERM);
}

/* SIGUSR1 prints the calls, SIGTERM ends loop_run. */
static void
test_signals(void **state)
{
	struct loop_signals *s = loop_signals_new(loop, NULL, NULL);
	struct task t = { 0 };
	struct capture text;
	struct ended d;

	(void)state;
	begin(wait_for_flag, &t, &d, 0);
	later(send_usr1, NULL);
	capture_begin(&text);
	alarm(GUARD_MS / 1000);
	loop_run(loop);
	alarm(0);
	capture_end(&text);
	assert_non_null(strstr(text.text, "waiting_for=\"the flag\""));
	loop_signals_free(s);
	loop_signals_free(NULL);
	t.flag = true;
	call_wake(t.call);
	drain();
}

static size_t
heap_bytes(void)
{
#ifdef UNDER_ASAN
	return __sanitizer_get_current_allocated_bytes();
#else
	return mallinfo2().uordblks;
#endif
}

static size_t
mappings(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	size_t n = 0;

	for (int ch; f != NULL && (ch = getc(f)) != EOF;)
		n += ch == '\n';
	if (f != NULL)
		fclose(f);
	return n;
}

static int
park_once_main(struct call *c, void *arg)
{
	(void)arg;
	assert_non_null(arena_alloc(c->arena, 5000));
	call_wake(c);
	if (call_park(c, "itself") == -1)
		return -1;
	return call_sleep(c, 0);
}

static void
sequence(int n)
{
	struct ended d = { 0 };
	struct ended *arg = &d;

	for (int i = 0; i < n; i++)
		assert_int_equal(call_start(call_new(loop, "one"), park_once_main, note_end, &arg), 0);
	drain();
	assert_int_equal(d.count, n);
}

static void
test_many_calls_leave_nothing(void **state)
{
	size_t heap, maps;

	(void)state;
	sequence(500);	/* warm: pools, stdio, thread bookkeeping */
	heap = heap_bytes();
	maps = mappings();
	sequence(10000);
	assert_true(heap_bytes() <= heap + 4096);
	assert_true(mappings() <= maps + 8);
}

/* As many at once as there may be, then again: stacks beyond the pool are given back. */
static void
test_many_at_once(void **state)
{
	enum { N = 200 };
	static struct task t[N];
	static struct ended d[N];
	size_t maps = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < N; i++) {
			t[i] = (struct task){ 0 };
			begin(wait_for_flag, &t[i], &d[i], 0);
		}
		assert_int_equal(loop_calls(loop), N);
		for (int i = 0; i < N; i++) {
			t[i].flag = true;
			call_wake(t[i].call);
		}
		drain();
		for (int i = 0; i < N; i++)
			assert_true(d[i].count == 1 && d[i].result == 0 && t[i].steps == 2);
		if (round == 0)
			maps = mappings();
	}
	assert_true(mappings() <= maps + 16);
}

/* ---- stacks ---- */

static __attribute__((noinline)) size_t
descend(const char *top, size_t bytes, unsigned depth)
{
	volatile char room[256];

	room[0] = (char)depth;
	room[255] = (char)(depth >> 3);
	if ((size_t)(top - (const char *)__builtin_frame_address(0)) < bytes)
		return descend(top, bytes, depth + 1) + (size_t)(room[0] & 1);
	return (size_t)(room[255] & 1);
}

struct dive {
	struct ended *end;
	size_t bytes, sum;
};

static int
dive_main(struct call *c, void *arg)
{
	struct dive *v = arg;

	v->sum = descend(__builtin_frame_address(0), v->bytes, 0);
	call_wake(c);
	return call_park(c, "the way up");
}

static void
test_deep_stack(void **state)
{
	struct ended d = { 0 };

	(void)state;
	for (int i = 0; i < 5; i++) {	/* the same stack serves again */
		struct dive v = { &d, 100 * 1024, 0 };

		assert_int_equal(call_start(call_new(loop, "dive"), dive_main, note_end, &v), 0);
		drain();
	}
	assert_true(d.count == 5 && d.result == 0);
}

static void
drown(void *arg)
{
	struct ended d = { 0 };
	struct dive v = { &d, 400 * 1024, 0 };

	(void)arg;
	(void)!call_start(call_new(loop, "drown"), dive_main, note_end, &v);
}

/* Beyond its stack a fiber meets the guard page, not its neighbour's stack. */
static void
test_guard_page(void **state)
{
	struct task t[3] = { { 0 } };
	struct ended d[3];

	if (*state != NULL)
		skip();	/* threads have the system's stacks, which are larger */
	for (int i = 0; i < 3; i++)
		begin(wait_for_flag, &t[i], &d[i], 0);
	assert_int_equal(signal_of(drown, NULL), SIGSEGV);
	for (int i = 0; i < 3; i++) {
		t[i].flag = true;
		call_wake(t[i].call);
	}
	drain();
}

/* Stores that calls share keep their value across switches: registers and floating point state too. */
static int
keep_values(struct call *c, void *arg)
{
	struct task *t = arg;
	double x = 1.0 / (t->name + 1);
	long n = t->name;

	for (int i = 0; i < 50; i++) {
		call_wake(c);
		if (call_park(c, "a switch") == -1 || call_sleep(c, i == 25 ? 1 : 0) == -1)
			return -1;
		x = x * 1.5 / 1.5;
		n = n * 3 % 1000003;
	}
	t->ms = n;
	return x > 0.99 / (t->name + 1) && x < 1.01 / (t->name + 1) ? 0 : call_fail(c, ERR_INTERNAL, "lost");
}

static void
test_values_survive_switches(void **state)
{
	static struct task t[20];
	static struct ended d[20];

	(void)state;
	for (int i = 0; i < 20; i++) {
		t[i] = (struct task){ .name = (char)(i + 1) };
		begin(keep_values, &t[i], &d[i], 0);
	}
	drain();
	for (int i = 0; i < 20; i++) {
		long n = i + 1;

		for (int k = 0; k < 50; k++)
			n = n * 3 % 1000003;
		assert_true(d[i].result == 0 && t[i].ms == n);
	}
}

static void
test_call_record(void **state)
{
	struct call *c = call_new(loop, "name"), *other = call_new(loop, "name");

	(void)state;
	assert_string_equal(c->name, "name");
	assert_int_equal(strlen(c->id), 16);
	assert_string_not_equal(c->id, other->id);
	assert_true(c->deadline_ms - clock_mono_ms() > CALL_DEADLINE_MS - 5000);
	assert_true(c->deadline_ms - clock_mono_ms() <= CALL_DEADLINE_MS);
	assert_int_equal(call_fail(c, ERR_INPUT, "x %d", 1), -1);
	call_hint(c, "h");
	assert_string_equal(err_text(&c->err), "x 1 h");
	call_free(c);
	call_free(other);
}

#define BOTH(fn) \
	{ #fn, fn, set_up, tear_down, NULL }, { #fn " (threads)", fn, set_up, tear_down, &loop }

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_call_record),
		BOTH(test_park_and_wake),
		BOTH(test_spurious_wake),
		BOTH(test_wake_before_park_is_kept),
		BOTH(test_cancel),
		BOTH(test_cancel_before_start),
		BOTH(test_cancel_self),
		BOTH(test_deadline),
		BOTH(test_deadline_in_the_past),
		BOTH(test_sleep),
		BOTH(test_all_succeed),
		BOTH(test_first_failure_cancels_the_rest),
		BOTH(test_cancelled_parent_waits_for_children),
		BOTH(test_parent_cancelled_before_children_run),
		BOTH(test_deadline_inside_children),
		BOTH(test_grandchildren),
		BOTH(test_own_error_stays),
		BOTH(test_gate_order),
		BOTH(test_gate_cancel_while_waiting),
		BOTH(test_gate_cancel_when_granted),
		BOTH(test_gate_deadline),
		BOTH(test_gate_in_use_is_a_bug),
		BOTH(test_offload),
		BOTH(test_offload_at_once),
		BOTH(test_offload_is_not_interrupted),
		BOTH(test_busy),
		BOTH(test_no_park_in_transaction),
		BOTH(test_dump),
		BOTH(test_signals),
		BOTH(test_many_calls_leave_nothing),
		BOTH(test_many_at_once),
		BOTH(test_deep_stack),
		BOTH(test_guard_page),
		BOTH(test_values_survive_switches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
