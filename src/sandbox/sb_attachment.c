/*
 * Attachments: bytes in memory, with the two ways to them. Cloud answers a request for a file with a redirect to the media
 * store, which lets nobody in who brings credentials of his own; Data Center gives it out below /secure.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"
#include "sandbox/sb_seed.h"

#include <string.h>

enum { FIRST_ATTACHMENT = 10000, MAX_FILE_NAME = 255, LOG_LINES = 220 };

struct sb_attachment *
sb_attachment_add(struct sb_site *site, struct sb_issue *issue, int author, const char *name, const char *mime, const char *data,
    size_t len)
{
	struct sb_attachment *a;

	if (len > SB_MAX_UPLOAD || len > SB_MAX_ATTACHMENTS - site->attachment_bytes)
		return NULL;
	issue->attachment = sb_room(site->arena, issue->attachment, issue->attachment_count, sizeof *a);
	a = &issue->attachment[issue->attachment_count++];
	a->id = FIRST_ATTACHMENT + (int64_t)site->attachment_count++;
	a->created_ms = sb_now(site);
	a->author = author;
	a->name = arena_strdup(site->arena, name);
	a->mime = arena_strdup(site->arena, mime);
	a->data = arena_strndup(site->arena, data, len);
	a->len = len;
	site->attachment_bytes += len;
	return a;
}

static const char *
encoded(struct sb_rq *rq, const char *name)
{
	struct buf b;
	const char *s;

	buf_init(&b, MAX_FILE_NAME * 4);
	str_urlencode(&b, name, strlen(name));
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

static bool
is_picture(const struct sb_attachment *a)
{
	return str_starts(a->mime, "image/");
}

static void
put_attachment(struct sb_rq *rq, const struct sb_attachment *a, bool number)
{
	struct jw *w = &rq->w;
	const char *id = arena_printf(rq->arena, "%lld", (long long)a->id), *base = rq->site->base;

	jw_obj(w);
	jw_str(w, "self", sb_self(rq, "attachment/%s", id));
	if (number)
		jw_int(w, "id", a->id);
	else
		jw_str(w, "id", id);
	jw_str(w, "filename", a->name);
	jw_key(w, "author");
	sb_put_person(rq, a->author);
	jw_str(w, "created", sb_time(rq, a->created_ms));
	jw_int(w, "size", (int64_t)a->len);
	jw_str(w, "mimeType", a->mime);
	jw_str(w, "content", !rq->site->dc ? sb_self(rq, "attachment/content/%s", id) :
	    arena_printf(rq->arena, "%s/secure/attachment/%s/%s", base, id, encoded(rq, a->name)));
	if (is_picture(a))
		jw_str(w, "thumbnail", !rq->site->dc ? sb_self(rq, "attachment/thumbnail/%s", id) :
		    arena_printf(rq->arena, "%s/secure/thumbnail/%s/_thumb_%s.png", base, id, id));
	jw_end(w);
}

void
sb_put_attachments(struct sb_rq *rq, const struct sb_issue *issue)
{
	jw_arr(&rq->w);
	for (size_t i = 0; i < issue->attachment_count; i++)
		if (issue->attachment[i].id != 0)
			put_attachment(rq, &issue->attachment[i], false);
	jw_end(&rq->w);
}

/* The attachment of the first segment, if its issue may be seen. */
static struct sb_attachment *
find(struct sb_rq *rq, bool anyone)
{
	int64_t id;

	if (str_int(rq->segment[0], 1, INT64_MAX, &id) == 0)
		for (size_t i = 0; i < rq->site->issue_count; i++) {
			struct sb_issue *issue = rq->site->issue[i];

			for (size_t k = 0; !issue->deleted && k < issue->attachment_count; k++)
				if (issue->attachment[k].id == id && (anyone || sb_may_see(rq->me, issue->project)))
					return &issue->attachment[k];
		}
	sb_fail(rq, 404, rq->site->dc ? "The attachment with id '%s' does not exist" :
	    "The attachment with id '%s' does not exist or you do not have permission to see it.", rq->segment[0]);
	return NULL;
}

static void
send_file(struct sb_rq *rq, const struct sb_attachment *a)
{
	buf_add(&rq->out, a->data, a->len);
	rq->out_type = a->mime;
	sb_header(rq, "Content-Disposition", arena_printf(rq->arena, "attachment; filename*=UTF-8''%s", encoded(rq, a->name)));
}

void
sb_get_attachment(struct sb_rq *rq)
{
	const struct sb_attachment *a = find(rq, false);

	if (a != NULL)
		put_attachment(rq, a, !rq->site->dc);
}

void
sb_delete_attachment(struct sb_rq *rq)
{
	struct sb_attachment *a = find(rq, false);

	if (a == NULL)
		return;
	if (rq->me == SB_GUEST) {
		sb_fail(rq, 403, "You do not have permission to delete attachment with id: %s", rq->segment[0]);
		return;
	}
	a->id = 0;
	rq->status = 204;
}

void
sb_attachment_limits(struct sb_rq *rq)
{
	jw_obj(&rq->w);
	jw_bool(&rq->w, "enabled", true);
	jw_int(&rq->w, "uploadLimit", SB_MAX_UPLOAD);
	jw_end(&rq->w);
}

static void
to_media(struct sb_rq *rq, const struct sb_attachment *a)
{
	if (sb_arg_is(rq, "redirect", "false")) {
		send_file(rq, a);
		return;
	}
	rq->status = 303;
	rq->out_type = "text/html";
	sb_header(rq, "Location", arena_printf(rq->arena, "%s/media/file/%lld/binary?token=sandbox-%lld", rq->site->base,
	    (long long)a->id, (long long)a->id));
}

void
sb_attachment_content(struct sb_rq *rq)
{
	const struct sb_attachment *a = find(rq, false);

	if (a != NULL)
		to_media(rq, a);
}

/* The same bytes: the sandbox does not scale. */
void
sb_attachment_thumbnail(struct sb_rq *rq)
{
	const struct sb_attachment *a = find(rq, false);

	if (a != NULL && !is_picture(a))
		sb_fail(rq, 404, "There is no thumbnail of the attachment with id '%s'.", rq->segment[0]);
	else if (a != NULL)
		to_media(rq, a);
}

void
sb_media_file(struct sb_rq *rq)
{
	const struct sb_attachment *a = find(rq, true);

	if (rq->authorization != NULL)
		sb_fail(rq, 400, "Only one auth mechanism allowed; only the token of the query should be specified");
	else if (a != NULL && !sb_arg_is(rq, "token", arena_printf(rq->arena, "sandbox-%lld", (long long)a->id)))
		sb_fail(rq, 403, "The token is not valid.");
	else if (a != NULL)
		send_file(rq, a);
}

void
sb_secure_file(struct sb_rq *rq)
{
	const struct sb_attachment *a = find(rq, false);

	if (a != NULL)
		send_file(rq, a);
}

/* ---- uploading ---- */

static const char *
boundary_of(struct sb_rq *rq)
{
	const char *at = rq->content_type == NULL || !str_istarts(rq->content_type, "multipart/form-data") ? NULL :
	    strstr(rq->content_type, "boundary=");

	if (at == NULL)
		return NULL;
	at += strlen("boundary=");
	at += *at == '"';
	return arena_printf(rq->arena, "\r\n--%s", arena_strndup(rq->arena, at, strcspn(at, "\";")));
}

/* The value of name="..." in a part's head; NULL when absent. */
static const char *
attribute(struct sb_rq *rq, const char *head, const char *name)
{
	const char *at = strstr(head, arena_printf(rq->arena, "; %s=\"", name));

	if (at == NULL)
		return NULL;
	at += strlen(name) + 4;
	return arena_strndup(rq->arena, at, strcspn(at, "\"\r\n"));
}

static bool
take_part(struct sb_rq *rq, struct sb_issue *issue, const char *head, const char *data, size_t len)
{
	const char *name = attribute(rq, head, "filename"), *type = strcasestr(head, "\r\ncontent-type:");

	if (!str_eq(attribute(rq, head, "name"), "file") || name == NULL)
		return true;
	if (*name == '\0' || strlen(name) > MAX_FILE_NAME || strpbrk(name, "/\\") != NULL) {
		sb_fail(rq, 400, "The file name '%s' is not valid.", name);
		return false;
	}
	if (type != NULL) {
		type += strlen("\r\ncontent-type:");
		type = str_trim(rq->arena, type, strcspn(type, ";\r\n"));
	}
	if (sb_attachment_add(rq->site, issue, rq->me, name, type != NULL ? type : "application/octet-stream", data, len) != NULL)
		return true;
	sb_fail(rq, 413, "The field file exceeds its maximum permitted size of %d bytes.", SB_MAX_UPLOAD);
	return false;
}

/* Between two boundaries stand head, empty line and bytes. */
static void
take_parts(struct sb_rq *rq, struct sb_issue *issue, const char *boundary)
{
	const char *text = arena_printf(rq->arena, "%s", "\r\n"), *at, *end, *next, *body;
	char *all = arena_alloc(rq->arena, rq->body_len + 3);
	size_t mark = strlen(boundary);

	memcpy(all, text, 2);
	memcpy(all + 2, rq->body_text, rq->body_len);
	end = all + 2 + rq->body_len;
	for (at = memmem(all, (size_t)(end - all), boundary, mark); at != NULL; at = next) {
		at += mark;
		next = memmem(at, (size_t)(end - at), boundary, mark);
		body = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
		if (next == NULL || body == NULL || body > next)
			return;
		if (!take_part(rq, issue, arena_strndup(rq->arena, at, (size_t)(body - at)), body + 4,
			(size_t)(next - body) < 4 ? 0 : (size_t)(next - body - 4)))
			return;
	}
}

void
sb_add_attachments(struct sb_rq *rq)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);
	const char *boundary = boundary_of(rq);
	size_t before = issue != NULL ? issue->attachment_count : 0;

	if (issue == NULL)
		return;
	if (!str_eq(rq->xsrf, "no-check") && !str_eq(rq->xsrf, "nocheck")) {
		sb_fail(rq, 403, "XSRF check failed");
		return;
	}
	if (boundary == NULL) {
		sb_fail(rq, 415, "The body is not multipart/form-data.");
		return;
	}
	take_parts(rq, issue, boundary);
	if (rq->failed)
		return;
	if (issue->attachment_count == before) {
		sb_fail(rq, 400, "No part called 'file' holds a file.");
		return;
	}
	issue->value[F_UPDATED] = sb_one_id(rq->site, sb_now(rq->site));
	jw_arr(&rq->w);
	for (size_t i = before; i < issue->attachment_count; i++)
		put_attachment(rq, &issue->attachment[i], false);
	jw_end(&rq->w);
}

/* ---- the seed's files: a log of many lines and a picture, at the first bug of each project ---- */

/* 64 x 48 pixels: a window with a red bar across */
static const unsigned char screenshot[] = {
	0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
	0x00, 0x00, 0x00, 0x40, 0x00, 0x00, 0x00, 0x30, 0x08, 0x02, 0x00, 0x00, 0x00, 0x2e, 0x29, 0xeb,
	0x48, 0x00, 0x00, 0x00, 0x59, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0xed, 0xd5, 0x31, 0x0d, 0xc0,
	0x20, 0x14, 0x40, 0x41, 0x9c, 0x74, 0x62, 0x47, 0x49, 0xfd, 0x54, 0x2a, 0x3e, 0x20, 0xac, 0x88,
	0x20, 0x34, 0x7c, 0x72, 0xc9, 0x33, 0x70, 0xd3, 0x4b, 0xcf, 0xfb, 0x85, 0x2e, 0x01, 0x00, 0x00,
	0x00, 0x00, 0x2c, 0x01, 0x5a, 0x1f, 0xa1, 0x03, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xd8,
	0x01, 0xa8, 0x25, 0x1f, 0x15, 0x00, 0x00, 0x00, 0x00, 0xc0, 0xbf, 0x00, 0x27, 0x06, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xb8, 0x1c, 0x30, 0x01, 0xa0, 0x8f,
	0x02, 0xa5, 0x46, 0xe5, 0x16, 0x15, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
	0x60, 0x82,
};

static const char *
trace_log(struct sb_site *site)
{
	static const char *const line[] = { "INFO  pool: 18 of 20 connections in use", "DEBUG request %d took 412 ms",
		"WARN  pool: no connection free, waiting", "INFO  retry %d of 3" };
	const char *text;
	struct buf b;

	buf_init(&b, 64 * 1024);
	for (int i = 0; i < LOG_LINES; i++) {
		const char *say = line[i % (int)LEN(line)], *number = strstr(say, "%d");

		buf_addf(&b, "2026-11-02T08:%02d:%02d.%03dZ %.*s", i / 60, i % 60, i * 37 % 1000,
		    (int)(number != NULL ? number - say : (long)strlen(say)), say);
		if (number != NULL)
			buf_addf(&b, "%d%s", i, number + 2);
		buf_addc(&b, '\n');
	}
	buf_adds(&b, "ERROR pool: timed out after 30000 ms\n");
	text = arena_strndup(site->arena, b.data, b.len);
	buf_release(&b);
	return text;
}

void
sb_seed_attachments(struct sb_site *site)
{
	bool done[SB_PROJECTS] = { false };

	for (size_t i = 0; i < site->issue_count; i++) {
		struct sb_issue *issue = site->issue[i];
		const char *text;

		if (done[issue->project] || sb_id(issue, F_ISSUETYPE) != SB_BUG)
			continue;
		done[issue->project] = true;
		text = trace_log(site);
		if (sb_attachment_add(site, issue, SB_ME, "trace.log", "text/plain", text, strlen(text)) == NULL ||
		    sb_attachment_add(site, issue, 2, "screenshot.png", "image/png", (const char *)screenshot, sizeof screenshot) == NULL)
			BUG("the seed's files are too large");
		for (size_t k = 0; k < issue->attachment_count; k++)
			issue->attachment[k].created_ms = sb_id(issue, F_CREATED) + 60 * 1000;
	}
}
