/*
 * Links between issues, said as a sentence: "OPS-1 blocks OPS-2". Jira's request names the issue that does it
 * inwardIssue, though on that issue the outward words stand; a person gives the words from either side, and they decide
 * who is who. Both issues are read before, so that a link which is there already is not made again.
 */
#include "atlassian/cache.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_comment.h"
#include "tools/jira_target.h"

#include <string.h>

/* ---- jira_get_link_types ---- */

struct types_args {
	const char *name_filter;
};

static const struct param types_params[] = {
	P_STR(struct types_args, name_filter, 0, .doc = NULL),
	P_END
};

static int
link_types(struct call *c, struct site *s, json **ret)
{
	json *answer;

	if (rest_cached(c, s, rest_path(c, s, "{api}/issueLinkType"), CACHED_METADATA_S, &answer) == -1)
		return -1;
	*ret = json_get(answer, "issueLinkTypes");
	return 0;
}

static int
get_link_types(struct call *c, const void *v)
{
	const struct types_args *a = v;
	struct site *s = app_site(c, JIRA);
	size_t n = 0;
	json *list;

	if (s == NULL || link_types(c, s, &list) == -1)
		return -1;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *name = json_get_str(it.value, "name"), *out = json_get_str(it.value, "outward"), *in = json_get_str(it.value, "inward");

		if (a->name_filter != NULL && strcasestr(arena_printf(c->arena, "%s %s %s", name, out, in), a->name_filter) == NULL)
			continue;
		if (n++ == 0)
			out_table(c->out, "types", "Name", "A ... B", "B ... A", NULL);
		out_row(c->out, name, out, in);
	}
	if (n == 0)
		out_say(c->out, a->name_filter != NULL ? "No link type fits." : "There are no link types; issue linking may be switched off.");
	return 0;
}

TOOL(jira_get_link_types,
	.title = "Get link types", .doc = "How issues can be linked.",
	.toolset = "jira_links", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct types_args, types_params), .example = "{}", .run = get_link_types,
);

/* ---- jira_create_issue_link ---- */

struct create_args {
	const char *link_type, *inward_issue_key, *outward_issue_key, *comment, *comment_visibility;
};

static const struct param create_params[] = {
	P_STR(struct create_args, inward_issue_key, P_REQUIRED, .aliases = "inwardIssue,inwardIssueKey,from", .doc = "A of: A blocks B"),
	P_STR(struct create_args, link_type, P_REQUIRED, .aliases = "type,linkType", .doc = "Name or words: is blocked by"),
	P_STR(struct create_args, outward_issue_key, P_REQUIRED, .aliases = "outwardIssue,outwardIssueKey,to", .doc = "B"),
	P_STR(struct create_args, comment, P_MORE, .max_len = COMMENT_MAX, .doc = NULL),
	P_STR(struct create_args, comment_visibility, P_HIDDEN | P_JSON, .doc = NULL),
	P_END
};

/* The type whose name or words these are; *swap when they are the words of the other side. */
static int
find_type(struct call *c, json *list, const char *text, json **ret, bool *swap)
{
	static const char *const members[] = { "name", "outward", "inward" };
	const char *wanted = str_trim(c->arena, text, strlen(text));

	*swap = false;
	for (size_t m = 0; m < LEN(members); m++) {
		for (struct json_iter it = json_iter(list); json_next(&it);) {
			if (!str_ieq(json_get_str(it.value, members[m]), wanted))
				continue;
			*swap = m == 2;
			*ret = it.value;
			return 0;
		}
	}
	return pick(c, "link type", text, list, "id,outward,name", ret);
}

/* The link of this type from key to other among those of an issue; NULL: none. */
static json *
link_to(json *issue, const char *type, const char *member, const char *other)
{
	for (struct json_iter it = json_iter(json_path(issue, "fields.issuelinks")); json_next(&it);) {
		if (str_eq(json_path_str(it.value, "type.name"), type) &&
		    str_eq(json_get_str(json_get(it.value, member), "key"), other))
			return it.value;
	}
	return NULL;
}

static const char *
link_body(struct call *c, struct site *s, const char *type, const char *from, const char *to, const struct create_args *a)
{
	const char *text = NULL;
	int result = 0;
	struct buf b;
	struct jw w;

	buf_init(&b, COMMENT_MAX * 16);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "type");
	jw_str(&w, "name", type);
	jw_end(&w);
	jw_obj_in(&w, "inwardIssue");
	jw_str(&w, "key", from);
	jw_end(&w);
	jw_obj_in(&w, "outwardIssue");
	jw_str(&w, "key", to);
	jw_end(&w);
	if (a->comment != NULL) {
		jw_obj_in(&w, "comment");
		result = comment_write(c, s, &(struct comment_text){ .markdown = a->comment, .visibility = a->comment_visibility }, &w);
		if (result == 0)
			jw_end(&w);
	}
	if (result == 0) {
		jw_end(&w);
		text = arena_strndup(c->arena, b.data, b.len);
	}
	buf_release(&b);
	return text;
}

static int
create_link(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .what = "the link" };
	const char *key[2], *from, *to, *type, *words;
	struct rest_req q[2] = { { .method = NULL } };
	json *types, *found, *after, *made;
	bool swap;

	if (s == NULL || (key[0] = target_key(c, s, a->inward_issue_key)) == NULL || (key[1] = jira_issue_key(c, s, a->outward_issue_key)) == NULL)
		return -1;
	for (size_t i = 0; i < LEN(key); i++)
		q[i].path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key[i]), "fields", "project,issuelinks", NULL);
	if (link_types(c, s, &types) == -1 || rest_all(c, s, q, LEN(q)) == -1 || jira_check_fence(c, s, q[0].json) == -1 || jira_check_fence(c, s, q[1].json) == -1 ||
	    find_type(c, types, a->link_type, &found, &swap) == -1)
		return -1;
	from = json_get_str(q[swap ? 1 : 0].json, "key");
	to = json_get_str(q[swap ? 0 : 1].json, "key");
	type = json_get_str(found, "name");
	words = json_get_str(found, "outward");
	if (from == NULL || to == NULL || type == NULL || words == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without the issues' keys or the type's words.", s->label);
	if (str_eq(from, to))
		return call_fail(c, ERR_INPUT, "An issue can't be linked to itself.");
	made = link_to(q[swap ? 1 : 0].json, type, "outwardIssue", to);
	if (made != NULL) {
		out_say(c->out, "%s %s %s already (link %s); nothing was changed.", from, words, to, json_get_str(made, "id"));
		return 0;
	}
	if (c->dry_run != NULL)
		out_say(c->out, "%s %s %s", from, words, to);
	if ((w.body = link_body(c, s, type, from, to, a)) == NULL)
		return -1;
	w.path = rest_path(c, s, "{api}/issueLink");
	w.target = arena_printf(c->arena, "%s %s", from, to);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (rest_get(c, s, q[swap ? 1 : 0].path, &after) == -1) {
		err_context(&c->err, "The link was made, but reading it back failed");
		return -1;
	}
	made = link_to(after, type, "outwardIssue", to);
	if (made == NULL)
		return call_fail(c, ERR_IGNORED, "Jira accepted the link, but %s does not show it.", from);
	out_say(c->out, "%s %s %s (link %s).%s", from, words, to, json_get_str(made, "id"), a->comment != NULL ? " The comment was added." : "");
	return 0;
}

TOOL(jira_create_issue_link,
	.title = "Link issues", .doc = "Link two Jira issues.",
	.toolset = "jira_links", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct create_args, create_params),
	.example = "{\"inward_issue_key\":\"OPS-7\",\"link_type\":\"blocks\",\"outward_issue_key\":\"OPS-13\"}", .run = create_link,
);

/* ---- jira_remove_issue_link ---- */

struct remove_args {
	const char *link_id, *issue_key, *linked_key, *link_type;
};

static const struct param remove_params[] = {
	P_STR(struct remove_args, link_id, 0, .aliases = "linkId,id", .doc = "Or both issues:"),
	P_STR(struct remove_args, issue_key, 0, .doc = NULL),
	P_STR(struct remove_args, linked_key, 0, .doc = NULL),
	P_STR(struct remove_args, link_type, 0, .doc = NULL),
	P_END
};

/* The id of the one link between two issues. */
static const char *
find_link(struct call *c, struct site *s, const struct remove_args *a)
{
	const char *key = target_key(c, s, a->issue_key), *other = jira_issue_key(c, s, a->linked_key), *id = NULL;
	json *issue;
	size_t n = 0;

	if (key == NULL || other == NULL ||
	    rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project,issuelinks", NULL), &issue) == -1 ||
	    jira_check_fence(c, s, issue) == -1)
		return NULL;
	for (struct json_iter it = json_iter(json_path(issue, "fields.issuelinks")); json_next(&it);) {
		bool outward = json_get(it.value, "outwardIssue") != NULL;
		json *end = json_get(it.value, outward ? "outwardIssue" : "inwardIssue");

		if ((!str_eq(json_get_str(end, "key"), other) && !str_eq(json_get_str(end, "id"), other)) || (a->link_type != NULL &&
		    !str_ieq(json_path_str(it.value, "type.name"), a->link_type) &&
		    !str_ieq(json_path_str(it.value, outward ? "type.outward" : "type.inward"), a->link_type)))
			continue;
		id = json_get_str(it.value, "id");
		n++;
	}
	if (n == 1)
		return id;
	if (n == 0)
		call_fail(c, ERR_NOT_FOUND, "There is no such link between %s and %s.", key, other);
	else
		call_fail(c, ERR_INPUT, "There are %zu links between %s and %s: say which link_type.", n, key, other);
	return NULL;
}

static int
remove_link(struct call *c, const void *v)
{
	const struct remove_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE", .what = "the removal of the link" };
	const char *id = a->link_id, *from, *to;
	json *link;

	if (s == NULL)
		return -1;
	if (id == NULL && (a->issue_key == NULL || a->linked_key == NULL))
		return call_fail(c, ERR_INPUT, "Give link_id, or issue_key and linked_key.");
	if (id == NULL && (id = find_link(c, s, a)) == NULL)
		return -1;
	if (rest_get(c, s, rest_path(c, s, "{api}/issueLink/%s", id), &link) == -1 ||
	    jira_check_fence(c, s, json_get(link, "inwardIssue")) == -1 || jira_check_fence(c, s, json_get(link, "outwardIssue")) == -1)
		return -1;
	from = json_path_str(link, "inwardIssue.key");
	to = json_path_str(link, "outwardIssue.key");
	if (from == NULL || to == NULL || json_path_str(link, "type.outward") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without the link's two issues.", s->label);
	c->target = from;
	if (c->dry_run != NULL)
		out_say(c->out, "To be removed: %s %s %s", from, json_path_str(link, "type.outward"), to);
	w.path = rest_path(c, s, "{api}/issueLink/%s", id);
	w.target = arena_printf(c->arena, "%s %s", from, to);
	w.before = json_text(c->arena, link, NULL);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Removed: %s %s %s.", from, json_path_str(link, "type.outward"), to);
	return 0;
}

TOOL(jira_remove_issue_link,
	.title = "Remove link", .doc = "Remove a link between two issues.",
	.toolset = "jira_links", .product = JIRA, .effect = DESTROYS, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct remove_args, remove_params), .example = "{\"issue_key\":\"OPS-9\",\"linked_key\":\"OPS-2\",\"dry_run\":true}", .run = remove_link,
);
