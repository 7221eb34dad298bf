/*
 * Status -> kind and advice is a table; Atlassian's own messages are found by the names
 * of members that its products use, nested as they are: {"errorMessages":[],"errors":{}},
 * {"message"}, {"errors":[{"message"|"title"|"detail"}]}, {"error":{"message","fields":{}}},
 * {"data":{"errors":[{"message":{"translation"}}]}}, or a bare text. Only JSON is quoted,
 * with control characters made visible and a maximum length.
 */
#include "atlassian/rest_error.h"

#include "base/str.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_MESSAGE = 2000, MAX_LABEL = 100, MAX_HOST = 253, MAX_NESTING = 8, MAX_RETRY_AFTER_S = 3600,
	DEFAULT_RETRY_AFTER_S = 30 };

static const struct {
	int status;
	enum err_kind kind;
	const char *fact;	/* after "<site> " */
	const char *hint;
} meanings[] = {
	{ 400, ERR_INPUT, "refused the request", "Correct what it names and call again." },
	{ 401, ERR_AUTH, "did not accept the credentials", NULL },
	{ 403, ERR_FORBIDDEN, "does not allow this account to do that", "Ask for the permission, or use another account." },
	{ 404, ERR_NOT_FOUND, "has no such object, or this account may not see it", "Check the key or id." },
	{ 405, ERR_PROTOCOL, "does not know this request", "Check the URL: a context path such as /jira belongs to it." },
	{ 407, ERR_NETWORK, "can't be reached: the proxy wants a login", "Put user and password into the proxy's address." },
	{ 409, ERR_CONFLICT, "reports a conflict", "Read the object again and repeat the change." },
	{ 410, ERR_PROTOCOL, "has removed this interface", "A newer telamon is needed." },
	{ 412, ERR_CONFLICT, "reports that it changed meanwhile", "Read the object again and repeat the change." },
	{ 413, ERR_TOO_LARGE, "finds the request too large", "Send less at once." },
	{ 415, ERR_PROTOCOL, "does not take this kind of body", "Check the URL: another service may answer there." },
	{ 422, ERR_INPUT, "refused the request", "Correct what it names and call again." },
	{ 429, ERR_RATE, "limits the rate of requests", NULL },
};

static void
add_text(struct buf *b, const char *label, const char *text)
{
	size_t len;

	if (str_blank(text) || b->len >= MAX_MESSAGE || strstr(b->data, text) != NULL)
		return;
	if (b->len > 0)
		buf_addc(b, '\n');
	if (label != NULL) {
		str_visible(b, label, utf8_cut(label, strlen(label), MAX_LABEL));
		buf_adds(b, ": ");
	}
	len = strlen(text);
	str_visible(b, text, utf8_cut(text, len, MAX_MESSAGE));
	if (len > MAX_MESSAGE)
		buf_adds(b, "...");
}

/* Members that hold messages, in the order in which they are told. In fields, names are labels. */
static const struct {
	const char *name;
	bool fields;
} members[] = {
	{ "errorMessages", false }, { "errors", true }, { "message", false }, { "errorMessage", false }, { "messages", false },
	{ "translation", false }, { "error", false }, { "error_description", false }, { "fields", true }, { "data", false },
	{ "elementErrors", false }, { "results", false }, { "warningMessages", false },
};

static bool
is_member(const char *name)
{
	for (size_t i = 0; i < LEN(members); i++) {
		if (str_eq(members[i].name, name))
			return true;
	}
	return false;
}

static void
add_messages(struct buf *b, const char *label, json *v, bool fields, int depth)
{
	const char *title = json_get_str(v, "title"), *detail = json_get_str(v, "detail");

	if (v == NULL || depth == MAX_NESTING)
		return;
	if (yyjson_is_arr(v)) {
		for (struct json_iter it = json_iter(v); json_next(&it);)
			add_messages(b, label, it.value, false, depth + 1);
		return;
	}
	if (!yyjson_is_obj(v)) {
		add_text(b, label, json_str(v));
		return;
	}
	for (struct json_iter it = json_iter(v); fields && json_next(&it);) {
		if (!is_member(it.key))
			add_messages(b, it.key, it.value, false, depth + 1);
	}
	if (!fields)
		add_text(b, detail != NULL ? title : label, detail != NULL ? detail : title);
	for (size_t i = 0; i < LEN(members); i++)
		add_messages(b, label, json_get(v, members[i].name), members[i].fields, depth + 1);
}

static void
auth_hint(struct call *c, const struct site *s, const struct http_response *r)
{
	const char *why = http_response_header(r, "x-authentication-denied-reason");
	const char *p = s->product == JIRA ? "JIRA" : s->product == CONFLUENCE ? "CONFLUENCE" : "BITBUCKET";

	if (why != NULL && strstr(why, "CAPTCHA") != NULL)
		call_hint(c, "Too many failed logins: log in once in a browser and solve the CAPTCHA.");
	else if (str_eq(s->auth_scheme, "Basic") && site_host_is_cloud(s->base))
		call_hint(c, "Check %s_USERNAME (your e-mail address) and %s_API_TOKEN. Tokens expire after at most a year; a token "
		    "with scopes works only with https://api.atlassian.com/ex/%s/CLOUD_ID as the address.",
		    p, p, product_name(s->product));
	else if (str_eq(s->auth_scheme, "Basic"))
		call_hint(c, "Check %s_USERNAME and %s_API_TOKEN, or use a personal access token in %s_PERSONAL_TOKEN.", p, p, p);
	else
		call_hint(c, "The token is wrong or has expired: make a new one and set %s_PERSONAL_TOKEN. An API token of Cloud needs "
		    "%s_USERNAME beside it.", p, p);
}

/* A 404 that is not about an object: another service answers here, or the context path is missing. */
static bool
is_unknown_path(const struct http_response *r, json *root)
{
	const char *type = http_response_header(r, "content-type"), *message = json_get_str(root, "message");

	return r->status == 404 && (str_istarts(message != NULL ? message : "", "null for uri") ||
	    (r->body_len > 0 && root == NULL) || (type != NULL && str_istarts(type, "text/html")));
}

static const char *
redirect_host(struct call *c, const struct http_response *r)
{
	const char *to = http_response_header(r, "location"), *p = to == NULL ? NULL : strstr(to, "://"), *host;
	size_t n;

	if (p == NULL)
		return "another address";
	p += 3;
	n = strcspn(p, "/?#\\");
	for (host = p; memchr(host, '@', n - (size_t)(host - p)) != NULL;)
		host = strchr(host, '@') + 1;
	n -= (size_t)(host - p);
	if (n == 0 || n > MAX_HOST || !utf8_valid(host, n))
		return "another address";
	return arena_strndup(c->arena, host, n);
}

int
rest_error_fill(struct call *c, const struct site *s, const struct http_response *r)
{
	const char *retry = http_response_header(r, "retry-after"), *fact = NULL, *hint = NULL;
	enum err_kind kind = ERR_UPSTREAM;
	json *root = NULL;
	struct err ignored;
	struct buf texts;
	int64_t seconds;

	c->err.http_status = r->status;
	if (r->status >= 300 && r->status < 400) {
		call_fail(c, ERR_PROTOCOL, "%s redirects to %s.", s->label, redirect_host(c, r));
		call_hint(c, "Put the address where it really is into the configuration; a login page may also do this.");
		return -1;
	}
	for (size_t i = 0; i < LEN(meanings); i++) {
		if (meanings[i].status == r->status) {
			kind = meanings[i].kind;
			fact = meanings[i].fact;
			hint = meanings[i].hint;
		}
	}
	if (fact == NULL && r->status < 500) {
		kind = ERR_PROTOCOL;
		fact = "answered in an unexpected way";
	} else if (fact == NULL) {
		fact = "is in trouble";
		hint = "Try again in a minute; see the site's status page if it lasts.";
	}
	buf_init(&texts, MAX_MESSAGE * 6);
	err_init(&ignored, c->arena);
	if (r->body_len > 0)
		root = json_parse(c->arena, r->body, r->body_len, JSON_TRUSTED, &ignored);
	if (is_unknown_path(r, root)) {
		kind = ERR_PROTOCOL;
		fact = "has no such interface";
		hint = "Check the URL: a context path such as /jira belongs to it.";
	} else {
		add_messages(&texts, NULL, root, false, 0);
	}
	if (hint != NULL && texts.len > 0 && strchr(".!?:;)", texts.data[texts.len - 1]) == NULL)
		buf_addc(&texts, '.');
	if (kind == ERR_NOT_FOUND && texts.len > 0)
		call_fail(c, kind, "%s: %s", s->label, texts.data);
	else
		call_fail(c, kind, "%s %s (HTTP %d)%s%s", s->label, fact, r->status, texts.len > 0 ? ": " : ".", texts.data);
	buf_release(&texts);
	if (hint != NULL)
		call_hint(c, "%s", hint);
	if (r->status == 401)
		auth_hint(c, s, r);
	if (r->status == 429) {
		if (str_int(retry, 1, INT64_MAX, &seconds) == -1)
			seconds = DEFAULT_RETRY_AFTER_S;
		c->err.retry_after = seconds > MAX_RETRY_AFTER_S ? MAX_RETRY_AFTER_S : (int)seconds;
		call_hint(c, "Try again in %d seconds.", c->err.retry_after);
	}
	return -1;
}
