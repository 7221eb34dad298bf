/*
 * What development tools told Jira about an issue: pull requests, branches, commits, builds. Jira's pages read it from an
 * API that Atlassian keeps private (/rest/dev-status); it may be missing or change, and then the answer says just that.
 *
 * issue (its number) -> summary (what there is, and from which tools) -> details of each, all at once.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_DETAILS = 16, MAX_ISSUES = 20, MAX_COMMITS = 20 };

struct development_args {
	const char *issue_key, *application_type, *data_type;
	char **issue_keys;
};

static const struct param one_params[] = {
	P_STR(struct development_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct development_args, data_type, 0, .aliases = "dataType", .doc = "e.g. pullrequest, branch"),
	P_STR(struct development_args, application_type, 0, .aliases = "applicationType", .doc = NULL),
	P_END
};

static const struct param several_params[] = {
	P_LIST(struct development_args, issue_keys, P_REQUIRED, .max_len = MAX_ISSUES, .doc = NULL),
	P_STR(struct development_args, data_type, 0, .aliases = "dataType", .doc = NULL),
	P_STR(struct development_args, application_type, 0, .aliases = "applicationType", .doc = NULL),
	P_END
};

struct source {
	const char *kind, *tool;	/* "pullrequest", "GitHub" */
	json *detail;
};

struct found {
	struct source source[MAX_DETAILS];
	size_t count;
};

/* The private API has no word for "not here": it is a page that does not exist, or one that nobody may see. */
static int
not_available(struct call *c, const struct site *s)
{
	if (call_cancelled(c) || (c->err.kind != ERR_NOT_FOUND && c->err.kind != ERR_FORBIDDEN && c->err.kind != ERR_PROTOCOL && c->err.kind != ERR_INPUT))
		return -1;
	err_context(&c->err, "%s gives no development information", s->label);
	call_hint(c, "Its API for that is Atlassian's private one: no development tool may be connected, the account may lack the permission "
	    "View development tools, or the API changed. Links to commits may be in jira_get_remote_issue_links.");
	return -1;
}

static bool
wanted(const struct development_args *a, const char *kind, const char *tool, const char *name)
{
	static const char *const known[] = { "pullrequest", "branch", "repository", "build" };
	bool is_known = false;

	for (size_t i = 0; i < LEN(known); i++)
		is_known = is_known || str_eq(kind, known[i]);
	return is_known && (a->data_type == NULL || str_ieq(kind, a->data_type) || (str_ieq(a->data_type, "commit") && str_eq(kind, "repository"))) &&
	    (a->application_type == NULL || str_ieq(tool, a->application_type) || str_ieq(name, a->application_type));
}

/* What the summary says there is. */
static void
take_summary(const struct development_args *a, json *summary, struct found *f)
{
	for (struct json_iter kind = json_iter(summary); json_next(&kind);) {
		for (struct json_iter tool = json_iter(json_get(kind.value, "byInstanceType")); json_next(&tool);) {
			if (json_get_int(tool.value, "count", 0) > 0 && f->count < MAX_DETAILS &&
			    wanted(a, kind.key, tool.key, json_get_str(tool.value, "name")))
				f->source[f->count++] = (struct source){ kind.key, tool.key, NULL };
		}
	}
}

static int
read_development(struct call *c, struct site *s, const struct development_args *a, json *issue, struct found *f)
{
	const char *id = json_scalar(c->arena, json_get(issue, "id"));
	struct rest_req q[MAX_DETAILS];
	json *summary;

	if (id == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without the issue's id.", s->label);
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "/rest/dev-status/latest/issue/summary"), "issueId", id, NULL), &summary) == -1)
		return not_available(c, s);
	take_summary(a, json_get(summary, "summary"), f);
	for (size_t i = 0; i < f->count; i++)
		q[i] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "/rest/dev-status/latest/issue/detail"), "issueId", id,
		    "applicationType", f->source[i].tool, "dataType", f->source[i].kind, NULL) };
	if (f->count > 0 && rest_all(c, s, q, f->count) == -1)
		return not_available(c, s);
	for (size_t i = 0; i < f->count; i++)
		f->source[i].detail = json_get(q[i].json, "detail");
	return 0;
}

static const char *
reviewers(struct call *c, json *list)
{
	const char *text;
	struct buf b;

	buf_init(&b, 4096);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		buf_addf(&b, "%s%s%s", b.len > 0 ? ", " : "", jira_user_name(it.value) != NULL ? jira_user_name(it.value) : "?",
		    json_get_bool(it.value, "approved", false) ? " (approved)" : "");
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

/* The tables. Each shows one kind of all issues; *n is how many rows it has so far, the head comes with the first. */

static void
pull_requests(struct call *c, const char *key, json *detail, size_t *n)
{
	for (struct json_iter it = json_iter(json_get(detail, "pullRequests")); json_next(&it);) {
		const char *from = json_path_str(it.value, "source.branch"), *to = json_path_str(it.value, "destination.branch");

		if ((*n)++ == 0)
			out_table(c->out, "pull_requests", "Issue", "Pull request", "Status", "Author", "Reviewers", "Branch", "Updated", "URL", NULL);
		out_row(c->out, key, arena_printf(c->arena, "%s %s", json_get_str(it.value, "id") != NULL ? json_get_str(it.value, "id") : "",
		    json_get_str(it.value, "name") != NULL ? json_get_str(it.value, "name") : ""), json_get_str(it.value, "status"),
		    jira_user_name(json_get(it.value, "author")), reviewers(c, json_get(it.value, "reviewers")),
		    from == NULL ? NULL : arena_printf(c->arena, "%s -> %s", from, to != NULL ? to : "?"),
		    view_date(c->arena, json_get_str(it.value, "lastUpdate")), json_get_str(it.value, "url"));
	}
}

static void
branches(struct call *c, const char *key, json *detail, size_t *n)
{
	for (struct json_iter it = json_iter(json_get(detail, "branches")); json_next(&it);) {
		if ((*n)++ == 0)
			out_table(c->out, "branches", "Issue", "Branch", "Repository", "Last commit", "URL", NULL);
		out_row(c->out, key, json_get_str(it.value, "name"), json_path_str(it.value, "repository.name"),
		    json_path_str(it.value, "lastCommit.displayId"), json_get_str(it.value, "url"));
	}
}

static void
commits(struct call *c, const char *key, json *detail, size_t *n)
{
	for (struct json_iter repo = json_iter(json_get(detail, "repositories")); json_next(&repo);) {
		json *list = json_get(repo.value, "commits");

		for (struct json_iter it = json_iter(list); json_next(&it) && it.index < MAX_COMMITS;) {
			const char *message = json_get_str(it.value, "message");

			if ((*n)++ == 0)
				out_table(c->out, "commits", "Issue", "Commit", "Repository", "Author", "Date", "Message", "URL", NULL);
			out_row(c->out, key, json_get_str(it.value, "displayId"), json_get_str(repo.value, "name"), jira_user_name(json_get(it.value, "author")),
			    view_date(c->arena, json_get_str(it.value, "authorTimestamp")),
			    message == NULL ? NULL : arena_strndup(c->arena, message, strcspn(message, "\n")), json_get_str(it.value, "url"));
		}
		if (json_len(list) > MAX_COMMITS)
			out_say(c->out, "%s: %d of %zu commits in %s.", key, MAX_COMMITS, json_len(list), json_get_str(repo.value, "name"));
	}
}

static void
builds(struct call *c, const char *key, json *detail, size_t *n)
{
	for (struct json_iter it = json_iter(json_get(detail, "builds")); json_next(&it);) {
		if ((*n)++ == 0)
			out_table(c->out, "builds", "Issue", "Build", "State", "Updated", "URL", NULL);
		out_row(c->out, key, json_get_str(it.value, "displayName") != NULL ? json_get_str(it.value, "displayName") : json_get_str(it.value, "name"),
		    json_get_str(it.value, "state"), view_date(c->arena, json_get_str(it.value, "lastUpdated")), json_get_str(it.value, "url"));
	}
}

static size_t
show(struct call *c, const char *const *key, const struct found *found, size_t issues)
{
	static void (*const table[])(struct call *, const char *, json *, size_t *) = { pull_requests, branches, commits, builds };
	size_t all = 0;

	for (size_t t = 0; t < LEN(table); t++) {
		size_t n = 0;

		for (size_t i = 0; i < issues; i++) {
			for (size_t k = 0; k < found[i].count; k++) {
				for (struct json_iter it = json_iter(found[i].source[k].detail); json_next(&it);)
					table[t](c, key[i], it.value, &n);
			}
		}
		all += n;
	}
	return all;
}

struct one_issue {
	struct site *site;
	const struct development_args *args;
	const char *key;
	struct found *found;
};

static int
read_issue(struct call *c, void *arg)
{
	struct one_issue *o = arg;
	json *issue;

	if (rest_get(c, o->site, rest_query(c, rest_path(c, o->site, "{api}/issue/%s", o->key), "fields", "project", NULL), &issue) == -1 ||
	    jira_check_fence(c, o->site, issue) == -1)
		return -1;
	return read_development(c, o->site, o->args, issue, o->found);
}

static int
development(struct call *c, const struct development_args *a, char **names)
{
	struct site *s = app_site(c, JIRA);
	struct one_issue items[MAX_ISSUES];
	const char *key[MAX_ISSUES];
	struct found *found = arena_array(c->arena, MAX_ISSUES, sizeof(*found));
	size_t n = 0;

	if (s == NULL)
		return -1;
	for (; names[n] != NULL; n++) {
		if ((key[n] = target_key(c, s, names[n])) == NULL)
			return -1;
		items[n] = (struct one_issue){ s, a, key[n], &found[n] };
	}
	if (call_all(c, read_issue, items, n, sizeof(*items)) == -1)
		return -1;
	if (show(c, key, found, n) == 0)
		out_say(c->out, "Nothing from development tools%s.", a->data_type != NULL || a->application_type != NULL ? " of this kind" : "");
	return 0;
}

static int
one_development(struct call *c, const void *v)
{
	const struct development_args *a = v;
	char *names[] = { arena_strdup(c->arena, a->issue_key), NULL };

	return development(c, a, names);
}

static int
several_development(struct call *c, const void *v)
{
	const struct development_args *a = v;

	return a->issue_keys == NULL ? call_fail(c, ERR_INPUT, "issue_keys is empty.") : development(c, a, a->issue_keys);
}

TOOL(jira_get_issue_development_info,
	.title = "Get development info", .doc = "Pull requests, branches, commits and builds of an issue.",
	.toolset = "jira_development", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct development_args, one_params), .example = "{\"issue_key\":\"OPS-7\"}", .run = one_development,
);

TOOL(jira_get_issues_development_info,
	.title = "Get development info of several", .doc = "The same of up to 20 issues.",
	.toolset = "jira_development", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct development_args, several_params), .example = "{\"issue_keys\":[\"OPS-7\",\"OPS-13\"],\"data_type\":\"pullrequest\"}",
	.run = several_development,
);
