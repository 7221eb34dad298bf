/* The wiki as a source for CQL. */
#ifndef SANDBOX_CF_CQL_H
#define SANDBOX_CF_CQL_H

#include "sandbox/cf_model.h"
#include "sandbox/sb_rq.h"

/* Something that a search finds: content, a space or a person. */
struct cf_hit {
	struct cf_content *content;
	struct cf_space *space;
	int person;			/* -1: none */
};

enum { CF_FIND_CONTENT = 1 << 0, CF_FIND_SPACES = 1 << 1, CF_FIND_PEOPLE = 1 << 2 };

struct cf_found {
	struct cf_hit *hit;
	size_t n;
	char **word;			/* what texts were searched for: an excerpt marks them */
	size_t words;
};

/* What fits and this person may see, in order. -1 after sb_fail with Confluence's message. */
int cf_find_cql(struct sb_rq *, const char *cql, unsigned what, struct cf_found *ret) ATTR_MUST;

#endif
