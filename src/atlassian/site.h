/*
 * A site: one Atlassian deployment of one product, with its address, credentials,
 * connections and fence. Made from the configuration, lives as long as the process.
 * What differs between Cloud and Data Center is data here (struct dialect), so that
 * handlers say what they want and not where they are.
 */
#ifndef ATLASSIAN_SITE_H
#define ATLASSIAN_SITE_H

#include "config/config.h"
#include "json/json.h"
#include "net/http.h"
#include "store/journal.h"

#include <stdbool.h>

enum body_format { BODY_ADF, BODY_WIKI, BODY_STORAGE };
enum search_paging { PAGE_TOKEN, PAGE_START_AT };

struct dialect {
	const char *name;		/* "Cloud", "Data Center" */
	const char *jira_api;		/* what {api} in a path of Jira stands for */
	const char *confluence_api;	/* and of Confluence; {v1} is "/rest/api" in both deployments */
	const char *search;		/* Jira's search by JQL */
	enum search_paging paging;
	enum body_format body;		/* of Jira's text areas and comments */
	const char *user_id;		/* the member that identifies a user */
	const char *user_query;		/* the parameter of user searches */
};

struct cache;
struct flight;
struct site_fields;
struct site_confluence;

struct site {
	enum product product;
	const struct site_config *config;
	const char *base;		/* "https://acme.atlassian.net", context path included, no '/' at the end */
	const char *web;		/* where people see it; differs from base behind the API gateway */
	const char *label;		/* for messages: "Jira (acme.atlassian.net)" */
	const struct dialect *dialect;	/* NULL until known, see site_ready */
	const char *auth_scheme;	/* "Basic" or "Bearer"; NULL: no credentials */
	struct secret *credentials;
	struct http_pool *pool;
	struct http_header *headers;	/* custom ones */
	size_t header_count;
	bool recognised;		/* the credentials were seen to be accepted */
	struct journal *journal;
	struct arena *arena;		/* of this struct and what is learned for good */
	struct cache *cache;		/* borrowed, may be NULL; atlassian/cache.h */
	struct flight *flights;		/* reads under way; atlassian/flight.h */
	struct site_fields *fields;	/* atlassian/fields.h: learned on first use */
	struct site_confluence *confluence;	/* atlassian/confluence.h: people and spaces that were seen */
};

/* NULL and e set (ERR_CONFIG) when address or credentials can't be used. journal and cache are borrowed. */
struct site *site_new(struct http *, const struct config *, enum product, struct journal *, struct cache *, struct err *e);
void site_free(struct site *);

/* Makes dialect known: from the host, the configuration, or by asking the site once. Parks. */
int site_ready(struct call *, struct site *) ATTR_MUST;
bool site_is_cloud(const struct site *);	/* after site_ready */

/* The address as configured, checked and made whole: "acme" and "acme.atlassian.net" are completed.
 * NULL and e set when it is not an http(s) address that we may use. */
char *site_normal_url(struct arena *, const char *text, enum product, bool allow_http, struct err *e);
bool site_host_is_cloud(const char *url);

/* -1, the error of a link of another host; nothing is asked there. */
int site_foreign_link(struct call *, const struct site *);

/* The fence: whether a project, space or repository may be seen. Without a fence everything may. */
bool site_fence_allows(const struct site *, const char *key);
/* For what belongs to no project, so that no fence has it inside: -1, ERR_DENIED, when there is one. what: "Filters". */
int site_without_fence(struct call *, const struct site *, const char *what) ATTR_MUST;

#endif
