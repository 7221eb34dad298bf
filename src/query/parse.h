/* The parser of both dialects. For query/ and the query command; jql.h and cql.h are its faces. */
#ifndef QUERY_PARSE_H
#define QUERY_PARSE_H

#include "query/lex.h"

/* 0, or -1 with e and *ret_fault set. *ret is complete only on success. */
int query_parse(struct arena *, enum query_lang, const char *text, size_t len, struct query *ret,
    struct query_fault *ret_fault, struct err *e) ATTR_MUST;

#endif
