/*
 * telamon push: the edits of a working copy to the site, page by page. Each page is read, the file's edit is put into
 * its current source (text/merge.h), written as the version after the current one, and read back; a version that
 * somebody was faster with is merged again. Pages that conflict are shown and left alone, the others go through. Everything
 * that can be known before is looked at before the first write to a page; when one of several writes fails, what those before
 * it did is remembered and said.
 */
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/page_attachments.h"
#include "tools/app.h"
#include "tools/confluence_edit.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { HOURS = 12, TRIES = 3, MAX_BODY = 40 * 1024 * 1024 };

struct push {
	const char *dir;
	char **only;			/* files; NULL-terminated, may be empty */
	const char *message;
	bool dry, status;
	unsigned flags;			/* MERGE_ */
	struct page_sync y;
	size_t sent, in_part, failed;	/* pages */
	enum err_kind gravest;		/* of those that failed */
};

/* What of a page has been written so far. */
struct done {
	bool made, labels;
	size_t files;
	json *state;			/* of its attachments, for the base */
	const char *source;		/* NULL: its text and title were not */
	struct page page;		/* as the site answered to these */
};

static bool
is_wanted(const struct push *p, const struct page_file *f)
{
	for (char **w = p->only; *w != NULL; w++) {
		size_t dir = strlen(p->dir);
		const char *name = str_starts(*w, p->dir) && (*w)[dir] == '/' ? *w + dir + 1 : *w;

		if (str_eq(str_starts(name, "./") ? name + 2 : name, f->path))
			return true;
	}
	return *p->only == NULL;
}

/* ---- one page's text and title ---- */

/* *ret: what there is to send, NULL when nothing. */
static int
merge_page(struct call *c, const struct push *p, const struct page_file *f, const struct page_base *base, const struct page *current,
    const char **ret_source, const char **ret_title)
{
	struct merge_report report;
	const char *merged;

	if (sync_merge(c, &p->y, f, base, current->storage, p->flags, &merged, &report) == -1) {
		sync_say_conflicts(c, f, &report);
		return -1;
	}
	*ret_title = str_eq(f->title, base->title) ? current->title : f->title;
	if (!str_eq(f->title, base->title) && !str_eq(current->title, base->title) && !str_eq(current->title, f->title))
		return call_fail(c, ERR_CONFLICT, "%s: the title was changed on the site too, to \"%s\".", f->path, current->title);
	*ret_source = str_eq(merged, current->storage) && str_eq(*ret_title, current->title) ? NULL : merged;
	return 0;
}

/* source and title: what merge_page has found for current. */
static int
push_text(struct call *c, const struct push *p, const struct page_file *f, const struct page_base *base, struct page *current,
    const char *source, const char *title, struct done *d)
{
	for (int attempt = 1; source != NULL; attempt++) {
		if (page_put(c, p->y.site, current, &(struct page_change){ .title = title, .storage = source, .message = p->message },
		    &d->page) == 0) {
			d->source = source;
			return 0;
		}
		if (c->err.kind != ERR_CONFLICT || attempt == TRIES)
			return -1;
		err_clear(&c->err);
		if (page_get_id(c, p->y.site, f->id, PAGE_BODY | PAGE_LABELS, current) == -1 ||
		    merge_page(c, p, f, base, current, &source, &title) == -1)
			return -1;
	}
	return 0;
}

/* ---- labels ---- */

/* The labels of one list that the other has not. */
static char **
labels_without(struct arena *a, const char *labels, const char *others)
{
	char **list = str_split(a, labels, ",", NULL), **to = list;

	for (char **l = list; *l != NULL; l++) {
		bool there = false;

		for (char **o = str_split(a, others, ",", NULL); *o != NULL; o++)
			there = there || str_ieq(*o, *l);
		if (!there)
			*to++ = *l;
	}
	*to = NULL;
	return list;
}

struct label_change {
	char **added, **removed;
};

static bool
labels_differ(const struct label_change *l)
{
	return *l->added != NULL || *l->removed != NULL;
}

static int
check_labels(struct call *c, const struct page_file *f, const char *was, struct label_change *ret)
{
	*ret = (struct label_change){ labels_without(c->arena, f->labels, was), labels_without(c->arena, was, f->labels) };
	return labels_check(c, ret->added);
}

static int
push_labels(struct call *c, const struct push *p, const struct page_file *f, const struct label_change *l)
{
	const char *names;

	if (*l->added != NULL && labels_put(c, p->y.site, f->id, l->added, &names) == -1)
		return -1;
	for (char **r = l->removed; *r != NULL; r++) {
		struct rest_write w = { .method = "DELETE", .target = f->id, .what = arena_printf(c->arena, "the removal of the label %s", *r) };

		w.path = rest_query(c, rest_path(c, p->y.site, "{v1}/content/%s/label", f->id), "name", *r, NULL);
		if (rest_write(c, p->y.site, &w) == -1)
			return -1;
	}
	return 0;
}

/* ---- a page that is there, a page that is new ---- */

/* What the site has now becomes the base; of the file only its head changes, unless others' edits came in. */
static int
remember(struct call *c, const struct push *p, struct page_file *f, json *files, bool others)
{
	struct page_base base = { .files = files };
	struct page now;

	if (page_get_id(c, p->y.site, f->id, PAGE_BODY | PAGE_LABELS, &now) == -1) {
		err_context(&c->err, "%s was sent, but reading it back failed", f->path);
		return -1;
	}
	base.source = now.storage;
	base.source_len = strlen(now.storage);
	base.title = f->title = f->site_title = now.title;
	base.labels = f->labels = sync_labels(c, now.json);
	base.version = f->version = now.version;
	if (others && sync_show(c, &p->y, f, now.storage) == -1)
		return -1;
	if (pages_write_base(p->y.pages, f->id, &base, &c->err) == -1)
		return -1;
	return pages_write(p->y.pages, f, &c->err);
}

/*
 * The page's writes were cut short: what was done becomes the base, so that the next push neither does it again nor takes it for
 * somebody else's. The file keeps its labels, which are still to be sent.
 */
static void
remember_part(struct call *c, const struct push *p, struct page_file *f, struct page_base *base, const struct done *d, bool others)
{
	struct err why = c->err;
	struct page_file shown = *f;

	err_init(&c->err, c->arena);
	if (d->files > 0)
		base->files = d->state;
	if (d->source != NULL && (!others || sync_show(c, &p->y, &shown, d->source) == 0)) {
		*f = shown;
		base->source = d->source;
		base->source_len = strlen(d->source);
		base->title = f->title = d->page.title;
		base->version = f->version = d->page.version;
		if (pages_write(p->y.pages, f, &c->err) == -1)
			err_clear(&c->err);	/* what failed first is the news */
	}
	if ((d->files > 0 || d->source != NULL) && pages_write_base(p->y.pages, f->id, base, &c->err) == -1)
		err_clear(&c->err);
	c->err = why;
}

static void
say_done(struct call *c, const struct push *p, const struct page_file *f, const struct done *d, const char *word)
{
	sync_say(c, stdout, "%-10s %s%s%s", word, f->path, d->source != NULL ? " text" : "", d->labels ? " labels" : "");
	if (d->files > 0)
		sync_say(c, stdout, " %zu files", d->files);
	if (!p->dry)
		sync_say(c, stdout, " (version %lld)", (long long)f->version);
}

static void
count_failure(struct call *c, struct push *p, const struct page_file *f, const struct done *d)
{
	if (!d->made && d->source == NULL && d->files == 0)
		return;
	p->in_part++;
	sync_say(c, stdout, "in part    %s%s%s", f->path, d->made ? " made" : "", d->source != NULL && !d->made ? " text" : "");
	if (d->files > 0)
		sync_say(c, stdout, " %zu files", d->files);
	sync_say(c, stdout, "\n");
}

static int
push_known(struct call *c, struct push *p, struct page_file *f)
{
	struct page_base *base = pages_base(p->y.pages, f->id, &c->err);
	const char *source, *title;
	struct done would = { .made = false }, d = would;
	struct label_change labels;
	struct page current;
	bool others;

	if (base == NULL || check_labels(c, f, base->labels, &labels) == -1 ||
	    page_get_id(c, p->y.site, f->id, PAGE_BODY | PAGE_LABELS, &current) == -1 ||
	    merge_page(c, p, f, base, &current, &source, &title) == -1 ||
	    attachments_push(c, &p->y, f, base->files, ATTACHMENTS_DRY, &would.files, &d.state) == -1)
		return -1;
	others = current.version != base->version;
	would.source = source;
	would.labels = labels_differ(&labels);
	if (source == NULL && !would.labels && would.files == 0) {
		if (p->status && others)
			sync_say(c, stdout, "behind     %s (version %lld, on the site %lld)\n", f->path, (long long)base->version,
			    (long long)current.version);
		else if (p->status)
			sync_say(c, stdout, "unchanged  %s\n", f->path);
		return 0;
	}
	if (p->dry) {
		p->sent++;
		say_done(c, p, f, &would, p->status ? "edited" : "would send");
		sync_say(c, stdout, "%s\n", others ? " (changed on the site too, goes together)" : "");
		return 0;
	}
	if ((would.files > 0 && attachments_push(c, &p->y, f, base->files, 0, &d.files, &d.state) == -1) ||
	    push_text(c, p, f, base, &current, source, title, &d) == -1 || push_labels(c, p, f, &labels) == -1) {
		remember_part(c, p, f, base, &d, current.version != base->version);
		count_failure(c, p, f, &d);
		return -1;
	}
	p->sent++;
	if (remember(c, p, f, d.state, current.version != base->version) == -1) {
		remember_part(c, p, f, base, &d, current.version != base->version);
		return -1;
	}
	d.labels = would.labels;
	say_done(c, p, f, &d, "sent");
	sync_say(c, stdout, "\n");
	return 0;
}

static const char *
new_page_json(struct call *c, const struct push *p, const struct page_file *f, const struct space *space, const char *parent,
    const char *storage)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	if (site_is_cloud(p->y.site)) {
		jw_str(&w, "spaceId", space->id);
		jw_str(&w, "status", "current");
		if (parent != NULL)
			jw_str(&w, "parentId", parent);
	} else {
		jw_str(&w, "type", "page");
		jw_obj_in(&w, "space");
		jw_str(&w, "key", space->key);
		jw_end(&w);
		if (parent != NULL) {
			jw_arr_in(&w, "ancestors");
			jw_obj(&w);
			jw_str(&w, "id", parent);
			jw_end(&w);
			jw_end(&w);
		}
	}
	jw_str(&w, "title", f->title);
	body_write(p->y.site, &w, storage);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static int
make_page(struct call *c, struct push *p, struct page_file *f, const struct space *space, const char *parent, const char *storage)
{
	struct rest_write w = { .method = "POST", .created_id = "id", .what = arena_printf(c->arena, "the creation of %s", f->title) };
	struct page_base base = { .source = storage, .source_len = strlen(storage), .title = f->title, .labels = "", .version = 1 };

	w.path = rest_path(c, p->y.site, site_is_cloud(p->y.site) ? "{api}/pages" : "{api}/content");
	w.body = new_page_json(c, p, f, space, parent, storage);
	if (rest_write(c, p->y.site, &w) == -1)
		return -1;
	f->id = json_scalar(c->arena, json_get(w.json, "id"));
	if (f->id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s made %s but did not name it.", p->y.site->label, f->title);
	f->version = base.version;
	if (pages_write(p->y.pages, f, &c->err) == -1) {	/* the id first: it must not be made twice */
		err_context(&c->err, "The page %s was made, but its file can't say so", f->id);
		return -1;
	}
	return pages_write_base(p->y.pages, f->id, &base, &c->err);
}

static int
push_new(struct call *c, struct push *p, struct page_file *f)
{
	const struct page_file *above = pages_parent(p->y.pages, f);
	struct done d = { .made = false };
	struct label_change labels;
	struct page_base *base;
	struct space space;
	const char *storage;

	if (check_labels(c, f, "", &labels) == -1 || confluence_space(c, p->y.site, f->space, &space) == -1 ||
	    sync_storage(c, &p->y, f, &storage) == -1 || attachments_push(c, &p->y, f, NULL, ATTACHMENTS_DRY, &d.files, &d.state) == -1)
		return -1;
	d.files = 0;
	if (p->dry) {
		p->sent++;
		sync_say(c, stdout, "%-10s %s\n", p->status ? "new" : "would make", f->path);
		return 0;
	}
	if (above != NULL && above->id == NULL)
		return call_fail(c, ERR_INPUT, "%s: its parent %s is no page yet.", f->path, above->path);
	if (make_page(c, p, f, &space, above == NULL ? NULL : above->id, storage) == -1)
		return -1;
	d.made = true;
	base = pages_base(p->y.pages, f->id, &c->err);
	if (base == NULL || attachments_push(c, &p->y, f, NULL, 0, &d.files, &d.state) == -1 || push_labels(c, p, f, &labels) == -1) {
		if (base != NULL)
			remember_part(c, p, f, base, &d, false);
		count_failure(c, p, f, &d);
		return -1;
	}
	p->sent++;
	if (remember(c, p, f, d.state, false) == -1) {
		remember_part(c, p, f, base, &d, false);
		return -1;
	}
	sync_say(c, stdout, "made       %s (%s)\n", f->path, f->id);
	return 0;
}

/* ---- all ---- */

/* The graver one first: what may have been done and isn't known, what stands in the way of everything, what is one page's. */
static const enum err_kind gravity[] = {
	ERR_INTERNAL, ERR_UNKNOWN_OUTCOME, ERR_CONFIG, ERR_AUTH, ERR_FORBIDDEN, ERR_DENIED, ERR_TLS, ERR_NETWORK, ERR_TIMEOUT, ERR_UPSTREAM,
	ERR_PROTOCOL, ERR_RATE, ERR_BUSY, ERR_IGNORED, ERR_CONFLICT, ERR_NOT_FOUND, ERR_TOO_LARGE, ERR_INPUT,
};

static size_t
place_of(enum err_kind kind)
{
	size_t i = 0;

	while (i < LEN(gravity) && gravity[i] != kind)
		i++;
	return i;
}

static int
sum_up(struct call *c, const struct push *p, size_t seen, size_t left)
{
	const char *rest = left == 0 ? "" : arena_printf(c->arena, " %zu were not tried.", left);

	if (p->dry)
		return call_fail(c, p->gravest, "%zu of %zu pages can't be sent as they are.%s", p->failed, seen, rest);
	if (p->sent == 0 && p->in_part == 0)
		return call_fail(c, p->gravest, "%zu of %zu pages could not be sent; nothing was.%s", p->failed, seen, rest);
	return call_fail(c, p->gravest, "%zu of %zu pages could not be sent%s; %zu %s.%s", p->failed, seen, p->in_part == 0 ? "" :
	    arena_printf(c->arena, ", %zu of them only in part", p->in_part), p->sent, p->sent == 1 ? "was" : "were", rest);
}

/* 1: no other page will fare better. */
static int
push_one(struct call *c, struct push *p, struct page_file *f)
{
	if ((f->id == NULL ? push_new(c, p, f) : push_known(c, p, f)) == 0)
		return 0;
	if (c->err.kind == ERR_CANCELLED)
		return -1;
	sync_say(c, stderr, "telamon: %s: %s\n", f->path, err_text(&c->err));
	sync_say(c, stdout, "failed     %s\n", f->path);
	if (p->failed++ == 0 || place_of(c->err.kind) < place_of(p->gravest))
		p->gravest = c->err.kind;
	err_clear(&c->err);
	return p->gravest == ERR_AUTH || p->gravest == ERR_TLS;
}

static int
depth_of(const struct page_file *f)
{
	int n = 0;

	for (const char *s = f->path; (s = strchr(s, '/')) != NULL; s++)
		n++;
	return n;
}

/* The pages to push: new ones first, each after its parent, for the others may link to them. */
static struct page_file **
in_order(struct call *c, const struct push *p, size_t *ret_count)
{
	const struct pages *all = p->y.pages;
	struct page_file **list = arena_array(c->arena, all->count + 1, sizeof(*list));
	size_t n = 0;

	for (int depth = 0; depth <= PAGES_MAX_DEPTH + 1; depth++) {
		for (size_t i = 0; i < all->count; i++) {
			const struct page_file *f = all->list[i];

			if (is_wanted(p, f) && (f->id == NULL ? depth_of(f) == depth : depth == PAGES_MAX_DEPTH + 1))
				list[n++] = all->list[i];
		}
	}
	*ret_count = n;
	return list;
}

static int
push_main(struct call *c, void *arg)
{
	struct push *p = arg;
	struct page_file **list;
	size_t seen, left = 0;
	int stop = 0;

	c->deadline_ms = clock_mono_ms() + INT64_C(3600000) * HOURS;
	p->y.site = app_site(c, CONFLUENCE);
	p->y.pages = p->y.site == NULL ? NULL : pages_open(c->arena, p->dir, &c->err);
	if (p->y.pages == NULL)
		return -1;
	list = in_order(c, p, &seen);
	for (size_t i = 0; i < seen; i++) {
		left += stop != 0;
		if (stop == 0 && (stop = push_one(c, p, list[i])) == -1)
			return -1;
	}
	if (seen == 0) {
		call_fail(c, ERR_INPUT, "There is no page in %s%s.", p->dir, *p->only != NULL ? " of that name" : "");
		call_hint(c, "telamon pull PAGE %s brings one.", p->dir);
		return -1;
	}
	if (p->failed > 0)
		return sum_up(c, p, seen, left);
	if (p->sent == 0 && !p->status)
		sync_say(c, stdout, "Nothing to send.\n");
	return 0;
}

static int
push(struct cmd_line *l)
{
	struct push p = { .dir = ".", .only = l->words, .message = cmd_option(l, "message"), .status = cmd_has(l, "status") };
	struct stat st;

	if (l->word_count > 0 && stat(l->words[0], &st) == 0 && S_ISDIR(st.st_mode)) {
		p.dir = l->words[0];
		p.only++;
	}
	p.dry = cmd_has(l, "dry-run") || p.status;
	p.flags = cmd_has(l, "allow-loss") ? MERGE_DROP_ANCHORS : MERGE_KEEP_MACROS;
	return cmd_call(l, "push", push_main, &p);
}

static const struct cmd_option push_options[] = {
	{ "status", NULL, "say what was edited here or on the site, send nothing" },
	{ "dry-run", NULL, "say what would be sent" },
	{ "message", "TEXT", "the comment of the new versions" },
	{ "allow-loss", NULL, "also take out macros and anchors of comments that the text no longer has" },
	{ NULL, NULL, NULL },
};

CMD(push,
	.usage = "[DIRECTORY] [FILE]... [--status]",
	.doc = "Edited files of telamon pull back to Confluence.",
	.help = "  telamon push docs --status\n"
	    "  telamon push docs Runbook.md --message 'new phone numbers'\n\n"
	    "Only blocks that you edited are written; the rest of each page stays byte for byte. Changes that others made\n"
	    "meanwhile stay too; where both changed the same paragraph, both texts are shown and the page is left alone.\n"
	    "A file without id but with title and space becomes a new page, below the page whose directory it lies in.\n",
	.options = push_options,
	.run = push,
);
