/*
 * The answer of a tool: Markdown for models, a table for terminals, or JSON, from the
 * same calls. It is built as a small tree in the call's arena and rendered once, within
 * a budget of bytes; what did not fit is named in the answer together with how to go on.
 *
 *	out_title(o, "OPS-7", "Login fails on Safari");
 *	out_pair(o, "Status", "In Progress");		NULL values are left out
 *	out_table(o, "issues", "Key", "Status", NULL);
 *	out_row(o, "OPS-1", "Done");			as many values as columns
 *	out_text(o, "Description", markdown);
 *
 * Text of other people is cleaned of invisible and direction-changing characters here,
 * in the one place through which every answer goes.
 */
#ifndef TOOLS_OUT_H
#define TOOLS_OUT_H

#include "base/arena.h"
#include "base/buf.h"

#include <stddef.h>

enum out_format { OUT_MARKDOWN, OUT_TABLE, OUT_JSON };
enum { OUT_DEFAULT_BUDGET = 9000, OUT_MAX_BUDGET = 4 * 1024 * 1024, OUT_MAX_COLUMNS = 16 };

struct out;

struct out *out_new(struct arena *, enum out_format, size_t budget_bytes);
size_t out_budget(const struct out *);		/* bytes that the reader will see; a terminal has no limit */

/* A statement that the reader gets first: "Created OPS-212." One line; may be repeated. */
void out_say(struct out *, const char *fmt, ...) ATTR_PRINTF(2, 3);
/* The object that the answer is about. id is its JSON member "key". */
void out_title(struct out *, const char *id, const char *title);
void out_pair(struct out *, const char *label, const char *value);
void out_pairf(struct out *, const char *label, const char *fmt, ...) ATTR_PRINTF(3, 4);
/* Begins a table; columns end with NULL. name is the JSON member. */
void out_table(struct out *, const char *name, ...) __attribute__((sentinel));
void out_row(struct out *, ...);	/* const char * for each column; NULL: empty */
/* A section of Markdown under a heading. Cut at a line when the budget ends. */
void out_text(struct out *, const char *heading, const char *markdown);
/* An entry of a list of texts with a head line: a comment. name groups them in JSON. */
void out_entry(struct out *, const char *name, const char *heading, const char *who, const char *when,
    const char *markdown);
/* How to get what comes after this answer: "More: call again with page_token=...". The parts become JSON members. */
void out_more(struct out *, const char *argument, const char *value, const char *left);

/*
 * Bytes beside the text: an image that the client shows, or a file. The text gets a line about it. name: what people
 * call it; data is not copied. At most OUT_MAX_BLOBS and OUT_MAX_BLOB_BYTES together: -1 and nothing added.
 */
struct out_blob {
	const char *name, *mime, *data;
	size_t len;
	struct out_blob *next;
};
enum { OUT_MAX_BLOBS = 20, OUT_MAX_BLOB_BYTES = 8 * 1024 * 1024 };
int out_blob(struct out *, const char *name, const char *mime, const char *data, size_t len) ATTR_MUST;
const struct out_blob *out_blobs(const struct out *);	/* NULL: none */

/* About how many bytes still fit behind what was added so far. */
size_t out_room(const struct out *);

/* Renders; the text lives in the arena. */
const char *out_render(struct out *, size_t *ret_len);

/* Appends s without control (but tab and newline), invisible and bidirectional-override characters. */
void out_clean(struct buf *, const char *s, size_t len);

#endif
