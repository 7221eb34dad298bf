/* Hints for both dialects; jql_hint and cql_hint are the faces. For query/ and the query command. */
#ifndef QUERY_HINT_H
#define QUERY_HINT_H

#include "query/jql.h"

const char *query_hint(struct arena *, enum query_lang, const char *text, size_t len, const struct query_names *known);
const char *query_repaired(struct arena *, enum query_lang, const char *text, size_t len, const char **ret_notes);

#endif
