/* The floor of a start: a program that does nothing but print a constant answer. Linked statically. */
#include <unistd.h>

int
main(void)
{
	static const char answer[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"x\",\"inputSchema\":{\"type\":\"object\"}}]}}\n";

	return write(STDOUT_FILENO, answer, sizeof(answer) - 1) != (ssize_t)(sizeof(answer) - 1);
}
