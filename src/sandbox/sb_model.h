/*
 * What the sandbox knows: one company's people, projects and issues. Every field
 * of an issue is a row of one table (sb_field.c) and a value of one shape, so that
 * reading, writing, history, search and metadata are each written once, by kind.
 *
 * Everything lives in the site's arena until the sandbox stops; overwritten texts
 * stay behind in it, which a demo site can afford.
 */
#ifndef SANDBOX_SB_MODEL_H
#define SANDBOX_SB_MODEL_H

#include "base/arena.h"
#include "sandbox/sb_company.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SB_MAX_ISSUES = 20000,		/* creating more is refused */
	SB_MAX_COMMENTS = 5000,		/* per issue; Jira's own limit */
	SB_MAX_UPLOAD = 3 * 1024 * 1024,		/* bytes of one attachment */
	SB_MAX_ATTACHMENTS = 64 * 1024 * 1024,	/* bytes of all */
	SB_MAX_BODY = 32767,		/* characters of a text field; Jira's own limit */
};

/* What a value is made of: which member of sb_atom counts. */
enum sb_kind {
	SB_TEXT,	/* text: one line */
	SB_DOC,		/* text: wiki markup, or ADF as JSON text when it begins with {" */
	SB_LABEL,	/* text without spaces */
	SB_NUMBER,	/* number */
	SB_DATE,	/* id: milliseconds of the day's start, UTC */
	SB_DATETIME,	/* id: milliseconds */
	SB_USER,	/* id: place in sb_people */
	SB_NAMED,	/* id: of an entry in the field's catalogue */
	SB_SPRINT,	/* id */
	SB_ISSUE,	/* id: of an issue */
	SB_PROJECT,	/* id: place in sb_projects */
	SB_COMPUTED,	/* no value: made when read (comments, links, progress ...) */
};

struct sb_atom {
	int64_t id;
	double number;
	const char *text;
};

struct sb_value {
	struct sb_atom *v;
	size_t n;		/* 0: empty */
};

/* Every field, in the order of sb_field_table. */
enum sb_field_no {
	F_SUMMARY, F_ISSUETYPE, F_PROJECT, F_STATUS, F_PRIORITY, F_RESOLUTION, F_ASSIGNEE, F_REPORTER, F_CREATOR,
	F_CREATED, F_UPDATED, F_RESOLUTIONDATE, F_STATUSCHANGED, F_DUEDATE, F_DESCRIPTION, F_ENVIRONMENT, F_LABELS,
	F_COMPONENTS, F_FIXVERSIONS, F_VERSIONS, F_PARENT,
	F_POINTS, F_SPRINT, F_EPICLINK, F_EPICNAME, F_TEAM, F_MARKETS, F_GOLIVE, F_ACCEPTANCE, F_RANK,
	F_COMMENT, F_ISSUELINKS, F_SUBTASKS, F_WORKLOG, F_ATTACHMENT, F_WATCHES, F_VOTES, F_TIMETRACKING, F_TIMESPENT,
	F_TIMEORIGINALESTIMATE, F_TIMEESTIMATE, F_AGGREGATETIMESPENT, F_AGGREGATETIMEORIGINALESTIMATE, F_AGGREGATETIMEESTIMATE,
	F_PROGRESS, F_AGGREGATEPROGRESS, F_WORKRATIO, F_LASTVIEWED, F_SECURITY, F_FLAGGED, F_DEVELOPMENT,
	SB_FIELDS
};

enum sb_field_flag {
	SB_ON_CREATE = 1 << 0,		/* on the create screen */
	SB_ON_EDIT = 1 << 1,		/* on the edit screen */
	SB_ON_RESOLVE = 1 << 2,		/* on the screen of a transition that has one */
	SB_REQUIRED = 1 << 3,
	SB_MANY = 1 << 4,
	SB_NAVIGABLE = 1 << 5,
	SB_LOGGED = 1 << 6,		/* changes go into the change log */
	SB_DETAIL = 1 << 7,		/* not part of *navigable */
	SB_SEARCHED = 1 << 8,		/* may be asked in JQL */
};

struct sb_field {
	const char *cloud_id, *dc_id;	/* NULL: this deployment has no such field */
	const char *cloud_name, *dc_name;
	const char *change_name;	/* as the change log calls it; NULL: the id, or a custom field's name */
	enum sb_kind kind;
	enum sb_catalogue catalogue;	/* SB_NAMED */
	unsigned flags;
	unsigned types;			/* 1 << place in the issue types: on whose screens; 0: all */
	const char *type, *items;	/* JSON schema as Jira states it */
	const char *custom;		/* key of the custom field type; NULL: a system field */
	const char *clause[3];		/* names in JQL beside the id and the name */
};

extern const struct sb_field sb_field_table[SB_FIELDS];

struct sb_item {
	enum sb_field_no field;
	const char *from, *from_text, *to, *to_text;	/* ids and words; NULL: empty */
};

struct sb_change {
	int64_t id, at_ms;
	int author;
	struct sb_item *item;
	size_t item_count;
};

struct sb_comment {
	int64_t id, created_ms, updated_ms;
	int author, update_author;
	const char *body;		/* as an SB_DOC */
	bool internal;			/* of a request: not for customers */
	const char *visibility_type, *visibility_value;	/* "role" or "group"; NULL: everybody */
};

struct sb_worklog {
	int64_t id, created_ms, updated_ms, started_ms, seconds;
	int author;
	const char *comment;		/* may be NULL */
};

struct sb_attachment {
	int64_t id, created_ms;		/* id 0: deleted */
	int author;
	const char *name, *mime, *data;
	size_t len;
};

struct sb_property {
	const char *key, *value;	/* value: JSON text */
};

struct sb_remote_link {
	int64_t id;
	const char *global_id, *relationship;	/* may be NULL */
	const char *application, *object;	/* JSON text; application may be NULL */
};

struct sb_issue {
	int64_t id;
	int project;			/* place in sb_projects */
	int number;
	const char *key;
	bool deleted, archived;		/* archived: found by key only */
	struct sb_value value[SB_FIELDS];
	struct sb_comment *comment;
	size_t comment_count;
	struct sb_worklog *worklog;
	size_t worklog_count;
	struct sb_change *change;	/* oldest first */
	size_t change_count;
	struct sb_property *property;
	size_t property_count;
	struct sb_attachment *attachment;
	size_t attachment_count;
	uint32_t watchers, voters;	/* 1 << place in sb_people */
	int64_t estimate_seconds;
	int64_t left_seconds;		/* remaining estimate where somebody set it; -1: what is left of the original one */
	struct sb_remote_link *remote;
	size_t remote_count;
};

enum sb_sprint_state { SB_FUTURE, SB_ACTIVE, SB_CLOSED };

struct sb_sprint {
	int id;
	int board, project;
	const char *name, *goal;
	enum sb_sprint_state state;
	int64_t start_ms, end_ms, complete_ms;	/* 0: none, not yet */
	bool deleted;
};

struct sb_board {
	int id, project, filter;
	bool scrum, deleted;
	const char *name, *jql;		/* jql: what the filter says */
};

struct sb_link {
	int64_t id;
	int64_t type, outward, inward;	/* "outward issue <outward word> inward issue": blocker blocks blocked */
	bool deleted;
};

struct cf_wiki;
struct sb_admin;

struct sb_site {
	struct arena *arena;
	bool dc;
	const char *base;		/* "http://127.0.0.1:8080", no slash at the end */
	int64_t now_ms;			/* 0: the clock's */
	int64_t start_ms;		/* when the site was seeded: dates of sprints and versions hang on it */
	uint64_t random;
	struct sb_issue **issue;	/* by id; deleted ones stay */
	size_t issue_count;
	struct sb_link *link;
	size_t link_count;
	struct sb_sprint *sprint;
	size_t sprint_count;
	struct sb_board *board;
	size_t board_count;
	int next_number[SB_PROJECTS];
	struct sb_desk *desk;		/* sb_desk.h; NULL until it is needed */
	struct sb_property *project_property[SB_PROJECTS];
	size_t project_property_count[SB_PROJECTS];
	int64_t next_id;		/* of comments, changes, worklogs, links */
	struct sb_admin *admin;		/* what owners and administrators change (sb_admin.h) */
	struct cf_wiki *wiki;		/* Confluence (cf_model.h) */
	size_t attachment_count, attachment_bytes;	/* ever made; deleted ones stay in the arena */
	struct sb_task *task;		/* Cloud's bulk operations: sb_bulk.h */
	size_t task_count;
};

struct sb_site *sb_site_new(bool dc, const char *base, uint64_t seed, int64_t now_ms);
void sb_site_free(struct sb_site *);		/* accepts NULL */

int64_t sb_now(const struct sb_site *);
void sb_tick(struct sb_site *);			/* a write happened: a standing clock goes on one second */
uint32_t sb_draw(uint64_t *state, uint32_t limit);		/* below limit; the same state gives the same numbers */

/* Room for one more element after n of them; the new one is zeroed. */
void *sb_room(struct arena *, void *array, size_t n, size_t size);

bool sb_may_see(int person, int project);
struct sb_issue *sb_issue_by_id(const struct sb_site *, int64_t id);		/* NULL when deleted */
struct sb_issue *sb_issue_find(const struct sb_site *, const char *id_or_key);	/* any letter case */
struct sb_issue *sb_issue_add(struct sb_site *, int project);
struct sb_sprint *sb_sprint_by_id(const struct sb_site *, int64_t id);	/* NULL when deleted */
struct sb_comment *sb_comment_add(struct sb_site *, struct sb_issue *, int author, const char *body);
struct sb_worklog *sb_worklog_add(struct sb_site *, struct sb_issue *, int author, int64_t seconds);
/* Takes bytes into the site; NULL when it holds enough of them (SB_MAX_ATTACHMENTS). */
struct sb_attachment *sb_attachment_add(struct sb_site *, struct sb_issue *, int author, const char *name, const char *mime,
    const char *data, size_t len);
struct sb_link *sb_link_add(struct sb_site *, int64_t type, int64_t outward, int64_t inward);

/* Fields of this deployment */
const char *sb_field_id(const struct sb_site *, enum sb_field_no);	/* NULL: not here */
const char *sb_field_name(const struct sb_site *, enum sb_field_no);
int sb_field_by_id(const struct sb_site *, const char *id);		/* -1: none */
bool sb_field_on(const struct sb_site *, enum sb_field_no, unsigned screen, int64_t type_id);

/* Values */
struct sb_value sb_one_id(struct sb_site *, int64_t id);
struct sb_value sb_one_text(struct sb_site *, const char *text);
struct sb_value sb_one_number(struct sb_site *, double number);
void sb_value_push(struct sb_site *, struct sb_value *, struct sb_atom);
bool sb_value_has(const struct sb_field *, const struct sb_value *, const struct sb_atom *);
bool sb_value_equal(const struct sb_field *, const struct sb_value *, const struct sb_value *);
int64_t sb_id(const struct sb_issue *, enum sb_field_no);		/* -1 when empty */
const char *sb_text(const struct sb_issue *, enum sb_field_no);		/* "" when empty */
/* As the change log and JQL say it: words, and ids (NULL where the kind has none). */
const char *sb_atom_text(const struct sb_site *, struct arena *, const struct sb_field *, const struct sb_atom *);
const char *sb_atom_id(const struct sb_site *, struct arena *, const struct sb_field *, const struct sb_atom *);

/* A write: begin, set any number of fields, end. Only differences are logged; a change without any leaves no trace. */
struct sb_change *sb_change_begin(struct sb_site *, struct sb_issue *, int author, int64_t at_ms);
void sb_change_set(struct sb_site *, struct sb_issue *, struct sb_change *, enum sb_field_no, struct sb_value);
void sb_change_end(struct sb_site *, struct sb_issue *, struct sb_change *);
/* What follows from a new status: the resolution (kept when given) and its date. */
void sb_change_status(struct sb_site *, struct sb_issue *, struct sb_change *, int64_t status, int64_t resolution);

int64_t sb_seconds_spent(const struct sb_issue *);
int64_t sb_seconds_left(const struct sb_issue *);	/* of the estimate; 0 when there is none */
/* Parent by either of its names: parent field, or Data Center's Epic Link; 0 when none. */
int64_t sb_parent_id(const struct sb_issue *);

#endif
