/*
 * telamon try: a child process serves MCP on two pipes from the demo site; this one is
 * the client. It asks four questions, prints the conversation, and says how to go on.
 * What is shown is what went over the pipes.
 */
#include "base/clock.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "json/writer.h"
#include "mcp/stdio.h"
#include "tools/app.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_SHOWN_LINES = 30 };

struct talk {
	struct arena *arena;
	FILE *to, *from;
	int64_t id;
	struct err *err;
};

/* In the child: serves until its input ends. */
static void
serve_demo(struct cmd_line *l, int in, int out)
{
	struct mcp_provider provider;
	struct sandbox *sandbox;
	struct config *config = cmd_config(l);
	struct mcp_server *server;
	struct mcp_stdio *stdio;
	struct loop *loop;
	struct app *app;

	if (config == NULL)
		_exit(cmd_fail(&l->err));
	config->sandbox = true;
	config->audit = "off";
	loop = cmd_loop(config);
	if (cmd_start_sandbox(loop, config, &sandbox, &l->err) == -1 || (app = app_new(loop, config, &l->err)) == NULL)
		_exit(cmd_fail(&l->err));
	mcp_product(&provider, app);
	server = mcp_server_new(loop, &provider, NULL);
	stdio = mcp_stdio_new(loop, server, in, out);
	loop_run(loop);
	mcp_stdio_free(stdio);
	_exit(0);
}

static json *
ask(struct talk *t, const char *method, const char *params)
{
	char *line = NULL;
	size_t room = 0;
	json *answer, *result;
	ssize_t n;

	fprintf(t->to, "{\"jsonrpc\":\"2.0\",\"id\":%lld,\"method\":\"%s\",\"params\":%s}\n", (long long)++t->id, method, params);
	if (fflush(t->to) != 0 || (n = getline(&line, &room, t->from)) <= 0) {
		err_set(t->err, ERR_INTERNAL, "The server ended early.");
		free(line);
		return NULL;
	}
	answer = json_parse(t->arena, line, (size_t)n, JSON_STRICT, t->err);
	free(line);
	result = json_get(answer, "result");
	if (answer != NULL && result == NULL)
		err_set(t->err, ERR_INTERNAL, "%s: %s", method, json_path_str(answer, "error.message"));
	return result;
}

static void
print_indented(const char *text)
{
	size_t lines = 0;

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		if (++lines > MAX_SHOWN_LINES) {
			puts("    ...");
			return;
		}
		printf("    %.*s\n", (int)n, text);
		text += n;
		if (*text == '\n')
			text++;
	}
}

/* One question: what a person would say, and the call that a model makes of it. */
static const char *
question(struct talk *t, const char *words, const char *tool, const char *arguments)
{
	int64_t begin = clock_mono_us();
	json *result;
	const char *text;

	printf("\n  you    %s\n  model  tools/call %s %s\n", words, tool, arguments);
	result = ask(t, "tools/call", arena_printf(t->arena, "{\"name\":\"%s\",\"arguments\":%s}", tool, arguments));
	if (result == NULL)
		return NULL;
	text = json_path_str(result, "content.0.text");
	if (text == NULL || json_get_bool(result, "isError", false)) {
		err_set(t->err, ERR_INTERNAL, "%s", text != NULL ? text : "No answer.");
		return NULL;
	}
	printf("  telamon (%.1f ms)\n", (double)(clock_mono_us() - begin) / 1000);
	print_indented(text);
	return text;
}

/* The key in the first row of a table of issues. */
static const char *
first_key(struct arena *a, const char *table)
{
	const char *row = table;

	for (int i = 0; i < 2 && row != NULL; i++) {
		row = strchr(row, '\n');
		row = row == NULL ? NULL : row + 1;
	}
	return row == NULL ? NULL : arena_strndup(a, row, strcspn(row, "|\n"));
}

static int
converse(struct talk *t)
{
	const char *text, *key;
	json *init = ask(t, "initialize", "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
	    "\"clientInfo\":{\"name\":\"telamon-try\",\"version\":\"" TELAMON_VERSION "\"}}"), *list;

	if (init == NULL)
		return -1;
	list = ask(t, "tools/list", "{}");
	if (list == NULL)
		return -1;
	printf("A demo site, Jira and Confluence, with an invented company runs inside this program. %zu tools, MCP %s.\n",
	    json_len(json_get(list, "tools")), json_get_str(init, "protocolVersion"));
	text = question(t, "What is urgent and not started yet?", "jira_search",
	    "{\"jql\":\"priority in (Highest, High) AND statusCategory = new ORDER BY updated DESC\",\"limit\":5}");
	if (text == NULL)
		return -1;
	key = first_key(t->arena, text);
	if (key == NULL || *key == '\0')
		return err_set(t->err, ERR_INTERNAL, "The demo site has no such issue.");
	if (question(t, arena_printf(t->arena, "Show me %s.", key), "jira_get_issue",
	    arena_printf(t->arena, "{\"issue_key\":\"%s\",\"comment_limit\":2}", key)) == NULL)
		return -1;
	if (question(t, "Start work on it, and say so there.", "jira_transition_issue",
	    arena_printf(t->arena, "{\"issue_key\":\"%s\",\"transition\":\"In Progress\",\"comment\":\"I'm on it.\"}", key)) == NULL)
		return -1;
	return question(t, "And who is on call?", "confluence_get_page",
	    "{\"page_id\":\"On-call handbook\",\"section\":\"Who\"}") == NULL ? -1 : 0;
}

static void
what_next(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	printf("\nNow with your own site. Cloud: make a token in your Atlassian account's security settings, then\n\n"
	    "  export JIRA_URL=https://YOURS.atlassian.net JIRA_USERNAME=you@example.com JIRA_API_TOKEN=...\n"
	    "  export CONFLUENCE_URL=https://YOURS.atlassian.net/wiki CONFLUENCE_USERNAME=you@example.com CONFLUENCE_API_TOKEN=...\n"
	    "  %s doctor\n\n"
	    "One of the two is enough. Data Center: JIRA_URL and JIRA_PERSONAL_TOKEN, CONFLUENCE_URL and CONFLUENCE_PERSONAL_TOKEN.\n"
	    "In a client (Claude, Cursor, VS Code, ...):\n\n"
	    "  {\"mcpServers\": {\"atlassian\": {\"command\": \"%s\", \"env\": {\n"
	    "    \"JIRA_URL\": \"https://YOURS.atlassian.net\", \"JIRA_USERNAME\": \"you@example.com\", \"JIRA_API_TOKEN\": \"...\",\n"
	    "    \"CONFLUENCE_URL\": \"https://YOURS.atlassian.net/wiki\", \"CONFLUENCE_USERNAME\": \"you@example.com\",\n"
	    "    \"CONFLUENCE_API_TOKEN\": \"...\"}}}}\n\n"
	    "To try a client without an account, add \"args\": [\"serve\", \"--sandbox\"].\n", self, self);
}

static int
try_it(struct cmd_line *l)
{
	struct talk t = { .arena = l->arena, .err = &l->err };
	int to[2], from[2], result, status;
	pid_t child;

	if (l->word_count > 0)
		return cmd_usage(l, "There is nothing to name here: \"%s\".", l->words[0]);
	if (pipe(to) != 0 || pipe(from) != 0 || (child = fork()) < 0) {
		err_set(&l->err, ERR_INTERNAL, "No second process: %s.", strerror(errno));
		return cmd_fail(&l->err);
	}
	if (child == 0) {
		close(to[1]);
		close(from[0]);
		serve_demo(l, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	t.to = fdopen(to[1], "w");
	t.from = fdopen(from[0], "r");
	result = converse(&t);
	fclose(t.to);
	fclose(t.from);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (result == -1)
		return cmd_fail(&l->err);
	what_next();
	return 0;
}

CMD(try,
	.usage = "",
	.doc = "Four questions to a built-in demo site, through MCP.",
	.run = try_it,
);
