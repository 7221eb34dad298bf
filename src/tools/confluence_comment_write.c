/*
 * Comments, written: added to a page, to a piece of its text or as a reply; edited, resolved, deleted. A comment is read by
 * its id before it is changed: that says which page it is on, and of which kind it is.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_comment.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_TEXT = 256 * 1024 };

/* ---- one comment by its id ---- */

/* The comment, and its page within the fence. */
static int
find_comment(struct call *c, struct site *s, const char *text, struct comment *ret)
{
	struct page_ref r;
	struct page p;
	const char *id;

	if (page_ref_parse(c, s, text, &r) == -1)
		return -1;
	id = r.comment != NULL ? r.comment : r.id;
	if (id == NULL)
		return call_fail(c, ERR_INPUT, "\"%.80s\" is not a comment: give its id or link.", text);
	for (int kind = 0; kind < (site_is_cloud(s) ? 2 : 1); kind++) {
		struct rest_req q = { .optional = true };

		q.path = site_is_cloud(s) ? rest_query(c, rest_path(c, s, kind == 0 ? "{api}/footer-comments/%s" : "{api}/inline-comments/%s", id),
		    "body-format", "storage", NULL) : rest_query(c, rest_path(c, s, "{api}/content/%s", id), "expand",
		    "body.storage,version,container,ancestors,extensions.inlineProperties,extensions.resolution", NULL);
		if (rest_read(c, s, &q) == -1)
			return -1;
		if (q.json == NULL || (!site_is_cloud(s) && !str_eq(json_get_str(q.json, "type"), "comment")))
			continue;
		comment_from_json(c, s, q.json, kind == 1, ret);
		if (ret->id == NULL)
			return call_fail(c, ERR_PROTOCOL, "%s answered without a comment.", s->label);
		c->target = ret->id;
		if (s->config->filter == NULL)
			return 0;
		return ret->page == NULL ? page_unknown(c, s, id) : page_get_id(c, s, ret->page, 0, &p);
	}
	call_fail(c, ERR_NOT_FOUND, "%s has no comment %.80s, or this account may not see it.", s->label, id);
	call_hint(c, "confluence_get_comments shows the ids.");
	return -1;
}

static int
check_answer(struct call *c, const struct site *s, json *answer, const char *what, const char **ret_id)
{
	struct page p;

	page_from_json(c, s, answer, &p);
	if (p.id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted %s but did not name its id.", s->label, what);
	*ret_id = p.id;
	return 0;
}

/* ---- add, reply, on a piece of text ---- */

struct add_args {
	const char *page_id, *body, *comment_id, *text_selection, *space_key, *count_text, *index_text;
};

static const struct param add_params[] = {
	P_STR(struct add_args, page_id, 0, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct add_args, body, P_REQUIRED, .aliases = "content,comment", .max_len = MAX_TEXT, .doc = "Markdown"),
	P_STR(struct add_args, comment_id, 0, .aliases = "parent_comment_id,parentCommentId", .doc = "Reply to this one"),
	P_STR(struct add_args, text_selection, P_MORE, .aliases = "textSelection", .doc = "Inline, on this text"),
	{ .name = "text_selection_match_index", .type = PARAM_STRING, .offset = offsetof(struct add_args, index_text), .flags = P_HIDDEN },
	{ .name = "text_selection_match_count", .type = PARAM_STRING, .offset = offsetof(struct add_args, count_text), .flags = P_HIDDEN },
	P_STR(struct add_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static size_t
occurrences(const char *text, const char *piece)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, piece)) != NULL; p += strlen(piece))
		n++;
	return n;
}

/* How often the page has the text that the comment is about, and which of them is meant. */
static int
find_selection(struct call *c, struct site *s, const struct add_args *a, const struct page *p, int64_t *ret_count, int64_t *ret_index)
{
	struct doc *d = doc_read_storage(c->arena, p->storage != NULL ? p->storage : "", strlen(p->storage != NULL ? p->storage : ""), &c->err);
	struct buf b;

	if (d == NULL)
		return -1;
	(void)s;
	buf_init(&b, CONFLUENCE_MAX_BODY);
	doc_write_text(d, &b);
	*ret_count = (int64_t)occurrences(b.data, a->text_selection);
	*ret_index = 0;
	buf_release(&b);
	if (a->index_text != NULL && str_int(a->index_text, 0, INT32_MAX, ret_index) == -1)
		return call_fail(c, ERR_INPUT, "text_selection_match_index must be a number from 0.");
	if (*ret_count == 0) {
		call_fail(c, ERR_INPUT, "The page has no text \"%.120s\".", a->text_selection);
		call_hint(c, "Give it as the page shows it, within one paragraph and without formatting.");
		return -1;
	}
	if (*ret_index >= *ret_count || (*ret_count > 1 && a->index_text == NULL)) {
		call_fail(c, ERR_INPUT, "The text occurs %lld times on the page.", (long long)*ret_count);
		call_hint(c, "Give more of it, or text_selection_match_index from 0 to %lld.", (long long)*ret_count - 1);
		return -1;
	}
	return 0;
}

struct target {
	struct page page;
	struct comment parent;		/* id NULL: not a reply */
	int64_t count, index;		/* of the selection */
};

static const char *
cloud_comment(struct call *c, const struct site *s, const struct add_args *a, const struct target *t, const char *storage)
{
	struct request r;

	request_begin(&r);
	if (t->parent.id != NULL)
		jw_str(&r.w, "parentCommentId", t->parent.id);
	else
		jw_str(&r.w, str_eq(t->page.type, "blogpost") ? "blogPostId" : "pageId", t->page.id);
	body_write(s, &r.w, storage);
	if (a->text_selection != NULL) {
		jw_obj_in(&r.w, "inlineCommentProperties");
		jw_str(&r.w, "textSelection", a->text_selection);
		jw_int(&r.w, "textSelectionMatchCount", t->count);
		jw_int(&r.w, "textSelectionMatchIndex", t->index);
		jw_end(&r.w);
	}
	return request_end(c, &r);
}

static const char *
dc_comment(struct call *c, const struct site *s, const struct target *t, const char *storage)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "type", "comment");
	jw_obj_in(&r.w, "container");
	jw_str(&r.w, "id", t->parent.id != NULL ? t->parent.page : t->page.id);
	jw_str(&r.w, "type", t->parent.id != NULL ? "page" : t->page.type);
	jw_end(&r.w);
	if (t->parent.id != NULL) {
		jw_arr_in(&r.w, "ancestors");
		jw_obj(&r.w);
		jw_str(&r.w, "id", t->parent.id);
		jw_end(&r.w);
		jw_end(&r.w);
	}
	body_write(s, &r.w, storage);
	return request_end(c, &r);
}

static int
find_target(struct call *c, struct site *s, const struct add_args *a, struct target *t)
{
	if (a->comment_id != NULL && a->text_selection != NULL)
		return call_fail(c, ERR_INPUT, "A reply has no text_selection: give comment_id or text_selection, not both.");
	if (a->comment_id != NULL)
		return find_comment(c, s, a->comment_id, &t->parent);
	if (a->page_id == NULL)
		return call_fail(c, ERR_INPUT, "page_id is missing (or comment_id, to reply).");
	if (page_get(c, s, a->page_id, a->space_key, a->text_selection != NULL ? PAGE_BODY : 0, &t->page) == -1)
		return -1;
	c->target = t->page.id;
	if (a->text_selection == NULL)
		return 0;
	if (!site_is_cloud(s)) {
		call_fail(c, ERR_INPUT, "Data Center's REST API can't make inline comments.");
		call_hint(c, "Leave text_selection out and quote the text in the comment (> ...).");
		return -1;
	}
	return find_selection(c, s, a, &t->page, &t->count, &t->index);
}

static int
add_comment(struct call *c, const void *v)
{
	const struct add_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "POST", .created_id = "id" };
	struct target *t = arena_alloc(c->arena, sizeof(*t));
	const char *storage, *id = NULL, *where;
	bool in_line;

	if (s == NULL || find_target(c, s, a, t) == -1 || (storage = body_storage(c, s, a->body, "markdown")) == NULL)
		return -1;
	in_line = a->text_selection != NULL || t->parent.in_line;
	where = t->parent.id != NULL ? arena_printf(c->arena, "comment %s", t->parent.id) : page_label(c->arena, &t->page);
	w.target = t->parent.id != NULL ? t->parent.id : t->page.id;
	w.what = arena_printf(c->arena, "the comment on %s", where);
	w.path = rest_path(c, s, !site_is_cloud(s) ? "{api}/content" : in_line ? "{api}/inline-comments" : "{api}/footer-comments");
	w.body = site_is_cloud(s) ? cloud_comment(c, s, a, t, storage) : dc_comment(c, s, t, storage);
	dry_say(c, "To be added: %s %s %s.", t->parent.id != NULL ? "reply" : in_line ? "inline comment" : "comment",
	    t->parent.id != NULL ? "to" : "on", where);
	dry_value(c, "On", a->text_selection);
	dry_value(c, "Text", a->body);
	if (w.body == NULL || rest_write(c, s, &w) == -1 || check_answer(c, s, w.json, "the comment", &id) == -1)
		return -1;
	out_say(c->out, "Added %s %s %s %s.", t->parent.id != NULL ? "reply" : in_line ? "inline comment" : "comment", id,
	    t->parent.id != NULL ? "to" : "on", where);
	return 0;
}

TOOL(confluence_add_comment,
	.title = "Add comment", .doc = "Comment on a page, on a piece of its text, or reply.",
	.toolset = "confluence_comments", .product = CONFLUENCE, .effect = WRITES, .scopes = "write:comment:confluence",
	ARGS(struct add_args, add_params), .example = "{\"page_id\":\"65685\",\"body\":\"Is this still **true**?\"}", .run = add_comment,
);

/* ---- edit, resolve, reopen, delete ---- */

struct update_args {
	const char *comment_id, *body, *resolved;
};

static const struct param update_params[] = {
	P_STR(struct update_args, comment_id, P_REQUIRED, .aliases = "commentId,id", .doc = "Id or link"),
	P_STR(struct update_args, body, 0, .aliases = "content,comment", .max_len = MAX_TEXT, .doc = "New Markdown"),
	P_STR(struct update_args, resolved, 0, .doc = "true resolves, false reopens (inline)"),
	P_END
};

static const char *
update_request(struct call *c, const struct site *s, const struct update_args *a, const struct comment *m, const char *storage)
{
	struct request r;

	request_begin(&r);
	if (!site_is_cloud(s)) {
		jw_str(&r.w, "id", m->id);
		jw_str(&r.w, "type", "comment");
	}
	body_write(s, &r.w, storage);
	jw_obj_in(&r.w, "version");
	jw_int(&r.w, "number", m->version + 1);
	jw_end(&r.w);
	if (a->resolved != NULL)
		jw_bool(&r.w, "resolved", str_ieq(a->resolved, "true"));
	return request_end(c, &r);
}

static int
check_update(struct call *c, const struct site *s, const struct update_args *a, const struct comment *m)
{
	if (a->body == NULL && a->resolved == NULL)
		return call_fail(c, ERR_INPUT, "Give body or resolved.");
	if (a->resolved == NULL)
		return 0;
	if (!str_ieq(a->resolved, "true") && !str_ieq(a->resolved, "false"))
		return call_fail(c, ERR_INPUT, "resolved must be true or false.");
	if (!site_is_cloud(s))
		return call_fail(c, ERR_INPUT, "Data Center's REST API can't resolve comments: do that on the page.");
	if (!m->in_line || m->parent != NULL)
		return call_fail(c, ERR_INPUT, "Only an inline comment that begins a thread can be resolved; %s is %s.", m->id,
		    m->in_line ? "a reply" : "a footer comment");
	return 0;
}

/* Whose comment would be changed or deleted, and its text before and after. */
static int
show_plan(struct call *c, struct site *s, const struct comment *m, const char *what, const char *after)
{
	const char *before;

	if (c->dry_run == NULL)
		return 0;
	if (bodies_learn(c, s, &m->storage, 1, &m->author, 1) == -1)
		return -1;
	before = body_markdown(c, s, m->storage);
	if (err_is_set(&c->err))
		return -1;
	dry_say(c, "To be %s: comment %s of %s.", what, m->id, people_name(s, m->author) != NULL ? people_name(s, m->author) : "somebody");
	dry_pair(c, "Text", before, after != NULL ? after : before);
	return 0;
}

static int
update_comment(struct call *c, const void *v)
{
	const struct update_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "PUT" };
	const char *storage, *id = NULL, *state;
	struct comment m;

	if (s == NULL || find_comment(c, s, a->comment_id, &m) == -1 || check_update(c, s, a, &m) == -1)
		return -1;
	storage = a->body != NULL ? body_storage(c, s, a->body, "markdown") : m.storage != NULL ? m.storage : "";
	if (storage == NULL)
		return -1;
	w.path = site_is_cloud(s) ? rest_path(c, s, m.in_line ? "{api}/inline-comments/%s" : "{api}/footer-comments/%s", m.id) :
	    rest_path(c, s, "{api}/content/%s", m.id);
	w.body = update_request(c, s, a, &m, storage);
	w.target = m.id;
	w.before = page_before(c, &(struct page){ .title = "", .version = m.version, .storage = m.storage });
	w.what = arena_printf(c->arena, "the change of comment %s", m.id);
	if (show_plan(c, s, &m, "changed", a->body) == -1)
		return -1;
	if (a->resolved != NULL)
		dry_pair(c, "State", m.state != NULL ? m.state : "open", str_ieq(a->resolved, "true") ? "resolved" : "open");
	if (w.body == NULL || w.before == NULL || rest_write(c, s, &w) == -1 || check_answer(c, s, w.json, "the change", &id) == -1)
		return -1;
	state = json_get_str(w.json, "resolutionStatus");
	if (a->resolved != NULL && str_eq(state, "resolved") != str_ieq(a->resolved, "true"))
		return call_fail(c, ERR_IGNORED, "%s accepted the change, but comment %s is %s.", s->label, m.id, state != NULL ? state : "unchanged");
	out_say(c->out, "Changed comment %s.", m.id);
	if (a->resolved != NULL)
		out_pairf(c->out, "State", "%s -> %s", m.state != NULL ? m.state : "open", state);
	return 0;
}

TOOL(confluence_update_comment,
	.title = "Update comment", .doc = "Edit, resolve or reopen a comment.",
	.toolset = "confluence_comments", .product = CONFLUENCE, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:comment:confluence read:comment:confluence",
	ARGS(struct update_args, update_params), .example = "{\"comment_id\":\"98765\",\"resolved\":true}", .run = update_comment,
);

struct delete_args {
	const char *comment_id;
};

static const struct param delete_params[] = {
	P_STR(struct delete_args, comment_id, P_REQUIRED, .aliases = "commentId,id", .doc = "Id or link"),
	P_END
};

static int
delete_comment(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "DELETE" };
	struct comment m;

	if (s == NULL || find_comment(c, s, a->comment_id, &m) == -1)
		return -1;
	w.path = site_is_cloud(s) ? rest_path(c, s, m.in_line ? "{api}/inline-comments/%s" : "{api}/footer-comments/%s", m.id) :
	    rest_path(c, s, "{api}/content/%s", m.id);
	w.target = m.id;
	w.before = page_before(c, &(struct page){ .title = "", .version = m.version, .storage = m.storage });
	w.what = arena_printf(c->arena, "the deletion of comment %s", m.id);
	if (show_plan(c, s, &m, "deleted for good", "(deleted)") == -1)
		return -1;
	if (w.before == NULL || rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted comment %s.", m.id);
	return 0;
}

TOOL(confluence_delete_comment,
	.title = "Delete comment", .doc = "Delete a comment for good.",
	.toolset = "confluence_comments", .product = CONFLUENCE, .effect = DESTROYS, .not_default = true, .scopes = "delete:comment:confluence",
	ARGS(struct delete_args, delete_params), .example = "{\"comment_id\":\"98765\"}", .run = delete_comment,
);
