/*
 * The methods of both eras, as one table. Those that may ask Atlassian or run a tool
 * run in a fiber (running.c); the others answer at once. A method whose capability the
 * provider lacks does not exist.
 */
#include "base/str.h"
#include "mcp/peer.h"

#include <string.h>

enum { TTL_DISCOVER = 3600000, TTL_LIST = 300000, TTL_RESOURCES = 60000 };

void
add_capabilities(const struct mcp_provider *p, struct jw *w)
{
	jw_obj_in(w, "capabilities");
	if (p->list_tools != NULL) {
		jw_obj_in(w, "tools");
		if (p->tools_change)
			jw_bool(w, "listChanged", true);
		jw_end(w);
	}
	if (p->list_resources != NULL) {
		jw_obj_in(w, "resources");
		if (p->resources_subscribe)
			jw_bool(w, "subscribe", true);
		if (p->resources_change)
			jw_bool(w, "listChanged", true);
		jw_end(w);
	}
	if (p->list_prompts != NULL) {
		jw_obj_in(w, "prompts");
		if (p->prompts_change)
			jw_bool(w, "listChanged", true);
		jw_end(w);
	}
	if (p->complete != NULL) {
		jw_obj_in(w, "completions");
		jw_end(w);
	}
	if (p->logs) {
		jw_obj_in(w, "logging");
		jw_end(w);
	}
	jw_end(w);
}

static bool
has_tools(const struct mcp_provider *p)
{
	return p->list_tools != NULL;
}

static bool
has_resources(const struct mcp_provider *p)
{
	return p->list_resources != NULL;
}

static bool
has_subscribe(const struct mcp_provider *p)
{
	return p->resources_subscribe;
}

static bool
has_prompts(const struct mcp_provider *p)
{
	return p->list_prompts != NULL;
}

static bool
has_complete(const struct mcp_provider *p)
{
	return p->complete != NULL;
}

static bool
has_logs(const struct mcp_provider *p)
{
	return p->logs;
}

static void
on_initialize(struct request *r, struct jw *w)
{
	const struct mcp_server *s = r->peer->server;
	const char *version = message_legacy_version(json_get_str(r->m->params, "protocolVersion"));

	mcp_peer_set_client(r->peer, version, json_get(r->m->params, "clientInfo"), json_get(r->m->params, "capabilities"));
	jw_str(w, "protocolVersion", version);
	add_capabilities(&s->provider, w);
	add_server_info(s, w, "serverInfo", true);
	jw_str(w, "instructions", s->provider.instructions);
}

static void
on_discover(struct request *r, struct jw *w)
{
	const struct mcp_provider *p = &r->peer->server->provider;

	jw_arr_in(w, "supportedVersions");
	jw_s(w, MCP_MODERN);
	jw_end(w);
	add_capabilities(p, w);
	jw_str(w, "instructions", p->instructions);
}

static void
on_empty(struct request *r, struct jw *w)
{
	(void)r;
	(void)w;
}

static void
on_set_level(struct request *r, struct jw *w)
{
	const char *level = json_get_str(r->m->params, "level");

	(void)w;
	r->peer->log_level = arena_strdup(r->peer->arena, level != NULL ? level : "info");
}

static void
on_cancelled(struct request *r, struct jw *w)
{
	json *id = json_get(r->m->params, "requestId");

	(void)w;
	if (!listen_cancel(r->peer, id))
		running_cancel(r->peer, id);
}

static void
on_tools_list(struct request *r, struct jw *w)
{
	const struct mcp_provider *p = &r->peer->server->provider;

	jw_arr_in(w, "tools");
	p->list_tools(p->ctx, &r->info, w);
	jw_end(w);
}

static void
on_prompts_list(struct request *r, struct jw *w)
{
	const struct mcp_provider *p = &r->peer->server->provider;

	jw_arr_in(w, "prompts");
	p->list_prompts(p->ctx, &r->info, w);
	jw_end(w);
}

static void
on_templates_list(struct request *r, struct jw *w)
{
	const struct mcp_provider *p = &r->peer->server->provider;

	jw_arr_in(w, "resourceTemplates");
	if (p->list_templates != NULL)
		p->list_templates(p->ctx, &r->info, w);
	jw_end(w);
}

static int
on_resources_list(struct call *c, struct running *run, struct jw *w)
{
	const struct mcp_provider *p = &run->server->provider;
	int result;

	jw_arr_in(w, "resources");
	result = p->list_resources(c, p->ctx, &run->info, w);
	if (result == 0)
		jw_end(w);
	return result;
}

static int
bad_params(struct call *c, const char *what)
{
	return call_fail(c, ERR_INPUT, "%s", what);
}

static int
on_tools_call(struct call *c, struct running *run, struct jw *w)
{
	const struct mcp_provider *p = &run->server->provider;
	json *name = json_get(run->params, "name"), *args = json_get(run->params, "arguments");

	if (!yyjson_is_str(name) || (args != NULL && !yyjson_is_obj(args)))
		return bad_params(c, "tools/call needs params.name (a string) and params.arguments (an object).");
	c->name = json_str(name);
	return p->call_tool(c, p->ctx, &run->info, json_str(name), args, w);
}

static int
on_resources_read(struct call *c, struct running *run, struct jw *w)
{
	const struct mcp_provider *p = &run->server->provider;
	const char *uri = json_get_str(run->params, "uri");

	if (uri == NULL)
		return bad_params(c, "resources/read needs params.uri (a string).");
	return p->read_resource(c, p->ctx, &run->info, uri, w);
}

static int
on_prompts_get(struct call *c, struct running *run, struct jw *w)
{
	const struct mcp_provider *p = &run->server->provider;
	json *args = json_get(run->params, "arguments");
	const char *name = json_get_str(run->params, "name");

	if (name == NULL || (args != NULL && !yyjson_is_obj(args)))
		return bad_params(c, "prompts/get needs params.name (a string) and params.arguments (an object of strings).");
	for (struct json_iter it = json_iter(args); json_next(&it);) {
		if (!yyjson_is_str(it.value))
			return bad_params(c, "Arguments of a prompt are strings.");
	}
	return p->get_prompt(c, p->ctx, &run->info, name, args, w);
}

static int
on_complete(struct call *c, struct running *run, struct jw *w)
{
	const struct mcp_provider *p = &run->server->provider;
	json *ref = json_get(run->params, "ref");
	const char *argument = json_path_str(run->params, "argument.name"), *value = json_path_str(run->params, "argument.value");

	if (!yyjson_is_obj(ref) || argument == NULL || value == NULL)
		return bad_params(c, "completion/complete needs params.ref and params.argument with name and value.");
	return p->complete(c, p->ctx, &run->info, ref, argument, value, json_path(run->params, "context.arguments"), w);
}

static const struct method methods[] = {
	{ "initialize", M_LEGACY, 0, NULL, on_initialize, NULL },
	{ "server/discover", M_MODERN | M_CACHEABLE, TTL_DISCOVER, NULL, on_discover, NULL },
	{ "ping", M_LEGACY, 0, NULL, on_empty, NULL },
	{ "tools/list", M_BOTH | M_CACHEABLE, TTL_LIST, has_tools, on_tools_list, NULL },
	{ "tools/call", M_BOTH | M_ASKS, 0, has_tools, NULL, on_tools_call },
	{ "resources/list", M_BOTH | M_CACHEABLE, TTL_RESOURCES, has_resources, NULL, on_resources_list },
	{ "resources/templates/list", M_BOTH | M_CACHEABLE, TTL_LIST, has_resources, on_templates_list, NULL },
	{ "resources/read", M_BOTH | M_CACHEABLE | M_ASKS, 0, has_resources, NULL, on_resources_read },
	{ "resources/subscribe", M_LEGACY, 0, has_subscribe, on_empty, NULL },
	{ "resources/unsubscribe", M_LEGACY, 0, has_subscribe, on_empty, NULL },
	{ "prompts/list", M_BOTH | M_CACHEABLE, TTL_LIST, has_prompts, on_prompts_list, NULL },
	{ "prompts/get", M_BOTH | M_ASKS, 0, has_prompts, NULL, on_prompts_get },
	{ "completion/complete", M_BOTH, 0, has_complete, NULL, on_complete },
	{ "subscriptions/listen", M_MODERN | M_SPECIAL, 0, NULL, listen_start, NULL },
	{ "logging/setLevel", M_LEGACY, 0, has_logs, on_set_level, NULL },
	{ "notifications/cancelled", M_BOTH | M_NOTIFICATION, 0, NULL, on_cancelled, NULL },
	{ "notifications/initialized", M_LEGACY | M_NOTIFICATION, 0, NULL, on_empty, NULL },
	{ "notifications/roots/list_changed", M_LEGACY | M_NOTIFICATION, 0, NULL, on_empty, NULL },
};

const struct method *
method_find(const char *name)
{
	for (size_t i = 0; i < LEN(methods); i++) {
		if (strcmp(methods[i].name, name) == 0)
			return &methods[i];
	}
	return NULL;
}
