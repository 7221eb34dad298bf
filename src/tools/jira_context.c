/*
 * Three questions at once: who asks (for the time zone), one issue of an open sprint of the project (for the sprint's name), and
 * issues that share words with the summary. The answers become a list under a rule at the end of the description.
 */
#include "tools/jira_context.h"

#include "atlassian/fields.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/jira_view.h"

#include <ctype.h>
#include <string.h>

enum { MAX_WORDS = 6, MIN_WORD = 4, FOUND = 30, MAX_SIMILAR = 3, MAX_BLOCK = 256 * 1024, MAX_QUERY = 4096 };
enum { ZONE, SPRINT, SIMILAR, KINDS };
static const char *const kinds[KINDS] = { "time_zone", "sprint", "similar" };

struct asked {
	bool kind[KINDS];
	char *word[MAX_WORDS];		/* of the summary */
	size_t words;
	const struct field *sprint;
	struct rest_req req[KINDS];
	size_t place[KINDS];		/* of the answer in req */
};

static int
take_kinds(struct call *c, char **words, struct asked *a)
{
	for (; words != NULL && *words != NULL; words++) {
		size_t k = 0;

		while (k < KINDS && !str_ieq(kinds[k], *words))
			k++;
		if (k == KINDS)
			return call_fail(c, ERR_INPUT, "context takes time_zone, sprint and similar, not \"%.40s\".", *words);
		a->kind[k] = true;
	}
	return 0;
}

/* The longer words of the summary, letters and digits only. */
static void
take_words(struct call *c, const char *summary, struct asked *a)
{
	static const char *const common[] = { "with", "from", "when", "that", "this", "after", "before", "into", "does", "should", "cannot",
		"have", "there", "page", "issue", "error" };
	char *text = str_lower(c->arena, summary), *p = text;

	while (*p != '\0' && a->words < MAX_WORDS) {
		char *begin;
		bool skip = false;

		while (*p != '\0' && !isalnum((unsigned char)*p) && (unsigned char)*p < 0x80)
			p++;
		begin = p;
		while (isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80)
			p++;
		if (p - begin < MIN_WORD)
			continue;
		begin = arena_strndup(c->arena, begin, (size_t)(p - begin));
		for (size_t i = 0; i < LEN(common); i++)
			skip = skip || str_eq(common[i], begin);
		if (!skip)
			a->word[a->words++] = begin;
	}
}

static const char *
search_body(struct call *c, const char *jql, int64_t max, const char *field)
{
	char **f = str_split(c->arena, field, ",", NULL);
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_QUERY * 2);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", max);
	jw_arr_in(&w, "fields");
	for (; *f != NULL; f++)
		jw_s(&w, *f);
	jw_end(&w);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static const char *
similar_jql(struct call *c, const char *project, const struct asked *a)
{
	const char *text;
	struct buf b;

	buf_init(&b, MAX_QUERY);
	buf_addf(&b, "project = \"%s\" AND (", project);
	for (size_t i = 0; i < a->words; i++)
		buf_addf(&b, "%ssummary ~ \"%s\"", i > 0 ? " OR " : "", a->word[i]);
	buf_adds(&b, ") ORDER BY updated DESC");
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static int
ask(struct call *c, struct site *s, const char *project, struct asked *a)
{
	const char *search = arena_printf(c->arena, "{api}%s", s->dialect->search);
	size_t n = 0;

	if (a->kind[SPRINT] && fields_find_custom(c, s, "gh-sprint", &a->sprint) == -1)
		return -1;
	if (a->kind[ZONE]) {
		a->place[ZONE] = n;
		a->req[n++].path = rest_path(c, s, "{api}/myself");
	}
	if (a->sprint != NULL) {
		a->place[SPRINT] = n;
		a->req[n++] = (struct rest_req){ .method = "POST", .path = rest_path(c, s, search), .body = search_body(c,
		    arena_printf(c->arena, "project = \"%s\" AND sprint in openSprints()", project), 1, a->sprint->id) };
	}
	if (a->kind[SIMILAR] && a->words > 0) {
		a->place[SIMILAR] = n;
		a->req[n++] = (struct rest_req){ .method = "POST", .path = rest_path(c, s, search),
			.body = search_body(c, similar_jql(c, project, a), FOUND, "summary,status,project") };
	}
	return n == 0 ? 0 : rest_all(c, s, a->req, n);
}

/* Other people's words, so that they stay words in Markdown. */
static void
add_plain(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr("\\`*_[]<>|~#", *s) != NULL)
			buf_addc(b, '\\');
		buf_addc(b, *s == '\n' ? ' ' : *s);
	}
}

static void
say_zone(struct call *c, json *me, struct buf *b)
{
	const char *zone = json_get_str(me, "timeZone");

	if (zone != NULL)
		buf_addf(b, "- Time zone: %s, reported %.16s UTC\n", zone, clock_iso(c->arena, clock_wall_ms()));
}

static void
say_sprint(struct call *c, const struct site *s, json *answer, const struct field *f, struct buf *b)
{
	json *list = json_get(json_get(json_at(json_get(answer, "issues"), 0), "fields"), f->id);

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *text = json_str(it.value), *name = text != NULL ? field_text(c, s, it.value, f) : json_get_str(it.value, "name");
		const char *end = view_date(c->arena, json_get_str(it.value, "endDate"));

		if (name == NULL || !(str_ieq(json_get_str(it.value, "state"), "active") || (text != NULL && strcasestr(text, "state=active") != NULL)))
			continue;
		buf_adds(b, "- Active sprint: ");
		add_plain(b, name);
		buf_addf(b, "%s%s%s\n", end != NULL ? " (until " : "", end != NULL ? end : "", end != NULL ? ")" : "");
		return;
	}
}

static size_t
shared_words(const struct asked *a, const char *summary)
{
	size_t n = 0;

	for (size_t i = 0; i < a->words; i++)
		n += strcasestr(summary, a->word[i]) != NULL;
	return n;
}

/* The ones that share most words, at least half of them. */
static const char *
say_similar(struct call *c, const struct site *s, json *answer, const struct asked *a, struct buf *b)
{
	const char *all = NULL;
	size_t least = a->words < 2 ? 1 : (a->words + 1) / 2 < 2 ? 2 : (a->words + 1) / 2, said = 0;

	for (size_t want = a->words; want >= least && want > 0; want--) {
		for (struct json_iter it = json_iter(json_get(answer, "issues")); json_next(&it) && said < MAX_SIMILAR;) {
			const char *key = json_get_str(it.value, "key"), *summary = json_path_str(it.value, "fields.summary");
			const char *status = json_path_str(it.value, "fields.status.name");

			if (key == NULL || summary == NULL || shared_words(a, summary) != want ||
			    !site_fence_allows(s, json_path_str(it.value, "fields.project.key")))
				continue;
			said++;
			all = arena_printf(c->arena, "%s%s%s %s (%s)", all != NULL ? all : "", all != NULL ? ", " : "", key, summary, status);
			buf_addf(b, "- Similar: [%s](%s) ", key, jira_browse_url(c->arena, s, key));
			add_plain(b, summary);
			buf_addc(b, '\n');
		}
	}
	return all;
}

/* "src/a.c:10-20" and the lines themselves, in a fence longer than any in them. */
static int
say_code(struct call *c, const char *code, struct buf *b)
{
	size_t head = strcspn(code, "\r\n"), most = 0, run = 0;
	const char *lines = code + head, *mark;

	for (size_t i = 0; i < head; i++) {
		if (code[i] == '`')
			return call_fail(c, ERR_INPUT, "code begins with file:line-line, then come the lines.");
	}
	buf_addf(b, "- Code: `%.*s`\n", (int)head, code);
	lines += strspn(lines, "\r\n");
	if (str_blank(lines))
		return 0;
	for (const char *p = lines; *p != '\0'; p++) {
		run = *p == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	mark = arena_printf(c->arena, "%.*s", (int)(most < 3 ? 3 : most < 40 ? most + 1 : 40), "````````````````````````````````````````");
	buf_addf(b, "\n%s\n%s%s%s\n", mark, lines, lines[strlen(lines) - 1] == '\n' ? "" : "\n", mark);
	return 0;
}

int
context_make(struct call *c, struct site *s, const char *project, const char *summary, char **words, const char *code, struct context *ret)
{
	struct asked *a = arena_alloc(c->arena, sizeof(*a));
	int result = 0;
	struct buf b;

	*ret = (struct context){ NULL, NULL };
	if (words == NULL && code == NULL)
		return 0;
	if (take_kinds(c, words, a) == -1)
		return -1;
	take_words(c, summary, a);
	if (ask(c, s, project, a) == -1)
		return -1;
	buf_init(&b, MAX_BLOCK);
	if (a->kind[ZONE])
		say_zone(c, a->req[a->place[ZONE]].json, &b);
	if (a->sprint != NULL)
		say_sprint(c, s, a->req[a->place[SPRINT]].json, a->sprint, &b);
	if (a->kind[SIMILAR] && a->words > 0)
		ret->similar = say_similar(c, s, a->req[a->place[SIMILAR]].json, a, &b);
	if (code != NULL)
		result = say_code(c, code, &b);
	if (result == 0 && b.len > 0)
		ret->block = arena_printf(c->arena, "---\n\n**Context**\n\n%s", b.data);
	buf_release(&b);
	return result;
}
