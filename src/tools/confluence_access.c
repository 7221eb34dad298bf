/*
 * Who may see and edit: restrictions of a page, permissions of a space, what one person may do. Also who looked at a page,
 * and watching it.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_NAMES = 50, MAX_TEXT = 16 * 1024 };

struct page_args {
	const char *page_id, *space_key;
};

static const struct param page_params[] = {
	P_STR(struct page_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct page_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

/* ---- restrictions ---- */

static const char *const operations[] = { "read", "update" };
static const char *const labels[] = { "View", "Edit" };

/* The object with "restrictions" of an operation, in any of the shapes that are in use. */
static json *
find_operation(json *answer, const char *name)
{
	json *list = json_get(answer, "results");

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "operation"), name))
			return it.value;
	}
	if (json_get(answer, name) != NULL)
		return json_get(answer, name);
	return json_get(json_get(answer, "restrictions"), name);
}

static json *
subjects(json *operation, const char *kind)
{
	json *list = json_get(json_get(operation, "restrictions"), kind);

	return yyjson_is_arr(list) ? list : json_get(list, "results");
}

static int
read_restrictions(struct call *c, struct site *s, const struct page *p, json **ret)
{
	char *path = site_is_cloud(s) ? rest_path(c, s, "{v1}/content/%s/restriction", p->id) :
	    rest_path(c, s, "{api}/content/%s/restriction/byOperation", p->id);

	return rest_get(c, s, rest_query(c, path, "expand", site_is_cloud(s) ? "restrictions.user,restrictions.group" :
	    "read.restrictions.user,read.restrictions.group,update.restrictions.user,update.restrictions.group", NULL), ret);
}

/* "Ana Lima, group admins" or "everybody". */
static const char *
describe(struct call *c, struct site *s, json *answer, const char *operation)
{
	json *op = find_operation(answer, operation);
	const char *text;
	struct buf b;

	buf_init(&b, MAX_TEXT);
	for (struct json_iter it = json_iter(subjects(op, "user")); json_next(&it);) {
		const char *name = json_get_str(it.value, "displayName");

		people_add(s, it.value);
		if (str_blank(name))
			name = people_name(s, json_get_str(it.value, "accountId"));
		if (name == NULL)
			name = people_name(s, json_get_str(it.value, "username"));
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", name != NULL ? name : json_get_str(it.value, "username"));
	}
	for (struct json_iter it = json_iter(subjects(op, "group")); json_next(&it);)
		buf_addf(&b, "%sgroup %s", b.len > 0 ? ", " : "", json_get_str(it.value, "name"));
	text = b.len > 0 ? arena_strdup(c->arena, b.data) : "everybody in the space";
	buf_release(&b);
	return text;
}

static int
get_restrictions(struct call *c, const void *v)
{
	const struct page_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;
	json *answer;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (read_restrictions(c, s, &p, &answer) == -1)
		return -1;
	out_title(c->out, p.id, p.title);
	for (size_t i = 0; i < LEN(operations); i++)
		out_pair(c->out, labels[i], describe(c, s, answer, operations[i]));
	return 0;
}

TOOL(confluence_get_page_restrictions,
	.title = "Get restrictions", .doc = "Who may view and edit a page.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:confluence-content.permission",
	ARGS(struct page_args, page_params), .example = "{\"page_id\":\"65685\"}", .run = get_restrictions,
);

struct restrict_args {
	const char *page_id, *space_key;
	char **read_users, **read_groups, **edit_users, **edit_groups;
	bool clear;
};

static const struct param restrict_params[] = {
	P_STR(struct restrict_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_LIST(struct restrict_args, read_users, 0, .max_len = MAX_NAMES, .doc = NULL),
	P_LIST(struct restrict_args, read_groups, 0, .max_len = MAX_NAMES, .doc = NULL),
	P_LIST(struct restrict_args, edit_users, 0, .max_len = MAX_NAMES, .doc = NULL),
	P_LIST(struct restrict_args, edit_groups, 0, .max_len = MAX_NAMES, .doc = NULL),
	P_BOOL(struct restrict_args, clear, 0, .doc = "Remove all"),
	P_STR(struct restrict_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static void
write_user(struct site *s, struct jw *w, const char *account_id, const char *username, const char *user_key)
{
	jw_obj(w);
	jw_str(w, "type", "known");
	if (site_is_cloud(s))
		jw_str(w, "accountId", account_id);
	else if (username != NULL)
		jw_str(w, "username", username);
	else
		jw_str(w, "userKey", user_key);
	jw_end(w);
}

static void
write_group(struct jw *w, const char *name)
{
	jw_obj(w);
	jw_str(w, "type", "group");
	jw_str(w, "name", name);
	jw_end(w);
}

static int
write_named(struct call *c, struct site *s, struct jw *w, char **users, char **groups)
{
	struct person who;

	jw_arr_in(w, "user");
	for (; users != NULL && *users != NULL; users++) {
		if (str_ieq(*users, "anonymous"))
			return call_fail(c, ERR_INPUT, "A page can't be restricted to anonymous visitors.");
		if (people_find(c, s, *users, &who) == -1)
			return -1;
		write_user(s, w, who.id, who.username, who.id);
	}
	jw_end(w);
	jw_arr_in(w, "group");
	for (; groups != NULL && *groups != NULL; groups++)
		write_group(w, *groups);
	jw_end(w);
	return 0;
}

/* PUT removes what it does not name, so an operation that the call leaves out is sent as it is. */
static int
write_kept(struct call *c, struct site *s, struct jw *w, json *op)
{
	static const char *const kinds[] = { "user", "group" };

	for (size_t i = 0; i < LEN(kinds); i++) {
		json *page = json_get(json_get(op, "restrictions"), kinds[i]);
		int64_t limit = json_get_int(page, "limit", 0);

		if (limit > 0 && (int64_t)json_len(subjects(op, kinds[i])) >= limit)
			return call_fail(c, ERR_INPUT, "%s shows only the first %lld of those who may %s this page, so they can't be kept: "
			    "name them in this call too, or change the restrictions in Confluence.", s->label, (long long)limit,
			    str_eq(json_get_str(op, "operation"), "read") ? "view" : "edit");
	}
	jw_arr_in(w, "user");
	for (struct json_iter it = json_iter(subjects(op, "user")); json_next(&it);)
		write_user(s, w, json_get_str(it.value, "accountId"), json_get_str(it.value, "username"), json_get_str(it.value, "userKey"));
	jw_end(w);
	jw_arr_in(w, "group");
	for (struct json_iter it = json_iter(subjects(op, "group")); json_next(&it);)
		write_group(w, json_get_str(it.value, "name"));
	jw_end(w);
	return 0;
}

static size_t
count_of(char **list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	return n;
}

static const char *
restrict_body(struct call *c, struct site *s, const struct restrict_args *a, json *before)
{
	char **users[] = { a->read_users, a->edit_users }, **groups[] = { a->read_groups, a->edit_groups };
	const char *text;
	int result = 0;
	struct buf b;
	struct jw w;

	buf_init(&b, 256 * 1024);
	jw_init(&w, &b);
	jw_arr(&w);
	for (size_t i = 0; i < LEN(operations) && result == 0; i++) {
		bool named = a->clear || count_of(users[i]) + count_of(groups[i]) > 0;

		jw_obj(&w);
		jw_str(&w, "operation", operations[i]);
		jw_obj_in(&w, "restrictions");
		result = named ? write_named(c, s, &w, users[i], groups[i]) : write_kept(c, s, &w, find_operation(before, operations[i]));
		if (result == -1)
			break;
		jw_end(&w);
		jw_end(&w);
	}
	if (result == 0)
		jw_end(&w);
	text = result == 0 ? arena_strdup(c->arena, b.data) : NULL;
	buf_release(&b);
	return text;
}

static int
set_restrictions(struct call *c, const void *v)
{
	const struct restrict_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "PUT" };
	size_t named = count_of(a->read_users) + count_of(a->read_groups) + count_of(a->edit_users) + count_of(a->edit_groups);
	const char *text, *was[LEN(operations)];
	json *before, *wanted, *after;
	struct page p;

	if (s == NULL)
		return -1;
	if (!a->clear && named == 0)
		return call_fail(c, ERR_INPUT, "Name the users and groups that may view or edit, or clear=true to remove all restrictions.");
	if (a->clear && named > 0)
		return call_fail(c, ERR_INPUT, "clear removes all restrictions: leave the lists out.");
	if (page_get(c, s, a->page_id, a->space_key, 0, &p) == -1 || read_restrictions(c, s, &p, &before) == -1 ||
	    (w.body = restrict_body(c, s, a, before)) == NULL)
		return -1;
	c->target = p.id;
	w.path = rest_path(c, s, "{v1}/content/%s/restriction", p.id);
	w.target = p.id;
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the restrictions of page %s", p.id);
	dry_say(c, "To be set: the restrictions of %s.", page_label(c->arena, &p));
	text = arena_printf(c->arena, "{\"results\":%s}", w.body);
	wanted = json_parse(c->arena, text, strlen(text), JSON_TRUSTED, &c->err);
	if (wanted == NULL)
		return -1;
	for (size_t i = 0; i < LEN(operations); i++) {
		was[i] = describe(c, s, before, operations[i]);
		dry_pair(c, labels[i], was[i], describe(c, s, wanted, operations[i]));
	}
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (read_restrictions(c, s, &p, &after) == -1) {
		err_context(&c->err, "The restrictions were set, but reading them back failed");
		return -1;
	}
	for (size_t i = 0; i < LEN(operations); i++) {
		json *want = find_operation(wanted, operations[i]), *is = find_operation(after, operations[i]);
		size_t users = json_len(subjects(want, "user")), groups = json_len(subjects(want, "group"));

		if (json_len(subjects(is, "user")) < users || json_len(subjects(is, "group")) < groups ||
		    (users + groups == 0 && json_len(subjects(is, "user")) + json_len(subjects(is, "group")) > 0))
			return call_fail(c, ERR_IGNORED, "%s accepted the restrictions of page %s, but who may %s it is: %s.", s->label, p.id,
			    i == 0 ? "view" : "edit", describe(c, s, after, operations[i]));
	}
	out_say(c->out, "Set the restrictions of %s.", page_label(c->arena, &p));
	for (size_t i = 0; i < LEN(operations); i++)
		out_pairf(c->out, labels[i], "%s -> %s", was[i], describe(c, s, after, operations[i]));
	return 0;
}

TOOL(confluence_set_page_restrictions,
	.title = "Set restrictions", .doc = "Set who may view or edit a page, replacing those who might; what is not named (view or edit) stays.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:confluence-content read:confluence-content.permission",
	ARGS(struct restrict_args, restrict_params), .example = "{\"page_id\":\"65685\",\"edit_users\":[\"me\"]}", .run = set_restrictions,
);

/* ---- permissions ---- */

struct check_args {
	const char *content_id, *user_identifier, *operation, *subject_type, *space_key;
};

static const struct param check_params[] = {
	P_STR(struct check_args, content_id, P_REQUIRED, .aliases = "page_id,pageId,contentId,page", .doc = NULL),
	P_STR(struct check_args, user_identifier, P_REQUIRED, .aliases = "user,group", .doc = NULL),
	P_ENUM(struct check_args, operation, 0, .values = "read,update,delete", .doc = NULL),
	P_ENUM(struct check_args, subject_type, 0, .values = "user,group", .doc = NULL),
	P_STR(struct check_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
check_permission(struct call *c, const void *v)
{
	const struct check_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_req q = { .method = "POST" };
	struct person who = { .id = a->user_identifier, .name = a->user_identifier };
	struct request r;
	struct page p;

	if (s == NULL || page_get(c, s, a->content_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (str_eq(a->subject_type, "user") && people_find(c, s, a->user_identifier, &who) == -1)
		return -1;
	request_begin(&r);
	jw_obj_in(&r.w, "subject");
	jw_str(&r.w, "type", a->subject_type);
	jw_str(&r.w, "identifier", who.id);
	jw_end(&r.w);
	jw_str(&r.w, "operation", a->operation);
	q.body = request_end(c, &r);
	q.path = rest_path(c, s, "{v1}/content/%s/permission/check", p.id);
	if (q.body == NULL || rest_read(c, s, &q) == -1)
		return -1;
	if (!yyjson_is_bool(json_get(q.json, "hasPermission")))
		return call_fail(c, ERR_PROTOCOL, "%s did not answer the question.", s->label);
	out_say(c->out, "%s %s %s %s.", who.name != NULL ? who.name : who.id, json_get_bool(q.json, "hasPermission", false) ? "may" : "may not",
	    a->operation, page_label(c->arena, &p));
	for (struct json_iter it = json_iter(json_get(q.json, "errors")); json_next(&it);)
		out_pair(c->out, "Why", json_get_str(it.value, "translation"));
	return 0;
}

TOOL(confluence_check_content_permissions,
	.title = "Check permission", .doc = "Whether somebody may read, update or delete a page.",
	.toolset = "confluence_permissions", .product = CONFLUENCE, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:confluence-content.permission",
	ARGS(struct check_args, check_params), .example = "{\"content_id\":\"65685\",\"user_identifier\":\"me\",\"operation\":\"update\"}",
	.run = check_permission,
);

struct space_args {
	const char *space_id, *cursor;
	int64_t limit;
};

static const struct param space_params[] = {
	P_STR(struct space_args, space_id, P_REQUIRED, .aliases = "space,space_key,spaceKey", .doc = "Key, name or id"),
	P_INT(struct space_args, limit, P_HIDDEN, .min = 1, .max = 250, .dflt = 100, .doc = NULL),
	P_STR(struct space_args, cursor, 0, .doc = NULL),
	P_END
};

static int
space_permissions(struct call *c, const void *v)
{
	const struct space_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *ids[256] = { NULL }, *next;
	size_t n = 0;
	struct space sp;
	json *page;

	if (s == NULL || confluence_space(c, s, a->space_id, &sp) == -1)
		return -1;
	c->target = sp.key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/spaces/%s/permissions", sp.id), "limit", view_number(c->arena, a->limit), "cursor",
	    a->cursor, NULL), &page) == -1)
		return -1;
	if (!yyjson_is_arr(json_get(page, "results")))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of permissions.", s->label);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it) && n < LEN(ids);) {
		if (str_eq(json_path_str(it.value, "principal.type"), "user"))
			ids[n++] = json_path_str(it.value, "principal.id");
	}
	if (people_learn(c, s, ids, n) == -1)
		return -1;
	out_table(c->out, "permissions", "Who", "May", "What", NULL);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		const char *type = json_path_str(it.value, "principal.type"), *id = json_path_str(it.value, "principal.id");
		const char *name = people_name(s, id);

		out_row(c->out, name != NULL ? name : arena_printf(c->arena, "%s %s", type != NULL ? type : "?", id != NULL ? id : "?"),
		    json_path_str(it.value, "operation.key"), json_path_str(it.value, "operation.targetType"));
	}
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

TOOL(confluence_get_space_permissions,
	.title = "Get space permissions", .doc = "List who may do what in a space.",
	.toolset = "confluence_permissions", .product = CONFLUENCE, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:space.permission:confluence",
	ARGS(struct space_args, space_params), .example = "{\"space_id\":\"OPS\"}", .run = space_permissions,
);

/* ---- views and watching ---- */

struct views_args {
	const char *page_id, *space_key, *from_date;
	bool include_title;
};

static const struct param views_params[] = {
	P_STR(struct views_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct views_args, from_date, 0, .aliases = "fromDate", .doc = "YYYY-MM-DD"),
	P_BOOL(struct views_args, include_title, P_HIDDEN, .doc = NULL),
	P_STR(struct views_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
get_views(struct call *c, const void *v)
{
	const struct views_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_req q[2] = { { .method = NULL } };
	const char *from = a->from_date == NULL || strchr(a->from_date, 'T') != NULL ? a->from_date :
	    arena_printf(c->arena, "%sT00:00:00Z", a->from_date);
	struct page p;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	q[0].path = rest_query(c, rest_path(c, s, "{v1}/analytics/content/%s/views", p.id), "fromDate", from, NULL);
	q[1].path = rest_query(c, rest_path(c, s, "{v1}/analytics/content/%s/viewers", p.id), "fromDate", from, NULL);
	if (rest_all(c, s, q, LEN(q)) == -1)
		return -1;
	out_title(c->out, p.id, p.title);
	out_pairf(c->out, "Views", "%lld", (long long)json_get_int(q[0].json, "count", 0));
	out_pairf(c->out, "Viewers", "%lld", (long long)json_get_int(q[1].json, "count", 0));
	out_pair(c->out, "Since", a->from_date);
	return 0;
}

TOOL(confluence_get_page_views,
	.title = "Get page views", .doc = "How often a page was viewed, and by how many.",
	.toolset = "confluence_analytics", .product = CONFLUENCE, .effect = READS, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "read:analytics.content:confluence",
	ARGS(struct views_args, views_params), .example = "{\"page_id\":\"65685\"}", .run = get_views,
);

struct watch_args {
	const char *page_id, *space_key, *action;
};

static const struct param watch_params[] = {
	P_STR(struct watch_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_ENUM(struct watch_args, action, 0, .values = "watch,unwatch", .doc = NULL),
	P_STR(struct watch_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
watch_page(struct call *c, const void *v)
{
	const struct watch_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	bool on = str_eq(a->action, "watch");
	struct rest_write w = { .method = on ? "POST" : "DELETE" };
	const char *path;
	struct page p;
	json *now;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	path = rest_path(c, s, "{v1}/user/watch/content/%s", p.id);
	if (rest_get(c, s, path, &now) == -1)
		return -1;
	if (json_get_bool(now, "watching", !on) == on) {
		out_say(c->out, "You %s %s already.", on ? "watch" : "don't watch", page_label(c->arena, &p));
		return 0;
	}
	w.path = path;
	w.target = p.id;
	w.before = on ? "{\"watching\":false}" : "{\"watching\":true}";
	w.what = arena_printf(c->arena, "%sing page %s", a->action, p.id);
	dry_say(c, "To be %sed: %s.", a->action, page_label(c->arena, &p));
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (rest_get(c, s, path, &now) == -1) {
		err_context(&c->err, "The request was accepted, but reading it back failed");
		return -1;
	}
	if (json_get_bool(now, "watching", !on) != on)
		return call_fail(c, ERR_IGNORED, "%s accepted it, but you still %s page %s.", s->label, on ? "don't watch" : "watch", p.id);
	out_say(c->out, "You %s %s.", on ? "now watch" : "no longer watch", page_label(c->arena, &p));
	return 0;
}

TOOL(confluence_watch_page,
	.title = "Watch page", .doc = "Watch a page, or stop watching it.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:confluence-content read:confluence-user",
	ARGS(struct watch_args, watch_params), .example = "{\"page_id\":\"65685\"}", .run = watch_page,
);
