/*
 * Wiki markup, one line a rule. Written: the Markdown becomes this markup, and that reads as the Markdown again. Read: the markup
 * becomes this Markdown. The rules are Jira's, as Atlassian's own converter has them; found by test/oracle/text/wiki_round.mjs.
 */
#include "text_help.h"

#include "base/str.h"

static const struct {
	const char *md, *wiki;
} written[] = {
	/* a backslash, where the sign would mean something */
	{ "a \\*b\\* c\\*d", "a \\*b\\* c*d" }, { "2 \\* 3", "2 * 3" }, { "\\_\\_init\\_\\_ a_b_c", "\\_\\_init\\_\\_ a_b_c" }, { "**2 \\* 3**", "*2 \\* 3*" },
	{ "a - b -- c --d", "a - b \\-\\- c \\-\\-d" }, { "{a} \\[b\\] ??c", "\\{a} \\[b] \\?\\?c" }, { "Stop! \\!no!", "Stop! \\!no!" },
	{ "_a&#95;b_", "_a_b_" }, { "C++ a^2 \\~/x", "C\\+\\+ a^2 \\~/x" },
	/* at the beginning of a line, an item, a cell */
	{ "\\# a", "\\# a" }, { "\\* a", "\\* a" }, { "\\- a", "\\- a" }, { "\\---- a", "\\-\\-\\-\\- a" }, { "- \\# a", "* \\# a" }, { "a\\\n\\# b", "a\n\\# b" },
	{ "| h |\n|---|\n| \\# a |", "||h||\n|\\# a|" }, { "**\\#** a", "*\\#* a" },
	/* what no backslash helps against is a character reference */
	{ "h1. a", "h1&#46; a" }, { "a h1. b", "a h1. b" }, { "- bq. a", "* bq&#46; a" }, { "\\\\\\*a", "&#92;\\*a" }, { "a \\\\\\(b)", "a &#92;(b)" },
	{ "\\\\\\\\", "&#92;&#92;" }, { "&amp;amp; R&D; &6;", "&#38;amp; R&#38;D; &6;" },
	{ "C:\\dir\\file", "C:\\dir\\file" }, { "\\\\\\\\server\\share", "\\\\server\\share" }, { "# a\\\\", "h1. a&#92;" },
	/* emoticons */
	{ "a &#58;) b", "a :\\) b" }, { "f(x) (/)", "f\\(x) \\(/)" }, { ":&#68; a", "&#58;D a" }, { "a:Db", "a:Db" }, { ":smiley:**a**", ":D{*}a{*}" },
	/* marks and code beside letters; white space at their borders */
	{ "a**b**c", "a{*}b{*}c" }, { "a`b`c", "a{{{}b{}}}c" }, { "`a*b` `{x}` `}`", "{{a*b}} {{\\{x\\}}} {{\\}}}" }, { "`*a*`", "{{\\*a\\*}}" }, { "`a\\[`", "{{a&#92;\\[}}" },
	{ "**a** ~~**b** c~~", "*a* -*b* c-" },
	/* links */
	{ "[a \\[b\\]](https://x.example)", "[a \\[b\\]|https://x.example]" }, { "[a|b!](/x)", "[a\\|b\\!|/x]" }, { "[a](https://x.example \"t|u\")", "[a|https://x.example|t&#124;u]" },
	{ "**[a](https://x.example/*b*) c**", "*[a|https://x.example/*b*] c*" }, { "| h |\n|---|\n| [a\\|b](/x) |", "||h||\n|[a\\|b|/x]|" },
	{ "https://x.example/a_b c", "[https://x.example/a_b] c" }, { "http\\:// a", "http&#58;// a" },
	/* line breaks: two line ends would end the paragraph, and an item has no empty line */
	{ "a\\\nb", "a\nb" }, { "a\\\n\\\nb", "a\n\\\\ b" }, { "- a\\\n  b\n- c", "* a\nb\n* c" }, { "# a<br>b", "h1. a\\\\ b" },
	{ "| h |\n|---|\n| a\\|b<br>c! |", "||h||\n|a\\|b\\\\ c!|" },
	/* lists */
	{ "1. a\n   - b\n     1. c\n2. d", "# a\n#* b\n#*# c\n# d" }, { "- a\n\n<!-- -->\n\n- b", "* a\n\n* b" },
	{ "- ```\n  a\n  ```", "* {noformat}\na\n{noformat}" }, { "- ![](p.png)\n- b", "* !p.png!\n* b" },
	{ "```javascript title=\"a\"\nb\n```", "{code:javascript|title=a}\nb\n{code}" },
	/* code that holds its own tag */
	{ "```\n{code}\n```", "{noformat}\n{code}\n{noformat}" }, { "```\n{noformat}\n```", "{code}\n{noformat}\n{code}" },
	{ "> [!NOTE]\n> a\n>\n> - b", "{panel:bgColor=#deebff}\na\n\n* b\n{panel}" },
};

static void
writing(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(written); i++) {
		struct arena *a = arena_new();
		const char *want = arena_printf(a, "%s\n", written[i].wiki), *wiki = help_convert(a, SKIN_MD, SKIN_WIKI, 0, written[i].md);
		const char *md = help_convert(a, SKIN_MD, SKIN_MD, 0, written[i].md);

		assert_string_equal(wiki, want);
		assert_string_equal(help_convert(a, SKIN_WIKI, SKIN_MD, 0, wiki), md);
		arena_free(a);
	}
}

static const struct {
	const char *wiki, *md;
} reads[] = {
	/* Jira's list of signs that a backslash makes plain; before others it stays */
	{ "\\*a\\* \\:b \\.", "\\*a\\* \\\\:b \\\\." }, { "a\\\\b", "a\\\nb" }, { "\\\\server\\share", "\\\\\\server\\share" }, { "a \\\\\\ b", "a \\\\\\\\\\ b" },
	/* character references are the browser's */
	{ "&lt;a&#62; &bsol; &nothing;", "\\<a> \\ \\&nothing;" }, { "{{&#123;a}}", "`{a`" }, { "[a&amp;b|/x?a&amp;b]", "[a&b](/x?a\\&amp;b)" },
	/* code */
	{ "a{{{}b{}}}c", "a`b`c" }, { "{{a\\}}}", "`a}`" }, { "a{{b}}", "a{{b}}" },
	/* links */
	{ "[a|https://x.example|b c]", "[a](https://x.example \"b c\")" }, { "*a [b|https://x.example/*c*] d*", "**a [b](https://x.example/*c*) d**" },
	{ "|[a\\]b|/x]|c|", "| | |\n|---|---|\n| [a\\]b](/x) | c |" },
	/* emoticons also behind a letter, but not before one */
	{ "f(x) (x)y :D\xe2\x80\x94", "f:cross_mark: (x)y :smiley:\xe2\x80\x94" },
	/* tables */
	{ "||a! ||\tb! ||", "| a! | b! |\n|---|---|" },
	{ "|http://x.example/a!b!c.|d!|", "| | |\n|---|---|\n| [http\\://x.example/a!b!c](http://x.example/a!b!c). | d! |" },
	/* pictures in items */
	{ "* !a.png!\n* b !c.png! d", "- ![](a.png)\n- b ![](c.png) d" },
};

/* Text of ADF that no Markdown is: an address that is no link. */
static const struct {
	const char *text, *wiki;
} plain[] = {
	{ "https://x.example/_a_ b", "https://x.example/_a_ b" }, { "(https://x.example/a).", "(https://x.example/a)." }, { "https://x.example/{a}", "[https://x.example/]\\{a}" },
	{ "http://*", "http&#58;//\\*" }, { "http://", "http&#58;//" }, { "*a", "\\*a" },
};

static void
addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(plain); i++) {
		struct arena *a = arena_new();
		const char *adf = arena_printf(a, "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}]}]}", plain[i].text);
		char *wiki = help_convert(a, SKIN_ADF, SKIN_WIKI, 0, adf);

		assert_string_equal(wiki, arena_printf(a, "%s\n", plain[i].wiki));
		assert_string_equal(help_convert(a, SKIN_WIKI, SKIN_TEXT, 0, wiki), help_convert(a, SKIN_ADF, SKIN_TEXT, 0, adf));
		arena_free(a);
	}
}

/* Code that holds both tags becomes two blocks. */
static void
both_tags(void **state)
{
	static const struct {
		const char *md, *wiki;
	} cut[] = {
		{ "```\na\n{code}\nb {noformat}\nc\n```\n", "{noformat}\na\n{code}\n{noformat}\n{code}\nb {noformat}\nc\n{code}\n" },
		{ "```sql\n{noformat}a{code}\n```\n", "{code:sql}\n{noformat}a\n{code}\n{noformat}\n{code}\n{noformat}\n" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cut); i++) {
		struct arena *a = arena_new();

		assert_string_equal(help_convert(a, SKIN_MD, SKIN_WIKI, 0, cut[i].md), cut[i].wiki);
		arena_free(a);
	}
}

static void
reading(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(reads); i++) {
		struct arena *a = arena_new();

		assert_string_equal(help_convert(a, SKIN_WIKI, SKIN_MD, 0, reads[i].wiki), arena_printf(a, "%s\n", reads[i].md));
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(writing), cmocka_unit_test(addresses), cmocka_unit_test(both_tags), cmocka_unit_test(reading) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
