/*
 * Counting without rows. A bare count is one request; a grouped one reads the whole result set page by page, but only the
 * fields that it groups by, and answers with the groups.
 */
#include "atlassian/agile.h"
#include "atlassian/issues.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_query.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_KEYS = 2, MAX_ACROSS = 12, MAX_GROUPS = 2000, MAX_VALUES = 20, DAY_MS = 24 * 3600 * 1000 };

struct count_args {
	const char *jql, *sum, *projects_filter;
	char **group_by;
	int64_t limit;
};

static const struct param count_params[] = {
	P_STR(struct count_args, jql, P_REQUIRED, .max_len = 20000),
	P_LIST(struct count_args, group_by, 0, .max_len = MAX_KEYS, .doc = "At most two, e.g. sprint, age, any field"),
	P_STR(struct count_args, sum, P_MORE, .doc = "Number field"),
	P_INT(struct count_args, limit, P_HIDDEN, .min = 1, .max = 200, .dflt = 30, .doc = "Groups shown"),
	P_STR(struct count_args, projects_filter, P_HIDDEN, .doc = NULL),
	P_END
};

enum key_kind { KEY_FIELD, KEY_SPRINT, KEY_AGE, KEY_STALE };

struct key {
	enum key_kind kind;
	const struct field *field;
	const char *id, *label;
};

struct group {
	const char *name;
	size_t n;
	double sum;
	size_t across[MAX_ACROSS + 1];	/* the last: all others */
};

struct groups {
	struct group *v;
	size_t n;
	bool full;
};

static int
find_key(struct call *c, struct site *s, const char *word, struct key *ret)
{
	if (str_ieq(word, "age") || str_ieq(word, "stale")) {
		bool age = str_ieq(word, "age");

		*ret = (struct key){ .kind = age ? KEY_AGE : KEY_STALE, .id = age ? "created" : "updated", .label = age ? "Age" : "Untouched for" };
		return 0;
	}
	if (str_ieq(word, "type"))
		word = "issuetype";
	*ret = (struct key){ .kind = KEY_FIELD };
	if ((str_ieq(word, "sprint") ? fields_find_custom(c, s, "gh-sprint", &ret->field) : fields_find(c, s, word, &ret->field)) == -1)
		return -1;
	if (ret->field == NULL)
		return call_fail(c, ERR_NOT_FOUND, "%s has no sprints.", s->label);
	if (str_eq(ret->field->custom, "gh-sprint"))
		ret->kind = KEY_SPRINT;
	ret->id = ret->field->id;
	ret->label = ret->field->name;
	return 0;
}

static const char *
age_group(const char *date)
{
	static const struct {
		int days;
		const char *name;
	} step[] = { { 1, "under a day" }, { 7, "1 to 7 days" }, { 30, "7 to 30 days" }, { 90, "30 to 90 days" }, { 365, "90 to 365 days" } };
	int64_t at, days;

	if (clock_parse(date, &at) == -1)
		return "(none)";
	days = (clock_wall_ms() - at) / DAY_MS;
	for (size_t i = 0; i < LEN(step); i++) {
		if (days < step[i].days)
			return step[i].name;
	}
	return "over a year";
}

/* The groups that an issue falls into: several where the field is a list. */
static size_t
names_of(struct call *c, const struct site *s, const struct key *k, json *issue, const char **ret)
{
	json *value = json_get(json_get(issue, "fields"), k->id);
	const char *text;
	int64_t id;
	size_t n = 0;

	switch (k->kind) {
	case KEY_AGE:
	case KEY_STALE:
		ret[0] = age_group(json_str(value));
		return 1;
	case KEY_SPRINT:
		text = agile_open_sprint(c->arena, value, &id);
		ret[0] = text != NULL ? text : "(no open sprint)";
		return 1;
	case KEY_FIELD:
		break;
	}
	if (str_eq(k->field->type, "date") || str_eq(k->field->type, "datetime")) {
		ret[0] = json_str(value) != NULL && strlen(json_str(value)) >= 7 ? arena_strndup(c->arena, json_str(value), 7) : "(none)";
		return 1;
	}
	if (yyjson_is_arr(value)) {
		for (struct json_iter it = json_iter(value); json_next(&it) && n < MAX_VALUES;) {
			text = field_text(c, s, it.value, NULL);
			if (text != NULL)
				ret[n++] = text;
		}
	} else if ((text = field_text(c, s, value, k->field)) != NULL) {
		ret[n++] = text;
	}
	if (n == 0)
		ret[n++] = "(none)";
	return n;
}

static struct group *
group_named(struct call *c, struct groups *g, const char *name)
{
	for (size_t i = 0; i < g->n; i++) {
		if (str_eq(g->v[i].name, name))
			return &g->v[i];
	}
	if (g->n == MAX_GROUPS) {
		g->full = true;
		return &g->v[g->n - 1];
	}
	if (g->v == NULL)
		g->v = arena_array(c->arena, MAX_GROUPS, sizeof(*g->v));
	g->v[g->n].name = name;
	return &g->v[g->n++];
}

static int
larger(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) : strcmp(x->name, y->name);
}

static double
number_of(json *issue, const struct field *f)
{
	json *v = f == NULL ? NULL : json_get(json_get(issue, "fields"), f->id);

	return yyjson_is_num(v) ? yyjson_get_num(v) : 0;
}

static const char *
text_of(struct arena *a, double v)
{
	return arena_printf(a, "%.10g", (double)(int64_t)(v * 100 + (v < 0 ? -0.5 : 0.5)) / 100);
}

static void
show(struct call *c, const struct groups *g, const struct key *k, const struct field *sum, size_t limit)
{
	out_table(c->out, "groups", k->label, "Issues", sum != NULL ? sum->name : NULL, NULL);
	for (size_t i = 0; i < g->n && i < limit; i++)
		out_row(c->out, g->v[i].name, arena_printf(c->arena, "%zu", g->v[i].n), text_of(c->arena, g->v[i].sum));
	if (g->n > limit)
		out_say(c->out, "And %zu more groups.", g->n - limit);
	if (g->full)
		out_say(c->out, "There are more than %d groups.", MAX_GROUPS);
}

/* Rows by the first key, columns by the second. */
static void
show_crossed(struct call *c, const struct groups *rows, const struct groups *columns, const struct key *k, size_t limit)
{
	size_t shown = columns->n < MAX_ACROSS ? columns->n : MAX_ACROSS;
	const char *h[OUT_MAX_COLUMNS] = { NULL };

	for (size_t i = 0; i < shown; i++)
		h[i] = columns->v[i].name;
	if (columns->n > shown)
		h[shown] = "others";
	h[shown + (columns->n > shown)] = "All";
	out_table(c->out, "groups", k->label, h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8], h[9], h[10], h[11], h[12], h[13], NULL);
	for (size_t i = 0; i < rows->n && i < limit; i++) {
		const struct group *r = &rows->v[i];
		const char *t[OUT_MAX_COLUMNS] = { NULL };
		size_t n = 0;

		for (; n < shown; n++)
			t[n] = r->across[n] > 0 ? arena_printf(c->arena, "%zu", r->across[n]) : NULL;
		if (columns->n > shown)
			t[n++] = arena_printf(c->arena, "%zu", r->across[MAX_ACROSS]);
		t[n] = arena_printf(c->arena, "%zu", r->n);
		out_row(c->out, r->name, t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], t[8], t[9], t[10], t[11], t[12], t[13]);
	}
	if (rows->n > limit)
		out_say(c->out, "And %zu more groups.", rows->n - limit);
}

static void
tell(struct call *c, const struct site *s, const struct issues *list, const struct key *key, size_t keys, const struct field *sum, size_t limit)
{
	const char *names[MAX_VALUES], *others[MAX_VALUES];
	struct groups rows = { 0 }, columns = { 0 };

	for (size_t i = 0; keys == 2 && i < list->n; i++) {
		for (size_t n = names_of(c, s, &key[1], list->v[i], names); n > 0; n--)
			group_named(c, &columns, names[n - 1])->n++;
	}
	if (columns.n > 0)
		qsort(columns.v, columns.n, sizeof(*columns.v), larger);
	for (size_t i = 0; i < list->n; i++) {
		for (size_t n = names_of(c, s, &key[0], list->v[i], names); n > 0; n--) {
			struct group *g = group_named(c, &rows, names[n - 1]);

			g->n++;
			g->sum += number_of(list->v[i], sum);
			for (size_t m = keys == 2 ? names_of(c, s, &key[1], list->v[i], others) : 0; m > 0; m--) {
				size_t at = (size_t)(group_named(c, &columns, others[m - 1]) - columns.v);

				g->across[at < MAX_ACROSS ? at : MAX_ACROSS]++;
			}
		}
	}
	if (rows.n > 0)
		qsort(rows.v, rows.n, sizeof(*rows.v), larger);
	if (keys == 2)
		show_crossed(c, &rows, &columns, &key[0], limit);
	else
		show(c, &rows, &key[0], sum, limit);
}

static int
count_issues(struct call *c, const void *v)
{
	const struct count_args *a = v;
	struct site *s = app_site(c, JIRA);
	const struct field *sum = NULL;
	struct key key[MAX_KEYS];
	struct issues list;
	const char *jql, *fields = "project";
	double total = 0;
	size_t keys = 0;
	int64_t n;

	if (s == NULL || (jql = jira_query(c, s, a->jql, a->projects_filter)) == NULL)
		return -1;
	for (; a->group_by != NULL && a->group_by[keys] != NULL; keys++) {
		if (find_key(c, s, a->group_by[keys], &key[keys]) == -1)
			return -1;
		fields = arena_printf(c->arena, "%s,%s", fields, key[keys].id);
	}
	if (a->sum != NULL && fields_find(c, s, a->sum, &sum) == -1)
		return -1;
	if (keys == 0 && sum == NULL) {
		if (issues_count(c, s, jql, &n) == -1)
			return jira_query_refused(c, s, a->jql);
		out_say(c->out, "%lld issue%s.", (long long)n, n == 1 ? "" : "s");
		return 0;
	}
	if (sum != NULL)
		fields = arena_printf(c->arena, "%s,%s", fields, sum->id);
	if (issues_search(c, s, jql, fields, 0, ISSUES_MAX, &list) == -1)
		return jira_query_refused(c, s, a->jql);
	for (size_t i = 0; i < list.n; i++)
		total += number_of(list.v[i], sum);
	out_say(c->out, "%s%zu issue%s%s%s%s.", list.more ? "The first " : "", list.n, list.n == 1 ? "" : "s",
	    sum != NULL ? arena_printf(c->arena, ", %s: ", sum->name) : "", sum != NULL ? text_of(c->arena, total) : "",
	    list.more ? " (there are more; narrow the query)" : "");
	if (keys > 0 && list.n > 0)
		tell(c, s, &list, key, keys, sum, (size_t)a->limit);
	return 0;
}

TOOL(jira_count_issues,
	.title = "Count issues", .doc = "Count issues, whole or grouped, without listing them.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct count_args, count_params), .example = "{\"jql\":\"project = SHOP AND statusCategory != Done\",\"group_by\":[\"assignee\",\"status\"]}",
	.run = count_issues,
);
