/*
 * What was written is first taken for an id or a link, which costs no look. A name goes to the site's own search of boards;
 * a sprint's word goes to the sprints of its board, the open ones before the closed ones, for a board may have hundreds of
 * those. Without a board every scrum board is asked at once, and what is found must be one sprint.
 */
#include "atlassian/agile.h"

#include "atlassian/pick.h"
#include "base/clock.h"
#include "base/str.h"

#include <string.h>

enum { PAGE = 50, MAX_PAGES = 40, MAX_BOARDS = 1000, MAX_ASKED = 20, MAX_LIST = 4 * 1024 * 1024 };

static const char *const board_marks[] = { "/boards/", "rapidView=", "rapidViewId=", NULL };
static const char *const sprint_marks[] = { "sprint=", "/sprints/", "/sprint/", "sprintId=", NULL };

static bool
is_link(const char *text)
{
	return str_istarts(text, "http://") || str_istarts(text, "https://");
}

/* The number that text is, or has after one of the marks. */
static bool
find_id(struct call *c, const char *text, const char *const *marks, int64_t *ret)
{
	if (!is_link(text))
		return str_int(text, 1, INT64_MAX, ret) == 0;
	for (; *marks != NULL; marks++) {
		const char *p = strstr(text, *marks);

		if (p != NULL) {
			p += strlen(*marks);
			if (str_int(arena_strndup(c->arena, p, strspn(p, "0123456789")), 1, INT64_MAX, ret) == 0)
				return true;
		}
	}
	return false;
}

static int
check_link(struct call *c, const struct site *s, const char *text)
{
	if (!is_link(text) || str_istarts(text, arena_printf(c->arena, "%s/", s->web)) ||
	    str_istarts(text, arena_printf(c->arena, "%s/", s->base)))
		return 0;
	return site_foreign_link(c, s);
}

static json *
as_array(struct call *c, json **v, size_t n)
{
	json *list = NULL;
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_LIST);
	jw_init(&w, &b);
	jw_arr(&w);
	for (size_t i = 0; i < n; i++)
		jw_val(&w, v[i]);
	jw_end(&w);
	if (!buf_overflowed(&b))
		list = json_parse(c->arena, b.data, b.len, JSON_TRUSTED, &c->err);
	else
		call_fail(c, ERR_TOO_LARGE, "The list is too long.");
	buf_release(&b);
	return list;
}

/* Every page of a list of values. query: what stands after '?' beside the paging, or "". */
static int
all_values(struct call *c, struct site *s, const char *path, const char *query, size_t max, json ***ret, size_t *ret_count)
{
	json **v = NULL, *page;
	size_t n = 0;

	for (int i = 0; i < MAX_PAGES && n < max; i++) {
		const char *start = n == 0 ? "" : arena_printf(c->arena, "startAt=%zu&", n);

		if (rest_get(c, s, arena_printf(c->arena, "%s?%smaxResults=%d%s", path, start, PAGE, query), &page) == -1)
			return -1;
		if (!yyjson_is_arr(json_get(page, "values")))
			return call_fail(c, ERR_PROTOCOL, "%s answered without a list.", s->label);
		v = arena_grow(c->arena, v, n * sizeof(*v), (n + json_len(json_get(page, "values"))) * sizeof(*v));
		for (struct json_iter it = json_iter(json_get(page, "values")); json_next(&it);)
			v[n++] = it.value;
		if (json_get_bool(page, "isLast", true) || json_len(json_get(page, "values")) == 0)
			break;
	}
	*ret = v;
	*ret_count = n;
	return 0;
}

static const char *
encoded(struct call *c, const char *text)
{
	struct buf b;

	buf_init(&b, 64 * 1024);
	str_urlencode(&b, text, strlen(text));
	text = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

int
agile_boards(struct call *c, struct site *s, const char *name, const char *type, const char *project, json ***ret, size_t *ret_count)
{
	const char *q = "";
	json **v, **all = NULL;
	size_t n, total = 0;
	char **f = s->config->filter;

	if (name != NULL)
		q = arena_printf(c->arena, "%s&name=%s", q, encoded(c, name));
	if (type != NULL)
		q = arena_printf(c->arena, "%s&type=%s", q, encoded(c, type));
	if (project != NULL)
		q = arena_printf(c->arena, "%s&projectKeyOrId=%s", q, encoded(c, project));
	if (f == NULL || project != NULL) {
		if (!site_fence_allows(s, project) && project != NULL)
			return call_fail(c, ERR_NOT_FOUND, "There is no project %s, or this account may not see it.", project);
		return all_values(c, s, "/rest/agile/1.0/board", q, MAX_BOARDS, ret, ret_count);
	}
	for (; *f != NULL; f++) {	/* the boards of each project inside the fence, each once */
		if (all_values(c, s, "/rest/agile/1.0/board", arena_printf(c->arena, "%s&projectKeyOrId=%s", q, encoded(c, *f)),
		    MAX_BOARDS, &v, &n) == -1)
			return -1;
		all = arena_grow(c->arena, all, total * sizeof(*all), (total + n) * sizeof(*all));
		for (size_t i = 0; i < n; i++) {
			bool known = false;

			for (size_t k = 0; k < total && !known; k++)
				known = json_get_int(all[k], "id", -1) == json_get_int(v[i], "id", -2);
			if (!known)
				all[total++] = v[i];
		}
	}
	*ret = all;
	*ret_count = total;
	return 0;
}

static int
no_board(struct call *c, const struct site *s, int64_t id)
{
	call_fail(c, ERR_NOT_FOUND, "%s: There is no board %lld, or this account may not see it.", s->label, (long long)id);
	call_hint(c, "jira_get_agile_boards lists the boards.");
	c->err.http_status = 404;
	return -1;
}

static int
check_fence(struct call *c, struct site *s, int64_t board, enum agile_use use)
{
	json **v;
	size_t n, inside = 0;

	if (s->config->filter == NULL)
		return 0;
	if (all_values(c, s, rest_path(c, s, "/rest/agile/1.0/board/%d/project", board), "", MAX_BOARDS, &v, &n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++)
		inside += site_fence_allows(s, json_get_str(v[i], "key"));
	if (inside > 0 && (use == AGILE_READ || inside == n))
		return 0;
	if (inside == 0)
		return no_board(c, s, board);
	return call_fail(c, ERR_DENIED, "Board %lld also shows projects that this server is not allowed to change.", (long long)board);
}

static void
fill(struct agile_board *b, json *one)
{
	b->id = json_get_int(one, "id", 0);
	b->name = json_get_str(one, "name");
	b->type = json_get_str(one, "type");
	b->project = json_path_str(one, "location.projectKey");
}

int
agile_board(struct call *c, struct site *s, const char *text, enum agile_use use, struct agile_board *ret)
{
	const char *t = str_trim(c->arena, text, strlen(text));
	json **v, *list, *one;
	size_t n;

	*ret = (struct agile_board){ 0 };
	if (check_link(c, s, t) == -1)
		return -1;
	if (find_id(c, t, board_marks, &ret->id))
		return check_fence(c, s, ret->id, use);
	if (is_link(t))
		return call_fail(c, ERR_INPUT, "There is no board in that link.");
	if (agile_boards(c, s, t, NULL, NULL, &v, &n) == -1)
		return -1;
	if (n == 0 && strpbrk(t, " \t") == NULL && strlen(t) <= 20) {	/* a project's key */
		struct err none = c->err;

		if (agile_boards(c, s, NULL, NULL, t, &v, &n) == -1) {
			if (c->err.kind != ERR_INPUT && c->err.kind != ERR_NOT_FOUND)
				return -1;
			c->err = none;
			n = 0;
		}
		if (n == 1) {
			fill(ret, v[0]);
			return check_fence(c, s, ret->id, use);
		}
	}
	if (n == 0 && agile_boards(c, s, NULL, NULL, NULL, &v, &n) == -1)	/* for the error's candidates */
		return -1;
	if ((list = as_array(c, v, n)) == NULL || pick(c, "board", t, list, "id,location.projectKey,name", &one) == -1)
		return -1;
	fill(ret, one);
	return use == AGILE_WRITE ? check_fence(c, s, ret->id, use) : 0;
}

int
agile_sprints(struct call *c, struct site *s, int64_t board, const char *states, json ***ret, size_t *ret_count)
{
	return all_values(c, s, rest_path(c, s, "/rest/agile/1.0/board/%d/sprint", board),
	    states == NULL ? "" : arena_printf(c->arena, "&state=%s", encoded(c, states)), (size_t)MAX_PAGES * PAGE, ret, ret_count);
}

/* Cloud gives objects; Data Center the text "...Sprint@1f[id=2,rapidViewId=1,state=ACTIVE,name=Sprint 24,startDate=...]". */
static int64_t
sprint_in(struct arena *a, json *one, const char **ret_name, bool *ret_closed)
{
	const char *text = json_str(one), *id, *name, *state, *end;
	int64_t n = -1;

	if (text == NULL) {
		*ret_name = json_get_str(one, "name");
		*ret_closed = str_ieq(json_get_str(one, "state"), "closed");
		return json_get_int(one, "id", -1);
	}
	id = strstr(text, "[id=");
	state = strstr(text, "state=");
	name = strstr(text, "name=");
	if (id == NULL || name == NULL || str_int(arena_strndup(a, id + 4, strspn(id + 4, "0123456789")), 1, INT64_MAX, &n) == -1)
		return -1;
	end = strstr(name, ",startDate=");
	*ret_name = arena_strndup(a, name + 5, end != NULL ? (size_t)(end - name - 5) : strcspn(name + 5, ",]"));
	*ret_closed = state != NULL && str_istarts(state + 6, "closed");
	return n;
}

const char *
agile_open_sprint(struct arena *a, json *value, int64_t *ret_id)
{
	const char *found = NULL, *name = NULL;
	bool closed = false;

	*ret_id = -1;
	for (struct json_iter it = json_iter(value); json_next(&it);) {
		int64_t id = sprint_in(a, it.value, &name, &closed);

		if (id != -1 && !closed) {
			found = name;
			*ret_id = id;
		}
	}
	return found;
}

const char *
agile_sprint_ids(struct arena *a, json *value)
{
	const char *all = NULL, *name;
	bool closed;

	for (struct json_iter it = json_iter(value); json_next(&it);) {
		int64_t id = sprint_in(a, it.value, &name, &closed);

		if (id != -1)
			all = all == NULL ? arena_printf(a, "%lld", (long long)id) : arena_printf(a, "%s, %lld", all, (long long)id);
	}
	return all;
}

int64_t
agile_sprint_start(json *sprint)
{
	int64_t at;

	return clock_parse(json_get_str(sprint, "activatedDate"), &at) == 0 || clock_parse(json_get_str(sprint, "startDate"), &at) == 0 ?
	    at : -1;
}

int64_t
agile_sprint_end(json *sprint)
{
	int64_t at;

	return clock_parse(json_get_str(sprint, "completeDate"), &at) == 0 || clock_parse(json_get_str(sprint, "endDate"), &at) == 0 ?
	    at : -1;
}

/* Words for a sprint by its place: the state to ask for, and which of them. */
static const struct sprint_word {
	const char *word, *state;
	bool newest;		/* the one that ended last, else the first in the board's order */
} sprint_words[] = {
	{ "active", "active", false }, { "current", "active", false }, { "open", "active", false },
	{ "next", "future", false }, { "future", "future", false },
	{ "last", "closed", true }, { "previous", "closed", true }, { "closed", "closed", true },
};

static const struct sprint_word *
find_word(const char *text)
{
	for (size_t i = 0; i < LEN(sprint_words); i++) {
		if (str_ieq(sprint_words[i].word, text))
			return &sprint_words[i];
	}
	return NULL;
}

struct asked {
	struct site *site;
	int64_t board;
	const char *states;
	json **v;
	size_t n;
};

static int
ask_board(struct call *c, void *arg)
{
	struct asked *a = arg;

	if (agile_sprints(c, a->site, a->board, a->states, &a->v, &a->n) == 0)
		return 0;
	if (c->err.kind != ERR_INPUT)	/* a board without sprints answers 400 */
		return -1;
	err_clear(&c->err);
	return 0;
}

static struct asked *
as_asked(struct call *c, struct site *s, json **boards, size_t n)
{
	struct asked *a = arena_array(c->arena, n + 1, sizeof(*a));

	for (size_t i = 0; i < n; i++)
		a[i] = (struct asked){ .site = s, .board = json_get_int(boards[i], "id", 0) };
	return a;
}

/* The boards to look at: the one that was named, or every scrum board. */
static int
boards_to_ask(struct call *c, struct site *s, const char *board, enum agile_use use, struct asked **ret, size_t *ret_count)
{
	struct agile_board one;
	json **v;
	size_t n;

	if (board != NULL) {
		if (agile_board(c, s, board, use, &one) == -1)
			return -1;
		*ret = arena_array(c->arena, 1, sizeof(**ret));
		(*ret)[0] = (struct asked){ .site = s, .board = one.id };
		*ret_count = 1;
		return 0;
	}
	if (agile_boards(c, s, NULL, "scrum", NULL, &v, &n) == -1)
		return -1;
	if (n > MAX_ASKED) {
		call_fail(c, ERR_INPUT, "There are %zu scrum boards: on which is the sprint?", n);
		call_hint(c, "Give board_id, a board's name or id.");
		return -1;
	}
	*ret = as_asked(c, s, v, n);
	*ret_count = n;
	return 0;
}

/* The sprints of all these boards, each once; a sprint shows on every board that its issues show on. */
static json *
gather(struct call *c, struct asked *a, size_t boards, const char *states, const struct sprint_word *word)
{
	json **all = NULL;
	size_t n = 0;

	for (size_t i = 0; i < boards; i++)
		a[i].states = states;
	if (boards == 1 ? ask_board(c, a) == -1 : call_all(c, ask_board, a, boards, sizeof(*a)) == -1)
		return NULL;
	for (size_t i = 0; i < boards; i++) {
		json *best = NULL;

		all = arena_grow(c->arena, all, n * sizeof(*all), (n + a[i].n) * sizeof(*all));
		for (size_t k = 0; k < a[i].n; k++) {
			json *one = a[i].v[k];
			bool known = false;

			for (size_t m = 0; m < n && !known; m++)
				known = json_get_int(all[m], "id", -1) == json_get_int(one, "id", -2);
			if (known)
				continue;
			if (word == NULL || str_eq(word->state, "active"))
				all[n++] = one;
			else if (best == NULL || (word->newest && agile_sprint_end(one) > agile_sprint_end(best)))
				best = one;
		}
		if (best != NULL)
			all[n++] = best;
	}
	return as_array(c, all, n);
}

int
agile_open_sprints(struct call *c, struct site *s, const char *project, json **ret)
{
	json **v;
	size_t n;

	if (agile_boards(c, s, NULL, "scrum", project, &v, &n) == -1)
		return -1;
	if (n == 0) {
		call_fail(c, ERR_INPUT, "The project %s has no board with sprints.", project);
		call_hint(c, "Give the id of a sprint.");
		return -1;
	}
	n = n < MAX_ASKED ? n : MAX_ASKED;
	*ret = gather(c, as_asked(c, s, v, n), n, "active,future", NULL);
	return *ret != NULL ? 0 : -1;
}

static int
pick_by_word(struct call *c, const struct sprint_word *w, json *list, bool board_known, json **ret)
{
	struct buf b;

	if (json_len(list) == 1) {
		*ret = json_at(list, 0);
		return 0;
	}
	if (json_len(list) == 0) {
		call_fail(c, ERR_NOT_FOUND, "There is no %s sprint%s.", w->state, board_known ? " on this board" : "");
		call_hint(c, "jira_get_sprints_from_board lists a board's sprints.");
		return -1;
	}
	buf_init(&b, 4096);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		buf_addf(&b, "%s%s (%lld)", b.len > 0 ? ", " : "", json_get_str(it.value, "name"), (long long)json_get_int(it.value, "id", 0));
	call_fail(c, ERR_INPUT, "Several sprints are %s: which?", w->state);
	call_hint(c, "Give board_id, or one of: %s.", b.data);
	buf_release(&b);
	return -1;
}

static int
sprint_by_word(struct call *c, struct site *s, const char *text, const char *board, enum agile_use use, json **ret)
{
	const struct sprint_word *w = find_word(text);
	struct asked *a = NULL;
	size_t boards = 0;
	json *list;

	if (boards_to_ask(c, s, board, use, &a, &boards) == -1)
		return -1;
	list = gather(c, a, boards, w != NULL ? w->state : "active,future", w);
	if (list == NULL)
		return -1;
	if (w != NULL)
		return pick_by_word(c, w, list, board != NULL, ret);
	if (pick(c, "sprint", text, list, "id,name", ret) == 0)
		return 0;
	if (c->err.kind != ERR_NOT_FOUND)
		return -1;
	err_clear(&c->err);
	list = gather(c, a, boards, NULL, NULL);
	return list == NULL ? -1 : pick(c, "sprint", text, list, "id,name", ret);
}

/* A sprint belongs to the board that it was made on, on whichever board it shows. */
static int
check_origin(struct call *c, struct site *s, json *sprint, enum agile_use use)
{
	if (check_fence(c, s, json_get_int(sprint, "originBoardId", 0), use) == 0)
		return 0;
	if (c->err.kind != ERR_NOT_FOUND)
		return -1;
	err_clear(&c->err);
	call_fail(c, ERR_NOT_FOUND, "%s: There is no sprint %lld, or this account may not see it.", s->label,
	    (long long)json_get_int(sprint, "id", 0));
	call_hint(c, "jira_get_sprints_from_board lists a board's sprints.");
	c->err.http_status = 404;
	return -1;
}

int
agile_sprint(struct call *c, struct site *s, const char *text, const char *board, enum agile_use use, json **ret)
{
	const char *t = str_trim(c->arena, text, strlen(text));
	int64_t id;

	if (check_link(c, s, t) == -1)
		return -1;
	if (!find_id(c, t, sprint_marks, &id)) {
		if (is_link(t))
			return call_fail(c, ERR_INPUT, "There is no sprint in that link.");
		if (sprint_by_word(c, s, t, board, use, ret) == -1)
			return -1;
		return check_origin(c, s, *ret, use);
	}
	if (rest_get(c, s, rest_path(c, s, "/rest/agile/1.0/sprint/%d", id), ret) == -1)
		return -1;
	if (json_get_int(*ret, "id", -1) != id)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a sprint.", s->label);
	return check_origin(c, s, *ret, use);
}
