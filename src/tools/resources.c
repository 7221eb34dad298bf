/*
 * An issue is read by jira_get_issue itself, through app_call; so are a page and a space's tree by their tools. Project and site have
 * handlers here: two requests at once, an answer through out. What comes back is held
 * against the fence, because a project answers to its former keys too.
 */
#include "tools/resources.h"

#include "atlassian/jira.h"
#include "base/clock.h"
#include "base/str.h"

#include <ctype.h>
#include <string.h>

enum { LIST_MS = 4000, MAX_LISTED = 50, MAX_RELEASED = 10, MAX_WORDS = 64 * 1024 };

static const char site_uri[] = "jira://site";

const struct resource_template resource_templates[] = {
	{ "jira://issue/{key}", "issue", "Jira issue", "Fields, description and comments.", "jira_get_issue", VALUE_ISSUE },
	{ "jira://project/{key}", "project", "Jira project", "Lead, issue types with ids, statuses, versions, components.",
	    "jira_search", VALUE_PROJECT },
	{ "confluence://page/{id}", "page", "Confluence page", "The text, as Markdown.", "confluence_get_page", VALUE_TEXT },
	{ "confluence://space/{key}", "space", "Confluence space", "Its pages, as a tree.", "confluence_get_space_page_tree", VALUE_TEXT },
	{ .uri = NULL },
};

bool
resource_offered(const struct app *a, const char *principal, const struct resource_template *r)
{
	const struct tool *t = tool_find(r->tool);
	struct policy_subject s;

	if (t == NULL)
		return false;
	s = tool_subject(t);
	return policy_allows(a->policy, principal, &s);
}

static size_t
prefix_len(const struct resource_template *r)
{
	return strcspn(r->uri, "{");
}

const struct resource_template *
resource_find(const char *uri)
{
	for (const struct resource_template *r = resource_templates; r->uri != NULL; r++) {
		if (strncmp(uri, r->uri, prefix_len(r)) == 0)
			return r;
	}
	return NULL;
}

static bool
site_offered(struct call *c)
{
	for (const struct tool **t = app_tools(c->app, c->arena, c->principal, APP_ALLOWED); *t != NULL; t++) {
		if ((*t)->product == JIRA)
			return true;
	}
	return false;
}

/* ---- the list ---- */

static bool
is_project_key(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return n > 0 && n <= 100 && s[n] == '\0';
}

const struct resource *
resource_list(struct call *c, struct values_memory *memory, size_t *ret_count)
{
	struct resource *list = arena_array(c->arena, MAX_LISTED + 1, sizeof(*list));
	int64_t late = clock_mono_ms() + LIST_MS;
	const char *lines;
	struct site *s;
	size_t n = 0, len;

	*ret_count = 0;
	c->read_only = true;
	if (c->app->site[JIRA] == NULL || !site_offered(c))
		return list;
	list[n++] = (struct resource){ site_uri, "site", c->app->site[JIRA]->label, "Who I am, version, tools available." };
	*ret_count = n;
	if (!resource_offered(c->app, c->principal, &resource_templates[1]))
		return list;
	if (c->deadline_ms > late)
		c->deadline_ms = late;
	s = app_site(c, JIRA);
	if (s != NULL && values_projects(c, memory, s, "", &lines) == 0) {
		for (const char *p = lines; *p != '\0' && n <= MAX_LISTED; p += len + 1) {
			char *key, *tab;

			len = strcspn(p, "\n");
			key = arena_strndup(c->arena, p, len);
			tab = strchr(key, '\t');
			if (tab != NULL)
				*tab = '\0';
			if (!is_project_key(key))
				continue;
			list[n++] = (struct resource){ arena_printf(c->arena, "jira://project/%s", key), key,
				tab != NULL ? arena_printf(c->arena, "%s %s", key, tab + 1) : key, NULL };
		}
	}
	if (c->upstream_requests > 0)
		values_audit(c, 0);
	err_clear(&c->err);	/* a list that is short now is better than a client that can't start */
	*ret_count = n;
	return list;
}

/* ---- a project ---- */

/* "name, name" of an array's members, as one line; NULL for none. */
static const char *
names(struct call *c, json *list)
{
	const char *text;
	struct buf b;

	buf_init(&b, MAX_WORDS);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_get_str(it.value, "name") != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", json_get_str(it.value, "name"));
	}
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static void
view_versions(struct call *c, json *versions)
{
	struct buf open, released;
	size_t n = 0;

	buf_init(&open, MAX_WORDS);
	buf_init(&released, MAX_WORDS);
	for (size_t i = json_len(versions); i > 0; i--) {	/* the newest stand last */
		json *v = json_at(versions, i - 1);
		bool is_released = json_get_bool(v, "released", false);
		struct buf *b = is_released ? &released : &open;

		if (json_get_str(v, "name") == NULL || json_get_bool(v, "archived", false) || (is_released && n++ >= MAX_RELEASED))
			continue;
		buf_addf(b, "%s%s", b->len > 0 ? ", " : "", json_get_str(v, "name"));
		if (json_get_str(v, "releaseDate") != NULL)
			buf_addf(b, " (%s)", json_get_str(v, "releaseDate"));
	}
	out_pair(c->out, "Open versions", arena_strdup(c->arena, open.data));
	out_pair(c->out, n > MAX_RELEASED ? "Released, newest" : "Released", arena_strdup(c->arena, released.data));
	buf_release(&open);
	buf_release(&released);
}

static void
view_types(struct call *c, json *types, json *statuses)
{
	const char *before = NULL;

	out_table(c->out, "types", "Id", "Issue type", "Statuses", NULL);
	for (struct json_iter it = json_iter(types); json_next(&it);) {
		const char *id = json_get_str(it.value, "id"), *name = json_get_str(it.value, "name"), *words = NULL;
		bool mark = json_get_bool(it.value, "subtask", false) && name != NULL && strstr(name, "ub-task") == NULL;

		for (struct json_iter one = json_iter(statuses); json_next(&one);) {
			if (str_eq(json_get_str(one.value, "id"), id))
				words = names(c, json_get(one.value, "statuses"));
		}
		out_row(c->out, id, mark ? arena_printf(c->arena, "%s (sub-task)", name) : name,
		    words != NULL && str_eq(words, before) ? "as above" : words);
		before = words != NULL ? words : before;
	}
}

static int
read_project(struct call *c, const char *key)
{
	struct site *s = app_site(c, JIRA);
	struct rest_req q[2] = { { .method = NULL } };
	json *project;

	if (s == NULL)
		return -1;
	q[0].path = rest_path(c, s, "{api}/project/%s", key);
	q[1].path = rest_path(c, s, "{api}/project/%s/statuses", key);
	if (rest_all(c, s, q, LEN(q)) == -1)
		return -1;
	project = q[0].json;
	if (json_get_str(project, "key") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a project.", s->label);
	if (!site_fence_allows(s, json_get_str(project, "key")))
		return call_fail(c, ERR_NOT_FOUND, "There is no project %s, or this account may not see it.", key);
	out_title(c->out, json_get_str(project, "key"), json_get_str(project, "name"));
	out_pair(c->out, "Lead", jira_user_name(json_get(project, "lead")));
	out_pair(c->out, "Components", names(c, json_get(project, "components")));
	view_versions(c, json_get(project, "versions"));
	out_pair(c->out, "URL", jira_browse_url(c->arena, s, json_get_str(project, "key")));
	view_types(c, json_get(project, "issueTypes"), q[1].json);
	out_text(c->out, "Description", json_get_str(project, "description"));
	return 0;
}

/* ---- the site ---- */

static int
read_site(struct call *c, const char *unused)
{
	struct site *s = app_site(c, JIRA);
	struct rest_req q[2] = { { .method = NULL } };
	const struct tool **tools = app_tools(c->app, c->arena, c->principal, APP_LISTED);
	const struct tool **further = app_tools(c->app, c->arena, c->principal, APP_FURTHER);
	size_t more = 0;
	const char *mail;
	struct buf b;

	(void)unused;
	if (s == NULL)
		return -1;
	q[0].path = rest_path(c, s, "{api}/myself");
	q[1].path = rest_path(c, s, "{api}/serverInfo");
	if (rest_all(c, s, q, LEN(q)) == -1)
		return -1;
	if (jira_user_name(q[0].json) == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s did not say who \"me\" is.", s->label);
	mail = json_get_str(q[0].json, "emailAddress");
	out_title(c->out, s->label, NULL);
	out_pair(c->out, "Deployment", s->dialect->name);
	out_pair(c->out, "Version", json_get_str(q[1].json, "version"));
	out_pair(c->out, "URL", s->web);
	out_pair(c->out, "Me", str_blank(mail) ? jira_user_name(q[0].json) :
	    arena_printf(c->arena, "%s <%s>", jira_user_name(q[0].json), mail));
	out_pair(c->out, "Time zone", json_get_str(q[0].json, "timeZone"));
	buf_init(&b, MAX_WORDS);
	for (char **f = s->config->filter; f != NULL && *f != NULL; f++)
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", *f);
	out_pair(c->out, "Only projects", arena_strdup(c->arena, b.data));
	buf_reset(&b);
	out_pair(c->out, "Mode", c->app->config->read_only ? "read-only" : NULL);
	for (; *tools != NULL; tools++) {
		if ((*tools)->product == JIRA && strchr((*tools)->name, '_') != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", (*tools)->name);
	}
	for (; *further != NULL; further++)
		more += (*further)->product == JIRA;
	if (more > 0)
		buf_addf(&b, " and %zu more through more_tools", more);
	out_pair(c->out, "Tools", arena_strdup(c->arena, b.data));
	buf_release(&b);
	return 0;
}

/* ---- reading ---- */

static int
unknown(struct call *c, const char *uri)
{
	return call_fail(c, ERR_NOT_FOUND, "Unknown resource: %.200s", uri);
}

static char *
upper(struct arena *a, const char *s)
{
	char *key = arena_strdup(a, s);

	for (char *p = key; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	return key;
}

static bool
is_page_id(const char *s)
{
	return *s != '\0' && strlen(s) < 20 && s[strspn(s, "0123456789")] == '\0';
}

/* "ENG", or a person's: "~5f8e21" */
static bool
is_space_key(const char *s)
{
	return is_project_key(*s == '~' ? s + 1 : s);
}

/* args: JSON text. */
static int
read_by_tool(struct call *c, const char *uri, const char *tool, const char *args, size_t budget, struct tool_answer *ret)
{
	json *v = json_parse(c->arena, args, strlen(args), JSON_TRUSTED, &c->err);

	if (v == NULL)
		return -1;
	if (app_call(c, tool, v, OUT_MARKDOWN, budget, ret) == 0)
		return 0;
	if (c->err.kind != ERR_DENIED)
		return -1;
	err_clear(&c->err);
	return unknown(c, uri);
}

static int
read_other(struct call *c, const char *uri, const char *key, size_t budget, struct tool_answer *ret)
{
	int (*fn)(struct call *, const char *) = NULL;
	int result;

	c->read_only = true;
	c->out = out_new(c->arena, OUT_MARKDOWN, budget);
	if (strcmp(uri, site_uri) == 0 && site_offered(c))
		fn = read_site;
	else if (key != NULL && is_project_key(key) && resource_offered(c->app, c->principal, &resource_templates[1]))
		fn = read_project;
	if (fn == read_project)
		c->target = key;
	result = fn == NULL ? unknown(c, uri) : fn(c, key);
	if (result == 0)
		ret->text = out_render(c->out, &ret->len);
	values_audit(c, ret->len);
	return result;
}

int
resource_read(struct call *c, const char *uri, size_t budget, struct tool_answer *ret)
{
	const struct resource_template *r = resource_find(uri);
	const char *key = r == NULL ? NULL : upper(c->arena, uri + prefix_len(r));

	*ret = (struct tool_answer){ .text = "" };
	if (r == &resource_templates[0] && jira_looks_like_key(key))
		return read_by_tool(c, uri, r->tool, arena_printf(c->arena, "{\"issue_key\":\"%s\",\"comment_limit\":20}", key), budget, ret);
	if (r == &resource_templates[2] && is_page_id(key))
		return read_by_tool(c, uri, r->tool, arena_printf(c->arena, "{\"page_id\":\"%s\"}", key), budget, ret);
	if (r == &resource_templates[3] && is_space_key(uri + prefix_len(r)))
		return read_by_tool(c, uri, r->tool, arena_printf(c->arena, "{\"space_key\":\"%s\",\"limit\":200}", uri + prefix_len(r)), budget, ret);
	return read_other(c, uri, r == &resource_templates[1] ? key : NULL, budget, ret);
}
