/* Labels of content, and the list of all of them. */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

#include <string.h>

static bool
wants_prefix(const struct sb_rq *rq)
{
	return sb_arg(rq, "prefix") == NULL || cf_arg_has(rq, "prefix", "global");
}

void
cf_list_labels(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));

	if (c != NULL)
		cf_put_labels(rq, c->label, wants_prefix(rq) ? c->label_count : 0, cf_v2(rq) ? 25 : 200, 250);
}

void
cf_all_labels(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);

	cf_put_labels(rq, k->label, wants_prefix(rq) ? k->label_count : 0, cf_v2(rq) ? 25 : 200, 250);
}

void
cf_list_labels_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		cf_put_labels(rq, c->label, wants_prefix(rq) ? c->label_count : 0, cf_v2(rq) ? 25 : 200, 1000);
}

static bool
check_label(struct sb_rq *rq, json *one)
{
	const char *name = json_get_str(one, "name");

	if (name == NULL || *name == '\0')
		sb_fail(rq, 400, "A label must have a name.");
	else if (strpbrk(name, " :;,?&[]()#^*!@\t\n") != NULL)
		sb_fail(rq, 400, "The label '%s' contains invalid characters.", name);
	else if (strlen(name) > CF_MAX_TITLE)
		sb_fail(rq, 400, "The label is longer than %d characters.", CF_MAX_TITLE);
	return !rq->failed;
}

void
cf_add_labels_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 0);

	if (c == NULL)
		return;
	if (yyjson_is_obj(rq->body)) {
		if (check_label(rq, rq->body))
			cf_label_put(cf_wiki(rq), c, str_lower(rq->arena, json_get_str(rq->body, "name")));
	} else {
		for (struct json_iter it = json_iter(rq->body); json_next(&it) && check_label(rq, it.value);)
			;
		for (struct json_iter it = json_iter(rq->body); !rq->failed && json_next(&it);)
			cf_label_put(cf_wiki(rq), c, str_lower(rq->arena, json_get_str(it.value, "name")));
	}
	if (!rq->failed)
		cf_put_labels(rq, c->label, c->label_count, cf_v2(rq) ? 25 : 200, 1000);
}

static void
remove_label(struct sb_rq *rq, const char *name)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 0);

	if (c == NULL)
		return;
	if (name == NULL || !cf_label_drop(c, name))
		sb_fail(rq, 404, "No label '%s' on this content", name != NULL ? name : "");
	rq->status = rq->failed ? rq->status : 204;
}

void
cf_remove_label_v1(struct sb_rq *rq)
{
	remove_label(rq, rq->segment[1]);
}

void
cf_remove_label_query_v1(struct sb_rq *rq)
{
	remove_label(rq, sb_arg(rq, "name"));
}

void
cf_label_v1(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	const char *name = sb_arg(rq, "name");
	struct jw *w = &rq->w;
	int64_t n = 0;
	size_t known = 0;

	while (name != NULL && known < k->label_count && !str_eq(k->label[known], name))
		known++;
	if (name == NULL || known == k->label_count) {
		sb_fail(rq, name == NULL ? 400 : 404, "No label with name: %s", name != NULL ? name : "null");
		return;
	}
	jw_obj(w);
	jw_key(w, "label");
	cf_put_label(rq, name);
	jw_obj_in(w, "associatedContents");
	jw_arr_in(w, "results");
	for (size_t i = 0; i < k->content_count; i++) {
		struct cf_content *c = k->content[i];

		if (c->status != CF_CURRENT || !cf_may_read(c, rq->me) || !cf_has_label(c, name) || n == 200)
			continue;
		jw_obj(w);
		jw_str(w, "contentType", cf_type_name(c->type));
		jw_int(w, "contentId", c->id);
		jw_str(w, "title", cf_title(c));
		jw_end(w);
		n++;
	}
	jw_end(w);
	jw_int(w, "start", 0);
	jw_int(w, "limit", 200);
	jw_int(w, "size", n);
	jw_end(w);
	jw_end(w);
}
