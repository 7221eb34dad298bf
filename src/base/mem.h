/*
 * Heap memory that cannot fail: out of memory ends the process (STYLE 10).
 * Sizes that others choose are limited before they reach these functions.
 * Everything per call, document or configuration lives in an arena instead.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

#define ATTR_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define ATTR_MUST __attribute__((warn_unused_result))

/* An impossible state: says where, dumps, ends the process. */
#define BUG(what) bug_at(__FILE__, __LINE__, what)
_Noreturn void bug_at(const char *file, int line, const char *what);

void *mem_alloc(size_t size);			/* zeroed; free with mem_free */
void *mem_array(size_t count, size_t size);	/* zeroed; overflow ends the process */
void *mem_grow(void *p, size_t size);		/* realloc; the new part is not zeroed */
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t len);	/* copies exactly len bytes, adds NUL */
void mem_free(void *p);
void *mem_shared(size_t size);	/* zeroed, one memory for this process and its children */
void mem_shared_free(void *p, size_t size);
void mem_wipe(void *p, size_t len);		/* overwrites; never optimised away */

#endif
