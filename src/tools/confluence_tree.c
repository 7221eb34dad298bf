/*
 * Where pages stand: children, descendants and ancestors of a page, the tree of a space, and the spaces. The deployments
 * give lists in different shapes; all become rows of id, level and title.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_TREE = 1000, PAGE_OF_TREE = 200, MAX_LEVEL = 50 };

/* ---- one page's relatives ---- */

struct children_args {
	const char *page_id, *space_key, *show, *cursor, *ignored;
	int64_t limit, depth, start;
	bool ignored_flag;
};

static const struct param children_params[] = {
	P_STR(struct children_args, page_id, P_REQUIRED, .aliases = "parent_id,pageId,contentId,page", .doc = NULL),
	P_ENUM(struct children_args, show, 0, .values = "children,descendants,ancestors", .doc = NULL),
	P_INT(struct children_args, limit, P_HIDDEN, .min = 1, .max = 250, .dflt = 25, .doc = NULL),
	P_STR(struct children_args, cursor, 0, .aliases = "page_token", .doc = NULL),
	P_STR(struct children_args, space_key, P_HIDDEN, .doc = NULL),
	P_INT(struct children_args, depth, P_HIDDEN, .min = 1, .max = 5, .dflt = 5, .doc = NULL),
	P_INT(struct children_args, start, P_HIDDEN, .min = 0, .max = 1000000, .doc = NULL),
	{ .name = "expand", .type = PARAM_STRING, .offset = offsetof(struct children_args, ignored), .flags = P_HIDDEN },
	{ .name = "include_content", .type = PARAM_BOOL, .offset = offsetof(struct children_args, ignored_flag), .flags = P_HIDDEN,
	    .aliases = "convert_to_markdown,include_folders" },
	P_END
};

static void
add_row(struct call *c, json *v, int64_t level)
{
	const char *type = json_get_str(v, "type"), *title = json_get_str(v, "title");

	if (title == NULL)
		title = arena_printf(c->arena, "(%s)", type != NULL ? type : "?");
	else if (type != NULL && !str_eq(type, "page"))
		title = arena_printf(c->arena, "%s (%s)", title, type);
	out_row(c->out, json_scalar(c->arena, json_get(v, "id")), view_number(c->arena, level), title);
}

static int
show_children(struct call *c, struct site *s, const struct page *p, const struct children_args *a, const char *cursor)
{
	const char *next;
	json *page;

	if (page_children(c, s, p, a->limit, cursor, &page) == -1)
		return -1;
	if (json_len(json_get(page, "results")) == 0) {
		out_say(c->out, "%s has no child pages.", p->title);
		return 0;
	}
	out_table(c->out, "pages", "Id", "Title", NULL);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		const char *type = json_get_str(it.value, "type"), *title = json_get_str(it.value, "title");

		out_row(c->out, json_scalar(c->arena, json_get(it.value, "id")), type == NULL || str_eq(type, "page") ? title :
		    arena_printf(c->arena, "%s (%s)", title != NULL ? title : "", type));
	}
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

struct leaf {
	const char *id, *parent;
	json *v;
	int64_t position, level;
	bool shown, below;	/* below: its parent is in the list too */
};

static bool
is_listed(const struct leaf *leaves, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(leaves[i].id, id))
			return true;
	}
	return false;
}

/* Children by position, each followed by its own. The depth is limited; what is deeper is shown at the limit. */
static void
add_below(struct call *c, struct leaf *leaves, size_t n, const char *parent, int64_t level)
{
	for (;;) {
		struct leaf *next = NULL;

		for (size_t i = 0; i < n; i++) {
			bool here = parent == NULL ? !leaves[i].below : str_eq(leaves[i].parent, parent);

			if (here && !leaves[i].shown && (next == NULL || leaves[i].position < next->position))
				next = &leaves[i];
		}
		if (next == NULL)
			return;
		next->shown = true;
		add_row(c, next->v, level);
		if (level < MAX_LEVEL)
			add_below(c, leaves, n, next->id, level + 1);
	}
}

/* How far below a page: Cloud says it, Data Center's ancestors do. */
static int64_t
level_below(struct call *c, json *v, const char *id)
{
	json *ancestors = json_get(v, "ancestors");

	for (struct json_iter it = json_iter(ancestors); json_next(&it);) {
		if (str_eq(json_scalar(c->arena, json_get(it.value, "id")), id))
			return (int64_t)(json_len(ancestors) - it.index);
	}
	return json_get_int(v, "depth", 1);
}

static int
show_descendants(struct call *c, struct site *s, const struct page *p, const struct children_args *a, const char *cursor)
{
	const char *next, *limit = view_number(c->arena, a->limit);
	struct leaf *leaves;
	size_t n = 0;
	char *path;
	json *page;

	if (site_is_cloud(s))
		path = rest_query(c, rest_path(c, s, "{api}/%s/%s/descendants", page_collection(p->type), p->id), "limit", limit, "depth",
		    view_number(c->arena, a->depth), "cursor", cursor, NULL);
	else	/* Data Center's own list of descendants knows comments only */
		path = rest_query(c, rest_path(c, s, "{api}/content/search"), "cql", arena_printf(c->arena, "type = page AND ancestor = %s",
		    p->id), "limit", limit, "start", cursor, "expand", "ancestors", NULL);
	if (rest_get(c, s, path, &page) == -1)
		return -1;
	if (json_len(json_get(page, "results")) == 0) {
		out_say(c->out, "There is nothing below %s.", p->title);
		return 0;
	}
	out_table(c->out, "pages", "Id", "Level", "Title", NULL);
	leaves = arena_array(c->arena, json_len(json_get(page, "results")), sizeof(*leaves));
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		struct page one;

		page_from_json(c, s, it.value, &one);
		leaves[n++] = (struct leaf){ one.id, one.parent_id, it.value, json_get_int(it.value, "childPosition", 0),
			level_below(c, it.value, p->id), false, false };
	}
	add_below(c, leaves, n, p->id, 1);
	for (size_t i = 0; i < n; i++) {	/* their parents are on another page of the list */
		if (leaves[i].shown)
			continue;
		leaves[i].shown = true;
		add_row(c, leaves[i].v, leaves[i].level);
		add_below(c, leaves, n, leaves[i].id, leaves[i].level + 1);
	}
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

/* Cloud names ancestors by id and type only: the pages' titles are one more request. */
static int
show_ancestors(struct call *c, struct site *s, const struct page *p)
{
	json *list = json_get(p->json, "ancestors"), *page = NULL, *titles = NULL;

	if (site_is_cloud(s)) {
		char *path = rest_path(c, s, "{api}/pages");
		size_t pages = 0;

		if (rest_get(c, s, rest_path(c, s, "{api}/%s/%s/ancestors", page_collection(p->type), p->id), &page) == -1)
			return -1;
		list = json_get(page, "results");
		for (struct json_iter it = json_iter(list); json_next(&it);) {
			if (str_eq(json_get_str(it.value, "type"), "page")) {
				path = rest_query(c, path, "id", json_scalar(c->arena, json_get(it.value, "id")), NULL);
				pages++;
			}
		}
		if (pages > 0 && rest_get(c, s, path, &titles) == -1)
			return -1;
	}
	if (json_len(list) == 0) {
		out_say(c->out, "%s is at the top of its space.", p->title);
		return 0;
	}
	out_table(c->out, "ancestors", "Id", "Level", "Title", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *id = json_scalar(c->arena, json_get(it.value, "id"));
		json *v = it.value;

		for (struct json_iter k = json_iter(json_get(titles, "results")); json_next(&k);) {
			if (str_eq(json_scalar(c->arena, json_get(k.value, "id")), id))
				v = k.value;
		}
		add_row(c, v, (int64_t)it.index + 1);
	}
	return 0;
}

static int
get_children(struct call *c, const void *v)
{
	const struct children_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *cursor = a->cursor != NULL || a->start == 0 ? a->cursor : view_number(c->arena, a->start);
	struct page p;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, PAGE_ANY, &p) == -1)
		return -1;
	c->target = p.id;
	if (str_eq(a->show, "ancestors"))
		return show_ancestors(c, s, &p);
	return str_eq(a->show, "children") ? show_children(c, s, &p, a, cursor) : show_descendants(c, s, &p, a, cursor);
}

TOOL(confluence_get_page_children,
	.title = "Get child pages", .doc = "List pages below or above a page.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:hierarchical-content:confluence",
	ARGS(struct children_args, children_params), .example = "{\"page_id\":\"65685\",\"show\":\"descendants\"}", .run = get_children,
);

/* ---- the tree of a space ---- */

struct tree_args {
	const char *space_key;
	int64_t limit;
};

static const struct param tree_params[] = {
	P_STR(struct tree_args, space_key, P_REQUIRED, .aliases = "space,spaceKey", .doc = "Key, name or link"),
	P_INT(struct tree_args, limit, P_HIDDEN, .min = 1, .max = MAX_TREE, .dflt = 100, .doc = NULL),
	P_END
};

static int
read_tree(struct call *c, struct site *s, const struct space *sp, int64_t limit, struct leaf *leaves, size_t *ret_count, bool *ret_more)
{
	const char *cursor = NULL;
	json *page;
	char *path;

	*ret_count = 0;
	do {
		int64_t left = limit - (int64_t)*ret_count;
		const char *n = view_number(c->arena, left < PAGE_OF_TREE ? left : PAGE_OF_TREE);

		if (site_is_cloud(s))
			path = rest_query(c, rest_path(c, s, "{api}/spaces/%s/pages", sp->id), "limit", n, "cursor", cursor, NULL);
		else
			path = rest_query(c, rest_path(c, s, "{api}/content"), "spaceKey", sp->key, "type", "page", "expand", "ancestors",
			    "limit", n, "start", cursor, NULL);
		if (rest_get(c, s, path, &page) == -1)
			return -1;
		for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it) && (int64_t)*ret_count < limit;) {
			struct page p;

			page_from_json(c, s, it.value, &p);
			leaves[(*ret_count)++] = (struct leaf){ p.id, p.parent_id, it.value, json_get_int(it.value, "position", 0), 1, false, false };
		}
		cursor = json_len(json_get(page, "results")) > 0 ? confluence_next(c, page) : NULL;
	} while (cursor != NULL && (int64_t)*ret_count < limit);
	*ret_more = cursor != NULL;
	return 0;
}

static int
get_tree(struct call *c, const void *v)
{
	const struct tree_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct leaf *leaves = arena_array(c->arena, (size_t)a->limit, sizeof(*leaves));
	struct space sp;
	size_t n;
	bool more;

	if (s == NULL || confluence_space(c, s, a->space_key, &sp) == -1)
		return -1;
	c->target = sp.key;
	if (read_tree(c, s, &sp, a->limit, leaves, &n, &more) == -1)
		return -1;
	if (n == 0) {
		out_say(c->out, "The space %s has no pages.", sp.key);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		leaves[i].below = is_listed(leaves, n, leaves[i].parent);
	out_table(c->out, "pages", "Id", "Level", "Title", NULL);
	add_below(c, leaves, n, NULL, 1);
	if (more)
		out_say(c->out, "The space has more pages: raise limit (at most %d), or list below one page.", MAX_TREE);
	return 0;
}

TOOL(confluence_get_space_page_tree,
	.title = "Get page tree", .doc = "List a space's pages as a tree.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:page:confluence",
	ARGS(struct tree_args, tree_params), .example = "{\"space_key\":\"OPS\"}", .run = get_tree,
);

/* ---- spaces ---- */

struct spaces_args {
	const char *space, *type, *cursor;
	int64_t limit;
};

static const struct param spaces_params[] = {
	P_STR(struct spaces_args, space, 0, .aliases = "space_key,key,spaceKey,query", .doc = "One: key or name"),
	P_ENUM(struct spaces_args, type, 0, .values = "any,global,personal", .doc = NULL),
	P_INT(struct spaces_args, limit, P_HIDDEN, .min = 1, .max = 250, .dflt = 50, .doc = NULL),
	P_STR(struct spaces_args, cursor, 0, .doc = NULL),
	P_END
};

static int
show_space(struct call *c, struct site *s, const char *text)
{
	struct space sp;
	json *v;

	if (confluence_space(c, s, text, &sp) == -1)
		return -1;
	c->target = sp.key;
	if (rest_get(c, s, site_is_cloud(s) ? rest_query(c, rest_path(c, s, "{api}/spaces/%s", sp.id), "description-format", "plain", NULL) :
	    rest_query(c, rest_path(c, s, "{api}/space/%s", sp.key), "expand", "description.plain,homepage", NULL), &v) == -1)
		return -1;
	if (json_get_str(v, "key") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a space.", s->label);
	out_title(c->out, json_get_str(v, "key"), json_get_str(v, "name"));
	out_pair(c->out, "Type", json_get_str(v, "type"));
	out_pair(c->out, "Status", str_eq(json_get_str(v, "status"), "current") ? NULL : json_get_str(v, "status"));
	out_pair(c->out, "Home page", sp.home);
	out_pair(c->out, "Id", json_scalar(c->arena, json_get(v, "id")));
	out_pairf(c->out, "URL", "%s/spaces/%s", s->web, sp.key);
	out_text(c->out, "Description", json_path_str(v, "description.plain.value"));
	return 0;
}

static int
get_spaces(struct call *c, const void *v)
{
	const struct spaces_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *type = str_eq(a->type, "any") ? NULL : a->type, *n = view_number(c->arena, a->limit), *next;
	size_t shown = 0;
	char *path;
	json *page;

	if (s == NULL)
		return -1;
	if (a->space != NULL)
		return show_space(c, s, a->space);
	path = rest_path(c, s, site_is_cloud(s) ? "{api}/spaces" : "{api}/space");
	for (char **f = s->config->filter; f != NULL && *f != NULL; f++)
		path = rest_query(c, path, site_is_cloud(s) ? "keys" : "spaceKey", *f, NULL);
	if (rest_get(c, s, rest_query(c, path, "type", type, "status", "current", "limit", n, site_is_cloud(s) ? "cursor" : "start",
	    a->cursor, NULL), &page) == -1)
		return -1;
	if (!yyjson_is_arr(json_get(page, "results")))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of spaces.", s->label);
	out_table(c->out, "spaces", "Key", "Name", "Type", NULL);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		const char *kind = json_get_str(it.value, "type");

		if (!site_fence_allows(s, json_get_str(it.value, "key")))
			continue;
		out_row(c->out, json_get_str(it.value, "key"), json_get_str(it.value, "name"), str_eq(kind, "global") ? NULL : kind);
		shown++;
	}
	if (shown == 0)
		out_say(c->out, "This account sees no space.");
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

TOOL(confluence_get_spaces,
	.title = "Get spaces", .doc = "List Confluence spaces, or read one.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:space:confluence",
	ARGS(struct spaces_args, spaces_params), .example = "{\"type\":\"global\"}", .run = get_spaces,
);
