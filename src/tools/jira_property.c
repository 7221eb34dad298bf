/*
 * Properties: JSON that apps and people keep at an issue or a project under a key, not shown in Jira's pages. Read
 * before and after a write; a property that is null is deleted.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_target.h"

#include <string.h>

enum { MAX_VALUE = 32768, MAX_READ = 20, MAX_PROPERTY_KEY = 255 };

struct property_args {
	const char *entity, *property_key, *value;
};

static const struct param get_params[] = {
	P_STR(struct property_args, entity, P_REQUIRED, .aliases = "issue_key,project_key,issueIdOrKey,key", .doc = "Issue or project key"),
	P_STR(struct property_args, property_key, 0, .aliases = "propertyKey", .max_len = MAX_PROPERTY_KEY, .doc = NULL),
	P_END
};

static const struct param set_params[] = {
	P_STR(struct property_args, entity, P_REQUIRED, .aliases = "issue_key,project_key,issueIdOrKey,key", .doc = "Issue or project key"),
	P_STR(struct property_args, property_key, P_REQUIRED, .aliases = "propertyKey", .max_len = MAX_PROPERTY_KEY, .doc = NULL),
	P_STR(struct property_args, value, P_REQUIRED | P_JSON, .max_len = MAX_VALUE, .doc = "JSON; null deletes"),
	P_END
};

/* "issue/OPS-7" or "project/OPS" below the API, inside of the fence. */
static char *
entity_path(struct call *c, struct site *s, const char *text)
{
	const char *key;
	char *project = str_trim(c->arena, text, strlen(text));

	if (strchr(project, '-') != NULL || strchr(project, '/') != NULL || project[strspn(project, "0123456789")] == '\0') {
		key = target_key(c, s, text);
		return key == NULL || target_read(c, s, key, NULL, 0) == -1 ? NULL : rest_path(c, s, "{api}/issue/%s/properties", key);
	}
	for (char *p = project; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	if (!site_fence_allows(s, project)) {
		call_fail(c, ERR_NOT_FOUND, "There is no project %s, or this account may not see it.", project);
		return NULL;
	}
	c->target = project;
	return rest_path(c, s, "{api}/project/%s/properties", project);
}

static char *
property_path(struct call *c, const struct site *s, const char *path, const char *key)
{
	const char *segment = rest_path(c, s, "/%s", key);

	return segment == NULL ? NULL : arena_printf(c->arena, "%s%s", path, segment);
}

static void
show_property(struct call *c, json *one, const char *key)
{
	json *value = json_get(one, "value");

	out_row(c->out, key, value == NULL ? "(gone)" : json_text(c->arena, value, NULL));
}

static int
get_properties(struct call *c, const void *v)
{
	const struct property_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_req q[MAX_READ];
	const char *key[MAX_READ];
	size_t n = 0, total = 1;
	json *list;
	char *path;

	if (s == NULL || (path = entity_path(c, s, a->entity)) == NULL)
		return -1;
	if (a->property_key != NULL) {
		key[n++] = a->property_key;
	} else {
		if (rest_get(c, s, path, &list) == -1)
			return -1;
		list = json_get(list, "keys");
		total = json_len(list);
		for (struct json_iter it = json_iter(list); json_next(&it) && n < LEN(key);) {
			if (json_get_str(it.value, "key") != NULL)
				key[n++] = json_get_str(it.value, "key");
		}
	}
	if (n == 0) {
		out_say(c->out, "%s has no properties.", c->target);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		q[i] = (struct rest_req){ .path = property_path(c, s, path, key[i]), .optional = a->property_key == NULL };
	if (rest_all(c, s, q, n) == -1)
		return -1;
	out_table(c->out, "properties", "Property", "Value", NULL);
	for (size_t i = 0; i < n; i++)
		show_property(c, q[i].json, key[i]);
	if (total > n)
		out_say(c->out, "%zu of %zu; name others by property_key.", n, total);
	return 0;
}

TOOL(jira_get_properties,
	.title = "Get properties", .doc = "Properties of an issue or project.",
	.toolset = "jira_properties", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct property_args, get_params), .example = "{\"entity\":\"OPS-7\"}", .run = get_properties,
);

/* What was given as JSON; text that is none is a JSON string. */
static json *
value_of(struct call *c, const char *text)
{
	struct err ignored;
	struct buf b;
	struct jw w;
	json *value;

	err_init(&ignored, c->arena);
	value = json_parse(c->arena, text, strlen(text), JSON_STRICT, &ignored);
	if (value != NULL || strchr("{[\"", *text) != NULL) {
		if (value == NULL)
			call_fail(c, ERR_INPUT, "value: %s", ignored.message);
		return value;
	}
	buf_init(&b, MAX_VALUE * 6 + 8);
	jw_init(&w, &b);
	jw_s(&w, text);
	value = json_parse(c->arena, arena_strndup(c->arena, b.data, b.len), b.len, JSON_TRUSTED, &c->err);
	buf_release(&b);
	return value;
}

static int
set_property(struct call *c, const void *v)
{
	const struct property_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	struct rest_req q = { .optional = true };
	const char *old, *new;
	json *value;
	char *path;
	bool gone;

	if (s == NULL || (value = value_of(c, a->value)) == NULL || (path = entity_path(c, s, a->entity)) == NULL ||
	    (q.path = w.path = property_path(c, s, path, a->property_key)) == NULL || rest_read(c, s, &q) == -1)
		return -1;
	gone = json_is_null(value);
	old = json_get(q.json, "value") == NULL ? NULL : json_text(c->arena, json_get(q.json, "value"), NULL);
	if (gone ? old == NULL : old != NULL && yyjson_equals(value, json_get(q.json, "value"))) {
		out_say(c->out, gone ? "%s has no property %s; nothing was changed." : "%s has this value in property %s already; nothing was changed.",
		    c->target, a->property_key);
		return 0;
	}
	if (c->dry_run != NULL)
		out_pairf(c->out, a->property_key, "%s -> %s", target_short(c, old), gone ? "(deleted)" : target_short(c, a->value));
	if (gone)
		w.method = "DELETE";
	else
		w.body = json_text(c->arena, value, NULL);
	w.target = arena_printf(c->arena, "%s property %s", c->target, a->property_key);
	w.before = old;
	w.what = arena_printf(c->arena, "the change of property %s of %s", a->property_key, c->target);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (rest_read(c, s, &q) == -1) {
		err_context(&c->err, "Property %s of %s was changed, but reading it back failed", a->property_key, c->target);
		return -1;
	}
	new = json_get(q.json, "value") == NULL ? NULL : json_text(c->arena, json_get(q.json, "value"), NULL);
	if (gone ? new != NULL : new == NULL || !yyjson_equals(value, json_get(q.json, "value")))
		return call_fail(c, ERR_IGNORED, "Jira accepted the change of property %s, but it is %s.", a->property_key, target_short(c, new));
	out_pairf(c->out, arena_printf(c->arena, "Property %s of %s", a->property_key, c->target), "%s -> %s", target_short(c, old), target_short(c, new));
	return 0;
}

TOOL(jira_set_property,
	.title = "Set property", .doc = "Set or delete a property of an issue or project.",
	.toolset = "jira_properties", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct property_args, set_params),
	.example = "{\"entity\":\"OPS-7\",\"property_key\":\"review\",\"value\":\"{\\\"state\\\":\\\"open\\\"}\"}", .run = set_property,
);
