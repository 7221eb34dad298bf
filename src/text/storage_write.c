/*
 * Writes Confluence storage format. Atoms and marks that were read from storage and kept their
 * source (ac:link with its attributes, unknown elements, comment anchors) are written from it;
 * all else in the form that Confluence's own editor writes.
 */
#include "text/storage_write.h"

#include "base/str.h"
#include "text/pieces.h"

#include <stdio.h>
#include <string.h>

const char storage_section_open[] = "<ac:layout-section ac:type=\"fixed-width\"><ac:layout-cell>";
const char storage_section_close[] = "</ac:layout-cell></ac:layout-section>";

/* U+FFFE and U+FFFF, which XML may not hold. */
static bool
is_no_xml(const char *s, size_t len)
{
	return len > 2 && (unsigned char)s[0] == 0xef && (unsigned char)s[1] == 0xbf && (unsigned char)s[2] >= 0xbe;
}

void
storage_escape(struct buf *out, const char *s, size_t len, bool attribute)
{
	static const bool stops[256] = { ['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, [0xc2] = true, [0xef] = true };

	for (size_t i = 0, from; i < len; i++) {
		unsigned char c;

		for (from = i; i < len && (unsigned char)s[i] >= 0x20 && !stops[(unsigned char)s[i]]; i++)
			;
		buf_add(out, s + from, i - from);
		if (i == len)
			break;
		c = (unsigned char)s[i];
		if (c == '&')
			buf_adds(out, "&amp;");
		else if (c == '<')
			buf_adds(out, "&lt;");
		else if (c == '>')
			buf_adds(out, "&gt;");
		else if (c == '"' && attribute)
			buf_adds(out, "&quot;");
		else if (c == '\n' && attribute)
			buf_adds(out, "&#10;");
		else if (c == 0xc2 && i + 1 < len && (unsigned char)s[i + 1] == 0xa0) {
			buf_adds(out, "&nbsp;");
			i++;
		} else if (is_no_xml(s + i, len - i))
			i += 2;
		else if (c >= 0x20 || c == '\t' || c == '\n')
			buf_addc(out, (char)c);
	}
}

void
storage_cdata(struct buf *out, const char *s, size_t len)
{
	buf_adds(out, "<![CDATA[");
	for (size_t i = 0; i < len; i++) {
		if (s[i] == ']' && i + 2 < len && s[i + 1] == ']' && s[i + 2] == '>') {
			buf_adds(out, "]]]]><![CDATA[>");
			i += 2;
		} else if (is_no_xml(s + i, len - i)) {
			i += 2;
		} else if ((unsigned char)s[i] >= 0x20 || s[i] == '\n' || s[i] == '\t') {
			buf_addc(out, s[i]);
		}
	}
	buf_adds(out, "]]>");
}

static void
attr(struct swriter *w, const char *name, const char *value)
{
	buf_addf(w->out, " %s=\"", name);
	storage_escape(w->out, value, strlen(value), true);
	buf_addc(w->out, '"');
}

static void
text(struct swriter *w, const char *s)
{
	storage_escape(w->out, s, strlen(s), false);
}

static bool
copied(struct swriter *w, const struct node *n)
{
	if (w->src == NULL || n->src_end <= n->src)
		return false;
	buf_add(w->out, w->src + n->src, n->src_end - n->src);
	return true;
}

static void
macro_open(struct swriter *w, const char *name)
{
	buf_adds(w->out, "<ac:structured-macro");
	attr(w, "ac:name", name);
	buf_adds(w->out, " ac:schema-version=\"1\">");
}

static void
macro_param(struct swriter *w, const char *name, const char *value)
{
	buf_adds(w->out, "<ac:parameter");
	attr(w, "ac:name", name);
	buf_addc(w->out, '>');
	text(w, value);
	buf_adds(w->out, "</ac:parameter>");
}

#define MACRO_CLOSE "</ac:structured-macro>"

/* --- inline --- */

static void
user(struct swriter *w, const char *id)
{
	size_t len = strlen(id), hex = strspn(id, "0123456789abcdef");
	const char *name = strchr(id, ':') != NULL || (len == 24 && hex == 24) ? "ri:account-id" :
	    len == 32 && hex == 32 ? "ri:userkey" : "ri:username";

	buf_adds(w->out, "<ac:link><ri:user");
	attr(w, name, id);
	buf_adds(w->out, "/></ac:link>");
}

static void
image(struct swriter *w, const struct node *m, const struct node *caption)
{
	const char *type = node_str(m, "type"), *alt = node_str(m, "alt"), *id = node_str(m, "id");

	if (caption == NULL && copied(w, m))
		return;
	buf_adds(w->out, "<ac:image");
	if (alt != NULL)
		attr(w, "ac:alt", alt);
	if (node_int(m, "width", 0) > 0)
		buf_addf(w->out, " ac:width=\"%d\"", (int)node_int(m, "width", 0));
	buf_addc(w->out, '>');
	if (type != NULL && strcmp(type, "external") == 0) {
		buf_adds(w->out, "<ri:url");
		attr(w, "ri:value", node_str(m, "url") != NULL ? node_str(m, "url") : "");
	} else {
		/* a media id is no file name: the name is what people gave as alternative text */
		bool uuid = id != NULL && strlen(id) == 36 && strspn(id, "0123456789abcdefABCDEF-") == 36;

		if (uuid)
			lossy_add(w->d->lossy, "media id", id);
		buf_adds(w->out, "<ri:attachment");
		attr(w, "ri:filename", uuid && alt != NULL && alt[0] != '\0' ? alt : id != NULL ? id : "");
	}
	buf_adds(w->out, "/>");
	if (caption != NULL) {
		buf_adds(w->out, "<ac:caption>");
		storage_write_inlines(w, caption->first);
		buf_adds(w->out, "</ac:caption>");
	}
	buf_adds(w->out, "</ac:image>");
}

static void
card(struct swriter *w, const char *url, const char *how)
{
	buf_adds(w->out, "<a");
	attr(w, "href", url != NULL ? url : "");
	attr(w, "data-card-appearance", how);
	buf_addc(w->out, '>');
	text(w, url != NULL ? url : "");
	buf_adds(w->out, "</a>");
}

static void
params(struct swriter *w, const struct node *n)
{
	for (struct json_iter it = json_iter(macro_params(n)); json_next(&it);)
		if (it.key != NULL && macro_param_value(it.value) != NULL && strcmp(it.key, "__bodyContent") != 0)
			macro_param(w, it.key, macro_param_value(it.value));
}

static bool
is_macro(const struct node *n)
{
	const char *type = node_str(n, "extensionType");

	return node_str(n, "extensionKey") != NULL && type != NULL && strcmp(type, extension_confluence) == 0 &&
	    node_str(n, "_handle") == NULL;
}

static void
emoji(struct swriter *w, const struct node *n)
{
	const char *name = node_str(n, "shortName"), *fallback = node_str(n, "text");
	const struct emoji *e = name != NULL ? emoji_by_name(name, strlen(name)) : NULL;

	if (e != NULL && e->storage != NULL) {
		buf_adds(w->out, "<ac:emoticon");
		attr(w, "ac:name", e->storage);
		buf_adds(w->out, "/>");
	} else {
		text(w, fallback != NULL && fallback[0] != ':' ? fallback : name != NULL ? name : "");
	}
}

static void
status(struct swriter *w, const struct node *n)
{
	const char *color = node_str(n, "color");

	macro_open(w, "status");
	macro_param(w, "title", node_str(n, "text") != NULL ? node_str(n, "text") : "");
	if (color != NULL && strcmp(color, "neutral") != 0 && color[0] != '#' && color[0] != '\0') {
		char *c = arena_strdup(w->d->arena, color);

		if (c[0] >= 'a' && c[0] <= 'z')
			c[0] = (char)(c[0] - 32);
		macro_param(w, "colour", c);
	}
	buf_adds(w->out, MACRO_CLOSE);
}

static void
atom(struct swriter *w, const struct node *n)
{
	const char *s;

	if (n->type == NODE_HARD_BREAK) {
		buf_adds(w->out, "<br/>");
		return;
	}
	if (copied(w, n))
		return;
	switch ((int)n->type) {	/* the inline types */
	case NODE_MENTION:
		if (node_str(n, "id") != NULL) {
			user(w, node_str(n, "id"));
		} else {
			lossy_add(w->d->lossy, "mention without a known user", node_str(n, "text"));
			text(w, node_str(n, "text") != NULL ? node_str(n, "text") : "");
		}
		return;
	case NODE_EMOJI:
		emoji(w, n);
		return;
	case NODE_DATE:
		s = node_str(n, "timestamp");
		buf_adds(w->out, "<time");
		attr(w, "datetime", s != NULL ? date_of_timestamp(w->d->arena, s) : "");
		buf_adds(w->out, "/>");
		return;
	case NODE_STATUS:
		status(w, n);
		return;
	case NODE_PLACEHOLDER:
		buf_adds(w->out, "<ac:placeholder>");
		text(w, node_str(n, "text") != NULL ? node_str(n, "text") : "");
		buf_adds(w->out, "</ac:placeholder>");
		return;
	case NODE_INLINE_CARD:
		card(w, node_str(n, "url"), "inline");
		return;
	case NODE_MEDIA_INLINE:
		image(w, n, NULL);
		return;
	case NODE_INLINE_EXTENSION:
		if (is_macro(n)) {
			macro_open(w, node_str(n, "extensionKey"));
			params(w, n);
			buf_adds(w->out, MACRO_CLOSE);
			return;
		}
		break;
	case NODE_OPAQUE_INLINE:
		if (n->text != NULL && str_eq(node_str(n, "_skin"), "storage")) {
			buf_add(w->out, n->text, n->text_len);
			return;
		}
		break;
	default:
		break;
	}
	lossy_add(w->d->lossy, "inline element", node_str(n, "_label") != NULL ? node_str(n, "_label") : node_str(n, "extensionKey"));
}

/* "page:SPACE:Title#anchor", "attachment:name" or "#anchor" as the resource of an ac:link. False: an ordinary address. */
static bool
link_resource(struct swriter *w, const char *href)
{
	const char *anchor, *colon, *space = NULL;
	struct arena *a = w->d->arena;

	if (strncmp(href, "attachment:", 11) == 0) {
		buf_adds(w->out, "<ac:link><ri:attachment");
		attr(w, "ri:filename", href + 11);
		buf_adds(w->out, "/>");
		return true;
	}
	if (href[0] == '#' && href[1] != '\0') {
		buf_adds(w->out, "<ac:link");
		attr(w, "ac:anchor", href + 1);
		buf_addc(w->out, '>');
		return true;
	}
	if (strncmp(href, "page:", 5) != 0 || href[5] == '\0')
		return false;
	href += 5;
	anchor = strrchr(href, '#');
	buf_adds(w->out, "<ac:link");
	if (anchor != NULL) {
		attr(w, "ac:anchor", anchor + 1);
		href = arena_strndup(a, href, (size_t)(anchor - href));
	}
	colon = strchr(href, ':');
	if (colon != NULL && strspn(href, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ~._-") == (size_t)(colon - href)) {
		space = arena_strndup(a, href, (size_t)(colon - href));
		href = colon + 1;
	}
	buf_adds(w->out, "><ri:page");
	if (space != NULL && space[0] != '\0')
		attr(w, "ri:space-key", space);
	attr(w, "ri:content-title", href);
	buf_adds(w->out, "/>");
	return true;
}

static const char *
simple_tag(const struct mark *m)
{
	const char *sub = mark_str(m, "type");

	switch ((int)m->type) {	/* the marks that are plain HTML */
	case MARK_STRONG: return "strong";
	case MARK_EM: return "em";
	case MARK_UNDERLINE: return "u";
	case MARK_STRIKE: return "del";
	case MARK_SUBSUP: return sub != NULL && strcmp(sub, "sup") == 0 ? "sup" : "sub";
	default: return NULL;
	}
}

/* As Confluence's editor writes it: #ff5630 is rgb(255,86,48). */
static void
color(struct swriter *w, const char *value)
{
	unsigned r, g, b;

	if (strlen(value) == 7 && strspn(value + 1, "0123456789abcdefABCDEF") == 6 && sscanf(value, "#%2x%2x%2x", &r, &g, &b) == 3)
		buf_addf(w->out, "rgb(%u,%u,%u)", r, g, b);
	else
		storage_escape(w->out, value, strlen(value), true);
}

static void
open_mark(struct swriter *w, struct piece *p, struct piece *close)
{
	const struct mark *m = p->mark;
	const char *kept = mark_str(m, "_open"), *href = mark_str(m, "href");

	close->delim = "";
	if (mark_str(m, "_cdata") != NULL) {	/* its text is written by the caller */
		buf_adds(w->out, kept);
		close->delim = mark_str(m, "_close");
	} else if (kept != NULL) {
		buf_adds(w->out, kept);
		close->delim = mark_str(m, "_close");
	} else if (simple_tag(m) != NULL) {
		buf_addf(w->out, "<%s>", simple_tag(m));
		close->delim = arena_printf(w->d->arena, "</%s>", simple_tag(m));
	} else if (m->type == MARK_LINK && href != NULL) {
		if (link_resource(w, href)) {
			buf_adds(w->out, "<ac:link-body>");
			close->delim = "</ac:link-body></ac:link>";
		} else {
			buf_adds(w->out, "<a");
			attr(w, "href", href);
			buf_addc(w->out, '>');
			close->delim = "</a>";
		}
	} else if (m->type == MARK_ANNOTATION && mark_str(m, "id") != NULL) {
		buf_adds(w->out, "<ac:inline-comment-marker");
		attr(w, "ac:ref", mark_str(m, "id"));
		buf_addc(w->out, '>');
		close->delim = "</ac:inline-comment-marker>";
	} else if ((m->type == MARK_TEXT_COLOR || m->type == MARK_BACKGROUND) && mark_str(m, "color") != NULL) {
		buf_addf(w->out, "<span style=\"%s: ", m->type == MARK_TEXT_COLOR ? "color" : "background-color");
		color(w, mark_str(m, "color"));
		buf_adds(w->out, ";\">");
		close->delim = "</span>";
	} else if (m->type == MARK_OPAQUE) {
		lossy_add(w->d->lossy, "mark", json_get_str(m->value, "type"));
	}
}

/* A link to a page that shows the page's own title, as it was written. */
static bool
bare_link(struct swriter *w, const struct piece *p, size_t i, size_t count)
{
	const char *href = mark_str(p[i].mark, "href"), *title;

	if (mark_str(p[i].mark, "_bare") == NULL || i + 2 >= count || p[i].pair != i + 2 || p[i + 1].kind != PIECE_TEXT)
		return false;
	title = href + strlen(href) - (strlen(href) < p[i + 1].len ? strlen(href) : p[i + 1].len);
	if (strchr(href, '#') != NULL && href[0] != '#')
		return false;
	if (memcmp(title, p[i + 1].text, strlen(title)) != 0 || strlen(title) != p[i + 1].len)
		return false;
	buf_adds(w->out, mark_str(p[i].mark, "_bare"));
	return true;
}

void
storage_write_inlines(struct swriter *w, const struct node *first)
{
	struct pieces_opts o = { .breaks = true };
	struct pieces p = { .a = arena_new() };
	int cdata = 0;

	o.shown = 1u << MARK_LINK | 1u << MARK_ANNOTATION | 1u << MARK_STRONG | 1u << MARK_EM | 1u << MARK_STRIKE |
	    1u << MARK_UNDERLINE | 1u << MARK_SUBSUP | 1u << MARK_TEXT_COLOR | 1u << MARK_BACKGROUND | 1u << MARK_OPAQUE;
	pieces_make(&p, first, &o);
	for (size_t i = 0; i < p.count; i++) {
		struct piece *t = &p.at[i];

		switch (t->kind) {
		case PIECE_OPEN:
			if (bare_link(w, p.at, i, p.count)) {
				i += 2;
				break;
			}
			open_mark(w, t, &p.at[t->pair]);
			cdata += mark_str(t->mark, "_cdata") != NULL;
			break;
		case PIECE_CLOSE:
			buf_adds(w->out, t->delim);
			cdata -= mark_str(t->mark, "_cdata") != NULL;
			break;
		case PIECE_TEXT:
			if (cdata > 0) {
				storage_cdata(w->out, t->text, t->len);
				break;
			}
			if (t->code)
				buf_adds(w->out, "<code>");
			storage_escape(w->out, t->text, t->len, false);
			if (t->code)
				buf_adds(w->out, "</code>");
			break;
		case PIECE_NODE:
			atom(w, t->node);
			break;
		case PIECE_RAW:
			break;
		}
	}
	arena_free(p.a);
}

/* --- blocks --- */

static void
code(struct swriter *w, const struct node *n)
{
	const char *lang = node_str(n, "language"), *title = node_str(n, "_title"), *macro = node_str(n, "_macro");

	macro_open(w, str_eq(macro, "noformat") ? "noformat" : "code");
	if (lang != NULL && lang[0] != '\0')
		macro_param(w, "language", lang);
	if (title != NULL && title[0] != '\0')
		macro_param(w, "title", title);
	buf_adds(w->out, "<ac:plain-text-body>");
	storage_cdata(w->out, n->text != NULL ? n->text : "", n->text_len);
	buf_adds(w->out, "</ac:plain-text-body>" MACRO_CLOSE);
}

static void
rich(struct swriter *w, const struct node *n)
{
	buf_adds(w->out, "<ac:rich-text-body>");
	storage_write_blocks(w, n->first);
	if (n->first == NULL)
		buf_adds(w->out, "<p/>");
	buf_adds(w->out, "</ac:rich-text-body>" MACRO_CLOSE);
}

static void
adf_open(struct swriter *w, const char *type)
{
	buf_addf(w->out, "<ac:adf-extension><ac:adf-node type=\"%s\">", type);
}

static void
adf_close(struct swriter *w)
{
	buf_adds(w->out, "</ac:adf-node></ac:adf-extension>");
}

/* The panel that has no macro. */
static void
note_panel(struct swriter *w, const struct node *n)
{
	adf_open(w, "panel");
	buf_adds(w->out, "<ac:adf-attribute key=\"panel-type\">note</ac:adf-attribute><ac:adf-content>");
	storage_write_blocks(w, n->first);
	if (n->first == NULL)
		buf_adds(w->out, "<p/>");
	buf_adds(w->out, "</ac:adf-content>");
	adf_close(w);
}

static void
decision(struct swriter *w, const struct node *n)
{
	const char *state = node_str(n, "state");

	buf_adds(w->out, "<ac:adf-node type=\"decision-item\"><ac:adf-attribute key=\"state\">");
	storage_escape(w->out, state != NULL ? state : "DECIDED", state != NULL ? strlen(state) : 7, false);
	buf_adds(w->out, "</ac:adf-attribute><ac:adf-content>");
	storage_write_inlines(w, n->first);
	buf_adds(w->out, "</ac:adf-content></ac:adf-node>");
}

static void
decisions(struct swriter *w, const struct node *n)
{
	if (w->d->adf_nodes) {
		adf_open(w, "decision-list");
		storage_write_blocks(w, n->first);
		adf_close(w);
		return;
	}
	lossy_add(w->d->lossy, "decision list", NULL);
	buf_adds(w->out, "<ul>");
	for (const struct node *i = n->first; i != NULL; i = i->next) {
		buf_adds(w->out, "<li><p>");
		storage_write_inlines(w, i->first);
		buf_adds(w->out, "</p></li>");
	}
	buf_adds(w->out, "</ul>");
}

static void
panel(struct swriter *w, const struct node *n)
{
	static const char *const names[][2] = {
		{ "info", "info" }, { "tip", "tip" }, { "success", "tip" }, { "warning", "note" }, { "error", "warning" },
		{ "note", "note" }, { "custom", "panel" },
	};
	const char *type = node_str(n, "panelType"), *name = "info", *title = node_str(n, "_title");

	for (size_t i = 0; type != NULL && i < LEN(names); i++)
		if (strcmp(names[i][0], type) == 0)
			name = names[i][1];
	if (w->d->adf_nodes && str_eq(type, "note") && title == NULL) {
		note_panel(w, n);
		return;
	}
	if (type != NULL && (strcmp(type, "note") == 0 || strcmp(type, "success") == 0))
		lossy_add(w->d->lossy, "panel type", type);
	macro_open(w, name);
	if (title != NULL && title[0] != '\0')
		macro_param(w, "title", title);
	rich(w, n);
}

static void
task_item(struct swriter *w, const struct node *i)
{
	const char *state = node_str(i, "state");

	buf_addf(w->out, "<ac:task><ac:task-id>%u</ac:task-id><ac:task-status>%s</ac:task-status><ac:task-body>", ++w->task_id,
	    state != NULL && strcmp(state, "DONE") == 0 ? "complete" : "incomplete");
	if (node_class(i->type) == CLASS_INLINES)
		storage_write_inlines(w, i->first);
	else
		storage_write_blocks(w, i->first);
	buf_adds(w->out, "</ac:task-body></ac:task>");
}

static void
table(struct swriter *w, const struct node *n)
{
	const char *layout_name = node_str(n, "layout");

	buf_adds(w->out, "<table");
	if (layout_name != NULL && strcmp(layout_name, "default") != 0)
		attr(w, "data-layout", layout_name);
	if (node_int(n, "width", 0) > 0)
		buf_addf(w->out, " data-table-width=\"%d\"", (int)node_int(n, "width", 0));
	buf_adds(w->out, "><tbody>");
	for (const struct node *row = n->first; row != NULL; row = row->next)
		storage_write_block(w, row);
	buf_adds(w->out, "</tbody></table>");
}

static void
table_cell(struct swriter *w, const struct node *n)
{
	const char *tag = n->type == NODE_TABLE_HEADER ? "th" : "td";

	buf_addf(w->out, "<%s", tag);
	if (node_int(n, "colspan", 1) > 1)
		buf_addf(w->out, " colspan=\"%d\"", (int)node_int(n, "colspan", 1));
	if (node_int(n, "rowspan", 1) > 1)
		buf_addf(w->out, " rowspan=\"%d\"", (int)node_int(n, "rowspan", 1));
	if (node_str(n, "background") != NULL && node_str(n, "background")[0] != '\0')
		attr(w, "data-highlight-colour", node_str(n, "background"));
	buf_addc(w->out, '>');
	storage_write_blocks(w, n->first);
	buf_addf(w->out, "</%s>", tag);
}

static void
line(struct swriter *w, const struct node *n, const char *tag)
{
	const char *align = mark_str(mark_find(n->marks, MARK_ALIGNMENT), "align");
	int64_t indent = mark_int(mark_find(n->marks, MARK_INDENTATION), "level", 0);

	buf_addf(w->out, "<%s", tag);
	if (align != NULL)
		buf_addf(w->out, " style=\"text-align: %s;\"", strcmp(align, "center") == 0 ? "center" : "right");
	else if (indent >= 1 && indent <= 6)
		buf_addf(w->out, " style=\"margin-left: %d.0px;\"", (int)indent * STORAGE_INDENT);
	if (n->first == NULL) {
		buf_adds(w->out, "/>");
		return;
	}
	buf_addc(w->out, '>');
	storage_write_inlines(w, n->first);
	buf_addf(w->out, "</%s>", tag);
}

static void
layout(struct swriter *w, const struct node *n)
{
	size_t columns = 0;
	const char *type = "two_equal";

	for (const struct node *c = n->first; c != NULL; c = c->next)
		columns++;
	if (!w->in_layout) {
		lossy_add(w->d->lossy, "layout inside another block", NULL);
		for (const struct node *c = n->first; c != NULL; c = c->next)
			storage_write_blocks(w, c->first);
		return;
	}
	if (columns == 1)
		type = "single";
	else if (columns == 2 && n->first != NULL && node_real(n->first, "width", 50) < 45)
		type = "two_left_sidebar";
	else if (columns == 2 && n->first != NULL && node_real(n->first, "width", 50) > 55)
		type = "two_right_sidebar";
	else if (columns > 2)
		type = columns == 3 ? "three_equal" : columns == 4 ? "four_equal" : "five_equal";
	buf_addf(w->out, "<ac:layout-section ac:type=\"%s\">", type);
	w->in_layout = false;
	for (const struct node *c = n->first; c != NULL; c = c->next) {
		buf_adds(w->out, "<ac:layout-cell>");
		storage_write_blocks(w, c->first);
		if (c->first == NULL)
			buf_adds(w->out, "<p/>");
		buf_adds(w->out, "</ac:layout-cell>");
	}
	w->in_layout = true;
	buf_adds(w->out, "</ac:layout-section>");
}

static void
media(struct swriter *w, const struct node *n)
{
	const struct node *m = n->first;

	if (n->type == NODE_MEDIA_SINGLE && m != NULL) {
		const struct mark *link = mark_find(m->marks, MARK_LINK);

		if (link != NULL)
			lossy_add(w->d->lossy, "link on a picture", mark_str(link, "href"));
		image(w, m, m->next);
		return;
	}
	buf_adds(w->out, "<p>");
	for (; m != NULL; m = m->next) {
		const char *id = node_str(m, "id"), *alt = node_str(m, "alt");

		if (m != n->first)
			buf_addc(w->out, ' ');
		buf_adds(w->out, "<ac:link><ri:attachment");
		attr(w, "ri:filename", id != NULL ? id : "");
		buf_adds(w->out, "/>");
		if (alt != NULL) {
			buf_adds(w->out, "<ac:link-body>");
			text(w, alt);
			buf_adds(w->out, "</ac:link-body>");
		}
		buf_adds(w->out, "</ac:link>");
	}
	buf_adds(w->out, "</p>");
}

static void
extension(struct swriter *w, const struct node *n)
{
	if (!is_macro(n)) {
		lossy_add(w->d->lossy, "macro", node_str(n, "extensionKey"));
		storage_write_blocks(w, n->first);
		return;
	}
	macro_open(w, node_str(n, "extensionKey"));
	params(w, n);
	if (n->type == NODE_BODIED_EXTENSION) {
		rich(w, n);
		return;
	}
	if (n->text != NULL) {
		buf_adds(w->out, "<ac:plain-text-body>");
		storage_cdata(w->out, n->text, n->text_len);
		buf_adds(w->out, "</ac:plain-text-body>");
	}
	buf_adds(w->out, MACRO_CLOSE);
}

static void
expand(struct swriter *w, const struct node *n)
{
	macro_open(w, "expand");
	if (node_str(n, "title") != NULL && node_str(n, "title")[0] != '\0')
		macro_param(w, "title", node_str(n, "title"));
	rich(w, n);
}

static void
wrapped(struct swriter *w, const struct node *n, const char *tag)
{
	buf_addf(w->out, "<%s>", tag);
	storage_write_blocks(w, n->first);
	buf_addf(w->out, "</%s>", tag);
}

void
storage_write_block(struct swriter *w, const struct node *n)
{
	/* A marker of ours that doc_merge has found in the original. */
	bool known = node_str(n, "_handle") != NULL && n->type != NODE_OPAQUE_BLOCK && copied(w, n);
	char heading[3] = { 'h', (char)('0' + node_level(n)), '\0' };

	if (known)
		return;
	switch ((int)n->type) {	/* what is not here has no form of its own in storage format */
	case NODE_PARAGRAPH: line(w, n, "p"); return;
	case NODE_HEADING: line(w, n, heading); return;
	case NODE_BULLET_LIST: wrapped(w, n, "ul"); return;
	case NODE_ORDERED_LIST:
		buf_adds(w->out, "<ol");
		if (node_int(n, "order", 1) != 1)
			buf_addf(w->out, " start=\"%lld\"", (long long)node_int(n, "order", 1));
		buf_addc(w->out, '>');
		storage_write_blocks(w, n->first);
		buf_adds(w->out, "</ol>");
		return;
	case NODE_LIST_ITEM:
		buf_adds(w->out, "<li>");
		storage_write_blocks(w, n->first);
		if (n->first == NULL)
			buf_adds(w->out, "<p/>");
		buf_adds(w->out, "</li>");
		return;
	case NODE_TASK_LIST: wrapped(w, n, "ac:task-list"); return;
	case NODE_TASK_ITEM:
	case NODE_BLOCK_TASK_ITEM: task_item(w, n); return;
	case NODE_LAYOUT_COLUMN: wrapped(w, n, "ac:layout-cell"); return;
	case NODE_DECISION_LIST: decisions(w, n); return;
	case NODE_DECISION_ITEM: decision(w, n); return;
	case NODE_CODE_BLOCK: code(w, n); return;
	case NODE_BLOCKQUOTE: wrapped(w, n, "blockquote"); return;
	case NODE_RULE: buf_adds(w->out, "<hr/>"); return;
	case NODE_TABLE: table(w, n); return;
	case NODE_TABLE_ROW: wrapped(w, n, "tr"); return;
	case NODE_TABLE_CELL:
	case NODE_TABLE_HEADER: table_cell(w, n); return;
	case NODE_PANEL: panel(w, n); return;
	case NODE_EXPAND:
	case NODE_NESTED_EXPAND: expand(w, n); return;
	case NODE_LAYOUT_SECTION: layout(w, n); return;
	case NODE_MEDIA_SINGLE:
	case NODE_MEDIA_GROUP: media(w, n); return;
	case NODE_BLOCK_CARD:
	case NODE_EMBED_CARD:
		buf_adds(w->out, "<p>");
		card(w, node_str(n, "url"), n->type == NODE_BLOCK_CARD ? "block" : "embed");
		buf_adds(w->out, "</p>");
		return;
	case NODE_EXTENSION:
	case NODE_BODIED_EXTENSION: extension(w, n); return;
	case NODE_OPAQUE_BLOCK:
		if (n->text != NULL && str_eq(node_str(n, "_skin"), "storage")) {
			buf_add(w->out, n->text, n->text_len);
			return;
		}
		break;
	default:
		break;
	}
	lossy_add(w->d->lossy, "block", node_str(n, "_label") != NULL ? node_str(n, "_label") : node_type_name(n->type));
	storage_write_blocks(w, n->first);
}

void
storage_write_blocks(struct swriter *w, const struct node *first)
{
	for (const struct node *n = first; n != NULL; n = n->next)
		storage_write_block(w, n);
}

void
doc_write_storage(const struct doc *d, struct buf *out)
{
	struct swriter w = { .d = d, .out = out, .src = d->skin == SKIN_STORAGE ? d->src : NULL };
	bool layouts = false, section = false;

	for (const struct node *n = d->root->first; n != NULL; n = n->next)
		layouts |= n->type == NODE_LAYOUT_SECTION;
	w.in_layout = layouts;
	if (!layouts) {
		storage_write_blocks(&w, d->root->first);
		return;
	}
	buf_adds(out, "<ac:layout>");
	for (const struct node *n = d->root->first; n != NULL; n = n->next) {
		if ((n->type != NODE_LAYOUT_SECTION) != section) {
			buf_adds(out, section ? storage_section_close : storage_section_open);
			section = !section;
		}
		storage_write_block(&w, n);
	}
	buf_adds(out, section ? storage_section_close : "");
	buf_adds(out, "</ac:layout>");
}
