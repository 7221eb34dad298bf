/*
 * "Is this a duplicate?" The site finds issues that share a rare word or two with the summary; how much they share is then
 * scored here, so that the order does not hang on the site's own search.
 */
#include "atlassian/issues.h"
#include "atlassian/jql_all.h"
#include "base/str.h"
#include "text/overlap.h"
#include "tools/app.h"
#include "tools/jira_query.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 8, MAX_CANDIDATES = 200, MIN_SCORE = 12 };

struct similar_args {
	const char *issue_key, *text, *project_key;
	int64_t limit;
};

static const struct param similar_params[] = {
	P_STR(struct similar_args, issue_key, 0, .aliases = "issueIdOrKey,issue,key"),
	P_STR(struct similar_args, text, 0, .aliases = "summary", .doc = "Instead of a key"),
	P_STR(struct similar_args, project_key, 0, .aliases = "project"),
	P_INT(struct similar_args, limit, P_HIDDEN, .min = 1, .max = 50, .dflt = 10),
	P_END
};

struct candidate {
	json *issue;
	int score;
};

static int
better(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->score < y->score) - (x->score > y->score);
}

/* Long words are the rare ones. */
static int
longer(const void *a, const void *b)
{
	size_t x = strlen(*(const char *const *)a), y = strlen(*(const char *const *)b);

	return (x < y) - (x > y);
}

static const char *
words_query(struct call *c, const char *text, const char *project, const char *not_key)
{
	struct words_of w = overlap_words(c->arena, text);
	const char *any = NULL;

	if (w.n == 0) {
		call_fail(c, ERR_INPUT, "There is no word in that text to search for.");
		return NULL;
	}
	qsort(w.v, w.n, sizeof(*w.v), longer);
	for (size_t i = 0; i < w.n && i < MAX_WORDS; i++) {
		const char *one = arena_printf(c->arena, "summary ~ %s", jql_quoted(c->arena, w.v[i]));

		any = any == NULL ? one : arena_printf(c->arena, "%s OR %s", any, one);
	}
	return arena_printf(c->arena, "%s%s%s(%s)%s%s ORDER BY updated DESC", project != NULL ? "project = " : "",
	    project != NULL ? jql_quoted(c->arena, project) : "", project != NULL ? " AND " : "", any, not_key != NULL ? " AND key != " : "",
	    not_key != NULL ? not_key : "");
}

static int
find_similar(struct call *c, const void *v)
{
	const struct similar_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *text = a->text, *key = NULL, *jql, **summaries;
	struct candidate *found;
	struct issues list;
	size_t shown = 0;
	int *scores;

	if (s == NULL)
		return -1;
	if ((a->issue_key == NULL) == (a->text == NULL))
		return call_fail(c, ERR_INPUT, "Give either issue_key or text.");
	if (a->issue_key != NULL) {
		char *one[] = { arena_strdup(c->arena, a->issue_key), NULL };

		if (issues_read(c, s, one, "summary", 0, &list) == -1)
			return -1;
		key = json_get_str(list.v[0], "key");
		text = json_path_str(list.v[0], "fields.summary");
	}
	if ((jql = words_query(c, text != NULL ? text : "", a->project_key, key)) == NULL || (jql = jira_query(c, s, jql, NULL)) == NULL ||
	    issues_search(c, s, jql, "summary,status,resolution,project", 0, MAX_CANDIDATES, &list) == -1)
		return -1;
	summaries = arena_array(c->arena, list.n + 1, sizeof(*summaries));
	scores = arena_array(c->arena, list.n + 1, sizeof(*scores));
	found = arena_array(c->arena, list.n + 1, sizeof(*found));
	for (size_t i = 0; i < list.n; i++)
		summaries[i] = json_path_str(list.v[i], "fields.summary") != NULL ? json_path_str(list.v[i], "fields.summary") : "";
	overlap_score(c->arena, text, summaries, list.n, scores);
	for (size_t i = 0; i < list.n; i++)
		found[i] = (struct candidate){ list.v[i], scores[i] };
	qsort(found, list.n, sizeof(*found), better);
	if (list.n == 0 || found[0].score < MIN_SCORE) {
		out_say(c->out, "Nothing similar was found.");
		return 0;
	}
	out_table(c->out, "similar", "Key", "Alike %", "Status", "Summary", NULL);
	for (size_t i = 0; i < list.n && shown < (size_t)a->limit && found[i].score >= MIN_SCORE; i++, shown++)
		out_row(c->out, json_get_str(found[i].issue, "key"), arena_printf(c->arena, "%d", found[i].score),
		    json_path_str(found[i].issue, "fields.status.name"), json_path_str(found[i].issue, "fields.summary"));
	return 0;
}

TOOL(jira_find_similar,
	.title = "Similar issues", .doc = "Find likely duplicates of an issue or a text.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct similar_args, similar_params), .example = "{\"text\":\"Login fails on Safari\",\"project_key\":\"SHOP\"}", .run = find_similar,
);
