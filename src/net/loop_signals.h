/* The signals of a serving process: SIGTERM and SIGINT stop the loop, SIGUSR1 prints what calls wait for. */
#ifndef NET_LOOP_SIGNALS_H
#define NET_LOOP_SIGNALS_H

#include "net/loop.h"

struct loop_signals;

/* on_stop NULL: loop_stop. */
struct loop_signals *loop_signals_new(struct loop *, void (*on_stop)(void *arg), void *arg);
void loop_signals_free(struct loop_signals *);

#endif
