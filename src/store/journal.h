/*
 * The journal: every write to Atlassian, recorded before it is sent. SQLite (WAL,
 * synchronous FULL) in the state directory, mode 0600, opened on the first write.
 * A write whose intent can't be recorded is not sent.
 *
 * States: intent (recorded, perhaps sent) -> done | failed (certainly not executed)
 * | unknown (may have been executed). An intent left by a crash counts as unknown.
 * Functions here never park; each is one transaction.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/arena.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct journal;

enum journal_state { JOURNAL_INTENT, JOURNAL_DONE, JOURNAL_FAILED, JOURNAL_UNKNOWN };
const char *journal_state_name(enum journal_state);

struct journal_entry {
	const char *id;		/* given by the caller, unique */
	int64_t at_ms;		/* wall clock */
	const char *principal, *tool, *site;
	const char *method, *path, *body;
	const char *target;	/* key or id that is written; NULL for a creation until its outcome */
	const char *before;	/* JSON of what will change; may be NULL */
	enum journal_state state;
	const char *outcome;	/* JSON or message; NULL while intent */
};

struct journal *journal_new(const char *dir);	/* opens nothing yet; dir may be NULL (no home) */
void journal_free(struct journal *);

int journal_intend(struct journal *, const struct journal_entry *, struct err *) ATTR_MUST;
int journal_settle(struct journal *, const char *id, enum journal_state, const char *target, const char *outcome,
    struct err *) ATTR_MUST;
/* The newest entries first, at most max. Texts in the arena. */
int journal_list(struct journal *, struct arena *, size_t max, struct journal_entry **ret, size_t *ret_count,
    struct err *) ATTR_MUST;

#endif
