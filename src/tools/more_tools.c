#include "tools/more_tools.h"

#include "base/str.h"
#include "tools/app.h"

enum { MAX_SCHEMA = 64 * 1024 };

static const struct param more_params[] = {
	P_STR(struct more_args, tool, P_REQUIRED | P_TOOL_NAMES, .aliases = "name"),
	P_OBJ(struct more_args, arguments, 0, .aliases = "inputs", .doc = NULL),
	P_END
};

void
more_tools_unknown(struct call *c, const char *name)
{
	const struct tool **tools = app_tools(c->app, c->arena, c->principal, APP_ALLOWED);
	const char **names, *near;
	size_t n = 0;

	while (tools[n] != NULL)
		n++;
	names = arena_array(c->arena, n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = tools[i]->name;
	near = str_nearest(name, names, n);
	call_fail(c, ERR_INPUT, "There is no tool \"%.64s\".", name);
	if (near != NULL)
		call_hint(c, "Did you mean \"%s\"?", near);
	else
		call_hint(c, "Use one of the names in the schema of more_tools.");
}

static int
more_tools(struct call *c, const void *v)
{
	const struct more_args *a = v;
	struct buf b;
	struct jw w;

	for (const struct tool **t = app_tools(c->app, c->arena, c->principal, APP_ALLOWED); *t != NULL; t++) {
		if (!str_eq((*t)->name, a->tool) || (*t)->dispatches)
			continue;
		buf_init(&b, MAX_SCHEMA);
		jw_init(&w, &b);
		tool_schema(*t, NULL, &w);
		out_title(c->out, (*t)->name, (*t)->doc);
		if ((*t)->effect != READS)
			out_pair(c->out, "Effect", effect_name((*t)->effect));
		out_text(c->out, "Arguments", arena_strdup(c->arena, b.data));
		out_pair(c->out, "Example", (*t)->example);
		buf_release(&b);
		return 0;
	}
	more_tools_unknown(c, a->tool);
	return -1;
}

TOOL(more_tools,
	.title = "More tools", .doc = "Any further tool, or all arguments of one: without arguments shows its schema, with them calls it.",
	.toolset = "more", .product = PRODUCTS, .effect = READS, .dispatches = true, .scopes = "",
	ARGS(struct more_args, more_params),
	.example = "{\"tool\":\"jira_get_issue\"}", .run = more_tools,
);
