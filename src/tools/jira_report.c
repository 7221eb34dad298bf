/*
 * Reports of sprints and boards, computed from the histories of their issues: the site's own report pages have no public
 * API. One search for the issues with only the fields that count, their histories in bulk, then atlassian/metrics.h.
 * Done is what a board's last column holds; points are the field that the board estimates in.
 */
#include "atlassian/agile.h"
#include "atlassian/fields.h"
#include "atlassian/metrics.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_chart.h"
#include "tools/jira_view.h"

#include <stdlib.h>
#include <string.h>

#define BOARD_PARAM(st, fl) P_STR(st, board_id, fl, .aliases = "boardId,board")
#define SPRINT_PARAM(st) P_STR(st, sprint_id, P_REQUIRED, .aliases = "sprintId,sprint", .doc = "active, last, name or id")

enum { MAX_ISSUES = 2000, MAX_REMOVED = 500, MAX_STATUSES = 64, MAX_COLUMNS = 8, MAX_DAYS = 120, SHOWN_KEYS = 20,
	DAY_MS = 24 * 3600 * 1000 };

struct ground {			/* what a report stands on */
	struct site *site;
	json *config;			/* of the board */
	struct sprint_rules rules;
	const char *unit;		/* "Story Points"; NULL: the board counts issues */
	const char *fields, *tracked;	/* to ask for */
	struct issues list;
	struct life *life;
	size_t n;
};

static int
prepare(struct call *c, struct site *s, int64_t board, struct ground *g)
{
	const struct field *sprint = NULL;
	const char **done = arena_array(c->arena, MAX_STATUSES, sizeof(*done));
	json *columns;

	*g = (struct ground){ .site = s };
	if (fields_find_custom(c, s, "gh-sprint", &sprint) == -1 ||
	    rest_get(c, s, rest_path(c, s, "/rest/agile/1.0/board/%d/configuration", board), &g->config) == -1)
		return -1;
	columns = json_path(g->config, "columnConfig.columns");
	if (json_len(columns) == 0)
		return call_fail(c, ERR_PROTOCOL, "%s answered without the columns of board %lld.", s->label, (long long)board);
	for (struct json_iter it = json_iter(json_get(json_at(columns, json_len(columns) - 1), "statuses")); json_next(&it);) {
		if (g->rules.done_count < MAX_STATUSES)
			done[g->rules.done_count++] = json_get_str(it.value, "id");
	}
	g->rules.done = done;
	g->rules.sprint_track = (struct track){ .id = sprint != NULL ? sprint->id : "", .name = sprint != NULL ? sprint->name : "Sprint" };
	g->rules.points_track = (struct track){ .id = json_path_str(g->config, "estimation.field.fieldId"),
		.name = json_path_str(g->config, "estimation.field.displayName"), .words = true };
	g->unit = g->rules.points_track.id != NULL ? g->rules.points_track.name : NULL;
	g->tracked = arena_printf(c->arena, "status%s%s%s%s", sprint != NULL ? "," : "", g->rules.sprint_track.id, g->unit != NULL ? "," : "",
	    g->unit != NULL ? g->rules.points_track.id : "");
	if (g->unit == NULL)
		g->rules.points_track = (struct track){ .id = "", .name = "" };
	g->fields = arena_printf(c->arena, "created,issuetype,project,%s", g->tracked);
	return 0;
}

/* Adds what a query finds; sub-tasks go with their parents and are not counted. */
static int
load(struct call *c, struct ground *g, const char *jql, size_t max, struct issues *ret)
{
	struct history *h;

	if (issues_search(c, g->site, jql, g->fields, ISSUES_CHANGELOG, max, ret) == -1 ||
	    history_load(c, g->site, ret, g->tracked, &h) == -1)
		return -1;
	g->life = arena_grow(c->arena, g->life, g->n * sizeof(*g->life), (g->n + ret->n) * sizeof(*g->life));
	g->list.v = arena_grow(c->arena, g->list.v, g->n * sizeof(json *), (g->n + ret->n) * sizeof(json *));
	for (size_t i = 0; i < ret->n; i++) {
		json *f = json_get(ret->v[i], "fields");
		int64_t created = 0;

		if (json_get_bool(json_get(f, "issuetype"), "subtask", false))
			continue;
		if (clock_parse(json_get_str(f, "created"), &created) == -1)
			created = 0;
		g->list.v[g->n] = ret->v[i];
		g->life[g->n++] = (struct life){
			.history = &h[i], .created = created,
			.status_id = json_path_str(f, "status.id"),
			.sprints = agile_sprint_ids(c->arena, json_get(f, g->rules.sprint_track.id)),
			.points = json_scalar(c->arena, json_get(f, g->rules.points_track.id)),
		};
	}
	return 0;
}

/* The keys of the projects that the issues are of, for a query. */
static const char *
projects_of(struct call *c, const struct ground *g)
{
	const char *all = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const char *key = json_path_str(g->list.v[i], "fields.project.key");

		if (key != NULL && (all == NULL || strstr(all, arena_printf(c->arena, "\"%s\"", key)) == NULL))
			all = all == NULL ? arena_printf(c->arena, "\"%s\"", key) : arena_printf(c->arena, "%s, \"%s\"", all, key);
	}
	return all;
}

static const char *
number(struct arena *a, double v)
{
	double whole = (double)(int64_t)v;

	return v - whole > 0.001 ? arena_printf(a, "%.1f", v) : arena_printf(a, "%.0f", v);
}

static const char *
amount(struct call *c, const struct ground *g, const struct sum *s)
{
	return number(c->arena, g->unit != NULL ? s->points : (double)s->issues);
}

/* ---- jira_get_sprint_report ---- */

struct sprint_args {
	const char *sprint_id, *board_id;
	bool chart;
};

static const struct param sprint_params[] = {
	SPRINT_PARAM(struct sprint_args),
	BOARD_PARAM(struct sprint_args, P_HIDDEN),
	P_BOOL(struct sprint_args, chart, 0, .doc = NULL),
	P_END
};

struct tally {
	struct sum committed, added, removed, done, open;
	const char *added_keys, *removed_keys;
	size_t added_left, removed_left;
};

static void
count(struct sum *s, double points)
{
	s->issues++;
	s->points += points;
}

static void
name_key(struct arena *a, const char **list, size_t *left, size_t n, const char *key)
{
	if (n > SHOWN_KEYS)
		(*left)++;
	else
		*list = *list == NULL ? key : arena_printf(a, "%s, %s", *list, key);
}

static void
tally_up(struct call *c, const struct ground *g, int64_t start, int64_t end, struct tally *t)
{
	*t = (struct tally){ 0 };
	for (size_t i = 0; i < g->n; i++) {
		struct outcome o = metrics_outcome(&g->life[i], &g->rules, start, end);
		const char *key = json_get_str(g->list.v[i], "key");

		if (o.fate == FATE_NEVER)
			continue;
		if (o.added) {
			count(&t->added, o.at_end);
			name_key(c->arena, &t->added_keys, &t->added_left, t->added.issues, key);
		} else {
			count(&t->committed, o.at_start);
		}
		if (o.fate == FATE_REMOVED) {
			count(&t->removed, o.at_end);
			name_key(c->arena, &t->removed_keys, &t->removed_left, t->removed.issues, key);
		} else {
			count(o.fate == FATE_DONE ? &t->done : &t->open, o.at_end);
		}
	}
}

static void
tally_row(struct call *c, const struct ground *g, const char *what, const struct sum *s)
{
	out_row(c->out, what, arena_printf(c->arena, "%zu", s->issues), g->unit != NULL ? number(c->arena, s->points) : NULL);
}

/* The scope, done and left at the start and at the end of each day; and a straight line down. */
static void
burndown(struct call *c, const struct ground *g, int64_t start, int64_t end, int64_t planned, bool chart)
{
	int64_t first = clock_day(start), last = clock_day(planned > end ? planned : end), at = start;
	size_t days = last - first + 2 > MAX_DAYS ? MAX_DAYS : (size_t)(last - first + 2);
	double *left = arena_array(c->arena, days, sizeof(*left)), *ideal = arena_array(c->arena, days, sizeof(*ideal));
	const char **label = arena_array(c->arena, days, sizeof(*label));
	struct burn b;

	out_table(c->out, "burndown", "Day", "Scope", "Done", "Left", NULL);
	for (size_t i = 0; i < days; i++) {
		int64_t day_end = i == 0 ? start : clock_at(first + (int64_t)i, 0) - 1;

		label[i] = clock_date(c->arena, day_end) + strlen("2026-");
		left[i] = -1;
		ideal[i] = 0;
		if (at >= end && i > 0)
			continue;
		at = day_end < end ? day_end : end;
		metrics_burn(g->life, g->n, &g->rules, at, &b);
		left[i] = g->unit != NULL ? b.left.points : (double)b.left.issues;
		out_row(c->out, i == 0 ? "start" : clock_date(c->arena, at), amount(c, g, &b.scope), amount(c, g, &b.done), amount(c, g, &b.left));
	}
	for (size_t i = 0; i < days; i++)
		ideal[i] = days > 1 ? left[0] * (double)(days - 1 - i) / (double)(days - 1) : left[0];
	if (chart)
		chart_attach(c->arena, c->out, "burndown.png", &(struct chart){ .kind = CHART_LINES, .points = days, .series = 2,
		    .value = { left, ideal }, .name = { "left", "even pace" }, .label = label });
}

static void
say_tally(struct call *c, const struct ground *g, const struct tally *t, bool over)
{
	out_table(c->out, "report", "What", "Issues", g->unit, NULL);
	tally_row(c, g, "Committed at start", &t->committed);
	tally_row(c, g, "Added after start", &t->added);
	tally_row(c, g, "Removed", &t->removed);
	tally_row(c, g, "Done", &t->done);
	tally_row(c, g, over ? "Not done" : "Open", &t->open);
	if (t->added_keys != NULL)
		out_pairf(c->out, "Added", t->added_left > 0 ? "%s and %zu more" : "%s%.0zu", t->added_keys, t->added_left);
	if (t->removed_keys != NULL)
		out_pairf(c->out, "Removed", t->removed_left > 0 ? "%s and %zu more" : "%s%.0zu", t->removed_keys, t->removed_left);
}

/* What the sprint holds now, and what may have been taken out of it since it began. */
static int
load_sprint(struct call *c, struct ground *g, int64_t start)
{
	struct issues in, out = { 0 };
	const char *projects;

	if (load(c, g, arena_printf(c->arena, "sprint = %s", g->rules.sprint), MAX_ISSUES, &in) == -1)
		return -1;
	projects = projects_of(c, g);
	if (projects != NULL && load(c, g, arena_printf(c->arena,
	    "project in (%s) AND updated >= \"%s\" AND (sprint is EMPTY OR sprint != %s) ORDER BY updated DESC", projects,
	    clock_date(c->arena, start - DAY_MS), g->rules.sprint), MAX_REMOVED, &out) == -1)
		return -1;
	if (in.more)
		out_say(c->out, "Only the first %d issues of the sprint were counted.", MAX_ISSUES);
	if (out.more)
		out_say(c->out, "Removed issues were looked for among the %d that changed last.", MAX_REMOVED);
	return 0;
}

static int
sprint_report(struct call *c, const void *v)
{
	const struct sprint_args *a = v;
	struct site *s = app_site(c, JIRA);
	int64_t start, end, planned = -1, now = clock_wall_ms();
	struct ground g;
	struct tally t;
	json *sprint;
	bool over;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_READ, &sprint) == -1)
		return -1;
	start = agile_sprint_start(sprint);
	over = str_ieq(json_get_str(sprint, "state"), "closed");
	if (str_ieq(json_get_str(sprint, "state"), "future") || start == -1 || start > now)
		return call_fail(c, ERR_CONFLICT, "%s has not begun; a report needs a sprint that is active or closed.", json_get_str(sprint, "name"));
	if (prepare(c, s, json_get_int(sprint, "originBoardId", 0), &g) == -1)
		return -1;
	g.rules.sprint = json_scalar(c->arena, json_get(sprint, "id"));
	if (load_sprint(c, &g, start) == -1)
		return -1;
	end = over && agile_sprint_end(sprint) != -1 ? agile_sprint_end(sprint) : now;
	if (clock_parse(json_get_str(sprint, "endDate"), &planned) == -1 || over)
		planned = end;
	tally_up(c, &g, start, end, &t);
	out_title(c->out, g.rules.sprint, json_get_str(sprint, "name"));
	out_pairf(c->out, "State", "%s, %s to %s", json_get_str(sprint, "state"), clock_date(c->arena, start),
	    clock_date(c->arena, over ? end : planned));
	out_pair(c->out, "Goal", json_get_str(sprint, "goal"));
	say_tally(c, &g, &t, over);
	burndown(c, &g, start, end, planned, a->chart);
	return 0;
}

TOOL(jira_get_sprint_report,
	.title = "Sprint report", .doc = "What a sprint promised, added, dropped and finished; daily burndown.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:sprint:jira-software read:board-scope:jira-software read:jira-work",
	ARGS(struct sprint_args, sprint_params), .example = "{\"sprint_id\":\"active\",\"board_id\":\"1\"}", .run = sprint_report,
);

/* ---- jira_get_board_report ---- */

struct board_args {
	const char *board_id, *report;
	int64_t sprints, days;
	bool chart;
};

static const struct param board_params[] = {
	BOARD_PARAM(struct board_args, P_REQUIRED),
	P_ENUM(struct board_args, report, 0, .values = "velocity,flow"),
	P_INT(struct board_args, sprints, 0, .min = 1, .max = 20, .dflt = 6),
	P_INT(struct board_args, days, P_MORE, .min = 2, .max = 90, .dflt = 14),
	P_BOOL(struct board_args, chart, 0, .doc = NULL),
	P_END
};

static int
velocity(struct call *c, struct site *s, int64_t board, const struct board_args *a)
{
	json **sprint;
	size_t n, first;
	double *promised, *kept, sum = 0;
	const char *ids = NULL;
	struct ground g;
	struct issues list;

	if (agile_sprints(c, s, board, "closed", &sprint, &n) == -1)
		return -1;
	if (n == 0) {
		out_say(c->out, "This board has no closed sprint yet.");
		return 0;
	}
	first = n > (size_t)a->sprints ? n - (size_t)a->sprints : 0;
	for (size_t i = first; i < n; i++)
		ids = arena_printf(c->arena, "%s%s%lld", ids != NULL ? ids : "", ids != NULL ? ", " : "", (long long)json_get_int(sprint[i], "id", 0));
	if (prepare(c, s, board, &g) == -1 || load(c, &g, arena_printf(c->arena, "sprint in (%s)", ids), MAX_ISSUES, &list) == -1)
		return -1;
	promised = arena_array(c->arena, n - first, sizeof(*promised));
	kept = arena_array(c->arena, n - first, sizeof(*kept));
	if (list.more)
		out_say(c->out, "Only the first %d issues were counted.", MAX_ISSUES);
	out_table(c->out, "velocity", "Sprint", "End", "Committed", "Done", NULL);
	for (size_t i = first; i < n; i++) {
		struct tally t;

		g.rules.sprint = json_scalar(c->arena, json_get(sprint[i], "id"));
		tally_up(c, &g, agile_sprint_start(sprint[i]), agile_sprint_end(sprint[i]), &t);
		promised[i - first] = g.unit != NULL ? t.committed.points : (double)t.committed.issues;
		kept[i - first] = g.unit != NULL ? t.done.points : (double)t.done.issues;
		sum += kept[i - first];
		out_row(c->out, json_get_str(sprint[i], "name"), clock_date(c->arena, agile_sprint_end(sprint[i])), amount(c, &g, &t.committed),
		    amount(c, &g, &t.done));
	}
	out_pairf(c->out, "Average done", "%s %s a sprint", number(c->arena, sum / (double)(n - first)), g.unit != NULL ? g.unit : "issues");
	if (a->chart)
		chart_attach(c->arena, c->out, "velocity.png", &(struct chart){ .kind = CHART_BARS, .points = n - first, .series = 2,
		    .value = { kept, promised }, .name = { "done", "committed" } });
	return 0;
}

/* The column that holds a status; -1: none. */
static int
column_of(json *columns, const char *status)
{
	int n = 0;

	for (struct json_iter it = json_iter(columns); json_next(&it); n++) {
		for (struct json_iter st = json_iter(json_get(it.value, "statuses")); json_next(&st);) {
			if (str_eq(json_get_str(st.value, "id"), status))
				return n;
		}
	}
	return -1;
}

static int
flow(struct call *c, struct site *s, int64_t board, const struct board_args *a)
{
	static const struct track status = { .id = "status", .name = "status" };
	size_t columns, days = (size_t)a->days + 1;
	int64_t today = clock_day(clock_wall_ms());
	const char **label = arena_array(c->arena, days, sizeof(*label)), *names[MAX_COLUMNS];
	struct chart ch = { .kind = CHART_AREAS, .points = days, .label = label };
	double *value[MAX_COLUMNS];
	struct ground g;
	struct history *h;
	struct issues list;
	json *config;

	if (prepare(c, s, board, &g) == -1 || issues_of_agile(c, s, arena_printf(c->arena, "board/%lld/issue", (long long)board),
	    arena_printf(c->arena, "updated >= -%lldd OR statusCategory != Done", (long long)a->days + 1), "created,status,issuetype,project",
	    ISSUES_CHANGELOG, MAX_ISSUES, &list) == -1 || history_load(c, s, &list, "status", &h) == -1)
		return -1;
	config = json_path(g.config, "columnConfig.columns");
	columns = json_len(config) < MAX_COLUMNS ? json_len(config) : MAX_COLUMNS;
	for (size_t k = 0; k < columns; k++) {
		names[k] = json_get_str(json_at(config, k), "name");
		value[k] = arena_array(c->arena, days, sizeof(double));
	}
	for (size_t d = 0; d < days; d++) {
		int64_t at = clock_at(today - a->days + (int64_t)d + 1, 0) - 1;

		label[d] = clock_date(c->arena, at) + strlen("2026-");
		for (size_t i = 0; i < list.n; i++) {
			json *f = json_get(list.v[i], "fields");
			int64_t created;
			int k;

			if (clock_parse(json_get_str(f, "created"), &created) == -1 || created > at ||
			    json_get_bool(json_get(f, "issuetype"), "subtask", false))
				continue;
			k = column_of(config, history_at(&h[i], &status, json_path_str(f, "status.id"), at));
			if (k >= 0 && (size_t)k < columns)
				value[k][d]++;
		}
	}
	if (list.more)
		out_say(c->out, "Only the first %d issues of the board were counted.", MAX_ISSUES);
	out_table(c->out, "flow", "Day", names[0], columns > 1 ? names[1] : NULL, columns > 2 ? names[2] : NULL, columns > 3 ? names[3] : NULL,
	    columns > 4 ? names[4] : NULL, columns > 5 ? names[5] : NULL, columns > 6 ? names[6] : NULL, columns > 7 ? names[7] : NULL, NULL);
	for (size_t d = 0; d < days; d++) {
		const char *t[MAX_COLUMNS] = { NULL };

		for (size_t k = 0; k < columns; k++)
			t[k] = number(c->arena, value[k][d]);
		out_row(c->out, label[d], t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7]);
	}
	out_say(c->out, "Issues at the end of each day; %s counts only what was touched in this time.", names[columns - 1]);
	for (size_t k = 0; k < columns; k++) {	/* the last column lies at the bottom */
		ch.value[k] = value[columns - 1 - k];
		ch.name[k] = names[columns - 1 - k];
	}
	ch.series = columns;
	if (a->chart)
		chart_attach(c->arena, c->out, "flow.png", &ch);
	return 0;
}

static int
board_report(struct call *c, const void *v)
{
	const struct board_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct agile_board b;

	if (s == NULL || agile_board(c, s, a->board_id, AGILE_READ, &b) == -1)
		return -1;
	return str_eq(a->report, "flow") ? flow(c, s, b.id, a) : velocity(c, s, b.id, a);
}

TOOL(jira_get_board_report,
	.title = "Board report", .doc = "A board's velocity, or its cumulative flow by day.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:sprint:jira-software read:board-scope:jira-software read:jira-work",
	ARGS(struct board_args, board_params), .example = "{\"board_id\":\"SHOP board\",\"report\":\"flow\",\"days\":7}", .run = board_report,
);

/* ---- jira_get_sprint_capacity ---- */

struct capacity_args {
	const char *sprint_id, *board_id;
	char **team;
	json *days_off;
};

static const struct param capacity_params[] = {
	SPRINT_PARAM(struct capacity_args),
	BOARD_PARAM(struct capacity_args, P_HIDDEN),
	P_LIST(struct capacity_args, team, P_MORE, .doc = "Default the assignees"),
	P_OBJ(struct capacity_args, days_off, 0, .doc = "e.g. {\"Ada\":2}"),
	P_END
};

struct member {
	const char *name;
	size_t issues;
	double points;
	int64_t seconds, off;
};

static struct member *
member_named(struct call *c, struct member **team, size_t *n, const char *name, bool exact)
{
	for (size_t i = 0; i < *n; i++) {
		if (exact ? str_eq((*team)[i].name, name) : str_istarts((*team)[i].name, name))
			return &(*team)[i];
	}
	if (!exact)
		return NULL;
	*team = arena_grow(c->arena, *team, *n * sizeof(**team), (*n + 1) * sizeof(**team));
	(*team)[*n] = (struct member){ .name = name };
	return &(*team)[(*n)++];
}

/* Whole working days from now, or the start, to the end. */
static int64_t
days_left(json *sprint, const struct calendar *cal)
{
	int64_t start = agile_sprint_start(sprint), end = agile_sprint_end(sprint), now = clock_wall_ms();
	int64_t day = (int64_t)(cal->to_minute - cal->from_minute) * 60 * 1000;

	return end == -1 ? 0 : (metrics_work(cal, start > now ? start : now, end) + day / 2) / day;
}

static int
capacity(struct call *c, const void *v)
{
	const struct capacity_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct member *team = NULL, *m;
	const char *points;
	struct calendar cal;
	struct issues list;
	struct ground g;
	int64_t days, off, total = 0, seconds = 0;
	size_t n = 0;
	json *sprint;

	if (s == NULL || metrics_calendar(NULL, NULL, &cal) == -1 || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_READ, &sprint) == -1 ||
	    prepare(c, s, json_get_int(sprint, "originBoardId", 0), &g) == -1)
		return -1;
	points = g.unit != NULL ? g.rules.points_track.id : "";
	if (issues_of_agile(c, s, arena_printf(c->arena, "sprint/%lld/issue", (long long)json_get_int(sprint, "id", 0)), "statusCategory != Done",
	    arena_printf(c->arena, "assignee,timeestimate,issuetype,project%s%s", *points != '\0' ? "," : "", points), 0, MAX_ISSUES, &list) == -1)
		return -1;
	for (char **name = a->team; name != NULL && *name != NULL; name++)
		member_named(c, &team, &n, *name, true);
	for (size_t i = 0; i < list.n; i++) {
		json *f = json_get(list.v[i], "fields");
		const char *who = jira_user_name(json_get(f, "assignee")), *p = json_scalar(c->arena, json_get(f, points));

		who = who != NULL ? who : "(nobody)";
		m = member_named(c, &team, &n, who, false);
		for (size_t k = 0; m == NULL && k < n; k++) {	/* "Ada" in the team is Ada Brandt */
			if (str_istarts(who, team[k].name))
				m = &team[k];
		}
		m = m != NULL ? m : member_named(c, &team, &n, who, true);
		m->issues += !json_get_bool(json_get(f, "issuetype"), "subtask", false);
		m->points += p != NULL ? strtod(p, NULL) : 0;
		m->seconds += json_get_int(f, "timeestimate", 0);
	}
	for (struct json_iter it = json_iter(a->days_off); json_next(&it);) {
		m = member_named(c, &team, &n, it.key, false);
		if (m == NULL || (off = json_int(it.value, -1)) < 0)
			return call_fail(c, ERR_INPUT, "days_off: \"%.80s\" is nobody of the team, or the number is wrong.", it.key);
		m->off = off;
	}
	days = days_left(sprint, &cal);
	out_title(c->out, json_scalar(c->arena, json_get(sprint, "id")), json_get_str(sprint, "name"));
	out_pairf(c->out, "Working days left", "%lld", (long long)days);
	for (size_t i = 0; i < n; i++)
		seconds += team[i].seconds;
	out_table(c->out, "capacity", "Person", "Days", "Open issues", g.unit != NULL ? g.unit : "Remaining", g.unit != NULL && seconds > 0 ? "Remaining" : NULL, NULL);
	for (size_t i = 0; i < n; i++) {
		bool nobody = str_eq(team[i].name, "(nobody)");
		int64_t left = nobody || team[i].off >= days ? 0 : days - team[i].off;
		const char *time = team[i].seconds > 0 ? metrics_duration(c->arena, &cal, team[i].seconds * 1000) : NULL;

		total += left;
		out_row(c->out, team[i].name, nobody ? NULL : arena_printf(c->arena, "%lld", (long long)left),
		    arena_printf(c->arena, "%zu", team[i].issues), g.unit != NULL ? number(c->arena, team[i].points) : time, time);
	}
	out_pairf(c->out, "Person-days left", "%lld", (long long)total);
	return 0;
}

TOOL(jira_get_sprint_capacity,
	.title = "Sprint capacity", .doc = "Working days left in a sprint against the open work, by person.",
	.toolset = "jira_agile", .product = JIRA, .effect = READS, .not_default = true,
	.scopes = "read:sprint:jira-software read:board-scope:jira-software read:jira-work",
	ARGS(struct capacity_args, capacity_params), .example = "{\"sprint_id\":\"active\",\"board_id\":\"1\",\"days_off\":{\"Ada\":2}}", .run = capacity,
);
