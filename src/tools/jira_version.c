/*
 * Versions of a project: listed, one with what stands and falls with it, made one by one or many in
 * a call, changed, released. The answer of a write is the version as it is now, so nothing is read again.
 */
#include "atlassian/cache.h"
#include "atlassian/field_words.h"
#include "atlassian/project.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"
#include "tools/jira_target.h"

#include <string.h>

enum { MAX_BATCH = 50, MAX_NAME = 255, COUNT_TRIES = 3, COUNT_WAIT_MS = 1000 };

static const char *
state_of(json *v)
{
	if (json_get_bool(v, "archived", false))
		return "archived";
	if (json_get_bool(v, "released", false))
		return "released";
	return json_get_bool(v, "overdue", false) ? "overdue" : "open";
}

/* ---- jira_get_project_versions ---- */

struct list_args {
	const char *project_key, *version;
};

static const struct param list_params[] = {
	P_STR(struct list_args, project_key, P_REQUIRED, .aliases = "project,projectKey,projectIdOrKey"),
	P_STR(struct list_args, version, 0, .aliases = "version_id,versionId", .doc = "One, with its issues' counts and related work"),
	P_END
};

static int
show_one(struct call *c, struct site *s, json *v)
{
	const char *id = json_get_str(v, "id");
	struct rest_req q[] = {
		{ .path = rest_path(c, s, "{api}/version/%s/relatedIssueCounts", id != NULL ? id : "") },
		{ .path = rest_path(c, s, "{api}/version/%s/unresolvedIssueCount", id != NULL ? id : "") },
		{ .path = site_is_cloud(s) ? rest_path(c, s, "{api}/version/%s/relatedwork", id != NULL ? id : "") : "", .optional = true },
	};

	if (rest_all(c, s, q, site_is_cloud(s) ? 3 : 2) == -1)
		return -1;
	out_title(c->out, json_get_str(v, "name"), state_of(v));
	out_pair(c->out, "Id", id);
	out_pair(c->out, "Start", json_get_str(v, "startDate"));
	out_pair(c->out, "Release", json_get_str(v, "releaseDate"));
	out_pairf(c->out, "Fixed in it", "%lld issues, %lld of them open", (long long)json_get_int(q[0].json, "issuesFixedCount", 0),
	    (long long)json_get_int(q[1].json, "issuesUnresolvedCount", 0));
	out_pairf(c->out, "Affected", "%lld issues", (long long)json_get_int(q[0].json, "issuesAffectedCount", 0));
	out_text(c->out, "Description", json_get_str(v, "description"));
	for (struct json_iter it = json_iter(q[2].json); json_next(&it);) {
		if (it.index == 0)
			out_table(c->out, "related", "Related work", "Category", "URL", "Id", NULL);
		out_row(c->out, json_get_str(it.value, "title"), json_get_str(it.value, "category"), json_get_str(it.value, "url"),
		    json_get_str(it.value, "relatedWorkId"));
	}
	return 0;
}

static int
get_versions(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key;
	json *list, *one;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL)
		return -1;
	if (a->version != NULL)
		return project_part(c, s, "version", key, a->version, &one) == -1 ? -1 : show_one(c, s, one);
	if (rest_get(c, s, rest_path(c, s, "{api}/project/%s/versions", key), &list) == -1)
		return -1;
	if (json_len(list) == 0) {
		out_say(c->out, "The project %s has no versions.", key);
		return 0;
	}
	out_table(c->out, "versions", "Version", "Id", "State", "Start", "Release", "Description", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "name"), json_get_str(it.value, "id"), state_of(it.value),
		    json_get_str(it.value, "startDate"), json_get_str(it.value, "releaseDate"), json_get_str(it.value, "description"));
	return 0;
}

TOOL(jira_get_project_versions,
	.title = "Versions", .doc = "Versions of a project, or one of them in detail.",
	.toolset = "jira_projects", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{\"project_key\":\"OPS\"}", .run = get_versions,
);

/* ---- making ---- */

struct create_args {
	const char *project_key, *name, *start_date, *release_date, *description;
};

static const struct param create_params[] = {
	P_STR(struct create_args, project_key, P_REQUIRED, .aliases = "project,projectKey"),
	P_STR(struct create_args, name, P_REQUIRED, .max_len = MAX_NAME),
	P_STR(struct create_args, start_date, 0, .aliases = "startDate", .doc = NULL),
	P_STR(struct create_args, release_date, 0, .aliases = "releaseDate", .doc = "Day, e.g. 2026-11-30, +2w"),
	P_STR(struct create_args, description, P_MORE, .max_len = 16384, .doc = NULL),
	P_END
};

enum { ROW_NAME, ROW_DESCRIPTION, ROW_START, ROW_RELEASE, ROW_RELEASED, ROW_ARCHIVED, ROWS };

static void
rows_of(struct change *ch)
{
	ch[ROW_NAME] = (struct change){ .label = "Name", .member = "name", .in_title = true };
	ch[ROW_DESCRIPTION] = (struct change){ .label = "Description", .member = "description" };
	ch[ROW_START] = (struct change){ .label = "Start", .member = "startDate", .kind = CHANGE_DATE };
	ch[ROW_RELEASE] = (struct change){ .label = "Release", .member = "releaseDate", .kind = CHANGE_DATE };
	ch[ROW_RELEASED] = (struct change){ .label = "Released", .member = "released", .kind = CHANGE_BOOL };
	ch[ROW_ARCHIVED] = (struct change){ .label = "Archived", .member = "archived", .kind = CHANGE_BOOL };
}

static int
take_day(struct call *c, struct change *row, const char *text)
{
	if (text == NULL)
		return 0;
	row->wanted = *text == '\0' ? "" : words_day(c->arena, text);
	if (row->wanted != NULL)
		return 0;
	call_fail(c, ERR_INPUT, "\"%.80s\" is no day.", text);
	call_hint(c, "Give one such as 2026-11-30, today, +2w or next friday.");
	return -1;
}

static int
create_one(struct call *c, struct site *s, const struct create_args *a, const char *key, struct rest_write *w, struct change *ch)
{
	struct body body;
	struct jw *j;

	rows_of(ch);
	ch[ROW_NAME].wanted = str_trim(c->arena, a->name, strlen(a->name));
	ch[ROW_DESCRIPTION].wanted = a->description;
	if (take_day(c, &ch[ROW_START], a->start_date) == -1 || take_day(c, &ch[ROW_RELEASE], a->release_date) == -1)
		return -1;
	if (*ch[ROW_NAME].wanted == '\0')
		return call_fail(c, ERR_INPUT, "A version needs a name.");
	j = body_begin(&body);
	jw_str(j, "project", key);
	change_write(ch, ROWS, j);
	*w = (struct rest_write){ .method = "POST", .path = rest_path(c, s, "{api}/version"), .created_id = "id",
		.what = arena_printf(c->arena, "the creation of version %s", ch[ROW_NAME].wanted), .body = body_end(c, &body) };
	return w->body == NULL || w->path == NULL ? -1 : 0;
}

static int
create_version(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct change ch[ROWS];
	struct rest_write w;
	const char *key;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL || create_one(c, s, a, key, &w, ch) == -1)
		return -1;
	c->target = key;
	if (c->dry_run != NULL)
		change_announce(c, ch, ROWS, NULL);
	if (rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);
	out_say(c->out, "Created version %s in %s.", json_get_str(w.json, "name"), key);
	out_pair(c->out, "Id", json_get_str(w.json, "id"));
	return change_report(c, ch, ROWS, NULL, w.json, arena_printf(c->arena, "Version %s was created", ch[ROW_NAME].wanted));
}

TOOL(jira_create_version,
	.title = "Create version", .doc = "Create a version in a project.",
	.toolset = "jira_projects", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "manage:jira-project",
	ARGS(struct create_args, create_params), .example = "{\"project_key\":\"OPS\",\"name\":\"4.4\",\"release_date\":\"+4w\"}",
	.run = create_version,
);

struct batch_args {
	const char *project_key;
	json *versions;
};

static const struct param batch_params[] = {
	P_STR(struct batch_args, project_key, P_REQUIRED, .aliases = "project,projectKey"),
	P_OBJS(struct batch_args, versions, P_REQUIRED, .max_len = MAX_BATCH, .doc = "name, start_date, release_date, description each"),
	P_END
};

static const char *
either(json *v, const char *one, const char *other)
{
	return json_get_str(v, one) != NULL ? json_get_str(v, one) : json_get_str(v, other);
}

/* A member that is not known or no text would be lost without a word. */
static int
check_members(struct call *c, json *one, size_t number)
{
	static const char *const known[] = { "name", "description", "start_date", "startDate", "release_date", "releaseDate" };

	for (struct json_iter it = json_iter(one); json_next(&it);) {
		bool found = false;

		for (size_t i = 0; i < LEN(known) && !found; i++)
			found = str_eq(it.key, known[i]);
		if (found && (json_str(it.value) != NULL || json_is_null(it.value)))
			continue;
		if (found)
			return call_fail(c, ERR_INPUT, "Version %zu of the list: %s must be text.", number, it.key);
		call_fail(c, ERR_INPUT, "Version %zu of the list has \"%.60s\", which can't be set here.", number, it.key);
		call_hint(c, "A version takes name, description, start_date and release_date; jira_update_version releases and archives.");
		return -1;
	}
	return 0;
}

/* The versions that Jira did not make as they were asked for are an error. */
static int
report_batch(struct call *c, const struct rest_write *w, const struct change *ch, size_t n, const char *key)
{
	const char *wrong = NULL;

	out_say(c->out, "Created %zu versions in %s.", n, key);
	out_table(c->out, "versions", "Version", "Id", "Start", "Release", NULL);
	for (size_t i = 0; i < n; i++) {
		const char *name = json_get_str(w[i].json, "name"), *id = json_get_str(w[i].json, "id");

		out_row(c->out, name, id, json_get_str(w[i].json, "startDate"), json_get_str(w[i].json, "releaseDate"));
		if (change_is_so(c, &ch[i * ROWS], ROWS, w[i].json))
			continue;
		wrong = arena_printf(c->arena, "%s%s%s (id %s)", wrong != NULL ? wrong : "", wrong != NULL ? ", " : "",
		    name != NULL ? name : ch[i * ROWS + ROW_NAME].wanted, id != NULL ? id : "?");
	}
	if (wrong == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "All %zu versions were created in %s, but not as asked for: %s.", n, key, wrong);
	call_hint(c, "Do not create them again; jira_update_version changes them.");
	return -1;
}

/* All are checked before the first is sent; then one after the other, and the first failure says what was made before it. */
static int
batch_create(struct call *c, const void *v)
{
	const struct batch_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w[MAX_BATCH];
	struct change *ch = arena_array(c->arena, (size_t)MAX_BATCH * ROWS, sizeof(*ch)), *row;
	const char *key, *made = NULL;
	size_t n = 0;

	if (s == NULL || (key = project_key(c, s, a->project_key)) == NULL)
		return -1;
	c->target = key;
	if (c->dry_run != NULL)
		out_table(c->out, "versions", "New version", "Start", "Release", "Description", NULL);
	for (struct json_iter it = json_iter(a->versions); json_next(&it) && n < MAX_BATCH; n++) {
		const struct create_args one = { .name = json_get_str(it.value, "name"),
			.start_date = either(it.value, "start_date", "startDate"), .release_date = either(it.value, "release_date", "releaseDate"),
			.description = json_get_str(it.value, "description") };

		if (check_members(c, it.value, n + 1) == -1)
			return -1;
		if (one.name == NULL)
			return call_fail(c, ERR_INPUT, "Version %zu of the list has no name.", n + 1);
		row = &ch[n * ROWS];
		if (create_one(c, s, &one, key, &w[n], row) == -1) {
			err_context(&c->err, "%s", one.name);
			return -1;
		}
		if (c->dry_run != NULL)
			out_row(c->out, row[ROW_NAME].wanted, row[ROW_START].wanted, row[ROW_RELEASE].wanted, one.description == NULL ? NULL : target_short(c, one.description));
	}
	if (n == 0)
		return call_fail(c, ERR_INPUT, "versions is empty.");
	for (size_t i = 0; c->dry_run != NULL && i < n; i++)
		rest_plan(c, &w[i]);
	if (c->dry_run != NULL)
		return rest_planned(c);
	for (size_t i = 0; i < n; i++) {
		if (rest_write(c, s, &w[i]) == -1) {
			err_context(&c->err, "%zu of %zu were created%s%s; then", i, n, made != NULL ? ": " : "", made != NULL ? made : "");
			return -1;
		}
		made = made == NULL ? json_get_str(w[i].json, "name") : arena_printf(c->arena, "%s, %s", made, json_get_str(w[i].json, "name"));
		if (c->progress != NULL)
			c->progress(c, (int64_t)i + 1, (int64_t)n, NULL);
	}
	rest_forget(s);
	return report_batch(c, w, ch, n, key);
}

TOOL(jira_batch_create_versions,
	.title = "Create versions", .doc = "Create several versions in a project.",
	.toolset = "jira_projects", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "manage:jira-project",
	ARGS(struct batch_args, batch_params),
	.example = "{\"project_key\":\"OPS\",\"versions\":[{\"name\":\"4.4\"},{\"name\":\"4.5\",\"release_date\":\"2027-03-01\"}]}", .run = batch_create,
);

/* ---- jira_update_version ---- */

struct update_args {
	const char *version_id, *project_key, *name, *description, *start_date, *release_date, *released, *archived, *move_open_issues_to;
};

static const struct param update_params[] = {
	P_STR(struct update_args, version_id, P_REQUIRED, .aliases = "version,versionId", .doc = "Id; name with project_key"),
	P_STR(struct update_args, project_key, 0, .doc = NULL),
	P_STR(struct update_args, name, 0, .max_len = MAX_NAME, .doc = NULL),
	P_STR(struct update_args, description, P_MORE | P_CLEAR, .max_len = 16384, .doc = NULL),
	P_STR(struct update_args, start_date, P_MORE | P_CLEAR, .doc = NULL),
	P_STR(struct update_args, release_date, P_CLEAR, .doc = NULL),
	P_STR(struct update_args, released, 0, .doc = "true: today unless dated"),
	P_STR(struct update_args, archived, P_MORE, .doc = NULL),
	P_STR(struct update_args, move_open_issues_to, P_MORE, .doc = "At release"),
	P_END
};

static int
take_bool(struct call *c, struct change *row, const char *text)
{
	if (text == NULL)
		return 0;
	row->wanted = str_ieq(text, "true") || str_ieq(text, "yes") ? "true" : str_ieq(text, "false") || str_ieq(text, "no") ? "false" : NULL;
	return row->wanted != NULL ? 0 : call_fail(c, ERR_INPUT, "%s is true or false, not \"%.40s\".", row->label, text);
}

static int
update_rows(struct call *c, const struct update_args *a, json *before, struct change *ch)
{
	rows_of(ch);
	ch[ROW_NAME].wanted = a->name;
	ch[ROW_DESCRIPTION].wanted = a->description;
	if (take_day(c, &ch[ROW_START], a->start_date) == -1 || take_day(c, &ch[ROW_RELEASE], a->release_date) == -1 ||
	    take_bool(c, &ch[ROW_RELEASED], a->released) == -1 || take_bool(c, &ch[ROW_ARCHIVED], a->archived) == -1)
		return -1;
	if (str_eq(ch[ROW_RELEASED].wanted, "true") && a->release_date == NULL && json_get_str(before, "releaseDate") == NULL)
		ch[ROW_RELEASE].wanted = words_day(c->arena, "today");
	if (change_count(ch, ROWS) == 0)
		return call_fail(c, ERR_INPUT, "Nothing to change: give name, description, dates, released or archived.");
	return 0;
}

/* How many open issues a version has. */
static int
count_open(struct call *c, struct site *s, const char *id, int64_t *ret)
{
	json *answer;

	if (rest_get(c, s, rest_path(c, s, "{api}/version/%s/unresolvedIssueCount", id), &answer) == -1)
		return -1;
	*ret = json_get_int(answer, "issuesUnresolvedCount", -1);
	return *ret >= 0 ? 0 : call_fail(c, ERR_PROTOCOL, "%s answered without a number of open issues.", s->label);
}

/* Jira moves open issues at the release only, and says nothing when it is asked for it at another time. */
static int
check_move(struct call *c, const struct change *ch, json *before, json *target)
{
	const char *name = json_get_str(before, "name");

	if (target == NULL)
		return 0;
	if (str_eq(json_get_str(before, "id"), json_get_str(target, "id")))
		return call_fail(c, ERR_INPUT, "move_open_issues_to: that is the version itself.");
	if (!json_get_bool(before, "released", false) && str_eq(ch[ROW_RELEASED].wanted, "true"))
		return 0;
	call_fail(c, ERR_INPUT, json_get_bool(before, "released", false) ? "Version %s is released already: open issues are moved at its release only." :
	    "Open issues of version %s are moved at its release only.", name != NULL ? name : "?");
	call_hint(c, "Give released true with move_open_issues_to, or set the issues' fixVersions with jira_bulk_edit.");
	return -1;
}

/* The counter may lag behind the release a little. */
static int
report_move(struct call *c, struct site *s, const char *id, int64_t before, json *target, const char *done)
{
	int64_t left = 0;

	for (int tries = 0; tries < COUNT_TRIES; tries++) {
		if ((tries > 0 && call_sleep(c, COUNT_WAIT_MS) == -1) || count_open(c, s, id, &left) == -1) {
			err_context(&c->err, "%s, but counting its open issues afterwards failed", done);
			return -1;
		}
		if (left == 0) {
			out_pairf(c->out, "Open issues", "%lld -> %s", (long long)before, json_get_str(target, "name"));
			return 0;
		}
	}
	call_fail(c, ERR_IGNORED, "%s, but of its %lld open issues %lld were not moved to %s.", done, (long long)before, (long long)left,
	    json_get_str(target, "name"));
	call_hint(c, "Set their fixVersions with jira_bulk_edit.");
	return -1;
}

static int
update_version(struct call *c, const void *v)
{
	const struct update_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct change ch[ROWS];
	struct rest_write w = { .method = "PUT" };
	struct body body;
	json *before, *target;
	const char *name, *done;
	int64_t open = 0;
	struct jw *j;

	if (s == NULL || project_parts(c, s, "version", a->project_key, a->version_id, a->move_open_issues_to, &before, &target) == -1 ||
	    update_rows(c, a, before, ch) == -1 || check_move(c, ch, before, target) == -1)
		return -1;
	name = json_get_str(before, "name");
	w.target = json_get_str(before, "id");
	if (name == NULL || w.target == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a version.", s->label);
	if (change_is_so(c, ch, ROWS, before)) {
		out_say(c->out, "Version %s already is so; nothing was changed.", name);
		return 0;
	}
	if (target != NULL && count_open(c, s, w.target, &open) == -1)
		return -1;
	j = body_begin(&body);
	change_write(ch, ROWS, j);
	if (target != NULL)
		jw_str(j, "moveUnfixedIssuesTo", json_get_str(target, "self"));
	w.path = rest_path(c, s, "{api}/version/%s", w.target);
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the change of version %s", name);
	w.body = body_end(c, &body);
	if (c->dry_run != NULL)
		change_announce(c, ch, ROWS, before);
	if (c->dry_run != NULL && target != NULL)
		out_pairf(c->out, "Open issues", "%lld -> %s", (long long)open, json_get_str(target, "name"));
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	rest_forget(s);
	done = arena_printf(c->arena, "Version %s was updated", name);
	out_say(c->out, str_eq(ch[ROW_RELEASED].wanted, "true") && !json_get_bool(before, "released", false) ? "Released version %s." :
	    "Updated version %s.", json_get_str(w.json, "name"));
	if (change_report(c, ch, ROWS, before, w.json, done) == -1)
		return -1;
	return target == NULL ? 0 : report_move(c, s, w.target, open, target, done);
}

TOOL(jira_update_version,
	.title = "Update version", .doc = "Change, release or archive a version.",
	.toolset = "jira_projects", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "manage:jira-project read:jira-work",
	ARGS(struct update_args, update_params), .example = "{\"version_id\":\"Platform 4.3\",\"project_key\":\"OPS\",\"released\":\"true\"}",
	.run = update_version,
);

/* ---- related work ---- */

struct related_args {
	const char *version_id, *project_key, *action, *related_work_id, *title, *category, *link;
};

static const struct param related_params[] = {
	P_STR(struct related_args, version_id, P_REQUIRED, .aliases = "version,versionId", .doc = "Id; name with project_key"),
	P_STR(struct related_args, project_key, 0, .doc = NULL),
	P_ENUM(struct related_args, action, 0, .values = "add,update,remove", .doc = NULL),
	P_STR(struct related_args, title, 0, .max_len = 255, .doc = NULL),
	P_STR(struct related_args, link, 0, .max_len = 2000, .aliases = "url", .doc = NULL),
	P_STR(struct related_args, category, P_MORE, .max_len = 100, .doc = NULL),
	P_STR(struct related_args, related_work_id, 0, .doc = NULL),
	P_END
};

static json *
related_by_id(json *list, const char *id)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (str_eq(json_get_str(it.value, "relatedWorkId"), id))
			return it.value;
	}
	return NULL;
}

static int
related_write(struct call *c, struct site *s, const struct related_args *a, const char *id, json *before, struct rest_write *w)
{
	struct body body;
	struct jw *j = body_begin(&body);

	if (before != NULL)
		jw_str(j, "relatedWorkId", a->related_work_id);
	jw_str(j, "category", a->category != NULL ? a->category : before != NULL ? json_get_str(before, "category") : "Other");
	jw_str(j, "title", a->title != NULL ? a->title : json_get_str(before, "title"));
	jw_str(j, "url", a->link != NULL ? a->link : json_get_str(before, "url"));
	w->body = body_end(c, &body);
	w->path = rest_path(c, s, "{api}/version/%s/relatedwork", id);
	w->method = before != NULL ? "PUT" : "POST";
	return w->body == NULL || rest_write(c, s, w) == -1 ? -1 : 0;
}

static int
related_work(struct call *c, const void *v)
{
	const struct related_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .what = "the change of the related work" };
	json *version, *list, *before = NULL;
	const char *id, *done;

	if (str_eq(a->action, "add") && (a->title == NULL || a->link == NULL))
		return call_fail(c, ERR_INPUT, "Related work needs a title and a url.");
	if (!str_eq(a->action, "add") && a->related_work_id == NULL) {
		call_fail(c, ERR_INPUT, "To %s related work give its related_work_id.", a->action);
		call_hint(c, "jira_get_project_versions with version lists it.");
		return -1;
	}
	if (s == NULL || project_part(c, s, "version", a->project_key, a->version_id, &version) == -1 || (id = json_get_str(version, "id")) == NULL)
		return -1;
	w.target = id;
	if (!str_eq(a->action, "add")) {
		if (rest_get(c, s, rest_path(c, s, "{api}/version/%s/relatedwork", id), &list) == -1)
			return -1;
		before = related_by_id(list, a->related_work_id);
		if (before == NULL)
			return call_fail(c, ERR_NOT_FOUND, "Version %s has no related work %.60s.", json_get_str(version, "name"), a->related_work_id);
		w.before = json_text(c->arena, before, NULL);
	}
	if (str_eq(a->action, "remove")) {
		w.method = "DELETE";
		w.path = rest_path(c, s, "{api}/version/%s/relatedwork/%s", id, a->related_work_id);
		out_pair(c->out, c->dry_run != NULL ? "To be removed" : "Removed", json_get_str(before, "title"));
		return rest_write(c, s, &w);
	}
	if (c->dry_run != NULL)
		change_announce(c, (struct change[]){ { .label = "Title", .member = "title", .wanted = a->title },
		    { .label = "Category", .member = "category", .wanted = a->category },
		    { .label = "URL", .member = "url", .wanted = a->link } }, 3, before);
	if (related_write(c, s, a, id, before, &w) == -1)
		return -1;
	done = before != NULL ? "Updated" : "Added";
	out_say(c->out, "%s related work of version %s.", done, json_get_str(version, "name"));
	out_pair(c->out, "Title", json_get_str(w.json, "title"));
	out_pair(c->out, "Category", json_get_str(w.json, "category"));
	out_pair(c->out, "URL", json_get_str(w.json, "url"));
	out_pair(c->out, "Id", json_get_str(w.json, "relatedWorkId"));
	return 0;
}

TOOL(jira_version_related_work,
	.title = "Related work of a version", .doc = "Add, update or remove related work of a version.",
	.toolset = "jira_projects", .product = JIRA, .effect = WRITES, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "write:jira-work read:jira-work", ARGS(struct related_args, related_params),
	.example = "{\"version_id\":\"10001\",\"title\":\"Release notes\",\"url\":\"https://docs.example/4.2\"}", .run = related_work,
);
