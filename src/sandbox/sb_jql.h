/* The site as a source for JQL: its fields, values, names, history and functions. */
#ifndef SANDBOX_SB_JQL_H
#define SANDBOX_SB_JQL_H

#include "query/eval.h"
#include "sandbox/sb_rq.h"

/* The issues that fit and that this person may see, in order. -1 after sb_fail with Jira's message. */
int sb_find(struct sb_rq *, struct jql *, const struct sb_issue ***ret, size_t *ret_n) ATTR_MUST;

#endif
