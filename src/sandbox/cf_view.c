/*
 * Storage to HTML in one walk. HTML elements go through; ac: and ri: elements are
 * shown by a row of the table of macros or by their kind. Included pages are shown
 * inside, a few levels deep, and only to who may read them.
 */
#include "sandbox/cf_view.h"

#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_xml.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_HTML = 8 << 20, MAX_INCLUDE = 4 };

struct view {
	struct sb_rq *rq;
	const struct cf_content *page;
	const struct cf_el *root;
	struct buf *out;
	int depth;
};

static void show(struct view *, const struct cf_el *);

void
cf_html_escape(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '&')
			buf_adds(b, "&amp;");
		else if (*s == '<')
			buf_adds(b, "&lt;");
		else if (*s == '>')
			buf_adds(b, "&gt;");
		else if (*s == '"')
			buf_adds(b, "&quot;");
		else
			buf_addc(b, *s);
	}
}

static void
show_children_of(struct view *v, const struct cf_el *e)
{
	for (const struct cf_el *c = e->first; c != NULL; c = c->next)
		show(v, c);
}

static void
link_to(struct view *v, const struct cf_content *c)
{
	buf_addf(v->out, "<a href=\"%s%s\">", cf_context(v->rq), cf_webui(v->rq, c));
	cf_html_escape(v->out, cf_title(c));
	buf_adds(v->out, "</a>");
}

/* The page that a macro names by <ri:page>, or by a title in its unnamed parameter. */
static struct cf_content *
named_page(struct view *v, const struct cf_el *e)
{
	const struct cf_el *ri = e;
	const char *title, *key;
	struct cf_space *s;
	struct cf_content *c;

	while (ri != NULL && !cf_el_is(ri, "ri:page") && !cf_el_is(ri, "ri:blog-post"))
		ri = cf_el_walk(e, ri);
	title = ri != NULL ? cf_el_attr(ri, "ri:content-title") : cf_el_param(v->rq->arena, e, "");
	key = ri != NULL ? cf_el_attr(ri, "ri:space-key") : NULL;
	s = key != NULL ? cf_space_by_key(cf_wiki(v->rq), key) : v->page != NULL ? v->page->space : NULL;
	c = title == NULL || s == NULL ? NULL : cf_by_title(cf_wiki(v->rq), s, CF_PAGE, title);
	return cf_may_read(c, v->rq->me) ? c : NULL;
}

static const struct cf_el *
find_macro(const struct cf_el *root, const char *name)
{
	for (const struct cf_el *e = root; e != NULL; e = cf_el_walk(root, e))
		if (cf_el_is(e, "ac:structured-macro") && str_eq(cf_el_attr(e, "ac:name"), name))
			return e;
	return NULL;
}

static void
show_include(struct view *v, const struct cf_el *e)
{
	struct cf_content *c = named_page(v, e);
	const char *fault;
	struct view inner = *v;

	if (c == NULL || v->depth == MAX_INCLUDE) {
		buf_adds(v->out, "<div class=\"error\"><span class=\"error\">Unable to render {include}</span> The "
				 "included page could not "
				 "be found.</div>");
		return;
	}
	inner.page = c;
	inner.depth++;
	inner.root = cf_xml_parse(v->rq->arena, cf_now(c)->body, cf_now(c)->len, &fault);
	if (str_eq(cf_el_attr(e, "ac:name"), "include")) {
		if (inner.root != NULL)
			show_children_of(&inner, inner.root);
		return;
	}
	e = inner.root != NULL ? find_macro(inner.root, "excerpt") : NULL;
	if (e != NULL)
		show(&inner, e);
	else
		buf_adds(v->out, "<div class=\"error\">No excerpt is defined on the page.</div>");
}

static void
show_page_list(struct view *v, const struct cf_content *top, int levels)
{
	struct cf_content **child;
	size_t n = top != NULL ? cf_children(cf_wiki(v->rq), v->rq->arena, top, 1 << CF_PAGE, &child) : 0;

	if (n == 0)
		return;
	buf_adds(v->out, "<ul class=\"childpages-macro\">");
	for (size_t i = 0; i < n; i++) {
		if (!cf_may_read(child[i], v->rq->me))
			continue;
		buf_adds(v->out, "<li>");
		link_to(v, child[i]);
		if (levels > 1)
			show_page_list(v, child[i], levels - 1);
		buf_adds(v->out, "</li>");
	}
	buf_adds(v->out, "</ul>");
}

static void
show_macro_children(struct view *v, const struct cf_el *e)
{
	const char *depth = cf_el_param(v->rq->arena, e, "depth"), *all = cf_el_param(v->rq->arena, e, "all");
	struct cf_content *c = named_page(v, e);
	int64_t levels = str_eq(all, "true") ? 10 : 1;

	if (depth != NULL && str_int(depth, 1, 10, &levels) == -1)
		levels = 1;
	show_page_list(v, c != NULL ? c : v->page, (int)levels);
}

static void
show_jira(struct view *v, const struct cf_el *e)
{
	const char *key = cf_el_param(v->rq->arena, e, "key");
	const struct sb_issue *issue = key != NULL ? sb_issue_find(v->rq->site, key) : NULL;
	const struct sb_named *status;

	if (issue == NULL || !sb_may_see(v->rq->me, issue->project)) {
		buf_adds(v->out, "<span class=\"jira-issue\">");
		cf_html_escape(v->out, key != NULL ? key : "Jira issues: ");
		if (key == NULL && cf_el_param(v->rq->arena, e, "jqlQuery") != NULL)
			cf_html_escape(v->out, cf_el_param(v->rq->arena, e, "jqlQuery"));
		buf_adds(v->out, "</span>");
		return;
	}
	status = sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS));
	buf_addf(v->out,
	    "<span class=\"jira-issue\" data-jira-key=\"%s\"><a href=\"%s/browse/%s\">%s</a> - <span "
	    "class=\"summary\">",
	    issue->key, v->rq->site->base, issue->key, issue->key);
	cf_html_escape(v->out, sb_text(issue, F_SUMMARY));
	buf_addf(v->out, "</span> <span class=\"aui-lozenge\">%s</span></span>", status->name);
}

static void
show_toc(struct view *v, const struct cf_el *macro)
{
	(void)macro;
	buf_adds(v->out, "<div class=\"toc-macro\"><ul>");
	for (const struct cf_el *e = v->root; e != NULL; e = cf_el_walk(v->root, e))
		if (e->name != NULL && e->name[0] == 'h' && e->name[1] >= '1' && e->name[1] <= '6' &&
		    e->name[2] == '\0') {
			buf_adds(v->out, "<li>");
			cf_html_escape(v->out, cf_el_text(v->rq->arena, e));
			buf_adds(v->out, "</li>");
		}
	buf_adds(v->out, "</ul></div>");
}

static void
show_bodied(struct view *v, const struct cf_el *e)
{
	const char *title = cf_el_param(v->rq->arena, e, "title");
	const struct cf_el *rich = cf_el_child(e, "ac:rich-text-body"), *plain = cf_el_child(e, "ac:plain-text-body");

	buf_adds(v->out, "<div class=\"macro macro-");
	cf_html_escape(v->out, cf_el_attr(e, "ac:name"));
	buf_adds(v->out, "\">");
	if (title != NULL) {
		buf_adds(v->out, "<p class=\"title\">");
		cf_html_escape(v->out, title);
		buf_adds(v->out, "</p>");
	}
	if (rich != NULL)
		show_children_of(v, rich);
	if (plain != NULL) {
		buf_adds(v->out, "<pre>");
		for (const struct cf_el *t = plain->first; t != NULL; t = t->next)
			if (t->name == NULL)
				cf_html_escape(v->out, t->text);
		buf_adds(v->out, "</pre>");
	}
	buf_adds(v->out, "</div>");
}

static void
show_status(struct view *v, const struct cf_el *e)
{
	const char *title = cf_el_param(v->rq->arena, e, "title");

	buf_adds(v->out, "<span class=\"status-macro aui-lozenge\">");
	cf_html_escape(v->out, title != NULL ? title : "");
	buf_adds(v->out, "</span>");
}

static const struct {
	const char *name;
	void (*show)(struct view *, const struct cf_el *);
} macros[] = {
	{ "include", show_include },
	{ "excerpt-include", show_include },
	{ "children", show_macro_children },
	{ "jira", show_jira },
	{ "toc", show_toc },
	{ "status", show_status },
};

static void
show_macro(struct view *v, const struct cf_el *e)
{
	const char *name = cf_el_attr(e, "ac:name");

	for (size_t i = 0; i < LEN(macros); i++)
		if (str_eq(macros[i].name, name)) {
			macros[i].show(v, e);
			return;
		}
	show_bodied(v, e);
}

static void
show_link(struct view *v, const struct cf_el *e)
{
	const struct cf_el *user = cf_el_child(e, "ri:user"), *file = cf_el_child(e, "ri:attachment");
	const struct cf_el *words = cf_el_child(e, "ac:link-body");
	struct cf_content *page = named_page(v, e);
	const char *id = user == NULL ? NULL : cf_el_attr(user, v->rq->site->dc ? "ri:userkey" : "ri:account-id");
	int who = cf_person(v->rq, id);

	if (words == NULL)
		words = cf_el_child(e, "ac:plain-text-link-body");
	if (user != NULL) {
		buf_adds(v->out, "<a class=\"confluence-userlink user-mention\">");
		cf_html_escape(v->out, who >= 0 ? sb_people[who].display : "Unknown User");
		buf_adds(v->out, "</a>");
	} else if (page != NULL && words == NULL) {
		link_to(v, page);
	} else {
		const struct cf_el *ri = cf_el_child(e, "ri:page");
		const char *title = ri != NULL ? cf_el_attr(ri, "ri:content-title") : NULL;

		buf_addf(v->out, "<a href=\"%s%s\">", page != NULL ? cf_context(v->rq) : "",
		    page != NULL ? cf_webui(v->rq, page) : "#");
		if (words != NULL)
			show_children_of(v, words);
		else if (file != NULL && cf_el_attr(file, "ri:filename") != NULL)
			cf_html_escape(v->out, cf_el_attr(file, "ri:filename"));
		else
			cf_html_escape(v->out, title != NULL ? title : "");
		buf_adds(v->out, "</a>");
	}
}

static void
show_image(struct view *v, const struct cf_el *e)
{
	const struct cf_el *file = cf_el_child(e, "ri:attachment"), *url = cf_el_child(e, "ri:url");
	const char *src = file != NULL  ? cf_el_attr(file, "ri:filename")
			  : url != NULL ? cf_el_attr(url, "ri:value")
					: NULL;

	buf_adds(v->out, "<img src=\"");
	if (src != NULL)
		cf_html_escape(v->out, src);
	buf_adds(v->out, "\"/>");
}

static void
show_task(struct view *v, const struct cf_el *e)
{
	const struct cf_el *status = cf_el_child(e, "ac:task-status"), *body = cf_el_child(e, "ac:task-body");
	bool done = status != NULL && str_eq(cf_el_text(v->rq->arena, status), "") && status->first != NULL &&
		    str_eq(status->first->text, "complete");

	buf_addf(v->out, "<li%s>", done ? " class=\"checked\"" : "");
	if (body != NULL)
		show_children_of(v, body);
	buf_adds(v->out, "</li>");
}

static void
show_plain_element(struct view *v, const struct cf_el *e)
{
	buf_addf(v->out, "<%s", e->name);
	for (size_t i = 0; e->attr != NULL && e->attr[i] != NULL; i += 2) {
		buf_addf(v->out, " %s=\"", e->attr[i]);
		cf_html_escape(v->out, e->attr[i + 1]);
		buf_addc(v->out, '"');
	}
	if (e->first == NULL && e->body == e->end) {
		buf_adds(v->out, " />");
		return;
	}
	buf_addc(v->out, '>');
	show_children_of(v, e);
	buf_addf(v->out, "</%s>", e->name);
}

static void
show(struct view *v, const struct cf_el *e)
{
	if (e->name == NULL)
		cf_html_escape(v->out, e->text);
	else if (cf_el_is(e, "ac:structured-macro") || cf_el_is(e, "ac:macro"))
		show_macro(v, e);
	else if (cf_el_is(e, "ac:link"))
		show_link(v, e);
	else if (cf_el_is(e, "ac:image"))
		show_image(v, e);
	else if (cf_el_is(e, "ac:task-list")) {
		buf_adds(v->out, "<ul class=\"inline-task-list\">");
		show_children_of(v, e);
		buf_adds(v->out, "</ul>");
	} else if (cf_el_is(e, "ac:task"))
		show_task(v, e);
	else if (cf_el_is(e, "ac:emoticon"))
		cf_html_escape(
		    v->out, cf_el_attr(e, "ac:emoji-fallback") != NULL ? cf_el_attr(e, "ac:emoji-fallback") : "");
	else if (cf_el_is(e, "ac:placeholder") || cf_el_is(e, "ac:parameter"))
		return;
	else if (strchr(e->name, ':') != NULL)
		show_children_of(v, e);
	else
		show_plain_element(v, e);
}

const char *
cf_view(struct sb_rq *rq, const struct cf_content *c, const char *body, size_t len)
{
	struct buf b;
	struct view v = { .rq = rq, .page = c, .out = &b };
	const char *fault, *s;

	v.root = cf_xml_parse(rq->arena, body, len, &fault);
	if (v.root == NULL)
		return "";
	buf_init(&b, MAX_HTML);
	show_children_of(&v, v.root);
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}
