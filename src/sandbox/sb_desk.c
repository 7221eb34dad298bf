/* What the desk offers, as tables, and its state. Nothing here draws from the site's random numbers. */
#include "sandbox/sb_desk.h"

#include "base/str.h"

const struct sb_request_type sb_request_types[SB_DESK_TYPES] = {
	{ SB_HELP, "Get help", "A question, or a small piece of work for the platform team.", SB_TASK,
	    { F_SUMMARY, F_DESCRIPTION, F_COMPONENTS, F_ATTACHMENT }, 4, false, false },
	{ SB_INCIDENT, "Report an incident", "Something is down, slow or wrong.", SB_BUG,
	    { F_SUMMARY, F_DESCRIPTION, F_PRIORITY, F_COMPONENTS, F_ATTACHMENT }, 5, true, false },
	{ SB_ACCESS, "Request access", "To a cluster, a database or a dashboard. Needs an approval.", SB_STORY,
	    { F_SUMMARY, F_DESCRIPTION, F_DUEDATE }, 3, false, true },
};

#define ALL "project = OPS AND issuetype in (Task, Bug, Story)"
const struct sb_queue sb_queues[SB_DESK_QUEUES] = {
	{ 10, "All open", ALL " AND statusCategory != Done ORDER BY created DESC" },
	{ 11, "Unassigned", ALL " AND assignee is EMPTY AND statusCategory != Done ORDER BY created DESC" },
	{ 12, "Incidents", "project = OPS AND issuetype = Bug ORDER BY priority DESC, created DESC" },
};

const struct sb_article sb_articles[] = {
	{ 65601, "How to connect to the VPN", "Install the client, sign in with your company account, choose the nearest gateway." },
	{ 65602, "VPN is slow: what to try first", "Switch the gateway, then measure with and without the VPN." },
	{ 65603, "Ask for access to a database", "Name the database, the reason and the last day; your lead approves." },
	{ 65604, "Who is on call", "The calendar of the platform team." },
};
const size_t sb_article_count = LEN(sb_articles);

const int sb_approvers[SB_APPROVERS] = { SB_ME, 2 };

struct sb_desk *
sb_desk(struct sb_site *site)
{
	static const struct sb_organization made[SB_DESK_ORGANIZATIONS] = {
		{ "Nordic Stores", 1U << 5 | 1U << 8, true },
		{ "Warehouse Leipzig", 1U << 9, true },
		{ "Head Office", 1U << 7, false },
	};

	if (site->desk == NULL) {
		site->desk = arena_alloc(site->arena, sizeof(*site->desk));
		site->desk->customers = 1U << 4 | 1U << 7 | 1U << SB_GUEST;
		for (size_t i = 0; i < LEN(made); i++)
			site->desk->organization[i] = made[i];
	}
	return site->desk;
}

const struct sb_request_type *
sb_request_type_of(const struct sb_issue *issue)
{
	for (size_t i = 0; i < SB_DESK_TYPES && issue->project == SB_OPS; i++)
		if (sb_request_types[i].issue_type == sb_id(issue, F_ISSUETYPE))
			return &sb_request_types[i];
	return NULL;
}

const struct sb_request_type *
sb_request_type_find(const char *id)
{
	int64_t n = 0;

	if (id == NULL || str_int(id, 1, SB_DESK_TYPES, &n) == -1)
		return NULL;
	return &sb_request_types[n - 1];
}

struct sb_request *
sb_request_of(struct sb_site *site, const struct sb_issue *issue)
{
	struct sb_desk *d = sb_desk(site);
	struct sb_request *r;

	for (size_t i = 0; i < d->request_count; i++)
		if (d->request[i].issue == issue->id)
			return &d->request[i];
	d->request = sb_room(site->arena, d->request, d->request_count, sizeof *r);
	r = &d->request[d->request_count++];
	r->issue = issue->id;
	/* what has left its first status was approved by somebody then */
	if (sb_id(issue, F_STATUS) != SB_TODO)
		r->approved = 1U << sb_approvers[1];
	return r;
}

struct sb_issue *
sb_segment_request(struct sb_rq *rq, size_t segment)
{
	struct sb_issue *issue = sb_issue_find(rq->site, rq->segment[segment]);

	if (issue != NULL && sb_may_see(rq->me, issue->project) && sb_request_type_of(issue) != NULL)
		return issue;
	sb_fail(rq, 404, "The request you are trying to view does not exist or you do not have permission to see it.");
	return NULL;
}

bool
sb_segment_desk(struct sb_rq *rq, size_t segment)
{
	int64_t id = 0;

	if (str_int(rq->segment[segment], 0, INT32_MAX, &id) == 0 && id == SB_DESK_ID && sb_may_see(rq->me, SB_OPS))
		return true;
	sb_fail(rq, 404, "The Service Desk you are trying to view does not exist.");
	return false;
}

int
sb_desk_person(struct sb_rq *rq, const char *word)
{
	int who = word == NULL ? -1 : rq->site->dc ? sb_person_by_name(word) : sb_person_by_account(word);

	if (who < 0)
		sb_fail(rq, 400, "The user '%s' does not exist.", word != NULL ? word : "");
	return who;
}

uint32_t
sb_desk_people(struct sb_rq *rq)
{
	json *list = json_get(rq->body, rq->site->dc ? "usernames" : "accountIds");
	uint32_t set = 0;

	for (struct json_iter it = json_iter(list); json_next(&it);) {
		int who = sb_desk_person(rq, json_str(it.value));

		if (who < 0)
			return 0;
		set |= 1U << who;
	}
	if (set == 0)
		sb_fail(rq, 400, "No users were given.");
	return set;
}
