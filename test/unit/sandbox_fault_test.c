/* Faults: reading a specification, chance, and orders. */
#include "unit/sandbox_harness.h"

#include "sandbox/sb_fault.h"

static const struct {
	const char *spec;
	const char *says;	/* NULL: good */
	size_t count;
} specs[] = {
	{ "", NULL, 0 }, { "429:0.1", NULL, 1 }, { "429", NULL, 1 }, { "429:0.1,500:0.05,latency:50ms,reset:0.01,html:0.05,truncate:0.05,drip:0.01", NULL, 7 },
	{ "latency:2s", NULL, 1 }, { "latency:5", NULL, 1 }, { "429-bare:1 reset-after:0 hang:1 garbage:0.5", NULL, 4 }, { "anonymous:1", NULL, 0 },
	{ "200:1", "There is no fault '200'", 0 }, { "fire:1", "There is no fault 'fire'", 0 }, { "429:1.1", "no probability", 0 }, { "429:-1", "no probability", 0 },
	{ "429:", "no probability", 0 }, { "429:x", "no probability", 0 }, { "429:nan", "no probability", 0 }, { "latency:x", "no time", 0 },
	{ "latency:-5ms", "no time", 0 }, { "429,429,429,429,429,429,429,429,429,429,429,429,429,429,429,429,429", "At most 16", 0 },
};

static void
test_specs(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(specs); i++) {
		struct arena *a = arena_new();
		struct sb_faults f = { .random = 1 };
		struct err e;
		int result;

		err_init(&e, a);
		result = sb_faults_parse(&f, specs[i].spec, &e);
		if ((result == 0) != (specs[i].says == NULL))
			fail_msg("%s: %d %s", specs[i].spec, result, result == -1 ? e.message : "");
		if (result == 0)
			assert_int_equal(f.chance_count, specs[i].count);
		else if (strstr(e.message, specs[i].says) == NULL)
			fail_msg("%s: %s", specs[i].spec, e.message);
		arena_free(a);
	}
}

/* Over many requests each fault comes as often as it should, and the same seed brings the same ones. */
static void
test_chance(void **state)
{
	enum { REQUESTS = 20000 };
	struct sb_faults f = { .random = 7 }, again = { .random = 7 };
	struct arena *a = arena_new();
	int status = 0, reset = 0, late = 0;
	struct err e;

	(void)state;
	err_init(&e, a);
	assert_int_equal(sb_faults_parse(&f, "500:0.1,reset:0.5,latency:30ms", &e), 0);
	assert_int_equal(sb_faults_parse(&again, "500:0.1,reset:0.5,latency:30ms", &e), 0);
	for (int i = 0; i < REQUESTS; i++) {
		struct sb_fault_rule r = sb_faults_choose(&f, "GET", "/x");

		assert_int_equal(r.kind, sb_faults_choose(&again, "GET", "/x").kind);
		status += r.kind == SB_FAULT_STATUS && r.status == 500;
		reset += r.kind == SB_FAULT_RESET;
		late += r.kind == SB_FAULT_LATENCY && r.ms == 30;
	}
	assert_in_range(status, REQUESTS * 9 / 100, REQUESTS * 11 / 100);
	assert_in_range(reset, REQUESTS * 43 / 100, REQUESTS * 47 / 100);	/* half of the rest */
	assert_int_equal(status + reset + late, REQUESTS);
	arena_free(a);
}

static void
order(struct sb_faults *f, struct arena *a, const char *text)
{
	struct err e;

	err_init(&e, a);
	if (sb_faults_order(f, a, json_parse(a, text, strlen(text), JSON_STRICT, &e), &e) == -1)
		fail_msg("%s", e.message);
}

static void
test_orders(void **state)
{
	struct sb_faults f = { .random = 1 };
	struct arena *a = arena_new();
	struct err e;

	(void)state;
	order(&f, a, "{\"match\":\"POST /rest/api/3/issue\",\"fault\":\"reset-after\"}");
	order(&f, a, "{\"match\":\"GET /rest/api/3/issue/*\",\"fault\":503,\"times\":2,\"retry_after\":7}");
	order(&f, a, "{\"fault\":\"latency\",\"ms\":5}");
	assert_int_equal(sb_faults_choose(&f, "GET", "/rest/api/3/issue/OPS-1").status, 503);
	assert_int_equal(sb_faults_choose(&f, "PUT", "/other").ms, 5);
	assert_int_equal(sb_faults_choose(&f, "PUT", "/other").kind, SB_FAULT_NONE);
	assert_int_equal(sb_faults_choose(&f, "POST", "/rest/api/3/issue/x").kind, SB_FAULT_NONE);
	assert_int_equal(sb_faults_choose(&f, "GET", "/rest/api/3/issue/OPS-2").retry_after, 7);
	assert_int_equal(sb_faults_choose(&f, "GET", "/rest/api/3/issue/OPS-3").kind, SB_FAULT_NONE);
	assert_int_equal(sb_faults_choose(&f, "POST", "/rest/api/3/issue").kind, SB_FAULT_RESET_AFTER);
	assert_int_equal(f.order_count, 0);
	err_init(&e, a);
	assert_int_equal(sb_faults_order(&f, a, NULL, &e), -1);
	assert_non_null(e.message);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specs), cmocka_unit_test(test_chance), cmocka_unit_test(test_orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
