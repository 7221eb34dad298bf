/* Deleting one issue: it is read whole first, for the fence, the journal and the subtasks that would go with it. */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_edit.h"

struct delete_args {
	const char *issue_key;
	bool delete_subtasks;
};

static const struct param delete_params[] = {
	P_STR(struct delete_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_BOOL(struct delete_args, delete_subtasks, 0, .aliases = "deleteSubtasks", .doc = NULL),
	P_END
};

static const char *
subtask_keys(struct call *c, json *subtasks)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(subtasks); json_next(&it);)
		all = arena_printf(c->arena, "%s%s%s", all != NULL ? all : "", all != NULL ? ", " : "", json_get_str(it.value, "key"));
	return all;
}

static int
delete_issue(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	const char *key, *subtasks, *summary;
	json *issue;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL)
		return -1;
	c->target = key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "*all", NULL), &issue) == -1 ||
	    jira_check_fence(c, s, issue) == -1)
		return -1;
	if (json_get_str(issue, "key") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without an issue.", s->label);
	key = json_get_str(issue, "key");
	summary = json_path_str(issue, "fields.summary");
	subtasks = subtask_keys(c, json_path(issue, "fields.subtasks"));
	if (subtasks != NULL && !a->delete_subtasks) {
		call_fail(c, ERR_INPUT, "%s has subtasks, which would be deleted with it: %s.", key, subtasks);
		call_hint(c, "Repeat with delete_subtasks if they shall go too.");
		return -1;
	}
	if (c->dry_run != NULL)
		out_say(c->out, "%s \"%s\" would be deleted for good%s%s.", key, summary, subtasks != NULL ? " with its subtasks " : "",
		    subtasks != NULL ? subtasks : "");
	w.path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "deleteSubtasks", subtasks != NULL ? "true" : NULL, NULL);
	w.target = key;
	w.before = json_text(c->arena, json_get(issue, "fields"), NULL);
	w.what = arena_printf(c->arena, "the deletion of %s", key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted %s \"%s\"%s%s. It can't be brought back; the journal keeps its fields.", key, summary,
	    subtasks != NULL ? " and its subtasks " : "", subtasks != NULL ? subtasks : "");
	return 0;
}

TOOL(jira_delete_issue,
	.title = "Delete issue", .doc = "Delete a Jira issue for good.",
	.toolset = "jira_issues", .product = JIRA, .effect = DESTROYS, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct delete_args, delete_params), .example = "{\"issue_key\":\"OPS-99\"}", .run = delete_issue,
);
