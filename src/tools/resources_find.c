/*
 * Words are cut out of the text: ASCII letters, digits and '_', and everything that is
 * not ASCII. What the text search would read as an operator (+ - * ? ~ " ( ) AND OR
 * NOT) never reaches it. The query is parsed again before it is sent, and fenced.
 */
#include "tools/resources_find.h"

#include "base/str.h"
#include "query/jql.h"

#include <ctype.h>
#include <string.h>

enum { MAX_WORDS = 16, MAX_WORD = 64, SHORT_WORD = 3, MAX_BODY = 512 * 1024 };

static bool
is_letter(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

static size_t
cut_words(struct arena *a, const char *text, const char *words[MAX_WORDS])
{
	static const char *const operators[] = { "AND", "OR", "NOT", "TO" };
	size_t count = 0;

	for (const char *p = text; *p != '\0' && count < MAX_WORDS;) {
		size_t n = 0;
		char *word;

		while (is_letter(p[n]))
			n++;
		if (n > 0 && n <= MAX_WORD) {
			word = arena_strndup(a, p, n);
			for (size_t i = 0; i < LEN(operators); i++)
				word = strcmp(word, operators[i]) == 0 ? str_lower(a, word) : word;
			words[count++] = word;
		}
		p += n > 0 ? n : 1;
	}
	return count;
}

/* Without the short words, which occur everywhere; unless there are only such. */
static size_t
without_short(const char **words, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (strlen(words[i]) > SHORT_WORD)
			words[kept++] = words[i];
	}
	return kept > 0 ? kept : n;
}

char *
find_words_jql(struct arena *a, const char *field, const char *text, enum find_words how)
{
	const char *words[MAX_WORDS];
	size_t n = cut_words(a, text, words);
	char *jql;
	struct buf b;

	if (n == 0)
		return NULL;
	if (how == FIND_ANY)
		n = without_short(words, n);
	buf_init(&b, MAX_WORDS * (MAX_WORD + 64));
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || how == FIND_ANY)
			buf_addf(&b, "%s%s ~ \"%s", i > 0 ? "\" OR " : "", field, words[i]);
		else
			buf_addf(&b, " %s", words[i]);
	}
	buf_adds(&b, how == FIND_BEGUN ? "*\"" : "\"");
	jql = arena_strdup(a, b.data);
	buf_release(&b);
	return jql;
}

static char *
fenced(struct call *c, const struct site *s, const char *text)
{
	struct jql *q = jql_parse(c->arena, text, strlen(text), &c->err);
	char **f = s->config->filter, *jql;
	size_t n = 0;

	if (q == NULL)
		return NULL;
	if (f == NULL) {
		if (!site_is_cloud(s) || jql_bounded(q))
			return arena_strdup(c->arena, text);
		call_fail(c, ERR_INPUT, "Jira Cloud refuses a query without a condition.");
		return NULL;
	}
	while (f[n] != NULL)
		n++;
	jql = jql_fence(c->arena, q, "project", (const char *const *)f, n);
	if (jql == NULL)
		call_fail(c, ERR_INPUT, "The query can't be searched within the allowed projects.");
	return jql;
}

int
find_issues(struct call *c, struct site *s, const char *text, int64_t limit, const char *fields, json **ret)
{
	char *jql = fenced(c, s, text), **field = str_split(c->arena, fields, ",", NULL);
	struct rest_req q = { .method = "POST" };
	struct buf b;
	struct jw w;

	if (jql == NULL)
		return -1;
	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", limit);
	jw_arr_in(&w, "fields");
	for (; *field != NULL; field++)
		jw_s(&w, *field);
	jw_s(&w, "project");
	jw_end(&w);
	jw_end(&w);
	q.path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search));
	q.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (rest_read(c, s, &q) == -1)
		return -1;
	*ret = json_get(q.json, "issues");
	if (!yyjson_is_arr(*ret))
		return call_fail(c, ERR_PROTOCOL, "%s answered a search without a list of issues.", s->label);
	return 0;
}

bool
find_allowed(const struct site *s, json *issue)
{
	return json_get_str(issue, "key") != NULL && site_fence_allows(s, json_path_str(issue, "fields.project.key"));
}
