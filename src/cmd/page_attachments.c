/*
 * The state of the last pull (name, id, version, hash) tells which side has changed: a newer version there, another
 * hash here.
 */
#include "cmd/page_attachments.h"

#include "base/file.h"
#include "base/str.h"

#include <string.h>

enum { MAX_FILES = 1000, MAX_STATE = 1024 * 1024, MAX_LIST = 16 * 1024 * 1024 };

static int
end_state(struct call *c, struct buf *b, struct jw *w, json **ret)
{
	jw_end(w);
	json *v = buf_overflowed(b) ? NULL : json_parse(c->arena, arena_strndup(c->arena, b->data, b->len), b->len, JSON_TRUSTED, &c->err);

	buf_release(b);
	if (v == NULL)
		return call_fail(c, ERR_TOO_LARGE, "The page has too many attachments.");
	*ret = v;
	return 0;
}

static int
download(struct call *c, struct site *s, const char *page, const char *id, const char *name, struct rest_file *ret)
{
	return rest_download(c, s, site_is_cloud(s) ? rest_path(c, s, "{v1}/content/%s/child/attachment/%s/download", page, id) :
	    rest_path(c, s, "/download/attachments/%s/%s", page, name), PAGES_MAX_ATTACHMENT, ret);
}

/* All of them: an array. */
static int
list_attachments(struct call *c, struct site *s, const char *id, json **ret)
{
	const char *cursor = NULL;
	struct buf b;
	struct jw w;
	size_t n = 0;

	buf_init(&b, MAX_LIST);
	jw_init(&w, &b);
	jw_arr(&w);
	do {
		json *page;

		if (rest_get(c, s, site_is_cloud(s) ? rest_query(c, rest_path(c, s, "{api}/pages/%s/attachments", id), "limit", "250", "cursor",
		    cursor, NULL) : rest_query(c, rest_path(c, s, "{api}/content/%s/child/attachment", id), "limit", "200", "expand", "version",
		    "start", cursor, NULL), &page) == -1) {
			buf_release(&b);
			return -1;
		}
		for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it); n++)
			jw_val(&w, it.value);
		cursor = confluence_next(c, page);
	} while (cursor != NULL && n < MAX_FILES);
	if (cursor != NULL) {
		buf_release(&b);
		return call_fail(c, ERR_TOO_LARGE, "The page %s has more than %d attachments.", id, MAX_FILES);
	}
	return end_state(c, &b, &w, ret);
}

static json *
by_name(json *list, const char *member, const char *name)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (str_eq(json_get_str(it.value, member), name))
			return it.value;
	}
	return NULL;
}

static void
put_state(struct call *c, struct jw *w, const char *name, const char *id, int64_t version, const char *data, size_t len)
{
	jw_obj(w);
	jw_str(w, "name", name);
	jw_str(w, "id", id);
	jw_int(w, "version", version);
	jw_str(w, "hash", pages_hash(c->arena, data, len));
	jw_end(w);
}

static const char *
one_line(struct arena *a, const char *s)
{
	char *line = arena_strdup(a, s);

	for (char *p = line; (p = strpbrk(p, "\n\t")) != NULL; p++)
		*p = ' ';
	return line;
}

struct pulling {
	const struct page_sync *y;
	const struct page_file *file;
	const char *dir;
	json *known;
	struct jw *w;
};

/* Whether the site has these bytes already, e.g. of a push whose answer was lost: then they are taken for the attachment's. */
static int
is_same(struct call *c, const struct pulling *p, json *attachment, const char *data, size_t len, bool *ret)
{
	const char *name = json_get_str(attachment, "title"), *id = json_scalar(c->arena, json_get(attachment, "id"));
	struct rest_file file;

	if (download(c, p->y->site, p->file->id, id, name, &file) == -1)
		return -1;
	*ret = file.len == len && memcmp(file.data, data, len) == 0;
	if (*ret)
		put_state(c, p->w, name, id, json_int(json_path(attachment, "version.number"), 0), data, len);
	return 0;
}

static int
pull_file(struct call *c, const struct pulling *p, json *attachment)
{
	const char *name = json_get_str(attachment, "title"), *id = json_scalar(c->arena, json_get(attachment, "id"));
	int64_t version = json_int(json_path(attachment, "version.number"), 0);
	json *had = by_name(p->known, "name", name);
	const char *path, *here = NULL;
	struct rest_file file;
	struct err none;
	bool same;
	size_t len = 0;

	if (!pages_is_file_name(c->arena, name) || id == NULL) {
		sync_say(c, stderr, "%s: the attachment \"%s\" has a name that no file shall have; left out.\n", p->file->path,
		    name != NULL ? one_line(c->arena, name) : "");
		return 0;
	}
	path = pages_path(p->y->pages, arena_printf(c->arena, "%s/%s", p->dir, name));
	err_init(&none, c->arena);
	if (file_exists(path))
		here = file_read(c->arena, path, PAGES_MAX_ATTACHMENT, FILE_ANY, &len, &none);
	if (here != NULL && had == NULL) {	/* nobody remembers where it is from */
		if (is_same(c, p, attachment, here, len, &same) == -1)
			return -1;
		if (same)
			return 0;
	}
	if (here != NULL && (had == NULL || !str_eq(json_get_str(had, "hash"), pages_hash(c->arena, here, len)))) {
		sync_say(c, stderr, "%s/%s was changed here; left as it is.\n", p->dir, name);
		if (had != NULL)
			jw_val(p->w, had);
		return 0;
	}
	if (here != NULL && json_get_int(had, "version", -1) == version) {
		jw_val(p->w, had);
		return 0;
	}
	if (download(c, p->y->site, p->file->id, id, name, &file) == -1 || file_make_dir(pages_path(p->y->pages, p->dir), &c->err) == -1 ||
	    file_write(path, file.data, file.len, 0644, &c->err) == -1)
		return -1;
	put_state(c, p->w, name, id, version, file.data, file.len);
	return 0;
}

int
attachments_pull(struct call *c, const struct page_sync *y, const struct page_file *f, json *known, json **ret)
{
	struct pulling p = { .y = y, .file = f, .dir = pages_files_dir(c->arena, f), .known = known };
	json *list;
	struct buf b;
	struct jw w;

	if (list_attachments(c, y->site, f->id, &list) == -1)
		return -1;
	buf_init(&b, MAX_STATE);
	jw_init(&w, &b);
	p.w = &w;
	jw_arr(&w);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (pull_file(c, &p, it.value) == -1) {
			buf_release(&b);
			return -1;
		}
	}
	return end_state(c, &b, &w, ret);
}

static const char *
type_of(const char *name)
{
	static const struct { const char *suffix, *type; } types[] = {
		{ ".png", "image/png" }, { ".jpg", "image/jpeg" }, { ".jpeg", "image/jpeg" }, { ".gif", "image/gif" },
		{ ".svg", "image/svg+xml" }, { ".webp", "image/webp" }, { ".pdf", "application/pdf" }, { ".txt", "text/plain" },
		{ ".csv", "text/csv" }, { ".json", "application/json" },
	};

	for (size_t i = 0; i < LEN(types); i++) {
		if (str_ends(name, types[i].suffix))
			return types[i].type;
	}
	return "application/octet-stream";
}

static int
upload(struct call *c, struct site *s, const struct page_file *f, const char *name, json *there, const char *data, size_t len,
    struct jw *w)
{
	struct rest_form *form = rest_form_new(c);
	struct rest_write write = { .method = "POST", .target = f->id, .what = arena_printf(c->arena, "the upload of %s", name) };
	json *answer;

	rest_form_file(form, "file", name, type_of(name), data, len);
	if (rest_form_end(c, form, &write) == -1)
		return -1;
	write.path = there == NULL ? rest_path(c, s, "{v1}/content/%s/child/attachment", f->id) :
	    rest_path(c, s, "{v1}/content/%s/child/attachment/%s/data", f->id, json_scalar(c->arena, json_get(there, "id")));
	if (rest_write(c, s, &write) == -1)
		return -1;
	answer = there == NULL ? json_path(write.json, "results.0") : write.json;
	if (json_get_str(answer, "id") == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s took %s but did not name it.", s->label, name);
	/* Cloud's answer leaves the version out: it is the next */
	put_state(c, w, name, json_get_str(answer, "id"), json_int(json_path(answer, "version.number"),
	    json_int(json_path(there, "version.number"), 0) + 1), data, len);
	return 0;
}

/* *ret_done: whether the state of the file was put. */
static int
push_file(struct call *c, const struct pulling *p, json *there, const char *name, unsigned flags, size_t *sent, bool *ret_done)
{
	json *had = by_name(p->known, "name", name);
	size_t len;
	const char *data = file_read(c->arena, pages_path(p->y->pages, arena_printf(c->arena, "%s/%s", p->dir, name)),
	    PAGES_MAX_ATTACHMENT, FILE_ANY, &len, &c->err);

	*ret_done = false;
	if (data == NULL)
		return -1;
	if (had != NULL && str_eq(json_get_str(had, "hash"), pages_hash(c->arena, data, len)))
		return 0;
	there = by_name(there, "title", name);
	if (there != NULL && (had == NULL || json_int(json_path(there, "version.number"), 0) != json_get_int(had, "version", -1))) {
		if (is_same(c, p, there, data, len, ret_done) == -1)
			return -1;
		if (*ret_done)
			return 0;
		call_fail(c, ERR_CONFLICT, "%s/%s was changed here and on the site.", p->dir, name);
		call_hint(c, "Move your file away, pull, and decide between the two.");
		return -1;
	}
	if (!(flags & ATTACHMENTS_DRY) && upload(c, p->y->site, p->file, name, there, data, len, p->w) == -1)
		return -1;
	*ret_done = !(flags & ATTACHMENTS_DRY);
	++*sent;
	return 0;
}

int
attachments_push(struct call *c, const struct page_sync *y, const struct page_file *f, json *known, unsigned flags, size_t *ret_sent,
    json **ret)
{
	struct pulling p = { .y = y, .file = f, .dir = pages_files_dir(c->arena, f), .known = known };
	struct file_entry *files;
	json *there = NULL;
	size_t n = 0;
	int result = 0;
	struct buf b;
	struct jw w;

	*ret_sent = 0;
	*ret = known;
	if (!file_exists(pages_path(y->pages, p.dir)))
		return 0;
	files = file_list(c->arena, pages_path(y->pages, p.dir), MAX_FILES, &n, &c->err);
	if (files == NULL || (f->id != NULL && list_attachments(c, y->site, f->id, &there) == -1))
		return -1;
	buf_init(&b, MAX_STATE);
	jw_init(&w, &b);
	p.w = &w;
	jw_arr(&w);
	for (size_t i = 0; i < n; i++) {
		bool done = false;
		json *had = by_name(known, "name", files[i].name);

		if (files[i].dir || files[i].name[0] == '.')
			continue;
		if (result == 0)
			result = push_file(c, &p, there, files[i].name, flags, ret_sent, &done);
		if (!done && had != NULL)
			jw_val(&w, had);
	}
	return end_state(c, &b, &w, ret) == -1 ? -1 : result;
}
