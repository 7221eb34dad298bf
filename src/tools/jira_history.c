/*
 * What happened to issues, and how long it took. The issues are read with only the fields that count, their histories in
 * bulk beside; the arithmetic is atlassian/metrics.h.
 */
#include "atlassian/cache.h"
#include "atlassian/fields.h"
#include "atlassian/metrics.h"
#include "base/clock.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_query.h"
#include "tools/jira_view.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_TRACKS = 10, MAX_STATUSES = 500, MAX_SET = 1000, MAX_TEXT = 120, DAY_MS = 24 * 3600 * 1000 };

static const struct track status_track = { .id = "status", .name = "status" };

/* One issue with its history. */
static int
read_one(struct call *c, struct site *s, const char *key, const char *fields, const char *tracked, json **ret, struct history **ret_history)
{
	char *one[] = { arena_strdup(c->arena, key), NULL };
	struct issues list;

	if (issues_read(c, s, one, fields, ISSUES_CHANGELOG, &list) == -1 || history_load(c, s, &list, tracked, ret_history) == -1)
		return -1;
	*ret = list.v[0];
	c->target = json_get_str(list.v[0], "key");
	return 0;
}

static size_t
timeline(struct call *c, json *issue, const struct history *h, struct span **ret)
{
	int64_t created = 0;

	if (clock_parse(json_path_str(issue, "fields.created"), &created) == -1)
		created = h->n > 0 ? h->v[0].at : clock_wall_ms();
	return metrics_timeline(c->arena, h, created, json_path_str(issue, "fields.status.id"), json_path_str(issue, "fields.status.name"),
	    clock_wall_ms(), ret);
}

/* Time in each status, in the order of first entry. */
static void
say_statuses(struct call *c, const struct span *v, size_t n, const struct calendar *cal)
{
	out_table(c->out, "statuses", "Status", "Time", "Times", NULL);
	for (size_t i = 0; i < n; i++) {
		int64_t sum = 0;
		size_t times = 0, first = 0;

		while (!str_eq(v[first].status, v[i].status))
			first++;
		if (first < i)
			continue;
		for (size_t k = i; k < n; k++) {
			if (!str_eq(v[k].status, v[i].status))
				continue;
			sum += metrics_work(cal, v[k].from, v[k].to);
			times++;
		}
		out_row(c->out, v[i].status, metrics_duration(c->arena, cal, sum), arena_printf(c->arena, "%zu", times));
	}
}

/* ---- jira_get_issue_dates ---- */

struct dates_args {
	const char *issue_key;
	bool changes, no_changes, no_summary, summary;
};

static const struct param dates_params[] = {
	P_STR(struct dates_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key"),
	{ .name = "include_status_changes", .type = PARAM_BOOL, .offset = offsetof(struct dates_args, changes), .flags = P_HIDDEN, .dflt = 1 },
	{ .name = "include_status_summary", .type = PARAM_BOOL, .offset = offsetof(struct dates_args, summary), .flags = P_HIDDEN, .dflt = 1 },
	P_END
};

static int
get_dates(struct call *c, const void *v)
{
	const struct dates_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct history *h;
	struct span *span;
	json *issue, *f;
	size_t n;

	if (s == NULL || read_one(c, s, a->issue_key, "created,updated,duedate,resolutiondate,status,summary", "status", &issue, &h) == -1)
		return -1;
	f = json_get(issue, "fields");
	n = timeline(c, issue, h, &span);
	out_title(c->out, json_get_str(issue, "key"), json_get_str(f, "summary"));
	out_pair(c->out, "Created", view_datetime(c->arena, json_get_str(f, "created")));
	out_pair(c->out, "Updated", view_datetime(c->arena, json_get_str(f, "updated")));
	out_pair(c->out, "Due", view_date(c->arena, json_get_str(f, "duedate")));
	out_pair(c->out, "Resolved", view_datetime(c->arena, json_get_str(f, "resolutiondate")));
	out_pairf(c->out, "Status", "%s for %s", json_path_str(f, "status.name"), metrics_duration(c->arena, NULL, span[n - 1].to - span[n - 1].from));
	if (a->changes && n > 1) {
		out_table(c->out, "changes", "When", "From", "To", "By", "After", NULL);
		for (size_t i = 0, k = 0; i < h->n; i++) {
			if (!history_concerns(&h->v[i], &status_track))
				continue;
			out_row(c->out, clock_datetime(c->arena, h->v[i].at), h->v[i].from_text, h->v[i].to_text, h->v[i].who,
			    metrics_duration(c->arena, NULL, span[k].to - span[k].from));
			k++;
		}
	}
	if (a->summary)
		say_statuses(c, span, n, NULL);
	return 0;
}

TOOL(jira_get_issue_dates,
	.title = "Issue dates", .doc = "An issue's dates, status timeline and time in each status.",
	.toolset = "jira_metrics", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct dates_args, dates_params), .example = "{\"issue_key\":\"SHOP-42\"}", .run = get_dates,
);

/* ---- jira_get_issue_sla ---- */

struct sla_args {
	const char *issue_key, *jql, *working_hours, *working_days;
	char **metrics;
	bool working_hours_only, include_raw_dates;
};

static const struct param sla_params[] = {
	P_STR(struct sla_args, issue_key, 0, .aliases = "issueIdOrKey,issue,key"),
	P_STR(struct sla_args, jql, 0, .max_len = 20000, .doc = "Percentiles of many"),
	P_BOOL(struct sla_args, working_hours_only, 0, .doc = NULL),
	P_STR(struct sla_args, working_hours, P_MORE, .doc = "09:00-17:00"),
	P_STR(struct sla_args, working_days, P_HIDDEN, .doc = NULL),
	P_LIST(struct sla_args, metrics, P_HIDDEN, .doc = NULL),
	P_BOOL(struct sla_args, include_raw_dates, P_HIDDEN, .doc = NULL),
	P_END
};

struct kinds {
	json *statuses;
};

static enum category
kind_of(void *ctx, const char *id)
{
	const struct kinds *k = ctx;

	for (struct json_iter it = json_iter(k->statuses); json_next(&it);) {
		const char *key = json_path_str(it.value, "statusCategory.key");

		if (str_eq(json_get_str(it.value, "id"), id))
			return str_eq(key, "done") ? CATEGORY_DONE : str_eq(key, "indeterminate") ? CATEGORY_WORK : CATEGORY_NEW;
	}
	return CATEGORY_UNKNOWN;
}

static bool
wanted(const struct sla_args *a, const char *metric)
{
	if (a->metrics == NULL)
		return true;
	for (char **m = a->metrics; *m != NULL; m++) {
		if (str_eq(*m, metric))
			return true;
	}
	return false;
}

/* The first comment of another person than the reporter. */
static int64_t
first_response(json *fields)
{
	const char *reporter = jira_user_name(json_get(fields, "reporter"));

	for (struct json_iter it = json_iter(json_path(fields, "comment.comments")); json_next(&it);) {
		int64_t at;

		if (!str_eq(jira_user_name(json_get(it.value, "author")), reporter) && clock_parse(json_get_str(it.value, "created"), &at) == 0)
			return at;
	}
	return -1;
}

static void
say_due(struct call *c, json *f, const struct flow *fl)
{
	int64_t due;

	if (clock_parse(json_get_str(f, "duedate"), &due) == -1)
		return;
	due = clock_at(due / DAY_MS + 1, 0);	/* the end of that day, here */
	out_pairf(c->out, "Due", "%s, %s", json_get_str(f, "duedate"), (fl->finished != -1 ? fl->finished : clock_wall_ms()) > due ?
	    fl->finished != -1 ? "missed" : "overdue" : fl->finished != -1 ? "met" : "open");
}

static int
sla_of_one(struct call *c, struct site *s, const struct sla_args *a, const struct calendar *cal, struct kinds *kinds)
{
	struct history *h;
	struct span *span;
	struct flow fl;
	json *issue, *f;
	int64_t answer;
	size_t n;

	if (read_one(c, s, a->issue_key, "created,duedate,resolutiondate,status,summary,reporter,comment", "status", &issue, &h) == -1)
		return -1;
	f = json_get(issue, "fields");
	n = timeline(c, issue, h, &span);
	metrics_flow(span, n, kind_of, kinds, cal, clock_wall_ms(), &fl);
	answer = first_response(f);
	out_title(c->out, json_get_str(issue, "key"), json_get_str(f, "summary"));
	if (cal != NULL)
		out_pairf(c->out, "Counted", "working time only, %02d:%02d-%02d:%02d, a day is %dh", cal->from_minute / 60, cal->from_minute % 60,
		    cal->to_minute / 60, cal->to_minute % 60, (cal->to_minute - cal->from_minute) / 60);
	if (wanted(a, "lead_time") || wanted(a, "resolution_time"))
		out_pairf(c->out, "Lead time", "%s%s", metrics_duration(c->arena, cal, fl.lead), fl.finished == -1 ? " (not done)" : "");
	if (wanted(a, "cycle_time"))
		out_pairf(c->out, "Cycle time", fl.started == -1 ? "not begun%.0s%.0s" : "%s%s", metrics_duration(c->arena, cal, fl.cycle),
		    fl.finished == -1 ? " (not done)" : "");
	if (wanted(a, "cycle_time") && fl.started != -1)
		out_pair(c->out, "In work", metrics_duration(c->arena, cal, fl.active));
	if (fl.reopened > 0)
		out_pairf(c->out, "Reopened", "%d time%s", fl.reopened, fl.reopened == 1 ? "" : "s");
	if (wanted(a, "first_response_time") || wanted(a, "first_response"))
		out_pair(c->out, "First response", answer == -1 ? "none" : metrics_duration(c->arena, cal, metrics_work(cal, span[0].from, answer)));
	if (wanted(a, "due_date_compliance"))
		say_due(c, f, &fl);
	if (a->include_raw_dates) {
		out_pair(c->out, "Created", clock_datetime(c->arena, span[0].from));
		out_pair(c->out, "Work began", fl.started == -1 ? NULL : clock_datetime(c->arena, fl.started));
		out_pair(c->out, "Finished", fl.finished == -1 ? NULL : clock_datetime(c->arena, fl.finished));
	}
	if (wanted(a, "time_in_status"))
		say_statuses(c, span, n, cal);
	return 0;
}

static int
by_size(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
percentiles(struct call *c, const char *what, int64_t *v, size_t n, const struct calendar *cal)
{
	qsort(v, n, sizeof(*v), by_size);
	out_row(c->out, what, metrics_duration(c->arena, cal, v[n / 2]), metrics_duration(c->arena, cal, v[n * 85 / 100]),
	    metrics_duration(c->arena, cal, v[n - 1]));
}

static int
sla_of_many(struct call *c, struct site *s, const struct sla_args *a, const struct calendar *cal, struct kinds *kinds)
{
	const char *jql = jira_query(c, s, a->jql, NULL);
	int64_t *lead, *cycle;
	struct history *h;
	struct issues list;
	size_t n = 0, reopened = 0;

	if (jql == NULL)
		return -1;
	if (issues_search(c, s, jql, "created,status,project", ISSUES_CHANGELOG, MAX_SET, &list) == -1)
		return jira_query_refused(c, s, a->jql);
	if (history_load(c, s, &list, "status", &h) == -1)
		return -1;
	lead = arena_array(c->arena, list.n + 1, sizeof(*lead));
	cycle = arena_array(c->arena, list.n + 1, sizeof(*cycle));
	for (size_t i = 0; i < list.n; i++) {
		struct span *span;
		struct flow fl;

		metrics_flow(span, timeline(c, list.v[i], &h[i], &span), kind_of, kinds, cal, clock_wall_ms(), &fl);
		reopened += fl.reopened > 0;
		if (fl.finished == -1)
			continue;
		lead[n] = fl.lead;
		cycle[n++] = fl.cycle;
	}
	out_say(c->out, "%zu of %zu issues%s are done.", n, list.n, list.more ? " (there are more; these are the first)" : "");
	if (n == 0)
		return 0;
	out_table(c->out, "metrics", "Metric", "Median", "85%", "Longest", NULL);
	percentiles(c, "Lead time", lead, n, cal);
	percentiles(c, "Cycle time", cycle, n, cal);
	out_pairf(c->out, "Reopened", "%zu", reopened);
	return 0;
}

static int
get_sla(struct call *c, const void *v)
{
	const struct sla_args *a = v;
	struct site *s = app_site(c, JIRA);
	const struct calendar *cal;
	struct calendar hours;
	struct kinds kinds;

	if (s == NULL)
		return -1;
	if ((a->issue_key == NULL) == (a->jql == NULL))
		return call_fail(c, ERR_INPUT, "Give either issue_key or jql.");
	if (metrics_calendar(a->working_hours, a->working_days, &hours) == -1) {
		call_fail(c, ERR_INPUT, "working_hours or working_days is not understood.");
		call_hint(c, "Write 09:00-17:00 and mon-fri.");
		return -1;
	}
	cal = a->working_hours_only || a->working_hours != NULL || a->working_days != NULL ? &hours : NULL;
	if (rest_cached(c, s, rest_path(c, s, "{api}/status"), CACHED_METADATA_S, &kinds.statuses) == -1)
		return -1;
	return a->jql != NULL ? sla_of_many(c, s, a, cal, &kinds) : sla_of_one(c, s, a, cal, &kinds);
}

TOOL(jira_get_issue_sla,
	.title = "Flow metrics", .doc = "Lead and cycle time, first response, time in status.",
	.toolset = "jira_metrics", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct sla_args, sla_params), .example = "{\"issue_key\":\"SHOP-42\",\"working_hours_only\":true}", .run = get_sla,
);

/* ---- jira_batch_get_changelogs ---- */

struct log_args {
	char **issue_ids_or_keys, **fields;
	const char *jql, *since;
	int64_t limit;
};

static const struct param log_params[] = {
	P_LIST(struct log_args, issue_ids_or_keys, 0, .aliases = "issue_keys,issues,keys", .max_len = 1000),
	P_STR(struct log_args, jql, 0, .max_len = 20000),
	P_STR(struct log_args, since, 0, .doc = "e.g. -7d, monday"),
	P_LIST(struct log_args, fields, P_MORE, .doc = NULL),
	P_INT(struct log_args, limit, P_HIDDEN, .min = -1, .max = 5000, .dflt = 100),
	P_END
};

/* "2026-11-20", "-7d", "-12h", "-2w", "today", "yesterday", "monday": the latest such moment. */
static int
moment(struct call *c, const char *text, int64_t *ret)
{
	static const char *const days[] = { "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" };
	int64_t now = clock_wall_ms(), today = clock_day(now), n;
	size_t len = strlen(text);

	if (clock_parse(text, ret) == 0) {
		if (len == strlen("2026-11-20"))
			*ret = clock_at(*ret / DAY_MS, 0);
		return 0;
	}
	if (str_ieq(text, "today") || str_ieq(text, "yesterday")) {
		*ret = clock_at(str_ieq(text, "today") ? today : today - 1, 0);
		return 0;
	}
	for (int i = 0; i < 7; i++) {
		if (str_ieq(text, days[i])) {
			*ret = clock_at(today - (clock_weekday(today) - i + 7) % 7, 0);
			return 0;
		}
	}
	if (len > 1 && str_int(arena_strndup(c->arena, text + (*text == '-'), len - 1 - (*text == '-')), 0, 100000, &n) == 0) {
		int64_t unit = text[len - 1] == 'd' ? DAY_MS : text[len - 1] == 'w' ? 7 * (int64_t)DAY_MS : text[len - 1] == 'h' ? 3600 * 1000 :
		    text[len - 1] == 'm' ? 60 * 1000 : 0;

		*ret = now - n * unit;
		if (unit != 0)
			return 0;
	}
	call_fail(c, ERR_INPUT, "since: \"%.40s\" is not a moment.", text);
	call_hint(c, "Write 2026-11-20, -7d, -12h, yesterday or monday.");
	return -1;
}

struct row {
	const char *key;
	const struct change *ch;
};

static int
newest_first(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return (x->ch->at < y->ch->at) - (x->ch->at > y->ch->at);
}

/* What a change left or took, of which an issue outside the fence is nothing: NULL. */
static const char *
side(struct call *c, const struct site *s, const struct change *ch, const char *id, const char *text)
{
	static const char *const names[] = { "Link", "Epic Link", "Epic Child", "Parent", "Parent Link", "IssueParentAssociation", "Key" };
	const struct field *f = ch->field_id == NULL ? NULL : fields_by_id(s, ch->field_id);
	bool issues = f != NULL && field_names(f) == AN_ISSUE;

	for (size_t i = 0; i < LEN(names) && !issues; i++)
		issues = str_ieq(ch->field, names[i]);
	text = text != NULL ? text : id;
	return issues && !jira_names_inside(c, s, text) ? NULL : text;
}

/* A change of which only what lies outside the fence would be told. */
static bool
hidden(struct call *c, const struct site *s, const struct change *ch)
{
	return (ch->from != NULL || ch->from_text != NULL || ch->to != NULL || ch->to_text != NULL) &&
	    side(c, s, ch, ch->from, ch->from_text) == NULL && side(c, s, ch, ch->to, ch->to_text) == NULL;
}

static const char *
short_text(struct arena *a, const char *text)
{
	size_t n = text == NULL ? 0 : strlen(text);

	if (n <= MAX_TEXT)
		return text;
	for (n = MAX_TEXT; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
		;
	return arena_printf(a, "%.*s...", (int)n, text);
}

static int
find_tracks(struct call *c, struct site *s, char **names, struct track *tracks, size_t *ret_count, const char **ret_ids)
{
	const struct field *f;

	*ret_count = 0;
	*ret_ids = NULL;
	for (; names != NULL && *names != NULL; names++) {
		if (*ret_count == MAX_TRACKS)
			return call_fail(c, ERR_INPUT, "fields: at most %d.", MAX_TRACKS);
		if (fields_find(c, s, *names, &f) == -1)
			return -1;
		tracks[(*ret_count)++] = (struct track){ .id = f->id, .name = f->name };
		*ret_ids = *ret_ids == NULL ? f->id : arena_printf(c->arena, "%s,%s", *ret_ids, f->id);
	}
	return 0;
}

static int
read_set(struct call *c, struct site *s, const struct log_args *a, int64_t since, struct issues *list)
{
	const char *jql;

	if (a->issue_ids_or_keys != NULL)
		return issues_read(c, s, a->issue_ids_or_keys, "", ISSUES_CHANGELOG, list);
	jql = a->jql;
	if (since != -1) {	/* asked a day earlier: the site reads dates in the account's time zone */
		const char *order = jql;

		while ((order = strpbrk(order, "oO")) != NULL && !str_istarts(order, "order by"))
			order++;
		jql = order != NULL && order > jql ? arena_printf(c->arena, "(%.*s) AND updated >= \"%s\" %s", (int)(order - jql), jql,
		    clock_date(c->arena, since - DAY_MS), order) : order == jql ? arena_printf(c->arena, "updated >= \"%s\" %s",
		    clock_date(c->arena, since - DAY_MS), jql) : arena_printf(c->arena, "(%s) AND updated >= \"%s\"", jql,
		    clock_date(c->arena, since - DAY_MS));
	}
	if ((jql = jira_query(c, s, jql, NULL)) == NULL)
		return -1;
	return issues_search(c, s, jql, "project", ISSUES_CHANGELOG, MAX_SET, list) == -1 ? jira_query_refused(c, s, a->jql) : 0;
}

static int
get_changelogs(struct call *c, const void *v)
{
	const struct log_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct track tracks[MAX_TRACKS];
	const char *ids;
	struct issues list;
	struct history *h;
	struct row *row;
	size_t n = 0, all = 0, count, shown;
	int64_t since = -1;

	if (s == NULL)
		return -1;
	if ((a->issue_ids_or_keys == NULL) == (a->jql == NULL))
		return call_fail(c, ERR_INPUT, "Give either issue_ids_or_keys or jql.");
	if ((a->since != NULL && moment(c, a->since, &since) == -1) || find_tracks(c, s, a->fields, tracks, &count, &ids) == -1 ||
	    read_set(c, s, a, since, &list) == -1 || (list.n > 0 && history_load(c, s, &list, ids, &h) == -1))
		return -1;
	for (size_t i = 0; i < list.n; i++)
		all += h[i].n;
	row = arena_array(c->arena, all + 1, sizeof(*row));
	for (size_t i = 0; i < list.n; i++) {
		for (size_t k = 0; k < h[i].n; k++) {
			bool hit = count == 0 && !str_ieq(h[i].v[k].field, "Rank");

			for (size_t t = 0; t < count; t++)
				hit = hit || history_concerns(&h[i].v[k], &tracks[t]);
			if (hit && h[i].v[k].at >= since && !hidden(c, s, &h[i].v[k]))
				row[n++] = (struct row){ json_get_str(list.v[i], "key"), &h[i].v[k] };
		}
	}
	if (n == 0) {
		out_say(c->out, "Nothing changed%s in %zu issue%s.", since != -1 ? arena_printf(c->arena, " since %s", clock_datetime(c->arena, since)) : "",
		    list.n, list.n == 1 ? "" : "s");
		return 0;
	}
	qsort(row, n, sizeof(*row), newest_first);
	shown = a->limit > 0 && n > (size_t)a->limit ? (size_t)a->limit : n;
	if (list.more)
		out_say(c->out, "Only the first %d issues were read.", MAX_SET);
	if (shown < n)
		out_say(c->out, "The newest %zu of %zu changes:", shown, n);
	out_table(c->out, "changes", "Key", "When", "By", "Field", "From", "To", NULL);
	for (size_t i = 0; i < shown; i++) {
		const struct change *ch = row[i].ch;

		out_row(c->out, row[i].key, clock_datetime(c->arena, ch->at), ch->who, ch->field,
		    short_text(c->arena, side(c, s, ch, ch->from, ch->from_text)), short_text(c->arena, side(c, s, ch, ch->to, ch->to_text)));
	}
	return 0;
}

TOOL(jira_batch_get_changelogs,
	.title = "Changes", .doc = "What changed in issues, by keys or JQL: who, when, from, to.",
	.toolset = "jira_issues", .product = JIRA, .effect = READS, .not_default = true, .scopes = "read:jira-work",
	ARGS(struct log_args, log_params), .example = "{\"jql\":\"project = SHOP\",\"since\":\"-7d\",\"fields\":[\"status\"]}", .run = get_changelogs,
);
