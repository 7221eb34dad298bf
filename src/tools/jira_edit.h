/*
 * What the Jira tools that write share: fields by name into a request, and the
 * comparison of what was asked with what the site has afterwards.
 */
#ifndef TOOLS_JIRA_EDIT_H
#define TOOLS_JIRA_EDIT_H

#include "atlassian/fields.h"
#include "tools/out.h"

enum { EDIT_MAX_FIELDS = 64 };

struct edit_field {
	const struct field *field;
	json *sent;		/* what the request says */
	const char *given;	/* what the caller said, or is copied, for a list of changes before they are made; NULL for objects */
};

struct edit {
	struct edit_field list[EDIT_MAX_FIELDS];
	size_t count;
	/* where, see edit_for_issue and edit_for_create */
	const char *issue, *project, *type, *type_id;
	bool subtask, asked, kept;	/* kept: the screen may be older than a value */
	json *screen;		/* create or edit metadata, once it was wanted */
};

/*
 * Says where the fields stand, before any is added; optional, but only then are values checked and found among the allowed ones
 * of the create or edit screen, equal names told apart by what is on it, and epics and parents put where the deployment wants them.
 * edit_for_create adds project and issue type to the edit; a type that the project does not have is an error that names
 * those it has; parks. edit_for_issue asks nothing yet: the screen is asked for by the first field that needs it.
 */
void edit_for_issue(struct edit *, const char *issue_key);
int edit_for_create(struct call *, struct site *, struct edit *, const char *project, const char *type) ATTR_MUST;

/* Adds one field, given by name with a person's value, to the edit. A field named twice is an error. Parks. */
int edit_add(struct call *, struct site *, struct edit *, const char *name, json *value) ATTR_MUST;
/* All members of an object; NULL adds none. */
int edit_add_all(struct call *, struct site *, struct edit *, json *object) ATTR_MUST;
/* Convenience for typed arguments; a NULL value adds nothing. */
int edit_add_text(struct call *, struct site *, struct edit *, const char *name, const char *value) ATTR_MUST;
int edit_add_list(struct call *, struct site *, struct edit *, const char *name, char **values) ATTR_MUST;

/* "fields":{...} of the request, as a member of the open object. */
void edit_write(const struct edit *, struct jw *);
/* The body of a request that only sets the fields; NULL with ERR_TOO_LARGE in the call. */
const char *edit_request(struct call *, const struct edit *);
/*
 * After the site refused the request: adds to the error what the named fields take and which values are allowed, asking anew.
 * Always -1: return edit_refused(...).
 */
int edit_refused(struct call *, struct site *, const struct edit *);
/* "Field: before -> wanted" for each field, for a dry run, or that it stays; before may be NULL. */
void edit_announce(struct call *, const struct site *, const struct edit *, json *before);
/* The ids, comma-separated, for reading the same fields. */
const char *edit_ids(struct call *, const struct edit *);

/* Whether the site's value is the one that was sent: ids and names compare, order of lists does not count. */
bool edit_covers(struct call *, const struct site *, json *sent, json *have, const struct field *);

bool edit_has(const struct edit *, const char *field_id);
/* "Resolution (it is Fixed), Team (it is empty)": the fields that an issue, as read, has otherwise than they were sent; NULL: none. */
const char *edit_differing(struct call *, const struct site *, const struct edit *, json *issue);

/*
 * Says "Field: before -> after" for each field that changed. A field whose value is not
 * the one that was sent makes this -1 with ERR_IGNORED, naming them all; what was done
 * is said in the message (done, e.g. "OPS-7 was updated").
 */
int edit_report(struct call *, const struct site *, const struct edit *, json *before, json *after, const char *done) ATTR_MUST;

#endif
