/* Whole small files, and the directories of the user. Only this module opens files (and SQLite its own). */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum file_need {
	FILE_ANY,
	FILE_PRIVATE,	/* refuses a file that others can read (mode beyond 0600) */
};

/* The content, NUL-terminated, in the arena. NULL and e set (ERR_CONFIG) when it can't be read, is larger
 * than max, or is not private enough. ret_len may be NULL. */
char *file_read(struct arena *, const char *path, size_t max, enum file_need, size_t *ret_len, struct err *);
bool file_exists(const char *path);

/* Makes the directory and its parents with mode 0700; an existing one is left alone. */
int file_make_dir(const char *path, struct err *) ATTR_MUST;
/* Writes the whole file in one step: whoever reads it finds the old content or the new one. mode as in chmod. */
int file_write(const char *path, const char *data, size_t len, unsigned mode, struct err *) ATTR_MUST;
/* Names in a directory, sorted; neither "." nor "..", at most max. NULL and e set (ERR_CONFIG). In the arena. */
struct file_entry {
	const char *name;
	bool dir;		/* a directory itself, not a link to one */
};
struct file_entry *file_list(struct arena *, const char *path, size_t max, size_t *ret_count, struct err *);
/* Opens for appending with mode 0600; -1 and e set. The caller closes it. */
int file_open_append(const char *path, struct err *) ATTR_MUST;

/*
 * Writes a new file with mode 0600 into an existing directory that is no symbolic link. Nothing is overwritten and no link is
 * followed: when the name is taken, "name-2.txt" and so on. name must hold no '/'. The name that it got, or NULL and e set.
 */
const char *file_create_in(struct arena *, const char *dir, const char *name, const void *data, size_t len, struct err *);

/* Waits until no other process holds this directory's lock, and holds it until the caller closes what is returned.
 * -1 and e set. For moments, not for waiting: the whole process stands still. */
int file_lock_dir(const char *path, struct err *) ATTR_MUST;

/* $XDG_CONFIG_HOME/telamon or ~/.config/telamon; $XDG_STATE_HOME/telamon or ~/.local/state/telamon.
 * NULL when neither the variable nor HOME is set. */
const char *file_config_dir(struct arena *);
const char *file_state_dir(struct arena *);

#endif
