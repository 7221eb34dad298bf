/*
 * The company as tables: people, projects, and the catalogues of named things
 * that issues refer to. Ids are those a fresh Jira would have given. The seed
 * (sb_seed.c) makes issues out of them; the routes list them; nothing here changes
 * while the sandbox runs, so every pointer into a table is good for ever.
 */
#include "sandbox/sb_company.h"

#include "base/mem.h"
#include "base/str.h"

#include <stdlib.h>

enum { SEES_OPS = 1 << SB_OPS, SEES_SHOP = 1 << SB_SHOP, SEES_ALL = SEES_OPS | SEES_SHOP };
enum { T_EPIC = 1 << 0, T_STORY = 1 << 1, T_TASK = 1 << 2, T_SUBTASK = 1 << 3, T_BUG = 1 << 4 };

const char sb_password[] = "sandbox";

/* The tokens are no secrets: they open nothing but this made-up site. */
const struct sb_person sb_people[SB_PEOPLE] = {
	[SB_ME] = { "Ada Brandt", "ada.brandt@halden.example", "5f8e21b07c94ad006f3b1d52", "abrandt", "JIRAUSER10100",
	    "Etc/UTC", true, SEES_ALL, SEES_ALL, "sandbox-token-ada" },
	{ "Tomasz Wójcik", "tomasz.wojcik@halden.example", "5f8e21c37c94ad006f3b1d6a", "twojcik", "JIRAUSER10101",
	    "Europe/Warsaw", true, SEES_ALL, SEES_OPS, NULL },
	{ "Priya Nair", "priya.nair@halden.example", "712020:2b6d0f8e-4c51-4f0a-9a37-5f0e6c1d7b21", "pnair", "pnair",
	    "Asia/Kolkata", true, SEES_ALL, SEES_OPS, NULL },
	{ "Jonas Lindqvist", "jonas.lindqvist@halden.example", "5f8e21d97c94ad006f3b1d77", "jlindqvist",
	    "JIRAUSER10103", "Europe/Stockholm", true, SEES_ALL, SEES_ALL, NULL },
	{ "Mei Tanaka", "mei.tanaka@halden.example", "712020:91c4a3d5-0be2-4b7d-8e65-3a2f9d40c8f6", "mtanaka",
	    "JIRAUSER10104", "Asia/Tokyo", true, SEES_ALL, SEES_SHOP, NULL },
	{ "Samuel Okafor", "samuel.okafor@halden.example", "712020:c0d7e1f4-6a28-47b3-b5c9-1e8f2a6d9034", "sokafor",
	    "JIRAUSER10105", "Africa/Lagos", true, SEES_ALL, SEES_SHOP, NULL },
	{ "Lucía Fernández", "lucia.fernandez@halden.example", "5f8e22017c94ad006f3b1d93", "lfernandez", "JIRAUSER10106",
	    "Europe/Madrid", true, SEES_ALL, SEES_ALL, NULL },
	{ "Nils Aagaard", "nils.aagaard@halden.example", "5f8e22127c94ad006f3b1da0", "naagaard", "naagaard", "Europe/Oslo",
	    true, SEES_ALL, 0, NULL },
	{ "Jonas Weber", "jonas.weber@halden.example", "712020:e3f58a60-7d19-4c86-a0b2-94c7d5e6f812", "jweber",
	    "JIRAUSER10108", "Europe/Berlin", true, SEES_ALL, SEES_SHOP, NULL },
	{ "Diego Ramos", "diego.ramos@halden.example", "712020:47a9b2c8-15d3-4e6f-8b70-c2d1e9f3a654", "dramos",
	    "JIRAUSER10109", "America/Sao_Paulo", true, SEES_ALL, SEES_OPS, NULL },
	[SB_GUEST] = { "Zoë Martin", "zoe.martin@contractor.example", "712020:0d2c4b6a-8f71-49e3-95ad-6b3e7c1f2d80",
	    "zmartin", "JIRAUSER10110", "Europe/Paris", true, SEES_OPS, SEES_OPS, "sandbox-token-zoe" },
	{ "Karl Huber", "karl.huber@halden.example", "5f8e22457c94ad006f3b1dc4", "khuber", "khuber", "Europe/Vienna",
	    false, SEES_ALL, 0, NULL },
};

const struct sb_project sb_projects[SB_PROJECTS] = {
	[SB_OPS] = { 10000, "OPS", "Platform Operations", "The platform that the shop runs on: clusters, databases, deployments.",
	    2, "6b1f0c52-3d8e-4a97-b1c4-52e7f09a8d31" },
	[SB_SHOP] = { 10001, "SHOP", "Web Shop", "halden.example: catalogue, search, checkout and customer accounts.", 7,
	    "a84d27e9-90b5-4f1c-8e63-07c1d2b5f946" },
};

static const struct sb_named statuses[] = {
	{ .id = SB_TODO, .name = "To Do", .level = SB_CAT_NEW, .about = "" },
	{ .id = SB_IN_PROGRESS, .name = "In Progress", .level = SB_CAT_WORK,
	    .about = "This issue is being actively worked on at the moment by the assignee." },
	{ .id = SB_IN_REVIEW, .name = "In Review", .level = SB_CAT_WORK, .about = "Someone else looks at it before it is done." },
	{ .id = SB_DONE, .name = "Done", .level = SB_CAT_DONE, .about = "" },
	{ .id = SB_REOPENED, .name = "Reopened", .level = SB_CAT_NEW,
	    .about = "This issue was once resolved, but the resolution was deemed incorrect." },
};

static const struct sb_named types[] = {
	{ .id = SB_EPIC, .name = "Epic", .level = 1, .avatar = 10307, .about = "A big user story that needs to be broken down." },
	{ .id = SB_STORY, .name = "Story", .level = 0, .avatar = 10315, .about = "Functionality or a feature expressed as a user goal." },
	{ .id = SB_TASK, .name = "Task", .level = 0, .avatar = 10318, .about = "A small, distinct piece of work." },
	{ .id = SB_SUBTASK, .name = "Sub-task", .level = -1, .avatar = 10316, .about = "A small piece of work that is part of a larger task." },
	{ .id = SB_BUG, .name = "Bug", .level = 0, .avatar = 10303, .about = "A problem or error." },
};

static const struct sb_named priorities[] = {
	{ .id = 1, .name = "Highest", .icon = "highest.svg", .colour = "#d04437", .about = "This problem will block progress." },
	{ .id = 2, .name = "High", .icon = "high.svg", .colour = "#f15C75", .about = "Serious problem that could block progress." },
	{ .id = 3, .name = "Medium", .icon = "medium.svg", .colour = "#f79232", .about = "Has the potential to affect progress." },
	{ .id = 4, .name = "Low", .icon = "low.svg", .colour = "#707070", .about = "Minor problem or easily worked around." },
	{ .id = 5, .name = "Lowest", .icon = "lowest.svg", .colour = "#999999", .about = "Trivial problem with little or no impact on progress." },
};

static const struct sb_named resolutions[] = {
	{ .id = SB_RES_DONE, .name = "Done", .about = "Work has been completed on this issue." },
	{ .id = SB_RES_WONT, .name = "Won't Do", .about = "This issue won't be actioned." },
	{ .id = SB_RES_DUPLICATE, .name = "Duplicate", .about = "The problem is a duplicate of an existing issue." },
	{ .id = SB_RES_CANNOT, .name = "Cannot Reproduce", .about = "All attempts at reproducing this issue failed." },
};

static const struct sb_named components[] = {
	{ .id = 10000, .name = "Kubernetes", .project = SB_OPS, .lead = 2, .about = "Clusters, nodes, ingress" },
	{ .id = 10001, .name = "Databases", .project = SB_OPS, .lead = 9, .about = "PostgreSQL, Redis, backups" },
	{ .id = 10002, .name = "Monitoring", .project = SB_OPS, .lead = 2, .about = "Metrics, logs, alerts, on-call" },
	{ .id = 10003, .name = "CI/CD", .project = SB_OPS, .lead = 1, .about = "Build runners and deployments" },
	{ .id = 10004, .name = "Networking", .project = SB_OPS, .lead = 1, .about = "DNS, certificates, CDN, VPN" },
	{ .id = 10005, .name = "Checkout", .project = SB_SHOP, .lead = 5, .about = "Basket, payment, order confirmation" },
	{ .id = 10006, .name = "Search", .project = SB_SHOP, .lead = 3, .about = "Product search and filters" },
	{ .id = 10007, .name = "Catalogue", .project = SB_SHOP, .lead = 3, .about = "Products, prices, stock" },
	{ .id = 10008, .name = "Accounts", .project = SB_SHOP, .lead = 4, .about = "Sign-in, addresses, order history" },
	{ .id = 10009, .name = "Mobile", .project = SB_SHOP, .lead = 4, .about = "The shop on small screens" },
};

static const struct sb_named versions[] = {
	{ .id = 10000, .name = "Platform 4.1", .project = SB_OPS, .days = -45, .released = true, .about = "PostgreSQL 16 everywhere" },
	{ .id = 10001, .name = "Platform 4.2", .project = SB_OPS, .days = 20, .about = "Second region" },
	{ .id = 10002, .name = "Platform 4.3", .project = SB_OPS, .days = 75, .about = "" },
	{ .id = 10003, .name = "3.6.0", .project = SB_SHOP, .days = -70, .released = true, .archived = true, .about = "Summer sale" },
	{ .id = 10004, .name = "3.7.0", .project = SB_SHOP, .days = -12, .released = true, .about = "New search" },
	{ .id = 10005, .name = "3.8.0", .project = SB_SHOP, .days = 9, .about = "Guest checkout" },
	{ .id = 10006, .name = "3.9.0", .project = SB_SHOP, .days = 51, .about = "Wish lists" },
};

static const struct sb_named teams[] = {
	{ .id = 10100, .name = "Platform" }, { .id = 10101, .name = "Storefront" }, { .id = 10102, .name = "Payments" },
	{ .id = 10103, .name = "Data" },
};

static const struct sb_named markets[] = {
	{ .id = 10110, .name = "Germany" }, { .id = 10111, .name = "Nordics" }, { .id = 10112, .name = "United Kingdom" },
	{ .id = 10113, .name = "France" },
};

static const struct sb_named link_types[] = {	/* icon: inward, colour: outward */
	{ .id = SB_LINK_BLOCKS, .name = "Blocks", .icon = "is blocked by", .colour = "blocks" },
	{ .id = SB_LINK_CLONERS, .name = "Cloners", .icon = "is cloned by", .colour = "clones" },
	{ .id = SB_LINK_DUPLICATE, .name = "Duplicate", .icon = "is duplicated by", .colour = "duplicates" },
	{ .id = SB_LINK_RELATES, .name = "Relates", .icon = "relates to", .colour = "relates to" },
};

#define LIST(a) { (a), LEN(a) }
const struct sb_named_list sb_catalogues[SB_CATALOGUES] = {
	[SB_STATUS] = LIST(statuses), [SB_TYPE] = LIST(types), [SB_PRIORITY] = LIST(priorities),
	[SB_RESOLUTION] = LIST(resolutions), [SB_COMPONENT] = LIST(components), [SB_VERSION] = LIST(versions),
	[SB_OPTION_TEAM] = LIST(teams), [SB_OPTION_MARKET] = LIST(markets), [SB_LINKTYPE] = LIST(link_types),
};

const struct sb_category sb_categories[3] = {
	[SB_CAT_NEW] = { 2, "new", "blue-gray", "To Do", "TODO" },
	[SB_CAT_WORK] = { 4, "indeterminate", "yellow", "In Progress", "IN_PROGRESS" },
	[SB_CAT_DONE] = { 3, "done", "green", "Done", "DONE" },
};

const struct sb_transition sb_workflow[] = {
	{ 11, "Start work", { SB_TODO, SB_REOPENED }, SB_IN_PROGRESS, 0, false },
	{ 21, "Send to review", { SB_IN_PROGRESS }, SB_IN_REVIEW, T_STORY | T_TASK | T_SUBTASK | T_BUG, false },
	{ 31, "Back to work", { SB_IN_REVIEW }, SB_IN_PROGRESS, 0, false },
	{ 41, "Resolve", { SB_IN_PROGRESS, SB_IN_REVIEW, SB_TODO, SB_REOPENED }, SB_DONE, T_EPIC | T_STORY | T_BUG, true },
	{ 51, "Done", { SB_IN_PROGRESS, SB_IN_REVIEW, SB_TODO }, SB_DONE, T_TASK | T_SUBTASK, false },
	{ 61, "Reopen", { SB_DONE }, SB_REOPENED, T_BUG, false },
	{ 71, "Back to backlog", { SB_DONE }, SB_TODO, T_EPIC | T_STORY | T_TASK | T_SUBTASK, false },
	{ 81, "Stop work", { SB_IN_PROGRESS }, SB_TODO, 0, false },
};
const size_t sb_workflow_count = LEN(sb_workflow);

const struct sb_named *
sb_named_by_id(enum sb_catalogue c, int64_t id)
{
	const struct sb_named_list *l = &sb_catalogues[c];

	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].id == id)
			return &l->v[i];
	return NULL;
}

bool
sb_named_in(enum sb_catalogue c, const struct sb_named *n, int project)
{
	return project < 0 || (c != SB_COMPONENT && c != SB_VERSION) || n->project == project;
}

const struct sb_named *
sb_named_by_name(enum sb_catalogue c, const char *name, int project)
{
	const struct sb_named_list *l = &sb_catalogues[c];

	for (size_t i = 0; i < l->n; i++)
		if (str_ieq(l->v[i].name, name) && sb_named_in(c, &l->v[i], project))
			return &l->v[i];
	return NULL;
}

unsigned
sb_type_bit(int64_t type_id)
{
	for (size_t i = 0; i < LEN(types); i++)
		if (types[i].id == type_id)
			return 1U << i;
	return 0;
}

bool
sb_transition_fits(const struct sb_transition *t, int64_t from, int64_t type_id)
{
	if (t->types != 0 && (t->types & sb_type_bit(type_id)) == 0)
		return false;
	for (size_t i = 0; i < LEN(t->from) && t->from[i] != 0; i++)
		if (t->from[i] == from)
			return true;
	return false;
}

const struct sb_transition *
sb_transition_find(int id, int64_t from, int64_t type_id)
{
	for (size_t i = 0; i < sb_workflow_count; i++)
		if (sb_workflow[i].id == id && sb_transition_fits(&sb_workflow[i], from, type_id))
			return &sb_workflow[i];
	return NULL;
}

int
sb_person_by_account(const char *account_id)
{
	for (int i = 0; i < SB_PEOPLE; i++)
		if (str_eq(sb_people[i].account_id, account_id))
			return i;
	return -1;
}

int
sb_person_by_name(const char *name)
{
	for (int i = 0; i < SB_PEOPLE; i++)
		if (str_ieq(sb_people[i].name, name))
			return i;
	return -1;
}

int
sb_person_by_key(const char *key)
{
	for (int i = 0; i < SB_PEOPLE; i++)
		if (str_eq(sb_people[i].key, key))
			return i;
	return -1;
}

int
sb_person_by_word(const char *word)
{
	for (int i = 0; i < SB_PEOPLE; i++) {
		const struct sb_person *p = &sb_people[i];

		if (str_eq(p->account_id, word) || str_ieq(p->name, word) || str_eq(p->key, word) ||
		    str_ieq(p->email, word) || str_ieq(p->display, word))
			return i;
	}
	return -1;
}

int
sb_project_find(const char *id_or_key)
{
	int64_t id;

	for (int i = 0; i < SB_PROJECTS; i++) {
		if (str_ieq(sb_projects[i].key, id_or_key))
			return i;
		if (str_int(id_or_key, 0, INT32_MAX, &id) == 0 && sb_projects[i].id == id)
			return i;
	}
	return -1;
}
