/*
 * mcp_receive: bytes -> JSON -> message -> row of the method table (methods.c) -> answer.
 * Each request is decided on its own: a protocol version in params._meta makes it modern,
 * otherwise it is legacy; both may be mixed on one connection. What a legacy client said
 * in initialize is kept with the peer, for display, budgets and questions.
 */
#include "base/str.h"
#include "mcp/client.h"
#include "mcp/peer.h"

#include <string.h>

void
peer_send(struct mcp_peer *p, enum mcp_out out, int http_status, json *id, struct buf *b)
{
	if (buf_overflowed(b)) {
		struct jw w;

		buf_reset(b);
		jw_init(&w, b);
		message_error(&w, id, RPC_INTERNAL, "The answer was too large.", NULL);
	}
	p->transport.send(p->transport.arg, out, http_status, b->data, b->len);
}

void
reply_error(struct request *r, enum rpc_code code, const char *text, const char *data, int http_status)
{
	struct buf b;
	struct jw w;

	if (r->m->kind == MESSAGE_NOTIFICATION) {
		r->taken = MCP_ACCEPTED;
		return;
	}
	buf_init(&b, MCP_MAX_ANSWER);
	jw_init(&w, &b);
	message_error(&w, r->m->id, code, text, data);
	peer_send(r->peer, MCP_FINAL, http_status, r->m->id, &b);
	buf_release(&b);
	r->taken = MCP_ANSWERED;
}

void
add_server_info(const struct mcp_server *s, struct jw *w, const char *key, bool with_icon)
{
	jw_obj_in(w, key);
	jw_str(w, "name", s->provider.name);
	jw_str(w, "title", s->provider.title);
	jw_str(w, "version", s->provider.version);
	if (with_icon && s->provider.icon != NULL) {
		jw_arr_in(w, "icons");
		jw_obj(w);
		jw_str(w, "src", s->provider.icon);
		jw_str(w, "mimeType", "image/png");
		jw_arr_in(w, "sizes");
		jw_s(w, "48x48");
		jw_end(w);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

/* What a modern result carries beside its own members. Lists depend on who asks, so they are private. */
void
add_modern_members(const struct mcp_server *s, const struct method *m, struct jw *w)
{
	if (m->flags & M_CACHEABLE) {
		jw_int(w, "ttlMs", m->ttl_ms);
		jw_str(w, "cacheScope", "private");
	}
	jw_str(w, "resultType", "complete");
	jw_obj_in(w, "_meta");
	/* the picture once, not with every answer */
	add_server_info(s, w, "io.modelcontextprotocol/serverInfo", strcmp(m->name, "server/discover") == 0);
	jw_end(w);
}

static void
unsupported_version(struct request *r, const char *requested)
{
	const char *data;
	struct buf b;
	struct jw w;

	buf_init(&b, 64 * 1024);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_arr_in(&w, "supported");
	jw_s(&w, MCP_MODERN);
	jw_end(&w);
	jw_str(&w, "requested", requested);
	jw_end(&w);
	data = arena_strdup(r->arena, b.data);
	buf_release(&b);
	reply_error(r, RPC_UNSUPPORTED_VERSION, arena_printf(r->arena, "Unsupported protocol version: %.64s", requested), data, 400);
}

static bool
is_log_level(const char *s)
{
	static const char *const levels[] = { "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency" };

	for (size_t i = 0; i < LEN(levels); i++) {
		if (str_eq(levels[i], s))
			return true;
	}
	return false;
}

/* The envelope of a modern message. Fills the info. */
static bool
check_modern(struct request *r)
{
	json *version = json_get(r->m->meta, "io.modelcontextprotocol/protocolVersion");
	json *info = json_get(r->m->meta, "io.modelcontextprotocol/clientInfo");
	json *caps = json_get(r->m->meta, "io.modelcontextprotocol/clientCapabilities");
	json *level = json_get(r->m->meta, "io.modelcontextprotocol/logLevel");

	if (!yyjson_is_str(version)) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/protocolVersion\"] must be a string.", NULL, 400);
		return false;
	}
	if (!str_eq(json_str(version), MCP_MODERN)) {
		unsupported_version(r, json_str(version));
		return false;
	}
	if (r->m->kind == MESSAGE_REQUEST && !yyjson_is_obj(caps)) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/clientCapabilities\"] must be an object.", NULL, 400);
		return false;
	}
	if (info != NULL && (!yyjson_is_obj(info) || json_get_str(info, "name") == NULL)) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/clientInfo\"] must be an object with a name.", NULL,
		    200);
		return false;
	}
	if (level != NULL && !is_log_level(json_str(level))) {
		reply_error(r, RPC_INVALID_PARAMS, "_meta[\"io.modelcontextprotocol/logLevel\"] is not a level.", NULL, 200);
		return false;
	}
	r->info.modern = true;
	r->info.capabilities = caps;
	r->info.client = (struct mcp_client){ .name = json_get_str(info, "name"), .version = json_get_str(info, "version") };
	r->info.client.budget = client_budget(r->info.client.name);
	r->log_level = json_str(level);
	return true;
}

static void
answer_now(struct request *r, const struct method *m)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MCP_MAX_ANSWER);
	jw_init(&w, &b);
	message_result_begin(&w, r->m->id);
	m->sync(r, &w);
	if (r->m->modern)
		add_modern_members(r->peer->server, m, &w);
	message_result_end(&w);
	peer_send(r->peer, MCP_FINAL, 200, r->m->id, &b);
	buf_release(&b);
	r->taken = MCP_ANSWERED;
}

static void
unknown_method(struct request *r)
{
	reply_error(r, RPC_METHOD_NOT_FOUND, arena_printf(r->arena, "Unknown method: %.64s", r->m->method), NULL,
	    r->m->modern ? 404 : 200);
}

static void
dispatch(struct request *r)
{
	const struct method *m = method_find(r->m->method);
	bool notification = r->m->kind == MESSAGE_NOTIFICATION;

	if (r->m->modern && !check_modern(r))
		return;
	if (m == NULL || notification != ((m->flags & M_NOTIFICATION) != 0) ||
	    (m->offered != NULL && !m->offered(&r->peer->server->provider))) {
		unknown_method(r);
	} else if (!(m->flags & (r->m->modern ? M_MODERN : M_LEGACY))) {
		if (!r->m->modern && !notification)
			reply_error(r, RPC_INVALID_PARAMS, "params._meta lacks io.modelcontextprotocol/protocolVersion and "
			    "io.modelcontextprotocol/clientCapabilities.", NULL, 400);
		else
			unknown_method(r);
	} else if (str_ends(m->name, "/list") && !json_is_null(json_get(r->m->params, "cursor"))) {
		reply_error(r, RPC_INVALID_PARAMS, "Lists are given whole: there is no such cursor.", NULL, 200);
	} else if (notification) {
		m->sync(r, NULL);
		r->taken = MCP_ACCEPTED;
	} else if (m->flags & M_SPECIAL) {
		m->sync(r, NULL);
	} else if (m->fiber != NULL) {
		running_start(r, m);
	} else {
		answer_now(r, m);
	}
}

enum mcp_taken
mcp_receive_message(struct mcp_peer *p, const struct message *m)
{
	struct request r = { .peer = p, .m = m, .arena = arena_new(), .taken = MCP_ACCEPTED };

	r.info = (struct mcp_info){ .principal = p->principal, .client = p->client, .capabilities = p->capabilities,
		.profile = p->transport.profile != NULL ? p->transport.profile : "" };
	/* A transport that keeps nothing does not know what a legacy client set. */
	r.log_level = p->log_level != NULL || p->transport.keeps_client ? p->log_level : "info";
	switch (m->kind) {
	case MESSAGE_BAD:
		reply_error(&r, m->code, m->why, NULL, 400);
		break;
	case MESSAGE_RESPONSE:
		ask_response(p, m->id, m->result);
		break;
	case MESSAGE_REQUEST:
	case MESSAGE_NOTIFICATION:
		dispatch(&r);
		break;
	}
	arena_free(r.arena);
	return r.taken;
}

static enum mcp_taken
receive_batch(struct mcp_peer *p, json *batch)
{
	enum mcp_taken taken = MCP_ACCEPTED;

	for (struct json_iter it = json_iter(batch); json_next(&it);) {
		enum mcp_taken one;
		struct message m;

		message_read(it.value, &m);
		one = mcp_receive_message(p, &m);
		if (one == MCP_PENDING || (one == MCP_ANSWERED && taken == MCP_ACCEPTED))
			taken = one;
	}
	return taken;
}

enum mcp_taken
mcp_receive(struct mcp_peer *p, const char *text, size_t len)
{
	struct arena *a = arena_new();
	enum mcp_taken taken = MCP_ANSWERED;
	struct message m;
	struct err e;
	json *root;

	err_init(&e, a);
	root = json_parse(a, text, len, JSON_STRICT, &e);
	if (root == NULL) {
		mcp_refuse(p, NULL, RPC_PARSE, e.message, 400);
	} else if (p->transport.batches && str_eq(p->version, "2025-03-26") && yyjson_is_arr(root) && json_len(root) > 0) {
		taken = receive_batch(p, root);
	} else {
		message_read(root, &m);
		taken = mcp_receive_message(p, &m);
	}
	arena_free(a);
	return taken;
}

void
mcp_refuse(struct mcp_peer *p, json *id, enum rpc_code code, const char *why, int http_status)
{
	struct message m = { .kind = MESSAGE_BAD, .id = id };
	struct request r = { .peer = p, .m = &m };

	reply_error(&r, code, why, NULL, http_status);
}

struct mcp_server *
mcp_server_new(struct loop *l, const struct mcp_provider *provider, struct sealer *sealer)
{
	struct mcp_server *s = mem_alloc(sizeof(*s));

	s->loop = l;
	s->provider = *provider;
	s->sealer = sealer;
	return s;
}

void
mcp_server_free(struct mcp_server *s)
{
	if (s == NULL)
		return;
	if (s->peers != NULL)
		BUG("server freed before its peers");
	ask_free(s);
	mem_free(s);
}

const struct mcp_provider *
mcp_server_provider(const struct mcp_server *s)
{
	return &s->provider;
}

struct sealer *
mcp_server_sealer(const struct mcp_server *s)
{
	return s->sealer;
}

struct mcp_peer *
mcp_peer_new(struct mcp_server *s, const char *principal, const struct mcp_transport *t)
{
	struct arena *a = arena_new();
	struct mcp_peer *p = arena_alloc(a, sizeof(*p));

	p->server = s;
	p->arena = a;
	p->transport = *t;
	p->principal = arena_strdup(a, principal);
	p->client.budget = client_budget(NULL);
	p->next = s->peers;
	p->link = &s->peers;
	if (p->next != NULL)
		p->next->link = &p->next;
	s->peers = p;
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
	listen_forget_peer(p);
	*p->link = p->next;
	if (p->next != NULL)
		p->next->link = p->link;
	arena_free(p->arena);
}

size_t
mcp_peer_calls(const struct mcp_peer *p)
{
	return p->calls;
}

void
peer_call_ended(struct mcp_peer *p)
{
	if (--p->calls == 0 && p->transport.on_idle != NULL)
		p->transport.on_idle(p->transport.arg);
}

bool
peer_same_scope(const struct mcp_peer *a, const struct mcp_peer *b)
{
	return a->scope != NULL && str_eq(a->scope, b->scope) && str_eq(a->principal, b->principal);
}

void
mcp_peer_set_client(struct mcp_peer *p, const char *version, json *info, json *capabilities)
{
	p->version = arena_strdup(p->arena, version);
	p->client_info = json_copy(p->arena, info);
	p->capabilities = json_copy(p->arena, capabilities);
	p->client.name = json_get_str(p->client_info, "name");
	p->client.version = json_get_str(p->client_info, "version");
	p->client.budget = client_budget(p->client.name);
}

const char *
mcp_peer_version(const struct mcp_peer *p)
{
	return p->version;
}

json *
mcp_peer_capabilities(const struct mcp_peer *p)
{
	return p->capabilities;
}

json *
mcp_peer_client_info(const struct mcp_peer *p)
{
	return p->client_info;
}

void
mcp_peer_set_scope(struct mcp_peer *p, const char *scope)
{
	p->scope = arena_strdup(p->arena, scope);
}
