/* One step of a repair: between repair.c and repair_rules.c only. */
#ifndef QUERY_REPAIR_RULES_H
#define QUERY_REPAIR_RULES_H

#include "query/repair.h"

struct repair_spot {			/* the fault among the tokens */
	const struct token *v;
	size_t n, i;		/* v[i] is the first token at or after the fault; v[n] is T_END */
};

/* Applies the first rule that fits the fault; false when none does. */
bool repair_step(struct repair *, const struct repair_spot *);

#endif
