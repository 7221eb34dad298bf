/*
 * Jira's fields: known by name, shown as words, set from words. The list of fields is
 * asked once per process and site. Names match in any letter case, as the site shows them
 * to this account, untranslated, or as JQL calls them: exact id or name, then a
 * unique prefix, then an error with the nearest.
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
	const char *untranslated;	/* the name before the site's translation; may be NULL */
	const char *const *clauses;	/* what JQL calls it; NULL-terminated, may be NULL */
};

/* Both park the first time. *ret lives as long as the site. */
int fields_find(struct call *, struct site *, const char *name, const struct field **ret) ATTR_MUST;
int fields_load(struct call *, struct site *) ATTR_MUST;
/* The next look asks the site again: a field was created, or one that is known turned out to be unknown. */
void fields_forget(struct site *);
/* All fields that fit the name equally well, best way first: id, name, JQL's name, prefix. Loads nothing, does not park. */
size_t fields_match(struct call *, const struct site *, const char *name, const struct field **ret, size_t max);
/* The field of a custom type, e.g. "gh-epic-link"; *ret NULL when the site has none. Parks the first time. */
int fields_find_custom(struct call *, struct site *, const char *custom, const struct field **ret) ATTR_MUST;
/* The names of all fields, for hints; none before they were loaded. */
const char *const *fields_names(const struct site *, struct arena *, size_t *ret_count);
const struct field *fields_by_id(const struct site *, const char *id);	/* NULL when unknown or not loaded */

/*
 * Writes the value that a person gave as the JSON that the field takes: a name for an
 * option, "A > B" for a cascading one, a display name for a user, "a, b" or an array for a list, "next friday" for a
 * date, "active" for a sprint, "3h 30m" for time tracking, null to clear, and "none" where that can be no value. An object is
 * passed through as it is.
 *
 * place says where the field stands, if that is known: with its entry of the create or edit metadata, names are looked up
 * among the allowed values (localised or not, unique prefix) and sent by id. ERR_INPUT says what the field takes, with the first 20
 * allowed values and how many more there are. Parks for users, mentions, sprints, epics by title, teams and assets.
 */
struct field_place {
	const char *project;	/* key; NULL: unknown */
	json *meta;		/* the field's entry of the metadata; NULL: unknown */
};
int field_write_at(struct call *, struct site *, const struct field *, const struct field_place *, json *value, struct jw *) ATTR_MUST;
int field_write(struct call *, struct site *, const struct field *, json *value, struct jw *) ATTR_MUST;
/* Whether the field takes one of a given list of values, so that the metadata is worth asking for. */
bool field_is_choice(const struct field *);
/* What a value of the field names that lies in a project of its own: the fence is asked for each (field_things.h). */
enum field_thing { NO_THING, AN_ISSUE, A_SPRINT };
enum field_thing field_names(const struct field *);
/* What the field takes, for people: "a number, such as 3 or 2.5"; and the allowed values of its metadata, "A, B, C and 5 more"
 * (NULL: it states none). */
const char *field_shape(const struct field *);
const char *field_allowed(struct call *, json *meta);
/* What was written by id, as words of the metadata: "Data", "Europe > Norway", "A, B"; NULL when it is no such thing. */
const char *field_chosen(struct call *, json *meta, json *written);

/* A field's value as words; NULL for null, empty, issues outside the fence, and values that say nothing to a reader (ranks, internal blobs).
 * type may be NULL. */
const char *field_text(struct call *, const struct site *, json *value, const struct field *type);

#endif
