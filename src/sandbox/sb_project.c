/*
 * Projects: the list, Cloud's search, one of them with its people and parts, and the
 * statuses by issue type. A project that a person may not see does not exist for them.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <ctype.h>
#include <string.h>

static void
put_parts(struct sb_rq *rq, enum sb_catalogue c, int project)
{
	jw_arr(&rq->w);
	for (size_t i = 0; i < sb_catalogues[c].n; i++)
		if (sb_named_in(c, &sb_catalogues[c].v[i], project))
			sb_put_named_full(rq, c, &sb_catalogues[c].v[i]);
	jw_end(&rq->w);
}

enum detail { IN_LIST, ALONE };

static void
put_project(struct sb_rq *rq, int no, enum detail detail)
{
	const struct sb_project *p = &sb_projects[no];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "expand", "description,lead,url,projectKeys");
	jw_str(w, "self", sb_self(rq, "project/%d", p->id));
	jw_str(w, "id", arena_printf(rq->arena, "%d", p->id));
	jw_str(w, "key", p->key);
	if (detail == ALONE || sb_expands(rq, "description"))
		jw_str(w, "description", p->about);
	if (detail == ALONE || sb_expands(rq, "lead")) {
		jw_key(w, "lead");
		sb_put_person(rq, p->lead);
	}
	if (detail == ALONE) {
		jw_key(w, "components");
		put_parts(rq, SB_COMPONENT, no);
		jw_key(w, "versions");
		put_parts(rq, SB_VERSION, no);
		jw_str(w, "assigneeType", "UNASSIGNED");
		jw_obj_in(w, "roles");
		jw_str(w, "Developers", sb_self(rq, "project/%d/role/10001", p->id));
		jw_end(w);
	}
	if (detail == ALONE || sb_expands(rq, "issueTypes")) {
		jw_key(w, "issueTypes");
		put_parts(rq, SB_TYPE, no);
	}
	jw_str(w, "name", p->name);
	jw_obj_in(w, "avatarUrls");
	jw_str(w, "48x48", arena_printf(rq->arena, "%s/secure/projectavatar?pid=%d", rq->site->base, p->id));
	jw_end(w);
	jw_str(w, "projectTypeKey", "software");
	jw_bool(w, "archived", false);
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
	jw_arr(&rq->w);
	for (int i = 0; i < SB_PROJECTS; i++)
		if (sb_may_see(rq->me, i))
			put_project(rq, i, IN_LIST);
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

void
sb_search_projects(struct sb_rq *rq)
{
	const char *query = sb_arg(rq, "query"), **keys, **ids;
	size_t key_count = sb_arg_list(rq, "keys", &keys), id_count = sb_arg_list(rq, "id", &ids), n = 0;
	int found[SB_PROJECTS];
	struct sb_page p;

	for (int i = 0; i < SB_PROJECTS; i++) {
		bool fits = key_count == 0 && id_count == 0;

		for (size_t k = 0; k < key_count; k++)
			fits = fits || str_ieq(keys[k], sb_projects[i].key);
		for (size_t k = 0; k < id_count; k++)
			fits = fits || sb_project_find(ids[k]) == i;
		if (fits && sb_may_see(rq->me, i) &&
		    (query == NULL || contains(sb_projects[i].name, query) || contains(sb_projects[i].key, query)))
			found[n++] = i;
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
	int project = sb_segment_project(rq, 0);

	if (project >= 0)
		put_project(rq, project, ALONE);
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

void
sb_project_components(struct sb_rq *rq)
{
	int project = sb_segment_project(rq, 0);

	if (project >= 0)
		put_parts(rq, SB_COMPONENT, project);
}

void
sb_project_versions(struct sb_rq *rq)
{
	int project = sb_segment_project(rq, 0);

	if (project >= 0)
		put_parts(rq, SB_VERSION, project);
}
