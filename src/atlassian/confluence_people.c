/*
 * Names of people: ids that answers and bodies mention are asked for together, once in the life of the process. The
 * other way round, from a name to an id, is a search whose result must be one person.
 */
#include "atlassian/confluence_int.h"

#include "base/str.h"

#include <string.h>

enum { MAX_BATCH = 100, MAX_SINGLE = 20, MAX_CANDIDATES = 10, MEMBERS = 200 };

struct site_confluence *
confluence_memory(struct site *s)
{
	struct site_confluence *m = s->confluence;

	if (m == NULL) {
		m = arena_alloc(s->arena, sizeof(*m));
		m->people = arena_array(s->arena, MAX_PEOPLE, sizeof(*m->people));
		m->spaces = arena_array(s->arena, MAX_SPACES, sizeof(*m->spaces));
		s->confluence = m;
	}
	return m;
}

const char *
people_name(const struct site *s, const char *id)
{
	const struct site_confluence *m = s->confluence;

	for (size_t i = 0; m != NULL && id != NULL && i < m->person_count; i++) {
		if (strcmp(m->people[i].id, id) == 0)
			return m->people[i].name;
	}
	return NULL;
}

static void
remember(struct site *s, const char *id, const char *name)
{
	struct site_confluence *m = confluence_memory(s);

	if (str_blank(id) || str_blank(name) || m->person_count == MAX_PEOPLE || people_name(s, id) != NULL)
		return;
	m->people[m->person_count].id = arena_strdup(s->arena, id);
	m->people[m->person_count++].name = arena_strdup(s->arena, name);
}

static const char *
display_name(json *u)
{
	const char *name = json_get_str(u, "displayName");

	return !str_blank(name) ? name : json_get_str(u, "publicName");
}

void
people_add(struct site *s, json *u)
{
	static const char *const ids[] = { "accountId", "userKey", "username" };

	for (size_t i = 0; i < LEN(ids); i++)
		remember(s, json_get_str(u, ids[i]), display_name(u));
}

static int
learn_batch(struct call *c, struct site *s, const char **ids, size_t n)
{
	struct rest_req q = { .method = "POST", .path = rest_path(c, s, "{api}/users-bulk"), .optional = true };
	struct buf b;
	struct jw w;

	buf_init(&b, 64 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_arr_in(&w, "accountIds");
	for (size_t i = 0; i < n; i++)
		jw_s(&w, ids[i]);
	jw_end(&w);
	jw_end(&w);
	q.body = arena_strdup(c->arena, b.data);
	buf_release(&b);
	if (rest_read(c, s, &q) == -1)
		return -1;
	for (struct json_iter it = json_iter(json_get(q.json, "results")); json_next(&it);)
		people_add(s, it.value);
	return 0;
}

/* Data Center's user keys are 32 hex digits, or what Jira gave; anything else is a user name. */
static bool
is_user_key(const char *s)
{
	return (strlen(s) == 32 && s[strspn(s, "0123456789abcdef")] == '\0') || str_starts(s, "JIRAUSER");
}

/* Data Center has no such list: each by its key or name, at once. */
static int
learn_singly(struct call *c, struct site *s, const char **ids, size_t n)
{
	struct rest_req q[MAX_SINGLE] = { { .method = NULL } };

	n = n > MAX_SINGLE ? MAX_SINGLE : n;
	for (size_t i = 0; i < n; i++) {
		q[i].path = rest_query(c, rest_path(c, s, "{api}/user"), is_user_key(ids[i]) ? "key" : "username", ids[i], NULL);
		q[i].optional = true;
	}
	if (rest_all(c, s, q, n) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		people_add(s, q[i].json);
		remember(s, ids[i], display_name(q[i].json));
	}
	return 0;
}

int
people_learn(struct call *c, struct site *s, const char *const *ids, size_t count)
{
	const char *want[MAX_BATCH];
	size_t n = 0;
	int result;

	for (size_t i = 0; i < count && n < MAX_BATCH; i++) {
		bool known = str_blank(ids[i]) || people_name(s, ids[i]) != NULL;

		for (size_t k = 0; k < n && !known; k++)
			known = strcmp(want[k], ids[i]) == 0;
		if (!known)
			want[n++] = ids[i];
	}
	if (n == 0)
		return 0;
	result = site_is_cloud(s) ? learn_batch(c, s, want, n) : learn_singly(c, s, want, n);
	if (result == 0 || call_cancelled(c) || (c->err.kind != ERR_FORBIDDEN && c->err.kind != ERR_INPUT))
		return result;
	err_clear(&c->err);	/* an account that may not see people still sees the page */
	return 0;
}

/* ---- from a name to a person ---- */

static bool
is_account_id(const char *s)
{
	size_t n = strlen(s);

	if (strchr(s, ':') != NULL)
		return n >= 30 && strpbrk(s, " @") == NULL;
	return n == 24 && s[strspn(s, "0123456789abcdef")] == '\0';
}

json *
people_user(json *result)
{
	json *u = json_get(result, "user");

	return u != NULL ? u : result;
}

static bool
is_like(json *u, const char *text)
{
	static const char *const members[] = { "displayName", "publicName", "username", "email" };

	for (size_t i = 0; i < LEN(members); i++) {
		const char *v = json_get_str(u, members[i]);

		if (v != NULL && strcasestr(v, text) != NULL)
			return true;
	}
	return false;
}

static int
search_members(struct call *c, struct site *s, const char *text, const char *group, int64_t limit, json **ret)
{
	struct rest_req q = { .optional = true };
	json *list;
	struct buf b;
	struct jw w;
	int64_t n = 0;

	q.path = rest_query(c, rest_path(c, s, "{api}/group/%s/member", group), "limit", arena_printf(c->arena, "%d", MEMBERS), NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	if (q.json == NULL) {
		call_fail(c, ERR_NOT_FOUND, "There is no group %s in which to look for people.", group);
		call_hint(c, "Give group_name, or the person's exact user name.");
		return -1;
	}
	list = json_get(q.json, "results");
	buf_init(&b, 1024 * 1024);
	jw_init(&w, &b);
	jw_arr(&w);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		people_add(s, it.value);
		if (n < limit && is_like(it.value, text)) {
			jw_val(&w, it.value);
			n++;
		}
	}
	jw_end(&w);
	*ret = json_parse(c->arena, b.data, b.len, JSON_TRUSTED, &c->err);
	buf_release(&b);
	return *ret == NULL ? -1 : 0;
}

int
people_search(struct call *c, struct site *s, const char *text, const char *group, int64_t limit, json **ret)
{
	json *page;

	if (!site_is_cloud(s))
		return search_members(c, s, text, str_blank(group) ? "confluence-users" : group, limit, ret);
	if (rest_get(c, s, rest_query(c, rest_path(c, s, "{v1}/search/user"), "cql", arena_printf(c->arena, "user.fullname ~ %s",
	    cql_quoted(c, text)), "limit", arena_printf(c->arena, "%lld", (long long)limit), NULL), &page) == -1)
		return -1;
	*ret = json_get(page, "results");
	for (struct json_iter it = json_iter(*ret); json_next(&it);)
		people_add(s, people_user(it.value));
	return 0;
}

static bool
is_person(json *u, const char *text)
{
	return str_ieq(json_get_str(u, "displayName"), text) || str_ieq(json_get_str(u, "publicName"), text) ||
	    str_ieq(json_get_str(u, "email"), text) || str_ieq(json_get_str(u, "username"), text) ||
	    str_eq(json_get_str(u, "userKey"), text) || str_eq(json_get_str(u, "accountId"), text);
}

static int
take_person(struct call *c, struct site *s, json *u, struct person *ret)
{
	const char *id = json_get_str(u, site_is_cloud(s) ? "accountId" : "userKey");

	if (id == NULL || (!site_is_cloud(s) && strlen(id) != 32))	/* a mention with a key of another form is written by name */
		id = json_get_str(u, "username") != NULL ? json_get_str(u, "username") : id;
	if (id == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s gave a user without an id.", s->label);
	people_add(s, u);
	*ret = (struct person){ .id = id, .username = json_get_str(u, "username"), .name = display_name(u) };
	return 0;
}

static int
no_single_person(struct call *c, json *list, const char *text)
{
	struct buf b;

	if (json_len(list) == 0) {
		call_fail(c, ERR_INPUT, "Nobody is called \"%.80s\".", text);
		call_hint(c, "Give the full display name, an account id or user name, or \"me\".");
		return -1;
	}
	buf_init(&b, 4096);
	for (struct json_iter it = json_iter(list); json_next(&it) && it.index < MAX_CANDIDATES;)
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", display_name(people_user(it.value)));
	call_fail(c, ERR_INPUT, "\"%.80s\" may be several people: %s.", text, b.data);
	call_hint(c, "Give the full name or the id.");
	buf_release(&b);
	return -1;
}

int
people_find(struct call *c, struct site *s, const char *text, struct person *ret)
{
	char *t = str_trim(c->arena, text, strlen(text));
	struct rest_req q = { .optional = true };
	json *list, *found = NULL;
	size_t exact = 0;

	if (*t == '@')
		t++;
	if (str_ieq(t, "me") || str_ieq(t, "currentUser()")) {
		q.path = rest_path(c, s, "{v1}/user/current");
		return rest_read(c, s, &q) == -1 ? -1 : take_person(c, s, q.json, ret);
	}
	if (site_is_cloud(s) && is_account_id(t)) {
		*ret = (struct person){ .id = t, .name = people_name(s, t) };
		return 0;
	}
	if (!site_is_cloud(s)) {
		q.path = rest_query(c, rest_path(c, s, "{v1}/user"), is_user_key(t) ? "key" : "username", t, NULL);
		if (rest_read(c, s, &q) == -1)
			return -1;
		if (q.json != NULL)
			return take_person(c, s, q.json, ret);
	}
	if (people_search(c, s, t, NULL, 20, &list) == -1)
		return -1;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (is_person(people_user(it.value), t)) {
			found = people_user(it.value);
			exact++;
		}
	}
	if (exact == 0 && json_len(list) == 1)
		found = people_user(json_at(list, 0));
	if (found == NULL || exact > 1)
		return no_single_person(c, list, t);
	return take_person(c, s, found, ret);
}
