/*
 * Makes a tree valid by Atlassian's ADF schema, losing as little as can be.
 *
 * Markdown, wiki markup and storage format allow a quote in a quote, a table in a list item, a
 * heading in a list; ADF does not. This copies the tree top down; `allowed` says which blocks
 * a parent may hold, and what is not allowed there is turned into the nearest thing that is:
 * a heading into a bold paragraph, a table into one paragraph a row, a container into its
 * content. Attributes that the schema requires are filled in, marks that it forbids are left
 * out. Each loss goes to the document's list. Nodes read from ADF are trusted as they are.
 *
 * Recursion follows the tree, whose depth the readers bound (DOC_MAX_DEPTH).
 */
#include "text/doc_util.h"

#include <stdio.h>
#include <string.h>

#define B(t) (UINT64_C(1) << (t))

_Static_assert(NODE_TYPE_COUNT <= 64, "node types fit a bit set");

#define LIST_SET	(B(NODE_BULLET_LIST) | B(NODE_ORDERED_LIST))
#define PLAIN_SET	(B(NODE_PARAGRAPH) | B(NODE_CODE_BLOCK) | B(NODE_MEDIA_SINGLE) | B(NODE_EXTENSION) | LIST_SET)
#define PANEL_SET	(PLAIN_SET | B(NODE_HEADING) | B(NODE_BLOCK_CARD) | B(NODE_MEDIA_GROUP) | B(NODE_TASK_LIST) | B(NODE_RULE) | \
	B(NODE_DECISION_LIST))
#define NESTED_SET	(PLAIN_SET | B(NODE_HEADING) | B(NODE_MEDIA_GROUP) | B(NODE_TASK_LIST) | B(NODE_RULE) | B(NODE_DECISION_LIST) | \
	B(NODE_PANEL) | B(NODE_BLOCKQUOTE))
#define INNER_SET	(NESTED_SET | B(NODE_TABLE) | B(NODE_BLOCK_CARD) | B(NODE_EMBED_CARD))
#define COLUMN_SET	(INNER_SET | B(NODE_EXPAND) | B(NODE_BODIED_EXTENSION))

static const uint64_t allowed[NODE_TYPE_COUNT] = {
	[NODE_DOC] = COLUMN_SET | B(NODE_LAYOUT_SECTION) | B(NODE_SYNC_BLOCK) | B(NODE_BODIED_SYNC_BLOCK),
	[NODE_LAYOUT_COLUMN] = COLUMN_SET,
	[NODE_LAYOUT_SECTION] = B(NODE_LAYOUT_COLUMN),
	[NODE_BODIED_SYNC_BLOCK] = (COLUMN_SET | B(NODE_LAYOUT_SECTION)) & ~(B(NODE_EXTENSION) | B(NODE_BODIED_EXTENSION)),
	[NODE_EXPAND] = INNER_SET | B(NODE_NESTED_EXPAND),
	[NODE_NESTED_EXPAND] = NESTED_SET,
	[NODE_BODIED_EXTENSION] = INNER_SET,
	[NODE_LIST_ITEM] = B(NODE_PARAGRAPH) | LIST_SET | B(NODE_TASK_LIST) | B(NODE_MEDIA_SINGLE) | B(NODE_CODE_BLOCK) | B(NODE_EXTENSION),
	[NODE_BLOCKQUOTE] = PLAIN_SET | B(NODE_MEDIA_GROUP),
	[NODE_PANEL] = PANEL_SET,
	[NODE_TABLE] = B(NODE_TABLE_ROW),
	[NODE_TABLE_ROW] = B(NODE_TABLE_CELL) | B(NODE_TABLE_HEADER),
	[NODE_TABLE_CELL] = NESTED_SET | B(NODE_BLOCK_CARD) | B(NODE_EMBED_CARD) | B(NODE_NESTED_EXPAND),
	[NODE_TABLE_HEADER] = NESTED_SET | B(NODE_BLOCK_CARD) | B(NODE_EMBED_CARD) | B(NODE_NESTED_EXPAND),
	[NODE_BULLET_LIST] = B(NODE_LIST_ITEM),
	[NODE_ORDERED_LIST] = B(NODE_LIST_ITEM),
	[NODE_TASK_LIST] = B(NODE_TASK_ITEM) | B(NODE_TASK_LIST) | B(NODE_BLOCK_TASK_ITEM),
	[NODE_BLOCK_TASK_ITEM] = B(NODE_PARAGRAPH) | B(NODE_EXTENSION),
	[NODE_DECISION_LIST] = B(NODE_DECISION_ITEM),
	[NODE_MEDIA_SINGLE] = B(NODE_MEDIA) | B(NODE_CAPTION),
	[NODE_MEDIA_GROUP] = B(NODE_MEDIA),
};

enum { FIT_LINE = 1 << 15 };	/* a paragraph that was made for inline content between blocks */

struct fit {
	struct doc *d;
	unsigned ids;	/* local ids given so far */
};

static void fit_into(struct fit *, struct node *to, const struct node *first);
static void fit_one(struct fit *, struct node *to, const struct node *);
static void fit_content(struct fit *, struct node *to, const struct node *first);

struct node *
node_copy(struct doc *d, const struct node *n)
{
	struct node *c = arena_alloc(d->arena, sizeof(*c));
	struct attr **end = &c->attrs;

	*c = *n;
	c->first = c->last = c->next = NULL;
	c->attrs = NULL;
	end = &c->attrs;
	for (const struct attr *a = n->attrs; a != NULL; a = a->next) {
		struct attr *b = arena_alloc(d->arena, sizeof(*b));

		*b = *a;
		b->next = NULL;
		*end = b;
		end = &b->next;
	}
	return c;
}

static const char *
local_id(struct fit *f, const struct node *n)
{
	struct buf b;
	const char *id;

	buf_init(&b, 1 << 16);
	buf_addf(&b, "%u %d ", f->ids++, n->type);
	node_plain(n, &b);
	id = doc_handle(f->d->arena, b.data, b.len);
	buf_release(&b);
	return id;
}

static bool
is_hex(const char *s)
{
	if (s == NULL || s[0] != '#' || strlen(s) != 7)
		return false;
	return strspn(s + 1, "0123456789abcdefABCDEF") == 6;
}

/* Addresses that Atlassian's validator accepts in a link; others (page:, javascript:, foo.md) it refuses. */
static bool
is_web_address(const char *href)
{
	static const char *const prefixes[] = {
		"http://", "https://", "mailto:", "/", "#", "ftp://", "tel:", "sftp://", "ssh://", "git://", "irc://", "news:",
		"skype:", "sip:", "callto:", "facetime:", "xmpp:", "slack://", "magnet:",
	};

	for (size_t i = 0; href != NULL && i < LEN(prefixes); i++)
		if (strncasecmp(href, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool
mark_ok(struct fit *f, const struct mark *m, bool code)
{
	switch (m->type) {
	case MARK_LINK:
		if (is_web_address(mark_str(m, "href")))
			return true;
		lossy_add(f->d->lossy, "link that is no web address", mark_str(m, "href"));
		return false;
	case MARK_ANNOTATION:
		return mark_str(m, "id") != NULL;
	case MARK_STRONG:
	case MARK_EM:
	case MARK_STRIKE:
	case MARK_UNDERLINE:
	case MARK_SUBSUP:
		return !code;
	case MARK_TEXT_COLOR:
	case MARK_BACKGROUND:
		return !code && is_hex(mark_str(m, "color"));
	case MARK_CODE:
		return true;
	case MARK_OPAQUE:
		if (m->value != NULL)
			return true;
		lossy_add(f->d->lossy, "element", mark_str(m, "_open"));
		return false;
	case MARK_ALIGNMENT:
	case MARK_INDENTATION:
	case MARK_FONT_SIZE:
	case MARK_BREAKOUT:
	case MARK_BORDER:
	case MARK_FRAGMENT:
	case MARK_DATA_CONSUMER:
	case MARK_TYPE_COUNT:
		break;
	}
	return false;
}

static struct mark *
fit_marks(struct fit *f, const struct mark *list, bool extra_strong)
{
	struct mark *head = NULL, **end = &head;
	bool code = mark_find(list, MARK_CODE) != NULL;

	for (const struct mark *m = list; m != NULL; m = m->next) {
		struct mark *copy;

		if (!mark_ok(f, m, code))
			continue;
		copy = mark_new(f->d, m->type);
		*copy = *m;
		if (m->type == MARK_ANNOTATION && mark_str(m, "annotationType") == NULL) {
			copy->attrs = NULL;
			copy->value = NULL;
			mark_set_str(f->d, copy, "id", mark_str(m, "id"));
			mark_set_str(f->d, copy, "annotationType", "inlineComment");
		}
		copy->next = NULL;
		*end = copy;
		end = &copy->next;
	}
	if (extra_strong && !code && mark_find(head, MARK_STRONG) == NULL)
		head = marks_with(f->d, head, mark_new(f->d, MARK_STRONG));
	return head;
}

static void
fit_text(struct fit *f, struct node *to, const char *text)
{
	if (text != NULL && text[0] != '\0')
		node_append(to, node_text(f->d, text, strlen(text)));
}

static const char *
or_str(const char *a, const char *b)
{
	return a != NULL ? a : b;
}

static bool
fit_media_attrs(struct fit *f, struct node *n)
{
	const char *type = node_str(n, "type");

	if (type != NULL && strcmp(type, "external") == 0)
		return node_str(n, "url") != NULL;
	if (node_str(n, "id") == NULL || node_str(n, "id")[0] == '\0')
		return false;
	if (type == NULL)
		node_set_str(f->d, n, "type", "file");
	if (node_str(n, "collection") == NULL)
		node_set_str(f->d, n, "collection", "");
	return true;
}

/* One inline node, made valid; or plain text in its place; or nothing. */
static void
fit_inline(struct fit *f, struct node *to, const struct node *n, bool strong)
{
	struct node *c = node_copy(f->d, n);

	if (n->value != NULL) {		/* from ADF */
		node_append(to, c);
		return;
	}
	c->marks = NULL;
	switch ((int)n->type) {	/* most types take the default */
	case NODE_TEXT:
		c->marks = fit_marks(f, n->marks, strong);
		if (n->text_len > 0)
			node_append(to, c);
		return;
	case NODE_HARD_BREAK:
		break;
	case NODE_MENTION:
		if (node_str(n, "id") == NULL) {
			lossy_add(f->d->lossy, "mention without a known user", node_str(n, "text"));
			fit_text(f, to, node_str(n, "text"));
			return;
		}
		break;
	case NODE_EMOJI:
		if (node_str(n, "shortName") == NULL)
			return;
		break;
	case NODE_DATE:
		if (or_str(node_str(n, "timestamp"), "")[0] == '\0')
			return;
		break;
	case NODE_STATUS:
		if (or_str(node_str(n, "text"), "")[0] == '\0')
			return;
		if (node_str(n, "color") == NULL)
			node_set_str(f->d, c, "color", "neutral");
		break;
	case NODE_PLACEHOLDER:
		if (node_str(n, "text") == NULL)
			return;
		break;
	case NODE_INLINE_CARD:
		if (node_str(n, "url") == NULL)
			return;
		break;
	case NODE_INLINE_EXTENSION:
		if (to->type == NODE_CAPTION) {
			lossy_add(f->d->lossy, "macro in a caption", node_str(n, "extensionKey"));
			return;
		}
		break;
	case NODE_MEDIA_INLINE: {
		const char *type = node_str(n, "type");
		const char *alt = node_str(n, "alt");

		if (type != NULL && strcmp(type, "external") == 0) {	/* ADF has no external inline image */
			struct node *t;

			alt = or_str(alt, "")[0] != '\0' ? alt : node_str(n, "url");
			if (or_str(alt, "")[0] == '\0')
				return;
			t = node_text(f->d, alt, strlen(alt));
			t->marks = mark_new(f->d, MARK_LINK);
			mark_set_str(f->d, t->marks, "href", or_str(node_str(n, "url"), ""));
			t->marks = fit_marks(f, t->marks, false);
			lossy_add(f->d->lossy, "external image inside a line", node_str(n, "url"));
			node_append(to, t);
			return;
		}
		if (!fit_media_attrs(f, c))
			return;
		if (to->type == NODE_CAPTION) {
			fit_text(f, to, or_str(alt, node_str(n, "id")));
			return;
		}
		break;
	}
	default:
		lossy_add(f->d->lossy, "inline element", node_str(n, "_label"));
		return;
	}
	node_append(to, c);
}

static bool
marks_fit(const struct mark *list)
{
	bool code = mark_find(list, MARK_CODE) != NULL;

	for (const struct mark *m = list; m != NULL; m = m->next) {
		if (m->type == MARK_LINK ? !is_web_address(mark_str(m, "href")) : m->type == MARK_TEXT_COLOR || m->type == MARK_BACKGROUND ?
		    code || !is_hex(mark_str(m, "color")) : m->type < MARK_STRONG || m->type > MARK_CODE || (code && m->type != MARK_CODE))
			return false;
	}
	return true;
}

/* Whether fit_inline would change nothing: most lines are texts and breaks. */
static bool
inlines_fit(const struct node *first)
{
	for (const struct node *n = first; n != NULL; n = n->next)
		if (n->type == NODE_TEXT ? n->text_len == 0 || !marks_fit(n->marks) : n->type != NODE_HARD_BREAK || n->marks != NULL)
			return false;
	return true;
}

/* The document's own nodes, for a list to which nothing will be added: what was fitted is only read. */
static void
share(struct node *to, const struct node *first)
{
	to->first = to->last = (struct node *)(uintptr_t)first;
	while (to->last != NULL && to->last->next != NULL)
		to->last = to->last->next;
}

static void
fit_inlines(struct fit *f, struct node *to, const struct node *first, bool strong)
{
	if (!strong && to->first == NULL && inlines_fit(first)) {
		share(to, first);
		return;
	}
	for (const struct node *n = first; n != NULL; n = n->next)
		fit_inline(f, to, n, strong);
}

static struct node *
paragraph(struct fit *f, struct node *to)
{
	struct node *p = node_new(f->d, NODE_PARAGRAPH);

	node_append(to, p);
	return p;
}

static void
strong_line(struct fit *f, struct node *to, const char *text)
{
	struct node *p, *t;

	if (text == NULL || text[0] == '\0')
		return;
	p = paragraph(f, to);
	t = node_text(f->d, text, strlen(text));
	t->marks = mark_new(f->d, MARK_STRONG);
	node_append(p, t);
}

/* All inline content below n, with " | " between cells and blocks, into p. */
static void
gather_inlines(struct fit *f, struct node *p, const struct node *n, const char *between)
{
	for (const struct node *c = n->first; c != NULL; c = c->next) {
		if (c != n->first && p->first != NULL && node_class(c->type) != CLASS_INLINE)
			fit_text(f, p, between);
		if (node_class(c->type) == CLASS_INLINE)
			fit_inline(f, p, c, false);
		else if (c->type == NODE_CODE_BLOCK && c->text_len > 0)
			node_append(p, node_text(f->d, c->text, c->text_len));
		else
			gather_inlines(f, p, c, " ");
	}
}

/* An item of a list that cannot be there as it is: its content as an ordinary item. */
static void
as_bullets(struct fit *f, struct node *to, const struct node *list)
{
	struct node *ul = node_new(f->d, NODE_BULLET_LIST);

	for (const struct node *i = list->first; i != NULL; i = i->next) {
		const char *state = node_str(i, "state");
		struct node *li = node_new(f->d, NODE_LIST_ITEM);
		bool task = i->type == NODE_TASK_ITEM || i->type == NODE_BLOCK_TASK_ITEM;

		node_append(ul, li);
		if (node_class(i->type) == CLASS_INLINES) {
			struct node *p = paragraph(f, li);

			if (task)
				fit_text(f, p, state != NULL && strcmp(state, "DONE") == 0 ? "[x] " : "[ ] ");
			fit_inlines(f, p, i->first, false);
		} else if (i->type == NODE_TASK_LIST) {
			as_bullets(f, li, i);
		} else {
			fit_into(f, li, i->first);
		}
		if (li->first == NULL)
			paragraph(f, li);
	}
	if (ul->first != NULL)
		node_append(to, ul);
}

static void
unfit_table(struct fit *f, struct node *to, const struct node *n)
{
	lossy_add(f->d->lossy, "table inside another block", NULL);
	for (const struct node *row = n->first; row != NULL; row = row->next) {
		struct node *p = paragraph(f, to);

		gather_inlines(f, p, row, " | ");
	}
}

/* n may not stand in to. */
static void
unfit(struct fit *f, struct node *to, const struct node *n)
{
	struct node *p;

	switch ((int)n->type) {	/* most types take the default */
	case NODE_HEADING:
		fit_inlines(f, paragraph(f, to), n->first, true);
		return;
	case NODE_TABLE:
		unfit_table(f, to, n);
		return;
	case NODE_TASK_LIST:
	case NODE_DECISION_LIST:
		as_bullets(f, to, n);
		return;
	case NODE_BLOCK_CARD:
	case NODE_EMBED_CARD:
		if (node_str(n, "url") == NULL)
			return;
		p = node_new(f->d, NODE_INLINE_CARD);
		node_set_str(f->d, p, "url", node_str(n, "url"));
		node_append(paragraph(f, to), p);
		return;
	case NODE_MEDIA_GROUP:
		for (const struct node *m = n->first; m != NULL; m = m->next) {
			struct node *single = node_new(f->d, NODE_MEDIA_SINGLE);

			node_append(single, node_copy(f->d, m));
			fit_one(f, to, single);
		}
		return;
	case NODE_EXPAND:
	case NODE_NESTED_EXPAND:
		strong_line(f, to, node_str(n, "title"));
		lossy_add(f->d->lossy, "expand inside another block", node_str(n, "title"));
		fit_into(f, to, n->first);
		return;
	case NODE_RULE:
		return;
	default:
		break;
	}
	if (node_class(n->type) == CLASS_INLINES) {
		fit_inlines(f, paragraph(f, to), n->first, false);
	} else if (n->first != NULL) {
		if (n->type != NODE_LIST_ITEM)
			lossy_add(f->d->lossy, "block inside another that cannot hold it", node_type_name(n->type));
		fit_into(f, to, n->first);
	} else {
		lossy_add(f->d->lossy, "block that ADF cannot hold here",
		    or_str(node_str(n, "_label"), node_type_name(n->type)));
	}
}

/* ADF wants two or three columns: one column is no layout, and more are put in several sections. */
static void
fit_layout(struct fit *f, struct node *to, const struct node *n)
{
	size_t columns = 0, i = 0;
	struct node *section = NULL;

	for (const struct node *c = n->first; c != NULL; c = c->next)
		columns++;
	if (columns < 2) {
		for (const struct node *c = n->first; c != NULL; c = c->next)
			fit_into(f, to, c->first);
		return;
	}
	if (columns > 3)
		lossy_add(f->d->lossy, "layout of more than three columns", NULL);
	for (const struct node *c = n->first; c != NULL; c = c->next, i++) {
		struct node *col;
		size_t in = columns - i / 3 * 3 < 3 ? columns - i / 3 * 3 : 3;

		if (columns > 3 && columns % 3 == 1 && i + 4 >= columns) /* 4 left: 2 and 2, never 3 and 1 */
			in = 2;
		if (section == NULL || (columns % 3 == 1 && i + 4 >= columns ? (columns - i) % 2 == 0 : i % 3 == 0)) {
			section = node_copy(f->d, n);
			node_append(to, section);
		}
		col = node_copy(f->d, c);
		if (columns > 3 || (node_int(c, "width", -1) == -1 && node_str(c, "width") == NULL && c->attrs == NULL))
			node_set_int(f->d, col, "width", (int64_t)(100 / in));
		node_append(section, col);
		fit_into(f, col, c->first);
		if (col->first == NULL)
			paragraph(f, col);
	}
}

static void
fit_block_marks(struct fit *f, struct node *c, enum node_type parent)
{
	bool page = parent == NODE_DOC || parent == NODE_LAYOUT_COLUMN || parent == NODE_BODIED_SYNC_BLOCK;
	bool cell = parent == NODE_TABLE_CELL || parent == NODE_TABLE_HEADER;
	struct mark *keep = NULL;

	for (const struct mark *m = c->marks; m != NULL; m = m->next) {
		bool ok = false;

		if (c->type == NODE_PARAGRAPH || c->type == NODE_HEADING) {
			if (m->type == MARK_ALIGNMENT)
				ok = page || cell;
			if (m->type == MARK_INDENTATION)
				ok = (page || (cell && c->type == NODE_HEADING)) && mark_find(c->marks, MARK_ALIGNMENT) == NULL;
		}
		if (m->type == MARK_BREAKOUT)
			ok = parent == NODE_DOC && (c->type == NODE_CODE_BLOCK || c->type == NODE_EXPAND ||
			    c->type == NODE_LAYOUT_SECTION);
		if (ok) {
			keep = mark_new(f->d, m->type);
			keep->attrs = m->attrs;
			break;	/* never two of these at once */
		}
	}
	c->marks = keep;
}

/* ADF keeps a macro's plain-text body among its parameters. */
static void
body_as_param(struct fit *f, struct node *c)
{
	struct buf b;
	struct jw w;
	struct err e;
	char *text = arena_strndup(f->d->arena, c->text, c->text_len);

	buf_init(&b, DOC_MAX_BYTES);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "macroParams");
	for (struct json_iter it = json_iter(macro_params(c)); json_next(&it);)
		jw_value(&w, it.key, it.value);
	jw_obj_in(&w, "__bodyContent");
	jw_str(&w, "value", text);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
	err_init(&e, f->d->arena);
	node_set_json(f->d, c, "parameters", json_parse(f->d->arena, arena_strndup(f->d->arena, b.data, b.len), b.len, JSON_TRUSTED, &e));
	buf_release(&b);
}

/* Required attributes. False: the node cannot be written at all. */
static bool
fit_attrs(struct fit *f, struct node *c)
{
	struct doc *d = f->d;

	switch ((int)c->type) {
	case NODE_PANEL:
		if (node_str(c, "panelType") == NULL)
			node_set_str(d, c, "panelType", "info");
		break;
	case NODE_TASK_LIST:
	case NODE_DECISION_LIST:
		if (node_str(c, "localId") == NULL)
			node_set_str(d, c, "localId", local_id(f, c));
		break;
	case NODE_TASK_ITEM:
	case NODE_BLOCK_TASK_ITEM:
	case NODE_DECISION_ITEM:
		if (node_str(c, "localId") == NULL)
			node_set_str(d, c, "localId", local_id(f, c));
		if (node_str(c, "state") == NULL)
			node_set_str(d, c, "state", c->type == NODE_DECISION_ITEM ? "DECIDED" : "TODO");
		break;
	case NODE_NESTED_EXPAND:
		if (node_str(c, "title") == NULL)
			node_set_str(d, c, "title", "");
		break;
	case NODE_TABLE:
		if (c->attrs == NULL) {
			node_set_bool(d, c, "isNumberColumnEnabled", false);
			node_set_str(d, c, "layout", "default");
		}
		break;
	case NODE_MEDIA_SINGLE:
		if (node_str(c, "layout") == NULL)
			node_set_str(d, c, "layout", "center");
		break;
	case NODE_MEDIA:
		return fit_media_attrs(f, c);
	case NODE_BLOCK_CARD:
	case NODE_EMBED_CARD:
		if (node_str(c, "url") == NULL)
			return false;
		if (c->type == NODE_EMBED_CARD && node_str(c, "layout") == NULL)
			node_set_str(d, c, "layout", "center");
		break;
	case NODE_EXTENSION:
	case NODE_BODIED_EXTENSION:
		if (node_str(c, "extensionKey") == NULL || node_str(c, "extensionKey")[0] == '\0')
			return false;
		if (node_str(c, "extensionType") == NULL)
			node_set_str(d, c, "extensionType", extension_confluence);
		if (c->type == NODE_EXTENSION && c->text != NULL)
			body_as_param(f, c);
		break;
	default:
		break;
	}
	return true;
}

/* What the schema demands of a block whose content turned out empty. */
static bool
fit_not_empty(struct fit *f, struct node *c)
{
	if (c->first != NULL)
		return true;
	switch ((int)c->type) {
	case NODE_LIST_ITEM:
	case NODE_TABLE_CELL:
	case NODE_TABLE_HEADER:
	case NODE_BLOCKQUOTE:
	case NODE_PANEL:
	case NODE_EXPAND:
	case NODE_NESTED_EXPAND:
	case NODE_BODIED_EXTENSION:
	case NODE_BLOCK_TASK_ITEM:
	case NODE_LAYOUT_COLUMN:
		paragraph(f, c);
		return true;
	case NODE_BULLET_LIST:
	case NODE_ORDERED_LIST:
	case NODE_TASK_LIST:
	case NODE_DECISION_LIST:
	case NODE_TABLE:
	case NODE_MEDIA_SINGLE:
	case NODE_MEDIA_GROUP:
		return false;
	default:
		return true;
	}
}

static void
append_fitted(struct fit *f, struct node *to, const struct node *n)
{
	struct node *c = node_copy(f->d, n);

	/* ADF has no titles of code blocks and panels: a bold line says them */
	if (c->type == NODE_CODE_BLOCK)
		strong_line(f, to, node_str(n, "_title"));
	if (c->type == NODE_PANEL)
		strong_line(f, c, node_str(n, "_title"));
	if (!fit_attrs(f, c)) {
		lossy_add(f->d->lossy, "incomplete block", node_type_name(c->type));
		return;
	}
	fit_block_marks(f, c, to->type);
	if (node_class(c->type) == CLASS_INLINES)
		fit_inlines(f, c, n->first, false);
	else if (node_class(c->type) == CLASS_BLOCKS)
		fit_content(f, c, n->first);
	if (c->type == NODE_MEDIA_SINGLE && (c->first == NULL || c->first->type != NODE_MEDIA)) {
		fit_into(f, to, NULL);
		return;
	}
	if (fit_not_empty(f, c))
		node_append(to, c);
}

static void
fit_one(struct fit *f, struct node *to, const struct node *n)
{
	const struct node *use = n;
	struct node *c;

	if (n->value != NULL) {		/* from ADF: as it is, with all below it */
		c = node_copy(f->d, n);
		for (const struct node *k = n->first; k != NULL; k = k->next)
			fit_one(f, c, k);
		node_append(to, c);
		return;
	}
	if (node_class(n->type) == CLASS_INLINE) {
		if (node_class(to->type) == CLASS_INLINES)
			fit_inline(f, to, n, false);
		else {
			c = to->last != NULL && (to->last->flags & FIT_LINE) ? to->last : paragraph(f, to);
			c->flags |= FIT_LINE;
			fit_inline(f, c, n, false);
		}
		return;
	}
	if ((n->type == NODE_EXPAND && !(allowed[to->type] & B(NODE_EXPAND)) && (allowed[to->type] & B(NODE_NESTED_EXPAND))) ||
	    (n->type == NODE_NESTED_EXPAND && (allowed[to->type] & B(NODE_EXPAND)))) {
		c = node_copy(f->d, n);
		c->type = n->type == NODE_EXPAND ? NODE_NESTED_EXPAND : NODE_EXPAND;
		c->first = n->first;
		use = c;
	}
	if (!(allowed[to->type] & B(use->type)))
		unfit(f, to, use);
	else if (use->type == NODE_LAYOUT_SECTION)
		fit_layout(f, to, use);
	else
		append_fitted(f, to, use);
}

static bool
attrs_fit(const struct node *n)
{
	switch ((int)n->type) {	/* those that fit_attrs leaves alone; what else there is takes the long way */
	case NODE_PARAGRAPH:
	case NODE_HEADING:
	case NODE_BULLET_LIST:
	case NODE_ORDERED_LIST:
	case NODE_LIST_ITEM:
	case NODE_BLOCKQUOTE:
	case NODE_RULE:
	case NODE_TABLE_ROW:
	case NODE_TABLE_CELL:
	case NODE_TABLE_HEADER:
		return true;
	case NODE_CODE_BLOCK:
		return node_str(n, "_title") == NULL;
	case NODE_PANEL:
		return node_str(n, "_title") == NULL && node_str(n, "panelType") != NULL;
	default:
		return false;
	}
}

/* Whether fit_one would change none of these blocks, nor anything below them. */
static bool
blocks_fit(enum node_type parent, const struct node *first)
{
	for (const struct node *n = first; n != NULL; n = n->next) {
		if (n->value != NULL)
			continue;	/* from ADF: as it is, with all below it */
		if (!(allowed[parent] & B(n->type)) || n->marks != NULL || !attrs_fit(n))
			return false;
		if (node_class(n->type) == CLASS_INLINES ? !inlines_fit(n->first) : node_class(n->type) == CLASS_BLOCKS &&
		    (n->first == NULL || !blocks_fit(n->type, n->first)))
			return false;
	}
	return true;
}

static void
fit_into(struct fit *f, struct node *to, const struct node *first)
{
	for (const struct node *n = first; n != NULL; n = n->next)
		fit_one(f, to, n);
}

/* The whole content of a node that is the fit's own. */
static void
fit_content(struct fit *f, struct node *to, const struct node *first)
{
	if (to->first == NULL && blocks_fit(to->type, first))
		share(to, first);
	else
		fit_into(f, to, first);
}

struct node *
adf_fit(struct doc *d, struct node *root)
{
	struct fit f = { .d = d };
	struct node *to = node_copy(d, root);

	fit_content(&f, to, root->first);
	return to;
}

struct node *
adf_fit_under(struct doc *d, enum node_type parent, const struct node *first)
{
	struct fit f = { .d = d };
	struct node *to = node_new(d, parent);

	if (node_class(parent) == CLASS_INLINES)
		fit_inlines(&f, to, first, false);
	else
		fit_content(&f, to, first);
	return to;
}
