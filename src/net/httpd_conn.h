/*
 * One connection of the HTTP server: internal to the httpd*.c files.
 *
 *	struct httpd	the server: listening socket, limits, timers, connections
 *	struct conn	one socket and its parser; at most one open exchange
 *	struct exchange	one request and its answer; lives in the request's arena
 *
 * Nothing here is called from outside the loop's thread. A connection is never
 * freed in place: conn_kill closes it and leaves the memory to the reaper event,
 * so callers up the stack may still look at it.
 */
#ifndef NET_HTTPD_CONN_H
#define NET_HTTPD_CONN_H

#include "base/buf.h"
#include "net/httpd.h"
#include "net/httpd_parse.h"
#include "net/httpd_tls.h"

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <sys/queue.h>
#include <sys/uio.h>

enum { HTTPD_INPUT = 64 * 1024 };

enum conn_state {
	CONN_HANDSHAKE,	/* TLS is being set up */
	CONN_READING,	/* waiting for, or in the middle of, a request */
	CONN_ANSWERING,	/* an exchange is open; nothing is read */
	CONN_FLUSHING,	/* the answer is complete but not all sent; nothing is read */
	CONN_LINGERING,	/* all is sent, our side is shut; input is discarded until the client closes */
	CONN_GONE,	/* the client left; an exchange without on_close is still to be answered */
	CONN_DEAD	/* closed; the reaper frees it */
};

/* Every connection is on the list of one clock; all of one list wait equally long, so the first is due first. */
enum conn_clock { CLOCK_NONE, CLOCK_IDLE, CLOCK_HEAD, CLOCK_BODY, CLOCK_WRITE, CLOCK_LINGER, CLOCK_COUNT };

TAILQ_HEAD(conn_list, conn);

struct httpd {
	struct event_base *base;
	httpd_handler *handler;
	void *arg;
	struct httpd_limits limits;
	size_t max_connections;
	size_t connections;
	int clock_ms[CLOCK_COUNT];
	struct conn_list clocks[CLOCK_COUNT];
	struct conn_list dead;
	struct event listener;
	struct event retry;		/* listens again after descriptors ran out */
	struct event timer;
	struct event reaper;
	int64_t timer_at;		/* when timer fires; INT64_MAX: not armed */
	int fd;				/* -1 once draining */
	int port;
	char *unix_path;
	dev_t unix_dev;
	ino_t unix_ino;
	struct httpd_counts counts;
	bool listening;
	bool draining;
	void (*drained)(void *arg);
	void *drained_arg;
	struct httpd_tls *tls;		/* NULL: plain */
	struct buf head;		/* scratch for answer heads */
	int64_t date_s;
	char date[32];
	char input[HTTPD_INPUT];	/* what one read brought; only what is left over is copied */
};

struct conn {
	struct event ev;
	struct httpd *httpd;
	TAILQ_ENTRY(conn) link;
	int64_t deadline_ms;
	struct exchange *ex;
	struct tls_session *tls;	/* NULL: plain */
	char *in;			/* read but not parsed yet (pipelined) */
	uint32_t in_off, in_len;
	struct buf out;			/* written but not sent yet, from out_off */
	size_t out_off;
	unsigned char peer[16];
	unsigned char family;		/* AF_INET, AF_INET6, AF_UNIX */
	unsigned char state;		/* enum conn_state */
	unsigned char clock;		/* enum conn_clock */
	bool readable;			/* edge-triggered: there may be more to read */
	bool fin;			/* the client shut its sending side */
	bool broken;			/* sending or the socket failed */
	bool blocked;			/* waiting for EV_WRITE */
	bool running;			/* conn_run is on the stack */
	bool kicked;			/* on_event is queued */
	bool keep_alive;		/* after this answer */
	struct httpd_parser parser;
};

struct exchange {
	struct conn *conn;		/* NULL once the server was freed */
	struct httpd_request *req;
	void (*on_close)(struct exchange *, void *arg);
	void *on_close_arg;
	bool streaming;
	bool chunked;
	bool closing;			/* on_close is running: answers are ignored */
};

/* httpd_conn.c */
void conn_new(struct httpd *, int fd, const struct sockaddr *peer);
void conn_watch(struct conn *, bool write);	/* what its event waits for besides reading */
void conn_answered(struct conn *);		/* the exchange is over, its answer sent or queued */
void conn_kick(struct conn *);			/* looks at the connection again, from the loop */
void conn_expire(struct conn *);		/* its deadline has passed */
void conn_drain(struct conn *);			/* serves what has arrived, then closes; from the loop */
void conn_reset(struct conn *);			/* closes with RST; no exchange is open any more */
void conn_discard(struct conn *);		/* httpd_free: ends it, telling an open exchange */
void conn_free(struct conn *);			/* a dead one */

/* httpd_io.c */
void conn_send(struct conn *, struct iovec *, int count);	/* what the socket doesn't take is queued */
size_t conn_unsent(const struct conn *);
bool conn_push(struct conn *);			/* sends from the queue what the socket takes; true when that was something */
/* One read into the server's buffer: the number of bytes, 0 at the end, -1 when there is nothing for now.
 * *ret_empty: that was all that the socket had. */
ssize_t conn_receive(struct conn *, bool *ret_empty);

/* httpd_exchange.c */
struct exchange *exchange_new(struct conn *, struct httpd_request *);
void exchange_free(struct exchange *);
void exchange_lost(struct exchange *);		/* calls on_close and frees it */
/* An answer of the server itself, on a connection without exchange. */
void httpd_send_fault(struct conn *, int status, const char *reason);

/* httpd.c */
void httpd_clock(struct conn *, enum conn_clock);
void httpd_dead(struct conn *);			/* off its clock, to the reaper */

#endif
