/*
 * What is kept of create and edit metadata: asked once, by project and type, and asked again before a value, a type or a field
 * is called unknown.
 */
#include "unit/http_harness.h"

#include "atlassian/create_meta.h"
#include "base/str.h"
#include "store/cache.h"
#include "tools/jira_edit.h"

#define JSON_ANSWER(body) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body, CLOSE
#define TYPES(more) JSON_ANSWER("{\"total\":1,\"issueTypes\":[{\"id\":\"1\",\"name\":\"Aufgabe\",\"untranslatedName\":\"Task\"}" more "]}")
#define FIELDS(more) JSON_ANSWER("[{\"id\":\"project\",\"name\":\"Project\",\"schema\":{\"type\":\"project\"}}," \
	"{\"id\":\"issuetype\",\"name\":\"Issue Type\",\"schema\":{\"type\":\"issuetype\"}}," \
	"{\"id\":\"customfield_1\",\"name\":\"Team\",\"schema\":{\"type\":\"option\",\"custom\":\"x:select\"}}," \
	"{\"id\":\"customfield_2\",\"name\":\"Team\",\"schema\":{\"type\":\"option\",\"custom\":\"x:select\"}}" more "]")
#define TEAM(more) "{\"required\":false,\"fieldId\":\"customfield_2\",\"key\":\"customfield_2\",\"name\":\"Team\",\"schema\":{\"type\":\"option\",\"custom\":\"x:select\"}," \
	"\"allowedValues\":[{\"id\":\"100\",\"value\":\"Web\"}" more "]}"
#define CREATE(more) JSON_ANSWER("{\"total\":1,\"fields\":[" TEAM(more) "]}")
#define ISSUE(type) "{\"key\":\"OPS-1\",\"fields\":{\"project\":{\"key\":\"OPS\"},\"issuetype\":{\"id\":\"" type "\",\"name\":\"Task\"}}"
#define EDIT(more) ",\"editmeta\":{\"fields\":{\"customfield_2\":" TEAM(more) "}}}"

static struct loop *loop;
static struct http *http;
static struct config config;
static struct site *site;
static struct cache *cache;
static struct arena *arena;
static struct web web;
static char url[64];

static int
set_up(void **state)
{
	struct err e;

	(void)state;
	loop = loop_new();
	http = http_new(loop);
	arena = arena_new();
	cache = cache_new(NULL);
	WEB_OPEN(&web, loop, { JSON_ANSWER("{}") });
	snprintf(url, sizeof(url), "http://127.0.0.1:%d", web.port);
	config = (struct config){ .max_requests = 4 };
	config.site[JIRA] = (struct site_config){ .url = url, .deployment = DEPLOYMENT_CLOUD, .timeout_s = 10, .personal_token = secret_new("tok", 3) };
	err_init(&e, arena);
	site = site_new(http, &config, JIRA, NULL, cache, &e);
	assert_non_null(site);
	site->recognised = true;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	secret_free(config.site[JIRA].personal_token);
	site_free(site);
	cache_free(cache);
	http_free(http);
	web_close(&web);
	arena_free(arena);
	loop_free(loop);
	return 0;
}

/* One edit in a call of its own: of a new issue of the type, or of the issue. */
struct job {
	const char *type, *issue, *field, *value;
	char out[2048];
	bool ended;
};

static int
job_main(struct call *c, void *arg)
{
	struct edit *e = arena_alloc(c->arena, sizeof(*e));
	struct job *j = arg;
	int result = 0;

	c->out = out_new(c->arena, OUT_MARKDOWN, 10000);
	if (j->type != NULL)
		result = edit_for_create(c, site, e, "OPS", j->type);
	else
		edit_for_issue(e, j->issue);
	if (result == 0 && j->value != NULL)
		result = edit_add_text(c, site, e, j->field, j->value);
	if (result == 0)
		snprintf(j->out, sizeof(j->out), "%s %s", e->list[e->count - 1].field->id, json_text(c->arena, e->list[e->count - 1].sent, NULL));
	else
		snprintf(j->out, sizeof(j->out), "%s", err_text(&c->err));
	return result;
}

static void
job_done(struct call *c, int result, void *arg)
{
	(void)c;
	(void)result;
	((struct job *)arg)->ended = true;
}

static void
expect_field(const char *type, const char *issue, const char *field, const char *value, const char *want, size_t requests)
{
	static struct job j;
	size_t before = web.requests;

	j = (struct job){ .type = type, .issue = issue, .field = field, .value = value };
	assert_int_equal(call_start(call_new(loop, "job"), job_main, job_done, &j), 0);
	wait_until(loop, j.ended);
	assert_string_equal(j.out, want);
	assert_int_equal(web.requests - before, requests);
}

static void
expect(const char *type, const char *issue, const char *team, const char *want, size_t requests)
{
	expect_field(type, issue, "team", team, want, requests);
}

static void
test_create(void **state)
{
	(void)state;
	WEB_SCRIPT(&web, { FIELDS("") }, { TYPES("") }, { CREATE("") });
	/* two fields are called so: the one on the screen is meant */
	expect("task", NULL, "web", "customfield_2 {\"id\":\"100\"}", 3);
	expect("Aufgabe", NULL, "Web", "customfield_2 {\"id\":\"100\"}", 0);
	/* a value that was added since is found by asking once more; a wrong one is wrong after that */
	WEB_SCRIPT(&web, { CREATE(",{\"id\":\"101\",\"value\":\"New\"}") }, { CREATE("") });
	expect("Task", NULL, "New", "customfield_2 {\"id\":\"101\"}", 1);
	WEB_SCRIPT(&web, { TYPES("") }, { CREATE("") });
	expect("Task", NULL, "Wob", "The field Team has no value \"Wob\". Did you mean \"Web\"? It takes: Web.", 2);
	/* the same for a type */
	WEB_SCRIPT(&web, { TYPES(",{\"id\":\"2\",\"name\":\"Incident\"}") });
	expect("incident", NULL, NULL, "issuetype {\"id\":\"2\"}", 1);
	WEB_SCRIPT(&web, { TYPES("") });
	expect("Wish", NULL, NULL, "The project OPS has no issue type \"Wish\". Possible: Aufgabe.", 1);
}

static void
test_edit(void **state)
{
	(void)state;
	/* the first look brings the screen along, the next only asks for the type, another type has a screen of its own */
	WEB_SCRIPT(&web, { FIELDS("") }, { JSON_ANSWER(ISSUE("1") EDIT("")) });
	expect(NULL, "OPS-1", "web", "customfield_2 {\"id\":\"100\"}", 2);
	assert_true(saw(&web, "GET /rest/api/3/issue/OPS-1?fields=project%2Cissuetype&expand=editmeta "));
	WEB_SCRIPT(&web, { JSON_ANSWER(ISSUE("1") "}") });
	expect(NULL, "OPS-2", "web", "customfield_2 {\"id\":\"100\"}", 1);
	assert_true(saw(&web, "GET /rest/api/3/issue/OPS-2?fields=project%2Cissuetype "));
	WEB_SCRIPT(&web, { JSON_ANSWER(ISSUE("5") "}") }, { JSON_ANSWER("{\"fields\":{\"customfield_2\":" TEAM(",{\"id\":\"105\",\"value\":\"Five\"}") "}}") });
	expect(NULL, "OPS-5", "five", "customfield_2 {\"id\":\"105\"}", 2);
	/* what was kept is asked again before a value is refused */
	WEB_SCRIPT(&web, { JSON_ANSWER(ISSUE("1") "}") }, { JSON_ANSWER(ISSUE("1") EDIT(",{\"id\":\"109\",\"value\":\"New\"}")) });
	expect(NULL, "OPS-1", "new", "customfield_2 {\"id\":\"109\"}", 2);
}

static void
test_field_made_since(void **state)
{
	static const char unknown[] = "There is no field \"mate\". Give its name as the site shows it, or its id.";

	(void)state;
	clock_fake(INT64_C(1795428000000));
	WEB_SCRIPT(&web, { FIELDS("") });
	/* a list that was just asked for is not asked for again, one of a minute ago is */
	expect_field(NULL, NULL, "mate", "x", unknown, 1);
	expect_field(NULL, NULL, "mate", "x", unknown, 0);
	clock_fake(INT64_C(1795428000000) + 61 * 1000);
	WEB_SCRIPT(&web, { FIELDS(",{\"id\":\"customfield_3\",\"name\":\"Mate\",\"schema\":{\"type\":\"string\"}}") });
	expect_field(NULL, NULL, "mate", "x", "customfield_3 \"x\"", 1);
	/* equal names can only be told apart where a screen is known */
	expect(NULL, NULL, "x", "Several fields are called \"team\". Use the id, such as customfield_1 or customfield_2.", 0);
	clock_fake(-1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_create, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_edit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_field_made_since, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
