/*
 * Writing: what each refusal says, that a refused write changes nothing, and that a
 * good one changes what it says and is logged.
 */
#include "unit/sandbox_harness.h"

struct refusal {
	const char *fields;		/* put into a creation, beside project, type and summary */
	const char *field, *says;	/* the error: under "errors", or field NULL: among the messages */
};

static const struct refusal cloud_refusals[] = {
	{ "\"nonsense\":1", "nonsense", "Field 'nonsense' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"status\":{\"name\":\"Done\"}", "status", "Field 'status' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"resolution\":{\"name\":\"Done\"}", "resolution", "Field 'resolution' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"environment\":null", "environment", "Field 'environment' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"summary\":\"\"", "summary", "You must specify a summary of the issue." },
	{ "\"summary\":\"a\\nb\"", "summary", "The summary is invalid because it contains newline characters." },
	{ "\"summary\":5", "summary", "Operation value must be a string" },
	{ "\"description\":\"text\"", "description", "Operation value must be an Atlassian Document (see the Atlassian Document Format)" },
	{ "\"description\":{\"type\":\"doc\"}", "description", "INVALID_INPUT" },
	{ "\"labels\":\"a\"", "labels", "data was not an array" },
	{ "\"labels\":[\"a b\"]", "labels", "The label 'a b' contains spaces which is invalid." },
	{ "\"priority\":\"High\"", "priority", "Specify a valid 'id' or 'name' for Priority" },
	{ "\"priority\":{\"id\":\"9\"}", "priority", "The priority selected is invalid." },
	{ "\"priority\":{\"name\":\"Urgent\"}", "priority", "Priority name 'Urgent' is not valid" },
	{ "\"components\":[{\"name\":\"Checkout\"}]", "components", "Component name 'Checkout' is not valid" },
	{ "\"fixVersions\":[{\"name\":\"3.8.0\"}]", "fixVersions", "Version name '3.8.0' is not valid" },
	{ "\"duedate\":\"tomorrow\"", "duedate", "Operation value must be in the date format: yyyy-MM-dd" },
	{ "\"customfield_10016\":\"5\"", "customfield_10016", "Operation value must be a number" },
	{ "\"customfield_10020\":[2]", "customfield_10020", "Number value expected as the Sprint id." },
	{ "\"customfield_10020\":77", "customfield_10020", "Sprint with id 77 does not exist." },
	{ "\"customfield_10020\":1", "customfield_10020", "Issue can be assigned only active or future sprints." },
	{ "\"customfield_10041\":{\"value\":\"Nobody\"}", "customfield_10041", "Option value 'Nobody' is not valid" },
	{ "\"customfield_10041\":{\"id\":\"5\"}", "customfield_10041", "Option id '5' is not valid" },
	{ "\"customfield_10042\":{\"value\":\"France\"}", "customfield_10042", "data was not an array" },
	{ "\"customfield_10101\":\"OPS-1\"", "customfield_10101", "Field 'customfield_10101' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"assignee\":{\"name\":\"abrandt\"}", "assignee", "Specify a valid 'accountId' for the user." },
	{ "\"assignee\":{\"accountId\":\"x\"}", "assignee", "User 'x' cannot be assigned issues." },
	{ "\"assignee\":{\"accountId\":\"5f8e22457c94ad006f3b1dc4\"}", "assignee", "User '5f8e22457c94ad006f3b1dc4' cannot be assigned issues." },
	{ "\"parent\":{\"key\":\"OPS-999\"}", "parent", "Could not find issue by id or key." },
	{ "\"parent\":\"OPS-1\"", "parent", "data was not an object" },
	{ "\"parent\":{\"key\":\"OPS-2\"}", "parentId", "Given parent issue does not belong to appropriate hierarchy." },
};

static const struct refusal dc_refusals[] = {
	{ "\"nonsense\":1", "nonsense", "Field 'nonsense' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"description\":{\"type\":\"doc\",\"version\":1,\"content\":[]}", "description", "Operation value must be a string" },
	{ "\"assignee\":{\"accountId\":\"5f8e21b07c94ad006f3b1d52\"}", "assignee", "User '' does not exist." },
	{ "\"assignee\":{\"name\":\"nobody\"}", "assignee", "User 'nobody' does not exist." },
	{ "\"parent\":{\"key\":\"OPS-1\"}", "parent", "Field 'parent' cannot be set. It is not on the appropriate screen, or unknown." },
	{ "\"customfield_10101\":\"OPS-2\"", "customfield_10101", "The issue with key 'OPS-2' is not an epic." },
	{ "\"priority\":\"High\"", "priority", "data was not an object" },
};

static void
check_refusals(bool dc, const struct refusal *list, size_t n)
{
	const char *create = dc ? "POST /rest/api/2/issue" : "POST /rest/api/3/issue";
	struct test_site t;
	size_t issues;

	site_open(&t, dc, 1);
	issues = t.site->issue_count;
	for (size_t i = 0; i < n; i++) {
		const char *says;

		ask(&t, create, arena_printf(t.arena, "{\"fields\":{\"project\":{\"key\":\"OPS\"},\"issuetype\":{\"name\":\"Task\"},%s%s}}",
		    strstr(list[i].fields, "summary") != NULL ? "" : "\"summary\":\"A new one\",", list[i].fields));
		says = json_get_str(json_get(t.body, "errors"), list[i].field);
		if (t.status != 400 || !str_eq(says, list[i].says))
			fail_msg("%s: %d %s", list[i].fields, t.status, t.text);
		assert_int_equal(json_len(json_get(t.body, "errors")), 1);
		assert_int_equal(json_len(json_get(t.body, "errorMessages")), 0);
	}
	assert_int_equal(t.site->issue_count, issues);
	site_close(&t);
}

static void
test_refusals_cloud(void **state)
{
	(void)state;
	check_refusals(false, cloud_refusals, LEN(cloud_refusals));
}

static void
test_refusals_dc(void **state)
{
	(void)state;
	check_refusals(true, dc_refusals, LEN(dc_refusals));
}

/* One answer names every fault. */
static void
test_all_faults_at_once(void **state)
{
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	ask(&t, "POST /rest/api/3/issue", "{\"fields\":{\"project\":{\"key\":\"OPS\"},\"issuetype\":{\"name\":\"Task\"},\"labels\":[\"a b\"],\"x\":1}}");
	assert_int_equal(t.status, 400);
	assert_int_equal(json_len(json_get(t.body, "errors")), 3);	/* labels, x, summary */
	ask(&t, "POST /rest/api/3/issue", "{\"fields\":{}}");
	assert_non_null(json_path_str(t.body, "errors.project"));
	assert_non_null(json_path_str(t.body, "errors.issuetype"));
	ask(&t, "POST /rest/api/3/issue", "{\"fields\":[]}");
	assert_int_equal(t.status, 400);
	ask(&t, "POST /rest/api/3/issue", "[]");
	assert_int_equal(t.status, 400);
	ask(&t, "POST /rest/api/3/issue", "");
	assert_int_equal(t.status, 400);
	t.type = "text/plain";
	ask(&t, "POST /rest/api/3/issue", "{}");
	assert_int_equal(t.status, 415);
	site_close(&t);
}

/* A good field beside a bad one: neither is stored, and nothing is logged. */
static void
test_refused_edit_changes_nothing(void **state)
{
	static const char *const bodies[] = {
		"{\"fields\":{\"summary\":\"Changed\",\"labels\":[\"a b\"]}}",
		"{\"fields\":{\"summary\":\"Changed\"},\"update\":{\"labels\":[{\"add\":\"good\"},{\"add\":\"b a d\"}]}}",
		"{\"fields\":{\"summary\":\"Changed\"},\"update\":{\"comment\":[{\"add\":{\"body\":\"no document\"}}]}}",
		"{\"fields\":{\"summary\":\"Changed\"},\"update\":{\"issuelinks\":[{\"add\":{\"type\":{\"name\":\"Blocks\"},\"outwardIssue\":{\"key\":\"OPS-999\"}}}]}}",
		"{\"fields\":{\"summary\":\"Changed\"},\"update\":{\"summary\":[{\"set\":\"Twice\"}]}}",
	};
	static const char *const request = "GET /rest/api/3/issue/OPS-3?fields=*all&expand=changelog";
	struct test_site t;
	const char *before;

	(void)state;
	site_open(&t, false, 1);
	ask_ok(&t, request, NULL);
	before = t.text;
	for (size_t i = 0; i < LEN(bodies); i++) {
		ask(&t, "PUT /rest/api/3/issue/OPS-3", bodies[i]);
		if (t.status != 400)
			fail_msg("%s: %d", bodies[i], t.status);
		ask_ok(&t, request, NULL);
		assert_string_equal(t.text, before);
	}
	site_close(&t);
}

/* A type can be changed for one of the same level only. */
static void
test_type(void **state)
{
	struct test_site t;

	(void)state;
	site_open(&t, true, 1);
	ask_ok(&t, "PUT /rest/api/2/issue/OPS-2", "{\"fields\":{\"issuetype\":{\"name\":\"Bug\"}}}");
	assert_string_equal(json_path_str(ask_ok(&t, "GET /rest/api/2/issue/OPS-2", NULL), "fields.issuetype.name"), "Bug");
	ask(&t, "PUT /rest/api/2/issue/OPS-2", "{\"fields\":{\"issuetype\":{\"name\":\"Sub-task\"}}}");
	assert_string_equal(json_path_str(t.body, "errors.issuetype"), "valid issue type is required");
	ask(&t, "PUT /rest/api/2/issue/OPS-2", "{\"fields\":{\"issuetype\":{\"id\":\"10000\"}}}");
	assert_int_equal(t.status, 400);
	site_close(&t);
}

static json *
newest_change(struct test_site *t, const char *key)
{
	json *issue = ask_ok(t, arena_printf(t->arena, "GET /rest/api/3/issue/%s?fields=*all&expand=changelog", key), NULL);

	return json_at(json_path(issue, "changelog.histories"), 0);
}

static json *
item_of(json *change, const char *field)
{
	for (struct json_iter it = json_iter(json_get(change, "items")); json_next(&it);)
		if (str_eq(json_get_str(it.value, "field"), field))
			return it.value;
	return NULL;
}

/* What is set is read back and logged, once; setting the same again leaves no trace. */
static void
test_edit(void **state)
{
	static const char *const body = "{\"fields\":{\"summary\":\"Changed\",\"priority\":{\"name\":\"lowest\"},\"duedate\":\"2026-12-24\","
	    "\"customfield_10041\":{\"value\":\"Payments\"}},\"update\":{\"labels\":[{\"set\":[\"x\",\"y\"]},{\"remove\":\"x\"},{\"add\":\"z\"}],"
	    "\"components\":[{\"set\":[{\"id\":\"10002\"},{\"name\":\"kubernetes\"}]}]}}";
	struct test_site t;
	json *change, *fields;
	size_t count;

	(void)state;
	site_open(&t, false, 1);
	ask_ok(&t, "PUT /rest/api/3/issue/OPS-3", body);
	assert_int_equal(t.status, 204);
	change = newest_change(&t, "OPS-3");
	fields = json_get(t.body, "fields");
	count = json_len(json_path(t.body, "changelog.histories"));
	assert_string_equal(json_get_str(fields, "summary"), "Changed");
	assert_string_equal(json_path_str(fields, "priority.name"), "Lowest");
	assert_string_equal(json_get_str(fields, "duedate"), "2026-12-24");
	assert_string_equal(json_path_str(fields, "customfield_10041.value"), "Payments");
	assert_string_equal(json_path_str(fields, "labels.0"), "y");
	assert_string_equal(json_path_str(fields, "labels.1"), "z");
	assert_int_equal(json_len(json_get(fields, "components")), 2);
	assert_string_equal(json_get_str(item_of(change, "summary"), "toString"), "Changed");
	assert_string_equal(json_get_str(item_of(change, "priority"), "to"), "5");
	assert_string_equal(json_get_str(item_of(change, "Team"), "fieldtype"), "custom");
	assert_string_equal(json_path_str(change, "author.displayName"), "Ada Brandt");
	assert_string_equal(json_get_str(fields, "updated"), json_get_str(change, "created"));
	ask_ok(&t, "PUT /rest/api/3/issue/OPS-3", "{\"fields\":{\"summary\":\"Changed\",\"duedate\":\"2026-12-24\"}}");
	newest_change(&t, "OPS-3");
	assert_int_equal(json_len(json_path(t.body, "changelog.histories")), count);
	ask_ok(&t, "PUT /rest/api/3/issue/OPS-3", "{\"fields\":{\"duedate\":null,\"labels\":[],\"assignee\":null}}");
	newest_change(&t, "OPS-3");
	assert_true(json_is_null(json_path(t.body, "fields.duedate")));
	assert_int_equal(json_len(json_path(t.body, "fields.labels")), 0);
	site_close(&t);
}

/* The way of a bug through the workflow: the screen, the resolution and its date, and back. */
static void
test_transitions(void **state)
{
	static const struct { const char *body; int status; const char *now, *resolution; } step[] = {
		{ "{\"transition\":{\"id\":\"21\"}}", 400, "To Do", NULL },		/* not from here */
		{ "{\"transition\":{\"id\":11},\"fields\":{\"summary\":\"x\"}}", 400, "To Do", NULL },	/* no screen */
		{ "{\"transition\":{\"id\":11}}", 204, "In Progress", NULL },
		{ "{\"transition\":{\"id\":\"41\"}}", 400, "In Progress", NULL },	/* resolution missing */
		{ "{\"transition\":{\"id\":\"41\"},\"fields\":{\"resolution\":{\"name\":\"Maybe\"}}}", 400, "In Progress", NULL },
		{ "{\"transition\":{\"id\":\"41\"},\"fields\":{\"resolution\":{\"name\":\"Done\"},\"summary\":\"x\"}}", 400, "In Progress", NULL },
		{ "{\"transition\":{\"id\":\"41\"},\"fields\":{\"resolution\":{\"name\":\"Duplicate\"}}}", 204, "Done", "Duplicate" },
		{ "{\"transition\":{\"id\":\"71\"}}", 400, "Done", "Duplicate" },	/* for bugs it is another */
		{ "{\"transition\":{\"id\":\"61\"}}", 204, "Reopened", NULL },
		{ "{\"transition\":{\"name\":\"Start work\"}}", 400, "Reopened", NULL },
		{ "{}", 400, "Reopened", NULL },
	};
	struct test_site t;
	const char *key;

	(void)state;
	site_open(&t, false, 1);
	key = json_get_str(ask_ok(&t, "POST /rest/api/3/issue",
	    "{\"fields\":{\"project\":{\"key\":\"SHOP\"},\"issuetype\":{\"name\":\"Bug\"},\"summary\":\"Broken\"}}"), "key");
	for (size_t i = 0; i < LEN(step); i++) {
		json *fields;

		ask(&t, arena_printf(t.arena, "POST /rest/api/3/issue/%s/transitions", key), step[i].body);
		if (t.status != step[i].status)
			fail_msg("%s: %d %s", step[i].body, t.status, t.text);
		fields = json_get(ask_ok(&t, arena_printf(t.arena, "GET /rest/api/3/issue/%s", key), NULL), "fields");
		assert_string_equal(json_path_str(fields, "status.name"), step[i].now);
		assert_true(str_eq(json_path_str(fields, "resolution.name"), step[i].resolution));
		assert_int_equal(json_is_null(json_get(fields, "resolutiondate")), step[i].resolution == NULL);
	}
	site_close(&t);
}

/* Setting a sprint keeps those that are over; a document written in v3 is read as text in v2 and the other way round. */
static void
test_sprint_and_texts(void **state)
{
	struct test_site t;
	struct sb_issue *carried = NULL;
	json *fields;

	(void)state;
	site_open(&t, false, 1);
	for (size_t i = 0; i < t.site->issue_count && carried == NULL; i++)
		if (t.site->issue[i]->value[F_SPRINT].n == 2)
			carried = t.site->issue[i];
	assert_non_null(carried);
	ask_ok(&t, arena_printf(t.arena, "PUT /rest/api/3/issue/%s", carried->key), "{\"fields\":{\"customfield_10020\":3}}");
	fields = json_get(ask_ok(&t, arena_printf(t.arena, "GET /rest/api/3/issue/%s", carried->key), NULL), "fields");
	assert_int_equal(json_int(json_path(fields, "customfield_10020.0.id"), 0), 1);
	assert_int_equal(json_int(json_path(fields, "customfield_10020.1.id"), 0), 3);
	assert_int_equal(json_len(json_get(fields, "customfield_10020")), 2);

	ask_ok(&t, "PUT /rest/api/3/issue/OPS-3", "{\"fields\":{\"description\":{\"type\":\"doc\",\"version\":1,\"content\":["
	    "{\"type\":\"panel\",\"attrs\":{\"panelType\":\"note\"},\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"kept\"}]}]}]}}}");
	assert_string_equal(json_path_str(ask_ok(&t, "GET /rest/api/3/issue/OPS-3", NULL), "fields.description.content.0.type"), "panel");
	assert_string_equal(json_path_str(ask_ok(&t, "GET /rest/api/2/issue/OPS-3", NULL), "fields.description"), "kept");
	ask_ok(&t, "PUT /rest/api/2/issue/OPS-3", "{\"fields\":{\"description\":\"h1. Title\"}}");
	assert_string_equal(json_path_str(ask_ok(&t, "GET /rest/api/3/issue/OPS-3", NULL), "fields.description.content.0.type"), "heading");
	/* Text that only looks like a document stays text. */
	ask_ok(&t, "PUT /rest/api/2/issue/OPS-3", "{\"fields\":{\"description\":\"{\\\"type\\\": broken\"}}");
	assert_string_equal(json_path_str(ask_ok(&t, "GET /rest/api/3/issue/OPS-3", NULL), "fields.description.content.0.type"), "paragraph");
	site_close(&t);
}

static void
test_comments(void **state)
{
	struct test_site t;
	const char *id;

	(void)state;
	site_open(&t, true, 1);
	for (int i = 0; i < 9; i++)
		ask_ok(&t, "POST /rest/api/2/issue/OPS-1/comment", arena_printf(t.arena, "{\"body\":\"Number %d\"}", i));
	id = json_get_str(t.body, "id");
	t.auth = ZOE_DC;
	ask(&t, arena_printf(t.arena, "PUT /rest/api/2/issue/OPS-1/comment/%s", id), "{\"body\":\"Mine now\"}");
	assert_int_equal(t.status, 403);
	ask(&t, arena_printf(t.arena, "DELETE /rest/api/2/issue/OPS-1/comment/%s", id), NULL);
	assert_int_equal(t.status, 403);
	ask_ok(&t, "POST /rest/api/2/issue/OPS-1/comment", "{\"body\":\"Mine\",\"visibility\":{\"type\":\"role\",\"value\":\"Developers\"}}");
	ask_ok(&t, arena_printf(t.arena, "DELETE /rest/api/2/issue/OPS-1/comment/%s", json_get_str(t.body, "id")), NULL);
	t.auth = ADA_DC;
	ask_ok(&t, "GET /rest/api/2/issue/OPS-1/comment?orderBy=-created&maxResults=3", NULL);
	assert_string_equal(json_path_str(t.body, "comments.0.body"), "Number 8");
	assert_int_equal(json_len(json_get(t.body, "comments")), 3);
	ask(&t, "POST /rest/api/2/issue/OPS-1/comment", arena_printf(t.arena, "{\"body\":\"%040000d\"}", 0));
	assert_int_equal(t.status, 400);
	assert_string_equal(json_path_str(t.body, "errors.comment"), "The entered text is too long. It exceeds the allowed limit of 32,767 characters.");
	site_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals_cloud), cmocka_unit_test(test_refusals_dc), cmocka_unit_test(test_all_faults_at_once),
		cmocka_unit_test(test_refused_edit_changes_nothing), cmocka_unit_test(test_type), cmocka_unit_test(test_edit), cmocka_unit_test(test_transitions),
		cmocka_unit_test(test_sprint_and_texts), cmocka_unit_test(test_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
