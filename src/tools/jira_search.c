/*
 * jira_search: JQL -> one request -> a table. The fence is AND-ed into the query and
 * checked again on every issue that comes back. Cloud pages by an opaque token, Data
 * Center by position; both are one argument here, page_token.
 */
#include "tools/jira_search.h"

#include "base/str.h"
#include "query/jql.h"
#include "tools/app.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_EXTRA = 4 };

struct search_args {
	const char *jql, *page_token, *projects_filter;
	char **fields;
	int64_t limit, start_at;
};

static const struct param search_params[] = {
	P_STR(struct search_args, jql, P_REQUIRED, .max_len = 20000, .doc = "e.g. project = OPS AND statusCategory != Done"),
	P_INT(struct search_args, limit, 0, .min = 1, .max = 500, .dflt = 50, .aliases = "max_results,maxResults",
	    .doc = "Default 50"),
	P_LIST(struct search_args, fields, 0, .doc = "Extra columns, by name"),
	P_STR(struct search_args, page_token, 0, .aliases = "nextPageToken,cursor", .doc = NULL),
	P_INT(struct search_args, start_at, P_HIDDEN, .min = 0, .max = 1000000, .aliases = "startAt"),
	P_STR(struct search_args, projects_filter, P_HIDDEN, .doc = NULL),
	P_END
};

/* What was probably meant. Once the site has refused a query, its own field names are worth a request. */
static const char *
hint_for(struct call *c, struct site *s, const char *text, bool ask)
{
	struct query_names known = { 0 };
	struct err first = c->err;

	err_clear(&c->err);
	if (ask && fields_load(c, s) == -1 && call_cancelled(c))
		return NULL;
	c->err = first;		/* without the list the hint knows less */
	known.fields = fields_names(s, c->arena, &known.field_count);
	return jql_hint(c->arena, text, strlen(text), known.field_count > 0 ? &known : NULL);
}

/* Parses the query and puts the operator's fence around it. */
char *
search_fenced(struct call *c, const struct site *s, const char *text)
{
	struct jql *q = jql_parse(c->arena, text, strlen(text), &c->err);
	const char *hint;
	char **f = s->config->filter, *out;
	size_t n = 0;

	if (q == NULL) {
		err_context(&c->err, "The JQL is not valid");
		hint = jql_hint(c->arena, text, strlen(text), NULL);
		if (hint != NULL)
			call_hint(c, "%s", hint);
		return NULL;
	}
	if (f == NULL) {
		if (site_is_cloud(s) && !jql_bounded(q)) {
			call_fail(c, ERR_INPUT, "Jira Cloud refuses a query without a condition.");
			call_hint(c, "Add one, e.g. updated >= -30d, or project = KEY.");
			return NULL;
		}
		return arena_strdup(c->arena, text);
	}
	while (f[n] != NULL)
		n++;
	out = jql_fence(c->arena, q, "project", (const char *const *)f, n);
	if (out == NULL)
		call_fail(c, ERR_INPUT, "The JQL is too long to be searched within the allowed projects.");
	return out;
}

/* The extra columns that were asked for and are not shown anyway. */
static int
extra_fields(struct call *c, struct site *s, char **names, const struct field **extra, size_t *ret_count)
{
	struct buf shown;
	int result = 0;

	*ret_count = 0;
	buf_init(&shown, 256);
	buf_addf(&shown, ",%s,key,issuekey,*all,*navigable,", jira_list_fields);
	for (; names != NULL && *names != NULL && result == 0; names++) {
		const char *mark = arena_printf(c->arena, ",%s,", str_lower(c->arena, *names));

		if (strstr(shown.data, mark) != NULL)
			continue;
		if (*ret_count == MAX_EXTRA)
			result = call_fail(c, ERR_INPUT, "fields: at most %d extra columns.", MAX_EXTRA);
		else
			result = fields_find(c, s, *names, &extra[*ret_count]);
		if (result == 0)
			(*ret_count)++;
	}
	buf_release(&shown);
	return result;
}

static char *
request_body(struct call *c, const struct site *s, const struct search_args *a, const char *jql,
    const struct field *const *extra, size_t extra_count, int64_t start_at)
{
	char **base = str_split(c->arena, jira_list_fields, ",", NULL), *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 64 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", a->limit);
	jw_arr_in(&w, "fields");
	for (; *base != NULL; base++)
		jw_s(&w, *base);
	for (size_t i = 0; i < extra_count; i++)
		jw_s(&w, extra[i]->id);
	jw_end(&w);
	if (s->dialect->paging == PAGE_START_AT)
		jw_int(&w, "startAt", start_at);
	else if (a->page_token != NULL)
		jw_str(&w, "nextPageToken", a->page_token);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
say_more(struct call *c, const struct site *s, json *page, int64_t start_at, size_t shown)
{
	const char *token = json_get_str(page, "nextPageToken");
	int64_t total = json_get_int(page, "total", -1), next = start_at + (int64_t)json_len(json_get(page, "issues"));

	if (s->dialect->paging == PAGE_TOKEN && token != NULL && !json_get_bool(page, "isLast", false))
		out_more(c->out, "page_token", token, NULL);
	else if (s->dialect->paging == PAGE_START_AT && next < total)
		out_more(c->out, "page_token", arena_printf(c->arena, "%lld", (long long)next),
		    arena_printf(c->arena, "(%zu of %lld shown)", shown, (long long)total));
}

static int
search(struct call *c, const void *v)
{
	const struct search_args *a = v;
	struct site *s = app_site(c, JIRA);
	const struct field *extra[MAX_EXTRA];
	size_t extra_count, shown = 0;
	int64_t start_at = a->start_at;
	struct rest_req q = { .method = "POST" };
	json *issues;
	char *jql;

	if (s == NULL || (jql = search_fenced(c, s, a->jql)) == NULL || extra_fields(c, s, a->fields, extra, &extra_count) == -1)
		return -1;
	if (s->dialect->paging == PAGE_START_AT && a->page_token != NULL &&
	    str_int(a->page_token, 0, INT32_MAX, &start_at) == -1)
		return call_fail(c, ERR_INPUT, "page_token is not one that this search gave.");
	q.path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search));
	q.body = request_body(c, s, a, jql, extra, extra_count, start_at);
	if (rest_read(c, s, &q) == -1) {
		const char *hint = c->err.kind == ERR_INPUT ? hint_for(c, s, a->jql, true) : NULL;

		if (hint != NULL)
			call_hint(c, "%s", hint);
		return -1;
	}
	issues = json_get(q.json, "issues");
	if (!yyjson_is_arr(issues))
		return call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of issues.", s->label);
	if (json_len(issues) == 0) {
		const char *hint = hint_for(c, s, a->jql, false);

		out_say(c->out, "No issue matches.%s%s", hint != NULL ? " " : "", hint != NULL ? hint : "");
		return 0;
	}
	view_issue_table(c->out, extra, extra_count);
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		if (!site_fence_allows(s, json_path_str(it.value, "fields.project.key")))
			continue;
		view_issue_row(c, s, it.value, extra, extra_count);
		shown++;
	}
	say_more(c, s, q.json, start_at, shown);
	return 0;
}

TOOL(jira_search,
	.title = "Search issues", .doc = "Find Jira issues by JQL.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .scopes = "read:jira-work",
	ARGS(struct search_args, search_params),
	.example = "{\"jql\":\"project = OPS AND statusCategory != Done ORDER BY updated DESC\",\"limit\":5}",
	.run = search,
);
