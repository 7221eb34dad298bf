/*
 * From bytes to one request: llhttp, and the stricter rules laid over it. No
 * sockets and no clock, so that tests and the fuzzer drive it directly.
 *
 * Feed bytes in pieces of any size. httpd_feed stops after the head, after a
 * complete request and at the first fault; *ret_used says how far it came, and
 * the rest is the caller's to feed again. After HTTPD_FAULT the connection is
 * lost for further requests: answer `status` and close.
 */
#ifndef NET_HTTPD_PARSE_H
#define NET_HTTPD_PARSE_H

#include "base/arena.h"

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct httpd_limits {
	size_t max_header_bytes;	/* request line and header fields, with their line ends */
	size_t max_headers;
	size_t max_body_bytes;
};

/* A name and a value within the request's text, each NUL-terminated there. */
struct httpd_field {
	uint32_t name, name_len;
	uint32_t value, value_len;
};

/* Made by the parser inside its own arena; complete after HTTPD_REQUEST. */
struct httpd_request {
	struct arena *arena;
	const char *method;
	const char *path;		/* begins with '/' */
	const char *query;		/* "" when none */
	char *text;			/* target, names and values */
	size_t text_len, text_cap;
	struct httpd_field *fields;
	size_t field_count, field_cap;
	char *body;			/* "" when none; NUL-terminated */
	size_t body_len, body_cap;
	bool keep_alive;		/* as the client wants it */
	bool http10;
	bool is_head;
	bool expect_continue;
};

enum httpd_phase {
	HTTPD_START,	/* between requests; at most one empty line was skipped */
	HTTPD_HEAD,	/* within the request line or the header fields */
	HTTPD_BODY,
	HTTPD_DONE,	/* the request is complete; httpd_take gives it out */
	HTTPD_FAILED
};

struct httpd_parser {
	llhttp_t ll;
	const struct httpd_limits *limits;
	struct httpd_request *req;	/* NULL in HTTPD_START */
	enum httpd_phase phase;
	const char *reason;		/* with status: why the request was refused */
	int status;
	unsigned char blank;		/* HTTPD_START: bytes of an empty line seen, 0-2 */
	unsigned char protocol;		/* head: matching bytes of "HTTP/" after the second space */
	bool in_name;			/* a field's name is being collected */
	char last;			/* head: the byte before this piece */
	uint32_t lines, spaces;		/* head: line ends, and spaces of the first line, so far */
	uint32_t line_len;		/* head: bytes of the current line so far */
	size_t head_bytes;
	size_t framing;			/* body: bytes read that are not content */
	size_t chunks;
	bool in_chunk;			/* from the end of a chunk's size line to the end of its data */
	bool chunk_ends;
	bool too_large;
};

enum httpd_event {
	HTTPD_MORE,	/* everything was used; more is needed */
	HTTPD_HEAD_END,	/* the head is complete and accepted, a body follows */
	HTTPD_REQUEST,	/* the request is complete */
	HTTPD_FAULT	/* p->status and p->reason */
};

void httpd_parser_init(struct httpd_parser *, const struct httpd_limits *);
void httpd_parser_clear(struct httpd_parser *);	/* drops an unfinished request; ready for the next */
enum httpd_event httpd_feed(struct httpd_parser *, const char *data, size_t len, size_t *ret_used) ATTR_MUST;
bool httpd_parser_idle(const struct httpd_parser *);	/* no byte of a request has come */
/* How many bytes are certainly still part of the body; 0: unknown. */
uint64_t httpd_body_left(const struct httpd_parser *);
/* After HTTPD_REQUEST: the request is the caller's (arena_free its arena), the parser starts afresh. */
struct httpd_request *httpd_take(struct httpd_parser *);

/* The n-th value (from 0) of a field, NULL when there is none; any letter case. */
const char *httpd_field(const struct httpd_request *, const char *name, size_t n);

#endif
