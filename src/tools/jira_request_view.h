/* How Service Management's objects look in an answer. */
#ifndef TOOLS_JIRA_REQUEST_VIEW_H
#define TOOLS_JIRA_REQUEST_VIEW_H

#include "atlassian/desk.h"
#include "tools/out.h"

/* A requestFieldValue as words; NULL when empty. Wiki texts become Markdown. */
const char *view_request_value(struct call *, const struct site *, json *field);
/* One line on an SLA: "2h 5m left of 4h, until 2026-11-20 10:00". */
const char *view_sla(struct call *, json *sla);
/* "pending (Ada Brandt: approved, Priya Nair: pending)" */
const char *view_approval(struct call *, json *approval);
/* Names of users, comma-separated; NULL for none. */
const char *view_people(struct call *, json *users);
/* The newest of a list of CommentDTO in any order. */
void view_request_comments(struct call *, const struct site *, json *comments, size_t limit, bool all);

#endif
