/*
 * Sprints, written: made, changed, and their two verbs. A change is a partial POST, so nothing that was not named is
 * touched, and its own answer is the proof. Closing first closes, then moves what is open: so the issues keep the closed
 * sprint in their history, as when a person closes it on the board.
 */
#include "atlassian/issues.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_move.h"
#include "tools/jira_sprint.h"
#include "tools/jira_view.h"

#include <string.h>

enum { DAY_MS = 24 * 3600 * 1000, MAX_OPEN = 1000, SAME_MS = 60 * 1000 };

/* A moment as Jira wants it. A plain date is nine in the morning of that day, here. */
static int
moment(struct call *c, const char *name, const char *text, int64_t *ret)
{
	if (clock_parse(text, ret) == -1) {
		call_fail(c, ERR_INPUT, "%s: \"%.40s\" is not a date.", name, text);
		call_hint(c, "Write 2026-11-30 or 2026-11-30T09:00:00+01:00.");
		return -1;
	}
	if (strlen(text) == strlen("2026-11-30"))
		*ret = clock_at(*ret / DAY_MS, 9 * 60);
	return 0;
}

struct change {
	const char *name, *goal, *state, *start, *end;	/* NULL: as it is; dates as ISO text */
};

static int
take_dates(struct call *c, const char *start, const char *end, struct change *ch)
{
	int64_t from = -1, to = -1;

	if ((start != NULL && moment(c, "start_date", start, &from) == -1) || (end != NULL && moment(c, "end_date", end, &to) == -1))
		return -1;
	if (start != NULL && end != NULL && to <= from)
		return call_fail(c, ERR_INPUT, "end_date is not after start_date.");
	ch->start = start != NULL ? clock_iso(c->arena, from) : NULL;
	ch->end = end != NULL ? clock_iso(c->arena, to) : NULL;
	return 0;
}

static const char *
change_body(struct call *c, const struct change *ch, int64_t board)
{
	struct body b;
	struct jw *w = body_begin(&b);

	if (ch->name != NULL)
		jw_str(w, "name", ch->name);
	if (ch->state != NULL)
		jw_str(w, "state", ch->state);
	if (ch->start != NULL)
		jw_str(w, "startDate", ch->start);
	if (ch->end != NULL)
		jw_str(w, "endDate", ch->end);
	if (ch->goal != NULL)
		jw_str(w, "goal", ch->goal);
	if (board > 0)
		jw_int(w, "originBoardId", board);
	return body_end(c, &b);
}

static bool
same(const char *member, const char *asked, const char *have)
{
	int64_t x, y;

	if (!str_ends(member, "Date"))
		return str_eq(asked, have) || (*asked == '\0' && have == NULL);
	return clock_parse(asked, &x) == 0 && clock_parse(have, &y) == 0 && x - y < SAME_MS && y - x < SAME_MS;
}

/*
 * "Label: before -> after" of what was asked. before NULL: there was none. after NULL: a dry run, before the write.
 * done: "Sprint 4 was created", for the error when something was not taken over.
 */
static int
report(struct call *c, const struct change *ch, json *before, json *after, const char *done)
{
	const struct {
		const char *label, *member, *asked;
	} row[] = {
		{ "Name", "name", ch->name }, { "State", "state", ch->state }, { "Start", "startDate", ch->start },
		{ "End", "endDate", ch->end }, { "Goal", "goal", ch->goal },
	};
	const char *ignored = NULL;

	for (size_t i = 0; i < LEN(row); i++) {
		const char *old = json_get_str(before, row[i].member), *new = after != NULL ? json_get_str(after, row[i].member) : row[i].asked;
		bool date = str_ends(row[i].member, "Date");

		if (row[i].asked == NULL)
			continue;
		if (after != NULL && !same(row[i].member, row[i].asked, new))
			ignored = arena_printf(c->arena, "%s%s%s (it is %s)", ignored != NULL ? ignored : "", ignored != NULL ? ", " : "",
			    row[i].label, str_blank(new) ? "(none)" : date ? view_datetime(c->arena, new) : new);
		old = date && old != NULL ? view_datetime(c->arena, old) : old;
		new = date && new != NULL ? view_datetime(c->arena, new) : new;
		if (before == NULL)
			out_pair(c->out, row[i].label, new);
		else if (!str_eq(old, new))
			out_pairf(c->out, row[i].label, "%s -> %s", str_blank(old) ? "(none)" : old, str_blank(new) ? "(none)" : new);
	}
	if (ignored == NULL)
		return 0;
	call_fail(c, ERR_IGNORED, "%s, but Jira did not take over: %s.", done, ignored);
	call_hint(c, before == NULL ? "Do not create it again: jira_update_sprint changes it." : "Do not repeat the whole call.");
	return -1;
}

/* Sends the change of a sprint and reports it. */
static int
change_sprint(struct call *c, struct site *s, json *sprint, const struct change *ch, const char *done)
{
	struct rest_write w = { .method = "POST" };
	int64_t id = json_get_int(sprint, "id", 0);

	if (c->dry_run != NULL && report(c, ch, sprint, NULL, NULL) == -1)
		return -1;
	w.path = rest_path(c, s, "/rest/agile/1.0/sprint/%d", id);
	w.body = change_body(c, ch, 0);
	w.target = arena_printf(c->arena, "sprint %lld", (long long)id);
	w.before = json_text(c->arena, sprint, NULL);
	w.what = arena_printf(c->arena, "the change of sprint %s", json_get_str(sprint, "name"));
	c->target = w.target;
	if (rest_write(c, s, &w) == -1)
		return -1;
	out_say(c->out, "%s %s.", done, json_get_str(sprint, "name"));
	return report(c, ch, sprint, w.json, arena_printf(c->arena, "Sprint %s was changed", json_get_str(sprint, "name")));
}

static int
new_sprint(struct call *c, struct site *s, int64_t board, const struct change *ch, json **ret)
{
	struct rest_write w = { .method = "POST", .created_id = "id", .what = "the creation of the sprint" };

	w.path = rest_path(c, s, "/rest/agile/1.0/sprint");
	w.body = change_body(c, ch, board);
	if (rest_write(c, s, &w) == -1)
		return -1;
	if (json_get_int(w.json, "id", 0) == 0)
		return call_fail(c, ERR_UNKNOWN_OUTCOME, "%s accepted the sprint but did not name its id.", s->label);
	*ret = w.json;
	return 0;
}

struct create_args {
	const char *board_id, *name, *start_date, *end_date, *goal;
};

static const struct param create_params[] = {
	BOARD_PARAM(struct create_args, P_REQUIRED, "Name or id"),
	P_STR(struct create_args, name, P_REQUIRED, .aliases = "sprint_name", .max_len = 255),
	P_STR(struct create_args, start_date, 0, .aliases = "startDate"),
	P_STR(struct create_args, end_date, 0, .aliases = "endDate"),
	P_STR(struct create_args, goal, P_MORE, .max_len = 2000),
	P_END
};

static int
create_sprint(struct call *c, const void *v)
{
	const struct create_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct change ch = { .name = a->name, .goal = a->goal };
	struct agile_board b;
	json *sprint;

	if (s == NULL || take_dates(c, a->start_date, a->end_date, &ch) == -1 ||
	    agile_board(c, s, a->board_id, AGILE_WRITE, &b) == -1)
		return -1;
	if (c->dry_run != NULL && report(c, &ch, NULL, NULL, NULL) == -1)
		return -1;
	if (new_sprint(c, s, b.id, &ch, &sprint) == -1)
		return -1;
	out_say(c->out, "Created sprint %lld.", (long long)json_get_int(sprint, "id", 0));
	return report(c, &ch, NULL, sprint, arena_printf(c->arena, "Sprint %lld was created", (long long)json_get_int(sprint, "id", 0)));
}

TOOL(jira_create_sprint,
	.title = "Create sprint", .doc = "Create a future sprint on a board.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:sprint:jira-software",
	ARGS(struct create_args, create_params),
	.example = "{\"board_id\":\"1\",\"name\":\"SHOP Sprint 26\",\"start_date\":\"2026-12-16\",\"end_date\":\"2026-12-30\"}", .run = create_sprint,
);

/* ---- jira_start_sprint ---- */

struct start_args {
	const char *sprint_id, *board_id, *start_date, *end_date, *goal;
};

static const struct param start_params[] = {
	SPRINT_PARAM(struct start_args),
	BOARD_PARAM(struct start_args, P_HIDDEN, NULL),
	P_STR(struct start_args, start_date, 0, .aliases = "startDate", .doc = NULL),
	P_STR(struct start_args, end_date, 0, .aliases = "endDate", .doc = NULL),
	P_STR(struct start_args, goal, 0, .max_len = 2000),
	P_END
};

static int
start(struct call *c, struct site *s, json *sprint, const char *from, const char *to, struct change *ch)
{
	int64_t begin, planned, now = clock_wall_ms();

	if (!str_ieq(json_get_str(sprint, "state"), "future")) {
		call_fail(c, ERR_CONFLICT, "Sprint %s is %s: only a future sprint can be started.", json_get_str(sprint, "name"),
		    json_get_str(sprint, "state"));
		call_hint(c, "jira_get_sprints_from_board lists the future ones.");
		return -1;
	}
	if (take_dates(c, from, to, ch) == -1)
		return -1;
	ch->state = "active";
	if (ch->start == NULL)
		ch->start = clock_iso(c->arena, now);
	if (clock_parse(ch->start, &begin) == -1)
		BUG("our own date");
	if (ch->end == NULL && clock_parse(json_get_str(sprint, "endDate"), &planned) == 0 && planned > begin)
		ch->end = clock_iso(c->arena, planned);
	else if (ch->end == NULL)
		ch->end = clock_iso(c->arena, begin + (int64_t)14 * DAY_MS);
	return change_sprint(c, s, sprint, ch, "Started");
}

static int
start_sprint(struct call *c, const void *v)
{
	const struct start_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct change ch = { .goal = a->goal };
	json *sprint;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_WRITE, &sprint) == -1 ||
	    start(c, s, sprint, a->start_date, a->end_date, &ch) == -1)
		return -1;
	return 0;
}

TOOL(jira_start_sprint,
	.title = "Start sprint", .doc = "Start a future sprint.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:sprint:jira-software",
	ARGS(struct start_args, start_params), .example = "{\"sprint_id\":\"next\",\"board_id\":\"1\"}", .run = start_sprint,
);

/* ---- jira_close_sprint ---- */

struct close_args {
	const char *sprint_id, *board_id, *open_issues;
};

static const struct param close_params[] = {
	SPRINT_PARAM(struct close_args),
	BOARD_PARAM(struct close_args, P_HIDDEN, NULL),
	P_STR(struct close_args, open_issues, 0, .aliases = "move_to", .doc = "To backlog (default), next, new or a sprint"),
	P_END
};

/* "Sprint 24" -> "Sprint 25"; a name without a number gets " 2". */
static const char *
next_name(struct call *c, const char *name)
{
	size_t len = strlen(name), n = len;
	int64_t number;

	while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9')
		n--;
	if (n == len || str_int(name + n, 0, 1000000, &number) == -1)
		return arena_printf(c->arena, "%s 2", name);
	return arena_printf(c->arena, "%.*s%lld", (int)n, name, (long long)number + 1);
}

/* The next name that no open sprint of the board has. */
static int
new_name(struct call *c, struct site *s, json *sprint, const char **ret)
{
	const char *name = json_get_str(sprint, "name");
	json **open;
	size_t n;
	bool taken = true;

	if (agile_sprints(c, s, json_get_int(sprint, "originBoardId", 0), "active,future", &open, &n) == -1)
		return -1;
	for (size_t tries = 0; taken && tries <= n; tries++) {
		name = next_name(c, name);
		taken = false;
		for (size_t i = 0; i < n; i++)
			taken = taken || str_ieq(json_get_str(open[i], "name"), name);
	}
	*ret = name;
	return 0;
}

/* What is not done and no sub-task: those go with their parents. */
static int
open_issues(struct call *c, struct site *s, int64_t sprint, char ***ret, size_t *ret_count)
{
	struct issues list;
	size_t n = 0;

	if (issues_of_agile(c, s, arena_printf(c->arena, "sprint/%lld/issue", (long long)sprint), "statusCategory != Done",
	    "issuetype,project", 0, MAX_OPEN, &list) == -1)
		return -1;
	if (list.more)
		return call_fail(c, ERR_TOO_LARGE, "More than %d issues are open in the sprint; move some of them first.", MAX_OPEN);
	*ret = arena_array(c->arena, list.n + 1, sizeof(**ret));
	for (size_t i = 0; i < list.n; i++) {
		if (!json_get_bool(json_path(list.v[i], "fields.issuetype"), "subtask", false))
			(*ret)[n++] = arena_strdup(c->arena, json_get_str(list.v[i], "key"));
	}
	*ret_count = n;
	return 0;
}

/* The sprint that takes the open issues; NULL: the backlog. make: it is still to be created, under that name. */
static int
destination(struct call *c, struct site *s, json *sprint, const struct close_args *a, json **ret, const char **ret_make)
{
	const char *board = a->board_id != NULL ? a->board_id : json_scalar(c->arena, json_get(sprint, "originBoardId"));

	*ret = NULL;
	*ret_make = NULL;
	if (str_blank(a->open_issues) || str_ieq(a->open_issues, "backlog"))
		return 0;
	if (str_ieq(a->open_issues, "new"))
		return new_name(c, s, sprint, ret_make);
	if (agile_sprint(c, s, a->open_issues, board, AGILE_WRITE, ret) == -1) {
		err_context(&c->err, "open_issues");
		return -1;
	}
	if (str_ieq(json_get_str(*ret, "state"), "closed"))
		return call_fail(c, ERR_INPUT, "open_issues: %s is closed.", json_get_str(*ret, "name"));
	if (json_get_int(*ret, "id", 0) == json_get_int(sprint, "id", 0))
		return call_fail(c, ERR_INPUT, "open_issues: that is the sprint to close.");
	return 0;
}

/* What a close does: its change of the sprint, and where the open issues go. */
struct closing {
	struct change *change;
	json *to;		/* NULL: the backlog, or */
	const char *make;	/* a sprint of this name that is still to be created */
	char **keys;
	size_t n;
};

static int
plan_close(struct call *c, struct site *s, json *sprint, const struct closing *p)
{
	struct change making = { .name = p->make };
	int64_t board = json_get_int(sprint, "originBoardId", 0);
	const char *into = p->to != NULL ? json_scalar(c->arena, json_get(p->to, "id")) : "NEW";

	if (report(c, p->change, sprint, NULL, NULL) == -1)
		return -1;
	out_pairf(c->out, "Open issues", "%zu%s%s", p->n, p->n > 0 ? " -> " : "", p->n == 0 ? "" : p->to != NULL ? json_get_str(p->to, "name") :
	    p->make != NULL ? p->make : "backlog");
	if (p->make != NULL && p->n > 0)
		rest_plan(c, &(struct rest_write){ .method = "POST", .path = rest_path(c, s, "/rest/agile/1.0/sprint"),
		    .body = change_body(c, &making, board), .what = "the creation of the sprint" });
	rest_plan(c, &(struct rest_write){ .method = "POST", .path = rest_path(c, s, "/rest/agile/1.0/sprint/%d",
	    json_get_int(sprint, "id", 0)), .body = change_body(c, p->change, 0), .what = "the closing" });
	if (p->n > 0 && (p->to != NULL || p->make != NULL))
		move_plan(c, s, arena_printf(c->arena, "/rest/agile/1.0/sprint/%s/issue", into), p->keys, p->n);
	return rest_planned(c);
}

static int
close_it(struct call *c, struct site *s, json *sprint, const struct close_args *a, struct change *ch)
{
	struct closing p = { .change = ch };
	const char *name = json_get_str(sprint, "name");
	struct change making;

	if (!str_ieq(json_get_str(sprint, "state"), "active"))
		return call_fail(c, ERR_CONFLICT, "Sprint %s is %s: only an active sprint can be closed.", name, json_get_str(sprint, "state"));
	ch->state = "closed";
	if (destination(c, s, sprint, a, &p.to, &p.make) == -1 || open_issues(c, s, json_get_int(sprint, "id", 0), &p.keys, &p.n) == -1)
		return -1;
	if (c->dry_run != NULL)
		return plan_close(c, s, sprint, &p);
	if (p.make != NULL && p.n > 0) {
		making = (struct change){ .name = p.make };
		if (new_sprint(c, s, json_get_int(sprint, "originBoardId", 0), &making, &p.to) == -1)
			return -1;
		out_say(c->out, "Created %s.", json_get_str(p.to, "name"));
	}
	if (change_sprint(c, s, sprint, ch, "Closed") == -1) {
		if (p.n > 0 && p.to != NULL)
			err_context(&c->err, "%s%s%zu open issues of %s were not moved", p.make != NULL ? p.make : "",
			    p.make != NULL ? " was created; " : "", p.n, name);
		if (c->err.kind == ERR_IGNORED && p.n > 0 && p.to != NULL)
			call_hint(c, "See the sprint with jira_get_sprint, then move them with jira_add_issues_to_sprint.");
		return -1;
	}
	if (p.n == 0 || p.to == NULL) {
		out_pairf(c->out, "Open issues", "%zu%s", p.n, p.n > 0 ? " -> backlog" : "");
		return 0;
	}
	if (move_to_sprint(c, s, p.to, p.keys, p.n) == -1) {
		err_context(&c->err, "%s was closed, but not all its open issues were moved", name);
		call_hint(c, "The others are in the backlog; go on with jira_add_issues_to_sprint.");
		return -1;
	}
	return 0;
}

static int
close_sprint(struct call *c, const void *v)
{
	const struct close_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *sprint;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_WRITE, &sprint) == -1)
		return -1;
	return close_it(c, s, sprint, a, &(struct change){ .name = NULL });
}

TOOL(jira_close_sprint,
	.title = "Close sprint", .doc = "Complete the active sprint and move its open issues.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .not_default = true, .scopes = "write:sprint:jira-software",
	ARGS(struct close_args, close_params), .example = "{\"sprint_id\":\"active\",\"board_id\":\"1\",\"open_issues\":\"next\"}", .run = close_sprint,
);

/* ---- jira_update_sprint ---- */

struct update_args {
	const char *sprint_id, *board_id, *name, *state, *start_date, *end_date, *goal;
};

static const struct param update_params[] = {
	SPRINT_PARAM(struct update_args),
	BOARD_PARAM(struct update_args, P_HIDDEN, NULL),
	P_STR(struct update_args, name, 0, .aliases = "sprint_name", .max_len = 255),
	P_STR(struct update_args, goal, P_CLEAR, .max_len = 2000),
	P_STR(struct update_args, start_date, 0, .aliases = "startDate"),
	P_STR(struct update_args, end_date, 0, .aliases = "endDate"),
	P_STR(struct update_args, state, P_HIDDEN, .doc = NULL),
	P_END
};

static int
update_sprint(struct call *c, const void *v)
{
	const struct update_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct change ch = { .name = a->name, .goal = a->goal };
	const char *state;
	json *sprint;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_WRITE, &sprint) == -1)
		return -1;
	state = json_get_str(sprint, "state");
	if (str_ieq(a->state, "closed") && !str_ieq(state, "closed"))
		return take_dates(c, a->start_date, a->end_date, &ch) == -1 ? -1 :
		    close_it(c, s, sprint, &(struct close_args){ .board_id = a->board_id }, &ch);
	if (str_ieq(a->state, "active") && !str_ieq(state, "active"))
		return start(c, s, sprint, a->start_date, a->end_date, &ch);
	if (a->state != NULL && !str_ieq(a->state, state))
		return call_fail(c, ERR_INPUT, "A sprint that is %s can not become %.40s.", state, a->state);
	if (take_dates(c, a->start_date, a->end_date, &ch) == -1)
		return -1;
	if (ch.name == NULL && ch.goal == NULL && ch.start == NULL && ch.end == NULL)
		return call_fail(c, ERR_INPUT, "Nothing to change: give name, goal, start_date or end_date.");
	return change_sprint(c, s, sprint, &ch, "Updated");
}

TOOL(jira_update_sprint,
	.title = "Update sprint", .doc = "Change a sprint's name, goal or dates.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true, .scopes = "write:sprint:jira-software",
	ARGS(struct update_args, update_params), .example = "{\"sprint_id\":\"2\",\"goal\":\"Guests can order and pay\"}", .run = update_sprint,
);
