/* What the commands share: options, help, errors, and the set-up around one call. */
#include "cmd/cmd.h"

#include "base/env.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "tools/app.h"

#include <stdio.h>
#include <string.h>

const char *
cmd_option(const struct cmd_line *l, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < l->option_count; i++) {
		if (strcmp(l->options[i].name, name) == 0)
			value = l->options[i].value;
	}
	return value;
}

bool
cmd_has(const struct cmd_line *l, const char *name)
{
	for (size_t i = 0; i < l->option_count; i++) {
		if (strcmp(l->options[i].name, name) == 0)
			return true;
	}
	return false;
}

bool
cmd_flag_given(const struct cmd_line *l, const char *name)
{
	for (size_t i = 0; i < l->flag_count; i++) {
		if (strcmp(l->flags[i].name, name) == 0)
			return true;
	}
	return false;
}

int
cmd_fail(const struct err *e)
{
	const char *text = err_text(e);
	struct buf b;

	buf_init(&b, 3 * strlen(text) + 1);	/* it may quote the site */
	out_clean(&b, text, strlen(text));
	fprintf(stderr, "telamon: %s\n", b.len == 0 ? "" : b.data);
	buf_release(&b);
	return err_exit_code(e->kind);
}

int
cmd_usage(struct cmd_line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(&l->err, ERR_USAGE, fmt, ap);
	va_end(ap);
	err_hint(&l->err, "usage: telamon %s %s", l->cmd->name, l->cmd->usage);
	return cmd_fail(&l->err);
}

void
cmd_help(const struct cmd *c)
{
	printf("usage: telamon %s %s\n\n%s\n", c->name, c->usage, c->doc);
	if (c->help != NULL)
		printf("\n%s", c->help);
	if (c->options != NULL)
		puts("\noptions:");
	for (const struct cmd_option *o = c->options; o != NULL && o->name != NULL; o++)
		printf("  --%s%s%-*s %s\n", o->name, o->value != NULL ? " " : "",
		    (int)(strlen(o->name) < 19 ? 20 - strlen(o->name) : 1), o->value != NULL ? o->value : "", o->doc);
	if (!c->no_config)
		puts("\nEvery configuration key is an option too (--read-only, --jira-url URL ...): see telamon config.");
}

struct config *
cmd_config(struct cmd_line *l)
{
	struct config *c = config_load(l->config_path, l->flags, l->flag_count, &l->err);

	if (c != NULL)
		log_set_level((enum log_level)c->log_level);
	return c;
}

struct loop *
cmd_loop(const struct config *c)
{
	struct loop *l = loop_new();

	loop_set_max_calls(l, (size_t)c->max_calls);
	loop_set_backend(l, (enum loop_backend)c->fibers);
	return l;
}

struct once {
	call_fn *fn;
	void *arg;
	struct loop *loop;
	struct err *err;
	int result;
	bool ended;
};

static int
once_run(struct call *c, void *arg)
{
	struct once *o = arg;

	return o->fn(c, o->arg);
}

static void
once_done(struct call *c, int result, void *arg)
{
	struct once *o = arg;

	o->result = result;
	o->ended = true;
	if (result == -1)
		err_copy(o->err, &c->err);
	loop_stop(o->loop);
}

static int
run_once(struct cmd_line *l, struct app *app, const char *name, call_fn *fn, void *arg)
{
	struct once o = { .fn = fn, .arg = arg, .loop = app->loop, .err = &l->err };
	struct call *c = call_new(app->loop, name);

	c->app = app;
	c->principal = "local";
	c->client = "telamon";
	if (call_start(c, once_run, once_done, &o) == -1) {
		err_copy(&l->err, &c->err);
		call_free(c);
		return -1;
	}
	if (!o.ended)	/* a call that never parks has ended already */
		loop_run(app->loop);
	return o.result;
}

/* At a terminal the audit lines would stand between the answers: there they go to a file beside the journal. */
static void
audit_aside(struct config *c)
{
	const char *dir = c->state_dir != NULL ? c->state_dir : file_state_dir(c->arena);
	struct err ignored;

	err_init(&ignored, c->arena);
	if (str_eq(c->audit, "stderr") && env_is_terminal(2) && dir != NULL && file_make_dir(dir, &ignored) == 0)
		c->audit = arena_printf(c->arena, "%s/audit.log", dir);
}

int
cmd_call(struct cmd_line *l, const char *name, call_fn *fn, void *arg)
{
	struct config *config = cmd_config(l);
	struct sandbox *sandbox = NULL;
	struct loop *loop;
	struct app *app;
	int result = -1;

	if (config == NULL)
		return cmd_fail(&l->err);
	audit_aside(config);
	loop = cmd_loop(config);
	if (cmd_start_sandbox(loop, config, &sandbox, &l->err) == -1) {
		config_release(config);
		return cmd_fail(&l->err);
	}
	app = app_new(loop, config, &l->err);
	if (app != NULL) {
		result = run_once(l, app, name, fn, arg);
		app_free(app);
	}
	cmd_stop_sandbox(sandbox);
	loop_free(loop);
	return result == -1 ? cmd_fail(&l->err) : 0;
}
