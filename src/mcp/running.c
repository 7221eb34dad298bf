/*
 * A request that runs in a fiber: from its message to its answer. The message is copied
 * into the call's arena, since the bytes it came in are gone by the time it parks. A
 * cancelled one answers nothing, whatever it returns.
 */
#include "base/str.h"
#include "mcp/peer.h"

#include <string.h>

enum { MAX_NOTE = 64 * 1024 };

static void
note_send(struct running *run, struct buf *b, struct jw *w)
{
	message_note_end(w);
	if (!buf_overflowed(b))
		peer_send(run->peer, MCP_RELATED, 200, NULL, b);
	buf_release(b);
}

static void
on_progress(struct call *c, int64_t done, int64_t total, const char *message)
{
	struct running *run = c->owner;
	struct buf b;
	struct jw w;

	if (run->peer == NULL || run->silent || done <= run->progress)
		return;
	run->progress = done;
	buf_init(&b, MAX_NOTE);
	jw_init(&w, &b);
	message_note_begin(&w, "notifications/progress");
	jw_value(&w, "progressToken", run->progress_token);
	jw_int(&w, "progress", done);
	if (total > 0)
		jw_int(&w, "total", total);
	if (message != NULL)
		jw_str(&w, "message", message);
	note_send(run, &b, &w);
}

static int
level_rank(const char *level)
{
	static const char *const levels[] = { "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency" };

	for (size_t i = 0; i < LEN(levels); i++) {
		if (str_eq(levels[i], level))
			return (int)i;
	}
	return -1;
}

static void
on_client_log(struct call *c, const char *level, const char *logger, const char *data)
{
	struct running *run = c->owner;
	struct buf b;
	struct jw w;

	if (run->peer == NULL || run->silent || level_rank(level) < level_rank(run->log_level))
		return;
	buf_init(&b, MAX_NOTE);
	jw_init(&w, &b);
	message_note_begin(&w, "notifications/message");
	jw_str(&w, "level", level);
	jw_str(&w, "logger", logger);
	jw_key(&w, "data");
	jw_raw(&w, data, strlen(data));
	note_send(run, &b, &w);
}

static int
run_method(struct call *c, void *arg)
{
	struct running *run = arg;

	message_result_begin(&run->w, run->id);
	if (run->info.modern && (run->method->flags & M_ASKS) && !ask_take_answers(run))
		return call_fail(c, ERR_INPUT, "requestState is not one of ours, has expired, was used, or belongs to another request.");
	if (run->method->fiber(c, run, &run->w) == -1)
		return -1;
	if (run->info.modern)
		add_modern_members(run->server, run->method, &run->w);
	message_result_end(&run->w);
	return 0;
}

/* A failed run as a message; returns the HTTP status. */
static int
write_failure(struct running *run, struct call *c)
{
	enum rpc_code code = RPC_INTERNAL;
	const char *data = NULL;
	int status = 200;
	struct buf uri;
	struct jw w;

	buf_reset(&run->answer);
	jw_init(&run->w, &run->answer);
	if (c->err.kind == ERR_INPUT_REQUIRED && run->wanted_count > 0) {
		message_result_begin(&run->w, run->id);
		ask_write_required(run, &run->w);
		message_result_end(&run->w);
		return 200;
	}
	buf_init(&uri, MAX_NOTE);
	if (c->err.kind == ERR_CAPABILITY && run->info.modern && run->missing != NULL) {
		code = RPC_MISSING_CAPABILITY;
		status = 400;
		data = arena_printf(c->arena, "{\"requiredCapabilities\":%s}", run->missing);
	} else if (c->err.kind == ERR_DENIED || c->err.kind == ERR_INPUT || c->err.kind == ERR_NOT_FOUND ||
	    c->err.kind == ERR_CAPABILITY) {
		code = RPC_INVALID_PARAMS;
	}
	if (c->err.kind == ERR_NOT_FOUND && json_get_str(run->params, "uri") != NULL) {
		jw_init(&w, &uri);
		jw_obj(&w);
		jw_str(&w, "uri", json_get_str(run->params, "uri"));
		jw_end(&w);
		data = buf_overflowed(&uri) ? NULL : uri.data;
	}
	message_error(&run->w, run->id, code, err_text(&c->err), data);
	buf_release(&uri);
	return status;
}

static void
run_done(struct call *c, int result, void *arg)
{
	struct running *run = arg;
	struct mcp_peer *p = run->peer;

	if (p != NULL) {	/* else the list it was in is gone */
		*run->link = run->next;
		if (run->next != NULL)
			run->next->link = run->link;
	}
	if (p != NULL && !run->silent)
		peer_send(p, MCP_FINAL, result == -1 ? write_failure(run, c) : 200, run->id, &run->answer);
	buf_release(&run->answer);
	if (p != NULL)
		peer_call_ended(p);
}

void
running_start(struct request *r, const struct method *m)
{
	struct mcp_peer *p = r->peer;
	struct call *c = call_new(p->server->loop, m->name);
	struct running *run = arena_alloc(c->arena, sizeof(*run));

	run->server = p->server;
	run->peer = p;
	run->call = c;
	run->method = m;
	run->id = json_copy(c->arena, r->m->id);
	run->params = json_copy(c->arena, r->m->params);
	run->progress_token = json_path(run->params, "_meta.progressToken");
	run->progress = -1;
	run->info = r->info;
	run->info.principal = c->principal = arena_strdup(c->arena, p->principal);
	run->info.client.name = c->client = arena_strdup(c->arena, r->info.client.name);
	run->info.client.version = arena_strdup(c->arena, r->info.client.version);
	run->info.capabilities = json_copy(c->arena, r->info.capabilities);
	run->info.profile = arena_strdup(c->arena, r->info.profile);
	run->log_level = arena_strdup(c->arena, r->log_level);
	buf_init(&run->answer, MCP_MAX_ANSWER);
	jw_init(&run->w, &run->answer);
	c->owner = run;
	c->ask = ask_client;
	if (run->progress_token != NULL)
		c->progress = on_progress;
	if (run->log_level != NULL && p->server->provider.logs)	/* as advertised */
		c->client_log = on_client_log;
	run->next = p->running;
	run->link = &p->running;
	if (run->next != NULL)
		run->next->link = &run->next;
	p->running = run;
	p->calls++;
	r->taken = MCP_PENDING;
	if (call_start(c, run_method, run_done, run) == -1) {
		*run->link = run->next;
		if (run->next != NULL)
			run->next->link = run->link;
		p->calls--;
		reply_error(r, RPC_INTERNAL, err_text(&c->err), NULL, 200);
		buf_release(&run->answer);
		call_free(c);
	}
}

/* On a transport where each message stands alone the request came with another peer, of the same scope. */
void
running_cancel(struct mcp_peer *by, json *id)
{
	for (struct mcp_peer *p = by->server->peers; p != NULL; p = p->next) {
		struct running *run = p == by || peer_same_scope(p, by) ? p->running : NULL;

		while (run != NULL && !message_same_id(run->id, id))
			run = run->next;
		if (run == NULL)
			continue;
		run->silent = p->transport.keeps_client;	/* else its exchange is owed an end: an error */
		call_cancel(run->call);
		return;
	}
}
