/*
 * Comments. The answer of the write itself is the proof of what was written.
 *
 * A comment that customers of a service desk shall see, or not see, goes through the service desk's API; where the
 * project is none, an internal comment is marked by the property that the service desk uses itself.
 */
#include "tools/jira_comment.h"

#include "base/str.h"
#include "text/doc.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <string.h>

/* "role:NAME", "group:NAME" or their JSON object. */
static int
read_visibility(struct call *c, const char *text, const char **ret_type, const char **ret_value)
{
	bool role = str_istarts(text, "role:"), group = str_istarts(text, "group:");
	const char *type, *value, *name = strchr(text, ':');
	struct err ignored;
	json *v;

	if (*text == '{') {
		err_init(&ignored, c->arena);
		v = json_parse(c->arena, text, strlen(text), JSON_STRICT, &ignored);
		type = json_get_str(v, "type");
		value = json_get_str(v, "value");
		role = str_eq(type, "role");
		group = str_eq(type, "group");
	} else {
		value = role || group ? str_trim(c->arena, name + 1, strlen(name + 1)) : NULL;
	}
	if ((!role && !group) || str_blank(value))
		return call_fail(c, ERR_INPUT, "visibility must be role:NAME or group:NAME.");
	*ret_type = role ? "role" : "group";
	*ret_value = value;
	return 0;
}

int
comment_write(struct call *c, struct site *s, const struct comment_text *t, struct jw *w)
{
	const char *type = json_get_str(t->keep, "type"), *value = json_get_str(t->keep, "value");

	if (t->visibility != NULL && read_visibility(c, t->visibility, &type, &value) == -1)
		return -1;
	if (value != NULL) {
		jw_obj_in(w, "visibility");
		jw_str(w, "type", type);
		jw_str(w, "value", value);
		jw_end(w);
	}
	if (t->internal != NULL) {
		jw_arr_in(w, "properties");
		jw_obj(w);
		jw_str(w, "key", "sd.public.comment");
		jw_obj_in(w, "value");
		jw_bool(w, "internal", str_eq(t->internal, "true"));
		jw_end(w);
		jw_end(w);
		jw_end(w);
	}
	jw_key(w, "body");
	return jira_write_body(c, s, t->markdown, w);
}

const char *
comment_request(struct call *c, struct site *s, const struct comment_text *t)
{
	struct body b;
	struct jw *w = body_begin(&b);

	return comment_write(c, s, t, w) == -1 ? body_drop(&b) : body_end(c, &b);
}

const char *
comment_visibility(struct call *c, json *v)
{
	const char *value = json_get_str(v, "value");

	return value == NULL ? NULL : arena_printf(c->arena, "%s:%s", json_get_str(v, "type"), value);
}

const char *
comment_exposed(struct call *c, const char *asked, json *visibility)
{
	const char *type, *value, *is = comment_visibility(c, visibility);

	if (asked == NULL || read_visibility(c, asked, &type, &value) == -1)
		return NULL;
	if (str_eq(json_get_str(visibility, "type"), type) &&
	    (str_ieq(json_get_str(visibility, "value"), value) || str_eq(json_get_str(visibility, "identifier"), value)))
		return NULL;
	return arena_printf(c->arena, "%s can read it, not only %s:%s", is != NULL ? is : "everybody who sees the issue", type, value);
}

int
comment_find(struct call *c, struct site *s, const char *key, json *body, const char **ret)
{
	const char *text = jira_body_markdown(c, s, body), *one;
	json *page;

	*ret = NULL;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s/comment", key), "orderBy", "-created", "maxResults", "5", NULL), &page) == -1)
		return -1;
	for (struct json_iter it = json_iter(json_get(page, "comments")); json_next(&it) && *ret == NULL;) {
		one = jira_body_markdown(c, s, json_get(it.value, "body"));
		if (text != NULL && one != NULL && str_eq(str_trim(c->arena, one, strlen(one)), str_trim(c->arena, text, strlen(text))))
			*ret = json_scalar(c->arena, json_get(it.value, "id"));
	}
	return 0;
}

/* ---- jira_edit_comment ---- */

/* Its id from a number, a link to it, or "last" (the newest). */
static const char *
comment_id(struct call *c, struct site *s, const char *key, const char *text)
{
	static const char *const before[] = { "focusedCommentId=", "focusedId=", "#comment-" };
	json *page;

	if (str_ieq(text, "last") || str_ieq(text, "latest")) {
		if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s/comment", key), "orderBy", "-created",
		    "maxResults", "1", NULL), &page) == -1)
			return NULL;
		text = json_path_str(page, "comments.0.id");
		if (text == NULL)
			call_fail(c, ERR_NOT_FOUND, "%s has no comment.", key);
		return text;
	}
	for (size_t i = 0; i < LEN(before); i++) {
		const char *at = strstr(text, before[i]);

		if (at != NULL)
			text = arena_strndup(c->arena, at + strlen(before[i]), strspn(at + strlen(before[i]), "0123456789"));
	}
	if (*text != '\0' && text[strspn(text, "0123456789")] == '\0')
		return text;
	call_fail(c, ERR_INPUT, "\"%.80s\" is no comment.", text);
	call_hint(c, "Give the number that jira_get_comments shows, the comment's link, or \"last\".");
	return NULL;
}

/* Whether customers see it: 1, 0; -1: not said. */
static int
is_public(json *one)
{
	for (struct json_iter it = json_iter(json_get(one, "properties")); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "key"), "sd.public.comment"))
			return !json_bool(json_path(it.value, "value.internal"), false);
	}
	return json_get(one, "jsdPublic") == NULL ? -1 : json_bool(json_get(one, "jsdPublic"), true);
}

/* Data Center says whether a comment is internal in a property only. */
static char *
one_comment(struct call *c, const struct site *s, const char *key, const char *id)
{
	return rest_query(c, rest_path(c, s, "{api}/issue/%s/comment/%s", key, id), "expand",
	    site_is_cloud(s) ? NULL : "properties", NULL);
}

/* Where a comment is not internal, customers see it. Data Center says nothing of a comment that never was. */
static const char *
shown_to(json *one)
{
	return is_public(one) == 0 ? "internally only" : "for customers";
}

/* "true" or "false" of public; NULL: not said. */
static int
take_public(struct call *c, const char *text, const char *visibility, const char **ret)
{
	*ret = str_ieq(text, "true") ? "true" : str_ieq(text, "false") ? "false" : NULL;
	if (text != NULL && *ret == NULL)
		return call_fail(c, ERR_INPUT, "public must be true or false.");
	if (text != NULL && visibility != NULL)
		return call_fail(c, ERR_INPUT, "Give visibility or public, not both: a service desk knows no roles.");
	return 0;
}

struct edit_args {
	const char *issue_key, *comment_id, *body, *visibility, *public;
};

static const struct param edit_params[] = {
	P_STR(struct edit_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct edit_args, comment_id, P_REQUIRED, .aliases = "commentId,id", .doc = "Id, URL or last"),
	P_STR(struct edit_args, body, P_REQUIRED, .aliases = "comment,commentBody", .max_len = COMMENT_MAX, .doc = "Markdown"),
	P_STR(struct edit_args, visibility, P_JSON | P_MORE, .aliases = "commentVisibility", .doc = "Kept if absent"),
	P_STR(struct edit_args, public, P_HIDDEN, .doc = NULL),
	P_END
};

/* "before -> after" of who may read it. wanted: of public, or NULL. */
static void
report_readers(struct call *c, const char *wanted, json *before, const char *was, const char *is, const char *shown)
{
	if (!str_eq(was, is))
		out_pairf(c->out, "Visible only to", "%s -> %s", was != NULL ? was : "everybody", is != NULL ? is : "everybody");
	else
		out_pair(c->out, "Visible only to", is);
	if (wanted != NULL)
		out_pairf(c->out, "Visible", "%s -> %s", shown_to(before), shown);
}

/* What was asked about its readers against what the site has now. */
static int
check_readers(struct call *c, struct site *s, const struct edit_args *a, const char *wanted, const char *key, const char *id, json *before,
    json *after)
{
	const char *was = comment_visibility(c, json_get(before, "visibility")), *is = comment_visibility(c, json_get(after, "visibility"));
	const char *exposed = comment_exposed(c, a->visibility != NULL ? a->visibility : was, json_get(after, "visibility"));

	if (wanted != NULL && is_public(after) == -1 && rest_get(c, s, one_comment(c, s, key, id), &after) == -1) {
		err_context(&c->err, "Comment %s on %s was changed, but reading back who sees it failed", id, key);
		return -1;
	}
	report_readers(c, wanted, before, was, is, shown_to(after));
	if (exposed != NULL) {
		call_fail(c, ERR_IGNORED, "Comment %s on %s was changed, but %s.", id, key, exposed);
		call_hint(c, "If that must not be, delete it with jira_delete_comment.");
		return -1;
	}
	if (wanted == NULL || (is_public(after) != 0) == str_eq(wanted, "true"))
		return 0;
	call_fail(c, ERR_IGNORED, "The text of comment %s on %s was changed, but it is still visible %s.", id, key, shown_to(after));
	call_hint(c, "Only a service desk tells the two apart; elsewhere give visibility.");
	return -1;
}

static int
edit_comment(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	struct rest_req q = { .method = NULL };
	const char *key, *id, *author, *old, *new, *was, *type, *value, *public;

	if (take_public(c, a->public, a->visibility, &public) == -1 || s == NULL || (key = target_key(c, s, a->issue_key)) == NULL ||
	    (id = comment_id(c, s, key, a->comment_id)) == NULL)
		return -1;
	q.path = one_comment(c, s, key, id);
	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	w.body = comment_request(c, s, &(struct comment_text){ .markdown = a->body, .visibility = a->visibility,
	    .keep = json_get(q.json, "visibility"), .internal = public == NULL ? NULL : str_eq(public, "true") ? "false" : "true" });
	if (w.body == NULL)
		return -1;
	old = jira_body_markdown(c, s, json_get(q.json, "body"));
	author = jira_user_name(json_get(q.json, "author"));
	if (c->dry_run != NULL) {
		was = comment_visibility(c, json_get(q.json, "visibility"));
		out_say(c->out, "To be changed: comment %s on %s, written by %s.", id, key, author != NULL ? author : "somebody");
		out_pairf(c->out, "Text", "%s -> %s", target_short(c, old), target_short(c, a->body));
		report_readers(c, public, q.json, was, a->visibility == NULL || read_visibility(c, a->visibility, &type, &value) == -1 ? was :
		    arena_printf(c->arena, "%s:%s", type, value), str_eq(public, "false") ? "internally only" : "for customers");
	}
	w.path = rest_path(c, s, "{api}/issue/%s/comment/%s", key, id);
	w.target = arena_printf(c->arena, "%s comment %s", key, id);
	w.before = json_text(c->arena, q.json, NULL);
	w.what = arena_printf(c->arena, "the change of comment %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	new = jira_body_markdown(c, s, json_get(w.json, "body"));
	if (new == NULL)
		return call_fail(c, ERR_IGNORED, "%s accepted the change of comment %s on %s, but its text is empty now.", s->label, id, key);
	out_say(c->out, "Changed comment %s on %s, written by %s.", id, key, author != NULL ? author : "somebody");
	out_pairf(c->out, "Text", "%s -> %s", target_short(c, old), target_short(c, new));
	return check_readers(c, s, a, public, key, id, q.json, w.json);
}

TOOL(jira_edit_comment,
	.title = "Edit comment", .doc = "Replace the text of a comment.",
	.toolset = "jira_comments", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct edit_args, edit_params),
	.example = "{\"issue_key\":\"OPS-7\",\"comment_id\":\"last\",\"body\":\"Fixed in 2.4.2.\"}", .run = edit_comment,
);

/* ---- jira_add_comment ---- */

struct add_args {
	const char *issue_key, *body, *visibility, *public, *comment_id;
};

static const struct param add_params[] = {
	P_STR(struct add_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = "Key, id or URL"),
	P_STR(struct add_args, body, P_REQUIRED, .aliases = "comment,commentBody", .max_len = COMMENT_MAX, .doc = "Markdown"),
	P_STR(struct add_args, visibility, P_JSON | P_MORE, .aliases = "commentVisibility", .doc = "Only for role:NAME or group:NAME"),
	P_STR(struct add_args, public, P_MORE, .doc = "Service desk: false is internal"),
	P_STR(struct add_args, comment_id, P_HIDDEN, .aliases = "commentId", .doc = NULL),
	P_END
};

/* The service desk's API takes wiki markup on both deployments, and knows of no roles. */
static const char *
desk_body(struct call *c, const struct add_args *a, bool is_public)
{
	struct doc *d = doc_read_md(c->arena, a->body, strlen(a->body), &c->err);
	const char *text = NULL;
	struct buf wiki, b;
	struct jw w;

	if (d == NULL)
		return NULL;
	buf_init(&wiki, COMMENT_MAX * 4);
	doc_write_wiki(d, &wiki);
	buf_init(&b, COMMENT_MAX * 8);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "body", str_trim(c->arena, wiki.data, wiki.len));
	jw_bool(&w, "public", is_public);
	jw_end(&w);
	if (buf_overflowed(&wiki) || buf_overflowed(&b))
		call_fail(c, ERR_TOO_LARGE, "The comment is too long.");
	else
		text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&wiki);
	buf_release(&b);
	return text;
}

/* What a dry run says before the request. */
static void
announce(struct call *c, const struct add_args *a, const char *key, const char *seen)
{
	if (c->dry_run == NULL)
		return;
	out_say(c->out, "To be added to %s:", key);
	out_pair(c->out, "Comment", target_short(c, a->body));
	out_pair(c->out, seen != NULL ? "Visible" : "Visible only to", seen != NULL ? seen : a->visibility);
}

static int
report_added(struct call *c, struct site *s, const struct rest_write *w, const char *key, const char *visibility)
{
	const char *id = json_scalar(c->arena, json_get(w->json, "id")), *exposed;

	if (jira_body_markdown(c, s, json_get(w->json, "body")) == NULL)
		return call_fail(c, ERR_IGNORED, "%s made a comment (id %s) on %s, but its text is empty.", s->label,
		    id != NULL ? id : "?", key);
	out_say(c->out, "Added comment %s to %s.", id != NULL ? id : "?", key);
	exposed = comment_exposed(c, visibility, json_get(w->json, "visibility"));
	if (exposed == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "Comment %s was added to %s, but %s.", id != NULL ? id : "?", key, exposed);
	call_hint(c, "Do not add it again: if that must not be, delete it with jira_delete_comment.");
	return -1;
}

/* A comment of which it was said who may read it. */
static int
add_for_desk(struct call *c, struct site *s, const struct add_args *a, const char *key, struct rest_write *w)
{
	const char *public;
	bool is_public, desk;
	json *issue, *shown;

	if (take_public(c, a->public, a->visibility, &public) == -1)
		return -1;
	is_public = str_eq(public, "true");
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project", NULL), &issue) == -1 ||
	    jira_check_fence(c, s, issue) == -1)
		return -1;
	desk = str_eq(json_path_str(issue, "fields.project.projectTypeKey"), "service_desk");
	if (desk) {
		w->path = rest_path(c, s, "/rest/servicedeskapi/request/%s/comment", key);
		w->body = desk_body(c, a, is_public);
	} else {
		w->path = rest_path(c, s, "{api}/issue/%s/comment", key);
		w->body = comment_request(c, s, &(struct comment_text){ .markdown = a->body, .internal = is_public ? NULL : "true" });
	}
	announce(c, a, key, is_public ? desk ? "for customers" : "for everybody who sees the issue" : desk ? "internally only" :
	    "for everybody who sees the issue, marked as internal: the project is no service desk");
	if (w->body == NULL || rest_write(c, s, w) == -1 || report_added(c, s, w, key, NULL) == -1)
		return -1;
	shown = json_get(w->json, "public");
	if (desk && json_bool(shown, !is_public) != is_public) {
		call_fail(c, ERR_IGNORED, "Comment %s on %s was added, but it is %s.", json_scalar(c->arena, json_get(w->json, "id")), key,
		    is_public ? "internal" : "visible for customers");
		call_hint(c, "If that must not be, delete it with jira_delete_comment.");
		return -1;
	}
	if (!desk)
		out_say(c->out, is_public ? "The project is no service desk: everybody who sees the issue sees the comment."
		    : "The project is no service desk: the comment is marked as internal, but whoever sees the issue sees it.");
	else
		out_pair(c->out, "Visible", is_public ? "for customers" : "internally only");
	return 0;
}

static int
add_comment(struct call *c, const void *v)
{
	const struct add_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id" };
	const char *key;

	if (a->comment_id != NULL)	/* another server's tool does both */
		return edit_comment(c, &(struct edit_args){ a->issue_key, a->comment_id, a->body, a->visibility, a->public });
	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	w.target = key;
	w.what = arena_printf(c->arena, "the comment on %s", key);
	if (a->public != NULL)
		return add_for_desk(c, s, a, key, &w);
	w.body = comment_request(c, s, &(struct comment_text){ .markdown = a->body, .visibility = a->visibility });
	w.path = rest_path(c, s, "{api}/issue/%s/comment", key);
	if (w.body == NULL || target_read(c, s, key, NULL, 0) == -1)
		return -1;
	announce(c, a, key, NULL);
	if (rest_write(c, s, &w) == -1 || report_added(c, s, &w, key, a->visibility) == -1)
		return -1;
	if (a->visibility != NULL)
		out_pair(c->out, "Visible only to", json_path_str(w.json, "visibility.value"));
	return 0;
}

TOOL(jira_add_comment,
	.title = "Add comment", .doc = "Comment on a Jira issue.",
	.toolset = "jira_comments", .product = JIRA, .effect = WRITES, .scopes = "write:jira-work",
	ARGS(struct add_args, add_params),
	.example = "{\"issue_key\":\"OPS-7\",\"body\":\"Fixed in **2.4.1**, please verify.\"}", .run = add_comment,
);

/* ---- jira_delete_comment ---- */

struct delete_args {
	const char *issue_key, *comment_id;
};

static const struct param delete_params[] = {
	P_STR(struct delete_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct delete_args, comment_id, P_REQUIRED, .aliases = "commentId,id", .doc = "Id, URL or last"),
	P_END
};

static int
delete_comment(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	struct rest_req q = { .method = NULL };
	const char *key, *id, *old, *what, *who, *when;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || (id = comment_id(c, s, key, a->comment_id)) == NULL)
		return -1;
	q.path = one_comment(c, s, key, id);
	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	old = jira_body_markdown(c, s, json_get(q.json, "body"));
	who = jira_user_name(json_get(q.json, "author"));
	when = view_date(c->arena, json_get_str(q.json, "created"));
	what = arena_printf(c->arena, "comment %s of %s, written by %s on %s", id, key, who != NULL ? who : "somebody", when != NULL ? when : "?");
	if (c->dry_run != NULL) {
		out_say(c->out, "To be deleted: %s.", what);
		out_pairf(c->out, "Text", "%s -> (deleted)", target_short(c, old));
	}
	w.path = rest_path(c, s, "{api}/issue/%s/comment/%s", key, id);
	w.target = arena_printf(c->arena, "%s comment %s", key, id);
	w.before = json_text(c->arena, q.json, NULL);
	w.what = arena_printf(c->arena, "the deletion of comment %s on %s", id, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted %s.", what);
	out_text(c->out, "Its text was", old);
	return 0;
}

TOOL(jira_delete_comment,
	.title = "Delete comment", .doc = "Delete a comment.",
	.toolset = "jira_comments", .product = JIRA, .effect = DESTROYS, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct delete_args, delete_params),
	.example = "{\"issue_key\":\"OPS-7\",\"comment_id\":\"last\",\"dry_run\":true}", .run = delete_comment,
);

/* ---- jira_get_comments ---- */

struct list_args {
	const char *issue_key, *page_token;
	int64_t limit;
};

static const struct param list_params[] = {
	P_STR(struct list_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_INT(struct list_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 20, .aliases = "max_results,maxResults", .doc = NULL),
	P_STR(struct list_args, page_token, P_MORE, .aliases = "start_at,startAt", .doc = NULL),
	P_END
};

static void
show_comment(struct call *c, const struct site *s, json *one)
{
	const char *who = jira_user_name(json_get(one, "author")), *limited = comment_visibility(c, json_get(one, "visibility"));
	const char *edited = str_eq(json_get_str(one, "created"), json_get_str(one, "updated")) ? "" : ", edited";
	struct buf b;

	buf_init(&b, 1024);
	buf_addf(&b, "%s (id %s%s", who != NULL ? who : "?", json_get_str(one, "id") != NULL ? json_get_str(one, "id") : "?", edited);
	if (limited != NULL)
		buf_addf(&b, ", only %.200s", limited);
	if (is_public(one) == 0)
		buf_adds(&b, ", internal");
	buf_addc(&b, ')');
	out_entry(c->out, "comments", "Comments", arena_strdup(c->arena, b.data),
	    view_datetime(c->arena, json_get_str(one, "created")), jira_body_markdown(c, s, json_get(one, "body")));
	buf_release(&b);
}

static int
get_comments(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_req q = { .method = NULL };
	int64_t start = 0, total, next;
	const char *key;
	json *list;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	if (a->page_token != NULL && str_int(a->page_token, 0, INT32_MAX, &start) == -1)
		return call_fail(c, ERR_INPUT, "page_token is not one that this tool gave.");
	q.path = rest_query(c, rest_path(c, s, "{api}/issue/%s/comment", key), "orderBy", "-created", "maxResults",
	    arena_printf(c->arena, "%lld", (long long)a->limit), "startAt",
	    start > 0 ? arena_printf(c->arena, "%lld", (long long)start) : NULL, "expand", site_is_cloud(s) ? NULL : "properties", NULL);
	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	list = json_get(q.json, "comments");
	if (!yyjson_is_arr(list))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of comments.", s->label);
	total = json_get_int(q.json, "total", (int64_t)json_len(list));
	next = start + (int64_t)json_len(list);
	if (json_len(list) == 0)
		out_say(c->out, total == 0 ? "%s has no comments." : "%s has no more comments.", key);
	else
		out_say(c->out, "%lld comment%s on %s%s.", (long long)total, total == 1 ? "" : "s", key, total == 1 ? "" : ", newest first");
	for (struct json_iter it = json_iter(list); json_next(&it);)
		show_comment(c, s, it.value);
	if (next < total && json_len(list) > 0)
		out_more(c->out, "page_token", arena_printf(c->arena, "%lld", (long long)next),
		    arena_printf(c->arena, "(%lld older)", (long long)(total - next)));
	return 0;
}

TOOL(jira_get_comments,
	.title = "List comments", .doc = "Comments of an issue, newest first.",
	.toolset = "jira_comments", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{\"issue_key\":\"OPS-7\",\"limit\":3}", .run = get_comments,
);
