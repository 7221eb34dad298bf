/*
 * Forms. They answer at Atlassian's API gateway, which here is the same address: a client
 * that is told http://HOST/ex/jira/0a6d3c52-7b1e-4f6a-9c58-2e41d7f0b9a3 finds them beside it.
 */
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_route.h"

static const struct sb_route form_routes[] = {
	{ "GET", "issue/{}/form", sb_list_forms, SB_CLOUD },
	{ "GET", "issue/{}/form/{}", sb_get_form, SB_CLOUD },
	{ "PUT", "issue/{}/form/{}", sb_save_form, SB_CLOUD },
	{ "PUT", "issue/{}/form/{}/action/submit", sb_submit_form, SB_CLOUD | SB_ANY_BODY },
};

const struct sb_api sb_api_form[] = {
	{ "/jira/forms/cloud/0a6d3c52-7b1e-4f6a-9c58-2e41d7f0b9a3/", SB_CLOUD, 3, form_routes, LEN(form_routes) },
	{ NULL, 0, 0, NULL, 0 },
};
