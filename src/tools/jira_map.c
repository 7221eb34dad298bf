/*
 * Maps: what of a project hangs on other projects, and how its epics stand under their parents. Links come with the issues,
 * so the first is one search; the second asks for epics, then for their children all at once.
 */
#include "atlassian/cache.h"
#include "atlassian/fields.h"
#include "atlassian/issues.h"
#include "atlassian/jql_all.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_query.h"

#include <string.h>

enum { MAX_NODES = 20000, MAX_CYCLES = 10, MAX_KIDS = 5000, MAX_DEPTH = 50 };

/* ---- a directed graph of issue keys ---- */

struct node {
	const char *key;
	size_t *to, to_count;
	int mark;			/* 0 not seen, 1 on the way, 2 done */
	size_t parent;
};

struct graph {
	struct node *v;
	size_t n;
};

static size_t
node_of(struct arena *a, struct graph *g, const char *key)
{
	for (size_t i = 0; i < g->n; i++) {
		if (str_eq(g->v[i].key, key))
			return i;
	}
	if ((g->n & (g->n - 1)) == 0)
		g->v = arena_grow(a, g->v, g->n * sizeof(*g->v), (g->n == 0 ? 1 : 2 * g->n) * sizeof(*g->v));
	g->v[g->n] = (struct node){ .key = key };
	return g->n++;
}

static void
edge(struct arena *a, struct graph *g, const char *from, const char *to)
{
	size_t x = node_of(a, g, from), y = node_of(a, g, to);
	struct node *node = &g->v[x];

	for (size_t i = 0; i < node->to_count; i++) {
		if (node->to[i] == y)
			return;
	}
	node->to = arena_grow(a, node->to, node->to_count * sizeof(size_t), (node->to_count + 1) * sizeof(size_t));
	node->to[node->to_count++] = y;
}

/* "A -> B -> A", from the place where the way meets itself. */
static const char *
way(struct arena *a, const struct graph *g, size_t end, size_t start)
{
	const char *text = g->v[start].key;

	for (size_t i = end, n = 0; i != start && n < MAX_DEPTH; i = g->v[i].parent, n++)
		text = arena_printf(a, "%s -> %s", g->v[i].key, text);
	return arena_printf(a, "%s -> %s", g->v[start].key, text);
}

/* Depth first, without recursion: the way back is in the nodes. */
static size_t
find_cycles(struct arena *a, struct graph *g, const char **ret)
{
	size_t *next = arena_array(a, g->n + 1, sizeof(*next)), found = 0;

	for (size_t root = 0; root < g->n; root++) {
		size_t at = root;

		if (g->v[root].mark != 0)
			continue;
		g->v[root].mark = 1;
		g->v[root].parent = root;
		for (;;) {
			if (next[at] == g->v[at].to_count) {
				g->v[at].mark = 2;
				if (at == root)
					break;
				at = g->v[at].parent;
				continue;
			}
			size_t to = g->v[at].to[next[at]++];

			if (g->v[to].mark == 1 && found < MAX_CYCLES)
				ret[found++] = way(a, g, at, to);
			if (g->v[to].mark != 0)
				continue;
			g->v[to].mark = 1;
			g->v[to].parent = at;
			at = to;
		}
	}
	return found;
}

static void
say_cycles(struct call *c, struct graph *g)
{
	const char *cycle[MAX_CYCLES];
	size_t n = find_cycles(c->arena, g, cycle);

	for (size_t i = 0; i < n; i++)
		out_say(c->out, "Cycle: %s", cycle[i]);
}

/* ---- jira_get_cross_project_dependencies ---- */

struct links_args {
	const char *project_key, *jql;
	int64_t max_issues;
	bool within;
};

static const struct param links_params[] = {
	P_STR(struct links_args, project_key, P_REQUIRED, .aliases = "projectKey,project"),
	P_STR(struct links_args, jql, 0, .max_len = 20000),
	P_BOOL(struct links_args, within, 0, .doc = "Also inside it"),
	P_INT(struct links_args, max_issues, P_HIDDEN, .min = 1, .max = 5000, .dflt = 1000, .aliases = "limit"),
	P_END
};

static void
link_row(struct call *c, const char *key, json *link, json *other, bool outward)
{
	const char *verb = json_path_str(link, outward ? "type.outward" : "type.inward");

	out_row(c->out, key, verb != NULL ? verb : "relates to", json_get_str(other, "key"), json_path_str(other, "fields.status.name"),
	    json_path_str(other, "fields.summary"));
}

static int
get_dependencies(struct call *c, const void *v)
{
	const struct links_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct graph g = { 0 };
	struct issues list;
	const char *jql;
	size_t rows = 0;

	if (s == NULL)
		return -1;
	jql = arena_printf(c->arena, "project = %s%s%s%s", jql_quoted(c->arena, a->project_key), a->jql != NULL ? " AND (" : "",
	    a->jql != NULL ? a->jql : "", a->jql != NULL ? ")" : "");
	if ((jql = jira_query(c, s, jql, NULL)) == NULL ||
	    issues_search(c, s, jql, "issuelinks,status,project", 0, (size_t)a->max_issues, &list) == -1)
		return -1;
	for (int pass = 0; pass < 2; pass++) {	/* first whether there are any, for the table's head */
		if (pass == 1 && rows > 0)
			out_table(c->out, "links", "Key", "Link", "Other", "Status", "Summary", NULL);
		for (size_t i = 0; i < list.n && (pass == 0 || rows > 0); i++) {
			const char *key = json_get_str(list.v[i], "key"), *project = jira_project_of(c->arena, key);

			for (struct json_iter it = json_iter(json_path(list.v[i], "fields.issuelinks")); json_next(&it);) {
				bool outward = json_get(it.value, "outwardIssue") != NULL, causal;
				json *other = json_get(it.value, outward ? "outwardIssue" : "inwardIssue");
				const char *other_key = json_get_str(other, "key"), *verb = json_path_str(it.value, "type.outward");
				const char *other_project = other_key == NULL ? NULL : jira_project_of(c->arena, other_key);

				if (other_project == NULL || !site_fence_allows(s, other_project))
					continue;
				causal = verb != NULL && (str_istarts(verb, "block") || str_istarts(verb, "cause") || str_istarts(verb, "has to be done before"));
				if (pass == 0 && causal)
					edge(c->arena, &g, outward ? key : other_key, outward ? other_key : key);
				if (str_eq(project, other_project) && !a->within)
					continue;
				if (pass == 0)
					rows++;
				else
					link_row(c, key, it.value, other, outward);
			}
		}
	}
	if (rows == 0)
		out_say(c->out, "No link of %s leads to another project (%zu issue%s looked at%s).", a->project_key, list.n, list.n == 1 ? "" : "s",
		    list.more ? ", there are more" : "");
	else if (list.more)
		out_say(c->out, "Only the first %zu issues were looked at.", list.n);
	say_cycles(c, &g);
	return 0;
}

TOOL(jira_get_cross_project_dependencies,
	.title = "Dependencies", .doc = "A project's links to other projects; cycles of blockers.",
	.toolset = "jira_project_analysis", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct links_args, links_params), .example = "{\"project_key\":\"SHOP\"}", .run = get_dependencies,
);

/* ---- jira_get_project_epic_hierarchy ---- */

struct epics_args {
	const char *project_key;
	int64_t max_epics;
};

static const struct param epics_params[] = {
	P_STR(struct epics_args, project_key, P_REQUIRED, .aliases = "projectKey,project"),
	P_INT(struct epics_args, max_epics, P_HIDDEN, .min = 1, .max = 1000, .dflt = 200, .aliases = "limit"),
	P_END
};

/* The types one level above the standard ones: Cloud states levels, else it is the one called Epic. */
static int
epic_types(struct call *c, struct site *s, const char **ret)
{
	const char *ids = NULL;
	json *types;

	*ret = "Epic";
	if (!site_is_cloud(s))
		return 0;
	if (rest_cached(c, s, rest_path(c, s, "{api}/issuetype"), CACHED_METADATA_S, &types) == -1)
		return -1;
	for (struct json_iter it = json_iter(types); json_next(&it);) {
		if (json_get_int(it.value, "hierarchyLevel", 0) == 1)
			ids = ids == NULL ? json_get_str(it.value, "id") : arena_printf(c->arena, "%s, %s", ids, json_get_str(it.value, "id"));
	}
	*ret = ids != NULL ? ids : *ret;
	return 0;
}

struct epic {
	const char *key, *summary, *status, *parent;	/* parent: key; NULL: none */
	json *parent_issue;
	size_t kids, done;
};

struct fields_used {
	const struct field *epic_link, *parent_link;	/* Data Center; NULL: none */
	const char *parent, *up;	/* the field that names an issue's epic, and an epic's parent */
};

static const char *
key_in(json *issue, const char *field)
{
	json *v = json_get(json_get(issue, "fields"), field);

	return json_str(v) != NULL ? json_str(v) : json_get_str(v, "key") != NULL ? json_get_str(v, "key") : json_path_str(v, "data.key");
}

static int
find_fields(struct call *c, struct site *s, struct fields_used *u)
{
	*u = (struct fields_used){ .parent = "parent", .up = "parent" };
	if (site_is_cloud(s))
		return 0;
	if (fields_find_custom(c, s, "gh-epic-link", &u->epic_link) == -1 ||
	    fields_find_custom(c, s, "jpo-custom-field-parent", &u->parent_link) == -1)
		return -1;
	if (u->epic_link == NULL)
		return call_fail(c, ERR_NOT_FOUND, "%s has no epics.", s->label);
	u->parent = u->epic_link->id;
	u->up = u->parent_link != NULL ? u->parent_link->id : "parent";
	return 0;
}

static int
count_kids(struct call *c, struct site *s, const struct fields_used *u, struct epic *e, size_t n)
{
	const char *keys = NULL, *jql;
	struct issues list;

	for (size_t i = 0; i < n; i++)
		keys = arena_printf(c->arena, "%s%s%s", keys != NULL ? keys : "", keys != NULL ? ", " : "", e[i].key);
	jql = u->epic_link != NULL ? arena_printf(c->arena, "%s in (%s)", jql_quoted(c->arena, u->epic_link->name), keys) :
	    arena_printf(c->arena, "parent in (%s)", keys);
	if ((jql = jira_query(c, s, jql, NULL)) == NULL || issues_search(c, s, jql, arena_printf(c->arena, "status,project,%s", u->parent), 0,
	    MAX_KIDS, &list) == -1)
		return -1;
	for (size_t i = 0; i < list.n; i++) {
		const char *key = key_in(list.v[i], u->parent);

		for (size_t k = 0; k < n; k++) {
			if (!str_eq(e[k].key, key))
				continue;
			e[k].kids++;
			e[k].done += str_eq(json_path_str(list.v[i], "fields.status.statusCategory.key"), "done");
			break;
		}
	}
	if (list.more)
		out_say(c->out, "Only the first %d children were counted.", MAX_KIDS);
	return 0;
}

static void
write_epics(struct call *c, const struct site *s, const struct epic *e, size_t n, struct buf *b)
{
	for (size_t i = 0; i < n; i++) {	/* under each parent its epics; first come the parents */
		const char *parent = e[i].parent != NULL && site_fence_allows(s, jira_project_of(c->arena, e[i].parent)) ? e[i].parent : NULL;
		bool told = false;

		for (size_t k = 0; k < i && !told; k++)
			told = str_eq(e[k].parent, e[i].parent);
		if (told)
			continue;
		if (parent != NULL) {
			const char *summary = json_path_str(e[i].parent_issue, "fields.summary"), *status = json_path_str(e[i].parent_issue, "fields.status.name");

			buf_addf(b, "- %s %s%s%s%s\n", parent, summary != NULL ? summary : "", status != NULL ? " (" : "", status != NULL ? status : "",
			    status != NULL ? ")" : "");
		} else {
			buf_adds(b, "- no parent\n");
		}
		for (size_t k = i; k < n; k++) {
			if (str_eq(e[k].parent, e[i].parent))
				buf_addf(b, "  - %s %s (%s), %zu of %zu done\n", e[k].key, e[k].summary, e[k].status, e[k].done, e[k].kids);
		}
	}
}

static int
get_hierarchy(struct call *c, const void *v)
{
	const struct epics_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct fields_used u;
	struct graph g = { 0 };
	struct issues list;
	const char *types, *jql;
	struct epic *e;
	struct buf b;

	if (s == NULL || find_fields(c, s, &u) == -1 || epic_types(c, s, &types) == -1)
		return -1;
	jql = arena_printf(c->arena, "project = %s AND issuetype in (%s) ORDER BY key", jql_quoted(c->arena, a->project_key), types);
	if ((jql = jira_query(c, s, jql, NULL)) == NULL || issues_search(c, s, jql, arena_printf(c->arena, "summary,status,project,%s", u.up), 0,
	    (size_t)a->max_epics, &list) == -1)
		return -1;
	if (list.n == 0) {
		out_say(c->out, "%s has no epics.", a->project_key);
		return 0;
	}
	e = arena_array(c->arena, list.n, sizeof(*e));
	for (size_t i = 0; i < list.n; i++) {
		e[i] = (struct epic){ .key = json_get_str(list.v[i], "key"), .summary = json_path_str(list.v[i], "fields.summary"),
			.status = json_path_str(list.v[i], "fields.status.name"), .parent = key_in(list.v[i], u.up),
			.parent_issue = json_get(json_get(list.v[i], "fields"), u.up) };
		if (e[i].parent != NULL)
			edge(c->arena, &g, e[i].parent, e[i].key);
	}
	if (count_kids(c, s, &u, e, list.n) == -1)
		return -1;
	buf_init(&b, 1024 * 1024);
	write_epics(c, s, e, list.n, &b);
	out_title(c->out, a->project_key, arena_printf(c->arena, "%zu epic%s%s", list.n, list.n == 1 ? "" : "s", list.more ? " (there are more)" : ""));
	out_text(c->out, NULL, b.data);
	buf_release(&b);
	say_cycles(c, &g);
	return 0;
}

TOOL(jira_get_project_epic_hierarchy,
	.title = "Epic hierarchy", .doc = "A project's epics under their parents, and progress.",
	.toolset = "jira_project_analysis", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct epics_args, epics_params), .example = "{\"project_key\":\"SHOP\"}", .run = get_hierarchy,
);
