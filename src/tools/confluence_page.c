/*
 * confluence_get_page: one request -> storage -> Markdown, whole or a part of it. What does not fit into the answer comes
 * as outline and first window; the cursor (block@version) continues. The version is the token of confluence_update_page.
 */
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_macro.h"
#include "tools/confluence_view.h"

#include "text/edit.h"

#include <string.h>

enum { MARGIN = 200, MIN_WINDOW = 1500, MAX_OUTLINE = 2500 };

struct get_args {
	const char *page_id, *title, *space_key, *section, *cursor, *convert_to_markdown, *body_format, *ignored;
	int64_t version;
	bool outline, handles, macros, export_link, ignored_flag;
};

static const struct param get_params[] = {
	P_STR(struct get_args, page_id, 0, .aliases = "pageId,contentId,content_id,content_url,page,id,url", .doc = "Id, link or title"),
	P_STR(struct get_args, title, P_HIDDEN, .doc = NULL),
	P_STR(struct get_args, space_key, 0, .aliases = "spaceKey,space", .doc = NULL),
	P_STR(struct get_args, section, 0, .doc = "Only this heading, or #handle"),
	P_BOOL(struct get_args, outline, 0, .doc = "Headings only"),
	P_BOOL(struct get_args, handles, P_MORE, .doc = "For edits"),
	P_BOOL(struct get_args, macros, P_MORE, .aliases = "resolve_macros", .doc = "Resolve includes, Jira lists"),
	P_BOOL(struct get_args, export_link, P_HIDDEN, .doc = NULL),
	P_INT(struct get_args, version, P_MORE, .min = 1, .max = 1000000, .doc = "An older one"),
	P_STR(struct get_args, cursor, 0, .aliases = "page_token", .doc = NULL),
	P_STR(struct get_args, convert_to_markdown, P_HIDDEN, .doc = NULL),
	P_STR(struct get_args, body_format, P_HIDDEN, .aliases = "content_format,contentFormat,bodyMode", .doc = NULL),
	{ .name = "detail", .type = PARAM_STRING, .offset = offsetof(struct get_args, ignored), .flags = P_HIDDEN, .aliases = "expand" },
	{ .name = "include_metadata", .type = PARAM_BOOL, .offset = offsetof(struct get_args, ignored_flag), .flags = P_HIDDEN,
	    .aliases = "draft" },
	P_END
};

static bool
wants_storage(const struct get_args *a)
{
	return str_ieq(a->convert_to_markdown, "false") || str_ieq(a->body_format, "storage") || str_ieq(a->body_format, "html");
}

/* "37@7": the block at which the next part begins, and the version that the earlier parts showed. */
static int
read_cursor(struct call *c, const struct get_args *a, size_t *ret_from, int64_t *ret_version)
{
	const char *at = a->cursor == NULL ? NULL : strchr(a->cursor, '@');
	int64_t from;

	*ret_from = 0;
	*ret_version = 0;
	if (a->cursor == NULL)
		return 0;
	if (at == NULL || str_int(arena_strndup(c->arena, a->cursor, (size_t)(at - a->cursor)), 1, DOC_MAX_NODES, &from) == -1 ||
	    str_int(at + 1, 0, INT32_MAX, ret_version) == -1)
		return call_fail(c, ERR_INPUT, "cursor is not one that this page gave.");
	*ret_from = (size_t)from;
	return 0;
}

static const char *
outline_of(struct call *c, const struct doc *d, size_t max)
{
	const char *text;
	size_t n;
	struct buf b;

	buf_init(&b, MAX_PAGE_TEXT);
	doc_write_outline(d, &b);
	for (n = b.len; n > max; ) {	/* whole lines */
		while (n > 0 && b.data[--n] != '\n')
			;
	}
	text = n == b.len ? arena_strndup(c->arena, b.data, n) : arena_printf(c->arena, "%.*s\n(more headings: outline=true)", (int)n, b.data);
	buf_release(&b);
	return text;
}

static const char *
part_of(struct call *c, const struct doc *d, const struct md_opts *o, size_t *ret_next)
{
	const char *text;
	struct buf b;

	buf_init(&b, MAX_PAGE_TEXT);
	*ret_next = doc_write_md_part(d, o, &b);
	text = str_trim(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

/* The whole if it fits; else outline and first window. */
static void
show_body(struct call *c, const struct doc *d, const struct page *p, unsigned flags, size_t from)
{
	size_t room = out_room(c->out), window = room > MARGIN + MIN_WINDOW ? room - MARGIN : MIN_WINDOW, next;
	struct md_opts o = { .flags = flags, .budget = window, .from = from };
	const char *text = part_of(c, d, &o, &next), *outline;

	if (next > 0 && from == 0) {
		outline = outline_of(c, d, window / 3 < MAX_OUTLINE ? window / 3 : MAX_OUTLINE);
		out_text(c->out, "Outline", outline);
		o.budget = window > strlen(outline) + MIN_WINDOW ? window - strlen(outline) : MIN_WINDOW;
		text = part_of(c, d, &o, &next);
	}
	out_text(c->out, "Content", text);
	if (text == NULL || *text == '\0')
		out_say(c->out, "The page is empty.");
	if (next > 0)
		out_more(c->out, "cursor", arena_printf(c->arena, "%zu@%lld", next, (long long)p->version), "(or section=HEADING for one section)");
}

static int
show_page(struct call *c, struct site *s, const struct get_args *a, const struct page *p)
{
	size_t from;
	int64_t seen;
	struct doc *d;

	if (read_cursor(c, a, &from, &seen) == -1)
		return -1;
	if (wants_storage(a)) {
		view_page_head(c, s, p);
		out_text(c->out, "Storage", p->storage);
		return 0;
	}
	d = body_read(c, s, p->storage != NULL ? p->storage : "", p->author);
	if (d == NULL)
		return -1;
	if (a->section != NULL && page_cut_section(c, d, a->section) == -1)
		return -1;
	if (from == 0)
		view_page_head(c, s, p);
	else if (seen != p->version)
		out_say(c->out, "The page is now version %lld: blocks may have shifted since version %lld.", (long long)p->version,
		    (long long)seen);
	if (a->export_link) {
		out_pairf(c->out, "PDF", "%s/spaces/flyingpdf/pdfpageexport.action?pageId=%s", s->web, p->id);
		out_pairf(c->out, "Word", "%s/exportword?pageId=%s", s->web, p->id);
	}
	if (a->outline)
		out_text(c->out, "Outline", outline_of(c, d, out_room(c->out)));
	else
		show_body(c, d, p, a->handles ? MD_HANDLES : 0, from);
	return a->macros ? macros_resolve(c, s, d, p) : 0;
}

static int
get_page(struct call *c, const void *v)
{
	const struct get_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;

	if (s == NULL)
		return -1;
	if (a->page_id == NULL && a->title == NULL) {
		call_fail(c, ERR_INPUT, "page_id is missing: an id, a link, or a title with space_key.");
		return -1;
	}
	if (page_get(c, s, a->page_id != NULL ? a->page_id : a->title, a->space_key, PAGE_BODY | PAGE_LABELS, &p) == -1)
		return -1;
	c->target = p.id;
	if (a->version > 0 && page_get_version(c, s, &p, a->version, &p) == -1)
		return -1;
	return show_page(c, s, a, &p);
}

TOOL(confluence_get_page,
	.title = "Get page", .doc = "Read a page as Markdown; its version is the token for updates.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = READS, .scopes = "read:page:confluence",
	ARGS(struct get_args, get_params), .example = "{\"page_id\":\"On-call handbook\",\"space_key\":\"OPS\"}", .run = get_page,
);
