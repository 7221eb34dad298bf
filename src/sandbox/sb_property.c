/*
 * Properties of issues and projects: JSON under a key. Both have the same four calls; struct holder says whose
 * properties a request means.
 */
#include "base/str.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_put.h"

#include <string.h>

enum { MAX_PROPERTY_KEY = 255, MAX_PROPERTY = 32768, MAX_PROPERTIES = 100 };

struct holder {
	struct sb_property **list;
	size_t *count;
	const char *path;	/* "issue/OPS-1" */
};

static bool
issue_holder(struct sb_rq *rq, struct holder *h)
{
	struct sb_issue *issue = sb_segment_issue(rq, 0);

	if (issue == NULL)
		return false;
	*h = (struct holder){ &issue->property, &issue->property_count, arena_printf(rq->arena, "issue/%s", issue->key) };
	return true;
}

static bool
project_holder(struct sb_rq *rq, struct holder *h)
{
	int project = sb_segment_project(rq, 0);

	if (project < 0)
		return false;
	*h = (struct holder){ &rq->site->project_property[project], &rq->site->project_property_count[project],
		arena_printf(rq->arena, "project/%s", sb_projects[project].key) };
	return true;
}

static struct sb_property *
find(const struct holder *h, const char *key)
{
	for (size_t i = 0; i < *h->count; i++)
		if (str_eq((*h->list)[i].key, key))
			return &(*h->list)[i];
	return NULL;
}

static struct sb_property *
need(struct sb_rq *rq, const struct holder *h)
{
	struct sb_property *p = find(h, rq->segment[1]);

	if (p == NULL)
		sb_fail(rq, 404, "The property %s does not exist.", rq->segment[1]);
	return p;
}

static void
list(struct sb_rq *rq, const struct holder *h)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_arr_in(w, "keys");
	for (size_t i = 0; i < *h->count; i++) {
		jw_obj(w);
		jw_str(w, "self", sb_self(rq, "%s/properties/%s", h->path, (*h->list)[i].key));
		jw_str(w, "key", (*h->list)[i].key);
		jw_end(w);
	}
	jw_end(w);
	jw_end(w);
}

static void
get(struct sb_rq *rq, const struct holder *h)
{
	const struct sb_property *p = need(rq, h);

	if (p == NULL)
		return;
	jw_obj(&rq->w);
	jw_str(&rq->w, "key", p->key);
	jw_key(&rq->w, "value");
	jw_raw(&rq->w, p->value, strlen(p->value));
	jw_end(&rq->w);
}

static void
put(struct sb_rq *rq, const struct holder *h)
{
	struct sb_property *p = find(h, rq->segment[1]);

	if (rq->body == NULL || rq->body_len > MAX_PROPERTY || strlen(rq->segment[1]) > MAX_PROPERTY_KEY) {
		sb_fail(rq, 400, "The property key must be at most 255 characters and its value JSON of at most 32768.");
		return;
	}
	rq->status = p != NULL ? 200 : 201;
	if (p == NULL) {
		if (*h->count >= MAX_PROPERTIES) {
			sb_fail(rq, 400, "Too many properties.");
			return;
		}
		*h->list = sb_room(rq->site->arena, *h->list, *h->count, sizeof *p);
		p = &(*h->list)[(*h->count)++];
		p->key = arena_strdup(rq->site->arena, rq->segment[1]);
	}
	p->value = json_text(rq->site->arena, rq->body, NULL);
}

static void
drop(struct sb_rq *rq, const struct holder *h)
{
	struct sb_property *p = need(rq, h);

	if (p == NULL)
		return;
	*p = (*h->list)[--*h->count];
	rq->status = 204;
}

void
sb_list_properties(struct sb_rq *rq)
{
	struct holder h;

	if (issue_holder(rq, &h))
		list(rq, &h);
}

void
sb_get_property(struct sb_rq *rq)
{
	struct holder h;

	if (issue_holder(rq, &h))
		get(rq, &h);
}

void
sb_put_property(struct sb_rq *rq)
{
	struct holder h;

	if (issue_holder(rq, &h))
		put(rq, &h);
}

void
sb_delete_property(struct sb_rq *rq)
{
	struct holder h;

	if (issue_holder(rq, &h))
		drop(rq, &h);
}

void
sb_list_project_properties(struct sb_rq *rq)
{
	struct holder h;

	if (project_holder(rq, &h))
		list(rq, &h);
}

void
sb_get_project_property(struct sb_rq *rq)
{
	struct holder h;

	if (project_holder(rq, &h))
		get(rq, &h);
}

void
sb_put_project_property(struct sb_rq *rq)
{
	struct holder h;

	if (project_holder(rq, &h))
		put(rq, &h);
}

void
sb_delete_project_property(struct sb_rq *rq)
{
	struct holder h;

	if (project_holder(rq, &h))
		drop(rq, &h);
}
