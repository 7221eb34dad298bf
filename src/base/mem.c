/*
 * The only file that calls malloc. Allocation either succeeds or ends the
 * process with one line on stderr, so no caller carries a path for it.
 */
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

_Noreturn void
bug_at(const char *file, int line, const char *what)
{
	fprintf(stderr, "telamon: bug at %s:%d: %s\n", file, line, what);
	abort();
}

static void *
checked(void *p)
{
	if (p == NULL) {
		fputs("telamon: out of memory\n", stderr);
		abort();
	}
	return p;
}

void *
mem_alloc(size_t size)
{
	return checked(calloc(1, size == 0 ? 1 : size));
}

void *
mem_array(size_t count, size_t size)
{
	return checked(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *
mem_grow(void *p, size_t size)
{
	return checked(realloc(p, size == 0 ? 1 : size));
}

char *
mem_strndup(const char *s, size_t len)
{
	char *copy = checked(malloc(len + 1));

	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_strdup(const char *s)
{
	return mem_strndup(s, strlen(s));
}

void
mem_free(void *p)
{
	free(p);
}

void
mem_wipe(void *p, size_t len)
{
	if (p != NULL && len > 0)
		explicit_bzero(p, len);
}

void *
mem_shared(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return checked(p == MAP_FAILED ? NULL : p);
}

void
mem_shared_free(void *p, size_t size)
{
	munmap(p, size);
}
