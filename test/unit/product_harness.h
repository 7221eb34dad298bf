/*
 * The product's provider before a scripted site: each request of the site must stand in
 * the script, and the world counts them. The provider is asked as the protocol machine
 * asks it, each time in a call of its own.
 */
#ifndef TEST_UNIT_PRODUCT_HARNESS_H
#define TEST_UNIT_PRODUCT_HARNESS_H

#include "unit.h"

#include "base/str.h"
#include "json/writer.h"
#include "mcp/provider.h"
#include "net/httpd.h"
#include "tools/app.h"

struct line {		/* of a script; ends with path NULL */
	const char *path;	/* with its query; "*": any */
	const char *body;	/* of a POST, exactly; NULL: any */
	int status;
	const char *answer;
};

enum { MAX_TRACE = 64 };

struct world {
	struct arena *arena;
	struct loop *loop;
	struct httpd *httpd;
	struct app *app;
	struct mcp_provider provider;
	struct mcp_info info;
	const struct line *script;
	int requests;
	const char *trace[MAX_TRACE];	/* the requests, "METHOD path body" */
	const char *complaint;
	struct err err;			/* of the last question */
	char dir[64];
};

static inline void
on_site_request(struct exchange *x, void *arg)
{
	const struct httpd_header type = { "Content-Type", "application/json" };
	struct world *w = arg;
	const char *query = exchange_query(x), *path;
	size_t len;
	const char *body = exchange_body(x, &len);

	path = arena_printf(w->arena, "%s%s%s", exchange_path(x), *query != '\0' ? "?" : "", query);
	w->trace[w->requests++ % MAX_TRACE] = arena_printf(w->arena, "%s %s %s", exchange_method(x), path, body);
	for (const struct line *l = w->script; l != NULL && l->path != NULL; l++) {
		if ((strcmp(l->path, path) == 0 || strcmp(l->path, "*") == 0) && (l->body == NULL || strcmp(l->body, body) == 0)) {
			exchange_reply(x, l->status, &type, 1, l->answer, strlen(l->answer));
			return;
		}
	}
	w->complaint = w->trace[(w->requests - 1) % MAX_TRACE];
	exchange_reply(x, 404, &type, 1, "{\"errorMessages\":[\"not in the script\"]}", 39);
}

/* flags: "name=value" for the configuration, ends with NULL. */
static inline void
world_begin(struct world *w, bool dc, const struct line *script, const char *const *flags)
{
	struct config_flag f[16];
	struct config *config;
	size_t n = 0;

	*w = (struct world){ .arena = arena_new(), .loop = loop_new(), .script = script };
	err_init(&w->err, w->arena);
	temp_dir(w->dir);
	w->httpd = httpd_listen(w->loop, &(struct httpd_options){ .host = "127.0.0.1" }, on_site_request, w, &w->err);
	assert_non_null(w->httpd);
	f[n++] = (struct config_flag){ "jira-url", arena_printf(w->arena, "http://127.0.0.1:%d", httpd_port(w->httpd)) };
	f[n++] = (struct config_flag){ "jira-deployment", dc ? "dc" : "cloud" };
	setenv("TELAMON_TEST_SECRET", "pat", 1);	/* it leaves the environment when it is read */
	f[n++] = (struct config_flag){ "jira-personal-token", "env:TELAMON_TEST_SECRET" };
	f[n++] = (struct config_flag){ "audit", arena_printf(w->arena, "%s/audit", w->dir) };
	f[n++] = (struct config_flag){ "state-dir", w->dir };
	for (; flags != NULL && *flags != NULL; flags++) {
		char *name = arena_strdup(w->arena, *flags), *eq = strchr(name, '=');

		*eq = '\0';
		f[n++] = (struct config_flag){ name, eq + 1 };
	}
	config = config_load(NULL, f, n, &w->err);
	if (config == NULL)
		fail_msg("%s", w->err.message);
	w->app = app_new(w->loop, config, &w->err);
	if (w->app == NULL)
		fail_msg("%s", w->err.message);
	mcp_product(&w->provider, w->app);
	w->info = (struct mcp_info){ .principal = "local", .client = { .name = "test", .budget = 9000 }, .modern = true,
		.profile = "" };
}

static inline void
world_end(struct world *w)
{
	if (w->complaint != NULL)
		fail_msg("the site was asked what the script does not hold: %s", w->complaint);
	app_free(w->app);
	httpd_free(w->httpd);
	loop_free(w->loop);
	remove_dir(w->dir);
	arena_free(w->arena);
}

enum question { CALL_TOOL, LIST_RESOURCES, READ_RESOURCE, GET_PROMPT, COMPLETE, LIST_TOOLS, LIST_PROMPTS, LIST_TEMPLATES };

struct asked {
	struct world *world;
	enum question what;
	const char *name;	/* of tool, prompt or argument; uri */
	const char *typed;
	json *args, *ref;
	struct buf answer;
	int result;
};

static inline int
ask_in_call(struct call *c, void *arg)
{
	struct asked *a = arg;
	const struct mcp_provider *p = &a->world->provider;
	const struct mcp_info *info = &a->world->info;
	struct jw w;
	int result = 0;

	jw_init(&w, &a->answer);
	jw_obj(&w);
	switch (a->what) {
	case CALL_TOOL:
		result = p->call_tool(c, p->ctx, info, a->name, a->args, &w);
		break;
	case LIST_RESOURCES:
		jw_arr_in(&w, "list");
		result = p->list_resources(c, p->ctx, info, &w);
		jw_end(&w);
		break;
	case READ_RESOURCE:
		result = p->read_resource(c, p->ctx, info, a->name, &w);
		break;
	case GET_PROMPT:
		result = p->get_prompt(c, p->ctx, info, a->name, a->args, &w);
		break;
	case COMPLETE:
		result = p->complete(c, p->ctx, info, a->ref, a->name, a->typed, a->args, &w);
		break;
	case LIST_TOOLS:
	case LIST_PROMPTS:
	case LIST_TEMPLATES:
		jw_arr_in(&w, "list");
		(a->what == LIST_TOOLS ? p->list_tools : a->what == LIST_PROMPTS ? p->list_prompts : p->list_templates)(p->ctx, info, &w);
		jw_end(&w);
		break;
	}
	if (result == 0)
		jw_end(&w);
	return result;
}

static inline void
ask_done(struct call *c, int result, void *arg)
{
	struct asked *a = arg;

	a->result = result;
	err_clear(&a->world->err);
	err_copy(&a->world->err, &c->err);
	loop_stop(a->world->loop);
}

static inline json *
text_json(struct world *w, const char *text)
{
	json *v = text == NULL ? NULL : json_parse(w->arena, text, strlen(text), JSON_STRICT, &w->err);

	if (text != NULL && v == NULL)
		fail_msg("%s: %s", text, w->err.message);
	return v;
}

/* The answer's members as an object; NULL with w->err. */
static inline json *
ask(struct world *w, enum question what, const char *name, const char *args)
{
	struct asked a = { .world = w, .what = what, .name = name };
	struct call *c = call_new(w->loop, "test");
	json *answer = NULL;

	a.args = text_json(w, args);
	buf_init(&a.answer, 1024 * 1024);
	a.result = 1;
	c->principal = "local";
	if (what == COMPLETE) {	/* args: {"ref":..., "typed":..., "known":...} */
		a.ref = json_get(a.args, "ref");
		a.typed = json_get_str(a.args, "typed");
		a.args = json_get(a.args, "known");
	}
	assert_int_equal(call_start(c, ask_in_call, ask_done, &a), 0);
	if (a.result == 1)
		loop_run(w->loop);
	if (a.result == 0)
		answer = text_json(w, arena_strndup(w->arena, a.answer.data, a.answer.len));
	buf_release(&a.answer);
	return answer;
}

/* The entry of a list whose member is value; NULL when there is none. */
static inline json *
entry(json *list, const char *member, const char *value)
{
	for (struct json_iter it = json_iter(list); json_next(&it);) {
		if (str_eq(json_get_str(it.value, member), value))
			return it.value;
	}
	return NULL;
}

/* "a, b, c" of an array of strings, or of a member of its objects. */
static inline const char *
joined(struct world *w, json *list, const char *member)
{
	const char *text;
	struct buf b;

	buf_init(&b, 64 * 1024);
	for (struct json_iter it = json_iter(list); json_next(&it);)
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", member != NULL ? json_get_str(it.value, member) : json_str(it.value));
	text = arena_strdup(w->arena, b.data);
	buf_release(&b);
	return text;
}

#endif
