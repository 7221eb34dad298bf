/*
 * confluence_update_page: the current source is read, the caller's Markdown or edits are merged into it (text/merge.h,
 * text/edit.h), and the result is written as the next version. Untouched blocks go back byte for byte.
 *
 *	version is the current one, or not given	merge on the current source
 *	version is older				three ways: that version's source, the current one, the edit; edits of
 *							blocks and sections are made on that version, too
 *	the site says 409 while writing			read again, three ways again; at most MAX_TRIES times
 *
 * Blocks that the edit and somebody else changed are reported, and nothing is written. So is an edit that would lose a
 * macro, the place of an inline comment, or most of the page, unless allow_loss says so. With only a title or a parent
 * the body is not sent at all where the site allows that.
 */
#include "base/str.h"
#include "text/edit.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_macro.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_TRIES = 3, MAX_EDITS = 100, MAX_SHOWN = 400, MANY_BLOCKS = 10 };

struct update_args {
	const char *page_id, *space_key, *title, *content, *content_format, *section, *parent_id, *version_comment, *unused;
	json *edits;
	int64_t version;
	bool allow_loss, is_minor_edit, unused_flag;
};

static const struct param update_params[] = {
	P_STR(struct update_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct update_args, content, 0, .max_len = CONFLUENCE_MAX_BODY, .aliases = "body,new_content", .doc = "Markdown, whole page or section"),
	P_STR(struct update_args, section, 0, .aliases = "heading_text", .doc = "Only this heading's text"),
	P_OBJS(struct update_args, edits, 0, .max_len = MAX_EDITS, .doc = "[{where: heading, #handle or text; text; op: replace, before, after, delete, find, "
	    "move_after with to}]"),
	P_INT(struct update_args, version, 0, .min = 1, .max = INT32_MAX, .aliases = "snapshotToken,version_number", .doc = "The one that was read"),
	P_STR(struct update_args, title, 0, .max_len = 255 * 4, .doc = NULL),
	P_STR(struct update_args, parent_id, P_MORE, .aliases = "parentId", .doc = NULL),
	P_STR(struct update_args, version_comment, P_MORE, .aliases = "versionMessage,versionComment,message", .doc = NULL),
	P_BOOL(struct update_args, allow_loss, P_MORE, .doc = "May drop macros, comment anchors"),
	P_STR(struct update_args, space_key, P_HIDDEN, .aliases = "spaceId,spaceKey", .doc = NULL),
	P_ENUM(struct update_args, content_format, P_HIDDEN, .values = "markdown,storage,wiki", .aliases = "contentFormat", .doc = NULL),
	P_BOOL(struct update_args, is_minor_edit, P_HIDDEN, .aliases = "minor_edit", .doc = NULL),
	{ .name = "content_file", .type = PARAM_STRING, .offset = offsetof(struct update_args, unused), .flags = P_HIDDEN,
	    .aliases = "emoji,page_width,table_layout" },
	{ .name = "include_content", .type = PARAM_BOOL, .offset = offsetof(struct update_args, unused_flag), .flags = P_HIDDEN,
	    .aliases = "enable_heading_anchors" },
	P_END
};

/* One update under way. */
struct update {
	const struct update_args *a;
	struct site *site;
	struct page base, now;		/* what the caller saw, and what is there */
	struct edit *edits;
	size_t edit_count;
	struct body_names *names;
	struct merge_report report;
	const char *parent, *parent_label;	/* id, or NULL */
	const char *storage;		/* the result; NULL: the body stays */
};

/* ---- what the caller wants ---- */

static const struct {
	const char *word;
	enum edit_op op;
} ops[] = {
	{ "replace", EDIT_REPLACE }, { "before", EDIT_BEFORE }, { "after", EDIT_AFTER }, { "delete", EDIT_DELETE },
	{ "move_before", EDIT_MOVE_BEFORE }, { "move_after", EDIT_MOVE_AFTER }, { "find", EDIT_TEXT },
	{ "replaceNode", EDIT_REPLACE }, { "insertNodeBefore", EDIT_BEFORE }, { "insertNodeAfter", EDIT_AFTER },
	{ "deleteNode", EDIT_DELETE }, { "find_replace", EDIT_TEXT }, { "insert_before", EDIT_BEFORE }, { "insert_after", EDIT_AFTER },
};

static int
take_edit(struct call *c, json *v, size_t i, struct edit *ret)
{
	static const char *const members[] = { "op", "where", "text", "to", "find" };
	const char *op = json_get_str(v, "op") != NULL ? json_get_str(v, "op") : "replace", *text = json_get_str(v, "text");
	size_t k = 0;

	*ret = (struct edit){ .where = json_get_str(v, "where"), .text = text, .to = json_get_str(v, "to") };
	for (struct json_iter it = json_iter(v); json_next(&it);) {
		bool known = false;

		for (size_t m = 0; m < LEN(members); m++)
			known = known || str_eq(members[m], it.key);
		if (!known)
			return call_fail(c, ERR_INPUT, "edits[%zu] has no member \"%.40s\": it takes where, text, op and to.", i, it.key);
	}
	if (json_get_str(v, "find") != NULL) {
		ret->where = json_get_str(v, "find");
		op = "find";
	}
	while (k < LEN(ops) && !str_ieq(ops[k].word, op))
		k++;
	if (k == LEN(ops))
		return call_fail(c, ERR_INPUT, "edits[%zu]: op must be replace, before, after, delete, find, move_before or move_after.", i);
	ret->op = ops[k].op;
	if (str_blank(ret->where))
		return call_fail(c, ERR_INPUT, "edits[%zu]: where is missing.", i);
	if (text == NULL && (ret->op == EDIT_REPLACE || ret->op == EDIT_BEFORE || ret->op == EDIT_AFTER || ret->op == EDIT_TEXT))
		return call_fail(c, ERR_INPUT, "edits[%zu]: text is missing (\"\" deletes).", i);
	if ((ret->op == EDIT_MOVE_BEFORE || ret->op == EDIT_MOVE_AFTER) && str_blank(ret->to))
		return call_fail(c, ERR_INPUT, "edits[%zu]: to is missing: the block or section to move it to.", i);
	return 0;
}

/* A section's new text without a heading of its own keeps the old heading. */
static int
take_section(struct call *c, struct update *u)
{
	const char *text = u->a->content;
	struct doc *d = body_read(c, u->site, u->base.storage, NULL);
	struct buf b;

	if (d == NULL || page_cut_section(c, d, u->a->section) == -1)
		return -1;
	if (d->root->first->type == NODE_HEADING && text[strspn(text, " \r\n")] != '#') {
		d->root->first->next = NULL;
		d->root->last = d->root->first;
		buf_init(&b, CONFLUENCE_MAX_BODY);
		doc_write_md(d, &b);
		buf_addf(&b, "\n\n%s", text);
		text = arena_strdup(c->arena, b.data);
		buf_release(&b);
	}
	u->edits = arena_array(c->arena, 1, sizeof(*u->edits));
	u->edits[0] = (struct edit){ .op = EDIT_REPLACE, .where = u->a->section, .text = text };
	u->edit_count = 1;
	return 0;
}

/* All Markdown of the caller, for the people that it mentions. */
static const char *
all_text(struct call *c, const struct update *u)
{
	const char *text;
	struct buf b;

	if (u->edit_count == 0)
		return u->a->content;
	buf_init(&b, 2 * CONFLUENCE_MAX_BODY);
	for (size_t i = 0; i < u->edit_count; i++) {
		if (u->edits[i].text != NULL)
			buf_addf(&b, "%s\n\n", u->edits[i].text);
	}
	text = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static int
take_wishes(struct call *c, struct update *u)
{
	const struct update_args *a = u->a;
	struct doc *known;

	if (a->edits != NULL) {
		u->edits = arena_array(c->arena, json_len(a->edits), sizeof(*u->edits));
		for (struct json_iter it = json_iter(a->edits); json_next(&it);) {
			if (take_edit(c, it.value, it.index, &u->edits[u->edit_count++]) == -1)
				return -1;
		}
	} else if (a->section != NULL && take_section(c, u) == -1) {
		return -1;
	}
	if ((a->content == NULL && a->edits == NULL) || !str_eq(a->content_format, "markdown"))
		return 0;
	if (u->base.version != u->now.version && body_read(c, u->site, u->base.storage, NULL) == NULL)	/* its people, too */
		return -1;
	known = body_read(c, u->site, u->now.storage, NULL);
	u->names = known == NULL ? NULL : body_names(c, u->site, all_text(c, u), known);
	return u->names == NULL ? -1 : 0;
}

/* ---- merging ---- */

/* " (2026-11-20 by Ana Lima)" of the version that is there; "" when nothing is known; NULL when the call was cancelled. */
static const char *
changed_by(struct call *c, const struct update *u)
{
	const char *of, *comma;

	if (u->now.author != NULL && people_learn(c, u->site, &u->now.author, 1) == -1) {
		if (call_cancelled(c))
			return NULL;
		err_clear(&c->err);	/* the conflict is the news */
	}
	of = view_version(c, u->site, &u->now);
	comma = strstr(of, ", ");
	return comma == NULL ? "" : arena_printf(c->arena, " (%s)", comma + 2);
}

static void
explain_conflicts(struct call *c, const struct update *u)
{
	const char *who;
	struct buf b;

	if (u->report.conflicts == NULL)
		return;
	err_clear(&c->err);
	if ((who = changed_by(c, u)) == NULL)
		return;
	buf_init(&b, 16 * 1024);
	for (const struct merge_conflict *k = u->report.conflicts; k != NULL && b.len < 4000; k = k->next)
		buf_addf(&b, "\n@ %s\nnow: %.*s\nyours: %.*s", *k->where != '\0' ? k->where : "(top)", MAX_SHOWN,
		    k->current != NULL ? k->current : "(removed)", MAX_SHOWN, k->edited != NULL ? k->edited : "(removed)");
	call_fail(c, ERR_CONFLICT, "Page %s is now version %lld%s, and somebody else changed what this edit changes too. Nothing was "
	    "written.%s", u->now.id, (long long)u->now.version, who, b.data);
	call_hint(c, "Read the page again and edit what it says now.");
	buf_release(&b);
}

/* The result of a merge that takes away most of a page is a window sent back as the whole more often than a wish. */
static int
check_loss(struct call *c, const struct update *u)
{
	const struct merge_report *r = &u->report;

	if (u->a->allow_loss || u->edit_count > 0 || r->removed < MANY_BLOCKS || r->removed < r->kept + r->changed ||
	    r->added + r->changed > r->removed / 4)
		return 0;
	call_fail(c, ERR_CONFLICT, "The text would remove %u blocks of page %s and keep %u: it looks like a part of the page.", r->removed,
	    u->now.id, r->kept + r->changed);
	call_hint(c, "Give the whole page, or section or edits for a part; allow_loss=true removes them.");
	return -1;
}

static int
too_large(struct call *c)
{
	return call_fail(c, ERR_TOO_LARGE, "The page would be larger than %d MiB.", CONFLUENCE_MAX_BODY / 1024 / 1024);
}

/* The edits of blocks, made on the page as the caller saw it: Markdown of that whole page. */
static int
edit_base(struct call *c, const struct update *u, const struct merge_opts *o, const char **ret)
{
	const char *base = u->base.storage;
	struct doc *d = NULL;
	struct buf b;

	buf_init(&b, CONFLUENCE_MAX_BODY);
	if (doc_edit(c->arena, SKIN_STORAGE, base, strlen(base), u->edits, u->edit_count, o, &b, NULL, NULL, &c->err) == -1)
		err_context(&c->err, "In version %lld", (long long)u->base.version);
	else if (!buf_overflowed(&b))
		d = doc_read_storage(c->arena, arena_strndup(c->arena, b.data, b.len), b.len, &c->err);
	if (d != NULL) {
		body_prepare(d, u->names);
		buf_reset(&b);
		doc_write_md(d, &b);
		*ret = arena_strndup(c->arena, b.data, b.len);
	}
	if (buf_overflowed(&b))
		d = NULL;
	buf_release(&b);
	return d != NULL ? 0 : err_is_set(&c->err) ? -1 : too_large(c);
}

static int
merge_markdown(struct call *c, struct update *u, const char **ret)
{
	const char *md = u->a->content, *base = u->base.storage, *now = u->now.storage;
	struct merge_opts o = { .prepare = body_prepare, .ctx = u->names };
	bool same = u->base.version == u->now.version;
	int result = 0;
	struct buf b;

	o.flags = (u->a->allow_loss ? MERGE_DROP_ANCHORS : MERGE_KEEP_MACROS) | (site_is_cloud(u->site) ? MERGE_ADF_NODES : 0);
	memset(&u->report, 0, sizeof(u->report));
	if (!same && u->edit_count > 0)
		result = edit_base(c, u, &o, &md);
	buf_init(&b, CONFLUENCE_MAX_BODY);
	if (same && u->edit_count > 0)
		result = doc_edit(c->arena, SKIN_STORAGE, now, strlen(now), u->edits, u->edit_count, &o, &b, NULL, &u->report, &c->err);
	else if (same)
		result = doc_merge(c->arena, SKIN_STORAGE, now, strlen(now), md, strlen(md), &o, &b, &u->report, &c->err);
	else if (result == 0)
		result = doc_merge3(c->arena, SKIN_STORAGE, base, strlen(base), now, strlen(now), md, strlen(md), &o, &b, &u->report, &c->err);
	if (result == -1)
		explain_conflicts(c, u);
	if (result == -1 && c->err.kind == ERR_CONFLICT && u->report.conflicts == NULL && !u->a->allow_loss)
		call_hint(c, "%s (allow_loss=true). Nothing was written.", c->err.hint != NULL ? str_trim(c->arena, c->err.hint,
		    strlen(c->err.hint) - 1) : "Keep it, or say that it may be lost");
	if (result == 0 && buf_overflowed(&b))
		result = too_large(c);
	if (result == 0)
		*ret = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return result == 0 ? check_loss(c, u) : -1;
}

/* Storage or wiki markup replaces the source; comment anchors that it forgets are still asked about. */
static int
replace_source(struct call *c, const struct update *u, const char **ret)
{
	static const char anchor[] = "ac:ref=\"";
	const char *storage = body_storage(c, u->site, u->a->content, u->a->content_format);

	if (storage == NULL)
		return -1;
	if (u->base.version != u->now.version) {
		call_fail(c, ERR_CONFLICT, "Page %s is version %lld, not %lld. Nothing was written.", u->now.id, (long long)u->now.version,
		    (long long)u->base.version);
		call_hint(c, "Read the page again.");
		return -1;
	}
	for (const char *p = u->now.storage; !u->a->allow_loss && (p = strstr(p, anchor)) != NULL; p++) {
		const char *ref = arena_strndup(c->arena, p, sizeof(anchor) + strcspn(p + sizeof(anchor) - 1, "\""));

		if (strstr(storage, ref) == NULL) {
			call_fail(c, ERR_CONFLICT, "The new source drops the place of an inline comment (%s).", ref);
			call_hint(c, "Keep its ac:inline-comment-marker, or give allow_loss=true. Nothing was written.");
			return -1;
		}
	}
	*ret = storage;
	return 0;
}

static int
make_storage(struct call *c, struct update *u)
{
	const char *storage = NULL;

	u->storage = NULL;
	if (u->a->content == NULL && u->a->edits == NULL)
		return 0;
	if (str_eq(u->a->content_format, "markdown") ? merge_markdown(c, u, &storage) == -1 : replace_source(c, u, &storage) == -1)
		return -1;
	if (strcmp(storage, u->now.storage) == 0)
		return 0;
	if (doc_read_storage(c->arena, storage, strlen(storage), &c->err) == NULL) {
		err_context(&c->err, "The page would not be well-formed; nothing was written");
		return -1;
	}
	u->storage = storage;
	return 0;
}

/* ---- writing ---- */

static bool
wants_title(const struct update *u)
{
	return u->a->title != NULL && !str_eq(u->a->title, u->now.title);
}

static bool
wants_parent(const struct update *u)
{
	return u->parent != NULL && !str_eq(u->parent, u->now.parent_id);
}

static void
show_plan(struct call *c, const struct update *u)
{
	dry_pair(c, "Title", u->now.title, wants_title(u) ? u->a->title : u->now.title);
	dry_pair(c, "Parent", u->now.parent_id, wants_parent(u) ? u->parent_label : u->now.parent_id);
	dry_diff(c, u->site, u->now.storage, u->storage);
}

/* Only a title of a page, or only a parent: Cloud can do these without a body. */
static int
write_light(struct call *c, struct update *u, struct page *ret)
{
	struct site *s = u->site;
	struct rest_write w = { .method = "PUT", .target = u->now.id, .what = "the change of the page", .before = page_before(c, &u->now) };
	struct request r;

	if (wants_title(u)) {
		request_begin(&r);
		jw_str(&r.w, "status", "current");
		jw_str(&r.w, "title", u->a->title);
		w.path = rest_path(c, s, "{api}/pages/%s/title", u->now.id);
		w.body = request_end(c, &r);
	} else {
		w.path = rest_path(c, s, "{v1}/content/%s/move/append/%s", u->now.id, u->parent);
	}
	if (rest_write(c, s, &w) == -1)
		return page_refused(c);
	if (page_get_id(c, s, u->now.id, 0, ret) == -1) {
		err_context(&c->err, "Page %s was changed, but reading it back failed", u->now.id);
		return -1;
	}
	if (wants_title(u) && !str_eq(ret->title, u->a->title))
		return call_fail(c, ERR_IGNORED, "%s kept the title \"%s\".", s->label, ret->title);
	if (wants_parent(u) && !str_eq(ret->parent_id, u->parent))
		return call_fail(c, ERR_IGNORED, "%s kept the parent of page %s.", s->label, u->now.id);
	return 0;
}

static bool
is_light(const struct update *u)
{
	return u->storage == NULL && site_is_cloud(u->site) && str_eq(u->now.type, "page") && wants_title(u) != wants_parent(u) &&
	    u->a->version_comment == NULL;
}

static int
write_once(struct call *c, struct update *u, struct page *ret)
{
	struct page_change ch = { .storage = u->storage, .message = u->a->version_comment, .minor = u->a->is_minor_edit };

	if (wants_title(u))
		ch.title = u->a->title;
	if (wants_parent(u))
		ch.parent = u->parent;
	return is_light(u) ? write_light(c, u, ret) : page_put(c, u->site, &u->now, &ch, ret);
}

/* After a 409: 0 when the page has changed and the edit may be tried on what it is now. */
static int
read_again(struct call *c, struct update *u)
{
	struct err refused = c->err;
	struct page fresh;

	err_clear(&c->err);
	if (page_get_id(c, u->site, u->now.id, PAGE_BODY, &fresh) == -1)
		return -1;
	if (fresh.version == u->now.version) {	/* a conflict of another kind */
		c->err = refused;
		return -1;
	}
	u->now = fresh;
	return 0;
}

static void
report(struct call *c, const struct update *u, const struct page *before, const struct page *after)
{
	const struct merge_report *r = &u->report;

	out_say(c->out, "Updated %s: %s", after->id, after->url);
	if (before->version != after->version)
		out_pairf(c->out, "Version", "%lld -> %lld", (long long)before->version, (long long)after->version);
	if (!str_eq(before->title, after->title))
		out_pairf(c->out, "Title", "%s -> %s", before->title, after->title);
	if (u->parent != NULL && !str_eq(before->parent_id, u->parent))
		out_pairf(c->out, "Parent", "%s -> %s", before->parent_id != NULL ? before->parent_id : "(none)", u->parent);
	if (u->storage != NULL && u->names != NULL)
		out_pairf(c->out, "Blocks", "%u changed, %u added, %u removed, %u moved; %u kept as they were", r->changed, r->added, r->removed,
		    r->moved, r->kept);
	if (u->base.version < before->version)
		out_say(c->out, "Somebody else had changed the page since version %lld; both changes are in it.", (long long)u->base.version);
	for (const struct lossy_item *i = r->notes.first; u->storage != NULL && i != NULL; i = i->next)
		out_pairf(c->out, "Not kept", "%s%s%s%s", i->what, i->detail != NULL ? " " : "", i->detail != NULL ? i->detail : "",
		    i->count > 1 ? arena_printf(c->arena, " (%u)", i->count) : "");
}

static int
write_until_done(struct call *c, struct update *u)
{
	struct page after;

	for (int attempt = 1;; attempt++) {
		if (make_storage(c, u) == -1)
			return -1;
		if (u->storage == NULL && !wants_title(u) && !wants_parent(u)) {
			out_say(c->out, "Page %s already reads so (version %lld); nothing was changed.", u->now.id, (long long)u->now.version);
			return 0;
		}
		show_plan(c, u);
		if (write_once(c, u, &after) == 0)
			break;
		if (c->err.http_status != 409 || c->err.kind != ERR_CONFLICT || attempt == MAX_TRIES || read_again(c, u) == -1)
			return -1;
	}
	report(c, u, &u->now, &after);
	return 0;
}

static int
find_parent(struct call *c, struct update *u)
{
	struct page p;

	if (u->a->parent_id == NULL)
		return 0;
	if (page_get(c, u->site, u->a->parent_id, u->now.space_key, PAGE_ANY, &p) == -1) {
		err_context(&c->err, "The new parent");
		return -1;
	}
	if (str_eq(p.id, u->now.id))
		return call_fail(c, ERR_INPUT, "A page can't be its own parent.");
	if ((p.space_id != NULL && u->now.space_id != NULL && !str_eq(p.space_id, u->now.space_id)) ||
	    (!site_is_cloud(u->site) && !str_ieq(p.space_key, u->now.space_key)))
		return call_fail(c, ERR_INPUT, "The parent is in another space: use confluence_move_page.");
	u->parent = p.id;
	u->parent_label = page_label(c->arena, &p);
	return 0;
}

static int
check_args(struct call *c, const struct update_args *a)
{
	if (a->unused != NULL)
		return call_fail(c, ERR_INPUT, "content_file, emoji, page_width and table_layout are not known here: give content.");
	if (a->edits != NULL && (a->content != NULL || a->section != NULL))
		return call_fail(c, ERR_INPUT, "Give content (with section for a part) or edits, not both.");
	if (a->section != NULL && a->content == NULL)
		return call_fail(c, ERR_INPUT, "section needs content: the section's new Markdown.");
	if (a->section != NULL && !str_eq(a->content_format, "markdown"))
		return call_fail(c, ERR_INPUT, "A section is given as Markdown.");
	if (a->content == NULL && a->edits == NULL && a->title == NULL && a->parent_id == NULL) {
		call_fail(c, ERR_INPUT, "There is nothing to change.");
		call_hint(c, "Give content, section with content, edits, title or parent_id.");
		return -1;
	}
	return 0;
}

static int
update_page(struct call *c, const void *v)
{
	struct update *u = arena_alloc(c->arena, sizeof(*u));

	u->a = v;
	u->site = app_site(c, CONFLUENCE);
	if (u->site == NULL || check_args(c, u->a) == -1 || page_get(c, u->site, u->a->page_id, u->a->space_key, PAGE_BODY, &u->now) == -1)
		return -1;
	c->target = u->now.id;
	if (u->now.storage == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s gave page %s without its text.", u->site->label, u->now.id);
	u->base = u->now;
	if (u->a->version > u->now.version)
		return call_fail(c, ERR_CONFLICT, "Page %s is version %lld; there is no version %lld yet.", u->now.id,
		    (long long)u->now.version, (long long)u->a->version);
	if (u->a->version > 0 && u->a->version < u->now.version && (u->a->content != NULL || u->a->edits != NULL) &&
	    page_get_version(c, u->site, &u->now, u->a->version, &u->base) == -1)
		return -1;
	if (find_parent(c, u) == -1 || take_wishes(c, u) == -1)
		return -1;
	return write_until_done(c, u);
}

TOOL(confluence_update_page,
	.title = "Update page", .doc = "Change a page's text, title or parent; what is not edited stays.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .scopes = "write:page:confluence read:page:confluence",
	ARGS(struct update_args, update_params),
	.example = "{\"page_id\":\"65685\",\"edits\":[{\"where\":\"Severities\",\"op\":\"before\",\"text\":\"Ask when in doubt.\"}]}",
	.run = update_page,
);
