/*
 * A new issue with the values of an old one: those fields that the create screen takes, made from what a read gives into what a write
 * wants. Comments, work logs, attachments, sprint and rank stay behind, as in Jira's own clones. Then the links.
 */
#include "atlassian/cache.h"
#include "atlassian/create_meta.h"
#include "atlassian/field_things.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_create.h"

#include <string.h>

enum { MAX_REQUEST = 4 * 1024 * 1024, MAX_LINKS = 50, MAX_DEPTH = 3 };

struct clone_args {
	const char *issue_key, *summary, *project_key;
	bool include_links;
	json *additional_fields;
};

static const struct param clone_params[] = {
	P_STR(struct clone_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct clone_args, summary, 0, .max_len = 1020, .doc = NULL),
	P_STR(struct clone_args, project_key, 0, .aliases = "target_project_key", .doc = NULL),
	P_OBJ(struct clone_args, additional_fields, P_MORE, .aliases = "fields", .doc = NULL),
	P_BOOL(struct clone_args, include_links, 0, .doc = NULL),
	P_END
};

/* What a read shows, as a write takes it. false: no way to say it. */
static bool
settable(struct call *c, const struct site *s, json *v, struct jw *w, int depth)
{
	static const char *const names[] = { "id", "key", "value", "name" };
	const char *user = json_get_str(v, s->dialect->user_id);

	if (yyjson_is_arr(v)) {
		bool good = depth < MAX_DEPTH;

		jw_arr(w);
		for (struct json_iter it = json_iter(v); json_next(&it) && good;)
			good = settable(c, s, it.value, w, depth + 1);
		jw_end(w);
		return good;
	}
	if (!yyjson_is_obj(v) || str_eq(json_get_str(v, "type"), "doc")) {
		jw_val(w, v);
		return true;
	}
	if (user != NULL && json_get(v, "displayName") != NULL) {
		jw_obj(w);
		jw_str(w, s->dialect->user_id, user);
		jw_end(w);
		return true;
	}
	for (size_t i = 0; i < LEN(names); i++) {
		json *child = json_get(v, "child");

		if (json_scalar(c->arena, json_get(v, names[i])) == NULL)
			continue;
		jw_obj(w);
		jw_str(w, names[i], json_scalar(c->arena, json_get(v, names[i])));
		if (child != NULL && depth < MAX_DEPTH) {
			jw_key(w, "child");
			if (!settable(c, s, child, w, depth + 1))
				jw_null(w);
		}
		jw_end(w);
		return true;
	}
	return false;
}

static bool
stays_behind(const struct field *f, bool other_project)
{
	static const char *const ids[] = { "project", "issuetype", "summary", "attachment", "issuelinks", "reporter", "comment", "worklog",
		"resolution" };
	static const char *const custom[] = { "gh-sprint", "gh-lexo-rank", "gh-epic-status", "gh-epic-color", "devsummarycf" };

	for (size_t i = 0; i < LEN(ids); i++) {
		if (str_eq(f->id, ids[i]))
			return true;
	}
	for (size_t i = 0; i < LEN(custom); i++) {
		if (str_eq(f->custom, custom[i]))
			return true;
	}
	return other_project && (str_eq(f->items, "component") || str_eq(f->items, "version") || str_eq(f->type, "version"));
}

static void
leave_out(struct call *c, const struct field *f, const char **left_out)
{
	*left_out = arena_printf(c->arena, "%s%s%s", *left_out != NULL ? *left_out : "", *left_out != NULL ? ", " : "", f->name);
}

static int
copy_value(struct call *c, struct site *s, struct edit *e, const struct field *f, json *v, const char **left_out)
{
	json *sent = NULL, *estimate = json_get(v, "originalEstimate");
	bool good = true;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	if (str_eq(f->type, "timetracking")) {
		jw_obj(&w);
		jw_value(&w, "originalEstimate", estimate);
		jw_end(&w);
		good = estimate != NULL;
	} else {
		good = settable(c, s, v, &w, 0);
	}
	if (good && !buf_overflowed(&b))
		sent = json_parse(c->arena, arena_strndup(c->arena, b.data, b.len), b.len, JSON_TRUSTED, &c->err);
	else if (!str_eq(f->type, "timetracking"))
		leave_out(c, f, left_out);
	buf_release(&b);
	if (sent != NULL && thing_inside(c, s, f, sent) == -1) {
		if (c->err.kind != ERR_NOT_FOUND && c->err.kind != ERR_DENIED && c->err.kind != ERR_FORBIDDEN)
			return -1;
		err_clear(&c->err);
		leave_out(c, f, left_out);
		return 0;
	}
	if (sent != NULL && e->count < EDIT_MAX_FIELDS)
		e->list[e->count++] = (struct edit_field){ .field = f, .sent = sent,
		    .given = estimate != NULL ? NULL : field_text(c, s, v, f) };
	return err_is_set(&c->err) ? -1 : 0;
}

static int
copy_fields(struct call *c, struct site *s, struct edit *e, json *issue, bool other_project, const char **left_out)
{
	json *screen;

	if (meta_create(c, s, e->project, e->type_id, &screen) == -1)
		return -1;
	for (struct json_iter it = json_iter(screen); json_next(&it);) {
		const char *id = meta_field_id(&it);
		const struct field *f = id == NULL ? NULL : fields_by_id(s, id);
		json *v = id == NULL ? NULL : json_get(json_get(issue, "fields"), id);

		if (f == NULL || json_is_null(v) || ((yyjson_is_arr(v) || yyjson_is_obj(v)) && json_len(v) == 0) || edit_has(e, id) ||
		    stays_behind(f, other_project))
			continue;
		if (copy_value(c, s, e, f, v, left_out) == -1)
			return -1;
	}
	return 0;
}

/* ---- links ---- */

static const char *
clone_type(struct call *c, struct site *s)
{
	json *answer;

	if (rest_cached(c, s, rest_path(c, s, "{api}/issueLinkType"), CACHED_METADATA_S, &answer) == -1)
		return NULL;
	for (struct json_iter it = json_iter(json_get(answer, "issueLinkTypes")); json_next(&it);) {
		const char *name = json_get_str(it.value, "name"), *outward = json_get_str(it.value, "outward");

		if (str_ieq(name, "Cloners") || str_istarts(outward != NULL ? outward : "", "clones"))
			return name;
	}
	return NULL;
}

/* "from verb to": to is the outward issue of the one that the verb belongs to. A link that fails is told beside the clone; -1 only when
 * the call was cancelled. */
static int
link_issues(struct call *c, struct site *s, const char *type, const char *from, const char *to)
{
	struct rest_write w = { .method = "POST", .path = rest_path(c, s, "{api}/issueLink"), .target = from,
		.what = arena_printf(c->arena, "the link of %s to %s", from, to) };
	struct buf b;
	struct jw j;

	buf_init(&b, 4096);
	jw_init(&j, &b);
	jw_obj(&j);
	jw_obj_in(&j, "type");
	jw_str(&j, "name", type);
	jw_end(&j);
	jw_obj_in(&j, "inwardIssue");
	jw_str(&j, "key", from);
	jw_end(&j);
	jw_obj_in(&j, "outwardIssue");
	jw_str(&j, "key", to);
	jw_end(&j);
	jw_end(&j);
	w.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (rest_write(c, s, &w) == 0)
		return 0;
	if (call_cancelled(c))
		return -1;
	out_say(c->out, "Not linked (%s, %s to %s): %s", type, from, to, err_text(&c->err));
	err_clear(&c->err);
	return 0;
}

static int
link_all(struct call *c, struct site *s, json *issue, const char *old, const char *new, bool all)
{
	const char *type = clone_type(c, s);
	int result = err_is_set(&c->err) ? -1 : 0;
	size_t n = 0, outside = 0;

	if (result == 0 && type != NULL)
		result = link_issues(c, s, type, new, old);
	for (struct json_iter it = json_iter(all ? json_path(issue, "fields.issuelinks") : NULL); result == 0 && json_next(&it) && n < MAX_LINKS; n++) {
		const char *outward = json_path_str(it.value, "outwardIssue.key"), *inward = json_path_str(it.value, "inwardIssue.key");
		const char *name = json_path_str(it.value, "type.name");

		if (name == NULL || (outward == NULL && inward == NULL) || str_eq(name, type))
			continue;
		if (jira_is_outside(c, s, json_get(it.value, outward != NULL ? "outwardIssue" : "inwardIssue"))) {
			outside++;
			continue;
		}
		result = link_issues(c, s, name, outward != NULL ? new : inward, outward != NULL ? outward : new);
	}
	if (outside > 0)
		out_say(c->out, "Left out: %zu link%s to issues outside of the allowed projects.", outside, outside == 1 ? "" : "s");
	if (result == -1)
		err_context(&c->err, "%s was cloned as %s, but not every link was made", old, new);
	return result;
}

/* ---- the tool ---- */

static int
read_back(struct call *c, struct site *s, const struct edit *e, const char *old, const char *new)
{
	const char *ignored = NULL, *copied = NULL;
	json *after;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", new), "fields", edit_ids(c, e), NULL), &after) == -1) {
		err_context(&c->err, "%s was cloned as %s, but reading it back failed", old, new);
		call_hint(c, "Do not clone it again; read %s instead.", new);
		return -1;
	}
	for (size_t i = 0; i < e->count; i++) {
		const struct field *f = e->list[i].field;
		bool good = edit_covers(c, s, e->list[i].sent, json_get(json_get(after, "fields"), f->id), f);
		const char **list = good ? &copied : &ignored;

		*list = arena_printf(c->arena, "%s%s%s", *list != NULL ? *list : "", *list != NULL ? ", " : "", f->name);
	}
	out_say(c->out, "Cloned %s as %s: %s", old, new, jira_browse_url(c->arena, s, new));
	out_pair(c->out, "Summary", json_path_str(after, "fields.summary"));
	out_pair(c->out, "Copied", copied);
	if (ignored == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "%s was cloned as %s, but Jira did not take over: %s.", old, new, ignored);
	call_hint(c, "Do not clone it again; set these on %s. It is not linked yet.", new);
	return -1;
}

static int
clone_issue(struct call *c, const void *v)
{
	const struct clone_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct rest_write w = { .method = "POST", .created_id = "key" };
	const char *key, *project, *type, *new, *left_out = NULL, *summary;
	bool other;
	json *issue;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL)
		return -1;
	c->target = key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "*all,-comment,-worklog", NULL), &issue) == -1 ||
	    jira_check_fence(c, s, issue) == -1)
		return -1;
	key = json_get_str(issue, "key");
	project = json_path_str(issue, "fields.project.key");
	if (key == NULL || project == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without an issue.", s->label);
	other = a->project_key != NULL && !str_ieq(a->project_key, project);
	type = json_path_str(issue, "fields.issuetype.name");
	summary = a->summary != NULL ? a->summary : arena_printf(c->arena, "CLONE - %s", json_path_str(issue, "fields.summary"));
	if (other && json_bool(json_path(issue, "fields.issuetype.subtask"), false)) {
		call_fail(c, ERR_INPUT, "%s is a subtask: its clone has to be in its parent's project.", key);
		call_hint(c, "Leave project_key out, or create a new issue there.");
		return -1;
	}
	if ((project = create_project(c, s, other ? a->project_key : project)) == NULL ||
	    edit_for_create(c, s, e, project, type != NULL ? type : "Task") == -1 ||
	    edit_add_text(c, s, e, "summary", summary) == -1 || edit_add_all(c, s, e, a->additional_fields) == -1 ||
	    copy_fields(c, s, e, issue, other, &left_out) == -1 || (w.body = edit_request(c, e)) == NULL)
		return -1;
	w.path = rest_path(c, s, "{api}/issue");
	w.what = arena_printf(c->arena, "the clone of %s", key);
	if (c->dry_run != NULL)
		edit_announce(c, s, e, NULL);
	if (rest_write(c, s, &w) == -1)
		return edit_refused(c, s, e);
	new = json_get_str(w.json, "key");
	if (new == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "It is not known whether %s took place: %s accepted it but did not name its key.",
		    w.what, s->label);
	c->target = new;
	if (read_back(c, s, e, key, new) == -1)
		return -1;
	out_pair(c->out, "Not copied", left_out);
	return link_all(c, s, issue, key, new, a->include_links);
}

TOOL(jira_clone_issue,
	.title = "Clone issue", .doc = "Make a copy of a Jira issue.",
	.toolset = "jira_issues", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct clone_args, clone_params), .example = "{\"issue_key\":\"OPS-7\",\"summary\":\"The same for the app\"}",
	.run = clone_issue,
);
