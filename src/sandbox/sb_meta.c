/*
 * Metadata, made from the field table: the list of all fields, the fields of the
 * create screen by project and issue type (the two paged calls, and Cloud's old one),
 * and those of the edit screen.
 */
#include "sandbox/sb_meta.h"

#include "base/str.h"
#include "sandbox/sb_admin.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <string.h>

static void
put_operations(struct sb_rq *rq, enum sb_field_no f)
{
	const struct sb_field *d = &sb_field_table[f];
	struct jw *w = &rq->w;

	jw_arr_in(w, "operations");
	if (f == F_COMMENT || f == F_ISSUELINKS) {
		jw_s(w, "add");
	} else if (d->kind != SB_PROJECT) {
		if ((d->flags & SB_MANY) != 0 && f != F_SPRINT)
			jw_s(w, "add");
		jw_s(w, "set");
		if ((d->flags & SB_MANY) != 0 && f != F_SPRINT)
			jw_s(w, "remove");
	}
	jw_end(w);
}

static bool
allowed(enum sb_field_no f, const struct sb_named *n, int project, int64_t type)
{
	enum sb_catalogue c = sb_field_table[f].catalogue;

	if (f == F_ISSUETYPE && type != 0) {
		const struct sb_named *mine = sb_named_by_id(SB_TYPE, type);

		return n->id == type || (mine != NULL && mine->level == 0 && n->level == 0);
	}
	return sb_named_in(c, n, project) && !n->archived;
}

static void
put_allowed(struct sb_rq *rq, enum sb_field_no f, int project, int64_t type, bool creating)
{
	const struct sb_field *d = &sb_field_table[f];
	struct jw *w = &rq->w;

	if (d->kind == SB_PROJECT) {
		jw_arr_in(w, "allowedValues");
		sb_put_project_ref(rq, project);
		jw_end(w);
		return;
	}
	if (d->kind != SB_NAMED)
		return;
	jw_arr_in(w, "allowedValues");
	for (size_t i = 0; i < sb_catalogues[d->catalogue].n; i++) {
		const struct sb_named *n = &sb_catalogues[d->catalogue].v[i];

		if (f == F_ISSUETYPE && creating ? n->id == type : allowed(f, n, project, type))
			sb_put_named(rq, d->catalogue, n->id);
	}
	jw_end(w);
}

static void
put_meta(struct sb_rq *rq, enum sb_field_no f, int project, int64_t type, bool required, bool creating)
{
	const char *id = sb_field_id(rq->site, f);
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_bool(w, "required", required);
	jw_key(w, "schema");
	sb_put_schema(rq, f);
	jw_str(w, "name", sb_field_name(rq->site, f));
	if (rq->site->dc || creating)
		jw_str(w, "fieldId", id);
	if (!rq->site->dc)
		jw_str(w, "key", id);
	if (sb_field_table[f].kind == SB_USER)
		jw_str(w, "autoCompleteUrl",
		    rq->site->dc ? arena_printf(rq->arena,
				       "%s/rest/api/latest/user/assignable/search?project=%s&username=", rq->site->base,
				       sb_projects[project].key)
				 : sb_self(rq, "user/assignable/search?project=%s&query=", sb_projects[project].key));
	if (f == F_LABELS)
		jw_str(w, "autoCompleteUrl",
		    arena_printf(rq->arena, "%s/rest/api/1.0/labels/suggest?query=", rq->site->base));
	jw_bool(w, "hasDefaultValue", f == F_PRIORITY);
	if (f == F_PRIORITY) {
		jw_key(w, "defaultValue");
		sb_put_named(rq, SB_PRIORITY, 3);
	}
	put_operations(rq, f);
	put_allowed(rq, f, project, type, creating);
	jw_end(w);
}

void
sb_put_field_meta(struct sb_rq *rq, enum sb_field_no f, int project, int64_t type, bool required)
{
	put_meta(rq, f, project, type, required, false);
}

static bool
required_here(enum sb_field_no f, int64_t type)
{
	return (sb_field_table[f].flags & SB_REQUIRED) != 0 || (f == F_PARENT && type == SB_SUBTASK);
}

void
sb_put_editmeta(struct sb_rq *rq, const struct sb_issue *issue)
{
	int64_t type = sb_id(issue, F_ISSUETYPE);
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_obj_in(w, "fields");
	for (int f = 0; f < SB_FIELDS; f++) {
		if (!sb_field_on(rq->site, f, SB_ON_EDIT, type) && f != F_COMMENT && f != F_ISSUELINKS)
			continue;
		jw_key(w, sb_field_id(rq->site, f));
		put_meta(rq, f, issue->project, type, required_here(f, type), false);
	}
	jw_end(w);
	jw_end(w);
}

void
sb_get_editmeta(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);

	if (issue != NULL)
		sb_put_editmeta(rq, issue);
}

/* The documents of both deployments answer 400 here where other routes answer 404. */
static int
project_segment(struct sb_rq *rq, size_t segment)
{
	int project = sb_segment_project(rq, segment);

	if (project < 0)
		rq->status = 400;
	return project;
}

static const struct sb_named *
type_segment(struct sb_rq *rq, size_t segment)
{
	int64_t id = 0;
	const struct sb_named *n = NULL;

	if (str_int(rq->segment[segment], 0, INT32_MAX, &id) == 0)
		n = sb_named_by_id(SB_TYPE, id);
	if (n == NULL)
		sb_fail(rq, 400, "Issue type with id '%s' does not exist.", rq->segment[segment]);
	return n;
}

/* Cloud names the list, Data Center has the usual envelope. */
static void
begin_create_page(struct sb_rq *rq, const struct sb_page *p, const char *cloud_name)
{
	jw_obj(&rq->w);
	sb_put_page(rq, p);
	if (rq->site->dc)
		jw_bool(&rq->w, "isLast", (int64_t)sb_page_end(p) >= p->total);
	jw_arr_in(&rq->w, rq->site->dc ? "values" : cloud_name);
}

void
sb_create_types(struct sb_rq *rq)
{
	int project = project_segment(rq, 0);
	const struct sb_named_list *l = &sb_catalogues[SB_TYPE];
	struct sb_page p = sb_page(rq, 50, 200, l->n);

	if (project < 0)
		return;
	begin_create_page(rq, &p, "issueTypes");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_named(rq, SB_TYPE, l->v[i].id);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static bool
on_create(const struct sb_rq *rq, int f, int64_t type)
{
	return sb_field_on(rq->site, f, SB_ON_CREATE, type) || f == F_ISSUELINKS;
}

void
sb_create_fields(struct sb_rq *rq)
{
	int project = project_segment(rq, 0);
	const struct sb_named *type = project < 0 ? NULL : type_segment(rq, 1);
	struct sb_page p;
	size_t total = 0, at = 0;

	if (type == NULL)
		return;
	for (int f = 0; f < SB_FIELDS; f++)
		total += on_create(rq, f, type->id);
	p = sb_page(rq, 50, 200, total);
	begin_create_page(rq, &p, "fields");
	for (int f = 0; f < SB_FIELDS; f++) {
		if (!on_create(rq, f, type->id))
			continue;
		if (at >= (size_t)p.start && at < sb_page_end(&p))
			put_meta(rq, f, project, type->id, required_here(f, type->id), true);
		at++;
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static bool
wanted(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (str_ieq(list[i], word))
			return true;
	return n == 0;
}

/* GET issue/createmeta, deprecated on Cloud, gone from Data Center since 9. */
void
sb_create_classic(struct sb_rq *rq)
{
	const char **keys, **names;
	size_t key_count = sb_arg_list(rq, "projectKeys", &keys),
	       name_count = sb_arg_list(rq, "issuetypeNames", &names);
	bool with_fields = sb_expands(rq, "projects.issuetypes.fields");
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "expand", "projects");
	jw_arr_in(w, "projects");
	for (int p = 0; p < SB_PROJECTS; p++) {
		if (!sb_may_see(rq->me, p) || !wanted(keys, key_count, sb_projects[p].key))
			continue;
		jw_obj(w);
		jw_str(w, "self", sb_self(rq, "project/%d", sb_projects[p].id));
		jw_str(w, "id", arena_printf(rq->arena, "%d", sb_projects[p].id));
		jw_str(w, "key", sb_projects[p].key);
		jw_str(w, "name", sb_projects[p].name);
		jw_arr_in(w, "issuetypes");
		for (size_t i = 0; i < sb_catalogues[SB_TYPE].n; i++) {
			const struct sb_named *t = &sb_catalogues[SB_TYPE].v[i];

			if (!wanted(names, name_count, t->name))
				continue;
			jw_obj(w);
			jw_str(w, "self", sb_self(rq, "issuetype/%lld", (long long)t->id));
			jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)t->id));
			jw_str(w, "name", t->name);
			jw_bool(w, "subtask", t->level < 0);
			if (with_fields) {
				jw_obj_in(w, "fields");
				for (int f = 0; f < SB_FIELDS; f++)
					if (on_create(rq, f, t->id)) {
						jw_key(w, sb_field_id(rq->site, f));
						put_meta(rq, f, p, t->id, required_here(f, t->id), false);
					}
				jw_end(w);
			}
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

/* Fields that are none of an issue's values but are listed: what the columns of a search can show. */
static void
put_pseudo_field(struct sb_rq *rq, const char *id, const char *name, const char *const *clause, size_t n)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", id);
	if (!rq->site->dc)
		jw_str(w, "key", id);
	jw_str(w, "name", name);
	jw_bool(w, "custom", false);
	jw_bool(w, "orderable", false);
	jw_bool(w, "navigable", true);
	jw_bool(w, "searchable", n > 0);
	jw_arr_in(w, "clauseNames");
	for (size_t i = 0; i < n; i++)
		jw_s(w, clause[i]);
	jw_end(w);
	jw_end(w);
}

static void
put_clause_names(struct sb_rq *rq, enum sb_field_no f)
{
	const struct sb_field *d = &sb_field_table[f];
	const char *id = sb_field_id(rq->site, f);
	struct jw *w = &rq->w;

	jw_arr_in(w, "clauseNames");
	if ((d->flags & SB_SEARCHED) != 0 && d->custom != NULL) {
		jw_s(w, arena_printf(rq->arena, "cf[%s]", id + strlen("customfield_")));
		jw_s(w, sb_field_name(rq->site, f));
	} else if ((d->flags & SB_SEARCHED) != 0) {
		for (size_t i = 0; i < LEN(d->clause) && d->clause[i] != NULL; i++)
			jw_s(w, d->clause[i]);
		if (d->clause[0] == NULL || f == F_ISSUETYPE)
			jw_s(w, id);
	}
	jw_end(w);
}

void
sb_list_fields(struct sb_rq *rq)
{
	static const char *const key_clause[] = { "id", "issue", "issuekey", "key" };
	struct jw *w = &rq->w;

	jw_arr(w);
	put_pseudo_field(rq, "issuekey", "Key", key_clause, LEN(key_clause));
	put_pseudo_field(rq, "thumbnail", "Images", NULL, 0);
	for (int f = 0; f < SB_FIELDS; f++) {
		const struct sb_field *d = &sb_field_table[f];

		if (sb_field_id(rq->site, f) == NULL)
			continue;
		jw_obj(w);
		jw_str(w, "id", sb_field_id(rq->site, f));
		if (!rq->site->dc)
			jw_str(w, "key", sb_field_id(rq->site, f));
		jw_str(w, "name", sb_field_name(rq->site, f));
		jw_bool(w, "custom", d->custom != NULL);
		jw_bool(w, "orderable", (d->flags & (SB_ON_CREATE | SB_ON_EDIT)) != 0);
		jw_bool(w, "navigable", (d->flags & SB_NAVIGABLE) != 0);
		jw_bool(w, "searchable", (d->flags & SB_SEARCHED) != 0);
		put_clause_names(rq, f);
		jw_key(w, "schema");
		sb_put_schema(rq, f);
		jw_end(w);
	}
	for (size_t i = 0; i < sb_admin(rq->site)->field_count; i++)
		sb_put_made_field(rq, &rq->site->admin->field[i]);
	jw_end(w);
}
