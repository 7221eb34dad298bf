#include "base/env.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *
env_get(const char *name)
{
	return getenv(name);
}

void
env_forget(const char *name)
{
	char *value = getenv(name);

	if (value == NULL)
		return;
	explicit_bzero(value, strlen(value));
	unsetenv(name);
}

bool
env_is_terminal(int fd)
{
	return isatty(fd) == 1;
}
