/* A loop and a call of one's own for tests of what does not park: TEST(fn) makes and frees them around each. */
#ifndef TEST_CALL_HARNESS_H
#define TEST_CALL_HARNESS_H

#include "unit/unit.h"

#include "net/call.h"

static struct loop *loop;
static struct call *c;

static int
set_up(void **state)
{
	(void)state;
	loop = loop_new();
	c = call_new(loop, "test");
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	call_free(c);
	loop_free(loop);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

#endif
