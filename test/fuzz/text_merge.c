/* libFuzzer entry for doc_merge: original and edited Markdown, parted by a NUL; the result is well-formed. */
#include "text_fuzz.h"

static void
merge(enum skin skin, const char *text, size_t len, const char *md, size_t md_len)
{
	struct arena *a = arena_new();
	struct merge_opts o = { .flags = MERGE_DROP_ANCHORS };
	struct buf out;
	struct err e;

	err_init(&e, a);
	buf_init(&out, FUZZ_MAX);
	if (doc_merge(a, skin, text, len, md, md_len, &o, &out, NULL, &e) == 0) {
		struct doc *d = skin == SKIN_ADF ? doc_read_adf_text(a, out.data, out.len, &e) : doc_read_storage(a, out.data, out.len, &e);

		hold(d != NULL || e.kind == ERR_TOO_LARGE, "the merged page is not read");
	} else {
		hold(e.message != NULL, "no reason");
	}
	buf_release(&out);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = (const char *)data;
	const char *cut = len > 0 ? memchr(text, '\0', len) : NULL;

	if (cut == NULL)
		return 0;
	merge(text[0] == '{' ? SKIN_ADF : SKIN_STORAGE, text, (size_t)(cut - text), cut + 1, len - (size_t)(cut + 1 - text));
	return 0;
}
