/*
 * confluence_search: CQL, or plain words that become CQL -> one request -> a table. The fence is AND-ed into the query
 * and checked again on every result. Cloud pages by a cursor, Data Center by position; both are one argument, cursor.
 */
#include "base/str.h"
#include "query/cql.h"
#include "tools/app.h"
#include "tools/confluence_view.h"
#include "tools/resources_find.h"

#include <string.h>

enum { MAX_EXCERPT = 160, MAX_QUERY = 64 * 1024 };

struct search_args {
	const char *query, *cursor;
	char **spaces_filter;
	int64_t limit, start;
};

static const struct param search_params[] = {
	P_STR(struct search_args, query, P_REQUIRED, .max_len = 20000, .aliases = "cql,searchText", .doc = "Words, or CQL"),
	P_INT(struct search_args, limit, 0, .min = 1, .max = 100, .dflt = 10, .aliases = "max_results,maxResults"),
	P_STR(struct search_args, cursor, 0, .aliases = "page_token"),
	P_LIST(struct search_args, spaces_filter, P_HIDDEN, .aliases = "space_keys"),
	P_INT(struct search_args, start, P_HIDDEN, .min = 0, .max = 1000000, .aliases = "startAt"),
	P_END
};

/* CQL as it is; what isn't CQL are words. *ret_words: it was words. */
static struct cql *
parse(struct call *c, const struct site *s, const char *text, bool *ret_words)
{
	struct err ignored;
	struct cql *q;
	char *words;

	err_init(&ignored, c->arena);
	q = cql_parse(c->arena, text, strlen(text), &ignored);
	*ret_words = q == NULL || !cql_bounded(q);
	if (!*ret_words)
		return q;
	if (strpbrk(text, "=~<>") != NULL) {	/* it was meant to be CQL */
		const char *hint = cql_hint(c->arena, text, strlen(text), NULL);

		call_fail(c, ERR_INPUT, "The CQL is not valid: %s", ignored.message != NULL ? ignored.message : "it has no condition.");
		call_hint(c, "%s", hint != NULL ? hint : "Write e.g. space = ENG AND type = page AND text ~ \"login\", or plain words.");
		return NULL;
	}
	words = find_words_jql(c->arena, site_is_cloud(s) ? "siteSearch" : "text", text, FIND_ALL);
	if (words == NULL) {
		call_fail(c, ERR_INPUT, "query has no word to search for.");
		return NULL;
	}
	words = arena_printf(c->arena, "type in (page, blogpost) AND %s", words);
	return cql_parse(c->arena, words, strlen(words), &c->err);
}

static char *
fenced(struct call *c, const struct site *s, const struct search_args *a, const char **ret_words)
{
	char **f[] = { a->spaces_filter, s->config->filter }, *text;
	bool words;
	struct cql *q = parse(c, s, a->query, &words);
	struct buf b;

	if (q == NULL)
		return NULL;
	*ret_words = words ? a->query : NULL;
	buf_init(&b, MAX_QUERY);
	if (words)
		cql_print(q, &b);
	else
		buf_adds(&b, a->query);
	text = arena_strdup(c->arena, b.data);
	buf_release(&b);
	for (size_t i = 0; i < LEN(f) && text != NULL && q != NULL; i++) {
		size_t n = 0;

		while (f[i] != NULL && f[i][n] != NULL)
			n++;
		if (n == 0)
			continue;
		text = cql_fence(c->arena, q, "space", (const char *const *)f[i], n);
		q = text == NULL ? NULL : cql_parse(c->arena, text, strlen(text), &c->err);
	}
	if (text == NULL)
		call_fail(c, ERR_INPUT, "The CQL is too long to be searched within the allowed spaces.");
	return q == NULL ? NULL : text;
}

/* The space of a result: of its content, of itself, or of the container that it names. */
static const char *
space_of(struct call *c, json *result)
{
	static const char *const before[] = { "/spaces/", "/display/" };
	const char *key = json_path_str(result, "content.space.key"), *url;

	if (key == NULL)
		key = json_path_str(result, "space.key");
	url = json_path_str(result, "resultGlobalContainer.displayUrl");
	for (size_t i = 0; key == NULL && url != NULL && i < LEN(before); i++) {
		if (str_starts(url, before[i]))
			key = arena_strndup(c->arena, url + strlen(before[i]), strcspn(url + strlen(before[i]), "/?#"));
	}
	return key;
}

/* Without the marks of what was found and the entities of HTML, in one short line. */
static const char *
excerpt(struct call *c, const char *text)
{
	static const char *const drop[] = { "@@@hl@@@", "@@@endhl@@@" };
	static const char *const entities[][2] = { { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" },
		{ "&hellip;", "..." }, { "&nbsp;", " " } };
	const char *out;
	struct buf b;

	if (str_blank(text))
		return NULL;
	buf_init(&b, 8192);
	while (*text != '\0' && b.len < MAX_EXCERPT) {
		bool done = false;

		for (size_t i = 0; i < LEN(drop) && !done; i++) {
			if ((done = str_starts(text, drop[i])))
				text += strlen(drop[i]);
		}
		for (size_t i = 0; i < LEN(entities) && !done; i++) {
			if ((done = str_starts(text, entities[i][0]))) {
				buf_adds(&b, entities[i][1]);
				text += strlen(entities[i][0]);
			}
		}
		if (!done && (*text != ' ' || (b.len > 0 && b.data[b.len - 1] != ' ')))
			buf_addc(&b, *text == '\n' ? ' ' : *text);
		text += !done;
	}
	while (((unsigned char)*text & 0xc0) == 0x80)	/* not in the middle of a letter */
		buf_addc(&b, *text++);
	if (*text != '\0')
		buf_adds(&b, "...");
	out = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return str_trim(c->arena, out, strlen(out));
}

static const char *
key_of(struct call *c, json *r)
{
	const char *key = space_of(c, r);

	return key != NULL ? key : json_path_str(r, "entity.space.key");
}

bool
find_page_allowed(struct call *c, const struct site *s, json *result)
{
	return s->config->filter == NULL || site_fence_allows(s, key_of(c, result));
}

static bool
add_result(struct call *c, const struct site *s, json *r)
{
	json *content = json_get(r, "content") != NULL ? json_get(r, "content") : json_get(r, "entity");
	const char *type = json_get_str(content, "type"), *id = json_scalar(c->arena, json_get(content, "id"));
	const char *title = json_get_str(content, "title"), *key = key_of(c, r);

	if (!find_page_allowed(c, s, r))
		return false;
	if (type == NULL)
		type = json_get_str(r, "entityType");
	if (title == NULL)
		title = json_get_str(r, "title");
	if (id == NULL)		/* a space or a person */
		id = json_path_str(r, "space.key") != NULL ? json_path_str(r, "space.key") : json_path_str(r, "user.accountId");
	out_row(c->out, id, key, view_day(c->arena, json_get(r, "lastModified")),
	    type == NULL || str_eq(type, "page") ? title : arena_printf(c->arena, "%s (%s)", title != NULL ? title : "", type),
	    excerpt(c, json_get_str(r, "excerpt")));
	return true;
}

int
find_pages(struct call *c, struct site *s, const char *query, int64_t limit, json **ret)
{
	const struct search_args a = { .query = query };
	const char *words;
	json *page;
	char *cql = fenced(c, s, &a, &words);

	if (cql == NULL || rest_get(c, s, rest_query(c, rest_path(c, s, "{v1}/search"), "cql", cql, "limit", view_number(c->arena, limit),
	    "excerpt", "none", "expand", "content.space", NULL), &page) == -1)
		return -1;
	*ret = json_get(page, "results");
	return yyjson_is_arr(*ret) ? 0 : call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of results.", s->label);
}

static int
run_search(struct call *c, const void *v)
{
	const struct search_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *words = NULL, *next, *start = NULL;
	size_t shown = 0;
	json *page, *list;
	char *cql;

	if (s == NULL || (cql = fenced(c, s, a, &words)) == NULL)
		return -1;
	if (!site_is_cloud(s))
		start = a->cursor != NULL ? a->cursor : a->start > 0 ? view_number(c->arena, a->start) : NULL;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{v1}/search"), "cql", cql, "limit", view_number(c->arena, a->limit),
	    "cursor", site_is_cloud(s) ? a->cursor : NULL, "start", start, "excerpt", "highlight", "expand", "content.space", NULL),
	    &page) == -1) {
		const char *hint = c->err.kind == ERR_INPUT ? cql_hint(c->arena, a->query, strlen(a->query), NULL) : NULL;

		if (hint != NULL)
			call_hint(c, "%s", hint);
		return -1;
	}
	list = json_get(page, "results");
	if (!yyjson_is_arr(list))
		return call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of results.", s->label);
	if (json_len(list) > 0)
		out_table(c->out, "results", "Id", "Space", "Updated", "Title", "Excerpt", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		shown += add_result(c, s, it.value);
	if (shown == 0 && words != NULL)
		out_say(c->out, "Nothing has these words: %s. Try fewer or other words.", words);
	else if (shown == 0)
		out_say(c->out, "Nothing matches.");
	next = confluence_next(c, page);
	if (next != NULL) {
		int64_t total = json_get_int(page, "totalSize", -1);

		out_more(c->out, "cursor", next, total < 0 ? NULL : arena_printf(c->arena, "(%zu of %lld shown)", shown, (long long)total));
	}
	return 0;
}

TOOL(confluence_search,
	.title = "Search Confluence", .doc = "Find pages by words or CQL.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .scopes = "search:confluence",
	ARGS(struct search_args, search_params),
	.example = "{\"query\":\"space = ENG AND type = page AND text ~ \\\"deployment\\\"\"}", .run = run_search,
);

/* ---- people ---- */

struct user_args {
	const char *query, *group_name;
	int64_t limit;
};

static const struct param user_params[] = {
	P_STR(struct user_args, query, P_REQUIRED, .aliases = "name,searchText", .doc = "Part of a name"),
	P_INT(struct user_args, limit, 0, .min = 1, .max = 100, .dflt = 10, .doc = NULL),
	P_STR(struct user_args, group_name, P_HIDDEN, .doc = NULL),
	P_END
};

/* sooperset's callers write CQL: user.fullname ~ "Ana". */
static const char *
words_of_cql(struct call *c, const char *text)
{
	const char *open = strchr(text, '"'), *close = open == NULL ? NULL : strchr(open + 1, '"');

	return str_starts(text, "user") && close != NULL ? arena_strndup(c->arena, open + 1, (size_t)(close - open) - 1) : text;
}

static int
search_user(struct call *c, const void *v)
{
	const struct user_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	json *list;

	if (s == NULL || people_search(c, s, words_of_cql(c, a->query), a->group_name, a->limit, &list) == -1)
		return -1;
	if (json_len(list) == 0) {
		out_say(c->out, "Nobody's name has \"%s\".", a->query);
		return 0;
	}
	out_table(c->out, "people", "Name", "E-mail", site_is_cloud(s) ? "Account id" : "User name", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		json *u = people_user(it.value);
		const char *name = json_get_str(u, "displayName");

		out_row(c->out, name != NULL ? name : json_get_str(u, "publicName"), json_get_str(u, "email"),
		    json_get_str(u, site_is_cloud(s) ? "accountId" : "username"));
	}
	return 0;
}

TOOL(confluence_search_user,
	.title = "Search people", .doc = "Find Confluence users by name.",
	.toolset = "confluence_users", .product = CONFLUENCE, .effect = READS, .not_default = true,
	.scopes = "read:confluence-user search:confluence",
	ARGS(struct user_args, user_params), .example = "{\"query\":\"Ana\"}", .run = search_user,
);
