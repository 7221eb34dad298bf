/*
 * Wiki markup, one line a rule. Read: the markup becomes this Markdown. The rules are Jira's, as Atlassian's own converter has them; found by test/oracle/text/wiki_round.mjs.
 */
#include "text_help.h"

#include "base/str.h"

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
	const struct CMUnitTest tests[] = { cmocka_unit_test(reading) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
