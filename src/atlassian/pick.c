/* Two passes over the list: what is equal, then what begins so. The names seen on the way are the candidates of the error. */
#include "atlassian/pick.h"

#include "base/buf.h"
#include "base/str.h"

#include <string.h>

enum { MAX_NAMED = 20, MAX_NAMES = 512, MAX_MEMBERS = 8 };

struct picking {
	char **member;
	size_t members;
	json *found;
	size_t count;
};

static const char *
text_at(struct call *c, json *one, const char *member)
{
	return json_scalar(c->arena, json_path(one, member));
}

static const char *
name_of(struct call *c, const struct picking *p, json *one)
{
	return text_at(c, one, p->member[p->members - 1]);
}

static bool
is_equal(struct call *c, const struct picking *p, json *one, const char *text)
{
	for (size_t i = 0; i < p->members; i++) {
		if (str_ieq(text_at(c, one, p->member[i]), text))
			return true;
	}
	return false;
}

static void
look(struct call *c, struct picking *p, json *list, const char *text, bool prefix)
{
	p->count = 0;
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *name = name_of(c, p, it.value);

		if (prefix ? name == NULL || !str_istarts(name, text) : !is_equal(c, p, it.value, text))
			continue;
		p->found = it.value;
		p->count++;
	}
}

/* The names that fit, or all: "Sprint 3 (id 12), Sprint 30 (id 31)". */
static const char *
candidates(struct call *c, const struct picking *p, json *list, const char *prefix)
{
	const char *all;
	size_t n = 0, total = 0;
	struct buf b;

	buf_init(&b, 8192);
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		const char *name = name_of(c, p, it.value), *id = text_at(c, it.value, p->member[0]);

		if (name == NULL || !str_istarts(name, prefix))
			continue;
		total++;
		if (n == MAX_NAMED)
			continue;
		buf_addf(&b, "%s%s", n++ > 0 ? ", " : "", name);
		if (p->members > 1 && id != NULL && id != name && !str_eq(id, name))
			buf_addf(&b, " (%s)", id);
	}
	if (total > n)
		buf_addf(&b, " and %zu more", total - n);
	all = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return all;
}

static int
nothing_fits(struct call *c, const struct picking *p, const char *what, const char *text, json *list)
{
	const char *names[MAX_NAMES], *near;
	size_t n = 0;

	for (struct json_iter it = json_iter(list); json_next(&it) && n < LEN(names);) {
		names[n] = name_of(c, p, it.value);
		n += names[n] != NULL;
	}
	near = str_nearest(text, names, n);
	call_fail(c, ERR_NOT_FOUND, "There is no %s \"%.80s\".", what, text);
	if (near != NULL)
		call_hint(c, "Did you mean \"%s\"? There are: %s.", near, candidates(c, p, list, ""));
	else if (n > 0)
		call_hint(c, "There are: %s.", candidates(c, p, list, ""));
	else
		call_hint(c, "There is none at all that this account can see.");
	return -1;
}

int
pick(struct call *c, const char *what, const char *text, json *list, const char *members, json **ret)
{
	struct picking p = { .member = str_split(c->arena, members, ",", NULL) };
	const char *wanted = str_trim(c->arena, text, strlen(text));

	while (p.member[p.members] != NULL && p.members < MAX_MEMBERS)
		p.members++;
	look(c, &p, list, wanted, false);
	if (p.count == 0)
		look(c, &p, list, wanted, true);
	if (p.count == 0)
		return nothing_fits(c, &p, what, wanted, list);
	if (p.count > 1) {
		call_fail(c, ERR_INPUT, "Several are called \"%.80s\": which %s?", wanted, what);
		call_hint(c, "Candidates: %s.", candidates(c, &p, list, wanted));
		return -1;
	}
	*ret = p.found;
	return 0;
}
