/*
 * jira_search: JQL -> one request -> a table. The fence is AND-ed into the query and
 * checked again on every issue that comes back. Cloud pages by an opaque token, Data
 * Center by position; both are one argument here, page_token. A limit beyond one page
 * takes further pages, until the answer's budget is used up.
 */
#include "atlassian/issues.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_query.h"
#include "tools/jira_view.h"

#include <string.h>

enum { PAGE = 100, ROW_BYTES = 90 };

struct search_args {
	const char *jql, *page_token, *projects_filter, *expand, *mode;
	char **fields;
	int64_t limit, start_at;
	bool total;
};

static const struct param search_params[] = {
	P_STR(struct search_args, jql, P_REQUIRED, .max_len = 20000, .doc = "e.g. project = OPS AND statusCategory != Done"),
	P_INT(struct search_args, limit, 0, .min = 0, .max = 5000, .dflt = 50, .aliases = "max_results,maxResults", .doc = NULL),
	P_LIST(struct search_args, fields, 0, .doc = "Extra columns, by name"),
	P_STR(struct search_args, page_token, 0, .aliases = "nextPageToken,cursor", .doc = NULL),
	P_INT(struct search_args, start_at, P_HIDDEN, .min = 0, .max = 1000000, .aliases = "startAt"),
	P_BOOL(struct search_args, total, P_MORE, .doc = NULL),
	P_STR(struct search_args, projects_filter, P_HIDDEN, .aliases = "projects"),
	P_STR(struct search_args, expand, P_HIDDEN, .aliases = "view,responseContentFormat"),
	{ .name = "use_display_names", .type = PARAM_STRING, .offset = offsetof(struct search_args, expand), .flags = P_HIDDEN },
	{ .name = "searchResultMode", .type = PARAM_ENUM, .offset = offsetof(struct search_args, mode), .flags = P_HIDDEN,
	    .values = "issues,count,all" },
	P_END
};

static char *
request_body(struct call *c, const struct site *s, const char *jql, const char *fields, int64_t size, const char *token, int64_t start_at)
{
	char **base = str_split(c->arena, fields, ",", NULL), *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 256 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", size);
	jw_arr_in(&w, "fields");
	for (; *base != NULL; base++)
		jw_s(&w, *base);
	jw_end(&w);
	if (s->dialect->paging == PAGE_START_AT)
		jw_int(&w, "startAt", start_at);
	else if (token != NULL)
		jw_str(&w, "nextPageToken", token);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

struct paging {
	const char *jql, *fields;	/* as sent */
	const char *token;		/* Cloud: of the page to come; NULL: the first */
	int64_t at;			/* Data Center: its position */
	bool last;
	int64_t total;			/* -1: not known */
	size_t shown, bytes;
};

/* The next page; on failure the hint of what was meant is in the error. */
static int
read_page(struct call *c, struct site *s, struct paging *p, const char *fields, int64_t size, const char *asked, json **ret)
{
	struct rest_req q = { .method = "POST" };
	json *issues;

	q.path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search));
	q.body = request_body(c, s, p->jql, fields, size, p->token, p->at);
	if (rest_read(c, s, &q) == -1)
		return jira_query_refused(c, s, asked);
	issues = json_get(q.json, "issues");
	if (!yyjson_is_arr(issues))
		return call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of issues.", s->label);
	if (s->dialect->paging == PAGE_TOKEN) {
		p->token = json_get_bool(q.json, "isLast", false) ? NULL : json_get_str(q.json, "nextPageToken");
		p->last = p->token == NULL;
	} else {
		p->at += (int64_t)json_len(issues);
		p->total = json_get_int(q.json, "total", -1);
		p->last = p->at >= p->total || json_len(issues) == 0;
	}
	*ret = issues;
	return 0;
}

/* Cloud counts on the side, and roughly. */
static int
say_total(struct call *c, struct site *s, struct paging *p, const char *asked)
{
	if (p->total == -1 && issues_count(c, s, p->jql, &p->total) == -1)
		return jira_query_refused(c, s, asked);
	out_say(c->out, "%lld issue%s match%s.", (long long)p->total, p->total == 1 ? "" : "s", p->total == 1 ? "es" : "");
	return 0;
}

static void
show_page(struct call *c, const struct site *s, struct paging *p, json *issues, const struct field *const *extra, size_t extra_count)
{
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		const char *summary = json_path_str(it.value, "fields.summary");

		if (!site_fence_allows(s, json_path_str(it.value, "fields.project.key")))
			continue;
		view_issue_row(c, s, it.value, extra, extra_count);
		p->shown++;
		p->bytes += ROW_BYTES + (summary != NULL ? strlen(summary) : 0) + 20 * extra_count;
	}
}

static void
say_more(struct call *c, const struct site *s, const struct paging *p)
{
	const char *of = p->total >= 0 ? arena_printf(c->arena, "(%zu of %lld shown)", p->shown, (long long)p->total) : NULL;

	if (!p->last)
		out_more(c->out, "page_token", s->dialect->paging == PAGE_TOKEN ? p->token :
		    arena_printf(c->arena, "%lld", (long long)p->at), of);
}

/* A position on a site that pages by token: the keys before it are read and dropped. */
static int
skip(struct call *c, struct site *s, struct paging *p, int64_t n, const char *asked)
{
	json *issues;

	while (n > 0 && !p->last) {
		if (read_page(c, s, p, "key", n < 5000 ? n : 5000, asked, &issues) == -1)
			return -1;
		n -= (int64_t)json_len(issues);
	}
	return 0;
}

static int
show_pages(struct call *c, struct site *s, struct paging *p, const struct search_args *a, const struct field *const *extra, size_t extra_count)
{
	int64_t left = a->limit;
	json *issues;

	do {
		if (read_page(c, s, p, p->fields, left < PAGE ? left : PAGE, a->jql, &issues) == -1)
			return -1;
		if (left == a->limit && json_len(issues) == 0) {
			const char *hint = jira_query_hint(c, s, a->jql, false);

			out_say(c->out, "No issue matches.%s%s", hint != NULL ? " " : "", hint != NULL ? hint : "");
			return 0;
		}
		if (left == a->limit && (a->total || str_eq(a->mode, "all")) && say_total(c, s, p, a->jql) == -1)
			return -1;
		if (left == a->limit)
			view_issue_table(c->out, extra, extra_count);
		show_page(c, s, p, issues, extra, extra_count);
		left -= (int64_t)json_len(issues);
		if (c->progress != NULL)
			c->progress(c, a->limit - left, a->limit, "issues read");
	} while (left > 0 && !p->last && p->bytes + (size_t)(left < PAGE ? left : PAGE) * ROW_BYTES < out_budget(c->out));
	say_more(c, s, p);
	return 0;
}

static int
search(struct call *c, const void *v)
{
	const struct search_args *a = v;
	struct site *s = app_site(c, JIRA);
	const struct field *extra[VIEW_MAX_EXTRA];
	struct paging p = { .total = -1, .token = a->page_token, .at = a->start_at };
	size_t extra_count;

	if (s == NULL || (p.jql = jira_query(c, s, a->jql, a->projects_filter)) == NULL ||
	    view_extra_fields(c, s, a->fields, extra, &extra_count) == -1)
		return -1;
	if (a->limit == 0 || str_eq(a->mode, "count"))
		return say_total(c, s, &p, a->jql);
	p.fields = jira_list_fields;
	for (size_t i = 0; i < extra_count; i++)
		p.fields = arena_printf(c->arena, "%s,%s", p.fields, extra[i]->id);
	if (s->dialect->paging == PAGE_START_AT && a->page_token != NULL &&
	    str_int(a->page_token, 0, INT32_MAX, &p.at) == -1)
		return call_fail(c, ERR_INPUT, "page_token is not one that this search gave.");
	if (s->dialect->paging == PAGE_TOKEN && a->page_token == NULL && skip(c, s, &p, a->start_at, a->jql) == -1)
		return -1;
	return p.last ? (out_say(c->out, "No issue matches beyond %lld.", (long long)a->start_at), 0) :
	    show_pages(c, s, &p, a, extra, extra_count);
}

TOOL(jira_search,
	.title = "Search issues", .doc = "Find Jira issues by JQL.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .scopes = "read:jira-work",
	ARGS(struct search_args, search_params),
	.example = "{\"jql\":\"project = OPS AND statusCategory != Done ORDER BY updated DESC\",\"limit\":5}",
	.run = search,
);
