/*
 * The search text is compiled to a list of terms; a term is one word with
 * wildcards or several in a row (a phrase). Terms belong to groups separated by
 * OR; a group matches when each wanted term occurs and no unwanted one does.
 * A text is walked word by word for each term: texts are short, no index.
 * A word is a run of ASCII letters, digits and bytes of non-ASCII characters.
 */
#include "query/words.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { MAX_TERMS = 256 };

struct word {
	const char *s;
	size_t len;
};

struct term {
	struct word *word;
	size_t count;
	bool unwanted;
	unsigned group;
};

struct words {
	struct term *term;
	size_t count;
	unsigned groups;
};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80 || c == '_';
}

static bool
is_pattern(char c)
{
	return is_word(c) || c == '*' || c == '?';
}

/* The next run of characters that `in` accepts; false at the end. */
static bool
next_run(const char **at, const char *end, bool (*in)(char), struct word *ret)
{
	const char *s = *at;

	while (s < end && !in(*s))
		s++;
	ret->s = s;
	while (s < end && in(*s))
		s++;
	ret->len = (size_t)(s - ret->s);
	*at = s;
	return ret->len > 0;
}

static size_t
stem(const char *s, size_t len)
{
	static const char *const endings[] = { "ing", "ies", "es", "ed", "s", "e", "y" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t n = strlen(endings[i]);

		if (len >= n + 3 && strncasecmp(s + len - n, endings[i], n) == 0)
			return len - n;
	}
	return len;
}

/* Glob of one word; linear, because * restarts only at the last star. */
static bool
glob(const struct word *p, const struct word *w)
{
	size_t i = 0, j = 0, star = SIZE_MAX, mark = 0;

	while (j < w->len) {
		if (i < p->len && (p->s[i] == '?' || (p->s[i] != '*' && tolower((unsigned char)p->s[i]) ==
									    tolower((unsigned char)w->s[j])))) {
			i++;
			j++;
		} else if (i < p->len && p->s[i] == '*') {
			star = i++;
			mark = j;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			j = ++mark;
		} else {
			return false;
		}
	}
	while (i < p->len && p->s[i] == '*')
		i++;
	return i == p->len;
}

static bool
same_word(const struct word *p, const struct word *w)
{
	size_t n, m;

	if (memchr(p->s, '*', p->len) != NULL || memchr(p->s, '?', p->len) != NULL)
		return glob(p, w);
	n = stem(p->s, p->len);
	m = stem(w->s, w->len);
	return n == m && strncasecmp(p->s, w->s, n) == 0;
}

static bool
occurs(const struct term *t, const char *text)
{
	const char *end = text + strlen(text), *at = text, *after;
	struct word w;

	while (next_run(&at, end, is_word, &w)) {
		size_t i = 0;

		for (after = at; same_word(&t->word[i], &w); ) {
			if (++i == t->count)
				return true;
			if (!next_run(&after, end, is_word, &w))
				return false;
		}
	}
	return false;
}

bool
words_match(const struct words *q, const char *text)
{
	size_t i = 0;

	for (unsigned g = 0; g <= q->groups; g++) {
		bool ok = true, any = false;

		for (; i < q->count && q->term[i].group == g; i++) {
			any = true;
			ok = ok && occurs(&q->term[i], text) != q->term[i].unwanted;
		}
		if (ok && any)
			return true;
	}
	return false;
}

/* Splits [s, end) into the words of a new term. */
static void
add_term(struct arena *a, struct words *q, const char *s, const char *end, bool unwanted)
{
	struct term *t;
	struct word w;

	if ((q->count & (q->count - 1)) == 0)
		q->term =
		    arena_grow(a, q->term, q->count * sizeof(*t), (q->count == 0 ? 1 : q->count * 2) * sizeof(*t));
	t = &q->term[q->count];
	*t = (struct term){ .unwanted = unwanted, .group = q->groups };
	while (next_run(&s, end, is_pattern, &w)) {
		t->word = arena_grow(a, t->word, t->count * sizeof(w), (t->count + 1) * sizeof(w));
		t->word[t->count++] = w;
	}
	if (t->count > 0)
		q->count++;
}

struct words *
words_compile(struct arena *a, const char *search)
{
	struct words *q = arena_alloc(a, sizeof(*q));
	const char *s = arena_strdup(a, search);
	bool unwanted = false;

	while (*s != '\0' && q->count < MAX_TERMS) {
		const char *end;

		if (*s == ' ' || *s == '+' || *s == '(' || *s == ')') {
			s++;
			continue;
		}
		if ((*s == '-' || *s == '!') && s[1] != ' ') {
			unwanted = true;
			s++;
			continue;
		}
		if (*s == '"') {
			end = strchr(++s, '"');
			if (end == NULL)
				end = s + strlen(s);
			add_term(a, q, s, end, unwanted);
			s = *end == '"' ? end + 1 : end;
			unwanted = false;
			continue;
		}
		end = s + strcspn(s, " \"()");
		if (end - s == 2 && memcmp(s, "OR", 2) == 0 && q->count > 0)
			q->groups++;
		else if (end - s == 3 && memcmp(s, "NOT", 3) == 0)
			unwanted = true;
		else if (end - s != 3 || memcmp(s, "AND", 3) != 0) {
			add_term(a, q, s, end, unwanted);
			unwanted = false;
		}
		s = end == s ? s + 1 : end;
	}
	return q->count > 0 ? q : NULL;
}
