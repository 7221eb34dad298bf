/*
 * The parsing layer without sockets: what is accepted, what is refused with which
 * status, and that no way of cutting the bytes into pieces changes either.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/httpd_parse.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define H "Host: a.example\r\n"
#define POST "POST /p HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"
#define SECOND "GET /second HTTP/1.1\r\n" H "\r\n"

static const struct httpd_limits limits = { .max_header_bytes = 600, .max_headers = 8, .max_body_bytes = 64 };

struct stream {
	const char *name;
	const char *bytes;
	size_t len;		/* 0: strlen */
	const char *want;	/* as told() writes it */
};

static void
tell_request(struct buf *b, struct httpd_request *r)
{
	buf_addf(b, "%s %s?%s", r->method, r->path, r->query);
	for (size_t i = 0; i < r->field_count; i++)
		buf_addf(b, " %s=%s", r->text + r->fields[i].name, r->text + r->fields[i].value);
	buf_addf(b, " [%s]%s%s\n", r->body, r->keep_alive ? "" : " close", r->expect_continue ? " expect" : "");
	arena_free(r->arena);
}

/* Feeds one piece; false after a fault. */
static bool
feed(struct httpd_parser *p, struct buf *b, const char *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		/* A copy of its own size, so that reading beyond a piece is seen under ASan. */
		char *piece = mem_strndup(data + at, len - at);
		size_t used;
		enum httpd_event ev = httpd_feed(p, piece, len - at, &used);

		mem_free(piece);
		at += used;
		switch (ev) {
		case HTTPD_MORE:
			assert_int_equal(at, len);
			break;
		case HTTPD_HEAD_END:
			break;
		case HTTPD_REQUEST:
			tell_request(b, httpd_take(p));
			break;
		case HTTPD_FAULT:
			assert_non_null(p->reason);
			buf_addf(b, "%d\n", p->status);
			return false;
		}
	}
	return true;
}

static void
told(struct buf *b, const char *bytes, size_t len, size_t cut1, size_t cut2, size_t every)
{
	struct httpd_parser p;

	buf_reset(b);
	httpd_parser_init(&p, &limits);
	if (every > 0) {
		for (size_t i = 0; i < len; i += every) {
			if (!feed(&p, b, bytes + i, len - i < every ? len - i : every))
				break;
		}
	} else if (feed(&p, b, bytes, cut1) && feed(&p, b, bytes + cut1, cut2 - cut1)) {
		feed(&p, b, bytes + cut2, len - cut2);
	}
	httpd_parser_clear(&p);
}

static const struct stream streams[] = {
	{ "get", "GET /a?b=c&d HTTP/1.1\r\n" H "\r\n", 0, "GET /a?b=c&d Host=a.example []\n" },
	{ "pipelined", "GET / HTTP/1.1\r\n" H "\r\n" POST "Content-Length: 3\r\n\r\nabc" SECOND, 0,
	    "GET /? Host=a.example []\nPOST /p? Host=a.example Content-Length=3 [abc]\nGET /second? Host=a.example []\n" },
	{ "one empty line before", "\r\nGET / HTTP/1.1\r\n" H "\r\n\r\n" SECOND, 0,
	    "GET /? Host=a.example []\nGET /second? Host=a.example []\n" },
	{ "chunks", CHUNKED "3\r\nabc\r\n0A;x=y;z=\"q\"\r\n0123456789\r\n0\r\n\r\n" SECOND, 0,
	    "POST /p? Host=a.example Transfer-Encoding=chunked [abc0123456789]\nGET /second? Host=a.example []\n" },
	{ "trailers are dropped", CHUNKED "1\r\na\r\n0\r\nHost: evil\r\nX-Y: z\r\n\r\n" SECOND, 0,
	    "POST /p? Host=a.example Transfer-Encoding=chunked [a]\nGET /second? Host=a.example []\n" },
	{ "white space around values", "GET / HTTP/1.1\r\nHost:a.example\r\nA:  b c \t \r\nE:\r\nF: \t\r\n\r\n", 0,
	    "GET /? Host=a.example A=b c E= F= []\n" },
	{ "HTTP/1.0", "GET / HTTP/1.0\r\n" H "\r\n", 0, "GET /? Host=a.example [] close\n" },
	{ "HTTP/1.0 kept", "GET / HTTP/1.0\r\n" H "Connection: keep-alive\r\n\r\n", 0,
	    "GET /? Host=a.example Connection=keep-alive []\n" },
	{ "close", "GET / HTTP/1.1\r\n" H "Connection: foo, Close\r\n\r\n", 0,
	    "GET /? Host=a.example Connection=foo, Close [] close\n" },
	{ "upgrade is ignored", POST "Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 1\r\n\r\nx" SECOND, 0,
	    "POST /p? Host=a.example Connection=upgrade Upgrade=h2c Content-Length=1 [x]\nGET /second? Host=a.example []\n" },
	{ "upgrade without body", "GET / HTTP/1.1\r\n" H "Connection: upgrade\r\nUpgrade: foo\r\n\r\n" SECOND, 0,
	    "GET /? Host=a.example Connection=upgrade Upgrade=foo []\nGET /second? Host=a.example []\n" },
	{ "expect", POST "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\nx", 0,
	    "POST /p? Host=a.example Expect=100-Continue Content-Length=1 [x] expect\n" },
	{ "Chunked", POST "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n", 0,
	    "POST /p? Host=a.example Transfer-Encoding=CHUNKED []\n" },
	{ "GET with body", "GET / HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nhi", 0, "GET /? Host=a.example Content-Length=2 [hi]\n" },
	{ "hosts", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", 0,
	    "GET /? Host=[::1]:8080 []\nGET /? Host=127.0.0.1:1 []\n" },
	{ "body of exactly the limit", POST "Content-Length: 64\r\n\r\n0123456789012345678901234567890123456789012345678901234567890123", 0,
	    "POST /p? Host=a.example Content-Length=64 [0123456789012345678901234567890123456789012345678901234567890123]\n" },
	{ "chunks of exactly the limit", CHUNKED "20\r\n01234567890123456789012345678901\r\n20\r\n01234567890123456789012345678901\r\n0\r\n\r\n", 0,
	    "POST /p? Host=a.example Transfer-Encoding=chunked [0123456789012345678901234567890101234567890123456789012345678901]\n" },
	{ "8 fields", "GET / HTTP/1.1\r\n" H "a:1\r\na:2\r\na:3\r\na:4\r\na:5\r\na:6\r\na:7\r\n\r\n", 0,
	    "GET /? Host=a.example a=1 a=2 a=3 a=4 a=5 a=6 a=7 []\n" },

	/* lengths and codings */
	{ "length and coding", POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "coding and length", POST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "two equal lengths", POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "two lengths", POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd" SECOND, 0, "400\n" },
	{ "list of lengths", POST "Content-Length: 3, 3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "+N", POST "Content-Length: +3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "negative", POST "Content-Length: -1\r\n\r\n" SECOND, 0, "400\n" },
	{ "hexadecimal", POST "Content-Length: 0x3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "underscore", POST "Content-Length: 1_0\r\n\r\n0123456789" SECOND, 0, "400\n" },
	{ "+1_0", POST "Content-Length: +1_0\r\n\r\n0123456789" SECOND, 0, "400\n" },
	{ "fraction", POST "Content-Length: 3.0\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "exponent", POST "Content-Length: 1e1\r\n\r\n0123456789" SECOND, 0, "400\n" },
	{ "quoted", POST "Content-Length: \"3\"\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "empty length", POST "Content-Length:\r\n\r\n" SECOND, 0, "400\n" },
	{ "blank length", POST "Content-Length:   \r\n\r\n" SECOND, 0, "400\n" },
	{ "length with space inside", POST "Content-Length: 1 0\r\n\r\n0123456789" SECOND, 0, "400\n" },
	{ "length with trailing word", POST "Content-Length: 3 abc\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "length with non-breaking space", POST "Content-Length: \xa0""3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "length with vertical tab", POST "Content-Length: \v3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "length beyond 64 bits", POST "Content-Length: 18446744073709551619\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "space before the colon", POST "Content-Length : 3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "tab before the colon", POST "Content-Length\t: 3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "coding with space before the colon", POST "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "folded length", POST "Content-Length:\r\n 3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "folded coding", POST "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "obs-fold", "GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n" SECOND, 0, "400\n" },
	{ "obs-fold with tab", "GET / HTTP/1.1\r\n" H "A: b\r\n\tc\r\n\r\n" SECOND, 0, "400\n" },
	{ "obs-fold of nothing", "GET / HTTP/1.1\r\n" H "A: b\r\n \r\n\r\n" SECOND, 0, "400\n" },
	{ "first field indented", "GET / HTTP/1.1\r\n " H "\r\n" SECOND, 0, "400\n" },
	{ "xchunked", POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunkedx", POST "Transfer-Encoding: chunkedx\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ ",chunked", POST "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunked,", POST "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "\\xa0chunked", POST "Transfer-Encoding: \xa0""chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "\\vchunked", POST "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunked\\v", POST "Transfer-Encoding: chunked\v\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "\"chunked\"", POST "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunked;a=b", POST "Transfer-Encoding: chunked;a=b\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "empty coding", POST "Transfer-Encoding:\r\n\r\n" SECOND, 0, "400\n" },
	{ "empty coding with length", POST "Transfer-Encoding:\r\nContent-Length: 3\r\n\r\nabc" SECOND, 0, "400\n" },
	{ "two codings", POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "two codings, one unknown", POST "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "two known codings in two fields", POST "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunked, chunked", POST "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunked, identity", POST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "identity", POST "Transfer-Encoding: identity\r\n\r\n" SECOND, 0, "400\n" },
	{ "cow", POST "Transfer-Encoding: cow\r\n\r\n" SECOND, 0, "400\n" },
	{ "coding in HTTP/1.0", "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "gzip", POST "Transfer-Encoding: gzip\r\n\r\n" SECOND, 0, "501\n" },
	{ "gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" SECOND, 0, "501\n" },
	{ "coding with NUL", POST "Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n" SECOND, sizeof(POST) - 1 + 27 + 4 + 5, "400\n" },

	/* chunks */
	{ "chunk size not hexadecimal", CHUNKED "3g\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunk size 0x", CHUNKED "0x3\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunk size with sign", CHUNKED "+3\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "negative chunk size", CHUNKED "-3\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "underscore in chunk size", CHUNKED "1_0\r\n0123456789abcdef\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "empty chunk size", CHUNKED "\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "space before chunk size", CHUNKED " 3\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "space after chunk size", CHUNKED "3 \r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunk size beyond 64 bits", CHUNKED "10000000000000003\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "chunk size beyond the limit", CHUNKED "ffffffffffffffff\r\nabc\r\n0\r\n\r\n" SECOND, 0, "413\n" },
	{ "chunk longer than its size", CHUNKED "3\r\nabcd\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "LF after chunk size", CHUNKED "3\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "CR after chunk size", CHUNKED "3\rabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "LF after chunk", CHUNKED "3\r\nabc\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "nothing after chunk", CHUNKED "3\r\nabc0\r\n\r\n" SECOND, 0, "400\n" },
	{ "two bytes after chunk", CHUNKED "3\r\nabcXX0\r\n\r\n" SECOND, 0, "400\n" },
	{ "extension with CR", CHUNKED "3;a\rb\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "extension with LF", CHUNKED "3;a\nb\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "extension value with LF", CHUNKED "3;a=b\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "quoted extension with CR LF", CHUNKED "3;a=\"\r\n\"\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "extension with control character", CHUNKED "3;\x01\r\nabc\r\n0\r\n\r\n" SECOND, 0, "400\n" },
	{ "LF after the last chunk", CHUNKED "3\r\nabc\r\n0\n\n" SECOND, 0, "400\n" },
	{ "LF at the very end", CHUNKED "3\r\nabc\r\n0\r\n\n" SECOND, 0, "400\n" },
	{ "CR CR LF at the end", CHUNKED "3\r\nabc\r\n0\r\n\r\r\n" SECOND, 0, "400\n" },
	{ "length as trailer", CHUNKED "0\r\nContent-Length: 5\r\n\r\nhello" SECOND, 0, "400\n" },
	{ "trailer with LF", CHUNKED "0\r\nA: b\n\r\n" SECOND, 0, "400\n" },
	{ "folded trailer", CHUNKED "0\r\nA: b\r\n c\r\n\r\n" SECOND, 0, "400\n" },

	/* lines and characters */
	{ "LF after the request line", "GET / HTTP/1.1\n" H "\r\n" SECOND, 0, "400\n" },
	{ "LF after a field", "GET / HTTP/1.1\r\nHost: a\n\r\n" SECOND, 0, "400\n" },
	{ "LF ends the head", "GET / HTTP/1.1\r\n" H "\n" SECOND, 0, "400\n" },
	{ "only LF", "GET / HTTP/1.1\nHost: a\n\n" SECOND, 0, "400\n" },
	{ "CR in a value", "GET / HTTP/1.1\r\n" H "A: b\rc\r\n\r\n" SECOND, 0, "400\n" },
	{ "LF in a value", "GET / HTTP/1.1\r\n" H "A: b\nc: d\r\n\r\n" SECOND, 0, "400\n" },
	{ "CR CR LF", "GET / HTTP/1.1\r\n" H "A: b\r\r\n\r\n" SECOND, 0, "400\n" },
	{ "CR in a name", "GET / HTTP/1.1\r\n" H "A\rB: b\r\n\r\n" SECOND, 0, "400\n" },
	{ "NUL in a value", "GET / HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n", 36, "400\n" },
	{ "NUL in a name", "GET / HTTP/1.1\r\nHost: a\r\nA\0B: c\r\n\r\n", 36, "400\n" },
	{ "NUL in the target", "GET /a\0b HTTP/1.1\r\nHost: a\r\n\r\n", 30, "400\n" },
	{ "DEL in a value", "GET / HTTP/1.1\r\n" H "A: b\x7f\r\n\r\n" SECOND, 0, "400\n" },
	{ "space in a name", "GET / HTTP/1.1\r\n" H "A B: c\r\n\r\n" SECOND, 0, "400\n" },
	{ "name without colon", "GET / HTTP/1.1\r\n" H "Abc\r\n\r\n" SECOND, 0, "400\n" },
	{ "empty name", "GET / HTTP/1.1\r\n" H ": b\r\n\r\n" SECOND, 0, "400\n" },
	{ "bytes above 127 in a name", "GET / HTTP/1.1\r\n" H "\xc3\xa4: b\r\n\r\n" SECOND, 0, "400\n" },
	{ "bad name character", "GET / HTTP/1.1\r\n" H "A(B: c\r\n\r\n" SECOND, 0, "400\n" },

	/* request lines */
	{ "HTTP/0.9", "GET /\r\n\r\n" SECOND, 0, "400\n" },
	{ "HTTP/0.9 after a request", SECOND "GET /third\r\n", 0, "GET /second? Host=a.example []\n400\n" },
	{ "version 0.9", "GET / HTTP/0.9\r\n" H "\r\n" SECOND, 0, "505\n" },
	{ "version 1.2", "GET / HTTP/1.2\r\n" H "\r\n" SECOND, 0, "505\n" },
	{ "version 2.0", "GET / HTTP/2.0\r\n" H "\r\n" SECOND, 0, "505\n" },
	{ "HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, "505\n" },
	{ "version 1.10", "GET / HTTP/1.10\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "version 01.1", "GET / HTTP/01.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "lower-case protocol", "GET / http/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "other protocol", "GET / RTSP/1.0\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "lower-case method", "get / HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "unknown method", "FOO / HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "space before the method", " GET / HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "two spaces after the method", "GET  / HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "two spaces before the version", "GET /  HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "space after the version", "GET / HTTP/1.1 \r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "space in the target", "GET /a b HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "tab as separator", "GET\t/\tHTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "no target", "GET HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", 0, "400\n" },
	{ "LF before", "\nGET / HTTP/1.1\r\n" H "\r\n", 0, "400\n" },
	{ "CR before", "\rGET / HTTP/1.1\r\n" H "\r\n", 0, "400\n" },
	{ "absolute form", "GET http://a.example/ HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "authority form", "GET a.example:80 HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "asterisk form", "OPTIONS * HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "CONNECT", "CONNECT a.example:80 HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "CONNECT with a path", "CONNECT / HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "fragment", "GET /a#b HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "bytes above 127 in the target", "GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n" SECOND, 0, "400\n" },
	{ "a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11, "400\n" },

	/* hosts */
	{ "no Host", "GET / HTTP/1.1\r\nA: b\r\n\r\n" SECOND, 0, "400\n" },
	{ "no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n" SECOND, 0, "400\n" },
	{ "two Hosts", "GET / HTTP/1.1\r\n" H "Host: b.example\r\n\r\n" SECOND, 0, "400\n" },
	{ "two equal Hosts", "GET / HTTP/1.1\r\n" H H "\r\n" SECOND, 0, "400\n" },
	{ "two Hosts by letter case", "GET / HTTP/1.1\r\n" H "hOST: a.example\r\n\r\n" SECOND, 0, "400\n" },
	{ "empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n" SECOND, 0, "400\n" },
	{ "Host with path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" SECOND, 0, "400\n" },
	{ "Host with user", "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n" SECOND, 0, "400\n" },
	{ "Host list", "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" SECOND, 0, "400\n" },
	{ "Host with bad port", "GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n" SECOND, 0, "400\n" },
	{ "Host with open bracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n" SECOND, 0, "400\n" },

	/* limits */
	{ "9 fields", "GET / HTTP/1.1\r\n" H "a:1\r\na:2\r\na:3\r\na:4\r\na:5\r\na:6\r\na:7\r\na:8\r\n\r\n" SECOND, 0, "431\n" },
	{ "length beyond the limit", POST "Content-Length: 65\r\n\r\n" SECOND, 0, "413\n" },
	{ "chunks beyond the limit", CHUNKED "3f\r\n012345678901234567890123456789012345678901234567890123456789012\r\n2\r\nab\r\n0\r\n\r\n" SECOND, 0, "413\n" },
	{ "no length", "POST /p HTTP/1.1\r\n" H "\r\n" SECOND, 0, "411\n" },
	{ "PUT without length", "PUT /p HTTP/1.1\r\n" H "\r\n" SECOND, 0, "411\n" },
	{ "unknown expectation", POST "Expect: tea\r\nContent-Length: 1\r\n\r\nx" SECOND, 0, "417\n" },
};

static void
test_streams(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < LEN(streams); i++) {
		const struct stream *s = &streams[i];
		size_t len = s->len != 0 ? s->len : strlen(s->bytes);

		told(&b, s->bytes, len, len, len, 0);
		if (strcmp(b.data, s->want) != 0)
			fail_msg("%s: wanted\n%sbut got\n%s", s->name, s->want, b.data);
	}
	buf_release(&b);
}

/* Every stream cut at every point, at every pair of points, and into pieces of every small size. */
static void
test_splits(void **state)
{
	struct buf b;
	size_t runs = 0;

	(void)state;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < LEN(streams); i++) {
		const struct stream *s = &streams[i];
		size_t len = s->len != 0 ? s->len : strlen(s->bytes);

		for (size_t every = 1; every < 8; every++) {
			told(&b, s->bytes, len, 0, 0, every);
			assert_string_equal(b.data, s->want);
		}
		for (size_t cut = 0; cut <= len; cut++) {
			for (size_t then = cut; then <= len; then += len < 150 ? 1 : 7) {
				told(&b, s->bytes, len, cut, then, 0);
				if (strcmp(b.data, s->want) != 0)
					fail_msg("%s cut at %zu and %zu: wanted\n%sbut got\n%s", s->name, cut, then, s->want,
					    b.data);
				runs++;
			}
		}
	}
	assert_true(runs > 100000);
	buf_release(&b);
}

static int
status_for(const char *head, size_t fill, const char *tail)
{
	struct buf in, out;
	int status = 0;

	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_adds(&in, head);
	for (size_t i = 0; i < fill; i++)
		buf_addc(&in, 'a');
	buf_adds(&in, tail);
	told(&out, in.data, in.len, in.len, in.len, 0);
	if (out.len == 4)
		status = (out.data[0] - '0') * 100 + (out.data[1] - '0') * 10 + out.data[2] - '0';
	else if (out.len > 0)
		status = 200;
	buf_release(&in);
	buf_release(&out);
	return status;
}

static void
test_head_limit(void **state)
{
	static const char start[] = "GET / HTTP/1.1\r\n" H "A: ", end[] = "\r\n\r\n";
	size_t fits = limits.max_header_bytes - (sizeof(start) - 1) - (sizeof(end) - 1);

	(void)state;
	assert_int_equal(status_for(start, fits, end), 200);
	assert_int_equal(status_for(start, fits + 1, end), 431);
	assert_int_equal(status_for(start, 100000, ""), 431);
	assert_int_equal(status_for("GET /", 100000, ""), 414);
	assert_int_equal(status_for("GET /", limits.max_header_bytes - 5, ""), 414);
	assert_int_equal(status_for("GET /", limits.max_header_bytes - 6, ""), 0);
	assert_int_equal(status_for("G", 100000, ""), 400);
}

/* Content may be cut into chunks as fine as one likes, but what surrounds it is bounded. */
static void
test_framing_limit(void **state)
{
	struct buf in, out;

	(void)state;
	buf_init(&in, 1 << 20);
	buf_init(&out, 1 << 20);
	buf_adds(&in, CHUNKED);
	for (int i = 0; i < 64; i++)
		buf_adds(&in, "1\r\na\r\n");
	buf_adds(&in, "0\r\n\r\n");
	told(&out, in.data, in.len, in.len, in.len, 0);
	assert_non_null(strstr(out.data, "[aaaaaaaa"));
	buf_release(&in);
	buf_release(&out);

	assert_int_equal(status_for(CHUNKED "1;", 500, "\r\na\r\n0\r\n\r\n"), 200);
	assert_int_equal(status_for(CHUNKED "1;", 700, "\r\na\r\n0\r\n\r\n"), 400);
	assert_int_equal(status_for(CHUNKED "0\r\nA: ", 700, "\r\n\r\n"), 400);
	assert_int_equal(status_for(CHUNKED "0\r\nA: ", 500, "\r\n\r\n"), 200);
}

static void
test_fields(void **state)
{
	static const char bytes[] = "GET / HTTP/1.1\r\nHost: a\r\nX-a: 1\r\nx-A: 2\r\nX-ab: 3\r\n\r\n";
	struct httpd_parser p;
	struct httpd_request *r;
	size_t used;

	(void)state;
	httpd_parser_init(&p, &limits);
	assert_int_equal(httpd_feed(&p, bytes, sizeof(bytes) - 1, &used), HTTPD_REQUEST);
	r = httpd_take(&p);
	assert_true(httpd_parser_idle(&p));
	assert_string_equal(httpd_field(r, "X-A", 0), "1");
	assert_string_equal(httpd_field(r, "x-a", 1), "2");
	assert_null(httpd_field(r, "x-a", 2));
	assert_string_equal(httpd_field(r, "x-AB", 0), "3");
	assert_null(httpd_field(r, "x", 0));
	arena_free(r->arena);
	httpd_parser_clear(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_splits),
		cmocka_unit_test(test_head_limit),
		cmocka_unit_test(test_framing_limit),
		cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
