/* Versions of anything: listed newest first, shown one by one, restored, removed. */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

static size_t
segment_number(struct sb_rq *rq, const struct cf_content *c, size_t segment)
{
	int64_t n = 0;

	if (str_int(rq->segment[segment], 1, INT32_MAX, &n) == 0 && n <= (int64_t)c->version_count)
		return (size_t)n;
	sb_fail(rq, 404, cf_v2(rq) ? "Not Found" : "No version %s of this content", rq->segment[segment]);
	return 0;
}

void
cf_list_versions(struct sb_rq *rq)
{
	static const char *const names[CF_TYPES] = {
		[CF_PAGE] = "page", [CF_BLOGPOST] = "blogpost", [CF_COMMENT] = "comment", [CF_ATTACHMENT] = "attachment"
	};
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));
	const char *format = sb_arg(rq, "body-format");
	struct cf_window win;
	struct jw *w = &rq->w;
	bool old_first = sb_arg_is(rq, "sort", "modified-date");

	if (c == NULL)
		return;
	win = cf_window(rq, c->version_count, 25, format != NULL ? 50 : 250);
	if (rq->failed)
		return;
	jw_obj(w);
	jw_arr_in(w, "results");
	for (size_t i = win.from; i < win.to; i++) {
		size_t number = old_first ? i + 1 : c->version_count - i;
		const struct cf_version *v = &c->version[number - 1];

		jw_obj(w);
		jw_int(w, "number", (int64_t)number);
		jw_str(w, "message", v->message);
		jw_bool(w, "minorEdit", v->minor);
		jw_str(w, "authorId", sb_people[v->author].account_id);
		jw_str(w, "createdAt", cf_time(rq, v->at_ms));
		jw_obj_in(w, names[c->type]);
		jw_str(w, "id", cf_id_text(rq->arena, c));
		jw_str(w, "title", v->title);
		if (format != NULL && c->type != CF_ATTACHMENT) {
			jw_obj_in(w, "body");
			jw_obj_in(w, format);
			jw_str(w, "representation", format);
			jw_str(w, "value", cf_from_storage(rq, format, c, v->body, v->len));
			jw_end(w);
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
	cf_put_window(rq, &win);
	jw_end(w);
}

void
cf_get_version(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));
	size_t number = c != NULL ? segment_number(rq, c, 1) : 0;
	const struct cf_version *v = number > 0 ? &c->version[number - 1] : NULL;
	struct jw *w = &rq->w;

	if (v == NULL)
		return;
	jw_obj(w);
	jw_int(w, "number", (int64_t)number);
	jw_str(w, "authorId", sb_people[v->author].account_id);
	jw_str(w, "message", v->message);
	jw_str(w, "createdAt", cf_time(rq, v->at_ms));
	jw_bool(w, "minorEdit", v->minor);
	jw_bool(w, "contentTypeModified", false);
	jw_arr_in(w, "collaborators");
	jw_s(w, sb_people[v->author].account_id);
	jw_end(w);
	if (number > 1)
		jw_int(w, "prevVersion", (int64_t)number - 1);
	if (number < c->version_count)
		jw_int(w, "nextVersion", (int64_t)number + 1);
	jw_end(w);
}

void
cf_restore_version_v1(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment_to_edit(rq, 0, 1 << CF_PAGE | 1 << CF_BLOGPOST) : NULL;
	json *params = json_get(rq->body, "params");
	int64_t number = json_get_int(params, "versionNumber", 0);
	const char *message = json_get_str(params, "message");
	const struct cf_version *old;
	struct cf_version *v;

	if (c == NULL)
		return;
	if (!str_eq(json_get_str(rq->body, "operationKey"), "restore")) {
		sb_fail(rq, 400, "Unsupported operation on a version.");
		return;
	}
	if (number < 1 || number >= (int64_t)c->version_count) {
		sb_fail(
		    rq, 400, "Version %lld of content %lld cannot be restored.", (long long)number, (long long)c->id);
		return;
	}
	old = &c->version[number - 1];
	v = cf_add_version(cf_wiki(rq), c, rq->me,
	    json_get_bool(params, "restoreTitle", false) ? old->title : cf_title(c), old->body, old->len);
	v->message = message != NULL ? arena_strdup(rq->site->arena, message) : "";
	cf_put_version_v1(rq, c, c->version_count);
}

void
cf_delete_version_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 0);
	size_t number = c != NULL ? segment_number(rq, c, 1) : 0;

	if (number == 0)
		return;
	if (rq->me == SB_GUEST || number == c->version_count) {
		sb_fail(rq, rq->me == SB_GUEST ? 403 : 400,
		    rq->me == SB_GUEST ? "User not permitted to delete a version"
				       : "The current version cannot be deleted");
		return;
	}
	for (size_t i = number; i < c->version_count; i++)
		c->version[i - 1] = c->version[i];
	c->version_count--;
	rq->status = 204;
}
