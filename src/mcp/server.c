/*
 * mcp_receive: bytes -> JSON -> message -> row of the method table -> handler. Each
 * request is decided on its own: a protocol version in params._meta makes it modern,
 * otherwise it is legacy; both may be mixed on one connection. What a legacy client
 * said in initialize (its name) is kept with the peer, for display and budgets only.
 *
 * tools/call runs in a fiber; the others answer at once.
 */
#include "mcp/server.h"

#include "base/str.h"
#include "mcp/client.h"

#include <string.h>

enum { MAX_ANSWER = 8 * 1024 * 1024, TTL_LISTS_MS = 300000, TTL_DISCOVER_MS = 3600000 };

struct mcp_server {
	struct loop *loop;
	struct mcp_provider provider;
};

struct running {		/* a tools/call in flight; lives in its call's arena */
	struct mcp_server *server;
	struct mcp_peer *peer;	/* NULL once the peer is gone */
	struct call *call;
	json *id, *args, *progress_token;
	const char *tool;
	struct mcp_client client;
	bool modern, silent;	/* silent: cancelled, so never answered */
	int64_t progress;
	struct buf answer;
	struct jw w;
	struct running *next, **link;
};

struct mcp_peer {
	struct mcp_server *server;
	const char *principal;
	void (*send)(void *, const char *, size_t);
	void (*on_idle)(void *);
	void *arg;
	struct arena *arena;
	struct mcp_client client;	/* from initialize */
	struct running *running;
	size_t calls;
};

struct request {		/* one message being handled */
	struct mcp_peer *peer;
	const struct message *m;
	struct arena *arena;
	struct mcp_client client;
};

static void
send_buf(struct mcp_peer *p, struct buf *b)
{
	if (buf_overflowed(b)) {
		struct jw w;

		buf_reset(b);
		jw_init(&w, b);
		message_error(&w, NULL, RPC_INTERNAL, "The answer was too large.", NULL);
	}
	p->send(p->arg, b->data, b->len);
}

static void
reply_error(struct request *r, enum rpc_code code, const char *text, const char *data)
{
	struct buf b;
	struct jw w;

	if (r->m->kind == MESSAGE_NOTIFICATION)
		return;
	buf_init(&b, MAX_ANSWER);
	jw_init(&w, &b);
	message_error(&w, r->m->id, code, text, data);
	send_buf(r->peer, &b);
	buf_release(&b);
}

static void
server_info(const struct mcp_server *s, struct jw *w, const char *key)
{
	jw_obj_in(w, key);
	jw_str(w, "name", s->provider.name);
	jw_str(w, "title", s->provider.title);
	jw_str(w, "version", s->provider.version);
	jw_end(w);
}

/* What a modern result carries beside its own members. */
static void
modern_members(const struct mcp_server *s, struct jw *w)
{
	jw_str(w, "resultType", "complete");
	jw_obj_in(w, "_meta");
	server_info(s, w, "io.modelcontextprotocol/serverInfo");
	jw_end(w);
}

static void
cache_members(struct jw *w, int64_t ttl_ms)
{
	jw_int(w, "ttlMs", ttl_ms);
	jw_str(w, "cacheScope", "private");
}

static void
capabilities(struct jw *w)
{
	jw_obj_in(w, "capabilities");
	jw_obj_in(w, "tools");
	jw_end(w);
	jw_end(w);
}

typedef void method_fn(struct request *, struct jw *);

static void
on_initialize(struct request *r, struct jw *w)
{
	struct mcp_peer *p = r->peer;
	json *info = json_get(r->m->params, "clientInfo");

	p->client.name = arena_strdup(p->arena, json_get_str(info, "name"));
	p->client.version = arena_strdup(p->arena, json_get_str(info, "version"));
	p->client.budget = client_budget(p->client.name);
	jw_str(w, "protocolVersion", message_legacy_version(json_get_str(r->m->params, "protocolVersion")));
	capabilities(w);
	server_info(p->server, w, "serverInfo");
	jw_str(w, "instructions", p->server->provider.instructions);
}

static void
on_discover(struct request *r, struct jw *w)
{
	jw_arr_in(w, "supportedVersions");
	jw_s(w, MCP_MODERN);
	jw_end(w);
	capabilities(w);
	jw_str(w, "instructions", r->peer->server->provider.instructions);
	cache_members(w, TTL_DISCOVER_MS);
}

static void
on_ping(struct request *r, struct jw *w)
{
	(void)r;
	(void)w;
}

static void
on_tools_list(struct request *r, struct jw *w)
{
	struct mcp_provider *p = &r->peer->server->provider;

	jw_arr_in(w, "tools");
	p->list_tools(p->ctx, r->peer->principal, w);
	jw_end(w);
	if (r->m->modern)
		cache_members(w, TTL_LISTS_MS);
}

/* ---- tools/call ---- */

static void
on_progress(struct call *c, int64_t done, int64_t total, const char *message)
{
	struct running *run = c->owner;
	struct buf b;
	struct jw w;

	if (run->peer == NULL || run->silent || done <= run->progress)
		return;
	run->progress = done;
	buf_init(&b, 8192);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "jsonrpc", "2.0");
	jw_str(&w, "method", "notifications/progress");
	jw_obj_in(&w, "params");
	jw_value(&w, "progressToken", run->progress_token);
	jw_int(&w, "progress", done);
	if (total > 0)
		jw_int(&w, "total", total);
	if (message != NULL)
		jw_str(&w, "message", message);
	jw_end(&w);
	jw_end(&w);
	send_buf(run->peer, &b);
	buf_release(&b);
}

static int
run_tool(struct call *c, void *arg)
{
	struct running *run = arg;
	struct mcp_provider *p = &run->server->provider;

	message_result_begin(&run->w, run->id);
	if (p->call_tool(c, p->ctx, &run->client, run->tool, run->args, &run->w) == -1)
		return -1;
	if (run->modern)
		modern_members(run->server, &run->w);
	message_result_end(&run->w);
	return 0;
}

static void
tool_done(struct call *c, int result, void *arg)
{
	struct running *run = arg;
	struct mcp_peer *p = run->peer;

	*run->link = run->next;
	if (run->next != NULL)
		run->next->link = run->link;
	if (p != NULL && !run->silent && result == -1) {
		buf_reset(&run->answer);
		jw_init(&run->w, &run->answer);
		message_error(&run->w, run->id, c->err.kind == ERR_DENIED ? RPC_INVALID_PARAMS : RPC_INTERNAL, err_text(&c->err),
		    NULL);
	}
	if (p != NULL && !run->silent)
		send_buf(p, &run->answer);
	buf_release(&run->answer);
	if (p != NULL && --p->calls == 0 && p->on_idle != NULL)
		p->on_idle(p->arg);
}

/* Copies a value into the call's arena: the message's own arena ends with this function. */
static json *
keep(struct call *c, json *v)
{
	size_t len;
	char *text;

	if (v == NULL)
		return NULL;
	text = json_text(c->arena, v, &len);
	return json_parse(c->arena, text, len, JSON_TRUSTED, &c->err);
}

static void
on_tools_call(struct request *r, struct jw *unused)
{
	json *name = json_get(r->m->params, "name"), *args = json_get(r->m->params, "arguments");
	struct mcp_peer *p = r->peer;
	struct running *run;
	struct call *c;

	(void)unused;
	if (!yyjson_is_str(name) || (args != NULL && !yyjson_is_obj(args))) {
		reply_error(r, RPC_INVALID_PARAMS, "tools/call needs params.name (a string) and params.arguments (an object).", NULL);
		return;
	}
	c = call_new(p->server->loop, json_str(name));
	run = arena_alloc(c->arena, sizeof(*run));
	run->server = p->server;
	run->peer = p;
	run->call = c;
	run->id = keep(c, r->m->id);
	run->args = keep(c, args);
	run->tool = c->name;
	run->modern = r->m->modern;
	run->client = r->client;
	run->client.name = arena_strdup(c->arena, r->client.name);
	run->client.version = NULL;
	run->progress_token = keep(c, json_get(r->m->meta, "progressToken"));
	run->progress = -1;
	buf_init(&run->answer, MAX_ANSWER);
	jw_init(&run->w, &run->answer);
	c->owner = run;
	c->principal = arena_strdup(c->arena, p->principal);
	c->client = run->client.name;
	if (run->progress_token != NULL)
		c->progress = on_progress;
	run->next = p->running;
	run->link = &p->running;
	if (run->next != NULL)
		run->next->link = &run->next;
	p->running = run;
	p->calls++;
	if (call_start(c, run_tool, tool_done, run) == -1) {
		*run->link = run->next;
		if (run->next != NULL)
			run->next->link = run->link;
		p->calls--;
		reply_error(r, RPC_INTERNAL, err_text(&c->err), NULL);
		buf_release(&run->answer);
		call_free(c);
	}
}

static void
on_cancelled(struct request *r, struct jw *unused)
{
	json *id = json_get(r->m->params, "requestId");
	struct running *run = r->peer->running;

	(void)unused;
	while (run != NULL && !message_same_id(run->id, id))
		run = run->next;
	if (run == NULL)
		return;
	run->silent = true;
	call_cancel(run->call);
}

static void
on_ignored(struct request *r, struct jw *unused)
{
	(void)r;
	(void)unused;
}

enum { LEGACY = 1, MODERN = 2, NOTIFICATION = 4, ANSWERS_LATER = 8 };

static const struct {
	const char *name;
	int flags;
	method_fn *fn;
} methods[] = {
	{ "initialize", LEGACY, on_initialize },
	{ "server/discover", MODERN, on_discover },
	{ "ping", LEGACY, on_ping },
	{ "tools/list", LEGACY | MODERN, on_tools_list },
	{ "tools/call", LEGACY | MODERN | ANSWERS_LATER, on_tools_call },
	{ "notifications/cancelled", LEGACY | MODERN | NOTIFICATION, on_cancelled },
	{ "notifications/initialized", LEGACY | NOTIFICATION, on_ignored },
};

static void
unsupported_version(struct request *r, const char *requested)
{
	const char *data;
	struct buf b;
	struct jw w;

	buf_init(&b, 4096);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_arr_in(&w, "supported");
	jw_s(&w, MCP_MODERN);
	jw_end(&w);
	jw_str(&w, "requested", requested);
	jw_end(&w);
	data = arena_strdup(r->arena, b.data);
	buf_release(&b);
	reply_error(r, RPC_UNSUPPORTED_VERSION, arena_printf(r->arena, "Unsupported protocol version: %.64s", requested), data);
}

/* The envelope of a modern request. Fills the client. */
static bool
check_modern(struct request *r)
{
	json *version = json_get(r->m->meta, "io.modelcontextprotocol/protocolVersion");
	json *info = json_get(r->m->meta, "io.modelcontextprotocol/clientInfo");

	if (!yyjson_is_str(version)) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/protocolVersion\"] must be a string.", NULL);
		return false;
	}
	if (!str_eq(json_str(version), MCP_MODERN)) {
		unsupported_version(r, json_str(version));
		return false;
	}
	if (r->m->kind == MESSAGE_REQUEST &&
	    !yyjson_is_obj(json_get(r->m->meta, "io.modelcontextprotocol/clientCapabilities"))) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/clientCapabilities\"] is missing.", NULL);
		return false;
	}
	if (info != NULL && (!yyjson_is_obj(info) || json_get_str(info, "name") == NULL)) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/clientInfo\"] must be an object with a name.", NULL);
		return false;
	}
	r->client = (struct mcp_client){ .name = json_get_str(info, "name"), .version = json_get_str(info, "version") };
	r->client.budget = client_budget(r->client.name);
	return true;
}

static void
answer(struct request *r, method_fn *fn)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_ANSWER);
	jw_init(&w, &b);
	message_result_begin(&w, r->m->id);
	fn(r, &w);
	if (r->m->modern)
		modern_members(r->peer->server, &w);
	message_result_end(&w);
	send_buf(r->peer, &b);
	buf_release(&b);
}

static void
dispatch(struct request *r)
{
	int era = r->m->modern ? MODERN : LEGACY;

	/* A request that only the modern era has, without its envelope: say what is missing. */
	if (r->m->modern && !check_modern(r))
		return;
	for (size_t i = 0; i < LEN(methods); i++) {
		bool notification = (methods[i].flags & NOTIFICATION) != 0;

		if (!str_eq(methods[i].name, r->m->method) || notification != (r->m->kind == MESSAGE_NOTIFICATION))
			continue;
		if (!(methods[i].flags & era)) {
			if (era == LEGACY && !notification && str_eq(r->m->method, "server/discover")) {
				reply_error(r, RPC_INVALID_PARAMS, "params._meta lacks io.modelcontextprotocol/protocolVersion and "
				    "io.modelcontextprotocol/clientCapabilities.", NULL);
				return;
			}
			break;
		}
		if (notification || (methods[i].flags & ANSWERS_LATER))
			methods[i].fn(r, NULL);
		else
			answer(r, methods[i].fn);
		return;
	}
	reply_error(r, RPC_METHOD_NOT_FOUND, arena_printf(r->arena, "Unknown method: %.64s", r->m->method), NULL);
}

void
mcp_receive(struct mcp_peer *p, const char *text, size_t len)
{
	struct arena *a = arena_new();
	struct message m;
	struct request r = { .peer = p, .m = &m, .arena = a, .client = p->client };
	struct err e;
	json *root;

	err_init(&e, a);
	root = json_parse(a, text, len, JSON_STRICT, &e);
	if (root == NULL) {
		m = (struct message){ .kind = MESSAGE_BAD };
		reply_error(&r, RPC_PARSE, e.message, NULL);
	} else {
		message_read(root, &m);
		if (m.kind == MESSAGE_BAD)
			reply_error(&r, m.code, m.why, NULL);
		else if (m.kind != MESSAGE_RESPONSE)
			dispatch(&r);
	}
	arena_free(a);
}

void
mcp_refuse(struct mcp_peer *p, const char *why)
{
	struct message m = { .kind = MESSAGE_BAD };
	struct request r = { .peer = p, .m = &m };

	reply_error(&r, RPC_INVALID_REQUEST, why, NULL);
}

struct mcp_server *
mcp_server_new(struct loop *l, const struct mcp_provider *provider)
{
	struct mcp_server *s = mem_alloc(sizeof(*s));

	s->loop = l;
	s->provider = *provider;
	return s;
}

void
mcp_server_free(struct mcp_server *s)
{
	mem_free(s);
}

struct mcp_peer *
mcp_peer_new(struct mcp_server *s, const char *principal, void (*send)(void *, const char *, size_t), void *arg)
{
	struct arena *a = arena_new();
	struct mcp_peer *p = arena_alloc(a, sizeof(*p));

	p->server = s;
	p->arena = a;
	p->principal = arena_strdup(a, principal);
	p->send = send;
	p->arg = arg;
	p->client.budget = client_budget(NULL);
	return p;
}

void
mcp_peer_free(struct mcp_peer *p)
{
	if (p == NULL)
		return;
	for (struct running *run = p->running, *next; run != NULL; run = next) {
		next = run->next;
		run->silent = true;
		run->peer = NULL;
		call_cancel(run->call);
	}
	arena_free(p->arena);
}

size_t
mcp_peer_calls(const struct mcp_peer *p)
{
	return p->calls;
}

void
mcp_peer_on_idle(struct mcp_peer *p, void (*fn)(void *))
{
	p->on_idle = fn;
}
