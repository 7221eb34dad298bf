/*
 * Routes. A request's path is taken apart once ("/rest/api/3/" and the rest), its
 * sender is found, then the API's table decides: same method, same number of segments, {}
 * fits any. A handler runs only with a known person, except where the table says
 * anyone may ask. What no row fits is answered as Jira does for a path it lacks.
 */
#include "sandbox/sb_route.h"

#include "base/str.h"
#include "sandbox/cf_routes.h"
#include "sandbox/sb_handlers.h"

#include <string.h>

/* Every API of the site; each file of routes states its own. */
static const struct sb_api *const apis[] = { sb_api_platform, sb_api_agile, sb_api_bulk, sb_api_files, sb_api_desk, sb_api_form,
	sb_api_asset, cf_api_v2, cf_api_v1, cf_api_files, sb_api_development };

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

static unsigned
deployment(const struct sb_rq *rq)
{
	return rq->site->dc ? SB_DC : SB_CLOUD;
}

/* The path without the gateway in front of it, which Cloud's products of their own have. */
static const char *
behind_gateway(const struct sb_rq *rq)
{
	static const char gateway[] = "/ex/jira/0a6d3c52-7b1e-4f6a-9c58-2e41d7f0b9a3";
	bool through = !rq->site->dc && str_starts(rq->path, gateway) && rq->path[sizeof gateway - 1] == '/';

	return through ? rq->path + sizeof gateway - 1 : rq->path;
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

static bool
is_better(const struct sb_route *r, const struct sb_route *best)
{
	return best == NULL || (strchr(best->path, '{') != NULL && strchr(r->path, '{') == NULL);
}

static void
take_api(struct sb_rq *rq, const struct sb_api *api)
{
	rq->api = api->version;
	rq->adf = api->version == 3;
	rq->desk = (api->flags & SB_DESK) != 0;
}

/* Several APIs may have one prefix. A row without {} comes before one that has them. NULL: no row fits. */
static const struct sb_route *
find_route(struct sb_rq *rq, bool *ret_other_method)
{
	const struct sb_route *best = NULL;
	const char *whole = behind_gateway(rq), *path = NULL;

	*ret_other_method = false;
	for (size_t i = 0; i < LEN(apis); i++)
		for (const struct sb_api *api = apis[i]; api->prefix != NULL; api++) {
			if ((api->flags & deployment(rq)) == 0 || !str_starts(whole, api->prefix))
				continue;
			if (best == NULL)	/* an error is told in its way */
				take_api(rq, api);
			for (size_t k = 0; k < api->count; k++) {
				const struct sb_route *r = &api->routes[k];

				if ((r->flags & deployment(rq)) == 0 || !fits(rq, r->path, whole + strlen(api->prefix)))
					continue;
				*ret_other_method = true;
				if (!str_eq(r->method, rq->method) || !is_better(r, best))
					continue;
				best = r;
				path = whole + strlen(api->prefix);
				take_api(rq, api);
			}
		}
	if (best != NULL && !fits(rq, best->path, path))
		BUG("a route that fitted fits no more");
	return best;
}

static bool
take_body(struct sb_rq *rq, const struct sb_route *route)
{
	struct err e;

	if (!str_eq(rq->method, "POST") && !str_eq(rq->method, "PUT") && (!str_eq(rq->method, "DELETE") || rq->body_len == 0))
		return true;
	if ((route->flags & SB_RAW) != 0 || (rq->body_len == 0 && (route->flags & SB_ANY_BODY) != 0))
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
	bool other_method = false, login;
	const struct sb_route *r = find_route(rq, &other_method);

	rq->me = sb_login(rq);
	login = r == NULL || (r->flags & SB_ANYONE) == 0 || rq->authorization != NULL;
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
