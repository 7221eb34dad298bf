/*
 * Jira's fields: known by name, shown as words, set from words. The list of fields is
 * asked once per process and site. Names match in any letter case: exact id or name,
 * then a unique prefix, then an error with the nearest.
 */
#ifndef ATLASSIAN_FIELDS_H
#define ATLASSIAN_FIELDS_H

#include "atlassian/jira.h"

struct field {
	const char *id;		/* "summary", "customfield_10016" */
	const char *name;	/* "Summary", "Story Points" */
	const char *type;	/* schema.type: string, number, option, array, user, ... */
	const char *items;	/* of an array */
	const char *custom;	/* schema.custom, the part after the last ':'; NULL for system fields */
};

/* Both park the first time. *ret lives as long as the site. */
int fields_find(struct call *, struct site *, const char *name, const struct field **ret) ATTR_MUST;
int fields_load(struct call *, struct site *) ATTR_MUST;
/* The field of a custom type, e.g. "gh-epic-link"; *ret NULL when the site has none. Parks the first time. */
int fields_find_custom(struct call *, struct site *, const char *custom, const struct field **ret) ATTR_MUST;
/* The names of all fields, for hints; none before they were loaded. */
const char *const *fields_names(const struct site *, struct arena *, size_t *ret_count);
const struct field *fields_by_id(const struct site *, const char *id);	/* NULL when unknown or not loaded */

/*
 * Writes the value that a person gave as the JSON that the field takes: a name for an
 * option, a display name for a user, "a, b" or an array for a list, null to clear. An
 * object is passed through as it is. Parks for users and mentions.
 */
int field_write(struct call *, struct site *, const struct field *, json *value, struct jw *) ATTR_MUST;

/* A field's value as words; NULL for null, empty, and values that say nothing to a reader (ranks, internal blobs).
 * type may be NULL. */
const char *field_text(struct call *, const struct site *, json *value, const struct field *type);

#endif
