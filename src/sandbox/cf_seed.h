/* The seed of the wiki: spaces, some sixty pages and posts, and what hangs on them. The same for the same site. */
#ifndef SANDBOX_CF_SEED_H
#define SANDBOX_CF_SEED_H

#include "sandbox/cf_model.h"

void cf_seed(struct cf_wiki *);

#endif
