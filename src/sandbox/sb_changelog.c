/* The histories of many issues in one answer: Cloud's changelog/bulkfetch. Pages go through all changes, oldest first. */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ISSUES = 1000, MAX_FIELDS = 10, PAGE = 1000, MAX_PAGE = 10000 };

static bool
concerns(struct sb_rq *rq, const struct sb_change *c, json *fields)
{
	if (json_len(fields) == 0)
		return true;
	for (size_t i = 0; i < c->item_count; i++)
		for (struct json_iter it = json_iter(fields); json_next(&it);)
			if (str_eq(json_str(it.value), sb_field_id(rq->site, c->item[i].field)))
				return true;
	return false;
}

void
sb_bulk_changelog(struct sb_rq *rq)
{
	json *list = json_get(rq->body, "issueIdsOrKeys"), *fields = json_get(rq->body, "fieldIds");
	const char *token = json_get_str(rq->body, "nextPageToken");
	int64_t max = json_get_int(rq->body, "maxResults", PAGE), start = 0, seen = 0;
	struct jw *w = &rq->w;

	if (!sb_need_body(rq))
		return;
	if (json_len(list) == 0 || json_len(list) > MAX_ISSUES || json_len(fields) > MAX_FIELDS || max < 1 || max > MAX_PAGE ||
	    (token != NULL && str_int(token, 1, INT32_MAX, &start) == -1)) {
		sb_fail(rq, 400, "Invalid request payload: 1 to %d issues, at most %d fields.", MAX_ISSUES, MAX_FIELDS);
		return;
	}
	jw_obj(w);
	jw_arr_in(w, "issueChangeLogs");
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *key = json_scalar(rq->arena, it.value);
		const struct sb_issue *issue = key == NULL ? NULL : sb_issue_find(rq->site, key);
		bool open = false;

		for (size_t i = 0; issue != NULL && sb_may_see(rq->me, issue->project) && i < issue->change_count; i++) {
			if (!concerns(rq, &issue->change[i], fields) || seen++ < start || seen > start + max)
				continue;
			if (!open) {
				jw_obj(w);
				jw_str(w, "issueId", arena_printf(rq->arena, "%lld", (long long)issue->id));
				jw_arr_in(w, "changeHistories");
				open = true;
			}
			sb_put_change(rq, &issue->change[i]);
		}
		if (open) {
			jw_end(w);
			jw_end(w);
		}
	}
	jw_end(w);
	if (seen > start + max)
		jw_str(w, "nextPageToken", arena_printf(rq->arena, "%lld", (long long)(start + max)));
	jw_end(w);
}
