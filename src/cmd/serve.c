/* telamon serve: the MCP server on stdio. */
#include "cmd/cmd.h"
#include "mcp/stdio.h"
#include "net/loop_signals.h"
#include "tools/app.h"

#include <unistd.h>

enum { DRAIN_MS = 150 };

static int
serve_stdio(struct cmd_line *l, struct loop *loop, struct app *app)
{
	struct mcp_provider provider;
	struct mcp_server *server;
	struct mcp_stdio *stdio;
	struct loop_signals *signals = loop_signals_new(loop);

	(void)l;
	mcp_product(&provider, app);
	server = mcp_server_new(loop, &provider, NULL);
	stdio = mcp_stdio_new(loop, server, STDIN_FILENO, STDOUT_FILENO);
	loop_run(loop);
	mcp_stdio_free(stdio);
	if (!loop_drain(loop, DRAIN_MS))
		_exit(0);	/* a call is on a worker thread; its journal entry tells */
	loop_signals_free(signals);
	mcp_server_free(server);
	return 0;
}

static int
serve(struct cmd_line *l)
{
	struct sandbox *sandbox = NULL;
	struct config *config;
	struct loop *loop;
	struct app *app;
	int code;

	if (l->word_count > 0)
		return cmd_usage(l, "There is nothing to name here: \"%s\".", l->words[0]);
	config = cmd_config(l);
	if (config == NULL)
		return cmd_fail(&l->err);
	loop = cmd_loop(config);
	if (cmd_start_sandbox(loop, config, &sandbox, &l->err) == -1) {
		config_release(config);
		loop_free(loop);
		return cmd_fail(&l->err);
	}
	app = app_new(loop, config, &l->err);
	code = app == NULL ? cmd_fail(&l->err) : serve_stdio(l, loop, app);
	app_free(app);
	cmd_stop_sandbox(sandbox);
	loop_free(loop);
	return code;
}

static const struct cmd_option serve_options[] = {
	{ "stdio", NULL, "MCP on standard input and output (the default)" },
	{ NULL, NULL, NULL },
};

CMD(serve,
	.usage = "[--stdio] [--sandbox]",
	.doc = "The MCP server that a client starts.",
	.help = "A client's configuration names the program and, in its environment, the site:\n\n"
	    "  {\"mcpServers\": {\"atlassian\": {\"command\": \"telamon\", \"env\": {\n"
	    "    \"JIRA_URL\": \"https://acme.atlassian.net\",\n"
	    "    \"JIRA_USERNAME\": \"you@acme.com\", \"JIRA_API_TOKEN\": \"...\"}}}}\n\n"
	    "With --sandbox it answers from a built-in demo site and needs no account.\n"
	    "SIGUSR1 prints to stderr what every call in flight waits for.\n",
	.options = serve_options,
	.run = serve,
);
