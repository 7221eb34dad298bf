/*
 * telamon sandbox: the stand-in Atlassian site as a server of its own. Prints its
 * address and the environment that points a client at it, then serves until it is
 * told to stop.
 */
#include "sandbox/sandbox.h"

#include "base/clock.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "net/loop_signals.h"

#include <stdio.h>

enum { DEFAULT_SEED = 1 };

/* -1 after l->err was set. */
static int
take_options(struct cmd_line *l, struct sandbox_options *o)
{
	const char *port = cmd_option(l, "port"), *seed = cmd_option(l, "seed"), *now = cmd_option(l, "now");
	int64_t n = 0;

	o->seed = DEFAULT_SEED;
	o->dc = cmd_has(l, "dc");
	o->faults = cmd_option(l, "fault");
	if (port != NULL && str_int(port, 0, 65535, &n) == -1)
		return err_set(&l->err, ERR_USAGE, "--port takes a number from 0 (any free one) to 65535, not \"%s\".", port);
	o->port = (int)n;
	if (seed != NULL) {
		if (str_int(seed, 0, INT64_MAX, &n) == -1)
			return err_set(&l->err, ERR_USAGE, "--seed takes a number, not \"%s\".", seed);
		o->seed = (uint64_t)n;
	}
	if (now != NULL && clock_parse(now, &o->now_ms) == -1)
		return err_set(&l->err, ERR_USAGE, "--now takes a time such as 2026-11-23T10:00:00Z, not \"%s\".", now);
	return 0;
}

static void
print_address(const struct sandbox *sb, const struct sandbox_options *o)
{
	static const struct { enum product product; const char *prefix; } products[] = { { JIRA, "JIRA" }, { CONFLUENCE, "CONFLUENCE" } };

	printf("%s\n\nJira and Confluence %s with an invented company. To ask them from here:\n\n", sandbox_url(sb),
	    o->dc ? "Data Center" : "Cloud");
	for (size_t i = 0; i < LEN(products); i++) {
		const char *p = products[i].prefix;

		printf("export %s_URL=%s%s %s_DEPLOYMENT=%s\n", p, sandbox_url(sb), sandbox_path(sb, products[i].product), p,
		    o->dc ? "dc" : "cloud");
		if (o->dc)
			printf("export %s_PERSONAL_TOKEN=%s\n", p, sandbox_token(sb));
		else
			printf("export %s_USERNAME=%s %s_API_TOKEN=%s\n", p, sandbox_email(sb), p, sandbox_token(sb));
	}
	printf("telamon call jira_search --jql 'sprint in openSprints()'\n\nCtrl-C ends it, and nothing is kept.\n");
	fflush(stdout);
}

static int
run_sandbox(struct cmd_line *l)
{
	struct sandbox_options options = { .port = 0 };
	struct loop_signals *signals;
	struct sandbox *sb;
	struct loop *loop;

	if (l->word_count > 0)
		return cmd_usage(l, "There is nothing to name here: \"%s\".", l->words[0]);
	if (take_options(l, &options) == -1)
		return cmd_fail(&l->err);
	loop = loop_new();
	sb = sandbox_start(loop, &options, &l->err);
	if (sb == NULL) {
		loop_free(loop);
		return cmd_fail(&l->err);
	}
	signals = loop_signals_new(loop, NULL, NULL);
	print_address(sb, &options);
	loop_run(loop);
	loop_signals_free(signals);
	sandbox_stop(sb);
	loop_free(loop);
	return 0;
}

static const struct cmd_option sandbox_options[] = {
	{ "port", "N", "where to listen on 127.0.0.1; any free port without it" },
	{ "dc", NULL, "Data Center instead of Cloud" },
	{ "fault", "SPEC", "what goes wrong and how often, e.g. 429:0.1,latency:50ms,reset:0.01" },
	{ "seed", "N", "another company; the same number makes the same one" },
	{ "now", "TIME", "the site's clock stands at this time; the real time without it" },
	{ NULL, NULL, NULL },
};

CMD(sandbox,
	.usage = "[--port N] [--dc] [--fault SPEC] [--seed N] [--now TIME]",
	.doc = "A stand-in site with Jira and Confluence on this machine, for trying things out.",
	.help = "Faults, each with a probability: a status such as 429 or 500, 429-bare (without Retry-After), reset,\n"
	    "reset-after (the write is done, the answer never comes), html (a login page), truncate, drip, garbage, hang;\n"
	    "and latency with a time: latency:50ms.\n",
	.options = sandbox_options,
	.no_config = true,
	.run = run_sandbox,
);
