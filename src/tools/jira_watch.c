/*
 * Watchers and votes. Jira answers such a write with nothing, so who watches is read before and after; the
 * reads before go out together.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_target.h"

#include <string.h>

enum { MAX_NAMES = 50 };

/* ---- jira_get_issue_watchers ---- */

struct list_args {
	const char *issue_key;
};

static const struct param list_params[] = {
	P_STR(struct list_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_END
};

/* "Ada Brandt, Tom Reed and 3 more"; the account may be told the number only. */
static const char *
people(struct call *c, json *list, int64_t count)
{
	const char *text;
	size_t n = 0;
	struct buf b;

	buf_init(&b, 16 * 1024);
	for (struct json_iter it = json_iter(list); json_next(&it) && n < MAX_NAMES;) {
		const char *name = jira_user_name(it.value);

		if (name != NULL)
			buf_addf(&b, "%s%s", n++ > 0 ? ", " : "", name);
	}
	if (count > (int64_t)n && n > 0)
		buf_addf(&b, " and %lld more", (long long)(count - (int64_t)n));
	else if (count > 0 && n == 0)
		buf_addf(&b, "%lld, names not shown to this account", (long long)count);
	text = b.len == 0 ? "nobody" : arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static const char *
watchers(struct call *c, json *w)
{
	return people(c, json_get(w, "watchers"), json_get_int(w, "watchCount", (int64_t)json_len(json_get(w, "watchers"))));
}

static const char *
voters(struct call *c, json *w)
{
	return people(c, json_get(w, "voters"), json_get_int(w, "votes", (int64_t)json_len(json_get(w, "voters"))));
}

static int
get_watchers(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_req q[2] = { { .method = NULL }, { .optional = true } };
	const char *key;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	q[0].path = rest_path(c, s, "{api}/issue/%s/watchers", key);
	q[1].path = rest_path(c, s, "{api}/issue/%s/votes", key);
	if (target_read(c, s, key, q, LEN(q)) == -1)
		return -1;
	out_pair(c->out, "Watchers", watchers(c, q[0].json));
	if (json_get_int(q[1].json, "votes", 0) > 0)
		out_pair(c->out, "Voters", voters(c, q[1].json));
	if (json_get_bool(q[0].json, "isWatching", false))
		out_say(c->out, "You watch %s.", key);
	return 0;
}

TOOL(jira_get_issue_watchers,
	.title = "Get watchers", .doc = "Who watches an issue, and who voted for it.",
	.toolset = "jira_watchers", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct list_args, list_params), .example = "{\"issue_key\":\"OPS-7\"}", .run = get_watchers,
);

/* ---- jira_add_watcher, jira_remove_watcher ---- */

struct watch_args {
	const char *issue_key, *user_identifier, *username, *account_id;
};

static const struct param add_params[] = {
	P_STR(struct watch_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct watch_args, user_identifier, 0, .aliases = "user,username,account_id,accountId", .doc = "Default me"),
	P_END
};

static const struct param remove_params[] = {
	P_STR(struct watch_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct watch_args, user_identifier, 0, .aliases = "user", .doc = "Default me"),
	P_STR(struct watch_args, username, P_HIDDEN, .doc = NULL),
	P_STR(struct watch_args, account_id, P_HIDDEN, .aliases = "accountId", .doc = NULL),
	P_END
};

/* What a change of one account's watching is: whom it is about, as they were named, and what the tool sends. */
struct watch {
	const char *id, *name;
	bool add;
	struct rest_write write;
};

static bool
among(struct call *c, const struct site *s, json *list, const char *id)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (str_eq(json_scalar(c->arena, json_get(it.value, s->dialect->user_id)), id))
			return true;
	}
	return false;
}

/* The account may be told how many watch, and not who. */
static bool
is_hidden(json *w)
{
	return json_len(json_get(w, "watchers")) == 0 && json_get_int(w, "watchCount", 0) > 0;
}

/* Before, write, after; the write's path and body are the caller's. */
static int
change_watch(struct call *c, struct site *s, const char *key, struct watch *change)
{
	char *path = rest_path(c, s, "{api}/issue/%s/watchers", key);
	struct rest_write *w = &change->write;
	bool add = change->add;
	struct rest_req before = { .path = path };
	json *after, *list;

	if (target_read(c, s, key, &before, 1) == -1)
		return -1;
	list = json_get(before.json, "watchers");
	if (among(c, s, list, change->id) == add && (add || !is_hidden(before.json))) {
		out_say(c->out, add ? "They watch %s already; nothing was changed." : "They do not watch %s; nothing was changed.", key);
		out_pair(c->out, "Watchers", watchers(c, before.json));
		return 0;
	}
	w->target = key;
	w->before = json_text(c->arena, before.json, NULL);
	w->what = arena_printf(c->arena, "the change of %s's watchers", key);
	if (c->dry_run != NULL) {
		out_pair(c->out, "Watchers", watchers(c, before.json));
		out_pair(c->out, add ? "To be added" : "To be removed", change->name);
	}
	if (rest_write(c, s, w) == -1)
		return -1;
	if (rest_get(c, s, path, &after) == -1) {
		err_context(&c->err, "The watchers of %s were changed, but reading them back failed", key);
		return -1;
	}
	if (!is_hidden(after) && among(c, s, json_get(after, "watchers"), change->id) != add)
		return call_fail(c, ERR_IGNORED, "Jira accepted it, but the watchers of %s are still: %s.", key, watchers(c, after));
	out_pairf(c->out, arena_printf(c->arena, "Watchers of %s", key), "%s -> %s", watchers(c, before.json), watchers(c, after));
	if (is_hidden(after))
		out_say(c->out, "Whether %s is among them now is not shown to this account.", change->name);
	return 0;
}

static int
add_watcher(struct call *c, const void *v)
{
	const struct watch_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct watch w = { .name = a->user_identifier != NULL ? a->user_identifier : "me", .add = true, .write = { .method = "POST" } };
	const char *key;
	struct buf b;
	struct jw body;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || jira_user(c, s, w.name, &w.id) == -1)
		return -1;
	buf_init(&b, 4096);
	jw_init(&body, &b);
	jw_s(&body, w.id);
	w.write.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	w.write.path = rest_path(c, s, "{api}/issue/%s/watchers", key);
	return change_watch(c, s, key, &w);
}

static int
remove_watcher(struct call *c, const void *v)
{
	const struct watch_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *key, *who = a->user_identifier != NULL ? a->user_identifier : a->account_id != NULL ? a->account_id : a->username;
	struct watch w = { .name = who != NULL ? who : "me", .write = { .method = "DELETE" } };

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || jira_user(c, s, w.name, &w.id) == -1)
		return -1;
	w.write.path = rest_query(c, rest_path(c, s, "{api}/issue/%s/watchers", key), site_is_cloud(s) ? "accountId" : "username", w.id, NULL);
	return change_watch(c, s, key, &w);
}

TOOL(jira_add_watcher,
	.title = "Add watcher", .doc = "Let somebody watch an issue.",
	.toolset = "jira_watchers", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct watch_args, add_params), .example = "{\"issue_key\":\"OPS-7\",\"user_identifier\":\"Mei Tanaka\"}",
	.run = add_watcher,
);

TOOL(jira_remove_watcher,
	.title = "Remove watcher", .doc = "Stop somebody watching an issue.",
	.toolset = "jira_watchers", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct watch_args, remove_params), .example = "{\"issue_key\":\"OPS-7\",\"user_identifier\":\"Mei Tanaka\"}",
	.run = remove_watcher,
);

/* ---- jira_vote_issue ---- */

struct vote_args {
	const char *issue_key, *vote;
};

static const struct param vote_params[] = {
	P_STR(struct vote_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_ENUM(struct vote_args, vote, 0, .values = "add,remove", .doc = NULL),
	P_END
};

static int
vote_issue(struct call *c, const void *v)
{
	const struct vote_args *a = v;
	struct site *s = app_site(c, JIRA);
	bool add = !str_eq(a->vote, "remove");
	struct rest_write w = { .method = add ? "POST" : "DELETE" };
	struct rest_req before = { .method = NULL };
	const char *key;
	int64_t votes;
	json *after;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL)
		return -1;
	before.path = w.path = rest_path(c, s, "{api}/issue/%s/votes", key);
	if (target_read(c, s, key, &before, 1) == -1)
		return -1;
	if (json_get_bool(before.json, "hasVoted", !add) == add) {
		out_say(c->out, add ? "You voted for %s already; nothing was changed." : "You did not vote for %s; nothing was changed.", key);
		return 0;
	}
	w.target = key;
	w.before = json_text(c->arena, before.json, NULL);
	w.what = arena_printf(c->arena, "the vote for %s", key);
	votes = json_get_int(before.json, "votes", 0);
	if (c->dry_run != NULL)
		out_pairf(c->out, arena_printf(c->arena, "Votes for %s", key), "%lld -> %lld", (long long)votes, (long long)(add ? votes + 1 : votes - 1));
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (rest_get(c, s, w.path, &after) == -1) {
		err_context(&c->err, "The vote for %s was changed, but reading it back failed", key);
		return -1;
	}
	if (json_get_bool(after, "hasVoted", !add) != add)
		return call_fail(c, ERR_IGNORED, "Jira accepted the change of the vote for %s, but did not make it.", key);
	out_pairf(c->out, arena_printf(c->arena, "Votes for %s", key), "%lld -> %lld", (long long)votes,
	    (long long)json_get_int(after, "votes", 0));
	return 0;
}

TOOL(jira_vote_issue,
	.title = "Vote", .doc = "Vote for an issue, or take the vote back.",
	.toolset = "jira_watchers", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct vote_args, vote_params), .example = "{\"issue_key\":\"SHOP-2\",\"dry_run\":true}", .run = vote_issue,
);
