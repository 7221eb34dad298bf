/*
 * Storage format, the inline part: text with marks, links, people, pictures, macros inside a line.
 *
 * An element that ADF knows becomes a mark or a node. One that it does not know but that only wraps
 * text (<span class="x">) becomes an opaque mark that keeps its tags, so that the text stays
 * readable and editable; anything else becomes an opaque node that keeps its source.
 */
#include "text/storage.h"

#include "base/str.h"

#include <string.h>

struct inl {
	struct sreader *r;
	struct node *to;
	struct mark *marks;
};

static void walk(struct inl *, const struct xel *first, const struct xel *end);

void
storage_place(struct node *n, const struct xel *e)
{
	n->src = e->at;
	n->src_end = e->end;
}

/* Whether the name is one of a list of names parted by single spaces. */
static bool
one_of(const char *name, const char *list)
{
	for (const char *s = list; *s != '\0';) {
		size_t i = 0;

		while (name[i] != '\0' && s[i] == name[i])
			i++;
		if (name[i] == '\0' && (s[i] == ' ' || s[i] == '\0'))
			return true;
		for (s += i; *s != '\0' && *s != ' ';)
			s++;
		if (*s == ' ')
			s++;
	}
	return false;
}

const char *
storage_style(struct sreader *r, const struct xel *e, const char *property)
{
	const char *style = xel_attr(e, "style");
	size_t n = strlen(property);

	for (const char *s = style; s != NULL && *s != '\0';) {
		const char *end = s + strcspn(s, ";");

		while (*s == ' ' || *s == '\n')
			s++;
		if (strncmp(s, property, n) == 0 && strspn(s + n, " ") + 1 > 0 && s[n + strspn(s + n, " ")] == ':') {
			const char *v = s + n + strspn(s + n, " ") + 1;

			return end > v ? str_trim(r->a, v, (size_t)(end - v)) : "";
		}
		s = *end != '\0' ? end + 1 : end;
	}
	return NULL;
}

static struct node *
add(struct inl *i, enum node_type t, const struct xel *e)
{
	struct node *n = node_new(i->r->d, t);

	storage_place(n, e);
	n->marks = i->marks;
	node_append(i->to, n);
	return n;
}

static void
opaque(struct inl *i, const struct xel *e, const char *label)
{
	struct node *n = node_opaque(i->r->d, false, i->r->src + e->at, e->end - e->at, label);

	storage_place(n, e);
	node_set_str(i->r->d, n, "_skin", "storage");
	n->marks = i->marks;
	node_append(i->to, n);
}

/* White space of the source's layout is one space; kept apart from &nbsp;, which is text. */
static const char *
one_line(struct inl *i, const struct xel *e, size_t *ret_len)
{
	char *out;
	size_t at = 0;

	*ret_len = e->text_len;
	if (e->text_len == 0 || (memchr(e->text, '\n', e->text_len) == NULL && memchr(e->text, '\t', e->text_len) == NULL &&
	    memchr(e->text, '\r', e->text_len) == NULL))
		return e->text;
	out = arena_alloc(i->r->a, e->text_len + 1);
	for (size_t k = 0; k < e->text_len; k++) {
		char c = e->text[k];
		bool space = c == '\n' || c == '\r' || c == '\t';

		if (!space)
			out[at++] = c;
		else if (at == 0 || out[at - 1] != ' ')
			out[at++] = ' ';
	}
	*ret_len = at;
	return out;
}

static void
add_text(struct inl *i, const struct xel *e)
{
	size_t len;
	const char *text = one_line(i, e, &len);
	struct node *n;

	if (len == 0)
		return;
	n = node_text(i->r->d, text, len);
	storage_place(n, e);
	n->marks = i->marks;
	node_append(i->to, n);
}

static void
under(struct inl *i, const struct mark *m, const struct xel *first)
{
	struct mark *was = i->marks;

	i->marks = marks_with(i->r->d, was, m);
	walk(i, first, NULL);
	i->marks = was;
}

static void
keep_tags(struct inl *i, struct mark *m, const struct xel *e, const struct xel *inner)
{
	mark_set_str(i->r->d, m, "_open", arena_strndup(i->r->a, i->r->src + e->at, inner->body - e->at));
	mark_set_str(i->r->d, m, "_close", arena_strndup(i->r->a, i->r->src + inner->body_end, e->end - inner->body_end));
}

/* --- links --- */

static bool
is_space_key(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
		    strchr("~._-", s[i]) != NULL))
			return false;
	return true;
}

/* "page:SPACE:Title", "page:Title", "attachment:name", "#anchor"; NULL for what has no address of ours. */
static const char *
link_target(struct sreader *r, const struct xel *e, const struct xel *ri)
{
	const char *anchor = xel_attr(e, "ac:anchor"), *title, *space, *colon;

	if (ri == NULL)
		return anchor != NULL ? arena_printf(r->a, "#%s", anchor) : NULL;
	if (xel_is(ri, "ri:attachment") && ri->first == NULL && xel_attr(ri, "ri:filename") != NULL)
		return arena_printf(r->a, "attachment:%s", xel_attr(ri, "ri:filename"));
	if (!xel_is(ri, "ri:page"))
		return NULL;
	title = xel_attr(ri, "ri:content-title");
	space = xel_attr(ri, "ri:space-key");
	if (title == NULL || strchr(title, '#') != NULL || (space != NULL && !is_space_key(space, strlen(space))))
		return NULL;
	colon = strchr(title, ':');
	if (space == NULL && colon != NULL && is_space_key(title, (size_t)(colon - title)))
		space = "";
	return arena_printf(r->a, "page:%s%s%s%s%s", space != NULL ? space : "", space != NULL ? ":" : "", title,
	    anchor != NULL ? "#" : "", anchor != NULL ? anchor : "");
}

static const struct xel *
resource(const struct xel *e)
{
	for (const struct xel *c = e->first; c != NULL; c = c->next)
		if (c->name != NULL && strncmp(c->name, "ri:", 3) == 0)
			return c;
	return NULL;
}

static void
ac_link(struct inl *i, const struct xel *e)
{
	struct sreader *r = i->r;
	const struct xel *ri = resource(e), *body = xel_child(e, "ac:link-body"), *plain = xel_child(e, "ac:plain-text-link-body");
	const char *target = link_target(r, e, ri), *id = NULL;
	struct mark *m;

	if (ri != NULL && xel_is(ri, "ri:user")) {
		struct node *n;

		id = xel_attr(ri, "ri:account-id");
		if (id == NULL)
			id = xel_attr(ri, "ri:userkey");
		if (id == NULL)
			id = xel_attr(ri, "ri:username");
		if (id == NULL || body != NULL || plain != NULL) {
			opaque(i, e, "link");
			return;
		}
		n = add(i, NODE_MENTION, e);
		node_set_str(r->d, n, "id", id);
		node_set_str(r->d, n, "text", "");
		return;
	}
	m = mark_new(r->d, target != NULL ? MARK_LINK : MARK_OPAQUE);
	if (target != NULL)
		mark_set_str(r->d, m, "href", target);
	if (body != NULL) {
		keep_tags(i, m, e, body);
		under(i, m, body->first);
	} else if (plain != NULL) {
		size_t len;
		char *text = xel_text(r->a, plain, &len);
		struct node *n;

		keep_tags(i, m, e, plain);
		mark_set_str(r->d, m, "_cdata", "1");
		if (len == 0) {
			opaque(i, e, "link");
			return;
		}
		n = node_text(r->d, text, len);
		storage_place(n, e);
		n->marks = marks_with(r->d, i->marks, m);
		node_append(i->to, n);
	} else if (target != NULL) {	/* no text of its own: shows the title */
		const char *text = strrchr(target, ':') != NULL && target[0] != '#' ? strchr(target, ':') + 1 : target;
		struct node *n;

		if (strncmp(target, "page:", 5) == 0)
			text = xel_attr(ri, "ri:content-title");
		mark_set_str(r->d, m, "_bare", arena_strndup(r->a, r->src + e->at, e->end - e->at));
		n = node_text(r->d, text, strlen(text));
		storage_place(n, e);
		n->marks = marks_with(r->d, i->marks, m);
		node_append(i->to, n);
	} else {
		opaque(i, e, ri != NULL ? ri->name + 3 : "link");
	}
}

static void
html_link(struct inl *i, const struct xel *e)
{
	const char *href = xel_attr(e, "href"), *card = xel_attr(e, "data-card-appearance");
	struct mark *m;

	if (href != NULL && card != NULL && (strncmp(href, "https://", 8) == 0 || strncmp(href, "http://", 7) == 0)) {
		struct node *n = add(i, NODE_INLINE_CARD, e);

		node_set_str(i->r->d, n, "url", href);
		return;
	}
	m = mark_new(i->r->d, href != NULL ? MARK_LINK : MARK_OPAQUE);
	if (href != NULL)
		mark_set_str(i->r->d, m, "href", href);
	if (href == NULL || (e->attrs[0] != NULL && e->attrs[2] != NULL))
		keep_tags(i, m, e, e);
	under(i, m, e->first);
}

/* --- pictures and macros --- */

struct node *
storage_image(struct sreader *r, const struct xel *e, bool in_line)
{
	const struct xel *ri = resource(e), *caption = xel_child(e, "ac:caption");
	struct node *single, *m = node_new(r->d, in_line ? NODE_MEDIA_INLINE : NODE_MEDIA);
	const char *alt = xel_attr(e, "ac:alt");

	if (ri != NULL && xel_is(ri, "ri:url") && xel_attr(ri, "ri:value") != NULL) {
		node_set_str(r->d, m, "type", "external");
		node_set_str(r->d, m, "url", xel_attr(ri, "ri:value"));
	} else if (ri != NULL && xel_is(ri, "ri:attachment") && ri->first == NULL && xel_attr(ri, "ri:filename") != NULL) {
		node_set_str(r->d, m, "type", "file");
		node_set_str(r->d, m, "id", xel_attr(ri, "ri:filename"));
		node_set_str(r->d, m, "collection", "");
	} else {
		return NULL;
	}
	if (alt != NULL && alt[0] != '\0')
		node_set_str(r->d, m, "alt", alt);
	storage_place(m, e);
	if (in_line)
		return m;
	single = node_new(r->d, NODE_MEDIA_SINGLE);
	storage_place(single, e);
	node_append(single, m);
	if (caption != NULL && caption->first != NULL) {
		struct node *c = node_new(r->d, NODE_CAPTION);

		storage_place(c, caption);
		c->body = caption->body;
		c->body_end = caption->body_end;
		storage_inlines(r, caption->first, NULL, c);
		node_append(single, c);
	}
	return single;
}

const char *
storage_macro_name(const struct xel *e)
{
	const char *name = xel_attr(e, "ac:name");

	return name != NULL && name[0] != '\0' ? name : "unknown";
}

static const char *
param(struct sreader *r, const struct xel *e, const char *name)
{
	for (const struct xel *c = e->first; c != NULL; c = c->next)
		if (xel_is(c, "ac:parameter") && xel_attr(c, "ac:name") != NULL && strcmp(xel_attr(c, "ac:name"), name) == 0)
			return xel_text(r->a, c, NULL);
	return NULL;
}

static json *
params(struct sreader *r, const struct xel *e, bool *ret_hidden)
{
	struct buf b;
	struct jw w;
	struct err err;
	size_t n = 0;
	json *v = NULL;

	buf_init(&b, 8 << 20);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_obj_in(&w, "macroParams");
	for (const struct xel *c = e->first; c != NULL; c = c->next) {
		const char *name = xel_is(c, "ac:parameter") ? xel_attr(c, "ac:name") : NULL;

		if (name == NULL)
			continue;
		for (const struct xel *k = c->first; k != NULL; k = k->next)
			*ret_hidden |= k->name != NULL;		/* a page, a user ...: not a plain value */
		jw_obj_in(&w, name);
		jw_str(&w, "value", xel_text(r->a, c, NULL));
		jw_end(&w);
		n++;
	}
	jw_end(&w);
	jw_end(&w);
	err_init(&err, r->a);
	if (n > 0 && !buf_overflowed(&b))
		v = json_parse(r->a, arena_strndup(r->a, b.data, b.len), b.len, JSON_TRUSTED, &err);
	buf_release(&b);
	return v;
}

static struct node *
status(struct sreader *r, const struct xel *e)
{
	struct node *n = node_new(r->d, NODE_STATUS);
	const char *title = param(r, e, "title"), *color = param(r, e, "colour");

	color = color != NULL ? str_lower(r->a, color) : "neutral";
	if (strcmp(color, "grey") == 0 || strcmp(color, "gray") == 0 || color[0] == '\0')
		color = "neutral";
	node_set_str(r->d, n, "text", title != NULL ? title : "");
	node_set_str(r->d, n, "color", color);
	return n;
}

static struct node *
code(struct sreader *r, const struct xel *e, const struct xel *plain)
{
	struct node *n = node_new(r->d, NODE_CODE_BLOCK);
	const char *lang = param(r, e, "language"), *title = param(r, e, "title");

	if (strcmp(storage_macro_name(e), "noformat") == 0)
		node_set_str(r->d, n, "_macro", "noformat");
	if (lang != NULL && lang[0] != '\0')
		node_set_str(r->d, n, "language", lang);
	if (title != NULL && title[0] != '\0')
		node_set_str(r->d, n, "_title", title);
	n->text = "";
	if (plain != NULL) {
		xel_text_of(r->a, plain, n);
		n->body = plain->body;
		n->body_end = plain->body_end;
	}
	return n;
}

static struct node *
panel(struct sreader *r, const struct xel *e)
{
	static const char *const types[][2] = {
		{ "info", "info" }, { "tip", "tip" }, { "note", "warning" }, { "warning", "error" }, { "panel", "custom" },
	};
	struct node *n = node_new(r->d, NODE_PANEL);
	const char *title = param(r, e, "title");

	for (size_t i = 0; i < LEN(types); i++)
		if (strcmp(types[i][0], storage_macro_name(e)) == 0)
			node_set_str(r->d, n, "panelType", types[i][1]);
	if (title != NULL && title[0] != '\0')
		node_set_str(r->d, n, "_title", title);
	return n;
}

struct node *
storage_macro(struct sreader *r, const struct xel *e, bool in_line, const struct xel **ret_body)
{
	const char *name = storage_macro_name(e);
	const struct xel *rich = xel_child(e, "ac:rich-text-body"), *plain = xel_child(e, "ac:plain-text-body");
	struct node *n;
	bool hidden = false;

	*ret_body = NULL;
	if (strcmp(name, "status") == 0 && rich == NULL && in_line) {
		n = status(r, e);
	} else if (in_line) {
		if (rich != NULL || plain != NULL)
			return NULL;
		n = node_new(r->d, NODE_INLINE_EXTENSION);
		macro_set(r->d, n, name, params(r, e, &hidden));
	} else if (one_of(name, "code noformat") && rich == NULL) {
		n = code(r, e, plain);
	} else if (one_of(name, "info tip note warning panel") && rich != NULL) {
		n = panel(r, e);
		*ret_body = rich;
	} else if (strcmp(name, "expand") == 0 && rich != NULL) {
		const char *title = param(r, e, "title");

		n = node_new(r->d, NODE_EXPAND);
		node_set_str(r->d, n, "title", title != NULL ? title : "");
		*ret_body = rich;
	} else {
		n = node_new(r->d, rich != NULL ? NODE_BODIED_EXTENSION : NODE_EXTENSION);
		macro_set(r->d, n, name, params(r, e, &hidden));
		*ret_body = rich;
		if (rich == NULL && plain != NULL) {
			xel_text_of(r->a, plain, n);
			n->body = plain->body;
			n->body_end = plain->body_end;
		}
	}
	if (hidden)
		node_set_bool(r->d, n, "_hidden", true);
	storage_place(n, e);
	return n;
}

/* --- elements --- */

static const struct {
	enum mark_type type;
	const char *sub;
} html_marks[TAG_COUNT] = {
	[TAG_STRONG] = { MARK_STRONG, NULL }, [TAG_B] = { MARK_STRONG, NULL }, [TAG_EM] = { MARK_EM, NULL }, [TAG_I] = { MARK_EM, NULL },
	[TAG_U] = { MARK_UNDERLINE, NULL }, [TAG_INS] = { MARK_UNDERLINE, NULL }, [TAG_S] = { MARK_STRIKE, NULL },
	[TAG_DEL] = { MARK_STRIKE, NULL }, [TAG_STRIKE] = { MARK_STRIKE, NULL }, [TAG_SUB] = { MARK_SUBSUP, "sub" },
	[TAG_SUP] = { MARK_SUBSUP, "sup" }, [TAG_CODE] = { MARK_CODE, NULL }, [TAG_TT] = { MARK_CODE, NULL }, [TAG_KBD] = { MARK_CODE, NULL },
	[TAG_SAMP] = { MARK_CODE, NULL },
};

static void
html_mark(struct inl *i, const struct xel *e)
{
	struct mark m = { .type = html_marks[e->tag].type };

	if (html_marks[e->tag].sub != NULL)
		mark_set_str(i->r->d, &m, "type", html_marks[e->tag].sub);
	under(i, &m, e->first);	/* which copies it */
}

static void
span(struct inl *i, const struct xel *e)
{
	const char *color = storage_style(i->r, e, "color"), *back = storage_style(i->r, e, "background-color");
	const char *style = xel_attr(e, "style"), *one;
	struct mark *m;

	color = color != NULL ? color_hex(i->r->a, color, strlen(color)) : NULL;
	back = back != NULL ? color_hex(i->r->a, back, strlen(back)) : NULL;
	one = style != NULL ? strchr(style, ';') : NULL;
	if (e->attrs[0] != NULL && e->attrs[2] == NULL && (color != NULL) != (back != NULL) && (one == NULL || one[1] == '\0')) {
		m = mark_new(i->r->d, color != NULL ? MARK_TEXT_COLOR : MARK_BACKGROUND);
		mark_set_str(i->r->d, m, "color", color != NULL ? color : back);
		mark_set_str(i->r->d, m, "_open", arena_strndup(i->r->a, i->r->src + e->at, e->body - e->at));
		mark_set_str(i->r->d, m, "_close", "</span>");
	} else {
		m = mark_new(i->r->d, MARK_OPAQUE);
		keep_tags(i, m, e, e);
	}
	under(i, m, e->first);
}

static void
emoticon(struct inl *i, const struct xel *e)
{
	const char *name = xel_attr(e, "ac:emoji-shortname"), *id = xel_attr(e, "ac:emoji-id"), *text = xel_attr(e, "ac:emoji-fallback");
	const struct emoji *known = emoji_by_storage(xel_attr(e, "ac:name"));
	struct node *n;

	if (name == NULL && known == NULL) {
		opaque(i, e, "emoticon");
		return;
	}
	n = add(i, NODE_EMOJI, e);
	if (name == NULL) {
		emoji_set(i->r->d, n, known);
		return;
	}
	node_set_str(i->r->d, n, "shortName", name);
	if (id != NULL)
		node_set_str(i->r->d, n, "id", id);
	if (text != NULL)
		node_set_str(i->r->d, n, "text", text);
}

static void
element(struct inl *i, const struct xel *e)
{
	const struct xel *body;
	struct node *n;
	const char *v;

	if (e->tag == TAG_BR) {
		(void)add(i, NODE_HARD_BREAK, e);
	} else if (e->tag == TAG_A) {
		html_link(i, e);
	} else if (e->tag == TAG_LINK) {
		ac_link(i, e);
	} else if (e->tag == TAG_TIME && xel_attr(e, "datetime") != NULL &&
	    (v = date_to_timestamp(i->r->a, xel_attr(e, "datetime"), strlen(xel_attr(e, "datetime")))) != NULL) {
		n = add(i, NODE_DATE, e);
		node_set_str(i->r->d, n, "timestamp", v);
	} else if (e->tag == TAG_EMOTICON) {
		emoticon(i, e);
	} else if (e->tag == TAG_IMAGE) {
		n = storage_image(i->r, e, true);
		if (n == NULL) {
			opaque(i, e, "image");
			return;
		}
		n->marks = i->marks;
		node_append(i->to, n);
	} else if (xel_is_macro(e)) {
		n = storage_macro(i->r, e, true, &body);
		if (n == NULL) {
			opaque(i, e, storage_macro_name(e));
			return;
		}
		n->marks = i->marks;
		node_append(i->to, n);
	} else if (e->tag == TAG_PLACEHOLDER && xel_attr(e, "ac:type") == NULL) {
		n = add(i, NODE_PLACEHOLDER, e);
		node_set_str(i->r->d, n, "text", xel_text(i->r->a, e, NULL));
	} else if (e->tag == TAG_COMMENT_MARKER && xel_attr(e, "ac:ref") != NULL && e->first != NULL) {
		struct mark *m = mark_new(i->r->d, MARK_ANNOTATION);

		mark_set_str(i->r->d, m, "id", xel_attr(e, "ac:ref"));
		mark_set_str(i->r->d, m, "annotationType", "inlineComment");
		under(i, m, e->first);
	} else if ((e->flags & XEL_WRAPPER) && e->first != NULL) {
		span(i, e);
	} else if (e->flags & XEL_MARK) {
		html_mark(i, e);
	} else {
		opaque(i, e, e->name);
	}
}

static void
walk(struct inl *i, const struct xel *first, const struct xel *end)
{
	for (const struct xel *e = first; e != NULL && e != end; e = e->next) {
		if (e->name == NULL)
			add_text(i, e);
		else if (e->name[0] == '!')
			opaque(i, e, "comment");
		else
			element(i, e);
	}
}

/* Space at a line's ends, and doubled where the source's layout broke a line, says nothing. */
static void
tidy(struct node *n)
{
	struct node *prev = NULL;

	for (struct node *c = n->first; c != NULL; prev = c, c = c->next) {
		bool code = mark_find(c->marks, MARK_CODE) != NULL;

		if (c->type != NODE_TEXT || code)
			continue;
		while (c->text_len > 0 && c->text[0] == ' ' && (prev == NULL || prev->type == NODE_HARD_BREAK))
			c->text++, c->text_len--;
		while (c->text_len > 0 && c->text[c->text_len - 1] == ' ' && (c->next == NULL || c->next->type == NODE_HARD_BREAK))
			c->text_len--;
	}
	for (struct node **p = &n->first; *p != NULL;) {
		if ((*p)->type == NODE_TEXT && (*p)->text_len == 0)
			*p = (*p)->next;
		else
			p = &(*p)->next;
	}
	n->last = NULL;
	for (struct node *c = n->first; c != NULL; c = c->next)
		n->last = c;
}

void
storage_inlines(struct sreader *r, const struct xel *first, const struct xel *end, struct node *n)
{
	struct inl i = { .r = r, .to = n };

	walk(&i, first, end);
	tidy(n);
}

bool
storage_is_inline(const struct xel *e)
{
	if (e->tag == TAG_TEXT || e->flags != 0)
		return true;
	return xel_is_macro(e) && one_of(storage_macro_name(e), "status anchor");
}
