/*
 * Comments. An inline comment is tied to the page by a marker around the text it is
 * about: making one writes the marker into the page's storage, as Confluence does, and
 * a comment whose marker is gone from the page is dangling.
 */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"
#include "sandbox/cf_xml.h"

#include <stdlib.h>
#include <string.h>

static bool
is_inline_path(const struct sb_rq *rq)
{
	return strstr(rq->path, "/inline-comments") != NULL;
}

/* Whether the page still has its marker; a resolved comment keeps its state. */
static void
refresh(struct cf_content *c)
{
	bool here;

	if (!c->in_line || c->reply_to != NULL || c->marker == NULL || c->parent == NULL)
		return;
	here = strstr(cf_now(c->parent)->body, c->marker) != NULL;
	if (!here && c->resolution != CF_RESOLVED)
		c->resolution = CF_DANGLING;
	else if (here && c->resolution == CF_DANGLING)
		c->resolution = CF_OPEN;
}

static int
compare_created(const void *a, const void *b, void *sort)
{
	const struct cf_content *const *x = a, *const *y = b;
	const char *by = sort;
	int64_t p = strstr(by, "modified") != NULL ? cf_now(*x)->at_ms : (*x)->created_ms,
		q = strstr(by, "modified") != NULL ? cf_now(*y)->at_ms : (*y)->created_ms;
	int d = (p > q) - (p < q);

	if (d == 0)
		d = ((*x)->id > (*y)->id) - ((*x)->id < (*y)->id);
	return *by == '-' ? -d : d;
}

/* page NULL: everywhere. parent NULL: those that are no replies. */
static void
put_comments(struct sb_rq *rq, const struct cf_content *page, const struct cf_content *parent, bool in_line)
{
	static const char *const resolutions[] = { "open", "reopened", "resolved", "dangling" };
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	const char *sort = sb_arg(rq, "sort");
	size_t n = 0;

	for (size_t i = 0; i < k->content_count; i++) {
		struct cf_content *c = k->content[i];

		if (c->type != CF_COMMENT || c->in_line != in_line || c->reply_to != parent ||
		    !cf_may_read(c, rq->me) || c->status != CF_CURRENT || (page != NULL && c->parent != page) ||
		    cf_holder(c)->status == CF_TRASHED)
			continue;
		refresh(c);
		if (sb_arg(rq, "resolution-status") == NULL ||
		    cf_arg_has(rq, "resolution-status", resolutions[c->resolution]))
			v[n++] = c;
	}
	qsort_r(v, n, sizeof(struct cf_content *), compare_created,
	    arena_strdup(rq->arena, sort != NULL ? sort : "created-date"));
	cf_put_contents(rq, v, n, 25, 250);
}

void
cf_list_footer(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));

	if (c != NULL)
		put_comments(rq, c, NULL, false);
}

void
cf_list_inline(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));

	if (c != NULL)
		put_comments(rq, c, NULL, true);
}

void
cf_all_comments(struct sb_rq *rq)
{
	put_comments(rq, NULL, NULL, is_inline_path(rq));
}

static struct cf_content *
segment_comment(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 1 << CF_COMMENT);

	if (c == NULL)
		return NULL;
	if (c->in_line != is_inline_path(rq)) {
		sb_fail(rq, 404, "Not Found");
		return NULL;
	}
	refresh(c);
	return c;
}

void
cf_get_comment(struct sb_rq *rq)
{
	struct cf_content *c = segment_comment(rq);
	int64_t number = sb_arg_int(rq, "version", 0);

	if (c == NULL || rq->failed)
		return;
	if (number < 0 || number > (int64_t)c->version_count)
		sb_fail(rq, 404, "Not Found");
	else
		cf_put_v2_one(rq, c, (size_t)number);
}

void
cf_replies(struct sb_rq *rq)
{
	struct cf_content *c = segment_comment(rq);

	if (c != NULL)
		put_comments(rq, NULL, c, c->in_line);
}

/* The page or comment that a new comment is about; NULL after a failure. */
static struct cf_content *
take_holder(struct sb_rq *rq, struct cf_content **ret_parent)
{
	static const char *const names[] = { "pageId", "blogPostId", "attachmentId" };
	const char *above = json_scalar(rq->arena, json_get(rq->body, "parentCommentId"));
	struct cf_content *c = NULL;

	if (above != NULL) {
		c = cf_find(rq, above, 1 << CF_COMMENT);
		if (c != NULL && c->in_line != is_inline_path(rq)) {
			sb_fail(rq, 400, "The parent comment is of another kind");
			return NULL;
		}
		*ret_parent = c;
		return c != NULL ? c->parent : NULL;
	}
	for (size_t i = 0; i < LEN(names); i++) {
		const char *id = json_scalar(rq->arena, json_get(rq->body, names[i]));

		if (id != NULL)
			return cf_find(rq, id, i == 0 ? 1 << CF_PAGE : i == 1 ? 1 << CF_BLOGPOST : 1 << CF_ATTACHMENT);
	}
	sb_fail(rq, 400, "A container id is required to create a comment");
	return NULL;
}

/* Writes the marker around the index-th of count places of the text; false after a failure. */
static bool
mark_text(
    struct sb_rq *rq, struct cf_content *page, const char *words, int64_t count, int64_t index, const char *marker)
{
	const struct cf_version *v = cf_now(page);
	const char *fault;
	struct cf_el *root = cf_xml_parse(rq->arena, v->body, v->len, &fault);
	int64_t found = 0;
	size_t at = 0;
	struct buf b;

	for (struct cf_el *e = root; e != NULL && *words != '\0'; e = cf_el_walk(root, e)) {
		const char *raw, *from, *end;

		if (e->name != NULL || cf_el_is(e->up, "ac:parameter") || cf_el_is(e->up, "ac:plain-text-body"))
			continue;
		raw = v->body + e->at;
		end = v->body + e->end;
		from = raw;
		while (from < end && (from = memmem(from, (size_t)(end - from), words, strlen(words))) != NULL) {
			if (found++ == index)
				at = (size_t)(from - v->body) + 1;
			from += strlen(words);
		}
	}
	if (found == 0 || index >= found || index < 0 || (count > 0 && count != found)) {
		sb_fail(rq, 400, "Could not find the text selection: expected %lld matches, found %lld",
		    (long long)count, (long long)found);
		return false;
	}
	at--;
	buf_init(&b, CF_MAX_BODY * 2);
	buf_add(&b, v->body, at);
	buf_addf(&b, "<ac:inline-comment-marker ac:ref=\"%s\">%s</ac:inline-comment-marker>", marker, words);
	buf_add(&b, v->body + at + strlen(words), v->len - at - strlen(words));
	page->version[page->version_count - 1].body = arena_strndup(rq->site->arena, b.data, b.len);
	page->version[page->version_count - 1].len = b.len;
	buf_release(&b);
	return true;
}

void
cf_create_comment(struct sb_rq *rq)
{
	bool in_line = is_inline_path(rq);
	struct cf_content *parent = NULL, *holder = sb_need_body(rq) ? take_holder(rq, &parent) : NULL, *c;
	json *place = json_get(rq->body, "inlineCommentProperties");
	const char *words = json_get_str(place, "textSelection"), *marker = NULL, *body;
	struct cf_wiki *k = cf_wiki(rq);
	size_t len;

	if (holder == NULL || (body = cf_take_body(rq, json_get(rq->body, "body"), &len)) == NULL)
		return;
	if (in_line && parent == NULL) {
		if (words == NULL) {
			sb_fail(rq, 400, "inlineCommentProperties are required to create an inline comment");
			return;
		}
		marker = arena_printf(k->arena, "c0ffee00-0000-4000-8000-%012llx", (long long)k->next_id);
		if (!mark_text(rq, holder, words, json_get_int(place, "textSelectionMatchCount", 1),
			json_get_int(place, "textSelectionMatchIndex", 0), marker))
			return;
	}
	c = cf_add(k, CF_COMMENT, holder->space, holder, rq->me);
	c->in_line = in_line;
	c->reply_to = parent;
	c->marker = marker != NULL ? marker : parent != NULL ? parent->marker : NULL;
	c->selection = words != NULL ? arena_strdup(k->arena, words) : parent != NULL ? parent->selection : NULL;
	cf_add_version(k, c, rq->me, arena_printf(rq->arena, "Re: %s", cf_title(holder)), body, len);
	cf_put_v2_one(rq, c, 0);
	rq->status = 201;
}

/* False after a failure. */
static bool
resolve(struct sb_rq *rq, struct cf_content *c, bool on)
{
	if (!c->in_line || c->reply_to != NULL || c->resolution == CF_DANGLING) {
		sb_fail(rq, 400, "Only an open top level inline comment can be resolved");
		return false;
	}
	if (on == (c->resolution == CF_RESOLVED))
		return true;
	c->resolution = on ? CF_RESOLVED : CF_REOPENED;
	c->resolved_by = rq->me;
	c->resolved_ms = sb_now(rq->site);
	return true;
}

void
cf_edit_comment(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? segment_comment(rq) : NULL;
	json *body = json_get(rq->body, "body"), *resolved = json_get(rq->body, "resolved");
	int64_t number = json_int(json_path(rq->body, "version.number"), -1);
	const char *text, *message = json_path_str(rq->body, "version.message");
	size_t len;

	if (c == NULL)
		return;
	if (number != (int64_t)c->version_count + 1) {
		sb_fail(rq, number == -1 ? 400 : 409,
		    "Version must be incremented when updating a comment. Current Version: [%zu]. Provided version: "
		    "[%lld]",
		    c->version_count, (long long)number);
		return;
	}
	if (body != NULL && c->author != rq->me && (cf_groups[3].members >> rq->me & 1) == 0) {
		sb_fail(rq, 403, "User does not have permission to edit this comment");
		return;
	}
	text = cf_now(c)->body;
	len = cf_now(c)->len;
	if (body != NULL && (text = cf_take_body(rq, body, &len)) == NULL)
		return;
	if (resolved != NULL && !resolve(rq, c, json_bool(resolved, false)))
		return;
	cf_add_version(cf_wiki(rq), c, rq->me, cf_title(c), text, len)->message =
	    message != NULL ? arena_strdup(rq->site->arena, message) : "";
	cf_put_v2_one(rq, c, 0);
}

void
cf_delete_comment(struct sb_rq *rq)
{
	struct cf_content *c = segment_comment(rq);

	if (c == NULL)
		return;
	if (rq->me == SB_GUEST && c->author != rq->me) {
		sb_fail(rq, 403, "User does not have permission to delete this comment");
		return;
	}
	cf_purge(cf_wiki(rq), c);
	rq->status = 204;
}

/* Data Center: by location, and by depth ("all": replies too). */
void
cf_child_comments_v1(struct sb_rq *rq)
{
	static const char *const places[] = { "footer", "inline" };
	struct cf_content *top = cf_segment(rq, 0, 0), **v;
	struct cf_wiki *k = cf_wiki(rq);
	bool all = sb_arg_is(rq, "depth", "all");
	size_t n = 0;

	if (top == NULL)
		return;
	v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	for (size_t i = 0; i < k->content_count; i++) {
		struct cf_content *c = k->content[i];

		if (c->type != CF_COMMENT || c->status != CF_CURRENT || !cf_may_read(c, rq->me))
			continue;
		if (top->type == CF_COMMENT ? c->reply_to != top : c->parent != top || (c->reply_to != NULL && !all))
			continue;
		refresh(c);
		if (sb_arg(rq, "location") == NULL || cf_arg_has(rq, "location", places[c->in_line]) ||
		    (cf_arg_has(rq, "location", "resolved") && c->resolution == CF_RESOLVED))
			v[n++] = c;
	}
	cf_put_contents(rq, v, n, 25, 500);
}

/* What the plugin of inline comments says of one. */
static void
put_plugin_comment(struct sb_rq *rq, const struct cf_content *c)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "id", c->id);
	jw_str(w, "originalSelection", c->selection != NULL ? c->selection : "");
	jw_str(w, "body", cf_now(c)->body);
	jw_str(w, "markerRef", c->marker != NULL ? c->marker : "");
	jw_str(w, "authorUserName", sb_people[c->author].name);
	jw_str(w, "authorDisplayName", sb_people[c->author].display);
	jw_obj_in(w, "resolveProperties");
	jw_bool(w, "resolved", c->resolution == CF_RESOLVED);
	jw_bool(w, "resolvedByDangling", c->resolution == CF_DANGLING);
	jw_end(w);
	jw_end(w);
}

/*
 * Data Center's REST API makes and resolves no inline comments; its bundled plugin does, as the
 * page's own script calls it. It is not in the document.
 */
void
cf_plugin_create(struct sb_rq *rq)
{
	const char *words = json_get_str(rq->body, "originalSelection"), *body = json_get_str(rq->body, "body"),
		   *marker;
	struct cf_content *page = sb_need_body(rq)
				      ? cf_find(rq, json_scalar(rq->arena, json_get(rq->body, "containerId")), 0)
				      : NULL,
			  *c;
	struct cf_wiki *k = cf_wiki(rq);
	size_t len;

	if (page == NULL)
		return;
	if (words == NULL || body == NULL) {
		sb_fail(rq, 400, "An inline comment needs originalSelection and body");
		return;
	}
	body = cf_to_storage(rq, "storage", body, strlen(body), &len);
	marker = arena_printf(k->arena, "c0ffee00-0000-4000-8000-%012llx", (long long)k->next_id);
	if (body == NULL || !mark_text(rq, page, words, json_get_int(rq->body, "numMatches", 1),
				json_get_int(rq->body, "matchIndex", 0), marker))
		return;
	c = cf_add(k, CF_COMMENT, page->space, page, rq->me);
	c->in_line = true;
	c->marker = marker;
	c->selection = arena_strdup(k->arena, words);
	cf_add_version(k, c, rq->me, arena_printf(rq->arena, "Re: %s", cf_title(page)), body, len);
	put_plugin_comment(rq, c);
}

void
cf_plugin_resolve(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 1 << CF_COMMENT);

	if (c == NULL)
		return;
	refresh(c);
	if (resolve(rq, c, str_eq(rq->segment[1], "true")))
		put_plugin_comment(rq, c);
}
