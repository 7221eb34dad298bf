/*
 * REST calls to a site. Reads are repeated as net/http.h says; every write goes
 * through rest_write, the one door to changing anything at Atlassian.
 *
 * An answer that is not success becomes the call's error: kind by status, Atlassian's
 * own messages inside, and what to do next. A body that is not JSON is never shown.
 */
#ifndef ATLASSIAN_REST_H
#define ATLASSIAN_REST_H

#include "atlassian/site.h"
#include "json/json.h"
#include "net/call.h"

#include <stdbool.h>
#include <stddef.h>

struct rest_req {
	const char *method;	/* NULL: GET */
	const char *path;	/* made by rest_path; NULL: the call already holds the error */
	const char *body;	/* JSON text; a POST that only reads */
	bool optional;		/* 404 leaves json NULL instead of failing */
	/* the answer */
	int status;
	json *json;		/* NULL for an empty body */
};

/*
 * A path below the site's base. %s is a string that becomes one percent-encoded
 * segment ("." and ".." and "" are refused: ERR_INPUT), %d an int64_t; "{api}" at the
 * beginning is the deployment's "/rest/api/3" or "/rest/api/2", of Confluence "/api/v2" or "/rest/api" (after
 * site_ready); "{v1}" is Confluence's "/rest/api" in both.
 * NULL with the error in the call.
 */
char *rest_path(struct call *, const struct site *, const char *fmt, ...);
/* The path with ?name=value pairs appended, values encoded, pairs with a NULL value left out.
 * Ends with a NULL name. Passes a NULL path on. */
char *rest_query(struct call *, char *path, ...) __attribute__((sentinel));

int rest_get(struct call *, struct site *, const char *path, json **ret) ATTR_MUST;	/* parks */
int rest_read(struct call *, struct site *, struct rest_req *) ATTR_MUST;		/* parks */
int rest_all(struct call *, struct site *, struct rest_req *, size_t count) ATTR_MUST;	/* at once; parks */

/*
 * A write. Its intent is in the journal before the first byte leaves; its outcome
 * after. It is sent again only when it provably was not executed (no connection, or
 * 429). When that can't be known the error is ERR_UNKNOWN_OUTCOME and says how to check.
 */
struct rest_write {
	const char *method, *path, *body;
	const char *target;	/* key or id that is written; NULL for a creation */
	const char *created_id;	/* member of the answer that names what was created, e.g. "key" */
	const char *before;	/* JSON of what will change, for undo; may be NULL */
	const char *what;	/* for messages: "creating the issue" */
	const char *content_type;	/* of a body that is not JSON; NULL: JSON */
	size_t body_len;	/* 0: body is text */
	/* the answer; of a refusal too, NULL when that is no JSON */
	int status;
	json *json;
};
int rest_write(struct call *, struct site *, struct rest_write *) ATTR_MUST;	/* parks */

/*
 * In a dry run (c->dry_run) rest_write notes the request and fails with ERR_DRY_RUN, which ends the handler; app_call
 * then shows what the handler had said to c->out so far, and the requests. So a handler says what would change before
 * it writes. One that writes several times notes each with rest_plan, then returns rest_planned.
 */
void rest_plan(struct call *, const struct rest_write *);
int rest_planned(struct call *);	/* always -1, ERR_DRY_RUN */

/*
 * The parts of a multipart/form-data body. rest_form_end gives the write its body, content type and length.
 * type is a MIME type of our own choice, not a caller's text. Bytes of files are copied; the whole is limited to 64 MiB (ERR_TOO_LARGE).
 */
struct rest_form;
struct rest_form *rest_form_new(struct call *);
void rest_form_text(struct rest_form *, const char *name, const char *value);
void rest_form_file(struct rest_form *, const char *name, const char *file_name, const char *type, const char *data, size_t len);
int rest_form_end(struct call *, struct rest_form *, struct rest_write *) ATTR_MUST;

/* A file's bytes, in the call's arena. The one redirect to the media store goes without our credentials. */
struct rest_file {
	const char *data, *type;	/* type: of the answer, without parameters; may be NULL */
	size_t len;
};
int rest_download(struct call *, struct site *, const char *path, size_t max, struct rest_file *ret) ATTR_MUST;	/* parks */

/* For both and for doctor: fills the call's error from an answer. Always -1. */
int rest_error(struct call *, const struct site *, const struct http_response *);

#endif
