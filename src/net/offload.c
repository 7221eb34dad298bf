/*
 * Worker threads for work that blocks or computes long. A job travels to a worker
 * through a mutex-guarded queue and comes back through a pipe that the loop reads;
 * the parked call is woken in the loop's thread.
 */
#include "base/mem.h"
#include "net/call.h"
#include "net/loop_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

enum { MAX_WORKERS = 4 };

struct job {
	struct call *call;
	void (*fn)(void *);
	void *arg;
	bool finished;
	struct job *next;
};

struct offload {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct job *head, **tail;
	pthread_t threads[MAX_WORKERS];
	int thread_count;
	size_t busy, queued;	/* jobs that run, jobs that wait for a worker */
	bool quit;
	int pipe[2];
	struct event event;
};

static void *
worker(void *arg)
{
	struct offload *o = arg;

	pthread_mutex_lock(&o->lock);
	for (;;) {
		struct job *j;

		while (o->head == NULL && !o->quit)
			pthread_cond_wait(&o->work, &o->lock);
		if (o->head == NULL)
			break;
		j = o->head;
		o->head = j->next;
		if (o->head == NULL)
			o->tail = &o->head;
		o->queued--;
		o->busy++;
		pthread_mutex_unlock(&o->lock);
		j->fn(j->arg);
		/* without the lock: a full pipe waits for the loop, and the loop may be waiting for the lock */
		while (write(o->pipe[1], &j, sizeof(j)) < 0 && errno == EINTR)
			continue;
		pthread_mutex_lock(&o->lock);
		o->busy--;
	}
	pthread_mutex_unlock(&o->lock);
	return NULL;
}

static void
on_finished(evutil_socket_t fd, short what, void *arg)
{
	struct job *j;

	(void)what;
	(void)arg;
	while (read(fd, &j, sizeof(j)) == (ssize_t)sizeof(j)) {
		j->finished = true;
		call_wake(j->call);
	}
}

static struct offload *
offload_new(struct loop *l)
{
	struct offload *o = mem_alloc(sizeof(*o));

	if (pipe2(o->pipe, O_CLOEXEC) != 0) {
		mem_free(o);
		return NULL;
	}
	(void)fcntl(o->pipe[0], F_SETFL, O_NONBLOCK);
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->work, NULL);
	o->tail = &o->head;
	event_assign(&o->event, l->base, o->pipe[0], EV_READ | EV_PERSIST, on_finished, o);
	event_add(&o->event, NULL);
	return o;
}

void
offload_free(struct offload *o)
{
	if (o == NULL)
		return;
	pthread_mutex_lock(&o->lock);
	o->quit = true;
	pthread_cond_broadcast(&o->work);
	pthread_mutex_unlock(&o->lock);
	for (int i = 0; i < o->thread_count; i++)
		pthread_join(o->threads[i], NULL);
	event_del(&o->event);
	close(o->pipe[0]);
	close(o->pipe[1]);
	pthread_cond_destroy(&o->work);
	pthread_mutex_destroy(&o->lock);
	mem_free(o);
}

void
call_offload(struct call *c, void (*fn)(void *), void *arg)
{
	struct job j = { .call = c, .fn = fn, .arg = arg };
	struct offload *o;

	if (c->loop->offload == NULL)
		c->loop->offload = offload_new(c->loop);
	o = c->loop->offload;
	if (o == NULL) {	/* no descriptors left: late is better than never */
		fn(arg);
		return;
	}
	pthread_mutex_lock(&o->lock);
	*o->tail = &j;
	o->tail = &j.next;
	o->queued++;
	if (o->busy + o->queued > (size_t)o->thread_count && o->thread_count < MAX_WORKERS) {
		if (pthread_create(&o->threads[o->thread_count], NULL, worker, o) == 0)
			o->thread_count++;
		else if (o->thread_count == 0)
			BUG("no worker thread");
	}
	pthread_cond_signal(&o->work);
	pthread_mutex_unlock(&o->lock);
	while (!j.finished)
		call_park_for_worker(c);
}
