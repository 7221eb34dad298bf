/*
 * The loop: libevent's base without locks, one "ready" event that runs the queue
 * of woken fibers. A wake from any callback appends to the queue and makes the
 * event active, so fibers never run inside a callback of somebody else.
 */
#include "net/loop.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/fiber.h"
#include "net/loop_impl.h"

enum { DEFAULT_MAX_CALLS = 256 };

static void
on_ready(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	call_run_ready(arg);
}

static void
on_libevent_message(int severity, const char *message)
{
	log_event(severity >= EVENT_LOG_ERR ? LOG_ERROR : LOG_DEBUG, "libevent", LOG_S("message", message));
}

struct loop *
loop_new(void)
{
	struct loop *l = mem_alloc(sizeof(*l));
	struct event_config *config = event_config_new();

	if (config == NULL)
		BUG("no event configuration");
	event_set_log_callback(on_libevent_message);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
	l->base = event_base_new_with_config(config);
	event_config_free(config);
	if (l->base == NULL)
		BUG("no event loop");
	l->max_calls = DEFAULT_MAX_CALLS;
	event_assign(&l->ready_event, l->base, -1, 0, on_ready, l);
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	if (l->runs != NULL)
		BUG("loop freed with calls in flight");
	offload_free(l->offload);
	event_del(&l->ready_event);
	event_base_free(l->base);
	fiber_trim();
	mem_free(l);
}

struct event_base *
loop_base(struct loop *l)
{
	return l->base;
}

void
loop_run(struct loop *l)
{
	event_base_loop(l->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void
loop_stop(struct loop *l)
{
	event_base_loopbreak(l->base);
}

static void
on_drain_tick(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

bool
loop_drain(struct loop *l, int ms)
{
	int64_t until = clock_mono_ms() + ms;
	struct timeval tick = { .tv_usec = 5000 };
	struct event timer;

	event_assign(&timer, l->base, -1, EV_PERSIST, on_drain_tick, NULL);
	event_add(&timer, &tick);
	while (l->runs != NULL && clock_mono_ms() < until)
		event_base_loop(l->base, EVLOOP_ONCE);
	event_del(&timer);
	return l->runs == NULL;
}

size_t
loop_calls(const struct loop *l)
{
	return l->calls;
}

void
loop_set_max_calls(struct loop *l, size_t max)
{
	l->max_calls = max;
}

void
loop_set_backend(struct loop *l, enum loop_backend backend)
{
	if (l->runs != NULL)
		BUG("backend changed with calls in flight");
	fiber_use_threads(backend == LOOP_THREADS);
}

void
loop_dump_calls(struct loop *l)
{
	call_dump(l);
}
