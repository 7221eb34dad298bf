/* The body of a request that logs work; used by the tools that log work beside what else they do. */
#ifndef TOOLS_JIRA_WORKLOG_H
#define TOOLS_JIRA_WORKLOG_H

#include "atlassian/jira.h"

struct worklog_text {
	const char *time_spent;		/* "1h 30m"; NULL: not in the request */
	const char *started;		/* as when_moment takes it; NULL: not in the request, which means now */
	const char *comment;		/* Markdown; may be NULL */
	json *keep;			/* a work log whose visibility stays; may be NULL */
};

/* A JSON object; NULL with ERR_INPUT in the call. Parks for mentions. */
const char *worklog_request(struct call *, struct site *, const struct worklog_text *);

/* "the time spent (it is 1h)": what a written work log does not have as asked for; NULL: all is so. */
const char *worklog_not_so(struct call *, struct site *, const struct worklog_text *, json *log);

#endif
