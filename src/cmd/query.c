/*
 * telamon query: is this JQL or CQL valid, what does it mean, and what would it
 * be behind a fence? Nothing is asked of any site. The query is the words of
 * the command line or the whole of stdin; with --lines each line of stdin is
 * one JSON string and gives one JSON object, in order, flushed line by line so
 * that it can serve as a filter.
 */
#include "base/str.h"
#include "cmd/cmd.h"
#include "cmd/lines.h"
#include "json/writer.h"
#include "query/dump.h"
#include "query/hint.h"
#include "query/parse.h"
#include "query/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_INVALID = 1, INPUT_LIMIT = QUERY_MAX_TEXT + 1, OUTPUT_LIMIT = 16 * QUERY_MAX_PRINT };

struct job {
	struct cmd_line *line;
	enum query_lang lang;
	const struct query *fence;	/* NULL: none */
	bool json, explain;
};

struct outcome {
	struct query q;		/* with the fence */
	struct buf text;	/* printed, with the fence */
	struct query_fault fault;
	struct err e;
};

/* 0, or -1 with o->e and o->fault set. */
static int
check(const struct job *j, struct arena *a, const char *text, size_t len, struct outcome *o)
{
	char *fenced;

	err_init(&o->e, a);
	buf_init(&o->text, QUERY_MAX_PRINT);
	o->fault = (struct query_fault){ .at = 0 };
	if (query_parse(a, j->lang, text, len, &o->q, &o->fault, &o->e) == -1)
		return -1;
	if (j->fence == NULL) {
		query_print(&o->q, &o->text);
		return 0;
	}
	fenced = query_fence_with(a, &o->q, j->fence->where);
	if (fenced == NULL)
		return err_set(&o->e, ERR_INPUT, "The query is too long or too deep to be fenced.");
	buf_adds(&o->text, fenced);
	return query_parse(a, j->lang, fenced, strlen(fenced), &o->q, &o->fault, &o->e);
}

/* The line of the fault with a mark under the place. */
static void
show_place(const char *text, size_t len, const struct query_fault *f)
{
	size_t from = f->at, to = f->at, indent = 0;
	struct buf b;

	while (from > 0 && text[from - 1] != '\n' && f->at - from < 100)
		from--;
	while (from < f->at && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	while (to < len && text[to] != '\n' && to - f->at < 60)
		to++;
	buf_init(&b, 4096);
	str_visible(&b, text + from, f->at - from);
	for (size_t i = 0; i < b.len; i++)
		indent += ((unsigned char)b.data[i] & 0xc0) != 0x80;
	buf_reset(&b);
	buf_adds(&b, "  ");
	str_visible(&b, text + from, to - from);
	buf_addf(&b, "\n  %*s^\n", (int)indent, "");
	fputs(b.data, stderr);
	buf_release(&b);
}

static int
one(const struct job *j, const char *text, size_t len)
{
	struct arena *a = j->line->arena;
	struct outcome o;
	const char *hint = query_hint(a, j->lang, text, len, NULL);
	struct buf out;
	int result = 0;

	if (check(j, a, text, len, &o) == -1) {
		fprintf(stderr, "telamon: %s\n", o.e.message);
		show_place(text, len, &o.fault);
		if (hint != NULL)
			fprintf(stderr, "%s\n", hint);
		result = EXIT_INVALID;
	} else {
		buf_init(&out, OUTPUT_LIMIT);
		if (j->json)
			query_dump(&o.q, &out);
		else if (j->explain)
			query_explain(&o.q, &out);
		else
			buf_add(&out, o.text.data, o.text.len);
		fwrite(out.data, 1, out.len, stdout);
		if (out.len == 0 || out.data[out.len - 1] != '\n')
			putchar('\n');
		if (j->explain && hint != NULL)
			fprintf(j->json ? stderr : stdout, "Note: %s\n", hint);
		buf_release(&out);
	}
	buf_release(&o.text);
	return result;
}

static void
one_line(const void *job, struct arena *a, json *v, struct jw *answer)
{
	const struct job *j = job;
	const char *s = yyjson_get_str(v), *hint;
	size_t len = yyjson_get_len(v);
	struct outcome o;
	struct buf tree;
	int got;

	if (s == NULL) {
		line_error(answer, "A line must hold one JSON string.", 0);
		return;
	}
	hint = j->explain ? query_hint(a, j->lang, s, len, NULL) : NULL;
	got = check(j, a, s, len, &o);
	if (got == 0) {
		jw_key(answer, "ok");
		jw_sn(answer, o.text.data, o.text.len);
	} else {
		line_error(answer, o.e.message, o.fault.at);
	}
	if (got == 0 && j->json) {
		buf_init(&tree, OUTPUT_LIMIT);
		query_dump(&o.q, &tree);
		jw_key(answer, "tree");
		jw_raw(answer, tree.data, tree.len);
		buf_release(&tree);
	}
	if (hint != NULL)
		jw_str(answer, "hint", hint);
	buf_release(&o.text);
}

static void
read_query(struct cmd_line *l, struct buf *out)
{
	char part[4096];
	size_t n;

	for (size_t i = 0; i < l->word_count; i++) {
		if (i > 0)
			buf_addc(out, ' ');
		buf_adds(out, l->words[i]);
	}
	while (l->word_count == 0 && !buf_overflowed(out) && (n = fread(part, 1, sizeof(part), stdin)) > 0)
		buf_add(out, part, n);
	if (l->word_count == 0 && out->len > 0 && out->data[out->len - 1] == '\n')
		buf_truncate(out, out->len - 1);
}

static int
query(struct cmd_line *l)
{
	struct job j = { .line = l, .json = cmd_has(l, "json"), .explain = cmd_has(l, "explain") };
	const char *lang = cmd_option(l, "lang"), *fence = cmd_option(l, "fence");
	struct query_fault fault;
	struct query f;
	struct buf text;
	int result;

	if (lang != NULL && !str_ieq(lang, "jql") && !str_ieq(lang, "cql"))
		return cmd_usage(l, "--lang is jql or cql, not \"%s\".", lang);
	j.lang = lang != NULL && str_ieq(lang, "cql") ? QUERY_CQL : QUERY_JQL;
	if (fence != NULL) {
		if (query_parse(l->arena, j.lang, fence, strlen(fence), &f, &fault, &l->err) == -1) {
			err_context(&l->err, "--fence");
			return cmd_fail(&l->err);
		}
		if (f.where == NULL)
			return cmd_usage(l, "--fence needs a condition, such as \"project in (A)\".");
		j.fence = &f;
	}
	if (cmd_has(l, "lines")) {
		if (l->word_count > 0)
			return cmd_usage(l, "With --lines the queries come from stdin.");
		return lines_answer(one_line, &j);
	}
	buf_init(&text, INPUT_LIMIT);
	read_query(l, &text);
	if (buf_overflowed(&text))
		result = cmd_usage(l, "A query is at most %d bytes long.", QUERY_MAX_TEXT);
	else
		result = one(&j, text.data, text.len);
	buf_release(&text);
	return result;
}

static const struct cmd_option query_options[] = {
	{ "lang", "jql|cql", "the language (jql)" },
	{ "fence", "CONDITION", "AND this condition around the query, as a project or space filter does" },
	{ "json", NULL, "print the syntax tree as JSON" },
	{ "explain", NULL, "print the conditions one a line, and what is probably wrong with them" },
	{ "lines", NULL,
	    "stdin: one JSON string a line; stdout: {\"ok\": TEXT} or {\"error\": ..., \"at\": N} for each" },
	{ NULL, NULL, NULL },
};

CMD(query,
	.usage = "[QUERY] [--lang jql|cql] [--fence CONDITION] [--json|--explain] [--lines]",
	.doc = "Check, explain or fence a JQL or CQL query; asks no site.",
	.help = "Prints the query in one canonical spelling. Without QUERY it is read from stdin.\n"
	    "Exit code: 0 valid, 1 not valid (the place is shown), 2 wrong usage.\n\n"
	    "  telamon query 'status = In Progress'\n"
	    "  telamon query --fence 'project in (OPS)' 'assignee = currentUser() or reporter = currentUser()'\n",
	.options = query_options,
	.no_config = true,
	.run = query,
);
