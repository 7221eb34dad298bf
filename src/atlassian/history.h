/*
 * The history of issues: which field was changed from what to what, by whom, when. Cloud gives it for many issues at once,
 * Data Center with the issues of a search. What a field held at a moment is found backwards from what it holds now, so a
 * history that was cut at its far end still answers for the near one.
 */
#ifndef ATLASSIAN_HISTORY_H
#define ATLASSIAN_HISTORY_H

#include "atlassian/issues.h"

struct change {
	int64_t at;			/* wall ms */
	const char *field, *field_id;	/* name as the log has it; field_id NULL on Data Center */
	const char *from, *from_text, *to, *to_text;	/* ids and words; NULL: empty */
	const char *who;
};

struct history {
	struct change *v;		/* oldest first */
	size_t n;
};

/* A field whose changes count. */
struct track {
	const char *id, *name;		/* "customfield_10020", "Sprint" */
	bool words;			/* values are the words, not the ids */
};

/* histories: the array of {created, author, items}. Pure. */
void history_parse(struct arena *, json *histories, struct history *ret);

/*
 * The histories of issues that were read with ISSUES_CHANGELOG, in the same order. field_ids: only these, comma-separated,
 * at most ten; NULL: all. Parks on Cloud.
 */
int history_load(struct call *, struct site *, const struct issues *, const char *field_ids, struct history **ret) ATTR_MUST;

bool history_concerns(const struct change *, const struct track *);
/* What the field held at that moment, when now it holds current. NULL: nothing. Pure. */
const char *history_at(const struct history *, const struct track *, const char *current, int64_t at);

#endif
