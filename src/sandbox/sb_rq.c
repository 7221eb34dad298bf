/*
 * Requests: decoding the query, paging, and the two shapes of failure. Jira's
 * errors are one body, {"errorMessages":[...],"errors":{field: text}}; handlers add
 * to it as they find faults, so that one answer tells all of them.
 */
#include "sandbox/sb_rq.h"

#include "base/str.h"
#include "base/utf8.h"
#include "sandbox/cf.h"

#include <stdlib.h>
#include <string.h>

void
sb_rq_init(struct sb_rq *rq, struct sb_site *site, struct arena *arena, const char *method, const char *path,
    const char *query)
{
	memset(rq, 0, sizeof *rq);
	rq->site = site;
	rq->arena = arena;
	rq->method = method;
	rq->path = path;
	rq->query = query != NULL ? query : "";
	rq->body_text = "";
	rq->me = -1;
	rq->api = site->dc ? 2 : 3;
	rq->status = 200;
	rq->out_type = "application/json;charset=UTF-8";
	buf_init(&rq->out, SB_MAX_ANSWER);
	jw_init(&rq->w, &rq->out);
}

void
sb_rq_release(struct sb_rq *rq)
{
	buf_release(&rq->out);
}

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c - 'A' + 'a');
	at = c == '\0' ? NULL : strchr(digits, c);
	return at == NULL ? -1 : (int)(at - digits);
}

const char *
sb_decode(struct arena *a, const char *s, size_t len, bool plus)
{
	char *out = arena_alloc(a, len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '%') {
			if (i + 2 >= len || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return NULL;
			out[n] = (char)(hex(s[i + 1]) * 16 + hex(s[i + 2]));
			if (out[n++] == '\0')
				return NULL;
			i += 2;
		} else {
			out[n++] = plus && s[i] == '+' ? ' ' : s[i];
		}
	}
	return utf8_valid(out, n) ? out : NULL;
}

int
sb_parse_query(struct sb_rq *rq)
{
	const char *s = rq->query;

	while (*s != '\0') {
		size_t len = strcspn(s, "&"), name = strcspn(s, "=&");
		struct sb_pair p;

		if (len > 0) {
			if (rq->param_count == SB_MAX_PARAMS)
				return -1;
			p.name = sb_decode(rq->arena, s, name, true);
			p.value = name < len ? sb_decode(rq->arena, s + name + 1, len - name - 1, true) : "";
			if (p.name == NULL || p.value == NULL)
				return -1;
			rq->param = sb_room(rq->arena, rq->param, rq->param_count, sizeof p);
			rq->param[rq->param_count++] = p;
		}
		s += len + (s[len] == '&');
	}
	return 0;
}

const char *
sb_arg(const struct sb_rq *rq, const char *name)
{
	for (size_t i = 0; i < rq->param_count; i++)
		if (str_eq(rq->param[i].name, name))
			return rq->param[i].value;
	return NULL;
}

int64_t
sb_arg_int(struct sb_rq *rq, const char *name, int64_t dflt)
{
	const char *s = sb_arg(rq, name);
	int64_t n = dflt;

	if (s != NULL && *s != '\0' && str_int(s, INT32_MIN, INT32_MAX, &n) == -1)
		sb_fail(rq, 400, "The value '%s' of the parameter '%s' is not a valid integer.", s, name);
	return n;
}

bool
sb_arg_is(const struct sb_rq *rq, const char *name, const char *value)
{
	const char *s = sb_arg(rq, name);

	return s != NULL && str_ieq(s, value);
}

size_t
sb_arg_list(const struct sb_rq *rq, const char *name, const char ***ret)
{
	const char **all = NULL;
	size_t n = 0;

	for (size_t i = 0; i < rq->param_count; i++) {
		char **part;
		size_t parts = 0;

		if (!str_eq(rq->param[i].name, name))
			continue;
		part = str_split(rq->arena, rq->param[i].value, ",", &parts);
		for (size_t j = 0; j < parts; j++) {
			all = sb_room(rq->arena, all, n, sizeof *all);
			all[n++] = part[j];
		}
	}
	*ret = all;
	return n;
}

static bool
lists_word(struct arena *a, const char *list, const char *word)
{
	size_t n = 0;
	char **part = str_split(a, list, ",", &n);

	for (size_t i = 0; i < n; i++)
		if (str_eq(part[i], word) || (str_starts(part[i], word) && part[i][strlen(word)] == '.'))
			return true;
	return false;
}

bool
sb_expands(const struct sb_rq *rq, const char *what)
{
	json *body = json_get(rq->body, "expand");

	for (size_t i = 0; i < rq->param_count; i++)
		if (str_eq(rq->param[i].name, "expand") && lists_word(rq->arena, rq->param[i].value, what))
			return true;
	if (json_str(body) != NULL)
		return lists_word(rq->arena, json_str(body), what);
	for (struct json_iter it = json_iter(body); json_next(&it);)
		if (json_str(it.value) != NULL && lists_word(rq->arena, json_str(it.value), what))
			return true;
	return false;
}

static void ATTR_PRINTF(4, 0) add_fault(struct sb_rq *rq, int status, const char *field, const char *fmt, va_list ap)
{
	struct sb_pair p = { field, arena_vprintf(rq->arena, fmt, ap) };

	if (!rq->failed)
		rq->status = status;
	rq->failed = true;
	rq->fault = sb_room(rq->arena, rq->fault, rq->fault_count, sizeof p);
	rq->fault[rq->fault_count++] = p;
}

void
sb_fail(struct sb_rq *rq, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_fault(rq, status, NULL, fmt, ap);
	va_end(ap);
}

void
sb_refuse(struct sb_rq *rq, const char *field, const char *fmt, ...)
{
	va_list ap;

	for (size_t i = 0; i < rq->fault_count; i++)
		if (rq->fault[i].name != NULL && str_eq(rq->fault[i].name, field))
			return;
	va_start(ap, fmt);
	add_fault(rq, 400, arena_strdup(rq->arena, field), fmt, ap);
	va_end(ap);
}

void
sb_text_answer(struct sb_rq *rq, int status, const char *type, const char *text)
{
	rq->failed = false;
	rq->status = status;
	rq->out_type = type;
	buf_reset(&rq->out);
	buf_adds(&rq->out, text);
}

void
sb_header(struct sb_rq *rq, const char *name, const char *value)
{
	if (rq->header_count == SB_MAX_HEADERS)
		BUG("too many headers");
	rq->header[rq->header_count++] = (struct sb_pair){ name, value };
}

/* Service Management tells everything in one sentence. */
static void
put_desk_error(struct sb_rq *rq)
{
	const char *all = "";

	for (size_t i = 0; i < rq->fault_count; i++)
		all = arena_printf(rq->arena, "%s%s%s", all, i > 0 ? " " : "", rq->fault[i].value);
	jw_obj(&rq->w);
	jw_str(&rq->w, "errorMessage", all);
	jw_obj_in(&rq->w, "i18nErrorMessage");
	jw_str(&rq->w, "i18nKey", "sd.sandbox.error");
	jw_arr_in(&rq->w, "parameters");
	jw_end(&rq->w);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
sb_finish(struct sb_rq *rq)
{
	if (!rq->failed) {
		if (buf_overflowed(&rq->out))
			sb_text_answer(rq, 500, "text/plain", "The answer is too large for the sandbox.");
		return;
	}
	buf_reset(&rq->out);
	jw_init(&rq->w, &rq->out);
	rq->out_type = "application/json;charset=UTF-8";
	if (cf_is_path(rq->path)) {
		cf_put_fault(rq);
		return;
	}
	if (rq->desk) {
		put_desk_error(rq);
		return;
	}
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "errorMessages");
	for (size_t i = 0; i < rq->fault_count; i++)
		if (rq->fault[i].name == NULL)
			jw_s(&rq->w, rq->fault[i].value);
	jw_end(&rq->w);
	jw_obj_in(&rq->w, "errors");
	for (size_t i = 0; i < rq->fault_count; i++)
		if (rq->fault[i].name != NULL)
			jw_str(&rq->w, rq->fault[i].name, rq->fault[i].value);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

struct sb_page
sb_page(struct sb_rq *rq, int64_t dflt, int64_t cap, size_t total)
{
	struct sb_page p = { sb_arg_int(rq, "startAt", 0), sb_arg_int(rq, "maxResults", dflt), (int64_t)total };

	if (p.start < 0)
		p.start = 0;
	if (p.max < 0)
		p.max = dflt;
	if (p.max > cap)
		p.max = cap;
	return p;
}

size_t
sb_page_end(const struct sb_page *p)
{
	int64_t end = p->start + p->max;

	return (size_t)(end < p->total ? end : p->total);
}

void
sb_put_page(struct sb_rq *rq, const struct sb_page *p)
{
	jw_int(&rq->w, "startAt", p->start);
	jw_int(&rq->w, "maxResults", p->max);
	jw_int(&rq->w, "total", p->total);
}

void
sb_put_page_bean(struct sb_rq *rq, const struct sb_page *p, const char *path)
{
	const char *self = arena_printf(
	    rq->arena, "%s/rest/api/%d/%s?maxResults=%lld&startAt=", rq->site->base, rq->api, path, (long long)p->max);
	bool last = (int64_t)sb_page_end(p) >= p->total;

	jw_obj(&rq->w);
	jw_str(&rq->w, "self", arena_printf(rq->arena, "%s%lld", self, (long long)p->start));
	if (!last)
		jw_str(&rq->w, "nextPage", arena_printf(rq->arena, "%s%lld", self, (long long)(p->start + p->max)));
	sb_put_page(rq, p);
	jw_bool(&rq->w, "isLast", last);
	jw_arr_in(&rq->w, "values");
}

struct sb_issue *
sb_segment_issue(struct sb_rq *rq, size_t segment)
{
	struct sb_issue *issue = sb_issue_find(rq->site, rq->segment[segment]);

	if (issue != NULL && sb_may_see(rq->me, issue->project))
		return issue;
	if (rq->site->dc && issue == NULL)
		sb_fail(rq, 404, "Issue Does Not Exist");
	else if (rq->site->dc)
		sb_fail(rq, 403, "You do not have the permission to see the specified issue.");
	else
		sb_fail(rq, 404, "Issue does not exist or you do not have permission to see it.");
	return NULL;
}

int
sb_segment_project(struct sb_rq *rq, size_t segment)
{
	int project = sb_project_find(rq->segment[segment]);

	if (project >= 0 && sb_may_see(rq->me, project))
		return project;
	sb_fail(rq, 404, "No project could be found with key '%s'.", rq->segment[segment]);
	return -1;
}

bool
sb_need_body(struct sb_rq *rq)
{
	if (yyjson_is_obj(rq->body))
		return true;
	sb_fail(rq, 400,
	    rq->site->dc ? "Can not deserialize the request body: a JSON object is expected."
			 : "There was an error parsing JSON. Check that your request body is valid.");
	return false;
}
