/*
 * Projects: the list, Cloud's search, one of them with its people and parts, the
 * statuses by issue type, and what administrators do with them. A project that a person may not see does not exist for them.
 */
#include "base/str.h"
#include "sandbox/sb_admin.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <ctype.h>
#include <string.h>

enum detail { IN_LIST, ALONE };

static void
put_types(struct sb_rq *rq)
{
	jw_arr(&rq->w);
	for (size_t i = 0; i < sb_catalogues[SB_TYPE].n; i++)
		sb_put_named_full(rq, SB_TYPE, &sb_catalogues[SB_TYPE].v[i]);
	jw_end(&rq->w);
}

/* Place below SB_PROJECTS, or -1: a project that was added has no parts. */
static int
place_of(struct sb_rq *rq, const struct sb_project_state *p)
{
	ptrdiff_t place = p - sb_admin(rq->site)->project;

	return place < SB_PROJECTS ? (int)place : -1;
}

static void
put_alone(struct sb_rq *rq, const struct sb_project_state *p)
{
	struct jw *w = &rq->w;

	jw_key(w, "components");
	sb_put_parts(rq, SB_PART_COMPONENT, place_of(rq, p));
	jw_key(w, "versions");
	sb_put_parts(rq, SB_PART_VERSION, place_of(rq, p));
	jw_str(w, "assigneeType", p->assignee);
	if (p->url != NULL)
		jw_str(w, "url", p->url);
	jw_obj_in(w, "roles");
	jw_str(w, "Developers", sb_self(rq, "project/%lld/role/10001", (long long)p->id));
	jw_end(w);
}

static void
put_project(struct sb_rq *rq, const struct sb_project_state *p, enum detail detail)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "expand", "description,lead,url,projectKeys");
	jw_str(w, "self", sb_self(rq, "project/%lld", (long long)p->id));
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)p->id));
	jw_str(w, "key", p->key);
	if (detail == ALONE || sb_expands(rq, "description"))
		jw_str(w, "description", p->about != NULL ? p->about : "");
	if (detail == ALONE || sb_expands(rq, "lead")) {
		jw_key(w, "lead");
		sb_put_person(rq, p->lead);
	}
	if (detail == ALONE)
		put_alone(rq, p);
	if (detail == ALONE || sb_expands(rq, "issueTypes")) {
		jw_key(w, "issueTypes");
		put_types(rq);
	}
	jw_str(w, "name", p->name);
	jw_obj_in(w, "avatarUrls");
	jw_str(w, "48x48", arena_printf(rq->arena, "%s/secure/projectavatar?pid=%lld", rq->site->base, (long long)p->id));
	jw_end(w);
	jw_str(w, "projectTypeKey", p->type);
	jw_bool(w, "archived", p->archived);
	if (!rq->site->dc) {
		jw_bool(w, "simplified", false);
		jw_str(w, "style", "classic");
		jw_bool(w, "isPrivate", false);
		jw_str(w, "uuid", p->uuid);
	}
	jw_end(w);
}

void
sb_list_projects(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	bool archived = rq->site->dc && sb_arg_is(rq, "includeArchived", "true");

	jw_arr(&rq->w);
	for (size_t i = 0; i < a->project_count; i++)
		if (sb_state_visible(rq, &a->project[i]) && (archived || !a->project[i].archived))
			put_project(rq, &a->project[i], IN_LIST);
	jw_end(&rq->w);
}

static bool
contains(const char *s, const char *word)
{
	size_t len = strlen(word);

	for (; *s != '\0'; s++) {
		size_t i = 0;

		while (i < len && tolower((unsigned char)s[i]) == tolower((unsigned char)word[i]))
			i++;
		if (i == len)
			return true;
	}
	return len == 0;
}

/* ?status= may be repeated; without it only live ones. */
static bool
in_state(struct sb_rq *rq, const struct sb_project_state *p)
{
	const char **states;
	size_t n = sb_arg_list(rq, "status", &states);

	for (size_t i = 0; i < n; i++)
		if (str_ieq(states[i], p->archived ? "archived" : "live"))
			return true;
	return n == 0 && !p->archived;
}

void
sb_search_projects(struct sb_rq *rq)
{
	const char *query = sb_arg(rq, "query"), **keys, **ids;
	size_t key_count = sb_arg_list(rq, "keys", &keys), id_count = sb_arg_list(rq, "id", &ids), n = 0;
	struct sb_admin *a = sb_admin(rq->site);
	const struct sb_project_state **found = arena_array(rq->arena, a->project_count, sizeof(*found));
	struct sb_page p;

	for (size_t i = 0; i < a->project_count; i++) {
		bool fits = key_count == 0 && id_count == 0;

		for (size_t k = 0; k < key_count; k++)
			fits = fits || str_ieq(keys[k], a->project[i].key);
		for (size_t k = 0; k < id_count; k++)
			fits = fits || sb_state_find(rq, ids[k]) == &a->project[i];
		if (fits && sb_state_visible(rq, &a->project[i]) && in_state(rq, &a->project[i]) &&
		    (query == NULL || contains(a->project[i].name, query) || contains(a->project[i].key, query)))
			found[n++] = &a->project[i];
	}
	p = sb_page(rq, 50, 50, n);
	sb_put_page_bean(rq, &p, "project/search");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_project(rq, found[i], IN_LIST);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_get_project(struct sb_rq *rq)
{
	const struct sb_project_state *p = sb_segment_state(rq, 0);

	if (p != NULL)
		put_project(rq, p, ALONE);
}

static bool
type_has_status(int64_t type, int64_t status)
{
	for (size_t i = 0; i < sb_workflow_count; i++)
		if (sb_workflow[i].to == status &&
		    (sb_workflow[i].types == 0 || (sb_workflow[i].types & sb_type_bit(type)) != 0))
			return true;
	return status == SB_TODO;
}

void
sb_project_statuses(struct sb_rq *rq)
{
	int project = sb_segment_project(rq, 0);
	struct jw *w = &rq->w;

	if (project < 0)
		return;
	jw_arr(w);
	for (size_t i = 0; i < sb_catalogues[SB_TYPE].n; i++) {
		const struct sb_named *t = &sb_catalogues[SB_TYPE].v[i];

		jw_obj(w);
		jw_str(w, "self", sb_self(rq, "issuetype/%lld", (long long)t->id));
		jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)t->id));
		jw_str(w, "name", t->name);
		jw_bool(w, "subtask", t->level < 0);
		jw_arr_in(w, "statuses");
		for (size_t k = 0; k < sb_catalogues[SB_STATUS].n; k++)
			if (type_has_status(t->id, sb_catalogues[SB_STATUS].v[k].id))
				sb_put_named(rq, SB_STATUS, sb_catalogues[SB_STATUS].v[k].id);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

static void
list_parts(struct sb_rq *rq, int kind)
{
	const struct sb_project_state *p = sb_segment_state(rq, 0);

	if (p != NULL)
		sb_put_parts(rq, kind, place_of(rq, p));
}

void
sb_project_components(struct sb_rq *rq)
{
	list_parts(rq, SB_PART_COMPONENT);
}

void
sb_project_versions(struct sb_rq *rq)
{
	list_parts(rq, SB_PART_VERSION);
}

/* ---- writing ---- */

static void
take_lead(struct sb_rq *rq, struct sb_project_state *p)
{
	const char *member = rq->site->dc ? "lead" : "leadAccountId", *word = json_get_str(rq->body, member);

	if (word == NULL)
		return;
	p->lead = rq->site->dc ? sb_person_by_name(word) : sb_person_by_account(word);
	if (p->lead < 0)
		sb_refuse(rq, "projectLead", "You must specify a valid project lead.");
}

static void
take_project(struct sb_rq *rq, struct sb_project_state *p)
{
	struct sb_admin *a = sb_admin(rq->site);
	const char *assignee = json_get_str(rq->body, "assigneeType");

	sb_take_string(rq, "name", &p->name);
	sb_take_string(rq, "description", &p->about);
	sb_take_string(rq, "url", &p->url);
	take_lead(rq, p);
	if (str_blank(p->name))
		sb_refuse(rq, "projectName", "You must specify a valid project name.");
	for (size_t i = 0; i < a->project_count && !str_blank(p->name); i++)
		if (a->project[i].id != p->id && !a->project[i].gone && str_ieq(a->project[i].name, p->name))
			sb_refuse(rq, "projectName", "A project with that name already exists.");
	if (assignee != NULL && !str_eq(assignee, "PROJECT_LEAD") && !str_eq(assignee, "UNASSIGNED"))
		sb_refuse(rq, "assigneeType", "Invalid default assignee.");
	else if (assignee != NULL)
		p->assignee = str_eq(assignee, "PROJECT_LEAD") ? "PROJECT_LEAD" : "UNASSIGNED";
}

void
sb_create_project(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct sb_project_state p = { .lead = -1, .assignee = "PROJECT_LEAD", .type = "software" };
	struct jw *w = &rq->w;

	if (!sb_need_body(rq))
		return;
	sb_take_string(rq, "key", &p.key);
	sb_take_string(rq, "projectTypeKey", &p.type);
	take_project(rq, &p);
	if (p.key == NULL || strlen(p.key) < 2 || strlen(p.key) > 10 || p.key[strspn(p.key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] != '\0')
		sb_refuse(rq, "projectKey", "Project keys must start with an uppercase letter, followed by one or more uppercase alphanumeric characters.");
	for (size_t i = 0; i < a->project_count && p.key != NULL; i++)
		if (!a->project[i].gone && str_eq(a->project[i].key, p.key))
			sb_refuse(rq, "projectKey", "Project '%s' uses this project key.", a->project[i].name);
	if (p.lead < 0)
		sb_refuse(rq, "projectLead", "You must specify a valid project lead.");
	if (a->project_count >= SB_MAX_ADDED)
		sb_fail(rq, 400, "There are too many projects.");
	if (rq->failed)
		return;
	p.id = a->next_id++;
	p.uuid = arena_printf(rq->site->arena, "6b1f0c52-3d8e-4a97-b1c4-%012lld", (long long)p.id);
	a->project = sb_room(rq->site->arena, a->project, a->project_count, sizeof(p));
	a->project[a->project_count++] = p;
	sb_tick(rq->site);
	rq->status = 201;
	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "project/%lld", (long long)p.id));
	jw_int(w, "id", p.id);
	jw_str(w, "key", p.key);
	jw_end(w);
}

void
sb_edit_project(struct sb_rq *rq)
{
	struct sb_project_state *p = sb_segment_state(rq, 0), new;

	if (p == NULL || !sb_need_body(rq))
		return;
	new = *p;
	take_project(rq, &new);
	if (rq->failed)
		return;
	*p = new;
	sb_tick(rq->site);
	put_project(rq, p, ALONE);
}

void
sb_archive_project(struct sb_rq *rq)
{
	struct sb_project_state *p = sb_segment_state(rq, 0);

	if (p == NULL)
		return;
	p->archived = true;
	sb_tick(rq->site);
	rq->status = 204;
}

void
sb_restore_project(struct sb_rq *rq)
{
	struct sb_project_state *p = sb_segment_state(rq, 0);

	if (p == NULL)
		return;
	p->archived = false;
	sb_tick(rq->site);
	if (rq->site->dc)
		rq->status = 202;
	put_project(rq, p, ALONE);
}

/* The projects of the tables are where all issues are: they stay. */
void
sb_delete_project(struct sb_rq *rq)
{
	struct sb_project_state *p = sb_segment_state(rq, 0);

	if (p == NULL)
		return;
	if (place_of(rq, p) >= 0) {
		sb_fail(rq, rq->site->dc ? 403 : 401, "You cannot delete this project.");
		return;
	}
	p->gone = true;
	sb_tick(rq->site);
	rq->status = 204;
}
