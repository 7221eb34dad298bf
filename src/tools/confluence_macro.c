/*
 * A section is cut out of the tree by unlinking its siblings. A macro's target stands in its parameters or, for a page,
 * in its source; what it shows is asked for and written below the page, so that the page's own text stays what it is.
 */
#include "tools/confluence_macro.h"

#include "base/str.h"
#include "text/edit.h"
#include "tools/app.h"
#include "tools/confluence_view.h"
#include "tools/resources_find.h"

#include <string.h>

enum { MAX_MACROS = 10, MAX_INCLUDED = 6000, MAX_HEADINGS = 24, MAX_PATH = 6, LISTED = 25 };

/* ---- sections ---- */

static void
add_words(struct buf *b, const struct node *n)
{
	if (n->text != NULL && n->type == NODE_TEXT)
		buf_add(b, n->text, n->text_len);
	else if (node_str(n, "text") != NULL)
		buf_adds(b, node_str(n, "text"));
	for (const struct node *k = n->first; k != NULL; k = k->next)
		add_words(b, k);
}

static const char *
heading_text(struct arena *a, const struct node *n)
{
	const char *text;
	struct buf b;

	buf_init(&b, 4096);
	add_words(&b, n);
	text = str_trim(a, b.data, b.len);
	buf_release(&b);
	return text;
}

static int64_t
level_of(const struct node *n)
{
	return n->type == NODE_HEADING ? node_int(n, "level", 1) : 0;
}

/* Whether the headings above and including this one end with the parts of path. */
static bool
has_path(char **path, size_t parts, const char *const *above, bool begins)
{
	size_t at = 7;

	for (size_t i = parts; i > 0; i--) {
		bool same = false;

		while (at > 0 && !same) {
			const char *name = above[--at];

			if (name == NULL)
				continue;
			same = begins ? str_istarts(name, path[i - 1]) : str_ieq(name, path[i - 1]);
			if (i == parts && !same)
				return false;	/* the heading itself must bear the last part */
		}
		if (!same)
			return false;
	}
	return true;
}

static struct node *
find_heading(struct call *c, struct doc *d, const char *where, struct node **ret_second, struct buf *names)
{
	char *text = arena_strdup(c->arena, where), **path;
	struct node *found = NULL;
	size_t parts;

	for (char *p = text; (p = strstr(p, " > ")) != NULL; p++)
		p[1] = '\n';
	for (; *text == '#' || *text == ' '; text++)	/* "## Setup" as it stands in the Markdown */
		;
	path = str_split(c->arena, text, "\n", &parts);
	*ret_second = NULL;
	for (int round = 0; round < 2 && found == NULL && parts > 0; round++) {
		const char *above[7] = { NULL };
		size_t listed = 0;

		for (struct node *n = d->root->first; n != NULL; n = n->next) {
			int64_t level = level_of(n);

			if (level < 1 || level > 6)
				continue;
			above[level] = heading_text(c->arena, n);
			for (int64_t deeper = level + 1; deeper <= 6; deeper++)
				above[deeper] = NULL;
			if (round == 0 && listed++ < MAX_HEADINGS)
				buf_addf(names, "%s%s", names->len > 0 ? "; " : "", above[level]);
			if (!has_path(path, parts, above, round == 1))
				continue;
			if (found == NULL)
				found = n;
			else if (*ret_second == NULL)
				*ret_second = n;
		}
	}
	return found;
}

static struct node *
find_handle(struct call *c, struct doc *d, const char *where)
{
	const char **handles = doc_block_handles(d, c->arena);
	size_t i = 0;

	for (struct node *n = d->root->first; n != NULL; n = n->next, i++) {
		if (str_eq(handles[i], where + 1))
			return n;
	}
	return NULL;
}

int
page_cut_section(struct call *c, struct doc *d, const char *where)
{
	struct node *first, *second = NULL, *last;
	int result = 0;
	struct buf names;

	buf_init(&names, 8192);
	first = *where == '#' && strpbrk(where, " #>") == where && strpbrk(where + 1, " #>") == NULL ? find_handle(c, d, where) : NULL;
	if (first == NULL)
		first = find_heading(c, d, where, &second, &names);
	if (first == NULL) {
		result = call_fail(c, ERR_NOT_FOUND, "There is no heading \"%.120s\" on the page.%s%s%s", where, names.len > 0 ? " It has: " : "",
		    names.data, names.len > 0 ? "." : "");
		call_hint(c, "outline=true shows the headings with their handles.");
	} else if (second != NULL) {
		result = call_fail(c, ERR_INPUT, "Several headings are \"%.120s\".", where);
		call_hint(c, "Give its path, e.g. Setup > Install, or the handle that outline=true shows.");
	}
	buf_release(&names);
	if (result == -1)
		return -1;
	last = first;
	while (level_of(first) > 0 && last->next != NULL && (level_of(last->next) == 0 || level_of(last->next) > level_of(first)))
		last = last->next;
	d->root->first = first;
	d->root->last = last;
	last->next = NULL;
	return 0;
}

/* ---- macros ---- */

struct macros {
	const struct node *node[MAX_MACROS];
	size_t count, left_out;
};

static bool
is_shown(const char *key)
{
	static const char *const keys[] = { "include", "excerpt-include", "jira", "jiraissues", "children", "pagetree" };

	for (size_t i = 0; i < LEN(keys); i++) {
		if (str_eq(keys[i], key))
			return true;
	}
	return false;
}

static void
collect(struct doc *d, struct node *n, void *ctx)
{
	struct macros *m = ctx;

	(void)d;
	if (!is_shown(node_str(n, "extensionKey")))
		return;
	if (m->count < MAX_MACROS)
		m->node[m->count++] = n;
	else
		m->left_out++;
}

static const char *
param(const struct node *n, const char *name)
{
	for (const struct attr *a = n->attrs; a != NULL; a = a->next) {
		if (str_eq(a->name, "parameters") && a->kind == ATTR_JSON)
			return json_get_str(json_get(json_get(a->value, "macroParams"), name), "value");
	}
	return NULL;
}

/* An attribute of the macro's source, e.g. ri:content-title; NULL when it has none. */
static const char *
source_attr(struct call *c, const struct doc *d, const struct node *n, const char *name)
{
	static const char *const entities[][2] = { { "&amp;", "&" }, { "&quot;", "\"" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&#39;", "'" },
		{ "&apos;", "'" } };
	const char *source = arena_strndup(c->arena, d->src + n->src, n->src_end - n->src), *p, *out;
	struct buf b;

	p = strstr(source, arena_printf(c->arena, " %s=\"", name));
	if (p == NULL)
		return NULL;
	p = strchr(p, '"') + 1;
	buf_init(&b, 4096);
	while (*p != '"' && *p != '\0') {
		size_t i = 0;

		while (i < LEN(entities) && !str_starts(p, entities[i][0]))
			i++;
		if (i < LEN(entities)) {
			buf_adds(&b, entities[i][1]);
			p += strlen(entities[i][0]);
		} else {
			buf_addc(&b, *p++);
		}
	}
	out = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return out;
}

static const char *
markdown(struct call *c, const struct doc *d)
{
	struct md_opts o = { .budget = MAX_INCLUDED };
	const char *text;
	size_t next;
	struct buf b;

	buf_init(&b, MAX_PAGE_TEXT);
	next = doc_write_md_part(d, &o, &b);
	if (next > 0)
		buf_adds(&b, "\n(continues on that page)");
	text = str_trim(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
find_excerpt(struct doc *d, struct node *n, void *ctx)
{
	struct node **found = ctx;

	(void)d;
	if (*found == NULL && str_eq(node_str(n, "extensionKey"), "excerpt"))
		*found = n;
}

static int
show_page(struct call *c, struct site *s, const struct doc *d, const struct node *n, const struct page *self)
{
	const char *title = source_attr(c, d, n, "ri:content-title"), *space = source_attr(c, d, n, "ri:space-key");
	const char *key = node_str(n, "extensionKey");
	struct node *excerpt = NULL;
	struct doc *other;
	struct page p;

	if (title == NULL)
		title = param(n, "");
	if (str_blank(title))
		return call_fail(c, ERR_NOT_FOUND, "The macro names no page.");
	if (page_get(c, s, title, space != NULL ? space : self->space_key, PAGE_BODY, &p) == -1 ||
	    (other = body_read(c, s, p.storage != NULL ? p.storage : "", NULL)) == NULL)
		return -1;
	if (str_eq(key, "excerpt-include")) {
		doc_each(other, NODE_BODIED_EXTENSION, find_excerpt, &excerpt);
		if (excerpt == NULL)
			return call_fail(c, ERR_NOT_FOUND, "%s has no excerpt.", p.title);
		other->root = excerpt;
	}
	out_text(c->out, arena_printf(c->arena, "%s: %s (%s)", key, p.title, p.id), markdown(c, other));
	return 0;
}

static int
show_jira(struct call *c, const struct node *n)
{
	const char *jql = param(n, "jqlQuery"), *key = param(n, "key");
	const struct tool *t = tool_find("jira_search");
	struct policy_subject subject = tool_subject(t);
	struct site *jira;
	json *issues;
	struct buf b;

	if (jql == NULL && key != NULL && jira_looks_like_key(key))
		jql = arena_printf(c->arena, "key = %s", key);
	if (jql == NULL)
		return call_fail(c, ERR_NOT_FOUND, "The macro names no JQL.");
	if (c->app->site[JIRA] == NULL || !policy_allows(c->app->policy, c->principal, &subject)) {
		out_text(c->out, arena_printf(c->arena, "jira: %s", jql), "Jira can't be asked from here.");
		return 0;
	}
	jira = app_site(c, JIRA);
	if (jira == NULL || find_issues(c, jira, jql, LISTED, "summary,status", &issues) == -1)
		return -1;
	buf_init(&b, MAX_PAGE_TEXT);
	for (struct json_iter it = json_iter(issues); json_next(&it);) {
		const char *status = json_path_str(it.value, "fields.status.name"), *summary = json_path_str(it.value, "fields.summary");

		if (find_allowed(jira, it.value))
			buf_addf(&b, "- %s %s (%s)\n", json_get_str(it.value, "key"), summary != NULL ? summary : "", status != NULL ? status : "?");
	}
	out_text(c->out, arena_printf(c->arena, "jira: %s", jql), b.len > 0 ? arena_strdup(c->arena, b.data) : "No issue matches.");
	buf_release(&b);
	return 0;
}

static int
show_children(struct call *c, struct site *s, const struct doc *d, const struct node *n, const struct page *self)
{
	const char *title = source_attr(c, d, n, "ri:content-title"), *space = source_attr(c, d, n, "ri:space-key");
	struct page p = *self;
	json *list;
	struct buf b;

	if (title != NULL && title[0] != '@' && page_get(c, s, title, space != NULL ? space : self->space_key, 0, &p) == -1)
		return -1;
	if (page_children(c, s, &p, LISTED, NULL, &list) == -1)
		return -1;
	buf_init(&b, MAX_PAGE_TEXT);
	for (struct json_iter it = json_iter(json_get(list, "results")); json_next(&it);)
		buf_addf(&b, "- %s (%s)\n", json_get_str(it.value, "title"), json_scalar(c->arena, json_get(it.value, "id")));
	out_text(c->out, arena_printf(c->arena, "children of %s", p.title), b.len > 0 ? arena_strdup(c->arena, b.data) : "None.");
	buf_release(&b);
	return 0;
}

int
macros_resolve(struct call *c, struct site *s, struct doc *d, const struct page *self)
{
	struct macros m = { .count = 0 };

	doc_each(d, NODE_EXTENSION, collect, &m);
	doc_each(d, NODE_INLINE_EXTENSION, collect, &m);
	if (m.count == 0)
		out_say(c->out, "There is no macro to resolve (include, excerpt-include, jira, children).");
	for (size_t i = 0; i < m.count; i++) {
		const char *key = node_str(m.node[i], "extensionKey");
		int result = str_starts(key, "jira") ? show_jira(c, m.node[i]) : str_eq(key, "children") || str_eq(key, "pagetree") ?
		    show_children(c, s, d, m.node[i], self) : show_page(c, s, d, m.node[i], self);

		if (result == -1 && (call_cancelled(c) || err_retryable(c->err.kind)))
			return -1;
		if (result == -1)	/* one that can't be resolved does not hide the page */
			out_text(c->out, key, c->err.message);
		err_clear(&c->err);
	}
	if (m.left_out > 0)
		out_say(c->out, "%zu more macros are not resolved.", m.left_out);
	return 0;
}
