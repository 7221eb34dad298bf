/*
 * Front matter is a handful of "name: value" lines between two lines of "---"; a value that
 * YAML would read otherwise is a JSON string, which is YAML too. Everything is read when the working copy is opened:
 * links between pages need all titles and paths.
 */
#include "cmd/pages.h"

#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "json/writer.h"
#include "tools/out.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_NAME = 120, MAX_ATTACHMENT_NAME = 200, MAX_MATTER = 64 * 1024, MAX_SOURCE = 16 * 1024 * 1024, ROOM = 256 };

static const char state_dir[] = ".telamon";

const char *
pages_path(const struct pages *p, const char *path)
{
	return arena_printf(p->arena, "%s/%s", p->dir, path);
}

const char *
pages_hash(struct arena *a, const char *data, size_t len)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
	return arena_printf(a, "%016llx", (unsigned long long)h);
}

const char *
pages_clean(struct arena *a, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, 3 * strlen(text) + 1);
	out_clean(&b, text, strlen(text));
	out = b.len == 0 ? "" : arena_strndup(a, b.data, b.len);
	buf_release(&b);
	return out;
}

bool
pages_is_file_name(struct arena *a, const char *name)
{
	return !str_blank(name) && strlen(name) < MAX_ATTACHMENT_NAME && strchr(".-", *name) == NULL && strpbrk(name, "/\\\t\n") == NULL &&
	    str_eq(pages_clean(a, name), name);
}

static bool
ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return n >= s && strcasecmp(name + n - s, suffix) == 0;
}

/* Guide.files holds Guide's attachments, so no page is called so; and Guide.md is a page, so no page's directory is. */
static void
keep_suffixes_free(char *name)
{
	static const char *const taken[] = { ".files", ".md" };

	for (size_t i = 0; i < LEN(taken); i++) {
		if (ends_in(name, taken[i]))
			name[strlen(name) - strlen(taken[i])] = '-';
	}
}

const char *
pages_file_name(struct arena *a, const char *text)
{
	const char *clean = pages_clean(a, text);
	char *name = arena_strndup(a, clean, utf8_cut(clean, strlen(clean), MAX_NAME)), *to = name;
	bool gap = false;

	for (const char *p = name; *p != '\0'; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch <= ' ' || ch == 0x7f || strchr("/\\:*?\"<>|#%", ch) != NULL) {
			gap = to != name;
			continue;
		}
		if (gap)
			*to++ = '-';
		gap = false;
		if (ch != '.' || to != name)
			*to++ = (char)ch;
	}
	*to = '\0';
	keep_suffixes_free(name);
	return *name != '\0' ? name : "page";
}

/* ---- front matter ---- */

/* A JSON string's text; NULL when it is broken. */
static const char *
unquote(struct arena *a, const char *s, size_t len)
{
	struct err e;

	err_init(&e, a);
	return json_str(json_parse(a, s, len, JSON_STRICT, &e));
}

static int
matter_error(const char *path, int line, struct err *e)
{
	err_set(e, ERR_INPUT, "%s: line %d of the front matter can't be read.", path, line);
	err_hint(e, "A line is \"name: value\"; put a value with special characters into double quotes.");
	return -1;
}

static int
take_line(struct arena *a, struct page_file *f, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len), *value;
	char *name;

	if (len == 0)
		return 0;
	if (colon == NULL)
		return -1;
	name = str_trim(a, line, (size_t)(colon - line));
	value = str_trim(a, colon + 1, len - (size_t)(colon + 1 - line));
	if (*value == '"' && (value = unquote(a, value, strlen(value))) == NULL)
		return -1;
	if (str_eq(name, "id"))
		f->id = *value != '\0' ? value : NULL;
	else if (str_eq(name, "title"))
		f->title = value;
	else if (str_eq(name, "space"))
		f->space = value;
	else if (str_eq(name, "labels"))
		f->labels = value;
	else if (str_eq(name, "version"))
		return str_int(value, 0, INT32_MAX, &f->version);
	return 0;
}

/* 1: it is a page of ours, 0: some other Markdown file, -1: broken. */
static int
read_matter(struct arena *a, struct page_file *f, const char *text, size_t len, struct err *e)
{
	const char *at = text + 4, *end = text + len;

	f->labels = "";
	if (len < 4 || memcmp(text, "---\n", 4) != 0)
		return 0;
	for (int line = 2; at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = (size_t)((stop != NULL ? stop : end) - at);

		if (n == 3 && memcmp(at, "---", 3) == 0) {
			f->md = stop == NULL ? end : stop + 1;
			if (f->md < end && *f->md == '\n')
				f->md++;
			f->md_len = (size_t)(end - f->md);
			return f->title != NULL && (f->id != NULL || f->space != NULL);
		}
		if (take_line(a, f, at, n) == -1)
			return matter_error(f->path, line, e);
		if (stop == NULL)
			break;
		at = stop + 1;
	}
	return 0;
}

static void
put_value(struct buf *b, const char *name, const char *value)
{
	bool plain = *value != '\0' && strpbrk(value, "\":#\\{}[]&*!|>'%@`\n\t") == NULL && *value != ' ' && *value != '-' &&
	    *value != '?' && value[strlen(value) - 1] != ' ' && value[strspn(value, "0123456789.")] != '\0';
	struct jw w;

	buf_addf(b, "%s: ", name);
	if (plain) {
		buf_adds(b, value);
	} else {
		jw_init(&w, b);
		jw_s(&w, value);
	}
	buf_addc(b, '\n');
}

int
pages_write(struct pages *p, const struct page_file *f, struct err *e)
{
	char *dir = arena_strdup(p->arena, pages_path(p, f->path)), *slash = strrchr(dir, '/');
	struct buf b;
	int result;

	*slash = '\0';
	if (file_make_dir(dir, e) == -1)
		return -1;
	buf_init(&b, PAGES_MAX_FILE + MAX_MATTER);
	buf_adds(&b, "---\n");
	if (f->id != NULL)
		buf_addf(&b, "id: %s\n", f->id);
	put_value(&b, "title", f->title);
	if (f->space != NULL)
		put_value(&b, "space", f->space);
	if (f->version > 0)
		buf_addf(&b, "version: %lld\n", (long long)f->version);
	if (*f->labels != '\0')
		buf_addf(&b, "labels: %s\n", f->labels);
	buf_adds(&b, "---\n\n");
	buf_add(&b, f->md, f->md_len);
	result = buf_overflowed(&b) ? err_set(e, ERR_TOO_LARGE, "%s would be larger than %d MiB.", f->path,
	    PAGES_MAX_FILE / 1024 / 1024) : file_write(pages_path(p, f->path), b.data, b.len, 0644, e);
	buf_release(&b);
	return result;
}

/* ---- the list ---- */

static struct page_file *
new_file(struct pages *p)
{
	if (p->count % ROOM == 0) {
		struct page_file **list = arena_array(p->arena, p->count + ROOM, sizeof(*list));

		if (p->count > 0)
			memcpy(list, p->list, p->count * sizeof(*list));
		p->list = list;
	}
	p->list[p->count] = arena_alloc(p->arena, sizeof(**p->list));
	p->list[p->count]->labels = "";
	return p->list[p->count++];
}

static int
read_file(struct pages *p, const char *path, struct err *e)
{
	struct page_file f = { .path = path };
	const struct page_file *twin;
	size_t len;
	const char *text = file_read(p->arena, pages_path(p, path), PAGES_MAX_FILE, FILE_ANY, &len, e);
	int ours = text == NULL ? -1 : read_matter(p->arena, &f, text, len, e);

	if (ours != 1)
		return ours;
	if (ends_in(path, ".files.md")) {
		err_set(e, ERR_INPUT, "%s: a page's file can't be called so, for %.*s/ holds the attachments of another page.", path,
		    (int)(strlen(path) - strlen(".md")), path);
		err_hint(e, "Give the file, and its directory if there is one, another name.");
		return -1;
	}
	twin = f.id == NULL ? NULL : pages_by_id(p, f.id);
	if (twin != NULL) {
		err_set(e, ERR_INPUT, "%s and %s are both the page %s.", twin->path, path, f.id);
		err_hint(e, "Take the line \"id\" out of the one that shall become a page of its own.");
		return -1;
	}
	if (p->count == PAGES_MAX)
		return err_set(e, ERR_TOO_LARGE, "%s holds more than %d pages.", p->dir, PAGES_MAX);
	*new_file(p) = f;
	return 0;
}

static int
scan(struct pages *p, const char *below, int depth, struct err *e)
{
	size_t n;
	struct file_entry *list = file_list(p->arena, *below == '\0' ? p->dir : pages_path(p, below), PAGES_MAX, &n, e);

	if (list == NULL)
		return -1;
	for (size_t i = 0; i < n; i++) {
		const char *path = *below == '\0' ? list[i].name : arena_printf(p->arena, "%s/%s", below, list[i].name);

		if (list[i].name[0] == '.')
			continue;
		if (list[i].dir && depth < PAGES_MAX_DEPTH && !ends_in(path, ".files") && scan(p, path, depth + 1, e) == -1)
			return -1;
		if (!list[i].dir && str_ends(path, ".md") && read_file(p, path, e) == -1)
			return -1;
	}
	return 0;
}

struct pages *
pages_open(struct arena *a, const char *dir, struct err *e)
{
	struct pages *p = arena_alloc(a, sizeof(*p));

	p->arena = a;
	p->dir = dir;
	return !file_exists(dir) || scan(p, "", 0, e) == 0 ? p : NULL;
}

struct page_file *
pages_by_id(const struct pages *p, const char *id)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->list[i]->id != NULL && str_eq(p->list[i]->id, id))
			return p->list[i];
	}
	return NULL;
}

struct page_file *
pages_by_path(const struct pages *p, const char *path)
{
	for (size_t i = 0; i < p->count; i++) {
		if (str_eq(p->list[i]->path, path))
			return p->list[i];
	}
	return NULL;
}

static const char *
without_md(struct arena *a, const char *path)
{
	return arena_strndup(a, path, strlen(path) - strlen(".md"));
}

struct page_file *
pages_parent(const struct pages *p, const struct page_file *f)
{
	const char *slash = strrchr(f->path, '/');

	return slash == NULL ? NULL : pages_by_path(p, arena_printf(p->arena, "%.*s.md", (int)(slash - f->path), f->path));
}

const char *
pages_files_dir(struct arena *a, const struct page_file *f)
{
	return arena_printf(a, "%s.files", without_md(a, f->path));
}

/* Letter case makes no two files everywhere. */
static bool
is_taken(const struct pages *p, const char *path)
{
	for (size_t i = 0; i < p->count; i++) {
		if (strcasecmp(p->list[i]->path, path) == 0)
			return true;
	}
	return file_exists(pages_path(p, path));
}

struct page_file *
pages_add(struct pages *p, const struct page_file *parent, const char *id, const char *title)
{
	const char *dir = parent == NULL ? "" : arena_printf(p->arena, "%s/", without_md(p->arena, parent->path));
	const char *name = pages_file_name(p->arena, title), *path = arena_printf(p->arena, "%s%s.md", dir, name);
	struct page_file *f;

	for (int n = 1; is_taken(p, path); n++)
		path = n == 1 ? arena_printf(p->arena, "%s%s-%s.md", dir, name, id) : arena_printf(p->arena, "%s%s-%s-%d.md", dir, name, id, n);
	f = new_file(p);
	f->path = path;
	f->id = id;
	f->title = title;
	return f;
}

/* ---- what was pulled ---- */

static const char *
state_path(const struct pages *p, const char *id, const char *suffix)
{
	return arena_printf(p->arena, "%s/%s/%s.%s", p->dir, state_dir, pages_file_name(p->arena, id), suffix);
}

struct page_base *
pages_base(const struct pages *p, const char *id, struct err *e)
{
	struct page_base *b = arena_alloc(p->arena, sizeof(*b));
	size_t len;
	const char *text = file_read(p->arena, state_path(p, id, "json"), MAX_SOURCE, FILE_ANY, &len, e);
	json *state = text == NULL ? NULL : json_parse(p->arena, text, len, JSON_STRICT, e);

	b->source = state == NULL ? NULL : file_read(p->arena, state_path(p, id, "xml"), MAX_SOURCE, FILE_ANY, &b->source_len, e);
	if (b->source == NULL) {
		err_hint(e, "What was pulled is missing from %s/%s. Pull the page into another directory and compare.", p->dir, state_dir);
		return NULL;
	}
	b->title = json_get_str(state, "title");
	b->labels = json_get_str(state, "labels");
	b->version = json_get_int(state, "version", 0);
	b->files = json_get(state, "files");
	return b;
}

int
pages_write_base(const struct pages *p, const char *id, const struct page_base *base, struct err *e)
{
	struct buf b;
	struct jw w;
	int result;

	if (file_make_dir(pages_path(p, state_dir), e) == -1 ||
	    file_write(state_path(p, id, "xml"), base->source, base->source_len, 0600, e) == -1)
		return -1;
	buf_init(&b, MAX_SOURCE);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "title", base->title);
	jw_str(&w, "labels", base->labels);
	jw_int(&w, "version", base->version);
	if (base->files != NULL)
		jw_value(&w, "files", base->files);
	jw_end(&w);
	result = file_write(state_path(p, id, "json"), b.data, b.len, 0600, e);
	buf_release(&b);
	return result;
}

const char *
pages_site_title(const struct pages *p, struct page_file *f)
{
	struct err none;
	const char *path;
	size_t len;

	if (f->site_title != NULL)
		return f->site_title;
	f->site_title = f->title;
	path = f->id == NULL ? NULL : state_path(p, f->id, "json");
	if (path != NULL && file_exists(path)) {
		const char *text;

		err_init(&none, p->arena);
		text = file_read(p->arena, path, MAX_SOURCE, FILE_ANY, &len, &none);
		if (text != NULL)
			f->site_title = json_get_str(json_parse(p->arena, text, len, JSON_STRICT, &none), "title");
	}
	if (f->site_title == NULL)
		f->site_title = f->title;
	return f->site_title;
}

struct page_file *
pages_by_title(const struct pages *p, const char *space, const char *site_title)
{
	for (size_t i = 0; i < p->count; i++) {
		if (str_eq(pages_site_title(p, p->list[i]), site_title) && (space == NULL || str_ieq(p->list[i]->space, space)))
			return p->list[i];
	}
	return NULL;
}
