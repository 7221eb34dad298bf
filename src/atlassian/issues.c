/*
 * Cloud pages by token, so its pages come one after the other, 100 issues each (more when only keys are asked for); it
 * reads named issues by bulkfetch, which, unlike its search, is never behind a write. Data Center says the total with the
 * first page, so the others are asked for at once; it reads named issues by a search for their keys.
 */
#include "atlassian/issues.h"

#include "base/str.h"

#include <string.h>

enum { CLOUD_PAGE = 100, CLOUD_KEYS_PAGE = 5000, DC_PAGE = 500, AGILE_PAGE = 100, BULK = 100, MAX_BODY = 4 * 1024 * 1024 };

static void
write_list(struct call *c, struct jw *w, const char *member, const char *list)
{
	jw_arr_in(w, member);
	for (char **one = str_split(c->arena, list, ",", NULL); *one != NULL; one++)
		jw_s(w, *one);
	jw_end(w);
}

static char *
body_text(struct call *c, struct buf *b)
{
	char *text = NULL;

	if (buf_overflowed(b))
		call_fail(c, ERR_TOO_LARGE, "The query is too long.");
	else
		text = arena_strndup(c->arena, b->data, b->len);
	buf_release(b);
	return text;
}

static char *
search_body(struct call *c, const struct site *s, const char *jql, const char *fields, unsigned flags, int64_t size,
    const char *token, int64_t start)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", size);
	write_list(c, &w, "fields", fields);
	if (s->dialect->paging == PAGE_START_AT) {
		if ((flags & ISSUES_CHANGELOG) != 0)
			write_list(c, &w, "expand", "changelog");
		jw_int(&w, "startAt", start);
	} else if (token != NULL) {
		jw_str(&w, "nextPageToken", token);
	}
	jw_end(&w);
	return body_text(c, &b);
}

static void
take_list(struct call *c, const struct site *s, json *list, size_t max, struct issues *ret)
{
	ret->v = arena_grow(c->arena, ret->v, ret->n * sizeof(json *), (ret->n + json_len(list)) * sizeof(json *));
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *key = json_get_str(it.value, "key"), *project = json_path_str(it.value, "fields.project.key");

		if (project == NULL && key != NULL)
			project = jira_project_of(c->arena, key);
		if (key == NULL || !site_fence_allows(s, project))
			continue;
		if (ret->n == max) {
			ret->more = true;
			return;
		}
		ret->v[ret->n++] = it.value;
	}
}

static void
take(struct call *c, const struct site *s, json *page, size_t max, struct issues *ret)
{
	take_list(c, s, json_get(page, "issues"), max, ret);
}

static int
no_list(struct call *c, const struct site *s)
{
	return call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of issues.", s->label);
}

static int
by_token(struct call *c, struct site *s, const char *jql, const char *fields, size_t max, struct issues *ret)
{
	int64_t size = str_eq(fields, "key") ? CLOUD_KEYS_PAGE : CLOUD_PAGE;
	const char *token = NULL, *before;

	do {
		struct rest_req q = { .method = "POST" };

		q.path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search));
		q.body = search_body(c, s, jql, fields, 0, size < (int64_t)max ? size : (int64_t)max, token, 0);
		if (q.body == NULL || rest_read(c, s, &q) == -1)
			return -1;
		if (!yyjson_is_arr(json_get(q.json, "issues")))
			return no_list(c, s);
		take(c, s, q.json, max, ret);
		before = token;
		token = json_get_bool(q.json, "isLast", false) ? NULL : json_get_str(q.json, "nextPageToken");
		if (token != NULL && (str_eq(token, before) || json_len(json_get(q.json, "issues")) == 0))
			return call_fail(c, ERR_PROTOCOL, "%s gave the same page of results twice.", s->label);
		if (c->progress != NULL)
			c->progress(c, (int64_t)ret->n, 0, "issues read");
	} while (token != NULL && ret->n < max);
	ret->more = ret->more || token != NULL;
	return 0;
}

/* The pages after the first, of which the total is known. page(i) fills a request. */
static int
rest_of_pages(struct call *c, struct site *s, struct rest_req *q, size_t pages, size_t max, struct issues *ret)
{
	if (pages == 0)
		return 0;
	if (rest_all(c, s, q, pages) == -1)
		return -1;
	for (size_t i = 0; i < pages; i++) {
		if (!yyjson_is_arr(json_get(q[i].json, "issues")))
			return no_list(c, s);
		take(c, s, q[i].json, max, ret);
	}
	return 0;
}

static size_t
pages_after(json *first, size_t max)
{
	int64_t size = (int64_t)json_len(json_get(first, "issues")), total = json_get_int(first, "total", size);

	total = total < (int64_t)max ? total : (int64_t)max;
	return size == 0 || total <= size ? 0 : (size_t)((total - 1) / size);
}

static int
by_position(struct call *c, struct site *s, const char *jql, const char *fields, unsigned flags, size_t max, struct issues *ret)
{
	int64_t size = DC_PAGE < max ? DC_PAGE : (int64_t)max;
	struct rest_req first = { .method = "POST" }, *q;
	size_t pages;

	first.path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search));
	first.body = search_body(c, s, jql, fields, flags, size, NULL, 0);
	if (first.body == NULL || rest_read(c, s, &first) == -1)
		return -1;
	if (!yyjson_is_arr(json_get(first.json, "issues")))
		return no_list(c, s);
	ret->total = json_get_int(first.json, "total", -1);
	take(c, s, first.json, max, ret);
	size = (int64_t)json_len(json_get(first.json, "issues"));
	pages = pages_after(first.json, max);
	q = arena_array(c->arena, pages + 1, sizeof(*q));
	for (size_t i = 0; i < pages; i++) {
		q[i] = (struct rest_req){ .method = "POST", .path = first.path };
		q[i].body = search_body(c, s, jql, fields, flags, size, NULL, size * (int64_t)(i + 1));
	}
	if (rest_of_pages(c, s, q, pages, max, ret) == -1)
		return -1;
	ret->more = ret->more || ret->total > (int64_t)max;
	return 0;
}

int
issues_search(struct call *c, struct site *s, const char *jql, const char *fields, unsigned flags, size_t max, struct issues *ret)
{
	*ret = (struct issues){ .total = -1 };
	if (max > ISSUES_MAX)
		max = ISSUES_MAX;
	return s->dialect->paging == PAGE_TOKEN ? by_token(c, s, jql, fields, max, ret) : by_position(c, s, jql, fields, flags, max, ret);
}

/* ---- by key ---- */

static int
missing(struct call *c, const struct site *s, const char *key)
{
	call_fail(c, ERR_NOT_FOUND, "%s: Issue %s does not exist or you do not have permission to see it.", s->label, key);
	call_hint(c, "Check the key or id.");
	c->err.http_status = 404;
	return -1;
}

/* The request for keys[from..to). */
static struct rest_req
bulk_request(struct call *c, struct site *s, const char **keys, size_t from, size_t to, const char *fields, unsigned flags)
{
	struct rest_req q = { .method = "POST" };
	bool cloud = site_is_cloud(s);
	struct buf b, jql;
	struct jw w;

	buf_init(&jql, MAX_BODY);
	buf_adds(&jql, "key in (");
	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	if (cloud)
		jw_arr_in(&w, "issueIdsOrKeys");
	for (size_t i = from; i < to; i++) {
		if (cloud)
			jw_s(&w, keys[i]);
		buf_addf(&jql, "%s%s", i > from ? ", " : "", keys[i]);
	}
	buf_addc(&jql, ')');
	if (cloud) {
		jw_end(&w);
	} else {
		jw_str(&w, "jql", jql.data);
		jw_int(&w, "maxResults", (int64_t)(to - from));
		if ((flags & ISSUES_CHANGELOG) != 0)
			write_list(c, &w, "expand", "changelog");
	}
	write_list(c, &w, "fields", fields);
	jw_end(&w);
	buf_release(&jql);
	q.body = body_text(c, &b);
	q.path = rest_path(c, s, cloud ? "{api}/issue/bulkfetch" : "{api}/search");
	return q;
}

static json *
find_key(const struct rest_req *q, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++) {
		for (struct json_iter it = json_iter(json_get(q[i].json, "issues")); json_next(&it);) {
			if (str_eq(json_get_str(it.value, "key"), key) || str_eq(json_get_str(it.value, "id"), key))
				return it.value;
		}
	}
	return NULL;
}

int
issues_read(struct call *c, struct site *s, char **keys, const char *fields, unsigned flags, struct issues *ret)
{
	const char **key = arena_array(c->arena, ISSUES_MAX_KEYS, sizeof(*key));
	struct rest_req *q;
	size_t n = 0, requests;

	*ret = (struct issues){ .total = -1 };
	for (; keys != NULL && *keys != NULL; keys++) {
		const char *k = jira_issue_key(c, s, *keys);
		bool seen = false;

		if (k == NULL)
			return -1;
		for (size_t i = 0; i < n && !seen; i++)
			seen = str_eq(key[i], k);
		if (seen)
			continue;
		if (n == ISSUES_MAX_KEYS)
			return call_fail(c, ERR_INPUT, "At most %d issues at once.", ISSUES_MAX_KEYS);
		key[n++] = k;
	}
	if (n == 0)
		return call_fail(c, ERR_INPUT, "Name at least one issue.");
	requests = (n + BULK - 1) / BULK;
	q = arena_array(c->arena, requests, sizeof(*q));
	fields = arena_printf(c->arena, "project%s%s", *fields != '\0' ? "," : "", fields);
	for (size_t i = 0; i < requests; i++) {
		q[i] = bulk_request(c, s, key, i * BULK, i + 1 < requests ? (i + 1) * BULK : n, fields, flags);
		if (q[i].body == NULL)
			return -1;
	}
	if (rest_all(c, s, q, requests) == -1)
		return -1;
	ret->v = arena_array(c->arena, n, sizeof(*ret->v));
	for (size_t i = 0; i < n; i++) {
		json *issue = find_key(q, requests, key[i]);

		if (issue == NULL && n == 1)	/* it was moved: the site knows the old key, and answers with the new one */
			issue = json_at(json_get(q[0].json, "issues"), 0);
		if (issue == NULL || !site_fence_allows(s, json_path_str(issue, "fields.project.key")))
			return missing(c, s, key[i]);
		ret->v[ret->n++] = issue;
	}
	ret->total = (int64_t)n;
	return 0;
}

int
issues_count(struct call *c, struct site *s, const char *jql, int64_t *ret)
{
	struct rest_req q = { .method = "POST" };
	bool cloud = site_is_cloud(s);
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	if (!cloud) {
		jw_int(&w, "maxResults", 0);
		write_list(c, &w, "fields", "key");
	}
	jw_end(&w);
	q.body = body_text(c, &b);
	q.path = rest_path(c, s, cloud ? "{api}/search/approximate-count" : "{api}/search");
	if (q.body == NULL || rest_read(c, s, &q) == -1)
		return -1;
	*ret = json_get_int(q.json, cloud ? "count" : "total", -1);
	return *ret >= 0 ? 0 : call_fail(c, ERR_PROTOCOL, "%s answered without a count.", s->label);
}

/* ---- lists of the agile API ---- */

static char *
agile_path(struct call *c, const struct site *s, const struct agile_page *p, int64_t at)
{
	bool cloud = site_is_cloud(s);

	return rest_query(c, rest_path(c, s, arena_printf(c->arena, "/rest/%s/1.0/%s", cloud ? "software" : "agile", p->path)),
	    "startAt", !cloud && at > 0 ? arena_printf(c->arena, "%lld", (long long)at) : NULL,
	    "nextPageToken", cloud ? p->token : NULL, "maxResults", arena_printf(c->arena, "%lld", (long long)p->size), "jql", p->jql,
	    "fields", p->fields, "expand", (p->flags & ISSUES_CHANGELOG) != 0 && !cloud ? "changelog" : NULL, NULL);
}

int
issues_page(struct call *c, struct site *s, struct agile_page *p)
{
	const char *before = p->token;
	json *page;

	if (rest_get(c, s, agile_path(c, s, p, p->at), &page) == -1)
		return -1;
	p->issues = json_get(page, "issues");
	if (!yyjson_is_arr(p->issues))
		return no_list(c, s);
	p->total = json_get_int(page, "total", -1);
	if (site_is_cloud(s)) {
		p->token = json_get_bool(page, "isLast", false) ? NULL : json_get_str(page, "nextPageToken");
		p->last = p->token == NULL;
		if (p->token != NULL && str_eq(p->token, before))
			return call_fail(c, ERR_PROTOCOL, "%s gave the same page of issues twice.", s->label);
	} else {
		p->at += (int64_t)json_len(p->issues);
		p->last = json_len(p->issues) == 0 || p->at >= p->total;
	}
	return 0;
}

int
issues_of_agile(struct call *c, struct site *s, const char *path, const char *jql, const char *fields, unsigned flags, size_t max,
    struct issues *ret)
{
	struct agile_page p = { .path = path, .jql = jql, .fields = fields, .flags = flags };
	struct rest_req *q;
	size_t pages;

	*ret = (struct issues){ .total = -1 };
	p.size = AGILE_PAGE < max ? AGILE_PAGE : (int64_t)max;
	do {
		if (issues_page(c, s, &p) == -1)
			return -1;
		take_list(c, s, p.issues, max, ret);
	} while (site_is_cloud(s) && !p.last && ret->n < max);
	ret->total = p.total;
	ret->more = ret->more || (!p.last && ret->n >= max);
	if (site_is_cloud(s) || p.last || ret->more)
		return 0;
	p.size = p.at;		/* what the site gave, which may be less than was asked for */
	pages = (size_t)(((p.total < (int64_t)max ? p.total : (int64_t)max) - 1) / p.size);
	q = arena_array(c->arena, pages + 1, sizeof(*q));
	for (size_t i = 0; i < pages; i++)
		q[i].path = agile_path(c, s, &p, p.size * (int64_t)(i + 1));
	if (rest_of_pages(c, s, q, pages, max, ret) == -1)
		return -1;
	ret->more = ret->more || ret->total > (int64_t)max;
	return 0;
}
