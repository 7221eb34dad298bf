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
	{ "a\\\nhttps://a.b", NULL }, { "**https://a.b** c", "[**https\\://a.b**](https://a.b) c" },
	/* breaks and white space at the ends of a line */
	{ "<u>r <br>", "<u>r </u><br>" }, { "**a** <br>", NULL }, { "<b>a <macro-x/> <br>", "**a <macro-x/>&#32;**<br>" }, { "[! <br>", "\\[! <br>" },
	{ "- [ ] <br>", "- [ ] <!-- --><br>" }, { "<br>a", NULL }, { "**a\\\nb**", NULL },
	{ "&#32;a&#9;b&#32;", NULL }, { "<strong>a&#32;</strong>b", NULL }, { "\\\\&#9;", NULL },
	/* titles of links, with what would be emphasis, code or an address elsewhere */
	{ "[a](https://x.y \"b *c*\")_d_", NULL }, { "[a](/x \"\\`\") b `c`", NULL }, { "[a](https://x.y/(b)c \"http://d _e\")_f_", NULL },
	{ "[a](https://x.y/b\\_c \"d\\*e\")_f_", "[a](https://x.y/b_c \"d*e\")_f_" },
	/* pictures, files and macros that are in a line */
	{ "![](p.png)<!-- -->", NULL }, { "- [ ] ![](p.png)", NULL }, { "<macro-x/><!-- -->", NULL }, { "[a](attachment:b)<!-- -->", NULL },
	/* code: tabs, also below a list and in a quote */
	{ "```\nall:\n\tcc\n```", NULL }, { "- a\n\n  ```\n  \tx\n  ```", NULL }, { "> ```\n> \tx\n>   \t\n> \ty\n> ```", NULL },
	/* the row under a table's head, as short as GitHub takes it; nothing else becomes longer */
	{ "| a | b |\n|-|:-:|\n| c | d |", "| a | b |\n|---|:-:|\n| c | d |" }, { "- |a|\n  |-|\n  |b|", "- | a |\n  |---|\n  | b |" },
	{ "> a|b\n> :-|-\n> 1|2", "> | a | b |\n> |---|---|\n> | 1 | 2 |" }, { "```\na | b\n|-|-|\n```", NULL }, { "a|b\n\n|-|-|\nb", "a|b\n\n|-|-| b" },
	{ "```\r\n\tx\r\n \t\r\ny\r\n```", "```\n\tx\n \t\ny\n```" },
	/* strikes beside tildes */
	{ "<del>~</del>", NULL }, { "<div align=\"center\">\n\n# a\n\n</div>", NULL },
	/* files whose name has a colon; macros alone in an aligned line, and above a list */
	{ "[a](attachment:b:c)", NULL }, { "<div align=\"center\">\n\n<macro-x/>\n\n</div>", "<div align=\"center\">\n\n<macro-x/><!-- -->\n\n</div>" },
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

/*
 * Wherever it stands in the text, what follows a block that ends by itself stays in its list item (md4c 0.4.8 to 0.5.3 put it
 * outside at one place in 256).
 */
static void
item_keeps_all(void **state)
{
	static const char *const items[] = {
		"1. a\n2. ```\n   code\n   ```\n\n   b\n", "- ***\n\n  b\n", "- # a\n\n  b\n", "- a\n\n  ```\n  x\n  y\n  ```\n\n  ```\n  z\n  ```\n\n  b\n",
		"- a\n  ===\n\n  b\n", "- a\n\n\n  b\n", "- <!-- -->\n\n  b\n", "> - ~~~\n>   x\n>   ~~~\n>\n>   b\n",
	};

	(void)state;
	for (size_t i = 0; i < LEN(items); i++) {
		const char *want = NULL;
		struct arena *a = arena_new();

		for (size_t n = 0; n < 300; n++) {
			struct arena *one = arena_new();
			char *before = arena_alloc(one, n + 1);
			const char *adf;

			memset(before, 'x', n);
			before[n] = '\0';
			adf = help_convert(one, SKIN_MD, SKIN_ADF, 0, arena_printf(one, "%s%s%s", before, n > 0 ? "\n\n" : "", items[i]));
			adf = strstr(adf, i + 1 == LEN(items) ? "{\"type\":\"blockquote\"" : strstr(adf, "orderedList") != NULL ? "{\"type\":\"orderedList\"" : "{\"type\":\"bulletList\"");
			assert_non_null(adf);
			if (want == NULL)
				want = arena_strndup(a, adf, strlen(adf));
			assert_string_equal(adf, want);
			arena_free(one);
		}
		arena_free(a);
	}
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
	const struct CMUnitTest tests[] = { cmocka_unit_test(round_trips), cmocka_unit_test(reading), cmocka_unit_test(item_keeps_all), cmocka_unit_test(storage_to_adf) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
