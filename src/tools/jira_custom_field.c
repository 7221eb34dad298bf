/*
 * Administration of custom fields: a new one of the usual types, with its context and options on Cloud, and the options of a
 * context. Data Center's REST API makes fields but neither contexts nor options.
 */
#include "atlassian/cache.h"
#include "atlassian/fields.h"
#include "atlassian/pick.h"
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"

#include <string.h>

enum { MAX_OPTIONS = 200, MAX_PROJECTS = 50 };

#define CF "com.atlassian.jira.plugin.system.customfieldtypes:"
static const struct {
	const char *word, *type, *searcher;
	bool options;
} types[] = {
	{ "text", CF "textfield", CF "textsearcher", false },
	{ "textarea", CF "textarea", CF "textsearcher", false },
	{ "number", CF "float", CF "exactnumber", false },
	{ "date", CF "datepicker", CF "daterange", false },
	{ "datetime", CF "datetime", CF "datetimerange", false },
	{ "select", CF "select", CF "multiselectsearcher", true },
	{ "multiselect", CF "multiselect", CF "multiselectsearcher", true },
	{ "checkboxes", CF "multicheckboxes", CF "multiselectsearcher", true },
	{ "radio", CF "radiobuttons", CF "multiselectsearcher", true },
	{ "cascading", CF "cascadingselect", CF "cascadingselectsearcher", true },
	{ "user", CF "userpicker", CF "userpickergroupsearcher", false },
	{ "users", CF "multiuserpicker", CF "userpickergroupsearcher", false },
	{ "group", CF "grouppicker", CF "grouppickersearcher", false },
	{ "groups", CF "multigrouppicker", CF "grouppickersearcher", false },
	{ "version", CF "version", CF "versionsearcher", false },
	{ "versions", CF "multiversion", CF "versionsearcher", false },
	{ "project", CF "project", CF "projectsearcher", false },
	{ "url", CF "url", CF "exacttextsearcher", false },
	{ "labels", CF "labels", CF "labelsearcher", false },
};

/* "a, b"; NULL: none */
static const char *
listed(struct call *c, char **words)
{
	const char *all = NULL;

	for (; words != NULL && *words != NULL; words++)
		all = all == NULL ? *words : arena_printf(c->arena, "%s, %s", all, *words);
	return all;
}

/* ---- options ---- */

static const char *
add_body(struct call *c, char **values)
{
	struct body body;
	struct jw *j = body_begin(&body);

	jw_arr_in(j, "options");
	for (; *values != NULL; values++) {
		jw_obj(j);
		jw_str(j, "value", *values);
		jw_end(j);
	}
	return body_end(c, &body);
}

static int
add_options(struct call *c, struct site *s, const char *field, const char *context, char **values, json **ret)
{
	struct rest_write w = { .method = "POST", .target = field, .what = "adding options",
		.path = rest_path(c, s, "{api}/field/%s/context/%s/option", field, context), .body = add_body(c, values) };

	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	*ret = json_get(w.json, "options");
	return 0;
}

/* The only context, or the one that is named. */
static int
find_context(struct call *c, struct site *s, const char *field, const char *text, const char **ret_id, const char **ret_name)
{
	json *page, *list, *one;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/field/%s/context", field), "maxResults", "100", NULL), &page) == -1)
		return -1;
	list = json_get(page, "values");
	if (text == NULL && json_len(list) != 1) {
		call_fail(c, ERR_INPUT, "The field has %zu contexts.", json_len(list));
		call_hint(c, "Name one with context_id; jira_get_field_options lists them.");
		return -1;
	}
	if (text == NULL)
		one = json_at(list, 0);
	else if (pick(c, "context", text, list, "id,name", &one) == -1)
		return -1;
	*ret_id = json_get_str(one, "id");
	*ret_name = json_get_str(one, "name");
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a context without an id.", s->label);
}

/* ---- jira_create_custom_field ---- */

struct create_args {
	const char *name, *type, *description;
	char **options, **projects;
};

static const struct param create_params[] = {
	P_STR(struct create_args, name, P_REQUIRED, .max_len = 255),
	P_STR(struct create_args, type, P_REQUIRED, .doc = "text, number, date, select, user ..."),
	P_STR(struct create_args, description, P_MORE, .max_len = 16384, .doc = NULL),
	P_LIST(struct create_args, options, 0, .max_len = MAX_OPTIONS, .doc = "Cloud"),
	P_LIST(struct create_args, projects, P_MORE, .max_len = MAX_PROJECTS, .doc = "Cloud"),
	P_END
};

static int
project_ids(struct call *c, struct site *s, char **projects, const char **ret)
{
	size_t n = 0;

	for (; projects != NULL && *projects != NULL && n < MAX_PROJECTS; projects++) {
		const char *key = project_key(c, s, *projects);
		json *p;

		if (key == NULL || rest_cached(c, s, rest_path(c, s, "{api}/project/%s", key), CACHED_METADATA_S, &p) == -1)
			return -1;
		ret[n++] = json_scalar(c->arena, json_get(p, "id"));
	}
	ret[n] = NULL;
	return 0;
}

/* A context of the field; for all projects when none is named. *ret_id is its id. */
static int
make_context(struct call *c, struct site *s, const char *field, const char *name, const char *const *ids, const char **ret_id)
{
	struct rest_write w = { .method = "POST", .target = field, .what = "the creation of the context", .created_id = "id",
		.path = rest_path(c, s, "{api}/field/%s/context", field) };
	struct body body;
	struct jw *j = body_begin(&body);

	jw_str(j, "name", arena_printf(c->arena, "Context of %s", name));
	jw_arr_in(j, "projectIds");
	for (; *ids != NULL; ids++)
		jw_s(j, *ids);
	jw_end(j);
	jw_arr_in(j, "issueTypeIds");
	jw_end(j);
	w.body = body_end(c, &body);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	*ret_id = json_scalar(c->arena, json_get(w.json, "id"));
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a context without an id.", s->label);
}

static int
create_field(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id", .what = "the creation of the field" };
	const char *ids[MAX_PROJECTS + 1], *id, *context = NULL;
	size_t type = 0;
	struct body body;
	struct jw *j;
	json *made = NULL;

	if (change_word(c, "type", a->type, "text,textarea,number,date,datetime,select,multiselect,checkboxes,radio,cascading,user,users,"
	    "group,groups,version,versions,project,url,labels") == -1)
		return -1;
	while (type + 1 < LEN(types) && !str_eq(types[type].word, a->type))
		type++;
	if (a->options != NULL && !types[type].options)
		return call_fail(c, ERR_INPUT, "A field of type %s has no options.", a->type);
	if (s == NULL || site_without_fence(c, s, "custom fields") == -1)
		return -1;
	if (!site_is_cloud(s) && a->options != NULL) {
		call_fail(c, ERR_INPUT, "Data Center's REST API can't make options.");
		call_hint(c, "Create the field without; an administrator adds them in Jira.");
		return -1;
	}
	if (!site_is_cloud(s) && a->projects != NULL) {
		call_fail(c, ERR_INPUT, "A field is limited to projects on Cloud only.");
		call_hint(c, "Create it without projects; an administrator limits its context in Jira.");
		return -1;
	}
	if (project_ids(c, s, a->projects, ids) == -1)
		return -1;
	j = body_begin(&body);
	jw_str(j, "name", a->name);
	jw_str(j, "type", types[type].type);
	jw_str(j, "searcherKey", types[type].searcher);
	if (a->description != NULL)
		jw_str(j, "description", a->description);
	w.path = rest_path(c, s, "{api}/field");
	w.body = body_end(c, &body);
	if (c->dry_run != NULL) {
		out_pairf(c->out, "New field", "%s (%s)", a->name, a->type);
		out_pair(c->out, "Description", a->description);
		out_pair(c->out, "Options", listed(c, a->options));
		out_pair(c->out, "Projects", listed(c, a->projects));
	}
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	fields_forget(s);
	id = json_get_str(w.json, "id");
	if (id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the field but did not name its id.", s->label);
	if ((site_is_cloud(s) && (a->projects != NULL || a->options != NULL) && make_context(c, s, id, a->name, ids, &context) == -1) ||
	    (a->options != NULL && add_options(c, s, id, context, a->options, &made) == -1)) {
		err_context(&c->err, "The field was created (%s), but then", id);
		return -1;
	}
	out_say(c->out, "Created field %s.", json_get_str(w.json, "name"));
	out_pair(c->out, "Id", id);
	out_pair(c->out, "Type", a->type);
	if (made != NULL)
		out_pairf(c->out, "Options", "%zu", json_len(made));
	out_say(c->out, "It is on no screen yet: an administrator adds it to screens in Jira.");
	return 0;
}

TOOL(jira_create_custom_field,
	.title = "Create custom field", .doc = "Create a custom field, with options.",
	.toolset = "jira_admin", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "manage:jira-configuration",
	ARGS(struct create_args, create_params), .example = "{\"name\":\"Severity\",\"type\":\"select\"}", .run = create_field,
);

/* ---- jira_update_field_options ---- */

struct options_args {
	const char *field_id, *context_id;
	char **add, **disable, **enable;
	json *rename;
};

static const struct param options_params[] = {
	P_STR(struct options_args, field_id, P_REQUIRED, .aliases = "field,fieldId", .doc = "Name or id"),
	P_STR(struct options_args, context_id, P_MORE, .doc = "If it has several"),
	P_LIST(struct options_args, add, 0, .max_len = MAX_OPTIONS, .doc = NULL),
	P_OBJ(struct options_args, rename, 0, .doc = "Old to new"),
	P_LIST(struct options_args, disable, P_MORE, .max_len = MAX_OPTIONS, .doc = NULL),
	P_LIST(struct options_args, enable, P_MORE, .max_len = MAX_OPTIONS, .doc = NULL),
	P_END
};

struct option_edit {
	const char *id, *before, *after;
	bool was_off, off;
};

static int
edit_option(struct call *c, json *options, const char *text, const char *name, int off, struct option_edit *e, size_t *n)
{
	json *one;
	size_t i = 0;

	if (pick(c, "option", text, options, "id,value", &one) == -1)
		return -1;
	while (i < *n && !str_eq(e[i].id, json_get_str(one, "id")))
		i++;
	if (i == MAX_OPTIONS)
		return call_fail(c, ERR_INPUT, "At most %d options at once.", MAX_OPTIONS);
	if (i == *n) {
		e[(*n)++] = (struct option_edit){ .id = json_get_str(one, "id"), .before = json_get_str(one, "value"),
			.after = json_get_str(one, "value"), .was_off = json_get_bool(one, "disabled", false), .off = json_get_bool(one, "disabled", false) };
	}
	e[i].after = name != NULL ? str_trim(c->arena, name, strlen(name)) : e[i].after;
	e[i].off = off < 0 ? e[i].off : off > 0;
	return 0;
}

static int
collect_edits(struct call *c, const struct options_args *a, json *options, struct option_edit *e, size_t *n)
{
	for (struct json_iter it = json_iter(a->rename); json_next(&it);) {
		if (json_str(it.value) == NULL || edit_option(c, options, it.key, json_str(it.value), -1, e, n) == -1)
			return json_str(it.value) == NULL ? call_fail(c, ERR_INPUT, "The new name of %.60s must be text.", it.key) : -1;
	}
	for (char **one = a->disable; one != NULL && *one != NULL; one++) {
		if (edit_option(c, options, *one, NULL, 1, e, n) == -1)
			return -1;
	}
	for (char **one = a->enable; one != NULL && *one != NULL; one++) {
		if (edit_option(c, options, *one, NULL, 0, e, n) == -1)
			return -1;
	}
	return 0;
}

static const char *
edit_body(struct call *c, const struct option_edit *e, size_t n)
{
	struct body body;
	struct jw *j = body_begin(&body);

	jw_arr_in(j, "options");
	for (size_t i = 0; i < n; i++) {
		jw_obj(j);
		jw_str(j, "id", e[i].id);
		jw_str(j, "value", e[i].after);
		jw_bool(j, "disabled", e[i].off);
		jw_end(j);
	}
	return body_end(c, &body);
}

static json *
option_of(json *options, const char *member, const char *text)
{
	for (struct json_iter it = json_iter(options); json_next(&it);) {
		if (str_eq(json_get_str(it.value, member), text))
			return it.value;
	}
	return NULL;
}

/* options: as the site has them now. */
static int
prove_options(struct call *c, json *options, const struct option_edit *e, size_t n, char **add)
{
	const char *missing = NULL;

	for (size_t i = 0; i < n; i++) {
		json *now = option_of(options, "id", e[i].id);

		if (!str_eq(json_get_str(now, "value"), e[i].after) || json_get_bool(now, "disabled", false) != e[i].off)
			missing = arena_printf(c->arena, "%s%s%s", missing != NULL ? missing : "", missing != NULL ? ", " : "", e[i].before);
	}
	for (; add != NULL && *add != NULL; add++) {
		if (option_of(options, "value", str_trim(c->arena, *add, strlen(*add))) == NULL)
			missing = arena_printf(c->arena, "%s%s%s", missing != NULL ? missing : "", missing != NULL ? ", " : "", *add);
	}
	if (missing == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "Jira accepted the change, but these options are not as they should be: %s.", missing);
	call_hint(c, "jira_get_field_options shows them; do not repeat the whole call.");
	return -1;
}

static int
update_options(struct call *c, const void *v)
{
	const struct options_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct option_edit *e = arena_array(c->arena, MAX_OPTIONS, sizeof(*e));
	struct rest_write w = { .method = "PUT", .what = "the change of options" };
	const struct field *f;
	const char *context, *name;
	json *page, *added = NULL;
	char *path;
	size_t n = 0;

	if (a->add == NULL && a->rename == NULL && a->disable == NULL && a->enable == NULL)
		return call_fail(c, ERR_INPUT, "Nothing to change: give add, rename, disable or enable.");
	if (s == NULL || site_without_fence(c, s, "custom fields") == -1 || fields_find(c, s, a->field_id, &f) == -1 ||
	    find_context(c, s, f->id, a->context_id, &context, &name) == -1 ||
	    (path = rest_query(c, rest_path(c, s, "{api}/field/%s/context/%s/option", f->id, context), "maxResults", "1000", NULL)) == NULL ||
	    rest_get(c, s, path, &page) == -1 || collect_edits(c, a, json_get(page, "values"), e, &n) == -1)
		return -1;
	w.target = f->id;
	w.path = rest_path(c, s, "{api}/field/%s/context/%s/option", f->id, context);
	w.body = edit_body(c, e, n);
	w.before = json_text(c->arena, json_get(page, "values"), NULL);
	for (size_t i = 0; i < n; i++)
		out_pairf(c->out, "Option", "%s%s -> %s%s", e[i].before, e[i].was_off ? " (disabled)" : "", e[i].after, e[i].off ? " (disabled)" : "");
	if (c->dry_run != NULL)
		out_pair(c->out, "New options", listed(c, a->add));
	if (c->dry_run != NULL && n > 0 && a->add != NULL) {
		rest_plan(c, &w);
	} else if (n > 0 && (w.body == NULL || rest_write(c, s, &w) == -1)) {
		return -1;
	}
	if (a->add != NULL && add_options(c, s, f->id, context, a->add, &added) == -1) {
		if (n > 0 && c->dry_run == NULL)
			err_context(&c->err, "%zu options were changed, but then", n);
		return -1;
	}
	rest_forget(s);
	if (rest_get(c, s, path, &page) == -1) {
		err_context(&c->err, "The options were changed, but reading them back failed");
		return -1;
	}
	if (prove_options(c, json_get(page, "values"), e, n, a->add) == -1)
		return -1;
	out_say(c->out, "Updated the options of %s in context %s.", f->name, name);
	for (struct json_iter it = json_iter(added); json_next(&it);)
		out_pairf(c->out, "Added", "%s (id %s)", json_get_str(it.value, "value"), json_get_str(it.value, "id"));
	return 0;
}

TOOL(jira_update_field_options,
	.title = "Update field options", .doc = "Add, rename, disable or enable options of a custom field.",
	.toolset = "jira_admin", .product = JIRA, .effect = WRITES, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "manage:jira-configuration read:jira-work", ARGS(struct options_args, options_params),
	.example = "{\"field_id\":\"Team\",\"add\":[\"Research\"]}", .run = update_options,
);
