/*
 * What JQL's callbacks share: the search in progress, and how the site's things look
 * as values of JQL: {id, text, alias}; ids are compared where both sides have one.
 */
#ifndef SANDBOX_SB_FINDER_H
#define SANDBOX_SB_FINDER_H

#include "query/eval.h"
#include "sandbox/sb_rq.h"

/* Beside the fields of the table. */
enum { J_KEY = SB_FIELDS, J_TEXT, J_STATUS_CATEGORY, J_VOTER, J_WORKLOG_AUTHOR, J_WORKLOG_DATE, J_CATEGORY, J_COUNT };

struct jql_row {
	struct jql_field field;
	int no;			/* sb_field_no or J_... */
};

struct finder {
	struct sb_rq *rq;
	struct jql_row row[J_COUNT];
};

const char *sb_number_text(struct finder *, int64_t n);
void sb_add_person(struct finder *, struct jql_values *, int who);
void sb_add_people(struct finder *, struct jql_values *, uint32_t set);
void sb_add_issue(struct finder *, struct jql_values *, const struct sb_issue *);	/* accepts NULL */
void sb_add_project(struct finder *, struct jql_values *, int project);
void sb_add_named(struct finder *, struct jql_values *, enum sb_catalogue, const struct sb_named *);	/* accepts NULL */
void sb_add_sprint(struct finder *, struct jql_values *, const struct sb_sprint *);

/* Appends what a function stands for: 0; -1 with e set when its arguments are wrong; 1: there is no such function. */
int sb_jql_function(struct finder *, const char *name, const char *const *args, size_t n, struct jql_values *, struct err *e);

#endif
