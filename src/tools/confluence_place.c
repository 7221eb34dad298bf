/*
 * A page's place and life: moved, copied, archived, to the trash and back, an older version as the newest. Each says what
 * was and what is, from the site's own answer or by reading back.
 */
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

enum {
	RESERVE_MS = 5000,	/* kept of the call's time for the answer */
	FIRST_WAIT_MS = 250, MAX_WAIT_MS = 4000,
};

/* ---- to the trash ---- */

struct page_args {
	const char *page_id, *space_key;
};

static const struct param page_params[] = {
	P_STR(struct page_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct page_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
delete_page(struct call *c, const void *v)
{
	const struct page_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "DELETE" };
	struct page p;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, PAGE_BODY | PAGE_ANY, &p) == -1)
		return -1;
	c->target = p.id;
	w.path = site_is_cloud(s) ? rest_path(c, s, "{api}/%s/%s", page_collection(p.type), p.id) : rest_path(c, s, "{api}/content/%s", p.id);
	w.target = p.id;
	w.before = page_before(c, &p);
	w.what = arena_printf(c->arena, "the deletion of %s %s", p.type, page_label(c->arena, &p));
	dry_say(c, "To the trash: %s %s.", p.type, page_label(c->arena, &p));
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Moved %s %s to the trash.%s", p.type, page_label(c->arena, &p), str_eq(p.type, "folder") ? "" :
	    " confluence_restore_page takes it back.");
	return 0;
}

TOOL(confluence_delete_page,
	.title = "Delete page", .doc = "Move a page to the trash.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = DESTROYS, .not_default = true, .scopes = "delete:page:confluence",
	ARGS(struct page_args, page_params), .example = "{\"page_id\":\"65685\"}", .run = delete_page,
);

/* ---- archive ---- */

/* Reads the page back until it is archived, its task ends, or the call's time is nearly up. *ret_done: whether the task ended. */
static int
wait_archived(struct call *c, struct site *s, const struct page *p, const char *id, struct page *after, bool *ret_done)
{
	int64_t delay = FIRST_WAIT_MS;
	json *task = NULL;

	for (;;) {
		*ret_done = json_get_bool(task, "finished", false);
		if (page_get_id(c, s, p->id, PAGE_TRASHED, after) == -1) {
			err_context(&c->err, "Archiving page %s was accepted, but reading it back failed", p->id);
			return -1;
		}
		if (*ret_done || str_eq(after->status, "archived") || id == NULL || clock_mono_ms() + delay >= c->deadline_ms - RESERVE_MS)
			return 0;
		if (call_sleep(c, delay) == -1 || rest_get(c, s, rest_path(c, s, "{v1}/longtask/%s", id), &task) == -1) {
			err_context(&c->err, "Archiving page %s was accepted (task %s), but waiting for it failed", p->id, id);
			return -1;
		}
		delay = delay * 2 < MAX_WAIT_MS ? delay * 2 : MAX_WAIT_MS;
	}
}

static int
archive_page(struct call *c, const void *v)
{
	const struct page_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "POST" };
	struct page p, after;
	bool done;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, PAGE_TRASHED, &p) == -1)
		return -1;
	c->target = p.id;
	if (str_eq(p.status, "archived")) {
		out_say(c->out, "Page %s is archived already.", page_label(c->arena, &p));
		return 0;
	}
	if (str_eq(p.status, "trashed")) {
		call_fail(c, ERR_INPUT, "Page %s is in the trash.", page_label(c->arena, &p));
		call_hint(c, "confluence_restore_page takes it back; then it can be archived.");
		return -1;
	}
	w.path = rest_path(c, s, "{v1}/content/archive");
	w.body = arena_printf(c->arena, "{\"pages\":[{\"id\":%s}]}", p.id);
	w.target = p.id;
	w.what = arena_printf(c->arena, "archiving page %s", p.id);
	dry_say(c, "To be archived: %s.", page_label(c->arena, &p));
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (wait_archived(c, s, &p, json_get_str(w.json, "id"), &after, &done) == -1)
		return -1;
	if (!str_eq(after.status, "archived") && done) {
		call_fail(c, ERR_IGNORED, "Confluence took the page %s to archive it, but it is still %s.", page_label(c->arena, &p), after.status);
		call_hint(c, "This account may lack the space's permission to archive.");
		return -1;
	}
	if (str_eq(after.status, "archived"))
		out_say(c->out, "Archived page %s.", page_label(c->arena, &p));
	else
		out_say(c->out, "Confluence is still archiving page %s. Do not repeat the call at once: with dry_run it tells whether the page is archived.",
		    page_label(c->arena, &p));
	return 0;
}

TOOL(confluence_archive_page,
	.title = "Archive page", .doc = "Archive a page.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .not_default = true, .only = DEPLOYMENT_CLOUD,
	.scopes = "write:confluence-content", ARGS(struct page_args, page_params), .example = "{\"page_id\":\"65685\"}", .run = archive_page,
);

/* ---- restore ---- */

struct restore_args {
	const char *page_id, *space_key, *version_comment;
	int64_t version;
};

static const struct param restore_params[] = {
	P_STR(struct restore_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_INT(struct restore_args, version, 0, .min = 1, .max = INT32_MAX, .aliases = "version_number", .doc = "None: from the trash"),
	P_STR(struct restore_args, version_comment, P_HIDDEN, .aliases = "message", .doc = NULL),
	P_STR(struct restore_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
restore_version(struct call *c, struct site *s, const struct restore_args *a, const struct page *now)
{
	struct page old, after;
	struct page_change ch = { .message = a->version_comment };

	if (a->version == now->version) {
		out_say(c->out, "Version %lld is the current one of %s; nothing was changed.", (long long)a->version, page_label(c->arena, now));
		return 0;
	}
	if (page_get_version(c, s, now, a->version, &old) == -1)
		return -1;
	if (old.storage == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s gave version %lld without its text.", s->label, (long long)a->version);
	ch.storage = old.storage;
	ch.title = old.title;
	if (ch.message == NULL)
		ch.message = arena_printf(c->arena, "Restored version %lld", (long long)a->version);
	if (c->dry_run != NULL && bodies_learn(c, s, (const char *[]){ now->storage, old.storage }, 2, NULL, 0) == -1)
		return -1;
	dry_say(c, "To be restored: version %lld of %s.", (long long)a->version, page_label(c->arena, now));
	dry_pair(c, "Title", now->title, old.title);
	dry_diff(c, s, now->storage, old.storage);
	if (page_put(c, s, now, &ch, &after) == -1)
		return -1;
	out_say(c->out, "Restored version %lld of %s: %s", (long long)a->version, now->id, after.url);
	out_pairf(c->out, "Version", "%lld -> %lld", (long long)now->version, (long long)after.version);
	if (!str_eq(now->title, after.title))
		out_pairf(c->out, "Title", "%s -> %s", now->title, after.title);
	return 0;
}

static int
restore_trashed(struct call *c, struct site *s, const struct page *p)
{
	struct rest_write w = { .method = "PUT", .target = p->id, .what = "taking the page out of the trash" };
	struct request r;
	struct page after;

	request_begin(&r);
	jw_str(&r.w, "id", p->id);
	if (!site_is_cloud(s))
		jw_str(&r.w, "type", p->type);
	jw_str(&r.w, "status", "current");
	jw_str(&r.w, "title", p->title);
	if (site_is_cloud(s))
		body_write(s, &r.w, p->storage != NULL ? p->storage : "");
	jw_obj_in(&r.w, "version");
	jw_int(&r.w, "number", p->version + 1);
	jw_end(&r.w);
	w.body = request_end(c, &r);
	w.before = "{\"status\":\"trashed\"}";
	w.path = site_is_cloud(s) ? rest_path(c, s, "{api}/%s/%s", page_collection(p->type), p->id) :
	    rest_query(c, rest_path(c, s, "{api}/content/%s", p->id), "status", "trashed", NULL);
	dry_say(c, "To be taken out of the trash: %s.", page_label(c->arena, p));
	if (w.body == NULL || rest_write(c, s, &w) == -1)
		return err_is_set(&c->err) ? page_refused(c) : -1;
	page_from_json(c, s, w.json, &after);
	if (!str_eq(after.status, "current"))
		return call_fail(c, ERR_IGNORED, "%s left page %s where it was (%s).", s->label, p->id, after.status != NULL ? after.status : "?");
	out_say(c->out, "Took page %s out of the trash: %s", page_label(c->arena, p), after.url);
	return 0;
}

static int
restore_page(struct call *c, const void *v)
{
	const struct restore_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, PAGE_BODY | PAGE_TRASHED, &p) == -1)
		return -1;
	c->target = p.id;
	if (a->version > 0 && str_eq(p.status, "trashed"))
		return call_fail(c, ERR_INPUT, "Page %s is in the trash: restore it without version first.", p.id);
	if (a->version > 0)
		return restore_version(c, s, a, &p);
	if (!str_eq(p.status, "trashed")) {
		call_fail(c, ERR_INPUT, "Page %s is not in the trash (%s).", page_label(c->arena, &p), p.status != NULL ? p.status : "?");
		call_hint(c, "Give version to make an older version the newest.");
		return -1;
	}
	return restore_trashed(c, s, &p);
}

TOOL(confluence_restore_page,
	.title = "Restore page", .doc = "Take a page out of the trash, or restore an old version.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .not_default = true,
	.scopes = "write:page:confluence read:page:confluence",
	ARGS(struct restore_args, restore_params), .example = "{\"page_id\":\"65685\",\"version\":1}", .run = restore_page,
);

/* ---- move ---- */

struct move_args {
	const char *page_id, *space_key, *target_parent_id, *target_space_key, *position;
};

static const struct param move_params[] = {
	P_STR(struct move_args, page_id, P_REQUIRED, .aliases = "pageId,contentId,content_id,page", .doc = NULL),
	P_STR(struct move_args, target_parent_id, 0, .aliases = "target_id,targetId,parent_id,parentId", .doc = "Page or folder"),
	P_STR(struct move_args, target_space_key, 0, .aliases = "targetSpaceKey", .doc = NULL),
	P_ENUM(struct move_args, position, P_HIDDEN, .values = "append,before,after", .doc = NULL),
	P_STR(struct move_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

/* The page that the moved one goes below (or beside). */
static int
find_target(struct call *c, struct site *s, const struct move_args *a, struct page *ret)
{
	struct space sp = { .key = NULL };

	if (a->target_space_key != NULL && confluence_space(c, s, a->target_space_key, &sp) == -1)
		return -1;
	if (a->target_parent_id != NULL) {
		if (page_get(c, s, a->target_parent_id, sp.key, PAGE_ANY, ret) == 0)
			return page_check_space(c, s, ret, &sp);
		err_context(&c->err, "The target");
		return -1;
	}
	if (sp.key == NULL)
		return call_fail(c, ERR_INPUT, "Say where to: target_parent_id, or target_space_key.");
	if (sp.home == NULL)
		return call_fail(c, ERR_INPUT, "The space %s has no home page: give target_parent_id.", sp.key);
	return page_get_id(c, s, sp.home, 0, ret);
}

static int
send_move(struct call *c, struct site *s, const struct move_args *a, const struct page *p, const struct page *to)
{
	struct rest_write w = { .method = "PUT", .target = p->id, .before = page_before(c, p) };
	struct request r;

	w.what = arena_printf(c->arena, "moving page %s", p->id);
	if (site_is_cloud(s)) {
		w.path = rest_path(c, s, "{v1}/content/%s/move/%s/%s", p->id, a->position, to->id);
	} else {
		if (!str_eq(a->position, "append"))
			return call_fail(c, ERR_INPUT, "Data Center's REST API moves below a page only: leave position out.");
		request_begin(&r);
		jw_str(&r.w, "id", p->id);
		jw_str(&r.w, "type", p->type);
		jw_str(&r.w, "title", p->title);
		if (!str_eq(p->space_key, to->space_key)) {
			jw_obj_in(&r.w, "space");
			jw_str(&r.w, "key", to->space_key);
			jw_end(&r.w);
		}
		jw_arr_in(&r.w, "ancestors");
		jw_obj(&r.w);
		jw_str(&r.w, "id", to->id);
		jw_end(&r.w);
		jw_end(&r.w);
		jw_obj_in(&r.w, "version");
		jw_int(&r.w, "number", p->version + 1);
		jw_end(&r.w);
		w.path = rest_path(c, s, "{api}/content/%s", p->id);
		if ((w.body = request_end(c, &r)) == NULL)
			return -1;
	}
	return rest_write(c, s, &w) == -1 ? page_refused(c) : 0;
}

static int
move_page(struct call *c, const void *v)
{
	const struct move_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *parent;
	struct page p, to, after;

	if (s == NULL || page_get(c, s, a->page_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (find_target(c, s, a, &to) == -1)
		return -1;
	if (str_eq(to.id, p.id))
		return call_fail(c, ERR_INPUT, "A page can't be moved below itself.");
	parent = str_eq(a->position, "append") ? to.id : to.parent_id;
	if (str_eq(a->position, "append") && str_eq(p.parent_id, to.id)) {
		out_say(c->out, "%s is below %s already; nothing was changed.", page_label(c->arena, &p), page_label(c->arena, &to));
		return 0;
	}
	dry_say(c, "To be moved: %s.", page_label(c->arena, &p));
	dry_pair(c, str_eq(a->position, "append") ? "Parent" : "Place", p.parent_id, str_eq(a->position, "append") ?
	    page_label(c->arena, &to) : arena_printf(c->arena, "%s %s", a->position, page_label(c->arena, &to)));
	dry_pair(c, "Space", p.space_key, to.space_key != NULL ? to.space_key : p.space_key);
	if (send_move(c, s, a, &p, &to) == -1)
		return -1;
	if (page_get_id(c, s, p.id, 0, &after) == -1) {
		err_context(&c->err, "Page %s was moved, but reading it back failed", p.id);
		return -1;
	}
	if (!str_eq(after.parent_id, parent))
		return call_fail(c, ERR_IGNORED, "%s accepted the move, but page %s is below %s.", s->label, p.id,
		    after.parent_id != NULL ? after.parent_id : "nothing");
	out_say(c->out, "Moved %s: %s", page_label(c->arena, &p), after.url);
	out_pairf(c->out, "Parent", "%s -> %s", p.parent_id != NULL ? p.parent_id : "(none)",
	    str_eq(a->position, "append") ? page_label(c->arena, &to) : after.parent_id != NULL ? after.parent_id : "(none)");
	if (!str_eq(p.space_key, after.space_key))
		out_pairf(c->out, "Space", "%s -> %s", p.space_key != NULL ? p.space_key : "?", after.space_key != NULL ? after.space_key : "?");
	return 0;
}

TOOL(confluence_move_page,
	.title = "Move page", .doc = "Move a page below another or to a space.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .not_default = true, .scopes = "write:confluence-content",
	ARGS(struct move_args, move_params), .example = "{\"page_id\":\"65685\",\"target_parent_id\":\"Architecture\"}", .run = move_page,
);

/* ---- copy ---- */

struct copy_args {
	const char *source_page_id, *space_key, *destination_space_key, *new_title, *destination_parent_id, *copy_attachments;
};

static const struct param copy_params[] = {
	P_STR(struct copy_args, source_page_id, P_REQUIRED, .aliases = "page_id,pageId,contentId,page", .doc = NULL),
	P_STR(struct copy_args, new_title, P_REQUIRED, .max_len = 255 * 4, .aliases = "title", .doc = NULL),
	P_STR(struct copy_args, destination_space_key, 0, .aliases = "destination_space", .doc = NULL),
	P_STR(struct copy_args, destination_parent_id, 0, .aliases = "parent_id", .doc = NULL),
	P_STR(struct copy_args, copy_attachments, P_HIDDEN, .doc = NULL),
	P_STR(struct copy_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static const char *
copy_request(struct call *c, const struct copy_args *a, const char *type, const char *value)
{
	struct request r;

	request_begin(&r);
	jw_bool(&r.w, "copyAttachments", !str_ieq(a->copy_attachments, "false"));
	jw_bool(&r.w, "copyLabels", true);
	jw_bool(&r.w, "copyProperties", true);
	jw_obj_in(&r.w, "destination");
	jw_str(&r.w, "type", type);
	jw_str(&r.w, "value", value);
	jw_end(&r.w);
	jw_str(&r.w, "pageTitle", a->new_title);
	return request_end(c, &r);
}

/* Data Center has no copy: a new page with the same source. */
static const char *
new_request(struct call *c, struct site *s, const struct copy_args *a, const struct page *p, const char *space, const char *parent)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "type", "page");
	jw_str(&r.w, "title", a->new_title);
	jw_obj_in(&r.w, "space");
	jw_str(&r.w, "key", space);
	jw_end(&r.w);
	if (parent != NULL) {
		jw_arr_in(&r.w, "ancestors");
		jw_obj(&r.w);
		jw_str(&r.w, "id", parent);
		jw_end(&r.w);
		jw_end(&r.w);
	}
	body_write(s, &r.w, p->storage != NULL ? p->storage : "");
	return request_end(c, &r);
}

static int
copy_page(struct call *c, const void *v)
{
	const struct copy_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "POST", .created_id = "id" };
	struct space sp = { .key = NULL };
	struct page p, parent = { .id = NULL }, copy;

	if (s == NULL || page_get(c, s, a->source_page_id, a->space_key, PAGE_BODY, &p) == -1 || page_space(c, s, &p) == -1)
		return -1;
	if (a->destination_space_key != NULL && confluence_space(c, s, a->destination_space_key, &sp) == -1)
		return -1;
	if (a->destination_parent_id != NULL && (page_get(c, s, a->destination_parent_id, sp.key, PAGE_ANY, &parent) == -1 ||
	    page_check_space(c, s, &parent, &sp) == -1 || page_space(c, s, &parent) == -1))
		return -1;
	if (sp.key == NULL)
		sp.key = parent.id != NULL ? parent.space_key : p.space_key;
	if (parent.id == NULL && str_ieq(sp.key, p.space_key))
		parent.id = p.parent_id;	/* beside the original */
	w.what = arena_printf(c->arena, "the copy of page %s", p.id);
	if (site_is_cloud(s)) {
		w.path = rest_path(c, s, "{v1}/content/%s/copy", p.id);
		w.body = copy_request(c, a, parent.id != NULL ? "parent_page" : "space", parent.id != NULL ? parent.id : sp.key);
	} else {
		w.path = rest_path(c, s, "{api}/content");
		w.body = new_request(c, s, a, &p, sp.key, parent.id);
	}
	if (w.body == NULL)
		return -1;
	dry_say(c, "To be copied: %s.", page_label(c->arena, &p));
	dry_pair(c, "Title", p.title, a->new_title);
	dry_pair(c, "Space", p.space_key, sp.key);
	dry_pair(c, "Parent", p.parent_id, parent.title != NULL ? page_label(c->arena, &parent) : parent.id);
	if (rest_write(c, s, &w) == -1)
		return page_refused(c);
	page_from_json(c, s, w.json, &copy);
	if (copy.id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the copy but did not name its id.", s->label);
	c->target = copy.id;
	if (!str_eq(copy.title, a->new_title))
		return call_fail(c, ERR_IGNORED, "%s made page %s, but its title is \"%s\".", s->label, copy.id, copy.title != NULL ? copy.title : "");
	out_say(c->out, "Copied %s to %s: %s", page_label(c->arena, &p), copy.id, copy.url);
	out_pair(c->out, "Space", sp.key);
	if (!site_is_cloud(s))
		out_say(c->out, "The text was copied; attachments and labels were not (Data Center's REST API has no copy).");
	return 0;
}

TOOL(confluence_copy_page,
	.title = "Copy page", .doc = "Copy a page.",
	.toolset = "confluence_pages", .product = CONFLUENCE, .effect = WRITES, .not_default = true, .scopes = "write:confluence-content",
	ARGS(struct copy_args, copy_params),
	.example = "{\"source_page_id\":\"65685\",\"new_title\":\"Handbook 2027\",\"destination_space_key\":\"OPS\"}", .run = copy_page,
);
