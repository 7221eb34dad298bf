/* What the product offers beside tools, as MCP says it: prompts, resources, completion. */
#include "mcp/product.h"

#include "base/str.h"

#include <string.h>

static const char markdown[] = "text/markdown";

/* ---- prompts ---- */

static void
write_prompt(const struct prompt *p, struct jw *w)
{
	jw_obj(w);
	jw_str(w, "name", p->name);
	jw_str(w, "title", p->title);
	jw_str(w, "description", p->doc);
	jw_arr_in(w, "arguments");
	for (const struct prompt_arg *a = p->args; a->name != NULL; a++) {
		jw_obj(w);
		jw_str(w, "name", a->name);
		jw_str(w, "title", a->title);
		jw_str(w, "description", a->doc);
		jw_bool(w, "required", a->required);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

void
product_list_prompts(void *ctx, const struct mcp_info *info, struct jw *w)
{
	const struct offers *offers = ctx;

	for (const struct prompt *p = prompts; p->name != NULL; p++) {
		if (prompt_offered(offers->app, info->principal, p))
			write_prompt(p, w);
	}
}

int
product_get_prompt(struct call *c, void *ctx, const struct mcp_info *info, const char *name, json *args, struct jw *w)
{
	struct offers *offers = ctx;
	const struct prompt *p;
	const char *text;

	(void)info;
	c->app = offers->app;
	if (prompt_render(c, name, args, &p, &text) == -1)
		return -1;
	jw_str(w, "description", p->doc);
	jw_arr_in(w, "messages");
	jw_obj(w);
	jw_str(w, "role", "user");
	jw_obj_in(w, "content");
	jw_str(w, "type", "text");
	jw_str(w, "text", text);
	jw_end(w);
	jw_end(w);
	jw_end(w);
	return 0;
}

/* ---- resources ---- */

void
product_list_templates(void *ctx, const struct mcp_info *info, struct jw *w)
{
	const struct offers *offers = ctx;

	for (const struct resource_template *r = resource_templates; r->uri != NULL; r++) {
		if (!resource_offered(offers->app, info->principal, r))
			continue;
		jw_obj(w);
		jw_str(w, "uriTemplate", r->uri);
		jw_str(w, "name", r->name);
		jw_str(w, "title", r->title);
		jw_str(w, "description", r->doc);
		jw_str(w, "mimeType", markdown);
		jw_end(w);
	}
}

int
product_list_resources(struct call *c, void *ctx, const struct mcp_info *info, struct jw *w)
{
	struct offers *offers = ctx;
	const struct resource *list;
	size_t count;

	(void)info;
	c->app = offers->app;
	list = resource_list(c, offers->memory, &count);
	for (size_t i = 0; i < count; i++) {
		jw_obj(w);
		jw_str(w, "uri", list[i].uri);
		jw_str(w, "name", list[i].name);
		jw_str(w, "title", list[i].title);
		if (list[i].doc != NULL)
			jw_str(w, "description", list[i].doc);
		jw_str(w, "mimeType", markdown);
		jw_end(w);
	}
	return 0;
}

int
product_read_resource(struct call *c, void *ctx, const struct mcp_info *info, const char *uri, struct jw *w)
{
	struct offers *offers = ctx;
	struct tool_answer answer;

	c->app = offers->app;
	if (resource_read(c, uri, info->client.budget, &answer) == -1)
		return -1;
	jw_arr_in(w, "contents");
	jw_obj(w);
	jw_str(w, "uri", uri);
	jw_str(w, "mimeType", markdown);
	jw_key(w, "text");
	jw_sn(w, answer.text, answer.len);
	jw_end(w);
	jw_end(w);
	return 0;
}

/* ---- completion ---- */

static int
kind_in_prompt(struct call *c, const char *name, const char *argument, enum value_kind *ret)
{
	const struct prompt *p = prompt_find(name);
	const struct prompt_arg *a;

	if (p == NULL || !prompt_offered(c->app, c->principal, p))
		return call_fail(c, ERR_DENIED, "Unknown prompt: %.64s", name);
	a = prompt_find_arg(p, argument);
	if (a == NULL)
		return call_fail(c, ERR_INPUT, "The prompt %s has no argument \"%.64s\".", p->name, argument);
	*ret = a->kind;
	return 0;
}

static int
kind_in_resource(struct call *c, const char *uri, const char *argument, enum value_kind *ret)
{
	const struct resource_template *r = resource_find(uri);

	if (r == NULL || !resource_offered(c->app, c->principal, r))
		return call_fail(c, ERR_INPUT, "Unknown resource template: %.200s", uri);
	if (strcmp(argument, "key") != 0)
		return call_fail(c, ERR_INPUT, "%s has no variable \"%.64s\".", r->uri, argument);
	*ret = r->kind;
	return 0;
}

int
product_complete(struct call *c, void *ctx, const struct mcp_info *info, json *ref, const char *argument, const char *value,
    json *known, struct jw *w)
{
	struct offers *offers = ctx;
	const char *type = json_get_str(ref, "type"), *name = json_get_str(ref, "name"), *uri = json_get_str(ref, "uri");
	enum value_kind kind = VALUE_TEXT;
	struct values values;
	int result;

	(void)info;
	c->app = offers->app;
	if (str_eq(type, "ref/prompt") && name != NULL)
		result = kind_in_prompt(c, name, argument, &kind);
	else if (str_eq(type, "ref/resource") && uri != NULL)
		result = kind_in_resource(c, uri, argument, &kind);
	else
		result = call_fail(c, ERR_INPUT, "params.ref must be of type ref/prompt with a name or ref/resource with a uri.");
	if (result == -1 || values_find(c, offers->memory, kind, value, json_get_str(known, "project"), &values) == -1)
		return -1;
	jw_obj_in(w, "completion");
	jw_arr_in(w, "values");
	for (size_t i = 0; i < values.count; i++)
		jw_s(w, values.list[i]);
	jw_end(w);
	if (!values.more)
		jw_int(w, "total", (int64_t)values.count);
	jw_bool(w, "hasMore", values.more);
	jw_end(w);
	return 0;
}
