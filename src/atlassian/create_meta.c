/*
 * Jira has said this in three shapes: Cloud's pages name their list ("issueTypes", "fields"),
 * Data Center's have "values", and edit metadata is an object by id. Pages are put
 * together here; everything above sees one array or one object.
 */
#include "atlassian/create_meta.h"

#include "atlassian/cache.h"
#include "atlassian/project.h"
#include "base/str.h"

#include <string.h>

enum { PAGE = 200, MAX_PAGES = 10, MAX_TYPES_NAMED = 20, MAX_SCREEN = 16 * 1024 * 1024 };

static json *
list_of(json *page)
{
	static const char *const members[] = { "issueTypes", "fields", "values" };

	for (size_t i = 0; i < LEN(members); i++) {
		if (yyjson_is_arr(json_get(page, members[i])))
			return json_get(page, members[i]);
	}
	return NULL;
}

/* The pages after the first, which nearly no project has, one after the other; all as one array. */
static int
all_pages(struct call *c, struct site *s, const char *path, json *list, int64_t total, json **ret)
{
	struct buf b;
	struct jw w;
	json *page;

	buf_init(&b, MAX_SCREEN);
	jw_init(&w, &b);
	jw_arr(&w);
	for (int64_t seen = 0, n = 1;; n++) {
		for (struct json_iter it = json_iter(list); json_next(&it);)
			jw_val(&w, it.value);
		seen += (int64_t)json_len(list);
		if (seen >= total || json_len(list) == 0 || n == MAX_PAGES)
			break;
		if (rest_cached(c, s, rest_query(c, arena_strdup(c->arena, path), "startAt",
		    arena_printf(c->arena, "%lld", (long long)seen), NULL), CACHED_METADATA_S, &page) == -1) {
			buf_release(&b);
			return -1;
		}
		list = list_of(page);
	}
	jw_end(&w);
	*ret = buf_overflowed(&b) ? NULL : json_parse(c->arena, b.data, b.len, JSON_TRUSTED, &c->err);
	buf_release(&b);
	return *ret != NULL ? 0 : call_fail(c, ERR_TOO_LARGE, "The screen has more fields than can be read.");
}

static int
read_list(struct call *c, struct site *s, char *path, json **ret)
{
	json *page, *list;
	int64_t total;

	path = rest_query(c, path, "maxResults", arena_printf(c->arena, "%d", PAGE), NULL);
	if (rest_cached(c, s, path, CACHED_METADATA_S, &page) == -1)
		return -1;
	list = list_of(page);
	if (list == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of what can be created.", s->label);
	total = json_get_int(page, "total", 0);
	*ret = list;
	return (int64_t)json_len(list) >= total ? 0 : all_pages(c, s, path, list, total, ret);
}

int
meta_types(struct call *c, struct site *s, const char *project, json **ret)
{
	if (read_list(c, s, rest_path(c, s, "{api}/issue/createmeta/%s/issuetypes", project), ret) == 0)
		return 0;
	if (c->err.http_status != 400 && c->err.http_status != 404)
		return -1;
	err_clear(&c->err);	/* in one way, whatever the site's way of saying it */
	return project_unknown(c, project);
}

static bool
type_is(struct arena *a, json *type, const char *text)
{
	return str_eq(json_scalar(a, json_get(type, "id")), text) || str_ieq(json_get_str(type, "name"), text) ||
	    str_ieq(json_get_str(type, "untranslatedName"), text);
}

/* "Sub-task", "subtask" and "Sub Task" are one word to those who ask. */
static const char *
letters(struct arena *a, const char *s)
{
	char *out = str_lower(a, s != NULL ? s : ""), *to = out;

	for (const char *p = out; *p != '\0'; p++) {
		if (*p != ' ' && *p != '-' && *p != '_')
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

static int
no_such_type(struct call *c, const char *project, const char *text, json *types)
{
	struct buf b;
	size_t n = 0;

	buf_init(&b, 8192);
	for (struct json_iter it = json_iter(types); json_next(&it) && n < MAX_TYPES_NAMED; n++)
		buf_addf(&b, "%s%s", n > 0 ? ", " : "", json_get_str(it.value, "name"));
	if (json_len(types) > n)
		buf_addf(&b, " and %zu more", json_len(types) - n);
	call_fail(c, ERR_INPUT, "The project %s has no issue type \"%.80s\".", project, text);
	if (n > 0)
		call_hint(c, "Possible: %s.", b.data);
	else
		call_hint(c, "This account may not create issues there.");
	buf_release(&b);
	return -1;
}

/* Exact, then without spaces and hyphens, then a unique prefix; NULL: none or several. */
static json *
find_type(struct call *c, json *types, const char *text)
{
	const char *word = letters(c->arena, str_trim(c->arena, text, strlen(text)));
	json *found = NULL;
	size_t n = 0;

	for (struct json_iter it = json_iter(types); json_next(&it);) {
		if (type_is(c->arena, it.value, text))
			return it.value;
	}
	for (int prefix = 0; prefix < 2 && n == 0; prefix++) {
		for (struct json_iter it = json_iter(types); json_next(&it);) {
			const char *name = letters(c->arena, json_get_str(it.value, "name"));

			if (*word != '\0' && (prefix ? str_starts(name, word) : str_eq(name, word))) {
				found = it.value;
				n++;
			}
		}
	}
	return n == 1 ? found : NULL;
}

int
meta_type(struct call *c, struct site *s, const char *project, const char *text, json **ret)
{
	int requests = c->upstream_requests;
	json *types;

	if (meta_types(c, s, project, &types) == -1)
		return -1;
	*ret = find_type(c, types, text);
	if (*ret == NULL && c->upstream_requests == requests) {	/* what was kept may be old */
		rest_forget(s);
		if (meta_types(c, s, project, &types) == -1)
			return -1;
		*ret = find_type(c, types, text);
	}
	return *ret != NULL ? 0 : no_such_type(c, project, text, types);
}

int
meta_create(struct call *c, struct site *s, const char *project, const char *type_id, json **ret)
{
	return read_list(c, s, rest_path(c, s, "{api}/issue/createmeta/%s/issuetypes/%s", project, type_id), ret);
}

struct screen_job {
	struct site *site;
	const char *project;
	struct meta_screen *screen;
};

static int
read_screen(struct call *c, void *arg)
{
	struct screen_job *j = arg;

	return meta_create(c, j->site, j->project, j->screen->type_id, &j->screen->fields);
}

int
meta_create_all(struct call *c, struct site *s, const char *project, struct meta_screen **ret, size_t *ret_count)
{
	struct meta_screen *screens = arena_array(c->arena, META_MAX_TYPES, sizeof(*screens));
	struct screen_job *jobs = arena_array(c->arena, META_MAX_TYPES, sizeof(*jobs));
	json *types;
	size_t n = 0;

	if (meta_types(c, s, project, &types) == -1)
		return -1;
	for (struct json_iter it = json_iter(types); json_next(&it) && n < META_MAX_TYPES;) {
		screens[n].type = json_get_str(it.value, "name");
		screens[n].type_id = json_scalar(c->arena, json_get(it.value, "id"));
		jobs[n] = (struct screen_job){ .site = s, .project = project, .screen = &screens[n] };
		n += screens[n].type_id != NULL && screens[n].type != NULL;
	}
	*ret = screens;
	*ret_count = n;
	return n == 0 ? 0 : call_all(c, read_screen, jobs, n, sizeof(*jobs));
}

/*
 * Edit metadata is large, asked for by issue, and the same for all issues of a project and type: it is kept under these
 * two. Where nothing of the project is kept yet it comes with the look at the issue's type, else that look is small.
 */
static const char *
edit_name(struct arena *a, const char *project, const char *type_id)
{
	return arena_printf(a, "editmeta %s %s", project, type_id != NULL ? type_id : "");
}

static int
keep_edit(struct call *c, struct site *s, const struct meta_issue *i, json *fields)
{
	if (i->project == NULL || i->type_id == NULL || fields == NULL)
		return 0;
	rest_keep(c, s, edit_name(c->arena, i->project, NULL), "{}", CACHED_METADATA_S);
	rest_keep(c, s, edit_name(c->arena, i->project, i->type_id), json_text(c->arena, fields, NULL), CACHED_METADATA_S);
	return 0;
}

int
meta_edit(struct call *c, struct site *s, const char *key, struct meta_issue *i, json **ret)
{
	const char *project = jira_project_of(c->arena, key);
	bool known = project != NULL && rest_kept(c, s, edit_name(c->arena, project, NULL)) != NULL;
	json *issue, *screen;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project,issuetype", "expand",
	    known ? NULL : "editmeta", NULL), &issue) == -1 || jira_check_fence(c, s, issue) == -1)
		return -1;
	i->kept = false;
	i->project = json_path_str(issue, "fields.project.key");
	i->type = json_path_str(issue, "fields.issuetype.name");
	i->type_id = json_path_str(issue, "fields.issuetype.id");
	*ret = json_path(issue, "editmeta.fields");
	if (*ret != NULL)
		return keep_edit(c, s, i, *ret);
	if (i->project != NULL && i->type_id != NULL &&
	    (*ret = rest_kept(c, s, edit_name(c->arena, i->project, i->type_id))) != NULL) {
		i->kept = true;
		return 0;
	}
	if (rest_get(c, s, rest_path(c, s, "{api}/issue/%s/editmeta", key), &screen) == -1)
		return -1;
	*ret = json_get(screen, "fields");
	return keep_edit(c, s, i, *ret);
}

const char *
meta_field_id(const struct json_iter *it)
{
	const char *id = it->key != NULL ? it->key : json_get_str(it->value, "fieldId");

	return id != NULL ? id : json_get_str(it->value, "key");
}

struct field
meta_as_field(const struct json_iter *it)
{
	const char *custom = json_path_str(it->value, "schema.custom"), *colon = custom == NULL ? NULL : strrchr(custom, ':');

	return (struct field){ .id = meta_field_id(it), .name = json_get_str(it->value, "name"),
		.type = json_path_str(it->value, "schema.type"), .items = json_path_str(it->value, "schema.items"),
		.custom = colon != NULL ? colon + 1 : custom };
}

json *
meta_field(json *screen, const char *id)
{
	for (struct json_iter it = json_iter(screen); json_next(&it);) {
		if (str_eq(meta_field_id(&it), id))
			return it.value;
	}
	return NULL;
}
