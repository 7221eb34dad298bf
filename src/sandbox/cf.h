/*
 * What the wiki's handlers share: finding what a request names, pages of results,
 * bodies taken and given, and how things look in JSON. Three APIs look alike:
 *	Cloud v2	/wiki/api/v2/		accountIds, cursors, "errors":[...]
 *	Cloud v1	/wiki/rest/api/		what v2 lacks
 *	Data Center	/confluence/rest/api/	v1's shape, user names, start and limit
 * cf_v2() tells the first from the others, rq->site->dc the last.
 */
#ifndef SANDBOX_CF_H
#define SANDBOX_CF_H

#include "sandbox/cf_model.h"
#include "sandbox/sb_rq.h"

enum { CF_API_V1 = 21, CF_API_V2 = 22 };	/* rq->api */

bool cf_v2(const struct sb_rq *);
struct cf_wiki *cf_wiki(const struct sb_rq *);
/* The error body of a failed request, in the API's own shape. */
void cf_put_fault(struct sb_rq *);
bool cf_is_path(const char *path);		/* the wiki's */

/* What {} or an id names, for this person; NULL and the request failed with 404. types: 1 << type; 0: any. */
struct cf_content *cf_segment(struct sb_rq *, size_t segment, unsigned types);
struct cf_content *cf_find(struct sb_rq *, const char *id, unsigned types);
struct cf_content *cf_segment_to_edit(struct sb_rq *, size_t segment, unsigned types);	/* also 403 */
struct cf_space *cf_segment_space(struct sb_rq *, size_t segment);	/* id in v2, else key */
/* What the path says after /wiki/api/v2/: "pages" is 1 << CF_PAGE. */
unsigned cf_path_types(const struct sb_rq *);
int cf_person(const struct sb_rq *, const char *id);		/* account id or user key; -1: none */
int cf_arg_person(struct sb_rq *);		/* ?accountId, ?username, ?key; absent: who asks; -1 and 404: none */
bool cf_arg_has(const struct sb_rq *, const char *name, const char *value);	/* among the values of a list */

/* The header X-Atlassian-Token that some writes want; else 403. */
bool cf_check_xsrf(struct sb_rq *);

/* A window of a list: by cursor in v2 and Cloud's searches, else by start. */
struct cf_window {
	size_t from, to, total, limit;
};
struct cf_window cf_window(struct sb_rq *, size_t total, int64_t dflt, int64_t cap);
/* After the results: "_links", and in v1 start, limit, size. The list's object is left open. */
void cf_put_window(struct sb_rq *, const struct cf_window *);
/* The same around all results: {"results": [ ... ], ...}. false: the request has failed, nothing was written. */
bool cf_list_begin(struct sb_rq *, size_t total, int64_t dflt, int64_t cap, struct cf_window *ret);
void cf_list_end(struct sb_rq *, const struct cf_window *);
const char *cf_base(const struct sb_rq *);	/* "http://host/wiki" */
const char *cf_context(const struct sb_rq *);	/* "/wiki" */

/* Bodies. {"representation","value"} or {"storage":{...}} as storage; NULL after a failure. */
const char *cf_take_body(struct sb_rq *, json *body, size_t *ret_len);
/* Storage, ADF or wiki text as storage; NULL after a failure. */
const char *cf_to_storage(struct sb_rq *, const char *representation, const char *value, size_t len, size_t *ret_len);
/* Storage as another representation; NULL when there is no such. */
const char *cf_from_storage(struct sb_rq *, const char *representation, const struct cf_content *, const char *body, size_t len);
bool cf_check_title(struct sb_rq *, const struct cf_space *, enum cf_type, const char *title, const struct cf_content *except);

/* JSON. */
void cf_put_user(struct sb_rq *, int who);			/* v1 */
void cf_put_user_v2(struct sb_rq *, int who);
void cf_put_group(struct sb_rq *, int group);			/* v1 */
const char *cf_user_id(const struct sb_rq *, int who);	/* account id or user key */
const char *cf_webui(struct sb_rq *, const struct cf_content *);	/* below the base */
const char *cf_space_webui(struct sb_rq *, const struct cf_space *);
const char *cf_tiny(struct arena *, int64_t id);		/* "/x/AbC" */
const char *cf_download(struct sb_rq *, const struct cf_content *);	/* of an attachment, below the base */
void cf_put_version(struct sb_rq *, const struct cf_content *, size_t number);	/* v2: as "version" */
void cf_put_version_v1(struct sb_rq *, const struct cf_content *, size_t number);
void cf_put_history(struct sb_rq *, const char *prefix, const struct cf_content *, size_t number);	/* v1 */
void cf_put_space(struct sb_rq *, const char *prefix, const struct cf_space *);	/* v1 */
void cf_put_space_v2(struct sb_rq *, const struct cf_space *, bool single);
/* One content as v1 shows it, with what ?expand= asks for below prefix ("" or "content."). number 0: the current version. */
void cf_put_content(struct sb_rq *, const char *prefix, struct cf_content *, size_t number);
/* A list of content as the request's API shows it. */
void cf_put_contents(struct sb_rq *, struct cf_content **, size_t count, int64_t dflt, int64_t cap);
void cf_put_labels(struct sb_rq *, const char **name, size_t count, int64_t dflt, int64_t cap);
/* One content as v2 shows it. The object stays open when single. */
void cf_put_v2(struct sb_rq *, struct cf_content *, size_t number, bool single);
void cf_end_single(struct sb_rq *, struct cf_content *);	/* "_links" with base, and the end */
void cf_put_v2_one(struct sb_rq *, struct cf_content *, size_t number);	/* both */
void cf_put_label(struct sb_rq *, const char *name);
void cf_put_operations(struct sb_rq *, const struct cf_content *);	/* an array */
void cf_put_restriction(struct sb_rq *, const char *prefix, struct cf_content *, bool update);
void cf_put_property(struct sb_rq *, const struct cf_property *);	/* v2 */
bool cf_expands(struct sb_rq *, const char *prefix, const char *what);
const char *cf_time(struct sb_rq *, int64_t ms);

#endif
