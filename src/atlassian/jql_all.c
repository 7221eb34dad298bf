/* Cloud's pages hang on a token, Data Center's on a position; each is asked for when the one before is there. */
#include "atlassian/jql_all.h"

#include "base/str.h"
#include "query/jql.h"

#include <string.h>

enum { PAGE = 100, MAX_QUERY = 64 * 1024 };

const char *
jql_quoted(struct arena *a, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, MAX_QUERY);
	buf_addc(&b, '"');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *p);
	}
	buf_addc(&b, '"');
	out = arena_strdup(a, b.data);
	buf_release(&b);
	return out;
}

static const char *
fenced(struct call *c, const struct site *s, const char *jql)
{
	char **f = s->config->filter;
	struct jql *q;
	size_t n = 0;

	if (f == NULL)
		return jql;
	while (f[n] != NULL)
		n++;
	q = jql_parse(c->arena, jql, strlen(jql), &c->err);
	jql = q == NULL ? NULL : jql_fence(c->arena, q, "project", (const char *const *)f, n);
	if (jql == NULL && !err_is_set(&c->err))
		call_fail(c, ERR_INPUT, "The query is too long to be searched within the allowed projects.");
	return jql;
}

static const char *
body_of(struct call *c, const struct site *s, const char *jql, const char *fields, size_t max, size_t start, const char *token)
{
	char **field = str_split(c->arena, fields, ",", NULL);
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 2 * MAX_QUERY);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", (int64_t)(max < PAGE ? max : PAGE));
	jw_arr_in(&w, "fields");
	jw_s(&w, "project");
	for (; *field != NULL; field++)
		jw_s(&w, *field);
	jw_end(&w);
	if (s->dialect->paging == PAGE_START_AT)
		jw_int(&w, "startAt", (int64_t)start);
	else if (token != NULL)
		jw_str(&w, "nextPageToken", token);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

int
jql_all(struct call *c, struct site *s, const char *query, const char *fields, size_t max, struct jql_found *ret)
{
	const char *jql = fenced(c, s, query), *token = NULL;
	struct jql_found found = { .issue = arena_array(c->arena, max, sizeof(*found.issue)) };
	size_t start = 0, page;
	json *issues;

	if (jql == NULL)
		return -1;
	do {
		struct rest_req q = { .method = "POST", .path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search)),
			.body = body_of(c, s, jql, fields, max - start, start, token) };

		if (rest_read(c, s, &q) == -1)
			return -1;
		issues = json_get(q.json, "issues");
		if (!yyjson_is_arr(issues))
			return call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of issues.", s->label);
		page = json_len(issues);
		for (struct json_iter it = json_iter(issues); json_next(&it) && found.count < max;) {
			if (json_get_str(it.value, "key") != NULL && site_fence_allows(s, json_path_str(it.value, "fields.project.key")))
				found.issue[found.count++] = it.value;
		}
		start += page;
		token = json_get_str(q.json, "nextPageToken");
		found.more = s->dialect->paging == PAGE_TOKEN ? token != NULL && !json_get_bool(q.json, "isLast", false)
		    : (int64_t)start < json_get_int(q.json, "total", 0);
	} while (found.more && page > 0 && start < max);
	*ret = found;
	return 0;
}
