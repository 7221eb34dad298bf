/*
 * Attachments, bytes in the call both ways. The issue's own list is read first: it names the project for the fence, and
 * its sizes and types decide what is fetched. The chosen files are downloaded at once, then shown in order: pictures
 * inline, texts as a window, everything else as a file beside the text, all within the answer's limits for bytes.
 */
#include "base/sha256.h"
#include "base/str.h"
#include "base/utf8.h"
#include "tools/app.h"
#include "tools/jira_edit.h"
#include "tools/jira_view.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "atlassian/pick.h"

enum {
	MAX_FILES = 20,			/* in one answer */
	MAX_IMAGE = 3584 * 1024,	/* models refuse 5 MB of base64 */
	MAX_TEXT = 16 * 1024 * 1024,	/* looked into for a window */
	MIN_WINDOW = 500,
	SCALED = 1024,			/* pixels of a picture that the site scales down */
	MAX_UPLOAD_TEXT = 3 * 1024 * 1024, MAX_UPLOAD_BASE64 = 4 * 1024 * 1024, MAX_NAME = 255,
};

/* What a file's name says about its type; also what we declare in an upload. */
static const struct {
	const char *end, *mime;
	bool text;
} types[] = {
	{ ".png", "image/png", false }, { ".jpg", "image/jpeg", false }, { ".jpeg", "image/jpeg", false },
	{ ".gif", "image/gif", false }, { ".webp", "image/webp", false }, { ".pdf", "application/pdf", false },
	{ ".zip", "application/zip", false }, { ".gz", "application/gzip", false }, { ".mp4", "video/mp4", false },
	{ ".txt", "text/plain", true }, { ".log", "text/plain", true }, { ".md", "text/markdown", true },
	{ ".csv", "text/csv", true }, { ".tsv", "text/plain", true }, { ".html", "text/html", true },
	{ ".json", "application/json", true }, { ".xml", "application/xml", true }, { ".svg", "image/svg+xml", true },
	{ ".yaml", "application/yaml", true }, { ".yml", "application/yaml", true }, { ".ini", "text/plain", true },
	{ ".patch", "text/plain", true }, { ".diff", "text/plain", true }, { ".sql", "text/plain", true },
	{ ".sh", "text/plain", true }, { ".py", "text/plain", true }, { ".js", "text/plain", true }, { ".c", "text/plain", true },
	{ ".java", "text/plain", true }, { ".properties", "text/plain", true }, { ".conf", "text/plain", true },
};

enum how { AS_IMAGE, AS_SCALED, AS_TEXT, AS_BLOB, AS_NOTHING };

struct file {
	struct site *site;
	const char *id, *name, *mime;
	int64_t size;
	enum how how;
	struct rest_file got;
	const char *trouble;	/* why there are no bytes */
};

static bool
ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcasecmp(name + n - m, end) == 0;
}

static int
type_of(const char *name)
{
	for (size_t i = 0; i < LEN(types); i++) {
		if (ends_in(name, types[i].end))
			return (int)i;
	}
	return -1;
}

/* A type that a site states, if it has the form of one. */
static const char *
clean_mime(const char *mime)
{
	const char *slash = mime == NULL ? NULL : strchr(mime, '/');

	if (slash == NULL || slash == mime || slash[1] == '\0' || strlen(mime) > 100 ||
	    mime[strspn(mime, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./+-_")] != '\0')
		return "application/octet-stream";
	return mime;
}

static bool
says_text(const struct file *f)
{
	static const char *const kinds[] = { "text/", "application/json", "application/xml", "application/yaml", "image/svg",
		"application/x-sh", "application/javascript", "application/sql" };
	int t = type_of(f->name);

	for (size_t i = 0; i < LEN(kinds); i++) {
		if (str_istarts(f->mime, kinds[i]))
			return true;
	}
	return t >= 0 && types[t].text;
}

/* What the first bytes say; models take these four. */
static const char *
picture_type(const char *data, size_t len)
{
	if (len > 8 && memcmp(data, "\x89PNG\r\n\x1a\n", 8) == 0)
		return "image/png";
	if (len > 3 && memcmp(data, "\xff\xd8\xff", 3) == 0)
		return "image/jpeg";
	if (len > 6 && (memcmp(data, "GIF87a", 6) == 0 || memcmp(data, "GIF89a", 6) == 0))
		return "image/gif";
	if (len > 12 && memcmp(data, "RIFF", 4) == 0 && memcmp(data + 8, "WEBP", 4) == 0)
		return "image/webp";
	return NULL;
}

static bool
says_picture(const struct file *f)
{
	static const char *const kinds[] = { "image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp" };

	for (size_t i = 0; i < LEN(kinds); i++) {
		if (str_istarts(f->mime, kinds[i]))
			return true;
	}
	return false;
}

static const char *
size_words(struct arena *a, int64_t bytes)
{
	if (bytes < 10 * 1024)
		return arena_printf(a, "%lld bytes", (long long)bytes);
	if (bytes < 10 * 1024 * 1024)
		return arena_printf(a, "%lld KiB", (long long)bytes / 1024);
	return arena_printf(a, "%lld MiB", (long long)bytes / 1024 / 1024);
}

static const char *
path_of(struct call *c, const struct file *f)
{
	bool cloud = site_is_cloud(f->site);

	if (f->how == AS_SCALED && cloud)
		return rest_query(c, rest_path(c, f->site, "{api}/attachment/thumbnail/%s", f->id), "width",
		    arena_printf(c->arena, "%d", SCALED), "height", arena_printf(c->arena, "%d", SCALED), "fallbackToDefault",
		    "false", NULL);
	if (f->how == AS_SCALED)
		return rest_path(c, f->site, "/secure/thumbnail/%s/_thumb_%s.png", f->id, f->id);
	if (cloud)
		return rest_path(c, f->site, "{api}/attachment/content/%s", f->id);
	return rest_path(c, f->site, "/secure/attachment/%s/%s", f->id, f->name);
}

/* One that can't be had is said beside the others. */
static int
fetch_one(struct call *c, void *arg)
{
	struct file *f = arg;

	if (f->how == AS_NOTHING)
		return 0;
	if (rest_download(c, f->site, path_of(c, f), f->how == AS_TEXT ? MAX_TEXT : OUT_MAX_BLOB_BYTES, &f->got) == -1) {
		if (call_cancelled(c))
			return -1;
		f->trouble = err_text(&c->err);
		f->got = (struct rest_file){ .data = "" };
	}
	return 0;
}

/* How each file will be shown, as far as the limits reach. What stays out says why. */
static void
decide(struct call *c, struct file *f, size_t n)
{
	int64_t room = OUT_MAX_BLOB_BYTES;
	size_t blobs = 0;

	for (size_t i = 0; i < n; i++) {
		if (says_picture(&f[i]))
			f[i].how = f[i].size <= MAX_IMAGE ? AS_IMAGE : AS_SCALED;
		else
			f[i].how = says_text(&f[i]) ? AS_TEXT : AS_BLOB;
		if (f[i].how == AS_TEXT && f[i].size > MAX_TEXT)
			f[i].how = AS_BLOB;
		if (f[i].how == AS_TEXT)
			continue;
		if (f[i].how != AS_SCALED && f[i].size > OUT_MAX_BLOB_BYTES) {
			f[i].how = AS_NOTHING;
			f[i].trouble = arena_printf(c->arena, "it is larger than the %d MiB that an answer takes.",
			    OUT_MAX_BLOB_BYTES / 1024 / 1024);
		} else if (blobs == OUT_MAX_BLOBS || (f[i].how != AS_SCALED && f[i].size > room)) {
			f[i].how = AS_NOTHING;
			f[i].trouble = "no more room in this answer: ask for it alone.";
		} else {
			blobs++;
			room -= f[i].how == AS_SCALED ? 0 : f[i].size;
		}
	}
}

static void
show_text(struct call *c, const struct file *f, int64_t offset, size_t window)
{
	size_t len = f->got.len, from = (size_t)offset < len ? utf8_cut(f->got.data, len, (size_t)offset) : len, n;

	n = utf8_cut(f->got.data + from, len - from, window);
	for (size_t back = n; from + n < len && back > n / 2; back--) {
		if (f->got.data[from + back - 1] == '\n') {
			n = back;
			break;
		}
	}
	out_text(c->out, from == 0 && n == len ? f->name : arena_printf(c->arena, "%s, bytes %zu to %zu of %zu", f->name, from,
	    from + n, len), arena_strndup(c->arena, f->got.data + from, n));
	if (from + n < len)
		out_more(c->out, "offset", arena_printf(c->arena, "%zu", from + n), arena_printf(c->arena, "of %s", f->name));
}

static void
show_one(struct call *c, struct file *f, int64_t offset, size_t window, bool digest)
{
	const char *picture = picture_type(f->got.data, f->got.len), *mime = picture != NULL ? picture : clean_mime(f->mime);

	if (f->trouble != NULL) {
		out_say(c->out, "Not shown: %s: %s", f->name, f->trouble);
		return;
	}
	if (digest && f->how != AS_SCALED)
		out_pairf(c->out, "SHA-256", "%s (%s)", sha256_hex(c->arena, f->got.data, f->got.len), f->name);
	if (f->how != AS_SCALED && (int64_t)f->got.len != f->size)
		out_say(c->out, "%s: %zu bytes came, the site says it has %lld.", f->name, f->got.len, (long long)f->size);
	if (f->how == AS_SCALED)
		out_say(c->out, "%s is %s: this is the site's smaller version.", f->name, size_words(c->arena, f->size));
	if (picture == NULL && utf8_valid(f->got.data, f->got.len) && memchr(f->got.data, '\0', f->got.len) == NULL &&
	    f->how != AS_SCALED && (f->how == AS_TEXT || says_picture(f)))
		show_text(c, f, offset, window);
	else if (out_blob(c->out, f->name, picture == NULL && says_picture(f) ? "application/octet-stream" : mime, f->got.data,
	    f->got.len) == -1)
		out_say(c->out, "Not shown: %s: no more room in this answer: ask for it alone.", f->name);
}

static int
show_files(struct call *c, struct file *f, size_t n, int64_t offset, bool digest)
{
	size_t texts = 0, window;

	decide(c, f, n);
	if (call_all(c, fetch_one, f, n, sizeof(*f)) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		texts += f[i].how == AS_TEXT;
	window = out_budget(c->out) * 2 / 3 / (texts > 0 ? texts : 1);
	for (size_t i = 0; i < n; i++)
		show_one(c, &f[i], offset, window < MIN_WINDOW ? MIN_WINDOW : window, digest);
	return 0;
}

static int
read_list(struct call *c, struct site *s, const char *key, json **ret)
{
	json *issue;

	c->target = key;
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "attachment,project", NULL),
	    &issue) == -1 || jira_check_fence(c, s, issue) == -1)
		return -1;
	*ret = json_path(issue, "fields.attachment");
	return 0;
}

static void
set_file(struct call *c, struct site *s, json *one, struct file *f)
{
	const char *name = json_get_str(one, "filename");

	*f = (struct file){
		.site = s, .id = json_scalar(c->arena, json_get(one, "id")), .name = name != NULL ? name : "?",
		.mime = json_get_str(one, "mimeType"), .size = json_get_int(one, "size", 0), .got = { .data = "" },
	};
	if (f->mime == NULL)
		f->mime = "application/octet-stream";
}

/* ---- jira_download_attachments, jira_get_issue_images ---- */

struct download_args {
	const char *issue_key;
	char **attachments;
	int64_t offset;
	bool list_only;
};

static const struct param download_params[] = {
	P_STR(struct download_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_LIST(struct download_args, attachments, 0, .aliases = "attachment,attachment_id,filename", .max_len = MAX_FILES,
	    .doc = "Names or ids; default all"),
	P_BOOL(struct download_args, list_only, 0, .doc = NULL),
	P_INT(struct download_args, offset, 0, .min = 0, .max = MAX_TEXT),
	P_END
};

static void
show_list(struct call *c, json *list)
{
	out_table(c->out, "attachments", "Id", "Name", "Type", "Size", "By", "Date", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_scalar(c->arena, json_get(it.value, "id")), json_get_str(it.value, "filename"),
		    json_get_str(it.value, "mimeType"), size_words(c->arena, json_get_int(it.value, "size", 0)),
		    jira_user_name(json_get(it.value, "author")), view_date(c->arena, json_get_str(it.value, "created")));
}

static int
choose(struct call *c, struct site *s, json *list, char **names, struct file *f, size_t *ret_n)
{
	size_t n = 0;
	json *one;

	for (; names != NULL && *names != NULL; names++) {
		if (pick(c, "attachment", *names, list, "id,filename", &one) == -1)
			return -1;
		set_file(c, s, one, &f[n++]);
	}
	for (struct json_iter it = json_iter(n > 0 ? NULL : list); json_next(&it) && n < MAX_FILES;)
		set_file(c, s, it.value, &f[n++]);
	*ret_n = n;
	return 0;
}

static int
download(struct call *c, const void *v)
{
	const struct download_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct file *f = arena_array(c->arena, MAX_FILES, sizeof(*f));
	const char *key;
	json *list;
	size_t n;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || read_list(c, s, key, &list) == -1)
		return -1;
	if (json_len(list) == 0) {
		out_say(c->out, "%s has no attachment.", key);
		return 0;
	}
	if (choose(c, s, list, a->attachments, f, &n) == -1)
		return -1;
	if (a->offset > 0 && n > 1) {
		call_fail(c, ERR_INPUT, "offset goes with one attachment, and %s has %zu.", key, n);
		call_hint(c, "Name it in attachments.");
		return -1;
	}
	if (a->attachments == NULL)
		show_list(c, list);
	if (a->list_only)
		return 0;
	if (show_files(c, f, n, a->offset, a->attachments != NULL) == -1)
		return -1;
	if (a->attachments == NULL && json_len(list) > n)
		out_say(c->out, "%zu more are only listed: name them in attachments.", json_len(list) - n);
	return 0;
}

TOOL(jira_download_attachments,
	.title = "Download attachments", .doc = "List and read an issue's attachments.",
	.toolset = "jira_attachments", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct download_args, download_params), .example = "{\"issue_key\":\"OPS-4\",\"attachments\":[\"trace.log\"]}",
	.run = download,
);

struct images_args {
	const char *issue_key;
};

static const struct param images_params[] = {
	P_STR(struct images_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_END
};

static int
images(struct call *c, const void *v)
{
	const struct images_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct file *f;
	const char *key;
	size_t n = 0, total;
	json *list;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || read_list(c, s, key, &list) == -1)
		return -1;
	total = json_len(list);
	f = arena_array(c->arena, total + 1, sizeof(*f));
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		set_file(c, s, it.value, &f[n]);
		n += says_picture(&f[n]);
	}
	if (n == 0) {
		out_say(c->out, total == 0 ? "%s has no attachment." : "%s has no picture among its attachments.", key);
		return 0;
	}
	if (n > MAX_FILES)
		out_say(c->out, "%zu pictures: the last %d are shown.", n, MAX_FILES);
	return show_files(c, n > MAX_FILES ? f + (n - MAX_FILES) : f, n > MAX_FILES ? MAX_FILES : n, 0, false);
}

TOOL(jira_get_issue_images,
	.title = "Show issue images", .doc = "See the pictures attached to an issue.",
	.toolset = "jira_attachments", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct images_args, images_params), .example = "{\"issue_key\":\"OPS-4\"}", .run = images,
);

/* ---- jira_upload_attachment ---- */

struct upload_args {
	const char *issue_key, *name, *text, *base64;
};

static const struct param upload_params[] = {
	P_STR(struct upload_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct upload_args, name, P_REQUIRED, .max_len = MAX_NAME, .aliases = "filename", .doc = NULL),
	P_STR(struct upload_args, text, 0, .aliases = "content", .max_len = MAX_UPLOAD_TEXT, .doc = NULL),
	P_STR(struct upload_args, base64, 0, .aliases = "content_base64,data", .max_len = MAX_UPLOAD_BASE64, .doc = NULL),
	P_END
};

static int
upload_bytes(struct call *c, const struct upload_args *a, const char **ret, size_t *ret_len)
{
	bool hidden = false;

	for (const char *p = a->name; *p != '\0'; p++)
		hidden = hidden || iscntrl((unsigned char)*p);
	if (hidden || strpbrk(a->name, "/\\") != NULL || str_eq(a->name, ".") || str_eq(a->name, ".."))
		return call_fail(c, ERR_INPUT, "filename is a name without folders, such as trace.log.");
	if ((a->text == NULL) == (a->base64 == NULL)) {
		call_fail(c, ERR_INPUT, "Give the file's content either in text or in base64.");
		call_hint(c, "A path or link is not read.");
		return -1;
	}
	*ret = a->text;
	if (a->text != NULL)
		*ret_len = strlen(a->text);
	else if ((*ret = str_unbase64(c->arena, a->base64, strlen(a->base64), ret_len)) == NULL)
		return call_fail(c, ERR_INPUT, "base64 is not base64.");
	return 0;
}

static int
upload(struct call *c, const void *v)
{
	const struct upload_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST" };
	struct rest_form *form;
	const char *key, *data, *sha, *id;
	json *issue, *made;
	int type = type_of(a->name);
	size_t len;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || upload_bytes(c, a, &data, &len) == -1)
		return -1;
	c->target = key;
	if (s->config->filter != NULL && (rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields",
	    "project", NULL), &issue) == -1 || jira_check_fence(c, s, issue) == -1))
		return -1;
	sha = sha256_hex(c->arena, data, len);
	if (c->dry_run != NULL)
		out_say(c->out, "%s would get the attachment %s (%zu bytes, SHA-256 %s).", key, a->name, len, sha);
	form = rest_form_new(c);
	rest_form_file(form, "file", a->name, type >= 0 ? types[type].mime : "application/octet-stream", data, len);
	if (rest_form_end(c, form, &w) == -1)
		return -1;
	w.path = rest_path(c, s, "{api}/issue/%s/attachments", key);
	w.target = key;
	w.what = arena_printf(c->arena, "the attachment of %s to %s", a->name, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	made = yyjson_is_arr(w.json) ? json_at(w.json, 0) : w.json;
	id = json_scalar(c->arena, json_get(made, "id"));
	if (id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "It is not known whether %s took place: %s accepted it without naming "
		    "what it made.", w.what, s->label);
	if (json_get_int(made, "size", -1) != (int64_t)len) {
		call_fail(c, ERR_IGNORED, "%s was attached to %s (id %s), but the site has %lld bytes of %zu.", a->name, key, id,
		    (long long)json_get_int(made, "size", -1), len);
		call_hint(c, "Delete that attachment before trying again.");
		return -1;
	}
	out_say(c->out, "Attached %s to %s.", json_get_str(made, "filename"), key);
	out_pair(c->out, "Id", id);
	out_pairf(c->out, "Size", "%zu bytes, %s", len, json_get_str(made, "mimeType"));
	out_pair(c->out, "SHA-256", sha);
	return 0;
}

TOOL(jira_upload_attachment,
	.title = "Upload attachment", .doc = "Attach a file, its content given as text or base64.",
	.toolset = "jira_attachments", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:jira-work",
	ARGS(struct upload_args, upload_params),
	.example = "{\"issue_key\":\"OPS-4\",\"filename\":\"steps.txt\",\"text\":\"1. Open the page\"}", .run = upload,
);

/* ---- jira_delete_attachment ---- */

struct delete_args {
	const char *issue_key, *attachment;
};

static const struct param delete_params[] = {
	P_STR(struct delete_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct delete_args, attachment, P_REQUIRED, .aliases = "attachment_id,filename", .doc = "Name or id"),
	P_END
};

static int
delete_attachment(struct call *c, const void *v)
{
	const struct delete_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	const char *key;
	json *list, *one;
	struct file f;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || read_list(c, s, key, &list) == -1 ||
	    pick(c, "attachment", a->attachment, list, "id,filename", &one) == -1)
		return -1;
	set_file(c, s, one, &f);
	if (c->dry_run != NULL)
		out_say(c->out, "%s would lose the attachment %s (%s).", key, f.name, size_words(c->arena, f.size));
	w.path = rest_path(c, s, "{api}/attachment/%s", f.id);
	w.target = key;
	w.before = json_text(c->arena, one, NULL);
	w.what = arena_printf(c->arena, "the deletion of %s from %s", f.name, key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "Deleted the attachment %s (%s) of %s. It can't be brought back.", f.name, size_words(c->arena, f.size),
	    key);
	return 0;
}

TOOL(jira_delete_attachment,
	.title = "Delete attachment", .doc = "Delete an issue's attachment for good.",
	.toolset = "jira_attachments", .product = JIRA, .effect = DESTROYS, .not_default = true, .scopes = "write:jira-work",
	ARGS(struct delete_args, delete_params), .example = "{\"issue_key\":\"OPS-4\",\"attachment\":\"trace.log\"}",
	.run = delete_attachment,
);
