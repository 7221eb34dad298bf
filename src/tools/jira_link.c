/*
 * Links between issues, said as a sentence: "OPS-1 blocks OPS-2". Jira's request names the issue that does it
 * inwardIssue, though on that issue the outward words stand; a person gives the words from either side, and they decide
 * who is who. Both issues are read before, so that a link which is there already is not made again.
 */
#include "atlassian/cache.h"
#include "atlassian/pick.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_change.h"
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
link_body(struct call *c, const char *type, const char *from, const char *to)
{
	const struct {
		const char *object, *member, *value;
	} part[] = { { "type", "name", type }, { "inwardIssue", "key", from }, { "outwardIssue", "key", to } };
	struct body body;
	struct jw *j = body_begin(&body);

	for (size_t i = 0; i < LEN(part); i++) {
		jw_obj_in(j, part[i].object);
		jw_str(j, part[i].member, part[i].value);
		jw_end(j);
	}
	return body_end(c, &body);
}

/* The two ends, which is which, and the type's words. */
struct ends {
	const char *from, *to, *type, *words, *path;	/* path: of the issue that does it */
	json *there;					/* the link, if it is there already */
};

static int
find_ends(struct call *c, struct site *s, const struct create_args *a, struct ends *e)
{
	struct rest_req q[2] = { { .method = NULL } };
	const char *key[2];
	json *types, *found;
	bool swap;

	if ((key[0] = target_key(c, s, a->inward_issue_key)) == NULL || (key[1] = jira_issue_key(c, s, a->outward_issue_key)) == NULL)
		return -1;
	for (size_t i = 0; i < LEN(key); i++)
		q[i].path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key[i]), "fields", "project,issuelinks", NULL);
	if (link_types(c, s, &types) == -1 || rest_all(c, s, q, LEN(q)) == -1 || jira_check_fence(c, s, q[0].json) == -1 || jira_check_fence(c, s, q[1].json) == -1 ||
	    find_type(c, types, a->link_type, &found, &swap) == -1)
		return -1;
	*e = (struct ends){ .from = json_get_str(q[swap ? 1 : 0].json, "key"), .to = json_get_str(q[swap ? 0 : 1].json, "key"),
		.type = json_get_str(found, "name"), .words = json_get_str(found, "outward"), .path = q[swap ? 1 : 0].path };
	if (e->from == NULL || e->to == NULL || e->type == NULL || e->words == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without the issues' keys or the type's words.", s->label);
	if (str_eq(e->from, e->to))
		return call_fail(c, ERR_INPUT, "An issue can't be linked to itself.");
	e->there = link_to(q[swap ? 1 : 0].json, e->type, "outwardIssue", e->to);
	return 0;
}

/* Jira would take the comment with the link, but answer nothing of it; on its own its answer says who can read it. */
static int
comment_link(struct call *c, struct site *s, const struct create_args *a, const struct ends *e, struct rest_write *w)
{
	const char *id, *exposed;

	if (rest_write(c, s, w) == -1) {
		err_context(&c->err, "%s %s %s now, but the comment was not added", e->from, e->words, e->to);
		if (c->err.kind != ERR_UNKNOWN_OUTCOME)
			call_hint(c, "Do not link again; add it with jira_add_comment.");
		return -1;
	}
	id = json_scalar(c->arena, json_get(w->json, "id"));
	if (jira_body_markdown(c, s, json_get(w->json, "body")) == NULL)
		return call_fail(c, ERR_IGNORED, "%s %s %s now, but its comment (id %s) is empty.", e->from, e->words, e->to, id != NULL ? id : "?");
	exposed = comment_exposed(c, a->comment_visibility, json_get(w->json, "visibility"));
	out_say(c->out, "Added comment %s to %s.", id != NULL ? id : "?", e->from);
	if (exposed == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "%s %s %s now, and comment %s was added to %s, but %s.", e->from, e->words, e->to, id != NULL ? id : "?", e->from,
	    exposed);
	call_hint(c, "Do not repeat the call: if that must not be, delete the comment with jira_delete_comment.");
	return -1;
}

static int
plan_link(struct call *c, const struct create_args *a, const struct ends *e, const struct rest_write *link, const struct rest_write *comment)
{
	out_say(c->out, "%s %s %s", e->from, e->words, e->to);
	if (a->comment != NULL)
		out_pairf(c->out, arena_printf(c->arena, "Comment on %s", e->from), "%s", target_short(c, a->comment));
	out_pair(c->out, "Visible only to", a->comment_visibility);
	rest_plan(c, link);
	if (a->comment != NULL)
		rest_plan(c, comment);
	return rest_planned(c);
}

static int
create_link(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .what = "the link" }, comment = { .method = "POST", .created_id = "id" };
	struct ends e;
	json *after, *made;

	if (a->comment_visibility != NULL && a->comment == NULL)
		return call_fail(c, ERR_INPUT, "comment_visibility needs comment.");
	if (s == NULL || find_ends(c, s, a, &e) == -1)
		return -1;
	if (e.there != NULL && a->comment != NULL) {
		call_fail(c, ERR_CONFLICT, "%s %s %s already (link %s): nothing was sent, and the comment was not added.", e.from, e.words, e.to,
		    json_get_str(e.there, "id"));
		call_hint(c, "Add it with jira_add_comment.");
		return -1;
	}
	if (e.there != NULL) {
		out_say(c->out, "%s %s %s already (link %s); nothing was changed.", e.from, e.words, e.to, json_get_str(e.there, "id"));
		return 0;
	}
	w.path = rest_path(c, s, "{api}/issueLink");
	w.body = link_body(c, e.type, e.from, e.to);
	w.target = arena_printf(c->arena, "%s %s", e.from, e.to);
	comment.path = rest_path(c, s, "{api}/issue/%s/comment", e.from);
	comment.target = e.from;
	comment.what = arena_printf(c->arena, "the comment on %s", e.from);
	if (w.body == NULL || (a->comment != NULL && (comment.body = comment_request(c, s, &(struct comment_text){ .markdown = a->comment,
	    .visibility = a->comment_visibility })) == NULL))
		return -1;
	if (c->dry_run != NULL)
		return plan_link(c, a, &e, &w, &comment);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (rest_get(c, s, e.path, &after) == -1) {
		err_context(&c->err, "The link was made, but reading it back failed%s", a->comment != NULL ? " and the comment was not added" : "");
		return -1;
	}
	made = link_to(after, e.type, "outwardIssue", e.to);
	if (made == NULL)
		return call_fail(c, ERR_IGNORED, "Jira accepted the link, but %s does not show it.%s", e.from,
		    a->comment != NULL ? " The comment was not added." : "");
	out_say(c->out, "%s %s %s (link %s).", e.from, e.words, e.to, json_get_str(made, "id"));
	return a->comment == NULL ? 0 : comment_link(c, s, a, &e, &comment);
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
