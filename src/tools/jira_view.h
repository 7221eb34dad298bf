/* How Jira's objects look in an answer. */
#ifndef TOOLS_JIRA_VIEW_H
#define TOOLS_JIRA_VIEW_H

#include "atlassian/fields.h"
#include "atlassian/issues.h"
#include "tools/out.h"

/* The fields that a list of issues shows, as the comma-separated list for the request. */
extern const char jira_list_fields[];

/* The extra columns that were asked for by name (NULL-terminated; may be NULL) and are not shown anyway. Parks. */
enum { VIEW_MAX_EXTRA = 4 };
int view_extra_fields(struct call *, struct site *, char **names, const struct field **extra, size_t *ret_count) ATTR_MUST;

/* Begins a table of issues: the daily columns, and one more for each extra field. */
void view_issue_table(struct out *, const struct field *const *extra, size_t extra_count);
void view_issue_row(struct call *, const struct site *, json *issue, const struct field *const *extra, size_t extra_count);

/* A page of a list of the boards' API as a table. Parks. */
struct agile_list {
	const char *path, *jql;		/* "board/1/issue" */
	char **fields;			/* extra columns by name; may be NULL */
	const char *page_token;		/* NULL: the first page */
	int64_t start_at, limit;
};
int view_agile_issues(struct call *, struct site *, const struct agile_list *) ATTR_MUST;

/* The whole issue as /issue/{key}?expand=names,schema gives it. */
void view_issue(struct call *, const struct site *, json *issue, int64_t comment_limit);
/* The newest comments last; total is how many the issue has. */
void view_comments(struct call *, const struct site *, json *comments, int64_t limit, int64_t total);

/* "2026-11-20" of a timestamp; NULL when it is none. */
const char *view_date(struct arena *, const char *timestamp);
const char *view_datetime(struct arena *, const char *timestamp);

#endif
