/*
 * Sealed text: comes back unchanged, and only to the key and purpose it was made for, in
 * its time; any other byte anywhere makes it nobody's.
 */
#include "base/clock.h"
#include "store/seal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOW = 1700000000 };

static struct arena *a;
static struct sealer *sealer;
static struct err e;

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	sealer = sealer_new();
	err_init(&e, a);
	clock_fake(NOW * INT64_C(1000));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	clock_fake(-1);
	sealer_free(sealer);
	arena_free(a);
	return 0;
}

static void
test_round_trip(void **state)
{
	static const char *const texts[] = { "", "x", "{\"a\":[1,2,3]}", "\xc3\xa9 \xf0\x9f\x98\x80" };

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++) {
		char *one = seal(sealer, a, "p", texts[i], NOW * INT64_C(1000) + 1, &e), *two;

		assert_non_null(one);
		assert_string_equal(unseal(sealer, a, "p", one), texts[i]);
		two = seal(sealer, a, "p", texts[i], NOW * INT64_C(1000) + 1, &e);
		assert_string_not_equal(one, two);	/* a nonce of its own each time */
		if (strlen(texts[i]) > 3)
			assert_null(strstr(one, texts[i]));
		for (const char *c = one; *c != '\0'; c++)
			assert_true(*c > 0x20 && *c < 0x7f);
	}
}

static void
test_every_character_counts(void **state)
{
	char *good = seal(sealer, a, "p", "the state", NOW * INT64_C(1000) + 1, &e);
	size_t len = strlen(good);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		for (const char *c = "A1.z_-B=+ "; *c != '\0'; c++) {
			char *bad = arena_strdup(a, good);

			if (bad[i] == *c)
				continue;
			bad[i] = *c;
			if (unseal(sealer, a, "p", bad) != NULL)
				fail_msg("character %zu as '%c' was taken", i, *c);
		}
		assert_null(unseal(sealer, a, "p", arena_strndup(a, good, i)));
	}
	assert_null(unseal(sealer, a, "p", arena_printf(a, "%sA", good)));
	assert_null(unseal(sealer, a, "p", arena_printf(a, "%s-TAMPERED", good)));
}

static void
test_bound(void **state)
{
	char *good = seal(sealer, a, "session", "s", NOW * INT64_C(1000) + 1000, &e);
	struct sealer *other = sealer_new();

	(void)state;
	assert_null(unseal(sealer, a, "requestState", good));
	assert_null(unseal(other, a, "session", good));
	clock_fake(NOW * INT64_C(1000) + 999);
	assert_non_null(unseal(sealer, a, "session", good));
	clock_fake(NOW * INT64_C(1000) + 1000);
	assert_null(unseal(sealer, a, "session", good));
	sealer_free(other);
}

static void
test_limits(void **state)
{
	char *big = arena_alloc(a, SEAL_MAX + 2);

	(void)state;
	memset(big, 'x', SEAL_MAX);
	assert_string_equal(unseal(sealer, a, "p", seal(sealer, a, "p", big, INT64_MAX, &e)), big);
	big[SEAL_MAX] = 'x';
	assert_null(seal(sealer, a, "p", big, INT64_MAX, &e));
	assert_int_equal(e.kind, ERR_TOO_LARGE);
	assert_null(unseal(sealer, a, "p", ""));
	assert_null(unseal(sealer, a, "p", "1."));
	assert_null(unseal(sealer, a, "p", "1.AAAA"));
}

/* Processes that share the sealer race for the same texts: each has one winner. */
static void
test_used_once(void **state)
{
	enum { CHILDREN = 4, TEXTS = 500 };
	int *won = mem_shared(CHILDREN * sizeof(*won)), sum = 0, status;
	char *text[TEXTS], *once = seal(sealer, a, "p", "x", INT64_MAX, &e);
	pid_t pid[CHILDREN];

	(void)state;
	assert_false(seal_is_used(sealer, once));
	assert_true(seal_use(sealer, once));
	assert_true(seal_is_used(sealer, once));
	assert_false(seal_use(sealer, once));
	assert_false(seal_use(sealer, "short"));
	for (int k = 0; k < TEXTS; k++)
		text[k] = seal(sealer, a, "p", "x", INT64_MAX, &e);
	for (int i = 0; i < CHILDREN; i++) {
		pid[i] = fork();
		if (pid[i] == 0) {
			for (int k = 0; k < TEXTS; k++)
				won[i] += seal_use(sealer, text[k]);
			_exit(0);
		}
	}
	for (int i = 0; i < CHILDREN; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
		sum += won[i];
	}
	assert_int_equal(sum, TEXTS);
	mem_shared_free(won, CHILDREN * sizeof(*won));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_every_character_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bound, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_used_once, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
