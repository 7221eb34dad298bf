/*
 * Reading work logs. Without an issue jira_get_worklog is a timesheet: a search finds the issues on which somebody logged
 * work in the period, each issue brings its first work logs along, and only of those that have more the rest is asked
 * for, all at once. Days are those of the local zone; the search is a day wider, since Jira counts in the zone of the account.
 */
#include "atlassian/jql_all.h"
#include "atlassian/when.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_target.h"
#include "tools/jira_view.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ISSUES = 500, MAX_AT_ONCE = 20, MAX_LOGS = 5000 };

struct get_args {
	const char *issue_key, *user, *from, *to, *project_key;
};

static const struct param get_params[] = {
	P_STR(struct get_args, issue_key, 0, .aliases = "issueIdOrKey,issue,key", .doc = NULL),
	P_STR(struct get_args, user, 0, .aliases = "author,user_identifier", .doc = "Default, without an issue: me"),
	P_STR(struct get_args, from, 0, .aliases = "since,start_date", .doc = "e.g. last week, -7d, 2026-11-02"),
	P_STR(struct get_args, to, 0, .aliases = "until,end_date", .doc = NULL),
	P_STR(struct get_args, project_key, P_MORE, .aliases = "project", .doc = NULL),
	P_END
};

struct entry {
	const char *issue, *summary, *day;
	json *log;
	int64_t at, seconds;
};

struct sheet {
	struct entry *list;
	size_t count;
	int64_t from, to;	/* to 0: any time */
	const char *user;	/* id; NULL: anybody */
	bool cut;
};

static void
take_logs(struct call *c, const struct site *s, struct sheet *t, json *logs, const char *issue, const char *summary)
{
	for (struct json_iter it = json_iter(logs); json_next(&it);) {
		const char *who = json_scalar(c->arena, json_path(it.value, arena_printf(c->arena, "author.%s", s->dialect->user_id)));
		int64_t at;

		if (clock_parse(json_get_str(it.value, "started"), &at) == -1 || (t->user != NULL && !str_eq(who, t->user)) ||
		    (t->to != 0 && (at < t->from || at >= t->to)))
			continue;
		if (t->count == MAX_LOGS) {
			t->cut = true;
			return;
		}
		t->list[t->count++] = (struct entry){ .issue = issue, .summary = summary, .day = clock_date(c->arena, at), .log = it.value,
			.at = at, .seconds = json_get_int(it.value, "timeSpentSeconds", 0) };
	}
}

/* Cloud can leave out what lies outside of the period; it counts from the milliseconds. */
static char *
logs_path(struct call *c, const struct site *s, const struct sheet *t, const char *key)
{
	char *path = rest_path(c, s, "{api}/issue/%s/worklog", key);

	if (!site_is_cloud(s) || t->to == 0)
		return path;
	return rest_query(c, path, "startedAfter", arena_printf(c->arena, "%lld", (long long)t->from - 1), "startedBefore",
	    arena_printf(c->arena, "%lld", (long long)t->to), NULL);
}

/* The issues that have more work logs than came along with the search. */
static int
take_rest(struct call *c, struct site *s, struct sheet *t, json **issue, size_t n)
{
	for (size_t done = 0; done < n;) {
		struct rest_req q[MAX_AT_ONCE];
		size_t some = n - done < LEN(q) ? n - done : LEN(q);

		for (size_t i = 0; i < some; i++)
			q[i] = (struct rest_req){ .path = logs_path(c, s, t, json_get_str(issue[done + i], "key")) };
		if (rest_all(c, s, q, some) == -1)
			return -1;
		for (size_t i = 0; i < some; i++)
			take_logs(c, s, t, json_get(q[i].json, "worklogs"), json_get_str(issue[done + i], "key"),
			    json_path_str(issue[done + i], "fields.summary"));
		done += some;
	}
	return 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static int
by_issue(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->issue, y->issue);

	return order != 0 ? order : by_time(a, b);
}

/* The time on the issue of entry i over its day; -1 when an earlier entry of the day has told it. */
static int64_t
on_issue(const struct sheet *t, size_t first, size_t i)
{
	int64_t sum = 0;

	for (size_t k = first; k < t->count && str_eq(t->list[k].day, t->list[i].day); k++) {
		if (!str_eq(t->list[k].issue, t->list[i].issue))
			continue;
		if (k < i)
			return -1;
		sum += t->list[k].seconds;
	}
	return sum;
}

/* One row a day: its sum and what it is made of. */
static void
show_days(struct call *c, const struct sheet *t)
{
	struct buf parts;

	out_table(c->out, "days", "Day", "Time", "Issues", NULL);
	buf_init(&parts, 64 * 1024);
	for (size_t i = 0; i < t->count;) {
		const char *day = t->list[i].day;
		size_t first = i;
		int64_t sum = 0;

		buf_reset(&parts);
		for (; i < t->count && str_eq(t->list[i].day, day); i++) {
			int64_t part = on_issue(t, first, i);

			if (part >= 0)
				buf_addf(&parts, "%s%s %s", parts.len > 0 ? ", " : "", t->list[i].issue, when_hours(c->arena, part));
			sum += t->list[i].seconds;
		}
		out_row(c->out, day, when_hours(c->arena, sum), arena_strdup(c->arena, parts.data));
	}
	buf_release(&parts);
}

static void
show_issues(struct call *c, struct sheet *t)
{
	qsort(t->list, t->count, sizeof(*t->list), by_issue);
	out_table(c->out, "issues", "Issue", "Time", "Summary", NULL);
	for (size_t i = 0; i < t->count;) {
		const struct entry *first = &t->list[i];
		int64_t sum = 0;

		while (i < t->count && str_eq(t->list[i].issue, first->issue))
			sum += t->list[i++].seconds;
		out_row(c->out, first->issue, when_hours(c->arena, sum), first->summary);
	}
}

static int64_t
total_of(const struct sheet *t)
{
	int64_t sum = 0;

	for (size_t i = 0; i < t->count; i++)
		sum += t->list[i].seconds;
	return sum;
}

static int
timesheet(struct call *c, struct site *s, const struct get_args *a, struct sheet *t)
{
	const char *project = a->project_key == NULL ? "" : arena_printf(c->arena, "project = %s AND ", jql_quoted(c->arena, a->project_key));
	struct jql_found found;
	json **rest;
	size_t n = 0;

	if (jql_all(c, s, arena_printf(c->arena, "%sworklogAuthor = %s AND worklogDate >= \"%s\" AND worklogDate <= \"%s\" ORDER BY key", project,
	    jql_quoted(c->arena, t->user), clock_date(c->arena, clock_midnight(t->from, -1)), clock_date(c->arena, t->to)),
	    "summary,worklog", MAX_ISSUES, &found) == -1)
		return -1;
	rest = arena_array(c->arena, found.count, sizeof(*rest));
	for (size_t i = 0; i < found.count; i++) {
		json *one = found.issue[i], *logs = json_path(one, "fields.worklog.worklogs");

		if (json_int(json_path(one, "fields.worklog.total"), 0) > (int64_t)json_len(logs))
			rest[n++] = one;
		else
			take_logs(c, s, t, logs, json_get_str(one, "key"), json_path_str(one, "fields.summary"));
	}
	if (take_rest(c, s, t, rest, n) == -1)
		return -1;
	qsort(t->list, t->count, sizeof(*t->list), by_time);
	out_say(c->out, "%s logged by %s from %s to %s%s.", when_hours(c->arena, total_of(t)), a->user != NULL ? a->user : "me",
	    clock_date(c->arena, t->from), clock_date(c->arena, t->to - 1), found.more || t->cut ? "; there is more than can be added up here, take a shorter period" : "");
	if (t->count == 0)
		return 0;
	show_days(c, t);
	show_issues(c, t);
	return 0;
}

static int
logs_of_issue(struct call *c, struct site *s, const char *key, struct sheet *t)
{
	struct rest_req q = { .path = logs_path(c, s, t, key) };

	if (target_read(c, s, key, &q, 1) == -1)
		return -1;
	take_logs(c, s, t, json_get(q.json, "worklogs"), key, NULL);
	if (t->count == 0) {
		out_say(c->out, "No work is logged on %s%s.", key, t->user != NULL || t->to != 0 ? " by them or in this time" : "");
		return 0;
	}
	qsort(t->list, t->count, sizeof(*t->list), by_time);
	out_say(c->out, "%s logged on %s.", when_hours(c->arena, total_of(t)), key);
	out_table(c->out, "worklogs", "Id", "Started", "Time", "Author", "Comment", NULL);
	for (size_t i = 0; i < t->count; i++) {
		json *one = t->list[i].log;

		out_row(c->out, json_scalar(c->arena, json_get(one, "id")), view_datetime(c->arena, json_get_str(one, "started")),
		    json_get_str(one, "timeSpent"), jira_user_name(json_get(one, "author")), jira_body_markdown(c, s, json_get(one, "comment")));
	}
	return 0;
}

static int
get_worklog(struct call *c, const void *v)
{
	const struct get_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct sheet t = { .list = arena_array(c->arena, MAX_LOGS, sizeof(*t.list)) };
	const char *key = NULL, *user = a->user != NULL ? a->user : a->issue_key == NULL ? "me" : NULL;

	if (s == NULL || (a->issue_key != NULL && (key = target_key(c, s, a->issue_key)) == NULL))
		return -1;
	if (a->to != NULL && a->from == NULL)
		return call_fail(c, ERR_INPUT, "to needs from.");
	if ((key == NULL || a->from != NULL) && when_days(c, a->from != NULL ? a->from : "this week", a->to, &t.from, &t.to) == -1)
		return -1;
	if (user != NULL && jira_user(c, s, user, &t.user) == -1)
		return -1;
	return key != NULL ? logs_of_issue(c, s, key, &t) : timesheet(c, s, a, &t);
}

TOOL(jira_get_worklog,
	.title = "Get work logs", .doc = "Work logged on an issue, or by somebody in a period (timesheet).",
	.toolset = "jira_worklog", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct get_args, get_params), .example = "{\"user\":\"me\",\"from\":\"2026-11-16\",\"to\":\"2026-11-22\"}",
	.run = get_worklog,
);
