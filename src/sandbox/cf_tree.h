/* Work that the real thing does later: a job with an id to ask for. */
#ifndef SANDBOX_CF_TREE_H
#define SANDBOX_CF_TREE_H

#include "sandbox/sb_rq.h"

/* Returns the id. result: a conversion's answer as JSON text; NULL: a long task that has ended. name is not copied. */
const char *cf_job_add(struct sb_rq *, const char *name, int64_t target, const char *result);

#endif
