/* People: one with what the site tells of them, and lists by part of a name. */
#include "atlassian/project.h"
#include "base/str.h"
#include "tools/app.h"

#include <string.h>

struct profile_args {
	const char *user_identifier;
};

static const struct param profile_params[] = {
	P_STR(struct profile_args, user_identifier, 0, .aliases = "user,account_id,accountId,username", .doc = "Name, e-mail or id; default me"),
	P_END
};

static int
get_profile(struct call *c, const void *v)
{
	const struct profile_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *id, *text = a->user_identifier == NULL ? "me" : a->user_identifier;
	bool cloud;
	json *user;

	if (s == NULL)
		return -1;
	cloud = site_is_cloud(s);
	if (str_ieq(text, "me")) {
		if (rest_get(c, s, rest_path(c, s, "{api}/myself"), &user) == -1)
			return -1;
	} else if (jira_user(c, s, text, &id) == -1 ||
	    rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/user"), cloud ? "accountId" : "username", id, NULL), &user) == -1) {
		return -1;
	}
	if (jira_user_name(user) == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a person.", s->label);
	out_title(c->out, json_get_str(user, s->dialect->user_id), jira_user_name(user));
	out_pair(c->out, "E-mail", json_get_str(user, "emailAddress"));
	out_pair(c->out, "Time zone", json_get_str(user, "timeZone"));
	out_pair(c->out, "Language", json_get_str(user, "locale"));
	if (!json_get_bool(user, "active", true))
		out_pair(c->out, "Active", "no");
	if (str_eq(json_get_str(user, "accountType"), "app") || str_eq(json_get_str(user, "accountType"), "customer"))
		out_pair(c->out, "Kind", json_get_str(user, "accountType"));
	return 0;
}

TOOL(jira_get_user_profile,
	.title = "User profile", .doc = "One person: e-mail, time zone, id.",
	.toolset = "jira_users", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-user",
	ARGS(struct profile_args, profile_params), .example = "{\"user_identifier\":\"me\"}", .run = get_profile,
);

struct search_args {
	const char *query, *project_key, *issue_key;
	int64_t limit;
};

static const struct param search_params[] = {
	P_STR(struct search_args, query, P_REQUIRED, .aliases = "name,searchString", .doc = "Part of name or e-mail"),
	P_STR(struct search_args, project_key, 0, .doc = "Only assignable ones"),
	P_STR(struct search_args, issue_key, 0, .doc = NULL),
	P_INT(struct search_args, limit, P_MORE, .min = 1, .max = 200, .dflt = 20, .aliases = "maxResults", .doc = NULL),
	P_END
};

static int
search_users(struct call *c, const void *v)
{
	const struct search_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *project = NULL, *issue = NULL;
	json *users;

	if (s == NULL || (a->project_key != NULL && (project = project_key(c, s, a->project_key)) == NULL) ||
	    (a->issue_key != NULL && (issue = jira_issue_key(c, s, a->issue_key)) == NULL))
		return -1;
	if (issue != NULL && !site_fence_allows(s, jira_project_of(c->arena, issue)))
		return call_fail(c, ERR_NOT_FOUND, "There is no issue %s, or this account may not see it.", issue);
	if (issue != NULL)	/* the issue says more than its project, and Data Center wants one of the two */
		project = NULL;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, project != NULL || issue != NULL ? "{api}/user/assignable/search" :
	    "{api}/user/search"), s->dialect->user_query, a->query, "project", project, "issueKey", issue, "maxResults",
	    arena_printf(c->arena, "%lld", (long long)a->limit), NULL), &users) == -1)
		return -1;
	if (json_len(users) == 0) {
		out_say(c->out, "Nobody%s fits \"%s\".", project != NULL || issue != NULL ? " who can be assigned" : "", a->query);
		return 0;
	}
	out_table(c->out, "users", "Name", "E-mail", "Id", "Note", NULL);
	for (struct json_iter it = json_iter(users); json_next(&it);)
		out_row(c->out, jira_user_name(it.value), json_get_str(it.value, "emailAddress"),
		    json_get_str(it.value, s->dialect->user_id), json_get_bool(it.value, "active", true) ? NULL : "inactive");
	if ((int64_t)json_len(users) == a->limit)
		out_more(c->out, "limit", arena_printf(c->arena, "%lld", (long long)a->limit * 2), "people, if there are");
	return 0;
}

TOOL(jira_search_assignable_users,
	.title = "Search users", .doc = "Find people by name, among all or those assignable.",
	.toolset = "jira_users", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-user",
	ARGS(struct search_args, search_params), .example = "{\"query\":\"ana\",\"project_key\":\"OPS\"}", .run = search_users,
);
