/*
 * Routes. A request's path is taken apart once ("/rest/api/3/" and the rest), its
 * sender is found, then the table decides: same method, same number of segments, {}
 * fits any. A handler runs only with a known person, except where the table says
 * anyone may ask. What no row fits is answered as Jira does for a path it lacks.
 */
#include "sandbox/sb_route.h"

#include "base/str.h"
#include "sandbox/sb_handlers.h"

#include <string.h>

enum {
	CLOUD = 1 << 0,
	DC = 1 << 1,
	BOTH = CLOUD | DC,
	ANYONE = 1 << 2,   /* needs no login */
	ANY_BODY = 1 << 3, /* the body may be any JSON, or none */
};

struct route {
	const char *method, *path;
	sb_handler *run;
	unsigned flags;
};

static const struct route routes[] = {
	{ "GET", "serverInfo", sb_server_info, BOTH | ANYONE },
	{ "GET", "myself", sb_get_myself, BOTH },
	{ "GET", "field", sb_list_fields, BOTH },
	{ "GET", "search/jql", sb_search_jql, CLOUD },
	{ "POST", "search/jql", sb_search_jql, CLOUD },
	{ "POST", "search/approximate-count", sb_count, CLOUD },
	{ "GET", "search", sb_search_gone, CLOUD },
	{ "POST", "search", sb_search_gone, CLOUD },
	{ "GET", "search", sb_search_classic, DC },
	{ "POST", "search", sb_search_classic, DC },
	{ "GET", "issue/createmeta", sb_create_classic, CLOUD },
	{ "GET", "issue/createmeta/{}/issuetypes", sb_create_types, BOTH },
	{ "GET", "issue/createmeta/{}/issuetypes/{}", sb_create_fields, BOTH },
	{ "POST", "issue/bulkfetch", sb_bulk_fetch, CLOUD },
	{ "POST", "issue", sb_create_issue, BOTH },
	{ "GET", "issue/{}", sb_get_issue, BOTH },
	{ "PUT", "issue/{}", sb_edit_issue, BOTH },
	{ "DELETE", "issue/{}", sb_delete_issue, BOTH },
	{ "GET", "issue/{}/editmeta", sb_get_editmeta, BOTH },
	{ "PUT", "issue/{}/assignee", sb_assign_issue, BOTH },
	{ "GET", "issue/{}/changelog", sb_get_changelog, CLOUD },
	{ "GET", "issue/{}/transitions", sb_list_transitions, BOTH },
	{ "POST", "issue/{}/transitions", sb_do_transition, BOTH },
	{ "GET", "issue/{}/comment", sb_list_comments, BOTH },
	{ "POST", "issue/{}/comment", sb_add_comment, BOTH },
	{ "GET", "issue/{}/comment/{}", sb_get_comment, BOTH },
	{ "PUT", "issue/{}/comment/{}", sb_edit_comment, BOTH },
	{ "DELETE", "issue/{}/comment/{}", sb_delete_comment, BOTH },
	{ "GET", "issue/{}/worklog", sb_list_worklogs, BOTH },
	{ "POST", "issue/{}/worklog", sb_add_worklog, BOTH },
	{ "GET", "issue/{}/worklog/{}", sb_get_worklog, BOTH },
	{ "DELETE", "issue/{}/worklog/{}", sb_delete_worklog, BOTH },
	{ "GET", "issue/{}/watchers", sb_list_watchers, BOTH },
	{ "POST", "issue/{}/watchers", sb_watch, BOTH | ANY_BODY },
	{ "DELETE", "issue/{}/watchers", sb_unwatch, BOTH },
	{ "GET", "issue/{}/properties", sb_list_properties, BOTH },
	{ "GET", "issue/{}/properties/{}", sb_get_property, BOTH },
	{ "PUT", "issue/{}/properties/{}", sb_put_property, BOTH | ANY_BODY },
	{ "DELETE", "issue/{}/properties/{}", sb_delete_property, BOTH },
	{ "POST", "issueLink", sb_add_link, BOTH },
	{ "GET", "issueLink/{}", sb_get_link, BOTH },
	{ "DELETE", "issueLink/{}", sb_delete_link, BOTH },
	{ "GET", "issueLinkType", sb_list_link_types, BOTH },
	{ "GET", "project", sb_list_projects, BOTH },
	{ "GET", "project/search", sb_search_projects, CLOUD },
	{ "GET", "project/{}", sb_get_project, BOTH },
	{ "GET", "project/{}/statuses", sb_project_statuses, BOTH },
	{ "GET", "project/{}/components", sb_project_components, BOTH },
	{ "GET", "project/{}/versions", sb_project_versions, BOTH },
	{ "GET", "status", sb_list_statuses, BOTH },
	{ "GET", "status/{}", sb_get_status, BOTH },
	{ "GET", "statuses/search", sb_search_statuses, CLOUD },
	{ "GET", "priority", sb_list_priorities, BOTH },
	{ "GET", "priority/search", sb_search_priorities, CLOUD },
	{ "GET", "priority/{}", sb_get_priority, BOTH },
	{ "GET", "resolution", sb_list_resolutions, BOTH },
	{ "GET", "resolution/search", sb_search_resolutions, CLOUD },
	{ "GET", "issuetype", sb_list_types, BOTH },
	{ "GET", "issuetype/project", sb_list_project_types, CLOUD },
	{ "GET", "user", sb_get_user, BOTH },
	{ "GET", "user/search", sb_find_users, BOTH },
	{ "GET", "user/assignable/search", sb_find_assignable, BOTH },
	{ "GET", "label", sb_list_labels, CLOUD },
	{ "GET", "mypermissions", sb_list_permissions, BOTH },
};

static bool
is_credential(struct arena *a, const char *sent, const char *scheme, const char *user, const char *secret)
{
	const char *plain = user != NULL ? arena_printf(a, "%s:%s", user, secret) : NULL;
	bool same;
	struct buf b;

	if (!str_istarts(sent, scheme) || sent[strlen(scheme)] != ' ')
		return false;
	sent += strlen(scheme) + 1;
	if (plain == NULL)
		return str_eq(sent, secret);
	buf_init(&b, 1024);
	str_base64(&b, plain, strlen(plain));
	same = str_eq(sent, b.data);
	buf_release(&b);
	return same;
}

int
sb_login(const struct sb_rq *rq)
{
	if (rq->authorization == NULL)
		return -1;
	for (int i = 0; i < SB_PEOPLE; i++) {
		const struct sb_person *p = &sb_people[i];

		if (p->token == NULL)
			continue;
		if (rq->site->dc ? is_credential(rq->arena, rq->authorization, "Bearer", NULL, p->token) ||
				       is_credential(rq->arena, rq->authorization, "Basic", p->name, sb_password)
				 : is_credential(rq->arena, rq->authorization, "Basic", p->email, p->token))
			return i;
	}
	return -1;
}

static void
answer_401(struct sb_rq *rq)
{
	struct buf realm;

	buf_init(&realm, 1024);
	str_urlencode(&realm, rq->site->base, strlen(rq->site->base));
	sb_header(rq, "WWW-Authenticate", arena_printf(rq->arena, "OAuth realm=\"%s\"", realm.data));
	buf_release(&realm);
	if (rq->authorization != NULL)
		sb_header(rq, "X-Seraph-LoginReason", "AUTHENTICATED_FAILED");
	if (!rq->site->dc)
		sb_text_answer(
		    rq, 401, "text/html;charset=UTF-8", "Client must be authenticated to access this resource.");
	else if (rq->authorization != NULL && str_istarts(rq->authorization, "Basic "))
		sb_text_answer(rq, 401, "text/html;charset=UTF-8",
		    "<html><head><title>Unauthorized (401)</title></head><body>"
		    "<h1>Unauthorized (401)</h1><p>Basic Authentication Failure - Reason : "
		    "AUTHENTICATED_FAILED</p></body></html>");
	else
		sb_text_answer(rq, 401, "application/json;charset=UTF-8",
		    "{\"message\":\"Client must be authenticated to access this resource.\",\"status-code\":401}");
}

static void
answer_no_route(struct sb_rq *rq, int status)
{
	jw_obj(&rq->w);
	jw_str(&rq->w, "message",
	    status == 405 ? "HTTP 405 Method Not Allowed"
			  : arena_printf(rq->arena, "null for uri: %s%s", rq->site->base, rq->path));
	jw_int(&rq->w, "status-code", status);
	jw_end(&rq->w);
	rq->status = status;
}

/* "/rest/api/3/issue/OPS-1" gives "issue/OPS-1", and which version; NULL when it is no such path. */
static const char *
take_version(struct sb_rq *rq)
{
	static const char prefix[] = "/rest/api/";
	static const struct {
		const char *name;
		int api;
		bool cloud, dc;
	} version[] = {
		{ "3/", 3, true, false },
		{ "2/", 2, true, true },
		{ "latest/", 2, true, true },
	};
	const char *rest;

	if (!str_starts(rq->path, prefix))
		return NULL;
	rest = rq->path + strlen(prefix);
	for (size_t i = 0; i < LEN(version); i++)
		if (str_starts(rest, version[i].name) && (rq->site->dc ? version[i].dc : version[i].cloud)) {
			rq->api = version[i].api;
			rq->adf = rq->api == 3;
			return rest + strlen(version[i].name);
		}
	return NULL;
}

/* Whether path fits pattern; its {} go to rq->segment, -1 when one can't be decoded. */
static bool
fits(struct sb_rq *rq, const char *pattern, const char *path)
{
	size_t n = 0;

	for (;;) {
		size_t p = strcspn(pattern, "/"), s = strcspn(path, "/");

		if (p == 2 && pattern[0] == '{') {
			if (s == 0 || n == SB_MAX_SEGMENTS ||
			    (rq->segment[n++] = sb_decode(rq->arena, path, s, false)) == NULL)
				return false;
		} else if (p != s || strncmp(pattern, path, p) != 0) {
			return false;
		}
		pattern += p;
		path += s;
		if (*pattern == '\0' || *path == '\0')
			return *pattern == '\0' && (*path == '\0' || str_eq(path, "/"));
		pattern++;
		path++;
	}
}

static const struct route *
find_route(struct sb_rq *rq, const char *path, bool *ret_other_method)
{
	const struct route *best = NULL;

	*ret_other_method = false;
	for (size_t i = 0; i < LEN(routes); i++) {
		const struct route *r = &routes[i];

		if ((r->flags & (rq->site->dc ? DC : CLOUD)) == 0 || !fits(rq, r->path, path))
			continue;
		if (str_eq(r->method, rq->method) &&
		    (best == NULL || (strchr(best->path, '{') != NULL && strchr(r->path, '{') == NULL)))
			best = r;
		*ret_other_method = true;
	}
	if (best != NULL && !fits(rq, best->path, path))
		BUG("a route that fitted fits no more");
	return best;
}

static bool
take_body(struct sb_rq *rq, const struct route *route)
{
	struct err e;

	if (!str_eq(rq->method, "POST") && !str_eq(rq->method, "PUT"))
		return true;
	if (rq->body_len == 0 && (route->flags & ANY_BODY) != 0)
		return true;
	if (rq->content_type == NULL || !str_istarts(rq->content_type, "application/json")) {
		sb_fail(rq, 415, "Content-Type '%s' is not supported.",
		    rq->content_type != NULL ? rq->content_type : "null");
		return false;
	}
	err_init(&e, rq->arena);
	rq->body = json_parse(rq->arena, rq->body_text, rq->body_len, JSON_TRUSTED, &e);
	if (rq->body == NULL) {
		sb_fail(rq, 400,
		    rq->site->dc ? "Unexpected character or end of input: %s"
				 : "There was an error parsing JSON. Check that your request body is valid.%.0s",
		    e.message);
		return false;
	}
	return true;
}

void
sb_answer(struct sb_rq *rq, const struct sb_access *access)
{
	const char *path = take_version(rq);
	bool other_method = false;
	const struct route *r = path != NULL ? find_route(rq, path, &other_method) : NULL;
	bool login;

	rq->me = sb_login(rq);
	login = r == NULL || (r->flags & ANYONE) == 0 || rq->authorization != NULL;
	if (login && rq->me < 0 &&
	    !(access->anonymous_failures && r != NULL && r->run != sb_get_myself && str_eq(rq->method, "GET"))) {
		answer_401(rq);
		return;
	}
	if (r == NULL) {
		answer_no_route(rq, other_method ? 405 : 404);
		return;
	}
	if (sb_parse_query(rq) == -1)
		sb_fail(rq, 400, "The query of the request can't be decoded.");
	else if (take_body(rq, r)) {
		r->run(rq);
		if (!rq->failed && !str_eq(rq->method, "GET"))
			sb_tick(rq->site);
	}
	sb_finish(rq);
}
