/* Small things that hang on content: tasks, likes, views, properties; and addresses that lead to content. */
#include "base/clock.h"
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"
#include "sandbox/cf_xml.h"

#include <string.h>

static void
put_date(struct sb_rq *rq, const char *name, int64_t ms)
{
	if (ms != 0)
		jw_str(&rq->w, name, cf_time(rq, ms));
}

static void
put_task(struct sb_rq *rq, const struct cf_task *t)
{
	const char *format = sb_arg(rq, "body-format");
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)t->id));
	jw_str(w, "localId", t->local_id);
	jw_str(w, "spaceId", arena_printf(rq->arena, "%lld", (long long)t->content->space->id));
	jw_str(
	    w, t->content->type == CF_BLOGPOST ? "blogPostId" : "pageId", cf_id_text(rq->arena, cf_holder(t->content)));
	jw_str(w, "status", t->complete ? "complete" : "incomplete");
	if (format != NULL) {
		const char *text = cf_from_storage(rq, format, t->content, t->body, strlen(t->body));

		jw_obj_in(w, "body");
		jw_obj_in(w, format);
		jw_str(w, "representation", format);
		jw_str(w, "value", text != NULL ? text : "");
		jw_end(w);
		jw_end(w);
	}
	jw_str(w, "createdBy", sb_people[t->author].account_id);
	if (t->assignee >= 0)
		jw_str(w, "assignedTo", sb_people[t->assignee].account_id);
	if (t->complete && t->completed_by >= 0)
		jw_str(w, "completedBy", sb_people[t->completed_by].account_id);
	put_date(rq, "createdAt", t->created_ms);
	put_date(rq, "updatedAt", t->updated_ms);
	put_date(rq, "dueAt", t->due_ms);
	put_date(rq, "completedAt", t->complete ? t->completed_ms : 0);
	jw_end(w);
}

static bool
person_fits(const struct sb_rq *rq, const char *name, int who)
{
	return sb_arg(rq, name) == NULL || (who >= 0 && cf_arg_has(rq, name, sb_people[who].account_id));
}

static bool
number_fits(const struct sb_rq *rq, const char *name, int64_t id)
{
	char text[24];

	snprintf(text, sizeof text, "%lld", (long long)id);
	return sb_arg(rq, name) == NULL || cf_arg_has(rq, name, text);
}

static bool
task_fits(const struct sb_rq *rq, const struct cf_task *t)
{
	const struct cf_content *c = cf_holder(t->content);

	return !t->gone && c->status == CF_CURRENT && cf_may_read(t->content, rq->me) &&
	       (sb_arg(rq, "status") == NULL || sb_arg_is(rq, "status", t->complete ? "complete" : "incomplete")) &&
	       number_fits(rq, "task-id", t->id) && number_fits(rq, "space-id", c->space->id) &&
	       number_fits(rq, "page-id", c->id) && number_fits(rq, "blogpost-id", c->id) &&
	       person_fits(rq, "created-by", t->author) && person_fits(rq, "assigned-to", t->assignee) &&
	       person_fits(rq, "completed-by", t->complete ? t->completed_by : -1);
}

void
cf_list_tasks(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	const struct cf_task **v = arena_array(rq->arena, k->task_count + 1, sizeof(struct cf_task *));
	struct cf_window w;
	size_t n = 0;

	for (size_t i = 0; i < k->task_count; i++)
		if (task_fits(rq, k->task[i]))
			v[n++] = k->task[i];
	if (!cf_list_begin(rq, n, 25, 250, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		put_task(rq, v[i]);
	cf_list_end(rq, &w);
}

static struct cf_task *
segment_task(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);
	int64_t id = 0;

	if (str_int(rq->segment[0], 1, INT32_MAX, &id) == 0 && id <= (int64_t)k->task_count && !k->task[id - 1]->gone &&
	    cf_may_read(k->task[id - 1]->content, rq->me))
		return k->task[id - 1];
	sb_fail(rq, 404, "Not Found");
	return NULL;
}

void
cf_get_task(struct sb_rq *rq)
{
	struct cf_task *t = segment_task(rq);

	if (t != NULL)
		put_task(rq, t);
}

/* The box in the page's storage follows, in place: no new version. */
static void
set_status(struct sb_rq *rq, struct cf_task *t, bool complete)
{
	struct cf_content *c = t->content;
	struct cf_version *v = &c->version[c->version_count - 1];
	const char *fault;
	struct cf_el *root = cf_xml_parse(rq->arena, v->body, v->len, &fault);
	struct buf b;

	for (struct cf_el *e = root; e != NULL; e = cf_el_walk(root, e)) {
		struct cf_el *id = cf_el_child(e, "ac:task-id"), *status = cf_el_child(e, "ac:task-status");

		if (!cf_el_is(e, "ac:task") || status == NULL || id == NULL || id->first == NULL ||
		    !str_eq(id->first->text, t->local_id))
			continue;
		buf_init(&b, CF_MAX_BODY * 2);
		buf_add(&b, v->body, status->body);
		buf_adds(&b, complete ? "complete" : "incomplete");
		buf_add(&b, v->body + status->body_end, v->len - status->body_end);
		v->body = arena_strndup(rq->site->arena, b.data, b.len);
		v->len = b.len;
		buf_release(&b);
		break;
	}
	t->complete = complete;
	t->updated_ms = sb_now(rq->site);
	t->completed_by = complete ? rq->me : -1;
	t->completed_ms = complete ? t->updated_ms : 0;
}

void
cf_edit_task(struct sb_rq *rq)
{
	struct cf_task *t = sb_need_body(rq) ? segment_task(rq) : NULL;
	const char *status = json_get_str(rq->body, "status");

	if (t == NULL)
		return;
	if (!str_eq(status, "complete") && !str_eq(status, "incomplete")) {
		sb_fail(rq, 400, "Provided value for 'status' is not valid: %s", status != NULL ? status : "null");
		return;
	}
	if (!cf_may_edit(t->content, rq->me)) {
		sb_fail(rq, 403, "User does not have permission to edit this content");
		return;
	}
	if (t->complete != str_eq(status, "complete"))
		set_status(rq, t, str_eq(status, "complete"));
	put_task(rq, t);
}

static void
put_count(struct sb_rq *rq, struct cf_content *c, uint32_t n)
{
	jw_obj(&rq->w);
	jw_int(&rq->w, "id", c->id);
	jw_int(&rq->w, "count", n);
	jw_end(&rq->w);
}

void
cf_get_views(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		put_count(rq, c, c->views);
}

void
cf_get_viewers(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		put_count(rq, c, c->viewers);
}

void
cf_likes_count(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));

	if (c == NULL)
		return;
	jw_obj(&rq->w);
	jw_int(&rq->w, "count", __builtin_popcount(c->likes));
	jw_end(&rq->w);
}

void
cf_likes_users(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));
	int who[SB_PEOPLE];
	struct cf_window w;
	size_t n = 0;

	if (c == NULL)
		return;
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((c->likes >> i & 1) != 0)
			who[n++] = i;
	if (!cf_list_begin(rq, n, 25, 250, &w))
		return;
	for (size_t i = w.from; i < w.to; i++) {
		jw_obj(&rq->w);
		jw_str(&rq->w, "accountId", sb_people[who[i]].account_id);
		jw_end(&rq->w);
	}
	cf_list_end(rq, &w);
}

/* Properties, v2: by id. */
static struct cf_property *
property_by_key(struct cf_content *c, const char *key)
{
	for (size_t i = 0; i < c->property_count; i++)
		if (str_eq(c->property[i].key, key))
			return &c->property[i];
	return NULL;
}

static struct cf_property *
segment_property(struct sb_rq *rq, struct cf_content *c)
{
	for (size_t i = 0; c != NULL && i < c->property_count; i++)
		if (str_eq(rq->segment[1], arena_printf(rq->arena, "%lld", (long long)c->property[i].id)))
			return &c->property[i];
	if (c != NULL)
		sb_fail(rq, 404, "Not Found");
	return NULL;
}

void
cf_list_properties(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));
	const char *key = sb_arg(rq, "key");
	struct cf_property *one = key != NULL && c != NULL ? property_by_key(c, key) : NULL;
	struct cf_window w = cf_window(rq, c == NULL ? 0 : key != NULL ? one != NULL : c->property_count, 25, 250);

	if (c == NULL || rq->failed)
		return;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "results");
	for (size_t i = w.from; i < w.to; i++)
		cf_put_property(rq, one != NULL ? one : &c->property[i]);
	cf_list_end(rq, &w);
}

static struct cf_property *
add_property(struct sb_rq *rq, struct cf_content *c, const char *key, json *value)
{
	struct cf_wiki *k = cf_wiki(rq);
	struct cf_property *p;
	size_t len;

	c->property = sb_room(k->arena, c->property, c->property_count, sizeof *c->property);
	p = &c->property[c->property_count++];
	p->id = ++k->next_id;
	p->key = arena_strdup(k->arena, key);
	p->value = json_text(k->arena, value, &len);
	p->version = 1;
	p->author = rq->me;
	p->at_ms = sb_now(rq->site);
	return p;
}

static bool
change_property(struct sb_rq *rq, struct cf_property *p)
{
	int64_t number = json_int(json_path(rq->body, "version.number"), -1);
	size_t len;

	if (number != p->version + 1) {
		sb_fail(rq, 409,
		    "Version must be incremented when updating a property. Current Version: [%d]. Provided version: "
		    "[%lld]",
		    p->version, (long long)number);
		return false;
	}
	p->value = json_text(rq->site->arena, json_get(rq->body, "value"), &len);
	p->version++;
	p->author = rq->me;
	p->at_ms = sb_now(rq->site);
	return true;
}

void
cf_add_property(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment_to_edit(rq, 0, cf_path_types(rq)) : NULL;
	const char *key = json_get_str(rq->body, "key");

	if (c == NULL)
		return;
	if (key == NULL || json_get(rq->body, "value") == NULL)
		sb_fail(rq, 400, "A property needs a key and a value");
	else if (property_by_key(c, key) != NULL)
		sb_fail(rq, 400, "Property with key %s already exists", key);
	else
		cf_put_property(rq, add_property(rq, c, key, json_get(rq->body, "value")));
}

void
cf_get_property(struct sb_rq *rq)
{
	struct cf_property *p = segment_property(rq, cf_segment(rq, 0, cf_path_types(rq)));

	if (p != NULL)
		cf_put_property(rq, p);
}

void
cf_edit_property(struct sb_rq *rq)
{
	struct cf_property *p =
	    sb_need_body(rq) ? segment_property(rq, cf_segment_to_edit(rq, 0, cf_path_types(rq))) : NULL;

	if (p != NULL && change_property(rq, p))
		cf_put_property(rq, p);
}

static void
drop_property(struct cf_content *c, struct cf_property *p)
{
	size_t at = (size_t)(p - c->property);

	memmove(p, p + 1, (c->property_count - at - 1) * sizeof *p);
	c->property_count--;
}

void
cf_delete_property(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, cf_path_types(rq));
	struct cf_property *p = segment_property(rq, c);

	if (p == NULL)
		return;
	drop_property(c, p);
	rq->status = 204;
}

/* Properties, Data Center: by key. */
static void
put_property_v1(struct sb_rq *rq, const struct cf_content *c, const struct cf_property *p)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)p->id));
	jw_str(w, "key", p->key);
	jw_key(w, "value");
	jw_raw(w, p->value, strlen(p->value));
	jw_obj_in(w, "version");
	jw_key(w, "by");
	cf_put_user(rq, p->author);
	jw_str(w, "when", cf_time(rq, p->at_ms));
	jw_str(w, "message", "");
	jw_int(w, "number", p->version);
	jw_bool(w, "minorEdit", false);
	jw_bool(w, "hidden", false);
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "self",
	    arena_printf(rq->arena, "%s/rest/api/content/%lld/property/%s", cf_base(rq), (long long)c->id, p->key));
	jw_end(w);
	jw_obj_in(w, "_expandable");
	jw_str(w, "content", arena_printf(rq->arena, "/rest/api/content/%lld", (long long)c->id));
	jw_end(w);
	jw_end(w);
}

void
cf_properties_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);
	struct cf_window w = cf_window(rq, c != NULL ? c->property_count : 0, 10, 200);

	if (c == NULL || rq->failed)
		return;
	jw_obj(&rq->w);
	jw_arr_in(&rq->w, "results");
	for (size_t i = w.from; i < w.to; i++)
		put_property_v1(rq, c, &c->property[i]);
	cf_list_end(rq, &w);
}

static struct cf_property *
keyed_property(struct sb_rq *rq, struct cf_content *c)
{
	struct cf_property *p = c != NULL ? property_by_key(c, rq->segment[1]) : NULL;

	if (c != NULL && p == NULL)
		sb_fail(rq, 404, "Cannot find the property with key: %s", rq->segment[1]);
	return p;
}

void
cf_property_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);
	struct cf_property *p = keyed_property(rq, c);

	if (p != NULL)
		put_property_v1(rq, c, p);
}

/* POST makes one (its key in the body), PUT changes it. */
void
cf_set_property_v1(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment_to_edit(rq, 0, 0) : NULL;
	const char *key = rq->segment[1] != NULL ? rq->segment[1] : json_get_str(rq->body, "key");
	struct cf_property *p = c != NULL && key != NULL ? property_by_key(c, key) : NULL;

	if (c == NULL)
		return;
	if (key == NULL || json_get(rq->body, "value") == NULL) {
		sb_fail(rq, 400, "A property needs a key and a value");
		return;
	}
	if (p != NULL && str_eq(rq->method, "POST")) {
		sb_fail(rq, 409, "Property with key %s already exists", key);
		return;
	}
	if (p == NULL)
		p = add_property(rq, c, key, json_get(rq->body, "value"));
	else if (!change_property(rq, p))
		return;
	put_property_v1(rq, c, p);
}

void
cf_delete_property_v1(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 0);
	struct cf_property *p = keyed_property(rq, c);

	if (p == NULL)
		return;
	drop_property(c, p);
	rq->status = 204;
}

void
cf_short_link(struct sb_rq *rq)
{
	struct cf_wiki *k = cf_wiki(rq);

	for (size_t i = 0; i < k->content_count; i++)
		if (str_eq(cf_tiny(rq->arena, k->content[i]->id) + strlen("/x/"), rq->segment[0]) &&
		    cf_may_read(k->content[i], rq->me)) {
			sb_text_answer(rq, 302, "text/plain", "");
			sb_header(
			    rq, "Location", arena_printf(rq->arena, "%s%s", cf_base(rq), cf_webui(rq, k->content[i])));
			return;
		}
	sb_fail(rq, 404, "No content with this short link");
}

void
cf_server_info(struct sb_rq *rq)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "version", "10.2.14");
	jw_int(w, "buildNumber", 10214);
	jw_int(w, "marketplaceBuildNumber", 10214);
	jw_str(w, "buildDate", "2026-08-11");
	jw_str(w, "baseUrl", cf_base(rq));
	jw_end(w);
}
