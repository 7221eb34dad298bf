/*
 * Replays test/fuzz/query.corpus, one input a line in hex, through the fuzz entry that
 * the including file has included before. Each input also runs cut short and doubled.
 */
#ifndef TEST_REPLAY_H
#define TEST_REPLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void
replay(void **state)
{
	FILE *f = fopen("test/fuzz/query.corpus", "r");
	char *line = NULL;
	size_t cap = 0, count = 0;
	ssize_t len;

	(void)state;
	assert_non_null(f);
	while ((len = getline(&line, &cap, f)) > 0) {
		size_t n = (size_t)len / 2;
		uint8_t *data = test_malloc(2 * n + 1);

		for (size_t i = 0; i < n; i++) {
			char hex[3] = { line[2 * i], line[2 * i + 1], '\0' };

			data[i] = data[n + i] = (uint8_t)strtoul(hex, NULL, 16);
		}
		LLVMFuzzerTestOneInput(data, n);
		LLVMFuzzerTestOneInput(data, n / 2);
		LLVMFuzzerTestOneInput(data, 2 * n);
		test_free(data);
		count++;
	}
	assert_true(count > 100);
	free(line);
	fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(replay) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
