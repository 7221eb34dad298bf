/*
 * A thing's id is taken from a link or found in the list of its kind (pick); a number is
 * an id already. With a fence nothing is believed: the desk or the request is read first
 * and its project decides.
 */
#include "atlassian/desk.h"

#include "atlassian/cache.h"
#include "atlassian/pick.h"
#include "base/clock.h"
#include "base/str.h"
#include "text/doc.h"

#include <string.h>

enum { MAX_LIST = 8 * 1024 * 1024, MAX_TEXT = 256 * 1024 };

static json *
parse_list(struct call *c, struct buf *b)
{
	json *v = NULL;

	if (buf_overflowed(b))
		call_fail(c, ERR_TOO_LARGE, "The list is larger than %d MiB.", MAX_LIST / 1024 / 1024);
	else
		v = json_parse(c->arena, arena_strndup(c->arena, b->data, b->len), b->len, JSON_TRUSTED, &c->err);
	return v;
}

/* seconds: how old an answer may be, 0: asked anew. */
static int
pages(struct call *c, struct site *s, char *path, int64_t seconds, size_t max, json **ret, bool *ret_all)
{
	bool last = false;
	size_t n = 0;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_LIST);
	jw_init(&w, &b);
	jw_arr(&w);
	while (!last && n < max) {
		const char *one = rest_query(c, path, "start", arena_printf(c->arena, "%zu", n), "limit",
		    arena_printf(c->arena, "%zu", max - n < DESK_PAGE ? max - n : (size_t)DESK_PAGE), NULL);
		json *page;
		size_t before = n;

		if ((seconds > 0 ? rest_cached(c, s, one, seconds, &page) : rest_get(c, s, one, &page)) == -1) {
			buf_release(&b);
			return -1;
		}
		for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it) && n < max; n++)
			jw_val(&w, it.value);
		last = json_get_bool(page, "isLastPage", true) || n == before;
	}
	jw_end(&w);
	*ret = parse_list(c, &b);
	buf_release(&b);
	if (*ret != NULL && ret_all != NULL)
		*ret_all = last;
	return *ret != NULL ? 0 : -1;
}

int
desk_pages(struct call *c, struct site *s, char *path, size_t max, json **ret, bool *ret_all)
{
	return pages(c, s, path, 0, max, ret, ret_all);
}

int
desk_request_fields(struct call *c, struct site *s, const char *desk, const char *type, json **ret)
{
	return rest_cached(c, s, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/requesttype/%s/field", desk, type),
	    CACHED_METADATA_S, ret);
}

int
desk_list(struct call *c, struct site *s, json **ret)
{
	json *all;
	struct buf b;
	struct jw w;

	if (pages(c, s, rest_path(c, s, "/rest/servicedeskapi/servicedesk"), CACHED_METADATA_S, DESK_MAX_LISTED, &all, NULL) == -1)
		return -1;
	if (s->config->filter == NULL) {
		*ret = all;
		return 0;
	}
	buf_init(&b, MAX_LIST);
	jw_init(&w, &b);
	jw_arr(&w);
	for (struct json_iter it = json_iter(all); json_next(&it);) {
		if (site_fence_allows(s, json_get_str(it.value, "projectKey")))
			jw_val(&w, it.value);
	}
	jw_end(&w);
	*ret = parse_list(c, &b);
	buf_release(&b);
	return *ret != NULL ? 0 : -1;
}

static bool
is_id(const char *s)
{
	return *s != '\0' && strlen(s) < 20 && s[strspn(s, "0123456789")] == '\0';
}

const char *
desk_named(struct call *c, const struct site *s, const char *text, const char *const *marks, size_t count, const char *what)
{
	const char *t = str_trim(c->arena, text, strlen(text));

	if (!str_istarts(t, "http://") && !str_istarts(t, "https://"))
		return t;
	if (!jira_is_own_link(s, t)) {
		site_foreign_link(c, s);
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		const char *p = strstr(t, marks[i]);

		if (p != NULL && strcspn(p + strlen(marks[i]), "/?#&") > 0)
			return arena_strndup(c->arena, p + strlen(marks[i]), strcspn(p + strlen(marks[i]), "/?#&"));
	}
	call_fail(c, ERR_INPUT, "There is no %s in that link.", what);
	return NULL;
}

static int
no_desk(struct call *c, const struct site *s, const char *text)
{
	call_fail(c, ERR_NOT_FOUND, "%s has no service desk \"%.80s\", or this account may not see it.", s->label, text);
	call_hint(c, "jira_get_service_desk_for_project without arguments lists them.");
	return -1;
}

int
desk_find(struct call *c, struct site *s, const char *text, json **ret)
{
	static const char *const marks[] = { "/projects/", "/portal/" };
	const char *t = desk_named(c, s, text, marks, LEN(marks), "service desk");
	json *list;

	if (t == NULL)
		return -1;
	if (!is_id(t))
		return desk_list(c, s, &list) == -1 ? -1 : pick(c, "service desk", t, list, "id,projectKey,projectName", ret);
	if (s->config->filter == NULL) {
		const char *known = arena_printf(c->arena, "{\"id\":\"%s\"}", t);

		*ret = json_parse(c->arena, known, strlen(known), JSON_TRUSTED, &c->err);
		return *ret != NULL ? 0 : -1;
	}
	if (rest_cached(c, s, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s", t), CACHED_METADATA_S, ret) == -1)
		return -1;
	return site_fence_allows(s, json_get_str(*ret, "projectKey")) ? 0 : no_desk(c, s, t);
}

/* One of a desk's things by its id or by a name in the list at path. */
static int
find_in_desk(struct call *c, struct site *s, char *path, const char *mark, const char *what, const char *text,
    const char **ret_id)
{
	const char *t = desk_named(c, s, text, &mark, 1, what);
	json *list, *one;

	if (t == NULL)
		return -1;
	if (is_id(t)) {
		*ret_id = t;
		return 0;
	}
	if (pages(c, s, path, CACHED_SHORT_S, DESK_MAX_LISTED, &list, NULL) == -1 || pick(c, what, t, list, "id,name", &one) == -1)
		return -1;
	*ret_id = json_get_str(one, "id");
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a %s without an id.", s->label, what);
}

int
desk_queue(struct call *c, struct site *s, const char *desk, const char *text, const char **ret_id)
{
	return find_in_desk(c, s, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/queue", desk), "/queues/custom/",
	    "queue", text, ret_id);
}

int
desk_request_type(struct call *c, struct site *s, const char *desk, const char *text, const char **ret_id)
{
	return find_in_desk(c, s, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/requesttype", desk), "/create/",
	    "request type", text, ret_id);
}

int
desk_request(struct call *c, struct site *s, const char *text, const char *expand, json **ret)
{
	const char *key = jira_issue_key(c, s, text);

	if (key == NULL)
		return -1;
	c->target = key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "/rest/servicedeskapi/request/%s", key), "expand", expand, NULL),
	    ret) == -1)
		return -1;
	key = json_get_str(*ret, "issueKey");
	if (key == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a request.", s->label);
	if (site_fence_allows(s, jira_project_of(c->arena, key)))
		return 0;
	call_fail(c, ERR_NOT_FOUND, "%s: Issue does not exist or you do not have permission to see it.", s->label);
	call_hint(c, "Check the key or id.");
	c->err.http_status = 404;
	return -1;
}

int
desk_request_key(struct call *c, struct site *s, const char *text, const char **ret_key)
{
	json *request;

	if (s->config->filter != NULL) {
		if (desk_request(c, s, text, NULL, &request) == -1)
			return -1;
		*ret_key = json_get_str(request, "issueKey");
		return 0;
	}
	*ret_key = jira_issue_key(c, s, text);
	c->target = *ret_key;
	return *ret_key != NULL ? 0 : -1;
}

struct mentions {
	struct call *call;
	struct site *site;
	int result;
};

static void
resolve_mention(struct doc *d, struct node *n, void *ctx)
{
	struct mentions *m = ctx;
	const char *name = node_str(n, "text"), *id;

	if (m->result == -1 || node_str(n, "id") != NULL || name == NULL)
		return;
	name += *name == '@';
	m->result = jira_user(m->call, m->site, name, &id);
	if (m->result == -1)
		err_context(&m->call->err, "The mention @[%s]", name);
	else
		node_set_str(d, n, "id", id);
}

const char *
desk_wiki(struct call *c, struct site *s, const char *markdown)
{
	struct doc *d = doc_read_md(c->arena, markdown, strlen(markdown), &c->err);
	struct mentions m = { .call = c, .site = s };
	const char *text = NULL;
	struct buf b;

	if (d == NULL)
		return NULL;
	doc_each(d, NODE_MENTION, resolve_mention, &m);
	if (m.result == -1)
		return NULL;
	buf_init(&b, MAX_TEXT);
	doc_write_wiki(d, &b);
	if (buf_overflowed(&b))
		call_fail(c, ERR_TOO_LARGE, "The text is longer than %d KiB.", MAX_TEXT / 1024);
	else
		text = str_trim(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

void
desk_write_people(struct jw *w, const struct site *s, const char *const *ids, size_t count)
{
	jw_arr_in(w, site_is_cloud(s) ? "accountIds" : "usernames");
	for (size_t i = 0; i < count; i++)
		jw_s(w, ids[i]);
	jw_end(w);
}

int
desk_person(struct call *c, struct site *s, const char *desk, const char *text, const char **ret_id)
{
	json *list, *one;
	struct err first;

	if (jira_user(c, s, text, ret_id) == 0)
		return 0;
	if (c->err.kind != ERR_INPUT || desk == NULL)
		return -1;
	first = c->err;
	err_clear(&c->err);
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "/rest/servicedeskapi/servicedesk/%s/customer", desk), "query", text,
	    "limit", "50", NULL), &list) == -1)
		return -1;
	if (pick(c, "customer", text, json_get(list, "values"), "accountId,emailAddress,name,displayName", &one) == -1) {
		c->err = first;
		return -1;
	}
	*ret_id = json_get_str(one, s->dialect->user_id);
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a customer without an id.", s->label);
}

bool
desk_is_user(const struct site *s, json *user, const char *id)
{
	const char *have = json_get_str(user, s->dialect->user_id);

	return site_is_cloud(s) ? str_eq(have, id) : str_ieq(have, id);
}

const char *
desk_date(struct call *c, json *date)
{
	const char *iso = json_get_str(date, "iso8601");
	int64_t ms = json_get_int(date, "epochMillis", -1);

	if (ms >= 0)
		return clock_datetime(c->arena, ms);
	return iso == NULL || clock_parse(iso, &ms) == -1 ? NULL : clock_datetime(c->arena, ms);
}

struct site *
desk_gateway(struct call *c, const struct site *s, const char *path, const char *what)
{
	static const char mark[] = "/ex/jira/";
	const char *at = strstr(s->base, mark), *id = at == NULL ? NULL : at + strlen(mark), *gap = strstr(path, "%s");
	struct http_header *headers;
	struct site *copy;

	if (id == NULL || *id == '\0' || strchr(id, '/') != NULL) {
		call_fail(c, ERR_CONFIG, "%s of Cloud answer on Atlassian's API gateway only, and %s is configured by its own address.",
		    what, s->label);
		call_hint(c, "Set JIRA_URL=https://api.atlassian.com/ex/jira/CLOUD_ID; SITE.atlassian.net/_edge/tenant_info shows the "
		    "CLOUD_ID.");
		return NULL;
	}
	copy = arena_alloc(c->arena, sizeof(*copy));
	*copy = *s;
	headers = arena_array(c->arena, s->header_count + 1, sizeof(*headers));
	for (size_t i = 0; i < s->header_count; i++)
		headers[i] = s->headers[i];
	headers[copy->header_count++] = (struct http_header){ "X-ExperimentalApi", "opt-in" };
	copy->headers = headers;
	copy->flights = NULL;	/* another API: its reads are not the site's, and the list is not ours to hold */
	copy->base = arena_printf(c->arena, "%.*s%.*s%s%s", (int)(at - s->base), s->base,
	    gap == NULL ? (int)strlen(path) : (int)(gap - path), path, gap == NULL ? "" : id, gap == NULL ? "" : gap + 2);
	copy->recognised = true;	/* the look at who we are is the site's, not the gateway's */
	return copy;
}
