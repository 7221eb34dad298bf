/*
 * Saved filters. Cloud finds them by name; Data Center only knows the favourites and an id. Whom a filter is shared
 * with is a list of its own, so every share is a write of its own.
 */
#include "atlassian/filter.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"

#include <string.h>

enum { ROW_NAME, ROW_JQL, ROW_DESCRIPTION, ROW_FAVOURITE, ROWS, MAX_SHARES = 20 };

/* "project OPS", "group jira-users", "everybody who is logged in" */
static const char *
share_words(struct arena *a, json *p)
{
	const char *type = json_get_str(p, "type");

	if (str_eq(type, "project"))
		return arena_printf(a, "project %s", json_path_str(p, "project.key") != NULL ? json_path_str(p, "project.key") : "?");
	if (str_eq(type, "group"))
		return arena_printf(a, "group %s", json_path_str(p, "group.name") != NULL ? json_path_str(p, "group.name") : "?");
	if (str_eq(type, "user"))
		return jira_user_name(json_get(p, "user"));
	if (str_eq(type, "authenticated") || str_eq(type, "loggedin"))
		return "everybody logged in";
	return str_eq(type, "global") ? "everybody" : type;
}

static const char *
shares(struct arena *a, json *list)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(list); json_next(&it);)
		all = all == NULL ? share_words(a, it.value) : arena_printf(a, "%s, %s", all, share_words(a, it.value));
	return all;
}

static void
show_filter(struct call *c, json *f)
{
	out_title(c->out, json_get_str(f, "id"), json_get_str(f, "name"));
	out_pair(c->out, "JQL", json_get_str(f, "jql"));
	out_pair(c->out, "Owner", jira_user_name(json_get(f, "owner")));
	out_pair(c->out, "Shared with", shares(c->arena, json_get(f, "sharePermissions")));
	if (json_get_bool(f, "favourite", false))
		out_pair(c->out, "Favourite", "yes");
	out_pair(c->out, "URL", json_get_str(f, "viewUrl"));
	out_text(c->out, "Description", json_get_str(f, "description"));
}

/* ---- reading ---- */

struct list_args {
	const char *filter, *query;
	bool mine;
	int64_t limit;
};

static const struct param list_params[] = {
	P_STR(struct list_args, filter, 0, .aliases = "filter_id,filterId,id", .doc = "One, by name or id"),
	P_STR(struct list_args, query, 0, .aliases = "name,filterName", .doc = "Cloud: part of the name, or mine"),
	P_BOOL(struct list_args, mine, P_HIDDEN, .doc = NULL),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .doc = NULL),
	P_END
};

static int
get_filters(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	char *path;
	int64_t total;
	json *page, *list;
	bool mine;

	if (s == NULL)
		return -1;
	if (a->filter != NULL) {
		if (filter_find(c, s, a->filter, &page) == -1)
			return -1;
		show_filter(c, page);
		return 0;
	}
	mine = a->mine || str_ieq(a->query, "mine");
	if (!site_is_cloud(s) || (a->query == NULL && !mine))
		path = rest_path(c, s, "{api}/filter/favourite");
	else if (mine)
		path = rest_path(c, s, "{api}/filter/my");
	else
		path = rest_query(c, rest_path(c, s, "{api}/filter/search"), "filterName", a->query, "expand", "jql,owner,favourite",
		    "maxResults", arena_printf(c->arena, "%lld", (long long)a->limit), NULL);
	if (rest_get(c, s, path, &page) == -1)
		return -1;
	list = yyjson_is_arr(page) ? page : json_get(page, "values");
	total = json_get_int(page, "total", (int64_t)json_len(list));
	if (json_len(list) == 0) {
		out_say(c->out, mine && site_is_cloud(s) ? "This account has no filters." :
		    a->query != NULL && site_is_cloud(s) ? "No filter fits." : "This account has no favourite filters.");
		return 0;
	}
	out_table(c->out, "filters", "Filter", "Id", "Owner", "JQL", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it) && (int64_t)it.index < a->limit;)
		out_row(c->out, json_get_str(it.value, "name"), json_get_str(it.value, "id"), jira_user_name(json_get(it.value, "owner")),
		    json_get_str(it.value, "jql"));
	if (total > a->limit)
		out_more(c->out, "limit", arena_printf(c->arena, "%lld", (long long)total), arena_printf(c->arena, "filters (%lld)",
		    (long long)(total - a->limit)));
	return 0;
}

TOOL(jira_get_filters,
	.title = "Filters", .doc = "Saved filters: one, or the favourites, or by name.",
	.toolset = "jira_filters", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{}", .run = get_filters,
);

/* ---- writing ---- */

struct write_args {
	const char *filter, *name, *jql, *description, *favourite;
	char **share, **unshare;
};

static const struct param create_params[] = {
	P_STR(struct write_args, name, P_REQUIRED, .max_len = 255),
	P_STR(struct write_args, jql, P_REQUIRED, .max_len = 32768),
	P_STR(struct write_args, description, P_MORE, .max_len = 16384, .doc = NULL),
	P_STR(struct write_args, favourite, P_MORE, .doc = NULL),
	P_LIST(struct write_args, share, 0, .max_len = MAX_SHARES, .doc = "project OPS, group NAME, authenticated"),
	P_END
};

static const struct param update_params[] = {
	P_STR(struct write_args, filter, P_REQUIRED, .aliases = "filter_id,filterId,id", .doc = "Name or id"),
	P_STR(struct write_args, name, 0, .max_len = 255, .doc = NULL),
	P_STR(struct write_args, jql, 0, .max_len = 32768, .doc = NULL),
	P_STR(struct write_args, description, P_MORE | P_CLEAR, .max_len = 16384, .doc = NULL),
	P_STR(struct write_args, favourite, P_MORE, .doc = NULL),
	P_LIST(struct write_args, share, 0, .max_len = MAX_SHARES, .doc = "project OPS, group NAME, authenticated"),
	P_LIST(struct write_args, unshare, P_MORE, .max_len = MAX_SHARES, .doc = NULL),
	P_END
};

static int
rows_of(struct call *c, const struct write_args *a, struct change *ch)
{
	const char *favourite = a->favourite == NULL ? NULL : str_ieq(a->favourite, "true") ? "true" : "false";

	if (a->favourite != NULL && !str_ieq(a->favourite, "true") && !str_ieq(a->favourite, "false"))
		return call_fail(c, ERR_INPUT, "favourite is true or false.");
	ch[ROW_NAME] = (struct change){ .label = "Name", .member = "name", .wanted = a->name, .in_title = true };
	ch[ROW_JQL] = (struct change){ .label = "JQL", .member = "jql", .wanted = a->jql };
	ch[ROW_DESCRIPTION] = (struct change){ .label = "Description", .member = "description", .wanted = a->description };
	ch[ROW_FAVOURITE] = (struct change){ .label = "Favourite", .member = "favourite", .wanted = favourite, .kind = CHANGE_BOOL };
	return 0;
}

/* The body that shares with "project OPS", "group NAME", "user NAME", "authenticated" or "everybody". */
static const char *
share_body(struct call *c, struct site *s, const char *text)
{
	const char *t = str_trim(c->arena, text, strlen(text)), *rest = t + strcspn(t, " "), *word, *id, *key;
	struct body body;
	json *project;
	struct jw *j;

	word = arena_strndup(c->arena, t, (size_t)(rest - t));
	rest += strspn(rest, " ");
	rest = *rest != '\0' ? rest : NULL;
	if (str_ieq(word, "project") && rest != NULL) {
		if ((key = project_key(c, s, rest)) == NULL || rest_get(c, s, rest_path(c, s, "{api}/project/%s", key), &project) == -1)
			return NULL;
		j = body_begin(&body);
		jw_str(j, "type", "project");
		jw_str(j, "projectId", json_scalar(c->arena, json_get(project, "id")));
		return body_end(c, &body);
	}
	if (str_ieq(word, "user") && rest != NULL) {
		if (jira_user(c, s, rest, &id) == -1)
			return NULL;
		j = body_begin(&body);
		jw_str(j, "type", "user");
		jw_str(j, site_is_cloud(s) ? "accountId" : "userKey", id);
		return body_end(c, &body);
	}
	if (str_ieq(word, "group") ? rest == NULL : rest != NULL || (!str_ieq(word, "authenticated") && !str_ieq(word, "everybody"))) {
		call_fail(c, ERR_INPUT, "A filter can't be shared with \"%.80s\".", text);
		call_hint(c, "Say project KEY, group NAME, user NAME, authenticated or everybody.");
		return NULL;
	}
	j = body_begin(&body);
	jw_str(j, "type", str_ieq(word, "group") ? "group" : str_ieq(word, "everybody") ? "global" : "authenticated");
	if (str_ieq(word, "group"))
		jw_str(j, "groupname", rest);
	return body_end(c, &body);
}

/* Everything about shares is looked up before anything is written. */
struct sharing {
	struct rest_write write[2 * MAX_SHARES];
	size_t count;
};

static int
plan_shares(struct call *c, struct site *s, const struct write_args *a, json *filter, struct sharing *sh)
{
	for (char **one = a->share; one != NULL && *one != NULL && sh->count < MAX_SHARES; one++) {
		const char *body = share_body(c, s, *one);

		if (body == NULL)
			return -1;
		sh->write[sh->count++] = (struct rest_write){ .method = "POST", .body = body,
			.what = arena_printf(c->arena, "sharing with %s", *one) };
	}
	for (char **one = a->unshare; one != NULL && *one != NULL && sh->count < LEN(sh->write); one++) {
		const char *id = NULL;

		for (struct json_iter it = json_iter(json_get(filter, "sharePermissions")); json_next(&it);) {
			if (str_ieq(share_words(c->arena, it.value), *one) || str_ieq(json_get_str(it.value, "type"), *one))
				id = json_scalar(c->arena, json_get(it.value, "id"));
		}
		if (id == NULL) {
			call_fail(c, ERR_INPUT, "The filter is not shared with \"%.80s\".", *one);
			call_hint(c, "It is shared with: %s.", shares(c->arena, json_get(filter, "sharePermissions")) != NULL ?
			    shares(c->arena, json_get(filter, "sharePermissions")) : "nobody");
			return -1;
		}
		sh->write[sh->count++] = (struct rest_write){ .method = "DELETE", .path = id,
			.what = arena_printf(c->arena, "ending the share with %s", *one) };
	}
	return 0;
}

/* After the first write a failure says what was done, and that the rest is to be asked for alone. Always -1. */
static int
half_done(struct call *c, const char *id, const char *done)
{
	const char *look = c->err.kind == ERR_UNKNOWN_OUTCOME ? c->err.hint : NULL;

	err_context(&c->err, "%s, but then", done);
	call_hint(c, "Do not repeat the whole call: ask jira_update_filter for what is missing of filter %s.%s%s", id, look != NULL ? " " : "",
	    look != NULL ? look : "");
	return -1;
}

/* done: what was written before; grows by each share. */
static int
write_shares(struct call *c, struct site *s, const char *id, struct sharing *sh, const char **done)
{
	for (size_t i = 0; i < sh->count; i++) {
		struct rest_write *w = &sh->write[i];

		w->target = id;
		w->path = w->body == NULL ? rest_path(c, s, "{api}/filter/%s/permission/%s", id, w->path) :
		    rest_path(c, s, "{api}/filter/%s/permission", id);
		if (c->dry_run != NULL)
			rest_plan(c, w);
		else if (rest_write(c, s, w) == -1)
			return *done == NULL ? -1 : half_done(c, id, *done);
		else
			*done = arena_printf(c->arena, "%s%s%s is done", *done != NULL ? *done : "", *done != NULL ? ", " : "", w->what);
	}
	return 0;
}

static int
finish(struct call *c, struct site *s, const char *id, struct sharing *sh, const char *done, json *before, const struct change *ch,
    const char *verb)
{
	json *after;

	if (write_shares(c, s, id, sh, &done) == -1)
		return -1;
	if (rest_get(c, s, rest_path(c, s, "{api}/filter/%s", id), &after) == -1) {
		err_context(&c->err, "%s, but reading it back failed", done);
		call_hint(c, "Do not repeat the call: look at filter %s with jira_get_filters.", id);
		return -1;
	}
	out_say(c->out, "%c%s filter %s.", verb[0] == 'c' ? 'C' : 'U', verb + 1, json_get_str(after, "name"));
	out_pair(c->out, "Id", id);
	if (sh->count > 0)
		out_pair(c->out, "Shared with", json_len(json_get(after, "sharePermissions")) == 0 ? "nobody" :
		    shares(c->arena, json_get(after, "sharePermissions")));
	out_pair(c->out, "URL", json_get_str(after, "viewUrl"));
	return change_report(c, ch, ROWS, before, after, arena_printf(c->arena, "The filter was %s", verb));
}

static int
create_filter(struct call *c, const void *v)
{
	const struct write_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id", .what = "the creation of the filter" };
	struct sharing sh = { .count = 0 };
	struct change ch[ROWS];
	struct body body;
	const char *id;

	if (s == NULL || site_without_fence(c, s, "saved filters") == -1 || rows_of(c, a, ch) == -1 || plan_shares(c, s, a, NULL, &sh) == -1)
		return -1;
	change_write(ch, ROWS, body_begin(&body));
	w.path = rest_path(c, s, "{api}/filter");
	w.body = body_end(c, &body);
	if (c->dry_run != NULL) {
		change_announce(c, ch, ROWS, NULL);
		for (char **one = a->share; one != NULL && *one != NULL; one++)
			out_pair(c->out, "Share with", *one);
	}
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	id = json_scalar(c->arena, json_get(w.json, "id"));
	if (id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the filter but did not name its id.", s->label);
	return finish(c, s, id, &sh, arena_printf(c->arena, "The filter was created (id %s)", id), NULL, ch, "created");
}

TOOL(jira_create_filter,
	.title = "Create filter", .doc = "Save a JQL query as a filter.",
	.toolset = "jira_filters", .product = JIRA, .effect = WRITES, .not_default = true, .outside = true,
	.scopes = "write:jira-work read:jira-work", ARGS(struct write_args, create_params), .example = "{\"name\":\"My open bugs\",\"jql\":\"assignee = currentUser() AND type = Bug\"}",
	.run = create_filter,
);

/* Favourite is a thing of its own beside the filter's members. */
static int
write_favourite(struct call *c, struct site *s, const char *id, struct change *row)
{
	struct rest_write w = { .method = str_eq(row->wanted, "true") ? "PUT" : "DELETE", .target = id, .what = "the change of the favourite",
		.path = rest_path(c, s, "{api}/filter/%s/favourite", id) };

	return rest_write(c, s, &w);
}

static int
update_filter(struct call *c, const void *v)
{
	const struct write_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	struct sharing sh = { .count = 0 };
	struct change ch[ROWS], favourite;
	struct body body;
	json *before;
	const char *id, *done = NULL;
	size_t members, told;

	if (s == NULL || site_without_fence(c, s, "saved filters") == -1 || filter_find(c, s, a->filter, &before) == -1 ||
	    rows_of(c, a, ch) == -1 || plan_shares(c, s, a, before, &sh) == -1)
		return -1;
	id = json_scalar(c->arena, json_get(before, "id"));
	if (id == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a filter.", s->label);
	if (change_count(ch, ROWS) + sh.count == 0)
		return call_fail(c, ERR_INPUT, "Nothing to change: give name, jql, description, favourite, share or unshare.");
	if (sh.count == 0 && change_is_so(c, ch, ROWS, before)) {
		out_say(c->out, "The filter already is so; nothing was changed.");
		return 0;
	}
	/* Cloud has a route of its own for the star, Data Center a member */
	told = site_is_cloud(s) ? ROW_FAVOURITE : ROWS;
	members = change_count(ch, told);
	favourite = ch[ROW_FAVOURITE];
	if (!site_is_cloud(s))
		favourite.wanted = NULL;
	if (members > 0) {	/* the whole is put, so what stays is said again */
		struct change all[ROWS];

		memcpy(all, ch, sizeof(all));
		all[ROW_NAME].wanted = a->name != NULL ? a->name : json_get_str(before, "name");
		all[ROW_JQL].wanted = a->jql != NULL ? a->jql : json_get_str(before, "jql");
		all[ROW_DESCRIPTION].wanted = a->description != NULL ? a->description : json_get_str(before, "description");
		change_write(all, told, body_begin(&body));
		w.body = body_end(c, &body);
	}
	w.path = rest_path(c, s, "{api}/filter/%s", id);
	w.target = id;
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of filter %s", json_get_str(before, "name"));
	if (c->dry_run != NULL) {
		change_announce(c, ch, ROWS, before);
		if (members > 0)
			rest_plan(c, &w);
		if (write_shares(c, s, id, &sh, &done) == -1)
			return -1;
		return favourite.wanted != NULL ? write_favourite(c, s, id, &favourite) : rest_planned(c);
	}
	if (members > 0 && (w.body == NULL || rest_write(c, s, &w) == -1))
		return -1;
	if (members > 0)
		done = "The filter was changed";
	if (favourite.wanted != NULL && write_favourite(c, s, id, &favourite) == -1)
		return done == NULL ? -1 : half_done(c, id, done);
	if (favourite.wanted != NULL)
		done = done == NULL ? "The star was changed" : "The filter and its star were changed";
	return finish(c, s, id, &sh, done, before, ch, "updated");
}

TOOL(jira_update_filter,
	.title = "Update filter", .doc = "Change a saved filter, whom it is shared with, or its star.",
	.toolset = "jira_filters", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true, .outside = true,
	.scopes = "write:jira-work read:jira-work", ARGS(struct write_args, update_params),
	.example = "{\"filter\":\"10000\",\"favourite\":\"true\"}", .run = update_filter,
);
