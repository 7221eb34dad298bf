/*
 * libFuzzer entry for CQL: a text is refused with a place inside it, or parses,
 * prints, parses to an equal tree, and holds behind a fence.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... test/fuzz/query_cql.c
 *
 * Without libFuzzer (-DREPLAY) a plain main runs the files named on the command line.
 */
#include "query/dump.h"
#include "query/cql.h"

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
fence(struct arena *a, const struct cql *j)
{
	static const char *const values[] = { "A", "B\") OR (\"C" };
	struct cql *again;
	struct err e;
	char *text = cql_fence(a, j, "space", values, 2);

	if (text == NULL)	/* no room for it */
		return;
	err_init(&e, a);
	again = cql_parse(a, text, strlen(text), &e);
	hold(again != NULL, "fenced text does not parse");
	if (j->q.where == NULL)
		return;
	hold(again->q.where->kind == CLAUSE_AND && again->q.where->count == 2, "fence is not the top");
	hold(strcmp(again->q.where->child[0]->operand->item[1].text, values[1]) == 0, "fence changed");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena *a = arena_new();
	const char *text = len > 0 ? (const char *)data : "";
	struct query_fault f = { .at = SIZE_MAX };
	struct cql *j, *again;
	struct buf out;
	struct err e;

	err_init(&e, a);
	buf_init(&out, QUERY_MAX_PRINT);
	j = cql_parse_at(a, text, len, &f, &e);
	if (j == NULL) {
		hold(f.at <= len && f.len <= len - f.at && e.message != NULL, "no place");
	} else {
		cql_print(j, &out);
		hold(!buf_overflowed(&out), "print overflows");
		again = cql_parse(a, out.data, out.len, &e);
		hold((again != NULL && cql_equal(j, again)) || out.len > QUERY_MAX_TEXT, "print is not the query");
		buf_reset(&out);
		query_dump(&j->q, &out);
		fence(a, j);
	}
	cql_hint(a, text, len, NULL);
	buf_release(&out);
	arena_free(a);
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
