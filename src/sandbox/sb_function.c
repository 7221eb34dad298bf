/*
 * Functions of JQL, as a table: currentUser, openSprints and the like; and the values
 * that they and the fields of sb_jql.c are made of. Dates (now(), startOfDay() ...) are
 * query/'s own.
 */
#include "sandbox/sb_finder.h"

#include "base/str.h"

const char *
sb_number_text(struct finder *s, int64_t n)
{
	return arena_printf(s->rq->arena, "%lld", (long long)n);
}

void
sb_add_person(struct finder *s, struct jql_values *out, int who)
{
	const struct sb_person *p = &sb_people[who];

	jql_values_add(
	    out, (struct jql_value){
		     .id = s->rq->site->dc ? p->key : p->account_id, .text = p->display, .alias = p->email });
}

void
sb_add_people(struct finder *s, struct jql_values *out, uint32_t set)
{
	for (int i = 0; i < SB_PEOPLE; i++)
		if ((set >> i & 1) != 0)
			sb_add_person(s, out, i);
}

void
sb_add_issue(struct finder *s, struct jql_values *out, const struct sb_issue *issue)
{
	if (issue != NULL)
		jql_values_add(out, (struct jql_value){ .id = sb_number_text(s, issue->id), .text = issue->key });
}

void
sb_add_project(struct finder *s, struct jql_values *out, int project)
{
	jql_values_add(out, (struct jql_value){ .id = sb_number_text(s, sb_projects[project].id),
				.text = sb_projects[project].key,
				.alias = sb_projects[project].name });
}

void
sb_add_named(struct finder *s, struct jql_values *out, enum sb_catalogue c, const struct sb_named *n)
{
	if (n != NULL) /* the highest priority has the lowest id */
		jql_values_add(out, (struct jql_value){ .id = sb_number_text(s, n->id),
					.text = n->name,
					.number = c == SB_PRIORITY ? -(double)n->id : (double)n->id });
}

void
sb_add_sprint(struct finder *s, struct jql_values *out, const struct sb_sprint *p)
{
	jql_values_add(out, (struct jql_value){ .id = sb_number_text(s, p->id), .text = p->name });
}

/* A function being asked: appends to out what it stands for; -1 with e set when its arguments are wrong. */
struct asked {
	struct finder *s;
	const char *const *arg;
	size_t n;
	int which; /* of the functions that share one implementation */
	struct jql_values *out;
	struct err *e;
};

static int
current_user(struct asked *a)
{
	if (a->s->rq->me >= 0)
		sb_add_person(a->s, a->out, a->s->rq->me);
	return 0;
}

static int
members_of(struct asked *a)
{
	if (a->n != 1 || (!str_ieq(a->arg[0], "developers") && !str_ieq(a->arg[0], "jira-software-users")))
		return err_set(a->e, ERR_INPUT,
		    "Function 'membersOf' can not generate a list of usernames for group '%s'; the group does not "
		    "exist.",
		    a->n > 0 ? a->arg[0] : "");
	for (int i = 0; i < SB_PEOPLE; i++)
		if (sb_people[i].active)
			sb_add_person(a->s, a->out, i);
	return 0;
}

static int
sprints_in(struct asked *a)
{
	const struct sb_site *site = a->s->rq->site;

	for (size_t i = 0; i < site->sprint_count; i++)
		if ((int)site->sprint[i].state == a->which)
			sb_add_sprint(a->s, a->out, &site->sprint[i]);
	return 0;
}

static int
versions_in(struct asked *a)
{
	int project = a->n > 0 ? sb_project_find(a->arg[0]) : -1, me = a->s->rq->me;
	const struct sb_named_list *all = &sb_catalogues[SB_VERSION];

	if (a->n > 0 && !sb_may_see(me, project))
		return err_set(a->e, ERR_INPUT, "Could not resolve the project '%s' provided to function '%s'.",
		    a->arg[0], a->which ? "releasedVersions" : "unreleasedVersions");
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].released == a->which && !all->v[i].archived && sb_may_see(me, all->v[i].project) &&
		    (a->n == 0 || all->v[i].project == project))
			sb_add_named(a->s, a->out, SB_VERSION, &all->v[i]);
	return 0;
}

static int
types_in(struct asked *a)
{
	const struct sb_named_list *all = &sb_catalogues[SB_TYPE];

	for (size_t i = 0; i < all->n; i++)
		if ((all->v[i].level < 0) == a->which)
			sb_add_named(a->s, a->out, SB_TYPE, &all->v[i]);
	return 0;
}

static int
linked_issues(struct asked *a)
{
	const struct sb_site *site = a->s->rq->site;
	const struct sb_issue *issue = a->n > 0 ? sb_issue_find(site, a->arg[0]) : NULL;

	if (issue == NULL || !sb_may_see(a->s->rq->me, issue->project))
		return err_set(a->e, ERR_INPUT, "Issue '%s' could not be found in function 'linkedIssues'.",
		    a->n > 0 ? a->arg[0] : "");
	for (size_t i = 0; i < site->link_count; i++) {
		const struct sb_link *l = &site->link[i];
		const struct sb_named *t = sb_named_by_id(SB_LINKTYPE, l->type);
		bool outward = l->outward == issue->id;

		if (l->deleted || (!outward && l->inward != issue->id) ||
		    (a->n > 1 && !str_ieq(a->arg[1], outward ? t->colour : t->icon)))
			continue;
		sb_add_issue(a->s, a->out, sb_issue_by_id(site, outward ? l->inward : l->outward));
	}
	return 0;
}

static int
watched_issues(struct asked *a)
{
	const struct sb_rq *rq = a->s->rq;

	for (size_t i = 0; i < rq->site->issue_count; i++)
		if (!rq->site->issue[i]->deleted && rq->me >= 0 && (rq->site->issue[i]->watchers >> rq->me & 1) != 0)
			sb_add_issue(a->s, a->out, rq->site->issue[i]);
	return 0;
}

static const struct {
	const char *name;
	int (*fn)(struct asked *);
	int which;
} functions[] = {
	{ "currentUser", current_user, 0 },
	{ "membersOf", members_of, 0 },
	{ "openSprints", sprints_in, SB_ACTIVE },
	{ "closedSprints", sprints_in, SB_CLOSED },
	{ "futureSprints", sprints_in, SB_FUTURE },
	{ "releasedVersions", versions_in, true },
	{ "unreleasedVersions", versions_in, false },
	{ "standardIssueTypes", types_in, false },
	{ "subtaskIssueTypes", types_in, true },
	{ "linkedIssues", linked_issues, 0 },
	{ "watchedIssues", watched_issues, 0 },
};

int
sb_jql_function(
    struct finder *s, const char *name, const char *const *args, size_t n, struct jql_values *out, struct err *e)
{
	struct asked a = { s, args, n, 0, out, e };

	for (size_t i = 0; i < LEN(functions); i++)
		if (str_ieq(functions[i].name, name)) {
			a.which = functions[i].which;
			return functions[i].fn(&a);
		}
	return 1;
}
