/* Versions: their list, one of them, the difference of two. Names of authors are asked for together. */
#include "base/str.h"
#include "text/diff.h"
#include "tools/app.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_DC_VERSIONS = 20, MAX_AUTHORS = 250, MAX_DIFF = 512 * 1024 };

struct history_args {
	const char *page_id, *space_key, *cursor, *convert_to_markdown;
	int64_t version, limit;
};

static const struct param history_params[] = {
	P_STR(struct history_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_INT(struct history_args, version, 0, .min = 1, .max = INT32_MAX, .doc = "Read this one"),
	P_INT(struct history_args, limit, P_HIDDEN, .min = 1, .max = 250, .dflt = 20, .doc = NULL),
	P_STR(struct history_args, cursor, 0, .doc = NULL),
	P_STR(struct history_args, convert_to_markdown, P_HIDDEN, .doc = NULL),
	P_STR(struct history_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
show_version(struct call *c, struct site *s, const struct page *now, const struct history_args *a)
{
	const char *text;
	struct page p;

	if (page_get_version(c, s, now, a->version, &p) == -1)
		return -1;
	text = str_ieq(a->convert_to_markdown, "false") ? p.storage : body_markdown(c, s, p.storage);
	if (call_cancelled(c) || err_is_set(&c->err))
		return -1;
	view_page_head(c, s, &p);
	out_text(c->out, "Content", text);
	return 0;
}

/* Rows from version objects of either deployment. */
static int
show_rows(struct call *c, struct site *s, json **versions, size_t n)
{
	const char *ids[MAX_AUTHORS] = { NULL };
	size_t count = 0;

	for (size_t i = 0; i < n && count < MAX_AUTHORS; i++) {
		people_add(s, json_get(versions[i], "by"));
		if (json_get_str(versions[i], "authorId") != NULL)
			ids[count++] = json_get_str(versions[i], "authorId");
	}
	if (people_learn(c, s, ids, count) == -1)
		return -1;
	out_table(c->out, "versions", "Version", "Date", "By", "Message", NULL);
	for (size_t i = 0; i < n; i++) {
		json *when = json_get(versions[i], "createdAt"), *v = versions[i];
		const char *who = people_name(s, json_get_str(v, "authorId")), *message = json_get_str(v, "message");

		if (who == NULL)
			who = json_path_str(v, "by.displayName");
		if (json_get_bool(v, "minorEdit", false))
			message = arena_printf(c->arena, "%s%s(minor)", message != NULL ? message : "", str_blank(message) ? "" : " ");
		out_row(c->out, view_number(c->arena, json_get_int(v, "number", 0)), view_day(c->arena, when != NULL ? when : json_get(v, "when")),
		    who, message);
	}
	return 0;
}

static int
list_cloud(struct call *c, struct site *s, const struct page *p, const struct history_args *a)
{
	json *page, *list, **versions;
	const char *next;
	size_t n = 0;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/%s/%s/versions", page_collection(p->type), p->id), "limit",
	    view_number(c->arena, a->limit), "cursor", a->cursor, NULL), &page) == -1)
		return -1;
	list = json_get(page, "results");
	if (!yyjson_is_arr(list))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of versions.", s->label);
	versions = arena_array(c->arena, json_len(list) + 1, sizeof(*versions));
	for (struct json_iter it = json_iter(list); json_next(&it);)
		versions[n++] = it.value;
	if (show_rows(c, s, versions, n) == -1)
		return -1;
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

/* Data Center's REST API has no list: the newest versions, each asked for, at once. */
static int
list_dc(struct call *c, struct site *s, const struct page *p, const struct history_args *a)
{
	struct rest_req q[MAX_DC_VERSIONS] = { { .method = NULL } };
	json *versions[MAX_DC_VERSIONS];
	int64_t first = p->version, limit = a->limit < MAX_DC_VERSIONS ? a->limit : MAX_DC_VERSIONS;
	size_t n = 0, found = 0;

	if (a->cursor != NULL && (str_int(a->cursor, 1, p->version, &first) == -1))
		return call_fail(c, ERR_INPUT, "cursor is not one that this list gave.");
	for (int64_t v = first; v > 0 && n < (size_t)limit; v--, n++) {
		q[n].optional = true;
		q[n].path = v == p->version ? rest_query(c, rest_path(c, s, "{api}/content/%s", p->id), "expand", "version", NULL) :
		    rest_query(c, rest_path(c, s, "{api}/content/%s", p->id), "status", "historical", "version", view_number(c->arena, v),
		    "expand", "version", NULL);
	}
	if (rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (json_get(q[i].json, "version") != NULL)
			versions[found++] = json_get(q[i].json, "version");
	}
	if (show_rows(c, s, versions, found) == -1)
		return -1;
	if (first > (int64_t)n)
		out_more(c->out, "cursor", view_number(c->arena, first - (int64_t)n), NULL);
	return 0;
}

static int
get_history(struct call *c, const void *v)
{
	const struct history_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (a->version > 0)
		return show_version(c, s, &p, a);
	return site_is_cloud(s) ? list_cloud(c, s, &p, a) : list_dc(c, s, &p, a);
}

TOOL(confluence_get_page_history,
	.title = "Get page history", .doc = "List a page's versions, or read one.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:page:confluence",
	ARGS(struct history_args, history_params), .example = "{\"page_id\":\"65685\"}", .run = get_history,
);

/* ---- the difference of two versions ---- */

struct diff_args {
	const char *page_id, *space_key;
	int64_t from_version, to_version;
};

static const struct param diff_params[] = {
	P_STR(struct diff_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_INT(struct diff_args, from_version, P_REQUIRED, .min = 1, .max = INT32_MAX, .aliases = "from", .doc = NULL),
	P_INT(struct diff_args, to_version, 0, .min = 1, .max = INT32_MAX, .aliases = "to", .doc = "Default: newest"),
	P_STR(struct diff_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
get_diff(struct call *c, const void *v)
{
	const struct diff_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page now, from, to;
	int result;
	struct buf b;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, PAGE_BODY, &now) == -1)
		return -1;
	c->target = now.id;
	if (page_get_version(c, s, &now, a->from_version, &from) == -1 ||
	    page_get_version(c, s, &now, a->to_version > 0 ? a->to_version : now.version, &to) == -1)
		return -1;
	if (from.storage == NULL || to.storage == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s gave a version without its text.", s->label);
	if (bodies_learn(c, s, (const char *[]){ from.storage, to.storage }, 2, (const char *[]){ from.author, to.author }, 2) == -1)
		return -1;
	buf_init(&b, MAX_DIFF);
	result = doc_diff(c->arena, SKIN_STORAGE, from.storage, strlen(from.storage), to.storage, strlen(to.storage), 0, &b, &c->err);
	out_title(c->out, now.id, now.title);
	out_pairf(c->out, "From", "%s", view_version(c, s, &from));
	out_pairf(c->out, "To", "%s", view_version(c, s, &to));
	if (!str_eq(from.title, to.title))
		out_pairf(c->out, "Title", "%s -> %s", from.title, to.title);
	if (result == 0 && b.len == 0)
		out_say(c->out, "The text is the same.");
	else if (result == 0)
		out_text(c->out, "Changes", arena_printf(c->arena, "```diff\n%s\n```", view_names(c, s, str_trim(c->arena, b.data, b.len))));
	buf_release(&b);
	return result;
}

TOOL(confluence_get_page_diff,
	.title = "Compare versions", .doc = "Show what changed between two versions of a page.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:page:confluence",
	ARGS(struct diff_args, diff_params), .example = "{\"page_id\":\"65685\",\"from_version\":1}", .run = get_diff,
);
