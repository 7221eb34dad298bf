/*
 * Moving and ranking. The issues are read first, all in one request (the fence, and what was before); then they are sent
 * in order, 50 a request; then read again, and each is where it should be or named in the error.
 */
#include "atlassian/fields.h"
#include "atlassian/issues.h"
#include "atlassian/when.h"
#include "base/str.h"
#include "tools/app.h"
#include "tools/jira_body.h"
#include "tools/jira_move.h"

#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10 };

/* "a, b and 3 more" */
static const char *
key_list(struct call *c, char **keys, size_t n)
{
	const char *text = NULL;

	for (size_t i = 0; i < n && i < SHOWN; i++)
		text = text == NULL ? keys[i] : arena_printf(c->arena, "%s, %s", text, keys[i]);
	return n <= SHOWN ? text : arena_printf(c->arena, "%s and %zu more", text, n - SHOWN);
}

/* {"issues": keys, anchor_name: anchor} */
static const char *
keys_body(struct call *c, char **keys, size_t n, const char *anchor_name, const char *anchor)
{
	struct body b;
	struct jw *w = body_begin(&b);

	jw_arr_in(w, "issues");
	for (size_t i = 0; i < n; i++)
		jw_s(w, keys[i]);
	jw_end(w);
	if (anchor_name != NULL)
		jw_str(w, anchor_name, anchor);
	return body_end(c, &b);
}

void
move_plan(struct call *c, const struct site *s, const char *path, char **keys, size_t n)
{
	(void)s;
	for (size_t i = 0; i < n; i += AGILE_MOVE_MAX)
		rest_plan(c, &(struct rest_write){ .method = "POST", .path = path, .what = "the move",
		    .body = keys_body(c, keys + i, n - i < AGILE_MOVE_MAX ? n - i : AGILE_MOVE_MAX, NULL, NULL) });
}

/* 207: some of the request's issues were refused. */
static int
check_entries(struct call *c, json *answer)
{
	struct buf b;

	buf_init(&b, 8192);
	for (struct json_iter it = json_iter(json_get(answer, "entries")); json_next(&it);) {
		const char *why = json_str(json_at(json_get(it.value, "errors"), 0));

		if (json_get_int(it.value, "status", 200) >= 300)
			buf_addf(&b, "%s%s: %s", b.len > 0 ? "; " : "", json_get_str(it.value, "issueKey"), why != NULL ? why : "refused");
	}
	if (b.len > 0)
		call_fail(c, ERR_IGNORED, "Not all were moved: %s", b.data);
	buf_release(&b);
	return err_is_set(&c->err) ? -1 : 0;
}

struct move {
	const char *method, *path, *what;
	const char *before_name, *anchor;	/* rankBeforeIssue or rankAfterIssue; NULL: none */
	const char *was;			/* JSON for the journal */
};

static int
send_all(struct call *c, struct site *s, const struct move *m, char **keys, size_t n)
{
	const char *anchor = m->anchor;

	for (size_t i = 0; i < n; i += AGILE_MOVE_MAX) {
		size_t part = n - i < AGILE_MOVE_MAX ? n - i : AGILE_MOVE_MAX;
		struct rest_write w = { .method = m->method, .path = rest_path(c, s, m->path), .before = m->was, .what = m->what };

		w.target = part == 1 ? keys[i] : arena_printf(c->arena, "%s ... %s", keys[i], keys[i + part - 1]);
		w.body = keys_body(c, keys + i, part, m->before_name, anchor);
		if (c->dry_run != NULL) {
			rest_plan(c, &w);
			continue;
		}
		if (rest_write(c, s, &w) == -1 || check_entries(c, w.json) == -1) {
			if (i > 0)
				err_context(&c->err, "%zu of %zu were done (up to %s), then", i, n, keys[i - 1]);
			return -1;
		}
		if (str_eq(m->before_name, "rankAfterIssue"))
			anchor = keys[i + part - 1];
		if (c->progress != NULL)
			c->progress(c, (int64_t)(i + part), (int64_t)n, "issues moved");
	}
	return c->dry_run != NULL ? rest_planned(c) : 0;
}

static const char *
values_of(struct call *c, const struct issues *list, const char *field)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, 4 * 1024 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	for (size_t i = 0; i < list->n; i++)
		jw_value(&w, json_get_str(list->v[i], "key"), json_get(json_get(list->v[i], "fields"), field));
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static const char *
place_of(struct call *c, json *issue, const char *field, int64_t *ret_id)
{
	const char *name = agile_open_sprint(c->arena, json_get(json_get(issue, "fields"), field), ret_id);

	return name != NULL ? name : "backlog";
}

static char **
keys_of(struct call *c, const struct issues *list)
{
	char **keys = arena_array(c->arena, list->n + 1, sizeof(*keys));

	for (size_t i = 0; i < list->n; i++)
		keys[i] = arena_strdup(c->arena, json_get_str(list->v[i], "key"));
	return keys;
}

/* One line for each place that issues came from. to: the sprint's id; -1: the backlog. */
static int
report_move(struct call *c, const struct issues *before, const struct issues *after, const char *field, int64_t to)
{
	bool *told = arena_array(c->arena, before->n, sizeof(bool));
	const char *wrong = NULL;
	int64_t id;

	for (size_t i = 0; i < after->n; i++) {
		const char *from = place_of(c, before->v[i], field, &id), *now = place_of(c, after->v[i], field, &id);
		char **same = arena_array(c->arena, before->n + 1, sizeof(*same));
		size_t n = 0;

		if (id != to) {
			const char *key = json_get_str(after->v[i], "key");

			wrong = wrong == NULL ? key : arena_printf(c->arena, "%s, %s", wrong, key);
			continue;
		}
		if (told[i])
			continue;
		for (size_t k = i; k < before->n; k++) {
			if (told[k] || !str_eq(place_of(c, before->v[k], field, &id), from))
				continue;
			told[k] = true;
			same[n++] = arena_strdup(c->arena, json_get_str(before->v[k], "key"));
		}
		if (str_eq(from, now))
			out_pairf(c->out, key_list(c, same, n), "already in %s", now);
		else
			out_pairf(c->out, key_list(c, same, n), "%s -> %s", from, now);
	}
	return wrong == NULL ? 0 : call_fail(c, ERR_IGNORED, "Jira accepted the move, but these are not there: %s.", wrong);
}

/* keys: what the caller wrote. */
static int
move(struct call *c, struct site *s, json *sprint, char **wanted)
{
	int64_t id = sprint == NULL ? -1 : json_get_int(sprint, "id", 0);
	const struct field *f;
	struct issues before, after;
	struct move m = { .method = "POST", .what = "the move of the issues" };
	char **keys;

	if (fields_find_custom(c, s, "gh-sprint", &f) == -1)
		return -1;
	if (f == NULL)
		return call_fail(c, ERR_NOT_FOUND, "%s has no sprints.", s->label);
	if (issues_read(c, s, wanted, f->id, 0, &before) == -1)
		return -1;
	keys = keys_of(c, &before);
	m.path = id == -1 ? "/rest/agile/1.0/backlog/issue" : arena_printf(c->arena, "/rest/agile/1.0/sprint/%lld/issue", (long long)id);
	m.was = values_of(c, &before, f->id);
	c->target = keys[0];
	if (c->dry_run != NULL)
		out_pairf(c->out, key_list(c, keys, before.n), "-> %s", sprint == NULL ? "backlog" : json_get_str(sprint, "name"));
	if (send_all(c, s, &m, keys, before.n) == -1)
		return -1;
	if (issues_read(c, s, keys, f->id, 0, &after) == -1) {
		err_context(&c->err, "The issues were moved, but reading them back failed");
		return -1;
	}
	out_say(c->out, "%zu issue%s in %s.", after.n, after.n == 1 ? "" : "s", sprint == NULL ? "the backlog" : json_get_str(sprint, "name"));
	return report_move(c, &before, &after, f->id, id);
}

int
move_to_sprint(struct call *c, struct site *s, json *sprint, char **keys, size_t count)
{
	(void)count;
	return move(c, s, sprint, keys);
}

/* ---- jira_add_issues_to_sprint ---- */

struct add_args {
	const char *sprint_id, *board_id;
	char **issue_keys;
};

static const struct param add_params[] = {
	P_STR(struct add_args, sprint_id, P_REQUIRED, .aliases = "sprintId,sprint", .doc = "active, next, name or id"),
	P_LIST(struct add_args, issue_keys, P_REQUIRED, .aliases = "issues,issueKeys", .max_len = 1000),
	P_STR(struct add_args, board_id, P_HIDDEN, .aliases = "boardId,board"),
	P_END
};

static int
add_issues(struct call *c, const void *v)
{
	const struct add_args *a = v;
	struct site *s = app_site(c, JIRA);
	json *sprint;

	if (s == NULL || agile_sprint(c, s, a->sprint_id, a->board_id, AGILE_WRITE, &sprint) == -1)
		return -1;
	if (str_ieq(json_get_str(sprint, "state"), "closed"))
		return call_fail(c, ERR_CONFLICT, "Sprint %s is closed; issues can go to an active or future one.", json_get_str(sprint, "name"));
	return move(c, s, sprint, a->issue_keys);
}

TOOL(jira_add_issues_to_sprint,
	.title = "Add to sprint", .doc = "Move issues into a sprint.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:sprint:jira-software read:jira-work",
	ARGS(struct add_args, add_params), .example = "{\"sprint_id\":\"next\",\"board_id\":\"1\",\"issue_keys\":[\"SHOP-40\",\"SHOP-41\"]}", .run = add_issues,
);

struct backlog_args {
	char **issue_keys;
};

static const struct param backlog_params[] = {
	P_LIST(struct backlog_args, issue_keys, P_REQUIRED, .aliases = "issues,issueKeys", .max_len = 1000),
	P_END
};

static int
to_backlog(struct call *c, const void *v)
{
	const struct backlog_args *a = v;
	struct site *s = app_site(c, JIRA);

	return s == NULL ? -1 : move(c, s, NULL, a->issue_keys);
}

TOOL(jira_move_issues_to_backlog,
	.title = "Move to backlog", .doc = "Take issues out of their sprint.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:sprint:jira-software read:jira-work",
	ARGS(struct backlog_args, backlog_params), .example = "{\"issue_keys\":[\"SHOP-40\"]}", .run = to_backlog,
);

/* ---- jira_rank_issues ---- */

struct rank_args {
	const char *before, *after;
	char **issue_keys;
};

static const struct param rank_params[] = {
	P_LIST(struct rank_args, issue_keys, P_REQUIRED, .aliases = "issues,issueKeys", .max_len = 500),
	P_STR(struct rank_args, before, 0, .aliases = "rank_before,rankBeforeIssue"),
	P_STR(struct rank_args, after, 0, .aliases = "rank_after,rankAfterIssue"),
	P_END
};

/* The ranks of the moved ones go up, and lie on the right side of the anchor's. */
static bool
in_order(const struct issues *list, const char *field, bool before)
{
	json *anchor = list->v[0];

	for (size_t i = 1; i < list->n; i++) {
		const char *rank = json_get_str(json_get(list->v[i], "fields"), field);
		const char *last = i == 1 ? NULL : json_get_str(json_get(list->v[i - 1], "fields"), field);
		const char *fixed = json_get_str(json_get(anchor, "fields"), field);

		if (rank == NULL || fixed == NULL)
			return true;	/* the site does not show ranks */
		if ((last != NULL && strcmp(last, rank) >= 0) || (before ? strcmp(rank, fixed) >= 0 : strcmp(rank, fixed) <= 0))
			return false;
	}
	return true;
}

static int
rank(struct call *c, const void *v)
{
	const struct rank_args *a = v;
	struct site *s = app_site(c, JIRA);
	const char *anchor = a->before != NULL ? a->before : a->after, *side = a->before != NULL ? "before" : "after", *list;
	const struct field *f;
	struct issues before, after;
	struct move m = { .method = "PUT", .path = "/rest/agile/1.0/issue/rank", .what = "the ranking" };
	size_t n = 0;
	char **keys;

	if (s == NULL)
		return -1;
	if ((a->before == NULL) == (a->after == NULL))
		return call_fail(c, ERR_INPUT, "Give either before or after: the issue to rank them against.");
	while (a->issue_keys[n] != NULL)
		n++;
	keys = arena_array(c->arena, n + 2, sizeof(*keys));	/* the anchor first */
	keys[0] = arena_strdup(c->arena, anchor);
	memcpy(keys + 1, a->issue_keys, n * sizeof(*keys));
	if (fields_find_custom(c, s, "gh-lexo-rank", &f) == -1 || issues_read(c, s, keys, f != NULL ? f->id : "", 0, &before) == -1)
		return -1;
	keys = keys_of(c, &before);
	if (before.n != n + 1)
		return call_fail(c, ERR_INPUT, "%s is named twice.", keys[0]);
	m.before_name = a->before != NULL ? "rankBeforeIssue" : "rankAfterIssue";
	m.anchor = keys[0];
	m.was = f == NULL ? NULL : values_of(c, &before, f->id);
	c->target = keys[1];
	list = key_list(c, keys + 1, n);
	if (c->dry_run != NULL)
		out_pairf(c->out, "Rank", "%s -> %s %s", list, side, keys[0]);
	if (send_all(c, s, &m, keys + 1, n) == -1)
		return -1;
	if (f != NULL && issues_read(c, s, keys, f->id, 0, &after) == -1) {
		err_context(&c->err, "The issues were ranked, but reading them back failed");
		return -1;
	}
	if (f != NULL && !in_order(&after, f->id, a->before != NULL))
		return call_fail(c, ERR_IGNORED, "Jira accepted the ranking, but the order is another.");
	out_say(c->out, "Ranked %s %s %s.", list, side, keys[0]);
	return 0;
}

TOOL(jira_rank_issues,
	.title = "Rank issues", .doc = "Put issues before or after another one in the backlog's order.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:issue:jira-software read:jira-work",
	ARGS(struct rank_args, rank_params), .example = "{\"issue_keys\":[\"SHOP-41\"],\"before\":\"SHOP-40\"}", .run = rank,
);

/* ---- jira_set_estimate ---- */

struct estimate_args {
	const char *issue_key, *board_id, *value;
};

static const struct param estimate_params[] = {
	P_STR(struct estimate_args, issue_key, P_REQUIRED, .aliases = "issueIdOrKey,issue,key"),
	P_STR(struct estimate_args, board_id, P_REQUIRED, .aliases = "boardId,board"),
	P_STR(struct estimate_args, value, P_REQUIRED | P_CLEAR, .aliases = "estimate", .doc = "5, 2h; none clears"),
	P_END
};

/* A board that estimates in time takes "2h" and gives seconds. */
static bool
is_time(json *answer)
{
	return str_eq(json_get_str(answer, "fieldId"), "timeoriginalestimate");
}

static int64_t
seconds_of(struct call *c, json *answer)
{
	const char *text = json_scalar(c->arena, json_get(answer, "value"));

	return text == NULL ? -1 : (int64_t)strtod(text, NULL);
}

static const char *
estimate_text(struct call *c, json *answer)
{
	const char *text = json_scalar(c->arena, json_get(answer, "value"));

	if (str_blank(text))
		return "(none)";
	if (is_time(answer))
		return when_hours(c->arena, seconds_of(c, answer));
	return str_ends(text, ".0") ? arena_strndup(c->arena, text, strlen(text) - 2) : text;
}

static const char *
value_body(struct call *c, const char *value)
{
	struct body b;
	struct jw *w = body_begin(&b);

	jw_str(w, "value", value);
	return body_end(c, &b);
}

/* What to send: "" clears. NULL with the error in the call. */
static const char *
wanted_estimate(struct call *c, const char *text, json *before)
{
	const char *wanted = str_trim(c->arena, text, strlen(text));

	if (*wanted == '\0' || !is_time(before))
		return wanted;
	if (wanted[strspn(wanted, "0123456789.")] != '\0')
		return when_span(c, "The estimate", wanted);
	call_fail(c, ERR_INPUT, "This board estimates in time: %s of what?", wanted);
	call_hint(c, "e.g. %sh, 30m, 2d.", wanted);
	return NULL;
}

static bool
is_as_wanted(struct call *c, const char *wanted, json *answer)
{
	const char *text = json_scalar(c->arena, json_get(answer, "value"));
	double have = text == NULL ? 0 : strtod(text, NULL), number;
	char *end;

	if (*wanted == '\0')
		return str_blank(text) || (is_time(answer) && have <= 0);
	if (is_time(answer))
		return when_same_span(wanted, NULL, seconds_of(c, answer));
	number = strtod(wanted, &end);
	return *end != '\0' || (!str_blank(text) && have >= number && have <= number);
}

static int
set_estimate(struct call *c, const void *v)
{
	const struct estimate_args *a = v;
	struct site *s = app_site(c, JIRA);
	struct rest_write w = { .method = "PUT" };
	struct agile_board b;
	const char *key, *after, *wanted;
	json *before, *issue;
	struct rest_req q[2] = { 0 };
	char *path;

	if (s == NULL || (key = jira_issue_key(c, s, a->issue_key)) == NULL || agile_board(c, s, a->board_id, AGILE_READ, &b) == -1)
		return -1;
	c->target = key;
	path = rest_query(c, rest_path(c, s, "/rest/agile/1.0/issue/%s/estimation", key), "boardId",
	    arena_printf(c->arena, "%lld", (long long)b.id), NULL);
	q[0].path = path;
	q[1].path = rest_query(c, rest_path(c, s, "{api}/issue/%s", key), "fields", "project", NULL);
	if (rest_all(c, s, q, s->config->filter != NULL ? 2 : 1) == -1)
		return -1;
	before = q[0].json;
	issue = q[1].json;
	if (s->config->filter != NULL && jira_check_fence(c, s, issue) == -1)
		return -1;
	wanted = wanted_estimate(c, a->value, before);
	if (wanted == NULL)
		return -1;
	if (c->dry_run != NULL)
		out_pairf(c->out, "Estimate", "%s -> %s", estimate_text(c, before), *wanted == '\0' ? "(none)" : wanted);
	w.path = path;
	w.body = value_body(c, wanted);
	w.target = key;
	w.before = json_text(c->arena, before, NULL);
	w.what = arena_printf(c->arena, "the estimate of %s", key);
	if (rest_write(c, s, &w) == -1)
		return -1;
	after = estimate_text(c, w.json);
	out_pairf(c->out, "Estimate", "%s -> %s", estimate_text(c, before), after);
	if (!is_as_wanted(c, wanted, w.json))
		return call_fail(c, ERR_IGNORED, "Jira accepted the estimate of %s, but has %s.", key, after);
	return 0;
}

TOOL(jira_set_estimate,
	.title = "Estimate issue", .doc = "Set an issue's estimate as its board counts it.",
	.toolset = "jira_agile", .product = JIRA, .effect = WRITES, .idempotent = true, .not_default = true,
	.scopes = "write:issue:jira-software read:jira-work",
	ARGS(struct estimate_args, estimate_params), .example = "{\"issue_key\":\"SHOP-40\",\"board_id\":\"1\",\"value\":\"5\"}", .run = set_estimate,
);
