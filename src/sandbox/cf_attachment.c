/*
 * Attachments. They come in as multipart/form-data, with the header that proves no
 * browser was tricked, and go out as bytes: Data Center serves them itself, Cloud
 * redirects to its media service, whose address needs no login but a token.
 */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

#include <string.h>

enum { MAX_FILE = 3 << 20, MAX_PARTS = 40 };
static const unsigned holders = 1 << CF_PAGE | 1 << CF_BLOGPOST | 1 << CF_COMMENT;

struct part {
	const char *name, *file, *type; /* file NULL: a plain field */
	const char *data;
	size_t len;
};

/* The value of a parameter in a header: name="value" or name=value. */
static const char *
header_value(struct arena *a, const char *head, size_t len, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i + n + 1 < len; i++) {
		const char *s = head + i, *end;

		if ((i > 0 && s[-1] != ' ' && s[-1] != ';') || strncmp(s, name, n) != 0 || s[n] != '=')
			continue;
		s += n + 1;
		if (*s == '"') {
			s++;
			end = memchr(s, '"', len - (size_t)(s - head));
		} else {
			end = s + strcspn(s, ";\r\n ");
		}
		return end == NULL ? NULL : arena_strndup(a, s, (size_t)(end - s));
	}
	return NULL;
}

static const char *
content_type(struct arena *a, const char *head, size_t len)
{
	for (const char *s = head; s != NULL && s < head + len;
	     s = memchr(s, '\n', len - (size_t)(s - head)), s = s != NULL ? s + 1 : NULL)
		if (str_istarts(s, "Content-Type:"))
			return str_trim(a, s + strlen("Content-Type:"), strcspn(s + strlen("Content-Type:"), ";\r\n"));
	return "application/octet-stream";
}

/* 0 parts: not to be read. */
static size_t
read_parts(struct sb_rq *rq, struct part *part)
{
	const char *boundary = header_value(rq->arena, rq->content_type, strlen(rq->content_type), "boundary"), *mark;
	const char *s = rq->body_text, *end = rq->body_text + rq->body_len;
	size_t n = 0, len;

	if (boundary == NULL)
		return 0;
	mark = arena_printf(rq->arena, "--%s", boundary);
	len = strlen(mark);
	s = memmem(s, (size_t)(end - s), mark, len);
	while (s != NULL && n < MAX_PARTS) {
		const char *head = s + len + 2, *data, *next;
		size_t head_len;

		if (end - s < (ptrdiff_t)len + 2 || strncmp(s + len, "--", 2) == 0)
			return n;
		data = memmem(head, (size_t)(end - head), "\r\n\r\n", 4);
		next = data == NULL ? NULL : memmem(data + 2, (size_t)(end - data - 2), mark, len);
		if (next == NULL || next - data < 6)
			return 0;
		head_len = (size_t)(data - head);
		part[n].name = header_value(rq->arena, head, head_len, "name");
		part[n].file = header_value(rq->arena, head, head_len, "filename");
		part[n].type = content_type(rq->arena, head, head_len);
		part[n].data = data + 4;
		part[n].len = (size_t)(next - data) - 6; /* the line break belongs to the boundary */
		n++;
		s = next;
	}
	return 0;
}

static bool
check_form(struct sb_rq *rq)
{
	if (!cf_check_xsrf(rq))
		return false;
	if (rq->content_type == NULL || !str_istarts(rq->content_type, "multipart/form-data"))
		sb_fail(rq, 415, "Content-Type '%s' is not supported.",
		    rq->content_type != NULL ? rq->content_type : "null");
	else
		return true;
	return false;
}

static const struct cf_content *
by_name(struct cf_content **v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(cf_title(v[i]), name))
			return v[i];
	return NULL;
}

static const char *
field(const struct part *part, size_t n, struct arena *a, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (part[i].file == NULL && str_eq(part[i].name, name))
			return arena_strndup(a, part[i].data, part[i].len);
	return NULL;
}

static void
store(struct sb_rq *rq, struct cf_content *c, const struct part *p, const char *remark, bool minor)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_version *v = cf_add_version(k, c, rq->me, p->file, p->data, p->len);

	v->media = arena_strdup(k->arena, p->type);
	v->minor = minor;
	if (remark != NULL) {
		c->remark = arena_strdup(k->arena, remark);
		v->message = c->remark;
	}
	if (c->file_id == NULL)
		c->file_id = arena_printf(k->arena, "5e1f7a90-0000-4000-8000-%012llx", (long long)c->id);
}

static void
put_one_list(struct sb_rq *rq, struct cf_content **v, size_t n)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_arr_in(w, "results");
	for (size_t i = 0; i < n; i++)
		cf_put_content(rq, "", v[i], 0);
	jw_end(w);
	if (rq->site->dc) {
		jw_int(w, "start", 0);
		jw_int(w, "limit", (int64_t)n);
	}
	jw_int(w, "size", (int64_t)n);
	jw_obj_in(w, "_links");
	jw_str(w, "base", cf_base(rq));
	jw_str(w, "context", cf_context(rq));
	jw_end(w);
	jw_end(w);
}

/* POST adds and refuses a name that exists; PUT (Cloud) makes a new version of it. */
void
cf_upload_v1(struct sb_rq *rq)
{
	struct cf_content *holder = check_form(rq) ? cf_segment_to_edit(rq, 0, holders) : NULL, **there,
			  *made[MAX_PARTS];
	struct part part[MAX_PARTS];
	bool update = str_eq(rq->method, "PUT") || sb_arg_is(rq, "allowDuplicated", "true");
	size_t n, old, files = 0;

	if (holder == NULL)
		return;
	n = read_parts(rq, part);
	old = cf_children(cf_wiki(rq), rq->arena, holder, 1 << CF_ATTACHMENT, &there);
	for (size_t i = 0; i < n && !rq->failed; i++) {
		if (part[i].file == NULL || !str_eq(part[i].name, "file"))
			continue;
		files++;
		if (part[i].len > MAX_FILE)
			sb_fail(rq, 413, "The attachment is larger than the limit of %d bytes", MAX_FILE);
		else if (!update && by_name(there, old, part[i].file) != NULL)
			sb_fail(rq, 400,
			    "Cannot add a new attachment with same file name as an existing attachment: %s",
			    part[i].file);
	}
	if (files == 0 && !rq->failed)
		sb_fail(rq, 400, "At least one file part with the name 'file' is required");
	if (rq->failed)
		return;
	files = 0;
	for (size_t i = 0; i < n; i++) {
		struct cf_content *c;

		if (part[i].file == NULL || !str_eq(part[i].name, "file"))
			continue;
		c = cf_by_id(
		    cf_wiki(rq), by_name(there, old, part[i].file) != NULL ? by_name(there, old, part[i].file)->id : 0);
		if (c == NULL)
			c = cf_add(cf_wiki(rq), CF_ATTACHMENT, holder->space, holder, rq->me);
		store(rq, c, &part[i], field(part, n, rq->arena, "comment"),
		    str_eq(field(part, n, rq->arena, "minorEdit"), "true"));
		made[files++] = c;
	}
	put_one_list(rq, made, files);
}

static struct cf_content *
segment_attachment(struct sb_rq *rq, bool edit)
{
	struct cf_content *c =
	    edit ? cf_segment_to_edit(rq, 1, 1 << CF_ATTACHMENT) : cf_segment(rq, 1, 1 << CF_ATTACHMENT);

	if (c == NULL || (c->parent != NULL && c->parent == cf_by_text(cf_wiki(rq), rq->segment[0])))
		return c;
	sb_fail(rq, 404, "No attachment with id %s on content %s", rq->segment[1], rq->segment[0]);
	return NULL;
}

void
cf_upload_data_v1(struct sb_rq *rq)
{
	struct cf_content *c = check_form(rq) ? segment_attachment(rq, true) : NULL;
	struct part part[MAX_PARTS];
	size_t n = c != NULL ? read_parts(rq, part) : 0;

	if (c == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		if (part[i].file != NULL && str_eq(part[i].name, "file")) {
			if (part[i].len > MAX_FILE) {
				sb_fail(rq, 413, "The attachment is larger than the limit of %d bytes", MAX_FILE);
				return;
			}
			store(rq, c, &part[i], field(part, n, rq->arena, "comment"),
			    str_eq(field(part, n, rq->arena, "minorEdit"), "true"));
			cf_put_content(rq, "", c, 0);
			return;
		}
	sb_fail(rq, 400, "At least one file part with the name 'file' is required");
}

void
cf_edit_attachment_v1(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? segment_attachment(rq, true) : NULL;
	const char *title = json_get_str(rq->body, "title"), *remark = json_path_str(rq->body, "metadata.comment"),
		   *media = json_path_str(rq->body, "metadata.mediaType");
	int64_t number = json_int(json_path(rq->body, "version.number"), -1);
	struct cf_version *v;

	if (c == NULL)
		return;
	if (number != (int64_t)c->version_count) {
		sb_fail(rq, 409, "Version must match the current version of the attachment. Current version is: %zu",
		    c->version_count);
		return;
	}
	v = &c->version[c->version_count - 1];
	if (title != NULL)
		v->title = arena_strdup(rq->site->arena, title);
	if (media != NULL)
		v->media = arena_strdup(rq->site->arena, media);
	if (remark != NULL)
		c->remark = arena_strdup(rq->site->arena, remark);
	cf_put_content(rq, "", c, 0);
}

void
cf_list_attachments_v1(struct sb_rq *rq)
{
	struct cf_content *holder = cf_segment(rq, 0, 0), **v;
	const char *name = sb_arg(rq, "filename"), *media = sb_arg(rq, "mediaType");
	size_t n, kept = 0;

	if (holder == NULL)
		return;
	n = cf_children(cf_wiki(rq), rq->arena, holder, 1 << CF_ATTACHMENT, &v);
	for (size_t i = 0; i < n; i++)
		if ((name == NULL || str_eq(name, cf_title(v[i]))) &&
		    (media == NULL || str_eq(media, cf_now(v[i])->media)))
			v[kept++] = v[i];
	cf_put_contents(rq, v, kept, 50, 500);
}

void
cf_delete_attachment_v1(struct sb_rq *rq)
{
	struct cf_content *c = segment_attachment(rq, true);

	if (c == NULL)
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "User not permitted to delete content with id %lld", (long long)c->id);
		return;
	}
	c->status = CF_TRASHED;
	rq->status = 204;
}

/* v2 */
static void
put_v2_list(struct sb_rq *rq, const struct cf_content *holder)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_content **v = arena_array(rq->arena, k->content_count + 1, sizeof(struct cf_content *));
	const char *name = sb_arg(rq, "filename"), *media = sb_arg(rq, "mediaType");
	size_t n = 0;

	for (size_t i = 0; i < k->content_count; i++) {
		struct cf_content *c = k->content[i];

		if (c->type == CF_ATTACHMENT && c->status == CF_CURRENT && cf_may_read(c, rq->me) &&
		    (holder == NULL || c->parent == holder) && (name == NULL || str_eq(name, cf_title(c))) &&
		    (media == NULL || str_eq(media, cf_now(c)->media)))
			v[n++] = c;
	}
	cf_put_contents(rq, v, n, 50, 250);
}

void
cf_all_attachments(struct sb_rq *rq)
{
	put_v2_list(rq, NULL);
}

void
cf_page_attachments(struct sb_rq *rq)
{
	struct cf_content *holder = cf_segment(rq, 0, cf_path_types(rq));

	if (holder != NULL)
		put_v2_list(rq, holder);
}

void
cf_get_attachment(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 1 << CF_ATTACHMENT);

	if (c != NULL)
		cf_put_v2_one(rq, c, 0);
}

void
cf_delete_attachment(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 1 << CF_ATTACHMENT);
	bool purge = sb_arg_is(rq, "purge", "true");

	if (c == NULL)
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "User does not have permission to delete this content");
		return;
	}
	if (purge != (c->status == CF_TRASHED)) {
		sb_fail(rq, 404, "Not Found");
		return;
	}
	if (purge)
		cf_purge(cf_wiki(rq), c);
	else
		c->status = CF_TRASHED;
	rq->status = 204;
}

/* Bytes. */
static const char *
header_safe(struct arena *a, const char *text)
{
	char *s = arena_strdup(a, text);

	for (char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == '"' || *p == 0x7f)
			*p = '_';
	return s;
}

static void
send_bytes(struct sb_rq *rq, const struct cf_content *c, size_t number)
{
	const struct cf_version *v = &c->version[number - 1];

	buf_reset(&rq->out);
	buf_add(&rq->out, v->body, v->len);
	rq->out_type = header_safe(rq->arena, v->media);
	sb_header(rq, "Content-Disposition",
	    arena_printf(rq->arena, "attachment; filename=\"%s\"", header_safe(rq->arena, v->title)));
}

static size_t
asked_version(struct sb_rq *rq, const struct cf_content *c)
{
	int64_t n = sb_arg_int(rq, "version", (int64_t)c->version_count);

	if (!rq->failed && (n < 1 || n > (int64_t)c->version_count))
		sb_fail(rq, 404, "No version %lld of attachment %lld", (long long)n, (long long)c->id);
	return rq->failed ? 0 : (size_t)n;
}

static const char *
media_token(struct sb_rq *rq, const char *file, size_t number)
{
	unsigned h = 2166136261U;

	for (const char *s = file; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619U;
	return arena_printf(rq->arena, "mt%08x", (h ^ (unsigned)number) * 16777619U);
}

static void
redirect(struct sb_rq *rq, const char *to)
{
	sb_text_answer(rq, 302, "text/plain", "");
	sb_header(rq, "Location", to);
}

static void
send_attachment(struct sb_rq *rq, const struct cf_content *c)
{
	size_t number = asked_version(rq, c);

	if (number == 0)
		return;
	if (rq->site->dc)
		send_bytes(rq, c, number);
	else
		redirect(rq, arena_printf(rq->arena, "%s/media/wiki/file/%s/binary?version=%zu&token=%s", rq->site->base,
				 c->file_id, number, media_token(rq, c->file_id, number)));
}

void
cf_download_v1(struct sb_rq *rq)
{
	struct cf_content *c = segment_attachment(rq, false);

	if (c != NULL)
		send_attachment(rq, c);
}

void
cf_download_file(struct sb_rq *rq)
{
	struct cf_content *holder = cf_segment(rq, 0, 0), **v;
	size_t n = holder != NULL ? cf_children(cf_wiki(rq), rq->arena, holder, 1 << CF_ATTACHMENT, &v) : 0;

	if (holder == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		if (str_eq(cf_title(v[i]), rq->segment[1])) {
			send_attachment(rq, v[i]);
			return;
		}
	sb_fail(rq, 404, "No attachment named %s", rq->segment[1]);
}

/* The media service: whoever has the address has the file. */
void
cf_media_file(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);

	for (size_t i = 0; i < k->content_count; i++) {
		struct cf_content *c = k->content[i];
		size_t number;

		if (c->type != CF_ATTACHMENT || c->status == CF_PURGED || !str_eq(c->file_id, rq->segment[0]))
			continue;
		number = asked_version(rq, c);
		if (number != 0 && str_eq(sb_arg(rq, "token"), media_token(rq, c->file_id, number)))
			send_bytes(rq, c, number);
		else
			sb_text_answer(
			    rq, 401, "application/json", "{\"error\":{\"code\":\"JwtAuthoriser:AuthorisationError\"}}");
		return;
	}
	sb_text_answer(rq, 404, "application/json", "{\"error\":{\"code\":\"NotFound\"}}");
}
