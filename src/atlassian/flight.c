/* The list of requests under way hangs on the site. A flight lives until the last of its waiters has taken the answer. */
#include "atlassian/flight.h"

#include "base/str.h"

#include <string.h>

enum { MAX_WAITERS = 64 };

struct flight {
	struct flight *next;
	char *path, *principal;
	bool closed;		/* to those who come later */
	bool done;
	int status;		/* 0: there is no answer to share */
	char *body, *type;
	size_t len;
	struct call *waiting[MAX_WAITERS];
	size_t waiters;		/* that have not left yet, woken or not */
};

static void
flight_free(struct flight *f)
{
	mem_free(f->path);
	mem_free(f->principal);
	mem_free(f->body);
	mem_free(f->type);
	mem_free(f);
}

static void
leave(struct flight *f, const struct call *c)
{
	for (size_t i = 0; i < f->waiters; i++) {
		if (f->waiting[i] != c)
			continue;
		f->waiting[i] = f->waiting[--f->waiters];
		break;
	}
	if (f->done && f->waiters == 0)
		flight_free(f);
}

static struct flight *
find(const struct site *s, const char *principal, const char *path)
{
	for (struct flight *f = s->flights; f != NULL; f = f->next) {
		if (!f->closed && f->waiters < MAX_WAITERS && strcmp(f->path, path) == 0 && strcmp(f->principal, principal) == 0)
			return f;
	}
	return NULL;
}

static struct flight *
begin(struct site *s, const char *principal, const char *path)
{
	struct flight *f = mem_alloc(sizeof(*f));

	f->path = mem_strdup(path);
	f->principal = mem_strdup(principal);
	f->next = s->flights;
	s->flights = f;
	return f;
}

static void
take(struct call *c, const struct flight *f, struct http_response *ret)
{
	struct http_header *type = arena_alloc(c->arena, sizeof(*type));

	*type = (struct http_header){ "content-type", arena_strdup(c->arena, f->type) };
	*ret = (struct http_response){ .status = f->status, .body = arena_strndup(c->arena, f->body, f->len), .body_len = f->len,
		.headers = type, .header_count = f->type != NULL, .sent = true };
}

int
flight_join(struct call *c, struct site *s, const char *path, struct http_response *ret, struct flight **ret_flight)
{
	const char *principal = c->principal != NULL ? c->principal : "";
	struct flight *f = find(s, principal, path);
	int result = 0;
	bool shared;

	*ret_flight = NULL;
	if (f == NULL) {
		*ret_flight = begin(s, principal, path);
		return 0;
	}
	f->waiting[f->waiters++] = c;
	while (!f->done && result == 0)
		result = call_park(c, "the same request of another call");
	shared = f->done && f->status != 0;
	if (shared && result == 0)
		take(c, f, ret);
	leave(f, c);
	if (result == 0 && !shared)
		*ret_flight = begin(s, principal, path);
	return result;
}

void
flight_end(struct site *s, struct flight *f, const struct http_response *r)
{
	struct flight **at = &s->flights;
	const char *type = r == NULL ? NULL : http_response_header(r, "content-type");

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	f->done = true;
	if (f->waiters == 0) {
		flight_free(f);
		return;
	}
	if (r != NULL && r->status >= 200 && r->status <= 299) {
		f->status = r->status;
		f->body = mem_alloc(r->body_len + 1);
		memcpy(f->body, r->body, r->body_len);
		f->len = r->body_len;
		f->type = type == NULL ? NULL : mem_strdup(type);
	}
	for (size_t i = 0; i < f->waiters; i++)
		call_wake(f->waiting[i]);
}

void
flight_close_all(struct site *s)
{
	for (struct flight *f = s->flights; f != NULL; f = f->next)
		f->closed = true;
}
