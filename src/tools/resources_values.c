/*
 * Each kind of value has a source: a function that writes lines, "VALUE" or "VALUE tab
 * what else may match". The lines are remembered by principal, kind and question; what
 * was typed then picks from them. Sources that can filter by themselves (people,
 * issues, Cloud's projects) are asked with what was typed, the others once for all.
 */
#include "tools/resources_values.h"

#include "atlassian/fields.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "tools/resources_find.h"

#include <ctype.h>
#include <string.h>

enum {
	SLOTS = 16, SLOT_TEXT = 16 * 1024, SLOT_KEY = 200, KEEP_MS = 60 * 1000,
	MAX_LINES = 1024 * 1024, MAX_TYPED = 100, PAGE = 50,
};

struct slot {
	char key[SLOT_KEY];
	char *text;		/* made on first use, SLOT_TEXT bytes */
	int64_t until_ms;	/* monotonic */
};

struct values_memory {
	struct arena *arena;
	struct slot slot[SLOTS];
};

struct values_memory *
values_memory_new(struct arena *a)
{
	struct values_memory *m = arena_alloc(a, sizeof(*m));

	m->arena = a;
	return m;
}

void
values_audit(struct call *c, size_t answer_bytes)
{
	struct err lost;

	err_init(&lost, c->arena);
	if (audit_write(c->app->audit, &(struct audit_event){
		.call_id = c->id, .principal = c->principal, .client = c->client, .tool = c->name,
		.effect = effect_name(READS), .target = c->target, .outcome = err_word(c->err.kind),
		.http_status = c->err.http_status, .upstream_requests = c->upstream_requests,
		.total_us = clock_mono_us() - c->start_us, .upstream_us = c->upstream_us, .queue_us = c->queue_us,
		.answer_bytes = answer_bytes }, &lost) == -1)
		log_event(LOG_ERROR, "audit_lost", LOG_S("call", c->id), LOG_S("why", lost.message));
}

/* ---- memory ---- */

static const char *
remembered(struct call *c, const struct values_memory *m, const char *key)
{
	for (size_t i = 0; i < SLOTS; i++) {
		if (m->slot[i].until_ms > clock_mono_ms() && strcmp(m->slot[i].key, key) == 0)
			return arena_strdup(c->arena, m->slot[i].text);
	}
	return NULL;
}

static void
remember(struct values_memory *m, const char *key, const char *text, size_t len)
{
	struct slot *s = &m->slot[0];

	if (strlen(key) >= SLOT_KEY || len >= SLOT_TEXT)
		return;
	for (size_t i = 1; i < SLOTS; i++)
		s = m->slot[i].until_ms < s->until_ms ? &m->slot[i] : s;
	if (s->text == NULL)
		s->text = arena_alloc(m->arena, SLOT_TEXT);
	memcpy(s->key, key, strlen(key) + 1);
	memcpy(s->text, text, len);
	s->text[len] = '\0';
	s->until_ms = clock_mono_ms() + KEEP_MS;
}

/* ---- sources ---- */

struct question {
	const char *typed;	/* trimmed */
	const char *project;	/* a key in capitals that the fence allows, or NULL */
};

static void
add_line(struct buf *b, const char *value, const char *more)
{
	if (str_blank(value) || strpbrk(value, "\n\t") != NULL)
		return;
	out_clean(b, value, strlen(value));
	if (more != NULL && strpbrk(more, "\n\t") == NULL) {
		buf_addc(b, '\t');
		out_clean(b, more, strlen(more));
	}
	buf_addc(b, '\n');
}

static char *
projects_path(struct call *c, struct site *s, const char *typed)
{
	char *path;
	struct buf b;

	if (!site_is_cloud(s))
		return rest_path(c, s, "{api}/project");
	path = rest_query(c, rest_path(c, s, "{api}/project/search"), "maxResults", "50", "orderBy", "key",
	    "query", *typed != '\0' ? typed : NULL, NULL);
	if (path == NULL || s->config->filter == NULL)
		return path;
	buf_init(&b, 16 * 1024);
	buf_adds(&b, path);
	for (size_t i = 0; s->config->filter[i] != NULL && i < PAGE; i++) {
		buf_adds(&b, "&keys=");
		str_urlencode(&b, s->config->filter[i], strlen(s->config->filter[i]));
	}
	path = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return path;
}

static int
ask_projects(struct call *c, struct site *s, const struct question *q, struct buf *b)
{
	json *answer, *list;

	if (rest_get(c, s, projects_path(c, s, q->typed), &answer) == -1)
		return -1;
	list = site_is_cloud(s) ? json_get(answer, "values") : answer;
	if (!yyjson_is_arr(list))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of projects.", s->label);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *key = json_get_str(it.value, "key");

		if (site_fence_allows(s, key) && !json_get_bool(it.value, "archived", false))
			add_line(b, key, json_get_str(it.value, "name"));
	}
	return 0;
}

/* "OPS" of "OPS-" and "OPS-1": how long the project part of an unfinished key is; 0 when it is none. */
static size_t
unfinished_key(const char *typed)
{
	size_t n = 0;

	while (isalnum((unsigned char)typed[n]) || typed[n] == '_')
		n++;
	if (n < 2 || !isalpha((unsigned char)*typed) || typed[n] != '-')
		return 0;
	return typed[n + 1 + strspn(typed + n + 1, "0123456789")] == '\0' ? n : 0;
}

/* What was typed as a condition: an unfinished key is its project, other things are words of the summary. */
static const char *
issues_jql(struct call *c, const struct question *q)
{
	size_t n = unfinished_key(q->typed);
	const char *words;

	if (n > 0)
		return arena_printf(c->arena, "project = \"%.*s\" ORDER BY updated DESC", (int)n, q->typed);
	words = *q->typed == '\0' ? "updated >= -90d" : find_words_jql(c->arena, "summary", q->typed, FIND_BEGUN);
	if (words == NULL)
		return NULL;
	return arena_printf(c->arena, q->project == NULL ? "%s ORDER BY updated DESC" :
	    "%s AND project = \"%s\" ORDER BY updated DESC", words, q->project);
}

static int
ask_issues(struct call *c, struct site *s, const struct question *q, struct buf *b)
{
	const char *jql = issues_jql(c, q);
	json *issues;

	if (jql == NULL)
		return 0;
	if (find_issues(c, s, jql, VALUES_MAX, "summary", &issues) == -1)
		return -1;
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		if (find_allowed(s, it.value))	/* the site found what was typed, be it by another form of the word */
			add_line(b, json_get_str(it.value, "key"), q->typed);
	}
	return 0;
}

static int
ask_people(struct call *c, struct site *s, const struct question *q, struct buf *b)
{
	json *users;

	if (*q->typed == '\0' || str_istarts("me", q->typed)) {
		add_line(b, "me", NULL);
		return 0;
	}
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/user/search"), s->dialect->user_query, q->typed, "maxResults",
	    "50", NULL), &users) == -1)
		return -1;
	for (struct json_iter it = json_iter(users); json_next(&it);) {
		const char *type = json_get_str(it.value, "accountType");

		if (json_get_bool(it.value, "active", true) && (type == NULL || str_eq(type, "atlassian")))
			add_line(b, jira_user_name(it.value), q->typed);
	}
	return 0;
}

/* Of a project, by issue type; or all of the site. Those of single projects are left out behind a fence. */
static int
ask_statuses(struct call *c, struct site *s, const struct question *q, struct buf *b)
{
	json *list;

	if (rest_get(c, s, q->project != NULL ? rest_path(c, s, "{api}/project/%s/statuses", q->project) :
	    rest_path(c, s, "{api}/status"), &list) == -1)
		return -1;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (q->project == NULL && (s->config->filter == NULL || !str_eq(json_path_str(it.value, "scope.type"), "PROJECT")))
			add_line(b, json_get_str(it.value, "name"), NULL);
		for (struct json_iter one = json_iter(json_get(it.value, "statuses")); json_next(&one);)
			add_line(b, json_get_str(one.value, "name"), NULL);
	}
	return 0;
}

/* Of the issues that changed last: Jira's list of sprints goes board by board. */
static int
ask_sprints(struct call *c, struct site *s, const struct question *q, struct buf *b)
{
	const struct field *f;
	json *issues;

	if (fields_find(c, s, "Sprint", &f) == -1 || find_issues(c, s, q->project == NULL ?
	    "sprint is not EMPTY ORDER BY updated DESC" :
	    arena_printf(c->arena, "sprint is not EMPTY AND project = \"%s\" ORDER BY updated DESC", q->project),
	    VALUES_MAX, f->id, &issues) == -1)
		return -1;
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		if (!find_allowed(s, it.value))
			continue;
		for (struct json_iter one = json_iter(json_get(json_get(it.value, "fields"), f->id)); json_next(&one);)
			add_line(b, field_text(c, s, one.value, f), NULL);
	}
	return 0;
}

static int
ask_versions(struct call *c, struct site *s, const struct question *q, struct buf *b)
{
	json *list;
	size_t n;

	if (q->project == NULL)
		return 0;
	if (rest_get(c, s, rest_path(c, s, "{api}/project/%s/versions", q->project), &list) == -1)
		return -1;
	n = json_len(list);
	for (size_t i = n; i > 0; i--) {	/* the newest stand last */
		if (!json_get_bool(json_at(list, i - 1), "archived", false))
			add_line(b, json_get_str(json_at(list, i - 1), "name"), NULL);
	}
	return 0;
}

static const struct source {
	const char *name;
	int (*ask)(struct call *, struct site *, const struct question *, struct buf *);
	bool by_typed;		/* the site itself looks for what was typed */
	bool by_project;
} sources[] = {
	[VALUE_TEXT] = { "text", NULL, false, false },
	[VALUE_PROJECT] = { "project", ask_projects, true, false },
	[VALUE_ISSUE] = { "issue", ask_issues, true, true },
	[VALUE_PERSON] = { "person", ask_people, true, false },
	[VALUE_STATUS] = { "status", ask_statuses, false, true },
	[VALUE_SPRINT] = { "sprint", ask_sprints, false, true },
	[VALUE_VERSION] = { "version", ask_versions, false, true },
};

static int
lines_of(struct call *c, struct values_memory *m, struct site *s, enum value_kind kind, const struct question *q,
    const char **ret)
{
	const struct source *source = &sources[kind];
	bool by_typed = source->by_typed && (kind != VALUE_PROJECT || site_is_cloud(s));
	const char *key = arena_printf(c->arena, "%s\n%s\n%s\n%s", c->principal != NULL ? c->principal : "", source->name,
	    source->by_project && q->project != NULL ? q->project : "", by_typed ? q->typed : "");
	struct buf b;
	int result;

	*ret = remembered(c, m, key);
	if (*ret != NULL)
		return 0;
	buf_init(&b, MAX_LINES);
	result = source->ask(c, s, q, &b);
	if (result == 0) {
		*ret = arena_strndup(c->arena, b.data, b.len);
		if (!buf_overflowed(&b))
			remember(m, key, b.data, b.len);
	}
	buf_release(&b);
	return result;
}

/* ---- choosing ---- */

static bool
contains(struct arena *a, const char *text, const char *part)
{
	return strstr(str_lower(a, text), str_lower(a, part)) != NULL;
}

static bool
is_listed(const struct values *v, const char *value)
{
	for (size_t i = 0; i < v->count; i++) {
		if (strcmp(v->list[i], value) == 0)
			return true;
	}
	return false;
}

/* First the values that begin with what was typed, then those that match in another way. */
static void
choose(struct arena *a, const char *lines, const char *typed, bool key_wanted, struct values *ret)
{
	for (int round = 0; round < 2; round++) {
		size_t n;

		for (const char *p = lines; *p != '\0'; p += n + (p[n] == '\n')) {
			char *line, *tab;

			n = strcspn(p, "\n");
			line = arena_strndup(a, p, n);
			tab = strchr(line, '\t');
			if (tab != NULL)
				*tab = '\0';
			if (str_istarts(line, typed) ? round == 1 : round == 0 || key_wanted ||
			    (!contains(a, line, typed) && (tab == NULL || !contains(a, tab + 1, typed))))
				continue;
			if (is_listed(ret, line))
				continue;
			if (ret->count == VALUES_MAX) {
				ret->more = true;
				return;
			}
			ret->list[ret->count++] = line;
		}
	}
}

/* A project that the fence hides is no project: nothing is asked with it. */
static const char *
project_key(struct call *c, const struct site *s, const char *text)
{
	char *key = text == NULL ? NULL : str_trim(c->arena, text, strlen(text));

	if (key == NULL || *key == '\0')
		return NULL;
	for (char *p = key; *p != '\0'; p++) {
		if (!isalnum((unsigned char)*p) && *p != '_')
			return NULL;
		*p = (char)toupper((unsigned char)*p);
	}
	return strlen(key) <= MAX_TYPED && site_fence_allows(s, key) ? key : NULL;
}

/* Values tell no more than a search would: without that tool there are none. */
static bool
is_offered(const struct call *c)
{
	const struct tool *t = tool_find("jira_search");
	struct policy_subject s = tool_subject(t);

	return policy_allows(c->app->policy, c->principal, &s);
}

static int
find(struct call *c, struct values_memory *m, struct site *s, enum value_kind kind, const char *typed, const char *project,
    struct values *ret)
{
	struct question q = { .typed = typed, .project = project_key(c, s, project) };
	const char *lines;

	if (kind == VALUE_PROJECT && s->config->filter != NULL) {	/* the fence names them all */
		for (char **f = s->config->filter; *f != NULL && ret->count < VALUES_MAX; f++) {
			if (str_istarts(*f, typed))
				ret->list[ret->count++] = *f;
		}
		return 0;
	}
	if (!str_blank(project) && q.project == NULL && sources[kind].by_project)
		return 0;
	if (lines_of(c, m, s, kind, &q, &lines) == -1) {
		if (c->err.kind != ERR_INPUT && c->err.kind != ERR_NOT_FOUND)
			return -1;
		err_clear(&c->err);	/* a project or field that is not there has no values */
		return 0;
	}
	choose(c->arena, lines, typed, kind == VALUE_ISSUE && unfinished_key(typed) > 0, ret);
	return 0;
}

int
values_find(struct call *c, struct values_memory *m, enum value_kind kind, const char *typed, const char *project,
    struct values *ret)
{
	const struct source *source = &sources[kind];
	char *trimmed = str_trim(c->arena, typed, strlen(typed));
	struct site *s;
	int result;

	*ret = (struct values){ .count = 0 };
	c->read_only = true;
	if (source->ask == NULL || strlen(trimmed) > MAX_TYPED || !is_offered(c))
		return 0;
	s = app_site(c, JIRA);
	result = s == NULL ? -1 : find(c, m, s, kind, trimmed, project, ret);
	if (c->upstream_requests > 0)
		values_audit(c, 0);
	return result;
}

int
values_projects(struct call *c, struct values_memory *m, struct site *s, const char *typed, const char **ret)
{
	struct question q = { .typed = typed };

	return lines_of(c, m, s, VALUE_PROJECT, &q, ret);
}
