/* libFuzzer entry for the reader of Jira wiki markup: every text is a document, in every skin. */
#include "text_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new();
	struct err e;
	struct doc *d;

	err_init(&e, a);
	d = doc_read_wiki(a, len > 0 ? (const char *)data : "", len, &e);
	hold(d != NULL, "a text was refused");
	write_all(a, d);
	arena_free(a);
	return 0;
}
