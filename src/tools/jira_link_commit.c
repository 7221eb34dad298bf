/*
 * From a commit back to its issues: the keys in the message or branch name get a link to the commit, or a comment
 * with it. The link's global id is the commit's address, so Jira itself replaces instead of repeating; a comment is not
 * made where one with the address is among the newest.
 *
 * "UTF-8" looks like a key too, so each is looked up first, all at once; what does not exist is told and left out.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_comment.h"
#include "tools/jira_remote_link.h"
#include "tools/jira_target.h"

#include <ctype.h>
#include <string.h>

enum { MAX_KEYS = 20, MAX_URL = 2000, MAX_MESSAGE = 64 * 1024, MAX_TITLE = 250, RECENT = 50, MAX_GLOBAL_ID = 255 };

struct commit_args {
	const char *message, *link, *branch, *as;
};

static const struct param commit_params[] = {
	P_STR(struct commit_args, message, P_REQUIRED, .aliases = "text", .max_len = MAX_MESSAGE, .doc = NULL),
	P_STR(struct commit_args, link, P_REQUIRED, .max_len = MAX_URL, .aliases = "url", .doc = NULL),
	P_STR(struct commit_args, branch, 0, .doc = NULL),
	P_ENUM(struct commit_args, as, P_MORE, .values = "link,comment", .doc = NULL),
	P_END
};

struct commit {
	const struct commit_args *args;
	const char *title;
	const char *key[MAX_KEYS];
	json *issue[MAX_KEYS];		/* NULL: there is no such issue */
	size_t count;
	bool cut;
};

static void
add_key(struct call *c, struct commit *m, const char *text, size_t len)
{
	char *key = arena_strndup(c->arena, text, len);

	for (char *p = key; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	for (size_t i = 0; i < m->count; i++) {
		if (str_eq(m->key[i], key))
			return;
	}
	if (m->count == MAX_KEYS)
		m->cut = true;
	else if (jira_looks_like_key(key))
		m->key[m->count++] = key;
}

/* In a message keys are in capitals; a branch name may be all small. */
static void
find_keys(struct call *c, struct commit *m, const char *text, bool small)
{
	for (const char *p = text; *p != '\0';) {
		const char *begin = p;
		size_t digits;

		if (!isalnum((unsigned char)*p) && *p != '_') {
			p++;
			continue;
		}
		while (isupper((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_' || (small && islower((unsigned char)*p)))
			p++;
		digits = *p == '-' ? strspn(p + 1, "0123456789") : 0;
		if (digits > 0 && !isalnum((unsigned char)p[1 + digits])) {
			const char *word = memrchr(begin, '_', (size_t)(p - begin));

			p += 1 + digits;
			add_key(c, m, begin, (size_t)(p - begin));
			if (word != NULL)	/* "fix_OPS-7": part of a key on some sites, between words on others */
				add_key(c, m, word + 1, (size_t)(p - word - 1));
		}
		while (isalnum((unsigned char)*p) || *p == '_')
			p++;
	}
}

/* The first line of the message, after the commit's short name where its address ends with one. */
static const char *
title_of(struct call *c, const struct commit_args *a)
{
	const char *line = str_trim(c->arena, a->message, strcspn(a->message, "\n")), *hash = strrchr(a->link, '/');
	size_t n = hash == NULL ? 0 : strspn(hash + 1, "0123456789abcdefABCDEF");
	const char *title = n >= 7 ? arena_printf(c->arena, "%.10s: %s", hash + 1, line) : line;

	if (strlen(title) > MAX_TITLE) {
		size_t cut = MAX_TITLE - 3;

		while (cut > 0 && ((unsigned char)title[cut] & 0xC0) == 0x80)
			cut--;
		title = arena_printf(c->arena, "%.*s...", (int)cut, title);
	}
	return title;
}

static int
look_up(struct call *c, struct site *s, struct commit *m)
{
	struct rest_req q[MAX_KEYS];

	for (size_t i = 0; i < m->count; i++)
		q[i] = (struct rest_req){ .optional = true, .path = rest_query(c, rest_path(c, s, "{api}/issue/%s", m->key[i]), "fields",
		    "project,summary", NULL) };
	if (rest_all(c, s, q, m->count) == -1)
		return -1;
	for (size_t i = 0; i < m->count; i++) {
		const char *key = json_get_str(q[i].json, "key");

		if (key != NULL && site_fence_allows(s, json_path_str(q[i].json, "fields.project.key")))
			m->issue[i] = q[i].json;
	}
	return 0;
}

/* Whether one of the newest comments holds the address. */
static int
is_commented(struct call *c, struct site *s, const char *key, const char *url, bool *ret)
{
	json *page;

	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s/comment", key), "orderBy", "-created", "maxResults",
	    arena_printf(c->arena, "%d", RECENT), NULL), &page) == -1)
		return -1;
	*ret = false;
	for (struct json_iter it = json_iter(json_get(page, "comments")); json_next(&it);)
		*ret = *ret || strstr(json_text(c->arena, json_get(it.value, "body"), NULL), url) != NULL;
	return 0;
}

/* *ret_done: what was done with the issue, for the table. In a dry run: what would be. */
static int
link_one(struct call *c, struct site *s, const struct commit *m, const char *key, const char **ret_done)
{
	struct rest_write w = { .method = "POST", .created_id = "id", .target = key };
	const char *url = m->args->link;
	bool there;

	if (str_eq(m->args->as, "comment")) {
		if (is_commented(c, s, key, url, &there) == -1)
			return -1;
		if (there) {
			*ret_done = "has the comment already";
			return 0;
		}
		w.path = rest_path(c, s, "{api}/issue/%s/comment", key);
		w.body = comment_request(c, s, &(struct comment_text){ .markdown = arena_printf(c->arena, "Commit: <%s>\n\n```\n%s\n```", url, m->title) });
		w.what = arena_printf(c->arena, "the comment on %s", key);
	} else {
		w.path = rest_path(c, s, "{api}/issue/%s/remotelink", key);
		w.body = remote_link_request(c, &(struct remote_link){ .url = url, .title = m->title, .relationship = "is mentioned in commit",
		    .global_id = strlen(url) <= MAX_GLOBAL_ID ? url : url + strlen(url) - MAX_GLOBAL_ID });
		w.what = arena_printf(c->arena, "the web link of %s", key);
	}
	if (w.body == NULL)
		return -1;
	if (c->dry_run != NULL) {
		rest_plan(c, &w);
		*ret_done = "to be linked";
		return 0;
	}
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (json_get(w.json, "id") == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s took it for %s but did not say what it made.", s->label, key);
	*ret_done = str_eq(m->args->as, "comment") ? "commented" : w.status == 200 ? "was linked already" : "linked";
	return 0;
}

/* One issue that refuses does not keep the others from their link; what hits all of them ends the call. */
static bool
concerns_one(const struct err *e)
{
	return e->kind == ERR_FORBIDDEN || e->kind == ERR_INPUT || e->kind == ERR_NOT_FOUND || e->kind == ERR_CONFLICT;
}

static int
link_all(struct call *c, struct site *s, const struct commit *m)
{
	const char *done = "";
	size_t refused = 0, tried = 0;
	struct err first;

	out_table(c->out, "issues", "Issue", "Result", "Summary", NULL);
	for (size_t i = 0; i < m->count; i++) {
		const char *key = m->issue[i] == NULL ? NULL : json_get_str(m->issue[i], "key"), *result = NULL;

		if (key == NULL)
			continue;
		tried++;
		if (link_one(c, s, m, key, &result) == -1) {
			if (!concerns_one(&c->err) || call_cancelled(c)) {
				if (*done != '\0')
					err_context(&c->err, "Done: %s. Then", done);
				return -1;
			}
			result = arena_printf(c->arena, "refused: %s", c->err.message);
			err_init(&first, c->arena);
			err_copy(&first, &c->err);
			refused++;
			err_clear(&c->err);
		} else {
			done = arena_printf(c->arena, "%s%s%s", done, *done != '\0' ? ", " : "", key);
		}
		out_row(c->out, key, result, json_path_str(m->issue[i], "fields.summary"));
	}
	if (refused > 0 && refused == tried) {
		err_copy(&c->err, &first);
		return -1;
	}
	return c->dry_run != NULL && c->dry_run->count > 0 ? rest_planned(c) : 0;
}

static int
link_commit(struct call *c, const void *v)
{
	const struct commit_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct commit m = { .args = a };
	const char *unknown = "";
	size_t known = 0;

	if (s == NULL || remote_link_check_url(c, "link", a->link) == -1)
		return -1;
	find_keys(c, &m, a->message, false);
	if (a->branch != NULL)
		find_keys(c, &m, a->branch, true);
	if (m.count == 0) {
		out_say(c->out, "There is no issue key in it; nothing was linked.");
		return 0;
	}
	m.title = title_of(c, a);
	if (look_up(c, s, &m) == -1)
		return -1;
	for (size_t i = 0; i < m.count; i++) {
		if (m.issue[i] == NULL)
			unknown = arena_printf(c->arena, "%s%s%s", unknown, *unknown != '\0' ? ", " : "", m.key[i]);
		else
			known++;
	}
	if (*unknown != '\0')
		out_say(c->out, "Not an issue here: %s.", unknown);
	if (m.cut)
		out_say(c->out, "Only the first %d keys count.", MAX_KEYS);
	return known == 0 ? 0 : link_all(c, s, &m);
}

TOOL(jira_link_commit,
	.title = "Link commit", .doc = "Link a commit to the issues that its message or branch names.",
	.toolset = "jira_development", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct commit_args, commit_params),
	.example = "{\"message\":\"OPS-7: close the pool\",\"url\":\"https://git.example.com/shop/commit/3f2a9c1d\"}", .run = link_commit,
);
