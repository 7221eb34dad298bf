/*
 * The side door, for tests: what was asked, and what shall go wrong next.
 *	POST /__sandbox/faults	{"next": [{"match","fault","times","ms","retry_after"}], "spec": "429:0.1", "clear": true}
 *	GET /__sandbox/log	{"count", "counts": [{"method","path","count"}], "requests": [newest SB_LOG_SIZE]}
 *	DELETE /__sandbox/log	forgets them
 *	GET /__sandbox/state	{"issues","comments", ...}
 * It wants the main account's credentials (or its token as Bearer) and never shows in the log.
 */
#ifndef SANDBOX_SB_DOOR_H
#define SANDBOX_SB_DOOR_H

#include "sandbox/sb_fault.h"

enum { SB_LOG_SIZE = 1000 };

struct sb_seen {
	char method[8];
	char path[256];		/* cut */
	int status;		/* 0: none was sent */
	const char *fault;	/* NULL: none; a constant or of the log's arena */
};

struct sb_log {
	struct arena *arena;
	struct sb_seen *seen;	/* a ring of SB_LOG_SIZE */
	size_t count;		/* ever */
};

void sb_log_init(struct sb_log *, struct arena *);
void sb_log_add(struct sb_log *, const char *method, const char *path, int status, const char *fault);

bool sb_is_door(const char *path);
void sb_door(struct sb_rq *, struct sb_faults *, struct sb_log *);

#endif
