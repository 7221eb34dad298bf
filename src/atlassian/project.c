/* A key is taken at its word; anything else is looked for in the list of projects, cut to the fence before names are compared. */
#include "atlassian/project.h"

#include "atlassian/cache.h"
#include "atlassian/pick.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { MAX_KEY = 20, MAX_LIST = 8 * 1024 * 1024 };

int
project_unknown(struct call *c, const char *text)
{
	call_fail(c, ERR_NOT_FOUND, "There is no project %.80s, or this account may not see it.", text);
	call_hint(c, "Check the key: jira_get_all_projects lists those that there are.");
	return -1;
}

static bool
looks_like_key(const char *s)
{
	if (!isalpha((unsigned char)*s) || strlen(s) > MAX_KEY || s[1] == '\0')
		return false;
	for (; *s != '\0'; s++) {
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	}
	return true;
}

static char *
upper(struct arena *a, const char *s, size_t len)
{
	char *out = arena_strndup(a, s, len);

	for (char *p = out; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return out;
}

/* The list within the fence. */
static json *
within_fence(struct call *c, const struct site *s, json *list)
{
	json *all;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_LIST);
	jw_init(&w, &b);
	jw_arr(&w);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (site_fence_allows(s, json_get_str(it.value, "key")))
			jw_val(&w, it.value);
	}
	jw_end(&w);
	all = buf_overflowed(&b) ? NULL : json_parse(c->arena, b.data, b.len, JSON_TRUSTED, &c->err);
	buf_release(&b);
	return all;
}

static const char *
key_by_name(struct call *c, struct site *s, const char *text)
{
	bool number = text[strspn(text, "0123456789")] == '\0';
	json *page, *list, *one;
	char *path = site_is_cloud(s) ? rest_query(c, rest_path(c, s, "{api}/project/search"), number ? "id" : "query", text, NULL) :
	    rest_path(c, s, "{api}/project");

	if (rest_cached(c, s, path, CACHED_SHORT_S, &page) == -1)
		return NULL;
	list = within_fence(c, s, yyjson_is_arr(page) ? page : json_get(page, "values"));
	if (list == NULL || pick(c, "project", text, list, "key,id,name", &one) == -1)
		return NULL;
	return json_get_str(one, "key");
}

const char *
project_key(struct call *c, struct site *s, const char *text)
{
	char *t = str_trim(c->arena, text, strlen(text));
	const char *key, *p;

	if (str_istarts(t, "http://") || str_istarts(t, "https://")) {
		p = strstr(t, "/projects/");
		p = p != NULL ? p + strlen("/projects/") : (p = strstr(t, "/browse/")) != NULL ? p + strlen("/browse/") : NULL;
		if (p == NULL || !str_istarts(t, s->web)) {
			call_fail(c, ERR_INPUT, "That link is not of a project of this site, %s.", s->label);
			return NULL;
		}
		t = arena_strndup(c->arena, p, strcspn(p, "/?#-"));
	}
	if (looks_like_key(t))
		key = upper(c->arena, t, strlen(t));
	else if (*t != '\0')
		key = key_by_name(c, s, t);
	else
		key = NULL;
	if (key == NULL) {
		if (!err_is_set(&c->err))
			(void)project_unknown(c, t);
		return NULL;
	}
	if (!site_fence_allows(s, key)) {
		(void)project_unknown(c, key);
		return NULL;
	}
	return key;
}

/* One error for what is not there, what is hidden, and what is outside the fence. */
static int
part_unknown(struct call *c, const char *what, const char *text)
{
	call_fail(c, ERR_NOT_FOUND, "There is no %s %.80s, or this account may not see it.", what, text);
	call_hint(c, "jira_get_project_%ss lists those of a project.", what);
	return -1;
}

/* Versions say their project's id only. Asks nothing where there is no fence. */
static int
within(struct call *c, struct site *s, json *part, bool *ret)
{
	const char *key = json_get_str(part, "project"), *id = json_scalar(c->arena, json_get(part, "projectId"));
	struct rest_req q = { .optional = true };

	*ret = true;
	if (site_fence_allows(s, ""))	/* no fence */
		return 0;
	if (key == NULL && id != NULL) {
		q.path = rest_path(c, s, "{api}/project/%s", id);
		if (rest_read(c, s, &q) == -1)
			return -1;
		key = json_get_str(q.json, "key");
	}
	*ret = key != NULL && site_fence_allows(s, key);
	return 0;
}

static int
part_by_id(struct call *c, struct site *s, const char *what, const char *text, json **ret)
{
	struct rest_req q = { .optional = true };
	bool seen;

	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0') {
		call_fail(c, ERR_INPUT, "\"%.80s\" is no id of a %s.", text, what);
		call_hint(c, "To name a %s, give project_key too.", what);
		return -1;
	}
	q.path = rest_path(c, s, str_eq(what, "version") ? "{api}/version/%s" : "{api}/component/%s", text);
	if (rest_read(c, s, &q) == -1 || within(c, s, q.json, &seen) == -1)
		return -1;
	*ret = q.json;
	return q.json != NULL && seen ? 0 : part_unknown(c, what, text);
}

int
project_parts(struct call *c, struct site *s, const char *what, const char *project, const char *text, const char *other, json **ret,
    json **ret_other)
{
	const char *key;
	json *list;

	*ret_other = NULL;
	text = str_trim(c->arena, text, strlen(text));
	if (project == NULL)
		return part_by_id(c, s, what, text, ret) == -1 || (other != NULL && part_by_id(c, s, what, other, ret_other) == -1) ? -1 : 0;
	if ((key = project_key(c, s, project)) == NULL || rest_get(c, s, rest_path(c, s, str_eq(what, "version") ?
	    "{api}/project/%s/versions" : "{api}/project/%s/components", key), &list) == -1)
		return -1;
	return pick(c, what, text, list, "id,name", ret) == -1 || (other != NULL && pick(c, what, other, list, "id,name", ret_other) == -1) ?
	    -1 : 0;
}

int
project_part(struct call *c, struct site *s, const char *what, const char *project, const char *text, json **ret)
{
	json *none;

	return project_parts(c, s, what, project, text, NULL, ret, &none);
}
