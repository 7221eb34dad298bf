/* Words -> weights log(texts / texts that have it) -> shared weight through all weight of both (weighted Jaccard). */
#include "text/overlap.h"

#include "base/str.h"

#include <string.h>

static const char *const empty[] = { "a", "an", "and", "are", "as", "at", "be", "by", "can", "for", "from", "has", "have", "how", "i", "if",
	"in", "is", "it", "its", "my", "not", "of", "on", "or", "so", "that", "the", "this", "to", "was", "we", "when", "will", "with",
	"der", "die", "das", "und", "ist", "im", "ein", "eine", "le", "la", "les", "un", "une", "et", "de" };

static bool
says_nothing(const char *word)
{
	for (size_t i = 0; i < LEN(empty); i++) {
		if (strcmp(empty[i], word) == 0)
			return true;
	}
	return false;
}

static bool
is_word_byte(char ch)
{
	return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') || (unsigned char)ch >= 0x80;
}

static bool
has(const struct words_of *w, const char *word)
{
	for (size_t i = 0; i < w->n; i++) {
		if (strcmp(w->v[i], word) == 0)
			return true;
	}
	return false;
}

struct words_of
overlap_words(struct arena *a, const char *text)
{
	struct words_of w = { .v = arena_array(a, OVERLAP_MAX_WORDS, sizeof(*w.v)) };
	const char *p = str_lower(a, text);

	while (*p != '\0' && w.n < OVERLAP_MAX_WORDS) {
		size_t len = 0;
		char *word;

		while (is_word_byte(p[len]))
			len++;
		word = arena_strndup(a, p, len);
		if (len > 3 && word[len - 1] == 's' && word[len - 2] != 's')	/* plurals */
			word[len - 1] = '\0';
		if (len >= 2 && !says_nothing(word) && !has(&w, word))
			w.v[w.n++] = word;
		p += len > 0 ? len : 1;
	}
	return w;
}

/* The natural logarithm of x >= 1: of its power of two, and by a series (2 artanh((x - 1) / (x + 1))) of what is left below
 * 2, to eleven digits. Not libm's: a start of the program that loads one more library takes 80 microseconds longer. */
static double
logarithm(double x)
{
	double sum = 0, y, power;

	for (; x >= 2; x /= 2)
		sum += 0.69314718055994531;
	y = (x - 1) / (x + 1);
	power = 2 * y;
	for (int k = 1; k <= 21; k += 2, power *= y * y)
		sum += power / k;
	return sum;
}

static double
weight(const struct words_of *texts, size_t n, const char *word)
{
	size_t with = 0;

	for (size_t i = 0; i < n; i++)
		with += has(&texts[i], word);
	return logarithm(1.0 + (double)n / (double)(with > 0 ? with : 1));
}

void
overlap_score(struct arena *a, const char *text, const char *const *others, size_t n, int *ret)
{
	struct words_of *texts = arena_array(a, n + 1, sizeof(*texts)), *mine = &texts[n];
	double *mine_weight;

	for (size_t i = 0; i < n; i++)
		texts[i] = overlap_words(a, others[i]);
	*mine = overlap_words(a, text);
	mine_weight = arena_array(a, mine->n + 1, sizeof(*mine_weight));
	for (size_t k = 0; k < mine->n; k++)
		mine_weight[k] = weight(texts, n + 1, mine->v[k]);
	for (size_t i = 0; i < n; i++) {
		double shared = 0, all = 0;

		for (size_t k = 0; k < mine->n; k++) {
			all += mine_weight[k];
			shared += has(&texts[i], mine->v[k]) ? mine_weight[k] : 0;
		}
		for (size_t k = 0; k < texts[i].n; k++)
			all += has(mine, texts[i].v[k]) ? 0 : weight(texts, n + 1, texts[i].v[k]);
		ret[i] = all > 0 ? (int)(100.0 * shared / all + 0.5) : 0;
	}
}
