/*
 * confluence_create_page: pages, blog posts, live docs and folders; from Markdown, storage, wiki markup or a template. The
 * space follows from the parent when only that is given. The answer of the write is its proof.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

struct create_args {
	const char *space_key, *title, *content, *parent_id, *content_format, *type, *template_id, *subtype, *unused;
	char **labels;
	bool unused_flag;
};

static const struct param create_params[] = {
	P_STR(struct create_args, space_key, 0, .aliases = "space,spaceKey,spaceId,space_id", .doc = "Key, name or link"),
	P_STR(struct create_args, title, P_REQUIRED, .max_len = 255 * 4, .aliases = "new_title", .doc = NULL),
	P_STR(struct create_args, content, 0, .max_len = CONFLUENCE_MAX_BODY, .aliases = "body", .doc = "Markdown"),
	P_STR(struct create_args, parent_id, 0, .aliases = "parentId,parent", .doc = "Id, link or title"),
	P_ENUM(struct create_args, type, P_MORE, .values = "page,blogpost,live,folder", .aliases = "contentType", .doc = NULL),
	P_ENUM(struct create_args, content_format, P_HIDDEN, .values = "markdown,storage,wiki", .aliases = "contentFormat", .doc = NULL),
	P_LIST(struct create_args, labels, P_MORE, .doc = NULL),
	P_STR(struct create_args, template_id, P_MORE, .doc = "Start from this template"),
	P_STR(struct create_args, subtype, P_HIDDEN, .doc = NULL),
	{ .name = "content_file", .type = PARAM_STRING, .offset = offsetof(struct create_args, unused), .flags = P_HIDDEN,
	    .aliases = "emoji,page_width,table_layout" },
	{ .name = "include_content", .type = PARAM_BOOL, .offset = offsetof(struct create_args, unused_flag), .flags = P_HIDDEN,
	    .aliases = "enable_heading_anchors" },
	P_END
};

struct place {
	struct space space;
	const char *parent, *parent_label;
};

static int
find_place(struct call *c, struct site *s, const struct create_args *a, struct place *pl)
{
	struct page parent;

	*pl = (struct place){ .parent = NULL };
	if (a->space_key == NULL && a->parent_id == NULL) {
		call_fail(c, ERR_INPUT, "space_key is missing (or parent_id, whose space is taken).");
		return -1;
	}
	if (a->space_key != NULL && confluence_space(c, s, a->space_key, &pl->space) == -1)
		return -1;
	if (a->parent_id == NULL)
		return 0;
	if (page_get(c, s, a->parent_id, pl->space.key, PAGE_ANY, &parent) == -1) {
		err_context(&c->err, "The parent");
		return -1;
	}
	pl->parent = parent.id;
	pl->parent_label = page_label(c->arena, &parent);
	if (pl->space.key == NULL) {
		if (page_space(c, s, &parent) == -1)
			return -1;
		return confluence_space(c, s, parent.space_key, &pl->space);
	}
	return page_check_space(c, s, &parent, &pl->space);
}

static const char *
template_storage(struct call *c, struct site *s, const char *id)
{
	const char *text;
	json *v;

	if (!site_is_cloud(s)) {
		call_fail(c, ERR_INPUT, "Data Center's REST API has no templates.");
		call_hint(c, "Read a page that serves as one and create from its text, or confluence_copy_page it.");
		return NULL;
	}
	if (template_get(c, s, id, &v) == -1)
		return NULL;
	text = json_path_str(v, "body.storage.value");
	if (text == NULL)
		call_fail(c, ERR_NOT_FOUND, "The template %.80s has no text.", id);
	return text;
}

static const char *
cloud_request(struct call *c, struct site *s, const struct create_args *a, const struct place *pl, const char *type, const char *storage)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "spaceId", pl->space.id);
	jw_str(&r.w, "title", a->title);
	if (pl->parent != NULL)
		jw_str(&r.w, "parentId", pl->parent);
	if (!str_eq(type, "folder")) {
		jw_str(&r.w, "status", "current");
		body_write(s, &r.w, storage);
	}
	if (str_eq(type, "live"))
		jw_str(&r.w, "subtype", "live");
	return request_end(c, &r);
}

static const char *
dc_request(struct call *c, struct site *s, const struct create_args *a, const struct place *pl, const char *type, const char *storage)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "type", type);
	jw_str(&r.w, "title", a->title);
	jw_obj_in(&r.w, "space");
	jw_str(&r.w, "key", pl->space.key);
	jw_end(&r.w);
	if (pl->parent != NULL) {
		jw_arr_in(&r.w, "ancestors");
		jw_obj(&r.w);
		jw_str(&r.w, "id", pl->parent);
		jw_end(&r.w);
		jw_end(&r.w);
	}
	body_write(s, &r.w, storage);
	return request_end(c, &r);
}

static int
check_type(struct call *c, const struct site *s, const struct create_args *a, const char *type)
{
	if (!site_is_cloud(s) && (str_eq(type, "live") || str_eq(type, "folder")))
		return call_fail(c, ERR_INPUT, "Data Center has no %s.", str_eq(type, "live") ? "live docs" : "folders");
	if (str_eq(type, "blogpost") && a->parent_id != NULL)
		return call_fail(c, ERR_INPUT, "A blog post has no parent: leave parent_id out.");
	if (str_eq(type, "folder") && (a->content != NULL || a->template_id != NULL || a->labels != NULL))
		return call_fail(c, ERR_INPUT, "A folder has no content or labels.");
	if (a->content != NULL && a->template_id != NULL)
		return call_fail(c, ERR_INPUT, "Give content or template_id, not both.");
	if (a->unused != NULL)
		return call_fail(c, ERR_INPUT, "content_file, emoji, page_width and table_layout are not known here: give content.");
	return 0;
}

static int
made_but(struct call *c, const char *type, const char *id, const char *next)
{
	err_context(&c->err, "The %s %s was created, but not as asked", type, id);
	call_hint(c, "Do not create it again; %s.", next);
	return -1;
}

static int
finish(struct call *c, struct site *s, const struct create_args *a, const struct place *pl, const char *type, json *answer)
{
	const char *names;
	struct page p;

	page_from_json(c, s, answer, &p);
	if (p.id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the %s but did not name its id.", s->label, type);
	c->target = p.id;
	if (!str_eq(p.title, a->title)) {
		call_fail(c, ERR_IGNORED, "its title is \"%s\".", p.title != NULL ? p.title : "");
		return made_but(c, type, p.id, "confluence_update_page gives it another title");
	}
	if (pl->parent != NULL && p.parent_id != NULL && !str_eq(p.parent_id, pl->parent)) {
		call_fail(c, ERR_IGNORED, "it is below %s instead of %s.", p.parent_id, pl->parent);
		return made_but(c, type, p.id, "confluence_move_page takes it there");
	}
	out_say(c->out, "Created %s %s: %s", str_eq(type, "live") ? "live doc" : type, p.id, p.url);
	out_pair(c->out, "Space", pl->space.key);
	if (p.version > 0)
		out_pairf(c->out, "Version", "%lld", (long long)p.version);
	if (a->labels == NULL)
		return 0;
	if (labels_put(c, s, p.id, a->labels, &names) == -1)
		return made_but(c, type, p.id, "confluence_add_label sets its labels");
	out_pair(c->out, "Labels", names);
	return 0;
}

static void
show_plan(struct call *c, const struct create_args *a, const struct place *pl, const char *type, const char *storage)
{
	dry_say(c, "To be created: %s \"%s\".", str_eq(type, "live") ? "live doc" : type, a->title);
	dry_value(c, "Space", pl->space.key);
	dry_value(c, "Parent", pl->parent_label);
	dry_value(c, "Text", a->content != NULL ? a->content : storage);
	dry_value(c, "Labels", view_list(c->arena, a->labels));
}

static int
create_page(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *type = str_eq(a->subtype, "live") ? "live" : a->type, *storage = "";
	struct rest_write w = { .method = "POST", .created_id = "id" };
	struct place pl;

	if (s == NULL || check_type(c, s, a, type) == -1 || (a->labels != NULL && labels_check(c, a->labels) == -1) ||
	    find_place(c, s, a, &pl) == -1)
		return -1;
	if (a->template_id != NULL)
		storage = template_storage(c, s, a->template_id);
	else if (a->content != NULL)
		storage = body_storage(c, s, a->content, a->content_format);
	if (storage == NULL)
		return -1;
	if (site_is_cloud(s)) {
		w.path = rest_path(c, s, str_eq(type, "folder") ? "{api}/folders" : str_eq(type, "blogpost") ? "{api}/blogposts" : "{api}/pages");
		w.body = cloud_request(c, s, a, &pl, type, storage);
	} else {
		w.path = rest_path(c, s, "{api}/content");
		w.body = dc_request(c, s, a, &pl, type, storage);
	}
	w.what = arena_printf(c->arena, "the creation of \"%s\" in %s", a->title, pl.space.key);
	if (w.body == NULL)
		return -1;
	show_plan(c, a, &pl, type, storage);
	if (rest_write(c, s, &w) == -1)
		return page_refused(c);
	return finish(c, s, a, &pl, type, w.json);
}

TOOL(confluence_create_page,
	.title = "Create page", .doc = "Create a page, blog post, live doc or folder.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .scopes = "write:page:confluence",
	ARGS(struct create_args, create_params),
	.example = "{\"space_key\":\"OPS\",\"title\":\"Rollback plan\",\"content\":\"# Steps\\n\\n1. Stop the job\",\"parent_id\":\"Runbooks\"}",
	.run = create_page,
);
