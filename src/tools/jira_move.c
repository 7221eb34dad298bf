/*
 * Moving issues to another project: Cloud's bulk move, for one as for many. The type in the target is the one of the same name, or the
 * one that was named; statuses, fields and subtasks take the target's defaults. The new keys are read back by id.
 */
#include "atlassian/create_meta.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_many.h"

#include <string.h>

struct move_args {
	const char *issue_key, *jql, *target_project_key, *issue_type;
	char **issue_keys;
};

/* The one that an issue of the same type got before. */
static const char *
found_before(const struct many *m, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (m->list[i].use != NULL && str_eq(json_path_str(m->list[i].issue, "fields.issuetype.name"), name))
			return m->list[i].use;
	}
	return NULL;
}

/* The id of the type that each issue gets in the target. */
static int
find_target(struct call *c, struct site *s, const char *project, const char *type, struct many *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const char *name = type != NULL ? type : json_path_str(item->issue, "fields.issuetype.name");
		json *found;

		if (item->state != MANY_LEFT)
			continue;
		if (json_bool(json_path(item->issue, "fields.issuetype.subtask"), false)) {
			item->state = MANY_FAILED;
			item->kind = ERR_INPUT;
			item->says = "a subtask moves with its parent only.";
		} else if (str_ieq(json_path_str(item->issue, "fields.project.key"), project) &&
		    str_ieq(json_path_str(item->issue, "fields.issuetype.name"), name)) {
			item->state = MANY_SAME;
		} else if ((item->use = found_before(m, i, json_path_str(item->issue, "fields.issuetype.name"))) != NULL) {
			continue;
		} else if (meta_type(c, s, project, name != NULL ? name : "Task", &found) == -1) {
			return -1;
		} else {
			item->use = json_scalar(c->arena, json_get(found, "id"));
		}
	}
	return 0;
}

static void
write_target(const struct many *m, const char *project, const char *type, struct jw *w)
{
	static const char *const defaults[] = { "inferClassificationDefaults", "inferFieldDefaults", "inferStatusDefaults", "inferSubtaskTypeDefault" };

	jw_obj_in(w, arena_printf(m->call->arena, "%s,%s", project, type));
	for (size_t i = 0; i < LEN(defaults); i++)
		jw_bool(w, defaults[i], true);
	jw_arr_in(w, "issueIdsOrKeys");
	for (size_t i = 0; i < m->count; i++) {
		if (m->list[i].state == MANY_LEFT && str_eq(m->list[i].use, type))
			jw_s(w, m->list[i].key);
	}
	jw_end(w);
	jw_end(w);
}

static const char *
move_body(const struct many *m, const char *project)
{
	struct body b;
	struct jw *w = body_begin(&b);

	jw_obj_in(w, "targetToSourcesMapping");
	for (size_t i = 0; i < m->count; i++) {
		bool first = m->list[i].state == MANY_LEFT;

		for (size_t k = 0; k < i && first; k++)
			first = m->list[k].state != MANY_LEFT || !str_eq(m->list[k].use, m->list[i].use);
		if (first)
			write_target(m, project, m->list[i].use, w);
	}
	return body_end(m->call, &b);
}

static const char *
word(json *issue, const char *path)
{
	const char *text = json_path_str(issue, path);

	return text != NULL ? text : "?";
}

static void
compare(struct call *c, struct many *m, const char *project)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const char *was = word(item->issue, "fields.status.name"), *now = word(item->after, "fields.status.name");

		if (item->state != MANY_DONE || item->after == NULL)
			continue;
		item->says = arena_printf(c->arena, "now %s%s%s", word(item->after, "key"), str_eq(was, now) ? "" : ", status ",
		    str_eq(was, now) ? "" : now);
		if (!str_ieq(json_path_str(item->after, "fields.project.key"), project)) {
			item->state = MANY_FAILED;
			item->kind = ERR_IGNORED;
			item->says = "Jira accepted the move, but the issue is not there.";
		}
	}
}

static int
move(struct call *c, const struct move_args *a, char **keys)
{
	struct site *s = app_site(c, JIRA);
	struct many m = { .doing = "move" };
	char *project;
	int read;

	if (s == NULL)
		return -1;
	project = str_trim(c->arena, a->target_project_key, strlen(a->target_project_key));
	for (char *p = project; *p != '\0'; p++)
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	if (!site_fence_allows(s, project))
		return call_fail(c, ERR_NOT_FOUND, "There is no project %s, or this account may not see it.", project);
	if (many_choose(c, s, keys, a->jql, "issuetype,status", &m) == -1 || find_target(c, s, project, a->issue_type, &m) == -1)
		return -1;
	if (m.count == 0) {
		out_say(c->out, "No issue matches; nothing was changed.");
		return 0;
	}
	if (c->dry_run != NULL)
		out_say(c->out, "%zu of %zu issues would move to %s, with their subtasks.", many_in(&m, MANY_LEFT), m.count, project);
	if (many_submit(&m, rest_path(c, s, "/rest/api/3/bulk/issues/move"), move_body(&m, project)) == -1 ||
	    (read = many_read_back(&m, "project,status")) == -1)
		return -1;
	if (read == 0)
		compare(c, &m, project);
	return many_report(&m, "Moved");
}

static const struct param one_params[] = {
	P_STR(struct move_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct move_args, target_project_key, P_REQUIRED, .aliases = "project_key,project", .doc = NULL),
	P_STR(struct move_args, issue_type, 0, .doc = NULL),
	P_END
};

static int
move_issue(struct call *c, const void *v)
{
	const struct move_args *a = v;
	char **keys = arena_array(c->arena, 2, sizeof(*keys));

	keys[0] = arena_strdup(c->arena, a->issue_key);
	return move(c, a, keys);
}

TOOL(jira_move_issue,
	.title = "Move issue", .doc = "Move an issue to another project.",
	.toolset = "jira_issues", .product = JIRA, .effect = WRITES, .only = DEPLOYMENT_CLOUD, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct move_args, one_params), .example = "{\"issue_key\":\"OPS-13\",\"target_project_key\":\"SHOP\"}", .run = move_issue,
);

static const struct param many_params[] = {
	P_STR(struct move_args, target_project_key, P_REQUIRED, .aliases = "project_key,project", .doc = NULL),
	P_LIST(struct move_args, issue_keys, 0, .aliases = "keys,issues,issueIdsOrKeys", .max_len = MANY_MAX, .doc = NULL),
	P_STR(struct move_args, jql, 0, .max_len = 20000, .doc = NULL),
	P_STR(struct move_args, issue_type, 0, .doc = NULL),
	P_END
};

static int
bulk_move(struct call *c, const void *v)
{
	const struct move_args *a = v;

	return move(c, a, a->issue_keys);
}

TOOL(jira_bulk_move,
	.title = "Move many issues", .doc = "Move issues, by keys or JQL, to another project.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .only = DEPLOYMENT_CLOUD, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct move_args, many_params),
	.example = "{\"issue_keys\":[\"OPS-13\",\"OPS-28\"],\"target_project_key\":\"SHOP\"}", .run = bulk_move,
);
