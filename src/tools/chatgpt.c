/*
 * search turns what a model asks into one of four things, the first that fits: a key
 * or link (that issue), JQL (searched as it is), words that must all occur, and words
 * of which one may; an issue whose key stands among the words comes first. The same goes to Confluence: a link is that
 * page, anything else is searched as confluence_search does. fetch gives an issue whole, with its newest comments, or a page.
 *
 * Both answer in JSON whatever format was asked for: the handler puts an answer of its
 * own into the call. out knows no nested objects, so the members of fetch's answer that
 * belong into "metadata" are folded there by chatgpt_shape.
 */
#include "tools/chatgpt.h"

#include "base/str.h"
#include "base/utf8.h"
#include "query/jql.h"
#include "tools/app.h"
#include "tools/confluence_view.h"
#include "tools/jira_view.h"
#include "tools/resources_find.h"

#include <string.h>

enum { MAX_RESULTS = 20, MAX_COMMENTS = 100, MAX_TEXT = 400 * 1000, MAX_ANSWER = 1024 * 1024 };

static const char toolset[] = "chatgpt";

static const char search_schema[] =
    "{\"type\":\"object\",\"properties\":{\"results\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{"
    "\"id\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"url\":{\"type\":\"string\"}},"
    "\"required\":[\"id\",\"title\",\"url\"]}}},\"required\":[\"results\"]}";

static const char fetch_schema[] =
    "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},"
    "\"text\":{\"type\":\"string\"},\"url\":{\"type\":\"string\"},"
    "\"metadata\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}},"
    "\"required\":[\"id\",\"title\",\"text\",\"url\"]}";

bool
chatgpt_client(const char *profile, const char *client_name)
{
	return str_eq(profile, toolset) || (client_name != NULL && str_istarts(client_name, "openai-mcp"));
}

bool
chatgpt_tool(const struct tool *t)
{
	return strcmp(t->toolset, toolset) == 0;
}

/* ---- search ---- */

struct search_args {
	const char *query;
};

static const struct param search_params[] = {
	P_STR(struct search_args, query, P_REQUIRED, .max_len = 8192, .doc = "Words, an issue key or link, or JQL"),
	P_END
};

static void
add_result(struct call *c, const struct site *s, json *issue)
{
	const char *key = json_get_str(issue, "key"), *summary = json_path_str(issue, "fields.summary");

	out_row(c->out, arena_printf(c->arena, "jira:%s", key),
	    arena_printf(c->arena, "%s %s", key, summary != NULL ? summary : ""), jira_browse_url(c->arena, s, key));
}

/* The issue that a key or link names; nothing found when there is none. */
static int
search_key(struct call *c, struct site *s, const char *query, size_t *ret_found)
{
	const char *key = jira_issue_key(c, s, query);
	struct rest_req q = { .optional = true };

	*ret_found = 0;
	if (key == NULL)
		return -1;
	c->target = key;
	q.path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "summary,project", NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	if (q.json == NULL)
		return 0;
	if (json_get_str(q.json, "key") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without an issue.", s->label);
	if (find_allowed(s, q.json)) {
		add_result(c, s, q.json);
		*ret_found = 1;
	}
	return 0;
}

/* known: the key of an issue that is a result already, or NULL. */
static int
search_jql(struct call *c, struct site *s, const char *jql, const char *known, size_t *ret_found)
{
	json *issues;

	*ret_found = 0;
	if (find_issues(c, s, jql, MAX_RESULTS, "summary", &issues) == -1)
		return -1;
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		if (!find_allowed(s, it.value) || str_eq(json_get_str(it.value, "key"), known))
			continue;
		add_result(c, s, it.value);
		++*ret_found;
	}
	return 0;
}

static bool
is_jql(struct arena *a, const char *text)
{
	struct jql *q;
	struct err ignored;

	err_init(&ignored, a);
	q = jql_parse(a, text, strlen(text), &ignored);
	return q != NULL && jql_bounded(q);
}

static bool
is_link(const char *text)
{
	return (str_istarts(text, "http://") || str_istarts(text, "https://")) && strpbrk(text, " \t\n") == NULL;
}

/* The first key in capitals among the words of a text; NULL when there is none. */
static const char *
key_among(struct arena *a, const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	const char *p = text + strcspn(text, letters), *key;
	size_t n;

	for (; *p != '\0'; p += strcspn(p, letters)) {
		n = strspn(p, letters);
		key = arena_strndup(a, p, n);
		if (jira_looks_like_key(key))
			return key;
		p += n;
	}
	return NULL;
}

static int
search_words(struct call *c, struct site *s, const char *query, bool key_tried)
{
	const char *all = find_words_jql(c->arena, "text", query, FIND_ALL);
	const char *any = find_words_jql(c->arena, "text", query, FIND_ANY);
	const char *key = key_tried ? NULL : key_among(c->arena, query);
	size_t named = 0, found;

	if (all == NULL)
		return call_fail(c, ERR_INPUT, "query has no word to search for.");
	if (key != NULL && search_key(c, s, key, &named) == -1)
		return -1;
	if (search_jql(c, s, all, named > 0 ? key : NULL, &found) == -1)
		return -1;
	return named + found > 0 || strcmp(all, any) == 0 ? 0 : search_jql(c, s, any, NULL, &found);
}

static int
search_issues(struct call *c, const char *query)
{
	struct site *s = app_site(c, JIRA);
	bool like_key = jira_looks_like_key(query), link = is_link(query);
	size_t found;

	if (s == NULL)
		return -1;
	if (like_key || link) {
		if (search_key(c, s, query, &found) == -1)
			return -1;
		if (found > 0 || link)
			return 0;	/* else it may be a word such as UTF-8 */
	}
	if (is_jql(c->arena, query)) {
		if (search_jql(c, s, query, NULL, &found) == 0)
			return 0;
		if (c->err.kind != ERR_INPUT)
			return -1;
		err_clear(&c->err);	/* a sentence that happened to look like JQL, or a field that is not there: words */
	}
	return search_words(c, s, query, like_key);
}

static void
add_page(struct call *c, const struct site *s, const char *id, const char *title, const char *webui)
{
	if (id != NULL)
		out_row(c->out, arena_printf(c->arena, "confluence:%s", id), title != NULL ? title : id, page_url(c->arena, s, webui, id));
}

static int
search_pages(struct call *c, const char *query)
{
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;
	json *list;

	if (s == NULL)
		return -1;
	if (is_link(query)) {
		if (page_get(c, s, query, NULL, 0, &p) == -1)
			return -1;
		out_row(c->out, arena_printf(c->arena, "confluence:%s", p.id), p.title, p.url);
		return 0;
	}
	if (find_pages(c, s, query, MAX_RESULTS, &list) == -1)
		return -1;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (find_page_allowed(c, s, it.value))
			add_page(c, s, json_scalar(c->arena, json_path(it.value, "content.id")), json_path_str(it.value, "content.title"),
			    json_path_str(it.value, "content._links.webui"));
	}
	return 0;
}

static bool
is_configured(const struct call *c, enum product p)
{
	return c->app->site[p] != NULL || err_is_set(&c->app->site_error[p]);
}

/* Both, when both are there: what one of them can't make of the query is no error while the other can. */
static int
search(struct call *c, const void *v)
{
	const struct search_args *a = v;
	const char *query = str_trim(c->arena, a->query, strlen(a->query));
	bool pages = is_configured(c, CONFLUENCE), issues = is_configured(c, JIRA) || !pages;
	struct err first;

	c->out = out_new(c->arena, OUT_JSON, MAX_ANSWER);
	out_table(c->out, "results", "id", "title", "url", NULL);
	err_init(&first, c->arena);
	if (issues && search_issues(c, query) == -1) {
		if (!pages || (c->err.kind != ERR_INPUT && c->err.kind != ERR_NOT_FOUND))
			return -1;
		first = c->err;
		err_clear(&c->err);
	}
	if (!pages || search_pages(c, query) == 0)
		return 0;
	if (!issues || err_is_set(&first) || (c->err.kind != ERR_INPUT && c->err.kind != ERR_NOT_FOUND))
		return -1;
	err_clear(&c->err);
	return 0;
}

TOOL(search,
	.title = "Search", .doc = "Find Jira issues and Confluence pages by words, key, link, JQL or CQL; fetch reads a result.",
	.toolset = toolset, .product = PRODUCTS, .effect = READS, .scopes = "read:jira-work search:confluence",
	ARGS(struct search_args, search_params), .example = "{\"query\":\"login Safari\"}", .run = search,
);

/* ---- fetch ---- */

struct fetch_args {
	const char *id;
};

static const struct param fetch_params[] = {
	P_STR(struct fetch_args, id, P_REQUIRED, .doc = "The id of a result, e.g. jira:OPS-7"),
	P_END
};

/* The issue as Markdown, with its newest comments. */
static int
issue_text(struct call *c, struct site *s, json *issue, const char **ret)
{
	json *comment = json_path(issue, "fields.comment"), *page = NULL;
	int64_t total = json_get_int(comment, "total", 0), first = total > MAX_COMMENTS ? total - MAX_COMMENTS : 0;
	bool more = total > (int64_t)json_len(json_get(comment, "comments"));
	struct out *answer = c->out;
	size_t len;

	if (more && rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s/comment", json_get_str(issue, "key")),
	    "startAt", arena_printf(c->arena, "%lld", (long long)first),
	    "maxResults", arena_printf(c->arena, "%d", MAX_COMMENTS), NULL), &page) == -1)
		return -1;
	c->out = out_new(c->arena, OUT_MARKDOWN, MAX_TEXT);
	view_issue(c, s, issue, more ? 0 : MAX_COMMENTS);
	if (more)
		view_comments(c, s, json_get(page, "comments"), MAX_COMMENTS, total);
	*ret = out_render(c->out, &len);
	c->out = answer;
	return 0;
}

static int
fetch_page(struct call *c, const char *text)
{
	struct site *s = app_site(c, CONFLUENCE);
	const char *markdown;
	struct page p;

	if (s == NULL || page_get(c, s, text, NULL, PAGE_BODY | PAGE_LABELS, &p) == -1)
		return -1;
	c->target = p.id;
	c->out = out_new(c->arena, OUT_JSON, MAX_ANSWER);
	markdown = body_markdown(c, s, p.storage);
	if (err_is_set(&c->err))
		return -1;
	if (markdown != NULL && strlen(markdown) > MAX_TEXT)
		markdown = arena_strndup(c->arena, markdown, utf8_cut(markdown, strlen(markdown), MAX_TEXT));
	out_pairf(c->out, "id", "confluence:%s", p.id);
	out_pair(c->out, "title", p.title);
	out_text(c->out, "text", markdown != NULL ? markdown : "(empty)");
	out_pair(c->out, "url", p.url);
	out_pair(c->out, "space", p.space_key);
	out_pair(c->out, "type", p.type);
	out_pairf(c->out, "version", "%lld", (long long)p.version);
	out_pair(c->out, "updated", p.when);
	out_pair(c->out, "labels", view_labels(c->arena, p.json));
	return 0;
}

/* "confluence:ID", or a link that is not one of Jira's. */
static bool
is_page(struct call *c, const char *id)
{
	const struct site *jira = c->app->site[JIRA];

	if (str_starts(id, "confluence:") || !is_configured(c, JIRA))
		return !str_starts(id, "jira:") && is_configured(c, CONFLUENCE);
	return is_configured(c, CONFLUENCE) && is_link(id) && (jira == NULL || strstr(id, "/wiki/") != NULL || strstr(id, "/display/") != NULL ||
	    strstr(id, "/pages/") != NULL);
}

static int
fetch_issue(struct call *c, const struct fetch_args *a)
{
	struct site *s = app_site(c, JIRA);
	const char *key, *id, *text, *summary;
	json *issue, *f;

	if (s == NULL || (id = jira_issue_key(c, s, str_starts(a->id, "jira:") ? a->id + strlen("jira:") : a->id)) == NULL)
		return -1;
	c->target = id;
	c->out = out_new(c->arena, OUT_JSON, MAX_ANSWER);
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", id), "fields", "*all,-worklog", "expand",
	    "names,schema", NULL), &issue) == -1 || jira_check_fence(c, s, issue) == -1)
		return -1;
	key = json_get_str(issue, "key");
	if (key == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without an issue.", s->label);
	if (issue_text(c, s, issue, &text) == -1)
		return -1;
	f = json_get(issue, "fields");
	summary = json_get_str(f, "summary");
	out_pairf(c->out, "id", "jira:%s", key);
	out_pairf(c->out, "title", "%s %s", key, summary != NULL ? summary : "");
	out_text(c->out, "text", text);
	out_pair(c->out, "url", jira_browse_url(c->arena, s, key));
	out_pair(c->out, "project", json_path_str(f, "project.key"));
	out_pair(c->out, "type", json_path_str(f, "issuetype.name"));
	out_pair(c->out, "status", json_path_str(f, "status.name"));
	out_pair(c->out, "assignee", jira_user_name(json_get(f, "assignee")));
	out_pair(c->out, "updated", json_get_str(f, "updated"));
	return 0;
}

static int
fetch(struct call *c, const void *v)
{
	const struct fetch_args *a = v;

	return is_page(c, a->id) ? fetch_page(c, a->id) : fetch_issue(c, a);
}

TOOL(fetch,
	.title = "Fetch", .doc = "Read a search result whole: an issue with its comments, or a page.",
	.toolset = toolset, .product = PRODUCTS, .effect = READS, .scopes = "read:jira-work read:page:confluence",
	ARGS(struct fetch_args, fetch_params), .example = "{\"id\":\"jira:OPS-7\"}", .run = fetch,
);

/* ---- the shapes ---- */

const char *
chatgpt_output_schema(const struct tool *t)
{
	return t == &tool_search ? search_schema : t == &tool_fetch ? fetch_schema : NULL;
}

static bool
has_name(json *properties, const char *name)
{
	return json_get(properties, name) != NULL;
}

const char *
chatgpt_shape(struct arena *a, const struct tool *t, const char *answer, size_t len)
{
	const char *schema = chatgpt_output_schema(t), *text;
	json *root, *properties;
	size_t others = 0;
	struct err ignored;
	struct buf b;
	struct jw w;

	err_init(&ignored, a);
	root = json_parse(a, answer, len, JSON_TRUSTED, &ignored);
	if (schema == NULL || !yyjson_is_obj(root))
		return NULL;
	properties = json_get(json_parse(a, schema, strlen(schema), JSON_TRUSTED, &ignored), "properties");
	buf_init(&b, 2 * OUT_MAX_BUDGET);
	jw_init(&w, &b);
	jw_obj(&w);
	for (struct json_iter it = json_iter(root); json_next(&it);) {
		if (has_name(properties, it.key))
			jw_value(&w, it.key, it.value);
		else
			others++;
	}
	if (others > 0 && has_name(properties, "metadata")) {
		jw_obj_in(&w, "metadata");
		for (struct json_iter it = json_iter(root); json_next(&it);) {
			if (!has_name(properties, it.key) && json_str(it.value) != NULL)
				jw_value(&w, it.key, it.value);
		}
		jw_end(&w);
	}
	jw_end(&w);
	text = buf_overflowed(&b) ? NULL : arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return text;
}
