/*
 * doc_merge3, doc_diff and what doc_merge refuses. Each case of three: what the page was, what someone else made of it,
 * what the edit says, and the page that must come of it, byte for byte. Then random edits of two sides in different blocks.
 */
#include "text_help.h"

#define MACRO "<ac:structured-macro ac:name=\"toc\" ac:macro-id=\"t-1\"/>"

static const struct {
	const char *base, *current, *md;	/* md: the edited Markdown */
	const char *want;			/* NULL: a conflict */
	const char *conflict;			/* a part of "where: base | current | edited" */
} cases[] = {
	{ "<p>a</p><p>b</p>", "<p>a</p><p>b</p>", "a\n\nB", "<p>a</p><p>B</p>", NULL },
	{ "<p>a</p><p>b</p>", "<p x=\"1\">a</p><p>b</p>", "A\n\nb", "<p x=\"1\">A</p><p>b</p>", NULL },	/* only hidden: no conflict */
	/* neighbours, each changed by one */
	{ "<p>one a</p><p>two b</p>", "<p>one a!</p><p>two b</p>", "one a\n\ntwo b?", "<p>one a!</p><p>two b?</p>", NULL },
	{ "<p>one a</p><p>two b</p>", "<p>one a!</p><p>two b</p>", "one a?\n\ntwo b", NULL, ": one a | one a! | one a?" },
	{ "<p>one a</p><p>two b</p>", "<p>one a!</p><p>two b</p>", "one a!\n\ntwo b", "<p>one a!</p><p>two b</p>", NULL },	/* both the same */
	/* new blocks */
	{ "<p>a</p><p>b</p>", "<p>a</p><p>n</p><p>b</p>", "a\n\nb\n\nlast", "<p>a</p><p>n</p><p>b</p><p>last</p>", NULL },
	{ "<p>a</p><p>b</p>", "<p>a</p><p>n</p><p>b</p>", "a\n\nm\n\nb", "<p>a</p><p>m</p><p>n</p><p>b</p>", NULL },
	{ "<p>a</p><p>b</p>", "<p>a</p><p>n</p><p>b</p>", "a\n\n# H\n\nm\n\nb", "<p>a</p><p>n</p><h1>H</h1><p>m</p><p>b</p>", NULL },
	{ "<p>a</p><p>b</p>", "<p>a</p><p>n</p><p>b</p>", "a\n\nn\n\nb", "<p>a</p><p>n</p><p>b</p>", NULL },
	{ "<p>a</p><p>b</p>", "<hr/><p>a</p><p>b</p>", "a\n\nb\n\n---", "<hr/><p>a</p><p>b</p><hr/>", NULL },
	/* removed */
	{ "<p>a</p><p>b</p><p>c</p>", "<p>a</p><p>c</p>", "a\n\nb\n\nc\n\nd", "<p>a</p><p>c</p><p>d</p>", NULL },
	{ "<p>a</p><p>b</p><p>c</p>", "<p>a</p><p>b</p><p>c!</p>", "b\n\nc", "<p>b</p><p>c!</p>", NULL },
	{ "<p>a</p><p>b word</p><p>c</p>", "<p>a</p><p>c</p>", "a\n\nb word!\n\nc", NULL, ": b word | - | b word!" },
	{ "<p>a</p><p>b word</p><p>c</p>", "<p>a</p><p>b word!</p><p>c</p>", "a\n\nc", NULL, ": b word | b word! | -" },
	{ "<h1>T</h1><p>a</p><h1>S</h1><p>x</p>", "<h1>T</h1><p>a</p><h1>S</h1><p>x</p><p>new</p>", "# T\n\na", NULL, "S: - | new | -" },
	{ "<h1>T</h1><p>a</p><h1>S</h1><p>x</p>", "<h1>T</h1><p>a</p>", "# T\n\na\n\n# S\n\nx\n\nnew", NULL, "S: - | - | new" },
	/* written anew by both */
	{ "<p>a</p><p>old words</p><p>b</p>", "<p>a</p><p>quite different</p><p>b</p>", "a\n\nsomething else\n\nb", NULL, "old words | quite different | something else" },
	{ "<p>x</p><p>one</p><p>two</p>", "<p>x</p><p>one</p><p>two y</p>", "x\n\nONE\n\nzwei", NULL, ": two | two y | zwei" },
	/* moved by one, edited by the other */
	{ "<p>a</p><p>b</p><p>c d</p>", "<p>a</p><p>b</p><p>c d e</p>", "c d\n\na\n\nb", "<p>c d e</p><p>a</p><p>b</p>", NULL },
	{ "<p>a</p><p>b</p><p>c d</p>", "<p>c d</p><p>a</p><p>b</p>", "a\n\nb\n\nc d e", "<p>c d e</p><p>a</p><p>b</p>", NULL },
	/* inside blocks */
	{ "<ul><li>one x</li><li>two y</li></ul>", "<ul><li>one x!</li><li>two y</li></ul>", "- one x\n- two y?\n- three", "<ul><li>one x!</li><li>two y?</li>"
	    "<li><p>three</p></li></ul>", NULL },
	{ "<h2>L</h2><ul><li>one x</li><li>two y</li></ul>", "<h2>L</h2><ul><li>one x!</li><li>two y</li></ul>", "## L\n\n- one x?\n- two y", NULL,
	    "L: one x | one x! | one x?" },
	{ "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
	    "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td><b>2</b> x</td></tr></tbody></table>",
	    "| A | B |\n|---|---|\n| 1 y | 2 |\n| 3 | 4 |",
	    "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1 y</td><td><b>2</b> x</td></tr><tr><td><p>3</p></td><td><p>4</p></td></tr></tbody></table>", NULL },
	{ "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete</ac:task-status><ac:task-body>do it</ac:task-body></ac:task></ac:task-list>",
	    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>do it</ac:task-body></ac:task></ac:task-list>",
	    "- [ ] do it now",
	    "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>do it now</ac:task-body></ac:task></ac:task-list>", NULL },
	/* a macro that the edit only kept, changed by the other */
	{ "<p>a</p>" MACRO, "<p>a</p><ac:structured-macro ac:name=\"toc\" ac:macro-id=\"t-2\"/>", "A\n\n<macro-toc/>",
	    "<p>A</p><ac:structured-macro ac:name=\"toc\" ac:macro-id=\"t-2\"/>", NULL },
};

static char *
merge3(struct arena *a, enum skin skin, const char *base, const char *current, const char *md, struct merge_report *r, struct err *e)
{
	struct buf out;
	char *s = NULL;

	err_init(e, a);
	buf_init(&out, HELP_MAX);
	if (doc_merge3(a, skin, base, strlen(base), current, strlen(current), md, strlen(md), NULL, &out, r, e) == 0)
		s = arena_strndup(a, out.data, out.len);
	else
		assert_int_equal(out.len, 0);
	buf_release(&out);
	return s;
}

static const char *
or_dash(const char *s)
{
	return s != NULL ? s : "-";
}

static void
three_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct arena *a = arena_new();
		struct merge_report r = { 0 };
		struct err e;
		char *got = merge3(a, SKIN_STORAGE, cases[i].base, cases[i].current, cases[i].md, &r, &e);

		if (cases[i].want != NULL) {
			if (got == NULL || strcmp(got, cases[i].want) != 0)
				print_message("case %zu: %s\n", i, got == NULL ? err_text(&e) : got);
			assert_non_null(got);
			assert_string_equal(got, cases[i].want);
		} else {
			const struct merge_conflict *k = r.conflicts;
			char *line;

			if (got != NULL)
				print_message("case %zu: %s\n", i, got);
			assert_null(got);
			assert_int_equal(e.kind, ERR_CONFLICT);
			assert_non_null(e.hint);
			assert_non_null(k);
			line = arena_printf(a, "%s: %s | %s | %s", k->where, or_dash(k->base), or_dash(k->current), or_dash(k->edited));
			if (strstr(line, cases[i].conflict) == NULL)
				print_message("case %zu: %s\n", i, line);
			assert_non_null(strstr(line, cases[i].conflict));
		}
		arena_free(a);
	}
}

static void
three_ways_adf(void **state)
{
#define ADF(a, b) "{\"version\":1,\"type\":\"doc\",\"content\":[{\"type\":\"paragraph\",\"attrs\":{\"localId\":\"1\"},\"content\":[{\"type\":\"text\",\"text\":\"" \
	a "\"}]},{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"" b "\"}]}]}"
	struct arena *a = arena_new();
	struct merge_report r;
	struct err e;

	(void)state;
	assert_string_equal(merge3(a, SKIN_ADF, ADF("one", "two"), ADF("one", "two x"), "one y\n\ntwo", &r, &e), ADF("one y", "two x"));
	assert_null(merge3(a, SKIN_ADF, ADF("one", "two"), ADF("one", "two x"), "one\n\ntwo y", &r, &e));
	assert_string_equal(r.conflicts->current, "two x");
	arena_free(a);
}

/* Blocks by number, some with a mark of one side's edit; the two sides never touch the same block. */
static uint32_t seed = 11;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}

static char *
page(struct arena *a, size_t n, const char *fate, bool c, bool e, bool storage)
{
	char *s = arena_strdup(a, "");

	for (size_t i = 0; i < n; i++) {
		const char *more = (c && fate[i] == 'c') || (e && fate[i] == 'e') ? " edited" : "";

		if ((c && fate[i] == 'C') || (e && fate[i] == 'E'))
			continue;	/* removed */
		s = storage ? arena_printf(a, "%s<p id=\"%zu\">the number %zu%s</p>", s, i, i, more) :
		    arena_printf(a, "%sthe number %zu%s\n\n", s, i, more);
		if ((c && fate[i] == 'n') || (e && fate[i] == 'm'))
			s = arena_printf(a, storage ? "%s<p>new below %zu</p>" : "%snew below %zu\n\n", s, i);
	}
	return s;
}

static void
random_sides(void **state)
{
	(void)state;
	for (size_t round = 0; round < 500; round++) {
		struct arena *a = arena_new();
		size_t n = 1 + below(12);
		char fate[16];
		struct err e;
		char *got;

		for (size_t i = 0; i < n; i++)
			fate[i] = "cenm...."[below(8)];
		if (n > 4)
			fate[2] = "CE"[below(2)], fate[1] = fate[3] = '.';
		got = merge3(a, SKIN_STORAGE, page(a, n, fate, false, false, true), page(a, n, fate, true, false, true),
		    page(a, n, fate, false, true, false), NULL, &e);
		if (got == NULL)
			print_message("%.*s: %s\n", (int)n, fate, err_text(&e));
		assert_non_null(got);
		assert_string_equal(got, page(a, n, fate, true, true, true));
		arena_free(a);
	}
}

static void
kept_macros(void **state)
{
	static const char doc[] = "<p>See " MACRO " and</p>" MACRO "<ac:structured-macro ac:name=\"x\"><ac:parameter ac:name=\"p\"><ri:page "
	    "ri:content-title=\"P\"/></ac:parameter></ac:structured-macro><p>end</p>";
	struct arena *a = arena_new();
	struct merge_report r;
	struct err e;
	char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, doc);
	const char *marker = strstr(md, "<macro-x");

	(void)state;
	assert_non_null(help_merge(a, SKIN_STORAGE, doc, help_replace(a, md, "end", "END"), MERGE_KEEP_MACROS, &r, &e));
	assert_null(help_merge(a, SKIN_STORAGE, doc, "end", MERGE_KEEP_MACROS, &r, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_string_equal(e.message, "The edit removes 2 of 2 macros or elements \"toc\".");
	md = arena_printf(a, "%.*send", (int)(marker - md), md);
	assert_null(help_merge(a, SKIN_STORAGE, doc, md, MERGE_KEEP_MACROS, &r, &e));
	assert_string_equal(e.message, "The edit removes the macro or element \"x\".");
	assert_non_null(help_merge(a, SKIN_STORAGE, doc, md, 0, &r, &e));
	assert_string_equal(r.notes.first->detail, "x");
	arena_free(a);
}

/* A macro's parameter and its plain-text body, edited in ADF: what is not shown stays. */
static void
macro_in_adf(void **state)
{
#define UML(title, body) "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"extension\",\"attrs\":{\"localId\":\"L1\",\"extensionType\":\"" \
	"com.atlassian.confluence.macro.core\",\"extensionKey\":\"plantuml\",\"parameters\":{\"macroMetadata\":{\"macroId\":{\"value\":\"m1\"}}," \
	"\"macroParams\":{\"title\":{\"value\":\"" title "\"},\"__bodyContent\":{\"value\":\"" body "\"}}}}}]}"
	struct arena *a = arena_new();
	struct err e;
	char *md = help_convert(a, SKIN_ADF, SKIN_MD, 0, UML("T", "A -> B"));

	(void)state;
	assert_non_null(strstr(md, "\nA -> B\n"));
	assert_string_equal(help_merge(a, SKIN_ADF, UML("T", "A -> B"), help_replace(a, md, "A -> B", "A -> C"), 0, NULL, &e), UML("T", "A -> C"));
	assert_string_equal(help_merge(a, SKIN_ADF, UML("T", "A -> B"), help_replace(a, md, "\"T\"", "\"U\""), 0, NULL, &e), UML("U", "A -> B"));
	arena_free(a);
}

/* What is edited inside a line keeps its ids: macros, statuses, dates. */
static void
edited_atoms(void **state)
{
#define STATUS(color, title) "<p>Is <ac:structured-macro ac:name=\"status\" ac:macro-id=\"s-9\">" color "<ac:parameter ac:name=\"title\">" title \
	"</ac:parameter></ac:structured-macro> now</p>"
#define GREEN "<ac:parameter ac:name=\"colour\">Green</ac:parameter>"
#define ATOMS(text, color, time) "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"status\",\"attrs\":{\"text\":\"" \
	text "\",\"color\":\"" color "\",\"localId\":\"l1\"}},{\"type\":\"text\",\"text\":\" b \"},{\"type\":\"date\",\"attrs\":{\"timestamp\":\"" time \
	"\",\"localId\":\"d1\"}}]}]}"
	struct arena *a = arena_new();
	struct err e;
	char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, STATUS(GREEN, "OK"));

	(void)state;
	assert_string_equal(help_merge(a, SKIN_STORAGE, STATUS(GREEN, "OK"), help_replace(a, md, "OK", "BAD"), 0, NULL, &e), STATUS(GREEN, "BAD"));
	assert_string_equal(help_merge(a, SKIN_STORAGE, STATUS(GREEN, "OK"), help_replace(a, md, " color=\"green\"", ""), 0, NULL, &e), STATUS("", "OK"));
	md = help_convert(a, SKIN_ADF, SKIN_MD, 0, ATOMS("OK", "green", "1772236800000"));
	md = help_replace(a, help_replace(a, md, "2026-02-28", "2026-03-01"), "green", "red");
	assert_string_equal(help_merge(a, SKIN_ADF, ATOMS("OK", "green", "1772236800000"), md, 0, NULL, &e), ATOMS("OK", "red", "1772323200000"));
	arena_free(a);
}

static void
handles_in_text(void **state)
{
	static const char doc[] = "<h1>T</h1><p>same</p><p/><p>same</p><ul><li>a</li></ul><ul><li>b</li></ul>";
	struct arena *a = arena_new();
	struct doc *d = help_read(a, SKIN_STORAGE, doc, strlen(doc));
	const char **h = doc_block_handles(d, a), *md;
	struct edit edit = { .op = EDIT_REPLACE, .where = arena_printf(a, "#%s", h[3]), .text = "other" };
	struct buf out;
	struct err e;

	(void)state;
	assert_null(h[2]);
	assert_memory_equal(h[1], h[3], 6);
	assert_string_equal(h[1] + 6, ".1");
	assert_string_equal(h[3] + 6, ".2");
	err_init(&e, a);
	buf_init(&out, 10000);
	(void)doc_write_md_part(d, &(struct md_opts){ .flags = MD_HANDLES }, &out);
	md = arena_strdup(a, out.data);
	assert_non_null(strstr(md, arena_printf(a, "<!-- #%s -->\nsame\n", h[1])));
	assert_string_equal(help_merge(a, SKIN_STORAGE, doc, md, 0, NULL, &e), doc);	/* an edited text may still have them */
	assert_string_equal(help_merge(a, SKIN_STORAGE, doc, help_replace(a, md, "- b", "- B"), 0, NULL, &e),
	    "<h1>T</h1><p>same</p><p/><p>same</p><ul><li>a</li></ul><ul><li>B</li></ul>");
	buf_reset(&out);
	assert_int_equal(doc_edit(a, SKIN_STORAGE, doc, strlen(doc), &edit, 1, NULL, &out, NULL, NULL, &e), 0);
	assert_string_equal(out.data, "<h1>T</h1><p>same</p><p/><p>other</p><ul><li>a</li></ul><ul><li>b</li></ul>");
	edit.where = arena_strndup(a, edit.where, 7);
	assert_int_equal(doc_edit(a, SKIN_STORAGE, doc, strlen(doc), &edit, 1, NULL, &out, NULL, NULL, &e), -1);
	assert_non_null(strstr(e.hint, ".1"));
	buf_release(&out);
	arena_free(a);
}

static void
page_diff(void **state)
{
	static const char was[] = "<p>intro</p><h1>A</h1><h2>B</h2><p>old text here</p><ul><li>1</li><li>2</li><li>3</li><li>4</li><li>5</li><li>6</li></ul>"
	    "<h1>C</h1><p>gone</p><p>hidden <span>x</span></p>",
	    is[] = "<p>intro</p><h1>A</h1><h2>B</h2><p>new text here</p><ul><li>1</li><li>2</li><li>3</li><li>4</li><li>5</li><li>six</li></ul>"
	    "<h1>C</h1><p>hidden <span y=\"\">x</span></p><p>added</p>";
	struct arena *a = arena_new();
	struct buf out;
	struct err e;

	(void)state;
	err_init(&e, a);
	buf_init(&out, 10000);
	assert_int_equal(doc_diff(a, SKIN_STORAGE, was, strlen(was), is, strlen(is), 0, &out, &e), 0);
	assert_string_equal(out.data, "@ A > B\n-old text here\n+new text here\n - 3\n - 4\n - 5\n-- 6\n+- six\n@ C\n-gone\n"
	    "~ reads the same, its source differs: \"hidden x\"\n+added\n");
	buf_reset(&out);
	assert_int_equal(doc_diff(a, SKIN_STORAGE, "<p>a</p><p>b</p><hr/>", 21, "<hr/><p>a</p><p>b</p>", 21, 0, &out, &e), 0);
	assert_string_equal(out.data, "@ (top)\n> moved here: \"---\"\n");
	buf_reset(&out);
	assert_int_equal(doc_diff(a, SKIN_STORAGE, was, strlen(was), was, strlen(was), 0, &out, &e), 0);
	assert_int_equal(out.len, 0);
	assert_int_equal(doc_diff(a, SKIN_STORAGE, "<p>", 3, was, strlen(was), 0, &out, &e), -1);
	buf_release(&out);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_ways), cmocka_unit_test(three_ways_adf), cmocka_unit_test(random_sides), cmocka_unit_test(kept_macros),
		cmocka_unit_test(macro_in_adf), cmocka_unit_test(edited_atoms),
		cmocka_unit_test(handles_in_text), cmocka_unit_test(page_diff),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
