/*
 * Replays the inputs in test/fuzz/corpus/NAME through the fuzz entry that the including file has
 * included before, each also cut in half. A crash, or a check of the entry, turns it red.
 */
#ifndef TEST_TEXT_REPLAY_H
#define TEST_TEXT_REPLAY_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
replay(void **state)
{
	DIR *dir = opendir("test/fuzz/corpus/" REPLAY_NAME);
	struct dirent *e;
	size_t count = 0;

	(void)state;
	assert_non_null(dir);
	while ((e = readdir(dir)) != NULL) {
		struct arena *a;
		struct buf b;
		char part[4096];
		size_t n;
		FILE *f;

		if (e->d_name[0] == '.')
			continue;
		a = arena_new();
		buf_init(&b, FUZZ_MAX);
		f = fopen(arena_printf(a, "test/fuzz/corpus/" REPLAY_NAME "/%s", e->d_name), "rb");
		assert_non_null(f);
		while ((n = fread(part, 1, sizeof(part), f)) > 0)
			buf_add(&b, part, n);
		fclose(f);
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len);
		LLVMFuzzerTestOneInput((const uint8_t *)b.data, b.len / 2);
		buf_release(&b);
		arena_free(a);
		count++;
	}
	closedir(dir);
	assert_true(count >= 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(replay) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
