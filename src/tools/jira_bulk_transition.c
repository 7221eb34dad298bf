/*
 * Transitions of many issues. Those of one project, type and status share their transitions, so that one of each group is asked.
 * What goes with a transition, fields and a comment, can't go without one: an issue that is there already is told so.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_many.h"
#include "tools/jira_transition.h"

#include <string.h>

enum { MAX_REQUEST = 1024 * 1024, MAX_COMMENT = 256 * 1024, MAX_GROUPS = 60 };

struct transition_args {
	const char *transition, *jql, *comment;
	char **issue_keys;
	json *fields;
};

static const struct param transition_params[] = {
	P_STR(struct transition_args, transition, P_REQUIRED, .aliases = "transition_id,status,to_status", .doc = "Status or transition name"),
	MANY_ISSUES(struct transition_args),
	P_OBJ(struct transition_args, fields, P_MORE, .doc = NULL),
	P_STR(struct transition_args, comment, P_MORE, .max_len = MAX_COMMENT, .doc = NULL),
	P_END
};

struct group {
	const char *name;	/* project, type and status */
	const char *key;	/* one of its issues */
	json *transition;
	const char *trouble;
};

static const char *
group_name(struct call *c, json *issue)
{
	const char *type = json_path_str(issue, "fields.issuetype.name"), *status = json_path_str(issue, "fields.status.name"),
	    *project = json_path_str(issue, "fields.project.key");

	return arena_printf(c->arena, "%s/%s/%s", project != NULL ? project : "", type != NULL ? type : "", status != NULL ? status : "");
}

static const char *
name_of(json *transition, bool target)
{
	const char *name = target ? json_path_str(transition, "to.name") : json_get_str(transition, "name");

	return name != NULL ? name : "";
}

static const char *
missing_fields(struct call *c, json *transition, const struct edit *e)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(json_get(transition, "fields")); json_next(&it);) {
		if (json_get_bool(it.value, "required", false) && !json_get_bool(it.value, "hasDefaultValue", false) && !edit_has(e, it.key))
			all = arena_printf(c->arena, "%s%s%s", all != NULL ? all : "", all != NULL ? ", " : "", json_get_str(it.value, "name"));
	}
	return all;
}

static void
settle_group(struct call *c, struct group *g, json *list, const char *text, const struct edit *e)
{
	const char *names = NULL, *missing;
	size_t hits;

	g->transition = transition_match(list, text, &hits);
	missing = g->transition == NULL ? NULL : missing_fields(c, g->transition, e);
	if (missing != NULL)
		g->trouble = arena_printf(c->arena, "the transition %s requires %s: give it in fields.", name_of(g->transition, false), missing);
	if (g->transition != NULL)
		return;
	for (struct json_iter it = json_iter(list); json_next(&it);)
		names = arena_printf(c->arena, "%s%s%s", names != NULL ? names : "", names != NULL ? ", " : "", name_of(it.value, false));
	g->trouble = arena_printf(c->arena, hits > 1 ? "\"%.80s\" fits several transitions from its status; possible: %s." :
	    "no transition \"%.80s\" from its status; possible: %s.", text, names != NULL ? names : "none");
}

struct transition_job {
	const struct edit *e;
	const char *comment;	/* the body, as JSON text; NULL: none */
	struct group *groups;
	size_t group_count;
};

static int
find_groups(struct call *c, struct site *s, struct many *m, const char *text, struct transition_job *job)
{
	struct rest_req *q = arena_array(c->arena, MAX_GROUPS, sizeof(*q));
	struct group *groups = job->groups;
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++) {
		const char *name = m->list[i].state == MANY_LEFT ? group_name(c, m->list[i].issue) : NULL;
		size_t k = 0;

		while (name != NULL && k < n && !str_eq(groups[k].name, name))
			k++;
		if (name == NULL || k < n)
			continue;
		if (n == MAX_GROUPS)
			return call_fail(c, ERR_INPUT, "The issues are of more than %d kinds (project, type, status): do fewer at once.", MAX_GROUPS);
		groups[n] = (struct group){ .name = name, .key = m->list[i].key };
		q[n] = (struct rest_req){ .path = rest_query(c, rest_path(c, s, "{api}/issue/%s/transitions", m->list[i].key), "expand",
		    "transitions.fields", NULL) };
		n++;
	}
	job->group_count = n;
	if (n > 0 && rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		settle_group(c, &groups[i], json_get(q[i].json, "transitions"), text, job->e);
	return 0;
}

static const struct group *
group_of(struct call *c, const struct transition_job *job, json *issue)
{
	const char *name = group_name(c, issue);

	for (size_t i = 0; i < job->group_count; i++) {
		if (str_eq(job->groups[i].name, name))
			return &job->groups[i];
	}
	return NULL;
}

/* One that is there already is done when nothing else was asked for; what goes with a transition can't go without one. */
static void
stay(struct call *c, const struct transition_job *job, struct many *m, struct many_item *item)
{
	const char *fields = edit_differing(c, m->site, job->e, item->issue);

	item->state = MANY_SAME;
	if (fields != NULL)
		many_fail(item, ERR_INPUT, arena_printf(c->arena, "it is there already, so nothing was sent; jira_bulk_edit sets: %s.", fields));
	else if (job->comment != NULL)
		many_fail(item, ERR_INPUT, "it is there already, so the comment was not sent; jira_add_comment adds it.");
}

/* Those that are there already stay, those that can't go there are named. */
static void
sort_out(struct call *c, const struct transition_job *job, struct many *m, const char *text)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const char *status = json_path_str(item->issue, "fields.status.name");
		const struct group *g = item->state == MANY_LEFT ? group_of(c, job, item->issue) : NULL;

		if (g == NULL)
			continue;
		if (g->trouble != NULL && g->transition == NULL && str_ieq(status, text))
			stay(c, job, m, item);
		else if (g->trouble != NULL)
			many_fail(item, ERR_INPUT, g->trouble);
		else
			item->use = json_get_str(g->transition, "id");
	}
}

static const char *
transitions_body(const struct many *m)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_REQUEST);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_arr_in(&w, "bulkTransitionInputs");
	for (size_t i = 0; i < m->count; i++) {
		bool first = m->list[i].state == MANY_LEFT;

		for (size_t k = 0; k < i && first; k++)
			first = m->list[k].state != MANY_LEFT || !str_eq(m->list[k].use, m->list[i].use);
		if (!first)
			continue;
		jw_obj(&w);
		jw_str(&w, "transitionId", m->list[i].use);
		jw_arr_in(&w, "selectedIssueIdsOrKeys");
		for (size_t k = i; k < m->count; k++) {
			if (m->list[k].state == MANY_LEFT && str_eq(m->list[k].use, m->list[i].use))
				jw_s(&w, m->list[k].key);
		}
		jw_end(&w);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	text = arena_strndup(m->call->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

/* Jira answers a transition with nothing, and passes over a comment where it has no screen: so it is looked for. NULL: it is there. */
static const char *
comment_missing(struct call *c, struct site *s, const char *key, const char *body)
{
	json *sent = json_parse(c->arena, body, strlen(body), JSON_TRUSTED, &c->err);
	const char *id = NULL;

	if (sent != NULL && comment_find(c, s, key, sent, &id) == 0)
		return id != NULL ? NULL : "the comment (jira_add_comment adds it)";
	err_clear(&c->err);
	return "perhaps the comment (looking for it failed; see jira_get_comments)";
}

static int
transition_one(struct call *c, struct many *m, struct many_item *item)
{
	const struct transition_job *job = m->arg;
	struct rest_write w = { .method = "POST", .path = rest_path(c, m->site, "{api}/issue/%s/transitions", item->key), .target = item->key,
		.before = json_text(c->arena, json_get(item->issue, "fields"), NULL),
		.what = arena_printf(c->arena, "the transition of %s", item->key) };
	struct buf b;
	struct jw j;

	buf_init(&b, MAX_REQUEST);
	jw_init(&j, &b);
	jw_obj(&j);
	jw_obj_in(&j, "transition");
	jw_str(&j, "id", item->use);
	jw_end(&j);
	if (job->e->count > 0)
		edit_write(job->e, &j);
	if (job->comment != NULL) {
		jw_obj_in(&j, "update");
		jw_arr_in(&j, "comment");
		jw_obj(&j);
		jw_obj_in(&j, "add");
		jw_key(&j, "body");
		jw_raw(&j, job->comment, strlen(job->comment));
	}
	while (j.depth > 0)
		jw_end(&j);
	w.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	if (rest_write(c, m->site, &w) == -1)
		return -1;
	if (job->comment != NULL)
		item->lacks = comment_missing(c, m->site, item->key, job->comment);
	return 0;
}

static const char *
comment_json(struct call *c, struct site *s, const char *markdown)
{
	const char *text = NULL;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_COMMENT * 8);
	jw_init(&w, &b);
	if (jira_write_body(c, s, markdown, &w) == 0)
		text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
compare(struct call *c, const struct transition_job *job, struct many *m)
{
	for (size_t i = 0; i < m->count; i++) {
		struct many_item *item = &m->list[i];
		const char *now = json_path_str(item->after, "fields.status.name"), *was = json_path_str(item->issue, "fields.status.name");
		const char *missing = item->lacks, *fields, *to;

		if (item->state != MANY_DONE || (item->after == NULL && missing == NULL))
			continue;
		to = name_of(group_of(c, job, item->issue)->transition, true);
		if (item->after == NULL) {	/* not read again, but what was seen right after the transition stands */
			many_ignored(c, item, arena_printf(c->arena, "%s -> %s", was, to), missing);
			continue;
		}
		fields = edit_differing(c, m->site, job->e, item->after);
		if (fields != NULL)
			missing = missing == NULL ? fields : arena_printf(c->arena, "%s, %s", fields, missing);
		item->says = arena_printf(c->arena, "%s -> %s", was, now != NULL ? now : "?");
		if (!str_ieq(now, to))
			many_fail(item, ERR_IGNORED, arena_printf(c->arena, "Jira accepted the transition, but the status is %s.", now != NULL ? now : "unknown"));
		else if (missing != NULL)
			many_ignored(c, item, item->says, missing);
	}
}

static int
bulk_transition(struct call *c, const void *v)
{
	const struct transition_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct transition_job job = { .e = e, .groups = arena_array(c->arena, MAX_GROUPS, sizeof(*job.groups)) };
	struct many m = { .doing = "transition", .one = transition_one, .arg = &job };
	const char *fields;

	if (s == NULL || edit_add_all(c, s, e, a->fields) == -1 ||
	    (a->comment != NULL && (job.comment = comment_json(c, s, a->comment)) == NULL))
		return -1;
	fields = arena_printf(c->arena, "status,issuetype%s%s", e->count > 0 ? "," : "", edit_ids(c, e));
	if (many_choose(c, s, a->issue_keys, a->jql, fields, &m) == -1 || find_groups(c, s, &m, a->transition, &job) == -1)
		return -1;
	if (m.count == 0)
		return many_none(c);
	sort_out(c, &job, &m, a->transition);
	if (c->dry_run != NULL)
		out_say(c->out, "%zu of %zu issues would move.", many_in(&m, MANY_LEFT), m.count);
	if (site_is_cloud(s) && e->count == 0 && a->comment == NULL && many_in(&m, MANY_LEFT) > 1) {
		if (many_submit(&m, rest_path(c, s, "/rest/api/3/bulk/issues/transition"), transitions_body(&m)) == -1)
			return -1;
	} else if (many_each(&m) == -1) {
		return -1;
	}
	if (many_read_back(&m, fields) == -1)
		return -1;
	compare(c, &job, &m);
	return many_report(&m, "Moved");
}

TOOL(jira_bulk_transition,
	.title = "Transition many issues", .doc = "Move issues, by keys or JQL, to another status.",
	.toolset = "jira_bulk", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work read:jira-work",
	ARGS(struct transition_args, transition_params),
	.example = "{\"issue_keys\":[\"OPS-13\",\"OPS-14\"],\"transition\":\"In Progress\"}", .run = bulk_transition,
);
