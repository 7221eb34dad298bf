/*
 * v2's JSON: pages, blog posts, folders and their like, comments, attachments,
 * spaces, people. A list shows a thing without what only a single answer has.
 */
#include "base/str.h"
#include "sandbox/cf.h"

#include <string.h>

static const char *
number_text(struct sb_rq *rq, int64_t n)
{
	return arena_printf(rq->arena, "%lld", (long long)n);
}

void
cf_put_user_v2(struct sb_rq *rq, int who)
{
	const struct sb_person *p = &sb_people[who];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "displayName", p->display);
	jw_str(w, "timeZone", p->tz);
	jw_bool(w, "isExternalCollaborator", who == SB_GUEST);
	jw_str(w, "accountStatus", p->active ? "active" : "inactive");
	jw_str(w, "accountId", p->account_id);
	jw_str(w, "email", who == rq->me ? p->email : "");
	jw_str(w, "accountType", "atlassian");
	jw_str(w, "publicName", p->display);
	jw_obj_in(w, "profilePicture");
	jw_str(w, "path", "/wiki/aa-avatar/default");
	jw_bool(w, "isDefault", true);
	jw_end(w);
	jw_end(w);
}

void
cf_put_version(struct sb_rq *rq, const struct cf_content *c, size_t number)
{
	const struct cf_version *v = &c->version[number - 1];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "number", (int64_t)number);
	jw_str(w, "message", v->message);
	jw_bool(w, "minorEdit", v->minor);
	jw_str(w, "authorId", sb_people[v->author].account_id);
	jw_str(w, "createdAt", cf_time(rq, v->at_ms));
	jw_end(w);
}

void
cf_put_space_v2(struct sb_rq *rq, const struct cf_space *s, bool single)
{
	struct jw *w = &rq->w;
	const char *format = sb_arg(rq, "description-format");

	jw_obj(w);
	jw_str(w, "id", number_text(rq, s->id));
	jw_str(w, "key", s->key);
	jw_str(w, "name", s->name);
	jw_str(w, "type", s->personal ? "personal" : "global");
	jw_str(w, "status", s->archived ? "archived" : "current");
	jw_str(w, "authorId", sb_people[s->author].account_id);
	jw_str(w, "spaceOwnerId", sb_people[s->author].account_id);
	if (!single)
		jw_str(w, "currentActiveAlias", s->key);
	jw_str(w, "createdAt", cf_time(rq, s->created_ms));
	if (s->home != NULL)
		jw_str(w, "homepageId", number_text(rq, s->home->id));
	if (format != NULL) {
		jw_obj_in(w, "description");
		jw_obj_in(w, format);
		jw_str(w, "representation", format);
		jw_str(w, "value", s->about);
		jw_end(w);
		jw_end(w);
	}
	jw_obj_in(w, "_links");
	jw_str(w, "webui", cf_space_webui(rq, s));
	if (single)
		jw_str(w, "base", cf_base(rq));
	jw_end(w);
	jw_end(w);
}

static void
put_body(struct sb_rq *rq, const struct cf_content *c, const struct cf_version *v, bool single)
{
	const char *format = sb_arg(rq, "body-format"), *text;
	struct jw *w = &rq->w;

	if (format == NULL) {
		if ((c->type == CF_PAGE || c->type == CF_BLOGPOST || c->type == CF_COMMENT) &&
		    !str_eq(rq->method, "GET"))
			format = "storage";
		else {
			jw_obj_in(w, "body");
			jw_end(w);
			return;
		}
	}
	text = single || str_eq(format, "storage") || str_eq(format, "atlas_doc_format")
		   ? cf_from_storage(rq, format, c, v->body, v->len)
		   : NULL;
	if (text == NULL) {
		sb_fail(rq, 400, "Provided value for 'body-format' is not valid: %s", format);
		text = "";
	}
	jw_obj_in(w, "body");
	jw_obj_in(w, format);
	jw_str(w, "representation", format);
	jw_str(w, "value", text);
	jw_end(w);
	jw_end(w);
}

void
cf_put_operations(struct sb_rq *rq, const struct cf_content *c)
{
	struct jw *w = &rq->w;
	bool edit = cf_may_edit(c, rq->me), guest = rq->me == SB_GUEST;
	const struct {
		const char *name;
		bool may;
	} all[] = { { "read", true }, { "update", edit }, { "delete", edit && !guest },
		{ "restrict_content", edit && !guest } };

	jw_arr(w);
	for (size_t i = 0; i < LEN(all); i++)
		if (all[i].may) {
			jw_obj(w);
			jw_str(w, "operation", all[i].name);
			jw_str(w, "targetType", cf_type_name(c->type));
			jw_end(w);
		}
	jw_end(w);
}

void
cf_put_property(struct sb_rq *rq, const struct cf_property *p)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", number_text(rq, p->id));
	jw_str(w, "key", p->key);
	jw_key(w, "value");
	jw_raw(w, p->value, strlen(p->value));
	jw_obj_in(w, "version");
	jw_int(w, "number", p->version);
	jw_str(w, "message", "");
	jw_bool(w, "minorEdit", false);
	jw_str(w, "authorId", sb_people[p->author].account_id);
	jw_str(w, "createdAt", cf_time(rq, p->at_ms));
	jw_end(w);
	jw_end(w);
}

/* {"results":[...],"meta":{...},"_links":{...}} of what include-... asks for. */
static void
begin_included(struct sb_rq *rq, const char *name)
{
	jw_obj_in(&rq->w, name);
	jw_arr_in(&rq->w, "results");
}

static void
end_included(struct sb_rq *rq, struct cf_content *c, const char *name)
{
	struct jw *w = &rq->w;

	jw_end(w);
	jw_obj_in(w, "meta");
	jw_bool(w, "hasMore", false);
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self",
	    arena_printf(rq->arena, "/wiki/api/v2/%ss/%lld/%s", cf_type_name(c->type), (long long)c->id, name));
	jw_end(w);
	jw_end(w);
}

static void
put_included(struct sb_rq *rq, struct cf_content *c)
{
	struct jw *w = &rq->w;

	if (sb_arg_is(rq, "include-labels", "true")) {
		begin_included(rq, "labels");
		for (size_t i = 0; i < c->label_count; i++)
			cf_put_label(rq, c->label[i]);
		end_included(rq, c, "labels");
	}
	if (sb_arg_is(rq, "include-properties", "true")) {
		begin_included(rq, "properties");
		for (size_t i = 0; i < c->property_count; i++)
			cf_put_property(rq, &c->property[i]);
		end_included(rq, c, "properties");
	}
	if (sb_arg_is(rq, "include-operations", "true")) {
		jw_obj_in(w, "operations");
		jw_key(w, "results");
		cf_put_operations(rq, c);
		jw_obj_in(w, "meta");
		jw_bool(w, "hasMore", false);
		jw_end(w);
		jw_obj_in(w, "_links");
		jw_end(w);
		jw_end(w);
	}
	if (sb_arg_is(rq, "include-likes", "true")) {
		begin_included(rq, "likes");
		for (int i = 0; i < SB_PEOPLE; i++)
			if ((c->likes >> i & 1) != 0) {
				jw_obj(w);
				jw_str(w, "accountId", sb_people[i].account_id);
				jw_end(w);
			}
		end_included(rq, c, "likes");
	}
	if (sb_arg_is(rq, "include-versions", "true")) {
		begin_included(rq, "versions");
		for (size_t i = c->version_count; i > 0; i--)
			cf_put_version(rq, c, i);
		end_included(rq, c, "versions");
	}
	if (sb_arg_is(rq, "include-favorited-by-current-user-status", "true"))
		jw_bool(w, "isFavoritedByCurrentUser", (c->favourites >> rq->me & 1) != 0);
}

static void
put_container(struct sb_rq *rq, const struct cf_content *c)
{
	static const char *const names[CF_TYPES] = {
		[CF_PAGE] = "pageId", [CF_BLOGPOST] = "blogPostId", [CF_ATTACHMENT] = "attachmentId"
	};

	if (c->parent != NULL && names[c->parent->type] != NULL)
		jw_str(&rq->w, names[c->parent->type], number_text(rq, c->parent->id));
}

static void
put_comment_part(struct sb_rq *rq, struct cf_content *c, bool single)
{
	static const char *const resolutions[] = { "open", "reopened", "resolved", "dangling" };
	struct jw *w = &rq->w;

	if (c->reply_to == NULL || single)
		put_container(rq, c);
	if (c->reply_to != NULL)
		jw_str(w, "parentCommentId", number_text(rq, c->reply_to->id));
	if (!c->in_line)
		return;
	jw_str(w, "resolutionStatus", resolutions[c->resolution]);
	if (single && c->resolved_by >= 0) {
		jw_str(w, "resolutionLastModifierId", sb_people[c->resolved_by].account_id);
		jw_str(w, "resolutionLastModifiedAt", cf_time(rq, c->resolved_ms));
	}
	jw_obj_in(w, "properties");
	jw_str(w, "inlineMarkerRef", c->marker != NULL ? c->marker : "");
	jw_str(w, "inlineOriginalSelection", c->selection != NULL ? c->selection : "");
	jw_end(w);
}

static void
put_attachment_part(struct sb_rq *rq, struct cf_content *c)
{
	struct jw *w = &rq->w;

	put_container(rq, c);
	jw_str(w, "createdAt", cf_time(rq, c->created_ms));
	jw_str(w, "mediaType", cf_now(c)->media);
	jw_str(w, "mediaTypeDescription", "File");
	jw_str(w, "comment", c->remark != NULL ? c->remark : "");
	jw_str(w, "fileId", c->file_id);
	jw_int(w, "fileSize", (int64_t)cf_now(c)->len);
	jw_str(w, "webuiLink", cf_webui(rq, c));
	jw_str(w, "downloadLink", cf_download(rq, c));
}

static void
put_page_part(struct sb_rq *rq, struct cf_content *c, bool single)
{
	struct jw *w = &rq->w;
	bool tree = (1 << c->type & CF_IN_TREE) != 0;

	jw_str(w, "spaceId", number_text(rq, c->space->id));
	jw_str(w, "authorId", sb_people[c->author].account_id);
	jw_str(w, "createdAt", cf_time(rq, c->created_ms));
	if (!tree)
		return;
	if (c->parent != NULL) {
		jw_str(w, "parentId", number_text(rq, c->parent->id));
		jw_str(w, "parentType", cf_type_name(c->parent->type));
	}
	jw_int(w, "position", c->position);
	jw_str(w, "ownerId", sb_people[c->owner].account_id);
	if (c->type == CF_PAGE) {
		jw_str(w, "lastOwnerId", NULL);
		if (c->live && !single)
			jw_str(w, "subtype", "live");
	} else {
		jw_str(w, "type", cf_type_name(c->type));
	}
}

void
cf_put_v2(struct sb_rq *rq, struct cf_content *c, size_t number, bool single)
{
	bool whole = number == 0 || number == c->version_count;
	struct jw *w = &rq->w;

	number = number == 0 ? c->version_count : number;
	jw_obj(w);
	jw_str(w, "id", cf_id_text(rq->arena, c));
	jw_str(w, "status", whole ? cf_status_name(c->status) : "historical");
	jw_str(w, "title", c->version[number - 1].title);
	if (c->type == CF_COMMENT)
		put_comment_part(rq, c, single);
	else if (c->type == CF_ATTACHMENT)
		put_attachment_part(rq, c);
	else
		put_page_part(rq, c, single);
	jw_key(w, "version");
	cf_put_version(rq, c, number);
	if (c->type == CF_PAGE || c->type == CF_BLOGPOST || c->type == CF_COMMENT)
		put_body(rq, c, &c->version[number - 1], single);
	if (single) {
		if (c->type != CF_COMMENT)
			put_included(rq, c);
		return;
	}
	jw_obj_in(w, "_links");
	jw_str(w, "webui", cf_webui(rq, c));
	if (c->type == CF_PAGE || c->type == CF_BLOGPOST) {
		jw_str(
		    w, "editui", arena_printf(rq->arena, "/pages/resumedraft.action?draftId=%lld", (long long)c->id));
		jw_str(w, "tinyui", cf_tiny(rq->arena, c->id));
	}
	if (c->type == CF_ATTACHMENT)
		jw_str(w, "download", cf_download(rq, c));
	jw_end(w);
	jw_end(w);
}

void
cf_end_single(struct sb_rq *rq, struct cf_content *c)
{
	struct jw *w = &rq->w;

	jw_obj_in(w, "_links");
	jw_str(w, "webui", cf_webui(rq, c));
	if (c->type == CF_PAGE || c->type == CF_BLOGPOST) {
		jw_str(
		    w, "editui", arena_printf(rq->arena, "/pages/resumedraft.action?draftId=%lld", (long long)c->id));
		jw_str(w, "tinyui", cf_tiny(rq->arena, c->id));
	}
	if (c->type == CF_ATTACHMENT)
		jw_str(w, "download", cf_download(rq, c));
	jw_str(w, "base", cf_base(rq));
	jw_end(w);
	jw_end(w);
}

void
cf_put_v2_one(struct sb_rq *rq, struct cf_content *c, size_t number)
{
	cf_put_v2(rq, c, number, true);
	cf_end_single(rq, c);
}
