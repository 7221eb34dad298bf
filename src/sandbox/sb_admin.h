/*
 * What administrators and owners change: parts of projects (versions, components), projects themselves, filters, dashboards,
 * options of fields. Made from the company's tables on first use. Issues know the parts of the tables only: a version that
 * was added here can't be given to an issue.
 */
#ifndef SANDBOX_SB_ADMIN_H
#define SANDBOX_SB_ADMIN_H

#include "sandbox/sb_rq.h"

enum { SB_PART_VERSION, SB_PART_COMPONENT, SB_PARTS };
enum { SB_MAX_PARTS = 1000, SB_MAX_ADDED = 200 };

struct sb_related {
	const char *id, *category, *title, *url;	/* id NULL: removed */
};

struct sb_part {
	int64_t id;
	int project;			/* place in sb_projects */
	const char *name, *about;
	const char *start, *release;	/* version: days; NULL: none */
	const char *assignee;		/* component: its assigneeType */
	int lead;			/* component; -1: none */
	bool released, archived, gone;
	struct sb_related *related;
	size_t related_count;
};

/* A project of the tables (place below SB_PROJECTS), or one that was added, which has no issues. */
struct sb_project_state {
	int64_t id;
	const char *key, *name, *about, *url, *type, *assignee, *uuid;
	int lead;
	bool archived, gone;
};

struct sb_share {
	int64_t id;			/* 0: removed */
	const char *type, *group;
	int project, person;		/* -1: none */
};

struct sb_filter {
	int64_t id;
	const char *name, *about, *jql;
	int owner;
	uint32_t favourite;		/* 1 << place in sb_people */
	struct sb_share *share;
	size_t share_count;
	bool gone;
};

struct sb_gadget {
	int64_t id;
	int kind, row, column;
};

struct sb_dashboard {
	int64_t id;
	const char *name, *about;
	int owner;			/* -1: the system's */
	struct sb_gadget *gadget;
	size_t gadget_count;
	bool gone;
};

struct sb_context {
	int64_t id;
	const char *field, *name;
	bool global;
};

struct sb_option {
	int64_t id, context;
	const char *value;
	bool disabled;
};

struct sb_made_field {
	const char *id, *name, *type;
};

struct sb_admin {
	struct sb_part *part[SB_PARTS];
	size_t part_count[SB_PARTS];
	struct sb_project_state *project;
	size_t project_count;
	struct sb_filter *filter;
	size_t filter_count;
	struct sb_dashboard *dashboard;
	size_t dashboard_count;
	struct sb_context *context;
	size_t context_count;
	struct sb_option *option;
	size_t option_count;
	struct sb_made_field *field;
	size_t field_count;
	int64_t next_id;
};

struct sb_admin *sb_admin(struct sb_site *);

/* What {} names, visible to the account; NULL and the request failed. */
struct sb_part *sb_segment_part(struct sb_rq *, int kind, size_t segment);
struct sb_project_state *sb_segment_state(struct sb_rq *, size_t segment);
struct sb_project_state *sb_state_find(struct sb_rq *, const char *id_or_key);	/* NULL: none */
bool sb_state_visible(const struct sb_rq *, const struct sb_project_state *);

void sb_put_part(struct sb_rq *, int kind, const struct sb_part *);
void sb_put_parts(struct sb_rq *, int kind, int project);	/* as an array */
void sb_put_made_field(struct sb_rq *, const struct sb_made_field *);
/* Strings of a body that may be left out or null; copied into the site. */
void sb_take_string(struct sb_rq *, const char *member, const char **to);

#endif
