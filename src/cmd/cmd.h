/*
 * A subcommand is one CMD(name, ...) block beside its function. The option table is
 * parser and --help at once; every configuration key is an option of every command
 * that loads the configuration.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/err.h"
#include "config/config.h"
#include "net/call.h"

#include <stdbool.h>
#include <stddef.h>

struct cmd_option {
	const char *name;	/* without "--"; NULL ends the table */
	const char *value;	/* what it takes, e.g. "PORT"; NULL: nothing */
	const char *doc;
};

struct cmd_line;

struct cmd {
	const char *name;
	const char *usage;	/* after the name: "TOOL [--ARGUMENT VALUE]..." */
	const char *doc;	/* one line */
	const char *help;	/* more, may be NULL; ends with a line end */
	const struct cmd_option *options;	/* may be NULL */
	bool any_option;	/* unknown options are kept for the command itself */
	bool no_config;		/* takes no configuration keys */
	bool hidden;
	int (*run)(struct cmd_line *);	/* returns the exit code */
};

#define CMD(n, ...) \
	extern const struct cmd command_##n; \
	const struct cmd command_##n = { .name = #n, __VA_ARGS__ }

extern const struct cmd *const command_table[];	/* by name; ends with NULL */

struct cmd_given {
	const char *name, *value;	/* value NULL: none */
};

struct cmd_line {
	const struct cmd *cmd;
	char **words;			/* what is not an option */
	size_t word_count;
	struct cmd_given *options;	/* of the command's table, and unknown ones with any_option */
	size_t option_count;
	struct config_flag *flags;	/* configuration keys */
	size_t flag_count;
	const char *config_path;
	struct arena *arena;
	struct err err;
};

const char *cmd_option(const struct cmd_line *, const char *name);	/* the last value given; NULL when not given */
bool cmd_has(const struct cmd_line *, const char *name);
bool cmd_flag_given(const struct cmd_line *, const char *name);	/* of a configuration key */

/* Prints the error as "telamon: ..." and returns its exit code. */
int cmd_fail(const struct err *);
int cmd_usage(struct cmd_line *, const char *fmt, ...) ATTR_PRINTF(2, 3);
void cmd_help(const struct cmd *);

/* Loads the configuration. NULL: line->err. */
struct config *cmd_config(struct cmd_line *);

/*
 * Runs fn in a fiber with everything set up: loop, application, principal "local".
 * Returns the exit code: 0, or that of the call's error, which was printed.
 */
int cmd_call(struct cmd_line *, const char *name, call_fn *fn, void *arg);

/* For commands with a loop of their own: sets fibers, limits and signals as configured. */
struct loop *cmd_loop(const struct config *);
/* Points the configuration at a demo site that runs in this loop, when config->sandbox says so. */
struct sandbox;
int cmd_start_sandbox(struct loop *, struct config *, struct sandbox **ret, struct err *) ATTR_MUST;
void cmd_stop_sandbox(struct sandbox *);	/* accepts NULL */

#endif
