/*
 * One request to the site and its answer. A handler reads its parameters here,
 * writes JSON with rq->w, or says what is wrong; the first failure stands and whatever
 * was written is dropped for Jira's error body. No sockets: sandbox.c brings requests
 * in from HTTP, unit tests make them by hand.
 */
#ifndef SANDBOX_SB_RQ_H
#define SANDBOX_SB_RQ_H

#include "json/writer.h"
#include "sandbox/sb_model.h"

enum { SB_MAX_ANSWER = 16 * 1024 * 1024, SB_MAX_HEADERS = 8, SB_MAX_SEGMENTS = 4, SB_MAX_PARAMS = 200 };

struct sb_pair {
	const char *name, *value;
};

struct sb_rq {
	struct sb_site *site;
	struct arena *arena;		/* of this request */

	/* in */
	const char *method;
	const char *path;		/* as sent */
	const char *query;		/* as sent, without '?' */
	const char *authorization;	/* NULL: none */
	const char *content_type;	/* NULL: none */
	const char *xsrf;		/* X-Atlassian-Token; NULL: none */
	const char *body_text;
	size_t body_len;

	/* found out on the way */
	struct sb_pair *param;		/* decoded */
	size_t param_count;
	const char *segment[SB_MAX_SEGMENTS];	/* what stood in place of {} in the route, decoded */
	json *body;			/* NULL: none */
	int me;				/* place in sb_people; -1: nobody */
	int api;			/* 2 or 3 */
	bool adf;			/* texts are ADF: Cloud's v3 */
	bool desk;			/* Service Management's API: errors of its own shape */

	/* out */
	int status;			/* 204 sends no body */
	struct buf out;
	struct jw w;
	const char *out_type;
	struct sb_pair header[SB_MAX_HEADERS];
	size_t header_count;
	bool failed;
	struct sb_pair *fault;		/* name NULL: a message, else a field's error */
	size_t fault_count;
};

void sb_rq_init(struct sb_rq *, struct sb_site *, struct arena *, const char *method, const char *path, const char *query);
void sb_rq_release(struct sb_rq *);		/* the answer's buffer; the rest is the arena's */

/* Parameters of the query. */
int sb_parse_query(struct sb_rq *) ATTR_MUST;	/* -1: too many, or not to be decoded */
const char *sb_decode(struct arena *, const char *s, size_t len, bool plus);	/* NULL: bad %, NUL or bad UTF-8 */
const char *sb_arg(const struct sb_rq *, const char *name);		/* NULL: absent */
/* An integer; absent: dflt. Anything else fails the request with 400. */
int64_t sb_arg_int(struct sb_rq *, const char *name, int64_t dflt);
bool sb_arg_is(const struct sb_rq *, const char *name, const char *value);
/* Every value of a parameter that may be repeated and may hold commas. */
size_t sb_arg_list(const struct sb_rq *, const char *name, const char ***ret);
bool sb_expands(const struct sb_rq *, const char *what);		/* ?expand=a,b or "expand" of the body */

/* Failures. The first status stands, messages add up. */
void sb_fail(struct sb_rq *, int status, const char *fmt, ...) ATTR_PRINTF(3, 4);
void sb_refuse(struct sb_rq *, const char *field, const char *fmt, ...) ATTR_PRINTF(3, 4);	/* 400, under "errors" */
void sb_text_answer(struct sb_rq *, int status, const char *type, const char *text);	/* instead of JSON; ends the request */
void sb_header(struct sb_rq *, const char *name, const char *value);
void sb_finish(struct sb_rq *);			/* writes the error body of a failed request */

/* A page of total things from ?startAt and ?maxResults; start may be beyond the end. */
struct sb_page {
	int64_t start, max, total;
};
struct sb_page sb_page(struct sb_rq *, int64_t dflt, int64_t cap, size_t total);
size_t sb_page_end(const struct sb_page *);	/* start <= i < end */
void sb_put_page(struct sb_rq *, const struct sb_page *);		/* startAt, maxResults, total */
/* The envelope of Cloud's paged lists, up to and with "values":[ - close with two jw_end. */
void sb_put_page_bean(struct sb_rq *, const struct sb_page *, const char *path);

/* What {} stands for; NULL or -1 and the request failed when there is no such thing for this person. */
struct sb_issue *sb_segment_issue(struct sb_rq *, size_t segment);
int sb_segment_project(struct sb_rq *, size_t segment);
/* A JSON object as body, else 400. */
bool sb_need_body(struct sb_rq *);

#endif
