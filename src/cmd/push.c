/*
 * telamon push: the edits of a working copy to the site, page by page. Each page is read, the file's edit is put into
 * its current source (text/merge.h), written as the version after the current one, and read back; a version that
 * somebody was faster with is merged again. Pages that conflict are shown and left alone, the others go through.
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
	size_t sent, failed;
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

static int
push_text(struct call *c, const struct push *p, const struct page_file *f, const struct page_base *base, struct page *current,
    bool *ret_sent)
{
	const char *source = NULL, *title = NULL;
	struct page written;

	for (int attempt = 1;; attempt++) {
		if (merge_page(c, p, f, base, current, &source, &title) == -1)
			return -1;
		*ret_sent = source != NULL;
		if (source == NULL || p->dry || page_put(c, p->y.site, current, &(struct page_change){ .title = title, .storage = source,
		    .message = p->message }, &written) == 0)
			return 0;
		if (c->err.kind != ERR_CONFLICT || attempt == TRIES)
			return -1;
		err_clear(&c->err);
		if (page_get_id(c, p->y.site, f->id, PAGE_BODY | PAGE_LABELS, current) == -1)
			return -1;
	}
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

static int
push_labels(struct call *c, const struct push *p, const struct page_file *f, const char *was, bool *ret_sent)
{
	char **added = labels_without(c->arena, f->labels, was), **removed = labels_without(c->arena, was, f->labels);
	const char *names;

	*ret_sent = *added != NULL || *removed != NULL;
	if (p->dry)
		return 0;
	if (*added != NULL && labels_put(c, p->y.site, f->id, added, &names) == -1)
		return -1;
	for (char **l = removed; *l != NULL; l++) {
		struct rest_write w = { .method = "DELETE", .target = f->id, .what = arena_printf(c->arena, "the removal of the label %s", *l) };

		w.path = rest_query(c, rest_path(c, p->y.site, "{v1}/content/%s/label", f->id), "name", *l, NULL);
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

static int
push_known(struct call *c, struct push *p, struct page_file *f)
{
	struct page_base *base = pages_base(p->y.pages, f->id, &c->err);
	bool text = false, labels = false;
	struct page current;
	size_t files = 0;
	json *state;

	if (base == NULL || page_get_id(c, p->y.site, f->id, PAGE_BODY | PAGE_LABELS, &current) == -1 ||
	    attachments_push(c, &p->y, f, base->files, p->dry ? ATTACHMENTS_DRY : 0, &files, &state) == -1 ||
	    push_text(c, p, f, base, &current, &text) == -1 || push_labels(c, p, f, base->labels, &labels) == -1)
		return -1;
	if (!text && !labels && files == 0) {
		if (p->status && current.version != base->version)
			sync_say(c, stdout, "behind     %s (version %lld, on the site %lld)\n", f->path, (long long)base->version, (long long)current.version);
		else if (p->status)
			sync_say(c, stdout, "unchanged  %s\n", f->path);
		return 0;
	}
	p->sent++;
	if (!p->dry && remember(c, p, f, state, current.version != base->version) == -1)
		return -1;
	sync_say(c, stdout, "%-10s %s%s%s", p->status ? "edited" : p->dry ? "would send" : "sent", f->path, text ? " text" : "", labels ? " labels" : "");
	if (files > 0)
		sync_say(c, stdout, " %zu files", files);
	if (!p->dry)
		sync_say(c, stdout, " (version %lld)", (long long)f->version);
	else if (current.version != base->version)
		sync_say(c, stdout, " (changed on the site too, goes together)");
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
push_new(struct call *c, struct push *p, struct page_file *f)
{
	const struct page_file *above = pages_parent(p->y.pages, f);
	struct rest_write w = { .method = "POST", .created_id = "id", .what = arena_printf(c->arena, "the creation of %s", f->title) };
	struct space space;
	const char *storage;
	bool labels;
	size_t files;
	json *state;

	if (confluence_space(c, p->y.site, f->space, &space) == -1 || sync_storage(c, &p->y, f, &storage) == -1)
		return -1;
	p->sent++;
	if (p->dry) {
		sync_say(c, stdout, "%-10s %s\n", p->status ? "new" : "would make", f->path);
		return 0;
	}
	if (above != NULL && above->id == NULL)
		return call_fail(c, ERR_INPUT, "%s: its parent %s is no page yet.", f->path, above->path);
	w.path = rest_path(c, p->y.site, site_is_cloud(p->y.site) ? "{api}/pages" : "{api}/content");
	w.body = new_page_json(c, p, f, &space, above == NULL ? NULL : above->id, storage);
	if (rest_write(c, p->y.site, &w) == -1)
		return -1;
	f->id = json_scalar(c->arena, json_get(w.json, "id"));
	if (f->id == NULL)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s made %s but did not name it.", p->y.site->label, f->title);
	if (pages_write(p->y.pages, f, &c->err) == -1)	/* the id first: it must not be made twice */
		return -1;
	if (attachments_push(c, &p->y, f, NULL, 0, &files, &state) == -1 || push_labels(c, p, f, "", &labels) == -1 ||
	    remember(c, p, f, state, false) == -1)
		return -1;
	sync_say(c, stdout, "made       %s (%s)\n", f->path, f->id);
	return 0;
}

static int
push_main(struct call *c, void *arg)
{
	struct push *p = arg;
	size_t seen = 0;

	c->deadline_ms = clock_mono_ms() + INT64_C(3600000) * HOURS;
	p->y.site = app_site(c, CONFLUENCE);
	p->y.pages = p->y.site == NULL ? NULL : pages_open(c->arena, p->dir, &c->err);
	if (p->y.pages == NULL)
		return -1;
	for (size_t i = 0; i < p->y.pages->count; i++) {
		struct page_file *f = p->y.pages->list[i];

		if (!is_wanted(p, f))
			continue;
		seen++;
		if ((f->id == NULL ? push_new(c, p, f) : push_known(c, p, f)) == 0)
			continue;
		if (c->err.kind == ERR_CANCELLED)
			return -1;
		sync_say(c, stderr, "telamon: %s: %s\n", f->path, err_text(&c->err));
		sync_say(c, stdout, "failed     %s\n", f->path);
		err_clear(&c->err);
		p->failed++;
	}
	if (seen == 0) {
		call_fail(c, ERR_INPUT, "There is no page in %s%s.", p->dir, *p->only != NULL ? " of that name" : "");
		call_hint(c, "telamon pull PAGE %s brings one.", p->dir);
		return -1;
	}
	if (p->failed > 0)
		return call_fail(c, ERR_CONFLICT, "%zu of %zu pages could not be sent; %s.", p->failed, seen,
		    p->sent > 0 ? "the others were" : "nothing was");
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
