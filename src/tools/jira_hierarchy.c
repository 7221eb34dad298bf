/*
 * What belongs to what. On Cloud every child names its parent in one field, in both styles of project; on Data
 * Center a sub-task names its parent and a story its epic, each in a field of its own. A tree is read
 * level by level, one search for each, since JQL knows children but no descendants.
 */
#include "atlassian/jql_all.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_edit.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <string.h>

enum { MAX_DEPTH = 5, MAX_TREE = 500, MAX_QUERY = 32 * 1024 };

/* ---- jira_link_to_epic ---- */

struct epic_args {
	const char *issue_key, *epic_key;
};

static const struct param epic_params[] = {
	P_STR(struct epic_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct epic_args, epic_key, P_REQUIRED | P_CLEAR, .aliases = "parent,parent_key,epic", .doc = "Epic or parent; none removes"),
	P_END
};

/* The field that names an epic or parent, as the deployment has it. */
static int
parent_field(struct call *c, struct site *s, const char **ret)
{
	const struct field *epic_link = NULL;

	*ret = "parent";
	if (site_is_cloud(s))
		return 0;
	if (fields_find_custom(c, s, "gh-epic-link", &epic_link) == -1)
		return -1;
	if (epic_link == NULL)
		return call_fail(c, ERR_INPUT, "This site has no field Epic Link: Jira Software is not installed or not licensed.");
	*ret = epic_link->id;
	return 0;
}

static int
link_to_epic(struct call *c, const void *v)
{
	const struct epic_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct rest_write w = { .method = "PUT" };
	const char *key, *epic = NULL, *field;
	struct rest_req q[2];
	json *before, *after;
	char *path;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL || (*a->epic_key != '\0' && (epic = jira_issue_key(c, s, a->epic_key)) == NULL) ||
	    parent_field(c, s, &field) == -1)
		return -1;
	q[0] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields",
	    arena_printf(c->arena, "project,issuetype,%s", field), NULL) };
	q[1] = (struct rest_req){ .path = epic == NULL ? NULL : rest_query(c, rest_path(c, s, "{api}/issue/%s", epic), "fields", "project,summary", NULL) };
	if (rest_all(c, s, q, epic == NULL ? 1 : 2) == -1 || jira_check_fence(c, s, q[0].json) == -1 ||
	    (epic != NULL && jira_check_fence(c, s, q[1].json) == -1))
		return -1;
	if (!site_is_cloud(s) && json_bool(json_path(q[0].json, "fields.issuetype.subtask"), false))
		return call_fail(c, ERR_INPUT, "%s is a sub-task; Data Center changes the parent of a sub-task only in its web pages (Move).", key);
	before = q[0].json;
	if (epic != NULL)
		epic = json_get_str(q[1].json, "key");
	if (epic != NULL ? edit_add_text(c, s, e, field, epic) == -1 : edit_add(c, s, e, field, NULL) == -1)
		return -1;
	if (edit_covers(c, s, e->list[0].sent, json_get(json_get(before, "fields"), e->list[0].field->id), e->list[0].field)) {
		out_say(c->out, epic != NULL ? "%s belongs to %s already; nothing was changed." : "%s belongs to no epic or parent; nothing was changed.",
		    key, epic);
		return 0;
	}
	if (c->dry_run != NULL)
		out_pairf(c->out, e->list[0].field->name, "%s -> %s", target_short(c, field_text(c, s, json_get(json_get(before, "fields"),
		    e->list[0].field->id), e->list[0].field)), epic != NULL ? epic : "(none)");
	w.path = rest_path(c, s, "{api}/issue/%s", key);
	w.body = edit_request(c, e);
	w.target = key;
	w.before = arena_printf(c->arena, "{\"%s\":%s}", e->list[0].field->id, json_get(json_get(before, "fields"), e->list[0].field->id) == NULL ? "null" :
	    json_text(c->arena, json_get(json_get(before, "fields"), e->list[0].field->id), NULL));
	w.what = arena_printf(c->arena, "the change of %s's parent", key);
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return -1;
	path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", e->list[0].field->id, NULL);
	if (rest_get(c, s, path, &after) == -1) {
		err_context(&c->err, "%s was changed, but reading it back failed", key);
		return -1;
	}
	out_say(c->out, "Updated %s.", key);
	return edit_report(c, s, e, before, after, arena_printf(c->arena, "%s was updated", key));
}

TOOL(jira_link_to_epic,
	.title = "Set epic or parent", .doc = "Put an issue under an epic or parent.",
	.toolset = "jira_links", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:jira-work read:jira-work",
	ARGS(struct epic_args, epic_params), .example = "{\"issue_key\":\"SHOP-2\",\"epic_key\":\"SHOP-1\"}", .run = link_to_epic,
);

/* ---- jira_get_issue_children ---- */

struct children_args {
	const char *issue_key;
	int64_t depth, limit;
};

static const struct param children_params[] = {
	P_STR(struct children_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key,epic_key", .doc = NULL),
	P_INT(struct children_args, depth, 0, .min = 1, .max = MAX_DEPTH, .dflt = 1, .doc = NULL),
	P_INT(struct children_args, limit, P_MORE, .min = 1, .max = MAX_TREE, .dflt = 100, .doc = NULL),
	P_END
};

struct branch {
	json *issue;
	const char *key, *parent;
	int level;
};

struct tree {
	struct branch *list;
	size_t count, max;
	const struct field *epic_link;
	bool more;
};

static const char *
parent_of(const struct tree *t, json *issue)
{
	const char *key = json_path_str(issue, "fields.parent.key");

	return key != NULL || t->epic_link == NULL ? key : json_get_str(json_get(issue, "fields"), t->epic_link->id);
}

/* The children of everything on one level, with one search. */
static int
add_level(struct call *c, struct site *s, struct tree *t, size_t first, size_t end, int level)
{
	struct jql_found found;
	const char *jql, *fields = "summary,status,issuetype,assignee,parent";
	struct buf keys;

	buf_init(&keys, MAX_QUERY);
	for (size_t i = first; i < end; i++)
		buf_addf(&keys, "%s%s", i > first ? "," : "", t->list[i].key);
	jql = arena_printf(c->arena, "parent in (%s)", keys.data);
	if (t->epic_link != NULL) {
		const char *id = t->epic_link->id + strcspn(t->epic_link->id, "0123456789");

		jql = arena_printf(c->arena, "%s OR cf[%s] in (%s)", jql, id, keys.data);
		fields = arena_printf(c->arena, "%s,%s", fields, t->epic_link->id);
	}
	buf_release(&keys);
	if (jql_all(c, s, arena_printf(c->arena, "%s ORDER BY key", jql), fields, t->max - t->count, &found) == -1)
		return -1;
	t->more = t->more || found.more;
	for (size_t i = 0; i < found.count; i++) {
		const char *key = json_get_str(found.issue[i], "key");
		bool known = false;

		for (size_t k = 0; k < t->count; k++)
			known = known || str_eq(t->list[k].key, key);
		if (!known)
			t->list[t->count++] = (struct branch){ found.issue[i], key, parent_of(t, found.issue[i]), level };
	}
	return 0;
}

static void
show_below(struct call *c, const struct tree *t, const char *parent, int level)
{
	for (size_t i = 1; i < t->count; i++) {
		json *f = json_get(t->list[i].issue, "fields");

		if (t->list[i].level != level || !str_eq(t->list[i].parent, parent))
			continue;
		out_row(c->out, arena_printf(c->arena, "%*s%s", (level - 1) * 2, "", t->list[i].key), json_path_str(f, "issuetype.name"),
		    json_path_str(f, "status.name"), jira_user_name(json_get(f, "assignee")), json_get_str(f, "summary"));
		show_below(c, t, t->list[i].key, level + 1);
	}
}

static int
get_children(struct call *c, const void *v)
{
	const struct children_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct tree t = { .max = (size_t)a->limit + 1 };
	size_t first = 0, done = 0, working = 0;
	const char *key;
	json *issue;

	if (s == NULL || (key = target_key(c, s, a->issue_key)) == NULL ||
	    (!site_is_cloud(s) && fields_find_custom(c, s, "gh-epic-link", &t.epic_link) == -1) ||
	    rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project,summary", NULL), &issue) == -1 ||
	    jira_check_fence(c, s, issue) == -1)
		return -1;
	key = json_get_str(issue, "key") != NULL ? json_get_str(issue, "key") : key;
	t.list = arena_array(c->arena, t.max, sizeof(*t.list));
	t.list[t.count++] = (struct branch){ issue, key, NULL, 0 };
	for (int level = 1; level <= (int)a->depth && first < t.count && t.count < t.max; level++) {
		size_t end = t.count;

		if (add_level(c, s, &t, first, end, level) == -1)
			return -1;
		first = end;
	}
	for (size_t i = 1; i < t.count; i++) {
		const char *category = json_path_str(t.list[i].issue, "fields.status.statusCategory.key");

		done += str_eq(category, "done");
		working += str_eq(category, "indeterminate");
	}
	if (t.count == 1) {
		out_say(c->out, "Nothing is below %s.", key);
		return 0;
	}
	out_say(c->out, "%s%zu below %s: %zu done, %zu in progress, %zu to do.%s", t.more ? "At least " : "", t.count - 1, key, done, working, t.count - 1 - done - working,
	    t.more ? " There are more: raise limit." : "");
	out_table(c->out, "issues", "Key", "Type", "Status", "Assignee", "Summary", NULL);
	show_below(c, &t, key, 1);
	return 0;
}

TOOL(jira_get_issue_children,
	.title = "Get children", .doc = "What is below an epic or issue, as a tree.",
	.toolset = "jira_links", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct children_args, children_params), .example = "{\"issue_key\":\"SHOP-1\",\"depth\":2}", .run = get_children,
);
