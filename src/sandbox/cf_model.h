/*
 * What the wiki of the sandbox knows: spaces and what is in them. Pages, blog posts,
 * folders, comments and attachments are one struct with versions, because Confluence
 * treats them as one thing ("content"). Bodies are storage format, kept byte for byte
 * as they were sent.
 *
 * People and their tokens are the company's (sb_company.h). Everything lives in the
 * site's arena until the sandbox stops.
 */
#ifndef SANDBOX_CF_MODEL_H
#define SANDBOX_CF_MODEL_H

#include "sandbox/sb_model.h"

enum {
	CF_MAX_CONTENT = 20000,		/* creating more is refused */
	CF_MAX_BODY = 2 << 20,		/* bytes of a body */
	CF_MAX_TITLE = 255,
	CF_GROUPS = 4,
};

enum cf_type {
	CF_PAGE, CF_BLOGPOST, CF_FOLDER, CF_WHITEBOARD, CF_DATABASE, CF_EMBED, CF_COMMENT, CF_ATTACHMENT, CF_TYPES
};
enum { CF_IN_TREE = 1 << CF_PAGE | 1 << CF_FOLDER | 1 << CF_WHITEBOARD | 1 << CF_DATABASE | 1 << CF_EMBED };

enum cf_status { CF_CURRENT, CF_DRAFT, CF_ARCHIVED, CF_TRASHED, CF_PURGED };
enum cf_resolution { CF_OPEN, CF_REOPENED, CF_RESOLVED, CF_DANGLING };

struct cf_group {
	const char *name, *id;
	uint32_t members;		/* 1 << place in sb_people */
};
extern const struct cf_group cf_groups[CF_GROUPS];

struct cf_version {			/* its number is its place, from 1 */
	int64_t at_ms;
	int author;
	bool minor;
	const char *title, *message;
	const char *body;		/* storage; an attachment's bytes */
	size_t len;
	const char *media;		/* attachment */
};

struct cf_property {
	int64_t id, at_ms;
	const char *key, *value;	/* value: JSON text */
	int version, author;
};

struct cf_access {			/* empty: everybody who sees the space */
	uint32_t people, groups;
};

struct cf_space {
	int64_t id, created_ms;
	const char *key, *name, *about;
	bool personal, archived, deleted;
	int author;
	uint32_t visible;		/* 1 << place in sb_people */
	uint32_t watchers;
	struct cf_content *home;
	const char *label;		/* category; NULL: none */
};

struct cf_content {
	int64_t id, created_ms;
	enum cf_type type;
	enum cf_status status;
	struct cf_space *space;
	struct cf_content *parent;	/* in the tree; a comment's or attachment's container; NULL: top */
	struct cf_content *reply_to;	/* comment */
	int position;			/* among its siblings */
	int author, owner;
	bool live;			/* live doc */
	struct cf_version *version;
	size_t version_count;		/* at least 1 */
	const char **label;
	size_t label_count;
	struct cf_property *property;
	size_t property_count;
	uint32_t watchers, likes, favourites;
	struct cf_access read, update;
	uint32_t views, viewers;	/* counts */

	/* comment */
	bool in_line;
	const char *marker, *selection;	/* reference in the page's markers, and the marked text */
	enum cf_resolution resolution;
	int resolved_by;
	int64_t resolved_ms;

	const char *file_id, *remark;	/* attachment; remark may be NULL */
};

struct cf_task {
	int64_t id, created_ms, updated_ms, completed_ms, due_ms;	/* 0: not */
	struct cf_content *content;
	const char *local_id;		/* ac:task-id */
	const char *body;		/* storage */
	bool complete, gone;
	int author, assignee, completed_by;	/* -1: nobody */
};

struct cf_template {
	int64_t id;
	const char *name, *about, *body;
	struct cf_space *space;		/* NULL: of the whole site */
	const char *blueprint;		/* module key; NULL: a template people made */
	const char *label;
	bool deleted;
};

struct cf_job {				/* an asynchronous conversion or long task */
	const char *id, *result;	/* result: JSON text of a conversion, else NULL */
	const char *name;
	int64_t at_ms, target;
};

struct cf_wiki {
	struct sb_site *site;
	struct arena *arena;
	struct cf_space **space;
	size_t space_count;
	struct cf_content **content;	/* by id; purged ones stay */
	size_t content_count;
	struct cf_task **task;
	size_t task_count;
	struct cf_template **templates;
	size_t template_count;
	struct cf_job *job;
	size_t job_count;
	const char **label;		/* every name ever used; an id is its place */
	size_t label_count;
	int64_t next_id;
};

struct cf_wiki *cf_wiki_new(struct sb_site *);	/* seeded; in the site's arena */

struct cf_space *cf_space_add(struct cf_wiki *, const char *key, const char *name, int author);
struct cf_space *cf_space_by_key(const struct cf_wiki *, const char *key);	/* any letter case; NULL: none or deleted */
struct cf_space *cf_space_by_id(const struct cf_wiki *, int64_t id);
bool cf_space_visible(const struct cf_space *, int person);

struct cf_content *cf_by_id(const struct cf_wiki *, int64_t id);	/* NULL: none or purged */
struct cf_content *cf_by_text(const struct cf_wiki *, const char *id);	/* "123" or "att123" */
struct cf_content *cf_by_title(const struct cf_wiki *, const struct cf_space *, enum cf_type, const char *title);
/* Added to the end of its parent's children, without a version. */
struct cf_content *cf_add(struct cf_wiki *, enum cf_type, struct cf_space *, struct cf_content *parent, int author);
/* Body is copied. Tasks follow what the body says. */
struct cf_version *cf_add_version(struct cf_wiki *, struct cf_content *, int author, const char *title, const char *body, size_t len);
void cf_sync_tasks(struct cf_wiki *, struct cf_content *);
void cf_move_to(struct cf_wiki *, struct cf_content *, struct cf_space *, struct cf_content *parent);	/* with all below */
void cf_purge(struct cf_wiki *, struct cf_content *);

const struct cf_version *cf_now(const struct cf_content *);	/* the current version */
const char *cf_title(const struct cf_content *);
const char *cf_type_name(enum cf_type);
const char *cf_status_name(enum cf_status);
bool cf_is_above(const struct cf_content *above, const struct cf_content *);	/* an ancestor */
/* The top of a comment or an attachment: the page it belongs to; else itself. */
struct cf_content *cf_holder(struct cf_content *);
/* Children in the tree by position (types: 1 << type), current ones; comments and attachments by age. */
size_t cf_children(const struct cf_wiki *, struct arena *, const struct cf_content *, unsigned types, struct cf_content ***ret);

/* By space, status, and restrictions of the thing itself and everything above it. */
bool cf_may_read(const struct cf_content *, int person);
bool cf_may_edit(const struct cf_content *, int person);
bool cf_access_has(const struct cf_access *, int person);

int64_t cf_label_id(struct cf_wiki *, const char *name);
bool cf_has_label(const struct cf_content *, const char *name);
void cf_label_put(struct cf_wiki *, struct cf_content *, const char *name);
bool cf_label_drop(struct cf_content *, const char *name);
const char *cf_id_text(struct arena *, const struct cf_content *);	/* "att" before an attachment's */

#endif
