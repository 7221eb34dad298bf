/* Jira Service Management's API: /rest/servicedeskapi, the same on both deployments. */
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_route.h"

static const struct sb_route routes[] = {
	{ "GET", "servicedesk", sb_list_desks, SB_BOTH },
	{ "GET", "servicedesk/{}", sb_get_desk, SB_BOTH },
	{ "GET", "servicedesk/{}/queue", sb_list_queues, SB_BOTH },
	{ "GET", "servicedesk/{}/queue/{}/issue", sb_list_queue_issues, SB_BOTH },
	{ "GET", "servicedesk/{}/requesttype", sb_list_request_types, SB_BOTH },
	{ "GET", "servicedesk/{}/requesttype/{}/field", sb_list_request_fields, SB_BOTH },
	{ "POST", "servicedesk/{}/attachTemporaryFile", sb_attach_temporary, SB_BOTH | SB_RAW },
	{ "GET", "servicedesk/{}/customer", sb_list_customers, SB_BOTH },
	{ "POST", "servicedesk/{}/customer", sb_change_customers, SB_BOTH },
	{ "DELETE", "servicedesk/{}/customer", sb_change_customers, SB_BOTH },
	{ "GET", "servicedesk/{}/organization", sb_list_desk_organizations, SB_BOTH },
	{ "POST", "servicedesk/{}/organization", sb_change_desk_organizations, SB_BOTH },
	{ "DELETE", "servicedesk/{}/organization", sb_change_desk_organizations, SB_BOTH },
	{ "GET", "servicedesk/{}/knowledgebase/article", sb_search_desk_articles, SB_BOTH },
	{ "GET", "assets/workspace", sb_list_workspaces, SB_CLOUD },
	{ "GET", "knowledgebase/article", sb_search_articles, SB_BOTH },
	{ "GET", "organization", sb_list_organizations, SB_BOTH },
	{ "GET", "organization/{}/user", sb_list_members, SB_BOTH },
	{ "POST", "organization/{}/user", sb_change_members, SB_BOTH },
	{ "DELETE", "organization/{}/user", sb_change_members, SB_BOTH },
	{ "GET", "request", sb_list_requests, SB_BOTH },
	{ "POST", "request", sb_create_request, SB_BOTH },
	{ "GET", "request/{}", sb_get_request, SB_BOTH },
	{ "GET", "request/{}/comment", sb_list_request_comments, SB_BOTH },
	{ "POST", "request/{}/comment", sb_add_request_comment, SB_BOTH },
	{ "GET", "request/{}/attachment", sb_list_request_files, SB_BOTH },
	{ "POST", "request/{}/attachment", sb_add_request_files, SB_BOTH },
	{ "GET", "request/{}/participant", sb_list_participants, SB_BOTH },
	{ "POST", "request/{}/participant", sb_change_participants, SB_BOTH },
	{ "DELETE", "request/{}/participant", sb_change_participants, SB_BOTH },
	{ "GET", "request/{}/sla", sb_list_slas, SB_BOTH },
	{ "GET", "request/{}/approval", sb_list_approvals, SB_BOTH },
	{ "POST", "request/{}/approval/{}", sb_answer_approval, SB_BOTH },
	{ "GET", "request/{}/transition", sb_list_customer_transitions, SB_BOTH },
	{ "POST", "request/{}/transition", sb_do_customer_transition, SB_BOTH },
};

const struct sb_api sb_api_desk[] = {
	{ "/rest/servicedeskapi/", SB_BOTH | SB_DESK, 2, routes, LEN(routes) },
	{ NULL, 0, 0, NULL, 0 },
};
