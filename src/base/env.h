/* The environment. Only this module calls getenv. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stdbool.h>

const char *env_get(const char *name);	/* NULL when unset; "" when empty */
void env_forget(const char *name);	/* removes it, so that /proc/PID/environ of children has it no more */
bool env_is_terminal(int fd);

#endif
