/*
 * Fields of the site: found by a word, and the values that one of them takes. Values of a project come from its create
 * screens, which everybody may read; those of a context (or, on Data Center, of the field) from the administration.
 */
#include "atlassian/cache.h"
#include "atlassian/create_meta.h"
#include "atlassian/pick.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

/* ---- jira_search_fields ---- */

struct search_args {
	const char *keyword;
	int64_t limit;
	bool refresh;
};

static const struct param search_params[] = {
	P_STR(struct search_args, keyword, 0, .aliases = "query,name", .doc = "Part of the name"),
	P_INT(struct search_args, limit, P_MORE, .min = 1, .max = 500, .dflt = 10, .doc = NULL),
	P_BOOL(struct search_args, refresh, P_HIDDEN, .doc = NULL),
	P_END
};

static bool
holds(struct arena *a, const char *text, const char *word)
{
	return text != NULL && strstr(str_lower(a, text), word) != NULL;
}

static bool
is_meant(struct arena *a, json *f, const char *word)
{
	if (*word == '\0' || holds(a, json_get_str(f, "name"), word) || holds(a, json_get_str(f, "untranslatedName"), word) ||
	    holds(a, json_get_str(f, "id"), word))
		return true;
	for (struct json_iter it = json_iter(json_get(f, "clauseNames")); json_next(&it);) {
		if (holds(a, json_str(it.value), word))
			return true;
	}
	return false;
}

/* "array of option", with what custom fields say themselves: "select". */
static const char *
type_words(struct arena *a, json *f)
{
	const char *type = json_path_str(f, "schema.type"), *items = json_path_str(f, "schema.items");
	const char *custom = json_path_str(f, "schema.custom"), *colon = custom == NULL ? NULL : strrchr(custom, ':');

	if (colon != NULL)
		return colon + 1;
	return items != NULL ? arena_printf(a, "list of %s", items) : type;
}

static const char *
clause_words(struct arena *a, json *f)
{
	const char *name = json_get_str(f, "name"), *first = json_str(json_at(json_get(f, "clauseNames"), 0));

	for (struct json_iter it = json_iter(json_get(f, "clauseNames")); json_next(&it);) {
		if (str_ieq(json_str(it.value), name))
			return strchr(name, ' ') != NULL ? arena_printf(a, "\"%s\"", name) : name;
	}
	return first;
}

static int
search_fields(struct call *c, const void *v)
{
	const struct search_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *word = a->keyword == NULL ? "" : str_lower(c->arena, str_trim(c->arena, a->keyword, strlen(a->keyword)));
	const char *const *names, *near;
	size_t found = 0, count;
	json *list;

	if (s == NULL)
		return -1;
	if (a->refresh)
		fields_forget(s);
	if (rest_cached(c, s, rest_path(c, s, "{api}/field"), CACHED_METADATA_S, &list) == -1)
		return -1;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (!is_meant(c->arena, it.value, word) || found++ >= (size_t)a->limit)
			continue;
		if (found == 1)
			out_table(c->out, "fields", "Field", "Id", "Type", "In JQL", NULL);
		out_row(c->out, json_get_str(it.value, "name"), json_get_str(it.value, "id"), type_words(c->arena, it.value),
		    clause_words(c->arena, it.value));
	}
	if (found > (size_t)a->limit)
		out_more(c->out, "limit", arena_printf(c->arena, "%zu", found), arena_printf(c->arena, "fields (%zu)",
		    found - (size_t)a->limit));
	if (found > 0)
		return 0;
	if (fields_load(c, s) == -1)
		return -1;
	names = fields_names(s, c->arena, &count);
	near = str_nearest(a->keyword, names, count);
	if (near != NULL)
		out_say(c->out, "No field has \"%s\" in its name. Did you mean \"%s\"?", a->keyword, near);
	else
		out_say(c->out, "No field has \"%s\" in its name.", a->keyword);
	return 0;
}

TOOL(jira_search_fields,
	.title = "Search fields", .doc = "Find fields by name: id, type, name in JQL.",
	.toolset = "jira_fields", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct search_args, search_params), .example = "{\"keyword\":\"point\"}", .run = search_fields,
);

/* ---- jira_get_field_options ---- */

struct options_args {
	const char *field_id, *context_id, *project_key, *issue_type, *contains;
	int64_t return_limit;
	bool values_only;
};

static const struct param options_params[] = {
	P_STR(struct options_args, field_id, P_REQUIRED, .aliases = "field,fieldId", .doc = "Name or id"),
	P_STR(struct options_args, project_key, 0, .doc = NULL),
	P_STR(struct options_args, issue_type, 0, .doc = NULL),
	P_STR(struct options_args, context_id, P_MORE, .doc = NULL),
	P_STR(struct options_args, contains, 0, .doc = NULL),
	P_INT(struct options_args, return_limit, P_MORE, .min = 1, .max = 10000, .dflt = 100, .aliases = "limit", .doc = NULL),
	P_BOOL(struct options_args, values_only, P_HIDDEN, .doc = NULL),
	P_END
};

static const char *
value_name(json *v)
{
	const char *name = json_get_str(v, "value");

	return name != NULL ? name : json_get_str(v, "name");
}

/* One level of a cascade is told with the option above it. parents: optionId names the parent (Cloud's administration). */
static void
show_options(struct call *c, const struct options_args *a, json *list)
{
	const char *word = a->contains == NULL ? "" : str_lower(c->arena, a->contains);
	size_t found = 0;

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *parent = json_get_str(it.value, "optionId"), *children = NULL, *name = value_name(it.value);
		bool off = json_get_bool(it.value, "disabled", false);

		if (name == NULL)
			continue;
		for (struct json_iter p = json_iter(parent != NULL ? list : NULL); json_next(&p);) {
			if (str_eq(json_get_str(p.value, "id"), parent))
				name = arena_printf(c->arena, "%s > %s", value_name(p.value), name);
		}
		for (struct json_iter k = json_iter(json_get(it.value, "children")); json_next(&k);)
			children = children == NULL ? value_name(k.value) : arena_printf(c->arena, "%s, %s", children, value_name(k.value));
		if (!holds(c->arena, name, word) && !holds(c->arena, children, word))
			continue;
		if (found++ >= (size_t)a->return_limit)
			continue;
		if (found == 1)
			out_table(c->out, "options", "Value", "Id", "Below it", NULL);
		out_row(c->out, off ? arena_printf(c->arena, "%s (disabled)", name) : name, json_scalar(c->arena, json_get(it.value, "id")),
		    children);
	}
	if (found == 0)
		out_say(c->out, a->contains != NULL ? "No value holds \"%s\"." : "It has no values to choose from.%.0s",
		    a->contains != NULL ? a->contains : "");
	else if (found > (size_t)a->return_limit)
		out_more(c->out, "return_limit", arena_printf(c->arena, "%zu", found), arena_printf(c->arena, "values (%zu)",
		    found - (size_t)a->return_limit));
}

/* From the create screen of the type, or of the first type that has the field. */
static int
options_of_project(struct call *c, struct site *s, const struct options_args *a, const struct field *f)
{
	const char *key = project_key(c, s, a->project_key), *type_name = NULL;
	struct meta_screen *screens;
	json *type, *screen, *meta = NULL;
	size_t n;

	if (key == NULL)
		return -1;
	if (a->issue_type != NULL) {
		if (meta_type(c, s, key, a->issue_type, &type) == -1 ||
		    meta_create(c, s, key, json_scalar(c->arena, json_get(type, "id")), &screen) == -1)
			return -1;
		meta = meta_field(screen, f->id);
		type_name = json_get_str(type, "name");
	} else {
		if (meta_create_all(c, s, key, &screens, &n) == -1)
			return -1;
		for (size_t i = 0; i < n && meta == NULL; i++) {
			meta = meta_field(screens[i].fields, f->id);
			type_name = screens[i].type;
		}
	}
	if (meta == NULL) {
		call_fail(c, ERR_NOT_FOUND, "The field %s is not on the create screen of %s in %s.", f->name,
		    a->issue_type != NULL ? type_name : "any issue type", key);
		call_hint(c, "jira_get_project_fields lists what is.");
		return -1;
	}
	out_title(c->out, f->name, arena_printf(c->arena, "values for %s in %s", type_name, key));
	if (json_get(meta, "allowedValues") == NULL)
		out_say(c->out, "It takes %s.", field_shape(f));
	else
		show_options(c, a, json_get(meta, "allowedValues"));
	return 0;
}

static int
options_of_context(struct call *c, struct site *s, const struct options_args *a, const struct field *f)
{
	json *page, *contexts, *context;
	const char *id;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/field/%s/context", f->id), "maxResults", "50", NULL), &page) == -1)
		goto failed;
	contexts = json_get(page, "values");
	if (a->context_id == NULL && json_len(contexts) == 1)
		context = json_at(contexts, 0);
	else if (a->context_id != NULL) {
		if (pick(c, "context", a->context_id, contexts, "id,name", &context) == -1)
			return -1;
	} else {
		out_title(c->out, f->name, "contexts");
		out_table(c->out, "contexts", "Context", "Id", "Projects", NULL);
		for (struct json_iter it = json_iter(contexts); json_next(&it);)
			out_row(c->out, json_get_str(it.value, "name"), json_get_str(it.value, "id"),
			    json_get_bool(it.value, "isGlobalContext", false) ? "all" : "some");
		out_say(c->out, "Each context has its own values: call again with context_id, or with project_key.");
		return 0;
	}
	id = json_get_str(context, "id");
	if (id == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s gave a context without an id.", s->label);
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/field/%s/context/%s/option", f->id, id), "maxResults", "1000", NULL),
	    &page) == -1)
		goto failed;
	out_title(c->out, f->name, arena_printf(c->arena, "values in context %s", json_get_str(context, "name")));
	show_options(c, a, json_get(page, "values"));
	return 0;
failed:
	if (c->err.kind == ERR_FORBIDDEN)
		call_hint(c, "Contexts are for administrators: give project_key instead.");
	return -1;
}

static int
options_on_dc(struct call *c, struct site *s, const struct options_args *a, const struct field *f)
{
	json *page;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/customFields/%s/options", f->id + strlen("customfield_")), "maxResults",
	    "1000", "query", a->contains, NULL), &page) == -1)
		return -1;
	out_title(c->out, f->name, "values");
	show_options(c, a, json_get(page, "options"));
	return 0;
}

static int
get_options(struct call *c, const void *v)
{
	const struct options_args *a = v;
	struct site *s = app_site(c, JIRA);
	const struct field *f;

	if (s == NULL || fields_find(c, s, a->field_id, &f) == -1)
		return -1;
	if (a->project_key != NULL)
		return options_of_project(c, s, a, f);
	if (!str_starts(f->id, "customfield_")) {
		call_fail(c, ERR_INPUT, "The values of %s depend on the project.", f->name);
		call_hint(c, "Give project_key.");
		return -1;
	}
	return site_is_cloud(s) ? options_of_context(c, s, a, f) : options_on_dc(c, s, a, f);
}

TOOL(jira_get_field_options,
	.title = "Field options", .doc = "Values that a field takes, in a project or context.",
	.toolset = "jira_fields", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work manage:jira-configuration",
	ARGS(struct options_args, options_params), .example = "{\"field_id\":\"Team\",\"project_key\":\"OPS\"}", .run = get_options,
);
