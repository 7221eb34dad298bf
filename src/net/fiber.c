/*
 * ucontext switching with the annotations that sanitizers need: AddressSanitizer
 * is told of each change of stack, LeakSanitizer of the stacks as roots,
 * ThreadSanitizer of fibers as such. Stacks are pooled: an ended fiber's stack
 * serves the next one. scripts/gdb-fibers.py reads struct fiber by field name.
 */
#include "net/fiber.h"

#include "base/mem.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define FIBER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FIBER_TSAN 1
#endif
#endif
#ifdef FIBER_ASAN
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#ifdef FIBER_TSAN
#include <sanitizer/tsan_interface.h>
#endif

enum { STACK_BYTES = 128 * 1024, POOL_MAX = 64 };

struct stack {
	struct stack *next;	/* in the pool */
	char *base;		/* the guard page */
	size_t size;		/* guard page included */
};

struct fiber {
	ucontext_t context;
	struct stack *stack;
	void (*fn)(void *);
	void *arg;
	bool ended;
	/* threads backend */
	pthread_t thread;
	pthread_cond_t wake;
	bool started, go;
#ifdef FIBER_ASAN
	void *fake_stack;
#endif
#ifdef FIBER_TSAN
	void *tsan;
#endif
};

static bool use_threads;
static ucontext_t loop_context;
static struct stack *pool;
static int pool_count;
static struct fiber *starting;	/* handed to trampoline, which takes no pointer argument */
#ifdef FIBER_ASAN
static const void *loop_stack;
static size_t loop_stack_size;
static void *loop_fake_stack;
#endif
#ifdef FIBER_TSAN
static void *loop_tsan;
#endif

static pthread_mutex_t baton = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t loop_wake = PTHREAD_COND_INITIALIZER;
static bool loop_go;

void
fiber_use_threads(bool on)
{
	use_threads = on;
}

static struct stack *
stack_get(void)
{
	struct stack *s = pool;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (s != NULL) {
		pool = s->next;
		pool_count--;
		return s;
	}
	s = mem_alloc(sizeof(*s));
	s->size = STACK_BYTES + page;
	s->base = mmap(NULL, s->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	if (s->base == MAP_FAILED || mprotect(s->base, page, PROT_NONE) != 0)
		BUG("no memory for a fiber's stack");
#ifdef FIBER_ASAN
	__lsan_register_root_region(s->base + page, s->size - page);
#endif
	return s;
}

static void
stack_destroy(struct stack *s)
{
#ifdef FIBER_ASAN
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	__lsan_unregister_root_region(s->base + page, s->size - page);
#endif
	munmap(s->base, s->size);
	mem_free(s);
}

static void
stack_put(struct stack *s)
{
	if (pool_count >= POOL_MAX) {
		stack_destroy(s);
		return;
	}
	s->next = pool;
	pool = s;
	pool_count++;
}

void
fiber_trim(void)
{
	while (pool != NULL) {
		struct stack *s = pool;

		pool = s->next;
		stack_destroy(s);
	}
	pool_count = 0;
}

static void
enter_fiber(struct fiber *f)
{
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(&loop_fake_stack, f->context.uc_stack.ss_sp, f->context.uc_stack.ss_size);
#endif
#ifdef FIBER_TSAN
	loop_tsan = __tsan_get_current_fiber();
	__tsan_switch_to_fiber(f->tsan, 0);
#endif
	if (swapcontext(&loop_context, &f->context) != 0)
		BUG("swapcontext");
#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(loop_fake_stack, NULL, NULL);
#endif
}

static void
leave_fiber(struct fiber *f)
{
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(f->ended ? NULL : &f->fake_stack, loop_stack, loop_stack_size);
#endif
#ifdef FIBER_TSAN
	__tsan_switch_to_fiber(loop_tsan, 0);
#endif
	if (swapcontext(&f->context, &loop_context) != 0)
		BUG("swapcontext");
#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(f->fake_stack, &loop_stack, &loop_stack_size);
#endif
}

static void
trampoline(void)
{
	struct fiber *f = starting;

#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(NULL, &loop_stack, &loop_stack_size);
#endif
	f->fn(f->arg);
	f->ended = true;
	leave_fiber(f);
	BUG("an ended fiber was resumed");
}

/* Threads: whoever runs holds the baton's turn; the others wait on their condition. */
static void *
thread_main(void *v)
{
	struct fiber *f = v;

	pthread_mutex_lock(&baton);
	while (!f->go)
		pthread_cond_wait(&f->wake, &baton);
	f->go = false;
	f->fn(f->arg);
	f->ended = true;
	loop_go = true;
	pthread_cond_signal(&loop_wake);
	pthread_mutex_unlock(&baton);
	return NULL;
}

static void
thread_resume(struct fiber *f)
{
	pthread_mutex_lock(&baton);
	if (!f->started) {
		f->started = true;
		if (pthread_create(&f->thread, NULL, thread_main, f) != 0)
			BUG("no thread for a fiber");
	}
	f->go = true;
	loop_go = false;
	pthread_cond_signal(&f->wake);
	while (!loop_go)
		pthread_cond_wait(&loop_wake, &baton);
	pthread_mutex_unlock(&baton);
}

static void
thread_yield(struct fiber *f)
{
	loop_go = true;
	pthread_cond_signal(&loop_wake);
	while (!f->go)
		pthread_cond_wait(&f->wake, &baton);
	f->go = false;
}

struct fiber *
fiber_new(void (*fn)(void *), void *arg)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct fiber *f = mem_alloc(sizeof(*f));

	f->fn = fn;
	f->arg = arg;
	if (use_threads) {
		pthread_cond_init(&f->wake, NULL);
		return f;
	}
	f->stack = stack_get();
	if (getcontext(&f->context) != 0)
		BUG("getcontext");
	f->context.uc_stack.ss_sp = f->stack->base + page;
	f->context.uc_stack.ss_size = f->stack->size - page;
	f->context.uc_link = NULL;
	makecontext(&f->context, trampoline, 0);
#ifdef FIBER_TSAN
	f->tsan = __tsan_create_fiber(0);
#endif
	return f;
}

void
fiber_resume(struct fiber *f)
{
	if (use_threads) {
		thread_resume(f);
		return;
	}
	starting = f;
	enter_fiber(f);
}

void
fiber_yield(struct fiber *f)
{
	if (use_threads)
		thread_yield(f);
	else
		leave_fiber(f);
}

bool
fiber_ended(const struct fiber *f)
{
	return f->ended;
}

void
fiber_free(struct fiber *f)
{
	if (use_threads) {
		if (f->started)
			pthread_join(f->thread, NULL);
		pthread_cond_destroy(&f->wake);
	} else {
#ifdef FIBER_TSAN
		__tsan_destroy_fiber(f->tsan);
#endif
		stack_put(f->stack);
	}
	mem_free(f);
}
