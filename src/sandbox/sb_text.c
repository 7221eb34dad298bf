/*
 * Wiki markup to ADF, line by line: a block is recognised by how its first line
 * begins and taken whole, everything else is a paragraph up to an empty line.
 * Inside a line, marks are looked for from left to right; what is not closed is
 * plain text. ADF to text walks the parsed tree. Enough for the seed and for what a
 * client writes back; the project's real converters are in src/text, and the sandbox
 * does without them so that it can disagree with them.
 */
#include "sandbox/sb_text.h"

#include "base/str.h"
#include "sandbox/sb_company.h"

#include <ctype.h>
#include <string.h>

enum { MAX_PLAIN = 1024 * 1024, MAX_ADF_DEPTH = 40 };

struct lines {
	const char *at; /* rest of the text; NULL at the end */
	struct arena *arena;
};

bool
sb_is_adf(const char *source)
{
	return source[0] == '{' && source[1] == '"';
}

/* The next line without its end; does not move on. NULL at the end. */
static const char *
peek(const struct lines *l)
{
	return l->at == NULL ? NULL : arena_strndup(l->arena, l->at, strcspn(l->at, "\r\n"));
}

static void
skip(struct lines *l)
{
	l->at += strcspn(l->at, "\n");
	l->at = *l->at == '\n' ? l->at + 1 : NULL;
}

static void
begin(struct jw *w, const char *type)
{
	jw_obj(w);
	jw_str(w, "type", type);
}

static void
begin_with_content(struct jw *w, const char *type)
{
	begin(w, type);
	jw_arr_in(w, "content");
}

static void
finish_with_content(struct jw *w)
{
	jw_end(w);
	jw_end(w);
}

static void
put_text(struct jw *w, const char *text, size_t len, const char *mark, const char *href)
{
	if (len == 0)
		return;
	begin(w, "text");
	jw_key(w, "text");
	jw_sn(w, text, len);
	if (mark != NULL) {
		jw_arr_in(w, "marks");
		begin(w, mark);
		if (href != NULL) {
			jw_obj_in(w, "attrs");
			jw_str(w, "href", href);
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

/* [text|url], [url] or [~name] without its brackets. */
static void
put_link(struct jw *w, struct arena *a, const char *in, size_t len)
{
	const char *bar = memchr(in, '|', len);
	int who;

	if (in[0] == '~') {
		const char *name = arena_strndup(a, in + 1, len - 1);

		if (str_starts(name, "accountid:"))
			name += strlen("accountid:");
		who = sb_person_by_word(name);
		begin(w, "mention");
		jw_obj_in(w, "attrs");
		jw_str(w, "id", who >= 0 ? sb_people[who].account_id : name);
		jw_str(w, "text", arena_printf(a, "@%s", who >= 0 ? sb_people[who].display : name));
		jw_end(w);
		jw_end(w);
		return;
	}
	if (bar == NULL)
		put_text(w, in, len, "link", arena_strndup(a, in, len));
	else
		put_text(w, in, (size_t)(bar - in), "link", arena_strndup(a, bar + 1, len - (size_t)(bar - in) - 1));
}

/* The mark that begins at s: how long its sign is, how long what it encloses; 0 when there is none. */
static size_t
mark_at(const char *s, bool word_before, const char **ret_mark, size_t *ret_sign)
{
	static const struct {
		const char *open, *close, *mark;
	} marks[] = {
		{ "{{", "}}", "code" },
		{ "[", "]", "link" },
		{ "*", "*", "strong" },
		{ "_", "_", "em" },
		{ "-", "-", "strike" },
	};

	for (size_t i = 0; i < LEN(marks); i++) {
		size_t sign = strlen(marks[i].open);
		const char *end;

		if (!str_starts(s, marks[i].open) || (word_before && i >= 1) || isspace((unsigned char)s[sign]))
			continue;
		end = strstr(s + sign, marks[i].close);
		if (end == NULL || end == s + sign || (i >= 2 && isspace((unsigned char)end[-1])))
			continue;
		if (i >= 2 && isalnum((unsigned char)end[sign]))
			continue;
		if (i == 1 && s[1] != '~' && memchr(s, '|', (size_t)(end - s)) == NULL &&
		    strncmp(s + 1, "http", 4) != 0)
			continue;
		*ret_mark = marks[i].mark;
		*ret_sign = sign;
		return (size_t)(end - s) - sign;
	}
	return 0;
}

static void
put_inline(struct jw *w, struct arena *a, const char *s)
{
	size_t plain = 0;

	while (s[plain] != '\0') {
		const char *mark = NULL;
		size_t sign = 0,
		       len = mark_at(s + plain, plain > 0 && isalnum((unsigned char)s[plain - 1]), &mark, &sign);

		if (len == 0) {
			plain++;
			continue;
		}
		put_text(w, s, plain, NULL, NULL);
		s += plain + sign;
		plain = 0;
		if (str_eq(mark, "link"))
			put_link(w, a, s, len);
		else
			put_text(w, s, len, mark, NULL);
		s += len + sign;
	}
	put_text(w, s, plain, NULL, NULL);
}

static void
put_paragraph(struct jw *w, struct arena *a, const char *text)
{
	begin_with_content(w, "paragraph");
	put_inline(w, a, text);
	finish_with_content(w);
}

static size_t
list_level(const char *line)
{
	size_t n = strspn(line, "*#");

	return n > 0 && line[n] == ' ' ? n : 0;
}

/* The list that begins here, of this level; deeper items are lists within the item before them. */
static void
put_list(struct jw *w, struct lines *l, size_t level)
{
	const char *line = peek(l);
	char kind = line[level - 1];

	begin_with_content(w, kind == '#' ? "orderedList" : "bulletList");
	while (line != NULL && list_level(line) == level && line[level - 1] == kind) {
		begin_with_content(w, "listItem");
		put_paragraph(w, l->arena, line + level + 1);
		skip(l);
		line = peek(l);
		if (line != NULL && list_level(line) == level + 1 && level < 8) {
			put_list(w, l, level + 1);
			line = peek(l);
		}
		finish_with_content(w);
	}
	finish_with_content(w);
}

/* From the line after the opening one to the line that is the closing one. */
static const char *
taken_until(struct lines *l, const char *close)
{
	struct buf b;
	const char *line, *text;

	buf_init(&b, MAX_PLAIN);
	for (skip(l); (line = peek(l)) != NULL && !str_eq(line, close); skip(l)) {
		if (b.len > 0)
			buf_addc(&b, '\n');
		buf_adds(&b, line);
	}
	if (line != NULL)
		skip(l);
	text = arena_strdup(l->arena, b.data);
	buf_release(&b);
	return text;
}

static void
put_code(struct jw *w, struct lines *l)
{
	const char *line = peek(l);
	size_t len = strcspn(line, "}");

	begin(w, "codeBlock");
	if (line[5] == ':' && len > 6) {
		jw_obj_in(w, "attrs");
		jw_key(w, "language");
		jw_sn(w, line + 6, len - 6);
		jw_end(w);
	}
	jw_arr_in(w, "content");
	line = taken_until(l, "{code}");
	put_text(w, line, strlen(line), NULL, NULL);
	finish_with_content(w);
}

static void
put_row(struct jw *w, struct arena *a, const char *line)
{
	bool head = str_starts(line, "||");
	const char *sign = head ? "||" : "|";

	begin_with_content(w, "tableRow");
	for (line += strlen(sign); *line != '\0';) {
		const char *end = strstr(line, sign);
		size_t len = end != NULL ? (size_t)(end - line) : strlen(line);

		begin_with_content(w, head ? "tableHeader" : "tableCell");
		put_paragraph(w, a, str_trim(a, line, len));
		finish_with_content(w);
		line += end != NULL ? len + strlen(sign) : len;
	}
	finish_with_content(w);
}

/* Lines up to an empty one or to another block. */
static void
put_plain_lines(struct jw *w, struct lines *l)
{
	bool first = true;

	begin_with_content(w, "paragraph");
	for (const char *line; (line = peek(l)) != NULL && !str_blank(line); skip(l)) {
		if (!first && (list_level(line) > 0 || str_starts(line, "{code") || str_starts(line, "|")))
			break;
		if (!first) {
			begin(w, "hardBreak");
			jw_end(w);
		}
		put_inline(w, l->arena, line);
		first = false;
	}
	finish_with_content(w);
}

static void
put_block(struct jw *w, struct lines *l, const char *line)
{
	if (line[0] == 'h' && line[1] >= '1' && line[1] <= '6' && line[2] == '.' && line[3] == ' ') {
		begin(w, "heading");
		jw_obj_in(w, "attrs");
		jw_int(w, "level", line[1] - '0');
		jw_end(w);
		jw_arr_in(w, "content");
		put_inline(w, l->arena, line + 4);
		finish_with_content(w);
		skip(l);
	} else if (list_level(line) > 0) {
		put_list(w, l, list_level(line));
	} else if (str_starts(line, "{code") && strchr(line, '}') != NULL) {
		put_code(w, l);
	} else if (str_eq(line, "{quote}") || str_starts(line, "bq. ")) {
		begin_with_content(w, "blockquote");
		if (line[0] == 'b') {
			put_paragraph(w, l->arena, line + 4);
			skip(l);
		} else {
			put_paragraph(w, l->arena, taken_until(l, "{quote}"));
		}
		finish_with_content(w);
	} else if (str_starts(line, "|")) {
		begin_with_content(w, "table");
		for (; line != NULL && line[0] == '|'; line = peek(l)) {
			put_row(w, l->arena, line);
			skip(l);
		}
		finish_with_content(w);
	} else if (str_eq(line, "----")) {
		begin(w, "rule");
		jw_end(w);
		skip(l);
	} else {
		put_plain_lines(w, l);
	}
}

void
sb_put_adf(struct jw *w, struct arena *a, const char *source)
{
	struct lines l = { *source == '\0' ? NULL : source, a };

	if (sb_is_adf(source)) {
		jw_raw(w, source, strlen(source));
		return;
	}
	begin(w, "doc");
	jw_int(w, "version", 1);
	jw_arr_in(w, "content");
	for (const char *line; (line = peek(&l)) != NULL;) {
		if (str_blank(line))
			skip(&l);
		else
			put_block(w, &l, line);
	}
	finish_with_content(w);
}

/* The text of a node and those in it; blocks end with a line. */
static void
plain_node(struct buf *b, json *node, int depth)
{
	static const char *const block[] = { "paragraph", "heading", "codeBlock", "listItem", "tableRow",
		"blockquote" };
	const char *type = json_get_str(node, "type"), *text = json_get_str(node, "text");

	if (depth > MAX_ADF_DEPTH || type == NULL)
		return;
	if (text != NULL)
		buf_adds(b, text);
	else if (str_eq(type, "hardBreak"))
		buf_addc(b, '\n');
	else if (json_path_str(node, "attrs.text") != NULL)
		buf_adds(b, json_path_str(node, "attrs.text"));
	for (struct json_iter it = json_iter(json_get(node, "content")); json_next(&it);)
		plain_node(b, it.value, depth + 1);
	for (size_t i = 0; i < LEN(block); i++)
		if (str_eq(type, block[i]) && b->len > 0 && b->data[b->len - 1] != '\n')
			buf_addc(b, '\n');
}

const char *
sb_plain(struct arena *a, const char *source)
{
	struct buf b;
	struct err e;
	const char *text;

	if (!sb_is_adf(source))
		return source;
	err_init(&e, a);
	buf_init(&b, MAX_PLAIN);
	plain_node(&b, json_parse(a, source, strlen(source), JSON_TRUSTED, &e), 0);
	text = str_trim(a, b.data, b.len);
	buf_release(&b);
	return text;
}

const char *
sb_html(struct arena *a, const char *source)
{
	struct buf b;
	const char *text;

	buf_init(&b, MAX_PLAIN);
	buf_adds(&b, "<p>");
	for (const char *s = sb_plain(a, source); *s != '\0'; s++) {
		if (*s == '<')
			buf_adds(&b, "&lt;");
		else if (*s == '>')
			buf_adds(&b, "&gt;");
		else if (*s == '&')
			buf_adds(&b, "&amp;");
		else if (*s == '\n')
			buf_adds(&b, "<br/>\n");
		else
			buf_addc(&b, *s);
	}
	buf_adds(&b, "</p>");
	text = arena_strdup(a, b.data);
	buf_release(&b);
	return text;
}

static bool
known_type(const char *type)
{
	static const char *const known[] = {
		"blockCard",
		"blockquote",
		"bodiedExtension",
		"bulletList",
		"caption",
		"codeBlock",
		"date",
		"decisionItem",
		"decisionList",
		"embedCard",
		"emoji",
		"expand",
		"extension",
		"hardBreak",
		"heading",
		"inlineCard",
		"inlineExtension",
		"layoutColumn",
		"layoutSection",
		"listItem",
		"media",
		"mediaGroup",
		"mediaInline",
		"mediaSingle",
		"mention",
		"nestedExpand",
		"orderedList",
		"panel",
		"paragraph",
		"placeholder",
		"rule",
		"status",
		"table",
		"tableCell",
		"tableHeader",
		"tableRow",
		"taskItem",
		"taskList",
		"text",
		"blockTaskItem",
	};

	for (size_t i = 0; i < LEN(known); i++)
		if (str_eq(known[i], type))
			return true;
	return false;
}

static bool
good_node(json *node, bool block, int depth)
{
	const char *type = json_get_str(node, "type");
	bool text = type != NULL && str_eq(type, "text");

	if (type == NULL || depth > MAX_ADF_DEPTH || !known_type(type) || (block && text))
		return false;
	if (text && (json_get_str(node, "text") == NULL || json_get_str(node, "text")[0] == '\0'))
		return false;
	if (str_eq(type, "heading") &&
	    (json_int(json_path(node, "attrs.level"), 0) < 1 || json_int(json_path(node, "attrs.level"), 0) > 6))
		return false;
	if (json_get(node, "content") != NULL && !yyjson_is_arr(json_get(node, "content")))
		return false;
	for (struct json_iter it = json_iter(json_get(node, "marks")); json_next(&it);)
		if (json_get_str(it.value, "type") == NULL)
			return false;
	for (struct json_iter it = json_iter(json_get(node, "content")); json_next(&it);) {
		const char *in = json_get_str(it.value, "type");
		bool lists = str_eq(type, "bulletList") || str_eq(type, "orderedList");

		if (in == NULL || (lists && !str_eq(in, "listItem")) ||
		    (str_eq(type, "table") && !str_eq(in, "tableRow")))
			return false;
		if (!good_node(it.value, lists || str_eq(type, "listItem") || str_starts(type, "table"), depth + 1))
			return false;
	}
	return true;
}

const char *
sb_adf_fault(json *doc)
{
	if (!yyjson_is_obj(doc))
		return "Operation value must be an Atlassian Document (see the Atlassian Document Format)";
	if (!str_eq(json_get_str(doc, "type"), "doc") || json_get_int(doc, "version", 0) != 1 ||
	    !yyjson_is_arr(json_get(doc, "content")))
		return "INVALID_INPUT";
	for (struct json_iter it = json_iter(json_get(doc, "content")); json_next(&it);)
		if (!good_node(it.value, true, 1))
			return "INVALID_INPUT";
	return NULL;
}
