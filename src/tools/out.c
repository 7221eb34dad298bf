/*
 * A list of items in order; each knows how it looks in Markdown, as a terminal table
 * and as JSON. The budget is applied while rendering: pairs always fit (they are
 * short), rows and entries are counted off, texts are cut at a line.
 */
#include "tools/out.h"

#include "base/str.h"
#include "base/utf8.h"
#include "json/writer.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum item_kind { ITEM_SAY, ITEM_TITLE, ITEM_PAIR, ITEM_TABLE, ITEM_ROW, ITEM_TEXT, ITEM_ENTRY, ITEM_MORE };

struct item {
	enum item_kind kind;
	const char *name, *a, *b, *text;	/* by kind; see the out_ functions */
	const char **cells;			/* TABLE: columns; ROW: values */
	size_t cell_count;
	struct item *next;
};

struct out {
	struct arena *arena;
	enum out_format format;
	size_t budget;
	struct item *first, **last;
	struct item *table;		/* the newest */
	struct out_blob *blobs, **last_blob;
	size_t blob_count, blob_bytes;
};

struct out *
out_new(struct arena *a, enum out_format format, size_t budget)
{
	struct out *o = arena_alloc(a, sizeof(*o));

	o->arena = a;
	o->format = format;
	o->budget = budget == 0 ? OUT_DEFAULT_BUDGET : budget > OUT_MAX_BUDGET ? OUT_MAX_BUDGET : budget;
	o->last = &o->first;
	o->last_blob = &o->blobs;
	return o;
}

size_t
out_budget(const struct out *o)
{
	return o->format == OUT_TABLE ? OUT_MAX_BUDGET : o->budget;
}

static bool
is_hidden(uint32_t cp)
{
	return (cp < 0x20 && cp != '\n' && cp != '\t') || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x200b ||
	    cp == 0x200e || cp == 0x200f || (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	    cp == 0xfeff || (cp >= 0xfff9 && cp <= 0xfffb) || (cp >= 0xe0000 && cp <= 0xe0fff);
}

void
out_clean(struct buf *b, const char *s, size_t len)
{
	size_t i = 0, plain = 0, n;

	while (i < len) {
		uint32_t cp = utf8_next(s + i, len - i, &n);

		if (cp == UTF8_BAD || is_hidden(cp)) {
			buf_add(b, s + plain, i - plain);
			if (cp == UTF8_BAD)
				buf_adds(b, "\xef\xbf\xbd");
			plain = i + n;
		}
		i += n;
	}
	buf_add(b, s + plain, len - plain);
}

static const char *
clean(struct out *o, const char *s)
{
	size_t len;
	struct buf b;
	bool plain = true;

	if (s == NULL)
		return NULL;
	len = strlen(s);
	for (size_t i = 0; i < len && plain; i++)
		plain = (unsigned char)s[i] >= 0x20 && (unsigned char)s[i] < 0x7f;
	if (plain)
		return s;
	buf_init(&b, len * 3 + 1);
	out_clean(&b, s, len);
	s = arena_strndup(o->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

/* For places of one line: line breaks become spaces. */
static const char *
one_line(struct out *o, const char *s)
{
	char *line, *to;

	s = clean(o, s);
	if (s == NULL || strpbrk(s, "\n\t") == NULL)
		return s;
	line = to = arena_strdup(o->arena, s);
	for (const char *p = line; *p != '\0'; p++) {
		char ch = *p == '\n' || *p == '\t' ? ' ' : *p;

		if (ch != ' ' || to == line || to[-1] != ' ')
			*to++ = ch;
	}
	*to = '\0';
	return line;
}

static struct item *
add(struct out *o, enum item_kind kind)
{
	struct item *i = arena_alloc(o->arena, sizeof(*i));

	i->kind = kind;
	*o->last = i;
	o->last = &i->next;
	return i;
}

void
out_say(struct out *o, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(o, ITEM_SAY)->text = clean(o, arena_vprintf(o->arena, fmt, ap));
	va_end(ap);
}

void
out_title(struct out *o, const char *id, const char *title)
{
	struct item *i = add(o, ITEM_TITLE);

	i->a = one_line(o, id);
	i->b = one_line(o, title);
}

void
out_pair(struct out *o, const char *label, const char *value)
{
	struct item *i;

	if (str_blank(value))
		return;
	i = add(o, ITEM_PAIR);
	i->name = label;
	i->text = one_line(o, value);
}

void
out_pairf(struct out *o, const char *label, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	out_pair(o, label, arena_vprintf(o->arena, fmt, ap));
	va_end(ap);
}

void
out_table(struct out *o, const char *name, ...)
{
	struct item *i = add(o, ITEM_TABLE);
	const char *column;
	va_list ap;

	i->name = name;
	i->cells = arena_array(o->arena, OUT_MAX_COLUMNS, sizeof(*i->cells));
	va_start(ap, name);
	while ((column = va_arg(ap, const char *)) != NULL && i->cell_count < OUT_MAX_COLUMNS)
		i->cells[i->cell_count++] = column;
	va_end(ap);
	o->table = i;
}

void
out_row(struct out *o, ...)
{
	struct item *i = add(o, ITEM_ROW);
	va_list ap;

	i->cell_count = o->table->cell_count;
	i->cells = arena_array(o->arena, i->cell_count, sizeof(*i->cells));
	va_start(ap, o);
	for (size_t n = 0; n < i->cell_count; n++)
		i->cells[n] = one_line(o, va_arg(ap, const char *));
	va_end(ap);
}

void
out_text(struct out *o, const char *heading, const char *markdown)
{
	struct item *i;

	if (str_blank(markdown))
		return;
	i = add(o, ITEM_TEXT);
	i->name = heading;
	i->text = clean(o, markdown);
}

void
out_entry(struct out *o, const char *name, const char *heading, const char *who, const char *when, const char *markdown)
{
	struct item *i = add(o, ITEM_ENTRY);
	const char **c = arena_array(o->arena, 1, sizeof(*c));

	c[0] = heading;
	i->cells = c;
	i->name = name;
	i->a = one_line(o, who);
	i->b = one_line(o, when);
	i->text = clean(o, markdown == NULL ? "" : markdown);
}

void
out_more(struct out *o, const char *argument, const char *value, const char *left)
{
	struct item *i = add(o, ITEM_MORE);

	i->name = argument;
	i->a = value;
	i->b = left;
}

int
out_blob(struct out *o, const char *name, const char *mime, const char *data, size_t len)
{
	struct out_blob *blob;

	if (o->blob_count == OUT_MAX_BLOBS || len > OUT_MAX_BLOB_BYTES - o->blob_bytes)
		return -1;
	blob = arena_alloc(o->arena, sizeof(*blob));
	*blob = (struct out_blob){ .name = one_line(o, name), .mime = mime, .data = data, .len = len };
	*o->last_blob = blob;
	o->last_blob = &blob->next;
	o->blob_count++;
	o->blob_bytes += len;
	out_say(o, "Attached: %s (%s, %zu KiB).", blob->name, mime, (len + 1023) / 1024);
	return 0;
}

const struct out_blob *
out_blobs(const struct out *o)
{
	return o->blobs;
}

size_t
out_room(const struct out *o)
{
	size_t used = 0;

	for (const struct item *i = o->first; i != NULL; i = i->next) {
		const char *const parts[] = { i->name, i->a, i->b, i->text };

		for (size_t n = 0; n < LEN(parts); n++)
			used += parts[n] != NULL ? strlen(parts[n]) + 2 : 0;
		for (size_t n = 0; n < i->cell_count; n++)
			used += i->cells[n] != NULL ? strlen(i->cells[n]) + 1 : 1;
	}
	return used >= o->budget ? 0 : o->budget - used;
}

/* ---- Markdown ---- */

static void
md_cells(struct buf *b, const struct item *i)
{
	for (size_t n = 0; n < i->cell_count; n++) {
		if (n > 0)
			buf_addc(b, '|');
		for (const char *p = i->cells[n] != NULL ? i->cells[n] : ""; *p != '\0'; p++) {
			if (*p == '|')
				buf_addc(b, '\\');
			buf_addc(b, *p);
		}
	}
	buf_addc(b, '\n');
}

/* The part of text that fits, whole lines if possible. Returns what was left out. */
static size_t
add_fitting(struct buf *b, const char *text, size_t room)
{
	size_t len = strlen(text), n = len;

	if (len > room) {
		n = utf8_cut(text, len, room);
		for (size_t back = n; back > n / 2; back--) {
			if (text[back - 1] == '\n') {
				n = back;
				break;
			}
		}
	}
	buf_add(b, text, n);
	if (n == 0 || text[n - 1] != '\n')
		buf_addc(b, '\n');
	return len - n;
}

struct md {
	struct buf *b;
	size_t budget;
	size_t skipped;			/* rows or entries of the current group */
	const char *skipped_name;
	const char *group;		/* of the last entry */
	enum item_kind before;
	bool any;
};

static size_t
room(const struct md *m)
{
	return m->b->len >= m->budget ? 0 : m->budget - m->b->len;
}

static void
say_skipped(struct md *m)
{
	if (m->skipped > 0)
		buf_addf(m->b, "(%zu more %s left out: raise max_tokens or ask for less)\n", m->skipped, m->skipped_name);
	m->skipped = 0;
}

static void
md_text(struct md *m, const struct item *i)
{
	size_t left;

	if (i->name != NULL)
		buf_addf(m->b, "%s## %s\n", m->b->len > 0 ? "\n" : "", i->name);
	left = add_fitting(m->b, i->text, room(m));
	if (left > 0)
		buf_addf(m->b, "(%zu more bytes left out: raise max_tokens)\n", left);
}

static void
md_entry(struct md *m, const struct item *i)
{
	if (!str_eq(m->group, i->name)) {
		buf_addf(m->b, "%s## %s\n", m->b->len > 0 ? "\n" : "", i->cells[0]);
		m->group = i->name;
	}
	if (strlen(i->text) + 40 > room(m) && m->before == ITEM_ENTRY) {
		m->skipped++;
		m->skipped_name = i->name;
		return;
	}
	buf_addf(m->b, "**%s** %s\n", i->a != NULL ? i->a : "?", i->b != NULL ? i->b : "");
	if (add_fitting(m->b, i->text, room(m)) > 0)
		buf_adds(m->b, "(cut: raise max_tokens)\n");
}

static void
md_row(struct md *m, const struct item *i, const char *table_name)
{
	size_t need = i->cell_count + 1;

	for (size_t n = 0; n < i->cell_count; n++)
		need += i->cells[n] != NULL ? strlen(i->cells[n]) : 0;
	if (need > room(m)) {
		m->skipped++;
		m->skipped_name = table_name;
		return;
	}
	md_cells(m->b, i);
}

static void
md_item(struct md *m, const struct item *i, const char **table_name)
{
	if (i->kind != ITEM_ROW && i->kind != ITEM_ENTRY)
		say_skipped(m);
	switch (i->kind) {
	case ITEM_SAY:
		buf_addf(m->b, "%s\n", i->text);
		break;
	case ITEM_TITLE:
		if (i->b != NULL)
			buf_addf(m->b, "# %s%s%s\n", i->a, *i->a != '\0' ? " " : "", i->b);
		else
			buf_addf(m->b, "# %s\n", i->a);
		break;
	case ITEM_PAIR:
		buf_addf(m->b, "%s: %s\n", i->name, i->text);
		break;
	case ITEM_TABLE:
		*table_name = i->name;
		if (m->any && m->before != ITEM_SAY)
			buf_addc(m->b, '\n');
		md_cells(m->b, i);
		for (size_t n = 0; n < i->cell_count; n++)
			buf_adds(m->b, n > 0 ? "|-" : "-");
		buf_addc(m->b, '\n');
		break;
	case ITEM_ROW:
		md_row(m, i, *table_name);
		break;
	case ITEM_TEXT:
		md_text(m, i);
		break;
	case ITEM_ENTRY:
		md_entry(m, i);
		break;
	case ITEM_MORE:
		buf_addf(m->b, "More%s%s: repeat with %s=%s\n", i->b != NULL ? " " : "", i->b != NULL ? i->b : "", i->name, i->a);
		break;
	}
	m->before = i->kind;
	m->any = true;
}

static void
render_markdown(const struct out *o, struct buf *b)
{
	struct md m = { .b = b, .budget = o->budget };
	const char *table_name = "rows";

	for (const struct item *i = o->first; i != NULL; i = i->next)
		md_item(&m, i, &table_name);
	say_skipped(&m);
}

/* ---- terminal ---- */

static size_t
width_of(const char *s)
{
	size_t n = 0;

	for (; s != NULL && *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void
padded(struct buf *b, const char *s, size_t width, bool last)
{
	size_t n = width_of(s);

	buf_adds(b, s != NULL ? s : "");
	for (; !last && n < width + 2; n++)
		buf_addc(b, ' ');
}

static void
render_table_rows(struct buf *b, const struct item *t)
{
	size_t widths[OUT_MAX_COLUMNS] = { 0 };

	for (const struct item *i = t; i != NULL && (i == t || i->kind == ITEM_ROW); i = i->next) {
		for (size_t n = 0; n < i->cell_count; n++)
			widths[n] = width_of(i->cells[n]) > widths[n] ? width_of(i->cells[n]) : widths[n];
	}
	for (const struct item *i = t; i != NULL && (i == t || i->kind == ITEM_ROW); i = i->next) {
		for (size_t n = 0; n < i->cell_count; n++)
			padded(b, i->cells[n], widths[n], n + 1 == i->cell_count);
		buf_addc(b, '\n');
	}
}

static void
render_terminal(const struct out *o, struct buf *b)
{
	struct md m = { .b = b, .budget = OUT_MAX_BUDGET };
	const char *table_name = "rows";

	for (const struct item *i = o->first; i != NULL; i = i->next) {
		if (i->kind == ITEM_TABLE)
			render_table_rows(b, i);
		else if (i->kind != ITEM_ROW)
			md_item(&m, i, &table_name);
	}
}

/* ---- JSON ---- */

static const char *
member(struct arena *a, const char *label)
{
	char *s = str_lower(a, label);

	for (char *p = s; *p != '\0'; p++)
		*p = isalnum((unsigned char)*p) || (unsigned char)*p >= 0x80 ? *p : '_';
	return s;
}

/* Several statements are one array. */
static void
json_says(const struct out *o, struct jw *w)
{
	size_t n = 0;

	for (const struct item *i = o->first; i != NULL; i = i->next)
		n += i->kind == ITEM_SAY;
	if (n == 0)
		return;
	jw_arr_in(w, "messages");
	for (const struct item *i = o->first; i != NULL; i = i->next) {
		if (i->kind == ITEM_SAY)
			jw_s(w, i->text);
	}
	jw_end(w);
}

/* Budget in JSON: rows and entries stop, and "left_out" says how many. Never half a value. */
static const struct item *
json_group(const struct out *o, struct jw *w, const struct item *i)
{
	const struct item *t = i->kind == ITEM_TABLE ? i : NULL;
	enum item_kind kind = t != NULL ? ITEM_ROW : ITEM_ENTRY;
	const char *name = i->name;
	size_t left_out = 0;

	jw_arr_in(w, member(o->arena, name));
	for (i = t != NULL ? i->next : i; i != NULL && i->kind == kind && (t != NULL || str_eq(i->name, name)); i = i->next) {
		if (w->out->len > o->budget) {
			left_out++;
			continue;
		}
		jw_obj(w);
		for (size_t n = 0; t != NULL && n < i->cell_count; n++) {
			if (i->cells[n] != NULL)
				jw_str(w, member(o->arena, t->cells[n]), i->cells[n]);
		}
		if (t == NULL) {
			jw_str(w, "author", i->a);
			jw_str(w, "date", i->b);
			jw_str(w, "text", i->text);
		}
		jw_end(w);
	}
	jw_end(w);
	if (left_out > 0)
		jw_int(w, member(o->arena, arena_printf(o->arena, "%s left out", name)), (int64_t)left_out);
	return i;
}

static void
render_json(const struct out *o, struct buf *b)
{
	const struct item *i = o->first;
	struct jw w;

	jw_init(&w, b);
	jw_obj(&w);
	json_says(o, &w);
	while (i != NULL) {
		switch (i->kind) {
		case ITEM_SAY:
		case ITEM_ROW:
			break;
		case ITEM_TITLE:
			jw_str(&w, "key", i->a);
			if (i->b != NULL)
				jw_str(&w, "title", i->b);
			break;
		case ITEM_PAIR:
		case ITEM_TEXT:
			jw_str(&w, member(o->arena, i->name), i->text);
			break;
		case ITEM_MORE:
			jw_str(&w, i->name, i->a);
			break;
		case ITEM_TABLE:
		case ITEM_ENTRY:
			i = json_group(o, &w, i);
			continue;
		}
		i = i->next;
	}
	jw_end(&w);
}

const char *
out_render(struct out *o, size_t *ret_len)
{
	struct buf b;
	const char *text;

	buf_init(&b, OUT_MAX_BUDGET + o->budget);
	switch (o->format) {
	case OUT_MARKDOWN: render_markdown(o, &b); break;
	case OUT_TABLE: render_terminal(o, &b); break;
	case OUT_JSON: render_json(o, &b); break;
	}
	if (o->format != OUT_JSON) {
		while (b.len > 0 && b.data[b.len - 1] == '\n')
			buf_truncate(&b, b.len - 1);
	}
	text = arena_strndup(o->arena, b.data, b.len);
	*ret_len = b.len;
	buf_release(&b);
	return text;
}
