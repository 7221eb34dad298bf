/*
 * Pages and blog posts in v2, and the folders, whiteboards, databases and embeds
 * beside them. One handler serves all types: the path says which.
 */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_LIMIT = 25, LIST_MAX = 250 };

static bool
has_status(const struct sb_rq *rq, const struct cf_content *c)
{
	if (sb_arg(rq, "status") == NULL)
		return c->status == CF_CURRENT || c->status == CF_ARCHIVED;
	return cf_arg_has(rq, "status", cf_status_name(c->status));
}

static bool
is_wanted(const struct sb_rq *rq, const struct cf_content *c, unsigned types)
{
	char id[24];

	if ((types >> c->type & 1) == 0 || c->status == CF_PURGED || !cf_may_read(c, rq->me) || !has_status(rq, c))
		return false;
	snprintf(id, sizeof id, "%lld", (long long)c->id);
	if (sb_arg(rq, "id") != NULL && !cf_arg_has(rq, "id", id))
		return false;
	snprintf(id, sizeof id, "%lld", (long long)c->space->id);
	if (sb_arg(rq, "space-id") != NULL && !cf_arg_has(rq, "space-id", id))
		return false;
	if (sb_arg(rq, "title") != NULL && !str_ieq(sb_arg(rq, "title"), cf_title(c)))
		return false;
	if (sb_arg(rq, "subtype") != NULL && str_eq(sb_arg(rq, "subtype"), "live") != c->live)
		return false;
	return true;
}

static int
compare_sorted(const void *a, const void *b, void *sort)
{
	const struct cf_content *const *x = a, *const *y = b;
	const char *by = sort;
	bool down = *by == '-';
	int d = 0;

	by += down;
	if (str_eq(by, "title"))
		d = strcmp(cf_title(*x), cf_title(*y));
	else if (str_eq(by, "created-date"))
		d = ((*x)->created_ms > (*y)->created_ms) - ((*x)->created_ms < (*y)->created_ms);
	else if (str_eq(by, "modified-date"))
		d = (cf_now(*x)->at_ms > cf_now(*y)->at_ms) - (cf_now(*x)->at_ms < cf_now(*y)->at_ms);
	if (d == 0)
		d = ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
	return down ? -d : d;
}

static void
put_list(struct sb_rq *rq, struct cf_content **v, size_t n)
{
	const char *sort = sb_arg(rq, "sort");

	qsort_r(v, n, sizeof(struct cf_content *), compare_sorted, arena_strdup(rq->arena, sort != NULL ? sort : "id"));
	cf_put_contents(rq, v, n, LIST_LIMIT, LIST_MAX);
}

void
cf_list_pages(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	size_t n = 0;

	for (size_t i = 0; i < k->content_count; i++)
		if (is_wanted(rq, k->content[i], cf_path_types(rq)))
			v[n++] = k->content[i];
	put_list(rq, v, n);
}

void
cf_space_pages(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	struct cf_space *s = cf_segment_space(rq, 0);
	unsigned types = str_ends(rq->path, "/blogposts") ? 1 << CF_BLOGPOST : 1 << CF_PAGE;
	size_t n = 0;

	if (s == NULL)
		return;
	for (size_t i = 0; i < k->content_count; i++)
		if (k->content[i]->space == s && is_wanted(rq, k->content[i], types) &&
		    (!sb_arg_is(rq, "depth", "root") || k->content[i]->parent == NULL))
			v[n++] = k->content[i];
	put_list(rq, v, n);
}

void
cf_label_pages(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	unsigned types = str_ends(rq->path, "/blogposts") ? 1 << CF_BLOGPOST
			 : str_ends(rq->path, "/pages")   ? 1 << CF_PAGE
							  : 1 << CF_ATTACHMENT;
	int64_t id = 0;
	size_t n = 0;

	if (str_int(rq->segment[0], 0, INT64_MAX, &id) == -1 || id < 131073 || id >= 131073 + (int64_t)k->label_count) {
		sb_fail(rq, 404, "Not Found");
		return;
	}
	for (size_t i = 0; i < k->content_count; i++)
		if (is_wanted(rq, k->content[i], types) && cf_has_label(k->content[i], k->label[id - 131073]))
			v[n++] = k->content[i];
	put_list(rq, v, n);
}

void
cf_get_page(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));
	int64_t number = sb_arg_int(rq, "version", 0);

	if (c == NULL || rq->failed)
		return;
	if (number < 0 || number > (int64_t)c->version_count ||
	    (sb_arg(rq, "status") != NULL && !cf_arg_has(rq, "status", cf_status_name(c->status)) &&
		!cf_arg_has(rq, "status", "historical"))) {
		sb_fail(rq, 404, "Not Found");
		return;
	}
	c->views += str_eq(rq->method, "GET");
	cf_put_v2(rq, c, (size_t)number, true);
	cf_end_single(rq, c);
}

static const char *
id_of(struct sb_rq *rq, const char *name)
{
	json *v = json_get(rq->body, name);

	return v == NULL || json_is_null(v) ? NULL : json_scalar(rq->arena, v);
}

/* The parent that a body names, in this space; false after a failure. */
static bool
take_parent(struct sb_rq *rq, const struct cf_space *s, const struct cf_content *child, struct cf_content **ret)
{
	const char *id = id_of(rq, "parentId");
	struct cf_content *p;

	if (id == NULL)
		return true;
	p = cf_by_text(cf_wiki(rq), id);
	if (!cf_may_read(p, rq->me) || p->status != CF_CURRENT || (1 << p->type & CF_IN_TREE) == 0 || p->space != s) {
		sb_fail(rq, 404,
		    "Parent content with id %s does not exist in the space, or you do not have permission to see it",
		    id);
		return false;
	}
	if (child != NULL && (p == child || cf_is_above(child, p))) {
		sb_fail(rq, 400, "A page cannot be its own ancestor");
		return false;
	}
	*ret = p;
	return true;
}

static struct cf_space *
take_space(struct sb_rq *rq)
{
	const char *id = id_of(rq, "spaceId");
	struct cf_space *s = NULL;
	int64_t n;

	if (id == NULL || str_int(id, 1, INT64_MAX, &n) == -1) {
		sb_fail(rq, 400, "Provided value for 'spaceId' is not valid");
		return NULL;
	}
	s = cf_space_by_id(cf_wiki(rq), n);
	if (!cf_space_visible(s, rq->me)) {
		sb_fail(rq, 404, "Space with id %s does not exist, or you do not have permission to see it", id);
		return NULL;
	}
	return s;
}

static bool
is_full(struct sb_rq *rq)
{
	if (cf_wiki(rq)->content_count < CF_MAX_CONTENT)
		return false;
	sb_fail(rq, 400, "The sandbox holds no more than %d things.", CF_MAX_CONTENT);
	return true;
}

void
cf_create_page(struct sb_rq *rq)
{
	enum cf_type type = cf_path_types(rq) == 1 << CF_PAGE ? CF_PAGE : CF_BLOGPOST;
	const char *title = json_get_str(rq->body, "title"), *status = json_get_str(rq->body, "status"), *body = "";
	bool draft = str_eq(status, "draft");
	struct cf_content *parent, *c;
	struct cf_space *s;
	size_t len = 0;

	if (!sb_need_body(rq) || (s = take_space(rq)) == NULL || is_full(rq))
		return;
	parent = type == CF_PAGE && !sb_arg_is(rq, "root-level", "true") ? s->home : NULL;
	if (type == CF_PAGE && !take_parent(rq, s, NULL, &parent))
		return;
	if (!draft && !cf_check_title(rq, s, type, title, NULL))
		return;
	if (json_get(rq->body, "body") != NULL && (body = cf_take_body(rq, json_get(rq->body, "body"), &len)) == NULL)
		return;
	c = cf_add(cf_wiki(rq), type, s, parent, rq->me);
	c->status = draft ? CF_DRAFT : CF_CURRENT;
	c->live = str_eq(json_get_str(rq->body, "subtype"), "live");
	if (sb_arg_is(rq, "private", "true"))
		c->read.people = 1U << rq->me;
	cf_add_version(cf_wiki(rq), c, rq->me, title != NULL ? title : "", body, len);
	cf_put_v2_one(rq, c, 0);
}

static bool
check_number(struct sb_rq *rq, const struct cf_content *c)
{
	int64_t number = json_int(json_path(rq->body, "version.number"), -1);

	if (c->status == CF_DRAFT && number == 1) /* a draft is its first version until it is published */
		return true;
	if (number == -1) {
		sb_fail(rq, 400, "A version number is required to update content");
		return false;
	}
	if (number != (int64_t)c->version_count + 1) {
		sb_fail(rq, 409,
		    "Version must be incremented when updating a %s. Current Version: [%zu]. Provided version: [%lld]",
		    cf_type_name(c->type), c->version_count, (long long)number);
		return false;
	}
	return true;
}

static bool
take_owner(struct sb_rq *rq, struct cf_content *c)
{
	const char *id = id_of(rq, "ownerId");
	int who = cf_person(rq, id);

	if (id == NULL)
		return true;
	if (who < 0)
		sb_fail(rq, 400, "Owner with account id %s does not exist", id);
	else
		c->owner = who;
	return who >= 0;
}

void
cf_edit_page(struct sb_rq *rq)
{
	unsigned types = cf_path_types(rq);
	struct cf_content *c = sb_need_body(rq) ? cf_segment_to_edit(rq, 0, types) : NULL, *parent;
	const char *title = json_get_str(rq->body, "title"), *status = json_get_str(rq->body, "status"), *body,
		   *message;
	struct cf_version *v;
	size_t len = 0;

	if (c == NULL)
		return;
	if (!str_eq(id_of(rq, "id"), rq->segment[0])) {
		sb_fail(rq, 400, "The id in the request body does not match the id in the path");
		return;
	}
	if (!str_eq(status, "current") && !str_eq(status, "draft")) {
		sb_fail(rq, 400, "Provided value for 'status' is not valid: %s", status != NULL ? status : "null");
		return;
	}
	if (id_of(rq, "spaceId") != NULL && take_space(rq) != c->space) {
		if (!rq->failed)
			sb_fail(rq, 400, "Moving a %s to another space is not supported by this operation",
			    cf_type_name(c->type));
		return;
	}
	parent = c->parent;
	if (!check_number(rq, c) || !take_parent(rq, c->space, c, &parent) ||
	    !cf_check_title(rq, c->space, c->type, title, c))
		return;
	body = cf_take_body(rq, json_get(rq->body, "body"), &len);
	if (body == NULL || !take_owner(rq, c))
		return;
	message = json_path_str(rq->body, "version.message");
	if (c->status == CF_DRAFT)
		c->version_count = 0;
	if (str_eq(status, "current"))
		c->status = CF_CURRENT;
	cf_move_to(cf_wiki(rq), c, c->space, parent);
	v = cf_add_version(cf_wiki(rq), c, rq->me, title, body, len);
	v->message = message != NULL ? arena_strdup(rq->site->arena, message) : "";
	cf_put_v2_one(rq, c, 0);
}

void
cf_edit_title(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment_to_edit(rq, 0, 1 << CF_PAGE) : NULL;
	const char *title = json_get_str(rq->body, "title");

	if (c == NULL || !cf_check_title(rq, c->space, CF_PAGE, title, c))
		return;
	cf_add_version(cf_wiki(rq), c, rq->me, title, cf_now(c)->body, cf_now(c)->len);
	cf_put_v2_one(rq, c, 0);
}

void
cf_delete_page(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, cf_path_types(rq));

	if (c == NULL)
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "User does not have permission to delete this content");
		return;
	}
	if (sb_arg_is(rq, "purge", "true")) {
		if (c->status != CF_TRASHED) {
			sb_fail(rq, 400, "Content must be trashed before it can be purged");
			return;
		}
		cf_purge(cf_wiki(rq), c);
	} else if (c->status == CF_TRASHED || sb_arg_is(rq, "draft", "true") != (c->status == CF_DRAFT)) {
		sb_fail(rq, 404, "Not Found");
		return;
	} else if (c->status == CF_DRAFT) {
		cf_purge(cf_wiki(rq), c);
	} else {
		struct cf_wiki *k = cf_wiki(rq);

		c->status = CF_TRASHED;
		for (size_t i = 0; i < k->content_count; i++)
			if (k->content[i]->parent == c && (1 << k->content[i]->type & CF_IN_TREE) != 0)
				cf_move_to(k, k->content[i], c->space, c->parent);
	}
	rq->status = 204;
}

void
cf_create_foreign(struct sb_rq *rq)
{
	unsigned types = cf_path_types(rq);
	enum cf_type type = CF_FOLDER;
	const char *title = json_get_str(rq->body, "title");
	struct cf_content *parent, *c;
	struct cf_space *s;

	while ((types >> type & 1) == 0)
		type++;
	if (!sb_need_body(rq) || (s = take_space(rq)) == NULL || is_full(rq))
		return;
	parent = s->home;
	if (!take_parent(rq, s, NULL, &parent))
		return;
	if (str_blank(title) && type == CF_FOLDER) {
		sb_fail(rq, 400, "A title is required to create a folder");
		return;
	}
	c = cf_add(cf_wiki(rq), type, s, parent, rq->me);
	cf_add_version(cf_wiki(rq), c, rq->me, title != NULL ? title : "Untitled", "", 0);
	cf_put_v2_one(rq, c, 0);
}

void
cf_convert_ids(struct sb_rq *rq)
{
	struct jw *w = &rq->w;

	if (!sb_need_body(rq))
		return;
	jw_obj(w);
	jw_obj_in(w, "results");
	for (struct json_iter it = json_iter(json_get(rq->body, "contentIds")); json_next(&it);) {
		const char *id = json_scalar(rq->arena, it.value);
		struct cf_content *c = cf_by_text(cf_wiki(rq), id);

		if (id == NULL)
			continue;
		if (!cf_may_read(c, rq->me))
			jw_str(w, id, NULL);
		else if (c->type == CF_COMMENT)
			jw_str(w, id, c->in_line ? "inline-comment" : "footer-comment");
		else
			jw_str(w, id, cf_type_name(c->type));
	}
	jw_end(w);
	jw_end(w);
}
