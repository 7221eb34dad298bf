/* directory -> its lock -> the file, checked -> WAL, version, schema -> the lock is let go. */
#include "store/database.h"

#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_MS = 2000 };

static int
no_place(const char *dir, const struct database *d, struct err *e)
{
	err_set(e, ERR_CONFIG, "The directory %s can't be used for the %s: %s.", dir, d->what, strerror(errno));
	err_hint(e, "Nothing was sent. Set TELAMON_STATE_DIR to a directory that can be written.");
	return -1;
}

/* A file that is there already must be ours alone; a link in its place is refused by SQLite itself. */
static int
check_private(const char *path, const struct database *d, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_uid == geteuid() && (st.st_mode & 077) == 0))
		return 0;
	err_set(e, ERR_CONFIG, "The %s %s can be read or written by others.", d->what, path);
	err_hint(e, "Nothing was sent. Make it private: chmod 600 %s", path);
	return -1;
}

static int
fail(sqlite3 *db, const char *dir, const struct database *d, struct err *e)
{
	err_set(e, ERR_CONFIG, "The %s in %s can't be written: %s.", d->what, dir, sqlite.errmsg(db));
	err_hint(e, "Nothing was sent. Free space or permissions there, or set TELAMON_STATE_DIR.");
	return -1;
}

static int
check_version(sqlite3 *db, const char *dir, const struct database *d, struct err *e)
{
	sqlite3_stmt *s;
	int64_t version = 0;

	if (sqlite.prepare_v2(db, "PRAGMA user_version", -1, &s, NULL) != SQLITE_OK)
		return fail(db, dir, d, e);
	if (sqlite.step(s) == SQLITE_ROW)
		version = sqlite.column_int64(s, 0);
	sqlite.finalize(s);
	if (version <= d->version)
		return 0;
	err_set(e, ERR_CONFIG, "The %s in %s was written by a newer telamon.", d->what, dir);
	err_hint(e, "Nothing was sent. Use the newer telamon, or another TELAMON_STATE_DIR.");
	return -1;
}

static int
prepare(sqlite3 *db, const char *dir, const struct database *d, struct arena *a, struct err *e)
{
	const char *stamp = arena_printf(a, "PRAGMA user_version=%d", d->version);

	sqlite.busy_timeout(db, BUSY_MS);
	if (check_version(db, dir, d, e) == -1)
		return -1;
	if (sqlite.exec(db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite.exec(db, d->schema, NULL, NULL, NULL) != SQLITE_OK || sqlite.exec(db, stamp, NULL, NULL, NULL) != SQLITE_OK)
		return fail(db, dir, d, e);
	return 0;
}

static int
open_file(const char *dir, const char *path, const struct database *d, struct arena *a, sqlite3 **ret, struct err *e)
{
	mode_t was;
	sqlite3 *db;
	int result;

	if (check_private(path, d, e) == -1)
		return -1;
	was = umask(077);
	if (sqlite.open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL) == SQLITE_OK)
		result = prepare(db, dir, d, a, e);
	else
		result = fail(db, dir, d, e);
	umask(was);
	if (result == -1)
		sqlite.close_v2(db);
	else
		*ret = db;
	return result;
}

int
database_open(const char *dir, const struct database *d, sqlite3 **ret, struct err *e)
{
	char real[PATH_MAX];
	struct arena *a;
	int result, lock;

	if (dir == NULL) {
		err_set(e, ERR_CONFIG, "There is no place for the %s.", d->what);
		err_hint(e, "Set TELAMON_STATE_DIR, XDG_STATE_HOME or HOME.");
		return -1;
	}
	if (sqlite_load(e) == -1)
		return -1;
	if (file_make_dir(dir, e) == -1) {
		err_hint(e, "Nothing was sent. Set TELAMON_STATE_DIR to a directory that can be written.");
		return -1;
	}
	/* SQLITE_OPEN_NOFOLLOW minds links in the whole path; only one in the file's own place is an attack */
	if (realpath(dir, real) == NULL)
		return no_place(dir, d, e);
	/* two that make the database at once: SQLite refuses one of them at the change to WAL, without waiting */
	lock = file_lock_dir(real, e);
	if (lock == -1) {
		err_hint(e, "Nothing was sent. Set TELAMON_STATE_DIR to a directory on another file system.");
		return -1;
	}
	a = arena_new();
	result = open_file(dir, arena_printf(a, "%s/%s", real, d->file), d, a, ret, e);
	arena_free(a);
	close(lock);
	return result;
}
