/* The public face of CQL, on the code that JQL and CQL share. */
#include "query/cql.h"

#include "query/hint.h"
#include "query/parse.h"
#include "query/plan.h"
#include "query/print.h"

struct cql *
cql_parse_at(struct arena *a, const char *text, size_t len, struct query_fault *ret_fault, struct err *e)
{
	struct cql *c = arena_alloc(a, sizeof(*c));

	return query_parse(a, QUERY_CQL, text, len, &c->q, ret_fault, e) == -1 ? NULL : c;
}

struct cql *
cql_parse(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct query_fault fault;

	return cql_parse_at(a, text, len, &fault, e);
}

void
cql_print(const struct cql *c, struct buf *out)
{
	query_print(&c->q, out);
}

bool
cql_equal(const struct cql *a, const struct cql *b)
{
	return query_equal(&a->q, &b->q);
}

char *
cql_fence(struct arena *a, const struct cql *user, const char *field, const char *const *values, size_t n)
{
	return query_fence(a, QUERY_CQL, user != NULL ? &user->q : NULL, field, values, n);
}

char *
cql_fence_with(struct arena *a, const struct cql *user, const struct cql *fence)
{
	static const struct query none = { .lang = QUERY_CQL };

	return fence->q.where == NULL ? NULL : query_fence_with(a, user != NULL ? &user->q : &none, fence->q.where);
}

bool
cql_bounded(const struct cql *c)
{
	return c->q.where != NULL;
}

const char *
cql_hint(struct arena *a, const char *text, size_t len, const struct query_names *known)
{
	return query_hint(a, QUERY_CQL, text, len, known);
}

struct jql_plan *
cql_plan(struct arena *a, const struct cql *c, const struct jql_source *s, int64_t now_ms, struct err *e)
{
	return query_plan(a, &c->q, s, now_ms, e);
}
