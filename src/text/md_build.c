/*
 * Building the tree while Markdown is read.
 *
 * A stack of frames holds the open containers, md4c's and those of HTML tags. Inline content
 * gathers in a holder (paragraph, heading, task) as text with the marks in force; text becomes
 * nodes when the marks change, and then mentions and emoji are found in it. When a paragraph
 * ends it may turn out to be a picture, a card, a group of attachments or an alert's label.
 * Nesting beyond the limit opens no more nodes: the content goes into the deepest one.
 */
#include "text/md_reader.h"

#include "base/str.h"

#include <string.h>

/* Room that the deepest container needs below it: table, row, cell, paragraph. */
enum { MAX_OPEN_NODES = DOC_MAX_DEPTH - 4 };

struct node *
rd_top(struct rd *r)
{
	return r->stack[r->depth - 1].node;
}

static enum node_type
child_wanted(enum node_type parent)
{
	switch ((int)parent) {	/* the few that hold only one kind of child */
	case NODE_TABLE: return NODE_TABLE_ROW;
	case NODE_TABLE_ROW: return NODE_TABLE_CELL;
	case NODE_LAYOUT_SECTION: return NODE_LAYOUT_COLUMN;
	case NODE_BULLET_LIST:
	case NODE_ORDERED_LIST: return NODE_LIST_ITEM;
	default: return NODE_TYPE_COUNT;
	}
}

static bool
fits(enum node_type parent, enum node_type child)
{
	enum node_type want = child_wanted(parent);

	if (want == NODE_TYPE_COUNT)
		return child != NODE_TABLE_ROW && child != NODE_TABLE_CELL && child != NODE_TABLE_HEADER &&
		    child != NODE_LAYOUT_COLUMN && child != NODE_LIST_ITEM;
	return child == want || (want == NODE_TABLE_CELL && child == NODE_TABLE_HEADER);
}

/* Puts n below the top container, between them whatever that container demands. */
static void
attach(struct rd *r, struct node *n)
{
	struct node *at = rd_top(r);

	for (int i = 0; i < 4 && !fits(at->type, n->type); i++) {
		enum node_type want = child_wanted(at->type);
		struct node *wrap;

		if (want == NODE_TYPE_COUNT) {	/* a row, cell, item or column without its parent */
			enum node_type up = n->type == NODE_LIST_ITEM ? NODE_BULLET_LIST : n->type == NODE_LAYOUT_COLUMN ?
			    NODE_LAYOUT_SECTION : n->type == NODE_TABLE_ROW ? NODE_TABLE : NODE_TABLE_ROW;

			if (at->last != NULL && at->last->type == up && up != NODE_TABLE_ROW) {
				at = at->last;
				continue;
			}
			want = up == NODE_TABLE_ROW ? NODE_TABLE : up;
		} else if (at->last != NULL && at->last->type == want && want != NODE_TABLE_ROW) {
			at = at->last;
			continue;
		}
		wrap = node_new(r->d, want);
		node_append(at, wrap);
		at = wrap;
	}
	node_append(at, n);
}

void
rd_attach(struct rd *r, struct node *n)
{
	rd_close_holder(r);
	attach(r, n);
}

void
rd_push(struct rd *r, struct node *n, const char *tag)
{
	struct frame *f;
	size_t nodes = 0;

	rd_close_holder(r);
	if (r->depth == r->cap) {
		size_t want = r->cap > 0 ? r->cap * 2 : 64;

		r->stack = arena_grow(r->a, r->stack, r->cap * sizeof(*f), want * sizeof(*f));
		r->cap = want;
	}
	f = &r->stack[r->depth];
	f->tag = tag;
	f->flat = false;
	if (r->depth > 0) {
		const struct frame *below = &r->stack[r->depth - 1];

		nodes = r->depth;
		f->flat = below->flat || nodes >= MAX_OPEN_NODES;
		if (f->flat) {
			/* The deepest that can hold paragraphs: of a cut table or list, its parent does. */
			f->node = below->node;
			r->depth++;
			return;
		}
		attach(r, n);
	}
	f->node = n;
	r->depth++;
}

void
rd_pop(struct rd *r)
{
	rd_close_holder(r);
	if (r->depth > 1)
		r->depth--;
}

void
rd_pop_to(struct rd *r, size_t depth)
{
	rd_close_holder(r);
	while (r->depth > depth && r->depth > 1)
		r->depth--;
}

/* --- inline content --- */

void
rd_open_holder(struct rd *r, enum node_type type)
{
	rd_close_holder(r);
	r->holder = node_new(r->d, type);
	r->implicit = false;
	if ((type == NODE_PARAGRAPH || type == NODE_HEADING) && r->align != NULL) {
		r->holder->marks = mark_new(r->d, MARK_ALIGNMENT);
		mark_set_str(r->d, r->holder->marks, "align", r->align);
	}
}

static void
need_holder(struct rd *r)
{
	if (r->holder == NULL) {
		rd_open_holder(r, NODE_PARAGRAPH);
		r->implicit = true;
	}
}

void
rd_text(struct rd *r, const char *s, size_t len)
{
	if (len == 0)
		return;
	need_holder(r);
	if (r->run == NULL && r->text.len == 0 && s >= r->base && s < r->base_end) {
		r->run = s;
		r->run_len = len;
		return;
	}
	if (r->run != NULL) {
		if (s == r->run + r->run_len && s < r->base_end) {
			r->run_len += len;
			return;
		}
		buf_add(&r->text, r->run, r->run_len);
		r->run = NULL;
	}
	buf_add(&r->text, s, len);
}

const char *
rd_gathered(const struct rd *r, size_t *ret_len)
{
	*ret_len = r->run != NULL ? r->run_len : r->text.len;
	return r->run != NULL ? r->run : r->text.data;
}

void
rd_take(struct rd *r)
{
	r->run = NULL;
	buf_reset(&r->text);
}

/* Copies s without the reader's own marks, lines joined by spaces; its length. */
static size_t
unmarked(char *out, const char *s, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len; i++)
		if (s[i] != MDR_ESCAPED)
			out[at++] = s[i] == MDR_SOFT_BREAK ? ' ' : s[i];
	return at;
}

char *
rd_take_text(struct rd *r, const char *front)
{
	size_t len, at = strlen(front);
	const char *s = rd_gathered(r, &len);
	char *out = arena_alloc(r->a, at + len + 1);

	memcpy(out, front, at);
	(void)unmarked(out + at, s, len);
	rd_take(r);
	return out;
}

/* A part of what was gathered, into the holder. */
static void
add_text(struct rd *r, const char *s, size_t len)
{
	const char *out = s;
	size_t at = len;
	struct node *n, *last;

	if (len == 0)
		return;
	if (r->run == NULL) {	/* else it is the input's own, without marks */
		char *copy = arena_alloc(r->a, len + 1);

		at = unmarked(copy, s, len);
		out = copy;
	}
	if (at == 0)
		return;
	last = r->holder->last;
	/* Short pieces are joined; long ones stay apart, so that no input makes us copy again and again. */
	if (last != NULL && last->type == NODE_TEXT && last->text_len < 64 && marks_equal(last->marks, r->marks)) {
		char *joined = arena_alloc(r->a, last->text_len + at + 1);

		memcpy(joined, last->text, last->text_len);
		memcpy(joined + last->text_len, out, at);
		last->text = joined;
		last->text_len += at;
		return;
	}
	n = node_text(r->d, out, at);
	n->marks = r->marks;
	node_append(r->holder, n);
}

static void
add_inline(struct rd *r, struct node *n)
{
	n->marks = r->marks;
	node_append(r->holder, n);
}

/* "@[Name]", "@[id:X]" or, as in Jira, "@[~X]" at s: its length, or 0. */
static size_t
mention_at(struct rd *r, const char *s, size_t len)
{
	size_t end = 2, at = 0;
	char *name;
	struct node *n;

	if (len < 4 || s[1] != '[')
		return 0;
	while (end < len && end < 200 && s[end] != ']' && s[end] != MDR_SOFT_BREAK)
		end += s[end] == MDR_ESCAPED && end + 1 < len ? 2 : 1;
	if (end >= len || s[end] != ']' || end == 2)
		return 0;
	name = arena_alloc(r->a, end + 2);
	name[at++] = '@';
	for (size_t i = 2; i < end; i++)
		if (s[i] != MDR_ESCAPED)
			name[at++] = s[i];
	n = node_new(r->d, NODE_MENTION);
	if (name[1] == '~' || strncmp(name + 1, "id:", 3) == 0) {
		node_set_str(r->d, n, "id", name + (name[1] == '~' ? 2 : 4));
		node_set_str(r->d, n, "text", "");
	} else {
		node_set_str(r->d, n, "text", name);
	}
	add_inline(r, n);
	return end + 1;
}

static size_t
emoji_at_text(struct rd *r, const char *s, size_t len)
{
	size_t end = 1;
	const struct emoji *e;
	struct node *n;

	while (end < len && end < 40 && s[end] != ':' && (unsigned char)s[end] > ' ')
		end++;
	if (end >= len || s[end] != ':' || end < 2)
		return 0;
	e = emoji_by_name(s, end + 1);
	if (e == NULL)
		return 0;
	n = node_new(r->d, NODE_EMOJI);
	emoji_set(r->d, n, e);
	add_inline(r, n);
	return end + 1;
}

/* "[!NOTE] Title" as the first line of a quote's first paragraph: returns how much of the text it was. */
static size_t
alert_label(struct rd *r, const char *s, size_t len)
{
	size_t end = 2, stop;
	struct node *top = rd_top(r);

	if (top->type != NODE_BLOCKQUOTE || top->first != NULL || r->holder->first != NULL ||
	    r->holder->type != NODE_PARAGRAPH || len < 4 || s[0] != '[' || s[1] != '!' || r->marks != NULL)
		return 0;
	while (end < len && ((s[end] >= 'A' && s[end] <= 'Z') || (s[end] >= 'a' && s[end] <= 'z')))
		end++;
	if (end == 2 || end >= len || s[end] != ']')
		return 0;
	stop = end + 1;
	while (stop < len && s[stop] != MDR_SOFT_BREAK)
		stop++;
	r->alert = arena_strndup(r->a, s + 2, end - 2);
	r->alert_quote = top;
	r->alert_title = NULL;
	if (!text_is_blank(s + end + 1, stop - end - 1)) {
		char *t = str_trim(r->a, s + end + 1, stop - end - 1);
		size_t at = 0;

		for (size_t i = 0; t[i] != '\0'; i++)
			if (t[i] != MDR_ESCAPED)
				t[at++] = t[i];
		t[at] = '\0';
		r->alert_title = t;
	}
	return stop < len ? stop + 1 : stop;
}

/* Where a mention or an emoji may begin, and what is known to be neither; each found once. */
struct stops {
	const char *at[3];
};

static const char *
next_stop(struct stops *t, const char *p, const char *end)
{
	static const char signs[] = { '@', ':', MDR_ESCAPED };
	const char *first = end;

	for (size_t i = 0; i < LEN(signs); i++) {
		if (t->at[i] < p) {
			t->at[i] = memchr(p, signs[i], (size_t)(end - p));
			if (t->at[i] == NULL)
				t->at[i] = end;
		}
		if (t->at[i] < first)
			first = t->at[i];
	}
	return first;
}

void
rd_flush(struct rd *r)
{
	size_t len, from = 0, i = 0;
	const char *s = rd_gathered(r, &len);
	struct stops stops = { { NULL } };
	bool code;

	if (len == 0)
		return;
	code = mark_find(r->marks, MARK_CODE) != NULL;
	need_holder(r);
	r->holder->flags &= ~(unsigned)MDR_ENDS_ESCAPED;
	if (len > 1 && s[len - 2] == MDR_ESCAPED)
		r->holder->flags |= MDR_ENDS_ESCAPED;
	i = from = code ? 0 : alert_label(r, s, len);
	if (r->holder->first == NULL && from < len && s[from] == MDR_ESCAPED)
		r->holder->flags |= MDR_STARTS_ESCAPED;
	while (i < len && !code) {
		const char *p = next_stop(&stops, s + i, s + len);
		size_t used = 0;

		i = (size_t)(p - s);
		if (i == len)
			break;
		if (*p == MDR_ESCAPED) {
			i += 2;
			continue;
		}
		/* A name is found before the text in front of it is made a node, so put them in order. */
		if (*p == '@' && i + 1 < len && p[1] == '[') {
			add_text(r, s + from, i - from);
			from = i;
			used = mention_at(r, p, len - i);
		} else if (*p == ':' && i + 3 <= len) {
			size_t j = i + 1;

			while (j < len && j - i < 40 && s[j] != ':' && (unsigned char)s[j] > ' ')
				j++;
			if (j < len && s[j] == ':' && emoji_by_name(p, j + 1 - i) != NULL) {
				add_text(r, s + from, i - from);
				from = i;
				used = emoji_at_text(r, p, len - i);
			}
		}
		i += used > 0 ? used : 1;
		if (used > 0)
			from = i;
	}
	if (from < len)
		add_text(r, s + from, len - from);
	rd_take(r);
}

void
rd_inline(struct rd *r, struct node *n)
{
	need_holder(r);
	rd_flush(r);
	add_inline(r, n);
}

/* Recomputes the marks in force: those of md4c's spans, then those of HTML tags. */
void
rd_marks(struct rd *r)
{
	struct mark *base = r->span_marks;

	rd_flush(r);
	for (size_t i = 0; i < r->ntags; i++)
		if (r->tags[i].mark != NULL)
			base = marks_with(r->d, base, r->tags[i].mark);
	r->marks = base;
}

/* --- what a paragraph was --- */

static void
trim_holder(struct node *h)
{
	struct node *prev = NULL, *n = h->first;

	while (n != NULL && n->type == NODE_TEXT && mark_find(n->marks, MARK_CODE) == NULL && !(h->flags & MDR_STARTS_ESCAPED)) {
		while (n->text_len > 0 && (*n->text == ' ' || *n->text == '\t'))
			n->text++, n->text_len--;
		if (n->text_len > 0)
			break;
		n = h->first = n->next;
	}
	for (;;) {
		n = h->last;
		if (h->first == NULL) {
			h->last = NULL;
			return;
		}
		if (n->type != NODE_TEXT || mark_find(n->marks, MARK_CODE) != NULL || (h->flags & MDR_ENDS_ESCAPED))
			return;
		while (n->text_len > 0 && (n->text[n->text_len - 1] == ' ' || n->text[n->text_len - 1] == '\t'))
			n->text_len--;
		if (n->text_len > 0)
			return;
		if (h->first == n) {
			h->first = h->last = NULL;
			return;
		}
		for (prev = h->first; prev->next != n; prev = prev->next)
			;
		prev->next = NULL;
		h->last = prev;
	}
}

static bool
is_space_node(const struct node *n)
{
	return n->type == NODE_HARD_BREAK || (n->type == NODE_TEXT && text_is_blank(n->text, n->text_len));
}

static struct node *
media_single(struct rd *r, struct node *inl)
{
	struct node *single = node_new(r->d, NODE_MEDIA_SINGLE), *media = node_new(r->d, NODE_MEDIA);
	const char *caption = node_str(inl, "_caption");
	struct mark *link = mark_find(inl->marks, MARK_LINK);

	media->attrs = inl->attrs;
	node_set_str(r->d, media, "_caption", NULL);
	node_append(single, media);
	if (link != NULL) {
		media->marks = mark_new(r->d, MARK_LINK);
		media->marks->attrs = link->attrs;
	}
	if (caption != NULL && caption[0] != '\0') {
		struct node *c = node_new(r->d, NODE_CAPTION);

		node_append(c, node_text(r->d, caption, strlen(caption)));
		node_append(single, c);
	}
	return single;
}

static const char *
link_of(const struct node *n)
{
	return n->type == NODE_TEXT ? mark_str(mark_find(n->marks, MARK_LINK), "href") : NULL;
}

/* The attributes of a file from "media:ID", "attachment:name", a name, or an address. */
static void
media_group(struct rd *r, struct node *h)
{
	struct node *group = node_new(r->d, NODE_MEDIA_GROUP);

	for (const struct node *n = h->first; n != NULL; n = n->next) {
		const char *href = link_of(n);
		struct node *m;

		if (href == NULL)
			continue;
		href += strlen("attachment:");
		m = node_new(r->d, NODE_MEDIA);
		if (strncmp(href, "media:", 6) == 0) {
			node_set_str(r->d, m, "_media", href + 6);
			href += 6;
		}
		if (strncmp(href, "https://", 8) == 0 || strncmp(href, "http://", 7) == 0) {
			node_set_str(r->d, m, "type", "external");
			node_set_str(r->d, m, "url", href);
		} else {
			node_set_str(r->d, m, "type", "file");
			node_set_str(r->d, m, "id", href);
			node_set_str(r->d, m, "collection", "");
		}
		if (strlen(href) != n->text_len || memcmp(href, n->text, n->text_len) != 0)
			node_set_str(r->d, m, "alt", arena_strndup(r->a, n->text, n->text_len));
		node_append(group, m);
	}
	attach(r, group);
}

/* True when the holder, a paragraph, was attached as something else. */
static bool
attach_special(struct rd *r, struct node *h)
{
	size_t images = 0, files = 0, others = 0;
	struct node *n = h->first;

	if (n != NULL && n->next == NULL && n->type == NODE_TEXT && link_of(n) != NULL && n->marks->next == NULL) {
		bool card = n->text_len == 4 && memcmp(n->text, "card", 4) == 0;
		bool embed = n->text_len == 5 && memcmp(n->text, "embed", 5) == 0;

		if (card || embed) {
			struct node *c = node_new(r->d, card ? NODE_BLOCK_CARD : NODE_EMBED_CARD);

			node_set_str(r->d, c, "url", link_of(n));
			attach(r, c);
			return true;
		}
	}
	for (n = h->first; n != NULL; n = n->next) {
		if (n->type == NODE_MEDIA_INLINE)
			images++;
		else if (link_of(n) != NULL && strncmp(link_of(n), "attachment:", 11) == 0)
			files++;
		else if (!is_space_node(n))
			others++;
	}
	if (others > 0 || (images == 0) == (files == 0))
		return false;
	if (files > 0) {
		media_group(r, h);
		return true;
	}
	for (n = h->first; n != NULL; n = n->next)
		if (n->type == NODE_MEDIA_INLINE)
			attach(r, media_single(r, n));
	return true;
}

/* What a task says, or what a comment says it is, is a line of text even if it is nothing but a picture. */
static bool
is_line(struct rd *r, const struct node *h)
{
	const struct node *top = rd_top(r);

	return (h->flags & MDR_TEXT) || (top->type == NODE_LIST_ITEM && top->first == NULL && node_str(top, "_task") != NULL);
}

void
rd_close_holder(struct rd *r)
{
	struct node *h = r->holder;

	if (h == NULL)
		return;
	rd_flush(r);
	r->holder = NULL;
	r->implicit = false;
	r->ntags = 0;
	r->marks = r->span_marks;
	trim_holder(h);
	if (h->type == NODE_PARAGRAPH && (h->first == NULL || (!is_line(r, h) && attach_special(r, h))))
		return;
	for (struct node *n = h->first; n != NULL; n = n->next)
		if (n->type == NODE_MEDIA_INLINE)
			node_set_str(r->d, n, "_caption", NULL);
	attach(r, h);
}

/* --- lists --- */

/* "[ ]", "[x]", "[!]" or "[?]" at the start of the item's first paragraph. */
static char
item_box(const struct node *item)
{
	const char *task = node_str(item, "_task");
	const struct node *p = item->first, *t = p != NULL && p->type == NODE_PARAGRAPH ? p->first : NULL;

	if (task != NULL)
		return task[0];
	if (t == NULL || t->type != NODE_TEXT || t->text_len < 3 || t->text[0] != '[' || t->text[2] != ']' ||
	    (t->text_len > 3 && t->text[3] != ' ') || t->marks != NULL || (p->flags & MDR_STARTS_ESCAPED))
		return 0;
	return t->text[1] == '!' || t->text[1] == '?' ? t->text[1] : 0;
}

/* A task keeps its form when its content is one line, nested tasks, or nothing but paragraphs. */
static bool
task_fits(const struct node *item)
{
	const struct node *c = item->first;
	bool lines = true;

	for (const struct node *k = c; k != NULL; k = k->next)
		lines &= k->type == NODE_PARAGRAPH;
	if (lines)
		return true;
	if (c != NULL && c->type == NODE_PARAGRAPH)
		c = c->next;
	for (; c != NULL; c = c->next)
		if (c->type != NODE_TASK_LIST)
			return false;
	return true;
}

static void
as_tasks(struct rd *r, struct node *list)
{
	struct node *item = list->first;

	list->type = NODE_TASK_LIST;
	list->first = list->last = NULL;
	while (item != NULL) {
		struct node *next = item->next, *c = item->first;
		bool done = node_str(item, "_task")[0] == 'x';
		bool blocks = c != NULL && c->next != NULL && c->next->type == NODE_PARAGRAPH;
		struct node *task = node_new(r->d, blocks ? NODE_BLOCK_TASK_ITEM : NODE_TASK_ITEM);

		node_set_str(r->d, task, "state", done ? "DONE" : "TODO");
		node_append(list, task);
		if (blocks) {
			task->first = item->first;
			task->last = item->last;
		} else {
			if (c != NULL && c->type == NODE_PARAGRAPH) {
				task->first = c->first;
				task->last = c->last;
				c = c->next;
			}
			while (c != NULL) {
				struct node *after = c->next;

				node_append(list, c);
				c = after;
			}
		}
		item = next;
	}
}

static void
as_decisions(struct rd *r, struct node *list)
{
	list->type = NODE_DECISION_LIST;
	for (struct node *item = list->first; item != NULL; item = item->next) {
		struct node *p = item->first, *t = p->first;

		item->type = NODE_DECISION_ITEM;
		item->attrs = NULL;
		node_set_str(r->d, item, "state", t->text[1] == '!' ? "DECIDED" : "UNDECIDED");
		t->text += t->text_len > 3 ? 4 : 3;
		t->text_len -= t->text_len > 3 ? 4 : 3;
		item->first = t->text_len > 0 ? t : t->next;
		item->last = item->first != NULL ? p->last : NULL;
	}
}

/* Some items are tasks and others are not, or a task holds more than a task can: say the boxes as text. */
static void
boxes_as_text(struct rd *r, struct node *list)
{
	for (struct node *item = list->first; item != NULL; item = item->next) {
		const char *task = node_str(item, "_task");
		struct node *p = item->first, *t;

		if (task == NULL)
			continue;
		if (p == NULL || p->type != NODE_PARAGRAPH) {
			p = node_new(r->d, NODE_PARAGRAPH);
			p->next = item->first;
			item->first = p;
			if (item->last == NULL)
				item->last = p;
		}
		t = node_text(r->d, task[0] == 'x' ? "[x] " : "[ ] ", 4);
		t->next = p->first;
		p->first = t;
		if (p->last == NULL)
			p->last = t;
		item->attrs = NULL;
	}
}

void
rd_end_list(struct rd *r, struct node *list)
{
	size_t items = 0, tasks = 0, decisions = 0;
	bool fit = true;

	for (const struct node *i = list->first; i != NULL; i = i->next) {
		char box = item_box(i);

		items++;
		if (box == 'x' || box == ' ') {
			tasks++;
			fit &= task_fits(i);
		}
		if ((box == '!' || box == '?') && i->first->next == NULL)
			decisions++;
	}
	if (list->type != NODE_BULLET_LIST || items == 0)
		fit = false;
	if (fit && tasks == items)
		as_tasks(r, list);
	else if (fit && decisions == items)
		as_decisions(r, list);
	else if (tasks > 0)
		boxes_as_text(r, list);
}
