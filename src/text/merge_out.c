/*
 * What doc_merge writes anew: blocks that the original does not have, and the opening of blocks
 * whose visible attributes were edited (a heading's level, a task's box, a macro's parameter).
 * In storage format such an attribute is patched in the source's own bytes; in ADF the object is
 * written again from all that was read, with the edit's values in place.
 */
#include "text/merge_int.h"

#include "base/str.h"
#include "text/adf_write.h"
#include "text/md_tags.h"

#include <string.h>

static void
write_storage(struct merge *m, const struct node *e, bool wrap)
{
	struct swriter w = { .d = m->e, .src = m->o->src, .out = m->out, .task_id = m->task_id, .in_layout = wrap };

	if (wrap && e->type != NODE_LAYOUT_SECTION)
		buf_adds(m->out, storage_section_open);
	storage_write_block(&w, e);
	if (wrap && e->type != NODE_LAYOUT_SECTION)
		buf_adds(m->out, storage_section_close);
	m->task_id = w.task_id;
}

/* In ADF one block may become several; commas between them are written here. */
void
merge_write_new(struct merge *m, const struct node *e, enum node_type parent, bool wrap)
{
	struct node *one, *fitted;
	bool first = true;

	if (m->o->skin == SKIN_STORAGE) {
		write_storage(m, e, wrap);
		return;
	}
	one = node_copy(m->e, e);
	one->first = e->first;
	one->last = e->last;
	fitted = adf_fit_under(m->e, parent, one);
	for (const struct node *n = fitted->first; n != NULL; n = n->next) {
		struct jw w;

		if (!first)
			buf_addc(m->out, ',');
		first = false;
		jw_init(&w, m->out);
		adf_write_node(n, &w);
	}
}

void
merge_write_inlines(struct merge *m, const struct node *o, struct node *line)
{
	struct swriter s = { .d = m->e, .src = m->o->src, .out = m->out };

	if (m->o->skin == SKIN_STORAGE) {
		storage_write_inlines(&s, line->first);
		return;
	}
	line = adf_fit_under(m->e, o->type, line->first);
	for (const struct node *n = line->first; n != NULL; n = n->next) {
		struct jw w;

		if (n != line->first)
			buf_addc(m->out, ',');
		if (n->value != NULL && n->src_end > n->src) {
			buf_add(m->out, m->o->src + n->src, n->src_end - n->src);
			continue;
		}
		jw_init(&w, m->out);
		adf_write_node(n, &w);
	}
}

/* --- visible attributes --- */

static const struct {
	enum node_type type;
	const char *name;
} visible[] = {
	{ NODE_HEADING, "level" }, { NODE_ORDERED_LIST, "order" }, { NODE_TASK_ITEM, "state" }, { NODE_BLOCK_TASK_ITEM, "state" },
	{ NODE_DECISION_ITEM, "state" }, { NODE_CODE_BLOCK, "language" }, { NODE_CODE_BLOCK, "_title" }, { NODE_PANEL, "panelType" },
	{ NODE_PANEL, "_title" }, { NODE_EXPAND, "title" }, { NODE_NESTED_EXPAND, "title" }, { NODE_TABLE_CELL, "colspan" },
	{ NODE_TABLE_CELL, "rowspan" }, { NODE_TABLE_HEADER, "colspan" }, { NODE_TABLE_HEADER, "rowspan" },
	{ NODE_BLOCK_CARD, "url" }, { NODE_EMBED_CARD, "url" }, { NODE_EXTENSION, "extensionKey" },
	{ NODE_BODIED_EXTENSION, "extensionKey" },
};

static int64_t
dflt(const char *name)
{
	return strcmp(name, "level") == 0 || strcmp(name, "order") == 0 || strcmp(name, "colspan") == 0 ||
	    strcmp(name, "rowspan") == 0 ? 1 : 0;
}

static bool
same_attr(const struct node *o, const struct node *e, const char *name)
{
	const char *x = node_str(o, name), *y = node_str(e, name);

	if (strcmp(name, "state") == 0 && x != NULL && y != NULL)
		return (strcmp(x, y) == 0) || (o->type == NODE_DECISION_ITEM && (strcmp(x, "DECIDED") == 0) == (strcmp(y, "DECIDED") == 0));
	return strcmp(x != NULL ? x : "", y != NULL ? y : "") == 0 && node_int(o, name, dflt(name)) == node_int(e, name, dflt(name));
}

static const char *
param(const struct node *n, const char *name)
{
	json *p = json_get(macro_params(n), name);

	return p != NULL ? macro_param_value(p) : NULL;
}

/* Whether one's shown parameters are all in the other, with the same values. */
static bool
params_in(const struct node *one, const struct node *other)
{
	for (struct json_iter it = json_iter(macro_params(one)); json_next(&it);) {
		const char *v = macro_param_value(it.value), *x;

		if (!md_param_shown(it.key, v))
			continue;
		x = param(other, it.key);
		if (x == NULL || strcmp(x, v) != 0)
			return false;
	}
	return true;
}

static bool
is_confluence(const struct node *o)
{
	return str_eq(node_str(o, "extensionType"), extension_confluence);
}

/* In ADF a macro's plain-text body is one of its parameters. */
static bool
same_body(const struct node *o, const struct node *e)
{
	if (o->type != NODE_EXTENSION || o->value == NULL || o->text == NULL || e->text == NULL)
		return true;
	return o->text_len == e->text_len && memcmp(o->text, e->text, o->text_len) == 0;
}

bool
merge_same_attrs(const struct node *o, const struct node *e)
{
	for (size_t i = 0; i < LEN(visible); i++)
		if (visible[i].type == o->type && !same_attr(o, e, visible[i].name))
			return false;
	if ((o->type == NODE_EXTENSION || o->type == NODE_BODIED_EXTENSION) && is_confluence(o))
		return params_in(o, e) && params_in(e, o) && same_body(o, e);
	return true;
}

/* --- patching storage --- */

static void
replace(struct buf *b, size_t at, size_t len, const char *with, size_t with_len)
{
	struct buf n;

	buf_init(&n, DOC_MAX_BYTES);
	buf_add(&n, b->data, at);
	buf_add(&n, with, with_len);
	buf_add(&n, b->data + at + len, b->len - at - len);
	buf_reset(b);
	buf_add(b, n.data, n.len);
	buf_release(&n);
}

/* Sets (or with NULL removes) an attribute of the first tag in b. */
static void
patch_attr(struct buf *b, const char *name, const char *value)
{
	struct buf text;
	const char *gt = memchr(b->data, '>', b->len), *at;
	size_t n = strlen(name), end;

	if (gt == NULL)
		return;
	end = (size_t)(gt - b->data);
	if (end > 0 && b->data[end - 1] == '/')
		end--;
	buf_init(&text, 1 << 20);
	if (value != NULL) {
		buf_addf(&text, " %s=\"", name);
		storage_escape(&text, value, strlen(value), true);
		buf_addc(&text, '"');
	}
	for (at = b->data; (at = memmem(at, (size_t)(gt - at), name, n)) != NULL; at += n)
		if (at > b->data && at[-1] == ' ' && at[n] == '=' && (at[n + 1] == '"' || at[n + 1] == '\''))
			break;
	if (at != NULL) {
		const char *close = memchr(at + n + 2, at[n + 1], (size_t)(gt - at) - n - 2);
		size_t from = (size_t)(at - b->data) - 1;

		if (close != NULL)
			replace(b, from, (size_t)(close + 1 - b->data) - from, text.data, text.len);
	} else {
		replace(b, end, 0, text.data, text.len);
	}
	buf_release(&text);
}

/* Sets or removes <ac:parameter ac:name="name"> in the head of a macro. */
static void
patch_param(struct buf *b, const char *name, const char *value)
{
	struct buf key, text;
	const char *at, *gt = memchr(b->data, '>', b->len);

	buf_init(&key, 1 << 16);
	buf_init(&text, 1 << 20);
	buf_adds(&key, "<ac:parameter ac:name=\"");
	storage_escape(&key, name, strlen(name), true);
	buf_adds(&key, "\"");
	if (value != NULL) {
		buf_add(&text, key.data, key.len);
		buf_addc(&text, '>');
		storage_escape(&text, value, strlen(value), false);
		buf_adds(&text, "</ac:parameter>");
	}
	at = memmem(b->data, b->len, key.data, key.len);
	if (at != NULL) {
		size_t from = (size_t)(at - b->data);
		const char *close = memmem(at, b->len - from, "</ac:parameter>", 15), *tag = memchr(at, '>', b->len - from);

		if (tag != NULL && tag[-1] == '/')
			replace(b, from, (size_t)(tag + 1 - at), text.data, text.len);
		else if (close != NULL)
			replace(b, from, (size_t)(close + 15 - at), text.data, text.len);
	} else if (value != NULL && gt != NULL) {
		replace(b, (size_t)(gt + 1 - b->data), 0, text.data, text.len);
	}
	buf_release(&key);
	buf_release(&text);
}

/* <td/> as <td></td>. */
static void
open_up(struct buf *head, struct buf *tail)
{
	size_t n = 1;

	while (n < head->len && strchr(" \t\r\n/>", head->data[n]) == NULL)
		n++;
	buf_adds(tail, "</");
	buf_add(tail, head->data + 1, n - 1);
	buf_addc(tail, '>');
	buf_truncate(head, head->len - 2);
	while (head->len > 0 && head->data[head->len - 1] == ' ')
		buf_truncate(head, head->len - 1);
	buf_addc(head, '>');
}

static void
patch_params(struct buf *head, const struct node *o, const struct node *e)
{
	for (struct json_iter it = json_iter(macro_params(o)); json_next(&it);)
		if (md_param_shown(it.key, macro_param_value(it.value)) && !str_eq(param(e, it.key), macro_param_value(it.value)))
			patch_param(head, it.key, param(e, it.key));
	for (struct json_iter it = json_iter(macro_params(e)); json_next(&it);)
		if (param(o, it.key) == NULL)
			patch_param(head, it.key, macro_param_value(it.value));
}

/* The value that has a place of its own in the element. */
static bool
patch_status(const struct node *o, struct buf *head, const char *value)
{
	size_t at = (size_t)node_int(o, "_status", 0), end = (size_t)node_int(o, "_status_end", 0);

	if (value == NULL || at <= o->src || end > o->src + head->len)
		return false;
	replace(head, at - o->src, end - at, value, strlen(value));
	return true;
}

/* Another kind of panel: false when it has another element too. */
static bool
patch_panel(const struct merge *m, const struct node *o, struct buf *head, const char *type)
{
	bool custom = type == NULL || strcmp(type, "custom") == 0 || str_eq(node_str(o, "panelType"), "custom");

	if (custom)
		return false;
	if (node_bool(o, "_adf"))
		return patch_status(o, head, strcmp(type, "tip") == 0 ? "success" : type);
	if (strcmp(type, "note") == 0 && m->e->adf_nodes)
		return false;
	patch_attr(head, "ac:name", strcmp(type, "warning") == 0 ? "note" : strcmp(type, "error") == 0 ? "warning" :
	    strcmp(type, "success") == 0 ? "tip" : type);
	return true;
}

static bool
patch_storage(const struct merge *m, const struct node *o, const struct node *e, struct buf *head, struct buf *tail)
{
	char number[24];
	struct buf n;

	switch ((int)o->type) {	/* those in visible[] */
	case NODE_HEADING:
		if (head->len < 3 || tail->len < 4 || head->data[1] != 'h' || tail->data[2] != 'h')
			return false;
		head->data[2] = tail->data[3] = (char)('0' + node_level(e));
		return true;
	case NODE_TASK_ITEM:
		return patch_status(o, head, str_eq(node_str(e, "state"), "DONE") ? "complete" : "incomplete");
	case NODE_DECISION_ITEM:
		return patch_status(o, head, node_str(e, "state"));
	case NODE_ORDERED_LIST:
	case NODE_TABLE_CELL:
	case NODE_TABLE_HEADER:
		for (size_t i = 0; i < LEN(visible); i++) {
			const char *name = visible[i].name;

			if (visible[i].type != o->type || same_attr(o, e, name))
				continue;
			buf_init(&n, sizeof(number));
			buf_addf(&n, "%lld", (long long)node_int(e, name, 1));
			patch_attr(head, strcmp(name, "order") == 0 ? "start" : name, node_int(e, name, 1) != 1 ? n.data : NULL);
			buf_release(&n);
		}
		return true;
	case NODE_CODE_BLOCK:
		if (node_str(o, "_macro") != NULL && node_str(e, "language") != NULL)
			return false;
		if (!same_attr(o, e, "language"))
			patch_param(head, "language", node_str(e, "language"));
		if (!same_attr(o, e, "_title"))
			patch_param(head, "title", node_str(e, "_title"));
		return true;
	case NODE_PANEL:
		if (!same_attr(o, e, "_title")) {
			if (node_bool(o, "_adf"))
				return false;	/* it has none */
			patch_param(head, "title", node_str(e, "_title"));
		}
		return same_attr(o, e, "panelType") || patch_panel(m, o, head, node_str(e, "panelType"));
	case NODE_EXPAND:
		patch_param(head, "title", node_str(e, "title"));
		return true;
	case NODE_EXTENSION:
	case NODE_BODIED_EXTENSION:
		if (!same_attr(o, e, "extensionKey"))
			return false;
		patch_params(head, o, e);
		return true;
	default:
		return false;
	}
}

/* --- ADF --- */

/* O's parameters with the edit's shown values. */
static json *
merged_params(struct merge *m, const struct node *o, const struct node *e)
{
	const struct attr *a = o->attrs;
	struct buf b;
	struct jw w;
	json *v;

	while (a != NULL && strcmp(a->name, "parameters") != 0)
		a = a->next;
	buf_init(&b, DOC_MAX_BYTES);
	jw_init(&w, &b);
	jw_obj(&w);
	for (struct json_iter it = json_iter(a != NULL ? a->value : NULL); json_next(&it);)
		if (strcmp(it.key, "macroParams") != 0)
			jw_value(&w, it.key, it.value);
	jw_obj_in(&w, "macroParams");
	for (struct json_iter it = json_iter(macro_params(o)); json_next(&it);) {
		const char *now = param(e, it.key);

		if (strcmp(it.key, "__bodyContent") == 0 && e->text != NULL) {
			jw_obj_in(&w, it.key);
			jw_key(&w, "value");
			jw_sn(&w, e->text, e->text_len);
			jw_end(&w);
		} else if (!md_param_shown(it.key, macro_param_value(it.value)) || str_eq(now, macro_param_value(it.value))) {
			jw_value(&w, it.key, it.value);
		} else if (now != NULL) {
			jw_obj_in(&w, it.key);
			jw_str(&w, "value", now);
			jw_end(&w);
		}
	}
	for (struct json_iter it = json_iter(macro_params(e)); json_next(&it);)
		if (json_get(macro_params(o), it.key) == NULL)
			jw_value(&w, it.key, it.value);
	jw_end(&w);
	jw_end(&w);
	v = json_parse(m->a, arena_strndup(m->a, b.data, b.len), b.len, JSON_TRUSTED, m->err);
	buf_release(&b);
	return v;
}

static void
member(struct buf *b, const char *key, json *v)
{
	struct jw w;

	buf_addc(b, ',');
	jw_init(&w, b);
	jw_s(&w, key);
	buf_addc(b, ':');
	jw_init(&w, b);
	jw_val(&w, v);
}

static bool
head_adf(struct merge *m, const struct node *o, const struct node *e, struct buf *head, struct buf *tail)
{
	struct node *n = node_copy(m->o, o);
	struct node bare = { .type = n->type };
	struct jw w;

	for (size_t i = 0; i < LEN(visible); i++) {
		const char *name = visible[i].name;

		if (visible[i].type != o->type || same_attr(o, e, name))
			continue;
		if (name[0] == '_')
			return false;	/* ADF has no titles: they are content */
		if (dflt(name) == 1)
			node_set_int(m->o, n, name, node_int(e, name, 1));
		else
			node_set_str(m->o, n, name, node_str(e, name));
	}
	if (!merge_same_attrs(o, e) && (o->type == NODE_EXTENSION || o->type == NODE_BODIED_EXTENSION))
		node_set_json(m->o, n, "parameters", merged_params(m, o, e));
	bare.attrs = n->attrs;
	jw_init(&w, head);
	adf_write_node(&bare, &w);
	buf_truncate(head, head->len - 1);	/* the closing brace */
	if (head->len > 13 && memcmp(head->data + head->len - 13, ",\"content\":[]", 13) == 0)
		buf_truncate(head, head->len - 13);
	if (node_class(o->type) != CLASS_LEAF || o->type == NODE_CODE_BLOCK) {
		buf_adds(head, ",\"content\":[");
		buf_addc(tail, ']');
	}
	for (struct json_iter it = json_iter(o->value); json_next(&it);)
		if (strcmp(it.key, "type") != 0 && strcmp(it.key, "attrs") != 0 && strcmp(it.key, "content") != 0)
			member(tail, it.key, it.value);
	buf_addc(tail, '}');
	return true;
}

/* What was derived from the node as it was; Confluence makes it anew. */
static void
drop_fallback(struct buf *tail)
{
	static const char open[] = "<ac:adf-fallback>", close[] = "</ac:adf-fallback>";
	const char *from = memmem(tail->data, tail->len, open, sizeof(open) - 1);
	const char *to = from == NULL ? NULL : memmem(from, tail->len - (size_t)(from - tail->data), close, sizeof(close) - 1);

	if (to != NULL)
		replace(tail, (size_t)(from - tail->data), (size_t)(to - from) + sizeof(close) - 1, "", 0);
}

bool
merge_head(struct merge *m, const struct node *o, const struct node *e, struct buf *head, struct buf *tail)
{
	const char *s = m->o->src;
	bool same = merge_same_attrs(o, e);

	if (m->o->skin == SKIN_ADF) {
		if (o->value == NULL)
			return false;
		if (!same || o->body_end == 0)
			return head_adf(m, o, e, head, tail);
		buf_add(head, s + o->src, o->body - o->src);
		buf_add(tail, s + o->body_end, o->src_end - o->body_end);
		return true;
	}
	if (o->src_end <= o->src)
		return false;
	if (!(o->flags & NODE_BARE) && (o->body <= o->src || o->body_end > o->src_end)) {
		if (o->type != NODE_EXTENSION || e->text != NULL)
			return false;
		buf_add(head, s + o->src, o->src_end - o->src);	/* a macro without a body */
		if (!same && memcmp(head->data + head->len - 2, "/>", 2) == 0)
			open_up(head, tail);
		return same || patch_storage(m, o, e, head, tail);
	}
	buf_add(head, s + o->src, o->body - o->src);
	buf_add(tail, s + o->body_end, o->src_end - o->body_end);
	if (node_bool(o, "_adf"))
		drop_fallback(tail);
	if (tail->len == 0 && head->len > 2 && memcmp(head->data + head->len - 2, "/>", 2) == 0 && !(o->flags & NODE_BARE))
		open_up(head, tail);
	return same || patch_storage(m, o, e, head, tail);
}

/* --- atoms --- */

/* A macro or status in a line, with the edit's values in its own source. */
static struct node *
patched_atom(struct merge *m, const struct node *o, const struct node *e)
{
	struct buf head, tail;
	struct node *n = NULL;

	if (o->src_end <= o->src || m->o->src[o->src] != '<')
		return NULL;
	buf_init(&head, DOC_MAX_BYTES);
	buf_init(&tail, DOC_MAX_BYTES);
	buf_add(&head, m->o->src + o->src, o->src_end - o->src);
	if (head.len > 2 && memcmp(head.data + head.len - 2, "/>", 2) == 0)
		open_up(&head, &tail);
	if (o->type == NODE_STATUS) {
		const char *color = node_str(e, "color");
		char *c = color != NULL && strcmp(color, "neutral") != 0 ? arena_strdup(m->a, color) : NULL;

		if (c != NULL && c[0] >= 'a' && c[0] <= 'z')
			c[0] = (char)(c[0] - 32);
		if (!str_eq(node_str(o, "text"), node_str(e, "text")))
			patch_param(&head, "title", node_str(e, "text"));
		if (!str_eq(node_str(o, "color"), color))
			patch_param(&head, "colour", c);
	} else {
		patch_params(&head, o, e);
	}
	buf_add(&head, tail.data, tail.len);
	n = node_opaque(m->o, false, arena_strndup(m->a, head.data, head.len), head.len, node_type_name(o->type));
	node_set_str(m->o, n, "_skin", "storage");
	buf_release(&head);
	buf_release(&tail);
	return n;
}

struct node *
merge_atom(struct merge *m, const struct node *o, const struct node *e)
{
	struct node *n;

	if (o->type != e->type || node_str(e, "_handle") != NULL || node_str(o, "_handle") != NULL)
		return NULL;
	if (o->type == NODE_INLINE_EXTENSION) {
		if (!is_confluence(o) || !str_eq(node_str(o, "extensionKey"), node_str(e, "extensionKey")))
			return NULL;
	} else if (o->type != NODE_STATUS && !(o->type == NODE_DATE && m->o->skin == SKIN_ADF)) {
		return NULL;
	}
	if (m->o->skin == SKIN_STORAGE)
		return patched_atom(m, o, e);
	n = node_copy(m->o, o);
	n->src = n->src_end = 0;	/* its source is not what it says now */
	if (o->type == NODE_INLINE_EXTENSION)
		node_set_json(m->o, n, "parameters", merged_params(m, o, e));
	for (size_t i = 0; o->type != NODE_INLINE_EXTENSION && i < 3; i++) {
		static const char *const names[] = { "text", "color", "timestamp" };

		if (node_str(e, names[i]) != NULL)
			node_set_str(m->o, n, names[i], node_str(e, names[i]));
	}
	if (o->type == NODE_STATUS && node_str(e, "color") == NULL)
		node_set_str(m->o, n, "color", "neutral");
	return n;
}
