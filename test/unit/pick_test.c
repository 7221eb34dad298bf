/* One of a list by human words: what must be found, and that nothing is guessed between two. */
#include "unit/call_harness.h"

#include "atlassian/pick.h"
#include "base/str.h"

static const char boards[] = "[{\"id\":12,\"name\":\"Shop board\",\"location\":{\"projectKey\":\"SHOP\"}},"
    "{\"id\":3,\"name\":\"Sprint 1\"},{\"id\":31,\"name\":\"Sprint 10\"},{\"id\":4,\"name\":\"12\"},"
    "{\"id\":5,\"name\":\"\u00c4rger\"},{\"id\":6},{\"id\":7,\"name\":\"Twin\"},{\"id\":8,\"name\":\"twin\"}]";

static int64_t
picked(const char *text)
{
	json *list = json_parse(c->arena, boards, strlen(boards), JSON_STRICT, &c->err), *one;

	err_clear(&c->err);
	return pick(c, "board", text, list, "id,location.projectKey,name", &one) == 0 ? json_get_int(one, "id", -2) : -1;
}

static void
test_found(void **state)
{
	(void)state;
	assert_int_equal(picked("31"), 31);
	assert_int_equal(picked("shop BOARD"), 12);
	assert_int_equal(picked(" shop "), 12);		/* the project's key */
	assert_int_equal(picked("Sprint 1"), 3);	/* equal wins over what begins so */
	assert_int_equal(picked("shop b"), 12);		/* unique prefix */
	assert_int_equal(picked("6"), 6);
}

static void
test_not_found(void **state)
{
	(void)state;
	assert_int_equal(picked("Spint 1"), -1);
	assert_int_equal(c->err.kind, ERR_NOT_FOUND);
	assert_string_equal(c->err.message, "There is no board \"Spint 1\".");
	assert_non_null(strstr(c->err.hint, "Did you mean \"Sprint 1\"? There are: Shop board (12), Sprint 1 (3)"));
}

static void
test_several(void **state)
{
	(void)state;
	assert_int_equal(picked("spr"), -1);
	assert_int_equal(c->err.kind, ERR_INPUT);
	assert_string_equal(c->err.hint, "Candidates: Sprint 1 (3), Sprint 10 (31).");
	assert_int_equal(picked("12"), -1);		/* one's id, another's name */
	assert_int_equal(c->err.kind, ERR_INPUT);
	assert_int_equal(picked("twin"), -1);
	assert_int_equal(c->err.kind, ERR_INPUT);
}

static void
test_nothing_there(void **state)
{
	json *one;

	(void)state;
	assert_int_equal(pick(c, "board", "x", NULL, "id,name", &one), -1);
	assert_string_equal(c->err.hint, "There is none at all that this account can see.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_found),
		TEST(test_not_found),
		TEST(test_several),
		TEST(test_nothing_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
