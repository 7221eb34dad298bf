/*
 * scripts/gdb-fibers.py lists the calls of a stopped program with what they wait for, and
 * shows the stack of one that is parked. This program runs itself under gdb; without gdb,
 * or built without symbols, there is nothing to try.
 */
#include "unit/unit.h"

#include "net/call.h"

static char *self;

void stop_here(struct loop *l);

/* Where gdb stops: everything is parked. */
__attribute__((noinline)) void
stop_here(struct loop *l)
{
	__asm__ volatile("" : : "r"(l) : "memory");
}

static __attribute__((noinline)) int
wait_three_frames_deep(struct call *c, int depth)
{
	int result = depth == 0 ? call_park(c, "a visitor") : wait_three_frames_deep(c, depth - 1);

	__asm__ volatile("" : : : "memory");	/* no tail call: the frames are the point */
	return result;
}

static int
visited(struct call *c, void *arg)
{
	(void)arg;
	return wait_three_frames_deep(c, 2);
}

static int
parent(struct call *c, void *arg)
{
	return call_all(c, visited, arg, 2, 1);
}

static int
be_the_program(void)
{
	struct loop *l = loop_new();
	struct call *c[2] = { call_new(l, "first_tool"), call_new(l, "second_tool") };
	char items[2];

	if (call_start(c[0], visited, NULL, NULL) == -1 || call_start(c[1], parent, NULL, items) == -1)
		return 1;
	for (int i = 0; i < 3; i++)
		loop_drain(l, 1);	/* lets the children run to their park */
	stop_here(l);
	call_cancel(c[0]);
	call_cancel(c[1]);
	if (!loop_drain(l, 10000))
		return 1;
	loop_free(l);
	puts("ended well");
	return 0;
}

static size_t
count(const char *text, const char *word)
{
	size_t n = 0;

	while ((text = strstr(text, word)) != NULL)
		text++, n++;
	return n;
}

static void
test_list_and_stacks(void **state)
{
	static char out[256 * 1024];
	char line[1024];
	size_t len;
	FILE *f;

	(void)state;
	if (system("gdb --version > /dev/null 2>&1") != 0) {
		print_message("skipped: gdb is not there\n");
		skip();
	}
	snprintf(line, sizeof(line), "ASAN_OPTIONS=detect_leaks=0 gdb -nx -batch -ex 'set debuginfod enabled off' -x scripts/gdb-fibers.py"
	    " -ex 'break stop_here' -ex run -ex up -ex fibers -ex 'fiber all bt' -ex 'echo after\\n' -ex bt -ex continue --args '%s' program 2>&1", self);
	f = popen(line, "r");
	assert_non_null(f);
	len = fread(out, 1, sizeof(out) - 1, f);
	out[len] = '\0';
	pclose(f);
	if (strstr(out, "No symbol table") != NULL || strstr(out, "No debugging symbols") != NULL || strstr(out, "No struct type named") != NULL ||
	    strstr(out, "ptrace: Operation not permitted") != NULL) {
		print_message("skipped: built without symbols, or gdb may not trace here\n");
		skip();
	}
	if (strstr(out, "2 calls in flight") == NULL || count(out, "waits for: a visitor") != 3 || count(out, "waits for: its requests") != 1 ||
	    count(out, "child of second_tool") != 2 || count(out, "parked first_tool") != 1)
		fail_msg("fibers printed:\n%s", out);
	/* three visitors, three frames each, and below them how the fiber began */
	if (count(out, "in wait_three_frames_deep") < 9 || count(out, "in call_all") != 1 || count(out, "in fiber_main") != 4)
		fail_msg("fiber all bt printed:\n%s", out);
	/* and the program is as it was */
	if (strstr(strstr(out, "after"), "in be_the_program") == NULL || strstr(out, "ended well") == NULL)
		fail_msg("gdb disturbed the program:\n%s", out);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list_and_stacks),
	};

	self = argv[0];
	if (argc > 1)
		return be_the_program();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
