/* Wiki markup to ADF, what counts as ADF, and plain text out of it. */
#include "unit/sandbox_harness.h"

#include "sandbox/sb_text.h"

#define P(inner) "{\"type\":\"paragraph\",\"content\":[" inner "]}"
#define T(s) "{\"type\":\"text\",\"text\":\"" s "\"}"
#define M(s, mark) "{\"type\":\"text\",\"text\":\"" s "\",\"marks\":[{\"type\":\"" mark "\"}]}"
#define LI(inner) "{\"type\":\"listItem\",\"content\":[" inner "]}"

static const struct {
	const char *wiki, *content;
} pairs[] = {
	{ "", "" },
	{ "one", P(T("one")) },
	{ "one\ntwo", P(T("one") ",{\"type\":\"hardBreak\"}," T("two")) },
	{ "one\n\ntwo", P(T("one")) "," P(T("two")) },
	{ "a *b* c", P(T("a ") "," M("b", "strong") "," T(" c")) },
	{ "_a_ and {{b}}", P(M("a", "em") "," T(" and ") "," M("b", "code")) },
	{ "2*3*4 is a_b_c", P(T("2*3*4 is a_b_c")) },
	{ "*open", P(T("*open")) },
	{ "{{open", P(T("{{open")) },
	{ "[open|http://x", P(T("[open|http://x")) },
	{ "a [b|http://x] c", P(T("a ") ",{\"type\":\"text\",\"text\":\"b\",\"marks\":[{\"type\":\"link\",\"attrs\":{\"href\":\"http://x\"}}]}," T(" c")) },
	{ "[not a link]", P(T("[not a link]")) },
	{ "[~abrandt]", P("{\"type\":\"mention\",\"attrs\":{\"id\":\"5f8e21b07c94ad006f3b1d52\",\"text\":\"@Ada Brandt\"}}") },
	{ "h2. Title\ntext", "{\"type\":\"heading\",\"attrs\":{\"level\":2},\"content\":[" T("Title") "]}," P(T("text")) },
	{ "h9. Title", P(T("h9. Title")) },
	{ "* a\n* b", "{\"type\":\"bulletList\",\"content\":[" LI(P(T("a"))) "," LI(P(T("b"))) "]}" },
	{ "* a\n** b\n* c", "{\"type\":\"bulletList\",\"content\":[" LI(P(T("a")) ",{\"type\":\"bulletList\",\"content\":[" LI(P(T("b"))) "]}") ","
	    LI(P(T("c"))) "]}" },
	{ "# a", "{\"type\":\"orderedList\",\"content\":[" LI(P(T("a"))) "]}" },
	{ "{code:c}\nint *x;\n{code}\nafter", "{\"type\":\"codeBlock\",\"attrs\":{\"language\":\"c\"},\"content\":[" T("int *x;") "]}," P(T("after")) },
	{ "{code}\nopen", "{\"type\":\"codeBlock\",\"content\":[" T("open") "]}" },
	{ "bq. said", "{\"type\":\"blockquote\",\"content\":[" P(T("said")) "]}" },
	{ "----", "{\"type\":\"rule\"}" },
};

static json *
parse(struct arena *a, const char *text)
{
	struct err e;
	json *v;

	err_init(&e, a);
	v = json_parse(a, text, strlen(text), JSON_STRICT, &e);
	if (v == NULL)
		fail_msg("%s: %s", text, e.message);
	return v;
}

static const char *
to_adf(struct arena *a, const char *wiki)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	sb_put_adf(&w, a, wiki);
	text = arena_strdup(a, b.data);
	buf_release(&b);
	return text;
}

static void
test_pairs(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LEN(pairs); i++) {
		const char *adf = to_adf(a, pairs[i].wiki);

		assert_string_equal(adf, arena_printf(a, "{\"type\":\"doc\",\"version\":1,\"content\":[%s]}", pairs[i].content));
		if (sb_adf_fault(parse(a, adf)) != NULL)
			fail_msg("not accepted again: %s", adf);
	}
	arena_free(a);
}

/* Any text gives a good document: every cut of a long one, and every byte changed to a sign of the markup. */
static void
test_any_text(void **state)
{
	static const char text[] = "h1. A\n* b *c* _d_\n** e\n||f||g||\n|h|i|\n{code:sql}\nj\n{code}\nbq. k\n{quote}\nl\n{quote}\n[m|http://n] [~o] {{p}}\n----\n# q";
	static const char signs[] = "*_-#|{}[]~h.\n ";
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i <= strlen(text); i++) {
		assert_null(sb_adf_fault(parse(a, to_adf(a, arena_strndup(a, text, i)))));
		for (size_t k = 0; i < strlen(text) && k < strlen(signs); k++) {
			char *changed = arena_strdup(a, text);

			changed[i] = signs[k];
			if (sb_adf_fault(parse(a, to_adf(a, changed))) != NULL)
				fail_msg("no good document of: %s", changed);
		}
	}
	arena_free(a);
}

static const struct {
	const char *doc;
	bool good;
} docs[] = {
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[]}", true },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[" P("") "]}", true },
	{ "\"text\"", false },
	{ "[]", false },
	{ "{\"type\":\"doc\",\"version\":1}", false },
	{ "{\"type\":\"doc\",\"version\":2,\"content\":[]}", false },
	{ "{\"type\":\"page\",\"version\":1,\"content\":[]}", false },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[" T("loose") "]}", false },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[" P(T("")) "]}", false },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"marquee\"}]}", false },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"heading\",\"content\":[]}]}", false },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"bulletList\",\"content\":[" P("") "]}]}", false },
	{ "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"table\",\"content\":[" P("") "]}]}", false },
};

static void
test_faults(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LEN(docs); i++)
		if ((sb_adf_fault(parse(a, docs[i].doc)) == NULL) != docs[i].good)
			fail_msg("%s", docs[i].doc);
	arena_free(a);
}

static void
test_plain(void **state)
{
	struct arena *a = arena_new();
	const char *adf = to_adf(a, "h1. Title\n\n* one\n* two *three*\n\n{code}\nx < y\n{code}");

	(void)state;
	assert_string_equal(sb_plain(a, adf), "Title\none\ntwo three\nx < y");
	assert_string_equal(sb_plain(a, "*wiki* stays"), "*wiki* stays");
	assert_string_equal(sb_html(a, "a < b & c\nd"), "<p>a &lt; b &amp; c<br/>\nd</p>");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pairs), cmocka_unit_test(test_any_text), cmocka_unit_test(test_faults), cmocka_unit_test(test_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
