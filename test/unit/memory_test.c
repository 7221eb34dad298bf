/*
 * Arena and buffer: memory is zeroed and aligned, grows in place when it can, keeps
 * its bytes when it must move, and is poisoned where it was not handed out; a buffer
 * holds exactly its maximum, never a byte more, and remembers that it was asked to.
 */
#include "unit/unit.h"

#include "base/buf.h"

#if defined(__SANITIZE_ADDRESS__)
#define POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POISON 1
#endif
#endif
#ifdef POISON
#include <sanitizer/asan_interface.h>
#endif

static bool
all_are(const char *p, char c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != c)
			return false;
	}
	return true;
}

static void
test_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 100, 1023, 1024, 1025, 4096, 70000, 300000 };
	struct arena *a = arena_new();

	(void)state;
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < LEN(sizes); i++) {
			char *p = arena_alloc(a, sizes[i]);

			assert_int_equal((uintptr_t)p % 16, 0);
			assert_true(all_are(p, 0, sizes[i]));
			memset(p, 0x5a, sizes[i]);	/* what comes next must not be this */
		}
	}
	arena_free(a);
	arena_free(NULL);
}

static void
test_grows_in_place(void **state)
{
	struct arena *a = arena_new();
	char *p = arena_alloc(a, 10), *q, *r;
	size_t before = arena_size(a);

	(void)state;
	memset(p, 'p', 10);
	assert_ptr_equal(arena_grow(a, p, 10, 600), p);
	assert_true(all_are(p, 'p', 10) && all_are(p + 10, 0, 590));
	assert_true(arena_size(a) - before >= 580 && arena_size(a) - before <= 608);
	assert_ptr_equal(arena_grow(a, p, 600, 20), p);
	q = arena_alloc(a, 16);	/* p is not the newest any more: it has to move */
	memset(q, 'q', 16);
	r = arena_grow(a, p, 600, 700);
	assert_ptr_not_equal(r, p);
	assert_true(all_are(r, 'p', 10) && all_are(r + 10, 0, 690) && all_are(q, 'q', 16));
	/* the newest one, but its block has no room left */
	p = arena_alloc(a, 100);
	memset(p, 'x', 100);
	r = arena_grow(a, p, 100, 5000);
	assert_ptr_not_equal(r, p);
	assert_true(all_are(r, 'x', 100) && all_are(r + 100, 0, 4900));
	q = arena_grow(a, NULL, 0, 32);
	assert_true(all_are(q, 0, 32));
	arena_free(a);
}

static void
test_large_blocks(void **state)
{
	struct arena *a = arena_new();
	char *small = arena_alloc(a, 16), *big = arena_alloc(a, 100000), *other = arena_alloc(a, 200000);
	size_t size = 100000;

	(void)state;
	memset(small, 's', 16);
	memset(other, 'o', 200000);
	memset(big, 'b', size);
	while (size < 8u << 20) {
		big = arena_grow(a, big, size, size * 2);
		assert_true(all_are(big, 'b', size) && all_are(big + size, 0, size));
		memset(big, 'b', size *= 2);
	}
	/* growing by realloc: the sum of the steps is not kept */
	assert_true(arena_size(a) < size + 200000 + 4096);
	assert_true(all_are(small, 's', 16) && all_are(other, 'o', 200000));
	assert_ptr_equal(arena_grow(a, small, 16, 64), small);	/* still the newest of the shared block */
	arena_free(a);
}

/* Random allocations and growths next to a copy in ordinary memory. */
static void
test_random_against_model(void **state)
{
	enum { SLOTS = 40 };
	struct { unsigned char *p, *copy; size_t len; } slot[SLOTS] = { 0 };
	struct arena *a = arena_new();
	uint32_t seed = 20261123;

	(void)state;
	for (int step = 0; step < 20000; step++) {
		uint32_t i = next_random(&seed) % SLOTS;
		size_t len = next_random(&seed) % (next_random(&seed) % 50 == 0 ? 40000 : 400);

		if (slot[i].p == NULL || next_random(&seed) % 8 == 0) {
			free(slot[i].copy);
			slot[i].len = len;
			slot[i].p = arena_alloc(a, len);
			slot[i].copy = calloc(1, len + 1);
		} else if (len > slot[i].len) {
			slot[i].p = arena_grow(a, slot[i].p, slot[i].len, len);
			slot[i].copy = realloc(slot[i].copy, len + 1);
			memset(slot[i].copy + slot[i].len, 0, len - slot[i].len);
			slot[i].len = len;
		}
		for (size_t k = 0; k < slot[i].len; k += 7)
			slot[i].p[k] = slot[i].copy[k] = (unsigned char)next_random(&seed);
		i = next_random(&seed) % SLOTS;
		if (slot[i].p != NULL && memcmp(slot[i].p, slot[i].copy, slot[i].len) != 0)
			fail_msg("slot %u changed by step %d", i, step);
	}
	for (int i = 0; i < SLOTS; i++)
		free(slot[i].copy);
	arena_free(a);
}

static void
test_strings(void **state)
{
	struct arena *a = arena_new();
	char long_text[1000];

	(void)state;
	memset(long_text, 'y', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_null(arena_strdup(a, NULL));
	assert_string_equal(arena_strdup(a, ""), "");
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_memory_equal(arena_strndup(a, "a\0b", 3), "a\0b", 4);
	assert_string_equal(arena_strndup(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%s-%d", "x", 7), "x-7");
	for (int n = 250; n < 262; n++) {	/* around the size of the small buffer */
		char *s = arena_printf(a, "%.*s", n, long_text);

		assert_int_equal(strlen(s), n);
		assert_true(all_are(s, 'y', (size_t)n));
	}
	assert_string_equal(arena_printf(a, "%s|%s", long_text, "end") + 999, "|end");
	arena_free(a);
}

static void
test_poison(void **state)
{
	(void)state;
#ifdef POISON
	struct arena *a = arena_new();
	char *p = arena_alloc(a, 24), *q;

	assert_false(__asan_address_is_poisoned(p + 23));
	assert_true(__asan_address_is_poisoned(p + 24));	/* alignment slack */
	assert_true(__asan_address_is_poisoned(p + 32));	/* not handed out */
	p = arena_grow(a, p, 24, 40);
	assert_false(__asan_address_is_poisoned(p + 39));
	assert_true(__asan_address_is_poisoned(p + 40));
	q = arena_strndup(a, "abc", 3);
	assert_true(__asan_address_is_poisoned(q + 4));
	q = arena_alloc(a, 100000);
	assert_false(__asan_address_is_poisoned(q + 99999));
	assert_true(__asan_address_is_poisoned(q + 100000));
	arena_free(a);
#else
	skip();
#endif
}

static void
overflow_array(void *arg)
{
	assert_non_null(arena_array(arg, SIZE_MAX / 4, 8));
}

static void
test_absurd_sizes_end_the_process(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_int_equal(signal_of(overflow_array, a), SIGABRT);
	arena_free(a);
}

static void
test_buf_max_is_exact(void **state)
{
	(void)state;
	for (size_t max = 0; max < 300; max++) {
		struct buf b;

		buf_init(&b, max);
		for (size_t i = 0; i < max; i++)
			buf_addc(&b, 'a');
		assert_false(buf_overflowed(&b));
		assert_int_equal(b.len, max);
		assert_true(b.cap <= max + 1);
		assert_int_equal(strlen(b.data), max);
		buf_addc(&b, 'b');
		assert_true(buf_overflowed(&b));
		assert_int_equal(b.len, max);
		buf_release(&b);
	}
}

static void
test_buf_overflow_is_sticky(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_adds(&b, "12345678");
	buf_adds(&b, "abc");	/* does not fit: nothing of it is added */
	assert_string_equal(b.data, "12345678");
	buf_addc(&b, 'x');	/* would fit, but the text would have a hole */
	buf_adds(&b, "");
	buf_addu(&b, 1);
	buf_addf(&b, "%d", 1);
	assert_string_equal(b.data, "12345678");
	assert_true(buf_overflowed(&b));
	buf_truncate(&b, 2);
	assert_true(buf_overflowed(&b));
	buf_reset(&b);
	assert_false(buf_overflowed(&b));
	assert_string_equal(b.data, "");
	buf_addf(&b, "%s", "0123456789");
	assert_string_equal(b.data, "0123456789");
	assert_false(buf_overflowed(&b));
	buf_addf(&b, "%s", "");
	assert_false(buf_overflowed(&b));
	buf_release(&b);
	assert_int_equal(b.max, 10);
	assert_string_equal(b.data, "");
}

static void
test_buf_without_limit(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX);
	for (int i = 0; i < 1000; i++)
		buf_adds(&b, "0123456789");
	assert_false(buf_overflowed(&b));
	assert_int_equal(b.len, 10000);
	assert_true(b.cap > 10000);
	buf_release(&b);
}

static void
test_buf_formats(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100000);
	buf_addu(&b, 0);
	buf_addc(&b, ' ');
	buf_addu(&b, UINT64_MAX);
	buf_addf(&b, " %s", "x");
	assert_string_equal(b.data, "0 18446744073709551615 x");
	buf_consume(&b, 2);
	assert_string_equal(b.data, "18446744073709551615 x");
	buf_consume(&b, 0);
	buf_truncate(&b, 3);
	assert_string_equal(b.data, "184");
	buf_consume(&b, 3);
	assert_string_equal(b.data, "");
	for (int n = 250; n < 262; n++) {
		buf_reset(&b);
		buf_addf(&b, "%0*d", n, 1);
		assert_int_equal(b.len, n);
		assert_int_equal(b.data[n - 1], '1');
		assert_int_equal(b.data[n], '\0');
	}
	buf_release(&b);
}

static void
consume_too_much(void *arg)
{
	buf_consume(arg, 4);
}

static void
test_buf_misuse_is_a_bug(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	buf_adds(&b, "123");
	assert_int_equal(signal_of(consume_too_much, &b), SIGABRT);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeroed_and_aligned),
		cmocka_unit_test(test_grows_in_place),
		cmocka_unit_test(test_large_blocks),
		cmocka_unit_test(test_random_against_model),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_absurd_sizes_end_the_process),
		cmocka_unit_test(test_buf_max_is_exact),
		cmocka_unit_test(test_buf_overflow_is_sticky),
		cmocka_unit_test(test_buf_without_limit),
		cmocka_unit_test(test_buf_formats),
		cmocka_unit_test(test_buf_misuse_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
