/*
 * Many issues in requests of fifty. Each is decoded by jira_create_issue's own table and its values are made ready before anything is
 * sent: a mistake in one of them stops them all. What the site then refuses is told for each; what it made is read back in
 * one request for a hundred.
 */
#include "atlassian/create_meta.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_create.h"
#include "tools/jira_many.h"

#include <string.h>

enum { MAX_ISSUES = 500, CHUNK = 50, MAX_REQUEST = 8 * 1024 * 1024, MAX_COMPLAINTS = 8 * 1024, RESERVE_MS = 8000 };

struct batch_args {
	json *issues;
	bool validate_only;
};

static const struct param batch_params[] = {
	P_OBJS(struct batch_args, issues, P_REQUIRED, .max_len = MAX_ISSUES, .doc = "Each with jira_create_issue's arguments"),
	P_BOOL(struct batch_args, validate_only, 0, .doc = NULL),
	P_END
};

struct one {
	const struct create_args *args;
	struct edit *edit;
	const char *key, *says;
	json *after;
	enum many_state state;
	enum err_kind kind;
};

struct batch {
	struct site *site;
	struct one *list;
	size_t count;
};

static bool
is_argument(struct call *c, const char *name)
{
	for (const struct param *p = tool_jira_create_issue.params; p->name != NULL; p++) {
		char **alias = str_split(c->arena, p->aliases != NULL ? p->aliases : "", ",", NULL);

		if (str_eq(p->name, name))
			return true;
		for (; *alias != NULL; alias++) {
			if (str_eq(*alias, name))
				return true;
		}
	}
	return false;
}

/* An issue as people write it: members that are no arguments are fields. */
static json *
as_arguments(struct call *c, json *issue)
{
	json *further = json_get(issue, "additional_fields"), *v;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	for (struct json_iter it = json_iter(issue); json_next(&it);) {
		if (is_argument(c, it.key) && !str_eq(it.key, "additional_fields"))
			jw_value(&w, it.key, it.value);
	}
	jw_obj_in(&w, "additional_fields");
	for (struct json_iter it = json_iter(further); json_next(&it);)
		jw_value(&w, it.key, it.value);
	for (struct json_iter it = json_iter(issue); json_next(&it);) {
		if (!is_argument(c, it.key))
			jw_value(&w, it.key, it.value);
	}
	jw_end(&w);
	jw_end(&w);
	v = json_parse(c->arena, b.data, b.len, JSON_TRUSTED, &c->err);
	buf_release(&b);
	return v;
}

static int
prepare_one(struct call *c, struct site *s, json *issue, struct one *o)
{
	json *args = as_arguments(c, issue);
	const char *project;
	void *decoded;

	if (args == NULL || tool_decode(c, &tool_jira_create_issue, args, &decoded) == -1)
		return -1;
	o->args = decoded;
	o->edit = arena_alloc(c->arena, sizeof(*o->edit));
	if (o->args->context != NULL || o->args->code != NULL)
		return call_fail(c, ERR_INPUT, "context and code belong to jira_create_issue.");
	if ((project = create_project(c, s, o->args->project_key)) == NULL)
		return -1;
	return create_fields(c, s, o->args, project, o->args->description, o->edit);
}

/* Fields that the create screen wants and the issue lacks. */
static int
check_required(struct call *c, struct site *s, const struct one *o)
{
	const char *missing = NULL;
	json *screen = o->edit->screen;

	if (screen == NULL && meta_create(c, s, o->edit->project, o->edit->type_id, &screen) == -1)
		return -1;
	for (struct json_iter it = json_iter(screen); json_next(&it);) {
		const char *id = meta_field_id(&it), *name = json_get_str(it.value, "name");

		if (id == NULL || !json_get_bool(it.value, "required", false) || json_get_bool(it.value, "hasDefaultValue", false) ||
		    edit_has(o->edit, id) || str_eq(id, "reporter"))
			continue;
		missing = arena_printf(c->arena, "%s%s%s", missing != NULL ? missing : "", missing != NULL ? ", " : "", name != NULL ? name : id);
	}
	return missing == NULL ? 0 : call_fail(c, ERR_INPUT, "%s required.", missing);
}

/* Every mistake at once; others end the call. */
static int
prepare(struct call *c, struct batch *b, json *issues, bool required)
{
	struct buf bad;
	size_t wrong = 0;

	buf_init(&bad, MAX_COMPLAINTS);
	b->count = json_len(issues);
	b->list = arena_array(c->arena, b->count + 1, sizeof(*b->list));
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		if (prepare_one(c, b->site, it.value, &b->list[it.index]) == 0 &&
		    (!required || check_required(c, b->site, &b->list[it.index]) == 0))
			continue;
		if (c->err.kind != ERR_INPUT && c->err.kind != ERR_NOT_FOUND) {
			buf_release(&bad);
			return -1;
		}
		buf_addf(&bad, "\nIssue %zu: %s%s%s", it.index + 1, c->err.message, c->err.hint != NULL && wrong == 0 ? " " : "",
		    c->err.hint != NULL && wrong == 0 ? c->err.hint : "");
		wrong++;
		err_clear(&c->err);
	}
	if (wrong > 0)
		call_fail(c, ERR_INPUT, "Nothing was created: %zu of %zu issues can't be.%s", wrong, b->count, bad.data);
	buf_release(&bad);
	return wrong > 0 ? -1 : 0;
}

static const char *
chunk_body(struct call *c, const struct batch *b, size_t from, size_t n)
{
	const char *text = NULL;
	struct buf out;
	struct jw w;

	buf_init(&out, MAX_REQUEST);
	jw_init(&w, &out);
	jw_obj(&w);
	jw_arr_in(&w, "issueUpdates");
	for (size_t i = from; i < from + n; i++) {
		jw_obj(&w);
		edit_write(b->list[i].edit, &w);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	if (buf_overflowed(&out))
		call_fail(c, ERR_TOO_LARGE, "%zu issues together are larger than %d MiB.", n, MAX_REQUEST / 1024 / 1024);
	else
		text = arena_strndup(c->arena, out.data, out.len);
	buf_release(&out);
	return text;
}

static const char *
element_error(struct call *c, json *error)
{
	json *e = json_get(error, "elementErrors");
	const char *all = NULL;

	for (struct json_iter it = json_iter(json_get(e, "errorMessages")); json_next(&it);)
		all = arena_printf(c->arena, "%s%s%s", all != NULL ? all : "", all != NULL ? " " : "", json_str(it.value));
	for (struct json_iter it = json_iter(json_get(e, "errors")); json_next(&it);) {
		const struct field *f = NULL;

		if (c->app->site[JIRA] != NULL)
			f = fields_by_id(c->app->site[JIRA], it.key);
		all = arena_printf(c->arena, "%s%s%s: %s", all != NULL ? all : "", all != NULL ? " " : "", f != NULL ? f->name : it.key, json_str(it.value));
	}
	return all != NULL ? all : "the site does not say why.";
}

/* {"issues":[{"key"}],"errors":[{"failedElementNumber":2,"elementErrors":{...}}]}: the others were made in their order. */
static void
take_answer(struct call *c, struct one *list, size_t n, json *answer)
{
	json *made = json_get(answer, "issues");
	size_t at = 0;

	for (struct json_iter it = json_iter(json_get(answer, "errors")); json_next(&it);) {
		int64_t number = json_get_int(it.value, "failedElementNumber", -1);

		if (number < 0 || number >= (int64_t)n)
			continue;
		list[number].state = MANY_FAILED;
		list[number].kind = ERR_INPUT;
		list[number].says = element_error(c, it.value);
	}
	for (size_t i = 0; i < n; i++) {
		if (list[i].state != MANY_LEFT)
			continue;
		list[i].key = json_get_str(json_at(made, at++), "key");
		list[i].state = list[i].key != NULL ? MANY_DONE : MANY_UNKNOWN;
		if (list[i].key == NULL)
			list[i].says = "It is not known whether it was created: the site does not name it.";
	}
}

static void
chunk_failed(struct call *c, struct one *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		list[i].state = c->err.kind == ERR_UNKNOWN_OUTCOME ? MANY_UNKNOWN : MANY_FAILED;
		list[i].kind = c->err.kind;
		list[i].says = err_text(&c->err);
	}
	err_clear(&c->err);
}

/* true: the site may be asked for more. */
static bool
send_chunk(struct call *c, struct batch *b, size_t from, size_t n)
{
	struct rest_write w = { .method = "POST", .path = rest_path(c, b->site, "{api}/issue/bulk"), .body = chunk_body(c, b, from, n),
		.what = arena_printf(c->arena, "the creation of issues %zu to %zu", from + 1, from + n) };
	bool answered;

	if (w.body == NULL) {
		chunk_failed(c, b->list + from, n);
		return false;
	}
	answered = rest_write(c, b->site, &w) == 0 || (w.status == 400 && json_len(json_get(w.json, "errors")) > 0);
	if (answered) {
		err_clear(&c->err);
		take_answer(c, b->list + from, n, w.json);
	} else {
		chunk_failed(c, b->list + from, n);
	}
	return answered;
}

static int
send_all(struct call *c, struct batch *b)
{
	for (size_t from = 0; from < b->count; from += CHUNK) {
		size_t n = b->count - from < CHUNK ? b->count - from : CHUNK;

		if (c->dry_run != NULL) {
			rest_plan(c, &(struct rest_write){ .method = "POST", .path = rest_path(c, b->site, "{api}/issue/bulk"),
			    .body = chunk_body(c, b, from, n), .what = "the creation" });
			continue;
		}
		if (clock_mono_ms() >= c->deadline_ms - RESERVE_MS || !send_chunk(c, b, from, n))
			break;
		if (c->progress != NULL)
			c->progress(c, (int64_t)(from + n), (int64_t)b->count, "created");
	}
	return c->dry_run != NULL ? rest_planned(c) : 0;
}

/* All fields that any of them sets. */
static const char *
all_fields(struct call *c, const struct batch *b)
{
	const char *ids;
	struct buf out;

	buf_init(&out, 64 * 1024);
	buf_adds(&out, "status,");
	for (size_t i = 0; i < b->count; i++) {
		for (size_t k = 0; k < b->list[i].edit->count; k++) {
			const char *id = b->list[i].edit->list[k].field->id;

			if (strstr(out.data, arena_printf(c->arena, ",%s,", id)) == NULL)
				buf_addf(&out, "%s,", id);
		}
	}
	ids = arena_strndup(c->arena, out.data, out.len - 1);
	buf_release(&out);
	return ids;
}

static void
compare(struct call *c, const struct batch *b, struct one *o)
{
	const char *ignored = edit_differing(c, b->site, o->edit, o->after);

	o->says = ignored == NULL ? json_path_str(o->after, "fields.status.name") :
	    arena_printf(c->arena, "created, but Jira did not take over: %s", ignored);
}

static size_t
in_state(const struct batch *b, enum many_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++)
		n += b->list[i].state == state;
	return n;
}

static int
read_back(struct call *c, struct batch *b)
{
	const char **keys = arena_array(c->arena, b->count + 1, sizeof(*keys));
	json **found = arena_array(c->arena, b->count + 1, sizeof(json *));
	size_t n = 0, at = 0;

	for (size_t i = 0; i < b->count; i++) {
		if (b->list[i].state == MANY_DONE)
			keys[n++] = b->list[i].key;
	}
	if (call_cancelled(c) && in_state(b, MANY_UNKNOWN) > 0)
		return 0;
	if (n > 0 && many_read(c, b->site, keys, n, all_fields(c, b), found) == -1) {
		err_context(&c->err, "%zu issues were created, %s to %s, but reading them back failed", n, keys[0], keys[n - 1]);
		call_hint(c, "Do not create them again.");
		return -1;
	}
	for (size_t i = 0; i < b->count; i++) {
		if (b->list[i].state != MANY_DONE)
			continue;
		b->list[i].after = found[at++];
		if (b->list[i].after != NULL)
			compare(c, b, &b->list[i]);
		else
			b->list[i].says = "created, but it could not be read again.";
	}
	return 0;
}

static int
nothing_made(struct call *c, const struct batch *b)
{
	enum err_kind kind = ERR_NONE;
	const char *before = NULL;
	size_t same = 0;
	struct buf out;

	buf_init(&out, MAX_COMPLAINTS);
	for (size_t i = 0; i < b->count; i++) {
		const struct one *o = &b->list[i];

		if (o->says != NULL && !str_eq(o->says, before))
			buf_addf(&out, "\nIssue %zu: %s", i + 1, o->says);
		else
			same += o->says != NULL;
		if (kind == ERR_NONE || o->state == MANY_UNKNOWN)
			kind = o->state == MANY_UNKNOWN ? ERR_UNKNOWN_OUTCOME : o->kind;
		before = o->says;
	}
	if (same > 0)
		buf_addf(&out, "\n%zu more the same.", same);
	if (kind == ERR_NONE)	/* time was up before the first */
		kind = ERR_TIMEOUT;
	call_fail(c, kind, "Not one of %zu issues is known to be created.%s", b->count, out.data);
	if (in_state(b, MANY_UNKNOWN) > 0)
		call_hint(c, "Look for them before creating them again.");
	buf_release(&out);
	return -1;
}

static int
report(struct call *c, struct batch *b)
{
	size_t made = in_state(b, MANY_DONE), first = b->count;

	if (made == 0)
		return nothing_made(c, b);
	out_say(c->out, "Created %zu of %zu issues.", made, b->count);
	out_table(c->out, "issues", "Key", "Summary", "Result", NULL);
	for (size_t i = 0; i < b->count; i++) {
		const struct one *o = &b->list[i];

		if (o->state == MANY_LEFT && i < first)
			first = i;
		if (o->state != MANY_LEFT)
			out_row(c->out, o->state == MANY_DONE ? o->key : arena_printf(c->arena, "(issue %zu)", i + 1), o->args->summary, o->says);
	}
	if (first < b->count)
		out_say(c->out, "Issues %zu to %zu were not sent: call again with these.", first + 1, b->count);
	return 0;
}

static int
batch_create(struct call *c, const void *v)
{
	const struct batch_args *a = v;
	struct batch b = { .site = app_site(c, JIRA) };

	if (b.site == NULL || prepare(c, &b, a->issues, a->validate_only) == -1)
		return -1;
	if (a->validate_only || c->dry_run != NULL) {
		out_say(c->out, a->validate_only ? "All %zu issues can be created; nothing was sent." : "%zu issues would be created.", b.count);
		out_table(c->out, "issues", "Project", "Type", "Summary", NULL);
		for (size_t i = 0; i < b.count; i++)
			out_row(c->out, b.list[i].edit->project, b.list[i].edit->type, b.list[i].args->summary);
		if (a->validate_only)
			return 0;
	}
	if (send_all(c, &b) == -1 || read_back(c, &b) == -1)
		return -1;
	return report(c, &b);
}

TOOL(jira_batch_create_issues,
	.title = "Create many issues", .doc = "Create many Jira issues at once.",
	.toolset = "jira_issues", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct batch_args, batch_params),
	.example = "{\"issues\":[{\"project_key\":\"OPS\",\"summary\":\"First\"},{\"project_key\":\"OPS\",\"summary\":\"Second\"}]}",
	.run = batch_create,
);
