/* Operations on many issues at once: each is the request for one of them, made again and again. */
#ifndef SANDBOX_SB_BULK_H
#define SANDBOX_SB_BULK_H

#include "sandbox/sb_handlers.h"

enum { SB_MAX_BULK = 1000 };

/* One of Cloud's bulk operations. It is carried out when it is submitted; the first question about it is told "running". */
struct sb_task {
	int64_t id, at_ms;
	int by;
	int64_t *done;			/* ids of issues */
	size_t done_count;
	struct {
		int64_t id;
		const char *why;
	} *failed;
	size_t failed_count, hidden, total, asked;
};

/* Runs a handler as if a request for this issue had come. body NULL: none. NULL: it was good, else what it said. */
const char *sb_bulk_one(struct sb_rq *, sb_handler *, const char *method, const char *key, json *body);

/* Begins a task; ends it with the answer. */
struct sb_task *sb_task_new(struct sb_rq *);
void sb_task_note(struct sb_rq *, struct sb_task *, const struct sb_issue *, const char *why);	/* why NULL: done */
/* Runs the handler for each issue of a list of ids or keys. */
void sb_task_each(struct sb_rq *, struct sb_task *, json *list, sb_handler *, const char *method, json *body);
void sb_task_answer(struct sb_rq *, const struct sb_task *);

/* The issues that a list names; each at most once. false: it is none, too long, or names nothing, and the request is answered. */
bool sb_bulk_list(struct sb_rq *, json *list);
void sb_bulk_refuse(struct sb_rq *, int status, const char *message);	/* in the words of this API */
const struct sb_issue *sb_bulk_issue(struct sb_rq *, json *id_or_key);		/* NULL: not to be seen */

#endif
