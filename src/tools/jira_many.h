/*
 * One change for many issues: choosing them by keys or JQL, doing it through Cloud's bulk operations or several at once,
 * and saying what became of each. What could not be done in time is named so that the same tool can be called with it.
 */
#ifndef TOOLS_JIRA_MANY_H
#define TOOLS_JIRA_MANY_H

#include "atlassian/fields.h"
#include "tools/out.h"

enum {
	MANY_MAX = 1000,
	MANY_RESERVE_MS = 8000,		/* kept of the call's time for reading back and the answer */
};

/* The parameters that choose them. */
#define MANY_ISSUES(st) \
	P_LIST(st, issue_keys, 0, .aliases = "keys,issues,issueIdsOrKeys", .max_len = MANY_MAX, .doc = NULL), \
	P_STR(st, jql, 0, .max_len = 20000, .doc = NULL)

enum many_state {
	MANY_LEFT,		/* not tried */
	MANY_DONE,
	MANY_PARTLY,		/* done, but for what says names */
	MANY_SAME,		/* nothing to do */
	MANY_FAILED,		/* certainly not done; says why */
	MANY_UNKNOWN,		/* may have been done; says why */
};

struct many_item {
	const char *key, *id;
	json *issue;		/* as chosen, with the fields asked for */
	json *after;		/* as read back; NULL: not read, or gone, which says tells */
	enum many_state state;
	enum err_kind kind;	/* of a failure */
	const char *says;	/* why it failed; of others what changed, may be NULL */
	const char *use;	/* the tool's own: a transition, a target */
	const char *lacks;	/* the tool's own: what a look right after the write did not find; NULL: nothing */
};

struct many {
	struct call *call;
	struct site *site;
	struct many_item *list;
	size_t count, next;
	const char *doing;	/* "edit", for messages: "the edit of OPS-7" */
	int (*one)(struct call *, struct many *, struct many_item *);	/* of many_each: 0, or -1 with the call's error */
	void *arg;
	bool stop;		/* the site refuses everything now: the rest is left */
	const char *task;	/* a bulk operation that was still running when time was up */
};

/*
 * Fills m from keys (or ids, links), else from all issues that the query finds; exactly one of them is given. fields: what is read of each,
 * beside project and summary. Issues that can't be seen, or lie outside of the fence, are MANY_FAILED when named and left out when found.
 * ERR_INPUT when there are more than MANY_MAX. Parks.
 */
int many_choose(struct call *, struct site *, char **keys, const char *jql, const char *fields, struct many *) ATTR_MUST;

/* The answer when a query found none: 0. */
int many_none(struct call *);

void many_fail(struct many_item *, enum err_kind, const char *why);
/* What the site accepted and did not take over, "Team (it is Web)", and what it did, "Priority: Low -> High"; done may be NULL. */
void many_ignored(struct call *, struct many_item *, const char *done, const char *missing);
/* The items in this state. */
size_t many_in(const struct many *, enum many_state);

/*
 * Runs m->one for all that are MANY_LEFT, several at once, until time is nearly up. In a dry run each notes its request and
 * this is -1 (ERR_DRY_RUN). -1 also when the call was cancelled before anything was done. Parks.
 */
int many_each(struct many *) ATTR_MUST;

/*
 * Cloud: sends one bulk operation for all that are MANY_LEFT (its body says so) and waits for its end, or sets m->task. The
 * journal keeps the fields that they were chosen with. Parks.
 */
int many_submit(struct many *, const char *path, const char *body) ATTR_MUST;

/* Reads the done ones again, many in a request; 1 when the call was cancelled meanwhile, and what is known has to do. Parks. */
int many_read_back(struct many *, const char *fields) ATTR_MUST;
/* Any issues by key or id, in their order; NULL for those that can't be seen. Parks. */
int many_read(struct call *, struct site *, const char *const *keys, size_t count, const char *fields, json **ret) ATTR_MUST;

/*
 * The answer: "Edited 3 of 4 issues, 1 in part.", then a line for each, failures first, and how to go on. -1 when not one was done whole
 * and something failed: the error names all.
 */
int many_report(struct many *, const char *done) ATTR_MUST;

/* ["OPS-1",...] of all that are MANY_LEFT. */
void many_write_keys(const struct many *, struct jw *);

#endif
