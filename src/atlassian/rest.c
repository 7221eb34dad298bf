/*
 * request -> http_do -> (status, headers, bytes) -> JSON or the call's error.
 * Success must be JSON where a body is there at all: a login page with status 200 is
 * an error, and so is a document that ends early.
 */
#include "atlassian/rest.h"

#include "atlassian/cache.h"
#include "atlassian/flight.h"
#include "atlassian/rest_error.h"
#include "base/clock.h"
#include "base/random.h"
#include "base/str.h"
#include "base/utf8.h"
#include "json/writer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { MAX_PATH = 16 * 1024, MAX_OUTCOME = 64 * 1024, MAX_PLANNED = 4000, MAX_FORM = 64 * 1024 * 1024 };

static int
add_segment(struct call *c, struct buf *b, const char *s)
{
	if (s == NULL || *s == '\0' || str_eq(s, ".") || str_eq(s, ".."))
		return call_fail(c, ERR_INPUT, "An identifier is empty or not allowed.");
	str_urlencode(b, s, strlen(s));
	return 0;
}

char *
rest_path(struct call *c, const struct site *s, const char *fmt, ...)
{
	int result = 0;
	char *path = NULL;
	struct buf b;
	va_list ap;

	buf_init(&b, MAX_PATH);
	if (str_starts(fmt, "{api}")) {
		buf_adds(&b, s->product == CONFLUENCE ? s->dialect->confluence_api : s->dialect->jira_api);
		fmt += strlen("{api}");
	} else if (str_starts(fmt, "{v1}")) {
		buf_adds(&b, "/rest/api");
		fmt += strlen("{v1}");
	}
	va_start(ap, fmt);
	for (; *fmt != '\0' && result == 0; fmt++) {
		if (fmt[0] == '%' && fmt[1] == 's') {
			result = add_segment(c, &b, va_arg(ap, const char *));
			fmt++;
		} else if (fmt[0] == '%' && fmt[1] == 'd') {
			buf_addf(&b, "%" PRId64, va_arg(ap, int64_t));
			fmt++;
		} else {
			buf_addc(&b, *fmt);
		}
	}
	va_end(ap);
	if (result == 0 && buf_overflowed(&b))
		result = call_fail(c, ERR_INPUT, "The request's address would be longer than %d bytes.", MAX_PATH);
	if (result == 0)
		path = arena_strndup(c->arena, b.data, b.len);
	buf_release(&b);
	return path;
}

char *
rest_query(struct call *c, char *path, ...)
{
	const char *name;
	struct buf b;
	va_list ap;

	if (path == NULL)
		return NULL;
	buf_init(&b, MAX_PATH);
	buf_adds(&b, path);
	va_start(ap, path);
	while ((name = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		if (value == NULL)
			continue;
		buf_addf(&b, "%c%s=", strchr(b.data, '?') == NULL ? '?' : '&', name);
		str_urlencode(&b, value, strlen(value));
	}
	va_end(ap);
	path = arena_strndup(c->arena, b.data, b.len);
	if (buf_overflowed(&b)) {
		call_fail(c, ERR_INPUT, "The request's address would be longer than %d bytes.", MAX_PATH);
		path = NULL;
	}
	buf_release(&b);
	return path;
}

static int
send(struct call *c, struct site *s, const struct rest_write *w, int flags, struct http_response *ret)
{
	struct http_header *headers = arena_array(c->arena, s->header_count + 3, sizeof(*headers));
	size_t n = 0;

	headers[n++] = (struct http_header){ "Accept", "application/json" };
	if (!(flags & HTTP_RETRY))	/* Data Center's cross-site check, for writes */
		headers[n++] = (struct http_header){ "X-Atlassian-Token", "no-check" };
	if (str_starts(w->path, "/rest/servicedeskapi/"))	/* much of it is refused as experimental without */
		headers[n++] = (struct http_header){ "X-ExperimentalApi", "opt-in" };
	for (size_t i = 0; i < s->header_count; i++)
		headers[n++] = s->headers[i];
	return http_do(c, s->pool, &(struct http_request){
		.method = w->method,
		.url = arena_printf(c->arena, "%s%s", s->base, w->path),
		.headers = headers,
		.header_count = n,
		.auth_scheme = s->auth_scheme,
		.credentials = s->credentials,
		.content_type = w->content_type,
		.body = w->body,
		.body_len = w->body == NULL || w->body_len > 0 ? w->body_len : strlen(w->body),
		.flags = flags,
	}, ret);
}

/* The JSON of a success; *ret NULL for an empty body. */
static int
success_json(struct call *c, const struct site *s, const struct http_response *r, json **ret)
{
	const char *type = http_response_header(r, "content-type");
	struct err e;

	*ret = NULL;
	if (r->body_len == 0)
		return 0;
	err_init(&e, c->arena);
	*ret = json_parse(c->arena, r->body, r->body_len, JSON_TRUSTED, &e);
	if (*ret != NULL)
		return 0;
	if (r->body[strspn(r->body, " \t\r\n")] == '<' || (type != NULL && str_istarts(type, "text/html"))) {
		call_fail(c, ERR_PROTOCOL, "%s answered with a web page instead of JSON.", s->label);
		call_hint(c, "The URL is wrong, or a login page or proxy stands in front of the site.");
	} else {
		call_fail(c, ERR_PROTOCOL, "%s answered with broken JSON: %s", s->label, e.message);
		call_hint(c, "Try again.");
	}
	c->err.http_status = r->status;
	return -1;
}

int
rest_error(struct call *c, const struct site *s, const struct http_response *r)
{
	return rest_error_fill(c, s, r);
}

/*
 * Cloud treats a wrong or expired token as nobody's and says "not found" where it should say "who are you?". So the
 * first such answer of a process is followed by a look at who we are. -1: the credentials are the trouble.
 */
static int
check_recognised(struct call *c, struct site *s)
{
	struct http_response r;

	if (s->recognised || s->product != JIRA || s->dialect == NULL || !site_is_cloud(s))
		return 0;
	if (send(c, s, &(struct rest_write){ .method = "GET", .path = "/rest/api/3/myself" }, HTTP_RETRY, &r) == -1)
		return -1;
	if (r.status == 401)
		return rest_error_fill(c, s, &r);
	s->recognised = true;
	return 0;
}

/* A GET: of several that are alike and at the same time one is sent. */
static int
read_shared(struct call *c, struct site *s, const struct rest_write *w, struct http_response *r)
{
	struct flight *f;
	int result;

	if (flight_join(c, s, w->path, r, &f) == -1)
		return -1;
	if (f == NULL)
		return 0;
	result = send(c, s, w, HTTP_RETRY, r);
	flight_end(s, f, result == -1 ? NULL : r);
	return result;
}

int
rest_read(struct call *c, struct site *s, struct rest_req *q)
{
	struct rest_write w;
	struct http_response r;

	if (q->path == NULL)
		return -1;
	q->json = NULL;
	w = (struct rest_write){ .method = q->method != NULL ? q->method : "GET", .path = q->path, .body = q->body };
	if ((w.body != NULL ? send(c, s, &w, HTTP_RETRY, &r) : read_shared(c, s, &w, &r)) == -1)
		return -1;
	q->status = r.status;
	if (r.status == 404 && check_recognised(c, s) == -1)
		return -1;
	if (r.status == 404 && q->optional)
		return 0;
	if (r.status < 200 || r.status > 299)
		return rest_error_fill(c, s, &r);
	return success_json(c, s, &r, &q->json);
}

int
rest_get(struct call *c, struct site *s, const char *path, json **ret)
{
	struct rest_req q = { .path = path };

	if (rest_read(c, s, &q) == -1)
		return -1;
	*ret = q.json;
	return 0;
}

struct one_of {
	struct site *site;
	struct rest_req *req;
};

static int
read_one(struct call *c, void *arg)
{
	struct one_of *o = arg;

	return rest_read(c, o->site, o->req);
}

int
rest_all(struct call *c, struct site *s, struct rest_req *q, size_t count)
{
	struct one_of *items;

	if (count == 1)
		return rest_read(c, s, q);
	items = arena_array(c->arena, count, sizeof(*items));
	for (size_t i = 0; i < count; i++) {
		if (q[i].path == NULL)
			return -1;
		items[i] = (struct one_of){ s, &q[i] };
	}
	return call_all(c, read_one, items, count, sizeof(*items));
}

/* A failed or unknown outcome that can't be recorded leaves the intent, which counts as unknown. */
static void
settle(struct call *c, struct site *s, enum journal_state state, const char *outcome)
{
	struct err ignored;

	err_init(&ignored, c->arena);
	if (journal_settle(s->journal, c->journal_id, state, NULL, outcome, &ignored) == -1)
		return;
}

static int
settle_done(struct call *c, struct site *s, const struct rest_write *w, const char *outcome)
{
	const char *created = w->created_id == NULL ? NULL : json_get_str(w->json, w->created_id);
	struct err e;

	err_init(&e, c->arena);
	if (journal_settle(s->journal, c->journal_id, JOURNAL_DONE, created, outcome, &e) == 0)
		return 0;
	call_fail(c, ERR_INTERNAL, "It was done (%s), but the journal could not record that: %s",
	    created != NULL ? created : w->target != NULL ? w->target : w->what, e.message);
	call_hint(c, "Do not repeat it.");
	return -1;
}

static int
unknown_outcome(struct call *c, struct site *s, const struct rest_write *w)
{
	const char *cause = c->err.message;
	int status = c->err.http_status;

	settle(c, s, JOURNAL_UNKNOWN, cause);
	err_clear(&c->err);
	call_fail(c, ERR_UNKNOWN_OUTCOME, "It is not known whether %s took place: %s", w->what, cause);
	call_hint(c, "Do not repeat it blindly: first look whether it is there. Journal entry %s.", c->journal_id);
	c->err.http_status = status;
	return -1;
}

static int
intend(struct call *c, struct site *s, const struct rest_write *w)
{
	c->journal_id = arena_printf(c->arena, "%s-%s", c->id, random_id(c->arena, 4));	/* a call may write several times at once */
	return journal_intend(s->journal, &(struct journal_entry){
		.id = c->journal_id,
		.at_ms = clock_wall_ms(),
		.principal = c->principal,
		.tool = c->name,
		.site = s->base,
		.method = w->method,
		.path = w->path,
		.body = w->content_type == NULL ? w->body : arena_printf(c->arena, "\"%zu bytes of %s\"", w->body_len,
		    w->content_type),
		.target = w->target,
		.before = w->before,
	}, &c->err);
}

/* Sends until it was sent: a try that never reached the site, or was turned away at the door (429), is repeated. */
static int
send_once(struct call *c, struct site *s, const struct rest_write *w, struct http_response *r)
{
	for (int attempt = 1;; attempt++) {
		int result = send(c, s, w, 0, r);
		bool again = result == -1 ? !r->sent && c->err.kind == ERR_NETWORK : r->status == 429;
		int64_t delay = again ? http_retry_delay_ms(result == -1 ? 0 : 429,
		    http_response_header(r, "retry-after"), attempt, clock_wall_ms()) : -1;

		if (delay < 0 || attempt == HTTP_MAX_ATTEMPTS || clock_mono_ms() + delay >= c->deadline_ms)
			return result;
		err_clear(&c->err);
		if (call_sleep(c, delay) == -1) {
			r->sent = false;
			return -1;
		}
	}
}

void
rest_plan(struct call *c, const struct rest_write *w)
{
	struct call_plan *p = c->dry_run;
	size_t shown = w->content_type == NULL && w->body != NULL ? utf8_cut(w->body, strlen(w->body), MAX_PLANNED) : 0;

	if (p->count == LEN(p->step)) {
		p->left_out++;
		return;
	}
	p->step[p->count].what = w->what;
	p->step[p->count].request = arena_printf(c->arena, "%s %s", w->method, w->path);
	p->step[p->count].body = shown > 0 ? arena_strndup(c->arena, w->body, shown) : NULL;
	p->count++;
}

int
rest_planned(struct call *c)
{
	return call_fail(c, ERR_DRY_RUN, "A dry run ends before the first write.");
}

int
rest_write(struct call *c, struct site *s, struct rest_write *w)
{
	struct http_response r;
	int result;

	if (w->path == NULL)
		return -1;
	if (c->read_only)
		return call_fail(c, ERR_INTERNAL, "A tool that only reads tried to write.");
	if (c->dry_run != NULL) {
		rest_plan(c, w);
		return rest_planned(c);
	}
	if (intend(c, s, w) == -1)
		return -1;
	result = send_once(c, s, w, &r);
	flight_close_all(s);
	if (result == -1) {
		if (r.sent)
			return unknown_outcome(c, s, w);
		settle(c, s, JOURNAL_FAILED, c->err.message);
		return -1;
	}
	w->status = r.status;
	if (r.status >= 200 && r.status <= 299) {
		if (success_json(c, s, &r, &w->json) == -1)
			return unknown_outcome(c, s, w);
		return settle_done(c, s, w, r.body_len > 0 && r.body_len < MAX_OUTCOME ? r.body : NULL);
	}
	w->json = json_parse(c->arena, r.body, r.body_len, JSON_TRUSTED, &(struct err){ .arena = c->arena });
	if (r.status != 404 || check_recognised(c, s) == 0)
		rest_error_fill(c, s, &r);
	if (r.status == 400 || r.status == 404)	/* what we know of fields and values may be out of date */
		rest_forget(s);
	if (r.status >= 500)	/* it may have been carried out before the answer broke */
		return unknown_outcome(c, s, w);
	settle(c, s, JOURNAL_FAILED, c->err.message);
	return -1;
}

/* ---- bodies that are not JSON ---- */

struct rest_form {
	struct call *call;
	const char *boundary;
	struct buf b;
};

struct rest_form *
rest_form_new(struct call *c)
{
	struct rest_form *f = arena_alloc(c->arena, sizeof(*f));

	f->call = c;
	f->boundary = arena_printf(c->arena, "telamon-%s", random_id(c->arena, 16));
	buf_init(&f->b, MAX_FORM);
	return f;
}

/* A name inside of quotes, as browsers write it (HTML, multipart/form-data encoding algorithm). */
static void
form_name(struct buf *b, const char *label, const char *name)
{
	buf_addf(b, "; %s=\"", label);
	for (const char *p = name; *p != '\0'; p++) {
		if (*p == '"' || *p == '\r' || *p == '\n')
			buf_adds(b, *p == '"' ? "%22" : *p == '\r' ? "%0D" : "%0A");
		else
			buf_addc(b, *p);
	}
	buf_addc(b, '"');
}

static void
form_part(struct rest_form *f, const char *name, const char *file_name, const char *type, const char *data, size_t len)
{
	buf_addf(&f->b, "--%s\r\nContent-Disposition: form-data", f->boundary);
	form_name(&f->b, "name", name);
	if (file_name != NULL)
		form_name(&f->b, "filename", file_name);
	if (type != NULL)
		buf_addf(&f->b, "\r\nContent-Type: %s", type);
	buf_adds(&f->b, "\r\n\r\n");
	buf_add(&f->b, data, len);
	buf_adds(&f->b, "\r\n");
}

void
rest_form_text(struct rest_form *f, const char *name, const char *value)
{
	form_part(f, name, NULL, NULL, value, strlen(value));
}

void
rest_form_file(struct rest_form *f, const char *name, const char *file_name, const char *type, const char *data, size_t len)
{
	form_part(f, name, file_name, type, data, len);
}

int
rest_form_end(struct call *c, struct rest_form *f, struct rest_write *w)
{
	buf_addf(&f->b, "--%s--\r\n", f->boundary);
	if (buf_overflowed(&f->b)) {
		buf_release(&f->b);
		return call_fail(c, ERR_TOO_LARGE, "The files together are larger than %d MiB.", MAX_FORM / 1024 / 1024);
	}
	w->body = arena_strndup(c->arena, f->b.data, f->b.len);
	w->body_len = f->b.len;
	w->content_type = arena_printf(c->arena, "multipart/form-data; boundary=%s", f->boundary);
	buf_release(&f->b);
	return 0;
}

int
rest_download(struct call *c, struct site *s, const char *path, size_t max, struct rest_file *ret)
{
	struct http_header *headers = arena_array(c->arena, s->header_count + 1, sizeof(*headers));
	struct http_response r;
	const char *type;

	if (path == NULL)
		return -1;
	headers[0] = (struct http_header){ "Accept", "*/*" };
	for (size_t i = 0; i < s->header_count; i++)
		headers[i + 1] = s->headers[i];
	if (http_do(c, s->pool, &(struct http_request){
		.method = "GET",
		.url = arena_printf(c->arena, "%s%s", s->base, path),
		.headers = headers,
		.header_count = s->header_count + 1,
		.auth_scheme = s->auth_scheme,
		.credentials = s->credentials,
		.max_response = max,
		.flags = HTTP_RETRY | HTTP_MEDIA_REDIRECT,
	}, &r) == -1)
		return -1;
	if (r.status < 200 || r.status > 299)
		return rest_error_fill(c, s, &r);
	type = http_response_header(&r, "content-type");
	*ret = (struct rest_file){
		.data = r.body, .len = r.body_len,
		.type = type == NULL ? NULL : str_trim(c->arena, type, strcspn(type, ";")),
	};
	return 0;
}
