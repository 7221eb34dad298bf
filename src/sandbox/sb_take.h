/*
 * Values that a client sends, into the site's: each kind says in Jira's words what is
 * wrong with a value that it can't take. Nothing is written here; sb_issue.c does,
 * when every field was good.
 */
#ifndef SANDBOX_SB_TAKE_H
#define SANDBOX_SB_TAKE_H

#include "sandbox/sb_rq.h"

/* A draft: what an issue will be once the request turns out good. */
struct sb_draft {
	int project;			/* -1: not known */
	int64_t type;			/* 0: not known */
	const struct sb_issue *old;	/* NULL: a new issue */
	struct sb_value value[SB_FIELDS];
	bool touched[SB_FIELDS];
};

void sb_draft_init(struct sb_draft *, const struct sb_issue *old);
/* "fields": {...} and "update": {...} of a body, for fields of these screens. Faults are on the request.
 * Comments, links and work logs in "update" are left to sb_take_extras. */
void sb_take_fields(struct sb_rq *, struct sb_draft *, unsigned screen);
/* Required fields that are still empty, on these screens. */
void sb_take_required(struct sb_rq *, const struct sb_draft *, unsigned screen);
/* What a body adds beside fields; call with issue NULL first, to check only. */
void sb_take_extras(struct sb_rq *, struct sb_issue *issue);
void sb_draft_store(struct sb_rq *, const struct sb_draft *, struct sb_issue *, struct sb_change *);

/* A user as {"accountId"} or {"name"}; -1: none, after sb_refuse(field). null gives -2. */
int sb_take_person(struct sb_rq *, const char *field, json *);
/* A text as the request's API has it; NULL after sb_refuse(field). In the site's arena. */
const char *sb_take_doc(struct sb_rq *, const char *field, json *);
int64_t sb_take_span(const char *);		/* "1d 4h 30m" in seconds; -1: no time */

#endif
