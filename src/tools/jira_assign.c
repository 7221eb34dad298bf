/* Assigning, by the endpoint of its own that also knows a project's default assignee. Read before and after. */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_target.h"

#include <string.h>

struct assign_args {
	const char *issue_key, *assignee;
};

static const struct param assign_params[] = {
	P_STR(struct assign_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct assign_args, assignee, 0, .aliases = "user,accountId,account_id", .doc = "Name, e-mail, me, default or none"),
	P_END
};

static bool
is_one_of(const char *text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_ieq(text, words[i]))
			return true;
	}
	return false;
}

/* *ret: an id, "-1" for the project's default, NULL for nobody. */
static int
find_assignee(struct call *c, struct site *s, const char *text, const char **ret)
{
	static const char *const nobody[] = { "none", "nobody", "unassigned", "unassign", "null" };
	static const char *const automatic[] = { "default", "automatic", "-1" };

	*ret = NULL;
	if (text == NULL || is_one_of(text, nobody, LEN(nobody)))
		return 0;
	if (is_one_of(text, automatic, LEN(automatic))) {
		*ret = "-1";
		return 0;
	}
	return jira_user(c, s, text, ret);
}

static const char *
assignee_of(json *issue)
{
	const char *name = jira_user_name(json_path(issue, "fields.assignee"));

	return name != NULL ? name : "nobody";
}

static int
assign_issue(struct call *c, const void *v)
{
	const struct assign_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	const char *key, *id, *now;
	json *before, *after;
	char *path;
	struct body body;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || find_assignee(c, s, a->assignee, &id) == -1)
		return -1;
	path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project,assignee", NULL);
	if (rest_get(c, s, path, &before) == -1 || jira_check_fence(c, s, before) == -1)
		return -1;
	now = json_scalar(c->arena, json_path(before, arena_printf(c->arena, "fields.assignee.%s", s->dialect->user_id)));
	if (str_eq(now, id)) {
		out_say(c->out, "%s is assigned to %s already; nothing was changed.", key, assignee_of(before));
		return 0;
	}
	jw_str(body_begin(&body), s->dialect->user_id, id);
	w.body = body_end(c, &body);
	if (c->dry_run != NULL)
		out_pairf(c->out, "Assignee", "%s -> %s", assignee_of(before), id == NULL ? "nobody" : str_eq(id, "-1") ? "the default" : a->assignee);
	w.path = rest_path(c, s, "{api}/issue/%s/assignee", key);
	w.target = key;
	w.before = json_text(c->arena, json_get(before, "fields"), NULL);
	w.what = arena_printf(c->arena, "the assignment of %s", key);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	if (rest_get(c, s, path, &after) == -1) {
		err_context(&c->err, "%s was assigned, but reading it back failed", key);
		return -1;
	}
	now = json_scalar(c->arena, json_path(after, arena_printf(c->arena, "fields.assignee.%s", s->dialect->user_id)));
	if (!str_eq(id, "-1") && !str_eq(now, id))
		return call_fail(c, ERR_IGNORED, "Jira accepted the assignment, but %s is assigned to %s.", key, assignee_of(after));
	out_pairf(c->out, arena_printf(c->arena, "Assignee of %s", key), "%s -> %s", assignee_of(before), assignee_of(after));
	return 0;
}

TOOL(jira_assign_issue,
	.title = "Assign issue", .doc = "Assign a Jira issue.",
	.toolset = "jira_issues", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct assign_args, assign_params), .example = "{\"issue_key\":\"OPS-7\",\"assignee\":\"me\"}", .run = assign_issue,
);
