/* Saved filters with their shares and stars, and dashboards with their gadgets. Their owner changes them, whoever they are shared with sees them. */
#include "base/str.h"
#include "query/jql.h"
#include "sandbox/sb_admin.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <string.h>

static bool
contains(const char *s, const char *word)
{
	size_t len = strlen(word);

	for (; *s != '\0'; s++)
		if (strncasecmp(s, word, len) == 0)
			return true;
	return len == 0;
}

static const char *
id_text(struct sb_rq *rq, int64_t id)
{
	return arena_printf(rq->arena, "%lld", (long long)id);
}

/* ---- filters ---- */

static bool
may_see(const struct sb_rq *rq, const struct sb_filter *f)
{
	if (f->gone)
		return false;
	if (f->owner == rq->me)
		return true;
	for (size_t i = 0; i < f->share_count; i++) {
		const struct sb_share *s = &f->share[i];

		if (s->id != 0 && (s->project >= 0 ? sb_may_see(rq->me, s->project) : s->person >= 0 ? s->person == rq->me : true))
			return true;
	}
	return false;
}

static struct sb_filter *
segment_filter(struct sb_rq *rq, bool to_edit)
{
	struct sb_admin *a = sb_admin(rq->site);
	int64_t id = -1;

	if (str_int(rq->segment[0], 0, INT64_MAX, &id) == -1)
		id = -1;
	for (size_t i = 0; i < a->filter_count; i++) {
		if (a->filter[i].id != id || !may_see(rq, &a->filter[i]))
			continue;
		if (!to_edit || a->filter[i].owner == rq->me)
			return &a->filter[i];
	}
	sb_fail(rq, 400, "The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.");
	return NULL;
}

static void
put_share(struct sb_rq *rq, const struct sb_share *s)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "id", s->id);
	jw_str(w, "type", s->type);
	if (s->project >= 0) {
		jw_key(w, "project");
		sb_put_project_ref(rq, s->project);
	}
	if (s->group != NULL) {
		jw_obj_in(w, "group");
		jw_str(w, "name", s->group);
		jw_str(w, "self", sb_self(rq, "group?groupname=%s", s->group));
		jw_end(w);
	}
	if (s->person >= 0) {
		jw_key(w, "user");
		sb_put_person(rq, s->person);
	}
	jw_end(w);
}

static void
put_filter(struct sb_rq *rq, const struct sb_filter *f)
{
	struct jw *w = &rq->w;
	struct buf q;

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "filter/%lld", (long long)f->id));
	jw_str(w, "id", id_text(rq, f->id));
	jw_str(w, "name", f->name);
	if (f->about != NULL)
		jw_str(w, "description", f->about);
	jw_key(w, "owner");
	sb_put_person(rq, f->owner);
	jw_str(w, "jql", f->jql);
	jw_str(w, "viewUrl", arena_printf(rq->arena, "%s/issues/?filter=%lld", rq->site->base, (long long)f->id));
	buf_init(&q, 256 * 1024);
	str_urlencode(&q, f->jql, strlen(f->jql));
	jw_str(w, "searchUrl", arena_printf(rq->arena, "%s/rest/api/%d/search?jql=%s", rq->site->base, rq->api, q.data));
	buf_release(&q);
	jw_bool(w, "favourite", (f->favourite >> rq->me & 1) != 0);
	jw_arr_in(w, "sharePermissions");
	for (size_t i = 0; i < f->share_count; i++)
		if (f->share[i].id != 0)
			put_share(rq, &f->share[i]);
	jw_end(w);
	jw_end(w);
}

static void
take_filter(struct sb_rq *rq, const struct sb_filter *self, struct sb_filter *f)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct err e;

	sb_take_string(rq, "name", &f->name);
	sb_take_string(rq, "description", &f->about);
	sb_take_string(rq, "jql", &f->jql);
	if (str_blank(f->name))
		sb_refuse(rq, "filterName", "The filter must have a name.");
	for (size_t i = 0; i < a->filter_count && f->name != NULL; i++)
		if (&a->filter[i] != self && !a->filter[i].gone && a->filter[i].owner == rq->me && str_ieq(a->filter[i].name, f->name))
			sb_refuse(rq, "filterName", "Filter with same name already exists.");
	err_init(&e, rq->arena);
	if (f->jql == NULL)
		f->jql = "";
	if (jql_parse(rq->arena, f->jql, strlen(f->jql), &e) == NULL)
		sb_fail(rq, 400, "Error in the JQL Query: %s", e.message);
}

void
sb_create_filter(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct sb_filter f = { .owner = rq->me };

	if (!sb_need_body(rq))
		return;
	take_filter(rq, NULL, &f);
	if (a->filter_count >= SB_MAX_ADDED)
		sb_fail(rq, 400, "There are too many filters.");
	if (rq->failed)
		return;
	f.id = a->next_id++;
	if (json_get_bool(rq->body, "favourite", false))
		f.favourite = 1u << rq->me;
	a->filter = sb_room(rq->site->arena, a->filter, a->filter_count, sizeof(f));
	a->filter[a->filter_count++] = f;
	sb_tick(rq->site);
	put_filter(rq, &f);
}

void
sb_get_filter(struct sb_rq *rq)
{
	const struct sb_filter *f = segment_filter(rq, false);

	if (f != NULL)
		put_filter(rq, f);
}

void
sb_edit_filter(struct sb_rq *rq)
{
	struct sb_filter *f = segment_filter(rq, true), new;

	if (f == NULL || !sb_need_body(rq))
		return;
	new = *f;
	take_filter(rq, f, &new);
	if (rq->failed)
		return;
	*f = new;
	if (json_get(rq->body, "favourite") != NULL)
		f->favourite = json_get_bool(rq->body, "favourite", false) ? f->favourite | 1u << rq->me : f->favourite & ~(1u << rq->me);
	sb_tick(rq->site);
	put_filter(rq, f);
}

void
sb_delete_filter(struct sb_rq *rq)
{
	struct sb_filter *f = segment_filter(rq, true);

	if (f == NULL)
		return;
	f->gone = true;
	sb_tick(rq->site);
	rq->status = 204;
}

static void
set_favourite(struct sb_rq *rq, bool on)
{
	struct sb_filter *f = segment_filter(rq, false);

	if (f == NULL)
		return;
	f->favourite = on ? f->favourite | 1u << rq->me : f->favourite & ~(1u << rq->me);
	sb_tick(rq->site);
	put_filter(rq, f);
}

void
sb_star_filter(struct sb_rq *rq)
{
	set_favourite(rq, true);
}

void
sb_unstar_filter(struct sb_rq *rq)
{
	set_favourite(rq, false);
}

static void
list_filters(struct sb_rq *rq, bool favourites)
{
	struct sb_admin *a = sb_admin(rq->site);

	jw_arr(&rq->w);
	for (size_t i = 0; i < a->filter_count; i++)
		if (may_see(rq, &a->filter[i]) && (favourites ? (a->filter[i].favourite >> rq->me & 1) != 0 : a->filter[i].owner == rq->me))
			put_filter(rq, &a->filter[i]);
	jw_end(&rq->w);
}

void
sb_favourite_filters(struct sb_rq *rq)
{
	list_filters(rq, true);
}

void
sb_my_filters(struct sb_rq *rq)
{
	list_filters(rq, false);
}

/* Without ?expand= the list has names and little more. */
static void
put_filter_details(struct sb_rq *rq, const struct sb_filter *f)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "expand", "description,owner,jql,viewUrl,searchUrl,favourite,sharePermissions");
	jw_str(w, "self", sb_self(rq, "filter/%lld", (long long)f->id));
	jw_str(w, "id", id_text(rq, f->id));
	jw_str(w, "name", f->name);
	if (sb_expands(rq, "jql"))
		jw_str(w, "jql", f->jql);
	if (sb_expands(rq, "owner")) {
		jw_key(w, "owner");
		sb_put_person(rq, f->owner);
	}
	if (sb_expands(rq, "favourite"))
		jw_bool(w, "favourite", (f->favourite >> rq->me & 1) != 0);
	jw_end(w);
}

void
sb_search_filters(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	const char *name = sb_arg(rq, "filterName");
	const struct sb_filter **found = arena_array(rq->arena, a->filter_count + 1, sizeof(*found));
	struct sb_page p;
	size_t n = 0;

	for (size_t i = 0; i < a->filter_count; i++)
		if (may_see(rq, &a->filter[i]) && (name == NULL || contains(a->filter[i].name, name)))
			found[n++] = &a->filter[i];
	p = sb_page(rq, 50, 100, n);
	sb_put_page_bean(rq, &p, "filter/search");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_filter_details(rq, found[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static bool
take_share(struct sb_rq *rq, struct sb_share *s)
{
	static const char *const types[] = { "project", "group", "user", "global", "authenticated" };
	const char *type = json_get_str(rq->body, "type"), *id = json_scalar(rq->arena, json_get(rq->body, "projectId"));
	const char *who = json_get_str(rq->body, rq->site->dc ? "userKey" : "accountId");

	*s = (struct sb_share){ .project = -1, .person = -1 };
	for (size_t i = 0; i < LEN(types); i++)
		if (str_eq(types[i], type))
			s->type = types[i];
	if (s->type == NULL)
		sb_fail(rq, 400, "The share type '%s' is not valid.", type != NULL ? type : "");
	else if (str_eq(type, "project") && (id == NULL || !sb_may_see(rq->me, s->project = sb_project_find(id))))
		sb_fail(rq, 400, "The project with id '%s' does not exist.", id != NULL ? id : "");
	else if (str_eq(type, "group") && json_get_str(rq->body, "groupname") == NULL)
		sb_fail(rq, 400, "The group name is required.");
	else if (str_eq(type, "user") && (s->person = who == NULL ? -1 : rq->site->dc ? sb_person_by_name(who) : sb_person_by_account(who)) < 0)
		sb_fail(rq, 400, "The user does not exist.");
	else if (str_eq(type, "group"))
		s->group = arena_strdup(rq->site->arena, json_get_str(rq->body, "groupname"));
	return !rq->failed;
}

void
sb_share_filter(struct sb_rq *rq)
{
	struct sb_filter *f = segment_filter(rq, true);
	struct sb_share s;

	if (f == NULL || !sb_need_body(rq) || !take_share(rq, &s))
		return;
	s.id = sb_admin(rq->site)->next_id++;
	f->share = sb_room(rq->site->arena, f->share, f->share_count, sizeof(s));
	f->share[f->share_count++] = s;
	sb_tick(rq->site);
	rq->status = 201;
	if (rq->site->dc) {	/* the new one; Cloud answers with all */
		put_share(rq, &s);
		return;
	}
	jw_arr(&rq->w);
	for (size_t i = 0; i < f->share_count; i++)
		if (f->share[i].id != 0)
			put_share(rq, &f->share[i]);
	jw_end(&rq->w);
}

void
sb_unshare_filter(struct sb_rq *rq)
{
	struct sb_filter *f = segment_filter(rq, true);
	int64_t id = -1;

	if (f == NULL)
		return;
	if (str_int(rq->segment[1], 1, INT64_MAX, &id) == -1)
		id = -1;
	for (size_t i = 0; i < f->share_count; i++) {
		if (f->share[i].id != id)
			continue;
		f->share[i].id = 0;
		sb_tick(rq->site);
		rq->status = 204;
		return;
	}
	sb_fail(rq, 404, "The share permission with id '%s' does not exist.", rq->segment[1]);
}

/* ---- dashboards ---- */

static const struct {
	const char *title, *module;
} gadgets[] = {
	{ "Filter Results", "com.atlassian.jira.gadgets:filter-results-gadget" },
	{ "Pie Chart", "com.atlassian.jira.gadgets:pie-chart-gadget" },
	{ "Assigned to Me", "com.atlassian.jira.gadgets:assigned-to-me-gadget" },
	{ "Sprint Health Gadget", "com.pyxis.greenhopper.jira:greenhopper-sprint-health-gadget" },
};

static struct sb_dashboard *
segment_dashboard(struct sb_rq *rq, bool to_edit)
{
	struct sb_admin *a = sb_admin(rq->site);
	int64_t id = -1;

	if (str_int(rq->segment[0], 0, INT64_MAX, &id) == -1)
		id = -1;
	for (size_t i = 0; i < a->dashboard_count; i++) {
		struct sb_dashboard *d = &a->dashboard[i];

		if (d->id == id && !d->gone && (d->owner == rq->me || (d->owner < 0 && !to_edit)))
			return d;
	}
	sb_fail(rq, 404, "The dashboard with id '%s' does not exist.", rq->segment[0]);
	return NULL;
}

static void
put_dashboard(struct sb_rq *rq, const struct sb_dashboard *d)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", id_text(rq, d->id));
	jw_str(w, "name", d->name);
	jw_str(w, "self", sb_self(rq, "dashboard/%lld", (long long)d->id));
	jw_str(w, "view", arena_printf(rq->arena, "%s/%s%lld", rq->site->base, rq->site->dc ? "secure/Dashboard.jspa?selectPageId=" :
	    "jira/dashboards/", (long long)d->id));
	if (!rq->site->dc) {
		jw_str(w, "description", d->about != NULL ? d->about : "");
		jw_bool(w, "isFavourite", false);
		jw_bool(w, "isWritable", d->owner == rq->me);
		jw_bool(w, "systemDashboard", d->owner < 0);
		jw_arr_in(w, "sharePermissions");
		jw_end(w);
		jw_arr_in(w, "editPermissions");
		jw_end(w);
	}
	jw_end(w);
}

static size_t
visible_dashboards(struct sb_rq *rq, const char *name, const struct sb_dashboard **found)
{
	struct sb_admin *a = sb_admin(rq->site);
	size_t n = 0;

	for (size_t i = 0; i < a->dashboard_count; i++) {
		const struct sb_dashboard *d = &a->dashboard[i];

		if (!d->gone && (d->owner < 0 || d->owner == rq->me) && (name == NULL || contains(d->name, name)))
			found[n++] = d;
	}
	return n;
}

void
sb_list_dashboards(struct sb_rq *rq)
{
	const struct sb_dashboard **found = arena_array(rq->arena, sb_admin(rq->site)->dashboard_count + 1, sizeof(*found));
	struct sb_page p = sb_page(rq, 20, 1000, visible_dashboards(rq, NULL, found));

	jw_obj(&rq->w);
	sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "dashboards");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_dashboard(rq, found[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_search_dashboards(struct sb_rq *rq)
{
	const struct sb_dashboard **found = arena_array(rq->arena, sb_admin(rq->site)->dashboard_count + 1, sizeof(*found));
	struct sb_page p = sb_page(rq, 50, 100, visible_dashboards(rq, sb_arg(rq, "dashboardName"), found));

	sb_put_page_bean(rq, &p, "dashboard/search");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_dashboard(rq, found[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_get_dashboard(struct sb_rq *rq)
{
	const struct sb_dashboard *d = segment_dashboard(rq, false);

	if (d != NULL)
		put_dashboard(rq, d);
}

void
sb_create_dashboard(struct sb_rq *rq)
{
	struct sb_admin *a = sb_admin(rq->site);
	struct sb_dashboard d = { .owner = rq->me };

	if (!sb_need_body(rq))
		return;
	sb_take_string(rq, "name", &d.name);
	sb_take_string(rq, "description", &d.about);
	if (str_blank(d.name))
		sb_refuse(rq, "dashboardName", "You must specify a name for the dashboard.");
	if (!yyjson_is_arr(json_get(rq->body, "sharePermissions")) || !yyjson_is_arr(json_get(rq->body, "editPermissions")))
		sb_fail(rq, 400, "sharePermissions and editPermissions are required.");
	if (a->dashboard_count >= SB_MAX_ADDED)
		sb_fail(rq, 400, "There are too many dashboards.");
	if (rq->failed)
		return;
	d.id = a->next_id++;
	a->dashboard = sb_room(rq->site->arena, a->dashboard, a->dashboard_count, sizeof(d));
	a->dashboard[a->dashboard_count++] = d;
	sb_tick(rq->site);
	put_dashboard(rq, &d);
}

void
sb_delete_dashboard(struct sb_rq *rq)
{
	struct sb_dashboard *d = segment_dashboard(rq, true);

	if (d == NULL)
		return;
	d->gone = true;
	sb_tick(rq->site);
	rq->status = 204;
}

static void
put_gadget(struct sb_rq *rq, const struct sb_gadget *g)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "id", g->id);
	jw_str(w, "moduleKey", gadgets[g->kind].module);
	jw_str(w, "color", "blue");
	jw_obj_in(w, "position");
	jw_int(w, "row", g->row);
	jw_int(w, "column", g->column);
	jw_end(w);
	jw_str(w, "title", gadgets[g->kind].title);
	jw_end(w);
}

void
sb_list_gadgets(struct sb_rq *rq)
{
	const struct sb_dashboard *d = segment_dashboard(rq, false);

	if (d == NULL)
		return;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "gadgets");
	for (size_t i = 0; i < d->gadget_count; i++)
		put_gadget(rq, &d->gadget[i]);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_known_gadgets(struct sb_rq *rq)
{
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "gadgets");
	for (size_t i = 0; i < LEN(gadgets); i++) {
		jw_obj(&rq->w);
		jw_str(&rq->w, "moduleKey", gadgets[i].module);
		jw_str(&rq->w, "title", gadgets[i].title);
		jw_end(&rq->w);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_add_gadget(struct sb_rq *rq)
{
	struct sb_dashboard *d = segment_dashboard(rq, true);
	struct sb_gadget g = { .kind = -1 };

	if (d == NULL || !sb_need_body(rq))
		return;
	for (size_t i = 0; i < LEN(gadgets); i++)
		if (str_eq(gadgets[i].module, json_get_str(rq->body, "moduleKey")))
			g.kind = (int)i;
	if (g.kind < 0) {
		sb_fail(rq, 400, "The gadget module is not available.");
		return;
	}
	g.row = (int)json_int(json_path(rq->body, "position.row"), 0);
	g.column = (int)json_int(json_path(rq->body, "position.column"), 0);
	g.id = sb_admin(rq->site)->next_id++;
	d->gadget = sb_room(rq->site->arena, d->gadget, d->gadget_count, sizeof(g));
	d->gadget[d->gadget_count++] = g;
	sb_tick(rq->site);
	put_gadget(rq, &g);
}
