/*
 * Two readers must agree on every head. A small scanner of our own walks its
 * lines: it finds where the head ends, insists on CRLF and on exactly two spaces
 * in the request line, and counts bytes. llhttp then gets exactly these bytes and
 * must end its own head at the same place; any difference is a 400. The body
 * (length or chunks) is llhttp's alone, with caps on content and on framing.
 *
 * Names and values are collected in one text of the request's arena, as offsets
 * until the head is complete, because the text may move while it grows.
 *
 * llhttp refuses by itself: two lengths, length with coding, signs and other
 * characters in lengths, obs-fold, space before the colon, control characters,
 * bad chunk sizes and extensions, bare CR. check_head adds: version, form of the
 * target, exactly one Host, codings other than chunked, Expect.
 */
#include "net/httpd_parse.h"

#include "net/llhttp_api.h"

#include <string.h>
#include <strings.h>

#define PROTOCOL "HTTP/"

enum { FIRST_TEXT = 512, FIRST_FIELDS = 16, FIRST_BODY = 64 * 1024, CHUNK_FRAMING = 16 };

/* Gives the first fault a status and a reason; the result ends llhttp's work. */
static int
refuse(struct httpd_parser *p, int status, const char *reason)
{
	if (p->status == 0) {
		p->status = status;
		p->reason = reason;
	}
	return HPE_USER;
}

static enum httpd_event
fault(struct httpd_parser *p, int status, const char *reason)
{
	refuse(p, status, reason);
	p->phase = HTTPD_FAILED;
	return HTTPD_FAULT;
}

static void
text_add(struct httpd_request *r, const char *at, size_t len)
{
	if (r->text_cap - r->text_len < len + 1) {
		size_t cap = r->text_cap;

		while (cap - r->text_len < len + 1)
			cap *= 2;
		r->text = arena_grow(r->arena, r->text, r->text_cap, cap);
		r->text_cap = cap;
	}
	memcpy(r->text + r->text_len, at, len);
	r->text_len += len;
}

static int
on_url(llhttp_t *ll, const char *at, size_t len)
{
	struct httpd_parser *p = ll->data;

	text_add(p->req, at, len);
	return 0;
}

static int
on_url_complete(llhttp_t *ll)
{
	struct httpd_parser *p = ll->data;

	text_add(p->req, "", 1);
	return 0;
}

/* Fields after the body (trailers) are bounded by the framing cap and dropped: nothing
 * that arrives after the head was judged may change what the request means. */
static int
on_field(llhttp_t *ll, const char *at, size_t len)
{
	struct httpd_parser *p = ll->data;
	struct httpd_request *r = p->req;

	if (p->phase != HTTPD_HEAD)
		return 0;
	if (!p->in_name) {
		if (r->field_count == p->limits->max_headers)
			return 0;	/* on_field_complete refuses, unless the name itself is bad */
		if (r->field_count == r->field_cap) {
			r->fields = arena_grow(r->arena, r->fields, r->field_cap * sizeof(*r->fields),
			    2 * r->field_cap * sizeof(*r->fields));
			r->field_cap *= 2;
		}
		r->fields[r->field_count++] = (struct httpd_field){ .name = (uint32_t)r->text_len };
		p->in_name = true;
	}
	text_add(r, at, len);
	return 0;
}

static int
on_field_complete(llhttp_t *ll)
{
	struct httpd_parser *p = ll->data;
	struct httpd_request *r = p->req;
	struct httpd_field *f;

	if (p->phase != HTTPD_HEAD)
		return 0;
	if (!p->in_name)
		return refuse(p, 431, "too many header fields");
	f = &r->fields[r->field_count - 1];
	f->name_len = (uint32_t)r->text_len - f->name;
	text_add(r, "", 1);
	f->value = (uint32_t)r->text_len;
	p->in_name = false;
	return 0;
}

static int
on_value(llhttp_t *ll, const char *at, size_t len)
{
	struct httpd_parser *p = ll->data;

	if (p->phase == HTTPD_HEAD)
		text_add(p->req, at, len);
	return 0;
}

static int
on_value_complete(llhttp_t *ll)
{
	struct httpd_parser *p = ll->data;
	struct httpd_request *r = p->req;
	struct httpd_field *f;

	if (p->phase != HTTPD_HEAD)
		return 0;
	f = &r->fields[r->field_count - 1];
	while (r->text_len > f->value && (r->text[r->text_len - 1] == ' ' || r->text[r->text_len - 1] == '\t'))
		r->text_len--;
	f->value_len = (uint32_t)r->text_len - f->value;
	text_add(r, "", 1);
	return 0;
}

static int
on_headers_complete(llhttp_t *ll)
{
	ll->upgrade = 0;	/* no other protocol is offered: Upgrade is ignored */
	return HPE_PAUSED;
}

/* The pauses around chunks tell feed_body where it stands, so that its count does not depend on how bytes arrive. */
static int
on_chunk_header(llhttp_t *ll)
{
	struct httpd_parser *p = ll->data;

	p->chunks++;
	p->in_chunk = true;
	p->too_large = ll->content_length > p->limits->max_body_bytes - p->req->body_len;
	return HPE_PAUSED;
}

static int
on_chunk_complete(llhttp_t *ll)
{
	struct httpd_parser *p = ll->data;

	p->chunk_ends = true;
	return HPE_PAUSED;
}

static int
on_body(llhttp_t *ll, const char *at, size_t len)
{
	struct httpd_parser *p = ll->data;
	struct httpd_request *r = p->req;
	size_t need = r->body_len + len + 1, cap = r->body_cap;

	if (len > p->limits->max_body_bytes - r->body_len)
		return refuse(p, 413, "body too large");
	if (need > cap) {
		/* Of an announced length only the first part is taken on trust. */
		if (cap == 0)
			cap = ll->content_length < FIRST_BODY ? (size_t)ll->content_length + len + 1 : FIRST_BODY;
		while (cap < need)
			cap *= 2;
		r->body = arena_grow(r->arena, r->body_cap == 0 ? NULL : r->body, r->body_cap, cap);
		r->body_cap = cap;
	}
	memcpy(r->body + r->body_len, at, len);
	r->body_len += len;
	r->body[r->body_len] = '\0';
	return 0;
}

static int
on_message_complete(llhttp_t *ll)
{
	struct httpd_parser *p = ll->data;

	p->phase = HTTPD_DONE;
	return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
	.on_url = on_url,
	.on_url_complete = on_url_complete,
	.on_header_field = on_field,
	.on_header_field_complete = on_field_complete,
	.on_header_value = on_value,
	.on_header_value_complete = on_value_complete,
	.on_headers_complete = on_headers_complete,
	.on_chunk_header = on_chunk_header,
	.on_chunk_complete = on_chunk_complete,
	.on_body = on_body,
	.on_message_complete = on_message_complete,
};

const char *
httpd_field(const struct httpd_request *r, const char *name, size_t n)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < r->field_count; i++) {
		const struct httpd_field *f = &r->fields[i];

		if (f->name_len == len && strncasecmp(r->text + f->name, name, len) == 0 && n-- == 0)
			return r->text + f->value;
	}
	return NULL;
}

/* uri-host [":" port], neither empty. What the host means is for upper layers. */
static bool
good_host(const char *s)
{
	const char *end;

	if (*s == '[') {
		end = s + 1 + strspn(s + 1, "0123456789abcdefABCDEF:.");
		if (end == s + 1 || *end++ != ']')
			return false;
	} else {
		end = s + strspn(s, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%!$&'()*+;=");
		if (end == s)
			return false;
	}
	if (*end != ':')
		return *end == '\0';
	return strspn(end + 1, "0123456789") == strlen(end + 1);
}

/* A list of registered codings that we don't speak, as against something that means to confuse. */
static bool
known_codings(const char *s)
{
	static const char *const known[] = { "gzip", "x-gzip", "deflate", "compress", "x-compress", "chunked" };

	for (;;) {
		size_t len, i;

		s += strspn(s, " \t");
		len = strcspn(s, ", \t");
		for (i = 0; i < LEN(known); i++) {
			if (len == strlen(known[i]) && strncasecmp(s, known[i], len) == 0)
				break;
		}
		if (i == LEN(known))
			return false;
		s += len;
		s += strspn(s, " \t");
		if (*s == '\0')
			return true;
		if (*s++ != ',')
			return false;
	}
}

static int
check_target(struct httpd_parser *p)
{
	struct httpd_request *r = p->req;
	char *s = r->text, *query;

	if (p->ll.method == HTTP_CONNECT)
		return refuse(p, 400, "CONNECT is not served");
	if (*s != '/')
		return refuse(p, 400, "the target must begin with /");
	for (const unsigned char *c = (const unsigned char *)s; *c != '\0'; c++) {
		if (*c <= ' ' || *c >= 0x7f || *c == '#')
			return refuse(p, 400, "bad character in the target");
	}
	query = strchr(s, '?');
	if (query != NULL)
		*query++ = '\0';
	r->path = s;
	r->query = query != NULL ? query : "";
	return 0;
}

static int
check_framing(struct httpd_parser *p)
{
	const struct httpd_request *r = p->req;
	const char *coding = httpd_field(r, "Transfer-Encoding", 0), *length = httpd_field(r, "Content-Length", 0);

	if (coding != NULL) {
		if (length != NULL)
			return refuse(p, 400, "both Content-Length and Transfer-Encoding");
		if (httpd_field(r, "Transfer-Encoding", 1) != NULL || r->http10)
			return refuse(p, 400, "bad Transfer-Encoding");
		if (strcasecmp(coding, "chunked") != 0)
			return known_codings(coding) ? refuse(p, 501, "transfer coding not supported")
						     : refuse(p, 400, "bad Transfer-Encoding");
		return 0;
	}
	if (length != NULL) {
		if (httpd_field(r, "Content-Length", 1) != NULL || *length == '\0' ||
		    length[strspn(length, "0123456789")] != '\0')
			return refuse(p, 400, "bad Content-Length");
		if (p->ll.content_length > p->limits->max_body_bytes)
			return refuse(p, 413, "body too large");
		return 0;
	}
	if (p->ll.method == HTTP_POST || p->ll.method == HTTP_PUT || p->ll.method == HTTP_PATCH)
		return refuse(p, 411, "Content-Length is missing");
	return 0;
}

static int
check_head(struct httpd_parser *p)
{
	struct httpd_request *r = p->req;
	const char *s;

	if (p->ll.http_major != 1 || p->ll.http_minor > 1)
		return refuse(p, 505, "this server speaks HTTP/1.1");
	r->http10 = p->ll.http_minor == 0;
	r->method = llhttp.method_name((llhttp_method_t)p->ll.method);
	r->is_head = p->ll.method == HTTP_HEAD;
	r->keep_alive = llhttp.should_keep_alive(&p->ll) != 0;
	if (check_target(p) != 0)
		return -1;
	s = httpd_field(r, "Host", 0);
	if (s == NULL || httpd_field(r, "Host", 1) != NULL || !good_host(s))
		return refuse(p, 400, "exactly one valid Host is needed");
	if (check_framing(p) != 0)
		return -1;
	s = httpd_field(r, "Expect", 0);
	if (s != NULL) {
		if (strcasecmp(s, "100-continue") != 0 || httpd_field(r, "Expect", 1) != NULL)
			return refuse(p, 417, "unknown expectation");
		r->expect_continue = !r->http10;
	}
	return 0;
}

/* What llhttp's refusal means as a status. The request line may name a version that is well formed but not ours. */
static enum httpd_event
ll_fault(struct httpd_parser *p, llhttp_errno_t e)
{
	const char *why = llhttp.get_error_reason(&p->ll);

	if (p->phase == HTTPD_HEAD && ((e == HPE_INVALID_VERSION && strcmp(why, "Invalid HTTP version") == 0) ||
	    (p->ll.method == HTTP_PRI && p->ll.http_major == 2)))
		return fault(p, 505, "this server speaks HTTP/1.1");
	return fault(p, 400, why != NULL && *why != '\0' ? why : "malformed request");
}

/* Counts spaces, and how much of the protocol's name follows the second one (llhttp also takes RTSP and ICE). */
static void
scan_request_line(struct httpd_parser *p, const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at == ' ')
			p->spaces++;
		else if (p->spaces == 2 && p->protocol < sizeof(PROTOCOL) - 1 && *at == PROTOCOL[p->protocol])
			p->protocol++;
	}
}

/* Walks lines up to the end of the head, or up to a bad line end; returns the bytes before that. */
static size_t
scan_head(struct httpd_parser *p, const char *data, size_t len, bool *ret_end, const char **ret_fault)
{
	const char *at = data, *end = data + len;

	*ret_end = false;
	*ret_fault = NULL;
	while (at < end) {
		const char *lf = memchr(at, '\n', (size_t)(end - at)), *stop = lf != NULL ? lf : end;
		size_t piece = (size_t)(stop - at);
		size_t line = p->line_len + piece;

		if (p->lines == 0)
			scan_request_line(p, at, stop);
		if (piece > 0)
			p->last = stop[-1];
		if (lf == NULL) {
			p->line_len = (uint32_t)line;
			return len;
		}
		if (line == 0 || p->last != '\r')
			*ret_fault = "a line must end with CR LF";
		else if (p->lines == 0 && (p->spaces != 2 || p->protocol != sizeof(PROTOCOL) - 1))
			*ret_fault = "malformed request line";
		if (*ret_fault != NULL)
			return (size_t)(lf - data);
		at = lf + 1;
		p->lines++;
		p->line_len = 0;
		if (line == 1) {
			*ret_end = true;
			break;
		}
	}
	return (size_t)(at - data);
}

static enum httpd_event
feed_head(struct httpd_parser *p, const char *data, size_t len, size_t *ret_used)
{
	size_t room = p->limits->max_header_bytes - p->head_bytes, n;
	const char *bad;
	bool end;
	llhttp_errno_t e;

	n = scan_head(p, data, len < room ? len : room, &end, &bad);
	*ret_used = n;
	p->head_bytes += n;
	/* Also before a bad line end, so that the fault that comes first in the bytes is the one reported. */
	e = llhttp.execute(&p->ll, data, n);
	if (p->status != 0 || (e != HPE_OK && e != HPE_PAUSED))
		return ll_fault(p, e);
	if (end != (e == HPE_PAUSED) || (end && llhttp.get_error_pos(&p->ll) != data + n))
		return ll_fault(p, HPE_INTERNAL);
	if (bad != NULL)
		return fault(p, 400, bad);
	if (!end) {
		if (p->head_bytes < p->limits->max_header_bytes)
			return HTTPD_MORE;
		return p->lines == 0 ? fault(p, 414, "request target too long") :
				       fault(p, 431, "header fields too large");
	}
	if (check_head(p) != 0)
		return fault(p, p->status, p->reason);
	p->phase = HTTPD_BODY;
	llhttp.resume(&p->ll);
	return HTTPD_HEAD_END;
}

static enum httpd_event
feed_body(struct httpd_parser *p, const char *data, size_t len, size_t *ret_used)
{
	size_t at = 0;

	for (;;) {
		size_t before = p->req->body_len, used = len - at;
		llhttp_errno_t e = llhttp.execute(&p->ll, data + at, used);

		if (e == HPE_PAUSED)
			used = (size_t)(llhttp.get_error_pos(&p->ll) - (data + at));
		at += used;
		*ret_used = at;
		if (p->status != 0 || (e != HPE_OK && e != HPE_PAUSED))
			return ll_fault(p, e);
		/* Content may be cut into small chunks, but what surrounds them (extensions, zeros, trailers) is bounded. */
		p->framing += used - (p->req->body_len - before);
		if (p->framing > p->limits->max_header_bytes + CHUNK_FRAMING * (p->chunks + !p->in_chunk))
			return fault(p, 400, "too much chunk framing");
		if (p->too_large)
			return fault(p, 413, "body too large");
		if (p->phase == HTTPD_DONE)
			return HTTPD_REQUEST;
		if (e != HPE_PAUSED)
			return HTTPD_MORE;
		if (p->chunk_ends)
			p->chunk_ends = p->in_chunk = false;
		llhttp.resume(&p->ll);
	}
}

static void
begin(struct httpd_parser *p)
{
	struct arena *a = arena_new();
	static char none[1] = "";
	struct err e;

	p->req = arena_alloc(a, sizeof(*p->req));
	*p->req = (struct httpd_request){ .arena = a, .body = none, .query = "", .text_cap = FIRST_TEXT,
		.field_cap = FIRST_FIELDS };
	p->req->fields = arena_array(a, FIRST_FIELDS, sizeof(*p->req->fields));
	p->req->text = arena_alloc(a, FIRST_TEXT);
	p->phase = HTTPD_HEAD;
	err_init(&e, a);
	if (llhttp_load(&e) == -1)	/* whoever listens has loaded it; tests and fuzzers come here first */
		BUG(e.message);
	llhttp.init(&p->ll, HTTP_REQUEST, &settings);
	p->ll.data = p;
}

/* Skips at most one empty line (RFC 9112 2.2); more would be a way to keep a connection busy for nothing. */
static size_t
feed_start(struct httpd_parser *p, const char *data, size_t len)
{
	size_t i = 0;

	while (i < len && p->blank < 2 && data[i] == "\r\n"[p->blank]) {
		p->blank++;
		i++;
	}
	if (i == len)
		return i;
	if (p->blank == 1 || data[i] == '\r' || data[i] == '\n')
		fault(p, 400, "malformed request line");
	else
		begin(p);
	return i;
}

enum httpd_event
httpd_feed(struct httpd_parser *p, const char *data, size_t len, size_t *ret_used)
{
	size_t skipped = 0;
	enum httpd_event ev = HTTPD_MORE;

	*ret_used = 0;
	if (p->phase == HTTPD_START) {
		*ret_used = skipped = feed_start(p, data, len);
		if (p->phase == HTTPD_FAILED)
			return HTTPD_FAULT;
	}
	switch (p->phase) {
	case HTTPD_START:
		return HTTPD_MORE;
	case HTTPD_HEAD:
		ev = feed_head(p, data + skipped, len - skipped, ret_used);
		*ret_used += skipped;
		if (ev == HTTPD_HEAD_END && p->ll.content_length == 0 && !(p->ll.flags & F_CHUNKED))
			ev = feed_body(p, data, 0, &skipped);
		return ev;
	case HTTPD_BODY:
		return feed_body(p, data, len, ret_used);
	case HTTPD_DONE:
		return HTTPD_REQUEST;
	case HTTPD_FAILED:
		return HTTPD_FAULT;
	}
	BUG("unknown phase");
}

bool
httpd_parser_idle(const struct httpd_parser *p)
{
	return p->phase == HTTPD_START && p->blank != 1;
}

uint64_t
httpd_body_left(const struct httpd_parser *p)
{
	if (p->phase != HTTPD_BODY || (p->ll.flags & F_CHUNKED))
		return 0;
	return p->ll.content_length;
}

void
httpd_parser_init(struct httpd_parser *p, const struct httpd_limits *limits)
{
	*p = (struct httpd_parser){ .limits = limits };
}

void
httpd_parser_clear(struct httpd_parser *p)
{
	if (p->req != NULL)
		arena_free(p->req->arena);
	httpd_parser_init(p, p->limits);
}

struct httpd_request *
httpd_take(struct httpd_parser *p)
{
	struct httpd_request *r = p->req;

	if (p->phase != HTTPD_DONE)
		BUG("no complete request");
	httpd_parser_init(p, p->limits);
	return r;
}
