/* Jira's platform API, the parts for many issues at once and for files; and where the files themselves are. */
#include "sandbox/sb_handlers.h"
#include "sandbox/sb_route.h"

static const struct sb_route routes[] = {
	{ "GET", "attachment/meta", sb_attachment_limits, SB_BOTH },
	{ "GET", "attachment/{}", sb_get_attachment, SB_BOTH },
	{ "DELETE", "attachment/{}", sb_delete_attachment, SB_BOTH },
	{ "GET", "attachment/content/{}", sb_attachment_content, SB_CLOUD },
	{ "GET", "attachment/thumbnail/{}", sb_attachment_thumbnail, SB_CLOUD },
	{ "POST", "issue/{}/attachments", sb_add_attachments, SB_BOTH | SB_RAW },
	{ "POST", "issue/bulk", sb_bulk_create, SB_BOTH },
	{ "PUT", "issue/archive", sb_archive_issues, SB_CLOUD },
	{ "PUT", "issue/unarchive", sb_unarchive_issues, SB_CLOUD },
	{ "PUT", "issue/{}/archive", sb_archive_issue, SB_DC | SB_ANY_BODY },
	{ "PUT", "issue/{}/restore", sb_restore_issue, SB_DC | SB_ANY_BODY },
	{ "GET", "bulk/issues/fields", sb_bulk_fields, SB_CLOUD },
	{ "POST", "bulk/issues/fields", sb_bulk_edit, SB_CLOUD },
	{ "GET", "bulk/issues/transition", sb_bulk_transitions, SB_CLOUD },
	{ "POST", "bulk/issues/transition", sb_bulk_transition, SB_CLOUD },
	{ "POST", "bulk/issues/delete", sb_bulk_delete, SB_CLOUD },
	{ "POST", "bulk/issues/move", sb_bulk_move, SB_CLOUD },
	{ "POST", "bulk/issues/watch", sb_bulk_watch, SB_CLOUD },
	{ "POST", "bulk/issues/unwatch", sb_bulk_unwatch, SB_CLOUD },
	{ "GET", "bulk/queue/{}", sb_bulk_progress, SB_CLOUD },
};

static const struct sb_route media[] = {
	{ "GET", "file/{}/binary", sb_media_file, SB_CLOUD | SB_ANYONE },
};

static const struct sb_route secure[] = {
	{ "GET", "attachment/{}/{}", sb_secure_file, SB_DC },
	{ "GET", "thumbnail/{}/{}", sb_secure_file, SB_DC },
};

const struct sb_api sb_api_bulk[] = {
	{ "/rest/api/3/", SB_CLOUD, 3, routes, LEN(routes) },
	{ "/rest/api/2/", SB_BOTH, 2, routes, LEN(routes) },
	{ "/rest/api/latest/", SB_BOTH, 2, routes, LEN(routes) },
	{ NULL, 0, 0, NULL, 0 },
};

const struct sb_api sb_api_files[] = {
	{ "/media/", SB_CLOUD, 3, media, LEN(media) },
	{ "/secure/", SB_DC, 2, secure, LEN(secure) },
	{ NULL, 0, 0, NULL, 0 },
};
