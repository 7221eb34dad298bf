/*
 * doc_merge and doc_edit. Exact cases first: what must change is named, everything else must be
 * byte for byte what it was. Then random edits of a page that holds every kind of hidden thing:
 * each unedited block's bytes are in the result, and the result reads as the edited text did.
 */
#include "text_help.h"

#define LINK "<ac:link ac:card-appearance=\"inline\"><ri:page ri:content-title=\"Other\"/><ac:link-body>other page</ac:link-body></ac:link>"
#define JIRA "<ac:structured-macro ac:name=\"jira\" ac:macro-id=\"m-1\"><ac:parameter ac:name=\"key\">OPS-1</ac:parameter></ac:structured-macro>"

static const char page[] =
    "<h1 data-x=\"1\">Title</h1>\n"
    "<p local-id=\"p1\">Some <ac:inline-comment-marker ac:ref=\"c-1\">commented words here</ac:inline-comment-marker> and "
    "<span class=\"odd\">odd text</span> with " LINK ".</p>\n"
    "<!-- kept -->\n"
    "<p />\n"
    "<ul class=\"x\"><li>bare <span style=\"color: rgb(255,0,0);\">red</span></li><li><p local-id=\"l2\">second</p></li></ul>\n"
    "<ac:structured-macro ac:name=\"unknown-thing\" ac:macro-id=\"m-2\"><ac:parameter ac:name=\"page\"><ac:link><ri:page "
    "ri:content-title=\"P\"/></ac:link></ac:parameter><ac:parameter ac:name=\"n\">1</ac:parameter></ac:structured-macro>\n"
    "<table data-layout=\"wide\"><colgroup><col style=\"width: 10px;\"/><col/></colgroup><thead><tr><th><p>A</p></th><th>B</th></tr></thead>"
    "<tbody><tr data-r=\"1\"><th>k1</th><td class=\"c\"><p>v1</p></td></tr><tr><th>k2</th><td>v2</td></tr></tbody></table>\n"
    "<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-uuid>u</ac:task-uuid><ac:task-status>incomplete</ac:task-status>"
    "<ac:task-body>do <strong>it</strong></ac:task-body></ac:task></ac:task-list>\n"
    "<ac:structured-macro ac:name=\"info\" ac:macro-id=\"m-3\"><ac:parameter ac:name=\"icon\">false</ac:parameter><ac:rich-text-body>"
    "<p>inside one</p><p>inside two</p></ac:rich-text-body></ac:structured-macro>\n"
    "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"theme\">Midnight</ac:parameter><ac:parameter ac:name=\"language\">c</ac:parameter>"
    "<ac:plain-text-body><![CDATA[int x;]]></ac:plain-text-body></ac:structured-macro>\n"
    "<p>Line with " JIRA " and <at:var at:name=\"v\"/>.</p>\n"
    "<p>Last &nbsp;&mdash; line.</p>\n";

/* In the Markdown `old` becomes `new`; in the source exactly `was` becomes `is`. */
static const struct {
	const char *old, *new, *was, *is;
} exact[] = {
	{ "# Title", "# New Title", ">Title<", ">New Title<" },
	{ "# Title", "## Title", "<h1 data-x=\"1\">Title</h1>", "<h2 data-x=\"1\">Title</h2>" },
	{ "commented words here", "commented important words here", "commented words here", "commented important words here" },
	{ "with [other page]", "by the [other page]", "with <ac:link ac:card", "by the <ac:link ac:card" },
	{ "odd text", "odd, odd text", ">odd text<", ">odd, odd text<" },
	{ "- bare red", "- bare scarlet red", "bare <span", "bare scarlet <span" },
	{ "- second", "- second\n- third", "second</p></li>", "second</p></li><li><p>third</p></li>" },
	{ "| k1 | v1 |", "| k1 | v1 changed |", "<p>v1</p>", "<p>v1 changed</p>" },
	{ "| k2 | v2 |", "| k2 | v2 |\n| k3 | v3 |", "<td>v2</td></tr>", "<td>v2</td></tr><tr><th><p>k3</p></th><td><p>v3</p></td></tr>" },
	{ "| A | B |\n|---|---|\n", "| A | B |\n|---|---|\n| k0 | v0 |\n", "<tbody>", "<tbody><tr><th><p>k0</p></th><td><p>v0</p></td></tr>" },
	{ "- [ ] do", "- [x] do", ">incomplete<", ">complete<" },
	{ "do **it**", "do **it**\n- [ ] more", "</ac:task-body></ac:task>", "</ac:task-body></ac:task><ac:task><ac:task-id>8</ac:task-id>"
	    "<ac:task-status>incomplete</ac:task-status><ac:task-body>more</ac:task-body></ac:task>" },
	{ "inside one", "inside 1", "inside one", "inside 1" },
	{ "> [!NOTE]", "> [!TIP]", "ac:name=\"info\"", "ac:name=\"tip\"" },
	{ "int x;", "int y;", "int x;", "int y;" },
	{ "```c", "```rust", ">c</ac:parameter>", ">rust</ac:parameter>" },
	{ "Line with", "A line with", "Line with", "A line with" },
	{ "key=\"OPS-1\"", "key=\"OPS-2\"", "\"key\">OPS-1<", "\"key\">OPS-2<" },
	{ "n=\"1\"", "n=\"2\"", "\"n\">1<", "\"n\">2<" },
	{ "\nLast", "\nNew **block**.\n\nLast", "<p>Last", "<p>New <strong>block</strong>.</p>\n<p>Last" },
	{ "\nLine with", "\n---\n\nLine with", "<p>Line with", "<hr/>\n<p>Line with" },
};

static void
exact_edits(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(exact); i++) {
		struct arena *a = arena_new();
		char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, page);
		struct err e;
		char *got = help_merge(a, SKIN_STORAGE, page, help_replace(a, md, exact[i].old, exact[i].new), 0, NULL, &e);
		char *want = help_replace(a, page, exact[i].was, exact[i].is);

		if (got == NULL || strcmp(got, want) != 0)
			print_message("%s -> %s: %s\n--- want\n%s\n--- got\n%s\n", exact[i].old, exact[i].new,
			    got == NULL ? err_text(&e) : "", want, got != NULL ? got : "");
		assert_non_null(got);
		assert_string_equal(got, want);
		arena_free(a);
	}
}

static void
nothing_edited(void **state)
{
	struct arena *a = arena_new();
	struct merge_report r;
	struct err e;
	char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, page);

	(void)state;
	assert_string_equal(help_merge(a, SKIN_STORAGE, page, md, 0, &r, &e), page);
	/* a model that writes the same in other words of Markdown edits nothing either */
	md = help_replace(a, md, "# Title", "Title\n=====");
	md = help_replace(a, md, "- bare red\n- second", "*   bare red\n*   second");
	assert_string_equal(help_merge(a, SKIN_STORAGE, page, md, 0, &r, &e), page);
	assert_int_equal(r.changed + r.added + r.removed + r.moved, 0);
	arena_free(a);
}

/* What ADF has beyond storage format: decisions and the purple panel; the rendering derived from them goes with an edit. */
#define LIST_OPEN "<ac:adf-extension><ac:adf-node type=\"decision-list\"><ac:adf-attribute key=\"local-id\">d</ac:adf-attribute>"
#define ITEM(state, text) "<ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">" state "</ac:adf-attribute>" \
	"<ac:adf-content>" text "</ac:adf-content></ac:adf-node>"
#define PANEL(type, text) "<ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-attribute key=\"panel-type\">" type \
	"</ac:adf-attribute><ac:adf-content><p local-id=\"p\">" text "</p></ac:adf-content></ac:adf-node>"
#define CLOSE "</ac:adf-extension>"
#define APP "<ac:adf-extension><ac:adf-node type=\"extension\"/>" CLOSE

static const char adf_page[] = LIST_OPEN ITEM("DECIDED", "a <em>b</em>") ITEM("UNDECIDED", "c") "</ac:adf-node><ac:adf-fallback><ul><li>a b</li></ul>"
	"</ac:adf-fallback>" CLOSE PANEL("note", "d") "<ac:adf-fallback><div>d</div></ac:adf-fallback>" CLOSE APP;

static void
adf_nodes(void **state)
{
	static const struct {
		const char *old, *new, *want;
	} cases[] = {
		{ "_b_", "_x_", LIST_OPEN ITEM("DECIDED", "a <em>x</em>") ITEM("UNDECIDED", "c") "</ac:adf-node>" CLOSE PANEL("note", "d")
		    "<ac:adf-fallback><div>d</div></ac:adf-fallback>" CLOSE APP },
		{ "- [?] c", "- [!] c\n- [?] e", LIST_OPEN ITEM("DECIDED", "a <em>b</em>") ITEM("DECIDED", "c") ITEM("UNDECIDED", "e") "</ac:adf-node>" CLOSE
		    PANEL("note", "d") "<ac:adf-fallback><div>d</div></ac:adf-fallback>" CLOSE APP },
		{ "[!IMPORTANT]\n> d", "[!TIP]\n> e", LIST_OPEN ITEM("DECIDED", "a <em>b</em>") ITEM("UNDECIDED", "c")
		    "</ac:adf-node><ac:adf-fallback><ul><li>a b</li></ul></ac:adf-fallback>" CLOSE PANEL("success", "e") CLOSE APP },
	};
	struct arena *a = arena_new();
	char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, adf_page), *got;
	struct err e;

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		got = help_merge(a, SKIN_STORAGE, adf_page, help_replace(a, md, cases[i].old, cases[i].new), 0, NULL, &e);
		assert_non_null(got);
		assert_string_equal(got, cases[i].want);
	}
	/* new ones: as the deployment has them */
	md = arena_printf(a, "- [!] a\n\n> [!IMPORTANT]\n> b");
	got = help_merge(a, SKIN_STORAGE, "<p>x</p>", md, MERGE_ADF_NODES, NULL, &e);
	assert_string_equal(got, "<ac:adf-extension><ac:adf-node type=\"decision-list\">" ITEM("DECIDED", "a") "</ac:adf-node>" CLOSE
	    "<ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-attribute key=\"panel-type\">note</ac:adf-attribute>"
	    "<ac:adf-content><p>b</p></ac:adf-content></ac:adf-node>" CLOSE);
	got = help_merge(a, SKIN_STORAGE, "<p>x</p>", md, 0, NULL, &e);
	assert_null(strstr(got, "adf"));
	arena_free(a);
}

static void
moves(void **state)
{
	struct arena *a = arena_new();
	struct merge_report r;
	struct err e;
	char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, page), *got;
	const char *macro = strstr(md, "<macro-unknown-thing");
	char *line = arena_strndup(a, macro, strcspn(macro, "\n"));

	(void)state;
	md = help_replace(a, md, arena_printf(a, "%s\n\n", line), "");
	md = arena_printf(a, "%s\n\n%s", line, md);
	got = help_merge(a, SKIN_STORAGE, page, md, 0, &r, &e);
	assert_non_null(got);
	assert_int_equal(r.moved, 1);
	assert_int_equal(r.added + r.removed + r.changed, 0);
	assert_ptr_equal(strstr(got, "<ac:structured-macro ac:name=\"unknown-thing\" ac:macro-id=\"m-2\"><ac:parameter ac:name=\"page\"><ac:link>"), got);
	arena_free(a);
}

static void
refusals(void **state)
{
	struct arena *a = arena_new();
	struct err e;
	char *md = help_convert(a, SKIN_STORAGE, SKIN_MD, 0, page), *edited;

	(void)state;
	edited = help_replace(a, md, "commented words here", "");
	assert_null(help_merge(a, SKIN_STORAGE, page, edited, 0, NULL, &e));
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_non_null(strstr(e.message, "commented words here"));
	edited = help_merge(a, SKIN_STORAGE, page, edited, MERGE_DROP_ANCHORS, NULL, &e);
	assert_non_null(edited);
	assert_null(strstr(edited, "c-1"));

	edited = arena_printf(a, "%s\n\n<opaque id=\"nosuch\" type=\"x\"/>\n", md);
	assert_null(help_merge(a, SKIN_STORAGE, page, edited, 0, NULL, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(e.message, "nosuch"));

	assert_null(help_merge(a, SKIN_STORAGE, "<p>", "x", 0, NULL, &e));
	assert_int_equal(e.kind, ERR_INPUT);
	arena_free(a);
}

/* --- ADF --- */

#define ADF_LIST "{\"type\":\"bulletList\",\"attrs\":{\"localId\":\"b\"},\"content\":[{\"type\":\"listItem\",\"attrs\":{\"localId\":\"i1\"},\"content\":" \
	"[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}]}]},{\"type\":\"listItem\",\"content\":[{\"type\":\"paragraph\"," \
	"\"content\":[{\"type\":\"text\",\"text\":\"two\"}]}]}]}"
#define ADF_ODD "{\"type\":\"futureBlock\",\"attrs\":{\"a\":[1, 2.50]},\"content\":[ ]}"
#define ADF_TEXT "{\"type\":\"paragraph\",\"attrs\":{\"localId\":\"p\"},\"content\":[{\"type\":\"text\",\"text\":\"See \"},{\"type\":\"text\"," \
	"\"text\":\"this part\",\"marks\":[{\"type\":\"annotation\",\"attrs\":{\"id\":\"an1\",\"annotationType\":\"inlineComment\"}}]},{\"type\":\"text\"," \
	"\"text\":\" by \"},{\"type\":\"mention\",\"attrs\":{\"id\":\"5b:1\",\"text\":\"@Ann\",\"userType\":\"DEFAULT\"}},{\"type\":\"text\",\"text\":\".\"}]}"
#define ADF_MEDIA "{\"type\":\"mediaSingle\",\"attrs\":{\"layout\":\"wide\",\"width\":66.67},\"content\":[{\"type\":\"media\",\"attrs\":{\"type\":\"file\"," \
	"\"id\":\"0a1b2c3d-1111-2222-3333-444455556666\",\"collection\":\"c\",\"alt\":\"pic.png\"}}]}"

static const char adf[] = "{\"version\":1,\"type\":\"doc\",\"content\":[" ADF_LIST "," ADF_ODD "," ADF_TEXT "," ADF_MEDIA "]}";

static const struct {
	const char *old, *new, *was, *is;
} exact_adf[] = {
	{ "- one", "- one!", "\"text\":\"one\"", "\"text\":\"one!\"" },
	{ "- two", "- two\n- three", "\"text\":\"two\"}]}]}", "\"text\":\"two\"}]}]},{\"type\":\"listItem\",\"content\":[{\"type\":\"paragraph\",\"content\":"
	    "[{\"type\":\"text\",\"text\":\"three\"}]}]}" },
	{ "by @[Ann]", "by our @[Ann]", "\"text\":\" by \"", "\"text\":\" by our \"" },
	{ "- one\n", "", "{\"type\":\"listItem\",\"attrs\":{\"localId\":\"i1\"},\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"one\"}]}]},", "" },
	{ "See this", "# H\n\nSee this", ADF_TEXT, "{\"type\":\"heading\",\"attrs\":{\"level\":1},\"content\":[{\"type\":\"text\",\"text\":\"H\"}]}," ADF_TEXT },
	{ "this part", "this very part", "\"text\":\"this part\"", "\"text\":\"this very part\"" },
};

static void
exact_edits_adf(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(exact_adf); i++) {
		struct arena *a = arena_new();
		char *md = help_convert(a, SKIN_ADF, SKIN_MD, 0, adf);
		struct err e;
		char *got = help_merge(a, SKIN_ADF, adf, help_replace(a, md, exact_adf[i].old, exact_adf[i].new), 0, NULL, &e);
		char *want = help_replace(a, adf, exact_adf[i].was, exact_adf[i].is);

		if (got == NULL || strcmp(got, want) != 0)
			print_message("%s -> %s: %s\n--- want\n%s\n--- got\n%s\n", exact_adf[i].old, exact_adf[i].new,
			    got == NULL ? err_text(&e) : "", want, got != NULL ? got : "");
		assert_non_null(got);
		assert_string_equal(got, want);
		arena_free(a);
	}
}

static void
moved_adf(void **state)
{
	struct arena *a = arena_new();
	struct merge_report r;
	struct err e;
	char *md = help_convert(a, SKIN_ADF, SKIN_MD, 0, adf);
	const char *odd = strstr(md, "<opaque"), *pic = strstr(md, "![");
	char *line = arena_strndup(a, odd, strcspn(odd, "\n")), *media = arena_strndup(a, pic, strcspn(pic, "\n"));

	(void)state;
	md = help_replace(a, md, arena_printf(a, "%s\n\n", line), "");
	md = arena_printf(a, "%s\n\n%s\n%s\n", media, help_replace(a, md, media, ""), line);
	assert_string_equal(help_merge(a, SKIN_ADF, adf, md, 0, &r, &e),
	    "{\"version\":1,\"type\":\"doc\",\"content\":[" ADF_MEDIA "," ADF_LIST "," ADF_TEXT "," ADF_ODD "]}");
	assert_int_equal(r.moved, 2);
	arena_free(a);
}

/* --- single blocks --- */

static void
block_edits(void **state)
{
	static const char doc[] = "<h1>A</h1><p>one</p><h2>B</h2><p id=\"2\">two</p><h2>C</h2><p>three</p><h1>D</h1><h2>B</h2><p>four</p>";
	static const struct {
		struct edit e;
		const char *want;	/* NULL: refused */
	} cases[] = {
		{ { .op = EDIT_DELETE, .where = "A > B" }, "<h1>A</h1><p>one</p><h2>C</h2><p>three</p><h1>D</h1><h2>B</h2><p>four</p>" },
		{ { .op = EDIT_DELETE, .where = "B" }, NULL },
		{ { .op = EDIT_DELETE, .where = "nothing" }, NULL },
		{ { .op = EDIT_REPLACE, .where = "two", .text = "2 **new**" }, "<h1>A</h1><p>one</p><h2>B</h2><p id=\"2\">2 <strong>new</strong></p>"
		    "<h2>C</h2><p>three</p><h1>D</h1><h2>B</h2><p>four</p>" },
		{ { .op = EDIT_AFTER, .where = "C", .text = "- x" }, "<h1>A</h1><p>one</p><h2>B</h2><p id=\"2\">two</p><h2>C</h2><p>three</p>"
		    "<ul><li><p>x</p></li></ul><h1>D</h1><h2>B</h2><p>four</p>" },
		{ { .op = EDIT_BEFORE, .where = "one", .text = "zero" }, "<h1>A</h1><p>zero</p><p>one</p><h2>B</h2><p id=\"2\">two</p><h2>C</h2>"
		    "<p>three</p><h1>D</h1><h2>B</h2><p>four</p>" },
		{ { .op = EDIT_MOVE_AFTER, .where = "A > B", .to = "C" }, "<h1>A</h1><p>one</p><h2>C</h2><p>three</p><h2>B</h2><p id=\"2\">two</p>"
		    "<h1>D</h1><h2>B</h2><p>four</p>" },
		{ { .op = EDIT_TEXT, .where = "thr", .text = "f" }, "<h1>A</h1><p>one</p><h2>B</h2><p id=\"2\">two</p><h2>C</h2><p>fee</p><h1>D</h1>"
		    "<h2>B</h2><p>four</p>" },
		{ { .op = EDIT_TEXT, .where = "o", .text = "f" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < LEN(cases); i++) {
		struct arena *a = arena_new();
		struct buf out, diff;
		struct err e;
		int rc;

		err_init(&e, a);
		buf_init(&out, 10000);
		buf_init(&diff, 10000);
		rc = doc_edit(a, SKIN_STORAGE, doc, strlen(doc), &cases[i].e, 1, NULL, &out, &diff, NULL, &e);
		if (cases[i].want == NULL) {
			assert_int_equal(rc, -1);
			assert_non_null(e.hint);
		} else {
			assert_int_equal(rc, 0);
			assert_string_equal(out.data, cases[i].want);
			assert_true(strchr(diff.data, '+') != NULL || strchr(diff.data, '-') != NULL);
		}
		buf_release(&out);
		buf_release(&diff);
		arena_free(a);
	}
}

static void
handles(void **state)
{
	struct arena *a = arena_new();
	static const char doc[] = "<p>one</p><p>two</p>";
	struct doc *d = help_read(a, SKIN_STORAGE, doc, strlen(doc));
	struct edit e = { .op = EDIT_DELETE, .where = arena_printf(a, "#%s", doc_block_handles(d, a)[0]) };
	struct buf out;
	struct err err;

	(void)state;
	err_init(&err, a);
	buf_init(&out, 1000);
	assert_int_equal(doc_edit(a, SKIN_STORAGE, doc, strlen(doc), &e, 1, NULL, &out, NULL, NULL, &err), 0);
	assert_string_equal(out.data, "<p>two</p>");
	buf_release(&out);
	arena_free(a);
}

static void
diff(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	text_diff("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\n", &out);
	assert_string_equal(out.data, " b\n c\n d\n-e\n+E\n f\n g\n h\n i\n+j\n");
	buf_reset(&out);
	text_diff("a\n", "a\n", &out);
	assert_string_equal(out.data, "");
	buf_release(&out);
}

/* --- random edits --- */

static uint32_t seed;

static uint32_t
below(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (uint32_t)((uint64_t)(seed >> 8) * n >> 24);
}

struct cut {
	char *at[200];
	size_t n;
};

/* The page's Markdown by top-level block. */
static void
cut_blocks(struct arena *a, const struct doc *d, struct cut *c)
{
	c->n = 0;
	for (size_t from = 0;; from++) {
		struct buf out;
		size_t next;

		buf_init(&out, HELP_MAX);
		next = doc_write_md_part(d, &(struct md_opts){ .from = from, .budget = 1 }, &out);
		if (out.len > 0 && c->n < LEN(c->at))
			c->at[c->n++] = arena_strndup(a, out.data, out.len - 1);
		buf_release(&out);
		if (next == 0)
			return;
		from = next - 1;
	}
}

static char *
join(struct arena *a, const struct cut *c)
{
	char *s = arena_strdup(a, "");

	for (size_t i = 0; i < c->n; i++) {
		bool lists = i > 0 && strchr("-0123456789", c->at[i][0]) != NULL && strchr("-0123456789", c->at[i - 1][0]) != NULL;

		s = arena_printf(a, "%s%s%s\n\n", s, lists ? "<!-- -->\n\n" : "", c->at[i]);
	}
	return s;
}

static void
random_edit(struct arena *a, struct cut *c)
{
	uint32_t i = below((uint32_t)c->n), j = below((uint32_t)c->n);
	char *word, *s;

	switch (below(5)) {
	case 0:		/* delete */
		memmove(&c->at[i], &c->at[i + 1], (c->n - i - 1) * sizeof(c->at[0]));
		c->n--;
		return;
	case 1:		/* swap */
		s = c->at[i];
		c->at[i] = c->at[j];
		c->at[j] = s;
		return;
	case 2:		/* insert */
		memmove(&c->at[i + 1], &c->at[i], (c->n - i) * sizeof(c->at[0]));
		c->at[i] = arena_strdup(a, "Inserted & **new** <text>");
		c->n++;
		return;
	default:	/* a letter more in a word of letters between spaces */
		s = c->at[i];
		word = s + below((uint32_t)strlen(s));
		while (*word != '\0' && !(*word == ' ' && word[1] >= 'a' && word[1] <= 'z' && word[2] >= 'a' && word[2] <= 'z'))
			word++;
		if (*word != '\0' && strchr(s, '`') == NULL && strchr(s, '<') == NULL)
			c->at[i] = arena_printf(a, "%.*sx%s", (int)(word + 1 - s), s, word + 1);
	}
}

/* Each block of the original whose Markdown is still in the edited text has its bytes in the result. */
static void
check_bytes(struct arena *a, const struct doc *o, const struct cut *was, const struct cut *now, const char *result)
{
	size_t k = 0;

	for (const struct node *n = o->root->first; n != NULL; n = n->next) {
		size_t uses = 0;
		char *bytes = arena_strndup(a, o->src + n->src, n->src_end - n->src);

		{
			struct buf md;
			struct doc one = *o;
			struct node root = { .type = NODE_DOC }, copy = *n;

			copy.next = NULL;
			root.first = root.last = &copy;
			one.root = &root;
			buf_init(&md, HELP_MAX);
			doc_write_md(&one, &md);
			if (md.len == 0) {
				buf_release(&md);
				continue;
			}
			buf_release(&md);
		}
		assert_true(k < was->n);
		for (size_t i = 0; i < now->n; i++)
			uses += strcmp(now->at[i], was->at[k]) == 0;
		k++;
		if (uses > 0 && n->type != NODE_LAYOUT_SECTION && strstr(result, bytes) == NULL) {
			print_message("lost: %s\nresult: %s\n", bytes, result);
			fail();
		}
	}
}

static void
random_edits_of(enum skin skin, const char *text, size_t rounds)
{
	for (size_t i = 0; i < rounds; i++) {
		struct arena *a = arena_new();
		struct doc *o = help_read(a, skin, text, strlen(text));
		struct cut was, now;
		struct err e;
		char *md, *got;

		cut_blocks(a, o, &was);
		now = was;
		for (uint32_t n = 1 + below(3); n > 0 && now.n > 0 && now.n < 190; n--)
			random_edit(a, &now);
		md = join(a, &now);
		got = help_merge(a, skin, text, md, MERGE_DROP_ANCHORS, NULL, &e);
		if (got == NULL)
			print_message("%s\n%s\n", err_text(&e), md);
		assert_non_null(got);
		check_bytes(a, o, &was, &now, got);
		assert_string_equal(help_convert(a, skin, SKIN_MD, 0, got), help_convert(a, SKIN_MD, SKIN_MD, 0, md));
		arena_free(a);
	}
}

static void
random_edits(void **state)
{
	(void)state;
	seed = 42;
	random_edits_of(SKIN_STORAGE, page, 300);
	random_edits_of(SKIN_ADF, adf, 300);
}

static void
random_edits_of_corpus(void **state)
{
	static const char *const pages[] = {
		"admonition", "alignment", "basic", "collapsed", "fenced", "images", "macro", "mermaid", "panel", "sections", "table",
		"tasklist", "unknown_code_language",
	};

	(void)state;
	if (!help_shared())
		return;
	seed = 7;
	for (size_t i = 0; i < LEN(pages); i++) {
		struct arena *a = arena_new();
		char *text = help_file(a, arena_printf(a, SHARED "/storage/pages/%s.xml", pages[i]), NULL);

		assert_non_null(text);
		random_edits_of(SKIN_STORAGE, text, 40);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_edits), cmocka_unit_test(nothing_edited), cmocka_unit_test(moves), cmocka_unit_test(adf_nodes), cmocka_unit_test(refusals),
		cmocka_unit_test(exact_edits_adf), cmocka_unit_test(moved_adf), cmocka_unit_test(block_edits), cmocka_unit_test(handles),
		cmocka_unit_test(diff), cmocka_unit_test(random_edits), cmocka_unit_test(random_edits_of_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
