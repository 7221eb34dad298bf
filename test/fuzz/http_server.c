/*
 * libFuzzer entry for the HTTP server's parsing layer. The first byte says how the
 * rest is cut into pieces; cut or whole, the same requests must come out. What is
 * accepted is checked by rules of its own, and written out again in the plainest
 * form it must be read as the same request.
 *
 *	clang -fsanitize=fuzzer,address,undefined ... test/fuzz/http_server.c
 *
 * Without libFuzzer (-DREPLAY) a plain main runs the files named on the command line,
 * e.g. those of test/fuzz/corpus/http_server.
 */
#include "base/buf.h"
#include "net/httpd_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct httpd_limits limits = { .max_header_bytes = 1024, .max_headers = 12, .max_body_bytes = 256 };

static void
hold(bool ok, const char *what)
{
	if (!ok)
		BUG(what);
}

static void
check(const struct httpd_request *r)
{
	const char *length = httpd_field(r, "Content-Length", 0), *coding = httpd_field(r, "Transfer-Encoding", 0);

	hold(r->path[0] == '/' && strpbrk(r->path, " ?#\r\n\t") == NULL, "path");
	hold(strpbrk(r->query, " #\r\n\t") == NULL, "query");
	hold(httpd_field(r, "Host", 0) != NULL && httpd_field(r, "Host", 1) == NULL, "Host");
	hold(length == NULL || coding == NULL, "two framings");
	hold(httpd_field(r, "Content-Length", 1) == NULL && httpd_field(r, "Transfer-Encoding", 1) == NULL, "framing twice");
	hold(r->body_len <= limits.max_body_bytes && r->field_count <= limits.max_headers, "limits");
	hold(r->body[r->body_len] == '\0', "end of the body");
	hold(coding != NULL || r->body_len == (length != NULL ? strtoull(length, NULL, 10) : 0), "length of the body");
	for (size_t i = 0; i < r->field_count; i++) {
		const struct httpd_field *f = &r->fields[i];

		hold(f->name_len > 0 && strlen(r->text + f->name) == f->name_len, "name");
		hold(strlen(r->text + f->value) == f->value_len, "value");
		hold(strpbrk(r->text + f->name, " \t\r\n:") == NULL && strpbrk(r->text + f->value, "\r\n") == NULL, "line end");
	}
}

static void
tell(struct buf *b, const struct httpd_request *r)
{
	buf_addf(b, "%s %s%s%s HTTP/1.%d\r\n", r->method, r->path, *r->query != '\0' ? "?" : "", r->query, !r->http10);
	for (size_t i = 0; i < r->field_count; i++)
		buf_addf(b, "%s: %s\r\n", r->text + r->fields[i].name, r->text + r->fields[i].value);
	buf_adds(b, "\r\n");
	buf_add(b, r->body, r->body_len);
}

static void
again(const struct httpd_request *r)
{
	struct httpd_parser p;
	struct buf one, two;
	size_t used;

	buf_init(&one, 1 << 20);
	buf_init(&two, 1 << 20);
	tell(&one, r);
	httpd_parser_init(&p, &limits);
	if (httpd_field(r, "Transfer-Encoding", 0) == NULL && one.len - r->body_len <= limits.max_header_bytes) {
		enum httpd_event ev = httpd_feed(&p, one.data, one.len, &used);

		if (ev == HTTPD_HEAD_END) {
			size_t more;

			ev = httpd_feed(&p, one.data + used, one.len - used, &more);
			used += more;
		}
		hold(ev == HTTPD_REQUEST && used == one.len, "own form is not read back");
		tell(&two, p.req);
		hold(one.len == two.len && memcmp(one.data, two.data, one.len) == 0, "own form is read differently");
	}
	httpd_parser_clear(&p);
	buf_release(&one);
	buf_release(&two);
}

static void
run(struct buf *b, const char *data, size_t len, uint8_t cuts)
{
	struct httpd_parser p;
	size_t at = 0;
	bool closed = false;

	buf_reset(b);
	httpd_parser_init(&p, &limits);
	while (at < len && !closed) {
		size_t n = cuts == 0 ? len - at : 1 + (cuts * (at + 7) >> 3) % 23, used, off = 0;
		char *piece;

		if (n > len - at)
			n = len - at;
		piece = mem_strndup(data + at, n);
		while (off < n && !closed) {
			struct httpd_request *r;

			switch (httpd_feed(&p, piece + off, n - off, &used)) {
			case HTTPD_MORE:
				hold(used == n - off, "bytes left over");
				break;
			case HTTPD_HEAD_END:
				break;
			case HTTPD_REQUEST:
				r = httpd_take(&p);
				check(r);
				tell(b, r);
				if (cuts == 0)
					again(r);
				closed = !r->keep_alive;
				arena_free(r->arena);
				break;
			case HTTPD_FAULT:
				hold(p.status >= 400 && p.status <= 505 && p.reason != NULL, "fault without reason");
				buf_addf(b, "\n%d\n", p.status);
				closed = true;
				break;
			}
			off += used;
		}
		mem_free(piece);
		at += n;
	}
	httpd_parser_clear(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf whole, cut;
	const char *text = (const char *)data + 1;

	if (len < 2)
		return 0;
	buf_init(&whole, 1 << 24);
	buf_init(&cut, 1 << 24);
	run(&whole, text, len - 1, 0);
	run(&cut, text, len - 1, data[0] | 1);
	hold(whole.len == cut.len && memcmp(whole.data, cut.data, cut.len) == 0, "pieces change the meaning");
	buf_release(&whole);
	buf_release(&cut);
	return 0;
}

#ifdef REPLAY
int
main(int argc, char **argv)
{
	static uint8_t data[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		size_t n;

		if (f == NULL) {
			perror(argv[i]);
			return 1;
		}
		n = fread(data, 1, sizeof(data), f);
		fclose(f);
		LLVMFuzzerTestOneInput(data, n);
	}
	fprintf(stderr, "%d inputs\n", argc - 1);
	return 0;
}
#endif
