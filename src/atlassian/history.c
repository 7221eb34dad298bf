/* One row for each item of each change; Cloud's pages hold parts of several issues, so rows are gathered by issue first. */
#include "atlassian/history.h"

#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>

enum { BULK = 1000, MAX_PAGES = 200, MAX_BODY = 4 * 1024 * 1024 };

/* Cloud's bulk answer has numbers where its document promises texts: milliseconds, or seconds. */
static int64_t
moment(json *v)
{
	int64_t at, n = json_int(v, -1);

	if (json_str(v) != NULL)
		return clock_parse(json_str(v), &at) == 0 ? at : 0;
	return n > 100000000000 ? n : n > 0 ? n * 1000 : 0;
}

static int
by_time(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void
add(struct arena *a, json *one, struct history *h)
{
	json *items = json_get(one, "items");

	h->v = arena_grow(a, h->v, h->n * sizeof(*h->v), (h->n + json_len(items)) * sizeof(*h->v));
	for (struct json_iter it = json_iter(items); json_next(&it);)
		h->v[h->n++] = (struct change){
			.at = moment(json_get(one, "created")),
			.field = json_get_str(it.value, "field"),
			.field_id = json_get_str(it.value, "fieldId"),
			.from = json_get_str(it.value, "from"),
			.from_text = json_get_str(it.value, "fromString"),
			.to = json_get_str(it.value, "to"),
			.to_text = json_get_str(it.value, "toString"),
			.who = jira_user_name(json_get(one, "author")),
		};
}

static void
sort(struct history *h)
{
	bool sorted = true;

	for (size_t i = 1; i < h->n && sorted; i++)
		sorted = h->v[i - 1].at <= h->v[i].at;
	if (!sorted)
		qsort(h->v, h->n, sizeof(*h->v), by_time);	/* what one change did stays together in any order */
}

void
history_parse(struct arena *a, json *histories, struct history *ret)
{
	*ret = (struct history){ 0 };
	for (struct json_iter it = json_iter(histories); json_next(&it);)
		add(a, it.value, ret);
	sort(ret);
}

static const char *
bulk_body(struct call *c, const struct issues *list, size_t from, size_t to, const char *field_ids, const char *token)
{
	const char *text;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_BODY);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_arr_in(&w, "issueIdsOrKeys");
	for (size_t i = from; i < to; i++)
		jw_s(&w, json_get_str(list->v[i], "id"));
	jw_end(&w);
	if (field_ids != NULL) {
		jw_arr_in(&w, "fieldIds");
		for (char **id = str_split(c->arena, field_ids, ",", NULL); *id != NULL; id++)
			jw_s(&w, *id);
		jw_end(&w);
	}
	if (token != NULL)
		jw_str(&w, "nextPageToken", token);
	jw_end(&w);
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

static void
take(struct call *c, json *page, const struct issues *list, size_t from, size_t to, struct history *all)
{
	for (struct json_iter it = json_iter(json_get(page, "issueChangeLogs")); json_next(&it);) {
		const char *id = json_get_str(it.value, "issueId");

		for (size_t i = from; i < to; i++) {
			if (!str_eq(json_get_str(list->v[i], "id"), id))
				continue;
			for (struct json_iter h = json_iter(json_get(it.value, "changeHistories")); json_next(&h);)
				add(c->arena, h.value, &all[i]);
			break;
		}
	}
}

static int
load_bulk(struct call *c, struct site *s, const struct issues *list, size_t from, size_t to, const char *field_ids, struct history *all)
{
	const char *token = NULL, *before;

	for (int page = 0; page < MAX_PAGES; page++) {
		struct rest_req q = { .method = "POST" };

		q.path = rest_path(c, s, "{api}/changelog/bulkfetch");
		q.body = bulk_body(c, list, from, to, field_ids, token);
		if (rest_read(c, s, &q) == -1)
			return -1;
		if (!yyjson_is_arr(json_get(q.json, "issueChangeLogs")))
			return call_fail(c, ERR_PROTOCOL, "%s answered without change logs.", s->label);
		take(c, q.json, list, from, to, all);
		before = token;
		token = json_get_str(q.json, "nextPageToken");
		if (token == NULL)
			return 0;
		if (str_eq(token, before))
			return call_fail(c, ERR_PROTOCOL, "%s gave the same page of changes twice.", s->label);
	}
	return call_fail(c, ERR_TOO_LARGE, "These issues have more changes than can be read in one call; ask for fewer.");
}

int
history_load(struct call *c, struct site *s, const struct issues *list, const char *field_ids, struct history **ret)
{
	struct history *all = arena_array(c->arena, list->n + 1, sizeof(*all));

	for (size_t i = 0; i < list->n; i++) {
		if (!site_is_cloud(s))
			history_parse(c->arena, json_path(list->v[i], "changelog.histories"), &all[i]);
		else if (i % BULK == 0 && load_bulk(c, s, list, i, list->n - i < BULK ? list->n : i + BULK, field_ids, all) == -1)
			return -1;
	}
	for (size_t i = 0; i < list->n; i++)
		sort(&all[i]);
	*ret = all;
	return 0;
}

bool
history_concerns(const struct change *ch, const struct track *t)
{
	if (ch->field_id != NULL)
		return str_eq(ch->field_id, t->id);
	return str_ieq(ch->field, t->name) || str_ieq(ch->field, t->id);
}

const char *
history_at(const struct history *h, const struct track *t, const char *current, int64_t at)
{
	for (size_t i = h->n; i > 0 && h->v[i - 1].at > at; i--) {
		if (history_concerns(&h->v[i - 1], t))
			current = t->words ? h->v[i - 1].from_text : h->v[i - 1].from;
	}
	return current;
}
