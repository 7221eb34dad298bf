/* Metadata: which fields an issue can be created or edited with, and what they take. */
#ifndef SANDBOX_SB_META_H
#define SANDBOX_SB_META_H

#include "sandbox/sb_rq.h"

/* {"fields": {id: metadata}} */
void sb_put_editmeta(struct sb_rq *, const struct sb_issue *);
/* One field's metadata, an object. type 0: any. */
void sb_put_field_meta(struct sb_rq *, enum sb_field_no, int project, int64_t type, bool required);

#endif
