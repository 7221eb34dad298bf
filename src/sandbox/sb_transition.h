/* Transitions of an issue, as a JSON array. */
#ifndef SANDBOX_SB_TRANSITION_H
#define SANDBOX_SB_TRANSITION_H

#include "sandbox/sb_rq.h"

void sb_put_transitions(struct sb_rq *, const struct sb_issue *, bool with_fields);

#endif
