/*
 * Searches: /search finds content, spaces and people as results with excerpts,
 * /content/search content as content, /search/user people.
 */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_cql.h"
#include "sandbox/cf_handlers.h"
#include "sandbox/cf_view.h"
#include "sandbox/cf_xml.h"

#include <string.h>

enum { EXCERPT = 300 };

static size_t
searched_word(const struct cf_found *f, const char *text)
{
	for (size_t i = 0; i < f->words; i++)
		if (str_istarts(text, f->word[i]))
			return strlen(f->word[i]);
	return 0;
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* As ?excerpt= wants it: beginnings of words that were searched for are marked, unless it says otherwise. */
static const char *
marked(struct sb_rq *rq, const struct cf_found *f, const char *text, bool escape)
{
	const char *kind = sb_arg(rq, "excerpt"), *s;
	bool mark = kind == NULL || str_starts(kind, "highlight"), begins = true;
	struct buf b;

	buf_init(&b, 64 * 1024);
	while (*text != '\0') {
		size_t len = mark && begins ? searched_word(f, text) : 0;
		char one[2] = { *text, '\0' };

		if (len > 0)
			buf_addf(&b, "@@@hl@@@%.*s@@@endhl@@@", (int)len, text);
		else if (escape)
			cf_html_escape(&b, one);
		else
			buf_addc(&b, *text);
		begins = len == 0 && !is_letter(*text);
		text += len > 0 ? len : 1;
	}
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

static const char *
excerpt(struct sb_rq *rq, const struct cf_content *c)
{
	const char *kind = sb_arg(rq, "excerpt"), *text;
	size_t n;

	if (str_eq(kind, "none") || c->type == CF_ATTACHMENT)
		return "";
	text = cf_plain(rq->arena, cf_now(c)->body, cf_now(c)->len);
	n = strlen(text) < EXCERPT ? strlen(text) : EXCERPT;
	while (n > 0 && n < strlen(text) && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return arena_strndup(rq->arena, text, n);
}

static void
put_summary(struct sb_rq *rq, const char *name, const char *title, const char *url)
{
	jw_obj_in(&rq->w, name);
	jw_str(&rq->w, "title", title);
	jw_str(&rq->w, "displayUrl", url);
	jw_end(&rq->w);
}

static void
put_hit(struct sb_rq *rq, const struct cf_found *f, const struct cf_hit *h)
{
	struct jw *w = &rq->w;
	struct cf_content *c = h->content;
	const char *kind = sb_arg(rq, "excerpt") != NULL ? sb_arg(rq, "excerpt") : "highlight";
	int64_t at = c != NULL ? cf_now(c)->at_ms : h->space != NULL ? h->space->created_ms : 0;

	jw_obj(w);
	if (c != NULL) {
		jw_key(w, "content");
		cf_put_content(rq, "content.", c, 0);
	} else if (h->space != NULL) {
		jw_key(w, "space");
		cf_put_space(rq, "space.", h->space);
	} else {
		jw_key(w, "user");
		cf_put_user(rq, h->person);
	}
	jw_str(w, "title",
	    c != NULL          ? marked(rq, f, cf_title(c), false)
	    : h->space != NULL ? h->space->name
			       : sb_people[h->person].display);
	jw_str(w, "excerpt",
	    c != NULL          ? marked(rq, f, excerpt(rq, c), !str_ends(kind, "_unescaped"))
	    : h->space != NULL ? h->space->about
			       : "");
	jw_str(w, "url",
	    c != NULL          ? cf_webui(rq, c)
	    : h->space != NULL ? cf_space_webui(rq, h->space)
			       : arena_printf(rq->arena, "/people/%s", cf_user_id(rq, h->person)));
	if (c != NULL) {
		if (c->parent != NULL && cf_may_read(c->parent, rq->me))
			put_summary(rq, "resultParentContainer", cf_title(c->parent), cf_webui(rq, c->parent));
		put_summary(rq, "resultGlobalContainer", c->space->name, cf_space_webui(rq, c->space));
	}
	if (!rq->site->dc) {
		jw_arr_in(w, "breadcrumbs");
		jw_end(w);
	}
	jw_str(w, "entityType", c != NULL ? "content" : h->space != NULL ? "space" : "user");
	jw_str(w, "iconCssClass", c != NULL && c->type == CF_PAGE ? "aui-icon content-type-page" : "aui-icon");
	jw_str(w, "lastModified", cf_time(rq, at));
	jw_str(w, "friendlyLastModified", arena_strndup(rq->arena, cf_time(rq, at), 10));
	if (!rq->site->dc) {
		jw_key(w, "score");
		jw_i(w, 0);
	}
	jw_end(w);
}

static void
put_hits(struct sb_rq *rq, unsigned what)
{
	const char *cql = sb_arg(rq, "cql");
	struct cf_window w;
	struct cf_found f;
	struct jw *j = &rq->w;

	if (cql == NULL) {
		sb_fail(rq, 400, "cql is required");
		return;
	}
	if (cf_find_cql(rq, cql, what, &f) == -1)
		return;
	if (!cf_list_begin(rq, f.n, 25, cf_expands(rq, "", "content.body") ? 50 : 1000, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		put_hit(rq, &f, &f.hit[i]);
	jw_end(j);
	jw_int(j, "totalSize", (int64_t)f.n);
	jw_str(j, "cqlQuery", cql);
	jw_int(j, "searchDuration", 7);
	if (!rq->site->dc)
		jw_int(j, "archivedResultCount", 0);
	cf_put_window(rq, &w);
	jw_end(j);
}

void
cf_search(struct sb_rq *rq)
{
	put_hits(rq, CF_FIND_CONTENT | CF_FIND_SPACES |
			 CF_FIND_PEOPLE * (sb_arg(rq, "cql") != NULL && strstr(sb_arg(rq, "cql"), "user") != NULL));
}

void
cf_search_users(struct sb_rq *rq)
{
	put_hits(rq, CF_FIND_PEOPLE);
}

void
cf_search_content(struct sb_rq *rq)
{
	const char *cql = sb_arg(rq, "cql");
	struct cf_window w;
	struct cf_found f;

	if (cql == NULL) {
		sb_fail(rq, 400, "cql is required");
		return;
	}
	if (cf_find_cql(rq, cql, CF_FIND_CONTENT, &f) == -1)
		return;
	if (!cf_list_begin(rq, f.n, 25, cf_expands(rq, "", "body") ? 50 : 1000, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		cf_put_content(rq, "", f.hit[i].content, 0);
	cf_list_end(rq, &w);
}
