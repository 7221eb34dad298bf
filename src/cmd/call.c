/*
 * telamon call: any tool from the shell. Options become the tool's arguments; its
 * parameter table decodes them, as it does for MCP, so messages are the same.
 */
#include "base/env.h"
#include "base/str.h"
#include "cmd/cmd.h"
#include "tools/app.h"

#include <stdio.h>
#include <string.h>

enum { MAX_ARGS = 4 * 1024 * 1024 };

struct request {
	const char *tool;
	json *args;
	enum out_format format;
};

/* JSON from --json, with the options' values over it. */
static json *
arguments(struct cmd_line *l)
{
	const char *text = cmd_option(l, "json");
	json *base = NULL, *args;
	struct buf b;
	struct jw w;

	if (text != NULL) {
		base = json_parse(l->arena, text, strlen(text), JSON_STRICT, &l->err);
		if (base == NULL || !yyjson_is_obj(base)) {
			if (base != NULL)
				err_set(&l->err, ERR_USAGE, "--json must be an object.");
			return NULL;
		}
	}
	buf_init(&b, MAX_ARGS);
	jw_init(&w, &b);
	jw_obj(&w);
	for (struct json_iter it = json_iter(base); json_next(&it);) {
		if (!cmd_has(l, it.key))
			jw_value(&w, it.key, it.value);
	}
	for (size_t i = 0; i < l->option_count; i++) {
		char *name = arena_strdup(l->arena, l->options[i].name);

		if (str_eq(name, "json") || str_eq(name, "format") || cmd_option(l, name) != l->options[i].value)
			continue;
		for (char *p = name; *p != '\0'; p++)
			*p = *p == '-' ? '_' : *p;
		if (l->options[i].value != NULL)
			jw_str(&w, name, l->options[i].value);
		else
			jw_bool(&w, name, true);
	}
	jw_end(&w);
	args = buf_overflowed(&b) ? NULL : json_parse(l->arena, b.data, b.len, JSON_STRICT, &l->err);
	buf_release(&b);
	return args;
}

static int
run_tool(struct call *c, void *arg)
{
	const struct request *r = arg;
	struct tool_answer answer;

	if (app_call(c, r->tool, r->args, r->format, OUT_MAX_BUDGET, &answer) == -1) {
		if (c->err.kind == ERR_DENIED) {
			err_clear(&c->err);
			call_fail(c, ERR_DENIED, "There is no tool \"%s\", or it is not enabled.", r->tool);
			call_hint(c, "See: telamon tools");
		}
		return -1;
	}
	fwrite(answer.text, 1, answer.len, stdout);
	putchar('\n');
	return fflush(stdout) == 0 ? 0 : call_fail(c, ERR_INTERNAL, "The answer could not be written.");
}

static int
call(struct cmd_line *l)
{
	struct request r = { .format = env_is_terminal(1) ? OUT_TABLE : OUT_MARKDOWN };
	const char *format = cmd_option(l, "format");

	if (l->word_count != 1)
		return cmd_usage(l, l->word_count == 0 ? "Which tool?" : "One tool at a time.");
	if (format != NULL) {
		if (!str_eq(format, "md") && !str_eq(format, "json") && !str_eq(format, "table"))
			return cmd_usage(l, "--format is md, json or table.");
		r.format = format[0] == 'm' ? OUT_MARKDOWN : format[0] == 'j' ? OUT_JSON : OUT_TABLE;
	}
	r.tool = l->words[0];
	r.args = arguments(l);
	if (r.args == NULL) {
		err_context(&l->err, "--json");
		return cmd_fail(&l->err);
	}
	return cmd_call(l, r.tool, run_tool, &r);
}

static const struct cmd_option call_options[] = {
	{ "json", "OBJECT", "arguments as one JSON object" },
	{ "format", "FORMAT", "md, table or json; table on a terminal, else md" },
	{ NULL, NULL, NULL },
};

CMD(call,
	.usage = "TOOL [--ARGUMENT VALUE]... [--json OBJECT]",
	.doc = "Any tool, from the shell.",
	.help = "  telamon call jira_search --jql 'assignee = currentUser()' --limit 5\n"
	    "  telamon call jira_get_issue --issue-key OPS-7 --sandbox\n\n"
	    "Arguments are those of the tool (telamon tools TOOL). Exit code: 0 done, 2 bad argument, 3 configuration,\n"
	    "4 credentials, 5 not allowed, 6 not found, 7 conflict or ignored, 8 rate limited or busy, 9 network or TLS,\n"
	    "10 too slow, 11 trouble at the site, 12 too large, 13 unknown whether it was done.\n",
	.options = call_options,
	.any_option = true,
	.run = call,
);
