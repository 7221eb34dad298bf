/*
 * telamon pull: pages as Markdown files. The tree is asked for first, then all pages get their files (links need every
 * path), then each is written. What was edited here and changed there is brought together block by block; what can't be
 * is said, and the file left alone.
 */
#include "base/clock.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/page_attachments.h"
#include "tools/app.h"

#include <stdio.h>
#include <string.h>

enum { CHILDREN = 250, AT_ONCE = 16, HOURS = 12 };

struct item {
	const char *id;
	size_t parent;			/* place in the list; itself for the top */
	struct page page;
	struct page_file *file;
	const struct page_sync *y;
};

struct pull {
	const char *what, *space, *dir;
	bool tree, files;
	struct page_sync y;
	struct item *list;
	size_t count, conflicts;
};

static int
add_item(struct call *c, struct pull *p, const char *id, size_t parent)
{
	if (p->count == PAGES_MAX)
		return call_fail(c, ERR_TOO_LARGE, "There are more than %d pages below it.", PAGES_MAX);
	if (p->list == NULL)
		p->list = arena_array(c->arena, PAGES_MAX, sizeof(*p->list));
	p->list[p->count++] = (struct item){ .id = id, .parent = parent, .y = &p->y };
	return 0;
}

/* The list grows while it is walked: breadth first. */
static int
collect(struct call *c, struct pull *p)
{
	for (size_t i = 0; i < p->count && p->tree; i++) {
		struct page above = { .id = p->list[i].id, .type = "page" };
		const char *cursor = NULL;

		do {
			json *page;

			if (page_children(c, p->y.site, &above, CHILDREN, cursor, &page) == -1)
				return -1;
			for (struct json_iter it = json_iter(json_get(page, "results")); json_next(&it);) {
				const char *type = json_get_str(it.value, "type");

				if ((type == NULL || str_eq(type, "page")) &&
				    add_item(c, p, json_scalar(c->arena, json_get(it.value, "id")), i) == -1)
					return -1;
			}
			cursor = confluence_next(c, page);
		} while (cursor != NULL);
	}
	return 0;
}

static int
read_item(struct call *c, void *arg)
{
	struct item *i = arg;

	if (page_get_id(c, i->y->site, i->id, PAGE_BODY | PAGE_LABELS, &i->page) == -1)
		return -1;
	return page_space(c, i->y->site, &i->page);
}

static int
read_all(struct call *c, struct pull *p)
{
	for (size_t at = 0; at < p->count; at += AT_ONCE) {
		size_t n = p->count - at < AT_ONCE ? p->count - at : AT_ONCE;

		if (call_all(c, read_item, &p->list[at], n, sizeof(*p->list)) == -1)
			return -1;
	}
	return 0;
}

static void
say(struct call *c, const struct item *i, const char *what)
{
	sync_say(c, stdout, "%-10s %s (version %lld)\n", what, i->file->path, (long long)i->page.version);
}

/* The file as the page is now, with what was edited here. *ret: how it went, in a word. */
static int
bring_together(struct call *c, struct pull *p, struct item *i, const struct page_base *base, const char **ret)
{
	const char *storage = i->page.storage, *merged;
	struct merge_report report;
	bool text, rest;

	if (sync_edited(c, &p->y, i->file, base, &text, &rest) == -1)
		return -1;
	*ret = text || rest ? "edited" : base->version == i->page.version ? "unchanged" : "updated";
	if (str_eq(i->file->title, base->title))
		i->file->title = i->page.title;
	if (str_eq(i->file->labels, base->labels))
		i->file->labels = sync_labels(c, i->page.json);
	if (!text)
		return sync_show(c, &p->y, i->file, storage);
	if (base->version == i->page.version)
		return 0;
	*ret = "merged";
	if (sync_merge(c, &p->y, i->file, base, storage, MERGE_DROP_ANCHORS, &merged, &report) == 0)
		return sync_show(c, &p->y, i->file, merged);
	if (c->err.kind != ERR_CONFLICT || report.conflicts == NULL)
		return -1;
	sync_say_conflicts(c, i->file, &report);
	err_clear(&c->err);
	p->conflicts++;
	*ret = NULL;
	return 0;
}

static int
write_item(struct call *c, struct pull *p, struct item *i, bool is_new)
{
	const char *word = "new";
	struct page_base base = { .source = i->page.storage, .source_len = strlen(i->page.storage), .title = i->page.title,
		.labels = sync_labels(c, i->page.json), .version = i->page.version };
	struct page_base *was = is_new ? NULL : pages_base(p->y.pages, i->id, &c->err);

	if (!is_new && was == NULL)
		return -1;
	i->file->space = i->page.space_key;
	base.files = is_new ? NULL : was->files;
	if (p->files && attachments_pull(c, &p->y, i->file, base.files, &base.files) == -1)
		return -1;
	if (is_new) {
		i->file->labels = base.labels;
		if (sync_show(c, &p->y, i->file, i->page.storage) == -1)
			return -1;
	} else if (bring_together(c, p, i, was, &word) == -1) {
		return -1;
	}
	if (word == NULL) {	/* of the site's version only the attachments have come */
		was->files = base.files;
		say(c, i, "conflict");
		return pages_write_base(p->y.pages, i->id, was, &c->err);
	}
	i->file->version = i->page.version;
	if (pages_write_base(p->y.pages, i->id, &base, &c->err) == -1 || pages_write(p->y.pages, i->file, &c->err) == -1)
		return -1;
	say(c, i, word);
	return 0;
}

/* Parents come before children in the list, so a child's directory is known. */
static int
write_all(struct call *c, struct pull *p)
{
	bool *is_new = arena_array(c->arena, p->count, sizeof(*is_new));

	for (size_t k = 0; k < p->count; k++) {
		struct item *i = &p->list[k];

		i->file = pages_by_id(p->y.pages, i->id);
		is_new[k] = i->file == NULL;
		if (is_new[k])
			i->file = pages_add(p->y.pages, i->parent == k ? NULL : p->list[i->parent].file, i->id, i->page.title);
		i->file->space = i->page.space_key;
		i->file->site_title = i->page.title;
	}
	for (size_t k = 0; k < p->count; k++) {
		if (write_item(c, p, &p->list[k], is_new[k]) == -1) {
			err_context(&c->err, "%s", p->list[k].file->path);
			return -1;
		}
	}
	return 0;
}

static int
pull_main(struct call *c, void *arg)
{
	struct pull *p = arg;
	struct page top;

	c->deadline_ms = clock_mono_ms() + INT64_C(3600000) * HOURS;
	p->y.site = app_site(c, CONFLUENCE);
	if (p->y.site == NULL || page_get(c, p->y.site, p->what, p->space, 0, &top) == -1 || add_item(c, p, top.id, 0) == -1 ||
	    collect(c, p) == -1 || read_all(c, p) == -1)
		return -1;
	p->y.pages = pages_open(c->arena, p->dir, &c->err);
	if (p->y.pages == NULL || write_all(c, p) == -1)
		return -1;
	if (p->conflicts == 0)
		return 0;
	call_fail(c, ERR_CONFLICT, "%zu of %zu pages were changed here and on the site in the same place; their files are as they were.",
	    p->conflicts, p->count);
	call_hint(c, "Bring the shown blocks of the file in line with the site, or copy your text aside, and pull again.");
	return -1;
}

static int
pull(struct cmd_line *l)
{
	struct pull p = { .space = cmd_option(l, "space"), .tree = cmd_has(l, "tree"), .files = !cmd_has(l, "no-files") };

	if (l->word_count < 1 || l->word_count > 2)
		return cmd_usage(l, l->word_count == 0 ? "Which page? An id, a link, or a title with --space." : "One page, and one directory.");
	p.what = l->words[0];
	p.dir = l->word_count == 2 ? l->words[1] : ".";
	return cmd_call(l, "pull", pull_main, &p);
}

static const struct cmd_option pull_options[] = {
	{ "tree", NULL, "with all pages below it" },
	{ "space", "KEY", "of a page that is given by its title" },
	{ "no-files", NULL, "leave attachments alone" },
	{ NULL, NULL, NULL },
};

CMD(pull,
	.usage = "PAGE [DIRECTORY] [--tree]",
	.doc = "Confluence pages as Markdown files.",
	.help = "  telamon pull 'https://acme.atlassian.net/wiki/spaces/ENG/pages/123/Runbook' docs --tree\n\n"
	    "A page is TITLE.md with its id, version and labels on top; pages below it are in TITLE/, its attachments in\n"
	    "TITLE.files/. Links between pulled pages are links between the files. Pulling again updates the files; what you\n"
	    "have edited meanwhile stays, and a paragraph that was changed on both sides is shown and left to you.\n"
	    "telamon push sends your edits.\n",
	.options = pull_options,
	.run = pull,
);
