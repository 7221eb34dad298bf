/* A working copy of telamon pull: what files are called, and that no two things share a name. */
#include "unit/unit.h"

#include "base/file.h"
#include "base/str.h"
#include "cmd/pages.h"

static struct arena *a;
static struct err e;
static char dir[64];

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	err_init(&e, a);
	temp_dir(dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove_dir(dir);
	arena_free(a);
	return 0;
}

static void
put(const char *path, const char *text)
{
	const char *whole = arena_printf(a, "%s/%s", dir, path);
	char *parent = arena_strdup(a, whole);

	*strrchr(parent, '/') = '\0';
	assert_int_equal(file_make_dir(parent, &e), 0);
	assert_int_equal(file_write(whole, text, strlen(text), 0644, &e), 0);
}

static void
test_names(void **state)
{
	static const struct { const char *title, *want; } t[] = {
		{ "On-call handbook", "On-call-handbook" }, { " a / b ", "a-b" }, { "..hidden", "hidden" }, { "", "page" }, { "///", "page" },
		{ "C:\\x|y", "C-x-y" }, { "Guide.files", "Guide-files" }, { "Guide.FILES", "Guide-FILES" }, { "Guide.files v2", "Guide.files-v2" },
		{ "README.md", "README-md" }, { "README.Md", "README-Md" }, { ".files", "files" }, { "line\nbreak\x1b[31m", "line-break[31m" },
		{ "left\xe2\x80\xaeright", "leftright" }, { "caf\xc3\xa9", "caf\xc3\xa9" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(t); i++)
		assert_string_equal(pages_file_name(a, t[i].title), t[i].want);
}

static void
test_attachment_names(void **state)
{
	static const char *const good[] = { "plan.png", "a b.txt", "r\xc3\xa9sum\xc3\xa9.pdf", "x-y", "100%.csv" };
	static const char *const bad[] = { NULL, "", " ", ".bashrc", "..", "-rf", "a/b", "a\\b", "a\nb", "a\tb", "a\x1b[2J", "a\x7f", "a\xc2\x9b", "\xff",
	    "a\xe2\x80\xae" };

	(void)state;
	for (size_t i = 0; i < LEN(good); i++)
		assert_true(pages_is_file_name(a, good[i]));
	for (size_t i = 0; i < LEN(bad); i++)
		assert_false(pages_is_file_name(a, bad[i]));
}

/* A page that is called like another one's directory of attachments is refused, not sent as attachments. */
static void
test_files_directory(void **state)
{
	struct pages *p;

	(void)state;
	put("kept/Guide.md", "---\nid: 1\ntitle: Guide\n---\n\ntext\n");
	put("kept/Guide.FILES/Child.md", "---\nid: 2\ntitle: Child\n---\n\ntext\n");
	p = pages_open(a, arena_printf(a, "%s/kept", dir), &e);
	assert_non_null(p);
	assert_int_equal(p->count, 1);
	put("kept/Guide.Files.md", "---\nid: 3\ntitle: Guide.Files\n---\n\ntext\n");
	assert_null(pages_open(a, arena_printf(a, "%s/kept", dir), &e));
	assert_int_equal(e.kind, ERR_INPUT);
	assert_non_null(strstr(err_text(&e), "Guide.Files.md: a page's file can't be called so, for Guide.Files/ holds"));
	err_clear(&e);
}

/* No file that is there is ever taken, a page's or another. */
static void
test_free_path(void **state)
{
	static const char *const want[] = { "Guide-7.md", "Guide-7-2.md", "Guide-7-4.md" };
	struct pages *p;

	(void)state;
	put("free/Guide.md", "no page\n");
	put("free/Guide-7-3.md", "no page\n");
	p = pages_open(a, arena_printf(a, "%s/free", dir), &e);
	assert_non_null(p);
	for (size_t i = 0; i < LEN(want); i++)
		assert_string_equal(pages_add(p, NULL, "7", "Guide")->path, want[i]);
	assert_string_equal(pages_add(p, NULL, "8", "guide 7")->path, "guide-7-8.md");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_attachment_names),
		cmocka_unit_test(test_files_directory),
		cmocka_unit_test(test_free_path),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
