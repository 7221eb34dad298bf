/* Assets: on Cloud at Atlassian's API gateway below a workspace, on Data Center at the site itself. */
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_route.h"

static const struct sb_route asset_routes[] = {
	{ "POST", "object/aql", sb_find_assets, SB_CLOUD },
	{ "GET", "aql/objects", sb_find_assets_dc, SB_DC },
	{ "GET", "object/{}", sb_get_asset, SB_BOTH },
	{ "GET", "objectschema/list", sb_list_asset_schemas, SB_BOTH },
	{ "GET", "objectschema/{}/objecttypes/flat", sb_list_asset_types, SB_BOTH },
	{ "GET", "objecttype/{}/attributes", sb_list_asset_attributes, SB_BOTH },
};

const struct sb_api sb_api_asset[] = {
	{ "/jsm/assets/workspace/7f3c2b10-5d44-4e1a-8a67-91d0c3e5f284/v1/", SB_CLOUD, 3, asset_routes, LEN(asset_routes) },
	{ "/rest/assets/1.0/", SB_DC, 2, asset_routes, LEN(asset_routes) },
	{ NULL, 0, 0, NULL, 0 },
};
