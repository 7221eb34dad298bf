/*
 * Writes the tree as Markdown: the blocks. (Tables: md_table.c; inline content: md_inline.c; small pieces: md_tags.c.)
 *
 * Output goes straight to the buffer; a prefix ("> ", or the indent of a list item) is put after
 * each line end, so that nesting costs no copying. Blocks are parted by an empty line, but for a
 * list directly below its paragraph. What GitHub's Markdown cannot say is said with tags on lines
 * of their own, whose content is Markdown again between empty lines.
 */
#include "text/md_writer.h"

#include "base/str.h"
#include "text/edit.h"
#include "text/md_tags.h"

#include <string.h>

static void write_block(struct mdw *, const struct node *);

void
md_newline(struct mdw *w)
{
	size_t len = w->prefix.len;

	buf_addc(w->out, '\n');
	buf_add(w->out, w->prefix.data, len);
}

/* Ends the line and leaves an empty one; spaces at the end of a prefix are not wanted there. */
void
md_blank_line(struct mdw *w)
{
	size_t len = w->prefix.len;

	while (len > 0 && w->prefix.data[len - 1] == ' ')
		len--;
	buf_addc(w->out, '\n');
	buf_add(w->out, w->prefix.data, len);
	md_newline(w);
}

static void
add_lines(struct mdw *w, const char *s, size_t len)
{
	while (len > 0) {
		const char *nl = memchr(s, '\n', len);
		size_t n = nl != NULL ? (size_t)(nl - s) : len;

		buf_add(w->out, s, n);
		if (nl == NULL)
			return;
		md_newline(w);
		s += n + 1;
		len -= n + 1;
	}
}

static void
write_inlines(struct mdw *w, const struct node *n, unsigned flags)
{
	if (w->prefix.len == 0) {
		md_inlines(w->d, n->first, flags | w->flags, w->out);
		return;
	}
	buf_reset(&w->scratch);
	md_inlines(w->d, n->first, flags | w->flags, &w->scratch);
	add_lines(w, w->scratch.data, w->scratch.len);
}

bool
md_is_hidden(const struct node *n)
{
	const struct node *c;

	if (n->flags & NODE_HIDDEN)
		return true;
	if (n->type == NODE_MEDIA_SINGLE || n->type == NODE_MEDIA_GROUP)
		return n->first == NULL;
	if (n->type != NODE_PARAGRAPH)
		return false;
	for (c = n->first; c != NULL; c = c->next)
		if (c->type != NODE_HARD_BREAK && !(c->type == NODE_TEXT && mark_find(c->marks, MARK_CODE) == NULL &&
		    text_is_blank(c->text, c->text_len)))
			return false;
	return true;
}

/* Whether a task or decision has more than white space and breaks. */
static bool
says_something(const struct node *item)
{
	const struct node as_paragraph = { .type = NODE_PARAGRAPH, .first = item->first };

	return item->first != NULL && (node_class(item->type) != CLASS_INLINES || !md_is_hidden(&as_paragraph));
}

const struct node *
md_first_shown(const struct node *n)
{
	while (n != NULL && md_is_hidden(n))
		n = n->next;
	return n;
}

static bool
is_dash_list(enum node_type t)
{
	return t == NODE_BULLET_LIST || t == NODE_TASK_LIST || t == NODE_DECISION_LIST;
}

static bool
is_macro(const struct node *n)
{
	return n->type == NODE_INLINE_EXTENSION || n->type == NODE_OPAQUE_INLINE;
}

static bool
says(const struct node *n, const char *s)
{
	return n->text_len == strlen(s) && memcmp(n->text, s, n->text_len) == 0;
}

/* A picture, a file or a macro alone in its paragraph reads back as a block; so do several pictures and files. */
static bool
stands_alone(const struct node *p)
{
	size_t macros = 0, files = 0;

	for (const struct node *c = p->first; c != NULL; c = c->next) {
		const char *href = mark_str(mark_find(c->marks, MARK_LINK), "href");

		if (c->type == NODE_HARD_BREAK || (c->type == NODE_TEXT && text_is_blank(c->text, c->text_len)))
			continue;
		if (is_macro(c))
			macros++;
		else if (c->type == NODE_MEDIA_INLINE || (href != NULL && c->type == NODE_TEXT && strncmp(href, "attachment:", 11) == 0))
			files++;
		else
			return href != NULL && p->first == p->last && c->type == NODE_TEXT && (says(c, "card") || says(c, "embed"));
	}
	return macros + files > 0 && (macros == 0 || macros + files == 1);
}

/* A macro alone in its paragraph reads back as a block. */
static bool
is_lone_macro(const struct node *p)
{
	const struct node *c = p->first;

	while (c != NULL && !is_macro(c))
		c = c->next;
	return c != NULL && stands_alone(p);
}

/* A list right below a paragraph needs no empty line, if CommonMark lets it interrupt the paragraph. */
static bool
interrupts(const struct node *prev, const struct node *n)
{
	const struct node *item = n->first, *c;

	if (prev->type != NODE_PARAGRAPH || mark_find(prev->marks, MARK_ALIGNMENT) != NULL || is_lone_macro(prev) || (!is_dash_list(n->type) && n->type != NODE_ORDERED_LIST) || item == NULL)
		return false;
	if (n->type == NODE_ORDERED_LIST && node_int(n, "order", 1) != 1)
		return false;
	c = item->type == NODE_LIST_ITEM ? md_first_shown(item->first) : item;
	return c != NULL && c->first != NULL && node_class(c->type) == CLASS_INLINES;
}

static void
part(struct mdw *w, const struct node *prev, const struct node *n)
{
	if (w->lists > 0 && interrupts(prev, n)) {
		md_newline(w);
		return;
	}
	md_blank_line(w);
	if ((is_dash_list(prev->type) && is_dash_list(n->type)) ||
	    (prev->type == NODE_ORDERED_LIST && n->type == NODE_ORDERED_LIST)) {
		buf_adds(w->out, "<!-- -->");
		md_blank_line(w);
	}
}

void
md_write_blocks(struct mdw *w, const struct node *first)
{
	const struct node *prev = NULL;

	for (const struct node *n = md_first_shown(first); n != NULL; n = md_first_shown(n->next)) {
		if (prev != NULL)
			part(w, prev, n);
		write_block(w, n);
		prev = n;
	}
}

static void
push_spaces(struct mdw *w, size_t n)
{
	while (n-- > 0)
		buf_addc(&w->prefix, ' ');
}

static void
write_item(struct mdw *w, const struct node *item, const char *marker)
{
	size_t at = w->prefix.len;

	buf_adds(w->out, marker);
	push_spaces(w, strlen(marker));
	w->lists++;
	if (md_first_shown(item->first) != NULL) {
		buf_addc(w->out, ' ');
		push_spaces(w, 1);
		md_write_blocks(w, item->first);
	} else {
		buf_adds(w->out, " <!-- -->");	/* a bare marker swallows what follows in some readers */
	}
	w->lists--;
	buf_truncate(&w->prefix, at);
}

static void
write_list(struct mdw *w, const struct node *list)
{
	int64_t number = node_int(list, "order", 1);

	if (number < 0 || number > 999999000)	/* nine digits, CommonMark says; the items count on */
		number = 1;
	for (const struct node *i = list->first; i != NULL; i = i->next, number++) {
		char marker[16] = "-";

		if (i != list->first)
			md_newline(w);
		if (list->type == NODE_ORDERED_LIST) {
			struct buf b;

			buf_init(&b, 15);
			buf_addf(&b, "%u.", (unsigned)number);
			memcpy(marker, b.data, b.len + 1);
			buf_release(&b);
		}
		write_item(w, i, marker);
	}
}

static void
write_tasks(struct mdw *w, const struct node *list)
{
	bool after_list = false;

	for (const struct node *i = list->first; i != NULL; i = i->next) {
		const char *state = node_str(i, "state"), *box = "- [ ]";
		size_t at = w->prefix.len;

		if (i != list->first)
			md_newline(w);
		if (i->type == NODE_TASK_LIST) {	/* below the item before it */
			if (i != list->first) {
				buf_adds(w->out, "  ");
				push_spaces(w, 2);
			}
			if (after_list) {
				buf_adds(w->out, "<!-- -->");
				md_newline(w);
			}
			after_list = true;
			write_tasks(w, i);
			buf_truncate(&w->prefix, at);
			continue;
		}
		if (list->type == NODE_DECISION_LIST)
			box = state != NULL && strcmp(state, "DECIDED") != 0 ? "- [?]" : "- [!]";
		else if (state != NULL && strcmp(state, "DONE") == 0)
			box = "- [x]";
		after_list = false;
		buf_adds(w->out, box);
		push_spaces(w, 2);
		buf_adds(w->out, says_something(i) ? " " : " <!-- -->");
		w->lists++;
		if (node_class(i->type) == CLASS_INLINES)
			write_inlines(w, i, 0);
		else
			md_write_blocks(w, i->first);
		w->lists--;
		buf_truncate(&w->prefix, at);
	}
}

static void
fence(struct mdw *w, const char *info, const char *text, size_t len)
{
	size_t run = 0, longest = 2;

	for (size_t i = 0; i < len; i++) {
		run = text[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		buf_addc(w->out, '`');
	buf_adds(w->out, info);
	if (len > 0) {
		struct buf clean;

		buf_init(&clean, len + 1);
		text_visible(&clean, text, len);
		md_newline(w);
		add_lines(w, clean.data, clean.len);
		buf_release(&clean);
	}
	md_newline(w);
	for (size_t i = 0; i <= longest; i++)
		buf_addc(w->out, '`');
}

static void
info_word(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s > ' ' && strchr("`\\&\"<>", *s) == NULL)
			buf_addc(out, *s);
}

static void
write_code(struct mdw *w, const struct node *n)
{
	const char *lang = node_str(n, "language"), *title = node_str(n, "_title");
	struct buf info;

	buf_init(&info, 1 << 16);
	if (lang != NULL)
		info_word(&info, lang);
	if (title != NULL && title[0] != '\0' && strpbrk(title, "`\n\\") == NULL) {
		if (info.len == 0)
			buf_adds(&info, "text");
		md_attr(&info, "title", title);
	}
	fence(w, info.data, n->text != NULL ? n->text : "", n->text_len);
	buf_release(&info);
}

/* An alert's label is a paragraph until its line ends: what cannot interrupt one needs an empty line. */
static bool
follows_label(const struct node *n)
{
	struct node p = { .type = NODE_PARAGRAPH };

	return n->type == NODE_PARAGRAPH || interrupts(&p, n);
}

static void
quote(struct mdw *w, const struct node *n, const char *label, const char *title)
{
	size_t at = w->prefix.len;
	bool shown = md_first_shown(n->first) != NULL;

	buf_adds(w->out, ">");
	buf_adds(&w->prefix, "> ");
	if (label != NULL) {
		buf_addf(w->out, " [!%s]", label);
		if (title != NULL && title[0] != '\0') {
			struct md_escape e = { .flags = MDI_ONE_LINE, .tildes = true, .before = ' ' };

			buf_addc(w->out, ' ');
			md_escape(&e, title, strlen(title), w->out);
		}
		if (shown && follows_label(md_first_shown(n->first)))
			md_newline(w);
		else if (shown)
			md_blank_line(w);
	} else if (shown) {
		buf_addc(w->out, ' ');
	}
	md_write_blocks(w, n->first);
	buf_truncate(&w->prefix, at);
}

static void
write_panel(struct mdw *w, const struct node *n)
{
	static const char *const labels[][2] = {
		{ "info", "NOTE" }, { "note", "IMPORTANT" }, { "tip", "TIP" }, { "success", "SUCCESS" },
		{ "warning", "WARNING" }, { "error", "CAUTION" }, { "custom", "PANEL" },
	};
	const char *type = node_str(n, "panelType"), *label = "NOTE";

	for (size_t i = 0; type != NULL && i < LEN(labels); i++)
		if (strcmp(labels[i][0], type) == 0)
			label = labels[i][1];
	quote(w, n, label, node_str(n, "_title"));
}

/* <tag ...> content </tag>; what the opening tag is has been written already. */
static void
container(struct mdw *w, const struct node *n, const char *close)
{
	if (md_first_shown(n->first) != NULL) {
		md_blank_line(w);
		md_write_blocks(w, n->first);
		md_blank_line(w);
	} else {
		md_newline(w);
	}
	buf_addf(w->out, "</%s>", close);
}

static void
write_expand(struct mdw *w, const struct node *n)
{
	const char *title = node_str(n, "title");

	buf_adds(w->out, "<details>");
	md_newline(w);
	buf_adds(w->out, "<summary>");
	for (const char *s = title != NULL ? title : ""; *s != '\0'; s++) {
		if (*s == '&')
			buf_adds(w->out, "&amp;");
		else if (*s == '<')
			buf_adds(w->out, "&lt;");
		else
			buf_addc(w->out, *s == '\n' ? ' ' : *s);
	}
	buf_adds(w->out, "</summary>");
	container(w, n, "details");
}

/* A percentage, perhaps with a fraction. */
static void
column_width(struct mdw *w, const struct node *column)
{
	double width = node_real(column, "width", -1);

	if (width >= 0)
		buf_addf(w->out, " width=\"%.4g\"", width > 100 ? 100 : width);
}

static void
write_layout(struct mdw *w, const struct node *n)
{
	buf_adds(w->out, "<layout>");
	for (const struct node *c = n->first; c != NULL; c = c->next) {
		md_newline(w);
		buf_adds(w->out, "<column");
		column_width(w, c);
		buf_addc(w->out, '>');
		container(w, c, "column");
	}
	md_newline(w);
	buf_adds(w->out, "</layout>");
}

static void
write_media(struct mdw *w, const struct node *n)
{
	const struct node *media = n->first, *caption = media->next;
	struct buf text, target;

	buf_init(&text, 1 << 20);
	if (n->type == NODE_MEDIA_GROUP) {
		for (; media != NULL; media = media->next) {
			const char *alt = node_str(media, "alt");
			struct md_escape e = { .links = 1, .tildes = true, .before = '[', .after = ']' };

			if (media != n->first)
				buf_addc(w->out, ' ');
			buf_init(&target, 1 << 20);
			md_media_target(media, w->flags, &target);
			if (strncmp(target.data, "attachment:", 11) != 0) {
				struct buf name = target;

				buf_init(&target, 1 << 20);
				buf_addf(&target, "attachment:%s", name.data);
				buf_release(&name);
			}
			buf_addc(w->out, '[');
			if (alt == NULL || alt[0] == '\0')
				alt = target.data + strlen("attachment:");
			md_escape(&e, alt, strlen(alt), w->out);
			buf_adds(w->out, "](");
			md_dest(target.data, NULL, 0, w->out);
			buf_addc(w->out, ')');
			buf_release(&target);
		}
	} else {
		const struct mark *link = mark_find(n->marks, MARK_LINK);

		if (link == NULL)
			link = mark_find(media->marks, MARK_LINK);
		if (caption != NULL)
			node_plain(caption, &text);
		if (link != NULL)
			buf_addc(w->out, '[');
		md_image(media, text.len > 0 ? text.data : NULL, w->flags, w->out);
		if (link != NULL) {
			buf_adds(w->out, "](");
			md_dest(mark_str(link, "href") != NULL ? mark_str(link, "href") : "", NULL, 0, w->out);
			buf_addc(w->out, ')');
		}
	}
	buf_release(&text);
}

static void
write_macro(struct mdw *w, const struct node *n)
{
	struct buf open;

	buf_init(&open, 1 << 20);
	md_macro_open(w->d, n, &open);
	if (n->type == NODE_EXTENSION && n->text != NULL) {
		for (size_t i = 0; i < open.len; i++)	/* no backtick may stand in an info string */
			if (open.data[i] == '`')
				open.data[i] = '\'';
		fence(w, open.data + 1, n->text, n->text_len);
	} else {
		buf_add(w->out, open.data, open.len);
		if (n->type == NODE_EXTENSION) {
			buf_adds(w->out, "/>");
		} else {
			buf_addc(w->out, '>');
			buf_reset(&open);
			md_macro_name(n, &open);
			container(w, n, open.data);
		}
	}
	buf_release(&open);
}

void
md_write_opaque(struct mdw *w, const struct node *n)
{
	struct arena *a = arena_new();
	const char *handle = md_handle(w->d, a, n), *label = node_str(n, "_label");
	bool block = node_class(n->type) == CLASS_BLOCKS;

	buf_adds(w->out, block ? "<block" : "<opaque");
	md_attr(w->out, "id", handle != NULL ? handle : "");
	md_attr(w->out, "type", label != NULL ? label : node_type_name(n->type));
	buf_adds(w->out, block ? ">" : "/>");
	if (block)
		container(w, n, "block");
	arena_free(a);
}

static void
write_card(struct mdw *w, const struct node *n)
{
	if (node_str(n, "url") == NULL) {
		md_write_opaque(w, n);
		return;
	}
	buf_adds(w->out, n->type == NODE_BLOCK_CARD ? "[card](" : "[embed](");
	md_dest(node_str(n, "url"), NULL, 0, w->out);
	buf_addc(w->out, ')');
}

/* In a block of its own, as its lines have another alignment. */
static bool
align_open(struct mdw *w, const struct node *n)
{
	const char *how = mark_str(mark_find(n->marks, MARK_ALIGNMENT), "align");

	if (!(w->flags & MDI_FULL) || how == NULL)
		return false;
	buf_addf(w->out, "<div align=\"%s\">", strcmp(how, "end") == 0 ? "right" : "center");
	md_blank_line(w);
	return true;
}

static void
align_close(struct mdw *w)
{
	md_blank_line(w);
	buf_adds(w->out, "</div>");
}

/* What would be read as a block is said to be a line of text. */
void
md_write_line(struct mdw *w, const struct node *n, unsigned flags)
{
	write_inlines(w, n, flags);
	if ((w->flags & MDI_FULL) && (w->d->skin == SKIN_ADF || w->d->skin == SKIN_MD) && stands_alone(n))
		buf_adds(w->out, "<!-- -->");
}

static void
write_paragraph(struct mdw *w, const struct node *n)
{
	bool aligned = align_open(w, n);

	md_write_line(w, n, MDI_START);
	if (aligned)
		align_close(w);
}

static void
write_heading(struct mdw *w, const struct node *n)
{
	bool aligned = align_open(w, n);
	int level = node_level(n);

	for (int i = 0; i < level; i++)
		buf_addc(w->out, '#');
	if (n->first != NULL) {
		buf_addc(w->out, ' ');
		write_inlines(w, n, MDI_ONE_LINE);
	}
	if (aligned)
		align_close(w);
}

static void
write_block(struct mdw *w, const struct node *n)
{
	switch ((int)n->type) {		/* the blocks that stand among others; the rest is opaque */
	case NODE_PARAGRAPH: write_paragraph(w, n); return;
	case NODE_HEADING: write_heading(w, n); return;
	case NODE_BULLET_LIST:
	case NODE_ORDERED_LIST: write_list(w, n); return;
	case NODE_TASK_LIST:
	case NODE_DECISION_LIST: write_tasks(w, n); return;
	case NODE_CODE_BLOCK: write_code(w, n); return;
	case NODE_BLOCKQUOTE: quote(w, n, NULL, NULL); return;
	case NODE_PANEL: write_panel(w, n); return;
	case NODE_RULE: buf_adds(w->out, w->lists > 0 ? "***" : "---"); return;
	case NODE_TABLE: md_write_table(w, n); return;
	case NODE_EXPAND:
	case NODE_NESTED_EXPAND: write_expand(w, n); return;
	case NODE_LAYOUT_SECTION: write_layout(w, n); return;
	case NODE_MEDIA_SINGLE:
	case NODE_MEDIA_GROUP: write_media(w, n); return;
	case NODE_BLOCK_CARD:
	case NODE_EMBED_CARD: write_card(w, n); return;
	case NODE_EXTENSION:
	case NODE_BODIED_EXTENSION: write_macro(w, n); return;
	default: md_write_opaque(w, n); return;
	}
}

static void
open_writer(struct mdw *w, const struct doc *d, unsigned flags, struct buf *out)
{
	*w = (struct mdw){ .d = d, .out = out, .flags = flags };
	buf_init(&w->prefix, 1 << 16);
	buf_init(&w->scratch, DOC_MAX_BYTES);
}

static void
close_writer(struct mdw *w)
{
	buf_release(&w->prefix);
	buf_release(&w->scratch);
}

void
md_block(const struct doc *d, const struct node *n, unsigned flags, struct buf *out)
{
	struct mdw w;

	if (md_is_hidden(n))
		return;
	open_writer(&w, d, flags, out);
	write_block(&w, n);
	close_writer(&w);
}

/* Whatever field it came from: what nobody sees is not shown to a model. Most pages have nothing of the kind. */
static void
filter(struct buf *out, size_t start)
{
	struct buf clean;

	if (text_all_visible(out->data + start, out->len - start))
		return;
	buf_init(&clean, out->len - start + 1);
	text_visible(&clean, out->data + start, out->len - start);
	if (clean.len < out->len - start) {
		buf_truncate(out, start);
		buf_add(out, clean.data, clean.len);
	}
	buf_release(&clean);
}

size_t
doc_write_md_part(const struct doc *d, const struct md_opts *o, struct buf *out)
{
	struct mdw w;
	struct arena *a = o->flags & MD_HANDLES ? arena_new() : NULL;
	const char **handles = a != NULL ? doc_block_handles(d, a) : NULL;
	const struct node *prev = NULL;
	size_t index = 0, start = out->len, stop = 0;

	open_writer(&w, d, o->flags & MD_FULL ? MDI_FULL : 0, out);
	for (const struct node *n = d->root->first; n != NULL; n = n->next, index++) {
		size_t before = out->len;

		if (index < o->from || md_is_hidden(n))
			continue;
		if (prev != NULL)
			part(&w, prev, n);
		if (handles != NULL)
			buf_addf(out, "<!-- #%s -->\n", handles[index]);
		write_block(&w, n);
		if (o->budget > 0 && prev != NULL && out->len - start > o->budget) {
			buf_truncate(out, before);
			stop = index;
			break;
		}
		prev = n;
	}
	if (prev != NULL)
		buf_addc(out, '\n');
	close_writer(&w);
	arena_free(a);
	if (out->len > start)
		filter(out, start);
	return stop;
}

void
doc_write_md(const struct doc *d, struct buf *out)
{
	(void)doc_write_md_part(d, &(struct md_opts){ .flags = 0 }, out);
}
