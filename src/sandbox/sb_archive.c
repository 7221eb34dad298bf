/* Archiving: an issue that is kept and found by its key, but by no search. Cloud takes a list, Data Center one at a time. */
#include "base/str.h"
#include "sandbox/sb_bulk.h"

struct count {
	const char *kind, *message;
	const char *key[SB_MAX_BULK];
	size_t n;
};

static bool
is_subtask(const struct sb_issue *issue)
{
	return sb_id(issue, F_ISSUETYPE) == SB_SUBTASK;
}

static void
set_archived(struct sb_rq *rq, struct sb_issue *issue, bool archived)
{
	issue->archived = archived;
	for (size_t i = 0; i < rq->site->issue_count; i++)
		if (is_subtask(rq->site->issue[i]) && sb_id(rq->site->issue[i], F_PARENT) == issue->id)
			rq->site->issue[i]->archived = archived;
}

static void
put_errors(struct sb_rq *rq, const struct count *c)
{
	if (c->n == 0)
		return;
	jw_obj_in(&rq->w, c->kind);
	jw_int(&rq->w, "count", (int64_t)c->n);
	jw_arr_in(&rq->w, "issueIdsOrKeys");
	for (size_t i = 0; i < c->n; i++)
		jw_s(&rq->w, c->key[i]);
	jw_end(&rq->w);
	jw_str(&rq->w, "message", c->message);
	jw_end(&rq->w);
}

static void
many(struct sb_rq *rq, bool archived)
{
	json *list = json_get(rq->body, "issueIdsOrKeys");
	struct count *missing = arena_alloc(rq->arena, sizeof *missing), *sub = arena_alloc(rq->arena, sizeof *sub);
	int64_t updated = 0;

	if (!sb_need_body(rq))
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "Only admins can archive or unarchive issues. Access denied.");
		return;
	}
	if (json_len(list) > SB_MAX_BULK) {
		sb_fail(rq, 412, "The number of issues to archive or unarchive exceeds the hard limit of 1000. Precondition failed.");
		return;
	}
	missing->kind = "issuesNotFound";
	missing->message = "Issue not found.";
	sub->kind = "issueIsSubtask";
	sub->message = "Issue is subtask.";
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const struct sb_issue *issue = sb_bulk_issue(rq, it.value);

		if (issue == NULL) {
			missing->key[missing->n++] = json_str(it.value) != NULL ? json_str(it.value) : "";
		} else if (is_subtask(issue)) {
			sub->key[sub->n++] = issue->key;
		} else {
			set_archived(rq, sb_issue_by_id(rq->site, issue->id), archived);
			updated++;
		}
	}
	if (updated == 0) {
		sb_fail(rq, 400, "No valid issue to archive or unarchive. Bad request.");
		return;
	}
	jw_obj(&rq->w);
	jw_int(&rq->w, "numberOfIssuesUpdated", updated);
	jw_obj_in(&rq->w, "errors");
	put_errors(rq, missing);
	put_errors(rq, sub);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_archive_issues(struct sb_rq *rq)
{
	many(rq, true);
}

void
sb_unarchive_issues(struct sb_rq *rq)
{
	many(rq, false);
}

static void
one(struct sb_rq *rq, bool archived)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);

	if (issue == NULL)
		return;
	if (rq->me == SB_GUEST)
		sb_fail(rq, 403, "You do not have permission to archive this issue.");
	else if (issue->archived == archived)
		sb_fail(rq, 403, archived ? "Issue is already archived." : "Issue is not archived.");
	else {
		set_archived(rq, issue, archived);
		rq->status = 204;
	}
}

void
sb_archive_issue(struct sb_rq *rq)
{
	one(rq, true);
}

void
sb_restore_issue(struct sb_rq *rq)
{
	one(rq, false);
}
