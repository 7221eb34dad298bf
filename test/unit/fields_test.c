/*
 * The field codec, both ways: for every schema type what words become on the wire, on Cloud and on Data Center,
 * what is refused and how it is said, and what a value of the site is as words.
 */
#include "unit/http_harness.h"

#include "atlassian/fields.h"
#include "base/str.h"
#include "json/writer.h"

static struct loop *loop;
static struct http *http;
static struct config config;
static struct web web;

#define JSON_ANSWER(body) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body, CLOSE
#define TEAMS "{\"allowedValues\":[{\"id\":\"100\",\"value\":\"Platform\"},{\"id\":\"101\",\"value\":\"Storefront\"}," \
	"{\"id\":\"102\",\"value\":\"Store, other\"},{\"id\":\"103\",\"value\":\"5\"}]}"
#define PRIORITIES "{\"allowedValues\":[{\"id\":\"2\",\"name\":\"Hoch\",\"untranslatedName\":\"High\"},{\"id\":\"3\",\"name\":\"Mittel\"}]}"
#define CASCADE "{\"allowedValues\":[{\"id\":\"1\",\"value\":\"Europe\",\"children\":[{\"id\":\"11\",\"value\":\"Norway\"},{\"id\":\"12\",\"value\":\"North Macedonia\"}]}," \
	"{\"id\":\"2\",\"value\":\"Asia\"}]}"
#define MANY "{\"allowedValues\":[{\"id\":\"1\",\"name\":\"v01\"},{\"id\":\"2\",\"name\":\"v02\"},{\"id\":\"3\",\"name\":\"v03\"},{\"id\":\"4\",\"name\":\"v04\"}," \
	"{\"id\":\"5\",\"name\":\"v05\"},{\"id\":\"6\",\"name\":\"v06\"},{\"id\":\"7\",\"name\":\"v07\"},{\"id\":\"8\",\"name\":\"v08\"},{\"id\":\"9\",\"name\":\"v09\"}," \
	"{\"id\":\"10\",\"name\":\"v10\"},{\"id\":\"11\",\"name\":\"v11\"},{\"id\":\"12\",\"name\":\"v12\"},{\"id\":\"13\",\"name\":\"v13\"},{\"id\":\"14\",\"name\":\"v14\"}," \
	"{\"id\":\"15\",\"name\":\"v15\"},{\"id\":\"16\",\"name\":\"v16\"},{\"id\":\"17\",\"name\":\"v17\"},{\"id\":\"18\",\"name\":\"v18\"},{\"id\":\"19\",\"name\":\"v19\"}," \
	"{\"id\":\"20\",\"name\":\"v20\"},{\"id\":\"21\",\"name\":\"v21\"},{\"id\":\"22\",\"name\":\"v22\"}]}"

static const struct field
	summary = { "summary", "Summary", "string", NULL, NULL, NULL, NULL },
	description = { "description", "Description", "string", NULL, NULL, NULL, NULL },
	area = { "customfield_1", "Notes", "string", NULL, "textarea", NULL, NULL },
	line = { "customfield_2", "Line", "string", NULL, "textfield", NULL, NULL },
	web_link = { "customfield_3", "Page", "string", NULL, "url", NULL, NULL },
	number = { "customfield_4", "Points", "number", NULL, "float", NULL, NULL },
	date = { "duedate", "Due date", "date", NULL, NULL, NULL, NULL },
	moment = { "customfield_5", "Go live", "datetime", NULL, "datetime", NULL, NULL },
	option = { "customfield_6", "Team", "option", NULL, "select", NULL, NULL },
	radio = { "customfield_7", "Radio", "option", NULL, "radiobuttons", NULL, NULL },
	multi = { "customfield_8", "Teams", "array", "option", "multiselect", NULL, NULL },
	boxes = { "customfield_9", "Boxes", "array", "option", "multicheckboxes", NULL, NULL },
	cascade = { "customfield_10", "Region", "option-with-child", NULL, "cascadingselect", NULL, NULL },
	user = { "assignee", "Assignee", "user", NULL, NULL, NULL, NULL },
	users = { "customfield_11", "Reviewers", "array", "user", "multiuserpicker", NULL, NULL },
	group = { "customfield_12", "Group", "group", NULL, "grouppicker", NULL, NULL },
	groups = { "customfield_13", "Groups", "array", "group", "multigrouppicker", NULL, NULL },
	versions = { "fixVersions", "Fix versions", "array", "version", NULL, NULL, NULL },
	version = { "customfield_14", "Target", "version", NULL, "version", NULL, NULL },
	components = { "components", "Components", "array", "component", NULL, NULL, NULL },
	sprint = { "customfield_15", "Sprint", "array", "json", "gh-sprint", NULL, NULL },
	epic = { "customfield_16", "Epic Link", "any", NULL, "gh-epic-link", NULL, NULL },
	parent = { "parent", "Parent", "issuelink", NULL, NULL, NULL, NULL },
	labels = { "labels", "Labels", "array", "string", NULL, NULL, NULL },
	tracking = { "timetracking", "Time tracking", "timetracking", NULL, NULL, NULL, NULL },
	spent = { "timespent", "Time Spent", "number", NULL, NULL, NULL, NULL },
	team = { "customfield_17", "Squad", "team", NULL, "atlassian-team", NULL, NULL },
	asset = { "customfield_18", "Laptop", "array", "cmdb-object-field", "cmdb-object-cftype", NULL, NULL },
	dc_asset = { "customfield_18", "Laptop", "any", NULL, "rlabs-customfield-default-object", NULL, NULL },
	security = { "security", "Security Level", "securitylevel", NULL, NULL, NULL, NULL },
	priority = { "priority", "Priority", "priority", NULL, NULL, NULL, NULL },
	resolution = { "resolution", "Resolution", "resolution", NULL, NULL, NULL, NULL },
	type = { "issuetype", "Issue Type", "issuetype", NULL, NULL, NULL, NULL },
	status = { "status", "Status", "status", NULL, NULL, NULL, NULL },
	project = { "project", "Project", "project", NULL, NULL, NULL, NULL },
	unknown = { "customfield_19", "Odd", "any", NULL, "odd", NULL, NULL },
	rank = { "customfield_20", "Rank", "any", NULL, "gh-lexo-rank", NULL, NULL };

static int
set_up(void **state)
{
	(void)state;
	setenv("TZ", "Europe/Oslo", 1);
	tzset();
	loop = loop_new();
	http = http_new(loop);
	WEB_OPEN(&web, loop, { JSON_ANSWER("{}") });
	clock_fake(INT64_C(1795428000000));	/* Monday 2026-11-23 10:00 UTC */
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	clock_fake(-1);
	http_free(http);
	web_close(&web);
	loop_free(loop);
	return 0;
}

/* ---- one value in a call of its own ---- */

struct one {
	struct site *site;
	const struct field *field;
	const char *meta, *input;
	bool read;		/* input is the site's value, out its words */
	char out[4096], error[4096];
	bool ended;
};

static json *
parse(struct call *c, const char *text)
{
	struct err e;
	json *v;

	err_init(&e, c->arena);
	v = json_parse(c->arena, text, strlen(text), JSON_STRICT, &e);
	assert_non_null(v);
	return v;
}

static int
one_main(struct call *c, void *arg)
{
	struct one *o = arg;
	struct field_place place = { .project = "OPS", .meta = o->meta == NULL ? NULL : parse(c, o->meta) };
	const char *words;
	struct buf b;
	struct jw w;
	int result;

	if (o->read) {
		words = field_text(c, o->site, parse(c, o->input), o->field);
		snprintf(o->out, sizeof(o->out), "%s", words != NULL ? words : "(none)");
		return 0;
	}
	buf_init(&b, 65536);
	jw_init(&w, &b);
	result = field_write_at(c, o->site, o->field, &place, parse(c, o->input), &w);
	if (result == -1)
		snprintf(o->error, sizeof(o->error), "%s", err_text(&c->err));
	else
		snprintf(o->out, sizeof(o->out), "%s", json_text(c->arena, parse(c, b.data), NULL));
	buf_release(&b);
	return result;
}

static void
one_done(struct call *c, int result, void *arg)
{
	(void)c;
	(void)result;
	((struct one *)arg)->ended = true;
}

static void
run(struct one *o, bool dc)
{
	struct arena *a = arena_new();
	struct err e;
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d", web.port);
	config = (struct config){ .max_requests = 4 };
	config.site[JIRA] = (struct site_config){ .url = url, .deployment = dc ? DEPLOYMENT_DC : DEPLOYMENT_CLOUD, .timeout_s = 10,
		.personal_token = secret_new("tok", 3) };
	err_init(&e, a);
	o->site = site_new(http, &config, JIRA, NULL, NULL, &e);
	assert_non_null(o->site);
	o->site->recognised = true;
	o->ended = false;
	assert_int_equal(call_start(call_new(loop, "one"), one_main, one_done, o), 0);
	wait_until(loop, o->ended);
	secret_free(config.site[JIRA].personal_token);
	site_free(o->site);
	arena_free(a);
}

struct write_row {
	const struct field *field;
	const char *meta, *input;
	const char *cloud, *dc;	/* dc NULL: the same; beginning with '!': the error's text */
};

static const struct write_row plain[] = {
	/* text */
	{ &summary, NULL, "\"Login fails\"", "\"Login fails\"", NULL },
	{ &summary, NULL, "42", "\"42\"", NULL },
	{ &line, NULL, "\"a, b > c\"", "\"a, b > c\"", NULL },
	{ &description, NULL, "\"A **b**\"", "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"A \"},"
	    "{\"type\":\"text\",\"text\":\"b\",\"marks\":[{\"type\":\"strong\"}]}]}]}", "\"A *b*\"" },
	{ &area, NULL, "\"x\"", "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]}", "\"x\"" },
	{ &web_link, NULL, "\"https://x.example/a?b=c\"", "\"https://x.example/a?b=c\"", NULL },
	{ &web_link, NULL, "\"x.example\"", "!\"x.example\" is nothing that the field Page takes. It takes a link, such as https://example.com/page.", NULL },
	{ &summary, NULL, "null", "null", NULL },
	/* numbers */
	{ &number, NULL, "5", "5", NULL },
	{ &number, NULL, "\" 2.5 \"", "2.5", NULL },
	{ &number, NULL, "\"-3\"", "-3", NULL },
	{ &number, NULL, "\"1,5\"", "!\"1,5\" may mean two numbers; the field Points takes one without a comma. Write 1.5 for one and a half, 1500 for fifteen hundred.", NULL },
	{ &number, NULL, "\"five\"", "!\"five\" is nothing that the field Points takes. It takes a number, such as 3 or 2.5.", NULL },
	{ &number, NULL, "\"1-2\"", "!\"1-2\" is nothing that the field Points takes. It takes a number, such as 3 or 2.5.", NULL },
	{ &number, NULL, "\"007\"", "!\"007\" is nothing that the field Points takes. It takes a number, such as 3 or 2.5.", NULL },
	{ &number, NULL, "[1]", "!\"[1]\" is nothing that the field Points takes. It takes a number, such as 3 or 2.5.", NULL },
	/* days; today is Monday 2026-11-23 */
	{ &date, NULL, "\"today\"", "\"2026-11-23\"", NULL },
	{ &date, NULL, "\"Tomorrow\"", "\"2026-11-24\"", NULL },
	{ &date, NULL, "\"+3d\"", "\"2026-11-26\"", NULL },
	{ &date, NULL, "\"-1w\"", "\"2026-11-16\"", NULL },
	{ &date, NULL, "\"+3m\"", "\"2027-02-23\"", NULL },
	{ &date, NULL, "\"in 2 weeks\"", "\"2026-12-07\"", NULL },
	{ &date, NULL, "\"3 days ago\"", "\"2026-11-20\"", NULL },
	{ &date, NULL, "\"friday\"", "\"2026-11-27\"", NULL },
	{ &date, NULL, "\"next Friday\"", "\"2026-11-27\"", NULL },
	{ &date, NULL, "\"monday\"", "\"2026-11-30\"", NULL },
	{ &date, NULL, "\"last monday\"", "\"2026-11-16\"", NULL },
	{ &date, NULL, "\"next week\"", "\"2026-11-30\"", NULL },
	{ &date, NULL, "\"next month\"", "\"2026-12-01\"", NULL },
	{ &date, NULL, "\"end of month\"", "\"2026-11-30\"", NULL },
	{ &date, NULL, "\"end of week\"", "\"2026-11-27\"", NULL },
	{ &date, NULL, "\"2026-12-24\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"2026/12/24\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"24.12.2026\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"24 Dec 2026\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"December 24, 2026\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"24/Dec/26\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"2026-12-24T10:00:00.000+0000\"", "\"2026-12-24\"", NULL },
	{ &date, NULL, "\"2028-02-29\"", "\"2028-02-29\"", NULL },
	{ &date, NULL, "\"2026-02-29\"", "!\"2026-02-29\" is nothing that the field Due date takes. It takes a day: 2026-11-30, today, +3d, next friday.", NULL },
	{ &date, NULL, "\"11/12/2026\"", "!\"11/12/2026\" is nothing that the field Due date takes. It takes a day: 2026-11-30, today, +3d, next friday.", NULL },
	{ &date, NULL, "\"soon\"", "!\"soon\" is nothing that the field Due date takes. It takes a day: 2026-11-30, today, +3d, next friday.", NULL },
	{ &date, NULL, "\"\"", "!\"\" is nothing that the field Due date takes. It takes a day: 2026-11-30, today, +3d, next friday; null clears it.", NULL },
	/* the word clears where it can be no value */
	{ &date, NULL, "\" None \"", "null", NULL },
	{ &number, NULL, "\"none\"", "null", NULL },
	{ &web_link, NULL, "\"none\"", "null", NULL },
	{ &summary, NULL, "\"none\"", "\"none\"", NULL },
	{ &option, NULL, "\"none\"", "{\"value\":\"none\"}", NULL },
	{ &option, "{\"allowedValues\":[{\"id\":\"1\",\"value\":\"Data\"}]}", "\"none\"", "null", NULL },
	{ &option, "{\"allowedValues\":[{\"id\":\"1\",\"value\":\"None of these\"}]}", "\"none\"", "{\"id\":\"1\"}", NULL },
	/* moments, in Oslo */
	{ &moment, NULL, "\"2026-12-24 14:00\"", "\"2026-12-24T14:00:00.000+0100\"", NULL },
	{ &moment, NULL, "\"2026-07-01T14:00\"", "\"2026-07-01T14:00:00.000+0200\"", NULL },
	{ &moment, NULL, "\"tomorrow at 9:30\"", "\"2026-11-24T09:30:00.000+0100\"", NULL },
	{ &moment, NULL, "\"next friday 2pm\"", "\"2026-11-27T14:00:00.000+0100\"", NULL },
	{ &moment, NULL, "\"+3d\"", "\"2026-11-26T00:00:00.000+0100\"", NULL },
	{ &moment, NULL, "\"now\"", "\"2026-11-23T10:00:00.000+0000\"", NULL },
	{ &moment, NULL, "\"2026-12-24T14:00:00+01:00\"", "\"2026-12-24T13:00:00.000+0000\"", NULL },
	{ &moment, NULL, "\"2026-12-24 25:00\"", "!\"2026-12-24 25:00\" is nothing that the field Go live takes. It takes a moment: 2026-11-30 14:00, tomorrow 9:00, or with a zone.", NULL },
	/* choices, without and with the allowed values */
	{ &option, NULL, "\"Platform\"", "{\"value\":\"Platform\"}", NULL },
	{ &option, TEAMS, "\"platform\"", "{\"id\":\"100\"}", NULL },
	{ &option, TEAMS, "\"Storef\"", "{\"id\":\"101\"}", NULL },
	{ &option, TEAMS, "\"101\"", "{\"id\":\"101\"}", NULL },
	{ &option, TEAMS, "5", "{\"id\":\"103\"}", NULL },
	{ &option, TEAMS, "\"Store\"", "!\"Store\" fits several values of the field Team. It takes: Platform, Storefront, Store, other, 5.", NULL },
	{ &option, TEAMS, "\"Platfrom\"", "!The field Team has no value \"Platfrom\". Did you mean \"Platform\"? It takes: Platform, Storefront, Store, other, 5.", NULL },
	{ &option, TEAMS, "{\"id\":\"7\"}", "{\"id\":\"7\"}", NULL },
	{ &radio, TEAMS, "\"Platform\"", "{\"id\":\"100\"}", NULL },
	{ &multi, TEAMS, "\"platform, storefront\"", "[{\"id\":\"100\"},{\"id\":\"101\"}]", NULL },
	{ &multi, TEAMS, "\"Store, other\"", "[{\"id\":\"102\"}]", NULL },
	{ &multi, TEAMS, "[\"Store, other\",\"5\"]", "[{\"id\":\"102\"},{\"id\":\"103\"}]", NULL },
	{ &multi, NULL, "\"a, b\"", "[{\"value\":\"a\"},{\"value\":\"b\"}]", NULL },
	{ &multi, TEAMS, "[]", "[]", NULL },
	{ &boxes, TEAMS, "[\"Platform\"]", "[{\"id\":\"100\"}]", NULL },
	{ &boxes, "{\"allowedValues\":[]}", "[\"x\"]", "!The field Boxes has no value \"x\". There is nothing to choose from on this screen.", NULL },
	{ &cascade, CASCADE, "\"europe > nor\"", "!\"nor\" fits several values of the field Region. It takes: Norway, North Macedonia.", NULL },
	{ &cascade, CASCADE, "\"Europe > Norway\"", "{\"id\":\"1\",\"child\":{\"id\":\"11\"}}", NULL },
	{ &cascade, CASCADE, "\"Asia\"", "{\"id\":\"2\"}", NULL },
	{ &cascade, CASCADE, "\"Asia > Japan\"", "!The field Region has no value \"Japan\". There is nothing to choose from on this screen.", NULL },
	{ &cascade, NULL, "\"Europe>Norway\"", "{\"value\":\"Europe\",\"child\":{\"value\":\"Norway\"}}", NULL },
	{ &priority, PRIORITIES, "\"high\"", "{\"id\":\"2\"}", NULL },	/* untranslated */
	{ &priority, PRIORITIES, "\"Hoch\"", "{\"id\":\"2\"}", NULL },
	{ &priority, NULL, "\"High\"", "{\"name\":\"High\"}", NULL },
	{ &resolution, NULL, "\"Won't Do\"", "{\"name\":\"Won't Do\"}", NULL },
	{ &type, NULL, "\"Bug\"", "{\"name\":\"Bug\"}", NULL },
	{ &security, "{\"allowedValues\":[{\"id\":\"9\",\"name\":\"Internal\"}]}", "\"intern\"", "{\"id\":\"9\"}", NULL },
	{ &version, NULL, "\"4.2\"", "{\"name\":\"4.2\"}", NULL },
	{ &versions, NULL, "4.2", "[{\"name\":\"4.2\"}]", NULL },
	{ &versions, MANY, "\"v99\"", "!The field Fix versions has no value \"v99\". Did you mean \"v09\"? It takes: v01, v02, v03, v04, v05, v06, v07, v08, v09, v10, "
	    "v11, v12, v13, v14, v15, v16, v17, v18, v19, v20 and 2 more.", NULL },
	{ &components, MANY, "\"v07,v22\"", "[{\"id\":\"7\"},{\"id\":\"22\"}]", NULL },
	{ &status, NULL, "\"Done\"", "!The field Status takes no value here: jira_transition_issue changes it.", NULL },
	{ &project, NULL, "\"OPS\"", "{\"key\":\"OPS\"}", NULL },
	{ &project, NULL, "10001", "{\"id\":\"10001\"}", NULL },
	/* people that need no look, groups */
	{ &user, NULL, "\"5b10a2844c20165700ede21a\"", "{\"accountId\":\"5b10a2844c20165700ede21a\"}", "?" },
	{ &users, NULL, "\"5b10a2844c20165700ede21a; 5b10a2844c20165700ede21b\"", "[{\"accountId\":\"5b10a2844c20165700ede21a\"},{\"accountId\":\"5b10a2844c20165700ede21b\"}]", "?" },
	{ &user, NULL, "\"\"", "!\"\" is nothing that the field Assignee takes. It takes a person: name, e-mail or \"me\"; null clears it.", NULL },
	{ &group, NULL, "\"jira-users\"", "{\"name\":\"jira-users\"}", NULL },
	{ &groups, NULL, "\"a, b\"", "[{\"name\":\"a\"},{\"name\":\"b\"}]", NULL },
	/* sprints, issues, time, teams, assets by what needs no look */
	{ &sprint, NULL, "12", "12", NULL },
	{ &sprint, NULL, "[\"12\"]", "12", NULL },
	{ &sprint, NULL, "\"backlog\"", "null", NULL },
	{ &epic, NULL, "\"ops-7\"", "\"OPS-7\"", NULL },
	{ &parent, NULL, "\"ops-7\"", "{\"key\":\"OPS-7\"}", NULL },
	{ &parent, NULL, "\"10007\"", "{\"id\":\"10007\"}", NULL },
	{ &labels, NULL, "\"a, b-c\"", "[\"a\",\"b-c\"]", NULL },
	{ &labels, NULL, "[\"two words\"]", "!\"two words\" is no label: labels have no spaces and at most 255 bytes. Separate several labels by commas, or join the words with a hyphen.", NULL },
	{ &labels, NULL, "\"\"", "[]", NULL },
	{ &tracking, NULL, "\"3h 30m\"", "{\"originalEstimate\":\"3h 30m\"}", NULL },
	{ &tracking, NULL, "{\"original\":\"2d\",\"remaining\":\"4h\"}", "{\"originalEstimate\":\"2d\",\"remainingEstimate\":\"4h\"}", NULL },
	{ &tracking, NULL, "\"90\"", "!\"90\" is nothing that the field Time tracking takes. It takes a span such as 3h 30m, or {\"original\": \"2d\", \"remaining\": \"4h\"}.", NULL },
	{ &tracking, NULL, "{\"spent\":\"1h\"}", "!\"1h\" is nothing that the field Time tracking takes. It takes a span such as 3h 30m, or {\"original\": \"2d\", \"remaining\": \"4h\"}.", NULL },
	{ &team, NULL, "\"36885b3c-1bf0-4f85-a357-c5b858c31de4\"", "\"36885b3c-1bf0-4f85-a357-c5b858c31de4\"", NULL },
	{ &asset, NULL, "\"w:88\"", "[{\"id\":\"w:88\"}]", "?" },
	{ &dc_asset, NULL, "\"ITSM-88, ITSM-89\"", "?", "[{\"key\":\"ITSM-88\"},{\"key\":\"ITSM-89\"}]" },
	{ &unknown, NULL, "{\"a\":[1]}", "{\"a\":[1]}", NULL },
	{ &unknown, NULL, "[1,\"b\"]", "[1,\"b\"]", NULL },
};

static void
check(const struct write_row *r, bool dc)
{
	static struct one o;
	const char *want = dc && r->dc != NULL ? r->dc : r->cloud;

	if (*want == '?')
		return;
	o = (struct one){ .field = r->field, .meta = r->meta, .input = r->input };
	run(&o, dc);
	if (strcmp(*want == '!' ? o.error : o.out, want + (*want == '!')) != 0)
		fail_msg("%s %s on %s: %s%s\nwanted %s", r->field->name, r->input, dc ? "DC" : "Cloud", o.out, o.error, want);
}

static void
test_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(plain); i++) {
		check(&plain[i], false);
		check(&plain[i], true);
	}
	assert_int_equal(web.requests, 0);	/* none of these asks anything */
}

/* What must be looked up: the requests, and what comes of the answers. */
static void
look_up(const struct field *f, const char *input, bool dc, const char *want, const char *request)
{
	static struct one o;

	o = (struct one){ .field = f, .input = input };
	buf_reset(&web.log);
	run(&o, dc);
	if (strcmp(*want == '!' ? o.error : o.out, want + (*want == '!')) != 0)
		fail_msg("%s %s: %s%s\nwanted %s", f->name, input, o.out, o.error, want);
	if (!saw(&web, request))
		fail_msg("%s %s: no request %s in\n%s", f->name, input, request, web.log.data);
}

#define BOARDS JSON_ANSWER("{\"values\":[{\"id\":1,\"name\":\"A\"},{\"id\":2,\"name\":\"B\"}]}")
#define SPRINTS(more) JSON_ANSWER("{\"values\":[{\"id\":7,\"name\":\"Sprint 7\",\"state\":\"active\"},{\"id\":8,\"name\":\"Sprint 8\",\"state\":\"future\"}" more "]}")

static void
test_sprints(void **state)
{
	(void)state;
	WEB_SCRIPT(&web, { BOARDS }, { SPRINTS("") });
	look_up(&sprint, "\"active\"", false, "7", "GET /rest/agile/1.0/board?maxResults=50&type=scrum&projectKeyOrId=OPS ");
	WEB_SCRIPT(&web, { BOARDS }, { SPRINTS("") });
	look_up(&sprint, "\"next\"", true, "8", "GET /rest/agile/1.0/board/2/sprint?maxResults=50&state=active%2Cfuture ");
	WEB_SCRIPT(&web, { BOARDS }, { SPRINTS("") });
	look_up(&sprint, "\"sprint 8\"", false, "8", "board/1/sprint");
	WEB_SCRIPT(&web, { BOARDS }, { SPRINTS("") });
	look_up(&sprint, "\"Sprint 9\"", false, "!There is no sprint \"Sprint 9\". Did you mean \"Sprint 7\"? There are: Sprint 7 (7), Sprint 8 (8).", "board/1/sprint");
	WEB_SCRIPT(&web, { BOARDS }, { SPRINTS(",{\"id\":9,\"name\":\"Other\",\"state\":\"active\"}") });
	look_up(&sprint, "\"current\"", false, "!Several sprints are active: Sprint 7, Other. Give the name of one.", "board/2/sprint");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"values\":[]}") });
	look_up(&sprint, "\"active\"", false, "!The project OPS has no board with sprints. Give the id of a sprint.", "/board?");
}

static void
test_people_and_epics(void **state)
{
	(void)state;
	WEB_SCRIPT(&web, { JSON_ANSWER("[{\"accountId\":\"a1\",\"displayName\":\"Ana Lima\"},{\"accountId\":\"a2\",\"displayName\":\"Ana Reis\"}]") });
	look_up(&user, "\"ana lima\"", false, "{\"accountId\":\"a1\"}", "GET /rest/api/3/user/search?query=ana%20lima");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"name\":\"alima\",\"displayName\":\"Ana Lima\"}") });
	look_up(&users, "[\"me\"]", true, "[{\"name\":\"alima\"}]", "GET /rest/api/2/myself");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"issues\":[{\"key\":\"OPS-3\",\"fields\":{\"summary\":\"Checkout\"}},{\"key\":\"OPS-4\",\"fields\":{\"summary\":\"Checkout for guests\"}}]}") });
	look_up(&parent, "\"checkout\"", false, "{\"key\":\"OPS-3\"}", "{\"jql\":\"project = \\\"OPS\\\" AND summary ~ \\\"checkout\\\" ORDER BY updated DESC\"");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"issues\":[{\"key\":\"OPS-3\",\"fields\":{\"summary\":\"Checkout A\"}},{\"key\":\"OPS-4\",\"fields\":{\"summary\":\"Checkout B\"}}]}") });
	look_up(&epic, "\"checkout\"", true, "!Several are called \"checkout\": which issue with the title? Candidates: Checkout A (OPS-3), Checkout B (OPS-4).",
	    "POST /rest/api/2/search");
}

static void
test_teams_and_assets(void **state)
{
	(void)state;
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"results\":[{\"value\":\"u-1\",\"displayName\":\"<b>Plat</b>form\"},{\"value\":\"u-2\",\"displayName\":\"<b>Plat</b>inum\"}]}") });
	look_up(&team, "\"platform\"", false, "\"u-1\"", "GET /rest/api/3/jql/autocompletedata/suggestions?fieldName=Squad&fieldValue=platform ");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"results\":[{\"value\":\"u-1\",\"displayName\":\"<b>Plat</b>form\"},{\"value\":\"u-2\",\"displayName\":\"<b>Plat</b>inum\"}]}") });
	look_up(&team, "\"plat\"", false, "!\"plat\" may be several: Platform, Platinum. Give the whole name as the site shows it, or the id.", "fieldValue=plat ");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"values\":[{\"workspaceId\":\"w1\"}]}") },
	    { JSON_ANSWER("{\"values\":[{\"globalId\":\"w1:88\",\"objectKey\":\"ITSM-88\",\"label\":\"Laptop \\\"A\\\"\"}]}") });
	look_up(&asset, "\"Laptop \\\"A\\\"\"", false, "[{\"id\":\"w1:88\"}]", "{\"qlQuery\":\"Name LIKE \\\"Laptop \\\\\\\"A\\\\\\\"\\\"\"}");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"values\":[{\"workspaceId\":\"w1\"}]}") },
	    { JSON_ANSWER("{\"values\":[{\"globalId\":\"w1:88\",\"objectKey\":\"ITSM-88\",\"label\":\"Laptop\"}]}") });
	look_up(&asset, "\"ITSM-88\"", false, "[{\"id\":\"w1:88\"}]", "POST /gateway/api/jsm/assets/workspace/w1/v1/object/aql?maxResults=20 ");
	WEB_SCRIPT(&web, { JSON_ANSWER("{\"objectEntries\":[{\"objectKey\":\"ITSM-88\",\"label\":\"Laptop\"}]}") });
	look_up(&dc_asset, "\"laptop\"", true, "[{\"key\":\"ITSM-88\"}]", "GET /rest/assets/1.0/aql/objects?qlQuery=Name%20LIKE%20%22laptop%22&resultPerPage=20 ");
}

/* ---- back to words ---- */

static const struct {
	const struct field *field;
	const char *value, *words;
} shown[] = {
	{ &summary, "\"Login fails\"", "Login fails" },
	{ &summary, "null", "(none)" },
	{ &line, "\"  \"", "(none)" },
	{ &description, "{\"type\":\"doc\",\"version\":1,\"content\":[{\"type\":\"paragraph\",\"content\":[{\"type\":\"text\",\"text\":\"b\",\"marks\":[{\"type\":\"strong\"}]}]}]}", "**b**" },
	{ &number, "5.0", "5" },
	{ &number, "2.5", "2.5" },
	{ &date, "\"2026-12-24\"", "2026-12-24" },
	{ &moment, "\"2026-12-24T13:00:00.000+0000\"", "2026-12-24 14:00" },
	{ &option, "{\"id\":\"1\",\"value\":\"Platform\",\"self\":\"x\"}", "Platform" },
	{ &multi, "[{\"id\":\"1\",\"value\":\"A\"},{\"id\":\"2\",\"value\":\"B\"}]", "A, B" },
	{ &multi, "[]", "(none)" },
	{ &cascade, "{\"value\":\"Europe\",\"id\":\"1\",\"child\":{\"value\":\"Norway\",\"id\":\"11\"}}", "Europe > Norway" },
	{ &user, "{\"accountId\":\"a1\",\"displayName\":\"Ana Lima\"}", "Ana Lima" },
	{ &user, "{\"name\":\"alima\",\"key\":\"JIRAUSER1\",\"displayName\":\"Ana Lima\"}", "Ana Lima" },
	{ &users, "[{\"displayName\":\"Ana Lima\"},{\"displayName\":\"Ben\"}]", "Ana Lima, Ben" },
	{ &groups, "[{\"name\":\"jira-users\",\"groupId\":\"g\"}]", "jira-users" },
	{ &versions, "[{\"id\":\"1\",\"name\":\"4.2\",\"released\":false}]", "4.2" },
	{ &sprint, "[{\"id\":7,\"name\":\"Sprint 7\",\"state\":\"active\",\"boardId\":1}]", "Sprint 7" },
	{ &sprint, "[\"com.atlassian.greenhopper.service.sprint.Sprint@1f[id=3,rapidViewId=1,state=ACTIVE,name=Sprint 3,startDate=x]\"]", "Sprint 3" },
	{ &parent, "{\"id\":\"1\",\"key\":\"OPS-3\",\"fields\":{\"summary\":\"Checkout\"}}", "OPS-3 Checkout" },
	{ &epic, "\"OPS-3\"", "OPS-3" },
	{ &labels, "[\"a\",\"b\"]", "a, b" },
	{ &tracking, "{\"originalEstimate\":\"3h 30m\",\"remainingEstimate\":\"1h\",\"timeSpent\":\"2h\",\"timeSpentSeconds\":7200}", "original 3h 30m, remaining 1h, spent 2h" },
	{ &tracking, "{}", "(none)" },
	{ &spent, "5400", "1h 30m" },
	{ &team, "{\"id\":\"u-1\",\"name\":\"Platform\",\"title\":\"Platform\"}", "Platform" },
	{ &asset, "[{\"workspaceId\":\"w1\",\"id\":\"w1:88\",\"objectId\":\"88\"}]", "Assets object 88" },
	{ &dc_asset, "[\"Laptop (ITSM-88)\"]", "Laptop (ITSM-88)" },
	{ &priority, "{\"id\":\"2\",\"name\":\"Hoch\"}", "Hoch" },
	{ &rank, "\"0|i0001:\"", "(none)" },
	{ &unknown, "{\"a\":1}", "(none)" },
};

static void
test_shown(void **state)
{
	static struct one o;

	(void)state;
	for (size_t i = 0; i < LEN(shown); i++) {
		o = (struct one){ .field = shown[i].field, .input = shown[i].value, .read = true };
		run(&o, false);
		if (strcmp(o.out, shown[i].words) != 0)
			fail_msg("%s %s: %s\nwanted %s", shown[i].field->name, shown[i].value, o.out, shown[i].words);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_written, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_sprints, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_people_and_epics, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_teams_and_assets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shown, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
