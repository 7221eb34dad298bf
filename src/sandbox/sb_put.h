/*
 * How things look in JSON, for Cloud and Data Center: each function writes one
 * value (an object, unless said otherwise) at the writer's place.
 */
#ifndef SANDBOX_SB_PUT_H
#define SANDBOX_SB_PUT_H

#include "sandbox/sb_rq.h"

/* Which fields of an issue are asked for. */
struct sb_pick {
	bool field[SB_FIELDS];
	bool any;			/* false: only id, key and self */
	bool id_only;			/* Cloud's search without fields */
	bool names, schemas;		/* put beside the fields; a search puts them beside its issues instead */
};
enum sb_pick_default { SB_PICK_ALL, SB_PICK_NAVIGABLE, SB_PICK_ID };

/* From names as in ?fields=: ids, *all, *navigable, -id. */
struct sb_pick sb_pick(struct sb_rq *, const char *const *names, size_t n, enum sb_pick_default);

/* "http://host/rest/api/3/issue/10001" for sb_self(rq, "issue/%s", ...) */
const char *sb_self(struct sb_rq *, const char *fmt, ...) ATTR_PRINTF(2, 3);
const char *sb_time(struct sb_rq *, int64_t ms);		/* "2026-11-23T10:04:05.123+0000" */
const char *sb_span(struct sb_rq *, int64_t seconds);		/* "1d 4h 30m"; a day has eight hours */
void sb_put_number(struct jw *, double);

void sb_put_person(struct sb_rq *, int who);
void sb_put_myself(struct sb_rq *);			/* the account itself is told its language */
void sb_put_named(struct sb_rq *, enum sb_catalogue, int64_t id);	/* as inside an issue */
void sb_put_named_full(struct sb_rq *, enum sb_catalogue, const struct sb_named *);	/* as in its own list */
void sb_put_project_ref(struct sb_rq *, int project);
void sb_put_doc(struct sb_rq *, const char *source);		/* ADF or a string */
void sb_put_sprint(struct sb_rq *, const struct sb_sprint *);
void sb_put_attachments(struct sb_rq *, const struct sb_issue *);	/* a list */
void sb_put_comment(struct sb_rq *, const struct sb_issue *, const struct sb_comment *);
void sb_put_worklog(struct sb_rq *, const struct sb_issue *, const struct sb_worklog *);
void sb_put_change(struct sb_rq *, const struct sb_change *);
void sb_put_issue_ref(struct sb_rq *, const struct sb_issue *);		/* id, key, self and four fields */
void sb_put_issue(struct sb_rq *, const struct sb_issue *, const struct sb_pick *);	/* with what ?expand= asks for */
void sb_put_names(struct sb_rq *, const struct sb_pick *);		/* {id: name} */
void sb_put_schemas(struct sb_rq *, const struct sb_pick *);		/* {id: schema} */
void sb_put_schema(struct sb_rq *, enum sb_field_no);
bool sb_has_schema(enum sb_field_no);

#endif
