/* Repair of a query that does not parse. Inside query/ only. */
#ifndef QUERY_REPAIR_H
#define QUERY_REPAIR_H

#include "query/lex.h"

enum { REPAIR_MAX_TEXT = 8 * 1024, REPAIR_MAX_STEPS = 24 };

struct repair {
	struct arena *arena;
	enum query_lang lang;
	char *text;		/* as far as repaired */
	size_t len;
	struct buf notes;	/* what was done, sentences with a space before each but the first */
	struct query q;		/* when parsed */
	bool parsed;
	bool changed;
};

/* Repairs until the text parses or no rule fits. Release with repair_release. */
void repair_run(struct repair *, struct arena *, enum query_lang, const char *text, size_t len);
void repair_release(struct repair *);
void repair_note(struct repair *, const char *fmt, ...) ATTR_PRINTF(2, 3);	/* each sentence once */

#endif
