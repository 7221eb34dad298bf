/* The public face of JQL: each function hands on to the code that JQL and CQL share. */
#include "query/jql.h"

#include "query/hint.h"
#include "query/parse.h"
#include "query/print.h"

struct jql *
jql_parse_at(struct arena *a, const char *text, size_t len, struct query_fault *ret_fault, struct err *e)
{
	struct jql *j = arena_alloc(a, sizeof(*j));

	return query_parse(a, QUERY_JQL, text, len, &j->q, ret_fault, e) == -1 ? NULL : j;
}

struct jql *
jql_parse(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct query_fault fault;

	return jql_parse_at(a, text, len, &fault, e);
}

void
jql_print(const struct jql *j, struct buf *out)
{
	query_print(&j->q, out);
}

bool
jql_equal(const struct jql *a, const struct jql *b)
{
	return query_equal(&a->q, &b->q);
}

char *
jql_fence(struct arena *a, const struct jql *user, const char *field, const char *const *values, size_t n)
{
	return query_fence(a, QUERY_JQL, user != NULL ? &user->q : NULL, field, values, n);
}

char *
jql_fence_with(struct arena *a, const struct jql *user, const struct jql *fence)
{
	static const struct query none = { .lang = QUERY_JQL };

	return fence->q.where == NULL ? NULL : query_fence_with(a, user != NULL ? &user->q : &none, fence->q.where);
}

bool
jql_within(const struct jql *j, const char *field, const char *const *values, size_t n)
{
	return query_within(&j->q, field, values, n);
}

bool
jql_bounded(const struct jql *j)
{
	return j->q.where != NULL;
}

const char *
jql_hint(struct arena *a, const char *text, size_t len, const struct query_names *known)
{
	return query_hint(a, QUERY_JQL, text, len, known);
}

const char *
jql_repaired(struct arena *a, const char *text, size_t len, const char **ret_notes)
{
	return query_repaired(a, QUERY_JQL, text, len, ret_notes);
}
