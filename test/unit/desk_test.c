/*
 * Links to things of Service Management, and where Forms and Assets are asked. Turned red by: a link of another host that
 * is taken (an id of a stranger's site), a mark that is searched in the wrong order, a gateway address made from anything
 * else than the configured one, header or list of reads of the real site changed by its copy.
 */
#include "unit/unit.h"

#include "atlassian/desk.h"
#include "base/str.h"

static struct loop *l;
static struct call *c;
static struct site s;

static int
set_up(void **state)
{
	(void)state;
	l = loop_new();
	c = call_new(l, "test");
	s = (struct site){ .product = JIRA, .base = "https://acme.atlassian.net", .web = "https://acme.atlassian.net",
	    .label = "Jira (acme.atlassian.net)" };
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	call_free(c);
	loop_free(l);
	return 0;
}

static void
test_links(void **state)
{
	static const char *const marks[] = { "/projects/", "/portal/" };
	static const struct { const char *text, *want; } good[] = {
		{ "OPS", "OPS" }, { " 4 ", "4" }, { "Platform Operations", "Platform Operations" },
		{ "https://acme.atlassian.net/jira/servicedesk/projects/OPS/queues/custom/12", "OPS" },
		{ "https://ACME.atlassian.net/servicedesk/customer/portal/4/group/7/create/25", "4" },
		{ "https://acme.atlassian.net/servicedesk/customer/portal/4?x=1", "4" },
	};
	static const char *const bad[] = {
		"https://other.atlassian.net/jira/servicedesk/projects/OPS", "https://acme.atlassian.net.evil.example/projects/OPS",
		"https://acme.atlassian.net@evil.example/projects/OPS", "http://acme.atlassian.net:81/projects/OPS",
		"https://acme.atlassian.net/projects/", "https://acme.atlassian.net/browse/OPS-7",
	};

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		const char *have = desk_named(c, &s, good[i].text, marks, LEN(marks), "service desk");

		assert_non_null(have);
		assert_string_equal(have, good[i].want);
	}
	for (size_t i = 0; i < LEN(bad); i++) {
		assert_null(desk_named(c, &s, bad[i], marks, LEN(marks), "service desk"));
		assert_int_equal(c->err.kind, ERR_INPUT);
		err_clear(&c->err);
	}
}

/* What the portal and the queues show in the browser's address. */
static void
test_request_links(void **state)
{
	static const char *const good[] = { "https://acme.atlassian.net/servicedesk/customer/portal/4/OPS-105",
		"https://acme.atlassian.net/servicedesk/customer/portal/4/ops-105?created=true",
		"https://acme.atlassian.net/jira/servicedesk/projects/OPS/queues/custom/12/OPS-105",
		"https://acme.atlassian.net/browse/OPS-105" };
	static const char *const bad[] = { "https://acme.atlassian.net/servicedesk/customer/portal/4",
		"https://acme.atlassian.net/servicedesk/customer/portal/4/group/7",
		"https://other.example/servicedesk/customer/portal/4/OPS-105" };

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		const char *key = jira_issue_key(c, &s, good[i]);

		assert_non_null(key);
		assert_string_equal(key, "OPS-105");
	}
	for (size_t i = 0; i < LEN(bad); i++) {
		assert_null(jira_issue_key(c, &s, bad[i]));
		assert_int_equal(c->err.kind, ERR_INPUT);
		err_clear(&c->err);
	}
}

static void
test_gateway(void **state)
{
	static const char *const not_gateway[] = { "https://acme.atlassian.net", "https://api.atlassian.com/ex/jira/",
		"https://api.atlassian.com/ex/jira/1/2", "https://api.atlassian.com/ex/confluence/1-2" };
	struct http_header own = { "X-Own", "1" };
	struct site *g;

	(void)state;
	for (size_t i = 0; i < LEN(not_gateway); i++) {
		s.base = not_gateway[i];
		assert_null(desk_gateway(c, &s, "/jira/forms/cloud/%s", "Forms"));
		assert_int_equal(c->err.kind, ERR_CONFIG);
		err_clear(&c->err);
	}
	s.base = "https://api.atlassian.com/ex/jira/1-2-3";
	s.headers = &own;
	s.header_count = 1;
	g = desk_gateway(c, &s, "/jira/forms/cloud/%s", "Forms");
	assert_string_equal(g->base, "https://api.atlassian.com/jira/forms/cloud/1-2-3");
	assert_int_equal(g->header_count, 2);
	assert_string_equal(g->headers[0].name, "X-Own");
	assert_string_equal(g->headers[1].name, "X-ExperimentalApi");
	assert_null(g->flights);
	assert_int_equal(s.header_count, 1);
	assert_string_equal(s.base, "https://api.atlassian.com/ex/jira/1-2-3");
	assert_string_equal(desk_gateway(c, &s, "/ex/jira/%s/jsm/assets/workspace/w/v1", "Assets")->base,
	    "https://api.atlassian.com/ex/jira/1-2-3/jsm/assets/workspace/w/v1");
	assert_string_equal(desk_gateway(c, &s, "/jsm/assets/workspace/w/v1", "Assets")->base,
	    "https://api.atlassian.com/jsm/assets/workspace/w/v1");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_request_links, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_gateway, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("desk", tests, NULL, NULL);
}
