/*
 * Search. Cloud: search/jql with opaque page tokens, no total, fields only when asked
 * for, bounded queries only; the old search answers 410. Data Center: search with
 * startAt and total. Both run the query through sb_find.
 *
 * A page token is a hash of the query it belongs to and the place to go on: it can't
 * be used with another query, as on a real site.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_jql.h"
#include "sandbox/sb_put.h"

#include <stdlib.h>
#include <string.h>

enum { DEFAULT_PAGE = 50, MAX_PAGE_IDS = 5000, MAX_PAGE_FIELDS = 100, MAX_PAGE_DC = 1000, MAX_RECONCILE = 50 };

#define GONE \
	"The requested API has been removed. Please migrate to the /rest/api/%d/search/jql API. A full migration " \
	"guideline is " \
	"available at https://developer.atlassian.com/changelog/#CHANGE-2046"

struct question {
	const char *text; /* the JQL, "" when absent */
	const char *token;
	int64_t start, max;
	const char **field;
	size_t field_count;
	bool lenient; /* validateQuery=false: faults become warnings */
};

static void
take_words(struct sb_rq *rq, json *list, struct question *q)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_str(it.value) == NULL) {
			sb_fail(rq, 400, "Invalid request payload. Refer to the REST API documentation and try again.");
			return;
		}
		q->field = sb_room(rq->arena, q->field, q->field_count, sizeof *q->field);
		q->field[q->field_count++] = json_str(it.value);
	}
}

/* A body with members that the API does not have, or of another type, is refused whole. */
static bool
body_fits(struct sb_rq *rq)
{
	static const struct {
		const char *name;
		bool cloud, dc;
		yyjson_type type;
	} member[] = {
		{ "jql", true, true, YYJSON_TYPE_STR },
		{ "maxResults", true, true, YYJSON_TYPE_NUM },
		{ "fields", true, true, YYJSON_TYPE_ARR },
		{ "nextPageToken", true, false, YYJSON_TYPE_STR },
		{ "expand", true, false, YYJSON_TYPE_STR },
		{ "expand", false, true, YYJSON_TYPE_ARR },
		{ "properties", true, false, YYJSON_TYPE_ARR },
		{ "fieldsByKeys", true, false, YYJSON_TYPE_BOOL },
		{ "reconcileIssues", true, false, YYJSON_TYPE_ARR },
		{ "startAt", false, true, YYJSON_TYPE_NUM },
		{ "validateQuery", false, true, YYJSON_TYPE_BOOL },
	};

	for (struct json_iter it = json_iter(rq->body); json_next(&it);) {
		bool fits = false;

		for (size_t i = 0; i < LEN(member); i++)
			if ((rq->site->dc ? member[i].dc : member[i].cloud) && str_eq(member[i].name, it.key))
				fits = json_is_null(it.value) || yyjson_get_type(it.value) == member[i].type;
		if (!fits) {
			sb_fail(rq, 400,
			    rq->site->dc
				? "Unrecognized field \"%s\", or its value is of the wrong type."
				: "Invalid request payload. Refer to the REST API documentation and try again.%.0s",
			    it.key);
			return false;
		}
	}
	return true;
}

static bool
take_question(struct sb_rq *rq, struct question *q)
{
	const char *validate;

	*q = (struct question){ .text = "", .max = DEFAULT_PAGE };
	if (str_eq(rq->method, "POST")) {
		if (!sb_need_body(rq) || !body_fits(rq))
			return false;
		if (json_get_str(rq->body, "jql") != NULL)
			q->text = json_get_str(rq->body, "jql");
		q->token = json_get_str(rq->body, "nextPageToken");
		q->start = json_get_int(rq->body, "startAt", 0);
		q->max = json_get_int(rq->body, "maxResults", DEFAULT_PAGE);
		q->lenient = !json_get_bool(rq->body, "validateQuery", true);
		take_words(rq, json_get(rq->body, "fields"), q);
	} else {
		if (sb_arg(rq, "jql") != NULL)
			q->text = sb_arg(rq, "jql");
		q->token = sb_arg(rq, "nextPageToken");
		q->start = sb_arg_int(rq, "startAt", 0);
		q->max = sb_arg_int(rq, "maxResults", DEFAULT_PAGE);
		validate = sb_arg(rq, "validateQuery");
		q->lenient = validate != NULL && (str_eq(validate, "false") || str_eq(validate, "none"));
		q->field_count = sb_arg_list(rq, "fields", &q->field);
	}
	return !rq->failed;
}

static struct jql *
parse(struct sb_rq *rq, const char *text)
{
	struct err e;
	struct jql *q;

	err_init(&e, rq->arena);
	q = jql_parse(rq->arena, text, strlen(text), &e);
	if (q == NULL)
		sb_fail(rq, 400, "%s", e.message);
	else if (!rq->site->dc && !jql_bounded(q)) {
		sb_fail(rq, 400,
		    "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.");
		return NULL;
	}
	return q;
}

static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261U;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	return h;
}

static const char *
make_token(struct sb_rq *rq, const char *text, int64_t at)
{
	return arena_printf(rq->arena, "%08x%08x", hash(text), (uint32_t)at ^ hash("sandbox"));
}

/* Where a token goes on; -1 when it is none of this query's. */
static int64_t
read_token(struct sb_rq *rq, const struct question *q, size_t total)
{
	char *end = NULL;
	int64_t at = 0;

	if (q->token == NULL || *q->token == '\0')
		return 0;
	if (strlen(q->token) == 16)
		at = (int64_t)((uint32_t)strtoul(q->token + 8, &end, 16) ^ hash("sandbox"));
	if (end == NULL || *end != '\0' || at > (int64_t)total || !str_eq(q->token, make_token(rq, q->text, at))) {
		sb_fail(rq, 400, "The provided next page token is invalid or expired.");
		return -1;
	}
	return at;
}

static void
put_found(struct sb_rq *rq, const struct sb_issue **found, size_t from, size_t to, const struct question *q,
    enum sb_pick_default dflt)
{
	struct sb_pick p = sb_pick(rq, q->field, q->field_count, dflt);

	jw_arr_in(&rq->w, "issues");
	for (size_t i = from; i < to; i++)
		sb_put_issue(rq, found[i], &p);
	jw_end(&rq->w);
	if (sb_expands(rq, "names")) {
		jw_key(&rq->w, "names");
		sb_put_names(rq, &p);
	}
	if (sb_expands(rq, "schema")) {
		jw_key(&rq->w, "schema");
		sb_put_schemas(rq, &p);
	}
}

void
sb_search_jql(struct sb_rq *rq)
{
	struct question q;
	const struct sb_issue **found;
	struct jql *jql;
	size_t n, end;
	int64_t at, cap;

	if (!take_question(rq, &q))
		return;
	if (q.max < 1 || q.max > MAX_PAGE_IDS) {
		sb_fail(rq, 400, "The value of the maxResults parameter must be between 1 and %d.", MAX_PAGE_IDS);
		return;
	}
	if (json_len(json_get(rq->body, "reconcileIssues")) > MAX_RECONCILE) {
		sb_fail(rq, 400, "The number of issues to reconcile must not exceed %d.", MAX_RECONCILE);
		return;
	}
	jql = parse(rq, q.text);
	if (jql == NULL || sb_find(rq, jql, &found, &n) == -1 || (at = read_token(rq, &q, n)) == -1)
		return;
	cap = sb_pick(rq, q.field, q.field_count, SB_PICK_ID).any ? MAX_PAGE_FIELDS : MAX_PAGE_IDS;
	end = (size_t)(at + (q.max < cap ? q.max : cap));
	if (end > n)
		end = n;
	jw_obj(&rq->w);
	put_found(rq, found, (size_t)at, end, &q, SB_PICK_ID);
	if (end < n)
		jw_str(&rq->w, "nextPageToken", make_token(rq, q.text, (int64_t)end));
	jw_bool(&rq->w, "isLast", end == n);
	jw_end(&rq->w);
}

static void
put_warning(struct sb_rq *rq, const struct question *q)
{
	const char *message = rq->fault_count > 0 && rq->fault[0].value != NULL ? rq->fault[0].value : "";

	rq->failed = false;
	rq->status = 200;
	jw_obj(&rq->w);
	jw_int(&rq->w, "startAt", 0);
	jw_int(&rq->w, "maxResults", q->max);
	jw_int(&rq->w, "total", 0);
	jw_arr_in(&rq->w, "issues");
	jw_end(&rq->w);
	jw_arr_in(&rq->w, "warningMessages");
	jw_s(&rq->w, message);
	jw_end(&rq->w);
	jw_end(&rq->w);
}

/* Data Center. */
void
sb_search_classic(struct sb_rq *rq)
{
	struct question q;
	const struct sb_issue **found;
	struct jql *jql;
	struct sb_page p;
	size_t n;

	if (!take_question(rq, &q))
		return;
	if (q.max < 0 || q.max > MAX_PAGE_DC)
		q.max = MAX_PAGE_DC;
	jql = parse(rq, q.text);
	if (jql == NULL || sb_find(rq, jql, &found, &n) == -1) {
		if (q.lenient && jql != NULL)
			put_warning(rq, &q);
		return;
	}
	p = (struct sb_page){ q.start < 0 ? 0 : q.start, q.max, (int64_t)n };
	jw_obj(&rq->w);
	jw_str(&rq->w, "expand", "schema,names");
	sb_put_page(rq, &p);
	put_found(rq, found, (size_t)p.start, sb_page_end(&p), &q, SB_PICK_NAVIGABLE);
	jw_end(&rq->w);
}

void
sb_search_gone(struct sb_rq *rq)
{
	sb_fail(rq, 410, GONE, rq->api);
}

void
sb_count(struct sb_rq *rq)
{
	const char *text = json_get_str(rq->body, "jql");
	const struct sb_issue **found;
	struct jql *jql;
	size_t n;

	if (!sb_need_body(rq))
		return;
	jql = parse(rq, text != NULL ? text : "");
	if (jql == NULL || sb_find(rq, jql, &found, &n) == -1)
		return;
	jw_obj(&rq->w);
	jw_int(&rq->w, "count", (int64_t)n);
	jw_end(&rq->w);
}
