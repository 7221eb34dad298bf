/* Templates and blueprints, and conversion of bodies: later on Cloud, at once on Data Center. */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"
#include "sandbox/cf_tree.h"

#include <string.h>

static bool
may_see(const struct sb_rq *rq, const struct cf_template *t)
{
	return !t->deleted && (t->space == NULL || cf_space_visible(t->space, rq->me));
}

static void
put_body(struct sb_rq *rq, const char *kind, const char *text)
{
	struct jw *w = &rq->w;

	jw_obj_in(w, kind);
	jw_str(w, "value", text);
	jw_str(w, "representation", kind);
	jw_arr_in(w, "embeddedContent");
	jw_end(w);
	jw_obj_in(w, "_expandable");
	jw_str(w, "content", "");
	jw_end(w);
	jw_end(w);
}

static void
put_template(struct sb_rq *rq, const struct cf_template *t, bool full)
{
	struct jw *w = &rq->w;
	bool body = full || cf_expands(rq, "", "body");

	jw_obj(w);
	jw_str(w, "templateId",
	    t->blueprint != NULL ? arena_printf(rq->arena, "%lld-%s", (long long)t->id, t->blueprint)
				 : arena_printf(rq->arena, "%lld", (long long)t->id));
	if (t->blueprint != NULL) {
		jw_obj_in(w, "originalTemplate");
		jw_str(w, "pluginKey", "com.atlassian.confluence.plugins.confluence-business-blueprints");
		jw_str(w, "moduleKey", t->blueprint);
		jw_end(w);
		jw_str(w, "referencingBlueprint", t->blueprint);
	}
	jw_str(w, "name", t->name);
	jw_str(w, "description", t->about);
	if (t->space != NULL) {
		jw_key(w, "space");
		cf_put_space(rq, "space.", t->space);
	}
	jw_arr_in(w, "labels");
	if (t->label != NULL)
		cf_put_label(rq, t->label);
	jw_end(w);
	jw_str(w, "templateType", t->blueprint != NULL ? "blueprint" : "page");
	jw_str(w, "editorVersion", "v2");
	if (body) {
		jw_obj_in(w, "body");
		put_body(rq, "storage", t->body);
		jw_end(w);
	}
	jw_obj_in(w, "_expandable");
	if (!body)
		jw_str(w, "body", "");
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/template/%lld", cf_base(rq), (long long)t->id));
	jw_end(w);
	jw_end(w);
}

static void
put_templates(struct sb_rq *rq, bool blueprints)
{
	struct cf_wiki *k = cf_wiki(rq);
	const struct cf_template **v = arena_array(rq->arena, k->template_count + 1, sizeof(struct cf_template *));
	const char *key = sb_arg(rq, "spaceKey");
	struct cf_space *s = key != NULL ? cf_space_by_key(k, key) : NULL;
	struct cf_window w;
	size_t n = 0;

	if (key != NULL && !cf_space_visible(s, rq->me)) {
		sb_fail(rq, 403, "No space with key : %s", key);
		return;
	}
	for (size_t i = 0; i < k->template_count; i++)
		if (may_see(rq, k->templates[i]) && (k->templates[i]->blueprint != NULL) == blueprints &&
		    (blueprints || k->templates[i]->space == s))
			v[n++] = k->templates[i];
	if (!cf_list_begin(rq, n, 25, 200, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		put_template(rq, v[i], false);
	cf_list_end(rq, &w);
}

void
cf_list_templates(struct sb_rq *rq)
{
	put_templates(rq, false);
}

void
cf_list_blueprints(struct sb_rq *rq)
{
	put_templates(rq, true);
}

static struct cf_template *
segment_template(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	const char *id = arena_strndup(rq->arena, rq->segment[0], strcspn(rq->segment[0], "-"));

	for (size_t i = 0; i < k->template_count; i++)
		if (str_eq(id, arena_printf(rq->arena, "%lld", (long long)k->templates[i]->id)) &&
		    may_see(rq, k->templates[i]))
			return k->templates[i];
	sb_fail(rq, 403, "Template %s does not exist or you are not permitted to see it", rq->segment[0]);
	return NULL;
}

void
cf_get_template(struct sb_rq *rq)
{
	struct cf_template *t = segment_template(rq);

	if (t != NULL)
		put_template(rq, t, true);
}

void
cf_create_template(struct sb_rq *rq)
{
	const char *name = json_get_str(rq->body, "name"), *about = json_get_str(rq->body, "description"), *body,
		   *key = json_path_str(rq->body, "space.key");
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_template *t;
	size_t len;

	if (!sb_need_body(rq))
		return;
	if (str_blank(name) || !str_eq(json_get_str(rq->body, "templateType"), "page")) {
		sb_fail(rq, 400, "A template needs a name and the templateType page");
		return;
	}
	if (rq->me == SB_GUEST || (key != NULL && !cf_space_visible(cf_space_by_key(k, key), rq->me))) {
		sb_fail(rq, 403, "User not permitted to create a template");
		return;
	}
	body = cf_take_body(rq, json_get(rq->body, "body"), &len);
	if (body == NULL)
		return;
	t = arena_alloc(k->arena, sizeof *t);
	t->id = ++k->next_id;
	t->name = arena_strdup(k->arena, name);
	t->about = about != NULL ? arena_strdup(k->arena, about) : "";
	t->body = arena_strndup(k->arena, body, len);
	t->space = key != NULL ? cf_space_by_key(k, key) : NULL;
	k->templates = sb_room(k->arena, k->templates, k->template_count, sizeof(struct cf_template *));
	k->templates[k->template_count++] = t;
	put_template(rq, t, true);
}

void
cf_delete_template(struct sb_rq *rq)
{
	struct cf_template *t = segment_template(rq);

	if (t == NULL)
		return;
	if (rq->me == SB_GUEST || t->blueprint != NULL) {
		sb_fail(rq, 403, "User not permitted to delete this template");
		return;
	}
	t->deleted = true;
	rq->status = 204;
}

/* A text in one representation as another; NULL after a failure. */
static const char *
convert(struct sb_rq *rq, const char *context)
{
	const char *from = json_get_str(rq->body, "representation"), *to = rq->segment[0], *storage, *text;
	json *value = json_get(rq->body, "value");
	struct cf_content *page = context != NULL ? cf_by_text(cf_wiki(rq), context) : NULL;
	size_t len;

	if (from == NULL || json_str(value) == NULL) {
		sb_fail(rq, 400, "The body to convert needs a value and a representation");
		return NULL;
	}
	storage = cf_to_storage(rq, from, json_str(value), yyjson_get_len(value), &len);
	if (storage == NULL)
		return NULL;
	text = cf_from_storage(rq, to, cf_may_read(page, rq->me) ? page : NULL, storage, len);
	if (text == NULL)
		sb_fail(rq, 400, "Cannot convert from %s to %s", from, to);
	return text;
}

void
cf_convert_sync(struct sb_rq *rq)
{
	const char *text = sb_need_body(rq) ? convert(rq, json_path_str(rq->body, "content.id")) : NULL;

	if (text == NULL)
		return;
	jw_obj(&rq->w);
	jw_str(&rq->w, "value", text);
	jw_str(&rq->w, "representation", rq->segment[0]);
	jw_end(&rq->w);
}

void
cf_convert_async(struct sb_rq *rq)
{
	const char *text = sb_need_body(rq) ? convert(rq, sb_arg(rq, "contentIdContext")) : NULL;
	struct buf b;
	struct jw w;

	if (text == NULL)
		return;
	buf_init(&b, SB_MAX_ANSWER);
	jw_init(&w, &b);
	jw_obj(&w);
	jw_str(&w, "value", text);
	jw_str(&w, "representation", rq->segment[0]);
	jw_end(&w);
	jw_obj(&rq->w);
	jw_str(&rq->w, "asyncId", cf_job_add(rq, "convert", 0, b.data));
	jw_end(&rq->w);
	buf_release(&b);
}

/* Once WORKING, then COMPLETED, so that clients must ask again. */
void
cf_get_conversion(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct err e;

	err_init(&e, rq->arena);
	for (size_t i = 0; i < k->job_count; i++) {
		struct cf_job *j = &k->job[i];
		json *v;

		if (!str_eq(j->id, rq->segment[0]) || j->result == NULL)
			continue;
		v = json_parse(rq->arena, j->result, strlen(j->result), JSON_TRUSTED, &e);
		jw_obj(&rq->w);
		if (j->target == 0) {
			j->target = 1;
			jw_str(&rq->w, "status", "WORKING");
		} else {
			jw_str(&rq->w, "value", json_get_str(v, "value"));
			jw_str(&rq->w, "representation", json_get_str(v, "representation"));
			jw_str(&rq->w, "renderTaskId", j->id);
			jw_str(&rq->w, "status", "COMPLETED");
		}
		jw_end(&rq->w);
		return;
	}
	sb_fail(rq, 404, "No conversion with id %s", rq->segment[0]);
}
