/*
 * Names: how people and groups look, and the addresses of things as each deployment
 * writes them. Everything below the base: "/spaces/OPS/pages/1/Title".
 */
#include "base/str.h"
#include "sandbox/cf.h"

#include <string.h>

const char *
cf_user_id(const struct sb_rq *rq, int who)
{
	return rq->site->dc ? sb_people[who].key : sb_people[who].account_id;
}

static void
put_picture(struct sb_rq *rq, const char *key)
{
	struct jw *w = &rq->w;

	jw_obj_in(w, key);
	jw_str(w, "path", arena_printf(rq->arena, "%s/images/icons/profilepics/default.svg", cf_context(rq)));
	jw_int(w, "width", 48);
	jw_int(w, "height", 48);
	jw_bool(w, "isDefault", true);
	jw_end(w);
}

void
cf_put_user(struct sb_rq *rq, int who)
{
	const struct sb_person *p = &sb_people[who];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "type", "known");
	if (rq->site->dc) {
		jw_str(w, "username", p->name);
		jw_str(w, "userKey", p->key);
	} else {
		jw_str(w, "accountId", p->account_id);
		jw_str(w, "accountType", "atlassian");
		jw_str(w, "email", who == rq->me ? p->email : "");
		jw_str(w, "publicName", p->display);
	}
	put_picture(rq, "profilePicture");
	jw_str(w, "displayName", p->display);
	if (!rq->site->dc) {
		jw_str(w, "timeZone", p->tz);
		jw_bool(w, "isExternalCollaborator", who == SB_GUEST);
	}
	jw_obj_in(w, "_expandable");
	if (rq->site->dc) {
		jw_str(w, "status", "");
	} else {
		jw_str(w, "operations", "");
		jw_str(w, "personalSpace", "");
	}
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self",
	    arena_printf(rq->arena, "%s/rest/api/user?%s=%s", cf_base(rq), rq->site->dc ? "key" : "accountId",
		cf_user_id(rq, who)));
	jw_end(w);
	jw_end(w);
}

void
cf_put_group(struct sb_rq *rq, int group)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "type", "group");
	jw_str(w, "name", cf_groups[group].name);
	if (!rq->site->dc)
		jw_str(w, "id", cf_groups[group].id);
	jw_obj_in(w, "_links");
	jw_str(w, "self",
	    rq->site->dc ? arena_printf(rq->arena, "%s/rest/api/group/%s", cf_base(rq), cf_groups[group].name)
			 : arena_printf(rq->arena, "%s/rest/api/group/by-id?id=%s", cf_base(rq), cf_groups[group].id));
	jw_end(w);
	jw_end(w);
}

const char *
cf_space_webui(struct sb_rq *rq, const struct cf_space *s)
{
	return arena_printf(rq->arena, rq->site->dc ? "/display/%s" : "/spaces/%s", s->key);
}

static char *
encoded(struct sb_rq *rq, const char *title)
{
	struct buf b;
	char *s;

	buf_init(&b, 4096);
	str_urlencode(&b, title, strlen(title));
	s = arena_strndup(rq->arena, b.data, b.len);
	buf_release(&b);
	return s;
}

/* In addresses of pages a space is a plus. */
static const char *
slug(struct sb_rq *rq, const char *title)
{
	char *s = encoded(rq, title);

	for (char *in = s, *out = s;; in++, out++) {
		if (strncmp(in, "%20", 3) == 0) {
			*out = '+';
			in += 2;
		} else
			*out = *in;
		if (*in == '\0')
			return s;
	}
}

const char *
cf_webui(struct sb_rq *rq, const struct cf_content *c)
{
	struct arena *a = rq->arena;
	long long id = (long long)c->id;

	if (c->type == CF_COMMENT && c->parent != NULL)
		return arena_printf(a, "%s%sfocusedCommentId=%lld%s%lld", cf_webui(rq, c->parent),
		    strchr(cf_webui(rq, c->parent), '?') != NULL ? "&" : "?", id,
		    c->in_line ? "#inline-comment-" : "#comment-", id);
	if (c->type == CF_ATTACHMENT && c->parent != NULL)
		return arena_printf(a, "%s%spreview=%%2F%lld%%2F%lld%%2F%s", cf_webui(rq, c->parent),
		    strchr(cf_webui(rq, c->parent), '?') != NULL ? "&" : "?", (long long)c->parent->id, id,
		    slug(rq, cf_title(c)));
	if (rq->site->dc)
		return strpbrk(cf_title(c), "?/&:#%+") != NULL
			   ? arena_printf(a, "/pages/viewpage.action?pageId=%lld", id)
			   : arena_printf(a, "/display/%s/%s", c->space->key, slug(rq, cf_title(c)));
	if (c->type == CF_PAGE)
		return arena_printf(a, "/spaces/%s/pages/%lld/%s", c->space->key, id, slug(rq, cf_title(c)));
	if (c->type == CF_BLOGPOST)
		return arena_printf(a, "/spaces/%s/blog/%.4s/%.2s/%.2s/%lld/%s", c->space->key,
		    cf_time(rq, c->created_ms), cf_time(rq, c->created_ms) + 5, cf_time(rq, c->created_ms) + 8, id,
		    slug(rq, cf_title(c)));
	return arena_printf(a, "/spaces/%s/%s/%lld", c->space->key, cf_type_name(c->type), id);
}

/* The id's bytes, lowest first, in base64 without the A's at the end. */
const char *
cf_tiny(struct arena *a, int64_t id)
{
	unsigned char bytes[8];
	struct buf b;
	char *s;
	size_t n = 0;

	for (uint64_t v = (uint64_t)id; v != 0; v >>= 8)
		bytes[n++] = (unsigned char)(v & 0xff);
	buf_init(&b, 64);
	str_base64(&b, bytes, n);
	while (b.len > 0 && (b.data[b.len - 1] == '=' || b.data[b.len - 1] == 'A'))
		buf_truncate(&b, b.len - 1);
	s = arena_strndup(a, b.data, b.len);
	buf_release(&b);
	for (char *p = s; *p != '\0'; p++)
		*p = *p == '/' ? '-' : *p == '+' ? '_' : *p;
	return arena_printf(a, "/x/%s", s);
}

const char *
cf_download(struct sb_rq *rq, const struct cf_content *c)
{
	return arena_printf(rq->arena, "/download/attachments/%lld/%s?version=%zu&modificationDate=%lld&api=v2",
	    (long long)(c->parent != NULL ? c->parent->id : 0), encoded(rq, cf_title(c)), c->version_count,
	    (long long)cf_now(c)->at_ms);
}
