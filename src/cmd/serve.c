/* telamon serve: the MCP server, on stdio or over HTTP. */
#include "cmd/serve.h"
#include "mcp/stdio.h"
#include "net/loop_signals.h"
#include "store/seal.h"
#include "tools/app.h"

#include <unistd.h>

enum { DRAIN_MS = 150 };

static int
serve_stdio(struct loop *loop, struct app *app)
{
	struct loop_signals *signals = loop_signals_new(loop, NULL, NULL);
	struct sealer *sealer = sealer_new();
	struct mcp_provider provider;
	struct mcp_server *server;
	struct mcp_stdio *stdio;

	mcp_product(&provider, app);
	server = mcp_server_new(loop, &provider, sealer);
	stdio = mcp_stdio_new(loop, server, STDIN_FILENO, STDOUT_FILENO);
	loop_run(loop);
	mcp_stdio_free(stdio);
	if (!loop_drain(loop, DRAIN_MS))
		_exit(0);	/* a call is on a worker thread; its journal entry tells */
	loop_signals_free(signals);
	mcp_server_free(server);
	sealer_free(sealer);
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
	if (cmd_has(l, "http") || cmd_has(l, "unix"))
		return serve_http(l);
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
	code = app == NULL ? cmd_fail(&l->err) : serve_stdio(loop, app);
	app_free(app);
	cmd_stop_sandbox(sandbox);
	loop_free(loop);
	return code;
}

static const struct cmd_option serve_options[] = {
	{ "stdio", NULL, "MCP on standard input and output (the default)" },
	{ "http", "ADDR:PORT", "MCP over Streamable HTTP at http://ADDR:PORT/mcp; port 0 takes a free one" },
	{ "unix", "PATH", "the same on a local socket" },
	{ "auth-token", "file:PATH", "the bearer token that every request needs; must be there unless ADDR is loopback" },
	{ "allow-host", "NAME", "a name in Host and Origin beside this machine's own; comma-separated" },
	{ "tls-cert", "FILE", "certificate chain, PEM; with --tls-key serves https" },
	{ "tls-key", "FILE", "its private key, PEM" },
	{ "workers", "N", "processes, each with a socket of its own (SO_REUSEPORT); default 1" },
	{ NULL, NULL, NULL },
};

CMD(serve,
	.usage = "[--stdio | --http ADDR:PORT] [--sandbox]",
	.doc = "The MCP server: on stdio for one client, or over HTTP.",
	.help = "A client's configuration names the program and, in its environment, the site:\n\n"
	    "  {\"mcpServers\": {\"atlassian\": {\"command\": \"telamon\", \"env\": {\n"
	    "    \"JIRA_URL\": \"https://acme.atlassian.net\",\n"
	    "    \"JIRA_USERNAME\": \"you@acme.com\", \"JIRA_API_TOKEN\": \"...\"}}}}\n\n"
	    "With --sandbox it answers from a built-in demo site and needs no account.\n"
	    "SIGUSR1 prints to stderr what every call in flight waits for.\n\n"
	    "Over HTTP: /mcp, /healthz, /readyz, /metrics. SIGTERM finishes what is in flight and ends; SIGHUP reads the\n"
	    "configuration anew without losing a request. Whoever has the token acts with the configured account.\n",
	.options = serve_options,
	.run = serve,
);
