/*
 * Boards. Each is a filter with columns; what it shows is found with the filter's JQL as any search is. The backlog is
 * what is not done and in no open sprint.
 */
#include "base/str.h"
#include "query/jql.h"
#include "sandbox/sb_agile.h"
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_jql.h"
#include "sandbox/sb_put.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 50, MAX_PAGE = 100, MAX_NAME = 255 };

static const struct {
	int id, project;
	const char *jql;
} filters[] = {
	{ SB_FILTER_SHOP, SB_SHOP, "project = SHOP ORDER BY Rank ASC" },
	{ SB_FILTER_OPS, SB_OPS, "project = OPS ORDER BY Rank ASC" },
};

struct sb_board *
sb_board_by_id(const struct sb_site *site, int64_t id)
{
	for (size_t i = 0; i < site->board_count; i++)
		if (site->board[i].id == id && !site->board[i].deleted)
			return &site->board[i];
	return NULL;
}

struct sb_board *
sb_segment_board(struct sb_rq *rq, size_t segment)
{
	struct sb_board *b;
	int64_t id;

	if (str_int(rq->segment[segment], 1, INT32_MAX, &id) == -1) {
		sb_fail(rq, 400, "The board ID provided must be a valid positive number.");
		return NULL;
	}
	b = sb_board_by_id(rq->site, id);
	if (b != NULL && sb_may_see(rq->me, b->project))
		return b;
	sb_fail(rq, 404, "Requested board cannot be viewed because it either does not exist or you do not have permission to view it.");
	return NULL;
}

static const char *
agile_self(struct sb_rq *rq, const char *what, int64_t id)
{
	return arena_printf(rq->arena, "%s/rest/agile/1.0/%s/%lld", rq->site->base, what, (long long)id);
}

static void
put_board(struct sb_rq *rq, const struct sb_board *b)
{
	const struct sb_project *p = &sb_projects[b->project];
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_int(w, "id", b->id);
	jw_str(w, "self", agile_self(rq, "board", b->id));
	jw_str(w, "name", b->name);
	jw_str(w, "type", b->scrum ? "scrum" : "kanban");
	if (!rq->site->dc) {
		jw_obj_in(w, "location");
		jw_int(w, "projectId", p->id);
		jw_str(w, "displayName", arena_printf(rq->arena, "%s (%s)", p->name, p->key));
		jw_str(w, "projectName", p->name);
		jw_str(w, "projectKey", p->key);
		jw_str(w, "projectTypeKey", "software");
		jw_str(w, "name", arena_printf(rq->arena, "%s (%s)", p->name, p->key));
		jw_end(w);
	}
	jw_end(w);
}

static void
begin_page(struct sb_rq *rq, const struct sb_page *p)
{
	jw_obj(&rq->w);
	jw_int(&rq->w, "maxResults", p->max);
	jw_int(&rq->w, "startAt", p->start);
	jw_int(&rq->w, "total", p->total);
	jw_bool(&rq->w, "isLast", (int64_t)sb_page_end(p) >= p->total);
	jw_arr_in(&rq->w, "values");
}

static void
end_page(struct sb_rq *rq)
{
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static bool
holds(struct arena *a, const char *text, const char *part)
{
	return part == NULL || strstr(str_lower(a, text), str_lower(a, part)) != NULL;
}

void
sb_list_boards(struct sb_rq *rq)
{
	const char *name = sb_arg(rq, "name"), *type = sb_arg(rq, "type"), *project = sb_arg(rq, "projectKeyOrId");
	int wanted = project == NULL ? -1 : sb_project_find(project);
	const struct sb_board **list = arena_array(rq->arena, rq->site->board_count + 1, sizeof(struct sb_board *));
	struct sb_page p;
	size_t n = 0;

	if (project != NULL && (wanted < 0 || !sb_may_see(rq->me, wanted))) {
		sb_fail(rq, 400, "No project could be found with key or id '%s'.", project);
		return;
	}
	for (size_t i = 0; i < rq->site->board_count; i++) {
		const struct sb_board *b = &rq->site->board[i];

		if (!b->deleted && sb_may_see(rq->me, b->project) && holds(rq->arena, b->name, name) &&
		    (wanted < 0 || b->project == wanted) && (type == NULL || str_eq(type, b->scrum ? "scrum" : "kanban")))
			list[n++] = b;
	}
	p = sb_page(rq, PAGE, PAGE, n);
	begin_page(rq, &p);
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		put_board(rq, list[i]);
	end_page(rq);
}

void
sb_create_board(struct sb_rq *rq)
{
	const char *name = json_get_str(rq->body, "name"), *type = json_get_str(rq->body, "type");
	int64_t filter = json_get_int(rq->body, "filterId", 0);
	struct sb_site *site = rq->site;
	struct sb_board *b;
	size_t known = 0;

	if (!sb_need_body(rq))
		return;
	if (str_blank(name) || strlen(name) > MAX_NAME)
		sb_refuse(rq, "name", "The board name must be between 1 and %d characters.", MAX_NAME);
	if (!str_eq(type, "scrum") && !str_eq(type, "kanban"))
		sb_refuse(rq, "type", "The board type must be one of: scrum, kanban.");
	while (known < LEN(filters) && filters[known].id != filter)
		known++;
	if (known == LEN(filters) || !sb_may_see(rq->me, filters[known].project))
		sb_refuse(rq, "filterId", "The selected filter does not exist or you do not have permission to view it.");
	if (rq->failed)
		return;
	site->board = sb_room(site->arena, site->board, site->board_count, sizeof *b);
	b = &site->board[site->board_count++];
	b->id = (int)site->board_count;
	b->name = arena_strdup(site->arena, name);
	b->scrum = str_eq(type, "scrum");
	b->project = filters[known].project;
	b->filter = (int)filter;
	b->jql = filters[known].jql;
	rq->status = 201;
	put_board(rq, b);
}

void
sb_get_board(struct sb_rq *rq)
{
	const struct sb_board *b = sb_segment_board(rq, 0);

	if (b != NULL)
		put_board(rq, b);
}

void
sb_delete_board(struct sb_rq *rq)
{
	struct sb_board *b = sb_segment_board(rq, 0);

	if (b == NULL)
		return;
	b->deleted = true;
	rq->status = 204;
}

static void
put_column(struct sb_rq *rq, const char *name, const int64_t *statuses, size_t n, int max)
{
	const char *prefix = arena_printf(rq->arena, "%s/rest/api/2/status", rq->site->base);
	struct jw *w = &rq->w;

	jw_obj(w);
	jw_str(w, "name", name);
	jw_arr_in(w, "statuses");
	for (size_t i = 0; i < n; i++) {
		jw_obj(w);
		jw_str(w, "id", arena_printf(rq->arena, "%lld", (long long)statuses[i]));
		jw_str(w, "self", arena_printf(rq->arena, "%s/%lld", prefix, (long long)statuses[i]));
		jw_end(w);
	}
	jw_end(w);
	if (max > 0)
		jw_int(w, "max", max);
	jw_end(w);
}

void
sb_get_board_configuration(struct sb_rq *rq)
{
	static const int64_t todo[] = { SB_TODO, SB_REOPENED }, progress[] = { SB_IN_PROGRESS }, review[] = { SB_IN_REVIEW },
	    done[] = { SB_DONE };
	const struct sb_board *b = sb_segment_board(rq, 0);
	const char *points = sb_field_id(rq->site, F_POINTS), *rank = sb_field_id(rq->site, F_RANK);
	struct jw *w = &rq->w;

	if (b == NULL)
		return;
	jw_obj(w);
	jw_int(w, "id", b->id);
	jw_str(w, "name", b->name);
	jw_str(w, "type", b->scrum ? "scrum" : "kanban");
	jw_str(w, "self", arena_printf(rq->arena, "%s/configuration", agile_self(rq, "board", b->id)));
	jw_obj_in(w, "filter");
	jw_str(w, "id", arena_printf(rq->arena, "%d", b->filter));
	jw_str(w, "self", arena_printf(rq->arena, "%s/rest/api/2/filter/%d", rq->site->base, b->filter));
	jw_end(w);
	if (!b->scrum) {
		jw_obj_in(w, "subQuery");
		jw_str(w, "query", "fixVersion in unreleasedVersions() OR fixVersion is EMPTY");
		jw_end(w);
	}
	jw_obj_in(w, "columnConfig");
	jw_arr_in(w, "columns");
	put_column(rq, "To Do", todo, LEN(todo), 0);
	put_column(rq, "In Progress", progress, LEN(progress), b->scrum ? 0 : 8);
	put_column(rq, "In Review", review, LEN(review), 0);
	put_column(rq, "Done", done, LEN(done), 0);
	jw_end(w);
	jw_str(w, "constraintType", b->scrum ? "none" : "issueCount");
	jw_end(w);
	if (b->scrum) {
		jw_obj_in(w, "estimation");
		jw_str(w, "type", "field");
		jw_obj_in(w, "field");
		jw_str(w, "fieldId", points);
		jw_str(w, "displayName", sb_field_name(rq->site, F_POINTS));
		jw_end(w);
		jw_end(w);
	}
	jw_obj_in(w, "ranking");
	jw_int(w, "rankCustomFieldId", strtol(strrchr(rank, '_') + 1, NULL, 10));
	jw_end(w);
	jw_end(w);
}

/* Cloud only: Data Center has no public request for them. */
void
sb_list_quick_filters(struct sb_rq *rq)
{
	static const struct {
		const char *name, *jql, *about;
	} row[] = {
		{ "Only my issues", "assignee = currentUser()", "What is assigned to me" },
		{ "Recently updated", "updatedDate >= -1d", "Touched within a day" },
	};
	const struct sb_board *b = sb_segment_board(rq, 0);
	struct sb_page p;

	if (b == NULL)
		return;
	p = sb_page(rq, PAGE, PAGE, LEN(row));
	begin_page(rq, &p);
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++) {
		jw_obj(&rq->w);
		jw_int(&rq->w, "id", b->id * 10 + (int64_t)i);
		jw_int(&rq->w, "boardId", b->id);
		jw_str(&rq->w, "name", row[i].name);
		jw_str(&rq->w, "jql", row[i].jql);
		jw_str(&rq->w, "description", row[i].about);
		jw_int(&rq->w, "position", (int64_t)i);
		jw_end(&rq->w);
	}
	end_page(rq);
}

void
sb_list_board_projects(struct sb_rq *rq)
{
	const struct sb_board *b = sb_segment_board(rq, 0);
	const struct sb_project *project;
	struct sb_page p;

	if (b == NULL)
		return;
	project = &sb_projects[b->project];
	p = sb_page(rq, PAGE, PAGE, 1);
	begin_page(rq, &p);
	if (sb_page_end(&p) == 1 && p.start == 0) {
		jw_obj(&rq->w);
		jw_str(&rq->w, "self", arena_printf(rq->arena, "%s/rest/api/2/project/%d", rq->site->base, project->id));
		jw_str(&rq->w, "id", arena_printf(rq->arena, "%d", project->id));
		jw_str(&rq->w, "key", project->key);
		jw_str(&rq->w, "name", project->name);
		jw_str(&rq->w, "projectTypeKey", "software");
		jw_end(&rq->w);
	}
	end_page(rq);
}

int
sb_board_issues(struct sb_rq *rq, const char *filter, const struct sb_issue ***ret, size_t *ret_n)
{
	const char *wanted = sb_arg(rq, "jql");
	struct jql *fence, *user;
	struct err e;

	err_init(&e, rq->arena);
	fence = jql_parse(rq->arena, filter, strlen(filter), &e);
	if (fence == NULL)
		BUG("a board's filter is not JQL");
	if (wanted != NULL) {
		user = jql_parse(rq->arena, wanted, strlen(wanted), &e);
		if (user != NULL) {
			wanted = jql_fence_with(rq->arena, user, fence);
			if (user->q.sort_count == 0 && fence->q.sort_count > 0)
				wanted = arena_printf(rq->arena, "%s ORDER BY Rank ASC", wanted);
			fence = jql_parse(rq->arena, wanted, strlen(wanted), &e);
		}
		if (user == NULL || fence == NULL) {
			sb_fail(rq, 400, "Error in the JQL Query: %s", e.message);
			return -1;
		}
	}
	return sb_find(rq, fence, ret, ret_n);
}

/* Where a token goes on; -1 after sb_fail. */
static int64_t
token_place(struct sb_rq *rq, size_t n)
{
	const char *token = sb_arg(rq, "nextPageToken");
	int64_t at = 0;

	if (token == NULL || (str_starts(token, "page") && str_int(token + 4, 1, (int64_t)n, &at) == 0))
		return at;
	sb_fail(rq, 400, "The provided next page token is invalid or expired.");
	return -1;
}

/* The older API pages by position, /rest/software by token and without a total. */
void
sb_put_agile_issues(struct sb_rq *rq, const struct sb_issue **list, size_t n)
{
	bool by_token = str_starts(rq->path, "/rest/software/");
	struct sb_page p = sb_page(rq, PAGE, MAX_PAGE, n);
	const char **names;
	size_t name_count = sb_arg_list(rq, "fields", &names);
	struct sb_pick pick = sb_pick(rq, names, name_count, SB_PICK_NAVIGABLE);

	if (by_token && (p.start = token_place(rq, n)) == -1)
		return;
	jw_obj(&rq->w);
	jw_str(&rq->w, "expand", "schema,names");
	if (!by_token)
		sb_put_page(rq, &p);
	jw_arr_in(&rq->w, "issues");
	for (size_t i = (size_t)p.start; i < sb_page_end(&p); i++)
		sb_put_issue(rq, list[i], &pick);
	jw_end(&rq->w);
	if (by_token && (int64_t)sb_page_end(&p) < p.total)
		jw_str(&rq->w, "nextPageToken", arena_printf(rq->arena, "page%zu", sb_page_end(&p)));
	if (by_token)
		jw_bool(&rq->w, "isLast", (int64_t)sb_page_end(&p) >= p.total);
	jw_end(&rq->w);
}

void
sb_list_board_issues(struct sb_rq *rq)
{
	const struct sb_board *b = sb_segment_board(rq, 0);
	const struct sb_issue **list;
	size_t n;

	if (b != NULL && sb_board_issues(rq, b->jql, &list, &n) == 0)
		sb_put_agile_issues(rq, list, n);
}

static bool
in_backlog(const struct sb_site *site, const struct sb_issue *issue)
{
	const struct sb_value *v = &issue->value[F_SPRINT];
	const struct sb_named *type = sb_named_by_id(SB_TYPE, sb_id(issue, F_ISSUETYPE));

	if (type->level != 0 || sb_named_by_id(SB_STATUS, sb_id(issue, F_STATUS))->level == SB_CAT_DONE)
		return false;
	for (size_t i = 0; i < v->n; i++)
		if (sb_sprint_by_id(site, v->v[i].id)->state != SB_CLOSED)
			return false;
	return true;
}

void
sb_list_backlog(struct sb_rq *rq)
{
	const struct sb_board *b = sb_segment_board(rq, 0);
	const struct sb_issue **list;
	size_t n, kept = 0;

	if (b == NULL || sb_board_issues(rq, b->jql, &list, &n) == -1)
		return;
	for (size_t i = 0; i < n; i++)
		if (in_backlog(rq->site, list[i]))
			list[kept++] = list[i];
	sb_put_agile_issues(rq, list, kept);
}
