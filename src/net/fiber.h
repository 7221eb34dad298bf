/*
 * Fibers: the stack switching under net/call.c, and nothing else. A fiber is
 * resumed from the loop and runs until it yields or its function returns.
 * 128 KiB of stack each with a guard page below; only touched pages cost memory.
 * Two backends with one behaviour: ucontext, and one thread per fiber of which
 * only one runs at a time (for debuggers and sanitizers).
 */
#ifndef NET_FIBER_H
#define NET_FIBER_H

#include <stdbool.h>

struct fiber;

void fiber_use_threads(bool);			/* before the first fiber_new */
struct fiber *fiber_new(void (*fn)(void *), void *arg);
void fiber_resume(struct fiber *);		/* from the loop; returns when it yields or ends */
void fiber_yield(struct fiber *);		/* from inside */
bool fiber_ended(const struct fiber *);
void fiber_free(struct fiber *);		/* an ended (or never resumed) one */
void fiber_trim(void);				/* gives back the pooled stacks */

#endif
