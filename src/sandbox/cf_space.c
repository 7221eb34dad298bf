/* Spaces: listed and shown in v2 and v1; made, changed and removed in v1. */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"
#include "sandbox/cf_tree.h"

#include <stdlib.h>
#include <string.h>

static int
compare_key(const void *a, const void *b)
{
	const struct cf_space *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static bool
is_wanted(const struct sb_rq *rq, const struct cf_space *s)
{
	const char *keys = cf_v2(rq) ? "keys" : "spaceKey", *type = sb_arg(rq, "type"), *status = sb_arg(rq, "status");
	char id[24];

	snprintf(id, sizeof id, "%lld", (long long)s->id);
	if (sb_arg(rq, "ids") != NULL && !cf_arg_has(rq, "ids", id))
		return false;
	if (sb_arg(rq, keys) != NULL && !cf_arg_has(rq, keys, s->key))
		return false;
	if (type != NULL && !str_eq(type, s->personal ? "personal" : "global"))
		return false;
	if (sb_arg(rq, "labels") != NULL && (s->label == NULL || !cf_arg_has(rq, "labels", s->label)))
		return false;
	return status == NULL || str_ieq(status, s->archived ? "archived" : "current");
}

static void
put_spaces(struct sb_rq *rq, int64_t cap)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_space **v = arena_array(rq->arena, k->space_count + 1, sizeof(struct cf_space *));
	struct cf_window w;
	size_t n = 0;

	for (size_t i = 0; i < k->space_count; i++)
		if (cf_space_visible(k->space[i], rq->me) && is_wanted(rq, k->space[i]))
			v[n++] = k->space[i];
	if (sb_arg(rq, "sort") != NULL && str_eq(sb_arg(rq, "sort"), "key"))
		qsort(v, n, sizeof(struct cf_space *), compare_key);
	if (!cf_list_begin(rq, n, 25, cap, &w))
		return;
	for (size_t i = w.from; i < w.to; i++) {
		if (cf_v2(rq))
			cf_put_space_v2(rq, v[i], false);
		else
			cf_put_space(rq, "", v[i]);
	}
	cf_list_end(rq, &w);
}

void
cf_list_spaces(struct sb_rq *rq)
{
	put_spaces(rq, 250);
}

void
cf_list_spaces_v1(struct sb_rq *rq)
{
	put_spaces(rq, 500);
}

void
cf_get_space(struct sb_rq *rq)
{
	struct cf_space *s = cf_segment_space(rq, 0);

	if (s != NULL)
		cf_put_space_v2(rq, s, true);
}

void
cf_get_space_v1(struct sb_rq *rq)
{
	struct cf_space *s = cf_segment_space(rq, 0);

	if (s != NULL)
		cf_put_space(rq, "", s);
}

void
cf_space_labels(struct sb_rq *rq)
{
	struct cf_space *s = cf_segment_space(rq, 0);

	if (s != NULL)
		cf_put_labels(rq, &s->label, s->label != NULL, 25, 250);
}

void
cf_space_content_labels(struct sb_rq *rq)
{
	struct cf_space *s = cf_segment_space(rq, 0);
	struct cf_wiki *k = cf_wiki(rq);
	const char **name = arena_array(rq->arena, k->label_count + 1, sizeof(char *));
	size_t n = 0;

	if (s == NULL)
		return;
	for (size_t i = 0; i < k->label_count; i++)
		for (size_t c = 0; c < k->content_count; c++)
			if (k->content[c]->space == s && cf_may_read(k->content[c], rq->me) &&
			    cf_has_label(k->content[c], k->label[i])) {
				name[n++] = k->label[i];
				break;
			}
	cf_put_labels(rq, name, n, 25, 250);
}

void
cf_space_permissions(struct sb_rq *rq)
{
	static const char *const operations[] = { "read", "create", "delete", "administer" };
	struct cf_space *s = cf_segment_space(rq, 0);
	struct cf_window w = cf_window(rq, LEN(operations), 25, 250);
	struct jw *j = &rq->w;

	if (rq->failed || s == NULL)
		return;
	jw_obj(j);
	jw_arr_in(j, "results");
	for (size_t i = w.from; i < w.to && i < LEN(operations); i++) {
		jw_obj(j);
		jw_str(j, "id", arena_printf(rq->arena, "%lld%zu", (long long)s->id, i));
		jw_obj_in(j, "principal");
		jw_str(j, "type", "group");
		jw_str(j, "id", cf_groups[i == 3 ? 3 : i != 0].id);
		jw_end(j);
		jw_obj_in(j, "operation");
		jw_str(j, "key", operations[i]);
		jw_str(j, "targetType", i == 0 || i == 3 ? "space" : "page");
		jw_end(j);
		jw_end(j);
	}
	cf_list_end(rq, &w);
}

static bool
may_administer(struct sb_rq *rq)
{
	if ((cf_groups[3].members >> rq->me & 1) != 0)
		return true;
	sb_fail(rq, 403, "User not permitted to administer spaces");
	return false;
}

static bool
is_key(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++, n++)
		if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
			(*s == '~' && n == 0)))
			return false;
	return n > 0 && n <= CF_MAX_TITLE;
}

void
cf_create_space_v1(struct sb_rq *rq)
{
	const char *key = json_get_str(rq->body, "key"), *name = json_get_str(rq->body, "name");
	const char *about = json_path_str(rq->body, "description.plain.value");
	struct cf_space *s;

	if (!sb_need_body(rq) || !may_administer(rq))
		return;
	if (key == NULL || !is_key(key) || str_blank(name)) {
		sb_fail(rq, 400, key == NULL || !is_key(key) ? "Invalid space key: %s" : "A space name is required%.0s",
		    key != NULL ? key : "null");
		return;
	}
	if (cf_space_by_key(cf_wiki(rq), key) != NULL) {
		sb_fail(rq, 400, "A space already exists with key %s", key);
		return;
	}
	s = cf_space_add(cf_wiki(rq), key, name, rq->me);
	s->about = about != NULL ? arena_strdup(rq->site->arena, about) : "";
	s->home = cf_add(cf_wiki(rq), CF_PAGE, s, NULL, rq->me);
	cf_add_version(
	    cf_wiki(rq), s->home, rq->me, arena_printf(rq->arena, "%s Home", name), "<p />", strlen("<p />"));
	cf_put_space(rq, "", s);
}

void
cf_edit_space_v1(struct sb_rq *rq)
{
	struct cf_space *s = sb_need_body(rq) ? cf_segment_space(rq, 0) : NULL;
	const char *name = json_get_str(rq->body, "name"), *about = json_path_str(rq->body, "description.plain.value");

	if (s == NULL || !may_administer(rq))
		return;
	if (name != NULL)
		s->name = arena_strdup(rq->site->arena, name);
	if (about != NULL)
		s->about = arena_strdup(rq->site->arena, about);
	cf_put_space(rq, "", s);
}

void
cf_delete_space_v1(struct sb_rq *rq)
{
	struct cf_space *s = cf_segment_space(rq, 0);
	const char *id;

	if (s == NULL || !may_administer(rq))
		return;
	s->deleted = true;
	id = cf_job_add(rq, "com.atlassian.confluence.space.delete", s->id, NULL);
	jw_obj(&rq->w);
	jw_str(&rq->w, "id", id);
	jw_obj_in(&rq->w, "links");
	jw_str(&rq->w, "status", arena_printf(rq->arena, "/rest/api/longtask/%s", id));
	jw_end(&rq->w);
	jw_end(&rq->w);
	rq->status = 202;
}
