/*
 * telamon call: any tool from the shell. Options become the tool's arguments; its
 * parameter table decodes them, as it does for MCP, so messages are the same.
 */
#include "base/env.h"
#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"
#include "cmd/cmd.h"
#include "tools/app.h"

#include <stdio.h>
#include <string.h>

enum { MAX_ARGS = 4 * 1024 * 1024, MAX_FILE = 3 * 1024 * 1024, MAX_SAVED_NAME = 200 };

struct request {
	const char *tool;
	json *args;
	enum out_format format;
	const char *save;	/* directory for the files beside the text; NULL: they are only named */
};

static bool
is_own(const char *name)
{
	return str_eq(name, "json") || str_eq(name, "format") || str_eq(name, "save") || str_eq(name, "file");
}

static bool
takes_filename(const char *tool)
{
	const struct tool *t = tool_find(tool);

	for (const struct param *p = t != NULL ? t->params : NULL; p != NULL && p->name != NULL; p++) {
		if (str_eq(p->name, "filename"))
			return true;
	}
	return false;
}

/* --file base64=shot.png: the argument is what the file holds, as base64 where it says so, and its name goes along. */
static int
file_argument(struct cmd_line *l, const char *given, struct jw *w)
{
	const char *eq = given != NULL ? strchr(given, '=') : NULL, *path, *data, *base;
	struct buf b;
	char *name;
	size_t len;

	if (eq == NULL || eq == given || eq[1] == '\0')
		return err_set(&l->err, ERR_USAGE, "--file takes ARGUMENT=PATH, such as --file text=notes.txt.");
	name = arena_strndup(l->arena, given, (size_t)(eq - given));
	path = eq + 1;
	data = file_read(l->arena, path, MAX_FILE, FILE_ANY, &len, &l->err);
	if (data == NULL)
		return -1;
	if (!str_ends(name, "base64")) {
		if (!utf8_valid(data, len) || strlen(data) != len)
			return err_set(&l->err, ERR_USAGE, "%s is no text: give it as --file base64=%s.", path, path);
		jw_str(w, name, data);
	} else {
		buf_init(&b, MAX_ARGS);
		str_base64(&b, data, len);
		jw_str(w, name, b.data);
		buf_release(&b);
	}
	base = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;
	if (takes_filename(l->words[0]) && !cmd_has(l, "filename") && (cmd_option(l, "json") == NULL || strstr(cmd_option(l, "json"), "\"filename\"") == NULL))
		jw_str(w, "filename", base);
	return 0;
}

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

		if (str_eq(name, "file") && file_argument(l, l->options[i].value, &w) == -1) {
			buf_release(&b);
			return NULL;
		}
		if (is_own(name) || cmd_option(l, name) != l->options[i].value)
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

/* A name that a site gave, as one that can't leave the directory, hide in it, or mean something to a shell or terminal. */
static const char *
safe_name(struct arena *a, const char *name)
{
	size_t len = utf8_cut(name, strlen(name), MAX_SAVED_NAME);
	char *safe = arena_strndup(a, name, len);

	for (char *p = safe; *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f || strchr("/\\:*?\"'<>|$`;&!", *p) != NULL)
			*p = '_';
	}
	if (*safe == '.' || *safe == '-' || *safe == ' ')
		*safe = '_';
	return *safe != '\0' && utf8_valid(safe, strlen(safe)) ? safe : "file";
}

static int
save_blobs(struct call *c, const struct request *r, const struct out_blob *blob)
{
	for (; blob != NULL; blob = blob->next) {
		const char *name = file_create_in(c->arena, r->save, safe_name(c->arena, blob->name), blob->data, blob->len, &c->err);

		if (name == NULL)
			return -1;
		printf("Saved %s/%s\n", r->save, name);
	}
	return 0;
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
	if (r->save != NULL && save_blobs(c, r, answer.blobs) == -1)
		return -1;
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
	r.save = cmd_option(l, "save");
	if (cmd_has(l, "save") && r.save == NULL)
		return cmd_usage(l, "--save takes a directory.");
	r.args = arguments(l);
	if (r.args == NULL) {
		if (l->err.kind != ERR_USAGE && l->err.kind != ERR_CONFIG)
			err_context(&l->err, "--json");
		return cmd_fail(&l->err);
	}
	return cmd_call(l, r.tool, run_tool, &r);
}

static const struct cmd_option call_options[] = {
	{ "json", "OBJECT", "arguments as one JSON object" },
	{ "format", "FORMAT", "md, table or json; table on a terminal, else md" },
	{ "file", "ARGUMENT=PATH", "the argument is what this file holds" },
	{ "save", "DIRECTORY", "write the answer's pictures and files there; nothing is overwritten" },
	{ NULL, NULL, NULL },
};

CMD(call,
	.usage = "TOOL [--ARGUMENT VALUE]... [--json OBJECT]",
	.doc = "Any tool, from the shell.",
	.help = "  telamon call jira_search --jql 'assignee = currentUser()' --limit 5\n"
	    "  telamon call jira_get_issue --issue-key OPS-7 --sandbox\n"
	    "  telamon call jira_upload_attachment --issue-key OPS-7 --file base64=shot.png\n"
	    "  telamon call jira_get_issue_images --issue-key OPS-7 --save .\n\n"
	    "Arguments are those of the tool (telamon tools TOOL). Exit code: 0 done, 2 bad argument, 3 configuration,\n"
	    "4 credentials, 5 not allowed, 6 not found, 7 conflict or ignored, 8 rate limited or busy, 9 network or TLS,\n"
	    "10 too slow, 11 trouble at the site, 12 too large, 13 unknown whether it was done.\n",
	.options = call_options,
	.any_option = true,
	.run = call,
);
