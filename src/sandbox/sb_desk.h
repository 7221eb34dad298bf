/*
 * Service Management: the service desk of project OPS. Its requests are that project's
 * tasks, bugs and stories; what only a request has (participants, approval, files) stands
 * here, made when it is first touched. Texts of this API are wiki markup on both deployments.
 */
#ifndef SANDBOX_SB_DESK_H
#define SANDBOX_SB_DESK_H

#include "sandbox/sb_rq.h"

enum { SB_DESK_ID = 1, SB_DESK_TYPES = 3, SB_DESK_QUEUES = 3, SB_DESK_ORGANIZATIONS = 3, SB_MAX_TEMP_FILES = 200 };
enum { SB_HELP = 1, SB_INCIDENT = 2, SB_ACCESS = 3 };

struct sb_request_type {
	int id;
	const char *name, *about;
	int64_t issue_type;
	enum sb_field_no field[6];	/* F_SUMMARY first; F_ATTACHMENT last */
	size_t fields;
	bool description_required, approval;
};
extern const struct sb_request_type sb_request_types[SB_DESK_TYPES];

struct sb_queue {
	int id;
	const char *name, *jql;
};
extern const struct sb_queue sb_queues[SB_DESK_QUEUES];

struct sb_article {
	int page;
	const char *title, *text;
};
extern const struct sb_article sb_articles[];
extern const size_t sb_article_count;

struct sb_organization {
	const char *name;
	uint32_t members;		/* 1 << place in sb_people */
	bool on_desk;
};

struct sb_file {
	const char *id, *name;
	size_t size;
	int64_t at_ms;
	int author;
	int64_t issue;			/* 0: a temporary one */
};

struct sb_request {
	int64_t issue;
	uint32_t participants, approved, declined;
	const char *answers;		/* of its form, JSON text; NULL: none */
	bool submitted;
};

struct sb_desk {
	uint32_t customers;
	struct sb_organization organization[SB_DESK_ORGANIZATIONS];	/* id: place + 1 */
	struct sb_request *request;
	size_t request_count;
	struct sb_file *file;
	size_t file_count;
};

struct sb_desk *sb_desk(struct sb_site *);		/* made on first use */
/* What kind of request an issue is; NULL: none. */
const struct sb_request_type *sb_request_type_of(const struct sb_issue *);
const struct sb_request_type *sb_request_type_find(const char *id);
struct sb_request *sb_request_of(struct sb_site *, const struct sb_issue *);
enum { SB_APPROVERS = 2 };
extern const int sb_approvers[SB_APPROVERS];

/* {} as a request or a desk; NULL, false and the request failed when there is none for this person. */
struct sb_issue *sb_segment_request(struct sb_rq *, size_t segment);
bool sb_segment_desk(struct sb_rq *, size_t segment);
/* A person by this deployment's word; -1 after a failure. */
int sb_desk_person(struct sb_rq *, const char *word);
/* The people of {"accountIds"|"usernames": [...]}; 0 after a failure. */
uint32_t sb_desk_people(struct sb_rq *);

/* A list: begin writes the envelope, of the places from p->from to p->to (not included) follow as values, then end. */
struct sb_slice {
	size_t from, to, total;
	int64_t limit;
};
void sb_slice_begin(struct sb_rq *, struct sb_slice *, size_t total);
void sb_slice_end(struct sb_rq *);

/* Values. With a key: as that member. */
void sb_put_desk_date(struct sb_rq *, const char *key, int64_t ms);
void sb_put_duration(struct sb_rq *, const char *key, int64_t ms);
void sb_put_customer(struct sb_rq *, int who);
void sb_put_people(struct sb_rq *, uint32_t set);		/* a page of them */
void sb_put_request(struct sb_rq *, const struct sb_issue *);	/* with what ?expand= asks for */
void sb_put_request_comment(struct sb_rq *, const struct sb_issue *, const struct sb_comment *);
void sb_put_request_files(struct sb_rq *, const struct sb_issue *);
void sb_put_slas(struct sb_rq *, const struct sb_issue *);
const char *sb_desk_link(struct sb_rq *, const char *fmt, ...) ATTR_PRINTF(2, 3);	/* below /rest/servicedeskapi/ */

#endif
