/* Common ends first, then unique keys as anchors (longest increasing chain), then a table for each gap. */
#include "text/align.h"

#include "base/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_TABLE = 1 << 22 };

uint64_t
align_hash(uint64_t seed, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	uint64_t h = seed ^ 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ s[i]) * 1099511628211u;
	return h ^ h >> 31;
}

/* The classical table: len[i][j] of the rest; only its directions are kept. */
static void
by_table(struct arena *arena, const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t off_b, size_t *match)
{
	uint32_t *row = arena_array(arena, m + 1, sizeof(*row)), *below = arena_array(arena, m + 1, sizeof(*row)), *swap;
	unsigned char *dir = arena_alloc(arena, n * m + 1);

	for (size_t i = n; i-- > 0;) {
		for (size_t j = m; j-- > 0;) {
			if (a[i] == b[j]) {
				row[j] = below[j + 1] + 1;
				dir[i * m + j] = 1;
			} else if (below[j] >= row[j + 1]) {
				row[j] = below[j];
				dir[i * m + j] = 2;
			} else {
				row[j] = row[j + 1];
				dir[i * m + j] = 3;
			}
		}
		swap = row;
		row = below;
		below = swap;
		row[m] = 0;
	}
	for (size_t i = 0, j = 0; i < n && j < m;) {
		if (dir[i * m + j] == 1)
			match[i++] = off_b + j++;
		else if (dir[i * m + j] == 2)
			i++;
		else
			j++;
	}
}

struct place {
	uint64_t key;
	size_t at;
};

static int
by_key(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

static struct place *
sorted(struct arena *arena, const uint64_t *a, size_t n)
{
	struct place *p = arena_array(arena, n + 1, sizeof(*p));

	for (size_t i = 0; i < n; i++)
		p[i] = (struct place){ .key = a[i], .at = i };
	qsort(p, n, sizeof(*p), by_key);
	return p;
}

static bool
unique(const struct place *p, size_t n, size_t i)
{
	return (i == 0 || p[i - 1].key != p[i].key) && (i + 1 >= n || p[i + 1].key != p[i].key);
}

/* Anchors: keys that occur once on each side, in an order that does not cross. to[i] is the partner or ALIGN_NONE. */
static void
anchors(struct arena *arena, const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t *to)
{
	struct place *pa = sorted(arena, a, n), *pb = sorted(arena, b, m);
	size_t *tails = arena_array(arena, n + 1, sizeof(*tails)), *prev = arena_array(arena, n + 1, sizeof(*prev));
	size_t *cand = arena_array(arena, n + 1, sizeof(*cand)), len = 0, last;

	for (size_t i = 0; i < n; i++)
		cand[i] = to[i] = ALIGN_NONE;
	for (size_t i = 0, j = 0; i < n && j < m;) {
		if (pa[i].key < pb[j].key) {
			i++;
		} else if (pa[i].key > pb[j].key) {
			j++;
		} else {
			if (unique(pa, n, i) && unique(pb, m, j))
				cand[pa[i].at] = pb[j].at;
			i++;
			j++;
		}
	}
	for (size_t i = 0; i < n; i++) {	/* longest increasing chain of cand */
		size_t lo = 0, hi = len;

		if (cand[i] == ALIGN_NONE)
			continue;
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;

			if (cand[tails[mid]] < cand[i])
				lo = mid + 1;
			else
				hi = mid;
		}
		prev[i] = lo > 0 ? tails[lo - 1] : ALIGN_NONE;
		tails[lo] = i;
		if (lo == len)
			len++;
	}
	for (last = len > 0 ? tails[len - 1] : ALIGN_NONE; last != ALIGN_NONE; last = prev[last])
		to[last] = cand[last];
}

static void
gap(struct arena *arena, const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t off_b, size_t *match)
{
	while (n > 0 && m > 0 && a[0] == b[0]) {
		*match++ = off_b++;
		a++, b++, n--, m--;
	}
	while (n > 0 && m > 0 && a[n - 1] == b[m - 1]) {
		match[n - 1] = off_b + m - 1;
		n--, m--;
	}
	if (n > 0 && m > 0 && n <= MAX_TABLE / m)
		by_table(arena, a, n, b, m, off_b, match);
}

void
align_keys(const uint64_t *a, size_t n, const uint64_t *b, size_t m, size_t *match)
{
	struct arena *arena;
	size_t head = 0, tail = 0, i, j, *to;

	for (i = 0; i < n; i++)
		match[i] = ALIGN_NONE;
	if (n == 0 || m == 0)
		return;
	while (head < n && head < m && a[head] == b[head]) {
		match[head] = head;
		head++;
	}
	while (tail < n - head && tail < m - head && a[n - 1 - tail] == b[m - 1 - tail]) {
		match[n - 1 - tail] = m - 1 - tail;
		tail++;
	}
	a += head;
	b += head;
	match += head;
	n -= head + tail;
	m -= head + tail;
	if (n == 0 || m == 0)
		return;
	arena = arena_new();
	to = arena_array(arena, n, sizeof(*to));
	if (n <= MAX_TABLE / m)
		by_table(arena, a, n, b, m, head, match);
	else
		anchors(arena, a, n, b, m, to);
	if (n > MAX_TABLE / m) {
		for (i = 0, j = 0; i < n;) {
			size_t end = i, end_b;

			while (end < n && to[end] == ALIGN_NONE)
				end++;
			end_b = end < n ? to[end] : m;
			gap(arena, a + i, end - i, b + j, end_b - j, head + j, match + i);
			if (end < n)
				match[end] = head + to[end];
			i = end + 1;
			j = end_b + 1;
		}
	}
	arena_free(arena);
}
