/* People, groups and who watches what. */
#include "base/str.h"
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"

void
cf_users_bulk(struct sb_rq *rq)
{
	json *ids = json_get(rq->body, "accountIds");
	struct jw *w = &rq->w;

	if (!sb_need_body(rq))
		return;
	if (json_len(ids) == 0 || json_len(ids) > 250) {
		sb_fail(rq, 400, "accountIds must have between 1 and 250 elements");
		return;
	}
	jw_obj(w);
	jw_arr_in(w, "results");
	for (struct json_iter it = json_iter(ids); json_next(&it);) {
		int who = json_str(it.value) != NULL ? sb_person_by_account(json_str(it.value)) : -1;

		if (who >= 0)
			cf_put_user_v2(rq, who);
	}
	jw_end(w);
	jw_obj_in(w, "_links");
	jw_str(w, "base", cf_base(rq));
	jw_end(w);
	jw_end(w);
}

void
cf_get_user_v1(struct sb_rq *rq)
{
	int who;

	if (rq->site->dc ? sb_arg(rq, "username") == NULL && sb_arg(rq, "key") == NULL
			 : sb_arg(rq, "accountId") == NULL) {
		sb_fail(rq, 400,
		    rq->site->dc ? "Either 'key' or 'username' must be provided" : "accountId must be provided");
		return;
	}
	who = cf_arg_person(rq);
	if (who >= 0)
		cf_put_user(rq, who);
}

void
cf_anonymous_user(struct sb_rq *rq)
{
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "type", "anonymous");
	jw_obj_in(w, "profilePicture");
	jw_str(w, "path", arena_printf(rq->arena, "%s/images/icons/profilepics/anonymous.svg", cf_context(rq)));
	jw_int(w, "width", 48);
	jw_int(w, "height", 48);
	jw_bool(w, "isDefault", true);
	jw_end(w);
	jw_str(w, "displayName", "Anonymous");
	jw_obj_in(w, "_links");
	jw_str(w, "base", cf_base(rq));
	jw_end(w);
	jw_end(w);
}

void
cf_current_user_v1(struct sb_rq *rq)
{
	if (rq->me >= 0)
		cf_put_user(rq, rq->me);
	else
		cf_anonymous_user(rq);
}

static void
put_people(struct sb_rq *rq, uint32_t set, int64_t cap)
{
	int who[SB_PEOPLE];
	struct cf_window w;
	size_t n = 0;

	for (int i = 0; i < SB_PEOPLE; i++)
		if ((set >> i & 1) != 0)
			who[n++] = i;
	if (!cf_list_begin(rq, n, cap < 200 ? cap : 200, cap, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		cf_put_user(rq, who[i]);
	cf_list_end(rq, &w);
}

void
cf_users_bulk_v1(struct sb_rq *rq)
{
	uint32_t set = 0;

	for (int i = 0; i < SB_PEOPLE; i++)
		if (cf_arg_has(rq, "accountId", sb_people[i].account_id))
			set |= 1U << i;
	put_people(rq, set, 200);
}

void
cf_list_users_v1(struct sb_rq *rq)
{
	put_people(rq, 0x7ff, 200);
}

static void
put_groups(struct sb_rq *rq, int member)
{
	int group[CF_GROUPS];
	struct cf_window w;
	size_t n = 0;

	for (int i = 0; i < CF_GROUPS; i++)
		if (member < 0 || (cf_groups[i].members >> member & 1) != 0)
			group[n++] = i;
	if (!cf_list_begin(rq, n, 200, 200, &w))
		return;
	for (size_t i = w.from; i < w.to; i++)
		cf_put_group(rq, group[i]);
	cf_list_end(rq, &w);
}

void
cf_list_groups(struct sb_rq *rq)
{
	put_groups(rq, -1);
}

void
cf_user_groups(struct sb_rq *rq)
{
	int who = cf_arg_person(rq);

	if (who >= 0)
		put_groups(rq, who);
}

void
cf_group_members(struct sb_rq *rq)
{
	for (int i = 0; i < CF_GROUPS; i++)
		if (str_eq(rq->segment[0], rq->site->dc ? cf_groups[i].name : cf_groups[i].id)) {
			put_people(rq, cf_groups[i].members, 200);
			return;
		}
	sb_fail(rq, 404, "No group found for %s", rq->segment[0]);
}

/* GET asks, POST begins, DELETE ends; for oneself, or for another by an administrator. */
static void
watch(struct sb_rq *rq, uint32_t *watchers)
{
	int who = cf_arg_person(rq);

	if (who < 0)
		return;
	if (who != rq->me && (cf_groups[3].members >> rq->me & 1) == 0) {
		sb_fail(rq, 403, "User not permitted to see or change another user's watches");
		return;
	}
	if (str_eq(rq->method, "GET")) {
		jw_obj(&rq->w);
		jw_bool(&rq->w, "watching", (*watchers >> who & 1) != 0);
		jw_end(&rq->w);
		return;
	}
	if (!rq->site->dc && !cf_check_xsrf(rq))
		return;
	if (str_eq(rq->method, "POST"))
		*watchers |= 1U << who;
	else
		*watchers &= ~(1U << who);
	rq->status = 204;
}

void
cf_watch_content(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		watch(rq, &c->watchers);
}

void
cf_watch_space(struct sb_rq *rq)
{
	struct cf_space *s = cf_segment_space(rq, 0);

	if (s != NULL)
		watch(rq, &s->watchers);
}

void
cf_list_watchers(struct sb_rq *rq)
{
	struct cf_content *c = cf_segment(rq, 0, 0);

	if (c != NULL)
		put_people(rq, c->watchers, 200);
}
