/*
 * Requests to the wiki: what they name, which part of a list they want, and how a
 * failure looks. Handlers fail with sb_fail and the bare message; the shape around it
 * (v2's "errors", v1's "message" with the Java class before it on Cloud) is made here.
 */
#include "sandbox/cf.h"

#include "base/clock.h"
#include "base/str.h"

#include <string.h>

static const char v2_prefix[] = "/wiki/api/v2/";

bool
cf_v2(const struct sb_rq *rq)
{
	return rq->api == CF_API_V2;
}

struct cf_wiki *
cf_wiki(const struct sb_rq *rq)
{
	return rq->site->wiki;
}

bool
cf_is_path(const char *path)
{
	return str_starts(path, "/wiki/") || str_starts(path, "/confluence/");
}

const char *
cf_context(const struct sb_rq *rq)
{
	return rq->site->dc ? "/confluence" : "/wiki";
}

const char *
cf_base(const struct sb_rq *rq)
{
	return arena_printf(rq->arena, "%s%s", rq->site->base, cf_context(rq));
}

const char *
cf_time(struct sb_rq *rq, int64_t ms)
{
	return clock_iso(rq->arena, ms);
}

static const struct {
	int status;
	const char *code, *title, *java;
} kinds[] = {
	{ 400, "INVALID_REQUEST_PARAMETER", "Bad Request", "BadRequestException" },
	{ 401, "UNAUTHORIZED", "Unauthorized", "NotAuthenticatedException" },
	{ 403, "FORBIDDEN", "Forbidden", "PermissionException" },
	{ 404, "NOT_FOUND", "Not Found", "NotFoundException" },
	{ 409, "CONFLICT", "Conflict", "ConflictException" },
	{ 413, "REQUEST_TOO_LARGE", "Request Entity Too Large", "RequestTooLargeException" },
	{ 415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type", "UnsupportedMediaTypeException" },
	{ 429, "RATE_LIMITED", "Too Many Requests", "RateLimitedException" },
	{ 500, "INTERNAL_SERVER_ERROR", "Internal Server Error", "InternalServerException" },
	{ 501, "NOT_IMPLEMENTED", "Not Implemented", "NotImplementedServiceException" },
};

void
cf_put_fault(struct sb_rq *rq)
{
	struct jw *w = &rq->w;
	size_t k = 0;

	while (k + 1 < LEN(kinds) && kinds[k].status != rq->status)
		k++;
	jw_obj(w);
	if (str_starts(rq->path, v2_prefix)) {
		jw_arr_in(w, "errors");
		for (size_t i = 0; i < rq->fault_count; i++) {
			jw_obj(w);
			jw_int(w, "status", rq->status);
			jw_str(w, "code", kinds[k].code);
			jw_str(w, "title", rq->fault[i].value);
			jw_str(w, "detail", NULL);
			jw_end(w);
		}
		jw_end(w);
	} else {
		jw_int(w, "statusCode", rq->status);
		jw_obj_in(w, "data");
		jw_bool(w, "authorized", rq->status != 403 && rq->status != 404);
		jw_bool(w, "valid", rq->status != 400);
		jw_bool(w, "allowedInReadOnlyMode", true);
		jw_arr_in(w, "errors");
		jw_end(w);
		jw_bool(w, "successful", false);
		jw_end(w);
		jw_str(w, "message",
		    rq->site->dc ? rq->fault[0].value
				 : arena_printf(rq->arena, "com.atlassian.confluence.api.service.exceptions.%s: %s",
				       kinds[k].java, rq->fault[0].value));
		if (rq->site->dc)
			jw_str(w, "reason", kinds[k].title);
	}
	jw_end(w);
}

struct cf_content *
cf_find(struct sb_rq *rq, const char *id, unsigned types)
{
	struct cf_content *c = cf_by_text(cf_wiki(rq), id);

	if (c != NULL && (types == 0 || (types >> c->type & 1) != 0) && cf_may_read(c, rq->me))
		return c;
	if (cf_v2(rq))
		sb_fail(rq, 404, "Not Found");
	else
		sb_fail(rq, 404, "No content found with id: ContentId{id=%s}", id != NULL ? id : "null");
	return NULL;
}

struct cf_content *
cf_segment(struct sb_rq *rq, size_t segment, unsigned types)
{
	int64_t n;

	if (cf_v2(rq) && !str_starts(rq->segment[segment], "att") &&
	    str_int(rq->segment[segment], 0, INT64_MAX, &n) == -1) {
		sb_fail(rq, 400, "Provided value {%s} for 'id' is not the correct type. Expected type is long",
		    rq->segment[segment]);
		return NULL;
	}
	return cf_find(rq, rq->segment[segment], types);
}

struct cf_content *
cf_segment_to_edit(struct sb_rq *rq, size_t segment, unsigned types)
{
	struct cf_content *c = cf_segment(rq, segment, types);

	if (c == NULL || cf_may_edit(c, rq->me))
		return c;
	if (cf_v2(rq))
		sb_fail(rq, 403, "User does not have permission to edit this content");
	else
		sb_fail(rq, 403, "User not permitted to edit content with id %lld", (long long)c->id);
	return NULL;
}

struct cf_space *
cf_segment_space(struct sb_rq *rq, size_t segment)
{
	struct cf_space *s = NULL;
	int64_t id;

	if (!cf_v2(rq))
		s = cf_space_by_key(cf_wiki(rq), rq->segment[segment]);
	else if (str_int(rq->segment[segment], 0, INT64_MAX, &id) == 0)
		s = cf_space_by_id(cf_wiki(rq), id);
	else
		sb_fail(rq, 400, "Provided value {%s} for 'id' is not the correct type. Expected type is long",
		    rq->segment[segment]);
	if (cf_space_visible(s, rq->me))
		return s;
	if (cf_v2(rq))
		sb_fail(rq, 404, "Not Found");
	else
		sb_fail(rq, 404, "No space with key : %s", rq->segment[segment]);
	return NULL;
}

unsigned
cf_path_types(const struct sb_rq *rq)
{
	static const struct {
		const char *name;
		unsigned types;
	} all[] = { { "pages", 1 << CF_PAGE }, { "blogposts", 1 << CF_BLOGPOST }, { "folders", 1 << CF_FOLDER },
		{ "whiteboards", 1 << CF_WHITEBOARD }, { "databases", 1 << CF_DATABASE }, { "embeds", 1 << CF_EMBED },
		{ "attachments", 1 << CF_ATTACHMENT }, { "footer-comments", 1 << CF_COMMENT },
		{ "inline-comments", 1 << CF_COMMENT }, { "comments", 1 << CF_COMMENT } };
	const char *rest = rq->path + strlen(v2_prefix);

	for (size_t i = 0; i < LEN(all); i++)
		if (strcspn(rest, "/") == strlen(all[i].name) && str_starts(rest, all[i].name))
			return all[i].types;
	BUG("a path of no type");
}

int
cf_person(const struct sb_rq *rq, const char *id)
{
	return id == NULL ? -1 : rq->site->dc ? sb_person_by_key(id) : sb_person_by_account(id);
}

int
cf_arg_person(struct sb_rq *rq)
{
	static const struct {
		const char *name;
		bool dc;
		int (*find)(const char *);
	} ways[] = { { "key", true, sb_person_by_key }, { "username", true, sb_person_by_name },
		{ "accountId", false, sb_person_by_account } };
	int who = rq->me;

	for (size_t i = 0; i < LEN(ways); i++) {
		const char *value = sb_arg(rq, ways[i].name);

		if (ways[i].dc != rq->site->dc || value == NULL)
			continue;
		who = ways[i].find(value);
		if (who < 0)
			sb_fail(rq, 404, "No user found with %s : %s", ways[i].name, value);
		return who;
	}
	if (who < 0)
		sb_fail(rq, 404, "No user found with username : anonymous");
	return who;
}

bool
cf_check_xsrf(struct sb_rq *rq)
{
	if (rq->xsrf != NULL && (str_ieq(rq->xsrf, "nocheck") || str_ieq(rq->xsrf, "no-check")))
		return true;
	sb_text_answer(rq, 403, "text/html;charset=UTF-8", "XSRF check failed");
	return false;
}

bool
cf_arg_has(const struct sb_rq *rq, const char *name, const char *value)
{
	const char **v;
	size_t n = sb_arg_list(rq, name, &v);

	for (size_t i = 0; i < n; i++)
		if (str_ieq(v[i], value))
			return true;
	return false;
}

bool
cf_expands(struct sb_rq *rq, const char *prefix, const char *what)
{
	return sb_expands(rq, arena_printf(rq->arena, "%s%s", prefix, what));
}

/* A cursor is good for the question it came with: a hash of path and parameters stands in it. */
static unsigned
question(const struct sb_rq *rq)
{
	unsigned h = 2166136261U;

	for (const char *s = rq->path; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	for (size_t i = 0; i < rq->param_count; i++) {
		const char *name = rq->param[i].name;

		if (str_eq(name, "cursor") || str_eq(name, "limit") || str_eq(name, "next") || str_eq(name, "start"))
			continue;
		for (const char *s = rq->param[i].value; *s != '\0'; s++)
			h = (h ^ (unsigned char)*s) * 16777619U;
	}
	return h;
}

static bool
read_cursor(struct sb_rq *rq, const char *cursor, size_t *ret_from)
{
	const char *at = strchr(cursor, '_');
	int64_t from;

	if (at == NULL || str_int(at + 1, 0, INT32_MAX, &from) == -1 ||
	    !str_eq(cursor, arena_printf(rq->arena, "cur%08x_%lld", question(rq), (long long)from))) {
		sb_fail(rq, 400, "Invalid cursor: %s", cursor);
		return false;
	}
	*ret_from = (size_t)from;
	return true;
}

struct cf_window
cf_window(struct sb_rq *rq, size_t total, int64_t dflt, int64_t cap)
{
	int64_t limit = sb_arg_int(rq, "limit", dflt), start = cf_v2(rq) ? 0 : sb_arg_int(rq, "start", 0);
	struct cf_window w = { .total = total };

	if (limit < 1 && (cf_v2(rq) || limit < 0))
		sb_fail(rq, 400, "The limit must be between 1 and %lld.", (long long)cap);
	else if (limit > cap && cf_v2(rq))
		sb_fail(rq, 400, "Provided value {%lld} for 'limit' is not valid. The maximum is %lld.",
		    (long long)limit, (long long)cap);
	if (limit > cap)
		limit = cap;
	w.limit = (size_t)(limit < 0 ? 0 : limit);
	w.from = start < 0 ? 0 : (size_t)start;
	if (sb_arg(rq, "cursor") != NULL && !rq->site->dc)
		read_cursor(rq, sb_arg(rq, "cursor"), &w.from);
	if (w.from > total)
		w.from = total;
	w.to = w.from + w.limit < total ? w.from + w.limit : total;
	return w;
}

static const char *
next_link(struct sb_rq *rq, const struct cf_window *w)
{
	bool cursor = cf_v2(rq) || sb_arg(rq, "cql") != NULL;
	struct buf b;
	const char *s;

	buf_init(&b, 16 * 1024);
	buf_adds(&b, cf_v2(rq) ? rq->path : rq->path + strlen(cf_context(rq)));
	buf_addc(&b, '?');
	if (!rq->site->dc && cursor)
		buf_addf(&b, "%scursor=cur%08x_%zu&", cf_v2(rq) ? "" : "next=true&", question(rq), w->to);
	buf_addf(&b, "limit=%zu", w->limit);
	if (!cf_v2(rq))
		buf_addf(&b, "&start=%zu", w->to);
	for (size_t i = 0; i < rq->param_count; i++) {
		const struct sb_pair *p = &rq->param[i];

		if (str_eq(p->name, "cursor") || str_eq(p->name, "limit") || str_eq(p->name, "start") ||
		    str_eq(p->name, "next"))
			continue;
		buf_addc(&b, '&');
		str_urlencode(&b, p->name, strlen(p->name));
		buf_addc(&b, '=');
		str_urlencode(&b, p->value, strlen(p->value));
	}
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

void
cf_put_window(struct sb_rq *rq, const struct cf_window *w)
{
	struct jw *j = &rq->w;

	if (!cf_v2(rq)) {
		jw_int(j, "start", (int64_t)w->from);
		jw_int(j, "limit", (int64_t)w->limit);
		jw_int(j, "size", (int64_t)(w->to - w->from));
	}
	jw_obj_in(j, "_links");
	if (w->to < w->total && w->limit > 0) {
		const char *next = next_link(rq, w);

		jw_str(j, "next", next);
		if (cf_v2(rq))
			sb_header(rq, "Link",
			    arena_printf(rq->arena, "<%s>; rel=\"next\", <%s>; rel=\"base\"", next, cf_base(rq)));
	}
	jw_str(j, "base", cf_base(rq));
	if (!cf_v2(rq)) {
		jw_str(j, "context", cf_context(rq));
		jw_str(j, "self", arena_printf(rq->arena, "%s%s", rq->site->base, rq->path));
	}
	jw_end(j);
}

bool
cf_list_begin(struct sb_rq *rq, size_t total, int64_t dflt, int64_t cap, struct cf_window *ret)
{
	*ret = cf_window(rq, total, dflt, cap);
	if (rq->failed)
		return false;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "results");
	return true;
}

void
cf_list_end(struct sb_rq *rq, const struct cf_window *w)
{
	jw_end(&rq->w);
	cf_put_window(rq, w);
	jw_end(&rq->w);
}

void
cf_put_contents(struct sb_rq *rq, struct cf_content **v, size_t count, int64_t dflt, int64_t cap)
{
	struct cf_window w;

	if (!cf_list_begin(rq, count, dflt, cap, &w))
		return;
	for (size_t i = w.from; i < w.to; i++) {
		if (cf_v2(rq))
			cf_put_v2(rq, v[i], 0, false);
		else
			cf_put_content(rq, "", v[i], 0);
	}
	cf_list_end(rq, &w);
}

void
cf_put_labels(struct sb_rq *rq, const char **name, size_t count, int64_t dflt, int64_t cap)
{
	struct cf_window w;

	if (!cf_list_begin(rq, count, dflt, cap, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		cf_put_label(rq, name[i]);
	cf_list_end(rq, &w);
}
