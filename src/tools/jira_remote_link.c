/*
 * Links from an issue to the web. A link with the same global id is replaced, not made twice; Jira's update of a link
 * replaces all of it, so what the caller does not name is sent again as it was.
 */
#include "tools/jira_remote_link.h"

#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_change.h"
#include "tools/jira_target.h"

#include <string.h>

enum { MAX_URL = 2000 };

int
remote_link_check_url(struct call *c, const char *argument, const char *url)
{
	const char *host = strstr(url, "://");

	if ((!str_istarts(url, "https://") && !str_istarts(url, "http://")) || host[3] == '\0' || host[3] == '/' ||
	    url[strcspn(url, " \t\r\n<>\"")] != '\0')
		return call_fail(c, ERR_INPUT, "%s must be an http or https address.", argument);
	if (memchr(host + 3, '@', strcspn(host + 3, "/?#")) != NULL)
		return call_fail(c, ERR_INPUT, "%s must not carry a user name or password.", argument);
	return 0;
}

const char *
remote_link_request(struct call *c, const struct remote_link *l)
{
	struct body b;
	struct jw *w = body_begin(&b);

	if (l->global_id != NULL)
		jw_str(w, "globalId", l->global_id);
	if (json_len(l->application) > 0)
		jw_value(w, "application", l->application);
	if (l->relationship != NULL)
		jw_str(w, "relationship", l->relationship);
	jw_obj_in(w, "object");
	jw_str(w, "url", l->url);
	jw_str(w, "title", l->title);
	if (l->summary != NULL)
		jw_str(w, "summary", l->summary);
	if (l->icon_url != NULL) {
		jw_obj_in(w, "icon");
		jw_str(w, "url16x16", l->icon_url);
		jw_end(w);
	} else if (json_len(l->icon) > 0) {
		jw_value(w, "icon", l->icon);
	}
	if (json_len(l->status) > 0)
		jw_value(w, "status", l->status);
	return body_end(c, &b);
}

/* ---- jira_get_remote_issue_links ---- */

struct list_args {
	const char *issue_key;
};

static const struct param list_params[] = {
	P_STR(struct list_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_END
};

static int
read_links(struct call *c, struct site *s, const char *key, json **ret)
{
	struct rest_req q = { .path = rest_path(c, s, "{api}/issue/%s/remotelink", key) };

	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	if (!yyjson_is_arr(q.json))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of links.", s->label);
	*ret = q.json;
	return 0;
}

static int
get_remote_links(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *list;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || read_links(c, s, key, &list) == -1)
		return -1;
	if (json_len(list) == 0) {
		out_say(c->out, "%s has no links to the web.", key);
		return 0;
	}
	out_table(c->out, "links", "Id", "Title", "URL", "Relationship", "From", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_scalar(c->arena, json_get(it.value, "id")), json_path_str(it.value, "object.title"),
		    json_path_str(it.value, "object.url"), json_get_str(it.value, "relationship"), json_path_str(it.value, "application.name"));
	return 0;
}

TOOL(jira_get_remote_issue_links,
	.title = "Get web links", .doc = "Links of an issue to the web.",
	.toolset = "jira_links", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{\"issue_key\":\"OPS-7\"}", .run = get_remote_links,
);

/* ---- jira_create_remote_issue_link ---- */

struct link_args {
	const char *issue_key, *link_id, *link, *title, *summary, *relationship, *icon_url, *global_id;
};

static const struct param create_params[] = {
	P_STR(struct link_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct link_args, link, P_REQUIRED, .max_len = MAX_URL, .aliases = "url", .doc = NULL),
	P_STR(struct link_args, title, P_REQUIRED, .max_len = 255, .doc = NULL),
	P_STR(struct link_args, summary, 0, .doc = NULL),
	P_STR(struct link_args, relationship, 0, .max_len = 255, .doc = NULL),
	P_STR(struct link_args, global_id, 0, .aliases = "globalId", .max_len = 255, .doc = NULL),
	P_STR(struct link_args, icon_url, P_HIDDEN, .max_len = MAX_URL, .doc = NULL),
	P_END
};

static int
check_urls(struct call *c, const struct link_args *a)
{
	if (a->link != NULL && remote_link_check_url(c, "link", a->link) == -1)
		return -1;
	return a->icon_url == NULL ? 0 : remote_link_check_url(c, "icon_url", a->icon_url);
}

enum { LINK_ROWS = 5 };

static void
link_rows(const struct link_args *a, struct change *ch)
{
	ch[0] = (struct change){ .label = "URL", .path = "object.url", .wanted = a->link };
	ch[1] = (struct change){ .label = "Title", .path = "object.title", .wanted = a->title };
	ch[2] = (struct change){ .label = "Summary", .path = "object.summary", .wanted = a->summary };
	ch[3] = (struct change){ .label = "Relationship", .path = "relationship", .wanted = a->relationship };
	ch[4] = (struct change){ .label = "Icon", .path = "object.icon.url16x16", .wanted = a->icon_url };
}

static int
create_remote_link(struct call *c, const void *v)
{
	const struct link_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id" };
	struct change ch[LINK_ROWS];
	const char *key, *id;
	json *after;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || check_urls(c, a) == -1 || target_read(c, s, key, NULL, 0) == -1)
		return -1;
	w.path = rest_path(c, s, "{api}/issue/%s/remotelink", key);
	w.body = remote_link_request(c, &(struct remote_link){ .url = a->link, .title = a->title, .summary = a->summary,
	    .relationship = a->relationship, .icon_url = a->icon_url, .global_id = a->global_id });
	w.target = key;
	w.what = arena_printf(c->arena, "the web link of %s", key);
	link_rows(a, ch);
	if (c->dry_run != NULL)
		change_announce(c, ch, LINK_ROWS, NULL);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	id = json_scalar(c->arena, json_get(w.json, "id"));
	if (id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the link on %s but did not name it.", s->label, key);
	if (rest_get(c, s, rest_path(c, s, "{api}/issue/%s/remotelink/%s", key, id), &after) == -1) {
		err_context(&c->err, "The link %s was made on %s, but reading it back failed", id, key);
		return -1;
	}
	out_say(c->out, w.status == 200 ? "Replaced the link with the same global id on %s (link %s)." : "Linked %s to the web (link %s).", key, id);
	return change_report(c, ch, LINK_ROWS, NULL, after, arena_printf(c->arena, "Link %s is on %s", id, key));
}

TOOL(jira_create_remote_issue_link,
	.title = "Add web link", .doc = "Link an issue to a web page.",
	.toolset = "jira_links", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct link_args, create_params),
	.example = "{\"issue_key\":\"OPS-7\",\"url\":\"https://status.example.com/42\",\"title\":\"Incident 42\"}", .run = create_remote_link,
);

/* ---- jira_update_remote_issue_link, jira_delete_remote_issue_link ---- */

static const struct param update_params[] = {
	P_STR(struct link_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct link_args, link_id, P_REQUIRED, .aliases = "linkId,id", .doc = "Id, title or URL"),
	P_STR(struct link_args, link, 0, .max_len = MAX_URL, .aliases = "url", .doc = NULL),
	P_STR(struct link_args, title, 0, .max_len = 255, .doc = NULL),
	P_STR(struct link_args, summary, P_MORE | P_CLEAR, .doc = NULL),
	P_STR(struct link_args, relationship, P_MORE | P_CLEAR, .max_len = 255, .doc = NULL),
	P_STR(struct link_args, icon_url, P_HIDDEN, .max_len = MAX_URL, .doc = NULL),
	P_END
};

static const struct param delete_params[] = {
	P_STR(struct link_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct link_args, link_id, P_REQUIRED, .aliases = "linkId,id", .doc = "Id, title or URL"),
	P_END
};

static int
find_remote_link(struct call *c, struct site *s, const char *key, const char *text, json **ret, const char **ret_id)
{
	json *list;

	if (read_links(c, s, key, &list) == -1 || pick(c, "web link", text, list, "id,object.url,globalId,object.title", ret) == -1)
		return -1;
	*ret_id = json_scalar(c->arena, json_get(*ret, "id"));
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a link without an id.", s->label);
}

/* NULL: none. What is to be cleared is left out of the request. */
static const char *
either(const char *new, const char *old)
{
	return new == NULL ? old : *new == '\0' ? NULL : new;
}

static int
update_remote_link(struct call *c, const void *v)
{
	const struct link_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	struct change ch[LINK_ROWS];
	const char *key, *id;
	json *before, *after;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || check_urls(c, a) == -1)
		return -1;
	if (a->link == NULL && a->title == NULL && a->summary == NULL && a->relationship == NULL && a->icon_url == NULL)
		return call_fail(c, ERR_INPUT, "Nothing to change: give url, title, summary or relationship.");
	if (find_remote_link(c, s, key, a->link_id, &before, &id) == -1)
		return -1;
	w.path = rest_path(c, s, "{api}/issue/%s/remotelink/%s", key, id);
	w.body = remote_link_request(c, &(struct remote_link){
		.url = either(a->link, json_path_str(before, "object.url")), .title = either(a->title, json_path_str(before, "object.title")),
		.summary = either(a->summary, json_path_str(before, "object.summary")),
		.relationship = either(a->relationship, json_get_str(before, "relationship")), .icon_url = a->icon_url,
		.global_id = json_get_str(before, "globalId"), .application = json_get(before, "application"),
		.icon = json_path(before, "object.icon"), .status = json_path(before, "object.status"),
	});
	w.target = arena_printf(c->arena, "%s remotelink %s", key, id);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of web link %s on %s", id, key);
	link_rows(a, ch);
	if (c->dry_run != NULL)
		change_announce(c, ch, LINK_ROWS, before);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	if (rest_get(c, s, w.path, &after) == -1) {
		err_context(&c->err, "Link %s of %s was changed, but reading it back failed", id, key);
		return -1;
	}
	out_say(c->out, "Changed web link %s of %s.", id, key);
	return change_report(c, ch, LINK_ROWS, before, after, arena_printf(c->arena, "Link %s of %s was changed", id, key));
}

static int
delete_remote_link(struct call *c, const void *v)
{
	const struct link_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	const char *key, *id, *title;
	json *before;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || find_remote_link(c, s, key, a->link_id, &before, &id) == -1)
		return -1;
	title = json_path_str(before, "object.title");
	if (c->dry_run != NULL)
		out_say(c->out, "To be deleted: %s", title != NULL ? title : id);
	w.path = rest_path(c, s, "{api}/issue/%s/remotelink/%s", key, id);
	w.target = arena_printf(c->arena, "%s remotelink %s", key, id);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the deletion of web link %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted web link %s of %s: %s", id, key, title != NULL ? title : "(no title)");
	out_pair(c->out, "URL", json_path_str(before, "object.url"));
	return 0;
}

TOOL(jira_update_remote_issue_link,
	.title = "Change web link", .doc = "Change a link of an issue to a web page.",
	.toolset = "jira_links", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct link_args, update_params), .example = "{\"issue_key\":\"OPS-9\",\"link_id\":\"Runbook\",\"title\":\"How to move a database\"}",
	.run = update_remote_link,
);

TOOL(jira_delete_remote_issue_link,
	.title = "Delete web link", .doc = "Delete a link of an issue to a web page.",
	.toolset = "jira_links", .product = JIRA, .effect = DESTROYS, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct link_args, delete_params), .example = "{\"issue_key\":\"OPS-9\",\"link_id\":\"Runbook\",\"dry_run\":true}",
	.run = delete_remote_link,
);
