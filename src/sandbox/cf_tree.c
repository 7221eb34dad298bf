/*
 * The tree: who is below and above, and the ways to change it. Long operations of the
 * real thing (copying a tree, archiving) are done at once here; what is asynchronous is
 * only the answer, a task that has ended when it is first asked for.
 */
#include "sandbox/cf_tree.h"

#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

#include <string.h>

enum { LIST_LIMIT = 25, LIST_MAX = 250, MAX_DEPTH = 10 };

static size_t
visible_children(struct sb_rq *rq, struct cf_content *c, unsigned types, struct cf_content ***ret)
{
	size_t n = cf_children(cf_wiki(rq), rq->arena, c, types, ret), kept = 0;

	for (size_t i = 0; i < n; i++)
		if (cf_may_read((*ret)[i], rq->me))
			(*ret)[kept++] = (*ret)[i];
	return kept;
}

static void
put_children(struct sb_rq *rq, unsigned types)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq)), **v = NULL;
	size_t n = c != NULL ? visible_children(rq, c, types, &v) : 0;
	struct cf_window w = cf_window(rq, n, LIST_LIMIT, LIST_MAX);
	struct jw *j = &rq->w;

	if (v == NULL || rq->failed)
		return;
	jw_obj(j);
	jw_arr_in(j, "results");
	for (size_t i = w.from; i < w.to; i++) {
		jw_obj(j);
		jw_str(j, "id", cf_id_text(rq->arena, v[i]));
		jw_str(j, "status", cf_status_name(v[i]->status));
		jw_str(j, "title", cf_title(v[i]));
		if (types == CF_IN_TREE)
			jw_str(j, "type", cf_type_name(v[i]->type));
		jw_str(j, "spaceId", arena_printf(rq->arena, "%lld", (long long)v[i]->space->id));
		jw_int(j, "childPosition", v[i]->position);
		jw_end(j);
	}
	cf_list_end(rq, &w);
}

void
cf_direct_children(struct sb_rq *rq)
{
	put_children(rq, CF_IN_TREE);
}

void
cf_page_children(struct sb_rq *rq)
{
	put_children(rq, 1 << CF_PAGE);
}

struct below {
	struct cf_content **v;
	int *depth;
	size_t n;
};

static void
gather(struct sb_rq *rq, struct cf_content *c, unsigned types, int depth, int64_t max, struct below *b)
{
	struct cf_content **v;
	size_t n = visible_children(rq, c, CF_IN_TREE | types, &v);

	for (size_t i = 0; i < n; i++) {
		if ((types >> v[i]->type & 1) != 0) {
			b->v[b->n] = v[i];
			b->depth[b->n++] = depth;
		}
		if (depth < max)
			gather(rq, v[i], types, depth + 1, max, b);
	}
}

static struct below
all_below(struct sb_rq *rq, struct cf_content *c, unsigned types, int64_t max)
{
	size_t most = cf_wiki(rq)->content_count + 1;
	struct below b = { arena_array(rq->arena, most, sizeof(struct cf_content *)),
		arena_array(rq->arena, most, sizeof(int)), 0 };

	gather(rq, c, types, 1, max, &b);
	return b;
}

void
cf_descendants(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));
	int64_t depth = sb_arg_int(rq, "depth", 5);
	struct below b = { NULL, NULL, 0 };
	struct cf_window w;
	struct jw *j = &rq->w;

	if (c == NULL)
		return;
	if (depth < 1 || depth > MAX_DEPTH) {
		sb_fail(rq, 400, "Provided value {%lld} for 'depth' is not valid. It must be between 1 and %d.",
		    (long long)depth, MAX_DEPTH);
		return;
	}
	b = all_below(rq, c, CF_IN_TREE, depth);
	if (!cf_list_begin(rq, b.n, LIST_LIMIT, LIST_MAX, &w))
		return;
	for (size_t i = w.from; i < w.to; i++) {
		jw_obj(j);
		jw_str(j, "id", cf_id_text(rq->arena, b.v[i]));
		jw_str(j, "status", cf_status_name(b.v[i]->status));
		jw_str(j, "title", cf_title(b.v[i]));
		jw_str(j, "type", cf_type_name(b.v[i]->type));
		jw_str(j, "parentId", cf_id_text(rq->arena, b.v[i]->parent));
		jw_int(j, "depth", b.depth[i]);
		jw_int(j, "childPosition", b.v[i]->position);
		jw_end(j);
	}
	cf_list_end(rq, &w);
}

void
cf_ancestors(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq)), *up[64];
	int64_t limit = sb_arg_int(rq, "limit", LIST_LIMIT);
	struct jw *j = &rq->w;
	size_t n = 0;

	if (c == NULL || rq->failed)
		return;
	for (c = c->parent; c != NULL && n < LEN(up) && (int64_t)n < limit; c = c->parent)
		up[n++] = c;
	jw_obj(j);
	jw_arr_in(j, "results");
	while (n > 0) {
		jw_obj(j);
		jw_str(j, "id", cf_id_text(rq->arena, up[--n]));
		jw_str(j, "type", cf_type_name(up[n]->type));
		jw_end(j);
	}
	jw_end(j);
	if (cf_path_types(rq) == 1 << CF_PAGE) {
		jw_obj_in(j, "_links");
		jw_str(j, "base", cf_base(rq));
		jw_end(j);
	}
	jw_end(j);
}

void
cf_descendants_v1(struct sb_rq *rq)
{
	static const struct {
		const char *name;
		unsigned types;
	} kinds[] = { { "page", 1 << CF_PAGE }, { "comment", 1 << CF_COMMENT }, { "attachment", 1 << CF_ATTACHMENT } };
	struct cf_content *c = cf_segment(rq, 0, 0);
	const char *type = rq->segment[1];
	struct cf_window w;
	struct below b;
	unsigned types = 0;

	if (c == NULL)
		return;
	for (size_t i = 0; i < LEN(kinds); i++)
		if (str_eq(kinds[i].name, type))
			types = kinds[i].types;
	if (types == 0) {
		sb_fail(rq, 400, "No content type with name %s", type);
		return;
	}
	b = all_below(rq, c, types, sb_arg_is(rq, "depth", "root") ? 1 : 100);
	if (!cf_list_begin(rq, b.n, LIST_LIMIT, 200, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		cf_put_content(rq, "", b.v[i], 0);
	cf_list_end(rq, &w);
}

void
cf_move_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, CF_IN_TREE),
			  *target = c != NULL ? cf_segment(rq, 2, CF_IN_TREE) : NULL;
	const char *how = rq->segment[1];
	struct cf_content *parent, *taken;
	struct cf_wiki *k = cf_wiki(rq);

	if (target == NULL)
		return;
	if (!str_eq(how, "append") && !str_eq(how, "before") && !str_eq(how, "after")) {
		sb_fail(rq, 400, "Unknown position: %s", how);
		return;
	}
	parent = str_eq(how, "append") ? target : target->parent;
	if (c == target || (parent != NULL && (parent == c || cf_is_above(c, parent)))) {
		sb_fail(rq, 400, "Cannot move a page under itself or one of its descendants");
		return;
	}
	taken = target->space != c->space ? cf_by_title(k, target->space, c->type, cf_title(c)) : NULL;
	if (taken != NULL) {
		sb_fail(rq, 400, "A page already exists with the title %s in the space with key %s", cf_title(c),
		    target->space->key);
		return;
	}
	cf_move_to(k, c, target->space, parent);
	if (!str_eq(how, "append")) {
		int at = target->position + str_eq(how, "after");

		for (size_t i = 0; i < k->content_count; i++)
			if (k->content[i]->parent == parent && k->content[i]->space == target->space &&
			    k->content[i]->position >= at)
				k->content[i]->position++;
		c->position = at;
	}
	jw_obj(&rq->w);
	jw_str(&rq->w, "pageId", cf_id_text(rq->arena, c));
	jw_end(&rq->w);
}

struct copy {
	bool attachments, permissions, properties, labels;
};

static struct cf_content *
copy_one(struct sb_rq *rq, struct cf_content *from, struct cf_space *s, struct cf_content *parent, const char *title,
    const struct copy *what)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content *c = cf_add(k, from->type, s, parent, rq->me), **files;
	size_t n = what->attachments ? cf_children(k, rq->arena, from, 1 << CF_ATTACHMENT, &files) : 0;

	cf_add_version(k, c, rq->me, title, cf_now(from)->body, cf_now(from)->len);
	c->live = from->live;
	if (what->permissions) {
		c->read = from->read;
		c->update = from->update;
	}
	for (size_t i = 0; what->labels && i < from->label_count; i++)
		cf_label_put(k, c, from->label[i]);
	for (size_t i = 0; what->properties && i < from->property_count; i++) {
		c->property = sb_room(k->arena, c->property, c->property_count, sizeof *c->property);
		c->property[c->property_count] = from->property[i];
		c->property[c->property_count++].id = ++k->next_id;
	}
	for (size_t i = 0; i < n; i++) {
		struct cf_content *f = cf_add(k, CF_ATTACHMENT, s, c, rq->me);

		cf_add_version(k, f, rq->me, cf_title(files[i]), cf_now(files[i])->body, cf_now(files[i])->len)->media =
		    cf_now(files[i])->media;
		f->file_id = files[i]->file_id;
		f->remark = files[i]->remark;
	}
	return c;
}

static struct copy
take_copy(json *body)
{
	return (struct copy){ json_get_bool(body, "copyAttachments", false),
		json_get_bool(body, "copyPermissions", false), json_get_bool(body, "copyProperties", false),
		json_get_bool(body, "copyLabels", false) };
}

void
cf_copy_v1(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment(rq, 0, 1 << CF_PAGE) : NULL, *parent = NULL;
	json *to = json_get(rq->body, "destination"), *body = json_get(rq->body, "body");
	const char *type = json_get_str(to, "type"), *value = json_scalar(rq->arena, json_get(to, "value")),
		   *text = NULL;
	const char *title = json_get_str(rq->body, "pageTitle");
	struct copy what = take_copy(rq->body);
	struct cf_space *s = NULL;
	size_t len = 0;

	if (c == NULL)
		return;
	if (value != NULL && str_eq(type, "space")) {
		s = cf_space_by_key(cf_wiki(rq), value);
	} else if (value != NULL && (str_eq(type, "parent_page") || str_eq(type, "parent_content"))) {
		parent = cf_find(rq, value, CF_IN_TREE);
		s = parent != NULL ? parent->space : NULL;
	} else {
		sb_fail(rq, 400, "The destination of the copy is not valid: %s", type != NULL ? type : "null");
	}
	if (rq->failed)
		return;
	if (!cf_space_visible(s, rq->me)) {
		sb_fail(rq, 404, "No space with key : %s", value);
		return;
	}
	if (title == NULL)
		title = cf_by_title(cf_wiki(rq), s, CF_PAGE, cf_title(c)) != NULL
			    ? arena_printf(rq->arena, "Copy of %s", cf_title(c))
			    : cf_title(c);
	if (!cf_check_title(rq, s, CF_PAGE, title, NULL) ||
	    (body != NULL && (text = cf_take_body(rq, body, &len)) == NULL))
		return;
	c = copy_one(rq, c, s, parent, title, &what);
	if (text != NULL)
		cf_add_version(cf_wiki(rq), c, rq->me, title, text, len);
	cf_put_content(rq, "", c, 0);
}

const char *
cf_job_add(struct sb_rq *rq, const char *name, int64_t target, const char *result)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_job *j;

	k->job = sb_room(k->arena, k->job, k->job_count, sizeof *k->job);
	j = &k->job[k->job_count++];
	j->id = arena_printf(k->arena, "9a1c77e0-5b1d-4c1e-8f00-%012zx", k->job_count);
	j->name = name;
	j->target = target;
	j->at_ms = sb_now(rq->site);
	j->result = arena_strdup(k->arena, result);
	return j->id;
}

static void
answer_task(struct sb_rq *rq, const char *name, int64_t target)
{
	const char *id = cf_job_add(rq, name, target, NULL);
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", id);
	jw_obj_in(w, "links");
	jw_str(w, "status", arena_printf(rq->arena, "/rest/api/longtask/%s", id));
	jw_end(w);
	jw_end(w);
	rq->status = 202;
}

static void
copy_below(struct sb_rq *rq, struct cf_content *from, struct cf_content *to, json *options, const struct copy *what)
{
	const char *before = json_get_str(options, "prefix"), *search = json_get_str(options, "search"),
		   *replace = json_get_str(options, "replace");
	struct cf_content **v;
	size_t n = cf_children(cf_wiki(rq), rq->arena, from, 1 << CF_PAGE, &v);
	const char *title = cf_title(from), *at = search != NULL && *search != '\0' ? strstr(title, search) : NULL;
	struct cf_content *c;

	if (at != NULL)
		title = arena_printf(rq->arena, "%.*s%s%s", (int)(at - title), title, replace != NULL ? replace : "",
		    at + strlen(search));
	title = arena_printf(rq->arena, "%s%s", before != NULL ? before : "", title);
	if (cf_by_title(cf_wiki(rq), to->space, CF_PAGE, title) != NULL)
		title = arena_printf(rq->arena, "Copy of %s", title);
	c = copy_one(rq, from, to->space, to, title, what);
	for (size_t i = 0; json_get_bool(rq->body, "copyDescendants", true) && i < n; i++)
		if (v[i] != c && cf_may_read(v[i], rq->me))
			copy_below(rq, v[i], c, options, what);
}

void
cf_copy_tree_v1(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment(rq, 0, 1 << CF_PAGE) : NULL;
	const char *id = json_scalar(rq->arena, json_get(rq->body, "destinationPageId"));
	struct cf_content *to = c != NULL ? cf_find(rq, id, 1 << CF_PAGE) : NULL;
	struct copy what = take_copy(rq->body);

	if (to == NULL)
		return;
	if (to == c || cf_is_above(c, to)) {
		sb_fail(rq, 400, "A page hierarchy cannot be copied below itself");
		return;
	}
	copy_below(rq, c, to, json_get(rq->body, "titleOptions"), &what);
	answer_task(rq, "com.atlassian.confluence.content.copy", to->id);
}

void
cf_archive_v1(struct sb_rq *rq)
{
	struct json_iter it = json_iter(json_get(rq->body, "pages"));
	struct cf_content *c = NULL;

	if (!sb_need_body(rq))
		return;
	if (json_len(json_get(rq->body, "pages")) == 0) {
		sb_fail(rq, 400, "The list of pages to archive is empty.");
		return;
	}
	while (!rq->failed && json_next(&it)) {
		c = cf_find(rq, json_scalar(rq->arena, json_get(it.value, "id")), 1 << CF_PAGE);
		if (c != NULL && (c->status != CF_CURRENT || !cf_may_edit(c, rq->me)))
			sb_fail(rq, 400, "Page %lld cannot be archived.", (long long)c->id);
	}
	if (c == NULL || rq->failed)
		return;
	for (it = json_iter(json_get(rq->body, "pages")); json_next(&it);)
		cf_by_text(cf_wiki(rq), json_scalar(rq->arena, json_get(it.value, "id")))->status = CF_ARCHIVED;
	answer_task(rq, "com.atlassian.confluence.content.archive", c->id);
}

static void
trash_below(struct cf_wiki *k, struct cf_content *c)
{
	c->status = CF_TRASHED;
	for (size_t i = 0; i < k->content_count; i++)
		if (k->content[i]->parent == c && k->content[i]->status == CF_CURRENT &&
		    (1 << k->content[i]->type & CF_IN_TREE) != 0)
			trash_below(k, k->content[i]);
}

void
cf_delete_tree_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 1 << CF_PAGE);

	if (c == NULL)
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "User not permitted to delete content with id %lld", (long long)c->id);
		return;
	}
	trash_below(cf_wiki(rq), c);
	answer_task(rq, "com.atlassian.confluence.content.delete", c->id);
}

static void
put_task(struct sb_rq *rq, const struct cf_job *j, bool links)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", j->id);
	jw_obj_in(w, "name");
	jw_str(w, "key", j->name);
	jw_arr_in(w, "args");
	jw_end(w);
	jw_end(w);
	jw_int(w, "elapsedTime", sb_now(rq->site) - j->at_ms);
	jw_int(w, "percentageComplete", 100);
	jw_bool(w, "successful", true);
	if (!rq->site->dc)
		jw_bool(w, "finished", true);
	jw_arr_in(w, "messages");
	jw_end(w);
	if (!rq->site->dc) {
		jw_str(w, "status", "SUCCEEDED");
		jw_arr_in(w, "errors");
		jw_end(w);
	}
	if (links) {
		jw_obj_in(w, "_links");
		jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/longtask/%s", cf_base(rq), j->id));
		jw_end(w);
	}
	jw_end(w);
}

void
cf_get_longtask(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);

	for (size_t i = 0; i < k->job_count; i++)
		if (str_eq(k->job[i].id, rq->segment[0]) && k->job[i].result == NULL) {
			put_task(rq, &k->job[i], true);
			return;
		}
	sb_fail(rq, 404, "No task with id: %s", rq->segment[0]);
}

void
cf_list_longtasks(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	const struct cf_job **v = arena_array(rq->arena, k->job_count + 1, sizeof(struct cf_job *));
	struct cf_window w;
	size_t n = 0;

	for (size_t i = 0; i < k->job_count; i++)
		if (k->job[i].result == NULL)
			v[n++] = &k->job[i];
	if (!cf_list_begin(rq, n, 100, 100, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		put_task(rq, v[i], rq->site->dc);
	cf_list_end(rq, &w);
}
