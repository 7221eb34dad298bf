/*
 * Spaces and pages of both deployments as one struct each. Cloud names a page's space by a number, which is asked for
 * once; Data Center by its key. A page is asked for once: its body, version, space and labels come in one answer.
 */
#include "atlassian/confluence_int.h"

#include "atlassian/pick.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CANDIDATES = 8, LIST = 250 };

/* Cloud's collections, in the order in which an id is looked for. */
static const struct {
	const char *type, *path;
	bool page;
} collections[] = {
	{ "page", "pages", true },
	{ "blogpost", "blogposts", true },
	{ "folder", "folders", false },
	{ "whiteboard", "whiteboards", false },
	{ "database", "databases", false },
	{ "embed", "embeds", false },
};

const char *
page_collection(const char *type)
{
	for (size_t i = 0; i < LEN(collections); i++) {
		if (str_eq(collections[i].type, type))
			return collections[i].path;
	}
	return "pages";
}

const char *
confluence_next(struct call *c, json *list)
{
	const char *next = json_path_str(list, "_links.next"), *p = next == NULL ? NULL : strstr(next, "cursor=");
	char *out, *to;

	if (next == NULL)
		return NULL;
	if (p == NULL)
		return arena_printf(c->arena, "%lld", (long long)(json_get_int(list, "start", 0) + (int64_t)json_len(json_get(list, "results"))));
	p += strlen("cursor=");
	out = to = arena_strndup(c->arena, p, strcspn(p, "&#"));
	for (const char *q = out; *q != '\0'; q++) {
		unsigned ch;
		char two[3] = { q[0] == '%' ? q[1] : 0, q[0] == '%' && q[1] != 0 ? q[2] : 0, 0 };

		if (strlen(two) == 2 && strspn(two, "0123456789abcdefABCDEF") == 2 && (ch = (unsigned)strtoul(two, NULL, 16)) != 0) {
			*to++ = (char)ch;
			q += 2;
		} else {
			*to++ = *q;
		}
	}
	*to = '\0';
	return out;
}

/* ---- spaces ---- */

static void
remember_space(struct site *s, json *v, struct space *ret)
{
	struct site_confluence *m = confluence_memory(s);
	struct space sp = { .key = json_get_str(v, "key"), .name = json_get_str(v, "name") };
	const char *home = json_get_str(v, "homepageId");

	sp.id = json_scalar(s->arena, json_get(v, "id"));
	sp.home = home != NULL ? home : json_path_str(v, "homepage.id");
	if (sp.key == NULL)
		return;
	*ret = sp;
	for (size_t i = 0; i < m->space_count; i++) {
		if (strcmp(m->spaces[i].key, sp.key) == 0)
			return;
	}
	if (m->space_count < MAX_SPACES)
		m->spaces[m->space_count++] = (struct space){ arena_strdup(s->arena, sp.key), arena_strdup(s->arena, sp.name),
			arena_strdup(s->arena, sp.id), arena_strdup(s->arena, sp.home) };
}

static int
no_space(struct call *c, const char *text)
{
	call_fail(c, ERR_NOT_FOUND, "There is no space %.80s, or this account may not see it.", text);
	call_hint(c, "confluence_get_spaces lists the spaces.");
	return -1;
}

static bool
is_number(const char *s)
{
	return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static int
ask_space(struct call *c, struct site *s, const char *text, struct space *ret)
{
	struct rest_req q = { .optional = true };
	json *found, *list;

	if (site_is_cloud(s))
		q.path = rest_query(c, rest_path(c, s, "{api}/spaces"), is_number(text) ? "ids" : "keys", text, NULL);
	else
		q.path = rest_query(c, rest_path(c, s, "{api}/space/%s", text), "expand", "homepage", NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	found = site_is_cloud(s) ? json_at(json_get(q.json, "results"), 0) : q.json;
	if (json_get_str(found, "key") == NULL) {	/* by name, then */
		q.path = rest_query(c, rest_path(c, s, site_is_cloud(s) ? "{api}/spaces" : "{api}/space"), "limit",
		    arena_printf(c->arena, "%d", LIST), "expand", site_is_cloud(s) ? NULL : "homepage", NULL);
		if (rest_read(c, s, &q) == -1)
			return -1;
		list = json_get(q.json, "results");
		if (json_len(list) == 0)
			return no_space(c, text);
		if (pick(c, "space", text, list, "key,name", &found) == -1)
			return -1;
	}
	remember_space(s, found, ret);
	return ret->key == NULL ? call_fail(c, ERR_PROTOCOL, "%s gave a space without a key.", s->label) : 0;
}

static bool
is_space(const struct space *sp, const char *text)
{
	return str_ieq(sp->key, text) || str_eq(sp->id, text) || str_ieq(sp->name, text);
}

int
confluence_space(struct call *c, struct site *s, const char *text, struct space *ret)
{
	const struct site_confluence *m = confluence_memory(s);
	char *t = str_trim(c->arena, text, strlen(text));
	struct page_ref r;
	struct space sp = { .key = NULL };

	if (str_istarts(t, "http://") || str_istarts(t, "https://")) {
		if (page_ref_parse(c, s, t, &r) == -1)
			return -1;
		if (r.space == NULL)
			return call_fail(c, ERR_INPUT, "There is no space in that link.");
		t = arena_strdup(c->arena, r.space);
	}
	if (*t == '\0')
		return call_fail(c, ERR_INPUT, "The space is empty: give its key.");
	for (size_t i = 0; i < m->space_count && sp.key == NULL; i++) {
		if (is_space(&m->spaces[i], t))
			sp = m->spaces[i];
	}
	if (sp.key == NULL && ask_space(c, s, t, &sp) == -1)
		return -1;
	if (!site_fence_allows(s, sp.key))
		return no_space(c, text);
	*ret = sp;
	return 0;
}

const char *
confluence_space_key(struct call *c, struct site *s, const char *id)
{
	const struct site_confluence *m = confluence_memory(s);
	struct rest_req q = { .optional = true };
	struct space sp = { .key = NULL };

	for (size_t i = 0; i < m->space_count; i++) {
		if (str_eq(m->spaces[i].id, id))
			return m->spaces[i].key;
	}
	q.path = rest_path(c, s, "{api}/spaces/%s", id);
	if (rest_read(c, s, &q) == -1)
		return NULL;
	remember_space(s, q.json, &sp);
	if (sp.key == NULL)
		no_space(c, id);
	return sp.key;
}

/* ---- pages ---- */

const char *
page_url(struct arena *a, const struct site *s, const char *webui, const char *id)
{
	if (webui != NULL && *webui == '/')
		return arena_printf(a, "%s%s", s->web, webui);
	return arena_printf(a, "%s/pages/viewpage.action?pageId=%s", s->web, id);
}

/* "ENG" of "/spaces/ENG/pages/123/Title" and "/display/ENG/Title". */
static const char *
key_in_link(struct arena *a, const char *webui)
{
	static const char *const before[] = { "/spaces/", "/display/" };

	for (size_t i = 0; webui != NULL && i < LEN(before); i++) {
		if (str_starts(webui, before[i]))
			return arena_strndup(a, webui + strlen(before[i]), strcspn(webui + strlen(before[i]), "/?#"));
	}
	return NULL;
}

void
page_from_json(struct call *c, const struct site *s, json *v, struct page *ret)
{
	json *ancestors = json_get(v, "ancestors"), *version = json_get(v, "version");
	const char *webui = json_path_str(v, "_links.webui"), *type = json_get_str(v, "type");
	struct page p = { .json = v };

	p.id = json_scalar(c->arena, json_get(v, "id"));
	p.type = type != NULL ? type : "page";
	p.status = json_get_str(v, "status");
	p.title = json_get_str(v, "title");
	p.space_id = json_get_str(v, "spaceId");
	p.space_key = json_path_str(v, "space.key");
	if (p.space_key == NULL)
		p.space_key = key_in_link(c->arena, webui);
	p.parent_id = json_get_str(v, "parentId");
	p.parent_type = json_get_str(v, "parentType");
	if (p.parent_id == NULL && json_len(ancestors) > 0)
		p.parent_id = json_scalar(c->arena, json_get(json_at(ancestors, json_len(ancestors) - 1), "id"));
	p.version = json_get_int(version, "number", 0);
	p.when = json_get_str(version, "createdAt");
	if (p.when == NULL)
		p.when = json_get_str(version, "when");
	p.author = json_get_str(version, "authorId");
	if (p.author == NULL)
		p.author = json_path_str(version, "by.accountId");
	if (p.author == NULL)
		p.author = json_path_str(version, "by.userKey");
	if (p.author == NULL)
		p.author = json_path_str(version, "by.username");
	p.message = json_get_str(version, "message");
	p.storage = json_path_str(v, "body.storage.value");
	p.url = p.id == NULL ? NULL : page_url(c->arena, s, webui, p.id);
	*ret = p;
}

int
page_unknown(struct call *c, const struct site *s, const char *what)
{
	call_fail(c, ERR_NOT_FOUND, "%s has no page %.120s, or this account may not see it.", s->label, what);
	call_hint(c, "confluence_search finds pages.");
	c->err.http_status = 404;
	return -1;
}

int
page_space(struct call *c, struct site *s, struct page *p)
{
	if (p->space_id != NULL && site_is_cloud(s))
		p->space_key = confluence_space_key(c, s, p->space_id);
	else if (p->space_key == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s did not say in which space %s is.", s->label, p->id != NULL ? p->id : "it");
	return p->space_key == NULL ? -1 : 0;
}

int
page_check_fence(struct call *c, struct site *s, struct page *p)
{
	if (s->config->filter == NULL)
		return 0;
	if (page_space(c, s, p) == -1)
		return -1;
	return site_fence_allows(s, p->space_key) ? 0 : page_unknown(c, s, p->id);
}

static char *
with_flags(struct call *c, const struct site *s, char *path, unsigned flags)
{
	if (!site_is_cloud(s)) {
		path = rest_query(c, path, "expand", arena_printf(c->arena, "space,version,ancestors%s%s", flags & PAGE_BODY ?
		    ",body.storage" : "", flags & PAGE_LABELS ? ",metadata.labels" : ""), NULL);
		return flags & PAGE_TRASHED ? rest_query(c, path, "status", "any", NULL) : path;
	}
	path = rest_query(c, path, "body-format", flags & PAGE_BODY ? "storage" : NULL, "include-labels",
	    flags & PAGE_LABELS ? "true" : NULL, NULL);
	return flags & PAGE_TRASHED ? rest_query(c, path, "status", "current", "status", "archived", "status", "trashed", NULL) : path;
}

static int
take(struct call *c, struct site *s, json *v, const char *type, struct page *ret)
{
	page_from_json(c, s, v, ret);
	if (ret->id == NULL || ret->title == NULL)
		return call_fail(c, ERR_PROTOCOL, "%s answered without a page.", s->label);
	if (type != NULL)
		ret->type = type;
	people_add(s, json_path(v, "version.by"));
	return page_check_fence(c, s, ret);
}

int
page_get_id(struct call *c, struct site *s, const char *id, unsigned flags, struct page *ret)
{
	struct rest_req q = { .optional = true };

	if (!site_is_cloud(s)) {
		q.path = with_flags(c, s, rest_path(c, s, "{api}/content/%s", id), flags);
		if (rest_read(c, s, &q) == -1)
			return -1;
		return q.json == NULL ? page_unknown(c, s, id) : take(c, s, q.json, NULL, ret);
	}
	for (size_t i = 0; i < LEN(collections) && (collections[i].page || flags & PAGE_ANY); i++) {
		q.path = rest_path(c, s, "{api}/%s/%s", collections[i].path, id);
		if (collections[i].page)
			q.path = with_flags(c, s, arena_strdup(c->arena, q.path), flags);
		if (rest_read(c, s, &q) == -1)
			return -1;
		if (q.json != NULL)
			return take(c, s, q.json, collections[i].type, ret);
	}
	return page_unknown(c, s, id);
}

int
page_get_version(struct call *c, struct site *s, const struct page *now, int64_t version, struct page *ret)
{
	struct rest_req q = { .optional = true };
	const char *number = arena_printf(c->arena, "%lld", (long long)version);

	if (version == now->version && now->storage != NULL) {
		*ret = *now;
		return 0;
	}
	if (site_is_cloud(s))
		q.path = rest_query(c, rest_path(c, s, "{api}/%s/%s", page_collection(now->type), now->id), "body-format", "storage",
		    "version", number, NULL);
	else
		q.path = rest_query(c, rest_path(c, s, "{api}/content/%s", now->id), "status", version == now->version ? "current" :
		    "historical", "version", version == now->version ? NULL : number, "expand", "space,version,body.storage", NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	if (q.json == NULL) {
		call_fail(c, ERR_NOT_FOUND, "%s has no version %s of page %s (the newest is %lld).", s->label, number, now->id,
		    (long long)now->version);
		call_hint(c, "confluence_get_page_history lists the versions.");
		return -1;
	}
	if (take(c, s, q.json, now->type, ret) == -1)
		return -1;
	ret->space_key = ret->space_key != NULL ? ret->space_key : now->space_key;
	return 0;
}

/* ---- by title ---- */

const char *
cql_quoted(struct call *c, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, 2 * strlen(text) + 3);
	buf_addc(&b, '"');
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *p);
	}
	buf_addc(&b, '"');
	out = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return out;
}

/* Words for the "~" operator, whose own signs would mean something else. */
static const char *
cql_text(struct call *c, const char *text)
{
	const char *out;
	struct buf b;

	buf_init(&b, 4096);
	for (const char *p = text; *p != '\0'; p++) {
		if (strchr("\"\\", *p) != NULL)
			buf_addc(&b, '\\');
		buf_addc(&b, strchr("+!(){}[]^~*?:/&|", *p) != NULL ? ' ' : *p);
	}
	out = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return out;
}

/* Nothing has exactly that title: what begins so, if it is one; else a list. */
static int
by_prefix(struct call *c, struct site *s, const char *title, const char *space, unsigned flags, struct page *ret)
{
	const char *cql = arena_printf(c->arena, "type in (page, blogpost) AND title ~ \"%s*\"", cql_text(c, title)), *only = NULL;
	struct rest_req q = { .optional = true };
	size_t exact = 0, begun = 0;
	struct buf b;

	if (space != NULL)
		cql = arena_printf(c->arena, "space = %s AND %s", cql_quoted(c, space), cql);
	q.path = rest_query(c, rest_path(c, s, "{v1}/content/search"), "cql", cql, "limit", "20", "expand", "space", NULL);
	if (rest_read(c, s, &q) == -1)
		return -1;
	buf_init(&b, 4096);
	for (struct json_iter it = json_iter(json_get(q.json, "results")); json_next(&it);) {
		const char *name = json_get_str(it.value, "title"), *key = json_path_str(it.value, "space.key");
		bool same = str_ieq(name, title);

		if (name == NULL || !site_fence_allows(s, key) || (!same && !str_istarts(name, title)))
			continue;
		if (same || (exact == 0 && begun == 0))
			only = json_scalar(c->arena, json_get(it.value, "id"));
		exact += same;
		begun += !same;
		if (exact + begun <= MAX_CANDIDATES)
			buf_addf(&b, "%s%s (%s, %s)", b.len > 0 ? "; " : "", name, key != NULL ? key : "?",
			    json_scalar(c->arena, json_get(it.value, "id")));
	}
	if (exact != 1 && (exact > 1 || begun != 1)) {
		if (b.len > 0) {
			call_fail(c, ERR_INPUT, "\"%.120s\" may be several pages: %s.", title, b.data);
			call_hint(c, "Give the id, or the title with space_key.");
		} else {
			page_unknown(c, s, arena_printf(c->arena, "\"%s\"%s%s", title, space != NULL ? " in space " : "", space != NULL ? space : ""));
		}
		only = NULL;
	}
	buf_release(&b);
	return only == NULL ? -1 : page_get_id(c, s, only, flags, ret);
}

static int
by_title(struct call *c, struct site *s, const char *title, const char *space, unsigned flags, struct page *ret)
{
	struct rest_req q = { .optional = true };
	struct space sp = { .key = NULL };
	json *list;

	if (space != NULL && confluence_space(c, s, space, &sp) == -1)
		return -1;
	if (site_is_cloud(s))
		q.path = rest_query(c, rest_path(c, s, "{api}/pages"), "title", title, "space-id", sp.id, "limit", "5", "body-format",
		    flags & PAGE_BODY ? "storage" : NULL, NULL);
	else
		q.path = with_flags(c, s, rest_query(c, rest_path(c, s, "{api}/content"), "title", title, "spaceKey", sp.key, "limit", "5",
		    "type", "page", NULL), flags & ~(unsigned)PAGE_TRASHED);
	if (rest_read(c, s, &q) == -1)
		return -1;
	list = json_get(q.json, "results");
	if (json_len(list) == 1)
		return take(c, s, json_at(list, 0), "page", ret);
	return by_prefix(c, s, title, sp.key, flags, ret);
}

int
page_get(struct call *c, struct site *s, const char *text, const char *space, unsigned flags, struct page *ret)
{
	struct space sp;
	struct page_ref r;

	if (page_ref_parse(c, s, text, &r) == -1)
		return -1;
	if (r.home) {
		if (confluence_space(c, s, r.space, &sp) == -1)
			return -1;
		if (sp.home == NULL)
			return call_fail(c, ERR_INPUT, "The space %s has no home page.", sp.key);
		r.id = sp.home;
	}
	if (r.id != NULL)
		return page_get_id(c, s, r.id, flags, ret);
	return by_title(c, s, r.title, r.space != NULL ? r.space : str_blank(space) ? NULL : space, flags, ret);
}

int
page_children(struct call *c, struct site *s, const struct page *p, int64_t limit, const char *cursor, json **ret)
{
	const char *n = arena_printf(c->arena, "%lld", (long long)limit);

	if (site_is_cloud(s))
		return rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/%s/%s/direct-children", page_collection(p->type), p->id), "limit",
		    n, "cursor", cursor, NULL), ret);
	return rest_get(c, s, rest_query(c, rest_path(c, s, "{api}/content/%s/child/page", p->id), "limit", n, "start", cursor, NULL),
	    ret);
}
