/* Resources and completion before a scripted site, Cloud and Data Center. */
#include "product_harness.h"

#include "base/clock.h"

static const char *const fence[] = { "jira-filter=OPS,DEV", NULL };

#define PROJECT_OPS "{\"key\":\"OPS\",\"name\":\"Operations\",\"lead\":{\"displayName\":\"Ana Lima\"},\"description\":\"What runs.\"," \
	"\"components\":[{\"name\":\"Web\"},{\"name\":\"Mail\"}]," \
	"\"versions\":[{\"name\":\"1.0\",\"released\":true,\"releaseDate\":\"2026-01-02\"},{\"name\":\"0.9\",\"archived\":true}," \
	"{\"name\":\"2.0\",\"released\":false},{\"name\":\"1.1\",\"released\":true}]," \
	"\"issueTypes\":[{\"id\":\"1\",\"name\":\"Bug\",\"subtask\":false},{\"id\":\"2\",\"name\":\"Task\",\"subtask\":false}," \
	"{\"id\":\"5\",\"name\":\"Check\",\"subtask\":true}]}"
#define STATUSES_OPS "[{\"id\":\"1\",\"name\":\"Bug\",\"statuses\":[{\"name\":\"Open\"},{\"name\":\"Done\"}]}," \
	"{\"id\":\"2\",\"name\":\"Task\",\"statuses\":[{\"name\":\"Open\"},{\"name\":\"Done\"}]}," \
	"{\"id\":\"5\",\"name\":\"Check\",\"statuses\":[{\"name\":\"Open\"}]}]"
#define PROJECT_TEXT "# OPS Operations\nLead: Ana Lima\nComponents: Web, Mail\nOpen versions: 2.0\n" \
	"Released: 1.1, 1.0 (2026-01-02)\nURL: %s/browse/OPS\n\nId|Issue type|Statuses\n-|-|-\n1|Bug|Open, Done\n" \
	"2|Task|as above\n5|Check (sub-task)|Open\n\n## Description\nWhat runs."

static const char *
site_url(struct world *w)
{
	return arena_printf(w->arena, "http://127.0.0.1:%d", httpd_port(w->httpd));
}

static void
test_templates(void **state)
{
	static const char *const no_reading[] = { "enabled-tools=jira_search", NULL };
	struct world w;
	json *list;

	(void)state;
	world_begin(&w, false, NULL, NULL);
	list = json_get(ask(&w, LIST_TEMPLATES, NULL, NULL), "list");
	assert_string_equal(joined(&w, list, "uriTemplate"), "jira://issue/{key}, jira://project/{key}");
	assert_string_equal(joined(&w, list, "mimeType"), "text/markdown, text/markdown");
	assert_string_equal(joined(&w, list, "title"), "Jira issue, Jira project");
	world_end(&w);
	world_begin(&w, false, NULL, no_reading);
	list = json_get(ask(&w, LIST_TEMPLATES, NULL, NULL), "list");
	assert_string_equal(joined(&w, list, "name"), "project");
	assert_null(ask(&w, READ_RESOURCE, "jira://issue/OPS-7", NULL));
	assert_int_equal(w.err.kind, ERR_NOT_FOUND);
	assert_string_equal(err_text(&w.err), "Unknown resource: jira://issue/OPS-7");
	world_end(&w);
}

/* Confluence's are offered where it is configured; what is no id or key never reaches the site. */
static void
test_templates_confluence(void **state)
{
	static const char *const both[] = { "confluence-url=http://127.0.0.1:1", "confluence-deployment=cloud", NULL };
	static const char *const wrong[] = { "confluence://page/x", "confluence://page/", "confluence://page/1%22", "confluence://space/A\"B",
		"confluence://space/", "confluence://space/../x" };
	struct world w;
	json *list;

	(void)state;
	world_begin(&w, false, NULL, both);
	list = json_get(ask(&w, LIST_TEMPLATES, NULL, NULL), "list");
	assert_string_equal(joined(&w, list, "uriTemplate"),
	    "jira://issue/{key}, jira://project/{key}, confluence://page/{id}, confluence://space/{key}");
	for (size_t i = 0; i < LEN(wrong); i++) {
		assert_null(ask(&w, READ_RESOURCE, wrong[i], NULL));
		assert_int_equal(w.err.kind, ERR_NOT_FOUND);
	}
	world_end(&w);
}

static void
test_list_cloud(void **state)
{
	static const struct line script[] = {
		{ "/rest/api/3/project/search?maxResults=50&orderBy=key", NULL, 200,
		    "{\"values\":[{\"key\":\"DEV\",\"name\":\"Devel\\u202eopment\"},{\"key\":\"OLD\",\"name\":\"Old\",\"archived\":true},{\"key\":\"A/B\",\"name\":\"Odd\"},"
		    "{\"key\":\"OPS\",\"name\":\"Operations\"}]}" },
		{ "/rest/api/3/project/search?maxResults=50&orderBy=key&keys=OPS&keys=DEV", NULL, 200,
		    "{\"values\":[{\"key\":\"OPS\",\"name\":\"Operations\"},{\"key\":\"SEC\",\"name\":\"Secret\"}]}" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;
	json *list;

	(void)state;
	clock_fake(1700000000000);
	world_begin(&w, false, script, NULL);
	list = json_get(ask(&w, LIST_RESOURCES, NULL, NULL), "list");
	assert_string_equal(joined(&w, list, "uri"), "jira://site, jira://project/DEV, jira://project/OPS");
	assert_string_equal(json_get_str(json_at(list, 1), "title"), "DEV Development");
	assert_string_equal(json_get_str(json_at(list, 1), "name"), "DEV");
	assert_string_equal(json_get_str(json_at(list, 1), "mimeType"), "text/markdown");
	ask(&w, LIST_RESOURCES, NULL, NULL);
	assert_int_equal(w.requests, 1);	/* known for a minute */
	clock_fake(1700000000000 + 61 * 1000);
	list = json_get(ask(&w, LIST_RESOURCES, NULL, NULL), "list");
	assert_int_equal(json_len(list), 3);
	assert_int_equal(w.requests, 2);
	clock_fake(-1);
	world_end(&w);
	world_begin(&w, false, script, fence);
	list = json_get(ask(&w, LIST_RESOURCES, NULL, NULL), "list");
	assert_string_equal(joined(&w, list, "uri"), "jira://site, jira://project/OPS");	/* SEC came back all the same */
	world_end(&w);
}

static void
test_list_dc(void **state)
{
	static const struct line script[] = {
		{ "/rest/api/2/project", NULL, 200, "[{\"key\":\"SEC\",\"name\":\"Secret\"},{\"key\":\"OPS\",\"name\":\"Operations\"}]" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;

	(void)state;
	world_begin(&w, true, script, fence);
	assert_string_equal(joined(&w, json_get(ask(&w, LIST_RESOURCES, NULL, NULL), "list"), "uri"), "jira://site, jira://project/OPS");
	world_end(&w);
}

static void
test_list_is_limited(void **state)
{
	struct line script[] = { { "/rest/api/2/project", NULL, 200, NULL }, { NULL, NULL, 0, NULL } };
	struct world w;
	struct buf b;

	(void)state;
	buf_init(&b, 1024 * 1024);
	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "%s{\"key\":\"P%d\",\"name\":\"Project number %d\"}", i == 0 ? "[" : ",", i, i);
	buf_adds(&b, "]");
	script[0].answer = b.data;
	world_begin(&w, true, script, NULL);
	assert_int_equal(json_len(json_get(ask(&w, LIST_RESOURCES, NULL, NULL), "list")), 51);
	world_end(&w);
	buf_release(&b);
}

/* A client asks for the list when it starts; a site that is down must not keep it from starting. */
static void
test_list_of_a_broken_site(void **state)
{
	static const struct line script[] = {
		{ "/rest/api/3/project/search?maxResults=50&orderBy=key", NULL, 401, "{}" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;
	json *answer;

	(void)state;
	world_begin(&w, false, script, NULL);
	answer = ask(&w, LIST_RESOURCES, NULL, NULL);
	assert_string_equal(joined(&w, json_get(answer, "list"), "uri"), "jira://site");
	assert_false(err_is_set(&w.err));
	world_end(&w);
}

static void
test_read_issue(void **state)
{
	static const struct line script[] = {
		{ "/rest/api/3/issue/OPS-7?fields=%2Aall%2C-worklog&expand=names%2Cschema", NULL, 200,
		    "{\"key\":\"OPS-7\",\"fields\":{\"summary\":\"Login fails\",\"project\":{\"key\":\"OPS\"},\"status\":{\"name\":\"Open\"}}}" },
		{ "/rest/api/3/issue/OPS-8?fields=%2Aall%2C-worklog&expand=names%2Cschema", NULL, 200,
		    "{\"key\":\"SEC-8\",\"fields\":{\"summary\":\"Leaked key\",\"project\":{\"key\":\"SEC\"}}}" },
		{ "/rest/api/3/issue/OPS-9?fields=%2Aall%2C-worklog&expand=names%2Cschema", NULL, 404,
		    "{\"errorMessages\":[\"Issue does not exist or you do not have permission to see it.\"]}" },
		{ "/rest/api/3/myself", NULL, 200, "{\"displayName\":\"Ana Lima\"}" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;
	json *one;
	const char *moved;

	(void)state;
	world_begin(&w, false, script, fence);
	one = json_at(json_get(ask(&w, READ_RESOURCE, "jira://issue/ops-7", NULL), "contents"), 0);
	assert_string_equal(json_get_str(one, "uri"), "jira://issue/ops-7");
	assert_string_equal(json_get_str(one, "mimeType"), "text/markdown");
	assert_string_equal(json_get_str(one, "text"), arena_printf(w.arena,
	    "# OPS-7 Login fails\nStatus: Open\nURL: %s/browse/OPS-7", site_url(&w)));
	assert_null(ask(&w, READ_RESOURCE, "jira://issue/OPS-8", NULL));
	assert_int_equal(w.err.kind, ERR_NOT_FOUND);
	moved = arena_strdup(w.arena, err_text(&w.err));
	assert_null(ask(&w, READ_RESOURCE, "jira://issue/OPS-9", NULL));
	assert_int_equal(w.err.kind, ERR_NOT_FOUND);
	assert_string_equal(err_text(&w.err), moved);	/* outside the fence is as if it were not there */
	world_end(&w);
}

static void
read_project(bool dc, const struct line *script)
{
	struct world w;
	json *answer;

	world_begin(&w, dc, script, fence);
	answer = ask(&w, READ_RESOURCE, "jira://project/OPS", NULL);
	assert_non_null(answer);
	assert_string_equal(json_path_str(answer, "contents.0.text"), arena_printf(w.arena, PROJECT_TEXT, site_url(&w)));
	assert_int_equal(w.requests, 2);
	assert_null(ask(&w, READ_RESOURCE, "jira://project/OLD", NULL));
	assert_int_equal(w.err.kind, ERR_NOT_FOUND);
	assert_string_equal(err_text(&w.err), "There is no project OLD, or this account may not see it.");
	assert_null(ask(&w, READ_RESOURCE, "jira://project/NONE", NULL));
	assert_int_equal(w.err.kind, ERR_NOT_FOUND);
	world_end(&w);
}

static void
test_read_project(void **state)
{
	static const struct line cloud[] = {
		{ "/rest/api/3/project/OPS", NULL, 200, PROJECT_OPS },
		{ "/rest/api/3/project/OPS/statuses", NULL, 200, STATUSES_OPS },
		{ "/rest/api/3/project/OLD", NULL, 200, "{\"key\":\"SEC\",\"name\":\"Secret\"}" },
		{ "/rest/api/3/project/OLD/statuses", NULL, 200, "[]" },
		{ "/rest/api/3/project/NONE", NULL, 404, "{\"errorMessages\":[\"No project could be found with key 'NONE'.\"]}" },
		{ "/rest/api/3/project/NONE/statuses", NULL, 404, "{}" },
		{ "/rest/api/3/myself", NULL, 200, "{\"displayName\":\"Ana Lima\"}" },
		{ NULL, NULL, 0, NULL },
	}, dc[] = {
		{ "/rest/api/2/project/OPS", NULL, 200, PROJECT_OPS },
		{ "/rest/api/2/project/OPS/statuses", NULL, 200, STATUSES_OPS },
		{ "/rest/api/2/project/OLD", NULL, 200, "{\"key\":\"SEC\",\"name\":\"Secret\"}" },
		{ "/rest/api/2/project/OLD/statuses", NULL, 200, "[]" },
		{ "/rest/api/2/project/NONE", NULL, 404, "{\"errorMessages\":[\"No project could be found with key 'NONE'.\"]}" },
		{ "/rest/api/2/project/NONE/statuses", NULL, 404, "{}" },
		{ NULL, NULL, 0, NULL },
	};

	(void)state;
	read_project(false, cloud);
	read_project(true, dc);
}

static void
test_read_site(void **state)
{
	static const char *const flags[] = { "read-only=true", "jira-filter=OPS,DEV", NULL };
	static const struct line script[] = {
		{ "/rest/api/2/myself", NULL, 200, "{\"displayName\":\"Ana Lima\",\"emailAddress\":\"ana@acme.com\",\"timeZone\":\"Europe/Oslo\"}" },
		{ "/rest/api/2/serverInfo", NULL, 200, "{\"version\":\"10.3.2\",\"deploymentType\":\"Server\"}" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;
	const char *text, *head;

	(void)state;
	world_begin(&w, true, script, flags);
	text = json_path_str(ask(&w, READ_RESOURCE, "jira://site", NULL), "contents.0.text");
	head = arena_printf(w.arena, "# Jira (%s)\nDeployment: Data Center\nVersion: 10.3.2\nURL: %s\nMe: Ana Lima <ana@acme.com>\n"
	    "Time zone: Europe/Oslo\nOnly projects: OPS, DEV\nMode: read-only\nTools: ", site_url(&w) + strlen("http://"), site_url(&w));
	assert_true(str_starts(text, head));
	assert_non_null(strstr(text, "jira_get_issue, jira_"));
	assert_non_null(strstr(text, " more through more_tools"));
	assert_null(strstr(text, "jira_create_issue"));	/* read-only */
	world_end(&w);
}

static void
test_unknown(void **state)
{
	static const char *const uris[] = { "jira://issue/", "jira://issue/OPS", "jira://issue/OPS-7/comment", "jira://issue/..",
		"jira://issue/10007%2F..", "jira://project/", "jira://project/OPS/..", "jira://project/a%2fb", "jira://project/O?P",
		"jira://sites", "jira://", "https://acme.atlassian.net/browse/OPS-7", "file:///etc/passwd", "" };
	struct world w;

	(void)state;
	world_begin(&w, false, NULL, NULL);
	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		assert_null(ask(&w, READ_RESOURCE, uris[i], NULL));
		assert_int_equal(w.err.kind, ERR_NOT_FOUND);
		assert_string_equal(w.err.message, arena_printf(w.arena, "Unknown resource: %s", uris[i]));
	}
	assert_int_equal(w.requests, 0);
	world_end(&w);
}

/* Reading leaves a line in the audit log, whoever refused it. */
static void
test_audit(void **state)
{
	static const struct line script[] = {
		{ "/rest/api/2/project/OPS", NULL, 403, "{}" }, { "/rest/api/2/project/OPS/statuses", NULL, 403, "{}" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;
	char text[4096] = "";
	FILE *f;

	(void)state;
	world_begin(&w, true, script, NULL);
	ask(&w, READ_RESOURCE, "jira://project/OPS", NULL);
	assert_int_equal(w.err.kind, ERR_FORBIDDEN);
	ask(&w, READ_RESOURCE, "jira://project/free text", NULL);
	f = fopen(arena_printf(w.arena, "%s/audit", w.dir), "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	assert_non_null(strstr(text, "\"target\":\"OPS\""));
	assert_non_null(strstr(text, "\"outcome\":\"forbidden\""));
	assert_non_null(strstr(text, "\"outcome\":\"not_found\""));
	assert_null(strstr(text, "free text"));
	world_end(&w);
}

/* ---- completion ---- */

static const char *
complete(struct world *w, const char *ref, const char *argument, const char *typed, const char *project)
{
	json *answer, *values;

	answer = ask(w, COMPLETE, argument, arena_printf(w->arena, project == NULL ? "{\"ref\":%s,\"typed\":\"%s\"}" :
	    "{\"ref\":%s,\"typed\":\"%s\",\"known\":{\"project\":\"%s\"}}", ref, typed, project));
	if (answer == NULL)
		return NULL;
	values = json_path(answer, "completion.values");
	assert_true(json_get_bool(json_get(answer, "completion"), "hasMore", false) ||
	    json_get_int(json_get(answer, "completion"), "total", -1) == (int64_t)json_len(values));
	return joined(w, values, NULL);
}

#define ISSUE "{\"type\":\"ref/resource\",\"uri\":\"jira://issue/{key}\"}"
#define PROJECT "{\"type\":\"ref/resource\",\"uri\":\"jira://project/{key}\"}"
#define PROMPT(name) "{\"type\":\"ref/prompt\",\"name\":\"" name "\"}"
#define FOUND(issues) "{\"issues\":[" issues "]}"
#define ONE(key, project) "{\"key\":\"" key "\",\"fields\":{\"summary\":\"S\",\"project\":{\"key\":\"" project "\"}}}"
#define BODY(jql) "{\"jql\":\"" jql "\",\"maxResults\":100,\"fields\":[\"summary\",\"project\"]}"

static void
test_complete_projects(void **state)
{
	static const struct line cloud[] = {
		{ "/rest/api/3/project/search?maxResults=50&orderBy=key&query=op", NULL, 200,
		    "{\"values\":[{\"key\":\"HR\",\"name\":\"People Ops\"},{\"key\":\"OPS\",\"name\":\"Operations\"}]}" },
		{ NULL, NULL, 0, NULL },
	}, dc[] = {
		{ "/rest/api/2/project", NULL, 200, "[{\"key\":\"DEV\",\"name\":\"Build\"},{\"key\":\"HR\",\"name\":\"People Ops\"},"
		    "{\"key\":\"OPS\",\"name\":\"Operations\"}]" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;

	(void)state;
	world_begin(&w, false, cloud, NULL);
	assert_string_equal(complete(&w, PROJECT, "key", "op", NULL), "OPS, HR");	/* keys that begin so come first */
	assert_string_equal(complete(&w, PROMPT("what_changed"), "project", "op", NULL), "OPS, HR");
	assert_int_equal(w.requests, 1);
	world_end(&w);
	world_begin(&w, true, dc, NULL);
	assert_string_equal(complete(&w, PROJECT, "key", "op", NULL), "OPS, HR");
	assert_string_equal(complete(&w, PROJECT, "key", "", NULL), "DEV, HR, OPS");
	assert_string_equal(complete(&w, PROJECT, "key", "zz", NULL), "");
	assert_int_equal(w.requests, 1);
	world_end(&w);
	world_begin(&w, true, NULL, fence);	/* the fence names them, nobody is asked */
	assert_string_equal(complete(&w, PROJECT, "key", "o", NULL), "OPS");
	assert_string_equal(complete(&w, PROJECT, "key", "sec", NULL), "");
	world_end(&w);
}

static void
test_complete_issues(void **state)
{
	static const struct line cloud[] = {
		{ "/rest/api/3/search/jql", BODY("updated >= -90d ORDER BY updated DESC"), 200, FOUND(ONE("OPS-9", "OPS") "," ONE("DEV-1", "DEV")) },
		{ "/rest/api/3/search/jql", BODY("project = \\\"OPS\\\" ORDER BY updated DESC"), 200,
		    FOUND(ONE("OPS-9", "OPS") "," ONE("OPS-12", "OPS") "," ONE("OPS-1", "OPS")) },
		{ "/rest/api/3/search/jql", BODY("summary ~ \\\"sign on*\\\" ORDER BY updated DESC"), 200, FOUND(ONE("OPS-3", "OPS")) },
		{ "/rest/api/3/search/jql", BODY("summary ~ \\\"log*\\\" AND project = \\\"OPS\\\" ORDER BY updated DESC"), 200, FOUND(ONE("OPS-5", "OPS")) },
		{ "/rest/api/3/search/jql", BODY("project = \\\"NONE\\\" ORDER BY updated DESC"), 400,
		    "{\"errorMessages\":[\"The value 'NONE' does not exist for the field 'project'.\"]}" },
		{ NULL, NULL, 0, NULL },
	}, dc[] = {
		{ "/rest/api/2/search", NULL, 200, FOUND(ONE("OPS-5", "OPS") "," ONE("SEC-1", "SEC")) },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;

	(void)state;
	world_begin(&w, false, cloud, NULL);
	assert_string_equal(complete(&w, ISSUE, "key", "", NULL), "OPS-9, DEV-1");
	assert_string_equal(complete(&w, ISSUE, "key", "OPS-", NULL), "OPS-9, OPS-12, OPS-1");
	assert_string_equal(complete(&w, ISSUE, "key", "OPS-1", NULL), "OPS-12, OPS-1");
	assert_string_equal(complete(&w, ISSUE, "key", "sign-on", NULL), "OPS-3");
	assert_string_equal(complete(&w, PROMPT("spec_to_tickets"), "epic", "log", "ops"), "OPS-5");
	assert_string_equal(complete(&w, ISSUE, "key", "NONE-", NULL), "");
	assert_string_equal(complete(&w, ISSUE, "key", "?!", NULL), "");
	world_end(&w);
	world_begin(&w, true, dc, fence);
	assert_string_equal(complete(&w, ISSUE, "key", "x\\\" OR project = \\\"SEC", NULL), "OPS-5");
	assert_non_null(strstr(w.trace[0], "\"project in (\\\"OPS\\\", \\\"DEV\\\") AND summary ~ \\\"x or project SEC*\\\" ORDER BY"));
	assert_string_equal(complete(&w, PROMPT("spec_to_tickets"), "epic", "x", "SEC"), "");	/* no question at all */
	assert_int_equal(w.requests, 1);
	world_end(&w);
}

static void
test_complete_people(void **state)
{
	static const struct line cloud[] = {
		{ "/rest/api/3/user/search?query=an&maxResults=50", NULL, 200, "[{\"accountType\":\"atlassian\",\"displayName\":\"Ana Lima\"},"
		    "{\"accountType\":\"app\",\"displayName\":\"Analytics\"},{\"accountType\":\"atlassian\",\"displayName\":\"Jo Han\",\"active\":true},"
		    "{\"accountType\":\"atlassian\",\"displayName\":\"Anna Gone\",\"active\":false}]" },
		{ NULL, NULL, 0, NULL },
	}, dc[] = {
		{ "/rest/api/2/user/search?username=an&maxResults=50", NULL, 200, "[{\"name\":\"ana\",\"displayName\":\"Ana Lima\"}]" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;

	(void)state;
	world_begin(&w, false, cloud, NULL);
	assert_string_equal(complete(&w, PROMPT("standup"), "person", "", NULL), "me");
	assert_int_equal(w.requests, 0);
	assert_string_equal(complete(&w, PROMPT("standup"), "person", "an", NULL), "Ana Lima, Jo Han");
	world_end(&w);
	world_begin(&w, true, dc, NULL);
	assert_string_equal(complete(&w, PROMPT("standup"), "person", "an", NULL), "Ana Lima");
	world_end(&w);
}

static void
test_complete_names(void **state)
{
	static const struct line script[] = {
		{ "/rest/api/3/status", NULL, 200, "[{\"name\":\"In Review\"},{\"name\":\"In Progress\",\"scope\":{\"type\":\"PROJECT\"}},"
		    "{\"name\":\"Done\"},{\"name\":\"In Review\"}]" },
		{ "/rest/api/3/project/OPS/statuses", NULL, 200, STATUSES_OPS },
		{ "/rest/api/3/project/OPS/versions", NULL, 200, "[{\"name\":\"1.0\"},{\"name\":\"0.9\",\"archived\":true},{\"name\":\"1.1\"}]" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;

	(void)state;
	world_begin(&w, false, script, NULL);
	assert_string_equal(complete(&w, PROMPT("review_queue"), "status", "in", NULL), "In Review, In Progress");
	assert_string_equal(complete(&w, PROMPT("review_queue"), "status", "do", NULL), "Done");
	assert_int_equal(w.requests, 1);
	assert_string_equal(complete(&w, PROMPT("review_queue"), "status", "", "OPS"), "Open, Done");
	assert_string_equal(complete(&w, PROMPT("release_notes"), "version", "", "OPS"), "1.1, 1.0");
	assert_string_equal(complete(&w, PROMPT("release_notes"), "version", "", NULL), "");
	assert_string_equal(complete(&w, PROMPT("release_notes"), "readers", "cust", NULL), "");
	world_end(&w);
	world_begin(&w, false, script, fence);	/* names of single projects stay out of sight */
	assert_string_equal(complete(&w, PROMPT("review_queue"), "status", "in", NULL), "In Review");
	assert_string_equal(complete(&w, PROMPT("release_notes"), "version", "", "SEC"), "");
	world_end(&w);
}

static void
test_complete_sprints(void **state)
{
	static const char fields[] = "[{\"id\":\"customfield_10020\",\"name\":\"Sprint\",\"schema\":{\"type\":\"array\","
	    "\"custom\":\"com.pyxis.greenhopper.jira:gh-sprint\"}}]";
	static const struct line cloud[] = {
		{ "/rest/api/3/field", NULL, 200, fields },
		{ "/rest/api/3/search/jql", "{\"jql\":\"sprint is not EMPTY AND project = \\\"OPS\\\" ORDER BY updated DESC\",\"maxResults\":100,"
		    "\"fields\":[\"customfield_10020\",\"project\"]}", 200,
		    "{\"issues\":[{\"key\":\"OPS-1\",\"fields\":{\"project\":{\"key\":\"OPS\"},\"customfield_10020\":[{\"id\":3,\"name\":\"OPS 3\"},"
		    "{\"id\":2,\"name\":\"OPS 2\"}]}},{\"key\":\"OPS-2\",\"fields\":{\"project\":{\"key\":\"OPS\"},\"customfield_10020\":[{\"id\":3,\"name\":\"OPS 3\"}]}}]}" },
		{ NULL, NULL, 0, NULL },
	}, dc[] = {
		{ "/rest/api/2/field", NULL, 200, fields },
		{ "/rest/api/2/search", NULL, 200,
		    "{\"issues\":[{\"key\":\"OPS-1\",\"fields\":{\"project\":{\"key\":\"OPS\"},\"customfield_10020\":["
		    "\"com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,rapidViewId=1,state=ACTIVE,name=OPS 3,goal=]\"]}},"
		    "{\"key\":\"SEC-1\",\"fields\":{\"project\":{\"key\":\"SEC\"},\"customfield_10020\":[{\"name\":\"Hidden\"}]}}]}" },
		{ NULL, NULL, 0, NULL },
	};
	struct world w;

	(void)state;
	world_begin(&w, false, cloud, NULL);
	assert_string_equal(complete(&w, PROMPT("sprint_report"), "sprint", "", "OPS"), "OPS 3, OPS 2");
	assert_string_equal(complete(&w, PROMPT("retrospective"), "sprint", "ops 2", "OPS"), "OPS 2");
	assert_int_equal(w.requests, 2);
	world_end(&w);
	world_begin(&w, true, dc, fence);
	assert_string_equal(complete(&w, PROMPT("sprint_report"), "sprint", "", NULL), "OPS 3");
	world_end(&w);
}

static void
test_complete_limit(void **state)
{
	struct line script[] = { { "/rest/api/2/project", NULL, 200, NULL }, { NULL, NULL, 0, NULL } };
	struct world w;
	json *answer;
	struct buf b;

	(void)state;
	buf_init(&b, 1024 * 1024);
	for (int i = 0; i < 300; i++)
		buf_addf(&b, "%s{\"key\":\"P%d\",\"name\":\"N\"}", i == 0 ? "[" : ",", i);
	buf_adds(&b, "]");
	script[0].answer = b.data;
	world_begin(&w, true, script, NULL);
	answer = ask(&w, COMPLETE, "key", "{\"ref\":" PROJECT ",\"typed\":\"P\"}");
	assert_int_equal(json_len(json_path(answer, "completion.values")), 100);
	assert_true(json_bool(json_path(answer, "completion.hasMore"), false));
	world_end(&w);
	buf_release(&b);
}

static void
test_complete_refused(void **state)
{
	static const char *const hidden[] = { "enabled-tools=jira_get_issue", NULL };
	static const struct { const char *ref, *argument, *text; enum err_kind kind; } bad[] = {
		{ PROMPT("nothing"), "project", "Unknown prompt: nothing", ERR_DENIED },
		{ PROMPT("standup"), "nothing", "The prompt standup has no argument \"nothing\".", ERR_INPUT },
		{ ISSUE, "id", "jira://issue/{key} has no variable \"id\".", ERR_INPUT },
		{ "{\"type\":\"ref/resource\",\"uri\":\"jira://board/{id}\"}", "id", "Unknown resource template: jira://board/{id}", ERR_INPUT },
		{ "{\"type\":\"ref/tool\",\"name\":\"jira_search\"}", "jql",
		    "params.ref must be of type ref/prompt with a name or ref/resource with a uri.", ERR_INPUT },
	};
	static const struct line script[] = { { "/rest/api/3/status", NULL, 401, "{}" }, { NULL, NULL, 0, NULL } };
	struct world w;

	(void)state;
	world_begin(&w, false, script, NULL);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_null(complete(&w, bad[i].ref, bad[i].argument, "", NULL));
		assert_int_equal(w.err.kind, bad[i].kind);
		assert_string_equal(err_text(&w.err), bad[i].text);
	}
	assert_null(complete(&w, PROMPT("review_queue"), "status", "", NULL));
	assert_int_equal(w.err.kind, ERR_AUTH);		/* what is broken is said, what is only not there is not */
	world_end(&w);
	world_begin(&w, false, NULL, hidden);
	assert_string_equal(complete(&w, ISSUE, "key", "OPS-", NULL), "");	/* no more than a search would tell */
	assert_null(complete(&w, PROMPT("standup"), "person", "", NULL));
	assert_string_equal(err_text(&w.err), "Unknown prompt: standup");
	world_end(&w);
}

/* Whatever the site answers, an error says something and nothing breaks. */
static void
test_strange_answers(void **state)
{
	static const char *const answers[] = { "{", "{}", "[]", "null", "\"x\"", "5", "[1,null,\"x\",[],{}]", "<html>",
		"{\"values\":[null,5,{\"key\":5},{\"key\":\"a/b\",\"name\":\"\\u202e\"}],\"issues\":[null,{},{\"key\":\"OPS-1\"}]}",
		"{\"values\":{},\"issues\":{}}", "{\"key\":\"OPS\",\"issueTypes\":[null,{}],\"versions\":[null,{}],\"components\":\"x\",\"lead\":5}",
		"[{\"name\":5,\"statuses\":[null]},{\"key\":\"OPS\",\"name\":\"a\\nb\"}]", "{\"displayName\":\" \",\"emailAddress\":[]}" };
	static const struct { enum question what; const char *name, *args; } asks[] = {
		{ LIST_RESOURCES, NULL, NULL }, { READ_RESOURCE, "jira://site", NULL }, { READ_RESOURCE, "jira://project/OPS", NULL },
		{ READ_RESOURCE, "jira://issue/OPS-1", NULL }, { COMPLETE, "key", "{\"ref\":" PROJECT ",\"typed\":\"O\"}" },
		{ COMPLETE, "key", "{\"ref\":" ISSUE ",\"typed\":\"O\"}" }, { COMPLETE, "person", "{\"ref\":" PROMPT("standup") ",\"typed\":\"O\"}" },
		{ COMPLETE, "status", "{\"ref\":" PROMPT("review_queue") ",\"typed\":\"O\"}" },
		{ COMPLETE, "sprint", "{\"ref\":" PROMPT("sprint_report") ",\"typed\":\"O\"}" },
		{ COMPLETE, "version", "{\"ref\":" PROMPT("release_notes") ",\"typed\":\"O\",\"known\":{\"project\":\"OPS\"}}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		const struct line script[] = { { "*", NULL, 200, answers[i] }, { NULL, NULL, 0, NULL } };

		for (size_t n = 0; n < 2 * sizeof(asks) / sizeof(*asks); n++) {
			struct world w;

			world_begin(&w, n % 2 == 1, script, fence);
			if (ask(&w, asks[n / 2].what, asks[n / 2].name, asks[n / 2].args) == NULL &&
			    (str_blank(w.err.message) || w.err.kind == ERR_INTERNAL))
				fail_msg("question %zu, answer %s: no clear message: %s", n / 2, answers[i], err_text(&w.err));
			world_end(&w);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_templates), cmocka_unit_test(test_templates_confluence), cmocka_unit_test(test_list_cloud), cmocka_unit_test(test_list_dc),
		cmocka_unit_test(test_list_is_limited), cmocka_unit_test(test_list_of_a_broken_site),
		cmocka_unit_test(test_read_issue), cmocka_unit_test(test_read_project), cmocka_unit_test(test_read_site),
		cmocka_unit_test(test_unknown), cmocka_unit_test(test_audit),
		cmocka_unit_test(test_complete_projects), cmocka_unit_test(test_complete_issues),
		cmocka_unit_test(test_complete_people), cmocka_unit_test(test_complete_names),
		cmocka_unit_test(test_complete_sprints), cmocka_unit_test(test_complete_limit),
		cmocka_unit_test(test_complete_refused), cmocka_unit_test(test_strange_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
