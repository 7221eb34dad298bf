/*
 * libFuzzer entry for doc_merge and doc_merge3: original and edited Markdown, parted by a NUL, and behind another NUL the
 * source that the Markdown was made from; the result is well-formed, and its diff can be shown.
 */
#include "text_fuzz.h"

struct part {
	const char *s;
	size_t len;
};

static void
merge(enum skin skin, struct part text, struct part md, const struct part *base)
{
	struct arena *a = arena_new();
	struct merge_opts o = { .flags = MERGE_DROP_ANCHORS };
	struct buf out, diff;
	struct err e;
	int rc;

	err_init(&e, a);
	buf_init(&out, FUZZ_MAX);
	buf_init(&diff, FUZZ_MAX);
	if (base != NULL)
		rc = doc_merge3(a, skin, base->s, base->len, text.s, text.len, md.s, md.len, &o, &out, NULL, &e);
	else
		rc = doc_merge(a, skin, text.s, text.len, md.s, md.len, &o, &out, NULL, &e);
	if (rc == 0) {
		struct doc *d = skin == SKIN_ADF ? doc_read_adf_text(a, out.data, out.len, &e) : doc_read_storage(a, out.data, out.len, &e);

		hold(d != NULL || e.kind == ERR_TOO_LARGE, "the merged page is not read");
		hold(d == NULL || doc_diff(a, skin, text.s, text.len, out.data, out.len, 0, &diff, &e) == 0, "no diff");
	} else {
		hold(e.message != NULL, "no reason");
	}
	buf_release(&out);
	buf_release(&diff);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct part at[3];
	size_t n = 0;
	enum skin skin = len > 0 && data[0] == '{' ? SKIN_ADF : SKIN_STORAGE;

	for (const char *s = (const char *)data, *end = s + len; n < 3 && s <= end && len > 0;) {
		const char *cut = n < 2 ? memchr(s, '\0', (size_t)(end - s)) : NULL;

		cut = cut != NULL ? cut : end;
		at[n++] = (struct part){ .s = s, .len = (size_t)(cut - s) };
		s = cut + 1;
	}
	if (n < 2)
		return 0;
	merge(skin, at[0], at[1], NULL);
	if (n == 3)
		merge(skin, at[0], at[1], &at[2]);
	return 0;
}
