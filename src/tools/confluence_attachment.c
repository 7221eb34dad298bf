/*
 * Attachments, bytes in the call both ways: pictures and files beside the text, short texts in it. An attachment is
 * checked by the page that it belongs to. Uploading a name that is there makes a new version of that file.
 */
#include "base/str.h"
#include "base/utf8.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_FILES = 20, MAX_IMAGE = 3584 * 1024, MAX_TEXT = 64 * 1024, MAX_UPLOAD = 4 * 1024 * 1024, MAX_NAME = 255, LIST = 100 };

struct file {
	const char *id, *name, *type, *page, *download, *when, *remark;
	int64_t size, version;
};

static void
from_json(struct call *c, const struct site *s, json *v, struct file *ret)
{
	json *ext = json_get(v, "extensions");

	*ret = (struct file){ .id = json_scalar(c->arena, json_get(v, "id")), .name = json_get_str(v, "title"),
		.version = json_path(v, "version.number") != NULL ? json_int(json_path(v, "version.number"), 0) : 0 };
	if (site_is_cloud(s)) {
		ret->type = json_get_str(v, "mediaType");
		ret->page = json_get_str(v, "pageId") != NULL ? json_get_str(v, "pageId") : json_get_str(v, "blogPostId");
		ret->when = view_day(c->arena, json_path(v, "version.createdAt"));
		ret->remark = json_get_str(v, "comment");
		ret->size = json_get_int(v, "fileSize", 0);
		return;
	}
	ret->type = json_get_str(ext, "mediaType") != NULL ? json_get_str(ext, "mediaType") : json_path_str(v, "metadata.mediaType");
	ret->page = json_scalar(c->arena, json_path(v, "container.id"));
	ret->when = view_day(c->arena, json_path(v, "version.when"));
	ret->remark = json_get_str(ext, "comment");
	ret->size = json_get_int(ext, "fileSize", 0);
	ret->download = json_path_str(v, "_links.download");
}

static int
read_list(struct call *c, struct site *s, const struct page *p, const char *name, const char *type, const char *limit, const char *cursor,
    json **ret)
{
	char *path = site_is_cloud(s) ? rest_path(c, s, "{api}/%s/%s/attachments", page_collection(p->type), p->id) :
	    rest_path(c, s, "{api}/content/%s/child/attachment", p->id);

	if (rest_get(c, s, rest_query(c, path, "filename", name, "mediaType", type, "limit", limit, site_is_cloud(s) ? "cursor" : "start",
	    cursor, "expand", site_is_cloud(s) ? NULL : "version,container", NULL), ret) == -1)
		return -1;
	return yyjson_is_arr(json_get(*ret, "results")) ? 0 : call_fail(c, ERR_PROTOCOL, "%s answered without a list of attachments.", s->label);
}

/* ---- list ---- */

struct list_args {
	const char *content_id, *space_key, *name, *media_type, *cursor;
	int64_t limit, start;
};

static const struct param list_params[] = {
	P_STR(struct list_args, content_id, P_REQUIRED, .aliases = "page_id,pageId,contentId,page", .doc = NULL),
	P_STR(struct list_args, name, 0, .aliases = "filename", .doc = NULL),
	P_STR(struct list_args, media_type, P_HIDDEN, .aliases = "mediaType", .doc = NULL),
	P_INT(struct list_args, limit, P_HIDDEN, .min = 1, .max = 250, .dflt = 50, .doc = NULL),
	P_STR(struct list_args, cursor, 0, .doc = NULL),
	P_INT(struct list_args, start, P_HIDDEN, .min = 0, .max = 1000000, .doc = NULL),
	P_STR(struct list_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
get_attachments(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	const char *next, *cursor = a->cursor != NULL || a->start == 0 ? a->cursor : view_number(c->arena, a->start);
	struct page p;
	struct file f;
	json *page;

	if (s == NULL || page_get(c, s, a->content_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (read_list(c, s, &p, a->name, a->media_type, view_number(c->arena, a->limit), cursor, &page) == -1)
		return -1;
	if (json_len(json_get(page, "results")) == 0) {
		out_say(c->out, "%s has no such attachments.", page_label(c->arena, &p));
		return 0;
	}
	out_table(c->out, "attachments", "Id", "File", "Type", "KiB", "Date", "Comment", NULL);
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		from_json(c, s, it.value, &f);
		out_row(c->out, f.id, f.name, f.type, view_number(c->arena, (f.size + 1023) / 1024), f.when, f.remark);
	}
	if ((next = confluence_next(c, page)) != NULL)
		out_more(c->out, "cursor", next, NULL);
	return 0;
}

TOOL(confluence_get_attachments,
	.title = "Get attachments", .doc = "List a page's attachments.",
	.toolset = "confluence_attachments", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:attachment:confluence",
	ARGS(struct list_args, list_params), .example = "{\"content_id\":\"65699\"}", .run = get_attachments,
);

/* ---- download ---- */

/* The attachment with that id, its page within the fence. */
static int
find_file(struct call *c, struct site *s, const char *id, struct file *ret)
{
	struct rest_req q = { .optional = true };
	struct page p;

	if (id[strspn(id, "0123456789")] == '\0')
		id = arena_printf(c->arena, "att%s", id);
	q.path = site_is_cloud(s) ? rest_path(c, s, "{api}/attachments/%s", id) : rest_query(c, rest_path(c, s, "{api}/content/%s", id), "expand",
	    "container,version,space", NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	from_json(c, s, q.json, ret);
	if (q.json == NULL || ret->name == NULL) {
		call_fail(c, ERR_NOT_FOUND, "%s has no attachment %.80s, or this account may not see it.", s->label, id);
		call_hint(c, "confluence_get_attachments shows the ids.");
		return -1;
	}
	c->target = ret->id;
	if (s->config->filter == NULL)
		return 0;
	return ret->page == NULL ? page_unknown(c, s, id) : page_get_id(c, s, ret->page, 0, &p);
}

static bool
is_image(const char *type)
{
	return str_istarts(type != NULL ? type : "", "image/") && !str_ieq(type, "image/svg+xml");
}

static bool
is_text(const char *type)
{
	return type != NULL && (str_istarts(type, "text/") || str_ieq(type, "application/json") || str_ieq(type, "application/xml") ||
	    str_ieq(type, "application/yaml") || str_ieq(type, "image/svg+xml"));
}

/* Puts one file into the answer. What is too large is said, not an error. */
static int
show_file(struct call *c, struct site *s, const struct file *f, bool only)
{
	struct rest_file got;
	char *path;

	if (f->size > (is_image(f->type) ? MAX_IMAGE : OUT_MAX_BLOB_BYTES)) {
		if (only)
			return call_fail(c, ERR_TOO_LARGE, "%s has %lld KiB, more than an answer can hold.", f->name, (long long)f->size / 1024);
		out_say(c->out, "%s (%lld KiB) is too large for an answer.", f->name, (long long)f->size / 1024);
		return 0;
	}
	if (site_is_cloud(s))
		path = rest_path(c, s, "{v1}/content/%s/child/attachment/%s/download", f->page, f->id);
	else if (f->download == NULL || !str_starts(f->download, "/download/"))
		return call_fail(c, ERR_PROTOCOL, "%s does not say where %s can be read.", s->label, f->name);
	else
		path = arena_strdup(c->arena, f->download);
	if (rest_download(c, s, path, OUT_MAX_BLOB_BYTES, &got) == -1)
		return -1;
	if (is_text(f->type) && got.len <= MAX_TEXT && utf8_valid(got.data, got.len))
		out_text(c->out, arena_printf(c->arena, "%s (%s)", f->name, f->type), got.data);
	else if (out_blob(c->out, f->name, f->type != NULL ? f->type : "application/octet-stream", got.data, got.len) == -1)
		out_say(c->out, "%s does not fit into this answer any more: ask for it alone (attachment_id %s).", f->name, f->id);
	return 0;
}

/* All files of a page that fit the wish: by name, or pictures only. */
static int
show_files(struct call *c, struct site *s, const struct page *p, const char *name, bool images)
{
	size_t shown = 0, found = 0;
	json *page;

	if (read_list(c, s, p, name, NULL, view_number(c->arena, LIST), NULL, &page) == -1)
		return -1;
	for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
		struct file f;

		from_json(c, s, it.value, &f);
		f.page = f.page != NULL ? f.page : p->id;
		if (f.id == NULL || f.name == NULL || (images && !is_image(f.type)))
			continue;
		if (found++ >= MAX_FILES)
			continue;
		if (show_file(c, s, &f, name != NULL) == -1)
			return -1;
		shown++;
	}
	if (found == 0 && name != NULL)
		return call_fail(c, ERR_NOT_FOUND, "%s has no attachment \"%.120s\".", page_label(c->arena, p), name);
	if (found == 0)
		out_say(c->out, "%s has no %s.", page_label(c->arena, p), images ? "pictures" : "attachments");
	if (found > shown)
		out_say(c->out, "%zu more are not shown: ask for them by filename.", found - shown);
	return 0;
}

struct download_args {
	const char *attachment_id, *content_id, *name, *space_key;
};

static const struct param download_params[] = {
	P_STR(struct download_args, attachment_id, 0, .aliases = "attachmentId,id", .doc = NULL),
	P_STR(struct download_args, content_id, 0, .aliases = "page_id,pageId,contentId,page", .doc = "Or the page, for all or filename"),
	P_STR(struct download_args, name, 0, .aliases = "filename", .doc = NULL),
	P_STR(struct download_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
download(struct call *c, const void *v)
{
	const struct download_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;
	struct file f;

	if (s == NULL)
		return -1;
	if (a->attachment_id == NULL && a->content_id == NULL)
		return call_fail(c, ERR_INPUT, "Give attachment_id, or content_id with or without filename.");
	if (a->attachment_id != NULL)
		return find_file(c, s, a->attachment_id, &f) == -1 ? -1 : show_file(c, s, &f, true);
	if (page_get(c, s, a->content_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	return show_files(c, s, &p, a->name, false);
}

TOOL(confluence_download_attachment,
	.title = "Download attachment", .doc = "Read one attachment, or all of a page.",
	.toolset = "confluence_attachments", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:attachment:confluence",
	ARGS(struct download_args, download_params), .example = "{\"content_id\":\"65699\",\"name\":\"cluster.png\"}", .run = download,
);

struct images_args {
	const char *content_id, *space_key;
};

static const struct param images_params[] = {
	P_STR(struct images_args, content_id, P_REQUIRED, .aliases = "page_id,pageId,contentId,page", .doc = NULL),
	P_STR(struct images_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static int
get_images(struct call *c, const void *v)
{
	const struct images_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct page p;

	if (s == NULL || page_get(c, s, a->content_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	return show_files(c, s, &p, NULL, true);
}

TOOL(confluence_get_page_images,
	.title = "Get page images", .doc = "Show the pictures attached to a page.",
	.toolset = "confluence_attachments", .product = CONFLUENCE, .effect = READS, .not_default = true, .scopes = "read:attachment:confluence",
	ARGS(struct images_args, images_params), .example = "{\"content_id\":\"65699\"}", .run = get_images,
);

/* ---- upload ---- */

struct upload_args {
	const char *content_id, *space_key, *name, *content_base64, *text, *comment, *file_path;
	bool minor_edit;
};

static const struct param upload_params[] = {
	P_STR(struct upload_args, content_id, P_REQUIRED, .aliases = "page_id,pageId,contentId,page", .doc = NULL),
	P_STR(struct upload_args, name, P_REQUIRED, .aliases = "filename,file_name", .doc = NULL),
	P_STR(struct upload_args, content_base64, 0, .max_len = MAX_UPLOAD * 4 / 3 + 4, .aliases = "data", .doc = NULL),
	P_STR(struct upload_args, text, 0, .max_len = MAX_UPLOAD, .aliases = "content", .doc = "Instead of base64"),
	P_STR(struct upload_args, comment, 0, .doc = NULL),
	P_BOOL(struct upload_args, minor_edit, P_HIDDEN, .aliases = "minorEdit", .doc = NULL),
	P_STR(struct upload_args, file_path, P_HIDDEN, .aliases = "file_paths,sourcePath", .doc = NULL),
	P_STR(struct upload_args, space_key, P_HIDDEN, .doc = NULL),
	P_END
};

static const struct {
	const char *end, *type;
} types[] = {
	{ ".png", "image/png" }, { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".gif", "image/gif" }, { ".webp", "image/webp" },
	{ ".svg", "image/svg+xml" }, { ".pdf", "application/pdf" }, { ".zip", "application/zip" }, { ".json", "application/json" },
	{ ".xml", "application/xml" }, { ".csv", "text/csv" }, { ".md", "text/markdown" }, { ".txt", "text/plain" }, { ".log", "text/plain" },
	{ ".html", "text/html" }, { ".yaml", "application/yaml" }, { ".yml", "application/yaml" },
};

static const char *
type_of(struct arena *a, const char *name)
{
	const char *lower = str_lower(a, name);

	for (size_t i = 0; i < LEN(types); i++) {
		if (str_ends(lower, types[i].end))
			return types[i].type;
	}
	return "application/octet-stream";
}

static int
take_bytes(struct call *c, const struct upload_args *a, const char **ret, size_t *ret_len)
{
	if (a->file_path != NULL) {
		call_fail(c, ERR_INPUT, "Tools read no files of this machine: give content_base64 or text.");
		return -1;
	}
	if ((a->content_base64 == NULL) == (a->text == NULL))
		return call_fail(c, ERR_INPUT, "Give content_base64 or text.");
	if (strlen(a->name) > MAX_NAME || strpbrk(a->name, "/\\\r\n\t") != NULL)
		return call_fail(c, ERR_INPUT, "filename must be a plain name of at most %d bytes.", MAX_NAME);
	*ret = a->text;
	*ret_len = a->text != NULL ? strlen(a->text) : 0;
	if (a->content_base64 != NULL)
		*ret = str_unbase64(c->arena, a->content_base64, strlen(a->content_base64), ret_len);
	return *ret != NULL ? 0 : call_fail(c, ERR_INPUT, "content_base64 is not base64.");
}

/* Where the bytes go: Cloud's PUT makes a file or its next version; Data Center has a place for each. */
static int
upload_path(struct call *c, struct site *s, const struct page *p, const char *name, struct rest_write *w, struct file *ret_old)
{
	json *page, *old;

	*ret_old = (struct file){ .id = NULL };
	if (read_list(c, s, p, name, NULL, "2", NULL, &page) == -1)
		return -1;
	old = json_at(json_get(page, "results"), 0);
	if (old != NULL)
		from_json(c, s, old, ret_old);
	w->method = site_is_cloud(s) ? "PUT" : "POST";
	w->path = ret_old->id != NULL && !site_is_cloud(s) ? rest_path(c, s, "{v1}/content/%s/child/attachment/%s/data", p->id, ret_old->id) :
	    rest_path(c, s, "{v1}/content/%s/child/attachment", p->id);
	return 0;
}

static int
upload(struct call *c, const void *v)
{
	const struct upload_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "POST" };
	struct rest_form *form;
	struct file old, f;
	const char *data;
	json *answer;
	struct page p;
	size_t len;

	if (s == NULL || take_bytes(c, a, &data, &len) == -1 || page_get(c, s, a->content_id, a->space_key, 0, &p) == -1)
		return -1;
	c->target = p.id;
	if (upload_path(c, s, &p, a->name, &w, &old) == -1)
		return -1;
	form = rest_form_new(c);
	rest_form_file(form, "file", a->name, type_of(c->arena, a->name), data, len);
	if (a->comment != NULL)
		rest_form_text(form, "comment", a->comment);
	rest_form_text(form, "minorEdit", a->minor_edit ? "true" : "false");
	w.target = p.id;
	w.what = arena_printf(c->arena, "the upload of %s to page %s", a->name, p.id);
	dry_say(c, "To be %s: %s on %s.", old.id != NULL ? "replaced" : "attached", a->name, page_label(c->arena, &p));
	if (old.id != NULL)
		dry_pair(c, "Bytes", view_number(c->arena, old.size), view_number(c->arena, (int64_t)len));
	else
		dry_value(c, "Bytes", view_number(c->arena, (int64_t)len));
	if (rest_form_end(c, form, &w) == -1 || rest_write(c, s, &w) == -1)
		return -1;
	answer = json_get(w.json, "results") != NULL ? json_at(json_get(w.json, "results"), 0) : w.json;
	f = (struct file){ .id = json_scalar(c->arena, json_get(answer, "id")), .name = json_get_str(answer, "title"),
		.size = json_int(json_path(answer, "extensions.fileSize"), -1), .version = json_int(json_path(answer, "version.number"), 0) };
	if (f.id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the file but did not name its id.", s->label);
	if (!str_eq(f.name, a->name) || (f.size >= 0 && f.size != (int64_t)len))
		return call_fail(c, ERR_IGNORED, "%s has kept something else: %s, %lld bytes.", s->label, f.name != NULL ? f.name : "?", (long long)f.size);
	out_say(c->out, "%s %s (%s, %zu bytes) on %s.", old.id != NULL ? "Replaced" : "Attached", f.name, f.id, len, page_label(c->arena, &p));
	if (old.id != NULL && f.version > 0)
		out_pairf(c->out, "Version", "%lld -> %lld", (long long)old.version, (long long)f.version);
	return 0;
}

TOOL(confluence_upload_attachment,
	.title = "Upload attachment", .doc = "Attach a file to a page.",
	.toolset = "confluence_attachments", .product = CONFLUENCE, .effect = WRITES, .not_default = true, .scopes = "write:confluence-file",
	ARGS(struct upload_args, upload_params), .example = "{\"content_id\":\"65685\",\"name\":\"notes.txt\",\"text\":\"Hello\"}",
	.run = upload,
);

/* ---- delete ---- */

struct delete_args {
	const char *attachment_id;
};

static const struct param delete_params[] = {
	P_STR(struct delete_args, attachment_id, P_REQUIRED, .aliases = "attachmentId,id", .doc = NULL),
	P_END
};

static int
delete_attachment(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, CONFLUENCE);
	struct rest_write w = { .method = "DELETE" };
	struct file f;

	if (s == NULL || find_file(c, s, a->attachment_id, &f) == -1)
		return -1;
	w.path = site_is_cloud(s) ? rest_path(c, s, "{api}/attachments/%s", f.id) : rest_path(c, s, "{api}/content/%s", f.id);
	w.target = f.id;
	w.what = arena_printf(c->arena, "the deletion of %s", f.name);
	dry_say(c, "To be deleted: %s (%s) from page %s.", f.name, f.id, f.page != NULL ? f.page : "?");
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted %s (%s) from page %s.", f.name, f.id, f.page != NULL ? f.page : "?");
	return 0;
}

TOOL(confluence_delete_attachment,
	.title = "Delete attachment", .doc = "Delete an attachment.",
	.toolset = "confluence_attachments", .product = CONFLUENCE, .effect = DESTROYS, .not_default = true, .scopes = "delete:attachment:confluence",
	ARGS(struct delete_args, delete_params), .example = "{\"attachment_id\":\"att98765\"}", .run = delete_attachment,
);
