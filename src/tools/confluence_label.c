/* Labels of a page; pages by label are a search within the fence. */
#include "base/str.h"
#include "query/cql.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

struct labels_args {
	const char *page_id, *label, *space_key, *cursor;
	int64_t limit;
};

static const struct param labels_params[] = {
	P_STR(struct labels_args, page_id, 0, .aliases = "pageId,contentId,content_id,page", .doc = "Labels of this page"),
	P_STR(struct labels_args, label, 0, .aliases = "name", .doc = "Or: pages with this label"),
	P_STR(struct labels_args, space_key, 0, .aliases = "space", .doc = NULL),
	P_INT(struct labels_args, limit, P_HIDDEN, .min = 1, .max = 200, .dflt = 50, .doc = NULL),
	P_STR(struct labels_args, cursor, 0, .doc = NULL),
	P_END
};

static int
read_labels(struct call *c, struct site *s, const struct page *p, json **ret)
{
	char *path = site_is_cloud(s) ? rest_path(c, s, "{api}/%s/%s/labels", page_collection(p->type), p->id) :
	    rest_path(c, s, "{api}/content/%s/label", p->id);
	json *page;

	if (rest_get(c, s, rest_query(c, path, "limit", "200", NULL), &page) == -1)
		return -1;
	*ret = json_get(page, "results");
	return yyjson_is_arr(*ret) ? 0 : call_fail(c, ERR_PROTOCOL, "%s answered without a list of labels.", s->label);
}

/* label = "x" within a space and the fence. */
static char *
label_cql(struct call *c, const struct site *s, const struct labels_args *a, const char *space)
{
	const char *spaces[] = { space };
	char **f = s->config->filter, *text;
	struct cql *q;
	size_t n = 0;

	if (strpbrk(a->label, "\"\\") != NULL) {
		call_fail(c, ERR_INPUT, "\"%.80s\" is not a label.", a->label);
		return NULL;
	}
	text = arena_printf(c->arena, "label = \"%s\" ORDER BY lastmodified DESC", a->label);
	q = cql_parse(c->arena, text, strlen(text), &c->err);
	while (f != NULL && f[n] != NULL)
		n++;
	if (q == NULL || (space == NULL && n == 0))
		return q == NULL ? NULL : text;
	return space != NULL ? cql_fence(c->arena, q, "space", spaces, 1) : cql_fence(c->arena, q, "space", (const char *const *)f, n);
}

static int
pages_by_label(struct call *c, struct site *s, const struct labels_args *a)
{
	struct space sp = { .key = NULL };
	const char *next;
	size_t shown = 0;
	char *cql;
	json *page;

	if (a->space_key != NULL && confluence_space(c, s, a->space_key, &sp) == -1)
		return -1;
	if ((cql = label_cql(c, s, a, sp.key)) == NULL || rest_get(c, s, rest_query(c, rest_path(c, s, "{v1}/content/search"), "cql", cql,
	    "limit", view_number(c->arena, a->limit), site_is_cloud(s) ? "cursor" : "start", a->cursor, "expand", "space,version", NULL),
	    &page) == -1)
		return -1;
	if (!yyjson_is_arr(json_get(page, "results")))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of results.", s->label);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		struct page p;

		page_from_json(c, s, it.value, &p);
		if (s->config->filter != NULL && !site_fence_allows(s, p.space_key))
			continue;
		if (shown++ == 0)
			out_table(c->out, "pages", "Id", "Space", "Updated", "Title", NULL);
		out_row(c->out, p.id, p.space_key, view_day(c->arena, json_path(it.value, "version.when")), str_eq(p.type, "page") ? p.title :
		    arena_printf(c->arena, "%s (%s)", p.title, p.type));
	}
	if (shown == 0)
		out_say(c->out, "Nothing has the label %s.", a->label);
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

static int
get_labels(struct call *c, const void *v)
{
	const struct labels_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;
	json *list;

	if (s == NULL)
		return -1;
	if (a->label != NULL)
		return pages_by_label(c, s, a);
	if (a->page_id == NULL)
		return call_fail(c, ERR_INPUT, "Give page_id for a page's labels, or label for the pages that have it.");
	if (page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (read_labels(c, s, &p, &list) == -1)
		return -1;
	if (json_len(list) == 0) {
		out_say(c->out, "%s has no labels.", page_label(c->arena, &p));
		return 0;
	}
	out_table(c->out, "labels", "Label", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *prefix = json_get_str(it.value, "prefix"), *name = json_get_str(it.value, "name");

		out_row(c->out, prefix == NULL || str_eq(prefix, "global") ? name : arena_printf(c->arena, "%s:%s", prefix, name));
	}
	return 0;
}

TOOL(confluence_get_labels,
	.title = "Get labels", .doc = "List a page's labels, or the pages with a label.",
	.toolset = "confluence_labels", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:label:confluence",
	ARGS(struct labels_args, labels_params), .example = "{\"label\":\"runbook\"}", .run = get_labels,
);

/* ---- add and remove ---- */

struct label_args {
	const char *page_id, *space_key;
	char **name;
};

static const struct param label_params[] = {
	P_STR(struct label_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_LIST(struct label_args, name, P_REQUIRED, .max_len = 20, .aliases = "names,label,labels", .doc = NULL),
	P_STR(struct label_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
add_label(struct call *c, const void *v)
{
	const struct label_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *names;
	struct page p;

	if (s == NULL)
		return -1;
	if (a->name == NULL)
		return call_fail(c, ERR_INPUT, "name is empty: give at least one label.");
	if (page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	dry_say(c, "To be labelled: %s.", page_label(c->arena, &p));
	dry_value(c, "Labels", view_list(c->arena, a->name));
	if (labels_put(c, s, p.id, a->name, &names) == -1)
		return -1;
	out_say(c->out, "Labelled %s.", page_label(c->arena, &p));
	out_pair(c->out, "Labels", names);
	return 0;
}

TOOL(confluence_add_label,
	.title = "Add label", .doc = "Add labels to a page.",
	.toolset = "confluence_labels", .product = CONFLUENCE, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:label:confluence",
	ARGS(struct label_args, label_params), .example = "{\"page_id\":\"65685\",\"name\":\"runbook\"}", .run = add_label,
);

static bool
has_label(json *list, const char *name)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (str_ieq(json_get_str(it.value, "name"), name))
			return true;
	}
	return false;
}

static int
remove_one(struct call *c, struct site *s, const struct page *p, const char *name)
{
	struct rest_write w = { .method = "DELETE", .target = p->id };

	w.path = rest_query(c, rest_path(c, s, "{v1}/content/%s/label", p->id), "name", str_lower(c->arena, name), NULL);
	w.what = arena_printf(c->arena, "the removal of the label %s", name);
	w.before = arena_printf(c->arena, "{\"labels\":[\"%s\"]}", name);
	if (c->dry_run == NULL)
		return rest_write(c, s, &w);
	dry_say(c, "To be removed from %s: the label %s.", page_label(c->arena, p), name);
	rest_plan(c, &w);
	return 0;
}

static int
remove_label(struct call *c, const void *v)
{
	const struct label_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	size_t removed = 0;
	struct page p;
	json *list;

	if (s == NULL)
		return -1;
	if (a->name == NULL)
		return call_fail(c, ERR_INPUT, "name is empty: give at least one label.");
	if (page_get(c, s, a->page_id, a->space_key, 0, &p) == -1 || read_labels(c, s, &p, &list) == -1)
		return -1;
	c->target = p.id;
	for (char **n = a->name; *n != NULL; n++) {
		if (strpbrk(*n, "\"\\") != NULL || !has_label(list, *n))
			out_say(c->out, "%s has no label %s.", page_label(c->arena, &p), *n);
		else if (remove_one(c, s, &p, *n) == -1)
			return -1;
		else
			removed++;
	}
	if (c->dry_run != NULL)
		return rest_planned(c);
	if (removed == 0)
		return 0;
	if (read_labels(c, s, &p, &list) == -1) {
		err_context(&c->err, "The labels were removed, but reading them back failed");
		return -1;
	}
	for (char **n = a->name; *n != NULL; n++) {
		if (has_label(list, *n))
			return call_fail(c, ERR_IGNORED, "%s accepted the removal, but %s still has the label %s.", s->label, p.id, *n);
	}
	out_say(c->out, "Removed %zu label%s from %s.", removed, removed == 1 ? "" : "s", page_label(c->arena, &p));
	return 0;
}

TOOL(confluence_remove_label,
	.title = "Remove label", .doc = "Remove labels from a page.",
	.toolset = "confluence_labels", .product = CONFLUENCE, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:label:confluence",
	ARGS(struct label_args, label_params), .example = "{\"page_id\":\"65685\",\"name\":\"runbook\"}", .run = remove_label,
);
