/*
 * Data Center's /content: pages, blog posts, comments and attachments through one
 * resource, told apart by "type". Cloud has moved these to v2.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

#include <string.h>

static enum cf_type
type_named(const char *name)
{
	for (enum cf_type t = 0; t < CF_TYPES; t++)
		if (str_eq(name, cf_type_name(t)))
			return t;
	return CF_TYPES;
}

static bool
has_status(const struct sb_rq *rq, const struct cf_content *c)
{
	if (sb_arg(rq, "status") == NULL)
		return c->status == CF_CURRENT;
	return cf_arg_has(rq, "status", cf_status_name(c->status)) ||
	       (cf_arg_has(rq, "status", "any") && c->status != CF_PURGED);
}

void
cf_list_content(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	const char *type = sb_arg(rq, "type"), *key = sb_arg(rq, "spaceKey"), *title = sb_arg(rq, "title"),
		   *day = sb_arg(rq, "postingDay");
	struct cf_space *s = key != NULL ? cf_space_by_key(k, key) : NULL;
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	enum cf_type t = type_named(type != NULL ? type : "page");
	size_t n = 0;

	if (t == CF_TYPES) {
		sb_fail(rq, 400, "No content type with name %s", type);
		return;
	}
	if (key != NULL && !cf_space_visible(s, rq->me)) {
		sb_fail(rq, 404, "No space with key : %s", key);
		return;
	}
	for (size_t i = 0; i < k->content_count; i++) {
		struct cf_content *c = k->content[i];

		if (c->type == t && (s == NULL || c->space == s) && has_status(rq, c) && cf_may_read(c, rq->me) &&
		    (title == NULL || str_ieq(title, cf_title(c))) &&
		    (day == NULL || str_starts(cf_time(rq, c->created_ms), day)) &&
		    (sb_arg(rq, "ids") == NULL || cf_arg_has(rq, "ids", cf_id_text(rq->arena, c))))
			v[n++] = c;
	}
	cf_put_contents(rq, v, n, 25, 500);
}

void
cf_get_content(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);
	int64_t number = sb_arg_int(rq, "version", 0);

	if (c == NULL || rq->failed)
		return;
	if (number < 0 || number > (int64_t)c->version_count ||
	    (number == 0 && c->status != CF_CURRENT && !cf_arg_has(rq, "status", cf_status_name(c->status)) &&
		!cf_arg_has(rq, "status", "any")) ||
	    (number != 0 && number != (int64_t)c->version_count && !cf_arg_has(rq, "status", "historical"))) {
		sb_fail(rq, 404, "No content found with id: ContentId{id=%s}", rq->segment[0]);
		return;
	}
	c->views++;
	cf_put_content(rq, "", c, (size_t)number);
}

/* The last of "ancestors", or nothing: false after a failure. */
static bool
take_parent(struct sb_rq *rq, const struct cf_space *s, const struct cf_content *child, struct cf_content **ret)
{
	json *all = json_get(rq->body, "ancestors");
	const char *id =
	    json_scalar(rq->arena, json_get(json_at(all, json_len(all) > 0 ? json_len(all) - 1 : 0), "id"));
	struct cf_content *p;

	if (id == NULL)
		return true;
	p = cf_by_text(cf_wiki(rq), id);
	if (!cf_may_read(p, rq->me) || p->type != CF_PAGE || p->status != CF_CURRENT || (s != NULL && p->space != s)) {
		sb_fail(rq, 400, "The parent ID specified does not exist: %s", id);
		return false;
	}
	if (child != NULL && (p == child || cf_is_above(child, p))) {
		sb_fail(rq, 400, "You can't set a page as its own ancestor");
		return false;
	}
	*ret = p;
	return true;
}

static void
create_comment(struct sb_rq *rq, const char *body, size_t len)
{
	const char *id = json_scalar(rq->arena, json_path(rq->body, "container.id"));
	json *all = json_get(rq->body, "ancestors");
	const char *above =
	    json_scalar(rq->arena, json_get(json_at(all, json_len(all) > 0 ? json_len(all) - 1 : 0), "id"));
	struct cf_content *holder = cf_by_text(cf_wiki(rq), id), *reply_to = NULL, *c;

	if (!cf_may_read(holder, rq->me) || holder->type == CF_COMMENT) {
		sb_fail(rq, 400, "Could not find container for comment with id : %s", id != NULL ? id : "null");
		return;
	}
	if (above != NULL) {
		reply_to = cf_by_text(cf_wiki(rq), above);
		if (reply_to == NULL || reply_to->type != CF_COMMENT || reply_to->parent != holder) {
			sb_fail(rq, 400, "Could not find parent comment with id : %s", above);
			return;
		}
	}
	c = cf_add(cf_wiki(rq), CF_COMMENT, holder->space, holder, rq->me);
	c->reply_to = reply_to;
	c->in_line = reply_to != NULL && reply_to->in_line;
	cf_add_version(cf_wiki(rq), c, rq->me, arena_printf(rq->arena, "Re: %s", cf_title(holder)), body, len);
	cf_put_content(rq, "", c, 0);
}

void
cf_create_content(struct sb_rq *rq)
{
	const char *type = json_get_str(rq->body, "type"), *title = json_get_str(rq->body, "title"), *body = "";
	const char *key = json_path_str(rq->body, "space.key"), *status = json_get_str(rq->body, "status");
	enum cf_type t = type_named(type);
	struct cf_content *parent = NULL, *c;
	struct cf_space *s;
	size_t len = 0;

	if (!sb_need_body(rq))
		return;
	if (t != CF_PAGE && t != CF_BLOGPOST && t != CF_COMMENT) {
		sb_fail(rq, 400, "Content type is required to be page, blogpost or comment: %s",
		    type != NULL ? type : "null");
		return;
	}
	if (json_get(rq->body, "body") != NULL && (body = cf_take_body(rq, json_get(rq->body, "body"), &len)) == NULL)
		return;
	if (t == CF_COMMENT) {
		create_comment(rq, body, len);
		return;
	}
	s = key != NULL ? cf_space_by_key(cf_wiki(rq), key) : NULL;
	if (!cf_space_visible(s, rq->me)) {
		sb_fail(rq, key == NULL ? 400 : 404, key == NULL ? "Space is required%.0s" : "No space with key : %s",
		    key != NULL ? key : "");
		return;
	}
	if (cf_wiki(rq)->content_count >= CF_MAX_CONTENT) {
		sb_fail(rq, 400, "The sandbox holds no more than %d things.", CF_MAX_CONTENT);
		return;
	}
	if (t == CF_PAGE && !take_parent(rq, s, NULL, &parent))
		return;
	if (!str_eq(status, "draft") && !cf_check_title(rq, s, t, title, NULL))
		return;
	c = cf_add(cf_wiki(rq), t, s, parent, rq->me);
	c->status = str_eq(status, "draft") ? CF_DRAFT : CF_CURRENT;
	cf_add_version(cf_wiki(rq), c, rq->me, title != NULL ? title : "", body, len);
	for (struct json_iter it = json_iter(json_path(rq->body, "metadata.labels")); json_next(&it);)
		if (json_get_str(it.value, "name") != NULL)
			cf_label_put(cf_wiki(rq), c, json_get_str(it.value, "name"));
	cf_put_content(rq, "", c, 0);
}

void
cf_edit_content(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment_to_edit(rq, 0, 0) : NULL, *parent;
	const char *type = json_get_str(rq->body, "type"), *title = json_get_str(rq->body, "title"), *body, *message;
	const char *key = json_path_str(rq->body, "space.key"), *status = json_get_str(rq->body, "status");
	int64_t number = json_int(json_path(rq->body, "version.number"), -1);
	struct cf_space *s;
	struct cf_version *v;
	size_t len;

	if (c == NULL)
		return;
	if (type == NULL || !str_eq(type, cf_type_name(c->type))) {
		sb_fail(rq, 400, "Content type cannot be changed: %s", type != NULL ? type : "null");
		return;
	}
	if (number == -1) {
		sb_fail(rq, 400, "Must supply an incremented version when updating Content. No version supplied.");
		return;
	}
	if (number != (int64_t)c->version_count + 1) {
		sb_fail(rq, 409, "Version must be incremented on update. Current version is: %zu", c->version_count);
		return;
	}
	if (title == NULL)
		title = cf_title(c);
	s = key != NULL ? cf_space_by_key(cf_wiki(rq), key) : c->space;
	if (!cf_space_visible(s, rq->me)) {
		sb_fail(rq, 404, "No space with key : %s", key);
		return;
	}
	parent = s == c->space ? c->parent : NULL;
	if (c->type == CF_PAGE && !take_parent(rq, s, c, &parent))
		return;
	if ((c->type == CF_PAGE || c->type == CF_BLOGPOST) && !cf_check_title(rq, s, c->type, title, c))
		return;
	body = cf_now(c)->body;
	len = cf_now(c)->len;
	if (json_get(rq->body, "body") != NULL && (body = cf_take_body(rq, json_get(rq->body, "body"), &len)) == NULL)
		return;
	if (c->status == CF_TRASHED && !str_eq(status, "current")) {
		sb_fail(rq, 404, "No content found with id: ContentId{id=%s}", rq->segment[0]);
		return;
	}
	if (c->status == CF_TRASHED || c->status == CF_DRAFT)
		c->status = str_eq(status, "draft") ? CF_DRAFT : CF_CURRENT;
	cf_move_to(cf_wiki(rq), c, s, parent);
	message = json_path_str(rq->body, "version.message");
	v = cf_add_version(cf_wiki(rq), c, rq->me, title, body, len);
	v->message = message != NULL ? arena_strdup(rq->site->arena, message) : "";
	v->minor = json_bool(json_path(rq->body, "version.minorEdit"), false);
	cf_put_content(rq, "", c, 0);
}

void
cf_delete_content(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 0);
	struct cf_wiki *k = cf_wiki(rq);
	bool purge = cf_arg_has(rq, "status", "trashed");

	if (c == NULL)
		return;
	if (rq->me == SB_GUEST && c->author != rq->me) {
		sb_fail(rq, 403, "User not permitted to delete content with id %lld", (long long)c->id);
		return;
	}
	if (purge != (c->status == CF_TRASHED)) {
		sb_fail(rq, 404, "No content found with id: ContentId{id=%s}", rq->segment[0]);
		return;
	}
	if (purge || c->type == CF_COMMENT || c->status == CF_DRAFT) {
		cf_purge(k, c);
	} else {
		c->status = CF_TRASHED;
		for (size_t i = 0; i < k->content_count; i++)
			if (k->content[i]->parent == c && k->content[i]->type == CF_PAGE)
				cf_move_to(k, k->content[i], c->space, c->parent);
	}
	rq->status = 204;
}

void
cf_content_history(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		cf_put_history(rq, "", c, c->version_count);
}

void
cf_list_child(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0), **v;
	enum cf_type t = type_named(rq->segment[1]);
	size_t n, kept = 0;

	if (c == NULL)
		return;
	if (t == CF_TYPES) {
		sb_fail(rq, 400, "No content type with name %s", rq->segment[1]);
		return;
	}
	n = cf_children(cf_wiki(rq), rq->arena, c, 1U << t, &v);
	for (size_t i = 0; i < n; i++)
		if (cf_may_read(v[i], rq->me))
			v[kept++] = v[i];
	cf_put_contents(rq, v, kept, 25, 500);
}

void
cf_child_kinds(struct sb_rq *rq)
{
	static const char *const kinds[] = { "page", "comment", "attachment" };
	struct cf_content *c = cf_segment(rq, 0, 0);
	struct jw *w = &rq->w;

	if (c == NULL)
		return;
	jw_obj(w);
	for (size_t i = 0; i < LEN(kinds); i++) {
		struct cf_content **v;
		size_t n = cf_children(cf_wiki(rq), rq->arena, c, 1U << type_named(kinds[i]), &v);

		if (!sb_expands(rq, kinds[i]))
			continue;
		jw_obj_in(w, kinds[i]);
		jw_arr_in(w, "results");
		for (size_t m = 0; m < n; m++)
			if (cf_may_read(v[m], rq->me))
				cf_put_content(rq, arena_printf(rq->arena, "%s.", kinds[i]), v[m], 0);
		jw_end(w);
		jw_int(w, "size", (int64_t)n);
		jw_end(w);
	}
	jw_obj_in(w, "_expandable");
	for (size_t i = 0; i < LEN(kinds); i++)
		if (!sb_expands(rq, kinds[i]))
			jw_str(w, kinds[i],
			    arena_printf(rq->arena, "/rest/api/content/%lld/child/%s", (long long)c->id, kinds[i]));
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/content/%lld/child", cf_base(rq), (long long)c->id));
	jw_end(w);
	jw_end(w);
}

static void
space_list(struct sb_rq *rq, enum cf_type t)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	struct cf_space *s = cf_segment_space(rq, 0);
	size_t n = 0;

	if (s == NULL)
		return;
	for (size_t i = 0; i < k->content_count; i++)
		if (k->content[i]->space == s && k->content[i]->type == t && k->content[i]->status == CF_CURRENT &&
		    cf_may_read(k->content[i], rq->me) &&
		    (!sb_arg_is(rq, "depth", "root") || k->content[i]->parent == NULL))
			v[n++] = k->content[i];
	cf_put_contents(rq, v, n, 25, 500);
}

void
cf_space_content_type(struct sb_rq *rq)
{
	enum cf_type t = type_named(rq->segment[1]);

	if (t == CF_PAGE || t == CF_BLOGPOST)
		space_list(rq, t);
	else
		sb_fail(rq, 400, "No content type with name %s", rq->segment[1]);
}

void
cf_space_content(struct sb_rq *rq)
{
	space_list(rq, CF_PAGE);
}
