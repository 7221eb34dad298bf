/*
 * Cloud's bulk edit: the fields that it offers, and one set of values for many issues. The values come sorted by kind of
 * input; they are made into the "fields" of a plain edit, which then runs for each issue.
 */
#include "sandbox/sb_bulk.h"

#include "base/str.h"
#include "sandbox/sb_put.h"

#include <string.h>

static const enum sb_field_no offered[] = { F_ASSIGNEE, F_REPORTER, F_LABELS, F_PRIORITY, F_COMPONENTS, F_FIXVERSIONS, F_VERSIONS,
	F_POINTS, F_TEAM, F_MARKETS };

static void
put_options(struct sb_rq *rq, enum sb_field_no f, int project)
{
	enum sb_catalogue c = sb_field_table[f].catalogue;
	const char *label = c == SB_PRIORITY ? "priority" : c == SB_OPTION_TEAM || c == SB_OPTION_MARKET ? "value" : "name";

	jw_arr_in(&rq->w, "fieldOptions");
	for (size_t i = 0; i < sb_catalogues[c].n; i++) {
		const struct sb_named *n = &sb_catalogues[c].v[i];

		if (!sb_named_in(c, n, project))
			continue;
		jw_obj(&rq->w);
		jw_str(&rq->w, "id", arena_printf(rq->arena, "%lld", (long long)n->id));
		jw_str(&rq->w, label, n->name);
		jw_end(&rq->w);
	}
	jw_end(&rq->w);
}

static void
put_offer(struct sb_rq *rq, enum sb_field_no f, int project)
{
	const struct sb_field *field = &sb_field_table[f];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", sb_field_id(rq->site, f));
	jw_str(w, "name", sb_field_name(rq->site, f));
	jw_str(w, "type", field->custom != NULL ? field->custom : sb_field_id(rq->site, f));
	jw_bool(w, "isRequired", false);
	if (f == F_LABELS || f == F_COMPONENTS || f == F_FIXVERSIONS || f == F_VERSIONS) {
		jw_arr_in(w, "multiSelectFieldOptions");
		jw_s(w, "ADD");
		jw_s(w, "REMOVE");
		jw_s(w, "REPLACE");
		jw_s(w, "REMOVE_ALL");
		jw_end(w);
	}
	if (field->kind == SB_NAMED)
		put_options(rq, f, project);
	jw_end(w);
}

void
sb_bulk_fields(struct sb_rq *rq)
{
	const char *given = sb_arg(rq, "issueIdsOrKeys"), *text = sb_arg(rq, "searchText");
	char **keys = str_split(rq->arena, given != NULL ? given : "", ",", NULL);
	int project = -1;

	for (; *keys != NULL && project < 0; keys++) {
		const struct sb_issue *issue = sb_issue_find(rq->site, *keys);

		project = issue != NULL && sb_may_see(rq->me, issue->project) ? issue->project : -1;
	}
	if (project < 0) {
		sb_bulk_refuse(rq, given == NULL ? 400 : 404, "None of the issues exist or are accessible");
		return;
	}
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "fields");
	for (size_t i = 0; i < LEN(offered); i++)
		if (text == NULL || strcasestr(sb_field_name(rq->site, offered[i]), text) != NULL)
			put_offer(rq, offered[i], project);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

/* How each kind of input says its field and value; list: the member that holds several of them. */
static const struct {
	const char *input, *field;	/* field: what it is for; NULL: its fieldId says */
	const char *list, *id;		/* member of the elements; NULL: one value */
	const char *as;			/* what a plain edit calls that member; NULL: the value itself */
} inputs[] = {
	{ "labelsFields", NULL, "labels", "name", NULL },
	{ "multiselectComponents", NULL, "components", "componentId", "id" },
	{ "multipleVersionPickerFields", NULL, "versions", "versionId", "id" },
	{ "multipleSelectFields", NULL, "options", "optionId", "id" },
	{ "singleSelectFields", NULL, NULL, "option.optionId", "id" },
	{ "singleSelectClearableUserPickerFields", NULL, NULL, "user.accountId", "accountId" },
	{ "clearableNumberFields", NULL, NULL, "value", NULL },
	{ "priority", "priority", NULL, "priorityId", "id" },
};

static void
put_value(struct sb_rq *rq, struct jw *w, json *v, const char *as)
{
	const char *text = json_scalar(rq->arena, v);

	if (json_is_null(v) || str_eq(text, "-1"))
		jw_null(w);
	else if (as != NULL) {
		jw_obj(w);
		jw_str(w, as, text);
		jw_end(w);
	} else
		jw_val(w, v);
}

static void
put_input(struct sb_rq *rq, struct jw *w, size_t kind, json *one)
{
	const char *field = inputs[kind].field != NULL ? inputs[kind].field : json_get_str(one, "fieldId");

	if (field == NULL)
		return;
	jw_key(w, field);
	if (inputs[kind].list == NULL) {
		put_value(rq, w, json_path(one, inputs[kind].id), inputs[kind].as);
		return;
	}
	jw_arr(w);
	for (struct json_iter it = json_iter(json_get(one, inputs[kind].list)); json_next(&it);)
		put_value(rq, w, json_get(it.value, inputs[kind].id), inputs[kind].as);
	jw_end(w);
}

static json *
as_fields(struct sb_rq *rq, json *input)
{
	struct err e;
	struct buf b;
	struct jw w;
	json *body;

	buf_init(&b, SB_MAX_ANSWER);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "fields");
	for (size_t k = 0; k < LEN(inputs); k++) {
		json *v = json_get(input, inputs[k].input);

		if (yyjson_is_obj(v))
			put_input(rq, &w, k, v);
		for (struct json_iter it = json_iter(yyjson_is_arr(v) ? v : NULL); json_next(&it);)
			put_input(rq, &w, k, it.value);
	}
	jw_end(&w);
	jw_end(&w);
	err_init(&e, rq->arena);
	body = json_parse(rq->arena, b.data, b.len, JSON_TRUSTED, &e);
	buf_release(&b);
	return body;
}

void
sb_bulk_edit(struct sb_rq *rq)
{
	json *list = json_get(rq->body, "selectedIssueIdsOrKeys"), *actions = json_get(rq->body, "selectedActions"), *body;
	struct sb_task *t;

	if (!sb_need_body(rq) || !sb_bulk_list(rq, list))
		return;
	body = as_fields(rq, json_get(rq->body, "editedFieldsInput"));
	if (body == NULL || json_len(actions) == 0 || json_len(json_get(body, "fields")) != json_len(actions)) {
		sb_bulk_refuse(rq, 400, "selectedActions and editedFieldsInput do not name the same fields");
		return;
	}
	for (struct json_iter it = json_iter(actions); json_next(&it);)
		if (json_str(it.value) == NULL || json_get(json_get(body, "fields"), json_str(it.value)) == NULL) {
			sb_bulk_refuse(rq, 400, "selectedActions and editedFieldsInput do not name the same fields");
			return;
		}
	t = sb_task_new(rq);
	sb_task_each(rq, t, list, sb_edit_issue, "PUT", body);
	sb_task_answer(rq, t);
}
