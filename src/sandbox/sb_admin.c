/* The state's beginning: the tables of sb_company.c, a few filters, one dashboard, one context for each field with options. */
#include "sandbox/sb_admin.h"

#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_put.h"

#include <string.h>

static void
add_part(struct sb_site *site, struct sb_admin *a, int kind, const struct sb_named *n)
{
	int64_t day = (site->start_ms / 86400000 + n->days) * 86400000;
	struct sb_part *p;

	a->part[kind] = sb_room(site->arena, a->part[kind], a->part_count[kind], sizeof(*p));
	p = &a->part[kind][a->part_count[kind]++];
	*p = (struct sb_part){ .id = n->id, .project = n->project, .name = n->name, .about = n->about, .lead = n->lead,
		.released = n->released, .archived = n->archived, .assignee = "PROJECT_DEFAULT" };
	if (kind == SB_PART_VERSION)
		p->release = arena_strndup(site->arena, clock_iso(site->arena, day), 10);
}

static void
add_options(struct sb_site *site, struct sb_admin *a, const char *field, enum sb_catalogue c)
{
	struct sb_context *x;

	if (field == NULL)
		return;
	a->context = sb_room(site->arena, a->context, a->context_count, sizeof(*x));
	x = &a->context[a->context_count++];
	*x = (struct sb_context){ .id = a->next_id++, .field = field, .global = true,
		.name = arena_printf(site->arena, "Default Configuration Scheme for %s", c == SB_OPTION_TEAM ? "Team" : "Markets") };
	for (size_t i = 0; i < sb_catalogues[c].n; i++) {
		a->option = sb_room(site->arena, a->option, a->option_count, sizeof(*a->option));
		a->option[a->option_count++] = (struct sb_option){ .id = sb_catalogues[c].v[i].id, .context = x->id,
			.value = sb_catalogues[c].v[i].name };
	}
}

struct sb_admin *
sb_admin(struct sb_site *site)
{
	static const struct sb_filter filters[] = {
		{ .id = 10000, .name = "Open bugs", .about = "All bugs that are not done", .jql = "issuetype = Bug AND statusCategory != Done", .owner = SB_ME,
		    .favourite = 1u << SB_ME },
		{ .id = 10001, .name = "Open incidents", .about = "", .jql = "project = OPS AND labels = incident", .owner = 2 },
	};
	struct sb_admin *a = site->admin;

	if (a != NULL)
		return a;
	a = site->admin = arena_alloc(site->arena, sizeof(*a));
	a->next_id = 10300;
	for (size_t i = 0; i < sb_catalogues[SB_VERSION].n; i++)
		add_part(site, a, SB_PART_VERSION, &sb_catalogues[SB_VERSION].v[i]);
	for (size_t i = 0; i < sb_catalogues[SB_COMPONENT].n; i++)
		add_part(site, a, SB_PART_COMPONENT, &sb_catalogues[SB_COMPONENT].v[i]);
	for (int i = 0; i < SB_PROJECTS; i++) {
		const struct sb_project *p = &sb_projects[i];

		a->project = sb_room(site->arena, a->project, a->project_count, sizeof(*a->project));
		a->project[a->project_count++] = (struct sb_project_state){ .id = p->id, .key = p->key, .name = p->name, .about = p->about,
			.type = "software", .assignee = "UNASSIGNED", .uuid = p->uuid, .lead = p->lead };
	}
	for (size_t i = 0; i < LEN(filters); i++) {
		a->filter = sb_room(site->arena, a->filter, a->filter_count, sizeof(*a->filter));
		a->filter[a->filter_count++] = filters[i];
	}
	a->dashboard = sb_room(site->arena, a->dashboard, a->dashboard_count, sizeof(*a->dashboard));
	a->dashboard[a->dashboard_count++] = (struct sb_dashboard){ .id = 10000, .name = "System Dashboard", .about = "", .owner = -1 };
	add_options(site, a, sb_field_id(site, F_TEAM), SB_OPTION_TEAM);
	add_options(site, a, sb_field_id(site, F_MARKETS), SB_OPTION_MARKET);
	return a;
}

void
sb_take_string(struct sb_rq *rq, const char *member, const char **to)
{
	json *v = json_get(rq->body, member);

	if (v == NULL)
		return;
	if (json_is_null(v))
		*to = NULL;
	else if (json_str(v) == NULL)
		sb_refuse(rq, member, "data was not a string");
	else
		*to = arena_strdup(rq->site->arena, json_str(v));
}

bool
sb_state_visible(const struct sb_rq *rq, const struct sb_project_state *p)
{
	const struct sb_admin *a = rq->site->admin;
	ptrdiff_t place = p - a->project;

	return !p->gone && (place >= SB_PROJECTS ? rq->me != SB_GUEST : sb_may_see(rq->me, (int)place));
}

struct sb_project_state *
sb_state_find(struct sb_rq *rq, const char *word)
{
	struct sb_admin *a = sb_admin(rq->site);
	int64_t id = -1;

	if (str_int(word, 0, INT64_MAX, &id) == -1)
		id = -1;
	for (size_t i = 0; i < a->project_count; i++) {
		if ((a->project[i].id == id || str_ieq(a->project[i].key, word)) && sb_state_visible(rq, &a->project[i]))
			return &a->project[i];
	}
	return NULL;
}

struct sb_project_state *
sb_segment_state(struct sb_rq *rq, size_t segment)
{
	struct sb_project_state *p = sb_state_find(rq, rq->segment[segment]);

	if (p == NULL)
		sb_fail(rq, 404, "No project could be found with key '%s'.", rq->segment[segment]);
	return p;
}
