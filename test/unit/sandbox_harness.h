/*
 * A site without a network: ask() makes a request by hand and gives the answer as
 * parsed JSON. What a test gets lives until site_close().
 */
#ifndef TEST_SANDBOX_HARNESS_H
#define TEST_SANDBOX_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "json/json.h"
#include "sandbox/sb_route.h"

#include <stdio.h>
#include <string.h>

#define NOW_MS INT64_C(1795428000000)	/* 2026-11-23T10:00:00Z, a Monday */
#define ADA_CLOUD "Basic YWRhLmJyYW5kdEBoYWxkZW4uZXhhbXBsZTpzYW5kYm94LXRva2VuLWFkYQ=="
#define ZOE_CLOUD "Basic em9lLm1hcnRpbkBjb250cmFjdG9yLmV4YW1wbGU6c2FuZGJveC10b2tlbi16b2U="
#define ADA_DC "Bearer sandbox-token-ada"
#define ZOE_DC "Bearer sandbox-token-zoe"

struct test_site {
	struct sb_site *site;
	struct arena *arena;
	struct sb_access access;
	const char *auth;		/* sent with every request; NULL: none */
	const char *type;		/* of a body; NULL: application/json */
	const char *xsrf;		/* X-Atlassian-Token; NULL: none */
	/* of the last answer */
	int status;
	const char *text;
	json *body;			/* NULL when it was no JSON */
	const char *out_type;
	const char *www_authenticate;
	const char *location;
};

static inline void
site_open(struct test_site *t, bool dc, uint64_t seed)
{
	*t = (struct test_site){ .arena = arena_new(), .auth = dc ? ADA_DC : ADA_CLOUD };
	t->site = sb_site_new(dc, "http://sandbox", seed, NOW_MS);
}

static inline void
site_close(struct test_site *t)
{
	sb_site_free(t->site);
	arena_free(t->arena);
}

/* "GET /rest/api/3/issue/OPS-1?fields=summary"; body may be NULL. */
static inline json *
ask(struct test_site *t, const char *request, const char *body)
{
	const char *space = strchr(request, ' '), *query = strchr(request, '?');
	size_t end = query != NULL ? (size_t)(query - request) : strlen(request);
	struct sb_rq rq;
	struct err e;

	assert_non_null(space);
	sb_rq_init(&rq, t->site, t->arena, arena_strndup(t->arena, request, (size_t)(space - request)),
	    arena_strndup(t->arena, space + 1, end - (size_t)(space + 1 - request)), query != NULL ? query + 1 : "");
	rq.authorization = t->auth;
	rq.xsrf = t->xsrf;
	if (body != NULL) {
		rq.body_text = body;
		rq.body_len = strlen(body);
		rq.content_type = t->type != NULL ? t->type : "application/json";
	}
	sb_answer(&rq, &t->access);
	t->status = rq.status;
	t->text = arena_strdup(t->arena, rq.out.data);
	t->out_type = rq.out_type;
	t->www_authenticate = t->location = NULL;
	for (size_t i = 0; i < rq.header_count; i++)
		if (str_ieq(rq.header[i].name, "WWW-Authenticate"))
			t->www_authenticate = rq.header[i].value;
		else if (str_ieq(rq.header[i].name, "Location"))
			t->location = rq.header[i].value;
	if (rq.status == 204)
		assert_int_equal(rq.out.len, 0);
	sb_rq_release(&rq);
	err_init(&e, t->arena);
	t->body = json_parse(t->arena, t->text, strlen(t->text), JSON_STRICT, &e);
	return t->body;
}

static inline json *
ask_ok(struct test_site *t, const char *request, const char *body)
{
	json *v = ask(t, request, body);

	if (t->status >= 300)
		fail_msg("%s: %d %s", request, t->status, t->text);
	return v;
}

/* POST search with this JQL; the keys found, in order, joined by spaces. */
static inline const char *
find_keys(struct test_site *t, const char *jql, const char *member)
{
	const char *keys = "";
	struct buf b;
	json *found;

	buf_init(&b, 65536);
	buf_adds(&b, "{\"maxResults\": 1000, \"fields\": [\"summary\"], \"jql\": \"");
	for (const char *s = jql; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *s);
	}
	buf_adds(&b, "\"}");
	found = ask_ok(t, t->site->dc ? "POST /rest/api/2/search" : "POST /rest/api/3/search/jql", b.data);
	buf_release(&b);
	for (struct json_iter it = json_iter(json_get(found, "issues")); json_next(&it);)
		keys = arena_printf(t->arena, "%s%s%s", keys, *keys == '\0' ? "" : " ", json_get_str(it.value, member));
	return keys;
}

#endif
