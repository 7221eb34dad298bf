/*
 * Parse; where it fails, let the rules of repair_rules.c try that place; the
 * first that fits edits the text; parse again. The number of steps is bounded.
 * Typographic quotes are replaced before all that, because a text with them
 * often parses, as something else than was meant.
 */
#include "query/repair_rules.h"

#include "base/utf8.h"
#include "query/parse.h"

#include <string.h>

void
repair_note(struct repair *r, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(r->arena, fmt, ap);
	va_end(ap);
	if (r->notes.len > 0 && strstr(r->notes.data, s) != NULL)
		return;
	if (r->notes.len > 0)
		buf_addc(&r->notes, ' ');
	buf_adds(&r->notes, s);
}

/* Typographic quotes become plain ones, no-break spaces plain spaces, outside plain quotes. */
static void
smart_quotes(struct repair *r)
{
	static const struct {
		const char *smart, *plain;
	} table[] = {
		{ "\xe2\x80\x9c", "\"" },
		{ "\xe2\x80\x9d", "\"" },
		{ "\xe2\x80\x9e", "\"" },
		{ "\xc2\xab", "\"" },
		{ "\xc2\xbb", "\"" },
		{ "\xe2\x80\x98", "'" },
		{ "\xe2\x80\x99", "'" },
		{ "\xc2\xa0", " " },
	};
	struct buf out;
	char in = '\0';
	bool found = false;

	buf_init(&out, REPAIR_MAX_TEXT);
	for (size_t i = 0; i < r->len; ) {
		size_t k = LEN(table);

		if (in != '\0' && r->text[i] == '\\' && i + 1 < r->len) {
			buf_add(&out, r->text + i, 2);
			i += 2;
			continue;
		}
		if (in == '\0' || r->text[i] == in)
			in = r->text[i] == in ? '\0' : r->text[i] == '"' || r->text[i] == '\'' ? r->text[i] : '\0';
		for (k = 0; in == '\0' && k < LEN(table); k++) {
			if (strncmp(r->text + i, table[k].smart, strlen(table[k].smart)) == 0)
				break;
		}
		if (in != '\0' || k == LEN(table)) {
			buf_addc(&out, r->text[i++]);
			continue;
		}
		if (strcmp(table[k].plain, "'") == 0 && i > 0 && r->text[i - 1] != ' ' &&
		    strchr(r->text, '\'') == NULL && strstr(r->text, "\xe2\x80\x98") == NULL) {
			buf_addc(&out, r->text[i++]);	/* an apostrophe in a word */
			continue;
		}
		buf_adds(&out, table[k].plain);
		i += strlen(table[k].smart);
		if (*table[k].plain != ' ')
			found = true;
	}
	if (!buf_overflowed(&out) && (out.len != r->len || memcmp(out.data, r->text, r->len) != 0)) {
		r->text = arena_strndup(r->arena, out.data, out.len);
		r->len = out.len;
		r->changed = true;
		if (found)
			repair_note(r, "Typographic quotation marks are not quotes here; plain ones are.");
		else
			repair_note(r, "No-break spaces are not spaces here.");
	}
	buf_release(&out);
}

void
repair_run(struct repair *r, struct arena *a, enum query_lang lang, const char *text, size_t len)
{
	*r = (struct repair){ .arena = a, .lang = lang, .text = arena_strndup(a, text, len), .len = len };
	buf_init(&r->notes, 4096);
	if (len > REPAIR_MAX_TEXT || strlen(r->text) != len || !utf8_valid(text, len))
		return;
	smart_quotes(r);
	for (int step = 0; step < REPAIR_MAX_STEPS && r->len <= REPAIR_MAX_TEXT; step++) {
		struct query_fault f;
		struct tokens t;
		struct repair_spot s;
		struct err e;

		err_init(&e, a);
		if (query_parse(a, lang, r->text, r->len, &r->q, &f, &e) == 0) {
			r->parsed = true;
			return;
		}
		t = query_lex(a, lang, r->text, r->len);
		s = (struct repair_spot){ .v = t.v, .n = t.n };
		while (s.i < s.n && s.v[s.i].end <= f.at)
			s.i++;
		if (!repair_step(r, &s))
			return;
	}
}

void
repair_release(struct repair *r)
{
	buf_release(&r->notes);
}
