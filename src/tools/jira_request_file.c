/* All files are decoded and checked before the first is uploaded. */
#include "tools/jira_request_file.h"

#include "base/str.h"

#include <string.h>

struct file {
	const char *name, *data;
	size_t len;
};

static int
letter(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 :
	    c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* NULL: no base64. Line ends inside are allowed. */
static char *
decode(struct arena *a, const char *s, size_t *ret_len)
{
	char *out = arena_alloc(a, strlen(s) / 4 * 3 + 4);
	unsigned bits = 0;
	int have = 0;
	size_t n = 0;

	for (; *s != '\0' && *s != '='; s++) {
		int v = letter(*s);

		if (*s == '\n' || *s == '\r')
			continue;
		if (v < 0)
			return NULL;
		bits = bits << 6 | (unsigned)v;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have & 0xff);
		}
	}
	if (s[strspn(s, "=\r\n")] != '\0' || have == 6)
		return NULL;
	*ret_len = n;
	return out;
}

static int
read_file(struct call *c, json *v, struct file *f)
{
	const char *text = json_get_str(v, "text"), *coded = json_get_str(v, "base64");

	f->name = json_get_str(v, "name");
	if (str_blank(f->name) || strpbrk(f->name, "/\\") != NULL || (text == NULL) == (coded == NULL)) {
		call_fail(c, ERR_INPUT, "A file is given as {\"name\":\"a.txt\",\"text\":\"...\"} or {\"name\":\"a.png\",\"base64\":\"...\"}.");
		call_hint(c, "The content is part of the call; a path is not accepted.");
		return -1;
	}
	f->data = text;
	f->len = text != NULL ? strlen(text) : 0;
	if (coded != NULL && (f->data = decode(c->arena, coded, &f->len)) == NULL)
		return call_fail(c, ERR_INPUT, "The content of %.80s is not base64.", f->name);
	if (f->len > REQUEST_MAX_FILE)
		return call_fail(c, ERR_TOO_LARGE, "%.80s is larger than %d MiB.", f->name, REQUEST_MAX_FILE / 1024 / 1024);
	return 0;
}

static int
upload(struct call *c, struct site *s, const char *desk, const struct file *f, const char **ret_id)
{
	struct rest_write w = { .method = "POST", .path = rest_path(c, s,
	    "/rest/servicedeskapi/servicedesk/%s/attachTemporaryFile", desk),
	    .what = arena_printf(c->arena, "the upload of %s (%zu bytes)", f->name, f->len) };
	struct rest_form *form = rest_form_new(c);

	rest_form_file(form, "file", f->name, "application/octet-stream", f->data, f->len);
	if (rest_form_end(c, form, &w) == -1)
		return -1;
	if (c->dry_run != NULL) {
		rest_plan(c, &w);
		*ret_id = arena_printf(c->arena, "(id of %s)", f->name);
		return 0;
	}
	if (rest_write(c, s, &w) == -1)
		return -1;
	*ret_id = json_path_str(w.json, "temporaryAttachments.0.temporaryAttachmentId");
	return *ret_id != NULL ? 0 : call_fail(c, ERR_PROTOCOL, "%s took %s but gave it no id.", s->label, f->name);
}

int
request_files(struct call *c, struct site *s, const char *desk, json *files, const char ***ret_ids, size_t *ret_count)
{
	size_t n = json_len(files);
	struct file *list = arena_array(c->arena, n + 1, sizeof(*list));
	const char **ids = arena_array(c->arena, n + 1, sizeof(*ids));

	if (n > REQUEST_MAX_FILES)
		return call_fail(c, ERR_INPUT, "At most %d files at once.", REQUEST_MAX_FILES);
	for (struct json_iter it = json_iter(files); json_next(&it);) {
		if (read_file(c, it.value, &list[it.index]) == -1)
			return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (upload(c, s, desk, &list[i], &ids[i]) == -1)
			return -1;
	}
	*ret_ids = ids;
	*ret_count = n;
	return 0;
}
