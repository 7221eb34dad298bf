/*
 * telamon convert: a document from one of Atlassian's formats into another. Stdin to stdout,
 * nothing is asked of any site. With --lines each line of stdin is one JSON string and gives one
 * JSON object, in order, flushed line by line so that it can serve as a filter.
 */
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "json/writer.h"
#include "text/doc.h"

#include <stdio.h>
#include <string.h>

enum { OUTPUT_LIMIT = 8 * DOC_MAX_BYTES };

struct job {
	enum skin from, to;
	unsigned md_flags;
	size_t budget;
	bool report, cloud;
};

static const struct {
	const char *name;
	enum skin skin;
	bool read;
} formats[] = {
	{ "md", SKIN_MD, true }, { "adf", SKIN_ADF, true }, { "storage", SKIN_STORAGE, true }, { "wiki", SKIN_WIKI, true },
	{ "text", SKIN_TEXT, false }, { "outline", SKIN_OUTLINE, false },
};

static int
format_of(const char *name, bool read, enum skin *ret)
{
	for (size_t i = 0; name != NULL && i < LEN(formats); i++) {
		if (strcmp(formats[i].name, name) == 0 && (formats[i].read || !read)) {
			*ret = formats[i].skin;
			return 0;
		}
	}
	return -1;
}

static struct doc *
read_doc(const struct job *j, struct arena *a, const char *text, size_t len, struct err *e)
{
	switch (j->from) {
	case SKIN_MD:
		return doc_read_md(a, text, len, e);
	case SKIN_ADF:
		return doc_read_adf_text(a, text, len, e);
	case SKIN_STORAGE:
		return doc_read_storage(a, text, len, e);
	case SKIN_WIKI:
		return doc_read_wiki(a, text, len, e);
	case SKIN_TEXT:
	case SKIN_OUTLINE:
		break;
	}
	BUG("a format that cannot be read");
}

static void
write_doc(const struct job *j, const struct doc *d, struct buf *out)
{
	struct md_opts o = { .flags = j->md_flags, .budget = j->budget };
	struct jw w;
	size_t next;

	switch (j->to) {
	case SKIN_MD:
		next = doc_write_md_part(d, &o, out);
		if (next > 0)
			buf_addf(out, "\n(continues with block %zu)\n", next);
		return;
	case SKIN_ADF:
		jw_init(&w, out);
		doc_write_adf(d, &w);
		return;
	case SKIN_STORAGE:
		doc_write_storage(d, out);
		return;
	case SKIN_WIKI:
		doc_write_wiki(d, out);
		return;
	case SKIN_TEXT:
		doc_write_text(d, out);
		return;
	case SKIN_OUTLINE:
		doc_write_outline(d, out);
		return;
	}
}

static int
convert_one(const struct job *j, struct arena *a, const char *text, size_t len, struct buf *out, struct lossy *l, struct err *e)
{
	struct doc *d = read_doc(j, a, text, len, e);

	if (d == NULL)
		return -1;
	l->arena = a;
	d->lossy = l;
	d->adf_nodes = j->cloud;
	write_doc(j, d, out);
	return buf_overflowed(out) ? err_set(e, ERR_TOO_LARGE, "The result is larger than allowed.") : 0;
}

static void
read_all(struct buf *in)
{
	char part[4096];
	size_t n;

	while (!buf_overflowed(in) && (n = fread(part, 1, sizeof(part), stdin)) > 0)
		buf_add(in, part, n);
}

static int
whole(const struct job *j, struct cmd_line *line)
{
	struct lossy l = { 0 };
	struct buf in, out;
	int code = 0;

	buf_init(&in, DOC_MAX_BYTES + 1);
	buf_init(&out, OUTPUT_LIMIT);
	read_all(&in);
	if (convert_one(j, line->arena, in.data, in.len, &out, &l, &line->err) == -1) {
		code = cmd_fail(&line->err);
	} else {
		fwrite(out.data, 1, out.len, stdout);
		if (j->to == SKIN_ADF || j->to == SKIN_STORAGE)
			putchar('\n');
		for (const struct lossy_item *i = l.first; j->report && i != NULL; i = i->next)
			fprintf(stderr, "lost: %s%s%s%s (%u)\n", i->what, i->detail != NULL ? " \"" : "", i->detail != NULL ? i->detail : "",
			    i->detail != NULL ? "\"" : "", i->count);
	}
	buf_release(&in);
	buf_release(&out);
	return code;
}

static void
one_line(const void *job, struct arena *a, json *v, struct jw *answer)
{
	const struct job *j = job;
	struct lossy l = { 0 };
	struct buf out;
	struct err e;

	err_init(&e, a);
	buf_init(&out, OUTPUT_LIMIT);
	if (!yyjson_is_str(v)) {
		line_error(answer, "A line must hold one JSON string.", 0);
	} else if (convert_one(j, a, yyjson_get_str(v), yyjson_get_len(v), &out, &l, &e) == -1) {
		line_error(answer, e.message, 0);
	} else {
		jw_key(answer, "ok");
		jw_sn(answer, out.data, out.len);
		if (j->report) {
			jw_arr_in(answer, "lost");
			for (const struct lossy_item *i = l.first; i != NULL; i = i->next)
				jw_s(answer, i->what);
			jw_end(answer);
		}
	}
	buf_release(&out);
}

static int
convert(struct cmd_line *l)
{
	struct job j = { .md_flags = cmd_has(l, "plain") ? 0 : MD_FULL, .report = cmd_has(l, "lossy-report"), .cloud = cmd_has(l, "cloud") };
	const char *budget = cmd_option(l, "budget");
	int64_t n = 0;

	if (format_of(cmd_option(l, "from"), true, &j.from) == -1)
		return cmd_usage(l, "--from is md, adf, storage or wiki.");
	if (format_of(cmd_option(l, "to"), false, &j.to) == -1)
		return cmd_usage(l, "--to is md, adf, storage, wiki, text or outline.");
	if (budget != NULL && str_int(budget, 1, DOC_MAX_BYTES, &n) == -1)
		return cmd_usage(l, "--budget is a number of bytes.");
	if (l->word_count > 0)
		return cmd_usage(l, "The document comes from stdin.");
	j.budget = (size_t)n;
	return cmd_has(l, "lines") ? lines_answer(one_line, &j) : whole(&j, l);
}

static const struct cmd_option convert_options[] = {
	{ "from", "FORMAT", "md, adf, storage or wiki" },
	{ "to", "FORMAT", "md, adf, storage, wiki, text or outline" },
	{ "cloud", NULL, "storage format with what only Confluence Cloud has: decision lists, note panels" },
	{ "plain", NULL, "Markdown as tools show it: without colours and ids, which an edit keeps by itself" },
	{ "budget", "BYTES", "Markdown: stop before the block that exceeds this" },
	{ "lossy-report", NULL, "say on stderr what the other format cannot hold" },
	{ "lines", NULL, "stdin: one JSON string a line; stdout: {\"ok\": TEXT} or {\"error\": ..., \"at\": N} for each" },
	{ NULL, NULL, NULL },
};

CMD(convert,
	.usage = "--from md|adf|storage|wiki --to md|adf|storage|wiki|text|outline [--plain] [--cloud] [--lossy-report] [--lines]",
	.doc = "Convert a document between Markdown and Atlassian's formats; asks no site.",
	.help = "Reads stdin and writes stdout. Markdown is our dialect of GitHub's (doc/markdown.md).\n\n"
	    "  telamon convert --from md --to adf < notes.md\n"
	    "  telamon convert --from storage --to md --lossy-report < page.xml\n",
	.options = convert_options,
	.no_config = true,
	.run = convert,
);
