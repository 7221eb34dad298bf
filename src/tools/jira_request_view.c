/* A request is told by its customers' words: status and fields as the portal has them; what is internal is marked so. */
#include "tools/jira_request_view.h"

#include "atlassian/fields.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

const char *
view_request_value(struct call *c, const struct site *s, json *field)
{
	json *v = json_get(field, "value");
	const char *text = json_str(v);

	if (text != NULL && (str_eq(json_get_str(field, "fieldId"), "description") || strchr(text, '\n') != NULL))
		return jira_body_markdown(c, s, v);
	return field_text(c, s, v, NULL);
}

const char *
view_people(struct call *c, json *users)
{
	const char *all;
	struct buf b;

	buf_init(&b, 64 * 1024);
	for (struct json_iter it = json_iter(users); json_next(&it);) {
		const char *name = jira_user_name(it.value);

		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", name != NULL ? name : "?");
	}
	all = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return all;
}

static const char *
duration(struct call *c, json *d)
{
	const char *words = json_get_str(d, "friendly");

	if (!str_blank(words))
		return words;
	return d == NULL ? "?" : arena_printf(c->arena, "%lld min", (long long)json_get_int(d, "millis", 0) / 60000);
}

const char *
view_sla(struct call *c, json *sla)
{
	json *now = json_get(sla, "ongoingCycle"), *done = json_get(sla, "completedCycles");
	json *cycle = now != NULL && !json_is_null(now) ? now : json_len(done) > 0 ? json_at(done, json_len(done) - 1) : NULL;
	bool breached = json_get_bool(cycle, "breached", false);
	const char *goal = duration(c, json_get(cycle, "goalDuration"));

	if (cycle == NULL)
		return "not started";
	if (cycle != now)
		return arena_printf(c->arena, "%s: took %s of %s", breached ? "breached" : "met",
		    duration(c, json_get(cycle, "elapsedTime")), goal);
	return arena_printf(c->arena, "%s%s %s of %s%s%s", json_get_bool(cycle, "paused", false) ? "paused, " : "",
	    breached ? "breached," : duration(c, json_get(cycle, "remainingTime")),
	    breached ? arena_printf(c->arena, "%s used", duration(c, json_get(cycle, "elapsedTime"))) : "left", goal,
	    desk_date(c, json_get(cycle, "breachTime")) == NULL ? "" : breached ? ", since " : ", until ",
	    desk_date(c, json_get(cycle, "breachTime")) == NULL ? "" : desk_date(c, json_get(cycle, "breachTime")));
}

const char *
view_approval(struct call *c, json *approval)
{
	const char *words, *final = json_get_str(approval, "finalDecision");
	struct buf b;

	buf_init(&b, 64 * 1024);
	buf_adds(&b, final != NULL ? final : "pending");
	for (struct json_iter it = json_iter(json_get(approval, "approvers")); json_next(&it);) {
		const char *who = jira_user_name(json_get(it.value, "approver")), *said = json_get_str(it.value, "approverDecision");

		buf_addf(&b, "%s%s: %s", it.index == 0 ? " (" : ", ", who != NULL ? who : "?", said != NULL ? said : "?");
	}
	if (json_len(json_get(approval, "approvers")) > 0)
		buf_addc(&b, ')');
	words = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return words;
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = json_int(json_path(*(json *const *)a, "created.epochMillis"), 0);
	int64_t y = json_int(json_path(*(json *const *)b, "created.epochMillis"), 0);

	return x < y ? -1 : x > y;
}

void
view_request_comments(struct call *c, const struct site *s, json *comments, size_t limit, bool all)
{
	size_t n = json_len(comments), first = n > limit ? n - limit : 0;
	json **list = arena_array(c->arena, n + 1, sizeof(*list));
	const char *heading = first == 0 && all ? "Comments" : arena_printf(c->arena, "Comments (newest %zu of %s%zu)", n - first,
	    all ? "" : "more than ", n);

	for (struct json_iter it = json_iter(comments); json_next(&it);)
		list[it.index] = it.value;
	qsort(list, n, sizeof(*list), by_time);
	for (size_t i = first; i < n; i++) {
		const char *who = jira_user_name(json_get(list[i], "author")), *id = json_path_str(list[i], "author.accountId");

		who = who != NULL ? who : "?";
		if (str_starts(id != NULL ? id : "", "qm:"))	/* an account that exists in the portal only */
			who = arena_printf(c->arena, "%s (customer)", who);
		out_entry(c->out, "comments", heading,
		    json_get_bool(list[i], "public", true) ? who : arena_printf(c->arena, "%s (internal)", who),
		    desk_date(c, json_get(list[i], "created")), jira_body_markdown(c, s, json_get(list[i], "body")));
	}
}
