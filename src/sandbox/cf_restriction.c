/*
 * Restrictions: who may read and who may update one thing. An empty list is none. Who
 * sets them must stay able to read and update, as in the real thing.
 */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

#include <string.h>

static int
group_named(const char *name, const char *id)
{
	for (int i = 0; i < CF_GROUPS; i++)
		if ((name != NULL && str_eq(cf_groups[i].name, name)) || (id != NULL && str_eq(cf_groups[i].id, id)))
			return i;
	return -1;
}

static void
put_all(struct sb_rq *rq, struct cf_content *c)
{
	struct jw *w = &rq->w;
	struct cf_window win = cf_window(rq, 2, 100, 100);

	jw_obj(w);
	jw_arr_in(w, "results");
	for (int update = 0; update < 2; update++)
		cf_put_restriction(rq, "", c, update);
	jw_end(w);
	if (!rq->site->dc)
		jw_str(w, "restrictionsHash",
		    arena_printf(rq->arena, "%08x%08x", c->read.people | c->read.groups << 16,
			c->update.people | c->update.groups << 16));
	cf_put_window(rq, &win);
	jw_end(w);
}

void
cf_get_restrictions(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		put_all(rq, c);
}

static int
person_of(struct sb_rq *rq, json *user)
{
	const char *account = json_get_str(user, "accountId"), *name = json_get_str(user, "username"),
		   *key = json_get_str(user, "userKey");

	if (!rq->site->dc)
		return account != NULL ? sb_person_by_account(account) : -1;
	return key != NULL ? sb_person_by_key(key) : name != NULL ? sb_person_by_name(name) : -1;
}

/* "user" and "group" are lists, or pages of them. */
static json *
listed(json *v)
{
	return yyjson_is_obj(v) ? json_get(v, "results") : v;
}

static bool
take_access(struct sb_rq *rq, json *restrictions, struct cf_access *ret)
{
	for (struct json_iter it = json_iter(listed(json_get(restrictions, "user"))); json_next(&it);) {
		int who = person_of(rq, it.value);

		if (str_eq(json_get_str(it.value, "type"), "anonymous")) {
			sb_fail(rq, 400, "Anonymous users cannot be added to restrictions");
			return false;
		}
		if (who < 0) {
			sb_fail(rq, 400, "User in the restrictions could not be found");
			return false;
		}
		ret->people |= 1U << who;
	}
	for (struct json_iter it = json_iter(listed(json_get(restrictions, "group"))); json_next(&it);) {
		int g = group_named(json_get_str(it.value, "name"), json_get_str(it.value, "id"));

		if (g < 0) {
			sb_fail(rq, 400, "Group in the restrictions could not be found");
			return false;
		}
		ret->groups |= 1U << g;
	}
	return true;
}

static struct cf_content *
segment_to_restrict(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment_to_edit(rq, 0, 0);

	if (c == NULL || rq->me != SB_GUEST)
		return c;
	sb_fail(rq, 403, "User not permitted to change the restrictions of content with id %lld", (long long)c->id);
	return NULL;
}

static bool
locks_out(struct sb_rq *rq, const struct cf_access *x)
{
	if ((x->people == 0 && x->groups == 0) || cf_access_has(x, rq->me))
		return false;
	sb_fail(rq, 400, "You cannot remove your own permission to view or edit this content");
	return true;
}

/* PUT replaces, POST adds. */
void
cf_set_restrictions(struct sb_rq *rq)
{
	struct cf_content *c = segment_to_restrict(rq);
	struct cf_access read, update;

	if (c == NULL)
		return;
	read = c->read;
	update = c->update;
	if (json_len(listed(rq->body)) == 0) {
		sb_fail(rq, 400, "The list of restrictions is empty");
		return;
	}
	for (struct json_iter it = json_iter(listed(rq->body)); json_next(&it);) {
		const char *operation = json_get_str(it.value, "operation");
		struct cf_access *x = str_eq(operation, "read") ? &read : str_eq(operation, "update") ? &update : NULL;

		if (x == NULL) {
			sb_fail(rq, 400, "Restrictions are for the operations read and update: %s",
			    operation != NULL ? operation : "null");
			return;
		}
		if (str_eq(rq->method, "PUT"))
			*x = (struct cf_access){ 0, 0 };
		if (!take_access(rq, json_get(it.value, "restrictions"), x))
			return;
	}
	if (locks_out(rq, &read) || locks_out(rq, &update))
		return;
	c->read = read;
	c->update = update;
	put_all(rq, c);
}

void
cf_delete_restrictions(struct sb_rq *rq)
{
	struct cf_content *c = segment_to_restrict(rq);

	if (c == NULL)
		return;
	c->read = c->update = (struct cf_access){ 0, 0 };
	put_all(rq, c);
}

void
cf_restrictions_by_operation(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c == NULL)
		return;
	jw_obj(&rq->w);
	for (int update = 0; update < 2; update++) {
		jw_key(&rq->w, update ? "update" : "read");
		cf_put_restriction(rq, "", c, update);
	}
	if (rq->site->dc) {
		jw_obj_in(&rq->w, "_links");
		jw_str(&rq->w, "base", cf_base(rq));
		jw_str(&rq->w, "context", cf_context(rq));
		jw_end(&rq->w);
	}
	jw_end(&rq->w);
}

static struct cf_access *
segment_access(struct sb_rq *rq, struct cf_content *c)
{
	if (c != NULL && str_eq(rq->segment[1], "read"))
		return &c->read;
	if (c != NULL && str_eq(rq->segment[1], "update"))
		return &c->update;
	if (c != NULL)
		sb_fail(rq, 400, "Restrictions are for the operations read and update: %s", rq->segment[1]);
	return NULL;
}

void
cf_restriction_of(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);
	struct cf_access *x = segment_access(rq, c);

	if (x != NULL)
		cf_put_restriction(rq, "", c, x == &c->update);
}

static void
change_bit(struct sb_rq *rq, struct cf_content *c, uint32_t *set, int bit)
{
	struct cf_access read = c->read, update = c->update;

	if (str_eq(rq->method, "GET")) {
		if ((*set >> bit & 1) == 0)
			sb_fail(rq, 404, "There is no such restriction");
		else
			sb_text_answer(rq, 200, "application/json", "");
		return;
	}
	if (str_eq(rq->method, "PUT"))
		*set |= 1U << bit;
	else
		*set &= ~(1U << bit);
	if (locks_out(rq, &c->read) || locks_out(rq, &c->update)) {
		c->read = read;
		c->update = update;
		return;
	}
	sb_text_answer(rq, 200, "application/json", "");
}

void
cf_restriction_user(struct sb_rq *rq)
{
	struct cf_content *c = str_eq(rq->method, "GET") ? cf_segment(rq, 0, 0) : segment_to_restrict(rq);
	struct cf_access *x = segment_access(rq, c);
	int who = x != NULL ? cf_arg_person(rq) : -1;

	if (who >= 0)
		change_bit(rq, c, &x->people, who);
}

void
cf_restriction_group(struct sb_rq *rq)
{
	struct cf_content *c = str_eq(rq->method, "GET") ? cf_segment(rq, 0, 0) : segment_to_restrict(rq);
	struct cf_access *x = segment_access(rq, c);
	int g = x != NULL ? group_named(rq->segment[2], rq->segment[2]) : -1;

	if (x != NULL && g < 0)
		sb_fail(rq, 404, "No group found for %s", rq->segment[2]);
	if (g >= 0)
		change_bit(rq, c, &x->groups, g);
}

void
cf_check_permission(struct sb_rq *rq)
{
	struct cf_content *c = sb_need_body(rq) ? cf_segment(rq, 0, 0) : NULL;
	const char *id = json_path_str(rq->body, "subject.identifier"),
		   *operation = json_get_str(rq->body, "operation");
	int who = id != NULL ? sb_person_by_account(id) : -1, g = id != NULL ? group_named(NULL, id) : -1;
	bool may = false;

	if (c == NULL)
		return;
	if (who < 0 && g < 0) {
		sb_fail(rq, 400, "The subject of the permission check could not be found");
		return;
	}
	for (int i = 0; i < SB_PEOPLE; i++)
		if (i == who || (who < 0 && (cf_groups[g].members >> i & 1) != 0))
			may |= str_eq(operation, "read")
				   ? cf_may_read(c, i)
				   : cf_may_edit(c, i) && (!str_eq(operation, "delete") || i != SB_GUEST);
	jw_obj(&rq->w);
	jw_bool(&rq->w, "hasPermission", may);
	jw_arr_in(&rq->w, "errors");
	jw_end(&rq->w);
	jw_end(&rq->w);
}

void
cf_list_operations(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, cf_path_types(rq));

	if (c == NULL)
		return;
	jw_obj(&rq->w);
	jw_key(&rq->w, "operations");
	cf_put_operations(rq, c);
	jw_end(&rq->w);
}
