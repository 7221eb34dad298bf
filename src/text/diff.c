/* A line diff for people: "-" what was, "+" what is, " " up to three lines around each change. */
#include "text/merge.h"

#include "text/align.h"

#include <string.h>

enum { AROUND = 3 };

struct lines {
	const char **at;
	size_t *len;
	uint64_t *keys;
	size_t n;
};

static struct lines
cut(struct arena *a, const char *s)
{
	struct lines l = { 0 };
	size_t n = 1;

	for (const char *p = s; *p != '\0'; p++)
		n += *p == '\n';
	l.at = arena_array(a, n, sizeof(*l.at));
	l.len = arena_array(a, n, sizeof(*l.len));
	l.keys = arena_array(a, n, sizeof(*l.keys));
	while (*s != '\0') {
		size_t len = strcspn(s, "\n");

		l.at[l.n] = s;
		l.len[l.n] = len;
		l.keys[l.n++] = align_hash(1, s, len);
		s += len + (s[len] == '\n');
	}
	return l;
}

static void
line(struct buf *out, char sign, const struct lines *l, size_t i)
{
	buf_addc(out, sign);
	buf_add(out, l->at[i], l->len[i]);
	buf_addc(out, '\n');
}

void
text_diff(const char *before, const char *after, struct buf *out)
{
	struct arena *arena = arena_new();
	struct lines a = cut(arena, before), b = cut(arena, after);
	size_t *match = arena_array(arena, a.n + 1, sizeof(*match)), shown = 0;

	align_keys(a.keys, a.n, b.keys, b.n, match);
	match[a.n] = b.n;
	for (size_t i = 0, j = 0; i < a.n || j < b.n;) {
		size_t from;

		if (i < a.n && match[i] == j) {
			i++;
			j++;
			continue;
		}
		/* a change begins at (i, j): what is before it and was not shown */
		from = i > AROUND ? i - AROUND : 0;
		if (from > shown && out->len > 0)
			buf_adds(out, "...\n");
		for (from = from > shown ? from : shown; from < i; from++)
			line(out, ' ', &a, from);
		while (i < a.n && match[i] == ALIGN_NONE)
			line(out, '-', &a, i++);
		while (j < b.n && j < match[i])
			line(out, '+', &b, j++);
		shown = i;
		for (size_t k = 0; k < AROUND && i < a.n && match[i] == j; k++) {
			line(out, ' ', &a, i++);
			j++;
			shown = i;
		}
	}
	arena_free(arena);
}
