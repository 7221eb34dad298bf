/*
 * What development tools would tell about an issue. Nothing is stored: work that was begun has a branch, a pull request and
 * commits, made from the issue's number. The API is private and in no document; its shape is what clients of real sites show.
 */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

static const char git[] = "https://git.halden.example/platform";

/* Every third issue that somebody works or worked on. */
static struct sb_issue *
argument_issue(struct sb_rq *rq, bool *ret_has)
{
	const char *id = sb_arg(rq, "issueId");
	int64_t n = 0;
	struct sb_issue *issue = id != NULL && str_int(id, 0, INT64_MAX, &n) == 0 ? sb_issue_by_id(rq->site, n) : NULL;

	if (issue == NULL || !sb_may_see(rq->me, issue->project)) {
		sb_fail(rq, id == NULL ? 400 : 404, id == NULL ? "issueId is required" : "Issue does not exist or you do not have permission to see it.");
		return NULL;
	}
	*ret_has = issue->number % 3 == 1 && sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS))->level != SB_CAT_NEW;
	return issue;
}

static const char *
tool_of(const struct sb_rq *rq)
{
	return rq->site->dc ? "stash" : "GitHub";
}

static const char *
hash_of(struct sb_rq *rq, const struct sb_issue *issue)
{
	return arena_printf(rq->arena, "%08llx%08llx", (unsigned long long)issue->id * 2654435761ULL % 0xffffffffULL,
	    (unsigned long long)issue->number * 40503ULL * 65537ULL % 0xffffffffULL);
}

static const char *
pull_request_state(const struct sb_issue *issue)
{
	return sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS))->level == SB_CAT_DONE ? "MERGED" : "OPEN";
}

static void
put_kind(struct sb_rq *rq, const char *kind, const struct sb_issue *issue, bool has)
{
	struct jw *w = &rq->w;

	jw_obj_in(w, kind);
	jw_obj_in(w, "overall");
	jw_int(w, "count", has ? 1 : 0);
	if (has)
		jw_str(w, "lastUpdated", sb_time(rq, issue->value[F_UPDATED].v[0].id));
	if (str_eq(kind, "pullrequest"))
		jw_str(w, "state", has ? pull_request_state(issue) : "OPEN");
	jw_str(w, "dataType", kind);
	jw_end(w);
	jw_obj_in(w, "byInstanceType");
	if (has) {
		jw_obj_in(w, tool_of(rq));
		jw_int(w, "count", 1);
		jw_str(w, "name", rq->site->dc ? "Bitbucket Server" : "GitHub");
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

void
sb_dev_summary(struct sb_rq *rq)
{
	static const char *const kind[] = { "pullrequest", "build", "review", "deployment-environment", "repository", "branch" };
	bool has = false;
	const struct sb_issue *issue = argument_issue(rq, &has);
	struct jw *w = &rq->w;

	if (issue == NULL)
		return;
	jw_obj(w);
	jw_arr_in(w, "errors");
	jw_end(w);
	jw_arr_in(w, "configErrors");
	jw_end(w);
	jw_obj_in(w, "summary");
	for (size_t i = 0; i < LEN(kind); i++)
		put_kind(rq, kind[i], issue, has && (i == 0 || i >= 4));
	jw_end(w);
	jw_end(w);
}

static void
put_who(struct sb_rq *rq, const char *member, int who)
{
	jw_obj_in(&rq->w, member);
	jw_str(&rq->w, "name", sb_people[who < 0 ? SB_ME : who].display);
	jw_end(&rq->w);
}

static void
put_repository(struct sb_rq *rq)
{
	jw_str(&rq->w, "name", "platform");
	jw_str(&rq->w, "url", git);
}

static void
put_pull_request(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	put_who(rq, "author", (int)sb_id(issue, F_ASSIGNEE));
	jw_str(w, "id", arena_printf(rq->arena, "#%d", 100 + issue->number));
	jw_str(w, "name", arena_printf(rq->arena, "%s %s", issue->key, sb_text(issue, F_SUMMARY)));
	jw_int(w, "commentCount", 0);
	jw_obj_in(w, "source");
	jw_str(w, "branch", arena_printf(rq->arena, "feature/%s", issue->key));
	jw_end(w);
	jw_obj_in(w, "destination");
	jw_str(w, "branch", "main");
	jw_end(w);
	jw_arr_in(w, "reviewers");
	jw_obj(w);
	jw_str(w, "name", sb_people[sb_projects[issue->project].lead].display);
	jw_bool(w, "approved", str_eq(pull_request_state(issue), "MERGED"));
	jw_end(w);
	jw_end(w);
	jw_str(w, "status", pull_request_state(issue));
	jw_str(w, "url", arena_printf(rq->arena, "%s/pull/%d", git, 100 + issue->number));
	jw_str(w, "lastUpdate", sb_time(rq, issue->value[F_UPDATED].v[0].id));
	jw_str(w, "repositoryName", "platform");
	jw_end(w);
}

static void
put_commit(struct sb_rq *rq, const struct sb_issue *issue, bool in_list)
{
	const char *hash = hash_of(rq, issue);
	struct jw *w = &rq->w;

	if (in_list)
		jw_obj(w);
	else
		jw_obj_in(w, "lastCommit");
	jw_str(w, "id", hash);
	jw_str(w, "displayId", arena_printf(rq->arena, "%.8s", hash));
	jw_str(w, "authorTimestamp", sb_time(rq, issue->value[F_UPDATED].v[0].id));
	jw_str(w, "url", arena_printf(rq->arena, "%s/commit/%s", git, hash));
	put_who(rq, "author", (int)sb_id(issue, F_ASSIGNEE));
	jw_int(w, "fileCount", 2);
	jw_bool(w, "merge", false);
	jw_str(w, "message", arena_printf(rq->arena, "%s %s", issue->key, sb_text(issue, F_SUMMARY)));
	jw_end(w);
}

static void
put_branch(struct sb_rq *rq, const struct sb_issue *issue)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "name", arena_printf(rq->arena, "feature/%s", issue->key));
	jw_str(w, "url", arena_printf(rq->arena, "%s/tree/feature/%s", git, issue->key));
	jw_obj_in(w, "repository");
	put_repository(rq);
	jw_end(w);
	put_commit(rq, issue, false);
	jw_end(w);
}

void
sb_dev_detail(struct sb_rq *rq)
{
	const char *kind = sb_arg(rq, "dataType"), *tool = sb_arg(rq, "applicationType");
	bool has = false;
	const struct sb_issue *issue = argument_issue(rq, &has);
	struct jw *w = &rq->w;

	if (issue == NULL)
		return;
	if (kind == NULL || tool == NULL) {
		sb_fail(rq, 400, "applicationType and dataType are required");
		return;
	}
	has = has && str_ieq(tool, tool_of(rq));
	jw_obj(w);
	jw_arr_in(w, "errors");
	jw_end(w);
	jw_arr_in(w, "detail");
	jw_obj(w);
	jw_arr_in(w, "branches");
	if (has && str_eq(kind, "branch"))
		put_branch(rq, issue);
	jw_end(w);
	jw_arr_in(w, "pullRequests");
	if (has && str_eq(kind, "pullrequest"))
		put_pull_request(rq, issue);
	jw_end(w);
	jw_arr_in(w, "repositories");
	if (has && str_eq(kind, "repository")) {
		jw_obj(w);
		put_repository(rq);
		jw_arr_in(w, "commits");
		put_commit(rq, issue, true);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}
