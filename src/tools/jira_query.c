/*
 * Parsed once; what does not parse, or would surely be refused, is replaced by what was certainly meant. Then the fence
 * and the narrower projects_filter are put around the tree.
 */
#include "tools/jira_query.h"

#include "base/str.h"
#include "query/jql.h"
#include "tools/out.h"

#include <string.h>

const char *
jira_query_hint(struct call *c, struct site *s, const char *text, bool ask)
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

int
jira_query_refused(struct call *c, struct site *s, const char *text)
{
	const char *hint = c->err.kind == ERR_INPUT ? jira_query_hint(c, s, text, true) : NULL;

	if (hint != NULL)
		call_hint(c, "%s", hint);
	return -1;
}

static struct jql *
parsed(struct call *c, const char **text)
{
	const char *notes = NULL, *repaired = jql_repaired(c->arena, *text, strlen(*text), &notes), *hint;
	struct jql *q = jql_parse(c->arena, *text, strlen(*text), &c->err);

	if (repaired != NULL) {
		struct err none;
		struct jql *better;

		err_init(&none, c->arena);
		better = jql_parse(c->arena, repaired, strlen(repaired), &none);
		if (better != NULL) {
			err_clear(&c->err);
			out_say(c->out, "Asked for: %s (%s)", repaired, notes);
			*text = repaired;
			return better;
		}
	}
	if (q == NULL) {
		err_context(&c->err, "The JQL is not valid");
		hint = jql_hint(c->arena, *text, strlen(*text), NULL);
		if (hint != NULL)
			call_hint(c, "%s", hint);
	}
	return q;
}

/* The keys of projects that are inside the fence. */
static size_t
narrowed(struct call *c, const struct site *s, const char *projects, const char ***ret)
{
	size_t n = 0, kept = 0;
	char **list = str_split(c->arena, projects, ",", &n);

	*ret = arena_array(c->arena, n + 1, sizeof(**ret));
	for (size_t i = 0; i < n; i++) {
		if (site_fence_allows(s, list[i]))
			(*ret)[kept++] = list[i];
	}
	return kept;
}

const char *
jira_query(struct call *c, const struct site *s, const char *text, const char *projects)
{
	struct jql *q = parsed(c, &text);
	char *const *fence = s->config->filter;
	const char **f;
	size_t n = 0;
	char *out;

	if (q == NULL)
		return NULL;
	if (!str_blank(projects)) {
		n = narrowed(c, s, projects, &f);
		if (n == 0) {
			call_fail(c, ERR_INPUT, "projects_filter names no project that this server may see.");
			return NULL;
		}
	} else if (fence == NULL) {
		if (site_is_cloud(s) && !jql_bounded(q)) {
			call_fail(c, ERR_INPUT, "Jira Cloud refuses a query without a condition.");
			call_hint(c, "Add one, e.g. updated >= -30d, or project = KEY.");
			return NULL;
		}
		return arena_strdup(c->arena, text);
	} else {
		while (fence[n] != NULL)
			n++;
		f = arena_array(c->arena, n, sizeof(*f));
		for (size_t i = 0; i < n; i++)
			f[i] = fence[i];
	}
	out = jql_fence(c->arena, q, "project", f, n);
	if (out == NULL)
		call_fail(c, ERR_INPUT, "The JQL is too long to be searched within the allowed projects.");
	return out;
}
