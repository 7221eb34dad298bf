/* The cache: whose answer it is, how long it is good, what outlives the process, and that a bad file costs nothing but itself. */
#include "unit/unit.h"

#include "base/str.h"
#include "store/cache.h"
#include "store/sqlite_api.h"

static struct arena *a;
static char dir[64];

static int
set_up(void **state)
{
	(void)state;
	a = arena_new();
	temp_dir(dir);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove_dir(dir);
	arena_free(a);
	return 0;
}

static void
test_owner_and_time(void **state)
{
	struct cache *c = cache_new(dir);

	(void)state;
	cache_put(c, "site ana", "/field", "[1]", 1000, CACHE_FILE);
	assert_string_equal(cache_get(c, a, "site ana", "/field", 999), "[1]");
	assert_null(cache_get(c, a, "site ana", "/field", 1000));
	assert_null(cache_get(c, a, "site bob", "/field", 1));
	assert_null(cache_get(c, a, "site ana", "/fields", 1));
	cache_put(c, "site ana", "/field", "[2]", 2000, CACHE_FILE);
	assert_string_equal(cache_get(c, a, "site ana", "/field", 1), "[2]");
	cache_free(c);
}

static void
test_next_process(void **state)
{
	struct cache *c = cache_new(dir);

	(void)state;
	cache_put(c, "site ana", "/field", "[1]", 1000, CACHE_FILE);
	cache_put(c, "site pat", "/field", "[2]", 1000, CACHE_MEMORY);
	cache_free(c);
	c = cache_new(dir);
	assert_string_equal(cache_get(c, a, "site ana", "/field", 1), "[1]");
	assert_null(cache_get(c, a, "site pat", "/field", 1));
	cache_drop(c, "site ana");
	assert_null(cache_get(c, a, "site ana", "/field", 1));
	cache_free(c);
	c = cache_new(dir);
	assert_null(cache_get(c, a, "site ana", "/field", 1));
	cache_free(c);
}

static void
test_many(void **state)
{
	struct cache *c = cache_new(NULL);
	size_t there = 0;

	(void)state;
	for (int i = 0; i < CACHE_MAX_MEMORY + 50; i++)
		cache_put(c, "o", arena_printf(a, "/%d", i), "x", 10, CACHE_FILE);
	for (int i = 0; i < CACHE_MAX_MEMORY + 50; i++)
		there += cache_get(c, a, "o", arena_printf(a, "/%d", i), 1) != NULL;
	assert_int_equal(there, CACHE_MAX_MEMORY);
	assert_null(cache_get(c, a, "o", "/49", 1));
	assert_non_null(cache_get(c, a, "o", "/50", 1));
	cache_free(c);
}

/* A file that is none of ours: memory goes on alone, and the file is left as it is. */
static void
test_bad_file(void **state)
{
	const char *path = arena_printf(a, "%s/cache.db", dir);
	FILE *f = fopen(path, "w");
	struct cache *c = cache_new(dir);
	char text[32] = "";

	(void)state;
	fputs("this is a letter, not a database", f);
	fclose(f);
	chmod(path, 0600);
	cache_put(c, "o", "/x", "1", 10, CACHE_FILE);
	assert_string_equal(cache_get(c, a, "o", "/x", 1), "1");
	cache_drop(c, "o");
	assert_null(cache_get(c, a, "o", "/x", 1));
	cache_free(c);
	f = fopen(path, "r");
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	assert_true(str_starts(text, "this is a letter"));
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_owner_and_time),
		TEST(test_next_process),
		TEST(test_many),
		TEST(test_bad_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
