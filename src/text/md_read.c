/*
 * Reads Markdown: GitHub's, with the tags of our dialect. md4c does the parsing; its callbacks
 * become frames, holders and marks (md_build.c), raw HTML goes to md_html.c.
 *
 * md4c hands out pointers into the input, which is how an escaped character is known (a backslash
 * stands before it) and a card is told from a link (it stands between < and >).
 */
#include "text/md_reader.h"

#include "base/str.h"
#include "text/libs.h"

#include <string.h>

enum { MAX_FRAGMENTS = 4 };

/* An attribute of md4c with its entities decoded. */
static const char *
attribute(struct rd *r, const MD_ATTRIBUTE *a)
{
	char *out, utf8[8];
	size_t at = 0;

	if (a->text == NULL || a->size == 0)
		return a->text == NULL ? NULL : "";
	if (a->substr_offsets[1] == a->size && a->substr_types[0] == MD_TEXT_NORMAL) {
		out = arena_strndup(r->a, a->text, a->size);
		shield_show(&r->shield, out, a->size);
		return out;
	}
	out = arena_alloc(r->a, (size_t)a->size * 3 + 4);
	for (int i = 0; a->substr_offsets[i] < a->size; i++) {
		const char *s = a->text + a->substr_offsets[i];
		size_t len = a->substr_offsets[i + 1] - a->substr_offsets[i], n = 0;

		if (a->substr_types[i] == MD_TEXT_ENTITY && len > 2)
			n = entity_decode(s + 1, len - 2, utf8);
		if (n > 0) {
			memcpy(out + at, utf8, n);
			at += n;
		} else {
			memcpy(out + at, s, len);
			at += len;
		}
	}
	out[at] = '\0';
	shield_show(&r->shield, out, at);
	return out;
}

static void
end_quote(struct rd *r, struct node *q)
{
	static const char *const types[][2] = {
		{ "note", "info" }, { "info", "info" }, { "tip", "tip" }, { "hint", "tip" }, { "important", "note" },
		{ "warning", "warning" }, { "attention", "warning" }, { "caution", "error" }, { "danger", "error" },
		{ "error", "error" }, { "success", "success" }, { "panel", "custom" },
	};

	if (r->alert_quote != q)
		return;
	r->alert_quote = NULL;
	for (size_t i = 0; i < LEN(types); i++) {
		if (strcasecmp(r->alert, types[i][0]) == 0) {
			q->type = NODE_PANEL;
			node_set_str(r->d, q, "panelType", types[i][1]);
			node_set_str(r->d, q, "_title", r->alert_title);
			return;
		}
	}
	/* not one of ours: the label is text again */
	{
		struct node *p = node_new(r->d, NODE_PARAGRAPH);
		const char *text = arena_printf(r->a, "[!%s]%s%s", r->alert, r->alert_title != NULL ? " " : "",
		    r->alert_title != NULL ? r->alert_title : "");

		node_append(p, node_text(r->d, text, strlen(text)));
		p->next = q->first;
		q->first = p;
		if (q->last == NULL)
			q->last = p;
	}
}

static void
begin_code(struct rd *r, const MD_BLOCK_CODE_DETAIL *d)
{
	struct node *n = node_new(r->d, NODE_CODE_BLOCK);
	const char *info = attribute(r, &d->info), *lang = attribute(r, &d->lang), *title;

	rd_close_holder(r);
	if (info != NULL && strncmp(info, "macro-", 6) == 0 && strlen(info) > 6) {
		rd_macro_fence(r, n, info, strlen(info));
	} else if (info != NULL && strncmp(info, "macro key=", 10) == 0) {
		rd_macro_fence(r, n, info, strlen(info));
	} else if (lang != NULL && lang[0] != '\0') {
		title = rd_info_attr(r, info, strlen(info), "title");
		node_set_str(r->d, n, "language", lang);
		if (title != NULL && title[0] != '\0')
			node_set_str(r->d, n, "_title", title);
		if (title != NULL && strcmp(lang, "text") == 0)
			node_set_str(r->d, n, "language", NULL);
	}
	r->code = n;
	r->code_line = NULL;
	buf_reset(&r->raw);
}

static void
end_code(struct rd *r)
{
	struct node *n = r->code;
	size_t len = r->raw.len;

	if (len > 0 && r->raw.data[len - 1] == '\n')
		len--;
	n->text = arena_strndup(r->a, r->raw.data, len);
	n->text_len = len;
	r->code = NULL;
	rd_attach(r, n);
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct rd *r = ctx;
	struct node *n = NULL;

	if (r->inline_only)
		return 0;
	switch (type) {
	case MD_BLOCK_DOC:
		return 0;
	case MD_BLOCK_QUOTE:
		n = node_new(r->d, NODE_BLOCKQUOTE);
		break;
	case MD_BLOCK_UL:
		n = node_new(r->d, NODE_BULLET_LIST);
		break;
	case MD_BLOCK_OL:
		n = node_new(r->d, NODE_ORDERED_LIST);
		if (((MD_BLOCK_OL_DETAIL *)detail)->start != 1)
			node_set_int(r->d, n, "order", ((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI: {
		const MD_BLOCK_LI_DETAIL *li = detail;

		n = node_new(r->d, NODE_LIST_ITEM);
		if (li->is_task)
			node_set_str(r->d, n, "_task", li->task_mark == ' ' ? " " : "x");
		break;
	}
	case MD_BLOCK_HR:
		rd_attach(r, node_new(r->d, NODE_RULE));
		return 0;
	case MD_BLOCK_H:
		rd_open_holder(r, NODE_HEADING);
		node_set_int(r->d, r->holder, "level", ((MD_BLOCK_H_DETAIL *)detail)->level);
		return 0;
	case MD_BLOCK_CODE:
		begin_code(r, detail);
		return 0;
	case MD_BLOCK_HTML:
		rd_close_holder(r);
		buf_reset(&r->raw);
		r->in_html = true;
		return 0;
	case MD_BLOCK_P:
		rd_open_holder(r, NODE_PARAGRAPH);
		return 0;
	case MD_BLOCK_TABLE:
		n = node_new(r->d, NODE_TABLE);
		break;
	case MD_BLOCK_THEAD:
	case MD_BLOCK_TBODY:
		return 0;
	case MD_BLOCK_TR:
		n = node_new(r->d, NODE_TABLE_ROW);
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD: {
		MD_ALIGN align = ((MD_BLOCK_TD_DETAIL *)detail)->align;

		n = node_new(r->d, type == MD_BLOCK_TH ? NODE_TABLE_HEADER : NODE_TABLE_CELL);
		rd_push(r, n, NULL);
		r->in_cell = true;
		r->align = align == MD_ALIGN_CENTER ? "center" : align == MD_ALIGN_RIGHT ? "end" : NULL;
		return 0;
	}
	}
	if (n != NULL)
		rd_push(r, n, NULL);
	return r->d->nodes > DOC_MAX_NODES;
}

/* A pipe table must have a first row of headers; an empty one says that there are none. */
static void
drop_empty_header(struct node *table)
{
	struct node *row = table->first;

	if (row == NULL || row->next == NULL)
		return;
	for (const struct node *c = row->first; c != NULL; c = c->next)
		if (c->first != NULL)
			return;
	table->first = row->next;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct rd *r = ctx;
	size_t at = r->depth;
	struct node *n;
	bool flat;

	(void)detail;
	if (r->inline_only)
		return 0;
	switch (type) {
	case MD_BLOCK_P:
	case MD_BLOCK_H:
		rd_close_holder(r);
		return 0;
	case MD_BLOCK_CODE:
		end_code(r);
		return 0;
	case MD_BLOCK_HTML: {
		char *html = arena_strndup(r->a, r->raw.data, r->raw.len);
		size_t len = r->raw.len;

		r->in_html = false;
		buf_reset(&r->raw);
		rd_html_block(r, html, len);
		return 0;
	}
	case MD_BLOCK_QUOTE:
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
	case MD_BLOCK_LI:
	case MD_BLOCK_TABLE:
	case MD_BLOCK_TR:
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		break;
	case MD_BLOCK_DOC:
	case MD_BLOCK_HR:
	case MD_BLOCK_THEAD:
	case MD_BLOCK_TBODY:
		return 0;
	}
	/* close what HTML tags left open inside, then the block itself */
	while (at > 1 && r->stack[at - 1].tag != NULL)
		at--;
	rd_pop_to(r, at);
	n = rd_top(r);
	flat = r->stack[r->depth - 1].flat;
	rd_pop(r);
	if (type == MD_BLOCK_TH || type == MD_BLOCK_TD) {
		r->align = NULL;
		r->in_cell = false;
	}
	if (flat)
		return 0;
	if (type == MD_BLOCK_QUOTE)
		end_quote(r, n);
	else if (type == MD_BLOCK_UL || type == MD_BLOCK_OL)
		rd_end_list(r, n);
	else if (type == MD_BLOCK_TABLE)
		drop_empty_header(n);
	return 0;
}

static bool
ends_with_at(const struct rd *r)
{
	size_t n;
	const char *s = rd_gathered(r, &n);

	return n > 0 && s[n - 1] == '@' && (n == 1 || s[n - 2] != MDR_ESCAPED);
}

static void
drop_at(struct rd *r)
{
	if (r->run == NULL)
		buf_truncate(&r->text, r->text.len - 1);
	else if (--r->run_len == 0)
		r->run = NULL;
}

static void
enter_link(struct rd *r, const MD_SPAN_A_DETAIL *d, struct mark **base)
{
	const char *href = attribute(r, &d->href), *title = attribute(r, &d->title);
	struct mark *m = mark_new(r->d, MARK_LINK);

	if (href != NULL && (href[0] == '~' || strncmp(href, "id:", 3) == 0) && href[href[0] == '~' ? 1 : 3] != '\0' && ends_with_at(r)) {
		drop_at(r);
		rd_flush(r);
		r->mention_id = href + (href[0] == '~' ? 1 : 3);
		return;
	}
	if (mark_find(*base, MARK_LINK) != NULL)
		return;		/* an address inside a link's text is text */
	mark_set_str(r->d, m, "href", href != NULL ? href : "");
	if (title != NULL && title[0] != '\0')
		mark_set_str(r->d, m, "title", title);
	*base = marks_with(r->d, *base, m);
}

static int
enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct rd *r = ctx;
	enum mark_type t = MARK_TYPE_COUNT;
	struct mark *base = r->span_marks;

	if (r->in_image > 0) {
		r->in_image += type == MD_SPAN_IMG;
		return 0;
	}
	if (type == MD_SPAN_IMG) {
		const MD_SPAN_IMG_DETAIL *d = detail;

		rd_flush(r);
		r->in_image = 1;
		r->image_src = attribute(r, &d->src);
		r->image_title = attribute(r, &d->title);
		buf_reset(&r->raw);
		return 0;
	}
	if (r->nspans == MDR_MAX_SPANS) {
		r->lost_spans++;
		return 0;
	}
	if (type == MD_SPAN_EM)
		t = MARK_EM;
	else if (type == MD_SPAN_STRONG)
		t = MARK_STRONG;
	else if (type == MD_SPAN_DEL)
		t = MARK_STRIKE;
	else if (type == MD_SPAN_CODE)
		t = MARK_CODE;
	if (type != MD_SPAN_A)
		rd_flush(r);
	r->spans[r->nspans] = r->span_marks;
	if (type == MD_SPAN_A)
		enter_link(r, detail, &base);
	else if (t != MARK_TYPE_COUNT)
		base = marks_with(r->d, base, mark_new(r->d, t));
	r->nspans++;
	r->span_marks = base;
	rd_marks(r);
	return 0;
}

static void
end_mention(struct rd *r)
{
	struct node *n = node_new(r->d, NODE_MENTION);
	char *name = rd_take_text(r, "@");

	node_set_str(r->d, n, "id", r->mention_id);
	node_set_str(r->d, n, "text", name);
	r->mention_id = NULL;
	rd_inline(r, n);
}

static void
end_image(struct rd *r)
{
	struct node *n = node_new(r->d, NODE_MEDIA_INLINE);
	const char *src = r->image_src != NULL ? r->image_src : "";

	if (strncmp(src, "https://", 8) == 0 || strncmp(src, "http://", 7) == 0 || strncmp(src, "data:", 5) == 0) {
		node_set_str(r->d, n, "type", "external");
		node_set_str(r->d, n, "url", src);
	} else {
		if (strncmp(src, "media:", 6) == 0) {
			src += 6;
			node_set_str(r->d, n, "_media", src);
		} else if (strncmp(src, "attachment:", 11) == 0) {
			src += 11;
		}
		node_set_str(r->d, n, "type", "file");
		node_set_str(r->d, n, "id", src);
		node_set_str(r->d, n, "collection", "");
	}
	if (r->raw.len > 0)
		node_set_str(r->d, n, "alt", arena_strndup(r->a, r->raw.data, r->raw.len));
	if (r->image_title != NULL && r->image_title[0] != '\0')
		node_set_str(r->d, n, "_caption", r->image_title);
	buf_reset(&r->raw);
	rd_inline(r, n);
}

static int
leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct rd *r = ctx;

	(void)detail;
	if (r->in_image > 0) {
		r->in_image -= type == MD_SPAN_IMG;
		if (r->in_image == 0)
			end_image(r);
		return 0;
	}
	if (type == MD_SPAN_IMG)
		return 0;
	if (r->lost_spans > 0) {
		r->lost_spans--;
		return 0;
	}
	if (type == MD_SPAN_A && r->mention_id != NULL)
		end_mention(r);
	if (r->nspans > 0)
		r->span_marks = r->spans[--r->nspans];
	rd_marks(r);
	return 0;
}

/* <https://...>: a card. md4c's text is then the address itself. */
static bool
is_card(const struct rd *r, const char *s, size_t len)
{
	const char *href = mark_str(mark_find(r->marks, MARK_LINK), "href");

	if (href == NULL || s <= r->base || s + len >= r->base_end || s[-1] != '<' || s[len] != '>')
		return false;
	return strlen(href) == len && memcmp(href, s, len) == 0 &&
	    (strncmp(href, "https://", 8) == 0 || strncmp(href, "http://", 7) == 0);
}

static bool
is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/*
 * md4c says the indent of a code line in spaces, as if a tab were four of them. The line's own white space stands before its
 * content at s: what of it lies behind the columns of the containers is the code's.
 */
static void
add_indent(struct rd *r, const char *s)
{
	const char *p = s;
	size_t column = 0, content;

	while (p > r->base && !is_line_end(p[-1]))
		p--;
	for (const char *q = p; q < s; q++)
		column += *q == '\t' ? 4 - column % 4 : 1;
	content = column > r->indent ? column - r->indent : 0;	/* where the code's own white space begins */
	for (column = 0; p < s; p++) {
		size_t next = column + (*p == '\t' ? 4 - column % 4 : 1);

		if (column >= content)
			buf_addc(&r->raw, *p == '\t' ? '\t' : ' ');
		else
			for (size_t k = content; k < next; k++)	/* a tab that begins in the container's indent */
				buf_addc(&r->raw, ' ');
		column = next;
	}
	r->indent = 0;
}

/* The end of the line that is r->lines_down below r->code_line, which is in that line then. */
static const char *
blank_line_end(struct rd *r)
{
	const char *s = r->code_line;

	for (;; r->lines_down--) {
		while (s < r->base_end && !is_line_end(*s))
			s++;
		if (r->lines_down == 0 || s == r->base_end)
			break;
		s += s[0] == '\r' && s + 1 < r->base_end && s[1] == '\n' ? 2 : 1;
	}
	r->code_line = s;
	return s;
}

/* A piece of a code block: an indent, a line, or its end; only the line is a part of the input. */
static void
code_text(struct rd *r, const char *at, const char *s, size_t len)
{
	bool line = at >= r->base && at < r->base_end, ends = !line && len > 0 && s[0] == '\n';

	if (!line && !ends) {
		r->indent += len;
		return;
	}
	if (line) {
		r->code_line = at;
		r->lines_down = 0;
	}
	if (r->indent > 0 && r->code_line != NULL)
		add_indent(r, line ? at : blank_line_end(r));
	for (; r->indent > 0; r->indent--)
		buf_addc(&r->raw, ' ');
	buf_add(&r->raw, s, len);
	r->lines_down += ends;
}

static int
on_text(MD_TEXTTYPE type, const MD_CHAR *at, MD_SIZE size, void *ctx)
{
	struct rd *r = ctx;
	size_t len = size;
	const char *s = shield_seen(&r->shield, r->a, at, &len);
	static const char escaped = MDR_ESCAPED, soft = MDR_SOFT_BREAK;
	struct buf *to = r->in_image > 0 || r->in_html || r->code != NULL ? &r->raw : NULL;
	char utf8[8];
	size_t n;

	switch (type) {
	case MD_TEXT_NULLCHAR:
		if (to != NULL)
			buf_adds(to, "\xef\xbf\xbd");
		else
			rd_text(r, "\xef\xbf\xbd", 3);
		return 0;
	case MD_TEXT_BR:
		if (to != NULL)
			buf_addc(to, ' ');
		else
			rd_inline(r, node_new(r->d, NODE_HARD_BREAK));
		return 0;
	case MD_TEXT_SOFTBR:
		if (to != NULL)
			buf_addc(to, ' ');
		else
			rd_text(r, &soft, 1);
		return 0;
	case MD_TEXT_ENTITY:
		n = len > 2 ? entity_decode(s + 1, len - 2, utf8) : 0;
		if (to != NULL && r->in_html)
			buf_add(to, s, len);
		else if (to != NULL)
			buf_add(to, n > 0 ? utf8 : s, n > 0 ? n : len);
		else {
			rd_text(r, &escaped, 1);	/* "&#64;[x]" is no mention */
			rd_text(r, n > 0 ? utf8 : s, n > 0 ? n : len);
		}
		return 0;
	case MD_TEXT_HTML:
		if (r->in_html)
			buf_add(&r->raw, s, len);
		else if (to == NULL)
			rd_html_inline(r, s, len);
		return 0;
	case MD_TEXT_NORMAL:
	case MD_TEXT_CODE:
	case MD_TEXT_LATEXMATH:
		break;
	}
	if (r->code != NULL) {
		code_text(r, at, s, len);
		return 0;
	}
	if (to != NULL) {
		buf_add(to, s, len);
		return 0;
	}
	if (type == MD_TEXT_NORMAL && is_card(r, at, len)) {
		struct node *card = node_new(r->d, NODE_INLINE_CARD);

		node_set_str(r->d, card, "url", mark_str(mark_find(r->marks, MARK_LINK), "href"));
		rd_inline(r, card);
		card->marks = card->marks->next;	/* the first, the link, is the card itself */
		return 0;
	}
	if (type == MD_TEXT_CODE && r->in_cell) {	/* in a pipe table code, too, has its bars escaped */
		for (size_t i = 0; i < len; i++)
			if (!(s[i] == '\\' && i + 1 < len && s[i + 1] == '|'))
				rd_text(r, s + i, 1);
		return 0;
	}
	/* behind a backslash that is no text itself */
	if (type == MD_TEXT_NORMAL && at > r->base && at < r->base_end && at[-1] == '\\' && at != r->text_end)
		rd_text(r, &escaped, 1);
	r->text_end = at + size;
	rd_text(r, s, len);
	return r->d->nodes > DOC_MAX_NODES;
}

static int
parse(struct rd *r, const char *s, size_t len)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS | MD_FLAG_PERMISSIVEURLAUTOLINKS,
		.enter_block = enter_block, .leave_block = leave_block,
		.enter_span = enter_span, .leave_span = leave_span, .text = on_text,
	};

	struct md_shield was = r->shield;
	int rc;

	r->shield = shield_up(r->a, s, len);
	r->base = r->shield.text;
	r->base_end = r->base + r->shield.len;
	rc = md4c.parse(r->base, (MD_SIZE)r->shield.len, &parser, r);
	shield_down(&r->shield);
	r->shield = was;
	return rc;
}

/* Text between the tags of an HTML block. Inline: into the holder; else as blocks of its own. */
void
rd_fragment(struct rd *r, const char *s, size_t len, bool inline_only)
{
	const char *base = r->base, *base_end = r->base_end;
	bool was = r->inline_only;

	if (r->fragments >= MAX_FRAGMENTS) {
		rd_text(r, s, len);
		return;
	}
	r->fragments++;
	r->inline_only = inline_only;
	if (parse(r, s, len) != 0)
		r->failed = true;
	r->inline_only = was;
	r->fragments--;
	r->base = base;
	r->base_end = base_end;
}

struct doc *
doc_read_md(struct arena *a, const char *text, size_t len, struct err *e)
{
	struct rd r = { .a = a };
	const char *s;
	int rc;

	if (md4c_load(e) == -1 || text_check_size(len, e) == -1)
		return NULL;
	s = text_clean(a, text, len, &len);
	if (memchr(s, MDR_ESCAPED, len) != NULL || memchr(s, MDR_SOFT_BREAK, len) != NULL) {
		char *copy = arena_strndup(a, s, len);

		for (size_t i = 0; i < len; i++)
			if (copy[i] == MDR_ESCAPED || copy[i] == MDR_SOFT_BREAK)
				copy[i] = ' ';
		s = copy;
	}
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		s += 3;
		len -= 3;
	}
	r.d = doc_new(a, SKIN_MD);
	buf_init(&r.text, DOC_MAX_BYTES);
	buf_init(&r.raw, DOC_MAX_BYTES);
	rd_push(&r, r.d->root, NULL);
	rc = parse(&r, s, len);
	rd_pop_to(&r, 1);
	buf_release(&r.text);
	buf_release(&r.raw);
	if (rc != 0 || r.failed || r.d->nodes > DOC_MAX_NODES) {
		(void)err_set(e, ERR_TOO_LARGE, "The Markdown text has more than %d elements.", DOC_MAX_NODES);
		return NULL;
	}
	return r.d;
}
