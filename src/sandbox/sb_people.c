/*
 * People: the account itself, one by name, searches, and who watches an issue. Cloud
 * knows accountId and ?query=, Data Center user names and ?username=.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_take.h"

#include <ctype.h>
#include <string.h>

void
sb_get_myself(struct sb_rq *rq)
{
	sb_put_myself(rq);
}

void
sb_get_user(struct sb_rq *rq)
{
	const char *id = sb_arg(rq, "accountId"), *name = sb_arg(rq, "username"), *key = sb_arg(rq, "key");
	int who;

	if (rq->site->dc) {
		if (name == NULL && key == NULL) {
			sb_fail(rq, 404, "Either the 'username' or the 'key' query parameters need to be provided");
			return;
		}
		who = key != NULL ? sb_person_by_key(key) : sb_person_by_name(name);
		if (who < 0)
			sb_fail(rq, 404, "The user with the %s '%s' does not exist", key != NULL ? "key" : "username",
			    key != NULL ? key : name);
	} else {
		if (id == NULL) {
			sb_fail(rq, 404, "The query parameter 'accountId' needs to be provided.");
			return;
		}
		who = sb_person_by_account(id);
		if (who < 0)
			sb_fail(rq, 404, "Specified user does not exist or you do not have required permissions");
	}
	if (who >= 0)
		sb_put_person(rq, who);
}

/* Whether a word of the name, the user name or the e-mail address begins like this, whatever the case. */
static bool
person_matches(int who, const char *query)
{
	const struct sb_person *p = &sb_people[who];

	if (str_istarts(p->email, query) || str_istarts(p->name, query) || str_eq(query, "."))
		return true;
	for (const char *s = p->display; s != NULL; s = strchr(s, ' '), s = s != NULL ? s + 1 : NULL)
		if (str_istarts(s, query))
			return true;
	return false;
}

static void
put_people(struct sb_rq *rq, const bool *in)
{
	struct sb_page p = sb_page(rq, 50, 1000, SB_PEOPLE);
	int64_t at = 0;

	jw_arr(&rq->w);
	for (int i = 0; i < SB_PEOPLE; i++) {
		if (!in[i])
			continue;
		if (at >= p.start && at < p.start + p.max)
			sb_put_person(rq, i);
		at++;
	}
	jw_end(&rq->w);
}

void
sb_find_users(struct sb_rq *rq)
{
	const char *query = sb_arg(rq, rq->site->dc ? "username" : "query"),
		   *id = rq->site->dc ? NULL : sb_arg(rq, "accountId");
	bool inactive = !rq->site->dc || sb_arg_is(rq, "includeInactive", "true"), in[SB_PEOPLE];

	if (query == NULL && id == NULL && sb_arg(rq, "property") == NULL) {
		sb_fail(rq, 400,
		    rq->site->dc ? "The username query parameter was not provided."
				 : "One of 'query', 'accountId' or 'property' query parameters must be provided.");
		return;
	}
	for (int i = 0; i < SB_PEOPLE; i++)
		in[i] =
		    (id != NULL ? str_eq(sb_people[i].account_id, id) : query != NULL && person_matches(i, query)) &&
		    (sb_people[i].active || inactive);
	put_people(rq, in);
}

void
sb_find_assignable(struct sb_rq *rq)
{
	const char *query = sb_arg(rq, rq->site->dc ? "username" : "query"),
		   *id = rq->site->dc ? NULL : sb_arg(rq, "accountId");
	const char *project_key = sb_arg(rq, "project"), *issue_key = sb_arg(rq, "issueKey");
	const struct sb_issue *issue;
	int project;
	bool in[SB_PEOPLE];

	if (issue_key == NULL)
		issue_key = sb_arg(rq, "issueId");
	if (project_key == NULL && issue_key == NULL) {
		sb_fail(rq, 400, "Either the 'project' or the 'issueKey' query parameter must be provided.");
		return;
	}
	issue = issue_key != NULL ? sb_issue_find(rq->site, issue_key) : NULL;
	project = issue != NULL ? issue->project : project_key != NULL ? sb_project_find(project_key) : -1;
	if (!sb_may_see(rq->me, project)) {
		sb_fail(rq, 404,
		    issue_key != NULL ? "The issue '%s' does not exist." : "No project could be found with key '%s'.",
		    issue_key != NULL ? issue_key : project_key);
		return;
	}
	for (int i = 0; i < SB_PEOPLE; i++)
		in[i] = sb_people[i].active && sb_may_see(i, project) &&
			(id != NULL ? str_eq(sb_people[i].account_id, id)
				    : query == NULL || *query == '\0' || person_matches(i, query));
	put_people(rq, in);
}

void
sb_list_watchers(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct jw *w = &rq->w;

	if (issue == NULL)
		return;
	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "issue/%s/watchers", issue->key));
	jw_bool(w, "isWatching", (issue->watchers >> rq->me & 1) != 0);
	jw_int(w, "watchCount", __builtin_popcount(issue->watchers));
	jw_arr_in(w, "watchers");
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((issue->watchers >> i & 1) != 0)
			sb_put_person(rq, i);
	jw_end(w);
	jw_end(w);
}

void
sb_watch(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *word = json_str(rq->body);
	int who = word == NULL ? rq->me : rq->site->dc ? sb_person_by_name(word) : sb_person_by_account(word);

	if (issue == NULL)
		return;
	if (who < 0) {
		sb_fail(rq, 404, "The user '%s' does not exist.", word);
		return;
	}
	issue->watchers |= 1U << who;
	rq->status = 204;
}

void
sb_unwatch(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *word = sb_arg(rq, rq->site->dc ? "username" : "accountId");
	int who = word == NULL ? -1 : rq->site->dc ? sb_person_by_name(word) : sb_person_by_account(word);

	if (issue == NULL)
		return;
	if (who < 0) {
		sb_fail(rq, word == NULL ? 400 : 404, "The user '%s' does not exist.", word != NULL ? word : "");
		return;
	}
	issue->watchers &= ~(1U << who);
	rq->status = 204;
}

void
sb_list_votes(struct sb_rq *rq)
{
	const struct sb_issue *issue = sb_segment_issue(rq, 0);
	struct jw *w = &rq->w;

	if (issue == NULL)
		return;
	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "issue/%s/votes", issue->key));
	jw_int(w, "votes", __builtin_popcount(issue->voters));
	jw_bool(w, "hasVoted", (issue->voters >> rq->me & 1) != 0);
	jw_arr_in(w, "voters");
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((issue->voters >> i & 1) != 0)
			sb_put_person(rq, i);
	jw_end(w);
	jw_end(w);
}

/* Nobody votes for what they reported, or for what is resolved. */
static struct sb_issue *
votable(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);

	if (issue == NULL)
		return NULL;
	if (sb_id(issue, F_REPORTER) != rq->me && sb_id(issue, F_RESOLUTION) < 0)
		return issue;
	sb_fail(rq, 404, sb_id(issue, F_RESOLUTION) < 0 ? "You cannot vote for an issue you have reported." :
	    "You cannot vote or change your vote on an issue that is already resolved.");
	return NULL;
}

void
sb_vote(struct sb_rq *rq)
{
	struct sb_issue *issue = votable(rq);

	if (issue == NULL)
		return;
	issue->voters |= 1U << rq->me;
	rq->status = rq->site->dc ? 200 : 204;
}

void
sb_unvote(struct sb_rq *rq)
{
	struct sb_issue *issue = votable(rq);

	if (issue == NULL)
		return;
	issue->voters &= ~(1U << rq->me);
	rq->status = 204;
}
