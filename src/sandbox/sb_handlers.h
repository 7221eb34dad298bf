/*
 * What answers the routes (the tables are in sb_routes_*.c). Each reads its request and
 * writes one JSON value, sets status 201 or 204, or fails.
 */
#ifndef SANDBOX_SB_HANDLERS_H
#define SANDBOX_SB_HANDLERS_H

#include "sandbox/sb_rq.h"

typedef void sb_handler(struct sb_rq *);

/* sb_issue.c */
sb_handler sb_get_issue, sb_create_issue, sb_edit_issue, sb_delete_issue, sb_assign_issue, sb_get_changelog;
sb_handler sb_bulk_fetch;
/* sb_property.c */
sb_handler sb_list_properties, sb_get_property, sb_put_property, sb_delete_property;
sb_handler sb_list_project_properties, sb_get_project_property, sb_put_project_property, sb_delete_project_property;
/* sb_comment.c */
sb_handler sb_list_comments, sb_get_comment, sb_add_comment, sb_edit_comment, sb_delete_comment;
bool sb_may_change(struct sb_rq *, int author, const char *what);	/* what: "edit this comment", for the error */
/* sb_worklog.c */
sb_handler sb_list_worklogs, sb_get_worklog, sb_add_worklog, sb_edit_worklog, sb_delete_worklog;
/* sb_transition.c */
sb_handler sb_list_transitions, sb_do_transition;
/* sb_meta.c */
sb_handler sb_list_fields, sb_create_types, sb_create_fields, sb_create_classic, sb_get_editmeta;
/* sb_search.c */
sb_handler sb_search_jql, sb_search_classic, sb_search_gone, sb_count;
/* sb_list.c */
sb_handler sb_server_info, sb_list_statuses, sb_get_status, sb_list_priorities, sb_get_priority, sb_search_priorities;
sb_handler sb_list_resolutions, sb_search_resolutions, sb_list_types, sb_list_project_types, sb_list_link_types, sb_list_labels;
sb_handler sb_list_permissions, sb_search_statuses;
/* sb_people.c */
sb_handler sb_get_myself, sb_get_user, sb_find_users, sb_find_assignable, sb_list_watchers, sb_watch, sb_unwatch, sb_list_votes, sb_vote, sb_unvote;
/* sb_project.c */
sb_handler sb_list_projects, sb_search_projects, sb_get_project, sb_project_statuses, sb_project_components;
sb_handler sb_project_versions, sb_create_project, sb_edit_project, sb_archive_project, sb_restore_project, sb_delete_project;
/* sb_part.c */
sb_handler sb_create_version, sb_get_version, sb_edit_version, sb_remove_version, sb_version_counts, sb_version_unresolved;
sb_handler sb_list_related, sb_add_related, sb_edit_related, sb_delete_related;
sb_handler sb_create_component, sb_get_component, sb_edit_component, sb_delete_component;
/* sb_filter.c */
sb_handler sb_create_filter, sb_get_filter, sb_edit_filter, sb_delete_filter, sb_star_filter, sb_unstar_filter;
sb_handler sb_favourite_filters, sb_my_filters, sb_search_filters, sb_share_filter, sb_unshare_filter;
sb_handler sb_list_dashboards, sb_search_dashboards, sb_get_dashboard, sb_create_dashboard, sb_delete_dashboard;
sb_handler sb_list_gadgets, sb_known_gadgets, sb_add_gadget;
/* sb_scheme.c */
sb_handler sb_permission_scheme, sb_notification_scheme, sb_security_scheme, sb_priority_scheme, sb_workflow_scheme;
sb_handler sb_workflow_schemes, sb_type_schemes, sb_screen_schemes;
sb_handler sb_create_field, sb_list_contexts, sb_create_context, sb_list_options, sb_add_options, sb_edit_options, sb_field_options;
/* sb_link.c */
sb_handler sb_add_link, sb_get_link, sb_delete_link;
/* sb_desk_list.c, sb_desk_request.c: Service Management */
sb_handler sb_list_desks, sb_get_desk, sb_list_queues, sb_list_queue_issues, sb_list_request_types, sb_list_request_fields;
sb_handler sb_attach_temporary, sb_list_customers, sb_change_customers, sb_list_organizations, sb_list_desk_organizations;
sb_handler sb_change_desk_organizations, sb_list_members, sb_change_members, sb_search_articles, sb_search_desk_articles;
sb_handler sb_list_requests, sb_create_request, sb_get_request, sb_list_request_comments, sb_add_request_comment;
sb_handler sb_list_request_files, sb_add_request_files, sb_list_participants, sb_change_participants, sb_list_slas;
sb_handler sb_list_forms, sb_get_form, sb_save_form, sb_submit_form;	/* sb_form.c */
sb_handler sb_find_assets, sb_find_assets_dc, sb_get_asset, sb_list_asset_schemas, sb_list_asset_types, sb_list_asset_attributes;	/* sb_asset.c */
sb_handler sb_list_workspaces;
sb_handler sb_list_approvals, sb_answer_approval, sb_list_customer_transitions, sb_do_customer_transition;
/* sb_remote_link.c */
sb_handler sb_list_remote_links, sb_get_remote_link, sb_put_remote_link, sb_edit_remote_link, sb_delete_remote_link, sb_delete_remote_links;
/* sb_development.c */
sb_handler sb_dev_summary, sb_dev_detail;
/* sb_attachment.c */
sb_handler sb_add_attachments, sb_get_attachment, sb_delete_attachment, sb_attachment_limits;
sb_handler sb_attachment_content, sb_attachment_thumbnail, sb_media_file, sb_secure_file;
/* sb_bulk.c, sb_bulk_edit.c */
sb_handler sb_bulk_create, sb_bulk_delete, sb_bulk_watch, sb_bulk_unwatch, sb_bulk_transition, sb_bulk_move, sb_bulk_edit;
sb_handler sb_bulk_transitions, sb_bulk_fields, sb_bulk_progress;
/* sb_archive.c */
sb_handler sb_archive_issues, sb_unarchive_issues, sb_archive_issue, sb_restore_issue;
/* sb_agile_board.c */
sb_handler sb_list_boards, sb_create_board, sb_get_board, sb_delete_board, sb_get_board_configuration, sb_list_quick_filters;
sb_handler sb_list_board_projects, sb_list_board_issues, sb_list_backlog;
/* sb_agile_sprint.c */
sb_handler sb_list_sprints, sb_create_sprint, sb_get_sprint, sb_update_sprint, sb_delete_sprint, sb_list_sprint_issues;
sb_handler sb_move_to_sprint, sb_move_to_backlog, sb_rank_issues, sb_get_estimate, sb_set_estimate;
/* sb_changelog.c */
sb_handler sb_bulk_changelog;

#endif
