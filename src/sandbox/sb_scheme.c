/* For administrators: the schemes of a project (each the default one), and custom fields with their contexts and options. */
#include "base/str.h"
#include "sandbox/sb_admin.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <stdlib.h>
#include <string.h>

static bool
need_admin(struct sb_rq *rq)
{
	if (rq->me == SB_ME)
		return true;
	sb_fail(rq, 403, "Only Jira administrators can access this.");
	return false;
}

/* ---- schemes ---- */

static void
put_scheme(struct sb_rq *rq, const char *path, int id, const char *name)
{
	jw_obj(&rq->w);
	jw_int(&rq->w, "id", id);
	jw_str(&rq->w, "self", sb_self(rq, "%s/%d", path, id));
	jw_str(&rq->w, "name", name);
	jw_str(&rq->w, "description", "The default scheme.");
}

void
sb_permission_scheme(struct sb_rq *rq)
{
	static const char *const grants[][2] = { { "ADMINISTER_PROJECTS", "Administrators" }, { "BROWSE_PROJECTS", "Developers" },
		{ "CREATE_ISSUES", "Developers" }, { "CREATE_ISSUES", "Administrators" } };
	const struct sb_project_state *p = sb_segment_state(rq, 0);
	struct jw *w = &rq->w;

	if (p == NULL || !need_admin(rq))
		return;
	put_scheme(rq, "permissionscheme", 10000, "Default Permission Scheme");
	for (size_t i = 0; sb_expands(rq, "permissions") && i < LEN(grants); i++) {
		if (i == 0)
			jw_arr_in(w, "permissions");
		jw_obj(w);
		jw_int(w, "id", 10100 + (int64_t)i);
		jw_str(w, "self", sb_self(rq, "permissionscheme/10000/permission/%zu", 10100 + i));
		jw_obj_in(w, "holder");
		jw_str(w, "type", "group");
		jw_str(w, "parameter", grants[i][1]);
		jw_end(w);
		jw_str(w, "permission", grants[i][0]);
		jw_end(w);
		if (i + 1 == LEN(grants))
			jw_end(w);
	}
	jw_end(w);
}

void
sb_notification_scheme(struct sb_rq *rq)
{
	if (sb_segment_state(rq, 0) == NULL || !need_admin(rq))
		return;
	put_scheme(rq, "notificationscheme", 10000, "Default Notification Scheme");
	jw_end(&rq->w);
}

void
sb_security_scheme(struct sb_rq *rq)
{
	if (sb_segment_state(rq, 0) != NULL && need_admin(rq))
		sb_fail(rq, 404, "The project has no issue security scheme.");
}

void
sb_priority_scheme(struct sb_rq *rq)
{
	if (sb_segment_state(rq, 0) == NULL || !need_admin(rq))
		return;
	put_scheme(rq, "priorityschemes", 10000, "Default priority scheme");
	jw_bool(&rq->w, "defaultScheme", true);
	jw_end(&rq->w);
}

static void
put_workflows(struct sb_rq *rq)
{
	struct jw *w = &rq->w;

	put_scheme(rq, "workflowscheme", 10100, "Software workflow scheme");
	jw_str(w, "defaultWorkflow", "Software Simplified Workflow");
	jw_obj_in(w, "issueTypeMappings");
	jw_str(w, "10004", "Bug Workflow");
	jw_end(w);
	if (rq->site->dc) {
		jw_obj_in(w, "issueTypes");
		jw_key(w, "10004");
		sb_put_named(rq, SB_TYPE, SB_BUG);
		jw_end(w);
	}
	jw_end(w);
}

void
sb_workflow_scheme(struct sb_rq *rq)
{
	if (sb_segment_state(rq, 0) != NULL && need_admin(rq))
		put_workflows(rq);
}

static const struct sb_project_state *
project_of_query(struct sb_rq *rq)
{
	const char *id = sb_arg(rq, "projectId");
	const struct sb_project_state *p = id == NULL || !need_admin(rq) ? NULL : sb_state_find(rq, id);

	if (p == NULL && !rq->failed)
		sb_fail(rq, 400, "The project with the id '%s' doesn't exist.", id != NULL ? id : "");
	return p;
}

static void
put_project_ids(struct sb_rq *rq, const struct sb_project_state *p)
{
	jw_arr_in(&rq->w, "projectIds");
	jw_s(&rq->w, arena_printf(rq->arena, "%lld", (long long)p->id));
	jw_end(&rq->w);
}

void
sb_workflow_schemes(struct sb_rq *rq)
{
	const struct sb_project_state *p = project_of_query(rq);
	struct jw *w = &rq->w;

	if (p == NULL)
		return;
	jw_obj(w);
	jw_arr_in(w, "values");
	jw_obj(w);
	put_project_ids(rq, p);
	jw_key(w, "workflowScheme");
	put_workflows(rq);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

static void
page_of_one(struct sb_rq *rq, const char *path, const char *member, const char *id, const char *name)
{
	const struct sb_project_state *p = project_of_query(rq);
	struct sb_page page = sb_page(rq, 50, 50, 1);
	struct jw *w = &rq->w;

	if (p == NULL)
		return;
	sb_put_page_bean(rq, &page, path);
	if (sb_page_end(&page) > (size_t)page.start) {
		jw_obj(w);
		jw_obj_in(w, member);
		jw_str(w, "id", id);
		jw_str(w, "name", name);
		jw_end(w);
		put_project_ids(rq, p);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

void
sb_type_schemes(struct sb_rq *rq)
{
	page_of_one(rq, "issuetypescheme/project", "issueTypeScheme", "10000", "Default Issue Type Scheme");
}

void
sb_screen_schemes(struct sb_rq *rq)
{
	page_of_one(rq, "issuetypescreenscheme/project", "issueTypeScreenScheme", "1", "Default Issue Type Screen Scheme");
}

/* ---- custom fields ---- */

static bool
is_field(struct sb_rq *rq, const char *id)
{
	const struct sb_admin *a = sb_admin(rq->site);

	for (size_t i = 0; i < a->field_count; i++)
		if (str_eq(a->field[i].id, id))
			return true;
	return str_starts(id, "customfield_") && sb_field_by_id(rq->site, id) >= 0;
}

static bool
segment_field(struct sb_rq *rq)
{
	if (!need_admin(rq))
		return false;
	if (!is_field(rq, rq->segment[0]))
		sb_fail(rq, 404, "The custom field was not found.");
	return !rq->failed;
}

static struct sb_context *
segment_context(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	int64_t id = -1;

	if (!segment_field(rq))
		return NULL;
	if (str_int(rq->segment[1], 0, INT64_MAX, &id) == -1)
		id = -1;
	for (size_t i = 0; i < a->context_count; i++)
		if (a->context[i].id == id && str_eq(a->context[i].field, rq->segment[0]))
			return &a->context[i];
	sb_fail(rq, 404, "The context with id %s was not found.", rq->segment[1]);
	return NULL;
}

void
sb_list_contexts(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	const struct sb_context **found = arena_array(rq->arena, a->context_count + 1, sizeof(*found));
	struct jw *w = &rq->w;
	struct sb_page p;
	size_t n = 0;

	if (!segment_field(rq))
		return;
	for (size_t i = 0; i < a->context_count; i++)
		if (str_eq(a->context[i].field, rq->segment[0]))
			found[n++] = &a->context[i];
	p = sb_page(rq, 50, 100, n);
	sb_put_page_bean(rq, &p, arena_printf(rq->arena, "field/%s/context", rq->segment[0]));
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++) {
		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)found[i]->id));
		jw_str(w, "name", found[i]->name);
		jw_str(w, "description", "");
		jw_bool(w, "isGlobalContext", found[i]->global);
		jw_bool(w, "isAnyIssueType", true);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

void
sb_create_context(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct sb_context x = { .field = NULL };
	json *ids = json_get(rq->body, "projectIds");
	struct jw *w = &rq->w;

	if (!segment_field(rq) || !sb_need_body(rq))
		return;
	sb_take_string(rq, "name", &x.name);
	if (str_blank(x.name))
		sb_fail(rq, 400, "The context must have a name.");
	for (struct json_iter it = json_iter(ids); json_next(&it);)
		if (json_str(it.value) == NULL || sb_state_find(rq, json_str(it.value)) == NULL)
			sb_fail(rq, 404, "The project was not found.");
	x.global = json_len(ids) == 0;
	for (size_t i = 0; i < a->context_count; i++)
		if (x.global && a->context[i].global && str_eq(a->context[i].field, rq->segment[0]))
			sb_fail(rq, 409, "The custom field already has a global context.");
	if (rq->failed)
		return;
	x.id = a->next_id++;
	x.field = arena_strdup(rq->site->arena, rq->segment[0]);
	a->context = sb_room(rq->site->arena, a->context, a->context_count, sizeof(x));
	a->context[a->context_count++] = x;
	sb_tick(rq->site);
	rq->status = 201;
	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)x.id));
	jw_str(w, "name", x.name);
	jw_str(w, "description", "");
	jw_arr_in(w, "projectIds");
	for (struct json_iter it = json_iter(ids); json_next(&it);)
		jw_s(w, json_str(it.value));
	jw_end(w);
	jw_arr_in(w, "issueTypeIds");
	jw_end(w);
	jw_end(w);
}

static void
put_option(struct sb_rq *rq, const struct sb_option *o)
{
	jw_obj(&rq->w);
	jw_str(&rq->w, "id", arena_printf(rq->arena, "%lld", (long long)o->id));
	jw_str(&rq->w, "value", o->value);
	jw_bool(&rq->w, "disabled", o->disabled);
	jw_end(&rq->w);
}

void
sb_list_options(struct sb_rq *rq)
{
	const struct sb_context *x = segment_context(rq);
	struct sb_admin *a = sb_admin(rq->site);
	const struct sb_option **found = arena_array(rq->arena, a->option_count + 1, sizeof(*found));
	struct sb_page p;
	size_t n = 0;

	if (x == NULL)
		return;
	for (size_t i = 0; i < a->option_count; i++)
		if (a->option[i].context == x->id)
			found[n++] = &a->option[i];
	p = sb_page(rq, 100, 1000, n);
	sb_put_page_bean(rq, &p, arena_printf(rq->arena, "field/%s/context/%lld/option", x->field, (long long)x->id));
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_option(rq, found[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static struct sb_option *
option_of(struct sb_admin *a, int64_t context, const char *id, const char *value)
{
	int64_t n = -1;

	if (id != NULL && str_int(id, 0, INT64_MAX, &n) == -1)
		return NULL;
	for (size_t i = 0; i < a->option_count; i++)
		if (a->option[i].context == context && (id != NULL ? a->option[i].id == n : str_ieq(a->option[i].value, value)))
			return &a->option[i];
	return NULL;
}

/* POST adds all or none, PUT changes all or none: everything is looked at before the first is taken. */
static void
write_options(struct sb_rq *rq, bool add)
{
	const struct sb_context *x = segment_context(rq);
	struct sb_admin *a = sb_admin(rq->site);
	json *list = json_get(rq->body, "options");
	struct sb_option *o;

	if (x == NULL || !sb_need_body(rq))
		return;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *value = json_get_str(it.value, "value");

		if (add && (str_blank(value) || option_of(a, x->id, NULL, value) != NULL))
			sb_fail(rq, 400, "The option '%s' is empty or exists already.", value != NULL ? value : "");
		else if (!add && option_of(a, x->id, json_get_str(it.value, "id"), "") == NULL)
			sb_fail(rq, 404, "The option was not found.");
	}
	if (json_len(list) == 0)
		sb_fail(rq, 400, "At least one option is needed.");
	if (rq->failed)
		return;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "options");
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *value = json_get_str(it.value, "value");

		if (add) {
			a->option = sb_room(rq->site->arena, a->option, a->option_count, sizeof(*o));
			o = &a->option[a->option_count++];
			o->id = a->next_id++;
			o->context = x->id;
		} else {
			o = option_of(a, x->id, json_get_str(it.value, "id"), "");
		}
		if (value != NULL)
			o->value = arena_strdup(rq->site->arena, value);
		o->disabled = json_get_bool(it.value, "disabled", o->disabled);
		put_option(rq, o);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	sb_tick(rq->site);
}

void
sb_add_options(struct sb_rq *rq)
{
	write_options(rq, true);
}

void
sb_edit_options(struct sb_rq *rq)
{
	write_options(rq, false);
}

/* Data Center: the options of a field by its number. */
void
sb_field_options(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	const char *id = arena_printf(rq->arena, "customfield_%s", rq->segment[0]), *query = sb_arg(rq, "query");
	struct jw *w = &rq->w;
	int64_t total = 0;

	if (!is_field(rq, id)) {
		sb_fail(rq, 404, "The custom field was not found.");
		return;
	}
	jw_obj(w);
	jw_arr_in(w, "options");
	for (size_t i = 0; i < a->option_count; i++) {
		const struct sb_option *o = &a->option[i];
		bool mine = false;

		for (size_t k = 0; k < a->context_count; k++)
			mine = mine || (a->context[k].id == o->context && str_eq(a->context[k].field, id));
		if (!mine || (query != NULL && !str_istarts(o->value, query)))
			continue;
		total++;
		jw_obj(w);
		jw_str(w, "self", sb_self(rq, "customFieldOption/%lld", (long long)o->id));
		jw_str(w, "value", o->value);
		jw_int(w, "id", o->id);
		jw_bool(w, "disabled", o->disabled);
		jw_arr_in(w, "childrenIds");
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	jw_int(w, "total", total);
	jw_end(w);
}

void
sb_put_made_field(struct sb_rq *rq, const struct sb_made_field *f)
{
	const char *number = f->id + strlen("customfield_"), *colon = strrchr(f->type, ':');
	const char *type = colon != NULL ? colon + 1 : f->type;
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", f->id);
	if (!rq->site->dc)
		jw_str(w, "key", f->id);
	jw_str(w, "name", f->name);
	jw_bool(w, "custom", true);
	jw_bool(w, "orderable", true);
	jw_bool(w, "navigable", true);
	jw_bool(w, "searchable", true);
	jw_arr_in(w, "clauseNames");
	jw_s(w, arena_printf(rq->arena, "cf[%s]", number));
	jw_s(w, f->name);
	jw_end(w);
	jw_obj_in(w, "schema");
	jw_str(w, "type", str_eq(type, "select") ? "option" : str_eq(type, "float") ? "number" : "string");
	jw_str(w, "custom", f->type);
	jw_int(w, "customId", strtoll(number, NULL, 10));
	jw_end(w);
	jw_end(w);
}

void
sb_create_field(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct sb_made_field f = { .id = NULL };

	if (!need_admin(rq) || !sb_need_body(rq))
		return;
	sb_take_string(rq, "name", &f.name);
	sb_take_string(rq, "type", &f.type);
	if (str_blank(f.name))
		sb_refuse(rq, "name", "The name is required.");
	if (f.type == NULL || strchr(f.type, ':') == NULL)
		sb_refuse(rq, "type", "Custom field type '%s' is not valid.", f.type != NULL ? f.type : "");
	if (a->field_count >= SB_MAX_ADDED)
		sb_fail(rq, 400, "There are too many fields.");
	if (rq->failed)
		return;
	f.id = arena_printf(rq->site->arena, "customfield_%zu", 10400 + a->field_count);
	a->field = sb_room(rq->site->arena, a->field, a->field_count, sizeof(f));
	a->field[a->field_count++] = f;
	sb_tick(rq->site);
	rq->status = 201;
	sb_put_made_field(rq, &f);
}
