/*
 * What is Jira's own: issue keys, people, document bodies. Each function takes what
 * a person writes and gives what the REST API wants, or the other way round.
 */
#ifndef ATLASSIAN_JIRA_H
#define ATLASSIAN_JIRA_H

#include "atlassian/rest.h"
#include "json/writer.h"

/*
 * The key or numeric id that text names: "ops-7", "10001", or a link to an issue
 * ("https://acme.atlassian.net/browse/OPS-7", "...?selectedIssue=OPS-7"). A link to
 * another host than the site's is refused. NULL with ERR_INPUT in the call.
 */
const char *jira_issue_key(struct call *, const struct site *, const char *text);
bool jira_is_own_link(const struct site *, const char *url);	/* to the site's host */
bool jira_looks_like_key(const char *text);		/* "OPS-7" */
const char *jira_project_of(struct arena *, const char *issue_key);	/* "OPS" of "OPS-7"; NULL otherwise */
const char *jira_browse_url(struct arena *, const struct site *, const char *key);

/* -1 and the same error as for an issue that does not exist when the issue's project is outside the fence. */
int jira_check_fence(struct call *, const struct site *, json *issue) ATTR_MUST;
/* Whether what an issue says of another one (its parent, the end of a link) is of a project outside the fence, and so not
 * to be shown. false for an object that is no issue. */
bool jira_is_outside(struct call *, const struct site *, json *issue);
/* Of a text that names issues ("This issue blocks OPS-4"): whether it may be shown. Under a fence only with a key, and all keys inside. */
bool jira_names_inside(struct call *, const struct site *, const char *text);

/*
 * A person: "me", an account id, a user name or key, an e-mail address or a display
 * name. Exact match, then unique prefix, then an error with the candidates. *ret is
 * the id that the deployment wants. Parks (except for account ids).
 */
int jira_user(struct call *, struct site *, const char *text, const char **ret_id) ATTR_MUST;
const char *jira_user_name(json *user);			/* display name, or what there is; NULL for null */

/* Markdown to the deployment's body (ADF object or wiki text), as the next JSON value. Parks for mentions. */
int jira_write_body(struct call *, struct site *, const char *markdown, struct jw *) ATTR_MUST;
/* A body of either kind as Markdown; NULL for none. */
const char *jira_body_markdown(struct call *, const struct site *, json *body);

#endif
