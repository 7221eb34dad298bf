#include "atlassian/jira.h"

#include "atlassian/cache.h"
#include "base/str.h"
#include "text/doc.h"

#include <ctype.h>
#include <string.h>

enum { MAX_CANDIDATES = 10, MAX_BODY = 1024 * 1024 };

bool
jira_looks_like_key(const char *s)
{
	const char *p = s;

	if (!isalpha((unsigned char)*p))
		return false;
	while (isalnum((unsigned char)*p) || *p == '_')
		p++;
	if (p - s < 2 || *p++ != '-' || !isdigit((unsigned char)*p))
		return false;
	return p[strspn(p, "0123456789")] == '\0' && strlen(p) < 12;
}

static char *
upper(struct arena *a, const char *s, size_t len)
{
	char *out = arena_strndup(a, s, len);

	for (char *p = out; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return out;
}

static const char *
key_in_url(struct arena *a, const char *url)
{
	static const char *const before[] = { "selectedIssue=", "/browse/", "/issues/", "/queues/issue/", "issueKey=" };

	for (size_t i = 0; i < LEN(before); i++) {
		const char *p = strstr(url, before[i]);
		char *key;

		if (p == NULL)
			continue;
		p += strlen(before[i]);
		key = upper(a, p, strcspn(p, "/?#&"));
		if (jira_looks_like_key(key))
			return key;
	}
	return NULL;
}

/* ".../portal/4/OPS-7" and ".../queues/custom/12/OPS-7": a number stands before the key. */
static const char *
key_behind_number(struct arena *a, const char *url)
{
	static const char *const before[] = { "/portal/", "/queues/custom/" };

	for (size_t i = 0; i < LEN(before); i++) {
		const char *p = strstr(url, before[i]);
		char *key;

		p = p == NULL ? NULL : strchr(p + strlen(before[i]), '/');
		if (p == NULL)
			continue;
		key = upper(a, p + 1, strcspn(p + 1, "/?#&"));
		if (jira_looks_like_key(key))
			return key;
	}
	return NULL;
}

static bool
same_host(const char *url, const char *base)
{
	const char *a = strstr(url, "://"), *b = strstr(base, "://");
	size_t n, m;

	if (a == NULL || b == NULL)
		return false;
	n = strcspn(a + 3, "/?#");
	m = strcspn(b + 3, "/?#");
	return n == m && strncasecmp(a + 3, b + 3, n) == 0;
}

bool
jira_is_own_link(const struct site *s, const char *url)
{
	return same_host(url, s->base) || same_host(url, s->web);
}

const char *
jira_issue_key(struct call *c, const struct site *s, const char *text)
{
	char *t = str_trim(c->arena, text, strlen(text));
	const char *key;

	if (str_istarts(t, "http://") || str_istarts(t, "https://")) {
		if (!jira_is_own_link(s, t)) {
			site_foreign_link(c, s);
			return NULL;
		}
		key = key_in_url(c->arena, t);
		if (key == NULL)
			key = key_behind_number(c->arena, t);
		if (key == NULL)
			call_fail(c, ERR_INPUT, "There is no issue key in that link.");
		return key;
	}
	if (jira_looks_like_key(t))
		return upper(c->arena, t, strlen(t));
	if (*t != '\0' && t[strspn(t, "0123456789")] == '\0' && strlen(t) < 20)
		return t;
	call_fail(c, ERR_INPUT, "\"%.80s\" is not an issue.", t);
	call_hint(c, "Give a key such as OPS-7, a numeric id, or the issue's link.");
	return NULL;
}

const char *
jira_project_of(struct arena *a, const char *key)
{
	return jira_looks_like_key(key) ? upper(a, key, strcspn(key, "-")) : NULL;
}

const char *
jira_browse_url(struct arena *a, const struct site *s, const char *key)
{
	return arena_printf(a, "%s/browse/%s", s->web, key);
}

static const char *
project_key_of(struct call *c, json *issue)
{
	const char *project = json_path_str(issue, "fields.project.key"), *key = json_get_str(issue, "key");

	return project != NULL ? project : jira_project_of(c->arena, key != NULL ? key : "");
}

bool
jira_is_outside(struct call *c, const struct site *s, json *issue)
{
	const char *key = json_get_str(issue, "key");

	return key != NULL && jira_looks_like_key(key) && !site_fence_allows(s, project_key_of(c, issue));
}

bool
jira_names_inside(struct call *c, const struct site *s, const char *text)
{
	size_t n = 0;

	if (s->config->filter == NULL || text == NULL)
		return text != NULL;
	for (char **word = str_split(c->arena, text, " ,;:()\"'[]\n\t", NULL); *word != NULL; word++) {
		if (!jira_looks_like_key(*word))
			continue;
		if (!site_fence_allows(s, jira_project_of(c->arena, *word)))
			return false;
		n++;
	}
	return n > 0;
}

int
jira_check_fence(struct call *c, const struct site *s, json *issue)
{
	if (site_fence_allows(s, project_key_of(c, issue)))
		return 0;
	call_fail(c, ERR_NOT_FOUND, "%s: Issue does not exist or you do not have permission to see it.", s->label);
	call_hint(c, "Check the key or id.");
	c->err.http_status = 404;
	return -1;
}

const char *
jira_user_name(json *u)
{
	static const char *const members[] = { "displayName", "name", "emailAddress", "accountId" };

	for (size_t i = 0; i < LEN(members); i++) {
		const char *s = json_get_str(u, members[i]);

		if (!str_blank(s))
			return s;
	}
	return NULL;
}

static bool
user_is(json *u, const char *text)
{
	return str_ieq(json_get_str(u, "displayName"), text) || str_ieq(json_get_str(u, "emailAddress"), text) ||
	    str_ieq(json_get_str(u, "name"), text) || str_ieq(json_get_str(u, "key"), text) ||
	    str_eq(json_get_str(u, "accountId"), text);
}

static bool
is_account_id(const char *s)
{
	size_t n = strlen(s);

	if (strchr(s, ':') != NULL)	/* 557058:295406f3-... */
		return n >= 30 && strchr(s, ' ') == NULL && strchr(s, '@') == NULL;
	return n == 24 && s[strspn(s, "0123456789abcdef")] == '\0';
}

static int
no_single_user(struct call *c, json *users, const char *text)
{
	struct buf b;

	if (json_len(users) == 0) {
		call_fail(c, ERR_INPUT, "Nobody is called \"%.80s\".", text);
		call_hint(c, "Give an e-mail address, a display name, an account id or \"me\".");
		return -1;
	}
	buf_init(&b, 4096);
	for (struct json_iter it = json_iter(users); json_next(&it) && it.index < MAX_CANDIDATES;) {
		const char *mail = json_get_str(it.value, "emailAddress");

		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", jira_user_name(it.value));
		if (!str_blank(mail))
			buf_addf(&b, " <%s>", mail);
	}
	call_fail(c, ERR_INPUT, "\"%.80s\" may be several people: %s.", text, b.data);
	call_hint(c, "Give the e-mail address or the full name.");
	buf_release(&b);
	return -1;
}

int
jira_user(struct call *c, struct site *s, const char *text, const char **ret_id)
{
	char *t = str_trim(c->arena, text, strlen(text));
	json *users, *found = NULL, *me;
	size_t exact = 0;

	if (str_ieq(t, "me") || str_ieq(t, "currentUser()")) {
		if (rest_remembered(c, s, rest_path(c, s, "{api}/myself"), CACHED_SHORT_S, &me) == -1)
			return -1;
		*ret_id = json_get_str(me, s->dialect->user_id);
		return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s did not say who \"me\" is.", s->label);
	}
	if (site_is_cloud(s) && is_account_id(t)) {
		*ret_id = t;
		return 0;
	}
	if (rest_remembered(c, s, rest_query(c, rest_path(c, s, "{api}/user/search"), s->dialect->user_query, t, "maxResults", "20",
	    NULL), CACHED_SHORT_S, &users) == -1)
		return -1;
	for (struct json_iter it = json_iter(users); json_next(&it);) {
		if (user_is(it.value, t)) {
			found = it.value;
			exact++;
		}
	}
	if (exact == 0 && json_len(users) == 1)
		found = json_at(users, 0);
	if (found == NULL || exact > 1)
		return no_single_user(c, users, t);
	*ret_id = json_get_str(found, s->dialect->user_id);
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s gave a user without an id.", s->label);
}

/* The names of @[Name] in a document, to be looked up before it is written. */
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
	if (*name == '@')
		name++;
	m->result = jira_user(m->call, m->site, name, &id);
	if (m->result == -1)
		err_context(&m->call->err, "The mention @[%s]", name);
	else
		node_set_str(d, n, "id", id);
}

int
jira_write_body(struct call *c, struct site *s, const char *markdown, struct jw *w)
{
	struct mentions m = { .call = c, .site = s };
	struct doc *d = doc_read_md(c->arena, markdown, strlen(markdown), &c->err);
	struct buf b;

	if (d == NULL)
		return -1;
	doc_each(d, NODE_MENTION, resolve_mention, &m);
	if (m.result == -1)
		return -1;
	if (s->dialect->body == BODY_ADF) {
		doc_write_adf(d, w);
		return 0;
	}
	buf_init(&b, MAX_BODY);
	doc_write_wiki(d, &b);
	while (b.len > 0 && b.data[b.len - 1] == '\n')
		buf_truncate(&b, b.len - 1);
	jw_sn(w, b.data, b.len);
	if (buf_overflowed(&b))
		call_fail(c, ERR_TOO_LARGE, "The text is longer than %d KiB.", MAX_BODY / 1024);
	buf_release(&b);
	return err_is_set(&c->err) ? -1 : 0;
}

const char *
jira_body_markdown(struct call *c, const struct site *s, json *body)
{
	const char *text = json_str(body), *out;
	struct err ignored;
	struct doc *d;
	struct buf b;

	(void)s;
	if (json_is_null(body) || (text != NULL && str_blank(text)))
		return NULL;
	err_init(&ignored, c->arena);
	d = text != NULL ? doc_read_wiki(c->arena, text, strlen(text), &ignored) : doc_read_adf(c->arena, body, &ignored);
	if (d == NULL)	/* not a document after all: its text is better than nothing, and marked as what it is */
		return text != NULL ? text : arena_printf(c->arena, "(unreadable document: %s)", ignored.message);
	if (doc_is_empty(d))
		return NULL;
	buf_init(&b, MAX_BODY * 4);
	doc_write_md(d, &b);
	out = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return str_trim(c->arena, out, strlen(out));
}
