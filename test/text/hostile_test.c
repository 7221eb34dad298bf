/*
 * Input that means harm or is broken: nesting of 10,000, entity bombs, invalid UTF-8, and documents
 * of megabytes, whose time must grow like their size. A crash, a hang or a missing error turns it red.
 */
#include "text_help.h"

#include "base/utf8.h"

#include <time.h>

static char *
repeat(struct arena *a, const char *s, size_t times)
{
	size_t n = strlen(s);
	char *out = arena_alloc(a, n * times + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(out + i * n, s, n);
	return out;
}

/* Written in every skin; what is written is read again. */
static void
survives(struct arena *a, enum skin from, const char *text)
{
	struct err e;
	struct doc *d;

	err_init(&e, a);
	d = from == SKIN_MD ? doc_read_md(a, text, strlen(text), &e) : from == SKIN_WIKI ? doc_read_wiki(a, text, strlen(text), &e) :
	    from == SKIN_ADF ? doc_read_adf_text(a, text, strlen(text), &e) : doc_read_storage(a, text, strlen(text), &e);
	if (d == NULL) {
		assert_non_null(e.message);
		return;
	}
	(void)help_convert(a, SKIN_MD, SKIN_MD, 0, help_write(a, d, SKIN_MD, 0));
	(void)help_convert(a, SKIN_ADF, SKIN_MD, 0, help_write(a, d, SKIN_ADF, 0));
	(void)help_convert(a, SKIN_STORAGE, SKIN_MD, 0, help_write(a, d, SKIN_STORAGE, 0));
	(void)help_convert(a, SKIN_WIKI, SKIN_MD, 0, help_write(a, d, SKIN_WIKI, 0));
	(void)help_write(a, d, SKIN_TEXT, 0);
	(void)help_write(a, d, SKIN_OUTLINE, 0);
}

static void
deep(void **state)
{
	static const struct {
		enum skin skin;
		const char *part, *end;	/* repeated 10,000 times, and the same number of ends */
	} nests[] = {
		{ SKIN_MD, "> ", "" }, { SKIN_MD, "- ", "" }, { SKIN_MD, "1. ", "" }, { SKIN_MD, "**a ", "" }, { SKIN_MD, "[", "" },
		{ SKIN_MD, "![", "](x)" }, { SKIN_MD, "<details>\n\n", "</details>\n\n" }, { SKIN_MD, "<table><tr><td>\n\n", "" },
		{ SKIN_MD, "<u>", "</u>" }, { SKIN_MD, "<layout>\n<column>\n\n", "" }, { SKIN_MD, "> - ", "" }, { SKIN_MD, "<b></b>a", "" },
		{ SKIN_WIKI, "{quote}", "" }, { SKIN_WIKI, "{panel:title=x}", "{panel}" }, { SKIN_WIKI, "*_", "" }, { SKIN_WIKI, "[", "]" },
		{ SKIN_WIKI, "{color:red}", "{color}" }, { SKIN_WIKI, "*", " x" }, { SKIN_WIKI, "|", "" }, { SKIN_WIKI, "{code}", "" },
		{ SKIN_WIKI, "!a", "" }, { SKIN_WIKI, "{{a", "" }, { SKIN_WIKI, "#*", " x" }, { SKIN_WIKI, "||a", "" },
		{ SKIN_WIKI, "-", "" }, { SKIN_WIKI, "https://", "" }, { SKIN_WIKI, "{{{}", "{}}}" }, { SKIN_WIKI, "[\\[", "]" },
		{ SKIN_STORAGE, "<p>", "</p>" }, { SKIN_STORAGE, "<ul><li>", "</li></ul>" }, { SKIN_STORAGE, "<b>", "</b>" },
		{ SKIN_STORAGE, "<p>", "" }, { SKIN_STORAGE, "</p>", "" }, { SKIN_ADF, "[", "]" },
		{ SKIN_ADF, "{\"type\":\"doc\",\"content\":[", "]}" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(nests); i++) {
		struct arena *a = arena_new();

		survives(a, nests[i].skin, arena_printf(a, "%sx%s", repeat(a, nests[i].part, 10000), repeat(a, nests[i].end, 10000)));
		arena_free(a);
	}
}

/* As deep as each reader goes: the tree is written whole, and the JSON of it is read again. */
static void
just_deep_enough(void **state)
{
	(void)state;
	for (size_t n = 1; n < 45; n++) {
		struct arena *a = arena_new();

		survives(a, SKIN_STORAGE, arena_printf(a, "%sx%s", repeat(a, "<blockquote>", n), repeat(a, "</blockquote>", n)));
		survives(a, SKIN_STORAGE, arena_printf(a, "%sx%s", repeat(a, "<ul><li>", n), repeat(a, "</li></ul>", n)));
		survives(a, SKIN_STORAGE, arena_printf(a, "%sx%s", repeat(a, "<table><tr><td>", n < 30 ? n : 30),
		    repeat(a, "</td></tr></table>", n < 30 ? n : 30)));
		survives(a, SKIN_MD, arena_printf(a, "%sx", repeat(a, "- ", n)));
		survives(a, SKIN_MD, arena_printf(a, "%sx", repeat(a, "<details>\n\n- a\n- ", n)));
		survives(a, SKIN_WIKI, arena_printf(a, "%sx", repeat(a, "{quote}\n* a\n{panel}\n|x", n)));
		survives(a, SKIN_ADF, arena_printf(a, "{\"type\":\"doc\",\"version\":1,\"content\":[%s{\"type\":\"paragraph\"}%s]}",
		    repeat(a, "{\"type\":\"blockquote\",\"content\":[", n), repeat(a, "]}", n)));
		arena_free(a);
	}
}

static void
refused(void **state)
{
	static const struct {
		enum skin skin;
		const char *text, *why;
	} bad[] = {
		{ SKIN_STORAGE, "<!DOCTYPE r [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><p>&b;</p>", "not well-formed" },
		{ SKIN_STORAGE, "<p>&nosuch;</p>", "not well-formed" }, { SKIN_STORAGE, "<p>a & b</p>", "line 1, column" },
		{ SKIN_STORAGE, "<p>x</p></r><r>", "not well-formed" }, { SKIN_STORAGE, "<p>\x01</p>", "not well-formed" },
		{ SKIN_STORAGE, "a\n <p>b<i>x</i>", "no end of p at line 2, column 2" },
		{ SKIN_STORAGE, "<p>\n<b></p>", "line 2" }, { SKIN_STORAGE, "<p>\xff</p>", "not well-formed" },
		{ SKIN_ADF, "{\"type\":\"doc\"}", "not an ADF document" }, { SKIN_ADF, "[1", "" }, { SKIN_ADF, "\"x\"", "not an ADF document" },
		{ SKIN_ADF, "{\"type\":\"paragraph\",\"content\":[]}", "not an ADF document" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++) {
		struct arena *a = arena_new();
		struct err e;

		err_init(&e, a);
		assert_null(bad[i].skin == SKIN_ADF ? doc_read_adf_text(a, bad[i].text, strlen(bad[i].text), &e) :
		    doc_read_storage(a, bad[i].text, strlen(bad[i].text), &e));
		assert_int_equal(e.kind, ERR_INPUT);
		if (strstr(e.message, bad[i].why) == NULL)
			fail_msg("%s: %s", bad[i].text, e.message);
		arena_free(a);
	}
}

static void
broken_utf8(void **state)
{
	static const char text[] = "a\xff\xfe\xc0\x80" "b \xed\xa0\x80 \xf0\x9f\x98 c\n\n- \xe2\x82";
	struct arena *a = arena_new();

	(void)state;
	for (enum skin to = SKIN_MD; to <= SKIN_OUTLINE; to++) {
		struct err e;
		char *s;

		err_init(&e, a);
		s = help_write(a, doc_read_md(a, text, sizeof(text) - 1, &e), to, 0);
		assert_true(utf8_valid(s, strlen(s)));
		s = help_write(a, doc_read_wiki(a, text, sizeof(text) - 1, &e), to, 0);
		assert_true(utf8_valid(s, strlen(s)));
	}
	arena_free(a);
}

/* Of this process alone: another one's load is not our time. */
static int64_t
cpu_us(void)
{
	return (int64_t)clock() * 1000000 / CLOCKS_PER_SEC;
}

static int64_t
time_of(enum skin from, const char *head, const char *part, size_t bytes)
{
	struct arena *a = arena_new();
	char *text = arena_printf(a, "%s%s", head, repeat(a, part, bytes / strlen(part)));
	int64_t took, start = cpu_us();
	struct doc *d = help_read(a, from, text, strlen(text));

	(void)help_write(a, d, SKIN_MD, 0);
	(void)help_write(a, d, SKIN_STORAGE, 0);
	if (from != SKIN_WIKI)
		(void)help_write(a, d, SKIN_WIKI, 0);
	took = cpu_us() - start;
	arena_free(a);
	return took;
}

/*
 * Eight times the size may take 24 times as long, not 64 times. A machine that slows down or stops in between makes one
 * measurement too long, never too short, so the shortest of several counts; what takes squared time takes it each time.
 */
static void
grows_evenly(enum skin from, const char *head, const char *part)
{
	int64_t small = INT64_MAX, large = INT64_MAX;

	for (int i = 0; i < 20 && (i == 0 || large > 24 * small + 20000); i++) {
		int64_t s = time_of(from, head, part, 16 << 10), l = time_of(from, head, part, 128 << 10);

		small = s < small ? s : small;
		large = l < large ? l : large;
	}
	if (large > 24 * small + 20000)
		fail_msg("%s: %lld us for 16 KB, %lld us for 128 KB", part, (long long)small, (long long)large);
}

static void
linear(void **state)
{
	static const struct {
		enum skin skin;
		const char *part;
	} parts[] = {
		{ SKIN_MD, "# T\n\nText with **bold** and [a link](https://example.com).\n\n- a\n- b\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n" },
		{ SKIN_MD, "a **b** _c_ `d` @[e] :x: " }, { SKIN_MD, "- [ ] a\n" }, { SKIN_MD, "*a _b " }, { SKIN_MD, "a<b></b>" },
		{ SKIN_MD, "@[" }, { SKIN_MD, "::" }, { SKIN_MD, "<u>a" },
		{ SKIN_MD, "](" }, { SKIN_MD, "[a](<x_ " }, { SKIN_MD, "[a](x_ \"" }, { SKIN_MD, "|-|\n" }, { SKIN_MD, "- ```\n  x\n  ```\n\n" },
		{ SKIN_WIKI, "h1. T\n\n*b* [x|http://a.b] {{c}}\n\n* a\n** b\n\n||a|b|\n|c|{code}x{code}|\n\n" }, { SKIN_WIKI, "*a _b " },
		{ SKIN_WIKI, "*a\n" }, { SKIN_WIKI, "{code}{quote}" }, { SKIN_WIKI, "[a|" }, { SKIN_WIKI, "{{a" }, { SKIN_WIKI, "|a" },
		{ SKIN_WIKI, "{color:red}" }, { SKIN_WIKI, "\n* {quote}" }, { SKIN_WIKI, "!a" }, { SKIN_WIKI, "??a" },
		{ SKIN_STORAGE, "<h1>T</h1><p>a <b>b</b></p><ul><li>x</li></ul><table><tr><td>1</td></tr></table>" },
		{ SKIN_STORAGE, "a<b>b</b>" }, { SKIN_STORAGE, "&amp;&nbsp;" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(parts); i++)
		grows_evenly(parts[i].skin, "", parts[i].part);
	grows_evenly(SKIN_MD, "```\nx\n", "\t\n");
}

#ifdef __SANITIZE_ADDRESS__
enum { LARGE = 1 << 20 };	/* the sanitizer makes each of the many small allocations dear */
#else
enum { LARGE = 5 << 20 };
#endif

static void
megabytes(void **state)
{
	static const char md[] = "## Heading\n\nA paragraph with **bold** text, _emphasis_ and a [link](https://example.com/x).\n\n- one\n- two\n\n";
	struct arena *a = arena_new();
	char *text = repeat(a, md, LARGE / (sizeof(md) - 1)), *storage = help_convert(a, SKIN_MD, SKIN_STORAGE, 0, text), *back, *merged;
	struct merge_report r;
	struct err e;

	(void)state;
	assert_true(strlen(storage) > LARGE);
	back = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, storage);
	assert_int_equal(strlen(back) / 1000, strlen(text) / 1000);
	/* one block in the middle edited: one block differs */
	memcpy(strstr(back + LARGE / 2, "emphasis"), "EMPHASIS", 8);
	merged = help_merge(a, SKIN_STORAGE, storage, back, 0, &r, &e);
	assert_non_null(merged);
	assert_int_equal(strlen(merged), strlen(storage));
	assert_int_equal(r.changed, 1);
	assert_int_equal(r.added + r.removed + r.moved, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(deep), cmocka_unit_test(just_deep_enough), cmocka_unit_test(refused), cmocka_unit_test(broken_utf8),
		cmocka_unit_test(linear), cmocka_unit_test(megabytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
