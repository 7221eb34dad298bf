/*
 * subscriptions/listen: a request that stays open and carries news. It is acknowledged
 * at once with the part of the filter that the server honours, and every message on it
 * names the request's id.
 */
#include "base/str.h"
#include "mcp/peer.h"

#include <string.h>

enum { MAX_LISTENS = 1024, MAX_URIS = 100, MAX_NOTE = 64 * 1024 };

struct listen {
	struct mcp_peer *peer;
	struct arena *arena;
	json *id;
	bool tools, prompts, resources;
	const char *uris[MAX_URIS];
	size_t uri_count;
	struct listen *next, **link;
};

static void
unlink_listen(struct listen *l)
{
	*l->link = l->next;
	if (l->next != NULL)
		l->next->link = l->link;
	l->peer->server->listen_count--;
	arena_free(l->arena);
}

static void
note_end(struct mcp_peer *p, json *id, struct buf *b, struct jw *w)
{
	if (id != NULL) {
		jw_obj_in(w, "_meta");
		jw_value(w, "io.modelcontextprotocol/subscriptionId", id);
		jw_end(w);
	}
	message_note_end(w);
	if (!buf_overflowed(b))
		peer_send(p, MCP_RELATED, 200, NULL, b);
	buf_release(b);
}

static void
acknowledge(struct listen *l)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_NOTE);
	jw_init(&w, &b);
	message_note_begin(&w, "notifications/subscriptions/acknowledged");
	jw_obj_in(&w, "notifications");
	if (l->tools)
		jw_bool(&w, "toolsListChanged", true);
	if (l->prompts)
		jw_bool(&w, "promptsListChanged", true);
	if (l->resources)
		jw_bool(&w, "resourcesListChanged", true);
	if (l->uri_count > 0) {
		jw_arr_in(&w, "resourceSubscriptions");
		for (size_t i = 0; i < l->uri_count; i++)
			jw_s(&w, l->uris[i]);
		jw_end(&w);
	}
	jw_end(&w);
	note_end(l->peer, l->id, &b, &w);
}

void
listen_start(struct request *r, struct jw *unused)
{
	json *filter = json_get(r->m->params, "notifications");
	struct mcp_server *s = r->peer->server;
	const struct mcp_provider *p = &s->provider;
	struct arena *a;
	struct listen *l;

	(void)unused;
	if (filter != NULL && !yyjson_is_obj(filter)) {
		reply_error(r, RPC_INVALID_PARAMS, "params.notifications must be an object.", NULL, 200);
		return;
	}
	if (s->listen_count >= MAX_LISTENS) {
		reply_error(r, RPC_INTERNAL, "Too many listeners; try again later.", NULL, 200);
		return;
	}
	a = arena_new();
	l = arena_alloc(a, sizeof(*l));
	l->id = json_copy(a, r->m->id);
	l->arena = a;
	l->peer = r->peer;
	l->tools = p->tools_change && json_get_bool(filter, "toolsListChanged", false);
	l->prompts = p->prompts_change && json_get_bool(filter, "promptsListChanged", false);
	l->resources = p->resources_change && json_get_bool(filter, "resourcesListChanged", false);
	for (struct json_iter it = json_iter(json_get(filter, "resourceSubscriptions"));
	    p->resources_subscribe && json_next(&it) && l->uri_count < MAX_URIS;) {
		if (json_str(it.value) != NULL)
			l->uris[l->uri_count++] = arena_strdup(a, json_str(it.value));
	}
	l->next = s->listens;
	l->link = &s->listens;
	if (l->next != NULL)
		l->next->link = &l->next;
	s->listens = l;
	s->listen_count++;
	r->taken = MCP_PENDING;
	acknowledge(l);
}

bool
listen_cancel(struct mcp_peer *p, json *id)
{
	for (struct listen *l = p->server->listens; l != NULL; l = l->next) {
		if (l->peer == p && message_same_id(l->id, id)) {
			unlink_listen(l);
			return true;
		}
	}
	return false;
}

void
listen_forget_peer(struct mcp_peer *p)
{
	for (struct listen *l = p->server->listens, *next; l != NULL; l = next) {
		next = l->next;
		if (l->peer == p)
			unlink_listen(l);
	}
}

static const char *const news_methods[] = {
	[NEWS_TOOLS] = "notifications/tools/list_changed",
	[NEWS_PROMPTS] = "notifications/prompts/list_changed",
	[NEWS_RESOURCES] = "notifications/resources/list_changed",
	[NEWS_RESOURCE] = "notifications/resources/updated",
};

static bool
wants(const struct listen *l, enum mcp_news news, const char *uri)
{
	switch (news) {
	case NEWS_TOOLS: return l->tools;
	case NEWS_PROMPTS: return l->prompts;
	case NEWS_RESOURCES: return l->resources;
	case NEWS_RESOURCE: break;
	}
	for (size_t i = 0; i < l->uri_count; i++) {
		if (str_eq(l->uris[i], uri))
			return true;
	}
	return false;
}

static bool
advertised(const struct mcp_provider *p, enum mcp_news news)
{
	switch (news) {
	case NEWS_TOOLS: return p->tools_change;
	case NEWS_PROMPTS: return p->prompts_change;
	case NEWS_RESOURCES: return p->resources_change;
	case NEWS_RESOURCE: return p->resources_subscribe;
	}
	return false;
}

static void
tell(struct mcp_peer *p, json *id, enum mcp_news news, const char *uri)
{
	struct buf b;
	struct jw w;

	buf_init(&b, MAX_NOTE);
	jw_init(&w, &b);
	message_note_begin(&w, news_methods[news]);
	if (uri != NULL)
		jw_str(&w, "uri", uri);
	note_end(p, id, &b, &w);
}

void
mcp_server_notify(struct mcp_server *s, enum mcp_news news, const char *uri)
{
	for (struct listen *l = s->listens, *next; l != NULL; l = next) {
		next = l->next;
		if (wants(l, news, uri))
			tell(l->peer, l->id, news, uri);
	}
	for (struct mcp_peer *p = s->peers; p != NULL; p = p->next) {
		if (p->transport.keeps_client && p->version != NULL && advertised(&s->provider, news))
			tell(p, NULL, news, uri);	/* a legacy client on stdio hears it unasked */
	}
}

void
mcp_server_end_listens(struct mcp_server *s)
{
	while (s->listens != NULL) {
		struct listen *l = s->listens;
		struct mcp_peer *p = l->peer;
		struct buf b;
		struct jw w;

		buf_init(&b, MAX_NOTE);
		jw_init(&w, &b);
		message_result_begin(&w, l->id);
		jw_str(&w, "resultType", "complete");
		jw_obj_in(&w, "_meta");
		jw_value(&w, "io.modelcontextprotocol/subscriptionId", l->id);
		jw_end(&w);
		message_result_end(&w);
		unlink_listen(l);
		peer_send(p, MCP_FINAL, 200, NULL, &b);
		buf_release(&b);
	}
}
