#include "base/file.h"

#include "base/env.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int
read_all(int fd, char *data, size_t max, size_t *ret_len)
{
	size_t len = 0;

	while (len < max) {
		ssize_t n = read(fd, data + len, max - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return 0;
}

char *
file_read(struct arena *a, const char *path, size_t max, enum file_need need, size_t *ret_len, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);	/* a named pipe must not make us wait */
	char *data = NULL;
	struct stat st;
	size_t len;

	if (fd < 0) {
		err_set(e, ERR_CONFIG, "%s can't be read: %s.", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		err_set(e, ERR_CONFIG, "%s is not a file.", path);
	} else if (need == FILE_PRIVATE && (st.st_mode & 077) != 0) {
		err_set(e, ERR_CONFIG, "%s can be read by others.", path);
		err_hint(e, "Make it private: chmod 600 %s", path);
	} else if ((size_t)st.st_size > max) {
		err_set(e, ERR_CONFIG, "%s is larger than %zu bytes.", path, max);
	} else {
		data = arena_alloc(a, max + 1 < (size_t)st.st_size + 1 ? max + 1 : (size_t)st.st_size + 1);
		if (read_all(fd, data, (size_t)st.st_size, &len) == -1) {
			err_set(e, ERR_CONFIG, "%s can't be read: %s.", path, strerror(errno));
			data = NULL;
		} else if (ret_len != NULL) {
			*ret_len = len;
		}
	}
	close(fd);
	return data;
}

bool
file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* mkdir failed: is it because a directory is there? errno says why not. */
static bool
is_dir(const char *path)
{
	int why = errno;
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return true;
	errno = why == EEXIST ? ENOTDIR : why;
	return false;
}

int
file_make_dir(const char *path, struct err *e)
{
	struct arena *a = arena_new();
	char *part = arena_strdup(a, path);
	int result = 0;

	for (char *p = part + 1; result == 0; p++) {
		char was = *p;

		if (was != '/' && was != '\0')
			continue;
		*p = '\0';
		if (mkdir(part, 0700) != 0 && !is_dir(part))
			result = err_set(e, ERR_CONFIG, "The directory %s can't be made: %s.", part, strerror(errno));
		*p = was;
		if (was == '\0')
			break;
	}
	arena_free(a);
	return result;
}

int
file_lock_dir(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return err_set(e, ERR_CONFIG, "The directory %s can't be used: %s.", path, strerror(errno));
	while (flock(fd, LOCK_EX) != 0) {
		if (errno == EINTR)
			continue;
		err_set(e, ERR_CONFIG, "The directory %s can't be locked: %s.", path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static bool
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

int
file_write(const char *path, const char *data, size_t len, unsigned mode, struct err *e)
{
	struct arena *a = arena_new();
	char *temporary = arena_printf(a, "%s.XXXXXX", path);
	int fd = mkstemp(temporary), result = 0;
	bool written = fd != -1 && write_all(fd, data, len) && fchmod(fd, (mode_t)mode) == 0;

	if (fd != -1 && close(fd) != 0)
		written = false;
	if (!written || rename(temporary, path) != 0) {
		result = err_set(e, ERR_CONFIG, "%s can't be written: %s.", path, strerror(errno));
		if (fd != -1)
			unlink(temporary);
	}
	arena_free(a);
	return result;
}

const char *
file_create_in(struct arena *a, const char *dir, const char *name, const void *data, size_t len, struct err *e)
{
	int at = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), fd = -1;
	const char *dot = strrchr(name, '.'), *try = name;

	if (at < 0) {
		err_set(e, ERR_USAGE, "%s is not a directory that can be written to: %s.", dir, strerror(errno));
		return NULL;
	}
	dot = dot == NULL || dot == name ? name + strlen(name) : dot;
	for (int i = 2; i < 1000; i++) {
		fd = openat(at, try, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST)
			break;
		try = arena_printf(a, "%.*s-%d%s", (int)(dot - name), name, i, dot);
	}
	if (fd < 0 || !write_all(fd, data, len)) {
		err_set(e, ERR_USAGE, "%s/%s can't be written: %s.", dir, try, strerror(errno));
		try = NULL;
	}
	if (fd >= 0)
		close(fd);
	close(at);
	return try;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct file_entry *)a)->name, ((const struct file_entry *)b)->name);
}

struct file_entry *
file_list(struct arena *a, const char *path, size_t max, size_t *ret_count, struct err *e)
{
	struct file_entry *list = arena_array(a, max + 1, sizeof(*list));
	DIR *d = opendir(path);
	struct dirent *entry;
	struct stat st;
	size_t n = 0;

	if (d == NULL) {
		err_set(e, ERR_CONFIG, "The directory %s can't be read: %s.", path, strerror(errno));
		return NULL;
	}
	while ((entry = readdir(d)) != NULL && n <= max) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (n == max) {
			closedir(d);
			err_set(e, ERR_CONFIG, "The directory %s holds more than %zu files.", path, max);
			return NULL;
		}
		list[n].name = arena_strdup(a, entry->d_name);
		list[n++].dir = fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
	}
	closedir(d);
	qsort(list, n, sizeof(*list), by_name);
	*ret_count = n;
	return list;
}

int
file_open_append(const char *path, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW, 0600);

	if (fd < 0)
		return err_set(e, ERR_CONFIG, "%s can't be written: %s.", path, strerror(errno));
	return fd;
}

static const char *
user_dir(struct arena *a, const char *variable, const char *in_home)
{
	const char *dir = env_get(variable), *home = env_get("HOME");

	if (dir != NULL && dir[0] == '/')
		return arena_printf(a, "%s/telamon", dir);
	if (home != NULL && home[0] == '/')
		return arena_printf(a, "%s/%s/telamon", home, in_home);
	return NULL;
}

const char *
file_config_dir(struct arena *a)
{
	return user_dir(a, "XDG_CONFIG_HOME", ".config");
}

const char *
file_state_dir(struct arena *a)
{
	return user_dir(a, "XDG_STATE_HOME", ".local/state");
}
