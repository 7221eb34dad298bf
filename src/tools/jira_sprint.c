/* Sprints, read: those of a board, the issues of one, one itself. Changing them is jira_sprint_write.c's. */
#include "tools/jira_sprint.h"

#include "atlassian/agile.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_view.h"

static const char *
date_of(struct call *c, json *sprint, const char *member)
{
	return view_date(c->arena, json_get_str(sprint, member));
}

/* ---- jira_get_sprints_from_board ---- */

struct list_args {
	const char *board_id, *state;
	int64_t start_at, limit;
};

static const struct param list_params[] = {
	BOARD_PARAM(struct list_args, P_REQUIRED, "Name or id"),
	P_STR(struct list_args, state, 0, .doc = "active, future, closed"),
	P_INT(struct list_args, start_at, P_MORE, .min = 0, .max = 100000, .aliases = "startAt"),
	P_INT(struct list_args, limit, P_HIDDEN, .min = 1, .max = 50, .dflt = 10, .aliases = "max_results,maxResults"),
	P_END
};

static int
get_sprints(struct call *c, const void *v)
{
	const struct list_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct agile_board b;
	json *page, *list;
	char *path;

	if (s == NULL || agile_board(c, s, a->board_id, AGILE_READ, &b) == -1)
		return -1;
	path = rest_query(c, rest_path(c, s, "/rest/agile/1.0/board/%d/sprint", b.id),
	    "startAt", a->start_at > 0 ? arena_printf(c->arena, "%lld", (long long)a->start_at) : NULL,
	    "maxResults", arena_printf(c->arena, "%lld", (long long)a->limit), "state", a->state, NULL);
	if (rest_get(c, s, path, &page) == -1)
		return -1;
	list = json_get(page, "values");
	if (!yyjson_is_arr(list))
		return call_fail(c, ERR_PROTOCOL, "%s answered without a list of sprints.", s->label);
	if (json_len(list) == 0) {
		out_say(c->out, "No sprints%s.", a->start_at > 0 ? " beyond that" : "");
		return 0;
	}
	out_table(c->out, "sprints", "Id", "Sprint", "State", "Start", "End", NULL);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		out_row(c->out, json_scalar(c->arena, json_get(it.value, "id")), json_get_str(it.value, "name"),
		    json_get_str(it.value, "state"), date_of(c, it.value, "startDate"),
		    date_of(c, it.value, json_get_str(it.value, "completeDate") != NULL ? "completeDate" : "endDate"));
	if (!json_get_bool(page, "isLast", true))
		out_more(c->out, "start_at", arena_printf(c->arena, "%lld", (long long)(a->start_at + (int64_t)json_len(list))), NULL);
	return 0;
}

TOOL(jira_get_sprints_from_board,
	.title = "List sprints", .doc = "Sprints of a board.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:sprint:jira-software",
	ARGS(struct list_args, list_params), .example = "{\"board_id\":\"SHOP board\",\"state\":\"active,future\"}", .run = get_sprints,
);

/* ---- jira_get_sprint_issues ---- */

struct issues_args {
	const char *sprint_id, *board_id, *page_token;
	char **fields;
	int64_t start_at, limit;
};

static const struct param issues_params[] = {
	SPRINT_PARAM(struct issues_args),
	BOARD_PARAM(struct issues_args, P_HIDDEN, NULL),
	P_LIST(struct issues_args, fields, P_MORE, .doc = NULL),
	P_STR(struct issues_args, page_token, P_MORE, .aliases = "nextPageToken,cursor", .doc = NULL),
	P_INT(struct issues_args, start_at, P_HIDDEN, .min = 0, .max = 10000, .aliases = "startAt"),
	P_INT(struct issues_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .aliases = "max_results,maxResults"),
	P_END
};

static void
say_sprint(struct call *c, json *sprint)
{
	struct out *o = c->out;

	out_title(o, json_scalar(c->arena, json_get(sprint, "id")), json_get_str(sprint, "name"));
	out_pair(o, "State", json_get_str(sprint, "state"));
	out_pair(o, "Goal", json_get_str(sprint, "goal"));
	out_pair(o, "Start", view_datetime(c->arena, json_get_str(sprint, "startDate")));
	out_pair(o, "End", view_datetime(c->arena, json_get_str(sprint, "endDate")));
	out_pair(o, "Completed", view_datetime(c->arena, json_get_str(sprint, "completeDate")));
}

static int
get_sprint_issues(struct call *c, const void *v)
{
	const struct issues_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *sprint;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_READ, &sprint) == -1)
		return -1;
	if (a->start_at == 0 && a->page_token == NULL)
		out_say(c->out, "%s (%s, %s to %s)%s%s", json_get_str(sprint, "name"), json_get_str(sprint, "state"),
		    date_of(c, sprint, "startDate") != NULL ? date_of(c, sprint, "startDate") : "?",
		    date_of(c, sprint, "endDate") != NULL ? date_of(c, sprint, "endDate") : "?",
		    str_blank(json_get_str(sprint, "goal")) ? "" : ": ", str_blank(json_get_str(sprint, "goal")) ? "" : json_get_str(sprint, "goal"));
	return view_agile_issues(c, s, &(struct agile_list){
		.path = arena_printf(c->arena, "sprint/%lld/issue", (long long)json_get_int(sprint, "id", 0)),
		.fields = a->fields, .page_token = a->page_token, .start_at = a->start_at, .limit = a->limit,
	});
}

TOOL(jira_get_sprint_issues,
	.title = "Sprint issues", .doc = "A sprint and its issues.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:sprint:jira-software read:issue-details:jira",
	ARGS(struct issues_args, issues_params), .example = "{\"sprint_id\":\"active\",\"board_id\":\"1\"}", .run = get_sprint_issues,
);

/* ---- jira_get_sprint ---- */

struct get_args {
	const char *sprint_id, *board_id;
};

static const struct param get_params[] = {
	SPRINT_PARAM(struct get_args),
	BOARD_PARAM(struct get_args, P_HIDDEN, NULL),
	P_END
};

static int
get_sprint(struct call *c, const void *v)
{
	const struct get_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *sprint;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_READ, &sprint) == -1)
		return -1;
	say_sprint(c, sprint);
	return 0;
}

TOOL(jira_get_sprint,
	.title = "Get sprint", .doc = "One sprint: state, dates, goal.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:sprint:jira-software",
	ARGS(struct get_args, get_params), .example = "{\"sprint_id\":\"active\"}", .run = get_sprint,
);
