/* What the tests of src/text share: files, and documents from one skin into another as strings in an arena. */
#ifndef TEST_TEXT_HELP_H
#define TEST_TEXT_HELP_H

#include "text/doc.h"
#include "text/diff.h"
#include "text/edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SHARED "../shared/corpus"

enum { HELP_MAX = 64 << 20 };

/* NULL when the file is not there. */
static inline char *
help_file(struct arena *a, const char *path, size_t *ret_len)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	char part[4096], *s;
	size_t n;

	if (f == NULL)
		return NULL;
	buf_init(&b, HELP_MAX);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	s = arena_strndup(a, b.data, b.len);
	if (ret_len != NULL)
		*ret_len = b.len;
	buf_release(&b);
	return s;
}

static inline bool
help_shared(void)
{
	FILE *f = fopen(SHARED "/README.md", "rb");

	if (f == NULL) {
		print_message("skipped: ../shared is not there\n");
		return false;
	}
	fclose(f);
	return true;
}

static inline struct doc *
help_read(struct arena *a, enum skin from, const char *text, size_t len)
{
	struct err e;
	struct doc *d = NULL;

	err_init(&e, a);
	if (from == SKIN_MD)
		d = doc_read_md(a, text, len, &e);
	else if (from == SKIN_ADF)
		d = doc_read_adf_text(a, text, len, &e);
	else if (from == SKIN_WIKI)
		d = doc_read_wiki(a, text, len, &e);
	else
		d = doc_read_storage(a, text, len, &e);
	if (d == NULL)
		print_message("not read: %s\n", err_text(&e));
	assert_non_null(d);
	return d;
}

/* md_flags: MD_FULL or 0. */
static inline char *
help_write(struct arena *a, const struct doc *d, enum skin to, unsigned md_flags)
{
	struct buf out;
	struct jw w;
	char *s;

	buf_init(&out, HELP_MAX);
	if (to == SKIN_MD) {
		(void)doc_write_md_part(d, &(struct md_opts){ .flags = md_flags }, &out);
	} else if (to == SKIN_ADF) {
		jw_init(&w, &out);
		doc_write_adf(d, &w);
	} else if (to == SKIN_WIKI) {
		doc_write_wiki(d, &out);
	} else if (to == SKIN_STORAGE) {
		doc_write_storage(d, &out);
	} else if (to == SKIN_TEXT) {
		doc_write_text(d, &out);
	} else {
		doc_write_outline(d, &out);
	}
	assert_false(buf_overflowed(&out));
	s = arena_strndup(a, out.data, out.len);
	buf_release(&out);
	return s;
}

static inline char *
help_convert(struct arena *a, enum skin from, enum skin to, unsigned md_flags, const char *text)
{
	return help_write(a, help_read(a, from, text, strlen(text)), to, md_flags);
}

static inline json *
help_json(struct arena *a, const char *text)
{
	struct err e;
	json *v;

	err_init(&e, a);
	v = json_parse(a, text, strlen(text), JSON_TRUSTED, &e);
	assert_non_null(v);
	return v;
}

/* The merged source, or NULL with *ret_e set. */
static inline char *
help_merge(struct arena *a, enum skin skin, const char *original, const char *md, unsigned flags, struct merge_report *r, struct err *e)
{
	struct merge_opts o = { .flags = flags };
	struct buf out;
	char *s = NULL;

	err_init(e, a);
	buf_init(&out, HELP_MAX);
	if (doc_merge(a, skin, original, strlen(original), md, strlen(md), &o, &out, r, e) == 0)
		s = arena_strndup(a, out.data, out.len);
	buf_release(&out);
	return s;
}

/* text with its one occurrence of old replaced. */
static inline char *
help_replace(struct arena *a, const char *text, const char *old, const char *new)
{
	const char *at = strstr(text, old);

	assert_non_null(at);
	assert_null(strstr(at + 1, old));
	return arena_printf(a, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

#endif
