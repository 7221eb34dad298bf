/*
 * Forms (once ProForma): each request for access has one, at Atlassian's gateway on
 * Cloud. The design is the same for all; answers are kept as the JSON that came.
 * https://developer.atlassian.com/cloud/forms/rest/api-group-forms-on-issue/
 */
#include "base/str.h"
#include "sandbox/sb_desk.h"
#include "sandbox/sb_handlers.h"

#include <string.h>

#define NAME "Access details"

static const char *const questions[] = { "1", "2", "3", "4" };
static const char design[] =
    "{\"conditions\":{},\"layout\":[],\"sections\":{},\"settings\":{\"name\":\"" NAME "\",\"language\":\"en\","
    "\"submit\":{\"lock\":true,\"pdf\":false}},\"questions\":{"
    "\"1\":{\"type\":\"tl\",\"label\":\"Reason\",\"questionKey\":\"reason\",\"validation\":{\"rq\":true}},"
    "\"2\":{\"type\":\"cs\",\"label\":\"System\",\"validation\":{\"rq\":true},\"choices\":[{\"id\":\"1\",\"label\":\"Database\"},"
    "{\"id\":\"2\",\"label\":\"Cluster\"},{\"id\":\"3\",\"label\":\"Dashboard\"}]},"
    "\"3\":{\"type\":\"da\",\"label\":\"Until\",\"validation\":{\"rq\":false}},"
    "\"4\":{\"type\":\"us\",\"label\":\"Deputy\",\"validation\":{\"rq\":false}}}}";

static const char *
form_id(struct sb_rq *rq, const struct sb_issue *issue)
{
	return arena_printf(rq->arena, "c18bde7a-d846-11ed-afa1-%012llx", (unsigned long long)issue->id);
}

/* This API's own shape of a failure. */
static void
fail(struct sb_rq *rq, int status, const char *code, const char *title, const char *detail)
{
	sb_text_answer(rq, status, "application/json;charset=UTF-8", arena_printf(rq->arena,
	    "{\"errors\":[{\"status\":%d,\"code\":\"%s\",\"title\":\"%s\",\"detail\":\"%s\"}]}", status, code, title, detail));
}

static struct sb_issue *
find_issue(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_issue_find(rq->site, rq->segment[0]);

	if (issue != NULL && sb_may_see(rq->me, issue->project))
		return issue;
	fail(rq, 404, "ISSUE_NOT_FOUND", "Issue Not Found", "The provided issue was not found.");
	return NULL;
}

static struct sb_request *
find_form(struct sb_rq *rq, struct sb_issue **ret)
{
	const struct sb_request_type *t;

	*ret = find_issue(rq);
	if (*ret == NULL)
		return NULL;
	t = sb_request_type_of(*ret);
	if (t != NULL && t->approval && str_eq(rq->segment[1], form_id(rq, *ret)))
		return sb_request_of(rq->site, *ret);
	fail(rq, 404, "FORM_NOT_FOUND", "Form Not Found", "The provided form ID was not found.");
	return NULL;
}

static void
put_form(struct sb_rq *rq, const struct sb_issue *issue, const struct sb_request *r)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", form_id(rq, issue));
	jw_str(w, "updated", "2026-11-20T08:59:18Z");
	jw_key(w, "design");
	jw_raw(w, design, sizeof design - 1);
	jw_obj_in(w, "state");
	jw_str(w, "visibility", "e");
	jw_str(w, "status", r->submitted ? "s" : "o");
	jw_key(w, "answers");
	jw_raw(w, r->answers != NULL ? r->answers : "{}", strlen(r->answers != NULL ? r->answers : "{}"));
	jw_end(w);
	jw_end(w);
}

void
sb_list_forms(struct sb_rq *rq)
{
	struct sb_issue *issue = find_issue(rq);
	const struct sb_request_type *t = issue == NULL ? NULL : sb_request_type_of(issue);
	struct jw *w = &rq->w;

	if (issue == NULL)
		return;
	jw_arr(w);
	if (t != NULL && t->approval) {
		jw_obj(w);
		jw_str(w, "id", form_id(rq, issue));
		jw_str(w, "name", NAME);
		jw_bool(w, "submitted", sb_request_of(rq->site, issue)->submitted);
		jw_bool(w, "internal", false);
		jw_bool(w, "lock", false);
		jw_str(w, "updated", "2026-11-20T08:59:18Z");
		jw_end(w);
	}
	jw_end(w);
}

void
sb_get_form(struct sb_rq *rq)
{
	struct sb_issue *issue;
	const struct sb_request *r = find_form(rq, &issue);

	if (r != NULL)
		put_form(rq, issue, r);
}

void
sb_save_form(struct sb_rq *rq)
{
	struct sb_issue *issue;
	struct sb_request *r = find_form(rq, &issue);
	json *answers = json_get(rq->body, "answers");

	if (r == NULL)
		return;
	if (r->submitted || !yyjson_is_obj(answers)) {
		fail(rq, 400, "INVALID_REQUEST", "Invalid Request", r->submitted ? "The form is not open." : "There are no answers.");
		return;
	}
	for (struct json_iter it = json_iter(answers); json_next(&it);) {
		bool known = false;

		for (size_t i = 0; i < LEN(questions); i++)
			known = known || str_eq(questions[i], it.key);
		if (!known || !yyjson_is_obj(it.value)) {
			fail(rq, 400, "INVALID_ANSWER", "Invalid Answer", "An answer belongs to no question of the form.");
			return;
		}
	}
	r->answers = json_text(rq->site->arena, answers, NULL);
	put_form(rq, issue, r);
}

void
sb_submit_form(struct sb_rq *rq)
{
	struct sb_issue *issue;
	struct sb_request *r = find_form(rq, &issue);

	if (r == NULL)
		return;
	r->submitted = true;
	put_form(rq, issue, r);
}
