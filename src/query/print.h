/* The printer of both dialects, comparison of trees, fences. For query/ and the query command. */
#ifndef QUERY_PRINT_H
#define QUERY_PRINT_H

#include "query/lex.h"

void query_print(const struct query *, struct buf *out);
void query_print_clause(enum query_lang, const struct clause *, struct buf *out);
void query_print_text(enum query_lang, const char *text, bool quote, struct buf *out);
const char *query_op_name(enum query_op);		/* "=", "not in", "was" */
const char *query_predicate_name(enum predicate_kind);

bool query_equal(const struct query *, const struct query *);

/* See jql_fence; field and values must be valid UTF-8. */
char *query_fence(
    struct arena *, enum query_lang, const struct query *user, const char *field, const char *const *values, size_t n);
char *query_fence_with(struct arena *, const struct query *user, const struct clause *fence);
bool query_within(const struct query *, const char *field, const char *const *values, size_t n);

#endif
