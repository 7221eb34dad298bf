/*
 * The same field values for many issues. Cloud's bulk edit takes values by id and sorted by kind of field, and not every
 * field: what it offers is asked first, and names are found among its options. When something can't be said that way, or
 * the account may not use it, the issues are edited one by one, several at once.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_edit.h"
#include "tools/jira_many.h"

#include <string.h>

enum { MAX_REQUEST = 1024 * 1024, MAX_ASKED = 50, MAX_SHOWN = 80 };

struct edit_args {
	const char *jql;
	char **issue_keys;
	json *fields;
};

static const struct param edit_params[] = {
	P_OBJ(struct edit_args, fields, P_REQUIRED, .doc = "Field name to new value"),
	MANY_ISSUES(struct edit_args),
	P_END
};

enum kind { K_LABELS, K_COMPONENTS, K_VERSIONS, K_MULTI, K_SELECT, K_USER, K_NUMBER, K_PRIORITY, KINDS, K_NONE = KINDS };

/* How each kind is called in the request. */
static const char *const inputs[KINDS] = { "labelsFields", "multiselectComponents", "multipleVersionPickerFields", "multipleSelectFields",
	"singleSelectFields", "singleSelectClearableUserPickerFields", "clearableNumberFields", "priority" };

static enum kind
kind_of(const struct field *f)
{
	bool list = str_eq(f->type, "array");

	if (str_eq(f->id, "labels") || str_eq(f->custom, "labels"))
		return K_LABELS;
	if (list && str_eq(f->items, "component"))
		return K_COMPONENTS;
	if (list && str_eq(f->items, "version"))
		return K_VERSIONS;
	if (list && str_eq(f->items, "option"))
		return K_MULTI;
	if (str_eq(f->type, "option"))
		return K_SELECT;
	if (str_eq(f->type, "user"))
		return K_USER;
	if (str_eq(f->type, "number"))
		return K_NUMBER;
	return str_eq(f->id, "priority") ? K_PRIORITY : K_NONE;
}

static json *
offer_of(json *offers, const char *id)
{
	for (struct json_iter it = json_iter(offers); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "id"), id))
			return it.value;
	}
	return NULL;
}

/* The id of {"id"}, or of the option that has the name of {"name"} or {"value"}; NULL: not among them. */
static const char *
option_id(struct call *c, json *offer, json *sent)
{
	const char *id = json_scalar(c->arena, json_get(sent, "id")), *name = json_get_str(sent, "name");

	name = name != NULL ? name : json_get_str(sent, "value");
	if (id != NULL || name == NULL)
		return id;
	for (struct json_iter it = json_iter(json_get(offer, "fieldOptions")); json_next(&it);) {
		for (struct json_iter m = json_iter(it.value); json_next(&m);) {
			if (!str_eq(m.key, "id") && !str_eq(m.key, "description") && str_ieq(json_str(m.value), name))
				return json_scalar(c->arena, json_get(it.value, "id"));
		}
	}
	return NULL;
}

static bool
write_number_id(struct jw *w, const char *member, const char *id)
{
	int64_t n;

	if (str_int(id != NULL ? id : "", 0, INT64_MAX, &n) == -1)
		return false;
	jw_int(w, member, n);
	return true;
}

/* The elements of a list: [{"componentId": 7}]. */
static bool
write_list(struct call *c, struct jw *w, enum kind kind, json *offer, json *sent)
{
	static const char *const lists[] = { "labels", "components", "versions", "options" };
	bool good = true;

	if (kind != K_MULTI)
		jw_str(w, "bulkEditMultiSelectFieldOption", json_len(sent) == 0 ? "REMOVE_ALL" : "REPLACE");
	jw_arr_in(w, lists[kind]);
	for (struct json_iter it = json_iter(sent); json_next(&it) && good;) {
		const char *id = kind == K_LABELS ? NULL : option_id(c, offer, it.value);

		jw_obj(w);
		if (kind == K_LABELS)
			jw_str(w, "name", json_str(it.value));
		else if (kind == K_VERSIONS)
			jw_str(w, "versionId", id);
		else
			good = write_number_id(w, kind == K_COMPONENTS ? "componentId" : "optionId", id);
		good = good && (kind == K_LABELS ? json_str(it.value) != NULL : id != NULL);
		jw_end(w);
	}
	jw_end(w);
	return good;
}

/* One field's value as the request takes it, in an object; false: it can't be said so. */
static bool
write_input(struct call *c, struct jw *w, enum kind kind, const struct edit_field *f, json *offer)
{
	const char *id = NULL;
	bool good = true, clear = json_is_null(f->sent);

	jw_obj(w);
	if (kind != K_PRIORITY)
		jw_str(w, "fieldId", f->field->id);
	switch (kind) {
	case K_LABELS:
	case K_COMPONENTS:
	case K_VERSIONS:
	case K_MULTI:
		good = write_list(c, w, kind, offer, f->sent);
		break;
	case K_SELECT:
		jw_obj_in(w, "option");
		if (clear)
			jw_int(w, "optionId", -1);
		else
			good = write_number_id(w, "optionId", option_id(c, offer, f->sent));
		jw_end(w);
		break;
	case K_USER:
		id = json_get_str(f->sent, "accountId");
		jw_key(w, "user");
		if (clear) {
			jw_null(w);
			break;
		}
		jw_obj(w);
		jw_str(w, "accountId", id);
		jw_end(w);
		good = id != NULL;
		break;
	case K_NUMBER:
		jw_value(w, "value", f->sent);
		break;
	case K_PRIORITY:
		id = option_id(c, offer, f->sent);
		jw_str(w, "priorityId", id);
		good = id != NULL;
		break;
	case KINDS:
		good = false;
	}
	jw_end(w);
	return good;
}

static bool
write_kind(struct call *c, struct jw *w, enum kind kind, const struct edit *e, json *offers)
{
	bool single = kind == K_PRIORITY || kind == K_COMPONENTS, open = false, good = true;

	for (size_t i = 0; i < e->count && good; i++) {
		if (kind_of(e->list[i].field) != kind)
			continue;
		if (single)
			jw_key(w, inputs[kind]);
		else if (!open)
			jw_arr_in(w, inputs[kind]);
		open = true;
		good = write_input(c, w, kind, &e->list[i], offer_of(offers, e->list[i].field->id));
	}
	if (open && !single)
		jw_end(w);
	return good;
}

/* The request of a bulk edit; NULL: it has to be done one by one. */
static const char *
bulk_body(struct call *c, const struct many *m, const struct edit *e, json *offers)
{
	const char *text = NULL;
	bool good = true;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_key(&w, "selectedIssueIdsOrKeys");
	many_write_keys(m, &w);
	jw_arr_in(&w, "selectedActions");
	for (size_t i = 0; i < e->count; i++) {
		json *offer = offer_of(offers, e->list[i].field->id);

		good = good && offer != NULL && json_get_str(offer, "unavailableMessage") == NULL && kind_of(e->list[i].field) != K_NONE;
		jw_s(&w, e->list[i].field->id);
	}
	jw_end(&w);
	jw_obj_in(&w, "editedFieldsInput");
	for (int k = 0; k < KINDS && good; k++)
		good = write_kind(c, &w, (enum kind)k, e, offers);
	if (good) {
		while (w.depth > 0)
			jw_end(&w);
		text = buf_overflowed(&b) ? NULL : arena_strndup(c->arena, b.data, b.len);
	}
	buf_release(&b);
	return text;
}

static const char *
some_keys(const struct many *m)
{
	const char *keys = NULL;
	size_t n = 0;

	for (size_t i = 0; i < m->count && n < MAX_ASKED; i++) {
		if (m->list[i].state == MANY_LEFT) {
			keys = keys == NULL ? m->list[i].key : arena_printf(m->call->arena, "%s,%s", keys, m->list[i].key);
			n++;
		}
	}
	return keys;
}

/* *ret NULL: not by a bulk operation. */
static int
bulk_request(struct call *c, struct site *s, const struct many *m, const struct edit *e, const char **ret)
{
	json *answer;

	*ret = NULL;
	for (size_t i = 0; i < e->count; i++) {
		if (kind_of(e->list[i].field) == K_NONE)
			return 0;
	}
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "/rest/api/3/bulk/issues/fields"), "issueIdsOrKeys", some_keys(m), "searchText",
	    e->count == 1 ? e->list[0].field->name : NULL, NULL), &answer) == -1) {
		if (c->err.kind != ERR_FORBIDDEN)
			return -1;
		err_clear(&c->err);
		return 0;
	}
	*ret = bulk_body(c, m, e, json_get(answer, "fields"));
	return 0;
}

struct edit_job {
	const struct edit *e;
	const char *body;
};

static int
edit_one(struct call *c, struct many *m, struct many_item *item)
{
	const struct edit_job *job = m->arg;
	struct rest_write w = { .method = "PUT", .path = rest_path(c, m->site, "{api}/issue/%s", item->key), .body = job->body, .target = item->key,
		.before = json_text(c->arena, json_get(item->issue, "fields"), NULL), .what = arena_printf(c->arena, "the edit of %s", item->key) };

	return rest_write(c, m->site, &w);
}

static const char *
plain_body(struct call *c, const struct edit *e)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	edit_write(e, &w);
	jw_end(&w);
	text = buf_overflowed(&b) ? NULL : arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (text == NULL)
		call_fail(c, ERR_TOO_LARGE, "The fields together are larger than %d KiB.", MAX_REQUEST / 1024);
	return text;
}

static const char *
words(struct call *c, const struct site *s, json *issue, const struct field *f)
{
	const char *text = field_text(c, s, json_get(json_get(issue, "fields"), f->id), f);

	if (text == NULL)
		return "(none)";
	return strlen(text) <= MAX_SHOWN && strchr(text, '\n') == NULL ? text : arena_printf(c->arena, "%zu characters", strlen(text));
}

/* What became of one item: "Priority: Low -> High", or which field the site left as it was. */
static void
compare(struct call *c, const struct site *s, const struct edit *e, struct many_item *item)
{
	const char *changed = NULL, *ignored = NULL;

	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		const char *new = words(c, s, item->after, f), *old = words(c, s, item->issue, f);

		if (!edit_covers(c, s, e->list[i].sent, json_get(json_get(item->after, "fields"), f->id), f))
			ignored = arena_printf(c->arena, "%s%s%s (it is %s)", ignored != NULL ? ignored : "", ignored != NULL ? ", " : "", f->name, new);
		else if (!str_eq(old, new))
			changed = arena_printf(c->arena, "%s%s%s: %s -> %s", changed != NULL ? changed : "", changed != NULL ? ", " : "", f->name, old, new);
	}
	item->says = changed;
	if (ignored != NULL)
		many_ignored(c, item, changed, ignored);
}

static void
skip_same(struct call *c, const struct site *s, const struct edit *e, struct many *m)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state == MANY_LEFT && edit_differing(c, s, e, m->list[i].issue) == NULL)
			m->list[i].state = MANY_SAME;
	}
}

static int
bulk_edit(struct call *c, const void *v)
{
	const struct edit_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct edit_job job = { .e = e };
	struct many m = { .doing = "edit", .one = edit_one, .arg = &job };
	const char *body = NULL;
	int read;

	if (s == NULL || edit_add_all(c, s, e, a->fields) == -1)
		return -1;
	if (e->count == 0)
		return call_fail(c, ERR_INPUT, "fields is empty: name at least one field to change.");
	if (many_choose(c, s, a->issue_keys, a->jql, edit_ids(c, e), &m) == -1)
		return -1;
	if (m.count == 0)
		return many_none(c);
	skip_same(c, s, e, &m);
	if (c->dry_run != NULL) {
		out_say(c->out, "%zu of %zu issues would change.", many_in(&m, MANY_LEFT), m.count);
		edit_announce(c, s, e, NULL);
	}
	if (many_in(&m, MANY_LEFT) > 1 && site_is_cloud(s) && bulk_request(c, s, &m, e, &body) == -1)
		return -1;
	if (body != NULL && many_submit(&m, rest_path(c, s, "/rest/api/3/bulk/issues/fields"), body) == -1)
		return -1;
	if (body == NULL && ((job.body = plain_body(c, e)) == NULL || many_each(&m) == -1))
		return -1;
	read = many_read_back(&m, arena_printf(c->arena, "project,%s", edit_ids(c, e)));
	if (read == -1)
		return -1;
	for (size_t i = 0; read == 0 && i < m.count; i++) {
		if (m.list[i].state == MANY_DONE && m.list[i].after != NULL)
			compare(c, s, e, &m.list[i]);
	}
	return many_report(&m, "Edited");
}

TOOL(jira_bulk_edit,
	.title = "Edit many issues", .doc = "Set fields of issues, by keys or JQL.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct edit_args, edit_params),
	.example = "{\"jql\":\"project = OPS AND labels = old\",\"fields\":{\"Priority\":\"Low\"}}", .run = bulk_edit,
);
