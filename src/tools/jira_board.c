/*
 * Boards: which there are, how one is set up, what it shows. A list of a board's issues is one request; the columns of a
 * board name their statuses by id, so the list of statuses is asked for beside the configuration.
 */
#include "atlassian/agile.h"
#include "atlassian/cache.h"
#include "base/str.h"
#include "query/jql.h"
#include "tools/app.h"
#include "tools/jira_query.h"
#include "tools/jira_view.h"

#include <string.h>

#define BOARD(st, fl) P_STR(st, board_id, fl, .aliases = "boardId,board", .doc = "Name or id")

/* ---- jira_get_agile_boards ---- */

struct boards_args {
	const char *board_name, *project_key, *board_type;
	int64_t start_at, limit;
};

static const struct param boards_params[] = {
	P_STR(struct boards_args, board_name, 0, .aliases = "name"),
	P_STR(struct boards_args, project_key, 0, .aliases = "projectKeyOrId,project"),
	P_STR(struct boards_args, board_type, 0, .aliases = "type"),
	P_INT(struct boards_args, start_at, P_MORE, .min = 0, .max = 100000, .aliases = "startAt"),
	P_INT(struct boards_args, limit, P_HIDDEN, .min = 1, .max = 200, .dflt = 25, .aliases = "max_results,maxResults"),
	P_END
};

static int
get_boards(struct call *c, const void *v)
{
	const struct boards_args *a = v;
	struct site *s = app_site(c, JIRA);
	size_t n, first = (size_t)a->start_at, end;
	bool projects = false;
	json **list;

	if (s == NULL || agile_boards(c, s, a->board_name, a->board_type, a->project_key, &list, &n) == -1)
		return -1;
	if (first >= n) {
		out_say(c->out, "No board%s.", n > 0 ? " beyond that" : a->board_name != NULL ? " is called so" : "");
		return 0;
	}
	end = n - first > (size_t)a->limit ? first + (size_t)a->limit : n;
	for (size_t i = first; i < end; i++)
		projects = projects || json_path_str(list[i], "location.projectKey") != NULL;
	out_table(c->out, "boards", "Id", "Board", "Type", projects ? "Project" : NULL, NULL);
	for (size_t i = first; i < end; i++)
		out_row(c->out, json_scalar(c->arena, json_get(list[i], "id")), json_get_str(list[i], "name"),
		    json_get_str(list[i], "type"), json_path_str(list[i], "location.projectKey"));
	if (end < n)
		out_more(c->out, "start_at", arena_printf(c->arena, "%zu", end), arena_printf(c->arena, "(%zu of %zu shown)", end - first, n));
	return 0;
}

TOOL(jira_get_agile_boards,
	.title = "List boards", .doc = "List Jira boards.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:board-scope:jira-software read:project:jira",
	ARGS(struct boards_args, boards_params), .example = "{\"project_key\":\"SHOP\"}", .run = get_boards,
);

/* ---- jira_get_board ---- */

struct board_args {
	const char *board_id;
};

static const struct param board_params[] = {
	BOARD(struct board_args, P_REQUIRED),
	P_END
};

static const char *
status_names(struct call *c, json *column, json *statuses)
{
	const char *all = NULL;

	for (struct json_iter it = json_iter(json_get(column, "statuses")); json_next(&it);) {
		const char *id = json_get_str(it.value, "id"), *name = id;

		for (struct json_iter st = json_iter(statuses); json_next(&st);) {
			if (str_eq(json_get_str(st.value, "id"), id))
				name = json_get_str(st.value, "name");
		}
		all = all == NULL ? name : arena_printf(c->arena, "%s, %s", all, name);
	}
	return all;
}

static const char *
limits(struct call *c, json *column)
{
	int64_t min = json_get_int(column, "min", 0), max = json_get_int(column, "max", 0);

	if (min > 0 && max > 0)
		return arena_printf(c->arena, "%lld to %lld", (long long)min, (long long)max);
	return max > 0 ? arena_printf(c->arena, "at most %lld", (long long)max) :
	    min > 0 ? arena_printf(c->arena, "at least %lld", (long long)min) : NULL;
}

static int
get_board(struct call *c, const void *v)
{
	const struct board_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct agile_board b;
	struct rest_req q[3] = { 0 };
	json *config, *columns, *board, *filters, *statuses;
	bool limited = false;

	if (s == NULL || agile_board(c, s, a->board_id, AGILE_READ, &b) == -1)
		return -1;
	q[0].path = rest_path(c, s, "/rest/agile/1.0/board/%d/configuration", b.id);
	q[1].path = rest_path(c, s, "/rest/agile/1.0/board/%d", b.id);
	q[2].path = rest_path(c, s, "/rest/agile/1.0/board/%d/quickfilter", b.id);
	q[2].optional = true;
	if (rest_cached(c, s, rest_path(c, s, "{api}/status"), CACHED_METADATA_S, &statuses) == -1 ||
	    rest_all(c, s, q, site_is_cloud(s) ? 3 : 2) == -1)	/* quick filters have no public request on Data Center */
		return -1;
	config = q[0].json;
	board = q[1].json;
	columns = json_path(config, "columnConfig.columns");
	if (!yyjson_is_arr(columns))
		return call_fail(c, ERR_PROTOCOL, "%s answered without the columns of the board.", s->label);
	out_title(c->out, arena_printf(c->arena, "%lld", (long long)b.id), json_get_str(board, "name"));
	out_pair(c->out, "Type", json_get_str(board, "type"));
	out_pair(c->out, "Project", json_path_str(board, "location.projectKey"));
	out_pair(c->out, "Estimates in", json_path_str(config, "estimation.field.displayName"));
	out_pair(c->out, "Filter", json_path_str(config, "filter.id"));
	out_pair(c->out, "Kanban sub-filter", json_path_str(config, "subQuery.query"));
	for (struct json_iter it = json_iter(columns); json_next(&it);)
		limited = limited || limits(c, it.value) != NULL;
	out_table(c->out, "columns", "Column", "Statuses", limited ? "Issues" : NULL, NULL);
	for (struct json_iter it = json_iter(columns); json_next(&it);)
		out_row(c->out, json_get_str(it.value, "name"), status_names(c, it.value, statuses), limits(c, it.value));
	filters = json_get(q[2].json, "values");
	if (json_len(filters) > 0) {
		out_table(c->out, "quick filters", "Quick filter", "JQL", NULL);
		for (struct json_iter it = json_iter(filters); json_next(&it);)
			out_row(c->out, json_get_str(it.value, "name"), json_get_str(it.value, "jql"));
	}
	return 0;
}

TOOL(jira_get_board,
	.title = "Get board", .doc = "A board's columns, statuses, estimation and quick filters.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:board-scope:jira-software read:project:jira",
	ARGS(struct board_args, board_params), .example = "{\"board_id\":\"SHOP board\"}", .run = get_board,
);

/* ---- jira_get_board_issues ---- */

struct issues_args {
	const char *board_id, *jql, *scope, *expand, *page_token;
	char **fields;
	int64_t start_at, limit;
};

static const struct param issues_params[] = {
	BOARD(struct issues_args, P_REQUIRED),
	P_STR(struct issues_args, jql, 0, .max_len = 20000),
	P_ENUM(struct issues_args, scope, 0, .values = "board,backlog"),
	P_LIST(struct issues_args, fields, P_MORE, .doc = NULL),
	P_STR(struct issues_args, page_token, P_MORE, .aliases = "nextPageToken,cursor", .doc = NULL),
	P_INT(struct issues_args, start_at, P_HIDDEN, .min = 0, .max = 10000, .aliases = "startAt"),
	P_INT(struct issues_args, limit, P_MORE, .min = 1, .max = 100, .dflt = 50, .aliases = "max_results,maxResults"),
	P_STR(struct issues_args, expand, P_HIDDEN, .doc = NULL),
	P_END
};

static int
get_board_issues(struct call *c, const void *v)
{
	const struct issues_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct agile_board b;
	const char *jql = NULL;

	if (s == NULL || ((a->jql != NULL || s->config->filter != NULL) &&
	    (jql = jira_query(c, s, a->jql != NULL ? a->jql : "", NULL)) == NULL) ||
	    agile_board(c, s, a->board_id, AGILE_READ, &b) == -1)
		return -1;
	return view_agile_issues(c, s, &(struct agile_list){
		.path = arena_printf(c->arena, "board/%lld/%s", (long long)b.id, str_eq(a->scope, "backlog") ? "backlog" : "issue"),
		.jql = jql, .fields = a->fields, .page_token = a->page_token, .start_at = a->start_at, .limit = a->limit,
	});
}

TOOL(jira_get_board_issues,
	.title = "Board issues", .doc = "Issues of a board or its backlog, in rank order.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:board-scope:jira-software read:issue-details:jira",
	ARGS(struct issues_args, issues_params), .example = "{\"board_id\":\"1\",\"scope\":\"backlog\",\"limit\":5}", .run = get_board_issues,
);

/* ---- jira_create_board, jira_delete_board ---- */

struct create_args {
	const char *name, *type, *project_key;
	int64_t filter_id;
};

static const struct param create_params[] = {
	P_STR(struct create_args, name, P_REQUIRED, .max_len = 255),
	P_INT(struct create_args, filter_id, P_REQUIRED, .min = 1, .aliases = "filterId,filter"),
	P_ENUM(struct create_args, type, 0, .values = "scrum,kanban", .aliases = "board_type"),
	P_STR(struct create_args, project_key, P_HIDDEN, .doc = NULL),
	P_END
};

/* A board shows what its filter finds, so under a fence the filter's own query has to say no more than allowed projects. */
static int
check_filter(struct call *c, struct site *s, const struct create_args *a)
{
	char **f = s->config->filter;
	const char *text;
	struct err wrong;
	struct jql *q;
	json *filter;
	size_t n = 0;

	if (f == NULL)
		return 0;
	if (a->project_key == NULL || !site_fence_allows(s, a->project_key))
		return call_fail(c, ERR_DENIED, "Only in an allowed project: give its project_key.");
	if (rest_get(c, s, rest_path(c, s, "{api}/filter/%d", a->filter_id), &filter) == -1)
		return -1;
	while (f[n] != NULL)
		n++;
	err_init(&wrong, c->arena);
	text = json_get_str(filter, "jql");
	q = text == NULL ? NULL : jql_parse(c->arena, text, strlen(text), &wrong);
	if (q != NULL && jql_within(q, "project", (const char *const *)f, n))
		return 0;
	call_fail(c, ERR_DENIED, "Filter %lld may find issues of projects that are not allowed here.", (long long)a->filter_id);
	call_hint(c, "Take a filter whose query says project = %s or another allowed one.", f[0]);
	return -1;
}

static int
create_board(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "POST", .created_id = "id", .what = "the creation of the board" };
	struct buf b;
	struct jw j;

	if (s == NULL)
		return -1;
	if (check_filter(c, s, a) == -1)
		return -1;
	buf_init(&b, 16 * 1024);
	jw_init(&j, &b);
	jw_obj(&j);
	jw_str(&j, "name", a->name);
	jw_str(&j, "type", a->type);
	jw_int(&j, "filterId", a->filter_id);
	if (a->project_key != NULL && site_is_cloud(s)) {
		jw_obj_in(&j, "location");
		jw_str(&j, "type", "project");
		jw_str(&j, "projectKeyOrId", a->project_key);
		jw_end(&j);
	}
	jw_end(&j);
	w.body = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	w.path = rest_path(c, s, "/rest/agile/1.0/board");
	out_pairf(c->out, "New board", "%s (%s), filter %lld", a->name, a->type, (long long)a->filter_id);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (!str_eq(json_get_str(w.json, "name"), a->name) || json_get_int(w.json, "id", 0) == 0)
		return call_fail(c, ERR_IGNORED, "%s accepted the board, but did not name it so.", s->label);
	out_say(c->out, "Created board %lld.", (long long)json_get_int(w.json, "id", 0));
	return 0;
}

TOOL(jira_create_board,
	.title = "Create board", .doc = "Create a board from a saved filter.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:board-scope:jira-software",
	ARGS(struct create_args, create_params), .example = "{\"name\":\"Bugs\",\"type\":\"kanban\",\"filter_id\":10001}", .run = create_board,
);

static const struct param delete_params[] = {
	BOARD(struct board_args, P_REQUIRED),
	P_END
};

static int
delete_board(struct call *c, const void *v)
{
	const struct board_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "DELETE" };
	struct rest_req gone = { .optional = true };
	struct agile_board b;
	json *board;

	if (s == NULL || agile_board(c, s, a->board_id, AGILE_WRITE, &b) == -1 ||
	    rest_get(c, s, rest_path(c, s, "/rest/agile/1.0/board/%d", b.id), &board) == -1)
		return -1;
	if (json_get_str(board, "name") == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a board.", s->label);
	out_pairf(c->out, "Board", "%s (%lld) -> (deleted; its issues stay)", json_get_str(board, "name"), (long long)b.id);
	w.path = rest_path(c, s, "/rest/agile/1.0/board/%d", b.id);
	w.target = arena_printf(c->arena, "%lld", (long long)b.id);
	w.before = json_text(c->arena, board, NULL);
	w.what = arena_printf(c->arena, "the deletion of board %lld", (long long)b.id);
	if (rest_write(c, s, &w) == -1)
		return -1;
	gone.path = w.path;
	if (rest_read(c, s, &gone) == -1)
		return -1;
	if (gone.json != NULL)
		return call_fail(c, ERR_IGNORED, "%s accepted the deletion, but the board is still there.", s->label);
	out_say(c->out, "Deleted.");
	return 0;
}

TOOL(jira_delete_board,
	.title = "Delete board", .doc = "Delete a board; issues stay.",
	.toolset = "jira_agile", .product = JIRA, .effect = DESTROYS, .not_default = true, .scopes = "delete:board-scope:jira-software",
	ARGS(struct board_args, delete_params), .example = "{\"board_id\":\"OPS board\"}", .run = delete_board,
);
