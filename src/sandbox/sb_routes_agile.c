/*
 * Boards and sprints: /rest/agile/1.0 on both deployments; Cloud has the lists of issues also at /rest/software/1.0, by
 * token. Their texts are those of version 2.
 */
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_route.h"

static const struct sb_route routes[] = {
	{ "GET", "board", sb_list_boards, SB_BOTH },
	{ "POST", "board", sb_create_board, SB_BOTH },
	{ "GET", "board/{}", sb_get_board, SB_BOTH },
	{ "DELETE", "board/{}", sb_delete_board, SB_BOTH },
	{ "GET", "board/{}/configuration", sb_get_board_configuration, SB_BOTH },
	{ "GET", "board/{}/quickfilter", sb_list_quick_filters, SB_CLOUD },
	{ "GET", "board/{}/project", sb_list_board_projects, SB_BOTH },
	{ "GET", "board/{}/issue", sb_list_board_issues, SB_BOTH },
	{ "GET", "board/{}/backlog", sb_list_backlog, SB_BOTH },
	{ "GET", "board/{}/sprint", sb_list_sprints, SB_BOTH },
	{ "POST", "sprint", sb_create_sprint, SB_BOTH },
	{ "GET", "sprint/{}", sb_get_sprint, SB_BOTH },
	{ "POST", "sprint/{}", sb_update_sprint, SB_BOTH },
	{ "PUT", "sprint/{}", sb_update_sprint, SB_BOTH },
	{ "DELETE", "sprint/{}", sb_delete_sprint, SB_BOTH },
	{ "GET", "sprint/{}/issue", sb_list_sprint_issues, SB_BOTH },
	{ "POST", "sprint/{}/issue", sb_move_to_sprint, SB_BOTH },
	{ "POST", "backlog/issue", sb_move_to_backlog, SB_BOTH },
	{ "PUT", "issue/rank", sb_rank_issues, SB_BOTH },
	{ "GET", "issue/{}/estimation", sb_get_estimate, SB_BOTH },
	{ "PUT", "issue/{}/estimation", sb_set_estimate, SB_BOTH },
};

static const struct sb_route software[] = {
	{ "GET", "board/{}/issue", sb_list_board_issues, SB_CLOUD },
	{ "GET", "board/{}/backlog", sb_list_backlog, SB_CLOUD },
	{ "GET", "sprint/{}/issue", sb_list_sprint_issues, SB_CLOUD },
};

const struct sb_api sb_api_agile[] = {
	{ "/rest/agile/1.0/", SB_BOTH, 2, routes, LEN(routes) },
	{ "/rest/software/1.0/", SB_CLOUD, 2, software, LEN(software) },
	{ NULL, 0, 0, NULL, 0 },
};
