/*
 * app_call is the whole way of a call through the house: find -> policy -> decode ->
 * run -> render -> audit. The audit line is written for refusals too; when it can't be
 * written, tools that write are not run.
 */
#include "tools/app.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "store/cache.h"
#include "tools/chatgpt.h"
#include "tools/compat.h"
#include "tools/more_tools.h"

#include <string.h>

enum { BYTES_PER_TOKEN = 3 };

struct app *
app_new(struct loop *l, struct config *config, struct err *e)
{
	struct arena *arena = arena_new();
	struct app *a = arena_alloc(arena, sizeof(*a));

	a->arena = arena;
	a->config = config;
	a->loop = l;
	a->audit = audit_new(config->audit, e);
	a->policy = a->audit == NULL ? NULL : policy_new(config, tool_subjects(arena), e);
	if (a->policy == NULL) {
		audit_free(a->audit);
		config_release(config);
		arena_free(arena);
		return NULL;
	}
	a->http = http_new(l);
	a->journal = journal_new(config->state_dir != NULL ? config->state_dir : file_state_dir(arena));
	a->cache = cache_new(config->no_cache ? NULL : config->state_dir != NULL ? config->state_dir : file_state_dir(arena));
	for (int p = 0; p < PRODUCTS; p++) {
		err_init(&a->site_error[p], arena);
		if (config->site[p].url != NULL)
			a->site[p] = site_new(a->http, config, (enum product)p, a->journal, a->cache, &a->site_error[p]);
	}
	return a;
}

void
app_free(struct app *a)
{
	if (a == NULL)
		return;
	for (int p = 0; p < PRODUCTS; p++)
		site_free(a->site[p]);
	http_free(a->http);
	journal_free(a->journal);
	cache_free(a->cache);
	audit_free(a->audit);
	policy_free(a->policy);
	config_release(a->config);
	arena_free(a->arena);
}

struct site *
app_site(struct call *c, enum product p)
{
	static const char *const variables[PRODUCTS] = { [JIRA] = "JIRA", [CONFLUENCE] = "CONFLUENCE", [BITBUCKET] = "BITBUCKET" };
	const struct app *a = c->app;
	const char *v = variables[p];

	if (a->site[p] == NULL && err_is_set(&a->site_error[p])) {
		err_copy(&c->err, &a->site_error[p]);
		return NULL;
	}
	if (a->site[p] == NULL) {
		call_fail(c, ERR_CONFIG, "%s is not configured.", product_title(p));
		call_hint(c, "Set its URL and token in the environment of this server (for %s Cloud: %s_URL, %s_USERNAME, "
		    "%s_API_TOKEN; for Data Center: %s_URL, %s_PERSONAL_TOKEN), or try TELAMON_SANDBOX=true. "
		    "`telamon doctor` checks it.", product_title(p), v, v, v, v, v);
		return NULL;
	}
	return site_ready(c, a->site[p]) == -1 ? NULL : a->site[p];
}

static bool
is_in_scope(const struct app *a, const struct tool *t, const char *principal, enum app_scope scope)
{
	const struct site *site = t->product == PRODUCTS ? NULL : a->site[t->product];
	struct policy_subject s = tool_subject(t);

	if (t->only != DEPLOYMENT_AUTO && site != NULL && site->dialect != NULL &&
	    site_is_cloud(site) != (t->only == DEPLOYMENT_CLOUD))
		return false;
	if (!policy_allows(a->policy, principal, &s))
		return false;
	if (scope == APP_FURTHER)
		return !t->dispatches && !chatgpt_tool(t) && !policy_lists(a->policy, principal, &s);
	return scope == APP_ALLOWED || policy_lists(a->policy, principal, &s);
}

const struct tool **
app_tools(const struct app *a, struct arena *arena, const char *principal, enum app_scope scope)
{
	const struct tool **list;
	size_t n = 0;

	while (tool_table[n] != NULL)
		n++;
	list = arena_array(arena, n + 1, sizeof(*list));
	n = 0;
	for (const struct tool *const *t = tool_table; *t != NULL; t++) {
		if (is_in_scope(a, *t, principal, scope))
			list[n++] = *t;
	}
	return list;
}

/* Bytes of answer that about fit into so many tokens. */
static size_t
budget_of_tokens(int64_t tokens)
{
	return (size_t)tokens * BYTES_PER_TOKEN;
}

static int
audit(struct call *c, const struct tool *t, size_t answer_bytes, struct err *e)
{
	return audit_write(c->app->audit, &(struct audit_event){
		.call_id = c->id,
		.principal = c->principal,
		.client = c->client,
		.tool = c->name,
		.effect = t == NULL ? NULL : effect_name(t->effect),
		.target = c->target,
		.journal_id = c->journal_id,
		.outcome = err_word(c->err.kind),
		.http_status = c->err.http_status,
		.upstream_requests = c->upstream_requests,
		.total_us = clock_mono_us() - c->start_us,
		.upstream_us = c->upstream_us,
		.queue_us = c->queue_us,
		.answer_bytes = answer_bytes,
	}, e);
}

static int
check_deployment(struct call *c, const struct tool *t)
{
	const struct site *s = app_site(c, t->product);

	if (s == NULL)
		return -1;
	if (site_is_cloud(s) == (t->only == DEPLOYMENT_CLOUD))
		return 0;
	call_fail(c, ERR_INPUT, "%s exists in %s %s only, and %s is not that.", t->title, product_title(t->product),
	    t->only == DEPLOYMENT_CLOUD ? "Cloud" : "Data Center", s->label);
	call_hint(c, "Do not call %s for this site.", t->name);
	return -1;
}

/* The end of a dry run's answer; what the handler said stands before it. */
static void
show_plan(struct call *c)
{
	const struct call_plan *p = c->dry_run;

	out_say(c->out, p->count > 0 ? "Dry run: nothing was sent. Without dry_run:" : "Dry run: there is nothing to send.");
	for (size_t i = 0; i < p->count; i++) {
		const char *body = p->step[i].body;

		out_text(c->out, arena_printf(c->arena, p->count > 1 ? "Request %zu" : "Request", i + 1), body == NULL ? p->step[i].request :
		    arena_printf(c->arena, "%s\n```json\n%s\n```", p->step[i].request, body));
	}
	if (p->left_out > 0)
		out_say(c->out, "And %zu more requests.", p->left_out);
}

/* format "chart" is the flag of that name. */
static int
ask_chart(struct call *c, const struct tool *t, void *args)
{
	for (const struct param *p = t->params; p->name != NULL; p++) {
		if (p->type == PARAM_BOOL && str_eq(p->name, "chart")) {
			*(bool *)((char *)args + p->offset) = true;
			return 0;
		}
	}
	return call_fail(c, ERR_INPUT, "format: %s has no chart.", t->name);
}

/* What a write's errors mean for the caller, where the handler has said nothing better. */
static void
next_step(struct call *c)
{
	if (c->err.hint == NULL && c->err.kind == ERR_IGNORED)
		call_hint(c, "Do not repeat the call as it was.");
	else if (c->err.hint == NULL && c->err.kind == ERR_UNKNOWN_OUTCOME)
		call_hint(c, "Look whether it took place before you repeat the call.");
}

static int
run(struct call *c, const struct tool *t, json *args, enum out_format format, size_t budget, struct tool_answer *ret)
{
	static const char *const formats[] = { "md", "table", "json" };
	struct tool_common common;
	const char *empty;
	void *decoded;

	if (tool_common(c, args, &common) == -1 || tool_decode(c, t, args, &decoded) == -1)
		return -1;
	if (common.chart && ask_chart(c, t, decoded) == -1)
		return -1;
	for (size_t i = 0; i < LEN(formats); i++)
		format = str_eq(common.format, formats[i]) ? (enum out_format)i : format;
	if (common.max_tokens > 0)
		budget = budget_of_tokens(common.max_tokens);
	if (t->only != DEPLOYMENT_AUTO && check_deployment(c, t) == -1)
		return -1;
	c->out = out_new(c->arena, format, budget);
	c->read_only = t->effect == READS;
	if (common.dry_run && t->effect != READS)
		c->dry_run = arena_alloc(c->arena, sizeof(*c->dry_run));
	empty = tool_empty(c->arena, t, args);
	if (empty != NULL)
		empty = arena_printf(c->arena, "Empty, so taken as not given: %s. The word none clears.", empty);
	if (empty != NULL)
		out_say(c->out, "%s", empty);
	if (t->run(c, decoded) == -1) {
		if (empty != NULL && c->err.kind == ERR_INPUT && c->err.hint == NULL)
			call_hint(c, "%s", empty);
		if (!err_is_set(&c->err))
			call_fail(c, ERR_INTERNAL, "%s failed without saying why.", t->name);
		if (c->err.kind != ERR_DRY_RUN) {
			next_step(c);
			return -1;
		}
		err_clear(&c->err);
	}
	if (c->dry_run != NULL)
		show_plan(c);
	ret->text = out_render(c->out, &ret->len);
	ret->blobs = out_blobs(c->out);
	return 0;
}

/* NULL with the error in the call when it does not exist for this principal. */
static const struct tool *
find_allowed(struct call *c, const char *name)
{
	const struct tool *t = tool_find(name);
	struct policy_subject s;

	if (t == NULL)
		t = compat_find(name);
	if (t != NULL) {
		s = tool_subject(t);
		if (policy_allows(c->app->policy, c->principal, &s))
			return t;
	}
	call_fail(c, ERR_DENIED, "Unknown tool: %.64s", name);
	return NULL;
}

/* {"tool": T, "arguments": {...}} of a tool that dispatches is a call of T, and is logged as one. */
static const struct tool *
find_inner(struct call *c, const struct tool *t, json **args)
{
	const struct more_args *more;
	void *decoded;

	if (!t->dispatches || json_is_null(json_get(*args, "arguments")))
		return t;
	if (tool_decode(c, t, *args, &decoded) == -1)
		return NULL;
	more = decoded;
	t = find_allowed(c, more->tool);
	if (t == NULL || t->dispatches || chatgpt_tool(t)) {
		err_clear(&c->err);
		more_tools_unknown(c, more->tool);
		return NULL;
	}
	*args = more->arguments;
	c->name = t->name;
	return t;
}

int
app_call(struct call *c, const char *name, json *args, enum out_format format, size_t budget, struct tool_answer *ret)
{
	const struct tool *t = find_allowed(c, name), *inner = t == NULL ? NULL : find_inner(c, t, &args);
	struct err lost;
	int result;

	err_init(&lost, c->arena);
	*ret = (struct tool_answer){ .text = "" };
	result = inner == NULL ? -1 : run(c, inner, args, format, budget, ret);
	if (audit(c, inner, ret->len, &lost) == -1)
		log_event(LOG_ERROR, "audit_lost", LOG_S("call", c->id), LOG_S("why", lost.message));
	return result;
}
