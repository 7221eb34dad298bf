/*
 * Memory first: a ring of the newest entries, looked through by key. The file is asked for what memory lacks, and only
 * by those who put something there or look for it.
 */
#include "store/cache.h"

#include "base/log.h"
#include "base/str.h"
#include "store/database.h"

#include <stdbool.h>
#include <string.h>

struct entry {
	char *owner, *key, *text;	/* owner NULL: free */
	int64_t expires_ms;
};

struct cache {
	char *dir;
	sqlite3 *db;
	bool broken;			/* the file is of no use; said once */
	struct entry list[CACHE_MAX_MEMORY];
	size_t next;			/* is overwritten next */
};

static const struct database file = {
	.file = "cache.db", .what = "cache", .version = 1,
	.schema = "PRAGMA synchronous=NORMAL;"
	    "CREATE TABLE IF NOT EXISTS cache(owner TEXT NOT NULL, key TEXT NOT NULL, text TEXT NOT NULL,"
	    " expires_ms INTEGER NOT NULL, PRIMARY KEY(owner, key)) WITHOUT ROWID;",
};

struct cache *
cache_new(const char *dir)
{
	struct cache *c = mem_alloc(sizeof(*c));

	c->dir = dir == NULL ? NULL : mem_strdup(dir);
	c->broken = dir == NULL;
	return c;
}

static void
clear(struct entry *e)
{
	mem_free(e->owner);
	mem_free(e->key);
	mem_free(e->text);
	*e = (struct entry){ .owner = NULL };
}

void
cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < LEN(c->list); i++)
		clear(&c->list[i]);
	if (c->db != NULL)
		sqlite.close_v2(c->db);
	mem_free(c->dir);
	mem_free(c);
}

static void
give_up(struct cache *c, const char *why)
{
	c->broken = true;
	log_event(LOG_WARN, "cache_off", LOG_S("why", why), LOG_S("dir", c->dir));
}

static bool
open_file(struct cache *c)
{
	struct arena *a;
	struct err e;

	if (c->db != NULL || c->broken)
		return c->db != NULL;
	a = arena_new();
	err_init(&e, a);
	if (database_open(c->dir, &file, &c->db, &e) == -1)
		give_up(c, e.message);
	arena_free(a);
	return c->db != NULL;
}

/* A statement with owner and key bound; NULL when the file is of no use. */
static sqlite3_stmt *
statement(struct cache *c, const char *sql, const char *owner, const char *key)
{
	sqlite3_stmt *s;

	if (!open_file(c))
		return NULL;
	if (sqlite.prepare_v2(c->db, sql, -1, &s, NULL) != SQLITE_OK) {
		give_up(c, sqlite.errmsg(c->db));
		sqlite.close_v2(c->db);
		c->db = NULL;
		return NULL;
	}
	if (owner != NULL)
		sqlite.bind_text(s, 1, owner, -1, SQLITE_STATIC);
	if (key != NULL)
		sqlite.bind_text(s, 2, key, -1, SQLITE_STATIC);
	return s;
}

static void
finish(struct cache *c, sqlite3_stmt *s)
{
	if (s == NULL)
		return;
	if (sqlite.step(s) != SQLITE_DONE)
		log_event(LOG_WARN, "cache_write", LOG_S("why", sqlite.errmsg(c->db)));
	sqlite.finalize(s);
}

static struct entry *
find(struct cache *c, const char *owner, const char *key)
{
	for (size_t i = 0; i < LEN(c->list); i++) {
		struct entry *e = &c->list[i];

		if (e->owner != NULL && strcmp(e->key, key) == 0 && strcmp(e->owner, owner) == 0)
			return e;
	}
	return NULL;
}

static void
remember(struct cache *c, const char *owner, const char *key, const char *text, int64_t expires_ms)
{
	struct entry *e = find(c, owner, key);

	if (e == NULL) {
		e = &c->list[c->next];
		c->next = (c->next + 1) % LEN(c->list);
	}
	clear(e);
	*e = (struct entry){ mem_strdup(owner), mem_strdup(key), mem_strdup(text), expires_ms };
}

const char *
cache_get(struct cache *c, struct arena *a, const char *owner, const char *key, int64_t now_ms)
{
	const struct entry *e = find(c, owner, key);
	const char *text = NULL;
	sqlite3_stmt *s;

	if (e != NULL)
		return e->expires_ms > now_ms ? arena_strdup(a, e->text) : NULL;
	s = statement(c, "SELECT text, expires_ms FROM cache WHERE owner = ?1 AND key = ?2 AND expires_ms > ?3", owner, key);
	if (s == NULL)
		return NULL;
	sqlite.bind_int64(s, 3, now_ms);
	if (sqlite.step(s) == SQLITE_ROW) {
		text = arena_strdup(a, (const char *)sqlite.column_text(s, 0));
		remember(c, owner, key, text, sqlite.column_int64(s, 1));
	}
	sqlite.finalize(s);
	return text;
}

void
cache_put(struct cache *c, const char *owner, const char *key, const char *text, int64_t expires_ms,
    enum cache_place place)
{
	sqlite3_stmt *s;

	if (strlen(text) > CACHE_MAX_TEXT)
		return;
	remember(c, owner, key, text, expires_ms);
	if (place == CACHE_MEMORY)
		return;
	s = statement(c, "INSERT OR REPLACE INTO cache(owner, key, text, expires_ms) VALUES(?1, ?2, ?3, ?4)", owner, key);
	if (s == NULL)
		return;
	sqlite.bind_text(s, 3, text, -1, SQLITE_STATIC);
	sqlite.bind_int64(s, 4, expires_ms);
	finish(c, s);
	s = statement(c, "DELETE FROM cache WHERE (owner, key) IN (SELECT owner, key FROM cache ORDER BY expires_ms DESC"
	    " LIMIT -1 OFFSET ?1)", NULL, NULL);
	if (s != NULL)
		sqlite.bind_int64(s, 1, CACHE_MAX_ROWS);
	finish(c, s);
}

void
cache_drop(struct cache *c, const char *owner)
{
	for (size_t i = 0; i < LEN(c->list); i++) {
		if (c->list[i].owner != NULL && strcmp(c->list[i].owner, owner) == 0)
			clear(&c->list[i]);
	}
	finish(c, statement(c, "DELETE FROM cache WHERE owner = ?1", owner, NULL));
}
