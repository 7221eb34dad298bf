#include "mcp/header.h"

#include "base/str.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

static int
digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *d = c == '\0' ? NULL : strchr(digits, c);

	return d == NULL ? -1 : (int)(d - digits);
}

const char *
header_decode(struct arena *a, const char *value)
{
	size_t len = strlen(value), n = 0;
	const char *in;
	char *out;

	if (len < 12 || !str_starts(value, "=?base64?") || !str_ends(value, "?="))
		return value;
	in = value + 9;
	len -= 11;
	if (len % 4 != 0)
		return NULL;
	out = arena_alloc(a, len + 1);
	for (size_t i = 0; i < len; i += 4) {
		int d[4], pad = 0;

		for (int k = 0; k < 4; k++) {
			bool last = i + 4 == len && k >= 2;

			d[k] = digit(in[i + (size_t)k]);
			if (in[i + (size_t)k] == '=' && last) {
				pad++;
				d[k] = 0;
			} else if (d[k] < 0 || pad > 0) {
				return NULL;
			}
		}
		if ((pad == 2 && (d[1] & 15) != 0) || (pad == 1 && (d[2] & 3) != 0))
			return NULL;
		out[n++] = (char)(d[0] << 2 | d[1] >> 4);
		if (pad < 2)
			out[n++] = (char)(d[1] << 4 | d[2] >> 2);
		if (pad < 1)
			out[n++] = (char)(d[2] << 6 | d[3]);
	}
	return memchr(out, '\0', n) == NULL && utf8_valid(out, n) ? out : NULL;
}

/* What Mcp-Name repeats; NULL for methods without. */
static const char *
named(const struct message *m)
{
	if (str_eq(m->method, "tools/call") || str_eq(m->method, "prompts/get"))
		return json_get_str(m->params, "name");
	if (str_eq(m->method, "resources/read"))
		return json_get_str(m->params, "uri");
	return NULL;
}

static const char *
check(struct arena *a, const struct exchange *x, const char *header, const char *body, const char *what)
{
	const char *given = exchange_header(x, header), *value = given == NULL ? NULL : header_decode(a, given);

	if (given == NULL)
		return body == NULL ? NULL : arena_printf(a, "Header mismatch: %s is missing (%s is '%.128s')", header, what, body);
	if (exchange_header_n(x, header, 1) != NULL)
		return arena_printf(a, "Header mismatch: %s is given twice", header);
	if (value == NULL)
		return arena_printf(a, "Header mismatch: %s is not valid base64", header);
	if (!str_eq(value, body))
		return arena_printf(a, "Header mismatch: %s '%.128s' does not match %s%s%.128s%s", header, value, what,
		    body != NULL ? " '" : "", body != NULL ? body : ", which is absent", body != NULL ? "'" : "");
	return NULL;
}

static const char *
check_param(struct arena *a, const struct exchange *x, const struct mcp_param_header *h, json *args)
{
	const char *header = arena_printf(a, "Mcp-Param-%s", h->name), *given = exchange_header(x, header);
	json *v = json_get(args, h->param);
	const char *value = given == NULL ? NULL : header_decode(a, given);
	char *end;

	if (value != NULL && yyjson_is_num(v) && strtod(value, &end) == yyjson_get_num(v) && *value != '\0' && *end == '\0')
		return NULL;	/* 42.0 is 42 */
	return check(a, x, header, json_is_null(v) ? NULL : json_scalar(a, v), arena_printf(a, "arguments.%s", h->param));
}

const char *
header_mismatch(struct arena *a, const struct exchange *x, const struct message *m, const struct mcp_provider *p)
{
	const char *bad = check(a, x, "MCP-Protocol-Version", json_get_str(m->meta, "io.modelcontextprotocol/protocolVersion"),
	    "the body's protocol version");
	const struct mcp_param_header *h;

	if (bad == NULL)
		bad = check(a, x, "Mcp-Method", m->method, "method");
	if (bad == NULL && named(m) != NULL)
		bad = check(a, x, "Mcp-Name", named(m), str_eq(m->method, "resources/read") ? "params.uri" : "params.name");
	if (bad != NULL || p->param_headers == NULL || !str_eq(m->method, "tools/call") || named(m) == NULL)
		return bad;
	h = p->param_headers(p->ctx, named(m));
	for (; bad == NULL && h != NULL && h->name != NULL; h++)
		bad = check_param(a, x, h, json_get(m->params, "arguments"));
	return bad;
}
