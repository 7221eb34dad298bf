/*
 * Search: JQL against what the site holds. Expected sets are not written down but
 * counted from the issues themselves, by other code than the search's.
 */
#include "unit/sandbox_harness.h"

static bool is_done(const struct sb_issue *s) { return sb_id(s, F_STATUS) == SB_DONE; }
static bool is_open(const struct sb_issue *s) { return sb_id(s, F_RESOLUTION) == -1; }
static bool in_ops(const struct sb_issue *s) { return s->project == SB_OPS; }
static bool is_mine(const struct sb_issue *s) { return sb_id(s, F_ASSIGNEE) == SB_ME; }
static bool has_nobody(const struct sb_issue *s) { return sb_id(s, F_ASSIGNEE) == -1; }
static bool has_somebody_else(const struct sb_issue *s) { return sb_id(s, F_ASSIGNEE) > 0; }
static bool is_urgent(const struct sb_issue *s) { return sb_id(s, F_PRIORITY) <= 2; }
static bool is_subtask(const struct sb_issue *s) { return sb_id(s, F_ISSUETYPE) == SB_SUBTASK; }
static bool is_large(const struct sb_issue *s) { return s->value[F_POINTS].n > 0 && s->value[F_POINTS].v[0].number >= 5; }
static bool is_new(const struct sb_issue *s) { return sb_id(s, F_CREATED) >= NOW_MS - INT64_C(30) * 86400000; }
static bool is_in_nordics(const struct sb_issue *s) { return sb_value_has(&sb_field_table[F_MARKETS], &s->value[F_MARKETS], &(struct sb_atom){ .id = 10111 }); }
static bool is_running(const struct sb_issue *s) { return sb_value_has(&sb_field_table[F_SPRINT], &s->value[F_SPRINT], &(struct sb_atom){ .id = 2 }); }
static bool is_moving(const struct sb_issue *s) { return sb_id(s, F_STATUS) == SB_IN_PROGRESS || sb_id(s, F_STATUS) == SB_IN_REVIEW; }
static bool for_release(const struct sb_issue *s) { return sb_id(s, F_FIXVERSIONS) == 10005; }
static bool mentions_checkout(const struct sb_issue *s) { return strstr(sb_text(s, F_SUMMARY), "checkout") != NULL || strstr(sb_text(s, F_SUMMARY), "Checkout") != NULL; }

static bool
was_in_review(const struct sb_issue *s)
{
	for (size_t i = 0; i < s->change_count; i++)
		for (size_t k = 0; k < s->change[i].item_count; k++)
			if (s->change[i].item[k].field == F_STATUS && str_eq(s->change[i].item[k].to_text, "In Review"))
				return true;
	return false;
}

static const struct {
	const char *jql;
	bool (*fits)(const struct sb_issue *);
} queries[] = {
	{ "status = Done", is_done }, { "status = 10002", is_done }, { "statusCategory = Done", is_done }, { "resolution is not EMPTY", is_done },
	{ "resolution = Unresolved", is_open }, { "resolution in (unresolved)", is_open }, { "resolution is EMPTY", is_open },
	{ "NOT statusCategory = Done", is_open }, { "statusCategory in (new, indeterminate)", is_open },
	{ "project = OPS", in_ops }, { "project = \"Platform Operations\"", in_ops }, { "project = 10000", in_ops }, { "project != SHOP", in_ops },
	{ "assignee = currentUser()", is_mine }, { "assignee = \"Ada Brandt\"", is_mine }, { "assignee = 5f8e21b07c94ad006f3b1d52", is_mine },
	{ "assignee = \"ada.brandt@halden.example\"", is_mine },
	{ "assignee is EMPTY", has_nobody }, { "assignee != currentUser()", has_somebody_else },
	{ "priority >= High", is_urgent }, { "priority in (Highest, High)", is_urgent }, { "priority > Medium", is_urgent },
	{ "issuetype = Sub-task", is_subtask }, { "type in subtaskIssueTypes()", is_subtask }, { "issuetype not in standardIssueTypes()", is_subtask },
	{ "\"Story Points\" >= 5", is_large }, { "cf[10016] >= 5", is_large }, { "created >= -30d", is_new },
	{ "Markets = Nordics", is_in_nordics }, { "sprint in openSprints()", is_running }, { "sprint = \"SHOP Sprint 24\"", is_running },
	{ "sprint = 2", is_running }, { "status in (\"In Progress\", \"In Review\")", is_moving }, { "statusCategory = \"In Progress\"", is_moving },
	{ "fixVersion = 3.8.0", for_release }, { "summary ~ checkout", mentions_checkout }, { "status was \"In Review\"", was_in_review },
};

static void
test_queries(void **state)
{
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	for (size_t i = 0; i < LEN(queries); i++) {
		const char *expected = "", *found = find_keys(&t, arena_printf(t.arena, "%s ORDER BY key", queries[i].jql), "key");
		size_t n = 0;

		for (int p = 0; p < SB_PROJECTS; p++)
			for (size_t k = 0; k < t.site->issue_count; k++)
				if (t.site->issue[k]->project == p && queries[i].fits(t.site->issue[k]) && n++ < 100)
					expected = arena_printf(t.arena, "%s%s%s", expected, *expected == '\0' ? "" : " ", t.site->issue[k]->key);
		if (n == 0)
			fail_msg("%s: nothing fits, so it proves nothing", queries[i].jql);
		if (!str_eq(expected, found))
			fail_msg("%s: expected %zu: %s, found: %s", queries[i].jql, n, expected, found);
	}
	site_close(&t);
}

static const struct {
	const char *jql, *says;
} wrong[] = {
	{ "project = ", "line 1, character" },
	{ "project = NONE", "The value 'NONE' does not exist for the field 'project'." },
	{ "status = Nowhere", "The value 'Nowhere' does not exist for the field 'status'." },
	{ "assignee = nobody", "The value 'nobody' does not exist for the field 'assignee'." },
	{ "colour = red", "Field 'colour' does not exist or you do not have permission to view it." },
	{ "order by key", "Unbounded JQL queries are not allowed here. Please add a search restriction to your query." },
	{ "", "Unbounded JQL queries are not allowed here. Please add a search restriction to your query." },
	{ "assignee = membersOf(nobody)", "the group does not exist" },
	{ "issue in linkedIssues(OPS-9999)", "OPS-9999" },
	{ "assignee = noSuchFunction()", "noSuchFunction" },
};

static void
test_wrong_queries(void **state)
{
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	for (size_t i = 0; i < LEN(wrong); i++) {
		ask(&t, "POST /rest/api/3/search/jql", arena_printf(t.arena, "{\"jql\":\"%s\"}", wrong[i].jql));
		if (t.status != 400 || json_path_str(t.body, "errorMessages.0") == NULL || strstr(json_path_str(t.body, "errorMessages.0"), wrong[i].says) == NULL)
			fail_msg("%s: %d %s", wrong[i].jql, t.status, t.text);
		if (i > 0)	/* the count refuses alike */
			ask(&t, "POST /rest/api/3/search/approximate-count", arena_printf(t.arena, "{\"jql\":\"%s\"}", wrong[i].jql));
		assert_int_equal(t.status, 400);
	}
	site_close(&t);
}

/* Pages of any size cover everything once, in the order of one big page. */
static void
test_pages(void **state)
{
	static const int sizes[] = { 1, 7, 50, 99, 5000 };
	struct test_site t;
	const char *all;

	(void)state;
	site_open(&t, false, 1);
	ask_ok(&t, "GET /rest/api/3/search/jql?jql=project+in+(OPS,SHOP)+order+by+updated&maxResults=5000", NULL);
	all = "";
	for (struct json_iter it = json_iter(json_get(t.body, "issues")); json_next(&it);)
		all = arena_printf(t.arena, "%s %s", all, json_get_str(it.value, "id"));
	for (size_t i = 0; i < LEN(sizes); i++) {
		const char *got = "", *token = "";

		for (;;) {
			ask_ok(&t, arena_printf(t.arena, "GET /rest/api/3/search/jql?jql=project+in+(OPS,SHOP)+order+by+updated&maxResults=%d&nextPageToken=%s",
			    sizes[i], token), NULL);
			for (struct json_iter it = json_iter(json_get(t.body, "issues")); json_next(&it);)
				got = arena_printf(t.arena, "%s %s", got, json_get_str(it.value, "id"));
			token = json_get_str(t.body, "nextPageToken");
			assert_int_equal(json_get_bool(t.body, "isLast", false), token == NULL);
			if (token == NULL)
				break;
		}
		assert_string_equal(got, all);
	}
	site_close(&t);
}

static void
test_tokens(void **state)
{
	static const char *const bad[] = { "x", "0123456789abcdef", "zzzzzzzzzzzzzzzz", "%00", "00000000", "0123456789abcdef0" };
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	for (size_t i = 0; i < LEN(bad); i++) {
		ask(&t, arena_printf(t.arena, "GET /rest/api/3/search/jql?jql=project=OPS&nextPageToken=%s", bad[i]), NULL);
		assert_int_equal(t.status, 400);
	}
	site_close(&t);
}

/* Who may not see a project does not find it, and its name is unknown to them. */
static void
test_permission(void **state)
{
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	t.auth = ZOE_CLOUD;
	assert_null(strstr(find_keys(&t, "created > -1000d", "key"), "SHOP"));
	assert_non_null(strstr(find_keys(&t, "created > -1000d", "key"), "OPS"));
	ask(&t, "POST /rest/api/3/search/jql", "{\"jql\":\"project = SHOP\"}");
	assert_int_equal(t.status, 400);
	ask(&t, "POST /rest/api/3/search/jql", "{\"jql\":\"key = SHOP-1\"}");
	assert_int_equal(t.status, 400);
	ask_ok(&t, "GET /rest/api/3/issue/OPS-1?fields=issuelinks,parent,subtasks", NULL);
	assert_null(strstr(t.text, "SHOP-"));
	site_close(&t);
}

/* Fields: none on Cloud unless asked for, the navigable ones on Data Center. */
static void
test_fields(void **state)
{
	static const struct { const char *fields; const char *has, *lacks; } picks[] = {
		{ "summary", "\"summary\"", "\"status\"" }, { "*all", "\"comment\"", "\"nothing\"" }, { "*navigable", "\"summary\"", "\"comment\"" },
		{ "*navigable,-summary", "\"status\"", "\"summary\":\"" }, { "nonsense", "\"key\"", "\"fields\"" }, { "id", "\"id\"", "\"key\"" },
	};
	struct test_site t;

	(void)state;
	site_open(&t, false, 1);
	for (size_t i = 0; i < LEN(picks); i++) {
		ask_ok(&t, arena_printf(t.arena, "GET /rest/api/3/search/jql?jql=key=OPS-1&fields=%s", picks[i].fields), NULL);
		if (strstr(t.text, picks[i].has) == NULL || strstr(t.text, picks[i].lacks) != NULL)
			fail_msg("%s: %s", picks[i].fields, t.text);
	}
	ask_ok(&t, "GET /rest/api/3/search/jql?jql=key=OPS-1", NULL);
	assert_string_equal(t.text, "{\"issues\":[{\"id\":\"10001\"}],\"isLast\":true}");
	site_close(&t);
	site_open(&t, true, 1);
	ask_ok(&t, "GET /rest/api/2/search?jql=key=OPS-1", NULL);
	assert_non_null(json_path_str(t.body, "issues.0.fields.summary"));
	assert_null(json_path(t.body, "issues.0.fields.comment"));
	ask_ok(&t, "GET /rest/api/2/search?jql=&startAt=100000", NULL);
	assert_int_equal(json_len(json_get(t.body, "issues")), 0);
	site_close(&t);
}

/* What was written is found at once. */
static void
test_fresh(void **state)
{
	struct test_site t;
	const char *key;

	(void)state;
	site_open(&t, true, 1);
	key = json_get_str(ask_ok(&t, "POST /rest/api/2/issue", "{\"fields\":{\"project\":{\"key\":\"OPS\"},\"issuetype\":{\"name\":\"Task\"},"
	    "\"summary\":\"Zebra crossing\",\"description\":\"quagga\"}}"), "key");
	assert_string_equal(find_keys(&t, "text ~ quagga", "key"), key);
	ask_ok(&t, arena_printf(t.arena, "POST /rest/api/2/issue/%s/comment", key), "{\"body\":\"okapi\"}");
	assert_string_equal(find_keys(&t, "comment ~ okapi", "key"), key);
	ask_ok(&t, arena_printf(t.arena, "DELETE /rest/api/2/issue/%s", key), NULL);
	assert_string_equal(find_keys(&t, "text ~ quagga", "key"), "");
	site_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_queries), cmocka_unit_test(test_wrong_queries), cmocka_unit_test(test_pages), cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_permission), cmocka_unit_test(test_fields), cmocka_unit_test(test_fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
