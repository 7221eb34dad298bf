/*
 * Jira Service Management: the API of its own (/rest/servicedeskapi, alike on Cloud and
 * Data Center), and its things by human words. A request is an issue, so the fence asks
 * for the project of its key; a service desk is a project's.
 *
 * Everything here parks, lives in the call's arena, and fails with the call's error.
 */
#ifndef ATLASSIAN_DESK_H
#define ATLASSIAN_DESK_H

#include "atlassian/jira.h"

enum { DESK_PAGE = 100, DESK_MAX_LISTED = 1000 };

/*
 * The values of all pages of a list, at most max (the site's pages may be smaller than asked for). *ret_all, which may
 * be NULL: whether that was all.
 */
int desk_pages(struct call *, struct site *, char *path, size_t max, json **ret, bool *ret_all) ATTR_MUST;
/* What Service Management's metadata changes as rarely as: the fields of a request type, by ids. */
int desk_request_fields(struct call *, struct site *, const char *desk, const char *type, json **ret) ATTR_MUST;

/*
 * What a link to this site says behind the first of the marks that it has, or text itself when it is no link. NULL with
 * the error in the call for a link to elsewhere, or one without what (for the message: "queue").
 */
const char *desk_named(struct call *, const struct site *, const char *text, const char *const *marks, size_t count,
    const char *what);

/* The desks inside of the fence. */
int desk_list(struct call *, struct site *, json **ret) ATTR_MUST;

/*
 * A desk by id, project key, project name or link. Without a fence an id is taken as it is, without asking: then only
 * "id" is known. *ret has the members id, projectKey, projectName.
 */
int desk_find(struct call *, struct site *, const char *text, json **ret) ATTR_MUST;

/* The id of a queue or a request type of a desk, by id, name or link. */
int desk_queue(struct call *, struct site *, const char *desk, const char *text, const char **ret_id) ATTR_MUST;
int desk_request_type(struct call *, struct site *, const char *desk, const char *text, const char **ret_id) ATTR_MUST;

/* The request with what expand names (NULL: nothing), after the fence. text: key, id or link. */
int desk_request(struct call *, struct site *, const char *text, const char *expand, json **ret) ATTR_MUST;
/* Only its key. With a fence the request is read for it, else nothing is asked. */
int desk_request_key(struct call *, struct site *, const char *text, const char **ret_key) ATTR_MUST;

/* Markdown as the wiki markup that this API takes on both deployments. NULL with the error in the call. */
const char *desk_wiki(struct call *, struct site *, const char *markdown);

/* {"accountIds":[...]} or {"usernames":[...]}: as this API names people in a list. */
void desk_write_people(struct jw *, const struct site *, const char *const *ids, size_t count);
/* A person as jira_user finds one, else among the desk's customers, who need not be users of Jira otherwise. */
int desk_person(struct call *, struct site *, const char *desk, const char *text, const char **ret_id) ATTR_MUST;
/* Whether the user object is the one with this id. */
bool desk_is_user(const struct site *, json *user, const char *id);

/* A DateDTO ({"iso8601", "epochMillis" ...}) as "2026-11-23 10:04"; NULL for none. */
const char *desk_date(struct call *, json *date);

/*
 * The site's products that answer beside it on Atlassian's API gateway: path below the gateway's root, in which %s is
 * the site's cloud id. NULL with ERR_CONFIG in the call when the site is not configured through the gateway: what is the
 * site's address is the operator's word, so a second host is never made up here. (what: "Forms")
 */
struct site *desk_gateway(struct call *, const struct site *, const char *path, const char *what);

#endif
