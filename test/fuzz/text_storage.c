/* libFuzzer entry for the reader of storage format: refused with a reason, or written in every skin and given back by doc_merge. */
#include "text_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new();
	const char *text = len > 0 ? (const char *)data : "";
	struct err e;
	struct doc *d;

	err_init(&e, a);
	d = doc_read_storage(a, text, len, &e);
	if (d == NULL) {
		hold(e.message != NULL, "no reason");
	} else {
		merge_nothing(a, d, SKIN_STORAGE, text, len);
		write_all(a, d);
	}
	arena_free(a);
	return 0;
}
