/*
 * text -> what it names, without asking anybody. A link is cut at the host, which must be the site's, then its path is
 * read segment by segment.
 */
#include "atlassian/confluence.h"

#include "base/str.h"

#include <inttypes.h>
#include <string.h>

enum { MAX_SEGMENTS = 16, SHORT_MAX = 11 };

static bool
is_number(const char *s)
{
	size_t n = strspn(s, "0123456789");

	return n > 0 && n < 20 && s[n] == '\0';
}

const char *
page_ref_short(struct arena *a, const char *text, size_t len)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	uint64_t id = 0;
	unsigned bits = 0, have = 0, place = 0;

	if (len == 0 || len > SHORT_MAX)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		const char *p = strchr(letters, text[i]);

		if (p == NULL || *p == '\0')
			return NULL;
		bits = bits << 6 | (unsigned)(p - letters);
		have += 6;
		if (have >= 8) {
			have -= 8;
			if (place < 8)
				id |= (uint64_t)(bits >> have & 0xff) << 8 * place;
			place++;
			bits &= (1u << have) - 1;
		}
	}
	if (have > 0 && place < 8)	/* the letters A that were cut off would complete this byte */
		id |= (uint64_t)(bits << (8 - have) & 0xff) << 8 * place;
	return id == 0 || id > INT64_MAX ? NULL : arena_printf(a, "%" PRIu64, id);
}

static int
hex(char ch)
{
	return ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;
}

/* A part of a link as text: percent-encoding and '+' undone. */
static char *
decode(struct arena *a, const char *s, size_t len)
{
	char *out = arena_strndup(a, s, len), *to = out;

	for (const char *p = out; *p != '\0'; p++) {
		if (*p == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0 && (hex(p[1]) > 0 || hex(p[2]) > 0)) {
			*to++ = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		} else {
			*to++ = *p == '+' ? ' ' : *p;
		}
	}
	*to = '\0';
	return out;
}

static const char *
parameter(struct arena *a, const char *url, const char *name)
{
	const char *p = strchr(url, '?');
	size_t n = strlen(name);

	while (p != NULL && *p != '#' && *p != '\0') {
		p++;
		if (strncasecmp(p, name, n) == 0 && p[n] == '=')
			return decode(a, p + n + 1, strcspn(p + n + 1, "&#"));
		p = strpbrk(p, "&#");
	}
	return NULL;
}

/* The path behind the site's own address, or behind its host; NULL for another host. */
static const char *
path_of(const char *url, const char *base)
{
	size_t n = strlen(base), host;
	const char *a = strstr(url, "://"), *b = strstr(base, "://");

	if (a == NULL || b == NULL)
		return NULL;
	if (strncasecmp(url, base, n) == 0 && (url[n] == '/' || url[n] == '\0'))
		return url + n;
	host = strcspn(b + 3, "/?#");
	if (strcspn(a + 3, "/?#") != host || strncasecmp(a + 3, b + 3, host) != 0)
		return NULL;
	return a + 3 + host;
}

/* .../spaces/KEY/...: seg[0] is KEY */
static void
in_space(struct page_ref *r, char **seg, size_t n)
{
	size_t i = 1;

	r->space = seg[0];
	if (n > 1 && strcmp(seg[1], "blog") == 0)
		i = 5;			/* year, month, day */
	for (; i < n && r->id == NULL; i++) {
		if (is_number(seg[i]))
			r->id = seg[i];
	}
	r->home = r->id == NULL && (n == 1 || strcmp(seg[1], "overview") == 0 || strcmp(seg[1], "pages") == 0);
}

static void
read_path(struct arena *a, const char *path, struct page_ref *r)
{
	char *seg[MAX_SEGMENTS];
	size_t n = 0, i;

	for (const char *p = path; *p != '\0' && strchr("?#", *p) == NULL && n < MAX_SEGMENTS;) {
		size_t len = strcspn(p, "/?#");

		if (len > 0)
			seg[n++] = decode(a, p, len);
		p += len + (p[len] == '/');
	}
	for (i = 0; i + 1 < n; i++) {
		if (strcmp(seg[i], "spaces") == 0) {
			in_space(r, seg + i + 1, n - i - 1);
			return;
		}
		if (strcmp(seg[i], "display") == 0) {
			r->space = seg[i + 1];
			r->title = i + 2 < n ? seg[n - 1] : NULL;	/* a blog post has its date between */
			r->home = r->title == NULL;
			return;
		}
		if (strcmp(seg[i], "x") == 0) {
			r->id = page_ref_short(a, seg[i + 1], strlen(seg[i + 1]));
			return;
		}
		if (strcmp(seg[i], "content") == 0 && is_number(seg[i + 1])) {
			r->id = seg[i + 1];
			return;
		}
	}
}

static int
parse_url(struct call *c, const struct site *s, const char *url, struct page_ref *r)
{
	static const char *const ids[] = { "pageId", "homepageId", "draftId", "contentId", "entityId" };
	const char *path = path_of(url, s->base);

	if (path == NULL)
		path = path_of(url, s->web);
	if (path == NULL)
		return site_foreign_link(c, s);
	for (size_t i = 0; i < LEN(ids) && r->id == NULL; i++) {
		r->id = parameter(c->arena, url, ids[i]);
		if (r->id != NULL && !is_number(r->id))
			r->id = NULL;
	}
	r->comment = parameter(c->arena, url, "focusedCommentId");
	if (r->id == NULL)
		read_path(c->arena, path, r);
	if (r->id == NULL && r->title == NULL) {
		r->title = parameter(c->arena, url, "title");
		if (parameter(c->arena, url, "spaceKey") != NULL)
			r->space = parameter(c->arena, url, "spaceKey");
	}
	if (r->id != NULL || (r->space != NULL && (r->title != NULL || r->home)))
		return 0;
	call_fail(c, ERR_INPUT, "There is no page in that link.");
	call_hint(c, "Give the page's id, its title with space_key, or the link that the browser shows on the page.");
	return -1;
}

int
page_ref_parse(struct call *c, const struct site *s, const char *text, struct page_ref *ret)
{
	struct page_ref r = { .id = NULL };
	char *t = str_trim(c->arena, text, strlen(text));

	if (str_starts(t, "confluence:"))	/* as the results of the tool named search say it */
		t += strlen("confluence:");
	if (str_istarts(t, "http://") || str_istarts(t, "https://")) {
		if (parse_url(c, s, t, &r) == -1)
			return -1;
	} else if (is_number(t)) {
		r.id = t;
	} else if (*t != '\0') {
		r.title = t;
	} else {
		return call_fail(c, ERR_INPUT, "page_id is empty.");
	}
	*ret = r;
	return 0;
}
