/*
 * Assets (once Insight): objects by AQL, one object, and the schemas with their types.
 * Cloud answers on the API gateway below a workspace; Data Center on the site itself, under
 * /rest/assets or, before it had that name, /rest/insight. The answers are alike but for
 * a few members.
 */
#include "atlassian/cache.h"
#include "atlassian/desk.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

enum { MAX_AQL = 8192, MAX_COLUMNS = 4, MAX_VALUES = 64 * 1024 };

struct assets {
	struct site *site;
	const char *api;	/* before a path: "" on the gateway, else "/rest/assets/1.0" */
	bool insight;		/* the old name, with other names of parameters */
};

static int
cloud_assets(struct call *c, struct site *s, struct assets *ret)
{
	const char *workspace;
	json *page;

	if (desk_gateway(c, s, "", "Assets") == NULL)	/* before anything is asked */
		return -1;
	if (rest_cached(c, s, "/rest/servicedeskapi/assets/workspace", CACHED_METADATA_S, &page) == -1)
		return -1;
	workspace = json_path_str(page, "values.0.workspaceId");
	if (str_blank(workspace) || workspace[strspn(workspace, "0123456789abcdefABCDEF-")] != '\0') {
		call_fail(c, ERR_NOT_FOUND, "%s has no workspace of Assets.", s->label);
		call_hint(c, "Assets come with Jira Service Management Premium.");
		return -1;
	}
	ret->api = "";
	ret->site = desk_gateway(c, s, arena_printf(c->arena, "%s/jsm/assets/workspace/%s/v1",
	    str_eq(s->auth_scheme, "Bearer") ? "/ex/jira/%s" : "", workspace), "Assets");
	return ret->site != NULL ? 0 : -1;
}

/* Objects belong to no project, so a fence by project leaves none of them inside. */
static int
open_assets(struct call *c, struct assets *ret)
{
	struct site *s = app_site(c, JIRA);

	if (s == NULL || site_without_fence(c, s, "Assets") == -1)
		return -1;
	if (site_is_cloud(s))
		return cloud_assets(c, s, ret);
	*ret = (struct assets){ .site = s, .api = "/rest/assets/1.0" };
	return 0;
}

/* A read below the API; the old name is tried when the new one is unknown. path begins with '/' and is made by rest_path. */
static int
ask(struct call *c, struct assets *a, const char *path, json **ret)
{
	struct rest_req q = { .optional = !site_is_cloud(a->site) && !a->insight };

	if (path == NULL)
		return -1;
	q.path = arena_printf(c->arena, "%s%s", a->api, path);
	if (rest_read(c, a->site, &q) == -1)
		return -1;
	if (q.optional && q.status == 404) {
		a->insight = true;
		a->api = "/rest/insight/1.0";
		return ask(c, a, path, ret);
	}
	*ret = q.json;
	return 0;
}

static const char *
number(struct call *c, int64_t n)
{
	return arena_printf(c->arena, "%lld", (long long)n);
}

/* One page of objects as {"objects", "attributes", "total"} would say it: the members differ by deployment. */
struct found {
	json *objects, *attributes;
	int64_t total;			/* -1: not told */
	bool last;
};

static int
find_dc(struct call *c, struct assets *a, const char *aql, int64_t start, int64_t limit, struct found *ret)
{
	json *page;

	for (;;) {
		bool insight = a->insight;
		char *path = rest_query(c, rest_path(c, a->site, insight ? "/iql/objects" : "/aql/objects"),
		    insight ? "iql" : "qlQuery", aql, "page", number(c, start / limit + 1), "resultPerPage", number(c, limit),
		    "includeAttributes", "true", "includeTypeAttributes", "true", NULL);
		struct rest_req q = { .path = path == NULL ? NULL : arena_printf(c->arena, "%s%s", a->api, path), .optional = !insight };

		if (rest_read(c, a->site, &q) == -1)
			return -1;
		page = q.json;
		if (q.status != 404)
			break;
		a->insight = true;
		a->api = "/rest/insight/1.0";
	}
	ret->objects = json_get(page, "objectEntries");
	ret->attributes = json_get(page, "objectTypeAttributes");
	ret->total = json_get_int(page, "totalFilterCount", -1);
	ret->last = ret->total < 0 || start + (int64_t)json_len(ret->objects) >= ret->total;
	return 0;
}

static int
find_cloud(struct call *c, struct assets *a, const char *aql, int64_t start, int64_t limit, struct found *ret)
{
	struct rest_req q = { .method = "POST" };
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_AQL * 8);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "qlQuery", aql);
	jw_end(&w);
	q.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	q.path = rest_query(c, rest_path(c, a->site, "/object/aql"), "startAt", number(c, start), "maxResults",
	    number(c, limit), "includeAttributes", "true", NULL);
	if (rest_read(c, a->site, &q) == -1)
		return -1;
	ret->objects = json_get(q.json, "values");
	ret->attributes = json_get(q.json, "objectTypeAttributes");
	ret->total = json_get_int(q.json, "total", -1);
	ret->last = json_get_bool(q.json, "isLast", json_get_bool(q.json, "last", true));
	return 0;
}

static int
find_objects(struct call *c, struct assets *a, const char *aql, int64_t start, int64_t limit, struct found *ret)
{
	return site_is_cloud(a->site) ? find_cloud(c, a, aql, start, limit, ret) : find_dc(c, a, aql, start, limit, ret);
}

/* ---- what objects look like ---- */

static const char *
attribute_name(struct call *c, json *attribute, json *known)
{
	const char *name = json_path_str(attribute, "objectTypeAttribute.name");
	const char *id = json_scalar(c->arena, json_get(attribute, "objectTypeAttributeId"));

	for (struct json_iter it = json_iter(known); name == NULL && json_next(&it);) {
		if (str_eq(json_scalar(c->arena, json_get(it.value, "id")), id))
			name = json_get_str(it.value, "name");
	}
	return name;
}

static const char *
attribute_text(struct call *c, json *attribute)
{
	const char *text;
	struct buf b;

	buf_init(&b, MAX_VALUES);
	for (struct json_iter it = json_iter(json_get(attribute, "objectAttributeValues")); json_next(&it);) {
		const char *one = json_path_str(it.value, "referencedObject.label");
		const char *key = json_path_str(it.value, "referencedObject.objectKey");

		if (one == NULL)
			one = json_get_str(it.value, "displayValue");
		if (one == NULL)
			one = json_scalar(c->arena, json_get(it.value, "value"));
		if (str_blank(one))
			continue;
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", one);
		if (key != NULL)
			buf_addf(&b, " (%s)", key);
	}
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static const char *
value_of(struct call *c, json *object, json *known, const char *name)
{
	for (struct json_iter it = json_iter(name == NULL ? NULL : json_get(object, "attributes")); json_next(&it);) {
		if (str_ieq(attribute_name(c, it.value, known), name))
			return attribute_text(c, it.value);
	}
	return NULL;
}

/* ---- jira_search_assets ---- */

struct search_args {
	const char *aql;
	char **attributes;
	int64_t start_at, limit;
};

static const struct param search_params[] = {
	P_STR(struct search_args, aql, P_REQUIRED, .max_len = MAX_AQL, .aliases = "query,iql", .doc = "objectType = Laptop AND Status = \"In use\""),
	P_LIST(struct search_args, attributes, P_MORE, .max_len = MAX_COLUMNS, .doc = "Columns, at most 4"),
	P_INT(struct search_args, start_at, P_MORE, .doc = NULL),
	P_INT(struct search_args, limit, P_MORE, .min = 1, .max = 200, .dflt = 25, .doc = NULL),
	P_END
};

static int
search_assets(struct call *c, const void *v)
{
	const struct search_args *a = v;
	const char *column[MAX_COLUMNS] = { NULL };
	struct assets assets = { .site = NULL };
	struct found f = { .objects = NULL };
	int64_t start = a->start_at;
	size_t n;

	for (size_t i = 0; a->attributes != NULL && i < LEN(column) && a->attributes[i] != NULL; i++)
		column[i] = a->attributes[i];
	if (open_assets(c, &assets) == -1)
		return -1;
	if (!site_is_cloud(assets.site))	/* pages are counted there, not objects */
		start -= start % a->limit;
	if (find_objects(c, &assets, a->aql, start, a->limit, &f) == -1)
		return -1;
	n = json_len(f.objects);
	if (n == 0)
		out_say(c->out, "No object fits.");
	else
		out_table(c->out, "objects", "Key", "Type", "Name", column[0], column[1], column[2], column[3], NULL);
	for (struct json_iter it = json_iter(f.objects); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "objectKey"), json_path_str(it.value, "objectType.name"),
		    json_get_str(it.value, "label"), value_of(c, it.value, f.attributes, column[0]),
		    value_of(c, it.value, f.attributes, column[1]), value_of(c, it.value, f.attributes, column[2]),
		    value_of(c, it.value, f.attributes, column[3]));
	if (!f.last && n > 0)
		out_more(c->out, "start_at", number(c, start + (int64_t)n), f.total < 0 ? NULL :
		    arena_printf(c->arena, "(%zu of %lld shown)", n, (long long)f.total));
	return 0;
}

TOOL(jira_search_assets,
	.title = "Search assets", .doc = "Find objects of Assets (Insight) by AQL.",
	.toolset = "jira_assets", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:cmdb-object:jira",
	ARGS(struct search_args, search_params), .example = "{\"aql\":\"objectType = Laptop\"}", .run = search_assets,
);

/* ---- jira_get_asset ---- */

struct get_args {
	const char *object_id;
};

static const struct param get_params[] = {
	P_STR(struct get_args, object_id, P_REQUIRED, .aliases = "object,key,object_key", .doc = "Key, id, name or link"),
	P_END
};

static bool
is_number(const char *s)
{
	return *s != '\0' && strlen(s) < 20 && s[strspn(s, "0123456789")] == '\0';
}

/* A key or a name is asked for in AQL; text is quoted in it. */
static int
by_aql(struct call *c, struct assets *a, const char *text, json **ret, json **ret_attributes)
{
	const char *aql;
	struct found f = { .objects = NULL };
	struct buf b;

	buf_init(&b, MAX_AQL);
	buf_adds(&b, jira_looks_like_key(text) ? "Key = \"" : "label = \"");
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *p);
	}
	buf_addc(&b, '"');
	aql = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (find_objects(c, a, aql, 0, 10, &f) == -1)
		return -1;
	*ret_attributes = f.attributes;
	if (json_len(f.objects) != 1) {
		if (json_len(f.objects) > 1)
			return pick(c, "object", text, f.objects, "objectKey,label", ret);
		call_fail(c, ERR_NOT_FOUND, "There is no object \"%.80s\" that this account may see.", text);
		call_hint(c, "jira_search_assets finds objects, e.g. by label LIKE \"...\".");
		return -1;
	}
	*ret = json_at(f.objects, 0);
	return 0;
}

static int
get_asset(struct call *c, const void *v)
{
	static const char *const marks[] = { "/object/", "/assets/", "ShowObject.jspa?id=", "objectId=" };
	const struct get_args *a = v;
	struct assets assets = { .site = NULL };
	json *object, *attributes = NULL;
	const char *text;

	if (open_assets(c, &assets) == -1 || (text = desk_named(c, assets.site, a->object_id, marks, LEN(marks), "object")) == NULL)
		return -1;
	c->target = text;
	if (is_number(text) ? ask(c, &assets, rest_path(c, assets.site, "/object/%s", text), &object) == -1 :
	    by_aql(c, &assets, text, &object, &attributes) == -1)
		return -1;
	if (json_get_str(object, "objectKey") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without an object.", assets.site->label);
	out_title(c->out, json_get_str(object, "objectKey"), json_get_str(object, "label"));
	out_pair(c->out, "Type", json_path_str(object, "objectType.name"));
	for (struct json_iter it = json_iter(json_get(object, "attributes")); json_next(&it);) {
		const char *name = attribute_name(c, it.value, attributes), *value = attribute_text(c, it.value);

		if (name == NULL || str_ieq(name, "Key") || str_eq(value, json_get_str(object, "label")))
			continue;
		out_pair(c->out, name, value);
	}
	return 0;
}

TOOL(jira_get_asset,
	.title = "Get asset", .doc = "Read an object of Assets with its attributes.",
	.toolset = "jira_assets", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:cmdb-object:jira",
	ARGS(struct get_args, get_params), .example = "{\"object_id\":\"HW-2\"}", .run = get_asset,
);

/* ---- jira_get_asset_schemas ---- */

struct schema_args {
	const char *schema, *object_type;
};

static const struct param schema_params[] = {
	P_STR(struct schema_args, schema, 0, .aliases = "schema_id", .doc = "Name or id: its object types"),
	P_STR(struct schema_args, object_type, 0, .doc = "Name or id: its attributes"),
	P_END
};

static const char *
attribute_type(struct call *c, json *attribute)
{
	static const char *const other[] = { [2] = "user", [4] = "group", [6] = "project", [7] = "status" };
	const char *plain = json_path_str(attribute, "defaultType.name"), *target = json_path_str(attribute, "referenceObjectType.name");
	int64_t type = json_get_int(attribute, "type", 0);

	if (target != NULL)
		return arena_printf(c->arena, "object of %s", target);
	return plain != NULL ? plain : type >= 0 && type < (int64_t)LEN(other) ? other[type] : NULL;
}

static int
show_attributes(struct call *c, struct assets *a, json *types, const char *name)
{
	const char *id;
	json *type, *list;

	if (pick(c, "object type", name, types, "id,name", &type) == -1)
		return -1;
	id = json_scalar(c->arena, json_get(type, "id"));
	if (ask(c, a, rest_path(c, a->site, "/objecttype/%s/attributes", id), &list) == -1)
		return -1;
	out_table(c->out, "attributes", "Attribute", "Type", "Required", "Many", "Values", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "name"), attribute_type(c, it.value),
		    json_get_int(it.value, "minimumCardinality", 0) > 0 ? "yes" : NULL,
		    json_get_int(it.value, "maximumCardinality", 1) != 1 ? "yes" : NULL, json_get_str(it.value, "options"));
	return 0;
}

static int
get_schemas(struct call *c, const void *v)
{
	const struct schema_args *a = v;
	struct assets assets = { .site = NULL };
	json *page, *list, *schema, *types;

	if (a->object_type != NULL && a->schema == NULL)
		return call_fail(c, ERR_INPUT, "An object type belongs to a schema: give schema too.");
	if (open_assets(c, &assets) == -1 || ask(c, &assets, "/objectschema/list", &page) == -1)
		return -1;
	list = json_get(page, site_is_cloud(assets.site) ? "values" : "objectschemas");
	if (a->schema == NULL) {
		out_table(c->out, "schemas", "Key", "Schema", "Object types", "Objects", NULL);
		for (struct json_iter it = json_iter(list); json_next(&it);)
			out_row(c->out, json_get_str(it.value, "objectSchemaKey"), json_get_str(it.value, "name"),
			    json_scalar(c->arena, json_get(it.value, "objectTypeCount")),
			    json_scalar(c->arena, json_get(it.value, "objectCount")));
		if (!json_get_bool(page, "isLast", true))
			out_say(c->out, "There are more schemas.");
		return 0;
	}
	if (pick(c, "schema", a->schema, list, "id,objectSchemaKey,name", &schema) == -1 ||
	    ask(c, &assets, rest_path(c, assets.site, "/objectschema/%s/objecttypes/flat",
	    json_scalar(c->arena, json_get(schema, "id"))), &types) == -1)
		return -1;
	if (a->object_type != NULL)
		return show_attributes(c, &assets, types, a->object_type);
	out_table(c->out, "objectTypes", "Object type", "Objects", "Id", NULL);
	for (struct json_iter it = json_iter(types); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "name"), json_scalar(c->arena, json_get(it.value, "objectCount")),
		    json_scalar(c->arena, json_get(it.value, "id")));
	return 0;
}

TOOL(jira_get_asset_schemas,
	.title = "Get asset schemas", .doc = "List schemas of Assets, their object types or attributes.",
	.toolset = "jira_assets", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:cmdb-schema:jira",
	ARGS(struct schema_args, schema_params), .example = "{\"schema\":\"Hardware\"}", .run = get_schemas,
);
