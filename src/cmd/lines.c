/* A limit for each line and each answer; a line that is not JSON is answered with the parser's message. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "cmd/lines.h"
#include "text/doc.h"

#include <stdio.h>

enum { LINE_LIMIT = 8 * DOC_MAX_BYTES };	/* two documents and their escapes */

void
line_error(struct jw *answer, const char *message, size_t at)
{
	jw_str(answer, "error", message);
	jw_int(answer, "at", (int64_t)at);
}

static void
answer_line(line_fn *fn, const void *job, const struct buf *line, struct buf *out)
{
	struct arena *a = arena_new();
	struct jw w;
	struct err e;
	json *v;

	err_init(&e, a);
	jw_init(&w, out);
	jw_obj(&w);
	if (buf_overflowed(line))
		line_error(&w, "The line is too long.", LINE_LIMIT);
	else if ((v = json_parse(a, line->data, line->len, JSON_TRUSTED, &e)) == NULL)
		line_error(&w, err_text(&e), 0);
	else
		fn(job, a, v, &w);
	jw_end(&w);
	if (buf_overflowed(out)) {
		buf_reset(out);
		jw_init(&w, out);
		jw_obj(&w);
		line_error(&w, "The answer is too long.", 0);
		jw_end(&w);
	}
	buf_addc(out, '\n');
	arena_free(a);
}

int
lines_answer(line_fn *fn, const void *job)
{
	struct buf line, out;
	int c;

	buf_init(&line, LINE_LIMIT);
	buf_init(&out, LINE_LIMIT);
	do {
		while ((c = getc_unlocked(stdin)) != EOF && c != '\n')
			buf_addc(&line, (char)c);
		if (c == '\n' || line.len > 0) {
			answer_line(fn, job, &line, &out);
			fwrite(out.data, 1, out.len, stdout);
			fflush(stdout);
			buf_reset(&line);
			buf_reset(&out);
		}
	} while (c != EOF);
	buf_release(&line);
	buf_release(&out);
	return ferror(stdin) || ferror(stdout) ? 1 : 0;
}
