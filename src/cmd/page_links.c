/*
 * The tree's links are marks with an href ("page:SPACE:Title#anchor", "attachment:name"), its pictures media nodes with the
 * attachment's name as id; both are changed in place. A source may name its own space in a link or not: the way back takes the form that
 * the source has, so that an unedited block stays unedited.
 */
#include "cmd/page_links.h"

#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"

#include <string.h>

typedef const char *change_fn(const char *target, void *ctx);

struct change {
	struct doc *doc;
	change_fn *link, *picture;
	void *ctx;
};

static void
walk(const struct change *c, struct node *n)
{
	for (struct mark *m = n->marks; m != NULL; m = m->next) {
		const char *href = m->type == MARK_LINK ? mark_str(m, "href") : NULL, *to = href == NULL ? NULL : c->link(href, c->ctx);

		if (to != NULL)
			mark_set_str(c->doc, m, "href", to);
	}
	if ((n->type == NODE_MEDIA || n->type == NODE_MEDIA_INLINE) && c->picture != NULL && str_eq(node_str(n, "type"), "file")) {
		const char *id = node_str(n, "id"), *to = id == NULL ? NULL : c->picture(id, c->ctx);

		if (to != NULL)
			node_set_str(c->doc, n, "id", to);
	}
	if (n->type == NODE_MEDIA_GROUP)	/* links of somebody's Markdown that say "attachment:name" */
		return;
	for (struct node *child = n->first; child != NULL; child = child->next)
		walk(c, child);
}

/* ---- to files ---- */

struct outward {
	struct arena *arena;
	const struct pages *pages;
	const struct page_file *file;
	const char *web;
};

/* From the directory of one file to another, both within the working copy. */
static const char *
relative(struct arena *a, const char *from, const char *to)
{
	size_t same = 0;
	struct buf b;
	const char *path;

	for (size_t i = 0; from[i] != '\0' && from[i] == to[i]; i++)
		same = from[i] == '/' ? i + 1 : same;
	buf_init(&b, 64 * 1024);
	for (const char *p = from + same; (p = strchr(p, '/')) != NULL; p++)
		buf_adds(&b, "../");
	buf_adds(&b, to + same);
	path = arena_strdup(a, b.data);
	buf_release(&b);
	return path;
}

/* "page:SPACE:Title#anchor" in its parts; space NULL: none is said. */
static bool
split_target(struct arena *a, const char *target, const char **space, const char **title, const char **anchor)
{
	const char *colon, *hash;

	if (!str_starts(target, "page:"))
		return false;
	target += strlen("page:");
	hash = strrchr(target, '#');
	*anchor = hash == NULL ? "" : hash;
	target = arena_strndup(a, target, hash == NULL ? strlen(target) : (size_t)(hash - target));
	colon = strchr(target, ':');
	if (colon != NULL &&
	    strspn(target, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ~._-") == (size_t)(colon - target)) {
		*space = colon == target ? NULL : arena_strndup(a, target, (size_t)(colon - target));
		*title = colon + 1;
	} else {
		*space = NULL;
		*title = target;
	}
	return true;
}

static const char attachment[] = "attachment:";

/* The relative path of the page's attachment. */
static const char *
path_of(const struct outward *o, const char *name)
{
	return arena_printf(o->arena, "%s/%s", relative(o->arena, o->file->path, pages_files_dir(o->arena, o->file)), name);
}

/* ---- addresses ---- */

static int
hex(char ch)
{
	return ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

/* Without its %XX; NULL when that is no text. */
static const char *
decode(struct arena *a, const char *text)
{
	char *out = arena_strdup(a, text), *to = out;

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
			*to++ = (char)(hex(p[1]) * 16 + hex(p[2]));
			p += 2;
			if ((unsigned char)to[-1] < ' ')
				return NULL;
		} else {
			*to++ = *p;
		}
	}
	*to = '\0';
	return utf8_valid(out, (size_t)(to - out)) ? out : NULL;
}

/* Where people download the attachment of a page. */
static const char *
address(struct arena *a, const char *web, const char *page, const char *name)
{
	const char *text;
	struct buf b;

	buf_init(&b, 64 * 1024);
	buf_addf(&b, "%s/download/attachments/%s/", web, page);
	for (; *name != '\0'; name++) {
		if (strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~") > 0)
			buf_addc(&b, *name);
		else
			buf_addf(&b, "%%%02X", (unsigned char)*name);
	}
	text = arena_strdup(a, b.data);
	buf_release(&b);
	return text;
}

/* The file of another page that such an address leads to, as we would write it; NULL: none. */
static const char *
file_at(const struct outward *o, const char *target)
{
	const char *start = arena_printf(o->arena, "%s/download/attachments/", o->web), *id, *name, *path;
	const struct page_file *f;

	if (!str_starts(target, start) || (name = strchr(target + strlen(start), '/')) == NULL)
		return NULL;
	id = arena_strndup(o->arena, target + strlen(start), (size_t)(name - target) - strlen(start));
	f = pages_by_id(o->pages, id);
	name = decode(o->arena, name + 1);
	if (f == NULL || f == o->file || name == NULL || !pages_is_file_name(o->arena, name) ||
	    !str_eq(address(o->arena, o->web, id, name), target))
		return NULL;
	path = arena_printf(o->arena, "%s/%s", pages_files_dir(o->arena, f), name);
	return file_exists(pages_path(o->pages, path)) ? relative(o->arena, o->file->path, path) : NULL;
}

static const char *
link_to_file(const char *target, void *ctx)
{
	const struct outward *o = ctx;
	const char *space, *title, *anchor;
	const struct page_file *f;

	if (str_starts(target, attachment)) {
		const char *name = target + strlen(attachment), *path = arena_printf(o->arena, "%s/%s", pages_files_dir(o->arena, o->file), name);

		return pages_is_file_name(o->arena, name) && file_exists(pages_path(o->pages, path)) ? path_of(o, name) : NULL;
	}
	if (!split_target(o->arena, target, &space, &title, &anchor))
		return file_at(o, target);
	f = pages_by_title(o->pages, space != NULL ? space : o->file->space, title);
	return f == NULL ? NULL : arena_printf(o->arena, "%s%s", relative(o->arena, o->file->path, f->path), anchor);
}

static const char *
picture_to_file(const char *id, void *ctx)
{
	return path_of(ctx, id);
}

void
page_links_to_files(struct doc *d, const struct pages *p, const struct page_file *f, const char *web)
{
	struct outward o = { d->arena, p, f, web };

	walk(&(struct change){ d, link_to_file, picture_to_file, &o }, d->root);
}

/* ---- back ---- */

struct inward {
	struct arena *arena;
	struct page_links *links;
};

/* The path within the working copy that a relative link of the file leads to; NULL when it leads out. */
static const char *
resolve(struct arena *a, const char *from, const char *link)
{
	const char *slash = strrchr(from, '/');
	char *dir = arena_strndup(a, from, slash == NULL ? 0 : (size_t)(slash - from)), *up;

	for (;;) {
		if (str_starts(link, "./")) {
			link += 2;
		} else if (str_starts(link, "../")) {
			if (*dir == '\0')
				return NULL;
			up = strrchr(dir, '/');
			*(up != NULL ? up : dir) = '\0';
			link += 3;
		} else {
			break;
		}
	}
	return *dir == '\0' ? link : arena_printf(a, "%s/%s", dir, link);
}

static bool
is_relative(const char *link)
{
	size_t scheme = strspn(link, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");

	return link[0] != '/' && link[0] != '#' && link[scheme] != ':';
}

static bool
is_here(const struct inward *in, const char *path)
{
	return file_exists(pages_path(in->links->pages, path));
}

/* The path that a link leads to, which people write with %20 or as it is; what is there decides. NULL: out of the working copy. */
static const char *
path_at(const struct inward *in, const char *link)
{
	const char *path = resolve(in->arena, in->links->file->path, link), *plain = decode(in->arena, link), *other;

	if (plain == NULL || str_eq(plain, link) || (path != NULL && is_here(in, path)))
		return path;
	other = resolve(in->arena, in->links->file->path, plain);
	return other != NULL ? other : path;
}

/* The name of the page's attachment that is at a path; NULL: none. */
static const char *
attachment_at(const struct inward *in, const struct page_file *f, const char *path)
{
	const char *dir = arena_printf(in->arena, "%s/", pages_files_dir(in->arena, f));

	return path != NULL && str_starts(path, dir) ? path + strlen(dir) : NULL;
}

/* The page beside the file's own whose attachment is at a path; NULL: none. */
static const struct page_file *
owner_of(const struct inward *in, const char *path)
{
	const struct pages *p = in->links->pages;

	for (size_t i = 0; path != NULL && strstr(path, ".files/") != NULL && i < p->count; i++) {
		if (p->list[i] != in->links->file && attachment_at(in, p->list[i], path) != NULL)
			return p->list[i];
	}
	return NULL;
}

static const char *
broken(const struct inward *in, const char *link)
{
	in->links->broken = arena_strdup(in->links->pages->arena, link);
	return NULL;
}

static const char *
link_from_file(const char *link, void *ctx)
{
	struct inward *in = ctx;
	const struct page_file *own = in->links->file;
	struct page_file *f;
	const char *hash = strchr(link, '#'), *anchor = hash == NULL ? "" : hash, *path, *name, *title, *with_space;
	const struct page_file *owner;

	if (!is_relative(link))
		return NULL;
	path = path_at(in, link);
	if ((name = attachment_at(in, own, path)) != NULL)
		return arena_printf(in->arena, "%s%s", attachment, name);
	if ((owner = owner_of(in, path)) != NULL)
		return owner->id == NULL || !is_here(in, path) ? broken(in, link) :
		    address(in->arena, in->links->web, owner->id, attachment_at(in, owner, path));
	if (path != NULL && strstr(path, ".files/") != NULL)
		return broken(in, link);
	path = arena_strndup(in->arena, link, strcspn(link, "#"));
	if (!str_ends(path, ".md"))
		return NULL;
	path = path_at(in, path);
	f = path == NULL ? NULL : pages_by_path(in->links->pages, path);
	if (f == NULL)
		return broken(in, link);
	title = pages_site_title(in->links->pages, f);
	with_space = arena_printf(in->arena, "page:%s:%s%s", f->space != NULL ? f->space : "", title, anchor);
	for (const char *const *t = in->links->targets; t != NULL && *t != NULL; t++) {
		if (str_eq(*t, with_space))
			return with_space;
	}
	return str_eq(f->space, own->space) ? arena_printf(in->arena, "page:%s%s%s", strchr(title, ':') != NULL ? ":" : "", title,
	    anchor) : with_space;
}

static const char *
picture_from_file(const char *id, void *ctx)
{
	const struct inward *in = ctx;
	const char *path = path_at(in, id), *name = attachment_at(in, in->links->file, path);

	return name != NULL ? name : owner_of(in, path) != NULL ? broken(in, id) : NULL;
}

void
page_links_from_files(struct doc *d, struct page_links *links)
{
	struct inward in = { d->arena, links };

	if (d->skin == SKIN_MD)
		walk(&(struct change){ d, link_from_file, picture_from_file, &in }, d->root);
}

/* ---- how the source says it ---- */

struct targets {
	struct arena *arena;
	const char **list;
	size_t count, room;
};

static const char *
note_target(const char *target, void *ctx)
{
	struct targets *t = ctx;

	if (!str_starts(target, "page:"))
		return NULL;
	if (t->count + 1 >= t->room) {
		const char **list = arena_array(t->arena, t->room * 2 + 16, sizeof(*list));

		if (t->count > 0)
			memcpy(list, t->list, t->count * sizeof(*list));
		t->list = list;
		t->room = t->room * 2 + 16;
	}
	t->list[t->count++] = target;
	return NULL;
}

const char *const *
page_links_targets(struct doc *d, struct arena *a)
{
	struct targets t = { .arena = a };

	note_target("page:", &t);	/* makes room for the end */
	t.count = 0;
	walk(&(struct change){ d, note_target, NULL, &t }, d->root);
	t.list[t.count] = NULL;
	return t.list;
}
