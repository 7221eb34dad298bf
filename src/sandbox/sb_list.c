/*
 * The site itself and its catalogues: statuses, priorities, resolutions, issue
 * types, link types, labels, permissions. All of them come from the tables in
 * sb_company.c.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <string.h>

void
sb_server_info(struct sb_rq *rq)
{
	static const struct {
		const char *version;
		int number[3];
		int build;
	} info[2] = {
		{ "1001.0.0-SNAPSHOT", { 1001, 0, 0 }, 100292 },
		{ "10.3.24", { 10, 3, 24 }, 10030024 },
	};
	bool dc = rq->site->dc;
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "baseUrl", rq->site->base);
	if (!dc)
		jw_str(w, "displayUrl", rq->site->base);
	jw_str(w, "version", info[dc].version);
	jw_arr_in(w, "versionNumbers");
	for (size_t i = 0; i < 3; i++)
		jw_i(w, info[dc].number[i]);
	jw_end(w);
	jw_str(w, "deploymentType", dc ? "Server" : "Cloud");
	jw_int(w, "buildNumber", info[dc].build);
	jw_str(w, "buildDate", "2026-10-01T00:00:00.000+0000");
	jw_str(w, "serverTime", sb_time(rq, sb_now(rq->site)));
	if (!dc)
		jw_str(w, "serverTimeZone", "Etc/UTC");
	jw_str(w, "scmInfo", "0000000000000000000000000000000000000000");
	jw_str(w, "serverTitle", "Halden Outdoor (sandbox)");
	jw_end(w);
}

static void
list_all(struct sb_rq *rq, enum sb_catalogue c)
{
	jw_arr(&rq->w);
	for (size_t i = 0; i < sb_catalogues[c].n; i++)
		sb_put_named_full(rq, c, &sb_catalogues[c].v[i]);
	jw_end(&rq->w);
}

static void
search_all(struct sb_rq *rq, enum sb_catalogue c, const char *path)
{
	struct sb_page p = sb_page(rq, 50, 50, sb_catalogues[c].n);

	sb_put_page_bean(rq, &p, path);
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_named_full(rq, c, &sb_catalogues[c].v[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_list_statuses(struct sb_rq *rq)
{
	list_all(rq, SB_STATUS);
}

void
sb_list_priorities(struct sb_rq *rq)
{
	list_all(rq, SB_PRIORITY);
}

void
sb_search_priorities(struct sb_rq *rq)
{
	search_all(rq, SB_PRIORITY, "priority/search");
}

void
sb_list_resolutions(struct sb_rq *rq)
{
	list_all(rq, SB_RESOLUTION);
}

void
sb_search_resolutions(struct sb_rq *rq)
{
	search_all(rq, SB_RESOLUTION, "resolution/search");
}

void
sb_list_types(struct sb_rq *rq)
{
	list_all(rq, SB_TYPE);
}

void
sb_list_project_types(struct sb_rq *rq)
{
	const char *id = sb_arg(rq, "projectId");

	if (id == NULL || !sb_may_see(rq->me, sb_project_find(id)))
		sb_fail(rq, id == NULL ? 400 : 404,
		    id == NULL ? "projectId is required%s" : "Project with id '%s' does not exist.",
		    id == NULL ? "" : id);
	else
		list_all(rq, SB_TYPE);
}

static void
get_one(struct sb_rq *rq, enum sb_catalogue c, const char *what)
{
	const struct sb_named *n = NULL;
	int64_t id = 0;

	if (str_int(rq->segment[0], 0, INT32_MAX, &id) == 0)
		n = sb_named_by_id(c, id);
	if (n == NULL && c == SB_STATUS)
		n = sb_named_by_name(c, rq->segment[0], -1);
	if (n == NULL)
		sb_fail(rq, 404, "The %s with id '%s' does not exist", what, rq->segment[0]);
	else
		sb_put_named_full(rq, c, n);
}

void
sb_get_status(struct sb_rq *rq)
{
	get_one(rq, SB_STATUS, "status");
}

void
sb_get_priority(struct sb_rq *rq)
{
	get_one(rq, SB_PRIORITY, "priority");
}

void
sb_search_statuses(struct sb_rq *rq)
{
	struct sb_page p = sb_page(rq, 200, 200, sb_catalogues[SB_STATUS].n);
	struct jw *w = &rq->w;

	sb_put_page_bean(rq, &p, "statuses/search");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++) {
		const struct sb_named *n = &sb_catalogues[SB_STATUS].v[i];

		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)n->id));
		jw_str(w, "name", n->name);
		jw_str(w, "statusCategory", sb_categories[n->level].cloud_name);
		jw_obj_in(w, "scope");
		jw_str(w, "type", "GLOBAL");
		jw_end(w);
		jw_str(w, "description", n->about);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

void
sb_list_link_types(struct sb_rq *rq)
{
	jw_obj(&rq->w);
	jw_key(&rq->w, "issueLinkTypes");
	list_all(rq, SB_LINKTYPE);
	jw_end(&rq->w);
}

/* Every label in use, each once, in the order of first use. */
void
sb_list_labels(struct sb_rq *rq)
{
	const struct sb_field *f = &sb_field_table[F_LABELS];
	struct sb_value all = { NULL, 0 };
	struct sb_page p;

	for (size_t i = 0; i < rq->site->issue_count; i++) {
		const struct sb_issue *issue = rq->site->issue[i];

		for (size_t k = 0; !issue->deleted && k < issue->value[F_LABELS].n; k++)
			if (!sb_value_has(f, &all, &issue->value[F_LABELS].v[k])) {
				all.v = sb_room(rq->arena, all.v, all.n, sizeof *all.v);
				all.v[all.n++] = issue->value[F_LABELS].v[k];
			}
	}
	p = sb_page(rq, 1000, 1000, all.n);
	sb_put_page_bean(rq, &p, "label");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		jw_s(&rq->w, all.v[i].text);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_list_permissions(struct sb_rq *rq)
{
	static const struct {
		const char *key, *name, *type;
		bool guest;
	} permission[] = {
		{ "BROWSE_PROJECTS", "Browse Projects", "PROJECT", true },
		{ "CREATE_ISSUES", "Create Issues", "PROJECT", true },
		{ "EDIT_ISSUES", "Edit Issues", "PROJECT", true },
		{ "ADD_COMMENTS", "Add Comments", "PROJECT", true },
		{ "TRANSITION_ISSUES", "Transition Issues", "PROJECT", true },
		{ "ASSIGN_ISSUES", "Assign Issues", "PROJECT", true },
		{ "DELETE_ISSUES", "Delete Issues", "PROJECT", false },
		{ "ADMINISTER", "Administer Jira", "GLOBAL", false },
	};
	const char **wanted;
	size_t n = sb_arg_list(rq, "permissions", &wanted);
	struct jw *w = &rq->w;

	if (n == 0 && !rq->site->dc) {
		sb_fail(rq, 400, "The 'permissions' query parameter is required.");
		return;
	}
	jw_obj(w);
	jw_obj_in(w, "permissions");
	for (size_t i = 0; i < LEN(permission); i++) {
		bool asked = n == 0;

		for (size_t k = 0; k < n; k++)
			asked = asked || str_eq(wanted[k], permission[i].key);
		if (!asked)
			continue;
		jw_obj_in(w, permission[i].key);
		jw_str(w, "id", arena_printf(rq->arena, "%zu", i + 10));
		jw_str(w, "key", permission[i].key);
		jw_str(w, "name", permission[i].name);
		jw_str(w, "type", permission[i].type);
		jw_str(w, "description", permission[i].name);
		jw_bool(w, "havePermission", permission[i].guest || rq->me == SB_ME);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}
