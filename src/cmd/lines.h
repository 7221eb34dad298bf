/*
 * --lines of a command: one JSON value a line on stdin, one JSON object a line on stdout,
 * {"ok": ...} or {"error": MESSAGE, "at": BYTE}.
 */
#ifndef CMD_LINES_H
#define CMD_LINES_H

#include "json/json.h"
#include "json/writer.h"

struct arena;

/* Writes the members of one answer. The arena lives as long as the line. */
typedef void line_fn(const void *job, struct arena *, json *value, struct jw *answer);

void line_error(struct jw *answer, const char *message, size_t at);	/* at: where in the text, in bytes */

/* Answers every line in its turn, flushed at once. Returns the exit code: 1 when stdin or stdout failed. */
int lines_answer(line_fn *fn, const void *job);

#endif
