/*
 * A chain of blocks. Small requests are cut from the newest block; a request
 * larger than a quarter of a block gets a block of its own, so that big bodies
 * can grow by realloc and waste nothing. Block sizes double up to a limit.
 */
#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum { ALIGN = 16, FIRST_BLOCK = 4096, LAST_BLOCK = 256 * 1024 };

struct block {
	struct block *next;
	size_t size;	/* of data */
	size_t used;
	bool single;	/* holds one large allocation */
	_Alignas(ALIGN) char data[];
};

struct arena {
	struct block *blocks;	/* newest shared block first */
	struct block *large;	/* blocks of one allocation */
	size_t next_size;
	size_t total;
	char *last;		/* newest allocation in blocks, for arena_grow */
};

static size_t
align_up(size_t n)
{
	if (n > SIZE_MAX / 2)
		BUG("allocation too large");
	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct block *
block_new(size_t size)
{
	struct block *b = mem_grow(NULL, sizeof(*b) + size);

	b->next = NULL;
	b->size = size;
	b->used = 0;
	b->single = false;
	ASAN_POISON_MEMORY_REGION(b->data, size);
	return b;
}

static void
block_free_all(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
		mem_free(b);
		b = next;
	}
}

struct arena *
arena_new(void)
{
	struct arena *a = mem_alloc(sizeof(*a));

	a->next_size = FIRST_BLOCK;
	return a;
}

void
arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	block_free_all(a->blocks);
	block_free_all(a->large);
	mem_free(a);
}

size_t
arena_size(const struct arena *a)
{
	return a->total;
}

static char *
alloc_large(struct arena *a, size_t size)
{
	struct block *b = block_new(size);

	b->single = true;
	b->used = size;
	b->next = a->large;
	a->large = b;
	ASAN_UNPOISON_MEMORY_REGION(b->data, size);
	return b->data;
}

static char *
alloc_raw(struct arena *a, size_t size)
{
	size_t need = align_up(size == 0 ? 1 : size);
	struct block *b = a->blocks;
	char *p;

	a->total += need;
	if (b == NULL || b->size - b->used < need) {
		if (need > a->next_size / 4)
			return alloc_large(a, need);
		b = block_new(a->next_size);
		b->next = a->blocks;
		a->blocks = b;
		if (a->next_size < LAST_BLOCK)
			a->next_size *= 2;
	}
	p = b->data + b->used;
	b->used += need;
	a->last = p;
	ASAN_UNPOISON_MEMORY_REGION(p, size);
	return p;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	char *p = alloc_raw(a, size);

	memset(p, 0, size);
	return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / 2 / size)
		BUG("array too large");
	return arena_alloc(a, count * size);
}

/* A large allocation is the only thing in its block: let realloc move it. */
static void *
grow_large(struct arena *a, char *p, size_t new_size)
{
	for (struct block **at = &a->large; *at != NULL; at = &(*at)->next) {
		size_t need = align_up(new_size);
		struct block *b = *at;

		if (b->data != p)
			continue;
		if (need > b->size) {
			a->total += need - b->size;
			b = mem_grow(b, sizeof(*b) + need);
			b->size = b->used = need;
			*at = b;
			ASAN_UNPOISON_MEMORY_REGION(b->data, need);
		}
		return b->data;
	}
	return NULL;
}

void *
arena_grow(struct arena *a, void *p, size_t old_size, size_t new_size)
{
	struct block *b = a->blocks;
	char *fresh;

	if (p == NULL)
		return arena_alloc(a, new_size);
	if (new_size <= old_size)
		return p;
	if (p == a->last && b != NULL) {
		size_t from = (size_t)(a->last - b->data), need = align_up(new_size);

		if (b->size - from >= need) {
			a->total += need - (b->used - from);
			b->used = from + need;
			ASAN_UNPOISON_MEMORY_REGION(p, new_size);
			memset((char *)p + old_size, 0, new_size - old_size);
			return p;
		}
	} else if ((fresh = grow_large(a, p, new_size)) != NULL) {
		memset(fresh + old_size, 0, new_size - old_size);
		return fresh;
	}
	fresh = alloc_raw(a, new_size);
	memcpy(fresh, p, old_size);
	memset(fresh + old_size, 0, new_size - old_size);
	return fresh;
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = alloc_raw(a, len + 1);

	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	char small[256], *s;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n < 0)
		BUG("bad format");
	if ((size_t)n < sizeof(small)) {
		s = arena_strndup(a, small, (size_t)n);
	} else {
		s = alloc_raw(a, (size_t)n + 1);
		vsnprintf(s, (size_t)n + 1, fmt, again);
	}
	va_end(again);
	return s;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
