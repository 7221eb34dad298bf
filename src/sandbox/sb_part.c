/*
 * Versions and components of projects: one of them, made, changed, deleted, and how many issues it has. Who sees the
 * project may do all of it.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_admin.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <string.h>

enum { MAX_NAME = 255 };

static const char *
id_text(struct sb_rq *rq, int64_t id)
{
	return arena_printf(rq->arena, "%lld", (long long)id);
}

static void
put_version(struct sb_rq *rq, const struct sb_part *p)
{
	struct jw *w = &rq->w;
	const char *today = arena_strndup(rq->arena, clock_iso(rq->arena, sb_now(rq->site)), 10);

	if (p->about != NULL)
		jw_str(w, "description", p->about);
	jw_bool(w, "archived", p->archived);
	jw_bool(w, "released", p->released);
	if (p->start != NULL)
		jw_str(w, "startDate", p->start);
	if (p->release != NULL)
		jw_str(w, "releaseDate", p->release);
	if (!p->released && p->release != NULL)
		jw_bool(w, "overdue", strcmp(p->release, today) < 0);
	jw_int(w, "projectId", sb_projects[p->project].id);
}

static void
put_component(struct sb_rq *rq, const struct sb_part *p)
{
	struct jw *w = &rq->w;

	if (p->about != NULL)
		jw_str(w, "description", p->about);
	if (p->lead >= 0) {
		jw_key(w, "lead");
		sb_put_person(rq, p->lead);
	}
	jw_str(w, "assigneeType", p->assignee);
	jw_str(w, "project", sb_projects[p->project].key);
	if (!rq->site->dc)
		jw_int(w, "projectId", sb_projects[p->project].id);
}

void
sb_put_part(struct sb_rq *rq, int kind, const struct sb_part *p)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "%s/%lld", kind == SB_PART_VERSION ? "version" : "component", (long long)p->id));
	jw_str(w, "id", id_text(rq, p->id));
	jw_str(w, "name", p->name);
	if (kind == SB_PART_VERSION)
		put_version(rq, p);
	else
		put_component(rq, p);
	jw_end(w);
}

void
sb_put_parts(struct sb_rq *rq, int kind, int project)
{
	struct sb_admin *a = sb_admin(rq->site);

	jw_arr(&rq->w);
	for (size_t i = 0; i < a->part_count[kind]; i++)
		if (a->part[kind][i].project == project && !a->part[kind][i].gone)
			sb_put_part(rq, kind, &a->part[kind][i]);
	jw_end(&rq->w);
}

static struct sb_part *
part_by_id(struct sb_rq *rq, int kind, const char *word)
{
	struct sb_admin *a = sb_admin(rq->site);
	int64_t id;

	if (word == NULL || str_int(word, 0, INT64_MAX, &id) == -1)
		return NULL;
	for (size_t i = 0; i < a->part_count[kind]; i++) {
		struct sb_part *p = &a->part[kind][i];

		if (p->id == id && !p->gone && sb_may_see(rq->me, p->project))
			return p;
	}
	return NULL;
}

struct sb_part *
sb_segment_part(struct sb_rq *rq, int kind, size_t segment)
{
	struct sb_part *p = part_by_id(rq, kind, rq->segment[segment]);

	if (p == NULL)
		sb_fail(rq, 404, kind == SB_PART_VERSION ? "Could not find version for id '%s'" : "The component with id %s does not exist.",
		    rq->segment[segment]);
	return p;
}

/* ---- writing ---- */

static void
take_day(struct sb_rq *rq, const char *member, const char **to)
{
	int64_t ms;

	sb_take_string(rq, member, to);
	if (json_str(json_get(rq->body, member)) != NULL && *to != NULL && (strlen(*to) != 10 || clock_parse(*to, &ms) == -1))
		sb_refuse(rq, member, "The date '%s' is not of the form yyyy-MM-dd.", *to);
}

static void
take_name(struct sb_rq *rq, int kind, const struct sb_part *self, struct sb_part *p)
{
	struct sb_admin *a = sb_admin(rq->site);

	sb_take_string(rq, "name", &p->name);
	if (str_blank(p->name)) {
		sb_refuse(rq, "name", kind == SB_PART_VERSION ? "You must specify a valid version name" : "The component name specified is invalid - cannot be an empty string.");
		return;
	}
	if (strlen(p->name) > MAX_NAME)
		sb_refuse(rq, "name", "The name is too long, the maximum length is %d characters.", MAX_NAME);
	for (size_t i = 0; i < a->part_count[kind]; i++) {
		const struct sb_part *other = &a->part[kind][i];

		if (other != self && !other->gone && other->project == p->project && str_ieq(other->name, p->name)) {
			if (kind == SB_PART_VERSION)
				sb_refuse(rq, "name", "A version with this name already exists in this project.");
			else
				sb_refuse(rq, "name", "A component with the name %s already exists in this project.", p->name);
			return;
		}
	}
}

static void
take_lead(struct sb_rq *rq, struct sb_part *p)
{
	const char *member = rq->site->dc ? "leadUserName" : "leadAccountId", *word = json_get_str(rq->body, member);

	if (json_get(rq->body, member) == NULL)
		return;
	p->lead = str_blank(word) ? -1 : rq->site->dc ? sb_person_by_name(word) : sb_person_by_account(word);	/* "" removes the lead */
	if (p->lead < 0 && !str_blank(word))
		sb_refuse(rq, member, "The user %s does not exist.", word);
}

static void
take_assignee(struct sb_rq *rq, struct sb_part *p)
{
	static const char *const types[] = { "PROJECT_DEFAULT", "COMPONENT_LEAD", "PROJECT_LEAD", "UNASSIGNED" };
	const char *word = json_get_str(rq->body, "assigneeType");

	for (size_t i = 0; word != NULL && i < LEN(types); i++) {
		if (str_eq(types[i], word))
			p->assignee = types[i];
	}
	if (word != NULL && !str_eq(word, p->assignee))
		sb_refuse(rq, "assigneeType", "The assignee type '%s' is not valid.", word);
}

static void
take_part(struct sb_rq *rq, int kind, const struct sb_part *self, struct sb_part *p)
{
	take_name(rq, kind, self, p);
	sb_take_string(rq, "description", &p->about);
	if (kind == SB_PART_COMPONENT) {
		take_lead(rq, p);
		take_assignee(rq, p);
		return;
	}
	take_day(rq, "startDate", &p->start);
	take_day(rq, "releaseDate", &p->release);
	p->released = json_get_bool(rq->body, "released", p->released);
	p->archived = json_get_bool(rq->body, "archived", p->archived);
	if (p->start != NULL && p->release != NULL && strcmp(p->start, p->release) > 0)
		sb_refuse(rq, "startDate", "The start date must be before the release date.");
}

static void
create_part(struct sb_rq *rq, int kind)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct sb_part p = { .lead = -1, .assignee = "PROJECT_DEFAULT" };
	const char *word;

	if (!sb_need_body(rq))
		return;
	word = json_get_str(rq->body, "project");
	if (word == NULL)
		word = json_scalar(rq->arena, json_get(rq->body, "projectId"));
	p.project = word == NULL ? -1 : sb_project_find(word);
	if (p.project < 0 || !sb_may_see(rq->me, p.project)) {
		sb_fail(rq, kind == SB_PART_VERSION && rq->site->dc ? 400 : 404, "No project could be found with key '%s'.", word != NULL ? word : "");
		return;
	}
	take_part(rq, kind, NULL, &p);
	if (a->part_count[kind] >= SB_MAX_PARTS)
		sb_fail(rq, 400, "There are too many of them.");
	if (rq->failed)
		return;
	p.id = a->next_id++;
	a->part[kind] = sb_room(rq->site->arena, a->part[kind], a->part_count[kind], sizeof(p));
	a->part[kind][a->part_count[kind]++] = p;
	sb_tick(rq->site);
	rq->status = 201;
	sb_put_part(rq, kind, &p);
}

/* Issues that had the part, or those of them that are open, have another, or none. */
static void
hand_over(struct sb_rq *rq, const struct sb_part *from, const struct sb_part *to, enum sb_field_no f, bool open)
{
	if (to != NULL && sb_named_by_id(f == F_COMPONENTS ? SB_COMPONENT : SB_VERSION, to->id) == NULL)
		to = NULL;	/* issues know only the parts of the tables */
	for (size_t i = 0; i < rq->site->issue_count; i++) {
		struct sb_value *v = &rq->site->issue[i]->value[f];

		if (open && rq->site->issue[i]->value[F_RESOLUTION].n > 0)
			continue;
		for (size_t k = 0; k < v->n; k++) {
			if (v->v[k].id != from->id)
				continue;
			if (to != NULL)
				v->v[k].id = to->id;
			else
				memmove(&v->v[k], &v->v[k + 1], (--v->n - k) * sizeof(*v->v));
		}
	}
}

/* The version that takes the open issues, by its URL. At any time but the release Jira passes over the member. */
static const struct sb_part *
take_heir(struct sb_rq *rq, const struct sb_part *p, bool releases)
{
	const char *url = json_get_str(rq->body, "moveUnfixedIssuesTo"), *slash = url == NULL ? NULL : strrchr(url, '/');
	const struct sb_part *to = slash == NULL ? NULL : part_by_id(rq, SB_PART_VERSION, slash + 1);

	if (url == NULL || !releases)
		return NULL;
	if (to == NULL || to->project != p->project || to == p)
		sb_refuse(rq, "moveUnfixedIssuesTo", "The version to move the issues to must be another one of the project.");
	return to;
}

static void
edit_part(struct sb_rq *rq, int kind)
{
	struct sb_part *p = sb_segment_part(rq, kind, 0), new;
	const struct sb_part *heir = NULL;

	if (p == NULL || !sb_need_body(rq))
		return;
	new = *p;
	take_part(rq, kind, p, &new);
	if (kind == SB_PART_VERSION)
		heir = take_heir(rq, p, new.released && !p->released);
	if (rq->failed)
		return;
	if (heir != NULL)
		hand_over(rq, p, heir, F_FIXVERSIONS, true);
	*p = new;
	sb_tick(rq->site);
	sb_put_part(rq, kind, p);
}

static void
get_part(struct sb_rq *rq, int kind)
{
	const struct sb_part *p = sb_segment_part(rq, kind, 0);

	if (p != NULL)
		sb_put_part(rq, kind, p);
}

void
sb_create_version(struct sb_rq *rq)
{
	create_part(rq, SB_PART_VERSION);
}

void
sb_get_version(struct sb_rq *rq)
{
	get_part(rq, SB_PART_VERSION);
}

void
sb_edit_version(struct sb_rq *rq)
{
	edit_part(rq, SB_PART_VERSION);
}

void
sb_create_component(struct sb_rq *rq)
{
	create_part(rq, SB_PART_COMPONENT);
}

void
sb_get_component(struct sb_rq *rq)
{
	get_part(rq, SB_PART_COMPONENT);
}

void
sb_edit_component(struct sb_rq *rq)
{
	edit_part(rq, SB_PART_COMPONENT);
}

/* ---- its issues ---- */

static void
count_issues(struct sb_rq *rq, const struct sb_part *p, enum sb_field_no f, int64_t *ret_all, int64_t *ret_open)
{
	*ret_all = *ret_open = 0;
	for (size_t i = 0; i < rq->site->issue_count; i++) {
		const struct sb_issue *issue = rq->site->issue[i];

		if (issue->deleted)
			continue;
		for (size_t k = 0; k < issue->value[f].n; k++) {
			if (issue->value[f].v[k].id != p->id)
				continue;
			++*ret_all;
			*ret_open += issue->value[F_RESOLUTION].n == 0;
		}
	}
}

void
sb_version_counts(struct sb_rq *rq)
{
	const struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);
	int64_t fixed, affected, open;
	struct jw *w = &rq->w;

	if (p == NULL)
		return;
	count_issues(rq, p, F_FIXVERSIONS, &fixed, &open);
	count_issues(rq, p, F_VERSIONS, &affected, &open);
	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "version/%lld", (long long)p->id));
	jw_int(w, "issuesFixedCount", fixed);
	jw_int(w, "issuesAffectedCount", affected);
	jw_int(w, "issueCountWithCustomFieldsShowingVersion", 0);
	jw_arr_in(w, rq->site->dc ? "customFieldNames" : "customFieldUsage");
	jw_end(w);
	jw_end(w);
}

void
sb_version_unresolved(struct sb_rq *rq)
{
	const struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);
	int64_t all, open;
	struct jw *w = &rq->w;

	if (p == NULL)
		return;
	count_issues(rq, p, F_FIXVERSIONS, &all, &open);
	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "version/%lld", (long long)p->id));
	if (!rq->site->dc)
		jw_int(w, "issuesCount", all);
	jw_int(w, "issuesUnresolvedCount", open);
	jw_end(w);
}

void
sb_remove_version(struct sb_rq *rq)
{
	struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);
	const char *fix = json_scalar(rq->arena, json_get(rq->body, "moveFixIssuesTo"));
	const char *affected = json_scalar(rq->arena, json_get(rq->body, "moveAffectedIssuesTo"));
	const struct sb_part *to = part_by_id(rq, SB_PART_VERSION, fix), *too = part_by_id(rq, SB_PART_VERSION, affected);

	if (p == NULL)
		return;
	if ((fix != NULL && (to == NULL || to->project != p->project || to == p)) || (affected != NULL && (too == NULL || too == p))) {
		sb_fail(rq, 400, "The version to swap issues to must exist in the same project.");
		return;
	}
	hand_over(rq, p, to, F_FIXVERSIONS, false);
	hand_over(rq, p, too, F_VERSIONS, false);
	p->gone = true;
	sb_tick(rq->site);
	rq->status = 204;
}

void
sb_delete_component(struct sb_rq *rq)
{
	struct sb_part *p = sb_segment_part(rq, SB_PART_COMPONENT, 0);
	const char *word = sb_arg(rq, "moveIssuesTo");
	const struct sb_part *to = part_by_id(rq, SB_PART_COMPONENT, word);

	if (p == NULL)
		return;
	if (word != NULL && (to == NULL || to->project != p->project || to == p)) {
		sb_fail(rq, 404, "The component with id %s does not exist.", word);
		return;
	}
	hand_over(rq, p, to, F_COMPONENTS, false);
	p->gone = true;
	sb_tick(rq->site);
	rq->status = 204;
}

/* ---- related work of a version, Cloud ---- */

static void
put_related(struct sb_rq *rq, const struct sb_related *r)
{
	jw_obj(&rq->w);
	jw_str(&rq->w, "relatedWorkId", r->id);
	jw_str(&rq->w, "category", r->category);
	if (r->title != NULL)
		jw_str(&rq->w, "title", r->title);
	if (r->url != NULL)
		jw_str(&rq->w, "url", r->url);
	jw_end(&rq->w);
}

void
sb_list_related(struct sb_rq *rq)
{
	const struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);

	if (p == NULL)
		return;
	jw_arr(&rq->w);
	for (size_t i = 0; i < p->related_count; i++)
		if (p->related[i].id != NULL)
			put_related(rq, &p->related[i]);
	jw_end(&rq->w);
}

static struct sb_related *
find_related(struct sb_rq *rq, struct sb_part *p, const char *id)
{
	for (size_t i = 0; i < p->related_count; i++) {
		if (str_eq(p->related[i].id, id))
			return &p->related[i];
	}
	sb_fail(rq, 404, "No related work with id '%s' was found.", id != NULL ? id : "");
	return NULL;
}

static void
take_related(struct sb_rq *rq, struct sb_related *r)
{
	sb_take_string(rq, "category", &r->category);
	sb_take_string(rq, "title", &r->title);
	sb_take_string(rq, "url", &r->url);
	if (str_blank(r->category))
		sb_refuse(rq, "category", "The category is required.");
	if (r->url != NULL && !str_istarts(r->url, "http"))
		sb_refuse(rq, "url", "The URL is not valid.");
}

void
sb_add_related(struct sb_rq *rq)
{
	struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);
	struct sb_related r = { .id = NULL };

	if (p == NULL || !sb_need_body(rq))
		return;
	take_related(rq, &r);
	if (rq->failed)
		return;
	r.id = arena_printf(rq->site->arena, "fabcdef6-7878-1234-beaf-43211234%04zu", p->related_count);
	p->related = sb_room(rq->site->arena, p->related, p->related_count, sizeof(r));
	p->related[p->related_count++] = r;
	sb_tick(rq->site);
	rq->status = 201;
	put_related(rq, &r);
}

void
sb_edit_related(struct sb_rq *rq)
{
	struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);
	struct sb_related *r, new;

	if (p == NULL || !sb_need_body(rq) || (r = find_related(rq, p, json_get_str(rq->body, "relatedWorkId"))) == NULL)
		return;
	new = *r;
	take_related(rq, &new);
	if (rq->failed)
		return;
	*r = new;
	sb_tick(rq->site);
	put_related(rq, r);
}

void
sb_delete_related(struct sb_rq *rq)
{
	struct sb_part *p = sb_segment_part(rq, SB_PART_VERSION, 0);
	struct sb_related *r = p == NULL ? NULL : find_related(rq, p, rq->segment[1]);

	if (r == NULL)
		return;
	r->id = NULL;
	sb_tick(rq->site);
	rq->status = 204;
}
