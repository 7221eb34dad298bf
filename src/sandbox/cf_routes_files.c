/* What is not in the documents: bytes of attachments, short links, Cloud's media service, Data Center's plugin of
 * inline comments. */
#include "sandbox/cf.h"
#include "sandbox/cf_handlers.h"
#include "sandbox/cf_routes.h"

static const struct sb_route files[] = {
	{ "GET", "download/attachments/{}/{}", cf_download_file, SB_BOTH },
	{ "GET", "x/{}", cf_short_link, SB_BOTH },
};

static const struct sb_route media[] = {
	{ "GET", "file/{}/binary", cf_media_file, SB_CLOUD | SB_ANYONE },
};

static const struct sb_route plugin[] = {
	{ "POST", "comments", cf_plugin_create, SB_DC },
	{ "PUT", "comments/{}/resolve/{}/dangling/{}", cf_plugin_resolve, SB_DC | SB_ANY_BODY },
};

const struct sb_api cf_api_files[] = {
	{ "/confluence/rest/inlinecomments/1.0/", SB_DC, CF_API_V1, plugin, LEN(plugin) },
	{ "/wiki/", SB_CLOUD, CF_API_V1, files, LEN(files) },
	{ "/confluence/", SB_DC, CF_API_V1, files, LEN(files) },
	{ "/media/wiki/", SB_CLOUD, CF_API_V1, media, LEN(media) },
	{ NULL, 0, 0, NULL, 0 },
};
