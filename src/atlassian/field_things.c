/*
 * Each look-up asks one API for a short list and chooses among it as everywhere: exact, then
 * unique prefix, then an error with the candidates. What already is an id asks nothing.
 */
#include "atlassian/field_things.h"

#include "atlassian/agile.h"
#include "atlassian/cache.h"
#include "atlassian/jql_all.h"
#include "atlassian/pick.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { MAX_NAMED = 100, MAX_REQUEST = 16 * 1024 };

/* Names are looked for within a project that may be seen, or not at all: the candidates of an error are names, too. */
static int
need_project(struct call *c, const struct site *s, const char *project, const char *what)
{
	if (project != NULL && site_fence_allows(s, project))
		return 0;
	call_fail(c, ERR_INPUT, "%s needs a project to look in.", what);
	call_hint(c, "Give the key or id instead.");
	return -1;
}

/* ---- sprints ---- */

/* The active one, or the future one that starts first (boards list them in their order). Several active ones must be told apart. */
static int
sprint_in_state(struct call *c, json *list, const char *state, json **ret)
{
	json *found = NULL;
	size_t n = 0;
	struct buf b;

	buf_init(&b, 4096);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (!str_ieq(json_get_str(it.value, "state"), state))
			continue;
		buf_addf(&b, "%s%s", n > 0 ? ", " : "", json_get_str(it.value, "name"));
		if (n++ == 0)
			found = it.value;
	}
	if (n == 0)
		call_fail(c, ERR_INPUT, "There is no %s sprint.", state);
	else if (n > 1 && str_eq(state, "active"))
		call_fail(c, ERR_INPUT, "Several sprints are active: %s.", b.data);
	if (n == 0)
		call_hint(c, "Give the name or id of a sprint that is not closed.");
	else if (n > 1 && str_eq(state, "active"))
		call_hint(c, "Give the name of one.");
	buf_release(&b);
	*ret = found;
	return err_is_set(&c->err) ? -1 : 0;
}

int
thing_sprint(struct call *c, struct site *s, const char *project, const char *text, int64_t *ret_id)
{
	json *list, *one;

	if (str_int(text, 1, INT64_MAX, ret_id) == 0)
		return 0;
	if (need_project(c, s, project, "A sprint's name") == -1 || agile_open_sprints(c, s, project, &list) == -1)
		return -1;
	if (str_ieq(text, "active") || str_ieq(text, "current")) {
		if (sprint_in_state(c, list, "active", &one) == -1)
			return -1;
	} else if (str_ieq(text, "next") || str_ieq(text, "future")) {
		if (sprint_in_state(c, list, "future", &one) == -1)
			return -1;
	} else if (pick(c, "sprint", text, list, "id,name", &one) == -1) {
		c->err.kind = ERR_INPUT;
		return -1;
	}
	*ret_id = json_get_int(one, "id", 0);
	return *ret_id > 0 ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a sprint without an id.", s->label);
}

/* ---- issues by title ---- */

static int
search_title(struct call *c, struct site *s, const char *project, const char *text, json **ret_issues)
{
	const char *jql = arena_printf(c->arena, "project = %s AND summary ~ %s ORDER BY updated DESC",
	    jql_quoted(c->arena, project), jql_quoted(c->arena, text));
	struct rest_req q = { .method = "POST", .path = rest_path(c, s, arena_printf(c->arena, "{api}%s", s->dialect->search)) };
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jql", jql);
	jw_int(&w, "maxResults", 20);
	jw_arr_in(&w, "fields");
	jw_s(&w, "summary");
	jw_s(&w, "project");
	jw_end(&w);
	jw_end(&w);
	q.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (rest_read(c, s, &q) == -1)
		return -1;
	*ret_issues = json_get(q.json, "issues");
	return 0;
}

static bool
is_reference(const char *text)
{
	return jira_looks_like_key(text) || str_istarts(text, "http://") || str_istarts(text, "https://") ||
	    text[strspn(text, "0123456789")] == '\0';
}

int
thing_issue(struct call *c, struct site *s, const char *project, const char *text, const char **ret_key)
{
	json *list, *one;

	text = str_trim(c->arena, text, strlen(text));
	if (is_reference(text)) {
		*ret_key = jira_issue_key(c, s, text);
		return *ret_key != NULL ? 0 : -1;
	}
	if (need_project(c, s, project, "An issue's title") == -1 || search_title(c, s, project, text, &list) == -1)
		return -1;
	if (pick(c, "issue with the title", text, list, "key,fields.summary", &one) == -1) {
		c->err.kind = ERR_INPUT;
		return -1;
	}
	*ret_key = json_get_str(one, "key");
	return *ret_key != NULL ? jira_check_fence(c, s, one) : call_fail(c, ERR_PROTOCOL, "%s gave an issue without a key.", s->label);
}

/* ---- teams ---- */

static bool
is_uuid(const char *s)
{
	return strlen(s) == 36 && s[strspn(s, "0123456789abcdefABCDEF-")] == '\0';
}

/* "<b>Plat</b>form" */
static const char *
without_tags(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s != NULL ? s : ""), *to = out;

	for (const char *p = out; *p != '\0'; p++) {
		if (str_starts(p, "<b>") || str_starts(p, "</b>"))
			p += strcspn(p, ">");
		else
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

int
thing_suggested(struct call *c, struct site *s, const struct field *f, const char *text, const char **ret)
{
	const char *clause = f->clauses != NULL && f->clauses[0] != NULL ? f->clauses[0] : f->name;
	json *found = NULL, *answer;
	size_t n = 0;
	struct buf b;

	if (is_uuid(text) || text[strspn(text, "0123456789")] == '\0') {
		*ret = text;
		return 0;
	}
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/jql/autocompletedata/suggestions"), "fieldName", clause, "fieldValue",
	    text, NULL), &answer) == -1)
		return -1;
	buf_init(&b, 4096);
	for (int round = 0; round < 2 && n == 0; round++) {
		buf_reset(&b);
		for (struct json_iter it = json_iter(json_get(answer, "results")); json_next(&it);) {
			const char *name = without_tags(c->arena, json_get_str(it.value, "displayName"));

			if (round == 0 ? !str_ieq(name, text) : !str_istarts(name, text))
				continue;
			buf_addf(&b, "%s%s", n++ > 0 ? ", " : "", name);
			found = it.value;
		}
	}
	if (n == 0)
		call_fail(c, ERR_INPUT, "The field %s knows no \"%.80s\".", f->name, text);
	else if (n > 1)
		call_fail(c, ERR_INPUT, "\"%.80s\" may be several: %s.", text, b.data);
	buf_release(&b);
	if (n != 1) {
		call_hint(c, "Give the whole name as the site shows it, or the id.");
		return -1;
	}
	*ret = json_scalar(c->arena, json_get(found, "value"));
	return *ret != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s suggested something without a value.", s->label);
}

/* ---- Assets ---- */

static bool
is_object_key(const char *s)
{
	const char *dash = strrchr(s, '-');

	for (const char *p = s; dash != NULL && p < dash; p++) {
		if (!isalnum((unsigned char)*p) && *p != '_')
			return false;
	}
	return dash != NULL && dash > s && isdigit((unsigned char)dash[1]) && dash[1 + strspn(dash + 1, "0123456789")] == '\0';
}

static int
find_objects(struct call *c, struct site *s, const char *aql, json **ret)
{
	json *workspaces, *page;
	const char *workspace;
	struct rest_req q = { .method = "POST" };
	struct buf b;
	struct jw w;

	if (!site_is_cloud(s)) {
		if (rest_get(c, s, rest_query(c, rest_path(c, s, "/rest/assets/1.0/aql/objects"), "qlQuery", aql, "resultPerPage", "20",
		    NULL), &page) == -1)
			return -1;
		*ret = json_get(page, "objectEntries");
		return 0;
	}
	if (rest_get(c, s, rest_path(c, s, "/rest/servicedeskapi/assets/workspace"), &workspaces) == -1)
		return -1;
	workspace = json_path_str(workspaces, "values.0.workspaceId");
	if (workspace == NULL)
		return call_fail(c, ERR_INPUT, "%s has no Assets workspace.", s->label);
	q.path = rest_query(c, rest_path(c, s, "/gateway/api/jsm/assets/workspace/%s/v1/object/aql", workspace), "maxResults", "20",
	    NULL);
	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "qlQuery", aql);
	jw_end(&w);
	q.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (rest_read(c, s, &q) == -1)
		return -1;
	*ret = json_get(q.json, "values");
	return 0;
}

int
thing_asset(struct call *c, struct site *s, const char *text, const char **ret)
{
	bool key = is_object_key(text);
	json *list = NULL, *one;

	if (site_is_cloud(s) ? strchr(text, ':') != NULL : key) {	/* "workspace:id" */
		*ret = text;
		return 0;
	}
	if (find_objects(c, s, arena_printf(c->arena, "%s %s", key ? "Key =" : "Name LIKE", jql_quoted(c->arena, text)), &list) == -1)
		return -1;
	if (pick(c, "object in Assets", text, list, "objectKey,label", &one) == -1) {
		c->err.kind = ERR_INPUT;
		return -1;
	}
	*ret = json_get_str(one, site_is_cloud(s) ? "globalId" : "objectKey");
	return *ret != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave an object without an id.", s->label);
}

/* ---- the fence ---- */

static int
named_inside(struct call *c, struct site *s, enum field_thing kind, const char *name)
{
	const char *key;
	json *thing;

	if (kind == A_SPRINT)
		return agile_sprint(c, s, name, NULL, AGILE_WRITE, &thing);
	if ((key = jira_issue_key(c, s, name)) == NULL ||
	    rest_remembered(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project", NULL), CACHED_SHORT_S, &thing) == -1)
		return -1;
	return jira_check_fence(c, s, thing);
}

/* An object may name the same thing twice, and the site choose which it believes: each counts. */
static int
one_inside(struct call *c, struct site *s, const struct field *f, json *one)
{
	static const char *const members[] = { "id", "key" };
	const char *name = json_scalar(c->arena, one);
	size_t n = 0;

	if (json_is_null(one))
		return 0;
	if (name != NULL)
		return named_inside(c, s, field_names(f), name);
	for (size_t i = 0; i < LEN(members); i++) {
		name = json_scalar(c->arena, json_get(one, members[i]));
		if (name == NULL)
			continue;
		if (named_inside(c, s, field_names(f), name) == -1)
			return -1;
		n++;
	}
	return n > 0 ? 0 : call_fail(c, ERR_INPUT, "The field %s takes %s.", f->name, field_shape(f));
}

int
thing_inside(struct call *c, struct site *s, const struct field *f, json *written)
{
	if (s->config->filter == NULL || field_names(f) == NO_THING)
		return 0;
	if (!yyjson_is_arr(written))
		return one_inside(c, s, f, written);
	if (json_len(written) > MAX_NAMED)
		return call_fail(c, ERR_INPUT, "The field %s: at most %d at once.", f->name, MAX_NAMED);
	for (struct json_iter it = json_iter(written); json_next(&it);) {
		if (one_inside(c, s, f, it.value) == -1)
			return -1;
	}
	return 0;
}
