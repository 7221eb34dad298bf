/*
 * The sandbox's Confluence where the contract can't see: that bytes stay, that numbers and
 * titles collide, what CQL finds, who may see what, what a storage text must be.
 */
#include "sandbox_harness.h"

#include "sandbox/cf_cql.h"
#include "sandbox/cf_seed_text.h"
#include "sandbox/cf_xml.h"

static const char *
v2_body(struct test_site *t, const char *id)
{
	json *v = ask_ok(t, arena_printf(t->arena, "GET /wiki/api/v2/pages/%s?body-format=storage", id), NULL);

	return json_path_str(v, "body.storage.value");
}

static const char *
page_id(struct test_site *t, const char *title)
{
	struct buf b;
	json *v;

	buf_init(&b, 4096);
	buf_adds(&b, t->site->dc ? "GET /confluence/rest/api/content?title=" : "GET /wiki/api/v2/pages?title=");
	str_urlencode(&b, title, strlen(title));
	v = ask_ok(t, b.data, NULL);
	buf_release(&b);
	return json_path_str(v, "results.0.id");
}

static const char *
json_of(struct test_site *t, const char *text)
{
	struct buf b;
	struct jw w;
	const char *s;

	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_s(&w, text);
	s = arena_strdup(t->arena, b.data);
	buf_release(&b);
	return s;
}

static json *
put_page(struct test_site *t, const char *id, const char *title, int number, const char *storage)
{
	return ask(t, arena_printf(t->arena, "PUT /wiki/api/v2/pages/%s", id),
	    arena_printf(t->arena,
		"{\"id\":\"%s\",\"status\":\"current\",\"title\":\"%s\",\"version\":{\"number\":%d},\"body\":{\"representation\":\"storage\","
		"\"value\":%s}}",
		id, title, number, json_of(t, storage)));
}

/* Titles of what a query finds, in order. */
static const char *
find_titles(struct test_site *t, const char *cql)
{
	const char *titles = "";
	struct buf b;
	json *v;

	buf_init(&b, 4096);
	buf_adds(&b, t->site->dc ? "GET /confluence/rest/api/content/search?limit=100&cql=" : "GET /wiki/rest/api/content/search?limit=100&cql=");
	str_urlencode(&b, cql, strlen(cql));
	v = ask_ok(t, b.data, NULL);
	buf_release(&b);
	for (struct json_iter it = json_iter(json_get(v, "results")); json_next(&it);)
		titles = arena_printf(t->arena, "%s%s%s", titles, *titles == '\0' ? "" : "; ", json_get_str(it.value, "title"));
	return titles;
}

static void
test_bytes_stay(void **state)
{
	/* What a parser would be tempted to tidy: entities, CRLF, empty elements, odd quotes, attribute order. */
	static const char odd[] = "<p  class='b'\n id=\"a\" >&eacute;&#233;\xc3\xa9 &nbsp;\r\n</p ><p/><p></p><!-- kept -->"
				  "<ac:structured-macro ac:macro-id=\"x\" ac:name=\"code\"><ac:plain-text-body><![CDATA[a]]]]><![CDATA[>b]]>"
				  "</ac:plain-text-body></ac:structured-macro>  ";
	struct test_site t;
	const char *id;

	(void)state;
	site_open(&t, false, 1);
	id = page_id(&t, "Onboarding");
	put_page(&t, id, "Onboarding", 2, odd);
	assert_int_equal(t.status, 200);
	assert_string_equal(v2_body(&t, id), odd);
	site_close(&t);
}

static void
test_version_conflict(void **state)
{
	struct test_site t;
	const char *id;

	(void)state;
	site_open(&t, false, 1);
	id = page_id(&t, "Holidays");
	put_page(&t, id, "Holidays", 2, "<p>mine</p>");
	assert_int_equal(t.status, 200);
	put_page(&t, id, "Holidays", 2, "<p>theirs</p>");
	assert_int_equal(t.status, 409);
	assert_string_equal(json_path_str(t.body, "errors.0.code"), "CONFLICT");
	put_page(&t, id, "Holidays", 4, "<p>theirs</p>");
	assert_int_equal(t.status, 409);
	assert_string_equal(v2_body(&t, id), "<p>mine</p>");
	put_page(&t, id, "ONBOARDING", 3, "<p>taken</p>");
	assert_int_equal(t.status, 400);
	assert_non_null(strstr(t.text, "A page with this title already exists"));
	put_page(&t, id, "Web Shop", 3, "<p>another space</p>");
	assert_int_equal(t.status, 200);
	site_close(&t);
}

static void
test_storage_check(void **state)
{
	static const struct {
		const char *text, *fault;
	} all[] = {
		{ "<p>fine</p>", NULL },
		{ "text alone", NULL },
		{ "", NULL },
		{ "<p>&nbsp;&auml;&#x41;&lt;</p>", NULL },
		{ "<p>a > b</p>", NULL },
		{ "<p><b>x</p></b>", "Unexpected close tag </p>; expected </b>.\n at [row,col {unknown-source}]: [1,11]" },
		{ "<p>", "Unexpected close tag </xml>; expected </p>." },
		{ "</p>", "Unexpected close tag </p>; expected </xml>." },
		{ "<br>", "Unexpected close tag </xml>; expected </br>." },
		{ "a & b", "Unexpected character ' ' (code 32) (expected a name start character)" },
		{ "&copy", "missing semicolon" },
		{ "<p>&what;</p>", "Undeclared general entity \"what\"" },
		{ "a < b", "Unexpected character ' ' (code 32)" },
		{ "<p a=1/>", "Expected a quote" },
		{ "<p a=\"1\" a=\"2\"/>", "Duplicate attribute 'a'." },
		{ "<p a=\"<\"/>", "Unexpected character '<' (code 60) in attribute value" },
		{ "<foo:p/>", "Undeclared namespace prefix \"foo\"" },
		{ "<p>]]></p>", "Unexpected \"]]>\" in text" },
		{ "<p>\x01</p>", "Illegal character" },
		{ "<p>&#0;</p>", "Illegal character entity" },
		{ "<![CDATA[x", "Unexpected end of input block in CDATA" },
		{ "<!-- x", "Unexpected end of input block in comment" },
		{ "<p", "Unexpected end of input block in start tag" },
		{ "<p>\n  <i>\n</p>", "[3,4]" },
		{ "\xff", "Invalid UTF-8" },
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < LEN(all); i++) {
		const char *fault;
		struct cf_el *root = cf_xml_parse(a, all[i].text, strlen(all[i].text), &fault);

		if (all[i].fault == NULL && fault != NULL)
			fail_msg("'%s' is refused: %s", all[i].text, fault);
		if (all[i].fault != NULL && (root != NULL || strstr(fault, all[i].fault) == NULL))
			fail_msg("'%s': %s", all[i].text, root != NULL ? "was taken" : fault);
	}
	arena_free(a);
}

static void
test_seed_is_sound(void **state)
{
	struct arena *a = arena_new();
	const char *fault;

	(void)state;
	for (size_t i = 0; i < cf_seed_page_count; i++) {
		const char *body = cf_seed_pages[i].body;

		if (body != NULL && strchr(body, '@') == NULL && cf_xml_parse(a, body, strlen(body), &fault) == NULL)
			fail_msg("%s: %s", cf_seed_pages[i].title, fault);
	}
	for (int dc = 0; dc < 2; dc++) {
		struct sb_site *site = sb_site_new(dc, "http://sandbox", 1, NOW_MS);
		size_t pages = 0;

		for (size_t i = 0; i < site->wiki->content_count; i++) {
			const struct cf_content *c = site->wiki->content[i];

			pages += c->type == CF_PAGE;
			if (c->type != CF_ATTACHMENT && cf_xml_parse(a, cf_now(c)->body, cf_now(c)->len, &fault) == NULL)
				fail_msg("%s: %s", cf_title(c), fault);
			if (str_eq(cf_title(c), "Configuration reference"))
				assert_in_range(cf_now(c)->len, 31 * 1024, 34 * 1024);
		}
		assert_in_range(pages, 40, 60);
		sb_site_free(site);
	}
	arena_free(a);
}

static void
test_cql(void **state)
{
	static const struct {
		const char *cql, *titles;
	} all[] = {
		{ "type = page and label = tls", "Rotate TLS certificates" },
		{ "type = page and label in (tls, region) order by title", "Failover to the second region; Rotate TLS certificates" },
		{ "title = \"onboarding\"", "Onboarding" },
		{ "title ~ \"adr*\" and text ~ \"envoy\"", "ADR-002 Ingress with Envoy" },
		{ "type = blogpost and space = SHOP", "New search is out" },
		{ "type = blogpost and space.title ~ \"platform\" order by created", "The second region is live; We survived Black Friday rehearsal" },
		{ "space.type = personal and type = page order by title", "Ada Brandt's Home; Reading list" },
		{ "macro = plantuml", "Failover to the second region" },
		{ "creator = currentUser() and type = blogpost", "We survived Black Friday rehearsal" },
		{ "type = attachment order by title", "cluster.png; error budget 2026.csv; form.svg" },
		{ "label = nothing", "" },
		{ "space = NONE", "" },
		{ "label = tls and lastmodified > now(\"-1w\")", "" },
		{ "type = page and not (label != postgresql)", "Restore PostgreSQL from backup" },
		{ "favourite = currentUser()", "On-call handbook" },
	};
	struct test_site t;

	(void)state;
	for (int dc = 0; dc < 2; dc++) {
		site_open(&t, dc, 1);
		for (size_t i = 0; i < LEN(all); i++)
			if (!str_eq(find_titles(&t, all[i].cql), all[i].titles))
				fail_msg("%s: %s", all[i].cql, find_titles(&t, all[i].cql));
		assert_string_equal(find_titles(&t, arena_printf(t.arena, "ancestor = %s and label = postgresql", page_id(&t, "Runbooks"))),
		    "Restore PostgreSQL from backup");
		ask(&t, dc ? "GET /confluence/rest/api/search?cql=foo%20=%20bar" : "GET /wiki/rest/api/search?cql=foo%20=%20bar", NULL);
		assert_int_equal(t.status, 400);
		assert_non_null(strstr(t.text, "No field exists with name: foo"));
		ask(&t, dc ? "GET /confluence/rest/api/search?cql=order%20by%20title" : "GET /wiki/rest/api/search?cql=order%20by%20title", NULL);
		assert_int_equal(t.status, 400);
		site_close(&t);
	}
}

/* A cursor goes on where the page ended, once each, and only for its own question. */
static void
test_cursor(void **state)
{
	const char *next = "/wiki/rest/api/search?cql=type%20=%20page&limit=7";
	struct test_site t;
	size_t seen = 0;
	json *v;

	(void)state;
	site_open(&t, false, 1);
	v = ask_ok(&t, arena_printf(t.arena, "GET %s", next), NULL);
	for (int64_t total = json_get_int(v, "totalSize", 0); next != NULL;) {
		v = ask_ok(&t, arena_printf(t.arena, "GET %s", next), NULL);
		seen += json_len(json_get(v, "results"));
		next = json_path_str(v, "_links.next");
		if (next != NULL)
			next = arena_printf(t.arena, "/wiki%s", next);
		else
			assert_int_equal(seen, total);
	}
	v = ask_ok(&t, "GET /wiki/api/v2/pages?limit=3", NULL);
	next = json_path_str(v, "_links.next");
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/blogposts%s", strchr(next, '?')), NULL);
	assert_int_equal(t.status, 400);
	site_close(&t);
}

static void
test_access(void **state)
{
	struct test_site t;
	const char *design, *contracts, *calendar, *file;

	(void)state;
	site_open(&t, false, 1);
	design = page_id(&t, "Checkout redesign");
	contracts = page_id(&t, "Vendor contracts");
	calendar = page_id(&t, "Change calendar");
	file = json_path_str(ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s/attachments", design), NULL), "results.0.id");
	t.auth = ZOE_CLOUD;
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", design), NULL);
	assert_int_equal(t.status, 404);
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", contracts), NULL);
	assert_int_equal(t.status, 404);
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/attachments/%s", file), NULL);
	assert_int_equal(t.status, 404);
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s/footer-comments", design), NULL);
	assert_int_equal(t.status, 404);
	assert_string_equal(find_titles(&t, "text ~ \"hosting company\" or space = SHOP"), "");
	ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", calendar), NULL);
	put_page(&t, calendar, "Change calendar", 2, "<p>mine</p>");
	assert_int_equal(t.status, 403);
	t.auth = NULL;
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", calendar), NULL);
	assert_int_equal(t.status, 401);
	t.access.anonymous_failures = true;
	ask(&t, "GET /wiki/rest/api/user/current", NULL);
	assert_string_equal(json_get_str(t.body, "type"), "anonymous");
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", calendar), NULL);
	assert_int_equal(t.status, 404);
	site_close(&t);
}

/* An inline comment's marker goes into the page; without it the comment dangles. */
static void
test_inline_comment(void **state)
{
	struct test_site t;
	const char *id, *comment;

	(void)state;
	site_open(&t, false, 1);
	id = page_id(&t, "Holidays");
	put_page(&t, id, "Holidays", 2, "<p>days and <b>days</b></p>");
	ask(&t, "POST /wiki/api/v2/inline-comments",
	    arena_printf(t.arena,
		"{\"pageId\":\"%s\",\"body\":{\"representation\":\"storage\",\"value\":\"<p>Why?</p>\"},\"inlineCommentProperties\":"
		"{\"textSelection\":\"days\",\"textSelectionMatchCount\":2,\"textSelectionMatchIndex\":1}}",
		id));
	assert_int_equal(t.status, 201);
	comment = json_get_str(t.body, "id");
	assert_non_null(strstr(v2_body(&t, id), "<b><ac:inline-comment-marker ac:ref=\""));
	put_page(&t, id, "Holidays", 3, "<p>gone</p>");
	ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/inline-comments/%s", comment), NULL);
	assert_string_equal(json_get_str(t.body, "resolutionStatus"), "dangling");
	site_close(&t);
}

/* Ticking a task changes one word of the page and makes no version. */
static void
test_task(void **state)
{
	struct test_site t;
	const char *id, *task;

	(void)state;
	site_open(&t, false, 1);
	id = page_id(&t, "Onboarding");
	task = json_path_str(ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/tasks?page-id=%s", id), NULL), "results.0.id");
	assert_null(strstr(v2_body(&t, id), "<ac:task-status>complete"));
	ask_ok(&t, arena_printf(t.arena, "PUT /wiki/api/v2/tasks/%s", task), "{\"status\":\"complete\"}");
	assert_non_null(strstr(v2_body(&t, id), "<ac:task-status>complete"));
	assert_int_equal(json_int(json_path(ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", id), NULL), "version.number"), 0), 1);
	put_page(&t, id, "Onboarding", 2, "<p>none</p>");
	ask(&t, arena_printf(t.arena, "GET /wiki/api/v2/tasks/%s", task), NULL);
	assert_int_equal(t.status, 404);
	site_close(&t);
}

/* Children of what is trashed move up; what was trashed comes back with its body. */
static void
test_trash(void **state)
{
	struct test_site t;
	const char *runbooks, *child, *home;

	(void)state;
	site_open(&t, false, 1);
	runbooks = page_id(&t, "Runbooks");
	child = page_id(&t, "On-call handbook");
	home = page_id(&t, "Platform Operations");
	ask(&t, arena_printf(t.arena, "DELETE /wiki/api/v2/pages/%s", runbooks), NULL);
	assert_int_equal(t.status, 204);
	assert_string_equal(json_get_str(ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", child), NULL), "parentId"), home);
	assert_string_equal(json_get_str(ask_ok(&t, arena_printf(t.arena, "GET /wiki/api/v2/pages/%s", runbooks), NULL), "status"), "trashed");
	assert_string_equal(find_titles(&t, "title = \"Runbooks\""), "");
	put_page(&t, runbooks, "Runbooks", 2, "<p>back</p>");
	assert_int_equal(t.status, 200);
	assert_string_equal(find_titles(&t, "title = \"Runbooks\""), "Runbooks");
	site_close(&t);
}

/* A form that was cut anywhere adds nothing; one that is whole adds its file once. */
static void
test_upload(void **state)
{
	static const char form[] = "--B\r\nContent-Disposition: form-data; name=\"comment\"\r\n\r\nfrom a test\r\n"
				   "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a \xc3\xa9\r\nX: y.txt\"\r\n"
				   "Content-Type: text/plain\r\n\r\nline\r\n--C\r\n\r\n--B--\r\n";
	struct test_site t;
	const char *target, *id;

	(void)state;
	site_open(&t, true, 1);
	target = arena_printf(t.arena, "POST /confluence/rest/api/content/%s/child/attachment", page_id(&t, "Holidays"));
	t.type = "multipart/form-data; boundary=B";
	ask(&t, target, form);
	assert_int_equal(t.status, 403);
	t.xsrf = "nocheck";
	for (size_t n = 0; n < sizeof form - 5; n++) {
		ask(&t, target, arena_strndup(t.arena, form, n));
		assert_int_equal(t.status, 400);
	}
	ask_ok(&t, target, form);
	assert_int_equal(json_int(json_path(t.body, "results.0.extensions.fileSize"), 0), strlen("line\r\n--C\r\n"));
	assert_string_equal(json_path_str(t.body, "results.0.extensions.comment"), "from a test");
	id = json_path_str(t.body, "results.0.id");
	ask(&t, target, form);
	assert_int_equal(t.status, 400);
	ask_ok(&t, arena_printf(t.arena, "POST /confluence/rest/api/content/%s/child/attachment/%s/data", page_id(&t, "Holidays"), id), form);
	assert_int_equal(json_int(json_path(ask_ok(&t, arena_printf(t.arena, "GET /confluence/rest/api/content/%s", id), NULL), "version.number"), 0), 2);
	site_close(&t);
}

/* The address that an attachment names leads to its bytes; on Cloud by way of the media service, without a login. */
static void
test_download(void **state)
{
	struct test_site t;
	const char *link;

	(void)state;
	for (int dc = 0; dc < 2; dc++) {
		site_open(&t, dc, 1);
		ask_ok(&t, arena_printf(t.arena,
			       dc ? "GET /confluence/rest/api/content/%s/child/attachment?filename=error%%20budget%%202026.csv"
				  : "GET /wiki/api/v2/pages/%s/attachments?filename=error%%20budget%%202026.csv",
			       page_id(&t, "Cluster overview")),
		    NULL);
		link = json_path_str(t.body, dc ? "results.0._links.download" : "results.0.downloadLink");
		ask(&t, arena_printf(t.arena, "GET %s%s", dc ? "/confluence" : "/wiki", link), NULL);
		if (!dc) {
			assert_int_equal(t.status, 302);
			assert_true(str_starts(t.location, "http://sandbox/media/wiki/file/"));
			t.auth = NULL;
			link = t.location + strlen("http://sandbox");
			ask(&t, arena_printf(t.arena, "GET %sx", link), NULL);
			assert_int_equal(t.status, 401);
			ask(&t, arena_printf(t.arena, "GET %s", link), NULL);
		}
		assert_int_equal(t.status, 200);
		assert_string_equal(t.text, "month,budget,left\n2026-09,43,12\n2026-10,43,-4\n");
		assert_string_equal(t.out_type, "text/csv");
		site_close(&t);
	}
}

static void
test_cut_anywhere(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < cf_seed_page_count; i++) {
		const char *body = cf_seed_pages[i].body, *fault;
		size_t len = body != NULL ? strlen(body) : 0;

		for (size_t n = 0; n < len && len < 1200; n++) {
			char *cut = arena_strndup(a, body, n);
			struct cf_el *root = cf_xml_parse(a, cut, n, &fault);

			assert_true((root == NULL) == (fault != NULL));
		}
		arena_free(a);
		a = arena_new();
	}
	arena_free(a);
}

/* As Confluence marks it; a client has to take the marks out again. */
static void
test_excerpt(void **state)
{
	struct test_site t;
	json *v;

	(void)state;
	site_open(&t, false, 1);
	v = ask_ok(&t, "GET /wiki/rest/api/search?cql=title%20~%20%22search%22%20and%20type%20=%20blogpost", NULL);
	assert_string_equal(json_path_str(v, "results.0.title"), "New @@@hl@@@search@@@endhl@@@ is out");
	assert_string_equal(json_path_str(v, "results.0.content.title"), "New search is out");
	v = ask_ok(&t, "GET /wiki/rest/api/search?cql=text%20~%20%22kept%22&excerpt=highlight", NULL);
	assert_non_null(strstr(json_path_str(v, "results.0.excerpt"), "text &lt;@@@hl@@@kept@@@endhl@@@&gt; &amp; as"));
	v = ask_ok(&t, "GET /wiki/rest/api/search?cql=text%20~%20%22kept%22&excerpt=indexed_unescaped", NULL);
	assert_non_null(strstr(json_path_str(v, "results.0.excerpt"), "text <kept> & as"));
	v = ask_ok(&t, "GET /wiki/rest/api/search?cql=text%20~%20%22warehouse%22", NULL);
	assert_int_equal(json_get_int(v, "totalSize", -1), 0);
	v = ask_ok(&t, "GET /wiki/rest/api/search?cql=title%20~%20%22warehouse%22&includeArchivedSpaces=true&excerpt=none", NULL);
	assert_true(json_get_int(v, "totalSize", -1) > 0);
	site_close(&t);
}

static void
test_view_resolves_macros(void **state)
{
	struct test_site t;
	json *v;
	const char *html;

	(void)state;
	site_open(&t, true, 1);
	v = ask_ok(&t, arena_printf(t.arena, "GET /confluence/rest/api/content/%s?expand=body.view", page_id(&t, "Deployment guide")), NULL);
	html = json_path_str(v, "body.view.value");
	assert_non_null(strstr(html, "never run migrations on a Friday"));
	v = ask_ok(&t, arena_printf(t.arena, "GET /confluence/rest/api/content/%s?expand=body.view", page_id(&t, "Runbooks")), NULL);
	html = json_path_str(v, "body.view.value");
	assert_non_null(strstr(html, "Rotate TLS certificates</a>"));
	assert_non_null(strstr(html, "Breathe."));
	site_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_stay),
		cmocka_unit_test(test_version_conflict),
		cmocka_unit_test(test_storage_check),
		cmocka_unit_test(test_seed_is_sound),
		cmocka_unit_test(test_cql),
		cmocka_unit_test(test_cursor),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_inline_comment),
		cmocka_unit_test(test_task),
		cmocka_unit_test(test_trash),
		cmocka_unit_test(test_upload),
		cmocka_unit_test(test_download),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_excerpt),
		cmocka_unit_test(test_view_resolves_macros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
