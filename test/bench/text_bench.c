/*
 * What a conversion costs beside the plain parse of its input, in one process and one run:
 *	text_bench md FILE	Markdown to ADF, and md4c with callbacks that do nothing
 *	text_bench storage FILE	storage format to Markdown, and expat with handlers that do nothing
 * Prints "plain US ours US": the least of the rounds, which take turns. With --cold each round gets its memory from the
 * kernel and gives it back; without, what was freed is kept, as in a process that has been converting for a while.
 */
#include "text/doc.h"
#include "text/libs.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 30, LIMIT = 256 << 20 };

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
on_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	(void)type, (void)detail, (void)ctx;
	return 0;
}

static int
on_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	(void)type, (void)detail, (void)ctx;
	return 0;
}

static int
on_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *ctx)
{
	(void)type, (void)s, (void)len, (void)ctx;
	return 0;
}

static void
plain_md(const char *text, size_t len)
{
	static const MD_PARSER parser = { .flags = MD_DIALECT_GITHUB, .enter_block = on_block, .leave_block = on_block,
		.enter_span = on_span, .leave_span = on_span, .text = on_text };

	if (md4c.parse(text, (MD_SIZE)len, &parser, NULL) != 0)
		abort();
}

static void
ours_md(const char *text, size_t len)
{
	struct arena *a = arena_new();
	struct buf out;
	struct jw w;
	struct err e;
	struct doc *d;

	err_init(&e, a);
	buf_init(&out, LIMIT);
	d = doc_read_md(a, text, len, &e);
	if (d == NULL)
		abort();
	jw_init(&w, &out);
	doc_write_adf(d, &w);
	if (buf_overflowed(&out) || out.len < len / 2)
		abort();
	buf_release(&out);
	arena_free(a);
}

static void XMLCALL
on_start(void *ctx, const XML_Char *name, const XML_Char **attrs)
{
	(void)ctx, (void)name, (void)attrs;
}

static void XMLCALL
on_end(void *ctx, const XML_Char *name)
{
	(void)ctx, (void)name;
}

static void XMLCALL
on_chars(void *ctx, const XML_Char *s, int len)
{
	(void)ctx, (void)s, (void)len;
}

static void
plain_storage(const char *text, size_t len)
{
	static const char open[] = "<!DOCTYPE r [<!ENTITY nbsp \"&#160;\"><!ENTITY ndash \"&#8211;\"><!ENTITY rarr \"&#8594;\"><!ENTITY mdash \"&#8212;\">"
	    "<!ENTITY hellip \"&#8230;\"><!ENTITY rsquo \"&#8217;\"><!ENTITY ldquo \"&#8220;\"><!ENTITY rdquo \"&#8221;\">]><r>";
	XML_Parser p = expat.ParserCreate("UTF-8");

	expat.SetElementHandler(p, on_start, on_end);
	expat.SetCharacterDataHandler(p, on_chars);
	if (expat.Parse(p, open, sizeof(open) - 1, 0) != XML_STATUS_OK || expat.Parse(p, text, (int)len, 0) != XML_STATUS_OK ||
	    expat.Parse(p, "</r>", 4, 1) != XML_STATUS_OK)
		abort();
	expat.ParserFree(p);
}

static void
ours_storage(const char *text, size_t len)
{
	struct arena *a = arena_new();
	struct buf out;
	struct err e;
	struct doc *d;

	err_init(&e, a);
	buf_init(&out, LIMIT);
	d = doc_read_storage(a, text, len, &e);
	if (d == NULL)
		abort();
	doc_write_md(d, &out);
	if (buf_overflowed(&out) || out.len < len / 10)
		abort();
	buf_release(&out);
	arena_free(a);
}

static double
measured(void (*run)(const char *, size_t), const char *text, size_t len, double least)
{
	double t = now_us();

	run(text, len);
	t = now_us() - t;
	return t < least ? t : least;
}

int
main(int argc, char **argv)
{
	FILE *f = argc >= 3 ? fopen(argv[2], "rb") : NULL;
	bool md = argc >= 3 && strcmp(argv[1], "md") == 0, cold = argc == 4 && strcmp(argv[3], "--cold") == 0;
	double plain = 1e12, ours = 1e12;
	struct err e;
	size_t len;
	char *text;

	if (f == NULL)
		return 2;
	if (!cold && (mallopt(M_TRIM_THRESHOLD, LIMIT) == 0 || mallopt(M_MMAP_THRESHOLD, 32 << 20) == 0))
		return 2;
	text = malloc(32 << 20);
	len = fread(text, 1, 32 << 20, f);
	fclose(f);
	err_init(&e, NULL);
	if (md4c_load(&e) == -1 || expat_load(&e) == -1)
		return 1;
	for (int i = 0; i < ROUNDS; i++) {
		plain = measured(md ? plain_md : plain_storage, text, len, plain);
		ours = measured(md ? ours_md : ours_storage, text, len, ours);
	}
	printf("plain %.0f ours %.0f\n", plain, ours);
	free(text);
	return 0;
}
