/* page_change -> JSON -> rest_write -> the answer held against what was asked. */
#include "tools/confluence_edit.h"

#include "base/str.h"
#include "tools/confluence_view.h"

#include <string.h>

enum { MAX_LABEL = 255 };

void
request_begin(struct request *r)
{
	buf_init(&r->buf, 2 * CONFLUENCE_MAX_BODY);
	jw_init(&r->w, &r->buf);
	jw_obj(&r->w);
}

const char *
request_end(struct call *c, struct request *r)
{
	const char *text = NULL;

	jw_end(&r->w);
	if (buf_overflowed(&r->buf))
		call_fail(c, ERR_TOO_LARGE, "The request would be larger than %d MiB.", 2 * CONFLUENCE_MAX_BODY / 1024 / 1024);
	else
		text = arena_strndup(c->arena, r->buf.data, r->buf.len);
	buf_release(&r->buf);
	return text;
}

const char *
page_label(struct arena *a, const struct page *p)
{
	return arena_printf(a, "%s %s", p->id, p->title);
}

const char *
page_before(struct call *c, const struct page *p)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "title", p->title);
	jw_int(&r.w, "version", p->version);
	if (p->parent_id != NULL)
		jw_str(&r.w, "parent", p->parent_id);
	if (p->storage != NULL)
		jw_str(&r.w, "storage", p->storage);
	return request_end(c, &r);
}

int
page_refused(struct call *c)
{
	const char *m = c->err.message;

	if (m == NULL)
		return -1;
	if (strcasestr(m, "already exists") != NULL || strcasestr(m, "same title") != NULL)
		call_hint(c, "The title is taken in that space: choose another, or change that page with confluence_update_page.");
	else if (strcasestr(m, "XHTML") != NULL || strcasestr(m, "parsing") != NULL)
		call_hint(c, "Confluence refused the text: give plain Markdown, or well-formed storage format.");
	return -1;
}

int
page_check_space(struct call *c, const struct site *s, const struct page *p, const struct space *sp)
{
	if (sp->key == NULL || (site_is_cloud(s) ? str_eq(p->space_id, sp->id) : str_ieq(p->space_key, sp->key)))
		return 0;
	call_fail(c, ERR_INPUT, "The %s %s is not in the space %s.", p->type, page_label(c->arena, p), sp->key);
	call_hint(c, "Leave the space out, or give a parent in it.");
	return -1;
}

static const char *
cloud_body(struct call *c, const struct site *s, const struct page *now, const struct page_change *ch)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "id", now->id);
	jw_str(&r.w, "status", "current");
	jw_str(&r.w, "title", ch->title != NULL ? ch->title : now->title);
	if (ch->parent != NULL)
		jw_str(&r.w, "parentId", ch->parent);
	body_write(s, &r.w, ch->storage != NULL ? ch->storage : now->storage);
	jw_obj_in(&r.w, "version");
	jw_int(&r.w, "number", now->version + 1);
	if (ch->message != NULL)
		jw_str(&r.w, "message", ch->message);
	jw_end(&r.w);
	return request_end(c, &r);
}

static const char *
dc_body(struct call *c, const struct site *s, const struct page *now, const struct page_change *ch)
{
	struct request r;

	request_begin(&r);
	jw_str(&r.w, "id", now->id);
	jw_str(&r.w, "type", now->type);
	jw_str(&r.w, "title", ch->title != NULL ? ch->title : now->title);
	if (ch->parent != NULL) {
		jw_arr_in(&r.w, "ancestors");
		jw_obj(&r.w);
		jw_str(&r.w, "id", ch->parent);
		jw_end(&r.w);
		jw_end(&r.w);
	}
	if (ch->storage != NULL)
		body_write(s, &r.w, ch->storage);
	jw_obj_in(&r.w, "version");
	jw_int(&r.w, "number", now->version + 1);
	if (ch->message != NULL)
		jw_str(&r.w, "message", ch->message);
	if (ch->minor)
		jw_bool(&r.w, "minorEdit", true);
	jw_end(&r.w);
	return request_end(c, &r);
}

int
page_put(struct call *c, struct site *s, const struct page *now, const struct page_change *ch, struct page *ret)
{
	struct rest_write w = { .method = "PUT", .target = now->id };
	const char *title = ch->title != NULL ? ch->title : now->title;

	w.what = arena_printf(c->arena, "the change of page %s", now->id);
	w.before = page_before(c, now);
	if (site_is_cloud(s)) {
		w.path = rest_path(c, s, "{api}/%s/%s", page_collection(now->type), now->id);
		w.body = cloud_body(c, s, now, ch);
	} else {
		w.path = rest_path(c, s, "{api}/content/%s", now->id);
		w.body = dc_body(c, s, now, ch);
	}
	if (w.body == NULL)
		return -1;
	if (rest_write(c, s, &w) == -1)
		return page_refused(c);
	page_from_json(c, s, w.json, ret);
	if (ret->id == NULL || !str_eq(ret->id, now->id) || ret->version != now->version + 1)
		return call_fail(c, ERR_IGNORED, "%s answered the change of page %s without a new version.", s->label, now->id);
	if (!str_eq(ret->title, title))
		return call_fail(c, ERR_IGNORED, "%s changed page %s (version %lld), but its title is \"%s\".", s->label, now->id,
		    (long long)ret->version, ret->title != NULL ? ret->title : "");
	if (ch->parent != NULL && ret->parent_id != NULL && !str_eq(ret->parent_id, ch->parent))
		return call_fail(c, ERR_IGNORED, "%s changed page %s (version %lld), but its parent is still %s.", s->label, now->id,
		    (long long)ret->version, ret->parent_id);
	ret->type = now->type;
	return 0;
}

int
template_get(struct call *c, struct site *s, const char *id, json **ret)
{
	struct rest_req q = { .path = rest_path(c, s, "{v1}/template/%s", id), .optional = true };
	const char *space;

	if (rest_read(c, s, &q) == -1)
		return -1;
	space = json_path_str(q.json, "space.key");
	if (json_get_str(q.json, "name") == NULL || (space != NULL && !site_fence_allows(s, space))) {
		call_fail(c, ERR_NOT_FOUND, "There is no template %.80s, or this account may not see it.", id);
		call_hint(c, "confluence_list_page_templates lists them, those of a space with space_key.");
		return -1;
	}
	*ret = q.json;
	return 0;
}

static bool
has_label(json *answer, const char *name)
{
	for (struct json_iter it = json_iter(json_get(answer, "results")); json_next(&it);) {
		if (str_ieq(json_get_str(it.value, "name"), name))
			return true;
	}
	return false;
}

int
labels_check(struct call *c, char **names)
{
	for (char **n = names; *n != NULL; n++) {
		if (**n != '\0' && strlen(*n) <= MAX_LABEL && strpbrk(*n, " \t\n,") == NULL)
			continue;
		call_fail(c, ERR_INPUT, "\"%.80s\" can't be a label: labels have no spaces or commas.", *n);
		call_hint(c, "Write it with hyphens, e.g. release-notes.");
		return -1;
	}
	return 0;
}

int
labels_put(struct call *c, struct site *s, const char *id, char **names, const char **ret_names)
{
	struct rest_write w = { .method = "POST", .target = id };
	struct buf b;
	struct jw j;

	if (labels_check(c, names) == -1)
		return -1;
	buf_init(&b, 64 * 1024);
	jw_init(&j, &b);
	jw_arr(&j);
	for (char **n = names; *n != NULL; n++) {
		jw_obj(&j);
		jw_str(&j, "prefix", "global");
		jw_str(&j, "name", str_lower(c->arena, *n));
		jw_end(&j);
	}
	jw_end(&j);
	w.body = arena_strdup(c->arena, b.data);
	buf_release(&b);
	w.path = rest_path(c, s, "{v1}/content/%s/label", id);
	w.what = arena_printf(c->arena, "the labelling of %s", id);
	if (rest_write(c, s, &w) == -1)
		return -1;
	for (char **n = names; *n != NULL; n++) {
		if (!has_label(w.json, *n))
			return call_fail(c, ERR_IGNORED, "%s accepted the label %s, but %s does not have it.", s->label, *n, id);
	}
	buf_init(&b, 16 * 1024);
	for (struct json_iter it = json_iter(json_get(w.json, "results")); json_next(&it);)
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", json_get_str(it.value, "name"));
	*ret_names = arena_strdup(c->arena, b.data);
	buf_release(&b);
	return 0;
}
