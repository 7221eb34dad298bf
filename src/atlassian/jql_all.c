/* A query of ours is put inside of the fence and handed on to atlassian/issues.c, which knows the pages of both deployments. */
#include "atlassian/jql_all.h"

#include "atlassian/issues.h"
#include "query/jql.h"

#include <string.h>

const char *
jql_quoted(struct arena *a, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, 2 * strlen(text) + 3);
	buf_addc(&b, '"');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *p == '\n' || *p == '\r' || *p == '\t' ? ' ' : *p);
	}
	buf_addc(&b, '"');
	out = arena_strndup(a, b.data, b.len);
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

int
jql_all(struct call *c, struct site *s, const char *query, const char *fields, size_t max, struct jql_found *ret)
{
	const char *jql = fenced(c, s, query);
	struct issues list;

	if (jql == NULL || issues_search(c, s, jql, arena_printf(c->arena, "project,%s", fields), 0, max, &list) == -1)
		return -1;
	*ret = (struct jql_found){ .issue = list.v, .count = list.n, .more = list.more };
	return 0;
}
