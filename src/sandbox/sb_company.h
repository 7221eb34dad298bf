/*
 * The company: everything about it that never changes. Tables only; who looks
 * something up by id or name asks the functions at the end.
 *
 * Halden Outdoor sells outdoor gear on the web. Project SHOP is its web shop,
 * project OPS the platform it runs on.
 */
#ifndef SANDBOX_SB_COMPANY_H
#define SANDBOX_SB_COMPANY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SB_PEOPLE = 12, SB_PROJECTS = 2, SB_ME = 0, SB_GUEST = 10 };
enum { SB_OPS, SB_SHOP };

struct sb_person {
	const char *display, *email;
	const char *account_id;		/* Cloud */
	const char *name, *key;		/* Data Center */
	const char *tz;
	bool active;
	unsigned projects;		/* 1 << project: may see it */
	unsigned skills;		/* bits the seed uses to hand out work */
	const char *token;		/* API token or PAT; NULL: can't log in */
};
extern const struct sb_person sb_people[SB_PEOPLE];
extern const char sb_password[];	/* of every account that can log in, Data Center only */

struct sb_project {
	int id;
	const char *key, *name, *about;
	int lead;
	const char *uuid;
};
extern const struct sb_project sb_projects[SB_PROJECTS];

/* Named things. Members that a catalogue does not use are 0. */
enum sb_catalogue {
	SB_STATUS, SB_TYPE, SB_PRIORITY, SB_RESOLUTION, SB_COMPONENT, SB_VERSION, SB_OPTION_TEAM, SB_OPTION_MARKET,
	SB_LINKTYPE, SB_CATALOGUES
};

struct sb_named {
	int64_t id;
	const char *name, *about;
	int project;			/* component, version: place in sb_projects */
	int level;			/* issue type: 1 epic, 0, -1 sub-task; status: place in sb_categories */
	int days;			/* version: release day, counted from the seed's now */
	bool released, archived;
	int lead;			/* component */
	const char *icon;		/* priority, type: file name; link type: its inward word */
	const char *colour;		/* priority; link type: its outward word */
	int avatar;
};

struct sb_named_list {
	const struct sb_named *v;
	size_t n;
};
extern const struct sb_named_list sb_catalogues[SB_CATALOGUES];

struct sb_category {
	int id;
	const char *key, *colour, *name;
	const char *cloud_name;		/* as /statuses/search says it */
};
extern const struct sb_category sb_categories[3];

enum { SB_TODO = 10000, SB_IN_PROGRESS = 3, SB_IN_REVIEW = 10001, SB_DONE = 10002, SB_REOPENED = 4 };
enum { SB_EPIC = 10000, SB_STORY = 10001, SB_TASK = 10002, SB_SUBTASK = 10003, SB_BUG = 10004 };
enum { SB_RES_DONE = 10000, SB_RES_WONT = 10001, SB_RES_DUPLICATE = 10002, SB_RES_CANNOT = 10003 };
enum { SB_LINK_BLOCKS = 10000, SB_LINK_CLONERS = 10001, SB_LINK_DUPLICATE = 10002, SB_LINK_RELATES = 10003 };
enum { SB_CAT_NEW, SB_CAT_WORK, SB_CAT_DONE };

/* The workflow. A transition with a screen asks for a resolution. */
struct sb_transition {
	int id;
	const char *name;
	int64_t from[4];		/* 0 ends */
	int64_t to;
	unsigned types;			/* 1 << place in the issue types; 0: all */
	bool screen;
};
extern const struct sb_transition sb_workflow[];
extern const size_t sb_workflow_count;

const struct sb_named *sb_named_by_id(enum sb_catalogue, int64_t id);		/* NULL: none */
/* project: components and versions of that project only; -1: any. Letter case does not count. */
const struct sb_named *sb_named_by_name(enum sb_catalogue, const char *name, int project);
bool sb_named_in(enum sb_catalogue, const struct sb_named *, int project);
unsigned sb_type_bit(int64_t type_id);
const struct sb_transition *sb_transition_find(int id, int64_t from, int64_t type_id);	/* NULL: not possible */
bool sb_transition_fits(const struct sb_transition *, int64_t from, int64_t type_id);
int sb_person_by_account(const char *account_id);	/* -1: none */
int sb_person_by_name(const char *name);		/* Data Center's user name */
int sb_person_by_key(const char *key);
int sb_person_by_word(const char *word);		/* any of these, e-mail or display name */
int sb_project_find(const char *id_or_key);		/* -1: none */

#endif
