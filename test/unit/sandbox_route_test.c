/*
 * The way of a request: who may ask, which paths exist, what is not to be decoded. And
 * whatever is sent, the answer is Jira's: JSON that is one value, or the text of a 401.
 */
#include "unit/sandbox_harness.h"

#include "base/utf8.h"

static const struct {
	bool dc;
	const char *auth, *request;
	int status;
} rows[] = {
	{ false, NULL, "GET /rest/api/3/serverInfo", 200 },
	{ false, "Basic x", "GET /rest/api/3/serverInfo", 401 },
	{ false, NULL, "GET /rest/api/3/myself", 401 },
	{ false, "Basic", "GET /rest/api/3/myself", 401 },
	{ false, "Basic ", "GET /rest/api/3/myself", 401 },
	{ false, "Bearer sandbox-token-ada", "GET /rest/api/3/myself", 401 },	/* Cloud has no PATs */
	{ false, "basic YWRhLmJyYW5kdEBoYWxkZW4uZXhhbXBsZTpzYW5kYm94LXRva2VuLWFkYQ==", "GET /rest/api/3/myself", 200 },
	{ false, ADA_CLOUD "x", "GET /rest/api/3/myself", 401 },
	{ false, ADA_CLOUD, "GET /rest/api/3/myself/", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/2/myself", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/latest/myself", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/4/myself", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3", 404 },
	{ false, ADA_CLOUD, "GET /", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue", 405 },
	{ false, ADA_CLOUD, "PUT /rest/api/3/search/jql", 405 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue//comment", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/%4FPS-1", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1%00", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1%2", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS%2F1", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/%C0%AF", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/-1", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/99999999999999999999", 404 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1?fields=%zz", 400 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1?fields", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1?&&=&fields=&", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1/comment?startAt=x", 400 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1/comment?startAt=-5&maxResults=-1", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/3/issue/OPS-1/comment?startAt=2000000000", 200 },
	{ false, ADA_CLOUD, "GET /rest/api/3/search", 410 },
	{ false, ZOE_CLOUD, "GET /rest/api/3/issue/SHOP-1", 404 },
	{ false, ZOE_CLOUD, "GET /rest/api/3/project/SHOP", 404 },
	{ false, ZOE_CLOUD, "DELETE /rest/api/3/issue/OPS-1", 403 },
	{ true, NULL, "GET /rest/api/2/serverInfo", 200 },
	{ true, NULL, "GET /rest/api/2/myself", 401 },
	{ true, "Bearer wrong", "GET /rest/api/2/myself", 401 },
	{ true, "Basic YWJyYW5kdDpzYW5kYm94", "GET /rest/api/2/myself", 200 },	/* abrandt:sandbox */
	{ true, "Basic YWJyYW5kdDp3cm9uZw==", "GET /rest/api/2/myself", 401 },
	{ true, ADA_CLOUD, "GET /rest/api/2/myself", 401 },
	{ true, ADA_DC, "GET /rest/api/3/myself", 404 },
	{ true, ADA_DC, "GET /rest/api/2/search/jql?jql=key=OPS-1", 404 },
	{ true, ADA_DC, "GET /rest/api/2/issue/OPS-1/changelog", 404 },
	{ true, ADA_DC, "GET /rest/api/2/issue/createmeta", 404 },	/* read as an issue of that name: gone since 9.0 */
	{ true, ZOE_DC, "GET /rest/api/2/issue/SHOP-1", 403 },
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		struct test_site t;

		site_open(&t, rows[i].dc, 1);
		t.auth = rows[i].auth;
		ask(&t, rows[i].request, NULL);
		if (t.status != rows[i].status)
			fail_msg("%s as %s: %d, expected %d: %s", rows[i].request, rows[i].auth, t.status, rows[i].status, t.text);
		assert_int_equal(t.www_authenticate != NULL, t.status == 401);
		site_close(&t);
	}
}

static const char *const paths[] = {
	"myself", "field", "search/jql", "search", "issue/OPS-1", "issue/SHOP-3/transitions", "issue/OPS-2/comment", "issue/OPS-2/comment/1",
	"issue/OPS-1/worklog", "issue/OPS-1/watchers", "issue/OPS-1/properties/x", "issueLink", "issue", "project", "project/search", "project/SHOP",
	"issue/createmeta/OPS/issuetypes", "issue/createmeta/OPS/issuetypes/10001", "user/search", "user/assignable/search", "user", "label",
	"status/3", "priority/1", "search/approximate-count", "issue/bulkfetch", "issue/OPS-1/assignee", "issue/OPS-1/editmeta",
	"issuetype/project", "mypermissions", "statuses/search", "issue/%4F", "issue/OPS-1/changelog",
};
static const char *const queries[] = {
	"", "?startAt=0&maxResults=1", "?startAt=-1&maxResults=99999999", "?expand=names,changelog,transitions.fields,renderedFields,editmeta,schema",
	"?fields=*all&properties=x", "?jql=project+%3D+OPS", "?jql=%22", "?query=a&username=a&accountId=a&project=OPS&projectId=10000",
	"?maxResults=", "?%", "?permissions=BROWSE_PROJECTS&key=x", "?orderBy=-created&deleteSubtasks=true",
};
static const char *const bodies[] = {
	NULL, "", "{}", "[]", "null", "\"x\"", "5", "{\"fields\":null}", "{\"fields\":{}}", "{\"fields\":{\"summary\":null,\"labels\":null,\"assignee\":null,\"parent\":null}}",
	"{\"fields\":{\"project\":{},\"issuetype\":{}}}", "{\"update\":{\"comment\":[{}],\"labels\":[null],\"issuelinks\":{}}}",
	"{\"update\":{\"labels\":[{\"add\":null}],\"summary\":[{\"add\":\"x\"}]}}", "{\"body\":{}}", "{\"body\":[]}", "{\"body\":\"text\"}",
	"{\"body\":{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\"}]}}", "{\"transition\":null}", "{\"transition\":{\"id\":[]}}",
	"{\"jql\":5}", "{\"jql\":\"project = OPS\",\"fields\":[5]}", "{\"jql\":\"project = OPS\",\"maxResults\":-5}", "{\"accountId\":null}", "{\"name\":5}",
	"{\"issueIdsOrKeys\":[5,null,\"OPS-1\"]}", "{\"timeSpent\":\"9999999w\"}", "{\"timeSpentSeconds\":-1,\"started\":5,\"comment\":5}",
	"{\"type\":{\"name\":\"Blocks\"},\"inwardIssue\":{\"id\":5},\"outwardIssue\":null}", "{\"visibility\":{\"type\":\"x\"},\"body\":\"a\"}", "{", "\xff",
};

/* Every route with every query and body, on both deployments: an answer of Jira's shape, and nothing breaks. */
static void
test_nonsense(void **state)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };

	(void)state;
	for (int dc = 0; dc <= 1; dc++) {
		struct test_site t;

		site_open(&t, dc == 1, 1);
		for (size_t p = 0; p < LEN(paths); p++)
			for (size_t m = 0; m < LEN(methods); m++)
				for (size_t i = 0; i < (m == 0 || m == 3 ? LEN(queries) : LEN(bodies)); i++) {
					bool get = m == 0 || m == 3;
					struct arena *a = t.arena;

					t.arena = arena_new();
					ask(&t, arena_printf(t.arena, "%s /rest/api/%d/%s%s", methods[m], dc ? 2 : 3, paths[p], get ? queries[i] : ""),
					    get ? NULL : bodies[i]);
					if (t.status >= 500 || (t.status != 204 && t.body == NULL && !(t.status < 300 && *t.text == '\0')))
						fail_msg("%s %s %s: %d %s", methods[m], paths[p], get ? queries[i] : bodies[i], t.status, t.text);
					if (t.status >= 400 && json_get(t.body, "status-code") == NULL)
						assert_true(json_len(json_get(t.body, "errorMessages")) + json_len(json_get(t.body, "errors")) > 0);
					arena_free(t.arena);
					t.arena = a;
				}
		site_close(&t);
	}
}

/* With "anonymous" wrong credentials only fail where Cloud fails them: /myself and writes. */
static void
test_anonymous(void **state)
{
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	t.access.anonymous_failures = true;
	t.auth = "Basic wrong";
	ask(&t, "GET /rest/api/3/myself", NULL);
	assert_int_equal(t.status, 401);
	ask(&t, "GET /rest/api/3/issue/OPS-1", NULL);
	assert_int_equal(t.status, 404);
	ask_ok(&t, "GET /rest/api/3/project/search", NULL);
	assert_int_equal(json_get_int(t.body, "total", -1), 0);
	ask(&t, "POST /rest/api/3/issue", "{}");
	assert_int_equal(t.status, 401);
	for (size_t i = 0; i < LEN(paths); i++) {
		ask(&t, arena_printf(t.arena, "GET /rest/api/3/%s", paths[i]), NULL);
		assert_true(t.status < 500);
		assert_null(strstr(t.text, "OPS-1\""));	/* nothing of a project is seen */
	}
	site_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows), cmocka_unit_test(test_anonymous), cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
