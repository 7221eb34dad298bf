/* What names a page: ids, titles and every form of link, read without asking anybody. */
#include "unit/call_harness.h"

#include "atlassian/confluence.h"
#include "base/str.h"

#include <string.h>

static const struct site cloud = { .base = "https://acme.atlassian.net/wiki", .web = "https://acme.atlassian.net/wiki", .label = "Confluence" };
static const struct site dc = { .base = "https://wiki.acme.com/conf", .web = "https://wiki.acme.com/conf", .label = "Confluence" };

static const char *
or_none(const char *s)
{
	return s != NULL ? s : "-";
}

/* "id space title comment home", with - for what is not there; the error's kind when it is refused. */
static const char *
parsed(const struct site *s, const char *text)
{
	struct page_ref r;

	err_clear(&c->err);
	if (page_ref_parse(c, s, text, &r) == -1)
		return err_word(c->err.kind);
	return arena_printf(c->arena, "%s|%s|%s|%s|%d", or_none(r.id), or_none(r.space), or_none(r.title), or_none(r.comment), r.home);
}

static void
test_links(void **state)
{
	static const struct {
		const struct site *site;
		const char *text, *want;
	} t[] = {
		{ &cloud, "123456", "123456|-|-|-|0" },
		{ &cloud, "  123456 ", "123456|-|-|-|0" },
		{ &cloud, "confluence:123456", "123456|-|-|-|0" },
		{ &cloud, "Release notes", "-|-|Release notes|-|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/ENG/pages/123456/Some+Title", "123456|ENG|-|-|0" },
		{ &cloud, "https://ACME.atlassian.net/wiki/spaces/ENG/pages/123456?focusedCommentId=777#comment-777", "123456|ENG|-|777|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/ENG/pages/edit-v2/123456?draftShareId=x", "123456|ENG|-|-|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/~5570/pages/98/2024", "98|~5570|-|-|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/ENG/blog/2026/11/23/456/Title", "456|ENG|-|-|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/ENG/folder/789", "789|ENG|-|-|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/ENG/overview", "-|ENG|-|-|1" },
		{ &cloud, "https://acme.atlassian.net/wiki/spaces/ENG", "-|ENG|-|-|1" },
		{ &cloud, "https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=42", "42|-|-|-|0" },
		{ &cloud, "https://acme.atlassian.net/wiki/x/LIQHD", "201819180|-|-|-|0" },
		{ &dc, "https://wiki.acme.com/conf/display/ENG/Some+Title%21", "-|ENG|Some Title!|-|0" },
		{ &dc, "https://wiki.acme.com/conf/display/ENG/2026/11/23/A+post", "-|ENG|A post|-|0" },
		{ &dc, "https://wiki.acme.com/conf/display/ENG", "-|ENG|-|-|1" },
		{ &dc, "https://wiki.acme.com/conf/pages/viewpage.action?spaceKey=ENG&title=Some+Title", "-|ENG|Some Title|-|0" },
		{ &dc, "https://wiki.acme.com/conf/pages/resumedraft.action?draftId=5", "5|-|-|-|0" },
		{ &dc, "https://wiki.acme.com/conf/x/LIQHD?x=y", "201819180|-|-|-|0" },
		/* refused */
		{ &cloud, "https://evil.example/wiki/spaces/ENG/pages/123456", "invalid" },
		{ &cloud, "https://acme.atlassian.net.evil.example/wiki/spaces/ENG/pages/1", "invalid" },
		{ &cloud, "https://acme.atlassian.net/wiki/home", "invalid" },
		{ &cloud, "https://acme.atlassian.net/wiki/x/!!", "invalid" },
		{ &cloud, "https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=..%2F1", "invalid" },
		{ &cloud, "", "invalid" },
	};

	(void)state;
	for (size_t i = 0; i < LEN(t); i++) {
		const char *got = parsed(t[i].site, t[i].text);

		if (!str_eq(got, t[i].want))
			fail_msg("\"%s\" became %s, not %s", t[i].text, got, t[i].want);
	}
}

/* The short link of an id as Confluence makes it: base64 of its bytes, lowest first, without the A at the end. */
static const char *
short_link(uint64_t id)
{
	unsigned char bytes[8];
	char *text;
	size_t n;
	struct buf b;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(id >> 8 * i);
	buf_init(&b, 64);
	str_base64(&b, bytes, sizeof(bytes));
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	for (n = strlen(text); n > 0 && strchr("A=", text[n - 1]) != NULL; n--)
		text[n - 1] = '\0';
	for (char *p = text; *p != '\0'; p++)
		*p = *p == '/' ? '-' : *p == '+' ? '_' : *p;
	return text;
}

static void
test_short_links(void **state)
{
	uint64_t id = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *text = short_link(id), *got = page_ref_short(c->arena, text, strlen(text));

		if (!str_eq(got, arena_printf(c->arena, "%llu", (unsigned long long)id)))
			fail_msg("%s is %llu, and became %s", text, (unsigned long long)id, or_none(got));
		id = i % 2 == 0 ? id * 6364136223846793005u % INT64_MAX + 1 : id % (UINT64_C(1) << (i % 40 + 8)) + 1;
	}
	assert_null(page_ref_short(c->arena, "", 0));
	assert_null(page_ref_short(c->arena, "AAAA", 4));
	assert_null(page_ref_short(c->arena, "LIQH/", 5));
	assert_null(page_ref_short(c->arena, "____________", 12));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_links),
		TEST(test_short_links) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
