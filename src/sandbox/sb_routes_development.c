/* The private API behind Jira's development panel. */
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_route.h"

static const struct sb_route routes[] = {
	{ "GET", "issue/summary", sb_dev_summary, SB_BOTH },
	{ "GET", "issue/detail", sb_dev_detail, SB_BOTH },
};

const struct sb_api sb_api_development[] = {
	{ "/rest/dev-status/latest/", SB_BOTH, 2, routes, LEN(routes) },
	{ "/rest/dev-status/1.0/", SB_BOTH, 2, routes, LEN(routes) },
	{ NULL, 0, 0, NULL, 0 },
};
