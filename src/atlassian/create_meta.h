/*
 * What may be set where: the issue types of a project, and the fields of its create and
 * edit screens with their allowed values. Asked once per project and type and kept
 * (atlassian/cache.h) until the site refuses a write.
 */
#ifndef ATLASSIAN_CREATE_META_H
#define ATLASSIAN_CREATE_META_H

#include "atlassian/fields.h"

/* The types in which this account may create issues of the project, an array. Parks. */
int meta_types(struct call *, struct site *, const char *project, json **ret) ATTR_MUST;
/* One of them by id or name (localised or not); the error names those that there are. Parks. */
int meta_type(struct call *, struct site *, const char *project, const char *text, json **ret) ATTR_MUST;
/* The fields of the create screen. Parks. */
int meta_create(struct call *, struct site *, const char *project, const char *type_id, json **ret) ATTR_MUST;
/* The create screens of all types at once (of the first META_MAX_TYPES). Parks. */
enum { META_MAX_TYPES = 40 };
struct meta_screen {
	const char *type, *type_id;
	json *fields;
};
int meta_create_all(struct call *, struct site *, const char *project, struct meta_screen **ret, size_t *ret_count) ATTR_MUST;
/* The fields that may be edited on the issue now; project and type (ids and names as Jira gives them) are told
 * when they are wanted. Kept by project and type. Parks. */
struct meta_issue {
	const char *project, *type, *type_id;
	bool kept;		/* the screen was not asked for now */
};
int meta_edit(struct call *, struct site *, const char *issue_key, struct meta_issue *ret_issue, json **ret) ATTR_MUST;

/* A field of such a screen, by id; its id, whichever of Jira's shapes it has. */
json *meta_field(json *screen, const char *id);
const char *meta_field_id(const struct json_iter *);
/* As the codec wants it. */
struct field meta_as_field(const struct json_iter *);

#endif
