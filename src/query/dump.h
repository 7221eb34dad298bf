/*
 * A query as JSON, for people, tests and other programs:
 * {"where": {"and": [{"field": "project", "op": "=", "operand": {"value": "OPS"}}, ...]},
 *  "order": [{"field": "created", "direction": "desc"}]}
 * Operands: {"value": s}, {"number": s}, {"empty": true}, {"function": s, "args": [...]}, {"list": [...]}.
 */
#ifndef QUERY_DUMP_H
#define QUERY_DUMP_H

#include "query/ast.h"

void query_dump(const struct query *, struct buf *out);

/* The same for a reader: one line a condition, indented, in words. */
void query_explain(const struct query *, struct buf *out);

#endif
