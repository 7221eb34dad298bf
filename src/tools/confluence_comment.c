/*
 * Footer and inline comments with their replies, read. Cloud has a collection for each kind and asks for replies one comment at
 * a time; Data Center gives all in one list. Both become struct comment; names of people are asked for once.
 */
#include "tools/confluence_comment.h"

#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"
#include "tools/jira_view.h"


enum { MAX_COMMENTS = 400, MAX_THREADS = 100 };

static const char *
collection(const struct comment *m)
{
	return m->in_line ? "inline-comments" : "footer-comments";
}

void
comment_from_json(struct call *c, const struct site *s, json *v, bool in_line, struct comment *ret)
{
	json *ancestors = json_get(v, "ancestors"), *ext = json_get(v, "extensions");
	struct page p;

	page_from_json(c, s, v, &p);
	*ret = (struct comment){ .id = p.id, .author = p.author, .when = p.when, .storage = p.storage, .in_line = in_line, .version = p.version };
	if (site_is_cloud(s)) {
		ret->parent = json_get_str(v, "parentCommentId");
		ret->page = json_get_str(v, "pageId") != NULL ? json_get_str(v, "pageId") : json_get_str(v, "blogPostId");
		ret->blog = json_get_str(v, "blogPostId") != NULL;
		ret->state = json_get_str(v, "resolutionStatus");
		ret->selection = json_path_str(v, "properties.inlineOriginalSelection");
		return;
	}
	ret->in_line = str_eq(json_get_str(ext, "location"), "inline");
	for (struct json_iter it = json_iter(ancestors); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "type"), "comment"))
			ret->parent = json_scalar(c->arena, json_get(it.value, "id"));
	}
	ret->page = json_scalar(c->arena, json_path(v, "container.id"));
	ret->state = json_path_str(ext, "resolution.status");
	ret->selection = json_path_str(ext, "inlineProperties.originalSelection");
}

/* ---- reading ---- */

struct get_args {
	const char *page_id, *space_key, *kind;
	int64_t limit;
	bool open_only;
};

static const struct param get_params[] = {
	P_STR(struct get_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_ENUM(struct get_args, kind, 0, .values = "all,footer,inline", .doc = NULL),
	P_BOOL(struct get_args, open_only, 0, .doc = "Without resolved ones"),
	P_INT(struct get_args, limit, P_HIDDEN, .min = 1, .max = MAX_THREADS, .dflt = 25, .doc = NULL),
	P_STR(struct get_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

struct comments {
	struct comment *list;
	size_t count;
	bool more;
};

static void
take_list(struct call *c, struct site *s, json *page, bool in_line, struct comments *l)
{
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		people_add(s, json_path(it.value, "version.by"));
		if (l->count == MAX_COMMENTS)
			l->more = true;
		else
			comment_from_json(c, s, it.value, in_line, &l->list[l->count++]);
	}
	l->more = l->more || confluence_next(c, page) != NULL;
}

static int
read_cloud(struct call *c, struct site *s, const struct page *p, const struct get_args *a, struct comments *l)
{
	static const char *const kinds[] = { "footer", "inline" };
	struct rest_req q[2] = { { .method = NULL } }, *replies;
	bool in_line[2];
	size_t n = 0, threads;

	for (size_t i = 0; i < LEN(kinds); i++) {
		if (!str_eq(a->kind, "all") && !str_eq(a->kind, kinds[i]))
			continue;
		in_line[n] = i == 1;
		q[n++].path = rest_query(c, rest_path(c, s, arena_printf(c->arena, "{api}/%%s/%%s/%s-comments", kinds[i]), page_collection(p->type),
		    p->id), "body-format", "storage", "limit", view_number(c->arena, a->limit), NULL);
	}
	if (rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!yyjson_is_arr(json_get(q[i].json, "results")))
			return call_fail(c, ERR_PROTOCOL, "%s answered without a list of comments.", s->label);
		take_list(c, s, q[i].json, in_line[i], l);
	}
	threads = l->count;
	replies = arena_array(c->arena, threads + 1, sizeof(*replies));
	for (size_t i = 0; i < threads; i++)
		replies[i].path = rest_query(c, rest_path(c, s, arena_printf(c->arena, "{api}/%s/%%s/children", collection(&l->list[i])),
		    l->list[i].id), "body-format", "storage", "limit", "100", NULL);
	if (threads > 0 && rest_all(c, s, replies, threads) == -1)
		return -1;
	for (size_t i = 0; i < threads; i++) {
		size_t from = l->count;

		take_list(c, s, replies[i].json, l->list[i].in_line, l);
		for (; from < l->count; from++)
			l->list[from].parent = l->list[i].id;
	}
	return 0;
}

static int
read_dc(struct call *c, struct site *s, const struct page *p, const struct get_args *a, struct comments *l)
{
	char *path = rest_query(c, rest_path(c, s, "{api}/content/%s/child/comment", p->id), "expand",
	    "body.storage,version,ancestors,extensions.inlineProperties,extensions.resolution", "depth", "all", "limit",
	    view_number(c->arena, a->limit * 4), NULL);
	json *page;

	if (!str_eq(a->kind, "all"))
		path = rest_query(c, path, "location", a->kind, "location", str_eq(a->kind, "inline") ? "resolved" : NULL, NULL);
	if (rest_get(c, s, path, &page) == -1)
		return -1;
	if (!yyjson_is_arr(json_get(page, "results")))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of comments.", s->label);
	take_list(c, s, page, false, l);
	return 0;
}

static bool
is_resolved(const struct comment *m)
{
	return str_eq(m->state, "resolved");
}

static void
show(struct call *c, const struct site *s, const struct comment *m, const char *markdown)
{
	const char *who = people_name(s, m->author);
	struct buf b;

	buf_init(&b, 8192);
	buf_addf(&b, "%s (%s", who != NULL ? who : "?", m->id);
	if (m->parent != NULL)
		buf_addf(&b, ", reply to %s", m->parent);
	else if (m->in_line)
		buf_addf(&b, ", on \"%.200s\"", m->selection != NULL ? m->selection : "?");
	if (m->parent == NULL && m->state != NULL && !str_eq(m->state, "open"))
		buf_addf(&b, ", %s", m->state);
	buf_addc(&b, ')');
	out_entry(c->out, "comments", "Comments", arena_strdup(c->arena, b.data), view_datetime(c->arena, m->when), markdown);
	buf_release(&b);
}

/* Each thread: its first comment, then its replies. */
static int
show_all(struct call *c, struct site *s, const struct comments *l, bool open_only)
{
	const char **texts = arena_array(c->arena, l->count + 1, sizeof(*texts)), **authors = arena_array(c->arena, l->count + 1, sizeof(*authors));

	for (size_t i = 0; i < l->count; i++) {
		texts[i] = l->list[i].storage;
		authors[i] = l->list[i].author;
	}
	if (bodies_learn(c, s, texts, l->count, authors, l->count) == -1)
		return -1;
	for (size_t i = 0; i < l->count; i++) {
		texts[i] = body_markdown(c, s, texts[i]);
		if (err_is_set(&c->err))
			return -1;
	}
	for (size_t i = 0; i < l->count; i++) {
		if (l->list[i].parent != NULL || (open_only && is_resolved(&l->list[i])))
			continue;
		show(c, s, &l->list[i], texts[i]);
		for (size_t k = 0; k < l->count; k++) {
			if (str_eq(l->list[k].parent, l->list[i].id))
				show(c, s, &l->list[k], texts[k]);
		}
	}
	return 0;
}

/* A reply to a reply belongs to the thread. */
static void
flatten(struct comments *l)
{
	for (size_t i = 0; i < l->count; i++) {
		for (size_t round = 0; round < 20; round++) {
			const struct comment *above = NULL;

			for (size_t k = 0; k < l->count && l->list[i].parent != NULL; k++)
				above = str_eq(l->list[k].id, l->list[i].parent) ? &l->list[k] : above;
			if (above == NULL || above->parent == NULL)
				break;
			l->list[i].parent = above->parent;
		}
	}
}

static int
get_comments(struct call *c, const void *v)
{
	const struct get_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct comments l = { .list = arena_array(c->arena, MAX_COMMENTS, sizeof(*l.list)) };
	struct page p;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (site_is_cloud(s) ? read_cloud(c, s, &p, a, &l) == -1 : read_dc(c, s, &p, a, &l) == -1)
		return -1;
	if (l.count == 0) {
		out_say(c->out, "%s has no %scomments.", page_label(c->arena, &p), str_eq(a->kind, "all") ? "" : arena_printf(c->arena, "%s ", a->kind));
		return 0;
	}
	flatten(&l);
	out_title(c->out, p.id, p.title);
	if (show_all(c, s, &l, a->open_only) == -1)
		return -1;
	if (l.more)
		out_say(c->out, "There are more comments: raise limit (at most %d), or ask for one kind.", MAX_THREADS);
	return 0;
}

TOOL(confluence_get_comments,
	.title = "Get comments", .doc = "Read a page's footer and inline comments.",
	.toolset = "confluence_comments", .product = CONFLUENCE, .effect = READS, .scopes = "read:comment:confluence",
	ARGS(struct get_args, get_params), .example = "{\"page_id\":\"65685\"}", .run = get_comments,
);
