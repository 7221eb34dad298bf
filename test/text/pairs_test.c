/*
 * Pairs on disk: NAME.md says in our dialect what NAME.adf.json, NAME.storage.xml and NAME.wiki say
 * in theirs, both ways. A reader or writer that drops, adds or changes anything turns this red.
 */
#include "text_help.h"

#include <dirent.h>

static const struct {
	const char *suffix;
	enum skin skin;
} skins[] = {
	{ ".adf.json", SKIN_ADF }, { ".storage.xml", SKIN_STORAGE }, { ".wiki", SKIN_WIKI },
};

static void
same(struct arena *a, const char *name, enum skin skin, const char *got, const char *want)
{
	if (skin == SKIN_ADF && yyjson_equals(help_json(a, got), help_json(a, want)))
		return;
	if (skin != SKIN_ADF && strcmp(got, want) == 0)
		return;
	print_message("%s\n--- want\n%s\n--- got\n%s\n", name, want, got);
	fail();
}

static size_t
pair(struct arena *a, const char *base)
{
	char *md = help_file(a, arena_printf(a, "%s.md", base), NULL);
	size_t checked = 0;

	assert_non_null(md);
	same(a, base, SKIN_MD, help_convert(a, SKIN_MD, SKIN_MD, MD_FULL, md), md);
	for (size_t i = 0; i < LEN(skins); i++) {
		char *other = help_file(a, arena_printf(a, "%s%s", base, skins[i].suffix), NULL);

		if (other == NULL)
			continue;
		same(a, base, skins[i].skin, help_convert(a, SKIN_MD, skins[i].skin, 0, md), other);
		same(a, base, SKIN_MD, help_convert(a, skins[i].skin, SKIN_MD, MD_FULL, other), md);
		checked++;
	}
	return checked;
}

static void
pairs(void **state)
{
	DIR *dir = opendir("test/text/pairs");
	struct dirent *e;
	size_t checked = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		struct arena *a;
		size_t n = strlen(e->d_name);

		if (n < 4 || strcmp(e->d_name + n - 3, ".md") != 0)
			continue;
		a = arena_new();
		checked += pair(a, arena_printf(a, "test/text/pairs/%.*s", (int)n - 3, e->d_name));
		arena_free(a);
	}
	closedir(dir);
	assert_true(checked >= 13);
}

/* One line each: Markdown, and what it must become. */
static const struct {
	enum skin from, to;
	const char *text, *want;
} lines[] = {
	/* Markdown that models write */
	{ SKIN_MD, SKIN_STORAGE, "a\nb", "<p>a b</p>" },
	{ SKIN_MD, SKIN_STORAGE, "Vec<T> & <b>bold</b>", "<p>Vec&lt;T&gt; &amp; <strong>bold</strong></p>" },
	{ SKIN_MD, SKIN_STORAGE, "* a\n    * b", "<ul><li><p>a</p><ul><li><p>b</p></li></ul></li></ul>" },
	{ SKIN_MD, SKIN_STORAGE, "<details><summary>T</summary>\n\nx\n\n</details>",
	    "<ac:structured-macro ac:name=\"expand\" ac:schema-version=\"1\"><ac:parameter ac:name=\"title\">T</ac:parameter>"
	    "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>" },
	{ SKIN_MD, SKIN_STORAGE, "[Home](page:DEV:Home page) and [f](attachment:a.txt)", "<p>[Home](page:DEV:Home page) and "
	    "<ac:link><ri:attachment ri:filename=\"a.txt\"/><ac:link-body>f</ac:link-body></ac:link></p>" },
	{ SKIN_MD, SKIN_STORAGE, "[Home](<page:DEV:Home page>)", "<p><ac:link><ri:page ri:space-key=\"DEV\" "
	    "ri:content-title=\"Home page\"/><ac:link-body>Home</ac:link-body></ac:link></p>" },
	{ SKIN_MD, SKIN_STORAGE, "```\na ]]> b\n```", "<ac:structured-macro ac:name=\"code\" ac:schema-version=\"1\"><ac:plain-text-body>"
	    "<![CDATA[a ]]]]><![CDATA[> b]]></ac:plain-text-body></ac:structured-macro>" },
	{ SKIN_MD, SKIN_MD, "- [ ] a\n- b", "- \\[ ] a\n- b\n" },
	{ SKIN_MD, SKIN_MD, "<table><tr><td>a <b>b</b></td><td>c</td></tr></table>", "| | |\n|---|---|\n| a **b** | c |\n" },
	{ SKIN_MD, SKIN_MD, "\\@[Ann] and @\\[Bob] and @[Cy]", "@\\[Ann] and @\\[Bob] and @[Cy]\n" },
	{ SKIN_MD, SKIN_MD, "10:30:45 \\:smile: :smile:", "10:30:45 \\:smile: :smile:\n" },
	/* characters that only a model sees are not shown to one, whatever wrote them */
	{ SKIN_STORAGE, SKIN_MD, "<p>a&#8203;b&#x202e;c&#xE0041;d&shy;e&zwj;f</p>", "abcde\xe2\x80\x8d" "f\n" },
	{ SKIN_STORAGE, SKIN_TEXT, "<p>a&#8203;b&#x202e;c&#xE0041;d</p>", "abcd\n" },
	{ SKIN_MD, SKIN_MD, "&#8203;&#x202e;x", "x\n" },
	{ SKIN_STORAGE, SKIN_MD, "<p><ac:image ac:alt=\"a&#x202e;b\"><ri:attachment ri:filename=\"f&#8203;g\"/></ac:image></p>", "![ab](fg)\n" },
	{ SKIN_STORAGE, SKIN_MD, "<ac:structured-macro ac:name=\"x\"><ac:parameter ac:name=\"p\">a&#8203;b</ac:parameter></ac:structured-macro>",
	    "<macro-x p=\"ab\"/>\n" },
	{ SKIN_STORAGE, SKIN_MD, "<ac:structured-macro ac:name=\"expand\"><ac:parameter ac:name=\"title\">a&#x2066;b</ac:parameter>"
	    "<ac:rich-text-body><p>x</p></ac:rich-text-body></ac:structured-macro>", "<details>\n<summary>ab</summary>\n\nx\n\n</details>\n" },
	{ SKIN_STORAGE, SKIN_MD, "<p><a href=\"https://x.example/&#8203;y\">t</a> <code>a&#8203;b</code></p>", "[t](https://x.example/y) `ab`\n" },
	{ SKIN_STORAGE, SKIN_MD, "<ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[a\xe2\x80\x8b" "b]]></ac:plain-text-body>"
	    "</ac:structured-macro>", "```\nab\n```\n" },
	/* storage */
	{ SKIN_STORAGE, SKIN_MD, "<p>&eacute;&nbsp;&lt;&amp;</p>", "\xc3\xa9\xc2\xa0<&\n" },
	{ SKIN_STORAGE, SKIN_MD, "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p></li></ul>", "- a\n  - b\n- c\n" },
	{ SKIN_STORAGE, SKIN_MD, "<p><ac:link><ri:user ri:account-id=\"5b:1\"/></ac:link></p>", "@[id:5b:1]\n" },
	{ SKIN_STORAGE, SKIN_MD, "<p><ac:link><ri:page ri:content-title=\"T\"/></ac:link></p>", "[T](page:T)\n" },
	{ SKIN_STORAGE, SKIN_MD, "<p>x<ac:emoticon ac:name=\"tick\"/></p>", "x:check_mark:\n" },
	/* wiki */
	{ SKIN_WIKI, SKIN_MD, "{code}\n*x*\n{code}", "```\n*x*\n```\n" },
	{ SKIN_WIKI, SKIN_MD, "*{{code}}* and {color:red}red{color}", "**`code`** and red\n" },
	{ SKIN_WIKI, SKIN_MD, "||a||\n|{code}\nx|y\n{code}|", "<table>\n<tr><th>a</th></tr>\n<tr><td>\n\n```\nx|y\n```\n\n</td></tr>\n</table>\n" },
	{ SKIN_WIKI, SKIN_TEXT, "h1. T\n* a\n** b\n\n|x|y|", "T\n- a\n  - b\nx\ty\n" },
	/* ADF has no such nesting */
	{ SKIN_MD, SKIN_ADF, "> > deep", "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"blockquote\",\"content\":[{\"type\":\"paragraph\","
	    "\"content\":[{\"type\":\"text\",\"text\":\"deep\"}]}]}]}" },
	{ SKIN_MD, SKIN_ADF, "[x](javascript:alert)", "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":"
	    "[{\"type\":\"text\",\"text\":\"x\"}]}]}" },
	{ SKIN_MD, SKIN_ADF, "", "{\"type\":\"doc\",\"version\":1,\"content\":[]}" },
};

static void
single_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(lines); i++) {
		struct arena *a = arena_new();

		same(a, lines[i].text, lines[i].to, help_convert(a, lines[i].from, lines[i].to, 0, lines[i].text), lines[i].want);
		arena_free(a);
	}
}

static void
budget(void **state)
{
	struct arena *a = arena_new();
	struct doc *d = help_read(a, SKIN_MD, "one one\n\ntwo two\n\nthree", 23);
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	assert_int_equal(doc_write_md_part(d, &(struct md_opts){ .budget = 17 }, &out), 2);
	assert_string_equal(out.data, "one one\n\ntwo two\n");
	buf_reset(&out);
	assert_int_equal(doc_write_md_part(d, &(struct md_opts){ .budget = 17, .from = 2 }, &out), 0);
	assert_string_equal(out.data, "three\n");
	buf_reset(&out);
	assert_int_equal(doc_write_md_part(d, &(struct md_opts){ .budget = 1 }, &out), 1);
	assert_string_equal(out.data, "one one\n");
	buf_release(&out);
	arena_free(a);
}

static void
lossy_report(void **state)
{
	struct arena *a = arena_new();
	struct lossy l = { .arena = a };
	const char *md = "<status>A</status> <status>B</status>\n\n<macro-toc/>";
	struct doc *d = help_read(a, SKIN_MD, md, strlen(md));

	(void)state;
	d->lossy = &l;
	(void)help_write(a, d, SKIN_WIKI, 0);
	assert_non_null(l.first);
	assert_string_equal(l.first->what, "status");
	assert_int_equal(l.first->count, 2);
	assert_string_equal(l.first->next->what, "macro");
	assert_string_equal(l.first->next->detail, "toc");
	assert_null(l.first->next->next);
	arena_free(a);
}

static void
name_mention(struct doc *d, struct node *n, void *ctx)
{
	if (node_str(n, "id") == NULL && strcmp(node_str(n, "text"), "@Ann Lee") == 0)
		node_set_str(d, n, "id", ctx);
}

static void
mentions(void **state)
{
	struct arena *a = arena_new();
	struct doc *d = help_read(a, SKIN_MD, "@[Ann Lee]", 10);
	char id[] = "5b:1";

	(void)state;
	doc_each(d, NODE_MENTION, name_mention, id);
	assert_non_null(strstr(help_write(a, d, SKIN_ADF, 0), "{\"type\":\"mention\",\"attrs\":{\"text\":\"@Ann Lee\",\"id\":\"5b:1\"}}"));
	assert_non_null(strstr(help_write(a, d, SKIN_STORAGE, 0), "<ri:user ri:account-id=\"5b:1\"/>"));
	assert_string_equal(help_write(a, d, SKIN_WIKI, 0), "[~accountid:5b:1]\n");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs), cmocka_unit_test(single_lines), cmocka_unit_test(budget), cmocka_unit_test(lossy_report),
		cmocka_unit_test(mentions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
