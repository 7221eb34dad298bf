/*
 * Who may ask a service desk: its customers, its organisations, and the members of one.
 * The three lists are read and changed alike; a row of one table states how each is
 * reached. A change is read back, because the API answers it with nothing.
 */
#include "atlassian/desk.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_request_view.h"

#include <string.h>

enum { MAX_CHANGES = 50 };

static const struct kind {
	const char *word, *list;	/* the list below /rest/servicedeskapi/, %s: a desk's or an organisation's id */
} kinds[] = {
	{ "customers", "/rest/servicedeskapi/servicedesk/%s/customer" },
	{ "organizations", "/rest/servicedeskapi/servicedesk/%s/organization" },
	{ "members", "/rest/servicedeskapi/organization/%s/user" },
};
enum { CUSTOMERS, ORGANIZATIONS, MEMBERS };

struct customer_args {
	const char *service_desk_id, *kind, *organization, *query;
	char **add, **remove;
	int64_t start_at, limit;
};

/* The list that is meant: desk and, for members, the organisation, which must be one of the desk's. */
struct target {
	const struct kind *kind;
	const char *desk, *id, *name;
};

static int
find_target(struct call *c, struct site *s, const struct customer_args *a, struct target *ret)
{
	json *desk, *list, *one;

	for (size_t i = 0; i < LEN(kinds); i++) {
		if (str_eq(kinds[i].word, a->organization != NULL ? "members" : a->kind))
			ret->kind = &kinds[i];
	}
	if (desk_find(c, s, a->service_desk_id, &desk) == -1)
		return -1;
	ret->desk = ret->id = json_get_str(desk, "id");
	ret->name = arena_printf(c->arena, "service desk %s", json_get_str(desk, "projectKey") != NULL ?
	    json_get_str(desk, "projectKey") : ret->desk);
	if (a->organization == NULL)
		return 0;
	if (desk_pages(c, s, rest_path(c, s, kinds[ORGANIZATIONS].list, ret->desk), DESK_MAX_LISTED, &list, NULL) == -1 ||
	    pick(c, "organisation of this desk", a->organization, list, "id,name", &one) == -1)
		return -1;
	ret->id = json_get_str(one, "id");
	ret->name = json_get_str(one, "name");
	return ret->id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave an organisation without an id.", s->label);
}

/* ---- jira_get_service_desk_customers ---- */

static const struct param get_params[] = {
	P_STR(struct customer_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_ENUM(struct customer_args, kind, 0, .values = "customers,organizations", .doc = NULL),
	P_STR(struct customer_args, organization, 0, .doc = "Name, for its members"),
	P_STR(struct customer_args, query, 0, .doc = NULL),
	P_INT(struct customer_args, start_at, P_MORE, .doc = NULL),
	P_INT(struct customer_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .doc = NULL),
	P_END
};

static int
get_customers(struct call *c, const void *v)
{
	const struct customer_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct target t = { NULL, NULL, NULL, NULL };
	size_t n;
	json *page;

	if (s == NULL || find_target(c, s, a, &t) == -1 ||
	    rest_get(c, s, rest_query(c, rest_path(c, s, t.kind->list, t.id),
	    "query", t.kind == &kinds[CUSTOMERS] ? a->query : NULL,
	    "start", arena_printf(c->arena, "%lld", (long long)a->start_at),
	    "limit", arena_printf(c->arena, "%lld", (long long)a->limit), NULL), &page) == -1)
		return -1;
	n = json_len(json_get(page, "values"));
	if (n == 0)
		out_say(c->out, "No %s of %s.", t.kind->word, t.name);
	else if (t.kind == &kinds[ORGANIZATIONS])
		out_table(c->out, "organizations", "Id", "Organisation", NULL);
	else
		out_table(c->out, t.kind->word, "Name", "E-mail", "Active", NULL);
	for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);) {
		if (t.kind == &kinds[ORGANIZATIONS])
			out_row(c->out, json_scalar(c->arena, json_get(it.value, "id")), json_get_str(it.value, "name"));
		else
			out_row(c->out, jira_user_name(it.value), json_get_str(it.value, "emailAddress"),
			    json_get_bool(it.value, "active", true) ? NULL : "no");
	}
	if (!json_get_bool(page, "isLastPage", true) && n > 0)
		out_more(c->out, "start_at", arena_printf(c->arena, "%lld", (long long)a->start_at + (long long)n), NULL);
	return 0;
}

TOOL(jira_get_service_desk_customers,
	.title = "Get customers", .doc = "List a service desk's customers, organisations or their members.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:servicedesk-request", ARGS(struct customer_args, get_params),
	.example = "{\"service_desk_id\":\"OPS\",\"kind\":\"organizations\"}", .run = get_customers,
);

/* ---- jira_update_service_desk_customers ---- */

static const struct param update_params[] = {
	P_STR(struct customer_args, service_desk_id, P_REQUIRED, .aliases = "service_desk,project_key", .doc = "Id or project"),
	P_ENUM(struct customer_args, kind, 0, .values = "customers,organizations", .doc = NULL),
	P_STR(struct customer_args, organization, 0, .doc = "Name, for its members"),
	P_LIST(struct customer_args, add, 0, .max_len = MAX_CHANGES, .doc = "People, or organisations"),
	P_LIST(struct customer_args, remove, 0, .max_len = MAX_CHANGES, .doc = NULL),
	P_END
};

struct change {
	const char *id, *name;
	bool add;
};

struct update {
	struct target target;
	struct change list[2 * MAX_CHANGES];
	size_t count;
	bool all;		/* the list was read whole */
};

static json *
entry(const struct site *s, const struct update *u, json *list, const char *id)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (u->target.kind == &kinds[ORGANIZATIONS] ? str_eq(json_get_str(it.value, "id"), id) :
		    desk_is_user(s, it.value, id))
			return it.value;
	}
	return NULL;
}

/* What of names is not as wanted yet. An organisation that is added need not be the desk's, so all are searched. */
static int
find_changes(struct call *c, struct site *s, struct update *u, char **names, bool add, json *have)
{
	bool organizations = u->target.kind == &kinds[ORGANIZATIONS];
	json *known = have, *one;

	if (organizations && add && names != NULL && desk_pages(c, s, rest_path(c, s, "/rest/servicedeskapi/organization"),
	    DESK_MAX_LISTED, &known, NULL) == -1)
		return -1;
	for (; names != NULL && *names != NULL && u->count < LEN(u->list); names++) {
		struct change *k = &u->list[u->count];

		*k = (struct change){ .name = *names, .add = add };
		if (organizations ? pick(c, "organisation", *names, known, "id,name", &one) == -1 :
		    desk_person(c, s, u->target.desk, *names, &k->id) == -1)
			return -1;
		if (organizations) {
			k->id = json_get_str(one, "id");
			k->name = json_get_str(one, "name");
		}
		if (k->id == NULL)
			return call_fail(c, ERR_PROTOCOL, "%s gave an organisation without an id.", s->label);
		if ((entry(s, u, have, k->id) != NULL) != add)
			u->count++;
	}
	return 0;
}

static const char *
people_body(struct call *c, const struct site *s, const struct update *u, bool add)
{
	const char *ids[2 * MAX_CHANGES];
	size_t n = 0;
	struct body b;
	struct jw *w;

	for (size_t i = 0; i < u->count; i++) {
		if (u->list[i].add == add)
			ids[n++] = u->list[i].id;
	}
	if (n == 0)
		return NULL;
	w = body_begin(&b);
	desk_write_people(w, s, ids, n);
	return body_end(c, &b);
}

static int
send(struct call *c, struct site *s, const struct update *u, bool add, const char *body, const char *before)
{
	struct rest_write w = { .method = add ? "POST" : "DELETE", .path = rest_path(c, s, u->target.kind->list, u->target.id),
	    .body = body, .target = u->target.name, .before = before,
	    .what = arena_printf(c->arena, "%s %s of %s", add ? "adding" : "removing", u->target.kind->word, u->target.name) };

	if (body == NULL)
		return 0;
	if (c->dry_run == NULL)
		return rest_write(c, s, &w);
	rest_plan(c, &w);
	return 0;
}

/* The removal failed: says who was added before it. Always -1. */
static int
told_added(struct call *c, const struct update *u)
{
	const char *added = NULL;

	for (size_t i = 0; i < u->count; i++) {
		if (u->list[i].add)
			added = added == NULL ? u->list[i].name : arena_printf(c->arena, "%s, %s", added, u->list[i].name);
	}
	if (added == NULL || c->dry_run != NULL)
		return -1;
	err_context(&c->err, "Added: %s. The removal failed", added);
	if (c->err.kind != ERR_UNKNOWN_OUTCOME)
		call_hint(c, "Do not repeat the whole call: correct the cause and call with remove only.");
	return -1;
}

/* People go together, organisations one by one: that is how the API takes them. */
static int
send_all(struct call *c, struct site *s, const struct update *u, const char *before)
{
	int64_t id;

	if (u->target.kind != &kinds[ORGANIZATIONS]) {
		if (send(c, s, u, true, people_body(c, s, u, true), before) == -1)
			return -1;
		if (send(c, s, u, false, people_body(c, s, u, false), before) == 0)
			return 0;
		return told_added(c, u);
	}
	for (size_t i = 0; i < u->count; i++) {
		if (str_int(u->list[i].id, 0, INT32_MAX, &id) == -1)
			return call_fail(c, ERR_PROTOCOL, "%s gave an organisation an id that is no number.", s->label);
		if (send(c, s, u, u->list[i].add, arena_printf(c->arena, "{\"organizationId\":%lld}", (long long)id), before) == -1) {
			if (i > 0)
				err_context(&c->err, "After %zu of %zu changes (the last was %s), %s failed", i, u->count, u->list[i - 1].name, u->list[i].name);
			return -1;
		}
	}
	return 0;
}

static int
report(struct call *c, const struct site *s, const struct update *u, json *after, bool all)
{
	struct buf ignored;

	buf_init(&ignored, 8192);
	for (size_t i = 0; i < u->count; i++) {
		const struct change *k = &u->list[i];
		bool there = entry(s, u, after, k->id) != NULL;

		if (!there && k->add && !all)
			out_pair(c->out, k->name, "accepted; the list is too long to see it");
		else if (there != k->add)
			buf_addf(&ignored, "%s%s", ignored.len > 0 ? ", " : "", k->name);
		else
			out_pair(c->out, k->name, k->add ? "no -> yes" : "yes -> no");
	}
	if (ignored.len > 0)
		call_fail(c, ERR_IGNORED, "Jira accepted the change of the %s of %s, but did not carry it out for: %s.",
		    u->target.kind->word, u->target.name, ignored.data);
	buf_release(&ignored);
	return err_is_set(&c->err) ? -1 : 0;
}

static int
update_customers(struct call *c, const void *v)
{
	const struct customer_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct update *u = arena_alloc(c->arena, sizeof(*u));
	char *path;
	json *before, *after;

	if (a->add == NULL && a->remove == NULL)
		return call_fail(c, ERR_INPUT, "Give add, remove or both.");
	if (s == NULL || find_target(c, s, a, &u->target) == -1)
		return -1;
	path = rest_path(c, s, u->target.kind->list, u->target.id);
	c->target = u->target.name;
	if (desk_pages(c, s, path, DESK_MAX_LISTED, &before, &u->all) == -1 ||
	    find_changes(c, s, u, a->add, true, before) == -1 || find_changes(c, s, u, a->remove, false, before) == -1)
		return -1;
	if (u->count == 0) {
		out_say(c->out, "The %s of %s are so already; nothing was changed.", u->target.kind->word, u->target.name);
		return 0;
	}
	for (size_t i = 0; i < u->count && c->dry_run != NULL; i++)
		out_pair(c->out, u->list[i].name, u->list[i].add ? "no -> yes" : "yes -> no");
	if (send_all(c, s, u, json_text(c->arena, before, NULL)) == -1)
		return -1;
	if (c->dry_run != NULL)
		return rest_planned(c);
	if (desk_pages(c, s, path, DESK_MAX_LISTED, &after, &u->all) == -1) {
		err_context(&c->err, "The %s of %s were changed, but reading them back failed", u->target.kind->word, u->target.name);
		return -1;
	}
	out_say(c->out, "Updated the %s of %s.", u->target.kind->word, u->target.name);
	return report(c, s, u, after, u->all);
}

TOOL(jira_update_service_desk_customers,
	.title = "Update customers", .doc = "Add or remove a service desk's customers, organisations or members.",
	.toolset = "jira_service_desk", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true, .outside = true,
	.scopes = "manage:servicedesk-customer", ARGS(struct customer_args, update_params),
	.example = "{\"service_desk_id\":\"OPS\",\"organization\":\"Nordic Stores\",\"add\":[\"Zoë Martin\"]}", .run = update_customers,
);
