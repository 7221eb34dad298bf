/* The seed: makes the company of about 200 issues, their history and talk, the same for a seed and a now. */
#ifndef SANDBOX_SB_SEED_H
#define SANDBOX_SB_SEED_H

#include "sandbox/sb_model.h"

void sb_seed_attachments(struct sb_site *);
void sb_seed(struct sb_site *);

#endif
