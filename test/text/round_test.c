/*
 * Markdown that once came back different: each text reads as what it should (shown as the Markdown that is written for it),
 * and what is written reads and writes as itself. Found by the generator of test/oracle/text.
 */
#include "text_help.h"

static const struct {
	const char *md, *want;	/* want NULL: as it is */
} cases[] = {
	/* md4c loses emphasis behind an address in a link's target, and takes signs in it for emphasis */
	{ "[a](https://x.y)**b**", NULL }, { "[a](https://x.y),**b** c", NULL }, { "[a](https://x.y)~~b~~", NULL },
	{ "**[a](https://x.y/b**c) d**", NULL }, { "_[a](/x_y_) b_", NULL }, { "~~[a](https://x.y/b~~c) d~~", NULL },
	{ "`](https://x.y)` [a](https://x.y)", NULL }, { "![a](https://x.y/p.png)**b**", NULL },
	{ "```\n[a](https://x_y)\n```", NULL }, { "<u>[a](https://x_y) b</u>", NULL },
	/* addresses that are none, or not all of a word */
	{ "http://*", "http\\://\\*" }, { "<b>http://</b>", "**http\\://**" }, { "https://a.b/c", NULL }, { "see https://a.b/c", NULL },
	{ "a\\\nhttps://a.b", NULL }, { "**https://a.b** c", "[**https://a.b**](https://a.b) c" },
	/* breaks and white space at the ends of a line */
	{ "<u>r <br>", "<u>r</u>" }, { "**a** <br>", "**a**" }, { "<b>a <macro-x/> <br>", "**a <macro-x/>**" }, { "[! <br>", "[!" },
	{ "- [ ] <br>", "- [ ] <!-- -->" }, { "<br>a", "a" }, { "**a\\\nb**", NULL },
	/* files whose name has a colon; macros alone in an aligned line, and above a list */
	{ "[a](attachment:b:c)", NULL }, { "<div align=\"center\">\n\n<macro-x/>\n\n</div>", NULL },
	{ "- a\n  - b", NULL }, { "- <macro-x/>\n\n  - b", NULL },
};

static void
round_trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct arena *a = arena_new();
		const char *want = arena_printf(a, "%s\n", cases[i].want != NULL ? cases[i].want : cases[i].md);
		const char *one = help_convert(a, SKIN_MD, SKIN_MD, MD_FULL, cases[i].md);

		assert_string_equal(one, want);
		assert_string_equal(help_convert(a, SKIN_MD, SKIN_MD, MD_FULL, one), want);
		arena_free(a);
	}
}

/* What is read, where the Markdown written could hide a mistake. */
static void
reading(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(strstr(help_convert(a, SKIN_MD, SKIN_ADF, 0, "[a](https://x.y/*)**b** c"),
	    "{\"type\":\"text\",\"text\":\"a\",\"marks\":[{\"type\":\"link\",\"attrs\":{\"href\":\"https://x.y/*\"}}]},{\"type\":\"text\",\"text\":\"b\",\"marks\":"
	    "[{\"type\":\"strong\"}]},{\"type\":\"text\",\"text\":\" c\"}"));
	assert_non_null(strstr(help_convert(a, SKIN_MD, SKIN_ADF, 0, "```\n](https://x_y) *\n```"), "](https://x_y) *"));
	assert_non_null(strstr(help_convert(a, SKIN_MD, SKIN_ADF, 0, "<details>\n<summary>[a](https://x_y)</summary>\n\nt\n\n</details>"), "https://x_y"));
	assert_non_null(strstr(help_convert(a, SKIN_MD, SKIN_ADF, 0, "a ](https://x_y) b `](ftp://c)`"), "](https://x_y) b "));
	arena_free(a);
}

/* What storage format has beyond Markdown, and ADF knows. */
static void
storage_to_adf(void **state)
{
	static const struct {
		const char *storage, *adf;	/* adf: a part of it */
	} pairs[] = {
		{ "<p><a href=\"https://a.b\" data-card-appearance=\"block\">https://a.b</a></p>", "{\"type\":\"blockCard\",\"attrs\":{\"url\":\"https://a.b\"}}" },
		{ "<p style=\"margin-left: 60.0px;\">a</p>", "\"marks\":[{\"type\":\"indentation\",\"attrs\":{\"level\":2}}]" },
		{ "<table data-layout=\"wide\" data-table-width=\"900\"><tbody><tr><td data-highlight-colour=\"#ff0000\"><p>x</p></td></tr></tbody></table>",
		    "{\"type\":\"table\",\"attrs\":{\"layout\":\"wide\",\"width\":900},\"content\":[{\"type\":\"tableRow\",\"content\":[{\"type\":\"tableCell\",\"attrs\":"
		    "{\"background\":\"#ff0000\"}" },
		{ "<p><span style=\"color: rgb(255,0,0);\">r</span></p>", "\"textColor\",\"attrs\":{\"color\":\"#ff0000\"}" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(pairs); i++) {
		struct arena *a = arena_new();
		char *adf = help_convert(a, SKIN_STORAGE, SKIN_ADF, 0, pairs[i].storage);

		assert_non_null(strstr(adf, pairs[i].adf));
		assert_string_equal(help_convert(a, SKIN_ADF, SKIN_STORAGE, 0, adf), pairs[i].storage);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(round_trips), cmocka_unit_test(reading), cmocka_unit_test(storage_to_adf) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
