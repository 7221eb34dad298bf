/* telamon tools: the list, or one tool's manual page. */
#include "base/str.h"
#include "cmd/cmd.h"
#include "tools/app.h"

#include <stdio.h>

enum { MAX_PAGE = 256 * 1024 };

static int
one(struct cmd_line *l, const char *name)
{
	const struct tool *t = tool_find(name);
	const char *names[256], *near;
	struct buf b;
	size_t n = 0;

	if (t == NULL) {
		for (const struct tool *const *o = tool_table; *o != NULL && n < LEN(names); o++)
			names[n++] = (*o)->name;
		near = str_nearest(name, names, n);
		err_set(&l->err, ERR_USAGE, "There is no tool \"%s\".", name);
		if (near != NULL)
			err_hint(&l->err, "Did you mean \"%s\"?", near);
		return cmd_fail(&l->err);
	}
	buf_init(&b, MAX_PAGE);
	tool_manual(t, &b);
	if (cmd_has(l, "schema")) {
		struct jw w;

		buf_reset(&b);
		jw_init(&w, &b);
		tool_schema(t, NULL, &w);
		buf_addc(&b, '\n');
	}
	fputs(b.data, stdout);
	buf_release(&b);
	return 0;
}

static int
tools(struct cmd_line *l)
{
	struct config *config;
	struct policy *policy;

	if (l->word_count == 1)
		return one(l, l->words[0]);
	if (l->word_count > 1)
		return cmd_usage(l, "One tool at a time.");
	config = cmd_config(l);
	policy = config == NULL ? NULL : policy_new(config, tool_subjects(l->arena), &l->err);
	if (policy == NULL) {
		config_release(config);
		return cmd_fail(&l->err);
	}
	for (const struct tool *const *t = tool_table; *t != NULL; t++) {
		struct policy_subject s = tool_subject(*t);
		bool allowed = policy_allows(policy, "local", &s), listed = policy_lists(policy, "local", &s);

		if (allowed || cmd_has(l, "all"))
			printf("%-34s %-9s %-22s %s%s\n", (*t)->name, effect_name((*t)->effect), (*t)->toolset, (*t)->doc,
			    listed ? "" : allowed ? " (through more_tools)" : " (not enabled)");
	}
	policy_free(policy);
	config_release(config);
	return 0;
}

static const struct cmd_option tools_options[] = {
	{ "all", NULL, "also those that the configuration does not enable" },
	{ "schema", NULL, "of one tool: its input schema as JSON" },
	{ NULL, NULL, NULL },
};

CMD(tools,
	.usage = "[TOOL] [--all]",
	.doc = "List the tools, or show one tool's manual page.",
	.options = tools_options,
	.run = tools,
);
