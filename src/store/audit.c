/*
 * A line is written with one write(2) on a file opened for appending, so processes share
 * it. Names that others choose are cut, so that a line always fits; what a full disk left
 * of a line is ended before the next one.
 */
#include "store/audit.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "json/writer.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

struct audit {
	int fd;		/* -1: off */
	bool cut;	/* the last line stands there without its end */
	char *where;
};

enum { MAX_LINE = 8192, MAX_NAME = 200 };

struct audit *
audit_new(const char *where, struct err *e)
{
	struct audit *a = mem_alloc(sizeof(*a));

	a->where = mem_strdup(where);
	a->fd = str_eq(where, "off") ? -1 : str_eq(where, "stderr") ? STDERR_FILENO : file_open_append(where, e);
	if (a->fd == -1 && !str_eq(where, "off")) {
		err_hint(e, "Set audit (TELAMON_AUDIT) to a file that can be written, stderr or off.");
		audit_free(a);
		return NULL;
	}
	return a;
}

void
audit_free(struct audit *a)
{
	if (a == NULL)
		return;
	if (a->fd > STDERR_FILENO)
		close(a->fd);
	mem_free(a->where);
	mem_free(a);
}

static void
optional(struct jw *w, const char *key, const char *value)
{
	char room[MAX_NAME + 4];
	size_t n;

	if (value == NULL)
		return;
	n = strnlen(value, MAX_NAME + 1);
	if (n > MAX_NAME) {
		n = utf8_cut(value, n, MAX_NAME);
		memcpy(room, value, n);
		memcpy(room + n, "...", 4);
		value = room;
	}
	jw_str(w, key, value);
}

static int
write_line(struct audit *a, const struct buf *line, struct err *e)
{
	ssize_t n;

	if (buf_overflowed(line))
		return err_set(e, ERR_INTERNAL, "The audit line is too long.");
	if (a->cut && write(a->fd, "\n", 1) == 1)
		a->cut = false;
	n = a->cut ? -1 : write(a->fd, line->data, line->len);
	if (n == (ssize_t)line->len)
		return 0;
	a->cut = a->cut || n > 0;
	return err_set(e, ERR_INTERNAL, "The audit line could not be written to %s: %s.", a->where,
	    n < 0 ? strerror(errno) : "No space left");
}

int
audit_write(struct audit *a, const struct audit_event *ev, struct err *e)
{
	struct arena *arena;
	struct buf line;
	struct jw w;
	int result;

	if (a->fd == -1)
		return 0;
	arena = arena_new();
	buf_init(&line, MAX_LINE);
	jw_init(&w, &line);
	jw_obj(&w);
	jw_str(&w, "audit", clock_iso(arena, clock_wall_ms()));
	jw_str(&w, "call", ev->call_id);
	optional(&w, "principal", ev->principal);
	optional(&w, "client", ev->client);
	optional(&w, "tool", ev->tool);
	optional(&w, "effect", ev->effect);
	optional(&w, "target", ev->target);
	optional(&w, "journal", ev->journal_id);
	jw_str(&w, "outcome", ev->outcome);
	if (ev->http_status != 0)
		jw_int(&w, "http", ev->http_status);
	jw_int(&w, "requests", ev->upstream_requests);
	jw_int(&w, "total_us", ev->total_us);
	jw_int(&w, "upstream_us", ev->upstream_us);
	jw_int(&w, "queue_us", ev->queue_us);
	jw_int(&w, "bytes", (int64_t)ev->answer_bytes);
	jw_end(&w);
	buf_addc(&line, '\n');
	result = write_line(a, &line, e);
	buf_release(&line);
	arena_free(arena);
	return result;
}
