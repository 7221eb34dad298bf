/*
 * Jira wiki markup, the inline part: links, addresses, mentions, files and pictures. What stands in a link's text is
 * inline content again. A picture or a group of files ends the paragraph that it stands in.
 */
#include "text/wiki_inl.h"

#include "base/str.h"

#include <string.h>

enum { MAX_URL = 4096 };	/* what is longer ends there */

static bool
is_scheme(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && i < 16 && ((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '+' || s[i] == '.'))
		i++;
	return i >= 2 && i + 3 < len && memcmp(s + i, "://", 3) == 0;
}

static bool
is_target(const char *s, size_t len)
{
	return is_scheme(s, len) || (len > 7 && strncasecmp(s, "mailto:", 7) == 0) || (len > 1 && (s[0] == '#' || s[0] == '/')) ||
	    (len > 4 && strncasecmp(s, "tel:", 4) == 0);
}

static void
add_link(struct inl *i, const char *href, const char *title, size_t from, size_t to, bool raw, int nest)
{
	struct mark *was = i->marks, *m = mark_new(i->w->d, MARK_LINK);

	inl_flush(i);
	mark_set_str(i->w->d, m, "href", href);
	if (title != NULL && title[0] != '\0') {
		inl_plain(&i->text, title, strlen(title));
		mark_set_str(i->w->d, m, "title", arena_strndup(i->w->a, i->text.data, i->text.len));
		buf_reset(&i->text);
	}
	i->marks = marks_with(i->w->d, was, m);
	if (raw)
		buf_add(&i->text, i->w->s + from, to - from);
	else
		inl_run(i, from, to, nest + 1);
	inl_flush(i);
	i->marks = was;
}

static void
add_file(struct inl *i, const char *name)
{
	struct node *group = i->into->last, *m = node_new(i->w->d, NODE_MEDIA);

	node_set_str(i->w->d, m, "type", "file");
	node_set_str(i->w->d, m, "id", name);
	node_set_str(i->w->d, m, "collection", "");
	if (i->one_block || i->into->type == NODE_LIST_ITEM) {
		m->type = NODE_MEDIA_INLINE;
		inl_flush(i);
		node_append(inl_block(i), m);
		return;
	}
	if (text_is_blank(i->text.data, i->text.len) && i->block == NULL && group != NULL && group->type == NODE_MEDIA_GROUP) {
		buf_reset(&i->text);
		node_append(group, m);
		return;
	}
	node_append(inl_add_block(i, NODE_MEDIA_GROUP), m);
}

static void
add_mention(struct inl *i, const char *id)
{
	struct node *n;

	if (strncmp(id, "accountid:", 10) == 0)
		id += 10;
	n = inl_add(i, NODE_MENTION);
	node_set_str(i->w->d, n, "id", id);
	node_set_str(i->w->d, n, "text", "");
}

/* [alias|target|kind] at s[at] == '['. */
size_t
inl_link(struct inl *i, size_t at, size_t to, int nest)
{
	const char *s = i->w->s;
	size_t end = at + 1, bars[3], nbars = 0, target, target_end, limit = at + INL_MAX_SPAN < to ? at + INL_MAX_SPAN : to;
	const char *kind = "", *href, *title;

	while (end < limit && s[end] != ']' && s[end] != '\n') {
		if (s[end] == '|' && nbars < 3)
			bars[nbars++] = end;
		end += s[end] == '\\' && end + 1 < limit && wiki_can_escape(s[end + 1]) ? 2 : 1;
	}
	if (end >= limit || s[end] != ']' || end == at + 1 || nbars > 2 || nest >= INL_MAX_NEST)
		return 0;
	target = nbars > 0 ? bars[0] + 1 : at + 1;
	target_end = nbars > 1 ? bars[1] : end;
	if (nbars > 1)
		kind = arena_strndup(i->w->a, s + bars[1] + 1, end - bars[1] - 1);
	while (target < target_end && inl_is_space(s[target]))
		target++;
	href = str_trim(i->w->a, s + target, target_end - target);
	if (nbars == 0 && strchr(href, '^') != NULL && !is_scheme(href, strlen(href)))
		href = strchr(href, '^');	/* [text^file] */
	if (href[0] == '~' && href[1] != '\0' && nbars < 2) {
		add_mention(i, href + 1);
		return end + 1;
	}
	if (href[0] == '^' && href[1] != '\0' && nbars < 2) {
		add_file(i, href + 1);
		return end + 1;
	}
	if (!is_target(href, strlen(href)))
		return 0;
	if (strncmp(kind, "smart-", 6) == 0 && is_scheme(href, strlen(href))) {
		struct node *n;

		if (strcmp(kind, "smart-link") == 0 || i->one_block)
			n = inl_add(i, NODE_INLINE_CARD);
		else
			n = inl_add_block(i, strcmp(kind, "smart-embed") == 0 ? NODE_EMBED_CARD : NODE_BLOCK_CARD);
		node_set_str(i->w->d, n, "url", href);
		return end + 1;
	}
	title = strncmp(kind, "smart-", 6) == 0 ? NULL : str_trim(i->w->a, kind, strlen(kind));
	if (nbars == 0 || bars[0] == at + 1) {
		size_t skip = strncasecmp(href, "mailto:", 7) == 0 ? 7 : 0;

		add_link(i, href, title, target + skip, target_end, true, nest);
	} else {
		add_link(i, href, title, at + 1, bars[0], false, nest);
	}
	return end + 1;
}

static bool
url_char(char c)
{
	return (unsigned char)c > ' ' && strchr("|]}\"<>{[^`\\", c) == NULL;
}

size_t
wiki_url_len(const char *s, size_t len)
{
	size_t end = 0;

	if (!is_scheme(s, len))
		return 0;
	len = len < MAX_URL ? len : MAX_URL;
	while (end < len && url_char(s[end]))
		end++;
	while (end > 0 && strchr(".,;:!?)('*", s[end - 1]) != NULL)
		end--;
	return end > 1 && s[end - 1] == '/' && s[end - 2] == '/' ? 0 : end;
}

size_t
inl_url(struct inl *i, size_t at, size_t from, size_t to)
{
	const char *s = i->w->s;
	size_t end;

	if (at > from && wiki_is_word(s[at - 1]))
		return 0;
	end = at + wiki_url_len(s + at, to - at);
	if (end > at)
		add_link(i, arena_strndup(i->w->a, s + at, end - at), NULL, at, end, true, 0);
	return end > at ? end : 0;
}

/* Whether [at, end) is all of its line. */
static bool
is_line(const char *s, size_t at, size_t end, size_t from, size_t to)
{
	while (at > from && (s[at - 1] == ' ' || s[at - 1] == '\t'))
		at--;
	while (end < to && (s[end] == ' ' || s[end] == '\t' || s[end] == '\r'))
		end++;
	return (at == from || s[at - 1] == '\n') && (end == to || s[end] == '\n');
}

/* !name|properties! at s[at] == '!'. */
size_t
inl_image(struct inl *i, size_t at, size_t from, size_t to)
{
	const char *s = i->w->s;
	size_t end, stop, limit = at + INL_MAX_SPAN < to ? at + INL_MAX_SPAN : to;
	struct node *single, *m;
	const char *name;

	if ((at > from && wiki_is_word(s[at - 1])) || at + 2 >= to || inl_is_space(s[at + 1]) || s[at + 1] == '!')
		return 0;
	for (end = at + 1; end < limit && s[end] != '!' && s[end] != '\n'; end++)
		;
	if (end >= limit || s[end] != '!' || inl_is_space(s[end - 1]) || (end + 1 < i->w->len && wiki_is_word(s[end + 1])))
		return 0;
	for (stop = at + 1; stop < end && s[stop] != '|'; stop++)
		;
	name = str_trim(i->w->a, s + at + 1, stop - at - 1);
	/* "Stop! Now!" is no picture: a name has a dot, or is the whole of its line's text */
	if (name[0] == '\0' || (strchr(name, '.') == NULL && strchr(name, ' ') != NULL))
		return 0;
	m = node_new(i->w->d, NODE_MEDIA);
	if (is_scheme(name, strlen(name))) {
		node_set_str(i->w->d, m, "type", "external");
		node_set_str(i->w->d, m, "url", name);
	} else {
		node_set_str(i->w->d, m, "type", "file");
		node_set_str(i->w->d, m, "id", name);
		node_set_str(i->w->d, m, "collection", "");
	}
	if (stop < end) {
		const char *props = arena_strndup(i->w->a, s + stop + 1, end - stop - 1);
		char **p = str_split(i->w->a, props, ",", NULL);

		node_set_str(i->w->d, m, "_props", props);
		for (; *p != NULL; p++) {
			int64_t v;

			if (strncmp(*p, "alt=", 4) == 0)
				node_set_str(i->w->d, m, "alt", *p + 4);
			if (strncmp(*p, "width=", 6) == 0 && str_int(*p + 6, 1, 10000, &v) == 0)
				node_set_int(i->w->d, m, "width", v);
			if (strncmp(*p, "height=", 7) == 0 && str_int(*p + 7, 1, 10000, &v) == 0)
				node_set_int(i->w->d, m, "height", v);
		}
	}
	if (i->one_block || (i->into->type == NODE_LIST_ITEM && !is_line(s, at, end + 1, from, to))) {
		m->type = NODE_MEDIA_INLINE;
		inl_flush(i);
		m->marks = i->marks;
		node_append(inl_block(i), m);
		return end + 1;
	}
	single = inl_add_block(i, NODE_MEDIA_SINGLE);
	m->marks = mark_find(i->marks, MARK_LINK);
	node_append(single, m);
	return end + 1;
}
