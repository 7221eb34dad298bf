/*
 * From JSON to words. It goes by the shape of the value, because the shapes are few and
 * say themselves what they are (a name, a value, a display name, a list); the field's
 * type decides only where a shape would mislead.
 */
#include "atlassian/fields.h"

#include "base/clock.h"
#include "base/str.h"

#include <string.h>

enum { MAX_VALUE = 256 * 1024 };

/* Data Center writes a sprint as "...Sprint@1f[id=3,...,name=Sprint 3,...]". */
static const char *
greenhopper_name(struct arena *a, const char *text)
{
	const char *p = strstr(text, ",name=");

	if (p == NULL || !str_starts(text, "com.atlassian.greenhopper"))
		return NULL;
	p += strlen(",name=");
	return arena_strndup(a, p, strcspn(p, ",]"));
}

static const char *
date_words(struct arena *a, const char *text)
{
	int64_t at;

	if (strlen(text) < 20 || text[4] != '-' || text[10] != 'T' || clock_parse(text, &at) == -1)
		return NULL;
	return clock_datetime(a, at);
}

static const char *
time_words(struct arena *a, json *v)
{
	static const struct {
		const char *member, *word;
	} parts[] = { { "originalEstimate", "original" }, { "remainingEstimate", "remaining" }, { "timeSpent", "spent" } };
	const char *all = NULL;

	for (size_t i = 0; i < LEN(parts); i++) {
		const char *span = json_get_str(v, parts[i].member);

		if (span != NULL)
			all = arena_printf(a, "%s%s%s %s", all != NULL ? all : "", all != NULL ? ", " : "", parts[i].word, span);
	}
	return all;
}

static const char *
object_words(struct call *c, json *v)
{
	static const char *const members[] = { "displayName", "name", "value", "title", "key", "label", "text", "filename" };
	const char *child;

	for (size_t i = 0; i < LEN(members); i++) {
		const char *s = json_get_str(v, members[i]);

		if (str_blank(s))
			continue;
		child = json_path_str(v, "child.value");
		if (str_eq(members[i], "key") && json_path_str(v, "fields.summary") != NULL)
			return arena_printf(c->arena, "%s %s", s, json_path_str(v, "fields.summary"));
		return child == NULL ? s : arena_printf(c->arena, "%s > %s", s, child);
	}
	if (json_get(v, "workspaceId") != NULL && json_scalar(c->arena, json_get(v, "objectId")) != NULL)
		return arena_printf(c->arena, "Assets object %s", json_scalar(c->arena, json_get(v, "objectId")));
	return time_words(c->arena, v);
}

static const char *
list_words(struct call *c, const struct site *s, json *v)
{
	const char *text, *words;
	struct buf b;

	buf_init(&b, MAX_VALUE);
	for (struct json_iter it = json_iter(v); json_next(&it);) {
		words = field_text(c, s, it.value, NULL);
		if (words != NULL)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", words);
	}
	text = b.len == 0 ? NULL : arena_strdup(c->arena, b.data);
	buf_release(&b);
	return text;
}

static bool
says_nothing(const struct field *f)
{
	static const char *const customs[] = { "gh-lexo-rank", "devsummarycf", "devsummary", "vulnerabilitycf" };

	for (size_t i = 0; f != NULL && i < LEN(customs); i++) {
		if (str_eq(f->custom, customs[i]))
			return true;
	}
	return false;
}

/* Spans are numbers of seconds in these. */
static bool
is_seconds(const struct field *f)
{
	static const char *const ids[] = { "timespent", "timeestimate", "timeoriginalestimate", "aggregatetimespent",
		"aggregatetimeestimate", "aggregatetimeoriginalestimate" };

	for (size_t i = 0; f != NULL && i < LEN(ids); i++) {
		if (str_eq(f->id, ids[i]))
			return true;
	}
	return false;
}

static const char *
span_words(struct arena *a, int64_t seconds)
{
	int64_t h = seconds / 3600, m = seconds % 3600 / 60;

	if (h > 0 && m > 0)
		return arena_printf(a, "%lldh %lldm", (long long)h, (long long)m);
	return h > 0 ? arena_printf(a, "%lldh", (long long)h) : arena_printf(a, "%lldm", (long long)m);
}

const char *
field_text(struct call *c, const struct site *s, json *v, const struct field *type)
{
	const char *text = json_str(v), *words;

	if (json_is_null(v) || says_nothing(type) || jira_is_outside(c, s, v))
		return NULL;
	if (text != NULL) {
		if (str_blank(text) || str_eq(text, "{}"))
			return NULL;
		if (type != NULL && field_names(type) == AN_ISSUE && !jira_names_inside(c, s, text))
			return NULL;
		words = greenhopper_name(c->arena, text);
		if (words == NULL)
			words = date_words(c->arena, text);
		return words != NULL ? words : text;
	}
	if (yyjson_is_obj(v)) {
		if (str_eq(json_get_str(v, "type"), "doc"))
			return jira_body_markdown(c, s, v);
		return object_words(c, v);
	}
	if (yyjson_is_arr(v))
		return list_words(c, s, v);
	if (is_seconds(type) && yyjson_is_int(v))
		return span_words(c->arena, json_int(v, 0));
	return json_scalar(c->arena, v);
}
