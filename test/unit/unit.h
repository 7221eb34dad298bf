/*
 * What the unit tests of the lower house share: cmocka's includes in the order it
 * wants, a directory that vanishes with the test, the text that a stretch of code
 * writes to stderr, and code that must end its process.
 */
#ifndef TEST_UNIT_H
#define TEST_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* A random number that depends on the seed alone: a failing run can be repeated. */
static inline uint32_t
next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static inline void
temp_dir(char path[64])
{
	snprintf(path, 64, "/tmp/telamon-test-XXXXXX");
	assert_non_null(mkdtemp(path));
}

/* Removes the directory and all below it. */
static inline void
remove_dir(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char *name;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		assert_true(asprintf(&name, "%s/%s", path, entry->d_name) > 0);
		if (unlink(name) != 0)
			remove_dir(name);
		free(name);
	}
	if (d != NULL)
		closedir(d);
	rmdir(path);
}

static inline void
write_file(const char *path, mode_t mode, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), (ssize_t)len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static inline void
write_text(const char *path, mode_t mode, const char *text)
{
	write_file(path, mode, text, strlen(text));
}

/* Everything that fd 2 is given between capture_begin and capture_end. */
struct capture {
	int saved, file;
	char *text;	/* until the next capture_end */
	size_t len;
};

static inline char *
capture_room(void)
{
	static char room[64 * 1024];

	return room;
}

static inline void
capture_begin(struct capture *c)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	fflush(stderr);
	c->saved = dup(STDERR_FILENO);
	c->file = dup(fileno(f));
	fclose(f);
	dup2(c->file, STDERR_FILENO);
}

static inline void
capture_end(struct capture *c)
{
	ssize_t n;

	fflush(stderr);
	dup2(c->saved, STDERR_FILENO);
	close(c->saved);
	c->text = capture_room();
	n = pread(c->file, c->text, 64 * 1024 - 1, 0);
	close(c->file);
	c->len = n < 0 ? 0 : (size_t)n;
	c->text[c->len] = '\0';
}

/* The signal that ends fn in a child process; 0 when it returned. Its stderr is thrown away. */
static inline int
signal_of(void (*fn)(void *), void *arg)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct rlimit none = { 0, 0 };
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDERR_FILENO);
		setrlimit(RLIMIT_CORE, &none);
		for (int s = 1; s < 32; s++)
			signal(s, SIG_DFL);	/* cmocka's and the sanitizers' handlers */
		fn(arg);
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status) != 0 ? -1 : 0;
}

#endif
