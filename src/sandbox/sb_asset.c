/*
 * Assets (once Insight): one schema of hardware. AQL is read in its simplest form,
 * conditions joined by AND; that is enough to find things and to refuse nonsense. Cloud
 * and Data Center differ in the envelope of a list and in whether ids are numbers.
 */
#include "base/str.h"
#include "sandbox/sb_desk.h"
#include "sandbox/sb_handlers.h"

#include <ctype.h>
#include <string.h>

enum { SCHEMA = 1, LAPTOP = 23, SCREEN = 24, MAX_CONDITIONS = 8, PAGE = 25 };
enum { A_KEY, A_NAME, A_STATUS, A_OWNER, ATTRIBUTES };

static const struct asset {
	int id, type, owner;
	const char *key, *name, *status;
} assets[] = {
	{ 1, LAPTOP, 2, "HW-1", "ThinkPad 14 of Priya", "In use" },
	{ 2, LAPTOP, 0, "HW-2", "ThinkPad 14 of Ada", "In use" },
	{ 3, LAPTOP, 4, "HW-3", "MacBook of Mei", "In repair" },
	{ 4, SCREEN, 0, "HW-4", "27 inch screen", "In use" },
	{ 5, SCREEN, 2, "HW-5", "32 inch screen", "In stock" },
};
static const char *const attribute[ATTRIBUTES] = { "Key", "Name", "Status", "Owner" };

static const char *
value(const struct asset *a, int n)
{
	return n == A_KEY ? a->key : n == A_NAME ? a->name : n == A_STATUS ? a->status : sb_people[a->owner].display;
}

static const char *
type_name(int type)
{
	return type == LAPTOP ? "Laptop" : "Screen";
}

/* ---- AQL ---- */

struct condition {
	const char *name, *text;
	bool like, not;
};

/* A word or a quoted text; NULL at the end or where there is none. */
static const char *
word(struct sb_rq *rq, const char **at)
{
	char *out = arena_alloc(rq->arena, strlen(*at) + 1);
	size_t n = 0;

	*at += strspn(*at, " ");
	if (**at == '"') {
		for (++*at; **at != '\0' && **at != '"'; ++*at) {
			*at += **at == '\\' && (*at)[1] != '\0';
			out[n++] = **at;
		}
		*at += **at == '"';
		return out;
	}
	if (strchr("=!", **at) != NULL && **at != '\0') {
		while (**at == '=' || **at == '!')
			out[n++] = *(*at)++;
		return out;
	}
	while (**at != '\0' && strchr(" =!", **at) == NULL)
		out[n++] = *(*at)++;
	return n > 0 ? out : NULL;
}

static bool
parse(struct sb_rq *rq, const char *aql, struct condition *list, size_t *ret_n)
{
	const char *at = aql != NULL ? aql : "", *operator, *next;

	for (*ret_n = 0; *ret_n < MAX_CONDITIONS;) {
		struct condition *k = &list[(*ret_n)++];

		k->name = word(rq, &at);
		operator = k->name == NULL ? NULL : word(rq, &at);
		k->text = operator == NULL ? NULL : word(rq, &at);
		k->like = str_ieq(operator, "LIKE");
		k->not = str_eq(operator, "!=");
		if (k->text == NULL || (!k->like && !k->not && !str_eq(operator, "=")))
			break;
		next = word(rq, &at);
		if (next == NULL)
			return true;
		if (!str_ieq(next, "AND"))
			break;
	}
	sb_fail(rq, 400, "The AQL query could not be parsed: %s", aql != NULL ? aql : "");
	return false;
}

static const char *
named(const struct asset *a, const char *name)
{
	if (str_ieq(name, "objectType"))
		return type_name(a->type);
	if (str_ieq(name, "objectSchema"))
		return "Hardware";
	if (str_ieq(name, "label"))
		return a->name;
	for (int i = 0; i < ATTRIBUTES; i++)
		if (str_ieq(attribute[i], name))
			return value(a, i);
	return "";
}

static bool
fits(const struct asset *a, const struct condition *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *have = named(a, list[i].name);
		bool same = list[i].like ? strcasestr(have, list[i].text) != NULL : str_ieq(have, list[i].text);

		if (same == list[i].not)
			return false;
	}
	return true;
}

/* ---- answers ---- */

static void
put_id(struct sb_rq *rq, const char *key, int id)
{
	if (rq->site->dc)
		jw_int(&rq->w, key, id);
	else
		jw_str(&rq->w, key, arena_printf(rq->arena, "%d", id));
}

static void
put_attribute(struct sb_rq *rq, int n)
{
	struct jw *w = &rq->w;

	put_id(rq, "id", 134 + n);
	jw_str(w, "name", attribute[n]);
	jw_int(w, "type", n == A_OWNER ? 2 : n == A_STATUS ? 7 : 0);
	if (n < A_STATUS) {
		jw_obj_in(w, "defaultType");
		jw_int(w, "id", 0);
		jw_str(w, "name", "Text");
		jw_end(w);
	}
	jw_int(w, "minimumCardinality", n < A_STATUS);
	jw_int(w, "maximumCardinality", 1);
}

static void
put_asset(struct sb_rq *rq, const struct asset *a, bool whole)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	put_id(rq, "id", a->id);
	jw_str(w, "label", a->name);
	jw_str(w, "objectKey", a->key);
	jw_obj_in(w, "objectType");
	put_id(rq, "id", a->type);
	jw_str(w, "name", type_name(a->type));
	jw_end(w);
	jw_arr_in(w, "attributes");
	for (int i = 0; i < ATTRIBUTES; i++) {
		jw_obj(w);
		put_id(rq, "objectTypeAttributeId", 134 + i);
		if (whole) {
			jw_obj_in(w, "objectTypeAttribute");
			put_attribute(rq, i);
			jw_end(w);
		}
		jw_arr_in(w, "objectAttributeValues");
		jw_obj(w);
		jw_str(w, "value", value(a, i));
		jw_str(w, "displayValue", value(a, i));
		jw_end(w);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

static void
put_attributes(struct sb_rq *rq, const char *key)
{
	if (key != NULL)
		jw_key(&rq->w, key);
	jw_arr(&rq->w);
	for (int i = 0; i < ATTRIBUTES; i++) {
		jw_obj(&rq->w);
		put_attribute(rq, i);
		jw_end(&rq->w);
	}
	jw_end(&rq->w);
}

static void
put_found(struct sb_rq *rq, const char *key, const struct condition *list, size_t n, int64_t start, int64_t max, int64_t *ret_total)
{
	int64_t at = 0;

	jw_arr_in(&rq->w, key);
	for (size_t i = 0; i < LEN(assets); i++) {
		if (!fits(&assets[i], list, n))
			continue;
		if (at >= start && at < start + max)
			put_asset(rq, &assets[i], false);
		at++;
	}
	jw_end(&rq->w);
	*ret_total = at;
}

/* Cloud: startAt, values. */
void
sb_find_assets(struct sb_rq *rq)
{
	struct condition list[MAX_CONDITIONS];
	int64_t start = sb_arg_int(rq, "startAt", 0), max = sb_arg_int(rq, "maxResults", PAGE), total = 0;
	size_t n;

	if (!sb_need_body(rq) || !parse(rq, json_get_str(rq->body, "qlQuery"), list, &n))
		return;
	jw_obj(&rq->w);
	jw_int(&rq->w, "startAt", start);
	jw_int(&rq->w, "maxResults", max);
	put_found(rq, "values", list, n, start, max, &total);
	jw_int(&rq->w, "total", total);
	jw_bool(&rq->w, "isLast", start + max >= total);
	put_attributes(rq, "objectTypeAttributes");
	jw_end(&rq->w);
}

/* Data Center: pages counted from 1, objectEntries. */
void
sb_find_assets_dc(struct sb_rq *rq)
{
	struct condition list[MAX_CONDITIONS];
	int64_t number = sb_arg_int(rq, "page", 1), max = sb_arg_int(rq, "resultPerPage", PAGE), total = 0;
	size_t n;

	if (!parse(rq, sb_arg(rq, "qlQuery"), list, &n))
		return;
	if (number < 1 || max < 1) {
		sb_fail(rq, 400, "The page is out of range.");
		return;
	}
	jw_obj(&rq->w);
	put_found(rq, "objectEntries", list, n, (number - 1) * max, max, &total);
	jw_int(&rq->w, "totalFilterCount", total);
	jw_int(&rq->w, "pageNumber", number);
	jw_int(&rq->w, "pageSize", (total + max - 1) / max);
	put_attributes(rq, "objectTypeAttributes");
	jw_end(&rq->w);
}

void
sb_get_asset(struct sb_rq *rq)
{
	for (size_t i = 0; i < LEN(assets); i++) {
		if (str_eq(arena_printf(rq->arena, "%d", assets[i].id), rq->segment[0])) {
			put_asset(rq, &assets[i], true);
			return;
		}
	}
	sb_fail(rq, 404, "Object with id %s could not be found.", rq->segment[0]);
}

void
sb_list_asset_schemas(struct sb_rq *rq)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	if (!rq->site->dc) {
		jw_int(w, "startAt", 0);
		jw_int(w, "maxResults", PAGE);
		jw_int(w, "total", 1);
		jw_bool(w, "isLast", true);
	}
	jw_arr_in(w, rq->site->dc ? "objectschemas" : "values");
	jw_obj(w);
	put_id(rq, "id", SCHEMA);
	jw_str(w, "name", "Hardware");
	jw_str(w, "objectSchemaKey", "HW");
	jw_int(w, "objectCount", LEN(assets));
	jw_int(w, "objectTypeCount", 2);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

void
sb_list_asset_types(struct sb_rq *rq)
{
	if (!str_eq(rq->segment[0], "1")) {
		sb_fail(rq, 404, "The object schema could not be found.");
		return;
	}
	jw_arr(&rq->w);
	for (int type = LAPTOP; type <= SCREEN; type++) {
		int count = 0;

		for (size_t i = 0; i < LEN(assets); i++)
			count += assets[i].type == type;
		jw_obj(&rq->w);
		put_id(rq, "id", type);
		jw_str(&rq->w, "name", type_name(type));
		jw_int(&rq->w, "objectCount", count);
		put_id(rq, "objectSchemaId", SCHEMA);
		jw_end(&rq->w);
	}
	jw_end(&rq->w);
}

void
sb_list_asset_attributes(struct sb_rq *rq)
{
	if (!str_eq(rq->segment[0], "23") && !str_eq(rq->segment[0], "24"))
		sb_fail(rq, 404, "The object type could not be found.");
	else
		put_attributes(rq, NULL);
}

/* Service Management says where they are. */
void
sb_list_workspaces(struct sb_rq *rq)
{
	struct sb_slice s;

	sb_slice_begin(rq, &s, 1);
	jw_obj(&rq->w);
	jw_str(&rq->w, "workspaceId", "7f3c2b10-5d44-4e1a-8a67-91d0c3e5f284");
	jw_end(&rq->w);
	sb_slice_end(rq);
}
