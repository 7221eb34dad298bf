#include "net/loop_signals.h"

#include "base/mem.h"
#include "net/loop_impl.h"

#include <signal.h>

struct loop_signals {
	struct loop *loop;
	void (*on_stop)(void *);
	void *arg;
	struct event term, interrupt, usr1;
};

static void
on_stop(evutil_socket_t sig, short what, void *arg)
{
	struct loop_signals *s = arg;

	(void)sig;
	(void)what;
	if (s->on_stop != NULL)
		s->on_stop(s->arg);
	else
		loop_stop(s->loop);
}

static void
on_usr1(evutil_socket_t sig, short what, void *arg)
{
	(void)sig;
	(void)what;
	loop_dump_calls(arg);
}

struct loop_signals *
loop_signals_new(struct loop *l, void (*stop)(void *), void *arg)
{
	struct loop_signals *s = mem_alloc(sizeof(*s));

	s->loop = l;
	s->on_stop = stop;
	s->arg = arg;
	evsignal_assign(&s->term, l->base, SIGTERM, on_stop, s);
	evsignal_assign(&s->interrupt, l->base, SIGINT, on_stop, s);
	evsignal_assign(&s->usr1, l->base, SIGUSR1, on_usr1, l);
	evsignal_add(&s->term, NULL);
	evsignal_add(&s->interrupt, NULL);
	evsignal_add(&s->usr1, NULL);
	return s;
}

void
loop_signals_free(struct loop_signals *s)
{
	if (s == NULL)
		return;
	evsignal_del(&s->term);
	evsignal_del(&s->interrupt);
	evsignal_del(&s->usr1);
	mem_free(s);
}
