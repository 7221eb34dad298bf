/*
 * Markdown -> (links back, mentions named) -> text/merge.h -> storage, and storage -> (mentions named, links to files) ->
 * Markdown. merge_opts.prepare sees every document of a merge; only the edited one, which was Markdown, has links to files.
 */
#include "cmd/page_sync.h"

#include "base/str.h"
#include "cmd/page_links.h"

#include <stdarg.h>
#include <string.h>

enum { MAX_SOURCE = 16 * 1024 * 1024 };

int
sync_show(struct call *c, const struct page_sync *y, struct page_file *f, const char *storage)
{
	struct doc *d = body_read(c, y->site, storage, NULL);
	struct buf b;

	if (d == NULL)
		return -1;
	page_links_to_files(d, y->pages, f, y->site->web);
	buf_init(&b, PAGES_MAX_FILE);
	doc_write_md(d, &b);
	if (buf_overflowed(&b)) {
		buf_release(&b);
		return call_fail(c, ERR_TOO_LARGE, "%s: the page is larger than %d MiB.", f->title, PAGES_MAX_FILE / 1024 / 1024);
	}
	if (b.len > 0 && b.data[b.len - 1] != '\n')
		buf_addc(&b, '\n');
	f->md = arena_strndup(c->arena, b.data, b.len);
	f->md_len = b.len;
	buf_release(&b);
	return 0;
}

struct preparation {
	struct body_names *names;
	struct page_links links;
};

static void
prepare(struct doc *d, void *arg)
{
	struct preparation *p = arg;

	page_links_from_files(d, &p->links);
	body_prepare(d, p->names);
}

/* -1 when the people that the Markdown mentions can't be asked for. */
static int
prepare_for(struct call *c, const struct page_sync *y, const struct page_file *f, struct doc *known, struct preparation *ret)
{
	*ret = (struct preparation){
		.names = body_names(c, y->site, f->md, known),
		.links = { .pages = y->pages, .file = f, .web = y->site->web, .targets = known == NULL ? NULL : page_links_targets(known, c->arena) },
	};
	return ret->names == NULL ? -1 : 0;
}

static int
check_links(struct call *c, const struct page_file *f, const struct preparation *p)
{
	if (p->links.broken == NULL)
		return 0;
	call_fail(c, ERR_INPUT, "%s links to %s, which is no page of this working copy%s.", f->path, p->links.broken,
	    str_ends(p->links.broken, ".md") ? "" : ", and no attachment that is there");
	call_hint(c, "Mend the link, or pull that page too; a picture must be in the page's own %s.", pages_files_dir(c->arena, f));
	return -1;
}

int
sync_merge(struct call *c, const struct page_sync *y, const struct page_file *f, const struct page_base *base,
    const char *current, unsigned flags, const char **ret, struct merge_report *report)
{
	struct doc *known = body_read(c, y->site, base->source, NULL);
	bool same = strlen(current) == base->source_len && memcmp(current, base->source, base->source_len) == 0;
	struct preparation p;
	struct merge_opts opts = { .flags = flags | (site_is_cloud(y->site) ? MERGE_ADF_NODES : 0), .prepare = prepare, .ctx = &p };
	struct buf out;
	int result;

	*report = (struct merge_report){ .kept = 0 };
	if (known == NULL || prepare_for(c, y, f, known, &p) == -1)
		return -1;
	buf_init(&out, MAX_SOURCE);
	result = same ? doc_merge(c->arena, SKIN_STORAGE, current, base->source_len, f->md, f->md_len, &opts, &out, report, &c->err) :
	    doc_merge3(c->arena, SKIN_STORAGE, base->source, base->source_len, current, strlen(current), f->md, f->md_len, &opts, &out,
	    report, &c->err);
	if (result == 0)
		result = check_links(c, f, &p);
	if (result == 0)
		*ret = arena_strndup(c->arena, out.data, out.len);
	buf_release(&out);
	return result;
}

int
sync_edited(struct call *c, const struct page_sync *y, const struct page_file *f, const struct page_base *base, bool *ret_text,
    bool *ret_rest)
{
	const char *merged;
	struct merge_report report;

	if (sync_merge(c, y, f, base, base->source, MERGE_DROP_ANCHORS, &merged, &report) == -1)
		return -1;
	*ret_text = !str_eq(merged, base->source);
	*ret_rest = !str_eq(f->title, base->title) || !str_eq(f->labels, base->labels);
	return 0;
}

int
sync_storage(struct call *c, const struct page_sync *y, const struct page_file *f, const char **ret)
{
	struct preparation p;
	struct doc *d = doc_read_md(c->arena, f->md, f->md_len, &c->err);
	struct buf out;

	if (d == NULL || prepare_for(c, y, f, NULL, &p) == -1)
		return -1;
	prepare(d, &p);
	if (check_links(c, f, &p) == -1)
		return -1;
	d->adf_nodes = site_is_cloud(y->site);
	buf_init(&out, MAX_SOURCE);
	doc_write_storage(d, &out);
	*ret = arena_strndup(c->arena, out.data, out.len);
	buf_release(&out);
	return 0;
}

const char *
sync_labels(struct call *c, json *page)
{
	json *list = json_path(page, "labels.results");
	struct buf b;
	const char *text;

	if (list == NULL)
		list = json_path(page, "metadata.labels.results");
	buf_init(&b, 64 * 1024);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_get_str(it.value, "name") != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", json_get_str(it.value, "name"));
	}
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

void
sync_say(struct call *c, FILE *to, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs(pages_clean(c->arena, arena_vprintf(c->arena, fmt, ap)), to);
	va_end(ap);
}

void
sync_say_conflicts(struct call *c, const struct page_file *f, const struct merge_report *r)
{
	for (const struct merge_conflict *k = r->conflicts; k != NULL; k = k->next)
		sync_say(c, stderr, "conflict in %s%s%s\n--- was\n%s\n--- on the site\n%s\n--- in the file\n%s\n\n", f->path,
		    k->where[0] != '\0' ? ", " : "", k->where, k->base != NULL ? k->base : "(not there)",
		    k->current != NULL ? k->current : "(removed)", k->edited != NULL ? k->edited : "(removed)");
}
