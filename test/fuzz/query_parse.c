/*
 * libFuzzer entry for both query languages: a text is refused with a place inside it, or parses,
 * prints, parses to an equal tree, and holds behind a fence.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... test/fuzz/query_parse.c
 *
 * Without libFuzzer (-DREPLAY) a plain main runs the files named on the command line.
 */
#include "query/dump.h"
#include "query/hint.h"
#include "query/parse.h"
#include "query/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void
hold(bool ok, const char *what)
{
	if (!ok)
		BUG(what);
}

static void
fence(struct arena *a, const struct query *q)
{
	static const char *const values[] = { "A", "B\") OR (\"C" };
	struct query_fault f;
	struct query again;
	struct err e;
	char *text = query_fence(a, q->lang, q, q->lang == QUERY_JQL ? "project" : "space", values, 2);

	if (text == NULL)	/* no room for it */
		return;
	err_init(&e, a);
	hold(query_parse(a, q->lang, text, strlen(text), &again, &f, &e) == 0, "fenced text does not parse");
	if (q->where == NULL)
		return;
	hold(again.where->kind == CLAUSE_AND && again.where->count == 2, "fence is not the top");
	hold(strcmp(again.where->child[0]->operand->item[1].text, values[1]) == 0, "fence changed");
}

static void
one(enum query_lang lang, const char *text, size_t len)
{
	struct arena *a = arena_new();
	struct query_fault f = { .at = SIZE_MAX }, ignored;
	struct query q, again;
	struct buf out;
	struct err e;
	int rc;

	err_init(&e, a);
	buf_init(&out, QUERY_MAX_PRINT);
	if (query_parse(a, lang, text, len, &q, &f, &e) == -1) {
		hold(f.at <= len && f.len <= len - f.at && e.message != NULL, "no place");
	} else {
		query_print(&q, &out);
		hold(!buf_overflowed(&out), "print overflows");
		rc = query_parse(a, lang, out.data, out.len, &again, &ignored, &e);
		hold((rc == 0 && query_equal(&q, &again)) || out.len > QUERY_MAX_TEXT, "print is not the query");
		buf_reset(&out);
		query_dump(&q, &out);
		fence(a, &q);
	}
	query_hint(a, lang, text, len, NULL);
	buf_release(&out);
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	one(QUERY_JQL, len > 0 ? (const char *)data : "", len);
	one(QUERY_CQL, len > 0 ? (const char *)data : "", len);
	return 0;
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
		buf_init(&b, 1 << 24);
		while ((n = fread(part, 1, sizeof(part), f)) > 0)
			buf_add(&b, part, n);
		fclose(f);
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len);
		buf_release(&b);
	}
	return 0;
}
#endif
