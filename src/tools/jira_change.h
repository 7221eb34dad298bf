/*
 * Changes of plain members of an object (a version, a component, a project ...): one table is the
 * request's members, the announcement of a dry run, and the comparison with what the site has afterwards.
 */
#ifndef TOOLS_JIRA_CHANGE_H
#define TOOLS_JIRA_CHANGE_H

#include "atlassian/jira.h"
#include "tools/jira_body.h"
#include "tools/out.h"

enum change_kind { CHANGE_TEXT, CHANGE_BOOL, CHANGE_NUMBER, CHANGE_DATE /* "" is sent as null */ };

struct change {
	const char *label;		/* for people */
	const char *member;		/* of the request; NULL: told, not sent */
	const char *path;		/* in the site's answer; NULL: the member */
	const char *wanted;		/* NULL: not asked for; "": to be cleared; "true" or "false" for CHANGE_BOOL */
	enum change_kind kind;
	const char *shown;		/* what people call wanted (a name for an id), else NULL */
	const char *shown_path;		/* and where the answer has such words */
	bool in_title;			/* of what is made: the first line of the answer says it, so it is only compared */
};

/* The members that are asked for, into the open object. */
void change_write(const struct change *, size_t n, struct jw *);
size_t change_count(const struct change *, size_t n);
/* "Label: before -> wanted" for each; before NULL: "Label: wanted". Of a long text only its length. */
void change_announce(struct call *, const struct change *, size_t n, json *before);
/* "Label: before -> after"; what the site did not take over makes this -1 with ERR_IGNORED. done: "Version 4.2 was updated". */
int change_report(struct call *, const struct change *, size_t n, json *before, json *after, const char *done) ATTR_MUST;
/* Whether all are so already. */
bool change_is_so(struct call *, const struct change *, size_t n, json *before);

/* Whether text (NULL: not given) is one of the words; the error names them. */
int change_word(struct call *, const char *name, const char *text, const char *words) ATTR_MUST;

#endif
