/*
 * v1's JSON, for Cloud's remnant of it and for Data Center. What is not asked for by
 * ?expand= is named in "_expandable", as the real thing does.
 */
#include "base/str.h"
#include "sandbox/cf.h"

#include <string.h>

static void
put_version_body(struct sb_rq *rq, const struct cf_content *c, size_t number)
{
	const struct cf_version *v = &c->version[number - 1];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_key(w, "by");
	cf_put_user(rq, v->author);
	jw_str(w, "when", cf_time(rq, v->at_ms));
	if (!rq->site->dc)
		jw_str(w, "friendlyWhen", arena_strndup(rq->arena, cf_time(rq, v->at_ms), 10));
	jw_str(w, "message", v->message);
	jw_int(w, "number", (int64_t)number);
	jw_bool(w, "minorEdit", v->minor);
	if (rq->site->dc)
		jw_bool(w, "hidden", false);
}

void
cf_put_version_v1(struct sb_rq *rq, const struct cf_content *c, size_t number)
{
	struct jw *w = &rq->w;

	put_version_body(rq, c, number);
	jw_obj_in(w, "_expandable");
	jw_str(w, "content", arena_printf(rq->arena, "/rest/api/content/%s", cf_id_text(rq->arena, c)));
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_end(w);
	jw_end(w);
}

static void put_expandable(struct sb_rq *rq, const char *name, const char *fmt, ...) ATTR_PRINTF(3, 4);

static void
put_expandable(struct sb_rq *rq, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	jw_str(&rq->w, name, arena_vprintf(rq->arena, fmt, ap));
	va_end(ap);
}

void
cf_put_space(struct sb_rq *rq, const char *prefix, const struct cf_space *s)
{
	static const char *const others[] = { "settings", "metadata", "operations", "lookAndFeel", "permissions",
		"icon", "theme", "history" };
	struct jw *w = &rq->w;
	bool about = cf_expands(rq, prefix, "description"),
	     home = cf_expands(rq, prefix, "homepage") && s->home != NULL;

	jw_obj(w);
	jw_int(w, "id", s->id);
	jw_str(w, "key", s->key);
	if (!rq->site->dc)
		jw_str(w, "alias", s->key);
	jw_str(w, "name", s->name);
	jw_str(w, "status", s->archived ? "archived" : "current");
	jw_str(w, "type", s->personal ? "personal" : "global");
	if (about) {
		jw_obj_in(w, "description");
		jw_obj_in(w, "plain");
		jw_str(w, "value", s->about);
		jw_str(w, "representation", "plain");
		if (!rq->site->dc) {
			jw_arr_in(w, "embeddedContent");
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	}
	if (home) {
		jw_key(w, "homepage");
		cf_put_content(rq, "homepage.", s->home, 0);
	}
	jw_obj_in(w, "_expandable");
	for (size_t i = 0; i < LEN(others); i++)
		jw_str(w, others[i], "");
	if (rq->site->dc)
		jw_str(w, "retentionPolicy", "");
	if (!about)
		jw_str(w, "description", "");
	if (!home)
		put_expandable(
		    rq, "homepage", "/rest/api/content/%lld", (long long)(s->home != NULL ? s->home->id : 0));
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "webui", cf_space_webui(rq, s));
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/space/%s", cf_base(rq), s->key));
	jw_end(w);
	jw_end(w);
}

void
cf_put_label(struct sb_rq *rq, const char *name)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "prefix", "global");
	jw_str(w, "name", name);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)cf_label_id(cf_wiki(rq), name)));
	if (!cf_v2(rq))
		jw_str(w, "label", name);
	jw_end(w);
}

void
cf_put_history(struct sb_rq *rq, const char *prefix, const struct cf_content *c, size_t number)
{
	struct jw *w = &rq->w;
	bool dflt = *prefix == '\0' && sb_arg(rq, "expand") == NULL; /* asked for by itself */
	bool last = dflt || cf_expands(rq, prefix, "lastUpdated"),
	     previous = dflt || cf_expands(rq, prefix, "previousVersion"),
	     people = cf_expands(rq, prefix, "contributors"), next = dflt || cf_expands(rq, prefix, "nextVersion");

	jw_obj(w);
	jw_bool(w, "latest", number == c->version_count);
	jw_key(w, "createdBy");
	cf_put_user(rq, c->author);
	jw_str(w, "createdDate", cf_time(rq, c->created_ms));
	if (last) {
		jw_key(w, "lastUpdated");
		cf_put_version_v1(rq, c, c->version_count);
	}
	if (previous && number > 1) {
		jw_key(w, "previousVersion");
		cf_put_version_v1(rq, c, number - 1);
	}
	if (next && number < c->version_count) {
		jw_key(w, "nextVersion");
		cf_put_version_v1(rq, c, number + 1);
	}
	if (people) {
		uint32_t done = 0;

		jw_obj_in(w, "contributors");
		jw_obj_in(w, "publishers");
		jw_arr_in(w, "users");
		for (size_t i = 0; i < c->version_count; i++) {
			if ((done >> c->version[i].author & 1) == 0)
				cf_put_user(rq, c->version[i].author);
			done |= 1U << c->version[i].author;
		}
		jw_end(w);
		jw_arr_in(w, "userKeys");
		jw_end(w);
		jw_obj_in(w, "_links");
		jw_end(w);
		jw_end(w);
		jw_end(w);
	}
	jw_obj_in(w, "_expandable");
	if (!last)
		jw_str(w, "lastUpdated", "");
	if (!previous)
		jw_str(w, "previousVersion", "");
	if (!people)
		jw_str(w, "contributors", "");
	if (!next)
		jw_str(w, "nextVersion", "");
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/content/%lld/history", cf_base(rq), (long long)c->id));
	jw_end(w);
	jw_end(w);
}

static void
put_people(struct sb_rq *rq, const struct cf_access *x)
{
	struct jw *w = &rq->w;
	int64_t n = 0;

	jw_obj_in(w, "user");
	jw_arr_in(w, "results");
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((x->people >> i & 1) != 0) {
			cf_put_user(rq, i);
			n++;
		}
	jw_end(w);
	jw_int(w, "start", 0);
	jw_int(w, "limit", 200);
	jw_int(w, "size", n);
	if (!rq->site->dc) {
		jw_obj_in(w, "_links");
		jw_end(w);
	}
	jw_end(w);
	jw_obj_in(w, "group");
	jw_arr_in(w, "results");
	n = 0;
	for (int i = 0; i < CF_GROUPS; i++)
		if ((x->groups >> i & 1) != 0) {
			cf_put_group(rq, i);
			n++;
		}
	jw_end(w);
	jw_int(w, "start", 0);
	jw_int(w, "limit", 200);
	jw_int(w, "size", n);
	jw_end(w);
}

void
cf_put_restriction(struct sb_rq *rq, const char *prefix, struct cf_content *c, bool update)
{
	struct jw *w = &rq->w;
	const char *what = update ? "update" : "read";
	bool full = cf_expands(rq, prefix, arena_printf(rq->arena, "%s.restrictions", what)) ||
		    cf_expands(rq, prefix, "restrictions");

	jw_obj(w);
	jw_str(w, "operation", what);
	if (full) {
		jw_obj_in(w, "restrictions");
		put_people(rq, update ? &c->update : &c->read);
		jw_end(w);
	}
	jw_obj_in(w, "_expandable");
	if (!full)
		jw_str(w, "restrictions", "");
	put_expandable(rq, "content", "/rest/api/content/%lld", (long long)c->id);
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self",
	    arena_printf(
		rq->arena, "%s/rest/api/content/%lld/restriction/byOperation/%s", cf_base(rq), (long long)c->id, what));
	jw_end(w);
	jw_end(w);
}

static void
put_bodies(struct sb_rq *rq, const char *prefix, const struct cf_content *c, const struct cf_version *v)
{
	static const char *const kinds[] = { "storage", "view", "export_view", "styled_view", "anonymous_export_view",
		"atlas_doc_format", "editor", "editor2", "wiki" };
	struct jw *w = &rq->w;
	const char *text;

	jw_obj_in(w, "body");
	for (size_t i = 0; i < LEN(kinds); i++) {
		if (!cf_expands(rq, prefix, arena_printf(rq->arena, "body.%s", kinds[i])))
			continue;
		text = cf_from_storage(rq, kinds[i], c, v->body, v->len);
		if (text == NULL)
			continue;
		jw_obj_in(w, kinds[i]);
		jw_str(w, "value", text);
		jw_str(w, "representation", kinds[i]);
		if (!rq->site->dc) {
			jw_arr_in(w, "embeddedContent");
			jw_end(w);
		}
		jw_obj_in(w, "_expandable");
		put_expandable(rq, "content", "/rest/api/content/%lld", (long long)c->id);
		jw_end(w);
		jw_end(w);
	}
	jw_obj_in(w, "_expandable");
	for (size_t i = 0; i < LEN(kinds); i++)
		if (!cf_expands(rq, prefix, arena_printf(rq->arena, "body.%s", kinds[i])) && (!rq->site->dc || i < 5))
			jw_str(w, kinds[i], "");
	jw_end(w);
	jw_end(w);
}

/* Outermost first; a comment's are the comments that it answers. */
static void
put_ancestors(struct sb_rq *rq, struct cf_content *c)
{
	struct cf_content *up[64];
	size_t n = 0;

	while (n < LEN(up) && (c = c->type == CF_COMMENT ? c->reply_to : c->parent) != NULL)
		if (cf_may_read(c, rq->me))
			up[n++] = c;
	jw_arr_in(&rq->w, "ancestors");
	while (n > 0)
		cf_put_content(rq, "ancestors.", up[--n], 0);
	jw_end(&rq->w);
}

static void
put_extensions(struct sb_rq *rq, const char *prefix, struct cf_content *c)
{
	static const char *const resolutions[] = { "open", "reopened", "resolved", "dangling" };
	struct jw *w = &rq->w;
	const struct cf_version *v = cf_now(c);

	jw_obj_in(w, "extensions");
	if (c->type == CF_ATTACHMENT) {
		jw_str(w, "mediaType", v->media);
		jw_int(w, "fileSize", (int64_t)v->len);
		jw_str(w, "comment", c->remark != NULL ? c->remark : "");
		if (!rq->site->dc) {
			jw_str(w, "mediaTypeDescription", "File");
			jw_str(w, "fileId", c->file_id);
			jw_str(w, "collectionName",
			    arena_printf(
				rq->arena, "contentId-%lld", (long long)(c->parent != NULL ? c->parent->id : 0)));
		}
	} else if (c->type == CF_COMMENT) {
		jw_str(w, "location", c->in_line ? "inline" : "footer");
		if (c->in_line && cf_expands(rq, prefix, "extensions.inlineProperties")) {
			jw_obj_in(w, "inlineProperties");
			jw_str(w, "originalSelection", c->selection != NULL ? c->selection : "");
			jw_str(w, "markerRef", c->marker != NULL ? c->marker : "");
			jw_end(w);
		}
		if (cf_expands(rq, prefix, "extensions.resolution")) {
			jw_obj_in(w, "resolution");
			jw_str(w, "status", resolutions[c->resolution]);
			if (c->resolved_by >= 0) {
				jw_key(w, "lastModifier");
				cf_put_user(rq, c->resolved_by);
				jw_str(w, "lastModifiedDate", cf_time(rq, c->resolved_ms));
			}
			jw_end(w);
		}
		jw_obj_in(w, "_expandable");
		if (c->in_line)
			jw_str(w, "inlineProperties", "");
		jw_str(w, "resolution", "");
		jw_end(w);
	} else {
		jw_int(w, "position", c->position);
	}
	jw_end(w);
}

static void
put_metadata(struct sb_rq *rq, const char *prefix, struct cf_content *c)
{
	struct jw *w = &rq->w;
	bool labels = cf_expands(rq, prefix, "metadata.labels");

	jw_obj_in(w, "metadata");
	if (labels) {
		jw_obj_in(w, "labels");
		jw_arr_in(w, "results");
		for (size_t i = 0; i < c->label_count; i++)
			cf_put_label(rq, c->label[i]);
		jw_end(w);
		jw_int(w, "start", 0);
		jw_int(w, "limit", 200);
		jw_int(w, "size", (int64_t)c->label_count);
		jw_obj_in(w, "_links");
		jw_end(w);
		jw_end(w);
	}
	if (c->type == CF_ATTACHMENT) {
		jw_str(w, "mediaType", cf_now(c)->media);
		if (c->remark != NULL)
			jw_str(w, "comment", c->remark);
	}
	jw_obj_in(w, "_expandable");
	if (!labels)
		jw_str(w, "labels", "");
	jw_str(w, "currentuser", "");
	jw_str(w, "properties", "");
	jw_end(w);
	jw_end(w);
}

static void
put_content_list(struct sb_rq *rq, const char *prefix, const char *name, struct cf_content *c, unsigned types)
{
	struct jw *w = &rq->w;
	struct cf_content **v;
	size_t n = cf_children(cf_wiki(rq), rq->arena, c, types, &v);
	int64_t shown = 0;

	jw_obj_in(w, name);
	jw_arr_in(w, "results");
	for (size_t i = 0; i < n && shown < 25; i++)
		if (cf_may_read(v[i], rq->me)) {
			cf_put_content(rq, arena_printf(rq->arena, "%schildren.%s.", prefix, name), v[i], 0);
			shown++;
		}
	jw_end(w);
	jw_int(w, "start", 0);
	jw_int(w, "limit", 25);
	jw_int(w, "size", shown);
	jw_obj_in(w, "_links");
	jw_str(w, "self",
	    arena_printf(rq->arena, "%s/rest/api/content/%lld/child/%s", cf_base(rq), (long long)c->id, name));
	jw_end(w);
	jw_end(w);
}

static void
put_content_children(struct sb_rq *rq, const char *prefix, struct cf_content *c)
{
	static const struct {
		const char *name;
		enum cf_type type;
	} kinds[] = { { "page", CF_PAGE }, { "comment", CF_COMMENT }, { "attachment", CF_ATTACHMENT } };

	jw_obj_in(&rq->w, "children");
	for (size_t i = 0; i < LEN(kinds); i++)
		if (cf_expands(rq, prefix, arena_printf(rq->arena, "children.%s", kinds[i].name)))
			put_content_list(rq, prefix, kinds[i].name, c, 1U << kinds[i].type);
	jw_obj_in(&rq->w, "_expandable");
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static void
put_links(struct sb_rq *rq, const char *prefix, struct cf_content *c)
{
	struct jw *w = &rq->w;

	jw_obj_in(w, "_links");
	jw_str(w, "webui", cf_webui(rq, c));
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/content/%s", cf_base(rq), cf_id_text(rq->arena, c)));
	if (c->type == CF_PAGE || c->type == CF_BLOGPOST) {
		jw_str(w, "tinyui", cf_tiny(rq->arena, c->id));
		jw_str(w, "edit", arena_printf(rq->arena, "/pages/resumedraft.action?draftId=%lld", (long long)c->id));
	}
	if (c->type == CF_ATTACHMENT)
		jw_str(w, "download",
		    rq->site->dc ? cf_download(rq, c)
				 : arena_printf(rq->arena, "/rest/api/content/%lld/child/attachment/att%lld/download",
				       (long long)(c->parent != NULL ? c->parent->id : 0), (long long)c->id));
	if (*prefix == '\0') {
		jw_str(w, "base", cf_base(rq));
		jw_str(w, "context", cf_context(rq));
		if (rq->site->dc)
			jw_str(w, "collection", "/rest/api/content");
	}
	jw_end(w);
}

void
cf_put_content(struct sb_rq *rq, const char *prefix, struct cf_content *c, size_t number)
{
	static const char *const expandable[] = { "space", "history", "version", "ancestors", "body", "children",
		"container", "restrictions", "metadata" };
	bool want[LEN(expandable)], whole = number == 0 || number == c->version_count;
	const struct cf_version *v;
	struct jw *w = &rq->w;

	number = number == 0 ? c->version_count : number;
	v = &c->version[number - 1];
	for (size_t i = 0; i < LEN(expandable); i++)
		want[i] = cf_expands(rq, prefix, expandable[i]);
	if (rq->site->dc && *prefix == '\0' && sb_arg(rq, "expand") == NULL)
		want[0] = want[1] = want[2] = true;
	jw_obj(w);
	jw_str(w, "id", cf_id_text(rq->arena, c));
	jw_str(w, "type", cf_type_name(c->type));
	jw_str(w, "status", whole ? cf_status_name(c->status) : "historical");
	jw_str(w, "title", v->title);
	if (want[0]) {
		jw_key(w, "space");
		cf_put_space(rq, arena_printf(rq->arena, "%sspace.", prefix), c->space);
	}
	if (want[1]) {
		jw_key(w, "history");
		cf_put_history(rq, arena_printf(rq->arena, "%shistory.", prefix), c, number);
	}
	if (want[2]) {
		jw_key(w, "version");
		cf_put_version_v1(rq, c, number);
	}
	if (want[3])
		put_ancestors(rq, c);
	if (want[4] && c->type != CF_ATTACHMENT)
		put_bodies(rq, prefix, c, v);
	if (want[5])
		put_content_children(rq, prefix, c);
	if (want[6]) {
		jw_key(w, "container");
		if (c->parent != NULL && (1 << c->type & CF_IN_TREE) == 0)
			cf_put_content(rq, arena_printf(rq->arena, "%scontainer.", prefix), c->parent, 0);
		else
			cf_put_space(rq, arena_printf(rq->arena, "%scontainer.", prefix), c->space);
	}
	if (want[7]) {
		jw_obj_in(w, "restrictions");
		for (int update = 0; update < 2; update++) {
			jw_key(w, update ? "update" : "read");
			cf_put_restriction(rq, arena_printf(rq->arena, "%srestrictions.", prefix), c, update);
		}
		jw_end(w);
	}
	if (want[8] || c->type == CF_ATTACHMENT)
		put_metadata(rq, prefix, c);
	put_extensions(rq, prefix, c);
	jw_obj_in(w, "_expandable");
	for (size_t i = 0; i < LEN(expandable); i++)
		if (!want[i])
			jw_str(w, expandable[i],
			    i == 0 ? arena_printf(rq->arena, "/rest/api/space/%s", c->space->key) : "");
	put_expandable(rq, "descendants", "/rest/api/content/%lld/descendant", (long long)c->id);
	jw_str(w, "operations", "");
	jw_end(w);
	put_links(rq, prefix, c);
	jw_end(w);
}
