/* The way of a request through the site: authentication, route, handler, error body. */
#ifndef SANDBOX_SB_ROUTE_H
#define SANDBOX_SB_ROUTE_H

#include "sandbox/sb_rq.h"

struct sb_access {
	bool anonymous_failures;	/* wrong credentials count as none and reads go on without: what Cloud really does */
};

/* Fills in the answer of rq, whose "in" part is set. */
void sb_answer(struct sb_rq *, const struct sb_access *);
/* Who asks by the Authorization header; -1: nobody, wrong or missing. */
int sb_login(const struct sb_rq *);

#endif
