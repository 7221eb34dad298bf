/* Boards and sprints of the site: /rest/agile/1.0. Inside of sb_agile*.c. */
#ifndef SANDBOX_SB_AGILE_H
#define SANDBOX_SB_AGILE_H

#include "sandbox/sb_rq.h"

enum { SB_FILTER_SHOP = 10001, SB_FILTER_OPS = 10002, SB_MAX_MOVED = 50 };

/* What {} stands for; NULL and the request failed when there is none for this person. */
struct sb_board *sb_segment_board(struct sb_rq *, size_t segment);
struct sb_sprint *sb_segment_sprint(struct sb_rq *, size_t segment);
struct sb_board *sb_board_by_id(const struct sb_site *, int64_t id);		/* NULL: none or deleted */

/* Issues of a board's filter and of ?jql=, in its order. -1 after sb_fail. */
int sb_board_issues(struct sb_rq *, const char *filter, const struct sb_issue ***ret, size_t *ret_n) ATTR_MUST;
/* A page of issues as the agile API answers. */
void sb_put_agile_issues(struct sb_rq *, const struct sb_issue **, size_t n);
/* "issues": ["OPS-1", ...] of the body: at most SB_MAX_MOVED that this person sees. NULL after sb_fail. */
struct sb_issue **sb_take_issues(struct sb_rq *, size_t *ret_n);
/* {"rankBeforeIssue"} or {"rankAfterIssue"}: puts them there. false after sb_fail. */
bool sb_rank(struct sb_rq *, struct sb_issue **, size_t n, bool needed);

#endif
