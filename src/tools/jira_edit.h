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
};

struct edit {
	struct edit_field list[EDIT_MAX_FIELDS];
	size_t count;
};

/* Adds one field, given by name with a person's value, to the edit. A field named twice is an error. Parks. */
int edit_add(struct call *, struct site *, struct edit *, const char *name, json *value) ATTR_MUST;
/* All members of an object; NULL adds none. */
int edit_add_all(struct call *, struct site *, struct edit *, json *object) ATTR_MUST;
/* Convenience for typed arguments; a NULL value adds nothing. */
int edit_add_text(struct call *, struct site *, struct edit *, const char *name, const char *value) ATTR_MUST;
int edit_add_list(struct call *, struct site *, struct edit *, const char *name, char **values) ATTR_MUST;

/* "fields":{...} of the request, as a member of the open object. */
void edit_write(const struct edit *, struct jw *);
/* The ids, comma-separated, for reading the same fields. */
const char *edit_ids(struct call *, const struct edit *);

/* Whether the site's value is the one that was sent: ids and names compare, order of lists does not count. */
bool edit_covers(struct call *, const struct site *, json *sent, json *have, const struct field *);

/*
 * Says "Field: before -> after" for each field that changed. A field whose value is not
 * the one that was sent makes this -1 with ERR_IGNORED, naming them all; what was done
 * is said in the message (done, e.g. "OPS-7 was updated").
 */
int edit_report(struct call *, const struct site *, const struct edit *, json *before, json *after, const char *done) ATTR_MUST;

#endif
