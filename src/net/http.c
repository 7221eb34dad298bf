/*
 * A request takes a place in its site's gate, an easy handle from the store of idle
 * ones, and parks until libcurl's multi handle says it is done. libcurl's sockets and
 * its one timer are events of the loop; their callbacks only feed libcurl and wake.
 *
 * Sent at most once: libcurl repeats a request by itself when a reused connection turns
 * out dead, even a POST. It asks on_issue before each time it sends one: there the
 * repetition is refused, or counted as an attempt where it is allowed. What was never
 * issued was certainly not sent. Bodies are given by a read callback without a seek
 * callback, so they can't be rewound either; a write without a body gets a connection
 * of its own, so that it is not lost with an old one.
 */
#include "net/http.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/str.h"
#include "net/curl_api.h"
#include "net/loop_impl.h"

#include <stdlib.h>
#include <string.h>

enum { DEFAULT_AT_ONCE = 32, CONNECT_TIMEOUT_MS = 10 * 1000, MAX_RESPONSE_HEADERS = 100, IDLE_HANDLES = 16,
	MAX_HEADER_LINE = 96 * 1024 };

struct http {
	struct loop *loop;
	CURLM *multi;		/* NULL until the first request */
	struct event timer;
	CURL *idle[IDLE_HANDLES];
	int idle_count;
	size_t at_once;		/* of all pools together */
};

struct http_pool {
	struct http *http;
	struct http_pool_options o;
	struct gate *gate;
	bool multiplexes;	/* the last answer came over HTTP/2 */
};

struct transfer {
	struct call *call;
	const struct http_request *req;
	struct http_response *ret;
	struct http_header headers[MAX_RESPONSE_HEADERS];
	struct buf body;
	const char *upload;
	size_t upload_left;
	CURL *easy;
	CURLcode result;
	int issued;		/* how often libcurl began to send it */
	bool done, streamed, sink_failed;
	bool foreign;		/* another host than the pool's: no client certificate */
	bool headers_ended;	/* the empty line was seen; libcurl takes a cut header block for an empty answer */
};

static int
on_timer_change(CURLM *multi, long ms, void *arg)
{
	struct http *h = arg;
	struct timeval tv = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	(void)multi;
	if (ms < 0)
		event_del(&h->timer);
	else
		event_add(&h->timer, &tv);
	return 0;
}

static void
collect_done(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl.multi_info_read(h->multi, &left)) != NULL) {
		struct transfer *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		t->result = m->data.result;
		t->done = true;
		call_wake(t->call);
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct http *h = arg;
	int running;

	(void)fd;
	(void)what;
	curl.multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect_done(h);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	int running, mask = (what & EV_READ ? CURL_CSELECT_IN : 0) | (what & EV_WRITE ? CURL_CSELECT_OUT : 0);
	struct http *h = arg;

	curl.multi_socket_action(h->multi, fd, mask, &running);
	collect_done(h);
}

static int
on_socket_change(CURL *easy, curl_socket_t fd, int what, void *arg, void *socket_event)
{
	struct event *ev = socket_event;
	struct http *h = arg;
	short kind = EV_PERSIST;

	(void)easy;
	if (ev != NULL) {
		event_free(ev);
		curl.multi_assign(h->multi, fd, NULL);
	}
	if (what == CURL_POLL_REMOVE)
		return 0;
	kind |= (what & CURL_POLL_IN) ? EV_READ : 0;
	kind |= (what & CURL_POLL_OUT) ? EV_WRITE : 0;
	ev = event_new(h->loop->base, fd, kind, on_socket, h);
	event_add(ev, NULL);
	curl.multi_assign(h->multi, fd, ev);
	return 0;
}

struct http *
http_new(struct loop *l)
{
	struct http *h = mem_alloc(sizeof(*h));

	h->loop = l;
	event_assign(&h->timer, l->base, -1, 0, on_timer, h);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	for (int i = 0; i < h->idle_count; i++)
		curl.easy_cleanup(h->idle[i]);
	if (h->multi != NULL)
		curl.multi_cleanup(h->multi);
	event_del(&h->timer);
	mem_free(h);
}

static int
http_open(struct http *h, struct err *e)
{
	if (h->multi != NULL)
		return 0;
	if (curl_load(e) == -1)
		return -1;
	h->multi = curl.multi_init();
	if (h->multi == NULL)
		return err_set(e, ERR_INTERNAL, "No memory for connections.");
	curl.multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, on_socket_change);
	curl.multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl.multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
	curl.multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	/* How many at once is the gate's business; kept are as many as may be busy. */
	curl.multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)h->at_once * 2);
	return 0;
}

static char *
own(const char *s)
{
	return s == NULL ? NULL : mem_strdup(s);
}

struct http_pool *
http_pool_new(struct http *h, const struct http_pool_options *o)
{
	struct http_pool *p = mem_alloc(sizeof(*p));

	p->http = h;
	p->o = *o;
	p->o.name = own(o->name);
	p->o.ca_file = own(o->ca_file);
	p->o.client_cert = own(o->client_cert);
	p->o.client_key = own(o->client_key);
	p->o.proxy = own(o->proxy);
	p->o.no_proxy = own(o->no_proxy);
	p->o.user_agent = own(o->user_agent);
	p->o.max_at_once = o->max_at_once == 0 ? DEFAULT_AT_ONCE : o->max_at_once;
	p->gate = gate_new(p->o.max_at_once);
	h->at_once += p->o.max_at_once;
	return p;
}

static void
disown(const char *s)
{
	mem_free((void *)(uintptr_t)s);
}

void
http_pool_free(struct http_pool *p)
{
	if (p == NULL)
		return;
	gate_free(p->gate);
	disown(p->o.name);
	disown(p->o.ca_file);
	disown(p->o.client_cert);
	disown(p->o.client_key);
	disown(p->o.proxy);
	disown(p->o.no_proxy);
	disown(p->o.user_agent);
	mem_free(p);
}

static size_t
on_header(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	struct arena *a = t->call->arena;
	size_t len = size * count;
	const char *colon = memchr(data, ':', len);

	if (len > 5 && memcmp(data, "HTTP/", 5) == 0)
		t->ret->header_count = 0, t->headers_ended = false;	/* a new block, e.g. after 100 or a proxy's own */
	if (len > 0 && (data[0] == '\r' || data[0] == '\n'))
		t->headers_ended = true;
	if (colon == NULL || t->ret->header_count == MAX_RESPONSE_HEADERS)
		return len;
	t->headers[t->ret->header_count++] = (struct http_header){
		.name = str_lower(a, arena_strndup(a, data, (size_t)(colon - data))),
		.value = str_trim(a, colon + 1, len - (size_t)(colon + 1 - data)),
	};
	return len;
}

static bool
is_success(const struct transfer *t)
{
	long status = 0;

	curl.easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return status >= 200 && status <= 299;
}

static size_t
on_body(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * count;

	if (t->req->on_data != NULL && is_success(t)) {
		t->streamed = true;
		if (t->req->on_data(t->req->on_data_arg, data, len) == 0)
			return len;
		t->sink_failed = true;
		return 0;
	}
	buf_add(&t->body, data, len);
	return buf_overflowed(&t->body) ? 0 : len;
}

static size_t
on_upload(char *data, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t n = size * count < t->upload_left ? size * count : t->upload_left;

	memcpy(data, t->upload, n);
	t->upload += n;
	t->upload_left -= n;
	return n;
}

static int
on_issue(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct transfer *t = arg;

	(void)ip;
	(void)local_ip;
	(void)port;
	(void)local_port;
	if (t->issued > 0) {	/* libcurl's own repetition on a fresh connection */
		if (!(t->req->flags & HTTP_RETRY) || t->ret->attempts >= HTTP_MAX_ATTEMPTS)
			return CURL_PREREQFUNC_ABORT;
		t->ret->attempts++;
	}
	t->issued++;
	return CURL_PREREQFUNC_OK;
}

static bool
is_header_safe(const char *s)
{
	for (; *s != '\0'; s++) {
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return false;
	}
	return true;
}

static int
add_header(struct call *c, struct curl_slist **list, struct buf *line, const char *name, const char *value)
{
	if (!is_header_safe(name) || !is_header_safe(value))
		return call_fail(c, ERR_CONFIG, "The header %s has a control character.", name);
	buf_reset(line);
	buf_addf(line, "%s: %s", name, value);
	if (buf_overflowed(line))
		return call_fail(c, ERR_CONFIG, "The header %.100s is longer than %zu bytes.", name, line->max);
	*list = curl.slist_append(*list, line->data);
	return 0;
}

static int
add_authorization(struct call *c, const struct http_request *req, struct curl_slist **list)
{
	int result = 0;
	struct buf line;

	buf_init_secret(&line, MAX_HEADER_LINE);
	buf_addf(&line, "Authorization: %s ", req->auth_scheme);
	secret_expose(req->credentials, &line);
	if (buf_overflowed(&line))
		result = call_fail(c, ERR_CONFIG, "The token is longer than %d bytes.", MAX_HEADER_LINE);
	else if (strlen(line.data) != line.len || !is_header_safe(line.data))
		result = call_fail(c, ERR_CONFIG, "The token has a control character, such as a line break at its end.");
	else
		*list = curl.slist_append(*list, line.data);
	buf_wipe(&line);
	return result;
}

static bool
may_have_body(const struct http_request *req)
{
	return strcmp(req->method, "POST") == 0 || strcmp(req->method, "PUT") == 0 || strcmp(req->method, "PATCH") == 0;
}

/* The header lines in libcurl's list. -1 when one could smuggle another line. The caller frees *list either way. */
static int
build_headers(struct call *c, const struct http_request *req, struct curl_slist **list)
{
	int result = 0;
	struct buf line;

	buf_init(&line, MAX_HEADER_LINE);
	for (size_t i = 0; i < req->header_count && result == 0; i++)
		result = add_header(c, list, &line, req->headers[i].name, req->headers[i].value);
	if (req->body != NULL && result == 0) {
		result = add_header(c, list, &line, "Content-Type",
		    req->content_type != NULL ? req->content_type : "application/json");
		*list = curl.slist_append(*list, "Expect:");
	} else if (may_have_body(req) && result == 0) {
		result = add_header(c, list, &line, "Content-Length", "0");
	}
	buf_release(&line);
	if (req->auth_scheme != NULL && result == 0)
		result = add_authorization(c, req, list);
	return result;
}

static void
free_headers(struct curl_slist *list)
{
	for (struct curl_slist *l = list; l != NULL; l = l->next)
		mem_wipe(l->data, strlen(l->data));
	curl.slist_free_all(list);
}

static void
set_tls(CURL *easy, const struct http_pool_options *o, bool foreign)
{
	curl.easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (o->ca_file != NULL) {
		curl.easy_setopt(easy, CURLOPT_CAINFO, o->ca_file);
		curl.easy_setopt(easy, CURLOPT_CAPATH, NULL);
	} else {	/* the directory is read by hash; the bundle would be parsed per connection */
		curl.easy_setopt(easy, CURLOPT_CAINFO, NULL);
		curl.easy_setopt(easy, CURLOPT_CAPATH, "/etc/ssl/certs");
	}
	if (o->insecure_skip_verify) {
		curl.easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl.easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	if (o->client_cert != NULL && !foreign)
		curl.easy_setopt(easy, CURLOPT_SSLCERT, o->client_cert);
	if (o->client_key != NULL && !foreign)
		curl.easy_setopt(easy, CURLOPT_SSLKEY, o->client_key);
}

static void
set_options(CURL *easy, const struct http_pool *p, struct transfer *t, struct curl_slist *headers)
{
	const struct http_request *req = t->req;
	int64_t left = t->call->deadline_ms - clock_mono_ms();

	if (p->o.timeout_ms > 0 && p->o.timeout_ms < left)
		left = p->o.timeout_ms;
	curl.easy_setopt(easy, CURLOPT_URL, req->url);
	curl.easy_setopt(easy, CURLOPT_PROTOCOLS_STR, p->o.allow_plain ? "http,https" : "https");
	curl.easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl.easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl.easy_setopt(easy, CURLOPT_PRIVATE, t);
	curl.easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_issue);
	curl.easy_setopt(easy, CURLOPT_PREREQDATA, t);
	curl.easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	curl.easy_setopt(easy, CURLOPT_USERAGENT, p->o.user_agent != NULL ? p->o.user_agent : "telamon/" TELAMON_VERSION);
	curl.easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl.easy_setopt(easy, CURLOPT_HEADERDATA, t);
	curl.easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl.easy_setopt(easy, CURLOPT_WRITEDATA, t);
	curl.easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl.easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* Waiting for a connection to share helps with HTTP/2 only; with HTTP/1.1 libcurl lets
	 * those that wait go one by one, each when another has ended. */
	curl.easy_setopt(easy, CURLOPT_PIPEWAIT, p->multiplexes ? 1L : 0L);
	curl.easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl.easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left < 1 ? 1 : left));
	curl.easy_setopt(easy, CURLOPT_PROXY, p->o.proxy != NULL ? p->o.proxy : "");
	if (p->o.no_proxy != NULL)
		curl.easy_setopt(easy, CURLOPT_NOPROXY, p->o.no_proxy);
	set_tls(easy, &p->o, t->foreign);
	if (req->body != NULL) {
		curl.easy_setopt(easy, CURLOPT_POST, 1L);
		curl.easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body_len);
		curl.easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
		curl.easy_setopt(easy, CURLOPT_READDATA, t);
	}
	if (req->body_len == 0 && !(req->flags & HTTP_RETRY)) {
		curl.easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
		curl.easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);	/* or idle ones would pile up */
	}
	if (strcmp(req->method, "HEAD") == 0)
		curl.easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else
		curl.easy_setopt(easy, CURLOPT_CUSTOMREQUEST, req->method);
}

/* What a failed transfer means to a reader. */
static int
transfer_error(struct call *c, CURL *easy, const struct http_pool *p, const struct transfer *t)
{
	const char *name = p->o.name, *text = curl.easy_strerror(t->result);
	long verify = 0, proxy_status = 0;

	curl.easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
	if (proxy_status >= 300 && t->issued == 0) {
		call_fail(c, ERR_NETWORK, "The proxy does not connect to %s (HTTP %ld).", name, proxy_status);
		call_hint(c, proxy_status == 407 ? "Put user and password into the proxy's address." :
		    "Check HTTPS_PROXY and NO_PROXY, and what the proxy allows.");
		return -1;
	}
	if (buf_overflowed(&t->body)) {
		bool mib = t->body.max >= 1024 * 1024;

		call_fail(c, ERR_TOO_LARGE, "%s answered with more than %zu %s.", name,
		    mib ? t->body.max / 1024 / 1024 : t->body.max, mib ? "MiB" : "bytes");
		call_hint(c, "Ask for less at once.");
		return -1;
	}
	if (t->sink_failed)
		return err_is_set(&c->err) ? -1 : call_fail(c, ERR_TOO_LARGE, "The download was stopped.");
	switch ((int)t->result) {
	case CURLE_COULDNT_RESOLVE_HOST:
		call_fail(c, ERR_NETWORK, "The host name of %s is not known.", name);
		call_hint(c, "Check the URL in the configuration, and DNS or VPN.");
		return -1;
	case CURLE_COULDNT_RESOLVE_PROXY:
		call_fail(c, ERR_NETWORK, "The host name of the proxy for %s is not known.", name);
		call_hint(c, "Check HTTPS_PROXY.");
		return -1;
	case CURLE_COULDNT_CONNECT:
		call_fail(c, ERR_NETWORK, "No connection to %s: %s.", name, text);
		call_hint(c, "Check the URL and port, the network, VPN and proxy settings.");
		return -1;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
		curl.easy_getinfo(easy, CURLINFO_SSL_VERIFYRESULT, &verify);
		call_fail(c, ERR_TLS, "The certificate of %s is not trusted (OpenSSL code %ld).", name, verify);
		call_hint(c, "For a private CA set ATLASSIAN_CA_FILE to its PEM file.");
		return -1;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
		call_fail(c, ERR_TLS, "No TLS with %s: %s.", name, text);
		call_hint(c, "Check that the URL's port speaks HTTPS, and the client certificate if one is set.");
		return -1;
	case CURLE_OPERATION_TIMEDOUT:
		call_fail(c, ERR_TIMEOUT, "%s did not answer in time.", name);
		call_hint(c, "Try again; ask for less at once if it repeats.");
		return -1;
	case CURLE_PARTIAL_FILE:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
		call_fail(c, ERR_PROTOCOL, "The answer of %s was cut or broken: %s.", name, text);
		call_hint(c, "Try again.");
		return -1;
	case CURLE_UNSUPPORTED_PROTOCOL:
		if (t->issued > 0) {	/* libcurl's word for an answer without a status line */
			call_fail(c, ERR_PROTOCOL, "What answers at the address of %s is no web server.", name);
			call_hint(c, "Check the host and port of the URL.");
			return -1;
		}
		/* fall through */
	case CURLE_URL_MALFORMAT:
		call_fail(c, ERR_CONFIG, "The URL of %s can't be used: %s.", name, text);
		call_hint(c, "It must begin with https://.");
		return -1;
	default:
		call_fail(c, ERR_NETWORK, "The connection to %s was lost: %s.", name, text);
		call_hint(c, "Try again.");
		return -1;
	}
}

static CURL *
easy_get(struct http *h)
{
	return h->idle_count > 0 ? h->idle[--h->idle_count] : curl.easy_init();
}

/* A handle that failed is not used again: newer libcurl keeps "rewind the body first" through easy_reset. */
static void
easy_put(struct http *h, CURL *easy, bool reusable)
{
	curl.easy_reset(easy);
	if (reusable && h->idle_count < IDLE_HANDLES)
		h->idle[h->idle_count++] = easy;
	else
		curl.easy_cleanup(easy);
}

static int
run_transfer(struct http_pool *p, struct transfer *t)
{
	struct call *c = t->call;
	struct http *h = p->http;
	struct curl_slist *headers = NULL;
	int64_t begin = clock_mono_us();
	int result = 0;
	long status = 0, version = 0;
	CURL *easy;

	if (build_headers(c, t->req, &headers) == -1) {
		free_headers(headers);
		return -1;
	}
	easy = easy_get(h);
	if (easy == NULL)
		BUG("no memory for a transfer");
	t->easy = easy;
	set_options(easy, p, t, headers);
	c->upstream_requests++;
	curl.multi_add_handle(h->multi, easy);
	while (!t->done && result == 0)
		result = call_park(c, p->o.name);
	curl.multi_remove_handle(h->multi, easy);
	t->ret->us = clock_mono_us() - begin;
	t->ret->sent = t->issued > 0;
	if (c->parent == NULL)
		c->upstream_us += t->ret->us;
	if (t->done) {
		curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		t->ret->status = (int)status;
		if (curl.easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version) == CURLE_OK && version != CURL_HTTP_VERSION_NONE)
			p->multiplexes = version >= CURL_HTTP_VERSION_2_0;
		if (t->result == CURLE_OK && !t->headers_ended)
			t->result = CURLE_PARTIAL_FILE;
		if (result == 0 && t->result != CURLE_OK)
			result = transfer_error(c, easy, p, t);
	}
	easy_put(h, easy, t->done && t->result == CURLE_OK);
	free_headers(headers);
	return result;
}

static int
attempt(struct call *c, struct http_pool *p, const struct http_request *req, bool foreign, struct http_response *ret,
    bool *ret_streamed)
{
	struct transfer *t;
	int result;

	if (gate_enter(c, p->gate) == -1)
		return -1;
	t = mem_alloc(sizeof(*t));
	t->call = c;
	t->req = req;
	t->ret = ret;
	t->foreign = foreign;
	t->upload = req->body;
	t->upload_left = req->body_len;
	buf_init(&t->body, req->max_response == 0 ? HTTP_DEFAULT_MAX_RESPONSE : req->max_response);
	*ret = (struct http_response){ .attempts = ret->attempts + 1 };
	result = run_transfer(p, t);
	gate_leave(p->gate);
	ret->body = arena_strndup(c->arena, t->body.data, t->body.len);
	ret->body_len = t->body.len;
	ret->headers = arena_array(c->arena, ret->header_count, sizeof(*ret->headers));
	if (ret->header_count > 0)
		memcpy((void *)(uintptr_t)ret->headers, t->headers, ret->header_count * sizeof(*ret->headers));
	*ret_streamed = t->streamed;
	buf_release(&t->body);
	mem_free(t);
	return result;
}

/* In seconds: a number, a date of HTTP, or (some servers) one of ISO 8601. What is none of these is 1. */
static int64_t
parse_retry_after(const char *text, int64_t now_wall_ms)
{
	int64_t seconds, at;

	if (str_int(text, INT64_MIN, INT64_MAX, &seconds) == 0)
		return seconds;
	if (*text != '\0' && strspn(text, "0123456789") == strlen(text))
		return INT64_MAX;
	if (clock_parse_http(text, &at) == 0 || clock_parse(text, &at) == 0)
		return (at - now_wall_ms + 999) / 1000;
	return 1;
}

int64_t
http_retry_delay_ms(int status, const char *retry_after, int attempt_number, int64_t now_wall_ms)
{
	int64_t seconds, ceiling;

	if (status != 0 && status != 429 && status != 502 && status != 503 && status != 504 && status != 500)
		return -1;
	if (retry_after != NULL && (status == 429 || status == 503)) {
		seconds = parse_retry_after(retry_after, now_wall_ms);
		seconds = seconds < 1 ? 1 : seconds > 60 ? 60 : seconds;
		return seconds * 1000;
	}
	ceiling = (status == 429 ? 2000 : 500) << (attempt_number - 1);
	return 50 + (int64_t)random_below((uint32_t)ceiling);
}

static bool
worth_repeating(struct call *c, int result, const struct http_response *ret, int64_t *ret_delay_ms)
{
	if (result == -1 && c->err.kind != ERR_NETWORK && c->err.kind != ERR_PROTOCOL)
		return false;
	*ret_delay_ms = http_retry_delay_ms(result == -1 ? 0 : ret->status, http_response_header(ret, "retry-after"),
	    ret->attempts, clock_wall_ms());
	return *ret_delay_ms >= 0 && clock_mono_ms() + *ret_delay_ms < c->deadline_ms;
}

static int
follow_media(struct call *c, struct http_pool *p, const struct http_request *req, struct http_response *ret)
{
	const char *to = http_response_header(ret, "location");
	struct http_request next = *req;
	bool streamed;

	if (to == NULL || !(str_istarts(to, "https://") || (p->o.allow_plain && str_istarts(to, "http://127.0.0.1:"))))
		return call_fail(c, ERR_PROTOCOL, "%s redirected a download to an address that is not https.", p->o.name);
	next.url = to;
	next.auth_scheme = NULL;
	next.credentials = NULL;
	next.headers = NULL;
	next.header_count = 0;
	return attempt(c, p, &next, true, ret, &streamed);
}

int
http_do(struct call *c, struct http_pool *p, const struct http_request *req, struct http_response *ret)
{
	int result;

	*ret = (struct http_response){ .body = "" };
	if (http_open(p->http, &c->err) == -1)
		return -1;
	for (;;) {
		int64_t delay;
		bool streamed = false;

		result = attempt(c, p, req, false, ret, &streamed);
		if (streamed || !(req->flags & HTTP_RETRY) || ret->attempts >= HTTP_MAX_ATTEMPTS ||
		    !worth_repeating(c, result, ret, &delay))
			break;
		err_clear(&c->err);
		if (call_sleep(c, delay) == -1)
			return -1;
	}
	if (result == 0 && (req->flags & HTTP_MEDIA_REDIRECT) && ret->status >= 301 && ret->status <= 308 &&
	    ret->status != 304)
		result = follow_media(c, p, req, ret);
	return result;
}

const char *
http_response_header(const struct http_response *r, const char *lower_name)
{
	for (size_t i = 0; i < r->header_count; i++) {
		if (strcmp(r->headers[i].name, lower_name) == 0)
			return r->headers[i].value;
	}
	return NULL;
}
