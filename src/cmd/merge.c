/*
 * telamon merge: puts an edit of a page's Markdown back into the page's own source, leaving every
 * block that was not edited byte for byte as it was. Prints the new source. With a base, the original may have been
 * changed by others since its Markdown was made.
 */
#include "base/file.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "text/diff.h"
#include "text/merge.h"

#include <stdio.h>
#include <string.h>

enum { OUTPUT_LIMIT = 4 * DOC_MAX_BYTES };

struct job {
	enum skin skin;
	struct merge_opts opts;
	bool report, diff;
	const char *base;	/* a file */
};

static void
show_report(const struct merge_report *r)
{
	fprintf(stderr, "kept %u, edited %u, new %u, removed %u, moved %u\n", r->kept, r->changed, r->added, r->removed, r->moved);
	for (const struct lossy_item *i = r->notes.first; i != NULL; i = i->next)
		fprintf(stderr, "note: %s%s%s (%u)\n", i->what, i->detail != NULL ? ": " : "", i->detail != NULL ? i->detail : "", i->count);
}

static void
show_conflicts(const struct merge_report *r)
{
	for (const struct merge_conflict *k = r->conflicts; k != NULL; k = k->next)
		fprintf(stderr, "conflict%s%s\n--- was\n%s\n--- is\n%s\n--- edited\n%s\n", k->where[0] != '\0' ? " in " : "", k->where,
		    k->base != NULL ? k->base : "(not there)", k->current != NULL ? k->current : "(removed)",
		    k->edited != NULL ? k->edited : "(removed)");
}

/* What the merged page differs in, instead of the page. */
static int
print_diff(const struct job *j, struct cmd_line *l, const char *original, size_t len, const struct buf *merged)
{
	struct buf diff;
	int rc;

	buf_init(&diff, OUTPUT_LIMIT);
	rc = doc_diff(l->arena, j->skin, original, len, merged->data, merged->len, j->opts.flags & MERGE_MD_FULL ? MD_FULL : 0, &diff, &l->err);
	if (rc == 0)
		fwrite(diff.data, 1, diff.len, stdout);
	buf_release(&diff);
	return rc == 0 ? 0 : cmd_fail(&l->err);
}

static int
two_files(const struct job *j, struct cmd_line *l)
{
	struct merge_report r = { 0 };
	size_t len = 0, md_len = 0, base_len = 0;
	char *original = file_read(l->arena, l->words[0], DOC_MAX_BYTES, FILE_ANY, &len, &l->err);
	char *edited = original != NULL ? file_read(l->arena, l->words[1], DOC_MAX_BYTES, FILE_ANY, &md_len, &l->err) : NULL;
	char *base = j->base != NULL && edited != NULL ? file_read(l->arena, j->base, DOC_MAX_BYTES, FILE_ANY, &base_len, &l->err) : NULL;
	struct buf out;
	int code = 0;

	if (edited == NULL || (j->base != NULL && base == NULL))
		return cmd_fail(&l->err);
	buf_init(&out, OUTPUT_LIMIT);
	if ((base != NULL ? doc_merge3(l->arena, j->skin, base, base_len, original, len, edited, md_len, &j->opts, &out, &r, &l->err) :
	    doc_merge(l->arena, j->skin, original, len, edited, md_len, &j->opts, &out, &r, &l->err)) == -1) {
		show_conflicts(&r);
		code = cmd_fail(&l->err);
	} else if (j->diff) {
		code = print_diff(j, l, original, len, &out);
	} else {
		fwrite(out.data, 1, out.len, stdout);
	}
	if (code == 0 && j->report)
		show_report(&r);
	buf_release(&out);
	return code;
}

static int
merge_value(const struct job *j, struct arena *a, json *v, struct buf *out, struct err *e)
{
	json *original = json_get(v, "original"), *edited = json_get(v, "edited");

	if (!yyjson_is_str(original) || !yyjson_is_str(edited))
		return err_set(e, ERR_INPUT, "A line must be {\"original\": TEXT, \"edited\": TEXT}.");
	return doc_merge(a, j->skin, yyjson_get_str(original), yyjson_get_len(original), yyjson_get_str(edited),
	    yyjson_get_len(edited), &j->opts, out, NULL, e);
}

static void
one_line(const void *job, struct arena *a, json *v, struct jw *answer)
{
	struct buf out;
	struct err e;

	err_init(&e, a);
	buf_init(&out, OUTPUT_LIMIT);
	if (merge_value(job, a, v, &out, &e) == -1) {
		line_error(answer, err_text(&e), 0);
	} else {
		jw_key(answer, "ok");
		jw_sn(answer, out.data, out.len);
	}
	buf_release(&out);
}

static int
merge(struct cmd_line *l)
{
	const char *format = cmd_option(l, "format");
	struct job j = { .report = cmd_has(l, "report"), .diff = cmd_has(l, "diff"), .base = cmd_option(l, "base") };

	if (format == NULL || (strcmp(format, "storage") != 0 && strcmp(format, "adf") != 0))
		return cmd_usage(l, "--format is storage or adf.");
	j.skin = strcmp(format, "adf") == 0 ? SKIN_ADF : SKIN_STORAGE;
	j.opts.flags = (cmd_has(l, "plain") ? 0u : (unsigned)MERGE_MD_FULL) | (cmd_has(l, "drop-anchors") ? (unsigned)MERGE_DROP_ANCHORS : 0u) |
	    (cmd_has(l, "keep-macros") ? (unsigned)MERGE_KEEP_MACROS : 0u) | (cmd_has(l, "cloud") ? (unsigned)MERGE_ADF_NODES : 0u);
	if (cmd_has(l, "lines"))
		return l->word_count > 0 || j.base != NULL || j.diff ? cmd_usage(l, "With --lines the documents come from stdin, and go to stdout.") :
		    lines_answer(one_line, &j);
	if (l->word_count != 2)
		return cmd_usage(l, "Two files are needed: the original source and the edited Markdown.");
	return two_files(&j, l);
}

static const struct cmd_option merge_options[] = {
	{ "format", "storage|adf", "what the original is" },
	{ "plain", NULL, "the Markdown came from convert --plain" },
	{ "base", "FILE", "the source that EDITED.md was made from, where ORIGINAL has changed since" },
	{ "cloud", NULL, "the page is of Confluence Cloud: new decision lists and note panels are written as it has them" },
	{ "drop-anchors", NULL, "the edit may remove text that an inline comment is about" },
	{ "keep-macros", NULL, "refuse an edit that removes a macro" },
	{ "diff", NULL, "print what would change, block by block" },
	{ "report", NULL, "say on stderr how many blocks were kept, edited, new, removed, moved" },
	{ "lines", NULL, "stdin: one {\"original\": TEXT, \"edited\": TEXT} a line; stdout: {\"ok\": TEXT} or {\"error\": ...} for each" },
	{ NULL, NULL, NULL },
};

CMD(merge,
	.usage = "--format storage|adf ORIGINAL EDITED.md [--base FILE] [--diff] [--plain] [--cloud] [--drop-anchors] [--keep-macros] [--report] [--lines]",
	.doc = "Put edited Markdown back into a page's source without touching the rest; asks no site.",
	.help = "EDITED.md is what convert --to md printed for ORIGINAL, with your edits.\n\n"
	    "  telamon convert --from storage --to md < page.xml > page.md\n"
	    "  $EDITOR page.md\n"
	    "  telamon merge --format storage page.xml page.md > new.xml\n",
	.options = merge_options,
	.no_config = true,
	.run = merge,
);
