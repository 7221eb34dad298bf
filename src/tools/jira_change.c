/* Every function walks the same table; a row that is not asked for is passed over. */
#include "tools/jira_change.h"

#include "base/str.h"

#include <string.h>

enum { MAX_SHOWN = 300 };

int
change_word(struct call *c, const char *name, const char *text, const char *words)
{
	for (char **one = str_split(c->arena, words, ",", NULL); text != NULL && *one != NULL; one++) {
		if (str_eq(*one, text))
			return 0;
	}
	return text == NULL ? 0 : call_fail(c, ERR_INPUT, "%s must be one of: %s.", name, words);
}

void
change_write(const struct change *ch, size_t n, struct jw *w)
{
	for (size_t i = 0; i < n; i++) {
		if (ch[i].wanted == NULL || ch[i].member == NULL)
			continue;
		if (ch[i].kind == CHANGE_TEXT || ch[i].kind == CHANGE_DATE)
			jw_str(w, ch[i].member, ch[i].kind == CHANGE_DATE && *ch[i].wanted == '\0' ? NULL : ch[i].wanted);
		else {
			jw_key(w, ch[i].member);
			jw_raw(w, ch[i].wanted, strlen(ch[i].wanted));
		}
	}
}

size_t
change_count(const struct change *ch, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ch[i].wanted != NULL;
	return count;
}

static const char *
value_at(struct call *c, const struct change *ch, json *v)
{
	const char *text = json_scalar(c->arena, json_path(v, ch->path != NULL ? ch->path : ch->member));

	return text != NULL ? text : ch->kind == CHANGE_BOOL ? "false" : "";
}

static const char *
brief(struct call *c, const char *text)
{
	return strlen(text) <= MAX_SHOWN && strchr(text, '\n') == NULL ? text : arena_printf(c->arena, "%zu characters", strlen(text));
}

static const char *
words_at(struct call *c, const struct change *ch, json *v)
{
	const char *text = ch->shown_path != NULL ? json_scalar(c->arena, json_path(v, ch->shown_path)) : value_at(c, ch, v);

	if (text == NULL || *text == '\0')
		return "(none)";
	return ch->kind == CHANGE_BOOL ? (str_eq(text, "true") ? "yes" : "no") : brief(c, text);
}

static const char *
wanted_words(struct call *c, const struct change *ch)
{
	if (ch->shown != NULL)
		return ch->shown;
	if (ch->kind == CHANGE_BOOL)
		return str_eq(ch->wanted, "true") ? "yes" : "no";
	return *ch->wanted == '\0' ? "(none)" : brief(c, ch->wanted);
}

static bool
is_so(struct call *c, const struct change *ch, json *v)
{
	const char *have = value_at(c, ch, v);

	return str_eq(str_trim(c->arena, have, strlen(have)), str_trim(c->arena, ch->wanted, strlen(ch->wanted)));
}

void
change_announce(struct call *c, const struct change *ch, size_t n, json *before)
{
	for (size_t i = 0; i < n; i++) {
		if (ch[i].wanted == NULL)
			continue;
		if (before == NULL)
			out_pair(c->out, ch[i].label, wanted_words(c, &ch[i]));
		else if (is_so(c, &ch[i], before))
			out_pairf(c->out, ch[i].label, "unchanged, %s", words_at(c, &ch[i], before));
		else
			out_pairf(c->out, ch[i].label, "%s -> %s", words_at(c, &ch[i], before), wanted_words(c, &ch[i]));
	}
}

bool
change_is_so(struct call *c, const struct change *ch, size_t n, json *before)
{
	for (size_t i = 0; i < n; i++) {
		if (ch[i].wanted != NULL && !is_so(c, &ch[i], before))
			return false;
	}
	return true;
}

int
change_report(struct call *c, const struct change *ch, size_t n, json *before, json *after, const char *done)
{
	struct buf ignored;

	buf_init(&ignored, 4096);
	for (size_t i = 0; i < n; i++) {
		const char *is = ch[i].wanted == NULL ? NULL : words_at(c, &ch[i], after), *was;

		if (is == NULL)
			continue;
		was = before == NULL ? NULL : words_at(c, &ch[i], before);
		if (!is_so(c, &ch[i], after))
			buf_addf(&ignored, "%s%s (it is %s)", ignored.len > 0 ? ", " : "", ch[i].label, is);
		else if (was == NULL)
			out_pair(c->out, ch[i].label, ch[i].in_title ? NULL : is);
		else if (str_eq(was, is))
			out_pairf(c->out, ch[i].label, is_so(c, &ch[i], before) ? "unchanged, %s" : "rewritten, %s", is);
		else
			out_pairf(c->out, ch[i].label, "%s -> %s", was, is);
	}
	if (ignored.len > 0) {
		call_fail(c, ERR_IGNORED, "%s, but Jira did not take over: %s.", done, ignored.data);
		call_hint(c, "Do not repeat the whole call.");
	}
	buf_release(&ignored);
	return err_is_set(&c->err) ? -1 : 0;
}
