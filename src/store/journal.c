/*
 * One table. Each function is one statement, and so one transaction; nothing here
 * parks. The database is made on the first write, with its directory, under a umask
 * that keeps others out; one that others can reach, or that a newer program wrote, is refused.
 */
#include "store/journal.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/sqlite_api.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct journal {
	char *dir;
	sqlite3 *db;
};

enum { SCHEMA_VERSION = 1 };

static const char schema[] =
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS journal("
    " id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, principal TEXT NOT NULL, tool TEXT NOT NULL, site TEXT NOT NULL,"
    " method TEXT NOT NULL, path TEXT NOT NULL, body TEXT, target TEXT, before TEXT,"
    " state INTEGER NOT NULL, settled_ms INTEGER, outcome TEXT);"
    "CREATE INDEX IF NOT EXISTS journal_at ON journal(at_ms);"
    "PRAGMA user_version=1;";

static const char *const state_names[] = { "intent", "done", "failed", "unknown" };

const char *
journal_state_name(enum journal_state s)
{
	return state_names[s];
}

struct journal *
journal_new(const char *dir)
{
	struct journal *j = mem_alloc(sizeof(*j));

	j->dir = dir == NULL ? NULL : mem_strdup(dir);
	return j;
}

void
journal_free(struct journal *j)
{
	if (j == NULL)
		return;
	if (j->db != NULL)
		sqlite.close_v2(j->db);
	mem_free(j->dir);
	mem_free(j);
}

static int
db_error(struct journal *j, struct err *e)
{
	err_set(e, ERR_CONFIG, "The journal in %s can't be written: %s.", j->dir, sqlite.errmsg(j->db));
	err_hint(e, "Nothing was sent. Free space or permissions there, or set TELAMON_STATE_DIR.");
	return -1;
}

/* A file that is there already must be ours alone; a link in its place is refused by SQLite itself. */
static int
check_private(const char *path, struct err *e)
{
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_uid == geteuid() && (st.st_mode & 077) == 0))
		return 0;
	err_set(e, ERR_CONFIG, "The journal %s can be read or written by others.", path);
	err_hint(e, "Nothing was sent. Make it private: chmod 600 %s", path);
	return -1;
}

static int
check_version(struct journal *j, struct err *e)
{
	sqlite3_stmt *s;
	int64_t version = 0;

	if (sqlite.prepare_v2(j->db, "PRAGMA user_version", -1, &s, NULL) != SQLITE_OK)
		return db_error(j, e);
	if (sqlite.step(s) == SQLITE_ROW)
		version = sqlite.column_int64(s, 0);
	sqlite.finalize(s);
	if (version <= SCHEMA_VERSION)
		return 0;
	err_set(e, ERR_CONFIG, "The journal in %s was written by a newer telamon.", j->dir);
	err_hint(e, "Nothing was sent. Use the newer telamon, or another TELAMON_STATE_DIR.");
	return -1;
}

static int
open_database(struct journal *j, const char *path, struct err *e)
{
	mode_t was;
	int rc, result = 0;

	if (check_private(path, e) == -1)
		return -1;
	was = umask(077);
	rc = sqlite.open_v2(path, &j->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL);
	if (rc == SQLITE_OK) {
		sqlite.busy_timeout(j->db, 2000);
		result = check_version(j, e);
		if (result == 0)
			rc = sqlite.exec(j->db, schema, NULL, NULL, NULL);
	}
	umask(was);
	if (rc != SQLITE_OK)
		result = db_error(j, e);
	if (result == -1) {
		sqlite.close_v2(j->db);
		j->db = NULL;
	}
	return result;
}

static int
journal_open(struct journal *j, struct err *e)
{
	char real[PATH_MAX];
	struct arena *a;
	int result, lock;

	if (j->db != NULL)
		return 0;
	if (j->dir == NULL) {
		err_set(e, ERR_CONFIG, "There is no place for the journal of writes.");
		err_hint(e, "Set TELAMON_STATE_DIR, XDG_STATE_HOME or HOME.");
		return -1;
	}
	if (sqlite_load(e) == -1)
		return -1;
	if (file_make_dir(j->dir, e) == -1) {
		err_hint(e, "Nothing was sent. Set TELAMON_STATE_DIR to a directory that can be written.");
		return -1;
	}
	/* SQLITE_OPEN_NOFOLLOW minds links in the whole path; only one in the file's own place is an attack */
	if (realpath(j->dir, real) == NULL) {
		err_set(e, ERR_CONFIG, "The directory %s can't be used: %s.", j->dir, strerror(errno));
		err_hint(e, "Nothing was sent. Set TELAMON_STATE_DIR to a directory that can be written.");
		return -1;
	}
	/* two that make the database at once: SQLite refuses one of them at the change to WAL, without waiting */
	lock = file_lock_dir(real, e);
	if (lock == -1) {
		err_hint(e, "Nothing was sent. Set TELAMON_STATE_DIR to a directory on another file system.");
		return -1;
	}
	a = arena_new();
	result = open_database(j, arena_printf(a, "%s/journal.db", real), e);
	arena_free(a);
	close(lock);
	return result;
}

static void
bind(sqlite3_stmt *s, int at, const char *text)
{
	if (text != NULL)	/* an unbound parameter is NULL */
		sqlite.bind_text(s, at, text, -1, SQLITE_STATIC);
}

static int
finish(struct journal *j, sqlite3_stmt *s, struct err *e)
{
	int rc = sqlite.step(s);

	sqlite.finalize(s);
	return rc == SQLITE_DONE ? 0 : db_error(j, e);
}

int
journal_intend(struct journal *j, const struct journal_entry *n, struct err *e)
{
	sqlite3_stmt *s;

	if (journal_open(j, e) == -1)
		return -1;
	if (sqlite.prepare_v2(j->db, "INSERT INTO journal(id, at_ms, principal, tool, site, method, path, body, target,"
	    " before, state) VALUES(?,?,?,?,?,?,?,?,?,?,0)", -1, &s, NULL) != SQLITE_OK)
		return db_error(j, e);
	bind(s, 1, n->id);
	sqlite.bind_int64(s, 2, n->at_ms);
	bind(s, 3, n->principal);
	bind(s, 4, n->tool);
	bind(s, 5, n->site);
	bind(s, 6, n->method);
	bind(s, 7, n->path);
	bind(s, 8, n->body);
	bind(s, 9, n->target);
	bind(s, 10, n->before);
	return finish(j, s, e);
}

int
journal_settle(struct journal *j, const char *id, enum journal_state state, const char *target, const char *outcome,
    struct err *e)
{
	sqlite3_stmt *s;

	if (journal_open(j, e) == -1)
		return -1;
	if (sqlite.prepare_v2(j->db, "UPDATE journal SET state = ?2, target = coalesce(?3, target), outcome = ?4,"
	    " settled_ms = ?5 WHERE id = ?1", -1, &s, NULL) != SQLITE_OK)
		return db_error(j, e);
	bind(s, 1, id);
	sqlite.bind_int64(s, 2, state);
	bind(s, 3, target);
	bind(s, 4, outcome);
	sqlite.bind_int64(s, 5, clock_wall_ms());
	if (finish(j, s, e) == -1)
		return -1;
	if (sqlite.changes(j->db) == 0)
		return err_set(e, ERR_INTERNAL, "The journal in %s has no entry %s.", j->dir, id);
	return 0;
}

static const char *
column(struct arena *a, sqlite3_stmt *s, int at)
{
	return arena_strdup(a, (const char *)sqlite.column_text(s, at));
}

int
journal_list(struct journal *j, struct arena *a, size_t max, struct journal_entry **ret, size_t *ret_count, struct err *e)
{
	struct journal_entry *list = arena_array(a, max + 1, sizeof(*list));
	sqlite3_stmt *s;
	size_t n = 0;
	int rc;

	if (journal_open(j, e) == -1)
		return -1;
	if (sqlite.prepare_v2(j->db, "SELECT id, at_ms, principal, tool, site, method, path, body, target, before, state,"
	    " outcome FROM journal ORDER BY at_ms DESC, rowid DESC LIMIT ?", -1, &s, NULL) != SQLITE_OK)
		return db_error(j, e);
	sqlite.bind_int64(s, 1, (sqlite3_int64)max);
	while ((rc = sqlite.step(s)) == SQLITE_ROW && n < max) {
		list[n++] = (struct journal_entry){
			.id = column(a, s, 0), .at_ms = sqlite.column_int64(s, 1), .principal = column(a, s, 2),
			.tool = column(a, s, 3), .site = column(a, s, 4), .method = column(a, s, 5),
			.path = column(a, s, 6), .body = column(a, s, 7), .target = column(a, s, 8),
			.before = column(a, s, 9), .state = (enum journal_state)sqlite.column_int64(s, 10),
			.outcome = column(a, s, 11),
		};
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		err_set(e, ERR_CONFIG, "The journal in %s can't be read: %s.", j->dir, sqlite.errmsg(j->db));
		sqlite.finalize(s);
		return -1;
	}
	sqlite.finalize(s);
	*ret = list;
	*ret_count = n;
	return 0;
}
