/*
 * HTML tags in Markdown: what a browser's HTML says (<u>, <br>, <details>, <table>), and the tags
 * of our dialect (<status>, <time>, <layout>, <macro-toc/>).
 *
 * md4c hands over one raw tag inside text, or a whole HTML block. Tags that hold blocks open and
 * close frames; a closing tag closes no further than the md4c block around it. Text between tags
 * of an HTML block is Markdown too (rd_fragment), because models write it so. A tag that nobody
 * knows is text: "Vec<T>" must not lose its T.
 */
#include "text/md_reader.h"

#include "base/str.h"

#include <string.h>

struct tag {
	const char *name;	/* lower case but for macro names */
	size_t len;
	const char *attrs, *attrs_end;
	bool close, self;
};

static bool
is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Parses the tag that is exactly s[0..len). */
static bool
parse_tag(const char *s, size_t len, struct tag *t)
{
	size_t i = 1;

	if (len < 3 || s[0] != '<' || s[len - 1] != '>')
		return false;
	memset(t, 0, sizeof(*t));
	if (s[i] == '/') {
		t->close = true;
		i++;
	}
	t->name = s + i;
	while (i < len && is_name(s[i]))
		i++;
	t->len = (size_t)(s + i - t->name);
	if (t->len == 0 || (!is_space(s[i]) && s[i] != '>' && s[i] != '/'))
		return false;
	t->attrs = s + i;
	t->attrs_end = s + len - 1;
	if (t->attrs_end > t->attrs && t->attrs_end[-1] == '/') {
		t->self = true;
		t->attrs_end--;
	}
	return true;
}

static bool
is(const struct tag *t, const char *name)
{
	return strlen(name) == t->len && strncasecmp(t->name, name, t->len) == 0;
}

static bool
is_macro(const struct tag *t)
{
	return is(t, "macro") || (t->len > 6 && strncmp(t->name, "macro-", 6) == 0);
}

static const char *
decoded(struct rd *r, const char *s, size_t len)
{
	char *out = arena_alloc(r->a, len + 1), utf8[8];
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		const char *semi = s[i] == '&' ? memchr(s + i, ';', len - i < 12 ? len - i : 12) : NULL;
		size_t n = semi != NULL ? entity_decode(s + i + 1, (size_t)(semi - s) - i - 1, utf8) : 0;

		if (n > 0) {	/* an entity is never shorter than the character it names, but check */
			if (n > (size_t)(semi - s) - i + 1)
				continue;
			memcpy(out + at, utf8, n);
			at += n;
			i = (size_t)(semi - s);
		} else {
			out[at++] = s[i];
		}
	}
	out[at] = '\0';
	return out;
}

/* The next name="value" from *p; false at the end. */
static bool
next_attr(struct rd *r, const char **p, const char *end, const char **ret_name, const char **ret_value)
{
	const char *s = *p, *name, *value;
	size_t name_len, len;

	while (s < end && is_space(*s))
		s++;
	name = s;
	while (s < end && !is_space(*s) && *s != '=')
		s++;
	name_len = (size_t)(s - name);
	if (name_len == 0)
		return false;
	while (s < end && is_space(*s))
		s++;
	value = s;
	len = 0;
	if (s < end && *s == '=') {
		s++;
		while (s < end && is_space(*s))
			s++;
		if (s < end && (*s == '"' || *s == '\'')) {
			char quote = *s++;

			value = s;
			while (s < end && *s != quote)
				s++;
			len = (size_t)(s - value);
			if (s < end)
				s++;
		} else {
			value = s;
			while (s < end && !is_space(*s))
				s++;
			len = (size_t)(s - value);
		}
	}
	*p = s;
	*ret_name = arena_strndup(r->a, name, name_len);
	*ret_value = decoded(r, value, len);
	return true;
}

static const char *
attr(struct rd *r, const struct tag *t, const char *want)
{
	const char *p = t->attrs, *name, *value;

	while (next_attr(r, &p, t->attrs_end, &name, &value))
		if (strcasecmp(name, want) == 0)
			return value;
	return NULL;
}

const char *
rd_info_attr(struct rd *r, const char *info, size_t len, const char *want)
{
	struct tag t = { .attrs = info, .attrs_end = info + len };

	return attr(r, &t, want);
}

/* Key and parameters of <macro-key a="b"> into an extension. */
static void
set_macro(struct rd *r, struct node *n, const struct tag *t)
{
	const char *p = t->attrs, *name, *value, *key = NULL;
	bool params = false;
	struct buf b;
	struct jw w;

	if (t->len > 6)
		key = arena_strndup(r->a, t->name + 6, t->len - 6);
	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "macroParams");
	while (next_attr(r, &p, t->attrs_end, &name, &value)) {
		if (key == NULL && strcmp(name, "key") == 0) {
			key = value;
		} else if (strcmp(name, "handle") == 0) {
			node_set_str(r->d, n, "_handle", value);
		} else {
			jw_obj_in(&w, name);
			jw_str(&w, "value", value);
			jw_end(&w);
			params = true;
		}
	}
	jw_end(&w);
	jw_end(&w);
	if (key == NULL || key[0] == '\0')
		key = "unknown";
	if (params && !buf_overflowed(&b)) {
		struct err e;

		err_init(&e, r->a);
		macro_set(r->d, n, key, json_parse(r->a, arena_strndup(r->a, b.data, b.len), b.len, JSON_TRUSTED, &e));
	} else {
		macro_set(r->d, n, key, NULL);
	}
	buf_release(&b);
}

void
rd_macro_fence(struct rd *r, struct node *code, const char *info, size_t len)
{
	struct tag t = { .name = info, .attrs_end = info + len };

	while (t.len < len && is_name(info[t.len]))
		t.len++;
	t.attrs = info + t.len;
	code->type = NODE_EXTENSION;
	code->attrs = NULL;
	set_macro(r, code, &t);
}

/* The frame that this closing tag ends: above every frame that md4c opened. 0: none. */
static size_t
find_frame(const struct rd *r, const struct tag *t)
{
	for (size_t i = r->depth; i-- > 1;) {
		const char *open = r->stack[i].tag;

		if (open == NULL)
			return 0;
		if (strlen(open) == t->len && strncasecmp(open, t->name, t->len) == 0)
			return i;
	}
	return 0;
}

static void
open_cell(struct rd *r, const struct tag *t)
{
	struct tag up = { .name = "tr", .len = 2 };
	struct node *cell = node_new(r->d, is(t, "th") ? NODE_TABLE_HEADER : NODE_TABLE_CELL);
	static const char *const spans[] = { "colspan", "rowspan" };
	size_t row = find_frame(r, &up);

	if (row > 0)
		rd_pop_to(r, row + 1);
	for (size_t i = 0; i < LEN(spans); i++) {
		const char *v = attr(r, t, spans[i]);
		int64_t n;

		if (v != NULL && str_int(v, 2, 1000, &n) == 0)
			node_set_int(r->d, cell, spans[i], n);
	}
	rd_push(r, cell, is(t, "th") ? "th" : "td");
}

static struct node *
opaque(struct rd *r, const struct tag *t, enum node_type type)
{
	struct node *n = node_new(r->d, type);
	const char *id = attr(r, t, "id"), *label = attr(r, t, "type");

	node_set_str(r->d, n, "_handle", id != NULL ? id : "");
	node_set_str(r->d, n, "_label", label != NULL ? label : "unknown");
	return n;
}

static const struct {
	const char *tag;
	enum node_type type;
} containers[] = {
	{ "details", NODE_EXPAND }, { "layout", NODE_LAYOUT_SECTION }, { "column", NODE_LAYOUT_COLUMN },
	{ "table", NODE_TABLE }, { "tr", NODE_TABLE_ROW }, { "blockquote", NODE_BLOCKQUOTE },
	{ "ul", NODE_BULLET_LIST }, { "ol", NODE_ORDERED_LIST }, { "li", NODE_LIST_ITEM },
	/* What it was stands in the original; without one its content remains. */
	{ "block", NODE_BODIED_SYNC_BLOCK },
};

static void
close_block_tag(struct rd *r, const struct tag *t)
{
	size_t at = find_frame(r, t);

	if (at == 0)
		return;
	if (is(t, "div"))
		r->align = NULL;
	if (is(t, "ul") || is(t, "ol")) {
		struct node *list = r->stack[at].node;
		bool flat = r->stack[at].flat;

		rd_pop_to(r, at);
		if (!flat)
			rd_end_list(r, list);
		return;
	}
	rd_pop_to(r, at);
}

static void
open_row(struct rd *r)
{
	struct tag up = { .name = "table", .len = 5 };
	size_t table = find_frame(r, &up);

	if (table > 0)
		rd_pop_to(r, table + 1);
}

/* The width of a column such as "33.33". */
static void
set_fraction(struct rd *r, struct node *column, const char *width)
{
	size_t len = strlen(width);
	struct err e;
	json *v;

	err_init(&e, r->a);
	if (len > 10 || strspn(width, "0123456789.") != len)
		return;
	v = json_parse(r->a, width, len, 0, &e);
	if (v != NULL && json_real(v, -1) >= 0 && json_real(v, -1) <= 100)
		node_set_json(r->d, column, "width", v);
}

/* True when the tag is one that holds or is a block. */
static bool
block_tag(struct rd *r, const struct tag *t)
{
	if (is(t, "summary")) {
		if (t->close && r->in_summary && rd_top(r)->type == NODE_EXPAND)
			node_set_str(r->d, rd_top(r), "title", str_trim(r->a, r->raw.data, r->raw.len));
		r->in_summary = !t->close && !t->self && rd_top(r)->type == NODE_EXPAND;
		buf_reset(&r->raw);
		return true;
	}
	if (is(t, "thead") || is(t, "tbody") || is(t, "tfoot") || is(t, "colgroup") || is(t, "col"))
		return true;
	if (is(t, "p") || is(t, "div")) {
		const char *align = t->close ? NULL : attr(r, t, "align");

		rd_close_holder(r);
		if (is(t, "div") && t->close) {
			close_block_tag(r, t);
		} else if (is(t, "div") && !t->self) {
			rd_close_holder(r);
			r->align = align == NULL ? NULL : strcasecmp(align, "center") == 0 ? "center" :
			    strcasecmp(align, "right") == 0 ? "end" : NULL;
		}
		if (is(t, "div") && t->close)
			r->align = NULL;
		return true;
	}
	if (is_macro(t) && (t->close || !t->self)) {
		if (t->close) {
			close_block_tag(r, t);
		} else {
			struct node *n = node_new(r->d, NODE_BODIED_EXTENSION);

			set_macro(r, n, t);
			rd_push(r, n, arena_strndup(r->a, t->name, t->len));
		}
		return true;
	}
	if (is(t, "hr")) {
		rd_attach(r, node_new(r->d, NODE_RULE));
		return true;
	}
	if (t->len == 2 && (t->name[0] == 'h' || t->name[0] == 'H') && t->name[1] >= '1' && t->name[1] <= '6') {
		rd_close_holder(r);
		if (!t->close) {
			rd_open_holder(r, NODE_HEADING);
			node_set_int(r->d, r->holder, "level", t->name[1] - '0');
		}
		return true;
	}
	if ((is(t, "td") || is(t, "th")) && !t->close) {
		open_cell(r, t);
		return true;
	}
	if (is(t, "td") || is(t, "th")) {
		close_block_tag(r, t);
		return true;
	}
	for (size_t i = 0; i < LEN(containers); i++) {
		if (!is(t, containers[i].tag))
			continue;
		if (t->close) {
			close_block_tag(r, t);
		} else if (!t->self) {
			struct node *n = containers[i].type == NODE_BODIED_SYNC_BLOCK ? opaque(r, t, NODE_BODIED_SYNC_BLOCK) :
			    node_new(r->d, containers[i].type);
			const char *width = containers[i].type == NODE_LAYOUT_COLUMN ? attr(r, t, "width") : NULL;
			int64_t v;

			if (width != NULL && str_int(width, 0, 100, &v) == 0)
				node_set_int(r->d, n, "width", v);
			else if (width != NULL)
				set_fraction(r, n, width);
			if (n->type == NODE_TABLE_ROW)
				open_row(r);
			rd_push(r, n, containers[i].tag);
		}
		return true;
	}
	return false;
}

static const struct {
	const char *tag;
	enum mark_type type;
	const char *subsup;
} mark_tags[] = {
	{ "u", MARK_UNDERLINE, NULL }, { "ins", MARK_UNDERLINE, NULL }, { "b", MARK_STRONG, NULL },
	{ "strong", MARK_STRONG, NULL }, { "i", MARK_EM, NULL }, { "em", MARK_EM, NULL }, { "s", MARK_STRIKE, NULL },
	{ "del", MARK_STRIKE, NULL }, { "strike", MARK_STRIKE, NULL }, { "sub", MARK_SUBSUP, "sub" },
	{ "sup", MARK_SUBSUP, "sup" }, { "code", MARK_CODE, NULL }, { "tt", MARK_CODE, NULL }, { "kbd", MARK_CODE, NULL },
	{ "span", MARK_OPAQUE, NULL }, { "font", MARK_OPAQUE, NULL }, { "a", MARK_LINK, NULL },
};

/* The value of a property in a style attribute. */
static const char *
style_color(struct rd *r, const char *style, const char *property)
{
	size_t n = strlen(property);

	for (const char *s = style; s != NULL && *s != '\0'; s = strchr(s, ';') != NULL ? strchr(s, ';') + 1 : NULL) {
		while (is_space(*s))
			s++;
		if (strncasecmp(s, property, n) == 0 && s[n] == ':')
			return color_hex(r->a, s + n + 1, strcspn(s + n + 1, ";"));
	}
	return NULL;
}

static struct mark *
make_mark(struct rd *r, const struct tag *t, size_t i)
{
	struct mark *m = mark_new(r->d, mark_tags[i].type);
	const char *v;

	if (mark_tags[i].subsup != NULL)
		mark_set_str(r->d, m, "type", mark_tags[i].subsup);
	if (m->type == MARK_LINK) {
		v = attr(r, t, "href");
		if (v == NULL)
			return NULL;
		mark_set_str(r->d, m, "href", v);
	}
	if (m->type == MARK_OPAQUE) {
		const char *style = attr(r, t, "style"), *named = attr(r, t, "color");

		v = named != NULL ? color_hex(r->a, named, strlen(named)) : style_color(r, style, "color");
		m->type = MARK_TEXT_COLOR;
		if (v == NULL) {
			v = style_color(r, style, "background-color");
			m->type = MARK_BACKGROUND;
		}
		if (v == NULL)
			return NULL;
		mark_set_str(r->d, m, "color", v);
	}
	return m;
}

/* Text up to the closing tag is the node's text: <status>, <time>, <placeholder>. */
static const char *const text_tags[] = { "status", "time", "placeholder" };

static void
end_text_tag(struct rd *r, const char *tag)
{
	struct node *n;
	char *text = rd_take_text(r, "");
	size_t at = strlen(text);

	if (strcmp(tag, "time") == 0) {
		const char *stamp = date_to_timestamp(r->a, text, at);

		if (stamp == NULL) {
			rd_text(r, text, at);
			return;
		}
		n = node_new(r->d, NODE_DATE);
		node_set_str(r->d, n, "timestamp", stamp);
	} else {
		n = node_new(r->d, strcmp(tag, "status") == 0 ? NODE_STATUS : NODE_PLACEHOLDER);
		node_set_str(r->d, n, "text", text);
	}
	if (n->type == NODE_STATUS) {
		node_set_str(r->d, n, "color", r->status_color != NULL ? r->status_color : "neutral");
		if (at == 0)
			return;
	}
	rd_inline(r, n);
}

static bool
text_tag(struct rd *r, const struct tag *t)
{
	static const char *const colors[] = { "neutral", "purple", "blue", "red", "yellow", "green" };

	for (size_t i = 0; i < LEN(text_tags); i++) {
		const char *color;

		if (!is(t, text_tags[i]))
			continue;
		if (t->self)
			return true;
		if (t->close) {
			if (r->ntags > 0 && r->tags[r->ntags - 1].tag == text_tags[i]) {
				r->ntags--;
				end_text_tag(r, text_tags[i]);
			}
			return true;
		}
		if (r->ntags == MDR_MAX_TAGS)
			return true;
		rd_text(r, "", 0);
		rd_flush(r);
		if (r->holder == NULL) {
			rd_open_holder(r, NODE_PARAGRAPH);
			r->implicit = true;
		}
		r->tags[r->ntags].tag = text_tags[i];
		r->tags[r->ntags++].mark = NULL;
		color = attr(r, t, "color");
		r->status_color = NULL;
		for (size_t k = 0; color != NULL && k < LEN(colors); k++)
			if (strcasecmp(color, colors[k]) == 0)
				r->status_color = colors[k];
		if (color != NULL && color[0] == '#' && color_hex(r->a, color, strlen(color)) != NULL)
			r->status_color = color_hex(r->a, color, strlen(color));
		return true;
	}
	return false;
}

static bool
mark_tag(struct rd *r, const struct tag *t)
{
	for (size_t i = 0; i < LEN(mark_tags); i++) {
		size_t k;

		if (!is(t, mark_tags[i].tag))
			continue;
		if (!t->close) {
			if (t->self || r->ntags == MDR_MAX_TAGS)
				return true;
			rd_text(r, "", 0);
			r->tags[r->ntags].tag = mark_tags[i].tag;
			r->tags[r->ntags].mark = make_mark(r, t, i);
			/* what was gathered belongs to the marks before */
			rd_flush(r);
			r->ntags++;
			rd_marks(r);
			return true;
		}
		for (k = r->ntags; k-- > 0;)
			if (strcmp(r->tags[k].tag, mark_tags[i].tag) == 0)
				break;
		if (k < r->ntags) {
			rd_flush(r);
			memmove(&r->tags[k], &r->tags[k + 1], (r->ntags - k - 1) * sizeof(r->tags[0]));
			r->ntags--;
			rd_marks(r);
		}
		return true;
	}
	return false;
}

/* A tag that is, or is in, a line of text. False: nobody knows it. */
static bool
inline_tag(struct rd *r, const struct tag *t)
{
	struct node *n;

	if (is(t, "br")) {
		rd_inline(r, node_new(r->d, NODE_HARD_BREAK));
		return true;
	}
	if (is(t, "img") && attr(r, t, "src") != NULL) {
		n = node_new(r->d, NODE_MEDIA_INLINE);
		node_set_str(r->d, n, "type", "external");
		node_set_str(r->d, n, "url", attr(r, t, "src"));
		node_set_str(r->d, n, "alt", attr(r, t, "alt"));
		rd_inline(r, n);
		return true;
	}
	if (is_macro(t) && t->self) {
		n = node_new(r->d, NODE_INLINE_EXTENSION);
		set_macro(r, n, t);
		rd_inline(r, n);
		return true;
	}
	if (is(t, "opaque")) {
		rd_inline(r, opaque(r, t, NODE_OPAQUE_INLINE));
		return true;
	}
	return text_tag(r, t) || mark_tag(r, t);
}

void
rd_html_inline(struct rd *r, const char *s, size_t len)
{
	struct tag t;

	if (len > 1 && (s[1] == '!' || s[1] == '?')) {
		if (r->holder != NULL && len == 8 && memcmp(s, "<!-- -->", 8) == 0)
			r->holder->flags |= MDR_TEXT;
		return;
	}
	if (!parse_tag(s, len, &t) || (!block_tag(r, &t) && !inline_tag(r, &t)))
		rd_text(r, s, len);
}

/* Where the tag or comment at s ends; 0 when it is no tag. */
static size_t
tag_end(const char *s, size_t len)
{
	char quote = 0;

	if (len >= 4 && memcmp(s, "<!--", 4) == 0) {
		const char *end = len > 4 ? memmem(s + 4, len - 4, "-->", 3) : NULL;

		return end != NULL ? (size_t)(end - s) + 3 : len;
	}
	if (len < 3 || (!is_name(s[1]) && s[1] != '/'))
		return 0;
	for (size_t i = 1; i < len && i < 65536; i++) {
		if (quote != 0) {
			quote = s[i] == quote ? 0 : quote;
		} else if (s[i] == '"' || s[i] == '\'') {
			quote = s[i - 1] == '=' ? s[i] : 0;
		} else if (s[i] == '>') {
			return i + 1;
		} else if (s[i] == '<') {
			return 0;
		}
	}
	return 0;
}

static void
block_text(struct rd *r, const char *s, size_t len)
{
	const char *p = s, *end = s + len;

	if (r->in_summary) {
		const char *text = decoded(r, s, len);

		buf_adds(&r->raw, text);
		return;
	}
	if (text_is_blank(s, len)) {
		if (r->holder != NULL && len > 0)
			rd_text(r, " ", 1);
		return;
	}
	while (p < end && is_space(*p))
		p++;
	while (end > p && is_space(end[-1]))
		end--;
	if (memchr(p, '\n', (size_t)(end - p)) != NULL && r->holder == NULL) {
		rd_fragment(r, p, (size_t)(end - p), false);
		return;
	}
	if (p > s && r->holder != NULL)
		rd_text(r, " ", 1);
	rd_fragment(r, p, (size_t)(end - p), true);
	if (end < s + len && r->holder != NULL)
		rd_text(r, " ", 1);
}

void
rd_html_block(struct rd *r, const char *s, size_t len)
{
	size_t from = 0, i = 0;

	while (i < len) {
		struct tag t;
		size_t n = s[i] == '<' ? tag_end(s + i, len - i) : 0;

		if (n == 0) {
			i++;
			continue;
		}
		if (i > from)
			block_text(r, s + from, i - from);
		if (s[i + 1] == '!') {
			/* a comment */
		} else if (!parse_tag(s + i, n, &t)) {
			rd_text(r, s + i, n);
		} else if (is_macro(&t) && t.self && r->holder == NULL && r->align == NULL) {
			struct node *m = node_new(r->d, NODE_EXTENSION);

			set_macro(r, m, &t);
			rd_attach(r, m);
		} else if (is(&t, "opaque") && r->holder == NULL && r->align == NULL) {
			rd_attach(r, opaque(r, &t, NODE_OPAQUE_BLOCK));
		} else if (r->in_summary && !is(&t, "summary")) {
			/* formatting of a title: ADF's titles have none */
		} else if (!block_tag(r, &t) && !inline_tag(r, &t)) {
			rd_text(r, s + i, n);
		}
		i += n;
		from = i;
	}
	if (from < len)
		block_text(r, s + from, len - from);
	r->in_summary = false;
	rd_close_holder(r);
}
