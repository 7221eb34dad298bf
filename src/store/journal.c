/*
 * One table. Each function is one statement, and so one transaction; nothing here
 * parks. The database is made on the first write (store/database.h).
 */
#include "store/journal.h"

#include "base/clock.h"
#include "store/database.h"

#include <string.h>

struct journal {
	char *dir;
	sqlite3 *db;
};

enum { SCHEMA_VERSION = 1 };

static const char schema[] =
    "PRAGMA synchronous=FULL;"
    "CREATE TABLE IF NOT EXISTS journal("
    " id TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, principal TEXT NOT NULL, tool TEXT NOT NULL, site TEXT NOT NULL,"
    " method TEXT NOT NULL, path TEXT NOT NULL, body TEXT, target TEXT, before TEXT,"
    " state INTEGER NOT NULL, settled_ms INTEGER, outcome TEXT);"
    "CREATE INDEX IF NOT EXISTS journal_at ON journal(at_ms);";

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

static int
journal_open(struct journal *j, struct err *e)
{
	static const struct database journal = { .file = "journal.db", .what = "journal", .schema = schema,
		.version = SCHEMA_VERSION };

	return j->db != NULL ? 0 : database_open(j->dir, &journal, &j->db, e);
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
