/* What the fuzz entries of src/text share: writing a document in every skin, and a plain main that replays files. */
#ifndef TEXT_FUZZ_H
#define TEXT_FUZZ_H

#include "text/diff.h"
#include "text/merge.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { FUZZ_MAX = 64 << 20 };

static inline void
hold(bool ok, const char *what)
{
	if (!ok)
		BUG(what);
}

/* Every writer, and what they write is read again: ADF is JSON, storage is well-formed. */
static inline void
write_all(struct arena *a, struct doc *d)
{
	struct lossy lossy = { .arena = a };
	struct buf out;
	struct jw w;
	struct err e;

	err_init(&e, a);
	buf_init(&out, FUZZ_MAX);
	d->lossy = &lossy;
	doc_write_md(d, &out);
	hold(doc_read_md(a, out.data, out.len, &e) != NULL, "our Markdown is not read");
	buf_reset(&out);
	(void)doc_write_md_part(d, &(struct md_opts){ .flags = MD_FULL, .budget = 100 }, &out);
	buf_reset(&out);
	jw_init(&w, &out);
	doc_write_adf(d, &w);
	if (!buf_overflowed(&out))
		hold(doc_read_adf_text(a, out.data, out.len, &e) != NULL, "our ADF is not read");
	buf_reset(&out);
	doc_write_storage(d, &out);
	hold(doc_read_storage(a, out.data, out.len, &e) != NULL || e.kind == ERR_TOO_LARGE, "our storage is not read");
	buf_reset(&out);
	doc_write_wiki(d, &out);
	hold(doc_read_wiki(a, out.data, out.len, &e) != NULL, "our wiki markup is not read");
	buf_reset(&out);
	doc_write_text(d, &out);
	doc_write_outline(d, &out);
	buf_release(&out);
}

/* A page and the Markdown that was shown for it give back the page. */
static inline void
merge_nothing(struct arena *a, const struct doc *d, enum skin skin, const char *text, size_t len)
{
	struct buf md, out;
	struct err e;

	err_init(&e, a);
	buf_init(&md, FUZZ_MAX);
	buf_init(&out, FUZZ_MAX);
	doc_write_md(d, &md);
	hold(doc_merge(a, skin, text, len, md.data, md.len, NULL, &out, NULL, &e) == 0, "an edit of nothing is refused");
	hold(out.len == len && memcmp(out.data, text, len) == 0, "an edit of nothing changed the page");
	buf_release(&md);
	buf_release(&out);
}

#ifdef REPLAY
int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		struct buf b;
		char part[4096];
		size_t n;

		if (f == NULL)
			return 2;
		buf_init(&b, FUZZ_MAX);
		while ((n = fread(part, 1, sizeof(part), f)) > 0)
			buf_add(&b, part, n);
		fclose(f);
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len);
		buf_release(&b);
	}
	return 0;
}
#endif

#endif
