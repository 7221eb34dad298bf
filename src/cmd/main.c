/*
 * telamon COMMAND [options]. Without a command: help on a terminal, the MCP server on
 * stdio when the input is a pipe, so that {"command": "telamon"} works in every client.
 */
#include "base/env.h"
#include "base/str.h"
#include "cmd/cmd.h"

#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { BIG_BODY = 8 * 1024 * 1024 };

static const struct cmd *
find(const char *name)
{
	for (const struct cmd *const *c = command_table; *c != NULL; c++) {
		if (strcmp((*c)->name, name) == 0)
			return *c;
	}
	return NULL;
}

static void
print_commands(FILE *to)
{
	fputs("telamon " TELAMON_VERSION ": Jira, Confluence and Bitbucket for MCP clients and the shell\n\n"
	    "usage: telamon COMMAND [options]\n\n", to);
	for (const struct cmd *const *c = command_table; *c != NULL; c++) {
		if (!(*c)->hidden)
			fprintf(to, "  %-9s %s\n", (*c)->name, (*c)->doc);
	}
	fputs("\nStart with:  telamon try            four questions to a built-in demo site\n"
	    "             telamon COMMAND --help\n"
	    "Without a command and with a pipe as input it is the MCP server on stdio.\n", to);
}

static bool
is_option_of(const struct cmd *c, const char *name, bool *ret_takes_value)
{
	for (const struct cmd_option *o = c->options; o != NULL && o->name != NULL; o++) {
		if (strcmp(o->name, name) == 0) {
			*ret_takes_value = o->value != NULL;
			return true;
		}
	}
	return false;
}

static int
unknown_option(struct cmd_line *l, const char *name)
{
	size_t n = 0, config_count = 0;
	const char *const *config = l->cmd->no_config ? NULL : config_flag_names(l->arena, &config_count);
	const char **names = arena_array(l->arena, config_count + 32, sizeof(*names)), *near;

	for (const struct cmd_option *o = l->cmd->options; o != NULL && o->name != NULL && n < 32; o++)
		names[n++] = o->name;
	for (size_t i = 0; i < config_count; i++)
		names[n++] = config[i];
	near = str_nearest(name, names, n);
	err_set(&l->err, ERR_USAGE, "telamon %s has no option --%s.", l->cmd->name, name);
	if (near != NULL)
		err_hint(&l->err, "Did you mean --%s?", near);
	else
		err_hint(&l->err, "See: telamon %s --help", l->cmd->name);
	return -1;
}

/* One "--name", "--name=value" or "--name value"; moves *at past its value. */
static int
take_option(struct cmd_line *l, char **argv, size_t argc, size_t *at)
{
	char *name = arena_strdup(l->arena, argv[*at] + 2), *eq = strchr(name, '=');
	const struct config_key *key;
	bool takes = true, own, is_config;

	if (eq != NULL)
		*eq++ = '\0';
	own = is_option_of(l->cmd, name, &takes);
	key = own || l->cmd->no_config ? NULL : config_find_flag(name);
	is_config = key != NULL || (!own && !l->cmd->no_config && strcmp(name, "config") == 0);
	if (!own && !is_config && !l->cmd->any_option)
		return unknown_option(l, name);
	if (key != NULL && key->type == CONFIG_BOOL)
		takes = false;
	if (!own && !is_config)		/* of a tool: a value follows unless the next word is an option */
		takes = *at + 1 < argc && strncmp(argv[*at + 1], "--", 2) != 0;
	if (eq == NULL && takes) {
		if (*at + 1 >= argc)
			return err_set(&l->err, ERR_USAGE, "--%s needs a value.", name);
		eq = argv[++*at];
	}
	if (strcmp(name, "config") == 0 && is_config)
		l->config_path = eq;
	else if (is_config)
		l->flags[l->flag_count++] = (struct config_flag){ name, eq };
	else
		l->options[l->option_count++] = (struct cmd_given){ name, eq };
	return 0;
}

static int
parse(struct cmd_line *l, char **argv, size_t argc)
{
	bool only_words = false;

	l->words = arena_array(l->arena, argc + 1, sizeof(*l->words));
	l->options = arena_array(l->arena, argc + 1, sizeof(*l->options));
	l->flags = arena_array(l->arena, argc + 1, sizeof(*l->flags));
	for (size_t i = 0; i < argc; i++) {
		if (only_words || argv[i][0] != '-' || argv[i][1] == '\0') {
			l->words[l->word_count++] = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			only_words = true;
		} else if (argv[i][1] != '-') {
			err_set(&l->err, ERR_USAGE, "%s is not an option.", argv[i]);
			err_hint(&l->err, "Options begin with two dashes; see: telamon %s --help", l->cmd->name);
			return -1;
		} else if (take_option(l, argv, argc, &i) == -1) {
			return -1;
		}
	}
	return 0;
}

static int
unknown_command(const char *name)
{
	const char *names[32], *near;
	size_t n = 0;

	for (const struct cmd *const *c = command_table; *c != NULL && n < LEN(names); c++)
		names[n++] = (*c)->name;
	near = str_nearest(name, names, n);
	fprintf(stderr, "telamon: there is no command \"%s\".%s%s%s\n", name, near != NULL ? " Did you mean \"" : "",
	    near != NULL ? near : "", near != NULL ? "\"?" : " See: telamon --help");
	return err_exit_code(ERR_USAGE);
}

static int
run(const struct cmd *c, char **argv, size_t argc)
{
	struct cmd_line l = { .cmd = c, .arena = arena_new() };
	int code;

	err_init(&l.err, l.arena);
	if (parse(&l, argv, argc) == -1)
		code = cmd_fail(&l.err);
	else
		code = c->run(&l);
	arena_free(l.arena);
	return code;
}

int
main(int argc, char **argv)
{
	struct rlimit none = { 0, 0 };
	const struct cmd *c;
	const char *name = argc > 1 ? argv[1] : NULL;

	setrlimit(RLIMIT_CORE, &none);	/* secrets do not go into core files */
	prctl(PR_SET_DUMPABLE, env_get("TELAMON_DEBUG") != NULL ? 1 : 0);
	signal(SIGPIPE, SIG_IGN);
	mallopt(M_MMAP_THRESHOLD, BIG_BODY);
	if (name == NULL && env_is_terminal(0)) {
		print_commands(stdout);
		return 0;
	}
	if (name == NULL || (strncmp(name, "--", 2) == 0 && strcmp(name, "--help") != 0 && strcmp(name, "--version") != 0))
		return run(find("serve"), argv + 1, (size_t)argc - 1);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || (strcmp(name, "help") == 0 && argc == 2)) {
		print_commands(stdout);
		return 0;
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
		puts("telamon " TELAMON_VERSION);
		return 0;
	}
	if (strcmp(name, "help") == 0)
		name = argv[2];
	c = find(name);
	if (c == NULL)
		return unknown_command(name);
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			cmd_help(c);
			return 0;
		}
	}
	if (strcmp(argv[1], "help") == 0) {
		cmd_help(c);
		return 0;
	}
	return run(c, argv + 2, (size_t)argc - 2);
}
