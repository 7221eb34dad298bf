/*
 * The sandbox on the network. The HTTP server hands in an exchange; here it becomes a
 * request to the site (sb_route.c and its tables), and the answer goes back, unless a fault was
 * chosen: then it comes late, in parts, as something else, or not at all. What is still
 * owed to a client hangs in the list of late answers until its timer fires, the client
 * leaves, or the sandbox stops.
 */
#include "sandbox/sandbox.h"

#include "base/clock.h"
#include "base/str.h"
#include "net/httpd.h"
#include "sandbox/cf.h"
#include "sandbox/sb_door.h"
#include "sandbox/sb_route.h"

#include <event2/event.h>
#include <string.h>

enum { DRIP_MS = 20, MAX_HEAD = SB_MAX_HEADERS + 8 };

struct late {
	struct sandbox *sandbox;
	struct exchange *ex;
	struct sb_rq rq;     /* the answer; its buffer is ours */
	struct event *timer; /* NULL: never comes */
	size_t sent;
	bool drip;
	struct late *next, **prev;
};

struct sandbox {
	struct loop *loop;
	struct httpd *httpd;
	struct sb_site *site;
	struct arena *arena;
	const char *url;
	struct sb_faults faults;
	struct sb_log log;
	struct late *late;
};

/* Jira's headers around every answer; those of 429 say when to come back. */
static size_t
make_head(const struct sandbox *sb, const struct sb_rq *rq, struct httpd_header *h)
{
	size_t n = 0;

	if (rq->status != 204)
		h[n++] = (struct httpd_header){ "Content-Type", rq->out_type };
	h[n++] = (struct httpd_header){ "X-AREQUESTID", arena_printf(rq->arena, "%zux1", sb->log.count) };
	if (sb->site->dc && rq->me >= 0)
		h[n++] = (struct httpd_header){ "X-AUSERNAME", sb_people[rq->me].name };
	else if (!sb->site->dc && rq->me >= 0)
		h[n++] = (struct httpd_header){ "X-AACCOUNTID", sb_people[rq->me].account_id };
	h[n++] = (struct httpd_header){ "Cache-Control", "no-cache, no-store, no-transform" };
	for (size_t i = 0; i < rq->header_count; i++)
		h[n++] = (struct httpd_header){ rq->header[i].name, rq->header[i].value };
	return n;
}

static void
reply(const struct sandbox *sb, struct exchange *ex, struct sb_rq *rq)
{
	struct httpd_header h[MAX_HEAD];
	size_t n = make_head(sb, rq, h);
	struct buf out = rq->out;

	/* The exchange takes its arena with it, but not the buffer. */
	exchange_reply(ex, rq->status, h, n, out.data, rq->status == 204 ? 0 : out.len);
	buf_release(&out);
}

static void
unlink_late(struct late *l)
{
	*l->prev = l->next;
	if (l->next != NULL)
		l->next->prev = l->prev;
	if (l->timer != NULL)
		event_free(l->timer);
}

static void
client_left(struct exchange *ex, void *arg)
{
	struct late *l = arg;

	(void)ex;
	unlink_late(l);
	sb_rq_release(&l->rq);
}

static void
arm(struct late *l, int ms)
{
	struct timeval tv = { ms / 1000, (ms % 1000) * 1000 };

	if (event_add(l->timer, &tv) == -1)
		BUG("a timer can't be set");
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct late *l = arg;
	struct exchange *ex = l->ex;

	(void)fd;
	(void)what;
	if (!l->drip) {
		exchange_on_close(ex, NULL, NULL);
		unlink_late(l);
		reply(l->sandbox, ex, &l->rq);
	} else if (l->sent < l->rq.out.len) {
		exchange_write(ex, l->rq.out.data + l->sent++, 1);
		arm(l, DRIP_MS);
	} else {
		exchange_on_close(ex, NULL, NULL);
		unlink_late(l);
		sb_rq_release(&l->rq);
		exchange_end(ex);
	}
}

static void
answer_late(struct sandbox *sb, struct exchange *ex, const struct sb_rq *rq, const struct sb_fault_rule *rule)
{
	struct late *l = arena_alloc(exchange_arena(ex), sizeof *l);
	struct httpd_header h[MAX_HEAD];

	l->sandbox = sb;
	l->ex = ex;
	l->rq = *rq;
	l->drip = rule->kind == SB_FAULT_DRIP;
	l->next = sb->late;
	l->prev = &sb->late;
	if (l->next != NULL)
		l->next->prev = &l->next;
	sb->late = l;
	if (rule->kind != SB_FAULT_HANG)
		l->timer = event_new(loop_base(sb->loop), -1, 0, on_timer, l);
	if (l->drip)
		exchange_stream(ex, rq->status, h, make_head(sb, rq, h));
	if (l->timer != NULL)
		arm(l, l->drip ? DRIP_MS : rule->ms);
	exchange_on_close(ex, client_left, l);
}

static void
answer_truncated(const struct sandbox *sb, struct exchange *ex, struct sb_rq *rq)
{
	struct httpd_header h[MAX_HEAD];

	exchange_stream(ex, rq->status, h, make_head(sb, rq, h));
	exchange_write(ex, rq->out.data, rq->out.len / 2);
	sb_rq_release(rq);
	exchange_abort(ex);
}

static void
make_html(struct sb_rq *rq)
{
	sb_text_answer(rq, 200, "text/html;charset=UTF-8",
	    "<!DOCTYPE html><html><head><title>Log in - Halden Outdoor</title></head><body>"
	    "<form action=\"/login\" method=\"post\"><input name=\"user\"><input name=\"password\" "
	    "type=\"password\"></form></body></html>");
}

static void
make_status(struct sb_rq *rq, const struct sb_fault_rule *rule)
{
	int status = rule->kind == SB_FAULT_429_BARE ? 429 : rule->status;

	sb_fail(rq, status, "%s",
	    status == 429   ? "Rate limit exceeded."
	    : status == 503 ? "Service Unavailable"
	    : status >= 500 ? "Internal server error"
			    : httpd_status_text(status));
	if (rule->kind == SB_FAULT_STATUS && (status == 429 || status == 503)) {
		sb_header(rq, "Retry-After", arena_printf(rq->arena, "%d", rule->retry_after));
		if (status == 429)
			sb_header(
			    rq, "X-RateLimit-Reset", clock_iso(rq->arena, sb_now(rq->site) + rule->retry_after * 1000));
	}
	if (status == 429)
		sb_header(rq, "RateLimit-Reason", cf_is_path(rq->path) ? "confluence-burst-based" : "jira-burst-based");
	sb_finish(rq);
}

static void
send_with_fault(struct sandbox *sb, struct exchange *ex, struct sb_rq *rq, const struct sb_fault_rule *rule)
{
	switch (rule->kind) {
	case SB_FAULT_RESET:
	case SB_FAULT_RESET_AFTER:
		sb_rq_release(rq);
		exchange_abort(ex);
		return;
	case SB_FAULT_TRUNCATE: answer_truncated(sb, ex, rq); return;
	case SB_FAULT_DRIP:
	case SB_FAULT_LATENCY:
	case SB_FAULT_HANG: answer_late(sb, ex, rq, rule); return;
	case SB_FAULT_GARBAGE:
		sb_text_answer(
		    rq, rq->status == 204 ? 200 : rq->status, rq->out_type, "{\"issues\": [{\"id\": 1,, \xff");
		break;
	case SB_FAULT_HTML: make_html(rq); break;
	case SB_FAULT_STATUS:
	case SB_FAULT_429_BARE: make_status(rq, rule); break;
	case SB_FAULT_NONE: break;
	}
	reply(sb, ex, rq);
}

static void
handle(struct exchange *ex, void *arg)
{
	struct sandbox *sb = arg;
	struct sb_fault_rule rule;
	struct sb_access access = { .anonymous_failures = sb->faults.anonymous };
	struct sb_rq rq;

	sb_rq_init(&rq, sb->site, exchange_arena(ex), exchange_method(ex), exchange_path(ex), exchange_query(ex));
	rq.authorization = exchange_header(ex, "Authorization");
	rq.content_type = exchange_header(ex, "Content-Type");
	rq.xsrf = exchange_header(ex, "X-Atlassian-Token");
	rq.body_text = exchange_body(ex, &rq.body_len);
	if (sb_is_door(rq.path)) {
		sb_door(&rq, &sb->faults, &sb->log);
		reply(sb, ex, &rq);
		return;
	}
	rule = sb_faults_choose(&sb->faults, rq.method, rq.path);
	if (rule.kind == SB_FAULT_NONE || sb_fault_executes(rule.kind))
		sb_answer(&rq, &access);
	sb_log_add(&sb->log, rq.method, rq.path, rule.kind == SB_FAULT_NONE ? rq.status : rule.status,
	    sb_fault_name(sb->arena, &rule));
	send_with_fault(sb, ex, &rq, &rule);
}

struct sandbox *
sandbox_start(struct loop *loop, const struct sandbox_options *o, struct err *e)
{
	struct sandbox *sb = mem_alloc(sizeof *sb);
	struct httpd_options http = { .host = o->host != NULL ? o->host : "127.0.0.1", .port = o->port };

	sb->loop = loop;
	sb->arena = arena_new();
	sb->faults.random = o->seed + 1;
	sb_log_init(&sb->log, sb->arena);
	if (o->faults != NULL && sb_faults_parse(&sb->faults, o->faults, e) == -1) {
		sandbox_stop(sb);
		return NULL;
	}
	sb->httpd = httpd_listen(loop, &http, handle, sb, e);
	if (sb->httpd == NULL) {
		sandbox_stop(sb);
		return NULL;
	}
	sb->url = arena_printf(sb->arena, strchr(http.host, ':') != NULL ? "http://[%s]:%d" : "http://%s:%d", http.host,
	    httpd_port(sb->httpd));
	sb->site = sb_site_new(o->dc, sb->url, o->seed, o->now_ms);
	return sb;
}

void
sandbox_stop(struct sandbox *sb)
{
	if (sb == NULL)
		return;
	if (sb->httpd != NULL)
		httpd_free(sb->httpd); /* calls client_left for every late answer */
	sb_site_free(sb->site);
	arena_free(sb->arena);
	mem_free(sb);
}

const char *
sandbox_path(const struct sandbox *sb, enum product p)
{
	return p != CONFLUENCE ? "" : sb->site->dc ? "/confluence" : "/wiki";
}

const char *
sandbox_url(const struct sandbox *sb)
{
	return sb->url;
}

const char *
sandbox_email(const struct sandbox *sb)
{
	(void)sb;
	return sb_people[SB_ME].email;
}

const char *
sandbox_token(const struct sandbox *sb)
{
	(void)sb;
	return sb_people[SB_ME].token;
}

const char *
sandbox_username(const struct sandbox *sb)
{
	(void)sb;
	return sb_people[SB_ME].name;
}

const char *
sandbox_password(const struct sandbox *sb)
{
	(void)sb;
	return sb_password;
}

const char *
sandbox_guest_email(const struct sandbox *sb)
{
	(void)sb;
	return sb_people[SB_GUEST].email;
}

const char *
sandbox_guest_token(const struct sandbox *sb)
{
	(void)sb;
	return sb_people[SB_GUEST].token;
}
