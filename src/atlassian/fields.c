/*
 * The site's list of fields and how one is found by what a person calls it. Ways of
 * finding are tried in order; the first that finds anything decides.
 */
#include "atlassian/fields.h"

#include "atlassian/cache.h"
#include "base/clock.h"
#include "base/str.h"

#include <string.h>

struct site_fields {
	struct field *list;
	size_t count;
	int generation;
	bool stale;
	int64_t asked_ms;	/* monotonic; 0: it came from what was kept */
};

/* Old lists stay in the site's arena, since somebody may hold a field of theirs: so they are few. */
enum { MAX_CLAUSES = 8, MAX_NAMED_ALIKE = 16, MAX_GENERATIONS = 100, MAY_BE_OLD_MS = 60 * 1000 };

static const char *
after_colon(const char *custom)
{
	const char *p = custom == NULL ? NULL : strrchr(custom, ':');

	return p == NULL ? custom : p + 1;
}

static const char *const *
copy_clauses(struct arena *a, json *names)
{
	const char **list = arena_array(a, MAX_CLAUSES + 1, sizeof(*list));
	size_t n = 0;

	for (struct json_iter it = json_iter(names); json_next(&it) && n < MAX_CLAUSES;) {
		if (json_str(it.value) != NULL)
			list[n++] = arena_strdup(a, json_str(it.value));
	}
	return list;
}

int
fields_load(struct call *c, struct site *s)
{
	struct site_fields *f, *old = s->fields;
	int requests = c->upstream_requests;
	json *list;

	if (old != NULL && !old->stale)
		return 0;
	if (rest_cached(c, s, rest_path(c, s, "{api}/field"), CACHED_METADATA_S, &list) == -1)
		return -1;
	if (s->fields != old)	/* another call was faster */
		return 0;
	f = arena_alloc(s->arena, sizeof(*f));
	f->generation = old == NULL ? 0 : old->generation + 1;
	f->asked_ms = c->upstream_requests == requests ? 0 : clock_mono_ms();
	f->list = arena_array(s->arena, json_len(list), sizeof(*f->list));
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (json_get_str(it.value, "id") == NULL)
			continue;
		f->list[f->count++] = (struct field){
			.id = arena_strdup(s->arena, json_get_str(it.value, "id")),
			.name = arena_strdup(s->arena, json_get_str(it.value, "name")),
			.type = arena_strdup(s->arena, json_path_str(it.value, "schema.type")),
			.items = arena_strdup(s->arena, json_path_str(it.value, "schema.items")),
			.custom = arena_strdup(s->arena, after_colon(json_path_str(it.value, "schema.custom"))),
			.untranslated = arena_strdup(s->arena, json_get_str(it.value, "untranslatedName")),
			.clauses = copy_clauses(s->arena, json_get(it.value, "clauseNames")),
		};
	}
	s->fields = f;
	return 0;
}

void
fields_forget(struct site *s)
{
	if (s->fields != NULL && s->fields->generation < MAX_GENERATIONS)
		s->fields->stale = true;
	rest_forget(s);
}

const struct field *
fields_by_id(const struct site *s, const char *id)
{
	for (size_t i = 0; s->fields != NULL && i < s->fields->count; i++) {
		if (str_eq(s->fields->list[i].id, id))
			return &s->fields->list[i];
	}
	return NULL;
}

int
fields_find_custom(struct call *c, struct site *s, const char *custom, const struct field **ret)
{
	if (fields_load(c, s) == -1)
		return -1;
	*ret = NULL;
	for (size_t i = 0; i < s->fields->count; i++) {
		if (str_eq(s->fields->list[i].custom, custom))
			*ret = &s->fields->list[i];
	}
	return 0;
}

const char *const *
fields_names(const struct site *s, struct arena *a, size_t *ret_count)
{
	size_t n = s->fields == NULL ? 0 : s->fields->count;
	const char **names = arena_array(a, n + 1, sizeof(*names));

	*ret_count = 0;
	for (size_t i = 0; i < n; i++) {
		if (s->fields->list[i].name != NULL)
			names[(*ret_count)++] = s->fields->list[i].name;
	}
	return names;
}

/* "issue_type", "Issue Type" and "issuetype" are the same word. */
static const char *
squeeze(struct arena *a, const char *s)
{
	char *out = str_lower(a, s), *to = out;

	for (const char *p = out; *p != '\0'; p++) {
		if (*p != ' ' && *p != '_' && *p != '-')
			*to++ = *p;
	}
	*to = '\0';
	return out;
}

enum way { BY_ID, BY_NAME, BY_CLAUSE, BY_PREFIX, WAYS };

static bool
fits(struct arena *a, const struct field *f, enum way way, const char *name, const char *word)
{
	const char *shown = f->name != NULL ? f->name : f->id;

	switch (way) {
	case BY_ID:
		return str_eq(f->id, name);
	case BY_NAME:
		return str_eq(squeeze(a, shown), word) || str_ieq(f->id, word) ||
		    (f->untranslated != NULL && str_eq(squeeze(a, f->untranslated), word));
	case BY_CLAUSE:
		for (const char *const *clause = f->clauses; clause != NULL && *clause != NULL; clause++) {
			if (str_eq(squeeze(a, *clause), word))
				return true;
		}
		return false;
	case BY_PREFIX:
		return str_starts(squeeze(a, shown), word);
	case WAYS:
		break;
	}
	return false;
}

size_t
fields_match(struct call *c, const struct site *s, const char *name, const struct field **ret, size_t max)
{
	const char *word = squeeze(c->arena, name);
	size_t n = 0;

	for (enum way way = BY_ID; way < WAYS && n == 0 && s->fields != NULL && *word != '\0'; way++) {
		for (size_t i = 0; i < s->fields->count && n < max; i++) {
			if (fits(c->arena, &s->fields->list[i], way, name, word))
				ret[n++] = &s->fields->list[i];
		}
	}
	return n;
}

/* A field that is not found may have been made since the list was asked for. */
static bool
may_be_old(const struct site *s)
{
	return s->fields->generation < MAX_GENERATIONS &&
	    (s->fields->asked_ms == 0 || clock_mono_ms() - s->fields->asked_ms > MAY_BE_OLD_MS);
}

int
fields_find(struct call *c, struct site *s, const char *name, const struct field **ret)
{
	const struct field *found[MAX_NAMED_ALIKE];
	const char *const *names, *near;
	size_t n, count;

	if (fields_load(c, s) == -1)
		return -1;
	n = fields_match(c, s, name, found, MAX_NAMED_ALIKE);
	if (n == 0 && may_be_old(s)) {
		fields_forget(s);
		if (fields_load(c, s) == -1)
			return -1;
		n = fields_match(c, s, name, found, MAX_NAMED_ALIKE);
	}
	if (n == 1) {
		*ret = found[0];
		return 0;
	}
	if (n > 1 && str_ieq(found[0]->name, found[1]->name)) {
		call_fail(c, ERR_INPUT, "Several fields are called \"%.80s\".", name);
		call_hint(c, "Use the id, such as %s or %s.", found[0]->id, found[1]->id);
		return -1;
	}
	names = fields_names(s, c->arena, &count);
	near = str_nearest(name, names, count);
	call_fail(c, ERR_INPUT, "There is no field \"%.80s\".", name);
	if (n > 1)
		call_hint(c, "Did you mean \"%s\" or \"%s\"?", found[0]->name, found[1]->name);
	else if (near != NULL)
		call_hint(c, "Did you mean \"%s\"?", near);
	else
		call_hint(c, "Give its name as the site shows it, or its id.");
	return -1;
}
