/* What answers the wiki's routes (tables in cf_routes_*.c). Names ending in _v1 serve Cloud's v1 and Data Center. */
#ifndef SANDBOX_CF_HANDLERS_H
#define SANDBOX_CF_HANDLERS_H

#include "sandbox/sb_rq.h"

typedef void cf_handler(struct sb_rq *);

/* cf_page.c */
cf_handler cf_list_pages, cf_space_pages, cf_label_pages, cf_get_page, cf_create_page, cf_edit_page, cf_edit_title, cf_delete_page;
cf_handler cf_create_foreign, cf_convert_ids;
/* cf_tree.c */
cf_handler cf_direct_children, cf_page_children, cf_descendants, cf_ancestors;
cf_handler cf_move_v1, cf_copy_v1, cf_copy_tree_v1, cf_archive_v1, cf_delete_tree_v1, cf_descendants_v1, cf_get_longtask, cf_list_longtasks;
/* cf_version.c */
cf_handler cf_list_versions, cf_get_version, cf_restore_version_v1, cf_delete_version_v1;
/* cf_content.c: Data Center */
cf_handler cf_list_content, cf_create_content, cf_get_content, cf_edit_content, cf_delete_content, cf_content_history;
cf_handler cf_list_child, cf_child_kinds, cf_space_content, cf_space_content_type;
/* cf_space.c */
cf_handler cf_list_spaces, cf_get_space, cf_space_labels, cf_space_content_labels, cf_space_permissions;
cf_handler cf_list_spaces_v1, cf_get_space_v1, cf_create_space_v1, cf_edit_space_v1, cf_delete_space_v1;
/* cf_comment.c */
cf_handler cf_list_footer, cf_list_inline, cf_all_comments, cf_get_comment, cf_create_comment, cf_edit_comment, cf_delete_comment, cf_replies;
cf_handler cf_child_comments_v1, cf_plugin_create, cf_plugin_resolve;
/* cf_attachment.c */
cf_handler cf_all_attachments, cf_page_attachments, cf_get_attachment, cf_delete_attachment;
cf_handler cf_upload_v1, cf_upload_data_v1, cf_edit_attachment_v1, cf_list_attachments_v1, cf_delete_attachment_v1;
cf_handler cf_download_v1, cf_download_file, cf_media_file;
/* cf_label.c */
cf_handler cf_list_labels, cf_all_labels, cf_list_labels_v1, cf_add_labels_v1, cf_remove_label_v1, cf_remove_label_query_v1, cf_label_v1;
/* cf_restriction.c */
cf_handler cf_get_restrictions, cf_set_restrictions, cf_delete_restrictions, cf_restrictions_by_operation, cf_restriction_of;
cf_handler cf_restriction_user, cf_restriction_group, cf_check_permission, cf_list_operations;
/* cf_misc.c */
cf_handler cf_list_tasks, cf_get_task, cf_edit_task, cf_get_views, cf_get_viewers, cf_likes_count, cf_likes_users;
cf_handler cf_list_properties, cf_add_property, cf_get_property, cf_edit_property, cf_delete_property;
cf_handler cf_properties_v1, cf_property_v1, cf_set_property_v1, cf_delete_property_v1;
cf_handler cf_short_link, cf_server_info;
/* cf_template.c */
cf_handler cf_list_templates, cf_list_blueprints, cf_get_template, cf_create_template, cf_delete_template;
cf_handler cf_convert_async, cf_get_conversion, cf_convert_sync;
/* cf_people.c */
cf_handler cf_users_bulk, cf_get_user_v1, cf_current_user_v1, cf_users_bulk_v1, cf_list_users_v1, cf_list_groups, cf_group_members;
cf_handler cf_watch_content, cf_watch_space, cf_list_watchers, cf_anonymous_user, cf_user_groups;
/* cf_search.c */
cf_handler cf_search, cf_search_content, cf_search_users;

#endif
